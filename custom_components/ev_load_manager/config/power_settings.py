"""What people said of power: limits in kW, windows of mean power, and signals of the grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..peaks.calendar import LimitedHours
from ..peaks.keeper import PeakSettings, Rule
from ..peaks.tariff import WINDOWS, Tariff, TariffError, tariffs
from .own_tariff import OwnTariffError, calendar_of, own_tariff

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
CONF_CALENDAR: Final = "calendar"
CONF_CALENDAR_ENTITY: Final = "calendar_entity"
CONF_OWN_TARIFF: Final = "own_tariff"
CONF_AGREED: Final = "agreed"
CONF_AVERAGE_ENTITY: Final = "average_entity"
CONF_SIGNAL_ENTITY: Final = "signal_entity"
CONF_SIGNAL_POWER: Final = "signal_power"

WINDOW_NONE: Final = "none"
WINDOW_OWN: Final = "own_tariff"
"""What costs nothing more by a tariff that somebody entered."""
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
    tariff = _tariff(told, window)
    calendar: tuple[LimitedHours, ...] = ()
    entity: str | None = None
    if window == Rule.CALENDAR:
        entity = told.get(CONF_CALENDAR_ENTITY) or None
    if window == Rule.CALENDAR and (entity is None or told.get(CONF_CALENDAR)):
        try:
            calendar = calendar_of(told.get(CONF_CALENDAR) or (), most=HIGHEST_POWER)
        except (OwnTariffError, AttributeError, TypeError, ValueError) as error:
            LOGGER.error("The calendar of limits can't be used: %s", error)
    if tariff is not None:
        window = Rule.TARIFF
    elif window in {Rule.TARIFF, WINDOW_OWN} or (
        window == Rule.CALENDAR and not calendar and entity is None
    ):
        # It is gone, or can't be: what people do not want to exceed holds on.
        window = Rule.FIXED
    return PeakSettings(
        rule=Rule(window),
        minutes=tariff.window if tariff is not None else _minutes(told),
        maximum=_power(told[CONF_PEAK_LIMIT]),
        floor=_power(told.get(CONF_PEAK_FLOOR) or 0.0),
        tariff=tariff,
        calendar=calendar,
        calendar_entity=entity,
        agreed={block: _power(value) for block, value in told.get(CONF_AGREED, {}).items()},
    )


def _tariff(told: Mapping[str, Any], window: str) -> Tariff | None:
    """The tariff by which windows are limited; None where there is none, or none that can be."""
    if window == Rule.TARIFF:
        return tariffs().get(str(told.get(CONF_TARIFF)))
    if window != WINDOW_OWN:
        return None
    try:
        return own_tariff(
            told.get(CONF_OWN_TARIFF) or {},
            minutes=_minutes(told),
            time_zone=str(dt_util.get_default_time_zone()),
        )
    except (OwnTariffError, TariffError, AttributeError, TypeError, ValueError) as error:
        LOGGER.error("The tariff that was entered can't be used: %s", error)
        return None


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
