"""Records for other systems are as OCPI 2.2.1 has them, and hold what the book holds."""

from base64 import b64decode
from datetime import datetime
import sqlite3
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.sessions import ocpi, queries
from custom_components.ev_load_manager.sessions.recorder import uid_of
from custom_components.ev_load_manager.sessions.told import Evidence, Span

from .ocpi_schema import check_cdr
from .telling import HOUR, NOON, begun, ended, new_book, row, tell, with_readings

PLACE = ocpi.Location(
    country_code="FI",
    party_id="TAL",
    id="home-1",
    address="Esimerkkikatu 1",
    city="Turku",
    country="FIN",
    postal_code="20100",
    latitude=60.45123,
    longitude=22.26712,
    evse_id="FI*TAL*E12",
    evse_uid="outlet-12",
)


def check(cdr: dict[str, Any]) -> None:
    """It is as the specification says, and adds up."""
    check_cdr(cdr)

    def volumes(kind: str) -> float:
        return sum(
            one["volume"]
            for period in cdr["charging_periods"]
            for one in period["dimensions"]
            if one["type"] == kind
        )

    assert volumes("ENERGY") == pytest.approx(cdr["total_energy"], abs=1e-9)
    assert volumes("PARKING_TIME") == pytest.approx(cdr["total_parking_time"], abs=1e-9)
    assert volumes("TIME") + volumes("PARKING_TIME") == pytest.approx(cdr["total_time"], abs=1e-4)
    begun_at = [period["start_date_time"] for period in cdr["charging_periods"]]
    assert begun_at == sorted(set(begun_at))
    assert begun_at[0] == cdr["start_date_time"]


def night_session(book) -> dict[str, Any]:
    """The one of the documents: 31 October 21:40 to 05:10 UTC, over midnight, parked at the end."""
    start = datetime.fromisoformat("2026-10-31T21:40:00Z").timestamp()
    session = begun(
        start,
        1_000_000,
        spans=(Span(start, "charging"), Span(start + 2.5 * HOUR, "car:car_full")),
        evidence=(Evidence('OCMF|{"FV": "1.0"}|{"SD":"30"}', "Transaction.Begin", "MeterValues"),),
    )
    readings = [(start + 600 * n, 1_000_000 + 9_250 / 15 * min(n, 15)) for n in range(1, 45)]
    tell(book, with_readings(session, readings), ended(start + 7.5 * HOUR, 1_009_250, session))
    found = queries.billed(book, uid_of(row(book)["once"]))
    assert found is not None
    return ocpi.record(found, PLACE)


@pytest.fixture
def book(book: sqlite3.Connection) -> sqlite3.Connection:
    """A book with a price."""
    book.execute(
        """INSERT INTO tariff (applies, from_ts, currency, micro, vat_ppm)
        VALUES ('all', 0, 'EUR', 200000, 255000)"""
    )
    return book


def test_a_session_over_midnight_makes_a_record_that_adds_up(book) -> None:
    cdr = night_session(book)
    check(cdr)
    assert cdr["total_energy"] == 9.25
    assert cdr["total_cost"] == {"excl_vat": 1.4741, "incl_vat": 1.85}
    assert cdr["total_time"] == 7.5
    assert cdr["total_parking_time"] == 5.0
    assert [period["start_date_time"] for period in cdr["charging_periods"]] == [
        "2026-10-31T21:40:00Z",
        "2026-10-31T22:00:00Z",
        "2026-11-01T00:10:00Z",
    ]
    assert cdr["signed_data"]["signed_values"][0]["nature"] == "Start"


def test_a_signed_value_that_is_no_text_makes_a_record_all_the_same(book) -> None:
    value = Evidence("OCMF|{}|\ud800", "Transaction.Begin", "MeterValues")
    tell(book, begun(), ended(NOON + HOUR, 1_004_000, begun(evidence=(value,))))
    found = queries.billed(book, uid_of(row(book)["once"]))
    assert found is not None
    (signed,) = ocpi.record(found, PLACE)["signed_data"]["signed_values"]
    assert b64decode(signed["signed_data"]).decode("utf-8", "surrogatepass") == value.value


def test_what_is_corrected_is_taken_back_first(book) -> None:
    cdr = night_session(book)
    taken_back = ocpi.credit(cdr, int(NOON))
    check_cdr(taken_back)
    assert taken_back["id"] == f"{cdr['id']}-C"
    assert taken_back["credit_reference_id"] == cdr["id"]
    assert taken_back["total_cost"]["excl_vat"] == -cdr["total_cost"]["excl_vat"]


@pytest.mark.parametrize("key", ["running", "unknown", "unpriced", "void"])
def test_what_can_not_be_billed_makes_no_record(key) -> None:
    book = new_book()
    if key != "unpriced":
        book.execute(
            "INSERT INTO tariff (applies, from_ts, currency, micro) VALUES ('all', 0, 'EUR', 1)"
        )
    start = begun(register=None if key == "unknown" else 1_000_000)
    tell(book, start)
    if key != "running":
        tell(book, ended(NOON + HOUR, 1_001_000, start))
    if key == "void":
        book.execute("UPDATE session SET flags = flags | 4096")
    found = queries.billed(book, uid_of(row(book)["once"]))
    assert found is not None
    with pytest.raises(ocpi.NotBillable, match=key):
        ocpi.record(found, PLACE)
    book.close()


@settings(deadline=None)
@given(
    st.integers(0, 3 * 86_400),
    st.lists(
        st.tuples(st.integers(0, 3 * 86_400), st.sampled_from(["charging", "car", "waiting:x"])),
        max_size=8,
    ),
    st.lists(st.integers(0, 2_000), max_size=40),
    st.integers(0, 86_400),
)
def test_whatever_a_session_did_its_record_adds_up(length, changes, quarters, shift) -> None:
    start = int(NOON) + shift
    prices = [100_000, 100_000, 250_000, -50_000]
    parts = [
        ocpi.Part((start // 900 + n) * 900, wh, wh * prices[n % 4], n % 2)
        for n, wh in enumerate(quarters)
        if wh and (start // 900 + n) * 900 < start + length
    ]
    session = ocpi.Billed(
        uid="0" * 32,
        start=start,
        end=start + length,
        zone="Europe/Helsinki",
        connector=1,
        tag="",
        person=None,
        auth=None,
        wh=sum(part.wh for part in parts),
        nano=sum(part.nano or 0 for part in parts),
        unpriced_wh=0,
        is_void=False,
        currency="EUR",
        vat_ppm=None,
        parts=parts,
        spans=[Span(start + at, state) for at, state in sorted(changes)],
        written_at=start,
    )
    check(ocpi.record(session, PLACE))
