"""Actions: what was written down of a group, and what its meter told."""

from datetime import datetime
from itertools import islice
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..data_files.stored import plain
from ..errors import refusal
from ..group.load_manager import EvLoadManagerConfigEntry, LoadManager
from .limits import ATTR_FEEDER
from .meter_history import async_meter_csv
from .session_rights import user_of

ATTR_SINCE: Final = "since"
ATTR_CHARGER: Final = "charger"
ATTR_LIMIT: Final = "limit"
ATTR_START: Final = "start"
ATTR_END: Final = "end"

GET_RECALCULATIONS: Final = "get_recalculations"
GET_SAFE_LIMIT_LOG: Final = "get_safe_limit_log"
GET_METER_VALUES: Final = "get_meter_values"

MOST_ROWS: Final = 5000
"""Rows of one answer; a day has more, which nobody reads in one piece."""
MOST_CHARACTERS: Final = 20_000_000
"""Of one answer; what is more is streamed as a download, which needs no memory."""

_GROUP: Final = vol.Schema({vol.Required(ATTR_CONFIG_ENTRY_ID): cv.string})
_RECALCULATIONS: Final = _GROUP.extend(
    {
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_CHARGER): cv.string,
        vol.Optional(ATTR_LIMIT, default=100): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=MOST_ROWS)
        ),
    }
)
_SAFE_LIMIT_LOG: Final = _GROUP.extend({vol.Optional(ATTR_SINCE): cv.datetime})
_METER_VALUES: Final = _GROUP.extend(
    {
        vol.Optional(ATTR_FEEDER): cv.string,
        vol.Required(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
    }
)


@callback
def async_setup_record_services(hass: HomeAssistant) -> None:
    """Make these actions known; once for the whole integration."""
    for name, action, schema in (
        (GET_RECALCULATIONS, _get_recalculations, _RECALCULATIONS),
        (GET_SAFE_LIMIT_LOG, _get_safe_limit_log, _SAFE_LIMIT_LOG),
        (GET_METER_VALUES, _get_meter_values, _METER_VALUES),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema=schema, supports_response=SupportsResponse.ONLY
        )


async def async_recalculations(
    hass: HomeAssistant,
    manager: LoadManager,
    *,
    since: datetime | None = None,
    charger: str | None = None,
    limit: int = MOST_ROWS,
) -> list[dict[str, Any]]:
    """The newest `limit` recalculations, oldest first (see `recalculation_log`).

    `charger` is a charge point id.
    """
    rows = manager.records.recalculations.rows(
        since=None if since is None else dt_util.as_utc(since), charger=charger, newest_first=True
    )
    newest = await hass.async_add_executor_job(lambda: list(islice(rows, limit)))
    return newest[::-1]


def safe_limit_periods(
    manager: LoadManager, *, since: datetime | None = None
) -> list[dict[str, Any]]:
    """When the safe limit was in force and why, oldest first; the last may still last."""
    since = None if since is None else dt_util.as_utc(since)
    return [
        plain(period)
        for period in manager.records.safe_limit_log.periods
        if since is None or period.end is None or period.end >= since
    ]


def _entry(call: ServiceCall) -> EvLoadManagerConfigEntry:
    """The group that is meant; raises ServiceValidationError where it doesn't run."""
    return async_get_config_entry(call.hass, DOMAIN, call.data[ATTR_CONFIG_ENTRY_ID])


async def _get_recalculations(call: ServiceCall) -> ServiceResponse:
    rows = await async_recalculations(
        call.hass,
        _entry(call).runtime_data,
        since=call.data.get(ATTR_SINCE),
        charger=call.data.get(ATTR_CHARGER),
        limit=call.data[ATTR_LIMIT],
    )
    return {"recalculations": [*rows]}


async def _get_safe_limit_log(call: ServiceCall) -> ServiceResponse:
    periods = safe_limit_periods(_entry(call).runtime_data, since=call.data.get(ATTR_SINCE))
    return {"periods": [*periods]}


async def _get_meter_values(call: ServiceCall) -> ServiceResponse:
    pieces: list[str] = []
    characters = 0
    async for piece in await async_meter_csv(
        call.hass,
        _entry(call),
        call.data[ATTR_START],
        call.data.get(ATTR_END),
        feeder=call.data.get(ATTR_FEEDER),
        user=await user_of(call.hass, call.context),
    ):
        pieces.append(piece)
        characters += len(piece)
        if characters > MOST_CHARACTERS:
            raise refusal("period_too_long")
    return {"csv": "".join(pieces)}
