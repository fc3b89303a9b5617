"""A charger of the group that speaks OCPP, and what it tells as readings for `balancing`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, override

from ..balancing.phases import NO_CURRENT, Phase, PhaseCurrents, Phases, Wiring, to_grid
from ..balancing.readings import ConnectorReading, Offer, Sample, Status, Superseded
from ..balancing.reserve import DRAWING
from ..balancing.site import Connector
from ..config.settings import ChargerSettings
from ..const import LOGGER
from ..csms.charge_point import charge_point as ocpp
from ..csms.charge_point.charge_point import ChargePoint, ConnectorState
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.charge_point.connector import limited_elsewhere_to
from ..csms.charge_point.draw import Draw
from ..csms.limits.connector_limit import ConnectorLimit, Outlet, Stopped
from ..csms.models import ProfileCatalogue
from ..csms.transport.errors import ChargePointError
from .charger import Change, ChangeCallback, Charger, Save

_SURELY_OVER = frozenset({Status.AVAILABLE, Status.RESERVED, Status.UNAVAILABLE, Status.FAULTED})
"""Who says this has no car whose session could go on."""


class OcppCharger(Charger):
    """A charger that dials our central system, for as long as it is configured."""

    def __init__(
        self,
        point: ChargePoint,
        catalogue: ProfileCatalogue,
        settings: ChargerSettings,
        *,
        save: Save,
    ) -> None:
        """Take over `point`, whose state was restored; `save` is awaited before an increase."""
        self.point = point
        self.equip(settings)
        self.control = ChargerControl(point, catalogue, chosen=settings.profile, save=save)

    @property
    @override
    def id(self) -> str:
        return self.point.id

    @property
    @override
    def online(self) -> bool:
        return self.point.online

    @property
    @override
    def has_told_outlets(self) -> bool:
        return not self.point.is_pending

    @property
    @override
    def was_met(self) -> bool:
        return bool(self.point.identity.address)

    @property
    @override
    def outlets(self) -> Collection[int]:
        return self.point.connectors.keys()

    @property
    @override
    def limited_outlets(self) -> Collection[int]:
        return self.control.limits.keepers.keys()

    @property
    @override
    def charges(self) -> bool:
        return any(state.charges for state in self.point.connectors.values())

    @property
    @override
    def registers(self) -> Mapping[int, float]:
        return {
            number: register
            for number, state in self.point.connectors.items()
            if number > 0 and (register := state.register) is not None
        }

    @property
    @override
    def step(self) -> float:
        return self.control.limits.step

    @property
    @override
    def by_key(self) -> bool:
        return self.control.limits.by_key

    @override
    def equip(self, settings: ChargerSettings) -> None:
        self.point.terminals = len(settings.wiring)
        self.point.hardware_maximum = settings.hardware_maximum
        self.point.user_name = settings.user_name
        self.point.certificate_name = settings.certificate_name
        self._has_outlets(settings.connectors or 1)

    @override
    def choose_profile(self, chosen: str | None) -> None:
        self.control.choose_profile(chosen)

    @override
    def reading(
        self, connector: Connector, *, met: bool, metered: Sample | None
    ) -> ConnectorReading:
        point, keeper = self.point, self._keeper(connector.id.number)
        state = point.connectors[connector.id.number]
        transaction = state.transaction
        if transaction is None and keeper.stopped is not None and state.status not in _SURELY_OVER:
            return _waiting_to_go_on(point, state, keeper, keeper.stopped, met=met)
        return ConnectorReading(
            online=point.online,
            connected_since=_connected_since(point, keeper),
            met=met,
            status=state.status or Status.UNKNOWN,
            status_since=state.status_at,
            session=None if transaction is None else str(transaction.id),
            session_since=0.0 if transaction is None else transaction.started_at,
            id_tag=None if transaction is None else transaction.id_tag,
            sample=metered or sample_of(point.draw(state.number), connector.terminals),
            offer=keeper.offer,
            disobeys=keeper.disobeys,
            phases_used=state.phases_used,
            most=self._most(state),
            minimum_to_start=self._minimum_to_start(connector),
        )

    def _most(self, state: ConnectorState) -> float | None:
        """What a car can take at most, A; None: nothing is known of that."""
        lowest = limited_elsewhere_to(state, self.point.whole)
        return None if lowest is None else lowest.amperes

    def _minimum_to_start(self, connector: Connector) -> float | None:
        """What has to be offered on each phase of a charger that divides watts among them."""
        phases = len(self._keeper(connector.id.number).phases or connector.wiring)
        if phases == 1 or not self.control.limits.in_watts:
            return None
        return min(connector.minimum * phases, connector.hardware_maximum)

    @override
    def loaded_terminals(self, number: int) -> frozenset[int] | None:
        draw = self.point.draw(number)
        if draw is None or draw.currents is None:
            return None
        return frozenset(
            terminal for terminal, current in enumerate(draw.currents) if current > DRAWING
        )

    @override
    def saw(self, number: int, amperes: float, at: float) -> None:
        self.control.limits.saw(number, amperes, at)

    @override
    def lead(
        self, connector: Connector, limit: float, *, lifetime: float, phases: Phases | None
    ) -> None:
        keeper = self._keeper(connector.id.number)
        keeper.set_terms(connector.fallback, lifetime)
        keeper.is_wired(
            Outlet(
                connector.wired_phases,
                connector.minimum,
                connector.maximum,
                connector.hardware_maximum,
            )
        )
        keeper.loads(phases)
        keeper.want(limit)

    @override
    def wanted(self, number: int) -> float | None:
        return self._keeper(number).wanted

    @override
    def want(self, number: int, amperes: float) -> None:
        self._keeper(number).want(amperes)

    @override
    async def settled(self) -> None:
        await self.control.limits.settled()

    @override
    async def end_sessions(self) -> bool:
        return await self.control.end_sessions()

    @override
    async def release(self) -> bool:
        try:
            return await self.control.release()
        except ChargePointError as error:
            LOGGER.debug("%s is not released: %s", self.id, error)
            return False

    @override
    async def close(self) -> None:
        await self.control.close()

    @override
    def state(self) -> dict[str, Any]:
        return self.point.state()

    @override
    def on_change(self, callback: ChangeCallback) -> Callable[[], None]:
        def tell(_: ChargePoint, change: ocpp.Change, number: int | None) -> None:
            if change is ocpp.Change.CAPABILITIES:
                self._has_outlets(self.control.onboarding.capabilities.connectors or 0)
            # What its charger has heard of a session changes nothing about it.
            if change is not ocpp.Change.ANSWERED:
                callback(self, Change(change.value), number)

        return self.point.on_change(tell)

    def _has_outlets(self, count: int) -> None:
        for number in range(1, count + 1):
            self.point.connector(number)

    def _keeper(self, number: int) -> ConnectorLimit:
        return self.control.limits.keeper(number)


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
    """What flows on the grid's phases, as far as that follows from what the charger tells.

    Where `wiring` is empty nobody knows it: only what is alike on all phases is surely there.
    """
    if draw is None:
        return None
    currents = None
    if draw.currents is not None and wiring:
        currents = to_grid(wiring, PhaseCurrents(*draw.currents, *NO_CURRENT[len(wiring) :]))
    elif draw.currents is not None and _is_alike(draw.currents):
        currents = PhaseCurrents.same(min(draw.currents))
    return Sample(at=draw.at, currents=currents, highest=draw.highest, lowest=draw.lowest)


def _is_alike(currents: Sequence[float]) -> bool:
    """Whether a car draws on three phases, and so much alike that their order does not matter."""
    return (
        len(currents) == len(Phase)
        and min(currents) > DRAWING
        and max(currents) - min(currents) < 1.0
    )
