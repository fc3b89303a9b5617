"""Have places in the session book called what their chargers are called."""

from functools import partial

from homeassistant.core import HomeAssistant, callback

from .. import clock
from ..balancing.site import Site
from ..group.load_manager import EvLoadManagerConfigEntry
from ..sessions.keeping import name_places
from ..sessions.shared import async_shared_book


class SessionPlaces:
    """Tells the book of a group's outlets, whenever they or their names change."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Nothing is told yet."""
        self._hass = hass
        self._entry = entry
        self._site: Site | None = None
        self._told: dict[tuple[str, int], str] = {}

    @callback
    def async_update(self) -> None:
        """Look whether there is something new; a site is made anew with every setting."""
        manager = self._entry.runtime_data
        if manager.site is self._site:
            return
        self._site = manager.site
        names: dict[tuple[str, int], str] = {}
        for charger in manager.chargers.values():
            connectors = list(manager.chargers.connectors_of(charger))
            for connector in connectors:
                name = charger.name
                names[connector] = name if len(connectors) == 1 else f"{name} / {connector.number}"
        book = async_shared_book(self._hass).book
        if names != self._told and book is not None:
            self._told = names
            book.alter(partial(name_places, names=names, at=clock.now().timestamp()))
