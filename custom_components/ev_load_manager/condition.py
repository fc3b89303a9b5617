"""Conditions of automations: how it is at an outlet, a charger, a feeder or a group."""

from abc import abstractmethod
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar, Final, Unpack, override

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_FOR, CONF_OPTIONS, CONF_TARGET
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.target import TargetSelection
from homeassistant.helpers.typing import ConfigType

from . import clock
from .const import DOMAIN
from .entities.situations import circuits_of, keys_around, keys_meant
from .entities.targets import ConnectorTarget, Place, places
from .history.situations import Situation

CONF_CURRENT: Final = "current"

_BEHAVIOR: Final = {
    vol.Optional(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL])
}


class PlaceCondition(Condition):
    """How it is at any, or at all, of the places meant; what is not known is not so."""

    options: ClassVar[dict[Any, Any]] = {
        **_BEHAVIOR,
        vol.Optional(CONF_FOR, default=timedelta()): cv.positive_time_period,
    }

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Read what somebody wrote."""
        schema = vol.Schema(
            {
                vol.Required(CONF_TARGET): cv.TARGET_FIELDS,
                vol.Required(CONF_OPTIONS, default={}): cls.options,
            }
        )
        read: ConfigType = schema(config)
        return read

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Prepare."""
        super().__init__(hass, config)
        self._target = TargetSelection(config.target or {})
        self._options = config.options or {}

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Look now."""
        found = [
            self._holds_at(place) for place in self._places(keys_meant(self._hass, self._target))
        ]
        if self._options.get(ATTR_BEHAVIOR) == BEHAVIOR_ALL:
            return bool(found) and all(found)
        return any(found)

    def _places(self, meant: set[str]) -> Iterator[Place]:
        """The places that the target names."""
        for entry in self._hass.config_entries.async_entries(DOMAIN):
            if entry.state is ConfigEntryState.LOADED:
                yield from (
                    place for place in places(self._hass, entry) if self._is_meant(place, meant)
                )

    def _is_meant(self, place: Place, meant: set[str]) -> bool:
        return place.key in meant

    @abstractmethod
    def _holds_at(self, place: Place) -> bool:
        """Whether it is so at a place."""

    def _lasts(self, place: Place, situation: Situation, *wheres: Any) -> bool:
        """Whether a situation has lasted for as long as is asked for."""
        lasts: timedelta = self._options[CONF_FOR]
        situations = place.manager.records.situations
        return any(
            since is not None and clock.now() - since >= lasts
            for since in (situations.since(situation, where) for where in wheres)
        )


class OutletCondition(PlaceCondition):
    """A situation lasts at outlets: those named, and those behind what is named."""

    situation: Situation

    @override
    def _is_meant(self, place: Place, meant: set[str]) -> bool:
        return isinstance(place, ConnectorTarget) and not meant.isdisjoint(keys_around(place))

    @override
    def _holds_at(self, place: Place) -> bool:
        return isinstance(place, ConnectorTarget) and self._lasts(place, self.situation, place.id)


class ChargingCondition(OutletCondition):
    """A car charges."""

    situation = Situation.CHARGING


class WaitingCondition(OutletCondition):
    """A car waits."""

    situation = Situation.WAITING


class SafeLimitCondition(PlaceCondition):
    """The safe limit holds: of a place's own meter, or of one above it."""

    @override
    def _holds_at(self, place: Place) -> bool:
        circuits = circuits_of(place)
        if not self._options[CONF_FOR]:
            # Also before the first reading of a meter, which is no situation to be told of.
            return any(place.manager.safe_limit_cause_at(circuit) for circuit in circuits)
        return self._lasts(place, Situation.SAFE_LIMIT, *circuits)


class FreeCurrentCondition(PlaceCondition):
    """A place, and all that feeds it, have so much left on each of its phases."""

    options: ClassVar[dict[Any, Any]] = {
        **_BEHAVIOR,
        vol.Required(CONF_CURRENT): vol.All(vol.Coerce(float), vol.Range(min=0)),
    }

    @override
    def _holds_at(self, place: Place) -> bool:
        wanted: float = self._options[CONF_CURRENT]
        decision = place.manager.decision
        circuits = circuits_of(place)
        if decision is None or not circuits:
            return False
        return all(
            circuit in decision.circuits and decision.circuits[circuit].headroom[phase] >= wanted
            for circuit in circuits
            for phase in place.phases
        )


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_charging": ChargingCondition,
    "is_waiting": WaitingCondition,
    "safe_limit_holds": SafeLimitCondition,
    "current_is_free": FreeCurrentCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """The conditions that there are."""
    return CONDITIONS
