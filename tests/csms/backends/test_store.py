"""What is to be told to backends is on the disk, and what a disk does costs no session."""

import asyncio
from pathlib import Path
import sqlite3
from threading import Event
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.backends.store import BackendStore, Kept


class Disk:
    """May be full."""

    def __init__(self, store: BackendStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """There is room at first."""
        self.is_full = False
        commit = store._commit

        def write(batch: Any) -> None:
            if self.is_full:
                raise sqlite3.OperationalError("database or disk is full")
            commit(batch)

        monkeypatch.setattr(store, "_commit", write)


async def stored(path: Path) -> dict[str, Kept]:
    """What a new start finds."""
    store = BackendStore(path)
    await store.open()
    found = {name: store.take(name) for name in store.left}
    await store.close()
    return found


async def test_a_full_disk_costs_no_memory_and_what_is_true_by_then_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BackendStore(tmp_path / "backends.db")
    await store.open()
    disk = Disk(store, monkeypatch)
    before = store.number()
    store.put("b1", before, lambda: {"action": "before"})
    await store.flush()
    disk.is_full = True
    for number in range(1000):
        told = store.number()
        store.put("b1", told, lambda number=number: {"number": number})
        store.know("b1", lambda number=number: {"number": number})
        if number % 10 == 0:
            with pytest.raises(sqlite3.OperationalError):
                await store.flush()
        store.remove((told,))
    store.remove((before,))
    with pytest.raises(sqlite3.OperationalError):
        await store.flush()
    last = store.number()
    store.put("b1", last, lambda: {"action": "last"})
    assert len(store._waiting) < 5
    assert len(store._stored) < 5
    disk.is_full = False
    await store.flush()
    await store.close()

    assert await stored(tmp_path / "backends.db") == {
        "b1": Kept({"number": 999}, [(last, {"action": "last"})])
    }


async def test_who_waits_for_a_full_disk_no_more_leaves_no_error_of_asyncio_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = BackendStore(tmp_path / "backends.db")
    await store.open()
    loop = asyncio.get_running_loop()
    told: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    writing, free = asyncio.Event(), Event()

    def write(_: Any) -> None:
        loop.call_soon_threadsafe(writing.set)
        free.wait()
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(store, "_commit", write)
        store.put("b1", store.number(), {"action": "new"})
        waiting = asyncio.create_task(store.flush())
        await writing.wait()
        waiting.cancel()
        await asyncio.wait((waiting,))
        free.set()
        # It comes after the one that has failed by then.
        with pytest.raises(sqlite3.OperationalError):
            await store.flush()
    assert told == []
    await store.close()


async def test_a_file_that_can_not_be_opened_is_left_alone_and_nobody_has_to_wait_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "backends.db"
    store = BackendStore(path)
    await store.open()
    store.put("b1", 1, lambda: {"action": "kept"})
    await store.close()

    connect = sqlite3.connect

    def full(name: str, **more: Any) -> sqlite3.Connection:
        if name == str(path):
            raise sqlite3.OperationalError("unable to open database file")
        return connect(name, **more)

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", full)
        store = BackendStore(path)
        await store.open()
        store.put("b1", store.number(), lambda: {"action": "new"})
        await store.flush()
        await store.close()

    assert not path.with_suffix(".damaged").exists()
    assert await stored(path) == {"b1": Kept({}, [(1, {"action": "kept"})])}


async def test_what_can_not_be_written_costs_only_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = BackendStore(tmp_path / "backends.db")
    await store.open()
    store.put("b1", 1, lambda: {"action": object()})
    store.put("b1", 2, lambda: {"action": "kept"})
    await store.close()

    assert "can't be kept" in caplog.text
    assert await stored(tmp_path / "backends.db") == {"b1": Kept({}, [(2, {"action": "kept"})])}


async def test_what_was_told_in_time_is_never_made_ready_for_the_disk(tmp_path: Path) -> None:
    store = BackendStore(tmp_path / "backends.db")
    await store.open()

    def unwanted() -> dict[str, Any]:
        raise AssertionError("it was told already")

    store.put("b1", 1, unwanted)
    store.remove((1,))
    await store.close()
    assert await stored(tmp_path / "backends.db") == {}
