"""What must survive a power cut: settings made at run time, sessions, offers.

One file per group, and one for the whole integration with the next transaction
id. Files are replaced atomically, so a kill at any byte leaves the old one or
the new one. Home Assistant sets a damaged file aside and says so; then the
group starts with the values of its flow, and counts every charger as never
limited.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN, LOGGER

VERSION: Final = 1
SAVE_DELAY: Final = 60.0
"""Real seconds that a change without consequence may wait for its companions."""

_BY_NAME: Final = frozenset({"settings", "chargers", "memory"})
"""Parts of a group's file that are JSON objects."""
_ROWS: Final = frozenset({"feeders", "temporary_limits", "safe_limit_log"})
"""Parts that are lists of them."""


class GroupStore:
    """The file of one group.

    `collect` gives the data of the moment; nothing keeps a second copy of it.
    """

    def __init__(
        self, hass: HomeAssistant, entry_id: str, collect: Callable[[], dict[str, Any]]
    ) -> None:
        """Prepare; `load` reads the file."""
        self._store: Store[dict[str, Any]] = Store(
            hass, VERSION, f"{DOMAIN}.{entry_id}", atomic_writes=True
        )
        self._collect = collect
        self._writing = asyncio.Lock()
        self._begun = self._written = 0
        """Writes so far, counted when they began and when they were done."""

    async def load(self) -> dict[str, Any]:
        """What was stored last; empty on the first start and after damage.

        Parts that aren't what was written are left out: a group that starts
        with the values of its flow is better than one that doesn't start.
        """
        try:
            stored = await self._store.async_load() or {}
        except AttributeError, LookupError, TypeError, ValueError:
            stored = {}
            LOGGER.exception("What was stored is unusable; the group starts without it")
        return _in_shape(stored) if isinstance(stored, dict) else {}

    async def save(self) -> None:
        """Write now.

        A full disk must not stop anybody's charging: Home Assistant's store
        logs it and keeps the old file, and the group goes on.
        """
        # Two hundred chargers that come back at once share a few writes: whoever
        # asks while one is going on is served by the one that begins after it.
        mine = self._begun + 1
        async with self._writing:
            if self._written >= mine:
                return
            self._begun = mine = self._begun + 1
            await self._store.async_save(self._collect())
            self._written = mine

    def save_soon(self) -> None:
        """Write within a minute, together with what else changes until then."""
        self._store.async_delay_save(self._collect, SAVE_DELAY)

    async def remove(self) -> None:
        """Delete the file, with the group."""
        await self._store.async_remove()


def _in_shape(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a file that are as they were written, as far as one can see from outside."""
    kept: dict[str, Any] = {}
    for part, value in stored.items():
        if part == "saved_at":
            if _is_moment(value):
                kept[part] = value
        elif part in _ROWS:
            if isinstance(value, list):
                kept[part] = [row for row in value if isinstance(row, dict)]
        elif part not in _BY_NAME or isinstance(value, dict):
            kept[part] = value
    chargers = kept.get("chargers", {})
    return kept | {
        "chargers": {name: state for name, state in chargers.items() if isinstance(state, dict)}
    }


def _is_moment(value: object) -> bool:
    """Whether it is a time that says how far from UTC it is."""
    try:
        return datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False
