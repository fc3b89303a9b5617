"""What people do for a session."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import EvLoadManagerEntity, Row, async_follow_places
from .load_manager import EvLoadManagerConfigEntry
from .places import ConnectorPlace, Place

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ButtonRow[P: Place](ButtonEntityDescription, Row[P]):
    """Something to do at a place."""

    press_fn: Callable[[P], Coroutine[Any, Any, None]]


def _has_session(place: ConnectorPlace) -> bool:
    reading = place.manager.readings.connectors.get(place.id)
    return reading is not None and reading.session is not None


CONNECTOR_BUTTONS: Final = (
    ButtonRow[ConnectorPlace](
        key="first_in_line",
        translation_key="first_in_line",
        value_fn=lambda _: None,
        available_fn=_has_session,
        press_fn=lambda place: place.manager.put_first_in_line(place.id),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of the connectors."""
    async_follow_places(hass, entry, Platform.BUTTON, async_add_entities, _buttons_at)


def _buttons_at(place: Place) -> Iterator[EvLoadManagerButton[Any]]:
    if isinstance(place, ConnectorPlace):
        yield from (EvLoadManagerButton(place, row) for row in CONNECTOR_BUTTONS)


class EvLoadManagerButton[P: Place](EvLoadManagerEntity[P], ButtonEntity):
    """Something to do, once."""

    entity_description: ButtonRow[P]

    @override
    async def async_press(self) -> None:
        """Do it."""
        await self._async_change(self.entity_description.press_fn(self.place))
