"""A billing backend of OCPP 1.6, strict, and made to misbehave by order.

It knows nothing of the integration: bare frames over a WebSocket, each checked against OCPP's own
schemas. What it was told it writes down, with sessions as it would bill them.
"""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from itertools import count
import json
from ssl import SSLContext
from typing import Any, Self, override

from jsonschema.exceptions import ValidationError
from ocpp.messages import get_validator
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

SILENCE = object()
"""As an answer: none at all."""

type Answer = Mapping[str, Any] | str | object
"""A payload, the code of a CALLERROR, a raw frame (starts with `[`), or `SILENCE`."""
type Script = Answer | Callable[[dict[str, Any]], Answer]


@dataclass(slots=True)
class Bill:
    """A session as it is billed."""

    id: int
    id_tag: str
    start: Mapping[str, Any]
    stop: Mapping[str, Any] | None = None
    values: list[Mapping[str, Any]] = field(default_factory=list)
    charger: str = ""
    """Who began it, by its identity."""

    def counted(self, register: float) -> float:
        """Wh so far, by a `register` that goes on."""
        end = register if self.stop is None else self.stop["meterStop"]
        return float(end - self.start["meterStart"])

    @property
    def energy(self) -> int | None:
        """Wh; None as long as it goes on."""
        return None if self.stop is None else self.stop["meterStop"] - self.start["meterStart"]


class _Socket(ServerConnection):
    """Tells of pings."""

    on_ping: Callable[[], None]

    @override
    def process_event(self, event: Any) -> None:
        super().process_event(event)
        if isinstance(event, Frame) and event.opcode is Opcode.PING:
            self.on_ping()


class SimulatedBackend:
    """One backend, on a port of this machine."""

    def __init__(
        self,
        *,
        password: str | None = None,
        subprotocols: tuple[str, ...] = ("ocpp1.6",),
        tls: SSLContext | None = None,
        first_id: int = 7001,
        redirects_to: str | None = None,
        status: HTTPStatus | None = None,
    ) -> None:
        """Prepare; `start` listens. `status`: it answers every handshake so."""
        self.password = password
        self.subprotocols = subprotocols
        self.port = 0
        self.answers: dict[str, Script] = {}
        """Action -> what it answers; else it is a backend that accepts everything."""
        self.heard: list[tuple[str, dict[str, Any], str]] = []
        """Action, payload, and the payload as it stood in the frame."""
        self.frames: list[str] = []
        self.faults: list[str] = []
        """What was no OCPP 1.6, or against its rules."""
        self.bills: dict[int, Bill] = {}
        self.dialled = 0
        self.pinged = 0
        """So often somebody wanted to know whether it is there."""
        self.sockets: dict[str, ServerConnection] = {}
        """By the charger's identity."""
        self.slow = 0.0
        """Real seconds, or those of a loop that jumps, before it answers anything."""
        self.accepted_tags: Callable[[str], str] = lambda _: "Accepted"
        self._tls = tls
        self._redirects_to = redirects_to
        self._status = status
        self._next_id = count(first_id)
        self._message_ids = count(1)
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}
        self._news = asyncio.Condition()
        self._server: Server | None = None
        self._asking = ""
        """Whose message is being answered."""

    async def __aenter__(self) -> Self:
        """Listen."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Die."""
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            subprotocols=[Subprotocol(one) for one in self.subprotocols] or None,
            select_subprotocol=self._select,
            process_request=self._admit,
            ssl=self._tls,
            create_connection=_Socket,
            ping_interval=None,
            close_timeout=1,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Be gone, with all sockets."""
        if self._server is not None:
            server, self._server = self._server, None
            server.close()
            await server.wait_closed()

    @property
    def url(self) -> str:
        """Its address, without an identity."""
        return f"{'ws' if self._tls is None else 'wss'}://127.0.0.1:{self.port}/ocpp"

    def of(self, action: str) -> list[dict[str, Any]]:
        """What it heard of one kind."""
        return [payload for heard, payload, _ in self.heard if heard == action]

    def texts_of(self, action: str) -> list[str]:
        """The same, as it stood in the frames."""
        return [text for heard, _, text in self.heard if heard == action]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that follows from what it hears."""
        async with self._news:
            await self._news.wait_for(holds)

    async def until_heard(self, action: str, times: int = 1) -> dict[str, Any]:
        """Wait until it heard something so often; returns the last one."""
        await self.until(lambda: len(self.of(action)) >= times)
        return self.of(action)[-1]

    async def ask(self, identity: str, action: str, payload: Mapping[str, Any]) -> Any:
        """Ask a charger: the payload of its answer, or the code of its CALLERROR."""
        return await self.ask_raw(identity, action, json.dumps(payload))

    async def ask_raw(self, identity: str, action: str, text: str) -> Any:
        """The same with the payload's own text."""
        message_id = str(next(self._message_ids))
        answer: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = answer
        await self.sockets[identity].send(f'[2,"{message_id}","{action}",{text}]')
        message = await answer
        if message[0] == 4:
            return message[2]
        if message[1] == message_id:
            self._check(3, action, message[2])
        return message[2]

    async def send(self, identity: str, frame: str) -> None:
        """Send anything."""
        await self.sockets[identity].send(frame)

    async def close(self, identity: str) -> None:
        """Hang up."""
        await self.sockets[identity].close()

    # Handshake

    def _select(self, socket: ServerConnection, offered: list[Subprotocol]) -> Subprotocol | None:
        return next((one for one in offered if one in self.subprotocols), None)

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        self.dialled += 1
        if self._redirects_to is not None:
            response = socket.respond(HTTPStatus.TEMPORARY_REDIRECT, "elsewhere")
            response.headers["Location"] = self._redirects_to
            return response
        if self._status is not None:
            return socket.respond(self._status, "no")
        if self.password is not None:
            identity = request.path.rpartition("/")[2]
            wanted = base64.b64encode(f"{identity}:{self.password}".encode()).decode()
            if request.headers.get("Authorization") != f"Basic {wanted}":
                return socket.respond(HTTPStatus.UNAUTHORIZED, "who are you?")
        return None

    # Frames

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        identity = socket.request.path.rpartition("/")[2]
        self.sockets[identity] = socket
        assert isinstance(socket, _Socket)
        socket.on_ping = self._is_pinged
        await self._tell()
        try:
            async for frame in socket:
                assert isinstance(frame, str)
                self.frames.append(frame)
                await self._handle(socket, identity, frame)
        except ConnectionClosed:
            pass
        finally:
            if self.sockets.get(identity) is socket:
                del self.sockets[identity]
            await self._tell()

    async def _handle(self, socket: ServerConnection, identity: str, frame: str) -> None:
        message = json.loads(frame, parse_float=Decimal)
        if message[0] != 2:
            waiting = self._waiting.pop(str(message[1]), None)
            if waiting is None:
                self.faults.append(f"an answer to nothing: {frame[:200]}")
            elif not waiting.done():
                waiting.set_result(message)
            return
        _, message_id, action, payload = message
        self._check(2, action, payload)
        self.heard.append((action, payload, _payload_text(frame)))
        self._asking = identity
        answer = self._answer(action, payload)
        await self._tell()
        if answer is SILENCE:
            return
        if self.slow:
            await asyncio.sleep(self.slow)
        if isinstance(answer, str):
            raw = answer if answer.startswith("[") else json.dumps([4, message_id, answer, "", {}])
            await socket.send(raw)
        else:
            await socket.send(json.dumps([3, message_id, answer]))

    def _answer(self, action: str, payload: dict[str, Any]) -> Answer:
        scripted = self.answers.get(action)
        if callable(scripted):
            return scripted(payload)
        if scripted is not None:
            return scripted
        match action:
            case "BootNotification":
                return {
                    "status": "Accepted",
                    "currentTime": "2030-01-01T00:00:00Z",
                    "interval": 300,
                }
            case "Heartbeat":
                return {"currentTime": "2030-01-01T00:00:00Z"}
            case "Authorize":
                return {"idTagInfo": {"status": self.accepted_tags(payload["idTag"])}}
            case "StartTransaction":
                return self.bill(payload)
            case "StopTransaction":
                return self.close_bill(payload)
            case "MeterValues":
                self._note_values(payload)
                return {}
            case "DataTransfer":
                return {"status": "Accepted"}
        return {}

    def bill(self, payload: dict[str, Any]) -> Answer:
        """Begin to bill a session; told again, it is the same one."""
        for known in self.bills.values():
            if known.start == payload and known.charger == self._asking:
                return self._started(known)
        bill = Bill(next(self._next_id), payload["idTag"], payload, charger=self._asking)
        self.bills[bill.id] = bill
        return self._started(bill)

    def _started(self, bill: Bill) -> Answer:
        return {
            "transactionId": bill.id,
            "idTagInfo": {"status": self.accepted_tags(bill.id_tag)},
        }

    def close_bill(self, payload: dict[str, Any]) -> Answer:
        """End it; one that was never heard of is a fault."""
        bill = self.bills.get(payload["transactionId"])
        if bill is None:
            self.faults.append(f"the end of no session: {payload}")
        elif bill.stop is not None and bill.stop != payload:
            self.faults.append(f"a second end: {payload}")
        else:
            bill.stop = payload
        return {"idTagInfo": {"status": "Accepted"}} if "idTag" in payload else {}

    def _note_values(self, payload: dict[str, Any]) -> None:
        name = payload.get("transactionId")
        if name is None:
            return
        bill = self.bills.get(name)
        if bill is None or bill.stop is not None:
            self.faults.append(f"values of no session: {payload}")
        else:
            bill.values.append(payload)

    def _check(self, kind: int, action: str, payload: Any) -> None:
        try:
            get_validator(kind, action, "1.6", parse_float=Decimal).validate(payload)
        except (OSError, ValidationError) as error:
            self.faults.append(f"{action}: {str(error)[:200]}")

    def _is_pinged(self) -> None:
        self.pinged += 1

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def _payload_text(frame: str) -> str:
    """The payload of a call, to the letter: all between its action and the last bracket."""
    head = json.dumps(json.loads(frame)[2])
    return frame[frame.index(head) + len(head) :].strip().removeprefix(",").strip()[:-1].rstrip()
