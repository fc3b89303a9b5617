"""Hints at a wrong wiring: what a car does for its own limit shows on other phases than it should.

Limits take steps all the time, and the meter shows on which phases cars follow. Where
these are others than the settings of the charger say, time and again, somebody should
look: long before a phase is over its fuse. It is a hint, and changes nothing.

A search (`wiring_search`) makes its own steps and proves a wiring; this only waits for
those that come by themselves, and takes the same ones for telling (`phase_steps`).
"""

from dataclasses import dataclass, field

from .decision import Decision, Mode
from .phase_steps import AGREEING, PhaseSteps, Step
from .phases import NO_PHASES, Phase, Phases, Wiring
from .readings import Readings
from .reserve import DRAWING
from .site import Connector, ConnectorId, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class WiringHint:
    """What steps of a charger's cars have shown."""

    seen: Phases
    """Grid phases that followed."""
    expected: Phases
    """Those that should have, by the settings."""


@dataclass(slots=True)
class _Shown:
    """What a charger's steps have shown in a row."""

    seen: Phases = NO_PHASES
    expected: Phases = NO_PHASES
    times: int = 0


@dataclass(slots=True)
class WiringHints:
    """Watches all chargers behind the grid's meter, and remembers what their steps showed."""

    found: dict[str, WiringHint] = field(default_factory=dict)
    """By charge point id; those whose settings may be wrong."""
    _steps: PhaseSteps = field(default_factory=PhaseSteps)
    _shown: dict[str, _Shown] = field(default_factory=dict)
    _wirings: dict[str, Wiring] = field(default_factory=dict)
    _drawn: dict[ConnectorId, tuple[str, Phases]] = field(default_factory=dict)
    """The phases that a session's car drew on, as its charger says: a paused one tells none."""

    def look(self, site: Site, readings: Readings, decision: Decision, *, now: float) -> None:
        """Take in a step of the controller; currents are A on the grid's phases."""
        self._keep(site)
        meter, told = site.grid_meter, readings.meters.get(site.grid or "")
        if (
            meter is None
            or told is None
            or decision.mode is Mode.SAFE_LIMIT
            or now > told.at + meter.timeout
        ):
            self._steps.forget()
            return
        behind = {
            id_: one
            for id_, one in readings.connectors.items()
            if id_ in site.connectors and site.grid in site.path(site.connectors[id_].circuit)
        }
        for id_, reading in behind.items():
            if reading.session is None or reading.sample is None:
                continue
            currents = reading.sample.currents
            if currents is None or not reading.online:
                continue
            drawn = frozenset(phase for phase in Phase if currents[phase] > DRAWING)
            if drawn:
                self._drawn[id_] = (reading.session, drawn)
        step = self._steps.update(behind, told, now=now, latency=meter.latency)
        if step is None or step.phases is None:
            return
        connector = site.connectors[step.connector]
        # Where nobody knows the wiring, nothing is said that could be wrong.
        if connector.wiring_known:
            self._show(step, step.phases, connector, behind[step.connector].session)

    def _keep(self, site: Site) -> None:
        """Begin anew with chargers that are gone or wired otherwise now."""
        wirings = {id_.charger: one.terminals for id_, one in site.connectors.items()}
        if wirings == self._wirings:
            return
        for charger, wiring in self._wirings.items():
            if wirings.get(charger) != wiring:
                self.forget(charger)
        self._wirings = wirings

    def is_quiet(self, now: float) -> bool:
        """Whether a limit that changed at `now` would be a step that tells something."""
        return self._steps.is_quiet(now)

    def forget(self, charger: str) -> None:
        """Begin anew with a charger: somebody has looked at its wiring."""
        self.found.pop(charger, None)
        self._shown.pop(charger, None)
        for id_ in [one for one in self._drawn if one.charger == charger]:
            del self._drawn[id_]

    def _show(self, step: Step, seen: Phases, connector: Connector, session: str | None) -> None:
        """A step told something: whether that fits what the charger says or could do."""
        told, drawn = self._drawn.get(step.connector, (None, NO_PHASES))
        wired = frozenset(connector.wiring)
        if told == session and drawn:
            if len(drawn) != len(seen):
                # Chance, or a car that changed its phases meanwhile: no question of order.
                return
            expected = drawn
        elif seen <= wired:
            expected = seen
        else:
            expected = wired
        charger = step.connector.charger
        shown = self._shown.setdefault(charger, _Shown())
        if (seen, expected) != (shown.seen, shown.expected):
            self._shown[charger] = shown = _Shown(seen, expected)
        shown.times += 1
        if shown.times < AGREEING:
            return
        if seen == expected:
            self.found.pop(charger, None)
        else:
            self.found[charger] = WiringHint(seen=seen, expected=expected)
