"""How much energy a register's readings show, whatever became of the register meanwhile.

The energy of a session is what its register rose by. Registers are reset by a reboot, replaced,
roll over, count from 0 in each session, and some firmware tells a start of 0 with a
lifetime of years. So a reading counts only as far as it can have flowed since the one before;
what can't have is left out, and said.

It all follows from the readings, in the order of their times, so that it does not
matter in which order they were told. Where a clock was set meanwhile, the order of times says
nothing, and a register that only rises tells the right one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_high
from typing import Final, NamedTuple

from .completeness import WHOLE, Flag

MOST_POWER: Final = 50_000.0
"""W that no outlet for alternating current gives."""
SLACK: Final = 2_000.0
"""Wh beside that, for clocks that differ, and registers that count whole kWh."""
UNSURE: Final = 6 * 3600.0
"""Seconds that may lie between two readings at least, where a charger's clock is not to be believed."""
JITTER: Final = 50.0
"""Wh by which a register may go back without having been reset."""
_ROLLS_OVER: Final = (*(10.0**digits for digits in range(6, 11)), 2.0**32, 2.0**32 / 10.0)
"""Wh at which registers begin anew; a counter of 32 bits may count tenths."""
_NEARLY: Final = 0.98
_ROUNDED: Final = 1.0
"""Seconds by which a start or a stop may be off, as their times are kept in whole ones."""
_GOES_ON: Final = 0.05
"""Part by which power may differ and be the same."""
_FASTER: Final = 2.0
"""No car charges so many times as fast as usual."""


class Reading(NamedTuple):
    """A register, as it was told."""

    at: float
    """UTC seconds."""
    wh: float


def most_that_flows(seconds: float, power: float = MOST_POWER / 3600.0) -> float:
    """Wh by which a register may rise in a time, at a power in Wh per second."""
    return power * seconds + SLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a session's readings show."""

    points: tuple[Reading, ...] = ()
    """How much had flowed since its start, at each reading that says something, Wh; it never falls."""
    flags: Flag = WHOLE

    @property
    def wh(self) -> float | None:
        """All that flowed; None where that is not known."""
        return self.points[-1].wh if len(self.points) > 1 else None


def follow(
    start: Reading | None,
    between: Iterable[Reading] = (),
    stop: Reading | None = None,
    *,
    sure: bool = True,
    ordered: bool = True,
    most_power: float = MOST_POWER,
) -> Course:
    """What flowed in a session.

    `start` and `stop` are what its charger told for these; None: it did not. `sure`: its times
    can be believed. `ordered`: no clock is known to have been set meanwhile. What lies outside of
    start and stop does not count.
    """
    marks = tuple(between)
    course = _by_time(start, marks, stop, sure=sure, most_power=most_power)
    if start is None or not (marks or stop):
        return course
    if stop is not None and course.wh != stop.wh - start.wh and _are_its_own(start, marks, stop):
        # Where a clock was set, too, only the session's beginning tells how they belong together.
        lifted = [Reading(mark.at, start.wh + mark.wh) for mark in marks]
        whole = follow(start, lifted, stop, sure=sure, ordered=ordered, most_power=most_power)
        return replace(whole, flags=whole.flags | Flag.SESSION_RELATIVE)
    least_time = 0.0 if sure else UNSURE
    if ordered and not _clock_was_set(start, marks, stop, course, least_time, most_power):
        return course
    return _by_register(start, marks, stop, most_power) or course


def _are_its_own(start: Reading, marks: Sequence[Reading], stop: Reading) -> bool:
    """Whether all that was told meanwhile counts from 0, and start and stop do not.

    It never shows what the start did, and not more than the session took. Where energy flows to
    the stop as it did before if the stop is no other register, it is none.
    """
    last = max(marks, key=lambda mark: mark.wh, default=start)
    if last.wh >= start.wh - JITTER or last.wh > stop.wh - start.wh + JITTER:
        return False
    first = min(marks) if len(marks) > 1 else Reading(start.at, 0.0)
    if not first.at < last.at < stop.at:
        return True
    before = _power(first, last)
    same, other = _power(last, stop), _power(last, stop._replace(wh=stop.wh - start.wh))
    off = abs(same - before)
    return off > min(_GOES_ON * before, abs(other - before))


def _power(one: Reading, other: Reading) -> float:
    """How fast a register rose, Wh per second."""
    return (other.wh - one.wh) / max(other.at - one.at, _ROUNDED)


def _by_time(
    start: Reading | None,
    between: Iterable[Reading],
    stop: Reading | None,
    *,
    sure: bool,
    most_power: float,
) -> Course:
    """What flowed, where the readings were told for the times that they have."""
    told = _in_order(start, between, stop)
    if not told:
        return Course(flags=Flag.START_UNKNOWN)
    flags = WHOLE if start is not None else Flag.START_UNKNOWN
    counter = _Counter(told[0], most_power=most_power, least_time=0.0 if sure else UNSURE)
    points = [Reading(told[0].at, 0.0)]
    for reading in told[1:]:
        flags |= counter.count(reading)
        if counter.began_anew:
            # What the start told can't be: the session is known from here on.
            points = []
        points.append(Reading(reading.at, counter.flowed))
    return Course(points=tuple(points), flags=flags)


def _in_order(
    start: Reading | None, between: Iterable[Reading], stop: Reading | None
) -> Sequence[Reading]:
    """All readings by their times; of those at the same time as start or stop, only these."""
    first = float("-inf") if start is None else start.at
    last = float("inf") if stop is None else max(stop.at, first)
    middle = sorted(reading for reading in between if first < reading.at < last)
    head = [] if start is None else [start]
    return [*head, *middle, *([] if stop is None else [Reading(last, stop.wh)])]


def _clock_was_set(
    start: Reading,
    marks: Sequence[Reading],
    stop: Reading | None,
    course: Course,
    least_time: float,
    most_power: float,
) -> bool:
    """Whether readings can't have been told in the order of their times.

    More than at the start before it, or less than at the stop after it, is no matter of registers.
    Nor is a register that shows more after a fall than can have flowed since it was 0.
    """
    if stop is not None and stop.at < start.at - _ROUNDED:
        return True
    for mark in marks:
        if mark.at < start.at - _ROUNDED and mark.wh > start.wh + JITTER:
            return True
        if stop is not None and mark.at > stop.at + _ROUNDED and mark.wh < stop.wh - JITTER:
            return True
    falls = [
        (one, other)
        for one, other in pairwise(_in_order(start, marks, stop))
        if start.wh <= other.wh < one.wh - JITTER
    ]
    if stop is None and Flag.REGISTER_RESET not in course.flags:
        return False
    if len(falls) == 1 and stop is not None and course.wh == stop.wh - start.wh:
        return False  # one value that can't be, and that changes nothing
    if any(
        other.wh > most_that_flows(max(other.at - one.at, least_time), most_power / 3600.0)
        for one, other in falls
    ):
        return True
    if stop is None or start.wh <= SLACK or any(mark.wh < start.wh - JITTER for mark in marks):
        return False
    # From 0 a register would have passed all below the start, which nobody has seen.
    return len(falls) > 1 or any(
        other.wh > _FASTER * _usual_power(start, marks, stop) * max(other.at - one.at, _ROUNDED)
        for one, other in falls
    )


def _usual_power(start: Reading, marks: Sequence[Reading], stop: Reading) -> float:
    """How fast the register rises as a rule while it does, Wh per second."""
    told = pairwise(_in_order(start, marks, stop))
    return median_high([0.0, *(_power(one, other) for one, other in told if other.wh > one.wh)])


def _by_register(
    start: Reading, marks: Sequence[Reading], stop: Reading | None, most_power: float
) -> Course | None:
    """What flowed, where only the register tells which reading came first; None: it can't.

    All that it rose by counts. When that was is what most of the readings agree on.
    """
    top = max(marks, key=lambda mark: mark.wh) if stop is None else stop
    times = [reading.at for reading in (start, *marks, top)]
    risen = top.wh - start.wh
    # A register that begins at 0 is the session's own, or a lifetime's whose start was not told.
    lasted = max(max(times) - min(times), UNSURE if start.wh else 0.0)
    possible = most_that_flows(lasted, most_power / 3600.0)
    last = max(start.at, top.at)
    own = [
        mark
        for mark in marks
        if not (mark.at <= start.at and mark.wh < start.wh - JITTER)
        and not (mark.at >= last and mark.wh > top.wh + JITTER)
    ]
    between = [Reading(mark.at, mark.wh - start.wh) for mark in own if start.at < mark.at < last]
    if not 0.0 <= risen <= possible or any(
        not -JITTER <= mark.wh - start.wh <= risen + JITTER for mark in own
    ):
        return None
    points = [
        Reading(mark.at, min(max(mark.wh, 0.0), risen))
        for mark in _most_in_order(sorted(between, key=lambda mark: (mark.wh, mark.at)))
    ]
    return Course(
        points=(Reading(start.at, 0.0), *points, Reading(last, risen)), flags=Flag.UNORDERED
    )


def _most_in_order(readings: Sequence[Reading]) -> list[Reading]:
    """The most of them whose times do not fall."""
    ends: list[float] = []
    """The earliest time at which so many can end, for each number of them."""
    lengths: list[int] = []
    for reading in readings:
        place = bisect_right(ends, reading.at)
        ends[place : place + 1] = [reading.at]
        lengths.append(place + 1)
    found: list[Reading] = []
    wanted = len(ends)
    for reading, length in zip(reversed(readings), reversed(lengths), strict=True):
        if length == wanted and (not found or reading.at <= found[-1].at):
            found.append(reading)
            wanted -= 1
    return found[::-1]


class _Counter:
    """Counts what flows by the readings of one register, or of several in turn."""

    def __init__(self, first: Reading, *, most_power: float, least_time: float) -> None:
        self._first = self._last = first
        self._base = first.wh
        self._power = most_power / 3600.0
        self._least_time = least_time
        self._told = 1
        self.flowed = 0.0
        """Wh since the first reading."""
        self.began_anew = False
        """The reading that came last shows that the first can't be."""

    def count(self, reading: Reading) -> Flag:
        """Take the next reading; what is wrong with it."""
        self._told += 1
        elapsed = max(reading.at - self._last.at, self._least_time)
        possible = most_that_flows(elapsed, self._power)
        flowed, base, flag = self._meaning(reading, possible)
        self.began_anew = flag is Flag.START_UNKNOWN
        self.flowed, self._base = flowed, base
        self._last = reading
        return flag

    def _meaning(self, reading: Reading, possible: float) -> tuple[float, float, Flag]:
        """How much had flowed, from where the register counts, and what is wrong."""
        told, before, first = reading.wh, self.flowed, self._first.wh

        def can_be(flowed: float) -> bool:
            return before <= flowed <= before + possible

        if can_be(told - self._base):
            return told - self._base, self._base, WHOLE
        if self._base != first and can_be(told - first):
            return told - first, first, WHOLE
        if before - JITTER <= told - self._base < before:
            return before, self._base, Flag.BACKWARDS
        if told < self._last.wh:
            if can_be(told) and self._counts_from_zero(reading):
                return told, 0.0, Flag.SESSION_RELATIVE
            for size in _ROLLS_OVER:
                if size * _NEARLY <= self._last.wh <= size and can_be(told + size - self._base):
                    return told + size - self._base, self._base - size, Flag.REGISTER_RESET
            # From 0 since it was reset, or a meter that already showed something.
            since = told if told <= possible else 0.0
            return before + since, told - before - since, Flag.REGISTER_RESET
        if self._told == 2 and told - self._base > possible:
            return 0.0, told, Flag.START_UNKNOWN
        return before, told - before, Flag.IMPLAUSIBLE

    def _counts_from_zero(self, reading: Reading) -> bool:
        """Whether it never showed the register that its start told."""
        elapsed = max(reading.at - self._first.at, self._least_time)
        return self.flowed == 0.0 and reading.wh <= min(
            self._first.wh / 2.0, most_that_flows(elapsed, self._power)
        )
