"""Watches one circuit: was a phase above its limit, how far, and for how long?

Pure: told the truth at each tick. It judges the true current, whatever meters
and chargers say.
"""

from collections import deque
from dataclasses import dataclass

from ..charger.grid import NOTHING, PHASE_NAMES, Currents

_MEAN_OVER = 600.0
"""Seconds of the rolling mean: what heats a cable."""


@dataclass(slots=True, kw_only=True)
class Excursion:
    """A time without a break that one phase was over its limit."""

    circuit: str
    phase: int
    start: float
    end: float
    over: float
    """Most that it was above the limit, A."""
    limit: float
    """The limit at its start, A."""

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.start

    def __str__(self) -> str:
        """Say it for a table of faults."""
        where = f"{self.circuit} {PHASE_NAMES[self.phase]}"
        return f"{where}: {self.over:.1f} A above {self.limit:g} A for {self.seconds:.1f} s"


class Watch:
    """Judges one circuit's phases."""

    def __init__(self, circuit: str, *, tolerance: float = 0.1) -> None:
        """Watch `circuit`; up to `tolerance` A above its limit is none."""
        self.circuit = circuit
        self.tolerance = tolerance
        self.worst: Currents = NOTHING
        """Highest current of each phase, A."""
        self.over: Currents = NOTHING
        """How long each phase was over its limit, all in all, s."""
        self.worst_mean_over: Currents | None = None
        """Highest rolling mean of ten minutes of (current - limit) per phase, A;
        None before the first ten minutes are over."""
        self.excursions: list[Excursion] = []
        self._open: list[Excursion | None] = [None, None, None]
        self._at: float | None = None
        self._began: float | None = None
        self._window: deque[tuple[float, float, Currents]] = deque()
        self._sums = [0.0, 0.0, 0.0]

    @property
    def longest(self) -> float:
        """Seconds of the longest excursion of any phase."""
        return max((one.seconds for one in self.excursions), default=0.0)

    @property
    def highest(self) -> float:
        """A above the limit at the worst moment."""
        return max((one.over for one in self.excursions), default=0.0)

    def since(self, start: float) -> list[Excursion]:
        """Excursions that ended at `start` or later."""
        return [one for one in self.excursions if one.end >= start]

    def forget(self, before: float) -> None:
        """Forget excursions that ended before a moment, so that a long watch stays small."""
        self.excursions = [one for one in self.excursions if one.end >= before or one in self._open]

    def record(self, now: float, currents: Currents, limit: Currents) -> None:
        """`currents` flowed since the last record, under `limit` (A per phase)."""
        seconds = 0.0 if self._at is None else now - self._at
        began = now - seconds
        over = list(self.over)
        for phase in range(3):
            excess = currents[phase] - limit[phase]
            if excess <= self.tolerance:
                self._open[phase] = None
                continue
            over[phase] += seconds
            self._extend(phase, began, now, excess, limit[phase])
        self.over = (over[0], over[1], over[2])
        self.worst = (
            max(self.worst[0], currents[0]),
            max(self.worst[1], currents[1]),
            max(self.worst[2], currents[2]),
        )
        self._average(now, seconds, currents, limit)
        self._at = now

    def _extend(self, phase: int, began: float, now: float, excess: float, limit: float) -> None:
        running = self._open[phase]
        if running is None:
            running = self._open[phase] = Excursion(
                circuit=self.circuit, phase=phase, start=began, end=now, over=excess, limit=limit
            )
            self.excursions.append(running)
        running.end = now
        running.over = max(running.over, excess)

    def _average(self, now: float, seconds: float, currents: Currents, limit: Currents) -> None:
        """Keep the rolling mean of what is above or below the limit."""
        if self._began is None:
            self._began = now
        one, two, three = (
            (amperes - allowed) * seconds for amperes, allowed in zip(currents, limit, strict=True)
        )
        self._window.append((now, seconds, (one, two, three)))
        for phase, amount in enumerate((one, two, three)):
            self._sums[phase] += amount
        while self._window and self._window[0][0] <= now - _MEAN_OVER:
            _, _, gone = self._window.popleft()
            for phase in range(3):
                self._sums[phase] -= gone[phase]
        if now - self._began < _MEAN_OVER:
            return
        means = tuple(amount / _MEAN_OVER for amount in self._sums)
        worst = self.worst_mean_over or means
        self.worst_mean_over = (
            max(worst[0], means[0]),
            max(worst[1], means[1]),
            max(worst[2], means[2]),
        )
