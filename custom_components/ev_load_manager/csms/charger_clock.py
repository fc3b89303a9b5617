"""How a charger's clock goes, learned from the timestamps it sends.

A timestamp that is an hour old is either a wrong clock or a message that waited
an hour for the connection. Messages that waited come in a rush with timestamps
far apart; a wrong clock keeps its error. So an error that makes the charger
older than thought counts only once two messages, seconds apart, agree on it. A
message from the future can only come from a clock that is ahead.

Meter values alone set a clock back only as far as time zones go, and not once
something that happens has confirmed it: some firmware sends the values of a day
long past again and again, at the pace of the present.

It is kept beside the monotonic clock: when somebody sets the clock of this
machine, the charger's goes on as it went, and a limit that began "a minute ago"
by ours might begin in hours by the charger's.
"""

from collections.abc import Callable
from datetime import UTC, datetime
import math
from typing import NamedTuple

from .. import clock

_AGREE_WITHIN = 2.0
_APART = 5.0
_TOLERANCE = 2.0
_ZONES = 15 * 3600.0
"""s by which a clock that shows local time may be behind."""
_LIKE_OURS = 10.0
"""s by which a charger's clock that was set by ours may differ from it."""


_SHOWS_WITHIN = 60.0
"""s after which a message that told another time was one that had waited."""
_SETS_WITHIN = 10.0
"""s in which a charger that has booted has set its clock by what it was told."""
_TAKES_WITHIN = 120.0
"""s in which a charger shows, or not, that it took the time that it was told."""


class PossibleClock(NamedTuple):
    """What a charger's clock may show."""

    zero: float
    """Seconds since the epoch when the monotonic clock began."""
    until: float
    """When this is known not to be so (monotonic)."""
    booted: bool = False
    """Only what nobody hears of speaks for it: that the charger lost its power, and its time."""


class ChargerClock:
    """The clock of one charger."""

    def __init__(self, offset: float = 0.0) -> None:
        """`offset`: seconds that the charger's clock is ahead of ours at present."""
        self._zero = _zero_of(clock.now()) + offset
        self._doubted: tuple[float, float] | None = None  # (zero, when)
        self._confirmed = False
        self._told = _zero_of(clock.now())
        self._before: PossibleClock | None = None
        self._booted: PossibleClock | None = None
        self.on_news: Callable[[], None] | None = None
        """Called when it may show another time than it was thought to."""

    @property
    def possible(self) -> tuple[PossibleClock, ...]:
        """What it may show: what it is believed to, and what nobody can rule out yet."""
        found = [PossibleClock(self._zero, math.inf)]
        if self._doubted is not None:
            found.append(PossibleClock(self._doubted[0], self._doubted[1] + _SHOWS_WITHIN))
        if self._before is not None:
            found.append(self._before)
        if self._booted is not None:
            found.append(self._booted)
        return tuple(found)

    @property
    def offset(self) -> float:
        """Seconds that the charger's clock is ahead of ours at present."""
        return self._zero - _zero_of(clock.now())

    def set(self) -> None:
        """The charger was told the time and is expected to have taken it."""
        self._is_told()
        self._told = _zero_of(clock.now())
        self._is_now(self._told)

    def told(self) -> None:
        """The charger was told the time in passing.

        One whose clock goes as ours did takes it: somebody may have set ours since.
        """
        self._is_told()
        ours = _zero_of(clock.now())
        if abs(ours - self._told) > _LIKE_OURS and abs(self._zero - self._told) <= _LIKE_OURS:
            before = PossibleClock(self._zero, clock.monotonic() + _TAKES_WITHIN)
            self._is_now(ours, before=before)
        self._told = ours

    def _is_now(self, zero: float, *, before: PossibleClock | None = None) -> None:
        """It is taken to show this; `before`: or what it showed before."""
        doubted = self._doubted is not None or self._before is not None
        moved = abs(zero - self._zero) > _TOLERANCE
        self._zero, self._before, self._doubted = zero, before, None
        if moved or doubted:
            self._news()

    def _news(self) -> None:
        if self.on_news is not None:
            self.on_news()

    def reconnected(self) -> None:
        """The charger came back, and may have booted: its clock has to show itself anew."""
        self._confirmed = False

    def lost(self) -> None:
        """The charger is gone: a power cut may set a clock without a battery back to 1970."""
        self._booted = PossibleClock(-clock.monotonic(), math.inf, booted=True)
        self._news()

    def _is_told(self) -> None:
        """A charger that has booted takes the time that it is told."""
        if self._booted is not None and math.isinf(self._booted.until):
            self._booted = self._booted._replace(until=clock.monotonic() + _SETS_WITHIN)
            self._news()

    def _shows_itself(self) -> None:
        """It tells the time, right or wrong."""
        if self._booted is not None:
            self._booted = None
            self._news()

    def now(self) -> datetime:
        """The time that the charger believes it is."""
        return datetime.fromtimestamp(self._zero + clock.monotonic(), UTC)

    def observe(self, told: datetime, *, values: bool = False) -> float:
        """Learn from the timestamp of a message that came just now; its age in s.

        `values`: it is the message's newest meter value, and not something that happens.
        """
        self._shows_itself()
        seen = _zero_of(told)
        if seen > self._zero:
            self._is_now(seen)
        elif seen >= self._zero - _TOLERANCE:
            self._confirmed |= not values
            if not values:
                self._is_now(self._zero)
        elif not values or self._may_show(seen):
            self._doubt(seen)
        return max(0.0, self._zero - seen)

    def age(self, told: datetime) -> float:
        """How long ago something was that the charger dates `told`, s, at least 0."""
        # Asked some times for each message: a moment that nobody looks at need not be made.
        return max(0.0, self._zero + clock.monotonic() - told.timestamp())

    def _may_show(self, seen: float) -> bool:
        """Whether meter values may be right although the clock was thought to be ahead of them."""
        if self._doubted is not None and abs(seen - self._doubted[0]) <= _AGREE_WITHIN:
            return True
        if abs(seen - _zero_of(clock.now())) <= _LIKE_OURS:
            return True  # it has taken our time
        return not self._confirmed and self._zero - seen <= _ZONES

    def _doubt(self, seen: float) -> None:
        at = clock.monotonic()
        if self._doubted is None or abs(seen - self._doubted[0]) > _AGREE_WITHIN:
            self._doubted = (seen, at)
            self._news()
        elif at - self._doubted[1] >= _APART:
            self._is_now(seen)


def _zero_of(present: datetime) -> float:
    """What a clock that shows `present` now showed when the monotonic one began."""
    return present.timestamp() - clock.monotonic()
