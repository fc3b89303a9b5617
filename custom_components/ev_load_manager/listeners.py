"""OCPP listeners that groups share: one per address and port, counted by its users.

A charge point id is unique on a listener, so that a charger belongs to one
group, whichever group's port it dials.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .csms.charge_point import ChargePoint
from .csms.server import CentralSystem
from .csms.transactions import TransactionIds

type Save = Callable[[ChargePoint], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Listener:
    """One OCPP port with the groups that use it."""

    central: CentralSystem
    users: set[str] = field(default_factory=set)
    """Config entries that hold it."""
    savers: dict[str, Save] = field(default_factory=dict)
    """Who stores the state of which charger, by charge point id."""


class Listeners:
    """Every listener of this Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start with none."""
        self._hass = hass
        self._lock = asyncio.Lock()
        self._open: dict[tuple[str, int], Listener] = {}
        self._store: Store[dict[str, Any]] = Store(
            hass, 1, f"{DOMAIN}.transactions", atomic_writes=True
        )
        self._transaction_ids: TransactionIds | None = None
        self._stored_id = 1

    async def acquire(self, host: str, port: int, user: str) -> Listener:
        """The listener on an address and port, opened by its first user.

        Raises OSError where the port can't be had.
        """
        async with self._lock:
            listener = self._open.get((host, port))
            if listener is None:
                listener = await self._start(host, port)
                self._open[host, port] = listener
            listener.users.add(user)
            return listener

    async def release(self, listener: Listener, user: str) -> None:
        """Give a listener back; the last user closes it."""
        async with self._lock:
            listener.users.discard(user)
            if listener.users:
                return
            for key, opened in list(self._open.items()):
                if opened is listener:
                    del self._open[key]
            await listener.central.stop()

    @callback
    def is_open(self, host: str, port: int) -> bool:
        """Whether a group of ours listens there already."""
        return (host, port) in self._open

    @callback
    def find(self, host: str, port: int) -> Listener | None:
        """The open listener on an address and port."""
        return self._open.get((host, port))

    async def _start(self, host: str, port: int) -> Listener:
        savers: dict[str, Save] = {}
        transaction_ids = await self._load_transaction_ids()

        async def save(charge_point: ChargePoint) -> None:
            if transaction_ids.next_id != self._stored_id:
                self._stored_id = transaction_ids.next_id
                await self._store.async_save({"next_id": self._stored_id})
            if saver := savers.get(charge_point.id):
                await saver(charge_point)

        central = CentralSystem(host, port, transaction_ids=transaction_ids, save=save)
        await central.start()
        return Listener(central=central, savers=savers)

    async def _load_transaction_ids(self) -> TransactionIds:
        """One counter for all listeners, so that an id never comes twice."""
        if self._transaction_ids is None:
            data = await self._store.async_load() or {}
            self._stored_id = int(data.get("next_id", 1))
            self._transaction_ids = TransactionIds(self._stored_id)
        return self._transaction_ids


LISTENERS: HassKey[Listeners] = HassKey(f"{DOMAIN}_listeners")


@callback
def async_listeners(hass: HomeAssistant) -> Listeners:
    """The listeners of this Home Assistant, made on first use."""
    if LISTENERS not in hass.data:
        hass.data[LISTENERS] = Listeners(hass)
    return hass.data[LISTENERS]
