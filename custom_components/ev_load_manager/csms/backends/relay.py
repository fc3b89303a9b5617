"""All backends of one charger, as its socket knows them."""

import asyncio
from collections.abc import Container, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
import logging
import math
from typing import Any, Final, NamedTuple, override

from ... import clock
from ..charge_point.charge_point import Change, ChargePoint
from ..dialect import Message, TagInfo, TagStatus
from ..transport import fields
from ..transport.errors import ChargePointError
from ..transport.messages import Call, Verbatim
from ..transport.relay import HERE, Hearing, Relay, Verdict
from . import progress
from .backend import Backend, State
from .below import Below
from .outbox import START, STOP, TRANSACTION_ID, Item, Outbox, name_in
from .payloads import with_value
from .profiles import Allowed
from .settings import BackendSettings, Offline
from .store import BackendStore, Kept
from .wire import SUBPROTOCOL

_LOGGER = logging.getLogger(__name__)

DECIDED_WITHIN: Final = 10.0
"""Seconds that a charger waits for the answer of a backend; then it has ours."""
MOST_TAGS: Final = 500
_LEAST_CURRENT: Final = 6.0
"""Below that no car charges, A (IEC 61851)."""
_GREATEST_ID: Final = 2**31 - 1
"""OCPP's integers have 32 bits, and a charger may keep it in as many."""
_STATUS: Final = {
    "accepted": TagStatus.ACCEPTED,
    "blocked": TagStatus.BLOCKED,
    "expired": TagStatus.EXPIRED,
    # It charges elsewhere already.
    "concurrenttx": TagStatus.BLOCKED,
    "invalid": TagStatus.INVALID,
}
_KEPT: Final = frozenset({"SecurityEventNotification"})
"""What has to arrive, however late."""
_TRIGGERED_AS: Final = "StatusNotification"


class Cap(NamedTuple):
    """What the backend lets an outlet have."""

    amperes: float
    """Per phase."""
    until: datetime | None
    """When that may change by itself."""


class BackendRelay(Relay):
    """The backends of one charger, for as long as it has any."""

    def __init__(self, below: Below, store: BackendStore) -> None:
        """Begin without backends; `use` says which there are."""
        self.below = below
        self.verdict = HERE
        self.backends: dict[str, Backend] = {}
        self._store = store
        self._point: ChargePoint = below.point
        self._gone = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sessions: dict[int, str] = {
            number: state.transaction.id
            for number, state in self._point.connectors.items()
            if state.transaction is not None
        }
        self._unsubscribe = self._point.on_change(self._on_change)
        self._point.relay = self
        if self._point.link is not None:
            self._point.link.relay = self

    # Life

    async def use(self, settings: Mapping[str, BackendSettings]) -> None:
        """Have these backends; one that did not change keeps its link."""
        for name, backend in tuple(self.backends.items()):
            if settings.get(name) == backend.settings:
                continue
            # What its charger says until its link is closed is for it, too.
            await backend.disconnect(for_good=True)
            if name in settings:
                # It goes on with what is known of it under its other settings.
                self._add(settings[name], backend.kept)
            else:
                del self.backends[name]
                self._store.forget(name)
        for name, wanted in settings.items():
            if name not in self.backends:
                self._add(wanted, self._store.take(name))
        self._connect()
        if self._point.online and not self.below.statuses and self.backends:
            # It was there before, and has told already how its outlets are.
            self._begin(self._ask_for_statuses())

    async def _ask_for_statuses(self) -> None:
        for number in self.below.outlets:
            await self._point.trigger(Message.STATUS, number)

    def _add(self, settings: BackendSettings, kept: Kept) -> None:
        self.backends[settings.id] = Backend(
            settings, self.below, self._store, kept, on_start_told=self._start_told
        )

    def _connect(self) -> None:
        """Dial, where the charger is there, and speaks as the backends do."""
        if not self._point.online:
            return
        self._gone.clear()
        for backend in self.backends.values():
            if self._speaks_alike:
                backend.connect()
            else:
                backend.speaks_otherwise()

    @property
    def _speaks_alike(self) -> bool:
        return self._point.dialect.subprotocol == SUBPROTOCOL

    async def close(self) -> None:
        """Have no backends any more; what is to be told to them stays on the disk."""
        self._unsubscribe()
        self._point.relay = None
        if self._point.link is not None:
            self._point.link.relay = None
        self._gone.set()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for backend in self.backends.values():
            await backend.disconnect(for_good=True)
            backend.keep()

    async def end(self, moved: Container[str]) -> None:
        """Its charger is served no more; backends that `moved` are another charger's now.

        What these are still to be told goes with them.
        """
        await self.use({name: one.settings for name, one in self.backends.items() if name in moved})
        await self.close()
        for name, backend in self.backends.items():
            self._store.give_back(name, backend.kept)

    @property
    def decider(self) -> Backend | None:
        """The backend that decides."""
        return next((one for one in self.backends.values() if one.settings.decides), None)

    def cap(self, connector: int) -> Cap | None:
        """What the backend lets an outlet have; None: it says nothing of that."""
        decider = self.decider
        if decider is None or not len(decider.profiles):
            return None
        now, session = clock.now(), self.below.session(connector)
        held = decider.profiles.allowed(connector, now, session)
        until = decider.profiles.changes(connector, now, session)
        if not held:
            return None if until is None else Cap(math.inf, until)
        return Cap(min(self._amperes(one, connector) for one in held), until)

    def _amperes(self, allowed: Allowed, connector: int) -> float:
        """What an outlet may have of it; of what is for all of them, its share.

        Where it is not enough for all, those have it that began first.
        """
        amperes = allowed.amperes(self.below.phases(connector))
        if not allowed.is_shared:
            return amperes
        outlets = self.below.outlets
        begun = {one: session for one in outlets if (session := self.below.session(one))}
        using = sorted(begun, key=lambda one: (begun[one].began, one))
        if connector not in begun:
            # It may begin at any time.
            using.append(connector)
        least = allowed.amperes(max(self.below.phases(one) for one in using))
        sharers = min(len(using), max(1, int(least / _LEAST_CURRENT)))
        return amperes / sharers if using.index(connector) < sharers else 0.0

    # What the charger says

    @override
    def hear(self, call: Call) -> Hearing | None:
        payload = call.payload
        if not isinstance(payload, Verbatim) or not self.backends or not self._speaks_alike:
            return None
        match call.action:
            case "BootNotification":
                self._booted(payload)
            case "StatusNotification":
                self._status(payload)
            case "MeterValues":
                self._values(payload)
            case "StartTransaction" | "StopTransaction":
                return _OfSession(self, call.action, payload)
            case "Authorize" if self.decider is not None:
                return _Authorize(self, self.decider, payload)
            case "DataTransfer" if self.decider is not None:
                return _Transfer(self, self.decider, call.action, payload)
            case "SignCertificate" if self.decider and self.decider.settings.certificates:
                return _Transfer(self, self.decider, call.action, payload)
            case action if action in _KEPT:
                for backend in self.backends.values():
                    backend.outbox.put(action, payload)
            case action if action in progress.KINDS:
                for backend in self.backends.values():
                    backend.advanced(action, payload, asked=backend.orders.takes(action))
        return None

    def _booted(self, payload: Verbatim) -> None:
        self.below.boot = payload
        for backend in self.backends.values():
            backend.booted()
            backend.keep()

    def _status(self, payload: Verbatim) -> None:
        number = fields.integer(payload, "connectorId")
        if number is None or not 0 <= number <= self._point.most_connectors:
            return
        known = self.below.statuses.get(number)
        self.below.statuses[number] = payload
        same = known is not None and _without_time(known) == _without_time(payload)
        for backend in self.backends.values():
            # The same again is what we asked for, unless the backend did.
            asked = backend.orders.takes(_TRIGGERED_AS)
            if not same or asked:
                backend.note("StatusNotification", payload, asked=asked)

    def _values(self, payload: Verbatim) -> None:
        session = fields.integer(payload, TRANSACTION_ID)
        for backend in self.backends.values():
            asked = backend.orders.takes("MeterValues")
            told = backend.keys.thinned(payload, triggered=asked)
            if told is None:
                continue
            if session is None or session <= 0:
                if asked and backend.state is State.PENDING:
                    backend.note("MeterValues", told, asked=True)
                    continue
                backend.outbox.put("MeterValues", told)
            elif backend.outbox.knows(str(session)):
                backend.outbox.put("MeterValues", told, str(session))
            elif self.began_there(backend, str(session)):
                backend.outbox.put("MeterValues", told)

    def began_there(self, backend: Backend, session: str) -> bool:
        """Whether a session began at the backend, when the charger still dialled it.

        One that began here before the backend was there is nothing to it.
        """
        begun = self._point.sessions.find(session)
        return backend.settings.decides and (begun is None or begun.is_adopted)

    def begins_another(self, outbox: Outbox, start: Verbatim) -> bool:
        """Whether a start in the words of one before begins another session.

        Some clocks begin anew with each boot, and some count each session from 0.
        """
        before = outbox.began_before(start)
        if before is None:
            return False
        told = fields.timestamp(start.get("timestamp"))
        if told is not None:
            self._point.clock.observe(told)
        return self._point.sessions.begins_another(before, told)

    # What it is told

    def answer_of_start(self, told: Verbatim, backend: Backend, answer: Verbatim) -> Verdict:
        """What follows from a backend's answer to a start."""
        name = name_in(answer)
        tag = self.tag_of(answer)
        if name is None:
            return HERE
        session = backend.outbox.session_of(str(name))
        taken = self._point.sessions.find(session) is not None
        listed = self.listed(told) if backend.settings.both_lists else None
        if session != str(name) or not 0 < name <= _GREATEST_ID or taken:
            # One of ours has that name already, or a charger can't have it.
            return Verdict(tag=listed or tag)
        if listed is not None:
            return Verdict(transaction_id=str(name), tag=listed)
        return Verdict(payload=answer, transaction_id=str(name), tag=tag)

    def listed(self, told: Verbatim) -> TagInfo | None:
        """What our own list says of the card of a start, where it may charge."""
        info = self.below.listed(fields.text(told, "idTag"))
        return info if info is not None and info.status is TagStatus.ACCEPTED else None

    @staticmethod
    def tag_of(answer: Mapping[str, Any]) -> TagInfo | None:
        """What a backend says of a card."""
        told = answer.get("idTagInfo")
        if not isinstance(told, dict):
            return None
        status = _STATUS.get(fields.text(told, "status").casefold())
        if status is None:
            return None
        expires = fields.timestamp(told.get("expiryDate"))
        return TagInfo(status, expires, fields.text(told, "parentIdTag"))

    def note_tag(self, backend: Backend, id_tag: str, info: TagInfo | None) -> None:
        """Remember what it said of a card, for when it is away."""
        if info is None:
            return
        known = backend.tags
        known.pop(id_tag.casefold(), None)
        if info.status is TagStatus.ACCEPTED:
            known[id_tag.casefold()] = clock.now().timestamp()
            while len(known) > MOST_TAGS:
                del known[next(iter(known))]
        backend.keep()

    def while_away(self, backend: Backend, id_tag: str) -> TagInfo:
        """Whether a card may charge while nobody can say."""
        listed = self.below.listed(id_tag)
        rule = backend.settings.offline
        if listed is not None and (
            rule in (Offline.KNOWN, Offline.LIST) or listed.status is not TagStatus.ACCEPTED
        ):
            return listed
        if rule is Offline.EVERYBODY:
            return TagInfo(TagStatus.ACCEPTED)
        at = backend.tags.get(id_tag.casefold())
        if rule is Offline.KNOWN and at is not None:
            age = clock.now() - datetime.fromtimestamp(at, clock.now().tzinfo)
            if age <= timedelta(seconds=backend.settings.known_for):
                return TagInfo(TagStatus.ACCEPTED)
        return TagInfo(TagStatus.INVALID)

    def _start_told(self, backend: Backend, item: Item, answer: Verbatim) -> None:
        """It says in the end of a session that began without it what it thinks of its card."""
        info = self.tag_of(answer)
        self.note_tag(backend, fields.text(item.payload, "idTag"), info)
        keeps = backend.settings.both_lists and self.listed(item.payload) is not None
        refused = info is not None and info.status is not TagStatus.ACCEPTED
        if backend.settings.decides and refused and not keeps and item.session is not None:
            self._begin(self._end(item.session))

    def look_again(self, backend: Backend, item: Item) -> None:
        """Its answer may have come while its charger was given ours."""
        if item.answer.done() and (answer := item.answer.result()) is not None:
            self._start_told(backend, item, answer)

    async def flush(self) -> None:
        """Wait until all that is to outlive a restart is on the disk."""
        await self._store.flush()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, session: str) -> None:
        try:
            await self._point.call(self._point.dialect.stop(session))
        except ChargePointError as error:
            _LOGGER.debug("%s goes on: %s", self._point.id, error)

    async def first(self, *waiting: asyncio.Future[Verbatim | None]) -> Verbatim | None:
        """Wait for an answer, as long as the charger is there; not for too long."""
        gone = asyncio.ensure_future(self._gone.wait())
        either: list[asyncio.Future[Any]] = [*waiting, gone]
        try:
            await asyncio.wait(
                either,
                timeout=clock.real(DECIDED_WITHIN),
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            gone.cancel()
        done = next((one for one in waiting if one.done() and not one.cancelled()), None)
        return None if done is None else done.result()

    def _on_change(self, point: ChargePoint, change: Change, number: int | None) -> None:
        if change is Change.CONNECTION:
            if point.online:
                self._connect()
            else:
                self._gone.set()
                self._begin(self._disconnect())
        elif change is Change.TRANSACTION and number:
            self._session_changed(number)

    async def _disconnect(self) -> None:
        """The charger is gone: a backend is to see what it would see without us."""
        await asyncio.gather(*(one.disconnect() for one in self.backends.values()))
        # It may be back meanwhile.
        self._connect()

    def _session_changed(self, number: int) -> None:
        """Forget profiles of a session that is over, and remember those of one that begins."""
        session = self.below.session(number)
        before = self._sessions.get(number)
        now = None if session is None else session.id
        if before == now:
            return
        if before is not None:
            for backend in self.backends.values():
                if backend.profiles.session_over(before):
                    backend.keep()
        if now is None:
            self._sessions.pop(number, None)
            return
        self._sessions[number] = now
        running = self._point.connectors[number].transaction
        decider = self.decider
        if running is not None and decider is not None:
            decider.orders.session_began(number, running.id_tag, now)


class _Hearing(Hearing):
    """A message that is on its way to the backend that decides."""

    def __init__(self, relay: BackendRelay) -> None:
        self._relay = relay

    @override
    @contextmanager
    def in_force(self, verdict: Verdict) -> Iterator[None]:
        self._relay.verdict = verdict
        try:
            yield
        finally:
            self._relay.verdict = HERE

    @override
    async def answered(self, payload: Mapping[str, Any]) -> None:
        """Nothing of it has to outlive a restart."""


class _Authorize(_Hearing):
    """Whether a card may charge."""

    def __init__(self, relay: BackendRelay, decider: Backend, payload: Verbatim) -> None:
        super().__init__(relay)
        self._decider = decider
        self._payload = payload
        self._tag = fields.text(payload, "idTag")

    @override
    async def decide(self) -> Verdict:
        relay, decider = self._relay, self._decider
        listed = relay.below.listed(self._tag)
        if (
            decider.settings.both_lists
            and listed is not None
            and (listed.status is TagStatus.ACCEPTED)
        ):
            return Verdict(tag=listed)
        answer = await decider.ask("Authorize", self._payload, within=DECIDED_WITHIN)
        info = None if answer is None else relay.tag_of(answer)
        if answer is None or info is None:
            return Verdict(tag=relay.while_away(decider, self._tag))
        relay.note_tag(decider, self._tag, info)
        return Verdict(payload=answer, tag=info)


class _Transfer(_Hearing):
    """Something between the charger and its maker, or its operator."""

    def __init__(
        self, relay: BackendRelay, decider: Backend, action: str, payload: Verbatim
    ) -> None:
        super().__init__(relay)
        self._decider = decider
        self._action = action
        self._payload = payload

    @override
    async def decide(self) -> Verdict:
        answer = await self._decider.ask(self._action, self._payload, within=DECIDED_WITHIN)
        return Verdict(payload=answer)


class _OfSession(_Hearing):
    """A start or an end: it is kept until every backend has it."""

    def __init__(self, relay: BackendRelay, action: str, payload: Verbatim) -> None:
        super().__init__(relay)
        self._action = action
        self._payload = payload
        self._session: str | None = None
        if action == STOP and (name := fields.integer(payload, TRANSACTION_ID)) is not None:
            self._session = str(name)
        self._items: dict[str, Item] = {}
        self._again: Verdict | None = None
        self._ours = False
        """The charger is given our answer, because the backend gave none."""
        self._put()

    def _put(self) -> None:
        """Have every backend told, but for those that were."""
        for name, backend in self._relay.backends.items():
            outbox = backend.outbox
            another = self._action == START and self._relay.begins_another(outbox, self._payload)
            told = None if another else outbox.told_before(self._action, self._payload)
            if told is not None:
                if backend.settings.decides:
                    self._again = self._verdict_again(backend, told.session, told.answer)
            elif self._action == START or (self._session and outbox.knows(self._session)):
                self._items[name] = outbox.put(
                    self._action, self._payload, self._session, begins_another=another
                )
            elif self._session is None or self._relay.began_there(backend, self._session):
                self._items[name] = outbox.put(self._action, self._payload)

    def _verdict_again(self, backend: Backend, session: str | None, answer: Verbatim) -> Verdict:
        if self._action == STOP:
            return Verdict(payload=answer)
        name = name_in(answer)
        if session is None or name is None:
            return self._relay.answer_of_start(self._payload, backend, answer)
        listed = self._relay.listed(self._payload) if backend.settings.both_lists else None
        if listed is not None:
            return Verdict(transaction_id=session, tag=listed)
        told = answer if str(name) == session else with_value(answer, TRANSACTION_ID, int(session))
        return Verdict(payload=told, transaction_id=session, tag=self._relay.tag_of(answer))

    @override
    async def decide(self) -> Verdict:
        if self._again is not None:
            return self._again
        decider = self._relay.decider
        item = None if decider is None else self._items.get(decider.settings.id)
        if decider is None or item is None:
            return HERE
        tag = fields.text(self._payload, "idTag")
        if self._action == START and item.session is not None:
            # Its charger had our answer before, and may have lost it: it stays the same.
            return Verdict(tag=self._relay.while_away(decider, tag))
        answer = await self._relay.first(item.answer) if decider.may_answer else None
        if self._action == STOP:
            return HERE if answer is None else Verdict(payload=answer)
        if answer is None:
            self._ours = True
            return Verdict(tag=self._relay.while_away(decider, tag))
        self._relay.note_tag(decider, tag, self._relay.tag_of(answer))
        return self._relay.answer_of_start(self._payload, decider, answer)

    @override
    async def answered(self, payload: Mapping[str, Any]) -> None:
        relay = self._relay
        name = fields.integer(payload, TRANSACTION_ID) if self._action == START else None
        for key, backend in relay.backends.items():
            if name is not None:
                backend.outbox.is_called(self._payload, str(name), self._items.get(key))
            backend.keep()
        decider = relay.decider
        item = None if decider is None else self._items.get(decider.settings.id)
        if self._ours and decider is not None and item is not None:
            item.session = str(name)
            relay.look_again(decider, item)
        await relay.flush()


def _without_time(payload: Verbatim) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name != "timestamp"}
