"""A simulated charger: a real OCPP 1.6J client with cars that can be plugged in.

It keeps its profiles, its clock and its transactions by itself, as a real one
does, so that what happens when the central system dies can be seen. `step`
moves its physics; alone, it steps itself.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
import random
import ssl as tls
from typing import NamedTuple, cast
import uuid

from custom_components.ev_load_manager import clock

from . import frames
from .car import Car
from .commands import Commands, Reply
from .configuration import Configuration
from .connector import SimulatedConnector, Transaction
from .frames import CallRefused, Payload
from .grid import THREE_PHASES, Currents, Wiring, total
from .limits import applied_limit
from .link import CallTimeout, Link, NotConnected
from .misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    Misbehaviour,
    NoAnswer,
    TwiceAnswered,
    WrongId,
)
from .models import GENERIC, ChargerModel
from .outbox import Message, Outbox
from .profiles import Limit, ProfileStore
from .sampling import sampled_values

_LEAST_REAL_WAIT = 5.0
"""Real seconds that an answer may take at least, however fast the site's time runs."""


class Received(NamedTuple):
    """A call of the central system, and what the charger said."""

    at: float
    """On the monotonic clock."""
    action: str
    payload: Payload
    answer: Payload | None
    """None: a CALLERROR, or nothing."""


class SimulatedCharger:
    """One charger. `start` connects it; afterwards cars may be plugged in."""

    def __init__(
        self,
        model: ChargerModel = GENERIC,
        charge_point_id: str = "CP1",
        url: str = "ws://127.0.0.1:9000",
        *,
        wiring: Wiring = THREE_PHASES,
        wirings: Mapping[int, Wiring] | None = None,
        password: str | bytes | None = None,
        ssl: tls.SSLContext | None = None,
        clock_offset: float = 0.0,
        back_off: tuple[float, float] = (0.5, 30.0),
        tick: float | None = 0.2,
        validate: bool = True,
        seed: int = 0,
    ) -> None:
        """Prepare a charger that hangs on the grid's phases as `wiring` says.

        `wirings` overrules it for single connectors. `clock_offset` (s): how
        far its clock is ahead at first. `tick` (s of the site's time): how often
        it steps itself; None: its owner calls `step`.
        """
        self.model = model
        self.id = charge_point_id
        self.connectors: dict[int, SimulatedConnector] = {}
        start_of_meter = random.Random(f"{seed} {charge_point_id}").randrange(10_000, 900_000)
        for number in range(1, model.connectors + 1):
            own = (wirings or {}).get(number, wiring)[: model.terminals]
            self.connectors[number] = SimulatedConnector(
                number, model, own, energy=float(start_of_meter)
            )
        self.configuration = Configuration(model.keys(), on_change=self._configured)
        self.profiles = ProfileStore(model.rules)
        self.misbehaviours: dict[str, Misbehaviour] = {}
        self.calls: deque[Received] = deque(maxlen=1000)
        """What the central system asked, newest last."""
        self.local_list: dict[str, str] = {}
        self.local_list_version = 0
        self.powered = True
        self.running = True
        """It has power and has booted."""
        self.accepted = False
        """The central system has accepted it on this socket."""
        self.station_available = True
        self.outbox = Outbox()
        self._tick = tick
        self._boots = 0
        self._booted = False
        self._boot_again = asyncio.Event()
        self._heartbeat_at = 0.0
        self._aligned_at: float | None = None
        self._clock_base = clock.now().timestamp() - clock.monotonic() + clock_offset
        self._news: asyncio.Event = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.Task[None] | None = None
        self._message_number = 0
        self._commands = Commands(self)
        self.link = Link(
            url,
            charge_point_id,
            on_open=self._talk,
            on_call=self._on_call,
            on_close=self._on_close,
            password=password,
            ssl=ssl,
            back_off=back_off,
            message_id=self._next_message_id,
            validate=validate and model.strict,
            seed=seed,
        )

    # -- what one may look at ---------------------------------------------

    @property
    def online(self) -> bool:
        """It has a socket, as far as it knows."""
        return self.link.connected

    @property
    def violations(self) -> list[str]:
        """What the central system sent that OCPP 1.6 doesn't allow."""
        return self.link.violations

    @property
    def currents(self) -> Currents:
        """What it draws from the grid's phases (A)."""
        return total(connector.currents for connector in self.connectors.values())

    def now(self) -> float:
        """The time on its own clock, seconds since the epoch."""
        return self._clock_base + clock.monotonic()

    def timestamp(self, at: float | None = None) -> str:
        """A moment on its own clock as OCPP writes it."""
        moment = datetime.fromtimestamp(self.now() if at is None else at, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def received(self, action: str) -> list[Payload]:
        """The payloads of all calls of `action` that came, oldest first."""
        return [call.payload for call in self.calls if call.action == action]

    async def until(self, condition: Callable[[], object], *, seconds: float = 60.0) -> None:
        """Wait until `condition()` is true. Raises TimeoutError."""
        async with clock.timeout(max(seconds, _LEAST_REAL_WAIT * clock.factor())):
            while not condition():
                await self._news.wait()

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

    def power_on(self) -> None:
        """Give its power back: it boots, resumes its sessions or not, and connects."""
        if self.powered:
            return
        self.powered = True
        self._spawn(self._boot_up(reason="PowerLoss", resumes=self.model.resumes_after_power_loss))

    def reboot(self, *, reason: str = "SoftReset") -> None:
        """Restart its software; sessions end with `reason` (HardReset, SoftReset, Reboot)."""
        for connector in self.connectors.values():
            self.end(connector, reason)
        self.running = False
        self._spawn(self._go_down_and_up(reason))

    def cut(self) -> None:
        """Lose the socket without a close; it reconnects after its back-off."""
        self.link.cut()

    def go_silent(self) -> None:
        """Leave the socket open and say and answer nothing more, not even to pings."""
        self.link.go_silent()

    def speak_again(self) -> None:
        """End `go_silent`; what has piled up is read and answered."""
        self.link.resume()

    # -- people -----------------------------------------------------------

    def plug_in(self, number: int, car: Car | None = None, *, id_tag: str | None = "CARD-1") -> Car:
        """Plug a car in; with `id_tag` its driver presents a card, too."""
        connector = self.connectors[number]
        plugged = car or Car(name=f"car at {self.id}/{number}")
        connector.plug_in(plugged, clock.monotonic())
        if connector.expects_car_for:
            self.begin(connector, connector.expects_car_for)
        elif id_tag is not None:
            self.present(number, id_tag)
        elif self.model.starts_by_itself:
            self.begin(connector, "FREE")
        self.step(clock.monotonic())
        return plugged

    def unplug(self, number: int) -> Car | None:
        """Take the cable out; the session ends with it."""
        connector = self.connectors[number]
        self.end(connector, "EVDisconnected")
        car = connector.unplug()
        self.step(clock.monotonic())
        return car

    def present(self, number: int, id_tag: str) -> None:
        """Present a card: it starts a session, or ends the one that it started."""
        connector = self.connectors[number]
        if not self.running:
            return
        running = connector.transaction
        if running is not None and running.id_tag == id_tag:
            self.end(connector, "Local")
        else:
            self._spawn(self.authorise_and_begin(connector, id_tag))

    def fail(self, number: int, error: str | None = "GroundFailure") -> None:
        """Break a connector with an OCPP error code, or repair it (None)."""
        self.connectors[number].fault = error
        self.step(clock.monotonic())

    # -- sessions ---------------------------------------------------------

    async def authorise_and_begin(self, connector: SimulatedConnector, id_tag: str) -> None:
        """Ask whether the card may charge, and start."""
        if await self._may_charge(id_tag):
            self.begin(connector, id_tag)

    def begin(self, connector: SimulatedConnector, id_tag: str) -> None:
        """Start a session, if a car is there and the connector may be used."""
        connector.expects_car_for = None
        usable = connector.available and connector.fault is None and self.running
        if connector.car is None or connector.transaction is not None or not usable:
            return
        transaction = Transaction(
            id_tag=id_tag, started_at=self.now(), meter_start=round(connector.energy)
        )
        connector.transaction = transaction
        connector.finished = False
        connector.next_sample = None
        connector.defaults_at_start = self.profiles.copy()
        started = {
            "connectorId": connector.number,
            "idTag": id_tag[:20],
            "meterStart": transaction.meter_start,
            "timestamp": self.timestamp(),
        }
        self.outbox.put(
            Message(
                action="StartTransaction",
                payload=lambda: started,
                transactional=True,
                answered=partial(self._started, connector, transaction),
            )
        )
        self.step(clock.monotonic())

    def end(self, connector: SimulatedConnector, reason: str) -> None:
        """End a session, if there is one."""
        transaction = connector.transaction
        if transaction is None:
            return
        self.profiles.end_transaction(connector.number)
        connector.transaction = None
        connector.finished = connector.car is not None
        connector.available = connector.wanted_available
        ended = {
            "meterStop": round(connector.energy),
            "timestamp": self.timestamp(),
            "reason": reason,
            "idTag": transaction.id_tag[:20],
        }

        def payload() -> Payload:
            return {"transactionId": -1 if transaction.id is None else transaction.id, **ended}

        self.outbox.put(Message(action="StopTransaction", payload=payload, transactional=True))

    def _started(
        self, connector: SimulatedConnector, transaction: Transaction, answer: Payload
    ) -> None:
        transaction.id = answer["transactionId"]
        refused = answer["idTagInfo"]["status"] not in ("Accepted", "ConcurrentTx")
        running = connector.transaction is transaction
        if refused and running and self.configuration.flag("StopTransactionOnInvalidId", True):
            self.end(connector, "DeAuthorized")
        self._tell_news()

    async def _may_charge(self, id_tag: str) -> bool:
        known = self.local_list.get(id_tag) == "Accepted"
        if known and self.configuration.flag("LocalPreAuthorize"):
            return True
        if self.accepted:
            try:
                answer = await self._call("Authorize", {"idTag": id_tag[:20]})
            except NotConnected, CallTimeout:
                pass
            except CallRefused:
                return False
            else:
                return bool(answer["idTagInfo"]["status"] == "Accepted")
        if known:
            return self.configuration.flag("LocalAuthorizeOffline")
        return self.configuration.flag("AllowOfflineTxForUnknownId")

    # -- physics ----------------------------------------------------------

    def step(self, now: float) -> None:
        """Live until `now` on the monotonic clock."""
        for connector in self.connectors.values():
            if not self.running:
                connector.step(now, Limit(0.0), energised=False)
                continue
            connector.step(now, applied_limit(self, connector))
            self._wait_for_car(connector, now)
            self._report_status(connector)
            self._sample(connector, now)
        if self.accepted:
            self._keep_in_touch(now)
        self._tell_news()

    async def _tick_for_ever(self) -> None:
        assert self._tick is not None
        while True:
            self.step(clock.monotonic())
            await clock.sleep(self._tick)

    def _wait_for_car(self, connector: SimulatedConnector, now: float) -> None:
        if connector.expects_car_for and now > connector.expects_car_until:
            connector.expects_car_for = None

    def _report_status(self, connector: SimulatedConnector) -> None:
        if self.accepted and connector.status != connector.reported_status:
            connector.reported_status = connector.status
            self.tell_status(connector.number)

    def _sample(self, connector: SimulatedConnector, now: float) -> None:
        """Send meter values as the configuration wants them in a session."""
        interval = self.configuration.number("MeterValueSampleInterval")
        if connector.transaction is None or interval <= 0:
            connector.next_sample = None
        elif connector.next_sample is None:
            connector.next_sample = now + interval
        elif now >= connector.next_sample:
            connector.next_sample = max(connector.next_sample + interval, now)
            self.tell_meter_values(connector.number, context="Sample.Periodic")

    def _keep_in_touch(self, now: float) -> None:
        """Heartbeats, and meter values at whole multiples of the clock's interval."""
        beat = self.configuration.number("HeartbeatInterval")
        if beat > 0 and now >= self._heartbeat_at + beat:
            self.tell_heartbeat()
        aligned = self.configuration.number("ClockAlignedDataInterval")
        slot = self.now() // aligned if aligned > 0 else None
        if slot is not None and self._aligned_at is not None and slot != self._aligned_at:
            for number in self.connectors:
                self.tell_meter_values(number, context="Sample.Clock", key="MeterValuesAlignedData")
        self._aligned_at = slot

    # -- what it says -----------------------------------------------------

    def tell_status(self, number: int, *, first: bool = False) -> None:
        """Send a connector's status, as it is now."""
        status = self._status(number)
        self.outbox.put(Message(action="StatusNotification", payload=lambda: status), first=first)

    def tell_heartbeat(self) -> None:
        """Send a heartbeat; its answer brings the time."""
        self._heartbeat_at = clock.monotonic()
        self.outbox.put(Message(action="Heartbeat", payload=dict, answered=self._hear_time))

    def tell_boot(self) -> None:
        """Send a BootNotification now."""
        self._boot_again.set()
        if self.accepted:
            self.outbox.put(
                Message(
                    action="BootNotification",
                    payload=self._identity,
                    answered=self._hear_time,
                )
            )

    def tell_meter_values(
        self, number: int, *, context: str, key: str = "MeterValuesSampledData"
    ) -> None:
        """Send what a connector's meter shows now."""
        connector = self.connectors[number]
        transaction = connector.transaction
        if not self.accepted and not (self.model.queues_meter_values and transaction):
            return
        phases = self.model.per_phase_key
        values = sampled_values(
            connector,
            self.configuration.items(key),
            self.model,
            per_phase=self.model.per_phase and (phases is None or self.configuration.flag(phases)),
            context=context,
        )
        if not values:
            return
        sample = [{"timestamp": self.timestamp(), "sampledValue": values}]

        def payload() -> Payload:
            told: Payload = {"connectorId": number, "meterValue": sample}
            if transaction is not None and transaction.id is not None:
                told["transactionId"] = transaction.id
            return told

        self.outbox.put(
            Message(
                action="MeterValues",
                payload=payload,
                transactional=transaction is not None and self.model.queues_meter_values,
            )
        )

    def _status(self, number: int) -> Payload:
        if number == 0:
            status, error = ("Available" if self.station_available else "Unavailable"), None
        else:
            status, error = self.connectors[number].status, self.connectors[number].fault
        return {
            "connectorId": number,
            "status": status,
            "errorCode": error or "NoError",
            "timestamp": self.timestamp(),
        }

    def _identity(self) -> Payload:
        return {
            "chargePointVendor": self.model.vendor,
            "chargePointModel": self.model.model,
            "chargePointSerialNumber": self.id[:25],
            "firmwareVersion": self.model.firmware,
        }

    def _hear_time(self, answer: Payload) -> None:
        if self.model.takes_clock and "currentTime" in answer:
            told = datetime.fromisoformat(answer["currentTime"]).timestamp()
            self._clock_base = told - clock.monotonic()

    # -- the socket -------------------------------------------------------

    async def _talk(self) -> None:
        """What it does on a fresh socket, until that is lost."""
        try:
            announces = self.model.announces_on_reconnect or not self._booted
            if not self._booted or self.model.boots_on_reconnect:
                if self.model.pipelines_status:
                    await self._announce_ahead()
                await self._be_accepted()
            self._booted = self.accepted = True
            self._heartbeat_at = clock.monotonic()
            if announces:
                self._announce()
            self._tell_news()
            self.outbox.attempts = int(self.configuration.number("TransactionMessageAttempts", 3))
            await self.outbox.deliver(self._call)
        except CallTimeout:
            # Nobody is there any more, whatever the socket says.
            self.link.cut()
        except NotConnected:
            pass

    async def _be_accepted(self) -> None:
        """Send BootNotification until it is accepted (OCPP 1.6, 4.2)."""
        while True:
            self._boot_again.clear()
            interval = 60.0
            try:
                answer = await self._call("BootNotification", self._identity())
            except CallRefused:
                pass
            else:
                self._hear_time(answer)
                interval = answer["interval"] or interval
                if answer["status"] == "Accepted":
                    self.configuration.put("HeartbeatInterval", str(int(interval)))
                    return
            try:
                async with clock.timeout(interval):
                    await self._boot_again.wait()
            except TimeoutError:
                pass

    async def _announce_ahead(self) -> None:
        for number in (0, *self.connectors):
            text = frames.call(self._next_message_id(), "StatusNotification", self._status(number))
            await self.link.send(text)

    def _announce(self) -> None:
        """Tell every connector's status, before what was kept while offline."""
        for number in reversed((0, *self.connectors)):
            self.tell_status(number, first=True)
        for connector in self.connectors.values():
            connector.reported_status = connector.status

    def _on_close(self) -> None:
        self.accepted = False
        self.outbox.drop_volatile()
        if self.model.drops_profiles_offline:
            self.profiles.clear()
        self._tell_news()

    async def _call(self, action: str, payload: Payload) -> Payload:
        answer = await self.link.call(
            action, payload, seconds=max(30.0, _LEAST_REAL_WAIT * clock.factor())
        )
        self._tell_news()
        return answer

    async def _on_call(self, id: str, action: str, payload: Payload) -> None:
        """Answer the central system, properly or as `misbehaviours` has it."""
        behaviour = self.misbehaviours.get(action) or self.misbehaviours.get("*")
        reply: Reply | None = None
        try:
            match behaviour:
                case FixedAnswer(fixed):
                    reply = Reply(fixed)
                case ErrorAnswer(code, description):
                    raise CallRefused(code, description)
                case NoAnswer(obey=False):
                    pass
                case _:
                    reply = self._commands.answer(action, payload)
        finally:
            answer = reply.payload if reply else None
            self.calls.append(Received(clock.monotonic(), action, payload, answer))
            self._tell_news()
        if reply is None:
            return
        text = frames.result(id, reply.payload)
        match behaviour:
            case NoAnswer():
                pass
            case LateAnswer(seconds):
                await clock.sleep(seconds)
                await self.link.send(text)
            case WrongId():
                await self.link.send(frames.result(str(uuid.uuid4()), reply.payload))
            case GarbageAnswer(garbage):
                await self.link.send(garbage)
            case TwiceAnswered():
                await self.link.send(text)
                await self.link.send(text)
            case _:
                await self.link.send(text)
        if reply.then is not None:
            reply.then()
        self._tell_news()

    def _next_message_id(self) -> str:
        if not self.model.counts_messages:
            return str(uuid.uuid4())
        self._message_number += 1
        return str(self._message_number)

    # -- power and settings -----------------------------------------------

    async def _boot_up(self, *, reason: str, resumes: bool) -> None:
        await clock.sleep(self.model.boot_seconds)
        self.configuration.reboot()
        if not self.model.keeps_profiles_over_reboot:
            self.profiles.clear()
        self._booted = False
        self._message_number = 0
        self._boots += 1
        if not resumes:
            for connector in self.connectors.values():
                self.end(connector, reason)
        self.running = True
        if self.model.starts_by_itself:
            for connector in self.connectors.values():
                self.begin(connector, "FREE")
        self.link.start()
        self.step(clock.monotonic())

    async def _go_down_and_up(self, reason: str) -> None:
        await clock.sleep(0.5)
        self.link.halt()
        await self._boot_up(reason=reason, resumes=False)

    def _configured(self, name: str, value: str) -> None:
        """Follow a changed key."""
        if name == "AuthorizationKey":
            try:
                self.link.password = bytes.fromhex(value)
            except ValueError:
                self.link.password = value
        elif name.startswith("MeterValueSampleInterval"):
            for connector in self.connectors.values():
                connector.next_sample = None

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Let something go on beside; it ends with the charger's power."""
        self._spawn(work)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = cast("asyncio.Task[None]", asyncio.create_task(work, name=f"{self.id} work"))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tell_news(self) -> None:
        """Let everyone in `until` look again."""
        news, self._news = self._news, asyncio.Event()
        news.set()
