"""What a station hears in OCPP 2.0.1 before anybody has added it: to wait (B02)."""

from collections.abc import Mapping
from typing import Any

from ..charge_point.charge_point import Pending
from ..transport import fields
from ..transport.connection import Reply
from ..transport.errors import Refusal
from ..transport.messages import ErrorCode
from . import handlers, places

_STATUS = "StatusNotification"


def answer(charger: Pending, action: str, payload: Mapping[str, Any]) -> Reply:
    """Answer a call so that nothing happens; raises Refusal.

    Nothing but a boot and what was asked for is let through (B02.FR.02 and 09).
    """
    if action == "BootNotification":
        charger.introduced(**handlers.identity_of(payload))
        return Reply(handlers.boot_answer("Pending", handlers.PENDING_INTERVAL))
    if action in ("NotifyReport", "ReportChargingProfiles"):
        return Reply()
    if action == _STATUS:
        number = places.evse_number(payload)
        names = ("timestamp", "connectorStatus")
        told = {name: fields.text(payload, name) for name in names}
        connector = fields.integer(payload, "connectorId") or 0
        charger.reported(number, action, {"evseId": number, "connectorId": connector, **told})
    elif not handlers.is_known(action):
        raise handlers.VOCABULARY.refusal(action)
    raise Refusal(ErrorCode.SECURITY_ERROR, "this station was not added yet", fault=False)
