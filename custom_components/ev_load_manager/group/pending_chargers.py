"""Chargers that have connected and wait to be added: who they are, and how they find us."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, override
from urllib.parse import quote

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .. import clock
from ..config.settings import GroupSettings
from ..const import LOGGER
from ..csms.dialect import Dialect
from ..csms.onboarding.capabilities import Capabilities
from ..csms.onboarding.configuration import Configuration
from ..csms.pending_charger import PendingCharger
from ..csms.transport.calls import Calls, ReachableCharger
from ..csms.transport.connection import Link
from ..csms.transport.errors import ChargePointError
from .load_manager import EvLoadManagerConfigEntry, LoadManager

ASK_TIMEOUT: Final = 5.0
"""How long the form waits for what a charger says of itself, s."""
ARRIVES_WITHIN: Final = 900.0
"""How long the form waits for a charger, s: some take minutes to restart."""
NAMED_WITHIN: Final = 3.0
"""How long a charger that has just connected may take to say what it is, s."""
ANY_HOST: Final = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on


def pending_chargers(entry: EvLoadManagerConfigEntry) -> Mapping[str, PendingCharger]:
    """Chargers that wait on the group's port, those heard of last first."""
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    unknown = entry.runtime_data.access.pending.values()
    newest_first = sorted(unknown, key=lambda charger: charger.last_seen, reverse=True)
    return {charger.id: charger for charger in newest_first}


async def async_arrival(entry: EvLoadManagerConfigEntry, before: Collection[str]) -> bool:
    """Wait for a charger that is connected, and was not `before`; whether one came.

    It gets a moment to say what it is, too.
    """
    manager = entry.runtime_data
    there = set(before)
    changed = asyncio.Event()
    end = manager.access.on_pending_change(changed.set)

    def newcomers() -> set[str]:
        nonlocal there
        connected = _connected(manager)
        # One that is restarted leaves, and is news when it is back.
        there &= connected
        return connected - there

    async def newcomers_then() -> set[str]:
        await changed.wait()
        changed.clear()
        return newcomers()

    new = newcomers()
    try:
        async with clock.timeout(ARRIVES_WITHIN):
            while not new:
                new = await newcomers_then()
        async with clock.timeout(NAMED_WITHIN):
            while not any(one.booted for one in manager.access.pending.values() if one.id in new):
                new = await newcomers_then() or new
    except TimeoutError:
        pass
    finally:
        end()
    return bool(new)


def connected_chargers(entry: EvLoadManagerConfigEntry) -> frozenset[str]:
    """The ids of those that wait to be added and are connected now."""
    if entry.state is not ConfigEntryState.LOADED:
        return frozenset()
    return frozenset(_connected(entry.runtime_data))


def _connected(manager: LoadManager) -> set[str]:
    return {charger.id for charger in manager.access.pending.values() if charger.connected}


def label(charger: PendingCharger) -> str:
    """What tells a waiting charger from another."""
    model = " ".join(filter(None, (charger.vendor, charger.model)))
    return " · ".join(filter(None, (charger.id, model, charger.serial, charger.address)))


@dataclass(frozen=True, slots=True)
class Waiting(ReachableCharger):
    """A charger that waits to be added.

    Reading its keys is allowed, telling it its password, and nothing else.
    """

    id: str
    link: Link
    answers_within = ASK_TIMEOUT

    @property
    @override
    def dialect(self) -> Dialect:
        return self.link.dialect

    @property
    @override
    def calls(self) -> Calls:
        return self.link.calls


def waiting(charger: PendingCharger) -> Waiting | None:
    """Whom to ask, if the charger is connected."""
    return None if charger.link is None else Waiting(charger.id, charger.link)


async def async_ask(charger: PendingCharger) -> tuple[Capabilities, Mapping[str, str]]:
    """What a waiting charger tells of itself, if it does so soon, and its configuration keys."""
    asked = waiting(charger)
    if asked is None:
        return Capabilities(), {}
    keys = Configuration(asked)
    try:
        await keys.read(asked.dialect.names.of_wiring)
    except ChargePointError as error:
        LOGGER.debug("%s doesn't tell how it is wired: %s", charger.id, error)
    return Capabilities(**asked.dialect.told_of_itself(keys)), keys.values


def charger_url(hass: HomeAssistant, group: GroupSettings, charger_id: str) -> str:
    """What to type into a charger."""
    host = group.listen_host
    if host in ANY_HOST:
        api = hass.config.api
        host = "ADDRESS-OF-HOME-ASSISTANT" if api is None else api.local_ip
    if ":" in host:
        host = f"[{host}]"
    scheme = "ws" if group.tls is None else "wss"
    return f"{scheme}://{host}:{group.listen_port}/{quote(charger_id, safe='')}"
