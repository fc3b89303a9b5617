"""What the page asks over Home Assistant's own WebSocket: a picture, and changes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.ev_load_manager.balancing.car_model import CarModel
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.temporary_limits import TemporaryLimit
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
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
    until_state,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

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


async def test_groups_are_listed_whether_they_run_or_not(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await set_up(hass, other := group(name="Yard"))
    await hass.config_entries.async_unload(other.entry_id)

    answer = await ask(page, "groups")

    assert answer["result"] == [
        {"entry_id": entry.entry_id, "name": "Garage", "running": True},
        {"entry_id": other.entry_id, "name": "Yard", "running": False},
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
        assert car["reason"] == entry.runtime_data.decision.connectors["A", 1].reason
        assert car["limit"] >= 6.0
        assert car["active"]
        assert seen["mode"] == "dynamic"
        assert seen["circuits"][0]["measured"] == [6.0, 5.9, 0.0]


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


async def test_pausing_an_outlet_stops_its_car(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    async with client(entry, "B") as ben:
        await ben.boot()
        await start_session(ben, 2)

        answer = await ask(
            page,
            "change_connector",
            entry_id=entry.entry_id,
            charger="B",
            connector=2,
            charging_allowed=False,
        )

        assert answer["success"]
        reason = entity_of(hass, "sensor", subentry_id(entry, "B"), 2, "reason")
        await until_state(hass, reason, "paused_by_user")
        assert entry.runtime_data.live.settings.charging_allowed == {ConnectorId("B", 2): False}


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("change", {"maximum_current": 6}),
        ("change_connector", {"charger": "A", "connector": 1, "charging_allowed": False}),
        ("change_feeder", {"circuit": "feeder:F1", "safe_limit": 6}),
    ],
)
async def test_only_administrators_change_anything(
    entry: MockConfigEntry,
    guests_page: MockHAClientWebSocket,
    command: str,
    data: dict[str, Any],
) -> None:
    before = entry.runtime_data.live.settings

    answer = await ask(guests_page, command, entry_id=entry.entry_id, **data)

    assert answer["error"]["code"] == "unauthorized"
    assert entry.runtime_data.live.settings == before


@pytest.mark.parametrize(
    ("command", "data", "key"),
    [
        ("change", {"maximum_current": 26}, "limit_out_of_range"),
        (
            "change_connector",
            {"charger": "A", "connector": 1, "maximum": 5},
            "connector_maximum_out_of_range",
        ),
        ("change_connector", {"charger": "A", "connector": 7}, "connector_not_found"),
        ("change_connector", {"charger": "X", "connector": 1}, "connector_not_found"),
    ],
)
async def test_what_cant_be_is_said_in_words_that_can_be_translated(
    entry: MockConfigEntry,
    page: MockHAClientWebSocket,
    command: str,
    data: dict[str, Any],
    key: str,
) -> None:
    before = entry.runtime_data.live.settings

    answer = await ask(page, command, entry_id=entry.entry_id, **data)

    assert answer["error"]["translation_domain"] == "ev_load_manager"
    assert answer["error"]["translation_key"] == key
    assert "{" not in answer["error"]["message"]
    assert entry.runtime_data.live.settings == before


@pytest.mark.parametrize(
    "data",
    [
        {"maximum_current": -1},
        {"maximum_current": "much"},
        {"maximum_current": float("1e9")},
        {"policy": "who_shouts_loudest"},
        {"rated_current": 60},
    ],
)
async def test_nonsense_changes_nothing(
    entry: MockConfigEntry, page: MockHAClientWebSocket, data: dict[str, Any]
) -> None:
    before = entry.runtime_data.live.settings

    answer = await ask(page, "change", entry_id=entry.entry_id, **data)

    assert answer["error"]["code"] == "invalid_format"
    assert entry.runtime_data.live.settings == before


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


async def test_a_group_without_a_meter_has_never_shared_the_safe_limit(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    assert (await ask(page, "safe_limit_log", entry_id=entry.entry_id))["result"] == []


async def test_a_feeders_limit_is_changed_and_seen(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await set_up(hass, entry := group(feeder("F1", "Left row"), charger("A", feeder="F1")))
    page = await hass_ws_client(hass)
    seen = await subscribe(page, entry)
    row = next(one for one in seen["circuits"] if one["kind"] == "feeder")
    assert (row["name"], row["limit"]) == ("Left row", [16.0, 16.0, 16.0])
    assert connector(seen, "A")["circuit"] == row["id"]
    await page.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    while not (await page.receive_json()).get("success"):
        pass

    answer = await ask(
        page, "change_feeder", entry_id=entry.entry_id, circuit=row["id"], maximum=10
    )

    assert answer["success"], answer
    assert entry.runtime_data.live.settings.feeder_maximum == {"F1": 10.0}
    answer = await ask(
        page, "change_feeder", entry_id=entry.entry_id, circuit="feeder:F2", maximum=10
    )
    assert answer["error"]["translation_key"] == "feeder_not_found"


async def test_the_safe_limit_of_a_feeder_with_a_meter_is_changed_and_seen(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    metered = feeder("F1", "Left row", meter=SENSORS, safe_limit=7.0, meter_timeout=30.0)
    await set_up(hass, entry := group(metered, feeder("F2", "Right row")))
    page = await hass_ws_client(hass)
    seen = await subscribe(page, entry)
    assert {one["id"]: one["safe_limit"] for one in seen["circuits"]} == {
        "group": None,
        "feeder:F1": 7.0,
        "feeder:F2": None,
    }
    editor = await hass_ws_client(hass)

    async def change(circuit: str, safe_limit: float) -> dict[str, Any]:
        address = {"entry_id": entry.entry_id, "circuit": circuit}
        return await ask(editor, "change_feeder", **address, safe_limit=safe_limit)

    assert (await change("feeder:F1", 9.5))["success"]

    row = (await until(page, lambda seen: seen["circuits"][1]["safe_limit"] == 9.5))["circuits"][1]
    assert row["maximum"] == 16.0
    assert entry.runtime_data.live.settings.feeder_maximum == {}
    for circuit, safe_limit, key in (
        ("feeder:F1", 16.5, "limit_out_of_range"),
        ("feeder:F2", 6.0, "feeder_without_meter"),
    ):
        assert (await change(circuit, safe_limit))["error"]["translation_key"] == key
    assert entry.runtime_data.live.settings.feeder_safe_limit == {"F1": 9.5}


async def test_a_temporary_limit_hides_nothing_of_what_a_feeder_is_set_to(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await set_up(hass, entry := group(feeder("F1", "Left row")))
    await entry.runtime_data.live.set_temporary_limit(
        TemporaryLimit(
            circuit="feeder:F1",
            name="evening",
            limit=8.0,
            until=datetime.now(UTC) + timedelta(hours=1),
        )
    )

    row = (await subscribe(await hass_ws_client(hass), entry))["circuits"][1]

    assert (row["maximum"], row["limit"]) == (16.0, [8.0, 8.0, 8.0])


async def test_a_session_is_put_first_in_line(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    outlet = {"entry_id": entry.entry_id, "charger": "B", "connector": 2}
    assert (await ask(page, "put_first_in_line", **outlet))["error"][
        "translation_key"
    ] == "no_session"
    async with client(entry, "B") as ben:
        await ben.boot()
        await start_session(ben, 2)
        await until_step(
            entry,
            lambda: entry.runtime_data.readings.connectors[ConnectorId("B", 2)].session is not None,
        )

        assert (await ask(page, "put_first_in_line", **outlet))["success"]

        seen = await subscribe(page, entry)
        assert isinstance(connector(seen, "B", 2)["first_in_line"], bool)


async def test_a_limit_for_some_time_is_seen_with_its_name_and_end(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    until_then = datetime.now(UTC) + timedelta(hours=1)
    await entry.runtime_data.live.set_temporary_limit(
        TemporaryLimit(circuit="group", name="grid operator", limit=8.0, until=until_then)
    )

    seen = await subscribe(page, entry)

    assert seen["temporary_limits"] == [
        {
            "circuit": "group",
            "name": "grid operator",
            "limit": 8.0,
            "until": until_then.isoformat(),
        }
    ]


async def test_what_a_charger_does_without_home_assistant_is_told(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    seen = await subscribe(page, entry)

    assert seen["chargers"][0]["dead_man"]["state"] == "unknown"
