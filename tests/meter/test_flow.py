"""People say which meter they have, and see what it tells before it counts."""

from typing import Any
from unittest.mock import patch

import pytest
import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from simulation.plant.meter import SimulatedMeter
from simulation.plant.meter_maps import EM24
from tests.groups import GROUP, fields_of
from tests.meter.conftest import MakeSimulated
from tests.meter.flows import CUSTOM, LIMITS, MODEL, SENSORS, Flow, connection, new_group, report

pytestmark = pytest.mark.usefixtures("socket_enabled")

# Modbus


async def test_a_meter_is_detected_shown_and_stored(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    meter = await simulated()
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    assert flow.suggested("port") == 502

    # It says for sure what it is, so nobody is asked.
    await flow.submit(connection(meter))
    assert flow.step == "meter_confirm"
    assert flow.placeholders["model"].startswith(" (Eastron: SDM630")
    await flow.choose("meter_model")
    assert flow.suggested("model") == "eastron_sdm630"
    options = flow.result["data_schema"].schema["model"].config["options"]
    assert options[0]["value"] == "eastron_sdm630"
    assert options[0]["label"].startswith("✓ Eastron")
    assert options[-1]["value"] == "custom"
    assert all(option["label"].endswith("*") for option in options[-5:-1])

    await flow.submit(MODEL)
    assert flow.step == "meter_confirm"
    assert flow.placeholders["current_l1"] == "10.50"
    assert flow.placeholders["current_l2"] == "-3.25"
    assert flow.placeholders["voltage_l3"] == "230"
    assert flow.placeholders["power_l2"] == "-748"

    await flow.choose("meter_limits")
    assert flow.suggested("grid_rated_current") == 25
    assert flow.suggested("meter_timeout") == 30
    await flow.submit(LIMITS)

    assert flow.result["type"] is FlowResultType.CREATE_ENTRY
    assert flow.result["data"] == {
        **GROUP,
        "listen_port": unused_tcp_port,
        "meter": {
            "type": "modbus",
            "connection": "tcp",
            "host": "127.0.0.1",
            "port": meter.port,
            "unit_id": 1,
            **MODEL,
            "ct_range": None,
        },
        **LIMITS,
    }
    await hass.async_block_till_done()


async def test_a_group_without_a_meter_has_no_settings_of_one(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port)

    await flow.choose("meter_none")

    assert flow.result["data"] == {**GROUP, "listen_port": unused_tcp_port}
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"host": " "}, {"host": "meter_host_missing"}),
        ({"port": 0}, {"port": "port_range"}),
        ({"port": float("nan")}, {"port": "port_range"}),
        ({"unit_id": 1.5}, {"unit_id": "meter_unit_range"}),
        ({"unit_id": 256}, {"unit_id": "meter_unit_range"}),
        ({"connection": "serial"}, {"base": "meter_device_missing"}),
        (
            {"connection": "serial", "serial_line": {"device": "/dev/x", "baudrate": 1}},
            {"base": "meter_baudrate_range"},
        ),
        (
            {"connection": "serial", "serial_line": {"device": "/dev/no-such-port"}},
            {"base": "meter_unreachable"},
        ),
    ],
)
async def test_a_wrong_connection_is_named_and_can_be_mended(
    hass: HomeAssistant,
    simulated: MakeSimulated,
    unused_tcp_port: int,
    changes: dict[str, Any],
    errors: dict[str, str],
) -> None:
    meter = await simulated()
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")

    await flow.submit(connection(meter, **changes))
    assert flow.step == "meter_modbus"
    assert flow.errors == errors

    await flow.submit(connection(meter))
    assert flow.step == "meter_confirm"


async def test_a_meter_that_refuses_the_connection_is_named(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    meter = await simulated()
    await meter.stop()
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")

    await flow.submit(connection(meter))

    assert flow.errors == {"base": "meter_unreachable"}
    assert flow.placeholders["target"] == f"127.0.0.1:{meter.port}"
    assert not flow.placeholders["error"]


async def test_whoever_insists_goes_on_to_a_meter_that_was_silent(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int, hurry: None
) -> None:
    meter = await simulated()
    meter.silent = True
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")

    await flow.submit(connection(meter))
    assert flow.errors == {"base": "meter_silent_so_far"}
    assert flow.placeholders["unit"] == "1"
    await flow.submit(connection(meter))
    assert flow.step == "meter_model"
    assert flow.suggested("model") is None

    await flow.submit(MODEL)
    assert flow.errors == {"base": "meter_silent"}
    assert flow.placeholders["asked"] == "FC4: 0-17"

    meter.heal()
    await flow.submit(MODEL)
    assert flow.step == "meter_confirm"


async def test_the_wrong_model_is_an_error_that_says_what_was_tried(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    await flow.submit(connection(await simulated(EM24)))

    await flow.submit({**MODEL, "model": "janitza_19000"})

    assert flow.step == "meter_model"
    assert flow.errors == {"base": "meter_refused"}
    assert flow.placeholders["asked"].startswith("FC")
    assert flow.suggested("model") == "janitza_19000"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("ct_ratio", 0, "meter_ct_ratio_range"),
        ("ct_ratio", float("nan"), "meter_ct_ratio_range"),
        ("ct_range", 5, "meter_ct_range_range"),
        ("ct_range", float("inf"), "meter_ct_range_range"),
    ],
)
async def test_transformers_that_can_not_be_are_named(
    hass: HomeAssistant,
    simulated: MakeSimulated,
    unused_tcp_port: int,
    field: str,
    value: float,
    error: str,
) -> None:
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    await flow.submit(connection(await simulated()))

    await flow.submit({**MODEL, field: value})

    assert flow.errors == {field: error}


async def test_an_error_that_nobody_foresaw_is_shown(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    await flow.submit(connection(await simulated()))

    with patch(
        "custom_components.ev_load_manager.meter.modbus.ModbusMeter.read",
        side_effect=ZeroDivisionError,
    ):
        await flow.submit(MODEL)

    assert flow.errors == {"base": "meter_unexpected"}
    assert flow.placeholders["error"] == "ZeroDivisionError()"


async def test_an_unknown_meter_is_entered_by_hand(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    await flow.submit(connection(await simulated()))
    await flow.submit({**MODEL, "model": "custom"})
    assert flow.step == "meter_custom"

    await flow.submit({**CUSTOM, "current_l1_address": -1})
    assert flow.errors == {"current_l1_address": "meter_address_range"}
    await flow.submit({**CUSTOM, "current_l1_address": 500})
    assert flow.errors == {"base": "meter_refused"}
    await flow.submit(CUSTOM)
    assert flow.step == "meter_confirm"
    assert flow.placeholders["current_l2"] == "-3.25"
    await flow.choose("meter_limits")
    await flow.submit(LIMITS)

    assert flow.result["data"]["meter"]["custom"] == CUSTOM
    await hass.async_block_till_done()


async def test_values_that_look_wrong_are_read_again_or_the_meter_is_changed(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    flowing = [(1.0, 2.0, 3.0)]
    meter: SimulatedMeter = await simulated(currents=lambda: flowing[0])
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    await flow.submit(connection(meter))
    await flow.submit(MODEL)
    assert flow.placeholders["current_l1"] == "1.00"

    flowing[0] = (9.0, 2.0, 3.0)
    await flow.choose("meter_confirm")
    assert flow.placeholders["current_l1"] == "9.00"
    hass.config.language = "nl"
    await flow.choose("meter_confirm")
    assert flow.placeholders["current_l1"] == "9,00"

    meter.nonsense = float("nan")
    await flow.choose("meter_confirm")
    assert flow.step == "meter_model"
    assert flow.errors == {"base": "meter_no_value"}
    meter.heal()
    await flow.submit(MODEL)

    await flow.choose("meter")
    assert flow.step == "meter"


async def test_a_one_phase_group_is_offered_meters_of_one_phase_and_sees_one(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port, phases="1")
    await flow.choose("meter_modbus")
    await flow.submit(connection(await simulated()))
    await flow.choose("meter_model")
    options = flow.result["data_schema"].schema["model"].config["options"]
    assert "eastron_sdm120_230" in {option["value"] for option in options}

    await flow.submit(MODEL)

    assert flow.placeholders["current_l1"] == "10.50"
    assert flow.placeholders["current_l2"] == "–"


async def test_a_meter_at_a_serial_port_is_stored_with_its_line(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port)
    await flow.choose("meter_modbus")
    line = {"device": "/dev/ttyUSB0", "baudrate": 19200, "parity": "even", "stopbits": "2"}
    # There is no such port here; what matters is how it would be reached.
    with patch(
        "custom_components.ev_load_manager.flows.meter_steps.detect", return_value=()
    ) as detect:
        await flow.submit({"connection": "serial", "port": 502, "unit_id": 5, "serial_line": line})

    assert flow.step == "meter_model"
    link = detect.call_args.args[0]
    assert (link.target, link.unit_id) == ("/dev/ttyUSB0", 5)
    await flow.submit(MODEL)
    assert flow.errors == {"base": "meter_unreachable"}


# Limits


async def to_limits(hass: HomeAssistant, meter: SimulatedMeter, port: int) -> Flow:
    """A flow that has come to the limits."""
    flow = await new_group(hass, port)
    await flow.choose("meter_modbus")
    await flow.submit(connection(meter))
    await flow.submit(MODEL)
    return await flow.choose("meter_limits")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"grid_rated_current": 5}, {"grid_rated_current": "rated_current_range"}),
        ({"grid_rated_current": float("nan")}, {"grid_rated_current": "rated_current_range"}),
        ({"grid_maximum_current": 36}, {"grid_maximum_current": "above_rated_current"}),
        ({"grid_maximum_current": 11000}, {"grid_maximum_current": "maximum_current_range"}),
        ({"safe_limit": -1}, {"safe_limit": "safe_limit_range"}),
        ({"safe_limit": 31}, {"safe_limit": "safe_limit_range"}),
        ({"meter_timeout": 9}, {"meter_timeout": "meter_timeout_range"}),
        ({"meter_timeout": 301}, {"meter_timeout": "meter_timeout_range"}),
        ({"meter_interval": 0.5}, {"meter_interval": "meter_interval_range"}),
        ({"meter_interval": 20}, {"meter_timeout": "meter_timeout_short"}),
    ],
)
async def test_limits_that_can_not_be_are_named_and_can_be_mended(
    hass: HomeAssistant,
    simulated: MakeSimulated,
    unused_tcp_port: int,
    changes: dict[str, float],
    errors: dict[str, str],
) -> None:
    flow = await to_limits(hass, await simulated(), unused_tcp_port)

    await flow.submit({**LIMITS, **changes})

    assert flow.step == "meter_limits"
    assert flow.errors == errors
    await flow.submit(LIMITS)
    assert flow.result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_nobody_gets_a_safe_limit_that_was_not_chosen(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    flow = await to_limits(hass, await simulated(), unused_tcp_port)
    # Home Assistant's form fills in 0 where a number is required.
    marker = next(key for key in flow.result["data_schema"].schema if key == "safe_limit")
    assert isinstance(marker, vol.Optional)

    await flow.submit({key: value for key, value in LIMITS.items() if key != "safe_limit"})

    assert flow.errors == {"safe_limit": "safe_limit_missing"}
    await flow.submit({**LIMITS, "safe_limit": 0})
    assert flow.result["data"]["safe_limit"] == 0
    await hass.async_block_till_done()


async def test_who_goes_back_finds_what_was_entered(
    hass: HomeAssistant, simulated: MakeSimulated, unused_tcp_port: int
) -> None:
    meter = await simulated()
    report(hass, 10, -3.5, 0)
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()
    await flow.submit({**SENSORS, "voltage": 240})
    await flow.choose("meter")
    await flow.by_hand()
    assert [flow.suggested(f"current_l{phase}") for phase in (1, 2, 3)] == [
        "sensor.l1",
        "sensor.l2",
        "sensor.l3",
    ]
    assert flow.suggested("voltage") == 240
    await flow.submit(SENSORS)

    await flow.choose("meter")
    await flow.choose("meter_modbus")
    await flow.submit(connection(meter))
    await flow.submit({**MODEL, "ct_ratio": 50})
    await flow.choose("meter")
    await flow.choose("meter_modbus")
    assert flow.suggested("port") == meter.port
    await flow.submit(connection(meter))
    # Who told once more than the meter says is asked again.
    assert flow.suggested("ct_ratio") == 50
    # Another meter has other transformers.
    await flow.submit(MODEL)
    await flow.choose("meter")
    await flow.choose("meter_modbus")
    await flow.submit(connection(await simulated()))
    await flow.choose("meter_model")
    assert flow.suggested("ct_ratio") == 1


# Sensors


async def test_only_sensors_that_may_fit_are_offered(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()

    fields = fields_of(flow.result)
    for field, kind, unit in (
        ("current_l1", "current", "A"),
        ("power_l2", "power", "kW"),
        ("power_export_l3", "power", "W"),
        ("voltage_l1", "voltage", "V"),
    ):
        told, named = fields[field].config["filter"]
        assert told == {"domain": ["sensor"], "device_class": [kind]}
        # A template may say nothing but its unit.
        assert unit in named["unit_of_measurement"]


async def test_sensors_are_stored_so_that_they_may_be_renamed(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    registered = er.async_get(hass).async_get_or_create(
        "sensor", "test", "l1", suggested_object_id="l1"
    )
    report(hass, 10, -3.5, 0)
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()
    assert flow.suggested("voltage") == 230

    await flow.submit(SENSORS)
    assert flow.step == "meter_confirm"
    assert flow.placeholders["current_l2"] == "-3.50"
    assert flow.placeholders["power_l2"] == "–"
    await flow.choose("meter_limits")
    # Sensors tell by themselves.
    assert "meter_interval" not in flow.fields()
    limits = {key: value for key, value in LIMITS.items() if key != "meter_interval"}
    await flow.submit(limits)

    assert flow.result["data"]["meter"] == {
        "type": "sensors",
        "voltage": 230.0,
        "inverted": False,
        "current_l1": {"entity_id": "sensor.l1", "registry_id": registered.id},
        "current_l2": {"entity_id": "sensor.l2"},
        "current_l3": {"entity_id": "sensor.l3"},
    }
    await hass.async_block_till_done()


async def test_sensors_of_power_are_given_a_power_factor(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    powers = {f"power_l{phase}": f"sensor.p{phase}" for phase in (1, 2, 3)}
    for entity in powers.values():
        hass.states.async_set(entity, "2300", {"unit_of_measurement": "W"})
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()
    await flow.submit({**powers, "voltage": 230, "inverted": False, "power_factor": 95})
    assert flow.errors == {"base": "power_factor_range"}
    await flow.submit({**powers, "voltage": 230, "inverted": False, "power_factor": 0.8})
    assert flow.placeholders["current_l1"] == "12.50"
    await flow.choose("meter_limits")
    limits = {key: value for key, value in LIMITS.items() if key != "meter_interval"}
    await flow.submit(limits)
    assert flow.result["data"]["meter"]["power_factor"] == 0.8


async def test_a_sensor_of_all_phases_is_no_sensor_of_each(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    report(hass, 10, -3.5, 0)
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()
    await flow.submit({**SENSORS, "current_l3": SENSORS["current_l1"]})
    twice = dict.fromkeys(("current_l1", "current_l3"), "meter_sensor_twice")
    assert flow.errors == twice
    # What is given back needs something that it is given back of.
    await flow.submit({**SENSORS, "power_export_l2": "sensor.p2"})
    assert flow.errors == {"base": "meter_sensor_needed"}
    await flow.submit(SENSORS)
    assert flow.step == "meter_confirm"


async def test_sensors_that_tell_nothing_are_named_and_can_be_mended(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    report(hass, 10, "unknown", 0)
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()
    without_l3 = {key: value for key, value in SENSORS.items() if key != "current_l3"}

    await flow.submit({**without_l3, "voltage": 23})
    assert flow.errors == {"current_l3": "meter_sensor_needed", "base": "voltage_range"}

    await flow.submit(SENSORS)
    assert flow.errors == {"base": "meter_sensor_unavailable"}
    assert flow.placeholders["entity"] == "sensor.l2"

    report(hass, 10, 1, 0)
    await flow.submit(SENSORS)
    assert flow.step == "meter_confirm"
