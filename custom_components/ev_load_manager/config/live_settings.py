"""Settings that people and automations change while cars charge."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ..balancing.site import ConnectorId, PhaseChoice, Policy
from ..csms.charge_point.known_charger import MOST_CONNECTORS
from ..data_files.stored import Stored, plain
from ..data_files.values import anything, current, flag, listed, text, whole
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
    lost: frozenset[str] = frozenset()
    """`connector_maximum` or `charging_allowed`, where nobody knows any more what was stored:
    outlets without a value have the lowest, until people give them one or confirm."""

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

    def maximum_of(self, connector: ConnectorId, *, lowest: float, most: float) -> float:
        """What people allow an outlet, A; `most` is what the flow says, `lowest` what can charge."""
        default = lowest if _MAXIMUM in self.lost else most
        return min(self.connector_maximum.get(connector, default), most)

    def may_charge(self, connector: ConnectorId) -> bool:
        """Whether people allow an outlet to charge."""
        return self.charging_allowed.get(connector, _ALLOWED not in self.lost)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the store."""
        told: dict[str, Any] = plain(self)
        for name in _OF_OUTLETS:
            told[name] = [[*key, value] for key, value in getattr(self, name).items()]
        return told

    @classmethod
    def read(
        cls, stored: Stored, group: GroupSettings, *, feeders: Collection[str] = ()
    ) -> LiveSettings:
        """Read what was stored; what is missing comes from the flow.

        What can't be read counts as the lowest that it may have been: nobody knows any
        more what it was. `feeders` are the subentries of those that may have had a value.
        """
        first = cls.first(group)
        lost = set(stored.read("lost", listed(_one_of_outlets), _OF_OUTLETS, missing=()))
        given: dict[str, Any] = {
            name: stored.read(name, current, min(lowest, before), missing=before)
            for name, lowest in _LOWEST_OF_GROUP.items()
            for before in [getattr(first, name)]
        }
        given |= {
            name: _by_feeder(stored, name, lowest, feeders)
            for name, lowest in _LOWEST_OF_FEEDERS.items()
        }
        given |= {
            "policy": stored.read("policy", Policy, Policy.TAKE_TURNS, missing=group.policy),
            "connector_maximum": _by_outlet(stored, _MAXIMUM, current, _LOWEST, lost),
            "charging_allowed": _by_outlet(stored, _ALLOWED, flag, False, lost),
            "lost": frozenset(lost),
        }
        for name in lost:
            # Told at each start, until people have confirmed it.
            stored.damage.note(stored.at(name), None, "the lowest")
        read = stored.into(cls, given=given)
        assert read is not None
        return read


_MAXIMUM: Final = "connector_maximum"
_ALLOWED: Final = "charging_allowed"
_OF_OUTLETS: Final = (_MAXIMUM, _ALLOWED)
_LOWEST_OF_GROUP: Final[Mapping[str, float]] = {
    "maximum_current": _LOWEST,
    "grid_maximum_current": _LOWEST,
    "safe_limit": 0.0,
}
_LOWEST_OF_FEEDERS: Final[Mapping[str, float]] = {
    "feeder_maximum": _LOWEST,
    "feeder_safe_limit": 0.0,
}


def _by_outlet[T](
    stored: Stored, name: str, read: Callable[[Any], T], lowest: T, lost: set[str]
) -> dict[ConnectorId, T]:
    """Rows of charge point id, outlet and value.

    Where one does not tell whose it is, it may be any outlet's: `lost`.
    """
    rows: tuple[Any, ...] | None = stored.read(name, listed(anything), None, missing=())
    found: dict[ConnectorId, T] = {}
    for place, row in enumerate(rows or ()):
        where = f"{name}[{place}]"
        outlet = stored.of(where, row, _connector, None)
        if outlet is None:
            lost.add(name)
        else:
            found[outlet] = stored.of(where, row, lambda row: read(row[2]), lowest)
    if rows is None:
        lost.add(name)
    return found


def _by_feeder(
    stored: Stored, name: str, lowest: float, feeders: Collection[str]
) -> dict[str, float]:
    """Values by the feeder's subentry."""
    section = stored.section(name)
    names = feeders if section.is_lost else section.names
    return {feeder: section.read(feeder, current, lowest) for feeder in names}


def _one_of_outlets(name: Any) -> str:
    return _OF_OUTLETS[_OF_OUTLETS.index(name)]


def _connector(row: Any) -> ConnectorId:
    charger, number = row[:2]
    # Some could not even be written again.
    return ConnectorId(text(charger), whole(1, MOST_CONNECTORS)(number))
