"""What is sent to a charger: questions one at a time, the important ones first.

OCPP-J 1.6, section 4.1.1: no new CALL before the last one was answered or timed
out. A lowered limit can't wait for half a minute, though, because a charger
forgot to answer some other question: it overtakes after five seconds of silence.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
import heapq
from itertools import count
import logging
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed

from ... import clock
from ..dialect import Dialect, Question
from . import messages
from .errors import CallError, CallTimeout, CallWithdrawn, ChargePointError, NotConnected
from .masking import masked_frame
from .parts import Answer, Expected

_LOGGER = logging.getLogger(__name__)

OVERTAKE_AFTER = 5.0
"""Seconds of silence after which a cut waits for no answer to anything else."""
MOST_UNANSWERED_AT_ONCE = 50
"""So many questions may be without an answer at most: some chargers take one at a time.
Enough for a cut of each of eight outlets every five seconds, until the first is given up."""
_MOST_LATE = 16


class CallPriority(IntEnum):
    """Who goes first where several calls wait; the lowest number does."""

    LIMIT = 0
    """It keeps a fuse whole."""
    NORMAL = 1
    BACKGROUND = 2
    """Nice to know: triggered values, configuration keys."""


type Late = Callable[[dict[str, Any] | CallError], None]
"""Hears of an answer that came after nobody waited for it any more."""
type Fresh = Callable[[], Mapping[str, Any] | None]
"""What to send in the moment in which it leaves; None: nothing any more."""


class ReachableCharger(ABC):
    """A charger that can be asked while it has a socket."""

    id: str
    answers_within = 30.0
    """Seconds that it usually gets for an answer."""

    @property
    @abstractmethod
    def dialect(self) -> Dialect:
        """The version of OCPP that it speaks, or spoke last."""

    @property
    @abstractmethod
    def calls(self) -> Calls | None:
        """Those of its present socket; None: it has none."""

    @property
    def online(self) -> bool:
        """Whether it has an open socket, so that it can be told things."""
        return self.calls is not None

    async def call(
        self,
        question: Question,
        *,
        timeout: float | None = None,
        priority: CallPriority = CallPriority.NORMAL,
        fresh: Fresh | None = None,
        overtake_after: float | None = None,
        late: Late | None = None,
    ) -> dict[str, Any]:
        """Ask it and return the payload of its answer.

        One question at a time: others wait, those with a better `priority` less
        long. `timeout` is in seconds from sending. Raises CallError where the
        charger answers with a CALLERROR, CallTimeout and NotConnected; see
        `Calls.call` for the rest.
        """
        calls = self.calls
        if calls is None:
            raise NotConnected(f"{self.id} is not connected")
        try:
            answer = await calls.call(
                question,
                timeout=self.answers_within if timeout is None else timeout,
                priority=priority,
                fresh=fresh,
                overtake_after=overtake_after,
                late=late,
            )
        except CallError:
            self.has_answered(calls)
            raise
        self.has_answered(calls)
        return answer

    @property
    def expected(self) -> Expected | None:
        """Answers of which parts are to come; None: nobody takes them in."""
        return None

    async def ask(
        self, question: Question, *, timeout: float, priority: CallPriority, within: float
    ) -> Answer:
        """Ask what may be answered in parts, and wait `within` seconds for all of these.

        What came by then is returned. Raises as `call` does.
        """
        expected = self.expected
        if question.parts is None or expected is None:
            told = await self.call(question, timeout=timeout, priority=priority)
            return Answer(told, (told,), whole=question.parts is None)
        parts = expected.begin(question.parts)
        try:
            # They may come before the answer does.
            told = await self.call(question, timeout=timeout, priority=priority)
            if not self.dialect.accepts(told):
                return Answer(told, (), whole=True)
            whole = await parts.until_whole(within)
            return Answer(told, parts.all, whole)
        finally:
            expected.end(parts)

    def has_answered(self, calls: Calls) -> None:  # noqa: B027 - most learn nothing from it
        """It answered a question, on that socket."""


def trace(charger_id: str, direction: str, frame: str | bytes) -> None:
    """Tell people who look for a fault what goes over a socket."""
    if _LOGGER.isEnabledFor(logging.DEBUG):
        _LOGGER.debug("%s %s %s", charger_id, direction, masked_frame(frame))


class Calls:
    """The calls of one socket, and whatever else is written to it."""

    def __init__(self, charger_id: str, write: Callable[[str], Awaitable[None]]) -> None:
        """`write` writes a frame to the socket of a charger."""
        self._charger_id = charger_id
        self._write = write
        self._busy = False
        self._turn_is_over = False
        """Who was asking has its answer; who overtook it has none yet."""
        self._order = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._asked: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._opened_at = clock.monotonic()
        self._sent_at = 0.0
        self._late: dict[str, Late] = {}
        self._closed: ChargePointError | None = None

    async def call(
        self,
        question: Question,
        *,
        timeout: float,
        priority: CallPriority,
        fresh: Fresh | None = None,
        overtake_after: float | None = None,
        late: Late | None = None,
    ) -> dict[str, Any]:
        """Ask and return the answer's payload; `timeout` (s) counts from sending.

        `fresh` takes the place of the payload in the moment of sending. `overtake_after`
        is how many seconds it waits at most for answers to other questions, or until
        these have been missing for `OVERTAKE_AFTER`; on a socket that is newer than that, as
        long. `late` hears of an answer that
        came after the timeout. Raises CallError, CallTimeout, NotConnected, or
        CallWithdrawn where `fresh` has nothing to send.
        """
        in_turn = await self._take_turn(priority, overtake_after)
        message_id = str(uuid4())
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        # Who asks may be gone when the socket fails: then nobody reads of it.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            if self._closed is not None:
                raise self._closed
            told = question.payload if fresh is None else fresh()
            if told is None:
                raise CallWithdrawn(f"{question.action} is not wanted any more")
            self._asked[message_id] = answer
            self._sent_at = clock.monotonic()
            async with clock.timeout(timeout):
                await self.send(messages.call(message_id, question.action, told))
                return await answer
        except TimeoutError:
            if late is not None:
                self._late[message_id] = late
                while len(self._late) > _MOST_LATE:
                    del self._late[next(iter(self._late))]
            raise CallTimeout(f"no answer to {question.action} within {timeout:g} s") from None
        finally:
            self._asked.pop(message_id, None)
            self._turn_is_over |= in_turn
            if self._turn_is_over and not self._asked:
                self._turn_is_over = False
                self._pass_on()

    async def send(self, frame: str) -> None:
        """Write a frame; raises NotConnected."""
        trace(self._charger_id, "<", frame)
        try:
            await self._write(frame)
        except ConnectionClosed as closed:
            raise NotConnected(f"{self._charger_id} closed its connection") from closed

    def settle(self, message: messages.CallResult | messages.CallFailure) -> bool:
        """Hand an answer to who waits for it; False if nobody does (any more)."""
        answer = self._asked.pop(str(message.id), None)
        late = self._late.pop(str(message.id), None)
        if (answer is None or answer.done()) and late is None:
            return False
        outcome: dict[str, Any] | CallError
        if isinstance(message, messages.CallFailure):
            outcome = CallError(message.code, message.description)
        elif message.payload is None:
            outcome = CallError(
                messages.ErrorCode.FORMATION_VIOLATION, "the answer is not an object"
            )
        else:
            outcome = message.payload
        if late is not None:
            late(outcome)
        elif answer is not None and isinstance(outcome, CallError):
            answer.set_exception(outcome)
        elif answer is not None and isinstance(outcome, dict):
            answer.set_result(outcome)
        return True

    def fail(self, reason: str) -> None:
        """The socket is gone: whoever waits gets NotConnected."""
        self._closed = NotConnected(reason)
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(NotConnected(reason))
        self._asked.clear()
        self._late.clear()
        for _, _, waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(NotConnected(reason))
        self._waiting.clear()

    async def _take_turn(self, priority: CallPriority, overtake_after: float | None) -> bool:
        """Wait until nobody else is asking; False where it goes without its turn."""
        if not self._busy:
            self._busy = True
            return True
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), waiter))
        patience = overtake_after
        if patience is not None:
            now = clock.monotonic()
            silent_for = now - self._sent_at
            # On a new socket nobody could answer before: what has waited for it overtakes nobody
            # in the first moment, in which the charger's first answers come.
            since_opened = now - self._opened_at
            patience = min(patience, OVERTAKE_AFTER - silent_for)
            patience = max(0.0, patience, OVERTAKE_AFTER - since_opened)
        try:
            async with clock.timeout(patience):
                await waiter
        except TimeoutError:
            # The turn may have come in the very moment in which patience ended.
            if waiter.done() and not waiter.cancelled():
                return True
            if len(self._asked) < MOST_UNANSWERED_AT_ONCE:
                return False
            return await self._take_turn(priority, None)
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._pass_on()
            raise
        return True

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, waiter = heapq.heappop(self._waiting)
            if not waiter.done():
                waiter.set_result(None)
                return
        self._busy = False
