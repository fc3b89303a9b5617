"""What chargers tell the book in tests."""

from collections.abc import Iterable
from datetime import UTC, datetime
import sqlite3
from typing import Any, Final

from custom_components.ev_load_manager.sessions import drivers
from custom_components.ev_load_manager.sessions.recorder import record
from custom_components.ev_load_manager.sessions.register import Reading
from custom_components.ev_load_manager.sessions.schema import migrate
from custom_components.ev_load_manager.sessions.told import End, SessionTold

HELSINKI = "Europe/Helsinki"
NOON = datetime(2026, 10, 14, 9, 0, tzinfo=UTC).timestamp()
"""12:00 in Helsinki."""
MINUTE = 60.0
HOUR = 3600.0


BOOKS: Final[list[sqlite3.Connection]] = []
"""What a test has opened."""


def new_book() -> sqlite3.Connection:
    """A book that is in no file; it is closed at the end of the test."""
    book = sqlite3.connect(":memory:", isolation_level=None)
    BOOKS.append(book)
    book.execute("PRAGMA foreign_keys = ON")
    drivers.know_cards(book)
    migrate(book)
    return book


def iso(at: float) -> str:
    """As chargers write it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def begun(at: float = NOON, register: float | None = 1_000_000, **known: Any) -> SessionTold:
    """A session that began at `at`."""
    return SessionTold(
        **{
            "charger": "GARAGE1",
            "connector": 1,
            "tx_id": "17",
            "tag": "04A1B2C3",
            "started": at,
            "told_start": iso(at),
            "register": register,
            "zone": HELSINKI,
            **known,
        }
    )


def ended(
    at: float, register: float | None, of: SessionTold | None = None, **known: Any
) -> SessionTold:
    """The same session, over."""
    of = begun() if of is None else of
    end = End(
        **{"at": at, "told": iso(at), "register": register, "reason": "EVDisconnected"} | known
    )
    return SessionTold(**{name: getattr(of, name) for name in of.__slots__} | {"end": end})


def with_readings(told: SessionTold, readings: Iterable[tuple[float, float]]) -> SessionTold:
    """The same, with what its meter showed."""
    taken = tuple(Reading(*one) for one in readings)
    return SessionTold(
        **{name: getattr(told, name) for name in told.__slots__} | {"readings": taken}
    )


def hourly(number: int) -> list[SessionTold]:
    """A session in pieces, as its charger tells it."""
    at, register = NOON + number * HOUR, 1_000_000 + 1_000 * number
    start = begun(at, register, tx_id=str(number))
    values = with_readings(start, [(at + 600, register + 300)])
    return [start, values, ended(at + 1200, register + 700, start)]


def tell(book: sqlite3.Connection, *told: SessionTold) -> None:
    """Write it down, each of it as a whole."""
    for one in told:
        record(book, one)


def rows(book: sqlite3.Connection, columns: str = "*") -> list[dict[str, Any]]:
    """All sessions, by their start."""
    cursor = book.execute(f"SELECT {columns} FROM session ORDER BY start_ts, id")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def row(book: sqlite3.Connection) -> dict[str, Any]:
    """The only session."""
    (found,) = rows(book)
    return found


def parts(book: sqlite3.Connection) -> list[int]:
    """The Wh of each quarter hour that has any."""
    return [wh for (wh,) in book.execute("SELECT wh FROM part ORDER BY session_id, n")]


def shares(book: sqlite3.Connection) -> dict[int, int]:
    """Wh by month."""
    return dict(book.execute("SELECT month, sum(wh) FROM share GROUP BY month ORDER BY month"))
