"""Two groups on one port: what happens to one leaves the other alone."""

import socket

import pytest

from custom_components.ev_load_manager.const import CONF_LISTEN_PORT
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.groups import charger, client, group, set_up, start_session, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled", "hurry")


async def test_a_group_that_is_reloaded_leaves_the_sockets_of_the_other(
    hass: HomeAssistant,
) -> None:
    first = group(charger("LEFT"), name="First")
    await set_up(hass, first)
    port = first.runtime_data.port
    # Port 0 stands for the port that the first group got.
    second = group(charger("RIGHT"), name="Second", **{CONF_LISTEN_PORT: 0})
    await set_up(hass, second)
    assert second.runtime_data.port == port

    async with client(first, "LEFT") as left, client(second, "RIGHT") as right:
        await left.boot()
        await right.boot()
        await start_session(left)
        await hass.config_entries.async_reload(second.entry_id)
        assert second.state is ConfigEntryState.LOADED

        assert await right.closed
        assert not left.closed.done()
        keeper = first.runtime_data.access.control("LEFT").limits.keeper(1)
        await first.runtime_data.live.change(maximum_current=8.0)
        await until_step(first, lambda: keeper.offer.accepted == 8.0)
        async with client(second, "RIGHT") as again:
            assert (await again.boot())["status"] == "Accepted"


async def test_each_group_shares_its_own_limit(hass: HomeAssistant) -> None:
    first = group(charger("LEFT"), name="First")
    second = group(charger("RIGHT"), name="Second")
    await set_up(hass, first)
    await set_up(hass, second)
    async with client(first, "LEFT") as left, client(second, "RIGHT") as right:
        await left.boot()
        await right.boot()
        await start_session(left)
        await start_session(right)
        await first.runtime_data.live.change(maximum_current=9.0)
        one = first.runtime_data.access.control("LEFT").limits.keeper(1)
        other = second.runtime_data.access.control("RIGHT").limits.keeper(1)
        await until_step(first, lambda: one.offer.accepted == 9.0)
        await until_step(second, lambda: other.offer.accepted == 16.0)


async def test_the_last_group_gives_the_port_back(hass: HomeAssistant) -> None:
    first = group(charger("LEFT"), name="First")
    second = group(charger("RIGHT"), name="Second")
    await set_up(hass, first)
    await set_up(hass, second)
    port = second.runtime_data.port
    async with client(second, "RIGHT") as right:
        await right.boot()
        await hass.config_entries.async_unload(first.entry_id)
        assert not right.closed.done()
        await hass.config_entries.async_unload(second.entry_id)
        assert await right.closed
    await hass.async_block_till_done()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
