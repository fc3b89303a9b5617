"""A scripted charger: says what a test tells it to, and checks what it hears.

Every frame of the central system is validated against OCPP's own JSON schemas,
as strict firmware does.
"""

import asyncio
import base64
from collections.abc import Mapping
from decimal import Decimal
from itertools import count
import json
from ssl import SSLContext
from typing import Any, Self

from ocpp.messages import get_validator
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ev_load_manager.csms.server import CentralSystem

SILENCE = object()
"""As an answer: none at all."""


class Refused(Exception):
    """The central system answered with a CALLERROR."""

    def __init__(self, code: str, description: str) -> None:
        """Keep both."""
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class Client:
    """One socket of a charger, from `address` (any of 127.0.0.0/8)."""

    def __init__(
        self,
        central: CentralSystem,
        charger_id: str = "CP1",
        *,
        path: str | None = None,
        subprotocols: tuple[str, ...] = ("ocpp1.6",),
        password: bytes | None = None,
        address: str = "127.0.0.1",
        tls: SSLContext | None = None,
        origin: str | None = None,
        user_name: str | None = None,
        forwarded_for: str | None = None,
    ) -> None:
        """Prepare to connect; `async with` does it."""
        headers = {}
        if password is not None:
            name = charger_id if user_name is None else user_name
            credentials = base64.b64encode(name.encode() + b":" + password).decode()
            headers["Authorization"] = f"Basic {credentials}"
        if origin is not None:
            headers["Origin"] = origin
        if forwarded_for is not None:
            headers["X-Forwarded-For"] = forwarded_for
        security: dict[str, Any] = {} if tls is None else {"ssl": tls}
        self._connect = connect(
            f"{'ws' if tls is None else 'wss'}://127.0.0.1:{central.port}{path or '/ocpp/' + charger_id}",
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
            additional_headers=headers,
            local_addr=(address, 0),
            ping_interval=None,
            close_timeout=1,
            proxy=None,
            **security,
        )
        self.answers: dict[str, Any] = {}
        """Action -> payload of the answer (or its text), an error code, or SILENCE; else NotImplemented."""
        self.asked: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        """Calls of the central system, in order."""
        self.frames: list[str | bytes] = []
        """All that came, as it came."""
        self.asked_ids: list[str] = []
        self.stray: asyncio.Queue[list[Any]] = asyncio.Queue()
        """Answers to what no call of ours asked (raw frames)."""
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """The close code, once the socket closes."""
        self._ids = count(1)
        self._waiting: dict[str, tuple[str, asyncio.Future[dict[str, Any]]]] = {}

    async def __aenter__(self) -> Self:
        """Connect; raises InvalidStatus where that is refused."""
        self.socket: ClientConnection = await self._connect
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Say goodbye."""
        await self.socket.close()
        await self._reader

    async def drop(self) -> None:
        """Lose the link without saying goodbye."""
        self.socket.transport.abort()
        await self._reader

    async def send(self, frame: str | bytes | list[Any]) -> None:
        """Send a raw frame."""
        await self.socket.send(json.dumps(frame) if isinstance(frame, list) else frame)

    def begin(self, action: str, **payload: Any) -> asyncio.Future[dict[str, Any]]:
        """Prepare to hear the answer of a call; `send_begun` sends it."""
        message_id = str(next(self._ids))
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = (action, future)
        self._frame = json.dumps([2, message_id, action, payload])
        return future

    async def call(self, action: str, **payload: Any) -> dict[str, Any]:
        """Ask the central system; raises Refused."""
        future = self.begin(action, **payload)
        await self.socket.send(self._frame)
        return await future

    async def pipeline(self, *calls: tuple[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send all calls before any answer is read."""
        futures = []
        for action, payload in calls:
            futures.append(self.begin(action, **payload))
            await self.socket.send(self._frame)
        return await asyncio.gather(*futures)

    async def boot(self, **more: Any) -> dict[str, Any]:
        """Send a usual BootNotification."""
        return await self.call(
            "BootNotification",
            **{"chargePointVendor": "Vendor", "chargePointModel": "Model", **more},
        )

    async def status(self, status: str, connector: int = 1, **more: Any) -> dict[str, Any]:
        """Send a usual StatusNotification."""
        return await self.call(
            "StatusNotification", connectorId=connector, status=status, errorCode="NoError", **more
        )

    async def next_call(self, action: str) -> dict[str, Any]:
        """The payload of the next call of the central system with that action."""
        while True:
            asked, payload = await self.asked.get()
            if asked == action:
                return payload

    async def _read(self) -> None:
        try:
            async for frame in self.socket:
                self.frames.append(frame)
                await self._handle(json.loads(frame, parse_float=Decimal))
        except ConnectionClosed:
            pass
        self.closed.set_result(self.socket.close_code or 0)
        for _, future in self._waiting.values():
            future.cancel()

    def check(self, kind: int, action: str, payload: dict[str, Any]) -> None:
        """Check a payload as a strict charger of OCPP 1.6 does."""
        get_validator(kind, action, "1.6", parse_float=Decimal).validate(payload)

    async def _handle(self, message: list[Any]) -> None:
        kind, message_id, *rest = message
        if kind == 2:
            action, payload = rest
            self.check(2, action, payload)
            self.asked_ids.append(message_id)
            self.asked.put_nowait((action, payload))
            await self._answer(message_id, action, payload)
            return
        action, future = self._waiting.pop(str(message_id), (None, None))
        if future is None:
            self.stray.put_nowait(message)
        elif future.cancelled():
            pass
        elif kind == 3:
            self.check(3, action, rest[0])
            future.set_result(rest[0])
        else:
            assert len(rest) == 3
            future.set_exception(Refused(rest[0], rest[1]))

    async def _answer(self, message_id: str, action: str, payload: dict[str, Any]) -> None:
        answer = self.answers.get(action, "NotImplemented")
        if callable(answer):
            answer = answer(payload)
        if answer is SILENCE:
            return
        if isinstance(answer, str) and answer.startswith("{"):
            await self.send(f'[3,"{message_id}",{answer}]')
        elif isinstance(answer, str):
            await self.send([4, message_id, answer, "", {}])
        else:
            await self.send([3, message_id, answer])
