"""What is still to be told to backends, and what is known of them: a file that outlives a kill.

One SQLite file for all chargers, written in a thread of its own. What must be there before a
charger has its answer is waited for; the rest is written together, some seconds later.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import json
import logging
from pathlib import Path
import sqlite3
from typing import Any, Final

from ... import clock

_LOGGER = logging.getLogger(__name__)

WRITTEN_WITHIN: Final = 5.0
"""Real seconds that what nobody waits for may wait for its companions."""
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS queue (
    seq INTEGER PRIMARY KEY,
    backend TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS queue_of ON queue (backend, seq);
CREATE TABLE IF NOT EXISTS known (
    backend TEXT PRIMARY KEY,
    data TEXT NOT NULL
);
"""
_NOWHERE: Final = ":memory:"
_BESIDE: Final = ("", "-journal")

type Data = Callable[[], dict[str, Any]]
"""Plain JSON data, as it is once it is written: most is told before that, and never is."""
type _Statement = tuple[str, Callable[[], tuple[Any, ...]]]
type _Written = tuple[str, tuple[Any, ...]]
type _Row = tuple[str, str | int]
"""A table, and what tells one row from all others, or several."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored of one backend."""

    known: dict[str, Any]
    queue: list[tuple[int, dict[str, Any]]]
    """In order: number and data."""


class BackendStore:
    """The file, and its thread."""

    def __init__(self, path: Path) -> None:
        """It is made by the first `open`."""
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="backends")
        self._waiting: dict[_Row, _Statement] = {}
        """The last one counts: what is told anew takes no more room, however long it waits."""
        self._stored: set[_Row] = set()
        """What is on the disk, or may be."""
        self._writing = asyncio.Lock()
        self._is_closed = False
        self._connection: sqlite3.Connection | None = None
        self._kept: dict[str, Kept] = {}
        self._next = 1
        self._later: asyncio.TimerHandle | None = None
        self._fails = False

    async def open(self) -> None:
        """Read what was stored; a file that can't be read is set aside."""
        loop = asyncio.get_running_loop()
        self._kept, self._next = await loop.run_in_executor(self._thread, self._open)
        self._stored = {("queue", seq) for kept in self._kept.values() for seq, _ in kept.queue}

    def take(self, backend: str) -> Kept:
        """What was stored of a backend."""
        return self._kept.pop(backend, Kept({}, []))

    def give_back(self, backend: str, kept: Kept) -> None:
        """Who took it serves it no more, and somebody else is going to."""
        self._kept[backend] = kept

    def number(self) -> int:
        """The next place in line."""
        self._next += 1
        return self._next - 1

    def put(self, backend: str, seq: int, data: Data) -> None:
        """Keep what is to be told, or its newer version."""
        self._write(
            ("queue", seq),
            "INSERT OR REPLACE INTO queue (seq, backend, data) VALUES (?, ?, ?)",
            lambda: (seq, backend, json.dumps(data())),
        )

    def remove(self, seqs: Iterable[int]) -> None:
        """It was told, or is not going to be."""
        for seq in seqs:
            if ("queue", seq) not in self._stored and self._waiting.pop(
                ("queue", seq), None
            ) is not None:
                continue  # it never was on the disk
            self._delete(("queue", seq), "DELETE FROM queue WHERE seq = ?", seq)

    def know(self, backend: str, data: Data) -> None:
        """Keep what is known of a backend."""
        self._write(
            ("known", backend),
            "INSERT OR REPLACE INTO known (backend, data) VALUES (?, ?)",
            lambda: (backend, json.dumps(data())),
        )

    def forget(self, backend: str) -> None:
        """Keep nothing of a backend any more."""
        self._kept.pop(backend, None)
        self._delete(("queue of", backend), "DELETE FROM queue WHERE backend = ?", backend)
        self._delete(("known", backend), "DELETE FROM known WHERE backend = ?", backend)

    @property
    def left(self) -> frozenset[str]:
        """Backends of which something is stored that nobody has taken."""
        return frozenset(self._kept)

    async def flush(self) -> None:
        """Wait until all of it is on the disk; raises OSError and sqlite3.Error."""
        if self._later is not None:
            self._later.cancel()
            self._later = None
        await self._write_all()

    async def close(self, *, delete: bool = False) -> None:
        """Write what waits, and close the file; `delete`: and remove it."""
        try:
            await self.flush()
        except (OSError, sqlite3.Error) as error:
            _LOGGER.error("What is to be told to backends can't be written: %s", error)
        self._is_closed = True
        if self._later is not None:
            self._later.cancel()
            self._later = None
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._close, delete)
        self._thread.shutdown()  # it has nothing left to do

    def _delete(self, row: _Row, statement: str, key: str | int) -> None:
        self._write(row, statement, lambda: (key,))

    def _write(self, row: _Row, statement: str, values: Callable[[], tuple[Any, ...]]) -> None:
        # What replaces another one comes after all that came before it.
        self._waiting.pop(row, None)
        self._waiting[row] = (statement, values)
        self._write_later()

    def _write_later(self) -> None:
        if self._later is None and not self._is_closed:
            loop = asyncio.get_running_loop()
            self._later = loop.call_later(WRITTEN_WITHIN, self._write_soon)

    def _write_soon(self) -> None:
        self._later = None
        written = asyncio.ensure_future(self._write_all())
        written.add_done_callback(self._written)

    async def _write_all(self) -> None:
        # Who is not waited for any more is written all the same: what comes after it must not
        # be overtaken by it.
        await clock.outcome_of(asyncio.ensure_future(self._write_in_turn()))

    async def _write_in_turn(self) -> None:
        async with self._writing:
            batch, self._waiting = self._waiting, {}
            new = batch.keys() - self._stored
            self._stored.update(batch)
            try:
                await asyncio.get_running_loop().run_in_executor(
                    self._thread, self._commit, _as_it_is(batch)
                )
            except Exception:
                newer, self._waiting = self._waiting, batch
                for row, told in newer.items():
                    self._waiting.pop(row, None)
                    self._waiting[row] = told
                self._forget_unwritten(new)
                # It may work later: a disk that is full has room again.
                self._write_later()
                raise
        for row, (statement, _) in batch.items():
            if statement.startswith("DELETE"):
                self._stored.discard(row)

    def _forget_unwritten(self, rows: Iterable[_Row]) -> None:
        """They are not on the disk after all: what was told meanwhile need not be removed there.

        Else a disk that stays dead would cost memory for every message.
        """
        for row in rows:
            self._stored.discard(row)
            place, _ = row
            if place == "queue" and self._waiting.get(row, ("", None))[0].startswith("DELETE"):
                del self._waiting[row]

    def _written(self, written: asyncio.Future[None]) -> None:
        error = None if written.cancelled() else written.exception()
        if error is not None and not self._fails:
            _LOGGER.error("What is to be told to backends can't be written: %s", error)
        self._fails = error is not None

    # In its thread

    def _open(self) -> tuple[dict[str, Kept], int]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._read(str(self._path))
        except (OSError, sqlite3.OperationalError) as error:
            # A full disk, say: nothing is wrong with what is in the file.
            return self._nowhere(error)
        except sqlite3.DatabaseError as error:
            _LOGGER.error("What was to be told to backends can't be read: %s", error)
        self._close(delete=False)
        try:
            self._path.replace(self._path.with_suffix(".damaged"))
            for ending in _BESIDE[1:]:
                Path(f"{self._path}{ending}").unlink(missing_ok=True)
            return self._read(str(self._path))
        except (OSError, sqlite3.Error) as error:
            return self._nowhere(error)

    def _nowhere(self, error: Exception) -> tuple[dict[str, Kept], int]:
        """A disk that takes nothing must not keep a group from its limits."""
        _LOGGER.error("What is to be told to backends can't be kept: %s", error)
        self._close(delete=False)
        return self._read(_NOWHERE)

    def _read(self, path: str) -> tuple[dict[str, Kept], int]:
        if self._connection is None:
            self._connection = sqlite3.connect(path, check_same_thread=False)
            if path != _NOWHERE:
                self._path.chmod(0o600)
            self._connection.execute("PRAGMA journal_mode = TRUNCATE")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        known: dict[str, dict[str, Any]] = defaultdict(dict)
        queue: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        for backend, data in self._connection.execute("SELECT backend, data FROM known"):
            if isinstance(read := _read_json(data), dict):
                known[backend] = read
        last = 0
        rows = self._connection.execute("SELECT seq, backend, data FROM queue ORDER BY seq")
        for seq, backend, data in rows:
            last = max(last, seq)
            if isinstance(read := _read_json(data), dict):
                queue[backend].append((seq, read))
        names = known.keys() | queue.keys()
        return {name: Kept(known[name], queue[name]) for name in names}, last + 1

    def _commit(self, batch: Sequence[_Written]) -> None:
        if self._connection is None:
            return
        with self._connection:
            for statement, values in batch:
                self._connection.execute(statement, values)

    def _close(self, delete: bool) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if delete:
            delete_store(self._path)


def delete_store(path: Path) -> None:
    """Remove a file that nobody has open; for an executor."""
    for ending in _BESIDE:
        Path(f"{path}{ending}").unlink(missing_ok=True)
    path.with_suffix(".damaged").unlink(missing_ok=True)


def _as_it_is(batch: dict[_Row, _Statement]) -> list[_Written]:
    """What is to be written, as it is now; what can't be costs only itself."""
    written = []
    for row, (statement, values) in tuple(batch.items()):
        try:
            written.append((statement, values()))
        except TypeError, ValueError:
            _LOGGER.exception("%s %s can't be kept", *row)
            del batch[row]
    return written


def _read_json(data: str) -> object:
    try:
        read: object = json.loads(data)
    except ValueError:
        return None
    return read
