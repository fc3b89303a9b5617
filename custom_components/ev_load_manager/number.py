"""Limits that people and automations set."""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, Platform, UnitOfElectricCurrent, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .config.power_settings import HIGHEST_POWER
from .config.site_builder import GRID, GROUP, LiveCircuit
from .entities.rows import Row, always
from .entities.targets import ChargerTarget, ConnectorTarget, FeederTarget, GroupTarget, Place
from .entity import EvLoadManagerEntity, Seen, async_follow_places
from .group.load_manager import EvLoadManagerConfigEntry
from .group.power import WINDOW

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class NumberRow[P: Place](NumberEntityDescription, Row[P]):
    """A limit at a place."""

    bounds_fn: Callable[[P], tuple[float, float]]
    """Lowest and highest value that no fuse or charger forbids."""
    named_before: str | None = None
    """What it was called once: its entity id stays made of that."""
    set_fn: Callable[[P, float], Coroutine[Any, Any, None]]


def _connector_maximum(place: ConnectorTarget) -> float:
    charger = place.charger.settings
    return place.manager.live.settings.maximum_of(
        place.id, lowest=charger.minimum, most=charger.maximum
    )


def _maximum[P: GroupTarget | FeederTarget](
    key: str,
    circuit: Callable[[P], LiveCircuit],
    has_fn: Callable[[P], bool] = always,
    *,
    named_before: str = "Maximum current rating",
) -> NumberRow[P]:
    """What a circuit may carry."""
    return NumberRow[P](
        key=key,
        translation_key=key,
        value_fn=lambda place: circuit(place).maximum,
        bounds_fn=lambda place: (0.0, circuit(place).rated),
        set_fn=lambda place, value: place.manager.live.change_circuit(
            circuit(place).id, maximum=value
        ),
        has_fn=has_fn,
        named_before=named_before,
        **_AMPERES,
    )


def _safe_limit[P: GroupTarget | FeederTarget]() -> NumberRow[P]:
    """What chargers share while the meter is silent."""
    return NumberRow[P](
        key="safe_limit",
        translation_key="safe_limit",
        value_fn=lambda place: place.metered.safe_limit,
        bounds_fn=lambda place: (0.0, place.metered.highest_safe_limit),
        set_fn=lambda place, value: place.manager.live.change_circuit(
            place.metered_circuit, safe_limit=value
        ),
        has_fn=lambda place: place.has_meter,
        **_AMPERES,
    )


_AMPERES: Final[Mapping[str, Any]] = {
    "device_class": NumberDeviceClass.CURRENT,
    "native_unit_of_measurement": UnitOfElectricCurrent.AMPERE,
    "native_step": 0.1,
    "mode": NumberMode.BOX,
}

GROUP_NUMBERS: Final[tuple[NumberRow[GroupTarget], ...]] = (
    _maximum("maximum_current", lambda group: group.limits),
    _maximum(
        "grid_maximum_current",
        lambda group: group.metered,
        lambda group: group.has_meter,
        named_before="Grid maximum current rating",
    ),
    _safe_limit(),
)


def _power[P: GroupTarget | FeederTarget](
    key: str, circuit: Callable[[P], str], *, named_before: str | None = None
) -> NumberRow[P]:
    """What a circuit, or the window, may have over all phases; only where the flow gave a first value."""
    return NumberRow[P](
        key=key,
        translation_key=key,
        device_class=NumberDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        native_step=0.1,
        mode=NumberMode.BOX,
        value_fn=lambda place: place.manager.power.limit(circuit(place)),
        bounds_fn=lambda _: (0.0, HIGHEST_POWER),
        set_fn=lambda place, value: place.manager.power.set_limit(circuit(place), value),
        has_fn=lambda place: place.manager.power.first(circuit(place)) is not None,
        named_before=named_before,
    )


POWER_NUMBERS: Final[tuple[NumberRow[GroupTarget], ...]] = (
    _power("group_power_limit", lambda _: GROUP, named_before="Power limit"),
    _power("grid_power_limit", lambda _: GRID, named_before="Grid power limit"),
    _power("peak_limit", lambda _: WINDOW),
)

FEEDER_NUMBERS: Final[tuple[NumberRow[FeederTarget], ...]] = (
    _maximum("maximum_current", lambda feeder: feeder.limits),
    _safe_limit(),
    _power("power_limit", lambda feeder: feeder.circuit),
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
                EvLoadManagerNumber(place, row)
                for row in (*GROUP_NUMBERS, *POWER_NUMBERS)
                if row.has_fn(place)
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
    def suggested_object_id(self) -> str | None:
        """What its entity id is made of: scripts of others name it."""
        return self.entity_description.named_before or super().suggested_object_id

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
