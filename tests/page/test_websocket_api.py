"""What the page asks over Home Assistant's own WebSocket: a picture, and changes."""

import asyncio
from datetime import UTC, datetime

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.ev_load_manager.balancing.car_model import CarModel
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.charge_point.charge_point import Change
from custom_components.ev_load_manager.csms.charge_point.connector import ChargingNeeds
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    tell_values,
)

from .conftest import ask, connector, event, picture, subscribe, until

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_groups_are_listed_whether_they_run_or_not(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await set_up(hass, other := group(name="Yard"))
    await hass.config_entries.async_unload(other.entry_id)

    answer = await ask(page, "groups")

    assert answer["result"] == [
        {
            "entry_id": entry.entry_id,
            "name": "Garage",
            "running": True,
            "outlets": [
                {"id": "A/1", "name": "Anna", "number": None},
                {"id": "B/1", "name": "Ben", "number": 1},
                {"id": "B/2", "name": "Ben", "number": 2},
            ],
            "feeders": [],
        },
        {
            "entry_id": other.entry_id,
            "name": "Yard",
            "running": False,
            "outlets": [],
            "feeders": [],
        },
    ]


async def test_the_first_picture_has_the_tree_of_circuits_with_their_limits(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    seen = await subscribe(page, entry)

    assert seen["name"] == "Garage"
    assert seen["phases"] == ["L1", "L2", "L3"]
    assert [(one["id"], one["parent"], one["kind"], one["name"]) for one in seen["circuits"]] == [
        ("group", None, "group", "Garage"),
        ("charger:B", "group", "charger", "Ben"),
    ]
    assert seen["circuits"][0]["limit"] == [20.0, 20.0, 20.0]
    assert seen["circuits"][0]["rated"] == [25.0, 25.0, 25.0]
    assert connector(seen, "A")["circuit"] == "group"
    assert connector(seen, "B", 2)["circuit"] == "charger:B"


async def test_what_a_meter_would_tell_is_empty_without_one(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    seen = await subscribe(page, entry)

    assert seen["meter"] is None
    assert seen["other_load"] is None
    assert "safe_limit" not in seen["settings"]


async def test_a_charging_car_is_seen_with_what_it_gets_draws_and_why(
    entry_of_one: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    entry = entry_of_one
    await subscribe(page, entry)
    async with client(entry, "A") as anna:
        await anna.boot()
        await start_session(anna)
        await tell_values(anna, (6.0, 5.9, 0.0))

        seen = await until(page, lambda seen: connector(seen, "A")["measured"] is not None)

        car = connector(seen, "A")
        assert car["status"] == "charging"
        assert car["measured"] == [6.0, 5.9, 0.0]
        assert car["power"] == 2737  # nothing tells it: 11.9 A at 230 V
        assert car["reason"] == entry.runtime_data.decision.connectors["A", 1].reason
        assert car["limit"] >= 6.0
        assert car["active"]
        assert seen["mode"] == "dynamic"
        assert seen["circuits"][0]["measured"] == [6.0, 5.9, 0.0]


async def test_power_is_what_a_charger_tells_of_it(
    entry_of_one: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    entry = entry_of_one
    seen = await subscribe(page, entry)
    assert connector(seen, "A")["power"] is None
    async with client(entry, "A") as anna:
        await anna.boot()
        await start_session(anna)
        await tell_values(anna, (6.0, 5.9, 0.0), Power_Active_Import=(2690, "W"))

        await until(page, lambda seen: connector(seen, "A")["power"] == 2690)


async def test_what_a_known_car_is_like_is_seen_while_it_charges(
    entry_of_one: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    entry = entry_of_one
    entry.runtime_data._memory.cars.know(
        "tag", "before", CarModel(starts_at=8.0, shortfall=0.8, follows_within=3.4)
    )
    seen = await subscribe(page, entry)
    assert connector(seen, "A")["car"] is None
    async with client(entry, "A") as anna:
        await anna.boot()
        await start_session(anna)

        seen = await until(page, lambda seen: connector(seen, "A")["car"] is not None)

        assert connector(seen, "A")["car"] == {
            "starts_at": 8.0,
            "shortfall": 0.8,
            "follows_within": 4,
            "phases": [],
            "asks": None,
        }


async def test_what_a_car_asks_its_charger_for_is_seen(
    entry_of_one: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    entry = entry_of_one
    seen = await subscribe(page, entry)
    async with client(entry, "A") as anna:
        await anna.boot()
        await start_session(anna)
        point = entry.runtime_data.access.point("A")
        leaves = datetime(2030, 1, 1, 6, tzinfo=UTC)
        point.connector(1).car_asks(ChargingNeeds(energy=20_000.0, departure=leaves))
        point.changed(Change.STATUS, 1)

        seen = await until(page, lambda seen: connector(seen, "A")["car"] is not None)

        assert connector(seen, "A")["car"]["asks"] == {
            "energy": 20_000.0,
            "leaves": "2030-01-01T06:00:00+00:00",
            "battery": None,
        }


async def test_who_charges_and_who_waits_is_told_to_administrators_only(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    page: MockHAClientWebSocket,
    guests_page: MockHAClientWebSocket,
) -> None:
    issues = ir.async_get(hass)
    async with client(entry, "A") as anna, client(entry, "STRANGER") as stranger:
        await anna.boot()
        await stranger.boot()
        await start_session(anna)

        for socket, id_tag, unknown in ((page, "tag", ["STRANGER"]), (guests_page, None, [])):
            await ask(socket, "subscribe", entry_id=entry.entry_id)
            seen = await until(
                socket,
                lambda seen: connector(seen, "A")["session"] is not None,
            )
            assert connector(seen, "A")["session"]["id_tag"] == id_tag
            assert [one["id"] for one in seen["unknown"]] == unknown
            assert all(issues.async_get_issue(DOMAIN, one["issue"]) for one in seen["unknown"])


async def test_a_changed_limit_is_seen_at_once_by_everyone_who_looks(
    entry: MockConfigEntry, page: MockHAClientWebSocket, guests_page: MockHAClientWebSocket
) -> None:
    await subscribe(guests_page, entry)

    answer = await ask(page, "change", entry_id=entry.entry_id, maximum_current=12)

    assert answer["success"]
    seen = await until(guests_page, lambda seen: seen["settings"]["maximum_current"] == 12.0)
    assert seen["circuits"][0]["limit"] == [12.0, 12.0, 12.0]
    assert entry.runtime_data.live.settings.maximum_current == 12.0


async def test_nothing_is_told_while_nothing_changes(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await subscribe(page, entry)
    manager = entry.runtime_data
    steps = 0
    enough = asyncio.Event()

    def count() -> None:
        nonlocal steps
        steps += 1
        if steps >= 3:
            enough.set()
        else:
            manager._rebuild()

    manager.add_listener(count)
    manager._rebuild()
    await enough.wait()

    await manager.live.change(maximum_current=11.0)

    assert (await picture(page))["settings"]["maximum_current"] == 11.0


async def test_changes_within_a_second_come_together(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await subscribe(page, entry)
    manager = entry.runtime_data
    for amperes in (19.0, 18.0, 17.0, 16.0, 15.0, 14.0):
        await manager.live.change(maximum_current=amperes)

    limits = [(await picture(page))["settings"]["maximum_current"]]
    while limits[-1] != 14.0:
        limits.append((await picture(page))["settings"]["maximum_current"])

    assert len(limits) <= 2


@pytest.mark.parametrize("command", ["subscribe", "entities", "change"])
async def test_a_group_that_is_not_there_is_named_as_such(
    entry: MockConfigEntry, page: MockHAClientWebSocket, command: str
) -> None:
    answer = await ask(page, command, entry_id="nowhere")

    assert answer["error"]["translation_key"] == "group_not_found"


async def test_another_integrations_entry_is_no_group(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    other = MockConfigEntry(domain="elsewhere")
    other.add_to_hass(hass)

    answer = await ask(page, "subscribe", entry_id=other.entry_id)

    assert answer["error"]["translation_key"] == "group_not_found"


async def test_a_group_that_does_not_run_can_be_followed_but_not_changed(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)

    answer = await ask(page, "change", entry_id=entry.entry_id, maximum_current=6)
    assert answer["error"]["translation_key"] == "group_not_running"

    await ask(page, "subscribe", entry_id=entry.entry_id)
    assert (await event(page))["state"] == "stopped"


async def test_a_page_follows_its_group_over_a_restart_of_it(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await subscribe(page, entry)

    await hass.config_entries.async_unload(entry.entry_id)
    while (await event(page))["state"] == "running":
        pass
    await hass.config_entries.async_setup(entry.entry_id)
    while (await event(page))["state"] != "running":
        pass

    await entry.runtime_data.live.change(maximum_current=9.0)
    await until(page, lambda seen: seen["settings"]["maximum_current"] == 9.0)


async def test_a_page_learns_that_its_group_was_removed(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await subscribe(page, entry)

    await hass.config_entries.async_remove(entry.entry_id)

    while (await event(page))["state"] != "removed":
        pass


async def test_who_looks_away_is_told_no_more(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    listeners = len(entry.runtime_data._listeners)
    await subscribe(page, entry)
    assert len(entry.runtime_data._listeners) == listeners + 1

    await page.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    assert (await page.receive_json())["success"]

    await hass.async_block_till_done()
    assert len(entry.runtime_data._listeners) == listeners


async def test_the_entities_of_a_group_are_found_by_what_they_tell(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    answer = await ask(page, "entities", entry_id=entry.entry_id)

    found = answer["result"]
    assert found["group"]["chargers_current_l1"] == entity_of(
        hass, "sensor", entry.entry_id, "chargers_current_l1"
    )
    assert set(found["connectors"]) == {"A/1", "B/1", "B/2"}
    assert found["connectors"]["B/2"]["limit"] == entity_of(
        hass, "sensor", subentry_id(entry, "B"), 2, "limit"
    )


async def test_the_entities_of_feeders_are_found_by_their_circuits(
    hass: HomeAssistant, entry_with_feeders: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    answer = await ask(page, "entities", entry_id=entry_with_feeders.entry_id)

    found = answer["result"]["feeders"]

    assert set(found) == {"feeder:shed", "feeder:yard"}
    for key in ("current_l1", "total_current_l1", "other_load_l1"):
        assert found["feeder:shed"][key] == entity_of(hass, "sensor", "shed", key)
    assert found["feeder:yard"]["maximum_current"] == entity_of(
        hass, "number", "yard", "maximum_current"
    )
    assert "total_current_l1" not in found["feeder:yard"]


async def test_the_recalculations_are_told_and_those_of_one_charger(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await subscribe(page, entry)
    await entry.runtime_data.live.change(maximum_current=7.0)
    await until(page, lambda seen: seen["circuits"][0]["limit"][0] == 7.0)
    await page.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    while not (await page.receive_json()).get("success"):
        pass

    rows = (await ask(page, "recalculations", entry_id=entry.entry_id))["result"]
    of_anna = (await ask(page, "recalculations", entry_id=entry.entry_id, charger="A", limit=1))[
        "result"
    ]

    assert rows[-1]["settings"]["maximum_current"] == 7.0
    assert {one["charger"] for one in rows[-1]["connectors"]} == {"A", "B"}
    assert [[one["charger"] for one in row["connectors"]] for row in of_anna] == [["A"]]


async def test_what_happened_is_told_of_the_group_and_of_an_outlet(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await subscribe(page, entry)
    await entry.runtime_data.live.change(maximum_current=7.0)
    await until(page, lambda seen: seen["circuits"][0]["limit"][0] == 7.0)
    await page.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    while not (await page.receive_json()).get("success"):
        pass

    told = (await ask(page, "happenings", entry_id=entry.entry_id))["result"]
    of_anna = (
        await ask(page, "happenings", entry_id=entry.entry_id, charger="A", connector=1, limit=1)
    )["result"]

    changed = next(one for one in told if one["kind"] == "setting")
    assert (changed["setting"], changed["after"]) == ("maximum_current", 7.0)
    assert len(of_anna) == 1
    assert of_anna[0]["charger"] in (None, "A")


async def test_a_group_without_a_meter_has_never_shared_the_safe_limit(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    assert (await ask(page, "safe_limit_log", entry_id=entry.entry_id))["result"] == []


async def test_what_a_charger_does_without_home_assistant_is_told(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    seen = await subscribe(page, entry)

    assert seen["chargers"][0]["fail_safe"]["state"] == "unknown"


async def test_what_is_not_proven_counts_with_all_that_a_charger_can_draw(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = group(charger("A", "Anna", maximum=16.0))
    await set_up(hass, entry)

    seen = await subscribe(await hass_ws_client(hass), entry)

    (outlet,) = entry.runtime_data.site.connectors.values()
    told = seen["chargers"][0]
    assert (told["maximum"], told["fail_safe"]["most"]) == (16.0, outlet.hardware_maximum)
    assert outlet.hardware_maximum == 32.0
