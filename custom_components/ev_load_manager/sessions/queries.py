"""What people ask the book: months, sessions of one, totals, and one session with all of it.

A month holds what flowed in it, by the clock where it flowed: a session over its end is in
both with its share, everywhere alike. Each function is one short look at the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import sqlite3
from typing import Any, Final, NamedTuple

from . import spans
from .completeness import WHOLE, Flag, keys_of
from .money import NANO, digits_of
from .months import month_at
from .ocpi import Billed, Part
from .quarters import QUARTER
from .recorder import evidence_of, uid_of
from .statements import Charged

PAGE: Final = 100
"""Sessions that are given at once, unless somebody asks for more."""
MOST: Final = 1_000
MOST_ID: Final = 2**62
"""No id is more, and a file takes none that is much more."""
_VOID: Final = int(Flag.VOID)


class Cursor(NamedTuple):
    """Where a page ends: the next one begins after it."""

    start: int
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which sessions somebody wants to see."""

    month: int
    """yyyymm."""
    places: frozenset[int] | None = None
    """None: all."""
    persons: frozenset[int] | None = None
    """None: everybody's, and nobody's."""
    text: str = ""
    """In the driver's name, the card, the place or the note."""
    flags: Flag = WHOLE
    """Those with any of these; none: all."""


class Row(NamedTuple):
    """A session in a list."""

    id: int
    uid: str
    start: int
    end: int | None
    zone: str
    place_id: int
    place: str
    person_id: int | None
    person: str | None
    tag: str
    register_start: float | None
    register_stop: float | None
    session_wh: int | None
    """Of the whole session."""
    wh: int
    """Of it in the month."""
    nano: int
    unpriced_wh: int
    currency: str | None
    flags: int
    reason: str | None


class Totals(NamedTuple):
    """What sessions add up to."""

    sessions: int
    wh: int
    nano: int
    unpriced_wh: int
    unknown: int
    """Sessions of which the energy is not known."""
    coins: int = 0
    """The sum of what is printed for each, in the smallest coins."""


def months(connection: sqlite3.Connection, persons: frozenset[int] | None = None) -> list[int]:
    """All months that have sessions (of `persons`), the newest first."""
    found = [
        month
        for (month,) in connection.execute(
            """WITH RECURSIVE found(month) AS (
            SELECT max(month) FROM share UNION ALL
            SELECT (SELECT max(month) FROM share WHERE month < found.month) FROM found
            WHERE found.month IS NOT NULL)
            SELECT month FROM found WHERE month IS NOT NULL"""
        )
    ]
    if persons is None:
        return found
    wanted = ", ".join(map(str, sorted(persons)))
    return [
        month
        for month in found
        if connection.execute(
            f"""SELECT 1 FROM share CROSS JOIN session ON session.id = share.session_id
            WHERE share.month = ? AND session.person_id IN ({wanted}) LIMIT 1""",  # noqa: S608 - numbers
            (month,),
        ).fetchone()
    ]


def page(
    connection: sqlite3.Connection,
    asked: Asked,
    *,
    after: Cursor | None = None,
    most: int = PAGE,
) -> tuple[list[Row], Cursor | None]:
    """A page of sessions, the newest first, and where the next one begins."""
    where, values = _where(asked)
    if after is not None:
        where += " AND (session.start_ts, session.id) < (?, ?)"
        values += [after.start, after.id]
    most = max(1, min(most, MOST))
    found = [
        Row(row[0], uid_of(row[1]), *row[2:])
        for row in connection.execute(
            f"""SELECT session.id, session.once, session.start_ts, session.end_ts, session.zone,
            session.place_id, place.name, session.person_id, session.person_name, session.tag,
            session.told_wh_start, session.told_wh_stop, session.eff_wh, share.wh, share.nano,
            share.unpriced_wh, session.currency, session.flags, session.reason
            FROM share CROSS JOIN session ON session.id = share.session_id
            JOIN place ON place.id = session.place_id
            WHERE {where} ORDER BY session.start_ts DESC, session.id DESC LIMIT ?""",  # noqa: S608
            (*values, most + 1),
        )
    ]
    more = len(found) > most
    found = found[:most]
    return found, Cursor(found[-1].start, found[-1].id) if more else None


def currencies(connection: sqlite3.Connection, asked: Asked) -> list[str]:
    """What a month's sessions are priced in."""
    where, values = _where(asked)
    return [
        currency
        for (currency,) in connection.execute(
            f"""SELECT DISTINCT session.currency
            FROM share CROSS JOIN session ON session.id = share.session_id
            JOIN place ON place.id = session.place_id
            WHERE {where} AND session.currency IS NOT NULL ORDER BY 1""",  # noqa: S608
            values,
        )
    ]


def totals(
    connection: sqlite3.Connection, asked: Asked, by: str = "place", currency: str = "EUR"
) -> dict[tuple[int | None, str | None], Totals]:
    """What a month's sessions add up to, by `place` or `person` (id and name); void ones count nowhere.

    `currency` says how each is rounded.
    """
    key = {
        "place": "session.place_id, place.name",
        "person": "session.person_id, max(session.person_name)",
    }[by]
    group = {"place": "session.place_id", "person": "session.person_id"}[by]
    where, values = _where(asked)
    return {
        (one, name): Totals(*rest)
        for one, name, *rest in connection.execute(
            f"""SELECT {key}, count(*), sum(share.wh), sum(share.nano), sum(share.unpriced_wh),
            sum(session.eff_wh IS NULL),
            sum(CASE WHEN session.currency IS NULL THEN 0
                WHEN share.nano < 0 THEN -((?1 - 2 * share.nano) / (2 * ?1))
                ELSE (?1 + 2 * share.nano) / (2 * ?1) END)
            FROM share CROSS JOIN session ON session.id = share.session_id
            JOIN place ON place.id = session.place_id
            WHERE {where} AND session.flags & {_VOID} = 0 GROUP BY {group} ORDER BY 2""",  # noqa: S608
            [NANO // 10 ** digits_of(currency), *values],
        )
    }


def charged(connection: sqlite3.Connection, asked: Asked) -> Iterator[Charged]:
    """What a statement lists, the oldest first."""
    rows: list[Row] = []
    after: Cursor | None = None
    while True:
        found, after = page(connection, asked, after=after, most=MOST)
        rows += found
        if after is None:
            break
    for row in reversed(rows):
        yield charged_of(row)


def charged_of(row: Row) -> Charged:
    """A session's share of a month, for a statement."""
    return Charged(
        uid=row.uid,
        start=row.start,
        end=row.end,
        place=row.place,
        tag=row.tag,
        register_start=row.register_start,
        register_stop=row.register_stop,
        wh=None if row.session_wh is None else row.wh,
        nano=None if row.currency is None else row.nano,
        unpriced_wh=row.unpriced_wh,
        currency=row.currency,
        flags=Flag(row.flags),
    )


def details(connection: sqlite3.Connection, uid: str) -> dict[str, Any] | None:
    """One session with all that is known of it, as plain data; None: there is none."""
    cursor = connection.execute(
        """SELECT session.*, place.name AS place, outlet.charger, outlet.connector
        FROM session JOIN place ON place.id = session.place_id
        JOIN outlet ON outlet.id = session.outlet_id WHERE once = ?""",
        (bytes.fromhex(uid),),
    )
    row = cursor.fetchone()
    if row is None:
        return None
    found: dict[str, Any] = dict(zip([one[0] for one in cursor.description], row, strict=True))
    session, start = found.pop("id"), found["start_ts"]
    kept = spans.kept(connection, found.pop("spans"), start)
    del found["once"]
    end = found["end_ts"]
    return found | {
        "uid": uid,
        "flags": keys_of(found["flags"]),
        "spans": [[span.at, span.state] for span in kept],
        "seconds": spans.durations(kept, kept[-1].at if end is None and kept else end or start),
        "quarters": [
            [(start // QUARTER + n) * QUARTER, wh, bool(quality), nano]
            for n, wh, quality, nano in connection.execute(
                "SELECT n, wh, quality, nano FROM part WHERE session_id = ? ORDER BY n", (session,)
            )
        ],
        "revisions": [
            dict(zip(("at", "user_id", "field", "old", "new", "why"), revision, strict=True))
            for revision in connection.execute(
                """SELECT at, user_id, field, old, new, why FROM revision
                WHERE session_id = ? ORDER BY id""",
                (session,),
            )
        ],
        "neighbours": _neighbours(connection, found["outlet_id"], session, start),
        "evidence": connection.execute(
            "SELECT count(*) FROM evidence WHERE session_id = ?", (session,)
        ).fetchone()[0],
    }


def _neighbours(
    connection: sqlite3.Connection, outlet: int, session: int, start: int
) -> list[dict[str, Any]]:
    """The sessions before and after one at its outlet that could be one with it: over, and not void."""
    found = []
    for before, order in ((True, "DESC"), (False, "ASC")):
        row = connection.execute(
            f"""SELECT once, start_ts, end_ts, eff_wh FROM session WHERE outlet_id = ?1 AND id <> ?2
            AND end_ts IS NOT NULL AND flags & {_VOID} = 0
            AND (start_ts, id) {"<" if before else ">"} (?3, ?2)
            ORDER BY start_ts {order}, id {order} LIMIT 1""",  # noqa: S608 - a number and words
            (outlet, session, start),
        ).fetchone()
        if row is not None:
            once, begun, over, wh = row
            found.append({"uid": uid_of(once), "start": begun, "end": over, "wh": wh})
    return found


def _where(asked: Asked) -> tuple[str, list[Any]]:
    """The conditions, and the values for them."""
    where, values = "share.month = ?", [asked.month]
    for column, wanted in (("place_id", asked.places), ("person_id", asked.persons)):
        if wanted is not None:
            where += f" AND session.{column} IN ({', '.join('?' * len(wanted))})"
            values += sorted(wanted)
    if asked.flags:
        where += " AND session.flags & ? <> 0"
        values.append(int(asked.flags))
    for word in asked.text.split():
        where += (
            " AND (session.person_name LIKE ? ESCAPE '\\' OR session.tag LIKE ? ESCAPE '\\'"
            " OR place.name LIKE ? ESCAPE '\\' OR session.note LIKE ? ESCAPE '\\')"
        )
        values += [_like(word)] * 4
    return where, values


def _like(word: str) -> Any:
    for special in "\\%_":
        word = word.replace(special, f"\\{special}")
    return f"%{word}%"


def ended_in(connection: sqlite3.Connection, session: int) -> int | None:
    """The month in which a session ended, by the clock where it was; None: it goes on."""
    end, zone = connection.execute(
        "SELECT end_ts, zone FROM session WHERE id = ?", (session,)
    ).fetchone()
    return None if end is None else month_at(end, zone).number


def billed(connection: sqlite3.Connection, uid: str) -> Billed | None:
    """A session as a record of OCPI needs it; None: there is none."""
    row = connection.execute(
        """SELECT session.id, start_ts, end_ts, zone, connector, tag, person_id, auth, eff_wh, nano,
        flags, currency, spans, (SELECT sum(wh) FROM part WHERE session_id = session.id AND nano IS NULL),
        (SELECT max(at) FROM revision WHERE session_id = session.id)
        FROM session JOIN outlet ON outlet.id = outlet_id WHERE once = ?""",
        (bytes.fromhex(uid),),
    ).fetchone()
    if row is None:
        return None
    (session, start, end, zone, connector, tag, person, auth, wh, nano, flags, *rest) = row
    currency, kept, unpriced, revised = rest
    parts = [
        Part((start // QUARTER + n) * QUARTER, *values)
        for n, *values in connection.execute(
            "SELECT n, wh, nano, tariff_id FROM part WHERE session_id = ? ORDER BY n", (session,)
        )
    ]
    taxes = {
        vat
        for (vat,) in connection.execute(
            """SELECT DISTINCT vat_ppm FROM part JOIN tariff ON tariff.id = part.tariff_id
            WHERE session_id = ?""",
            (session,),
        )
    }
    return Billed(
        uid=uid,
        start=start,
        end=end,
        zone=zone,
        connector=connector,
        tag=tag,
        person=person,
        auth=auth,
        wh=wh,
        nano=nano,
        unpriced_wh=unpriced or 0,
        is_void=bool(flags & _VOID),
        currency=currency,
        # Of two taxes in one session nothing is told: a record has only one.
        vat_ppm=next(iter(taxes)) if len(taxes) == 1 else None,
        parts=parts,
        spans=spans.kept(connection, kept, start),
        signed=evidence_of(connection, session),
        written_at=revised or end or start,
    )
