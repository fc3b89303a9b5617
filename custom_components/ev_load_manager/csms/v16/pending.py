"""What a charger hears in OCPP 1.6 before anybody has added it: to wait."""

from collections.abc import Mapping
from typing import Any, Protocol

from ... import clock
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


class Waiting(Protocol):
    """A charger that nobody has added yet."""

    def introduced(self, *, vendor: str, model: str, serial: str, firmware: str) -> None:
        """It told who it is; any may be empty."""

    def reported(self, number: int, action: str, payload: Mapping[str, Any]) -> None:
        """It told the status of a connector: what is to be answered once it is added."""


def answer(waiting: Waiting, action: str, payload: Mapping[str, Any]) -> Reply:
    """Answer a call so that nothing happens; raises Refusal."""
    if action == "BootNotification":
        waiting.introduced(**handlers.identity_of(payload))
        return Reply(handlers.boot_answer("Pending", handlers.PENDING_INTERVAL))
    if action == "Heartbeat":
        return Reply({"currentTime": fields.utc(clock.now())})
    if action == _STATUS:
        number = handlers.connector_number(payload)
        told = {name: fields.text(payload, name) for name in ("status", "errorCode")}
        waiting.reported(number, action, {"connectorId": number, **told})
    if action in _HARMLESS:
        return Reply(_HARMLESS[action])
    if action in _NOT_BEFORE_ADDED:
        raise Refusal(ErrorCode.INTERNAL_ERROR, "this charger was not added yet", fault=False)
    raise handlers.unknown_action(action)
