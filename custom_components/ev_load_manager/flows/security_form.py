"""The part of a group's form that says how its port is secured."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, TextSelector

from ..config.settings import tls_settings
from ..const import CONF_TLS_CERTIFICATE, CONF_TLS_CLIENT_CA, CONF_TLS_KEY, CONF_TLS_RSA_SUITES
from ..csms.transport import tls
from ..csms.transport.tls import TlsError

SECTION_SECURITY: Final = "security"
_FILES: Final = (CONF_TLS_CERTIFICATE, CONF_TLS_KEY, CONF_TLS_CLIENT_CA)
TLS_FIELDS: Final = (*_FILES, CONF_TLS_RSA_SUITES)

SECURITY_FIELDS: Final = {
    vol.Optional(SECTION_SECURITY): section(
        vol.Schema(
            {
                **{vol.Optional(field): TextSelector() for field in _FILES},
                vol.Optional(CONF_TLS_RSA_SUITES): BooleanSelector(),
            }
        ),
        {"collapsed": True},
    )
}


def security_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """A group's stored data as the section shows it."""
    chosen = {field: data[field] for field in TLS_FIELDS if data.get(field)}
    return {SECTION_SECURITY: chosen} if chosen else {}


def tls_data(hass: HomeAssistant, user_input: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, as the data that is stored: files are absolute paths."""
    chosen = user_input.get(SECTION_SECURITY) or {}
    data: dict[str, Any] = {
        field: hass.config.path(path.strip())
        for field in _FILES
        if (path := chosen.get(field, "")).strip()
    }
    if chosen.get(CONF_TLS_RSA_SUITES):
        data[CONF_TLS_RSA_SUITES] = True
    return data


def same_tls(data: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two groups' data ask for the same TLS."""
    return tls_settings(data) == tls_settings(other)


async def async_check_tls(
    hass: HomeAssistant, data: Mapping[str, Any]
) -> tuple[str | None, dict[str, str]]:
    """What is wrong with the files: key of the error, and what its text names."""
    if not data:
        return None, {}
    if CONF_TLS_CERTIFICATE not in data or CONF_TLS_KEY not in data:
        return "tls_files_missing", {}
    settings = tls_settings(data)
    assert settings is not None
    try:
        await hass.async_add_executor_job(tls.check, settings)
    except TlsError as error:
        return error.key, error.placeholders
    return None, {}
