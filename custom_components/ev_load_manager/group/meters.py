"""The meters that a group reads: which ones, and what becomes of them when settings change."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..config.settings import GroupSettings
from ..config.site_builder import GRID, Circuits
from ..coordinator import MeterCoordinator
from ..meter.config import create_meter


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMeter:
    """A meter that is to be read."""

    settings: Mapping[str, Any]
    """What the flow stored."""
    name: str = field(compare=False)
    """What the log calls it."""
    phases: int
    """How many phases (1 or 3) it must tell."""
    interval: float
    """Seconds between two readings."""
    max_age: float
    """Seconds after which the report of a sensor is too old to be a reading."""
    of_building: bool = False
    """A whole building is behind it, and always takes something."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A meter that is being read."""

    wanted: WantedMeter
    coordinator: MeterCoordinator
    task: asyncio.Task[None]


class Meters:
    """Reads each of the meters that are wanted, as long as it is."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], on_reading: Callable[[], None]
    ) -> None:
        """Tell `on_reading` of every reading, also of every failure."""
        self._hass = hass
        self._entry = entry
        self._on_reading = on_reading
        self._running: dict[str, _Running] = {}

    def get(self, key: str) -> MeterCoordinator | None:
        """What polls a meter; None where there is none."""
        running = self._running.get(key)
        return None if running is None else running.coordinator

    def items(self) -> list[tuple[str, MeterCoordinator]]:
        """All that are being read."""
        return [(key, running.coordinator) for key, running in self._running.items()]

    async def sync(self, wanted: Mapping[str, WantedMeter]) -> list[str]:
        """Read these and no others; what did not change goes on. Returns whose reading ended."""
        ended = [key for key, running in self._running.items() if wanted.get(key) != running.wanted]
        for key in ended:
            running = self._running.pop(key)
            running.task.cancel()
            await asyncio.gather(running.task, return_exceptions=True)
        for key, one in wanted.items():
            if key not in self._running:
                self._running[key] = await self._start(one)
        return ended

    async def stop(self) -> list[str]:
        """Let go of all of them; returns which there were."""
        return await self.sync({})

    async def _start(self, wanted: WantedMeter) -> _Running:
        meter = await create_meter(
            self._hass,
            wanted.settings,
            phases=wanted.phases,
            max_age=wanted.max_age,
            of_building=wanted.of_building,
        )
        coordinator = MeterCoordinator(
            self._hass, self._entry, meter, wanted.interval, name=wanted.name
        )
        coordinator.async_add_reading_listener(self._on_reading)
        task = self._entry.async_create_background_task(
            self._hass, coordinator.run(), name=f"EV Load Manager {wanted.name}"
        )
        return _Running(wanted, coordinator, task)


def wanted_meters(group: GroupSettings, circuits: Circuits) -> dict[str, WantedMeter]:
    """The meters of a group's circuits, by circuit: the grid connection's, and feeders' own."""
    return {
        circuit.id: WantedMeter(
            settings=circuit.meter,
            name=f"{circuit.feeder or group.name} meter",
            phases=group.phases,
            interval=circuit.meter_interval,
            max_age=circuit.meter_timeout,
            of_building=circuit.id == GRID,
        )
        for circuit in circuits.values()
        if circuit.meter is not None
    }
