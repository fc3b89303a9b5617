"""How every group is, for Home Assistant's system information.

People copy it into public reports: it names no charger and no address.
"""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .balancing.safe_limit import Cause
from .const import CONF_LISTEN_PORT, DOMAIN
from .group.load_manager import EvLoadManagerConfigEntry, LoadManager

OK: Final = "ok"
NOTHING: Final = "-"


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer what there is to tell."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """One row for each question, with the answers of all groups."""
    entries: list[EvLoadManagerConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    running = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]

    def each(
        asked: list[EvLoadManagerConfigEntry], answer: Callable[[EvLoadManagerConfigEntry], str]
    ) -> str:
        """The answers; which is whose is said where there are several groups."""
        answers = ((entry.title, answer(entry)) for entry in asked)
        if len(entries) == 1:
            return "".join(text for _, text in answers) or NOTHING
        return "; ".join(f"{name}: {text}" for name, text in answers) or NOTHING

    return {
        "groups_running": f"{len(running)}/{len(entries)}",
        "ports_listening": each(entries, _port),
        "chargers_connected": each(running, lambda entry: _connected(entry.runtime_data)),
        "meters": each(running, lambda entry: _meter(entry.runtime_data)),
    }


def _port(entry: EvLoadManagerConfigEntry) -> str:
    """The port that its chargers dial, and why it is closed, if it is."""
    if entry.state is ConfigEntryState.LOADED:
        return str(entry.runtime_data.port)
    why = entry.error_reason_translation_key or entry.state.value
    return f"{entry.data[CONF_LISTEN_PORT]} ({why})"


def _connected(manager: LoadManager) -> str:
    points = [manager.access.point(charger.charger_id) for charger in manager.chargers.values()]
    return f"{sum(point.online for point in points)}/{len(points)}"


def _meter(manager: LoadManager) -> str:
    if manager.meter is None:
        return NOTHING
    cause: Cause | None = manager.safe_limit_cause
    if cause is not None:
        return cause.value
    # One lost answer is no safe limit yet, and no good meter either.
    return OK if manager.meter.last_update_success else "no_answer"
