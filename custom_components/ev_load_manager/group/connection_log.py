"""Tells the log once when a charger goes, and once when it is back."""

from homeassistant.core import callback

from ..const import LOGGER
from .load_manager import EvLoadManagerConfigEntry


class ConnectionLog:
    """Watches the chargers of one group."""

    def __init__(self, entry: EvLoadManagerConfigEntry) -> None:
        self._entry = entry
        self._online: set[str] = set()

    @callback
    def async_update(self) -> None:
        """Look who has come and gone since."""
        manager = self._entry.runtime_data
        names = {charger.charger_id: charger.name for charger in manager.chargers.values()}
        online = {charger_id for charger_id in names if manager.chargers.charger(charger_id).online}
        if online == self._online:
            return
        for charger_id in online - self._online:
            LOGGER.info("%s: %s is connected", manager.group.name, names[charger_id])
        # Who was removed from the group is not missed.
        for charger_id in (self._online - online) & names.keys():
            LOGGER.info("%s: %s is not connected any more", manager.group.name, names[charger_id])
        self._online = online
