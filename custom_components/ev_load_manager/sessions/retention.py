"""How long sessions are kept: by month, and never while anything may still be told of them."""

import sqlite3
from typing import Final

from .completeness import Flag
from .months import month_at

MOST_AT_ONCE: Final = 2_000
"""Sessions that are removed in one go: what charges now must not wait for it."""


def first_kept(now: float, months: int, zone: str) -> int:
    """When the oldest month that is kept begins, UTC seconds, if so many are kept beside this one."""
    return month_at(now, zone).before(months).start(zone)


def forget_before(connection: sqlite3.Connection, at: int, most: int = MOST_AT_ONCE) -> int:
    """Remove sessions that were over before a moment, with all of them; how many there were.

    Fewer than `most`: none is left. Statements that were made stay.
    """
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('erasing', 1)")
    sessions = connection.execute(
        "SELECT id FROM session WHERE end_ts < ? AND settled = 1 LIMIT ?", (at, most)
    ).fetchall()
    for kind in ("place", "person"):
        connection.executemany(
            f"""INSERT INTO gone SELECT ?2, {kind}_id, coalesce(eff_wh, 0), coalesce(nano, 0)
            FROM session WHERE id = ?1 AND {kind}_id IS NOT NULL AND flags & {int(Flag.VOID)} = 0
            ON CONFLICT DO UPDATE SET wh = wh + excluded.wh, nano = nano + excluded.nano""",  # noqa: S608
            [(session, kind) for (session,) in sessions],
        )
    for table in ("evidence", "revision", "part", "mark", "cdr"):
        connection.executemany(
            f"DELETE FROM {table} WHERE session_id = ?",  # noqa: S608 - names of tables
            sessions,
        )
    connection.executemany("DELETE FROM session WHERE id = ?", sessions)
    connection.execute("DELETE FROM reading WHERE at < ?", (at,))
    connection.execute("DELETE FROM loose_end WHERE at < ?", (at,))
    connection.execute("DELETE FROM meta WHERE name = 'erasing'")
    return len(sessions)
