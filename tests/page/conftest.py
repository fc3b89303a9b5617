"""A page that looks at a group over Home Assistant's own WebSocket."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from homeassistant.core import HomeAssistant
from tests.groups import charger, feeder, group, set_up

type Picture = dict[str, Any]

SENSORS = {
    "type": "sensors",
    "voltage": 230.0,
    "inverted": False,
    **{f"current_l{phase}": {"entity_id": f"sensor.l{phase}"} for phase in (1, 2, 3)},
}
"""A meter that Home Assistant's sensors are; there are none of them."""


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of two chargers, one with a fuse of its own."""
    entry = group(charger("A", "Anna"), charger("B", "Ben", supply_current=16.0, connectors=2))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def entry_of_one(hass: HomeAssistant) -> MockConfigEntry:
    """A group of one charger."""
    entry = group(charger("A", "Anna"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def entry_with_feeders(hass: HomeAssistant) -> MockConfigEntry:
    """A group with two feeders, one of which has a meter."""
    entry = group(feeder("shed", meter=SENSORS), feeder("yard"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def page(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """An administrator's browser."""
    return await hass_ws_client(hass)


@pytest.fixture
async def guests_page(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> MockHAClientWebSocket:
    """The browser of somebody who may only look."""
    return await hass_ws_client(hass, hass_read_only_access_token)


async def ask(page: MockHAClientWebSocket, command: str, **data: Any) -> dict[str, Any]:
    """Send a command; the whole answer."""
    await page.send_json_auto_id({"type": f"ev_load_manager/{command}", **data})
    answer: dict[str, Any] = await page.receive_json()
    return answer


async def subscribe(page: MockHAClientWebSocket, entry: MockConfigEntry) -> Picture:
    """Follow a group; the first picture."""
    answer = await ask(page, "subscribe", entry_id=entry.entry_id)
    assert answer["success"], answer
    return await picture(page)


async def event(page: MockHAClientWebSocket) -> dict[str, Any]:
    """The next event of the only subscription."""
    message = await page.receive_json()
    assert message["type"] == "event", message
    told: dict[str, Any] = message["event"]
    return told


async def picture(page: MockHAClientWebSocket) -> Picture:
    """The next picture."""
    told = await event(page)
    assert told["state"] == "running"
    group: Picture = told["group"]
    return group


async def until(page: MockHAClientWebSocket, fits: Callable[[Picture], bool]) -> Picture:
    """The first picture that fits."""
    while True:
        seen = await picture(page)
        if fits(seen):
            return seen


def connector(seen: Picture, charger_id: str, number: int = 1) -> dict[str, Any]:
    """An outlet in a picture."""
    found: dict[str, Any] = next(
        outlet
        for one in seen["chargers"]
        if one["id"] == charger_id
        for outlet in one["connectors"]
        if outlet["number"] == number
    )
    return found
