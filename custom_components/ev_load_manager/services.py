"""Actions: what people and automations ask a group for."""

from homeassistant.core import HomeAssistant, callback

from .limit_services import async_setup_limit_services
from .ocpp_services import async_setup_ocpp_services
from .record_services import async_setup_record_services


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Make the actions known; once for the whole integration."""
    async_setup_record_services(hass)
    async_setup_limit_services(hass)
    async_setup_ocpp_services(hass)
