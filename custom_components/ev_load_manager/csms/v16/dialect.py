"""OCPP 1.6 as a central system speaks it: what is wanted in, actions and payloads out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
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
from ..limits import commands
from ..limits.slots import place_of
from ..models import (
    ChargingProfileWay,
    ConfigurationKeyWay,
    DataTransferWay,
    Kind,
    ProfileCatalogue,
    Purpose,
    Scope,
    Unit,
    Way,
)
from ..transport import fields, passwords
from ..transport.messages import ErrorCode
from . import handlers, manual_calls, pending, settings
from .texts import LONGEST

_OF_LATER_VERSIONS: Final = (ErrorCode.RPC_FRAMEWORK_ERROR, ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED)

MOST_PERIODS: Final = 1000
"""A schedule with more is none: OCPP 1.6, 7.8 has chargers say how many they take, some 20."""
_MESSAGES: Final = {
    Message.BOOT: "BootNotification",
    Message.STATUS: "StatusNotification",
    Message.VALUES: "MeterValues",
}

NOMINAL_VOLTAGE: Final = 230
"""What a charger that takes watts divides by (OCPP 1.6, 7.12: nominal), V."""
_STARTED_BEFORE: Final = timedelta(seconds=60)
"""A schedule begins this long ago, so that it holds at once."""
_STARTED_LONG_BEFORE: Final = timedelta(hours=24)
"""One that has to hold even where the charger's clock is far behind."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands began here: chargers without a battery for their clock boot in 1970."""

_AVAILABILITY: Final = "ChangeAvailability"
_CANCEL: Final = "CancelReservation"
_CLEAR: Final = "ClearChargingProfile"
_RESERVE: Final = "ReserveNow"
_RESET: Final = "Reset"
_START: Final = "RemoteStartTransaction"
_UNLOCK: Final = "UnlockConnector"
_DONE: Final = {
    _AVAILABILITY: ("Accepted", "Scheduled"),
    _CLEAR: ("Accepted", "Unknown"),
    _UNLOCK: ("Unlocked",),
}
"""What answers say of what is done; elsewhere it is `Accepted`."""


class Ocpp16:
    """The dialect of `ocpp1.6`; what each does is said in `Dialect`."""

    subprotocol: Final = "ocpp1.6"
    compresses: Final = False
    boots_again: Final = True
    replaces_by_id: Final = False
    sessions_are_parts: Final = False
    limit_name: Final = "SetChargingProfile"
    list_portion: Final = "SendLocalListMaxLength"
    longest_texts: Final = LONGEST
    names: Final = settings.NAMES
    shortest_password: Final = passwords.SHORTEST
    told_of_itself = staticmethod(settings.told_of_itself)

    def error_code(self, code: str) -> str:
        """See `Dialect`; misspelled as the specification misspells them."""
        return ErrorCode.FORMATION_VIOLATION if code in _OF_LATER_VERSIONS else code

    # Limits

    def takes(self, way: Way) -> bool:
        """See `Dialect`; the model's profile says what its firmware makes of it."""
        return True

    def set_limit(
        self, way: Way, target: Target, amperes: float, ending: Ending | None = None
    ) -> Question:
        match way:
            case ChargingProfileWay():
                return _set_charging_profile(way, target, amperes, ending)
            case ConfigurationKeyWay():
                key = way.key(max(target.connector, 1))
                return self.write_setting(key or "", _written(way, amperes))
            case DataTransferWay():
                data = way.data.replace("{connector}", str(target.connector))
                return Question(
                    "DataTransfer",
                    {
                        "vendorId": way.vendor_id,
                        "messageId": way.message_id,
                        "data": data.replace("{limit}", f"{amperes:g}"),
                    },
                )

    def set_standing(
        self, way: ChargingProfileWay, target: Target, amperes: float, *, whatever_the_clock: bool
    ) -> Question:
        began = _EPOCH if whatever_the_clock else target.now - _STARTED_LONG_BEFORE
        standing = replace(
            way,
            purpose=Purpose.TX_DEFAULT,
            kind=Kind.ABSOLUTE,
            stack_level=max(0, _level(way, target, target.connector) - 1),
        )
        anybody = replace(target, phases=None, transaction_id=None)
        schedule = {
            "chargingRateUnit": way.unit.value,
            "chargingSchedulePeriod": [_period(way, anybody, amperes)],
            "startSchedule": fields.utc(began),
        }
        return _profile(
            standing, anybody, target.connector, commands.standing(target.connector), schedule
        )

    def clear(self, profiles: Profiles) -> Question:
        """See `Dialect`; OCPP 1.6, 6.12."""
        told = {
            "id": None if profiles.name is None else _profile_id(profiles.name),
            "connectorId": profiles.connector,
            "chargingProfilePurpose": None if profiles.purpose is None else profiles.purpose.value,
            "stackLevel": profiles.level,
        }
        return Question(_CLEAR, {name: one for name, one in told.items() if one is not None})

    def read_limit(self, connector: int, seconds: int) -> Question:
        return Question(
            "GetCompositeSchedule",
            {"connectorId": connector, "duration": seconds, "chargingRateUnit": "A"},
        )

    def limit_told(self, answer: Mapping[str, Any], seconds: int) -> Schedule | None:
        schedule = answer.get("chargingSchedule")
        if not self.accepts(answer) or not isinstance(schedule, dict):
            return None
        if schedule.get("chargingRateUnit") != "A":
            return None
        periods = _periods(schedule.get("chargingSchedulePeriod"))
        if not periods or periods[0][0] != 0 or any(limit < 0 for _, limit in periods):
            return None
        duration = schedule.get("duration")
        whole = isinstance(duration, int) and duration >= seconds
        if len(periods) == 1 and not whole:
            return None
        return Schedule(periods[0][1], periods[-1][1])

    def read_profiles(self, connector: int | None) -> Question | None:
        """See `Dialect`; 1.6 has no such question."""
        return None

    def profiles_told(
        self, answers: Sequence[Mapping[str, Any]], now: datetime
    ) -> Sequence[Held] | None:
        """See `Dialect`."""
        return None

    # Settings, which it calls configuration keys

    def read_settings(self, names: Sequence[str] | None) -> Question:
        return Question("GetConfiguration", {} if names is None else {"key": list(names)})

    def settings_told(self, answer: Mapping[str, Any]) -> Iterator[Setting]:
        entries = answer.get("configurationKey")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("key"), str):
                yield Setting(entry["key"], entry.get("value"), entry.get("readonly") is True)

    def write_setting(self, name: str, value: str) -> Question:
        return Question("ChangeConfiguration", {"key": name, "value": value}, setting=(name, value))

    def write_password(self, password: str) -> Sequence[Question]:
        return [
            self.write_setting("AuthorizationKey", written)
            for written in passwords.authorization_keys(password)
        ]

    # Sessions

    def start(self, connector: int, id_tag: str) -> Question:
        return self.manual_call(_START, {"connectorId": connector, "idTag": id_tag})

    def stop(self, transaction_id: str) -> Question:
        return Question(
            "RemoteStopTransaction", {"transactionId": handlers.transaction_number(transaction_id)}
        )

    def transaction_of(self, session: str) -> str:
        return session

    def reserve(
        self, reservation_id: int, connector: int, id_tag: str, until: datetime, *, group: str = ""
    ) -> Question:
        payload = {
            "connectorId": connector,
            "expiryDate": fields.utc(until),
            "idTag": id_tag,
            "reservationId": reservation_id,
        }
        return self.manual_call(_RESERVE, payload | ({"parentIdTag": group} if group else {}))

    def cancel_reservation(self, reservation_id: int) -> Question:
        return self.manual_call(_CANCEL, {"reservationId": reservation_id})

    def read_list_version(self) -> Question:
        return Question("GetLocalListVersion", {})

    def list_version(self, answer: Mapping[str, Any]) -> int | None:
        return fields.integer(answer, "listVersion")

    def write_list(
        self, version: int, tags: Sequence[tuple[str, TagInfo]], *, adds: bool
    ) -> Question:
        payload: dict[str, Any] = {
            "listVersion": version,
            "updateType": "Differential" if adds else "Full",
        }
        if tags:
            payload["localAuthorizationList"] = [
                {"idTag": id_tag, "idTagInfo": handlers.id_tag_info(info)} for id_tag, info in tags
            ]
        return Question("SendLocalList", payload)

    # The charger

    def read_identity(self) -> Question | None:
        """See `Dialect`; only BootNotification tells it."""
        return None

    def identity_told(self, answer: Mapping[str, Any]) -> Mapping[str, str]:
        """See `Dialect`."""
        return {}

    def trigger(self, message: Message, connector: int | None = None) -> Question:
        payload: dict[str, Any] = {"requestedMessage": _MESSAGES[message]}
        if connector is not None:
            payload["connectorId"] = connector
        return Question("TriggerMessage", payload)

    def speak(self) -> Question:
        return self.read_settings(["HeartbeatInterval"])

    def reset(self, *, hard: bool) -> Question:
        return Question(_RESET, {"type": "Hard" if hard else "Soft"})

    def set_available(self, connector: int, *, available: bool) -> Question:
        kind = "Operative" if available else "Inoperative"
        return Question(_AVAILABILITY, {"connectorId": connector, "type": kind})

    def unlock(self, connector: int, plug: int | None = None) -> Question:
        return Question(_UNLOCK, {"connectorId": connector})

    def upload_diagnostics(
        self, location: str, start: datetime | None, end: datetime | None
    ) -> Question:
        payload: dict[str, Any] = {"location": location}
        if start is not None:
            payload["startTime"] = fields.utc(start)
        if end is not None:
            payload["stopTime"] = fields.utc(end)
        return Question("GetDiagnostics", payload)

    def update_firmware(self, location: str, at: datetime) -> Question:
        return Question("UpdateFirmware", {"location": location, "retrieveDate": fields.utc(at)})

    def check_manual_call(
        self, action: str, payload: Mapping[str, Any], catalogue: ProfileCatalogue
    ) -> None:
        manual_calls.check(action, payload, catalogue)

    def manual_call(self, action: str, payload: Mapping[str, Any]) -> Question:
        told = dict(payload)
        if action not in (_START, _RESERVE, _CANCEL):
            return Question(action, told)
        return Question(
            action,
            told,
            id_tag=None if action == _CANCEL else told["idTag"],
            reservation=_reservation(told) if action == _RESERVE else None,
            cancels=told["reservationId"] if action == _CANCEL else None,
        )

    def resets(self, question: Question) -> bool:
        return question.action == _RESET

    # What it says

    answer = staticmethod(handlers.answer)
    recognises = staticmethod(handlers.VOCABULARY.recognises)
    answer_pending = staticmethod(pending.answer)

    # Answers

    def status(self, answer: Mapping[str, Any]) -> str:
        return fields.text(answer, "status")[:50]

    def accepts(self, answer: Mapping[str, Any]) -> bool:
        return answer.get("status") == "Accepted"

    def carries_out(self, question: Question, answer: Mapping[str, Any]) -> bool:
        return answer.get("status") in _DONE.get(question.action, ("Accepted",))

    def is_cancelled(self, answer: Mapping[str, Any]) -> bool:
        """See `Dialect`; it rejects what it keeps no (more) reservation of (OCPP 1.6, 5.2)."""
        return self.status(answer) in ("Accepted", "Rejected")

    def needs_reboot(self, answer: Mapping[str, Any]) -> bool:
        return answer.get("status") == "RebootRequired"


def _set_charging_profile(
    way: ChargingProfileWay, target: Target, amperes: float, ending: Ending | None
) -> Question:
    connector = 0 if way.scope is Scope.STATION else target.connector
    periods = [_period(way, target, amperes)]
    schedule: dict[str, Any] = {
        "chargingRateUnit": way.unit.value,
        "chargingSchedulePeriod": periods,
    }
    began = _STARTED_LONG_BEFORE if ending is None else _STARTED_BEFORE
    if ending is not None and ending.then is None:
        schedule["duration"] = int(began.total_seconds() + ending.after)
    elif ending is not None and ending.then is not None:
        began = _STARTED_LONG_BEFORE
        anybody = replace(target, phases=None)
        periods.append(
            {
                **_period(way, anybody, ending.then),
                "startPeriod": int(began.total_seconds() + ending.after),
            }
        )
    if way.kind is Kind.ABSOLUTE:
        schedule["startSchedule"] = fields.utc(target.now - began)
    placed = replace(way, stack_level=_level(way, target, connector))
    return _profile(placed, target, connector, commands.profile(way, target.connector), schedule)


def _profile_id(name: str) -> int:
    """The number of a profile of ours: a hundred for each kind, and its connector's."""
    kind, connector = place_of(name)
    return 100 * (kind + 1) + connector


def _written(way: ConfigurationKeyWay, amperes: float) -> str:
    """A current as a key's text, in the key's own unit, rounded down."""
    step = Decimal(1).scaleb(-way.decimals)
    return f"{commands.floor(Decimal(str(amperes)) * way.scale, step):.{way.decimals}f}"


def _level(way: ChargingProfileWay, target: Target, connector: int) -> int:
    return commands.level(way, connector, target.connectors, target.stack_level_maximum)


def _profile(
    way: ChargingProfileWay, target: Target, connector: int, name: str, schedule: dict[str, Any]
) -> Question:
    profile: dict[str, Any] = {
        "chargingProfileId": _profile_id(name),
        "stackLevel": way.stack_level,
        "chargingProfilePurpose": way.purpose.value,
        "chargingProfileKind": way.kind.value,
    }
    if way.purpose is Purpose.TX and target.transaction_id is not None:
        profile["transactionId"] = handlers.transaction_number(target.transaction_id)
    profile["chargingSchedule"] = schedule
    return Question(
        "SetChargingProfile",
        {"connectorId": connector, "csChargingProfiles": profile},
        profile=name,
    )


def _period(way: ChargingProfileWay, target: Target, amperes: float) -> dict[str, Any]:
    period: dict[str, Any] = {"startPeriod": 0, "limit": _limit(way, amperes)}
    if way.unit is Unit.WATTS and target.phases is not None:
        period["numberPhases"] = target.phases
    return period


def _limit(way: ChargingProfileWay, amperes: float) -> float:
    """The number to send: at most one decimal (OCPP 1.6, 7.14), whole watts.

    Watts are those of `amperes` on one phase, whatever a charger makes of them.
    """
    if way.unit is Unit.WATTS:
        return int(commands.floor(Decimal(str(amperes)) * NOMINAL_VOLTAGE, Decimal(1)))
    tenths = commands.floor(amperes, commands.TENTH)
    return int(tenths) if tenths == int(tenths) else float(tenths)


def _reservation(payload: Mapping[str, Any]) -> Reservation | None:
    until = fields.timestamp(payload["expiryDate"])
    if until is None:
        return None
    return Reservation(
        id=payload["reservationId"],
        connector=payload["connectorId"],
        id_tag=payload["idTag"],
        group=str(payload.get("parentIdTag") or ""),
        until=until,
    )


def _periods(told: object) -> list[tuple[float, float]]:
    """Start (s) and limit (A) of each period, in order; empty where one is nonsense."""
    if isinstance(told, list) and len(told) > MOST_PERIODS:
        return []
    try:
        found = [
            (float(period["startPeriod"]), float(period["limit"]))
            for period in (told if isinstance(told, list) else ())
        ]
    except KeyError, OverflowError, TypeError, ValueError:
        return []
    return sorted(found)


OCPP_1_6: Final[FullDialect] = Ocpp16()
