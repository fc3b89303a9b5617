"""The system information says whether the groups are well, and names nobody."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from simulation.plant.meter import SimulatedMeter
from tests.groups import (
    LOCALHOST,
    charger,
    client,
    entity_of,
    group,
    set_up,
    subentry_id,
    until_state,
    until_step,
)
from tests.system.adaptive.conftest import metered, settings, until_mode

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def meter(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[SimulatedMeter]:
    """A meter that answers, in a hurry."""
    clock.set_factor(10)
    meter = SimulatedMeter(lambda: (3.0, 4.0, 5.0), noise=0.05)
    await meter.start()
    yield meter
    await meter.stop()
    clock.set_factor(1)


async def told(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> dict[str, Any]:
    """What Home Assistant shows of the integration."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    socket = await hass_ws_client(hass)
    await socket.send_json_auto_id({"type": "system_health/info"})
    assert (await socket.receive_json())["success"]
    first = (await socket.receive_json())["event"]
    info: dict[str, Any] = first["data"][DOMAIN]["info"]
    return info


async def test_a_group_without_a_meter_tells_its_port_and_who_is_connected(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = group(charger("SECRET-LEFT"), charger("SECRET-RIGHT"))
    await set_up(hass, entry)
    left = entity_of(hass, "binary_sensor", subentry_id(entry, "SECRET-LEFT"), "connected")
    async with client(entry, "SECRET-LEFT") as socket:
        await socket.boot()
        await until_state(hass, left, "on")

        assert await told(hass, hass_ws_client) == {
            "groups_running": "1/1",
            "ports_listening": str(entry.runtime_data.port),
            "chargers_connected": "1/2",
            "meters": "-",
        }


async def test_the_answers_of_several_groups_are_told_by_name(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, LOCALHOST, 0)
    taken: int = server.sockets[0].getsockname()[1]
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    yard = group(name="Yard", listen_port=taken)
    yard.add_to_hass(hass)
    await hass.config_entries.async_setup(yard.entry_id)
    assert yard.state is ConfigEntryState.SETUP_RETRY

    info = await told(hass, hass_ws_client)

    server.close()
    await server.wait_closed()
    assert info == {
        "groups_running": "1/2",
        "ports_listening": f"Garage: {entry.runtime_data.port}; Yard: {taken} (port_in_use)",
        "chargers_connected": "Garage: 0/1",
        "meters": "Garage: -",
    }


async def test_a_meter_that_answers_is_ok_and_one_that_does_not_is_silent(
    hass: HomeAssistant, meter: SimulatedMeter, hass_ws_client: WebSocketGenerator
) -> None:
    entry = metered(settings(meter))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    assert (await told(hass, hass_ws_client))["meters"] == "ok"

    await meter.stop()
    coordinator = entry.runtime_data.meter
    await until_step(entry, lambda: not coordinator.last_update_success)
    assert (await told(hass, hass_ws_client))["meters"] == "no_answer"
    await until_mode(entry, Mode.SAFE_LIMIT)

    info = await told(hass, hass_ws_client)
    assert info["meters"] == "silent"
    assert LOCALHOST not in str(info)


async def test_nothing_is_told_of_no_group(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = group()
    await set_up(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)

    assert await told(hass, hass_ws_client) == {
        "groups_running": "0/0",
        "ports_listening": "-",
        "chargers_connected": "-",
        "meters": "-",
    }
