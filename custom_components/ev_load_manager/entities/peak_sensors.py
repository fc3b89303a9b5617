"""What sensors show of limits in kW that hold for some time, and of the mean power of windows."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower

from ..config.site_builder import GRID, GROUP
from ..peaks.keeper import PeakKeeper
from .sensor_rows import POWER_JUMP, SensorRow
from .targets import FeederTarget, GroupTarget
from .windows import forecast_now

_WATTS: Final[Mapping[str, Any]] = {
    "device_class": SensorDeviceClass.POWER,
    "native_unit_of_measurement": UnitOfPower.WATT,
    "suggested_unit_of_measurement": UnitOfPower.KILO_WATT,
    "suggested_display_precision": 2,
}


def _keeper(group: GroupTarget) -> PeakKeeper | None:
    return group.manager.power.peaks


def _has_window(group: GroupTarget) -> bool:
    return _keeper(group) is not None


def _mean(group: GroupTarget) -> float | None:
    keeper = _keeper(group)
    return None if keeper is None or keeper.mean is None else round(keeper.mean, 1)


def forecast_of(group: GroupTarget) -> float | None:
    """What the mean of this window will be, W; None where nobody knows."""
    told = forecast_now(group.manager)
    return None if told is None else round(told, 1)


def _limit(group: GroupTarget) -> float | None:
    keeper = _keeper(group)
    return None if keeper is None or keeper.limit == inf else round(keeper.limit, 1)


def _peak(group: GroupTarget) -> float | None:
    keeper = _keeper(group)
    peak = None if keeper is None else keeper.month_peak
    return None if peak is None else round(1000.0 * peak[1], 1)


def _when(group: GroupTarget) -> Mapping[str, Any]:
    keeper = _keeper(group)
    peak = None if keeper is None else keeper.month_peak
    return {"time": None if peak is None else peak[0]}


def _cost(group: GroupTarget) -> float | None:
    keeper = _keeper(group)
    cost = None if keeper is None else keeper.cost()
    return None if cost is None else round(cost, 2)


def _without(group: GroupTarget) -> Mapping[str, Any]:
    keeper = _keeper(group)
    cost = None if keeper is None else keeper.cost_without()
    return {"without": None if cost is None else round(cost, 2)}


def _currency(group: GroupTarget) -> str | None:
    keeper = _keeper(group)
    return None if keeper is None else keeper.currency


def _has_price(group: GroupTarget) -> bool:
    return _currency(group) is not None


def _lowered[P: GroupTarget | FeederTarget](
    key: str, circuit: Callable[[P], str], has_fn: Callable[[P], bool]
) -> SensorRow[P]:
    """What somebody leaves a circuit for some time; unknown while nobody does."""

    def attributes(place: P) -> Mapping[str, Any]:
        signal = place.manager.power.signals.lowest(circuit(place))
        return {
            "name": None if signal is None else signal.name,
            "until": None if signal is None else signal.until,
        }

    return SensorRow[P](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        value_fn=lambda place: place.manager.power.for_now(circuit(place)),
        attributes_fn=attributes,
        has_fn=has_fn,
    )


FEEDER_POWER_SENSORS: Final[tuple[SensorRow[FeederTarget], ...]] = (
    _lowered(
        "temporary_power_limit",
        lambda feeder: feeder.circuit,
        lambda feeder: feeder.manager.power.is_used,
    ),
)
PEAK_SENSORS: Final[tuple[SensorRow[GroupTarget], ...]] = (
    _lowered("temporary_power_limit", lambda _: GROUP, lambda group: group.manager.power.is_used),
    _lowered(
        "grid_temporary_power_limit",
        lambda _: GRID,
        lambda group: group.has_meter and group.manager.power.is_used,
    ),
    SensorRow[GroupTarget](
        key="window_mean",
        translation_key="window_mean",
        state_class=SensorStateClass.MEASUREMENT,
        jump=POWER_JUMP,
        value_fn=_mean,
        has_fn=_has_window,
        **_WATTS,
    ),
    SensorRow[GroupTarget](
        key="window_forecast",
        translation_key="window_forecast",
        state_class=SensorStateClass.MEASUREMENT,
        jump=POWER_JUMP,
        value_fn=forecast_of,
        has_fn=_has_window,
        **_WATTS,
    ),
    SensorRow[GroupTarget](
        key="window_limit",
        translation_key="window_limit",
        value_fn=_limit,
        has_fn=_has_window,
        **_WATTS,
    ),
    SensorRow[GroupTarget](
        key="month_peak",
        translation_key="month_peak",
        value_fn=_peak,
        attributes_fn=_when,
        has_fn=_has_window,
        **_WATTS,
    ),
    SensorRow[GroupTarget](
        key="peak_cost",
        translation_key="peak_cost",
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        unit_fn=_currency,
        value_fn=_cost,
        attributes_fn=_without,
        has_fn=_has_price,
    ),
)
