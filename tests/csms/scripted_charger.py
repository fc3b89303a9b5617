"""A charger that answers as it was told, and writes down what it was asked."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.transport.calls import (
    CallPriority,
    Fresh,
    Late,
    ReachableCharger,
)
from custom_components.ev_load_manager.csms.transport.errors import (
    CallError,
    CallTimeout,
    CallWithdrawn,
    NotConnected,
)
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6

ACCEPTED: dict[str, Any] = {"status": "Accepted"}
REJECTED: dict[str, Any] = {"status": "Rejected"}

type Answer = dict[str, Any] | Exception
type Asked = tuple[str, dict[str, Any]]


class ScriptedCharger:
    """Answers Accepted to everything, unless `on` says otherwise."""

    id = "scripted"
    dialect = OCPP_1_6
    expected = None
    ask = ReachableCharger.ask

    def __init__(self, configuration: Mapping[str, str] | None = None) -> None:
        """Hold the configuration keys `configuration`; others are unknown to it."""
        self.online = True
        self.asked: list[Asked] = []
        self.keys: dict[str, str] = dict(configuration or {})
        self.read_only: set[str] = set()
        self.silent = False
        self._handlers: dict[str, Callable[[dict[str, Any]], Answer]] = {}
        self._news = asyncio.Condition()
        self.times: list[float] = []
        self.running = 0
        self.most_at_once = 0
        self.gate: asyncio.Event | None = None

    def on(self, action: str, handler: Callable[[dict[str, Any]], Answer]) -> None:
        """Answer `action` as `handler` says; an exception is raised."""
        self._handlers[action] = handler

    async def call(
        self,
        question: Question,
        *,
        timeout: float = 30.0,
        priority: CallPriority = CallPriority.NORMAL,
        fresh: Fresh | None = None,
        overtake_after: float | None = None,
        late: Late | None = None,
    ) -> dict[str, Any]:
        """Answer as told; silent, it takes the whole `timeout`."""
        del overtake_after, late
        action, payload = question.action, question.payload
        if not self.online:
            raise NotConnected("no socket")
        if fresh is not None:
            told = fresh()
            if told is None:
                raise CallWithdrawn(action)
            payload = dict(told)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            async with self._news:
                self.asked.append((action, dict(payload)))
                self.times.append(clock.monotonic())
                self._news.notify_all()
            await asyncio.sleep(0)
            if self.gate is not None:
                await self.gate.wait()
            if self.silent:
                await clock.sleep(timeout)
                raise CallTimeout(f"no answer to {action}")
            answer = self._answer(action, dict(payload))
        finally:
            self.running -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _answer(self, action: str, payload: dict[str, Any]) -> Answer:
        if action in self._handlers:
            return self._handlers[action](payload)
        match action:
            case "GetConfiguration":
                return self._get_configuration(payload.get("key"))
            case "ChangeConfiguration":
                return self._change_configuration(payload["key"], payload["value"])
            case _:
                return ACCEPTED

    def _get_configuration(self, names: list[str] | None) -> Answer:
        wanted = list(self.keys) if names is None else names
        return {
            "configurationKey": [
                {"key": key, "readonly": key in self.read_only, "value": self.keys[key]}
                for key in wanted
                if key in self.keys
            ],
            "unknownKey": [key for key in wanted if key not in self.keys],
        }

    def _change_configuration(self, key: str, value: str) -> Answer:
        if key not in self.keys:
            return {"status": "NotSupported"}
        if key in self.read_only:
            return REJECTED
        self.keys[key] = value
        return ACCEPTED

    def of(self, action: str) -> list[dict[str, Any]]:
        """What it was asked of one kind."""
        return [payload for name, payload in self.asked if name == action]

    @property
    def limits(self) -> list[tuple[int, float]]:
        """Connector and limit of every charging profile it was sent."""
        return [
            (
                payload["connectorId"],
                payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"][0][
                    "limit"
                ],
            )
            for payload in self.of("SetChargingProfile")
        ]

    async def until_asked(self, times: int, action: str | None = None) -> None:
        """Wait until it was asked so often (questions of one kind, or all)."""
        async with self._news:
            await self._news.wait_for(
                lambda: (len(self.asked) if action is None else len(self.of(action))) >= times
            )


def refuse_profiles_unless(
    takes: Callable[[dict[str, Any]], bool],
) -> Callable[[dict[str, Any]], Answer]:
    """A charger that takes only some charging profiles."""

    def handler(payload: dict[str, Any]) -> Answer:
        return ACCEPTED if takes(payload["csChargingProfiles"]) else REJECTED

    return handler


__all__ = [
    "ACCEPTED",
    "REJECTED",
    "CallError",
    "ScriptedCharger",
    "refuse_profiles_unless",
]
