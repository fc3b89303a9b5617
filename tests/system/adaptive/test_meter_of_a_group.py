"""The group follows its meter, bears its silence, and changes it while cars charge."""

import asyncio
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.config.site_builder import GRID
from custom_components.ev_load_manager.const import CONF_METER, CONF_PHASES
from homeassistant.core import HomeAssistant
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, client, set_up, start_session, tell_values, until_step
from tests.system.adaptive.conftest import Grid, metered, settings, until_mode


async def change(hass: HomeAssistant, entry: MockConfigEntry, **data: Any) -> None:
    """Change the group's settings as its flow does."""
    hass.config_entries.async_update_entry(entry, data={**entry.data, **data})
    await hass.async_block_till_done()


async def until_grid(entry: MockConfigEntry, l1: float) -> None:
    """Wait until the controller has been told so much on L1."""
    manager = entry.runtime_data
    await until_step(
        entry,
        lambda: (
            manager.readings.meters
            and manager.readings.meters[GRID].currents.l1 == pytest.approx(l1, abs=0.5)
        ),
    )


async def test_what_the_meter_shows_reaches_the_controller(
    hass: HomeAssistant, entry: MockConfigEntry, grid: Grid
) -> None:
    decision = entry.runtime_data.decision

    assert entry.runtime_data.readings.meters[GRID].currents == pytest.approx((3, 4, -5), abs=0.5)
    # A rise counts with a small margin, and export is no room for cars.
    assert decision.other_load == pytest.approx((3, 4, 0), abs=1.0)
    assert decision.available == pytest.approx((17, 16, 20), abs=1.0)

    grid.currents = (12.0, 4.0, 4.0)
    await until_grid(entry, 12.0)
    assert entry.runtime_data.decision.available.l1 == pytest.approx(8, abs=1.0)


async def test_the_safe_limit_holds_until_the_meter_has_been_good_for_ten_seconds(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter))
    started = clock.monotonic()
    await set_up(hass, entry)
    manager = entry.runtime_data

    await until_mode(entry, Mode.SAFE_LIMIT)
    assert manager.safe_limit_cause is Cause.STARTING
    await until_mode(entry, Mode.ADAPTIVE)

    assert manager.decision.at - started >= 10.0
    assert manager.safe_limit_cause is None
    (period,) = manager.records.safe_limit_log.periods
    assert (period.cause, period.limit) == (Cause.STARTING, 8.0)
    assert (period.end - period.start).total_seconds() >= 9.0


async def test_silence_engages_the_safe_limit_and_values_release_it(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    manager = entry.runtime_data
    meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)

    assert manager.safe_limit_cause is Cause.SILENT
    assert manager.decision.available == PhaseCurrents.same(8.0)
    assert manager.decision.at - manager.meter.last_good.at >= 30.0
    assert manager.records.safe_limit_log.current.cause is Cause.SILENT

    meter.heal()
    healed = clock.monotonic()
    await until_mode(entry, Mode.ADAPTIVE)

    assert manager.decision.at - healed >= 10.0
    assert manager.records.safe_limit_log.current is None


async def test_a_car_is_cut_when_the_meter_falls_silent_and_gets_it_back(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter), charger("A"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        (connector,) = manager.site.connectors

        def limit() -> float:
            found: float = manager.decision.connectors[connector].limit
            return found

        async def charge() -> None:
            """Draw what there is."""
            while True:
                await tell_values(socket, (limit(),) * 3)
                await clock.sleep(5)

        car = asyncio.create_task(charge())
        await until_step(entry, lambda: limit() > 8.0)
        meter.silent = True
        await until_mode(entry, Mode.SAFE_LIMIT)
        assert limit() <= 8.0

        meter.heal()
        await until_step(entry, lambda: limit() > 8.0)
        assert manager.decision.mode is Mode.ADAPTIVE
        assert not socket.closed.done()
        car.cancel()
        await asyncio.gather(car, return_exceptions=True)


async def test_a_car_on_a_one_phase_connection_gets_what_the_house_leaves(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (8.0, 0.0, 0.0)
    entry = metered(settings(meter), charger("A", wiring="l1"), **{CONF_PHASES: 1})
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_mode(entry, Mode.ADAPTIVE)
        await start_session(socket)
        (connector,) = manager.site.connectors

        def limit() -> float:
            found: float = manager.decision.connectors[connector].limit
            return found

        async def charge() -> None:
            """Draw what there is, beside the house and through the meter."""
            while True:
                grid.currents = (8.0 + limit(), 0.0, 0.0)
                await tell_values(socket, (limit(), 0.0, 0.0))
                await clock.sleep(4)

        car = asyncio.create_task(charge())
        # 20 A of the connection less 8 A of the house and a margin.
        await until_step(entry, lambda: 10.5 < limit() <= 12.0)
        car.cancel()
        await asyncio.gather(car, return_exceptions=True)


async def test_another_meter_is_taken_over_and_no_charger_is_dropped(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    entry = metered(settings(meter), charger("A"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    other = SimulatedMeter(lambda: (7.0, 7.0, 7.0), noise=0.05)
    await other.start()
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_mode(entry, Mode.ADAPTIVE)

        await change(hass, entry, **{CONF_METER: settings(other)})

        assert entry.runtime_data is manager
        # The new one has to prove itself first.
        assert manager.decision.mode is Mode.SAFE_LIMIT
        await until_grid(entry, 7.0)
        await until_mode(entry, Mode.ADAPTIVE)
        asked = len(meter.requests)
        await until_step(entry, lambda: len(other.requests) > 15)
        assert len(meter.requests) == asked
        assert not socket.closed.done()
        assert "currentTime" in await socket.call("Heartbeat")
        await change(hass, entry, **{CONF_METER: None})
        assert not socket.closed.done()
    await other.stop()


async def test_a_group_may_lose_its_meter_and_get_it_back(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    manager = entry.runtime_data

    await change(hass, entry, **{CONF_METER: None})
    await until_mode(entry, Mode.DYNAMIC)

    assert manager.meter is None
    assert manager.decision.other_load is None
    assert manager.records.safe_limit_log.current is None
    await change(hass, entry, **{CONF_METER: settings(meter)})
    await until_mode(entry, Mode.SAFE_LIMIT)
    await until_mode(entry, Mode.ADAPTIVE)


async def test_a_meter_whose_settings_are_wrong_leaves_the_safe_limit(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = metered(settings(meter, model="no such model"))
    await set_up(hass, entry)

    await until_mode(entry, Mode.SAFE_LIMIT)
    assert "The settings of the meter can't be used" in caplog.text
    await change(hass, entry, **{CONF_METER: settings(meter)})
    await until_mode(entry, Mode.ADAPTIVE)


async def test_times_of_the_safe_limit_survive_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)
    before = entry.runtime_data.records.safe_limit_log.periods

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    first, silent, starting = entry.runtime_data.records.safe_limit_log.periods
    assert first == before[0]
    assert (silent.start, silent.cause) == (before[1].start, Cause.SILENT)
    # It ended with the group, and the new start is a time of its own.
    assert silent.end is not None
    assert (starting.cause, starting.end) == (Cause.STARTING, None)


async def test_recalculations_name_what_set_them_off(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.live.change(maximum_current=9.0)
    await until_step(entry, lambda: entry.runtime_data.decision.available.l1 <= 9.0)

    *_, row = entry.runtime_data.records.recalculations.rows()
    assert "settings" in row["trigger"]
    assert row["settings"]["maximum_current"] == 9.0
    assert row["meter"] == pytest.approx([3, 4, -5], abs=0.5)
    assert row["mode"] == "adaptive"
