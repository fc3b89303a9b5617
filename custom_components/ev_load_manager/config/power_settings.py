"""What people said of power: limits in kW, windows of mean power, and signals of the grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from ..peaks.keeper import PeakSettings, Rule
from ..peaks.tariff import tariffs

CONF_POWER: Final = "power"
"""Where a group's data keeps all of it; without it a home sees nothing of it."""
CONF_GRID_POWER: Final = "grid_power"
CONF_GROUP_POWER: Final = "group_power"
CONF_NETS_PHASES: Final = "nets_phases"
CONF_WINDOW: Final = "window"
CONF_MINUTES: Final = "minutes"
CONF_PEAK_LIMIT: Final = "peak_limit"
CONF_PEAK_FLOOR: Final = "peak_floor"
CONF_TARIFF: Final = "tariff"
CONF_AGREED: Final = "agreed"
CONF_AVERAGE_ENTITY: Final = "average_entity"
CONF_SIGNAL_ENTITY: Final = "signal_entity"
CONF_SIGNAL_POWER: Final = "signal_power"

WINDOW_NONE: Final = "none"
WINDOWS: Final = (15, 30, 60)
"""Minutes."""
LOWEST_POWER: Final = 0.1
"""kW; what may carry nothing needs no limit."""
HIGHEST_POWER: Final = 4000.0
"""kW; more is a slip of who typed W."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSettings:
    """All of it; powers in kW."""

    grid: float | None = None
    """First value of the limit of the grid connection; None: there is none."""
    group: float | None = None
    nets_phases: bool = False
    """The meter of who bills sets what one phase exports off against the others."""
    peaks: PeakSettings | None = None
    average_entity: str | None = None
    """A sensor with the running mean of the meter's own window."""
    signal_entity: str | None = None
    """A contact, or a number of kW, by which the grid operator limits the chargers."""
    signal_power: float | None = None
    """What a closed contact means; None: the least by the number of chargers (section 14a EnWG)."""
    agreed: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PowerSettings | None:
        """Read a group's data; None where nobody said anything.

        The tariffs' files have to have been read before.
        """
        told: Mapping[str, Any] | None = data.get(CONF_POWER)
        if not told:
            return None
        return cls(
            grid=_optional(told, CONF_GRID_POWER),
            group=_optional(told, CONF_GROUP_POWER),
            nets_phases=bool(told.get(CONF_NETS_PHASES, False)),
            peaks=_peaks(told),
            average_entity=told.get(CONF_AVERAGE_ENTITY) or None,
            signal_entity=told.get(CONF_SIGNAL_ENTITY) or None,
            signal_power=_optional(told, CONF_SIGNAL_POWER),
        )


def _peaks(told: Mapping[str, Any]) -> PeakSettings | None:
    window = told.get(CONF_WINDOW, WINDOW_NONE)
    if window == WINDOW_NONE or not told.get(CONF_PEAK_LIMIT):
        return None
    tariff = tariffs().get(str(told.get(CONF_TARIFF))) if window == Rule.TARIFF else None
    if window == Rule.TARIFF and tariff is None:
        # Its file is gone: what people do not want to exceed holds on.
        window = Rule.FIXED
    return PeakSettings(
        rule=Rule(window),
        minutes=tariff.window if tariff is not None else _minutes(told),
        maximum=_power(told[CONF_PEAK_LIMIT]),
        floor=_power(told.get(CONF_PEAK_FLOOR) or 0.0),
        tariff=tariff,
        agreed={block: _power(value) for block, value in told.get(CONF_AGREED, {}).items()},
    )


def _minutes(told: Mapping[str, Any]) -> int:
    """How long windows are; where that can't be, the shortest: its limit holds for longer ones."""
    minutes = int(told.get(CONF_MINUTES, WINDOWS[0]))
    return minutes if minutes in WINDOWS else WINDOWS[0]


def _optional(told: Mapping[str, Any], name: str) -> float | None:
    return None if told.get(name) is None else _power(told[name])


def _power(value: Any) -> float:
    """A power in kW; what is no power allows nothing."""
    power = float(value)
    return power if isfinite(power) and power >= 0.0 else 0.0
