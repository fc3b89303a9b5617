"""What people do for a session, and find out about a charger."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import clock
from .csms.transport.errors import NotConnected
from .entities.rows import Row
from .entities.targets import ChargerTarget, ConnectorTarget, Place
from .entity import EvLoadManagerEntity, async_follow_places
from .errors import SettingError
from .group.load_manager import EvLoadManagerConfigEntry

PARALLEL_UPDATES = 1

CHECKED_WITHIN: Final = 120.0
"""Seconds that a charger may take to take its fallback anew and tell its schedule."""


@dataclass(frozen=True, kw_only=True)
class ButtonRow[P: Place](ButtonEntityDescription, Row[P]):
    """Something to do at a place."""

    press_fn: Callable[[P], Coroutine[Any, Any, None]]


def _has_session(place: ConnectorTarget) -> bool:
    reading = place.manager.readings.connectors.get(place.id)
    return reading is not None and reading.session is not None


async def _check_without_home_assistant(charger: ChargerTarget) -> None:
    """Send what is to hold alone again; raises SettingError where the charger can't be asked."""
    name = charger.settings.name
    try:
        async with clock.timeout(CHECKED_WITHIN):
            await charger.control.check_fail_safe()
    except NotConnected as error:
        raise SettingError("charger", "charger_not_connected", charger=name) from error
    except TimeoutError as error:
        raise SettingError(
            "charger", "charger_no_answer", charger=name, action=charger.point.dialect.limit_name
        ) from error


CHARGER_BUTTONS: Final = (
    ButtonRow[ChargerTarget](
        key="check_without_home_assistant",
        translation_key="check_without_home_assistant",
        entity_registry_enabled_default=False,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda _: None,
        available_fn=lambda charger: charger.point.online,
        press_fn=_check_without_home_assistant,
    ),
    ButtonRow[ChargerTarget](
        key="find_wiring",
        translation_key="find_wiring",
        entity_registry_enabled_default=False,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda _: None,
        available_fn=lambda charger: charger.point.online,
        press_fn=lambda charger: charger.manager.find_wiring(charger.settings),
    ),
)

CONNECTOR_BUTTONS: Final = (
    ButtonRow[ConnectorTarget](
        key="first_in_line",
        translation_key="first_in_line",
        value_fn=lambda _: None,
        available_fn=_has_session,
        press_fn=lambda place: place.manager.put_first_in_line(place.id),
        for_drivers=True,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of the chargers and their connectors."""
    async_follow_places(hass, entry, Platform.BUTTON, async_add_entities, _buttons_at)


def _buttons_at(place: Place) -> Iterator[EvLoadManagerButton[Any]]:
    match place:
        case ChargerTarget():
            yield from (EvLoadManagerButton(place, row) for row in CHARGER_BUTTONS)
        case ConnectorTarget():
            yield from (EvLoadManagerButton(place, row) for row in CONNECTOR_BUTTONS)


class EvLoadManagerButton[P: Place](EvLoadManagerEntity[P], ButtonEntity):
    """Something to do, once."""

    entity_description: ButtonRow[P]

    @override
    async def async_press(self) -> None:
        """Do it."""
        await self._async_change(self.entity_description.press_fn(self.place))
