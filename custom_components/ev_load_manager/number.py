"""Limits that people and automations set."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, Platform, UnitOfElectricCurrent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entities.rows import Row
from .entities.targets import ChargerTarget, ConnectorTarget, FeederTarget, GroupTarget, Place
from .entity import EvLoadManagerEntity, Seen, async_follow_places
from .group.load_manager import EvLoadManagerConfigEntry

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class NumberRow[P: Place](NumberEntityDescription, Row[P]):
    """A limit at a place."""

    bounds_fn: Callable[[P], tuple[float, float]]
    """Lowest and highest value that no fuse or charger forbids."""
    set_fn: Callable[[P, float], Coroutine[Any, Any, None]]


def _connector_maximum(place: ConnectorTarget) -> float:
    charger = place.charger.settings
    return min(
        place.manager.live.settings.maximum_of(
            place.id, lowest=charger.minimum, first=charger.maximum
        ),
        charger.maximum,
    )


def _feeder_maximum(feeder: FeederTarget) -> float:
    return feeder.manager.live.settings.feeder_maximum.get(
        feeder.subentry_id, feeder.settings.maximum_current
    )


def _feeder_safe_limit(feeder: FeederTarget) -> float:
    return feeder.manager.live.settings.feeder_safe_limit.get(
        feeder.subentry_id, feeder.settings.safe_limit
    )


GROUP_NUMBERS: Final = (
    NumberRow[GroupTarget](
        key="maximum_current",
        translation_key="maximum_current",
        device_class=NumberDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=lambda group: group.manager.live.settings.maximum_current,
        bounds_fn=lambda group: (0.0, group.manager.group.rated_current),
        set_fn=lambda group, value: group.manager.live.change(maximum_current=value),
    ),
    NumberRow[GroupTarget](
        key="grid_maximum_current",
        translation_key="grid_maximum_current",
        device_class=NumberDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=lambda group: group.manager.live.settings.grid_maximum_current,
        bounds_fn=lambda group: (0.0, group.manager.group.grid_rated_current),
        set_fn=lambda group, value: group.manager.live.change(grid_maximum_current=value),
        has_fn=lambda group: group.has_meter,
    ),
    NumberRow[GroupTarget](
        key="safe_limit",
        translation_key="safe_limit",
        device_class=NumberDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=lambda group: group.manager.live.settings.safe_limit,
        bounds_fn=lambda group: (0.0, group.manager.group.highest_safe_limit),
        set_fn=lambda group, value: group.manager.live.change(safe_limit=value),
        has_fn=lambda group: group.has_meter,
    ),
)

FEEDER_NUMBERS: Final = (
    NumberRow[FeederTarget](
        key="maximum_current",
        translation_key="maximum_current",
        device_class=NumberDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=_feeder_maximum,
        bounds_fn=lambda feeder: (0.0, feeder.settings.rated_current),
        set_fn=lambda feeder, value: feeder.manager.live.change_feeder(
            feeder.subentry_id, maximum=value
        ),
    ),
    NumberRow[FeederTarget](
        key="safe_limit",
        translation_key="safe_limit",
        device_class=NumberDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=_feeder_safe_limit,
        bounds_fn=lambda feeder: (0.0, feeder.settings.rated_current),
        set_fn=lambda feeder, value: feeder.manager.live.change_feeder(
            feeder.subentry_id, safe_limit=value
        ),
        has_fn=lambda feeder: feeder.has_meter,
    ),
)

CONNECTOR_NUMBERS: Final = (
    NumberRow[ConnectorTarget](
        key="maximum",
        translation_key="connector_maximum",
        device_class=NumberDeviceClass.CURRENT,
        entity_category=EntityCategory.CONFIG,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=_connector_maximum,
        bounds_fn=lambda place: (place.charger.settings.minimum, place.charger.settings.maximum),
        set_fn=lambda place, value: place.manager.live.change_connector(place.id, maximum=value),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the limits of the group, its feeders and its connectors."""
    async_follow_places(hass, entry, Platform.NUMBER, async_add_entities, _numbers_at)


def _numbers_at(place: Place) -> Iterator[EvLoadManagerNumber[Any]]:
    match place:
        case GroupTarget():
            yield from (
                EvLoadManagerNumber(place, row) for row in GROUP_NUMBERS if row.has_fn(place)
            )
        case FeederTarget():
            yield from (
                EvLoadManagerNumber(place, row) for row in FEEDER_NUMBERS if row.has_fn(place)
            )
        case ConnectorTarget():
            yield from (EvLoadManagerNumber(place, row) for row in CONNECTOR_NUMBERS)
        case ChargerTarget():
            pass


class EvLoadManagerNumber[P: Place](EvLoadManagerEntity[P], NumberEntity):
    """A limit, kept by the group's own store."""

    entity_description: NumberRow[P]

    @override
    def _look(self) -> Seen:
        return super()._look()._replace(bounds=self.entity_description.bounds_fn(self.place))

    @property
    @override
    def native_value(self) -> float | None:
        """The limit, A."""
        value: float | None = self._seen.value
        return value

    @property
    @override
    def native_min_value(self) -> float:
        """The lowest that makes sense, A."""
        return self._seen.bounds[0]

    @property
    @override
    def native_max_value(self) -> float:
        """The highest that is allowed, A."""
        return self._seen.bounds[1]

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Change the limit; it is in force at once."""
        await self._async_change(self.entity_description.set_fn(self.place, value))
