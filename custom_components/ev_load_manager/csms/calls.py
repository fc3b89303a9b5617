"""Questions to a charger: one at a time, the important ones first.

OCPP-J 1.6, section 4.1.1: no new CALL before the last one was answered or timed
out. A lowered limit can't wait for half a minute, though, because a charger
forgot to answer some other question: it overtakes after five seconds.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
import heapq
from itertools import count
from typing import Any
from uuid import uuid4

from .. import clock
from . import frames
from .errors import CallError, CallTimeout, ChargePointError, NotConnected

OVERTAKE_AFTER = 5.0


class CallPriority(IntEnum):
    """Who goes first where several calls wait; the lowest number does."""

    LIMIT = 0
    """It keeps a fuse whole."""
    NORMAL = 1
    BACKGROUND = 2
    """Nice to know: triggered values, configuration keys."""


class Calls:
    """The calls of one socket."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        """`send` writes a frame to the socket and raises NotConnected if it can't."""
        self._send = send
        self._busy = False
        self._order = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._asked: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._closed: ChargePointError | None = None

    async def call(
        self,
        action: str,
        payload: Mapping[str, Any],
        *,
        timeout: float,
        priority: CallPriority,
    ) -> dict[str, Any]:
        """Ask and return the answer's payload; `timeout` (s) counts from sending.

        Raises CallError, CallTimeout or NotConnected.
        """
        in_turn = await self._take_turn(priority)
        message_id = str(uuid4())
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        # Who asks may be gone when the socket fails: then nobody reads of it.
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            if self._closed is not None:
                raise self._closed
            self._asked[message_id] = answer
            async with clock.timeout(timeout):
                await self._send(frames.call(message_id, action, payload))
                return await answer
        except TimeoutError:
            raise CallTimeout(f"no answer to {action} within {timeout:g} s") from None
        finally:
            self._asked.pop(message_id, None)
            if in_turn:
                self._pass_on()

    def settle(self, message: frames.CallResult | frames.CallFailure) -> bool:
        """Hand an answer to who waits for it; False if nobody does (any more)."""
        answer = self._asked.pop(str(message.id), None)
        if answer is None or answer.done():
            return False
        if isinstance(message, frames.CallFailure):
            answer.set_exception(CallError(message.code, message.description))
        elif message.payload is None:
            answer.set_exception(
                CallError(frames.ErrorCode.FORMATION_VIOLATION, "the answer is not an object")
            )
        else:
            answer.set_result(message.payload)
        return True

    def fail(self, reason: str) -> None:
        """The socket is gone: whoever waits gets NotConnected."""
        self._closed = NotConnected(reason)
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(NotConnected(reason))
        self._asked.clear()
        for _, _, waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(NotConnected(reason))
        self._waiting.clear()

    async def _take_turn(self, priority: CallPriority) -> bool:
        """Wait until nobody else is asking; False where it goes without its turn."""
        if not self._busy:
            self._busy = True
            return True
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._order), waiter))
        patience = OVERTAKE_AFTER if priority is CallPriority.LIMIT else None
        try:
            async with clock.timeout(patience):
                await waiter
        except TimeoutError:
            # The turn may have come in the very moment in which patience ended.
            return waiter.done() and not waiter.cancelled()
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
