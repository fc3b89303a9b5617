"""The chargers of one group: which there are, their outlets, and what makes them follow."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, override

from homeassistant.core import callback

from ..balancing.reserve import DRAWING
from ..balancing.site import ConnectorId
from ..config.settings import ChargerSettings
from ..const import LOGGER
from ..csms.charge_point.charge_point import Change, ChargePoint
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.limits.connector_limit import ConnectorLimit
from ..csms.models import ProfileCatalogue
from ..csms.transport.errors import ChargePointError
from .access import Access


class Chargers(Mapping[str, ChargerSettings]):
    """What the user said of each charger by subentry id, and the chargers themselves."""

    def __init__(
        self,
        access: Access,
        catalogue: ProfileCatalogue,
        *,
        save: Callable[[], Awaitable[None]],
        on_change: Callable[[ChargePoint, Change], None],
        on_connectors: Callable[[], None],
    ) -> None:
        """Begin with none.

        `save` stores the group: awaited before a charger has its answer to a start or
        stop, and before an increase is sent. `on_change` hears of all that comes from
        chargers, `on_connectors` of outlets that are new or gone.
        """
        self._access = access
        self._catalogue = catalogue
        self._save = save
        self._on_change = on_change
        self._on_connectors = on_connectors
        self._settings: dict[str, ChargerSettings] = {}
        self._points: dict[str, ChargePoint] = {}
        self._unsubscribe: dict[str, Callable[[], None]] = {}
        self._stored: dict[str, Any] = {}
        self._known: set[ConnectorId] = set()
        self._never_met: set[str] = set()
        """Those that were added by their ids and have never connected."""
        self.controls: dict[str, ChargerControl] = {}
        """What makes each follow its limits, by charge point id."""

    @override
    def __getitem__(self, subentry_id: str) -> ChargerSettings:
        return self._settings[subentry_id]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    @override
    def __len__(self) -> int:
        return len(self._settings)

    # One of them

    def named(self, charger_id: str) -> ChargerSettings:
        """What the user said of a charger, by charge point id; raises KeyError."""
        for charger in self.values():
            if charger.charger_id == charger_id:
                return charger
        raise KeyError(charger_id)

    def point(self, charger_id: str) -> ChargePoint:
        """The charger itself, whether its socket is up or not, by charge point id."""
        return self._points[charger_id]

    def control(self, charger_id: str) -> ChargerControl:
        """What makes a charger follow its limits, by charge point id."""
        return self.controls[charger_id]

    def keeper(self, connector_id: ConnectorId) -> ConnectorLimit:
        """The keeper of a connector's limit."""
        return self.controls[connector_id.charger].limits.keeper(connector_id.number)

    def is_met(self, charger_id: str) -> bool:
        """Whether a charger has ever connected."""
        return charger_id not in self._never_met

    @property
    def is_anyone_connected(self) -> bool:
        """Whether any of them has its socket up."""
        return any(point.online for point in self._points.values())

    def connectors_of(self, charger: ChargerSettings) -> tuple[ConnectorId, ...]:
        """The outlets of a charger known now; at least one."""
        numbers = set(range(1, (charger.connectors or 1) + 1))
        if charger.connectors is None:
            numbers |= {
                number for number in self.point(charger.charger_id).connectors if number > 0
            }
        return tuple(ConnectorId(charger.charger_id, number) for number in sorted(numbers))

    def has_connector(self, charger: ChargerSettings, number: int) -> bool:
        """Whether a number is one of `connectors_of`; asked by every entity at every step."""
        if charger.connectors is not None or number <= 1:
            return 0 < number <= (charger.connectors or 1)
        return number in self.point(charger.charger_id).connectors

    def has_own_meter(self, charger: ChargerSettings) -> bool:
        """Whether a meter was given to a charger that can be used: not one of a twin."""
        return charger.meter is not None and len(self.connectors_of(charger)) == 1

    def loaded_terminals(self, connector_id: ConnectorId) -> frozenset[int] | None:
        """Which of its own terminals (from 0) a charger sees loaded; None: it does not tell."""
        draw = self.point(connector_id.charger).draw(connector_id.number)
        if draw is None or draw.currents is None:
            return None
        return frozenset(
            terminal for terminal, current in enumerate(draw.currents) if current > DRAWING
        )

    # Which there are

    def restore(self, chargers: Mapping[str, ChargerSettings], stored: Mapping[str, Any]) -> None:
        """Begin with the chargers of a config entry, and what `states` wrote of them."""
        self._stored = dict(stored)
        for subentry_id, charger in chargers.items():
            # One of which nothing is stored may have been met before the store
            # was lost: it counts with all that it can draw until it connects.
            known = charger.charger_id in self._stored
            self._add(subentry_id, charger, may_be_new=known)

    def states(self) -> dict[str, Any]:
        """What must survive, by charge point id: plain JSON data."""
        return self._stored | {
            charger_id: point.state() for charger_id, point in self._points.items()
        }

    async def sync(self, chargers: Mapping[str, ChargerSettings]) -> list[ChargerSettings]:
        """Take over what flows changed: one that did not change keeps its socket.

        Returns those that were removed and could not be told to forget us.
        """
        kept_ours = []
        going = {
            subentry_id: charger
            for subentry_id, charger in self.items()
            if (new := chargers.get(subentry_id)) is None or new.charger_id != charger.charger_id
        }
        # As long as a car may charge there it is counted, and led like all others.
        ended = await asyncio.gather(
            *(self.control(charger.charger_id).end_sessions() for charger in going.values())
        )
        for (subentry_id, charger), nothing_charges in zip(going.items(), ended, strict=True):
            # Gone for the loop before its parts go: steps are taken meanwhile.
            del self._settings[subentry_id]
            if not await self._remove(charger, for_good=nothing_charges):
                kept_ours.append(charger)
            self._stored.pop(charger.charger_id, None)
        for subentry_id, charger in chargers.items():
            before = self.get(subentry_id)
            if before is None:
                self._add(subentry_id, charger)
                continue
            self._settings[subentry_id] = charger
            self._equip(charger)
            if charger.password != before.password:
                self._access.change_password(charger)
            if charger.profile != before.profile:
                self.control(charger.charger_id).choose_profile(charger.profile)
        return kept_ours

    async def part(self, *, for_good: bool) -> list[ChargerSettings]:
        """Let go of all; `for_good`: they keep nothing of ours, if that can be done.

        Returns those that could not be told to forget us.
        """
        chargers = list(self.values())
        released = await asyncio.gather(
            *(self._remove(charger, for_good=for_good) for charger in chargers)
        )
        return [charger for charger, done in zip(chargers, released, strict=True) if not done]

    def _add(self, subentry_id: str, charger: ChargerSettings, *, may_be_new: bool = True) -> None:
        stored = self._stored.get(charger.charger_id)
        point = self._access.add(charger, stored, self._save_session)
        self._settings[subentry_id] = charger
        self._points[charger.charger_id] = point
        if may_be_new and (point.is_pending or not point.identity.address):
            self._never_met.add(point.id)
        self._equip(charger)
        self.controls[charger.charger_id] = ChargerControl(
            point, self._catalogue, chosen=charger.profile, save=self._save
        )
        self._unsubscribe[charger.charger_id] = point.on_change(self._on_point_change)
        self._known.update(self.connectors_of(charger))
        self._on_connectors()

    def _equip(self, charger: ChargerSettings) -> None:
        """Know what the user says of the charger: its wiring, and outlets it has not told yet."""
        point = self.point(charger.charger_id)
        point.terminals = len(charger.wiring)
        point.hardware_maximum = charger.hardware_maximum
        point.user_name = charger.user_name
        for number in range(1, (charger.connectors or 1) + 1):
            point.connector(number)

    async def _remove(self, charger: ChargerSettings, *, for_good: bool) -> bool:
        """Let go of a charger; `for_good`: it keeps nothing of ours, if that can be done.

        Returns whether it was told; who was never here has nothing of ours.
        """
        charger_id = charger.charger_id
        self._unsubscribe.pop(charger_id)()
        self._known = {known for known in self._known if known.charger != charger_id}
        self._never_met.discard(charger_id)
        control = self.controls.pop(charger_id)
        self._on_connectors()
        released = not self.point(charger_id).identity.address
        if for_good and not released:
            try:
                released = await control.release()
            except ChargePointError as error:
                LOGGER.debug("%s is not released: %s", charger_id, error)
        await control.close()
        await self._access.remove(charger_id)
        del self._points[charger_id]
        return released

    async def _save_session(self, _: ChargePoint) -> None:
        """A session started or ended: it is written before the charger has its answer."""
        await self._save()

    # What comes from them

    @callback
    def _on_point_change(self, point: ChargePoint, change: Change, number: int | None) -> None:
        # Until one that was just added tells of its outlets it is the building's, as before:
        # all that it can draw would make everybody else wait for nothing.
        if change is Change.CONNECTION and point.online and not point.is_pending:
            self._never_met.discard(point.id)
        if number is not None and number > 0:
            self._notice(ConnectorId(point.id, number))
        if change is Change.CAPABILITIES:
            counted = self.control(point.id).onboarding.capabilities.connectors or 0
            for number_of_it in range(1, counted + 1):
                point.connector(number_of_it)
                self._notice(ConnectorId(point.id, number_of_it))
        self._on_change(point, change)

    @callback
    def _notice(self, connector_id: ConnectorId) -> None:
        """A charger turned out to have another outlet."""
        if connector_id in self._known:
            return
        charger = self.named(connector_id.charger)
        if connector_id not in self.connectors_of(charger):
            return
        self._known.add(connector_id)
        self._on_connectors()
        if charger.meter is not None:
            LOGGER.warning(
                "%s has more than one outlet. Its own meter can't tell which of them"
                " draws and is not used: change the charger and remove its meter",
                charger.name,
            )
