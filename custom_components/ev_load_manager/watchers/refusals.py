"""Tells people who is refused at a port before it is anybody's charger, and what to change."""

from itertools import islice
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..const import CONF_LISTEN_HOST, CONF_LISTEN_PORT
from ..csms.transport.refusals import Cause, Refused
from ..group.load_manager import EvLoadManagerConfigEntry
from ..group.pending_chargers import charger_url
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, IssueTracker, tag_of
from .pending_chargers import groups_on

_MOST: Final = 5
"""No more are told of at once: somebody who floods the port must not fill the list."""
ISSUE_KEYS: Final = {
    Cause.ADDRESS: Repair.REFUSED_ADDRESS,
    Cause.SUBPROTOCOL: Repair.REFUSED_SUBPROTOCOL,
    Cause.WEB_PAGE: Repair.REFUSED_WEB_PAGE,
    Cause.NO_WEBSOCKET: Repair.REFUSED_NO_WEBSOCKET,
    Cause.TOO_MANY: Repair.REFUSED_TOO_MANY,
    Cause.ELSEWHERE: Repair.REFUSED_ELSEWHERE,
    Cause.OTHER_CERTIFICATE: Repair.REFUSED_OTHER_CERTIFICATE,
    Cause.TLS_EXPECTED: Repair.REFUSED_TLS_EXPECTED,
    Cause.TLS_UNEXPECTED: Repair.REFUSED_TLS_UNEXPECTED,
    Cause.TLS_RSA_SUITES: Repair.REFUSED_TLS_RSA_SUITES,
    Cause.TLS_SUITES: Repair.REFUSED_TLS_SUITES,
    Cause.TLS_VERSION: Repair.REFUSED_TLS_VERSION,
    Cause.TLS_CERTIFICATE: Repair.REFUSED_TLS_CERTIFICATE,
    Cause.TLS_DISTRUST: Repair.REFUSED_TLS_DISTRUST,
    Cause.TLS: Repair.REFUSED_TLS,
}
"""Those that need no charger that was added; the others have issues of their own."""


class RefusalIssues:
    """The repair issues for those who are refused at a group's port."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._issues = IssueTracker(hass)

    @callback
    def async_update(self) -> None:
        """Look who is refused, once in a while; of groups that share a port the first tells."""
        if not self._issues.is_time():
            return
        host = str(self._entry.data[CONF_LISTEN_HOST])
        port = int(self._entry.data[CONF_LISTEN_PORT])
        first = groups_on(self._hass, host, port)[:1] == [self._entry]
        told = self._entry.runtime_data.access.refused() if first else ()
        named = (one for one in told if one.cause in ISSUE_KEYS)
        self._issues.async_tell(
            {self._id(one, port): self._issue(one) for one in islice(named, _MOST)}
        )

    @callback
    def async_delete(self) -> None:
        """The group ends; another one on its port tells now."""
        self._issues.async_tell({})

    def _id(self, refused: Refused, port: int) -> str:
        whose = tag_of(refused.address, refused.charger_id)
        return f"{ISSUE_KEYS[refused.cause]}_{port}_{whose}"

    def _issue(self, refused: Refused) -> Issue:
        group = self._entry.runtime_data.group
        return Issue(
            key=ISSUE_KEYS[refused.cause],
            placeholders={
                # Titles are plain text, descriptions are Markdown.
                "where": refused.address,
                "address": as_it_is(refused.address),
                "charger_id": as_it_is(refused.charger_id) or "?",
                "detail": as_it_is(refused.detail) or "?",
                "url": charger_url(self._hass, group, "ID"),
                "group": self._entry.title,
            },
        )
