"""One group: its parts, and its loop: readings in, a decision, limits out.

Whatever happens to the group wakes one task, which takes one step of the
controller for all of it together and has every charger follow its limit.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HassJob, HomeAssistant, callback

from .. import clock
from ..balancing.caps import capped, explained
from ..balancing.car_model import CarModel
from ..balancing.controller import Memory, step
from ..balancing.decision import Decision
from ..balancing.phases import NO_PHASES, Phases
from ..balancing.readings import Readings
from ..balancing.safe_limit import Cause
from ..balancing.site import ConnectorId, Site
from ..config.backends import read_backends
from ..config.feeders import (
    Feeders,
    async_adopt_orphans,
    async_hang_chargers,
    nearest,
    stored_feeders,
)
from ..config.settings import ChargerSettings, GroupSettings, ids_on_the_port, read_entry
from ..config.site_builder import GRID, Circuits
from ..const import LOGGER
from ..coordinator import MeterCoordinator
from ..data_files.stored import VERSION, Damage, plain
from ..data_files.values import moment as read_moment, optional
from ..errors import SettingError
from ..history.records import Records
from ..sessions.book import Book
from ..sessions.shared import async_shared_book
from .access import Access
from .backends import Backends
from .charger import Change, Charger
from .charger_meters import ChargerMeters
from .chargers import Chargers
from .current_site import CurrentSite
from .last_resort import all_told, fall_back, never_more
from .listeners import Listener, async_listeners
from .live_changes import LiveChanges
from .meters import Meters, wanted_meters
from .notices import async_tell_damage, async_tell_left_behind, async_tell_not_released
from .notifications import Notifications
from .power import Power
from .readings import gather_readings, judge
from .session_journal import SessionJournal
from .store import GroupStore
from .triggers import METER, Happened, Triggers
from .wiring_finder import WiringFinder

HANDED_OVER_WITHIN: Final = 10.0
"""Seconds that chargers may take to be told their last limit when Home Assistant stops."""
LONGEST_WAIT: Final = 5.0
"""The loop looks around at least this often, s."""

ADAPTIVE_LIFETIME: Final = 300.0
"""Seconds that a limit holds without being renewed where it follows the building's load."""
FIXED_LIFETIME: Final = 3600.0
"""Seconds that a limit lives where nothing but settings changes it."""

type EvLoadManagerConfigEntry = ConfigEntry[LoadManager]


class LoadManager:
    """One group of chargers, from its config entry to its limits."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        listener: Listener,
        book: Book,
    ) -> None:
        """Hold the parts together; `create` fills them."""
        self._hass = hass
        self._entry = entry
        self._listener = listener
        self._store = GroupStore(hass, entry.entry_id, *self._parts())
        self._damage = Damage()
        self._memory = Memory()
        self._triggers = Triggers()
        self._task: asyncio.Task[None] | None = None
        self._listeners: set[Callable[[], None]] = set()
        self._failing = False
        self.group, _ = read_entry(entry)
        self.access = Access(
            listener,
            self.group.id_tags,
            journal=lambda charger, why: SessionJournal(
                book, charger, lambda: hass.config.time_zone, why
            ),
            is_spent=async_shared_book(hass).refuses,
        )
        self.chargers = Chargers(
            self.access,
            save=self._store.save,
            on_change=self._on_charger_change,
            on_connectors=self._on_connectors,
        )
        self.backends = Backends(
            hass, entry.entry_id, self.access, wake=partial(self._triggers.soon, "backend")
        )
        self.live = LiveChanges(
            self.group, self.chargers, on_change=self._rebuild, save=self._store.save
        )
        self.power = Power(hass, entry, lambda: self.feeders, self._rebuild)
        self.decision: Decision | None = None
        self.stirred: frozenset[str] | None = None
        """Chargers that the last step was for, unless it was for measured values alone;
        None: it was for everyone."""
        self.readings: Readings = Readings(connectors={})
        self.meters = Meters(hass, entry, partial(self._triggers.at_once, METER))
        """Polls the meters of circuits: the grid connection's, and those of feeders."""
        # As good as a report of the charger.
        values_came = partial(self._triggers.soon, Change.VALUES.value)
        self._current = CurrentSite(
            entry,
            lambda: self.group,
            live=self.live,
            chargers=self.chargers,
            meters=self.meters,
            power=self.power,
        )
        self.charger_meters = ChargerMeters(hass, entry, values_came)
        """Polls the meters of chargers that were given one."""
        self.records = Records()
        self.notifications = Notifications(save=self._store.save, save_soon=self._store.save_soon)
        self._syncing = asyncio.Lock()
        self._has_ended = False
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
        book = async_shared_book(hass)
        try:
            manager = cls(hass, entry, listener, await book.acquire(entry.entry_id))
            await manager._load()
        except BaseException:
            await listeners.release(listener, entry.entry_id)
            await book.release(entry.entry_id)
            raise
        return manager

    async def _load(self) -> None:
        stored = await self._store.load()
        await self.power.load(self.group)
        self.live.restore(stored, feeders=self.feeders)
        before = stored_feeders(stored.sections("feeders"))
        async_hang_chargers(self._hass, self._entry)
        # One may have been removed while the group was not running.
        async_adopt_orphans(self._hass, self._entry, before)
        _, chargers = read_entry(self._entry)
        self._current.sync_feeders(before)
        moment = stored.read("saved_at", optional(read_moment), None)
        saved_at = None if moment is None else clock.monotonic_of(moment)
        self.records.restore(stored, saved_at=moment)
        self.notifications.restore(stored.section("notifications", may_miss=True))
        now = clock.monotonic() if saved_at is None else saved_at
        self._memory = Memory.read(
            stored.section("memory"),
            now,
            saved_at=None if stored.is_outdated else saved_at,
            phases=frozenset(self.group.phase_list),
        )
        backends = read_backends(self._entry)
        await self.backends.open(backends)
        taken = ids_on_the_port(self._hass, self._entry)
        self.chargers.restore(
            chargers,
            stored.named("chargers"),
            taken=taken,
            is_whole=stored.section("chargers").is_whole,
        )
        await self.backends.sync(backends, self.chargers)
        self.chargers.hang(lambda feeder: nearest(feeder, before, self.feeders))
        self._tell_left_behind()
        self._damage = stored.damage
        if self._tell_damage():
            # The next start must not take a file that was set aside for one that never was.
            await self._store.save()

    def _tell_damage(self) -> bool:
        """Tell what of the store could not be read; whether there is anything new."""
        return async_tell_damage(
            self._hass, self._entry.entry_id, self._damage, group=self.group.name
        )

    def _parts(self) -> Iterator[Callable[[], dict[str, Any]]]:
        """What must survive (see `store`): one that fails must not take the others along."""
        yield lambda: {**self.live.to_dict()}
        yield lambda: {"feeders": plain(self.feeders.values())}
        yield lambda: {"chargers": self.chargers.states()}
        yield lambda: {"memory": self._memory.to_dict(clock.monotonic())}
        yield lambda: self.records.to_dict(self.circuits)
        yield lambda: {"notifications": self.notifications.to_dict()}
        yield lambda: {"charged_energy": self.records.charged.to_dict(self.chargers.led)}
        yield lambda: {"version": VERSION, "saved_at": clock.now().isoformat()}

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
        await self._end_loop()
        await self._stop_meters()
        self._memory.end_start()
        with never_more(self.chargers):
            try:
                self._step(self._triggers.take())
            except Exception:  # noqa: BLE001 - the last word must be said, whatever it is
                LOGGER.exception("Balancing failed; chargers are told their fallback")
                fall_back(self.chargers, self._current.last_made)
        if not await all_told(self.chargers, within=HANDED_OVER_WITHIN):
            LOGGER.warning("Not every charger of %s could be told its last limit", self.group.name)
        await self._store.save()
        await self.power.save()

    async def stop(self) -> None:
        """End the loop, save, and give the port back."""
        await self.pause()
        await self.part()

    async def pause(self) -> None:
        """End the loop, and save; chargers stay connected, and keep their limits.

        A charger that is just being removed is waited for: it is let go by who removes it.
        """
        async with self._syncing:
            self._has_ended = True
        await self._stop_meters()
        await self.charger_meters.stop()
        await self._end_loop()
        await self.backends.close()
        await self._store.save()
        await self.power.save()

    async def _end_loop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def part(self, *, for_good: bool = False) -> None:
        """Let go of the chargers, and give the port back, after `pause`.

        `for_good`: the group is removed, and its chargers keep nothing of ours.
        """
        async_tell_left_behind(self._hass, self._entry.entry_id, (), group=self.group.name)
        kept_ours = await self.chargers.part(for_good=for_good)
        await async_listeners(self._hass).release(self._listener, self._entry.entry_id)
        await async_shared_book(self._hass).release(self._entry.entry_id)
        if for_good:
            self._tell_not_released(kept_ours)
            await self._store.remove()
        else:
            await self._store.end()

    # The meters

    async def _sync_meters(self) -> None:
        """Read the meters of the group and of its feeders; another one has to prove itself."""
        wanted = wanted_meters(self.group, self.circuits)
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
        """Take a step whenever something happens, or time alone may change something."""
        while True:
            happened = self._triggers.take()
            try:
                self._step(happened)
                self._failing = False
            except Exception:  # noqa: BLE001 - whatever it is, limits must not freeze
                if not self._failing:
                    LOGGER.exception("Balancing failed; limits only go down until it works again")
                self._failing = True
                self.wiring_finder.end()
                fall_back(self.chargers, self._current.last_made)
            await self._triggers.wait(self._next_step_at())

    def _step(self, happened: Happened) -> None:
        """One round: every reading, one joint decision, every charger told its limit."""
        if self.live.temporary_limits.expire(clock.now()):
            self._current.forget()
            happened = happened.also("temporary_limit")
        now = clock.monotonic()
        if self.power.look(len(self.chargers.led)) or self._current.is_outdated(now):
            self._current.forget()
        self.stirred = happened.stirred
        told = gather_readings(self.site, self.chargers, self.charger_meters, self.meters)
        self.readings = self.power.count(told, self.meter, self._memory, self.site, self.decision)
        judge(self.readings, self.chargers)
        self.backends.look()
        caps = self.backends.caps
        decided = step(capped(self.site, caps), self.readings, self._memory, now)
        decision = explained(decided, self.site, caps)
        self.wiring_finder.start_where_unknown(
            self.chargers.values(), self.site, self.readings, decision
        )
        self.decision = self.wiring_finder.applied(decision, self.site, self.readings)
        self._dispatch(self.decision)
        self._tell(happened.text)

    def _dispatch(self, decision: Decision) -> None:
        """Have every charger follow its part of a decision."""
        lifetime = ADAPTIVE_LIFETIME if self.site.follows_meters else FIXED_LIFETIME
        for connector_id, decided in decision.connectors.items():
            self.chargers.charger(connector_id.charger).lead(
                self.site.connectors[connector_id],
                decided.limit,
                lifetime=lifetime,
                phases=self._memory.connectors[connector_id].learned,
            )

    def _next_step_at(self) -> float:
        """When time alone may change something (monotonic)."""
        now = clock.monotonic()
        until = now + LONGEST_WAIT
        # After a failure the last decision says nothing of when to try again.
        decision = None if self._failing else self.decision
        if decision is not None and decision.next_step_at is not None:
            until = min(until, max(decision.next_step_at, now))
        if (limit_ends := self.live.temporary_limits.next_end) is not None:
            until = min(until, now + (limit_ends - clock.now()).total_seconds())
        if (cap_changes := self.backends.next_change) is not None:
            until = min(until, now + max(0.0, (cap_changes - clock.now()).total_seconds()))
        return until

    @property
    def circuits(self) -> Circuits:
        """All that people limit, as they do now."""
        return self._current.circuits

    @property
    def feeders(self) -> Feeders:
        """The tree of feeders, as far as it can be."""
        return self._current.feeders

    @property
    def mended_feeders(self) -> tuple[str, ...]:
        """The names of feeders that had to be mended, for the tree to be one."""
        return self._current.mended_feeders

    @property
    def site(self) -> Site:
        """The site as the settings make it; made anew when one changes."""
        return self._current.site

    # What people ask for

    async def put_first_in_line(self, connector_id: ConnectorId) -> None:
        """Give a session the next turn, for once; raises SettingError where there is none."""
        reading = self.readings.connectors.get(connector_id)
        memory = self._memory.connectors.get(connector_id)
        if reading is None or reading.session is None or memory is None:
            raise SettingError("connector", "no_session")
        memory.first_in_line = True
        self._triggers.at_once("first_in_line")
        await self._store.save()

    def is_first_in_line(self, connector_id: ConnectorId) -> bool:
        """Whether a session was given the next turn, and has not had it yet."""
        memory = self._memory.connectors.get(connector_id)
        return memory is not None and memory.first_in_line

    def car(self, connector_id: ConnectorId) -> tuple[CarModel, Phases] | None:
        """What the car at a connector has shown so far, and on which phases it charges.

        None without a session; no phases as long as they are not known.
        """
        memory = self._memory.connectors.get(connector_id)
        if memory is None or memory.session is None:
            return None
        return memory.car.model, memory.learned or NO_PHASES

    async def confirm_wiring(self) -> None:
        """Somebody has looked at the wiring: the settings are believed again."""
        self._memory.clear_doubts()
        self._triggers.at_once("wiring")
        await self._store.save()

    async def find_wiring(self, charger: ChargerSettings) -> None:
        """Begin to look how a charger is wired; raises SettingError where that can't be."""
        self.wiring_finder.start(charger, self.site, self.readings, self.decision)
        self._triggers.at_once("find_wiring")

    # Settings

    async def sync(self, group: GroupSettings, chargers: Mapping[str, ChargerSettings]) -> None:
        """Take over changed flows: only what differs is touched.

        A charger that did not change keeps its socket. A changed port can't be
        had without a new start of the entry. What comes after `pause` is left to that.
        """
        async with self._syncing:
            if not self._has_ended:
                await self._sync(group, chargers)

    async def _sync(self, group: GroupSettings, chargers: Mapping[str, ChargerSettings]) -> None:
        if (group.listen_host, group.listen_port) != (
            self.group.listen_host,
            self.group.listen_port,
        ):
            self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
            return
        if group.tls != self.group.tls and not await async_listeners(self._hass).could_secure(
            self._listener, group.tls
        ):
            # Setting it up anew says what is wrong, and tries again.
            self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
            return
        self.group = group
        self.power.sync(group)
        before = self.feeders
        self._current.sync_feeders(before)
        self.chargers.hang(lambda feeder: nearest(feeder, before, self.feeders))
        self.access.id_tags = group.id_tags
        await self._sync_meters()
        self._tell_not_released(await self.chargers.sync(chargers))
        await self.backends.sync(read_backends(self._entry), self.chargers)
        self._tell_left_behind()
        self._tell_damage()
        self.wiring_finder.forget_changed(chargers)
        await self.charger_meters.sync(self.chargers.values())
        self._rebuild()
        await self._store.save()

    def _rebuild(self) -> None:
        """Settings changed: make the site anew and take a step."""
        self._current.forget_all()
        self._triggers.at_once("settings")

    @callback
    def _on_charger_change(self, charger: Charger, change: Change) -> None:
        """Something came from a charger."""
        if change is Change.CAPABILITIES:
            self._current.forget()
        if change is Change.VALUES:
            self._store.save_soon()
        for number, energy in charger.registers.items():
            self.records.charged.note(ConnectorId(charger.id, number), energy, clock.now())
        self._triggers.from_charger(charger, change)
        if self.chargers.has_stopped(charger.id):
            # Not at once: others have not heard of this yet.
            self._entry.async_create_background_task(
                self._hass,
                self.let_go(),
                name="EV Load Manager lets go of a removed charger",
                eager_start=False,
            )

    @callback
    def _on_connectors(self) -> None:
        """Outlets are there that were not, or the other way round."""
        self._current.forget()
        self._triggers.at_once("connector")

    async def let_go(self, *, of: Collection[str] = ()) -> None:
        """Count removed chargers no more whose cars have stopped, and some whatever they do."""
        async with self._syncing:
            if self._has_ended:
                return
            self._tell_not_released(await self.chargers.let_go(of=of))
            self._tell_left_behind()
            self._rebuild()
            await self._store.save()

    def _tell_left_behind(self) -> None:
        """Tell people of removed chargers at which cars go on charging."""
        async_tell_left_behind(
            self._hass,
            self._entry.entry_id,
            list(self.chargers.left_behind.values()),
            group=self.group.name,
        )

    def _tell_not_released(self, chargers: Iterable[ChargerSettings]) -> None:
        """Tell people of removed chargers that keep what they have."""
        names = {charger.charger_id: charger.name for charger in chargers}
        async_tell_not_released(self._hass, self._entry.entry_id, names, group=self.group.name)

    # What entities look at

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
        return None if self.decision is None else self.decision.safe_limit_cause(circuit)

    @property
    def doubtful_phases(self) -> Phases:
        """Phases that somebody loads who should not, by the settings."""
        return frozenset().union(*self._memory.doubts().values())

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

    def _write_down(self, trigger: str) -> None:
        """Keep what people ask for later: why the limits are what they are."""
        assert self.decision is not None
        self.access.note_states(self.readings, self.decision)
        if self.records.note(
            self.decision,
            self.readings,
            self.site,
            settings=self.live.settings,
            circuits=self.circuits,
            trigger=trigger,
        ):
            self._entry.async_create_background_task(
                self._hass, self._store.save(), name="EV Load Manager safe limit log"
            )
        elif self.records.situations.changes:
            self._store.save_soon()
