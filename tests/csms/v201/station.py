"""A station that speaks OCPP 2.0.1 or 2.1 with the client of the `ocpp` package.

It holds variables and charging profiles, and does what a test tells it to. Every frame, in
both directions, is validated by the schemas of its version, and what it is sent also by what
a central system may not send.
"""

import asyncio
import base64
from collections.abc import Callable, Coroutine, Mapping
import contextlib
from datetime import datetime, timedelta
from itertools import count
from ssl import SSLContext
from typing import Any, Protocol, Self, cast

from ocpp.messages import Call, CallError, CallResult, unpack, validate_payload
from ocpp.v21 import ChargePoint as Client21
from ocpp.v201 import ChargePoint as Client201
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.v201 import device_model
from simulation.charger.v201.bans import Bans

ACCEPTED: dict[str, Any] = {"status": "Accepted"}
REJECTED: dict[str, Any] = {"status": "Rejected"}
SILENCE = object()
"""As an answer: none at all."""

VARIABLES: Mapping[str, str] = {
    "ChargingStation.Model": "M",
    "ChargingStation.VendorName": "V",
    "DeviceDataCtrlr.ItemsPerMessage[GetVariables]": "8",
    "OCPPCommCtrlr.HeartbeatInterval": "300",
    "SampledDataCtrlr.TxUpdatedInterval": "60",
    "SampledDataCtrlr.TxUpdatedMeasurands": "Energy.Active.Import.Register",
    "SmartChargingCtrlr.PeriodsPerSchedule": "10",
    "SmartChargingCtrlr.ProfileStackLevel": "10",
    "SmartChargingCtrlr.RateUnit": "A,W",
}


class Port(Protocol):
    """Where a station can dial."""

    port: int


class Station:
    """One station; `connect` opens its socket, and what it holds outlives that."""

    def __init__(
        self,
        central: Port,
        charger_id: str = "CP1",
        *,
        evses: int = 1,
        version: str = "2.0.1",
        variables: Mapping[str, str] | None = None,
        offers: tuple[str, ...] | None = None,
        password: str | None = None,
        tls: SSLContext | None = None,
    ) -> None:
        """Prepare to connect; `password`: it logs in with that, under its id."""
        self.id = charger_id
        self.version = version
        self._central = central
        self.password = password
        self._tls = tls
        self._offers = offers or (f"ocpp{version}",)
        self.variables = dict(VARIABLES if variables is None else variables)
        for number in range(1, evses + 1):
            self.variables[f"EVSE@{number}.AvailabilityState"] = "Available"
        self.evses = evses
        self.profiles: dict[int, tuple[int, dict[str, Any]]] = {}
        """Charging profiles by id, with their EVSE."""
        self.answers: dict[str, Any] = {}
        """Action -> payload of the answer, a function of the question's, or SILENCE."""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.clock_offset = 0.0
        self._bans = Bans(lambda: self.now().timestamp())
        self.offline_since: datetime | None = None
        """When it lost its link; 2.1's maxOfflineDuration counts from then."""
        self._news = asyncio.Condition()
        self._sequence = count()
        self._tasks: set[asyncio.Task[None]] = set()

    async def connect(self) -> Self:
        """Open a socket."""
        headers = {}
        if self.password is not None:
            # UTF-8 as it is (A00.FR.205).
            login = base64.b64encode(f"{self.id}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {login}"
        security: dict[str, Any] = {} if self._tls is None else {"ssl": self._tls}
        self.socket: ClientConnection = await connect(
            f"{'ws' if self._tls is None else 'wss'}://127.0.0.1:{self._central.port}/{self.id}",
            subprotocols=[Subprotocol(name) for name in self._offers],
            additional_headers=headers,
            ping_interval=None,
            proxy=None,
            **security,
        )
        self._comes_online()
        kind = _Client21 if self.version == "2.1" else _Client201
        self._client = kind(self)
        self._reader = asyncio.create_task(self._read(self._client))
        return self

    async def _read(self, client: _Client201 | _Client21) -> None:
        try:
            await client.start()
        except ConnectionClosed as closed:
            self.offline_since = self.now()
            client.gives_up(closed)
        except Exception as error:
            # Who waits for an answer learns of it, instead of waiting for ever.
            client.gives_up(error)
            raise

    def _comes_online(self) -> None:
        """Forget what had ended for good while it was offline (2.1, K01.FR.103)."""
        self.profiles = {
            id_: (evse, profile)
            for id_, (evse, profile) in self.profiles.items()
            if not (profile.get("invalidAfterOfflineDuration") and self._is_over_offline(profile))
        }
        self.offline_since = None

    def _is_over_offline(self, profile: dict[str, Any]) -> bool:
        if self.offline_since is None or "maxOfflineDuration" not in profile:
            return False
        passed = (self.now() - self.offline_since).total_seconds()
        return passed >= profile["maxOfflineDuration"]

    async def __aenter__(self) -> Self:
        """Connect."""
        return await self.connect()

    async def __aexit__(self, *_: object) -> None:
        """Say goodbye."""
        await self.socket.close()
        await self._reader

    async def drop(self) -> None:
        """Lose the link without saying goodbye."""
        self.socket.transport.abort()
        await self._reader

    # What it says

    async def tell(self, action: str, /, **payload: Any) -> dict[str, Any]:
        """Ask the central system; raises the error that it answers."""
        return await self._client.tell(action, payload)

    async def boot(self, **station: Any) -> dict[str, Any]:
        """Send a usual BootNotification."""
        return await self.tell(
            "BootNotification",
            reason="PowerUp",
            chargingStation={"model": "M", "vendorName": "V", **station},
        )

    async def status(self, status: str, evse: int = 1, connector: int = 1) -> dict[str, Any]:
        """Send a StatusNotification."""
        return await self.tell(
            "StatusNotification",
            timestamp=self.time(),
            connectorStatus=status,
            evseId=evse,
            connectorId=connector,
        )

    async def event(
        self,
        kind: str,
        trigger: str = "ChargingStateChanged",
        *,
        transaction: str = "T1",
        state: str | None = None,
        ago: float = 0.0,
        sequence: int | None = None,
        card: str | None = None,
        card_type: str = "ISO14443",
        evse: int | None = None,
        values: list[dict[str, Any]] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Send a TransactionEvent of `ago` seconds ago."""
        info: dict[str, Any] = {"transactionId": transaction, **more.pop("info", {})}
        if state is not None:
            info["chargingState"] = state
        if evse is not None:
            more["evse"] = {"id": evse}
        if card is not None:
            more["idToken"] = {"idToken": card, "type": card_type}
        if values is not None:
            more["meterValue"] = [{"timestamp": self.time(ago), "sampledValue": values}]
        return await self.tell(
            "TransactionEvent",
            eventType=kind,
            timestamp=self.time(ago),
            triggerReason=trigger,
            seqNo=next(self._sequence) if sequence is None else sequence,
            transactionInfo=info,
            **more,
        )

    def time(self, ago: float = 0.0) -> str:
        """What its clock showed `ago` seconds ago."""
        moment = self.now() - timedelta(seconds=ago)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def now(self) -> datetime:
        """What its clock shows."""
        return clock.now() + timedelta(seconds=self.clock_offset)

    # What it hears

    def of(self, action: str) -> list[dict[str, Any]]:
        """What it was asked of one kind."""
        return [payload for name, payload in self.asked if name == action]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a question that makes `condition` true."""
        async with self._news:
            await self._news.wait_for(condition)

    async def until_asked(self, action: str, times: int = 1) -> dict[str, Any]:
        """Wait for a question; its payload."""
        await self.until(lambda: len(self.of(action)) >= times)
        return self.of(action)[times - 1]

    async def hears(self, action: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        """Note a question, and answer it; None: not at all."""
        breaches = [*self._bans.asked(action, payload)]
        assert not breaches, breaches
        answer = self.answers.get(action)
        if answer is None:
            answer = self._usual(action, payload)
        elif callable(answer):
            answer = answer(payload)
        self._bans.answered(action, payload, answer if isinstance(answer, dict) else None)
        async with self._news:
            self.asked.append((action, payload))
            self._news.notify_all()
        return None if answer is SILENCE else cast(dict[str, Any], answer)

    def judge_answer(self, action: str, payload: dict[str, Any]) -> None:
        """Fail where the central system answered what it may not answer."""
        breaches = [*self._bans.told(action, payload)]
        assert not breaches, breaches

    def _usual(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        match action:
            case "GetVariables":
                return {
                    "getVariableResult": [self.variable(one) for one in payload["getVariableData"]]
                }
            case "SetVariables":
                return {"setVariableResult": [self._set(one) for one in payload["setVariableData"]]}
            case "SetChargingProfile":
                return self.take(payload)
            case "ClearChargingProfile":
                return self._clear(payload)
            case "GetChargingProfiles":
                return self._report_profiles(payload)
            case "GetBaseReport":
                self.begin(self.report(payload["requestId"]))
                return ACCEPTED
            case "TriggerMessage" if payload["requestedMessage"] == "BootNotification":
                return {"status": "Rejected"}
            case "ClearCache" | "Reset" | "ChangeAvailability" | "TriggerMessage":
                return ACCEPTED
            case "RequestStartTransaction" | "RequestStopTransaction" | "SendLocalList":
                return ACCEPTED
            case "UnlockConnector":
                return {"status": "Unlocked"}
            case "GetLocalListVersion":
                return {"versionNumber": 0}
        return {"error": "NotImplemented"}

    def begin(self, work: Any) -> None:
        """Do something beside."""
        task = asyncio.create_task(self._unless_closed(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    async def _unless_closed(work: Coroutine[Any, Any, None]) -> None:
        with contextlib.suppress(ConnectionClosed):
            await work

    # Variables

    def variable(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer for one variable."""
        name = device_model.name_of(asked) or ""
        if name not in self.variables:
            return {**asked, "attributeStatus": "UnknownVariable"}
        return {**asked, "attributeStatus": "Accepted", "attributeValue": self.variables[name]}

    def _set(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = device_model.name_of(asked) or ""
        told = {key: value for key, value in asked.items() if key != "attributeValue"}
        if name not in self.variables:
            return {**told, "attributeStatus": "UnknownVariable"}
        self.variables[name] = asked["attributeValue"]
        return {**told, "attributeStatus": "Accepted"}

    def report_data(self) -> list[dict[str, Any]]:
        """All its variables, as a report tells them."""
        return [
            {**device_model.addressed(name), "variableAttribute": [{"value": value}]}
            for name, value in self.variables.items()
        ]

    async def report(self, number: int, *, parts: int = 3) -> None:
        """Send its variables in parts."""
        data = self.report_data()
        size = -(-len(data) // parts)
        for place in range(parts):
            await self.part(
                number, place, data[place * size : (place + 1) * size], tbc=place < parts - 1
            )

    async def part(
        self, number: int, place: int, data: list[dict[str, Any]], *, tbc: bool
    ) -> dict[str, Any]:
        """Send one part."""
        return await self.tell(
            "NotifyReport",
            requestId=number,
            generatedAt=self.time(),
            seqNo=place,
            tbc=tbc,
            reportData=data,
        )

    # Charging profiles

    def take(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Take a profile, as block K wants it."""
        evse, profile = payload["evseId"], payload["chargingProfile"]
        why = self._wrong_with(evse, profile)
        if why:
            return {"status": "Rejected", "statusInfo": {"reasonCode": why}}
        self.profiles[profile["id"]] = (evse, profile)
        return ACCEPTED

    def _wrong_with(self, evse: int, profile: dict[str, Any]) -> str:
        purpose, kind = profile["chargingProfilePurpose"], profile["chargingProfileKind"]
        (schedule,) = profile["chargingSchedule"]
        periods = schedule["chargingSchedulePeriod"]
        if purpose == "ChargingStationMaxProfile" and (evse or kind == "Relative"):
            return "InvalidProfile"
        if purpose == "TxProfile" and (not evse or "transactionId" not in profile):
            return "InvalidProfile"
        if purpose not in ("ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile"):
            return "InvalidProfile"
        if (kind == "Absolute") is not ("startSchedule" in schedule):
            return "InvalidSchedule"
        starts = [period["startPeriod"] for period in periods]
        if starts[0] != 0 or starts != sorted(set(starts)):
            return "InvalidSchedule"
        if evse > self.evses:
            return "UnknownEvse"
        for other_id, (other_evse, other) in self.profiles.items():
            same_place = (
                other["stackLevel"] == profile["stackLevel"]
                and other["chargingProfilePurpose"] == purpose
                and (
                    evse == other_evse
                    or (purpose == "TxDefaultProfile" and 0 in (evse, other_evse))
                )
            )
            if other_id != profile["id"] and same_place:
                return "DuplicateProfile"
        return ""

    def _clear(self, payload: dict[str, Any]) -> dict[str, Any]:
        criteria = payload.get("chargingProfileCriteria", {})
        gone = [
            id_
            for id_, (evse, profile) in self.profiles.items()
            if payload.get("chargingProfileId", id_) == id_
            and criteria.get("evseId", evse) == evse
            and criteria.get("stackLevel", profile["stackLevel"]) == profile["stackLevel"]
            and criteria.get("chargingProfilePurpose", profile["chargingProfilePurpose"])
            == profile["chargingProfilePurpose"]
        ]
        for id_ in gone:
            del self.profiles[id_]
        return {"status": "Accepted" if gone else "Unknown"}

    def _report_profiles(self, payload: dict[str, Any]) -> dict[str, Any]:
        wanted = payload.get("evseId")
        found = [
            (evse, profile) for evse, profile in self.profiles.values() if wanted in (None, evse)
        ]
        if not found:
            return {"status": "NoProfiles"}
        self.begin(self.tell_profiles(payload["requestId"], found))
        return ACCEPTED

    async def tell_profiles(self, number: int, found: list[tuple[int, dict[str, Any]]]) -> None:
        """List profiles, as an answer to that question."""
        for place, (evse, profile) in enumerate(found):
            external = profile["chargingProfilePurpose"] == "ChargingStationExternalConstraints"
            await self.tell(
                "ReportChargingProfiles",
                requestId=number,
                chargingLimitSource="EMS" if external else "CSO",
                evseId=evse,
                chargingProfile=[profile],
                tbc=place < len(found) - 1,
            )

    def limit(self, evse: int = 1, *, transaction: str | None = None) -> float | None:
        """What an EVSE may take now, A; None: all it can."""
        lowest = [
            self._leader(purpose, evse, transaction)
            for purpose in ("ChargingStationMaxProfile", "ChargingStationExternalConstraints")
        ]
        own = self._leader("TxProfile", evse, transaction)
        lowest.append(self._leader("TxDefaultProfile", evse, None) if own is None else own)
        return min((one for one in lowest if one is not None), default=None)

    def _leader(self, purpose: str, evse: int, transaction: str | None) -> float | None:
        for _, profile in sorted(
            ((at, one) for at, one in self.profiles.values() if at in (0, evse)),
            key=lambda one: -one[1]["stackLevel"],
        ):
            if profile["chargingProfilePurpose"] != purpose:
                continue
            if purpose == "TxProfile" and profile["transactionId"] != transaction:
                continue
            if (said := self._says(profile)) is not None:
                return said
        return None

    def _says(self, profile: dict[str, Any]) -> float | None:
        now = self.now()
        (schedule,) = profile["chargingSchedule"]
        if self._is_over_offline(profile):
            return None
        if "validTo" in profile and now >= datetime.fromisoformat(profile["validTo"]):
            return None
        passed = 0.0
        if "startSchedule" in schedule:
            passed = (now - datetime.fromisoformat(schedule["startSchedule"])).total_seconds()
        if passed < 0 or passed >= schedule.get("duration", float("inf")):
            return None
        said = [
            period["limit"]
            for period in schedule["chargingSchedulePeriod"]
            if period["startPeriod"] <= passed
        ][-1]
        return float(said) / (690.0 if schedule["chargingRateUnit"] == "W" else 1.0)


class _Talks:
    """What both clients do alike: validate, note, and answer as the station says."""

    def __init__(self, station: Station) -> None:
        super().__init__(station.id, station.socket, response_timeout=30)  # type: ignore[call-arg]
        self._station = station
        # Its own: the station may have a new one before something old is said.
        self._socket = station.socket
        self._ids = count(1)
        self._waiting: dict[str, tuple[str, asyncio.Future[dict[str, Any]]]] = {}

    async def tell(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send a CALL, and wait for its answer."""
        message = Call(unique_id=f"{id(self)}-{next(self._ids)}", action=action, payload=payload)
        await validate_payload(message, self._station.version)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[message.unique_id] = (action, answer)
        await self._socket.send(message.to_json())
        return await answer

    def gives_up(self, error: Exception) -> None:
        """No answer comes any more."""
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.add_done_callback(lambda done: done.exception())
                answer.set_exception(error)

    async def route_message(self, raw: str) -> None:
        """Take what comes."""
        message = unpack(raw)
        if isinstance(message, Call):
            await self._handle_call(message)
            return
        action, answer = self._waiting.pop(message.unique_id)
        if isinstance(message, CallError):
            answer.set_exception(message.to_exception())
            return
        message.action = action
        await validate_payload(message, self._station.version)
        self._station.judge_answer(action, message.payload)
        answer.set_result(message.payload)

    async def _handle_call(self, message: Call) -> None:
        await validate_payload(message, self._station.version)
        answer = await self._station.hears(message.action, message.payload)
        if answer is None:
            return
        if "error" in answer:
            error = CallError(message.unique_id, answer["error"], "", {})
            await self._socket.send(error.to_json())
            return
        told = CallResult(message.unique_id, answer, message.action)
        await validate_payload(told, self._station.version)
        await self._socket.send(told.to_json())


class _Client201(_Talks, Client201):
    """The package's client of 2.0.1."""


class _Client21(_Talks, Client21):
    """The package's client of 2.1."""
