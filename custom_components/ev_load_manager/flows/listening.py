"""Where a group listens for its chargers: what is proposed, and whether it can be had."""

import asyncio
from collections.abc import Iterable
import errno
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..config.settings import listener_of
from ..const import CONF_LISTEN_HOST, CONF_LISTEN_PORT, DEFAULT_HOST, DEFAULT_PORT, DOMAIN
from .security_form import TLS_FIELDS

PORTS: Final = 20
"""How many are tried, from the usual one on."""


async def async_proposed(hass: HomeAssistant) -> dict[str, Any]:
    """Address, port and TLS that a new group is proposed, as the data that is stored.

    Where a group runs, it is where that one listens: all chargers of a house dial one
    address then, and one port has one TLS setting. Else it is the usual port, or the
    first one after it that no other program has.
    """
    for group in hass.config_entries.async_entries(DOMAIN):
        if group.state is ConfigEntryState.LOADED:
            kept = (CONF_LISTEN_HOST, CONF_LISTEN_PORT, *TLS_FIELDS)
            return {key: group.data[key] for key in kept if key in group.data}
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS):
        if CONF_LISTEN_PORT not in await async_try_to_listen(DEFAULT_HOST, port):
            return {CONF_LISTEN_PORT: port}
    return {}


@callback
def async_holder(listener: tuple[str, int], groups: Iterable[ConfigEntry]) -> ConfigEntry | None:
    """The running group that listens on this port at another address, if there is one."""
    _, port = listener
    return next(
        (
            group
            for group in groups
            if group.state is ConfigEntryState.LOADED and listener_of(group.data)[1] == port
        ),
        None,
    )


async def async_try_to_listen(host: str, port: int) -> dict[str, str]:
    """Whether chargers could connect there: field and key of the error if not."""
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host, port)
    except OSError as err:
        match err.errno:
            case errno.EADDRINUSE:
                return {CONF_LISTEN_PORT: "port_in_use"}
            case errno.EACCES:
                return {CONF_LISTEN_PORT: "port_not_allowed"}
            case _:
                return {CONF_LISTEN_HOST: "address_unavailable"}
    except ValueError:
        # What can be no name at all, as `192.168.1..5`.
        return {CONF_LISTEN_HOST: "address_unavailable"}
    server.close()
    await server.wait_closed()
    return {}
