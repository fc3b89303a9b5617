"""Energy and costs by the hour, of a place or a driver, and which of them have changed.

The file itself marks sessions that change (`touched`), so that nothing is forgotten over a restart.
"""

import sqlite3
from typing import Final, NamedTuple

from .completeness import Flag
from .quarters import QUARTER

HOUR: Final = 3_600
_VOID: Final = int(Flag.VOID)


class Scope(NamedTuple):
    """Whose hours they are."""

    kind: str
    """place or person."""
    id: int


class Hour(NamedTuple):
    """An hour, and all up to its end."""

    start: int
    wh: int
    nano: int
    sum_wh: int
    sum_nano: int


def begin(connection: sqlite3.Connection, since: int) -> None:
    """Mark sessions from now on, and those that there are since a moment."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('marking', 1)")
    connection.execute(
        """INSERT OR IGNORE INTO touched SELECT id, coalesce(person_id, 0), ?1 FROM session
        WHERE end_ts IS NULL OR end_ts > ?1""",
        (since,),
    )


def end(connection: sqlite3.Connection) -> None:
    """Mark none any more."""
    connection.execute("DELETE FROM meta WHERE name = 'marking'")
    connection.execute("DELETE FROM touched")


def changed(connection: sqlite3.Connection) -> dict[Scope, int]:
    """Whose hours have changed, and since when (UTC seconds)."""
    found: dict[Scope, int] = {}
    for place, person, since in connection.execute(
        """SELECT session.place_id, touched.person_id,
        min(max(session.start_ts, touched.not_before)) FROM touched
        JOIN session ON session.id = touched.session_id
        GROUP BY session.place_id, touched.person_id"""
    ):
        for scope in (Scope("place", place), Scope("person", person)):
            if scope.id:
                hour = since // HOUR * HOUR
                found[scope] = min(hour, found.get(scope, hour))
    return found


def settle(connection: sqlite3.Connection, until: int) -> None:
    """Forget the marks of those that are told as a whole: all that were over by then."""
    connection.execute(
        """DELETE FROM touched WHERE session_id IN (SELECT session_id FROM touched
        LEFT JOIN session ON session.id = session_id
        WHERE session.id IS NULL OR end_ts < ?)""",
        (until,),
    )


def hours(connection: sqlite3.Connection, scope: Scope, since: int, until: int) -> list[Hour]:
    """Every hour from one up to another, with what had been charged by its end."""
    column = {"place": "place_id", "person": "person_id"}[scope.kind]
    sum_wh, sum_nano = connection.execute(
        "SELECT coalesce(sum(wh), 0), coalesce(sum(nano), 0) FROM gone WHERE kind = ? AND id = ?",
        scope,
    ).fetchone()
    wh, nano = connection.execute(
        f"""SELECT coalesce(sum(eff_wh), 0), coalesce(sum(nano), 0) FROM session
        WHERE {column} = ? AND flags & {_VOID} = 0 AND end_ts <= ?""",  # noqa: S608
        (scope.id, since),
    ).fetchone()
    sum_wh, sum_nano = sum_wh + wh, sum_nano + nano
    by_hour: dict[int, list[int]] = {}
    for session, start, all_nano in connection.execute(
        f"""SELECT id, start_ts, coalesce(nano, 0) FROM session
        WHERE {column} = ? AND flags & {_VOID} = 0 AND (end_ts IS NULL OR end_ts > ?)
        AND start_ts < ?""",  # noqa: S608
        (scope.id, since, until),
    ).fetchall():
        fees = all_nano
        parts = connection.execute(
            "SELECT n, wh, coalesce(nano, 0) FROM part WHERE session_id = ?", (session,)
        ).fetchall()
        for n, part_wh, part_nano in parts:
            fees -= part_nano
            hour = by_hour.setdefault((start // QUARTER + n) * QUARTER // HOUR * HOUR, [0, 0])
            hour[0] += part_wh
            hour[1] += part_nano
        if fees:
            by_hour.setdefault(start // HOUR * HOUR, [0, 0])[1] += fees
    for at in [at for at in by_hour if at < since]:
        before = by_hour.pop(at)
        sum_wh, sum_nano = sum_wh + before[0], sum_nano + before[1]
    found = []
    for at in range(since, until, HOUR):
        wh, nano = by_hour.get(at, (0, 0))
        sum_wh, sum_nano = sum_wh + wh, sum_nano + nano
        found.append(Hour(at, wh, nano, sum_wh, sum_nano))
    return found
