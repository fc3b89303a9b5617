"""How people add a feeder to a group, or change it; chargers say themselves where they hang."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME

from .const import CONF_MAXIMUM_CURRENT, CONF_PARENT, DIRECTLY
from .feeder_form import check_feeder, feeder_data, feeder_schema


class FeederFlow(ConfigSubentryFlow):
    """Ask for a feeder's fuse, its limit, and what feeds it."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a feeder."""
        errors: dict[str, str] = {}
        named: dict[str, str] = {}
        if user_input is not None:
            errors, named = check_feeder(self._get_entry(), user_input, None)
            if not errors:
                return self.async_create_entry(
                    title=user_input[CONF_NAME].strip(), data=feeder_data(user_input)
                )
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                feeder_schema(self._get_entry(), None), user_input or {CONF_PARENT: DIRECTLY}
            ),
            errors=errors,
            description_placeholders=named,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a feeder; its limit is an entity."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        named: dict[str, str] = {}
        if user_input is not None:
            errors, named = check_feeder(entry, user_input, subentry.subentry_id)
            if not errors:
                first_value = {
                    key: value
                    for key, value in subentry.data.items()
                    if key == CONF_MAXIMUM_CURRENT
                }
                return self.async_update_and_abort(
                    entry,
                    subentry,
                    title=user_input[CONF_NAME].strip(),
                    data=first_value | feeder_data(user_input),
                )
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                feeder_schema(entry, subentry.subentry_id),
                user_input or {**subentry.data, CONF_NAME: subentry.title},
            ),
            errors=errors,
            description_placeholders=named,
        )
