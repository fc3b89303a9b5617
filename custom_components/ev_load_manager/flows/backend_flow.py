"""How people say which billing backends a charger keeps, and try them out."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME, CONF_PASSWORD
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from ..config.backends import KNOWN_DAYS, MOST, backend_of
from ..const import (
    CONF_AUTHORITY,
    CONF_BOTH_LISTS,
    CONF_CERTIFICATE,
    CONF_CHARGER,
    CONF_CHARGER_CERTIFICATES,
    CONF_CHARGER_ID,
    CONF_IDENTITY,
    CONF_KEY,
    CONF_KNOWN_DAYS,
    CONF_OFFLINE,
    CONF_ROLE,
    CONF_URL,
    ROLE_DECIDES,
    ROLE_LISTENS,
    SUBENTRY_BACKEND,
    SUBENTRY_CHARGER,
)
from ..csms.backends.settings import Offline
from ..csms.backends.trial import Answer, try_out
from ..csms.backends.wire import SUBPROTOCOL, BackendError, place_of
from ..csms.charge_point.charge_point import ChargePoint, Identity
from ..issues.markdown import as_it_is
from .sections import Sections, above, closed, flat, sectioned
from .selectors import choice, labelled_choice, number

SECTION_CERTIFICATES: Final = "certificates"
FIELD_UNTRIED: Final = "although"
FIELD_NO_PASSWORD: Final = "no_password"
_FILES: Final = (CONF_AUTHORITY, CONF_CERTIFICATE, CONF_KEY)
SECTIONS: Final[Sections] = {SECTION_CERTIFICATES: (*_FILES, CONF_CHARGER_CERTIFICATES)}
_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_ROLE: ROLE_DECIDES,
    CONF_OFFLINE: Offline.KNOWN.value,
    CONF_KNOWN_DAYS: KNOWN_DAYS,
    CONF_BOTH_LISTS: False,
    CONF_CHARGER_CERTIFICATES: False,
}
_LONGEST_IDENTITY: Final = 255
_MOST_DAYS: Final = 366


class BackendFlow(ConfigSubentryFlow):
    """Ask for a backend, try it, and store it."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__()
        self._data: dict[str, Any] = {}
        self._title = ""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a backend."""
        if not _chargers(self._get_entry()):
            return self.async_abort(reason="no_chargers")
        return await self._async_ask("user", _DEFAULTS, user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change one."""
        subentry = self._get_reconfigure_subentry()
        known = {**_DEFAULTS, **subentry.data, CONF_NAME: subentry.title}
        known.pop(CONF_PASSWORD, None)
        return await self._async_ask("reconfigure", known, user_input)

    async def _async_ask(
        self, step_id: str, known: Mapping[str, Any], user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        named: dict[str, str] = {"error": "", "status": ""}
        if user_input is not None:
            values = flat(user_input, SECTIONS)
            errors = self._check(values)
            if not errors:
                self._title = values[CONF_NAME].strip()
                self._data = self._data_of(values)
                try:
                    answer = await self._async_try()
                except BackendError as error:
                    if values.get(FIELD_UNTRIED):
                        return self._store()
                    errors["base"] = error.key
                    named |= {name: as_it_is(told) for name, told in error.placeholders.items()}
                else:
                    match answer:
                        case Answer.ACCEPTED:
                            return await self.async_step_accepted()
                        case Answer.PENDING:
                            return await self.async_step_pending()
                        case Answer.REJECTED:
                            return await self.async_step_rejected()
                        case Answer.OPEN:
                            return await self.async_step_open()
        beside = above(errors, SECTIONS)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                self._schema(failed="base" in errors, opened=beside != errors),
                user_input or sectioned(known, SECTIONS),
            ),
            errors=beside,
            description_placeholders=named,
        )

    async def async_step_accepted(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """It has accepted the charger."""
        return self._confirm("accepted", user_input)

    async def async_step_pending(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Somebody has to confirm the charger there."""
        return self._confirm("pending", user_input)

    async def async_step_rejected(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """It does not know the charger."""
        return self._confirm("rejected", user_input)

    async def async_step_open(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """It can be reached, and was asked no more."""
        return self._confirm("open", user_input)

    def _confirm(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        """Say what it answered; who goes on has it stored."""
        if user_input is not None:
            return self._store()
        return self.async_show_form(
            step_id=step_id,
            data_schema=vol.Schema({}),
            description_placeholders={"name": as_it_is(self._title)},
        )

    async def _async_try(self) -> Answer:
        """Dial it as the charger would."""
        settings = backend_of("", self._title, self._data)
        return await try_out(settings, self._identity())

    def _identity(self) -> Identity | None:
        """What the charger told of itself; None: nothing so far."""
        point = self._point(self._data[CONF_CHARGER])
        known = None if point is None else point.identity
        return known if known is not None and known.vendor and known.model else None

    def _speaks_otherwise(self, charger: str) -> bool:
        """Whether a charger speaks another version, as far as it was here: nothing is translated."""
        point = self._point(charger)
        return point is not None and point.dialect.subprotocol != SUBPROTOCOL

    def _point(self, charger: str) -> ChargePoint | None:
        """A charger, where the group is at work."""
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        charger_id = entry.subentries[charger].data[CONF_CHARGER_ID]
        point: ChargePoint = entry.runtime_data.access.point(charger_id)
        return point

    # The form

    def _schema(self, *, failed: bool, opened: bool) -> vol.Schema:
        is_new = self.source != SOURCE_RECONFIGURE
        fields: dict[Any, Any] = {vol.Required(CONF_NAME): TextSelector()}
        if is_new:
            fields[vol.Required(CONF_CHARGER)] = labelled_choice(None, _chargers(self._get_entry()))
        fields |= {
            vol.Required(CONF_URL): TextSelector(),
            vol.Optional(CONF_IDENTITY): TextSelector(),
            vol.Optional(CONF_PASSWORD): TextSelector(
                TextSelectorConfig(type=TextSelectorType.PASSWORD)
            ),
        }
        if not is_new and self._get_reconfigure_subentry().data.get(CONF_PASSWORD):
            fields[vol.Optional(FIELD_NO_PASSWORD)] = BooleanSelector()
        fields |= {
            vol.Required(CONF_ROLE): choice("backend_role", (ROLE_DECIDES, ROLE_LISTENS)),
            vol.Required(CONF_OFFLINE): choice("backend_offline", [one.value for one in Offline]),
            vol.Required(CONF_KNOWN_DAYS): number("d"),
            vol.Required(CONF_BOTH_LISTS): BooleanSelector(),
            **closed(
                SECTION_CERTIFICATES,
                {
                    **{vol.Optional(field): TextSelector() for field in _FILES},
                    vol.Optional(CONF_CHARGER_CERTIFICATES): BooleanSelector(),
                },
                opened=opened,
            ),
        }
        if failed:
            fields[vol.Optional(FIELD_UNTRIED)] = BooleanSelector()
        return vol.Schema(fields)

    def _check(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Every fault of the form, field to key."""
        errors: dict[str, str] = {}
        charger = self._charger_of(values)
        identity = self._identity_of(values)
        if self.source != SOURCE_RECONFIGURE and self._speaks_otherwise(charger):
            errors[CONF_CHARGER] = "backend_charger_version"
        if not values[CONF_NAME].strip():
            errors[CONF_NAME] = "name_empty"
        if len(identity) > _LONGEST_IDENTITY:
            errors[CONF_IDENTITY] = "identity_too_long"
        days = values[CONF_KNOWN_DAYS]
        if not 0 <= days <= _MOST_DAYS:
            errors[CONF_KNOWN_DAYS] = "known_days_range"
        if values.get(CONF_KEY) and not values.get(CONF_CERTIFICATE):
            errors[CONF_CERTIFICATE] = "certificate_missing"
        data = self._data_of(values)
        try:
            place = place_of(backend_of("", "", data))
        except BackendError as error:
            return errors | {CONF_URL: error.key}
        others = [one for one in self._others() if one[CONF_CHARGER] == charger]
        if any(place_of(backend_of("", "", one)) == place for one in self._all_others()):
            errors[CONF_URL] = "backend_twice"
        if values[CONF_ROLE] == ROLE_DECIDES and any(
            one.get(CONF_ROLE) == ROLE_DECIDES for one in others
        ):
            errors[CONF_ROLE] = "one_decides"
        if len(others) >= MOST:
            errors[CONF_NAME] = "too_many_backends"
        return errors

    def _others(self) -> list[Mapping[str, Any]]:
        own = None
        if self.source == SOURCE_RECONFIGURE:
            own = self._get_reconfigure_subentry().subentry_id
        return [
            one.data
            for one in self._get_entry().get_subentries_of_type(SUBENTRY_BACKEND)
            if one.subentry_id != own
        ]

    def _all_others(self) -> list[Mapping[str, Any]]:
        """Those of this group, and of all others: a backend takes two links for one charger's."""
        entry = self._get_entry()
        return self._others() + [
            one.data
            for other in self.hass.config_entries.async_entries(entry.domain)
            if other.entry_id != entry.entry_id
            for one in other.get_subentries_of_type(SUBENTRY_BACKEND)
        ]

    def _charger_of(self, values: Mapping[str, Any]) -> str:
        if self.source == SOURCE_RECONFIGURE:
            return str(self._get_reconfigure_subentry().data[CONF_CHARGER])
        return str(values[CONF_CHARGER])

    def _identity_of(self, values: Mapping[str, Any]) -> str:
        """How the backend calls the charger: as we do, where nothing else is said."""
        told = str(values.get(CONF_IDENTITY) or "").strip()
        charger = self._get_entry().subentries[self._charger_of(values)]
        return told or str(charger.data[CONF_CHARGER_ID])

    def _data_of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        data: dict[str, Any] = {
            CONF_CHARGER: self._charger_of(values),
            CONF_URL: values[CONF_URL].strip(),
            CONF_IDENTITY: self._identity_of(values),
            CONF_ROLE: values[CONF_ROLE],
            CONF_OFFLINE: values[CONF_OFFLINE],
            CONF_KNOWN_DAYS: int(values[CONF_KNOWN_DAYS]),
            CONF_BOTH_LISTS: values[CONF_BOTH_LISTS],
            CONF_CHARGER_CERTIFICATES: values.get(CONF_CHARGER_CERTIFICATES, False),
        }
        for field in _FILES:
            if path := str(values.get(field) or "").strip():
                data[field] = self.hass.config.path(path)
        password = values.get(CONF_PASSWORD)
        if not password and self.source == SOURCE_RECONFIGURE:
            password = self._get_reconfigure_subentry().data.get(CONF_PASSWORD)
        if password and not values.get(FIELD_NO_PASSWORD):
            data[CONF_PASSWORD] = password
        return data

    def _store(self) -> SubentryFlowResult:
        if self.source != SOURCE_RECONFIGURE:
            return self.async_create_entry(title=self._title, data=self._data)
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=self._title,
            data=self._data,
        )


def _chargers(entry: ConfigEntry[Any]) -> list[tuple[str, str]]:
    """Those of the group, and what people call them."""
    return [
        (charger.subentry_id, charger.title)
        for charger in entry.get_subentries_of_type(SUBENTRY_CHARGER)
    ]
