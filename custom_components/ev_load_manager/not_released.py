"""Tells people which chargers may go on with limits of ours that nobody renews any more."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN, LOGGER
from .told_issues import tag_of


@callback
def async_tell_not_released(
    hass: HomeAssistant, entry_id: str, chargers: Mapping[str, str], *, group: str
) -> None:
    """Say that chargers were removed which could not be told: charge point id -> name.

    It outlives the group and a restart: only a person can do something about it.
    """
    if not chargers:
        return
    listed = ", ".join(sorted(chargers.values()))
    LOGGER.warning(
        "Removed from %s without having been told: %s. They may keep their last limits:"
        " clear their charging profiles, or restore their factory settings",
        group,
        listed,
    )
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"not_released_{entry_id}_{tag_of(*sorted(chargers))}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key="not_released",
        translation_placeholders={"group": group, "names": listed},
    )
