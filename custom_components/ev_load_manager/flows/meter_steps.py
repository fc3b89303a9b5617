"""How people tell which meter measures something: a grid connection, or one charger.

The same steps in a flow of a config entry and in one of a subentry: this is
all that the two kinds of flow have in common.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Final

from homeassistant.data_entry_flow import FlowContext, FlowHandler, FlowResult

from ..const import CONF_VOLTAGE, LOGGER
from ..errors import figure
from ..meter import MeterError, MeterValues, create_meter
from ..meter.catalogue import load_maps
from ..meter.config import (
    CONF_CT_RANGE,
    CONF_CT_RATIO,
    CONF_CUSTOM,
    CONF_INVERTED,
    CONF_MODEL,
    CONF_TYPE,
    TYPE_MODBUS,
    TYPE_SENSORS,
)
from ..meter.connection import CONF_CONNECTION, CONF_UNIT_ID, Connection, params
from ..meter.custom import CUSTOM, check_custom
from ..meter.detect import Candidate, Certainty, detect
from ..meter.errors import MeterSilentError
from ..meter.link import open_link
from ..meter.reading import MaybePerPhase
from ..meter.register_map import CURRENTS
from ..meter.sensors import CONF_POWER_FACTOR, OF_A_CAR
from .meter_device import DEVICE_SCHEMA, FIELD_DEVICE, device_of, sensors_of_device
from .meter_schemas import (
    CUSTOM_DEFAULTS,
    MODEL_DEFAULTS,
    SECTION_POWERS,
    SENSORS_SECTIONS,
    TIMEOUT_RANGE,
    check_connection,
    check_model,
    check_sensors,
    connection_data,
    connection_form,
    connection_schema,
    custom_schema,
    model_schema,
    own_sensors,
    sensors_data,
    sensors_form,
    sensors_schema,
    sensors_values,
)
from .sections import above, sectioned

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


class MeterSteps[ContextT: FlowContext, ResultT: FlowResult[Any, Any], HandlerT](
    FlowHandler[ContextT, ResultT, HandlerT]
):
    """The steps from the question for a meter to its first values.

    Entered by `async_step_meter`, left through the step `after_meter`, which
    finds the settings in `chosen_meter`.
    """

    meter_choices: ClassVar[tuple[str, ...]] = ("meter_modbus", "meter_device", "meter_none")
    """The steps that `async_step_meter` offers."""
    meter_has_direction: ClassVar[bool] = True
    """Current may flow both ways where the meter stands."""
    after_meter: ClassVar[str]
    """The step that follows once the values were found to be right."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.chosen_meter: dict[str, Any] = {}
        self._candidates: tuple[Candidate, ...] = ()
        self._silent: dict[str, Any] | None = None
        self._values: MeterValues | None = None
        self._read_again: Callable[[], Awaitable[ResultT]] | None = None
        self._model = ""
        """What a Modbus meter is called, in brackets."""
        self._typed: dict[str, dict[str, Any]] = {}
        """What was entered in each step: who goes back finds it again."""

    @property
    @abstractmethod
    def meter_phases(self) -> int:
        """How many phases (1 or 3) the meter must tell."""

    @property
    @abstractmethod
    def meter_voltage(self) -> float:
        """Phase to neutral where nothing tells it, V."""

    @property
    @abstractmethod
    def own_entry_id(self) -> str | None:
        """The group that the meter is for; None where that is still to be made."""

    @property
    @abstractmethod
    def present_meter(self) -> Mapping[str, Any]:
        """The settings of the meter that there is; empty without."""

    # Which kind

    async def async_step_meter(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask what kind of meter it is."""
        return self.async_show_menu(step_id="meter", menu_options=list(self.meter_choices))

    # Modbus

    async def async_step_meter_modbus(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask how the meter is reached, go there, and ask what it is."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            if user_input != self._typed.get("meter_modbus"):
                self._typed.pop("meter_model", None)  # it may be another meter
            self._typed["meter_modbus"] = user_input
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
                    self.chosen_meter = settings
                    return await self.async_step_meter_model(await self._async_recognised())
        present = self.present_meter
        shown = self._typed.get("meter_modbus") or connection_form(
            present if present.get(CONF_TYPE) == TYPE_MODBUS else {}
        )
        return self.async_show_form(
            step_id="meter_modbus",
            data_schema=self.add_suggested_values_to_schema(
                connection_schema(serial=shown[CONF_CONNECTION] == Connection.SERIAL), shown
            ),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    async def _async_recognised(self) -> dict[str, Any] | None:
        """The form of a new meter that said for sure what it is; None: people are asked."""
        if self.present_meter or "meter_model" in self._typed or not self._candidates:
            return None
        best = self._candidates[0]
        maps = await self.hass.async_add_executor_job(load_maps)
        if best.certainty is not Certainty.SURE or maps[best.key].experimental:
            return None
        direction = {} if self.meter_has_direction else {CONF_INVERTED: None}
        return {**MODEL_DEFAULTS, **direction, CONF_MODEL: best.key}

    async def _async_detect(self, settings: Mapping[str, Any]) -> tuple[Candidate, ...]:
        maps = await self.hass.async_add_executor_job(load_maps)
        async with open_link(self.hass, params(settings), settings[CONF_UNIT_ID]) as link:
            return await detect(link, maps, self.meter_phases)

    async def async_step_meter_model(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask which meter it is; what was detected comes first."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        maps = await self.hass.async_add_executor_job(load_maps)
        if user_input is not None:
            self._typed["meter_model"] = user_input
            errors = check_model(user_input)
            if not errors:
                found = maps.get(user_input[CONF_MODEL])
                self._model = "" if found is None else f" ({found.title})"
                for key in (CONF_MODEL, CONF_CT_RATIO, CONF_CT_RANGE, CONF_INVERTED):
                    self.chosen_meter[key] = user_input.get(key)
                if user_input[CONF_MODEL] == CUSTOM:
                    return await self.async_step_meter_custom()
                self._read_again = lambda: self.async_step_meter_model(user_input)
                told = await self._async_read(errors)
                if not errors:
                    return self._confirm()
        shown = self._typed.get("meter_model")
        if shown is None:
            present = {key: value for key, value in self.present_meter.items() if value is not None}
            shown = {**MODEL_DEFAULTS, **present}
            if self._candidates:
                shown[CONF_MODEL] = self._candidates[0].key
        return self.async_show_form(
            step_id="meter_model",
            data_schema=self.add_suggested_values_to_schema(
                model_schema(
                    maps,
                    self._candidates,
                    self.meter_phases,
                    has_direction=self.meter_has_direction,
                ),
                shown,
            ),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    async def async_step_meter_custom(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask where an unknown meter keeps its values."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            self._typed["meter_custom"] = user_input
            errors = check_custom(user_input, self.meter_phases)
            if not errors:
                self.chosen_meter[CONF_CUSTOM] = user_input
                self._read_again = lambda: self.async_step_meter_custom(user_input)
                told = await self._async_read(errors)
                if not errors:
                    return self._confirm()
        shown = self._typed.get("meter_custom") or {
            **CUSTOM_DEFAULTS,
            **(self.present_meter.get(CONF_CUSTOM) or {}),
        }
        return self.async_show_form(
            step_id="meter_custom",
            data_schema=self.add_suggested_values_to_schema(
                custom_schema(self.meter_phases), shown
            ),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    # Sensors

    async def async_step_meter_device(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask which device has the sensors, and find out which they are."""
        before = self._typed.get("meter_device")
        if before is None:
            device = device_of(self.hass, self._present_sensors)
            before = {} if device is None else {FIELD_DEVICE: device}
        if user_input is None:
            return self.async_show_form(
                step_id="meter_device",
                data_schema=self.add_suggested_values_to_schema(DEVICE_SCHEMA, before),
            )
        self._typed["meter_device"] = user_input
        device = user_input.get(FIELD_DEVICE)
        if device is None or device == before.get(FIELD_DEVICE):
            return await self.async_step_meter_sensors()
        found = sensors_of_device(self.hass, device, self.meter_phases)
        self._typed["meter_sensors"] = self._sensors_form(found)
        return self._show_sensors({} if found else {"base": "meter_device_unclear"}, {})

    async def async_step_meter_sensors(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Ask which sensors tell the current of each phase."""
        errors: dict[str, str] = {}
        told: dict[str, str] = {}
        if user_input is not None:
            self._typed["meter_sensors"] = user_input
            values = sensors_values(user_input, voltage=self.meter_voltage)
            errors = check_sensors(values, self.meter_phases)
            # What it says itself would come back to it as what flows.
            own = own_sensors(self.hass, values, self.own_entry_id)
            errors |= dict.fromkeys(own, "meter_sensor_own")
            errors = above(errors, SENSORS_SECTIONS)
            if not errors:
                self._model = ""
                self.chosen_meter = sensors_data(self.hass, values)
                self._read_again = lambda: self.async_step_meter_sensors(user_input)
                told = await self._async_read(errors)
                if not errors:
                    return self._confirm()
        return self._show_sensors(errors, told)

    def _show_sensors(self, errors: dict[str, str], told: dict[str, str]) -> ResultT:
        shown = self._typed.get("meter_sensors") or self._sensors_form(
            sensors_form(self.hass, self._present_sensors)
        )
        return self.async_show_form(
            step_id="meter_sensors",
            data_schema=self.add_suggested_values_to_schema(
                sensors_schema(
                    self.meter_phases,
                    has_direction=self.meter_has_direction,
                    by_power=not any(map(shown.get, CURRENTS)) and any(shown[SECTION_POWERS]),
                ),
                shown,
            ),
            errors=errors,
            description_placeholders=_PLACEHOLDERS | told,
        )

    def _sensors_form(self, values: Mapping[str, Any]) -> dict[str, Any]:
        usual = {CONF_VOLTAGE: self.meter_voltage, CONF_INVERTED: False}
        return sectioned({**usual, **values}, SENSORS_SECTIONS)

    @property
    def _present_sensors(self) -> Mapping[str, Any]:
        """The settings of the meter that there is, if it is made of sensors."""
        present = self.present_meter
        return present if present.get(CONF_TYPE) == TYPE_SENSORS else {}

    # What it shows

    async def _async_read(self, errors: dict[str, str]) -> dict[str, str]:
        """Read the meter once: its values are kept, or the error and what it mentions."""
        try:
            settings = self.chosen_meter
            if not self.meter_has_direction:
                settings = {CONF_POWER_FACTOR: OF_A_CAR, **settings}
            meter = await create_meter(
                self.hass, settings, phases=self.meter_phases, max_age=TIMEOUT_RANGE[1]
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

    def _confirm(self) -> ResultT:
        """Show what was just read: somebody who stands before the meter can compare."""
        values = self._values
        assert values is not None
        is_modbus = self.chosen_meter[CONF_TYPE] == TYPE_MODBUS
        changes = ("meter_model", "meter") if is_modbus else ("meter_sensors", "meter")
        return self.async_show_menu(
            step_id="meter_confirm",
            menu_options=[self.after_meter, "meter_confirm", *changes],
            description_placeholders={
                "model": self._model,
                **_each_phase("current", values.currents[: self.meter_phases], 2),
                **_each_phase("voltage", values.voltages[: self.meter_phases], 0),
                **_each_phase("power", values.powers[: self.meter_phases], 0),
            },
        )

    async def async_step_meter_confirm(self, user_input: dict[str, Any] | None = None) -> ResultT:
        """Read it again; a meter that fails now goes back to its settings."""
        assert self._read_again is not None
        return await self._read_again()


def _each_phase(
    quantity: str, values: tuple[float, ...] | MaybePerPhase | tuple[float | None, ...], places: int
) -> dict[str, str]:
    """Values as the text shows them; a dash where there is none."""
    return {
        f"{quantity}_l{phase}": "–" if value is None else figure(value, places, all_decimals=True)
        for phase, value in enumerate((*values, None, None)[:3], 1)
    }
