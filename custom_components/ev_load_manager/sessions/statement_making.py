"""Drawing up the statement of a month: for a driver, a place, or the whole house."""

import json
import sqlite3
from typing import Any

from . import keeping, queries
from .months import Month
from .queries import Asked
from .statements import draw_up, freeze, frozen


class Nothing(ValueError):
    """There is nothing to state."""


def make_statement(
    connection: sqlite3.Connection,
    *,
    month: int,
    person: int | None,
    place: int | None,
    at: int,
    zone: str,
) -> dict[str, Any]:
    """Draw up a statement and freeze it; `{"number", "version"}`.

    Raises Nothing without sessions, and MixedCurrencies.
    """
    asked = Asked(
        month=month,
        persons=None if person is None else frozenset({person}),
        places=None if place is None else frozenset({place}),
    )
    charged = list(queries.charged(connection, asked))
    if not charged:
        raise Nothing
    scope = {
        "month": month,
        "person": person,
        "name": _name(connection, person, place),
        "place": place,
        "zone": zone,
        "letterhead": keeping.settings(connection)["letterhead"],
        # A month that goes on is no month's statement yet.
        "over": at >= Month.of(month).next.start(zone),
        "tax": _tax(connection, asked),
    }
    number = statement_number(month, person, place)
    statement = draw_up(charged, vat_ppm=scope["tax"])
    version = freeze(connection, statement, number=number, period=str(month), scope=scope, at=at)
    return {"number": number, "version": version}


def statement_number(month: int, person: int | None, place: int | None) -> str:
    """The number of a statement: the same for the same month of the same driver or place."""
    whose = f"D{person}" if person is not None else "ALL" if place is None else f"P{place}"
    if person is not None and place is not None:
        whose += f"-P{place}"
    return f"{Month.of(month).text}-{whose}"


def made_statements(connection: sqlite3.Connection, month: int) -> list[dict[str, Any]]:
    """The statements of a month that were made, each version."""
    return [
        {
            "number": number,
            "version": version,
            "made_at": made_at,
            "name": json.loads(scope)["name"],
        }
        for number, version, made_at, scope in connection.execute(
            """SELECT number, version, made_at, scope FROM statement WHERE period = ?
            ORDER BY number, version""",
            (str(month),),
        )
    ]


def read_statement(
    connection: sqlite3.Connection, number: str, version: int
) -> dict[str, Any] | None:
    """A statement as it was printed: `scope`, `statement`, and when it was made; None: there is none."""
    row = connection.execute(
        "SELECT made_at FROM statement WHERE number = ? AND version = ?", (number, version)
    ).fetchone()
    if row is None:
        return None
    content = dict(frozen(connection, number))[version]
    return {**content, "number": number, "version": version, "made_at": row[0]}


def _name(connection: sqlite3.Connection, person: int | None, place: int | None) -> str:
    """Whose statement it is."""
    names = []
    for table, wanted in (("person", person), ("place", place)):
        if wanted is not None:
            row = connection.execute(
                f"SELECT name FROM {table} WHERE id = ?",  # noqa: S608 - a table's name
                (wanted,),
            ).fetchone()
            names.append(row[0] if row else "")
    return ", ".join(names)


def _tax(connection: sqlite3.Connection, asked: Asked) -> int | None:
    """The tax within all prices of the month; None where nobody said, or there are several."""
    rows, after = queries.page(connection, asked, most=queries.MOST)
    found: set[int | None] = set()
    while True:
        for row in rows:
            found |= {
                vat
                for (vat,) in connection.execute(
                    """SELECT DISTINCT tariff.vat_ppm FROM part
                    JOIN tariff ON tariff.id = part.tariff_id WHERE session_id = ?""",
                    (row.id,),
                )
            }
        if after is None or len(found) > 1:
            break
        rows, after = queries.page(connection, asked, after=after, most=queries.MOST)
    return found.pop() if len(found) == 1 else None
