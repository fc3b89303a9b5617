"""What people confirm in an issue, and what comes of it."""

from typing import Any, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .group_issues import CONF_ENTRY_ID, WIRING_DOUBT


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


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Begin to fix an issue; all others are only read and confirmed."""
    return WiringFlow() if issue_id.startswith(f"{WIRING_DOUBT}_") else ConfirmRepairFlow()
