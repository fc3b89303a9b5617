"""What helps to find a fault, without what tells who lives there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
import re
from typing import Any, Final

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from . import clock
from .config.site_builder import charger_circuit
from .const import (
    CONF_CERTIFICATE_NAME,
    CONF_CHARGER_ID,
    CONF_ID_TAGS,
    CONF_IDENTITY,
    CONF_LISTEN_HOST,
    CONF_URL,
    CONF_USER_NAME,
    DOMAIN,
)
from .coordinator import MeterCoordinator
from .csms.transport.masking import is_secret_key, masked, masked_text
from .entities.targets import ChargerTarget, ConnectorTarget, FeederTarget, GroupTarget, places
from .group.load_manager import EvLoadManagerConfigEntry
from .meter.connection import CONF_DEVICE, CONF_HOST

TO_REDACT: Final = {
    CONF_CERTIFICATE_NAME,
    CONF_CHARGER_ID,
    CONF_DEVICE,
    CONF_HOST,
    CONF_ID_TAGS,
    CONF_IDENTITY,
    CONF_LISTEN_HOST,
    CONF_URL,
    CONF_USER_NAME,
    "address",
    "id_tag",
    "password",
    "serial",
    "title",
    "unique_id",
}

_HARMLESS_VALUE: Final = re.compile(r"-?\d{1,6}(\.\d{1,6})?|true|false", re.IGNORECASE)
_PRIVATE_KEY: Final = re.compile(r"pin(?!g)|puk|code|phone|pass|secret|id$", re.IGNORECASE)


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
            "maximum_current": manager.live.settings.maximum_current,
            "grid_maximum_current": manager.live.settings.grid_maximum_current,
            "safe_limit": manager.live.settings.safe_limit,
            "balancing": manager.live.settings.balancing,
            "adaptive": manager.live.settings.adaptive,
            "policy": manager.live.settings.policy,
            "phase_choice": manager.live.settings.phase_choice,
            "feeder_maximum": dict(manager.live.settings.feeder_maximum),
            "feeder_safe_limit": dict(manager.live.settings.feeder_safe_limit),
        },
        "meter": _meter(manager.meter),
        "decision": decision
        and {
            "at": decision.at,
            "mode": decision.mode,
            "other_load": decision.other_load,
            "available": decision.available,
        },
        "unknown_chargers": len(manager.access.pending),
        "feeders": {
            place.subentry_id: _feeder(place)
            for place in places(hass, entry)
            if isinstance(place, FeederTarget)
        },
        "chargers": {
            place.subentry_id: _charger(place)
            for place in places(hass, entry)
            if isinstance(place, ChargerTarget)
        },
        "safe_limit_log": _without_names(manager.records.safe_limit_log.to_list()[-20:]),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: EvLoadManagerConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """What belongs to one device."""
    for place in places(hass, entry):
        if (DOMAIN, place.key) not in device.identifiers:
            continue
        match place:
            case GroupTarget():
                break
            case FeederTarget():
                return _feeder(place)
            case ChargerTarget():
                return _charger(place)
            case ConnectorTarget():
                return _connector(place)
    return await async_get_config_entry_diagnostics(hass, entry)


def _feeder(feeder: FeederTarget) -> dict[str, Any]:
    return {
        "decision": feeder.decision and asdict(feeder.decision),
        "meter": _meter(feeder.manager.meters.get(feeder.circuit)),
    }


def _meter(meter: MeterCoordinator | None) -> dict[str, Any] | None:
    """How a meter answered last; what it said is in the log, with its address."""
    if meter is None:
        return None
    return {
        "answers": meter.last_update_success,
        "error": getattr(meter.last_exception, "translation_key", None),
        "last_good": meter.last_good and asdict(meter.last_good),
    }


def _without_names(periods: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What somebody calls a feeder may tell who lives there; its circuit says which it is."""
    return [{**period, "feeder": period["feeder"] and REDACTED} for period in periods]


def _charger(charger: ChargerTarget) -> dict[str, Any]:
    point = charger.point
    public = point.dialect.names.public
    capabilities = dict(point.capabilities)
    for name in ("written", "originals"):
        if name in capabilities:
            capabilities[name] = _told(capabilities[name], public)
    return {
        "online": point.online,
        "ocpp": point.dialect.subprotocol if point.online else None,
        "boot_reason": point.boot_reason,
        "identity": masked(async_redact_data(asdict(point.identity), TO_REDACT)),
        "capabilities": masked(async_redact_data(capabilities, TO_REDACT)),
        "backends": [
            {**one._asdict(), "name": REDACTED}
            for one in charger.manager.backends.of(charger.settings.charger_id)
        ],
        "configuration": _told(point.configuration, public),
        "connectors": {place.number: _connector(place) for place in charger.connectors},
    }


def _told(keys: Mapping[str, str], public: Collection[str]) -> dict[str, str]:
    """A charger's configuration keys, in small letters those that are `public`.

    What OCPP itself defines is harmless. A vendor's own key may hold anything,
    from a telephone number to the name of a network: of these only numbers and
    yes or no are told.
    """
    return {
        key: masked_text(value)
        if (key.casefold() in public and not is_secret_key(key)) or _is_harmless(key, value)
        else REDACTED
        for key, value in keys.items()
    }


def _is_harmless(key: str, value: str) -> bool:
    return not _PRIVATE_KEY.search(key) and _HARMLESS_VALUE.fullmatch(value.strip()) is not None


def _connector(place: ConnectorTarget) -> dict[str, Any]:
    reading = place.manager.readings.connectors.get(place.id)
    decision = place.decision and asdict(place.decision)
    if decision and decision["circuit"] == charger_circuit(place.id.charger):
        decision["circuit"] = "charger"
    return {
        "reading": reading and async_redact_data(asdict(reading), TO_REDACT),
        "decision": decision,
    }
