"""What is still to be told to a backend, in order, and how sessions are called there.

OCPP 1.6, 3.7: starts, ends and values of sessions go in the order in which they happened, with
their own times. A session that begins while nobody answers is called here as we call it; what
the backend calls it once it has heard of it takes that place in all that follows.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
import hashlib
import json
from typing import Any, Final

from ... import clock
from ..transport import fields
from ..transport.messages import Verbatim
from .payloads import from_text, text_of, with_value
from .store import BackendStore, Kept

START: Final = "StartTransaction"
STOP: Final = "StopTransaction"
TRANSACTION_ID: Final = "transactionId"
MOST_VALUES: Final = 5000
"""Messages of values that are kept; then the oldest go. Starts and ends never do."""
MOST_SIZE: Final = 20_000_000
"""Characters of all messages that are kept."""
REMEMBERED: Final = 100
"""Starts and ends that may come again because their answers were lost; names of sessions that
are over."""
MOST_NAMES: Final = 1000
_LONGEST_ANSWER: Final = 2000
"""Characters of an answer that is kept as it came."""
ATTEMPTS: Final = 3
"""So often a message that it does not take is told before others may pass it (OCPP 1.6, 3.7.1)."""
AGAIN_AFTER: Final = 600.0
"""Seconds before what was set aside is told again; each time twice as many, up to a day."""
AGAIN_AT_LAST_AFTER: Final = 86400.0
MOST_AGAIN: Final = 37
"""So often it is told again: for about a month. Then it is given up."""


class Fate(Enum):
    """What becomes of a message that a backend did not take."""

    AGAIN = auto()
    """It is told again, before anything else."""
    ASIDE = auto()
    """Others pass it; it is told again later."""
    LOST = auto()


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
    """How often it was not taken, so far."""
    again_at: float = 0.0
    """When it is told again, where it was set aside: seconds since 1970."""
    unanswered: int = 0
    """Links that ended while it was without an answer."""
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
            "again_at": self.again_at,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """A start or an end that was told."""

    session: str | None
    answer: Verbatim


class Outbox:
    """What one backend is still to be told."""

    def __init__(
        self, backend: str, store: BackendStore, kept: Kept, came: Callable[[], None] = lambda: None
    ) -> None:
        """Go on where it was left; `came` hears of what is new in it."""
        self._backend = backend
        self._store = store
        self._items: OrderedDict[int, Item] = OrderedDict()
        self._aside: dict[int, Item] = {}
        """Those of them that were set aside."""
        self._told: OrderedDict[str, Told] = OrderedDict()
        self._names: OrderedDict[str, str] = OrderedDict()
        self._over: set[str] = set()
        """Sessions that have a name, and of which nothing more is to be told."""
        self._size = 0
        self.lost = 0
        """Messages that it would not take, or that there was no room for."""
        self._came = came
        self._restore(kept)

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._items)

    # What happens

    def put(
        self,
        action: str,
        payload: Verbatim,
        session: str | None = None,
        *,
        begins_another: bool = False,
    ) -> Item:
        """Have it told; a start or an end that comes again is the same one.

        `begins_another`: but for a start that begins another session in the words of one before.
        """
        if action in (START, STOP) and not begins_another:
            waiting = self._waits_already(action, payload)
            if waiting is not None:
                return waiting
        item = Item(self._store.number(), action, payload, session)
        self._items[item.seq] = item
        self._size += len(payload.text)
        self._keep(item)
        self._make_room()
        self._came()
        return item

    def _waits_already(self, action: str, payload: Verbatim) -> Item | None:
        """The last of those that wait in the same words."""
        return next(
            (
                one
                for one in reversed(self._items.values())
                if one.action == action and one.payload.text == payload.text
            ),
            None,
        )

    def told_before(self, action: str, payload: Verbatim) -> Told | None:
        """What came of a start or an end, if it was told already, and none in the same words waits."""
        told = self._told.get(_key(action, payload))
        return None if told is None or self._waits_already(action, payload) else told

    def began_before(self, payload: Verbatim) -> str | None:
        """The session that began last in the words of a start; None: none that has a name here."""
        if (waiting := self._waits_already(START, payload)) is not None:
            return waiting.session
        told = self._told.get(_key(START, payload))
        if told is None or told.session is not None:
            return None if told is None else told.session
        name = name_in(told.answer)
        return None if name is None else str(name)

    def is_called(self, payload: Verbatim, session: str, item: Item | None = None) -> None:
        """The session that begins with a start is called so by its charger from now on.

        `item`: the one that it was put as; another one in the same words may wait beside it.
        """
        if item is not None and self.waits(item):
            if item.session != session:
                item.session = session
                self._keep(item)
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
        """What is to be told now: the first in line.

        But for what was set aside, and what else is of a session of which something was.
        """
        now = clock.now().timestamp()
        held: set[str] = set()
        for item in self._items.values():
            if item.session is not None and item.session in held:
                continue
            if item.again_at <= now:
                return item
            if item.session is not None:
                held.add(item.session)
        return None

    @property
    def aside(self) -> list[Item]:
        """What it did not take so far, and is told again later."""
        return [*self._aside.values()]

    @property
    def next_within(self) -> float | None:
        """Seconds after which there is something to tell at the latest; None: once it comes."""
        first = min((one.again_at for one in self.aside), default=None)
        return None if first is None else max(1.0, first - clock.now().timestamp())

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
            self._told[key] = Told(item.session, _short(answer))
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)
        if item.action == STOP and item.session is not None and item.session in self._names:
            self._over.add(item.session)
            self._forget_names()
        if item.action == START and item.session is not None:
            self._name(item.session, answer)
        if not item.answer.done():
            item.answer.set_result(answer)

    def is_not_taken(self, item: Item, attempts: int = ATTEMPTS) -> Fate:
        """It was answered with an error, or not at all although others are.

        After so many `attempts` others pass it. Starts and ends are told again later, for a month;
        values are lost.
        """
        item.attempts += 1
        item.unanswered = 0
        if not item.answer.done():
            item.answer.set_result(None)
        later = item.attempts - attempts
        if later >= 0 and (item.action not in (START, STOP) or later >= MOST_AGAIN):
            self._drop(item)
            self.lost += 1
            return Fate.LOST
        if later >= 0:
            wait = min(AGAIN_AFTER * 2.0**later, AGAIN_AT_LAST_AFTER)
            item.again_at = clock.now().timestamp() + wait
            self._aside[item.seq] = item
        self._keep(item)
        return Fate.AGAIN if later < 0 else Fate.ASIDE

    def is_unanswered(self, item: Item, attempts: int = ATTEMPTS) -> Fate:
        """The link ended before it was answered: that may be its fault, or not."""
        item.unanswered += 1
        if item.unanswered < attempts:
            return Fate.AGAIN
        item.attempts = max(item.attempts, attempts - 1)
        return self.is_not_taken(item, attempts)

    def waits(self, item: Item) -> bool:
        """Whether it is still to be told."""
        return item.seq in self._items

    # Names

    def name_of(self, session: str) -> str | None:
        """How the backend calls a session; None: it has never said."""
        return self._names.get(session)

    def session_of(self, name: str) -> str | None:
        """How a charger calls what the backend calls so.

        None: it calls something else so, and what the backend means is not this charger's.
        """
        for session, known in reversed(self._names.items()):
            if known == name:
                return session
        return None if self.knows(name) else name

    @property
    def waiting(self) -> list[tuple[int, dict[str, Any]]]:
        """The messages, as they are stored."""
        return [(seq, item.data) for seq, item in self._items.items()]

    def state(self) -> dict[str, Any]:
        """Plain JSON data of what is known beside the messages."""
        return {
            "lost": self.lost,
            "names": dict(self._names),
            "over": sorted(self._over),
            "told": {
                key: {"session": told.session, "answer": told.answer.text}
                for key, told in self._told.items()
            },
        }

    def _name(self, session: str, answer: Verbatim) -> None:
        told = name_in(answer)
        if told is None:
            return
        # A repeat that gets another name is another session there, and the last one counts.
        self._names.pop(session, None)
        self._names[session] = str(told)
        self._over.discard(session)
        self._forget_names()

    def _forget_names(self) -> None:
        """One that goes on for weeks beside many others keeps its name until its end is told."""
        over = [session for session in self._names if session in self._over]
        gone = over[: max(0, len(over) - REMEMBERED)]
        if len(self._names) - len(gone) > MOST_NAMES:
            gone.append(next(one for one in self._names if one not in gone))
        for session in gone:
            del self._names[session]
            self._over.discard(session)

    def _keep(self, item: Item) -> None:
        self._store.put(self._backend, item.seq, lambda: item.data)

    def _drop(self, item: Item) -> None:
        self._aside.pop(item.seq, None)
        if self._items.pop(item.seq, None) is not None:
            self._size -= len(item.payload.text)
            self._store.remove((item.seq,))

    def _make_room(self) -> None:
        while len(self._items) > MOST_VALUES or self._size > MOST_SIZE:
            oldest = next(
                (one for one in self._items.values() if one.action not in (START, STOP)), None
            )
            if oldest is None:
                return
            self._drop(oldest)
            self.lost += 1

    def _restore(self, kept: Kept) -> None:
        for seq, data in kept.queue:
            try:
                item = Item(
                    seq,
                    str(data["action"]),
                    from_text(data["payload"]),
                    None if data["session"] is None else str(data["session"]),
                    int(data["attempts"]),
                    float(data.get("again_at", 0.0)),
                )
            except KeyError, TypeError, ValueError:
                self._store.remove((seq,))
                continue
            self._items[seq] = item
            if item.again_at > 0.0:
                self._aside[seq] = item
            self._size += len(item.payload.text)
        known = kept.known.get("outbox")
        if not isinstance(known, dict):
            return
        try:
            self.lost = int(known["lost"])
            self._names.update((str(one), str(name)) for one, name in known["names"].items())
            self._over = self._names.keys() & {str(one) for one in known.get("over", ())}
            for key, told in known["told"].items():
                session = None if told["session"] is None else str(told["session"])
                self._told[str(key)] = Told(session, from_text(told["answer"]))
        except AttributeError, KeyError, TypeError, ValueError:
            return


def _key(action: str, payload: Verbatim) -> str:
    return hashlib.sha256(f"{action} {text_of(payload)}".encode()).hexdigest()[:32]


def name_in(payload: Mapping[str, Any]) -> int | None:
    """How a backend calls a session; None: it does not say. Some count milliseconds."""
    told = fields.number(payload.get(TRANSACTION_ID))
    return None if told is None or told != int(told) else int(told)


def _short(answer: Verbatim) -> Verbatim:
    """An answer that can be kept: all of one that is as long as answers are."""
    if len(answer.text) <= _LONGEST_ANSWER:
        return answer
    known: dict[str, Any] = {} if (name := name_in(answer)) is None else {TRANSACTION_ID: name}
    status = None if not isinstance(told := answer.get("idTagInfo"), dict) else told.get("status")
    if isinstance(status, str):
        known |= {"idTagInfo": {"status": status}}
    return Verbatim(known, json.dumps(known, separators=(",", ":")))
