"""While a meter shows too much: how long already, and what its cars can give back.

The sharing reckons with what cars may draw. A car that draws less than it may
does not notice a small cut, and the phase stays over by an ampere for minutes.
So while a phase is over, those that load it are cut from what they draw, and none
of them is raised. At first a car is believed to draw what it told last, or what it
may where it tells nothing; what outlives that is cut from the least that each of
them can be drawing. Nobody goes below the minimum for that: what a stop saves is
more than a small overload, and contactors wear.
"""

from dataclasses import dataclass, field

from .phases import PHASES, Phase, PhaseCurrents, Phases

TOLERANCE = 0.1
"""A above a limit that are the charger's step, not an overload."""
PLAIN = 0.5
"""A above a limit that a single reading shows, whatever its noise."""
OUTLIVES = 14.0
"""Seconds in which an overload ends where cars draw what they are believed to."""
CALM = 15.0
"""Seconds without a cut because of the building before anyone gets more."""


@dataclass(slots=True)
class Overload:
    """The memory of what one meter shows above a limit; `update` is called with all news."""

    since: dict[Phase, float] = field(default_factory=dict)
    """Phase -> the first reading of the row that shows it over its limit."""
    seen_at: dict[Phase, float] = field(default_factory=dict)
    """Phase -> the newest reading that did."""
    plain: bool = False
    """What is over is no noise."""
    outlived: bool = False
    """A phase is over in spite of cuts that should have ended it."""

    def update(self, headroom: PhaseCurrents, at: float) -> None:
        """Take in a reading that leaves `headroom` (A) on every phase, taken at `at`."""
        plain = False
        for phase in PHASES:
            left = headroom[phase]
            if left < -TOLERANCE:
                since = self.since.setdefault(phase, at)
                self.seen_at[phase] = at
                plain = plain or left < -PLAIN or at > since
            elif left >= 0.0:
                self.since.pop(phase, None)
        self.plain = plain and bool(self.since)
        self.outlived = any(at - since >= OUTLIVES for since in self.since.values())

    @property
    def phases(self) -> Phases:
        """Phases that are over."""
        return frozenset(self.since) if self.plain else frozenset()

    def calm_until(self, now: float) -> dict[Phase, float]:
        """Phase -> before when nobody gets more on it, as long as that is to come."""
        return {phase: at + CALM for phase, at in self.seen_at.items() if at + CALM > now}

    def forget(self) -> None:
        """The meter is not believed, or another one."""
        self.since.clear()
        self.seen_at.clear()
        self.plain = self.outlived = False
