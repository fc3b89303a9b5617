"""A kill at any moment, and at any byte, loses nothing that was said to be written."""

from pathlib import Path
import random
import shutil
import signal
import subprocess
import sys

from custom_components.ev_load_manager.sessions.book_file import is_sound, open_book

WRITES = """
import sys
from pathlib import Path
from custom_components.ev_load_manager.sessions.writer import Writer
writer = Writer(Path(sys.argv[1]), print)
for number in range(int(sys.argv[2]), 10**9):
    work = lambda book: book.execute("INSERT INTO place (name) VALUES (?)", (str(number),))
    writer.write(work).result()
    print(number, flush=True)
"""


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
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITES, str(path), str(said)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            text=True,
        )
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 150)):
            said = int(child.stdout.readline()) + 1
        child.send_signal(signal.SIGKILL)
        # What it still said before it died counts, too.
        for line in child.stdout:
            said = int(line) + 1 if line.endswith("\n") else said
        child.wait()
        found = written(path)
        assert found == [*range(len(found))]
        # The last may have been written and not been said.
        assert said <= len(found) <= said + 1
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
