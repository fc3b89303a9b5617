"""Money as people read it: rounded once for each printed line, so that lines add up to their total.

A total is the sum of the lines that were printed, never a rounded sum of what was not.
"""

from typing import Final

from .prices import MILLION, half_up

NANO: Final = 1_000_000_000
_DIGITS: Final = {
    # ISO 4217; all others have two.
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def digits_of(currency: str) -> int:
    """How many digits a currency has after the point."""
    return _DIGITS.get(currency.upper(), 2)


def coins(nano: int, currency: str) -> int:
    """A cost in the smallest coins, halves away from zero."""
    return half_up(nano, NANO // 10 ** digits_of(currency))


def text(count: int, currency: str, point: str = ".") -> str:
    """Smallest coins as a number is written."""
    digits = digits_of(currency)
    if not digits:
        return str(count)
    whole, rest = divmod(abs(count), 10**digits)
    return f"{'-' if count < 0 else ''}{whole}{point}{rest:0{digits}}"


def tax_within(count: int, vat_ppm: int) -> int:
    """The tax within a sum that holds it, in smallest coins."""
    return half_up(count * vat_ppm, MILLION + vat_ppm)
