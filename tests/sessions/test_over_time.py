"""Years go by: zones, currencies and prices change, old sessions go, and backups come back."""

from datetime import datetime
import sqlite3

import pytest

from custom_components.ev_load_manager.sessions import drivers, queries
from custom_components.ev_load_manager.sessions.completeness import Flag
from custom_components.ev_load_manager.sessions.keeping import price_some
from custom_components.ev_load_manager.sessions.outcome import note_price
from custom_components.ev_load_manager.sessions.quarters import slot_of
from custom_components.ev_load_manager.sessions.recorder import SETTLED_AFTER, settle
from custom_components.ev_load_manager.sessions.retention import first_kept, forget_before

from .telling import (
    HELSINKI,
    HOUR,
    NOON,
    begun,
    ended,
    parts,
    row,
    rows,
    shares,
    tell,
    with_readings,
)


def copy(book: sqlite3.Connection) -> sqlite3.Connection:
    """A backup of it."""
    copied = sqlite3.connect(":memory:", isolation_level=None)
    book.backup(copied)
    return copied


def test_a_house_that_moves_keeps_its_old_sessions_in_their_own_time(book) -> None:
    midnight = datetime.fromisoformat("2026-10-31T22:30:00Z").timestamp()
    for n, zone in enumerate((HELSINKI, "Europe/Stockholm")):
        session = begun(midnight, tx_id=str(n), charger=f"C{n}", zone=zone)
        tell(book, session, ended(midnight + 900, 1_001_000, session))
    assert shares(book) == {202610: 1_000, 202611: 1_000}


def test_another_currency_prices_only_what_comes_after(book) -> None:
    for currency, begins, ends in (("SEK", 0, int(NOON)), ("EUR", int(NOON), None)):
        book.execute(
            "INSERT INTO tariff (applies, from_ts, to_ts, currency, micro) VALUES ('all',?,?,?,1000)",
            (begins, ends, currency),
        )
    early = begun(NOON - 5 * HOUR)
    tell(book, early, ended(NOON - 4 * HOUR, 1_001_000, early))
    late = begun(NOON + HOUR, 1_001_000, tx_id="2")
    tell(book, late, ended(NOON + 2 * HOUR, 1_002_000, late))
    assert [one["currency"] for one in rows(book)] == ["SEK", "EUR"]


def test_a_price_that_is_told_late_in_a_quarter_hour_counts_for_all_of_it(book) -> None:
    book.execute(
        "INSERT INTO tariff (applies, from_ts, currency, entity_id) VALUES ('all',0,'EUR','sensor.p')"
    )
    slot = slot_of(NOON)
    note_price(book, "sensor.p", slot, 100_000)
    readings = [(NOON + 600 * n, 1_000_000 + 200 * n) for n in range(1, 4)]
    tell(book, with_readings(begun(), readings))
    assert (row(book)["nano"], queries.totals(book, queries.Asked(month=202610))) == (
        300 * 100_000,
        {(1, "GARAGE1"): queries.Totals(1, 600, 300 * 100_000, 300, 0, 3)},
    )
    note_price(book, "sensor.p", slot, 200_000)
    note_price(book, "sensor.p", slot + 1, -50_000)
    assert row(book)["nano"] == 300 * 200_000 - 300 * 50_000


def test_prices_that_are_set_afterwards_are_worked_in(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    book.execute(
        "INSERT INTO tariff (applies, from_ts, currency, micro) VALUES ('all', 0, 'EUR', 250000)"
    )
    assert price_some(book, int(NOON)) is None
    assert row(book)["nano"] == 10**9


def test_a_restored_book_takes_what_it_does_not_know_and_doubles_nothing(book) -> None:
    first = begun(tx_id="100")
    tell(book, first, ended(NOON + HOUR, 1_001_000, first))
    second = begun(NOON + 2 * HOUR, 1_001_000, tx_id="101")
    tell(book, second)
    backup = copy(book)
    # What came after the backup is lost, and its ids are given once more.
    tell(book, ended(NOON + 3 * HOUR, 1_002_000, second))
    third = begun(NOON + 4 * HOUR, 1_002_000, tx_id="102")
    tell(book, third)
    other = begun(NOON + 6 * HOUR, 1_009_000, tx_id="102", tag="OTHER")
    tell(backup, other, ended(NOON + 7 * HOUR, 1_010_000, other), first)
    found = rows(backup)
    assert [(one["tx_id"], one["wh"]) for one in found] == [
        ("100", 1_000),
        ("101", None),
        ("102", 1_000),
    ]
    assert found[1]["flags"] & Flag.STOP_LOST
    backup.close()


def test_old_months_go_and_the_rest_stays(book) -> None:
    anna = drivers.add_person(book, "Anna")
    for n in range(4):
        at = NOON + n * 31 * 86_400
        session = begun(at, 1_000_000 + 1_000 * n, tx_id=str(n))
        tell(book, session, ended(at + HOUR, 1_001_000 + 1_000 * n, session))
    now = NOON + 120 * 86_400
    settle(book, now)
    kept_from = first_kept(now, 2, HELSINKI)
    assert kept_from == datetime.fromisoformat("2026-12-01T00:00:00+02:00").timestamp()
    assert forget_before(book, kept_from, most=1) == 1
    assert forget_before(book, kept_from) == 1
    assert forget_before(book, kept_from) == 0
    assert shares(book) == {202612: 1_000, 202701: 1_000}
    assert len(parts(book)) == 8
    assert queries.months(book) == [202701, 202612]
    assert book.execute("SELECT name FROM person WHERE id = ?", (anna,)).fetchone() == ("Anna",)
    with pytest.raises(sqlite3.IntegrityError):
        book.execute("DELETE FROM session")


def test_nothing_goes_of_which_something_may_still_be_told(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_001_000))
    settle(book, NOON + SETTLED_AFTER / 2)
    assert forget_before(book, int(NOON + 86_400)) == 0
