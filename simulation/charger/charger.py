"""A simulated charger: a real OCPP 1.6J client with cars that can be plugged in.

It keeps its profiles, its clock and its transactions by itself, as a real one
does, so that what happens when the central system dies can be seen. `step`
moves its physics; alone, it steps itself.
"""

from collections.abc import Mapping
from functools import partial
import random
import ssl as tls
import uuid

from custom_components.ev_load_manager import clock

from .answering import answer
from .car import Car
from .commands import Commands
from .configuration import Configuration
from .connector import SimulatedConnector, Transaction
from .frames import CallRefused, Payload
from .grid import THREE_PHASES, Wiring
from .limits import applied_limit, held_limit
from .link import CallTimeout, Link, NotConnected
from .machine import Machine, measured
from .models import GENERIC, ChargerModel
from .outbox import Message
from .profiles import Limit, ProfileStore
from .reports import Reports


class SimulatedCharger(Machine):
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
        check_every: int = 1,
        seed: int = 0,
    ) -> None:
        """Prepare a charger that hangs on the grid's phases as `wiring` says.

        `wirings` overrules it for single connectors. `clock_offset` (s): how
        far its clock is ahead at first. `tick` (s of the site's time): how often
        it steps itself; None: its owner calls `step`.
        """
        super().__init__(charge_point_id, clock_offset=clock_offset, tick=tick, seed=seed)
        self.model = model
        self.connectors: dict[int, SimulatedConnector] = {}
        start_of_meter = random.Random(f"{seed} {charge_point_id}").randrange(10_000, 900_000)
        for number in range(1, model.connectors + 1):
            own = (wirings or {}).get(number, wiring)[: model.terminals]
            self.connectors[number] = SimulatedConnector(
                number, model, own, energy=float(start_of_meter)
            )
        self.configuration = Configuration(model.keys(), on_change=self._configured)
        self.profiles = ProfileStore(model.rules)
        self.local_list: dict[str, str] = {}
        self.local_list_version = 0
        self.station_available = True
        self.sessions: list[Transaction] = []
        """Every session that it ever had, oldest first."""
        self._talks = False
        """It has begun to say who it is on this socket."""
        self._message_number = 0
        self.reports = Reports(self)
        self.commands = Commands(self, self.reports)
        self.link = Link(
            url,
            charge_point_id,
            on_open=self._talk,
            on_call=self._on_call,
            on_close=self._on_close,
            password=password,
            ssl=ssl,
            back_off=back_off,
            message_id=self.next_message_id,
            validate=validate,
            check_every=check_every,
            strict=model.strict,
            answers_pings=model.answers_pings,
            omits_headers=model.omits_headers,
            seed=seed,
        )

    # -- what one may look at ---------------------------------------------

    def set_clock(self, answer: Payload) -> None:
        """Take the time from an answer's currentTime, if this model does."""
        if self.model.takes_clock and "currentTime" in answer:
            self.put_clock(answer["currentTime"])

    @property
    def model_name(self) -> str:
        """Which model it is."""
        return self.model.model

    @property
    def reported(self) -> frozenset[str]:
        """The measurands that it reports now, of those that it has."""
        return measured(self.configuration.items("MeterValuesSampledData"), self.model.measurands)

    def can_serve(self, number: int) -> bool:
        """Whether a car could draw current at a connector now."""
        connector = self.connectors[number]
        return self.running and connector.transaction is not None and connector.fault is None

    def held_limit(self, number: int) -> float:
        """The limit that a connector has by all that it was told, took and keeps, A."""
        return held_limit(self, self.connectors[number]).amperes

    def holds(self, number: int) -> str:
        """Its profiles for a connector, for people."""
        now, session = self.now(), self.connectors[number].session
        texts = [
            profile.described(now, session)
            for connector, profile in self.profiles
            if connector in (0, number)
        ]
        return "; ".join(texts) or "no profile"

    def transaction_id(self, number: int) -> str | None:
        """What the transaction at a connector is called; None: there is none."""
        transaction = self.connectors[number].transaction
        return None if transaction is None else str(transaction.id)

    def forget_limits(self) -> None:
        """Lose every profile by itself."""
        if len(self.profiles):
            self.profiles.clear()
            self.forgot.update(self.connectors)

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
        self.sessions.append(transaction)
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
        transaction.meter_stop = round(connector.energy)
        ended = {
            "meterStop": transaction.meter_stop,
            "timestamp": self.timestamp(),
            "reason": reason,
            "idTag": transaction.id_tag[:20],
        }

        def payload() -> Payload:
            known = transaction.id is not None and not self.model.stops_without_id
            return {"transactionId": transaction.id if known else -1, **ended}

        self.outbox.put(Message(action="StopTransaction", payload=payload, transactional=True))

    def _started(
        self, connector: SimulatedConnector, transaction: Transaction, told: Payload
    ) -> None:
        transaction.id = told["transactionId"]
        refused = told["idTagInfo"]["status"] not in ("Accepted", "ConcurrentTx")
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
                told = await self._call("Authorize", {"idTag": id_tag[:20]})
            except NotConnected, CallTimeout:
                pass
            except CallRefused:
                return False
            else:
                return bool(told["idTagInfo"]["status"] == "Accepted")
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
            idle = connector.transaction is None
            connector.step(now, Limit(0.0) if idle else applied_limit(self, connector))
            if connector.expects_car_for and now > connector.expects_car_until:
                connector.expects_car_for = None
        if self.running:
            self.reports.step(now)
        self._tell_news()
        if self.watched_by and self.busy:
            self._show()

    # -- the socket -------------------------------------------------------

    async def _talk(self) -> None:
        """What it does on a fresh socket, until that is lost."""
        try:
            announces = self.model.announces_on_reconnect or not self._booted
            self._talks = False
            if self.model.boots_after:
                await clock.sleep(self.model.boots_after)
            self._talks = True
            if not self._booted or self.model.boots_on_reconnect:
                if self.model.pipelines_status:
                    await self.reports.announce_ahead()
                await self._be_accepted()
            self._booted = self.accepted = True
            self.accepted_at = self.reports.heard_at = clock.monotonic()
            if announces:
                self.reports.announce()
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
            self.boot_again.clear()
            interval = 60.0
            try:
                told = await self._call("BootNotification", self.reports.identity())
            except CallRefused:
                pass
            else:
                self.set_clock(told)
                interval = told["interval"] or interval
                if told["status"] == "Accepted":
                    self.configuration.put("HeartbeatInterval", str(int(interval)))
                    return
            try:
                async with clock.timeout(interval):
                    await self.boot_again.wait()
            except TimeoutError:
                pass

    def _on_close(self) -> None:
        self.accepted = False
        self.outbox.drop_volatile()
        if self.model.drops_profiles_offline:
            self.forget_limits()
        self._tell_news()

    async def _on_call(self, message_id: str, action: str, payload: Payload) -> None:
        if self.model.hangs_up_before_boot and not self._talks:
            self.hang_ups += 1
            self.link.cut()
            return
        await answer(self, self.commands, message_id, action, payload)
        self._tell_news()

    def next_message_id(self) -> str:
        """A fresh id for a call."""
        if not self.model.counts_messages:
            return str(uuid.uuid4())
        self._message_number += 1
        return str(self._message_number)

    # -- booting and settings -----------------------------------------------

    async def _boot_up(self, *, reason: str, resumes: bool) -> None:
        await clock.sleep(self.model.boot_seconds)
        self.configuration.reboot()
        if not self.model.keeps_profiles_over_reboot:
            self.forget_limits()
        elif self.model.keeps_standing_only:
            self.profiles.forget_what_ends()
        self._booted = False
        self._message_number = 0
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
        if self.model.leaves_socket_behind:
            self.link.leave_behind()
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
