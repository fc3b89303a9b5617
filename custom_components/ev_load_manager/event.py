"""What happened to a group or a charger, to be told as it happens."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
import sqlite3
from typing import Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, ATTR_NAME, EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import (
    ATTR_CAUSE,
    ATTR_INFO,
    ATTR_LIMIT,
    ATTR_STATUS,
    ATTR_TYPE,
    EVENT_REPORT,
    EVENT_SAFE_LIMIT,
)
from .csms.charge_point.reports import ReportKind
from .entities.rows import Row
from .entities.targets import ChargerTarget, ConnectorTarget, FeederTarget, GroupTarget, Place
from .entity import EvLoadManagerEntity, async_follow_places
from .group.load_manager import EvLoadManagerConfigEntry
from .history.safe_limit_log import SafeLimitPeriod
from .sessions.book import Book
from .sessions.news import CORRECTED, ENDED, STARTED, News
from .sessions.shared import async_shared_book
from .sessions.views import ATTR_SESSION, described

PARALLEL_UPDATES = 0

ENGAGED: Final = "engaged"
RELEASED: Final = "released"


@dataclass(frozen=True, kw_only=True)
class EventRow(EventEntityDescription, Row[GroupTarget | FeederTarget]):
    """Something that happens to a group, or to a feeder with a meter."""


SAFE_LIMIT: Final = EventRow(
    key="safe_limit",
    translation_key="safe_limit",
    event_types=[ENGAGED, RELEASED],
    value_fn=lambda place: place.safe_limit_period,
    has_fn=lambda place: place.has_meter,
)


@dataclass(frozen=True, kw_only=True)
class ReportRow(EventEntityDescription, Row[ChargerTarget]):
    """What a charger tells of work that goes on in it."""


REPORT: Final = ReportRow(
    key="report",
    translation_key="report",
    entity_category=EntityCategory.DIAGNOSTIC,
    event_types=[kind.value for kind in ReportKind],
    value_fn=lambda place: place.point.reports.newest,
)


@dataclass(frozen=True, kw_only=True)
class SessionRow(EventEntityDescription, Row[ConnectorTarget]):
    """What becomes of sessions at an outlet."""


SESSION: Final = SessionRow(
    key="session",
    translation_key="session",
    entity_registry_enabled_default=False,
    event_types=[STARTED, ENDED, CORRECTED],
    value_fn=lambda _: None,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what happens to a group."""
    async_follow_places(hass, entry, Platform.EVENT, async_add_entities, _events_at)


def _events_at(place: Place) -> Iterator[SafeLimitEvent | ReportEvent | SessionEvent]:
    if isinstance(place, GroupTarget | FeederTarget) and SAFE_LIMIT.has_fn(place):
        yield SafeLimitEvent(place, SAFE_LIMIT)
    elif isinstance(place, ChargerTarget):
        yield ReportEvent(place, REPORT)
    elif isinstance(place, ConnectorTarget):
        yield SessionEvent(place, SESSION)


class SafeLimitEvent(EvLoadManagerEntity[GroupTarget | FeederTarget], EventEntity):
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
                self._trigger_event(event_type, told := _attributes(of))
                self.async_write_ha_state()
                _tell_logbook(self, EVENT_SAFE_LIMIT, event_type, told)


class ReportEvent(EvLoadManagerEntity[ChargerTarget], EventEntity):
    """A charger told how far an update or an upload is, or of a security event."""

    entity_description: ReportRow

    @override
    @callback
    def _on_change(self) -> None:
        before = self._seen.value
        self._seen = self._look()
        if self._seen.value == before:
            return
        for report in self.place.point.reports.recent:
            if before is None or report.number > before:
                told = {ATTR_STATUS: report.status, ATTR_INFO: report.info}
                self._trigger_event(report.kind.value, told)
                self.async_write_ha_state()
                _tell_logbook(self, EVENT_REPORT, report.kind.value, told)


class SessionEvent(EvLoadManagerEntity[ConnectorTarget], EventEntity):
    """A session began, ended, or was corrected; names of drivers are nowhere in it."""

    entity_description: SessionRow

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of what is in the book."""
        await super().async_added_to_hass()
        book = async_shared_book(self.hass).book
        if book is not None:
            self.async_on_remove(book.add_listener(partial(self._heard, book)))

    @override
    @callback
    def _on_change(self) -> bool:
        return False

    @callback
    def _heard(self, book: Book, news: News) -> None:
        if (news.charger, news.connector) == self.place.id:
            self.hass.async_create_task(self._tell(book, news), f"session {news.kind}")

    async def _tell(self, book: Book, news: News) -> None:
        try:
            told = await book.read(partial(described, uid=news.uid))
        except sqlite3.Error, OSError:
            told = None
        self._trigger_event(news.kind, told or {ATTR_SESSION: news.uid})
        self.async_write_ha_state()


def _tell_logbook(
    entity: EventEntity, bus_event: str, event_type: str, told: Mapping[str, Any]
) -> None:
    """Have the logbook say what no state of an entity says there."""
    device = entity.device_entry
    entity.hass.bus.async_fire(
        bus_event,
        {
            ATTR_ENTITY_ID: entity.entity_id,
            ATTR_DEVICE_ID: device and device.id,
            ATTR_NAME: device and (device.name_by_user or device.name),
            ATTR_TYPE: event_type,
            **told,
        },
    )


def _attributes(period: SafeLimitPeriod) -> dict[str, Any]:
    """Why, and how much the chargers shared meanwhile (A per phase)."""
    return {ATTR_CAUSE: period.cause.value, ATTR_LIMIT: period.limit}
