"""What the messages of OCPP 1.6 mean: one function for each that a charger sends.

They read leniently, tell the charge point what happened, and return the answer;
none of them waits for anything.
"""

from collections.abc import Callable, Mapping
from functools import partial
import logging
from typing import Any

from ocpp.v16.enums import Action

from ... import clock
from ...balancing.readings import Status
from ..charge_point.charge_point import HEARTBEAT_INTERVAL, ChargePoint
from ..charge_point.known_charger import MOST_CONNECTORS
from ..charge_point.reports import ReportKind
from ..dialect import TagInfo, TagStatus
from ..transport import fields
from ..transport.connection import Reply
from ..transport.errors import Refusal
from ..transport.messages import ErrorCode
from ..transport.vocabulary import Vocabulary
from . import meter_values

_LOGGER = logging.getLogger(__name__)

PENDING_INTERVAL = 60

type Handler = Callable[[ChargePoint, Mapping[str, Any]], Reply]

_STATUS = {
    status.value.replace("_", ""): status for status in Status if status is not Status.UNKNOWN
}
_FAILURES = frozenset(
    {
        *("BadMessage", "DownloadFailed", "InstallVerificationFailed", "InstallationFailed"),
        *("InvalidCertificate", "InvalidSignature", "NotSupportedOperation"),
        *("PermissionDenied", "RevokedCertificate", "UploadFailed", "UploadFailure"),
    }
)
"""States of an update or upload that came to nothing."""


VOCABULARY = Vocabulary(
    actions=frozenset(str(action) for action in Action),
    only_here=frozenset({"DiagnosticsStatusNotification", "StartTransaction", "StopTransaction"}),
    fields_only_here={
        "Authorize": ("idTag",),
        "BootNotification": ("chargePointModel", "chargePointVendor"),
        "StatusNotification": ("errorCode", "status"),
    },
)


def answer(charger: ChargePoint, action: str, payload: Mapping[str, Any]) -> Reply:
    """Answer a call of an accepted charger; raises Refusal."""
    handler = _HANDLERS.get(action)
    if handler is None:
        raise VOCABULARY.refusal(action)
    return handler(charger, payload)


def boot_answer(status: str, interval: int) -> dict[str, Any]:
    """The payload of BootNotification.conf."""
    return {"status": status, "currentTime": fields.utc(clock.now()), "interval": interval}


def connector_number(payload: Mapping[str, Any], most: int = MOST_CONNECTORS) -> int:
    """The connectorId of a payload, `most` at most; raises Refusal."""
    number = fields.required_integer(payload, "connectorId")
    if not 0 <= number <= most:
        raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, f"there is no connector {number}")
    return number


def transaction_number(transaction_id: str) -> int:
    """A transaction's id as OCPP 1.6 writes it; 0, which nobody has, where it can't be written."""
    return int(transaction_id) if transaction_id.isdecimal() else 0


def _transaction_id(told: int | None) -> str | None:
    """The same as it is known here; 0 and -1 are how firmware says that it knows none."""
    return None if told is None or told <= 0 else str(told)


def id_tag_info(info: TagInfo) -> dict[str, Any]:
    """IdTagInfo (OCPP 1.6, 7.27)."""
    told: dict[str, Any] = {"status": info.status.value.capitalize()}
    if info.expires is not None:
        told["expiryDate"] = fields.utc(info.expires)
    if info.group:
        told["parentIdTag"] = info.group
    return told


def identity_of(payload: Mapping[str, Any]) -> dict[str, str]:
    """Vendor, model, serial and firmware of a BootNotification; any may be empty."""
    return {
        "vendor": fields.text(payload, "chargePointVendor"),
        "model": fields.text(payload, "chargePointModel"),
        "serial": fields.text(payload, "chargePointSerialNumber")
        or fields.text(payload, "chargeBoxSerialNumber"),
        "firmware": fields.text(payload, "firmwareVersion"),
    }


def _boot_notification(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    then = charger.booted(**identity_of(payload))
    return Reply(boot_answer("Accepted", HEARTBEAT_INTERVAL), then=then)


def _heartbeat(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    charger.clock.told()
    return Reply({"currentTime": fields.utc(clock.now())})


def _status_notification(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    number = connector_number(payload, charger.most_connectors)
    told = fields.text(payload, "status").lower()
    if told == "occupied":  # OCPP 1.5
        busy = charger.connector(number).transaction is not None
        status = Status.CHARGING if busy else Status.PREPARING
    elif told in _STATUS:
        status = _STATUS[told]
    else:
        raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, "status is none of OCPP 1.6")
    if (moment := fields.timestamp(payload.get("timestamp"))) is not None:
        charger.clock.observe(moment)
    charger.reported(number, status)
    return Reply()


def _authorize(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    return Reply({"idTagInfo": id_tag_info(charger.authorized(fields.text(payload, "idTag")))})


def _start_transaction(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    # Connector 0 can't charge; who says so has a single one.
    number = connector_number(payload, charger.most_connectors) or 1
    id_tag = fields.text(payload, "idTag")
    told = fields.timestamp(payload.get("timestamp"))
    if told is not None:
        charger.clock.observe(told)
    transaction = charger.started(
        connector=number,
        timestamp=fields.text(payload, "timestamp"),
        told=told,
        meter_start=meter_values.register(payload.get("meterStart")),
        id_tag=id_tag,
    )
    info = charger.authorized(id_tag)
    charger.reservations.session_began(
        number, id_tag, info.group, fields.integer(payload, "reservationId")
    )

    def then() -> None:
        charger.answered(number)
        if info.status is not TagStatus.ACCEPTED:
            charger.turn_away(transaction)

    return Reply(
        {"transactionId": transaction_number(transaction.id), "idTagInfo": id_tag_info(info)},
        save=charger.save,
        then=then,
    )


def _stop_transaction(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    transaction_id = _transaction_id(fields.required_integer(payload, "transactionId"))
    number = fields.integer(payload, "connectorId")
    told = fields.timestamp(payload.get("timestamp"))
    if told is not None:
        charger.clock.observe(told)
    transaction = charger.stopped(
        transaction_id=transaction_id,
        told=told,
        meter_stop=meter_values.register(payload.get("meterStop")),
        reason=fields.text(payload, "reason"),
        id_tag=fields.text(payload, "idTag"),
        # OCPP 1.6 knows no connector here, but some firmware names it.
        connector=number,
        samples=meter_values.read(payload.get("transactionData")),
        timestamp=fields.text(payload, "timestamp"),
    )
    # Whoever may begin may also end; the answer changes nothing about an end.
    info = {"idTagInfo": {"status": "Accepted"}} if "idTag" in payload else {}
    then = None if transaction is None else partial(charger.answered, transaction.connector)
    return Reply(info, save=charger.save, then=then)


def _meter_values(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    number = connector_number(payload, charger.most_connectors)
    samples = meter_values.read(payload.get("meterValue"))
    told = [sample.told for sample in samples if sample.told is not None]
    if told:
        charger.clock.observe(max(told), values=True)
    charger.metered(
        connector=number,
        transaction_id=_transaction_id(fields.integer(payload, "transactionId")),
        samples=samples,
    )
    return Reply()


def _data_transfer(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    return Reply({"status": "UnknownVendorId"})


def _status_of(kind: ReportKind) -> Handler:
    """A notification of how far some work is."""

    def take(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
        status = fields.text(payload, "status")
        if status != "Idle":  # it was asked while nothing goes on
            charger.told(kind, status, is_failure=status in _FAILURES)
        return Reply()

    return take


def _security_event(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    charger.told(
        ReportKind.SECURITY_EVENT, fields.text(payload, "type"), fields.text(payload, "techInfo")
    )
    return Reply()


def _sign_certificate(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """Sign nothing: certificates of chargers are their owner's matter (whitepaper, A02)."""
    return Reply({"status": "Rejected"})


_HANDLERS: dict[str, Handler] = {
    "Authorize": _authorize,
    "BootNotification": _boot_notification,
    "DataTransfer": _data_transfer,
    "DiagnosticsStatusNotification": _status_of(ReportKind.DIAGNOSTICS),
    "FirmwareStatusNotification": _status_of(ReportKind.FIRMWARE),
    "Heartbeat": _heartbeat,
    "LogStatusNotification": _status_of(ReportKind.LOG),
    "MeterValues": _meter_values,
    "SecurityEventNotification": _security_event,
    "SignCertificate": _sign_certificate,
    "SignedFirmwareStatusNotification": _status_of(ReportKind.FIRMWARE),
    "StartTransaction": _start_transaction,
    "StatusNotification": _status_notification,
    "StopTransaction": _stop_transaction,
}
