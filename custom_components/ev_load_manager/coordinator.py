"""The coordinator that polls a meter: the grid's, or one of a charger."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from . import clock
from .balancing.phases import PhaseCurrents
from .balancing.readings import MeterReading
from .const import DOMAIN, LOGGER
from .meter import Meter, MeterEnergy, MeterError, MeterValues

DEFAULT_INTERVAL: Final = 2.0
SHORTEST_INTERVAL: Final = 1.0
LONGEST_INTERVAL: Final = 30.0
RETRY: Final = 5.0
"""After a failure the next try comes at the latest after this, s."""
ENERGY_INTERVAL: Final = 60.0
"""Counters of energy are read this often, s; the first time after half of it."""
ENERGY_PATIENCE: Final = 3600.0
"""A meter that gave no answer about them is not asked for as long, s: currents come first."""
GATHER: Final = 0.05
"""Sensors of one meter report one after the other: how long the first waits, s."""


class MeterCoordinator(DataUpdateCoordinator[MeterValues]):
    """Reads the meter, one reading at a time, as long as `run` runs.

    It paces itself: a coordinator left to Home Assistant polls only while it has
    listeners, and not at all once somebody switches polling off; the fuse needs
    it always. Whether the grid's meter is to be believed is told by the age of
    `last_good`, never by this coordinator's success.
    """

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        meter: Meter,
        interval: float,
        *,
        name: str | None = None,
    ) -> None:
        """Read `meter` every `interval` (1 to 30) seconds; `name` is for the log."""
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=name or f"{entry.title} meter",
            update_interval=None,
        )
        self.meter = meter
        self.last_good: MeterReading | None = None
        """The newest good reading, whatever its age."""
        self.energy: MeterEnergy | None = None
        """What its counters showed last; None until they did."""
        self._energy_at = clock.monotonic() + ENERGY_INTERVAL / 2
        self._interval = min(max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL)
        self._news = asyncio.Event()
        self._reading_listeners: set[Callable[[], None]] = set()
        self._puzzled = False

    @callback
    def async_add_reading_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Be told of every reading, also of every failure; returns an unsubscribe."""
        self._reading_listeners.add(listener)
        return lambda: self._reading_listeners.discard(listener)

    @property
    def interval(self) -> float:
        """Seconds between two readings."""
        return self._interval

    async def run(self) -> None:
        """Read until cancelled; nothing else ends it."""
        stop_news = self.meter.on_news(self._news.set)
        try:
            while True:
                began = clock.monotonic()
                self._news.clear()
                await self._try_refresh()
                if self.last_update_success and clock.monotonic() >= self._energy_at:
                    await self._try_energy()
                pause = self._interval if self.last_update_success else min(self._interval, RETRY)
                await self._wait(began + pause - clock.monotonic())
        finally:
            stop_news()
            await self.meter.close()

    async def _try_refresh(self) -> None:
        try:
            await self.async_refresh()
        except Exception:  # noqa: BLE001 - whatever it is, the next reading comes
            LOGGER.exception("%s: a reading failed in an unexpected way", self.name)

    async def _try_energy(self) -> None:
        """Read the counters in the pause between two readings; whatever comes of it is no failure."""
        pause = ENERGY_INTERVAL
        try:
            told = await self.meter.read_energy()
        except MeterError as err:
            LOGGER.debug("%s: no energy: %s %s", self.name, err.key, err.placeholders)
            told, pause = None, ENERGY_PATIENCE
        except Exception:  # noqa: BLE001 - nobody's fuse hangs on it
            LOGGER.exception("%s: energy can't be read", self.name)
            told, pause = None, ENERGY_PATIENCE
        self._energy_at = clock.monotonic() + pause
        if told is not None and (told.imported is not None or told.exported is not None):
            self.energy = told

    async def _wait(self, seconds: float) -> None:
        """Until the next reading is due, or the meter has news."""
        if await clock.happens(self._news, max(seconds, GATHER)):
            await clock.sleep(GATHER)

    @override
    async def _async_update_data(self) -> MeterValues:
        try:
            await self.meter.open()
            values = await self.meter.read()
        except MeterError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders=err.placeholders,
            ) from err
        except Exception as err:
            # Whatever it is: told once with all there is to know, and tried again.
            if not self._puzzled:
                self._puzzled = True
                LOGGER.exception("%s: unexpected error", self.name)
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="meter_unexpected",
                translation_placeholders={"error": repr(err)},
            ) from err
        self._puzzled = False
        if self.last_good is None or values.at > self.last_good.at:
            self.last_good = MeterReading(
                at=values.at,
                currents=PhaseCurrents(*values.currents),
                resolution=self.meter.resolution,
                others=(*values.voltages, *values.powers, values.power),
                is_restless=any(told is not None and told % 1.0 for told in values.voltages),
            )
        return values

    @override
    def _async_refresh_finished(self) -> None:
        """Tell every reading: the base class is silent about a failure after a failure."""
        for listener in tuple(self._reading_listeners):
            try:
                listener()
            except Exception:  # noqa: BLE001 - one listener's fault isn't the meter's
                LOGGER.exception("%s: a listener failed", self.name)
