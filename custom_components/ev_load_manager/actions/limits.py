"""Actions that change who gets how much for a while: temporary limits, and the next turn.

For administrators, and for automations, which have no user.
"""

from datetime import datetime, timedelta
from typing import Final

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID, ATTR_NAME
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.service import async_get_config_entry, async_register_admin_service
from homeassistant.util import dt as dt_util

from .. import clock
from ..balancing.site import ConnectorId
from ..config.site_builder import GROUP, feeder_circuit
from ..config.temporary_limits import LONGEST, TemporaryLimit
from ..const import DOMAIN
from ..entities.targets import ChargerTarget, ConnectorTarget, find_feeder, places
from ..errors import SettingError, refusal
from ..group.load_manager import EvLoadManagerConfigEntry, LoadManager
from .session_rights import may_act_at, user_of

SET_TEMPORARY_LIMIT: Final = "set_temporary_limit"
CLEAR_TEMPORARY_LIMIT: Final = "clear_temporary_limit"
PUT_FIRST_IN_LINE: Final = "put_first_in_line"

ATTR_FEEDER: Final = "feeder"
ATTR_LIMIT: Final = "limit"
ATTR_DURATION: Final = "duration"
ATTR_END: Final = "end"
ATTR_CONNECTOR: Final = "connector"

_CIRCUIT: Final = vol.Schema(
    {vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string, vol.Optional(ATTR_FEEDER): cv.string}
)
_SET: Final = _CIRCUIT.extend(
    {
        vol.Required(ATTR_LIMIT): vol.Coerce(float),
        vol.Optional(ATTR_DURATION): cv.time_period,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(ATTR_NAME, default=""): cv.string,
    }
)
_CLEAR: Final = _CIRCUIT.extend({vol.Optional(ATTR_NAME): cv.string})
_FIRST: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): cv.string,
        vol.Optional(ATTR_CONNECTOR): vol.All(vol.Coerce(int), vol.Range(min=1)),
    }
)


@callback
def async_setup_limit_services(hass: HomeAssistant) -> None:
    """Make the actions known; once for the whole integration."""
    for name, action, schema in (
        (SET_TEMPORARY_LIMIT, _set_temporary_limit, _SET),
        (CLEAR_TEMPORARY_LIMIT, _clear_temporary_limit, _CLEAR),
    ):
        async_register_admin_service(hass, DOMAIN, name, action, schema)
    # Drivers may do so where they charge.
    hass.services.async_register(DOMAIN, PUT_FIRST_IN_LINE, _put_first_in_line, schema=_FIRST)


async def _set_temporary_limit(call: ServiceCall) -> None:
    entry = _entry(call)
    limit = TemporaryLimit(
        circuit=_circuit(call, entry),
        name=call.data[ATTR_NAME].strip(),
        limit=call.data[ATTR_LIMIT],
        until=_end(call),
    )
    try:
        await entry.runtime_data.live.set_temporary_limit(limit)
    except SettingError as error:
        raise error.refusal from error


async def _clear_temporary_limit(call: ServiceCall) -> None:
    entry = _entry(call)
    name = call.data.get(ATTR_NAME)
    await entry.runtime_data.live.clear_temporary_limit(
        _circuit(call, entry), None if name is None else name.strip()
    )


async def _put_first_in_line(call: ServiceCall) -> None:
    user = await user_of(call.hass, call.context)
    try:
        manager, connector_id = _connector(call)
    except ServiceValidationError as error:
        if user is not None and not user.is_admin:
            raise Unauthorized(context=call.context) from error
        raise
    if not await may_act_at(call.hass, user, connector_id):
        raise Unauthorized(context=call.context)
    try:
        await manager.put_first_in_line(connector_id)
    except SettingError as error:
        raise error.refusal from error


def _entry(call: ServiceCall) -> EvLoadManagerConfigEntry:
    """The group that is meant; raises ServiceValidationError where it doesn't run."""
    return async_get_config_entry(call.hass, DOMAIN, call.data[ATTR_CONFIG_ENTRY_ID])


def _circuit(call: ServiceCall, entry: EvLoadManagerConfigEntry) -> str:
    """The circuit that is meant: the group, or a feeder by its device or its name."""
    wanted: str | None = call.data.get(ATTR_FEEDER)
    return GROUP if wanted is None else feeder_circuit(find_feeder(call.hass, entry, wanted))


def _end(call: ServiceCall) -> datetime:
    """When a temporary limit ends; a time without a time zone is the house's own."""
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    end: datetime | None = call.data.get(ATTR_END)
    match duration, end:
        case timedelta(), None:
            # What is too long in any case must not overflow the calendar.
            return clock.now() + min(duration, 2 * LONGEST)
        case None, datetime():
            return dt_util.as_utc(end)
    raise refusal("temporary_limit_no_end")


def _connector(call: ServiceCall) -> tuple[LoadManager, ConnectorId]:
    """The outlet that is meant: that of the device, or the one that is named beside it."""
    device = dr.async_get(call.hass).async_get(call.data[ATTR_DEVICE_ID])
    keys = set() if device is None else device.identifiers
    named: int | None = call.data.get(ATTR_CONNECTOR)
    for entry in call.hass.config_entries.async_loaded_entries(DOMAIN):
        for place in places(call.hass, entry):
            if (DOMAIN, place.key) not in keys:
                continue
            match place:
                case ConnectorTarget():
                    return place.manager, place.id
                case ChargerTarget():
                    connector_id = ConnectorId(place.settings.charger_id, named or 1)
                    if connector_id not in place.manager.site.connectors:
                        raise refusal(
                            "connector_not_found",
                            charger=place.settings.name,
                            number=str(connector_id.number),
                        )
                    return place.manager, connector_id
    raise refusal("device_no_charger")
