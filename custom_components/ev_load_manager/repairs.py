"""What people confirm in an issue, and what comes of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, override

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
    SUBENTRY_CHARGER,
)
from .flows.selectors import labelled_choice
from .group.access import async_confirm_certificate
from .group.load_manager import EvLoadManagerConfigEntry, LoadManager
from .group.wiring_finder import async_apply
from .issues.table import Repair
from .watchers.pending_chargers import groups_on

type Confirmed = Callable[[HomeAssistant, Mapping[str, Any]], Awaitable[None] | None]
"""What follows when somebody confirms an issue, of which the data are given."""


async def _believe_wiring(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Somebody has looked at the wiring: it is as the settings say."""
    if (manager := _running(hass, data)) is not None:
        await manager.confirm_wiring()


async def _count_no_more(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Somebody has stopped the cars at removed chargers: nothing needs to be counted."""
    if (manager := _running(hass, data)) is not None:
        await manager.let_go(of=manager.chargers.left_behind)


async def _settle_losses(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Somebody has seen what was lost, and set what should be other than the flows say."""
    if (manager := _running(hass, data)) is not None:
        await manager.live.settle_losses()


def _running(hass: HomeAssistant, data: Mapping[str, Any]) -> LoadManager | None:
    """The group that an issue is about; None where it does not run."""
    entry = hass.config_entries.async_get_entry(str(data[CONF_ENTRY_ID]))
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    manager: LoadManager = entry.runtime_data
    return manager


_CONFIRMED: Final[Mapping[Repair, Confirmed]] = {
    Repair.FEEDER_REMOVED: async_settle,
    Repair.LOGIN_NEW_CERTIFICATE: async_confirm_certificate,
    Repair.STILL_CHARGES: _count_no_more,
    Repair.STORED_DAMAGED: _settle_losses,
    Repair.WIRING_DOUBT: _believe_wiring,
    Repair.WIRING_FOUND: async_apply,
    Repair.WIRING_PROPOSED: async_apply,
}
"""All others are only read and confirmed."""


class ConfirmedFlow(ConfirmRepairFlow):
    """Does what follows once somebody has confirmed an issue."""

    def __init__(self, confirmed: Confirmed) -> None:
        self._confirmed = confirmed

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, and do it."""
        if user_input is not None and self.data is not None:
            follows = self._confirmed(self.hass, self.data)
            if follows is not None:
                await follows
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
    """Begin to fix an issue."""
    if issue_id.startswith(f"{Repair.UNKNOWN_CHARGER}_"):
        return UnknownChargerFlow()
    for key, confirmed in _CONFIRMED.items():
        if issue_id.startswith(f"{key}_"):
            return ConfirmedFlow(confirmed)
    return ConfirmRepairFlow()
