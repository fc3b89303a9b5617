"""Questions to a charger: one at a time, the important ones first.

OCPP-J 1.6, section 4.1.1: no new CALL before the last one was answered or timed
out. A lowered limit can't wait for half a minute, though, because a charger
forgot to answer some other question: it overtakes after five seconds of silence.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
import heapq
from itertools import count
from typing import Any
from uuid import uuid4

from ... import clock
from . import messages
from .errors import CallError, CallTimeout, CallWithdrawn, ChargePointError, NotConnected

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


class Calls:
    """The calls of one socket."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        """`send` writes a frame to the socket and raises NotConnected if it can't."""
        self._send = send
        self._busy = False
        self._order = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._asked: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._sent_at = 0.0
        self._late: dict[str, Late] = {}
        self._closed: ChargePointError | None = None

    async def call(
        self,
        action: str,
        payload: Mapping[str, Any],
        *,
        timeout: float,
        priority: CallPriority,
        fresh: Fresh | None = None,
        overtake_after: float | None = None,
        late: Late | None = None,
    ) -> dict[str, Any]:
        """Ask and return the answer's payload; `timeout` (s) counts from sending.

        `fresh` takes the place of `payload` in the moment of sending. `overtake_after`
        is how many seconds it waits at most for answers to other questions, or until
        these have been missing for `OVERTAKE_AFTER`. `late` hears of an answer that
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
            told = payload if fresh is None else fresh()
            if told is None:
                raise CallWithdrawn(f"{action} is not wanted any more")
            self._asked[message_id] = answer
            self._sent_at = clock.monotonic()
            async with clock.timeout(timeout):
                await self._send(messages.call(message_id, action, told))
                return await answer
        except TimeoutError:
            if late is not None:
                self._late[message_id] = late
                while len(self._late) > _MOST_LATE:
                    del self._late[next(iter(self._late))]
            raise CallTimeout(f"no answer to {action} within {timeout:g} s") from None
        finally:
            self._asked.pop(message_id, None)
            if in_turn:
                self._pass_on()

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
            silent_for = clock.monotonic() - self._sent_at
            patience = max(0.0, min(patience, OVERTAKE_AFTER - silent_for))
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
