"""What the page asks of signals of the grid, and changes of limits in kW."""

from typing import Final

import voluptuous as vol

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import (
    async_response,
    require_admin,
    websocket_command,
)
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..errors import refusal
from .power import signals_of
from .websocket_api import Message, changed, in_users_words, manager_of

_POWER: Final = vol.All(vol.Coerce(float), vol.Range(min=0, max=1e6))


@callback
def async_register_power_commands(hass: HomeAssistant) -> None:
    """Make the commands known; once for the whole integration."""
    for command in (power_signals, change_power):
        async_register_command(hass, command)


@websocket_command({vol.Required("type"): f"{DOMAIN}/power_signals", vol.Required("entry_id"): str})
@async_response
@in_users_words
async def power_signals(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Tell what became of the last signals, the newest first."""
    manager = manager_of(hass, msg["entry_id"])
    connection.send_result(msg["id"], signals_of(manager, private=connection.user.is_admin))


@require_admin
@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/change_power",
        vol.Required("entry_id"): str,
        vol.Required("circuit"): str,
        vol.Required("limit"): _POWER,
    }
)
@async_response
@in_users_words
async def change_power(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Change what a circuit may have over all phases, kW; `window` is the mean of a window."""
    manager = manager_of(hass, msg["entry_id"])
    if manager.power.first(msg["circuit"]) is None:
        raise refusal("no_power_limit", group=manager.group.name)
    await changed(manager.power.set_limit(msg["circuit"], msg["limit"]))
    connection.send_result(msg["id"])
