"""A grid meter that is made of Home Assistant's sensors."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import math
from typing import Any, Final, override

from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfPower,
)
from homeassistant.core import (
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_state_report_event,
)
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import (
    ElectricCurrentConverter,
    ElectricPotentialConverter,
    PowerConverter,
)

from .. import clock
from ..errors import figure
from .errors import (
    MeterSetupError,
    SensorMissingError,
    SensorNoNumberError,
    SensorStaleError,
    SensorUnavailableError,
    SensorUnitError,
    SensorVoltageError,
)
from .reading import MaybePerPhase, Meter, MeterValues, PerPhase, signed, total
from .register_map import CURRENTS, EXPORTS, POWERS, VOLTAGES

CONF_ENTITY_ID: Final = "entity_id"
CONF_REGISTRY_ID: Final = "registry_id"
CONF_VOLTAGE: Final = "voltage"
CONF_INVERTED: Final = "inverted"
CONF_POWER_FACTOR: Final = "power_factor"

POWER_FACTOR: Final = 0.95
"""Of a building, where nobody told another; the current is what the fuse sees."""
LOWEST_POWER_FACTOR: Final = 0.5
OF_A_CAR: Final = 1.0
"""A current that is thought too high here would be taken off what the building draws."""

LATENCY: Final = 2.0
"""Seconds between the measuring and the report, as far as one can know."""
COARSE: Final = 1.0
"""A; a sensor that has shown no decimals yet may have none."""
BELIEVABLE_VOLTAGE: Final = (80.0, 300.0)
LATER: Final = 1e-6
"""Seconds; tells two readings apart that are as old as each other."""

_CONVERTERS: Final = {
    "current": (ElectricCurrentConverter, UnitOfElectricCurrent.AMPERE),
    "power": (PowerConverter, UnitOfPower.WATT),
    "voltage": (ElectricPotentialConverter, UnitOfElectricPotential.VOLT),
}


@dataclass(frozen=True, slots=True)
class SensorReference:
    """A sensor that stays the same when it is renamed."""

    entity_id: str
    """What it was called when it was chosen."""
    registry_id: str | None = None
    """Its lasting id; None where the entity registry doesn't know it."""

    @classmethod
    def of(cls, hass: HomeAssistant, entity_id: str) -> SensorReference:
        """Refer to what is now called `entity_id`."""
        entry = er.async_get(hass).async_get(entity_id)
        return cls(entity_id, None if entry is None else entry.id)

    def resolve(self, hass: HomeAssistant) -> str:
        """What it is called now, also after it was removed and made again."""
        if self.registry_id is not None:
            entry = er.async_get(hass).entities.get_entry(self.registry_id)
            if entry is not None:
                return entry.entity_id
        return self.entity_id

    def to_config(self) -> dict[str, str]:
        """Plain data to store."""
        known = {} if self.registry_id is None else {CONF_REGISTRY_ID: self.registry_id}
        return {CONF_ENTITY_ID: self.entity_id, **known}


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorMeterSettings:
    """Which sensors tell what."""

    sensors: Mapping[str, SensorReference]
    """By quantity: current_l1, power_l2, voltage_l3 ..."""
    phases: int = 3
    voltage: float = 230.0
    """Where no sensor tells the voltage, V."""
    power_factor: float = POWER_FACTOR
    """Of what is drawn, where a phase tells its power only."""
    inverted: bool = False
    max_age: float = 30.0
    """How old a report may be, s."""

    @classmethod
    def from_config(
        cls, config: Mapping[str, Any], phases: int, max_age: float
    ) -> SensorMeterSettings:
        """Read what the flow stored.

        Raises MeterSetupError where a phase has neither current nor power.
        """
        try:
            sensors = {
                name: SensorReference(
                    config[name][CONF_ENTITY_ID], config[name].get(CONF_REGISTRY_ID)
                )
                for phase in range(phases)
                for name in (CURRENTS[phase], POWERS[phase], EXPORTS[phase], VOLTAGES[phase])
                if config.get(name)
            }
            settings = cls(
                sensors=sensors,
                phases=phases,
                voltage=float(config.get(CONF_VOLTAGE) or 230.0),
                power_factor=_power_factor(config.get(CONF_POWER_FACTOR)),
                inverted=bool(config.get(CONF_INVERTED, False)),
                max_age=max_age,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise MeterSetupError(reason=err) from err
        for phase in range(phases):
            if CURRENTS[phase] not in sensors and POWERS[phase] not in sensors:
                raise MeterSetupError(reason=f"L{phase + 1}")
        return settings


@dataclass(frozen=True, slots=True)
class _Report:
    """What one sensor told last."""

    value: float
    """A, W or V."""
    at: float
    """On the monotonic clock."""
    step: float
    """What its last decimal stands for, in A, W or V."""


class SensorMeter(Meter):
    """Reads sensors, each of which reports when it likes.

    A rise of one phase counts at once; a fall only when every sensor has
    reported since, because the others may be about to rise.
    """

    def __init__(self, hass: HomeAssistant, settings: SensorMeterSettings) -> None:
        """Know the sensors; nothing is listened to before `open`."""
        self._hass = hass
        self._settings = settings
        self._is_open = False
        self._unsubscribe: list[Callable[[], None]] = []
        self._listeners: set[Callable[[], None]] = set()
        self._names: dict[str, str] = {}
        # By entity: when it last reported. The clock on the wall may jump.
        self._reported_at: dict[str, float] = {}
        self._resolution = COARSE
        self._last: MeterValues | None = None
        self._complete_at = -math.inf

    @property
    @override
    def latency(self) -> float:
        return LATENCY

    @property
    @override
    def resolution(self) -> float:
        return self._resolution

    @override
    async def open(self) -> None:
        if not self._is_open:
            self._is_open = True
            self._unsubscribe.append(
                self._hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, self._on_registry)
            )
            self._follow()

    @override
    async def close(self) -> None:
        self._is_open = False
        while self._unsubscribe:
            self._unsubscribe.pop()()
        self._names, self._reported_at = {}, {}
        self._last, self._complete_at = None, -math.inf

    @override
    def on_news(self, callback: Callable[[], None]) -> Callable[[], None]:
        self._listeners.add(callback)
        return lambda: self._listeners.discard(callback)

    @override
    async def read(self) -> MeterValues:
        settings = self._settings
        now = clock.monotonic()
        currents: list[float] = []
        voltages: list[float | None] = [None, None, None]
        powers: list[float | None] = [None, None, None]
        reports: list[_Report] = []
        finest = COARSE
        for phase in range(settings.phases):
            current = self._report(CURRENTS[phase], "current", now)
            power = _net(
                self._report(POWERS[phase], "power", now),
                self._report(EXPORTS[phase], "power", now),
            )
            voltage = self._report(VOLTAGES[phase], "voltage", now, may_be_old=True)
            volts = self._voltage(phase, voltage)
            voltages[phase] = None if voltage is None else voltage.value
            if power is not None:
                powers[phase] = -power.value if settings.inverted else power.value
                reports.append(power)
            if current is not None:
                reports.append(current)
                finest = min(finest, current.step)
                currents.append(
                    signed(
                        current.value,
                        powers[phase],
                        has_sign=power is None,
                        inverted=settings.inverted,
                    )
                )
            elif power is not None:
                finest = min(finest, power.step / volts)
                currents.append(self._current(powers[phase] or 0.0, volts))
        # A state may lose its last zero: the finest ever shown is what it can show.
        self._resolution = min(self._resolution, finest)
        return self._published(
            MeterValues(
                at=min(report.at for report in reports),
                currents=_triple(currents),
                voltages=_maybe_triple(voltages),
                powers=_maybe_triple(powers),
                power=total(None, powers[: settings.phases]),
            )
        )

    def _published(self, values: MeterValues) -> MeterValues:
        """Rises at once, falls when every sensor has reported."""
        last = self._last
        if last is None or values.at > self._complete_at:
            self._complete_at = values.at
        else:
            one, two, three = map(max, values.currents, last.currents)
            risen = (one, two, three) != last.currents
            values = MeterValues(
                at=last.at + LATER if risen else last.at,
                currents=(one, two, three),
                voltages=values.voltages,
                powers=values.powers,
                power=values.power,
            )
        self._last = values
        return values

    def _current(self, power: float, volts: float) -> float:
        """The most that a power means as import, and as export no more than it surely gives."""
        return power / volts / (self._settings.power_factor if power > 0.0 else 1.0)

    def _voltage(self, phase: int, report: _Report | None) -> float:
        if report is None:
            return self._settings.voltage
        lowest, highest = BELIEVABLE_VOLTAGE
        # Written so that what is no number can't be true, either.
        if not lowest <= report.value <= highest:
            raise SensorVoltageError(
                entity=self._entity(VOLTAGES[phase]), value=figure(report.value)
            )
        return report.value

    def _report(
        self, name: str, quantity: str, now: float, *, may_be_old: bool = False
    ) -> _Report | None:
        """What the sensor for a quantity told last; None where there is none.

        Raises MeterError that names the entity.
        """
        if name not in self._settings.sensors:
            return None
        entity_id = self._entity(name)
        state = self._hass.states.get(entity_id)
        if state is None:
            raise SensorMissingError(entity=entity_id)
        if state.state in (STATE_UNAVAILABLE, STATE_UNKNOWN):
            raise SensorUnavailableError(entity=entity_id, state=state.state)
        value, step = _number(state, entity_id)
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        converter, wanted = _CONVERTERS[quantity]
        if unit not in converter.VALID_UNITS:
            raise SensorUnitError(entity=entity_id, unit=unit or "-", wanted=wanted)
        at = self._reported_at.get(entity_id)
        if at is None:
            at = self._reported_at[entity_id] = _age_at_start(state, now)
        age = now - at
        if age > self._settings.max_age and not may_be_old:
            raise SensorStaleError(entity=entity_id, age=figure(age, 0))
        return _Report(
            converter.convert(value, unit, wanted), at, converter.convert(step, unit, wanted)
        )

    def _entity(self, name: str) -> str:
        return self._names.get(name) or self._settings.sensors[name].resolve(self._hass)

    @callback
    def _follow(self) -> None:
        """Listen to the sensors by the names that they have now."""
        self._names = {
            name: reference.resolve(self._hass)
            for name, reference in self._settings.sensors.items()
        }
        entities = sorted(set(self._names.values()))
        self._reported_at = {
            entity: at for entity, at in self._reported_at.items() if entity in entities
        }
        self._unsubscribe += [
            async_track_state_change_event(self._hass, entities, self._on_change),
            async_track_state_report_event(self._hass, entities, self._on_report),
        ]

    @callback
    def _on_registry(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Follow a sensor to its new name."""
        now = {
            name: reference.resolve(self._hass)
            for name, reference in self._settings.sensors.items()
        }
        if now == self._names:
            return
        registry, *tracking = self._unsubscribe
        for unsubscribe in tracking:
            unsubscribe()
        self._unsubscribe = [registry]
        self._follow()
        self._tell()

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        if event.data["new_state"] is None:
            self._reported_at.pop(event.data["entity_id"], None)
        else:
            self._reported_at[event.data["entity_id"]] = clock.monotonic()
        self._tell()

    @callback
    def _on_report(self, event: Event[EventStateReportedData]) -> None:
        self._reported_at[event.data["entity_id"]] = clock.monotonic()
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _net(power: _Report | None, export: _Report | None) -> _Report | None:
    """What is drawn, less what a sensor of its own tells to be given back."""
    if power is None or export is None:
        return power
    return _Report(
        power.value - abs(export.value), min(power.at, export.at), max(power.step, export.step)
    )


def _power_factor(stored: object) -> float:
    """What was stored; raises TypeError or ValueError where it can't be one."""
    if stored is None:
        return POWER_FACTOR
    if not isinstance(stored, int | float) or not LOWEST_POWER_FACTOR <= stored <= 1.0:
        raise ValueError(f"power factor {stored!r}")
    return float(stored)


def _number(state: State, entity_id: str) -> tuple[float, float]:
    """The number in a state, and what its last decimal stands for."""
    try:
        value = float(state.state)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise SensorNoNumberError(entity=entity_id, state=state.state)
    mantissa, _, exponent = state.state.lower().partition("e")
    _, _, decimals = mantissa.partition(".")
    return value, 10.0 ** (int(exponent or 0) - len(decimals.strip()))


def _age_at_start(state: State, now: float) -> float:
    """When a state was reported that was there before anybody listened."""
    age = (dt_util.utcnow() - state.last_reported).total_seconds() * clock.factor()
    return now - max(0.0, age)


def _triple(values: Iterable[float]) -> PerPhase:
    one, two, three = (*values, 0.0, 0.0)[:3]
    return one, two, three


def _maybe_triple(values: Iterable[float | None]) -> MaybePerPhase:
    one, two, three = values
    return one, two, three
