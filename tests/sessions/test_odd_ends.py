"""Ends that fit no session, ends by hand, clocks of the future, and sessions of many months."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.group.session_journal import SessionJournal
from custom_components.ev_load_manager.sessions import drivers, keeping, queries, rights
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.completeness import Flag
from custom_components.ev_load_manager.sessions.corrections import correct
from custom_components.ev_load_manager.sessions.months import Month
from custom_components.ev_load_manager.sessions.reconcile import of_month
from custom_components.ev_load_manager.sessions.recorder import evidence_of, uid_of
from custom_components.ev_load_manager.sessions.statement_making import (
    make_statement,
    read_statement,
)
from tests.csms.client import Client
from tests.csms.conftest import ago, central, charger, sample

from .telling import (
    HELSINKI,
    HOUR,
    NOON,
    begun,
    ended,
    new_book,
    row,
    rows,
    shares,
    tell,
    with_readings,
)
from .test_from_ocpp import REGISTER, journal, sessions, start, stop

__all__ = ["central", "charger", "journal"]


@pytest.fixture
async def book(tmp_path: Path) -> AsyncGenerator[Book]:
    """An empty book."""
    book = Book(tmp_path / "book.db")
    yield book
    await book.close()


async def loose_ends(book: Book) -> list[str]:
    found = await book.read(lambda one: one.execute("SELECT tx_id FROM loose_end").fetchall())
    return [number for (number,) in found]


async def test_an_end_of_a_session_that_is_not_known_ends_none(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(60))
        await stop(client, 4711, meterStop=9_000)
        (running,) = await sessions(book, journal)
        assert running["end_ts"] is None
        await stop(client, transaction)
    (found,) = await sessions(book, journal)
    assert found["wh"] == 2_000
    assert await loose_ends(book) == ["4711"]


@pytest.mark.parametrize("number", [-1, 0])
async def test_who_never_heard_its_sessions_number_ends_the_only_one_there_is(
    central: CentralSystem, book: Book, journal: SessionJournal, number: int
) -> None:
    async with Client(central) as client:
        await start(client, timestamp=ago(60))
        # One whose register can't be this one's is not it.
        await stop(client, number, meterStop=700)
        (running,) = await sessions(book, journal)
        assert running["end_ts"] is None
        await stop(client, number)
    (found,) = await sessions(book, journal)
    assert found["wh"] == 2_000


@pytest.mark.parametrize("number", [-1, 0])
async def test_who_never_heard_its_sessions_number_ends_none_of_two(
    central: CentralSystem, book: Book, journal: SessionJournal, number: int
) -> None:
    async with Client(central) as client:
        await start(client, connectorId=1, timestamp=ago(60))
        await start(client, connectorId=2, timestamp=ago(60))
        await stop(client, number)
    assert [one["end_ts"] for one in await sessions(book, journal)] == [None, None]
    assert await loose_ends(book) == [""]


async def test_an_outlet_ends_only_what_it_began(
    central: CentralSystem, book: Book, journal: SessionJournal, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        first = await start(client, connectorId=1)
        second = await start(client, connectorId=2, meterStart=50_000, idTag="OTHER")
        await stop(client, second, meterStop=51_000)
        one, other = sorted(await sessions(book, journal), key=lambda one: one["told_wh_start"])
        assert (one["end_ts"], other["wh"]) == (None, 1_000)
        await stop(client, first)
    assert {one["wh"] for one in await sessions(book, journal)} == {1_000, 2_000}


async def test_an_end_that_names_another_chargers_session_ends_it_not(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    central.add("CP2")
    other = SessionJournal(book, "CP2", lambda: HELSINKI)
    central.chargers["CP2"].sessions.journal = other
    async with Client(central) as client, Client(central, "CP2") as second:
        transaction = await start(client)
        await stop(second, transaction, meterStop=9_000)
        (running,) = await sessions(book, journal)
        assert running["end_ts"] is None
        await stop(client, transaction)
    (found,) = await sessions(book, journal)
    assert found["wh"] == 2_000


def change(book: sqlite3.Connection, field: str, new: int | None) -> None:
    correct(
        book,
        uid_of(row(book)["once"]),
        field,
        new,
        user_id="admin",
        why="the car is gone",
        at=int(NOON + 3 * HOUR),
    )


def test_a_session_is_ended_by_hand_until_its_charger_tells_the_end() -> None:
    book = new_book()
    session = begun()
    tell(book, session)
    change(book, "end", int(NOON + 2 * HOUR))
    assert (row(book)["end_ts"], row(book)["wh"]) == (NOON + 2 * HOUR, None)
    assert Flag(row(book)["flags"]) & Flag.STOP_LOST
    # The outlet is free for the next one meanwhile, and so it is when the end comes.
    later = begun(NOON + 2.5 * HOUR, 1_009_000, tx_id="18")
    tell(book, later)
    tell(book, ended(NOON + HOUR, 1_004_000, session))
    first, second = rows(book)
    assert (first["end_ts"], first["wh"]) == (NOON + HOUR, 4_000)
    assert not Flag(first["flags"]) & Flag.STOP_LOST
    assert Flag(first["flags"]) & Flag.EDITED
    assert second["end_ts"] is None


@pytest.mark.parametrize("told", ["1970-01-01T00:00:07Z", "2051-05-05T05:05:05Z"])
async def test_a_clock_of_another_age_changes_neither_time_nor_energy(
    central: CentralSystem, book: Book, journal: SessionJournal, told: str
) -> None:
    began = datetime.now(UTC)
    async with Client(central) as client:
        transaction = await start(client, timestamp=told)
        value = {"timestamp": told, "sampledValue": [sample("1000.4", REGISTER)]}
        await client.call(
            "MeterValues", connectorId=1, transactionId=transaction, meterValue=[value]
        )
        await stop(client, transaction, meterStop=1_001, timestamp=told)
    (found,) = await sessions(book, journal)
    # One that was never set tells no time; one that is wrong is kept as it was told.
    assert found["told_start"] == (None if told.startswith("1970") else told)
    assert abs(found["start_ts"] - began.timestamp()) < HOUR
    assert abs(found["end_ts"] - began.timestamp()) < HOUR
    assert found["wh"] == 1
    assert Flag(found["flags"]) & Flag.CLOCK_DOUBTFUL


@pytest.mark.parametrize(
    ("value", "unit"),
    [("1001.5", "Wh"), ("1.0015", "kWh"), ("1.0015", "KWh"), ("1,0015", "kWh")],
)
async def test_a_register_is_read_in_its_unit_and_with_its_decimals(
    central: CentralSystem, book: Book, journal: SessionJournal, value: str, unit: str
) -> None:
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(1800))
        told = {"timestamp": ago(900), "sampledValue": [sample(value, REGISTER, unit=unit)]}
        await client.call(
            "MeterValues", connectorId=1, transactionId=transaction, meterValue=[told]
        )
        (running,) = await sessions(book, journal)
        assert running["wh"] in (None, 0, 1, 2)
        await stop(client, transaction, meterStop=1_003)
    (found,) = await sessions(book, journal)
    marks = await book.read(lambda one: one.execute("SELECT wh FROM mark").fetchall())
    # Also with a comma, as some write it where they are made.
    assert marks == [(1_001.5,)]
    assert found["wh"] == 3


def test_a_session_of_forty_days_has_its_part_of_each_month() -> None:
    book = new_book()
    session = begun(NOON)  # 14 October
    days = [(NOON + n * 24 * HOUR, 1_000_000.0 + 1_000 * n) for n in range(1, 70)]

    tell(book, with_readings(session, days), ended(NOON + 70 * 24 * HOUR, 1_070_000, session))
    found = shares(book)
    assert list(found) == [202610, 202611, 202612]
    assert sum(found.values()) == row(book)["wh"] == 70_000
    assert found[202611] == pytest.approx(30_000, abs=50)


def test_a_place_is_called_what_its_charger_is_called_until_it_has_a_name_of_its_own() -> None:
    book = new_book()
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    keeping.name_places(book, {("GARAGE1", 1): "Left"}, NOON)
    keeping.name_places(book, {("GARAGE1", 1): "By the door"}, NOON)
    assert [one["name"] for one in keeping.places(book)] == ["By the door"]
    keeping.change_place(book, 1, name="Anna's", evse_id="", person=None)
    keeping.name_places(book, {("GARAGE1", 1): "Right"}, NOON)
    assert [one["name"] for one in keeping.places(book)] == ["Anna's"]
    (charged,) = queries.page(book, queries.Asked(month=202610))[0]
    assert (charged.place, charged.session_wh) == ("Anna's", 4_000)


def test_who_is_forgotten_changes_neither_statements_nor_what_meters_counted() -> None:
    book = new_book()
    anna = drivers.add_person(book, "Anna")
    drivers.give_card(book, "04A1B2C3", anna, from_ts=0)
    keeping.add_tariff(book, price=0.25, from_ts=0, currency="EUR")
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    made = make_statement(
        book, month=202610, person=anna, place=None, at=int(NOON + 2 * HOUR), zone=HELSINKI
    )
    printed = read_statement(book, made["number"], made["version"])
    counted = of_month(book, 1, Month(2026, 10), HELSINKI)
    drivers.forget(book, anna, int(NOON + 3 * HOUR))
    assert read_statement(book, made["number"], made["version"]) == printed
    assert of_month(book, 1, Month(2026, 10), HELSINKI) == counted
    assert (row(book)["eff_wh"], row(book)["nano"]) == (4_000, 1_000_000_000)


OCMF = 'OCMF|{"RD":[{"RV":1.5}]}|{"SD":"30' + "46" * 2_400 + '"}'


async def test_a_signed_value_that_comes_after_the_end_or_names_no_session_is_kept(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    signed = {"value": OCMF, "format": "SignedData", "context": "Transaction.End"}
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(600))
        await stop(client, transaction, timestamp=ago(5))
        told = {"timestamp": ago(5), "sampledValue": [signed]}
        await client.call("MeterValues", connectorId=1, meterValue=[told])
        late = {"timestamp": ago(4), "sampledValue": [{**signed, "value": "T0NNRg==?"}]}
        await client.call(
            "MeterValues", connectorId=1, transactionId=transaction, meterValue=[late]
        )
    (found,) = await sessions(book, journal)
    kept = await book.read(lambda one: evidence_of(one, found["id"]))
    assert {value for value, _ in kept} == {OCMF, "T0NNRg==?"}
    assert timedelta(seconds=found["end_ts"] - found["start_ts"]) < timedelta(minutes=11)


def by_place(book: sqlite3.Connection) -> dict[str, int]:
    """What each place was charged at in October, Wh."""
    found = queries.totals(book, queries.Asked(month=202610), "place")
    return {str(name): total.wh or 0 for (_, name), total in found.items()}


def test_a_place_goes_on_with_its_name_price_and_driver_when_its_charger_is_exchanged() -> None:
    book = new_book()
    anna = drivers.add_person(book, "Anna", ha_user_id="her")
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    place = row(book)["place_id"]
    keeping.change_place(book, place, name="By the door", evse_id="", person=anna)
    keeping.add_tariff(
        book, price=0.5, applies="place", applies_to=place, from_ts=0, currency="EUR"
    )
    keeping.price_some(book, since=0)
    # The new one has charged where it was mounted before.
    new = begun(NOON + 2 * HOUR, 500, charger="NEW", tx_id="2")
    tell(book, new)
    change = NOON + 5 * HOUR
    with pytest.raises(keeping.KeepingError, match="place_busy"):
        keeping.exchange_outlet(book, place, "NEW", 1, int(change))
    tell(book, ended(NOON + 3 * HOUR, 1_500, new))
    keeping.exchange_outlet(book, place, "NEW", 1, int(change))
    keeping.exchange_outlet(book, place, "NEW", 1, int(change) + 60)  # once more changes nothing

    later = begun(NOON + 6 * HOUR, 1_500, charger="NEW", tx_id="3")
    tell(book, later, ended(NOON + 7 * HOUR, 3_500, later))
    # What both tell late is of the places that they served then.
    late = begun(NOON + 4 * HOUR, 1_500, charger="NEW", tx_id="4")
    tell(book, late, ended(NOON + 4.5 * HOUR, 1_500, late))
    old = begun(NOON + 3 * HOUR, 1_004_000, tx_id="5")
    tell(book, old, ended(NOON + 4 * HOUR, 1_004_100, old))
    assert by_place(book) == {"By the door": 6_100, "NEW": 1_000}
    costs = [one["nano"] for one in rows(book) if one["place_id"] == place]
    assert costs == [2_000_000_000, 50_000_000, 1_000_000_000]
    assert rights.outlets_of(book, "her") == {("NEW", 1)}
    # The old one serves another place from now on.
    elsewhere = begun(NOON + 8 * HOUR, 1_004_100, tx_id="6")
    tell(book, elsewhere, ended(NOON + 9 * HOUR, 1_005_100, elsewhere))
    assert by_place(book) == {"By the door": 6_100, "NEW": 1_000, "GARAGE1": 1_000}


def test_nothing_serves_a_place_that_the_book_does_not_know() -> None:
    book = new_book()
    tell(book, begun(), ended(NOON + HOUR, 1_004_000))
    with pytest.raises(keeping.KeepingError, match="no_place"):
        keeping.exchange_outlet(book, 1, "NOBODY", 1, int(NOON + 2 * HOUR))
