"""How long a connector is left alone whose charger did not take its limit."""

from collections.abc import Mapping
import math

from ... import clock
from ..models import Way
from . import commands

_NOT_ANSWERED = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds until a charger that did not answer is asked again."""
_REFUSED = (60.0, 120.0, 300.0, 900.0)
"""Seconds until one that takes no limit is tried again."""
_CUT = 5.0
"""A cut that came up since waits no longer than this."""
_AS_MUCH = 0.8
"""What is less than this part of what was refused is worth a try."""
_NO_HICCUP = 180.0
"""Answers that are missing for so many seconds are no hiccup any more."""


class BackOff:
    """Longer and longer pauses; each kind of failure has its own."""

    def __init__(self) -> None:
        """Nothing has failed."""
        self._until = 0.0
        """Nothing is sent before this (monotonic)."""
        self._failed_at: float | None = None
        self._silent_since: float | None = None
        self._timeouts = 0
        self._hiccups = 0
        self._refusals = 0
        self._refuses: dict[str, float] = {}
        """So much, or more, was refused when it was sent in a way, A per phase."""
        self._refused_until = 0.0
        """Until when none of that is tried again (monotonic)."""
        self._in_every_way = False
        """False: it was refused in the way that works, and no other was tried."""
        self._took: dict[str, float] = {}
        """What it took last in a way, or the most of that since more was refused, A per phase."""

    def until(self, way: Way, amperes: float) -> float:
        """When so much per phase may be sent in a way (monotonic)."""
        if self._is_refused(way, amperes):
            return max(self._until, self._refused_until)
        return self._until

    def bearable(self, way: Way, amperes: float) -> float | None:
        """So much per phase, or the most that a way takes until as much is tried again.

        None: it is refused, and nothing that is taken is known.
        """
        if self.tried_again_at is None or not self._is_refused(way, amperes):
            return amperes
        return self._took.get(commands.name(way))

    @property
    def tried_again_at(self) -> float | None:
        """When what was refused is tried again (monotonic); None: it may be now."""
        return self._refused_until if self._is_waited_for else None

    @property
    def _is_waited_for(self) -> bool:
        return bool(self._refuses) and clock.monotonic() < self._refused_until

    def _is_refused(self, way: Way, amperes: float) -> bool:
        if not self._refuses:
            return False
        name = commands.name(way)
        takes = amperes <= self._took.get(name, -math.inf)
        return amperes >= _AS_MUCH * self._refuses.get(name, math.inf) and not takes

    @property
    def is_silent(self) -> bool:
        """Whether answers have been missing for minutes, and none has come between them."""
        since, last = self._silent_since, self._failed_at
        return since is not None and last is not None and last - since >= _NO_HICCUP

    def over(self, way: Way, amperes: float) -> None:
        """So much per phase was taken in a way."""
        self._until = 0.0
        self._failed_at = self._silent_since = None
        self._timeouts = self._hiccups = 0
        name = commands.name(way)
        if amperes < self._refuses.get(name, -math.inf) and self._is_waited_for:
            self._took[name] = max(amperes, self._took.get(name, 0.0))
            return
        self._took[name] = amperes
        self._refusals = 0
        self._refuses, self._refused_until = {}, 0.0

    def end(self) -> None:
        """Whatever failed, it is tried at once; what follows goes on where this was."""
        self._until = self._refused_until = 0.0

    def connected(self) -> None:
        """What was not answered on another socket says nothing about this one."""
        self._silent_since = None
        self._timeouts = 0

    def wait(self, seconds: float, *, cut: float | None = None) -> None:
        """A pause for another reason (`cut` as in `not_answered`)."""
        before = self._until
        self._until = clock.monotonic() + seconds
        self._spare(cut, before)

    def hurry(self) -> None:
        """A cut came up since. It is no reason to try again what was refused in every way."""
        if self._failed_at is None:
            return
        soon = self._failed_at + _CUT
        self._until = min(self._until, soon)
        if not self._in_every_way:
            self._refused_until = min(self._refused_until, soon)

    def was_refused(self) -> None:
        """It refused something: that is no silence."""
        self._silent_since = None

    def refused(
        self, sent: Mapping[str, float], *, in_every_way: bool = False, cut: float | None = None
    ) -> None:
        """It takes no limit of so much per phase, or more, by the names of ways.

        Empty: what it refused is no limit, and `cut` is as in `not_answered`.
        """
        self.was_refused()
        if in_every_way:
            self._timeouts = 0
        before = self._until
        took = [name for name in sent if sent[name] <= self._took.get(name, -math.inf)]
        if len(took) == len(sent) and not in_every_way:
            self._fail(_REFUSED, self._hiccups)
            self._hiccups += 1
            self._spare(cut, before)
            return
        known = self._refuses if self._is_waited_for else {}
        self._fail(_REFUSED, self._refusals)
        self._refusals += 1
        self._in_every_way = in_every_way
        # Less may be told once it has had a rest.
        self._refused_until, self._until = self._until, max(before, clock.monotonic() + _CUT)
        less = {name: min(sent[name], known.get(name, math.inf)) for name in sent}
        self._refuses = {**known, **less}
        for name in took:
            del self._took[name]

    def not_answered(self, asked_at: float | None, *, later_left: bool, cut: float | None) -> None:
        """What was asked at `asked_at` got no answer (None: since what failed last).

        `later_left`: another limit has left since, which this does not hold up. `cut`: since
        when there has been a cut that came up since (monotonic); it waits five seconds at most.
        """
        before, failed_at = self._until, self._failed_at
        self._fail(_NOT_ANSWERED, self._timeouts)
        if later_left:
            self._until = before
        self._spare(cut, before)
        if self._silent_since is None:
            self._silent_since = self._failed_at
        if asked_at is None or failed_at is None or asked_at >= failed_at:
            # Those that were missing at the same time are one silence.
            self._timeouts += 1

    def _spare(self, cut: float | None, before: float) -> None:
        """Let a cut wait as long as `before`, or for five seconds."""
        if cut is not None:
            self._until = min(self._until, max(before, cut + _CUT))

    def _fail(self, pauses: tuple[float, ...], times: int) -> None:
        self._failed_at = clock.monotonic()
        self._until = self._failed_at + pauses[min(times, len(pauses) - 1)]
