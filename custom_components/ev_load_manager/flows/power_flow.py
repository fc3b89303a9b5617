"""How people tell a group of limits in kW, of windows of mean power, and of signals of the grid."""

from abc import abstractmethod
from collections.abc import Mapping
import math
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlowResult
from homeassistant.helpers.selector import BooleanSelector, EntitySelector, EntitySelectorConfig

from ..config.power_settings import (
    CONF_AGREED,
    CONF_AVERAGE_ENTITY,
    CONF_CALENDAR,
    CONF_CALENDAR_ENTITY,
    CONF_GRID_POWER,
    CONF_GROUP_POWER,
    CONF_MINUTES,
    CONF_NETS_PHASES,
    CONF_OWN_TARIFF,
    CONF_PEAK_FLOOR,
    CONF_PEAK_LIMIT,
    CONF_POWER,
    CONF_SIGNAL_ENTITY,
    CONF_SIGNAL_POWER,
    CONF_TARIFF,
    CONF_WINDOW,
    HIGHEST_POWER,
    LOWEST_POWER,
    WINDOW_NONE,
    WINDOW_OWN,
)
from ..config.site_builder import GRID, GROUP
from ..const import CONF_METER
from ..group.load_manager import LoadManager
from ..group.power import WINDOW
from ..peaks.keeper import Rule
from ..peaks.tariff import WINDOWS, Tariff, tariffs
from .own_tariff_steps import OwnTariffSteps
from .sections import Sections, above, closed, flat, sectioned
from .selectors import choice, labelled_choice, number

SECTION_WINDOW: Final = "window_section"
SECTION_SIGNAL: Final = "signal_section"
_SECTIONS: Final[Sections] = {
    SECTION_WINDOW: (
        CONF_WINDOW,
        CONF_MINUTES,
        CONF_PEAK_LIMIT,
        CONF_PEAK_FLOOR,
        CONF_TARIFF,
        CONF_AVERAGE_ENTITY,
        CONF_NETS_PHASES,
    ),
    SECTION_SIGNAL: (CONF_SIGNAL_ENTITY, CONF_SIGNAL_POWER),
}
_POWERS: Final = (
    CONF_GRID_POWER,
    CONF_GROUP_POWER,
    CONF_PEAK_LIMIT,
    CONF_PEAK_FLOOR,
    CONF_SIGNAL_POWER,
)
_BLOCK: Final = "block_"


def _schema(*, has_meter: bool, opened: bool, used: Mapping[str, Any]) -> vol.Schema:
    """The form; sections of which something is `used` are open."""
    window: dict[vol.Marker, Any] = {
        vol.Required(CONF_WINDOW, default=WINDOW_NONE): choice(
            CONF_WINDOW, (WINDOW_NONE, *(rule.value for rule in Rule), WINDOW_OWN)
        ),
        vol.Required(CONF_MINUTES, default=str(WINDOWS[0])): labelled_choice(
            None, [(str(minutes), f"{minutes} min") for minutes in WINDOWS]
        ),
        vol.Optional(CONF_PEAK_LIMIT): number("kW"),
        vol.Optional(CONF_PEAK_FLOOR): number("kW"),
        vol.Optional(CONF_TARIFF): labelled_choice(
            None, [(one.id, f"{one.country}: {one.name}") for one in tariffs().values()]
        ),
        vol.Optional(CONF_AVERAGE_ENTITY): EntitySelector(
            EntitySelectorConfig(domain="sensor", device_class="power")
        ),
        vol.Required(CONF_NETS_PHASES, default=False): BooleanSelector(),
    }
    signal: dict[vol.Marker, Any] = {
        vol.Optional(CONF_SIGNAL_ENTITY): EntitySelector(
            EntitySelectorConfig(
                domain=["binary_sensor", "input_boolean", "switch", "sensor", "input_number"]
            )
        ),
        vol.Optional(CONF_SIGNAL_POWER): number("kW"),
    }
    return vol.Schema(
        {
            vol.Optional(CONF_GROUP_POWER): number("kW"),
            **({vol.Optional(CONF_GRID_POWER): number("kW")} if has_meter else {}),
            **(
                closed(SECTION_WINDOW, window, opened=opened or CONF_WINDOW in used)
                if has_meter
                else {}
            ),
            **closed(SECTION_SIGNAL, signal, opened=opened or CONF_SIGNAL_ENTITY in used),
        }
    )


def check_power(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with what was entered: field to key of the translated error."""
    errors: dict[str, str] = {}
    for name in _POWERS:
        value = values.get(name)
        least = 0.0 if name == CONF_PEAK_FLOOR else LOWEST_POWER
        if value is not None and not (math.isfinite(value) and least <= value <= HIGHEST_POWER):
            errors[name] = "power_range"
    window = values.get(CONF_WINDOW, WINDOW_NONE)
    if window != WINDOW_NONE and values.get(CONF_PEAK_LIMIT) is None:
        errors.setdefault(CONF_PEAK_LIMIT, "peak_limit_missing")
    if window == Rule.TARIFF and values.get(CONF_TARIFF) not in tariffs():
        errors[CONF_TARIFF] = "tariff_missing"
    return errors


def power_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of values without faults; nothing, where nothing is wanted."""
    data = {key: value for key, value in values.items() if value not in (None, "", False)}
    if data.get(CONF_WINDOW, WINDOW_NONE) == WINDOW_NONE:
        for name in _SECTIONS[SECTION_WINDOW]:
            data.pop(name, None)
        if values.get(CONF_NETS_PHASES) and CONF_GRID_POWER in data:
            data[CONF_NETS_PHASES] = True
    elif CONF_MINUTES in data:
        data[CONF_MINUTES] = int(data[CONF_MINUTES])
    if CONF_SIGNAL_ENTITY not in data:
        data.pop(CONF_SIGNAL_POWER, None)
    return data


def limits_that_hold(entry: ConfigEntry[Any], fields: Mapping[str, str]) -> dict[str, float]:
    """What numbers say of circuits that the flow has limited, kW; nothing while a group is down.

    `fields`: field of a form -> circuit.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    manager: LoadManager = entry.runtime_data
    limits = {field: manager.power.limit(circuit) for field, circuit in fields.items()}
    return {field: limit for field, limit in limits.items() if limit is not None}


class PowerFlow(OwnTariffSteps):
    """The steps about power, for a flow that changes a group.

    Entered by `async_step_power`, left through `async_power_done`.
    """

    _power: dict[str, Any]

    @property
    @abstractmethod
    def power_group(self) -> Mapping[str, Any]:
        """The group's data."""

    @abstractmethod
    async def async_power_done(self, power: dict[str, Any]) -> ConfigFlowResult:
        """Go on with what is to be stored."""

    @property
    def _limits(self) -> Mapping[str, float]:
        """What holds of the limits that numbers may have changed since, by their fields."""
        return limits_that_hold(
            self._get_reconfigure_entry(),
            {CONF_GROUP_POWER: GROUP, CONF_GRID_POWER: GRID, CONF_PEAK_LIMIT: WINDOW},
        )

    async def async_step_power(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for limits in kW, and for what few homes need of power."""
        errors: dict[str, str] = {}
        stored: Mapping[str, Any] = self.power_group.get(CONF_POWER) or {}
        if user_input is not None:
            values = flat(user_input, _SECTIONS)
            errors = check_power(values)
            if not errors:
                self._power = power_data(values)
                return await self._async_after_power(stored)
        shown = user_input or sectioned(
            {**stored, **self._limits, CONF_MINUTES: str(stored.get(CONF_MINUTES, WINDOWS[0]))},
            _SECTIONS,
        )
        beside = above(errors, _SECTIONS)
        return self.async_show_form(
            step_id="power",
            data_schema=self.add_suggested_values_to_schema(
                _schema(
                    has_meter=bool(self.power_group.get(CONF_METER)),
                    opened=beside != errors,
                    used=stored,
                ),
                shown,
            ),
            errors=beside,
        )

    async def _async_after_power(self, stored: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for what the chosen rule needs; what was entered for another is forgotten."""
        window = self._power.get(CONF_WINDOW)
        if window == Rule.CALENDAR:
            known = {key: stored.get(key) for key in (CONF_CALENDAR, CONF_CALENDAR_ENTITY)}
            return self.show_calendar(known, {}, {})
        if window == WINDOW_OWN:
            return self.show_tariff(stored.get(CONF_OWN_TARIFF) or {}, {}, {})
        tariff = tariffs().get(str(self._power.get(CONF_TARIFF)))
        if window == Rule.TARIFF and tariff and tariff.blocks:
            return self._show_blocks(tariff, stored.get(CONF_AGREED, {}), {})
        return await self.async_power_done(self._power)

    @override
    async def async_own_done(self, own: Mapping[str, Any]) -> ConfigFlowResult:
        return await self.async_power_done({**self._power, **own})

    @property
    @override
    def window_minutes(self) -> int:
        return int(self._power.get(CONF_MINUTES, WINDOWS[0]))

    async def async_step_power_blocks(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Take what was agreed on with the operator for each block of the tariff."""
        values = {key.removeprefix(_BLOCK): value for key, value in user_input.items()}
        if any(not LOWEST_POWER <= value <= HIGHEST_POWER for value in values.values()):
            tariff = tariffs()[self._power[CONF_TARIFF]]
            return self._show_blocks(tariff, values, {"base": "power_range"})
        return await self.async_power_done({**self._power, CONF_AGREED: values})

    def _show_blocks(
        self, tariff: Tariff, agreed: Mapping[str, float], errors: dict[str, str]
    ) -> ConfigFlowResult:
        fields: dict[Any, Any] = {
            vol.Required(f"{_BLOCK}{block}"): number("kW") for block in tariff.blocks
        }
        shown = {f"{_BLOCK}{block}": value for block, value in agreed.items()}
        return self.async_show_form(
            step_id="power_blocks",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(fields), shown),
            errors=errors,
            description_placeholders={"tariff": tariff.name},
        )
