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

    def __init__(self, limit: float, cars: int = 2, *, policy: Policy = Policy.TAKE_TURNS) -> None:
        site = make_site(cars, 32.0, grid=40.0, policy=policy)
        grid = replace(site.circuits["grid"], has_window=True)
        super().__init__(replace(site, circuits=site.circuits | {"grid": grid}))
        settings = PeakSettings(rule=Rule.FIXED, minutes=15, maximum=limit)
        self.keeper = PeakKeeper(settings, UTC, most=40.0 * 3 * VOLTAGE)
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
    ("minutes", "dead_time", "margin"),
    [(15, 10.0, 100.0), (15, 38.0, 338.0), (15, 68.0, 604.0), (60, 68.0, 151.0)],
)
def test_the_margin_follows_from_how_late_everything_is(
    minutes: int, dead_time: float, margin: float
) -> None:
    settings = PeakSettings(rule=Rule.FIXED, minutes=minutes, maximum=5.0)
    keeper = PeakKeeper(settings, UTC)
    budget, _ = keeper.update(Told(power=0.0), TEN, 0.0, dead_time=dead_time)
    assert budget is not None
    assert budget.limit == pytest.approx(5000.0 - margin, abs=1.0)
