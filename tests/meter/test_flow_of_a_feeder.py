"""People give a feeder a meter of its own, change it, and take it away again."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import SUBENTRY_FEEDER
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import feeder, group, set_up
from tests.meter.conftest import MakeSimulated, modbus
from tests.meter.test_flow import Flow, connection, report

pytestmark = pytest.mark.usefixtures("socket_enabled")

FORM = {"name": "Shed", "parent": "group", "rated_current": 16}
MODEL = {"model": "eastron_sdm630", "ct_ratio": 1, "inverted": True}
SENSORS = {f"current_l{phase}": f"sensor.l{phase}" for phase in (1, 2, 3)} | {
    "voltage": 230,
    "inverted": False,
}
NEW, KEEP, NONE = ({"meter_choice": choice} for choice in ("new", "keep", "none"))


async def new_feeder(hass: HomeAssistant, entry: MockConfigEntry) -> Flow:
    """A flow in which the form of a new feeder with a meter was just filled in."""
    first = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_FEEDER), context={"source": SOURCE_USER}
    )
    flow = Flow(hass, first, subentry=True)
    return await flow.submit({**FORM, "maximum_current": 13, **NEW})


async def change_feeder(hass: HomeAssistant, entry: MockConfigEntry) -> Flow:
    """A flow that changes the shed."""
    first = await entry.start_subentry_reconfigure_flow(hass, "shed")
    return Flow(hass, first, subentry=True)


def with_sensors(**more: Any) -> MockConfigEntry:
    """A group whose shed has sensors for a meter."""
    stored = {
        "type": "sensors",
        "voltage": 230.0,
        "inverted": False,
        **{f"current_l{phase}": {"entity_id": f"sensor.l{phase}"} for phase in (1, 2, 3)},
    }
    return group(
        feeder(
            "shed", "Shed", **{"meter": stored, "safe_limit": 7.0, "meter_timeout": 60.0, **more}
        )
    )


async def test_a_new_feeder_is_given_a_modbus_meter(
    hass: HomeAssistant, simulated: MakeSimulated
) -> None:
    meter = await simulated()
    entry = group()
    await set_up(hass, entry)

    flow = await new_feeder(hass, entry)
    assert flow.result["menu_options"] == ["meter_modbus", "meter_device"]
    await flow.choose("meter_modbus")
    await flow.submit(connection(meter))
    await flow.choose("meter_model")
    # What else hangs on it may feed back.
    assert "inverted" in flow.fields()
    await flow.submit(MODEL)
    assert flow.step == "meter_confirm"
    await flow.choose("meter_limits")
    assert flow.fields() == {"safe_limit", "meter_timeout", "meter_interval"}
    # Nobody knows what else it carries, and 0 A must be somebody's choice.
    assert flow.suggested("safe_limit") is None
    await flow.submit({"meter_timeout": 20, "meter_interval": 3})
    assert flow.errors == {"safe_limit": "safe_limit_missing"}
    await flow.submit({"safe_limit": 6, "meter_timeout": 20, "meter_interval": 3})
    await hass.async_block_till_done()

    assert flow.result["type"] is FlowResultType.CREATE_ENTRY
    ((_, shed),) = entry.runtime_data.feeders.items()
    assert (shed.safe_limit, shed.meter_timeout, shed.meter_interval) == (6.0, 20.0, 3.0)
    assert shed.maximum_current == 13.0
    assert shed.meter == {**modbus(meter), "ct_ratio": 1, "ct_range": None, "inverted": True}


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"safe_limit": 17}, {"safe_limit": "safe_limit_above_fuse"}),
        ({"safe_limit": -1}, {"safe_limit": "safe_limit_above_fuse"}),
        ({"meter_timeout": 9}, {"meter_timeout": "meter_timeout_range"}),
        ({"meter_interval": 20}, {"meter_timeout": "meter_timeout_short"}),
        ({"meter_interval": 0}, {"meter_interval": "meter_interval_range"}),
    ],
)
async def test_what_cannot_be_is_said(
    hass: HomeAssistant, simulated: MakeSimulated, typed: dict[str, float], errors: dict[str, str]
) -> None:
    meter = await simulated()
    entry = group()
    await set_up(hass, entry)
    flow = await new_feeder(hass, entry)
    await flow.choose("meter_modbus")
    await flow.submit(connection(meter))
    await flow.submit(MODEL)
    await flow.choose("meter_limits")
    right = {"safe_limit": 6, "meter_timeout": 30, "meter_interval": 2}

    await flow.submit({**right, **typed})
    assert flow.errors == errors

    await flow.submit(right)
    await hass.async_block_till_done()
    assert flow.result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_kept_meter_keeps_its_safe_limit_which_is_an_entity_now(
    hass: HomeAssistant,
) -> None:
    report(hass, 1.5, 2.5, 3.5)
    entry = with_sensors()
    await set_up(hass, entry)
    before = entry.subentries["shed"].data["meter"]

    flow = await change_feeder(hass, entry)
    await flow.submit({**FORM, **KEEP})
    assert flow.step == "meter_limits"
    assert flow.fields() == {"meter_timeout"}
    assert flow.suggested("meter_timeout") == 60.0
    await flow.submit({"meter_timeout": 90})
    await hass.async_block_till_done()

    data = entry.subentries["shed"].data
    assert (data["meter"], data["safe_limit"], data["meter_timeout"]) == (before, 7.0, 90)
    assert data["maximum_current"] == 16.0


async def test_a_feeder_gets_sensors_and_loses_them_again(hass: HomeAssistant) -> None:
    report(hass, 1.5, 2.5, 3.5)
    entry = group(feeder("shed", "Shed"))
    await set_up(hass, entry)

    flow = await change_feeder(hass, entry)
    await flow.submit({**FORM, **NEW})
    await flow.by_hand()
    await flow.submit(SENSORS)
    await flow.choose("meter_limits")
    await flow.submit({"safe_limit": 8, "meter_timeout": 30})
    await hass.async_block_till_done()
    assert entry.runtime_data.feeders["shed"].safe_limit == 8.0

    flow = await change_feeder(hass, entry)
    await flow.submit({**FORM, **NONE})
    await hass.async_block_till_done()
    assert flow.result["type"] is FlowResultType.ABORT
    assert entry.runtime_data.feeders["shed"].meter is None
