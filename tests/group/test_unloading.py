"""A group that is taken down leaves nothing behind that goes on, listens or grows."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
import gc
from typing import Any
import weakref

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group.listeners import async_listeners
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
from simulation.plant.meter import SimulatedMeter
from tests.groups import (
    charger,
    client,
    entity_of,
    feeder,
    set_up,
    start_session,
    subentry_id,
    until_state,
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


@pytest.fixture
def entry(meter: SimulatedMeter) -> MockConfigEntry:
    """A group with one of everything."""
    return metered(
        settings(meter),
        feeder("pillar", "Pillar"),
        charger("LEFT", "Left", feeder="pillar"),
        charger("TWIN", "Twin", connectors=2),
    )


def is_ours(task: asyncio.Task[Any]) -> bool:
    """Whether a task runs our code: a clone's own folder may be called as the domain is, too."""
    return DOMAIN in task.get_name() or f"custom_components/{DOMAIN}/" in repr(task)


def what_goes_on(hass: HomeAssistant) -> dict[str, Any]:
    """Everything of Home Assistant that a group may have added to."""
    return {
        "data": {str(key) for key in hass.data if DOMAIN in str(key)},
        "listeners": Counter(hass.bus.async_listeners()),
        "signals": Counter(
            {
                signal: len(targets)
                for signal, targets in hass.data.get(DATA_DISPATCHER, {}).items()
                if targets
            }
        ),
        "tasks": sorted(task.get_name() for task in asyncio.all_tasks() if is_ours(task)),
        "at shutdown": len(hass._shutdown_jobs),
        "issues": {key for key in ir.async_get(hass).issues if key[0] == DOMAIN},
    }


async def live_and_go(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Balance a car by the meter, and be taken down in the middle of it."""
    if entry.state is ConfigEntryState.NOT_LOADED and hass.config_entries.async_get_entry(
        entry.entry_id
    ):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    else:
        await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    status = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 1, "status")
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        await until_state(hass, status, "charging")
        assert await hass.config_entries.async_unload(entry.entry_id)
        await left.closed
    await hass.async_block_till_done()
    assert hass.states.get(status).state == "unavailable"


async def test_a_group_that_lived_twice_leaves_no_more_than_once(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await live_and_go(hass, entry)
    once = what_goes_on(hass)

    await live_and_go(hass, entry)

    assert what_goes_on(hass) == once
    assert once["tasks"] == []
    assert once["at shutdown"] == 0
    assert async_listeners(hass)._open == {}


async def test_nothing_holds_on_to_a_group_that_was_taken_down(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    gone = weakref.ref(entry.runtime_data)

    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    gc.collect()
    assert gone() is None


async def test_a_group_that_is_removed_takes_its_devices_entities_and_files_along(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, object]
) -> None:
    await live_and_go(hass, entry)

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()

    assert not [state for state in hass.states.async_all() if "garage" in state.entity_id]
    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage
