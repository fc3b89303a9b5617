"""What somebody may ask of a station by hand: any call of its version that sets no limit.

Limits are the load manager's. One that was set past it would not be counted,
and the fuse would be the next to know. Functions here read files: they are for
an executor.
"""

from collections.abc import Mapping
from decimal import Decimal
import json
from typing import Any, Final

from jsonschema.exceptions import best_match
from ocpp.messages import get_validator
from ocpp.v21.enums import Action as Action21
from ocpp.v201.enums import Action as Action201

from ..dialect import ManualCallError
from ..limits import likely_limits
from ..models import ProfileCatalogue
from ..transport.masking import is_secret_key
from . import device_model

_FROM_STATIONS: Final = frozenset(
    {
        *("Authorize", "BatterySwap", "BootNotification", "ClearedChargingLimit"),
        *("FirmwareStatusNotification", "Get15118EVCertificate", "GetCertificateChainStatus"),
        *("GetCertificateStatus", "Heartbeat", "LogStatusNotification", "MeterValues"),
        *("NotifyChargingLimit", "NotifyCustomerInformation", "NotifyDERAlarm"),
        *("NotifyDERStartStop", "NotifyDisplayMessages", "NotifyEVChargingNeeds"),
        *("NotifyEVChargingSchedule", "NotifyEvent", "NotifyMonitoringReport"),
        *("NotifyPeriodicEventStream", "NotifyPriorityCharging", "NotifyReport"),
        *("NotifySettlement", "NotifyWebPaymentStarted", "OpenPeriodicEventStream"),
        *("ClosePeriodicEventStream", "PublishFirmwareStatusNotification"),
        *("PullDynamicScheduleUpdate", "ReportChargingProfiles", "ReportDERControl"),
        *("ReservationStatusUpdate", "SecurityEventNotification", "SignCertificate"),
        *("StatusNotification", "TransactionEvent", "VatNumberValidation"),
    }
)
_LIMITS: Final = frozenset(
    {
        *("AFRRSignal", "ClearChargingProfile", "ClearDERControl", "SetChargingProfile"),
        *("SetDERControl", "UpdateDynamicSchedule", "UsePriorityCharging"),
    }
)
_OF_VERSION: Final = {"2.0.1": Action201, "2.1": Action21}


def known(version: str) -> tuple[str, ...]:
    """What a central system may ask in a version."""
    named = {str(action.value) for action in _OF_VERSION[version]}
    return tuple(sorted(named - _FROM_STATIONS))


def check(
    version: str, action: str, payload: Mapping[str, Any], catalogue: ProfileCatalogue
) -> None:
    """Refuse what OCPP doesn't know, and what would set a limit; raises ManualCallError."""
    actions = known(version)
    if action not in actions:
        raise ManualCallError("ocpp_unknown_action", action=action, known=", ".join(actions))
    if action in _LIMITS or ("chargingProfile" in payload and action != "GetChargingProfiles"):
        raise ManualCallError("ocpp_limit_by_hand", action=action)
    _check_schema(version, action, payload)
    if action == "SetVariables":
        for item in payload["setVariableData"]:
            _check_variable(item)
    if action == "DataTransfer":
        likely_limits.check_vendor_message(
            str(payload.get("vendorId", "")),
            str(payload.get("messageId", "")),
            str(payload.get("data", "")),
            catalogue,
            action=action,
        )


def _check_schema(version: str, action: str, payload: Mapping[str, Any]) -> None:
    """Check a payload as a strict station does."""
    exact = json.loads(json.dumps(payload), parse_float=Decimal)
    validator = get_validator(2, action, version, parse_float=Decimal)
    error = best_match(validator.iter_errors(exact))
    if error is not None:
        where = ".".join(map(str, error.absolute_path)) or action
        raise ManualCallError(
            "ocpp_payload_wrong", action=action, where=where, error=error.message[:300]
        )


def _check_variable(item: Mapping[str, Any]) -> None:
    name = device_model.name_of(item) or ""
    if is_secret_key(name):
        raise ManualCallError("ocpp_secret_key", name=name)
    if likely_limits.sounds_like_limit(name):
        raise ManualCallError("ocpp_limit_key", name=name)
