"""What the group, its feeders, its chargers and their outlets do at present."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from . import clock
from .entities.charger_sensors import CHARGER_SENSORS, CONNECTOR_SENSORS
from .entities.devices import signal_places_changed
from .entities.driver_sensors import async_follow_drivers
from .entities.group_sensors import FEEDER_SENSORS, GROUP_SENSORS
from .entities.peak_sensors import FEEDER_POWER_SENSORS, PEAK_SENSORS
from .entities.sensor_rows import SensorRow
from .entities.targets import ChargerTarget, ConnectorTarget, FeederTarget, GroupTarget, Place
from .entity import EvLoadManagerEntity, Seen, async_follow_places
from .group.load_manager import EvLoadManagerConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what the group, its feeders, its chargers and their connectors show."""
    async_follow_places(hass, entry, Platform.SENSOR, async_add_entities, _sensors_at)
    told: set[str] = set()

    @callback
    def look_for_news() -> None:
        """A meter that tells of its counters has sensors of them from then on, a limit in kW likewise."""
        manager = entry.runtime_data
        news = (
            {"energy"} if manager.meter is not None and manager.meter.energy is not None else set()
        )
        if manager.power.is_used:
            news.add("power")
        if not news <= told:
            told.update(news)
            async_dispatcher_send(hass, signal_places_changed(entry))

    entry.async_on_unload(entry.runtime_data.add_listener(look_for_news))
    async_follow_drivers(hass, entry, async_add_entities)


def _sensors_at(place: Place) -> Iterator[EvLoadManagerSensor[Any]]:
    match place:
        case GroupTarget():
            for row in (*GROUP_SENSORS, *PEAK_SENSORS):
                if row.has_fn(place):
                    yield EvLoadManagerSensor(place, row)
        case FeederTarget():
            for feeder_row in (*FEEDER_SENSORS, *FEEDER_POWER_SENSORS):
                if feeder_row.has_fn(place):
                    yield EvLoadManagerSensor(place, feeder_row)
        case ConnectorTarget():
            for connector_row in CONNECTOR_SENSORS:
                if connector_row.has_fn(place):
                    yield EvLoadManagerSensor(place, connector_row)
        case ChargerTarget():
            for charger_row in CHARGER_SENSORS:
                if charger_row.has_fn(place):
                    yield EvLoadManagerSensor(place, charger_row)


class EvLoadManagerSensor[P: Place](EvLoadManagerEntity[P], SensorEntity):
    """A value; one that wavers is written seldom."""

    entity_description: SensorRow[P]
    _written_at = float("-inf")
    # When a turn comes and what was renewed is for now; the state itself is history. Who was where
    # when is in the session book, for those who may see it.
    _unrecorded_attributes = frozenset({"next_turn", "renewals", "driver", "reserved_for"})

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The value."""
        value: StateType | datetime = self._seen.value
        return value

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Its unit."""
        unit = self.entity_description.unit_fn
        return super().native_unit_of_measurement if unit is None else unit(self.place)

    @property
    @override
    def last_reset(self) -> datetime | None:
        """Since when a total counts that begins anew."""
        since = self.entity_description.last_reset_fn
        return None if since is None or not self.place.exists else since(self.place)

    @override
    def _worth_writing(self, seen: Seen) -> bool:
        row, old = self.entity_description, self._seen
        now = clock.monotonic()
        if (
            row.jump is not None
            and old.value is not None
            and seen.value is not None
            and abs(seen.value - old.value) < row.jump
            and now - self._written_at < row.pace
        ):
            return False
        self._written_at = now
        return True
