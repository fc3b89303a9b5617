"""Whatever a meter says or does not say: nobody gets a wrong limit, and somebody is told.

A car charges beside a house of 10 A behind a fuse of 20 A. The meter falls ill;
until the safe limit holds the car keeps what the last good reading left it, and
the log tells what to do. Once the meter is well the car has its share again.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import logging
import math
from typing import Any

from pymodbus.constants import ExcCodes
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.config.site_builder import GRID
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulation.charger.grid import same
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, client, entity_of, set_up, start_session, tell_values, until_step
from tests.system.adaptive.conftest import Grid, metered, settings, until_mode

HOUSE = 10.0
LIMIT = 20.0
SAFE_LIMIT = 8.0
TIMEOUT = 30.0
LEAST = 6.0
NAMES = ("sensor.l1", "sensor.l2", "sensor.l3")


@pytest.fixture
def hurry(time_jumps: None) -> None:
    """Time jumps, and goes no faster: how old a sensor's state is tells the machine's clock."""


@pytest.fixture
def grid() -> Grid:
    """The house alone."""
    return Grid(same(HOUSE))


@dataclass
class Witness:
    """Looks at every decision of a group, and writes down what must not be."""

    entry: MockConfigEntry
    faults: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Judge the newest decision."""
        manager = self.entry.runtime_data
        decision, meter = manager.decision, manager.readings.meters.get(GRID)
        (limit,) = (one.limit for one in decision.connectors.values())
        silent_for = math.inf if meter is None else decision.at - meter.at
        if decision.mode is Mode.ADAPTIVE and silent_for >= TIMEOUT:
            self.faults.append(f"believes a meter that was silent for {silent_for:.1f} s")
        if decision.mode is Mode.SAFE_LIMIT and limit > SAFE_LIMIT:
            self.faults.append(f"{limit} A under the safe limit")
        if limit < LEAST:
            self.faults.append(f"a car is paused, in {decision.mode}")
        if limit > LIMIT - HOUSE:
            self.faults.append(f"{limit} A beside a house of {HOUSE} A")


@asynccontextmanager
async def charging(entry: MockConfigEntry, grid: Grid) -> AsyncIterator[Witness]:
    """A car follows its limit, and the grid carries it beside the house."""
    manager = entry.runtime_data
    (connector,) = manager.site.connectors
    async with client(entry, connector.charger) as socket:
        await socket.boot()
        await start_session(socket)

        async def charge() -> None:
            while True:
                drawn = manager.decision.connectors[connector].limit
                grid.currents = same(HOUSE + drawn)
                await tell_values(socket, (drawn,) * 3)
                await clock.sleep(4)

        def has_its_share() -> bool:
            """The car draws it, and the meter shows that."""
            limit = manager.decision.connectors[connector].limit
            shown = manager.readings.meters[GRID].currents
            return bool(limit > 9.0 and min(shown) > HOUSE + limit - 0.4)

        car = asyncio.create_task(charge())
        witness = Witness(entry)
        try:
            await until_mode(entry, Mode.ADAPTIVE)
            await until_step(entry, has_its_share)
            end = manager.add_listener(witness.look)
            yield witness
            end()
            assert not car.done()
        finally:
            car.cancel()
            await asyncio.gather(car, return_exceptions=True)


async def until_ill_and_well(
    entry: MockConfigEntry,
    grid: Grid,
    cause: Cause,
    fall_ill: Callable[[], Awaitable[None] | None],
    get_well: Callable[[], Awaitable[None] | None],
    advice: str | None = None,
) -> None:
    """Let a meter fall ill and get well, with a car that charges all the time.

    `advice` is what its reading must say to whoever looks.
    """
    manager = entry.runtime_data
    async with charging(entry, grid) as witness:
        ill = fall_ill()
        if ill is not None:
            await ill
        await until_mode(entry, Mode.SAFE_LIMIT)
        assert manager.safe_limit_cause is cause
        if advice is not None:
            await until_step(entry, lambda: manager.meter.last_exception is not None)
            assert advice in str(manager.meter.last_exception)

        well = get_well()
        if well is not None:
            await well
        await until_mode(entry, Mode.ADAPTIVE)
        (connector,) = manager.site.connectors
        await until_step(entry, lambda: manager.decision.connectors[connector].limit > 9.0)
        assert witness.faults == []


def crashes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged with a traceback that people would see, or is a crash by its words."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
        and record.levelno >= logging.ERROR
        and (record.exc_info is not None or "unexpected" in record.getMessage())
    ]


# Modbus

type Ailment = Callable[[SimulatedMeter], Awaitable[None] | None]


def having(**ailments: Any) -> Ailment:
    """A meter with these attributes."""

    def fall_ill(meter: SimulatedMeter) -> None:
        for name, value in ailments.items():
            setattr(meter, name, value)

    return fall_ill


def refusing(code: ExcCodes) -> Ailment:
    """A meter that answers with an exception."""
    return having(exception=code)


@pytest.mark.parametrize(
    ("fall_ill", "advice"),
    [
        pytest.param(SimulatedMeter.stop, "Check address and port", id="refused connections"),
        pytest.param(having(silent=True), "Check the unit ID, the wiring", id="silence"),
        pytest.param(having(unit_id=7), "Check the unit ID, the wiring", id="another unit"),
        pytest.param(having(delay=8.0), "Check the unit ID, the wiring", id="late answers"),
        *(
            pytest.param(refusing(code), "Choose another model", id=code.name)
            for code in (
                ExcCodes.ILLEGAL_FUNCTION,
                ExcCodes.ILLEGAL_ADDRESS,
                ExcCodes.ILLEGAL_VALUE,
            )
        ),
        *(
            pytest.param(refusing(code), "switch the meter or gateway off and on", id=code.name)
            for code in (ExcCodes.DEVICE_FAILURE, ExcCodes.ACKNOWLEDGE)
        ),
        # The library asks a busy meter again and again, for longer than a reading may take.
        pytest.param(refusing(ExcCodes.DEVICE_BUSY), "Check the unit ID, the wiring", id="busy"),
        *(
            pytest.param(refusing(code), "the wiring of the RS485 bus", id=code.name)
            for code in (ExcCodes.GATEWAY_PATH_UNAVIABLE, ExcCodes.GATEWAY_NO_RESPONSE)
        ),
        pytest.param(
            having(short_answers=True), "Another program may use the same gateway", id="too short"
        ),
        pytest.param(having(nonsense=math.nan), "Check that it is this model", id="no number"),
        pytest.param(having(nonsense=math.inf), "Check that it is this model", id="infinity"),
        pytest.param(having(nonsense=-math.inf), "Check that it is this model", id="-infinity"),
        pytest.param(having(nonsense=61.0), "the transformer range", id="above the transformer"),
        pytest.param(having(nonsense=1e9), "the transformer range", id="above any transformer"),
        pytest.param(having(mixes_answers=True), "unit ID", id="a gateway that mixes answers"),
    ],
)
async def test_a_meter_without_good_answers_leads_to_the_safe_limit_and_to_advice(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    grid: Grid,
    caplog: pytest.LogCaptureFixture,
    fall_ill: Ailment,
    advice: str,
) -> None:
    entry = metered(settings(meter, ct_range=50.0), charger("A"))
    await set_up(hass, entry)
    unit_id = meter.unit_id
    connected = entity_of(hass, "binary_sensor", entry.entry_id, "meter_connected")

    async def get_well() -> None:
        assert hass.states.get(connected).state == "off"
        meter.heal()
        meter.unit_id = unit_id
        if fall_ill is SimulatedMeter.stop:
            await meter.start()

    await until_ill_and_well(entry, grid, Cause.SILENT, lambda: fall_ill(meter), get_well, advice)

    assert "Error fetching Garage meter data: " in caplog.text
    assert crashes(caplog) == []


@pytest.mark.parametrize(
    ("cause", "fall_ill"),
    [
        pytest.param(Cause.FROZEN, having(frozen=True), id="frozen"),
        pytest.param(Cause.IMPLAUSIBLE, having(nonsense=500.0), id="far above the fuse"),
        pytest.param(Cause.IMPLAUSIBLE, having(nonsense=-500.0), id="far below it"),
    ],
)
async def test_answers_that_no_house_gives_lead_to_the_safe_limit(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    grid: Grid,
    caplog: pytest.LogCaptureFixture,
    cause: Cause,
    fall_ill: Ailment,
) -> None:
    entry = metered(settings(meter), charger("A"))
    await set_up(hass, entry)

    await until_ill_and_well(entry, grid, cause, lambda: fall_ill(meter), meter.heal)

    assert crashes(caplog) == []


async def test_a_connection_that_is_reset_over_and_over_costs_no_good_reading(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    grid: Grid,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = metered(settings(meter), charger("A"))
    await set_up(hass, entry)
    async with charging(entry, grid) as witness:
        for _ in range(5):
            before = entry.runtime_data.meter.last_good
            meter.reset_connections()
            await until_step(
                entry, lambda before=before: entry.runtime_data.meter.last_good is not before
            )

        assert entry.runtime_data.decision.mode is Mode.ADAPTIVE
        assert witness.faults == []
    assert crashes(caplog) == []


async def test_two_phases_that_are_swapped_are_found_by_what_they_do(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    grid: Grid,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fuse, house = 25.0, 12.0
    meter.swaps_phases = True
    grid.currents = (2.0, house, 2.0)
    entry = metered(settings(meter), charger("A", wiring="l2"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    (connector,) = manager.site.connectors
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)

        def limit() -> float:
            found: float = manager.decision.connectors[connector].limit
            return found

        async def charge() -> None:
            while True:
                drawn = limit()
                grid.currents = (2.0, house + drawn, 2.0)
                await tell_values(socket, (drawn, 0.0, 0.0))
                await clock.sleep(4)

        car = asyncio.create_task(charge())
        # The meter shows the car, and the house, where neither is.
        await until_step(entry, lambda: house + limit() > fuse)
        issues = ir.async_get(hass)
        issue_id = f"wiring_doubt_{entry.entry_id}"
        await until_step(entry, lambda: issues.async_get_issue(DOMAIN, issue_id) is not None)
        await until_step(entry, lambda: house + limit() <= fuse)

        for _ in range(30):
            before = manager.meter.last_good
            await until_step(entry, lambda before=before: manager.meter.last_good is not before)
            assert house + limit() <= fuse
        car.cancel()
        await asyncio.gather(car, return_exceptions=True)
    assert crashes(caplog) == []


# Sensors


@dataclass
class Sensors:
    """Three sensors of a house that report all the time, as long as they are well."""

    hass: HomeAssistant
    grid: Grid
    ill: Callable[[], None] | None = None
    """What the second sensor does instead of its report."""

    def report(self) -> None:
        """All sensors report."""
        for phase, name in enumerate(NAMES):
            if phase == 1 and self.ill is not None:
                self.ill()
                continue
            # Never twice the same, as in every house.
            amperes = self.grid.currents[phase] + 0.02 * math.sin(clock.monotonic() * 7 + phase)
            self.set(name, f"{amperes:.3f}")

    def set(self, name: str, state: str, unit: str = "A") -> None:
        """One sensor reports."""
        self.hass.states.async_set(name, state, {"unit_of_measurement": unit})


@pytest.fixture
async def sensors(
    hass: HomeAssistant, hurry: None, socket_enabled: None, grid: Grid
) -> AsyncGenerator[Sensors]:
    """Sensors that report every second."""
    sensors = Sensors(hass, grid)
    sensors.report()

    async def report_for_ever() -> None:
        while True:
            sensors.report()
            await clock.sleep(1)

    reporting = asyncio.create_task(report_for_ever())
    yield sensors
    reporting.cancel()
    await asyncio.gather(reporting, return_exceptions=True)


def of_sensors() -> dict[str, Any]:
    """The settings of a meter that is made of them."""
    named = {f"current_l{phase}": {"entity_id": name} for phase, name in enumerate(NAMES, 1)}
    return {"type": "sensors", "voltage": 230.0, "inverted": False, **named}


@pytest.mark.parametrize(
    ("state", "unit", "advice"),
    [
        ("unknown", "A", "sensor.l2 is unknown. Check the device"),
        ("unavailable", "A", "sensor.l2 is unavailable. Check the device"),
        ("soon", "A", "sensor.l2 shows soon, which is not a number. Choose"),
        ("nan", "A", "sensor.l2 shows nan, which is not a number. Choose"),
        ("-inf", "A", "sensor.l2 shows -inf, which is not a number. Choose"),
        ("21.5", "°C", "sensor.l2 has the unit °C, which can't be turned into A. Choose"),
        (None, "", "sensor.l2 does not exist any more. Choose another one"),
        ("silence", "", "sensor.l2 has reported nothing for 3"),
    ],
)
async def test_a_sensor_without_a_current_leads_to_the_safe_limit_and_to_advice(
    hass: HomeAssistant,
    sensors: Sensors,
    grid: Grid,
    caplog: pytest.LogCaptureFixture,
    state: str | None,
    unit: str,
    advice: str,
) -> None:
    entry = metered(of_sensors(), charger("A"))
    await set_up(hass, entry)

    def be_ill() -> None:
        if state is None:
            hass.states.async_remove(NAMES[1])
        elif state != "silence":
            sensors.set(NAMES[1], state, unit)

    def fall_ill() -> None:
        sensors.ill = be_ill

    def get_well() -> None:
        sensors.ill = None

    await until_ill_and_well(entry, grid, Cause.SILENT, fall_ill, get_well, advice)

    assert "Error fetching Garage meter data: " in caplog.text
    assert crashes(caplog) == []


async def test_a_sensor_that_is_deleted_for_good_is_missed_and_taken_back_by_its_name(
    hass: HomeAssistant, sensors: Sensors, grid: Grid, caplog: pytest.LogCaptureFixture
) -> None:
    hass.states.async_remove(NAMES[1])
    registry = er.async_get(hass)
    known = registry.async_get_or_create("sensor", "test", "2", suggested_object_id="l2")
    assert known.entity_id == NAMES[1]
    meter = of_sensors()
    meter["current_l2"]["registry_id"] = known.id
    entry = metered(meter, charger("A"))
    await set_up(hass, entry)

    def fall_ill() -> None:
        registry.async_remove(NAMES[1])
        sensors.ill = lambda: hass.states.async_remove(NAMES[1]) and None

    def get_well() -> None:
        sensors.ill = None

    advice = "sensor.l2 does not exist any more. Choose another one"
    await until_ill_and_well(entry, grid, Cause.SILENT, fall_ill, get_well, advice)

    assert crashes(caplog) == []
