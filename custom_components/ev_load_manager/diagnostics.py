"""What helps to find a fault, without what tells who lives there."""

from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from . import clock
from .const import CONF_CHARGER_ID, CONF_ID_TAGS, CONF_LISTEN_HOST, DOMAIN
from .load_manager import EvLoadManagerConfigEntry
from .places import ChargerPlace, ConnectorPlace, GroupPlace, places

TO_REDACT: Final = {
    CONF_CHARGER_ID,
    CONF_ID_TAGS,
    CONF_LISTEN_HOST,
    "address",
    "id_tag",
    "password",
    "serial",
    "unique_id",
}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: EvLoadManagerConfigEntry
) -> dict[str, Any]:
    """The group, and every charger by its subentry: its id is what it connects with."""
    manager = entry.runtime_data
    decision = manager.decision
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "clock": {"now": clock.now().isoformat(), "monotonic": clock.monotonic()},
        "settings": {
            "maximum_current": manager.settings.maximum_current,
            "grid_maximum_current": manager.settings.grid_maximum_current,
            "safe_limit": manager.settings.safe_limit,
            "balancing": manager.settings.balancing,
            "adaptive": manager.settings.adaptive,
            "policy": manager.settings.policy,
            "phase_choice": manager.settings.phase_choice,
        },
        "decision": decision
        and {
            "at": decision.at,
            "mode": decision.mode,
            "other_load": decision.other_load,
            "available": decision.available,
        },
        "unknown_chargers": len(manager.unknown),
        "chargers": {
            place.subentry_id: _charger(place)
            for place in places(hass, entry)
            if isinstance(place, ChargerPlace)
        },
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: EvLoadManagerConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """What belongs to one device."""
    for place in places(hass, entry):
        if (DOMAIN, place.key) not in device.identifiers:
            continue
        match place:
            case GroupPlace():
                break
            case ChargerPlace():
                return _charger(place)
            case ConnectorPlace():
                return _connector(place)
    return await async_get_config_entry_diagnostics(hass, entry)


def _charger(charger: ChargerPlace) -> dict[str, Any]:
    point = charger.point
    return {
        "online": point.online,
        "identity": async_redact_data(asdict(point.identity), TO_REDACT),
        "capabilities": async_redact_data(point.capabilities, TO_REDACT),
        "connectors": {place.number: _connector(place) for place in charger.connectors},
    }


def _connector(place: ConnectorPlace) -> dict[str, Any]:
    reading = place.manager.readings.connectors.get(place.id)
    decision = place.decision
    return {
        "reading": reading and async_redact_data(asdict(reading), TO_REDACT),
        "decision": decision and asdict(decision),
    }
