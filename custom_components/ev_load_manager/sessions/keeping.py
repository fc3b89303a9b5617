"""What administrators keep beside the sessions: drivers, cards, prices, places, and how it is printed.

All of it as plain JSON data, for forms. A price is a number per unit of currency and kWh there, and
millionths in the book.
"""

from collections.abc import Mapping
import json
import sqlite3
from typing import Any, Final

from . import drivers, outlets
from .outcome import work_out
from .prices import MILLION, micro_of

LONGEST_TEXT: Final = 2_000
"""Characters of a letterhead."""
MOST_MONTHS: Final = 240

DEFAULTS: Final[Mapping[str, Any]] = {
    "letterhead": "",
    "retention_months": None,
    "statistics": False,
    "driver_entities": False,
    # For records of OCPI, which an operator has to agree on.
    "country_code": "",
    "party_id": "",
    "address": "",
    "city": "",
    "postal_code": "",
}


class KeepingError(ValueError):
    """What can't be kept; `key` says why."""

    def __init__(self, key: str) -> None:
        """`key`: driver_unnamed, no_driver, card_taken, card_empty, card_over, price_wrong, no_tariff, no_place, place_busy."""
        super().__init__(key)
        self.key = key


def settings(connection: sqlite3.Connection) -> dict[str, Any]:
    """What is set for the whole book."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'settings'").fetchone()
    return {**DEFAULTS, **(json.loads(row[0]) if row else {})}


def change_settings(connection: sqlite3.Connection, changes: Mapping[str, Any]) -> None:
    """Set some of them."""
    kept = {name: value for name, value in changes.items() if name in DEFAULTS}
    connection.execute(
        "INSERT OR REPLACE INTO meta VALUES ('settings', ?)",
        (json.dumps(settings(connection) | kept),),
    )


def places(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every place, with the outlet that serves it now."""
    return _rows(
        connection,
        """SELECT place.id, place.name, place.evse_id, place.person_id, outlet.charger,
        outlet.connector FROM place
        LEFT JOIN outlet ON outlet.place_id = place.id AND outlet.to_ts IS NULL
        ORDER BY place.name, place.id""",
    )


def name_places(
    connection: sqlite3.Connection, names: Mapping[tuple[str, int], str], at: float
) -> None:
    """Call places what their chargers are called, unless people named them themselves."""
    for (charger, connector), name in names.items():
        place = outlets.place_of(connection, outlets.outlet_of(connection, charger, connector, at))
        connection.execute(
            "UPDATE place SET name = ? WHERE id = ? AND own_name = 0 AND name <> ?",
            (name, place, name),
        )


def change_place(
    connection: sqlite3.Connection, place: int, *, name: str, evse_id: str, person: int | None
) -> None:
    """Name a place, and say whose it is; without a name it is called what its charger is."""
    if person is not None:
        _known(connection, person)
    changed = connection.execute(
        """UPDATE place SET own_name = CASE WHEN ?1 = '' THEN 0 WHEN ?1 = name THEN own_name
        ELSE 1 END, name = coalesce(nullif(?1, ''), name), evse_id = ?2, person_id = ?3
        WHERE id = ?4""",
        (name.strip(), evse_id.strip() or None, person, place),
    ).rowcount
    if not changed:
        raise KeepingError("no_place")


def exchange_outlet(
    connection: sqlite3.Connection, place: int, charger: str, connector: int, at: int
) -> None:
    """Another outlet serves a place from now on, with its name, prices and driver.

    Nothing of before changes; the place that the outlet served until now has none any more.
    """
    served = connection.execute(
        "SELECT place_id FROM outlet WHERE charger = ? AND connector = ? AND to_ts IS NULL",
        (charger, connector),
    ).fetchone()
    if served is None:
        raise KeepingError("no_place")
    if served[0] == place:
        return
    busy = connection.execute(
        """SELECT 1 FROM session JOIN outlet ON outlet.id = outlet_id
        WHERE end_ts IS NULL AND outlet.place_id IN (?, ?)""",
        (place, served[0]),
    ).fetchone()
    if busy is not None:
        raise KeepingError("place_busy")
    outlets.replace_charger(connection, place, charger, connector, at)


def persons(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every driver with their cards; those who were forgotten are not there."""
    found = _rows(
        connection,
        """SELECT id, name, kind, ref, ha_user_id, budget_wh, over_budget,
        (SELECT group_id FROM member WHERE person_id = person.id AND to_ts IS NULL) AS group_id
        FROM person WHERE erased_at IS NULL ORDER BY name, id""",
    )
    cards = _rows(
        connection,
        """SELECT card_use.id, card_use.person_id, card.tag, card.label, card.vehicle,
        card_use.from_ts, card_use.to_ts FROM card_use JOIN card ON card.id = card_use.card_id
        ORDER BY card_use.from_ts, card_use.id""",
    )
    for person in found:
        person["cards"] = [card for card in cards if card["person_id"] == person["id"]]
    return found


def change_group(connection: sqlite3.Connection, person: int, group: int | None, at: int) -> None:
    """Put a driver into a group from a moment on, or into none; nothing of before changes."""
    _known(connection, person)
    if group is not None:
        _known(connection, group)
        kinds = dict(
            connection.execute(
                "SELECT id, kind FROM person WHERE id IN (?, ?)", (person, group)
            ).fetchall()
        )
        if person == group or kinds[group] != "group" or kinds[person] == "group":
            raise KeepingError("no_driver")
    drivers.put_into_group(connection, person, group, at)


def change_person(
    connection: sqlite3.Connection,
    person: int | None,
    *,
    name: str,
    kind: str = "driver",
    ref: str = "",
    ha_user_id: str | None = None,
    budget_wh: int | None = None,
    over_budget: str = "warn",
) -> int:
    """Add a driver (None), or change one; their id. Sessions of the past keep the old name."""
    if not name.strip():
        raise KeepingError("driver_unnamed")
    if person is None:
        person = drivers.add_person(connection, name.strip(), kind=kind)
    else:
        _known(connection, person)
    if ha_user_id is not None:
        # One user is one driver: else their sessions would be two people's.
        connection.execute(
            "UPDATE person SET ha_user_id = NULL WHERE ha_user_id = ? AND id <> ?",
            (ha_user_id, person),
        )
    connection.execute(
        """UPDATE person SET name = ?, kind = ?, ref = ?, ha_user_id = ?, budget_wh = ?,
        over_budget = ? WHERE id = ?""",
        (name.strip(), kind, ref.strip() or None, ha_user_id, budget_wh, over_budget, person),
    )
    return person


def give_card(
    connection: sqlite3.Connection,
    person: int,
    tag: str,
    *,
    now: int,
    from_ts: int | None = None,
    to_ts: int | None = None,
    label: str = "",
    vehicle: str = "",
) -> None:
    """A card is a driver's from a moment on; sessions of it since then that were nobody's become theirs.

    None: from ever, or from now where it was another's.
    """
    _known(connection, person)
    if not drivers.tag_key(tag):
        raise KeepingError("card_empty")
    if from_ts is None:
        was = connection.execute(
            """SELECT 1 FROM card_use JOIN card ON card.id = card_use.card_id
            WHERE tag_key = ? AND (to_ts IS NULL OR to_ts > 0)""",
            (drivers.tag_key(tag),),
        ).fetchone()
        from_ts = 0 if was is None else now
    if to_ts is not None and to_ts <= from_ts:
        raise KeepingError("card_over")
    try:
        drivers.give_card(
            connection, tag, person, from_ts=from_ts, to_ts=to_ts, label=label, vehicle=vehicle
        )
    except drivers.CardTaken:
        raise KeepingError("card_taken") from None
    for (session,) in connection.execute(
        """SELECT id FROM session WHERE person_id IS NULL AND start_ts >= ?
        AND (? IS NULL OR start_ts < ?) AND tag_key(tag) = ?""",
        (from_ts, to_ts, to_ts, drivers.tag_key(tag)),
    ).fetchall():
        work_out(connection, session)


def take_card(connection: sqlite3.Connection, use: int, at: int) -> None:
    """A card is nobody's from a moment on; one that was never theirs by then, never was."""
    connection.execute("DELETE FROM card_use WHERE id = ? AND from_ts >= ?", (use, at))
    connection.execute(
        "UPDATE card_use SET to_ts = ? WHERE id = ? AND (to_ts IS NULL OR to_ts > ?)",
        (at, use, at),
    )


def tariffs(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every price there is and was, the newest first."""
    return [
        {
            "id": row["id"],
            "applies": row["applies"],
            "applies_to": row["applies_to"],
            "from_ts": row["from_ts"],
            "to_ts": row["to_ts"],
            "currency": row["currency"],
            "price": None if row["micro"] is None else row["micro"] / MILLION,
            "entity_id": row["entity_id"],
            "add": row["add_micro"] / MILLION,
            "per_hour": row["hour_micro"] / MILLION,
            "per_session": row["session_micro"] / MILLION,
            "tax": None if row["vat_ppm"] is None else row["vat_ppm"] / 10_000,
            "net": bool(row["net"]),
        }
        for row in _rows(connection, "SELECT * FROM tariff ORDER BY from_ts DESC, id DESC")
    ]


def add_tariff(
    connection: sqlite3.Connection,
    *,
    from_ts: int,
    currency: str,
    applies: str = "all",
    applies_to: int | None = None,
    price: float | None = None,
    entity_id: str | None = None,
    add: float = 0.0,
    per_hour: float = 0.0,
    per_session: float = 0.0,
    tax: float | None = None,
    net: bool = False,
) -> int:
    """A price from a moment on, in the place of the one that was for the same before; its id.

    Per kWh, hour and session, `tax` in percent. Sessions since then have to be priced anew
    (`price_some`).
    """
    if entity_id is not None:
        entity_id = entity_id.strip().lower()
    if (price is None) == (entity_id is None) or (applies == "all") != (applies_to is None):
        raise KeepingError("price_wrong")
    values = [None if price is None else _micro(price), *map(_micro, (add, per_hour, per_session))]
    # Energy may cost less than nothing for an hour, time and sessions do not.
    is_tax = tax is None or (not isinstance(tax, bool) and 0 <= tax <= 100)
    if not is_tax or min(per_hour, per_session) < 0:
        raise KeepingError("price_wrong")
    if applies_to is not None:
        _known_to(connection, applies, applies_to)
    # Nothing of an earlier one is left to come back when this one ends.
    connection.execute(
        """UPDATE tariff SET to_ts = ?1 WHERE applies = ?2 AND applies_to IS ?3 AND from_ts <= ?1
        AND (to_ts IS NULL OR to_ts > ?1)""",
        (from_ts, applies, applies_to),
    )
    (until,) = connection.execute(
        "SELECT min(from_ts) FROM tariff WHERE applies = ? AND applies_to IS ? AND from_ts > ?",
        (applies, applies_to, from_ts),
    ).fetchone()
    found = connection.execute(
        """INSERT INTO tariff (applies, applies_to, from_ts, to_ts, currency, micro, entity_id,
        add_micro, hour_micro, session_micro, vat_ppm, net)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(applies, applies_to, from_ts, until, currency.upper(), values[0], entity_id),
            *values[1:],
            *(None if tax is None else round(tax * 10_000), int(net)),
        ),
    ).lastrowid
    return int(found or 0)


def end_tariff(connection: sqlite3.Connection, tariff: int, at: int) -> None:
    """A price holds no longer from a moment on; one that had not begun, never held.

    What had to end where that would have begun goes on. Sessions since then have to be priced
    anew (`price_some`).
    """
    row = connection.execute(
        "SELECT applies, applies_to, from_ts, to_ts FROM tariff WHERE id = ?", (tariff,)
    ).fetchone()
    if row is None:
        raise KeepingError("no_tariff")
    applies, applies_to, since, until = row
    if since >= at:
        connection.execute("DELETE FROM tariff WHERE id = ?", (tariff,))
        connection.execute(
            """UPDATE tariff SET to_ts = ? WHERE id = (SELECT id FROM tariff
            WHERE applies = ? AND applies_to IS ? AND to_ts = ?
            ORDER BY from_ts DESC, id DESC LIMIT 1)""",
            (until, applies, applies_to, since),
        )
    elif until is None or until > at:
        connection.execute("UPDATE tariff SET to_ts = ? WHERE id = ?", (at, tariff))


def price_some(
    connection: sqlite3.Connection, since: int, after: int = 0, most: int = 500
) -> int | None:
    """Price some of the sessions that were not over at a moment; where to go on, None: all are done.

    What a charger tells is written between two such pieces.
    """
    found = connection.execute(
        """SELECT id FROM session WHERE id > ? AND (end_ts IS NULL OR end_ts > ?)
        ORDER BY id LIMIT ?""",
        (after, since, most),
    ).fetchall()
    for (session,) in found:
        work_out(connection, session)
    return int(found[-1][0]) if len(found) == most else None


def price_entities(connection: sqlite3.Connection, now: float) -> frozenset[str]:
    """Entities that tell a price now (UTC seconds), or will."""
    return frozenset(
        entity
        for (entity,) in connection.execute(
            """SELECT DISTINCT entity_id FROM tariff
            WHERE entity_id IS NOT NULL AND (to_ts IS NULL OR to_ts > ?)""",
            (now,),
        )
    )


def _micro(value: float) -> int:
    found = micro_of(value)
    if found is None:
        raise KeepingError("price_wrong")
    return found


def _known_to(connection: sqlite3.Connection, applies: str, applies_to: int) -> None:
    """Refuse a price for who, or what, is not in the book."""
    if applies == "person":
        _known(connection, applies_to)
    elif not connection.execute("SELECT 1 FROM place WHERE id = ?", (applies_to,)).fetchone():
        raise KeepingError("no_place")


def _known(connection: sqlite3.Connection, person: int) -> None:
    found = connection.execute(
        "SELECT 1 FROM person WHERE id = ? AND erased_at IS NULL", (person,)
    ).fetchone()
    if found is None:
        raise KeepingError("no_driver")


def _rows(connection: sqlite3.Connection, asked: str) -> list[dict[str, Any]]:
    cursor = connection.execute(asked)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
