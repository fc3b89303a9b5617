"""What happened to sessions, for those who act on it: one began, ended, or was corrected.

Chargers tell the same again and again; it is news only once.
"""

import sqlite3
from typing import Final, NamedTuple

from .recorder import record, uid_of
from .told import Told

STARTED: Final = "started"
ENDED: Final = "ended"
CORRECTED: Final = "corrected"


class News(NamedTuple):
    """Something that happened to a session."""

    kind: str
    uid: str
    charger: str
    connector: int


def recorded(connection: sqlite3.Connection, told: Told) -> tuple[str | None, list[News]]:
    """Write something down, as `record` does, and tell what began or ended by it."""
    before, newest = _open(connection), _newest(connection)
    uid = record(connection, told)
    after = _open(connection)
    over = before - after
    if uid is not None:
        row = connection.execute(
            "SELECT id FROM session WHERE once = ?", (bytes.fromhex(uid),)
        ).fetchone()
        if row is not None and row[0] > newest and row[0] not in after:
            over.add(row[0])  # it was told as a whole
    return uid, [
        *(news_of(connection, session, ENDED) for session in sorted(over)),
        *(news_of(connection, session, STARTED) for session in sorted(after - before)),
    ]


def news_of(connection: sqlite3.Connection, session: int, kind: str) -> News:
    """Something that happened to the session with an id."""
    once, charger, connector = connection.execute(
        """SELECT once, charger, connector FROM session
        JOIN outlet ON outlet.id = outlet_id WHERE session.id = ?""",
        (session,),
    ).fetchone()
    return News(kind, uid_of(once), charger, connector)


def _open(connection: sqlite3.Connection) -> set[int]:
    return {
        session for (session,) in connection.execute("SELECT id FROM session WHERE end_ts IS NULL")
    }


def _newest(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("SELECT coalesce(max(id), 0) FROM session").fetchone()
    return int(found)
