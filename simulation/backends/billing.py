"""A hundred sessions, ten outages of a backend, three restarts: what is billed, beside the register."""

from dataclasses import dataclass
import json
from pathlib import Path
import random
import tempfile
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.backends.settings import Offline

from .backend import SILENCE, SimulatedBackend
from .house import House, settings_of

SESSIONS, RESTARTED_IN = 100, (20, 57, 83)
AWAY_FROM, BACK_AT = 5, 8
"""Of every ten sessions: the backend dies before the first of these, and is back before the other."""
_LOST = 0.02
"""Share of the answers that get lost."""


@dataclass(frozen=True, slots=True)
class Billed:
    """What came of it."""

    sessions: int
    outages: int
    restarts: int
    bills: int
    ended: int
    told_again: int
    """Starts and ends that the backend heard more than once."""
    billed: int
    """Wh."""
    counted: int
    """Wh, by the register."""
    each_is_right: bool
    """Every bill is as its session was, and in their order."""
    faults: int


class _Charger:
    """A bare socket, and a register."""

    def __init__(self) -> None:
        self.register = 1000
        self._socket: ClientConnection | None = None
        self._number = 0

    async def dial(self, port: int) -> None:
        """Call, and say who it is."""
        if self._socket is not None:
            await self._socket.close()
        url = f"ws://127.0.0.1:{port}/CP1"
        self._socket = await connect(url, subprotocols=["ocpp1.6"])  # type: ignore[list-item]
        await self.tell("BootNotification", chargePointVendor="V", chargePointModel="M")

    async def tell(self, action: str, **payload: Any) -> Any:
        """Say something; returns the answer. Whatever it is asked it does not know."""
        assert self._socket is not None
        self._number += 1
        own = str(self._number)
        await self._socket.send(json.dumps([2, own, action, payload]))
        while True:
            message = json.loads(await self._socket.recv())
            if message[0] == 2:
                await self._socket.send(json.dumps([4, message[1], "NotImplemented", "", {}]))
            elif message[1] == own:
                return message[2]

    async def charge(self, name: int, energy: int) -> None:
        """Charge, and tell of it."""
        self.register += energy
        sample = {"value": str(self.register), "measurand": "Energy.Active.Import.Register"}
        value = {"timestamp": _now(), "sampledValue": [sample]}
        await self.tell("MeterValues", connectorId=1, transactionId=name, meterValue=[value])


def _now() -> str:
    return clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def bill(seed: int = 17) -> Billed:
    """Live through it."""
    dice = random.Random(seed)

    def loses(answer: Any) -> Any:
        return SILENCE if dice.random() < _LOST else answer

    with tempfile.TemporaryDirectory() as folder:
        async with SimulatedBackend() as backend:
            backend.answers["StartTransaction"] = lambda payload: loses(backend.bill(payload))
            backend.answers["StopTransaction"] = lambda payload: loses(backend.close_bill(payload))
            settings = settings_of(backend, offline=Offline.EVERYBODY)
            house, charger = House(Path(folder)), _Charger()
            await house.start(settings)
            await charger.dial(house.system.port)
            sessions = []
            for number in range(SESSIONS):
                if number % 10 == AWAY_FROM:
                    await backend.stop()
                if number % 10 == BACK_AT:
                    await backend.start()
                began = charger.register
                answer = await charger.tell(
                    "StartTransaction",
                    connectorId=1,
                    idTag="CARD",
                    meterStart=began,
                    timestamp=_now(),
                )
                name = int(answer["transactionId"])
                await charger.charge(name, dice.randrange(1, 20_000))
                if number in RESTARTED_IN:
                    await house.stop()
                    await house.start(settings, first_id=1000 * (number + 1))
                    await charger.dial(house.system.port)
                await charger.charge(name, dice.randrange(1, 20_000))
                sessions.append(charger.register - began)
                await charger.tell(
                    "StopTransaction",
                    transactionId=name,
                    meterStop=charger.register,
                    timestamp=_now(),
                )
                await clock.sleep(600.0)
            while not house.all_is_told:
                await clock.sleep(1.0)
            await house.stop()
    bills = list(backend.bills.values())
    told = len(backend.of("StartTransaction")) + len(backend.of("StopTransaction"))
    return Billed(
        sessions=SESSIONS,
        outages=SESSIONS // 10,
        restarts=len(RESTARTED_IN),
        bills=len(bills),
        ended=sum(one.stop is not None for one in bills),
        told_again=told - 2 * len(bills),
        billed=sum(one.energy or 0 for one in bills),
        counted=charger.register - 1000,
        each_is_right=[one.energy for one in bills] == sessions,
        faults=len(backend.faults),
    )
