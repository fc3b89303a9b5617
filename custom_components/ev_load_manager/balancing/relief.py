"""Cuts that end an overload: from what cars draw, where their limits alone do not.

See `overload`. What a circuit carries too much is taken from the cars that load
it: no limit on it may be above what its car draws, and all of them together
have to come down by the excess. Nobody goes below the minimum.
"""

from collections.abc import Callable, Iterable
from math import inf

from .decision import Reason
from .demand import Role
from .network import Network, Table, whole_steps_below
from .participant import Participant
from .phases import PHASES, Phase
from .supply import Supply


def relieve(
    served: Iterable[Participant], free: Table, supply: Supply, network: Network
) -> Callable[[], None]:
    """Lower demands and `free` (A beside the minimums of `served`) until overloads end.

    Returns what explains, once it is shared, why somebody got less.
    """
    if not supply.headroom:
        return lambda: None
    lowered: list[tuple[Participant, str, Phase]] = []
    places = {
        network.place(circuit, phase): (circuit, phase)
        for circuit, left in supply.headroom.items()
        for phase in PHASES
        if left[phase] < inf
    }
    more = {place: supply.headroom[circuit][phase] for place, (circuit, phase) in places.items()}
    for one in served:
        over = [place for place in one.places if place in places]
        if not over:
            continue
        drawn = max(one.minimum, supply.drawn.get(one.id, one.demand))
        for place in over:
            more[place] += drawn - one.minimum
        if one.role is Role.ACTIVE:
            so_far = one.memory.limit or 0.0
            most = whole_steps_below(min(drawn, so_far), one.connector.step)
            if most < one.demand:
                one.demand = max(one.minimum, most)
                lowered.append((one, *places[over[0]]))
    for place, amperes in more.items():
        free[place] = min(free[place], amperes)

    def explain() -> None:
        for one, circuit, phase in lowered:
            one.circuit, one.phase = circuit, phase
            outlived = supply.meters[circuit].outlived
            one.reason = Reason.OVER_LIMIT if outlived else Reason.EQUAL_SHARE

    return explain
