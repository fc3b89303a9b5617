"""What the messages of OCPP 2.0.1 mean: one function for each that a station sends.

They read leniently, tell the charge point what happened, and return the answer;
none of them waits for anything.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
import logging
from typing import Any

from ocpp.v21.enums import Action

from ... import clock
from ...balancing.readings import Status
from ..charge_point.charge_point import HEARTBEAT_INTERVAL, ChargePoint
from ..charge_point.reports import ReportKind
from ..transport import fields
from ..transport.connection import Reply
from ..transport.errors import Refusal
from ..transport.vocabulary import Vocabulary
from . import elsewhere, meter_values, places, tokens, transactions

_LOGGER = logging.getLogger(__name__)

PENDING_INTERVAL = 60
_LONGEST_REASON = 50

type Handler = Callable[[ChargePoint, Mapping[str, Any]], Reply]


VOCABULARY = Vocabulary(
    actions=frozenset(str(action) for action in Action),
    only_here=frozenset({"NotifyEvent", "NotifyReport", "TransactionEvent"}),
    fields_only_here={
        "Authorize": ("idToken",),
        "BootNotification": ("chargingStation",),
        "MeterValues": ("evseId",),
        "StatusNotification": ("connectorStatus", "evseId"),
    },
)


def answer(charger: ChargePoint, action: str, payload: Mapping[str, Any]) -> Reply:
    """Answer a call of an accepted station; raises Refusal."""
    handler = _HANDLERS.get(action)
    if handler is None:
        raise VOCABULARY.refusal(action)
    return handler(charger, payload)


def is_known(action: str) -> bool:
    """Whether a station may ask that."""
    return action in _HANDLERS


def boot_answer(status: str, interval: int) -> dict[str, Any]:
    """The payload of BootNotificationResponse."""
    return {"status": status, "currentTime": fields.utc(clock.now()), "interval": interval}


def identity_of(payload: Mapping[str, Any]) -> dict[str, str]:
    """Vendor, model, serial and firmware of a BootNotification; any may be empty."""
    told = payload.get("chargingStation")
    station = told if isinstance(told, Mapping) else {}
    return {
        "vendor": fields.text(station, "vendorName"),
        "model": fields.text(station, "model"),
        "serial": fields.text(station, "serialNumber"),
        "firmware": fields.text(station, "firmwareVersion"),
    }


def _boot_notification(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    charger.boot_reason = fields.text(payload, "reason")[:_LONGEST_REASON]
    then = charger.booted(**identity_of(payload))
    return Reply(boot_answer("Accepted", HEARTBEAT_INTERVAL), then=then)


def heartbeat(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """Tell the time."""
    charger.clock.told()
    return Reply({"currentTime": fields.utc(clock.now())})


def _status_notification(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    evse = places.evse_number(payload, charger.most_connectors)
    connector = fields.integer(payload, "connectorId") or 0
    if (moment := fields.timestamp(payload.get("timestamp"))) is not None:
        charger.clock.observe(moment)
    _has_status(charger, evse, connector, fields.text(payload, "connectorStatus"))
    return Reply()


def _has_status(charger: ChargePoint, evse: int, connector: int, told: str) -> None:
    """One of the connectors of an EVSE (0: the station) is so; raises Refusal."""
    word, status = places.status_of_evse(charger, evse, connector, told)
    outlet = charger.connector(evse)
    if word == "Occupied":
        status = _occupied(charger, evse)
    elif word == "Available":
        transactions.forget(outlet)
        if outlet.transaction is None:
            outlet.car_left()
    charger.reported(evse, status)


def _occupied(charger: ChargePoint, evse: int) -> Status:
    """What an outlet does that has a car: only its transaction tells that."""
    outlet = charger.connector(evse)
    if outlet.transaction is None:
        was = outlet.status
        return was if was in (Status.PREPARING, Status.FINISHING) else Status.PREPARING
    told = transactions.STATUS.get(transactions.charging_state(outlet))
    return told or Status.CHARGING


def _notify_event(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """Some tell the state of connectors so (G01.FR.03)."""
    for event in fields.mappings(payload.get("eventData")):
        # What is odd of one makes the others of the same message no less true.
        with suppress(Refusal):
            _heard(charger, event)
    return Reply()


def _heard(charger: ChargePoint, event: Mapping[str, Any]) -> None:
    component, variable = event.get("component"), event.get("variable")
    if not isinstance(component, Mapping) or not isinstance(variable, Mapping):
        return
    is_state = fields.text(variable, "name").casefold() == "availabilitystate"
    at = component.get("evse")
    if not is_state or fields.text(component, "name") != "Connector" or not isinstance(at, Mapping):
        return
    evse = places.evse_of(charger, at)
    if evse is not None:
        connector = fields.integer(at, "connectorId") or 0
        _has_status(charger, evse, connector, fields.text(event, "actualValue"))


def _authorize(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    info = charger.authorized(tokens.token_of(payload) or "")
    return Reply({"idTokenInfo": tokens.info_of(info)})


def _meter_values(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    evse = places.evse_number(payload, charger.most_connectors)
    samples = meter_values.read(payload.get("meterValue"))
    told = [sample.told for sample in samples if sample.told is not None]
    if told:
        charger.clock.observe(max(told), values=True)
    charger.metered(connector=evse, transaction_id=None, samples=samples)
    return Reply()


def _part_of_report(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    charger.expected.came(
        fields.integer(payload, "requestId"),
        payload,
        place=fields.integer(payload, "seqNo"),
        is_last=payload.get("tbc") is not True,
    )
    return Reply()


def _part_of_profiles(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    charger.expected.came(
        fields.integer(payload, "requestId"),
        payload,
        place=None,
        is_last=payload.get("tbc") is not True,
    )
    return Reply()


def _status_of(kind: ReportKind) -> Handler:
    """A notification of how far some work is."""

    def take(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
        status = fields.text(payload, "status")
        if status != "Idle":  # asked for while nothing goes on
            charger.told(kind, status, is_failure=status in _FAILURES)
        return Reply()

    return take


def _security_event(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    charger.told(
        ReportKind.SECURITY_EVENT, fields.text(payload, "type"), fields.text(payload, "techInfo")
    )
    return Reply()


def _reservation_status(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """It keeps an outlet for nobody any more."""
    charger.reservation_over(fields.integer(payload, "reservationId"))
    return Reply()


def _always(**told: Any) -> Handler:
    """The same answer to whatever is told."""

    def take(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
        return Reply(told)

    return take


_FAILURES = frozenset(
    {
        *("BadMessage", "DownloadFailed", "InstallVerificationFailed", "InstallationFailed"),
        *("InvalidSignature", "NotSupportedOperation", "PermissionDenied", "UploadFailure"),
    }
)
"""What says that some work came to nothing."""
_HANDLERS: dict[str, Handler] = {
    "Authorize": _authorize,
    "BootNotification": _boot_notification,
    "ClearedChargingLimit": elsewhere.cleared,
    "DataTransfer": _always(status="UnknownVendorId"),
    "FirmwareStatusNotification": _status_of(ReportKind.FIRMWARE),
    # Contracts and certificates of cars and stations are their owners' matter (A02.FR.12).
    "Get15118EVCertificate": _always(status="Failed", exiResponse=""),
    "GetCertificateStatus": _always(status="Failed"),
    "Heartbeat": heartbeat,
    "LogStatusNotification": _status_of(ReportKind.LOG),
    "MeterValues": _meter_values,
    "NotifyChargingLimit": elsewhere.limited,
    "NotifyCustomerInformation": _always(),
    "NotifyDisplayMessages": _always(),
    "NotifyEVChargingNeeds": elsewhere.needs,
    "NotifyEVChargingSchedule": _always(status="Accepted"),
    "NotifyEvent": _notify_event,
    "NotifyMonitoringReport": _always(),
    "NotifyReport": _part_of_report,
    "PublishFirmwareStatusNotification": _always(),
    "ReportChargingProfiles": _part_of_profiles,
    "ReservationStatusUpdate": _reservation_status,
    "SecurityEventNotification": _security_event,
    "SignCertificate": _always(status="Rejected"),
    "StatusNotification": _status_notification,
    "TransactionEvent": transactions.answer_event,
}
