"""Reads the calendar of Home Assistant's whose events name the limits of windows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from .. import clock
from ..const import LOGGER
from ..peaks import named_limits
from ..peaks.named_limits import NamedLimits

BACK: Final = timedelta(hours=2)
"""So far back events are asked for: more than a window is long."""
AHEAD: Final = timedelta(days=7)
"""And so far ahead: what a week brings is the lowest that holds while nobody can read it."""
READ_EVERY: Final = 300.0
"""Seconds; who changes an event of today is heard at once."""
_PATIENCE: Final = 30.0
"""Seconds for an answer: some calendars ask a server."""


class LimitsCalendar:
    """What it says, and whether that is known. Without an entity it says nothing."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Begin with none."""
        self._hass = hass
        self._entry = entry
        self.entity: str | None = None
        self.limits = NamedLimits()
        self._due_at = 0.0
        self._is_reading = False
        self._unread_since: float | None = None
        self._stop_listening: Callable[[], None] | None = None
        entry.async_on_unload(self._listen_to_nobody)

    def follow(self, entity: str | None, *, lowest: float | None = None) -> None:
        """Read that one from now on; `lowest` (kW) is what it had named before a restart."""
        if entity == self.entity:
            return
        self._listen_to_nobody()
        self.entity = entity
        self._due_at, self._unread_since = 0.0, None
        self.limits = NamedLimits(lowest=lowest, is_known=entity is None)
        if entity is not None:
            self._unread_since = clock.monotonic()
            self._stop_listening = async_track_state_change_event(
                self._hass, entity, self._on_change
            )

    @property
    def name(self) -> str:
        """What people call it."""
        state = None if self.entity is None else self._hass.states.get(self.entity)
        return (self.entity or "") if state is None else state.name

    @property
    def unread_for(self) -> float:
        """Seconds for which it could not be read, or not all of it; 0: all is known."""
        return 0.0 if self._unread_since is None else clock.monotonic() - self._unread_since

    def look(self) -> None:
        """See whether it is there, and read it when that is due."""
        if self.entity is None:
            return
        if not self._is_there():
            self._can_not_be_read()
        elif clock.monotonic() >= self._due_at and not self._is_reading:
            self._is_reading = True
            self._due_at = clock.monotonic() + READ_EVERY
            self._entry.async_create_background_task(
                self._hass, self._read(self.entity), f"EV Load Manager reads {self.entity}"
            )

    def _is_there(self) -> bool:
        state = None if self.entity is None else self._hass.states.get(self.entity)
        return state is not None and state.state not in {STATE_UNAVAILABLE, STATE_UNKNOWN}

    async def _read(self, entity: str) -> None:
        try:
            async with clock.timeout(_PATIENCE):
                found = await self._events(entity)
        except Exception as error:  # noqa: BLE001 - whatever a calendar does, the lowest holds
            if entity == self.entity:
                if self.limits.is_known:
                    LOGGER.warning("The calendar %s can't be read: %r", entity, error)
                self._can_not_be_read()
        else:
            if entity == self.entity and self._is_there():
                self.limits = found
                if not found.has_riddles:
                    self._unread_since = None
                elif self._unread_since is None:
                    self._unread_since = clock.monotonic()
        finally:
            self._is_reading = False

    async def _events(self, entity: str) -> NamedLimits:
        now = clock.now()
        answer = await self._hass.services.async_call(
            "calendar",
            "get_events",
            {
                ATTR_ENTITY_ID: entity,
                "start_date_time": now - BACK,
                "end_date_time": now + AHEAD,
            },
            blocking=True,
            return_response=True,
        )
        told: Any = {} if answer is None else answer[entity]
        return NamedLimits.read(_event(one) for one in told["events"])

    def _can_not_be_read(self) -> None:
        """Nobody knows what it says by now: what is known of it holds, and the lowest of that."""
        if self._unread_since is None:
            self._unread_since = clock.monotonic()
        # It is read as soon as it is there.
        self._due_at = min(self._due_at, clock.monotonic() + READ_EVERY / 5)
        self.limits = replace(self.limits, is_known=False)

    @callback
    def _on_change(self, _: Event[EventStateChangedData]) -> None:
        self._due_at = 0.0

    @callback
    def _listen_to_nobody(self) -> None:
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None


def _event(told: Mapping[str, Any]) -> named_limits.Event:
    """An event as the action tells it; raises ValueError where it has no times."""
    texts = (told.get("summary"), told.get("description"))
    return named_limits.Event(
        _moment(told["start"]), _moment(told["end"]), "\n".join(text for text in texts if text)
    )


def _moment(text: str) -> datetime:
    """A time of an event, UTC; days begin at midnight of the house."""
    if (moment := dt_util.parse_datetime(text)) is not None:
        return dt_util.as_utc(moment)
    return dt_util.as_utc(dt_util.start_of_local_day(datetime.fromisoformat(text)))
