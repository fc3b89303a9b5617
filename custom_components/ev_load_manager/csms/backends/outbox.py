"""What is still to be told to a backend, in order, and how sessions are called there.

OCPP 1.6, 3.7: starts, ends and values of sessions go in the order in which they happened, with
their own times. A session that begins while nobody answers is called here as we call it; what
the backend calls it once it has heard of it takes that place in all that follows.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
import hashlib
from typing import Any, Final

from ..transport import fields
from ..transport.messages import Verbatim
from .payloads import from_text, text_of, with_value
from .store import BackendStore, Kept

START: Final = "StartTransaction"
STOP: Final = "StopTransaction"
TRANSACTION_ID: Final = "transactionId"
MOST_VALUES: Final = 5000
"""Messages of values that are kept; then the oldest go. Starts and ends never do."""
REMEMBERED: Final = 100
"""Starts and ends that may come again because their answers were lost; names of sessions."""
ATTEMPTS: Final = 3
"""So often a message that is answered with an error is told (OCPP 1.6, 3.7.1)."""


@dataclass(eq=False, slots=True)
class Item:
    """One message."""

    seq: int
    action: str
    payload: Verbatim
    session: str | None = None
    """How its charger calls the session that it is of; of a start only once that was answered.
    None of what is told as it came: a session that began at the backend before we were there."""
    attempts: int = 0
    answer: asyncio.Future[Verbatim | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    """What the backend says; None: nothing that is of use."""

    @property
    def data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "action": self.action,
            "payload": self.payload.text,
            "session": self.session,
            "attempts": self.attempts,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """A start or an end that was told."""

    session: str | None
    answer: Verbatim


class Outbox:
    """What one backend is still to be told."""

    def __init__(self, backend: str, store: BackendStore, kept: Kept) -> None:
        """Go on where it was left."""
        self._backend = backend
        self._store = store
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._told: OrderedDict[str, Told] = OrderedDict()
        self._names: OrderedDict[str, str] = OrderedDict()
        self.lost = 0
        """Messages that it would not take, or that there was no room for."""
        self._came = asyncio.Event()
        self._restore(kept)

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._items)

    # What happens

    def put(self, action: str, payload: Verbatim, session: str | None = None) -> Item:
        """Have it told; a start or an end that comes again is the same one."""
        if action in (START, STOP):
            for waiting in self._items.values():
                if waiting.action == action and waiting.payload.text == payload.text:
                    return waiting
        item = Item(self._store.number(), action, payload, session)
        self._items[item.seq] = item
        self._store.put(self._backend, item.seq, item.data)
        self._make_room()
        self._came.set()
        return item

    def told_before(self, action: str, payload: Verbatim) -> Told | None:
        """What came of a start or an end, if it was told already."""
        return self._told.get(_key(action, payload))

    def is_called(self, payload: Verbatim, session: str) -> None:
        """The session that begins with a start is called so by its charger from now on."""
        for item in self._items.values():
            if item.action == START and item.payload.text == payload.text:
                if item.session != session:
                    item.session = session
                    self._store.put(self._backend, item.seq, item.data)
                return
        # It was told before its charger had its answer.
        key = _key(START, payload)
        if (told := self._told.get(key)) is not None:
            self._told[key] = Told(session, told.answer)
            self._name(session, told.answer)

    def knows(self, session: str) -> bool:
        """Whether the backend has heard of a session, or is going to."""
        return session in self._names or any(
            item.action == START and item.session == session for item in self._items.values()
        )

    # What is told

    @property
    def next(self) -> Item | None:
        """What is to be told now."""
        return next(iter(self._items.values()), None)

    async def until_next(self) -> Item:
        """Wait until there is something to tell."""
        while (item := self.next) is None:
            self._came.clear()
            await self._came.wait()
        return item

    def payload_of(self, item: Item) -> Verbatim | None:
        """What is said, with the backend's name of the session; None: it never took that."""
        if item.session is None or item.action == START:
            return item.payload
        name = self._names.get(item.session)
        if name is None or name == item.session:
            return None if name is None else item.payload
        return with_value(item.payload, TRANSACTION_ID, int(name))

    def give_up(self, item: Item) -> None:
        """It is of a session that the backend never took."""
        self._drop(item)
        self.lost += 1
        if not item.answer.done():
            item.answer.set_result(None)

    def is_told(self, item: Item, answer: Verbatim) -> None:
        """It was told, and this is the answer."""
        self._drop(item)
        if item.action in (START, STOP):
            key = _key(item.action, item.payload)
            self._told[key] = Told(item.session, answer)
            _bound(self._told)
        if item.action == START and item.session is not None:
            self._name(item.session, answer)
        if not item.answer.done():
            item.answer.set_result(answer)

    def is_refused(self, item: Item) -> bool:
        """It was answered with an error; whether it is given up."""
        item.attempts += 1
        if not item.answer.done():
            item.answer.set_result(None)
        if item.attempts < ATTEMPTS:
            self._store.put(self._backend, item.seq, item.data)
            return False
        self._drop(item)
        self.lost += 1
        return True

    # Names

    def name_of(self, session: str) -> str | None:
        """How the backend calls a session; None: it has never said."""
        return self._names.get(session)

    def session_of(self, name: str) -> str:
        """How a charger calls what the backend calls so."""
        for session, known in reversed(self._names.items()):
            if known == name:
                return session
        return name

    @property
    def waiting(self) -> list[tuple[int, dict[str, Any]]]:
        """The messages, as they are stored."""
        return [(seq, item.data) for seq, item in self._items.items()]

    def state(self) -> dict[str, Any]:
        """Plain JSON data of what is known beside the messages."""
        return {
            "lost": self.lost,
            "names": dict(self._names),
            "told": {
                key: {"session": told.session, "answer": told.answer.text}
                for key, told in self._told.items()
            },
        }

    def _name(self, session: str, answer: Verbatim) -> None:
        told = fields.integer(answer, TRANSACTION_ID)
        if told is None:
            return
        # A repeat that gets another name is another session there, and the last one counts.
        self._names.pop(session, None)
        self._names[session] = str(told)
        _bound(self._names)

    def _drop(self, item: Item) -> None:
        if self._items.pop(item.seq, None) is not None:
            self._store.remove((item.seq,))

    def _make_room(self) -> None:
        if len(self._items) <= MOST_VALUES:
            return
        for item in self._items.values():
            if item.action not in (START, STOP):
                self._drop(item)
                self.lost += 1
                return

    def _restore(self, kept: Kept) -> None:
        for seq, data in kept.queue:
            try:
                item = Item(
                    seq,
                    str(data["action"]),
                    from_text(data["payload"]),
                    None if data["session"] is None else str(data["session"]),
                    int(data["attempts"]),
                )
            except KeyError, TypeError, ValueError:
                self._store.remove((seq,))
                continue
            self._items[seq] = item
        known = kept.known.get("outbox")
        if not isinstance(known, dict):
            return
        try:
            self.lost = int(known["lost"])
            self._names.update((str(one), str(name)) for one, name in known["names"].items())
            for key, told in known["told"].items():
                session = None if told["session"] is None else str(told["session"])
                self._told[str(key)] = Told(session, from_text(told["answer"]))
        except AttributeError, KeyError, TypeError, ValueError:
            return


def _key(action: str, payload: Verbatim) -> str:
    return hashlib.sha256(f"{action} {text_of(payload)}".encode()).hexdigest()[:32]


def _bound(known: OrderedDict[str, Any]) -> None:
    while len(known) > REMEMBERED:
        known.popitem(last=False)
