"""OCPP 2.0.1 and 2.1 as a central system speaks them: what is wanted in, actions and payloads out.

2.1 keeps all messages of 2.0.1 that are used here.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
import time
from typing import Any, Final

from ..charge_point.charge_point import FullDialect
from ..dialect import (
    Ending,
    Held,
    Message,
    Profiles,
    Question,
    Reservation,
    Schedule,
    Setting,
    TagInfo,
    Target,
)
from ..models import ChargingProfileWay, ProfileCatalogue, Way
from ..transport import fields
from ..transport.messages import ErrorCode
from . import device_model, handlers, manual_calls, pending, profiles, tokens
from .texts import LONGEST
from .transactions import station_id

_AVAILABILITY: Final = "ChangeAvailability"
_CANCEL: Final = "CancelReservation"
_FIRMWARE: Final = "UpdateFirmware"
_RESERVE: Final = "ReserveNow"
_RESET: Final = "Reset"
_START: Final = "RequestStartTransaction"
_UNLOCK: Final = "UnlockConnector"
_ERRORS: Final[Mapping[str, str]] = {
    ErrorCode.FORMATION_VIOLATION: "FormatViolation",
    ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION: "OccurrenceConstraintViolation",
}
_DONE: Final = {
    _AVAILABILITY: ("Accepted", "Scheduled"),
    # What it has none of is cleared (K10.FR.01).
    "ClearChargingProfile": ("Accepted", "Unknown"),
    _FIRMWARE: ("Accepted", "AcceptedCanceled"),
    _RESET: ("Accepted", "Scheduled"),
    _UNLOCK: ("Unlocked",),
}
"""What answers say of what is done; elsewhere it is `Accepted`."""
_ONLY_CONNECTOR: Final = 1
"""Where a question is for a connector of an EVSE, and only the EVSE is known."""
_NUMBERS: Final = count(int(time.time()) & 0x3FFF_FFFF)
"""What is asked is numbered, so that no part of an answer to a question before a restart counts."""


class Ocpp201:
    """The dialect of `ocpp2.0.1`."""

    subprotocol: str = "ocpp2.0.1"
    version: str = "2.0.1"
    ids_above: int = 0
    """The ids of our profiles are higher."""
    compresses: Final = True
    # Not unless what it says of itself has changed (part 4, 5.3).
    boots_again: Final = False
    # K01.FR.05 and 06.
    replaces_by_id: Final = True
    # F03.FR.02.
    sessions_are_parts: Final = True
    limit_name: Final = "SetChargingProfile"
    list_portion: Final = device_model.LIST_PORTION
    names = device_model.NAMES
    longest_texts: Final = LONGEST
    shortest_password: Final = 16
    told_of_itself = staticmethod(device_model.told_of_itself)

    def error_code(self, code: str) -> str:
        """See `Dialect`; part 4, 4.3 spells them right."""
        return _ERRORS.get(code, code)

    # Limits

    takes = staticmethod(profiles.takes)

    def set_limit(
        self, way: Way, target: Target, amperes: float, ending: Ending | None = None
    ) -> Question:
        """See `Dialect`."""
        if not isinstance(way, ChargingProfileWay):
            raise TypeError(f"{way} is no way of OCPP {self.version}")
        return profiles.limit(way, target, amperes, ending, above=self.ids_above)

    def set_standing(
        self, way: ChargingProfileWay, target: Target, amperes: float, *, whatever_the_clock: bool
    ) -> Question:
        """See `Dialect`."""
        return profiles.standing(
            way, target, amperes, whatever_the_clock=whatever_the_clock, above=self.ids_above
        )

    def clear(self, profiles_: Profiles) -> Question:
        """See `Dialect`."""
        return profiles.clear(profiles_, above=self.ids_above)

    def read_limit(self, connector: int, seconds: int) -> Question:
        """See `Dialect`."""
        return Question(
            "GetCompositeSchedule",
            {"evseId": connector, "duration": seconds, "chargingRateUnit": "A"},
        )

    def limit_told(self, answer: Mapping[str, Any], seconds: int) -> Schedule | None:
        """See `Dialect`."""
        schedule = answer.get("schedule")
        if not self.accepts(answer) or not isinstance(schedule, dict):
            return None
        if schedule.get("chargingRateUnit") != "A":
            return None
        periods = profiles.periods_of(schedule)
        if not periods or periods[0][0] != 0 or any(limit < 0 for _, limit in periods):
            return None
        duration = fields.integer(schedule, "duration")
        if len(periods) == 1 and (duration is None or duration < seconds):
            return None
        return Schedule(periods[0][1], periods[-1][1])

    def read_profiles(self, connector: int | None) -> Question | None:
        """See `Dialect`."""
        return profiles.read(next(_NUMBERS), connector)

    def profiles_told(
        self, answers: Sequence[Mapping[str, Any]], now: datetime
    ) -> Sequence[Held] | None:
        """See `Dialect`."""
        return profiles.held(answers, now, above=self.ids_above)

    # Settings: the device model's variables

    def read_settings(self, names: Sequence[str] | None) -> Question:
        """See `Dialect`."""
        if names is None:
            number = next(_NUMBERS)
            payload = {"requestId": number, "reportBase": "FullInventory"}
            return Question("GetBaseReport", payload, parts=number)
        return Question(
            "GetVariables",
            {"getVariableData": [device_model.addressed(name) for name in names]},
        )

    def settings_told(self, answer: Mapping[str, Any]) -> Iterator[Setting]:
        """See `Dialect`."""
        yield from device_model.told_by_answer(answer)
        yield from device_model.told_by_report(answer)

    def write_setting(self, name: str, value: str) -> Question:
        """See `Dialect`."""
        return Question(
            "SetVariables",
            {"setVariableData": [{"attributeValue": value, **device_model.addressed(name)}]},
            setting=(name, value),
        )

    def write_password(self, password: str) -> Sequence[Question]:
        """See `Dialect`; as it is, and never in hexadecimal (A00.FR.205)."""
        return [self.write_setting(device_model.PASSWORD, password)]

    # Sessions

    def start(self, connector: int, id_tag: str) -> Question:
        """See `Dialect`."""
        payload: dict[str, Any] = {
            "remoteStartId": next(_NUMBERS),
            "idToken": tokens.token(id_tag),
        }
        if connector:
            payload["evseId"] = connector
        return self.manual_call(_START, payload)

    def stop(self, transaction_id: str) -> Question:
        """See `Dialect`."""
        return Question("RequestStopTransaction", {"transactionId": station_id(transaction_id)})

    transaction_of = staticmethod(station_id)

    def reserve(
        self,
        reservation_id: int,
        connector: int,
        id_tag: str,
        until: datetime,
        *,
        group: str = "",
    ) -> Question:
        """See `Dialect`."""
        payload: dict[str, Any] = {
            "id": reservation_id,
            "expiryDateTime": fields.utc(until),
            "idToken": tokens.token(id_tag),
        }
        if connector:
            payload["evseId"] = connector
        if group:
            payload["groupIdToken"] = tokens.token(group)
        return self.manual_call(_RESERVE, payload)

    def cancel_reservation(self, reservation_id: int) -> Question:
        """See `Dialect`."""
        return self.manual_call(_CANCEL, {"reservationId": reservation_id})

    def read_list_version(self) -> Question:
        """See `Dialect`."""
        return Question("GetLocalListVersion", {})

    def list_version(self, answer: Mapping[str, Any]) -> int | None:
        """See `Dialect`."""
        return fields.integer(answer, "versionNumber")

    def write_list(
        self, version: int, tags: Sequence[tuple[str, TagInfo]], *, adds: bool
    ) -> Question:
        """See `Dialect`."""
        payload: dict[str, Any] = {
            "versionNumber": version,
            "updateType": "Differential" if adds else "Full",
        }
        if tags:
            payload["localAuthorizationList"] = [
                {"idToken": tokens.token(id_tag), "idTokenInfo": tokens.info_of(info)}
                for id_tag, info in tags
            ]
        return Question("SendLocalList", payload)

    # The charger

    def read_identity(self) -> Question | None:
        """See `Dialect`; who was accepted is not to boot for a question (F06.FR.17)."""
        return self.read_settings(tuple(device_model.IDENTITY.values()))

    def identity_told(self, answer: Mapping[str, Any]) -> Mapping[str, str]:
        """See `Dialect`."""
        told = {one.name.casefold(): str(one.value) for one in self.settings_told(answer)}
        return {what: told.get(name.casefold(), "") for what, name in device_model.IDENTITY.items()}

    def trigger(self, message: Message, connector: int | None = None) -> Question:
        """See `Dialect`; values of a session come with its events (F06.FR.06 and 07)."""
        evse: dict[str, Any] = {} if connector is None else {"id": connector}
        match message:
            case Message.BOOT:
                return Question("TriggerMessage", {"requestedMessage": "BootNotification"})
            case Message.STATUS:
                wanted = "StatusNotification"
                evse |= {"connectorId": _ONLY_CONNECTOR} if evse else {}
            case Message.VALUES:
                wanted = "TransactionEvent"
        payload: dict[str, Any] = {"requestedMessage": wanted}
        return Question("TriggerMessage", payload | ({"evse": evse} if evse else {}))

    def speak(self) -> Question:
        """See `Dialect`."""
        return self.read_settings([device_model.SPEAKS])

    def reset(self, *, hard: bool) -> Question:
        """See `Dialect`."""
        return Question(_RESET, {"type": "Immediate" if hard else "OnIdle"})

    def set_available(self, connector: int, *, available: bool) -> Question:
        """See `Dialect`."""
        payload: dict[str, Any] = {"operationalStatus": "Operative" if available else "Inoperative"}
        return Question(_AVAILABILITY, payload | ({"evse": {"id": connector}} if connector else {}))

    def unlock(self, connector: int, plug: int | None = None) -> Question:
        """See `Dialect`."""
        return Question(_UNLOCK, {"evseId": connector, "connectorId": plug or _ONLY_CONNECTOR})

    def upload_diagnostics(
        self, location: str, start: datetime | None, end: datetime | None
    ) -> Question:
        """See `Dialect`."""
        log: dict[str, Any] = {"remoteLocation": location}
        if start is not None:
            log["oldestTimestamp"] = fields.utc(start)
        if end is not None:
            log["latestTimestamp"] = fields.utc(end)
        return Question(
            "GetLog", {"logType": "DiagnosticsLog", "requestId": next(_NUMBERS), "log": log}
        )

    def update_firmware(self, location: str, at: datetime) -> Question:
        """See `Dialect`."""
        firmware = {"location": location, "retrieveDateTime": fields.utc(at)}
        return Question(_FIRMWARE, {"requestId": next(_NUMBERS), "firmware": firmware})

    def check_manual_call(
        self, action: str, payload: Mapping[str, Any], catalogue: ProfileCatalogue
    ) -> None:
        """See `Dialect`."""
        manual_calls.check(self.version, action, payload, catalogue)

    def manual_call(self, action: str, payload: Mapping[str, Any]) -> Question:
        """See `Dialect`."""
        told = dict(payload)
        lets = action in (_START, _RESERVE)
        return Question(
            action,
            told,
            id_tag=told["idToken"]["idToken"] if lets else None,
            reservation=_reservation(told) if action == _RESERVE else None,
            cancels=told["reservationId"] if action == _CANCEL else None,
        )

    def resets(self, question: Question) -> bool:
        """See `Dialect`."""
        return question.action == _RESET

    # What it says

    answer = staticmethod(handlers.answer)
    recognises = staticmethod(handlers.VOCABULARY.recognises)
    answer_pending = staticmethod(pending.answer)

    # Answers

    def status(self, answer: Mapping[str, Any]) -> str:
        """See `Dialect`; with the reason, where one is told."""
        said = _said(answer)
        info = said.get("statusInfo", said.get("attributeStatusInfo"))
        why = fields.text(info, "reasonCode") if isinstance(info, Mapping) else ""
        status = _status(answer)
        return f"{status} ({why})"[:80] if why and status else status

    def accepts(self, answer: Mapping[str, Any]) -> bool:
        """See `Dialect`."""
        return _status(answer) == "Accepted"

    def carries_out(self, question: Question, answer: Mapping[str, Any]) -> bool:
        """See `Dialect`."""
        return _status(answer) in _DONE.get(question.action, ("Accepted",))

    def is_cancelled(self, answer: Mapping[str, Any]) -> bool:
        """See `Dialect`; it rejects what it keeps no (more) reservation of (H02.FR.01)."""
        return _status(answer) in ("Accepted", "Rejected")

    def needs_reboot(self, answer: Mapping[str, Any]) -> bool:
        """See `Dialect`."""
        return _status(answer) == "RebootRequired"


class Ocpp21(Ocpp201):
    """The dialect of `ocpp2.1`."""

    subprotocol = "ocpp2.1"
    version = "2.1"
    names = device_model.NAMES_21
    # Far above SmartChargingCtrlr.MaxExternalConstraintsId, below which they are of others
    # (K01.FR.80).
    ids_above = 1_000_000_000


def _said(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where an answer tells its status: of a variable that is written, each has its own."""
    results = answer.get("setVariableResult")
    if isinstance(results, list) and results and isinstance(results[0], Mapping):
        return results[0]
    return answer


def _status(answer: Mapping[str, Any]) -> str:
    said = _said(answer)
    return fields.text(said, "attributeStatus" if said is not answer else "status")[:50]


def _reservation(payload: Mapping[str, Any]) -> Reservation | None:
    until = fields.timestamp(payload["expiryDateTime"])
    if until is None:
        return None
    group = payload.get("groupIdToken")
    return Reservation(
        id=payload["id"],
        connector=payload.get("evseId", 0),
        id_tag=payload["idToken"]["idToken"],
        group=fields.text(group, "idToken") if isinstance(group, Mapping) else "",
        until=until,
    )


OCPP_2_0_1: Final[FullDialect] = Ocpp201()
OCPP_2_1: Final[FullDialect] = Ocpp21()
