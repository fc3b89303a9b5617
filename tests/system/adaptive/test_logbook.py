"""The logbook says when a group is held to the safe limit, how low that is, and why."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_component
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.components import frontend
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulation.plant.meter import SimulatedMeter
from tests.groups import entity_of, set_up
from tests.system.adaptive.conftest import metered, settings, until_mode

pytestmark = pytest.mark.usefixtures("recorder_mock", "socket_enabled")


async def lines(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, **of: list[str]
) -> list[dict[str, Any]]:
    """Our own lines of the logbook, oldest first."""
    await async_wait_recording_done(hass)
    socket = await hass_ws_client(hass)
    started = dt_util.utcnow().replace(year=2000).isoformat()
    await socket.send_json_auto_id({"type": "logbook/get_events", "start_time": started, **of})
    answer = await socket.receive_json()
    assert answer["success"], answer
    return [line for line in answer["result"] if line.get("domain") == DOMAIN]


async def set_up_logbook(hass: HomeAssistant) -> None:
    """Have a logbook; it asks for a frontend, to put its page into."""
    hass.data[frontend.DATA_EXTRA_MODULE_URL] = frontend.UrlManager(lambda *_: None, [])
    mock_component(hass, "frontend")
    assert await async_setup_component(hass, "logbook", {})


async def held_and_released(hass: HomeAssistant, meter: SimulatedMeter) -> MockConfigEntry:
    """A group that waits for its meter, then believes it, then loses it."""
    await set_up_logbook(hass)
    entry = metered(settings(meter))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)
    await hass.async_block_till_done()
    return entry


async def test_it_is_told_for_the_house_for_the_device_and_for_the_entity(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    hass_ws_client: WebSocketGenerator,
) -> None:
    entry = await held_and_released(hass, meter)
    device = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)[0]
    entity = entity_of(hass, "event", entry.entry_id, "safe_limit")

    told = await lines(hass, hass_ws_client)

    assert [(line["name"], line["message"]) for line in told] == [
        ("Garage", "is held to the safe limit of 8 A: The meter has not been read yet"),
        ("Garage", "is no longer held to the safe limit of 8 A"),
        ("Garage", "is held to the safe limit of 8 A: The meter is silent"),
    ]
    assert {line["entity_id"] for line in told} == {entity}
    assert await lines(hass, hass_ws_client, device_ids=[device.id]) == told
    assert await lines(hass, hass_ws_client, entity_ids=[entity]) == told


async def test_it_is_told_in_the_language_of_the_house(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await hass.config.async_update(language="fi")
    await held_and_released(hass, meter)

    told = await lines(hass, hass_ws_client)

    assert told[-1]["message"] == "toimii 8 A:n turvarajalla: Mittari on hiljaa"
