"""What chargers are left with when Home Assistant stops, or they are removed."""

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import CONF_LISTEN_PORT, DOMAIN
from custom_components.ev_load_manager.csms.charge_point import charger_control
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from simulation.charger.charger import SimulatedCharger
from tests.csms.client import SILENCE
from tests.csms.conftest import ago
from tests.groups import charger, client, group, set_up, start_session, subentry_id, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")


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


async def test_chargers_of_a_group_that_is_removed_keep_nothing_of_ours(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"), charger("RIGHT"))
    await set_up(hass, entry)
    boxes = [
        SimulatedCharger(charge_point_id=name, url=f"ws://127.0.0.1:{entry.runtime_data.port}")
        for name in ("LEFT", "RIGHT")
    ]
    for box in boxes:
        await box.start()
    try:
        for box in boxes:
            await box.until(lambda box=box: len(box.profiles) == 2)

        await hass.config_entries.async_remove(entry.entry_id)

        assert [len(box.profiles) for box in boxes] == [0, 0]
    finally:
        for box in boxes:
            await box.stop()
    assert left_to_do(hass) == []


async def test_people_are_told_of_removed_chargers_that_were_away(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT", "Anna"), charger("RIGHT", "Ben"), charger("NEVER", "Carl"))
    await set_up(hass, entry)
    for name in ("LEFT", "RIGHT"):
        async with client(entry, name) as socket:
            await socket.boot()
            await socket.next_call("SetChargingProfile")

    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "RIGHT"))
    await hass.async_block_till_done()
    await hass.config_entries.async_remove(entry.entry_id)

    assert sorted(issue.translation_placeholders["names"] for issue in left_to_do(hass)) == [
        "Anna",
        "Ben",
    ]
    assert all(issue.is_persistent and issue.is_fixable for issue in left_to_do(hass))
    assert "clear their charging profiles" in caplog.text


async def test_people_are_told_of_the_chargers_of_a_removed_group_that_did_not_run(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT", "Anna"), charger("NEVER", "Carl"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()

    await hass.config_entries.async_remove(entry.entry_id)

    assert [issue.translation_placeholders["names"] for issue in left_to_do(hass)] == ["Anna"]


async def test_a_removed_charger_that_does_not_answer_holds_nobody_up(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charger_control, "RELEASED_WITHIN", 0.2)
    entry = group(charger("LEFT", "Anna"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as left:
        await left.boot()
        manager = entry.runtime_data
        keeper = manager.access.control("LEFT").limits.keeper(1)
        await until_step(entry, lambda: keeper.offer.accepted is not None)
        left.answers["ClearChargingProfile"] = SILENCE

        await hass.config_entries.async_remove(entry.entry_id)

    assert [issue.translation_placeholders["names"] for issue in left_to_do(hass)] == ["Anna"]


async def test_a_removed_charger_is_counted_until_its_car_has_stopped(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"), charger("RIGHT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    left, right = ConnectorId("LEFT", 1), ConnectorId("RIGHT", 1)
    async with client(entry, "LEFT") as staying, client(entry, "RIGHT") as going:
        for socket in (staying, going):
            await socket.boot()
        await start_session(staying)
        transaction_id = await start_session(going)
        await until_step(entry, lambda: set(manager.readings.connectors) == {left, right})
        going.answers["RemoteStopTransaction"] = {"status": "Accepted"}

        hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "RIGHT"))
        await going.next_call("RemoteStopTransaction")
        await staying.status("SuspendedEV")
        await until_step(
            entry,
            lambda: manager.access.point("LEFT").connector(1).status is Status.SUSPENDED_EV,
        )

        assert set(manager.readings.connectors) == {left, right}
        await going.call(
            "StopTransaction", transactionId=transaction_id, meterStop=5, timestamp=ago(0)
        )
        # It is let go at once, perhaps without an answer.
        finishing = {"connectorId": 1, "status": "Finishing", "errorCode": "NoError"}
        await going.send([2, "last", "StatusNotification", finishing])
        await until_step(entry, lambda: set(manager.readings.connectors) == {left})
        # It is told to forget its limits first.
        await going.closed
    assert left_to_do(hass) == []


@pytest.mark.parametrize("ends", ["reload", "remove"])
async def test_a_group_may_end_while_a_charger_of_it_is_being_removed(
    hass: HomeAssistant,
    hass_storage: dict[str, dict[str, dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
    ends: str,
) -> None:
    monkeypatch.setattr(charger_control, "RELEASED_WITHIN", 0.5)
    entry = group(charger("LEFT", "Anna"), charger("RIGHT", "Ben"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as staying, client(entry, "RIGHT") as going:
        for socket in (staying, going):
            await socket.boot()
            await start_session(socket)
            socket.answers["RemoteStopTransaction"] = SILENCE
        keeper = manager.access.control("RIGHT").limits.keeper(1)
        await until_step(entry, lambda: keeper.offer.accepted is not None)
        hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "RIGHT"))
        await going.next_call("RemoteStopTransaction")

        if ends == "reload":
            assert await hass.config_entries.async_reload(entry.entry_id)
        else:
            await hass.config_entries.async_remove(entry.entry_id)
        await hass.async_block_till_done()

    left = {name for issue in left_to_do(hass) for name in named(issue)}
    stored = f"{DOMAIN}.{entry.entry_id}"
    if ends == "reload":
        assert left == set()
        # Its car goes on, so that it is counted as before.
        assert set(hass_storage[stored]["data"]["chargers"]) == {"LEFT", "RIGHT"}
        assert entry.runtime_data.chargers.left_behind == {"RIGHT": "Ben"}
    else:
        assert left == {"Anna", "Ben"}
        assert stored not in hass_storage


def named(issue: ir.IssueEntry) -> list[str]:
    """The chargers that a repair is about."""
    assert issue.translation_placeholders is not None
    return issue.translation_placeholders["names"].split(", ")


async def test_nothing_is_stored_of_a_removed_group(
    hass: HomeAssistant, hass_storage: dict[str, dict[str, dict[str, object]]]
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        assert f"{DOMAIN}.{entry.entry_id}" in hass_storage

        await hass.config_entries.async_remove(entry.entry_id)

    assert f"{DOMAIN}.{entry.entry_id}" not in hass_storage


async def test_a_reloaded_group_has_its_port_again(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    port = entry.runtime_data.port
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_LISTEN_PORT: port})
    await hass.async_block_till_done()

    await hass.config_entries.async_reload(entry.entry_id)

    async with client(entry, "LEFT") as left:
        await left.boot()
        assert entry.runtime_data.port == port


def left_to_do(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """What people are asked to do at removed chargers."""
    return [
        issue
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN and issue.translation_key == "not_released"
    ]


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
        keeper = manager.access.control("LEFT").limits.keeper(1)
        await until_step(entry, lambda: keeper.offer.accepted == 16.0)

        await hass.async_stop(force=True)

    # Nothing changes for a group that shares a fixed limit: it will be back.
    assert keeper.offer.accepted == 16.0
    stored = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["chargers"]
    assert "LEFT" in stored


async def test_a_charger_that_does_not_answer_holds_nobody_up_who_stops_home_assistant(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "custom_components.ev_load_manager.group.load_manager.HANDED_OVER_WITHIN", 0.2
    )
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as left:
        left.answers["SetChargingProfile"] = SILENCE
        await left.boot()
        await left.next_call("SetChargingProfile")

        await hass.async_stop(force=True)

    assert "could be told its last limit" in caplog.text
