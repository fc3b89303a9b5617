"""The one thread that writes the session book, and another that reads it.

Whatever waits is committed together: a hundred sessions that end in the same second cost one
synchronisation of the disk. What is handed in is done in that order, each whole or not
at all, and its future is done once it is on the disk.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
import contextlib
from pathlib import Path
import sqlite3
from threading import Lock, get_ident
from typing import Any, Final, NamedTuple

from .book_file import (
    SetAside,
    go_on,
    hold_still,
    is_corrupt,
    is_sound,
    open_book,
    open_reader,
    set_aside as put_aside,
)

MOST_TOGETHER: Final = 500
"""Pieces of work in one commit."""

type Work[Result] = Callable[[sqlite3.Connection], Result]


class _Waiting(NamedTuple):
    work: Work[Any]
    done: Future[Any]


class Writer:
    """A book's connections, each with its thread; nothing of it blocks but `close`."""

    def __init__(self, path: Path, on_set_aside: Callable[[SetAside], None]) -> None:
        """`on_set_aside` is called in the writer's thread."""
        self._path = path
        self._on_set_aside = on_set_aside
        self.writing = ThreadPoolExecutor(1, thread_name_prefix="session book")
        """The thread of `write_all`, `hold_still_now` and `go_on_now`."""
        self.reading = ThreadPoolExecutor(1, thread_name_prefix="session book, reading")
        """The thread of `look`."""
        self._waiting: deque[_Waiting] = deque()
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._held = self._closed = False
        self._owner = get_ident()

    def write[Result](self, work: Work[Result]) -> Future[Result]:
        """Have something written; done once it is on the disk.

        The future raises what the work raises, or sqlite3.Error or OSError where it can't be written.
        """
        done = self.queue(work)
        self.writing.submit(self.write_all)
        return done

    def queue[Result](self, work: Work[Result]) -> Future[Result]:
        """Have something written by the next `write_all`."""
        done: Future[Result] = Future()
        with self._lock:
            self._waiting.append(_Waiting(work, done))
        return done

    def read[Result](self, work: Work[Result]) -> Future[Result]:
        """Have something read that was committed before; one after the other."""
        return self.reading.submit(self.look, work)

    def hold_still(self) -> Future[bool]:
        """Leave the file itself alone from now on; whether all that was written is in it."""
        return self.writing.submit(self.hold_still_now)

    def go_on(self) -> Future[None]:
        """End that."""
        return self.writing.submit(self.go_on_now)

    def check(self) -> Future[bool]:
        """Read the whole file; one that is damaged is set aside. Whether it is sound."""
        found: Future[bool] = Future()

        def looked(checked: Future[bool]) -> None:
            try:
                sound = checked.result()
                if not sound:
                    self.writing.submit(self._replace, "corrupt", "found by a check").result()
                found.set_result(sound)
            except BaseException as error:  # noqa: BLE001 - it is whoever waits that has to know
                found.set_exception(error)

        self.read(is_sound).add_done_callback(looked)
        return found

    def close(self) -> None:
        """Write what waits, and close the file. Blocks."""
        if self._closed:
            return
        self._closed = True
        self.reading.submit(self._close_reader)
        self.reading.shutdown(wait=True)
        self.writing.submit(self.write_all)
        self.writing.submit(self._close)
        self.writing.shutdown(wait=True)

    # In the writer's thread

    def _open(self) -> sqlite3.Connection:
        if get_ident() == self._owner:
            raise RuntimeError("the book is not for the thread that everything else waits for")
        if self._connection is None:
            self._connection, aside = open_book(self._path)
            if self._held:
                hold_still(self._connection)
            if aside is not None:
                self._on_set_aside(aside)
        return self._connection

    def write_all(self) -> None:
        """Write what waits, in one commit."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
        if not batch:
            return
        try:
            results = self._commit(batch)
        except BaseException as error:  # noqa: BLE001 - those who wait are told
            if is_corrupt(error):
                # Its sessions go on in a new book, and whoever tells them tells them again.
                self._replace("corrupt", str(error))
            results = [error] * len(batch)
        for (_, done), result in zip(batch, results, strict=True):
            if isinstance(result, BaseException):
                done.set_exception(result)
            else:
                done.set_result(result)

    def _commit(self, batch: list[_Waiting]) -> list[Any]:
        """Carry out all of it in one transaction; what raises is taken back alone."""
        connection = self._open()
        results: list[Any] = []
        connection.execute("BEGIN IMMEDIATE")
        try:
            for work, _ in batch:
                connection.execute("SAVEPOINT one")
                try:
                    results.append(work(connection))
                except Exception as error:
                    if is_corrupt(error) or not connection.in_transaction:
                        raise
                    connection.execute("ROLLBACK TO one")
                    results.append(error)
                connection.execute("RELEASE one")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return results

    def _replace(self, kind: str, detail: str) -> None:
        self._close()
        try:
            self._on_set_aside(put_aside(self._path, kind, detail))
        except OSError:
            return  # it stays, and whatever is written next fails and is told
        # As the book is closed nobody reads any more.
        with contextlib.suppress(RuntimeError):
            self.reading.submit(self._close_reader)

    def hold_still_now(self) -> bool:
        """Carry out `hold_still`."""
        self._held = True
        return hold_still(self._open())

    def go_on_now(self) -> None:
        """Carry out `go_on`."""
        self._held = False
        go_on(self._open())

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # In the reader's thread

    def look[Result](self, work: Work[Result]) -> Result:
        """Carry out `read`."""
        if self._reader is None:
            # Makes the file where there is none yet, or sets one aside.
            self.write(lambda _: None).result()
            self._reader = open_reader(self._path)
        try:
            return work(self._reader)
        except sqlite3.OperationalError:
            self._close_reader()
            raise

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
