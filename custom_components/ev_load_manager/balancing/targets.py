"""Everyone's share once all have followed: who charges, and with how much."""

from collections.abc import Collection, Iterable
from math import inf

from .admission import TURN, WINDOWS_TURN, Admission, Candidate, Power, admit
from .allocation import Claim, Share, allocate
from .deadlines import Deadlines
from .decision import Reason
from .demand import Role
from .idle import (
    ask_in_turn,
    begin_turn,
    end_turn,
    keep_what_is_spare,
    leave_places,
    may_keep,
    probe,
)
from .imbalance import IMBALANCE, allocate_evenly, least
from .memory import Memory
from .minimum_pause import keep_turns, minimum_pause, note_room, rests
from .network import ROUNDING, Network, Table, add, exceeds, fits, whole_steps_above
from .participant import IDLE, SHARING, Participant
from .phases import PhaseCurrents
from .reasons import explain_share, explain_waiting
from .relief import relieve
from .site import ConnectorId
from .supply import Supply

TOO_MUCH = 1.3
"""Times the limit at which there is no grace."""


def set_targets(
    everyone: list[Participant],
    supply: Supply,
    network: Network,
    memory: Memory,
    deadlines: Deadlines,
) -> None:
    """Give everyone the target of this step and its reason; others stay at 0 A."""
    fixed = network.table()
    for one in everyone:
        if one.role in SHARING:
            if one.excess:
                add(fixed, one.places, one.tolerated)
        elif one.is_fact:
            add(fixed, one.places, one.held if one.away else max(one.in_force, one.limit))
    active = [one for one in everyone if one.role in SHARING]
    _let_alone_start(active)
    free = [
        capable - taken
        for capable, taken in zip(
            network.from_currents(supply.capacity, supply.power.capacity), fixed, strict=True
        )
    ]
    _keep_even(active, free, fixed, network)
    _keep_starts(active, free, network, deadlines)
    _try_with_less(active, free, network)
    leave_places(active, free, network, deadlines)
    active = [one for one in active if one.role in SHARING]
    idle = [one for one in everyone if one.role in IDLE]
    asked = ask_in_turn(idle, active, free, deadlines) if idle else None
    competing = active if asked is None else [*active, asked]
    _admit(competing, free, fixed, supply, network, memory, deadlines)
    facts = [one for one in active if one.excess or one.reading.disobeys]
    facts = [one for one in facts if one.is_fact]
    apart = {one.id for one in facts}
    if facts:
        free, fixed = _leave_room(active, facts, free, fixed, supply, network, memory)
    keep_turns(competing, deadlines.now)
    if asked is not None:
        if asked.serve:
            begin_turn(asked, deadlines)
        else:
            end_turn(asked)

    served = [one for one in competing if one.serve and one.id not in apart]
    _keep_even(served, free, fixed, network)
    for one in served:
        add(free, one.places, -one.minimum)
    if asked is not None and asked.serve:
        idle.remove(asked)
    elif idle:
        probe(idle, free, deadlines, waits=not all(one.serve for one in active))
    for one in idle:
        if one.minimum > 0.0 and fits(free, one.places, one.minimum):
            add(free, one.places, -one.minimum)
            one.serve = True
            served.append(one)
    left = list(free)
    _share(served, free, supply, network, memory)
    if takers := [one for one in everyone if may_keep(one)]:
        for one in served:
            add(left, one.places, one.minimum - one.target)
        keep_what_is_spare(takers, left, deadlines)


def _leave_room(
    active: list[Participant],
    facts: list[Participant],
    free: Table,
    fixed: Table,
    supply: Supply,
    network: Network,
    memory: Memory,
) -> tuple[Table, Table]:
    """Tell those their share who draw more than they may, and see what they leave the others.

    Whoever ignores its limit is cut with the others all the same: perhaps it follows
    this one. Until it does, the others have what it leaves them. What it draws above
    its limit is taken from everyone's share, its own minimum apart. Returns what is
    left for the others, and what is taken of the capacity, A.
    """
    shared = [one for one in active if one.serve]
    room = list(free)
    _keep_even(shared, room, fixed, network)
    for one in shared:
        add(room, one.places, -one.minimum)
    for one in facts:
        add(room, one.places, one.tolerated - one.excess)
    _share(shared, [max(0.0, left) for left in room], supply, network, memory)
    if len(shared) < len(active):
        # Somebody waits: whoever takes too much gets no more of it.
        for one in facts:
            one.target = min(one.target, max(one.minimum, one.memory.limit or 0.0))
    free, fixed = list(free), list(fixed)
    for one in facts:
        add(fixed, one.places, one.in_force - one.tolerated)
        add(free, one.places, one.tolerated - one.in_force)
    room = list(free)
    for one in sorted(shared, key=lambda one: (one.memory.serving_since or inf, one.id)):
        if one.is_fact:
            continue
        if fits(room, one.places, one.minimum):
            add(room, one.places, -one.minimum)
        else:
            one.serve = False
            one.target = 0.0
            one.reason = Reason.WAITING_FOR_TURN
    return free, fixed


def _keep_even(served: Iterable[Participant], free: Table, fixed: Table, network: Network) -> None:
    """Set how much a phase may have beside the minimums of `served` on the others."""
    if network.imbalance is not None:
        relief = least((one.phases, one.minimum) for one in served if one.relieves)
        bound = PhaseCurrents.same(network.imbalance + relief)
        network.set_imbalance(free, bound.minus(network.imbalance_of(fixed)))


def _let_alone_start(active: list[Participant]) -> None:
    """A car that is alone has nobody to take from: it need not show itself first."""
    if len(active) != 1 or active[0].reason is not Reason.STARTING:
        return
    (one,) = active
    one.memory.started = True
    one.reason = Reason.FULL_SPEED
    one.demand = one.outlet.maximum


def _keep_starts(
    active: list[Participant], free: Table, network: Network, deadlines: Deadlines
) -> None:
    """Leave a car that has just started what it started with, beside all who charge."""
    starting = [
        (one, kept[0])
        for one in active
        if (kept := one.memory.car.kept) is not None and not deadlines.passed(kept[1])
    ]
    if not starting:
        return
    left = list(free)
    for one in active:
        if one.memory.serving_since is not None:
            add(left, one.places, -one.minimum)
    for one, limit in starting:
        more = min(limit, one.outlet.maximum) - one.minimum
        if more > 0.0 and fits(left, one.places, more):
            add(left, one.places, -more)
            one.minimum += more
            one.demand = max(one.demand, one.minimum)


def _try_with_less(active: list[Participant], free: Table, network: Network) -> None:
    """Ask no more for a car that may need less, where that is what keeps all from charging."""
    unsure = [
        (one, less)
        for one in active
        if (less := one.memory.car.model.starts_at) is not None
        and one.minimum == one.least
        and (less := max(one.outlet.minimum, whole_steps_above(less, one.connector.step)))
        < one.minimum
    ]
    if not unsure:
        return
    needed = network.table()
    for one in active:
        add(needed, one.places, one.minimum)
    if not exceeds(needed, free):
        return
    for one, less in unsure:
        add(needed, one.places, less - one.minimum)
    if not exceeds(needed, free):
        for one, less in unsure:
            one.minimum = one.least = less


def _admit(
    active: list[Participant],
    free: Table,
    fixed: Table,
    supply: Supply,
    network: Network,
    memory: Memory,
    deadlines: Deadlines,
) -> None:
    """Decide who charges."""
    needed = network.table()
    for one in active:
        add(needed, one.places, one.minimum)
        if one.memory.waiting_since is None:
            since = one.reading.session_since if one.reading.session is not None else deadlines.now
            one.memory.waiting_since = min(since, deadlines.now)
    note_room(active, free, fixed, supply, network, deadlines.now)
    lasting = _lasting(active, supply)
    if (
        not lasting
        and not exceeds(needed, free)
        and all(
            one.memory.serving_since is not None or not rests(one, memory, deadlines.now)
            for one in active
        )
    ):
        memory.forget_overload()
        for one in active:
            one.serve = True
        return
    candidates = [_candidate(one, memory, network) for one in active]
    relieving = (
        frozenset(one.id for one in active if one.relieves)
        if network.imbalance is not None
        else frozenset[ConnectorId]()
    )
    held = network.to_currents(fixed)
    power = Power(
        limit=supply.power.capacity,
        rated=supply.power.rated,
        held=network.to_power(fixed),
        lasting=lasting,
    )
    left = {circuit: room - power.held.get(circuit, 0.0) for circuit, room in lasting.items()}
    admission = _ask(
        candidates, supply.capacity, supply.rated, held, power, network, deadlines, relieving
    )
    dropped = [
        one
        for one in active
        if one.memory.serving_since is not None and one.id not in admission.admitted
    ]
    admitted = admission.admitted
    if dropped and supply.is_shared_with_buildings:
        admitted = _bear_with_the_building(
            active,
            candidates,
            admission,
            held,
            power,
            supply,
            network,
            memory,
            deadlines,
            relieving,
        )
    if not dropped:
        memory.forget_overload()
    if admission.next_change_at is not None:
        deadlines.passed(admission.next_change_at)
    for one in active:
        one.serve = one.id in admitted
        if not one.serve and one.role in SHARING:
            one.next_turn = admission.waiting.get(one.id)
    explain_waiting(active, free, left, supply, network, memory, deadlines.now)


def _lasting(active: list[Participant], supply: Supply) -> dict[str, float]:
    """What of windows' room there is for cars that would begin, where that is less, A.

    Room that ends with the window is for cars that charge; others would begin for minutes. Where
    those that charge can't take it all, it is for everybody, if it is worth a start.
    """
    if not supply.power.lasting or all(one.memory.serving_since is not None for one in active):
        return {}
    found = {}
    for circuit, amperes in supply.power.lasting.items():
        room, wanted = supply.power.capacity[circuit], [0.0, 0.0, 0.0]
        behind = [one for one in active if circuit in one.path]
        for one in behind:
            if one.memory.serving_since is not None:
                for phase in one.phases:
                    wanted[phase] += one.demand
        taken = sum(supply.capacity[circuit].lowest(PhaseCurrents(*wanted)))
        least = min(
            (one.minimum * len(one.phases) for one in behind if one.memory.serving_since is None),
            default=0.0,
        )
        window = supply.power.windows[circuit]
        if taken >= room or not window.is_worth_a_start(room, least):
            found[circuit] = amperes
    return found


def _candidate(one: Participant, group: Memory, network: Network) -> Candidate:
    memory = one.memory
    assert memory.waiting_since is not None
    waiting_since = memory.waiting_since
    if one.role is Role.FULL:
        waiting_since = memory.car.asked_in_turn_at or waiting_since
    return Candidate(
        id=one.id,
        path=one.path,
        phases=one.phases,
        minimum=one.minimum,
        priority=one.connector.priority,
        serving_since=memory.serving_since,
        waiting_since=waiting_since,
        paused_at=memory.paused_at,
        minimum_pause=minimum_pause(one, group),
        must_serve=memory.must_serve,
        served=memory.served,
        first_in_line=memory.first_in_line,
        cannot_start=one.reason is Reason.TOO_LITTLE_TO_START,
        usual_turn=WINDOWS_TURN if network.windowed.intersection(one.path) else TURN,
    )


def _ask(
    candidates: Collection[Candidate],
    limit: dict[str, PhaseCurrents],
    rated: dict[str, PhaseCurrents],
    held: dict[str, PhaseCurrents],
    power: Power,
    network: Network,
    deadlines: Deadlines,
    relieving: Collection[ConnectorId],
) -> Admission:
    """Ask who charges; as long as it has to be, with less and less to spare for imbalance."""

    def ask(imbalance: float | None) -> Admission:
        even = {} if imbalance is None else {IMBALANCE: PhaseCurrents.same(imbalance)}
        return admit(
            candidates,
            limit=limit | even,
            rated=rated | even,
            policy=network.site.policy,
            now=deadlines.now,
            held=held,
            power=power,
        )

    if network.imbalance is None:
        return ask(None)
    relievers = [one for one in candidates if one.id in relieving]
    relief = least((one.phases, one.minimum) for one in relievers)
    while True:
        admission = ask(network.imbalance + relief)
        found = least(
            (one.phases, one.minimum) for one in relievers if one.id in admission.admitted
        )
        if found >= relief - ROUNDING:
            return admission
        relief = found


def _bear_with_the_building(
    active: list[Participant],
    candidates: list[Candidate],
    admission: Admission,
    held: dict[str, PhaseCurrents],
    power: Power,
    supply: Supply,
    network: Network,
    memory: Memory,
    deadlines: Deadlines,
    relieving: Collection[ConnectorId],
) -> frozenset[ConnectorId]:
    """Who charges while the building takes too much, perhaps for a moment only.

    Contactors and cars suffer from stop and go: who would be left out because
    of the building alone stays at the minimum for some seconds more.
    """
    if memory.over_minimum_since is None:
        # It is borne with since the meter has shown it, and not only since it is known that
        # cuts alone can't end it.
        over_since = (watched.over_since for watched in supply.meters.values())
        memory.over_minimum_since = min(
            [deadlines.now, *(at for at in over_since if at is not None)]
        )
    # What has been over for long already has had its grace.
    outlived = any(watched.outlived for watched in supply.meters.values())
    if memory.doubts() or outlived or not _has_grace(memory, deadlines):
        return admission.admitted
    by_limits = Power(limit=supply.power.limits, rated=network.power_rated, held=power.held)
    without = _ask(
        candidates, supply.limits, network.rated, held, by_limits, network, deadlines, relieving
    ).admitted
    staying = [one for one in active if one.memory.serving_since is not None and one.id in without]
    # What they would draw against what the building leaves.
    over = network.from_currents(held, power.held)
    for one in staying:
        add(over, one.places, one.minimum)
    for circuit, window in supply.power.windows.items():
        drawn = network.site.voltage * over[network.place_of_sum(circuit)]
        if not window.bears(drawn, memory.tuning.grace):
            return admission.admitted
    limits = network.from_currents(supply.limits, supply.power.limits)
    capacity = network.from_currents(supply.capacity, supply.power.capacity)
    if any(
        drawn + limit - left > TOO_MUCH * limit
        for drawn, limit, left in zip(over, limits, capacity, strict=True)
        if left < limit
    ):
        return admission.admitted
    return frozenset(one.id for one in staying)


def _has_grace(memory: Memory, deadlines: Deadlines) -> bool:
    """Whether the building may still turn out to take too much for a moment only."""
    assert memory.over_minimum_since is not None
    tuning, in_vain_at = memory.tuning, memory.borne_in_vain_at
    if in_vain_at is not None and in_vain_at > deadlines.now - tuning.patience_returns_after:
        return False
    if not deadlines.passed(memory.over_minimum_since + tuning.grace):
        return True
    memory.borne_in_vain_at = deadlines.now
    return False


def _allocate(
    claims: list[Claim],
    capacity: dict[str, PhaseCurrents],
    power: dict[str, float],
    memory: Memory,
    relieving: frozenset[ConnectorId],
) -> dict[ConnectorId, Share]:
    """Share, or remember: mostly nothing has changed since the last step."""
    last = memory.last_allocation
    if last is not None and last[:4] == (claims, capacity, power, relieving):
        return last[4]
    if IMBALANCE in capacity:
        shares = allocate_evenly(claims, capacity, relieving=relieving, power=power)
    else:
        shares = allocate(claims, capacity, power)
    memory.last_allocation = (claims, capacity, power, relieving, shares)
    return shares


def _share(
    served: list[Participant], free: Table, supply: Supply, network: Network, memory: Memory
) -> None:
    """Share what there is among those who are served. `free` lacks their minimums."""
    explain_relief = relieve(served, free, supply, network)
    relievers = [one for one in served if one.relieves] if network.imbalance is not None else []
    spared = least((one.phases, one.minimum) for one in relievers)
    if network.imbalance is not None:
        # As if every car had all that it can use.
        relief = least((one.phases, one.demand) for one in relievers) - spared
        _raise_imbalance(free, relief, network)
    more = network.table()
    for one in served:
        add(more, one.places, one.demand - one.minimum)
    if not exceeds(more, free):
        for one in served:
            one.target = one.demand
            explain_share(one, supply, network)
        explain_relief()
        return
    capacity = list(free)
    for one in served:
        add(capacity, one.places, one.minimum)
    if network.imbalance is not None:
        _raise_imbalance(capacity, -relief - spared, network)
    shares = _allocate(
        [one.claim() for one in served],
        network.to_currents(capacity),
        network.to_power(capacity),
        memory,
        frozenset(one.id for one in relievers),
    )
    for one in served:
        share = shares[one.id]
        one.target = share.amperes
        one.circuit, one.phase = share.circuit, share.phase
        explain_share(one, supply, network)
    explain_relief()


def _raise_imbalance(table: Table, by: float, network: Network) -> None:
    raised = network.imbalance_of(table).plus(PhaseCurrents.same(by))
    network.set_imbalance(table, raised)
