"""The meter is read as long as the group runs, whatever it answers."""

import asyncio
from collections.abc import Callable, Iterator
import logging
from typing import Self, override

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.coordinator import MeterCoordinator
from custom_components.ev_load_manager.meter import Meter, MeterEnergy, MeterValues
from custom_components.ev_load_manager.meter.errors import MeterSilentError
from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import UpdateFailed
from tests.groups import group

SILENCE = MeterSilentError(target="meter:502", unit=1, asked="FC4: 0-17")


class ScriptedMeter(Meter):
    """A meter that does what a test tells it to."""

    latency = 1.0
    resolution = 0.01

    def __init__(self) -> None:
        """Answer well."""
        self.fault: BaseException | None = None
        self.energy_fault: BaseException | None = None
        self.energy_readings = 0
        self.gate: asyncio.Event | None = None
        self.at: float | None = None
        self.news: set[Callable[[], None]] = set()
        self.readings = 0
        self.running = 0
        self.closed = 0

    @override
    async def open(self) -> None:
        """Nothing to get ready."""

    @override
    async def read(self) -> MeterValues:
        self.readings += 1
        self.running += 1
        assert self.running == 1
        try:
            at = clock.monotonic() if self.at is None else self.at
            if self.gate is not None:
                await self.gate.wait()
            if self.fault is not None:
                raise self.fault
            return MeterValues(at=at, currents=(1.0, 2.0, float(self.readings)))
        finally:
            self.running -= 1

    @override
    async def read_energy(self) -> MeterEnergy | None:
        self.energy_readings += 1
        if self.energy_fault is not None:
            raise self.energy_fault
        return MeterEnergy(imported=1000.0, exported=0.0)

    @override
    async def close(self) -> None:
        self.closed += 1

    @override
    def on_news(self, callback: Callable[[], None]) -> Callable[[], None]:
        self.news.add(callback)
        return lambda: self.news.discard(callback)


@pytest.fixture
def meter() -> ScriptedMeter:
    """A meter that answers well."""
    return ScriptedMeter()


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group that is not set up."""
    entry = group()
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def coordinator(
    hass: HomeAssistant, entry: MockConfigEntry, meter: ScriptedMeter
) -> MeterCoordinator:
    """The coordinator of the meter."""
    return MeterCoordinator(hass, entry, meter, 2.0)


@pytest.fixture
def fast() -> Iterator[None]:
    """Time passes a hundred times as fast."""
    clock.set_factor(100)
    yield
    clock.set_factor(1)


class Running:
    """A coordinator that runs, and what it told."""

    def __init__(self, coordinator: MeterCoordinator) -> None:
        """Listen to every reading."""
        self.coordinator = coordinator
        self.told = 0
        self._more = asyncio.Event()
        coordinator.async_add_reading_listener(self._listen)

    def _listen(self) -> None:
        self.told += 1
        self._more.set()

    async def until(self, told: int) -> None:
        """Wait for so many readings."""
        while self.told < told:
            self._more.clear()
            await self._more.wait()

    async def __aenter__(self) -> Self:
        """Run."""
        self.task = asyncio.create_task(self.coordinator.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_it_reads_on_without_anybody_looking(
    coordinator: MeterCoordinator, meter: ScriptedMeter, fast: None
) -> None:
    async with Running(coordinator) as running:
        await running.until(3)

    assert meter.closed == 1
    assert not meter.news
    assert coordinator.last_update_success
    assert coordinator.data.currents[:2] == (1.0, 2.0)
    assert coordinator.last_good is not None
    assert coordinator.last_good.currents == coordinator.data.currents
    assert coordinator.last_good.resolution == 0.01


async def test_switching_polling_off_does_not_stop_it(
    hass: HomeAssistant, entry: MockConfigEntry, coordinator: MeterCoordinator, fast: None
) -> None:
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True)

    async with Running(coordinator) as running:
        await running.until(3)


async def test_readings_keep_their_pace(
    coordinator: MeterCoordinator, meter: ScriptedMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        meter.fault = SILENCE if len(waits) < 3 else None
        await asyncio.sleep(0)

    monkeypatch.setattr(coordinator, "_wait", wait)
    coordinator._interval = 30.0
    async with Running(coordinator) as running:
        await running.until(4)

    # After a failure nobody waits for long.
    assert [round(seconds) for seconds in waits[:4]] == [30, 5, 5, 30]


@pytest.mark.parametrize(("asked", "interval"), [(0.1, 1.0), (2.0, 2.0), (99.0, 30.0)])
async def test_the_interval_stays_within_bounds(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    meter: ScriptedMeter,
    asked: float,
    interval: float,
) -> None:
    assert MeterCoordinator(hass, entry, meter, asked)._interval == interval


async def test_news_bring_the_next_reading_forward(
    coordinator: MeterCoordinator, meter: ScriptedMeter
) -> None:
    coordinator._interval = 3600.0
    async with Running(coordinator) as running:
        await running.until(1)
        for tell in meter.news:
            tell()
        await running.until(2)


async def test_a_reading_that_hangs_is_never_overtaken(
    coordinator: MeterCoordinator, meter: ScriptedMeter, fast: None
) -> None:
    meter.gate = asyncio.Event()
    async with Running(coordinator) as running:
        while not meter.running:
            await asyncio.sleep(0)
        refresh = asyncio.create_task(coordinator.async_refresh())
        await asyncio.sleep(0.1)
        assert meter.readings == 1
        meter.gate.set()
        await refresh
        await running.until(3)


async def test_a_lost_meter_is_logged_once_and_so_is_its_return(
    coordinator: MeterCoordinator,
    meter: ScriptedMeter,
    fast: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with Running(coordinator) as running:
        await running.until(1)
        meter.fault = SILENCE
        await running.until(running.told + 4)
        failure = coordinator.last_exception
        good = coordinator.last_good
        meter.fault = None
        await running.until(running.told + 2)

    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == "custom_components.ev_load_manager" and record.levelno >= logging.INFO
    ]
    assert len([line for line in lines if "Error fetching" in line]) == 1
    assert len([line for line in lines if "recovered" in line]) == 1
    assert isinstance(failure, UpdateFailed)
    assert failure.translation_key == "meter_silent"
    assert (failure.translation_placeholders or {})["target"] == "meter:502"
    # What was good stays known, with its age.
    assert good is not None


async def test_every_failure_is_told(
    coordinator: MeterCoordinator, meter: ScriptedMeter, fast: None
) -> None:
    meter.fault = SILENCE
    async with Running(coordinator) as running:
        await running.until(3)

    assert coordinator.last_good is None
    assert not coordinator.last_update_success


async def test_an_error_that_nobody_foresaw_ends_nothing_and_is_told_once(
    coordinator: MeterCoordinator,
    meter: ScriptedMeter,
    fast: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    meter.fault = ZeroDivisionError("of all things")
    async with Running(coordinator) as running:
        await running.until(4)
        meter.fault = None
        await running.until(running.told + 2)
        assert coordinator.last_update_success

    assert caplog.text.count("unexpected error") == 1


async def test_a_listener_that_fails_hurts_nobody(
    coordinator: MeterCoordinator, fast: None
) -> None:
    def fail() -> None:
        raise ValueError("no")

    stop = coordinator.async_add_reading_listener(fail)
    async with Running(coordinator) as running:
        await running.until(2)
    stop()


async def test_even_a_fault_of_the_base_class_ends_nothing(
    coordinator: MeterCoordinator,
    meter: ScriptedMeter,
    fast: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refresh = coordinator.async_refresh
    faults = [RuntimeError("no"), RuntimeError("never")]

    async def refresh_badly() -> None:
        if faults:
            raise faults.pop()
        await refresh()

    monkeypatch.setattr(coordinator, "async_refresh", refresh_badly)
    async with Running(coordinator) as running:
        await running.until(1)

    assert meter.readings >= 1


async def test_the_same_old_reading_is_not_taken_for_a_new_one(
    coordinator: MeterCoordinator, meter: ScriptedMeter
) -> None:
    meter.at = clock.monotonic()
    await coordinator.async_refresh()
    first = coordinator.last_good

    await coordinator.async_refresh()

    assert coordinator.last_good is first


@pytest.mark.parametrize("fault", [SILENCE, RuntimeError("whatever")])
async def test_energy_that_can_not_be_read_fails_no_current_and_is_not_asked_for_soon(
    coordinator: MeterCoordinator,
    meter: ScriptedMeter,
    fast: None,
    fault: BaseException,
    caplog: pytest.LogCaptureFixture,
) -> None:
    meter.energy_fault = fault
    async with Running(coordinator) as running:
        # 240 seconds, of which the first thirty pass before it is asked for.
        await running.until(120)

    assert meter.energy_readings == 1
    assert coordinator.energy is None
    assert coordinator.last_update_success
    caplog.clear()


async def test_energy_is_read_seldom(
    coordinator: MeterCoordinator, meter: ScriptedMeter, fast: None
) -> None:
    began = clock.monotonic()
    async with Running(coordinator) as running:
        await running.until(120)
    passed = clock.monotonic() - began

    assert 1 <= meter.energy_readings <= passed / 60.0 + 1
    assert coordinator.energy == MeterEnergy(imported=1000.0, exported=0.0)
