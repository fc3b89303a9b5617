"""A kill at any moment, and at any byte, loses nothing that was said to be written."""

from pathlib import Path
import random
import shutil
import signal
import subprocess
import sys

from custom_components.ev_load_manager.sessions.book_file import is_sound, open_book

from .telling import hourly, parts, rows, tell

CHILD = """
import sys
import types

# The book needs no Home Assistant, which takes long to import.
package = types.ModuleType("custom_components.ev_load_manager")
package.__path__ = ["custom_components/ev_load_manager"]
sys.modules[package.__name__] = package
"""
PLACES = """
from pathlib import Path
from custom_components.ev_load_manager.sessions.writer import Writer

writer = Writer(Path(sys.argv[1]), print)
for number in range(int(sys.argv[2]), 10**9):
    work = lambda book: book.execute("INSERT INTO place (name) VALUES (?)", (str(number),))
    writer.write(work).result()
    print(number, flush=True)
"""
SESSIONS = """
import asyncio
from pathlib import Path
from custom_components.ev_load_manager.sessions.book import Book
from tests.sessions.telling import hourly

async def tell_all():
    book = Book(Path(sys.argv[1]))
    for number in range(int(sys.argv[2]), 10**9):
        await asyncio.gather(*(book.tell(one) for one in hourly(number)))
        print(number, flush=True)

asyncio.run(tell_all())
"""


def killed(work: str, path: Path, begins: int, after: int) -> int:
    """Have a process write from `begins` on, and kill it amid that; the number that it said last."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD + work, str(path), str(begins)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(after)]
        child.send_signal(signal.SIGKILL)
    return said[-1]


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
        said = killed(PLACES, path, said, chance.randrange(1, 150)) + 1
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


def test_sessions_are_there_once_and_whole_after_any_kill(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    chance = random.Random(3)
    begins = 0
    for _ in range(3):
        said = killed(SESSIONS, path, begins, chance.randrange(1, 60)) + 1
        book, aside = open_book(path)
        assert aside is None
        assert is_sound(book)
        found = rows(book)
        assert [one["wh"] for one in found[:said]] == [700] * said
        # Chargers say again what they had no answer to.
        for number in range(max(0, said - 2), len(found) + 1):
            tell(book, *hourly(number))
        assert [one["wh"] for one in rows(book)] == [700] * len(rows(book))
        assert parts(book) == [500, 200] * len(rows(book))
        begins = len(rows(book))
        book.close()
