"""What the logbook says of a group.

Home Assistant itself tells what its entities do; here stands what no state of one
says in a line: why the safe limit came into force, and how low it is.
"""

from collections.abc import Callable
from typing import Final

from homeassistant.components.logbook.const import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import ATTR_CAUSE, ATTR_LIMIT, ATTR_TYPE, DOMAIN, EVENT_SAFE_LIMIT

type Describe = Callable[[Event], dict[str, str]]

_TEXT: Final = f"component.{DOMAIN}.common.logbook_safe_limit_"
_CAUSE: Final = f"component.{DOMAIN}.entity.event.safe_limit.state_attributes.cause.state."


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Describe], None]
) -> None:
    """Offer a line for every event of ours."""

    @callback
    def describe_safe_limit(event: Event) -> dict[str, str]:
        """Who shares the safe limit (or no longer), its amperes per phase, and why."""
        kind, cause = str(event.data[ATTR_TYPE]), str(event.data[ATTR_CAUSE])
        texts = {
            key: text
            for category in ("common", "entity")
            for key, text in async_get_cached_translations(
                hass, hass.config.language, category, DOMAIN
            ).items()
        }
        # Whoever reads old lines while no group is loaded may find no texts.
        message = texts.get(f"{_TEXT}{kind}", kind).format(
            limit=f"{event.data[ATTR_LIMIT]:g}", cause=texts.get(f"{_CAUSE}{cause}", cause)
        )
        return {
            LOGBOOK_ENTRY_NAME: str(event.data[ATTR_NAME]),
            LOGBOOK_ENTRY_MESSAGE: message,
            LOGBOOK_ENTRY_ENTITY_ID: str(event.data[ATTR_ENTITY_ID]),
        }

    async_describe_event(DOMAIN, EVENT_SAFE_LIMIT, describe_safe_limit)
