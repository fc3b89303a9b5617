"""How far a charger's clock is off, learned from the timestamps it sends.

A timestamp that is an hour old is either a wrong clock or a message that waited
an hour for the connection. Messages that waited come in a rush with timestamps
far apart; a wrong clock keeps its error. So an error that makes the charger
older than thought counts only once two messages, seconds apart, agree on it. A
message from the future can only come from a clock that is ahead.
"""

from datetime import datetime, timedelta

from .. import clock

_AGREE_WITHIN = 2.0
_APART = 5.0
_TOLERANCE = 2.0


class ChargerClock:
    """The clock of one charger."""

    def __init__(self, offset: float = 0.0) -> None:
        """`offset`: seconds that the charger's clock is ahead of ours."""
        self.offset = offset
        self._doubted: tuple[float, float] | None = None  # (offset, when)

    def set(self) -> None:
        """The charger was told the time and is expected to have taken it."""
        self.offset = 0.0
        self._doubted = None

    def now(self) -> datetime:
        """The time that the charger believes it is."""
        return clock.now() + timedelta(seconds=self.offset)

    def observe(self, told: datetime) -> float:
        """Learn from the timestamp of a message that came just now; its age in s."""
        seen = (told - clock.now()).total_seconds()
        if seen > self.offset:
            self.offset = seen
            self._doubted = None
        elif seen < self.offset - _TOLERANCE:
            self._doubt(seen)
        return max(0.0, self.offset - seen)

    def age(self, told: datetime) -> float:
        """How long ago something was that the charger dates `told`, s, at least 0."""
        return max(0.0, (self.now() - told).total_seconds())

    def _doubt(self, seen: float) -> None:
        at = clock.monotonic()
        if self._doubted is None or abs(seen - self._doubted[0]) > _AGREE_WITHIN:
            self._doubted = (seen, at)
        elif at - self._doubted[1] >= _APART:
            self.offset = seen
            self._doubted = None
