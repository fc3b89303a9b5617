"""Compares the chargers' own records of their sessions with what was booked."""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from typing import Any, Final

from ..charger.connector import Transaction
from ..charger.machine import Machine
from ..charger.v201.evse import Transaction as StationTransaction

_NONE: Final[Mapping[str, AbstractSet[str]]] = {}


def losses(
    chargers: Mapping[str, Machine],
    books: Mapping[str, Any],
    compared: Mapping[str, AbstractSet[str]] = _NONE,
) -> list[str]:
    """What is missing, or too much, in the books of chargers that have told all they had.

    `books`: by charger, what `ChargePoint.state` returns. `compared`: ids of sessions
    that a charger has forgotten since they were compared.
    """
    found: list[str] = []
    for charger in chargers.values():
        booked = {entry["id"]: entry for entry in _sessions(books.get(charger.id, {}))}
        for session in charger.sessions:
            found += [f"{charger.id}: {what}" for what in _compare(session, booked)]
        strangers = booked.keys() - {str(session.id) for session in charger.sessions}
        strangers -= compared.get(charger.id, frozenset())
        if strangers:
            found.append(f"{charger.id}: {len(strangers)} sessions were booked that never were")
        if charger.outbox.lost:
            refused = ", ".join(sorted({message.action for message in charger.outbox.lost}))
            found.append(f"{charger.id}: gave up {len(charger.outbox.lost)} messages ({refused})")
        if charger.outbox.kept:
            found.append(f"{charger.id}: {len(charger.outbox.kept)} messages wait still")
    return found


def _compare(
    session: Transaction | StationTransaction, booked: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    if session.id is None:
        yield "a session has no id"
        return
    entry = booked.get(str(session.id))
    if entry is None:
        yield f"session {session.id} is not booked"
        return
    if entry["meter_start"] != session.meter_start:
        yield f"session {session.id} begins at {entry['meter_start']}, not {session.meter_start} Wh"
    if session.meter_stop is None:
        return
    if entry["stopped"] is None:
        yield f"session {session.id} goes on in the books"
    elif entry["energy"] != session.meter_stop:
        yield f"session {session.id} ends at {entry['energy']}, not {session.meter_stop} Wh"


def _sessions(state: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for connector in state.get("connectors", {}).values():
        for name in ("last_transaction", "transaction"):
            if connector.get(name) is not None:
                yield connector[name]
    yield from state.get("sessions", {}).get("ended", ())
