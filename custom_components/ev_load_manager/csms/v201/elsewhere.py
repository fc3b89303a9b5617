"""What cars ask for, and what others than this system have limited (OCPP 2.0.1, K11 to K15)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ... import clock
from ..charge_point.charge_point import Change, ChargePoint
from ..charge_point.connector import ChargingNeeds, ForeignLimit
from ..transport import fields
from ..transport.connection import Reply
from . import places, profiles


def needs(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """A car says what it asks for; it goes on under the limits that its outlet has.

    Whoever says Accepted or Processing owes it a profile of its own (K15.FR.03 to 08).
    """
    evse = places.evse_number(payload, charger.most_connectors)
    told = payload.get("chargingNeeds")
    asked = told if isinstance(told, Mapping) else {}
    if evse:
        charger.connector(evse).car_asks(
            ChargingNeeds(
                energy=_energy(asked),
                departure=_departure(charger, asked),
                state_of_charge=_state_of_charge(asked),
            )
        )
        charger.changed(Change.STATUS, evse)
    is_201 = charger.dialect.subprotocol == "ocpp2.0.1"
    return Reply({"status": "Rejected" if is_201 else "NoChargingProfile"})


def _departure(charger: ChargePoint, asked: Mapping[str, Any]) -> datetime | None:
    """When it wants to leave; nobody leaves before now."""
    told = fields.timestamp(asked.get("departureTime"))
    return None if told is None or charger.clock.age(told) > 0.0 else told


def _energy(asked: Mapping[str, Any]) -> float | None:
    """What it wants to have, Wh."""
    for one in _mappings(asked, "acChargingParameters", "dcChargingParameters"):
        told = fields.number(one.get("energyAmount"))
        if told is not None and 0.0 <= told <= 1e6:
            return told
    return None


def _state_of_charge(asked: Mapping[str, Any]) -> float | None:
    for one in _mappings(asked, "dcChargingParameters"):
        told = fields.number(one.get("stateOfCharge"))
        if told is not None and 0.0 <= told <= 100.0:
            return told
    return None


def _mappings(asked: Mapping[str, Any], *names: str) -> Iterator[Mapping[str, Any]]:
    for name in names:
        if isinstance(one := asked.get(name), Mapping):
            yield one


def limited(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """Somebody else limits an EVSE, or the station."""
    of = payload.get("chargingLimit")
    source = _source(of if isinstance(of, Mapping) else {})
    # How low it is need not be told (K12): then it is asked for.
    limit = _limit(payload, source) or ForeignLimit(None, source)
    return _is_limited(charger, payload, source, limit)


def cleared(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """It does so no more."""
    source = _source(payload)
    return _is_limited(charger, payload, source, None)


def _source(told: Mapping[str, Any]) -> str:
    """Who limits, in the charger's word."""
    return fields.text(told, "chargingLimitSource") or "Other"


def _is_limited(
    charger: ChargePoint, payload: Mapping[str, Any], source: str, limit: ForeignLimit | None
) -> Reply:
    """Note it for an EVSE, or for the station where none is named."""
    named = payload.get("evseId") is not None
    evse = places.evse_number(payload, charger.most_connectors) if named else 0
    charger.connector(evse).limited_elsewhere(source, limit)
    charger.changed(Change.STATUS, evse)
    return Reply(then=charger.on_limited_elsewhere)


def _limit(payload: Mapping[str, Any], source: str) -> ForeignLimit | None:
    """The lowest of what it has set from now on; None where it does not say."""
    schedules = payload.get("chargingSchedule")
    found: list[tuple[float, ForeignLimit]] = []
    for schedule in schedules if isinstance(schedules, list) else ():
        if not isinstance(schedule, Mapping):
            continue
        amperes = profiles.lowest(schedule)
        if amperes is None:
            continue
        duration = fields.integer(schedule, "duration")
        until = None if duration is None else clock.monotonic() + max(0, duration)
        found.append((amperes, ForeignLimit(amperes, source, until)))
    return min(found, key=lambda one: one[0])[1] if found else None
