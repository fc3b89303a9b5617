"""When somebody loads a phase who should not: the settings name another wiring.

Wrong wiring in the settings is common. It shows when the meter stays above the
fuse of a phase although every car that is known to load it has made way: what
the estimate takes for the building is then a car. From then on every connector
counts as loading that phase, down to 0 A, until a person confirms the wiring.
"""

from dataclasses import dataclass, field

from .other_load import NOISE
from .phases import NO_PHASES, PHASES, Phase, PhaseCurrents, Phases
from .readings import MeterReading

MADE_WAY = 12.0
"""Seconds, beside the meter's latency, in which cars leave a phase."""
CLEARED = 30.0
"""Seconds with no car drawing after which a phase that stays over is the building's."""


@dataclass(slots=True)
class WiringDoubt:
    """The memory of the suspicion; kept until `clear`."""

    phases: Phases = NO_PHASES
    """Phases that every connector counts as loading."""
    _over_since: dict[Phase, float] = field(default_factory=dict)
    _innocent: Phases = NO_PHASES
    """Phases on which the building alone was too much, until they are below again."""
    _idle_since: float | None = None

    def update(
        self,
        *,
        meter: MeterReading,
        other_load: PhaseCurrents,
        rated: PhaseCurrents,
        strangers: Phases,
        idle: bool,
        latency: float,
    ) -> Phases:
        """Take in a believed reading; return the phases in doubt.

        `other_load` is the estimate without margin and `rated` the grid's
        fuses, A per phase. `strangers` are the phases that some connector with
        a limit above 0 A does not count as loading; `idle`: no connector may
        draw anything. Only the fuse counts: a limit below it that a user or an
        automation sets is exceeded by many a building alone.
        """
        self._idle_since = (self._idle_since or meter.at) if idle else None
        idle_for = 0.0 if self._idle_since is None else meter.at - self._idle_since
        for phase in PHASES:
            if meter.currents[phase] <= rated[phase] + NOISE:
                self._over_since.pop(phase, None)
                self._innocent -= {phase}
                continue
            if other_load[phase] <= rated[phase]:
                # Those who are known to load it can still make way.
                self._over_since.pop(phase, None)
                continue
            since = self._over_since.setdefault(phase, meter.at)
            over_for = meter.at - since
            if phase in self.phases:
                if idle_for >= CLEARED:
                    self.phases -= {phase}
                    self._innocent |= {phase}
            elif (
                phase in strangers
                and phase not in self._innocent
                and over_for >= MADE_WAY + latency
            ):
                self.phases |= {phase}
        return self.phases

    def clear(self) -> None:
        """Forget it: a person has confirmed or changed the wiring."""
        self.phases = self._innocent = NO_PHASES
        self._over_since.clear()
