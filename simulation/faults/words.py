"""What the stories say and look for in the words of a charger's version of OCPP."""

from collections.abc import Iterable, Mapping
import json
from typing import Any, Final

from ..charger.charger import SimulatedCharger
from ..charger.machine import Machine
from ..charger.v201.charger import SimulatedStation
from ..charger.v201.device_model import Address, Variable

SETTING_CALLS: Final = ("ChangeConfiguration", "SetVariables")
"""What writes a charger's settings, in any version."""
LIMIT_CALLS: Final = ("SetChargingProfile", *SETTING_CALLS)
"""What may limit a charger, in any version."""
STOP_CALLS: Final = ("RemoteStopTransaction", "RequestStopTransaction")
"""What ends a session, in any version."""
SINCE_1_6: Final = (
    '[2,"1","StatusNotification",{"connectorId":-1,"status":"Asleep"}]',
    '[2,"1","StartTransaction",{"connectorId":1e300}]',
    '[2,"1","MeterValues",{"connectorId":1,"meterValue":[{"sampledValue":[{"value":"1e999"}]}]}]',
)
"""Frames of 1.6 with nonsense in them."""
SINCE_2_0_1: Final = (
    '[2,"1","StatusNotification",{"evseId":-1,"connectorId":1e300,"connectorStatus":"Asleep"}]',
    '[2,"1","TransactionEvent",{"eventType":"Started","seqNo":1e300,"transactionInfo":7}]',
    '[2,"1","TransactionEvent",{"eventType":"Updated","meterValue":[{"sampledValue":[{"value":1e999}]}]}]',
    '[2,"1","NotifyReport",{"requestId":-1,"seqNo":"x","reportData":[{}]}]',
    '[2,"1","ReportChargingProfiles",{"requestId":1,"evseId":[],"chargingProfile":{}}]',
)
"""The same of 2.0.1."""


def outlet_of(limit: Mapping[str, Any]) -> int:
    """The outlet that a SetChargingProfile is for."""
    return int(limit["evseId"] if "evseId" in limit else limit["connectorId"])


def boot(text: str, *, station: bool) -> str:
    """A BootNotification that says `text` wherever it can."""
    if not station:
        names = ("Vendor", "Model", "SerialNumber")
        told: dict[str, Any] = {f"chargePoint{name}": text for name in names}
        return _call("BootNotification", told | {"firmwareVersion": text})
    names = ("vendorName", "model", "serialNumber", "firmwareVersion")
    return _call(
        "BootNotification", {"reason": text, "chargingStation": dict.fromkeys(names, text)}
    )


def card(text: str, *, station: bool) -> str:
    """An Authorize."""
    tag: Any = {"idToken": text, "type": "ISO14443"} if station else text
    return _call("Authorize", {"idToken" if station else "idTag": tag})


def end_of_what_never_was(*, station: bool) -> str:
    """The end of a transaction that nobody began, with numbers that can't be."""
    if not station:
        return _call("StopTransaction", {"transactionId": 1e300, "meterStop": 1e300})
    return _call(
        "TransactionEvent",
        {
            "eventType": "Ended",
            "timestamp": "9999-12-31T23:59:59Z",
            "triggerReason": "EVDeparted",
            "seqNo": 1e300,
            "transactionInfo": {"transactionId": "\ud800" * 36, "timeSpentCharging": 1e300},
            "meterValue": _values("9999-12-31T23:59:59Z", [("Energy", 1e308, "Wh")]),
        },
    )


def measured(timestamp: str, values: Iterable[tuple[str, float, str]], *, station: bool) -> str:
    """A MeterValues of the first outlet: measurand, value, unit."""
    if station:
        return _call("MeterValues", {"evseId": 1, "meterValue": _values(timestamp, values)})
    told = [{"value": str(value), "measurand": name, "unit": unit} for name, value, unit in values]
    values_ = [{"timestamp": timestamp, "sampledValue": told}]
    return _call("MeterValues", {"connectorId": 1, "meterValue": values_})


def pretend(charger: Machine, settings: Mapping[str, str]) -> None:
    """Let a charger tell of settings that nobody knows, and of none that it told of so before."""
    if isinstance(charger, SimulatedCharger):
        charger.configuration.pretend(settings)
    elif isinstance(charger, SimulatedStation):
        charger.variables.pretend(
            {Address("Vendor", name): Variable(value=value) for name, value in settings.items()}
        )


def _values(timestamp: str, values: Iterable[tuple[str, float, str]]) -> list[dict[str, Any]]:
    told = [
        {"value": value, "measurand": name, "unitOfMeasure": {"unit": unit, "multiplier": 300}}
        for name, value, unit in values
    ]
    return [{"timestamp": timestamp, "sampledValue": told}]


def _call(action: str, payload: Mapping[str, Any]) -> str:
    return json.dumps([2, action[:1], action, payload])
