"""What every simulated charger is, whatever version of OCPP it speaks.

Its clock, its power, its socket, the people at it, and who waits for what it does.
What it says and how it is limited is its version's part.
"""

from abc import ABC, abstractmethod
import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime
import random
from typing import Any, NamedTuple, cast

from custom_components.ev_load_manager import clock

from .car import Car
from .frames import Payload
from .grid import Currents, total
from .link import Link
from .misbehaviour import Misbehaviour
from .outbox import Outbox
from .outlet import Outlet

LEAST_REAL_WAIT = 5.0
"""Real seconds that an answer may take at least, however fast the site's time runs."""
_LEAST_PATIENCE = 20.0
"""Real seconds that one waits at least for something to happen: a busy machine is slow."""


class Received(NamedTuple):
    """A call of the central system, and what the charger said."""

    at: float
    """On the monotonic clock."""
    action: str
    payload: Payload
    answer: Payload | None
    """None: a CALLERROR, or nothing."""


class Machine(ABC):
    """A charger as a thing: `start` connects it; afterwards cars may be plugged in."""

    link: Link
    """Its socket; a version of OCPP makes it."""
    connectors: Mapping[int, Outlet]
    """Where cars can be, by the number that the central system limits."""
    model: Any
    """How it behaves, in the words of its version."""
    profiles: Any
    """Its charging profiles, with the rules by which it takes them."""
    sessions: list[Any]
    """Every session that it ever had, oldest first."""

    def __init__(
        self, charge_point_id: str, *, clock_offset: float, tick: float | None, seed: int
    ) -> None:
        """Make it, with nobody at it.

        `clock_offset` (s): how far its clock is ahead at first. `tick` (s of the site's
        time): how often it steps itself; None: its owner calls `step`.
        """
        self.id = charge_point_id
        self.chance = random.Random(f"{seed} {charge_point_id} chance")
        """Of what it does now this way, now that."""
        self.misbehaviours: dict[str, Misbehaviour] = {}
        self.calls: deque[Received] = deque(maxlen=1000)
        """What the central system asked, newest last."""
        self.powered = True
        self.running = True
        """It has power and has booted."""
        self.accepted = False
        """The central system has accepted it on this socket."""
        self.accepted_at = 0.0
        """When that was (monotonic)."""
        self.outbox = Outbox()
        self.boot_again = asyncio.Event()
        """Set to send BootNotification sooner than the interval says."""
        self.hang_ups = 0
        """How often it was asked too early, and hung up."""
        self.forgot: set[int] = set()
        """Connectors whose limits it lost by itself, and that were told none since."""
        self.watched_by: list[Callable[[Any], None]] = []
        """Called after every change of what it applies, and at every step with a car."""
        self._tick = tick
        self._booted = False
        self._clock_base = clock.now().timestamp() - clock.monotonic() + clock_offset
        self._news = asyncio.Event()
        self._waiting = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None] | None = None

    # -- what a version of OCPP makes of it -------------------------------

    @property
    @abstractmethod
    def reported(self) -> frozenset[str]:
        """The measurands that it reports now, of those that it has."""

    @property
    @abstractmethod
    def model_name(self) -> str:
        """Which model it is."""

    @abstractmethod
    def can_serve(self, number: int) -> bool:
        """Whether a car could draw current at a connector now."""

    @abstractmethod
    def held_limit(self, number: int) -> float:
        """The limit that a connector has by all that it was told, took and keeps, A."""

    @abstractmethod
    def holds(self, number: int) -> str:
        """Its profiles for a connector, for people."""

    @abstractmethod
    def transaction_id(self, number: int) -> str | None:
        """What the transaction at a connector is called; None: there is none."""

    @abstractmethod
    def plug_in(self, number: int, car: Car | None = None, *, id_tag: Any = "CARD-1") -> Car:
        """Plug a car in; with `id_tag` its driver presents a card, too."""

    @abstractmethod
    def unplug(self, number: int) -> Car | None:
        """Take the cable out; the session ends with it."""

    @abstractmethod
    def present(self, number: int, id_tag: Any) -> None:
        """Present a card: it starts a session, or ends the one that it started."""

    @abstractmethod
    def fail(self, number: int, error: str | None = "GroundFailure") -> None:
        """Break a connector, or repair it (None)."""

    @abstractmethod
    def reboot(self, *, reason: str = "Reboot") -> None:
        """Restart its software; sessions end with `reason`."""

    @abstractmethod
    def forget_limits(self) -> None:
        """Lose every profile by itself."""

    # -- what one may look at ---------------------------------------------

    @property
    def online(self) -> bool:
        """It has a socket, as far as it knows."""
        return self.link.connected

    @property
    def violations(self) -> list[str]:
        """What either end sent that its version of OCPP doesn't allow."""
        return [*self.link.violations, *(f"by itself: {one}" for one in self.link.mistakes)]

    @property
    def currents(self) -> Currents:
        """What it draws from the grid's phases (A)."""
        return total(connector.currents for connector in self.connectors.values())

    @property
    def busy(self) -> bool:
        """A car is there."""
        for connector in self.connectors.values():  # noqa: SIM110 - asked at every tick
            if connector.car is not None:
                return True
        return False

    def now(self) -> float:
        """The time on its own clock, seconds since the epoch."""
        return self._clock_base + clock.monotonic()

    def put_clock(self, moment: str) -> None:
        """Set its clock to a moment as OCPP writes it."""
        self._clock_base = datetime.fromisoformat(moment).timestamp() - clock.monotonic()

    def jump(self, seconds: float) -> None:
        """Let its own clock go wrong by so much."""
        self._clock_base += seconds

    def timestamp(self, at: float | None = None) -> str:
        """A moment on its own clock as OCPP writes it."""
        moment = datetime.fromtimestamp(self.now() if at is None else at, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def received(self, action: str) -> list[Payload]:
        """The payloads of all calls of `action` that came, oldest first."""
        return [call.payload for call in self.calls if call.action == action]

    def book(self, action: str, payload: Payload, told: Payload | None) -> None:
        """Note what the central system asked, and what it was told."""
        self.calls.append(Received(clock.monotonic(), action, payload, told))
        self._tell_news()
        self._show()

    async def until(self, condition: Callable[[], object], *, seconds: float = 60.0) -> None:
        """Wait until `condition()` is true. Raises TimeoutError."""
        async with clock.timeout(max(seconds, _LEAST_PATIENCE * clock.factor())):
            while not condition():
                self._waiting = True
                await self._news.wait()

    def _show(self) -> None:
        for look in self.watched_by:
            look(self)

    # -- life -------------------------------------------------------------

    async def start(self) -> None:
        """Connect, and live until `stop`."""
        if self._tick is not None and self._ticking is None:
            self._ticking = asyncio.create_task(self._tick_for_ever(), name=f"{self.id} ticks")
        if self.running:
            self.link.start()

    async def stop(self) -> None:
        """Close the socket and leave no task behind."""
        tasks = [*self._tasks, *([self._ticking] if self._ticking else [])]
        self._ticking = None
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await self.link.stop()
        for outcome in results:
            if isinstance(outcome, Exception):
                raise outcome

    def power_off(self) -> None:
        """Take its power away: nothing flows, the socket is gone without a close."""
        self.powered = self.running = False
        for task in self._tasks:
            task.cancel()
        self.link.halt()
        self.step(clock.monotonic())

    @abstractmethod
    def power_on(self) -> None:
        """Give its power back: it boots, resumes its sessions or not, and connects."""

    @abstractmethod
    def step(self, now: float) -> None:
        """Live until `now` on the monotonic clock."""

    def cut(self) -> None:
        """Lose the socket without a close; it reconnects after its back-off."""
        self.link.cut()

    def go_silent(self) -> None:
        """Leave the socket open and say and answer nothing more, not even to pings."""
        self.link.go_silent()

    def speak_again(self) -> None:
        """End `go_silent`; what has piled up is read and answered."""
        self.link.resume()

    async def _tick_for_ever(self) -> None:
        assert self._tick is not None
        while True:
            self.step(clock.monotonic())
            await clock.sleep(self._tick)

    async def _call(self, action: str, payload: Payload) -> Payload:
        told = await self.link.call(
            action, payload, seconds=max(30.0, LEAST_REAL_WAIT * clock.factor())
        )
        self._tell_news()
        return told

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Let something go on beside; it ends with the charger's power."""
        self._spawn(work)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = cast("asyncio.Task[None]", asyncio.create_task(work, name=f"{self.id} work"))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell_news(self) -> None:
        """Let everyone in `until` look again."""
        if self._waiting:
            self._waiting = False
            news, self._news = self._news, asyncio.Event()
            news.set()


def measured(told: Iterable[str], measurands: Iterable[str]) -> frozenset[str]:
    """Those of a model's measurands that are on a list, of some phase or of all."""
    names = tuple(told)
    return frozenset(one for one in measurands if any(name.startswith(one) for name in names))
