"""A simulated charger that speaks OCPP 2.0.1 or 2.1, with cars that can be plugged in.

It keeps its profiles, its clock and its transactions by itself, as a real one does, so
that what happens when the central system dies can be seen. `step` moves its physics;
alone, it steps itself. Outwards it is as the one that speaks 1.6: its `connectors` are
its EVSEs, for these are what gets a limit.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
import random
import ssl as tls
import uuid

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock

from ..answering import answer
from ..car import Car
from ..frames import SUBPROTOCOL16, CallRefused, Payload
from ..grid import THREE_PHASES, Wiring
from ..link import CallTimeout, Link, NotConnected
from ..machine import Machine, measured
from ..outbox import Outbox
from .bans import Bans
from .commands import Commands
from .device_model import Address, DeviceModel
from .evse import Needs, SimulatedEvse, Transaction
from .limits import applied_limit, held_limit
from .models import STATION, StationModel
from .profile_store import ProfileStore
from .profiles import Limit
from .reports import Reports
from .schemas import SCHEMAS, SUBPROTOCOL21
from .tokens import NOBODY, IdToken, LocalList, TokenCache, group_of
from .transactions import Transactions, points
from .variables import factory_variables


class SimulatedStation(Machine):
    """One charger. `start` connects it; afterwards cars may be plugged in."""

    def __init__(
        self,
        model: StationModel = STATION,
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

        `wirings` overrules it for single EVSEs. `clock_offset` (s): how far its clock
        is ahead at first. `tick` (s of the site's time): how often it steps itself;
        None: its owner calls `step`.
        """
        super().__init__(charge_point_id, clock_offset=clock_offset, tick=tick, seed=seed)
        self.model = model
        self.connectors: dict[int, SimulatedEvse] = {}
        start_of_meter = random.Random(f"{seed} {charge_point_id}").randrange(10_000, 900_000)
        for number in range(1, model.evses + 1):
            own = (wirings or {}).get(number, wiring)[: model.terminals]
            self.connectors[number] = SimulatedEvse(
                number, model, own, energy=float(start_of_meter)
            )
        self.variables = DeviceModel(
            factory_variables(model, charge_point_id), on_change=self._configured
        )
        self.profiles = ProfileStore(model.effective_rules, evses=model.evses)
        self.cache = TokenCache()
        self.local_list = LocalList()
        self.sessions: list[Transaction] = []
        """Every transaction that it ever had, oldest first."""
        self.firmware = model.firmware
        self.installs: int | None = None
        self.pending = False
        """The central system lets it wait (B02)."""
        self._talks = False
        """It has begun to say who it is on this socket."""
        self.asked = Outbox()
        """What it was asked for; it is sent also while it waits."""
        self._boot_reason = "PowerUp"
        self._lost_at: float | None = None
        """When its last socket went (monotonic)."""
        self.reports = Reports(self)
        self.transactions = Transactions(self)
        self.commands = Commands(self, self.reports, self.transactions)
        rules = model.effective_rules
        self.bans = Bans(self.now, ids_above=rules.least_own_id, chooses_phase=rules.chooses_phase)
        """Judges what the central system sends."""
        self.link = Link(
            url,
            charge_point_id,
            on_open=self._talk,
            on_call=self._on_call,
            on_close=self._on_close,
            password=password,
            ssl=ssl,
            back_off=back_off,
            message_id=lambda: str(uuid.uuid4()),
            validate=validate,
            check_every=check_every,
            strict=model.strict,
            answers_pings=model.answers_pings,
            omits_headers=model.omits_headers,
            subprotocols=model.subprotocols,
            schemas=SCHEMAS,
            judge=self.bans,
            compresses=model.compresses,
            seed=seed,
        )

    # -- what one may look at ---------------------------------------------

    @property
    def speaks_21(self) -> bool:
        """OCPP 2.1 was agreed on."""
        return self.link.subprotocol == SUBPROTOCOL21

    def set_clock(self, answer: Payload) -> None:
        """Take the time from an answer's currentTime, if its model does."""
        if self.model.takes_clock and "currentTime" in answer:
            self.put_clock(answer["currentTime"])

    @property
    def model_name(self) -> str:
        """Which model it is."""
        return self.model.model

    @property
    def reported(self) -> frozenset[str]:
        """The measurands that it reports now, of those that it has."""
        return measured(
            self.variables.items("SampledDataCtrlr", "TxUpdatedMeasurands"), self.model.measurands
        )

    def can_serve(self, number: int) -> bool:
        """Whether a car could draw current at an EVSE now."""
        return self.running and self.connectors[number].closed

    def held_limit(self, number: int) -> float:
        """The limit that an EVSE has by all that it was told, took and keeps, A."""
        return held_limit(self, self.connectors[number]).amperes

    def holds(self, number: int) -> str:
        """Its profiles for an EVSE, for people."""
        now, session = self.now(), self.connectors[number].session
        texts = [
            one.profile.described(now, session) for one in self.profiles if one.evse in (0, number)
        ]
        return "; ".join(texts) or "no profile"

    def transaction_id(self, number: int) -> str | None:
        """What the transaction at an EVSE is called; None: there is none."""
        transaction = self.connectors[number].transaction
        return None if transaction is None else transaction.id

    def book(self, action: str, payload: Payload, told: Payload | None) -> None:
        """Note what the central system asked, and what it was told."""
        self.bans.answered(action, payload, told)
        super().book(action, payload, told)

    # -- people -----------------------------------------------------------

    def plug_in(
        self,
        number: int,
        car: Car | None = None,
        *,
        id_tag: str | IdToken | None = "CARD-1",
        connector: int = 1,
        needs: Needs | None = None,
    ) -> Car:
        """Plug a car in; with `id_tag` its driver presents a card, too.

        A car that knows ISO 15118 tells its `needs`, where the charger knows it as well.
        """
        evse = self.connectors[number]
        plugged = car or Car(name=f"car at {self.id}/{number}")
        evse.plug_into(connector, plugged, clock.monotonic())
        evse.needs = needs if self.model.has_iso15118 else None
        if evse.expects_car_until is not None and evse.token is not None:
            evse.expects_car_until = None
        self.transactions.happened(evse, "CablePluggedIn")
        if evse.token is None:
            if id_tag is not None:
                self.present(number, id_tag)
            if not self.variables.flag("AuthCtrlr", "Enabled", True):
                self.authorise(evse, NOBODY)
        self.step(clock.monotonic())
        return plugged

    def unplug(self, number: int) -> Car | None:
        """Take the cable out; the transaction ends with it, or goes on without a car."""
        evse = self.connectors[number]
        car = evse.unplug()
        self.transactions.happened(evse, "EVCommunicationLost", reason="EVDisconnected")
        if evse.transaction is None:
            evse.token = evse.group = None
            evse.points = points(evse)
        evse.waits_for_profile_until = None
        self.step(clock.monotonic())
        return car

    def present(self, number: int, id_tag: str | IdToken) -> None:
        """Present a card: it lets charge, or ends what it or its group began."""
        if self.running:
            self._spawn(self._present(self.connectors[number], IdToken.of(id_tag)))

    def fail(self, number: int, error: str | None = "GroundFailure") -> None:
        """Break an EVSE, or repair it (None)."""
        self.connectors[number].fault = error
        self.step(clock.monotonic())

    def limit_externally(self, amperes: float, *, evse: int = 0, source: str = "EMS") -> None:
        """Somebody else limits it."""
        self.commands.charging.limit_externally(evse, amperes, source)
        self._show()

    def lift_external_limit(self, *, evse: int = 0, source: str = "EMS") -> None:
        """Somebody else limits it no more."""
        self.commands.charging.lift_external(evse, source)
        self._show()

    # -- who may charge ---------------------------------------------------

    async def _present(self, evse: SimulatedEvse, token: IdToken) -> None:
        if evse.token is not None and evse.token.key == token.key:
            self.deauthorise(evse, trigger="StopAuthorized", reason="Local")
            return
        info = await self.check(token)
        if info is None or info["status"] != "Accepted":
            return
        group = group_of(info)
        if evse.token is None:
            self.authorise(evse, token, group=group)
        elif group is not None:
            master = self.variables.text("AuthCtrlr", "MasterPassGroupId").casefold()
            if group == master:
                self.deauthorise(evse, trigger="StopAuthorized", reason="MasterPass")
            elif group == evse.group:
                self.deauthorise(evse, trigger="StopAuthorized", reason="Local", token=token)

    async def check(self, token: IdToken) -> Payload | None:
        """What is known of a card, asked for if need be; None: nobody knows (C01, C10 to C13)."""
        switched_on = self.variables.flag("LocalAuthListCtrlr", "Enabled")
        known = self.local_list.get(token) if switched_on else None
        if known is None and self.variables.flag("AuthCacheCtrlr", "Enabled"):
            known = self.cache.get(token, self.now())
        early = self.variables.flag("AuthCtrlr", "LocalPreAuthorize")
        if known is not None and known["status"] == "Accepted" and early:
            return known
        if self.accepted:
            try:
                told = await self._call("Authorize", {"idToken": token.to_ocpp()})
            except NotConnected, CallTimeout:
                pass
            except CallRefused:
                return None
            else:
                info: Payload = told["idTokenInfo"]
                self.remember(token, info)
                return info
        if known is not None:
            offline = self.variables.flag("AuthCtrlr", "LocalAuthorizeOffline")
            return known if offline else None
        unknown = self.variables.flag("AuthCtrlr", "OfflineTxForUnknownIdEnabled")
        return {"status": "Accepted"} if unknown else None

    def remember(self, token: IdToken, info: Payload) -> None:
        """Keep what the central system answered of a card, as long as that may be used (C10)."""
        until = self.now() + self.variables.number("AuthCacheCtrlr", "LifeTime", 86_400.0)
        if "cacheExpiryDateTime" in info:
            until = datetime.fromisoformat(info["cacheExpiryDateTime"]).timestamp()
        self.cache.put(token, info, until)
        for evse in self.connectors.values():
            if evse.token is not None and evse.token.key == token.key and evse.group is None:
                evse.group = group_of(info)

    def authorise(
        self,
        evse: SimulatedEvse,
        token: IdToken,
        *,
        trigger: str = "Authorized",
        group: str | None = None,
        remote_start_id: int | None = None,
    ) -> None:
        """Let somebody charge at an EVSE; a car has to come or go on soon (E03.FR.05)."""
        if not self.running or not evse.available or evse.token is not None:
            return
        evse.token, evse.group, evse.remote_start_id = token, group, remote_start_id
        if evse.car is None:
            patience = self.variables.number("TxCtrlr", "EVConnectionTimeOut", 60.0)
            evse.expects_car_until = clock.monotonic() + patience
        self.transactions.happened(evse, trigger)
        self.step(clock.monotonic())

    def deauthorise(
        self,
        evse: SimulatedEvse,
        *,
        trigger: str,
        reason: str,
        token: IdToken | None = None,
    ) -> None:
        """Let nobody charge at an EVSE any more; `token` is who stopped it, if not who began."""
        told = {}
        stopper = token or evse.token
        if trigger == "StopAuthorized" and stopper is not None:
            told["idToken"] = stopper.to_ocpp()
        evse.token = None
        evse.expects_car_until = None
        self.transactions.happened(evse, trigger, reason=reason, **told)
        self.step(clock.monotonic())

    # -- physics ----------------------------------------------------------

    def step(self, now: float) -> None:
        """Live until `now` on the monotonic clock."""
        for evse in self.connectors.values():
            limit = applied_limit(self, evse) if self.running and evse.closed else Limit(0.0)
            waits = evse.waits_for_profile_until is not None and now < evse.waits_for_profile_until
            evse.live(
                now,
                0.0 if waits else limit.amperes,
                closed=self.running and evse.closed,
                phases=limit.phases,
                first=(limit.phase or 1) - 1,
            )
            if self.running:
                self._watch(evse, now)
        if self.running:
            self.transactions.stepped(now)
            self.reports.step(now)
            self._reset_if_idle()
        self._tell_news()
        if self.watched_by and self.busy:
            self._show()

    def _watch(self, evse: SimulatedEvse, now: float) -> None:
        if evse.expects_car_until is not None and now > evse.expects_car_until:
            evse.expects_car_until = None
            evse.token = None
            self.transactions.happened(evse, "EVConnectTimeout", reason="Timeout")
        if evse.needs is not None and evse.transaction is not None and self.accepted:
            needs, evse.needs = evse.needs, None
            self.commands.charging.tell_needs(evse, needs)
        self.transactions.watch(evse, now)

    def _reset_if_idle(self) -> None:
        """Do what was put off until nobody charges (B12)."""
        waiting = [one for one in self.connectors.values() if one.resets_when_idle]
        if not waiting or any(one.transaction is not None for one in waiting):
            return
        for one in waiting:
            one.resets_when_idle = False
        if len(waiting) == len(self.connectors):
            self.restart(boot_reason="ScheduledReset", stopped_reason="ImmediateReset")

    # -- the socket -------------------------------------------------------

    async def _talk(self) -> None:
        """What it does on a fresh socket, until that is lost."""
        if self.link.subprotocol is None:
            # Nobody agreed on anything to speak (part 4, 3.2).
            self.link.cut()
            return
        self._talks = False
        if self.model.boots_after:
            await clock.sleep(self.model.boots_after)
        self._talks = True
        said = [
            asyncio.ensure_future(self.asked.deliver(self._call)),
            asyncio.ensure_future(self._be_served()),
        ]
        try:
            await asyncio.gather(*said)
        except CallTimeout:
            # Nobody is there any more, whatever the socket says.
            self.link.cut()
        except NotConnected:
            pass
        finally:
            for one in said:
                one.cancel()
            await asyncio.gather(*said, return_exceptions=True)

    async def _be_served(self) -> None:
        first = not self._booted
        if first or self.model.boots_on_reconnect:
            await self._be_accepted()
        away = 0.0 if self._lost_at is None else clock.monotonic() - self._lost_at
        threshold = self.variables.number("OCPPCommCtrlr", "OfflineThreshold", 60.0)
        self._booted = self.accepted = True
        self.profiles.come_back(self.now())
        self.accepted_at = self.reports.heard_at = clock.monotonic()
        self.reports.announce(everything=first or away > threshold)
        if first:
            self._tell_of_the_start()
        self._tell_news()
        attempts = self.variables.number("OCPPCommCtrlr", "MessageAttempts", 3.0, instance=_EVENT)
        wait = self.variables.number(
            "OCPPCommCtrlr", "MessageAttemptInterval", 5.0, instance=_EVENT
        )
        self.outbox.attempts, self.outbox.retry_after = int(attempts), wait
        await self.outbox.deliver(self._call)

    def _tell_of_the_start(self) -> None:
        if self._boot_reason in ("RemoteReset", "LocalReset", "ScheduledReset"):
            self.reports.security_event("ResetOrReboot", self._boot_reason)
        else:
            self.reports.security_event("StartupOfTheDevice")
        self.commands.maintenance.installed()

    async def _be_accepted(self) -> None:
        """Send BootNotification until it is accepted (B01 to B03)."""
        while True:
            self.boot_again.clear()
            interval = 60.0
            try:
                told = await self._call(
                    "BootNotification", self.reports.identity(self._boot_reason)
                )
            except CallRefused:
                pass
            else:
                self.set_clock(told)
                interval = told["interval"] or interval
                self.pending = told["status"] == "Pending"
                if told["status"] == "Accepted":
                    place = Address("OCPPCommCtrlr", "HeartbeatInterval")
                    self.variables.put(place, str(int(interval)))
                    return
            self._tell_news()
            try:
                async with clock.timeout(interval):
                    await self.boot_again.wait()
                    self._boot_reason = "Triggered"
            except TimeoutError:
                pass

    def _on_close(self) -> None:
        if self.accepted or self._lost_at is None:
            self._lost_at = clock.monotonic()
        if self.profiles.offline_since is None:
            self.profiles.offline_since = self.now()
        self.accepted = self.pending = False
        self.outbox.drop_volatile()
        self.asked.drop_volatile()
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

    async def _probe(self) -> None:
        """Open a connection for OCPP 1.6 for a moment."""
        try:
            async with connect(
                f"{self.link.url.rstrip('/')}/{self.id}",
                subprotocols=[Subprotocol(SUBPROTOCOL16)],
                ssl=self.link.ssl,
                compression=None,
                ping_interval=None,
                proxy=None,
            ):
                await clock.sleep(1.0)
        except OSError, TimeoutError, WebSocketException:
            pass
        self.link.start()

    # -- booting and settings ---------------------------------------------

    async def start(self) -> None:
        """Connect, and live until `stop`."""
        if self.running and self.model.probes_16:
            self.running = False
            await super().start()
            self.running = True
            self._spawn(self._probe())
            return
        await super().start()

    def power_on(self) -> None:
        """Give its power back: it boots, resumes its sessions or not, and connects."""
        if self.powered:
            return
        self.powered = True
        self._boot_reason = "PowerUp"
        self._spawn(
            self._boot_up(
                stopped_reason="PowerLoss",
                trigger="AbnormalCondition",
                resumes=self.model.resumes_after_power_loss,
            )
        )

    def reboot(self, *, reason: str = "Reboot") -> None:
        """Restart its software by itself; transactions end with `reason`."""
        self.restart(boot_reason="LocalReset", stopped_reason=reason)

    def restart(self, *, boot_reason: str, stopped_reason: str, resumes: bool = False) -> None:
        """Restart its software; transactions end, or go on afterwards (2.1)."""
        if not resumes:
            for evse in self.connectors.values():
                self.transactions.end(evse, trigger="ResetCommand", reason=stopped_reason)
        self.running = False
        self._boot_reason = boot_reason
        self._spawn(self._go_down_and_up(stopped_reason, resumes=resumes))

    async def _go_down_and_up(self, stopped_reason: str, *, resumes: bool) -> None:
        await clock.sleep(0.5)
        if self.model.leaves_socket_behind:
            self.link.leave_behind()
        self.link.halt()
        await self._boot_up(stopped_reason=stopped_reason, trigger="ResetCommand", resumes=resumes)

    async def _boot_up(self, *, stopped_reason: str, trigger: str, resumes: bool) -> None:
        await clock.sleep(self.model.boot_seconds)
        self.variables.reboot()
        self._forget_over_reboot()
        self._booted = False
        for evse in self.connectors.values():
            evse.reported.clear()
            if not resumes:
                self.transactions.end(evse, trigger=trigger, reason=stopped_reason)
                evse.token = evse.expects_car_until = None
            elif evse.transaction is not None:
                self._resume(evse, evse.transaction)
            evse.points = points(evse)
        self.running = True
        self.link.start()
        self.step(clock.monotonic())

    def _resume(self, evse: SimulatedEvse, transaction: Transaction) -> None:
        if self.model.restarts_seq_no:
            transaction.seq_no = 0
        if self.speaks_21:
            self.transactions.event(evse, transaction, "Updated", "TxResumed")
        else:
            transaction.state = ""

    def _forget_over_reboot(self) -> None:
        gone = self.profiles.keep_only(
            self.model.keeps_over_reboot, endless=self.model.keeps_standing_only
        )
        if gone:
            self.forgot.update(self.connectors)

    def forget_limits(self) -> None:
        """Lose every profile by itself."""
        if self.profiles.keep_only(()):
            self.forgot.update(self.connectors)

    def sign_certificate(self) -> None:
        """Ask for a certificate of its own."""
        self.commands.certificates.sign()

    def _configured(self, address: Address, value: str) -> None:
        """Follow a changed variable."""
        match address.variable:
            case "BasicAuthPassword":
                self.link.password = value
                self._spawn(self._connect_again())
            case "TxUpdatedInterval":
                for evse in self.connectors.values():
                    evse.next_sample = None

    async def _connect_again(self) -> None:
        """Use its new password (A01.FR.04): nobody believes in the old one any more."""
        await clock.sleep(1.0)
        self.link.cut()


_EVENT = "TransactionEvent"
