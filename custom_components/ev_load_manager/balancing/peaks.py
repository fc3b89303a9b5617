"""How long a peak of the other load is held before cars get what it leaves.

For the time of the tuning, usually. What came back again and again within two
minutes, a thermostat, is taken to come back once more: following it would move
every limit twice a cycle, and cars that take half a minute to follow would use
little of what is free between.
"""

from collections import deque
from dataclasses import dataclass, field

FELL = 3.0
"""A below its peak at which a load has gone."""
BACK = 1.0
"""A below its peak at which it is back."""
SOON = 150.0
"""Seconds; what comes back later is followed."""
LONGER = 1.25
"""Times the longest absence that a load that keeps coming back is held,"""
LATER = 15.0
"""and so many seconds more: chargers that report late hide when it went."""
TIMES = 2
"""Absences in a row after which a load is known to come back."""
REMEMBERED = 6
"""Absences that are looked at."""


@dataclass(slots=True)
class Peaks:
    """The peaks of one phase's other load. Currents in A, times in s."""

    hold_time: float
    _falling: deque[tuple[float, float]] = field(default_factory=deque)
    """(at, A): the highest value, the highest after it, and so on to the newest."""
    _gone: tuple[float, float] | None = None
    """(since when, from which peak) a load is away."""
    _absences: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def add(self, at: float, amperes: float) -> None:
        """Take in a value."""
        self._notice(at, amperes)
        falling = self._falling
        while falling and falling[-1][1] <= amperes:
            falling.pop()
        falling.append((at, amperes))

    def highest(self, now: float) -> float:
        """The highest value that is still held; the newest is, however old."""
        falling, since = self._falling, now - self.hold
        while len(falling) > 1 and falling[0][0] <= since:
            falling.popleft()
        return falling[0][1]

    @property
    def hold(self) -> float:
        """How long a peak is held at present, s."""
        if len(self._absences) < TIMES:
            return self.hold_time
        return max(self.hold_time, LONGER * max(self._absences) + LATER)

    def _notice(self, at: float, amperes: float) -> None:
        """See whether a load goes, comes back, or stays away."""
        if self._gone is not None:
            since, peak = self._gone
            if amperes >= peak - BACK:
                self._gone = None
                self._absences.append(at - since)
            elif at - since > SOON:
                self._gone = None
                self._absences.clear()
        if self._gone is None and self._falling:
            # The peak lasts until the value after it.
            peak = self._falling[0][1]
            if amperes < peak - FELL:
                self._gone = at, peak
