"""What is shown of the mean power of windows, as plain data: powers in W."""

from math import inf
from typing import Any

from .. import clock
from ..balancing.window import WindowDecision
from ..config.site_builder import GRID
from ..group.load_manager import LoadManager
from .power import charging_power

STEP = -1
"""Powers are shown, and compared, in steps of 10 W."""


def window_now(manager: LoadManager) -> dict[str, Any] | None:
    """The window that goes on; None where none is kept. `ends_at` is monotonic."""
    keeper = manager.power.peaks
    if keeper is None or keeper.energy.start is None or keeper.mean is None:
        return None
    now = clock.now()
    ends_in = (keeper.energy.ends_at(now) - now).total_seconds()
    window, forecast = _decided(manager), forecast_now(manager)
    peak = keeper.month_peak
    return {
        "start": keeper.energy.start.isoformat(),
        "minutes": keeper.settings.minutes,
        # Whole seconds: time alone is no news.
        "ends_at": round(clock.monotonic() + ends_in),
        "mean": round(keeper.mean, STEP),
        "limit": None if keeper.limit == inf else round(keeper.limit, STEP),
        "forecast": None if forecast is None else round(forecast, STEP),
        "cars": None if window is None or window.cars == inf else round(window.cars, STEP),
        "peak": None if peak is None else round(1000.0 * peak[1], STEP),
        "peak_at": None if peak is None else peak[0].isoformat(),
        "calendar": _calendar(manager),
    }


def _calendar(manager: LoadManager) -> dict[str, Any] | None:
    """The calendar whose events name limits, and whether all that it says is known."""
    calendar = manager.power.calendar
    if calendar.entity is None:
        return None
    limits = calendar.limits
    return {"name": calendar.name, "is_known": limits.is_known and not limits.has_riddles}


def forecast_now(manager: LoadManager) -> float | None:
    """What the mean of the window that goes on will be, W; None where nobody knows."""
    keeper = manager.power.peaks
    if keeper is None or manager.decision is None:
        return None
    window = _decided(manager)
    house = None if window is None else window.house
    return keeper.forecast(clock.now(), house, charging_power(manager) or 0.0)


def _decided(manager: LoadManager) -> WindowDecision | None:
    decided = None if manager.decision is None else manager.decision.circuits.get(GRID)
    return None if decided is None else decided.window


def windows_of_month(manager: LoadManager) -> list[list[float | None]]:
    """The windows of this month: when each began (s since 1970), its mean, and its limit."""
    keeper = manager.power.peaks
    if keeper is None:
        return []
    return [
        [
            one.start.timestamp(),
            round(one.mean, STEP),
            None if one.limit == inf else round(one.limit, STEP),
        ]
        for one in keeper.windows
    ]
