"""Tells people who is refused at a port before it is anybody's charger, and what to change."""

from itertools import islice
from typing import Final

from homeassistant.core import HomeAssistant, callback

from ..const import CONF_LISTEN_HOST, CONF_LISTEN_PORT
from ..csms.transport.refusals import Cause, Refused
from ..group.issue_tracker import Issue, IssueTracker, tag_of
from ..group.load_manager import EvLoadManagerConfigEntry
from ..group.markdown import as_it_is
from ..group.pending_chargers import charger_url
from .pending_chargers import groups_on

_MOST: Final = 5
"""No more are told of at once: somebody who floods the port must not fill the list."""
ISSUE_KEYS: Final = {
    Cause.ADDRESS: "refused_address",
    Cause.SUBPROTOCOL: "refused_subprotocol",
    Cause.WEB_PAGE: "refused_web_page",
    Cause.NO_WEBSOCKET: "refused_no_websocket",
    Cause.TOO_MANY: "refused_too_many",
    Cause.ELSEWHERE: "refused_elsewhere",
    Cause.OTHER_CERTIFICATE: "refused_other_certificate",
    Cause.TLS_EXPECTED: "refused_tls_expected",
    Cause.TLS_UNEXPECTED: "refused_tls_unexpected",
    Cause.TLS_RSA_SUITES: "refused_tls_rsa_suites",
    Cause.TLS_SUITES: "refused_tls_suites",
    Cause.TLS_VERSION: "refused_tls_version",
    Cause.TLS_CERTIFICATE: "refused_tls_certificate",
    Cause.TLS_DISTRUST: "refused_tls_distrust",
    Cause.TLS: "refused_tls",
}
"""Those that need no charger that was added; the others have issues of their own."""


class RefusalIssues:
    """The repair issues for those who are refused at a group's port."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Watch from now on; `async_update` looks."""
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
