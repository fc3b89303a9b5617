"""What a backend asks of its charger: what of it is answered here, and what goes through.

Limits, and the settings by which we measure, are answered here. All else goes on to the charger
as it came, one call at a time and behind our limits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import json
import logging
import math
from typing import Any, Final

from ... import clock
from ..charge_point.charge_point import Change
from ..dialect import ManualCallError, Question
from ..transport import fields
from ..transport.calls import CallPriority
from ..transport.errors import CallError, ChargePointError, NotConnected, Refusal
from ..transport.masking import is_secret_key
from ..transport.messages import Call, ErrorCode, Verbatim
from ..v16 import manual_calls
from . import certificates, payloads, transfers
from .below import Below
from .certificates import Needs
from .keys import OURS, Keys, is_counted_on, is_of_a_socket, leads_elsewhere
from .outbox import TRANSACTION_ID, Outbox
from .profiles import OF_SESSION, VOLTAGE, Part, Profile, ProfileRefused, Profiles
from .settings import BackendSettings
from .to_begin import ToBegin, is_of_a_session

_LOGGER = logging.getLogger(__name__)

ACCEPTED: Final[Mapping[str, Any]] = {"status": "Accepted"}
REJECTED: Final[Mapping[str, Any]] = {"status": "Rejected"}
ANSWERS_WITHIN: Final = 30.0
"""Seconds that the charger gets for an answer."""
_BEFORE_ACCEPTED: Final = frozenset({"RemoteStartTransaction", "RemoteStopTransaction"})
"""What a backend may not ask before it has accepted the charger (OCPP 1.6, 4.2.1)."""
_MOST_REFUSED: Final = 20
_LONGEST_REFUSED: Final = 50
_CHECKED_HERE: Final = 4000
"""Characters of a payload that is checked in no time."""
_TOUCHED: Final = {
    Needs.AUTHORITIES: "the certificate of its central system",
    Needs.ALL: "its certificate",
}
"""What an order would change, in words."""
_SAID_HERE: Final = frozenset({"BootNotification", "Heartbeat"})
"""What a trigger gets from us: neither is the charger's matter any more."""
_AWAITED_WITHIN: Final = 60.0
_MOST_TOLD: Final = 32_767.0
"""A limit that stands for none (A)."""

type _Order = Callable[[Verbatim], Awaitable[Mapping[str, Any]]]


class Orders:
    """Carries out what one backend asks."""

    def __init__(
        self,
        settings: BackendSettings,
        below: Below,
        *,
        profiles: Profiles,
        keys: Keys,
        outbox: Outbox,
        say: Callable[[str], None],
        changed: Callable[[], None],
        to_begin: object = None,
    ) -> None:
        """`say` has the backend told what it asks for out of turn; `changed`: something is to be kept.

        `to_begin` is what was stored of that.
        """
        self._settings = settings
        self._below = below
        self._profiles = profiles
        self._keys = keys
        self._outbox = outbox
        self._say = say
        self._changed = changed
        self._awaited: dict[str, float] = {}
        self.to_begin: Final = ToBegin(to_begin)
        self.refused: dict[str, None] = {}
        """Settings that would lead the charger elsewhere, which it wanted to change, in order."""
        self._answered_here: Mapping[str, _Order] = {
            "ChangeConfiguration": self._change_configuration,
            "ClearChargingProfile": self._clear_profile,
            "CertificateSigned": self._certificate_signed,
            "DataTransfer": self._data_transfer,
            "DeleteCertificate": self._delete_certificate,
            "ExtendedTriggerMessage": self._extended_trigger,
            "GetCompositeSchedule": self._composite_schedule,
            "GetConfiguration": self._get_configuration,
            "InstallCertificate": self._install_certificate,
            "RemoteStartTransaction": self._remote_start,
            "RemoteStopTransaction": self._remote_stop,
            "SetChargingProfile": self._set_profile,
            "TriggerMessage": self._trigger,
        }
        self._for_listeners: Mapping[str, _Order] = {
            "ChangeConfiguration": self._change_copy,
            "GetConfiguration": self._read_copy,
            "ExtendedTriggerMessage": self._trigger_here,
            "TriggerMessage": self._trigger_here,
        }

    async def carry_out(self, call: Call, *, is_pending: bool = False) -> Mapping[str, Any]:
        """Do what is asked, and return the answer; raises Refusal.

        `is_pending`: it has not accepted the charger yet.
        """
        payload = call.payload
        if call.action not in manual_calls.KNOWN:
            raise Refusal(ErrorCode.NOT_IMPLEMENTED, f"{call.action[:50]} is not known")
        if not isinstance(payload, Verbatim):
            raise Refusal(ErrorCode.FORMATION_VIOLATION, "the payload can't be read")
        await self._beside(payload, payloads.check, call.action, payload)
        if not self._settings.decides:
            order = self._for_listeners.get(call.action)
            if order is None:
                raise Refusal(ErrorCode.SECURITY_ERROR, "this backend only listens")
            return await order(payload)
        if is_pending and call.action in _BEFORE_ACCEPTED:
            return REJECTED
        order = self._answered_here.get(call.action)
        return await (order(payload) if order else self._pass(call.action, payload))

    def takes(self, what: str) -> bool:
        """Whether it waits for a message that it asked for out of turn."""
        until = self._awaited.get(what)
        return until is not None and clock.monotonic() < until

    def session_began(self, connector: int, id_tag: str, session: str) -> None:
        """A session began: the profile that came with the order to begin it is for that one."""
        only = len(self._below.outlets) == 1
        data = self.to_begin.begins(id_tag, connector, is_only_outlet=only)
        if data is None:
            return
        try:
            self._profiles.set(Profile(connector, data, session))
        except ProfileRefused:
            return
        self._changed()

    # Through to the charger

    async def _pass(self, action: str, payload: Verbatim) -> Mapping[str, Any]:
        point = self._below.point
        question = point.dialect.manual_call(action, payload)
        answer = await self._ask(Question(action, payload))
        dialect = point.dialect
        if dialect.resets(question) and dialect.accepts(answer):
            self._below.expect_reboot()
        if question.reservation is not None and dialect.accepts(answer):
            point.reservations.add(question.reservation)
            point.changed(Change.STATUS)
        elif question.cancels is not None and dialect.is_cancelled(answer):
            point.reservations.remove(question.cancels)
            point.changed(Change.STATUS)
        return answer

    async def _ask(self, question: Question) -> Mapping[str, Any]:
        try:
            return await self._below.point.call(
                question, timeout=ANSWERS_WITHIN, priority=CallPriority.NORMAL
            )
        except CallError as error:
            raise Refusal(error.code, error.description, fault=False) from error
        except NotConnected as error:
            raise Refusal(ErrorCode.GENERIC_ERROR, "the charger is gone", fault=False) from error
        except ChargePointError as error:
            raise Refusal(ErrorCode.INTERNAL_ERROR, "no answer", fault=False) from error

    async def _remote_start(self, payload: Verbatim) -> Mapping[str, Any]:
        profile = payload.get("chargingProfile")
        if profile is not None and not is_of_a_session(profile):
            return REJECTED
        tag = str(payload["idTag"])
        self._below.ordered(tag)
        answer = await self._ask(
            Question("RemoteStartTransaction", payloads.without(payload, "chargingProfile"))
        )
        if self._below.point.dialect.accepts(answer):
            connector = fields.integer(payload, "connectorId")
            if self.to_begin.order(tag, connector, profile):
                self._changed()
        return answer

    async def _remote_stop(self, payload: Verbatim) -> Mapping[str, Any]:
        session = self._outbox.session_of(str(payload[TRANSACTION_ID]))
        if session is None:
            return REJECTED  # what is called so here is called otherwise there
        if session != str(payload[TRANSACTION_ID]) and session.isdecimal():
            payload = payloads.with_value(payload, TRANSACTION_ID, int(session))
        return await self._ask(Question("RemoteStopTransaction", payload))

    async def _data_transfer(self, payload: Verbatim) -> Mapping[str, Any]:
        # As the charger gets it: what was parsed is cut where a text is long.
        exact = json.loads(payload.text)
        try:
            await self._beside(
                payload, manual_calls.check, "DataTransfer", exact, self._below.catalogue
            )
        except ManualCallError:
            return REJECTED  # it would set a limit
        if (place := await self._beside(payload, transfers.other_place, exact)) is not None:
            self._refuse(place)
            return REJECTED
        order = transfers.order_in(exact)
        if order is not None and not await self._may_change_certificates(*order):
            return REJECTED
        return await self._pass("DataTransfer", payload)

    @staticmethod
    async def _beside[T, **P](
        payload: Verbatim, look: Callable[P, T], *args: P.args, **more: P.kwargs
    ) -> T:
        """Look at what a payload says; cuts don't wait for a long one."""
        if len(payload.text) > _CHECKED_HERE:
            return await asyncio.to_thread(look, *args, **more)
        return look(*args, **more)

    async def _trigger(self, payload: Verbatim) -> Mapping[str, Any]:
        return await self._trigger_by("TriggerMessage", payload)

    async def _extended_trigger(self, payload: Verbatim) -> Mapping[str, Any]:
        if not await self._may_change_certificates("ExtendedTriggerMessage", payload):
            return REJECTED
        return await self._trigger_by("ExtendedTriggerMessage", payload)

    async def _trigger_by(self, action: str, payload: Verbatim) -> Mapping[str, Any]:
        what = str(payload["requestedMessage"])
        if what in _SAID_HERE:
            return await self._trigger_here(payload)
        # It may come before the answer does.
        self._awaited[what] = clock.monotonic() + _AWAITED_WITHIN
        answer = await self._ask(Question(action, payload))
        if not self._below.point.dialect.accepts(answer):
            self._awaited.pop(what, None)
        return answer

    async def _trigger_here(self, payload: Verbatim) -> Mapping[str, Any]:
        what = str(payload["requestedMessage"])
        if what not in (*_SAID_HERE, "StatusNotification"):
            return {"status": "NotImplemented"}
        self._say(what)
        return ACCEPTED

    # Certificates

    async def _may_change_certificates(self, action: str, payload: Mapping[str, Any]) -> bool:
        """Whether an order may pass, by which of the charger's certificates it would change."""
        link = self._below.point.link
        touched = await certificates.touches(action, payload, link, self._ask)
        if touched is Needs.NONE or (
            self._settings.certificates and await certificates.needs(link, self._ask) < touched
        ):
            return True
        self._refuse(_TOUCHED[touched])
        return False

    async def _certificate_signed(self, payload: Verbatim) -> Mapping[str, Any]:
        return await self._pass_certificate("CertificateSigned", payload)

    async def _install_certificate(self, payload: Verbatim) -> Mapping[str, Any]:
        return await self._pass_certificate("InstallCertificate", payload)

    async def _delete_certificate(self, payload: Verbatim) -> Mapping[str, Any]:
        return await self._pass_certificate("DeleteCertificate", payload)

    async def _pass_certificate(self, action: str, payload: Verbatim) -> Mapping[str, Any]:
        if not await self._may_change_certificates(action, payload):
            return certificates.FAILED if action == "DeleteCertificate" else REJECTED
        answer = await self._pass(action, payload)
        _LOGGER.info(
            "Backend %s asked %s of charger %s: %s",
            *(self._settings.name, action, self._below.point.id, answer.get("status")),
        )
        return answer

    def _refuse(self, what: str) -> None:
        """Say once that it wants to lead the charger elsewhere: OCPP has no words for why not."""
        what = what[:_LONGEST_REFUSED]  # a name in what a maker sends may be of any length
        if what in self.refused or len(self.refused) >= _MOST_REFUSED:
            return
        self.refused[what] = None
        _LOGGER.warning(
            "Backend %s wants to change %s of charger %s: it would not find Home Assistant any"
            " more, or not be let in, so that is refused",
            *(self._settings.name, what, self._below.point.id),
        )

    # Settings

    async def _change_configuration(self, payload: Verbatim) -> Mapping[str, Any]:
        key, value = str(payload["key"]), str(payload["value"])
        if key.strip().casefold() in OURS:
            return await self._change_copy(payload)
        if leads_elsewhere(key) or is_of_a_socket(value):
            self._refuse(key)
            return REJECTED
        if is_counted_on(key, value):
            return REJECTED
        try:
            manual_calls.check("ChangeConfiguration", payload, self._below.catalogue)
        except ManualCallError as error:
            if error.key == "ocpp_secret_key":
                self._refuse(key)
            return REJECTED  # a secret, or a limit
        return await self._ask(Question("ChangeConfiguration", payload))

    async def _change_copy(self, payload: Verbatim) -> Mapping[str, Any]:
        key = str(payload["key"])
        if not self._keys.write(key, str(payload["value"])):
            return REJECTED
        self._changed()
        return ACCEPTED

    async def _get_configuration(self, payload: Verbatim) -> Mapping[str, Any]:
        names = payload.get("key")
        # An empty list means all of them, too.
        asked = [str(name) for name in names] if names else None
        through = None if asked is None else [one for one in asked if self._keys.read(one) is None]
        answer: Mapping[str, Any] = {}
        if through is None or through:
            told = payload if through == asked else {"key": through}
            answer = await self._ask(Question("GetConfiguration", dict(told)))
        return self._with_copy(answer, asked)

    async def _read_copy(self, payload: Verbatim) -> Mapping[str, Any]:
        names = payload.get("key")
        asked = [str(name) for name in names] if names else None
        known = self._below.point.configuration
        wanted = {name.casefold() for name in asked} if asked else None
        told = [
            {"key": key, "readonly": True, "value": value}
            for key, value in known.items()
            if wanted is None or key.casefold() in wanted
        ]
        found = {one["key"].casefold() for one in told}  # type: ignore[attr-defined]
        unknown = [name for name in asked or () if name.casefold() not in found]
        return self._with_copy({"configurationKey": told, "unknownKey": unknown}, asked)

    def _with_copy(self, answer: Mapping[str, Any], asked: list[str] | None) -> Mapping[str, Any]:
        """What a charger tells of its settings, with those that the backend has of its own."""
        copies = {name.casefold(): (name, value) for name, value in self._keys.values.items()}
        if asked is not None:
            wanted = {name.strip().casefold(): name for name in asked}
            copies = {
                key: (wanted[key], value) for key, (_, value) in copies.items() if key in wanted
            }
        told = answer.get("configurationKey")
        entries = [
            one
            for one in (told if isinstance(told, list) else ())
            if isinstance(one, dict) and str(one.get("key")).casefold() not in copies
        ]
        is_secret = [one for one in entries if is_secret_key(str(one.get("key")))]
        if not copies and not is_secret and isinstance(answer, Verbatim):
            return answer
        merged = [one for one in entries if one not in is_secret]
        merged += [
            {"key": name, "readonly": False, "value": value} for name, value in copies.values()
        ]
        unknown = answer.get("unknownKey")
        left = [
            one
            for one in (unknown if isinstance(unknown, list) else ())
            if str(one).strip().casefold() not in copies
        ]
        return {"configurationKey": merged, "unknownKey": left}

    # Limits

    async def _set_profile(self, payload: Verbatim) -> Mapping[str, Any]:
        connector, data = int(payload["connectorId"]), payload["csChargingProfiles"]
        if not 0 <= connector <= self._below.highest_outlet:
            return REJECTED
        session = None
        if data["chargingProfilePurpose"] == OF_SESSION:
            running = self._below.session(connector)
            if running is None:
                return REJECTED
            session = running.id
            named = data.get(TRANSACTION_ID)
            if named is not None and self._outbox.session_of(str(named)) != session:
                return REJECTED
        try:
            self._profiles.set(Profile(connector, data, session))
        except ProfileRefused:
            return REJECTED
        self._changed()
        return ACCEPTED

    def _part(self, connector: int) -> Part:
        """An outlet, with the limit that it has of ours."""
        below = self._below
        offered = below.effective(connector)
        return Part(
            connector,
            below.session(connector),
            below.phases(connector),
            below.point.hardware_maximum if offered is None else offered,
        )

    async def _clear_profile(self, payload: Verbatim) -> Mapping[str, Any]:
        cleared = self._profiles.clear(
            id=payload.get("id"),
            connector=payload.get("connectorId"),
            purpose=payload.get("chargingProfilePurpose"),
            level=payload.get("stackLevel"),
        )
        if cleared:
            self._changed()
        return ACCEPTED if cleared else {"status": "Unknown"}

    async def _composite_schedule(self, payload: Verbatim) -> Mapping[str, Any]:
        connector, seconds = int(payload["connectorId"]), max(0, int(payload["duration"]))
        outlets = self._below.outlets
        if connector != 0 and connector not in outlets:
            return REJECTED
        in_watts = payload.get("chargingRateUnit") == "W"
        now = clock.now()
        parts = [self._part(number) for number in ([connector] if connector else outlets)]
        phases = max(part.phases for part in parts)
        periods: list[dict[str, Any]] = []
        for start, limit in self._profiles.schedule(parts, now, seconds):
            told = _told(limit, phases if in_watts else None)
            if not periods or periods[-1]["limit"] != told:
                periods.append({"startPeriod": start, "limit": told, "numberPhases": phases})
            # It may be long, and cuts don't wait for it.
            await asyncio.sleep(0)
        return {
            "status": "Accepted",
            "connectorId": connector,
            "scheduleStart": fields.utc(now),
            "chargingSchedule": {
                "duration": seconds,
                "startSchedule": fields.utc(now),
                "chargingRateUnit": "W" if in_watts else "A",
                "chargingSchedulePeriod": periods,
            },
        }


def _told(amperes: float, phases: int | None) -> float:
    """A limit as an answer has it: one decimal at most, rounded down; `phases`: in watts."""
    limit = min(amperes, _MOST_TOLD)
    if phases is not None:
        return math.floor(limit * phases * VOLTAGE)
    return math.floor(limit * 10.0) / 10.0
