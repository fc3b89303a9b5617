"""Settings that people and automations change while cars charge."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
import math
from typing import Any, Final

from ..balancing.site import ConnectorId, PhaseChoice, Policy
from ..csms.charge_point.known_charger import MOST_CONNECTORS
from ..errors import SettingError
from .damage import Damage
from .feeders import Feeders
from .settings import GroupSettings

_LOWEST: Final = 6.0
"""What a limit counts as that can't be read, A: no car charges with less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """All of them; currents in A per phase."""

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

    def check(self, group: GroupSettings, feeders: Feeders) -> None:
        """Refuse what no fuse allows: raises SettingError."""
        for name, value, rated in self._rated(group, feeders):
            if not 0 <= value <= rated:
                raise SettingError(name, "limit_out_of_range", maximum=f"{rated:g}")

    def _rated(self, group: GroupSettings, feeders: Feeders) -> Iterator[tuple[str, float, float]]:
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
    def from_dict(
        cls, data: Any, group: GroupSettings, damage: Damage, *, feeders: Collection[str] = ()
    ) -> LiveSettings:
        """Read what was stored; what is missing comes from the flow.

        Each value is read by itself, and what can't be read is noted in `damage` and
        counts as the lowest that it may have been: nobody knows any more what it was.
        `feeders` are the subentries of those that may have had a value.
        """
        first = cls.first(group).to_dict()
        if not isinstance(data, Mapping):
            damage.note("settings", data, "the lowest of each")
            data = dict.fromkeys(first)
        read = _Reader({**first, **data}, damage, feeders)
        return cls(
            maximum_current=read.current("maximum_current", min(_LOWEST, group.maximum_current)),
            grid_maximum_current=read.current(
                "grid_maximum_current", min(_LOWEST, group.grid_maximum_current)
            ),
            safe_limit=read.current("safe_limit", 0.0),
            balancing=read.flag("balancing", safer=True),
            adaptive=read.flag("adaptive", safer=True),
            policy=read.word("policy", Policy, Policy.TAKE_TURNS),
            phase_choice=read.word("phase_choice", PhaseChoice, PhaseChoice.EACH_PHASE),
            connector_maximum=read.by_connector("connector_maximum", _amperes, _LOWEST),
            charging_allowed=read.by_connector("charging_allowed", _flag, safer=False),
            feeder_maximum=read.by_feeder("feeder_maximum", _LOWEST),
            feeder_safe_limit=read.by_feeder("feeder_safe_limit", 0.0),
        )


class _Reader:
    """Reads stored live settings, one by one."""

    def __init__(self, data: Mapping[str, Any], damage: Damage, feeders: Collection[str]) -> None:
        self._data = data
        self._damage = damage
        self._feeders = feeders

    def current(self, name: str, safer: float) -> float:
        return self._damage.read(name, self._data[name], _amperes, safer)

    def flag(self, name: str, *, safer: bool) -> bool:
        return self._damage.read(name, self._data[name], _flag, safer)

    def word[T: StrEnum](self, name: str, kind: type[T], safer: T) -> T:
        return self._damage.read(name, self._data[name], kind, safer)

    def by_connector[T](
        self, name: str, read: Callable[[Any], T], safer: T
    ) -> dict[ConnectorId, T]:
        """Rows of charge point id, outlet and value."""
        found: dict[ConnectorId, T] = {}
        for row in self._rows(name):
            connector = self._damage.read(name, row, _connector, None)
            if connector is not None:
                found[connector] = self._damage.read(name, row, lambda row: read(row[2]), safer)
        return found

    def by_feeder(self, name: str, safer: float) -> dict[str, float]:
        """Values by the feeder's subentry."""
        values = self._data[name]
        if not isinstance(values, Mapping):
            self._damage.note(name, values, safer)
            return dict.fromkeys(self._feeders, safer)
        return {
            str(feeder): self._damage.read(name, value, _amperes, safer)
            for feeder, value in values.items()
        }

    def _rows(self, name: str) -> Iterator[Any]:
        rows = self._data[name]
        if isinstance(rows, list):
            yield from rows
        else:
            self._damage.note(name, rows, "what the flow says")


def _amperes(value: Any) -> float:
    """A current that can be; raises ValueError or TypeError."""
    amperes = float(value)
    if isinstance(value, bool) or not math.isfinite(amperes) or amperes < 0.0:
        raise ValueError(value)
    return amperes


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _connector(row: Any) -> ConnectorId | None:
    charger, number = row[:2]
    if not isinstance(charger, str) or isinstance(number, bool):
        raise TypeError(row)
    if not 0 < int(number) <= MOST_CONNECTORS:
        raise ValueError(row)  # some could not even be written again
    return ConnectorId(charger, int(number))
