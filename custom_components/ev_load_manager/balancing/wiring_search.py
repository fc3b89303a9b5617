"""Finding the wiring: one charger's limit goes down and up, and the meter tells which phases follow.

Unlike the steps that limits take by themselves these are caused by nothing in
the building, so chance is all that can deceive: a kettle, another car that
starts. Against that stand their number, pauses of uneven length, and medians:
a phase is proven only where nearly every single step shows it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from random import Random
from statistics import median

from .decision import Decision, Mode
from .network import whole_steps_above
from .phase_steps import FOLLOWS, LEAST_STEP, STAYS, PhaseSteps, Step
from .phases import NO_CURRENT, Phase, PhaseCurrents, Phases, Wiring
from .readings import ConnectorReading, Readings
from .site import Connector, ConnectorId, Site

LEAST_CHANGE = 4.0
"""A between low and high that can be told from what a house does."""
QUIET_FOR = 6.0
"""Seconds before a step in which nobody may be following a new limit."""
UNEVEN = 6.0
"""Seconds by which the pauses differ, so that no thermostat keeps time with them."""
ENOUGH = 6
"""Steps that are enough where all of them are clear."""
MOST = 16
"""Steps after which more would not help."""
LONGEST = 600.0
"""Seconds after which it ends in any case."""
SHARE = 0.8
"""Share of the steps that must show the same about a phase."""


class Outcome(StrEnum):
    """How a search ended."""

    FOUND = "found"
    UNSURE = "unsure"
    """The meter showed nothing clear, however long one looked."""
    ENDED = "ended"
    """Something came between: the car left, the meter fell silent, a setting changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the steps showed."""

    outcome: Outcome
    phases: Phases = frozenset()
    """Grid phases that follow the charger; empty unless found."""
    shown: PhaseCurrents = NO_CURRENT
    """How far each phase moved with the limit, A; the median of all steps."""
    steps: int = 0


@dataclass(slots=True, kw_only=True)
class WiringSearch:
    """One search; `look` is called with everything new, `cap` is what it asks for."""

    connector: Connector
    site: Site
    session: str | None
    started_at: float
    random: Random
    finding: Finding | None = None
    """How it ended; None while it goes on."""
    cap: float | None = None
    """The connector may not have more than this now, A; None: what it is given."""
    _steps: list[Step] = field(default_factory=list)
    _watch: PhaseSteps = field(default_factory=lambda: PhaseSteps(quiet_for=QUIET_FOR))
    _not_before: float = 0.0
    """The limit is not moved before this."""

    def look(self, site: Site, readings: Readings, decision: Decision, *, now: float) -> None:
        """Take in what is known, and move the limit or come to an end."""
        if self.finding is not None:
            return
        reading = readings.connectors.get(self.id)
        decided = decision.connectors.get(self.id)
        meter, told = site.grid_meter, readings.meters.get(site.grid or "")
        if (
            reading is None
            or decided is None
            or meter is None
            or told is None
            or decision.mode is Mode.SAFE_LIMIT
            # Without ALM a silent meter changes nobody's limit.
            or now > told.at + meter.timeout
            or not self._goes_on(site, reading)
        ):
            self._end(Outcome.ENDED)
            return
        step = self._watch.update(
            {id_: one for id_, one in readings.connectors.items() if site.grid in _path(site, id_)},
            told,
            now=now,
            latency=meter.latency,
        )
        if step is not None and step.connector == self.id:
            self._steps.append(step)
            self._not_before = max(self._not_before, now + self.random.uniform(0.0, UNEVEN))
            if (phases := phases_that_follow(self._steps)) is not None:
                self._end(Outcome.FOUND, phases)
                return
        if now >= self.started_at + LONGEST or len(self._steps) >= MOST:
            self._end(Outcome.UNSURE)
        elif now >= self._not_before and self._watch.is_quiet(now):
            self._move(decided.limit, now)
        elif self.cap is not None and self.cap > self.low:
            # What was taken from it meanwhile does not come back on its own: that
            # would be another step.
            self.cap = min(self.cap, max(decided.limit, self.low))

    def end(self) -> None:
        """Something came between."""
        if self.finding is None:
            self._end(Outcome.ENDED)

    @property
    def id(self) -> ConnectorId:
        """Whose wiring is looked for."""
        return self.connector.id

    @property
    def low(self) -> float:
        """The lowest limit at which its car charges, in whole steps, A."""
        return whole_steps_above(self.connector.minimum, self.connector.step)

    def _goes_on(self, site: Site, reading: ConnectorReading) -> bool:
        """Whether the car is still there, and nobody has changed what it may have."""
        return (
            reading.online
            and reading.session is not None
            and reading.session == self.session
            and site.connectors.get(self.id) == self.connector
            and site.circuits == self.site.circuits
        )

    def _move(self, limit: float, now: float) -> None:
        """Go down, or up to what the sharing allows."""
        if limit < self.low + LEAST_CHANGE:
            return
        self.cap = self.low if self.cap is None or self.cap > self.low else limit
        # Where a limit is written to flash, it may not go up more often.
        self._not_before = now + self.connector.increase_interval

    def _end(self, outcome: Outcome, phases: Phases = frozenset()) -> None:
        self.cap = None
        self.finding = Finding(
            outcome=outcome, phases=phases, shown=moved(self._steps), steps=len(self._steps)
        )


def _path(site: Site, connector: ConnectorId) -> Sequence[str]:
    return site.path(site.connectors[connector].circuit) if connector in site.connectors else ()


def moved(steps: Iterable[Step]) -> PhaseCurrents:
    """How far each phase moved with the limit, A; the median of `steps`."""
    follows = [step.follows for step in steps]
    if not follows:
        return NO_CURRENT
    return PhaseCurrents(*(median(one[phase] for one in follows) for phase in Phase))


def phases_that_follow(steps: Sequence[Step]) -> Phases | None:
    """The phases that surely follow, where each of the others surely stays; None: not sure."""
    if len(steps) < ENOUGH:
        return None
    typical = moved(steps)
    most = max(typical)
    if most < LEAST_STEP:
        return None
    needed = ceil(SHARE * len(steps))
    following = set()
    for phase in Phase:
        each = [step.follows[phase] for step in steps]
        if typical[phase] >= FOLLOWS * most and sum(one >= most / 2 for one in each) >= needed:
            following.add(phase)
        elif not (
            abs(typical[phase]) <= STAYS * most
            and sum(abs(one) <= most / 2 for one in each) >= needed
        ):
            return None
    return frozenset(following)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A wiring that fits what was found."""

    wiring: Wiring
    proven: frozenset[int]
    """Terminals (from 0) whose phase was seen; the others follow from the usual order."""
    fits: bool
    """The settings say the same, as far as was seen."""


def propose(wiring: Wiring, phases: Phases, terminals: frozenset[int] | None) -> Proposal | None:
    """Name the wiring of a charger, set to `wiring`, whose car was seen to load `phases`.

    `terminals` are those that the charger itself sees loaded, from 0; None where
    it does not tell: then the first ones, as the standards have it. A car that
    loads several phases alike does not show their order. Phases are taken to turn
    the usual way where nothing shows otherwise. None where the two do not fit.
    """
    if terminals is None:
        terminals = frozenset(range(len(phases)))
    if len(terminals) != len(phases) or not phases:
        return None
    seen = terminals if len(phases) == 1 else frozenset[int]()
    if terminals <= frozenset(range(len(wiring))) and {wiring[one] for one in terminals} == phases:
        # A car on two phases also shows where the third one is.
        return Proposal(wiring=wiring, proven=seen, fits=True)
    if len(wiring) == 1 and len(phases) == 1:
        return Proposal(wiring=tuple(phases), proven=frozenset({0}), fits=False)
    for first in (wiring[0], *Phase):
        turned = (first, Phase((first + 1) % 3), Phase((first + 2) % 3))
        if {turned[one] for one in terminals} == phases:
            return Proposal(wiring=turned, proven=seen, fits=False)
    return None
