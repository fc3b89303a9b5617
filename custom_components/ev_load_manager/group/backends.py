"""The billing backends of a group's chargers, and what they let outlets have."""

from collections.abc import Callable, Mapping
from datetime import datetime
import logging
import math
from pathlib import Path
from typing import Final, NamedTuple

from homeassistant.core import HomeAssistant

from .. import clock
from ..balancing.caps import Caps
from ..balancing.site import ConnectorId
from ..config.backends import BackendsOf
from ..config.settings import ChargerSettings
from ..const import DOMAIN
from ..csms.backends.backend import State
from ..csms.backends.below import Below
from ..csms.backends.relay import BackendRelay
from ..csms.backends.store import BackendStore, delete_store
from ..csms.dialect import TagInfo
from .access import Access

_LOGGER = logging.getLogger(__name__)

FOLDER: Final = ".storage"
"""Where Home Assistant keeps what is nobody's to read; below its own folder."""
NO_CAPS: Final[Caps] = {}


class Standing(NamedTuple):
    """How a backend of a charger stands, for people."""

    id: str
    name: str
    decides: bool
    state: State
    problem: str | None
    """The key of why it can't be used; None: it can."""
    queue: int
    """Messages that it is still to be told."""
    lost: int
    """Messages that it would not take, or for which there was no room."""
    aside: int
    """Starts and ends of sessions that it has not taken so far, and is told again."""
    refused: tuple[str, ...]
    """What it wanted to change that would lead its charger elsewhere."""
    away_for: float
    """Seconds for which it has not been there, its charger or not."""


def backend_file(hass: HomeAssistant, entry_id: str) -> Path:
    """Where it is kept what backends are still to be told."""
    return Path(hass.config.path(FOLDER, f"{DOMAIN}.{entry_id}.backends.db"))


async def async_forget_backends(hass: HomeAssistant, entry_id: str) -> None:
    """Keep nothing of the backends of a group that is gone."""
    path = backend_file(hass, entry_id)
    await hass.async_add_executor_job(delete_store, path)


class Backends:
    """All backends of a group; without any there is no file, and nothing to do."""

    def __init__(
        self, hass: HomeAssistant, entry_id: str, access: Access, *, wake: Callable[[], None]
    ) -> None:
        """Begin with none; `wake`: what they let outlets have may have changed, or how they stand."""
        self._path = backend_file(hass, entry_id)
        self._access = access
        self._wake = wake
        self._store: BackendStore | None = None
        self._relays: dict[str, BackendRelay] = {}
        self._failing: set[str] = set()
        self._settings: Mapping[str, ChargerSettings] = {}
        self.caps: Caps = NO_CAPS
        self.next_change: datetime | None = None
        """When one of them may change by itself."""

    async def open(self, wanted: BackendsOf) -> None:
        """Read what was stored, before the first charger can call."""
        if self._store is None and (wanted or self._path.exists()):
            self._store = BackendStore(self._path)
            await self._store.open()

    async def sync(self, wanted: BackendsOf, chargers: Mapping[str, ChargerSettings]) -> None:
        """Have these backends; one that did not change keeps its link."""
        await self.open(wanted)
        if self._store is None:
            return
        settings = {one.charger_id: one for one in chargers.values() if not one.was_removed}
        self._settings = settings
        # One stays the same when its charger gets another id.
        still = frozenset(name for backends in wanted.values() for name in backends)
        for charger_id, relay in tuple(self._relays.items()):
            if not self._serves(relay, charger_id) or charger_id not in wanted:
                await relay.end(still)
                del self._relays[charger_id]
        for charger_id, backends in wanted.items():
            if charger_id not in settings:
                continue
            if charger_id not in self._relays:
                self._relays[charger_id] = self._relay(charger_id, settings[charger_id])
            await self._relays[charger_id].use(backends)
        for left in self._store.left:
            # It was removed while the group did not run.
            self._store.forget(left)
        if not self._relays:
            store, self._store = self._store, None
            await store.close(delete=True)
        self.look()
        self._wake()

    async def close(self) -> None:
        """Hang up; what is to be told stays on the disk."""
        for relay in self._relays.values():
            await relay.close()
        self._relays.clear()
        if self._store is not None:
            store, self._store = self._store, None
            await store.close()

    def look(self) -> None:
        """See what they let outlets have now."""
        if not self._relays:
            self.caps, self.next_change = NO_CAPS, None
            return
        caps: dict[ConnectorId, float] = {}
        moments: list[datetime] = []
        for charger_id, relay in self._relays.items():
            try:
                found = {number: relay.cap(number) for number in relay.below.outlets}
            except Exception:
                # What is wrong with one backend must not cost others their share.
                if charger_id not in self._failing:
                    _LOGGER.exception("What the backend of %s allows can't be told", charger_id)
                self._failing.add(charger_id)
                caps |= {one: cap for one, cap in self.caps.items() if one.charger == charger_id}
                continue
            self._failing.discard(charger_id)
            for number, cap in found.items():
                if cap is None:
                    continue
                if cap.until is not None:
                    moments.append(cap.until)
                if math.isfinite(cap.amperes):
                    caps[ConnectorId(charger_id, number)] = cap.amperes
        self.caps = caps
        self.next_change = min(moments, default=None)

    @property
    def chargers(self) -> frozenset[str]:
        """Those that have any, by charge point id."""
        return frozenset(self._relays)

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """What they are called, by charge point id, and by their own ids."""
        return {
            charger_id: {name: one.settings.name for name, one in relay.backends.items()}
            for charger_id, relay in self._relays.items()
        }

    def of(self, charger_id: str) -> tuple[Standing, ...]:
        """How the backends of a charger stand."""
        relay = self._relays.get(charger_id)
        if relay is None:
            return ()
        now = clock.monotonic()
        return tuple(
            Standing(
                id=one.settings.id,
                name=one.settings.name,
                decides=one.settings.decides,
                state=one.state,
                problem=None if one.problem is None else one.problem.key,
                queue=len(one.outbox),
                lost=one.outbox.lost,
                aside=len(one.outbox.aside),
                refused=tuple(one.orders.refused),
                away_for=0.0 if one.away_since is None else now - one.away_since,
            )
            for one in relay.backends.values()
        )

    def _serves(self, relay: BackendRelay, charger_id: str) -> bool:
        """Whether it is still that charger's: one may have been removed, and added again."""
        try:
            return self._access.point(charger_id) is relay.below.point
        except KeyError:
            return False

    def _relay(self, charger_id: str, settings: ChargerSettings) -> BackendRelay:
        access = self._access
        control = access.control(charger_id)

        def listed(id_tag: str) -> TagInfo | None:
            return None if access.id_tags.name(id_tag) is None else access.tag_info(id_tag)

        def effective(number: int) -> float | None:
            keeper = control.limits.keeper(number)
            return keeper.wanted if keeper.offer.accepted is None else keeper.offer.accepted

        def phases(number: int) -> int:
            known = control.limits.keeper(number).phases
            # As it is wired now: people may have changed that since.
            return len(known) if known else len(self._settings.get(charger_id, settings).wiring)

        assert self._store is not None
        below = Below(
            point=access.point(charger_id),
            catalogue=access.catalogue,
            listed=listed,
            effective=effective,
            phases=phases,
            expect_reboot=control.limits.expect_reboot,
            ordered=access.ordered,
            changed=self._wake,
        )
        return BackendRelay(below, self._store)
