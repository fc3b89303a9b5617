"""Tells people of chargers that have connected and that nobody has added."""

from itertools import islice
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from ..const import CONF_CHARGER_ID, CONF_LISTEN_HOST, CONF_LISTEN_PORT, DOMAIN
from ..csms.pending_charger import PendingCharger
from ..group.load_manager import EvLoadManagerConfigEntry
from ..group.pending_chargers import pending_chargers
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, IssueTracker, tag_of

_MOST: Final = 5
"""No more are told of at once: all of them are on the page, and in the flow."""


def groups_on(hass: HomeAssistant, host: str, port: int) -> list[EvLoadManagerConfigEntry]:
    """The running groups whose chargers dial an address and port."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.state is ConfigEntryState.LOADED
        and (entry.data[CONF_LISTEN_HOST], entry.data[CONF_LISTEN_PORT]) == (host, port)
    ]


def issue_id(charger_id: str, *, port: int) -> str:
    """Id of the issue that leads to the form which adds a charger."""
    return f"{Repair.UNKNOWN_CHARGER}_{port}_{tag_of(charger_id)}"


def unknown_issue(charger: PendingCharger, *, host: str, port: int) -> Issue:
    """That a charger waits to be added."""
    model = " ".join(filter(None, (charger.vendor, charger.model)))
    return Issue(
        key=Repair.UNKNOWN_CHARGER,
        placeholders={
            # Titles are plain text, descriptions are Markdown.
            "id": charger.id,
            "charger_id": as_it_is(charger.id),
            "model": as_it_is(model) or "?",
            "serial": as_it_is(charger.serial) or "?",
            "address": as_it_is(charger.address),
        },
        data={CONF_CHARGER_ID: charger.id, CONF_LISTEN_HOST: host, CONF_LISTEN_PORT: port},
    )


class PendingChargerIssues:
    """The repair issues for the chargers that wait on a group's port."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._issues = IssueTracker(hass)

    @callback
    def async_update(self) -> None:
        """Look who waits, once in a while: another group may have told so far."""
        if self._issues.is_time():
            self.async_look()

    @callback
    def async_look(self) -> None:
        """Look who waits; of groups that share a port the first one tells."""
        host = str(self._entry.data[CONF_LISTEN_HOST])
        port = int(self._entry.data[CONF_LISTEN_PORT])
        groups = groups_on(self._hass, host, port)
        chargers = pending_chargers(self._entry) if groups[:1] == [self._entry] else {}
        self._issues.async_tell(
            {
                issue_id(one.id, port=port): unknown_issue(one, host=host, port=port)
                for one in islice(chargers.values(), _MOST)
            }
        )

    @callback
    def async_delete(self) -> None:
        """The group ends; another one on its port tells now."""
        self._issues.async_tell({})
