"""Hours and tariffs that people enter themselves: a calendar of limits, and a tariff no file has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any, Final

from ..errors import figure
from ..peaks.calendar import ALL_MONTHS, LimitedHours, Rule, hours_of
from ..peaks.tariff import Tariff, read_tariff

CONF_HOURS: Final = "hours"
CONF_WORKING: Final = "working"
CONF_FREE_DAYS: Final = "free"
CONF_FROM_MONTH: Final = "from_month"
CONF_TO_MONTH: Final = "to_month"
CONF_LIMIT: Final = "limit"
CONF_WEIGHT: Final = "weight"
CONF_TOP: Final = "top"
CONF_BEST_OF: Final = "best_of"
CONF_USE: Final = "use"
CONF_OF: Final = "of"
CONF_YEAR_MEAN: Final = "mean_of_12_months"
CONF_FLOOR: Final = "floor_kw"
CONF_FREE: Final = "free_kw"
CONF_PRICE_KIND: Final = "price_kind"
CONF_PRICE: Final = "price"
CONF_STEPS: Final = "steps"
CONF_FROM_POWER: Final = "from_kw"
CONF_COUNTED: Final = "counted_hours"
CONF_CURRENCY: Final = "currency"

DAYS: Final = ("working", "free")
_DAYS: Final = (CONF_WORKING, CONF_FREE_DAYS)
BEST_OF: Final = ("none", "day", "week")
USES: Final = ("mean", "lowest")
OF: Final = ("month", "last_12_months")
PRICE_NONE: Final = "none"
PRICE_STEPS: Final = "steps_per_month"
PRICE_KINDS: Final = (PRICE_NONE, "per_kw_month", "per_kw_year", PRICE_STEPS)
OWN: Final = "own"
"""The id of a tariff that somebody entered."""
MOST_ROWS: Final = 50
MOST_TOP: Final = 31
_MOST: Final = 1e6
_LONG_AGO: Final = date(2000, 1, 1)
"""What somebody entered holds since ever."""


class OwnTariffError(Exception):
    """What somebody entered can't be; `key` leads to the words for it."""

    def __init__(self, key: str, **placeholders: str) -> None:
        """`placeholders` are what the words name."""
        super().__init__(key)
        self.key = key
        self.placeholders = placeholders


def calendar_of(rows: Sequence[Mapping[str, Any]], *, most: float) -> tuple[LimitedHours, ...]:
    """The limits of a calendar, kW; raises OwnTariffError where there is none, or one can't be."""
    if not 1 <= len(rows) <= MOST_ROWS:
        raise OwnTariffError("calendar_rows", most=str(MOST_ROWS))
    found = []
    for row in rows:
        limit = _number(row.get(CONF_LIMIT))
        if not 0.0 <= limit <= most:
            raise OwnTariffError("calendar_limit", hours=_told_hours(row), most=figure(most))
        found.append(LimitedHours(rule=_rule(row, CONF_LIMIT), limit=limit))
    return tuple(found)


def _number(value: Any) -> float:
    """A number that somebody entered; NaN, which is in no range, where it is none."""
    if isinstance(value, bool):
        return nan
    try:
        return float(value)
    except TypeError, ValueError, OverflowError:
        return nan


def _told_hours(row: Mapping[str, Any]) -> str:
    """By which words of errors name a row."""
    told = row.get(CONF_HOURS)
    return "" if told is None else str(told)


def _rule(row: Mapping[str, Any], what: str) -> Rule:
    """When a row holds; beside that it tells `what`."""
    named = _told_hours(row)
    try:
        hours = hours_of(named.strip().replace("–", "-").replace(" ", ""))
    except ValueError as error:
        raise OwnTariffError("hours_unreadable", hours=named) from error
    strange = row.keys() - {CONF_HOURS, what, *_DAYS, CONF_FROM_MONTH, CONF_TO_MONTH}
    strange |= {one for one in _DAYS if not isinstance(row.get(one) or False, bool)}
    if strange:
        raise OwnTariffError("row_wrong", hours=named, field=min(map(str, strange)))
    months = _months(row, named)
    working, free = (bool(row.get(one)) for one in _DAYS)
    days = "all" if working == free else "working" if working else "free"
    return Rule(months=months, days=days, hours=hours)


def _months(row: Mapping[str, Any], named: str) -> Collection[int]:
    """The months in which a row holds, from one to another."""
    told = [row.get(one) for one in (CONF_FROM_MONTH, CONF_TO_MONTH)]
    if told == [None, None]:
        return ALL_MONTHS
    if None in told:
        raise OwnTariffError("months_half", hours=named)
    first, last = map(_number, told)
    if not {first, last} <= ALL_MONTHS:
        raise OwnTariffError("months_wrong", hours=named)
    count = int(last - first) % 12 + 1
    return frozenset((int(first) - 1 + place) % 12 + 1 for place in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Hours (0 to 23) in which, in some month at least, no row of a calendar holds, or several do.

    By kind of day: working, free.
    """

    gaps: Mapping[str, tuple[int, ...]]
    overlaps: Mapping[str, tuple[int, ...]]

    @property
    def is_plain(self) -> bool:
        """Whether exactly one row holds at any time."""
        return not any(self.gaps.values()) and not any(self.overlaps.values())


def coverage(calendar: Iterable[LimitedHours]) -> Coverage:
    """Where the rows of a calendar leave gaps, and where they overlap."""
    rules = [one.rule for one in calendar]

    def hours(day: str, *, several: bool) -> tuple[int, ...]:
        found = set()
        for month in ALL_MONTHS:
            of_month = [
                rule for rule in rules if month in rule.months and rule.days in {"all", day}
            ]
            for hour in range(24):
                count = sum(hour in rule.hours for rule in of_month)
                if count > 1 if several else count == 0:
                    found.add(hour)
        return tuple(sorted(found))

    return Coverage(
        gaps={day: hours(day, several=False) for day in DAYS},
        overlaps={day: hours(day, several=True) for day in DAYS},
    )


def ranges(hours: Sequence[int]) -> str:
    """Hours as people write them: "0-6, 22-24"; a dash where there are none."""
    found: list[list[int]] = []
    for hour in hours:
        if found and found[-1][1] == hour:
            found[-1][1] = hour + 1
        else:
            found.append([hour, hour + 1])
    return ", ".join(f"{first}-{end}" for first, end in found) or "–"


def own_tariff(told: Mapping[str, Any], *, minutes: int, time_zone: str) -> Tariff:
    """The tariff that somebody entered, checked as a file is.

    Raises OwnTariffError where a field can't be, TariffError where it is no tariff all the same.
    """
    top = _number(told.get(CONF_TOP, 1))
    if not (1 <= top <= MOST_TOP and top == int(top)):
        raise OwnTariffError("tariff_top", most=str(MOST_TOP))
    for name in (CONF_FLOOR, CONF_FREE):
        if not 0.0 <= _number(told.get(name) or 0.0) < _MOST:
            raise OwnTariffError("tariff_amount")
    component: dict[str, Any] = {
        "id": OWN,
        "kind": "peaks",
        "rules": _weights(told.get(CONF_COUNTED) or ()),
        "best_of": told.get(CONF_BEST_OF, BEST_OF[0]),
        "top": int(top),
        "of": told.get(CONF_OF, OF[0]),
        "use": told.get(CONF_USE, USES[0]),
        "then": "mean_of_12_months" if told.get(CONF_YEAR_MEAN) else "as_is",
        "floor_kw": float(told.get(CONF_FLOOR) or 0.0),
        "free_kw": float(told.get(CONF_FREE) or 0.0),
    }
    if (price := _price(told)) is not None:
        component["price"] = price
    return read_tariff(
        OWN,
        {
            "schema": 1,
            "id": OWN,
            "name": OWN,
            "country": "-",
            "time_zone": time_zone,
            "window_minutes": minutes,
            "currency": str(told.get(CONF_CURRENCY) or "EUR"),
            "versions": [
                {
                    "valid_from": _LONG_AGO,
                    "source": {"title": OWN, "year": _LONG_AGO.year, "sure": "high"},
                    "components": [component],
                }
            ],
        },
    )


def _weights(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Which hours count, and how much of a window in them (percent); none: all of them."""
    if len(rows) > MOST_ROWS:
        raise OwnTariffError("calendar_rows", most=str(MOST_ROWS))
    found = []
    for row in rows:
        weight = _number(row.get(CONF_WEIGHT, 100.0))
        if not 0.0 <= weight <= 100.0:
            raise OwnTariffError("tariff_weight", hours=_told_hours(row))
        rule = _rule(row, CONF_WEIGHT)
        found.append(
            {
                "months": sorted(rule.months),
                "days": rule.days,
                "hours": [f"{hour}-{hour + 1}" for hour in sorted(rule.hours)],
                "weight": weight / 100.0,
            }
        )
    return found


def _price(told: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = told.get(CONF_PRICE_KIND, PRICE_NONE)
    if kind == PRICE_NONE:
        return None
    if kind == PRICE_STEPS:
        steps = [
            [_number(row.get(CONF_FROM_POWER)), _number(row.get(CONF_PRICE))]
            for row in told.get(CONF_STEPS) or ()
        ]
        edges = [edge for edge, _ in steps]
        fits = all(0.0 <= one < _MOST for row in steps for one in row)
        if not steps or not fits or edges[0] != 0.0 or edges != sorted(set(edges)):
            raise OwnTariffError("tariff_steps")
        return {PRICE_STEPS: steps}
    price = _number(told.get(CONF_PRICE))
    if not 0.0 < price < _MOST:
        raise OwnTariffError("tariff_price")
    return {kind: price}
