"""One charger, as long as it is configured; sockets come and go beneath it.

What messages look like is its dialect's matter (`v16`), which reads them and tells the
charge point what happened.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
import logging
from typing import Any, Protocol, override

from ... import clock
from ...balancing.readings import Status
from ...data_files.stored import Stored
from ..dialect import Dialect, Message, TagInfo
from ..transactions import TransactionIds
from ..transport.budget import Bucket, Rate
from ..transport.calls import CallPriority, Calls, ReachableCharger
from ..transport.connection import Link, Reply
from ..transport.connection_habits import Habit
from ..transport.errors import CallError, ChargePointError
from ..transport.messages import ErrorCode
from ..transport.parts import Expected
from ..transport.relay import Relay
from .connector import ConnectorState, PhaseValues, Transaction, Values
from .known_charger import Identity, KnownCharger
from .reports import ReportKind
from .sessions import Sample

__all__ = [
    "Authorize",
    "CallPriority",
    "Change",
    "ChargePoint",
    "ConnectorState",
    "Identity",
    "PhaseValues",
    "Transaction",
    "Values",
]

_LOGGER = logging.getLogger(__name__)

BOOT_WITHIN = 1.0
"""A charger that connects without BootNotification is used after this, s."""
BOOTS_LATE_WITHIN = 30.0
"""One that said nothing, or is known to hang up when it is asked before, after this, s."""
ASK_AFTER = 5.0
"""What it didn't tell by then is asked for, s."""
ENDS_ITSELF_WITHIN = 30.0
"""A charger that was told that a tag may not charge ends its session within this, s."""
BOOTS = Rate(6.0, 0.1)
"""How often a charger may boot on one socket: six times, then every ten seconds."""
HEARTBEAT_INTERVAL = 300
"""A charger is told to say something this often at least, s."""
SILENT_AFTER = 2.0 * HEARTBEAT_INTERVAL
"""A charger that has said nothing for so long, s, is asked whether it still talks."""
GOING_AWAY = 1001
"""What a socket is closed with when Home Assistant stops (RFC 6455, 7.4.1)."""
_SOLICITED_WITHIN = 60.0
_OUT_OF_SERVICE = frozenset({Status.FAULTED, Status.UNAVAILABLE})
_OF_A_HANDSHAKE = frozenset({Habit.NO_SUBPROTOCOL, Habit.NO_UPGRADE_HEADER})


class Change(StrEnum):
    """What changed."""

    CONNECTION = "connection"
    STATUS = "status"
    TRANSACTION = "transaction"
    ANSWERED = "answered"
    """The start of a session was answered, so that its charger knows how it is called; or its end."""
    VALUES = "values"
    IDENTITY = "identity"
    LIMIT = "limit"
    CAPABILITIES = "capabilities"
    REPORT = "report"


type ChangeCallback = Callable[[ChargePoint, Change, int | None], None]
type ReadyHook = Callable[[ChargePoint], Awaitable[None]]
type Authorize = Callable[[ChargePoint, str], TagInfo]
"""What is known of an id tag at a charger; asked synchronously."""
type StoredState = Stored | Mapping[str, Any]
"""What was stored of a charger."""
type Save = Callable[[ChargePoint], Awaitable[None]]


class Pending(Protocol):
    """A charger that nobody has added yet."""

    def introduced(self, *, vendor: str, model: str, serial: str, firmware: str) -> None:
        """It told who it is; any may be empty."""

    def reported(self, number: int, action: str, payload: Mapping[str, Any]) -> None:
        """It told the status of a connector: what is to be answered once it is added."""


class FullDialect(Dialect, Protocol):
    """A dialect that also knows what a charger says by itself."""

    def answer(self, charger: ChargePoint, action: str, payload: Mapping[str, Any]) -> Reply:
        """Tell a charger what its message means, and answer it; raises Refusal.

        It reads leniently, and waits for nothing.
        """

    def recognises(self, action: str, payload: Mapping[str, Any]) -> bool:
        """Whether a charger's message can be of this version only, or of one that is like it."""

    def answer_pending(self, charger: Pending, action: str, payload: Mapping[str, Any]) -> Reply:
        """Answer one that nobody has added yet, so that nothing happens; raises Refusal."""


class ChargePoint(KnownCharger, ReachableCharger):
    """One charger: what is known of it, and the socket it can be asked through."""

    def __init__(
        self,
        charger_id: str,
        *,
        transaction_ids: TransactionIds,
        dialect: FullDialect,
        authorize: Authorize,
        save: Save,
    ) -> None:
        super().__init__(charger_id, transaction_ids)
        self._expected = Expected()
        self.connected_at: float | None = None
        """Since when it is online (monotonic)."""
        self.is_pending = False
        """It was answered Pending, and has told nothing of its outlets since."""
        self.is_kept_out = False
        """It is refused, to see what it does alone."""
        self.unanswered: dict[int, float] = {}
        """Since when a start or an end waits for its answer (monotonic), by connector."""
        self.relay: Relay | None = None
        """Its other central systems; None: it has none."""
        self._link: Link[FullDialect] | None = None
        self._dialect = dialect
        self._authorize = authorize
        self._save = save
        self._callbacks: list[ChangeCallback] = []
        self._hooks: list[ReadyHook] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._hook_tasks: set[asyncio.Task[None]] = set()
        self._was_ready = False
        self._booted = False
        self.booted_unasked = False
        """It said who it is by itself on its present socket."""
        self._boot_asked_at: float | None = None
        self._boot_budget = Bucket(BOOTS)
        self._takes_triggers = True
        self._spoke = asyncio.Event()
        """It said anything on its present socket."""
        self._boots = asyncio.Event()
        """It sent BootNotification on it."""
        self._answered = False
        """It answered a question on it."""

    # What others ask and are told

    @property
    @override
    def dialect(self) -> Dialect:
        return self._dialect

    @property
    @override
    def calls(self) -> Calls | None:
        return self._link.calls if self._link else None

    @property
    @override
    def expected(self) -> Expected:
        return self._expected

    @property
    def heard_at(self) -> float | None:
        """When it last sent anything on its present socket (monotonic)."""
        return self._link.heard_at if self._link else None

    @property
    def is_mute(self) -> bool:
        """Whether nobody behind its open socket says a word, though it was asked."""
        return self._link is not None and self._link.owes_a_word

    def on_change(self, callback: ChangeCallback) -> Callable[[], None]:
        """Call back on every change, in the loop, at once; returns how to end that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def on_ready(self, hook: ReadyHook) -> Callable[[], None]:
        """Run `hook` whenever a socket becomes usable (boot or reconnect).

        All hooks run at the same time, each in a task of its own, that ends with
        the socket; where they ask the charger, the calls' priorities put them in
        order. Returns how to end that.
        """
        self._hooks.append(hook)
        return lambda: self._hooks.remove(hook)

    def changed(self, change: Change, connector: int | None = None) -> None:
        """Tell everyone about a change (also for those who keep limits)."""
        for callback in tuple(self._callbacks):
            try:
                callback(self, change, connector)
            except Exception:
                _LOGGER.exception("A change of charger %s can't be handled", self.id)

    async def trigger(self, message: Message, connector: int | None = None) -> bool:
        """Ask for a message out of turn; whether it will come.

        Never raises for what the charger does: many can't do it.
        """
        if not self._takes_triggers:
            return False
        question = self.dialect.trigger(message, connector)
        try:
            answer = await self.call(question, priority=CallPriority.BACKGROUND)
        except CallError as error:
            if error.code in (ErrorCode.NOT_IMPLEMENTED, ErrorCode.NOT_SUPPORTED):
                self._takes_triggers = False
            return False
        except ChargePointError as error:
            _LOGGER.debug("%s can't be asked for %s: %s", self.id, message.name, error)
            return False
        return self.dialect.accepts(answer)

    async def cut_off(self) -> None:
        """Close its socket, and refuse it until `let_in`."""
        self.is_kept_out = True
        if self._link is not None:
            await self._link.close(GOING_AWAY, "cut off to see what it does alone")

    def let_in(self) -> None:
        """End `cut_off`: it may come back."""
        self.is_kept_out = False

    # Sockets

    @property
    def link(self) -> Link[FullDialect] | None:
        """The present socket; the central system's matter."""
        return self._link

    def attach(self, link: Link[FullDialect], *, pending: bool = False) -> Link | None:
        """Use `link` from now on; returns the one it replaces, to be closed.

        `pending`: the charger was answered Pending on it, and is asked to boot again.
        """
        replaced = self._link
        if replaced is not None:
            replaced.owner = None
        self._stop_tasks()
        self.unanswered.clear()
        link.owner = self
        link.relay = self.relay
        self._link = link
        self._dialect = link.dialect
        self._was_ready = self._booted = self.booted_unasked = False
        self._boot_budget = Bucket(BOOTS)
        self._boot_asked_at = None
        self._takes_triggers = True
        self._spoke.clear()
        self._boots.clear()
        self._answered = False
        self.habits = (self.habits - _OF_A_HANDSHAKE) | link.habits
        if Habit.NO_PONG in self.habits:
            link.answers_pings = False
        self.is_pending = pending
        self.clock.reconnected()
        self.connected_at = clock.monotonic()
        for state in self._all():
            state.reported_at = None
        if link.address != self.identity.address:
            self.identity = replace(self.identity, address=link.address)
        self._start(self._settle_in(pending))
        self._start(self._listen(link))
        self.changed(Change.CONNECTION)
        return replaced

    def answer(self, link: Link, action: str, payload: Mapping[str, Any]) -> Reply:
        """Answer a call of the charger; raises Refusal."""
        self._spoke.set()
        reply = self._dialect.answer(self, action, payload)
        for number in self.sessions.tidy(self.connected_at or 0.0):
            self.changed(Change.TRANSACTION, number)
        return reply

    # What its dialect tells

    def booted(self, *, vendor: str, model: str, serial: str, firmware: str) -> Callable[[], None]:
        """It told who it is; returns what is to happen once it has its answer."""
        if not self._boot_budget.takes(1.0):
            # Each is a restart to us: all that is known of it is asked for anew.
            return self.clock.set
        before = self.identity
        self.identified(vendor=vendor, model=model, serial=serial, firmware=firmware)
        asked, self._boot_asked_at = self._boot_asked_at, None
        solicited = asked is not None and clock.monotonic() - asked < _SOLICITED_WITHIN
        # A boot that we asked for is no reboot, unless it says something new.
        again = not self._was_ready or not solicited or self.identity != before
        self._booted = True
        self._boots.set()
        self.booted_unasked |= not solicited

        def then() -> None:
            self.clock.set()
            if again and self.online:
                self._ready()

        return then

    def identified(self, *, vendor: str, model: str, serial: str, firmware: str) -> None:
        """Take over who it is."""
        was = self.identity
        self.identity = Identity(
            vendor=vendor, model=model, serial=serial, firmware=firmware, address=was.address
        )
        if self.identity != was:
            self.changed(Change.IDENTITY)
        self.is_of_firmware(firmware)

    def reported(self, number: int, status: Status) -> None:
        """It told the status of a connector."""
        state = self.connector(number)
        state.reported_at = clock.monotonic()
        if number:
            self._introduced()
        was_kept = state.status is Status.RESERVED
        changed = state.set_status(status)
        if status is Status.AVAILABLE:
            state.car_left()
        if status in _OUT_OF_SERVICE:
            changed |= self.reservations.out_of_service(number)
        elif was_kept and status is Status.AVAILABLE:
            changed |= self.reservations.free_again(number)
        if changed:
            self.changed(Change.STATUS, number)

    def started(
        self,
        *,
        connector: int,
        timestamp: str,
        told: datetime | None,
        meter_start: float | None,
        id_tag: str,
        transaction_id: str | None = None,
    ) -> Transaction:
        """A transaction began; told again, it is the same one.

        `transaction_id`: how its charger calls it; None: it has to be told (`answered`: it was).
        """
        names_it = transaction_id is not None
        if not names_it:
            self.unanswered.setdefault(connector, clock.monotonic())
            transaction_id = self.relay.verdict.transaction_id if self.relay else None
        transaction, new = self.sessions.start(
            connector=connector,
            timestamp=timestamp,
            told=told,
            meter_start=meter_start,
            id_tag=id_tag,
            transaction_id=transaction_id,
            names_it=names_it,
        )
        if new:
            transaction.asked = self.connector(connector).needs
            self.changed(Change.TRANSACTION, connector)
        return transaction

    def answered(self, connector: int) -> None:
        """The start of a session was answered, or its end."""
        self.unanswered.pop(connector, None)
        self.changed(Change.ANSWERED, connector)

    def stopped(
        self,
        *,
        transaction_id: str | None,
        told: datetime | None,
        meter_stop: float | None,
        reason: str,
        id_tag: str,
        connector: int | None,
        samples: list[Sample],
        timestamp: str = "",
    ) -> Transaction | None:
        """A transaction ended; `timestamp` is `told` as the charger wrote it.

        Returns it unless nobody knows it; then `answered` says that its charger has the answer.
        """
        transaction = self.sessions.stop(
            transaction_id=transaction_id,
            told=told,
            meter_stop=meter_stop,
            reason=reason,
            id_tag=id_tag,
            connector=connector,
            samples=samples,
            timestamp=timestamp,
        )
        if transaction is not None:
            self.unanswered.setdefault(transaction.connector, clock.monotonic())
            self.changed(Change.TRANSACTION, transaction.connector)
        return transaction

    def metered(self, *, connector: int, transaction_id: str | None, samples: list[Sample]) -> None:
        """It told meter values, present or old ones."""
        booked = self.sessions.meter(
            connector=connector, transaction_id=transaction_id, samples=samples
        )
        if booked.adopted:
            self.changed(Change.TRANSACTION, booked.connector)
        # Also where only old values came: they may have moved a session's energy.
        self.changed(Change.VALUES, booked.connector)

    def authorized(self, id_tag: str) -> TagInfo:
        """Whether `id_tag` may charge here."""
        decided = self.relay.verdict.tag if self.relay else None
        return decided or self._authorize(self, id_tag)

    def reservation_over(self, reservation_id: int | None) -> None:
        """It keeps an outlet for nobody any more."""
        if self.reservations.remove(reservation_id):
            self.changed(Change.STATUS)

    def told(
        self, kind: ReportKind, status: str, info: str = "", *, is_failure: bool = False
    ) -> None:
        """It told how far some work is, or of a security event."""
        if self.reports.add(kind, status, info, is_failure=is_failure):
            self.changed(Change.REPORT)

    def turn_away(self, transaction: Transaction) -> None:
        """End a session of a tag that may not charge, where the charger goes on with it."""
        self._start(self._turn_away(transaction))

    async def save(self) -> None:
        """Store the charger's state; raises what storing raises."""
        await self._save(self)

    def lost(self, link: Link) -> None:
        """The socket is gone."""
        if link is not self._link:
            return
        self._learn_habits(link)
        self._link = None
        self.last_heard_at = link.heard_at
        self.connected_at = None
        self.unanswered.clear()
        self._stop_tasks()
        self.clock.lost()
        self.changed(Change.CONNECTION)

    async def close(self) -> None:
        """End everything of this charger but its socket, which the central system closes."""
        tasks = tuple(self._tasks)
        self._stop_tasks()
        if tasks:
            await asyncio.wait(tasks)

    async def _settle_in(self, pending: bool) -> None:
        """What a new socket needs: be used soon, and be asked for what it doesn't tell."""
        began = clock.monotonic()
        if pending:
            # What was told to wait takes no orders before it has booted again.
            await self._ask_to_boot()
            await clock.happens(self._boots, ASK_AFTER)
        else:
            await self._until_it_takes_orders()
        if not self._was_ready:
            self._ready()
        await clock.sleep(max(0.0, began + ASK_AFTER - clock.monotonic()))
        if not self._booted and not pending:
            await self._ask_to_boot()
        for state in tuple(self.connectors.values()) or (ConnectorState(number=1),):
            if state.reported_at is None:
                await self.trigger(Message.STATUS, state.number)
        self._introduced()
        for state in tuple(self.connectors.values()):
            if state.transaction is not None or state.plugged_in:
                await self.trigger(Message.VALUES, state.number)

    async def _until_it_takes_orders(self) -> None:
        """Wait until a socket may be used.

        Firmware that is asked anything before it has booted may hang up, and would never
        come in: so what nobody knows yet gets time to begin. What is known and only lost its
        link need not boot again, and a limit must not wait for that.
        """
        if Habit.BOOTS_LATE in self.habits:
            begins = self._boots if self.dialect.boots_again else self._spoke
            await clock.happens(begins, BOOTS_LATE_WITHIN)
            return
        await clock.happens(self._boots, BOOT_WITHIN)
        is_known = bool(self.identity.vendor or self.identity.model)
        if not is_known and Habit.NEEDS_NO_BOOT not in self.habits:
            await clock.happens(self._spoke, BOOTS_LATE_WITHIN - BOOT_WITHIN)

    @override
    def has_answered(self, calls: Calls) -> None:
        if calls is not self.calls:
            return
        self._answered = True
        if not self._booted:
            self.habits.add(Habit.NEEDS_NO_BOOT)
            self.habits.discard(Habit.BOOTS_LATE)

    def _learn_habits(self, link: Link) -> None:
        """See what the end of a socket tells of the firmware behind it."""
        lived = clock.monotonic() - link.opened_at
        if self._was_ready and not (self._booted or self._answered) and lived < BOOTS_LATE_WITHIN:
            self.habits.add(Habit.BOOTS_LATE)
            self.habits.discard(Habit.NEEDS_NO_BOOT)
        if link.answers_pings:
            self.habits.discard(Habit.NO_PONG)
        elif link.answers_pings is False:
            self.habits.add(Habit.NO_PONG)

    @staticmethod
    async def _listen(link: Link) -> None:
        """Ask whoever says nothing for long: firmware that hangs may answer pings all the same."""
        while True:
            silent_for = clock.monotonic() - link.heard_at
            if silent_for >= SILENT_AFTER:
                link.ask_to_speak()
                silent_for = 0.0
            await clock.sleep(max(1.0, SILENT_AFTER - silent_for))  # never twice in one moment

    async def _turn_away(self, transaction: Transaction) -> None:
        await clock.sleep(ENDS_ITSELF_WITHIN)
        if self.connector(transaction.connector).transaction is not transaction:
            return
        question = self.dialect.stop(transaction.id)
        try:
            await self.call(question)
        except ChargePointError as error:
            _LOGGER.debug("%s goes on with a tag that may not charge: %s", self.id, error)

    async def _ask_to_boot(self) -> None:
        self._boot_asked_at = clock.monotonic()
        if await self.trigger(Message.BOOT):
            return
        self._boot_asked_at = None
        question = self.dialect.read_identity()
        if question is None:
            return
        try:
            answer = await self.call(question, priority=CallPriority.BACKGROUND)
        except ChargePointError as error:
            _LOGGER.debug("%s does not tell who it is: %s", self.id, error)
            return
        told = self.dialect.identity_told(answer)
        if told.get("vendor") or told.get("model"):
            known = self.identity
            self.identified(
                vendor=told.get("vendor", ""),
                model=told.get("model", ""),
                serial=told.get("serial") or known.serial,
                firmware=told.get("firmware") or known.firmware,
            )

    def _introduced(self) -> None:
        if self.is_pending:
            self.is_pending = False
            self.changed(Change.CONNECTION)

    def _ready(self) -> None:
        """Run every hook, from its beginning where it still runs."""
        self._was_ready = True
        for task in tuple(self._hook_tasks):
            task.cancel()
        for hook in tuple(self._hooks):
            task = self._start(self._run(hook))
            self._hook_tasks.add(task)
            task.add_done_callback(self._hook_tasks.discard)

    async def _run(self, hook: ReadyHook) -> None:
        try:
            await hook(self)
        except ChargePointError as error:
            _LOGGER.debug("%s: %s", self.id, error)
        except Exception:
            _LOGGER.exception("Charger %s can't be made ready", self.id)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=f"charger {self.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _stop_tasks(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
