"""Who may charge, as the page shows it and changes it."""

from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_ACCEPT_ALL_TAGS, CONF_ID_TAGS
from ..errors import refusal
from ..flows.tags_flow import (
    FIELD_BLOCKED,
    FIELD_EXPIRES,
    FIELD_GROUP,
    FIELD_NAME,
    FIELD_TAG,
    fault_of_tags,
    tags_data,
    tidy_tags,
)

TAGS: Final = [
    {
        vol.Required(FIELD_NAME): str,
        vol.Required(FIELD_TAG): str,
        vol.Optional(FIELD_EXPIRES): vol.Any("", vol.Date()),
        vol.Optional(FIELD_GROUP): str,
        vol.Optional(FIELD_BLOCKED): bool,
    }
]
"""A list of cards as it comes from the page."""


@callback
def who_may_charge(entry: ConfigEntry[Any]) -> dict[str, Any]:
    """Tell who may charge: `{"everybody": bool, "tags": [...], "seen": [...]}`.

    `seen` are tags that were shown to a charger lately and have no name, the last one first.
    """
    loaded = entry.state is ConfigEntryState.LOADED
    return {
        "everybody": entry.options.get(CONF_ACCEPT_ALL_TAGS, True),
        "tags": entry.options.get(CONF_ID_TAGS, []),
        "seen": list(entry.runtime_data.access.strangers()) if loaded else [],
    }


@callback
def change_who_may_charge(
    hass: HomeAssistant, entry: ConfigEntry[Any], *, everybody: bool, tags: list[dict[str, Any]]
) -> None:
    """Take over a list; raises ServiceValidationError where something is wrong with it."""
    tidy = tidy_tags(tags)
    error, tag = fault_of_tags(tidy)
    if error is not None:
        raise refusal(error, tag=tag)
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, **tags_data(tidy, everybody=everybody)}
    )
