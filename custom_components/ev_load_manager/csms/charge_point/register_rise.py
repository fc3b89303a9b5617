"""How much power the rise of an energy register proves.

Registers are coarse (up to 1 kWh), and some firmware refreshes them more seldom
than it reports them, so that one step of it proves nothing. Between two steps
flowed at least their difference, less what the register does not show, and in
no more time than from the report before the first to that of the second.
"""

from collections import deque
from typing import NamedTuple

WINDOW = 150.0
"""Seconds over which steps are compared."""
_CLOCK_STEP = 1.0
"""s to which a charger dates what it reports."""
_RESOLUTIONS = (1000.0, 100.0, 10.0, 1.0)
"""Wh."""


class _Step(NamedTuple):
    before: float
    """When the register was last seen to stand lower (monotonic)."""
    at: float
    """When it was first seen at `energy`."""
    energy: float


class RegisterRise:
    """The newest steps of one register."""

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque()
        self._seen_at = float("-inf")

    @property
    def at(self) -> float:
        """When it last rose (monotonic); minus infinity: it never did."""
        return self._steps[-1].at if self._steps else float("-inf")

    def note(self, at: float, energy: float) -> None:
        """The register showed `energy` (Wh) at `at` (monotonic)."""
        if at <= self._seen_at:
            return
        if not self._steps or energy < self._steps[-1].energy:
            # A replaced meter, or one that counts from each session's start.
            self._steps.clear()
            self._steps.append(_Step(before=float("-inf"), at=at, energy=energy))
        elif energy > self._steps[-1].energy:
            self._steps.append(_Step(before=self._seen_at, at=at, energy=energy))
        self._seen_at = at
        while len(self._steps) > 1 and self._steps[1].at < at - WINDOW:
            self._steps.popleft()

    def power(self, since: float = float("-inf")) -> float:
        """The mean power, W, that surely flowed at some time from `since` (monotonic) on.

        0 where nothing is proved, or the register has not risen lately.
        """
        if len(self._steps) < 2 or self._seen_at - self.at > WINDOW:
            return 0.0
        last = self._steps[-1]
        hidden = self._resolution()
        proved = 0.0
        for step in self._steps:
            if step.before >= since:
                elapsed = last.at - step.before + _CLOCK_STEP
                proved = max(proved, (last.energy - step.energy - hidden) * 3600.0 / elapsed)
        return proved

    def _resolution(self) -> float:
        """What the register does not show, Wh: the coarsest step that all it told are made of."""
        for step in _RESOLUTIONS:
            if all(
                abs(told.energy / step - round(told.energy / step)) < 1e-6 for told in self._steps
            ):
                return step
        return 0.1
