"""Diagnostics help to find a fault, and tell nobody's secrets."""

import json

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.json import ExtendedJSONEncoder
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_diagnostics_of_a_group_show_its_cars_but_no_ids(hass: HomeAssistant) -> None:
    entry = group(charger("SECRET-ID", "Anna"))
    await set_up(hass, entry)
    anna = subentry_id(entry, "SECRET-ID")
    async with client(entry, "SECRET-ID") as socket:
        await socket.boot(chargePointSerialNumber="SECRET-SERIAL")
        await start_session(socket)
        await until_state(hass, entity_of(hass, "sensor", anna, 1, "status"), "charging")

        told = await async_get_config_entry_diagnostics(hass, entry)

    text = json.dumps(told, cls=ExtendedJSONEncoder)
    assert "SECRET" not in text
    assert "127.0.0.1" not in text
    assert told["settings"]["maximum_current"] == 20.0
    connector = told["chargers"][anna]["connectors"][1]
    assert connector["reading"]["status"] == "charging"
    assert connector["decision"]["active"] is True


@pytest.fixture
async def twin(hass: HomeAssistant) -> MockConfigEntry:
    """A group with a twin."""
    entry = group(charger("TWIN", connectors=2))
    await set_up(hass, entry)
    return entry


async def test_diagnostics_of_a_device_are_those_of_what_it_stands_for(
    hass: HomeAssistant, twin: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    key = subentry_id(twin, "TWIN")
    charger_device = device_registry.async_get_device_by_identifier((DOMAIN, key), twin.entry_id)
    group_device = device_registry.async_get_device_by_identifier(
        (DOMAIN, twin.entry_id), twin.entry_id
    )
    outlet = device_registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{key}_2"), twin.entry_id
    )

    of_charger = await async_get_device_diagnostics(hass, twin, charger_device)
    assert of_charger["connectors"].keys() == {1, 2}
    assert (await async_get_device_diagnostics(hass, twin, outlet)).keys() == {
        "reading",
        "decision",
    }
    assert "settings" in await async_get_device_diagnostics(hass, twin, group_device)
