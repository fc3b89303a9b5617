"""How much energy a register's readings show, whatever became of the register meanwhile.

The energy of a session is what its register rose by. Registers are reset by a reboot, replaced,
roll over, count from 0 in each session, and some firmware tells a start of 0 with a
lifetime of years. So a reading counts only as far as it can have flowed since the one before;
what can't have is left out, and said.

It all follows from the readings, in the order of their times, so that it does not
matter in which order they were told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
    most_power: float = MOST_POWER,
) -> Course:
    """What flowed in a session.

    `start` and `stop` are what its charger told for these; None: it did not. `sure`: its times
    can be believed. What lies outside of start and stop does not count.
    """
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
