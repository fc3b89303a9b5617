"""People pick the device that measures, and correct what was found of it."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.groups import entity_of, group, set_up
from tests.meter.flows import LIMITS, Flow, change_meter, new_group

pytestmark = pytest.mark.usefixtures("socket_enabled")

UNITS = {"current": "A", "power": "kW", "voltage": "V"}


def device(
    hass: HomeAssistant, name: str, names: list[str], *, via: dr.DeviceEntry | None = None
) -> dr.DeviceEntry:
    """A device of another integration, with sensors: `current: Current phase L1`."""
    entries = hass.config_entries.async_entries("p1")
    entry = entries[0] if entries else MockConfigEntry(domain="p1")
    if not entries:
        entry.add_to_hass(hass)
    found = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={("p1", name)},
        name=name,
        **({} if via is None else {"via_device_id": via.id}),
    )
    for row in names:
        kind, _, told = row.partition(": ")
        sensor = er.async_get(hass).async_get_or_create(
            "sensor",
            "p1",
            f"{name} {told}",
            config_entry=entry,
            device_id=found.id,
            has_entity_name=True,
            suggested_object_id=f"{name} {told}",
            original_name=told,
            original_device_class=kind,  # type: ignore[arg-type]
            unit_of_measurement=UNITS[kind],
        )
        state = {"current": "3.2", "power": "0.7", "voltage": "231"}[kind]
        hass.states.async_set(sensor.entity_id, state, {"unit_of_measurement": UNITS[kind]})
    return found


def phases(template: str) -> list[str]:
    """The same for each phase."""
    return [template.replace("?", phase) for phase in "123"]


def dsmr(hass: HomeAssistant, name: str = "Electricity meter") -> dr.DeviceEntry:
    """A smart meter that tells what is drawn and what is given back by sensors of their own."""
    names = [
        *phases("power: Power consumption phase L?"),
        *phases("power: Power production phase L?"),
        *phases("voltage: Voltage phase L?"),
        "power: Power consumption",
    ]
    return device(hass, name, names)


async def pick(flow: Flow, chosen: dr.DeviceEntry) -> Flow:
    """Choose a device."""
    await flow.choose("meter_device")
    return await flow.submit({"device": chosen.id})


async def test_the_phases_of_a_device_are_found_and_shown_filled_in(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    meter = dsmr(hass)
    flow = await new_group(hass, unused_tcp_port)

    await pick(flow, meter)

    assert flow.step == "meter_sensors"
    assert not flow.errors
    assert flow.suggested("power_l2") == "sensor.electricity_meter_power_consumption_phase_l2"
    assert flow.suggested("power_export_l2") == "sensor.electricity_meter_power_production_phase_l2"
    assert flow.suggested("voltage_l3") == "sensor.electricity_meter_voltage_phase_l3"
    assert flow.suggested("current_l1") is None
    # What there is stands open.
    assert not flow.result["data_schema"].schema["powers"].options["collapsed"]
    assert flow.result["data_schema"].schema["rare"].options["collapsed"]

    shown = ("power_l1", "power_l2", "power_l3", "power_export_l1", "power_export_l2")
    await flow.submit({name: flow.suggested(name) for name in shown})
    assert flow.step == "meter_confirm"
    assert flow.placeholders["power_l1"] == "0"
    assert flow.placeholders["power_l3"] == "700"
    await flow.choose("meter_limits")
    limits = {key: value for key, value in LIMITS.items() if key != "meter_interval"}
    await flow.submit(limits)

    stored = flow.result["data"]["meter"]
    assert stored["power_l2"]["entity_id"] == "sensor.electricity_meter_power_consumption_phase_l2"
    assert "power_export_l3" not in stored
    assert stored["voltage"] == 230.0
    await hass.async_block_till_done()


async def test_a_device_whose_names_tell_no_phase_leaves_the_choice_to_people(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    meter = device(hass, "Clamps", phases("current: Clamp ?"))
    flow = await new_group(hass, unused_tcp_port)

    await pick(flow, meter)

    assert flow.step == "meter_sensors"
    assert flow.errors == {"base": "meter_device_unclear"}
    assert flow.suggested("current_l1") is None


async def test_the_phases_of_a_device_may_be_devices_themselves(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    whole = device(hass, "Shelly", ["power: Power", "current: Neutral current"])
    first, *_ = [
        device(hass, f"Shelly Phase {phase}", ["current: Current", "power: Power"], via=whole)
        for phase in "ABC"
    ]
    device(hass, "Shelly Plug", ["current: Current"], via=whole)
    flow = await new_group(hass, unused_tcp_port)

    for chosen in (whole, first):
        await pick(flow, chosen)
        assert flow.suggested("current_l3") == "sensor.shelly_phase_c_current"
        assert flow.suggested("power_l1") == "sensor.shelly_phase_a_power"
        flow = await new_group(hass, unused_tcp_port)


async def test_who_goes_back_keeps_what_was_corrected_until_another_device_is_picked(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    meter, other = dsmr(hass), dsmr(hass, "Other meter")
    flow = await new_group(hass, unused_tcp_port)
    await pick(flow, meter)
    names = ("power_l1", "power_l2", "power_l3")
    chosen = {name: flow.suggested(name) for name in names} | {"voltage": 240}
    await flow.submit(chosen)
    assert flow.step == "meter_confirm"

    await flow.choose("meter_sensors")
    assert flow.suggested("voltage") == 240
    await flow.submit(chosen)
    await flow.choose("meter")
    await flow.choose("meter_device")
    assert flow.suggested("device") == meter.id
    await flow.submit({"device": meter.id})
    assert flow.suggested("voltage") == 240
    assert flow.suggested("power_export_l1") is None

    await flow.submit(chosen)
    await flow.choose("meter")
    await pick(flow, other)
    assert flow.suggested("power_export_l1") == "sensor.other_meter_power_production_phase_l1"


async def test_a_group_is_no_meter_of_itself(hass: HomeAssistant) -> None:
    meter = {"type": "sensors", **{f"power_l{one}": {"entity_id": "sensor.x"} for one in (1, 2, 3)}}
    entry = group(meter=meter)
    await set_up(hass, entry)
    flow = await change_meter(hass, entry)
    await flow.by_hand()
    own = entity_of(hass, "sensor", entry.entry_id, "grid_current_l1")
    await flow.submit({"current_l1": own, "current_l2": "sensor.b", "current_l3": "sensor.c"})
    assert flow.errors == {"current_l1": "meter_sensor_own"}


async def test_a_meter_that_is_there_shows_its_device_and_keeps_its_sensors(
    hass: HomeAssistant,
) -> None:
    meter = dsmr(hass)
    sensors = {
        f"power_l{phase}": {
            "entity_id": f"sensor.electricity_meter_power_consumption_phase_l{phase}"
        }
        for phase in (1, 2, 3)
    }
    entry = group(meter={"type": "sensors", "voltage": 235.0, "inverted": False, **sensors})
    await set_up(hass, entry)
    flow = await change_meter(hass, entry)

    await flow.choose("meter_device")
    assert flow.suggested("device") == meter.id
    await flow.submit({"device": meter.id})

    assert flow.suggested("power_l1") == sensors["power_l1"]["entity_id"]
    assert flow.suggested("voltage") == 235
    assert flow.suggested("power_export_l1") is None
