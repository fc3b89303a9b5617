"""Who has charged more in a month than they may: a warning, or no more starts.

What goes on is never ended for it.
"""

import sqlite3
from typing import Final, NamedTuple

from .completeness import Flag
from .drivers import tag_key
from .months import month_at

_VOID: Final = int(Flag.VOID)


class Budget(NamedTuple):
    """A driver's budget of a month that is used up."""

    person: int
    name: str
    budget_wh: int
    used_wh: int
    refuses: bool
    """They may not begin any more sessions."""


class Spent(NamedTuple):
    """All budgets that are used up at a moment."""

    budgets: tuple[Budget, ...] = ()
    cards: frozenset[str] = frozenset()
    """Numbers of cards, folded, that may begin no session."""

    def refuses(self, tag: str) -> bool:
        """Whether a card may begin no session."""
        return bool(self.cards) and tag_key(tag) in self.cards


NOTHING_SPENT: Final = Spent()


def spent(connection: sqlite3.Connection, now: float, zone: str) -> Spent:
    """Which budgets of this month are used up."""
    asked = connection.execute(
        """SELECT id, name, budget_wh, over_budget = 'refuse' FROM person
        WHERE budget_wh IS NOT NULL AND erased_at IS NULL"""
    ).fetchall()
    if not asked:
        return NOTHING_SPENT
    members, used = _members(connection, now), used_wh(connection, now, zone)
    budgets = tuple(
        Budget(person, name, budget, used.get(person, 0), bool(refuses))
        for person, name, budget, refuses in asked
        if used.get(person, 0) >= budget
    )
    stopped = [
        one
        for budget in budgets
        if budget.refuses
        for one in (budget.person, *members.get(budget.person, ()))
    ]
    return Spent(budgets, _cards(connection, stopped, now))


def used_wh(connection: sqlite3.Connection, now: float, zone: str) -> dict[int, int]:
    """Wh that each driver has charged this month, and each group with all who are in it."""
    used: dict[int, int] = dict(
        connection.execute(
            """SELECT session.person_id, sum(share.wh) FROM share
            CROSS JOIN session ON session.id = share.session_id
            WHERE share.month = ? AND session.flags & ? = 0 AND session.person_id IS NOT NULL
            GROUP BY session.person_id""",
            (month_at(int(now), zone).number, _VOID),
        ).fetchall()
    )
    for group, persons in _members(connection, now).items():
        used[group] = sum(used.get(one, 0) for one in (group, *persons))
    return used


def _members(connection: sqlite3.Connection, now: float) -> dict[int, list[int]]:
    """Who is in each group."""
    members = dict[int, list[int]]()
    for person, group in connection.execute(
        """SELECT person_id, group_id FROM member WHERE from_ts <= ?1
        AND (to_ts IS NULL OR to_ts > ?1)""",
        (int(now),),
    ):
        members.setdefault(group, []).append(person)
    return members


def _cards(connection: sqlite3.Connection, persons: list[int], now: float) -> frozenset[str]:
    """The cards that drivers who may begin no session have now."""
    return frozenset(
        key
        for person in persons
        for (key,) in connection.execute(
            """SELECT tag_key FROM card JOIN card_use ON card_use.card_id = card.id
            WHERE person_id = ? AND from_ts <= ? AND (to_ts IS NULL OR to_ts > ?)
            AND tag_key IS NOT NULL""",
            (person, int(now), int(now)),
        )
    )
