"""A session is written once, as it was told, however chargers tell it."""

import asyncio
from itertools import permutations
import json
import sqlite3

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.completeness import WHOLE, Flag
from custom_components.ev_load_manager.sessions.outlets import replace_charger
from custom_components.ev_load_manager.sessions.recorder import (
    SETTLED_AFTER,
    evidence_of,
    record,
    settle,
)
from custom_components.ev_load_manager.sessions.register import Reading
from custom_components.ev_load_manager.sessions.spans import kept
from custom_components.ev_load_manager.sessions.told import (
    Evidence,
    RegisterTold,
    Span,
    told_from_dict,
    told_to_dict,
)

from .telling import (
    HOUR,
    MINUTE,
    NOON,
    begun,
    ended,
    iso,
    new_book,
    parts,
    row,
    rows,
    shares,
    tell,
    with_readings,
)


def flags(book: sqlite3.Connection) -> Flag:
    return Flag(row(book)["flags"])


def test_a_session_is_there_from_its_start_on(book) -> None:
    tell(book, begun())
    found = row(book)
    assert (found["start_ts"], found["end_ts"]) == (NOON, None)
    assert found["wh"] is None, "nothing told is not nothing charged"
    assert shares(book) == {202610: 0}


def test_its_energy_is_what_its_register_rose_by(book) -> None:
    tell(book, begun(), ended(NOON + 2 * HOUR, 1_008_250))
    found = row(book)
    assert (found["wh"], found["eff_wh"], found["reason"]) == (8_250, 8_250, "EVDisconnected")
    assert (found["told_wh_start"], found["told_wh_stop"]) == (1_000_000, 1_008_250)
    assert flags(book) == Flag.ESTIMATED
    assert sum(parts(book)) == 8_250


def test_values_on_the_way_make_its_quarter_hours_more_than_an_estimate(book) -> None:
    readings = [(NOON + 5 * MINUTE * n, 1_000_000 + 500 * n) for n in range(1, 12)]
    tell(book, with_readings(begun(), readings), ended(NOON + HOUR, 1_006_000))
    assert parts(book) == [1_500] * 4
    assert flags(book) == WHOLE


def test_a_start_that_is_told_again_is_the_same_session(book) -> None:
    once = record(book, begun())
    assert record(book, begun()) == once
    # Also where another id was given to it: it is told again after a restore.
    assert record(book, begun(tx_id="99")) == once
    tell(book, ended(NOON + HOUR, 1_004_000), begun())
    assert row(book)["end_ts"] == NOON + HOUR


def test_sessions_that_are_told_in_the_same_words_are_as_many_as_there_are(book) -> None:
    """Its clock begins anew with each boot, and it counts each session from 0."""
    words = {"told_start": "2000-01-01T00:00:09Z", "register": 0}
    sessions = [begun(NOON + n * HOUR, tx_id=str(17 + n), **words) for n in range(3)]
    ends = [
        ended(one.started + 1800, 1_000 * (n + 1), one, told="2000-01-01T00:30:09Z")
        for n, one in enumerate(sessions)
    ]
    for start, end in zip(sessions, ends, strict=True):
        tell(book, start, start, end)
    # And once more, in any order.
    tell(book, *reversed(sessions), *ends, *reversed(ends))
    assert [(one["tx_id"], one["wh"]) for one in rows(book)] == [
        ("17", 1_000),
        ("18", 2_000),
        ("19", 3_000),
    ]
    # Told again after a restore, under another id: it is one of them.
    tell(book, begun(NOON + HOUR, tx_id="99", **words))
    assert len(rows(book)) == 3


def test_a_session_that_is_told_again_under_another_id_after_its_end_is_the_same(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    # Also where nobody knows any more what its charger's clock showed then.
    for at in (NOON, NOON + 5 * HOUR):
        tell(book, begun(at, told_start=iso(NOON), tx_id="99"))
    assert row(book)["wh"] == 4_000


def test_a_stop_that_is_told_twice_stays_as_it_was_told_first(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000, reason="Local"))
    before = row(book)
    again = with_readings(
        ended(NOON + 2 * HOUR, 1_009_000, reason="Remote"), [(NOON + 30 * MINUTE, 1_001_000)]
    )
    tell(book, again)
    after = row(book)
    assert (after["end_ts"], after["wh"], after["reason"]) == (NOON + HOUR, 4_000, "Local")
    assert after["told_stop"] == before["told_stop"]
    assert parts(book) == [500, 500, 1_500, 1_500], "its values still tell more"


def test_what_was_told_can_not_be_changed_by_anybody(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    for column in ("told_start", "told_wh_start", "told_stop", "told_wh_stop", "tag"):
        with pytest.raises(sqlite3.IntegrityError, match="never changes"):
            book.execute(f"UPDATE session SET {column} = '7'")
    with pytest.raises(sqlite3.IntegrityError, match="voided, not deleted"):
        book.execute("DELETE FROM session")


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_sessions_that_are_replayed_after_three_days_come_in_any_order(book, order) -> None:
    days = 86_400.0
    pieces = []
    for day in range(3):
        start = begun(NOON + day * days, 1_000_000 + 5_000 * day, tx_id=str(day))
        pieces.append((start, ended(NOON + day * days + HOUR, 1_004_000 + 5_000 * day, start)))
    for day in order:
        tell(book, *pieces[day])
    assert [(one["start_ts"], one["end_ts"], one["wh"]) for one in rows(book)] == [
        (NOON + day * days, NOON + day * days + HOUR, 4_000) for day in range(3)
    ]
    assert not any(one["flags"] & Flag.STOP_LOST for one in rows(book))


def test_a_start_that_is_replayed_late_leaves_alone_the_session_that_runs(book) -> None:
    running = begun(NOON + 5 * HOUR, 1_020_000, tx_id="20")
    tell(book, running, begun())
    old, new = rows(book)
    assert (old["end_ts"], new["end_ts"]) == (NOON + 5 * HOUR, None)
    assert old["flags"] & Flag.STOP_LOST
    tell(book, ended(NOON + HOUR, 1_004_000))
    old, new = rows(book)
    assert (old["end_ts"], old["wh"], new["end_ts"]) == (NOON + HOUR, 4_000, None)
    assert not old["flags"] & Flag.STOP_LOST


def test_a_start_that_was_lost_begins_with_the_first_value(book) -> None:
    adopted = begun(NOON, 1_000_000, told_start=None, tag="", flags=Flag.START_UNKNOWN, tx_id="55")
    tell(book, adopted, ended(NOON + HOUR, 1_004_000, adopted))
    assert row(book)["wh"] == 4_000
    assert flags(book) & Flag.START_UNKNOWN


def test_a_session_that_is_adopted_twice_goes_on(book) -> None:
    first = begun(told_start=None, tag="", flags=Flag.START_UNKNOWN, tx_id="55")
    again = begun(
        NOON + HOUR, 1_003_000, told_start=None, tag="", flags=Flag.START_UNKNOWN, tx_id="55"
    )
    tell(book, first, again, ended(NOON + 2 * HOUR, 1_006_000, again))
    assert (row(book)["start_ts"], row(book)["wh"]) == (NOON, 6_000)


def test_the_next_start_ends_a_session_whose_stop_was_lost(book) -> None:
    tell(book, with_readings(begun(), [(NOON + HOUR, 1_004_000)]))
    tell(book, begun(NOON + 5 * HOUR, 1_004_100, tx_id="18"))
    old, new = rows(book)
    assert (old["end_ts"], old["wh"]) == (NOON + 5 * HOUR, 4_000)
    assert old["flags"] & Flag.STOP_LOST
    assert new["end_ts"] is None
    # The real stop comes after all.
    tell(book, ended(NOON + 2 * HOUR, 1_004_090))
    old, _ = rows(book)
    assert (old["end_ts"], old["wh"]) == (NOON + 2 * HOUR, 4_090)
    assert not old["flags"] & Flag.STOP_LOST


def test_a_car_that_was_found_gone_ends_its_session_until_the_stop_comes(book) -> None:
    tell(book, with_readings(begun(), [(NOON + HOUR, 1_004_000)]))
    tell(book, ended(NOON + 3 * HOUR, None, told=None))
    assert (row(book)["end_ts"], row(book)["wh"]) == (NOON + 3 * HOUR, 4_000)
    assert flags(book) & Flag.STOP_LOST
    tell(book, ended(NOON + 4 * HOUR, None, told=None))
    assert row(book)["end_ts"] == NOON + 3 * HOUR
    tell(book, ended(NOON + HOUR, 1_004_000, late=True))
    assert row(book)["end_ts"] == NOON + HOUR
    assert flags(book) & Flag.TOLD_LATE
    assert not flags(book) & Flag.STOP_LOST


def test_a_stop_before_the_start_ends_at_the_start(book) -> None:
    tell(book, begun(), ended(NOON - HOUR, 1_000_000))
    assert row(book)["end_ts"] == row(book)["start_ts"]
    assert flags(book) & Flag.UNORDERED


async def test_a_hundred_sessions_may_end_in_the_same_second(tmp_path) -> None:
    book = Book(tmp_path / "book.db")
    starts = [begun(charger=f"CP{number}", tag=f"CARD{number}") for number in range(100)]
    await asyncio.gather(*map(book.tell, starts))

    await asyncio.gather(
        *(
            book.tell(ended(NOON + HOUR, 1_000_000 + 100 * number, of=one))
            for number, one in enumerate(starts)
        )
    )

    found = await book.read(
        lambda one: one.execute(
            "SELECT charger, end_ts, eff_wh FROM session JOIN outlet ON outlet.id = outlet_id"
        ).fetchall()
    )
    await book.close()
    assert {charger: (end, wh) for charger, end, wh in found} == {
        f"CP{number}": (NOON + HOUR, 100 * number) for number in range(100)
    }
    assert len(found) == 100


def test_clocks_that_tell_no_time_keep_sessions_apart(book) -> None:
    for number in range(3):
        session = begun(
            NOON + number * HOUR,
            1_000_000,
            told_start=None,
            tx_id=str(number),
            flags=Flag.CLOCK_DOUBTFUL,
        )
        tell(book, session, session, ended(NOON + number * HOUR + 1, 1_000_000, session))
    assert len(rows(book)) == 3


def test_energy_of_a_session_without_times_is_still_its_registers(book) -> None:
    session = begun(told_start=None, flags=Flag.CLOCK_DOUBTFUL)
    tell(book, session, ended(NOON + 1, 1_020_000, session))
    assert row(book)["wh"] == 20_000
    assert flags(book) & Flag.CLOCK_DOUBTFUL


def test_two_outlets_of_a_charger_charge_at_the_same_time(book) -> None:
    left, right = begun(), begun(connector=2, tx_id="18", register=500_000)
    tell(book, left, right, ended(NOON + HOUR, 1_001_000, left))
    tell(book, ended(NOON + HOUR, 502_000, right))
    assert [one["wh"] for one in rows(book)] == [1_000, 2_000]
    assert len({one["place_id"] for one in rows(book)}) == 2


def test_a_place_keeps_its_sessions_when_its_charger_is_replaced(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    replace_charger(book, row(book)["place_id"], "GARAGE1-NEW", 1, NOON + 2 * HOUR)
    tell(book, begun(NOON + 3 * HOUR, 500, charger="GARAGE1-NEW"))
    old, new = rows(book)
    assert old["place_id"] == new["place_id"]
    assert old["outlet_id"] != new["outlet_id"]


def test_a_session_over_the_end_of_a_month_is_in_both_with_its_share(book) -> None:
    # 31 October 2026, 23:00 in Helsinki: winter time since the 25th.
    start = NOON + 17.5 * 86_400
    session = begun(start - HOUR / 2 * 0)
    assert iso(start) == "2026-10-31T21:00:00Z"
    readings = [(start + 600 * n, 1_000_000 + 200 * n) for n in range(1, 24)]
    tell(book, with_readings(session, readings), ended(start + 4 * HOUR, 1_004_800, session))
    assert shares(book) == {202610: 1_200, 202611: 3_600}
    assert sum(parts(book)) == row(book)["wh"] == 4_800


@pytest.mark.parametrize(
    ("start", "count"),
    [("2026-10-24T21:00:00Z", 100), ("2026-03-28T22:00:00Z", 92), ("2026-06-09T21:00:00Z", 96)],
)
def test_a_day_has_as_many_quarter_hours_as_the_clock_says(book, start, count) -> None:
    at = Reading(0, 0).at
    from datetime import datetime

    at = datetime.fromisoformat(start).timestamp()
    session = begun(at, 0)
    readings = [(at + 900 * n, 100.0 * n) for n in range(1, count)]
    tell(book, with_readings(session, readings), ended(at + 900 * count, 100 * count, session))
    assert parts(book) == [100] * count


def test_a_zone_of_half_an_hour_has_its_own_midnight(book) -> None:
    from datetime import datetime

    at = datetime.fromisoformat("2026-08-31T18:15:00+00:00").timestamp()
    session = begun(at, 0, zone="Asia/Kolkata")
    tell(book, session, ended(at + 1800, 1_000, session))
    assert shares(book) == {202608: 500, 202609: 500}


@pytest.mark.parametrize("length", [0, 20, 9 * 86_400])
def test_sessions_are_as_long_as_they_are(book, length) -> None:
    tell(book, begun(), ended(NOON + length, 1_000_000 + length / 100))
    assert row(book)["end_ts"] - row(book)["start_ts"] == length
    assert row(book)["wh"] == sum(parts(book)) == round(length / 100)


def test_a_session_of_a_clock_that_was_never_set_is_not_worked_out_for_half_a_century(book) -> None:
    one = begun(0.0)
    tell(book, one, ended(NOON, 1_004_000, one))
    assert row(book)["wh"] == 4_000
    assert parts(book) == [4_000]
    assert shares(book)[202610] == 4_000


def test_who_ends_with_another_card_is_noted(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000, tag="BEEF"))
    assert row(book)["stop_tag"] == "BEEF"
    assert flags(book) & Flag.OTHER_CARD


def test_the_same_card_in_other_letters_is_the_same(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000, tag="04a1b2c3"))
    assert not flags(book) & Flag.OTHER_CARD


def test_a_status_that_flaps_is_kept_with_its_reasons(book) -> None:
    spans = [
        Span(NOON, "charging"),
        Span(NOON + HOUR, "waiting:waiting_for_turn"),
        Span(NOON + HOUR, "waiting:waiting_for_turn"),
        Span(NOON + 2 * HOUR, "charging"),
        Span(NOON + 3 * HOUR, "car"),
    ]
    for span in spans:
        tell(book, begun(spans=(span,)))
    tell(book, ended(NOON + 4 * HOUR, 1_008_000))
    # Nothing was told of its register on the way, so it flowed while it charged.
    found = kept(book, row(book)["spans"], int(NOON))
    assert found == [spans[0], *spans[2:]]
    assert [n for (n,) in book.execute("SELECT n FROM part")] == [*range(4), *range(8, 12)]


@pytest.mark.parametrize(
    "value",
    [
        'OCMF|{"FV":"1.0",  "RD":[{"RV":2935.600}]}|{"SD":"3046"}',
        "4f434d467c",
        "T0NNRnx7fQ==",
        '{"signedMeterData": "T0NNRg==", "encodingMethod": "OCMF", "publicKey": ""}',
        "broken base64 =\ttab ä \ud800",
        "x" * 5_000,
    ],
)
def test_a_signed_value_is_kept_to_the_byte_and_once(book, value) -> None:
    begin = Evidence(value, "Transaction.Begin", "MeterValues", NOON)
    tell(book, begun(evidence=(begin,)), begun(evidence=(begin,)), ended(NOON + 1, 1_000_001))
    # It comes again with the stop, and may come after that.
    tell(book, begun(evidence=(begin._replace(message="StopTransaction"),)))
    assert evidence_of(book, row(book)["id"]) == [(value, "Transaction.Begin")]
    with pytest.raises(sqlite3.IntegrityError):
        book.execute("DELETE FROM evidence")


def test_what_waited_in_a_file_is_what_was_told(book) -> None:
    told = ended(
        NOON + HOUR,
        1_004_000,
        with_readings(
            begun(
                flags=Flag.TOLD_LATE,
                spans=(Span(NOON, "charging"),),
                evidence=(Evidence("v", "c", "m"),),
            ),
            [(NOON + 1, 1_000_001.5)],
        ),
    )
    assert told_from_dict(json.loads(json.dumps(told_to_dict(told)))) == told
    register = RegisterTold(charger="A", connector=1, reading=Reading(NOON, 5.0))
    assert told_from_dict(json.loads(json.dumps(told_to_dict(register)))) == register


def test_a_session_that_is_settled_stays_as_it_is(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    assert settle(book, NOON + HOUR + SETTLED_AFTER - 1) == 0
    assert settle(book, NOON + HOUR + SETTLED_AFTER + 1) == 1
    before, quarters = row(book), parts(book)
    tell(book, with_readings(begun(), [(NOON + MINUTE, 1_003_000)]))
    assert (row(book), parts(book)) == (before, quarters)


def test_a_register_outside_of_sessions_is_kept_once_a_day(book) -> None:
    for hour in range(0, 49, 6):
        record(
            book,
            RegisterTold(
                charger="GARAGE1", connector=1, reading=Reading(NOON + hour * HOUR, 100.0 + hour)
            ),
        )
    found = book.execute("SELECT at, wh FROM reading ORDER BY at").fetchall()
    assert [wh for _, wh in found] == [100.0, 118.0, 142.0]


def test_a_new_meter_begins_a_new_register(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    tell(book, begun(NOON + 2 * HOUR, 12, tx_id="18"))
    assert [why for (why,) in book.execute("SELECT why FROM register")] == ["first", "fell"]


PIECES = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["start", "values", "stop"])), max_size=40
)


@settings(deadline=None)
@given(PIECES)
def test_however_often_and_in_whatever_order_it_comes_the_book_is_the_same(pieces) -> None:
    """Six sessions in a row, told in pieces that come again and in disorder, and then all of it."""
    whole = []
    for number in range(6):
        at, register = NOON + number * HOUR, 1_000_000 + 1_000 * number
        start = begun(at, register, tx_id=str(number))
        values = with_readings(start, [(at + 900, register + 300), (at + 1200, register + 500)])
        whole.append(
            {"start": start, "values": values, "stop": ended(at + 1800, register + 900, values)}
        )
    book = new_book()
    for number, piece in pieces:
        tell(book, whole[number][piece])
    for one in whole:
        tell(book, one["stop"])
    assert [(one["start_ts"], one["end_ts"], one["wh"]) for one in rows(book)] == [
        (NOON + n * HOUR, NOON + n * HOUR + 1800, 900) for n in range(6)
    ]
    assert parts(book) == [300, 600] * 6
    assert not any(one["flags"] for one in rows(book))
    book.close()
