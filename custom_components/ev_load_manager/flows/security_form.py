"""The part of a group's form that says how its port is secured."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Protocol

import voluptuous as vol

from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import BooleanSelector, TextSelector

from ..config.settings import tls_settings
from ..const import (
    CONF_CERTIFICATE_NAME,
    CONF_TLS_CERTIFICATE,
    CONF_TLS_CLIENT_CA,
    CONF_TLS_KEY,
    CONF_TLS_RSA_SUITES,
    CONF_USER_NAME,
)
from ..csms.dialect import Dialect, Question
from ..csms.transport import tls
from ..csms.transport.errors import CallTimeout, ChargePointError
from ..csms.transport.passwords import is_usable
from ..csms.transport.tls import TlsError
from .sections import closed
from .selectors import choice

SECTION_SECURITY: Final = "security"
_FILES: Final = (CONF_TLS_CERTIFICATE, CONF_TLS_KEY, CONF_TLS_CLIENT_CA)
TLS_FIELDS: Final = (*_FILES, CONF_TLS_RSA_SUITES)

SECURITY_FIELDS: Final = closed(
    SECTION_SECURITY,
    {
        **{vol.Optional(field): TextSelector() for field in _FILES},
        vol.Optional(CONF_TLS_RSA_SUITES): BooleanSelector(),
    },
)


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


FIELD_CHOICE: Final = "password_choice"
FIELD_TELL: Final = "tell_charger"
FIELD_WITHOUT: Final = "without_password"
REFUSED: Final = "password_refused"

_NAMES: Final = (CONF_USER_NAME, CONF_CERTIFICATE_NAME)
"""Under which a charger proves who it is, where that is not its id."""


class Choice(StrEnum):
    """What is to be done about a charger's password."""

    KEEP = "keep"
    NEW = "new"
    NONE = "none"


class Tellable(Protocol):
    """A charger that can be told its password."""

    @property
    def dialect(self) -> Dialect:
        """The version of OCPP that it speaks."""

    async def call(self, question: Question) -> dict[str, Any]:
        """Ask it; raises ChargePointError."""


def choice_fields(*, is_there: bool) -> dict[vol.Marker, Any]:
    """The field that asks whether a new charger is to have a password.

    It stands in the open where the charger `is_there` to be told one; else it is a part
    of `name_fields`.
    """
    return _choice(has_password=False) if is_there else {}


def name_fields(
    *, has_password: bool, is_there: bool, has_certificate: bool
) -> dict[vol.Marker, Any]:
    """The section that asks how a charger proves who it is.

    `has_certificate`: the port asks for certificates, or the charger had one.
    """
    fields: dict[vol.Marker, Any] = {} if is_there else _choice(has_password=has_password)
    fields[vol.Optional(CONF_USER_NAME)] = TextSelector()
    if has_certificate:
        fields[vol.Optional(CONF_CERTIFICATE_NAME)] = TextSelector()
    return closed(SECTION_SECURITY, fields)


def _choice(*, has_password: bool) -> dict[vol.Marker, Any]:
    options = [Choice.KEEP, Choice.NEW, Choice.NONE] if has_password else [Choice.NONE, Choice.NEW]
    selector = choice(FIELD_CHOICE, [option.value for option in options], as_list=True)
    return {vol.Optional(FIELD_CHOICE, default=options[0].value): selector}


def names_of(user_input: Mapping[str, Any], charger_id: str) -> dict[str, str]:
    """The names that were entered, where they are not the charger's id: data to store."""
    chosen = user_input.get(SECTION_SECURITY) or {}
    names = {field: str(chosen.get(field) or "").strip() for field in _NAMES}
    return {field: name for field, name in names.items() if name and name != charger_id}


def login_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """A charger's stored data as the section shows it."""
    names = {field: data[field] for field in _NAMES if data.get(field)}
    return {SECTION_SECURITY: names} if names else {}


def choice_of(user_input: Mapping[str, Any]) -> Choice:
    """What was chosen about the password; nothing chosen changes nothing."""
    chosen = {**user_input, **(user_input.get(SECTION_SECURITY) or {})}
    return Choice(chosen.get(FIELD_CHOICE, Choice.KEEP))


def password_schema(*, connected: bool, refused: bool) -> vol.Schema:
    """The form that shows a new password.

    `connected`: the charger can be told it; `refused`: it did not take one, and may
    have to go without.
    """
    fields: dict[vol.Marker, Any] = {vol.Required(CONF_PASSWORD): TextSelector()}
    if connected:
        fields[vol.Required(FIELD_TELL, default=True)] = BooleanSelector()
    if refused:
        fields[vol.Optional(FIELD_WITHOUT, default=False)] = BooleanSelector()
    return vol.Schema(fields)


def check_password(password: str, told: Tellable | None) -> dict[str, str]:
    """What is wrong with a password: field to key of the error; `told`: who is to be told it."""
    if not is_usable(password):
        return {CONF_PASSWORD: "password_unusable"}
    if told is not None and len(password) < told.dialect.shortest_password:
        return {CONF_PASSWORD: "password_too_short"}
    return {}


async def async_tell(charger: Tellable, password: str) -> tuple[str | None, str]:
    """Write a password into a charger; key of the error if that failed, and its words.

    The charger's words never have the password in them.
    """
    words = ""
    for question in charger.dialect.write_password(password):
        try:
            answer = await charger.call(question)
        except CallTimeout:
            return "password_no_answer", ""
        except ChargePointError as error:
            words = type(error).__name__
            continue
        words = charger.dialect.status(answer)
        if charger.dialect.accepts(answer) or charger.dialect.needs_reboot(answer):
            return None, words
    return REFUSED, words
