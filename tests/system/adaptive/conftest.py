"""A group with a real meter, read over Home Assistant's shared Modbus link."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.const import (
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_METER,
    CONF_METER_INTERVAL,
    CONF_SAFE_LIMIT,
    DOMAIN,
)
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from simulation.charger.grid import Currents
from simulation.plant.meter import SimulatedMeter
from tests.groups import LOCALHOST, group, set_up, until_step


@dataclass
class Grid:
    """What flows through the grid connection, A per phase."""

    currents: Currents = (3.0, 4.0, -5.0)


@pytest.fixture(autouse=True)
async def home_assistant_is_clean_after(hass: HomeAssistant) -> None:
    """Ask for Home Assistant first, so that it is the last to go."""


@pytest.fixture
def hurry() -> Iterator[None]:
    """Time passes ten times as fast."""
    clock.set_factor(10)
    yield
    clock.set_factor(1)


class Hands:
    """The hands of the monotonic clock can be moved on."""

    def __init__(self) -> None:
        """Show the true time."""
        self.shift = 0.0


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    """Hours are over at once; waiting goes on as ever."""
    hands = Hands()
    true_time = clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: true_time() + hands.shift)
    return hands


@pytest.fixture
def grid() -> Grid:
    """What flows, to be changed at any time."""
    return Grid()


@asynccontextmanager
async def mounted(hass: HomeAssistant, grid: Grid) -> AsyncGenerator[SimulatedMeter]:
    """A meter that shows what flows, and wavers as meters do."""
    meter = SimulatedMeter(lambda: grid.currents, noise=0.05)
    await meter.start()
    yield meter
    # A link that ends while it is being made complains; so end it before its meter is gone,
    # and once that has been read.
    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        for coordinator in dict(entry.runtime_data.meters.items()).values():
            read = asyncio.Event()
            stop = coordinator.async_add_reading_listener(read.set)
            await read.wait()
            stop()
        await hass.config_entries.async_unload(entry.entry_id)
    await meter.stop()


@pytest.fixture
async def meter(
    hass: HomeAssistant, socket_enabled: None, grid: Grid
) -> AsyncGenerator[SimulatedMeter]:
    """The meter of the grid connection."""
    async with mounted(hass, grid) as meter:
        yield meter


@pytest.fixture
async def entry(hass: HomeAssistant, hurry: None, meter: SimulatedMeter) -> MockConfigEntry:
    """A group that is being balanced by the meter."""
    entry = metered(settings(meter))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    return entry


def settings(meter: SimulatedMeter, **more: Any) -> dict[str, Any]:
    """How the meter is reached."""
    return {
        "type": "modbus",
        "connection": "tcp",
        "host": LOCALHOST,
        "port": meter.port,
        "unit_id": meter.unit_id,
        "model": "eastron_sdm630",
        **more,
    }


def metered(
    meter: dict[str, Any] | None, *chargers: ConfigSubentryData, **data: Any
) -> MockConfigEntry:
    """A group behind a grid connection of 25 A with this meter."""
    return group(
        *chargers,
        **{
            CONF_METER: meter,
            CONF_METER_INTERVAL: 1.0,
            CONF_GRID_RATED_CURRENT: 25.0,
            CONF_GRID_MAXIMUM_CURRENT: 20.0,
            CONF_SAFE_LIMIT: 8.0,
            **data,
        },
    )


async def until_mode(entry: MockConfigEntry, mode: Mode) -> None:
    """Wait until the group is operated like that."""
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None and manager.decision.mode is mode)
