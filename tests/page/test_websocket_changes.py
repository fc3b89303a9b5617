"""What people change on the page, and what can't be is said in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.temporary_limits import TemporaryLimit
from homeassistant.core import HomeAssistant
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

from .conftest import SENSORS, ask, connector, subscribe, until

pytestmark = pytest.mark.usefixtures("socket_enabled")


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
        ("find_wiring", {"charger": "A"}),
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
        ("find_wiring", {"charger": "X"}, "connector_not_found"),
        ("find_wiring", {"charger": "A"}, "wiring_needs_meter"),
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
