"""One step: from what is known to a limit for every connector, and its reason.

    take_stock     where everyone stands: phases, demand, limits possibly in force
    supply         what every circuit can carry for chargers now
    set_targets    everyone's share once all have followed
    pace           what of it may be sent now

The step is pure but for the memory that it is given: the same readings, memory
and time give the same decision, in whatever order they come.
"""

from .deadlines import Deadlines
from .decision import CircuitDecision, ConnectorDecision, Decision, Mode, Reason
from .demand import Role
from .memory import STARTING, Memory
from .network import Network, Table
from .overload import CALM
from .pacing import WORTH_SENDING, pace
from .participant import Participant, take_stock
from .phases import NO_CURRENT, PhaseCurrents
from .readings import Readings
from .site import Policy, Site
from .supply import Supply, measured_current, supply as find_supply
from .targets import set_targets

__all__ = ["Memory", "step"]

NOBODY: frozenset[str] = frozenset()


def step(site: Site, readings: Readings, memory: Memory, now: float) -> Decision:
    """Decide on everyone's limit (A per phase) at `now` (monotonic seconds).

    `memory` is changed in place. A connector without a reading counts as one
    whose charger is offline.
    """
    network = memory.network
    if network is None or network.site is not site:
        if network is not None:
            _rewire(network.site, site, memory)
        network = memory.network = Network(site, network)
    memory.notice_start(now)
    deadlines = Deadlines(now)
    everyone = take_stock(network, readings, memory, deadlines)
    in_force = {one.id: one.in_force for one in everyone}
    supply = find_supply(network, readings, memory, deadlines, in_force)
    set_targets(everyone, supply, network, memory, deadlines)
    before = [one.memory.limit for one in everyone]
    held = pace(
        everyone,
        network.from_currents(supply.capacity, supply.power.capacity),
        network,
        deadlines,
        unseen=supply.unseen,
        calm_until=_calm_until(network, supply, memory),
        # The thesis shares anew with every reading of the meter (6.3.6), in tenths of an ampere.
        following=NOBODY if site.policy is Policy.MINIMUM_FOR_ALL else supply.following,
        over={
            watch.circuit: calm
            for watch in network.watches
            if (calm := memory.meter(watch.circuit).overload.calm_until(now))
        },
    )
    _note_cuts(before, everyone, supply, network, memory, now)
    for one in everyone:
        one.memory.reserved = one.held
    memory.stepped_at = now
    return Decision(
        at=now,
        mode=supply.mode,
        connectors={one.id: _decision(one, deadlines) for one in everyone},
        circuits=_circuits(everyone, supply, held, network),
        other_load=supply.other_load,
        available=supply.available,
        next_step_at=deadlines.next,
    )


def _calm_until(network: Network, supply: Supply, memory: Memory) -> dict[str, float]:
    """Circuit -> before when nobody below it gets more."""
    calm = {
        watch.circuit: cut_at + CALM
        for watch in network.watches
        if (cut_at := memory.meter(watch.circuit).cut_at) is not None
    }
    if memory.started_at is not None:
        # What the building left before the start is no reason to raise anybody.
        calm |= dict.fromkeys(supply.as_before, memory.started_at + STARTING)
    return calm


def _note_cuts(
    before: list[float | None],
    everyone: list[Participant],
    supply: Supply,
    network: Network,
    memory: Memory,
    now: float,
) -> None:
    """Remember which buildings just made somebody come down."""
    for watch in network.watches:
        watched = supply.meters[watch.circuit]
        if watched.mode is not Mode.ADAPTIVE:
            memory.meter(watch.circuit).cut_at = None
        elif (watched.rose or watched.over) and any(
            was is not None and one.limit < was and watch.circuit in one.outlet.path
            for was, one in zip(before, everyone, strict=True)
        ):
            memory.meter(watch.circuit).cut_at = now


def _rewire(before: Site, now: Site, memory: Memory) -> None:
    """See whether somebody has looked at the wiring."""
    rewired = False
    for id_, connector in before.connectors.items():
        changed = now.connectors.get(id_)
        if changed is None or (changed.wiring, changed.wiring_known) == (
            connector.wiring,
            connector.wiring_known,
        ):
            continue
        rewired = True
        remembered = memory.connectors.get(id_)
        if remembered is not None:
            remembered.rewire(connector.terminals, changed.terminals)
    if rewired:
        memory.clear_doubts()


def _decision(one: Participant, deadlines: Deadlines) -> ConnectorDecision:
    reason = one.reason
    if (
        one.role is Role.ACTIVE
        and one.serve
        and (one.limit <= 0.0 or one.target >= one.limit + WORTH_SENDING)
    ):
        reason = Reason.WAITING_FOR_INCREASE
    return ConnectorDecision(
        target=one.target,
        limit=one.limit,
        reserved=PhaseCurrents.on(one.phases, one.held),
        reason=reason,
        circuit=one.circuit,
        phase=one.phase,
        active=one.role is Role.ACTIVE,
        next_turn=one.next_turn,
    )


def _circuits(
    everyone: list[Participant], supply: Supply, held: Table, network: Network
) -> dict[str, CircuitDecision]:
    measured: dict[str, list[float]] = {}
    for one in everyone:
        currents = measured_current(one.connector, one.reading)
        if currents is NO_CURRENT:
            continue
        sums = measured.setdefault(one.connector.circuit, [0.0, 0.0, 0.0])
        for phase in one.phases:
            sums[phase] += currents[phase]
    capacity = supply.capacity
    reserved = network.to_currents(held)
    seen = network.to_currents(network.flowing(measured))
    return {
        circuit: CircuitDecision(
            capacity=capacity[circuit],
            reserved=reserved[circuit],
            measured=seen[circuit],
            mode=None if watched is None else watched.mode,
            other_load=None if watched is None else watched.other_load,
            cause=None if watched is None else watched.cause,
            power=supply.power.capacity.get(circuit),
            window=supply.power.windows.get(circuit),
        )
        for circuit in network.site.circuits
        for watched in [supply.meters.get(circuit)]
    }
