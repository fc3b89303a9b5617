"""Tells people when somebody tries to be one of their chargers, or a charger can't come in."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .load_manager import EvLoadManagerConfigEntry


class LoginIssue:
    """The repair issues of one group, one for each charger."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Watch from now on; `async_update` looks."""
        self._hass = hass
        self._entry = entry
        self._told: dict[str, str] = {}

    @callback
    def async_update(self) -> None:
        """Look who was refused for long."""
        manager = self._entry.runtime_data
        failed = manager.access.failed_logins()
        for charger_id in self._told.keys() - failed.keys():
            self._delete(charger_id)
        for charger_id, login in failed.items():
            if self._told.get(charger_id) == login.address:
                continue
            self._told[charger_id] = login.address
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                self._id(charger_id),
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key="login_failed",
                translation_placeholders={
                    "charger": manager.chargers.named(charger_id).name,
                    "charger_id": charger_id,
                    "group": self._entry.title,
                    "address": login.address,
                },
            )

    @callback
    def async_delete(self) -> None:
        """The group ends, and what is wrong with it."""
        for charger_id in list(self._told):
            self._delete(charger_id)

    def _delete(self, charger_id: str) -> None:
        del self._told[charger_id]
        ir.async_delete_issue(self._hass, DOMAIN, self._id(charger_id))

    def _id(self, charger_id: str) -> str:
        return f"login_failed_{self._entry.entry_id}_{charger_id}"
