"""What the page shows of the mean power of windows, as plain data: powers in W."""

from math import inf
from typing import Any

from .. import clock
from ..config.site_builder import GRID
from ..entities.power import charging_power
from ..group.load_manager import LoadManager

STEP = -1
"""Powers are shown, and compared, in steps of 10 W."""


def window_now(manager: LoadManager) -> dict[str, Any] | None:
    """The window that goes on; None where none is kept. `ends_at` is monotonic."""
    keeper = manager.power.peaks
    if keeper is None or keeper.energy.start is None or keeper.mean is None:
        return None
    now = clock.now()
    ends_in = (keeper.energy.ends_at(now) - now).total_seconds()
    decided = None if manager.decision is None else manager.decision.circuits.get(GRID)
    window = None if decided is None else decided.window
    forecast = keeper.forecast(
        now, None if window is None else window.house, charging_power(manager) or 0.0
    )
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
    }


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
