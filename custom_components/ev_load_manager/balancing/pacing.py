"""What of the targets may be sent now: cuts at once, increases as room and time allow.

This is where the invariant is kept: on every phase of every circuit, the sum of
what may be in force and what is now wanted stays within the capacity. So an
increase waits until the reductions that it needs were accepted, and 12 s more.
"""

from collections.abc import Mapping

from .allocation import Claim, allocate
from .deadlines import Deadlines
from .demand import Role
from .imbalance import IMBALANCE, least
from .network import ROUNDING, Network, Table, add, exceeds, fits, whole_steps_below
from .participant import FIXED, Participant
from .phases import PHASES, Phase, PhaseCurrents
from .site import ConnectorId

COMMAND_INTERVAL = 5.0
"""Least seconds between a command and the next, but for cuts: a station changes what
it tells the car at most that often."""
WORTH_SENDING = 1.0
"""A; a smaller change can wait."""
SETTLED = 15.0
"""Seconds after which a share that didn't change is worth a small increase."""


def pace(
    everyone: list[Participant],
    capacity: Table,
    network: Network,
    deadlines: Deadlines,
    *,
    unseen: Mapping[str, PhaseCurrents],
    calm_until: Mapping[str, float],
    following: frozenset[str],
    over: Mapping[str, Mapping[Phase, float]],
) -> Table:
    """Set the limit that everyone is to have now; return what is then held, A.

    `capacity` is what chargers may draw at each place now, `unseen` (circuit -> A) what
    of it no increase may take. No increase is made
    below a circuit of `calm_until` before its moment, and below those that are
    `following` a building none of less than 1 A that doesn't bring a car to all
    that it can use. `over`: phases of circuits that carry too much, or did a moment
    ago, and before when nobody gets more on them.
    """
    commanded: Table | None = None
    rising: list[Participant] = []
    for one in everyone:
        memory = one.memory
        if one.target != memory.target or memory.target_at is None:
            memory.target, memory.target_at = one.target, deadlines.now
        if one.role in FIXED:
            continue
        limit = _last_limit(one)
        if one.target > limit:
            # An increase that came before the others' cuts have acted would be over the limit.
            # It keeps what it has until it is known what the cuts of the others leave.
            one.limit = limit
            rising.append(one)
        elif limit - one.target < WORTH_SENDING and 0.0 < one.target < limit:
            # A cut this small makes room for others' shares, or for a building that has just
            # taken more. Only the first can wait, so it is looked at which of them it is.
            if commanded is None:
                commanded = _commanded(everyone, network)
            waits = not over and _can_wait(one, commanded, capacity, deadlines)
            one.limit = limit if waits else one.target
        else:
            one.limit = one.target

    # What nobody can do anything about now must not keep the targets from
    # being reached: policies and grace may put them above the capacity.
    held = network.table()
    final = network.table()
    for one in everyone:
        now, then = one.held, one.final
        for place in one.places:
            held[place] += now
            final[place] += then
    if rising:
        # `held` counts what cars may still draw by limits that were replaced, so room that a
        # cut makes appears here only once the car that was cut has followed.
        room = [
            max(capable, target) - taken
            for capable, target, taken in zip(capacity, final, held, strict=True)
        ]
        for circuit, currents in unseen.items():
            for phase, amperes in zip(PHASES, currents, strict=True):
                room[network.place(circuit, phase)] -= amperes
            if circuit in network.powered:
                room[network.place_of_sum(circuit)] -= sum(currents)
        if network.imbalance is not None:
            network.set_imbalance(room, _even_room(everyone, network.imbalance, held, network))
        before = [one.limit for one in rising]
        _increase(
            [one for one in rising if _may_rise(one, deadlines, calm_until, over)],
            room,
            network,
            deadlines,
            following,
        )
        if [one.limit for one in rising] != before:
            held = network.table()
            for one in everyone:
                add(held, one.places, one.held)
    for one in everyone:
        memory = one.memory
        if one.limit != memory.limit:
            memory.limit, memory.limit_at = one.limit, deadlines.now
    return held


def _even_room(
    everyone: list[Participant], imbalance: float, held: Table, network: Network
) -> PhaseCurrents:
    """What each phase may have more while the limits on the others are as they are, A."""
    relief = least(
        (one.phases, min(one.limit, one.reading.offer.accepted or 0.0))
        for one in everyone
        if one.relieves
    )
    return PhaseCurrents.same(imbalance + relief).minus(network.imbalance_of(held))


def _last_limit(one: Participant) -> float:
    """The limit that it has so far, A; what is no lawful limit any more counts as 0."""
    limit = one.memory.limit
    if limit is None:
        limit = one.reading.offer.accepted or 0.0
    return limit if limit >= one.connector.minimum else 0.0


def _commanded(everyone: list[Participant], network: Network) -> Table:
    """The sum of the limits that everyone has so far."""
    table = network.table()
    for one in everyone:
        if one.role is not Role.NO_CAR:
            limit = one.limit if one.role in FIXED else _last_limit(one)
            add(table, one.places, one.loads(limit) if one.excess else limit)
    return table


def _can_wait(one: Participant, commanded: Table, capacity: Table, deadlines: Deadlines) -> bool:
    """Whether a small cut is a matter of fairness only, and soon after the last command."""
    changed_at = one.memory.limit_at
    if changed_at is None or deadlines.passed(changed_at + COMMAND_INTERVAL):
        return False
    if IMBALANCE in one.path:
        # What the other phases have to spare for it is not in the capacity.
        return False
    return all(commanded[place] <= capacity[place] + ROUNDING for place in one.places)


def _may_rise(
    one: Participant,
    deadlines: Deadlines,
    calm_until: Mapping[str, float],
    over: Mapping[str, Mapping[Phase, float]],
) -> bool:
    """Whether it is time for an increase."""
    changed_at = one.memory.limit_at
    interval = max(COMMAND_INTERVAL, one.connector.increase_interval)
    in_time = changed_at is None or deadlines.passed(changed_at + interval)
    if one.role is Role.NO_CAR:
        # Nothing is drawn: the fallback is for the next car.
        if in_time:
            one.limit = one.target
        return False
    return (
        in_time
        and all(
            deadlines.passed(moment)
            for circuit, moment in calm_until.items()
            if circuit in one.outlet.path
        )
        and all(
            deadlines.passed(moment)
            for circuit, moments in over.items()
            if circuit in one.outlet.path
            for phase, moment in moments.items()
            if phase in one.phases
        )
    )


def _increase(
    rising: list[Participant],
    room: Table,
    network: Network,
    deadlines: Deadlines,
    following: frozenset[str],
) -> None:
    """Raise limits into the room there is; each counts with what it holds already."""
    # First everyone's step from 0 to the minimum, in the order of turns: no car charges with
    # less, so a room that is shared out before would be too small for any of them.
    climbing: list[Participant] = []
    # Mostly nothing is full, which is looked at once, and not at everyone's places.
    is_full = min(room) < -ROUNDING
    for one in sorted(rising, key=lambda one: (one.memory.serving_since or 0.0, one.id)):
        if is_full and not fits(room, one.places, 0.0):
            continue
        if one.limit == 0.0:
            needed = one.loads(one.minimum) - one.held
            if needed > 0.0:
                if not fits(room, one.places, needed):
                    continue
                add(room, one.places, -needed)
                is_full = is_full or min(room) < -ROUNDING
            one.limit = one.minimum
        if one.target > one.limit:
            climbing.append(one)
    needs = network.table()
    for one in climbing:
        add(needs, one.places, max(0.0, one.loads(one.target) - one.held))
    if not exceeds(needs, room):
        wanted = {one.id: one.target for one in climbing}
    else:
        wanted = _share_room(climbing, room, network)
    for one in climbing:
        limit = wanted[one.id]
        if limit >= one.limit + WORTH_SENDING or (
            limit >= one.target
            and (
                one.target >= one.demand
                or (_is_settled(one, deadlines) and following.isdisjoint(one.outlet.path))
            )
        ):
            one.limit = limit


def _is_settled(one: Participant, deadlines: Deadlines) -> bool:
    at = one.memory.target_at
    return at is not None and deadlines.passed(at + SETTLED)


def _share_room(
    climbing: list[Participant], room: Table, network: Network
) -> dict[ConnectorId, float]:
    """Share the room among those whose targets don't fit into it yet."""
    capacity = list(room)
    claims = []
    for one in climbing:
        held, most = one.held, one.loads(one.target)
        if most <= held:
            continue
        add(capacity, one.places, held)
        claims.append(
            Claim(
                id=one.id,
                path=one.path,
                phases=one.phases,
                minimum=held,
                maximum=most,
                step=one.connector.step,
            )
        )
    shares = allocate(claims, network.to_currents(capacity), network.to_power(capacity))
    wanted = {one.id: one.target for one in climbing}
    for one in climbing:
        if one.id in shares:
            wanted[one.id] = shares[one.id].amperes - one.excess
    return {
        one.id: max(one.limit, whole_steps_below(wanted[one.id], one.connector.step))
        for one in climbing
    }
