"""What the sensors of a group and of its feeders show."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfElectricCurrent, UnitOfEnergy, UnitOfPower
from homeassistant.helpers import entity_registry as er

from ..balancing.decision import WAITING, Mode
from ..balancing.phases import Phase
from ..const import DOMAIN
from .power import charging_power
from .sensor_rows import ENERGY_PACE, POWER_JUMP, SensorRow, current_rows, phase_rows
from .targets import CircuitTarget, FeederTarget, GroupTarget

GRID_ENERGY_IMPORT: Final = "grid_energy_import"
ENERGY_KEYS: Final = (GRID_ENERGY_IMPORT, "grid_energy_export")


def _chargers_current(phase: Phase, place: CircuitTarget) -> float | None:
    return None if place.decision is None else round(place.decision.measured[phase], 2)


def _metered_current(phase: Phase, place: CircuitTarget) -> float | None:
    values = place.meter_values
    return None if values is None else round(values.currents[phase], 2)


def _grid_power(phase: Phase, group: GroupTarget) -> float | None:
    values = group.meter_values
    power = None if values is None else values.powers[phase]
    return None if power is None else round(power, 1)


def _grid_energy(key: str, group: GroupTarget) -> float | None:
    meter = group.manager.meter
    energy = None if meter is None else meter.energy
    if energy is None:
        return None
    told = energy.imported if key == GRID_ENERGY_IMPORT else energy.exported
    return None if told is None else round(told, 1)


def _has_grid_energy(key: str, group: GroupTarget) -> bool:
    """Whether its meter has told, now or once: until it does again, it is what people know."""
    if not group.has_meter:
        return False
    if _grid_energy(key, group) is not None:
        return True
    registry = er.async_get(group.hass)
    return registry.async_get_entity_id("sensor", DOMAIN, f"{group.key}_{key}") is not None


def _charging_power(group: GroupTarget) -> float | None:
    power = charging_power(group.manager)
    return None if power is None else round(power, 1)


def _charged_energy(group: GroupTarget) -> float | None:
    energy = group.manager.records.charged.total
    return None if energy is None else round(energy, 1)


def _other_load(phase: Phase, place: CircuitTarget) -> float | None:
    return None if place.other_load is None else round(place.other_load[phase], 2)


def _available_current(phase: Phase, group: GroupTarget) -> float | None:
    decision = group.manager.decision
    if decision is None or decision.available is None:
        return None
    return round(decision.available[phase], 2)


def _headroom(phase: Phase, feeder: FeederTarget) -> float | None:
    return None if feeder.decision is None else round(feeder.decision.headroom[phase], 2)


def _temporary_limit(place: CircuitTarget) -> float | None:
    limit = place.manager.live.temporary_limits.on(place.circuit)
    return None if limit is None else limit.limit


def _whose_limit(place: CircuitTarget) -> Mapping[str, Any]:
    """Which of the temporary limits it is, and until when."""
    limit = place.manager.live.temporary_limits.on(place.circuit)
    return {
        "name": None if limit is None else limit.name,
        "until": None if limit is None else limit.until,
    }


def _temporary_limit_rows[P: GroupTarget | FeederTarget]() -> tuple[SensorRow[P], ...]:
    """A row for the temporary limit in force; unknown without one."""
    return (
        SensorRow[P](
            key="temporary_limit",
            translation_key="temporary_limit",
            device_class=SensorDeviceClass.CURRENT,
            native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
            suggested_display_precision=1,
            value_fn=_temporary_limit,
            attributes_fn=_whose_limit,
        ),
    )


def _has_meter(place: CircuitTarget) -> bool:
    return place.has_meter


def _is_metered(place: CircuitTarget) -> bool:
    return place.meter_values is not None


def _active_cars(group: GroupTarget) -> int:
    decision = group.manager.decision
    assert decision is not None
    return sum(connector.active for connector in decision.connectors.values())


def _waiting_cars(group: GroupTarget) -> int:
    decision = group.manager.decision
    assert decision is not None
    return sum(connector.reason in WAITING for connector in decision.connectors.values())


def _has_decided(place: CircuitTarget) -> bool:
    return place.decision is not None


def _mode(group: GroupTarget) -> str:
    decision = group.manager.decision
    assert decision is not None
    return decision.mode.value


GROUP_SENSORS: Final = (
    # Automations reckon with it what the house has left.
    *current_rows("chargers_current", _chargers_current, _has_decided, jump=1.0),
    SensorRow[GroupTarget](
        key="charging_power",
        translation_key="charging_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        jump=POWER_JUMP,
        value_fn=_charging_power,
        available_fn=_has_decided,
    ),
    SensorRow[GroupTarget](
        key="charged_energy",
        translation_key="charged_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        jump=1000.0,
        pace=ENERGY_PACE,
        value_fn=_charged_energy,
    ),
    *current_rows("grid_current", _metered_current, _is_metered, _has_meter),
    *phase_rows(
        "grid_power",
        _grid_power,
        _is_metered,
        _has_meter,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        jump=POWER_JUMP,
    ),
    *(
        SensorRow[GroupTarget](
            key=key,
            translation_key=key,
            device_class=SensorDeviceClass.ENERGY,
            state_class=SensorStateClass.TOTAL_INCREASING,
            native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
            suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
            suggested_display_precision=1,
            jump=1000.0,
            pace=ENERGY_PACE,
            value_fn=partial(_grid_energy, key),
            has_fn=partial(_has_grid_energy, key),
        )
        for key in ENERGY_KEYS
    ),
    *current_rows("other_load", _other_load, _has_decided, _has_meter),
    *current_rows("available_current", _available_current, _has_decided, _has_meter),
    SensorRow[GroupTarget](
        key="active_cars",
        translation_key="active_cars",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_active_cars,
        available_fn=_has_decided,
    ),
    SensorRow[GroupTarget](
        key="waiting_cars",
        translation_key="waiting_cars",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_waiting_cars,
        available_fn=_has_decided,
    ),
    SensorRow[GroupTarget](
        key="mode",
        translation_key="mode",
        device_class=SensorDeviceClass.ENUM,
        options=[mode.value for mode in Mode],
        value_fn=_mode,
        available_fn=_has_decided,
    ),
    *_temporary_limit_rows(),
)

FEEDER_SENSORS: Final[tuple[SensorRow[FeederTarget], ...]] = (
    *current_rows("current", _chargers_current, _has_decided),
    *current_rows("headroom", _headroom, _has_decided),
    *current_rows("total_current", _metered_current, _is_metered, _has_meter),
    *current_rows("other_load", _other_load, _has_decided, _has_meter),
    *_temporary_limit_rows(),
)
