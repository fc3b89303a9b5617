"""Which hours a tariff counts: months, working days and holidays, hours, by local time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
import re
from typing import Final

ALL_HOURS: Final = frozenset(range(24))
ALL_MONTHS: Final = frozenset(range(1, 13))
_HOURS: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_HOLIDAY: Final = re.compile(r"(\d\d)-(\d\d)|easter([+-]\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Some hours, and how much of a window in them counts."""

    months: Collection[int] = ALL_MONTHS
    days: str = "all"
    """all, working (Monday to Friday, no holiday) or free."""
    hours: Collection[int] = ALL_HOURS
    weight: float = 1.0
    """A window is multiplied by it before it is compared; 0: it is free."""

    def holds(self, local: datetime, holidays: Collection[str]) -> bool:
        """Whether a window that begins then is in it."""
        return (
            local.month in self.months
            and local.hour in self.hours
            and (self.days == "all" or (self.days == "free") is is_free(local.date(), holidays))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedHours:
    """Hours in which no window's mean is to exceed a limit."""

    rule: Rule
    limit: float
    """kW."""


def is_free(day: date, holidays: Collection[str]) -> bool:
    """Whether nobody works: a weekend, or one of `holidays` (MM-DD, or days from Easter Sunday)."""
    return day.weekday() >= 5 or day in _holidays(day.year, frozenset(holidays))


def hours_of(text: str) -> frozenset[int]:
    """The hours of a range such as 22-6: from the first, until the second begins."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError("must be a range of hours such as 22-6")
    first, end = (int(hour) for hour in found.groups())
    if first > 23 or end > 24 or first == end:
        raise ValueError("must be a range of hours such as 22-6")
    return frozenset(hour % 24 for hour in range(first, end if end > first else end + 24))


def holiday(text: str) -> str:
    """A holiday as files tell it; raises ValueError where it is none."""
    found = _HOLIDAY.fullmatch(text)
    if found is None:
        raise ValueError("must be MM-DD, easter, or easter and a number of days")
    if found[1]:
        date(2024, int(found[1]), int(found[2]))
    return text


@cache
def _holidays(year: int, holidays: frozenset[str]) -> frozenset[date]:
    days = set()
    for one in holidays:
        if one.startswith("easter"):
            days.add(easter(year) + timedelta(days=int(one.removeprefix("easter") or 0)))
        elif one != "02-29" or year % 4 == 0:
            days.add(date(year, int(one[:2]), int(one[3:])))
    return frozenset(days)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
