"""What two hundred chargers do at once costs little: writes are shared, entities skipped."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import entity
from custom_components.ev_load_manager.entities.sensor_rows import CURRENT_JUMP
from custom_components.ev_load_manager.entities.targets import ConnectorTarget
from custom_components.ev_load_manager.group.store import GroupStore
from custom_components.ev_load_manager.sensor import EvLoadManagerSensor
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from tests.csms.client import Client
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    tell_values,
    until_state,
    until_step,
)

SHOWN = {"SuspendedEV": "suspended_ev", "Charging": "charging"}

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def disk() -> Iterator[SlowDisk]:
    """A disk that takes its time."""
    slow = SlowDisk()
    with patch.object(Store, "async_save", slow.save):
        yield slow


class SlowDisk:
    """Writes end when they are told to."""

    def __init__(self) -> None:
        """Take nothing yet."""
        self.written: list[Any] = []
        self.free = asyncio.Event()

    async def save(self, data: Any) -> None:
        """Write once it is free."""
        await self.free.wait()
        self.written.append(data["now"])


async def settle() -> None:
    """Let every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_asks_while_a_write_goes_on_shares_the_next_one(
    hass: HomeAssistant, disk: SlowDisk
) -> None:
    state = {"now": 0}
    store = GroupStore(hass, "group", lambda: dict(state))
    first = asyncio.create_task(store.save())
    await settle()

    state["now"] = 1
    others = [asyncio.create_task(store.save()) for _ in range(20)]
    await settle()
    disk.free.set()
    await asyncio.gather(first, *others)

    assert disk.written == [0, 1]


async def test_a_write_that_was_given_up_serves_nobody(hass: HomeAssistant, disk: SlowDisk) -> None:
    state = {"now": 0}
    store = GroupStore(hass, "group", lambda: dict(state))
    first, second = (asyncio.create_task(store.save()) for _ in range(2))
    await settle()
    third = asyncio.create_task(store.save())
    await settle()

    first.cancel()
    await settle()
    second.cancel()
    await settle()
    disk.free.set()
    await third

    assert disk.written == [0]


@asynccontextmanager
async def two_sessions(hass: HomeAssistant) -> AsyncIterator[tuple[MockConfigEntry, Client]]:
    """Two chargers that have their limits and nothing to tell any more; the socket of A."""
    entry: MockConfigEntry = group(
        charger("A"), charger("B"), rated_current=63.0, maximum_current=63.0
    )
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as first, client(entry, "B") as second:
        for socket in (first, second):
            await socket.boot()
            await start_session(socket)
        for id_ in "AB":
            keeper = manager.access.control(id_).limits.keeper(1)
            await until_step(
                entry, lambda keeper=keeper: bool(keeper.offer.accepted) and not manager._triggers
            )
        yield entry, first


@pytest.fixture
def looked() -> Iterator[set[str]]:
    """Chargers whose sensors looked at them; nobody looks because time passes."""
    chargers: set[str] = set()
    look = EvLoadManagerSensor._look

    def note(one: EvLoadManagerSensor[Any]) -> Any:
        if isinstance(one.place, ConnectorTarget):
            chargers.add(one.place.id.charger)
        return look(one)

    with (
        patch.object(EvLoadManagerSensor, "_look", note),
        patch.object(entity, "LOOK_AGAIN", float("inf")),
        patch.object(entity, "LOOK_ANYWAY", float("inf")),
    ):
        yield chargers


async def test_measuring_one_charger_asks_no_entity_of_another(
    hass: HomeAssistant, looked: set[str]
) -> None:
    async with two_sessions(hass) as (entry, socket):
        current = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "current_l1")
        # A limit that the other is given in between makes its entities look. What differs by
        # less than a jump would be written half a minute later.
        for amperes in (2.0, 2.0 + 2 * CURRENT_JUMP) * 4:
            looked.clear()
            await tell_values(socket, (amperes, amperes, amperes))
            await until_state(hass, current, str(amperes))
            if looked == {"A"}:
                return
        pytest.fail("values of one charger make the entities of the other look")


async def test_the_status_of_one_charger_asks_no_entity_of_another(
    hass: HomeAssistant, looked: set[str]
) -> None:
    async with two_sessions(hass) as (entry, socket):
        shown = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "status")
        for status in ("SuspendedEV", "Charging") * 4:
            looked.clear()
            await socket.status(status)
            await until_state(hass, shown, SHOWN[status])
            if looked == {"A"}:
                return
        pytest.fail("the status of one charger makes the entities of the other look")
