"""Outlets that a driver paused who only charges there: the next one must not stand before them.

Whoever has the place, and administrators, pause it for as long as they like.
"""

from collections.abc import Iterable
import sqlite3
from typing import Final

_PREFIX: Final = "paused "


def note_pause(connection: sqlite3.Connection, user_id: str, charger: str, connector: int) -> None:
    """A driver paused an outlet; it goes on after their session, unless the place is theirs."""
    owns = connection.execute(
        """SELECT 1 FROM outlet JOIN place ON place.id = outlet.place_id
        JOIN person ON person.id = place.person_id WHERE charger = ? AND connector = ?
        AND outlet.to_ts IS NULL AND person.ha_user_id = ? AND person.erased_at IS NULL""",
        (charger, connector, user_id),
    ).fetchone()
    if owns is None:
        connection.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, 1)", (f"{_PREFIX}{charger}/{connector}",)
        )


def forget_pause(connection: sqlite3.Connection, charger: str, connector: int) -> None:
    """Somebody else decides about an outlet from now on."""
    connection.execute("DELETE FROM meta WHERE name = ?", (f"{_PREFIX}{charger}/{connector}",))


def take_pauses(
    connection: sqlite3.Connection, outlets: Iterable[tuple[str, int]]
) -> list[tuple[str, int]]:
    """Those of some outlets whose pause is over, because the session is that it was for; each once."""
    running = {
        f"{charger}/{connector}"
        for charger, connector in connection.execute(
            """SELECT charger, connector FROM session JOIN outlet ON outlet.id = outlet_id
            WHERE end_ts IS NULL"""
        )
    }
    return [
        (charger, connector)
        for charger, connector in outlets
        if (name := f"{charger}/{connector}") not in running
        and connection.execute("DELETE FROM meta WHERE name = ?", (_PREFIX + name,)).rowcount
    ]
