"""Actions for limits in kW that somebody else asks for, and the log of what became of them.

For administrators, and for automations, which have no user.
"""

import csv
from datetime import datetime, timedelta
from io import StringIO
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_NAME
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry, async_register_admin_service
from homeassistant.util import dt as dt_util

from .. import clock
from ..config.signals import Signal
from ..config.site_builder import GRID, GROUP, feeder_circuit, feeder_name
from ..config.temporary_limits import LONGEST
from ..const import DOMAIN
from ..data_files.stored import plain
from ..entities.targets import find_feeder
from ..errors import SettingError, refusal
from ..group.load_manager import EvLoadManagerConfigEntry, LoadManager
from ..peaks.least_power import least_power
from ..sessions.export_csv import safe
from .limits import ATTR_DURATION, ATTR_END, ATTR_FEEDER

SET_POWER_LIMIT: Final = "set_power_limit"
CLEAR_POWER_LIMIT: Final = "clear_power_limit"
GET_POWER_SIGNALS: Final = "get_power_signals"
ATTR_GRID: Final = "grid"
ATTR_POWER: Final = "power"
ATTR_DEVICES: Final = "devices"

_GROUP: Final = vol.Schema({vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string})
_CIRCUIT: Final = _GROUP.extend(
    {
        vol.Optional(ATTR_FEEDER): cv.string,
        vol.Optional(ATTR_GRID, default=False): cv.boolean,
    }
)
_SET: Final = _CIRCUIT.extend(
    {
        vol.Optional(ATTR_POWER): vol.Coerce(float),
        vol.Optional(ATTR_DEVICES): vol.All(vol.Coerce(int), vol.Range(min=1, max=10_000)),
        vol.Optional(ATTR_DURATION): cv.time_period,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(ATTR_NAME, default=""): cv.string,
    }
)
_CLEAR: Final = _CIRCUIT.extend({vol.Optional(ATTR_NAME): cv.string})
_COLUMNS: Final = (
    *("start", "end", "circuit", "name", "limit", "before", "obeyed_after", "highest", "last"),
)


@callback
def async_setup_power_services(hass: HomeAssistant) -> None:
    """Make the actions known; once for the whole integration."""
    for name, action, schema in (
        (SET_POWER_LIMIT, _set_power_limit, _SET),
        (CLEAR_POWER_LIMIT, _clear_power_limit, _CLEAR),
    ):
        async_register_admin_service(hass, DOMAIN, name, action, schema)
    async_register_admin_service(
        hass,
        DOMAIN,
        GET_POWER_SIGNALS,
        _get_power_signals,
        _GROUP,
        supports_response=SupportsResponse.ONLY,
    )


async def _set_power_limit(call: ServiceCall) -> None:
    entry = _entry(call)
    power: float | None = call.data.get(ATTR_POWER)
    devices: int | None = call.data.get(ATTR_DEVICES)
    if (power is None) == (devices is None):
        raise refusal("power_or_devices")
    now = clock.now()
    signal = Signal(
        circuit=_circuit(call, entry),
        name=call.data[ATTR_NAME].strip(),
        limit=least_power().of(devices or 1) if power is None else power,
        start=now,
        until=_end(call, now),
    )
    try:
        await entry.runtime_data.power.set_signal(signal)
    except SettingError as error:
        raise error.refusal from error


async def _clear_power_limit(call: ServiceCall) -> None:
    entry = _entry(call)
    name: str | None = call.data.get(ATTR_NAME)
    await entry.runtime_data.power.clear_signal(
        _circuit(call, entry), None if name is None else name.strip()
    )


async def _get_power_signals(call: ServiceCall) -> ServiceResponse:
    manager = _entry(call).runtime_data
    rows = _rows(manager)
    return {"signals": [*rows], "csv": _csv(manager, rows)}


def signals_csv(manager: LoadManager) -> str:
    """What became of all signals, as operators may ask for: RFC 4180, times UTC, powers in kW."""
    return _csv(manager, _rows(manager))


def _rows(manager: LoadManager) -> list[dict[str, Any]]:
    return [plain(one) for one in manager.power.signals.log]


def _csv(manager: LoadManager, rows: list[dict[str, Any]]) -> str:
    table = StringIO()
    writer = csv.DictWriter(table, _COLUMNS)
    writer.writeheader()
    for row in rows:
        feeder = feeder_name(manager.feeders, row["circuit"])
        named = {"name": safe(row["name"]), "circuit": safe(feeder or row["circuit"])}
        writer.writerow(row | named)
    return table.getvalue()


def _entry(call: ServiceCall) -> EvLoadManagerConfigEntry:
    """The group that is meant; raises ServiceValidationError where it doesn't run."""
    return async_get_config_entry(call.hass, DOMAIN, call.data[ATTR_CONFIG_ENTRY_ID])


def _circuit(call: ServiceCall, entry: EvLoadManagerConfigEntry) -> str:
    """The circuit that is meant: the group, a feeder, or the grid connection."""
    if call.data[ATTR_GRID]:
        return GRID
    wanted: str | None = call.data.get(ATTR_FEEDER)
    return GROUP if wanted is None else feeder_circuit(find_feeder(call.hass, entry, wanted))


def _end(call: ServiceCall, now: datetime) -> datetime | None:
    """When it ends; None: when it is taken back."""
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    end: datetime | None = call.data.get(ATTR_END)
    if duration is not None and end is not None:
        raise refusal("temporary_limit_no_end")
    if duration is not None:
        return now + min(duration, LONGEST)
    return None if end is None else dt_util.as_utc(end)
