"""The forms of the meter's steps, and what is wrong with what somebody typed.

As in `flow_schemas`, the fields carry no bounds of their own: a value out of
bounds must come back as a translated error beside its field.
"""

from collections.abc import Iterable, Mapping, Sequence
import math
from typing import Any, Final

import voluptuous as vol

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfElectricCurrent, UnitOfElectricPotential, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    SerialPortSelector,
    TextSelector,
)

from ..const import (
    CONF_ALLOW_EXPORT,
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_METER_INTERVAL,
    CONF_METER_TIMEOUT,
    CONF_SAFE_LIMIT,
    CONF_VOLTAGE,
)
from ..coordinator import DEFAULT_INTERVAL, LONGEST_INTERVAL, SHORTEST_INTERVAL
from ..meter.config import (
    CONF_CT_RANGE,
    CONF_CT_RATIO,
    CONF_INVERTED,
    CONF_MODEL,
    CONF_TYPE,
    TYPE_MODBUS,
    TYPE_SENSORS,
)
from ..meter.connection import (
    CONF_BAUDRATE,
    CONF_CONNECTION,
    CONF_DEVICE,
    CONF_HOST,
    CONF_PARITY,
    CONF_PORT,
    CONF_STOPBITS,
    CONF_UNIT_ID,
    PARITIES,
    Connection,
)
from ..meter.custom import (
    CONF_CURRENT_SCALE,
    CONF_CURRENT_SIGNED,
    CONF_CURRENT_TYPE,
    CONF_FUNCTION,
    CONF_POWER_SCALE,
    CONF_POWER_TYPE,
    CONF_WORD_ORDER,
    CURRENT_ADDRESSES,
    CUSTOM,
    POWER_ADDRESSES,
)
from ..meter.detect import Candidate
from ..meter.register_map import CURRENTS, EXPORTS, POWERS, VOLTAGES, RegisterMap, ValueType
from ..meter.sensors import CONF_ENTITY_ID, CONF_POWER_FACTOR, LOWEST_POWER_FACTOR, SensorReference
from .flow_schemas import HIGHEST_CURRENT, LOWEST_CURRENT
from .sections import Sections, closed, flat
from .selectors import choice, labelled_choice, number

SECTION_SERIAL: Final = "serial_line"
SECTION_POWERS: Final = "powers"
SECTION_RARE: Final = "rare"
HIGHEST_RATIO: Final = 10_000.0
TIMEOUT_RANGE: Final = (10.0, 300.0)
READINGS_PER_TIMEOUT: Final = 3
"""So many readings must fit into the time that the meter may be silent."""

CONNECTION_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_CONNECTION: Connection.TCP.value,
    CONF_PORT: 502,
    CONF_UNIT_ID: 1,
    SECTION_SERIAL: {CONF_BAUDRATE: 9600, CONF_PARITY: "none", CONF_STOPBITS: "1"},
}
MODEL_DEFAULTS: Final[Mapping[str, Any]] = {CONF_CT_RATIO: 1.0, CONF_INVERTED: False}
CUSTOM_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_FUNCTION: "3",
    CONF_WORD_ORDER: "big",
    CONF_CURRENT_TYPE: ValueType.FLOAT32.value,
    CONF_CURRENT_SCALE: 1.0,
    CONF_CURRENT_SIGNED: False,
    CONF_POWER_TYPE: ValueType.FLOAT32.value,
    CONF_POWER_SCALE: 1.0,
}
LIMIT_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_METER_TIMEOUT: 30.0,
    CONF_METER_INTERVAL: DEFAULT_INTERVAL,
    CONF_ALLOW_EXPORT: False,
}
FEEDER_LIMIT_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_METER_TIMEOUT: 30.0,
    CONF_METER_INTERVAL: DEFAULT_INTERVAL,
}


def _sensors(device_class: SensorDeviceClass, *units: str) -> EntitySelector:
    """Sensors that may tell such a value: those that say what they are, or name its unit."""
    fits = EntityWithDeviceFilterSelectorConfig(domain="sensor", device_class=device_class)
    others = EntityWithDeviceFilterSelectorConfig(domain="sensor", unit_of_measurement=list(units))
    return EntitySelector(EntitySelectorConfig(filter=[fits, others]))


_POWER: Final = _sensors(SensorDeviceClass.POWER, UnitOfPower.WATT, UnitOfPower.KILO_WATT)
_PICKERS: Final = {
    CURRENTS: _sensors(
        SensorDeviceClass.CURRENT,
        UnitOfElectricCurrent.AMPERE,
        UnitOfElectricCurrent.MILLIAMPERE,
    ),
    POWERS: _POWER,
    EXPORTS: _POWER,
    VOLTAGES: _sensors(SensorDeviceClass.VOLTAGE, UnitOfElectricPotential.VOLT),
}
_SENSORS: Final = (*CURRENTS, *POWERS, *EXPORTS, *VOLTAGES)
_SENSORS_SETTINGS: Final = (CONF_VOLTAGE, CONF_POWER_FACTOR, CONF_INVERTED)
_DIRECTION: Final[dict[vol.Marker, Any]] = {vol.Required(CONF_INVERTED): BooleanSelector()}
SENSORS_SECTIONS: Final[Sections] = {
    SECTION_POWERS: (*POWERS, *EXPORTS),
    SECTION_RARE: (*VOLTAGES, *_SENSORS_SETTINGS),
}

SERIAL_FIELDS: Final = (CONF_DEVICE, CONF_BAUDRATE, CONF_PARITY, CONF_STOPBITS)


def connection_schema(*, serial: bool) -> vol.Schema:
    """How the meter is reached; `serial`: show the serial port's settings."""
    return vol.Schema(
        {
            vol.Required(CONF_CONNECTION): choice("meter_connection", Connection),
            vol.Optional(CONF_HOST): TextSelector(),
            vol.Required(CONF_PORT): number(),
            vol.Required(CONF_UNIT_ID): number(),
            vol.Optional(SECTION_SERIAL): section(
                vol.Schema(
                    {
                        vol.Optional(CONF_DEVICE): SerialPortSelector(),
                        vol.Optional(CONF_BAUDRATE): number(),
                        vol.Optional(CONF_PARITY): choice("meter_parity", PARITIES),
                        vol.Optional(CONF_STOPBITS): choice("meter_stopbits", ("1", "2")),
                    }
                ),
                {"collapsed": not serial},
            ),
        }
    )


def model_schema(
    maps: Mapping[str, RegisterMap],
    candidates: Sequence[Candidate],
    phases: int,
    *,
    has_direction: bool,
) -> vol.Schema:
    """Which meter it is: what was detected first, what is unconfirmed marked and last.

    `has_direction`: current may flow both ways where it stands.
    """
    detected = [candidate.key for candidate in candidates]
    rest = sorted(
        (found for found in maps.values() if found.phases >= phases and found.key not in detected),
        key=lambda found: (found.experimental, found.title.casefold()),
    )
    options = [(key, f"✓ {_label(maps[key])}") for key in detected]
    options += [(found.key, _label(found)) for found in rest]
    # Its label is replaced by the translation.
    options.append((CUSTOM, CUSTOM))
    return vol.Schema(
        {
            vol.Required(CONF_MODEL): labelled_choice("meter_model", options),
            vol.Required(CONF_CT_RATIO): number(),
            vol.Optional(CONF_CT_RANGE): number("A"),
            **(_DIRECTION if has_direction else {}),
        }
    )


def _label(found: RegisterMap) -> str:
    return f"{found.title} *" if found.experimental else found.title


def custom_schema(phases: int) -> vol.Schema:
    """Where an unknown meter keeps its values."""
    # No current or power is written into four registers.
    types = [kind.value for kind in ValueType if kind is not ValueType.UINT64]
    return vol.Schema(
        {
            vol.Required(CONF_FUNCTION): choice("meter_function", ("3", "4")),
            vol.Required(CONF_WORD_ORDER): choice("meter_word_order", ("big", "little")),
            vol.Required(CONF_CURRENT_TYPE): choice("meter_value_type", types),
            **{vol.Required(name): number() for name in CURRENT_ADDRESSES[:phases]},
            vol.Required(CONF_CURRENT_SCALE): number(),
            vol.Required(CONF_CURRENT_SIGNED): BooleanSelector(),
            vol.Required(CONF_POWER_TYPE): choice("meter_value_type", types),
            **{vol.Optional(name): number() for name in POWER_ADDRESSES[:phases]},
            vol.Required(CONF_POWER_SCALE): number(),
        }
    )


def sensors_schema(phases: int, *, has_direction: bool, by_power: bool) -> vol.Schema:
    """Which sensors tell current, power and voltage of each phase.

    `by_power`: powers are what there is, so they are in the open.
    """
    powers = (*POWERS[:phases], *(EXPORTS[:phases] if has_direction else ()))
    rare = _pickers(VOLTAGES[:phases]) | {vol.Optional(CONF_VOLTAGE): number("V")}
    if has_direction:
        # A charger's own meter measures cars, whose power factor is next to 1.
        rare |= {
            vol.Optional(CONF_POWER_FACTOR): number(),
            vol.Optional(CONF_INVERTED): BooleanSelector(),
        }
    return vol.Schema(
        {
            **_pickers(CURRENTS[:phases]),
            **closed(SECTION_POWERS, _pickers(powers), opened=by_power),
            **closed(SECTION_RARE, rare),
        }
    )


def _pickers(names: Iterable[str]) -> dict[vol.Marker, Any]:
    kinds = {name: kind for names, kind in _PICKERS.items() for name in names}
    return {vol.Optional(name): kinds[name] for name in names}


# Home Assistant's form fills a number that is required and has no value with 0.
_SAFE_LIMIT: Final = {vol.Optional(CONF_SAFE_LIMIT): number("A")}


SAFE_LIMIT_SCHEMA: Final = vol.Schema({vol.Required(CONF_SAFE_LIMIT): number("A")})


def limits_schema(*, first: bool, polled: bool) -> vol.Schema:
    """What the grid connection may carry, and how long the meter may be silent.

    `first`: ask for the first values of what later are entities; `polled`: ask
    how often.
    """
    fields: dict[Any, Any] = {vol.Required(CONF_GRID_RATED_CURRENT): number("A")}
    if first:
        fields[vol.Required(CONF_GRID_MAXIMUM_CURRENT)] = number("A")
        fields |= _SAFE_LIMIT
    fields |= _silence_fields(polled=polled)
    fields[vol.Required(CONF_ALLOW_EXPORT)] = BooleanSelector()
    return vol.Schema(fields)


def feeder_limits_schema(*, first: bool, polled: bool) -> vol.Schema:
    """What holds for a feeder while its meter is silent; `first`, `polled` as above."""
    fields: dict[Any, Any] = _SAFE_LIMIT if first else {}
    return vol.Schema(fields | _silence_fields(polled=polled))


def _silence_fields(*, polled: bool) -> dict[Any, Any]:
    fields: dict[Any, Any] = {vol.Required(CONF_METER_TIMEOUT): number("s")}
    if polled:
        fields[vol.Required(CONF_METER_INTERVAL)] = number("s")
    return fields


# What is wrong


def check_connection(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Every fault of the connection's form, field to key."""
    errors: dict[str, str] = {}
    serial = user_input.get(SECTION_SERIAL) or {}
    if user_input[CONF_CONNECTION] == Connection.SERIAL:
        # A form can't show an error beside a field within a section.
        if not str(serial.get(CONF_DEVICE) or "").strip():
            errors["base"] = "meter_device_missing"
        elif not _is_whole(serial.get(CONF_BAUDRATE, 9600), 300, 1_000_000):
            errors["base"] = "meter_baudrate_range"
    else:
        if not str(user_input.get(CONF_HOST) or "").strip():
            errors[CONF_HOST] = "meter_host_missing"
        if not _is_whole(user_input[CONF_PORT], 1, 65535):
            errors[CONF_PORT] = "port_range"
    if not _is_whole(user_input[CONF_UNIT_ID], 0, 255):
        errors[CONF_UNIT_ID] = "meter_unit_range"
    return errors


def connection_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """A connection's form without faults as the data that is stored."""
    serial = {**CONNECTION_DEFAULTS[SECTION_SERIAL], **(user_input.get(SECTION_SERIAL) or {})}
    data: dict[str, Any] = {
        CONF_TYPE: TYPE_MODBUS,
        CONF_CONNECTION: user_input[CONF_CONNECTION],
        CONF_UNIT_ID: int(user_input[CONF_UNIT_ID]),
    }
    if user_input[CONF_CONNECTION] == Connection.SERIAL:
        return data | {
            CONF_DEVICE: serial[CONF_DEVICE].strip(),
            CONF_BAUDRATE: int(serial[CONF_BAUDRATE]),
            CONF_PARITY: serial[CONF_PARITY],
            CONF_STOPBITS: int(serial[CONF_STOPBITS]),
        }
    # One link is shared per host and port, so spelling matters.
    return data | {
        CONF_HOST: user_input[CONF_HOST].strip().lower(),
        CONF_PORT: int(user_input[CONF_PORT]),
    }


def connection_form(data: Mapping[str, Any]) -> dict[str, Any]:
    """Stored data as the connection's form shows it."""
    form = {**CONNECTION_DEFAULTS}
    for key in (CONF_CONNECTION, CONF_HOST, CONF_PORT, CONF_UNIT_ID):
        if key in data:
            form[key] = data[key]
    serial = dict(form[SECTION_SERIAL])
    serial |= {key: data[key] for key in SERIAL_FIELDS if key in data}
    serial[CONF_STOPBITS] = str(serial[CONF_STOPBITS])
    return form | {SECTION_SERIAL: serial}


def check_model(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Every fault of the model's form, field to key."""
    errors: dict[str, str] = {}
    if not 1 / HIGHEST_RATIO <= user_input[CONF_CT_RATIO] <= HIGHEST_RATIO:
        errors[CONF_CT_RATIO] = "meter_ct_ratio_range"
    ct_range = user_input.get(CONF_CT_RANGE)
    if ct_range is not None and not LOWEST_CURRENT <= ct_range <= HIGHEST_CURRENT:
        errors[CONF_CT_RANGE] = "meter_ct_range_range"
    return errors


def sensors_values(user_input: Mapping[str, Any], *, voltage: float) -> dict[str, Any]:
    """What was entered into the sensors' form; `voltage` is that of the place, V."""
    return {CONF_VOLTAGE: voltage} | flat(user_input, SENSORS_SECTIONS)


def check_sensors(user_input: Mapping[str, Any], phases: int) -> dict[str, str]:
    """Every fault of the sensors' form, field to key."""
    errors: dict[str, str] = {}
    for current, power in zip(CURRENTS[:phases], POWERS[:phases], strict=True):
        if not user_input.get(current) and not user_input.get(power):
            errors[current] = "meter_sensor_needed"
    # A sensor of all phases, chosen for each, would count three times.
    chosen = [user_input.get(name) for name in (*CURRENTS, *POWERS, *EXPORTS)]
    for name in (*CURRENTS[:phases], *POWERS[:phases], *EXPORTS[:phases]):
        if user_input.get(name) and chosen.count(user_input[name]) > 1:
            errors[name] = "meter_sensor_twice"
    for power, export in zip(POWERS[:phases], EXPORTS[:phases], strict=True):
        if user_input.get(export) and not user_input.get(power):
            errors[power] = "meter_sensor_needed"
    if not 100 <= user_input[CONF_VOLTAGE] <= 300:
        errors[CONF_VOLTAGE] = "voltage_range"
    factor = user_input.get(CONF_POWER_FACTOR)
    if factor is not None and not LOWEST_POWER_FACTOR <= factor <= 1.0:
        errors[CONF_POWER_FACTOR] = "power_factor_range"
    return errors


def own_sensors(hass: HomeAssistant, values: Mapping[str, Any], entry_id: str | None) -> list[str]:
    """Fields of the sensors' form with a sensor of the config entry itself."""
    registry = er.async_get(hass)
    chosen = ((name, registry.async_get(values[name])) for name in _SENSORS if values.get(name))
    return [
        name
        for name, sensor in chosen
        if sensor is not None and entry_id is not None and sensor.config_entry_id == entry_id
    ]


def sensors_data(hass: HomeAssistant, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """A sensors' form without faults as the data that is stored."""
    factor = user_input.get(CONF_POWER_FACTOR)
    return {
        **({} if factor is None else {CONF_POWER_FACTOR: float(factor)}),
        CONF_TYPE: TYPE_SENSORS,
        CONF_VOLTAGE: float(user_input[CONF_VOLTAGE]),
        CONF_INVERTED: user_input.get(CONF_INVERTED, False),
        **{
            name: SensorReference.of(hass, user_input[name]).to_config()
            for name in _SENSORS
            if user_input.get(name)
        },
    }


def sensors_form(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, Any]:
    """Stored data as the sensors' form shows it: by the names of today."""
    form = {key: data[key] for key in _SENSORS_SETTINGS if key in data}
    for name in _SENSORS:
        if name in data:
            form[name] = SensorReference(
                data[name][CONF_ENTITY_ID], data[name].get("registry_id")
            ).resolve(hass)
    return form


def check_limits(user_input: Mapping[str, Any], *, first: bool) -> dict[str, str]:
    """Every fault of the limits' form, field to key; `first` as above."""
    errors: dict[str, str] = {}
    rated = user_input[CONF_GRID_RATED_CURRENT]
    if not LOWEST_CURRENT <= rated <= HIGHEST_CURRENT:
        errors[CONF_GRID_RATED_CURRENT] = "rated_current_range"
    maximum = user_input.get(CONF_GRID_MAXIMUM_CURRENT, rated)
    if not LOWEST_CURRENT <= maximum <= HIGHEST_CURRENT:
        errors[CONF_GRID_MAXIMUM_CURRENT] = "maximum_current_range"
    elif CONF_GRID_RATED_CURRENT not in errors and maximum > rated:
        errors[CONF_GRID_MAXIMUM_CURRENT] = "above_rated_current"
    errors |= _check_safe_limit(user_input, maximum, first=first, too_high="safe_limit_range")
    return errors | _check_silence(user_input)


def check_feeder_limits(
    user_input: Mapping[str, Any], *, first: bool, rated: float
) -> dict[str, str]:
    """The same for a feeder, whose fuse carries `rated` A."""
    errors = _check_safe_limit(user_input, rated, first=first, too_high="safe_limit_above_fuse")
    return errors | _check_silence(user_input)


def _check_safe_limit(
    user_input: Mapping[str, Any], most: float, *, first: bool, too_high: str
) -> dict[str, str]:
    if first and CONF_SAFE_LIMIT not in user_input:
        return {CONF_SAFE_LIMIT: "safe_limit_missing"}
    fits = 0 <= user_input.get(CONF_SAFE_LIMIT, 0.0) <= most
    return {} if fits else {CONF_SAFE_LIMIT: too_high}


def _check_silence(user_input: Mapping[str, Any]) -> dict[str, str]:
    errors: dict[str, str] = {}
    interval = user_input.get(CONF_METER_INTERVAL, DEFAULT_INTERVAL)
    if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        errors[CONF_METER_INTERVAL] = "meter_interval_range"
    timeout = user_input[CONF_METER_TIMEOUT]
    if not TIMEOUT_RANGE[0] <= timeout <= TIMEOUT_RANGE[1]:
        errors[CONF_METER_TIMEOUT] = "meter_timeout_range"
    elif timeout < READINGS_PER_TIMEOUT * interval:
        errors[CONF_METER_TIMEOUT] = "meter_timeout_short"
    return errors


def _is_whole(value: float, least: int, most: int) -> bool:
    return math.isfinite(value) and value == int(value) and least <= value <= most
