"""Energy by quarter hours of the clock.

Between two readings that are near each other energy flowed evenly; between others it
flowed while the car was charging. Every quarter hour gets the difference of what had
flowed at its ends, rounded there: so the quarter hours add up to the whole to the Wh, each is right
to a Wh, and those of the past stay as they are when a session goes on.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor
from typing import Final, NamedTuple

from .register import Reading

QUARTER: Final = 900
"""Seconds. All time zones that are in use today differ from UTC by whole quarters of an hour."""
LONGEST: Final = 900.0
"""Seconds without a reading after which quarter hours are estimates."""

TOO_LONG: Final = 400 * 86_400.0
"""Seconds after which what flowed is counted to the end: a clock was wrong, or somebody's hand."""


class Stretch(NamedTuple):
    """A time, in UTC seconds."""

    start: float
    end: float


class Quarter(NamedTuple):
    """What flowed in a quarter hour."""

    slot: int
    """UTC seconds // 900."""
    wh: int
    estimated: bool


def slot_of(at: float) -> int:
    """The quarter hour of a moment."""
    return floor(at / QUARTER)


def whole(wh: float) -> int:
    """A count of Wh, half up."""
    return floor(wh + 0.5)


def quarters(points: Sequence[Reading], charging: Iterable[Stretch] = ()) -> list[Quarter]:
    """What flowed in each quarter hour; those without energy are left out.

    `points` say how much had flowed, never less than before; `charging` is when the car is
    known to have charged, in order.
    """
    if not points:
        return []
    stretches = tuple(charging)
    found: dict[int, tuple[int, bool]] = {}
    done = whole(points[0].wh)
    for one, other in pairwise(points):
        estimated = other.at - one.at > LONGEST
        way = _Way(one, other, stretches if estimated else ())
        first = slot_of(other.at if other.at - one.at > TOO_LONG else one.at)
        for slot in range(first, slot_of(other.at) + 1):
            end = min((slot + 1) * QUARTER, other.at)
            flowed = whole(other.wh if end >= other.at else way.at(end))
            if flowed != done:
                before, was = found.get(slot, (0, False))
                found[slot] = (before + flowed - done, was or estimated)
                done = flowed
            if end >= other.at:
                break
    return [Quarter(slot, wh, estimated) for slot, (wh, estimated) in sorted(found.items())]


class _Way:
    """How energy flowed between two readings."""

    def __init__(self, one: Reading, other: Reading, charging: Sequence[Stretch]) -> None:
        self._one, self._other = one, other
        within = [
            Stretch(max(stretch.start, one.at), min(stretch.end, other.at))
            for stretch in charging
            if stretch.end > one.at and stretch.start < other.at
        ]
        self._charging = within or [Stretch(one.at, other.at)]
        self._time = sum(stretch.end - stretch.start for stretch in self._charging)

    def at(self, moment: float) -> float:
        """How much had flowed at a moment between them."""
        charged = sum(
            max(0.0, min(stretch.end, moment) - stretch.start) for stretch in self._charging
        )
        part = charged / self._time if self._time else 1.0
        return self._one.wh + (self._other.wh - self._one.wh) * min(1.0, part)
