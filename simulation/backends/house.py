"""One charger that keeps its backends, without Home Assistant around it; it can be killed, and started again."""

from pathlib import Path
from ssl import SSLContext
from typing import Any

from custom_components.ev_load_manager.csms.backends.below import Below
from custom_components.ev_load_manager.csms.backends.relay import BackendRelay
from custom_components.ev_load_manager.csms.backends.settings import BackendSettings
from custom_components.ev_load_manager.csms.backends.store import BackendStore
from custom_components.ev_load_manager.csms.dialect import TagInfo
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds

from .backend import SimulatedBackend

CATALOGUE = load_catalogue()


def settings_of(backend: SimulatedBackend, id: str = "b1", **more: Any) -> BackendSettings:
    """A backend as people would enter it."""
    return BackendSettings(**{"id": id, "name": id, "url": backend.url, "identity": "CP1"} | more)


class House:
    """One charger that is configured, with its backends; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet."""
        self.folder = folder
        self.listed: dict[str, TagInfo] = {}
        self.limit: float | None = 16.0
        self.reboots = 0
        self.state: dict[str, Any] | None = None
        self.tls: SSLContext | None = None
        """Chargers dial over TLS."""

    async def start(self, *settings: BackendSettings, first_id: int = 100) -> None:
        """Begin, with what is on the disk."""
        self.system = CentralSystem(
            "127.0.0.1", 0, transaction_ids=TransactionIds(first_id), ssl=self.tls
        )
        await self.system.start()
        self.store = BackendStore(self.folder / "backends.db")
        await self.store.open()
        self.point = self.system.add("CP1", self.state)

        def rebooted() -> None:
            self.reboots += 1

        below = Below(
            point=self.point,
            catalogue=CATALOGUE,
            listed=self.listed.get,
            effective=lambda _: self.limit,
            phases=lambda _: 3,
            expect_reboot=rebooted,
        )
        self.relay = BackendRelay(below, self.store)
        await self.relay.use({one.id: one for one in settings})

    async def stop(self) -> None:
        """Stop in an orderly way; what it knows of the charger is kept."""
        self.state = self.point.state()
        await self.relay.close()
        await self.system.stop()
        await self.store.close()

    @property
    def all_is_told(self) -> bool:
        """Whether its only backend is there, and knows everything."""
        backend = self.relay.backends["b1"]
        return backend.connected and not len(backend.outbox)
