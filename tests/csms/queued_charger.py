"""A charger behind a real queue of questions, which answers what a test says, when it says so."""

import asyncio
from collections.abc import Callable
import json
from typing import Any

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.transport.calls import Calls, ReachableCharger
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6

ACCEPTED: dict[str, Any] = {"status": "Accepted"}
REJECTED: dict[str, Any] = {"status": "Rejected"}
SOON = 0.05
"""s until it answers where a test says nothing."""

type Answer = tuple[float, dict[str, Any] | None]
"""After how many seconds it answers, and what; None: never."""


class QueuedCharger(ReachableCharger):
    """It holds keys, and takes every profile."""

    id = "queued"
    dialect = OCPP_1_6

    def __init__(self, keys: dict[str, str] | None = None) -> None:
        """Begin connected, with these keys."""
        self.keys = dict(keys or {})
        self.asked: list[tuple[float, str, dict[str, Any]]] = []
        """When it was asked (monotonic), and what."""
        self.answers: Callable[[str, dict[str, Any]], Answer | None] = lambda *_: None
        """How it answers an action with a payload; None: as usual."""
        self._socket: Calls | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self.connect()

    @property
    def calls(self) -> Calls | None:
        """Those of its socket."""
        return self._socket

    def connect(self) -> None:
        """Come with a new socket."""
        if self._socket is not None:
            self._socket.fail("replaced")

        async def write(frame: str) -> None:
            _, message_id, action, payload = json.loads(frame)
            self.asked.append((clock.monotonic(), action, payload))
            task = asyncio.ensure_future(self._answer(calls, message_id, action, payload))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

        self._socket = calls = Calls(self.id, write)

    async def stop(self) -> None:
        """Answer nothing more."""
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def left(self, amperes: float, since: float) -> float:
        """Seconds after which a limit of so much, or less, left first; infinite: none did."""
        times = [
            at - since
            for at, action, payload in self.asked
            if at >= since and (told := told_by(action, payload)) is not None and told <= amperes
        ]
        return min(times, default=float("inf"))

    async def _answer(
        self, calls: Calls, message_id: str, action: str, payload: dict[str, Any]
    ) -> None:
        after, answer = self.answers(action, payload) or (SOON, self._usual(action, payload))
        await clock.sleep(after)
        if answer is not None:
            calls.settle(messages.CallResult(message_id, answer))

    def _usual(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        if action == "GetConfiguration":
            return holds(
                {name: value for name, value in self.keys.items() if name in payload["key"]}
            )
        if action == "ChangeConfiguration":
            self.keys[payload["key"]] = payload["value"]
        return ACCEPTED


def holds(keys: dict[str, str]) -> dict[str, Any]:
    """The answer to who asks for keys."""
    told = [{"key": key, "readonly": False, "value": value} for key, value in keys.items()]
    return {"configurationKey": told, "unknownKey": []}


def told_by(action: str, payload: dict[str, Any]) -> float | None:
    """The limit that a question sets, in the unit of its place; None: none, or a fallback."""
    if action == "ChangeConfiguration":
        return float(payload["value"])
    if action != "SetChargingProfile" or is_standing(payload):
        return None
    schedule = payload["csChargingProfiles"]["chargingSchedule"]
    return float(schedule["chargingSchedulePeriod"][0]["limit"])


def is_standing(payload: dict[str, Any]) -> bool:
    """Whether a profile is what is to hold once limits end."""
    profile = payload.get("csChargingProfiles")
    return profile is not None and profile["chargingProfileId"] // 100 == 4
