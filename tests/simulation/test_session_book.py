"""What judges the session book finds what is missing, doubled, or otherwise than it was."""

from pathlib import Path
import sqlite3

import pytest

from custom_components.ev_load_manager.sessions.book_file import open_book
from simulation.charger.connector import Transaction
from simulation.session_book import Counted, counted, differences
from tests.sessions.telling import HOUR, NOON, begun, ended, tell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A book with two sessions of one charger."""
    file = tmp_path / "book.db"
    book, _ = open_book(file)
    for number in range(2):
        at, register = NOON + number * 2 * HOUR, 1_000 * number
        one = begun(at, register, tx_id=str(number))
        tell(book, one, ended(at + HOUR, register + 700, one))
    book.close()
    return file


BOTH = [Counted(0, 700), Counted(1_000, 1_700)]


def test_a_book_that_holds_each_session_once_differs_in_nothing(path: Path) -> None:
    assert differences(path, {"GARAGE1": BOTH}) == []


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ([*BOTH, Counted(2_000, 2_700)], "from 2000 to 2700 Wh is not in the book"),
        (BOTH[:1], "from 1000 to 1700 Wh is in the book, and never was"),
        ([Counted(0, 701), BOTH[1]], "from 0 to 701 Wh is not in the book"),
    ],
)
def test_what_differs_is_said(path: Path, truth: list[Counted], said: str) -> None:
    assert any(said in one for one in differences(path, {"GARAGE1": truth}))


def test_an_energy_that_is_not_what_the_register_rose_by_is_said(path: Path) -> None:
    book = sqlite3.connect(path)
    book.execute("UPDATE session SET wh = 699 WHERE tx_id = '0'")
    book.commit()
    book.close()
    (said,) = differences(path, {"GARAGE1": BOTH})
    assert "is of 699 Wh in the book" in said


def test_a_session_that_goes_on_is_not_counted_yet() -> None:
    running = Transaction(id_tag="A", started_at=0.0, meter_start=5)
    over = Transaction(id_tag="A", started_at=0.0, meter_start=1, meter_stop=5)
    assert counted([over, running]) == [Counted(1, 5)]
