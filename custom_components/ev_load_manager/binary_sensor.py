"""Whether a charger is there, and what can be done with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .csms.capabilities import Suited, SuitedBecause
from .entity import EvLoadManagerEntity, Row, async_follow_places
from .load_manager import EvLoadManagerConfigEntry
from .places import ChargerPlace, Place

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class BinarySensorRow[P: Place](BinarySensorEntityDescription, Row[P]):
    """A yes or no at a place."""


def _suited(kind: str, charger: ChargerPlace) -> bool | None:
    """Whether a kind of load management can be applied (thesis 6.2.3); None while unknown."""
    match _suitability(kind, charger).get("suited"):
        case Suited.YES:
            return True
        case Suited.NO:
            return False
        case _:
            return None


def _because(kind: str, charger: ChargerPlace) -> Mapping[str, Any]:
    """Why it is so."""
    return {"because": _suitability(kind, charger).get("because", SuitedBecause.NOT_SEEN)}


def _suitability(kind: str, charger: ChargerPlace) -> Mapping[str, Any]:
    found: Mapping[str, Any] = charger.point.capabilities.get(kind, {})
    return found


CHARGER_BINARY_SENSORS: Final = (
    BinarySensorRow[ChargerPlace](
        key="connected",
        translation_key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda charger: charger.point.online,
    ),
    BinarySensorRow[ChargerPlace](
        key="dlm_suitable",
        translation_key="dlm_suitable",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=partial(_suited, "dlm"),
        attributes_fn=partial(_because, "dlm"),
    ),
    BinarySensorRow[ChargerPlace](
        key="alm_suitable",
        translation_key="alm_suitable",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=partial(_suited, "alm"),
        attributes_fn=partial(_because, "alm"),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what is known of every charger."""
    async_follow_places(hass, entry, Platform.BINARY_SENSOR, async_add_entities, _sensors_at)


def _sensors_at(place: Place) -> Iterator[EvLoadManagerBinarySensor[Any]]:
    if isinstance(place, ChargerPlace):
        yield from (EvLoadManagerBinarySensor(place, row) for row in CHARGER_BINARY_SENSORS)


class EvLoadManagerBinarySensor[P: Place](EvLoadManagerEntity[P], BinarySensorEntity):
    """A yes or no; unknown until the charger has shown it."""

    entity_description: BinarySensorRow[P]

    @property
    @override
    def is_on(self) -> bool | None:
        """What it says."""
        on: bool | None = self._seen.value
        return on
