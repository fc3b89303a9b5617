"""A charger's WebSocket to its central system: kept up, one call at a time.

Knows frames and nothing of charging. It reconnects by itself, and it can fail
the way real links do: cut without a close, or silent with the socket open.
"""

import asyncio
import base64
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
import contextlib
from functools import partial
import random
import ssl as tls
from typing import Any, NamedTuple
from urllib.parse import quote
import uuid

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock

from . import frames
from .frames import OCPP16, SUBPROTOCOL16, CallRefused, Payload, Schemas
from .wire import Judge, Wire

_CONNECTING_TAKES_AT_MOST = 10.0
_FIRST = 20
"""So many frames of each kind are always checked."""


class NotConnected(Exception):
    """There is no socket, or it went away before the answer."""


class CallTimeout(Exception):
    """No answer came in time."""


class Heard(NamedTuple):
    """One frame as it went over the wire."""

    at: float
    """On the monotonic clock."""
    sent: bool
    """By the charger."""
    text: str


class Link:
    """One charger's connection.

    `on_open` runs while a socket is open, and is cancelled when it goes.
    `on_call` answers the central system, and may raise CallRefused.
    """

    def __init__(
        self,
        url: str,
        charge_point_id: str,
        *,
        on_open: Callable[[], Awaitable[None]],
        on_call: Callable[[str, str, Payload], Awaitable[None]],
        on_close: Callable[[], None],
        password: str | bytes | None = None,
        ssl: tls.SSLContext | None = None,
        back_off: tuple[float, float] = (0.5, 30.0),
        message_id: Callable[[], str] = lambda: str(uuid.uuid4()),
        validate: bool = True,
        check_every: int = 1,
        strict: bool = True,
        answers_pings: bool = True,
        omits_headers: Collection[str] = (),
        subprotocols: Sequence[str] = (SUBPROTOCOL16,),
        schemas: Mapping[str, Schemas] | None = None,
        judge: Judge | None = None,
        compresses: bool = False,
        seed: int = 0,
    ) -> None:
        """Prepare; nothing happens before `start`.

        `subprotocols`: what it offers to speak, what it likes best first; `schemas` says
        what each allows, and `judge` what they can't say. It offers to compress where it
        `compresses` (RFC 7692).

        `validate`: check frames against OCPP's schemas, those that it sends only
        where it is `strict`. `check_every`: of each kind the first twenty, and then one of so many. Without `answers_pings` no ping gets its pong. Its
        handshake lacks `omits_headers`.
        """
        self.url = url
        self.charge_point_id = charge_point_id
        self.password = password
        self.ssl = ssl
        self.back_off = back_off
        self.validate = validate
        self._check_every = check_every
        self._met: Counter[str] = Counter()
        """Frames by their kind, checked or not."""
        self._strict = strict
        self._answers_pings = answers_pings
        self._omits_headers = omits_headers
        self.subprotocols = subprotocols
        self._all_schemas = schemas or {SUBPROTOCOL16: OCPP16}
        self.schemas = next(iter(self._all_schemas.values()))
        """What is allowed on its newest socket."""
        self.subprotocol: str | None = None
        """What its newest socket speaks; None: the central system chose nothing."""
        self._judge = judge
        self._wire = Wire()
        self._compresses = compresses
        self._left: list[ClientConnection] = []
        """Sockets that were left open, with nobody behind them."""
        self._leaves = False
        self.transcript: deque[Heard] = deque(maxlen=500)
        """The newest frames, for tests and for people who wonder."""
        self.violations: list[str] = []
        """What the central system sent that OCPP doesn't allow."""
        self.mistakes: list[str] = []
        """What it answered that OCPP doesn't allow, though its model is strict."""
        self.refused_with: int | None = None
        """HTTP status that the last attempt to connect ended with."""
        self.attempts = 0
        """How often it tried to connect."""
        self.connections = 0
        """How often it was connected."""
        self._on_open = on_open
        self._on_call = on_call
        self._on_close = on_close
        self._message_id = message_id
        self._random = random.Random(f"{seed} {charge_point_id}")
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._ended: asyncio.Task[None] | None = None
        self._answers: dict[str, asyncio.Future[Payload]] = {}
        self._one_call = asyncio.Lock()
        self._heard = asyncio.Event()
        self._heard.set()
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """There is a socket, as far as the charger knows."""
        return self._socket is not None

    def start(self) -> None:
        """Connect, and stay connected until `stop` or `halt`."""
        if self._task is None:
            self._task = asyncio.create_task(
                self._stay(self._ended), name=f"{self.charge_point_id} link"
            )
            self._ended = None

    def halt(self) -> None:
        """End at once and without a close, as at a power cut."""
        if not self._leaves:
            self.cut()
        self._end()

    async def stop(self) -> None:
        """Close the socket and leave nothing behind.

        Raises what went wrong inside the simulation itself, if anything did.
        """
        self._end()
        while self._left:
            self._left.pop().transport.abort()
        if self._ended is not None:
            ended, self._ended = self._ended, None
            (outcome,) = await asyncio.gather(ended, return_exceptions=True)
            if isinstance(outcome, Exception):
                raise outcome
        if self.mistakes:
            raise ValueError("; ".join(self.mistakes))

    def _end(self) -> None:
        self.resume()
        if self._task is not None:
            self._task.cancel()
            self._ended, self._task = self._task, None

    def cut(self) -> None:
        """Lose the connection without a close; it reconnects after its back-off."""
        if self._socket is not None:
            self._socket.transport.abort()

    def leave_behind(self) -> None:
        """Forget the socket without a close, as at a crash: it looks open, and nobody reads it.

        `halt` and `start` then come on another.
        """
        self._leaves = self._socket is not None

    def go_silent(self) -> None:
        """Read and answer nothing more, not even pings, with the socket left open."""
        self._heard.clear()
        if self._socket is not None:
            self._socket.transport.pause_reading()

    def resume(self) -> None:
        """Read again what has piled up."""
        if self._heard.is_set():
            return
        self._wire.read_again(clock.monotonic())
        self._heard.set()
        if self._socket is not None:
            self._socket.transport.resume_reading()

    async def call(self, action: str, payload: Payload, *, seconds: float = 30.0) -> Payload:
        """Ask, and wait for the answer.

        Raises NotConnected, CallTimeout, or CallRefused where the answer is a CALLERROR,
        and ValueError where the simulation itself is about to send what isn't OCPP.
        """
        if self._strict and self._is_checked(f"sent {action}"):
            try:
                self.schemas.check_call(action, payload)
            except CallRefused as mistake:
                raise ValueError(str(mistake)) from mistake
        async with self._one_call:
            number = self._message_id()
            answer: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
            self._answers[number] = answer
            try:
                async with clock.timeout(seconds):
                    await self.send(frames.call(number, action, payload))
                    received = await answer
            except TimeoutError as error:
                raise CallTimeout(action) from error
            finally:
                del self._answers[number]
                if answer.done() and not answer.cancelled():
                    # Whoever waited for it may have been cancelled meanwhile.
                    answer.exception()
        if action in self.schemas.actions and self._is_checked(f"answer to {action}"):
            self._note_violation(self.schemas.check_result, action, received)
        if self.validate and self._judge is not None:
            self.violations += self._judge.told(action, received)
        return received

    def check_answer(self, action: str, payload: Payload) -> None:
        """Note a mistake of the simulation itself where an answer of its own isn't OCPP."""
        known = self._strict and action in self.schemas.actions
        if known and self._is_checked(f"answered {action}"):
            try:
                self.schemas.check_result(action, payload)
            except CallRefused as mistake:
                self.mistakes.append(str(mistake))

    def _is_checked(self, kind: str) -> bool:
        """Whether the next frame of a kind is to be checked: it takes longer than all else."""
        if not self.validate:
            return False
        self._met[kind] += 1
        return self._met[kind] <= _FIRST or self._met[kind] % self._check_every == 0

    async def send(self, text: str | bytes) -> None:
        """Send a frame, or garbage. Raises NotConnected."""
        await self._heard.wait()
        socket = self._socket
        if socket is None:
            raise NotConnected
        now = clock.monotonic()
        self.transcript.append(Heard(now, True, str(text)))
        self._wire.answered(str(text), now)
        try:
            await socket.send(text)
        except WebSocketException as error:
            raise NotConnected from error

    async def _stay(self, before: asyncio.Task[None] | None) -> None:
        """Connect again and again; the back-off doubles while it fails."""
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
            # It was cancelled, and would keep what it held, and the one before it, for ever.
            before = None
        least, most = self.back_off
        wait = least
        while True:
            self.attempts += 1
            try:
                socket = await self._connect()
            except (OSError, TimeoutError, WebSocketException) as error:
                response = getattr(error, "response", None)
                self.refused_with = response.status_code if response else None
                await clock.sleep(wait * self._random.uniform(0.8, 1.2))
                wait = min(most, wait * 2)
                continue
            self.refused_with = None
            self._speak(socket.subprotocol)
            began = clock.monotonic()
            await self._live(socket)
            # Being thrown out at once is no reason to knock the faster.
            wait = least if clock.monotonic() - began > 5.0 else min(most, wait * 2)
            await clock.sleep(wait * self._random.uniform(0.8, 1.2))

    async def _connect(self) -> ClientConnection:
        headers: dict[str, str] = {}
        # websockets takes no ssl=None where the URL says wss.
        security: dict[str, Any] = {} if self.ssl is None else {"ssl": self.ssl}
        if self.password is not None:
            secret = self.password if isinstance(self.password, bytes) else self.password.encode()
            login = self.charge_point_id.encode() + b":" + secret
            headers["Authorization"] = f"Basic {base64.b64encode(login).decode()}"
        return await connect(
            f"{self.url.rstrip('/')}/{quote(self.charge_point_id, safe='')}",
            subprotocols=[Subprotocol(name) for name in self.subprotocols if name],
            additional_headers=headers,
            **security,
            open_timeout=clock.real(_CONNECTING_TAKES_AT_MOST),
            close_timeout=1.0,
            ping_interval=None,
            compression="deflate" if self._compresses else None,
            user_agent_header=None,
            proxy=None,
            create_connection=partial(  # type: ignore[arg-type]
                _Connection, self._omits_headers, "" in self.subprotocols
            ),
        )

    def _speak(self, subprotocol: str | None) -> None:
        self.subprotocol = subprotocol
        if subprotocol is not None and subprotocol in self._all_schemas:
            self.schemas = self._all_schemas[subprotocol]

    async def _live(self, socket: ClientConnection) -> None:
        """Talk on `socket` until it goes."""
        self._socket = socket
        self._wire.opened()
        self.connections += 1
        if not self._answers_pings:
            _swallow_pongs(socket)
        talking = asyncio.ensure_future(self._on_open())
        try:
            async for text in socket:
                await self._heard.wait()
                self._hear(text)
        except WebSocketException, OSError:
            pass
        finally:
            self._socket = None
            self._heard.set()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(NotConnected())
            unfinished = [talking, *self._answering]
            for task in unfinished:
                task.cancel()
            results = await asyncio.gather(*unfinished, return_exceptions=True)
            await self._close(socket)
            self._on_close()
        for outcome in results:
            # A mistake in the simulation must not hide behind a lost socket.
            if isinstance(outcome, Exception) and not isinstance(outcome, NotConnected):
                raise outcome

    async def _close(self, socket: ClientConnection) -> None:
        if self._leaves:
            self._leaves = False
            socket.transport.pause_reading()
            self._left.append(socket)
            return
        try:
            await socket.close()
        except asyncio.CancelledError:
            socket.transport.abort()
            raise

    def _hear(self, text: str | bytes) -> None:
        self.transcript.append(Heard(clock.monotonic(), False, str(text)))
        try:
            frame = frames.parse(text)
        except ValueError as error:
            self.violations.append(str(error))
            return
        match frame:
            case frames.Call(id, action, payload):
                self._judge_call(id, action, payload)
                task = asyncio.create_task(self._answer(id, action, payload))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case frames.Result(id, payload):
                self._settle(id, payload)
            case frames.Refusal(code=code, description=description, of_answer=True):
                self.violations.append(f"an answer was refused: {code}: {description}")
            case frames.Refusal(id, code, description):
                self._settle(id, CallRefused(code, description))

    def _judge_call(self, id: str, action: str, payload: Payload) -> None:
        if not self.validate:
            return
        self.violations += self._wire.heard(id, action, clock.monotonic())
        if self._judge is not None:
            self.violations += self._judge.asked(action, payload)

    def _settle(self, id: str, outcome: Payload | CallRefused) -> None:
        answer = self._answers.get(id)
        if answer is None or answer.done():
            return
        if isinstance(outcome, CallRefused):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

    async def _answer(self, id: str, action: str, payload: Payload) -> None:
        try:
            if self._is_checked(f"asked {action}"):
                try:
                    self.schemas.check_call(action, payload)
                except CallRefused as refused:
                    self.violations.append(str(refused))
                    raise
            await self._on_call(id, action, payload)
        except CallRefused as refused:
            await self._send_if_connected(frames.refusal(id, refused))
        except NotConnected:
            pass

    async def _send_if_connected(self, text: str) -> None:
        with contextlib.suppress(NotConnected):
            await self.send(text)

    def _note_violation(
        self, check: Callable[[str, Payload], None], action: str, payload: Payload
    ) -> None:
        try:
            check(action, payload)
        except CallRefused as violation:
            self.violations.append(str(violation))


class _Connection(ClientConnection):
    """A connection whose handshake may lack what it should have, or offer nothing first."""

    def __init__(
        self, omits: Collection[str], begins_empty: bool, protocol: ClientProtocol, **options: Any
    ) -> None:
        super().__init__(protocol, **options)
        send = protocol.send_request

        def send_without(request: Request) -> None:
            if begins_empty:
                offered = request.headers["Sec-WebSocket-Protocol"]
                del request.headers["Sec-WebSocket-Protocol"]
                request.headers["Sec-WebSocket-Protocol"] = f",{offered}"
            for name in omits:
                del request.headers[name]
            send(request)

        setattr(protocol, "send_request", send_without)  # noqa: B010 - it is the library's


def _swallow_pongs(socket: ClientConnection) -> None:
    """Let the library believe that it answers pings."""
    protocol = socket.protocol
    send = protocol.send_frame

    def send_but_pongs(frame: Frame) -> None:
        if frame.opcode is not Opcode.PONG:
            send(frame)

    setattr(protocol, "send_frame", send_but_pongs)  # noqa: B010 - it is the library's
