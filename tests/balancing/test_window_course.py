"""The course of windows: cars that follow at once, beside a building, and a keeper that counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.peaks import OURS, Job
from custom_components.ev_load_manager.balancing.decision import Decision, Reason
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, PeakSettings, Rule, Why
from custom_components.ev_load_manager.peaks.window_energy import Told

from .bench import Bench, ids, make_site

TEN = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
VOLTAGE = 230.0


class Windowed(Bench):
    """Keeps the mean of quarters of an hour under a limit, kW."""

    def __init__(
        self,
        limit: float,
        cars: int = 2,
        *,
        policy: Policy = Policy.TAKE_TURNS,
        amperes: float = 40.0,
    ) -> None:
        site = make_site(cars, amperes, grid=amperes, policy=policy)
        grid = replace(site.circuits["grid"], has_window=True)
        super().__init__(replace(site, circuits=site.circuits | {"grid": grid}))
        settings = PeakSettings(rule=Rule.FIXED, minutes=15, maximum=limit)
        self.keeper = PeakKeeper(settings, UTC, most=amperes * 3 * VOLTAGE)
        self.watch: Callable[[Decision], None] = lambda _: None

    def _readings(self) -> Readings:
        readings = super()._readings()
        meter = readings.meters.get("grid")
        power = None if meter is None else VOLTAGE * sum(meter.currents.highest(NO_CURRENT))
        budget, _ = self.keeper.update(
            Told(power=power, house=self.memory.meter("grid").window.house),
            TEN + timedelta(seconds=self.now),
            self.now,
            dead_time=10.0,
        )
        return readings if budget is None else replace(readings, budgets={"grid": budget})

    def _step(self) -> Decision:
        decision = super()._step()
        self.watch(decision)
        return decision


def test_a_limit_below_what_the_building_takes_pauses_cars_and_says_why() -> None:
    bench = Windowed(2.5)
    # About 2.8 kW.
    bench.house = lambda _: 4.0
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(1000.0)
    assert bench.limits() == [0.0, 0.0]
    assert set(bench.reasons()) == {Reason.WAITING_FOR_PEAK}
    exceeded = bench.keeper.exceeded
    assert exceeded is not None and exceeded.why is Why.BUILDING


def test_nobody_is_paused_for_less_than_two_minutes() -> None:
    bench = Windowed(8.0)
    # 2.8 and 5.5 kW in turns: with the minimum of a car 6.9 and 9.7 kW.
    bench.house = lambda now: 4.0 if now % 200.0 < 120.0 else 8.0
    stopped: dict[ConnectorId, float] = {}
    pauses: list[float] = []

    def watch(decision: Decision) -> None:
        for id_, one in decision.connectors.items():
            if one.limit == 0.0:
                stopped.setdefault(id_, bench.now)
            elif (since := stopped.pop(id_, None)) is not None and since > 60.0:
                pauses.append(bench.now - since)

    bench.watch = watch
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(3600.0)
    assert pauses
    assert min(pauses) >= 120.0
    assert all(one.mean <= 8000.0 * 1.002 for one in bench.keeper.windows[1:])


@pytest.mark.parametrize("policy", list(Policy))
def test_who_was_put_first_in_line_obeys_the_window(policy: Policy) -> None:
    bench = Windowed(7.0, policy=policy)
    bench.house = lambda _: 2.0
    first, second = ids(2)
    bench.plug_in(first)
    bench.run(400.0)
    bench.plug_in(second)
    bench.run(20.0)
    bench.memory.connectors[second].first_in_line = True
    bench.run(2000.0)
    assert bench.memory.connectors[second].served > 0.0 or bench[second].limit > 0.0
    assert all(one.mean <= 7000.0 * 1.002 for one in bench.keeper.windows[1:])
    # Nothing is left for anybody.
    bench.house = lambda _: 12.0
    bench.run(300.0)
    bench.memory.connectors[second].first_in_line = True
    bench.run(60.0)
    assert bench.limits() == [0.0, 0.0]


def test_a_meter_that_falls_silent_within_a_window_gives_cars_none_of_it() -> None:
    bench = Windowed(9.0)
    bench.house = lambda _: 2.0
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(400.0)
    used = bench.keeper.energy.used
    bench.house = None
    bench.forget_reading()
    bench.run(200.0)
    # What nobody saw counts at the limit.
    assert bench.keeper.energy.used >= used + 9000.0 * (200.0 - 16.0) / 3600.0


@pytest.mark.parametrize(("period", "report"), [(10.0, 30.0), (30.0, 60.0)])
def test_with_meters_and_chargers_that_tell_seldom_no_calm_window_is_exceeded(
    period: float, report: float
) -> None:
    job = Job(scene=0, minutes=15, seed=3, who=OURS, hours=1.5, period=period, report=report)
    found = job.run()
    assert found.calm > 3
    assert found.exceeded == 0
    assert found.energy > 0.0


@pytest.mark.parametrize(
    ("minutes", "dead_time", "house", "margin"),
    [
        # What is not known of a building may be nothing: it may rise by all of the limit.
        (15, 10.0, None, 55.6),
        (15, 38.0, 0.0, 211.0),
        (15, 38.0, 3000.0, 84.4),
        (15, 38.0, 6000.0, 50.0),
        (60, 68.0, 0.0, 94.4),
        (60, 10.0, 0.0, 50.0),
    ],
)
def test_the_margin_follows_from_how_late_everything_is_and_how_far_a_building_may_rise(
    minutes: int, dead_time: float, house: float | None, margin: float
) -> None:
    settings = PeakSettings(rule=Rule.FIXED, minutes=minutes, maximum=5.0)
    keeper = PeakKeeper(settings, UTC)
    budget, _ = keeper.update(Told(power=0.0, house=house), TEN, 0.0, dead_time=dead_time)
    assert budget is not None
    assert budget.limit == pytest.approx(5000.0 - margin, abs=1.0)
    assert budget.next_limit == budget.limit


@pytest.mark.parametrize("rises_at", [300.0, 600.0, 840.0, 880.0, 892.0])
def test_a_building_that_rises_close_to_the_limit_at_once_does_not_take_cars_above_it(
    rises_at: float,
) -> None:
    bench = Windowed(24.0, 8, amperes=63.0)
    # From 4.8 to 23.5 kW: what is drawn above the mean meanwhile can't be made good any more.
    bench.house = lambda now: 34.0 if now >= 900.0 + rises_at else 7.0
    for id_ in ids(8):
        bench.plug_in(id_, maximum=16.0)
    bench.run(1900.0)
    assert bench.keeper.windows[1].mean > 0.95 * 24_000.0 or rises_at > 800.0
    assert all(one.mean <= 24_000.0 * 1.002 for one in bench.keeper.windows)
