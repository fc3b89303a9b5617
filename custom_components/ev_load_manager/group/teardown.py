"""The end of a group: its chargers stay connected until it is known whether it is removed.

Home Assistant unloads a group before it removes it, and tells nobody why. A
charger whose socket is closed can't be told any more that its limits are over.
"""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..config.settings import read_entry
from ..const import DOMAIN
from .backends import async_forget_backends
from .chargers import left_behind
from .load_manager import EvLoadManagerConfigEntry, LoadManager
from .notices import async_tell_not_released
from .power import power_store
from .store import GroupStore

_PARTING: HassKey[dict[str, LoadManager]] = HassKey(f"{DOMAIN}_parting")
"""Groups that ended and whose chargers are still connected, by entry."""


async def async_begin_teardown(
    hass: HomeAssistant, entry: EvLoadManagerConfigEntry, manager: LoadManager
) -> None:
    """End a group, and let go of its chargers as soon as it is known what is to become of it."""
    await manager.pause()
    if not manager.chargers.is_anyone_connected:
        await manager.part()
        return
    hass.data.setdefault(_PARTING, {})[entry.entry_id] = manager

    async def part() -> None:
        # Whoever unloads a group to remove it or to set it up anew holds this
        # lock until that is done.
        async with entry.setup_lock:
            await async_end_teardown(hass, entry.entry_id)

    hass.async_create_task(part(), f"EV Load Manager {manager.group.name} lets go")


async def async_end_teardown(hass: HomeAssistant, entry_id: str, *, for_good: bool = False) -> bool:
    """Close what is still open of a group; `for_good`: its chargers keep nothing of ours.

    Returns whether there was anything.
    """
    manager = hass.data.get(_PARTING, {}).pop(entry_id, None)
    if manager is None:
        return False
    await manager.part(for_good=for_good)
    return True


async def async_forget_group(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Have the chargers of a removed group forget it, and forget what was stored of it.

    Those of a group that was not running can't be reached: people are told.
    """
    store = GroupStore(hass, entry.entry_id, dict)
    if not await async_end_teardown(hass, entry.entry_id, for_good=True):
        stored = (await store.load()).named("chargers")
        _, chargers = read_entry(entry)
        met = {
            charger.charger_id: charger.name
            for charger in chargers.values()
            if charger.charger_id in stored
            and stored[charger.charger_id].section("identity", may_miss=True).raw("address")
        }
        met |= left_behind(stored)
        async_tell_not_released(hass, entry.entry_id, met, group=entry.title)
    await store.remove()
    await power_store(hass, entry).async_remove()
    await async_forget_backends(hass, entry.entry_id)
