"""Flows that ask for a meter, filled in step by step."""

from collections.abc import Mapping
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.flows.meter_schemas import SENSORS_SECTIONS
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import fields_of, group_form, in_sections, suggested

MODEL = {"model": "eastron_sdm630", "ct_ratio": 1, "inverted": False}
LIMITS = {
    "grid_rated_current": 35,
    "grid_maximum_current": 30,
    "safe_limit": 10,
    "meter_timeout": 40,
    "meter_interval": 3,
    "allow_export_charging": True,
}
CUSTOM = {
    "function": "4",
    "word_order": "big",
    "current_type": "float32",
    "current_l1_address": 6,
    "current_l2_address": 8,
    "current_l3_address": 10,
    "current_scale": 1,
    "current_signed": False,
    "power_type": "float32",
    "power_l1_address": 12,
    "power_l2_address": 14,
    "power_l3_address": 16,
    "power_scale": 1,
}
SENSORS = {
    "current_l1": "sensor.l1",
    "current_l2": "sensor.l2",
    "current_l3": "sensor.l3",
    "voltage": 230,
    "inverted": False,
}


def connection(meter: Any, **changes: Any) -> dict[str, Any]:
    """What somebody types to reach a simulated meter."""
    return {
        "connection": "tcp",
        "host": " 127.0.0.1 ",
        "port": meter.port,
        "unit_id": meter.unit_id,
        **changes,
    }


class Flow:
    """A flow, step by step."""

    def __init__(self, hass: HomeAssistant, result: Any, *, subentry: bool = False) -> None:
        """Go on from a first step."""
        flows = hass.config_entries
        self.manager: Any = flows.subentries if subentry else flows.flow
        self.result = result

    @property
    def step(self) -> str:
        """Which step is shown."""
        return str(self.result["step_id"])

    @property
    def errors(self) -> Mapping[str, str]:
        """What is wrong."""
        return self.result["errors"] or {}

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What the texts mention."""
        return self.result["description_placeholders"]

    async def submit(self, user_input: Mapping[str, Any]) -> Flow:
        """Answer the step; a model is told also to who has recognised it already."""
        typed = dict(user_input)
        if "model" in typed and self.result.get("step_id") == "meter_confirm":
            await self.choose("meter_model")
        if self.result.get("step_id") == "meter_sensors":
            typed = in_sections(typed, SENSORS_SECTIONS)
        self.result = await self.manager.async_configure(self.result["flow_id"], typed)
        return self

    async def by_hand(self) -> Flow:
        """Choose sensors that belong to no device."""
        await self.choose("meter_device")
        await self.submit({})
        assert self.step == "meter_sensors"
        return self

    async def choose(self, step: str) -> Flow:
        """Choose from a menu."""
        assert self.result["type"] is FlowResultType.MENU
        assert step in self.result["menu_options"]
        return await self.submit({"next_step_id": step})

    def suggested(self, key: str) -> Any:
        """What the form shows in a field."""
        return suggested(self.result, key)

    def fields(self) -> set[str]:
        """The fields of the form."""
        return {str(marker) for marker in fields_of(self.result)}


async def new_group(hass: HomeAssistant, port: int, **changes: Any) -> Flow:
    """A flow that has come to the question for the meter."""
    flow = Flow(
        hass, await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    )
    await flow.submit(group_form(port, **changes))
    assert flow.step == "meter"
    return flow


async def change_meter(hass: HomeAssistant, entry: MockConfigEntry) -> Flow:
    """A flow that changes the meter of a group."""
    flow = Flow(hass, await entry.start_reconfigure_flow(hass))
    return await flow.choose("meter")


def report(hass: HomeAssistant, *states: object) -> None:
    """Let sensors report."""
    for number, state in enumerate(states, 1):
        hass.states.async_set(f"sensor.l{number}", str(state), {"unit_of_measurement": "A"})
