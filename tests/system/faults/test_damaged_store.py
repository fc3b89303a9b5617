"""Whatever is in the file of a group, the group starts and its chargers are led."""

from typing import Any

import pytest

from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant
from tests.groups import charger, client, group, set_up, start_session

pytestmark = pytest.mark.usefixtures("socket_enabled")

MOMENT = "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"settings": 5, "chargers": [1], "memory": "", "saved_at": 7},
        {"settings": [], "chargers": {"A": 5}, "memory": [], "saved_at": "yesterday"},
        {"settings": {"maximum_current": "much"}, "saved_at": MOMENT.removesuffix("+00:00")},
        {"settings": {"maximum_current": None, "policy": "anarchy"}, "saved_at": None},
        {"settings": {"connector_maximum": [[1]], "charging_allowed": 3}},
        {"settings": {"feeder_maximum": {"f": "x"}}},
        {"memory": {"connectors": [5, {"charger": "A"}], "doubtful_phases": 7}},
        {"feeders": 5, "temporary_limits": 5, "safe_limit_log": 5},
        {"feeders": [5], "temporary_limits": [5, {}], "safe_limit_log": [5, {}]},
        {"temporary_limits": [{"circuit": "group", "name": "n", "limit": 6, "until": "never"}]},
        {"chargers": {"A": {"identity": 1, "connectors": [], "sessions": 5, "clock_offset": "x"}}},
        {"chargers": {"A": {"connectors": {"x": {}, "1": {"status": 5, "remembered": 7}}}}},
        {"chargers": {"A": {"capabilities": {"profile": 5, "limit": [], "learned": "yes"}}}},
    ],
)
async def test_a_group_starts_whatever_is_stored(
    hass: HomeAssistant, hass_storage: dict[str, Any], stored: object
) -> None:
    entry = group(charger("A"))
    hass_storage[f"{DOMAIN}.{entry.entry_id}"] = {
        "version": 1,
        "minor_version": 1,
        "key": f"{DOMAIN}.{entry.entry_id}",
        "data": stored,
    }

    await set_up(hass, entry)

    async with client(entry, "A") as socket:
        assert (await socket.boot())["status"] == "Accepted"
        await start_session(socket)
        limit = (await socket.next_call("SetChargingProfile"))["csChargingProfiles"]
        assert limit["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] <= 16


@pytest.mark.parametrize("version", ["x", None])
async def test_a_group_starts_where_its_file_is_no_store(
    hass: HomeAssistant, hass_storage: dict[str, Any], version: object
) -> None:
    entry = group(charger("A"))
    hass_storage[f"{DOMAIN}.{entry.entry_id}"] = {"version": version, "minor_version": 1}
    await set_up(hass, entry)
    assert entry.runtime_data.live.settings.maximum_current == 6.0


@pytest.mark.parametrize(
    "file",
    [
        {"version": 1, "minor_version": 1, "data": {"next_id": "x"}},
        {"version": 1, "minor_version": 1, "data": {"next_id": None}},
        {"version": 1, "minor_version": 1, "data": [5]},
        {"version": "x", "minor_version": 1},
    ],
)
async def test_a_group_starts_where_the_next_transaction_id_is_damaged(
    hass: HomeAssistant, hass_storage: dict[str, Any], file: dict[str, Any]
) -> None:
    entry = group(charger("A"))
    hass_storage[f"{DOMAIN}.transactions"] = file
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        assert await start_session(socket) > 0
