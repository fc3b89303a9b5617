"""Who has charged all that they may in a month, and whose cards begin nothing any more."""

import sqlite3

import pytest

from custom_components.ev_load_manager.sessions import drivers, views
from custom_components.ev_load_manager.sessions.budgets import spent
from custom_components.ev_load_manager.sessions.corrections import correct
from custom_components.ev_load_manager.sessions.outcome import work_out
from custom_components.ev_load_manager.sessions.recorder import uid_of

from .telling import HELSINKI, HOUR, NOON, begun, ended, rows, tell, with_readings

NEXT_MONTH = NOON + 30 * 24 * HOUR


@pytest.fixture
def book(book: sqlite3.Connection) -> sqlite3.Connection:
    """A book in which Anna has charged 4 kWh, and begins no more once that is all she may."""
    anna = drivers.add_person(book, "Anna", budget_wh=4_000)
    book.execute("UPDATE person SET over_budget = 'refuse'")
    drivers.give_card(book, "AAAA", anna, from_ts=0)
    drivers.give_card(book, "bbbb", anna, from_ts=0, to_ts=int(NOON))
    one = begun(tag="aaaa")
    tell(book, one, ended(NOON + HOUR, 1_004_000, one))
    return book


def test_who_has_charged_all_begins_no_more(book) -> None:
    found = spent(book, NOON + 2 * HOUR, HELSINKI)
    assert [(one.name, one.used_wh, one.refuses) for one in found.budgets] == [
        ("Anna", 4_000, True)
    ]
    assert found.refuses(" aAaA ")
    # It is nobody's any more, and that one is nobody's at all.
    assert not found.refuses("BBBB")
    assert not found.refuses("CCCC")


def test_a_new_month_begins_with_nothing_used(book) -> None:
    assert spent(book, NEXT_MONTH, HELSINKI).budgets == ()


def test_a_budget_that_only_warns_refuses_nobody(book) -> None:
    book.execute("UPDATE person SET over_budget = 'warn'")
    found = spent(book, NOON + 2 * HOUR, HELSINKI)
    assert len(found.budgets) == 1
    assert not found.refuses("AAAA")


@pytest.mark.parametrize("budget", [None, 4_001])
def test_with_a_wh_left_or_without_a_budget_everybody_goes_on(book, budget) -> None:
    book.execute("UPDATE person SET budget_wh = ?", (budget,))
    assert spent(book, NOON + 2 * HOUR, HELSINKI).budgets == ()


def test_what_flows_in_a_running_session_counts(book) -> None:
    book.execute("UPDATE person SET budget_wh = 5_000")
    running = begun(NOON + 2 * HOUR, 1_004_000, tag="AAAA", tx_id="18")
    tell(book, with_readings(running, [(NOON + 2.5 * HOUR, 1_005_000)]))
    assert [one.used_wh for one in spent(book, NOON + 3 * HOUR, HELSINKI).budgets] == [5_000]


def test_a_session_that_is_void_uses_up_no_budget(book) -> None:
    (one,) = rows(book)
    correct(book, uid_of(one["once"]), "void", 1, user_id=None, why="not hers", at=int(NOON))
    assert spent(book, NOON + 2 * HOUR, HELSINKI).budgets == ()


def test_a_groups_budget_is_for_all_who_are_in_it(book) -> None:
    flat = drivers.add_person(book, "Flat 7", kind="group", budget_wh=6_000)
    bert = drivers.add_person(book, "Bert")
    drivers.give_card(book, "CCCC", bert, from_ts=0)
    book.execute("UPDATE person SET budget_wh = NULL WHERE kind = 'driver'")
    book.execute("UPDATE person SET over_budget = 'refuse'")
    for person in (bert, 1):
        drivers.put_into_group(book, person, flat, 0)
    one = begun(NOON + 2 * HOUR, 1_004_000, tag="CCCC", tx_id="18")
    tell(book, one, ended(NOON + 3 * HOUR, 1_006_000, one))
    found = spent(book, NOON + 3 * HOUR, HELSINKI)
    assert [(one.name, one.used_wh) for one in found.budgets] == [("Flat 7", 6_000)]
    shown = views.kept(book, NOON + 3 * HOUR, HELSINKI)["persons"]
    assert {one["name"]: one["used_wh"] for one in shown} == {
        "Anna": 4_000,
        "Bert": 2_000,
        "Flat 7": 6_000,
    }
    assert found.refuses("AAAA")
    assert found.refuses("CCCC")
    drivers.put_into_group(book, bert, None, int(NOON + 3 * HOUR))
    assert spent(book, NOON + 4 * HOUR, HELSINKI).budgets == ()


def test_a_groups_price_is_its_members_until_they_have_one_of_their_own(book) -> None:
    flat = drivers.add_person(book, "Flat 7", kind="group")
    drivers.put_into_group(book, 1, flat, 0)

    def sets_price(person: int | None, micro: int) -> None:
        book.execute(
            """INSERT INTO tariff (applies, applies_to, from_ts, currency, micro)
            VALUES (?, ?, 0, 'EUR', ?)""",
            ("all" if person is None else "person", person, micro),
        )
        work_out(book, rows(book)[0]["id"])

    sets_price(None, 300_000)
    assert rows(book)[0]["nano"] == 4_000 * 300_000
    sets_price(flat, 200_000)
    assert rows(book)[0]["nano"] == 4_000 * 200_000
    sets_price(1, 100_000)
    assert rows(book)[0]["nano"] == 4_000 * 100_000
    # Who leaves a group later has been in it then.
    book.execute("DELETE FROM tariff WHERE applies_to = 1")
    drivers.put_into_group(book, 1, None, int(NOON + 9 * HOUR))
    work_out(book, rows(book)[0]["id"])
    assert rows(book)[0]["nano"] == 4_000 * 200_000
