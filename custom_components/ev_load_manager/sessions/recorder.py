"""Writes down what is told: once, however often it is told, and in whatever order.

Who repeats a start because its answer was lost, or tells a session after a restore of an older
backup, continues what is there. One outlet has one open session: the next one ends the one before,
and one that is told late, of a time before, does not.
"""

from hashlib import blake2b, sha256
import json
import sqlite3
from typing import Final
import zlib

from . import drivers, spans
from .completeness import Flag
from .outcome import work_out
from .outlets import note_reading, outlet_of, place_of
from .register import Reading
from .told import End, Evidence, LooseEndTold, RegisterTold, SessionTold, Told

MOST_EVIDENCE: Final = 500
"""Signed values that are kept of one session."""
SETTLED_AFTER: Final = 40 * 86_400
"""Seconds after its end from which nothing more is told of a session."""


def record(connection: sqlite3.Connection, told: Told) -> str | None:
    """Write down what is told; the session's `uid`, if it is of one."""
    if isinstance(told, RegisterTold):
        outlet = outlet_of(connection, told.charger, told.connector, told.reading.at)
        note_reading(connection, outlet, told.reading, told.source)
        return None
    if isinstance(told, LooseEndTold):
        return _loose_end(connection, told)
    outlet = outlet_of(connection, told.charger, told.connector, told.started)
    session, once = _known(connection, outlet, told)
    if session is None:
        session = _begin(connection, once, outlet, told)
    _add(connection, session, outlet, told)
    work_out(connection, session)
    (kept,) = connection.execute("SELECT once FROM session WHERE id = ?", (session,)).fetchone()
    return uid_of(kept)


def uid_of(once: bytes) -> str:
    """What a session is called outside of the book: 32 hexadecimal digits, never given twice."""
    return once.hex()


def settle(connection: sqlite3.Connection, now: float) -> int:
    """Let go of what is needed only while something may still be told; how many sessions of it."""
    before = (now - SETTLED_AFTER,)
    connection.execute(
        """DELETE FROM mark WHERE session_id IN
        (SELECT id FROM session WHERE settled = 0 AND end_ts < ?)""",
        before,
    )
    return connection.execute(
        "UPDATE session SET settled = 1 WHERE settled = 0 AND end_ts < ?", before
    ).rowcount


def _once(connection: sqlite3.Connection, told: SessionTold, number: int) -> bytes:
    """What is the same for the same session only, and tells nothing of its card.

    The transaction id alone says nothing: after a restore they come again. It counts where there
    is nothing else. `number` counts the sessions before that were told in the same words.
    """
    (key,) = connection.execute("SELECT value FROM meta WHERE name = 'key'").fetchone()
    seen = [told.charger, told.connector, told.told_start, told.register, told.tag]
    if not told.told_start:
        seen += [told.tx_id, int(told.started)]
    if number:
        seen.append(number)
    return blake2b(json.dumps(seen).encode(), digest_size=16, key=key).digest()


def _known(
    connection: sqlite3.Connection, outlet: int, told: SessionTold
) -> tuple[int | None, bytes]:
    """The session that is told of, if it is in the book, and else by what it will be known again."""
    alike, once = _alike(connection, told)
    for session, tx_id, _ in alike:
        if tx_id == told.tx_id:
            return session, once
    for session, _, is_another in alike:
        if not is_another:
            return session, once
    row = None
    if Flag.START_UNKNOWN in told.flags:
        # Adopted once more, after what was known of it had been lost.
        row = connection.execute(
            """SELECT id FROM session WHERE outlet_id = ? AND tx_id = ? AND told_stop IS NULL
            AND (end_ts IS NULL OR ? IS NOT NULL) AND start_ts <= ? ORDER BY start_ts DESC""",
            (outlet, told.tx_id, None if told.end is None else told.end.told, told.started + 1),
        ).fetchone()
    return None if row is None else int(row[0]), once


def _alike(
    connection: sqlite3.Connection, told: SessionTold
) -> tuple[list[tuple[int, str, bool]], bytes]:
    """The sessions that were told in the same words: id, transaction, and whether it is over since.

    Also by what the next one of them is known.
    """
    found: list[tuple[int, str, bool]] = []
    while True:
        once = _once(connection, told, len(found))
        row = connection.execute(
            "SELECT id, tx_id, end_ts, told_stop, told_wh_stop FROM session WHERE once = ?",
            (once,),
        ).fetchone()
        if row is None:
            return found, once
        session, tx_id, end, told_stop, register = row
        # A charger whose clock begins at the same time whenever it boots, and that counts each
        # session from 0, begins all of a card's in the same words. A register that has risen
        # since stands there no more.
        may_stand_there = not told.register or register is None or register <= told.register
        is_another = told_stop is not None and round(told.started) >= end and may_stand_there
        found.append((session, tx_id, is_another))


def _begin(connection: sqlite3.Connection, once: bytes, outlet: int, told: SessionTold) -> int:
    start = round(told.started)
    later = connection.execute(
        "SELECT min(start_ts) FROM session WHERE outlet_id = ? AND start_ts > ?", (outlet, start)
    ).fetchone()[0]
    running = connection.execute(
        "SELECT id FROM session WHERE outlet_id = ? AND end_ts IS NULL AND start_ts <= ?",
        (outlet, start),
    ).fetchone()
    if running is not None:
        _end_lost(connection, running[0], start)
    # Where another has begun since, it is over, and its end is on the way.
    end: int | None = later
    if told.end is not None:
        end = max(start, round(told.end.at))
    found = connection.execute(
        """INSERT INTO session (once, outlet_id, place_id, tx_id, tag, zone, told_start,
        told_wh_start, told_flags, auth, start_ts, end_ts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(once, outlet, place_of(connection, outlet), told.tx_id, told.tag, told.zone),
            *(told.told_start, told.register, int(told.flags), told.auth or None, start, end),
        ),
    ).lastrowid
    return int(found or 0)


def _end_lost(connection: sqlite3.Connection, session: int, at: int) -> None:
    """End a session whose end nobody told."""
    connection.execute("UPDATE session SET end_ts = ? WHERE id = ?", (at, session))
    work_out(connection, session)


def _add(connection: sqlite3.Connection, session: int, outlet: int, told: SessionTold) -> None:
    """Add what was not known yet."""
    (start, register, kept, settled) = connection.execute(
        "SELECT start_ts, told_wh_start, spans, settled FROM session WHERE id = ?", (session,)
    ).fetchone()
    for evidence in told.evidence:
        _keep(connection, session, evidence)
    if settled:
        return
    connection.executemany(
        "INSERT OR IGNORE INTO mark VALUES (?, ?, ?)",
        [(session, reading.at, reading.wh) for reading in told.readings],
    )
    if told.spans:
        joined = spans.joined(spans.kept(connection, kept, start), told.spans)
        spans.keep(connection, session, joined, start)
    connection.execute(
        """UPDATE session SET max_w = max(coalesce(max_w, 0), coalesce(?1, 0)),
        max_ma = max(coalesce(max_ma, 0), coalesce(?2, 0)), phases = coalesce(?3, phases)
        WHERE id = ?4 AND coalesce(?1, ?2, ?3) IS NOT NULL""",
        (
            None if told.highest_power is None else round(told.highest_power),
            None if told.highest_current is None else round(1000 * told.highest_current),
            told.phases,
            session,
        ),
    )
    if told.register is not None and register is not None:
        note_reading(connection, outlet, Reading(start, register), "start")
    if told.end is not None:
        _end(connection, session, told.end)
        if told.end.register is not None and not _is_relative(register, told.end.register):
            at = max(start, round(told.end.at))
            note_reading(connection, outlet, Reading(at, told.end.register), "stop")


def _is_relative(start: float | None, stop: float) -> bool:
    return start is not None and stop < start


def _end(connection: sqlite3.Connection, session: int, end: End) -> None:
    """Note its end; one that its charger told stays."""
    (start, ended, told_stop, tag, flags) = connection.execute(
        "SELECT start_ts, end_ts, told_stop, tag, told_flags FROM session WHERE id = ?", (session,)
    ).fetchone()
    if told_stop is not None or (end.told is None and ended is not None):
        return
    if end.at < start - 1:
        flags |= Flag.UNORDERED
    if end.late:
        flags |= Flag.TOLD_LATE
    stop_tag = end.tag if drivers.tag_key(end.tag) != drivers.tag_key(tag) else ""
    connection.execute(
        """UPDATE session SET end_ts = ?, told_stop = ?, told_wh_stop = ?, reason = ?,
        stop_tag = ?, told_flags = ? WHERE id = ?""",
        (
            *(max(start, round(end.at)), end.told, end.register, end.reason or None),
            *(stop_tag or None, int(flags), session),
        ),
    )


def _loose_end(connection: sqlite3.Connection, told: LooseEndTold) -> str | None:
    """End the session in the book that is meant, where it is sure which; else keep the end as it is."""
    end = told.end
    found = connection.execute(
        """SELECT session.id, once FROM session JOIN outlet ON outlet.id = outlet_id
        WHERE charger = ? AND tx_id = ? AND told_stop IS NULL AND start_ts <= ? + 1
        AND (? IS NULL OR told_wh_start IS NULL OR told_wh_start <= ?)
        ORDER BY start_ts DESC LIMIT 1""",
        (told.charger, told.tx_id, end.at, end.register, end.register),
    ).fetchone()
    if found is None:
        connection.execute(
            "INSERT OR IGNORE INTO loose_end VALUES (?, ?, ?, ?, ?, ?)",
            (told.charger, told.tx_id, round(end.at), end.register, end.reason, end.tag),
        )
        return None
    _end(connection, found[0], end)
    work_out(connection, found[0])
    return uid_of(found[1])


def _keep(connection: sqlite3.Connection, session: int, evidence: Evidence) -> None:
    """Keep a signed value as it came; a copy in another message is the same."""
    value = evidence.value.encode("utf-8", "surrogatepass")
    (known,) = connection.execute(
        "SELECT count(*) FROM evidence WHERE session_id = ?", (session,)
    ).fetchone()
    if known >= MOST_EVIDENCE:
        return
    connection.execute(
        "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(session, sha256(value).digest(), evidence.context),
            *(None if evidence.at is None else round(evidence.at), evidence.message),
            *(evidence.meta, zlib.compress(value)),
        ),
    )


def evidence_of(connection: sqlite3.Connection, session: int) -> list[tuple[str, str]]:
    """The signed values of a session, exactly as they came, and their contexts."""
    return [
        (zlib.decompress(value).decode("utf-8", "surrogatepass"), context)
        for value, context in connection.execute(
            "SELECT value, context FROM evidence WHERE session_id = ? ORDER BY at, rowid",
            (session,),
        )
    ]
