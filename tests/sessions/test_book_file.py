"""What is written in the book is there for good; what can't be the book is set aside."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
import shutil
import sqlite3
import tarfile
from threading import Event

import pytest

from custom_components.ev_load_manager.sessions import book_file
from custom_components.ev_load_manager.sessions.book_file import SetAside, open_book
from custom_components.ev_load_manager.sessions.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    VERSION,
    Unusable,
    migrate,
)
from custom_components.ev_load_manager.sessions.writer import Writer

LONG = 60.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the book is."""
    return tmp_path / "book.db"


@pytest.fixture
def aside() -> list[SetAside]:
    """What was set aside."""
    return []


@pytest.fixture
def writer(path: Path, aside: list[SetAside]) -> Iterator[Writer]:
    """Its writer."""
    writer = Writer(path, aside.append)
    yield writer
    writer.close()


def name_a_place(name: str) -> Callable[[sqlite3.Connection], None]:
    """Something to write."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO place (name) VALUES (?)", (name,))

    return work


def places(connection: sqlite3.Connection) -> list[str]:
    """What was written."""
    return [name for (name,) in connection.execute("SELECT name FROM place ORDER BY id")]


def write(writer: Writer, *names: str) -> None:
    for done in [writer.write(name_a_place(name)) for name in names]:
        done.result(LONG)


def test_what_is_written_is_there_after_it_is_opened_again(path: Path, writer: Writer) -> None:
    write(writer, "one", "two")
    assert writer.read(places).result(LONG) == ["one", "two"]
    writer.close()
    again, aside = open_book(path)
    assert places(again) == ["one", "two"]
    assert aside is None
    again.close()


def test_only_who_runs_home_assistant_may_read_it(path: Path, writer: Writer) -> None:
    write(writer, "one")
    assert path.stat().st_mode & 0o077 == 0


def test_work_that_fails_takes_none_of_its_companions_along(writer: Writer) -> None:
    held = Event()
    writer.write(lambda _: held.wait(LONG))

    def fails(connection: sqlite3.Connection) -> None:
        name_a_place("half")(connection)
        raise ValueError("half done")

    told: list[Future[None]] = [
        writer.write(work) for work in (name_a_place("one"), fails, name_a_place("two"))
    ]
    held.set()
    told[0].result(LONG)
    told[2].result(LONG)
    with pytest.raises(ValueError, match="half done"):
        told[1].result(LONG)
    assert writer.read(places).result(LONG) == ["one", "two"]


def test_the_event_loops_thread_never_touches_it(writer: Writer) -> None:
    with pytest.raises(RuntimeError, match="everything else waits for"):
        writer._open()


def test_a_full_disk_is_told_and_loses_nothing_that_was_written(writer: Writer) -> None:
    write(writer, "one")

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")
        for _ in range(10_000):
            name_a_place("x" * 1000)(connection)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        writer.write(fill).result(LONG)
    writer.write(lambda book: book.execute("PRAGMA max_page_count = 1000000")).result(LONG)
    write(writer, "two")
    assert writer.read(places).result(LONG) == ["one", "two"]


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "missing" / "book.db", lambda _: None)
    with pytest.raises(sqlite3.OperationalError):
        writer.write(name_a_place("one")).result(LONG)
    writer.close()


def corrupt(path: Path) -> None:
    path.write_bytes(b"no database, though long enough for its header" * 40)


def cut_short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


def damage_its_middle(path: Path) -> None:
    book, _ = open_book(path)
    book.close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)


def of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE states (state_id INTEGER PRIMARY KEY)")
    other.close()


def newer(path: Path) -> None:
    book, _ = open_book(path)
    book.execute(f"PRAGMA user_version = {VERSION + 1}")
    book.close()


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (corrupt, "corrupt"),
        (cut_short, "corrupt"),
        (damage_its_middle, "corrupt"),
        (of_another_program, "foreign"),
        (newer, "newer"),
    ],
)
def test_a_file_that_can_not_be_the_book_is_kept_beside_a_new_one(
    spoil: Callable[[Path], None], kind: str, path: Path, writer: Writer, aside: list[SetAside]
) -> None:
    spoil(path)
    before = path.read_bytes()
    write(writer, "one")
    assert [one.kind for one in aside] == [kind]
    assert aside[0].path.read_bytes() == before
    assert writer.read(places).result(LONG) == ["one"]


def test_files_that_are_set_aside_in_one_second_keep_apart(path: Path) -> None:
    for _ in range(3):
        corrupt(path)
        open_book(path)[0].close()
        path.unlink()
    assert len([*path.parent.glob("*.corrupt-*")]) == 3


def test_a_file_that_turns_out_to_be_damaged_is_set_aside_as_it_is_used(
    path: Path, writer: Writer, aside: list[SetAside]
) -> None:
    write(writer, *(f"place {number} {'x' * 500}" for number in range(100)))
    writer.close()
    data = bytearray(path.read_bytes())
    for start in range(4096 * 2, len(data), 4096):
        data[start : start + 4096] = b"\xff" * len(data[start : start + 4096])
    path.write_bytes(data)
    again = Writer(path, aside.append)
    try:
        for _ in range(3):
            again.write(places).exception(LONG)
        write(again, "one")
        assert [one.kind for one in aside] == ["corrupt"]
        assert again.read(places).result(LONG) == ["one"]
    finally:
        again.close()


def test_who_tells_a_book_that_turns_out_to_be_damaged_as_it_is_closed_hears_of_it(
    path: Path, writer: Writer, aside: list[SetAside]
) -> None:
    write(writer, "one")

    def damaged(connection: sqlite3.Connection) -> None:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    last = writer.queue(damaged)
    writer.close()
    assert isinstance(last.exception(LONG), sqlite3.DatabaseError)
    assert [one.kind for one in aside] == ["corrupt"]


def test_a_check_finds_damage_where_nobody_looked(
    path: Path, writer: Writer, aside: list[SetAside]
) -> None:
    write(writer, *("x" * 2000 for _ in range(50)))
    assert writer.check().result(LONG)
    writer.close()
    data = bytearray(path.read_bytes())
    data[-4096:] = b"\xff" * 4096
    path.write_bytes(data)
    again = Writer(path, aside.append)
    try:
        write(again)
        assert not again.check().result(LONG)
        assert [one.kind for one in aside] == ["corrupt"]
        write(again, "one")
        assert again.read(places).result(LONG) == ["one"]
    finally:
        again.close()


def test_a_copy_that_is_made_while_it_holds_still_is_whole(
    path: Path, writer: Writer, tmp_path: Path
) -> None:
    write(writer, *(f"before {number}" for number in range(200)))
    assert writer.hold_still().result(LONG)
    with tarfile.open(tmp_path / "backup.tar", "w") as tar:
        # What is written meanwhile goes on between the files, as it does in a backup.
        write(writer, *(f"meanwhile {number}" for number in range(100)))
        tar.add(path, "book.db")
        write(writer, *(f"later {number}" for number in range(2000)))
        tar.add(path.with_name("book.db-wal"), "book.db-wal")
    writer.go_on().result(LONG)
    copied = tmp_path / "copy"
    with tarfile.open(tmp_path / "backup.tar") as tar:
        tar.extractall(copied, filter="data")
    for with_log in (True, False):
        if not with_log:
            (copied / "book.db-wal").unlink(missing_ok=True)
            shutil.copy(tmp_path / "file alone", copied / "book.db")
        else:
            shutil.copy(copied / "book.db", tmp_path / "file alone")
        restored, aside = open_book(copied / "book.db")
        assert aside is None
        assert book_file.is_sound(restored)
        assert places(restored)[:200] == [f"before {number}" for number in range(200)]
        restored.close()


def test_an_older_book_becomes_one_of_today_step_by_step(path: Path) -> None:
    book = sqlite3.connect(path, isolation_level=None)
    steps = (*MIGRATIONS, "CREATE TABLE later (id INTEGER) STRICT;")
    migrate(book, steps[:-1])
    name_a_place("one")(book)
    migrate(book, steps)
    assert book.execute("PRAGMA user_version").fetchone() == (len(steps),)
    assert book.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert places(book) == ["one"]
    assert book.execute("SELECT count(*) FROM later").fetchone() == (0,)
    book.close()


def test_a_step_that_fails_leaves_the_book_as_it_was(path: Path) -> None:
    book = sqlite3.connect(path, isolation_level=None)
    migrate(book)
    with pytest.raises(sqlite3.OperationalError):
        migrate(book, (*MIGRATIONS, "CREATE TABLE half (id INTEGER) STRICT;\nNONSENSE;"))
    assert book.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert not book.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchall()
    with pytest.raises(Unusable, match="newer"):
        migrate(book, ())
    book.close()
