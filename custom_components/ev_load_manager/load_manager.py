"""The loop of one group: readings in, a decision, limits out.

Whatever happens to the group wakes one task, which takes one step of the
controller for all of it together and tells every limit to its keeper.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HassJob, HomeAssistant, callback

from . import clock
from .access import Access
from .balancing.controller import Memory, step
from .balancing.decision import Decision, Mode
from .balancing.fallback import SteadyFallbacks
from .balancing.phases import NO_CURRENT, PhaseCurrents, Phases
from .balancing.readings import ConnectorReading, Readings, Sample
from .balancing.safe_limit import Cause
from .balancing.site import ConnectorId, Site
from .charger_meters import ChargerMeters
from .chargers import Chargers
from .const import LOGGER, SUBENTRY_CHARGER
from .coordinator import MeterCoordinator
from .csms.charge_point import Change, ChargePoint
from .csms.profiles import ProfileCatalogue, load_catalogue
from .csms.server import UnknownCharger
from .errors import SettingError
from .feeders import Feeders, async_adopt_orphans, read_feeders, stored_feeders
from .gather import connector_reading
from .listeners import Listener, async_listeners
from .meters import Meters, WantedMeter
from .not_released import async_tell_not_released
from .other_load_peaks import OtherLoadPeaks, read_peaks
from .overload import OverloadWatch
from .recalculation_log import RecalculationLog
from .safe_limit_log import SafeLimitLog
from .settings import ChargerSettings, GroupSettings
from .site_builder import GRID, GROUP, build_site, feeder_circuit
from .store import GroupStore, LiveSettings
from .temporary_limits import TemporaryLimit, TemporaryLimits
from .tls import TlsError
from .wiring_finder import WiringFinder

ADAPTIVE_LIFETIME: Final = 300.0
"""Seconds that a limit holds without being renewed where it follows the building's load."""
FIXED_LIFETIME: Final = 3600.0
"""The same where only a fixed limit is shared."""
HANDED_OVER_WITHIN: Final = 10.0
"""Seconds that chargers may take to be told their last limit when Home Assistant stops."""
LONGEST_WAIT: Final = 5.0
"""The loop looks around at least this often, s."""
VALUES_INTERVAL: Final = 0.5
"""What chargers measure and answer is looked at together, at most this often, s."""
_OF_ONE: Final = frozenset({Change.STATUS, Change.TRANSACTION, Change.LIMIT})
"""What sets off steps all day long, and changes nothing at other chargers but their limits."""
_MEASURED: Final = frozenset({"meter", Change.VALUES.value})
"""The same for what changes nothing but what was measured."""
_CAN_WAIT: Final = frozenset({Change.VALUES, Change.LIMIT, Change.CAPABILITIES})
"""What comes from chargers in crowds, and calls for no other limit this very moment:
room that an answered cut leaves may not be used for seconds."""
SHORTEST_WAIT: Final = 0.05
"""Time alone makes no more steps than one in this many seconds."""

type EvLoadManagerConfigEntry = ConfigEntry[LoadManager]


def read_entry(
    entry: ConfigEntry[Any],
) -> tuple[GroupSettings, dict[str, ChargerSettings]]:
    """The settings in a config entry: the group, and its chargers by subentry."""
    group = GroupSettings.from_data(entry.title, {**entry.data, **entry.options})
    return group, {
        subentry.subentry_id: ChargerSettings.from_data(
            subentry.subentry_id, subentry.title, subentry.data, voltage=group.voltage
        )
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_CHARGER
    }


class LoadManager:
    """One group of chargers, from its config entry to its limits."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        listener: Listener,
        catalogue: ProfileCatalogue,
    ) -> None:
        """Hold the parts together; `create` fills them."""
        self._hass = hass
        self._entry = entry
        self._listener = listener
        self._store = GroupStore(hass, entry.entry_id, self._collect)
        self._memory = Memory()
        self._fallbacks = SteadyFallbacks()
        self._site: Site | None = None
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._triggers: set[str] = set()
        self._stirred: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._listeners: set[Callable[[], None]] = set()
        self._failing = False
        self.group, _ = read_entry(entry)
        self.access = Access(listener, self.group.id_tags)
        self.chargers = Chargers(
            self.access,
            catalogue,
            save=self._store.save,
            on_change=self._on_charger_change,
            on_connectors=self._on_connectors,
        )
        self.feeders, self.mended_feeders = read_feeders(entry, {})
        self.temporary_limits = TemporaryLimits()
        self.settings = LiveSettings.first(self.group)
        self.decision: Decision | None = None
        self.stirred: frozenset[str] | None = None
        """Chargers that the last step was for, unless it was for measured values alone;
        None: it was for everyone."""
        self.readings: Readings = Readings(connectors={})
        self._summed: Readings | None = None
        self._chargers_current = NO_CURRENT
        self.meters = Meters(hass, entry, partial(self._trigger, "meter"))
        """Polls the meters of circuits: the grid connection's, and those of feeders."""
        self.charger_meters = ChargerMeters(hass, entry, self._on_charger_meter)
        """Polls the meters of chargers that were given one."""
        self.safe_limit_log = SafeLimitLog()
        self.recalculations = RecalculationLog()
        self.overload = OverloadWatch()
        self.other_load_peaks = OtherLoadPeaks()
        self.feeder_load_peaks: dict[str, OtherLoadPeaks] = {}
        """By circuit, of feeders with a meter of their own."""
        self.wiring_finder = WiringFinder(hass, entry.entry_id, self.chargers.loaded_terminals)

    # Life

    @classmethod
    async def create(cls, hass: HomeAssistant, entry: ConfigEntry[Any]) -> LoadManager:
        """Load what is stored, open the port, and know the chargers.

        The store is read before the port opens: the first charger that calls
        must find its limit. Raises OSError where the port can't be had.
        """
        group, _ = read_entry(entry)
        listeners = async_listeners(hass)
        listener = await listeners.acquire(
            group.listen_host, group.listen_port, entry.entry_id, group.tls
        )
        try:
            catalogue = await hass.async_add_executor_job(load_catalogue)
            manager = cls(hass, entry, listener, catalogue)
            await manager._load()
        except BaseException:
            await listeners.release(listener, entry.entry_id)
            raise
        return manager

    async def _load(self) -> None:
        data = await self._store.load()
        self.settings = LiveSettings.from_dict(data.get("settings", {}), self.group)
        self.temporary_limits = TemporaryLimits.from_list(data.get("temporary_limits", ()))
        before = stored_feeders(data.get("feeders", ()))
        # One may have been removed while the group was not running.
        async_adopt_orphans(self._hass, self._entry, before)
        _, chargers = read_entry(self._entry)
        self._sync_feeders(before)
        self.other_load_peaks = OtherLoadPeaks.from_dict(data.get("other_load_peaks"))
        self.feeder_load_peaks = read_peaks(data.get("feeder_load_peaks"))
        self.safe_limit_log = SafeLimitLog(
            data.get("safe_limit_log", ()), stopped=_moment(data.get("saved_at"))
        )
        self._memory = Memory.from_dict(data.get("memory", {}), _monotonic_at(data.get("saved_at")))
        self.chargers.restore(chargers, data.get("chargers", {}))

    def _collect(self) -> dict[str, Any]:
        """What must survive (see `store`)."""
        return {
            "settings": self.settings.to_dict(),
            "feeders": [feeder.to_dict() for feeder in self.feeders.values()],
            "temporary_limits": self.temporary_limits.to_list(),
            "chargers": self.chargers.states(),
            "memory": self._memory.to_dict(clock.monotonic()),
            "safe_limit_log": self.safe_limit_log.to_list(),
            "other_load_peaks": self.other_load_peaks.to_dict(),
            "feeder_load_peaks": {
                circuit: peaks.to_dict()
                for circuit, peaks in self.feeder_load_peaks.items()
                if circuit in self.site.circuits
            },
            "saved_at": clock.now().isoformat(),
        }

    async def start(self) -> None:
        """Start the loop, and read the meters."""
        await self._sync_meters()
        await self.charger_meters.sync(self.chargers.values())
        self._task = self._entry.async_create_background_task(
            self._hass, self._run(), name=f"EV Load Manager {self.group.name}"
        )
        self._entry.async_on_unload(
            self._hass.async_add_shutdown_job(
                HassJob(self._hand_over, name=f"EV Load Manager {self.group.name} hands over")
            )
        )

    async def _hand_over(self) -> None:
        """Home Assistant stops: nobody follows the meter until it is back.

        Every charger gets its share of the safe limit, if it has more than that now.
        """
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._stop_meters()
        keepers = [
            keeper
            for control in self.chargers.controls.values()
            for keeper in control.limits.keepers.values()
        ]
        before = [keeper.wanted for keeper in keepers]
        try:
            self._step()
        except Exception:  # noqa: BLE001 - the last word must be said, whatever it is
            LOGGER.exception("Balancing failed; chargers are told their fallback")
            self._fall_back()
        for keeper, wanted in zip(keepers, before, strict=True):
            if wanted is not None and keeper.wanted is not None:
                keeper.want(min(wanted, keeper.wanted))
        try:
            async with clock.timeout(HANDED_OVER_WITHIN):
                await asyncio.gather(
                    *(control.limits.settled() for control in self.chargers.controls.values())
                )
        except TimeoutError:
            LOGGER.warning("Not every charger of %s could be told its last limit", self.group.name)
        await self._store.save()

    async def stop(self) -> None:
        """End the loop, save, and give the port back."""
        await self.pause()
        await self.part()

    async def pause(self) -> None:
        """End the loop, and save; chargers stay connected, and keep their limits."""
        await self._stop_meters()
        await self.charger_meters.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._store.save()

    async def part(self, *, for_good: bool = False) -> None:
        """Let go of the chargers, and give the port back, after `pause`.

        `for_good`: the group is removed, and its chargers keep nothing of ours.
        """
        kept_ours = await self.chargers.part(for_good=for_good)
        await async_listeners(self._hass).release(self._listener, self._entry.entry_id)
        if for_good:
            self._tell_not_released(kept_ours)
            await self._store.remove()

    # The meters

    async def _sync_meters(self) -> None:
        """Read the meters of the group and of its feeders; another one has to prove itself."""
        group = self.group
        wanted: dict[str, WantedMeter] = {}
        if group.meter is not None:
            wanted[GRID] = WantedMeter(
                settings=group.meter,
                name=f"{group.name} meter",
                phases=group.phases,
                interval=group.meter_interval,
                max_age=group.meter_timeout,
            )
        for feeder_id, feeder in self.feeders.items():
            if feeder.meter is not None:
                wanted[feeder_circuit(feeder_id)] = WantedMeter(
                    settings=feeder.meter,
                    name=f"{feeder.name} meter",
                    phases=group.phases,
                    interval=feeder.meter_interval,
                    max_age=feeder.meter_timeout,
                )
        self._forget_meters(await self.meters.sync(wanted))

    async def _stop_meters(self) -> None:
        """Let go of the meters."""
        self._forget_meters(await self.meters.stop())

    def _forget_meters(self, ended: Iterable[str]) -> None:
        for circuit in ended:
            self._memory.meter(circuit).forget_meter()
            if circuit == GRID:
                self.wiring_finder.end()

    # The loop

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self._urgent.clear()
            try:
                self._step()
                self._failing = False
            except Exception:  # noqa: BLE001 - whatever it is, limits must not freeze
                if not self._failing:
                    LOGGER.exception("Balancing failed; limits only go down until it works again")
                self._failing = True
                self.wiring_finder.end()
                self._fall_back()
            await self._wait()

    def _step(self) -> None:
        """One round: every reading, one joint decision, every limit to its keeper."""
        if self.temporary_limits.expire(clock.now()):
            self._site = None
            self._triggers.add("temporary_limit")
        now = clock.monotonic()
        if self._fallbacks.is_rising(now):
            self._site = None
        trigger = ", ".join(sorted(self._triggers)) or "time"
        everyday = self._triggers <= _MEASURED | _OF_ONE
        self.stirred = frozenset(self._stirred) if everyday else None
        self._triggers.clear()
        self._stirred.clear()
        self.readings = Readings(
            connectors=self._connector_readings(),
            meter=None if self.meter is None else self.meter.last_good,
            circuit_meters={
                circuit: meter.last_good
                for circuit, meter in self.meters.items()
                if circuit != GRID and meter.last_good is not None
            },
        )
        decision = step(self.site, self.readings, self._memory, now)
        self.decision = self.wiring_finder.applied(decision, self.site, self.readings)
        lifetime = ADAPTIVE_LIFETIME if self.site.follows_meters else FIXED_LIFETIME
        for connector_id, decided in self.decision.connectors.items():
            keeper = self.chargers.keeper(connector_id)
            keeper.set_terms(self.site.connectors[connector_id].fallback, lifetime)
            keeper.loads(self._memory.connectors[connector_id].learned)
            keeper.want(decided.limit)
        self._tell(trigger)

    def _write_down(self, trigger: str) -> None:
        """Keep what people ask for later: why the limits are what they are."""
        assert self.decision is not None
        now = clock.now()
        self.recalculations.note(
            self.decision, self.readings, self.settings, trigger=trigger, now=now
        )
        self.overload.update(self.site, self.readings, self.decision.at)
        if self.decision.other_load is not None:
            self.other_load_peaks.note(self.decision.other_load, now.date())
        for circuit, stands in self.decision.circuits.items():
            if circuit != GRID and stands.other_load is not None:
                peaks = self.feeder_load_peaks.setdefault(circuit, OtherLoadPeaks())
                peaks.note(stands.other_load, now.date())
        if self._note_safe_limits(now):
            self._entry.async_create_background_task(
                self._hass, self._store.save(), name="EV Load Manager safe limit log"
            )

    def _note_safe_limits(self, now: datetime) -> bool:
        """Take down which safe limits are in force; whether any of that is new."""
        log, live = self.safe_limit_log, self.settings
        news = [log.note(self.safe_limit_cause, limit=live.safe_limit, now=now)]
        for feeder_id, feeder in self.feeders.items():
            circuit = feeder_circuit(feeder_id)
            news.append(
                log.note(
                    self.safe_limit_cause_at(circuit),
                    limit=live.feeder_safe_limit.get(feeder_id, feeder.safe_limit),
                    now=now,
                    circuit=circuit,
                    feeder=feeder.name,
                )
            )
        news.append(log.end_others(self.site.circuits, now=now))
        return any(news)

    def _fall_back(self) -> None:
        """After an exception nobody gets more, and nobody more than his fallback."""
        known = {} if self._site is None else self._site.connectors
        for charger_id, control in self.chargers.controls.items():
            for number, keeper in control.limits.keepers.items():
                connector = known.get(ConnectorId(charger_id, number))
                fallback = 0.0 if connector is None else connector.fallback
                keeper.want(fallback if keeper.wanted is None else min(keeper.wanted, fallback))

    async def _wait(self) -> None:
        """Sleep until something happens, or time alone may change something.

        What chargers measure and answer comes in crowds and waits for each other; what
        starts, stops or changes somebody's limit does not wait.
        """
        now = clock.monotonic()
        until = now + LONGEST_WAIT
        if self.decision is not None and self.decision.next_step_at is not None:
            until = min(until, max(self.decision.next_step_at, now))
        if (limit_ends := self.temporary_limits.next_end) is not None:
            until = min(until, now + (limit_ends - clock.now()).total_seconds())
        if await _happens(self._wake, max(until - now, SHORTEST_WAIT)):
            await _happens(self._urgent, now + VALUES_INTERVAL - clock.monotonic())

    # Readings

    @property
    def site(self) -> Site:
        """The site as the settings make it; rebuilt when one changes."""
        if self._site is None:
            site = build_site(
                self.group,
                self.settings,
                [
                    (charger, self.chargers.connectors_of(charger))
                    for charger in self.chargers.values()
                ],
                feeders=self.feeders,
                temporary=self.temporary_limits.by_circuit(),
                step={
                    charger_id: control.profile.step
                    for charger_id, control in self.chargers.controls.items()
                },
                by_key={
                    charger_id
                    for charger_id, control in self.chargers.controls.items()
                    if control.by_key
                },
                meter_latency={
                    circuit: meter.meter.latency for circuit, meter in self.meters.items()
                },
            )
            self._site = self._fallbacks.applied(site, clock.monotonic())
        return self._site

    def _connector_readings(self) -> dict[ConnectorId, ConnectorReading]:
        return {
            connector_id: connector_reading(
                point := self.chargers.point(connector_id.charger),
                point.connectors[connector_id.number],
                self.chargers.keeper(connector_id).offer,
                connector.wiring,
                met=self.chargers.is_met(connector_id.charger),
                metered=self._metered(connector_id.charger),
            )
            for connector_id, connector in self.site.connectors.items()
        }

    def _metered(self, charger_id: str) -> Sample | None:
        """What the charger's own meter told; None without, or where it can't tell outlets apart."""
        sample = self.charger_meters.sample(charger_id)
        if sample is None or not self.chargers.has_own_meter(self.chargers.named(charger_id)):
            return None
        return sample

    @callback
    def _on_charger_meter(self) -> None:
        """A charger's meter was read: as good as a report of the charger."""
        self._triggers.add(Change.VALUES.value)
        self._wake.set()

    # Settings

    async def change(self, **changes: Any) -> None:
        """Change live settings (`LiveSettings` fields); in force at once, and stored.

        Raises SettingError where a value can't be.
        """
        settings = replace(self.settings, **changes)
        self._check(settings)
        if settings == self.settings:
            return
        self.settings = settings
        self._rebuild()
        # Down before up: a lowered limit is in force before it is written.
        await self._store.save()

    async def change_feeder(
        self, feeder_id: str, *, maximum: float | None = None, safe_limit: float | None = None
    ) -> None:
        """Change what a feeder may carry, or what its chargers share while its meter is silent, A.

        It is known by its subentry. Raises SettingError where a value can't be.
        """
        live = self.settings
        changes: dict[str, Any] = {}
        if maximum is not None:
            changes["feeder_maximum"] = {**live.feeder_maximum, feeder_id: maximum}
        if safe_limit is not None:
            feeder = self.feeders[feeder_id]
            if feeder.meter is None:
                raise SettingError("safe_limit", "feeder_without_meter", feeder=feeder.name)
            changes["feeder_safe_limit"] = {**live.feeder_safe_limit, feeder_id: safe_limit}
        await self.change(**changes)

    async def change_connector(
        self,
        connector_id: ConnectorId,
        *,
        maximum: float | None = None,
        charging_allowed: bool | None = None,
    ) -> None:
        """Change one connector's maximum (A) or whether it may charge."""
        changes: dict[str, Any] = {}
        if maximum is not None:
            charger = self.chargers.named(connector_id.charger)
            if not charger.minimum <= maximum <= charger.maximum:
                raise SettingError(
                    "maximum",
                    "connector_maximum_out_of_range",
                    minimum=f"{charger.minimum:g}",
                    maximum=f"{charger.maximum:g}",
                )
            changes["connector_maximum"] = {
                **self.settings.connector_maximum,
                connector_id: maximum,
            }
        if charging_allowed is not None:
            changes["charging_allowed"] = {
                **self.settings.charging_allowed,
                connector_id: charging_allowed,
            }
        await self.change(**changes)

    async def set_temporary_limit(self, limit: TemporaryLimit) -> None:
        """Limit the group or a feeder for some time; raises SettingError where that can't be."""
        rated = self.site.circuits[limit.circuit].rated
        self.temporary_limits.set(limit, rated=max(rated), now=clock.now())
        self._rebuild()
        await self._store.save()

    async def clear_temporary_limit(self, circuit: str, name: str | None) -> None:
        """Take back a temporary limit before its time, or all of a circuit."""
        if self.temporary_limits.clear(circuit, name):
            self._rebuild()
            await self._store.save()

    async def put_first_in_line(self, connector_id: ConnectorId) -> None:
        """Give a session the next turn, for once; raises SettingError where there is none."""
        reading = self.readings.connectors.get(connector_id)
        memory = self._memory.connectors.get(connector_id)
        if reading is None or reading.session is None or memory is None:
            raise SettingError("connector", "no_session")
        memory.first_in_line = True
        self._trigger("first_in_line")
        await self._store.save()

    def is_first_in_line(self, connector_id: ConnectorId) -> bool:
        """Whether a session was given the next turn, and has not had it yet."""
        memory = self._memory.connectors.get(connector_id)
        return memory is not None and memory.first_in_line

    def _check(self, settings: LiveSettings) -> None:
        """Refuse what no fuse allows."""
        for name, value, rated in settings.rated(self.group, self.feeders):
            if not 0 <= value <= rated:
                raise SettingError(name, "limit_out_of_range", maximum=f"{rated:g}")

    async def sync(self, group: GroupSettings, chargers: Mapping[str, ChargerSettings]) -> None:
        """Take over changed flows: only what differs is touched.

        A charger that did not change keeps its socket. A changed port can't be
        had without a new start of the entry.
        """
        if (group.listen_host, group.listen_port) != (
            self.group.listen_host,
            self.group.listen_port,
        ):
            self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
            return
        if group.tls != self.group.tls:
            try:
                await async_listeners(self._hass).secure(self._listener, group.tls)
            except OSError, TlsError:
                # Setting it up anew says what is wrong, and tries again.
                self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
                return
        if group.meter is not None and self.group.meter is None:
            # Nobody could set these before; the flow has just asked for them.
            self.settings = replace(
                self.settings,
                grid_maximum_current=group.grid_maximum_current,
                safe_limit=group.safe_limit,
            )
        self.group = group
        self._sync_feeders(self.feeders)
        self.access.id_tags = group.id_tags
        await self._sync_meters()
        self._tell_not_released(await self.chargers.sync(chargers))
        self.wiring_finder.forget_changed(chargers)
        await self.charger_meters.sync(self.chargers.values())
        self._rebuild()
        await self._store.save()

    def _sync_feeders(self, before: Feeders) -> None:
        """Take over the tree of feeders; what can't be is as `before`."""
        self.feeders, self.mended_feeders = read_feeders(self._entry, before)
        self.settings = self.settings.within(self.group, self.feeders)
        self.temporary_limits.keep_only({GROUP, *map(feeder_circuit, self.feeders)})

    def _rebuild(self) -> None:
        """Settings changed: make the site anew and take a step."""
        self._site = None
        self._trigger("settings")

    @callback
    def _trigger(self, what: str) -> None:
        """Take a step at once."""
        self._triggers.add(what)
        self._urgent.set()
        self._wake.set()

    @callback
    def _on_charger_change(self, point: ChargePoint, change: Change) -> None:
        """Something came from a charger."""
        if change in _OF_ONE:
            self._stirred.add(point.id)
        if change is Change.CAPABILITIES:
            self._site = None
        if change is Change.VALUES:
            self._store.save_soon()
        if change in _CAN_WAIT:
            self._triggers.add(change.value)
            self._wake.set()
        else:
            self._trigger(change.value)

    @callback
    def _on_connectors(self) -> None:
        """Outlets are there that were not, or the other way round."""
        self._site = None
        self._trigger("connector")

    def _tell_not_released(self, chargers: Iterable[ChargerSettings]) -> None:
        """Tell people of removed chargers that keep what they have."""
        names = {charger.charger_id: charger.name for charger in chargers}
        async_tell_not_released(self._hass, self._entry.entry_id, names, group=self.group.name)

    # What entities look at

    @property
    def unknown(self) -> Mapping[str, UnknownCharger]:
        """Chargers on the group's port that nobody has accepted yet."""
        return self._listener.central.unknown

    def on_unknown_change(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Be told when `unknown` changed; returns how to end that."""
        return self._listener.central.on_unknown_change(changed)

    @property
    def port(self) -> int:
        """The port that chargers dial."""
        return self._listener.central.port

    @property
    def meter(self) -> MeterCoordinator | None:
        """Polls the grid meter; None without one."""
        return self.meters.get(GRID)

    @property
    def safe_limit_cause(self) -> Cause | None:
        """Why the group's safe limit is in force; None while it is not."""
        return self.safe_limit_cause_at(GRID)

    def safe_limit_cause_at(self, circuit: str) -> Cause | None:
        """Why the chargers behind a circuit's meter share a safe limit; None while they don't."""
        decided = None if self.decision is None else self.decision.circuits.get(circuit)
        if decided is None or decided.mode is not Mode.SAFE_LIMIT:
            return None
        return self._memory.meter(circuit).safe_limit.cause

    @property
    def doubtful_phases(self) -> Phases:
        """Phases that somebody loads who should not, by the settings."""
        return frozenset().union(*self._memory.doubts().values())

    async def confirm_wiring(self) -> None:
        """Somebody has looked at the wiring: the settings are believed again."""
        self._memory.clear_doubts()
        self._trigger("wiring")
        await self._store.save()

    async def find_wiring(self, charger: ChargerSettings) -> None:
        """Begin to look how a charger is wired; raises SettingError where that can't be."""
        self.wiring_finder.start(charger, self.site, self.readings, self.decision)
        self._trigger("find_wiring")

    @property
    def sure_current(self) -> PhaseCurrents:
        """What is sure to be free for chargers that nobody leads, A per phase."""
        metered = self.group.meter is not None
        live = self.settings
        return self.group.currents(live.safe_limit if metered else live.maximum_current)

    def measured(self, connector_id: ConnectorId) -> PhaseCurrents | None:
        """What a connector was last seen to draw on the grid's phases, A."""
        reading = self.readings.connectors.get(connector_id)
        return None if reading is None or reading.sample is None else reading.sample.currents

    def chargers_current(self) -> PhaseCurrents:
        """What all chargers together were last seen to draw, A per phase."""
        if self._summed is not self.readings:
            self._summed = self.readings
            self._chargers_current = NO_CURRENT
            for connector_id in self.readings.connectors:
                if currents := self.measured(connector_id):
                    self._chargers_current = self._chargers_current.plus(currents)
        return self._chargers_current

    @callback
    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be called after every step; returns how to end that."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @callback
    def _tell(self, trigger: str) -> None:
        lookers_on: list[Callable[[], None]] = [partial(self._write_down, trigger)]
        lookers_on += self._listeners
        for look in lookers_on:
            try:
                look()
            except Exception:  # noqa: BLE001 - an entity is no reason to stop balancing
                # Who only looks on must not be taken for a failure of balancing.
                LOGGER.exception("A step of %s can't be shown", self.group.name)


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)


def _monotonic_at(stored: str | None) -> float:
    """When a stored moment was, on the monotonic clock; never in the future."""
    moment = _moment(stored)
    if moment is None:
        return clock.monotonic()
    return clock.monotonic() - max(0.0, (clock.now() - moment).total_seconds())


async def _happens(event: asyncio.Event, within: float) -> bool:
    """Whether an event comes within so many seconds."""
    if event.is_set() or within <= 0:
        return event.is_set()
    try:
        async with clock.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
