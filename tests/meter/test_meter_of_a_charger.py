"""A charger that tells nothing of its current is given a meter: sensors, or one over Modbus."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import CONF_METER, CONF_WIRING
from custom_components.ev_load_manager.group.charger_meters import IS_OLD
from homeassistant.core import HomeAssistant
from tests.csms.client import Client
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    tell_values,
    until_state,
    until_step,
)
from tests.meter.conftest import MakeSimulated, modbus

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")

LEFT = ConnectorId("A", 1)
NAMES = ("sensor.l1", "sensor.l2", "sensor.l3")
SENSORS = {
    "type": "sensors",
    "voltage": 230.0,
    "inverted": False,
    **{f"current_l{phase}": {"entity_id": name} for phase, name in enumerate(NAMES, 1)},
}


def report(hass: HomeAssistant, *amperes: object, unit: str = "A") -> None:
    """Let the sensors report."""
    for name, value in zip(NAMES, amperes, strict=False):
        hass.states.async_set(name, str(value), {"unit_of_measurement": unit})


async def until_measured(
    entry: MockConfigEntry, wanted: tuple[float, float, float] | None, of: ConnectorId = LEFT
) -> None:
    """Wait until a connector is taken to draw so much on the grid's phases."""
    manager = entry.runtime_data

    def holds() -> bool:
        measured = manager.readings.measured(of)
        return measured is None if wanted is None else measured == pytest.approx(wanted, abs=0.1)

    await until_step(entry, holds)


async def change(
    hass: HomeAssistant, entry: MockConfigEntry, charger_id: str = "A", **data: Any
) -> None:
    """Change a charger's settings as its flow does."""
    subentry = entry.subentries[subentry_id(entry, charger_id)]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, **data})
    await hass.async_block_till_done()


async def connect(socket: Client) -> None:
    """Boot, and charge."""
    await socket.boot()
    await start_session(socket)


async def test_sensors_tell_what_a_charger_without_values_draws(
    hass: HomeAssistant, hurry: None
) -> None:
    report(hass, 9.5, 0, 0.1)
    entry = group(charger("A", **{CONF_METER: SENSORS}))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await connect(socket)
        await until_measured(entry, (9.5, 0.0, 0.1))
        shown = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "current_l1")
        await until_state(hass, shown, "9.5")

        report(hass, 6.25, 0, 0)

        await until_measured(entry, (6.25, 0.0, 0.0))


async def test_the_brain_learns_the_phases_of_a_car_from_the_sensors(
    hass: HomeAssistant, hurry: None
) -> None:
    report(hass, 0, 0, 0)
    entry = group(charger("A", **{CONF_METER: SENSORS}))
    await set_up(hass, entry)
    manager = entry.runtime_data
    began = clock.monotonic()
    async with client(entry, "A") as socket:
        await connect(socket)

        def only_the_first_phase_is_reserved() -> bool:
            # A car that draws steadily still makes its sensors report.
            report(hass, round(6 + (clock.monotonic() - began) / 1e4, 4), 0, 0)
            reserved = manager.decision.connectors[LEFT].reserved
            return bool(reserved.l1 > 5.9 and reserved.l2 == reserved.l3 == 0)

        await until_step(entry, only_the_first_phase_is_reserved)


async def test_a_modbus_meter_tells_the_current_and_the_power_of_a_charger(
    hass: HomeAssistant, hurry: None, simulated: MakeSimulated
) -> None:
    # L2 was mounted the wrong way round: a car draws none the less.
    meter = await simulated(currents=lambda: (8.0, -8.0, 8.0))
    entry = group(charger("A", **{CONF_METER: modbus(meter)}))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await connect(socket)

        await until_measured(entry, (8.0, 8.0, 8.0))

        shown = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "power")
        power = await until_state(hass, shown, lambda state: state.state != "unknown")
        assert power.attributes["unit_of_measurement"] == "kW"
        assert float(power.state) == pytest.approx(8 * 0.23, abs=0.02)


async def test_l1_to_l3_of_the_meter_are_the_phases_of_the_grid(
    hass: HomeAssistant, hurry: None
) -> None:
    report(hass, 1, 2, 3)
    entry = group(charger("A", **{CONF_METER: SENSORS, CONF_WIRING: "l2_l3_l1"}))
    await set_up(hass, entry)

    await until_measured(entry, (1.0, 2.0, 3.0))


async def test_a_meter_with_one_phase_measures_the_one_that_the_charger_has(
    hass: HomeAssistant, hurry: None
) -> None:
    report(hass, 7)
    one = {"type": "sensors", "voltage": 230.0, "current_l1": {"entity_id": "sensor.l1"}}
    entry = group(charger("A", **{CONF_METER: one, CONF_WIRING: "l3"}))
    await set_up(hass, entry)

    await until_measured(entry, (0.0, 0.0, 7.0))


async def test_a_silent_meter_leaves_the_word_to_the_charger(
    hass: HomeAssistant, hurry: None, caplog: pytest.LogCaptureFixture
) -> None:
    report(hass, 9, 9, 9)
    entry = group(charger("A", "By the wall", **{CONF_METER: SENSORS}))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as socket:
        await connect(socket)
        await until_measured(entry, (9.0, 9.0, 9.0))
        last = manager.readings.connectors[LEFT].sample.at

        clock.set_factor(40)
        hass.states.async_set("sensor.l2", "unavailable")
        await tell_values(socket, (5.0, 6.0, 7.0))
        await until_measured(entry, (5.0, 6.0, 7.0))

        assert clock.monotonic() - last >= IS_OLD
        assert "By the wall meter" in caplog.text
        assert "The sensor sensor.l2 is unavailable" in caplog.text
        report(hass, 8, 8, 8)
        await until_measured(entry, (8.0, 8.0, 8.0))


async def test_with_a_silent_meter_and_a_silent_charger_nothing_is_known(
    hass: HomeAssistant, hurry: None, simulated: MakeSimulated
) -> None:
    meter = await simulated(currents=lambda: (8.0, 8.0, 8.0))
    entry = group(charger("A", **{CONF_METER: modbus(meter)}))
    await set_up(hass, entry)
    await until_measured(entry, (8.0, 8.0, 8.0))

    clock.set_factor(40)
    meter.silent = True

    await until_measured(entry, None)
    power = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "power")
    assert hass.states.get(power).state == "unavailable"


async def test_a_meter_comes_and_goes_and_no_socket_is_dropped(
    hass: HomeAssistant, hurry: None, simulated: MakeSimulated
) -> None:
    meter = await simulated(currents=lambda: (8.0, 8.0, 8.0))
    entry = group(charger("A"), charger("B"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as left, client(entry, "B") as right:
        await connect(left)
        await connect(right)
        assert manager.readings.measured(LEFT) is None

        await change(hass, entry, **{CONF_METER: modbus(meter)})
        await until_measured(entry, (8.0, 8.0, 8.0))
        asked = len(meter.requests)
        # What is told of another charger leaves the meter alone.
        await change(hass, entry, "B", priority="high")
        assert meter.connections == 1

        report(hass, 7, 7, 7)
        await change(hass, entry, **{CONF_METER: SENSORS})
        await until_measured(entry, (7.0, 7.0, 7.0))
        assert asked <= len(meter.requests)

        await change(hass, entry, **{CONF_METER: None})
        await until_measured(entry, None)
        assert manager.readings.measured(ConnectorId("B", 1)) is None
        assert not left.closed.done()
        assert not right.closed.done()


async def test_the_meter_of_a_removed_charger_is_read_no_longer(
    hass: HomeAssistant, hurry: None, simulated: MakeSimulated
) -> None:
    meter = await simulated()
    other = await simulated()
    entry = group(
        charger("A", **{CONF_METER: modbus(meter)}), charger("B", **{CONF_METER: modbus(other)})
    )
    await set_up(hass, entry)
    await until_step(entry, lambda: bool(meter.requests and other.requests))

    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "A"))
    await hass.async_block_till_done()

    asked, others = len(meter.requests), len(other.requests)
    await until_step(entry, lambda: len(other.requests) > others + 3)
    assert len(meter.requests) == asked


async def test_the_meter_of_a_twin_is_not_used_and_somebody_is_told(
    hass: HomeAssistant, hurry: None, caplog: pytest.LogCaptureFixture
) -> None:
    report(hass, 9, 9, 9)
    entry = group(charger("A", "Yard", **{CONF_METER: SENSORS, "connectors": None}))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_measured(entry, (9.0, 9.0, 9.0))

        await socket.status("Available", 2)

        await until_measured(entry, None)
        assert "Yard has more than one outlet" in caplog.text


async def test_settings_that_cannot_be_used_are_said_once(
    hass: HomeAssistant, hurry: None, caplog: pytest.LogCaptureFixture
) -> None:
    # Two phases are missing.
    one = {"type": "sensors", "voltage": 230.0, "current_l1": {"entity_id": "sensor.l1"}}
    entry = group(charger("A", **{CONF_METER: one}))
    await set_up(hass, entry)
    manager = entry.runtime_data
    until = clock.monotonic() + 20
    await until_step(entry, lambda: clock.monotonic() > until)

    assert caplog.text.count("Error fetching A meter data") == 1
    assert "reconfigure the group or the charger that it belongs to" in caplog.text
    assert manager.readings.measured(LEFT) is None


async def test_a_charger_with_a_meter_of_its_own_suits_adaptive_load_management(
    hass: HomeAssistant, hurry: None
) -> None:
    report(hass, 0, 0, 0)
    entry = group(charger("A", **{CONF_METER: SENSORS}), charger("B"))
    await set_up(hass, entry)
    suits = entity_of(hass, "binary_sensor", subentry_id(entry, "A"), "alm_suitable")
    other = entity_of(hass, "binary_sensor", subentry_id(entry, "B"), "alm_suitable")

    state = await until_state(hass, suits, "on")

    assert state.attributes["because"] == "own_meter"
    assert hass.states.get(other).state == "unknown"


async def test_no_meter_helps_a_charger_that_takes_no_limits(
    hass: HomeAssistant, hurry: None
) -> None:
    report(hass, 0, 0, 0)
    entry = group(charger("A", **{CONF_METER: SENSORS}))
    await set_up(hass, entry)
    suits = entity_of(hass, "binary_sensor", subentry_id(entry, "A"), "alm_suitable")
    async with client(entry, "A") as socket:
        for action in ("SetChargingProfile", "ChangeConfiguration"):
            socket.answers[action] = {"status": "Rejected"}
        await connect(socket)

        state = await until_state(hass, suits, "off")

        assert state.attributes["because"] == "takes_no_limits"
