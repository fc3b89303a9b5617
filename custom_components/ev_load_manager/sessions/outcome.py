"""What follows from what was told of a session: energy, quarter hours, months, costs.

It is worked out anew from what was told whenever something of that comes in, so it does not matter
in which order a charger told it, and only what changes is written.
"""

from collections.abc import Mapping
from datetime import datetime
import sqlite3
from typing import Any, Final, NamedTuple

from . import drivers, spans
from .completeness import MADE, Flag
from .months import Month, month_at, months_of
from .prices import Bill, Tariff, bill, spread
from .quarters import QUARTER, Quarter, quarters, whole
from .register import Reading, follow

CLOCKS_DIFFER: Final = 60.0
"""Seconds by which a charger's clock and ours may differ, and how long a session lasts by them."""
_COLUMNS = """id, place_id, tag, stop_tag, zone, told_start, told_wh_start, told_stop,
    told_wh_stop, told_flags, start_ts, end_ts, wh, flags, person_id, spans, settled"""


class Session(NamedTuple):
    """A session's row, as far as its outcome depends on it."""

    id: int
    place_id: int
    tag: str
    stop_tag: str | None
    zone: str
    told_start: str | None
    told_wh_start: float | None
    told_stop: str | None
    told_wh_stop: float | None
    told_flags: int
    start_ts: int
    end_ts: int | None
    wh: int | None
    """As it was worked out last, without what administrators made of it."""
    flags: int
    person_id: int | None
    spans: str | None
    settled: int


def work_out(connection: sqlite3.Connection, session_id: int) -> None:
    """Write what follows from what was told of a session."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM session WHERE id = ?",  # noqa: S608 - names of columns
        (session_id,),
    ).fetchone()
    edits = edits_of(connection, session_id)
    session = _identified(connection, Session(*row), edits)
    flags = Flag(session.flags) & MADE
    if session.settled:
        flags = Flag(session.flags)
        found = kept_quarters(connection, session.id, session.start_ts)
        wh = session.wh
        if wh is None:
            found = []
        elif "wh" not in edits and sum(quarter.wh for quarter in found) != wh:
            found = _with_total(found, wh, session)  # what was made of it is taken back
    else:
        found, wh, why = _energy(connection, session)
        flags |= why
    billed = found
    eff_wh = wh
    if "wh" in edits:
        eff_wh = int(edits["wh"])
        billed = _with_total(found, eff_wh, session)
    result = _bill(connection, session, billed)
    connection.execute(
        "UPDATE session SET wh = ?, eff_wh = ?, flags = ?, nano = ?, currency = ? WHERE id = ?",
        (wh, eff_wh, int(flags), result.nano, result.currency, session_id),
    )
    _write_parts(connection, session, result, {one.slot: one.estimated for one in billed})
    _write_shares(connection, session, result)


def _energy(
    connection: sqlite3.Connection, session: Session
) -> tuple[list[Quarter], int | None, Flag]:
    """Quarter hours, all of it, and what is wrong with that."""
    told = Flag(session.told_flags)
    marks = [
        Reading(*mark)
        for mark in connection.execute(
            "SELECT at, wh FROM mark WHERE session_id = ? ORDER BY at", (session.id,)
        )
    ]
    start, stop = session.told_wh_start, session.told_wh_stop
    end = session.end_ts
    course = follow(
        None if start is None else Reading(session.start_ts, start),
        marks,
        None if stop is None or end is None else Reading(end, stop),
        sure=Flag.CLOCK_DOUBTFUL not in told,
        ordered=Flag.UNORDERED not in told and not _lasted_longer(session),
    )
    kept = spans.kept(connection, session.spans, session.start_ts)
    last = course.points[-1].at if course.points else session.start_ts
    found = quarters(course.points, spans.charging(kept, last if end is None else end))
    flags = told | course.flags
    if any(quarter.estimated for quarter in found):
        flags |= Flag.ESTIMATED
    if end is not None and session.told_stop is None:
        flags |= Flag.STOP_LOST
    if session.stop_tag and drivers.tag_key(session.stop_tag) != drivers.tag_key(session.tag):
        flags |= Flag.OTHER_CARD
    return found, None if course.wh is None else whole(course.wh), flags


def _lasted_longer(session: Session) -> bool:
    """Whether our clock was set back in it: it was right as it began, and lasted longer than by us.

    A charger that began with a wrong clock may have had that set, and says nothing of ours.
    """
    if session.end_ts is None or not session.told_start or not session.told_stop:
        return False
    try:
        start = datetime.fromisoformat(session.told_start)
        lasted = (datetime.fromisoformat(session.told_stop) - start).total_seconds()
        began_apart = abs(start.timestamp() - session.start_ts)
    except ValueError, TypeError, OverflowError:
        return False  # no time, or only one of them with its zone
    return (
        began_apart <= CLOCKS_DIFFER and lasted > session.end_ts - session.start_ts + CLOCKS_DIFFER
    )


def _identified(
    connection: sqlite3.Connection, session: Session, edits: Mapping[str, str]
) -> Session:
    """The session with whose it is, by its card; once known, that stays."""
    if session.person_id is not None or "person" in edits:
        return session
    for tag in (session.tag, session.stop_tag):
        holder = drivers.holder_of(connection, tag, session.start_ts) if tag else None
        if holder is not None:
            connection.execute(
                "UPDATE session SET person_id = ?, person_name = ?, card_id = ? WHERE id = ?",
                (holder.person_id, holder.name, holder.card_id, session.id),
            )
            return session._replace(person_id=holder.person_id)
    return session


def edits_of(connection: sqlite3.Connection, session_id: int) -> dict[str, str]:
    """What administrators made of it: the newest of each field."""
    newest: dict[str, str | None] = dict(
        connection.execute(
            "SELECT field, new FROM revision WHERE session_id = ? ORDER BY id", (session_id,)
        ).fetchall()
    )
    return {field: new for field, new in newest.items() if new is not None}


def _with_total(found: list[Quarter], total: int, session: Session) -> list[Quarter]:
    if sum(quarter.wh for quarter in found):
        return spread(found, total)
    # Nothing is known of when it flowed.
    end = (
        session.start_ts + 1
        if session.end_ts is None
        else max(session.end_ts, session.start_ts + 1)
    )
    points = [Reading(session.start_ts, 0.0), Reading(end, float(total))]
    return [one._replace(estimated=True) for one in quarters(points)]


def kept_quarters(connection: sqlite3.Connection, session: int, start: int) -> list[Quarter]:
    """The quarter hours of a session, as they are in the book."""
    first = start // QUARTER
    return [
        Quarter(first + n, wh, bool(quality))
        for n, wh, quality in connection.execute(
            "SELECT n, wh, quality FROM part WHERE session_id = ? ORDER BY n", (session,)
        )
    ]


def write_kept(
    connection: sqlite3.Connection, session: int, start: int, found: list[Quarter], *, known: bool
) -> None:
    """Write the quarter hours of a settled session, and what they add up to."""
    put_parts(connection, session, start, found)
    total = sum(one.wh for one in found) if known else None
    connection.execute("UPDATE session SET wh = ? WHERE id = ?", (total, session))


def put_parts(
    connection: sqlite3.Connection, session: int, start: int, found: list[Quarter]
) -> None:
    """Write the quarter hours of a settled session; `work_out` then prices them."""
    first = start // QUARTER
    connection.execute("DELETE FROM part WHERE session_id = ?", (session,))
    connection.executemany(
        "INSERT INTO part VALUES (?, ?, ?, ?, NULL, NULL)",
        [(session, one.slot - first, one.wh, int(one.estimated)) for one in found],
    )


def _bill(connection: sqlite3.Connection, session: Session, found: list[Quarter]) -> Bill:
    person = session.person_id
    tariffs = read_tariffs(connection)
    told: dict[tuple[str, int], int] = {}
    if found:
        for entity in {one.entity_id for one in tariffs if one.entity_id is not None}:
            told |= {
                (entity, slot): micro
                for slot, micro in connection.execute(
                    "SELECT slot, micro FROM price WHERE entity_id = ? AND slot BETWEEN ? AND ?",
                    (entity, found[0].slot, found[-1].slot),
                )
            }
    end = session.end_ts
    if end is None:
        end = (found[-1].slot + 1) * QUARTER if found else session.start_ts
    return bill(
        found,
        tariffs,
        told,
        place=session.place_id,
        person=person,
        group=drivers.group_of(connection, person, session.start_ts),
        start=session.start_ts,
        end=end,
        zone=session.zone,
    )


def note_price(connection: sqlite3.Connection, entity_id: str, slot: int, micro: int) -> None:
    """Keep what an entity told in a quarter hour, and price anew what flowed in it.

    What it tells last in a quarter hour counts: hourly prices change some seconds late.
    """
    connection.execute(
        """INSERT INTO price VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET micro = excluded.micro""",
        (entity_id, slot, micro),
    )
    running = connection.execute(
        "SELECT id FROM session WHERE end_ts IS NULL AND start_ts < ?", ((slot + 1) * QUARTER,)
    ).fetchall()
    for (session,) in running:
        work_out(connection, session)


def read_tariffs(connection: sqlite3.Connection) -> list[Tariff]:
    """All tariffs there are."""
    cursor = connection.execute(
        """SELECT id, applies, applies_to, from_ts, to_ts, currency, micro, entity_id, add_micro,
        hour_micro, session_micro, vat_ppm, net FROM tariff"""
    )
    names = [column[0] for column in cursor.description]
    rows: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor]
    return [Tariff(**{**row, "net": bool(row["net"])}) for row in rows]


def _write_parts(
    connection: sqlite3.Connection, session: Session, result: Bill, estimated: dict[int, bool]
) -> None:
    first = session.start_ts // QUARTER
    new = {
        cost.slot - first: (cost.wh, int(estimated[cost.slot]), cost.tariff, cost.nano)
        for cost in result.quarters
    }
    old = {
        n: (wh, quality, tariff, nano)
        for n, wh, quality, tariff, nano in connection.execute(
            "SELECT n, wh, quality, tariff_id, nano FROM part WHERE session_id = ?", (session.id,)
        )
    }
    connection.executemany(
        "DELETE FROM part WHERE session_id = ? AND n = ?",
        [(session.id, n) for n in old.keys() - new.keys()],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)",
        [(session.id, n, *row) for n, row in new.items() if old.get(n) != row],
    )


def _write_shares(connection: sqlite3.Connection, session: Session, result: Bill) -> None:
    """Its parts of the months in which its energy flowed; the month of its start, at least."""
    first = session.start_ts // QUARTER
    months = months_of([first, *(cost.slot for cost in result.quarters)], session.zone)
    shares = {month: [0, 0, 0] for month in {months[first], *result.fees}}
    for cost in result.quarters:
        share = shares.setdefault(months[cost.slot], [0, 0, 0])
        share[0] += cost.wh
        share[1] += cost.nano or 0
        share[2] += cost.wh if cost.nano is None else 0
    for month, nano in result.fees.items():
        shares[month][1] += nano
    new = {(month, session.id, *share) for month, share in shares.items()}
    # Those that it had before: its time may have been longer.
    old = {
        (month, session.id, *share)
        for month in _months_around(session, max(shares))
        for share in connection.execute(
            "SELECT wh, nano, unpriced_wh FROM share WHERE month = ? AND session_id = ?",
            (month, session.id),
        )
    }
    connection.executemany(
        "DELETE FROM share WHERE month = ? AND session_id = ?", [one[:2] for one in old - new]
    )
    connection.executemany("INSERT INTO share VALUES (?, ?, ?, ?, ?)", list(new - old))


def _months_around(session: Session, last: int) -> list[int]:
    """Months in which it may have a share: of its time as it is, and as it may have been amended."""
    at, found = month_at(session.start_ts, session.zone).before(), []
    while at.number <= Month.of(last).next.number:
        found.append(at.number)
        at = at.next
    return found
