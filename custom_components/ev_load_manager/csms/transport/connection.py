"""One socket of a charger: frames in, answers out, our own calls beside them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
import contextlib
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from ... import clock
from ..dialect import Dialect
from . import messages
from .budget import Budget
from .calls import CallPriority, Calls, trace
from .certificates import Certificate
from .connection_habits import Habit
from .connection_limits import GuardedConnection
from .errors import ChargePointError, NotConnected, Refusal
from .fault_log import RateLimitedLog
from .relay import HERE, Hearing, Relay

_SAVE_WITHIN = 5.0
PING_INTERVAL = 20.0
LEAST_PING_TIMEOUT = 5.0
ALIVE_WITHIN = 1.0
"""Real seconds in which somebody behind a socket answers a ping."""
SPEAKS_WITHIN = 30.0
"""Seconds in which a charger behind a socket says anything, once it was asked."""
_MOST_UNSAVED = 8


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a charger's call."""

    payload: Mapping[str, Any] = field(default_factory=dict)
    save: Callable[[], Awaitable[None]] | None = None
    """What must be stored before the answer goes out."""
    then: Callable[[], None] | None = None
    """What begins once the answer is out."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came by HTTP basic authentication, as raw bytes."""

    name: bytes
    password: bytes = field(repr=False)


class Owner(Protocol):
    """Who a socket belongs to: a configured charger, or an unknown one."""

    def answer(self, link: Link, action: str, payload: Mapping[str, Any]) -> Reply:
        """Answer a call at once; raises Refusal to answer with a CALLERROR."""

    def lost(self, link: Link) -> None:
        """The socket is gone."""


class Link[D: Dialect = Dialect]:
    """One open socket."""

    def __init__(
        self,
        socket: ServerConnection,
        charger_id: str,
        address: str,
        faults: RateLimitedLog,
        *,
        dialect: D,
        credentials: Credentials | None = None,
        certificate: Certificate | None = None,
        habits: frozenset[Habit] = frozenset(),
    ) -> None:
        """Wrap `socket`, which belongs to `charger_id` and comes from `address`."""
        self.charger_id = charger_id
        self.dialect: Final = dialect
        """The version of OCPP that was agreed on."""
        self.credentials = credentials
        """What it gave to prove that; None: nothing."""
        self.certificate = certificate
        """The one that it showed by TLS; None: none."""
        self.habits = habits
        """What its handshake showed of its firmware."""
        self.address = address
        self.opened_at = self.heard_at = clock.monotonic()
        self.owner: Owner | None = None
        self.is_misunderstood: Callable[[str, Mapping[str, Any]], bool] | None = None
        """Asked of each message: whether it shows that this socket can't go on as it is."""
        self.relay: Relay | None = None
        """The other central systems of its charger; None: it has none."""
        self.answers_pings: bool | None = None
        """Some firmware never does, and is told by what it says; None: not seen yet."""
        self._socket = socket
        self._faults = faults
        self.calls = Calls(charger_id, socket.send)
        """What it is asked."""
        self._answering: set[asyncio.Task[None]] = set()
        self._asked_to_speak_at: float | None = None

    def trust(self, budget: Budget, faults: RateLimitedLog) -> None:
        """It is a configured charger's: it may send so much, and its faults are told here."""
        self._faults = faults
        if isinstance(self._socket, GuardedConnection):
            self._socket.spend_from(budget)

    @property
    def is_over_tls(self) -> bool:
        """Whether the charger had to know our certificate; behind a proxy it may have had to."""
        return self._socket.transport.get_extra_info("ssl_object") is not None

    async def serve(self) -> None:
        """Handle frames until the socket closes."""
        keep_alive = asyncio.create_task(self._keep_alive())
        try:
            async for frame in self._socket:
                self.heard_at = clock.monotonic()
                await self._handle(frame)
                # Where many wait, all others would.
                await asyncio.sleep(0)
        except ConnectionClosed, NotConnected:
            pass
        finally:
            keep_alive.cancel()
            self._gone()
            await asyncio.wait([keep_alive, *self._answering])

    async def is_in_use(self) -> bool:
        """Whether a charger is behind it, as a second socket with its id comes.

        A lost link answers no ping, which takes `ALIVE_WITHIN` to be found. A socket
        that firmware has left behind may answer pings for ever, but says nothing:
        it is asked something, and is in use no more once it has owed
        its answer for `SPEAKS_WITHIN`.
        """
        if not await self._answers_ping(ALIVE_WITHIN) and not self._talks_without_pongs:
            return False
        if self.owes_a_word:
            return False
        asked_at = self._asked_to_speak_at
        if asked_at is None or clock.monotonic() - asked_at >= SPEAKS_WITHIN:
            self.ask_to_speak()
        return True

    @property
    def owes_a_word(self) -> bool:
        """Whether nothing came for `SPEAKS_WITHIN` after it was asked to say anything."""
        asked_at = self._asked_to_speak_at
        return (
            asked_at is not None
            and self.heard_at < asked_at
            and clock.monotonic() - asked_at >= SPEAKS_WITHIN
        )

    def ask_to_speak(self) -> None:
        """Have it say anything, without waiting for it; `owes_a_word` tells what came of it."""
        if self._asked_to_speak_at is None or self.heard_at >= self._asked_to_speak_at:
            self._asked_to_speak_at = clock.monotonic()
        task = asyncio.create_task(self._ask_to_speak())
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    @property
    def _talks_without_pongs(self) -> bool:
        """Whether it is firmware that answers no pings, and spoke a moment ago."""
        return self.answers_pings is False and clock.monotonic() - self.heard_at < SPEAKS_WITHIN

    async def _keep_alive(self) -> None:
        """Close the socket once nobody is behind it any more.

        Any frame is a sign of life, not only a pong: some firmware answers no pings.
        Where a pong was never seen on this socket, a question has to be left
        unanswered, too, before it counts as dead.
        """
        # A machine gets no faster where the site's time does.
        interval = clock.real(PING_INTERVAL)
        patience = max(interval, LEAST_PING_TIMEOUT)
        while True:
            await asyncio.sleep(interval)
            if await self._answers_ping(patience):
                continue
            if not self.answers_pings:
                asked_at = clock.monotonic()
                await self._ask_to_speak()
                if self.heard_at >= asked_at:
                    self.answers_pings = False
                    continue
            await self._socket.close(1011, "nobody answers")
            return

    async def _answers_ping(self, within: float) -> bool:
        """Whether it answers a ping within so many real seconds, or says anything else."""
        asked_at = clock.monotonic()
        pong: asyncio.Future[float] | None = None
        try:
            async with asyncio.timeout(within):
                pong = asyncio.ensure_future(await self._socket.ping())
                await pong
        except ConnectionClosed:
            return False
        except TimeoutError:
            # Where Home Assistant itself was held up, the answer is there already.
            if pong is None or not pong.done() or pong.cancelled():
                return self.heard_at > asked_at
        self.answers_pings = True
        return True

    async def _ask_to_speak(self) -> None:
        """Ask what every charger has to answer, if only with an error."""
        question = self.dialect.speak()
        with contextlib.suppress(ChargePointError):
            await self.calls.call(question, timeout=SPEAKS_WITHIN, priority=CallPriority.BACKGROUND)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Say goodbye and close; calls that wait fail at once."""
        self._gone()
        await self._socket.close(code, reason)

    def _gone(self) -> None:
        self.calls.fail(f"{self.charger_id} is not connected any more")
        if self.owner is not None:
            self.owner.lost(self)
            self.owner = None

    async def _handle(self, frame: str | bytes) -> None:
        try:
            message = messages.parse(
                frame, self.dialect.longest_texts, with_text=self.relay is not None
            )
        except messages.FrameError as error:
            self._fault("sent what is no message: %s", error.description)
            if error.id is not None:
                code = self.dialect.error_code(error.code)
                await self.calls.send(messages.call_error(error.id, code, error.description))
            return
        if message is None:
            return
        trace(self.charger_id, ">", frame)
        if isinstance(message, messages.Call):
            hearing = self._pass_on(message)
            if hearing is None:
                await self._answer(message)
            else:
                # Beside the receive loop: others may take their time.
                await self._beside(self._answer_when_decided(message, hearing))
        elif not self.calls.settle(message):
            self._fault("answered what nobody asked (any more): %s", message.id)

    def _pass_on(self, call: messages.Call) -> Hearing | None:
        """Have others hear a message; None: nobody else has a say in the answer."""
        if self.relay is None:
            return None
        try:
            return self.relay.hear(call)
        except Exception:  # noqa: BLE001
            # Whatever is wrong with others: the charger keeps its connection.
            self._fault("%s can't be passed on", call.action[:50], exc_info=True)
            return None

    async def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what takes its time beside the receive loop, but not too much of it at once."""
        if len(self._answering) >= _MOST_UNSAVED:
            await work
            return
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer_when_decided(self, call: messages.Call, hearing: Hearing) -> None:
        verdict = HERE
        try:
            verdict = await hearing.decide()
        except Exception:  # noqa: BLE001
            # Whatever is wrong with others: the charger gets its answer.
            self._fault("%s can't be decided elsewhere", call.action[:50], exc_info=True)
        with hearing.in_force(verdict):
            reply = self._reply(call)
        if isinstance(reply, Reply):
            payload = reply.payload if verdict.payload is None else verdict.payload
            reply = replace(reply, payload=payload)
            await self._save_and_finish(call.id, reply, partial(_save_both, reply, hearing))
        elif reply is not None:
            with contextlib.suppress(NotConnected):
                await self.calls.send(reply)

    async def _answer(self, call: messages.Call) -> None:
        reply = self._reply(call)
        if reply is None:
            return
        if isinstance(reply, str):
            await self.calls.send(reply)
        elif reply.save is None:
            await self._finish(call.id, reply)
        else:
            # Beside the receive loop, so that a slow disk delays this answer only.
            await self._beside(self._save_and_finish(call.id, reply, reply.save))

    def _reply(self, call: messages.Call) -> Reply | str | None:
        """The answer to a call, or the frame that refuses it; None: it gets none."""
        if self.owner is None:
            return None  # replaced by a newer socket, on which it will ask again
        if self.is_misunderstood is not None and self.is_misunderstood(call.action, call.payload):
            why = f"not {self.dialect.subprotocol}"
            return messages.call_error(call.id, messages.ErrorCode.NOT_SUPPORTED, why)
        try:
            return self.owner.answer(self, call.action, call.payload)
        except Refusal as refusal:
            if refusal.fault:
                self._fault("%s refused: %s", call.action[:50], refusal.description)
            code = self.dialect.error_code(refusal.code)
            return messages.call_error(call.id, code, refusal.description)
        except Exception:  # noqa: BLE001
            # A mistake of ours must cost one answer and not the connection.
            self._fault("%s can't be handled", call.action[:50], exc_info=True)
            return messages.call_error(call.id, messages.ErrorCode.INTERNAL_ERROR, "")

    async def _save_and_finish(
        self, message_id: messages.MessageId, reply: Reply, save: Callable[[], Awaitable[None]]
    ) -> None:
        try:
            # The disk is no faster where the site's time is.
            async with asyncio.timeout(max(clock.real(_SAVE_WITHIN), 1.0)):
                await save()
        except Exception:  # noqa: BLE001
            # A full disk must not stop anybody from charging.
            self._fault("a transaction could not be stored", exc_info=True)
        try:
            await self._finish(message_id, reply)
        except NotConnected:
            return

    async def _finish(self, message_id: messages.MessageId, reply: Reply) -> None:
        await self.calls.send(messages.call_result(message_id, reply.payload))
        if reply.then is not None:
            reply.then()

    def _fault(self, message: str, *args: object, exc_info: bool = False) -> None:
        self._faults.warning(
            self.charger_id, f"Charger %s: {message}", self.charger_id, *args, exc_info=exc_info
        )


async def _save_both(reply: Reply, hearing: Hearing) -> None:
    """Store what must be before an answer goes out, for us and for others."""
    try:
        await hearing.answered(reply.payload)
    finally:
        if reply.save is not None:
            await reply.save()
