"""What must survive is written, people hear of it where it can't be, and nothing reads as more."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
import errno
import json
import os
from pathlib import Path
import stat
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group import store as store_module
from custom_components.ev_load_manager.group.listeners import Listeners
from custom_components.ev_load_manager.group.power import power_store
from custom_components.ev_load_manager.group.store import GroupStore, writable
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir, storage
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError
from tests.groups import (
    charger,
    client,
    feeder,
    group,
    set_up,
    start_session,
    tell_values,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


_REAL = {name: getattr(Store, name) for name in ("_async_load", "_async_write_data")}


@pytest.fixture
def disk(hass: HomeAssistant, tmp_path: Path) -> Iterator[Path]:
    """Where Home Assistant stores; a real folder."""
    hass.config.config_dir = str(tmp_path)
    # The test helpers keep every store in memory.
    with patch.multiple(Store, **_REAL):
        yield tmp_path / ".storage"


def break_disk(disk: Path, *names: str) -> None:
    """None of these files of ours can be written any more.

    Home Assistant's own still can: where its registries can't be saved, it ends tasks with errors.
    """
    for name in names:
        file = disk / f"{DOMAIN}.{name}"
        file.unlink(missing_ok=True)
        (file / "in the way").mkdir(parents=True)


def mend_disk(disk: Path) -> None:
    """Everything is as it was."""
    for there in disk.glob(f"{DOMAIN}.*/*"):
        there.rmdir()
        there.parent.rmdir()


def told(hass: HomeAssistant, issue_id: str) -> ir.IssueEntry | None:
    """What people are told."""
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


def write(disk: Path, key: str, text: str) -> None:
    """Put something in a file before anybody has."""
    disk.mkdir()
    (disk / f"{DOMAIN}.{key}").write_text(text)


def stored(disk: Path, key: str) -> dict[str, Any]:
    """The data in a file."""
    data: dict[str, Any] = json.loads((disk / f"{DOMAIN}.{key}").read_text())["data"]
    return data


async def test_what_comes_while_a_group_ends_is_stored_and_costs_nothing_else(
    hass: HomeAssistant, hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    write, came = GroupStore.save, False

    async with client(entry, "A") as socket:
        await socket.boot()
        transaction_id = await start_session(socket)

        async def write_and_hear(store: GroupStore) -> None:
            nonlocal came
            await write(store)
            if not came:
                came = True
                await tell_values(socket, Energy_Active_Import_Register=(1300, "Wh"))

        monkeypatch.setattr(GroupStore, "save", write_and_hear)
        await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await hass.async_block_till_done()

    kept = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["chargers"]["A"]
    running = kept["connectors"]["1"]["transaction"]
    assert (running["id"], running["energy"]) == (str(transaction_id), 1300.0)


async def test_a_disk_that_fails_is_told_until_it_works_again(
    hass: HomeAssistant, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "SAVE_DELAY", 0.01)
    entry = group(charger("A"))
    await set_up(hass, entry)
    live = entry.runtime_data.live
    issue_id = f"storage_fails_{DOMAIN}.{entry.entry_id}"
    await live.change(maximum_current=15.0)
    assert told(hass, issue_id) is None

    break_disk(disk, entry.entry_id)
    await live.change(maximum_current=10.0)
    assert live.settings.maximum_current == 10.0
    issue = told(hass, issue_id)
    assert issue is not None
    assert issue.translation_placeholders["about"] == "Garage"
    assert issue.severity is ir.IssueSeverity.ERROR

    mend_disk(disk)
    while told(hass, issue_id) is not None:
        await asyncio.sleep(0.01)
    assert stored(disk, entry.entry_id)["settings"]["maximum_current"] == 10.0


async def test_a_session_begins_where_nothing_can_be_stored(
    hass: HomeAssistant, disk: Path
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    await entry.runtime_data.live.change(maximum_current=15.0)
    break_disk(disk, entry.entry_id, "transactions")
    async with client(entry, "A") as socket:
        await socket.boot()
        assert await start_session(socket) > 0
        assert told(hass, f"storage_fails_{DOMAIN}.transactions") is not None
    mend_disk(disk)


async def test_what_can_be_saved_is_saved_where_one_value_can_not(
    hass: HomeAssistant, disk: Path
) -> None:
    data: dict[str, Any] = {"settings": {"limit": 10.0}, "memory": {"bad": object()}}
    store = GroupStore(hass, "one", lambda: data)
    await store.save()
    issue = told(hass, f"storage_fails_{DOMAIN}.one")
    assert issue is not None
    assert issue.translation_placeholders["error"] == r"memory\.bad"
    assert stored(disk, "one") == {"settings": {"limit": 10.0}, "memory": {}}

    del data["memory"]
    await store.save()
    assert told(hass, f"storage_fails_{DOMAIN}.one") is None


async def test_a_part_that_fails_stays_as_it_was_and_takes_no_other_along(
    hass: HomeAssistant, disk: Path
) -> None:
    turns: dict[str, int] = {"n": 1}
    settings = {"settings": 1}

    def memory() -> dict[str, Any]:
        return {"memory": {"of one": 1 / turns["n"]}}

    store = GroupStore(hass, "two", memory, lambda: settings)
    await store.save()
    turns["n"], settings["settings"] = 0, 2
    await store.save()
    assert stored(disk, "two") == {"memory": {"of one": 1.0}, "settings": 2}
    assert told(hass, f"storage_fails_{DOMAIN}.two") is not None
    turns["n"] = 2
    await store.save()
    assert stored(disk, "two") == {"memory": {"of one": 0.5}, "settings": 2}
    assert told(hass, f"storage_fails_{DOMAIN}.two") is None


async def test_a_change_is_written_although_others_keep_coming(
    hass: HomeAssistant, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "SAVE_DELAY", 0.1)
    store = GroupStore(hass, "three", lambda: {"n": 1})
    begun = hass.loop.time()

    def written() -> bool:
        return (disk / f"{DOMAIN}.three").exists()

    while not written() and hass.loop.time() < begun + 10.0:
        store.save_soon()
        await asyncio.sleep(0.01)
    assert stored(disk, "three") == {"n": 1}


async def test_files_are_for_nobody_else(hass: HomeAssistant, disk: Path) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in disk.glob(f"{DOMAIN}.*")}  # noqa: ASYNC240
    assert modes == {0o600}


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Let the disk be full, or free again: no byte goes to a file then."""
    write = storage.write_utf8_file_atomic

    def fail(path: str, *_: object, **__: object) -> None:
        raise WriteError(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path))

    def be(is_full: bool) -> None:
        monkeypatch.setattr(storage, "write_utf8_file_atomic", fail if is_full else write)

    return be


async def test_what_could_not_be_stored_makes_what_was_stored_outdated(
    hass: HomeAssistant, disk: Path, full: Callable[[bool], None]
) -> None:
    store = GroupStore(hass, "four", lambda: {"n": 1})
    assert not (await store.load()).is_outdated
    await store.save()
    assert not (await GroupStore(hass, "four").load()).is_outdated

    full(True)
    await store.save()
    # Killed now, this is what the next one finds.
    found = await GroupStore(hass, "four").load()
    assert (found.raw("n"), found.is_outdated) == (1, True)
    issue = told(hass, f"stored_outdated_{DOMAIN}.four")
    assert issue is not None
    assert issue.is_persistent

    full(False)
    await store.save()
    assert not (await GroupStore(hass, "four").load()).is_outdated
    await store.remove()
    assert [*disk.glob(f"{DOMAIN}.four.*")] == []  # noqa: ASYNC240


async def test_limits_of_power_that_could_not_be_stored_are_told_and_tried_again(
    hass: HomeAssistant, disk: Path, full: Callable[[bool], None]
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    issue_id = f"stored_outdated_{DOMAIN}.{entry.entry_id}"
    manager = entry.runtime_data
    await manager.power.set_limit("group", 9.0)
    full(True)
    await manager.power.set_limit("group", 5.0)
    await power_store(hass, entry).load()
    assert told(hass, issue_id) is not None

    full(False)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=store_module.SAVE_DELAY + 1))
    await hass.async_block_till_done()
    assert stored(disk, f"{entry.entry_id}.power")["limits"] == {"group": 5.0}
    await hass.config_entries.async_remove(entry.entry_id)
    assert told(hass, issue_id) is None


async def test_ids_of_transactions_that_were_not_stored_are_not_given_again(
    hass: HomeAssistant, disk: Path
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        first = await start_session(socket)
    await hass.config_entries.async_unload(entry.entry_id)
    mark = disk / f"{DOMAIN}.transactions.current"
    mark.rename(mark.with_suffix(".outdated"))
    ids = set()
    for _ in range(2):
        store = await Listeners(hass)._load_transaction_ids()
        ids.add(store.take())
    assert len(ids | {str(first), str(first + 1)}) == 4


async def test_what_a_part_could_not_tell_makes_it_outdated_as_well(
    hass: HomeAssistant, disk: Path
) -> None:
    store = GroupStore(hass, "five", lambda: {"n": object()})
    await store.save()
    assert (await GroupStore(hass, "five").load()).is_outdated


@pytest.mark.parametrize("missing", ["the charger", "its outlet", "its limit"])
async def test_what_was_added_after_the_last_write_may_hold_any_limit_until_it_is_known(
    hass: HomeAssistant, disk: Path, missing: str
) -> None:
    entry = group(charger("A"), charger("B"), maximum_current=20.0)
    await set_up(hass, entry)
    async with client(entry, "B") as b:
        await b.boot()
        await until_step(entry, lambda: entry.runtime_data.chargers.charger("B").online)
    await hass.config_entries.async_unload(entry.entry_id)
    file = disk / f"{DOMAIN}.{entry.entry_id}"
    document = json.loads(file.read_text())
    kept = document["data"]["chargers"]
    match missing:
        case "the charger":
            del kept["B"]
        case "its outlet":
            del kept["B"]["connectors"]["1"]
        case _:
            del kept["B"]["connectors"]["1"]["remembered"]["limit"]
    file.write_text(json.dumps(document))
    mark = disk / f"{DOMAIN}.{entry.entry_id}.current"
    mark.rename(mark.with_suffix(".outdated"))

    await hass.config_entries.async_setup(entry.entry_id)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)
    assert max(manager.decision.connectors[ConnectorId("B", 1)].reserved) == 32.0
    ledger = manager.chargers.charger("B").control.limits.keepers[1].ledger
    for name in ("default/1", "session/1", "standing/1"):
        assert ledger.may_hold(lambda slot, name=name: slot.name == name)


async def test_an_outlet_that_is_told_only_at_a_later_start_may_hold_what_was_lost(
    hass: HomeAssistant, disk: Path
) -> None:
    entry = group(charger("A"), charger("B", connectors=None), maximum_current=20.0)
    await set_up(hass, entry)
    async with client(entry, "A") as a:
        await a.boot()
        await until_step(entry, lambda: entry.runtime_data.chargers.charger("A").online)
    await hass.config_entries.async_unload(entry.entry_id)
    mark = disk / f"{DOMAIN}.{entry.entry_id}.current"
    mark.rename(mark.with_suffix(".outdated"))
    await hass.config_entries.async_setup(entry.entry_id)
    # By now the file is the newest again, and its charger has been here since.
    for _ in range(2):
        await hass.config_entries.async_reload(entry.entry_id)
        async with client(entry, "B") as b:
            await b.boot()
            await until_step(entry, lambda: entry.runtime_data.chargers.charger("B").online)
    told = entry.runtime_data.chargers.charger("B").point.connector(2)
    assert told.keeper is not None
    for name in ("default/2", "session/2", "standing/2"):
        assert told.keeper.ledger.may_hold(lambda slot, name=name: slot.name == name)


@pytest.mark.usefixtures("time_jumps")
async def test_a_charger_is_not_believed_to_hold_what_was_stored_before_the_disk_was_full(
    hass: HomeAssistant, disk: Path
) -> None:
    entry = group(charger("A"), charger("B"), maximum_current=20.0)
    await set_up(hass, entry)

    def is_offered(name: str, amperes: float) -> Callable[[], bool]:
        manager = entry.runtime_data
        place = ConnectorId(name, 1)
        return lambda: manager.readings.connectors[place].offer.accepted == amperes

    async with client(entry, "A") as a, client(entry, "B") as b:
        for socket in (a, b):
            await socket.boot()
            await start_session(socket)
        await until_step(entry, is_offered("A", 10.0))
        await until_step(entry, is_offered("B", 10.0))
    await hass.config_entries.async_unload(entry.entry_id)
    mark = disk / f"{DOMAIN}.{entry.entry_id}.current"
    mark.rename(mark.with_suffix(".outdated"))
    hass.config_entries.async_add_subentry(entry, ConfigSubentry(**charger("C")))

    await hass.config_entries.async_setup(entry.entry_id)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)
    reserved = manager.decision.connectors[ConnectorId("A", 1)].reserved
    assert max(reserved) == 32.0
    assert max(manager.decision.connectors[ConnectorId("C", 1)].reserved) == 32.0
    # Neither of them becomes sure by being written.
    await hass.config_entries.async_reload(entry.entry_id)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)
    for name in ("A", "C"):
        assert max(manager.decision.connectors[ConnectorId(name, 1)].reserved) == 32.0
    async with (
        client(entry, "A") as a,
        client(entry, "B") as b,
        client(entry, "C") as third,
    ):
        await third.boot()
        await third.status("Available")
        for socket in (a, b):
            await socket.boot()
            await socket.status("Charging")
        await until_step(entry, is_offered("A", 10.0))
        await until_step(entry, is_offered("B", 10.0))


def test_only_what_can_not_be_written_is_left_out() -> None:
    left_out: list[str] = []
    kept = writable({"a": [1, object(), 2**70], "b": "t\ud800", "c": None}, left_out)
    assert kept == {"a": [1, None, None], "b": "t\ufffd", "c": None}
    assert left_out == ["a[]", "a[]", "b"]


async def _start_with(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: Any, **data: Any
) -> None:
    hass_storage[f"{DOMAIN}.{entry.entry_id}"] = {
        "version": 1,
        "minor_version": 1,
        "key": f"{DOMAIN}.{entry.entry_id}",
        "data": data,
    }
    await set_up(hass, entry)


@pytest.mark.parametrize("unreadable", ["much", None, [], -1.0, float("nan"), True])
async def test_one_unreadable_setting_falls_to_the_lower_side_and_the_others_hold(
    hass: HomeAssistant, hass_storage: dict[str, Any], unreadable: object
) -> None:
    entry = group(charger("A"), feeder("shed"), feeder("yard"))
    await _start_with(
        hass,
        hass_storage,
        entry,
        settings={
            "maximum_current": 12.0,
            "policy": "minimum_for_all",
            "connector_maximum": [["A", 1, unreadable]],
            "charging_allowed": [["A", 1, False]],
            "feeder_maximum": {"shed": unreadable, "yard": 9.0},
        },
    )
    live = entry.runtime_data.live.settings
    assert live.maximum_current == 12.0
    assert live.policy.value == "minimum_for_all"
    assert live.charging_allowed == {ConnectorId("A", 1): False}
    assert live.connector_maximum == {ConnectorId("A", 1): 6.0}
    assert live.feeder_maximum == {"shed": 6.0, "yard": 9.0}
    issue = told(hass, f"stored_damaged_{entry.entry_id}")
    assert issue is not None
    assert issue.is_persistent
    told_of = issue.translation_placeholders["parts"].replace("\\", "")
    assert told_of == "settings.feeder_maximum.shed, settings.connector_maximum[0]"


@pytest.mark.parametrize("settings", [5, [], "x", {"maximum_current": {}}])
async def test_a_lowered_limit_never_comes_back_higher(
    hass: HomeAssistant, hass_storage: dict[str, Any], settings: object
) -> None:
    entry = group(charger("A"))
    await _start_with(hass, hass_storage, entry, settings=settings)
    assert entry.runtime_data.live.settings.maximum_current == 6.0


@pytest.mark.parametrize("settings", [5, {"feeder_maximum": 5}, {"feeder_maximum": [["shed", 9]]}])
async def test_a_feeder_whose_limit_was_lost_has_the_lowest(
    hass: HomeAssistant, hass_storage: dict[str, Any], settings: object
) -> None:
    entry = group(charger("A"), feeder("shed"), feeder("yard"))
    await _start_with(hass, hass_storage, entry, settings=settings)
    assert entry.runtime_data.live.settings.feeder_maximum == {"shed": 6.0, "yard": 6.0}
    assert told(hass, f"stored_damaged_{entry.entry_id}") is not None


@pytest.mark.parametrize("text", ["", '{"version": 1, "minor_vers', "rubbish", "[]"])
async def test_a_file_that_was_set_aside_is_not_taken_for_one_that_never_was(
    hass: HomeAssistant, disk: Path, text: str
) -> None:
    entry = group(charger("A"))
    write(disk, entry.entry_id, text)

    await set_up(hass, entry)

    assert entry.runtime_data.live.settings.maximum_current == 6.0
    assert told(hass, f"stored_damaged_{entry.entry_id}") is not None
    # Home Assistant may be killed at once.
    assert stored(disk, entry.entry_id)["settings"]["maximum_current"] == 6.0


async def test_a_group_without_a_past_begins_as_it_was_set_up(
    hass: HomeAssistant, disk: Path
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    assert entry.runtime_data.live.settings.maximum_current == 20.0
    assert told(hass, f"stored_damaged_{entry.entry_id}") is None


@pytest.mark.parametrize(
    ("row", "circuit", "limit"),
    [
        ({"circuit": "group", "name": "dso", "limit": 8, "until": "never"}, "group", 8.0),
        (
            {"circuit": "group", "name": "dso", "limit": "x", "until": "2099-01-01T00:00Z"},
            "group",
            0,
        ),
        ({"circuit": 5, "name": "dso", "limit": 8, "until": 5}, "group", 8.0),
        ({}, "group", 0.0),
        (5, "group", 0.0),
    ],
)
async def test_a_temporary_limit_that_can_not_be_read_holds_until_somebody_clears_it(
    hass: HomeAssistant, hass_storage: dict[str, Any], row: object, circuit: str, limit: float
) -> None:
    entry = group(charger("A"))
    await _start_with(hass, hass_storage, entry, temporary_limits=[row])
    assert entry.runtime_data.live.temporary_limits.by_circuit() == {circuit: limit}
    assert told(hass, f"stored_damaged_{entry.entry_id}") is not None


@pytest.mark.parametrize("number", [0, 1e300, 65, "x", True])
async def test_a_setting_of_an_outlet_that_can_not_be_is_told_and_not_kept(
    hass: HomeAssistant, hass_storage: dict[str, Any], number: object
) -> None:
    entry = group(charger("A"))
    stored = {"connector_maximum": [["A", number, 8.0], ["A", 1, 10.0]]}
    await _start_with(hass, hass_storage, entry, settings=stored)
    kept = entry.runtime_data.live.settings.connector_maximum
    assert kept == {ConnectorId("A", 1): 10.0}
    assert told(hass, f"stored_damaged_{entry.entry_id}") is not None
    assert told(hass, f"storage_fails_{DOMAIN}.{entry.entry_id}") is None


async def test_temporary_limits_that_can_not_be_read_at_all_hold_everything_down(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = group(charger("A"))
    await _start_with(hass, hass_storage, entry, temporary_limits="rubbish")
    assert entry.runtime_data.live.temporary_limits.by_circuit() == {"group": 0.0}
    assert told(hass, f"stored_damaged_{entry.entry_id}") is not None


async def test_what_was_lost_is_told_until_somebody_has_confirmed_it(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    entry = group(charger("A"))
    await _start_with(hass, hass_storage, entry, settings={"safe_limit": "x"})
    await hass.config_entries.async_reload(entry.entry_id)
    issue_id = f"stored_damaged_{entry.entry_id}"
    assert told(hass, issue_id) is not None
    flows = hass.data[REPAIRS]["flow_manager"]
    result = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    await flows.async_configure(result["flow_id"], {})
    assert told(hass, issue_id) is None


@pytest.mark.parametrize("next_id", [0, 2**31, "7", None, True, 1e300])
async def test_a_next_id_that_no_charger_can_take_is_begun_anew(
    hass: HomeAssistant, hass_storage: dict[str, Any], next_id: object
) -> None:
    hass_storage[f"{DOMAIN}.transactions"] = {
        "version": 1,
        "minor_version": 1,
        "data": {"next_id": next_id},
    }
    entry = group(charger("A"))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        assert 1 <= await start_session(socket) < 2**31
