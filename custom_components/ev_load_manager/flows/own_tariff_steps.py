"""The steps in which people enter a calendar of limits, or a tariff of their own."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
)
from homeassistant.util import dt as dt_util

from ..config.own_tariff import (
    BEST_OF,
    CONF_BEST_OF,
    CONF_COUNTED,
    CONF_CURRENCY,
    CONF_FLOOR,
    CONF_FREE,
    CONF_FREE_DAYS,
    CONF_FROM_MONTH,
    CONF_FROM_POWER,
    CONF_HOURS,
    CONF_LIMIT,
    CONF_OF,
    CONF_PRICE,
    CONF_PRICE_KIND,
    CONF_STEPS,
    CONF_TO_MONTH,
    CONF_TOP,
    CONF_USE,
    CONF_WEIGHT,
    CONF_WORKING,
    CONF_YEAR_MEAN,
    OF,
    PRICE_KINDS,
    USES,
    OwnTariffError,
    calendar_of,
    coverage,
    own_tariff,
    ranges,
)
from ..config.power_settings import (
    CONF_CALENDAR,
    CONF_CALENDAR_ENTITY,
    CONF_OWN_TARIFF,
    CONF_PEAK_LIMIT,
    HIGHEST_POWER,
)
from ..errors import figure
from ..peaks.tariff import TariffError
from .sections import Sections, above, closed, flat, sectioned
from .selectors import choice, number

SECTION_RARE: Final = "rare_section"
_SECTIONS: Final[Sections] = {
    SECTION_RARE: (CONF_USE, CONF_OF, CONF_YEAR_MEAN, CONF_FLOOR, CONF_FREE, CONF_COUNTED)
}
_FIELD_OF: Final[Mapping[str, str]] = {
    "tariff_top": CONF_TOP,
    "tariff_price": CONF_PRICE,
    "tariff_steps": CONF_STEPS,
}
"""Beside which field the words of an error stand; the others are above the form."""


class _Rows(ObjectSelector):
    """A list of rows, of which nothing is checked but that they are rows.

    What Home Assistant says of a field that can't be, such as a month 13, is English, and names no
    row: what takes the rows says it better.
    """

    @override
    def __call__(self, data: Any) -> Any:
        if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
            raise vol.Invalid("must be a list of rows")
        return data


def _rows(
    translations: str, label: str, described: str, fields: dict[str, ObjectSelectorField]
) -> ObjectSelector:
    """A list of rows, each entered in a form of its own."""
    return _Rows(
        ObjectSelectorConfig(
            multiple=True,
            label_field=label,
            description_field=described,
            translation_key=translations,
            fields=fields,
        )
    )


def _hours(what: str, unit: str) -> ObjectSelector:
    """Rows of hours, days and months, and what counts in them."""
    months: ObjectSelectorField = {"selector": {"number": {"mode": "box", "min": 1, "max": 12}}}
    return _rows(
        "own_hours",
        CONF_HOURS,
        what,
        {
            CONF_HOURS: {"required": True, "selector": {"text": {}}},
            what: {
                "required": True,
                "selector": {"number": {"mode": "box", "step": "any", "unit_of_measurement": unit}},
            },
            # Words of a choice are not translated in such a row, those of fields are.
            CONF_WORKING: {"selector": {"boolean": {}}},
            CONF_FREE_DAYS: {"selector": {"boolean": {}}},
            CONF_FROM_MONTH: months,
            CONF_TO_MONTH: months,
        },
    )


def _tariff_schema(currency: str, *, opened: bool) -> vol.Schema:
    steps = _rows(
        "own_steps",
        CONF_FROM_POWER,
        CONF_PRICE,
        {
            name: {
                "required": True,
                "selector": {"number": {"mode": "box", "step": "any", "unit_of_measurement": unit}},
            }
            for name, unit in ((CONF_FROM_POWER, "kW"), (CONF_PRICE, currency))
        },
    )
    rare: dict[vol.Marker, Any] = {
        vol.Required(CONF_USE, default=USES[0]): choice("tariff_use", USES),
        vol.Required(CONF_OF, default=OF[0]): choice("tariff_of", OF),
        vol.Required(CONF_YEAR_MEAN, default=False): BooleanSelector(),
        vol.Optional(CONF_FLOOR): number("kW"),
        vol.Optional(CONF_FREE): number("kW"),
        vol.Optional(CONF_COUNTED): _hours(CONF_WEIGHT, "%"),
    }
    return vol.Schema(
        {
            vol.Required(CONF_TOP, default=1): number(),
            vol.Required(CONF_BEST_OF, default=BEST_OF[0]): choice("tariff_best_of", BEST_OF),
            vol.Required(CONF_PRICE_KIND, default=PRICE_KINDS[0]): choice(
                "tariff_price_kind", PRICE_KINDS
            ),
            vol.Optional(CONF_PRICE): number(currency),
            vol.Optional(CONF_STEPS): steps,
            **closed(SECTION_RARE, rare, opened=opened),
        }
    )


class OwnTariffSteps(ConfigFlow):
    """The steps of a calendar, and of a tariff that no file has.

    Entered by `show_calendar` or `show_tariff`, left through `async_own_done`.
    """

    _power: dict[str, Any]
    _calendar: Mapping[str, Any]
    """The rows of a calendar, and the entity that names limits, too."""

    @property
    @abstractmethod
    def window_minutes(self) -> int:
        """How long windows are."""

    @abstractmethod
    async def async_own_done(self, own: Mapping[str, Any]) -> ConfigFlowResult:
        """Go on with what was entered."""

    # The calendar

    def show_calendar(
        self, known: Mapping[str, Any], errors: dict[str, str], named: Mapping[str, str]
    ) -> ConfigFlowResult:
        """Ask for hours and their limits, or for a calendar that names them."""
        fields = {
            vol.Optional(CONF_CALENDAR): _hours(CONF_LIMIT, "kW"),
            vol.Optional(CONF_CALENDAR_ENTITY): EntitySelector(
                EntitySelectorConfig(domain="calendar")
            ),
        }
        return self.async_show_form(
            step_id="power_calendar",
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema(fields), {key: value for key, value in known.items() if value}
            ),
            errors=errors,
            description_placeholders={**named, "limit": self._most},
        )

    @property
    def _most(self) -> str:
        """What holds where a calendar says nothing, as words name it."""
        return figure(self._power[CONF_PEAK_LIMIT])

    async def async_step_power_calendar(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Take the hours; where some have no limit, or several, say what holds then.

        Events of a calendar leave gaps, and overlap: nobody has to be told.
        """
        self._calendar = {key: value for key, value in user_input.items() if value}
        rows, entity = self._rows, self._calendar.get(CONF_CALENDAR_ENTITY)
        try:
            calendar = calendar_of(rows, most=HIGHEST_POWER) if rows or entity is None else ()
        except OwnTariffError as error:
            return self.show_calendar(
                self._calendar, {CONF_CALENDAR: error.key}, error.placeholders
            )
        if entity is not None or coverage(calendar).is_plain:
            return await self.async_own_done(self._calendar)
        return await self.async_step_power_calendar_check()

    @property
    def _rows(self) -> Sequence[Mapping[str, Any]]:
        rows: Sequence[Mapping[str, Any]] = self._calendar.get(CONF_CALENDAR, ())
        return rows

    async def async_step_power_calendar_check(
        self, _: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say in which hours no row holds, or several do."""
        found = coverage(calendar_of(self._rows, most=HIGHEST_POWER))
        return self.async_show_menu(
            step_id="power_calendar_check",
            menu_options=["power_calendar_keep", "power_calendar_change"],
            description_placeholders={
                "limit": self._most,
                **{f"gaps_{day}": ranges(hours) for day, hours in found.gaps.items()},
                **{f"overlaps_{day}": ranges(hours) for day, hours in found.overlaps.items()},
            },
        )

    async def async_step_power_calendar_keep(
        self, _: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Somebody has read where the calendar has gaps and overlaps, and means it."""
        return await self.async_own_done(self._calendar)

    async def async_step_power_calendar_change(
        self, _: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Or not."""
        return self.show_calendar(self._calendar, {}, {})

    # The tariff

    def show_tariff(
        self, known: Mapping[str, Any], errors: dict[str, str], named: Mapping[str, str]
    ) -> ConfigFlowResult:
        """Ask what the operator bills."""
        beside = above(errors, _SECTIONS)
        currency = self.hass.config.currency
        return self.async_show_form(
            step_id="power_tariff",
            data_schema=self.add_suggested_values_to_schema(
                _tariff_schema(currency, opened=beside != errors), sectioned(known, _SECTIONS)
            ),
            errors=beside,
            description_placeholders=dict(named),
        )

    async def async_step_power_tariff(self, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Take a tariff that no file has."""
        values = flat(user_input, _SECTIONS)
        told = {key: value for key, value in values.items() if value not in (None, "", [])}
        told[CONF_CURRENCY] = self.hass.config.currency
        zone = str(dt_util.get_default_time_zone())
        try:
            own_tariff(told, minutes=self.window_minutes, time_zone=zone)
        except OwnTariffError as error:
            field = _FIELD_OF.get(error.key, CONF_COUNTED)
            return self.show_tariff(values, {field: error.key}, error.placeholders)
        except TariffError as error:
            return self.show_tariff(values, {"base": "tariff_wrong"}, {"error": str(error)})
        return await self.async_own_done({CONF_OWN_TARIFF: told})
