"""What happened to a group, to be told as it happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import EvLoadManagerEntity, Row, async_follow_places
from .load_manager import EvLoadManagerConfigEntry
from .places import FeederPlace, GroupPlace, Place
from .safe_limit_log import SafeLimitPeriod

PARALLEL_UPDATES = 0

ENGAGED: Final = "engaged"
RELEASED: Final = "released"


@dataclass(frozen=True, kw_only=True)
class EventRow(EventEntityDescription, Row[GroupPlace | FeederPlace]):
    """Something that happens to a group, or to a feeder with a meter."""


SAFE_LIMIT: Final = EventRow(
    key="safe_limit",
    translation_key="safe_limit",
    event_types=[ENGAGED, RELEASED],
    value_fn=lambda place: place.safe_limit_period,
    has_fn=lambda place: place.has_meter,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what happens to a group."""
    async_follow_places(hass, entry, Platform.EVENT, async_add_entities, _events_at)


def _events_at(place: Place) -> Iterator[SafeLimitEvent]:
    if isinstance(place, GroupPlace | FeederPlace) and SAFE_LIMIT.has_fn(place):
        yield SafeLimitEvent(place, SAFE_LIMIT)


class SafeLimitEvent(EvLoadManagerEntity[GroupPlace | FeederPlace], EventEntity):
    """The safe limit was engaged or released."""

    entity_description: EventRow

    @override
    @callback
    def _on_change(self) -> None:
        before: SafeLimitPeriod | None = self._seen.value
        self._seen = self._look()
        period: SafeLimitPeriod | None = self._seen.value
        if period is before:
            return
        for event_type, of in ((RELEASED, before), (ENGAGED, period)):
            if of is not None:
                self._trigger_event(event_type, _attributes(of))
                self.async_write_ha_state()


def _attributes(period: SafeLimitPeriod) -> dict[str, Any]:
    """Why, and how much the chargers shared meanwhile (A per phase)."""
    return {"cause": period.cause.value, "limit": period.limit}
