"""Sessions are split and merged, and amended long after: no Wh comes or goes, and what was told stays."""

import sqlite3

import pytest

from custom_components.ev_load_manager.sessions import drivers, queries
from custom_components.ev_load_manager.sessions.completeness import Flag
from custom_components.ev_load_manager.sessions.corrections import CorrectionError, correct
from custom_components.ev_load_manager.sessions.months import Month
from custom_components.ev_load_manager.sessions.reconcile import of_month
from custom_components.ev_load_manager.sessions.recorder import SETTLED_AFTER, settle, uid_of
from custom_components.ev_load_manager.sessions.split_merge import merge, split

from .telling import HELSINKI, HOUR, NOON, begun, ended, rows, tell

OCTOBER = Month(2026, 10)
BY = {"user_id": "admin", "why": "the cars were swapped", "now": int(NOON + 9 * HOUR)}


@pytest.fixture
def book(book: sqlite3.Connection) -> sqlite3.Connection:
    """A book with a session of two hours, 4 kWh."""
    anna = drivers.add_person(book, "Anna")
    drivers.give_card(book, "04A1B2C3", anna, from_ts=0)
    one = begun()
    tell(book, one, ended(NOON + 2 * HOUR, 1_004_000, one))
    return book


def uids(book: sqlite3.Connection) -> list[str]:
    return [uid_of(one["once"]) for one in rows(book)]


def change(book: sqlite3.Connection, uid: str, field: str, new: int | None) -> None:
    correct(book, uid, field, new, user_id="admin", why="asked for", at=int(NOON + 9 * HOUR))


def counted(book: sqlite3.Connection) -> int:
    asked = queries.Asked(month=202610)
    return sum(total.wh for total in queries.totals(book, asked).values())


def test_what_is_split_is_two_sessions_with_the_same_energy(book) -> None:
    other = split(book, uids(book)[0], int(NOON + HOUR / 2 + 300), **BY)
    first, second = rows(book)
    assert uids(book)[1] == other
    assert (first["end_ts"], second["start_ts"]) == (NOON + 2100, NOON + 2100)
    assert second["end_ts"] == NOON + 2 * HOUR
    # 500 Wh in each quarter hour, and 300 of 900 seconds of the third.
    assert (first["wh"], second["wh"]) == (1_167, 2_833)
    assert (first["told_wh_start"], first["told_wh_stop"]) == (1_000_000, 1_004_000)
    assert (second["told_start"], second["told_wh_start"]) == (None, None)
    assert {one["person_name"] for one in rows(book)} == {"Anna"}
    assert all(Flag.EDITED in Flag(one["flags"]) for one in rows(book))
    assert counted(book) == 4_000
    assert of_month(book, first["outlet_id"], OCTOBER, HELSINKI).unexplained == 0


def test_the_other_part_can_be_somebody_elses(book) -> None:
    other = split(book, uids(book)[0], int(NOON + HOUR), **BY)
    bert = drivers.add_person(book, "Bert")
    change(book, other, "person", bert)
    by_person = queries.totals(book, queries.Asked(month=202610), by="person")
    assert {name: total.wh for (_, name), total in by_person.items()} == {
        "Anna": 2_000,
        "Bert": 2_000,
    }


def test_nothing_that_is_told_later_undoes_it(book) -> None:
    split(book, uids(book)[0], int(NOON + HOUR), **BY)
    tell(book, begun(), ended(NOON + 2 * HOUR, 1_004_000))
    assert [one["wh"] for one in rows(book)] == [2_000, 2_000]


def test_what_was_split_can_be_merged_again(book) -> None:
    other = split(book, uids(book)[0], int(NOON + HOUR), **BY)
    merge(book, other, uids(book)[0], **BY)
    first, second = rows(book)
    assert (first["wh"], first["end_ts"]) == (4_000, NOON + 2 * HOUR)
    assert (second["wh"], Flag(second["flags"]) & Flag.VOID) == (0, Flag.VOID)
    assert counted(book) == 4_000


def test_what_flowed_between_two_pieces_is_of_the_session_that_they_become(book) -> None:
    later = begun(NOON + 3 * HOUR, 1_004_100, tx_id="18")
    tell(book, later, ended(NOON + 4 * HOUR, 1_006_000, later))
    outlet = rows(book)[0]["outlet_id"]
    before = of_month(book, outlet, OCTOBER, HELSINKI)
    assert (before.sessions, before.between, before.unexplained) == (5_900, 100, 0)
    merge(book, *uids(book), **BY)
    after = of_month(book, outlet, OCTOBER, HELSINKI)
    assert (after.sessions, after.unexplained) == (6_000, 0)
    assert counted(book) == 6_000
    assert rows(book)[0]["end_ts"] == NOON + 4 * HOUR


def test_an_energy_that_somebody_said_is_split_with_the_rest(book) -> None:
    change(book, uids(book)[0], "wh", 2_000)
    split(book, uids(book)[0], int(NOON + HOUR), **BY)
    assert [one["eff_wh"] for one in rows(book)] == [1_000, 1_000]


@pytest.mark.parametrize(("at", "key"), [(NOON, "out_of_order"), (NOON + 2 * HOUR, "out_of_order")])
def test_a_session_is_split_within_its_time(book, at, key) -> None:
    before = rows(book)
    with pytest.raises(CorrectionError, match=key):
        split(book, uids(book)[0], int(at), **BY)
    assert rows(book) == before


def test_only_sessions_of_an_outlet_that_are_over_are_merged(book) -> None:
    elsewhere = begun(NOON + 3 * HOUR, 500, connector=2, tx_id="18")
    tell(book, elsewhere)
    with pytest.raises(CorrectionError, match="not_over"):
        merge(book, *uids(book), **BY)
    tell(book, ended(NOON + 4 * HOUR, 1_500, elsewhere))
    with pytest.raises(CorrectionError, match="other_outlet"):
        merge(book, *uids(book), **BY)
    with pytest.raises(CorrectionError, match="other_outlet"):
        merge(book, uids(book)[0], uids(book)[0], **BY)


def test_a_settled_session_is_amended_and_keeps_its_energy(book) -> None:
    assert settle(book, NOON + 2 * HOUR + SETTLED_AFTER + 1) == 1
    uid = uids(book)[0]
    change(book, uid, "start", int(NOON + HOUR))
    (moved,) = rows(book)
    assert (moved["start_ts"], moved["wh"]) == (NOON + HOUR, 4_000)
    details = queries.details(book, uid)
    assert details is not None
    # What flowed before it began now is counted to its first quarter hour.
    assert [(at - NOON, wh) for at, wh, *_ in details["quarters"]] == [
        (HOUR, 2_500),
        *((HOUR + quarter * 900, 500) for quarter in (1, 2, 3)),
    ]
    change(book, uid, "start", None)
    assert rows(book)[0]["start_ts"] == NOON
    assert counted(book) == 4_000


def test_an_energy_of_a_settled_session_is_corrected_and_taken_back(book) -> None:
    settle(book, NOON + 2 * HOUR + SETTLED_AFTER + 1)
    uid = uids(book)[0]
    change(book, uid, "wh", 1_000)
    change(book, uid, "note", None)
    assert (rows(book)[0]["wh"], rows(book)[0]["eff_wh"], counted(book)) == (4_000, 1_000, 1_000)
    change(book, uid, "wh", None)
    assert (rows(book)[0]["eff_wh"], counted(book)) == (4_000, 4_000)
