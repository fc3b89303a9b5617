"""What must survive a power cut: settings made at run time, sessions, offers.

One file per group, and one for the whole integration with the next transaction
id. Files are replaced atomically, so a kill at any byte leaves the old one or
the new one. Home Assistant sets a damaged file aside and says so; then the
group starts with the values of its flow, and counts every charger as never
limited.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .balancing.site import ConnectorId, PhaseChoice, Policy
from .const import DOMAIN, LOGGER
from .feeders import Feeders
from .settings import GroupSettings

VERSION: Final = 1
SAVE_DELAY: Final = 60.0
"""Real seconds that a change without consequence may wait for its companions."""

_BY_NAME: Final = frozenset({"settings", "chargers", "memory"})
"""Parts of a group's file that are JSON objects."""
_ROWS: Final = frozenset({"feeders", "temporary_limits", "safe_limit_log"})
"""Parts that are lists of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """Settings that people and automations change while cars charge (A per phase)."""

    maximum_current: float
    grid_maximum_current: float
    safe_limit: float
    balancing: bool = True
    adaptive: bool = True
    policy: Policy = Policy.TAKE_TURNS
    phase_choice: PhaseChoice = PhaseChoice.EACH_PHASE
    connector_maximum: Mapping[ConnectorId, float] = field(default_factory=dict)
    charging_allowed: Mapping[ConnectorId, bool] = field(default_factory=dict)
    feeder_maximum: Mapping[str, float] = field(default_factory=dict)
    """By subentry; a feeder that is missing has the value of its flow."""
    feeder_safe_limit: Mapping[str, float] = field(default_factory=dict)
    """The same, for feeders with a meter of their own."""

    @classmethod
    def first(cls, group: GroupSettings) -> LiveSettings:
        """The values that the flow gave."""
        return cls(
            maximum_current=group.maximum_current,
            grid_maximum_current=group.grid_maximum_current,
            safe_limit=group.safe_limit,
            policy=group.policy,
        )

    def within(self, group: GroupSettings, feeders: Feeders) -> LiveSettings:
        """The same, cut to the rated currents, which may have been lowered since."""
        return replace(
            self,
            maximum_current=min(self.maximum_current, group.rated_current),
            grid_maximum_current=min(self.grid_maximum_current, group.grid_rated_current),
            safe_limit=min(self.safe_limit, group.highest_safe_limit),
            feeder_maximum={
                feeder: min(maximum, feeders[feeder].rated_current)
                for feeder, maximum in self.feeder_maximum.items()
                if feeder in feeders
            },
            feeder_safe_limit={
                feeder: min(safe_limit, feeders[feeder].rated_current)
                for feeder, safe_limit in self.feeder_safe_limit.items()
                # Another meter's flow asks anew.
                if feeder in feeders and feeders[feeder].meter is not None
            },
        )

    def rated(self, group: GroupSettings, feeders: Feeders) -> Iterator[tuple[str, float, float]]:
        """Every limit with its name and what its fuse carries."""
        yield "maximum_current", self.maximum_current, group.rated_current
        yield "grid_maximum_current", self.grid_maximum_current, group.grid_rated_current
        yield "safe_limit", self.safe_limit, group.highest_safe_limit
        for feeder, maximum in self.feeder_maximum.items():
            yield feeders[feeder].name, maximum, feeders[feeder].rated_current
        for feeder, safe_limit in self.feeder_safe_limit.items():
            yield feeders[feeder].name, safe_limit, feeders[feeder].rated_current

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the store."""
        return {
            "maximum_current": self.maximum_current,
            "grid_maximum_current": self.grid_maximum_current,
            "safe_limit": self.safe_limit,
            "balancing": self.balancing,
            "adaptive": self.adaptive,
            "policy": self.policy.value,
            "phase_choice": self.phase_choice.value,
            "connector_maximum": [[*key, value] for key, value in self.connector_maximum.items()],
            "charging_allowed": [[*key, value] for key, value in self.charging_allowed.items()],
            "feeder_maximum": dict(self.feeder_maximum),
            "feeder_safe_limit": dict(self.feeder_safe_limit),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], group: GroupSettings) -> LiveSettings:
        """Read what was stored; what is missing comes from the flow."""
        first = cls.first(group)
        try:
            return cls._read({**first.to_dict(), **data})
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            LOGGER.warning("Stored settings are unusable, the flow's are taken: %r", error)
            return first

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            maximum_current=float(data["maximum_current"]),
            grid_maximum_current=float(data["grid_maximum_current"]),
            safe_limit=float(data["safe_limit"]),
            balancing=bool(data["balancing"]),
            adaptive=bool(data["adaptive"]),
            policy=Policy(data["policy"]),
            phase_choice=PhaseChoice(data["phase_choice"]),
            connector_maximum={
                ConnectorId(charger, number): float(value)
                for charger, number, value in data["connector_maximum"]
            },
            charging_allowed={
                ConnectorId(charger, number): bool(value)
                for charger, number, value in data["charging_allowed"]
            },
            feeder_maximum={
                feeder: float(value) for feeder, value in data["feeder_maximum"].items()
            },
            feeder_safe_limit={
                feeder: float(value) for feeder, value in data["feeder_safe_limit"].items()
            },
        )


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
