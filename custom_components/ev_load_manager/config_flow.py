"""How people set up a group of chargers."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import callback

from .config.feeders import FeederSettings, read_feeders
from .config.power_settings import CONF_POWER
from .config.settings import charger_ids, listener_of
from .config.site_builder import GRID
from .const import (
    CONF_IMBALANCE,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    CONF_METER,
    CONF_PHASES,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    CONF_WIRING,
    DOMAIN,
    SUBENTRY_BACKEND,
    SUBENTRY_CHARGER,
    SUBENTRY_FEEDER,
)
from .errors import SettingError, figure
from .flows.backend_flow import BackendFlow
from .flows.charger_flow import ChargerFlow
from .flows.feeder_flow import FeederFlow
from .flows.flow_schemas import (
    GROUP_DEFAULTS,
    GROUP_SECTIONS,
    check_group,
    form_values,
    group_data,
    group_schema,
    group_values,
    wirings_for,
)
from .flows.listening import async_holder, async_proposed, async_try_to_listen
from .flows.meter_flow import MeterFlow
from .flows.meter_schemas import SAFE_LIMIT_SCHEMA
from .flows.power_flow import PowerFlow
from .flows.safe_limit import HighestLoad, own_sources, words_of
from .flows.sections import above
from .flows.security_form import TLS_FIELDS, async_check_tls, same_tls, tls_data
from .flows.tags_flow import TagsFlow
from .group.load_manager import LoadManager
from .group.pending_chargers import pending_chargers


class EvLoadManagerConfigFlow(MeterFlow, PowerFlow, domain=DOMAIN):
    """Set up a group of chargers behind one limit, or change it."""

    VERSION = 1

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._suggested: dict[str, Any] | None = None
        """What the form of a new group suggests of address, port and the rest, once it is known."""
        self._group: dict[str, Any] = {}
        self._wrong: dict[str, str] = {}
        """What the texts of errors name."""

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """A group is made of chargers, with their backends, and of the feeders that they hang on."""
        return {
            SUBENTRY_CHARGER: ChargerFlow,
            SUBENTRY_FEEDER: FeederFlow,
            SUBENTRY_BACKEND: BackendFlow,
        }

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> TagsFlow:
        """Who may charge."""
        return TagsFlow()

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the group: its fuse, its limit, and where chargers connect to."""
        errors: dict[str, str] = {}
        if self._suggested is None:
            self._suggested = GROUP_DEFAULTS | await async_proposed(self.hass)
        values = None if user_input is None else group_values(user_input, self._suggested)
        if values is not None:
            errors = await self._async_check(values)
            if not errors:
                self._title = values[CONF_NAME].strip()
                self._group = group_data(values) | tls_data(self.hass, values)
                return await self.async_step_meter()
        shown = user_input or form_values(self._suggested)
        return self._show_group("user", shown, values or self._suggested, errors)

    def _show_group(
        self,
        step_id: str,
        shown: Mapping[str, Any],
        values: Mapping[str, Any],
        errors: Mapping[str, str],
    ) -> ConfigFlowResult:
        beside = above(errors, GROUP_SECTIONS)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                group_schema(first=step_id == "user", opened=beside != errors), shown
            ),
            errors=beside,
            description_placeholders=_placeholders(values) | self._wrong,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what is to be changed."""
        entry = self._get_reconfigure_entry()
        runs_by_meter = entry.state is ConfigEntryState.LOADED and bool(entry.data.get(CONF_METER))
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=[
                "group",
                "meter",
                *(("safe_limit",) if runs_by_meter else ()),
                "power",
            ],
        )

    async def async_step_safe_limit(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Propose a safe limit by what the group's own sensors have told for weeks."""
        entry = self._get_reconfigure_entry()
        manager: LoadManager = entry.runtime_data
        grid = manager.circuits[GRID]
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await manager.live.change_circuit(GRID, safe_limit=user_input[CONF_SAFE_LIMIT])
            except SettingError:
                errors[CONF_SAFE_LIMIT] = "safe_limit_above_fuse"
            else:
                return self.async_abort(reason="safe_limit_set")
        sources = own_sources(self.hass, entry.entry_id, manager.group.phases)
        load = await HighestLoad.async_of(self.hass, sources)
        left = None if load is None else load.leaves(grid.maximum)
        proposed = grid.safe_limit if left is None else min(left, grid.highest_safe_limit)
        return self.async_show_form(
            step_id="safe_limit",
            data_schema=self.add_suggested_values_to_schema(
                SAFE_LIMIT_SCHEMA, user_input or {CONF_SAFE_LIMIT: proposed}
            ),
            errors=errors,
            description_placeholders={
                "highest": words_of(load),
                "limit": figure(grid.maximum),
                "present": figure(grid.safe_limit),
            },
        )

    async def async_step_group(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change what belongs to the house; limit and policy are entities."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        values = None if user_input is None else group_values(user_input, entry.data)
        if values is not None:
            errors = await self._async_check(values, entry)
            if not errors:
                security = dict.fromkeys(filter(entry.data.get, TLS_FIELDS))
                security |= tls_data(self.hass, values)
                self._async_secure_others(entry, values, security)
                # Left empty it is taken back.
                emptied = dict.fromkeys(filter(entry.data.get, (CONF_IMBALANCE,)))
                return self._async_change(
                    entry,
                    emptied | group_data(values) | security,
                    title=values[CONF_NAME].strip(),
                )
        shown = user_input or form_values({**entry.data, CONF_NAME: entry.title})
        return self._show_group("group", shown, values or entry.data, errors)

    @property
    @override
    def meter_group(self) -> Mapping[str, Any]:
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry().data
        return self._group

    @property
    @override
    def power_group(self) -> Mapping[str, Any]:
        return self._get_reconfigure_entry().data

    @override
    async def async_power_done(self, power: dict[str, Any]) -> ConfigFlowResult:
        return self._async_change(self._get_reconfigure_entry(), {CONF_POWER: power})

    @property
    @override
    def own_entry_id(self) -> str | None:
        if self.source != SOURCE_RECONFIGURE:
            return None
        return self._get_reconfigure_entry().entry_id

    @override
    async def async_meter_done(
        self, meter: dict[str, Any] | None, limits: dict[str, Any]
    ) -> ConfigFlowResult:
        if self.source == SOURCE_RECONFIGURE:
            return self._async_change(self._get_reconfigure_entry(), {CONF_METER: meter, **limits})
        chosen = {} if meter is None else {CONF_METER: meter, **limits}
        return self.async_create_entry(title=self._title, data={**self._group, **chosen})

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on to the first charger: a group without one does nothing."""
        entry = result["result"]
        if entry.state is ConfigEntryState.LOADED:
            flows = self.hass.config_entries.subentries
            charger = await flows.async_init(
                (entry.entry_id, SUBENTRY_CHARGER), context={"source": SOURCE_USER}
            )
            if not pending_chargers(entry):
                # There is nothing to choose yet but to wait.
                await flows.async_configure(charger["flow_id"], {"next_step_id": "wait"})
            result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, charger["flow_id"])
        return result

    @callback
    def _async_change(
        self, entry: ConfigEntry, data: dict[str, Any], *, title: str | None = None
    ) -> ConfigFlowResult:
        """Store a change; who listens compares and changes what differs."""
        result = self.async_update_and_abort(entry, title=title or entry.title, data_updates=data)
        # Only a loaded group listens to its changes; one that failed
        # on a taken port would wait on with its old settings.
        if entry.state is not ConfigEntryState.LOADED:
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result

    @callback
    def _async_secure_others(
        self, entry: ConfigEntry, user_input: Mapping[str, Any], security: dict[str, Any]
    ) -> None:
        """Have the groups that share the port follow: it has one TLS setting."""
        for other in self.hass.config_entries.async_entries(DOMAIN):
            if (
                other.entry_id != entry.entry_id
                and listener_of(other.data) == listener_of(user_input)
                and not same_tls(other.data, security)
            ):
                none = dict.fromkeys(filter(other.data.get, TLS_FIELDS))
                self.hass.config_entries.async_update_entry(
                    other, data={**other.data, **none, **security}
                )
                if other.state is not ConfigEntryState.LOADED and other.disabled_by is None:
                    self.hass.config_entries.async_schedule_reload(other.entry_id)

    async def _async_check(
        self, user_input: dict[str, Any], entry: ConfigEntry | None = None
    ) -> dict[str, str]:
        """Every fault of the form, field to key; `entry` is the group itself, if there already."""
        others = [
            other
            for other in self.hass.config_entries.async_entries(DOMAIN)
            if entry is None or other.entry_id != entry.entry_id
        ]
        self._wrong = {}
        errors = check_group(user_input, (other.title for other in others))
        if entry is not None and CONF_RATED_CURRENT not in errors:
            if (feeder := _larger_feeder(entry, user_input[CONF_RATED_CURRENT])) is not None:
                errors[CONF_RATED_CURRENT] = "below_feeder"
                self._wrong |= {
                    "feeder": feeder.name,
                    "feeder_rated": figure(feeder.rated_current),
                }
        if entry is not None and _wired_to_more(entry, int(user_input[CONF_PHASES])):
            errors[CONF_PHASES] = "chargers_on_other_phases"
        if (
            entry is not None
            and entry.data.get(CONF_METER)
            and int(user_input[CONF_PHASES]) > entry.data[CONF_PHASES]
        ):
            errors[CONF_PHASES] = "meter_phases_missing"
        if CONF_LISTEN_PORT in errors or CONF_LISTEN_HOST in errors:
            return errors
        security = tls_data(self.hass, user_input)
        error, named = await async_check_tls(self.hass, security)
        self._wrong |= named
        if error is not None:
            return errors | {"base": error}
        listener = listener_of(user_input)
        sharing = [other for other in others if listener_of(other.data) == listener]
        if entry is not None:
            if any(charger_ids(entry) & charger_ids(other) for other in sharing):
                return errors | {CONF_LISTEN_PORT: "chargers_in_other_group"}
        if entry is None or listener_of(entry.data) != listener:
            for other in sharing:
                if not same_tls(other.data, security):
                    self._wrong |= {"group": other.title}
                    return errors | {"base": "tls_differs"}
        if entry is not None:
            if listener_of(entry.data) == listener:
                sharing.append(entry)
        if any(group.state is ConfigEntryState.LOADED for group in sharing):
            return errors
        holder = async_holder(listener, [*others, *([] if entry is None else [entry])])
        if holder is None:
            return errors | await async_try_to_listen(*listener)
        if holder is entry and not any(
            listener_of(other.data) == listener_of(entry.data) for other in others
        ):
            # It lets go of the port before it listens anew: the address is what may be wrong.
            return errors | await async_try_to_listen(listener[0], 0)
        wrong = await async_try_to_listen(*listener)
        if CONF_LISTEN_PORT in wrong:
            self._wrong |= {"group": holder.title}
            return errors | {CONF_LISTEN_PORT: "port_in_use_by_group"}
        return errors | wrong


def _larger_feeder(entry: ConfigEntry, rated: float) -> FeederSettings | None:
    """The largest of the feeders that the group itself feeds, if its fuse is above `rated` A."""
    fed = (feeder for feeder in read_feeders(entry, {}).feeders.values() if feeder.parent is None)
    largest = max(fed, key=lambda feeder: feeder.rated_current, default=None)
    return largest if largest is not None and largest.rated_current > rated else None


def _wired_to_more(entry: ConfigEntry, phases: int) -> bool:
    """Whether a charger of the group is wired to other phases than `phases` (1 or 3) of them."""
    return any(
        charger.data[CONF_WIRING] not in wirings_for(phases)
        for charger in entry.get_subentries_of_type(SUBENTRY_CHARGER)
    )


def _placeholders(values: Mapping[str, Any]) -> dict[str, str]:
    """What the texts of the form and of its errors name."""
    return {"group": "", "port": str(int(values[CONF_LISTEN_PORT]))}
