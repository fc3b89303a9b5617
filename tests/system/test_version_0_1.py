"""What version 0.1 stored goes on to hold: settings, limits, sessions, and every entity's id.

`version_0_1.json` was written by that version: a group with a meter, a feeder and two
chargers, after people had changed numbers and while a car charged.
"""

from datetime import datetime, timedelta
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.site_builder import GROUP
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.groups import set_up, subentry_id

pytestmark = pytest.mark.usefixtures("socket_enabled")

LEFT, TWIN = ConnectorId("LEFT", 1), ConnectorId("TWIN", 2)


def moved(value: Any, by: timedelta) -> Any:
    """The same data with every moment in it moved: it was written a minute ago."""
    if isinstance(value, dict):
        return {name: moved(part, by) for name, part in value.items()}
    if isinstance(value, list):
        return [moved(part, by) for part in value]
    if not isinstance(value, str) or "T" not in value:
        return value
    try:
        return (datetime.fromisoformat(value) + by).isoformat()
    except ValueError:
        return value


@pytest.fixture(name="told")
def told_fixture(hass_storage: dict[str, Any]) -> dict[str, Any]:
    """All that 0.1 left behind, where Home Assistant has it."""
    told: dict[str, Any] = json.loads(
        Path(__file__).with_name("version_0_1.json").read_text(encoding="utf-8")
    )
    written_at = datetime.fromisoformat(told["store"]["data"]["saved_at"])
    told["store"] = moved(told["store"], dt_util.utcnow() - timedelta(minutes=1) - written_at)
    for part in ("store", "transactions"):
        hass_storage[told[part]["key"]] = told[part]
    return told


@pytest.fixture(name="entry")
def entry_fixture(told: dict[str, Any]) -> MockConfigEntry:
    """The group's config entry of then."""
    stored = told["entry"]
    return MockConfigEntry(
        domain=DOMAIN,
        entry_id=stored["entry_id"],
        title=stored["title"],
        data=stored["data"],
        options=stored["options"],
        version=stored["version"],
        minor_version=stored["minor_version"],
        subentries_data=[ConfigSubentryDataWithId(**one) for one in stored["subentries"]],
    )


async def started(hass: HomeAssistant, entry: MockConfigEntry) -> LoadManager:
    """The group as it goes on today, with the sensors of its meter."""
    for phase, amperes in enumerate((3.0, 2.0, 1.0), 1):
        hass.states.async_set(f"sensor.l{phase}", str(amperes), {"unit_of_measurement": "A"})
    await set_up(hass, entry)
    manager: LoadManager = entry.runtime_data
    return manager


async def test_every_entity_is_found_again_by_its_unique_id(
    hass: HomeAssistant, entry: MockConfigEntry, told: dict[str, Any]
) -> None:
    registry = er.async_get(hass)
    entry.add_to_hass(hass)
    for unique_id, entity_id in told["entities"].items():
        platform, name = entity_id.split(".")
        registry.async_get_or_create(
            platform, DOMAIN, unique_id, config_entry=entry, suggested_object_id=f"my_{name}"
        )

    await started(hass, entry)

    for unique_id, entity_id in told["entities"].items():
        platform, name = entity_id.split(".")
        mine = f"{platform}.my_{name}"
        assert registry.async_get_entity_id(platform, DOMAIN, unique_id) == mine
        found, state = registry.async_get(mine), hass.states.get(mine)
        assert found is not None
        if found.disabled_by is None:
            assert state is not None, f"nothing speaks for {mine} any more"
            assert "restored" not in state.attributes, f"nothing speaks for {mine} any more"


async def test_a_new_group_has_the_entity_ids_of_then(
    hass: HomeAssistant, entry: MockConfigEntry, told: dict[str, Any]
) -> None:
    await started(hass, entry)

    registry = er.async_get(hass)
    for unique_id, entity_id in told["entities"].items():
        # A unique id is one of its platform: a number and an event may share it.
        platform = entity_id.partition(".")[0]
        assert registry.async_get_entity_id(platform, DOMAIN, unique_id) == entity_id


async def test_what_people_set_is_kept(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    manager = await started(hass, entry)

    settings = manager.live.settings
    assert settings.to_dict() == {**told["store"]["data"]["settings"], "lost": []}
    assert settings.maximum_current == 88.0
    assert settings.connector_maximum == {TWIN: 13.0}
    assert settings.charging_allowed == {TWIN: False}
    assert settings.feeder_maximum == {"row": 14.0}
    assert manager.live.temporary_limits.by_circuit() == {GROUP: 85.0}
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"stored_damaged_{entry.entry_id}") is None
    assert "can't be read" not in caplog.text


async def test_a_session_and_its_limit_go_on(
    hass: HomeAssistant, entry: MockConfigEntry, told: dict[str, Any]
) -> None:
    before = told["store"]["data"]["chargers"]["LEFT"]["connectors"]["1"]

    manager = await started(hass, entry)

    point = manager.access.point("LEFT")
    assert (point.identity.vendor, point.identity.model) == ("Peblar", "Home")
    running = point.connectors[1].transaction
    assert running is not None
    assert str(running.id) == str(before["transaction"]["id"])
    assert running.id_tag == before["transaction"]["id_tag"]
    assert point.connectors[1].energy == before["energy"]
    # Away since then, it may still be at the limit that it took last.
    limit = before["remembered"]["limit"]["offer"]["accepted"]
    assert limit >= 6.0
    offer = manager.access.control("LEFT").limits.keeper(1).offer
    assert max(offer.possible) >= limit


async def test_what_is_written_now_holds_it_all(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    told: dict[str, Any],
    hass_storage: dict[str, Any],
) -> None:
    before = told["store"]["data"]
    await started(hass, entry)

    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    after = hass_storage[told["store"]["key"]]["data"]
    assert after["settings"] == {**before["settings"], "lost": []}
    limits = [{**limit, "is_lost": False} for limit in before["temporary_limits"]]
    assert after["temporary_limits"] == limits
    assert [one["subentry_id"] for one in after["feeders"]] == ["row"]
    assert after["chargers"].keys() == before["chargers"].keys()
    kept, was = (data["chargers"]["LEFT"]["connectors"]["1"] for data in (after, before))
    assert str(kept["transaction"]["id"]) == str(was["transaction"]["id"])
    assert kept["energy"] == was["energy"]
    assert (
        after["safe_limit_log"][: len(before["safe_limit_log"]) - 1]
        == (before["safe_limit_log"][:-1])
    )


async def test_a_charger_that_was_removed_then_may_be_added_again(
    hass: HomeAssistant, entry: MockConfigEntry, told: dict[str, Any]
) -> None:
    outlets = told["store"]["data"]["chargers"]["LEFT"]["connectors"]
    for outlet in outlets.values():
        outlet |= {"transaction": None, "status": "Available"}
    left = subentry_id(entry, "LEFT")
    removed = entry.subentries[left]
    entry.add_to_hass(hass)
    hass.config_entries.async_remove_subentry(entry, left)
    await started(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)

    hass.config_entries.async_add_subentry(entry, removed)
    await hass.async_block_till_done()

    assert entry.runtime_data.access.point("LEFT").connectors.keys() == {1}
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"stored_damaged_{entry.entry_id}") is None
