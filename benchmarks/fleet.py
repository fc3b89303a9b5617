"""Many chargers in a process of their own: real sockets, and next to no work behind them.

Orders come as lines of JSON on standard input, results go out as lines of JSON.

    {"do": "connect", "chargers": 50}       connect and begin a session at each
                                            ("protocols": what they speak in turn)
    {"do": "report", "seconds": 3}          all send values as fast as they are answered,
                                            or with "pause": so many seconds between them
    {"do": "stop"}
"""

import asyncio
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
import json
import sys
from time import perf_counter
from typing import Any
import uuid

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

AT_ONCE = 20
"""Chargers that connect at the same time."""
KEYS = {
    "ChargeProfileMaxStackLevel": "8",
    "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    "ChargingScheduleMaxPeriods": "8",
    "MaxChargingProfilesInstalled": "8",
    "NumberOfConnectors": "1",
    "SupportedFeatureProfiles": "Core,SmartCharging,RemoteTrigger",
    "MeterValueSampleInterval": "10",
    "MeterValuesSampledData": "Current.Import,Voltage,Power.Active.Import",
}
ANSWERS: dict[str, Any] = {
    "GetConfiguration": {
        "configurationKey": [
            {"key": key, "readonly": False, "value": value} for key, value in KEYS.items()
        ]
    },
    "GetCompositeSchedule": {"status": "Rejected"},
    "RemoteStartTransaction": {"status": "Rejected"},
}

ANSWERS_201: dict[str, Any] = {
    "GetBaseReport": {"status": "NotSupported"},
    "GetChargingProfiles": {"status": "NoProfiles"},
    "GetCompositeSchedule": {"status": "Rejected"},
    "RequestStartTransaction": {"status": "Rejected"},
}
VARIABLES = {
    "AvailabilityState": "Available",
    "ItemsPerMessage": "20",
    "PeriodsPerSchedule": "8",
    "ProfileStackLevel": "8",
    "RateUnit": "A,W",
    "TxUpdatedInterval": "10",
    "TxUpdatedMeasurands": "Current.Import,Voltage,Power.Active.Import",
}
"""What a station of 2.0.1 tells of itself, by the names of its variables."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Charger:
    """One charger with a car that takes what it is given."""

    protocol = "ocpp1.6"
    reports = "MeterValues"

    def __init__(self, socket: ClientConnection) -> None:
        """Live on `socket`."""
        self._socket = socket
        self._answer: asyncio.Future[str] | None = None
        self._number = 0
        self.limits = 0
        """SetChargingProfile that it answered."""
        self.transaction: int | str = 0
        self._profiles: dict[int, float] = {}
        """The limit at each stack level, A."""
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, url: str, name: str) -> Charger:
        """Connect, boot, and begin a session."""
        socket = await connect(
            f"{url}/{name}",
            subprotocols=[cls.protocol],  # type: ignore[list-item]
            compression=None,
            ping_interval=None,
        )
        charger = cls(socket)
        await charger.begin()
        return charger

    async def begin(self) -> None:
        """Boot, and begin a session."""
        boot = {"chargePointVendor": "Bench", "chargePointModel": "Mark 1"}
        await self.call("BootNotification", json.dumps(boot))
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
        await self.call("StatusNotification", json.dumps(status))
        start = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": _now()}
        answer = json.loads(await self.call("StartTransaction", json.dumps(start)))
        self.transaction = answer[2]["transactionId"]

    async def call(self, action: str, payload: str) -> str:
        """Ask; returns the frame of the answer."""
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        await self._socket.send(f'[2,"{self._number}","{action}",{payload}]')
        return await self._answer

    async def report(self, until: float, latencies: list[float], pause: float) -> None:
        """Send MeterValues, each as soon as the one before it was answered, or a bit later."""
        while (begin := perf_counter()) < until:
            answer = await self.call(self.reports, self._values())
            if not answer.startswith("[3"):
                raise RuntimeError(f"{self.reports} was answered with {answer}")
            latencies.append(perf_counter() - begin)
            if pause:
                await asyncio.sleep(pause)

    def _values(self) -> str:
        """Three currents, three voltages, power and energy, a little different each time."""
        number = self._number
        limit = self._profiles[max(self._profiles)] if self._profiles else 16.0
        a, v = max(0.0, min(10.0, limit) - number % 7 / 10), 230.0 + number % 5 / 10
        return (
            f'{{"connectorId":1,"transactionId":{self.transaction},"meterValue":[{{"timestamp":'
            f'"{_now()}","sampledValue":['
            f'{{"value":"{a:.1f}","measurand":"Current.Import","phase":"L1","unit":"A"}},'
            f'{{"value":"{a + 0.1:.1f}","measurand":"Current.Import","phase":"L2","unit":"A"}},'
            f'{{"value":"{a + 0.2:.1f}","measurand":"Current.Import","phase":"L3","unit":"A"}},'
            f'{{"value":"{v:.1f}","measurand":"Voltage","phase":"L1-N","unit":"V"}},'
            f'{{"value":"{v + 1:.1f}","measurand":"Voltage","phase":"L2-N","unit":"V"}},'
            f'{{"value":"{v + 2:.1f}","measurand":"Voltage","phase":"L3-N","unit":"V"}},'
            f'{{"value":"{a * v * 3:.0f}","measurand":"Power.Active.Import","unit":"W"}},'
            f'{{"value":"{number}","measurand":"Energy.Active.Import.Register","unit":"Wh"}}]}}]}}'
        )

    async def _read(self) -> None:
        async for frame in self._socket:
            assert isinstance(frame, str)
            if frame[1] == "2":
                await self._obey(frame)
            elif self._answer is not None and not self._answer.done():
                self._answer.set_result(frame)

    async def _obey(self, frame: str) -> None:
        _, message_id, action, payload = json.loads(frame)
        if action == "SetChargingProfile":
            self.limits += 1
            profile, schedule = self._profile(payload)
            (period, *_) = schedule["chargingSchedulePeriod"]
            self._profiles[profile["stackLevel"]] = period["limit"]
        answer = self._answer_to(action, payload)
        with suppress(ConnectionClosed):
            await self._socket.send(json.dumps([3, message_id, answer]))

    def _profile(self, payload: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The profile that is set, and its schedule."""
        profile = payload["csChargingProfiles"]
        return profile, profile["chargingSchedule"]

    def _answer_to(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        return ANSWERS.get(action, {"status": "Accepted"})

    async def close(self) -> None:
        """Leave."""
        await self._socket.close()
        await self._reader


class Station(Charger):
    """The same in OCPP 2.0.1: its values come with the events of its transaction."""

    protocol = "ocpp2.0.1"
    reports = "TransactionEvent"

    async def begin(self) -> None:
        """Boot, and begin a session."""
        station = {"vendorName": "Bench", "model": "Mark 2"}
        boot = {"reason": "PowerUp", "chargingStation": station}
        await self.call("BootNotification", json.dumps(boot))
        status = {
            "timestamp": _now(),
            "connectorStatus": "Occupied",
            "evseId": 1,
            "connectorId": 1,
        }
        await self.call("StatusNotification", json.dumps(status))
        self.transaction = str(uuid.uuid4())
        started = {
            "eventType": "Started",
            "timestamp": _now(),
            "triggerReason": "Authorized",
            "seqNo": 0,
            "transactionInfo": {"transactionId": self.transaction, "chargingState": "Charging"},
            "evse": {"id": 1, "connectorId": 1},
            "idToken": {"idToken": "CARD", "type": "Central"},
        }
        await self.call("TransactionEvent", json.dumps(started))

    def _values(self) -> str:
        """The same values as in 1.6."""
        number = self._number
        limit = self._profiles[max(self._profiles)] if self._profiles else 16.0
        a, v = max(0.0, min(10.0, limit) - number % 7 / 10), 230.0 + number % 5 / 10
        return (
            f'{{"eventType":"Updated","timestamp":"{_now()}","triggerReason":"MeterValuePeriodic",'
            f'"seqNo":{number},"transactionInfo":{{"transactionId":"{self.transaction}"}},'
            f'"meterValue":[{{"timestamp":"{_now()}","sampledValue":['
            f'{{"value":{a:.1f},"measurand":"Current.Import","phase":"L1","unitOfMeasure":{{"unit":"A"}}}},'
            f'{{"value":{a + 0.1:.1f},"measurand":"Current.Import","phase":"L2","unitOfMeasure":{{"unit":"A"}}}},'
            f'{{"value":{a + 0.2:.1f},"measurand":"Current.Import","phase":"L3","unitOfMeasure":{{"unit":"A"}}}},'
            f'{{"value":{v:.1f},"measurand":"Voltage","phase":"L1-N","unitOfMeasure":{{"unit":"V"}}}},'
            f'{{"value":{v + 1:.1f},"measurand":"Voltage","phase":"L2-N","unitOfMeasure":{{"unit":"V"}}}},'
            f'{{"value":{v + 2:.1f},"measurand":"Voltage","phase":"L3-N","unitOfMeasure":{{"unit":"V"}}}},'
            f'{{"value":{a * v * 3:.0f},"measurand":"Power.Active.Import","unitOfMeasure":{{"unit":"W"}}}},'
            f'{{"value":{number},"measurand":"Energy.Active.Import.Register"}}]}}]}}'
        )

    def _profile(self, payload: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        profile = payload["chargingProfile"]
        return profile, profile["chargingSchedule"][0]

    def _answer_to(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        if action == "GetVariables":
            return {"getVariableResult": [_variable(item) for item in payload["getVariableData"]]}
        if action == "SetVariables":
            done = [
                {"attributeStatus": "Accepted", **_place(item)}
                for item in payload["setVariableData"]
            ]
            return {"setVariableResult": done}
        return ANSWERS_201.get(action, {"status": "Accepted"})


def _place(item: dict[str, Any]) -> dict[str, Any]:
    return {"component": item["component"], "variable": item["variable"]}


def _variable(item: dict[str, Any]) -> dict[str, Any]:
    name, evse = item["variable"]["name"], item["component"].get("evse", {"id": 1})["id"]
    if name not in VARIABLES or evse > 1:
        return {"attributeStatus": "UnknownVariable", **_place(item)}
    return {"attributeStatus": "Accepted", "attributeValue": VARIABLES[name], **_place(item)}


KINDS: dict[str, type[Charger]] = {kind.protocol: kind for kind in (Charger, Station)}


async def report(chargers: list[Charger], seconds: float, pause: float) -> dict[str, Any]:
    """Have all of them report for some time; returns every latency, s."""
    latencies: list[float] = []
    begin = perf_counter()
    await asyncio.gather(
        *(charger.report(begin + seconds, latencies, pause) for charger in chargers)
    )
    return {"seconds": perf_counter() - begin, "latencies": latencies}


async def _main(url: str) -> None:
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    chargers: deque[Charger] = deque()
    while line := await orders.readline():
        order = json.loads(line)
        answer: dict[str, Any] = {}
        match order["do"]:
            case "connect":
                spoken = order.get("protocols", ["ocpp1.6"])
                while len(chargers) < order["chargers"]:
                    first = len(chargers)
                    last = min(first + AT_ONCE, order["chargers"])
                    chargers += await asyncio.gather(
                        *(
                            KINDS[spoken[number % len(spoken)]].connect(url, f"CP{number}")
                            for number in range(first, last)
                        )
                    )
            case "report":
                answer = await report(list(chargers), order["seconds"], order.get("pause", 0.0))
            case "limits":
                answer = {"limits": sum(charger.limits for charger in chargers)}
            case "stop":
                await asyncio.gather(*(charger.close() for charger in chargers))
                print("{}", flush=True)
                return
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
