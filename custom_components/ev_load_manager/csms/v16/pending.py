"""What a charger hears in OCPP 1.6 before anybody has added it: to wait."""

from collections.abc import Mapping
from typing import Any

from ... import clock
from ..charge_point.charge_point import Pending
from ..transport import fields
from ..transport.connection import Reply
from ..transport.errors import Refusal
from ..transport.messages import ErrorCode
from . import handlers

_STATUS = "StatusNotification"
_NOT_BEFORE_ADDED = frozenset({"Authorize", "StartTransaction", "StopTransaction", "MeterValues"})
_HARMLESS: Mapping[str, Mapping[str, Any]] = {
    _STATUS: {},
    "FirmwareStatusNotification": {},
    "DiagnosticsStatusNotification": {},
    "LogStatusNotification": {},
    "SecurityEventNotification": {},
    "SignedFirmwareStatusNotification": {},
    "DataTransfer": {"status": "UnknownVendorId"},
}


def answer(charger: Pending, action: str, payload: Mapping[str, Any]) -> Reply:
    """Answer a call so that nothing happens; raises Refusal."""
    if action == "BootNotification":
        charger.introduced(**handlers.identity_of(payload))
        return Reply(handlers.boot_answer("Pending", handlers.PENDING_INTERVAL))
    if action == "Heartbeat":
        return Reply({"currentTime": fields.utc(clock.now())})
    if action == _STATUS:
        number = handlers.connector_number(payload)
        told = {name: fields.text(payload, name) for name in ("status", "errorCode")}
        charger.reported(number, action, {"connectorId": number, **told})
    if action in _HARMLESS:
        return Reply(_HARMLESS[action])
    if action in _NOT_BEFORE_ADDED:
        raise Refusal(ErrorCode.INTERNAL_ERROR, "this charger was not added yet", fault=False)
    raise handlers.VOCABULARY.refusal(action)
