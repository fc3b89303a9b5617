"""How people say who may charge: everybody, or who is in a list."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    DateSelector,
    ObjectSelector,
    ObjectSelectorConfig,
    TextSelector,
)

from ..const import CONF_ACCEPT_ALL_TAGS, CONF_ID_TAGS
from ..csms.charge_point.authorization import LONGEST
from ..issues.markdown import as_it_is

FIELD_TAG: Final = "id_tag"
FIELD_NAME: Final = "name"
FIELD_BLOCKED: Final = "blocked"
FIELD_EXPIRES: Final = "expires"
FIELD_GROUP: Final = "group"

SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_ACCEPT_ALL_TAGS): BooleanSelector(),
        vol.Optional(CONF_ID_TAGS): ObjectSelector(
            ObjectSelectorConfig(
                fields={
                    FIELD_NAME: {"selector": TextSelector(), "required": True},
                    FIELD_TAG: {"selector": TextSelector(), "required": True},
                    FIELD_EXPIRES: {"selector": DateSelector()},
                    FIELD_GROUP: {"selector": TextSelector()},
                    FIELD_BLOCKED: {"selector": BooleanSelector()},
                },
                multiple=True,
                label_field=FIELD_NAME,
                description_field=FIELD_TAG,
                translation_key=CONF_ID_TAGS,
            )
        ),
    }
)


class TagsFlow(OptionsFlow):
    """Change who may charge at the chargers of a group."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the list, and take it over."""
        errors: dict[str, str] = {}
        placeholders = {"tag": "", "seen": self._seen()}
        if user_input is not None:
            tags = tidy_tags(user_input.get(CONF_ID_TAGS, ()))
            error, placeholders["tag"] = fault_of_tags(tags)
            if error is None:
                everybody = bool(user_input[CONF_ACCEPT_ALL_TAGS])
                return self.async_create_entry(
                    data={**self.config_entry.options, **tags_data(tags, everybody=everybody)}
                )
            errors["base"] = error
        options = {CONF_ACCEPT_ALL_TAGS: True, CONF_ID_TAGS: [], **self.config_entry.options}
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, user_input or options),
            errors=errors,
            description_placeholders=placeholders,
        )

    def _seen(self) -> str:
        """Tags that were shown to a charger lately and are in no list."""
        entry = self.config_entry
        if entry.state is not ConfigEntryState.LOADED:
            return "–"
        return ", ".join(map(as_it_is, entry.runtime_data.access.strangers())) or "–"


def tidy_tags(tags: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a list as they are stored, whatever is wrong with them."""
    return [_tidy(tag) for tag in tags]


def tags_data(tags: list[dict[str, Any]], *, everybody: bool) -> dict[str, Any]:
    """The options that say who may charge."""
    return {CONF_ACCEPT_ALL_TAGS: everybody, CONF_ID_TAGS: tags}


def _tidy(tag: Mapping[str, Any]) -> dict[str, Any]:
    tidy: dict[str, Any] = {
        FIELD_NAME: str(tag[FIELD_NAME]).strip(),
        FIELD_TAG: str(tag[FIELD_TAG]).strip(),
        FIELD_BLOCKED: bool(tag.get(FIELD_BLOCKED, False)),
    }
    for field in (FIELD_EXPIRES, FIELD_GROUP):
        if text := str(tag.get(field) or "").strip():
            tidy[field] = text
    return tidy


def fault_of_tags(tags: list[dict[str, Any]]) -> tuple[str | None, str]:
    """Key of what is wrong with a list, and the tag that it is about."""
    seen: set[str] = set()
    for tag in tags:
        text = tag[FIELD_TAG]
        if not text or not tag[FIELD_NAME]:
            return "tag_incomplete", text or tag[FIELD_NAME]
        if len(text) > LONGEST:
            return "tag_too_long", text
        if len(tag.get(FIELD_GROUP, "")) > LONGEST:
            return "tag_group_too_long", tag[FIELD_GROUP]
        if text.casefold() in seen:
            return "tag_twice", text
        seen.add(text.casefold())
    return None, ""
