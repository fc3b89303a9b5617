"""Have an outlet go on that a driver paused who has left."""

from collections.abc import Callable
from functools import partial
import sqlite3

from homeassistant.core import HomeAssistant, callback

from ..balancing.site import ConnectorId
from ..const import LOGGER
from ..errors import SettingError
from ..group.load_manager import EvLoadManagerConfigEntry
from ..sessions.news import ENDED, News
from ..sessions.pauses import take_pauses
from ..sessions.shared import async_shared_book


class DriverPauses:
    """Listens for ends of sessions, and lets the outlets of one group go on."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Listen to nothing yet."""
        self._hass = hass
        self._entry = entry

    @callback
    def start(self) -> Callable[[], None]:
        """Listen, and look at what ended meanwhile; returns how to end that."""
        book = async_shared_book(self._hass).book
        if book is None:
            return lambda: None
        self._look()
        return book.add_listener(self._heard)

    @callback
    def _heard(self, news: News) -> None:
        if news.kind == ENDED:
            self._look()

    @callback
    def _look(self) -> None:
        self._entry.async_create_task(self._hass, self._go_on(), "outlets that go on")

    async def _go_on(self) -> None:
        shared = async_shared_book(self._hass)
        if shared.book is None:
            return
        live, outlets = self._entry.runtime_data.live, self._entry.runtime_data.site.connectors
        try:
            over = await shared.book.change(partial(take_pauses, outlets=tuple(outlets)))
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("Pauses of drivers are looked at later: %s", error)
            return
        for outlet in over:
            try:
                await live.change_connector(ConnectorId(*outlet), charging_allowed=True)
            except SettingError as error:
                LOGGER.debug("%s/%s stays paused: %s", *outlet, error)
