"""Tells people what they want to be told of, by their notify entities, in plain words."""

import asyncio
from collections.abc import Iterable
from typing import Final

from homeassistant.components.notify.const import (
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY,
    SERVICE_SEND_MESSAGE,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations

from .. import clock
from ..const import DOMAIN, LOGGER
from ..errors import figure
from ..group.load_manager import EvLoadManagerConfigEntry
from ..group.notifications import TOPICS
from ..history.situations import Situation
from .situations import is_meant, kilowatt_hours, name_of, place_of
from .targets import CircuitTarget, ConnectorTarget, Place

LOOK_INTERVAL: Final = 5.0
"""Seconds between two looks: steps are taken all the time."""


class Messages:
    """The messages of one group."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Tell from now on; `async_update` looks."""
        self._hass = hass
        self._entry = entry
        self._look_at = float("-inf")

    @callback
    def async_update(self) -> None:
        """Look whether there is something to tell."""
        now = clock.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_INTERVAL
        manager = self._entry.runtime_data
        for holding in manager.notifications.due(manager.records.situations, clock.now()):
            place = place_of(self._hass, self._entry, holding.where)
            if place is None:
                continue
            recipients = {
                one.entity_id
                for one in manager.notifications.recipients
                if TOPICS[holding.situation] in one.topics
                and (one.place is None or is_meant(place, (one.place,)))
            }
            if recipients:
                self._entry.async_create_background_task(
                    self._hass,
                    self._async_send(holding.situation, place, recipients),
                    name="EV Load Manager message",
                )

    async def _async_send(
        self, situation: Situation, place: Place, recipients: Iterable[str]
    ) -> None:
        message = await self._async_words(situation, place)
        # One that is gone, or never answers, must not keep the others from hearing of it.
        await asyncio.gather(*(self._async_tell(one, message) for one in sorted(recipients)))

    async def _async_tell(self, entity_id: str, message: str) -> None:
        try:
            await self._hass.services.async_call(
                NOTIFY,
                SERVICE_SEND_MESSAGE,
                {
                    ATTR_ENTITY_ID: entity_id,
                    ATTR_TITLE: self._entry.title,
                    ATTR_MESSAGE: message,
                },
                blocking=True,
            )
        except Exception as error:  # noqa: BLE001 - another integration's, whatever it is
            LOGGER.warning("%s could not be told: %s (%s)", entity_id, message, error)

    async def _async_words(self, situation: Situation, place: Place) -> str:
        texts = await async_get_translations(
            self._hass, self._hass.config.language, "common", {DOMAIN}
        )
        key = f"message_{situation}"
        energy = kilowatt_hours(place)
        if situation is Situation.FULL and energy is None:
            key = "message_full_unknown"
        text = texts.get(f"component.{DOMAIN}.common.{key}", "{name}: {situation}")
        period = place.safe_limit_period if isinstance(place, CircuitTarget) else None
        return text.format(
            name=_who(place),
            situation=situation,
            energy=None if energy is None else figure(energy),
            limit="?" if period is None else figure(period.limit),
        )


def _who(place: Place) -> str:
    """What people call it, and whose car is there, where that is known."""
    name = name_of(place)
    if not isinstance(place, ConnectorTarget):
        return name
    driver = place.manager.access.driver(place.charger.point, place.number)
    return name if driver is None else f"{name} ({driver})"
