"""What each driver has charged this month, where people switched such entities on.

Their names are in them, and so in the recorder: that is why nobody has them by default. They belong to
the first group, because the book is all groups'.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
import sqlite3
from typing import Final, NamedTuple, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.const import Platform, UnitOfEnergy
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_interval

from .. import clock
from ..const import DOMAIN, LOGGER
from ..group.load_manager import EvLoadManagerConfigEntry
from ..sessions import keeping, queries
from ..sessions.money import digits_of
from ..sessions.months import month_at
from ..sessions.queries import Asked
from ..sessions.shared import SIGNAL_KEPT, async_shared_book

PREFIX: Final = "session-driver-"
LOOK_AGAIN: Final = timedelta(minutes=5)
"""How often what flows meanwhile is looked at."""
KINDS: Final = ("energy", "cost")


class Charged(NamedTuple):
    """A driver's month."""

    name: str
    energy: float
    """kWh."""
    cost: float | None
    since: datetime


def charged(
    connection: sqlite3.Connection, now: float, zone: str, currency: str
) -> dict[int, Charged]:
    """What every driver has charged this month; none while people want no entities of it."""
    if not keeping.settings(connection)["driver_entities"]:
        return {}
    month = month_at(now, zone)
    asked = Asked(month=month.number)
    sums = queries.totals(connection, asked, "person", currency)
    mixed = queries.currencies(connection, asked) not in ([], [currency])
    by_id = {person: totals for (person, _), totals in sums.items()}
    since = datetime.fromtimestamp(month.start(zone), UTC)
    found = {}
    for person in keeping.persons(connection):
        totals = by_id.get(person["id"])
        wh, coins = (0, 0) if totals is None else (totals.wh or 0, totals.coins or 0)
        cost = None if mixed else coins / 10 ** digits_of(currency)
        found[person["id"]] = Charged(person["name"], wh / 1000, cost, since)
    return found


@callback
def async_follow_drivers(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have sensors of every driver, as they come and go."""
    entries = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    if entries[0].entry_id != entry.entry_id:
        return
    _Drivers(hass, entry, async_add_entities).start()


class _Drivers:
    def __init__(
        self,
        hass: HomeAssistant,
        entry: EvLoadManagerConfigEntry,
        async_add_entities: AddConfigEntryEntitiesCallback,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._add = async_add_entities
        self._sensors: dict[str, DriverSensor] = {}

    @callback
    def start(self) -> None:
        book = async_shared_book(self._hass).book
        if book is None:
            return

        @callback
        def heard(_: object = None) -> None:
            self._entry.async_create_task(self._hass, self._look(), "sensors of drivers")

        ends: tuple[Callable[[], None], ...] = (
            book.add_listener(heard),
            async_dispatcher_connect(self._hass, SIGNAL_KEPT, heard),
            async_track_time_interval(self._hass, heard, LOOK_AGAIN, cancel_on_shutdown=True),
        )
        for end in ends:
            self._entry.async_on_unload(end)
        heard()

    async def _look(self) -> None:
        book = async_shared_book(self._hass).book
        config = self._hass.config
        if book is None:
            return
        try:
            found = await book.read(
                partial(
                    charged,
                    now=clock.now().timestamp(),
                    zone=config.time_zone,
                    currency=config.currency,
                )
            )
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("Drivers' sensors are looked at later: %s", error)
            return
        self._show(found)

    @callback
    def _show(self, found: dict[int, Charged]) -> None:
        new = []
        for person, told in found.items():
            for kind in KINDS:
                key = f"{PREFIX}{person}_{kind}"
                sensor = self._sensors.get(key)
                if sensor is None:
                    sensor = self._sensors[key] = DriverSensor(
                        key, kind, told, self._hass.config.currency
                    )
                    new.append(sensor)
                else:
                    sensor.show(told)
        wanted = {f"{PREFIX}{person}_{kind}" for person in found for kind in KINDS}
        registry = er.async_get(self._hass)
        for entity in er.async_entries_for_config_entry(registry, self._entry.entry_id):
            key = entity.unique_id
            if entity.domain == Platform.SENSOR and key.startswith(PREFIX) and key not in wanted:
                registry.async_remove(entity.entity_id)
                self._sensors.pop(key, None)
        if new:
            self._add(new)


class DriverSensor(SensorEntity):
    """A driver's energy or cost of this month."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_state_class = SensorStateClass.TOTAL

    def __init__(self, key: str, kind: str, told: Charged, currency: str) -> None:
        """Show it from the start."""
        self._kind = kind
        self._told = told
        self._attr_unique_id = key
        self._attr_translation_key = f"driver_{kind}"
        self._attr_translation_placeholders = {"driver": told.name}
        if kind == "energy":
            self._attr_device_class = SensorDeviceClass.ENERGY
            self._attr_native_unit_of_measurement = UnitOfEnergy.KILO_WATT_HOUR
            self._attr_suggested_display_precision = 1
        else:
            self._attr_device_class = SensorDeviceClass.MONETARY
            self._attr_native_unit_of_measurement = currency

    @property
    @override
    def native_value(self) -> float | None:
        """What it came to so far."""
        return self._told.energy if self._kind == "energy" else self._told.cost

    @property
    @override
    def last_reset(self) -> datetime:
        """When the month began."""
        return self._told.since

    @callback
    def show(self, told: Charged) -> None:
        """Show what is new."""
        if told != self._told:
            self._told = told
            if self.hass is not None:
                self.async_write_ha_state()
