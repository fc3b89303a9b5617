"""Looks at every step of a group that is changed at random, and knows what must be true.

What it knows is the simulated site: the cars, the wires, the meter, and what was set.
What a group says of itself has to agree with that.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from math import inf

from custom_components.ev_load_manager.balancing.decision import (
    ConnectorDecision,
    Decision,
    Mode,
    Reason,
)
from custom_components.ev_load_manager.balancing.demand import STARTING_TIME
from custom_components.ev_load_manager.balancing.overload import CALM
from custom_components.ev_load_manager.balancing.pacing import COMMAND_INTERVAL, WORTH_SENDING
from custom_components.ev_load_manager.balancing.phases import PHASES
from custom_components.ev_load_manager.balancing.readings import ConnectorReading, Status
from custom_components.ev_load_manager.balancing.site import (
    Connector,
    ConnectorId,
    PhaseChoice,
    Policy,
    Site,
)
from custom_components.ev_load_manager.balancing.tuning import Tuning
from custom_components.ev_load_manager.group.load_manager import LoadManager
from simulation.charger.grid import Currents, same
from simulation.plant.site import GRID, SimulatedSite

HOLDS_AGAIN = 14.0
"""Seconds after which a limit that fell holds."""
LOOKS = 2.0
"""Seconds between two looks, at most."""
SLACK = 0.05
FLOWS = 1.0
"""A above which a car surely charges."""
GRID_HOLDS_AGAIN = 34.0
"""Seconds after which the grid connection's limit holds, whatever the building does."""
LONG_OVER = 600.0
"""Seconds after which nothing that was above a limit is of interest any more."""
UNJUDGED = same(1000.0)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One outlet at one step, and all that is known of it."""

    at: float
    decided: ConnectorDecision
    decision: Decision
    connector: Connector
    reading: ConnectorReading
    site: Site
    others: Collection[tuple[ConnectorId, ConnectorDecision]]
    temporary: Collection[str]
    """Circuits with a limit for some time."""
    served_at: float | None
    """When it last had its minimum."""
    since: float
    """Since when it has this limit for this reason."""
    over_at: float
    """When a circuit of its path was last over its limit in truth."""

    @property
    def limit(self) -> float:
        """What it may draw, A."""
        return self.decided.limit

    @property
    def path(self) -> tuple[str, ...]:
        """Circuits that feed it."""
        return self.site.path(self.connector.circuit)

    @property
    def is_placed(self) -> bool:
        """Whether a circuit is named that feeds it, and a phase."""
        return self.decided.circuit in self.path and self.decided.phase is not None

    @property
    def others_hold(self) -> float:
        """What the others hold at the place that is named, A."""
        circuit, phase = self.decided.circuit, self.decided.phase
        assert phase is not None
        return sum(
            decided.reserved[phase]
            for id_, decided in self.others
            if circuit in self.site.path(self.site.connectors[id_].circuit)
        )

    @property
    def capacity(self) -> float:
        """What the place that is named can carry for chargers, A."""
        circuit, phase = self.decided.circuit, self.decided.phase
        assert circuit is not None
        assert phase is not None
        return self.decision.circuits[circuit].capacity[phase]

    @property
    def waits(self) -> bool:
        """Whether a car that is there gets nothing."""
        return self.limit == 0.0 and self.has_session

    @property
    def has_session(self) -> bool:
        """Whether a session runs, or its charger says that one does."""
        return self.reading.session is not None or self.reading.status in (
            Status.CHARGING,
            Status.SUSPENDED_EV,
            Status.SUSPENDED_EVSE,
        )

    @property
    def takes_nothing(self) -> bool:
        """Whether its car may rest: its charger doesn't say that it charges."""
        return self.has_session and self.reading.status is not Status.CHARGING


def _never(_: Case) -> bool:
    """Nothing of that is set up here."""
    return False


TRUTHS: Mapping[Reason, Callable[[Case], bool]] = {
    # A charger that is back may say so before it tells that the session has ended.
    Reason.NO_CAR: lambda one: (
        one.reading.session is None or one.reading.status is Status.AVAILABLE
    ),
    Reason.NOT_STARTED: lambda one: one.reading.session is None,
    Reason.FULL_SPEED: lambda one: (
        one.limit >= one.connector.maximum - SLACK
        # The last ampere comes when no cut is fresh any more.
        or (
            one.decided.target >= one.connector.maximum - SLACK
            and one.at - one.since <= CALM + COMMAND_INTERVAL + LOOKS
        )
    ),
    Reason.EQUAL_SHARE: lambda one: (
        one.has_session and one.is_placed and one.decided.target < one.connector.maximum
    ),
    Reason.MINIMUM: lambda one: (
        one.limit <= one.connector.minimum and one.site.policy is Policy.MINIMUM_FOR_ALL
    ),
    Reason.STARTING: lambda one: (
        one.has_session
        and one.limit >= one.connector.minimum
        and one.at - one.since <= STARTING_TIME + LOOKS
    ),
    Reason.UNUSED_CURRENT: lambda one: (
        one.has_session
        and one.reading.sample is not None
        and one.connector.minimum <= one.decided.target < one.connector.maximum
        and one.reading.sample.at_least <= one.limit + SLACK
    ),
    Reason.LIMITED_ELSEWHERE: _never,
    Reason.WAITING_FOR_INCREASE: lambda one: (
        one.limit == 0.0 or one.decided.target >= one.limit + WORTH_SENDING
    ),
    Reason.WAITING_FOR_TURN: lambda one: (
        one.waits
        and any(decided.target > 0.0 or max(decided.reserved) > 0.0 for _, decided in one.others)
    ),
    Reason.WAITING_FOR_ROOM: lambda one: (
        one.waits and one.is_placed and one.capacity - one.others_hold < one.connector.minimum
    ),
    Reason.SHORT_PAUSE: lambda one: (
        one.waits
        and one.served_at is not None
        and one.at - one.served_at <= Tuning().minimum_pause_for_turns + LOOKS
    ),
    Reason.TOO_LITTLE_TO_START: lambda one: one.takes_nothing,
    Reason.PAUSED_BY_USER: lambda one: not one.connector.charging_allowed and one.limit == 0.0,
    Reason.CAR_FULL: lambda one: one.takes_nothing,
    Reason.CAR_PAUSED: lambda one: one.takes_nothing,
    Reason.SAFE_LIMIT: lambda one: one.decision.mode is Mode.SAFE_LIMIT,
    Reason.TEMPORARY_LIMIT: lambda one: (
        one.decided.circuit in one.path and one.decided.circuit in one.temporary
    ),
    Reason.CHARGER_OFFLINE: lambda one: not one.reading.online,
    Reason.NOT_CONTROLLABLE: lambda one: one.reading.offer.refused,
    Reason.DOES_NOT_OBEY: lambda one: one.reading.disobeys,
    Reason.OVER_LIMIT: lambda one: one.at - one.over_at <= GRID_HOLDS_AGAIN,
    Reason.BALANCING_OFF: lambda one: one.decision.mode is Mode.OFF,
    Reason.POWER_LIMIT: _never,
    Reason.PEAK_LIMIT: _never,
    Reason.WAITING_FOR_PEAK: _never,
    Reason.IMBALANCE: _never,
    Reason.FINDING_WIRING: _never,
    Reason.LIMIT_OF_BACKEND: _never,
}
"""What has to be so where a reason is given, in a group without peaks, imbalance and backends."""


@dataclass
class Witness:
    """Looks at every step of a group, and writes down what must not be."""

    manager: LoadManager
    site: SimulatedSite
    circuits: Collection[str]
    """Those whose limits are for chargers alone."""
    permitted: Callable[[str], float]
    """What a circuit may carry now by all that was set, A per phase."""
    temporary: Callable[[], Collection[str]]
    """Circuits with a limit for some time."""
    away: Collection[str]
    faults: list[str] = field(default_factory=list)
    reasons: set[Reason] = field(default_factory=set)
    """Those that were given at all."""
    _lawful: dict[tuple[str, int], float] = field(default_factory=dict)
    """When each phase was last within what is permitted, or had that lowered."""
    _room: dict[tuple[str, int], float] = field(default_factory=dict)
    _lowered: dict[str, list[float]] = field(default_factory=dict)
    """When less was permitted on each circuit than a moment before."""
    _away: frozenset[str] = frozenset()
    _served: dict[ConnectorId, float] = field(default_factory=dict)
    _since: dict[ConnectorId, tuple[float, Reason, float]] = field(default_factory=dict)
    _over: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """Judge the newest decision."""
        decision = self.manager.decision
        if decision is not None:
            away, self._away = self._away, frozenset(self.away)
            for circuit in self.circuits:
                self._look_at(circuit, decision, came=away != self._away)
            self._look_at_grid(decision)
            self._look_at_reasons(decision)

    def changed(self) -> None:
        """Wires or what the building takes have changed: what is too much may start anew."""
        for circuit in self.site.circuits:
            self._lower(circuit, self.manager.decision.at)

    def look_back(self) -> None:
        """Judge what has really flown."""
        for circuit, watch in self.site.watches.items():
            lasts = GRID_HOLDS_AGAIN if circuit == GRID else HOLDS_AGAIN + LOOKS
            lowered = self._lowered.get(circuit, [])
            for one in watch.excursions:
                since = max((at for at in lowered if one.start < at <= one.end), default=one.start)
                if one.end - since > lasts:
                    self._fault(f"{one}, {one.end - since:.1f} s of them since less was permitted")
            # What may still go on is judged again.
            watch.forget(self.manager.decision.at - LONG_OVER)
            lowered[:] = [at for at in lowered if at >= self.manager.decision.at - LONG_OVER]

    # Circuits

    def _look_at(self, circuit: str, decision: Decision, *, came: bool) -> None:
        limit, place = self.permitted(circuit), self._place(circuit)
        held = self._reserved(decision, place, self._away)
        flows = self._may_flow(decision, place)
        # Who is out of reach has what it had, whatever the limit is by now: the others make way.
        left = [max(0.0, limit - held[phase]) for phase in PHASES]
        booked = decision.circuits[place].reserved
        for phase in PHASES:
            key, taken = (circuit, phase), max(booked[phase] - held[phase], flows[phase])
            fell = came or left[phase] < self._room.get(key, inf)
            if fell:
                self._lower(circuit, decision.at)
            if fell or taken <= left[phase] + SLACK:
                self._lawful[key] = decision.at
            self._room[key] = left[phase]
            over_for = decision.at - self._lawful[key]
            if over_for > HOLDS_AGAIN + LOOKS:
                which = f"{circuit} {phase.name}"
                self._fault(f"{which}: {taken:.1f} of {left[phase]:.1f} A for {over_for:.0f} s")
        one, two, three = (max(limit, amperes) for amperes in held)
        self._judge(circuit, (one, two, three))

    def _look_at_grid(self, decision: Decision) -> None:
        """Judge the grid connection while a meter tells of it, and cars make way."""
        site = self.manager.site
        house = self.site.house.currents
        held = self._reserved(decision, self._place(GRID), self._away)
        limits = [max(self.permitted(GRID), house[phase] + held[phase]) for phase in PHASES]
        if site.phase_choice is PhaseChoice.L2:
            limits[0] = limits[2] = UNJUDGED[0]
        is_judged = decision.mode is Mode.ADAPTIVE and not self.site.meter.silent
        if not is_judged or site.policy is Policy.MINIMUM_FOR_ALL:
            limits = [*UNJUDGED]
        one, two, three = limits
        for phase in PHASES:
            key = (GRID, phase)
            if limits[phase] < self._room.get(key, inf) - FLOWS:
                self._lower(GRID, decision.at)
            self._room[key] = limits[phase]
        self._judge(GRID, (one, two, three))

    def _judge(self, circuit: str, limit: Currents) -> None:
        self.site.set_limit(circuit, limit)
        flows = self.site.currents(circuit)
        if any(flows[phase] > limit[phase] + SLACK for phase in PHASES):
            self._over[self._place(circuit)] = self.manager.decision.at

    def _lower(self, circuit: str, at: float) -> None:
        self._lowered.setdefault(circuit, []).append(at)

    def _reserved(
        self, decision: Decision, place: str, chargers: Collection[str]
    ) -> tuple[float, float, float]:
        """What is set aside on a circuit for some chargers, A."""
        total = [0.0, 0.0, 0.0]
        for id_, decided in decision.connectors.items():
            if id_.charger in chargers and place in self._path(id_):
                for phase in PHASES:
                    total[phase] += decided.reserved[phase]
        return total[0], total[1], total[2]

    def _may_flow(self, decision: Decision, place: str) -> list[float]:
        """What is set aside for cars within reach, on the phases that they really load, A."""
        total = [0.0, 0.0, 0.0]
        for id_, decided in decision.connectors.items():
            connector = self.site.chargers[id_.charger].connectors[id_.number]
            if connector.car is None or id_.charger in self._away or place not in self._path(id_):
                continue
            for phase in connector.wiring[: connector.phases_in_use]:
                total[phase] += max(decided.reserved)
        return total

    def _path(self, id_: ConnectorId) -> tuple[str, ...]:
        site = self.manager.site
        return site.path(site.connectors[id_].circuit)

    def _place(self, circuit: str) -> str:
        """The id that the group knows a circuit by."""
        return circuit if circuit in self.manager.site.circuits else f"feeder:{circuit}"

    # Reasons

    def _look_at_reasons(self, decision: Decision) -> None:
        site = self.manager.site
        for id_, decided in decision.connectors.items():
            connector, limit = site.connectors[id_], decided.limit
            self._follow(id_, decided, decision.at)
            case = self._case(id_, decision)
            # Who is out of reach keeps what it has, whatever people allow by now.
            most = connector.maximum if case.reading.online else inf
            if 0.0 < limit < connector.minimum or limit > most + SLACK:
                self._fault(f"{id_}: {limit} A")
            self.reasons.add(decided.reason)
            if not TRUTHS[decided.reason](case):
                self._fault(f"{id_}: {decided.reason} at {limit} A: {decided}, {case.reading}")

    def _follow(self, id_: ConnectorId, decided: ConnectorDecision, at: float) -> None:
        if decided.limit >= self.manager.site.connectors[id_].minimum:
            self._served[id_] = at
        _, *before = self._since.get(id_, (at,))
        if before != [decided.reason, decided.limit]:
            self._since[id_] = at, decided.reason, decided.limit

    def _case(self, id_: ConnectorId, decision: Decision) -> Case:
        site, decided = self.manager.site, decision.connectors[id_]
        others = [one for one in decision.connectors.items() if one[0] != id_]
        return Case(
            at=decision.at,
            decided=decided,
            decision=decision,
            connector=site.connectors[id_],
            reading=self.manager.readings.connectors[id_],
            site=site,
            others=others,
            temporary={self._place(circuit) for circuit in self.temporary()},
            served_at=self._served.get(id_),
            since=self._since[id_][0],
            over_at=max((self._over.get(one, -inf) for one in self._path(id_)), default=-inf),
        )

    def _fault(self, what: str) -> None:
        self.faults.append(f"{self.manager.decision.at:.1f}: {what}")
