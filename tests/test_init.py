"""A group is set up, taken down, and comes back when it can."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from tests.groups import (
    LOCALHOST,
    charger,
    client,
    entity_of,
    group,
    set_up,
    subentry_id,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def taken_port() -> AsyncGenerator[int]:
    """A port that another program listens on."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, LOCALHOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def test_a_group_without_chargers_can_be_set_up_and_taken_down(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)

    assert await hass.config_entries.async_unload(entry.entry_id)

    assert entry.state is ConfigEntryState.NOT_LOADED


async def test_the_port_is_free_again_after_a_group_is_taken_down(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    port = entry.runtime_data.port

    await hass.config_entries.async_unload(entry.entry_id)

    with pytest.raises(OSError):
        await asyncio.open_connection(LOCALHOST, port)


async def test_a_group_waits_for_a_taken_port_and_names_it(
    hass: HomeAssistant, taken_port: int
) -> None:
    entry = group(listen_port=taken_port)
    entry.add_to_hass(hass)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "port_in_use"
    assert entry.error_reason_translation_placeholders["port"] == str(taken_port)


async def test_a_group_on_an_address_of_another_machine_says_so(hass: HomeAssistant) -> None:
    entry = group(listen_host="192.0.2.1")
    entry.add_to_hass(hass)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_listen"


async def test_a_group_whose_entities_fail_gives_its_port_back(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports: list[int] = []

    async def fail(entry: object, *_: object) -> None:
        ports.append(entry.runtime_data.port)  # type: ignore[attr-defined]
        raise RuntimeError("no entities today")

    monkeypatch.setattr(hass.config_entries, "async_forward_entry_setups", fail)
    entry = group()
    entry.add_to_hass(hass)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    with pytest.raises(OSError):
        await asyncio.open_connection(LOCALHOST, ports[0])


async def test_a_group_that_fails_after_its_entities_can_be_set_up_again(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(manager: LoadManager) -> None:
        raise RuntimeError("no balancing today")

    entry = group(charger("LEFT"))
    entry.add_to_hass(hass)
    with monkeypatch.context() as failing:
        failing.setattr(LoadManager, "start", fail)
        await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR

    await hass.config_entries.async_reload(entry.entry_id)

    assert entry.state is ConfigEntryState.LOADED
    async with client(entry, "LEFT") as left:
        await left.boot()
        await until_state(
            hass,
            entity_of(hass, "binary_sensor", subentry_id(entry, "LEFT"), "connected"),
            "on",
        )


async def test_a_group_whose_entities_can_not_be_taken_down_goes_on(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)

    async def refuse(*_: object) -> bool:
        return False

    with monkeypatch.context() as refusing:
        refusing.setattr(hass.config_entries, "async_unload_platforms", refuse)
        assert not await hass.config_entries.async_unload(entry.entry_id)

    async with client(entry, "LEFT") as left:
        assert (await left.boot())["status"] == "Accepted"
    await entry.runtime_data.stop()


async def test_two_groups_share_a_port_until_the_last_of_them_goes(hass: HomeAssistant) -> None:
    first, second = group(charger("LEFT")), group(charger("RIGHT"), name="Yard")
    await set_up(hass, first)
    await set_up(hass, second)
    assert first.runtime_data.port == second.runtime_data.port

    await hass.config_entries.async_unload(first.entry_id)
    async with client(second, "RIGHT") as right:
        await right.boot()
        await until_state(
            hass,
            entity_of(hass, "binary_sensor", subentry_id(second, "RIGHT"), "connected"),
            "on",
        )


async def test_settings_survive_a_restart_of_the_group(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    number = entity_of(hass, "number", entry.entry_id, "maximum_current")
    await hass.services.async_call(
        "number", "set_value", {"entity_id": number, "value": 13.5}, blocking=True
    )

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    assert hass.states.get(number).state == "13.5"


async def test_what_was_stored_of_a_group_goes_with_it(
    hass: HomeAssistant, hass_storage: dict[str, object]
) -> None:
    entry = group()
    await set_up(hass, entry)
    await entry.runtime_data.live.change(maximum_current=10.0)
    assert f"{DOMAIN}.{entry.entry_id}" in hass_storage

    await hass.config_entries.async_remove(entry.entry_id)

    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


async def test_devices_tell_who_hangs_on_whom(
    hass: HomeAssistant, device_registry: dr.DeviceRegistry
) -> None:
    entry = group(charger("TWIN", "Twin", connectors=2), charger("LEFT", "Left"))
    await set_up(hass, entry)
    twin, left = subentry_id(entry, "TWIN"), subentry_id(entry, "LEFT")

    def device(key: str) -> dr.DeviceEntry:
        found = device_registry.async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
        assert found is not None
        return found

    assert device(entry.entry_id).name == "Garage"
    assert device(twin).via_device_id == device(entry.entry_id).id
    assert device(left).name == "Left"
    children = [
        device_registry.async_get_child_device_by_identifier(
            (DOMAIN, f"{twin}_{number}"), entry.entry_id
        )
        for number in (1, 2)
    ]
    assert [child.parent_device_id for child in children] == [device(twin).id] * 2
    assert [child.name for child in children] == ["Outlet 1", "Outlet 2"]


async def test_the_outlets_of_a_single_charger_belong_to_its_device(
    hass: HomeAssistant, device_registry: dr.DeviceRegistry, entity_registry: er.EntityRegistry
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")

    limit = entity_registry.async_get(entity_of(hass, "sensor", left, 1, "limit"))

    device = device_registry.async_get_device_by_identifier((DOMAIN, left), entry.entry_id)
    assert limit.device_id == device.id


async def test_a_charger_tells_its_make_and_firmware_to_its_device(
    hass: HomeAssistant, device_registry: dr.DeviceRegistry
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")

    async with client(entry, "LEFT") as socket:
        await socket.boot(
            chargePointVendor="Alfen BV", chargePointModel="NG910", firmwareVersion="6.4.0"
        )
        await until_state(hass, entity_of(hass, "binary_sensor", left, "connected"), "on")
        await hass.async_block_till_done()
        device = device_registry.async_get_device_by_identifier((DOMAIN, left), entry.entry_id)

    assert (device.manufacturer, device.model, device.sw_version) == (
        "Alfen BV",
        "NG910",
        "6.4.0",
    )


async def test_only_devices_that_stand_for_nothing_can_be_removed(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    assert await async_setup_component(hass, "config", {})
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    left = device_registry.async_get_device_by_identifier(
        (DOMAIN, subentry_id(entry, "LEFT")), entry.entry_id
    )
    stale = device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, "long gone")}
    )
    socket = await hass_ws_client(hass)

    assert not (await socket.remove_device(left.id))["success"]
    assert (await socket.remove_device(stale.id))["success"]


async def test_no_device_can_be_removed_while_the_group_is_down(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    assert await async_setup_component(hass, "config", {})
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    left = device_registry.async_get_device_by_identifier(
        (DOMAIN, subentry_id(entry, "LEFT")), entry.entry_id
    )
    socket = await hass_ws_client(hass)
    await hass.config_entries.async_unload(entry.entry_id)

    assert not (await socket.remove_device(left.id))["success"]
