"""What is sent to a charger: questions one at a time, the important ones first.

OCPP-J 1.6, section 4.1.1: no new CALL before the last one was answered or timed
out. A lowered limit can't wait for half a minute, though, because a charger
forgot to answer some other question: it overtakes after five seconds of silence.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from itertools import count
import logging
import math
from typing import Any, NamedTuple
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
_LOOKS_AGAIN = 1.0
"""Seconds after which a cut looks again whether so many are without an answer no more."""
_IN_A_MOMENT = 0.01
"""Seconds that timers may be early."""


class CallPriority(IntEnum):
    """Who goes first where several calls wait; the lowest number does."""

    LIMIT = 0
    """It keeps a fuse whole."""
    NORMAL = 1
    BACKGROUND = 2
    """Nice to know: triggered values, configuration keys."""


type Late = Callable[[dict[str, Any] | CallError], None]
"""Hears of an answer that came after nobody waited for it any more."""
type _Place = tuple[int, bool, int]
"""Where a question stands in the queue: the lowest has its turn first."""
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


class _Asked(NamedTuple):
    """A question without an answer."""

    answer: asyncio.Future[dict[str, Any]]
    at: float
    """When it was sent (monotonic)."""


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
        self._waiting: dict[_Place, asyncio.Future[None]] = {}
        self._asked: dict[str, _Asked] = {}
        self._opened_at = clock.monotonic()
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
            self._asked[message_id] = _Asked(answer, clock.monotonic())
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
        asked = self._asked.pop(str(message.id), None)
        late = self._late.pop(str(message.id), None)
        answer = None if asked is None else asked.answer
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
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(NotConnected(reason))
        self._asked.clear()
        self._late.clear()
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(NotConnected(reason))
        self._waiting.clear()

    async def _take_turn(self, priority: CallPriority, overtake_after: float | None) -> bool:
        """Wait until nobody else is asking; False where it goes without its turn.

        Of those that are as important cuts go first: nobody's fuse waits for an increase.
        """
        if self._closed is not None:
            raise self._closed
        at = None if overtake_after is None else clock.monotonic() + overtake_after
        place = priority, at is None, next(self._order)
        while self._busy:
            patience = None if at is None else self._patience_until(at)
            if await self._turn_comes(place, patience):
                if not self._asked:
                    return True
                # Somebody has overtaken in the very moment in which the turn was handed on.
                self._turn_is_over = True
            elif self._busy and at is not None and self._patience_until(at) <= _IN_A_MOMENT:
                # Else it was answered, and what follows has its own time.
                return False
        self._busy = True
        return True

    def _patience_until(self, at: float) -> float:
        """Seconds that a cut waits for others from now on, which is to leave `at` the latest."""
        now = clock.monotonic()
        silent_since = min((asked.at for asked in self._asked.values()), default=math.inf)
        # Its own time goes before that of what was asked while it waited.
        # On a new socket nobody could answer before: what has waited for it overtakes nobody
        # in the first moment, in which the charger's first answers come.
        leaves = max(min(at, silent_since + OVERTAKE_AFTER), self._opened_at + OVERTAKE_AFTER)
        if len(self._asked) >= MOST_UNANSWERED_AT_ONCE:
            leaves = max(leaves, now + _LOOKS_AGAIN)
        return max(0.0, leaves - now)

    async def _turn_comes(self, place: _Place, within: float | None) -> bool:
        """Wait for the turn of a place; whether it comes within so many seconds."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[place] = waiter
        try:
            async with clock.timeout(within):
                await waiter
        except TimeoutError:
            # The turn may have come in the very moment in which patience ended.
            return waiter.done() and not waiter.cancelled()
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self._turn_is_over = True
                self._pass_on()
            raise
        finally:
            self._waiting.pop(place, None)
        return True

    def _pass_on(self) -> None:
        """Hand on a turn that is over, once nothing is without an answer."""
        if not self._turn_is_over or self._asked:
            return
        self._turn_is_over = False
        while self._waiting:
            waiter = self._waiting.pop(min(self._waiting))
            if not waiter.done():
                waiter.set_result(None)
                return
        self._busy = False
