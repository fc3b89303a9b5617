"""Records of OCPI as somebody got them: what is corrected afterwards is credited, and told anew.

A record is for billing, so it is never changed once it was handed on: a credit takes it back, and
another with an id of its own follows.
"""

from collections.abc import Mapping
import json
import sqlite3
from typing import Any, Final

from .ocpi import credit

_BILLED: Final = (
    *("start_date_time", "end_date_time", "cdr_token", "currency", "total_cost", "total_energy"),
)
"""What a bill rests on: where one of these differs, it is another bill."""


def hand_on(
    connection: sqlite3.Connection,
    session: int,
    now: Mapping[str, Any] | None,
    *,
    month: int,
    at: int,
) -> None:
    """Keep a session's record of `month` (yyyymm) as it is `now`, and a credit of what it was.

    None: it makes no record any more. `at`: UTC seconds.
    """
    told = _told(connection, session)
    newest = _newest(told)
    if newest is not None and (now is None or _differ(newest[1], now)):
        _keep(connection, session, newest[0], credit(newest[1], at))
        newest = None
    if now is not None and newest is None:
        number = sum("credit" not in cdr for _, cdr in told) + 1
        name = now["id"] if number == 1 else f"{now['id']}-{number}"
        _keep(connection, session, month, {**now, "id": name})


def take_back(connection: sqlite3.Connection, session: int, *, month: int, at: int) -> None:
    """Credit a session's record of a month in which it does not end any more."""
    newest = _newest(_told(connection, session))
    if newest is not None and newest[0] == month:
        _keep(connection, session, month, credit(newest[1], at))


def handed_on(connection: sqlite3.Connection, session: int, month: int) -> list[dict[str, Any]]:
    """A session's records of a month, in the order in which they were handed on."""
    return [cdr for of, cdr in _told(connection, session) if of == month]


def as_it_would_be(
    connection: sqlite3.Connection, session: int, now: Mapping[str, Any]
) -> dict[str, Any]:
    """A session's record for who only looks: with the id of the same one that was handed on."""
    newest = _newest(_told(connection, session))
    if newest is None or _differ(newest[1], now):
        return dict(now)
    return newest[1]


def of_month(connection: sqlite3.Connection, month: int) -> list[int]:
    """Sessions of which a record of a month was handed on."""
    return [
        session
        for (session,) in connection.execute(
            "SELECT DISTINCT session_id FROM cdr WHERE month = ? ORDER BY session_id", (month,)
        )
    ]


def forget_tokens(connection: sqlite3.Connection, person: int) -> None:
    """Take cards out of records of a driver's sessions; what they bill stays."""
    for name, uid, content in connection.execute(
        """SELECT cdr_id, lower(hex(once)), content FROM cdr
        JOIN session ON session.id = session_id WHERE person_id = ?""",
        (person,),
    ).fetchall():
        cdr = json.loads(content)
        cdr["cdr_token"] |= {"uid": uid, "type": "OTHER"}
        connection.execute("UPDATE cdr SET content = ? WHERE cdr_id = ?", (json.dumps(cdr), name))


def _told(connection: sqlite3.Connection, session: int) -> list[tuple[int, dict[str, Any]]]:
    """Months and records, oldest first."""
    found = [
        (month, json.loads(content))
        for month, content in connection.execute(
            "SELECT month, content FROM cdr WHERE session_id = ?", (session,)
        )
    ]
    return sorted(found, key=lambda one: _age(one[1]))


def _age(cdr: Mapping[str, Any]) -> tuple[int, bool]:
    """Which of a session's records it is, and whether its credit."""
    name = str(cdr.get("credit_reference_id", cdr["id"]))
    _, _, number = name.partition("-")
    return int(number or 1), "credit" in cdr


def _newest(told: list[tuple[int, dict[str, Any]]]) -> tuple[int, dict[str, Any]] | None:
    """The record that holds; None: none was handed on, or it was taken back."""
    return told[-1] if told and "credit" not in told[-1][1] else None


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(one.get(key) != other.get(key) for key in _BILLED)


def _keep(connection: sqlite3.Connection, session: int, month: int, cdr: Mapping[str, Any]) -> None:
    connection.execute(
        "INSERT INTO cdr VALUES (?, ?, ?, ?)", (cdr["id"], session, month, json.dumps(cdr))
    )
