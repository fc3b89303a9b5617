"""The session book as plain data for people: what somebody may see of it, and in which form.

Times are UTC seconds, energies Wh; a cost is a number of a currency's units, rounded as it is printed.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
import sqlite3
from typing import Any, Final

from . import drivers, keeping, queries
from .budgets import used_wh
from .completeness import Flag, keys_of
from .money import coins, digits_of
from .months import Month
from .queries import Asked, Cursor, Row, Totals
from .reconcile import of_month
from .rights import Viewer

ATTR_SESSION: Final = "session"

INCOMPLETE: Final = (
    Flag.START_UNKNOWN
    | Flag.STOP_LOST
    | Flag.IMPLAUSIBLE
    | Flag.BACKWARDS
    | Flag.REGISTER_RESET
    | Flag.OTHER_SOURCE
)
"""What makes a session's energy less sure than its register."""


def overview(connection: sqlite3.Connection, viewer: Viewer) -> dict[str, Any]:
    """Which months somebody sees sessions of, and what these can be filtered by."""
    found = {"months": queries.months(connection, viewer.persons), "admin": viewer.sees_all}
    return found | {
        "places": [
            {"id": place["id"], "name": place["name"]} for place in keeping.places(connection)
        ]
        if viewer.sees_all
        else [],
        "persons": [
            {"id": person, "name": name}
            for person, name in drivers.named(connection)
            if viewer.sees(person)
        ],
    }


def month(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """What a month adds up to, by place and by driver."""
    currencies = queries.currencies(connection, asked)
    currency = currencies[0] if len(currencies) == 1 else None
    by = {
        name: [
            {"id": one, "name": called, **_total(totals, currency)}
            for (one, called), totals in queries.totals(
                connection, asked, name, currency or "EUR"
            ).items()
        ]
        for name in ("place", "person")
    }
    return {
        "currency": currency,
        "mixed": len(currencies) > 1,
        "places": by["place"],
        "persons": by["person"],
        "total": {
            key: None
            if key == "cost" and currency is None
            else sum(one[key] or 0 for one in by["place"])
            for key in ("sessions", "wh", "cost", "unpriced_wh", "unknown")
        },
    }


def _total(totals: Totals, currency: str | None) -> dict[str, Any]:
    return {
        "sessions": totals.sessions,
        "wh": totals.wh or 0,
        "cost": None if currency is None else totals.coins / 10 ** digits_of(currency),
        "unpriced_wh": totals.unpriced_wh or 0,
        "unknown": totals.unknown,
    }


def listed(
    connection: sqlite3.Connection, asked: Asked, after: Cursor | None, most: int
) -> dict[str, Any]:
    """A page of sessions, and where the next begins."""
    rows, more = queries.page(connection, asked, after=after, most=most)
    return {"rows": [_row(row) for row in rows], "more": None if more is None else [*more]}


def _row(row: Row) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "start": row.start,
        "end": row.end,
        "zone": row.zone,
        "place": row.place,
        "person": row.person,
        "tag": row.tag,
        "wh": None if row.session_wh is None else row.wh,
        "session_wh": row.session_wh,
        "cost": cost(row.nano, row.currency),
        "currency": row.currency,
        "unpriced_wh": row.unpriced_wh,
        "flags": keys_of(row.flags),
        "reason": row.reason,
    }


def cost(nano: int | None, currency: str | None) -> float | None:
    """A cost as it is printed; None: it has no price."""
    if nano is None or currency is None:
        return None
    return float(coins(nano, currency) / 10 ** digits_of(currency))


def details(
    connection: sqlite3.Connection, uid: str, viewer: Viewer, users: Mapping[str, str]
) -> dict[str, Any] | None:
    """One session; None: there is none, or it is not for them to see. `users` are names by id."""
    try:
        found = queries.details(connection, uid)
    except ValueError:
        return None
    if found is None or not viewer.sees(found["person_id"]):
        return None
    currency = found["currency"]
    total = cost(found.pop("nano"), currency)
    return found | {
        "cost": total,
        "quarters": [
            [at, wh, estimated, cost(nano, currency)]
            for at, wh, estimated, nano in found["quarters"]
        ],
        "revisions": [
            {
                **{key: value for key, value in revision.items() if key != "user_id"},
                "user": users.get(revision["user_id"], "") if viewer.sees_all else "",
            }
            for revision in found["revisions"]
        ],
        # Of another session at the same place nobody is told but who may put both right.
        "neighbours": found["neighbours"] if viewer.sees_all else [],
        "may_correct": viewer.sees_all,
    }


def of_transaction(
    connection: sqlite3.Connection, charger: str, connector: int, transaction: str
) -> dict[str, Any] | None:
    """The newest session that a charger calls so, as `described`, and how long it lasted, minutes."""
    row = connection.execute(
        """SELECT once, start_ts, end_ts FROM session JOIN outlet ON outlet.id = outlet_id
        WHERE charger = ? AND connector = ? AND tx_id = ? ORDER BY start_ts DESC LIMIT 1""",
        (charger, connector, transaction),
    ).fetchone()
    if row is None:
        return None
    once, start, end = row
    told = described(connection, once.hex())
    minutes = None if end is None else round((end - start) / 60, 1)
    return None if told is None else told | {"minutes": minutes}


def described(connection: sqlite3.Connection, uid: str) -> dict[str, Any] | None:
    """A session for events and automations: no name and no card of anybody; None: there is none."""
    row = connection.execute(
        """SELECT start_ts, end_ts, eff_wh, nano, currency, flags, reason FROM session
        WHERE once = ?""",
        (bytes.fromhex(uid),),
    ).fetchone()
    if row is None:
        return None
    start, end, wh, nano, currency, told, reason = row
    return {
        ATTR_SESSION: uid,
        "start": _moment(start),
        "end": None if end is None else _moment(end),
        "energy": None if wh is None else wh / 1000,
        "cost": cost(nano, currency),
        "currency": currency,
        "notes": keys_of(told),
        "reason": reason,
    }


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def reconciliation(connection: sqlite3.Connection, number: int, zone: str) -> list[dict[str, Any]]:
    """Whether what each outlet's meter counted in a month is in its sessions."""
    found = []
    for outlet, place, charger, connector in connection.execute(
        """SELECT outlet.id, place.name, charger, connector FROM outlet
        JOIN place ON place.id = place_id ORDER BY place.name, outlet.id"""
    ).fetchall():
        told = of_month(connection, outlet, Month.of(number), zone)
        if told.counted is None and not (told.sessions or told.voided):
            continue
        found.append(
            {
                "place": place,
                "charger": charger,
                "connector": connector,
                "counted": told.counted,
                "sessions": told.sessions,
                "voided": told.voided,
                "between": told.between,
                "unexplained": told.unexplained,
                "estimated": told.estimated,
                "worth_telling": told.is_worth_telling,
            }
        )
    return found


def kept(connection: sqlite3.Connection, now: float, zone: str) -> dict[str, Any]:
    """All that administrators keep: drivers, cards, prices, places, settings."""
    persons = keeping.persons(connection)
    used = used_wh(connection, now, zone)
    for person in persons:
        person["used_wh"] = used.get(person["id"], 0)
    return {
        "persons": persons,
        "tariffs": keeping.tariffs(connection),
        "places": keeping.places(connection),
        "settings": keeping.settings(connection),
        "learned": [
            {"tag": tag, "sessions": count, "last": last}
            for tag, count, last in drivers.learned_cards(connection)[:20]
        ],
    }


def asked_for(viewer: Viewer, wanted: Mapping[str, Any]) -> Asked:
    """Which sessions somebody asks for, and may see."""
    return Asked(
        month=int(wanted["month"]),
        places=_ids(wanted.get("places")),
        persons=viewer.within(_ids(wanted.get("persons"))),
        text=str(wanted.get("text", "")),
        flags=INCOMPLETE if wanted.get("incomplete") else Flag(0),
    )


def _ids(wanted: Iterable[Any] | None) -> frozenset[int] | None:
    return None if wanted is None else frozenset(int(one) for one in wanted)
