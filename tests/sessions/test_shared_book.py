"""One book for all groups of a Home Assistant, which charging never waits for."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
import sqlite3
from threading import Event
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ev_load_manager import backup, clock
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.issues.table import Repair
from custom_components.ev_load_manager.sessions.book_file import is_sound, open_book
from custom_components.ev_load_manager.sessions.shared import (
    FILE,
    SAVE_DELAY,
    SharedBook,
    async_shared_book,
)
from custom_components.ev_load_manager.sessions.told import told_to_dict
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .telling import HOUR, NOON, begun, ended


@pytest.fixture
async def shared(hass: HomeAssistant, tmp_path: Path, hass_storage: dict[str, Any]):
    """The book, in a folder of its own."""
    shared = async_shared_book(hass)
    with patch.object(SharedBook, "path", tmp_path / FILE):
        yield shared
    await shared.release("one")
    await shared.release("two")


def sessions(book: sqlite3.Connection) -> list[int | None]:
    return [wh for (wh,) in book.execute("SELECT wh FROM session ORDER BY start_ts")]


def starts(book: sqlite3.Connection) -> list[int]:
    return [at for (at,) in book.execute("SELECT start_ts FROM session")]


def beside(folder: Path, kind: str) -> list[Path]:
    return [*folder.glob(f"{FILE}.{kind}-*")]


def issues(hass: HomeAssistant) -> list[str]:
    return [issue for domain, issue in ir.async_get(hass).issues if domain == DOMAIN]


async def test_the_last_group_closes_it(shared: SharedBook, tmp_path: Path) -> None:
    book = await shared.acquire("one")
    assert await shared.acquire("two") is book
    await shared.release("one")
    assert await book.tell(begun()) is not None
    await shared.release("two")
    assert shared.book is None
    again = await shared.acquire("one")
    assert again is not book
    assert await again.read(sessions) == [None]
    assert (tmp_path / FILE).exists()


async def test_a_group_that_comes_while_the_last_one_goes_gets_a_book_of_its_own(
    hass: HomeAssistant, shared: SharedBook
) -> None:
    book = await shared.acquire("one")
    await hass.async_block_till_done()
    free, writing = Event(), Event()

    def slow(_: sqlite3.Connection) -> None:
        writing.set()
        free.wait()

    last = hass.async_create_task(book.change(slow))
    await hass.async_add_executor_job(writing.wait)
    closing = hass.async_create_task(shared.release("one"))
    opening = hass.async_create_task(shared.acquire("two"))
    looked = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(looked.set_result, None)
    await looked
    assert not closing.done()
    assert not opening.done(), "the file is still another's"
    free.set()
    await closing
    again = await opening
    await last
    assert shared.book is again is not book
    assert await again.tell(begun()) is not None


async def test_a_group_that_goes_while_the_book_is_opened_leaves_none_open(
    hass: HomeAssistant, shared: SharedBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading, loaded = asyncio.Event(), asyncio.Event()

    async def load() -> None:
        loading.set()
        await loaded.wait()

    with monkeypatch.context() as patched:
        patched.setattr(shared._store, "async_load", load)
        opening = hass.async_create_task(shared.acquire("one"))
        await loading.wait()
        closing = hass.async_create_task(shared.release("one"))
        loaded.set()
        await asyncio.gather(opening, closing)
    assert (shared.book, shared.prices, shared.statistics) == (None, None, None)
    again = await shared.acquire("two")
    assert await again.tell(begun()) is not None


@pytest.mark.parametrize("use", ["change", "read", "settle", "check", "hold_still", "go_on"])
async def test_whoever_still_uses_it_when_it_is_closed_is_told_as_of_a_file_that_fails(
    shared: SharedBook, use: str
) -> None:
    book = await shared.acquire("one")
    await shared.release("one")
    uses = {
        "change": partial(book.change, sessions),
        "read": partial(book.read, sessions),
        "settle": partial(book.settle, NOON),
        "check": book.check,
        "hold_still": book.hold_still,
        "go_on": book.go_on,
    }
    with pytest.raises(sqlite3.Error):
        await uses[use]()


async def test_what_looks_after_it_ends_quietly_when_it_is_closed_meanwhile(
    hass: HomeAssistant, shared: SharedBook, caplog: pytest.LogCaptureFixture
) -> None:
    book = await shared.acquire("one")
    await hass.async_block_till_done()
    free, begun_reading = Event(), Event()

    def slow(_: sqlite3.Connection) -> None:
        begun_reading.set()
        free.wait()

    reading = hass.async_create_task(book.read(slow))
    await hass.async_add_executor_job(begun_reading.wait)
    async_fire_time_changed(hass, clock.now() + timedelta(minutes=2))
    closing = hass.async_create_task(shared.release("one"))
    free.set()
    await closing
    await reading
    await hass.async_block_till_done()
    assert "Traceback" not in caplog.text


async def test_a_book_that_is_damaged_is_told_and_kept(
    hass: HomeAssistant, shared: SharedBook, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_bytes(b"no book" * 100)
    book = await shared.acquire("one")
    assert await book.tell(begun()) is not None
    await hass.async_block_till_done()
    (aside,) = beside(tmp_path, "corrupt")
    assert aside.read_bytes() == b"no book" * 100
    assert issues(hass) == [f"{Repair.BOOK_DAMAGED}_{aside.name}"]


async def test_a_book_of_a_newer_version_is_told_and_kept(
    hass: HomeAssistant, shared: SharedBook, tmp_path: Path
) -> None:
    newer, _ = open_book(tmp_path / FILE)
    newer.execute("PRAGMA user_version = 999")
    newer.close()
    book = await shared.acquire("one")
    assert await book.tell(begun()) is not None
    await hass.async_block_till_done()
    assert len(beside(tmp_path, "newer")) == 1
    assert [issue.rpartition("_ev")[0] for issue in issues(hass)] == [Repair.BOOK_NEWER]


async def test_sessions_wait_while_the_file_can_not_be_written(
    hass: HomeAssistant, shared: SharedBook, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()  # whatever makes it impossible
    book = await shared.acquire("one")
    assert await book.tell(begun()) is None
    assert await book.tell(ended(NOON + HOUR, 1_004_000)) is None
    assert book.trouble is not None
    assert issues(hass) == [Repair.BOOK_FAILS]
    # Home Assistant stops, and what waits is in a file of its own.
    await shared.release("one")
    book = await shared.acquire("one")
    assert len(book.waiting) == 2
    (tmp_path / FILE).rmdir()
    assert await book.try_again()
    assert await book.read(sessions) == [4_000]
    assert book.waiting == []
    await hass.async_block_till_done()
    assert issues(hass) == []


async def test_what_is_on_its_way_when_the_book_is_closed_is_not_lost(
    shared: SharedBook, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()
    book = await shared.acquire("one")
    book.begin(begun())
    book.note(ended(NOON + HOUR, 1_004_000))
    await shared.release("one")
    assert len(book.waiting) == 2
    (tmp_path / FILE).rmdir()
    book = await shared.acquire("one")
    assert await book.try_again()
    assert await book.read(sessions) == [4_000]


async def test_what_can_not_be_written_now_is_written_with_the_next(
    shared: SharedBook, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()
    book = await shared.acquire("one")
    assert await book.tell(begun()) is None
    (tmp_path / FILE).rmdir()
    assert await book.tell(begun(NOON + HOUR, tx_id="18")) is not None
    assert len(await book.read(sessions)) == 2
    assert book.trouble is None


async def test_what_can_never_be_written_holds_up_nothing_else(
    shared: SharedBook, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()
    book = await shared.acquire("one")
    no_text = begun(tag="\ud800", tx_id="16")
    assert await book.tell(no_text) is None
    assert await book.tell(begun(NOON + HOUR)) is None
    (tmp_path / FILE).rmdir()
    assert await book.try_again()
    assert len(await book.read(sessions)) == 1


@pytest.mark.parametrize(
    "waiting",
    [
        ["no session"],
        [{**told_to_dict(begun()), "started": None}],
        [{**told_to_dict(begun()), "kind": "Unknown"}],
    ],
)
async def test_a_group_starts_whatever_waited_for_the_book(
    hass: HomeAssistant, shared: SharedBook, hass_storage: dict[str, Any], waiting: list[Any]
) -> None:
    waiting.append(told_to_dict(begun(NOON + HOUR, tx_id="18")))
    key = f"{DOMAIN}.sessions_waiting"
    hass_storage[key] = {"version": 1, "key": key, "data": {"waiting": waiting}}
    book = await shared.acquire("one")
    await hass.async_block_till_done()
    assert book.waiting == []
    assert NOON + HOUR in await book.read(starts)
    assert key not in hass_storage


async def test_no_group_waits_for_what_waited(
    hass: HomeAssistant, shared: SharedBook, hass_storage: dict[str, Any]
) -> None:
    key = f"{DOMAIN}.sessions_waiting"
    data = {"waiting": [told_to_dict(begun())]}
    hass_storage[key] = {"version": 1, "key": key, "data": data}
    answered = Event()
    with patch(
        "custom_components.ev_load_manager.sessions.writer.open_book",
        lambda path: (answered.wait(), open_book(path))[1],
    ):
        book = await shared.acquire("one")
        assert len(book.waiting) == 1
        answered.set()
        assert await book.read(sessions) == [None]
    await hass.async_block_till_done()
    assert book.waiting == []


async def test_what_waits_for_long_is_saved_again_and_again(
    hass: HomeAssistant, shared: SharedBook, tmp_path: Path, hass_storage: dict[str, Any]
) -> None:
    (tmp_path / FILE).mkdir()
    book = await shared.acquire("one")

    async def saved() -> int:
        now = clock.now()
        await shared._look_after(now)
        async_fire_time_changed(hass, now + timedelta(seconds=SAVE_DELAY + 1))
        await hass.async_block_till_done()
        return len(hass_storage[f"{DOMAIN}.sessions_waiting"]["data"]["waiting"])

    await book.tell(begun())
    assert await saved() == 1
    await book.tell(begun(NOON + HOUR, tx_id="18"))
    assert await saved() == 2


async def test_a_locked_file_is_waited_for(shared: SharedBook, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("custom_components.ev_load_manager.sessions.book_file.BUSY", 0.05)
    book = await shared.acquire("one")
    await book.tell(begun())
    other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert await book.tell(ended(NOON + HOUR, 1_004_000)) is None
    assert "locked" in str(book.trouble)
    other.execute("ROLLBACK")
    other.close()
    assert await book.try_again()
    assert await book.read(sessions) == [4_000]


async def test_a_backup_holds_a_whole_book_while_sessions_go_on(
    hass: HomeAssistant, shared: SharedBook, tmp_path: Path
) -> None:
    book = await shared.acquire("one")
    await book.tell(begun())
    await backup.async_pre_backup(hass)
    before = (tmp_path / FILE).read_bytes()
    await book.tell(ended(NOON + HOUR, 1_004_000))
    assert (tmp_path / FILE).read_bytes() == before
    await backup.async_post_backup(hass)
    copied = tmp_path / "copy.db"
    copied.write_bytes(before)
    restored, aside = open_book(copied)
    assert aside is None
    assert is_sound(restored)
    assert sessions(restored) == [None]
    restored.close()
    assert await book.read(sessions) == [4_000]


async def test_a_backup_is_made_also_where_there_is_no_book(hass: HomeAssistant) -> None:
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)


async def test_damage_is_found_by_night_where_nobody_looked(
    hass: HomeAssistant, shared: SharedBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = await shared.acquire("one")
    for number in range(40):
        await book.tell(begun(NOON + number * HOUR, tag="x" * 500, tx_id=str(number)))
    await shared.release("one")
    data = bytearray((tmp_path / FILE).read_bytes())
    data[-4096:] = b"\xff" * 4096
    (tmp_path / FILE).write_bytes(data)
    book = await shared.acquire("one")
    shared._settled_at = clock.monotonic()
    at = datetime(2026, 11, 29, 1, 30, tzinfo=ZoneInfo("Europe/Helsinki"))
    await hass.config.async_set_time_zone("Europe/Helsinki")
    monkeypatch.setattr(clock, "now", lambda: at)
    await shared._look_after(at)
    assert beside(tmp_path, "corrupt") == []
    at += timedelta(hours=2)
    await shared._look_after(at)
    await hass.async_block_till_done()
    assert beside(tmp_path, "corrupt") != []
    assert any(Repair.BOOK_DAMAGED in issue for issue in issues(hass))
