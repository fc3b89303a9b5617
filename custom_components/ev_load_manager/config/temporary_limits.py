"""Limits that hold for some time and then return by themselves.

A grid operator's signal, a tariff, the sun: each has a name, and of several on
a circuit the lowest counts. Their ends are moments of the wall clock, so that
they are the same after a restart.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from ..data_files.stored import Stored, plain
from ..data_files.values import current
from ..errors import SettingError, figure

LONGEST: Final = timedelta(days=366)
"""What is to hold for longer is a setting."""
MOST: Final = 100
"""Limits of one group at a time: more are an automation that went wild."""
_UNREADABLE_LASTS: Final = timedelta(days=1)
"""How long a stored limit holds of which the end can't be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryLimit:
    """One of them; A per phase."""

    circuit: str
    """Id of the circuit that it holds for."""
    name: str
    """Who or what wants it; a later one of the same name replaces it."""
    limit: float
    until: datetime
    is_lost: bool = False
    """It stands for one of which nobody knows any more all that it was."""


class TemporaryLimits:
    """Those of one group."""

    def __init__(self, limits: Iterable[TemporaryLimit] = ()) -> None:
        self._limits = {(limit.circuit, limit.name): limit for limit in limits}

    @property
    def all(self) -> tuple[TemporaryLimit, ...]:
        """In the order in which they were first set."""
        return tuple(self._limits.values())

    @property
    def next_end(self) -> datetime | None:
        """When the first of them ends."""
        return min((limit.until for limit in self.all), default=None)

    def on(self, circuit: str) -> TemporaryLimit | None:
        """The one that counts: the lowest, and of equal ones the last to end."""
        found = [limit for limit in self.all if limit.circuit == circuit]
        return min(found, key=lambda limit: (limit.limit, -limit.until.timestamp()), default=None)

    def by_circuit(self) -> dict[str, float]:
        """What counts on each circuit, A per phase."""
        return {
            circuit: lowest.limit
            for circuit in {limit.circuit for limit in self.all}
            if (lowest := self.on(circuit)) is not None
        }

    def set(self, limit: TemporaryLimit, *, rated: float, now: datetime) -> None:
        """Add one, or replace that of the same name; `rated` is its circuit's fuse, A.

        Raises SettingError where it can't be.
        """
        if not 0 <= limit.limit <= rated:
            raise SettingError("limit", "limit_out_of_range", maximum=figure(rated))
        if limit.until <= now:
            raise SettingError("end", "temporary_limit_past")
        if limit.until > now + LONGEST:
            raise SettingError("end", "temporary_limit_too_long", days=str(LONGEST.days))
        key = limit.circuit, limit.name
        if key not in self._limits and len(self._limits) >= MOST:
            raise SettingError("name", "temporary_limits_too_many", most=str(MOST))
        self._limits[key] = limit

    def clear(self, circuit: str, name: str | None = None) -> bool:
        """Take back the one with this name, or all of a circuit; whether there was one."""
        return self._keep(
            limit
            for limit in self.all
            if limit.circuit != circuit or (name is not None and limit.name != name)
        )

    def expire(self, now: datetime) -> bool:
        """Take down what is over; whether anything was."""
        return self._keep(limit for limit in self.all if limit.until > now)

    def keep_only(self, circuits: Container[str]) -> bool:
        """Take down those of circuits that are gone; whether there were any."""
        return self._keep(limit for limit in self.all if limit.circuit in circuits)

    def _keep(self, kept: Iterable[TemporaryLimit]) -> bool:
        before = len(self._limits)
        self._limits = {(limit.circuit, limit.name): limit for limit in kept}
        return len(self._limits) < before

    def settle(self) -> bool:
        """Somebody knows that those are not wanted that stand for lost ones; whether there were any."""
        return self._keep(limit for limit in self.all if not limit.is_lost)

    def to_list(self) -> list[dict[str, Any]]:
        """Plain data for the store."""
        told: list[dict[str, Any]] = plain(self.all)
        return told

    @classmethod
    def read(cls, rows: Iterable[Stored], *, group: str, now: datetime) -> TemporaryLimits:
        """Read what was stored.

        A limit that somebody wanted must not vanish because a part of it can't be read:
        it holds with 0 A, for a day, or on the whole `group` (a circuit), until somebody
        clears it.
        """

        def read(place: int, row: Stored) -> TemporaryLimit | None:
            safer = {
                "circuit": group,
                "name": f"?{place or ''}",
                "limit": 0.0,
                "until": now + _UNREADABLE_LASTS,
            }
            limit = row.into(TemporaryLimit, readers={"limit": current}, safer=safer)
            if limit is None or not row.is_damaged:
                return limit
            return replace(limit, is_lost=True)

        return cls(limit for place, row in enumerate(rows) if (limit := read(place, row)))
