"""A real group with simulated chargers, in hurried time."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
import copy
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from homeassistant.core import HomeAssistant
from simulation.charger.car import Car, CarModel
from simulation.charger.grid import same
from simulation.charger.models import EVBOX_G4, GENERIC
from simulation.plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from tests.groups import charger, group, set_up

LIMIT = 20.0
CAR = CarModel(phases=3, maximum=16.0, wanted=None)


@pytest.fixture
def hurry() -> Generator[None]:
    """Time passes forty times as fast."""
    clock.set_factor(40)
    yield
    clock.set_factor(1)


class Garage:
    """Two chargers of one group, with people who come and go."""

    def __init__(self, hass: HomeAssistant, storage: dict[str, Any]) -> None:
        """Make the group's entry; `start` sets it up."""
        self.entry: MockConfigEntry = group(charger("LEFT"), charger("RIGHT"))
        self.site = SimulatedSite(
            "ws://127.0.0.1:0",
            circuits=(
                SupplyCircuit(GRID, same(99.0), carries_house=True),
                SupplyCircuit(GROUP, same(LIMIT), parent=GRID),
            ),
        )
        self.site.add_charger("LEFT", EVBOX_G4)
        self.site.add_charger("RIGHT", GENERIC)
        self._hass = hass
        self._storage = storage

    async def start(self) -> None:
        """Set the group up, and let its chargers connect."""
        await set_up(self._hass, self.entry)
        self._find_home()
        await self.site.start(meter=False)
        await self.until(lambda: all(one.accepted for one in self.site.chargers.values()))

    async def restart(self, *, killed: bool) -> None:
        """Home Assistant ends and begins again; `killed`: nothing is told or written any more."""
        for one in self.site.chargers.values():
            one.link.halt()
        stored = copy.deepcopy(self._storage)
        await self._hass.config_entries.async_unload(self.entry.entry_id)
        if killed:
            self._storage.clear()
            self._storage.update(stored)
        await self._hass.config_entries.async_setup(self.entry.entry_id)
        self._find_home()
        for one in self.site.chargers.values():
            one.link.start()

    def _find_home(self) -> None:
        """Tell the chargers the port, which is another one after every start."""
        for one in self.site.chargers.values():
            one.link.url = f"ws://127.0.0.1:{self.entry.runtime_data.port}"

    def arrive(self, charger_id: str) -> None:
        """A car comes and charges."""
        self.site.plug_in(charger_id, Car(CAR, name=f"car at {charger_id}"))

    def offered(self, charger_id: str) -> float:
        """What a charger offers its car, A."""
        return self.site.chargers[charger_id].connectors[1].offered

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so."""
        await self.site.chargers["LEFT"].until(condition, seconds=900.0)


@asynccontextmanager
async def open_garage(hass: HomeAssistant, storage: dict[str, Any]) -> AsyncGenerator[Garage]:
    """Run a garage."""
    garage = Garage(hass, storage)
    await garage.start()
    try:
        yield garage
    finally:
        await garage.site.stop()


@pytest.fixture
async def garage(
    hass: HomeAssistant, hass_storage: dict[str, Any], socket_enabled: None, hurry: None
) -> AsyncGenerator[Garage]:
    """Two chargers with a car at each, that share 20 A evenly."""
    async with open_garage(hass, hass_storage) as opened:
        opened.arrive("LEFT")
        opened.arrive("RIGHT")
        await opened.until(
            lambda: opened.offered("LEFT") == 10.0 and opened.offered("RIGHT") == 10.0
        )
        yield opened
