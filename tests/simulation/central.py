"""A central system for one charger that says what a test wants it to say."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import itertools
import json
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock


class Central:
    """Books what the charger calls, and answers with `answers`."""

    subprotocols = ["ocpp1.6"]
    """What it speaks, what it likes best first."""

    def __init__(self) -> None:
        """Answer everything as a friendly central system does."""
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.requests: list[tuple[str, str | None]] = []
        """Path and Authorization header of each connection."""
        self.port = 0
        self.answers: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            "BootNotification": lambda _: {
                "status": "Accepted",
                "interval": 300,
                "currentTime": clock.now().isoformat(timespec="milliseconds"),
            },
            "Heartbeat": lambda _: {"currentTime": clock.now().isoformat()},
            "Authorize": lambda _: {"idTagInfo": {"status": "Accepted"}},
            "StartTransaction": lambda _: {
                "transactionId": next(self._transactions),
                "idTagInfo": {"status": "Accepted"},
            },
            "StopTransaction": lambda _: {},
        }
        self.garbage: list[str] = []
        self._transactions = itertools.count(1)
        self.asked = 0
        """How many calls it has made."""
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}
        self._news = asyncio.Event()
        self._socket: ServerConnection | None = None
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """Where the charger is to connect."""
        return f"ws://127.0.0.1:{self.port}/ocpp"

    def called(self, action: str) -> list[dict[str, Any]]:
        """Payloads of all calls of `action`, oldest first."""
        return [payload for name, payload in self.calls if name == action]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something the charger says makes `condition` true."""
        async with asyncio.timeout(20):
            while not condition():
                news = self._news
                await news.wait()

    @property
    def socket(self) -> ServerConnection:
        """The newest one."""
        assert self._socket is not None
        return self._socket

    async def ping(self) -> Awaitable[float]:
        """Ping the charger; await what this returns for its pong."""
        return await self.socket.ping()

    async def ask(self, action: str, payload: dict[str, Any]) -> list[Any]:
        """Call the charger; returns its whole answering frame."""
        number = f"c{self.asked}"
        self.asked += 1
        answer: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        assert self._socket is not None
        await self._socket.send(json.dumps([2, number, action, payload]))
        async with asyncio.timeout(20):
            return await answer

    async def tell(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call the charger; returns the payload of its proper answer."""
        frame = await self.ask(action, payload)
        assert frame[0] == 3, frame
        answer: dict[str, Any] = frame[2]
        return answer

    def check(self, frame: list[Any]) -> None:
        """Look at a frame of the charger, before it is answered."""

    async def start(self, port: int = 0) -> None:
        """Listen (again)."""
        self._server = await serve(
            self._talk,
            "127.0.0.1",
            port,
            subprotocols=[Subprotocol(name) for name in self.subprotocols],
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close every socket and listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _talk(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.requests.append((socket.request.path, socket.request.headers.get("Authorization")))
        self._socket = socket
        self._tell()
        try:
            async for text in socket:
                await self._hear(socket, str(text))
        except ConnectionClosed:
            pass

    async def _hear(self, socket: ServerConnection, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            self.garbage.append(text)
            self._tell()
            return
        self.check(frame)
        if frame[0] == 2:
            _, number, action, payload = frame
            self.calls.append((action, payload))
            answer = self.answers[action](payload) if action in self.answers else {}
            if answer is not None:
                await socket.send(json.dumps([3, number, answer]))
        elif frame[1] in self._waiting:
            waiting = self._waiting[frame[1]]
            if waiting.done():
                self.garbage.append(text)
            else:
                waiting.set_result(frame)
        else:
            self.garbage.append(text)
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


@asynccontextmanager
async def central_system() -> AsyncIterator[Central]:
    """A central system that listens on a free port."""
    central = Central()
    await central.start()
    try:
        yield central
    finally:
        await central.stop()
