"""Ours for the mean power of windows: the controller, and the keeper of its windows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, PeakSettings
from custom_components.ev_load_manager.peaks.window_energy import Told

from .loop import Controlled, make_site
from .peak_rules import VOLTAGE, watts

BEGIN = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


class Ours:
    """The integration: its controller, and the keeper of its windows."""

    def __init__(
        self,
        settings: PeakSettings,
        *,
        fuse: float,
        cars: int,
        period: float,
        begin: datetime = BEGIN,
    ) -> None:
        """Keep the mean of windows as these settings say; `begin` is when the loop's clock is 0."""
        site = make_site(amperes=fuse, cars=cars)
        grid = replace(site.circuits["grid"], has_window=True)
        self._controlled = Controlled(replace(site, circuits={**site.circuits, "grid": grid}))
        self._keeper = PeakKeeper(settings, UTC, most=3 * VOLTAGE * fuse)
        self._dead_time = max(10.0, period + 8.0)
        self._begin = begin

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """One step."""
        meter = readings.meters.get("grid")
        power = None if meter is None else watts(meter.currents)
        window = self._controlled.memory.meter("grid").window
        budget, _ = self._keeper.update(
            Told(power=power, house=window.house),
            self._begin + timedelta(seconds=now),
            now,
            dead_time=self._dead_time,
        )
        budgets = {} if budget is None else {"grid": budget}
        return self._controlled.decide(replace(readings, budgets=budgets), now)
