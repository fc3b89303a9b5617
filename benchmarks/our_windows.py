"""Ours for the mean power of windows: the controller, and the keeper of its windows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId, Site
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, PeakSettings
from custom_components.ev_load_manager.peaks.window_energy import Told

from .loop import Controlled
from .peak_rules import VOLTAGE, watts

BEGIN = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


def dead_time_of(period: float) -> float:
    """Seconds until cars answer to what a meter shows that is read so often, s."""
    return max(10.0, period + 8.0)


class Ours:
    """The integration: its controller, and the keeper of its windows."""

    def __init__(
        self, settings: PeakSettings, site: Site, *, period: float, begin: datetime = BEGIN
    ) -> None:
        """Keep the mean of windows as these settings say; `begin` is when the loop's clock is 0."""
        grid = replace(site.circuits["grid"], has_window=True)
        self._controlled = Controlled(replace(site, circuits={**site.circuits, "grid": grid}))
        self._keeper = PeakKeeper(settings, UTC, most=VOLTAGE * sum(grid.rated))
        self._dead_time = dead_time_of(period)
        self._begin = begin

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """One step."""
        meter = readings.meters.get("grid")
        power = None if meter is None else watts(meter.currents)
        window = self._controlled.memory.meter("grid").window
        budget, _ = self._keeper.update(
            Told(
                power=power,
                measured_at=None if meter is None else meter.at,
                house=window.house,
            ),
            self._begin + timedelta(seconds=now),
            now,
            dead_time=self._dead_time,
        )
        budgets = {} if budget is None else {"grid": budget}
        return self._controlled.decide(replace(readings, budgets=budgets), now)
