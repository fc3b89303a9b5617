"""How people tell a group which meter stands at the grid connection."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import (
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_METER,
    CONF_PHASES,
    CONF_RATED_CURRENT,
    CONF_VOLTAGE,
    LOGGER,
)
from .meter import MeterError, MeterValues, create_meter
from .meter.catalogue import load_maps
from .meter.config import (
    CONF_CT_RANGE,
    CONF_CT_RATIO,
    CONF_CUSTOM,
    CONF_INVERTED,
    CONF_MODEL,
    CONF_TYPE,
    TYPE_MODBUS,
    TYPE_SENSORS,
)
from .meter.connection import CONF_CONNECTION, CONF_UNIT_ID, Connection, params
from .meter.custom import CUSTOM, check_custom
from .meter.detect import Candidate, detect
from .meter.errors import MeterSilentError
from .meter.link import open_link
from .meter.reading import MaybePerPhase
from .meter_schemas import (
    CUSTOM_DEFAULTS,
    LIMIT_DEFAULTS,
    MODEL_DEFAULTS,
    TIMEOUT_RANGE,
    check_connection,
    check_limits,
    check_model,
    check_sensors,
    connection_data,
    connection_form,
    connection_schema,
    custom_schema,
    limits_schema,
    model_schema,
    sensors_data,
    sensors_form,
    sensors_schema,
)

# What the texts of errors mention; a form must name all of them.
_PLACEHOLDERS: Final = dict.fromkeys(
    (
        "age",
        "asked",
        "code",
        "entity",
        "error",
        "most",
        "quantity",
        "reason",
        "seen",
        "state",
        "status",
        "target",
        "unit",
        "value",
        "wanted",
    ),
    "",
)


class MeterFlow(ConfigFlow):
    """The steps of the meter, for a flow that sets up or changes a group.

    Entered by `async_step_meter`, left through `async_meter_done`.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._meter: dict[str, Any] = {}
        self._candidates: tuple[Candidate, ...] = ()
        self._silent: dict[str, Any] | None = None
        self._values: MeterValues | None = None
        self._read_again: Callable[[], Awaitable[ConfigFlowResult]] | None = None

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
    def _phases(self) -> int:
        return int(self.meter_group[CONF_PHASES])

    @property
    def _present(self) -> Mapping[str, Any]:
        """The settings of the meter that the group has; empty without."""
        return self.meter_group.get(CONF_METER) or {}

    # Which kind

    async def async_step_meter(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what tells the building's current."""
        return self.async_show_menu(
            step_id="meter", menu_options=["meter_modbus", "meter_sensors", "meter_none"]
        )

    async def async_step_meter_none(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """No meter: the chargers share a fixed limit."""
        return await self.async_meter_done(None, {})

    # Modbus

    async def async_step_meter_modbus(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how the meter is reached, go there, and ask what it is."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            errors = check_connection(user_input)
            if not errors:
                settings = connection_data(user_input)
                try:
                    self._candidates = await self._async_detect(settings)
                except MeterSilentError as err:
                    # A few meters answer nothing but their own registers, so
                    # whoever insists goes on.
                    if self._silent != settings:
                        errors["base"], told = "meter_silent_so_far", err.placeholders
                        self._silent = settings
                    self._candidates = ()
                except MeterError as err:
                    errors["base"], told = err.key, err.placeholders
                if not errors:
                    self._meter = settings
                    return await self.async_step_meter_model()
        shown = user_input or connection_form(
            self._present if self._present.get(CONF_TYPE) == TYPE_MODBUS else {}
        )
        return self.async_show_form(
            step_id="meter_modbus",
            data_schema=self.add_suggested_values_to_schema(
                connection_schema(serial=shown[CONF_CONNECTION] == Connection.SERIAL), shown
            ),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    async def _async_detect(self, settings: Mapping[str, Any]) -> tuple[Candidate, ...]:
        maps = await self.hass.async_add_executor_job(load_maps)
        async with open_link(self.hass, params(settings), settings[CONF_UNIT_ID]) as link:
            return await detect(link, maps, self._phases)

    async def async_step_meter_model(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which meter it is; what was detected comes first."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            errors = check_model(user_input)
            if not errors:
                for key in (CONF_MODEL, CONF_CT_RATIO, CONF_CT_RANGE, CONF_INVERTED):
                    self._meter[key] = user_input.get(key)
                if user_input[CONF_MODEL] == CUSTOM:
                    return await self.async_step_meter_custom()
                self._read_again = lambda: self.async_step_meter_model(user_input)
                told = await self._async_read(errors)
                if not errors:
                    return self._confirm()
        maps = await self.hass.async_add_executor_job(load_maps)
        shown = user_input or {
            **MODEL_DEFAULTS,
            **{key: value for key, value in self._present.items() if value is not None},
        }
        if user_input is None and self._candidates:
            shown[CONF_MODEL] = self._candidates[0].key
        return self.async_show_form(
            step_id="meter_model",
            data_schema=self.add_suggested_values_to_schema(
                model_schema(maps, self._candidates, self._phases), shown
            ),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    async def async_step_meter_custom(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where an unknown meter keeps its values."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            errors = check_custom(user_input, self._phases)
            if not errors:
                self._meter[CONF_CUSTOM] = user_input
                self._read_again = lambda: self.async_step_meter_custom(user_input)
                told = await self._async_read(errors)
                if not errors:
                    return self._confirm()
        shown = user_input or {**CUSTOM_DEFAULTS, **(self._present.get(CONF_CUSTOM) or {})}
        return self.async_show_form(
            step_id="meter_custom",
            data_schema=self.add_suggested_values_to_schema(custom_schema(self._phases), shown),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    # Sensors

    async def async_step_meter_sensors(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which sensors tell the current of each phase."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            errors = check_sensors(user_input, self._phases)
            if not errors:
                self._meter = sensors_data(self.hass, user_input)
                self._read_again = lambda: self.async_step_meter_sensors(user_input)
                told = await self._async_read(errors)
                if not errors:
                    return self._confirm()
        shown = user_input or {
            CONF_VOLTAGE: self.meter_group[CONF_VOLTAGE],
            CONF_INVERTED: False,
            **(
                sensors_form(self.hass, self._present)
                if self._present.get(CONF_TYPE) == TYPE_SENSORS
                else {}
            ),
        }
        return self.async_show_form(
            step_id="meter_sensors",
            data_schema=self.add_suggested_values_to_schema(sensors_schema(self._phases), shown),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    # What it shows

    async def _async_read(self, errors: dict[str, str]) -> dict[str, str]:
        """Read the meter once: its values are kept, or the error and what it mentions."""
        try:
            meter = await create_meter(
                self.hass, self._meter, phases=self._phases, max_age=TIMEOUT_RANGE[1]
            )
            try:
                await meter.open()
                self._values = await meter.read()
            finally:
                await meter.close()
        except MeterError as err:
            errors["base"] = err.key
            return err.placeholders
        except Exception as err:  # noqa: BLE001 - the flow says it and goes on
            LOGGER.exception("Unexpected error reading the meter")
            errors["base"] = "meter_unexpected"
            return {"error": repr(err)}
        return {}

    def _confirm(self) -> ConfigFlowResult:
        """Show what was just read: somebody who stands before the meter can compare."""
        values = self._values
        assert values is not None
        return self.async_show_menu(
            step_id="meter_confirm",
            menu_options=["meter_limits", "meter_confirm", "meter"],
            description_placeholders={
                **_each_phase("current", values.currents[: self._phases], 2),
                **_each_phase("voltage", values.voltages[: self._phases], 0),
                **_each_phase("power", values.powers[: self._phases], 0),
            },
        )

    async def async_step_meter_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Read it again; a meter that fails now goes back to its settings."""
        assert self._read_again is not None
        return await self._read_again()

    # The grid connection

    async def async_step_meter_limits(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the grid connection may carry."""
        errors: dict[str, str] = {}
        group = self.meter_group
        # What is an entity already is changed there.
        first = not self._present
        if user_input is not None:
            errors = check_limits(user_input)
            if not errors:
                return await self.async_meter_done(self._meter, dict(user_input))
        rated = group[CONF_RATED_CURRENT]
        known = {key: value for key, value in group.items() if value is not None}
        shown = user_input or {
            **LIMIT_DEFAULTS,
            CONF_GRID_RATED_CURRENT: rated,
            CONF_GRID_MAXIMUM_CURRENT: rated,
            **known,
        }
        return self.async_show_form(
            step_id="meter_limits",
            data_schema=self.add_suggested_values_to_schema(
                limits_schema(first=first, polled=self._meter[CONF_TYPE] == TYPE_MODBUS), shown
            ),
            errors=errors,
        )


def _each_phase(
    quantity: str, values: tuple[float, ...] | MaybePerPhase | tuple[float | None, ...], places: int
) -> dict[str, str]:
    """Values as the text shows them; a dash where there is none."""
    return {
        f"{quantity}_l{phase}": "–" if value is None else f"{value:.{places}f}"
        for phase, value in enumerate((*values, None, None)[:3], 1)
    }
