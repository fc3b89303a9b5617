"""How people tell a group which meter stands at the grid connection."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowContext, ConfigFlowResult

from ..const import (
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_METER,
    CONF_PHASES,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    CONF_VOLTAGE,
)
from ..meter.config import CONF_TYPE, TYPE_MODBUS
from .meter_schemas import LIMIT_DEFAULTS, check_limits, limits_schema
from .meter_steps import MeterSteps
from .safe_limit import HighestLoad, at_end_of_sentence, sources_of_sensors


class MeterFlow(MeterSteps[ConfigFlowContext, ConfigFlowResult, str], ConfigFlow):
    """The steps of the meter, for a flow that sets up or changes a group.

    Entered by `async_step_meter`, left through `async_meter_done`.
    """

    after_meter = "meter_limits"

    def __init__(self) -> None:
        """Begin with nothing known."""
        super().__init__()
        self._highest: HighestLoad | None = None
        self._proposed: tuple[float, float | None] | None = None
        """A limit of the grid connection, and the safe limit that was proposed for it, A."""

    @property
    @abstractmethod
    def meter_group(self) -> Mapping[str, Any]:
        """The group's data, with the meter and limits that it has by now."""

    @abstractmethod
    async def async_meter_done(
        self, meter: dict[str, Any] | None, limits: dict[str, Any]
    ) -> ConfigFlowResult:
        """Go on with the meter's settings (None: no meter) and the grid's limits."""

    @property
    @override
    def meter_phases(self) -> int:
        return int(self.meter_group[CONF_PHASES])

    @property
    @override
    def meter_voltage(self) -> float:
        return float(self.meter_group[CONF_VOLTAGE])

    @property
    @override
    def present_meter(self) -> Mapping[str, Any]:
        return self.meter_group.get(CONF_METER) or {}

    async def async_step_meter_none(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """No meter: the chargers share a fixed limit."""
        return await self.async_meter_done(None, {})

    # The grid connection

    async def async_step_meter_limits(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the grid connection may carry."""
        errors: dict[str, str] = {}
        group = self.meter_group
        # What is an entity already is changed there.
        first = not self.present_meter
        if first and user_input is None:
            self._highest = await HighestLoad.async_of(
                self.hass, sources_of_sensors(self.hass, self.chosen_meter, self.meter_phases)
            )
        if user_input is not None:
            errors = check_limits(user_input, first=first)
            if not errors and first and self._is_of_other_limit(user_input):
                # It followed from the limit that was changed beside it.
                user_input = {**user_input, **self._propose(user_input[CONF_GRID_MAXIMUM_CURRENT])}
                errors[CONF_SAFE_LIMIT] = "safe_limit_follows"
            if not errors:
                return await self.async_meter_done(self.chosen_meter, dict(user_input))
        rated = group[CONF_RATED_CURRENT]
        known = {key: value for key, value in group.items() if value is not None}
        shown = user_input or {
            **LIMIT_DEFAULTS,
            CONF_GRID_RATED_CURRENT: rated,
            CONF_GRID_MAXIMUM_CURRENT: rated,
            **self._propose(rated),
            **known,
        }
        return self.async_show_form(
            step_id="meter_limits",
            data_schema=self.add_suggested_values_to_schema(
                limits_schema(first=first, polled=self.chosen_meter[CONF_TYPE] == TYPE_MODBUS),
                shown,
            ),
            errors=errors,
            description_placeholders={"highest": at_end_of_sentence(self._highest)},
        )

    def _propose(self, limit: float) -> dict[str, float | None]:
        """The safe limit that the highest load leaves of a limit, as far as that is known."""
        if self._highest is None:
            return {}
        left = self._highest.leaves(limit)
        if left is not None:
            left = min(left, self.meter_group[CONF_RATED_CURRENT])
        self._proposed = limit, left
        return {CONF_SAFE_LIMIT: left}

    def _is_of_other_limit(self, user_input: Mapping[str, Any]) -> bool:
        """Whether the safe limit is the proposed one, but the limit that it is of is not."""
        if self._proposed is None:
            return False
        limit, left = self._proposed
        is_proposed = left is not None and user_input[CONF_SAFE_LIMIT] == left
        return is_proposed and float(user_input[CONF_GRID_MAXIMUM_CURRENT]) != limit
