"""What the logbook says of a group and its chargers.

Home Assistant itself tells what its entities do; here stands what no state of one
says in a line: why the safe limit came into force and how low it is, and how far an
update or an upload of a charger is.
"""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.components.logbook.const import (
    LOGBOOK_ENTRY_ENTITY_ID,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import (
    ATTR_CAUSE,
    ATTR_INFO,
    ATTR_LIMIT,
    ATTR_STATUS,
    ATTR_TYPE,
    DOMAIN,
    EVENT_REPORT,
    EVENT_SAFE_LIMIT,
)
from .errors import figure

type Describe = Callable[[Event], dict[str, str]]

_TEXT: Final = f"component.{DOMAIN}.common.logbook_"
_ATTRIBUTES: Final = f"component.{DOMAIN}.entity.event.{{}}.state_attributes.{{}}.state.{{}}"


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Describe], None]
) -> None:
    """Offer a line for every event of ours."""

    @callback
    def describe_safe_limit(event: Event) -> dict[str, str]:
        """Who shares the safe limit (or no longer), its amperes per phase, and why."""
        texts = _texts(hass)
        kind, cause = str(event.data[ATTR_TYPE]), str(event.data[ATTR_CAUSE])
        message = texts.get(f"{_TEXT}safe_limit_{kind}", kind).format(
            limit=figure(event.data[ATTR_LIMIT]),
            cause=texts.get(_ATTRIBUTES.format("safe_limit", "cause", cause), cause),
        )
        return _line(event, message)

    @callback
    def describe_report(event: Event) -> dict[str, str]:
        """What a charger tells of, in our words, and how far that is, in its own."""
        texts = _texts(hass)
        kind, info = str(event.data[ATTR_TYPE]), str(event.data[ATTR_INFO])
        message = texts.get(f"{_TEXT}report", "{status} ({about})").format(
            status=event.data[ATTR_STATUS],
            about=texts.get(_ATTRIBUTES.format("report", "event_type", kind), kind),
        )
        return _line(event, f"{message}: {info}" if info else message)

    async_describe_event(DOMAIN, EVENT_SAFE_LIMIT, describe_safe_limit)
    async_describe_event(DOMAIN, EVENT_REPORT, describe_report)


def _texts(hass: HomeAssistant) -> Mapping[str, str]:
    """Our texts; whoever reads old lines while no group is loaded may find none."""
    return {
        key: text
        for category in ("common", "entity")
        for key, text in async_get_cached_translations(
            hass, hass.config.language, category, DOMAIN
        ).items()
    }


def _line(event: Event, message: str) -> dict[str, str]:
    return {
        LOGBOOK_ENTRY_NAME: str(event.data[ATTR_NAME]),
        LOGBOOK_ENTRY_MESSAGE: message,
        LOGBOOK_ENTRY_ENTITY_ID: str(event.data[ATTR_ENTITY_ID]),
    }
