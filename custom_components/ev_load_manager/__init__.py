"""EV Load Manager: many cars behind one small fuse."""

import asyncio
from contextlib import AsyncExitStack
import errno

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.typing import ConfigType

from .actions import async_setup_services
from .config.backends import async_remove_orphans
from .config.feeders import (
    async_adopt_orphans,
    async_forget_issues,
    async_hang_chargers,
    async_tell_mended,
)
from .config.settings import read_entry
from .const import CONF_LISTEN_HOST, CONF_LISTEN_PORT, DOMAIN
from .csms.transport.tls import TlsError
from .entities.devices import Devices
from .entities.driver_pauses import DriverPauses
from .entities.messages import Messages
from .entities.session_places import SessionPlaces
from .entities.situations import SituationNews
from .entities.targets import places
from .group.connection_log import ConnectionLog
from .group.listeners import TlsDiffers
from .group.load_manager import EvLoadManagerConfigEntry, LoadManager
from .group.teardown import async_begin_teardown, async_end_teardown, async_forget_group
from .page.download import async_setup_download
from .page.panel import async_hide_panel, async_setup_panel, async_show_panel
from .page.power_commands import async_register_power_commands
from .page.session_commands import async_register_session_commands
from .page.session_downloads import async_setup_session_downloads
from .page.websocket_api import async_register_commands
from .peaks.least_power import least_power
from .peaks.tariff import tariffs
from .watchers.chargers import ChargerIssues
from .watchers.group import GroupIssues
from .watchers.logins import LoginIssue
from .watchers.pending_chargers import PendingChargerIssues
from .watchers.refusals import RefusalIssues
from .watchers.safe_limit import SafeLimitIssues

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all groups share: actions, downloads, what the page asks, and the page itself."""
    # They are files, which flows and groups look into all the time.
    await hass.async_add_executor_job(tariffs)
    await hass.async_add_executor_job(least_power)
    async_setup_services(hass)
    async_setup_download(hass)
    async_setup_session_downloads(hass)
    async_register_commands(hass)
    async_register_session_commands(hass)
    async_register_power_commands(hass)
    await async_setup_panel(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> bool:
    """Set up a group: its port, its chargers, its entities, and last its loop."""
    await async_show_panel(hass)
    await async_end_teardown(hass, entry.entry_id)
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
    except TlsError as err:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=err.placeholders,
        ) from err
    except TlsDiffers as err:
        raise ConfigEntryNotReady(
            translation_domain=DOMAIN,
            translation_key="tls_differs",
            translation_placeholders={"port": str(entry.data[CONF_LISTEN_PORT])},
        ) from err
    entry.runtime_data = manager
    async with AsyncExitStack() as undo:
        undo.push_async_callback(manager.stop)
        devices = Devices(hass, entry)
        entry.async_on_unload(manager.add_listener(devices.async_follow))
        entry.async_on_unload(manager.add_listener(SituationNews(hass, entry).async_update))
        names = SessionPlaces(hass, entry)
        names.async_update()
        entry.async_on_unload(manager.add_listener(names.async_update))
        entry.async_on_unload(manager.add_listener(Messages(hass, entry).async_update))
        entry.async_on_unload(DriverPauses(hass, entry).start())
        issue = SafeLimitIssues(hass, entry)
        entry.async_on_unload(manager.add_listener(issue.async_update))
        entry.async_on_unload(issue.async_delete)
        logins = LoginIssue(hass, entry)
        entry.async_on_unload(manager.add_listener(logins.async_update))
        entry.async_on_unload(logins.async_delete)
        entry.async_on_unload(manager.add_listener(ConnectionLog(entry).async_update))
        strangers = PendingChargerIssues(hass, entry)
        entry.async_on_unload(manager.access.on_pending_change(strangers.async_look))
        for watch in (
            ChargerIssues(hass, entry),
            GroupIssues(hass, entry),
            RefusalIssues(hass, entry),
            strangers,
        ):
            entry.async_on_unload(manager.add_listener(watch.async_update))
            entry.async_on_unload(watch.async_delete)
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        undo.push_async_callback(hass.config_entries.async_unload_platforms, entry, PLATFORMS)
        await manager.start()

        # Changes come as parallel tasks: each must find what the one before it left.
        lock = asyncio.Lock()

        async def settings_changed(_: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
            """Take over what a flow changed: other chargers keep their sockets."""
            async with lock:
                async_hang_chargers(hass, entry)
                async_adopt_orphans(hass, entry, manager.feeders)
                async_remove_orphans(hass, entry)
                await manager.sync(*read_entry(entry))
            async_tell_mended(hass, entry, manager.mended_feeders)
            devices.async_update()

        entry.async_on_unload(entry.add_update_listener(settings_changed))
        # What a flow changed while the platforms were set up had no listener yet.
        await settings_changed(hass, entry)
        undo.pop_all()
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> bool:
    """Take down the entities, then the group; its chargers go when it is known why."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await async_begin_teardown(hass, entry, entry.runtime_data)
    return True


async def async_remove_entry(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
    """Have the chargers of a group that is gone forget it, and forget it here, too."""
    await async_forget_group(hass, entry)
    async_forget_issues(hass, entry.entry_id)
    if not hass.config_entries.async_entries(DOMAIN, include_disabled=False):
        async_hide_panel(hass)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: EvLoadManagerConfigEntry, device: DeviceEntry
) -> bool:
    """Let people remove devices that stand for nothing any more.

    A charger that is only switched off stays: it is removed where it was added.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return False
    return not device.identifiers & {(DOMAIN, place.key) for place in places(hass, entry)}
