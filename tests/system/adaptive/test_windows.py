"""How windows are counted by a real meter, in a real Home Assistant."""

import pytest

from custom_components.ev_load_manager.config.power_settings import CONF_POWER
from homeassistant.core import HomeAssistant
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, set_up, until_step

from .conftest import Grid, metered, settings
from .test_entities_grid import state
from .test_power import WINDOW


async def test_the_window_counts_what_the_meter_shows(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (4.0, 4.0, 4.0)
    entry = metered(settings(meter), charger("a"), **{CONF_POWER: WINDOW})
    await set_up(hass, entry)
    manager = entry.runtime_data
    keeper = manager.power.peaks
    await until_step(entry, lambda: keeper.energy.by != "" and (keeper.mean or 0.0) > 0.0)
    used = keeper.energy.used
    await until_step(entry, lambda: keeper.energy.used > used)
    await until_step(entry, lambda: manager.decision.circuits["grid"].window is not None)
    assert float(state(hass, entry, "sensor", "window_limit").state) == 2.5
    # About 2.76 kW of the building are above the floor of 2.5 kW: nothing is left for cars.
    await until_step(entry, lambda: manager.decision.circuits["grid"].window.cars < 1000.0)


async def test_energy_counts_by_the_meters_register_and_by_its_running_mean_where_there_is_one(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (4.0, 4.0, 4.0)
    window = {**WINDOW, "average_entity": "sensor.average_demand"}
    entry = metered(settings(meter), **{CONF_POWER: window})
    await set_up(hass, entry)
    energy = entry.runtime_data.power.peaks.energy
    await until_step(entry, lambda: energy._register is not None)
    # What it had counted before says nothing of this window; what it counts from now on does.
    counted, exported = meter.energy
    meter.energy = counted + 0.05, exported
    await until_step(entry, lambda: energy.by == "register")

    def tell(value: float, unit: str) -> None:
        attributes = {"unit_of_measurement": unit}
        hass.states.async_set("sensor.average_demand", str(value), attributes)

    # One that may stand still since long ago is believed once it moves.
    tell(0.8, "kW")
    await until_step(entry, lambda: energy._average == 800.0)
    assert energy.by == "register"
    tell(1200.0, "W")
    await until_step(entry, lambda: energy.by == "average")
    assert energy.used == pytest.approx(300.0)


async def test_a_restart_within_a_window_goes_on_with_it(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (1.0, 1.0, 1.0)
    entry = metered(settings(meter), **{CONF_POWER: WINDOW})
    await set_up(hass, entry)
    before = entry.runtime_data.power.peaks.energy
    await until_step(entry, lambda: before.start is not None)
    before.used += 700.0
    start, used = before.start, before.used
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    after = entry.runtime_data.power.peaks
    assert after.energy is not before
    await until_step(entry, lambda: after._told is not None)
    # It may have ended meanwhile: then it is among those that are over, with all of it.
    counted = {one.start: one.mean / 4.0 for one in after.windows}
    counted[after.energy.start] = after.energy.used
    assert counted[start] >= used - 1.0
