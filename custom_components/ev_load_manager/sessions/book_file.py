"""The file of the session book: opened, or set aside where it can't be the book.

Write-ahead log and full synchronisation: what was committed survives a kill or a power cut at any
moment. Nothing that stood there is ever overwritten: a file that is damaged, of a
newer version, or another program's, gets another name beside its place, and an empty
book begins. Everything here blocks; `writer.py` has the thread for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
import sqlite3
from typing import Final

from .drivers import know_cards
from .schema import Unusable, migrate, version_of

_HEADER: Final = 100
"""Bytes that every file of SQLite has, unless it is empty."""
_BESIDE: Final = ("", "-wal", "-shm")
"""Files that are one book."""
BUSY: Final = 5.0
"""Seconds to wait for another process that holds the file: a person with a tool of theirs."""
_CORRUPT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
AUTOCHECKPOINT: Final = 1000
"""Pages of the log after which it goes into the file itself (SQLite's own measure)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A file that could not be the book."""

    path: Path
    """Where it is now."""
    kind: str
    """newer, foreign or corrupt."""
    detail: str


def is_corrupt(error: BaseException) -> bool:
    """Whether SQLite says that the file itself is damaged, and not only hard to reach."""
    if not isinstance(error, sqlite3.DatabaseError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _CORRUPT


def open_book(path: Path) -> tuple[sqlite3.Connection, SetAside | None]:
    """Open the book for its one writer; also what was set aside for it.

    Raises sqlite3.Error or OSError where the folder can't be written.
    """
    try:
        return _opened(path), None
    except Unusable as error:
        aside = set_aside(path, error.kind, str(error))
    except sqlite3.DatabaseError as error:
        if not is_corrupt(error):
            raise
        aside = set_aside(path, "corrupt", str(error))
    return _opened(path), aside


def open_reader(path: Path) -> sqlite3.Connection:
    """Open the book to look at only."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY, isolation_level=None
    )
    connection.execute("PRAGMA query_only = ON")
    know_cards(connection)
    return connection


def set_aside(path: Path, kind: str, detail: str) -> SetAside:
    """Give a file that can't be the book another name; nothing of it is lost."""
    away = _free_name(path, kind)
    for ending in reversed(_BESIDE):
        # The log goes first: without its file it is never taken for another's.
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(away.with_name(away.name + ending))
    return SetAside(path=away, kind=kind, detail=detail)


def is_sound(connection: sqlite3.Connection) -> bool:
    """Whether the whole file can be read; takes long for a long book."""
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if is_corrupt(error):
            return False
        raise
    return bool(found == "ok")


def hold_still(connection: sqlite3.Connection) -> bool:
    """Put everything into the file itself, and leave that alone from now on; whether it is all there.

    A copy of the file is then a whole book, whatever is written meanwhile: that goes to the log.
    """
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def go_on(connection: sqlite3.Connection) -> None:
    """End `hold_still`."""
    connection.execute(f"PRAGMA wal_autocheckpoint = {AUTOCHECKPOINT}")


def _opened(path: Path) -> sqlite3.Connection:
    if path.exists() and 0 < path.stat().st_size < _HEADER:
        # SQLite takes a header that was cut short for an empty file, and would write over it.
        raise Unusable("corrupt", "cut short")
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    try:
        # Before anything is changed in it: a file that is not ours is not even touched.
        version_of(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        know_cards(connection)
        migrate(connection)
        connection.execute("SELECT count(*) FROM session WHERE end_ts IS NULL").fetchone()
        # Names and cards are nobody's business but theirs who run Home Assistant.
        path.chmod(0o600)
    except BaseException:
        connection.close()
        raise
    return connection


def _free_name(path: Path, kind: str) -> Path:
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return next(name for name in _names(path, f"{path.name}.{kind}-{when}") if not name.exists())


def _names(path: Path, first: str) -> Iterator[Path]:
    yield path.with_name(first)
    number = 2
    while True:
        yield path.with_name(f"{first}-{number}")
        number += 1
