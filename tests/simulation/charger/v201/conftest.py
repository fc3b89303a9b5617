"""A central system that speaks OCPP 2.0.1 or 2.1, and checks every frame of the charger."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.frames import CallRefused
from simulation.charger.v201.charger import SimulatedStation
from simulation.charger.v201.models import STATION, StationModel
from simulation.charger.v201.schemas import SCHEMAS
from tests.simulation.central import Central

type MakeStation = Callable[..., Awaitable[SimulatedStation]]

ACCEPTED = {"idTokenInfo": {"status": "Accepted"}}


class Central201(Central):
    """Answers as a friendly central system does, and notes what isn't OCPP."""

    def __init__(self) -> None:
        """Speak both versions."""
        super().__init__()
        self.subprotocols = ["ocpp2.1", "ocpp2.0.1"]
        self.mistakes: list[str] = []
        self._asked: dict[str, str] = {}
        self.answers = {
            "BootNotification": lambda _: self.boot_answer("Accepted"),
            "Heartbeat": lambda _: {"currentTime": clock.now().isoformat(timespec="milliseconds")},
            "Authorize": lambda _: ACCEPTED,
            "TransactionEvent": lambda payload: ACCEPTED if "idToken" in payload else {},
            "NotifyEVChargingNeeds": lambda _: {"status": "Rejected"},
            "SignCertificate": lambda _: {"status": "Accepted"},
        }

    @staticmethod
    def boot_answer(status: str, interval: int = 300) -> dict[str, Any]:
        """An answer to BootNotification."""
        now = clock.now().isoformat(timespec="milliseconds")
        return {"status": status, "interval": interval, "currentTime": now}

    def check(self, frame: list[Any]) -> None:
        """Note what OCPP doesn't allow."""
        schemas = SCHEMAS[str(self.socket.subprotocol)]
        try:
            if frame[0] == 2:
                schemas.check_call(frame[2], frame[3])
            elif frame[0] == 3 and frame[1] in self._asked:
                schemas.check_result(self._asked[frame[1]], frame[2])
        except CallRefused as mistake:
            self.mistakes.append(str(mistake))

    async def ask(self, action: str, payload: dict[str, Any]) -> list[Any]:
        """Call the charger; returns its whole answering frame."""
        SCHEMAS[str(self.socket.subprotocol)].check_call(action, payload)
        self._asked[f"c{self.asked}"] = action
        return await super().ask(action, payload)

    async def ask_unchecked(self, action: str, payload: dict[str, Any]) -> list[Any]:
        """Call the charger with what may be no OCPP; returns its whole answering frame."""
        return await super().ask(action, payload)

    @property
    def events(self) -> list[dict[str, Any]]:
        """All TransactionEvents, oldest first."""
        return self.called("TransactionEvent")

    @property
    def last(self) -> str:
        """Of the newest TransactionEvent, its kind; empty before the first."""
        return self.events[-1]["eventType"] if self.events else ""

    def told(self) -> list[tuple[str, str]]:
        """Of all TransactionEvents, what kind and why."""
        return [(event["eventType"], event["triggerReason"]) for event in self.events]

    async def get(self, component: str, variable: str, **where: Any) -> dict[str, Any]:
        """Read a variable; returns its result."""
        answer = await self.tell(
            "GetVariables", {"getVariableData": [item(component, variable, **where)]}
        )
        result: dict[str, Any] = answer["getVariableResult"][0]
        return result

    async def set(self, component: str, variable: str, value: str, **where: Any) -> str:
        """Write a variable; returns the status."""
        data = {**item(component, variable, **where), "attributeValue": value}
        answer = await self.tell("SetVariables", {"setVariableData": [data]})
        return str(answer["setVariableResult"][0]["attributeStatus"])


def item(component: str, variable: str, **where: Any) -> dict[str, Any]:
    """How a variable is addressed."""
    place: dict[str, Any] = {"component": {"name": component}, "variable": {"name": variable}}
    if "evse" in where:
        place["component"]["evse"] = {"id": where["evse"]}
    if "instance" in where:
        place["variable"]["instance"] = where["instance"]
    return place


@pytest.fixture
async def central(socket_enabled: None, fast: None) -> AsyncIterator[Central201]:
    """A central system that answers as a test wants; every frame it hears has to be OCPP."""
    system = Central201()
    await system.start()
    yield system
    await system.stop()
    assert system.mistakes == []


@pytest.fixture
async def connected(central: Central201) -> AsyncIterator[MakeStation]:
    """Make chargers that are connected and accepted; they are stopped afterwards."""
    made: list[SimulatedStation] = []

    async def make(
        model: StationModel = STATION, id: str = "CP1", *, wait: bool = True, **settings: Any
    ) -> SimulatedStation:
        charger = SimulatedStation(model, id, central.url, **settings)
        made.append(charger)
        await charger.start()
        if wait:
            await charger.until(lambda: charger.accepted)
        return charger

    yield make
    for charger in made:
        await charger.stop()
