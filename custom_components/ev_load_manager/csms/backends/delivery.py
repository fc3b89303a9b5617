"""Tells a backend what waits in line, and what it does not take never stops the rest for good.

OCPP 1.6, 3.7: a message of a session that is answered with an error is told again, some times and
with longer and longer pauses, before the next one. One that is not answered counts alike where the
backend answers others: it would not be answered on the next link either.
"""

from collections.abc import Awaitable, Callable
from functools import partial
import logging
from typing import Any, Final, Protocol

from ... import clock
from ..transport.calls import Late
from ..transport.errors import CallError, CallTimeout
from ..transport.messages import Verbatim
from .keys import Keys
from .outbox import START, Fate, Item, Outbox, name_in
from .wire import BackendError

_LOGGER = logging.getLogger(__name__)

MOST_UNANSWERED: Final = 3
"""Messages without an answer in a row after which the link is given up."""
EMPTY: Final = Verbatim({}, "{}")


class Ask(Protocol):
    """Asks a backend; raises ChargePointError."""

    async def __call__(
        self, action: str, payload: Verbatim, *, late: Late | None = None
    ) -> Verbatim:
        """Return the answer; `late` hears of one that comes after the time for it."""


class Delivery:
    """What one backend is told, message by message."""

    def __init__(
        self,
        outbox: Outbox,
        keys: Keys,
        *,
        who: str,
        ask: Ask,
        told: Callable[[Item, Verbatim], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        """`told` hears of each answer, `changed` of what is not taken; `who` is for the log."""
        self._outbox = outbox
        self._keys = keys
        self._who = who
        self._ask = ask
        self._told = told
        self._changed = changed
        self._telling: Item | None = None
        self._unanswered = 0
        self._came_late: list[tuple[Item, Verbatim]] = []

    def link_opens(self) -> None:
        """Nothing was asked on it so far."""
        self._telling = None
        self._unanswered = 0
        self._came_late.clear()

    def link_ended(self) -> None:
        """It failed, or the backend closed it: perhaps over what it was told just then."""
        item, self._telling = self._telling, None
        if item is not None and self._outbox.waits(item):
            fate = self._outbox.is_unanswered(item, self._keys.attempts)
            self._tell_fate(item, fate, "the link ends whenever it is told")

    def is_answered(self) -> None:
        """It is there."""
        self._unanswered = 0

    async def note(self, action: str, payload: Verbatim) -> bool:
        """Tell it what waits in no line; whether it answered, if only with an error.

        Raises NotConnected, and BackendError where nobody is there.
        """
        try:
            await self._ask(action, payload)
        except CallError:
            return True
        except CallTimeout:
            self._missed_answer()
            return False
        return True

    async def tell(self, item: Item) -> None:
        """Tell what is next in line; it stays there until that was answered.

        Raises NotConnected, and BackendError where nobody is there.
        """
        await self._take_late()
        if not self._outbox.waits(item):
            return
        payload = self._outbox.payload_of(item)
        if payload is None:
            self._outbox.give_up(item)
            return
        self._telling = item
        try:
            answer = await self._ask(item.action, payload, late=partial(self._late, item))
        except CallError as error:
            await self._is_not_taken(item, str(error))
        except CallTimeout:
            await self._is_silent(item)
        else:
            await self._is_taken(item, answer)
        self._telling = None
        await self._take_late()

    async def _take_late(self) -> None:
        while self._came_late:
            await self._is_taken(*self._came_late.pop())

    async def _is_taken(self, item: Item, answer: Verbatim) -> None:
        if not self._outbox.waits(item):
            return
        if item.action == START and name_in(answer) is None:
            await self._is_not_taken(item, "it gives it no transaction id")
            return
        self._outbox.is_told(item, answer)
        await self._told(item, answer)

    def _late(self, item: Item, answer: dict[str, Any] | CallError) -> None:
        """It takes longer than a charger would wait, but it answers."""
        if isinstance(answer, Verbatim):
            self._unanswered = 0
            self._came_late.append((item, answer))

    async def _is_silent(self, item: Item) -> None:
        """Find out whether it is the message that is not answered, or anything."""
        self._missed_answer()
        await self.note("Heartbeat", EMPTY)
        if self._unanswered == 0 and not any(item is late for late, _ in self._came_late):
            await self._is_not_taken(item, "no answer")

    def _missed_answer(self) -> None:
        self._unanswered += 1
        if self._unanswered >= MOST_UNANSWERED:
            raise BackendError("backend_silent")

    async def _is_not_taken(self, item: Item, why: str) -> None:
        # What it did with it is known now: the end of the link is not its fault.
        self._telling = None
        fate = self._outbox.is_not_taken(item, self._keys.attempts)
        self._tell_fate(item, fate, why)
        if fate is Fate.AGAIN:
            await clock.sleep(self._keys.retry_interval * item.attempts)

    def _tell_fate(self, item: Item, fate: Fate, why: str) -> None:
        self._changed()
        if fate is Fate.ASIDE:
            _LOGGER.warning(
                "%s does not take a %s of session %s, which is told again later: %s",
                *(self._who, item.action, item.session or "?", why),
            )
        elif fate is Fate.LOST:
            _LOGGER.warning("%s takes no %s: %s", self._who, item.action, why)
