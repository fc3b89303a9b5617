"""The device model: what a station tells of itself, as settings with names.

A variable of a component is written as people write it: `SmartChargingCtrlr.RateUnit`,
`SmartChargingCtrlr.Entries[ChargingProfiles]`, `Connector@1:2.PhaseRotation` (EVSE 1,
connector 2). What a report tells of a variable besides its value stands behind a `#`:
`EVSE@1.Power#maxLimit`. OCPP 2.0.1, part 1, section 4, and part 2, B05 to B07.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import re
from typing import Any, Final

from ..dialect import Setting, SettingNames, ToldSettings
from ..transport import fields

_NAME: Final = re.compile(
    r"(?P<component>[^\[\]@.#]+)(\[(?P<component_instance>[^\]]*)\])?"
    r"(@(?P<evse>\d+)(:(?P<connector>\d+))?)?"
    r"\.(?P<variable>[^\[\]#]+)(\[(?P<instance>[^\]]*)\])?"
)
_STACK_LEVEL: Final = "SmartChargingCtrlr.ProfileStackLevel"
_PERIODS: Final = "SmartChargingCtrlr.PeriodsPerSchedule"
_RATE_UNIT: Final = "SmartChargingCtrlr.RateUnit"
_PROFILES: Final = "SmartChargingCtrlr.Entries[ChargingProfiles]"
_ENABLED: Final = "SmartChargingCtrlr.Enabled"
_AVAILABLE: Final = "SmartChargingCtrlr.Available"
_SWITCHING: Final = (
    "SmartChargingCtrlr.ACPhaseSwitchingSupported",
    "SmartChargingCtrlr.Phases3to1",
)
_ENDS_OFFLINE: Final = "SmartChargingCtrlr.SupportsMaxOfflineDuration"
_INTERVAL: Final = "SampledDataCtrlr.TxUpdatedInterval"
_MEASURANDS: Final = "SampledDataCtrlr.TxUpdatedMeasurands"
_AT_ONCE: Final = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]"
LIST_PORTION: Final = "LocalAuthListCtrlr.ItemsPerMessage"
PASSWORD: Final = "SecurityCtrlr.BasicAuthPassword"
SPEAKS: Final = "OCPPCommCtrlr.HeartbeatInterval"
IDENTITY: Final = {
    "vendor": "ChargingStation.VendorName",
    "model": "ChargingStation.Model",
    "serial": "ChargingStation.SerialNumber",
    "firmware": "ChargingStation.FirmwareVersion",
}

_EVSES: Final = tuple(f"EVSE@{number}.AvailabilityState" for number in (1, 2, 3, 4))
"""Which outlets there are: those that it does not have are unknown to a station."""
_PING: Final = "OCPPCommCtrlr.WebSocketPingInterval"

NAMES: Final = SettingNames(
    at_once=_AT_ONCE,
    measurands=_MEASURANDS,
    most_measurands="",
    interval=_INTERVAL,
    of_wiring=(
        *_EVSES,
        *("ChargingStation.PhaseRotation", "EVSE@1.PhaseRotation", "Connector@1:1.PhaseRotation"),
    ),
    essential=(_INTERVAL, _STACK_LEVEL),
    asked=(
        *(_AT_ONCE, _STACK_LEVEL, _PERIODS, _RATE_UNIT, _ENABLED, _AVAILABLE, _INTERVAL, _PING),
        *_EVSES,
    ),
    usual={_PING: "30"},
    wanted=(("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage"),),
    public=frozenset(
        one.casefold()
        for one in (_STACK_LEVEL, _PERIODS, _RATE_UNIT, _ENABLED, _AVAILABLE, _INTERVAL, _PING)
    )
    | {_AT_ONCE.casefold(), _MEASURANDS.casefold()}
    | {one.casefold() for one in _EVSES},
    most_needed=("Current.Import", "Energy", "Power", "Voltage"),
    listed_first=False,
    of_models=False,
)


NAMES_21: Final = replace(
    NAMES,
    asked=(*NAMES.asked, _ENDS_OFFLINE),
    public=NAMES.public | {_ENDS_OFFLINE.casefold()},
)
"""What else 2.1 has."""
_PINGS_OFTEN: Final = 60
"""s; whoever pings more seldom does not know soon enough that it is offline."""


def addressed(name: str) -> dict[str, Any]:
    """Component and variable of a name; raises ValueError where it is none."""
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise ValueError(f"{name} names no component and variable")
    component: dict[str, Any] = {"name": found["component"]}
    if found["component_instance"]:
        component["instance"] = found["component_instance"]
    if found["evse"]:
        component["evse"] = {"id": int(found["evse"])}
        if found["connector"]:
            component["evse"]["connectorId"] = int(found["connector"])
    variable = {"name": found["variable"]}
    if found["instance"]:
        variable["instance"] = found["instance"]
    return {"component": component, "variable": variable}


def name_of(told: Mapping[str, Any]) -> str | None:
    """The name of what a component and variable tell of; None where they tell none."""
    component, variable = told.get("component"), told.get("variable")
    if not isinstance(component, Mapping) or not isinstance(variable, Mapping):
        return None
    of, what = fields.text(component, "name"), fields.text(variable, "name")
    if not of or not what:
        return None
    return (
        of
        + _instance(component)
        + _place(component.get("evse"), component)
        + f".{what}"
        + _instance(variable)
    )


def _instance(told: Mapping[str, Any]) -> str:
    instance = fields.text(told, "instance")
    return f"[{instance}]" if instance else ""


def _place(evse: object, component: Mapping[str, Any]) -> str:
    """Where a component is; what is said of EVSE 0 is said of the station."""
    if not isinstance(evse, Mapping):
        return ""
    number, connector = fields.integer(evse, "id"), fields.integer(evse, "connectorId")
    if not number or number < 0:
        return ""
    return f"@{number}" if connector is None else f"@{number}:{connector}"


def told_by_answer(answer: Mapping[str, Any]) -> Iterator[Setting]:
    """What an answer to GetVariables tells; each of its items has a status of its own."""
    for item in fields.mappings(answer.get("getVariableResult")):
        name = name_of(item)
        is_actual = fields.text(item, "attributeType") in ("", "Actual")
        if name is None or not is_actual or item.get("attributeStatus") != "Accepted":
            continue
        yield Setting(name, item.get("attributeValue", ""), read_only=False)


def told_by_report(part: Mapping[str, Any]) -> Iterator[Setting]:
    """What one NotifyReport tells."""
    for item in fields.mappings(part.get("reportData")):
        name = name_of(item)
        if name is None:
            continue
        for attribute in fields.mappings(item.get("variableAttribute")):
            mutability = fields.text(attribute, "mutability") or "ReadWrite"
            if fields.text(attribute, "type") not in ("", "Actual") or mutability == "WriteOnly":
                continue
            yield Setting(name, attribute.get("value", ""), read_only=mutability == "ReadOnly")
        known = item.get("variableCharacteristics")
        if isinstance(known, Mapping) and "maxLimit" in known and _has_limit(name):
            yield Setting(f"{name}#maxLimit", known["maxLimit"], read_only=True)


def _has_limit(name: str) -> bool:
    """Whether it matters how much it can be at most: of most variables it does not."""
    return name == _PROFILES or (name.startswith("EVSE") and name.endswith(".Power"))


def told_of_itself(settings: ToldSettings) -> dict[str, Any]:
    """See `Dialect`."""
    switches = [settings.flag(name) for name in (_AVAILABLE, _ENABLED)]
    known = [one for one in switches if one is not None]
    told: dict[str, Any] = {}
    # What has levels for profiles takes them, though it may not say so.
    if known or settings.number(_STACK_LEVEL) is not None:
        told["smart_charging"] = all(known)
    if (units := settings.items(_RATE_UNIT)) is not None:
        named = {one.upper() for one in units}
        told["rate_units"] = tuple(unit for unit in ("A", "W") if unit in named)
    if switching := {settings.flag(name) for name in _SWITCHING} - {None}:
        told["phase_switching"] = True in switching
    if (knows := settings.flag(_ENDS_OFFLINE)) is not None:
        told["ends_offline"] = knows and 0 < (settings.number(_PING) or 0) <= _PINGS_OFTEN
    if rotation := _rotation(settings.values):
        told["phase_rotation"] = rotation
    numbers = {
        "connectors": _evses(settings.values),
        "stack_level_maximum": settings.number(_STACK_LEVEL),
        "max_periods": settings.number(_PERIODS),
        "max_profiles": settings.number(f"{_PROFILES}#maxLimit"),
    }
    return told | {name: one for name, one in numbers.items() if one is not None and one >= 0}


_OF_EVSE: Final = re.compile(r"(?P<component>EVSE|Connector)@(?P<evse>\d+)(:\d+)?\.", re.IGNORECASE)


def _evses(values: Mapping[str, str]) -> int | None:
    """How many EVSEs it has: they are numbered from 1 without gaps (part 1, 7)."""
    found = {int(match["evse"]) for name in values if (match := _OF_EVSE.match(name))}
    count = 0
    while count + 1 in found:
        count += 1
    return count or None


def _rotation(values: Mapping[str, str]) -> dict[str, str]:
    """In which order its phases come, by EVSE (0: the station)."""
    found: dict[str, str] = {}
    for name, value in values.items():
        order = value.strip().upper()
        if not name.casefold().endswith(".phaserotation") or sorted(order) != ["R", "S", "T"]:
            continue
        match = _OF_EVSE.match(name)
        found.setdefault(match["evse"] if match else "0", order)
    return found
