"""What people said of their chargers' billing backends."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant, callback

from ..const import (
    CONF_AUTHORITY,
    CONF_BOTH_LISTS,
    CONF_CERTIFICATE,
    CONF_CHARGER,
    CONF_CHARGER_CERTIFICATES,
    CONF_CHARGER_ID,
    CONF_IDENTITY,
    CONF_KEY,
    CONF_KNOWN_DAYS,
    CONF_OFFLINE,
    CONF_ROLE,
    CONF_URL,
    ROLE_DECIDES,
    SUBENTRY_BACKEND,
    SUBENTRY_CHARGER,
)
from ..csms.backends.settings import BackendSettings, Offline

KNOWN_DAYS: Final = 30
MOST: Final = 3
"""Backends of one charger."""

type BackendsOf = Mapping[str, Mapping[str, BackendSettings]]
"""By charge point id, and by the ids of their subentries."""


def backend_of(subentry_id: str, name: str, data: Mapping[str, Any]) -> BackendSettings:
    """Read the data of a backend's subentry."""
    return BackendSettings(
        id=subentry_id,
        name=name,
        url=str(data[CONF_URL]),
        identity=str(data[CONF_IDENTITY]),
        password=data.get(CONF_PASSWORD) or None,
        authority=data.get(CONF_AUTHORITY) or None,
        certificate=data.get(CONF_CERTIFICATE) or None,
        key=data.get(CONF_KEY) or None,
        decides=data.get(CONF_ROLE, ROLE_DECIDES) == ROLE_DECIDES,
        both_lists=bool(data.get(CONF_BOTH_LISTS)),
        # One that was entered before there was the question has not been allowed it.
        certificates=data.get(CONF_CHARGER_CERTIFICATES) is True,
        offline=Offline(data.get(CONF_OFFLINE, Offline.KNOWN)),
        known_for=float(data.get(CONF_KNOWN_DAYS, KNOWN_DAYS)) * 86400.0,
    )


def read_backends(entry: ConfigEntry[Any]) -> BackendsOf:
    """The backends of a group's chargers."""
    chargers = {
        subentry.subentry_id: str(subentry.data[CONF_CHARGER_ID])
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
    }
    found: dict[str, dict[str, BackendSettings]] = {}
    for subentry in entry.get_subentries_of_type(SUBENTRY_BACKEND):
        charger_id = chargers.get(subentry.data[CONF_CHARGER])
        if charger_id is not None:
            found.setdefault(charger_id, {})[subentry.subentry_id] = backend_of(
                subentry.subentry_id, subentry.title, subentry.data
            )
    return found


@callback
def async_remove_orphans(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """A backend goes with its charger."""
    chargers = {one.subentry_id for one in entry.get_subentries_of_type(SUBENTRY_CHARGER)}
    for subentry in list(entry.get_subentries_of_type(SUBENTRY_BACKEND)):
        if subentry.data[CONF_CHARGER] not in chargers:
            hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
