"""The reverse proxies that Home Assistant trusts, for its own port and for ours."""

from homeassistant.components.http.config import DATA_STORE, ActiveConfigType, ConfData
from homeassistant.components.http.const import CONF_USE_X_FORWARDED_FOR
from homeassistant.core import HomeAssistant, callback

from ..csms.transport.forwarded import Network


@callback
def trusted_proxies(hass: HomeAssistant) -> tuple[Network, ...]:
    """Who may say for whom it connects; nobody, unless Home Assistant is told so.

    Settings of Home Assistant's own server count from its next start on, and so
    do these.
    """
    if not _in_force(hass).get(CONF_USE_X_FORWARDED_FOR, False):
        return ()
    return tuple(hass.http.trusted_proxies)


def _in_force(hass: HomeAssistant) -> ConfData:
    store = hass.data.get(DATA_STORE)
    if store is None:
        return {}
    match store.active_config_type:
        case ActiveConfigType.STABLE:
            return store.stable
        case ActiveConfigType.PENDING if store.pending is not None:
            return store.pending
        case _:
            return {}
