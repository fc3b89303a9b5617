"""Who of Home Assistant's users is which driver, and what that lets them do.

Administrators see and do everything. A driver sees their own sessions, and may pause, go on and be
put first where their session runs or where the place is theirs. Everybody else sees nothing.
"""

from dataclasses import dataclass
import sqlite3
from typing import Final


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks into the book."""

    persons: frozenset[int] | None
    """Whose sessions they see; None: everybody's, and nobody's."""

    @property
    def sees_all(self) -> bool:
        """Whether nothing is kept from them."""
        return self.persons is None

    def sees(self, person: int | None) -> bool:
        """Whether they see sessions of a person; None: those of nobody who is known."""
        return self.persons is None or person in self.persons

    def within(self, wanted: frozenset[int] | None) -> frozenset[int] | None:
        """The persons that are asked for, as far as they may be seen."""
        if self.persons is None:
            return wanted
        return self.persons if wanted is None else wanted & self.persons


ALL: Final = Viewer(None)


def persons_of(connection: sqlite3.Connection, user_id: str) -> frozenset[int]:
    """The drivers that a user of Home Assistant is."""
    return frozenset(
        person
        for (person,) in connection.execute(
            "SELECT id FROM person WHERE ha_user_id = ? AND erased_at IS NULL", (user_id,)
        )
    )


def outlets_of(connection: sqlite3.Connection, user_id: str) -> frozenset[tuple[str, int]]:
    """The outlets, by charger and connector, where a user's session runs or whose place is theirs."""
    return frozenset(
        connection.execute(
            """SELECT charger, connector FROM outlet
            JOIN place ON place.id = outlet.place_id
            JOIN person ON person.ha_user_id = ? AND person.erased_at IS NULL
            WHERE outlet.to_ts IS NULL AND (place.person_id = person.id OR EXISTS (
                SELECT 1 FROM session WHERE session.outlet_id = outlet.id
                AND session.end_ts IS NULL AND session.person_id = person.id))""",
            (user_id,),
        ).fetchall()
    )
