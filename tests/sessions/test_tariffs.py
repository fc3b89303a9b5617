"""Prices follow each other without gaps or overlaps, and what can be no price is refused."""

import sqlite3
from typing import Any

import pytest

from custom_components.ev_load_manager.sessions import drivers, keeping
from custom_components.ev_load_manager.sessions.keeping import KeepingError
from custom_components.ev_load_manager.sessions.outcome import read_tariffs
from custom_components.ev_load_manager.sessions.prices import choose
from custom_components.ev_load_manager.sessions.quarters import QUARTER

from .telling import begun, tell

DAY = 86_400


@pytest.fixture
def book(book: sqlite3.Connection) -> sqlite3.Connection:
    """A book with a place."""
    tell(book, begun())
    return book


def add(book: sqlite3.Connection, price: float | None, since: int, **more: Any) -> int:
    """A price from a day on."""
    return keeping.add_tariff(book, price=price, from_ts=since * DAY, currency="EUR", **more)


def by_day(book: sqlite3.Connection, days: int) -> list[float | None]:
    """The price at noon of each day."""
    found = []
    for day in range(days):
        one = choose(read_tariffs(book), (day * DAY + DAY // 2) // QUARTER, 1, None)
        found.append(None if one is None or one.micro is None else one.micro / 1_000_000)
    return found


def test_a_price_that_is_set_between_two_ends_where_the_later_begins(book) -> None:
    add(book, 0.1, 0)
    later = add(book, 0.3, 4)
    add(book, 0.2, 2)
    assert by_day(book, 6) == [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]
    # Once the last ends, none of those before it comes back.
    keeping.end_tariff(book, later, 5 * DAY)
    assert by_day(book, 6) == [0.1, 0.1, 0.2, 0.2, 0.3, None]
    assert {one["price"]: one["to_ts"] for one in keeping.tariffs(book)} == {
        0.1: 2 * DAY,
        0.2: 4 * DAY,
        0.3: 5 * DAY,
    }


def test_a_price_that_takes_the_place_of_another_from_the_same_moment_is_the_only_one(book) -> None:
    add(book, 0.1, 1)
    better = add(book, 0.2, 1)
    assert by_day(book, 3) == [None, 0.2, 0.2]
    keeping.end_tariff(book, better, 2 * DAY)
    assert by_day(book, 3) == [None, 0.2, None]


def test_a_price_that_never_began_leaves_the_one_before_as_it_was(book) -> None:
    add(book, 0.1, 0)
    add(book, 0.4, 5)
    for since in (3, 0):
        keeping.end_tariff(book, add(book, 0.3, since), 0)
        assert by_day(book, 7) == [0.1] * 5 + [0.4] * 2


def test_a_price_that_has_ended_stays_ended(book) -> None:
    first = add(book, 0.1, 0)
    keeping.end_tariff(book, first, DAY)
    keeping.end_tariff(book, first, 3 * DAY)
    assert by_day(book, 3) == [0.1, None, None]


def test_prices_of_others_are_left_alone(book) -> None:
    anna = drivers.add_person(book, "Anna")
    add(book, 0.1, 0)
    add(book, 0.2, 1, applies="person", applies_to=anna)
    add(book, 0.3, 2, applies="place", applies_to=1)
    assert [one["to_ts"] for one in keeping.tariffs(book)] == [None, None, None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": None},
        {"price": 0.1, "entity_id": "sensor.price"},
        {"price": 1_001},
        {"price": float("nan")},
        {"price": 10**400},
        {"price": True},
        {"price": 0.1, "per_hour": -0.01},
        {"price": 0.1, "per_session": -1},
        {"price": 0.1, "per_session": float("inf")},
        {"price": 0.1, "tax": -1},
        {"price": 0.1, "tax": 101},
        {"price": 0.1, "tax": True},
        {"price": 0.1, "tax": float("nan")},
        {"price": 0.1, "applies_to": 1},
        {"price": 0.1, "applies": "person"},
    ],
)
def test_what_can_be_no_price_is_refused(book, wrong: dict[str, Any]) -> None:
    add(book, 0.1, 0)
    with pytest.raises(KeepingError, match="price_wrong"):
        add(book, **{"since": 1, **wrong})
    assert by_day(book, 2) == [0.1, 0.1]


def test_a_price_is_for_somebody_and_some_place_that_there_is(book) -> None:
    gone = drivers.add_person(book, "Gone")
    drivers.forget(book, gone, 1)
    for applies, whom, key in (
        ("person", gone, "no_driver"),
        ("person", 99, "no_driver"),
        ("place", 99, "no_place"),
    ):
        with pytest.raises(KeepingError, match=key):
            add(book, 0.1, 0, applies=applies, applies_to=whom)
    assert keeping.tariffs(book) == []


def test_energy_may_cost_less_than_nothing(book) -> None:
    add(book, -0.05, 0)
    assert by_day(book, 1) == [-0.05]


def test_an_entity_is_listened_to_until_the_next_price_begins(book) -> None:
    add(book, None, 0, entity_id=" Sensor.Price ")
    add(book, 0.2, 5)
    assert keeping.price_entities(book, 4 * DAY) == {"sensor.price"}
    assert keeping.price_entities(book, 5 * DAY) == frozenset()
