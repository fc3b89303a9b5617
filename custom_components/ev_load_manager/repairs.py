"""What people confirm in an issue, and what comes of it."""

from typing import Any, override

import voluptuous as vol

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    FlowType,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .config.feeders import async_settle
from .const import (
    CONF_CHARGER_ID,
    CONF_ENTRY_ID,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from .flows.selectors import labelled_choice
from .group.access import async_confirm_certificate
from .group.load_manager import EvLoadManagerConfigEntry
from .group.wiring_finder import async_apply
from .issues.table import Repair
from .issues.watchers.pending_chargers import groups_on


class WiringFlow(ConfirmRepairFlow):
    """Somebody has looked at the wiring: it is as the settings say."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Believe the settings again, once that is confirmed."""
        if user_input is not None and self.data is not None:
            entry = self.hass.config_entries.async_get_entry(str(self.data[CONF_ENTRY_ID]))
            if entry is not None and entry.state is ConfigEntryState.LOADED:
                await entry.runtime_data.confirm_wiring()
        return await super().async_step_confirm(user_input)


class WiringFoundFlow(ConfirmRepairFlow):
    """Somebody has seen how a charger seems to be wired, and agrees."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Change the charger's settings, once that is confirmed."""
        if user_input is not None and self.data is not None:
            await async_apply(self.hass, self.data)
        return await super().async_step_confirm(user_input)


class FeederRemovedFlow(ConfirmRepairFlow):
    """Somebody has looked at what a removed feeder fed, and all is right without it."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Give its chargers their share again, once that is confirmed."""
        if user_input is not None and self.data is not None:
            async_settle(self.hass, self.data)
        return await super().async_step_confirm(user_input)


class CertificateFlow(ConfirmRepairFlow):
    """Somebody has compared a certificate with the charger's: it is this one's."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Let the charger in with it from now on, once that is confirmed."""
        if user_input is not None and self.data is not None:
            async_confirm_certificate(self.hass, self.data)
        return await super().async_step_confirm(user_input)


class StillChargesFlow(ConfirmRepairFlow):
    """Somebody has stopped the cars at removed chargers: nothing needs to be counted."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Count them no more, once that is confirmed."""
        if user_input is not None and self.data is not None:
            entry = self.hass.config_entries.async_get_entry(str(self.data[CONF_ENTRY_ID]))
            if entry is not None and entry.state is ConfigEntryState.LOADED:
                manager = entry.runtime_data
                await manager.let_go(of=manager.chargers.left_behind)
        return await super().async_step_confirm(user_input)


class StoredDamagedFlow(ConfirmRepairFlow):
    """Somebody has seen what was lost, and set what should be other than the flows say."""

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Hold nothing down any more, once that is confirmed."""
        if user_input is not None:
            for entry in self.hass.config_entries.async_loaded_entries(DOMAIN):
                if self.issue_id == f"{Repair.STORED_DAMAGED}_{entry.entry_id}":
                    await entry.runtime_data.live.settle_losses()
        return await super().async_step_confirm(user_input)


class UnknownChargerFlow(RepairsFlow):
    """Leads from a charger that waits to the form that adds it.

    The issue stays until the charger was added: who closes that form has not
    mended anything.
    """

    async def async_step_init(self, _: dict[str, str] | None = None) -> RepairsFlowResult:
        """Say who it is; ask for the group where several share the port."""
        match self._groups():
            case []:
                return self.async_abort(reason="no_group")
            case [_]:
                return await self.async_step_confirm()
            case _:
                return await self.async_step_group()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin to add it to the only group there is."""
        if user_input is not None and (groups := self._groups()):
            return await self._async_add_to(groups[0])
        return self._show("confirm", vol.Schema({}))

    async def async_step_group(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin to add it to the group that was chosen."""
        groups = {entry.entry_id: entry for entry in self._groups()}
        if user_input is not None and user_input[CONF_ENTRY_ID] in groups:
            return await self._async_add_to(groups[user_input[CONF_ENTRY_ID]])
        named = [(entry.entry_id, entry.title) for entry in groups.values()]
        field = labelled_choice(None, named, as_list=True)
        return self._show("group", vol.Schema({vol.Required(CONF_ENTRY_ID): field}))

    def _groups(self) -> list[EvLoadManagerConfigEntry]:
        assert self.data is not None
        return groups_on(
            self.hass, str(self.data[CONF_LISTEN_HOST]), int(self.data[CONF_LISTEN_PORT] or 0)
        )

    def _show(self, step_id: str, schema: vol.Schema) -> RepairsFlowResult:
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        return self.async_show_form(
            step_id=step_id,
            data_schema=schema,
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )

    async def _async_add_to(self, group: EvLoadManagerConfigEntry) -> RepairsFlowResult:
        assert self.data is not None
        charger = await self.hass.config_entries.subentries.async_init(
            (group.entry_id, SUBENTRY_CHARGER),
            context={"source": SOURCE_USER},
            data={CONF_CHARGER_ID: self.data[CONF_CHARGER_ID]},
        )
        return self.async_abort(
            reason="goes_on", next_flow=(FlowType.CONFIG_SUBENTRIES_FLOW, charger["flow_id"])
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Begin to fix an issue; all others are only read and confirmed."""
    if issue_id.startswith(f"{Repair.WIRING_DOUBT}_"):
        return WiringFlow()
    if issue_id.startswith(f"{Repair.WIRING_FOUND}_"):
        return WiringFoundFlow()
    if issue_id.startswith(f"{Repair.FEEDER_REMOVED}_"):
        return FeederRemovedFlow()
    if issue_id.startswith(f"{Repair.LOGIN_NEW_CERTIFICATE}_"):
        return CertificateFlow()
    if issue_id.startswith(f"{Repair.STILL_CHARGES}_"):
        return StillChargesFlow()
    if issue_id.startswith(f"{Repair.STORED_DAMAGED}_"):
        return StoredDamagedFlow()
    if issue_id.startswith(f"{Repair.UNKNOWN_CHARGER}_"):
        return UnknownChargerFlow()
    return ConfirmRepairFlow()
