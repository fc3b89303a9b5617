"""Diagnostics help to find a fault, and tell nobody's secrets."""

import json

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.json import ExtendedJSONEncoder
from tests.groups import (
    charger,
    client,
    entity_of,
    feeder,
    group,
    set_up,
    start_session,
    subentry_id,
    until_state,
    until_step,
)
from tests.system.adaptive.conftest import metered

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
    assert told["meter"] is None
    connector = told["chargers"][anna]["connectors"][1]
    assert connector["reading"]["status"] == "charging"
    assert connector["decision"]["active"] is True


CONFIGURATION = {
    # OCPP's own.
    "HeartbeatInterval": "300",
    "MeterValuesSampledData": "Current.Import,Voltage",
    "AuthorizationKey": "SECRET-KEY",
    "CpoName": "SECRET COMPANY",
    # Vendors' own.
    "Station-MaxCurrent": "16",
    "SendStationStatus": "True",
    "PingTime": "30",
    "WifiSsid": "SECRET NETWORK",
    "MenuPin": "987654",
    "SimSerial": "8935801234567890123",
}


async def test_diagnostics_tell_a_chargers_keys_and_nothing_that_opens_doors(
    hass: HomeAssistant,
) -> None:
    entry = metered(
        {
            "type": "modbus",
            "connection": "tcp",
            "host": "127.0.0.1",
            "port": 1,
            "unit_id": 1,
            "model": "eastron_sdm630",
            "device": "/dev/serial/by-id/SECRET",
        },
        charger("SECRET-ID", "Twin", connectors=2, supply_current=10.0, password="SECRET-password"),
    )
    await set_up(hass, entry)
    hass.config_entries.async_update_entry(
        entry, options={"id_tags": [{"id_tag": "SECRET-TAG", "name": "Anna"}]}
    )
    await hass.async_block_till_done()
    twin = subentry_id(entry, "SECRET-ID")
    async with client(entry, "SECRET-ID", password=b"SECRET-password") as socket:
        socket.answers["GetConfiguration"] = {
            "configurationKey": [
                {"key": key, "readonly": False, "value": value}
                for key, value in CONFIGURATION.items()
            ],
            "unknownKey": [],
        }
        await socket.boot(chargePointSerialNumber="SECRET-SERIAL", iccid="8935801234567890123")
        await socket.call("Authorize", idTag="SECRET-TAG")
        await start_session(socket)
        await until_step(entry, lambda: "HeartbeatInterval" in only_charger(entry).configuration)
        told = await async_get_config_entry_diagnostics(hass, entry)

    text = json.dumps(told, cls=ExtendedJSONEncoder)
    for private in ("SECRET", "127.0.0.1", "8935801234567890123", "987654"):
        assert private not in text
    keys = told["chargers"][twin]["configuration"]
    assert keys["HeartbeatInterval"] == "300"
    assert keys["MeterValuesSampledData"] == "Current.Import,Voltage"
    assert keys["Station-MaxCurrent"] == "16"
    assert keys["SendStationStatus"] == "True"
    assert keys["PingTime"] == "30"
    assert keys["WifiSsid"] == REDACTED
    assert "MenuPin" not in keys
    assert told["meter"]["answers"] is False
    assert told["meter"]["error"] == "meter_unreachable"


def only_charger(entry: MockConfigEntry) -> ChargePoint:
    """The only charger of a group."""
    manager = entry.runtime_data
    (only,) = manager.chargers.values()
    return manager.access.point(only.charger_id)


async def test_the_circuit_that_holds_an_outlet_back_is_told_without_the_chargers_id(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("SECRET-ID", connectors=2, supply_current=12.0))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "SECRET-ID") as socket:
        await socket.boot()
        for number in (1, 2):
            await start_session(socket, number)
        await until_step(
            entry,
            lambda: any(
                one.circuit == "charger:SECRET-ID" for one in manager.decision.connectors.values()
            ),
        )
        told = await async_get_config_entry_diagnostics(hass, entry)

    connectors = told["chargers"][subentry_id(entry, "SECRET-ID")]["connectors"]
    assert "charger" in {one["decision"]["circuit"] for one in connectors.values()}
    assert "SECRET" not in json.dumps(told, cls=ExtendedJSONEncoder)


async def test_diagnostics_of_a_feeder_tell_what_flows_through_it(
    hass: HomeAssistant, device_registry: dr.DeviceRegistry
) -> None:
    entry = group(feeder("pillar", "Pillar"), charger("LEFT", feeder="pillar"))
    await set_up(hass, entry)
    await until_step(entry, lambda: entry.runtime_data.decision is not None)
    device = device_registry.async_get_device_by_identifier((DOMAIN, "pillar"), entry.entry_id)

    of_feeder = await async_get_device_diagnostics(hass, entry, device)

    assert of_feeder["decision"]["capacity"] == (16.0, 16.0, 16.0)
    of_group = await async_get_config_entry_diagnostics(hass, entry)
    assert of_group["feeders"] == {"pillar": of_feeder}
    assert of_feeder["meter"] is None


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


async def test_ids_of_issues_name_no_charger(hass: HomeAssistant, socket_enabled: None) -> None:
    entry = group(charger("SECRET-ID"))
    await set_up(hass, entry)
    async with client(entry, "SECRET-STRANGER") as stranger:
        await stranger.boot()
        await until_step(
            entry,
            lambda: any(
                one.translation_key == "unknown_charger"
                for one in ir.async_get(hass).issues.values()
            ),
        )
        assert not [issue for _, issue in ir.async_get(hass).issues if "SECRET" in issue]
