"""From what the chargers said to the readings that `balancing` decides on."""

from .balancing.phases import Phase, PhaseCurrents, Wiring, to_grid
from .balancing.readings import ConnectorReading, MeterReading, Offer, Sample, Status, Superseded
from .csms.charge_point import ChargePoint, ChargePointStatus, ConnectorState, Values
from .csms.limit_keeper import Offer as SentOffer

_STATUSES = {
    ChargePointStatus.AVAILABLE: Status.AVAILABLE,
    ChargePointStatus.PREPARING: Status.PREPARING,
    ChargePointStatus.CHARGING: Status.CHARGING,
    ChargePointStatus.SUSPENDED_EV: Status.SUSPENDED_EV,
    ChargePointStatus.SUSPENDED_EVSE: Status.SUSPENDED_EVSE,
    ChargePointStatus.FINISHING: Status.FINISHING,
    ChargePointStatus.RESERVED: Status.RESERVED,
    ChargePointStatus.UNAVAILABLE: Status.UNAVAILABLE,
    ChargePointStatus.FAULTED: Status.FAULTED,
}


def connector_reading(
    charge_point: ChargePoint,
    state: ConnectorState,
    sent: SentOffer,
    wiring: Wiring,
    *,
    met: bool,
    metered: Sample | None = None,
) -> ConnectorReading:
    """What is known of one connector at this moment.

    `met`: it has ever connected; `metered`: what a meter of its own told, which
    counts before what the charger says itself.
    """
    transaction = state.transaction
    return ConnectorReading(
        online=charge_point.online,
        met=met,
        status=Status.UNKNOWN if state.status is None else _STATUSES[state.status],
        status_since=state.status_at,
        session=None if transaction is None else str(transaction.id),
        session_since=0.0 if transaction is None else transaction.started_at,
        id_tag=None if transaction is None else transaction.id_tag,
        sample=metered or sample_of(state.values, wiring),
        offer=offer_of(sent),
    )


def sample_of(values: Values | None, wiring: Wiring) -> Sample | None:
    """Currents on the grid's phases, as far as the charger tells them.

    A charger that tells a single current without a phase tells the current of
    each phase it uses, whichever these are (OCPP 1.6, 7.31). Power without
    current says nothing sure about a phase, except on one-phase wiring.
    """
    if values is None:
        return None
    terminals = values.currents[: len(wiring)]
    if any(current is not None for current in terminals):
        own = PhaseCurrents(*(current or 0.0 for current in values.currents))
        on_grid = to_grid(wiring, own)
        return Sample(at=values.at, currents=on_grid, highest=max(on_grid))
    if values.current is not None:
        known = PhaseCurrents.on(wiring, values.current) if len(wiring) == 1 else None
        return Sample(at=values.at, currents=known, highest=values.current)
    if len(wiring) == 1 and values.power is not None:
        current = values.power / (values.voltage or 230.0)
        return Sample(at=values.at, currents=PhaseCurrents.on(wiring, current), highest=current)
    return None


def sample_of_meter(reading: MeterReading, wiring: Wiring, *, latency: float) -> Sample:
    """Currents that a meter in a charger's supply tells, on the grid's phases.

    It stands where the cable leaves the grid, so its L1 to L3 are the grid's;
    one with a single phase measures the one that the charger has. Cars only
    draw: a transformer the wrong way round still measures a load. What is
    `latency` (s) old at most counts as that old, which is the safe side.
    """
    if len(wiring) == 1:
        currents = PhaseCurrents.on(wiring, abs(reading.currents.l1))
    else:
        currents = PhaseCurrents(
            *(abs(reading.currents[phase]) if phase in wiring else 0.0 for phase in Phase)
        )
    return Sample(at=reading.at - latency, currents=currents, highest=max(currents))


def offer_of(sent: SentOffer) -> Offer:
    """The limits that may be in force, in the words of `balancing`."""
    return Offer(
        accepted=sent.accepted,
        accepted_at=sent.accepted_at,
        in_flight=tuple(sent.in_flight),
        superseded=tuple(Superseded(limit=old.limit, at=old.at) for old in sent.superseded),
        refused=sent.refused,
        expires_at=sent.expires_at,
        gone_at=sent.gone_at,
        forgets=sent.forgets,
    )
