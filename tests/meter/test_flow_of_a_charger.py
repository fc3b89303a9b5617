"""People give a charger a meter of its own, change it, and take it away again."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

import custom_components.ev_load_manager
from custom_components.ev_load_manager.const import CONF_METER, CONF_WIRING
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import (
    charger,
    charger_form,
    client,
    group,
    name_charger,
    open_charger,
    set_up,
    subentry_id,
    until_step,
)
from tests.meter.conftest import MakeSimulated, modbus
from tests.meter.flows import CUSTOM, Flow, connection, report

pytestmark = pytest.mark.usefixtures("socket_enabled")

MODEL = {"model": "eastron_sdm630", "ct_ratio": 1}
SENSORS = {
    "current_l1": "sensor.l1",
    "current_l2": "sensor.l2",
    "current_l3": "sensor.l3",
    "voltage": 230,
}
STORED_SENSORS = {
    "type": "sensors",
    "voltage": 230.0,
    "inverted": False,
    **{f"current_l{phase}": {"entity_id": f"sensor.l{phase}"} for phase in (1, 2, 3)},
}
NEW, KEEP, NONE = ({"meter_choice": choice} for choice in ("new", "keep", "none"))


async def new_charger(hass: HomeAssistant, entry: MockConfigEntry, **form: Any) -> Flow:
    """A flow in which the form of a new charger was just filled in."""
    flow = Flow(hass, await name_charger(hass, entry, "A"), subentry=True)
    return await flow.submit(charger_form(**form))


async def change_charger(hass: HomeAssistant, entry: MockConfigEntry) -> Flow:
    """A flow that changes charger A."""
    first = await open_charger(hass, entry, "A")
    return Flow(hass, first, subentry=True)


def stored_meter(entry: MockConfigEntry) -> Any:
    """The settings of charger A's meter."""
    return entry.subentries[subentry_id(entry, "A")].data.get(CONF_METER)


async def test_a_new_charger_is_given_a_modbus_meter(
    hass: HomeAssistant, simulated: MakeSimulated
) -> None:
    meter = await simulated()
    entry = group()
    await set_up(hass, entry)

    flow = await new_charger(hass, entry, **NEW)
    assert flow.result["menu_options"] == ["meter_modbus", "meter_device"]
    await flow.choose("meter_modbus")
    await flow.submit(connection(meter))
    await flow.choose("meter_model")
    assert flow.suggested("model") == "eastron_sdm630"
    # A car only draws: nobody need know which way round the meter is.
    assert flow.fields() == {"model", "ct_ratio", "ct_range"}
    await flow.submit(MODEL)
    assert flow.step == "meter_confirm"
    assert flow.placeholders["current_l1"] == "10.50"
    await flow.choose("meter_done")
    await hass.async_block_till_done()

    assert flow.result["type"] is FlowResultType.CREATE_ENTRY
    assert stored_meter(entry) == {
        **modbus(meter),
        "ct_ratio": 1,
        "ct_range": None,
        "inverted": None,
    }
    manager = entry.runtime_data
    (connector,) = manager.site.connectors
    await until_step(entry, lambda: manager.readings.measured(connector) is not None)
    assert manager.readings.measured(connector) == pytest.approx((10.5, 3.25, 0.125), abs=0.01)


async def test_a_charger_is_given_sensors_and_keeps_its_socket(hass: HomeAssistant) -> None:
    report(hass, 1.5, "soon", 3.5)
    entry = group(charger("A"))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        flow = await change_charger(hass, entry)
        await flow.submit(charger_form(**NEW))
        await flow.by_hand()
        assert "inverted" not in flow.fields()
        await flow.submit({key: SENSORS[key] for key in SENSORS if key != "current_l1"})
        assert flow.errors == {"current_l1": "meter_sensor_needed"}

        await flow.submit(SENSORS)
        assert flow.errors == {"base": "meter_sensor_no_number"}
        assert flow.placeholders["entity"] == "sensor.l2"
        report(hass, 1.5, 2.5, 3.5)
        await flow.submit(SENSORS)
        assert flow.step == "meter_confirm"
        await flow.choose("meter_confirm")
        await flow.choose("meter_done")
        await hass.async_block_till_done()

        assert flow.result["reason"] == "reconfigure_successful"
        assert stored_meter(entry) == STORED_SENSORS
        assert not socket.closed.done()


@pytest.mark.parametrize("choice", [KEEP, {}])
async def test_what_else_is_changed_leaves_the_meter(
    hass: HomeAssistant, choice: Mapping[str, str]
) -> None:
    report(hass, 1, 1, 1)
    entry = group(charger("A", **{CONF_METER: STORED_SENSORS}))
    await set_up(hass, entry)
    flow = await change_charger(hass, entry)

    await flow.submit(charger_form(priority="high", **choice))
    await hass.async_block_till_done()

    assert flow.result["reason"] == "reconfigure_successful"
    assert stored_meter(entry) == STORED_SENSORS
    assert "meter_choice" not in entry.subentries[subentry_id(entry, "A")].data


async def test_a_meter_is_taken_away(hass: HomeAssistant) -> None:
    report(hass, 1, 1, 1)
    entry = group(charger("A", **{CONF_METER: STORED_SENSORS}))
    await set_up(hass, entry)
    flow = await change_charger(hass, entry)

    await flow.submit(charger_form(**NONE))
    await hass.async_block_till_done()

    assert stored_meter(entry) is None


async def test_the_present_sensors_are_shown_when_they_are_changed(hass: HomeAssistant) -> None:
    report(hass, 1, 1, 1)
    entry = group(charger("A", **{CONF_METER: STORED_SENSORS}))
    await set_up(hass, entry)
    flow = await change_charger(hass, entry)

    await flow.submit(charger_form(**NEW))
    await flow.by_hand()

    assert flow.suggested("current_l2") == "sensor.l2"


@pytest.mark.parametrize("outlets", [{"connectors": 2}, {"connectors": None}])
async def test_no_meter_can_tell_the_outlets_of_a_twin_apart(
    hass: HomeAssistant, outlets: dict[str, Any]
) -> None:
    entry = group(charger("A", connectors=None))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        await socket.status("Available", 2)
        flow = await change_charger(hass, entry)
        form = {
            key: value for key, value in charger_form(**NEW, **outlets).items() if value is not None
        }

        await flow.submit(form)

        assert flow.errors == {"base": "meter_of_twin"}


async def test_a_new_twin_gets_no_meter_either(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)

    flow = await new_charger(hass, entry, connectors=2, **NEW)

    assert flow.errors == {"base": "meter_of_twin"}


async def test_a_meter_for_three_phases_is_not_kept_for_one(hass: HomeAssistant) -> None:
    report(hass, 1, 1, 1)
    entry = group(charger("A", **{CONF_METER: STORED_SENSORS}))
    await set_up(hass, entry)
    flow = await change_charger(hass, entry)

    await flow.submit(charger_form(**{CONF_WIRING: "l2"}, **KEEP))
    assert flow.errors == {"base": "meter_of_other_phases"}
    await flow.submit(charger_form(**{CONF_WIRING: "l2"}, **NEW))
    await flow.by_hand()

    # One value is enough, whichever phase it is.
    assert flow.fields() == {"current_l1", "power_l1", "voltage_l1", "voltage"}


async def test_a_silent_meter_is_said_to_be_silent(
    hass: HomeAssistant, hurry: None, simulated: MakeSimulated
) -> None:
    meter = await simulated()
    meter.silent = True
    entry = group()
    await set_up(hass, entry)
    flow = await new_charger(hass, entry, **NEW)
    await flow.choose("meter_modbus")

    await flow.submit(connection(meter))
    assert flow.errors == {"base": "meter_silent_so_far"}
    await flow.submit(connection(meter))
    await flow.submit({**MODEL, "model": "custom"})
    await flow.submit(CUSTOM)

    assert flow.errors == {"base": "meter_silent"}
    meter.heal()
    await flow.submit(CUSTOM)
    assert flow.step == "meter_confirm"


async def test_a_password_that_is_chosen_too_comes_after_the_meter(hass: HomeAssistant) -> None:
    report(hass, 1, 1, 1)
    entry = group()
    await set_up(hass, entry)
    flow = await new_charger(hass, entry, **NEW, security={"password_choice": "new"})
    await flow.by_hand()
    await flow.submit(SENSORS)
    await flow.choose("meter_done")
    assert flow.step == "password"

    password = flow.suggested("password")
    await flow.submit({"password": password})
    await hass.async_block_till_done()

    data = entry.subentries[subentry_id(entry, "A")].data
    assert data["password"] == password
    assert data[CONF_METER] == STORED_SENSORS


def test_the_steps_say_what_those_of_the_grid_meter_say() -> None:
    folder = Path(custom_components.ev_load_manager.__file__).parent / "translations"
    english = json.loads((folder / "en.json").read_text(encoding="utf-8"))
    grid, own = english["config"], english["config_subentries"]["charger"]

    for step in ("meter_modbus", "meter_model", "meter_custom"):
        for part in ("data", "data_description", "sections"):
            told = own["step"][step].get(part, {})
            assert told.items() <= grid["step"][step].get(part, {}).items(), (step, part)
    for name in ("meter_modbus", "meter_model", "meter_custom", "meter_sensors", "meter_confirm"):
        assert own["step"][name]["title"] == grid["step"][name]["title"]
    said_otherwise = {"meter_link_in_use", "meter_sensor_stale", "meter_settings_wrong"}
    for key in (own["error"].keys() & grid["error"].keys()) - said_otherwise:
        if key.startswith("meter_"):
            assert own["error"][key] == grid["error"][key], key
