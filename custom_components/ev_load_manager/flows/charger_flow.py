"""How people add a charger to a group, or change it."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, Final, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowContext,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME, CONF_PASSWORD
from homeassistant.helpers.selector import SelectSelector, TextSelector

from ..balancing.phases import Phase
from ..config.settings import (
    WIRINGS,
    ChargerSettings,
    GroupSettings,
    charger_ids,
    listener_of,
    read_entry,
)
from ..const import (
    CONF_CERTIFICATE_NAME,
    CONF_CHARGER_ID,
    CONF_CONNECTORS,
    CONF_FEEDER,
    CONF_MAXIMUM,
    CONF_METER,
    CONF_PROFILE,
    CONF_WIRING,
    DIRECTLY,
    DOMAIN,
)
from ..csms.charge_point.charge_point import ChargePoint
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.models import Identity, ProfileCatalogue, load_catalogue
from ..csms.pending_charger import PendingCharger
from ..csms.transport.certificates import Certificate
from ..csms.transport.passwords import generate
from ..errors import figure
from ..group.pending_chargers import (
    ARRIVES_WITHIN,
    async_arrival,
    async_ask,
    charger_url,
    connected_chargers,
    label,
    pending_chargers,
    waiting,
)
from ..issues.markdown import as_it_is, without_markup
from .check_steps import CheckSteps
from .feeder_form import charger_fields, check_charger_feeder
from .flow_schemas import (
    CHARGER_DEFAULTS,
    CHARGER_SECTIONS,
    MeterChoice,
    charger_data,
    charger_form_values,
    charger_schema,
    charger_values,
    check_charger,
    check_charger_id,
    check_meter_choice,
    lowest_kilowatts,
    meter_choice_of,
    model_fields,
    model_value,
    recognised,
    wirings_for,
)
from .meter_steps import MeterSteps
from .sections import above
from .security_form import (
    FIELD_TELL,
    FIELD_WITHOUT,
    REFUSED,
    Choice,
    Tellable,
    async_tell,
    check_password,
    choice_of,
    login_values,
    names_of,
    password_schema,
)
from .selectors import labelled_choice

_GRID_PHASES: Final = {"R": Phase.L1, "S": Phase.L2, "T": Phase.L3}


class ChargerFlow(
    MeterSteps[SubentryFlowContext, SubentryFlowResult, tuple[str, str]],
    CheckSteps[SubentryFlowContext, SubentryFlowResult],
    ConfigSubentryFlow,
):
    """Add a charger by its id, then say how it is wired and what it may draw.

    A meter of its own comes next, and its password last: once the charger has
    been told that, nobody should leave the flow without storing it.
    """

    meter_choices = ("meter_modbus", "meter_device")
    meter_has_direction = False
    after_meter = "meter_done"

    def __init__(self) -> None:
        """Start with no charger."""
        super().__init__()
        self._charger_id = ""
        self._suggestions: dict[str, Any] = {}
        self._rotation: str | None = None
        self._recognised = "–"
        self._title = ""
        self._data: dict[str, Any] = {}
        self._wrong: dict[str, str] = {}
        """What the texts of errors name."""
        self._password_choice = Choice.NONE
        self._meter_choice = MeterChoice.NONE
        self._shown: Certificate | None = None
        """The certificate that people were asked about."""
        self._arrival: asyncio.Task[bool] | None = None
        self._there_before: frozenset[str] | None = None
        """Waits for a charger to connect."""
        self._has_asked = False
        """Whether it was asked what is to be done with a charger that is there."""

    @property
    def _group(self) -> GroupSettings:
        return read_entry(self._get_entry())[0]

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say what to type into the charger, and ask how it is found; a repair names it."""
        if user_input is not None:
            return await self.async_step_charger_id(user_input)
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return await self.async_step_charger_id()
        # Who comes while somebody reads what there is to choose has come, too.
        self._there_before = connected_chargers(entry)
        return self._show_ways("user")

    async def async_step_wait(self, _: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Wait until a charger connects that has not been seen before."""
        if self._there_before is None:
            self._there_before = connected_chargers(self._get_entry())
        if self._arrival is None:
            self._arrival = self.hass.async_create_background_task(
                async_arrival(self._get_entry(), self._there_before),
                "EV Load Manager waits for a charger",
            )
        if not self._arrival.done():
            return self.async_show_progress(
                step_id="wait",
                progress_action="wait",
                description_placeholders={"url": self._url("ID")},
                progress_task=self._arrival,
            )
        arrived, self._arrival = self._arrival.result(), None
        return self.async_show_progress_done(next_step_id="arrived" if arrived else "nobody")

    async def async_step_arrived(self, _: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Go on with the charger that has come; where others wait, too, somebody picks one."""
        chargers = pending_chargers(self._get_entry())
        only = {CONF_CHARGER_ID: next(iter(chargers))} if len(chargers) == 1 else None
        return await self.async_step_pick(only)

    async def async_step_nobody(self, _: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Say what to look at when no charger has come."""
        return self._show_ways("nobody")

    def _show_ways(self, step_id: str) -> SubentryFlowResult:
        entry = self._get_entry()
        first = ["pick"] if pending_chargers(entry) else []
        return self.async_show_menu(
            step_id=step_id,
            menu_options=[*first, "wait", "charger_id"],
            description_placeholders={
                "url": self._url("ID"),
                "group": as_it_is(entry.title),
                "minutes": figure(ARRIVES_WITHIN / 60),
            },
        )

    async def async_step_pick(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Pick a charger that has connected."""
        chargers = pending_chargers(self._get_entry())
        if not chargers:
            return await self.async_step_user()
        newest = {CONF_CHARGER_ID: next(iter(chargers))}
        return await self._async_ask_for_id("pick", _pick_field(chargers), user_input, newest)

    async def async_step_charger_id(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Type the id of a charger, whether it has connected or will."""
        return await self._async_ask_for_id("charger_id", TextSelector(), user_input, {})

    async def _async_ask_for_id(
        self,
        step_id: str,
        field: TextSelector | SelectSelector,
        user_input: dict[str, Any] | None,
        suggested: Mapping[str, str],
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        placeholders = {"url": self._url("ID"), "group": ""}
        if user_input is not None:
            charger_id = user_input[CONF_CHARGER_ID].strip()
            error, placeholders["group"] = self._check_id(charger_id)
            if error is None:
                self._charger_id = charger_id
                await self._async_get_to_know()
                return await self.async_step_charger()
            errors[CONF_CHARGER_ID] = error
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                vol.Schema({vol.Required(CONF_CHARGER_ID): field}), user_input or suggested
            ),
            errors=errors,
            description_placeholders=placeholders,
        )

    def _url(self, charger_id: str) -> str:
        return charger_url(self.hass, self._group, charger_id)

    async def async_step_charger(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the new charger's name, wiring and currents."""
        errors: dict[str, str] = {}
        if user_input is not None:
            values = charger_values(user_input)
            outlets = self._suggestions.get(CONF_CONNECTORS, 1)
            errors = self._faults(values) | check_meter_choice(values, {}, outlets=outlets)
            if not errors:
                return await self._async_finish(values)
        return await self._async_show(
            "charger", user_input, {**CHARGER_DEFAULTS, **self._suggestions}, errors
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change a charger, whose socket stays; or have it checked, where it runs."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        self._charger_id = subentry.data[CONF_CHARGER_ID]
        if entry.state is ConfigEntryState.LOADED and not self._has_asked:
            return await self.async_step_change()
        outlets = 1
        if entry.state is ConfigEntryState.LOADED:
            point = entry.runtime_data.access.point(self._charger_id)
            self._rotation = wiring_of(point.capabilities.get("phase_rotation", {}))
            await self._async_recognise(point.identity, point.configuration)
            outlets = len([number for number in point.connectors if number > 0])
        errors: dict[str, str] = {}
        if user_input is not None:
            values = charger_values(user_input)
            errors = self._faults(values) | check_meter_choice(
                values, subentry.data, outlets=outlets
            )
            if not errors:
                return await self._async_finish(values)
        return await self._async_show(
            "reconfigure", user_input, {**subentry.data, CONF_NAME: subentry.title}, errors
        )

    async def async_step_change(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask what is to be done with a charger that is there."""
        self._has_asked = True
        return self.async_show_menu(step_id="change", menu_options=["reconfigure", "check_alone"])

    @property
    @override
    def checked_name(self) -> str:
        return self._get_reconfigure_subentry().title

    @property
    @override
    def checked(self) -> tuple[ChargePoint, ChargerControl]:
        access = self._get_entry().runtime_data.access
        return access.point(self._charger_id), access.control(self._charger_id)

    @property
    def _present(self) -> Mapping[str, Any]:
        """The stored data of a charger that is changed; empty for a new one."""
        if self.source != SOURCE_RECONFIGURE:
            return {}
        return self._get_reconfigure_subentry().data

    async def _async_finish(self, values: dict[str, Any]) -> SubentryFlowResult:
        """Store the charger with the meter and password that it has, or ask for others first."""
        self._title = values[CONF_NAME].strip()
        self._data = {CONF_CHARGER_ID: self._charger_id, **charger_data(values)}
        self._data |= names_of(values, self._charger_id)
        self._password_choice = choice_of(values)
        self._meter_choice = meter_choice_of(values)
        if self._unconfirmed() is not None:
            return await self.async_step_certificate()
        return await self._async_ask_for_meter()

    async def async_step_certificate(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask whether the certificate that a new charger shows is its own."""
        if user_input is not None and self._shown is not None:
            # What was shown, whatever has come since.
            self._data[CONF_CERTIFICATE_NAME] = self._shown.name
            return await self._async_ask_for_meter()
        self._shown = shown = self._unconfirmed()
        if shown is None:
            return await self._async_ask_for_meter()
        return self.async_show_form(
            step_id="certificate",
            data_schema=vol.Schema({}),
            description_placeholders={
                "charger_id": as_it_is(self._charger_id),
                "name": as_it_is(shown.name),
                "fingerprint": shown.fingerprint,
            },
        )

    def _unconfirmed(self) -> Certificate | None:
        """The certificate of a new charger that is there and bears another name than it should."""
        entry = self._get_entry()
        if self.source == SOURCE_RECONFIGURE or entry.state is not ConfigEntryState.LOADED:
            return None
        shown = entry.runtime_data.access.unconfirmed_certificate(self._charger_id)
        known = self._data.get(CONF_CERTIFICATE_NAME, "")
        return None if shown is None or shown.is_of(known) else shown

    async def _async_ask_for_meter(self) -> SubentryFlowResult:
        match self._meter_choice:
            case MeterChoice.NEW:
                return await self.async_step_meter()
            case MeterChoice.KEEP if self.present_meter:
                self._data[CONF_METER] = self.present_meter
        return await self._async_secure()

    @property
    @override
    def meter_phases(self) -> int:
        return len(WIRINGS[self._data[CONF_WIRING]])

    @property
    @override
    def meter_voltage(self) -> float:
        return self._group.voltage

    @property
    @override
    def own_entry_id(self) -> str | None:
        return self._get_entry().entry_id

    @property
    @override
    def present_meter(self) -> Mapping[str, Any]:
        return self._present.get(CONF_METER) or {}

    async def async_step_meter_done(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take over the meter, whose values were found to be right."""
        self._data[CONF_METER] = self.chosen_meter
        return await self._async_secure()

    async def _async_secure(self) -> SubentryFlowResult:
        password = self._present.get(CONF_PASSWORD)
        match self._password_choice:
            case Choice.NEW:
                return await self.async_step_password()
            case Choice.KEEP if password is not None:
                self._data[CONF_PASSWORD] = password
        return self._store()

    @property
    def _is_new_and_there(self) -> bool:
        """Whether a new charger is connected, so that it can be told a password at once."""
        return self.source != SOURCE_RECONFIGURE and self._tellable() is not None

    def _store(self) -> SubentryFlowResult:
        if self.source != SOURCE_RECONFIGURE:
            id_tags = self._group.id_tags
            return self.async_create_entry(
                title=self._title,
                data=self._data,
                unique_id=self._charger_id,
                # Who never looked at the list may not know that nobody is asked for a card.
                description="everybody" if id_tags.accept_all else None,
                description_placeholders={"url": self._url(self._charger_id)},
            )
        return self.async_update_and_abort(
            self._get_entry(),
            self._get_reconfigure_subentry(),
            title=self._title,
            data=self._data,
        )

    async def async_step_password(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Show a new password, this once, and write it into the charger if that is wanted."""
        errors: dict[str, str] = {}
        words = ""
        charger = self._tellable()
        if user_input is not None and user_input.get(FIELD_WITHOUT):
            return self._store()
        if user_input is not None:
            password = user_input[CONF_PASSWORD].strip()
            told = charger if user_input.get(FIELD_TELL) else None
            errors = check_password(password, told)
            if not errors and told is not None:
                error, words = await self._async_tell(told, password)
                if error is not None:
                    errors["base"] = error
            if not errors:
                self._data[CONF_PASSWORD] = password
                return self._store()
        return self.async_show_form(
            step_id="password",
            data_schema=self.add_suggested_values_to_schema(
                password_schema(
                    connected=charger is not None,
                    refused=errors.get("base") == REFUSED and self.source != SOURCE_RECONFIGURE,
                ),
                user_input or {CONF_PASSWORD: generate()},
            ),
            errors=errors,
            description_placeholders={
                "charger_id": self._charger_id,
                "user_name": as_it_is(self._charger_id),
                "words": words,
            },
        )

    async def _async_tell(self, charger: Tellable, password: str) -> tuple[str | None, str]:
        """Write a password into the charger; see `security_form.async_tell`."""
        passwords = self._get_entry().runtime_data.access.passwords
        # It may come back with it before this form is closed.
        passwords.expect(self._charger_id, password)
        error, words = await async_tell(charger, password)
        if error == REFUSED:
            passwords.expect_no_more(self._charger_id)
        return error, words

    def _tellable(self) -> Tellable | None:
        """The charger, if it is connected."""
        entry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return None
        if self.source == SOURCE_RECONFIGURE:
            point = entry.runtime_data.access.point(self._charger_id)
            return point if point.online else None
        unknown = entry.runtime_data.access.pending.get(self._charger_id)
        return None if unknown is None else waiting(unknown)

    async def _async_show(
        self,
        step_id: str,
        user_input: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        errors: dict[str, str],
    ) -> SubentryFlowResult:
        group = self._group
        catalogue = await self._async_catalogue()
        entered = values if user_input is None else charger_values(user_input)
        wiring = WIRINGS[entered.get(CONF_WIRING, next(iter(WIRINGS)))]
        beside = above(errors, CHARGER_SECTIONS)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                charger_schema(
                    phases=group.phases,
                    has_password=bool(values.get(CONF_PASSWORD)),
                    is_there=self._is_new_and_there,
                    has_certificate=(group.tls is not None and group.tls.client_ca is not None)
                    or bool(values.get(CONF_CERTIFICATE_NAME)),
                    has_meter=bool(values.get(CONF_METER)),
                    feeders=charger_fields(self._get_entry()),
                    models=model_fields(catalogue),
                    can_find=group.phases > 1 and group.meter is not None,
                    opened=beside != errors,
                ),
                user_input
                or {
                    CONF_FEEDER: DIRECTLY,
                    **charger_form_values({**values, CONF_PROFILE: model_value(values, catalogue)}),
                    **login_values(values),
                },
            ),
            errors=beside,
            description_placeholders={
                "url": self._url(self._charger_id),
                "charger_id": self._charger_id,
                "model": self._recognised,
                "rotation": "–" if self._rotation is None else _words(self._rotation),
                "lowest_kilowatts": figure(lowest_kilowatts(wiring, group.voltage)),
                **self._wrong,
            },
        )

    async def _async_catalogue(self) -> ProfileCatalogue:
        return await self.hass.async_add_executor_job(load_catalogue)

    async def _async_recognise(self, identity: Identity, keys: Mapping[str, str]) -> None:
        """Find out what model the charger is by what it says of itself."""
        catalogue = await self._async_catalogue()
        match = catalogue.match(identity, keys, self._charger_id)
        self._recognised = recognised(match, catalogue)
        if match.profile.maximum is not None:
            most = min(match.profile.maximum, self._group.rated_current)
            self._suggestions[CONF_MAXIMUM] = most

    def _faults(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with the form: field to key of the error."""
        voltage = self._group.voltage
        if errors := check_charger(values, voltage=voltage):
            return errors
        data = {CONF_CHARGER_ID: self._charger_id, **charger_data(values)}
        charger = ChargerSettings.from_data("", "", data, voltage=voltage)
        errors, self._wrong = check_charger_feeder(self._get_entry(), values, charger)
        return errors

    def _check_id(self, charger_id: str) -> tuple[str | None, str]:
        """Key of what is wrong with an id, and the group that has it already."""
        if error := check_charger_id(charger_id):
            return error, ""
        here = self._get_entry()
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            if listener_of(entry.data) != listener_of(here.data):
                continue
            if charger_id in charger_ids(entry) or (
                entry is not here and charger_id in _left_behind(entry)
            ):
                is_here = entry.entry_id == here.entry_id
                return "already_configured" if is_here else "in_other_group", entry.title
        return None, ""

    async def _async_get_to_know(self) -> None:
        """Suggest what a charger that waits to be added says of itself."""
        unknown = pending_chargers(self._get_entry()).get(self._charger_id)
        wirings = wirings_for(self._group.phases)
        self._suggestions = {CONF_NAME: self._charger_id, CONF_WIRING: wirings[0]}
        if unknown is None:
            return
        if words := without_markup(" ".join(filter(None, (unknown.vendor, unknown.model)))):
            self._suggestions[CONF_NAME] = words
        told, keys = await async_ask(unknown)
        await self._async_recognise(unknown, keys)
        known_by = (without_markup(text or "") for text in (unknown.serial, unknown.address))
        self._recognised = " · ".join(filter(None, (self._recognised, *known_by)))
        if outlets := max(told.connectors or 0, *unknown.statuses, 0):
            self._suggestions[CONF_CONNECTORS] = outlets
        self._rotation = wiring_of(told.phase_rotation)
        if self._rotation in wirings:
            self._suggestions[CONF_WIRING] = self._rotation


def _left_behind(entry: ConfigEntry[Any]) -> Collection[str]:
    """The ids of chargers that were removed from a group, and at which cars still charge."""
    is_loaded = entry.state is ConfigEntryState.LOADED
    return entry.runtime_data.chargers.left_behind if is_loaded else ()


def wiring_of(phase_rotation: Mapping[str, str]) -> str | None:
    """The wiring that a charger tells of itself; None where it tells none.

    R, S and T are the grid's L1, L2 and L3 (OCPP 1.6, 9.1.8). The first outlet
    speaks for its charger, unless only the charger as a whole does.
    """
    order = phase_rotation.get("1") or phase_rotation.get("0") or ""
    wiring = tuple(_GRID_PHASES[letter] for letter in order)
    return next((name for name, known in WIRINGS.items() if known == wiring), None)


def _words(wiring: str) -> str:
    """A wiring as it is printed on terminals."""
    return "-".join(phase.name for phase in WIRINGS[wiring])


def _pick_field(chargers: Mapping[str, PendingCharger]) -> SelectSelector:
    """A choice among chargers that wait."""
    named = [(charger.id, label(charger)) for charger in chargers.values()]
    return labelled_choice(None, named, as_list=True)
