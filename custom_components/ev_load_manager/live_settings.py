"""Settings that people and automations change while cars charge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from .balancing.site import ConnectorId, PhaseChoice, Policy
from .const import LOGGER
from .errors import SettingError
from .feeders import Feeders
from .settings import GroupSettings


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
