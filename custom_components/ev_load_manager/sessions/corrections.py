"""What administrators change of sessions: a revision each, with who, when and why.

What was told stays, and so does every earlier revision; taking back a correction is another one.
"""

import sqlite3
from typing import Final

from .completeness import Flag
from .outcome import work_out

FIELDS: Final = ("person", "wh", "void", "note", "start", "end")
MOST_WH: Final = 100_000_000


class CorrectionError(ValueError):
    """A correction that can't be; `key` says why."""

    def __init__(self, key: str) -> None:
        """`key`: no_session, no_reason, no_person, not_settled, out_of_order, or no_number."""
        super().__init__(key)
        self.key = key


def correct(
    connection: sqlite3.Connection,
    uid: str,
    field: str,
    new: int | str | None,
    *,
    user_id: str | None,
    why: str,
    at: int,
) -> None:
    """Change one thing of a session; raises CorrectionError.

    `person` is an id, `wh` the session's energy, `void` 1 or 0, `start` and `end` are UTC seconds,
    `note` a text. None takes an earlier correction of it back.
    """
    if field not in FIELDS:
        raise ValueError(field)
    if not why.strip():
        raise CorrectionError("no_reason")
    row = connection.execute(
        "SELECT id, flags, person_id, eff_wh, note, start_ts, end_ts, settled FROM session"
        " WHERE once = ?",
        (_once(uid),),
    ).fetchone()
    if row is None:
        raise CorrectionError("no_session")
    session, flags, person, wh, note, start, end, settled = row
    old = {
        "person": person,
        "wh": wh,
        "void": int(bool(flags & Flag.VOID)),
        "note": note,
        "start": start,
        "end": end,
    }[field]
    match field:
        case "person":
            _assign(connection, session, new)
        case "wh":
            if new is not None and not (isinstance(new, int) and 0 <= new <= MOST_WH):
                raise CorrectionError("no_number")
        case "void":
            flags = flags | Flag.VOID if new else flags & ~Flag.VOID
        case "note":
            connection.execute("UPDATE session SET note = ? WHERE id = ?", (new, session))
        case _:
            _amend(connection, session, field, new, start=start, end=end, settled=bool(settled))
    connection.execute(
        """INSERT INTO revision (session_id, at, user_id, field, old, new, why)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (session, at, user_id, field, _text(old), _text(new), why.strip()),
    )
    connection.execute(
        "UPDATE session SET flags = ?, rev = rev + 1 WHERE id = ?",
        (int(flags | Flag.EDITED), session),
    )
    work_out(connection, session)


def _amend(
    connection: sqlite3.Connection,
    session: int,
    field: str,
    new: int | str | None,
    *,
    start: int,
    end: int | None,
    settled: bool,
) -> None:
    if settled:
        # Its values are gone, and its quarter hours count from its start.
        raise CorrectionError("not_settled")
    if not isinstance(new, int):
        raise CorrectionError("no_number")
    begins, ends = (new, end) if field == "start" else (start, new)
    if ends is not None and ends < begins:
        raise CorrectionError("out_of_order")
    connection.execute("DELETE FROM part WHERE session_id = ?", (session,))
    connection.execute(
        "DELETE FROM share WHERE session_id = ? AND month BETWEEN 0 AND 999999", (session,)
    )
    connection.execute(
        "UPDATE session SET start_ts = ?, end_ts = ? WHERE id = ?", (begins, ends, session)
    )


def _assign(connection: sqlite3.Connection, session: int, new: int | str | None) -> None:
    name = None
    if new is not None:
        found = connection.execute(
            "SELECT name FROM person WHERE id = ? AND erased_at IS NULL", (new,)
        ).fetchone()
        if found is None:
            raise CorrectionError("no_person")
        name = found[0]
    connection.execute(
        "UPDATE session SET person_id = ?, person_name = ? WHERE id = ?", (new, name, session)
    )


def _once(uid: str) -> bytes:
    try:
        return bytes.fromhex(uid)
    except ValueError:
        raise CorrectionError("no_session") from None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
