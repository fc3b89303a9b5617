"""What a safe limit may be: what the highest load of the last weeks left of the limit.

The recorder's hourly statistics tell that load. Where it has none of them, or of
too short a time, nothing is known, and nothing is proposed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
import math
from typing import Any, Final, Self

from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import Platform, UnitOfElectricCurrent, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import ElectricCurrentConverter, PowerConverter

from ..const import CONF_VOLTAGE, DOMAIN
from ..errors import figure
from ..meter.config import CONF_INVERTED, CONF_TYPE, TYPE_SENSORS
from ..meter.register_map import CURRENTS, POWERS
from ..meter.sensors import (
    CONF_ENTITY_ID,
    CONF_POWER_FACTOR,
    CONF_REGISTRY_ID,
    POWER_FACTOR,
    SensorReference,
)
from .flow_schemas import LOWEST_CURRENT

LOOKED_AT: Final = timedelta(weeks=4)
"""A longer time has other seasons in it, and loads that are no more."""
AT_LEAST: Final = timedelta(days=7)
"""A shorter time has no washing day in it."""
LEAST_HOURS: Final = 0.5
"""The share of the hours of that time that must be known."""

_UNITS: Final = {
    str(ElectricCurrentConverter.UNIT_CLASS): UnitOfElectricCurrent.AMPERE,
    str(PowerConverter.UNIT_CLASS): UnitOfPower.WATT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSource:
    """A sensor whose statistics tell the current of one phase."""

    entity_id: str
    per_ampere: float = 1.0
    """What an ampere is in its unit: 1, or W at the voltage and power factor."""
    inverted: bool = False
    """What is drawn counts below zero."""
    unsigned: bool = False
    """It may be the size of a current only, whichever way that flows."""

    def highest(self, row: StatisticsRow) -> float | None:
        """The most that was drawn in an hour, A; None where that is not known."""
        most, least = row.get("max"), row.get("min")
        if most is None or least is None:
            return None
        drawn = -least if self.inverted else most
        if self.unsigned:
            drawn = max(most, -least)
        return drawn / self.per_ampere


@dataclass(frozen=True, slots=True)
class HighestLoad:
    """The highest current that was drawn on each phase, A."""

    amperes: tuple[float, ...]

    @property
    def words(self) -> str:
        """As people read it, in any language: the phase that had most."""
        most = max(self.amperes)
        return f"{figure(most, 1, all_decimals=True)} A (L{self.amperes.index(most) + 1})"

    def leaves(self, limit: float) -> float | None:
        """What it leaves of a limit on every phase, in whole A; None: less than charges a car."""
        left = math.floor(limit - max(0.0, *self.amperes))
        return float(left) if left >= LOWEST_CURRENT else None

    @classmethod
    async def async_of(cls, hass: HomeAssistant, sources: Sequence[LoadSource]) -> Self | None:
        """Ask the recorder; None where it does not know all of them for long enough."""
        if not sources or "recorder" not in hass.config.components:
            return None
        now = dt_util.utcnow()
        found = await get_instance(hass).async_add_executor_job(
            statistics_during_period,
            hass,
            now - LOOKED_AT,
            None,
            {source.entity_id for source in sources},
            "hour",
            _UNITS,
            {"max", "min"},
        )
        highest: list[float] = []
        for source in sources:
            rows = found.get(source.entity_id, [])
            hours = [amperes for row in rows if (amperes := source.highest(row)) is not None]
            enough = AT_LEAST / timedelta(hours=1) * LEAST_HOURS
            if len(hours) < enough or rows[0]["start"] > (now - AT_LEAST).timestamp():
                return None
            highest.append(max(hours))
        return cls(tuple(highest))


def words_of(load: HighestLoad | None) -> str:
    """The load as the texts of the flows name it; a dash where it is not known."""
    return "–" if load is None else load.words


def at_end_of_sentence(load: HighestLoad | None) -> str:
    """The load behind the sentence that speaks of it, in any language; nothing if not known."""
    return "" if load is None else f": {load.words}"


def sources_of_sensors(
    hass: HomeAssistant, meter: Mapping[str, Any], phases: int
) -> list[LoadSource]:
    """What tells the load where the meter's settings name sensors; nothing for another meter."""
    if meter.get(CONF_TYPE) != TYPE_SENSORS:
        return []
    inverted = bool(meter.get(CONF_INVERTED))
    watts = float(meter[CONF_VOLTAGE]) * float(meter.get(CONF_POWER_FACTOR) or POWER_FACTOR)
    sources = []
    for current, power in zip(CURRENTS[:phases], POWERS[:phases], strict=True):
        if stored := meter.get(current):
            source = LoadSource(
                entity_id=_entity(hass, stored),
                inverted=inverted,
                unsigned=inverted and power in meter,
            )
        else:
            source = LoadSource(
                entity_id=_entity(hass, meter[power]), per_ampere=watts, inverted=inverted
            )
        sources.append(source)
    return sources


def own_sources(hass: HomeAssistant, key: str, phases: int) -> list[LoadSource]:
    """What tells the load beside the cars of a circuit that has had a meter for long.

    `key` is what its sensors' unique ids begin with.
    """
    registry = er.async_get(hass)
    found = [
        registry.async_get_entity_id(Platform.SENSOR, DOMAIN, f"{key}_other_load_l{phase}")
        for phase in range(1, phases + 1)
    ]
    entities = [entity_id for entity_id in found if entity_id is not None]
    if len(entities) < phases:
        return []
    return [LoadSource(entity_id=entity_id) for entity_id in entities]


def _entity(hass: HomeAssistant, stored: Mapping[str, str]) -> str:
    return SensorReference(stored[CONF_ENTITY_ID], stored.get(CONF_REGISTRY_ID)).resolve(hass)
