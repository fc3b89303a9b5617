"""Who is told of what, as the page shows it and changes it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.components.notify.const import DOMAIN as NOTIFY
from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.core import HomeAssistant, callback

from ..entities.situations import name_of
from ..entities.targets import ConnectorTarget, places
from ..errors import refusal
from ..group.load_manager import EvLoadManagerConfigEntry
from ..group.notifications import Recipient, Topic

RECIPIENTS: Final = [
    {
        vol.Required("entity_id"): str,
        vol.Required("topics"): [vol.In([topic.value for topic in Topic])],
        vol.Optional("place"): vol.Any(None, str),
    }
]
"""A list of recipients as it comes from the page."""


@callback
def who_is_told(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> dict[str, Any]:
    """Tell who is told of what, and who could be.

    `{"recipients": [{"entity_id", "topics", "place"}], "entities": [{"entity_id", "name"}],
    "places": [{"key", "name"}]}`; a place is an outlet by its key, None the whole group.
    """
    return {
        "recipients": [
            {"entity_id": one.entity_id, "topics": sorted(one.topics), "place": one.place}
            for one in entry.runtime_data.notifications.recipients
        ],
        "entities": [
            {
                "entity_id": state.entity_id,
                "name": state.attributes.get(ATTR_FRIENDLY_NAME, state.entity_id),
            }
            for state in sorted(hass.states.async_all(NOTIFY), key=lambda one: one.entity_id)
        ],
        "places": [
            {"key": place.key, "name": name_of(place)}
            for place in places(hass, entry)
            if isinstance(place, ConnectorTarget)
        ],
    }


async def change_who_is_told(
    entry: EvLoadManagerConfigEntry, recipients: Iterable[Mapping[str, Any]]
) -> None:
    """Take over a list; raises ServiceValidationError where one of it is no notify entity."""
    found = []
    for one in recipients:
        entity_id: str = one["entity_id"]
        if not entity_id.startswith(f"{NOTIFY}."):
            raise refusal("no_notify_entity", entity=entity_id or "?")
        topics = frozenset(Topic(topic) for topic in one["topics"])
        found.append(Recipient(entity_id=entity_id, topics=topics, place=one.get("place")))
    await entry.runtime_data.notifications.change(found)
