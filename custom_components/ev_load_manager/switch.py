"""What people turn on and off: the load management, and single outlets."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .actions.session_rights import note_who_paused, user_of
from .entities.rows import Row
from .entities.targets import ChargerTarget, ConnectorTarget, GroupTarget, Place
from .entity import EvLoadManagerEntity, async_follow_places
from .group.load_manager import EvLoadManagerConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class SwitchRow[P: Place](SwitchEntityDescription, Row[P]):
    """A switch at a place."""

    set_fn: Callable[[P, bool], Coroutine[Any, Any, None]]


GROUP_SWITCHES: Final = (
    SwitchRow[GroupTarget](
        key="dlm",
        translation_key="dlm",
        value_fn=lambda group: group.manager.live.settings.balancing,
        set_fn=lambda group, on: group.manager.live.change(balancing=on),
    ),
    SwitchRow[GroupTarget](
        key="alm",
        translation_key="alm",
        value_fn=lambda group: group.manager.live.settings.adaptive,
        set_fn=lambda group, on: group.manager.live.change(adaptive=on),
        has_fn=lambda group: group.has_meter,
    ),
)

CONNECTOR_SWITCHES: Final = (
    SwitchRow[ConnectorTarget](
        key="charging_allowed",
        translation_key="charging_allowed",
        value_fn=lambda place: place.manager.live.settings.may_charge(place.id),
        set_fn=lambda place, on: place.manager.live.change_connector(place.id, charging_allowed=on),
        for_drivers=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of the group and of its connectors."""
    async_follow_places(hass, entry, Platform.SWITCH, async_add_entities, _switches_at)


def _switches_at(place: Place) -> Iterator[EvLoadManagerSwitch[Any]]:
    match place:
        case GroupTarget():
            yield from (
                EvLoadManagerSwitch(place, row) for row in GROUP_SWITCHES if row.has_fn(place)
            )
        case ConnectorTarget():
            yield from (EvLoadManagerSwitch(place, row) for row in CONNECTOR_SWITCHES)
        case ChargerTarget():
            pass


class EvLoadManagerSwitch[P: Place](EvLoadManagerEntity[P], SwitchEntity):
    """A switch, kept by the group's own store."""

    entity_description: SwitchRow[P]

    @property
    @override
    def is_on(self) -> bool:
        """Whether it is on."""
        return bool(self._seen.value)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on."""
        await self._async_turn(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off."""
        await self._async_turn(on=False)

    async def _async_turn(self, *, on: bool) -> None:
        await self._async_change(self.entity_description.set_fn(self.place, on))
        if self.entity_description.for_drivers and isinstance(self.place, ConnectorTarget):
            user = None if self._context is None else await user_of(self.hass, self._context)
            note_who_paused(self.hass, user, self.place.id, allowed=on)
