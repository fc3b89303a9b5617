"""What chargers are left with when Home Assistant stops, or they are removed."""

import pytest

from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant
from simulation.charger import SimulatedCharger
from tests.csms.client import SILENCE
from tests.groups import charger, client, group, set_up, start_session, subentry_id, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_charger_that_is_removed_keeps_nothing_of_ours(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    box = SimulatedCharger(charge_point_id="LEFT", url=f"ws://127.0.0.1:{manager.port}")
    await box.start()
    try:
        await box.until(lambda: len(box.profiles) == 2)
        assert {one.profile.stack_level for one in box.profiles} == {7, 8}

        hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "LEFT"))

        await box.until(lambda: len(box.profiles) == 0)
    finally:
        await box.stop()
    await hass.async_block_till_done()


async def test_a_charger_of_a_group_that_is_only_reloaded_keeps_its_limits(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    box = SimulatedCharger(charge_point_id="LEFT", url=f"ws://127.0.0.1:{entry.runtime_data.port}")
    await box.start()
    try:
        await box.until(lambda: len(box.profiles) == 2)

        assert await hass.config_entries.async_unload(entry.entry_id)

        assert len(box.profiles) == 2
    finally:
        await box.stop()


async def test_what_chargers_have_is_written_down_when_home_assistant_stops(
    hass: HomeAssistant, hass_storage: dict[str, dict[str, dict[str, object]]]
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        keeper = manager.control("LEFT").limits.keeper(1)
        await until_step(entry, lambda: keeper.offer.accepted == 16.0)

        await hass.async_stop(force=True)

    # Nothing changes for a group that shares a fixed limit: it will be back.
    assert keeper.offer.accepted == 16.0
    stored = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["chargers"]
    assert "LEFT" in stored


async def test_a_charger_that_does_not_answer_holds_nobody_up_who_stops_home_assistant(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.ev_load_manager.load_manager.HANDED_OVER_WITHIN", 0.2)
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as left:
        left.answers["SetChargingProfile"] = SILENCE
        await left.boot()
        await left.next_call("SetChargingProfile")

        await hass.async_stop(force=True)

    assert "could be told its last limit" in caplog.text
