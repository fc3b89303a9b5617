"""Who has charged all that they may in a month, and whose cards begin nothing any more."""

import pytest

from custom_components.ev_load_manager.sessions import drivers
from custom_components.ev_load_manager.sessions.budgets import spent
from custom_components.ev_load_manager.sessions.corrections import correct
from custom_components.ev_load_manager.sessions.recorder import uid_of

from .telling import HELSINKI, HOUR, NOON, begun, ended, new_book, rows, tell, with_readings

NEXT_MONTH = NOON + 30 * 24 * HOUR


@pytest.fixture
def book():
    """A book in which Anna has charged 4 kWh, and begins no more once that is all she may."""
    book = new_book()
    anna = drivers.add_person(book, "Anna", budget_wh=4_000)
    book.execute("UPDATE person SET over_budget = 'refuse'")
    drivers.give_card(book, "AAAA", anna, from_ts=0)
    drivers.give_card(book, "bbbb", anna, from_ts=0, to_ts=int(NOON))
    one = begun(tag="aaaa")
    tell(book, one, ended(NOON + HOUR, 1_004_000, one))
    yield book
    book.close()


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
