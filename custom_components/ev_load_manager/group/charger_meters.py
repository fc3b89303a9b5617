"""Meters that people gave to chargers which tell too little of their own current."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .. import clock
from ..balancing.phases import Phase, PhaseCurrents, Wiring
from ..balancing.readings import MeterReading, Sample
from ..config.settings import ChargerSettings
from ..meter import MeterValues
from ..meter.sensors import CONF_POWER_FACTOR, OF_A_CAR
from .meters import Meters, WantedMeter

INTERVAL: Final = 5.0
"""Seconds between two readings; meters of many chargers may share one bus."""
IS_OLD: Final = 90.0
"""Seconds after which a reading says nothing any more, as with a charger's own report."""


class ChargerMeters:
    """Reads the meter of every charger that has one, as long as it has it.

    None of them engages the safe limit: where one falls silent, what its
    charger tells itself counts again, and without that all that it may draw.
    """

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], on_reading: Callable[[], None]
    ) -> None:
        """Tell `on_reading` of every reading, also of every failure."""
        self._meters = Meters(hass, entry, on_reading)
        self._wirings: dict[str, Wiring] = {}

    async def sync(self, chargers: Iterable[ChargerSettings]) -> None:
        """Read the meters of these chargers, and no others; what did not change goes on."""
        metered = {
            charger.charger_id: (charger, charger.meter)
            for charger in chargers
            if charger.meter is not None
        }
        self._wirings = {id_: charger.wiring for id_, (charger, _) in metered.items()}
        await self._meters.sync(
            {
                id_: WantedMeter(
                    settings={CONF_POWER_FACTOR: OF_A_CAR, **meter},
                    name=f"{charger.name} meter",
                    phases=len(charger.wiring),
                    interval=INTERVAL,
                    max_age=IS_OLD,
                )
                for id_, (charger, meter) in metered.items()
            }
        )

    async def stop(self) -> None:
        """Let go of all of them."""
        await self.sync(())

    def sample(self, charger_id: str) -> Sample | None:
        """What the meter of a charger told, on the grid's phases; None without or of old."""
        coordinator = self._meters.get(charger_id)
        wiring = self._wirings.get(charger_id)
        if coordinator is None or wiring is None or (reading := coordinator.last_good) is None:
            return None
        if clock.monotonic() - reading.at > IS_OLD:
            return None
        return _sample(reading, wiring, latency=coordinator.meter.latency)

    def values(self, charger_id: str) -> MeterValues | None:
        """The last answer of a charger's meter; None where it has none, or does not answer."""
        coordinator = self._meters.get(charger_id)
        if coordinator is None or not coordinator.last_update_success:
            return None
        # Before the first reading there is none.
        values: MeterValues | None = coordinator.data
        return values


def _sample(reading: MeterReading, wiring: Wiring, *, latency: float) -> Sample:
    """Currents that a meter in a charger's supply tells, on the grid's phases.

    It stands where the cable leaves the grid, so its L1 to L3 are the grid's;
    one with a single phase measures the one that the charger has. Cars only
    draw: a transformer the wrong way round still measures a load. What is
    `latency` (s) old at most counts as that old, which is the safe side.
    """
    if len(wiring) == 1:
        currents = PhaseCurrents.on(wiring, abs(reading.currents.l1))
    else:
        currents = PhaseCurrents(
            *(abs(reading.currents[phase]) if phase in wiring else 0.0 for phase in Phase)
        )
    return Sample(at=reading.at - latency, currents=currents, highest=max(currents))
