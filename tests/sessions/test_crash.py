"""A kill at any moment, and at any byte, loses nothing that was said to be written."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
import os
from pathlib import Path
import random
import shutil
import signal
import sqlite3

import pytest

from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.book_file import is_sound, open_book
from custom_components.ev_load_manager.sessions.told import SessionTold
from custom_components.ev_load_manager.sessions.writer import Writer

from .telling import HOUR, NOON, begun, ended, parts, rows, tell, with_readings

pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")

FORKED = get_context("fork")
"""A child that is a copy of this process begins at once, and can be killed at any moment."""


@contextmanager
def child(
    work: Callable[[Path, int, Connection], None], path: Path, begins: int
) -> Iterator[Connection]:
    """A process that writes, and what it says; it is killed in the end."""
    hears, says = FORKED.Pipe(duplex=False)
    process = FORKED.Process(target=work, args=(path, begins, says))
    process.start()
    says.close()
    try:
        yield hears
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.join()
        hears.close()


def names_places(path: Path, begins: int, says: Connection) -> None:
    """Write one number after the other, and say each once it is written."""
    writer = Writer(path, print)
    for number in range(begins, 10**9):

        def work(book: sqlite3.Connection, number: int = number) -> None:
            book.execute("INSERT INTO place (name) VALUES (?)", (str(number),))

        writer.write(work).result()
        says.send(number)


def tells_sessions(path: Path, begins: int, says: Connection) -> None:
    """Tell one session after the other, and say each once it is written."""

    async def tell_all() -> None:
        book = Book(path)
        for number in range(begins, 10**9):
            await asyncio.gather(*(book.tell(one) for one in told(number)))
            says.send(number)

    asyncio.run(tell_all())


def written(path: Path) -> list[int]:
    """What is in the book, which has to be whole."""
    book, aside = open_book(path)
    assert aside is None
    assert is_sound(book)
    found = [int(name) for (name,) in book.execute("SELECT name FROM place ORDER BY id")]
    book.close()
    return found


def test_what_was_said_to_be_written_survives_any_kill(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    chance = random.Random(1)
    said = 0
    for _ in range(6):
        with child(names_places, path, said) as hears:
            for _ in range(chance.randrange(1, 150)):
                said = hears.recv() + 1
        found = written(path)
        assert found == [*range(len(found))]
        # More may have been written than was heard of.
        assert said <= len(found)
        said = len(found)


def test_a_log_that_was_cut_at_any_byte_gives_a_book_of_whole_entries(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    book, _ = open_book(path)
    for number in range(5):
        book.execute("INSERT INTO place (name) VALUES (?)", (str(number),))
    shutil.copytree(tmp_path, tmp_path / "whole")
    log = (tmp_path / "whole" / "book.db-wal").read_bytes()
    book.close()
    chance = random.Random(2)
    frame = 24 + 4096
    cuts = {0, 1, 31, 32, len(log), *(chance.randrange(len(log)) for _ in range(40))}
    cuts |= {
        32 + frame * number + shift for number in range(2, len(log) // frame) for shift in (0, 24)
    }
    most = -1
    for cut in sorted(cuts):
        torn = tmp_path / "torn"
        torn.mkdir()
        shutil.copy(tmp_path / "whole" / "book.db", torn)
        (torn / "book.db-wal").write_bytes(log[:cut])
        found = written(torn / "book.db")
        assert found == [*range(len(found))]
        assert len(found) >= most
        most = len(found)
        shutil.rmtree(torn)
    assert most == 5


def told(number: int) -> list[SessionTold]:
    """A session in pieces, as its charger tells it."""
    at, register = NOON + number * HOUR, 1_000_000 + 1_000 * number
    start = begun(at, register, tx_id=str(number))
    values = with_readings(start, [(at + 600, register + 300)])
    return [start, values, ended(at + 1200, register + 700, start)]


def test_sessions_are_there_once_and_whole_after_any_kill(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    chance = random.Random(3)
    begins = 0
    for _ in range(3):
        said = begins
        with child(tells_sessions, path, begins) as hears:
            for _ in range(chance.randrange(1, 60)):
                said = hears.recv() + 1
        book, aside = open_book(path)
        assert aside is None
        assert is_sound(book)
        found = rows(book)
        assert [one["wh"] for one in found[:said]] == [700] * said
        # Chargers say again what they had no answer to.
        for number in range(max(0, said - 2), len(found) + 1):
            tell(book, *told(number))
        assert [one["wh"] for one in rows(book)] == [700] * len(rows(book))
        assert parts(book) == [500, 200] * len(rows(book))
        begins = len(rows(book))
        book.close()
