"""Outlets, the places they serve, and the registers of their meters."""

import sqlite3
from typing import Final

from .register import JITTER, Reading

DAY: Final = 86_400


def outlet_of(connection: sqlite3.Connection, charger: str, connector: int, at: float) -> int:
    """The outlet that a charger's connector was at a moment; one that is new serves a place of its own."""
    now = connection.execute(
        "SELECT id, from_ts FROM outlet WHERE charger = ? AND connector = ? AND to_ts IS NULL",
        (charger, connector),
    ).fetchone()
    if now is not None and now[1] <= at:
        return int(now[0])
    # What is told late is of the place that it served then.
    then = connection.execute(
        """SELECT id FROM outlet WHERE charger = ? AND connector = ? AND to_ts > ?
        ORDER BY from_ts LIMIT 1""",
        (charger, connector, int(at)),
    ).fetchone()
    if then is not None or now is not None:
        return int((then or now)[0])
    name = charger if connector == 1 else f"{charger} / {connector}"
    place = connection.execute("INSERT INTO place (name) VALUES (?)", (name,)).lastrowid
    found = connection.execute(
        "INSERT INTO outlet (charger, connector, place_id, from_ts) VALUES (?, ?, ?, ?)",
        (charger, connector, place, int(at)),
    ).lastrowid
    return int(found or 0)


def place_of(connection: sqlite3.Connection, outlet: int) -> int:
    """The place that an outlet serves."""
    (place,) = connection.execute("SELECT place_id FROM outlet WHERE id = ?", (outlet,)).fetchone()
    return int(place)


def replace_charger(
    connection: sqlite3.Connection, place: int, charger: str, connector: int, at: float
) -> int:
    """Another charger serves a place from now on; its outlet."""
    connection.execute(
        """UPDATE outlet SET to_ts = ? WHERE to_ts IS NULL
        AND (place_id = ? OR (charger = ? AND connector = ?))""",
        (int(at), place, charger, connector),
    )
    found = connection.execute(
        "INSERT INTO outlet (charger, connector, place_id, from_ts) VALUES (?, ?, ?, ?)",
        (charger, connector, place, int(at)),
    ).lastrowid
    return int(found or 0)


def note_reading(
    connection: sqlite3.Connection, outlet: int, reading: Reading, source: str
) -> None:
    """Keep where an outlet's register stood; a new one begins where it can't be the same.

    Outside of sessions one reading per day is kept.
    """
    at = round(reading.at)
    register = connection.execute(
        "SELECT id FROM register WHERE outlet_id = ? AND from_ts <= ? ORDER BY from_ts DESC, id DESC",
        (outlet, at),
    ).fetchone()
    if register is None:
        _begin(connection, outlet, reading, source, "first")
        return
    before = connection.execute(
        "SELECT at, wh, source FROM reading WHERE register_id = ? AND at <= ? ORDER BY at DESC",
        (register[0], at),
    ).fetchone()
    after = connection.execute(
        "SELECT wh FROM reading WHERE register_id = ? AND at > ? ORDER BY at", (register[0], at)
    ).fetchone()
    if before is not None and reading.wh < before[1] - JITTER:
        if after is None:
            _begin(connection, outlet, reading, source, "fell")
        return
    if after is not None and reading.wh > after[0] + JITTER:
        return  # told late, and of no register that is known
    if source == "idle" and before is not None and at // DAY == before[0] // DAY:
        return
    connection.execute(
        """INSERT INTO reading VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
        SET wh = excluded.wh, source = excluded.source WHERE excluded.wh >= wh""",
        (register[0], at, reading.wh, source),
    )


def _begin(
    connection: sqlite3.Connection, outlet: int, reading: Reading, source: str, why: str
) -> None:
    register = connection.execute(
        "INSERT INTO register (outlet_id, from_ts, why) VALUES (?, ?, ?)",
        (outlet, round(reading.at), why),
    ).lastrowid
    connection.execute(
        "INSERT INTO reading VALUES (?, ?, ?, ?)",
        (register, round(reading.at), reading.wh, source),
    )
