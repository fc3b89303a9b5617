"""Automations that wait for what happens at chargers, and ask how it is there.

Real automations in a real Home Assistant, with a real charger at the other end.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from pathlib import Path
import sqlite3
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import yaml

from custom_components.ev_load_manager import clock, condition, trigger
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.entities import situations
from custom_components.ev_load_manager.history.situations import LOST_AFTER, Situation, Where
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    condition as condition_helper,
    device_registry as dr,
    trigger as trigger_helper,
)
from homeassistant.setup import async_setup_component
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.groups import (
    charger,
    client,
    entity_of,
    feeder,
    group,
    set_up,
    start_session,
    subentry_id,
    tell_values,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")

TOLD = ("session", "minutes", "energy_kwh", "cost", "currency", "notes")
"""What the book has of a session."""
FOLDER = Path(trigger.__file__).parent


class Heard(list[Mapping[str, Any]]):
    """What automations told, by the event that each fires."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen from now on."""
        super().__init__()
        self._came = asyncio.Event()
        self.end = hass.bus.async_listen("heard", self._hear)

    @callback
    def _hear(self, event: Event) -> None:
        self.append(event.data)
        self._came.set()

    async def next(self) -> Mapping[str, Any]:
        """The next one, which may have come already."""
        while not self:
            self._came.clear()
            await self._came.wait()
        return self.pop(0)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of a charger on a feeder and a twin."""
    entry = group(
        feeder("CELLAR", "Cellar"),
        charger("A", "Anna", feeder="CELLAR"),
        charger("T", "Twin", connectors=2),
    )
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def heard(hass: HomeAssistant) -> AsyncGenerator[Heard]:
    """What automations tell; none goes on after its test."""
    heard = Heard(hass)
    yield heard
    heard.end()
    if hass.services.has_service("automation", "turn_off"):
        await hass.services.async_call(
            "automation", "turn_off", {"entity_id": "all"}, blocking=True
        )


def device(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> str:
    """The device of a place."""
    registry, identifier = dr.async_get(hass), (DOMAIN, key)
    found = registry.async_get_device_by_identifier(
        identifier, entry.entry_id
    ) or registry.async_get_child_device_by_identifier(identifier, entry.entry_id)
    assert found is not None
    return found.id


async def automate(
    hass: HomeAssistant, target: Mapping[str, Any], *triggers: str, **options: Any
) -> None:
    """Make an automation that tells what it was triggered by."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "triggers": [
                    {
                        "trigger": f"{DOMAIN}.{name}",
                        "target": dict(target),
                        **({"options": options} if options else {}),
                    }
                    for name in triggers
                ],
                "actions": {
                    "event": "heard",
                    "event_data": {
                        "name": "{{ trigger.name }}",
                        "group": "{{ trigger.group }}",
                        "outlet": "{{ trigger.outlet }}",
                        "device_id": "{{ trigger.device_id }}",
                        "said": "{{ trigger.description }}",
                        "told": "{{ {"
                        + ", ".join(f"'{key}': trigger.{key} | default(none)" for key in TOLD)
                        + "} }}",
                    },
                },
                "mode": "queued",
            }
        },
    )
    await hass.async_block_till_done()


async def allow(hass: HomeAssistant, entry: MockConfigEntry, amperes: float) -> None:
    """Set what all chargers of the group may draw."""
    entity_id = entity_of(hass, "number", entry.entry_id, "maximum_current")
    await hass.services.async_call(
        "number", "set_value", {"entity_id": entity_id, "value": amperes}, blocking=True
    )


async def empty(socket: Client) -> None:
    """A twin connects, and has no car."""
    await socket.boot()
    for outlet in (1, 2):
        await socket.status("Available", outlet)


def is_so(entry: MockConfigEntry, situation: Situation, where: Where = ConnectorId("A", 1)) -> bool:
    """Whether a situation lasts."""
    return entry.runtime_data.records.situations.since(situation, where) is not None


async def holds(hass: HomeAssistant, what: str, target: Mapping[str, Any], **options: Any) -> bool:
    """Whether a condition holds now."""
    config = await condition_helper.async_validate_condition_config(
        hass,
        {"condition": f"{DOMAIN}.{what}", "target": dict(target), "options": options},
    )
    checker = await condition_helper.async_from_config(hass, config)
    result = checker.async_check()
    checker.async_unload()
    assert result is not None
    return result


async def test_a_session_is_told_by_the_name_of_its_outlet(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    twin = subentry_id(entry, "T")
    await automate(hass, {"device_id": device(hass, entry, twin)}, "session_started")

    async with client(entry, "A") as anna, client(entry, "T") as socket:
        await anna.boot()
        await socket.boot()
        # Nobody asked for this one.
        await start_session(anna)
        await start_session(socket, 2)

        told = await heard.next()
    assert told["name"] == "Twin 2"
    assert (told["group"], told["outlet"]) == ("Garage", 2)
    assert told["device_id"] == device(hass, entry, f"{twin}_2")
    assert not heard


@pytest.mark.parametrize("meant", ["group", "feeder", "charger", "entity", "area"])
async def test_a_place_is_meant_by_what_stands_for_it_and_by_what_is_above_it(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard, meant: str
) -> None:
    anna = subentry_id(entry, "A")
    area = ar.async_get(hass).async_create("Yard")
    dr.async_get(hass).async_update_device(device(hass, entry, anna), area_id=area.id)
    target = {
        "group": {"device_id": device(hass, entry, entry.entry_id)},
        "feeder": {"device_id": device(hass, entry, "CELLAR")},
        "charger": {"device_id": device(hass, entry, anna)},
        "entity": {"entity_id": entity_of(hass, "sensor", anna, 1, "reason")},
        "area": {"area_id": area.id},
    }[meant]
    await automate(hass, target, "session_started")

    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)

        assert (await heard.next())["name"] == "Anna"


async def test_the_end_of_a_session_is_told(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    await automate(hass, {"device_id": device(hass, entry, entry.entry_id)}, "session_ended")

    async with client(entry, "A") as socket:
        await socket.boot()
        transaction = await start_session(socket)
        await until_step(entry, lambda: is_so(entry, Situation.SESSION))
        assert not heard
        await socket.call(
            "StopTransaction", transactionId=transaction, meterStop=100, timestamp=ago(0)
        )

        assert (await heard.next())["name"] == "Anna"


async def test_the_end_of_a_session_comes_with_what_the_book_has_of_it(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    book = async_shared_book(hass).book
    assert book is not None
    await book.change(
        partial(keeping.add_tariff, price=0.25, per_session=1.0, from_ts=0, currency="EUR")
    )
    everyone = {"device_id": device(hass, entry, entry.entry_id)}
    await automate(hass, everyone, "session_started", "session_ended")
    async with client(entry, "A") as socket:
        await socket.boot()
        transaction = await start_session(socket)
        begun = (await heard.next())["told"]
        await socket.call(
            "StopTransaction", transactionId=transaction, meterStop=1_321, timestamp=ago(0)
        )
        over = (await heard.next())["told"]
    assert (begun["minutes"], begun["session"]) == (None, over["session"])
    assert (over["energy_kwh"], over["cost"], over["currency"]) == (1.321, 1.33, "EUR")
    assert (over["minutes"], over["notes"]) == (0.0, [])


async def test_the_end_of_a_session_is_told_though_no_book_can_be_read(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(situations, "of_transaction", fails)
    await automate(hass, {"device_id": device(hass, entry, entry.entry_id)}, "session_ended")
    async with client(entry, "A") as socket:
        await socket.boot()
        transaction = await start_session(socket)
        await until_step(entry, lambda: is_so(entry, Situation.SESSION))
        await socket.call(
            "StopTransaction", transactionId=transaction, meterStop=100, timestamp=ago(0)
        )
        over = (await heard.next())["told"]
    assert over["energy_kwh"] == 0.1
    assert (over["session"], over["cost"]) == (None, None)


async def test_a_car_that_has_waited_is_told_to_wait_and_when_its_turn_begins(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    everyone = {"device_id": device(hass, entry, entry.entry_id)}
    await automate(hass, everyone, "car_waits", "turn_begins")
    await allow(hass, entry, 4.0)

    async with client(entry, "A") as socket, client(entry, "T") as twin:
        await socket.boot()
        # It would keep room for cars that it may have.
        await empty(twin)
        await start_session(socket)

        assert (await heard.next())["said"].startswith("waiting of Anna")
        assert await holds(
            hass, "is_waiting", {"device_id": device(hass, entry, subentry_id(entry, "A"))}
        )
        await allow(hass, entry, 20.0)
        assert (await heard.next())["said"].startswith("turn of Anna")


async def test_a_charger_that_stays_away_is_lost_and_one_that_comes_back_is_not(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    anna = {"device_id": device(hass, entry, subentry_id(entry, "A"))}
    await automate(hass, anna, "charger_lost", **{"for": {"minutes": 10}})
    async with client(entry, "A") as socket:
        await socket.boot()
    await until_step(entry, lambda: is_so(entry, Situation.LOST, "charger:A"))
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_step(entry, lambda: not is_so(entry, Situation.LOST, "charger:A"))
    assert not heard

    left = clock.monotonic()
    assert (await heard.next())["name"] == "Anna"
    assert clock.monotonic() - left >= LOST_AFTER + 600


async def test_an_overload_of_the_group_matters_to_whoever_named_an_outlet_of_it(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    anna = subentry_id(entry, "A")
    reason = entity_of(hass, "sensor", anna, 1, "reason")
    await automate(hass, {"entity_id": reason}, "overload_began")

    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        # It draws more than the 16 A of its feeder, whatever it is told.
        while not heard:
            await tell_values(socket, (19, 19, 19))
            await clock.sleep(2)

    assert {told["name"] for told in heard} == {"Cellar"}


async def test_conditions_tell_how_it_is(
    hass: HomeAssistant, entry: MockConfigEntry, heard: Heard
) -> None:
    anna = {"device_id": device(hass, entry, subentry_id(entry, "A"))}
    everyone = {"device_id": device(hass, entry, entry.entry_id)}
    async with client(entry, "A") as socket, client(entry, "T") as twin:
        await socket.boot()
        await socket.status("Available")
        await empty(twin)
        await until_step(
            entry, lambda: entry.runtime_data.decision.circuits["group"].reserved == NO_CURRENT
        )
        assert not await holds(hass, "is_charging", anna)
        assert await holds(hass, "current_is_free", anna, current=16)
        assert not await holds(hass, "current_is_free", anna, current=17)
        assert await holds(hass, "current_is_free", everyone, current=20)

        await start_session(socket)
        await tell_values(socket, (10, 10, 10))
        await until_step(entry, lambda: is_so(entry, Situation.CHARGING))
        await until_step(
            entry, lambda: entry.runtime_data.decision.circuits["group"].reserved.l1 >= 10
        )
        assert await holds(hass, "is_charging", anna)
        assert await holds(hass, "is_charging", everyone)
        assert not await holds(hass, "is_charging", everyone, behavior="all")
        assert not await holds(hass, "is_charging", anna, **{"for": {"hours": 1}})
        assert not await holds(hass, "is_waiting", everyone)
        assert not await holds(hass, "current_is_free", everyone, current=15)
        assert not await holds(hass, "safe_limit_holds", everyone)


async def test_nothing_is_so_where_no_group_runs(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    everyone = {"device_id": device(hass, entry, entry.entry_id)}
    await hass.config_entries.async_unload(entry.entry_id)

    for what, options in (
        ("is_charging", {"behavior": "all"}),
        ("safe_limit_holds", {}),
        ("current_is_free", {"current": 0}),
    ):
        assert not await holds(hass, what, everyone, **options)


async def test_what_is_offered_is_described(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    triggers = await trigger_helper.async_get_all_descriptions(hass)
    conditions = await condition_helper.async_get_all_descriptions(hass)

    for name in trigger.TRIGGERS:
        described = triggers[f"{DOMAIN}.{name}"]
        assert described is not None, name
        assert described["target"]["entity"][0]["integration"] == DOMAIN
    for name in condition.CONDITIONS:
        assert conditions[f"{DOMAIN}.{name}"] is not None, name


@pytest.mark.parametrize(
    ("file", "offered"),
    [("triggers.yaml", trigger.TRIGGERS), ("conditions.yaml", condition.CONDITIONS)],
)
def test_every_one_is_described_and_no_other(file: str, offered: Mapping[str, object]) -> None:
    described = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))

    assert {name for name in described if not name.startswith(".")} == offered.keys()
