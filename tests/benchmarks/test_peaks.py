"""What is measured of windows: the rules of others as they say that they do, and whole months."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from benchmarks import peak_months, peaks
from benchmarks.loop import identity, make_site
from benchmarks.peak_months import Added, Month
from benchmarks.peak_rules import MOMENTARY, PEAQ, SMARTEVSE, ByPower, Rule, Shedding
from benchmarks.report import Table, Target, Unfinished
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Readings,
    Status,
)

CARS = 3
L1, L2, L3 = Phase


def readings(at: float, grid: float) -> Readings:
    """Three cars without values on three phases, and so many W of import."""
    connectors = {
        identity(number): ConnectorReading(online=True, status=Status.CHARGING, session=f"{number}")
        for number in range(CARS)
    }
    meter = MeterReading(at=at, currents=PhaseCurrents.same(grid / 690.0))
    return Readings(connectors=connectors, meters={"grid": meter})


def served(limits: Mapping[Any, float]) -> list[bool]:
    return [limits[identity(number)] > 0.0 for number in range(CARS)]


def test_peakshavr_switches_one_load_in_half_a_minute_and_all_at_the_end() -> None:
    rule = Shedding(make_site(amperes=100.0, cars=CARS), 30_000.0, 15)
    assert served(rule.decide(readings(0.0, 1000.0), 0.0)) == [True, False, False]
    assert served(rule.decide(readings(10.0, 12_000.0), 10.0)) == [True, False, False]
    assert served(rule.decide(readings(30.0, 12_000.0), 30.0)) == [True, True, False]
    # Far too much: one load every 30 s, the last first.
    assert served(rule.decide(readings(60.0, 90_000.0), 60.0)) == [True, False, False]
    assert served(rule.decide(readings(70.0, 90_000.0), 70.0)) == [True, False, False]

    hurried = Shedding(make_site(amperes=100.0, cars=CARS), 30_000.0, 15)
    for at in (0.0, 30.0, 60.0):
        limits = hurried.decide(readings(at, 1000.0), at)
    assert served(limits) == [True, True, True]
    hurried.decide(readings(90.0, 29_500.0), 90.0)
    limits = hurried.decide(readings(800.0, 90_000.0), 800.0)
    assert served(limits) == [False, False, False]


@pytest.mark.parametrize(
    ("rule", "watts"),
    [
        (MOMENTARY, 9900.0),
        # 900 s of 10 kW, of which 300 s went with 1 kW.
        (SMARTEVSE, (9000.0e3 - 300.0e3) / 600.0 - 100.0),
        (PEAQ, ((0.80 + 0.19 / 3.0) * 9000.0e3 - 300.0e3) / 600.0),
    ],
)
def test_the_others_allow_what_they_say(rule: str, watts: float) -> None:
    made = ByPower(make_site(amperes=100.0, cars=CARS), 10_000.0, 15, rule)
    made.decide(readings(0.0, 1000.0), 0.0)
    limits = made.decide(readings(300.0, 1000.0), 300.0)
    assert sum(limits.values()) * 690.0 == pytest.approx(watts - 1000.0, abs=3 * 69.0)


def test_the_highest_window_so_far_is_what_others_may_have() -> None:
    made: Rule = ByPower(make_site(amperes=100.0, cars=CARS), 5000.0, 15, MOMENTARY, of_month=True)
    for at in range(0, 1000, 100):
        limits = made.decide(readings(float(at), 8000.0), float(at))
    assert sum(limits.values()) * 690.0 == pytest.approx(0.0)
    limits = made.decide(readings(1000.0, 1000.0), 1000.0)
    assert sum(limits.values()) * 690.0 == pytest.approx(8000.0 - 100.0 - 1000.0, abs=3 * 69.0)


def test_what_cars_add_to_a_month_is_never_negative() -> None:
    def added(peak: float, house: float) -> float:
        return Added(peak=peak, house=house, energy=1.0, wanted=1.0, starts=0.0, seconds=0.0).added

    assert added(6.0, 5.5) == pytest.approx(0.5)
    assert added(5.0, 5.5) == 0.0


def test_a_month_of_a_home_is_lived_through() -> None:
    month = Month(minutes=60, seed=1, who=MOMENTARY, house=peaks.MONTHS_HOUSE, days=1)
    found = month.run()
    assert found.peak >= found.house - 0.1
    assert 0.0 < found.energy <= found.wanted + 0.1


def test_who_stops_it_is_told_of_the_days_that_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(
        jobs: Sequence[Any], run: Callable[[Any], Any], *, processes: int | None = None
    ) -> dict[Any, Any]:
        assert processes == 2
        return {job: peaks.Days(calm=1, hours=24.0) for job in jobs[:30]}

    monkeypatch.setattr(peaks, "run_all", some)
    monkeypatch.setattr(peaks.controller, "run_paired", lambda: iter(()))
    found: list[Table | Target] = []
    with pytest.raises(Unfinished, match="30 of"):  # noqa: PT012 - it tells, and raises then
        for one in peaks.run(days=2, beside=1, months=0, processes=2):
            found.append(one)  # noqa: PERF402
    tables = [one for one in found if isinstance(one, Table)]
    assert len(tables) == 4
    (ours, *_) = tables[0].rows
    assert ours[:2] == [peaks.OURS, 2.0]


def test_months_that_were_stopped_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peak_months, "run_all", lambda *_, **__: {})
    with pytest.raises(Unfinished, match="0 of"):
        list(peak_months.run(house=peaks.MONTHS_HOUSE, months=1))
