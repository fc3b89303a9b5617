"""Months, searches, pages and CSV show the same sessions, each once."""

from contextlib import closing
import csv
from datetime import UTC, datetime
import io
import sqlite3

import pytest

from custom_components.ev_load_manager.sessions import drivers, queries
from custom_components.ev_load_manager.sessions.export_csv import BOM, COLUMNS, Flavour, lines
from custom_components.ev_load_manager.sessions.queries import Asked

from .telling import HOUR, NOON, begun, ended, new_book, tell


@pytest.fixture
def book(book: sqlite3.Connection) -> sqlite3.Connection:
    """Thirty sessions at three places, and two drivers."""
    for name, tag in (("Anna", "AAAA"), ("Bert", "BBBB")):
        drivers.give_card(book, tag, drivers.add_person(book, name), from_ts=0)
    for n in range(30):
        start = begun(
            NOON + n * 86_400,
            1_000_000 + 1_000 * n,
            charger=f"G{n % 3}",
            tag=["AAAA", "BBBB", ""][n % 3],
            tx_id=str(n),
        )
        tell(book, start, ended(NOON + n * 86_400 + HOUR, 1_001_000 + 1_000 * n, start))
    return book


def test_pages_show_each_session_once_the_newest_first(book) -> None:
    seen, after = [], None
    while True:
        found, after = queries.page(book, Asked(month=202610), after=after, most=7)
        seen += found
        if after is None:
            break
    assert len({one.uid for one in seen}) == len(seen) == 18
    assert [one.start for one in seen] == sorted((one.start for one in seen), reverse=True)


def test_months_are_those_with_sessions_the_newest_first(book) -> None:
    assert queries.months(book) == [202611, 202610]
    with closing(new_book()) as empty:
        assert queries.months(empty) == []


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"text": "anna"}, 6),
        ({"text": "bbbb"}, 6),
        ({"text": "G2"}, 6),
        ({"text": "anna G1"}, 0),
        ({"text": "%"}, 0),
        ({"text": "'; DROP TABLE session; --"}, 0),
        ({"persons": frozenset()}, 0),
        ({"places": frozenset({1, 2})}, 12),
    ],
)
def test_a_search_finds_what_has_all_its_words(book, asked, count) -> None:
    found, _ = queries.page(book, Asked(month=202610, **asked), most=100)
    assert len(found) == count
    assert (
        sum(one.sessions for one in queries.totals(book, Asked(month=202610, **asked)).values())
        == count
    )


def test_totals_by_person_and_by_place_are_the_same(book) -> None:
    for month in queries.months(book):
        sums = [
            sum(one.wh for one in queries.totals(book, Asked(month=month), by).values())
            for by in ("person", "place")
        ]
        listed, _ = queries.page(book, Asked(month=month), most=1000)
        assert {*sums, sum(one.wh for one in listed)} == {sums[0]}


def test_a_session_is_shown_with_all_of_it(book) -> None:
    (newest, *_), _ = queries.page(book, Asked(month=202611))
    found = queries.details(book, newest.uid)
    assert found is not None
    assert sum(wh for _, wh, _, _ in found["quarters"]) == 1_000
    assert found["charger"] == "G2"
    assert queries.details(book, "00" * 16) is None


NAMES = [
    "=1+1",
    "+SUM(A1)",
    "-2",
    "@cmd",
    "\t=1",
    "  =1",
    "＝1",
    'a"b',
    "a;b,c",
    "a\nb",
    "🚗",
    "ok",
]


@pytest.mark.parametrize("flavour", [Flavour(), Flavour(spreadsheet=True, language="fi")])
def test_cells_are_what_they_were_and_no_formula(flavour) -> None:
    book = new_book()
    for n, name in enumerate(NAMES):
        drivers.give_card(book, f"T{n}", drivers.add_person(book, name), from_ts=0)
        start = begun(NOON + n, charger=f"C{n}", tag=f"T{n}")
        tell(book, start, ended(NOON + HOUR + n, 1_001_234, start))
    rows, _ = queries.page(book, Asked(month=202610))
    text = "".join(lines(rows, flavour))
    assert text.startswith(BOM) is flavour.spreadsheet
    read = csv.DictReader(
        io.StringIO(text.removeprefix(BOM), newline=""), delimiter=flavour.delimiter
    )
    assert read.fieldnames == list(COLUMNS)
    cells = [*read]
    assert [one["driver"].removeprefix("'") for one in reversed(cells)] == NAMES
    assert not any(one["driver"].lstrip().startswith(("=", "+", "-", "@", "＝")) for one in cells)
    comma = "," if flavour.spreadsheet else "."
    assert {one["kwh"] for one in cells} == {f"1{comma}234"}
    assert cells[-1]["start_utc"] == datetime.fromtimestamp(NOON, UTC).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )
    assert text.count("\r\n") == len(NAMES) + 1
    book.close()


def test_local_times_say_how_far_they_are_from_utc(book) -> None:
    (newest, *_), _ = queries.page(book, Asked(month=202611))
    _, line = lines([newest], Flavour())
    assert line.split(",")[1].endswith("T11:00:00+02:00")
