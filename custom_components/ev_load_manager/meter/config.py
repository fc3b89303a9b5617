"""From a meter's settings, as they are stored, to the meter."""

from collections.abc import Callable, Mapping
from typing import Any, Final, override

from homeassistant.core import HomeAssistant

from .catalogue import load_maps
from .connection import CONF_UNIT_ID, params
from .custom import CUSTOM, custom_map
from .errors import MeterSetupError
from .map_file import MapError
from .modbus import ModbusMeter, ModbusMeterSettings
from .reading import Meter, MeterValues
from .register_map import RegisterMap
from .sensors import SensorMeter, SensorMeterSettings

CONF_TYPE: Final = "type"
TYPE_MODBUS: Final = "modbus"
TYPE_SENSORS: Final = "sensors"

CONF_MODEL: Final = "model"
CONF_CUSTOM: Final = "custom"
CONF_CT_RATIO: Final = "ct_ratio"
CONF_CT_RANGE: Final = "ct_range"
CONF_INVERTED: Final = "inverted"

DEFAULT_MAX_AGE: Final = 30.0


async def create_meter(
    hass: HomeAssistant,
    config: Mapping[str, Any],
    *,
    phases: int = 3,
    max_age: float = DEFAULT_MAX_AGE,
    of_building: bool = False,
) -> Meter:
    """Make the meter that `config` describes; nothing is asked yet.

    `phases` (1 or 3) are those of the grid connection; `max_age` is how old the
    report of a sensor may be, s; `of_building`: a whole building is measured, and never
    takes nothing. Settings that can't be used make a meter that
    says so whenever it is opened: the group lives on at its safe limit.
    """
    try:
        if config.get(CONF_TYPE) == TYPE_SENSORS:
            return SensorMeter(hass, SensorMeterSettings.from_config(config, phases, max_age))
        maps = await hass.async_add_executor_job(load_maps)
        return ModbusMeter(
            hass, modbus_settings(config, maps, phases=phases, of_building=of_building)
        )
    except MeterSetupError as err:
        return UnusableMeter(err)


class UnusableMeter(Meter):
    """A meter that can't be read with the settings that it has."""

    latency = 1.0
    resolution = 1.0

    def __init__(self, error: MeterSetupError) -> None:
        self._error = error

    @override
    async def open(self) -> None:
        raise self._error

    @override
    async def read(self) -> MeterValues:
        raise self._error

    @override
    async def close(self) -> None:
        """Nothing to let go of."""

    @override
    def on_news(self, callback: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


def modbus_settings(
    config: Mapping[str, Any],
    maps: Mapping[str, RegisterMap],
    *,
    phases: int,
    of_building: bool = False,
) -> ModbusMeterSettings:
    """Read the settings of a Modbus meter.

    Raises MeterSetupError where they can't be used.
    """
    try:
        model = config[CONF_MODEL]
        found = custom_map(config[CONF_CUSTOM], phases) if model == CUSTOM else maps[model]
        ct_range = config.get(CONF_CT_RANGE)
        settings = ModbusMeterSettings(
            params=params(config),
            unit_id=int(config[CONF_UNIT_ID]),
            map=found,
            phases=phases,
            ct_ratio=float(config.get(CONF_CT_RATIO) or 1.0),
            inverted=bool(config.get(CONF_INVERTED, False)),
            ct_range=None if ct_range is None else float(ct_range),
            of_building=of_building,
        )
    except (KeyError, MapError, TypeError, ValueError) as err:
        raise MeterSetupError(reason=err) from err
    if found.phases < phases:
        # The phases that it doesn't see would count as free.
        raise MeterSetupError(reason=f"{found.title}: {found.phases} < {phases}")
    return settings
