"""What administrators change of sessions: a revision each, with who, when and why.

What was told stays, and so does every earlier revision; taking back a correction is another one.
"""

import sqlite3
from typing import Final

from . import spans
from .completeness import Flag
from .outcome import kept_quarters, put_parts, work_out
from .quarters import QUARTER, TOO_LONG, Quarter
from .queries import MOST_ID

FIELDS: Final = ("person", "wh", "void", "note", "start", "end")
MOST_WH: Final = 100_000_000
EARLIEST: Final = 1_262_304_000
"""UTC seconds: 2010, before which a moment is a slip of the hand."""
_AHEAD: Final = 86_400
"""Seconds that a moment may be after now: of clocks that differ, and zones that were mixed up."""


class CorrectionError(ValueError):
    """A correction that can't be; `key` says why."""

    def __init__(self, key: str) -> None:
        """`key` is one of no_session, no_reason, no_person, out_of_order, unlikely_time, and others.

        The others: no_number, no_text, other_outlet, is_void, not_over.
        """
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
        "SELECT id, flags, person_id, eff_wh, note, start_ts, end_ts FROM session WHERE once = ?",
        (once_of(uid),),
    ).fetchone()
    if row is None:
        raise CorrectionError("no_session")
    session, flags, person, wh, note, start, end = row
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
            if new is not None and not 0 <= _number(new) <= MOST_WH:
                raise CorrectionError("no_number")
        case "void":
            if new is not None:
                if new not in (0, 1):
                    raise CorrectionError("no_number")
                new = int(new)  # yes and no are fine here, and are kept as the book has them
            flags = flags | Flag.VOID if new else flags & ~Flag.VOID
        case "note":
            if not isinstance(new, str | None):
                raise CorrectionError("no_text")
            connection.execute("UPDATE session SET note = ? WHERE id = ?", (new, session))
        case _:
            _amend(connection, session, field, new, now=at)
    connection.execute("UPDATE session SET flags = ? WHERE id = ?", (int(flags), session))
    revise(connection, session, field, old, new, user_id=user_id, why=why, at=at)
    work_out(connection, session)


def revise(
    connection: sqlite3.Connection,
    session: int,
    field: str,
    old: object,
    new: object,
    *,
    user_id: str | None,
    why: str,
    at: int,
) -> None:
    """Note that a session was changed, by whom and why."""
    connection.execute(
        """INSERT INTO revision (session_id, at, user_id, field, old, new, why)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (session, at, user_id, field, _text(old), _text(new), why.strip()),
    )
    connection.execute(
        "UPDATE session SET flags = flags | ?, rev = rev + 1 WHERE id = ?",
        (int(Flag.EDITED), session),
    )


def _amend(
    connection: sqlite3.Connection, session: int, field: str, new: int | str | None, *, now: int
) -> None:
    """Move its start or its end; None: to where it was at first. What flowed stays the same."""
    start, end, packed, settled, told_flags = connection.execute(
        "SELECT start_ts, end_ts, spans, settled, told_flags FROM session WHERE id = ?", (session,)
    ).fetchone()
    moment = _number(_at_first(connection, session, field) if new is None else new)
    begins, ends = (moment, end) if field == "start" else (start, moment)
    if ends is not None and ends < begins:
        raise CorrectionError("out_of_order")
    if new is not None:
        # Where the charger's clock was wrong, its start and its end are moved one after the other.
        lasts = 0 if Flag.CLOCK_DOUBTFUL in Flag(told_flags) else (ends or now) - begins
        if not EARLIEST <= moment <= now + _AHEAD or lasts > TOO_LONG:
            raise CorrectionError("unlikely_time")
    known = spans.kept(connection, packed, start)
    found = kept_quarters(connection, session, start) if settled else []
    connection.execute("DELETE FROM part WHERE session_id = ?", (session,))
    connection.execute(
        "DELETE FROM share WHERE session_id = ? AND month BETWEEN 0 AND 999999", (session,)
    )
    connection.execute(
        "UPDATE session SET start_ts = ?, end_ts = ? WHERE id = ?", (begins, ends, session)
    )
    if known:
        # They are kept by how long after its start they were.
        spans.keep(connection, session, known, begins)
    if settled:
        put_parts(connection, session, begins, _within(found, begins, ends))


def _number(value: object) -> int:
    """A whole number; raises CorrectionError. Yes and no are none, whatever Python says."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise CorrectionError("no_number")
    return value


def _at_first(connection: sqlite3.Connection, session: int, field: str) -> int | None:
    row = connection.execute(
        "SELECT old FROM revision WHERE session_id = ? AND field = ? ORDER BY id", (session, field)
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def _within(found: list[Quarter], start: int, end: int | None) -> list[Quarter]:
    """Quarter hours of a settled session in another time: those outside are counted to its ends."""
    first = start // QUARTER
    last = max(first, (end - 1) // QUARTER) if end is not None else None
    moved: dict[int, Quarter] = {}
    for one in found:
        slot = max(first, one.slot if last is None else min(one.slot, last))
        was = moved.get(slot, Quarter(slot, 0, estimated=False))
        estimated = was.estimated or one.estimated or slot != one.slot
        moved[slot] = Quarter(slot, was.wh + one.wh, estimated)
    return [moved[slot] for slot in sorted(moved)]


def _assign(connection: sqlite3.Connection, session: int, new: int | str | None) -> None:
    name = None
    if new is not None:
        # A number that no row can have is not one that SQLite takes.
        if isinstance(new, bool) or not isinstance(new, int) or abs(new) > MOST_ID:
            raise CorrectionError("no_person")
        found = connection.execute(
            "SELECT name FROM person WHERE id = ? AND erased_at IS NULL", (new,)
        ).fetchone()
        if found is None:
            raise CorrectionError("no_person")
        name = found[0]
    connection.execute(
        "UPDATE session SET person_id = ?, person_name = ? WHERE id = ?", (new, name, session)
    )


def once_of(uid: str) -> bytes:
    """What a session is called in the book; raises CorrectionError for what none is called."""
    try:
        return bytes.fromhex(uid)
    except ValueError:
        raise CorrectionError("no_session") from None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
