"""Reading a payload that nobody has checked, one field at a time.

Lenient by hand instead of by schema: a real charger sends an empty vendor, a
number as a text, or a time without a zone, and must be able to charge.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
import math
from typing import Any

from .errors import Refusal
from .messages import ErrorCode

_MAX_TEXT = 500
_LEAST_INTEGER, _MOST_INTEGER = -(2**31), 2**31 - 1
"""OCPP's integers have 32 bits."""
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
"""A clock that shows another year is not set, or was set by somebody who means harm."""


def text(payload: Mapping[str, Any], name: str) -> str:
    """A text, trimmed; empty where it is missing or no text."""
    value = payload.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return (value if len(value) <= _MAX_TEXT else value[:_MAX_TEXT]).strip()
    # A number is a text to some; a bool, which Python counts among them, is not.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:_MAX_TEXT] if is_number else ""


def required_integer(payload: Mapping[str, Any], name: str) -> int:
    """An integer; raises Refusal where there is none."""
    if name not in payload:
        raise Refusal(ErrorCode.PROTOCOL_ERROR, f"{name} is missing")
    value = integer(payload, name)
    if value is None:
        raise Refusal(ErrorCode.TYPE_CONSTRAINT_VIOLATION, f"{name} is no integer")
    return value


def integer(payload: Mapping[str, Any], name: str) -> int | None:
    """An integer, None where there is none."""
    value = number(payload.get(name))
    if value is None or value != int(value) or not _LEAST_INTEGER <= value <= _MOST_INTEGER:
        return None
    return int(value)


def mappings(value: object) -> Iterator[Mapping[str, Any]]:
    """Those items of a list that have fields; none where it is no list."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, Mapping):
            yield item


def number(value: object) -> float | None:
    """A finite number, also where it comes as a text with spaces or a decimal comma."""
    if value is None:
        return None
    if type(value) is float:
        return value if math.isfinite(value) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        result = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except ValueError, OverflowError:
        return None
    return result if math.isfinite(result) else None


def timestamp(value: object) -> datetime | None:
    """A moment in UTC; without a zone it is taken for UTC.

    None if it can't be read, and where no clock that was ever set can show it.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except ValueError, OverflowError:
        return None
    return moment if _FIRST_YEAR <= moment.year < _LAST_YEAR else None


def utc(moment: datetime) -> str:
    """A moment as chargers want it: UTC, `Z`; strict ones refuse `+00:00`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
