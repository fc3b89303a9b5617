"""What a message of a charger costs: nothing that it does not need, however many chargers there are."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
import sys
from types import FrameType
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.transport.connection import Link, Reply
from custom_components.ev_load_manager.entity import EvLoadManagerEntity
from custom_components.ev_load_manager.group import triggers
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
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

pytestmark = pytest.mark.usefixtures("socket_enabled")


@asynccontextmanager
async def garage(
    hass: HomeAssistant, chargers: int
) -> AsyncIterator[tuple[MockConfigEntry, list[Client]]]:
    """So many chargers, each with a car that draws 5 A."""
    names = [f"C{number}" for number in range(chargers)]
    entry = group(*map(charger, names), rated_current=500.0, maximum_current=500.0)
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(client(entry, name)) for name in names]
        for socket in sockets:
            await socket.boot()
            await start_session(socket)
            await tell_values(socket, (5.0, 5.0, 5.0))
        for name in names:
            keeper = manager.access.control(name).limits.keeper(1)
            await until_step(
                entry, lambda keeper=keeper: bool(keeper.offer.accepted) and not manager._triggers
            )
        yield entry, sockets
    await hass.config_entries.async_unload(entry.entry_id)


class Work:
    """Counts the Python functions that are called while a charger's calls are answered."""

    def __init__(self) -> None:
        """Nothing was called yet."""
        self.calls: Counter[str] = Counter()
        self.modules: set[str] = set()
        self.answered = 0

    def note(self, frame: FrameType, event: str, _: object) -> None:
        """Be the profiler."""
        if event == "call":
            self.calls[frame.f_code.co_qualname] += 1
            self.modules.add(frame.f_globals.get("__name__", "").partition(".")[0])


@contextmanager
def counted() -> Iterator[Work]:
    """Count while chargers' calls are answered: that happens in one go."""
    work = Work()
    answer = ChargePoint.answer

    def watched(self: ChargePoint, link: Link, action: str, payload: Mapping[str, Any]) -> Reply:
        sys.setprofile(work.note)
        try:
            return answer(self, link, action, payload)
        finally:
            sys.setprofile(None)
            work.answered += 1

    with patch.object(ChargePoint, "answer", watched):
        yield work


async def work_of_a_report(hass: HomeAssistant, chargers: int) -> Counter[str]:
    """The functions that every report of the last charger calls.

    One of several may have to work something out anew, as time has passed.
    """
    async with garage(hass, chargers) as (entry, sockets):
        # The group waits for more of its kind, so that no step comes between.
        with patch.object(triggers, "VALUES_INTERVAL", 3600.0):
            await take_a_step(entry)
            for amperes in (5.0, 5.1, 5.2):
                await tell_values(sockets[-1], (amperes, amperes, amperes))
            reports = []
            for amperes in (5.3, 5.4, 5.5):
                with counted() as work:
                    await tell_values(sockets[-1], (amperes, amperes, amperes))
                assert work.answered == 1
                reports.append(work.calls)
            entry.runtime_data._triggers.at_once("settings")
        one, two, three = reports
        return one & two & three


async def take_a_step(entry: MockConfigEntry) -> None:
    """Have a step of the group taken."""
    manager = entry.runtime_data
    decided = manager.decision
    manager._triggers.at_once("settings")
    await until_step(entry, lambda: manager.decision is not decided)


async def test_a_report_is_no_more_work_where_there_are_more_chargers(hass: HomeAssistant) -> None:
    few, many = await work_of_a_report(hass, 2), await work_of_a_report(hass, 10)
    # Where a charger is in its life makes a call more or less.
    assert {name for name, calls in (many - few).items() if calls >= 10 - 2} == set()


async def test_reports_are_answered_without_schemas_and_in_no_other_thread(
    hass: HomeAssistant,
) -> None:
    async with garage(hass, 1) as (_, [socket]):
        with counted() as work, patch.object(hass.loop, "run_in_executor") as executor:
            for amperes in (8.0, 9.0, 10.0):
                await tell_values(socket, (amperes, amperes, amperes))
            await socket.call("Heartbeat")
            await socket.status("Charging")
        assert work.answered == 5
        assert "custom_components" in work.modules
        assert not work.modules & {"jsonschema", "ocpp", "voluptuous", "probatio"}
        executor.assert_not_called()


async def test_reports_walk_through_no_registry(hass: HomeAssistant) -> None:
    async with garage(hass, 2) as (entry, [socket, _]):
        current = entity_of(hass, "sensor", subentry_id(entry, "C0"), 1, "current_l1")
        with (
            patch.object(er, "async_get", side_effect=AssertionError) as entities,
            patch.object(dr, "async_get", side_effect=AssertionError) as devices,
            patch.object(er, "async_entries_for_config_entry", side_effect=AssertionError) as walk,
        ):
            for amperes in (8.0, 6.0, 8.0):
                await tell_values(socket, (amperes, amperes, amperes))
                await until_state(hass, current, str(amperes))
        assert not entities.called
        assert not devices.called
        assert not walk.called


async def test_a_state_is_written_only_where_it_has_changed(hass: HomeAssistant) -> None:
    written: list[tuple[str, State | None, State | None]] = []
    write = EvLoadManagerEntity.async_write_ha_state

    def note(self: EvLoadManagerEntity[Any]) -> None:
        before = hass.states.get(self.entity_id)
        write(self)
        written.append((self.entity_id, before, hass.states.get(self.entity_id)))

    async with garage(hass, 2) as (entry, [first, second]):
        current = entity_of(hass, "sensor", subentry_id(entry, "C0"), 1, "current_l2")
        status = entity_of(hass, "sensor", subentry_id(entry, "C1"), 1, "status")
        with patch.object(EvLoadManagerEntity, "async_write_ha_state", note):
            for amperes in (8.0, 6.0, 8.0):
                await tell_values(first, (10.0, amperes, 10.0))
                await until_state(hass, current, str(amperes))
            await second.status("SuspendedEV")
            await until_state(hass, status, "suspended_ev")
            await second.status("Charging")
            await until_state(hass, status, "charging")

    assert current in {entity_id for entity_id, _, _ in written}
    unchanged = [
        entity_id
        for entity_id, before, after in written
        if before is not None
        and after is not None
        and (before.state, before.attributes) == (after.state, after.attributes)
    ]
    assert unchanged == []


async def test_a_crowd_of_reports_is_one_step_of_the_group(hass: HomeAssistant) -> None:
    async with garage(hass, 4) as (entry, sockets):
        manager = entry.runtime_data
        with patch.object(triggers, "VALUES_INTERVAL", 3600.0):
            # It waits as long as that from its next step on.
            await take_a_step(entry)
            decided = manager.decision
            for amperes in (7.0, 8.0, 9.0):
                await asyncio.gather(
                    *(tell_values(socket, (amperes, amperes, amperes)) for socket in sockets)
                )
            assert manager.decision is decided

            # A car that leaves does not wait, and nobody's values are lost.
            await sockets[0].status("Available")
            await until_step(entry, lambda: manager.decision is not decided)
            measured = [manager.readings.measured(each) for each in manager.readings.connectors]
            assert [currents and currents.l1 for currents in measured][1:] == [9.0, 9.0, 9.0]
