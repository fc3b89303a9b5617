"""Why everyone has the target that it has: what people read beside a limit."""

from collections.abc import Mapping
from math import inf

from .decision import Mode, Reason
from .demand import Role
from .imbalance import IMBALANCE
from .memory import Memory
from .minimum_pause import rests
from .network import ROUNDING, Network, Table, add, fits, tightest
from .participant import SHARING, Participant
from .phases import Phase, PhaseCurrents
from .site import Policy
from .supply import Supply


def explain_waiting(
    active: list[Participant],
    free: Table,
    lasting: Mapping[str, float],
    supply: Supply,
    network: Network,
    memory: Memory,
    now: float,
) -> None:
    """Find the reasons for leaving somebody out; some limits are too low for it alone.

    `lasting` is what of windows' room there is for those who would begin, A, by circuit.
    """
    left: Table | None = None
    doubts = memory.doubts()
    for one in active:
        if one.serve or one.role not in SHARING:
            continue
        if left is None:
            left = list(free)
            for served in active:
                if served.serve:
                    add(left, served.places, -served.minimum)
        if (circuit := _window_that_ends(one, active, lasting)) is not None:
            one.reason, one.circuit, one.phase = Reason.WAITING_FOR_PEAK, circuit, None
        elif fits(left, one.places, one.minimum):
            # Once its pause is over it is somebody who has waited longer that keeps the room.
            rest = rests(one, memory, now)
            one.reason = Reason.SHORT_PAUSE if rest else Reason.WAITING_FOR_TURN
        elif fits(free, one.places, one.minimum):
            one.reason = Reason.WAITING_FOR_TURN
        else:
            one.reason = Reason.WAITING_FOR_ROOM
            one.circuit, one.phase = network.place_of(tightest(free, one.places))
            if one.phase is None and supply.power.is_window(one.circuit):
                one.reason = Reason.WAITING_FOR_PEAK
        if doubts and memory.doubtful(one.outlet.path, network.site.circuits):
            one.reason = Reason.OVER_LIMIT
        _explain_too_little(one, supply, network)


def _window_that_ends(
    one: Participant, active: list[Participant], lasting: Mapping[str, float]
) -> str | None:
    """The circuit whose window has room for a car now, and none when it is over."""
    for circuit in one.path:
        if circuit in lasting:
            taken = sum(
                other.minimum * len(other.phases)
                for other in active
                if other.serve and circuit in other.path
            )
            if lasting[circuit] - taken < one.minimum * len(one.phases) - ROUNDING:
                return circuit
    return None


def _explain_too_little(one: Participant, supply: Supply, network: Network) -> None:
    for circuit in one.outlet.path:
        limited = network.site.circuits[circuit]
        power = network.power_rated.get(circuit, inf)
        if (limited.temporary is not None and _is_too_little(limited.temporary, one)) or (
            power < one.minimum * len(one.phases) - ROUNDING
        ):
            one.circuit, one.phase, one.reason = circuit, None, Reason.TEMPORARY_LIMIT
            return
        if circuit in supply.safe and _is_too_little(supply.limits[circuit], one):
            one.circuit, one.phase, one.reason = circuit, None, Reason.SAFE_LIMIT


def _is_too_little(currents: PhaseCurrents, one: Participant) -> bool:
    return any(currents[phase] < one.minimum - ROUNDING for phase in one.phases)


def _holds_for_a_time(
    circuit_id: str, phase: Phase | None, supply: Supply, network: Network
) -> bool:
    """Whether it is a temporary limit that makes a circuit's phase as low as it is."""
    circuit = network.site.circuits[circuit_id]
    if phase is None:
        temporarily, usually = circuit.temporary_power, circuit.power_limit
        return temporarily is not None and (usually is None or temporarily < usually)
    if circuit.temporary is None:
        return False
    usual = circuit.limit.lowest(circuit.rated) if network.site.balancing else circuit.rated
    temporary = network.counted(circuit_id, circuit.temporary)[phase]
    return (
        temporary < network.counted(circuit_id, usual)[phase]
        and temporary <= supply.limits[circuit_id][phase]
    )


def explain_share(one: Participant, supply: Supply, network: Network) -> None:
    """Find the reason for the target of somebody who is served."""
    if one.role is not Role.ACTIVE:
        one.circuit = one.phase = None
        return
    if one.circuit == IMBALANCE:
        one.circuit = one.phase = None
        one.reason = Reason.IMBALANCE
        return
    if one.circuit is not None and _holds_for_a_time(one.circuit, one.phase, supply, network):
        one.reason = Reason.TEMPORARY_LIMIT
        return
    if supply.mode is Mode.OFF and one.reason is Reason.FULL_SPEED:
        one.reason = Reason.BALANCING_OFF
        return
    if one.circuit is None:
        return
    if one.circuit in supply.safe and one.phase is not None:
        one.reason = Reason.SAFE_LIMIT
    elif one.target <= one.minimum and network.site.policy is Policy.MINIMUM_FOR_ALL:
        one.reason = Reason.MINIMUM
    elif supply.mode is Mode.OFF:
        one.reason = Reason.BALANCING_OFF
    elif one.phase is not None:
        one.reason = Reason.EQUAL_SHARE
    elif supply.power.is_window(one.circuit):
        one.reason = Reason.PEAK_LIMIT
    else:
        one.reason = Reason.POWER_LIMIT
