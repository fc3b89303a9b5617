"""Drivers and their cards: whose a card was at a moment.

A session keeps its driver and their name as they were: a card that is passed on, or a driver who
is renamed, changes nothing of the past.
"""

import sqlite3
from typing import NamedTuple

from .handed_on import forget_tokens


class CardTaken(ValueError):
    """A card is somebody else's at that time."""


class Holder(NamedTuple):
    """Whose a card is."""

    person_id: int
    name: str
    card_id: int


def tag_key(tag: str) -> str:
    """What makes two writings of a card's number the same card."""
    return tag.strip().casefold()


def know_cards(connection: sqlite3.Connection) -> None:
    """Have `tag_key` be a function of SQL too: whatever compares cards does it alike."""
    connection.create_function("tag_key", 1, lambda tag: tag_key(tag or ""), deterministic=True)


def named(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """The drivers that there are, by their names: id and name."""
    return connection.execute(
        "SELECT id, name FROM person WHERE erased_at IS NULL ORDER BY name, id"
    ).fetchall()


def holder_of(connection: sqlite3.Connection, tag: str, at: float) -> Holder | None:
    """Whose a card was at a moment; None: nobody's that is known."""
    row = connection.execute(
        """SELECT person.id, person.name, card.id FROM card
        JOIN card_use ON card_use.card_id = card.id
        JOIN person ON person.id = card_use.person_id
        WHERE card.tag_key = ? AND card_use.from_ts <= ?
        AND (card_use.to_ts IS NULL OR card_use.to_ts > ?)
        AND person.erased_at IS NULL ORDER BY card_use.from_ts DESC""",
        (tag_key(tag), int(at), int(at)),
    ).fetchone()
    return None if row is None else Holder(*row)


def add_person(
    connection: sqlite3.Connection,
    name: str,
    *,
    kind: str = "driver",
    ref: str | None = None,
    ha_user_id: str | None = None,
    budget_wh: int | None = None,
) -> int:
    """A new driver, group or guest; its id."""
    found = connection.execute(
        "INSERT INTO person (name, kind, ref, ha_user_id, budget_wh) VALUES (?, ?, ?, ?, ?)",
        (name, kind, ref, ha_user_id, budget_wh),
    ).lastrowid
    return int(found or 0)


def give_card(
    connection: sqlite3.Connection,
    tag: str,
    person: int,
    *,
    from_ts: int,
    to_ts: int | None = None,
    label: str = "",
    vehicle: str = "",
) -> int:
    """A card is somebody's from a moment on, and no longer who had it before's; its id.

    Raises CardTaken where another has it later in that time, and ValueError for no card at all.
    """
    if not (key := tag_key(tag)):
        raise ValueError("a card has a number")
    connection.execute(
        """INSERT INTO card (tag_key, tag, label, vehicle) VALUES (?, ?, ?, ?)
        ON CONFLICT (tag_key) DO UPDATE SET
        label = coalesce(nullif(excluded.label, ''), label),
        vehicle = coalesce(nullif(excluded.vehicle, ''), vehicle)""",
        (key, tag.strip(), label, vehicle),
    )
    (card,) = connection.execute("SELECT id FROM card WHERE tag_key = ?", (key,)).fetchone()
    connection.execute(
        "UPDATE card_use SET to_ts = ? WHERE card_id = ? AND to_ts IS NULL AND from_ts < ?",
        (from_ts, card, from_ts),
    )
    taken = connection.execute(
        """SELECT 1 FROM card_use WHERE card_id = ? AND (? IS NULL OR from_ts < ?)
        AND (to_ts IS NULL OR to_ts > ?)""",
        (card, to_ts, to_ts, from_ts),
    ).fetchone()
    if taken is not None:
        raise CardTaken(tag)
    connection.execute(
        "INSERT INTO card_use (card_id, person_id, from_ts, to_ts) VALUES (?, ?, ?, ?)",
        (card, person, from_ts, to_ts),
    )
    return int(card)


def put_into_group(connection: sqlite3.Connection, person: int, group: int | None, at: int) -> None:
    """A driver is in a group from a moment on, or in none; they are in one at most.

    Its price is theirs where they have none of their own, and its budget is for all of them.
    """
    if group_of(connection, person, at) == group:
        return
    connection.execute("DELETE FROM member WHERE person_id = ? AND from_ts >= ?", (person, at))
    connection.execute(
        "UPDATE member SET to_ts = ? WHERE person_id = ? AND (to_ts IS NULL OR to_ts > ?)",
        (at, person, at),
    )
    if group is not None:
        connection.execute("INSERT INTO member VALUES (?, ?, ?, NULL)", (person, group, at))


def group_of(connection: sqlite3.Connection, person: int | None, at: float) -> int | None:
    """The group that a driver was in at a moment; None: none."""
    row = connection.execute(
        """SELECT group_id FROM member WHERE person_id = ? AND from_ts <= ?
        AND (to_ts IS NULL OR to_ts > ?)""",
        (person, int(at), int(at)),
    ).fetchone()
    return None if row is None else int(row[0])


def learned_cards(connection: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """Cards that charged and are nobody's: number, how often, and when last (UTC seconds)."""
    return connection.execute(
        """SELECT max(tag), sum(times), max(last) FROM (
            SELECT tag, count(*) AS times, max(start_ts) AS last FROM session
            WHERE person_id IS NULL AND tag <> '' GROUP BY tag)
        WHERE tag_key(tag) <> '' GROUP BY tag_key(tag) ORDER BY max(last) DESC"""
    ).fetchall()


def forget(connection: sqlite3.Connection, person: int, at: int) -> None:
    """Forget a driver: name, cards, account and vehicle go, the energy stays.

    Statements that were made stay as they were printed.
    """
    # What is deleted is also written over, so that nobody finds it in the file.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('erasing', 1)")
    cards = [
        card
        for (card,) in connection.execute(
            "SELECT DISTINCT card_id FROM card_use WHERE person_id = ?", (person,)
        )
    ]
    connection.execute(
        """UPDATE session SET tag = '', stop_tag = NULL, note = NULL, card_id = NULL,
        person_name = NULL WHERE person_id = ?""",
        (person,),
    )
    connection.execute(
        """UPDATE revision SET old = NULL, why = '',
        new = CASE field WHEN 'note' THEN NULL ELSE new END
        WHERE session_id IN (SELECT id FROM session WHERE person_id = ?)""",
        (person,),
    )
    connection.executemany(
        """UPDATE loose_end SET tag = NULL
        WHERE tag_key(tag) = (SELECT tag_key FROM card WHERE id = ?)""",
        [(card,) for card in cards],
    )
    forget_tokens(connection, person)
    connection.execute("UPDATE place SET person_id = NULL WHERE person_id = ?", (person,))
    connection.execute("DELETE FROM card_use WHERE person_id = ?", (person,))
    connection.execute("DELETE FROM member WHERE ? IN (person_id, group_id)", (person,))
    connection.executemany(
        """DELETE FROM card WHERE id = ? AND NOT EXISTS
        (SELECT 1 FROM card_use WHERE card_id = card.id)
        AND NOT EXISTS (SELECT 1 FROM session WHERE card_id = card.id)""",
        [(card,) for card in cards],
    )
    connection.execute(
        """UPDATE person SET name = '', ref = NULL, ha_user_id = NULL, erased_at = ?
        WHERE id = ?""",
        (at, person),
    )
    connection.execute("DELETE FROM meta WHERE name = 'erasing'")
