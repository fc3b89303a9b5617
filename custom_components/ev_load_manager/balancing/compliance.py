"""Accepted is not applied: what a car draws, beside every limit that may be in force.

This is the one verdict on disobedience. A charger that lets its car draw more
is told again after 15 s; if a report after that still shows more, it disobeys. It
is then told in another way that it takes, and so on. One that follows none of
them is asked anew at longer and longer intervals.
"""

from .readings import Offer
from .reserve import FOLLOWING_TIME

PATIENCE = 15.0
"""Seconds above its limit after which a charger is told again."""
TOLERANCE = 1.0
"""A that may be drawn above the limit, or a tenth of it, if that is more."""
_REST = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until a charger that follows nothing is told all over again."""


class Compliance:
    """Whether the car at one connector draws no more than it was offered.

    All times are seconds on the monotonic clock, all currents amperes on the most
    loaded phase.
    """

    def __init__(self) -> None:
        self.disobeys = False
        """It was told again, and a report after that still showed more than it was offered."""
        self.times = 0
        """How often it was found to disobey."""
        self.told_again = 0
        """How often it was sent a limit again because of what it drew."""
        self.drawn = 0.0
        """The last current above the limit, A."""
        self.act_at: float | None = None
        """When it is to be told again; None: there is no reason to."""
        self._seen_at: float | None = None
        self._over = False
        self._told_at: float | None = None
        self._rests = 0

    def saw(self, amperes: float, at: float, bound: float | None, now: float) -> bool:
        """It surely drew `amperes` at `at`, and might have drawn `bound` A by its limits.

        `amperes` is a measured current, or the least that power or energy prove. A
        sample that is not newer than the last one, and one for which nobody knows a
        bound (None), change nothing. Returns whether the verdict changed.
        """
        if bound is None or (self._seen_at is not None and at <= self._seen_at):
            return False
        self._seen_at = at
        before = self.disobeys
        if not exceeds(amperes, bound):
            self.forget()
            return before
        self.drawn = amperes
        if not self._over:
            self._over = True
            self.act_at = at + PATIENCE
        elif self._told_at is not None and at > self._told_at + FOLLOWING_TIME:
            self.disobeys = True
            self.times += not before
            if self.act_at is None:
                self.act_at = now
        return self.disobeys is not before

    def told(self, now: float, *, nothing_left: bool = False) -> None:
        """It is told again now; `nothing_left`: and then it is given a rest."""
        self._told_at = now
        self.told_again += 1
        self.act_at = None
        if nothing_left:
            self.act_at = now + _REST[min(self._rests, len(_REST) - 1)]
            self._rests += 1

    def forget(self) -> None:
        """It obeys, or its car is gone."""
        self.disobeys = self._over = False
        self.act_at = self._told_at = None
        self._rests = 0


def exceeds(amperes: float, bound: float) -> bool:
    """Whether a current is above a limit, beyond what meters and cars may be wrong by."""
    return amperes > bound + tolerance(bound)


def tolerance(bound: float) -> float:
    """A above a limit that meters and cars may be wrong by."""
    return max(TOLERANCE, 0.1 * bound)


def bound_at(offer: Offer, at: float) -> float | None:
    """The highest limit that a car may have followed at `at`, A; None: nobody knows.

    A charger that was never limited, takes no limits, or took its first one less
    than `FOLLOWING_TIME` before, can't be judged.
    """
    if offer.accepted is None or offer.accepted_at is None or offer.refused:
        return None
    left = [old.limit for old in offer.superseded if at < old.at + FOLLOWING_TIME]
    if not left and at < offer.accepted_at + FOLLOWING_TIME:
        return None
    return max(offer.accepted, *offer.in_flight, *left, 0.0)
