"""What sensors are made of: a value at a place, on each phase where it is measured there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfElectricCurrent

from ..balancing.phases import Phase
from .rows import Row, always
from .targets import ConnectorTarget, FeederTarget, GroupTarget, Place

PACE: Final = 30.0
"""Seconds between two states of a value that only wavers: the recorder keeps them all."""
CURRENT_JUMP: Final = 2.0
"""A change of this many amperes shows in a chart of a day."""

POWER_JUMP: Final = CURRENT_JUMP * 230.0
"""The same in watts."""
ENERGY_PACE: Final = 120.0
"""Seconds between two states of a counter of energy; statistics are made of five minutes."""


@dataclass(frozen=True, kw_only=True)
class SensorRow[P: Place](SensorEntityDescription, Row[P]):
    """A value at a place."""

    jump: float | None = None
    """A measured value that changed by this much is written at once; None: any change."""
    pace: float = PACE
    """Seconds after which a smaller change is written, too."""
    unit_fn: Callable[[P], str | None] | None = None
    """Its unit, where that follows from settings; None: it is always the same."""
    last_reset_fn: Callable[[P], datetime | None] | None = None
    """Since when a total counts; None: it is none that begins anew."""


def current_rows[P: GroupTarget | FeederTarget | ConnectorTarget](
    key: str,
    value_fn: Any,
    available_fn: Any,
    has_fn: Any = always,
    *,
    is_common: bool = True,
    jump: float = CURRENT_JUMP,
) -> tuple[SensorRow[P], ...]:
    """A row for the current on each phase of the grid; `is_common`: many people want it."""
    return phase_rows(
        key,
        value_fn,
        available_fn,
        has_fn,
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        jump=jump,
        entity_registry_enabled_default=is_common,
    )


def phase_rows[P: GroupTarget | FeederTarget | ConnectorTarget](
    key: str, value_fn: Any, available_fn: Any, has_fn: Any, **measured: Any
) -> tuple[SensorRow[P], ...]:
    """A row for something that is measured on each phase of the grid."""
    return tuple(
        SensorRow[P](
            key=f"{key}_{phase.name.lower()}",
            translation_key=f"{key}_{phase.name.lower()}",
            state_class=SensorStateClass.MEASUREMENT,
            value_fn=partial(value_fn, phase),
            available_fn=available_fn,
            has_fn=partial(_has_phase, phase, has_fn),
            **measured,
        )
        for phase in Phase
    )


def _has_phase(
    phase: Phase, has_fn: Callable[[Any], bool], place: GroupTarget | FeederTarget | ConnectorTarget
) -> bool:
    return phase in place.phases and has_fn(place)
