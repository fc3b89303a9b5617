"""Comparing a charger's password (OCPP security whitepaper, profiles 1 and 2)."""

import hmac


def matches(expected: str, given: bytes | None) -> bool:
    """Whether `given` is `expected`, in constant time.

    A key that was set in hexadecimal arrives as the raw bytes from some
    firmware and as its text from other (in either case of letters).
    """
    if given is None:
        return False
    same = hmac.compare_digest(expected.encode(), given)
    try:
        raw = bytes.fromhex(expected)
    except ValueError:
        return same
    same |= hmac.compare_digest(raw, given)
    same |= hmac.compare_digest(raw.hex().encode(), given.lower())
    return same
