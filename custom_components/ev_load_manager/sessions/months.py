"""Local time: months, days and moments of the zone that a session was charged in."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .quarters import QUARTER


class Month(NamedTuple):
    """A calendar month."""

    year: int
    month: int

    @property
    def number(self) -> int:
        """As the book keeps it: yyyymm."""
        return self.year * 100 + self.month

    @property
    def text(self) -> str:
        """As people name it: 2026-10."""
        return f"{self.year}-{self.month:02}"

    @property
    def next(self) -> Month:
        """The month after."""
        return self.before(-1)

    def before(self, months: int = 1) -> Month:
        """The month so many before."""
        count = self.year * 12 + self.month - 1 - months
        return Month(count // 12, count % 12 + 1)

    def start(self, zone: str) -> int:
        """When it begins there, UTC seconds."""
        return int(datetime(self.year, self.month, 1, tzinfo=zone_of(zone)).timestamp())

    @classmethod
    def of(cls, number: int) -> Month:
        """The one that is kept as `number`."""
        return cls(*divmod(number, 100))


def month_number(value: int) -> int:
    """A month as people name it, yyyymm; raises ValueError for what is none."""
    if not (1970 <= value // 100 <= 9998 and 1 <= value % 100 <= 12):
        raise ValueError(f"no month: {value}")
    return value


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """A time zone; raises ZoneInfoNotFoundError or ValueError."""
    return ZoneInfo(name)


def local(at: float, zone: str) -> datetime:
    """A moment by the clocks there, with how far they are from UTC."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone_of(zone))


def utc_text(at: int) -> str:
    """A moment by UTC, as machines write it: 2026-10-14T09:00:00Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def month_at(at: float, zone: str) -> Month:
    """The month that a moment is in there."""
    moment = local(at, zone)
    return Month(moment.year, moment.month)


def months_of(slots: Iterable[int], zone: str) -> dict[int, int]:
    """The month (yyyymm) of each quarter hour, which are in order."""
    found: dict[int, int] = {}
    number = until = -1
    for slot in slots:
        if slot >= until:
            month = month_at(slot * QUARTER, zone)
            number = month.number
            until = -(-month.next.start(zone) // QUARTER)
        found[slot] = number
    return found
