"""Tells people when somebody tries to be one of their chargers, or a charger can't come in."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant, callback

from ..const import CONF_CERTIFICATE_NAME, CONF_CHARGER_ID, CONF_ENTRY_ID
from ..csms.transport.certificates import Certificate
from ..csms.transport.failed_logins import FailedLogins
from ..csms.transport.refusals import Cause
from ..group.load_manager import EvLoadManagerConfigEntry
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, IssueTracker, tag_of


class LoginIssue:
    """The repair issues of one group, at most one of each kind for each charger."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        self._entry = entry
        self._issues = IssueTracker(hass)

    @callback
    def async_update(self) -> None:
        """Look who was refused for long."""
        self._issues.async_tell(
            {
                f"{issue.key}_{self._entry.entry_id}_{tag_of(charger_id)}": issue
                for charger_id, issue in self._found()
            }
        )

    @callback
    def async_delete(self) -> None:
        """The group ends, and what is wrong with it."""
        self._issues.async_tell({})

    def _found(self) -> Iterator[tuple[str, Issue]]:
        """What is wrong, with the charger's id."""
        manager = self._entry.runtime_data
        for login in manager.access.failed_logins().values():
            yield (login.charger_id, self._failed(login))
        for login in manager.access.second_sockets().values():
            connected = manager.access.point(login.charger_id).identity.address
            words = {**self._words(login), "connected": as_it_is(connected)}
            yield login.charger_id, Issue(key=Repair.SECOND_SOCKET, placeholders=words)

    def _failed(self, login: FailedLogins) -> Issue:
        words = self._words(login)
        match login.cause:
            case Cause.USER_NAME:
                return Issue(
                    key=Repair.LOGIN_OTHER_NAME,
                    placeholders={**words, "name": as_it_is(login.detail)},
                )
            case Cause.OTHER_CERTIFICATE:
                return Issue(
                    key=Repair.LOGIN_OTHER_CERTIFICATE,
                    placeholders={**words, "name": as_it_is(login.detail)},
                )
            case Cause.UNCONFIRMED_CERTIFICATE if login.certificate is not None:
                return self._new_certificate(login, login.certificate)
            case _:
                return Issue(key=Repair.LOGIN_FAILED, placeholders=words)

    def _new_certificate(self, login: FailedLogins, shown: Certificate) -> Issue:
        """Ask people: the CA for chargers has signed it, and only they know which one has it."""
        words = self._words(login)
        return Issue(
            key=Repair.LOGIN_NEW_CERTIFICATE,
            placeholders={**words, "name": as_it_is(shown.name), "fingerprint": shown.fingerprint},
            data={
                CONF_ENTRY_ID: self._entry.entry_id,
                CONF_CHARGER_ID: login.charger_id,
                CONF_CERTIFICATE_NAME: shown.name,
            },
        )

    def _words(self, login: FailedLogins) -> dict[str, str]:
        return {
            "charger": self._entry.runtime_data.chargers.named(login.charger_id).name,
            "charger_id": as_it_is(login.charger_id),
            "group": self._entry.title,
            "address": as_it_is(login.address),
        }
