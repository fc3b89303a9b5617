"""The actions: what people and automations ask a group for."""

from homeassistant.core import HomeAssistant, callback

from .limits import async_setup_limit_services
from .ocpp import async_setup_ocpp_services
from .power import async_setup_power_services
from .records import async_setup_record_services
from .sessions import async_setup_session_services


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Make the actions known; once for the whole integration."""
    async_setup_record_services(hass)
    async_setup_limit_services(hass)
    async_setup_ocpp_services(hass)
    async_setup_power_services(hass)
    async_setup_session_services(hass)
