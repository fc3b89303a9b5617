"""What a charger has to say, in order, and what of it must not be lost."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from custom_components.ev_load_manager import clock

from .frames import CallRefused, Payload
from .link import CallTimeout


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """One call to the central system."""

    action: str
    payload: Callable[[], Payload]
    """Asked for when it is sent: a transaction's id may be known only then."""
    transactional: bool = False
    """It is kept while the charger is offline and sent later (OCPP 1.6, 3.7.1)."""
    answered: Callable[[Payload], None] | None = None
    refusals: int = 0


class Outbox:
    """Messages waiting for their turn; the charger has one call open at a time."""

    def __init__(self, *, attempts: int = 3, retry_after: float = 5.0) -> None:
        """`attempts` to send a transactional message that is refused."""
        self.attempts = attempts
        self.retry_after = retry_after
        self.lost: list[Message] = []
        """Transactional messages given up after refusals."""
        self.on_kept: list[Callable[[], None]] = []
        """Called when a transactional message is put in."""
        self._waiting: deque[Message] = deque()
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    @property
    def kept(self) -> list[Message]:
        """The transactional messages that wait."""
        return [message for message in self._waiting if message.transactional]

    def put(self, message: Message, *, first: bool = False) -> None:
        """Let a message wait for its turn, or push in."""
        if first:
            self._waiting.appendleft(message)
        else:
            self._waiting.append(message)
        self._filled.set()
        if message.transactional:
            for hear in tuple(self.on_kept):
                hear()

    def thin(self, room: int, can_be_missed: Callable[[Message], bool]) -> None:
        """Drop every second message that can be missed, where more than `room` wait."""
        if len(self._waiting) <= room:
            return
        missed = [message for message in self._waiting if can_be_missed(message)][::2]
        self._waiting = deque(message for message in self._waiting if message not in missed)

    def drop_volatile(self) -> None:
        """Forget what isn't worth sending after a reconnect."""
        self._waiting = deque(self.kept)

    async def deliver(self, call: Callable[[str, Payload], Awaitable[Payload]]) -> None:
        """Send what waits, for ever. Raises NotConnected or CallTimeout; nothing is lost by it."""
        while True:
            if not self._waiting:
                self._filled.clear()
                await self._filled.wait()
            message = self._waiting[0]
            try:
                answer = await call(message.action, message.payload())
            except CallRefused:
                message.refusals += 1
                if message.transactional and message.refusals < self.attempts:
                    await clock.sleep(self.retry_after * message.refusals)
                    continue
                if message.transactional:
                    self.lost.append(message)
                self._remove(message)
            except CallTimeout:
                if not message.transactional:
                    self._remove(message)
                raise
            else:
                self._remove(message)
                if message.answered is not None:
                    message.answered(answer)

    def _remove(self, message: Message) -> None:
        if message in self._waiting:
            self._waiting.remove(message)
