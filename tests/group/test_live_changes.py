"""Adding, changing or removing one charger leaves the sockets of the others alone."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN, SUBENTRY_CHARGER
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.csms.client import Client
from tests.groups import (
    charger,
    charger_form,
    client,
    entity_of,
    group,
    name_charger,
    open_charger,
    set_up,
    subentry_id,
    until_state,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of three chargers."""
    entry = group(charger("A", "Anna"), charger("B", "Ben"), charger("C", "Carl"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def sockets(hass: HomeAssistant, entry: MockConfigEntry) -> AsyncGenerator[dict[str, Client]]:
    """Their sockets, all connected."""
    async with AsyncExitStack() as stack:
        found = {
            charger_id: await stack.enter_async_context(client(entry, charger_id))
            for charger_id in ("A", "B", "C")
        }
        for charger_id, socket in found.items():
            assert (await socket.boot())["status"] == "Accepted"
            await until_state(hass, connected(hass, entry, charger_id), "on")
        yield found


def connected(hass: HomeAssistant, entry: MockConfigEntry, charger_id: str) -> str:
    """The entity that says whether a charger is connected."""
    return entity_of(hass, "binary_sensor", subentry_id(entry, charger_id), "connected")


async def assert_in_use(*sockets: Client) -> None:
    """The sockets are open, and the central system answers on them."""
    for socket in sockets:
        assert not socket.closed.done()
        assert "currentTime" in await socket.call("Heartbeat")


def states(hass: HomeAssistant, entry: MockConfigEntry, charger_id: str) -> list[str]:
    """The ids of a charger's entities that have a state."""
    registry = er.async_get(hass)
    return [
        found.entity_id
        for found in er.async_entries_for_config_entry(registry, entry.entry_id)
        if found.config_subentry_id == subentry_id(entry, charger_id)
        and hass.states.get(found.entity_id) is not None
    ]


async def reconfigure(
    hass: HomeAssistant, entry: MockConfigEntry, charger_id: str, **changes: Any
) -> None:
    """Change a charger through its form."""
    result = await open_charger(hass, entry, charger_id)
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(**changes)
    )
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_a_charger_is_added_beside_the_others(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    manager = entry.runtime_data
    result = await name_charger(hass, entry, "D")
    await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(name="Dora")
    )
    await hass.async_block_till_done()

    assert entry.runtime_data is manager
    await assert_in_use(*sockets.values())
    async with client(entry, "D") as dora:
        await dora.boot()
        await until_state(hass, connected(hass, entry, "D"), "on")
    await assert_in_use(*sockets.values())


async def _add_dora(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(charger("D")["data"]),
            subentry_type=SUBENTRY_CHARGER,
            title="Dora",
            unique_id="D",
        ),
    )
    await hass.async_block_till_done()


async def test_a_charger_that_waited_works_as_soon_as_it_is_added(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    async with client(entry, "D") as dora:
        assert (await dora.boot())["status"] == "Pending"
        await _add_dora(hass, entry)

        await until_state(hass, connected(hass, entry, "D"), "on")
        assert not dora.closed.done()
    await assert_in_use(*sockets.values())


async def test_a_changed_charger_keeps_its_own_socket_too(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    sockets: dict[str, Client],
    device_registry: dr.DeviceRegistry,
) -> None:
    await reconfigure(hass, entry, "B", name="Berta", maximum=10)

    await assert_in_use(*sockets.values())
    ben = subentry_id(entry, "B")
    device = device_registry.async_get_device_by_identifier((DOMAIN, ben), entry.entry_id)
    assert device.name == "Berta"
    number = hass.states.get(entity_of(hass, "number", ben, 1, "maximum"))
    assert number.attributes["max"] == 10.0


async def test_another_wiring_changes_the_phases_that_are_shown(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    ben = subentry_id(entry, "B")
    l1, l2 = (entity_of(hass, "sensor", ben, 1, f"current_{phase}") for phase in ("l1", "l2"))

    await reconfigure(hass, entry, "B", wiring="l2")

    assert hass.states.get(l1) is None
    assert hass.states.get(l2) is not None
    await reconfigure(hass, entry, "B", wiring="l1_l2_l3")
    assert hass.states.get(entity_of(hass, "sensor", ben, 1, "current_l1")) is not None
    await assert_in_use(*sockets.values())


async def test_a_removed_charger_takes_its_entities_along_and_waits_like_a_stranger(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    before = states(hass, entry, "B")
    assert before

    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "B"))
    await hass.async_block_till_done()

    assert [hass.states.get(entity_id) for entity_id in before] == [None] * len(before)
    await assert_in_use(sockets["A"], sockets["C"])
    await sockets["B"].closed
    async with client(entry, "B") as again:
        assert (await again.boot())["status"] == "Pending"


async def test_balancing_goes_on_after_a_charger_is_removed(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "B"))
    await hass.async_block_till_done()

    await sockets["A"].status("Preparing")

    status = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "status")
    await until_state(hass, status, "preparing")


async def test_entities_of_a_charger_that_is_about_to_go_keep_quiet(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    sockets: dict[str, Client],
    caplog: pytest.LogCaptureFixture,
) -> None:
    manager = entry.runtime_data
    ben = subentry_id(entry, "B")
    others = {key: settings for key, settings in manager.chargers.items() if key != ben}

    await manager.sync(manager.group, others)
    await until_step(entry, lambda: ConnectorId("B", 1) not in manager.decision.connectors)

    assert hass.states.get(connected(hass, entry, "B")).state == "on"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_the_group_is_renamed_without_a_new_start(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    sockets: dict[str, Client],
    device_registry: dr.DeviceRegistry,
) -> None:
    manager = entry.runtime_data

    hass.config_entries.async_update_entry(entry, title="Cellar")
    await hass.async_block_till_done()

    assert entry.runtime_data is manager
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )
    assert device.name == "Cellar"
    await assert_in_use(*sockets.values())


async def test_a_lower_fuse_lowers_the_limit_without_a_new_start(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, "rated_current": 16.0})
    await hass.async_block_till_done()

    number = await until_state(
        hass, entity_of(hass, "number", entry.entry_id, "maximum_current"), "16.0"
    )
    assert number.attributes["max"] == 16.0
    await assert_in_use(*sockets.values())


async def test_a_charger_that_turns_out_to_be_a_twin_gets_a_device_for_each_outlet(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    entry = group(charger("TWIN", "Twin", connectors=None))
    await set_up(hass, entry)
    twin = subentry_id(entry, "TWIN")
    first = entity_of(hass, "sensor", twin, 1, "status")
    parent = device_registry.async_get_device_by_identifier((DOMAIN, twin), entry.entry_id)
    assert entity_registry.async_get(first).device_id == parent.id

    async with client(entry, "TWIN") as socket:
        await socket.boot()
        await socket.status("Available", 1)
        await socket.status("Charging", 2)
        await until_state(hass, first, "available")
        await hass.async_block_till_done()
        second = entity_of(hass, "sensor", twin, 2, "status")
        await until_state(hass, second, "charging")

    children = [
        device_registry.async_get_child_device_by_identifier(
            (DOMAIN, f"{twin}_{number}"), entry.entry_id
        )
        for number in (1, 2)
    ]
    assert [entity_registry.async_get(entity).device_id for entity in (first, second)] == [
        child.id for child in children
    ]
    assert second == "sensor.twin_outlet_2_status"


async def test_a_twin_that_is_said_to_have_one_outlet_loses_the_other(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, device_registry: dr.DeviceRegistry
) -> None:
    entry = group(charger("TWIN", "Twin", connectors=2))
    await set_up(hass, entry)
    twin = subentry_id(entry, "TWIN")
    first, second = (entity_of(hass, "sensor", twin, number, "limit") for number in (1, 2))

    await reconfigure(hass, entry, "TWIN", connectors=1)

    parent = device_registry.async_get_device_by_identifier((DOMAIN, twin), entry.entry_id)
    assert entity_registry.async_get(first).device_id == parent.id
    assert entity_registry.async_get(second) is None
    assert (
        device_registry.async_get_child_device_by_identifier((DOMAIN, f"{twin}_2"), entry.entry_id)
        is None
    )


async def test_an_outlet_that_is_added_in_the_form_is_shown(hass: HomeAssistant) -> None:
    entry = group(charger("TWIN", "Twin", connectors=1))
    await set_up(hass, entry)

    await reconfigure(hass, entry, "TWIN", connectors=2)

    assert entry.state is ConfigEntryState.LOADED
    await until_state(
        hass,
        entity_of(hass, "sensor", subentry_id(entry, "TWIN"), 2, "reason"),
        "charger_offline",
    )


async def test_a_charger_that_waited_reserves_nothing_before_it_tells_of_its_outlets(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    manager = entry.runtime_data
    dora = ConnectorId("D", 1)
    async with client(entry, "D") as socket:
        assert (await socket.boot())["status"] == "Pending"
        await _add_dora(hass, entry)
        await until_state(hass, connected(hass, entry, "D"), "on")
        await until_step(entry, lambda: dora in manager.decision.connectors)
        assert max(manager.decision.connectors[dora].reserved) == 0.0
        # A car of its own it has to tell of; from then on it counts like any other.
        await socket.boot()
        await socket.status("Charging")
        await until_step(entry, lambda: max(manager.decision.connectors[dora].reserved) > 0.0)
