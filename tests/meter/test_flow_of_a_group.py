"""The meter of a group that is there already is changed, or taken away."""

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from simulation.plant.meter_maps import EM24
from tests.groups import charger, client, group, group_form, set_up
from tests.meter.conftest import MakeSimulated
from tests.meter.flows import MODEL, Flow, change_meter, connection

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_meter_is_changed_without_dropping_a_charger(
    hass: HomeAssistant, simulated: MakeSimulated
) -> None:
    old, new = await simulated(), await simulated(EM24)
    stored = {**connection(old, host="127.0.0.1"), "type": "modbus", **MODEL}
    entry = group(
        charger("LEFT"), meter=stored, grid_rated_current=35, grid_maximum_current=30, safe_limit=10
    )
    await set_up(hass, entry)
    async with client(entry, "LEFT") as left:
        await left.boot()
        flow = await change_meter(hass, entry)
        await flow.choose("meter_modbus")
        assert flow.suggested("port") == old.port

        await flow.submit(connection(new))
        assert flow.suggested("model") == "cg_em24_din"
        await flow.submit({**MODEL, "model": "cg_em24_din"})
        await flow.choose("meter_limits")
        # What are entities by now is changed there.
        assert flow.fields() == {
            "grid_rated_current",
            "meter_timeout",
            "meter_interval",
            "allow_export_charging",
        }
        assert flow.suggested("grid_rated_current") == 35
        await flow.submit(
            {
                "grid_rated_current": 40,
                "meter_timeout": 60,
                "meter_interval": 2,
                "allow_export_charging": False,
            }
        )
        await hass.async_block_till_done()

        assert flow.result["reason"] == "reconfigure_successful"
        assert entry.data["meter"]["port"] == new.port
        assert entry.data["grid_rated_current"] == 40
        assert entry.data["safe_limit"] == 10
        assert not left.closed.done()
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_meter_is_removed(hass: HomeAssistant, simulated: MakeSimulated) -> None:
    stored = {**connection(await simulated(), host="127.0.0.1"), "type": "modbus", **MODEL}
    entry = group(meter=stored, grid_rated_current=35)
    entry.add_to_hass(hass)

    flow = await change_meter(hass, entry)
    await flow.choose("meter_none")
    await hass.async_block_till_done()

    assert flow.result["reason"] == "reconfigure_successful"
    assert entry.data["meter"] is None
    await hass.config_entries.async_unload(entry.entry_id)


async def test_sensors_are_shown_by_the_names_that_they_have_today(hass: HomeAssistant) -> None:
    registered = er.async_get(hass).async_get_or_create(
        "sensor", "test", "l1", suggested_object_id="l1"
    )
    meter = {
        "type": "sensors",
        "current_l1": {"entity_id": "sensor.l1", "registry_id": registered.id},
        "current_l2": {"entity_id": "sensor.l2"},
        "current_l3": {"entity_id": "sensor.l3"},
        "voltage": 235.0,
        "inverted": True,
    }
    entry = group(meter=meter)
    entry.add_to_hass(hass)
    er.async_get(hass).async_update_entity("sensor.l1", new_entity_id="sensor.main_l1")

    flow = await change_meter(hass, entry)
    await flow.by_hand()

    assert flow.suggested("current_l1") == "sensor.main_l1"
    assert flow.suggested("current_l2") == "sensor.l2"
    assert flow.suggested("voltage") == 235
    assert flow.suggested("inverted") is True


async def test_a_meter_of_one_phase_does_not_come_along_to_three(hass: HomeAssistant) -> None:
    entry = group(meter={"type": "sensors"}, phases=1)
    entry.add_to_hass(hass)
    flow = Flow(hass, await entry.start_reconfigure_flow(hass))
    await flow.choose("group")
    form = group_form(entry.data["listen_port"] or 9000)
    del form["maximum_current"], form["policy"]

    await flow.submit(form)

    assert flow.errors["phases"] == "meter_phases_missing"
