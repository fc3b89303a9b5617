"""How one connector stands in the step that is being worked out."""

from dataclasses import dataclass

from .allocation import Claim
from .compliance import tolerance
from .deadlines import Deadlines
from .decision import Reason
from .demand import Role, demand, observe, role, takes_its_limit
from .imbalance import is_uneven
from .memory import ConnectorMemory, Memory
from .network import Network, Outlet, whole_steps_above, whole_steps_below
from .phases import NO_PHASES, Phase, Phases
from .readings import ConnectorReading, Readings, Status
from .reserve import in_force, is_empty, loaded_phases
from .site import Connector, ConnectorId

_NEVER_SEEN = ConnectorReading(online=False)

FIXED = frozenset({Role.OFFLINE, Role.UNCONTROLLED})
"""What they take is a fact to everyone, and their limit stays."""

SHARING = frozenset({Role.ACTIVE, Role.DISOBEYING})
"""Their cars share the current."""

IDLE = frozenset({Role.FULL, Role.NOT_STARTED})
"""They keep their fallback where it fits beside those who charge."""

_REASONS = {
    Role.ACTIVE: Reason.FULL_SPEED,
    Role.FULL: Reason.CAR_FULL,
    Role.NOT_STARTED: Reason.NOT_STARTED,
    Role.NO_CAR: Reason.NO_CAR,
    Role.FORBIDDEN: Reason.PAUSED_BY_USER,
    Role.OFFLINE: Reason.CHARGER_OFFLINE,
    Role.UNCONTROLLED: Reason.NOT_CONTROLLABLE,
    Role.DISOBEYING: Reason.DOES_NOT_OBEY,
}


@dataclass(slots=True)
class Participant:
    """One connector: what is known of it, and what it is to get. Currents in A."""

    outlet: Outlet
    connector: Connector
    reading: ConnectorReading
    memory: ConnectorMemory
    role: Role
    phases: Phases
    """Phases on which it counts."""
    path: tuple[str, ...]
    """Circuits that it loads."""
    places: tuple[int, ...]
    in_force: float
    minimum: float
    """The least that it can use: its minimum in whole steps, or its fallback."""
    demand: float
    """The most that it can use, in whole steps."""
    reason: Reason
    least: float = 0.0
    """The least that may make its car start, in whole steps."""
    excess: float = 0.0
    """What its car draws above its limit, A."""
    away: bool = False
    """It was there before Home Assistant started, and is not back yet."""
    serve: bool = False
    """It gets at least its minimum."""
    target: float = 0.0
    limit: float = 0.0
    circuit: str | None = None
    """The circuit that holds it back, if one does."""
    phase: Phase | None = None
    next_turn: float | None = None

    @property
    def id(self) -> ConnectorId:
        """The connector's identity."""
        return self.connector.id

    @property
    def relieves(self) -> bool:
        """Whether what it has is surely drawn, on one or two phases."""
        return (
            self.role is Role.ACTIVE
            and is_uneven(self.phases)
            and self.reason is not Reason.CAR_PAUSED
        )

    @property
    def is_fact(self) -> bool:
        """Whether what it takes is a fact to the others, whatever it is told."""
        if self.role in FIXED or self.reading.disobeys:
            return True
        if not self.excess:
            return False
        car = self.memory.car
        return car.excess > tolerance(car.excess_at)

    @property
    def tolerated(self) -> float:
        """What its car may draw above its limit and still be one that follows it, A."""
        return min(self.excess, tolerance(self.memory.car.excess_at)) if self.excess else 0.0

    def loads(self, limit: float) -> float:
        """What the others have to leave for it while it has `limit`, A."""
        return limit + self.excess if limit > 0.0 else 0.0

    @property
    def held(self) -> float:
        """What the others have to leave for it, once it has its limit."""
        if self.role is Role.NO_CAR or self.away:
            return self.in_force
        held = self.limit
        if self.excess and held > 0.0:
            held += self.excess
        return max(held, self.in_force)

    @property
    def final(self) -> float:
        """What the others have to leave for it once it follows its target."""
        if self.role is Role.ACTIVE and not self.excess:
            return self.target
        if self.role is Role.NO_CAR:
            return 0.0
        if self.is_fact:
            return self.in_force
        return self.loads(self.target)

    def claim(self) -> Claim:
        """What it asks of its circuits."""
        claim = self.memory.claim
        if (
            claim is None
            or claim.maximum != self.demand
            or claim.minimum != self.minimum
            or claim.phases != self.phases
            or claim.path != self.path
            or claim.step != self.connector.step
        ):
            claim = self.memory.claim = Claim(
                id=self.connector.id,
                path=self.path,
                phases=self.phases,
                minimum=self.minimum,
                maximum=self.demand,
                step=self.connector.step,
            )
        return claim


def take_stock(
    network: Network, readings: Readings, memory: Memory, deadlines: Deadlines
) -> list[Participant]:
    """See where everyone stands, in the network's order."""
    site = network.site
    for gone in memory.connectors.keys() - site.connectors.keys():
        del memory.connectors[gone]
    _forget_shared_tags(readings, memory)
    doubts = memory.doubts()
    everyone = []
    for outlet in network.outlets:
        id_ = outlet.connector.id
        remembered = memory.connectors.get(id_)
        if remembered is None:
            remembered = memory.connectors[id_] = ConnectorMemory()
        reading = readings.connectors.get(id_, _NEVER_SEEN)
        doubted = memory.doubtful(outlet.path, site.circuits) if doubts else NO_PHASES
        everyone.append(_stand(outlet, reading, remembered, network, deadlines, memory, doubted))
    return everyone


def _forget_shared_tags(readings: Readings, memory: Memory) -> None:
    """See which idTags mean no single car: those of two sessions at a time."""
    seen: set[str] = set()
    for reading in readings.connectors.values():
        tag = reading.id_tag
        if tag is None or reading.session is None:
            continue
        if tag in seen:
            memory.cars.forget(tag)
        seen.add(tag)


def _stand(
    outlet: Outlet,
    reading: ConnectorReading,
    memory: ConnectorMemory,
    network: Network,
    deadlines: Deadlines,
    group: Memory,
    doubted: Phases,
) -> Participant:
    connector = outlet.connector
    observe(connector, reading, memory, deadlines, group.cars, before=group.stepped_at)
    part = role(outlet, reading, memory)
    if part not in FIXED and not takes_its_limit(connector, reading, memory, deadlines):
        part = Role.UNCONTROLLED
    loaded = loaded_phases(outlet.wired, memory, deadlines)
    phases = network.counted_phases(loaded | doubted if doubted else loaded)
    participant = Participant(
        outlet,
        connector,
        reading,
        memory,
        part,
        phases,
        network.path(outlet.path, phases),
        network.places(connector, phases),
        in_force(connector, reading, memory, deadlines),
        outlet.minimum,
        outlet.maximum,
        _REASONS[part],
    )
    if part is Role.OFFLINE and _is_not_back(memory, group, deadlines):
        # What held before the start, and fitted, still does.
        participant.away = True
        participant.in_force = min(participant.in_force, memory.reserved or 0.0)
    if memory.car.excess and not is_empty(reading):
        accepted = reading.offer.accepted or 0.0
        participant.excess = memory.car.excess_above(max(accepted, memory.target))
    if part in SHARING:
        _ask(participant, network, deadlines)
    elif part in IDLE:
        rest(participant, network)
    elif part is Role.NO_CAR:
        participant.target = outlet.fallback
    elif part in FIXED:
        participant.target = participant.limit = _last_word(participant, deadlines)
    if reading.disobeys and part in (Role.NO_CAR, Role.NOT_STARTED, Role.FULL):
        participant.reason = Reason.DOES_NOT_OBEY
    return participant


def rest(participant: Participant, network: Network) -> None:
    """Count it among those that take nothing: a full one where it was active."""
    if participant.role is Role.ACTIVE:
        participant.role, participant.reason = Role.FULL, Reason.CAR_FULL
    participant.least = least_to_start(participant, network) or participant.outlet.minimum
    participant.minimum = participant.demand = participant.outlet.fallback


def _is_not_back(memory: ConnectorMemory, group: Memory, deadlines: Deadlines) -> bool:
    """Whether it was there before Home Assistant started a moment ago."""
    return (
        memory.reserved is not None
        and group.is_starting(deadlines.now)
        and memory.offline_since == group.started_at
    )


def _ask(participant: Participant, network: Network, deadlines: Deadlines) -> None:
    """See what its car can use."""
    outlet, memory = participant.outlet, participant.memory
    most, reason = demand(participant.connector, participant.reading, memory, deadlines)
    least = least_to_start(participant, network)
    if least is None:
        least = outlet.minimum
        if not _has_started(participant.reading, memory):
            reason = Reason.TOO_LITTLE_TO_START
    participant.minimum = participant.least = least
    participant.demand = max(participant.demand, least)
    if participant.reading.minimum_to_start is not None:
        participant.demand = max(participant.demand, _shared_maximum(participant))
    if reason is not None:
        participant.demand = max(
            participant.minimum, whole_steps_below(most, participant.connector.step)
        )
        if participant.role is Role.ACTIVE:
            participant.reason = reason


def _shared_maximum(participant: Participant) -> float:
    """What one phase may take of watts for each to have the outlet's maximum, A; 0: not known."""
    learned, connector = participant.memory.learned, participant.connector
    if learned is None:
        return 0.0
    shared = min(len(learned) * participant.outlet.maximum, connector.hardware_maximum)
    return whole_steps_below(shared, connector.step)


def _has_started(reading: ConnectorReading, memory: ConnectorMemory) -> bool:
    """Whether its car charges with what it is offered."""
    return (
        reading.status is Status.CHARGING
        and memory.drew_at is not None
        and memory.offered_since is not None
        and memory.drew_at >= memory.offered_since
    )


def least_to_start(participant: Participant, network: Network) -> float | None:
    """The least that may make its car start, A, in whole steps.

    The outlet's minimum; what its car has shown to need; and what a charger has to
    be told that shares its limit among all phases. None where the settings never allow
    so much.
    """
    outlet, memory = participant.outlet, participant.memory
    car, most = memory.car, outlet.maximum
    needed = 0.0 if car.model.starts_at is None else car.needs or 0.0
    told = participant.reading.minimum_to_start
    if told is not None:
        # Spread over the phases it is within the outlet's maximum; if one took all of it,
        # the circuits have the room, and the hardware is made for it.
        hardware = participant.connector.hardware_maximum
        needed *= told / participant.connector.minimum
        needed, most = max(told, min(needed, hardware)), max(most, hardware)
    if needed <= outlet.minimum:
        return outlet.minimum
    needed = whole_steps_above(needed, participant.connector.step)
    if needed > most or any(
        network.limits[circuit][phase] < needed
        for circuit in outlet.path
        for phase in participant.phases
    ):
        return None
    if any(
        network.power_limits[circuit] < needed * len(participant.phases)
        for circuit in outlet.path
        if circuit in network.power_limits
    ):
        return None
    return needed


def _last_word(participant: Participant, deadlines: Deadlines) -> float:
    """The limit of a charger that can't be told, or doesn't care: never a higher one."""
    connector, reading = participant.connector, participant.reading
    if not connector.charging_allowed:
        return 0.0
    limit, limit_at = participant.memory.limit, participant.memory.limit_at
    if not reading.online and is_empty(reading):
        fallback = participant.outlet.fallback
        if limit is None or limit_at is None or fallback <= limit:
            return fallback
        # It may be back at any moment, and is then told as seldom as everyone else.
        return fallback if deadlines.passed(limit_at + connector.increase_interval) else limit
    if limit is None:
        limit = participant.outlet.fallback
    if not participant.away:
        limit = min(limit, participant.in_force)
    return limit if limit >= connector.minimum else 0.0
