"""Where things are in a station: an outlet is an EVSE, whatever connectors it has (E01.FR.14)."""

from collections.abc import Mapping
from typing import Any, Final

from ...balancing.readings import Status
from ..charge_point.charge_point import ChargePoint
from ..charge_point.known_charger import MOST_CONNECTORS
from ..transport import fields
from ..transport.errors import Refusal
from ..transport.messages import ErrorCode

_PLUGS: Final = "plugs"
_MOST_PLUGS: Final = 8
_ALL: Final = "0"
_STATUS: Final = {
    "Available": Status.AVAILABLE,
    "Occupied": Status.PREPARING,
    "Reserved": Status.RESERVED,
    "Unavailable": Status.UNAVAILABLE,
    "Faulted": Status.FAULTED,
}
_FIRST: Final = ("Occupied", "Reserved", "Available", "Faulted", "Unavailable")
"""Whichever of its connectors is so, the EVSE is."""


def evse_number(payload: Mapping[str, Any], most: int = MOST_CONNECTORS) -> int:
    """The evseId of a payload, `most` at most; raises Refusal."""
    number = fields.required_integer(payload, "evseId")
    if not 0 <= number <= most:
        raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"there is no EVSE {number}")
    return number


def evse_of(charger: ChargePoint, told: object) -> int | None:
    """The number of an EVSE at which a car can be; None where none is named."""
    number = fields.integer(told, "id") if isinstance(told, Mapping) else None
    if not number:
        return None
    if not 0 < number <= charger.most_connectors:
        raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"there is no EVSE {number}")
    return number


def status_of_evse(
    charger: ChargePoint, number: int, connector: int, status: str
) -> tuple[str, Status]:
    """What an EVSE is once one of its connectors is so; raises Refusal where that is no status."""
    if status not in _STATUS:
        raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "status is none of OCPP 2.0.1")
    remembered = charger.connector(number).remembered
    kept = remembered.get(_PLUGS)
    plugs = {str(one): str(was) for one, was in kept.items()} if isinstance(kept, dict) else {}
    if connector:
        plugs.pop(_ALL, None)
    else:
        # They are counted from 1: that is said of all of them.
        plugs = {}
    if str(connector) in plugs or len(plugs) < _MOST_PLUGS:
        plugs[str(connector)] = status
    remembered[_PLUGS] = plugs
    used = (int(one) for one, was in plugs.items() if was == "Occupied" and one != _ALL)
    charger.connector(number).plug = next(used, None)
    told = next((one for one in _FIRST if one in plugs.values()), status)
    return told, _STATUS[told]
