"""Meters that people gave to chargers which tell too little of their own current."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from . import clock
from .balancing.readings import Sample
from .coordinator import MeterCoordinator
from .gather import sample_of_meter
from .meter import MeterValues, create_meter
from .settings import ChargerSettings

INTERVAL: Final = 5.0
"""Seconds between two readings; meters of many chargers may share one bus."""
IS_OLD: Final = 90.0
"""Seconds after which a reading says nothing any more, as with a charger's own report."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A meter that is being read."""

    settings: Mapping[str, Any]
    charger: ChargerSettings
    coordinator: MeterCoordinator
    task: asyncio.Task[None]

    def serves(self, charger: ChargerSettings) -> bool:
        """Whether it can go on for what the user wants now."""
        return (self.settings, self.charger.name, self.charger.wiring) == (
            charger.meter,
            charger.name,
            charger.wiring,
        )


class ChargerMeters:
    """Reads the meter of every charger that has one, as long as it has it.

    None of them engages the safe limit: where one falls silent, what its
    charger tells itself counts again, and without that all that it may draw.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], on_reading: Callable[[], None]
    ) -> None:
        """Tell `on_reading` of every reading, also of every failure."""
        self._hass = hass
        self._entry = entry
        self._on_reading = on_reading
        self._running: dict[str, _Running] = {}

    async def sync(self, chargers: Iterable[ChargerSettings]) -> None:
        """Read the meters of these chargers, and no others; what did not change goes on."""
        wanted = {charger.charger_id: charger for charger in chargers if charger.meter is not None}
        for charger_id, running in list(self._running.items()):
            charger = wanted.get(charger_id)
            if charger is None or not running.serves(charger):
                await self._stop(charger_id)
        for charger_id, charger in wanted.items():
            if charger_id not in self._running:
                await self._start(charger)

    async def stop(self) -> None:
        """Let go of all of them."""
        await self.sync(())

    def sample(self, charger_id: str) -> Sample | None:
        """What the meter of a charger told, on the grid's phases; None without or of old."""
        running = self._running.get(charger_id)
        if running is None or (reading := running.coordinator.last_good) is None:
            return None
        if clock.monotonic() - reading.at > IS_OLD:
            return None
        return sample_of_meter(
            reading, running.charger.wiring, latency=running.coordinator.meter.latency
        )

    def values(self, charger_id: str) -> MeterValues | None:
        """The last answer of a charger's meter; None where it has none, or does not answer."""
        running = self._running.get(charger_id)
        if running is None or not running.coordinator.last_update_success:
            return None
        # Before the first reading there is none.
        values: MeterValues | None = running.coordinator.data
        return values

    async def _start(self, charger: ChargerSettings) -> None:
        assert charger.meter is not None
        meter = await create_meter(
            self._hass, charger.meter, phases=len(charger.wiring), max_age=IS_OLD
        )
        name = f"{charger.name} meter"
        coordinator = MeterCoordinator(self._hass, self._entry, meter, INTERVAL, name=name)
        coordinator.async_add_reading_listener(self._on_reading)
        task = self._entry.async_create_background_task(
            self._hass, coordinator.run(), name=f"EV Load Manager {name}"
        )
        self._running[charger.charger_id] = _Running(charger.meter, charger, coordinator, task)

    async def _stop(self, charger_id: str) -> None:
        running = self._running.pop(charger_id)
        running.task.cancel()
        await asyncio.gather(running.task, return_exceptions=True)
