"""What a group keeps beside its currents: limits in kW, the mean power of windows, and signals.

Without settings of that, and without a signal, nothing of it is there, and nothing is stored.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence, Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from math import inf, isfinite
from typing import Any, Final
from weakref import WeakMethod

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, UnitOfPower
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import PowerConverter

from .. import clock
from ..balancing.decision import Decision
from ..balancing.memory import Memory
from ..balancing.readings import Readings
from ..balancing.site import ConnectorId, Site
from ..config.feeders import Feeders
from ..config.power_settings import HIGHEST_POWER, PowerSettings
from ..config.settings import GroupSettings
from ..config.signals import CONTACT, NUMBER, Signal, Signals
from ..config.site_builder import GRID, GROUP, feeder_circuit, feeder_of
from ..const import DOMAIN, LOGGER
from ..coordinator import MeterCoordinator
from ..data_files.stored import VERSION, Damage, Stored
from ..data_files.values import anything, by_name, optional, within
from ..errors import SettingError, figure
from ..peaks.keeper import PeakKeeper, PeakSettings
from ..peaks.least_power import least_power
from ..peaks.window_energy import Told
from ..peaks.without import Car
from .limits_calendar import LimitsCalendar
from .store import SAVE_DELAY, ToldStore

WINDOW: Final = "window"
"""Whose limit it is that no window's mean is to exceed, beside those of circuits."""
FOLLOWING: Final = 8.0
"""Seconds from a command until a car has followed it, as far as cars are known."""
_STEADY: Final = 600.0
"""Seconds between two writes while nothing but the window's energy changes."""


class Power:
    """All of it, for one group."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        feeders: Callable[[], Feeders],
        on_change: Callable[[], None],
    ) -> None:
        """`feeders` tells those there are; `on_change` is told when what is allowed has changed."""
        self._hass = hass
        # Home Assistant may hold on to its store for longer than the group lives.
        again = WeakMethod(self._try_again)
        self._store = power_store(
            hass,
            entry,
            on_failure=lambda: None if (try_again := again()) is None else try_again(),
        )
        self._feeders = feeders
        self._on_change = on_change
        self._group: GroupSettings | None = None
        self._given: dict[str, float] = {}
        """What people set since the flow, kW, by circuit."""
        self._given_over: dict[str, float] = {}
        """What the flow said then: who changes that means it, whatever a number says."""
        self._stored = Stored.document({}, Damage())
        self._saved_at = 0.0
        self._is_stored = False
        self._fails: set[str] = set()
        """What is told already that it fails."""
        self._is_blind = False
        """What the grid operator asks for can't be found out."""
        self._stop_listening: Callable[[], None] | None = None
        entry.async_on_unload(self._listen_to_nobody)
        self.signals = Signals()
        self.calendar = LimitsCalendar(hass, entry)
        self.peaks: PeakKeeper | None = None

    # Settings

    @property
    def settings(self) -> PowerSettings | None:
        """What the flow says; None: nothing of it is used."""
        return None if self._group is None else self._group.power

    async def load(self, group: GroupSettings) -> None:
        """Go on with what was stored."""
        self._stored = await self._store.load()
        self._is_stored = bool(self._stored.names)
        self._given = self._stored.read(
            "limits", by_name(within(0.0)), {}, missing={}, may_miss=True
        )
        self._given_over = self._stored.read(
            "limits_over", by_name(within(0.0)), {}, missing={}, may_miss=True
        )
        self.signals = Signals.read(self._stored, group=GROUP, now=clock.now())
        self.sync(group)
        if self.peaks is not None:
            at = clock.monotonic()
            stored = self._stored.section("peaks", may_miss=True)
            self.peaks.restore(stored, clock.now(), at)
        if self._stored.damage.parts:
            LOGGER.error("Of what is stored of power, this can't be read: %s", self._stored.damage)

    def sync(self, group: GroupSettings) -> None:
        """Take over what flows say."""
        before, self._group = self._group, group
        self._listen()
        wanted = None if group.power is None or group.meter is None else group.power.peaks
        self._follow_calendar(None if wanted is None else wanted.calendar_entity)
        if wanted is None:
            self.peaks = None
        elif self.peaks is None or before is None or before.power != group.power:
            kept, zone = self.peaks, dt_util.get_default_time_zone()
            self.peaks = PeakKeeper(self._limited(wanted), zone, most=self._most)
            if kept is not None and kept.settings.minutes == wanted.minutes:
                data = Stored(kept.to_dict(clock.now()), version=VERSION)
                self.peaks.restore(data, clock.now(), clock.monotonic())

    def _follow_calendar(self, entity: str | None) -> None:
        before = self._stored.read("calendar", anything, None, missing=None, may_miss=True)
        lowest = self._stored.read(
            "calendar_lowest", optional(within(0.0)), None, missing=None, may_miss=True
        )
        self.calendar.follow(entity, lowest=lowest if before == entity else None)

    def _listen(self) -> None:
        """Hear of the contact at once."""
        self._listen_to_nobody()
        if self.settings is not None and self.settings.signal_entity is not None:
            self._stop_listening = async_track_state_change_event(
                self._hass, self.settings.signal_entity, self._on_contact
            )

    @callback
    def _on_contact(self, _: Event[EventStateChangedData]) -> None:
        self._on_change()

    @callback
    def _listen_to_nobody(self) -> None:
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None

    def _limited(self, wanted: PeakSettings) -> PeakSettings:
        return replace(wanted, maximum=self.limit(WINDOW) or 0.0)

    @property
    def _most(self) -> float:
        """What the connection can carry, W."""
        assert self._group is not None
        return self._group.grid_rated_current * self._group.voltage * self._group.phases * 1.25

    def first(self, circuit: str) -> float | None:
        """What the flow says of a circuit (or of the window), kW; None: no limit."""
        if (feeder := self._feeders().get(feeder_of(circuit))) is not None:
            return feeder.power_limit
        return _first(self.settings, circuit)

    def limit(self, circuit: str) -> float | None:
        """What people allow it now, kW; None: any power."""
        first = self.first(circuit)
        if first is None or self._given_over.get(circuit, first) != first:
            return first
        return self._given.get(circuit, first)

    def limits(self) -> dict[str, tuple[float | None, float | None]]:
        """Circuit -> what people allow, and what a signal leaves for now, W."""
        for_now = self.signals.by_circuit()
        if self._is_blind:
            for_now[GROUP] = min(for_now.get(GROUP, inf), self._least(1))
        return {
            circuit: (_watts(self.limit(circuit)), _watts(for_now.get(circuit)))
            for circuit in self._circuits | for_now.keys()
            if self.limit(circuit) is not None or circuit in for_now
        }

    def for_now(self, circuit: str) -> float | None:
        """What somebody leaves a circuit for some time, kW; None: nobody lowers it."""
        _, left = self.limits().get(circuit, (None, None))
        return None if left is None else left / 1000.0

    @property
    def is_used(self) -> bool:
        """Whether a home has any limit in kW, or had one for some time."""
        return bool(
            self.settings is not None
            or self.signals.is_used
            or any(feeder.power_limit is not None for feeder in self._feeders().values())
        )

    @property
    def _circuits(self) -> AbstractSet[str]:
        """All that may have a limit in kW."""
        return {GRID, GROUP, *map(feeder_circuit, self._feeders())}

    async def set_limit(self, circuit: str, kilowatts: float) -> None:
        """Change what a circuit (or the window) may have; raises SettingError where that can't be."""
        if not 0.0 <= kilowatts <= HIGHEST_POWER:
            raise SettingError("limit", "power_out_of_range", maximum=figure(HIGHEST_POWER))
        first = self.first(circuit)
        self._given[circuit] = kilowatts
        if first is not None:
            self._given_over[circuit] = first
        if circuit == WINDOW and self.peaks is not None:
            assert self.settings is not None and self.settings.peaks is not None
            self.peaks.settings = self._limited(self.settings.peaks)
            self.peaks.forget_limits()
        elif circuit != WINDOW:
            is_lower = first is not None and kilowatts < first
            self.signals.note_number(circuit, kilowatts if is_lower else None, now=clock.now())
        self._on_change()
        await self.save()

    # Signals

    async def set_signal(self, signal: Signal) -> None:
        """Obey a signal of an action; raises SettingError where it can't be."""
        if signal.name in {CONTACT, NUMBER}:
            raise SettingError("name", "signal_name_taken", name=signal.name)
        if self.signals.set(signal, now=clock.now()):
            self._on_change()
            await self.save()

    async def clear_signal(self, circuit: str, name: str | None) -> None:
        """Take a signal back, or all of a circuit."""
        if self.signals.clear(circuit, name, now=clock.now()):
            self._on_change()
            await self.save()

    def look(self, devices: int) -> bool:
        """See what the contact says, and what is over; whether limits have changed.

        `devices`: how many chargers the operator limits together. What can't be found out counts as
        the least that an operator may ask for: it may be law.
        """
        was_blind, what = self._is_blind, "The grid operator's signal"
        try:
            changed = self._look(devices)
        except Exception:  # noqa: BLE001 - whatever it is, limits must not freeze
            self._tell_failure(what)
            self._is_blind = self.settings is not None and self.settings.signal_entity is not None
            return self._is_blind and not was_blind
        self._is_blind = False
        self._fails.discard(what)
        return changed or was_blind

    def _look(self, devices: int) -> bool:
        now = clock.now()
        changed = self.signals.expire(now)
        if self.signals.open:
            changed |= self.signals.keep_only(self._circuits, now=now)
            self._end_numbers(now)
        changed |= self._look_at_contact(devices, now)
        if changed:
            # What became of a signal is asked for two years later: not only with the next one.
            self._is_stored = True
            self._store.async_delay_save(self._data, 1.0)
        return changed

    def _end_numbers(self, now: datetime) -> None:
        """A flow may have changed what a number had lowered."""
        for one in self.signals.open:
            if one.name == NUMBER and self.limit(one.circuit) != one.limit:
                self.signals.note_number(one.circuit, None, now=now)

    def _look_at_contact(self, devices: int, now: datetime) -> bool:
        settings = self.settings
        if settings is None or settings.signal_entity is None:
            return self.signals.clear(GROUP, CONTACT, now=now)
        limit = self._asked(settings, devices)
        if limit is None:
            return self.signals.clear(GROUP, CONTACT, now=now)
        signal = Signal(circuit=GROUP, name=CONTACT, limit=limit, start=now)
        return self.signals.set(signal, now=now)

    def _least(self, devices: int) -> float:
        """What is left where it is not known how much is asked for, kW."""
        settings = self.settings
        if settings is not None and settings.signal_power is not None:
            return settings.signal_power
        return least_power().of(devices)

    def _asked(self, settings: PowerSettings, devices: int) -> float | None:
        """What the contact asks for, kW; None: nothing. One that can't be read asks, too."""
        least = self._least(devices)
        assert settings.signal_entity is not None
        state = self._hass.states.get(settings.signal_entity)
        if state is None or state.state == STATE_ON:
            return least
        if state.state == STATE_OFF:
            return None
        told = _kilowatts(state)
        if told is None:
            return least
        # Numbers that no fuse reaches stand for no limit.
        return told if told < HIGHEST_POWER else None

    # The window

    def count(
        self,
        readings: Readings,
        meter: MeterCoordinator | None,
        memory: Memory,
        site: Site,
        decision: Decision | None,
    ) -> Readings:
        """The readings with what is left of the window."""
        if self.signals.open:
            try:
                self._see_signals(meter, site, decision)
            except Exception:  # noqa: BLE001 - they hold, whatever is written down of them
                self._tell_failure("What became of signals")
        if self.peaks is None or meter is None:
            return readings
        try:
            found = self._with_budget(self.peaks, readings, meter, memory, site, decision)
        except Exception:  # noqa: BLE001 - fuses hang on what comes after this
            self._tell_failure("The window")
            budget = self.peaks.cautious_budget(clock.monotonic(), _dead_time(meter))
            return replace(readings, budgets={GRID: budget})
        self._fails.discard("The window")
        return found

    def _tell_failure(self, what: str) -> None:
        """Say once that something fails; it is tried again, and what comes after it goes on."""
        if what not in self._fails:
            self._fails.add(what)
            LOGGER.exception("%s of %s can't be found out", what, self._store.about)

    def _with_budget(
        self,
        peaks: PeakKeeper,
        readings: Readings,
        meter: MeterCoordinator,
        memory: Memory,
        site: Site,
        decision: Decision | None,
    ) -> Readings:
        now, at = clock.now(), clock.monotonic()
        self.calendar.look()
        peaks.take_limits(self.calendar.limits)
        kept = memory.meter(GRID)
        told = Told(
            power=self._imported(meter, at),
            measured_at=None if meter.last_good is None else meter.last_good.at,
            house=None if kept.held is None else kept.window.house,
            register=None if meter.energy is None else meter.energy.imported,
            average=self._average(),
        )
        budget, is_over = peaks.update(
            told,
            now,
            at,
            dead_time=_dead_time(meter),
            cars=_cars(readings, site, decision),
        )
        if is_over or at - self._saved_at > _STEADY:
            self._saved_at = at
            self._store.async_delay_save(self._data, 1.0)
        return readings if budget is None else replace(readings, budgets={GRID: budget})

    def _imported(self, meter: MeterCoordinator, at: float) -> float | None:
        """What is imported by the newest reading, W; None where that is too old."""
        assert self._group is not None
        reading = meter.last_good
        if reading is None or at - reading.at > max(15.0, 2.0 * meter.interval):
            return None
        settings = self.settings
        nets = settings is not None and settings.nets_phases
        values = meter.data
        if values is not None and values.at == reading.at:
            if nets and values.power is not None:
                return _together([values.power], nets=nets)
            known = [power for power in values.powers if power is not None]
            if len(known) == self._group.phases:
                return _together(known, nets=nets)
        volts = self._group.voltage
        return _together([volts * amperes for amperes in reading.currents], nets=nets)

    def _average(self) -> float | None:
        """What the meter's own running mean says, W."""
        settings = self.settings
        if settings is None or settings.average_entity is None:
            return None
        state = self._hass.states.get(settings.average_entity)
        told = None if state is None else _kilowatts(state)
        return None if told is None else 1000.0 * max(0.0, told)

    def _see_signals(
        self, meter: MeterCoordinator | None, site: Site, decision: Decision | None
    ) -> None:
        now = clock.now()
        for circuit in {one.circuit for one in self.signals.open}:
            if circuit == GRID and meter is not None:
                drawn = self._imported(meter, clock.monotonic())
            else:
                here = None if decision is None else decision.circuits.get(circuit)
                drawn = None if here is None else site.voltage * sum(here.measured)
            self.signals.see(circuit, None if drawn is None else drawn / 1000.0, now)

    # The store

    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "version": VERSION,
            "limits": self._given,
            "limits_over": self._given_over,
        }
        data |= self.signals.to_dict()
        if self.calendar.entity is not None:
            data["calendar"] = self.calendar.entity
            data["calendar_lowest"] = self.calendar.limits.lowest
        if self.peaks is not None:
            data["peaks"] = self.peaks.to_dict(clock.now())
        return data

    async def save(self) -> None:
        """Write now, where there is anything to be written."""
        if self._is_stored or self.settings is not None or self._given or self.signals.is_used:
            self._is_stored = True
            await self._store.async_save(self._data())

    @callback
    def _try_again(self) -> None:
        """Write a minute after that failed, also where nothing changes."""
        self._store.async_delay_save(self._data, SAVE_DELAY)


def power_store(
    hass: HomeAssistant, entry: ConfigEntry[Any], on_failure: Callable[[], None] = lambda: None
) -> ToldStore:
    """The file with all of it; it goes with the group."""
    return ToldStore(
        hass,
        f"{DOMAIN}.{entry.entry_id}.power",
        about=entry.title,
        group=entry.entry_id,
        on_failure=on_failure,
    )


def _first(settings: PowerSettings | None, circuit: str) -> float | None:
    """What the group's flow says of a circuit that is no feeder, or of the window, kW."""
    if settings is None:
        return None
    if circuit == WINDOW:
        return None if settings.peaks is None else settings.peaks.maximum
    return {GRID: settings.grid, GROUP: settings.group}.get(circuit)


def _dead_time(meter: MeterCoordinator) -> float:
    """Seconds from something that happens to the cars' answer."""
    return meter.meter.latency + meter.interval + FOLLOWING


def _cars(readings: Readings, site: Site, decision: Decision | None) -> Mapping[Hashable, Car]:
    """Every session: what its car draws, and what it would at its own maximum, W."""
    found: dict[Hashable, Car] = {}
    for id_, reading in readings.connectors.items():
        if reading.session is None or id_ not in site.connectors:
            continue
        measured = readings.measured(id_)
        drawn = 0.0 if measured is None else site.voltage * sum(measured)
        found[id_] = Car(reading.session, drawn, _full(id_, measured, site, decision, drawn))
    return found


def _full(
    id_: ConnectorId, measured: Any, site: Site, decision: Decision | None, drawn: float
) -> float:
    decided = None if decision is None else decision.connectors.get(id_)
    if decided is None or not (decided.active or drawn > 0.0):
        return 0.0
    phases = sum(1 for amperes in decided.reserved if amperes > 0.0)
    if measured is not None and drawn > 0.0:
        phases = sum(1 for amperes in measured if amperes > 1.0)
    connector = site.connectors[id_]
    return site.voltage * connector.maximum * (phases or len(connector.wiring))


def _kilowatts(state: State) -> float | None:
    """A power that an entity tells; None where it tells none."""
    try:
        value = float(state.state)
    except ValueError:
        return None
    unit = state.attributes.get("unit_of_measurement", UnitOfPower.KILO_WATT)
    try:
        told = PowerConverter.convert(value, unit, UnitOfPower.KILO_WATT)
    except Exception:  # noqa: BLE001 - an entity of another unit tells no power
        return None
    return told if 0.0 <= told < float("inf") else None


def _together(powers: Sequence[float], *, nets: bool) -> float | None:
    """What is imported over all phases, W; None where one of them is no number."""
    if not all(map(isfinite, powers)):
        return None
    return max(0.0, sum(powers)) if nets else sum(max(0.0, one) for one in powers)


def _watts(kilowatts: float | None) -> float | None:
    return None if kilowatts is None else 1000.0 * kilowatts
