"""How people add a feeder to a group, or change it, and say which chargers hang on it."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentryFlow,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME

from ..config.settings import read_entry
from ..config.site_builder import feeder_circuit
from ..const import (
    CONF_CHARGERS,
    CONF_MAXIMUM_CURRENT,
    CONF_METER,
    CONF_PARENT,
    CONF_POWER_LIMIT,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    DIRECTLY,
)
from ..meter.config import CONF_TYPE, TYPE_MODBUS
from .feeder_form import chargers_of, check_feeder, feeder_data, feeder_schema
from .flow_schemas import MeterChoice, meter_choice_of
from .meter_schemas import FEEDER_LIMIT_DEFAULTS, check_feeder_limits, feeder_limits_schema
from .meter_steps import MeterSteps
from .power_flow import limits_that_hold
from .safe_limit import HighestLoad, at_end_of_sentence, sources_of_sensors


class FeederFlow(
    MeterSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]], ConfigSubentryFlow
):
    """Ask for a feeder's fuse, its limit, and what feeds it; then for its meter, if it has one."""

    meter_choices = ("meter_modbus", "meter_device")
    after_meter = "meter_limits"

    def __init__(self) -> None:
        """Start with no feeder."""
        super().__init__()
        self._title = ""
        self._data: dict[str, Any] = {}
        self._highest: HighestLoad | None = None

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a feeder."""
        return await self._async_ask("user", None, {CONF_PARENT: DIRECTLY}, user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a feeder; its limits are entities."""
        subentry = self._get_reconfigure_subentry()
        hung = chargers_of(self._get_entry(), subentry.subentry_id)
        known = {**subentry.data, CONF_NAME: subentry.title, CONF_CHARGERS: hung}
        circuit = feeder_circuit(subentry.subentry_id)
        known |= limits_that_hold(self._get_entry(), {CONF_POWER_LIMIT: circuit})
        return await self._async_ask("reconfigure", subentry.subentry_id, known, user_input)

    async def _async_ask(
        self,
        step_id: str,
        feeder_id: str | None,
        known: Mapping[str, Any],
        user_input: dict[str, Any] | None,
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        named: dict[str, str] = {}
        entry = self._get_entry()
        if user_input is not None:
            errors, named = check_feeder(entry, user_input, feeder_id)
            if not errors:
                return await self._async_finish(user_input)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                feeder_schema(entry, feeder_id, has_meter=bool(self.present_meter)),
                user_input or known,
            ),
            errors=errors,
            description_placeholders=named,
        )

    async def _async_finish(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        """Store the feeder, or ask about its meter first."""
        self._title = user_input[CONF_NAME].strip()
        self._data = feeder_data(user_input)
        if CONF_MAXIMUM_CURRENT in self._present:
            self._data[CONF_MAXIMUM_CURRENT] = self._present[CONF_MAXIMUM_CURRENT]
        match meter_choice_of(user_input):
            case MeterChoice.NEW:
                return await self.async_step_meter()
            case MeterChoice.KEEP if self.present_meter:
                self.chosen_meter = dict(self.present_meter)
                return await self.async_step_meter_limits()
        return self._store()

    @property
    def _present(self) -> Mapping[str, Any]:
        """The stored data of a feeder that is changed; empty for a new one."""
        if self.source != SOURCE_RECONFIGURE:
            return {}
        return self._get_reconfigure_subentry().data

    @property
    @override
    def meter_phases(self) -> int:
        return read_entry(self._get_entry())[0].phases

    @property
    @override
    def meter_voltage(self) -> float:
        return read_entry(self._get_entry())[0].voltage

    @property
    @override
    def own_entry_id(self) -> str | None:
        return self._get_entry().entry_id

    @property
    @override
    def present_meter(self) -> Mapping[str, Any]:
        return self._present.get(CONF_METER) or {}

    async def async_step_meter_limits(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what holds while the meter says nothing, and when that begins."""
        errors: dict[str, str] = {}
        # What is an entity already is changed there.
        first = not self.present_meter
        if first and user_input is None:
            self._highest = await HighestLoad.async_of(
                self.hass, sources_of_sensors(self.hass, self.chosen_meter, self.meter_phases)
            )
        if user_input is not None:
            errors = check_feeder_limits(
                user_input, first=first, rated=self._data[CONF_RATED_CURRENT]
            )
            if not errors:
                kept = {CONF_SAFE_LIMIT: self._present.get(CONF_SAFE_LIMIT, 0.0)}
                self._data |= {CONF_METER: self.chosen_meter, **kept, **user_input}
                return self._store()
        return self.async_show_form(
            step_id="meter_limits",
            data_schema=self.add_suggested_values_to_schema(
                feeder_limits_schema(
                    first=first, polled=self.chosen_meter[CONF_TYPE] == TYPE_MODBUS
                ),
                user_input or {**FEEDER_LIMIT_DEFAULTS, **self._proposed(), **self._present},
            ),
            errors=errors,
            description_placeholders={"highest": at_end_of_sentence(self._highest)},
        )

    def _proposed(self) -> dict[str, float]:
        """The safe limit that the highest load leaves of the feeder's, as far as that is known."""
        limit = self._data.get(CONF_MAXIMUM_CURRENT, self._data[CONF_RATED_CURRENT])
        left = None if self._highest is None else self._highest.leaves(limit)
        return {} if left is None else {CONF_SAFE_LIMIT: left}

    def _store(self) -> SubentryFlowResult:
        if self.source != SOURCE_RECONFIGURE:
            return self.async_create_entry(title=self._title, data=self._data)
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=self._title,
            data=self._data,
        )
