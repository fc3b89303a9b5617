"""Accepted is not applied: what a car draws, beside what was offered.

A charger that lets its car draw more is told again after 15 s; if its next
report still shows more, it is told in another way that it takes, and so on. One
that follows none of them is asked anew at longer and longer intervals.
"""

from .. import clock

FOLLOWING_TIME = 12.0
"""Seconds that a charger and its car may take to follow a limit."""
PATIENCE = 15.0
"""Seconds above its limit after which a charger is told again."""
TOLERANCE = 1.0
"""A that may be drawn above the limit, or a tenth of it, if that is more."""
_REST = (60.0, 300.0, 900.0, 3600.0)
"""Seconds until a charger that follows nothing is told all over again."""


class Obedience:
    """Whether the car at one connector draws no more than it was offered."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.disobeys = False
        """It was told again, and its next report still showed more than it was offered."""
        self.times = 0
        """How often it was found to disobey."""
        self.told_again = 0
        """How often it was sent a limit again because of what it drew."""
        self.drawn = 0.0
        """The last current above the limit, A."""
        self.act_at: float | None = None
        """When it is to be told again (monotonic); None: there is no reason to."""
        self._over = False
        self._told_at: float | None = None
        self._rests = 0

    def saw(self, amperes: float, at: float, bound: float) -> bool:
        """It drew so much at `at` (monotonic), and might have drawn `bound` A.

        Returns whether it disobeys from now on, or obeys again.
        """
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
                self.act_at = clock.monotonic()
        return self.disobeys is not before

    def told(self, *, nothing_left: bool = False) -> None:
        """It is told again now; `nothing_left`: and then it is given a rest."""
        self._told_at = clock.monotonic()
        self.told_again += 1
        self.act_at = None
        if nothing_left:
            self.act_at = self._told_at + _REST[min(self._rests, len(_REST) - 1)]
            self._rests += 1

    def forget(self) -> None:
        """It obeys, or its car is gone."""
        self.disobeys = self._over = False
        self.act_at = self._told_at = None
        self._rests = 0


def exceeds(amperes: float, bound: float) -> bool:
    """Whether a current is above a limit, beyond what meters and cars may be wrong by."""
    return amperes > bound + max(TOLERANCE, 0.1 * bound)
