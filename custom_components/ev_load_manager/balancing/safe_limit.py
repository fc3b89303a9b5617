"""When the meter is not to be believed, and the group shares the safe limit instead.

A meter that is silent says nothing, one that is frozen (`frozen_meter`) says
something worse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .frozen_meter import Drawn, FrozenMeter
from .phases import PHASES, PhaseCurrents
from .readings import MeterReading
from .site import ConnectorId

GOOD_TIME = 10.0
"""Seconds that the meter must have been good before it is believed again."""
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
    _frozen: FrozenMeter = field(default_factory=FrozenMeter)

    def update(
        self,
        *,
        meter: MeterReading | None,
        draws: Mapping[ConnectorId, Drawn],
        rated: PhaseCurrents,
        now: float,
        timeout: float = 30.0,
    ) -> bool:
        """Return whether the safe limit is to be shared now.

        `meter` is the newest reading whatever its age, `draws` the newest
        reports of the chargers behind it and `rated` the grid connection's
        fuses, A per phase; `timeout` is how long the meter may be silent
        (10 to 300 s).
        """
        if self.since is None:
            self.since = now
        cause = self._look(meter, draws, rated)
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
        self, meter: MeterReading | None, draws: Mapping[ConnectorId, Drawn], rated: PhaseCurrents
    ) -> Cause | None:
        """Judge the newest reading; None where nothing is wrong with it."""
        if meter is None or (self._last is not None and meter.at == self._last.at):
            return self._fault
        self._last = meter
        is_frozen = self._frozen.look(meter, draws)
        # Written so that a value that is no number is implausible, too.
        if not all(
            abs(meter.currents[phase]) <= HIGHEST_BELIEVABLE * rated[phase] for phase in PHASES
        ):
            self._fault = Cause.IMPLAUSIBLE
        else:
            self._fault = Cause.FROZEN if is_frozen else None
        if self._fault is not None:
            self._good_since = None
        else:
            self._good_at = meter.at
            if self._good_since is None:
                self._good_since = meter.at
        return self._fault

    def _has_been_good(self) -> bool:
        return (
            self._last is not None
            and self._good_since is not None
            and self._last.at - self._good_since >= GOOD_TIME
        )
