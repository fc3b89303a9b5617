"""When the meter is not to be believed, and the group shares the safe limit instead.

A meter that is silent says nothing; one that is frozen says something worse:
cars that rise would look like a house that falls, and everyone would rise on.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from .phases import NO_CURRENT, Phase, PhaseCurrents
from .readings import MeterReading

GOOD_TIME = 10.0
"""Seconds that the meter must have been good before it is believed again."""
FROZEN_TIME = 30.0
"""Seconds of identical values that no real house draws, on a fine meter."""
FINE_RESOLUTION = 0.1
"""A; a meter that shows no finer steps may well stand still."""
SHOWN_CHANGE = 3.0
"""A; a change of the chargers that also a coarse meter must show."""
SHOWN_WITHIN = 15.0
"""Seconds in which it must show it."""
HIGHEST_BELIEVABLE = 5.0
"""Times the rated current: there any breaker trips at once (peers.md, C3)."""


class Cause(StrEnum):
    """Why the safe limit is engaged."""

    STARTING = "starting"
    """No good reading since the start."""
    SILENT = "silent"
    FROZEN = "frozen"
    IMPLAUSIBLE = "implausible"


@dataclass(slots=True)
class SafeLimit:
    """The memory of the watch over the meter."""

    engaged: bool = True
    cause: Cause | None = Cause.STARTING
    since: float | None = None
    """When it was last engaged or released; None before the first look."""
    _last: MeterReading | None = None
    _fault: Cause | None = None
    """What was wrong with it."""
    _good_at: float | None = None
    """When the newest good reading was taken."""
    _good_since: float | None = None
    """The first of an unbroken row of good readings."""
    _same_since: float | None = None
    """The first of a row of readings that are all the same."""
    _draw: PhaseCurrents = field(default=NO_CURRENT)
    """What the chargers drew when the meter last moved."""
    _draw_changed_at: float | None = None
    """When they were first seen to draw something else since."""

    def update(
        self,
        *,
        meter: MeterReading | None,
        charger_draw: PhaseCurrents,
        rated: PhaseCurrents,
        now: float,
        timeout: float = 30.0,
        report_period: float = 60.0,
    ) -> bool:
        """Return whether the safe limit is to be shared now.

        `meter` is the newest reading whatever its age, `charger_draw` the sum
        of the chargers' newest reports and `rated` the grid connection's
        fuses, A per phase; `timeout` is how long the meter may be silent
        (10 to 300 s), `report_period` how late reports may be, s.
        """
        if self.since is None:
            self.since = now
        cause = self._look(meter, charger_draw, rated, report_period)
        if cause is None and self._good_at is not None and now - self._good_at >= timeout:
            cause = Cause.SILENT
            self._good_since = None
        if cause is not None:
            if not self.engaged:
                self.engaged, self.since = True, now
            self.cause = cause
        elif self.engaged and self._has_been_good():
            self.engaged, self.cause, self.since = False, None, now
        return self.engaged

    @property
    def is_implausible(self) -> bool:
        """Whether the newest reading is one that can't be."""
        return self._fault is Cause.IMPLAUSIBLE

    def _look(
        self,
        meter: MeterReading | None,
        charger_draw: PhaseCurrents,
        rated: PhaseCurrents,
        report_period: float,
    ) -> Cause | None:
        """Judge the newest reading; None where nothing is wrong with it."""
        if meter is None or (self._last is not None and meter.at == self._last.at):
            return self._fault
        moved = self._last is None or meter.currents != self._last.currents
        self._last = meter
        if moved:
            self._same_since = meter.at
        self._fault = self._fault_of(meter, charger_draw, rated, report_period)
        if self._fault is not None:
            self._good_since = None
        else:
            self._good_at = meter.at
            if self._good_since is None:
                self._good_since = meter.at
        return self._fault

    def _fault_of(
        self,
        meter: MeterReading,
        charger_draw: PhaseCurrents,
        rated: PhaseCurrents,
        report_period: float,
    ) -> Cause | None:
        # Written so that a value that is no number is implausible, too.
        if not all(
            abs(meter.currents[phase]) <= HIGHEST_BELIEVABLE * rated[phase] for phase in Phase
        ):
            return Cause.IMPLAUSIBLE
        same_for = meter.at - (meter.at if self._same_since is None else self._same_since)
        if meter.resolution <= FINE_RESOLUTION:
            return Cause.FROZEN if same_for >= FROZEN_TIME else None
        if same_for <= report_period:
            # Late reports may still tell of what the meter has shown already.
            self._draw, self._draw_changed_at = charger_draw, None
        elif all(abs(charger_draw[phase] - self._draw[phase]) < SHOWN_CHANGE for phase in Phase):
            self._draw_changed_at = None
        elif self._draw_changed_at is None:
            self._draw_changed_at = meter.at
        elif meter.at - self._draw_changed_at >= SHOWN_WITHIN:
            return Cause.FROZEN
        return None

    def _has_been_good(self) -> bool:
        return (
            self._last is not None
            and self._good_since is not None
            and self._last.at - self._good_since >= GOOD_TIME
        )
