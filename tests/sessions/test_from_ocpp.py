"""What a charger says over its socket is in the book, as it was said."""

from collections.abc import AsyncGenerator
from pathlib import Path
import sqlite3
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.group.session_journal import SessionJournal
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.completeness import WHOLE, Flag
from custom_components.ev_load_manager.sessions.recorder import evidence_of
from tests.csms.client import Client
from tests.csms.conftest import ago, central, charger, sample

__all__ = ["central", "charger"]

REGISTER = "Energy.Active.Import.Register"
OCMF = 'OCMF|{"FV":"1.0",  "RD":[{"RV":2935.600, "RU":"kWh"}]}|{"SD":"' + "3046" * 200 + '"}'


@pytest.fixture
async def book(tmp_path: Path) -> AsyncGenerator[Book]:
    """An empty book."""
    book = Book(tmp_path / "book.db")
    yield book
    await book.close()


@pytest.fixture
def journal(book: Book, charger: ChargePoint) -> SessionJournal:
    """Writes down what CP1 says."""
    journal = SessionJournal(book, charger.id, lambda: "Europe/Helsinki")
    charger.sessions.journal = journal
    return journal


async def sessions(book: Book, journal: SessionJournal) -> list[dict[str, Any]]:
    """All that are in the book by now."""
    await journal.settled()

    def read(connection: sqlite3.Connection) -> list[dict[str, Any]]:
        cursor = connection.execute("SELECT * FROM session ORDER BY start_ts, id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    return await book.read(read)


async def start(client: Client, **more: Any) -> int:
    payload = {"connectorId": 1, "idTag": "TAG", "meterStart": 1000, "timestamp": ago(3600)}
    answer = await client.call("StartTransaction", **{**payload, **more})
    return int(answer["transactionId"])


async def stop(client: Client, transaction: int, **more: Any) -> None:
    payload = {"transactionId": transaction, "meterStop": 3000, "timestamp": ago(0)}
    await client.call("StopTransaction", **{**payload, **more})


async def test_a_session_from_start_to_stop(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        began, ended = ago(100), ago(0)
        transaction = await start(client, timestamp=began)
        (running,) = await sessions(book, journal)
        assert running["end_ts"] is None
        assert running["told_start"] == began
        assert running["tx_id"] == str(transaction)
        await stop(client, transaction, timestamp=ended, reason="EVDisconnected", idTag="OTHER")
    (found,) = await sessions(book, journal)
    assert (found["told_wh_start"], found["told_wh_stop"], found["wh"]) == (1000, 3000, 2000)
    assert (found["told_stop"], found["reason"]) == (ended, "EVDisconnected")
    assert Flag(found["flags"]) == Flag.OTHER_CARD
    assert 99 <= found["end_ts"] - found["start_ts"] <= 101


async def test_a_session_that_is_told_after_an_outage_says_so(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        await client.status("Available")
        transaction = await start(client, timestamp=ago(7200))
        await stop(client, transaction, timestamp=ago(3600))
    (found,) = await sessions(book, journal)
    assert Flag(found["flags"]) == Flag.TOLD_LATE | Flag.ESTIMATED
    assert abs(found["end_ts"] - found["start_ts"] - 3600) <= 1


async def test_a_reboot_ends_a_session_by_what_the_charger_tells_of_it_then(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        await client.status("Available")
        transaction = await start(client, timestamp=ago(60))
        await client.status("Charging")
    async with Client(central) as client:
        await client.boot()
        await stop(client, transaction, meterStop=2500, timestamp=ago(5), reason="PowerLoss")
        await client.status("Available")
    (found,) = await sessions(book, journal)
    assert (found["reason"], found["wh"]) == ("PowerLoss", 1500)
    assert Flag.STOP_LOST not in Flag(found["flags"])


async def test_a_session_that_a_charger_forgot_in_a_reboot_ends_with_the_next_and_has_what_was_told(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        await client.status("Available")
        transaction = await start(client, timestamp=ago(60))
        await client.status("Charging")
        told = {"timestamp": ago(30), "sampledValue": [sample("1800", REGISTER)]}
        await client.call(
            "MeterValues", connectorId=1, transactionId=transaction, meterValue=[told]
        )
    async with Client(central) as client:
        await client.boot()
        await client.status("Available")
        await start(client, meterStart=1800, timestamp=ago(0), idTag="NEXT")
    found, following = await sessions(book, journal)
    assert found["end_ts"] == following["start_ts"]
    assert following["end_ts"] is None
    assert (found["told_wh_stop"], found["wh"]) == (None, 800)
    assert Flag.STOP_LOST in Flag(found["flags"])


async def test_values_before_a_session_was_heard_of_begin_it(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        await client.status("Charging")
        for register in (5000, 5500):
            told = {"timestamp": ago(0), "sampledValue": [sample(str(register), REGISTER)]}
            await client.call("MeterValues", connectorId=1, transactionId=77, meterValue=[told])
        await stop(client, 77, meterStop=6000)
    (found,) = await sessions(book, journal)
    assert (found["wh"], found["tx_id"]) == (1000, "77")
    assert Flag(found["flags"]) == Flag.START_UNKNOWN


async def test_signed_values_are_kept_as_they_came(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    signed = {"value": OCMF, "format": "SignedData", "context": "Transaction.Begin"}
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(0))
        value = {"timestamp": ago(0), "sampledValue": [signed]}
        await client.call(
            "MeterValues", connectorId=1, transactionId=transaction, meterValue=[value]
        )
        end = {"timestamp": ago(0), "sampledValue": [{**signed, "context": "Transaction.End"}]}
        await stop(client, transaction, transactionData=[value, end])
    (found,) = await sessions(book, journal)
    kept = await book.read(lambda connection: evidence_of(connection, found["id"]))
    assert sorted(kept) == [(OCMF, "Transaction.Begin"), (OCMF, "Transaction.End")]


async def test_a_stop_that_only_the_book_knows_still_ends_its_session(
    central: CentralSystem, charger: ChargePoint, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(60))
        await journal.settled()
        # Home Assistant has forgotten all that it knew of the charger.
        charger.connectors[1].transaction = None
        charger.sessions._starts.clear()
        await stop(client, transaction)
        await stop(client, 4711)
    (found,) = await sessions(book, journal)
    assert found["wh"] == 2000
    assert not Flag(found["flags"]) & Flag.STOP_LOST
    loose = await book.read(lambda one: one.execute("SELECT tx_id FROM loose_end").fetchall())
    assert loose == [("4711",)]


async def test_a_clock_that_is_three_hours_behind_keeps_our_times(
    central: CentralSystem, book: Book, journal: SessionJournal, charger: ChargePoint
) -> None:
    charger.clock._zero -= 3 * 3600
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(3 * 3600))
        (running,) = await sessions(book, journal)
        await stop(client, transaction, timestamp=ago(3 * 3600), meterStop=1010)
    (found,) = await sessions(book, journal)
    assert Flag(found["flags"]) == Flag.CLOCK_DOUBTFUL
    assert found["wh"] == 10
    assert running["told_start"] != running["start_ts"]


async def test_a_register_between_sessions_is_kept(
    central: CentralSystem, book: Book, journal: SessionJournal
) -> None:
    async with Client(central) as client:
        told = {"timestamp": ago(100), "sampledValue": [sample("900", REGISTER)]}
        await client.call("MeterValues", connectorId=1, meterValue=[told])
        transaction = await start(client, timestamp=ago(60))
        await stop(client, transaction)
    await journal.settled()
    found = await book.read(
        lambda one: one.execute("SELECT wh, source FROM reading ORDER BY wh").fetchall()
    )
    assert found == [(900, "idle"), (1000, "start"), (3000, "stop")]


async def test_a_book_that_can_not_be_written_keeps_nobody_waiting(
    central: CentralSystem, book: Book, journal: SessionJournal, tmp_path: Path
) -> None:
    (tmp_path / "book.db").mkdir()
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(60))
        await stop(client, transaction)
    await journal.settled()
    assert len(book.waiting) >= 2
    (tmp_path / "book.db").rmdir()
    assert await book.try_again()
    (found,) = await sessions(book, journal)
    assert found["wh"] == 2000
    assert Flag(found["flags"]) == WHOLE
