"""Sessions are whose card it was at that time, and administrators can put it right."""

import sqlite3

import pytest

from custom_components.ev_load_manager.sessions import drivers, keeping, queries, rights, statements
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.budgets import used_wh
from custom_components.ev_load_manager.sessions.completeness import Flag
from custom_components.ev_load_manager.sessions.corrections import CorrectionError, correct
from custom_components.ev_load_manager.sessions.outcome import work_out
from custom_components.ev_load_manager.sessions.recorder import record, uid_of
from custom_components.ev_load_manager.sessions.told import End, LooseEndTold

from .telling import HELSINKI, HOUR, NOON, begun, ended, iso, parts, row, rows, shares, tell


def uid(book: sqlite3.Connection) -> str:
    return uid_of(row(book)["once"])


def change(book: sqlite3.Connection, field: str, new, why: str = "asked for") -> None:
    correct(book, uid(book), field, new, user_id="admin", why=why, at=int(NOON + 9 * HOUR))


def test_two_cards_are_one_persons(book) -> None:
    anna = drivers.add_person(book, "Anna")
    drivers.give_card(book, "AAAA", anna, from_ts=0)
    drivers.give_card(book, "bbbb", anna, from_ts=0)
    one = begun(tag="aaaa")
    tell(book, one, ended(NOON + HOUR, 1_001_000, one))
    tell(book, begun(NOON + 2 * HOUR, tag=" BBBB "))
    assert {one["person_name"] for one in rows(book)} == {"Anna"}
    assert used_wh(book, NOON, HELSINKI) == {anna: 1_000}


def test_a_card_that_is_passed_on_takes_nothing_of_the_past_along(book) -> None:
    anna, bert = drivers.add_person(book, "Anna"), drivers.add_person(book, "Bert")
    drivers.give_card(book, "AAAA", anna, from_ts=0)
    one = begun(tag="AAAA")
    tell(book, one, ended(NOON + HOUR, 1_001_000, one))
    drivers.give_card(book, "AAAA", bert, from_ts=int(NOON + HOUR))
    book.execute("UPDATE person SET name = 'Anna Aalto' WHERE id = ?", (anna,))
    tell(book, begun(NOON + 2 * HOUR, tag="AAAA"), one)
    assert [one["person_name"] for one in rows(book)] == ["Anna", "Bert"]


def test_guests_are_one_person_for_as_long_as_their_card_is_valid(book) -> None:
    guests = drivers.add_person(book, "Guests", kind="guest")
    drivers.give_card(book, "GUEST", guests, from_ts=0, to_ts=int(NOON + HOUR))
    tell(book, begun(tag="guest", tx_id="1"), begun(NOON + 2 * HOUR, tag="guest", tx_id="2"))
    assert [one["person_name"] for one in rows(book)] == ["Guests", None]
    (kind,) = book.execute("SELECT kind FROM person WHERE id = ?", (guests,)).fetchone()
    assert kind == "guest"


def test_nobody_gets_a_card_that_another_will_have(book) -> None:
    anna, bert = drivers.add_person(book, "Anna"), drivers.add_person(book, "Bert")
    drivers.give_card(book, "AAAA", anna, from_ts=1_000)
    with pytest.raises(drivers.CardTaken):
        drivers.give_card(book, "aaaa", bert, from_ts=500)
    drivers.give_card(book, "aaaa", bert, from_ts=500, to_ts=1_000)
    assert drivers.holder_of(book, "AAAA", 999).name == "Bert"
    assert drivers.holder_of(book, "AAAA", 1_000).name == "Anna"


@pytest.mark.parametrize("tag", ["", "unknown"])
def test_a_session_of_nobody_is_there_and_its_card_is_learned(book, tag) -> None:
    drivers.give_card(book, "AAAA", drivers.add_person(book, "Anna"), from_ts=0)
    tell(book, begun(tag=tag))
    assert row(book)["person_id"] is None
    assert [card for card, _, _ in drivers.learned_cards(book)] == ([tag] if tag else [])


ALIKE = [("GÄSTE", "gäste"), ("04A1\t", "04a1"), ("\u00a004A1", "04A1 "), ("STRASSE", "Straße")]
"""Two writings of one card."""


@pytest.mark.parametrize(("told", "given"), [*ALIKE, *(pair[::-1] for pair in ALIKE)])
def test_a_card_is_the_same_in_whatever_letters_it_comes(book, told, given) -> None:
    """Before it is anybody's, when it is given, while it is theirs, and when they are forgotten."""
    first, second = begun(tag=told), begun(NOON + HOUR, tag=given, tx_id="18")
    tell(book, first, ended(NOON + 60, 1_000_100, first))
    tell(book, second, ended(NOON + HOUR + 60, 1_000_100, second))
    ((_, count, last),) = drivers.learned_cards(book)
    assert (count, last) == (2, NOON + HOUR)
    anna = drivers.add_person(book, "Anna")
    keeping.give_card(book, anna, given, now=int(NOON + 2 * HOUR))
    third = begun(NOON + 3 * HOUR, tag=told, tx_id="19")
    tell(book, third, ended(NOON + 3 * HOUR + 60, 1_000_100, third))
    assert [one["person_name"] for one in rows(book)] == ["Anna"] * 3
    assert drivers.learned_cards(book) == []
    for tag in (told, ""):
        end = End(at=NOON, told=iso(NOON), tag=tag)
        record(book, LooseEndTold(charger="GARAGE1", tx_id=f"4711{tag}", end=end))
    drivers.forget(book, anna, int(NOON + 4 * HOUR))
    kept = book.execute("SELECT tag FROM loose_end ORDER BY tag").fetchall()
    assert kept == [(None,), ("",)]


async def test_a_book_in_its_file_knows_cards_in_whatever_letters_they_come(tmp_path) -> None:
    book = Book(tmp_path / "book.db")
    await book.tell(begun(tag="GÄSTE\u00a0"))
    anna = await book.change(lambda one: drivers.add_person(one, "Anna"))
    assert await book.read(drivers.learned_cards)
    await book.change(lambda one: keeping.give_card(one, anna, "gäste", now=int(NOON)))
    assert await book.read(drivers.learned_cards) == []
    await book.close()


def test_a_card_that_comes_with_the_end_says_whose_it_was(book) -> None:
    drivers.give_card(book, "AAAA", drivers.add_person(book, "Anna"), from_ts=0)
    one = begun(tag="")
    tell(book, one, ended(NOON + HOUR, 1_001_000, one, tag="AAAA"))
    assert row(book)["person_name"] == "Anna"


def test_a_session_is_assigned_and_all_of_it_stays_visible(book) -> None:
    anna, bert = drivers.add_person(book, "Anna"), drivers.add_person(book, "Bert")
    drivers.give_card(book, "AAAA", anna, from_ts=0)
    one = begun(tag="AAAA")
    tell(book, one, ended(NOON + HOUR, 1_001_000, one))
    change(book, "person", bert, why="lent the car")
    tell(book, one)  # told again
    assert row(book)["person_name"] == "Bert"
    assert row(book)["tag"] == "AAAA"
    found = queries.details(book, uid(book))
    assert found is not None
    (revision,) = found["revisions"]
    assert (revision["old"], revision["new"], revision["why"]) == (
        str(anna),
        str(bert),
        "lent the car",
    )
    assert "edited" in found["flags"]


def test_energy_is_corrected_and_taken_back(book) -> None:
    book.execute(
        "INSERT INTO tariff (applies, from_ts, currency, micro) VALUES ('all', 0, 'EUR', 250000)"
    )
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    before = (parts(book), shares(book), row(book)["nano"])
    assert before == ([1_000] * 4, {202610: 4_000}, 10**9)
    change(book, "wh", 3_001)
    assert (row(book)["wh"], row(book)["eff_wh"]) == (4_000, 3_001)
    assert sum(parts(book)) == 3_001
    assert row(book)["nano"] == 3_001 * 250_000
    change(book, "wh", None)
    assert (parts(book), shares(book), row(book)["nano"]) == before


def test_energy_that_nobody_knew_can_be_said(book) -> None:
    tell(book, begun(register=0), ended(NOON + HOUR, 7_930_000, begun(register=0)))
    assert row(book)["wh"] is None
    change(book, "wh", 8_000)
    assert (row(book)["eff_wh"], sum(parts(book))) == (8_000, 8_000)


def test_a_session_that_is_void_counts_nowhere_and_stays(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    change(book, "void", 1)
    asked = queries.Asked(month=202610)
    assert queries.totals(book, asked) == {}
    (listed,), _ = queries.page(book, asked)
    assert listed.flags & Flag.VOID
    tell(book, begun())
    assert row(book)["flags"] & Flag.VOID
    change(book, "void", 0)
    assert [total.wh for total in queries.totals(book, asked).values()] == [4_000]


def test_times_are_amended(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    change(book, "end", int(NOON + 2 * HOUR))
    assert row(book)["end_ts"] == NOON + 2 * HOUR
    assert parts(book) == [500] * 8
    with pytest.raises(CorrectionError, match="out_of_order"):
        change(book, "start", int(NOON + 3 * HOUR))


@pytest.mark.parametrize(
    ("field", "new", "why", "key"),
    [
        ("wh", -1, "x", "no_number"),
        ("wh", "many", "x", "no_number"),
        ("wh", 1, "  ", "no_reason"),
        ("wh", True, "x", "no_number"),
        ("wh", 100_000_001, "x", "no_number"),
        ("person", 99, "x", "no_person"),
        ("person", True, "x", "no_person"),
        ("person", "1", "x", "no_person"),
        ("person", 2**63, "x", "no_person"),
        ("void", 2, "x", "no_number"),
        ("void", "perhaps", "x", "no_number"),
        ("note", 5, "x", "no_text"),
        ("start", True, "x", "no_number"),
        ("start", "noon", "x", "no_number"),
        ("start", 0, "x", "unlikely_time"),
        ("start", 1_262_303_999, "x", "unlikely_time"),
        ("start", int(NOON) - 400 * 86_400, "x", "unlikely_time"),
        ("end", int(NOON) - 1, "x", "out_of_order"),
        ("end", int(NOON) + 3 * 86_400, "x", "unlikely_time"),
        ("end", 10**15, "x", "unlikely_time"),
        ("end", None, "x", "no_number"),
    ],
)
def test_a_correction_that_can_not_be_changes_nothing(book, field, new, why, key) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    before = row(book)
    with pytest.raises(CorrectionError, match=key):
        change(book, field, new, why)
    assert row(book) == before


def test_a_session_of_a_doubtful_clock_is_moved_one_end_after_the_other(book) -> None:
    years_ago = NOON - 3 * 365 * 86_400
    session = begun(years_ago, flags=Flag.CLOCK_DOUBTFUL)
    tell(book, session, ended(years_ago + HOUR, 1_004_000, session))
    change(book, "end", int(NOON + HOUR))
    change(book, "start", int(NOON))
    assert (row(book)["start_ts"], row(book)["end_ts"]) == (NOON, NOON + HOUR)
    assert (row(book)["wh"], shares(book)) == (4_000, {202610: 4_000})


def test_yes_and_no_void_a_session_as_one_and_nought_do(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    for new in (True, False):
        change(book, "void", new)
        assert bool(row(book)["flags"] & Flag.VOID) is new
    assert book.execute("SELECT new FROM revision ORDER BY id").fetchall() == [("1",), ("0",)]


def test_revisions_can_not_be_removed(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    change(book, "note", "hello")
    for statement in ("DELETE FROM revision", "UPDATE revision SET why = 'other'"):
        with pytest.raises(sqlite3.IntegrityError):
            book.execute(statement)


def test_who_is_forgotten_leaves_the_energy(book) -> None:
    anna = drivers.add_person(book, "Anna", ha_user_id="user-of-her")
    drivers.give_card(book, "ZZZZ", anna, from_ts=0, vehicle="ABC-123")
    one = begun(tag="ZZZZ")
    tell(book, one, ended(NOON + HOUR, 1_004_000, one))
    change(book, "note", "Anna's")
    lost = End(at=NOON, told="", tag=" zzzz")
    record(book, LooseEndTold(charger="GARAGE1", tx_id="5", end=lost))
    before = shares(book)
    drivers.forget(book, anna, int(NOON + 2 * HOUR))
    dump = "\n".join(book.iterdump())
    # None of them can be part of a random number in hexadecimal.
    for trace in ("Anna", "ZZZZ", "zzzz", "ABC-123", "user-of"):
        assert trace not in dump
    assert shares(book) == before
    assert row(book)["wh"] == 4_000
    tell(book, one)  # told again, by its charger
    assert row(book)["tag"] == ""
    assert row(book)["person_name"] is None


def test_who_is_forgotten_has_no_place_any_more(book) -> None:
    anna = drivers.add_person(book, "Anna", ha_user_id="abc")
    tell(book, begun())
    keeping.change_place(book, 1, name="By the door", evse_id="", person=anna)
    drivers.forget(book, anna, int(NOON + 2 * HOUR))
    (place,) = keeping.places(book)
    assert (place["name"], place["person_id"]) == ("By the door", None)
    assert rights.outlets_of(book, "abc") == set()
    # Somebody else can have it, and it can be named.
    keeping.change_place(book, 1, name="Left", evse_id="", person=place["person_id"])


def test_a_statement_stays_as_it_was_printed(book) -> None:
    book.execute(
        "INSERT INTO tariff (applies, from_ts, currency, micro) VALUES ('all', 0, 'EUR', 250000)"
    )
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    asked = queries.Asked(month=202610)

    def freeze() -> int:
        statement = statements.draw_up(queries.charged(book, asked))
        return statements.freeze(
            book, statement, number="2026-10-1", period="2026-10", scope={"person": 1}, at=1
        )

    assert freeze() == freeze() == 1
    change(book, "wh", 2_000)
    assert freeze() == 2
    (_, first), (_, second) = statements.frozen(book, "2026-10-1")
    assert (first["statement"]["amount"], second["statement"]["amount"]) == (100, 50)
    with pytest.raises(sqlite3.IntegrityError, match="frozen"):
        book.execute("UPDATE statement SET content = ''")


def test_prices_that_come_later_are_worked_in(book) -> None:
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    assert row(book)["nano"] is None
    book.execute(
        "INSERT INTO tariff (applies, from_ts, currency, micro) VALUES ('all', 0, 'EUR', 250000)"
    )
    work_out(book, row(book)["id"])
    assert row(book)["nano"] == 10**9
