"""Whether a group and its meters are well, whether a charger is there, and what can be done with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .config.site_builder import feeder_name
from .csms.backends.backend import State
from .csms.onboarding.capabilities import Suited
from .entities.rows import Row
from .entities.suitability import Management, suitability
from .entities.targets import (
    ChargerTarget,
    CircuitTarget,
    ConnectorTarget,
    FeederTarget,
    GroupTarget,
    Place,
)
from .entity import EvLoadManagerEntity, async_follow_places
from .group.backends import Standing
from .group.load_manager import EvLoadManagerConfigEntry

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class BinarySensorRow[P: Place](BinarySensorEntityDescription, Row[P]):
    """A yes or no at a place."""


def _suited(kind: Management, charger: ChargerTarget) -> bool | None:
    """Whether a kind of load management can be applied; None while unknown."""
    match suitability(charger.manager, charger.settings, kind).suited:
        case Suited.YES:
            return True
        case Suited.NO:
            return False
        case _:
            return None


def _because(kind: Management, charger: ChargerTarget) -> Mapping[str, Any]:
    """Why it is so."""
    return {"because": suitability(charger.manager, charger.settings, kind).because}


def _why_safe_limit(place: CircuitTarget) -> Mapping[str, Any]:
    """What is wrong with the meter, and since when."""
    cause, period = place.safe_limit_cause, place.safe_limit_period
    return {
        "cause": None if cause is None else cause.value,
        "since": None if period is None else period.start,
    }


def _where_overloaded(group: GroupTarget) -> Mapping[str, Any]:
    """The phases that carry more than they may, by circuit."""
    return {
        "circuits": {
            feeder_name(group.manager.feeders, circuit) or circuit: [phase.name for phase in phases]
            for circuit, phases in group.manager.records.overload.overloaded.items()
        }
    }


def _meter_rows[P: GroupTarget | FeederTarget]() -> tuple[BinarySensorRow[P], ...]:
    """How a meter is, where there is one."""
    return (
        BinarySensorRow[P](
            key="safe_limit",
            translation_key="safe_limit",
            value_fn=lambda place: place.safe_limit_cause is not None,
            attributes_fn=_why_safe_limit,
            available_fn=lambda place: place.manager.decision is not None,
            has_fn=lambda place: place.has_meter,
        ),
        BinarySensorRow[P](
            key="meter_connected",
            translation_key="meter_connected",
            device_class=BinarySensorDeviceClass.CONNECTIVITY,
            entity_category=EntityCategory.DIAGNOSTIC,
            value_fn=lambda place: place.meter_values is not None,
            has_fn=lambda place: place.has_meter,
        ),
    )


GROUP_BINARY_SENSORS: Final = (
    BinarySensorRow[GroupTarget](
        key="overload",
        translation_key="overload",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda group: bool(group.manager.records.overload.overloaded),
        attributes_fn=_where_overloaded,
    ),
    *_meter_rows(),
)

FEEDER_BINARY_SENSORS: Final[tuple[BinarySensorRow[FeederTarget], ...]] = _meter_rows()


def _certificate(place: ChargerTarget) -> Mapping[str, Any] | None:
    """The name in its certificate, where it is let in with another than its id."""
    name = place.point.certificate
    return {"certificate": name} if name else None


def _backends(place: ChargerTarget) -> tuple[Standing, ...]:
    """How its billing backends stand."""
    return place.manager.backends.of(place.settings.charger_id)


def _backends_are_there(place: ChargerTarget) -> bool:
    """Whether all of them have accepted the charger, and are connected."""
    return all(one.state is State.CONNECTED for one in _backends(place))


def _how_backends_stand(place: ChargerTarget) -> Mapping[str, Any]:
    """What is wrong with one, and how each stands."""
    found = _backends(place)
    return {
        "problem": next((one.problem for one in found if one.problem is not None), None),
        "backends": {one.name: one.state.value for one in found},
    }


def _backend(backend_id: str, place: ChargerTarget) -> Standing | None:
    """How one of several stands; None: it is no more."""
    return next((one for one in _backends(place) if one.id == backend_id), None)


def _backend_is_there(backend_id: str, place: ChargerTarget) -> bool:
    """Whether it has accepted the charger, and is connected."""
    one = _backend(backend_id, place)
    return one is not None and one.state is State.CONNECTED


def _how_backend_stands(backend_id: str, place: ChargerTarget) -> Mapping[str, Any]:
    """What is wrong with it, and how many messages it is still to be told."""
    one = _backend(backend_id, place)
    return {} if one is None else {"problem": one.problem, "waiting": one.queue}


def _each_backend(place: ChargerTarget) -> Iterator[EvLoadManagerBackendSensor]:
    """Where a charger has several, each has a sensor of its own, beside the one of all."""
    found = _backends(place)
    for one in found if len(found) > 1 else ():
        row = BinarySensorRow[ChargerTarget](
            key=f"backend_{one.id}",
            translation_key="one_backend",
            device_class=BinarySensorDeviceClass.CONNECTIVITY,
            entity_category=EntityCategory.DIAGNOSTIC,
            value_fn=partial(_backend_is_there, one.id),
            attributes_fn=partial(_how_backend_stands, one.id),
        )
        yield EvLoadManagerBackendSensor(place, row, one.name)


CHARGER_BINARY_SENSORS: Final = (
    BinarySensorRow[ChargerTarget](
        key="backend",
        translation_key="backend",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_backends_are_there,
        attributes_fn=_how_backends_stand,
        has_fn=lambda charger: bool(_backends(charger)),
    ),
    BinarySensorRow[ChargerTarget](
        key="connected",
        translation_key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda charger: charger.point.online,
        attributes_fn=_certificate,
    ),
    BinarySensorRow[ChargerTarget](
        key="dlm_suitable",
        translation_key="dlm_suitable",
        entity_registry_enabled_default=False,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=partial(_suited, Management.DLM),
        attributes_fn=partial(_because, Management.DLM),
    ),
    BinarySensorRow[ChargerTarget](
        key="alm_suitable",
        translation_key="alm_suitable",
        entity_registry_enabled_default=False,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=partial(_suited, Management.ALM),
        attributes_fn=partial(_because, Management.ALM),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what is known of the group and of every charger."""
    async_follow_places(hass, entry, Platform.BINARY_SENSOR, async_add_entities, _sensors_at)


def _sensors_at(place: Place) -> Iterator[EvLoadManagerBinarySensor[Any]]:
    match place:
        case GroupTarget():
            for row in GROUP_BINARY_SENSORS:
                if row.has_fn(place):
                    yield EvLoadManagerBinarySensor(place, row)
        case FeederTarget():
            for feeder_row in FEEDER_BINARY_SENSORS:
                if feeder_row.has_fn(place):
                    yield EvLoadManagerBinarySensor(place, feeder_row)
        case ChargerTarget():
            for charger_row in CHARGER_BINARY_SENSORS:
                if charger_row.has_fn(place):
                    yield EvLoadManagerBinarySensor(place, charger_row)
            yield from _each_backend(place)
        case ConnectorTarget():
            pass


class EvLoadManagerBinarySensor[P: Place](EvLoadManagerEntity[P], BinarySensorEntity):
    """A yes or no; unknown until it has shown."""

    entity_description: BinarySensorRow[P]

    @property
    @override
    def is_on(self) -> bool | None:
        """What it says."""
        on: bool | None = self._seen.value
        return on


class EvLoadManagerBackendSensor(EvLoadManagerBinarySensor[ChargerTarget]):
    """Whether one of several billing backends of a charger is there."""

    def __init__(
        self, place: ChargerTarget, row: BinarySensorRow[ChargerTarget], backend: str
    ) -> None:
        """`backend` is its name."""
        super().__init__(place, row)
        self._attr_translation_placeholders = {"backend": backend}
