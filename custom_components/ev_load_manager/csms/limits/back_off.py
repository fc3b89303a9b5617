"""How long a connector is left alone whose charger did not take its limit."""

import math

from ... import clock

_NOT_ANSWERED = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds until a charger that did not answer is asked again."""
_REFUSED = (60.0, 120.0, 300.0, 900.0)
"""Seconds until one that takes no limit is tried again."""
_CUT = 5.0
"""A cut that came up since waits no longer than this."""
_CUT_TRIED_AGAIN = 60.0
"""The same where it refused as much in every way."""
_AS_MUCH = 0.8
"""Of what it refused: less than this part of it may be taken."""
_NO_HICCUP = 180.0
"""Seconds from the first answer that is missing to the last after which that is none."""


class BackOff:
    """Longer and longer pauses; each kind of failure has its own."""

    def __init__(self) -> None:
        """Nothing has failed."""
        self._until = 0.0
        """Nothing is sent before this (monotonic)."""
        self._failed_at: float | None = None
        self._silent_since: float | None = None
        self._timeouts = 0
        self._refusals = 0
        self._refuses = math.inf
        """So much, or more, was refused in every way, A per phase."""
        self._refused_at = self._refused_until = 0.0
        """When that was, and until when it is not tried again (monotonic)."""

    def until(self, amperes: float, *, cut: bool) -> float:
        """When a limit of so much per phase may be sent (monotonic); `cut`: more is in force."""
        if amperes < _AS_MUCH * self._refuses:
            return self._until
        refused_until = self._refused_until
        if cut:
            refused_until = min(refused_until, self._refused_at + _CUT_TRIED_AGAIN)
        return max(self._until, refused_until)

    @property
    def is_silent(self) -> bool:
        """Whether answers have been missing for minutes, and none has come between them."""
        since, last = self._silent_since, self._failed_at
        return since is not None and last is not None and last - since >= _NO_HICCUP

    def over(self, amperes: float) -> None:
        """A limit of so much per phase was taken."""
        self._until = 0.0
        self._failed_at = self._silent_since = None
        self._timeouts = 0
        if amperes >= _AS_MUCH * self._refuses or not self._refused_until:
            self._refusals = 0
            self._refuses, self._refused_until = math.inf, 0.0

    def end(self) -> None:
        """Whatever failed, it is tried at once; what follows goes on where this was."""
        self._until = self._refused_until = 0.0

    def connected(self) -> None:
        """What was not answered on another socket says nothing about this one."""
        self._silent_since = None
        self._timeouts = 0

    def wait(self, seconds: float) -> None:
        """A pause for another reason."""
        self._until = clock.monotonic() + seconds

    def hurry(self) -> None:
        """A cut came up since."""
        if self._failed_at is not None:
            self._until = min(self._until, self._failed_at + _CUT)

    def was_refused(self) -> None:
        """It refused something: that is no silence."""
        self._silent_since = None

    def refused(self) -> None:
        """It takes no limit in one way that works."""
        self.was_refused()
        self._fail(_REFUSED, self._refusals)
        self._refusals += 1

    def refused_in_every_way(self, amperes: float) -> None:
        """It takes no limit of so much per phase, or more."""
        before = self._until
        self.refused()
        self._timeouts = 0
        self._refuses = min(self._refuses, amperes)
        self._refused_at, self._refused_until = clock.monotonic(), self._until
        self._until = max(before, self._refused_at + _CUT)

    def not_answered(self, asked_at: float | None, *, later_left: bool, cut: float | None) -> None:
        """What was asked at `asked_at` got no answer (None: since what failed last).

        `later_left`: another limit has left since, which this does not hold up. `cut`: since
        when there has been a cut that came up since (monotonic); it waits five seconds at most.
        """
        before, failed_at = self._until, self._failed_at
        self._fail(_NOT_ANSWERED, self._timeouts)
        if later_left:
            self._until = before
        elif cut is not None:
            self._until = min(self._until, max(before, cut + _CUT))
        if self._silent_since is None:
            self._silent_since = self._failed_at
        if asked_at is None or failed_at is None or asked_at >= failed_at:
            # Those that were missing at the same time are one silence.
            self._timeouts += 1

    def _fail(self, pauses: tuple[float, ...], times: int) -> None:
        self._failed_at = clock.monotonic()
        self._until = self._failed_at + pauses[min(times, len(pauses) - 1)]
