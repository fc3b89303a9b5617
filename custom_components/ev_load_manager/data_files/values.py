"""What a single JSON value has to be: each reader returns it, or raises TypeError or ValueError with why not."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
import math
from typing import Any, Final

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998
"""Beside those there is no room to reckon with a time."""


def anything(value: Any) -> Any:
    """Whatever it is."""
    return value


def flag(value: object) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise TypeError("must be true or false")
    return value


def text(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise TypeError("must be text")
    return value


def number(value: object) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("must be a number")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise ValueError("must be a finite number")
    return found


def within(least: float, most: float = math.inf) -> Callable[[object], float]:
    """A finite number from `least` to `most`."""

    def read(value: object) -> float:
        found = number(value)
        if not least <= found <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g}")
        return found

    return read


current = within(0.0)
"""A current that a limit can be, A."""


def whole(least: int, most: int | None = None) -> Callable[[object], int]:
    """A whole number from `least` to `most`."""
    why = f"must be a whole number from {least}" + ("" if most is None else f" to {most}")

    def read(value: object) -> int:
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or value < least
            or (most is not None and value > most)
        ):
            raise ValueError(why)
        return value

    return read


count = whole(0, 2**31 - 1)
"""How many there are (OCPP 1.6, 7: integers have 32 bits)."""


def moment(value: object) -> datetime:
    """A time that says how far from UTC it is, as one of UTC."""
    found = datetime.fromisoformat(text(value))
    if found.tzinfo is None:
        raise ValueError("must be a time with a zone")
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"must be of the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return found.astimezone(UTC)


def optional[T](read: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """The same, or nothing."""
    return lambda value: None if value is None else read(value)


def listed[T](read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """A list of them."""

    def read_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            raise TypeError("must be a list")
        return tuple(map(read, value))

    return read_all


def by_name[T](read: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    """A mapping of names to them."""

    def read_all(value: object) -> dict[str, T]:
        if not isinstance(value, Mapping):
            raise TypeError("must be a mapping")
        return {text(name): read(one) for name, one in value.items()}

    return read_all
