"""EV Load Manager: many cars behind one small fuse."""

import asyncio
import errno

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers.device_registry import DeviceEntry

from .const import CONF_LISTEN_HOST, CONF_LISTEN_PORT, DOMAIN
from .devices import Devices
from .load_manager import EvLoadManagerConfigEntry, LoadManager, read_entry
from .places import places
from .store import GroupStore

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup_entry(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> bool:
    """Set up a group: its port, its chargers, its entities, and last its loop."""
    try:
        manager = await LoadManager.create(hass, entry)
    except OSError as err:
        in_use = err.errno == errno.EADDRINUSE
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="port_in_use" if in_use else "cannot_listen",
            translation_placeholders={
                "address": str(entry.data[CONF_LISTEN_HOST]),
                "port": str(entry.data[CONF_LISTEN_PORT]),
                "error": err.strerror or str(err),
            },
        ) from err
    entry.runtime_data = manager
    try:
        devices = Devices(hass, entry)
        entry.async_on_unload(manager.add_listener(devices.async_update))
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        await manager.start()
    except BaseException:
        await manager.stop()
        raise

    # Changes come as parallel tasks: each must find what the one before it left.
    lock = asyncio.Lock()

    async def settings_changed(_: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Take over what a flow changed: other chargers keep their sockets."""
        async with lock:
            await manager.sync(*read_entry(entry))
        devices.async_update()

    entry.async_on_unload(entry.add_update_listener(settings_changed))
    # What a flow changed while the platforms were set up had no listener yet.
    await settings_changed(hass, entry)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> bool:
    """Take down the entities, then the group."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.stop()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
    """Forget what was stored of a group that is gone."""
    await GroupStore(hass, entry.entry_id, dict).remove()


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: EvLoadManagerConfigEntry, device: DeviceEntry
) -> bool:
    """Let people remove devices that stand for nothing any more.

    A charger that is only switched off stays: it is removed where it was added.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return False
    return not device.identifiers & {(DOMAIN, place.key) for place in places(hass, entry)}
