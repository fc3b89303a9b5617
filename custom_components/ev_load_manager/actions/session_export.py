"""Sessions as CSV, as records of OCPI, and as statements to print, in people's language.

Files are made in the book's own thread and piece by piece, so that a big month holds nothing up.
"""

from collections.abc import AsyncIterator, Mapping, Set as AbstractSet
from functools import partial
from itertools import islice
import sqlite3
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .. import clock
from ..const import DOMAIN
from ..errors import refusal
from ..sessions import keeping, queries
from ..sessions.countries import THREE_LETTERS
from ..sessions.export_csv import Flavour, lines
from ..sessions.handed_on import as_it_would_be, hand_on, handed_on, of_month, take_back
from ..sessions.months import month_at
from ..sessions.ocpi import Location, NotBillable, record
from ..sessions.queries import Asked, Cursor
from ..sessions.rights import Viewer
from ..sessions.statement_making import read_statement
from ..sessions.statement_page import render
from .session_rights import open_book

_PIECE: Final = 500
"""Sessions that are read at once."""
_HANDED_ON: Final = 100
"""Records that are kept at once: what charges now must not wait for them."""


async def words_of(hass: HomeAssistant, language: str) -> dict[str, str]:
    """Words for columns, notes and statements."""
    texts = await async_get_translations(hass, language, "common", {DOMAIN})
    prefix = f"component.{DOMAIN}.common."
    return {key.removeprefix(prefix): text for key, text in texts.items()}


async def csv_of(
    hass: HomeAssistant, asked: Asked, *, language: str, spreadsheet: bool
) -> AsyncIterator[str]:
    """A month's sessions as lines, in pieces; in words of people where a spreadsheet shows them."""
    flavour = Flavour(spreadsheet=spreadsheet, language=language)
    words: dict[str, str] = {}
    if spreadsheet:
        words = {
            key.removeprefix("csv_"): text for key, text in (await words_of(hass, language)).items()
        }
    book = open_book(hass)
    after: Cursor | None = None
    first = True

    def piece(
        connection: sqlite3.Connection, after: Cursor | None, first: bool
    ) -> tuple[str, Cursor | None]:
        rows, more = queries.page(connection, asked, after=after, most=_PIECE)
        return "".join(islice(lines(rows, flavour, words=words), 0 if first else 1, None)), more

    while first or after is not None:
        text, after = await book.read(partial(piece, after=after, first=first))
        first = False
        yield text


async def ocpi_of(
    hass: HomeAssistant, asked: Asked, *, hands_on: bool
) -> dict[str, list[dict[str, Any]]]:
    """The records of sessions that ended in a month, and of those that make none, why.

    `hands_on`: they are for who bills, and are kept as they are; what is corrected later is
    credited and told anew by the next that asks.

    Raises ServiceValidationError where nobody said what a record has to name.
    """
    book = open_book(hass)
    settings = await book.read(keeping.settings)
    code = (settings["country_code"] or hass.config.country or "").upper()
    if (
        not all(settings[name] for name in ("party_id", "address", "city"))
        or code not in THREE_LETTERS
    ):
        raise refusal("book_ocpi_incomplete")
    home = Location(
        country_code=code,
        party_id=settings["party_id"].upper(),
        id="home",
        address=settings["address"],
        city=settings["city"],
        country=THREE_LETTERS[code],
        postal_code=settings["postal_code"],
        latitude=hass.config.latitude,
        longitude=hass.config.longitude,
        evse_id="",
        evse_uid="",
    )
    found: dict[str, list[dict[str, Any]]] = {"cdrs": [], "left_out": []}
    after: Cursor | None = None
    at = int(clock.now().timestamp())
    # Only who bills others hands anything on; a driver looks at their own.
    access, most = (book.change, _HANDED_ON) if hands_on else (book.read, _PIECE)
    while True:
        work = partial(
            _records, asked=asked, after=after, home=home, most=most, at=at if hands_on else None
        )
        piece, after = await access(work)
        for name, rows in piece.items():
            found[name] += rows
        if after is None:
            break
    if hands_on and _is_whole(asked):
        gone = await book.change(
            partial(_credits, month=asked.month, known={one["id"] for one in found["cdrs"]}, at=at)
        )
        found["cdrs"] += gone
    return found


def _is_whole(asked: Asked) -> bool:
    """Whether all of a month is asked for."""
    return asked.places is None and asked.persons is None and not (asked.text or asked.flags)


def _records(
    connection: sqlite3.Connection,
    *,
    asked: Asked,
    after: Cursor | None,
    home: Location,
    most: int,
    at: int | None,
) -> tuple[dict[str, list[dict[str, Any]]], Cursor | None]:
    """A piece of the records, and where the next begins; `at`: they are handed on then."""
    evses = {place["id"]: place["evse_id"] for place in keeping.places(connection)}
    rows, more = queries.page(connection, asked, after=after, most=most)
    found: dict[str, list[dict[str, Any]]] = {"cdrs": [], "left_out": []}
    for row in rows:
        # A record is of a whole session: it belongs to the month in which it ended.
        if row.end is not None and month_at(row.end, row.zone).number != asked.month:
            continue
        billed = queries.billed(connection, row.uid)
        if billed is None:
            continue
        evse = evses.get(row.place_id) or f"{home.country_code}*{home.party_id}*E{row.place_id}"
        place = _at(home, evse, f"place-{row.place_id}")
        now: dict[str, Any] | None = None
        try:
            now = record(billed, place)
        except NotBillable as error:
            found["left_out"].append({"id": row.uid, "why": error.key})
        if at is not None:
            hand_on(connection, row.id, now, month=asked.month, at=at)
            found["cdrs"] += handed_on(connection, row.id, asked.month)
        elif now is not None:
            found["cdrs"].append(as_it_would_be(connection, row.id, now))
    return found, more


def _credits(
    connection: sqlite3.Connection, *, month: int, known: AbstractSet[str], at: int
) -> list[dict[str, Any]]:
    """Records of a month whose sessions are not of it any more, each with its credit."""
    found: list[dict[str, Any]] = []
    for session in of_month(connection, month):
        told = handed_on(connection, session, month)
        if told[0]["id"] in known:
            continue
        if queries.ended_in(connection, session) != month:
            take_back(connection, session, month=month, at=at)
        found += handed_on(connection, session, month)
    return found


def _at(home: Location, evse_id: str, evse_uid: str) -> Location:
    named = {name: getattr(home, name) for name in Location.__slots__}
    return Location(**{**named, "evse_id": evse_id, "evse_uid": evse_uid})


async def statement_html(
    hass: HomeAssistant, viewer: Viewer, number: str, version: int, *, language: str
) -> str:
    """A statement as it was made; raises ServiceValidationError where there is none for them."""
    found: Mapping[str, Any] | None = await open_book(hass).read(
        partial(read_statement, number=number, version=version)
    )
    if found is None or not viewer.sees(found["scope"]["person"]):
        raise refusal("book_no_statement")
    return render(found, await words_of(hass, language), language)
