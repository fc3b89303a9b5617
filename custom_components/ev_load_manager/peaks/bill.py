"""What a month's windows cost by a tariff, and what a window may be without costing more."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import inf
from typing import NamedTuple

from .calendar import is_free
from .tariff import Agreed, Component, Peaks, Price


class Window(NamedTuple):
    """A window that is over."""

    start: datetime
    """With the time zone of the tariff: local time."""
    mean: float
    """Its mean import, kW."""


def counts(part: Component, start: datetime, holidays: Sequence[str]) -> float:
    """How much of a window that begins then (local) is counted; 0: it is free."""
    if isinstance(part, Agreed):
        return 1.0
    return next((rule.weight for rule in part.rules if rule.holds(start, holidays)), 0.0)


def charged(part: Peaks, windows: Iterable[Window], holidays: Sequence[str]) -> float:
    """The power that is charged for a month (or for the last twelve), kW.

    `windows` are those of that time. With `mean_of_12_months` it is the month's own; the mean
    of twelve is `mean_of_months`.
    """
    highest = _highest(part, windows, holidays)[: part.top]
    if not highest:
        return part.floor
    found = highest[-1] if part.use == "lowest" else sum(highest) / len(highest)
    return max(part.floor, found)


def mean_of_months(months: Sequence[float]) -> float:
    """What is charged where the mean of twelve months counts, by those there are so far, kW."""
    last = months[-12:]
    return sum(last) / len(last) if last else 0.0


def cost_of_month(part: Peaks, kilowatts: float) -> float | None:
    """What a month with so much charged power costs; None where no price is known."""
    price = part.price
    billed = max(0.0, kilowatts - part.free)
    if price.steps:
        return [amount for edge, amount in price.steps if edge <= kilowatts][-1]
    if price.per_kw_month is not None:
        return billed * price.per_kw_month
    return None if price.per_kw_year is None else billed * price.per_kw_year / 12.0


def limit_without_cost(
    part: Peaks, start: datetime, windows: Sequence[Window], holidays: Sequence[str], floor: float
) -> float:
    """What the mean of a window that begins at `start` (local) may be without costing more, kW.

    `windows` are those before it of the time that is billed together, `floor` what people do
    not want to stay below. It is inf where a window is free.
    """
    weight = counts(part, start, holidays)
    if weight == 0.0:
        return inf
    floor = max(floor, part.floor, part.free)
    same = _period(part, start)
    own = max(
        (
            one.mean * counts(part, one.start, holidays)
            for one in windows
            if _is_of(part, one, same)
        ),
        default=0.0,
    )
    others = _highest(part, [one for one in windows if not _is_of(part, one, same)], holidays)
    # The highest of its own day (or week) is paid: no window of that day can add to it.
    paid = own if part.best_of != "none" else 0.0
    if part.price.steps and part.use == "mean":
        paid = max(paid, _up_to_the_step(part.price, others[: part.top - 1], part.top, paid, floor))
    elif len(others) >= part.top:
        paid = max(paid, others[part.top - 1])
    elif others:
        # Who has only begun the month steers by what it costs so far, not by the first lows.
        paid = max(paid, sum(others) / len(others))
    return max(floor, paid) / weight


def _up_to_the_step(
    price: Price, others: Sequence[float], top: int, own: float, floor: float
) -> float:
    """What the highest of a day may be so that the month's mean stays on its step, kW."""
    missing = top - 1 - len(others)
    known = sum(others)
    least = max(own, floor)
    mean = (known + least * (1 + missing)) / top
    edges = [edge for edge, _ in price.steps if edge > mean]
    # From an edge on the next step is paid.
    return (edges[0] * 0.999 * top - known) / (1 + missing) if edges else least


def agreed_block(part: Agreed, start: datetime, holidays: Sequence[str]) -> str:
    """The block of a window that begins then (local)."""
    return part.block(start, is_free=is_free(start.date(), holidays))


def _highest(part: Peaks, windows: Iterable[Window], holidays: Sequence[str]) -> list[float]:
    """What is compared of the windows, highest first, kW: the best of each day or week."""
    if part.best_of == "none":
        each = [one.mean * counts(part, one.start, holidays) for one in windows]
        return sorted((value for value in each if value > 0.0), reverse=True)
    best: dict[object, float] = {}
    for one in windows:
        period = _period(part, one.start)
        best[period] = max(best.get(period, 0.0), one.mean * counts(part, one.start, holidays))
    return sorted((value for value in best.values() if value > 0.0), reverse=True)


def _period(part: Peaks, start: datetime) -> date | tuple[int, int] | None:
    """The day or week of which only one window counts."""
    if part.best_of == "day":
        return start.date()
    return tuple(start.isocalendar()[:2]) if part.best_of == "week" else None  # type: ignore[return-value]


def _is_of(part: Peaks, one: Window, period: object) -> bool:
    return part.best_of != "none" and _period(part, one.start) == period
