"""One backend of a charger: its link, as long as the charger is there, and what it hears."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
import contextlib
from enum import StrEnum
from functools import partial
import logging
import math
import random
import sqlite3
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ... import clock
from ..dialect import Question
from ..transport import fields, messages
from ..transport.budget import CHARGER, Budget
from ..transport.calls import CallPriority, Calls, Late, trace
from ..transport.errors import CallError, CallTimeout, ChargePointError, NotConnected, Refusal
from ..transport.messages import MAX_FRAME_BYTES, Call, ErrorCode, Verbatim
from ..v16.texts import LONGEST
from .below import Below
from .delivery import EMPTY, Delivery
from .keys import Keys
from .orders import Orders
from .outbox import START, STOP, Item, Outbox
from .payloads import from_text
from .profiles import Profiles
from .progress import Progress
from .pulse import LEAST_INTERVAL, LONGEST_INTERVAL, Pulse
from .settings import BackendSettings
from .store import BackendStore, Kept
from .wire import BackendError, dial, hang_up

_LOGGER = logging.getLogger(__name__)

FIRST_BACK_OFF: Final = 5.0
LONGEST_BACK_OFF: Final = 300.0
"""Seconds between two attempts to reach it."""
_SPREAD: Final = 1.5
"""Up to so many times as long: what lost it at once does not come back at once."""
HOLDS_AFTER: Final = 60.0
"""A link that held for so long, s, has not failed."""
BOOTS_WITHIN: Final = 6.0
"""Seconds in which a charger that has connected says who it is, if it does."""
ANSWERS_WITHIN: Final = 30.0
_BOOTS_AGAIN_AFTER: Final = 60.0
"""Seconds before a backend that has not accepted the charger, and does not say when, is asked again."""
_SLOW, _LONGEST_REST = 1.0, 5.0
"""A charger that needs longer, s, for what a backend wants rests as long before the next, up to that:
half of the time a lower limit then waits for no answer."""
_MOST_ORDERS: Final = 10
_LONGEST_ORDERS: Final = MAX_FRAME_BYTES
"""Characters of all orders that wait; a single one may be as long."""
_MOST_NOTES: Final = 100
_WRITES_AFTER: Final = 10.0
"""Seconds before what it orders is written at once again, and not with all else."""


class State(StrEnum):
    """How a backend stands."""

    IDLE = "idle"
    """Its charger is not there."""
    CONNECTING = "connecting"
    PENDING = "pending"
    """It has not accepted the charger yet."""
    REJECTED = "rejected"
    CONNECTED = "connected"
    AWAY = "away"
    """It can't be reached; the next attempt is under way."""


class Backend:
    """One backend of one charger, for as long as it is configured."""

    def __init__(
        self,
        settings: BackendSettings,
        below: Below,
        store: BackendStore,
        kept: Kept,
        *,
        on_start_told: Callable[[Backend, Item, Verbatim], None],
    ) -> None:
        """Go on with what was `kept` of it; `connect` dials.

        `on_start_told` hears what it says of a session whose charger had our answer.
        """
        self.settings: Final = settings
        self._news = asyncio.Event()
        self.outbox = Outbox(settings.id, store, kept, self._news.set)
        self.profiles = Profiles(kept.known.get("profiles"))
        keys = kept.known.get("keys")
        self.keys = Keys(keys if isinstance(keys, dict) else None)
        self.progress = Progress(kept.known.get("progress"))
        self.tags = _stored_tags(kept.known.get("tags"))
        """When it last accepted a card, by its id in small letters: seconds since 1970."""
        self.state = State.IDLE
        self.problem: BackendError | None = None
        """Why it can't be used."""
        self._logged: str | None = None
        self.away_since: float | None = clock.monotonic()
        """Since when it is not there (monotonic)."""
        self._below = below
        self._store = store
        self._on_start_told = on_start_told
        self.orders = Orders(
            settings,
            below,
            profiles=self.profiles,
            keys=self.keys,
            outbox=self.outbox,
            say=self._say,
            changed=self._is_changed_by_order,
            to_begin=kept.known.get("to_begin"),
        )
        self._notes: deque[tuple[str, Verbatim]] = deque(maxlen=_MOST_NOTES)
        self._calls: Calls | None = None
        self._pulse = Pulse(self.keys)
        self._boots = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        """Links before the present one, as long as they are being closed."""
        self._is_over = False
        self._order_is_unwritten = False
        self._order_written_at = -math.inf
        self._boots_again = False
        """The charger has restarted, or the backend asks who it is."""
        self._delivery = Delivery(
            self.outbox,
            self.keys,
            who=f"Backend {settings.name} of {below.point.id}",
            ask=self._call,
            told=self._is_told,
            changed=self._keep_and_tell,
        )
        self._restore_below(kept.known)

    # Life

    def connect(self) -> None:
        """Its charger is there: dial."""
        if self._task is None and not self._is_over:
            self._boots.clear()
            # As long as its charger was not there, nobody missed it.
            self.away_since = clock.monotonic()
            self._task = asyncio.get_running_loop().create_task(
                self._run(), name=f"backend {self.settings.name} of {self._below.point.id}"
            )

    def speaks_otherwise(self) -> None:
        """Its charger speaks another version: what one says is not translated for the other."""
        self._hang_up()
        self._is(State.AWAY, BackendError("backend_charger_version"))

    async def disconnect(self, *, for_good: bool = False) -> None:
        """Its charger is gone, or it is: close the link."""
        self._is_over |= for_good
        self._hang_up()
        # Its charger may be back before the link is closed: then that counts.
        self._is(State.IDLE)
        if self._closing:
            await asyncio.wait(tuple(self._closing))

    def _hang_up(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
            task.cancel()

    def keep(self) -> None:
        """Have what is known of it outlive a restart."""
        self._store.know(self.settings.id, self._known)

    @property
    def kept(self) -> Kept:
        """All of it, for a backend that takes its place."""
        return Kept(self._known(), self.outbox.waiting)

    def _known(self) -> dict[str, Any]:
        return {
            "outbox": self.outbox.state(),
            "profiles": self.profiles.state(),
            "keys": self.keys.state(),
            "tags": self.tags,
            "to_begin": self.orders.to_begin.state(),
            "progress": self.progress.state(),
            "boot": None if self._below.boot is None else self._below.boot.text,
            "statuses": {
                str(number): status.text for number, status in self._below.statuses.items()
            },
        }

    @property
    def may_answer(self) -> bool:
        """Whether it is worth waiting for it."""
        return self.state in (State.CONNECTING, State.CONNECTED) and self.problem is None

    @property
    def connected(self) -> bool:
        """Whether it has accepted the charger, and is there."""
        return self.state is State.CONNECTED

    # What it hears

    async def ask(self, action: str, payload: Verbatim, *, within: float) -> Verbatim | None:
        """Ask it what is of no session; None: it says nothing of use."""
        try:
            async with clock.timeout(within):
                while not self.connected:
                    if not self.may_answer:
                        return None
                    self._news.clear()
                    await self._news.wait()
                return await self._call(action, payload, priority=CallPriority.NORMAL)
        except TimeoutError, ChargePointError:
            return None

    def note(self, action: str, payload: Verbatim, *, asked: bool = False) -> None:
        """Tell it what is of no use once it is over.

        `asked`: it wants that, and hears of it before it has accepted the charger (OCPP 1.6, 4.2).
        """
        if self.connected or (asked and self.state is State.PENDING):
            self._notes.append((action, payload))
            self._news.set()

    def advanced(self, action: str, payload: Verbatim, *, asked: bool) -> None:
        """Tell it how far some work is: at once, or as soon as it is there."""
        self.progress.put(action, payload)
        self.keep()
        self.note(action, payload, asked=asked)

    def booted(self) -> None:
        """The charger said who it is by itself."""
        if not self._boots.is_set():
            self._boots.set()
            return
        # It has restarted on its present socket.
        if self.connected:
            self._say("BootNotification")

    def _say(self, what: str) -> None:
        if what == "BootNotification":
            self._boots_again = True
            self._news.set()
        elif what == "Heartbeat":
            self.note(what, EMPTY, asked=True)
        else:
            for status in self._below.statuses.values():
                self.note(what, status, asked=True)

    # The link

    async def _run(self) -> None:
        back_off = FIRST_BACK_OFF
        if self._closing:
            # One link at a time: a backend takes a second one for another charger.
            await asyncio.wait(tuple(self._closing))
        while True:
            self._is(State.CONNECTING, self.problem)
            began = clock.monotonic()
            try:
                await self._once()
            except BackendError as error:
                self._is(State.AWAY, error)
            except Exception:
                # A mistake of ours must not cost the backend for good.
                _LOGGER.exception("The link to backend %s failed", self.settings.name)
                self._is(State.AWAY, BackendError("backend_closed"))
            if clock.monotonic() - began >= HOLDS_AFTER:
                back_off = FIRST_BACK_OFF
            await clock.sleep(back_off * random.uniform(1.0, _SPREAD))
            back_off = min(back_off * 2.0, LONGEST_BACK_OFF / _SPREAD)

    async def _once(self) -> None:
        """Open a link, and use it until it closes; raises BackendError."""
        socket = await dial(self.settings)
        calls = self._calls = Calls(f"{self._below.point.id} ^", socket.send)
        self._delivery.link_opens()
        # What was to be said on the last one is over; what is not is kept elsewhere.
        self._notes.clear()
        orders = _Queue()
        work = [
            self._start(self._read(socket, calls, orders)),
            self._start(self._obey(orders, calls)),
            self._start(self._talk()),
            self._start(self._pulse.ping(socket)),
        ]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            self._delivery.link_ended()
            for one in done:
                one.result()
        finally:
            calls.fail("the link to the backend is closed")
            self._calls = None
            for one in work:
                one.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            with contextlib.suppress(Exception):
                await hang_up(socket)
        raise BackendError("backend_closed")

    async def _read(self, socket: ClientConnection, calls: Calls, orders: _Queue) -> None:
        # As much as a charger may say: what it has to say of cuts comes over the same machine.
        budget = Budget(CHARGER)
        with contextlib.suppress(ConnectionClosed):
            async for frame in socket:
                self._pulse.heard()
                await self._take(frame, calls, orders)
                # Where many come at once, they wait in the network.
                await clock.sleep(budget.spend(frames=1, size=len(frame)))

    async def _take(self, frame: str | bytes, calls: Calls, orders: _Queue) -> None:
        try:
            message = messages.parse(frame, LONGEST, with_text=True)
        except messages.FrameError as error:
            if error.id is not None and self.state is not State.REJECTED:
                await self._reply(
                    calls, messages.call_error(error.id, error.code, error.description)
                )
            return
        if message is None:
            return
        trace(f"{self._below.point.id} ^", ">", frame)
        if not isinstance(message, Call):
            calls.settle(message)
        elif self.state is State.REJECTED:
            return  # OCPP 1.6, 4.2: nothing is said until it accepts
        elif not orders.takes(message, len(frame)):
            await self._reply(
                calls, messages.call_error(message.id, ErrorCode.GENERIC_ERROR, "one at a time")
            )

    async def _obey(self, orders: _Queue, calls: Calls) -> None:
        """Do what it asks, one after the other."""
        while True:
            call = await orders.next()
            began = clock.monotonic()
            try:
                answer = await self.orders.carry_out(call, is_pending=self.state is State.PENDING)
                await self._write_order()
                frame = messages.call_result(call.id, answer)
            except Refusal as refusal:
                frame = messages.call_error(call.id, refusal.code, refusal.description)
            except Exception:
                _LOGGER.exception("%s of backend %s", call.action[:50], self.settings.name)
                frame = messages.call_error(call.id, ErrorCode.INTERNAL_ERROR, "")
            await self._reply(calls, frame)
            if (took := clock.monotonic() - began) > _SLOW:
                await clock.sleep(min(took, _LONGEST_REST))

    @staticmethod
    async def _reply(calls: Calls, frame: str) -> None:
        with contextlib.suppress(NotConnected):
            await calls.send(frame)

    # What is said

    async def _talk(self) -> None:
        """Say who we are until that is accepted, and then all that there is to tell."""
        with contextlib.suppress(NotConnected):
            await self._boot()
            heartbeats = self._start(self._pulse.beat(partial(self.note, "Heartbeat", EMPTY)))
            try:
                await self._tell_all()
            finally:
                heartbeats.cancel()

    async def _tell_all(self) -> None:
        while True:
            if self._boots_again:
                # It may answer otherwise than before.
                await self._boot()
            await self._tell_notes()
            item = self.outbox.next
            if item is not None:
                await self._delivery.tell(item)
                continue
            self._news.clear()
            await clock.happens(self._news, self.outbox.next_within)

    async def _boot(self) -> None:
        """Say who the charger is until that is accepted, and then how it is."""
        await clock.happens(self._boots, BOOTS_WITHIN)
        while True:
            while (boot := self._below.told_of_itself) is None:
                await clock.sleep(1.0)
            self._boots.set()
            self._boots_again = False
            answer = await self._call_or_close("BootNotification", boot)
            status = fields.text(answer, "status")
            told = fields.number(answer.get("interval")) or 0.0
            interval = min(max(LEAST_INTERVAL, told), LONGEST_INTERVAL) if told > 0.0 else None
            if status == "Accepted":
                if interval is not None:
                    # OCPP 1.6, 4.2: it is that of heartbeats from now on, and reads back so.
                    self.keys.write("HeartbeatInterval", str(round(interval)))
                self._is(State.CONNECTED)
                for state in tuple(self._below.statuses.values()):
                    self.note("StatusNotification", state)
                for action, payload in self.progress:
                    self.note(action, payload)
                return
            if self.connected:
                self._notes.clear()  # nobody asked for what waits
            if status == "Pending":
                self._is(State.PENDING, BackendError("backend_pending"))
            elif status == "Rejected":
                self._notes.clear()
                self._is(State.REJECTED, BackendError("backend_rejects"))
            else:
                raise BackendError("backend_garbage")
            await self._until_next_boot(interval or _BOOTS_AGAIN_AFTER)

    async def _until_next_boot(self, seconds: float) -> None:
        """Wait, and tell meanwhile only what it asks for (OCPP 1.6, 4.2)."""
        until = clock.monotonic() + seconds
        while not self._boots_again:
            self._news.clear()
            await self._tell_notes()
            if not await clock.happens(self._news, until - clock.monotonic()):
                return

    async def _call_or_close(self, action: str, payload: Verbatim) -> Verbatim:
        try:
            return await self._call(action, payload)
        except CallTimeout as error:
            raise BackendError("backend_silent") from error
        except CallError as error:
            raise BackendError("backend_error", error=str(error)[:200]) from error
        except ChargePointError as error:
            raise BackendError("backend_closed") from error

    async def _call(
        self,
        action: str,
        payload: Verbatim,
        *,
        late: Late | None = None,
        priority: CallPriority = CallPriority.BACKGROUND,
    ) -> Verbatim:
        if self._calls is None:
            raise NotConnected("no link to the backend")
        try:
            answer = await self._calls.call(
                Question(action, payload), timeout=ANSWERS_WITHIN, priority=priority, late=late
            )
        except CallError:
            self._delivery.is_answered()
            raise
        self._delivery.is_answered()
        return answer if isinstance(answer, Verbatim) else Verbatim(answer, "{}")

    async def _tell_notes(self) -> None:
        while self._notes:
            action, payload = self._notes.popleft()
            answered = False
            try:
                answered = await self._delivery.note(action, payload)
            finally:
                # The end of the link may be its answer.
                if self.progress.told(action, payload, answered=answered):
                    self.keep()

    async def _is_told(self, item: Item, answer: Verbatim) -> None:
        if item.action == START and item.session is not None:
            self._on_start_told(self, item, answer)
        if item.action in (START, STOP):
            self.keep()
            # After a kill it would be told again: not every backend takes it for the same one.
            with contextlib.suppress(OSError, sqlite3.Error):
                await self._store.flush()

    # State

    def _is_changed_by_order(self) -> None:
        self._order_is_unwritten = True
        self._keep_and_tell()

    async def _write_order(self) -> None:
        """Have a limit that is accepted outlive a kill; more than now and then would wear a disk."""
        now = clock.monotonic()
        if self._order_is_unwritten and now - self._order_written_at >= _WRITES_AFTER:
            self._order_written_at = now
            with contextlib.suppress(OSError, sqlite3.Error):
                await self._store.flush()
        self._order_is_unwritten = False

    def _keep_and_tell(self) -> None:
        self.keep()
        self._pulse.look_again()
        self._below.changed()

    def _is(self, state: State, problem: BackendError | None = None) -> None:
        if state is State.CONNECTED:
            self.away_since = None
        elif self.away_since is None:
            self.away_since = clock.monotonic()
        self._log(state, problem)
        self.state, self.problem = state, problem
        self._news.set()
        self._below.changed()

    def _log(self, state: State, problem: BackendError | None) -> None:
        """Tell the log once when it goes, and why, and once when it is back."""
        names = (self.settings.name, self._below.point.id)
        told = "" if state is State.CONNECTED else None if problem is None else problem.key
        if told is None or told == self._logged:
            return
        self._logged = told
        if state is State.CONNECTED:
            _LOGGER.info("The backend %s of charger %s is connected", *names)
        else:
            _LOGGER.warning("The backend %s of charger %s is not there: %s", *names, problem)

    def _restore_below(self, known: Mapping[str, Any]) -> None:
        """What the charger told last, where it has not told it since."""
        boot, statuses = known.get("boot"), known.get("statuses")
        with contextlib.suppress(TypeError, ValueError):
            if self._below.boot is None and isinstance(boot, str):
                self._below.boot = from_text(boot)
            for number, status in statuses.items() if isinstance(statuses, dict) else ():
                self._below.statuses.setdefault(int(number), from_text(status))

    @staticmethod
    def _start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return asyncio.get_running_loop().create_task(work)


class _Queue:
    """What a backend wants, and is still to be done: not too much of it."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[Call, int]] = asyncio.Queue(_MOST_ORDERS)
        self._size = 0

    def takes(self, call: Call, size: int) -> bool:
        """Have it wait, if there is room for so many characters."""
        if self._waiting.full() or (self._size and self._size + size > _LONGEST_ORDERS):
            return False
        self._waiting.put_nowait((call, size))
        self._size += size
        return True

    async def next(self) -> Call:
        """Wait for the next one."""
        call, size = await self._waiting.get()
        self._size -= size
        return call


def _stored_tags(stored: object) -> dict[str, float]:
    if not isinstance(stored, dict):
        return {}
    return {
        str(tag): float(at)
        for tag, at in stored.items()
        if isinstance(at, int | float) and not isinstance(at, bool)
    }
