"""From what chargers and meters said to the readings that `balancing` decides on."""

from ..balancing.phases import NO_CURRENT, PhaseCurrents, Wiring, to_grid
from ..balancing.readings import ConnectorReading, Offer, Readings, Sample, Status, Superseded
from ..balancing.site import Connector, ConnectorId, Site
from ..config.site_builder import GRID
from ..csms.charge_point.charge_point import ChargePoint, ChargePointStatus, ConnectorState
from ..csms.charge_point.draw import Draw
from ..csms.limits.connector_limit import ConnectorLimit, Stopped
from .charger_meters import ChargerMeters
from .chargers import Chargers
from .meters import Meters

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

_SURELY_OVER = frozenset(
    {
        ChargePointStatus.AVAILABLE,
        ChargePointStatus.RESERVED,
        ChargePointStatus.UNAVAILABLE,
        ChargePointStatus.FAULTED,
    }
)
"""Who says this has no car whose session could go on."""


def gather_readings(
    site: Site, chargers: Chargers, charger_meters: ChargerMeters, meters: Meters
) -> Readings:
    """All that is known of a group at this moment."""
    circuit_meters = {
        circuit: coordinator.last_good
        for circuit, coordinator in meters.items()
        if coordinator.last_good is not None
    }
    connectors = {
        id_: connector_reading(
            point := chargers.point(id_.charger),
            point.connectors[id_.number],
            chargers.keeper(id_),
            connector.wiring,
            met=chargers.is_met(id_.charger),
            minimum_to_start=_minimum_to_start(id_, connector, chargers),
            metered=_metered(id_.charger, chargers, charger_meters),
        )
        for id_, connector in site.connectors.items()
    }
    return Readings(
        connectors=connectors,
        meter=circuit_meters.pop(GRID, None),
        circuit_meters=circuit_meters,
    )


def _minimum_to_start(id_: ConnectorId, connector: Connector, chargers: Chargers) -> float | None:
    """What has to be offered on each phase of a charger that divides watts among them."""
    phases = len(chargers.keeper(id_).phases or connector.wiring)
    if phases == 1 or not chargers.control(connector.id.charger).limits.in_watts:
        return None
    return min(connector.minimum * phases, connector.hardware_maximum)


def _metered(charger_id: str, chargers: Chargers, meters: ChargerMeters) -> Sample | None:
    """What the charger's own meter told; None without, or where it can't tell outlets apart."""
    sample = meters.sample(charger_id)
    if sample is None or not chargers.has_own_meter(chargers.named(charger_id)):
        return None
    return sample


def connector_reading(
    charge_point: ChargePoint,
    state: ConnectorState,
    keeper: ConnectorLimit,
    wiring: Wiring,
    *,
    met: bool,
    minimum_to_start: float | None = None,
    metered: Sample | None = None,
) -> ConnectorReading:
    """What is known of one connector at this moment.

    `met`: it has ever connected; `metered`: what a meter of its own told, which
    counts before what the charger says itself.
    """
    transaction = state.transaction
    if transaction is None and keeper.stopped is not None and state.status not in _SURELY_OVER:
        return _waiting_to_go_on(charge_point, state, keeper, keeper.stopped, met=met)
    return ConnectorReading(
        online=charge_point.online,
        connected_since=_connected_since(charge_point, keeper),
        met=met,
        status=Status.UNKNOWN if state.status is None else _STATUSES[state.status],
        status_since=state.status_at,
        session=None if transaction is None else str(transaction.id),
        session_since=0.0 if transaction is None else transaction.started_at,
        id_tag=None if transaction is None else transaction.id_tag,
        sample=metered or sample_of(charge_point.draw(state.number), wiring),
        offer=keeper.offer,
        disobeys=keeper.disobeys,
        minimum_to_start=minimum_to_start,
    )


def _waiting_to_go_on(
    charge_point: ChargePoint,
    state: ConnectorState,
    keeper: ConnectorLimit,
    stopped: Stopped,
    *,
    met: bool,
) -> ConnectorReading:
    """A car whose session was stopped for a pause: it waits for its turn like any other.

    Nothing flows without a session, whatever limit the charger holds; until it is
    to go on, when that limit counts again.
    """
    offer = keeper.offer
    if not keeper.wanted:
        left = tuple(Superseded(limit=limit, at=stopped.at) for limit in keeper.offer.possible)
        offer = Offer(
            accepted=0.0,
            accepted_at=stopped.at,
            superseded=(*offer.superseded, *left),
            forgets=offer.forgets,
        )
    return ConnectorReading(
        online=charge_point.online,
        connected_since=_connected_since(charge_point, keeper),
        met=met,
        status=Status.SUSPENDED_EVSE,
        status_since=max(state.status_at, stopped.at),
        session=str(stopped.transaction_id),
        session_since=stopped.at,
        id_tag=stopped.id_tag,
        offer=offer,
    )


def _connected_since(charge_point: ChargePoint, keeper: ConnectorLimit) -> float | None:
    """Since when it may have lost what it was told before (monotonic)."""
    socket, told = charge_point.connected_at, keeper.connected_since
    return socket if socket is None or told is None else max(socket, told)


def sample_of(draw: Draw | None, wiring: Wiring) -> Sample | None:
    """What flows on the grid's phases, as far as that follows from what the charger tells."""
    if draw is None:
        return None
    currents = None
    if draw.currents is not None:
        currents = to_grid(wiring, PhaseCurrents(*draw.currents, *NO_CURRENT[len(wiring) :]))
    return Sample(at=draw.at, currents=currents, highest=draw.highest, lowest=draw.lowest)
