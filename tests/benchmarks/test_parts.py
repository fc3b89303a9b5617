"""No part of the measurements ends without a word, and each finds what it is there to find."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from benchmarks import __main__ as main, sessions, step
from benchmarks.algorithms import OURS
from benchmarks.home import ALL_KNOWING, BEFORE, GARAGE, HOME, SCENES, Sum, judged
from benchmarks.loop import Controlled, day_of_visits, make_outlets
from benchmarks.mix import CARS, CHARGERS, MINIMUMS, kind_of, mix_cars, mix_chargers, told_by
from benchmarks.report import Table, Target, Unfinished
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import Meter
from simulation.plant.plant_cars import Visit

OPTIONS = argparse.Namespace()
REACHED = Target(name="calm", value=1.0, bound=2.0)
MISSED = Target(name="calm", value=3.0, bound=2.0, unit="A")


def problems(*found: Target | BaseException) -> list[str]:
    def part(_: argparse.Namespace) -> Iterator[Table | Target]:
        for one in found:
            if isinstance(one, BaseException):
                raise one
            yield one

    return main.measure("part", part, OPTIONS)[1]


def test_a_part_whose_figures_are_reached_has_no_problem() -> None:
    assert problems(REACHED) == []


def test_every_figure_that_is_missed_is_named_with_its_bound() -> None:
    assert problems(REACHED, MISSED, MISSED) == ["part: calm: 3, to be <= 2 A"] * 2


def test_a_figure_that_is_no_number_is_missed() -> None:
    assert len(problems(replace(MISSED, value=float("nan")))) == 1
    assert len(problems(replace(MISSED, value=float("nan"), at_least=True))) == 1


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (RuntimeError("the server is gone"), "RuntimeError: the server is gone"),
        (Unfinished("stopped after 3 runs"), "stopped after 3 runs"),
        (KeyboardInterrupt(), "Ctrl-C"),
    ],
)
def test_a_part_that_breaks_off_says_why(reason: BaseException, said: str) -> None:
    (problem,) = problems(REACHED, reason)
    assert said in problem


def test_a_part_without_a_figure_is_a_problem() -> None:
    assert problems() == ["part has come to its end without a single figure"]


def test_the_command_fails_where_a_part_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "PARTS", {"part": lambda _: iter([MISSED])})
    monkeypatch.setattr("sys.argv", ["bench"])
    assert main.main() == 1
    monkeypatch.setattr(main, "PARTS", {"part": lambda _: iter([REACHED])})
    assert main.main() == 0


GOOD = Sum(energy=90.0, over=100.0, longest=10.0, starts=10, worst=0.9, changes=5.0)


def home_misses(scene: str, ours: Sum) -> list[str]:
    sums = {OURS: ours, BEFORE: replace(GOOD, over=200.0), ALL_KNOWING: replace(GOOD, energy=100.0)}
    return [target.name for target in judged(scene, sums) if not target.holds]


@pytest.mark.parametrize("scene", [HOME, GARAGE])
def test_a_home_that_is_better_in_all_is_good_enough(scene: str) -> None:
    assert home_misses(scene, GOOD) == []


@pytest.mark.parametrize("scene", [HOME, GARAGE])
@pytest.mark.parametrize(
    "worse",
    [{"energy": 79.0}, {"over": 190.0}, {"starts": 13}, {"worst": 0.8}, {"worst": float("nan")}],
)
def test_whatever_is_worse_at_home_is_found(scene: str, worse: Mapping[str, float]) -> None:
    assert len(home_misses(scene, replace(GOOD, **worse))) == 1


@pytest.mark.parametrize("scene", SCENES)
def test_the_building_alone_is_never_too_much(scene: str) -> None:
    place = SCENES[scene]
    most = [
        place.house.base[phase]
        + sum(one.amperes for one in place.house.appliances if phase in one.phases)
        for phase in range(3)
    ]
    assert max(most) <= place.limit


class NeverCuts(Controlled):
    """What an overload that nobody cares for looks like."""

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Return as much as ever."""
        limits = super().decide(readings, now)
        return dict.fromkeys(limits, 32.0) if now > 1000.0 else limits


def test_a_small_overload_that_lasts_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    charger = step.CHARGERS["reports every 10 s"]
    monkeypatch.setattr(step, "Controlled", NeverCuts)
    outcome = step.try_small(charger, 1.0, 0)
    assert outcome.over > outcome.bound


def test_what_a_small_overload_may_take_depends_on_what_chargers_tell() -> None:
    meter = Meter(period=5.0, latency=1.0)
    bounds = {name: step.small_bound(charger, meter) for name, charger in step.CHARGERS.items()}
    assert bounds == {
        "reports every 10 s": 20.0,
        "reports every 60 s": 20.0,
        "reports every 300 s": 20.0,
        "power only, every 10 s": 30.0,
        "no values": 30.0,
    }


def test_in_a_few_days_every_kind_of_car_and_charger_comes() -> None:
    cars: list[Visit] = []
    chargers: set[str] = set()
    for seed in range(1, 7):
        visits = mix_cars(day_of_visits(seed, 1.0), seed)
        cars += [visit for row in visits.values() for visit in row]
        chargers |= {told_by(one) for one in mix_chargers(make_outlets(visits, 10.0), seed)}
    assert len(chargers) == len(CHARGERS)
    assert {visit.minimum for visit in cars} == {6.0, *MINIMUMS}
    assert any(visit.shortfall == 0.8 for visit in cars)
    assert any(0.4 <= visit.shortfall <= 1.0 != visit.shortfall for visit in cars)
    assert any(visit.overdraws == 0.05 for visit in cars)
    assert any(visit.begins_at > visit.arrives for visit in cars)
    assert any(visit.one_phase_from < visit.leaves for visit in cars)
    assert len({kind_of(visit) for visit in cars}) > len(CARS)


def test_the_same_seed_deals_the_same_cars_and_chargers() -> None:
    visits = day_of_visits(1, 1.0)
    assert mix_cars(visits, 1) == mix_cars(visits, 1)
    assert mix_cars(visits, 1) != mix_cars(visits, 2)
    outlets = make_outlets(visits, 10.0)
    assert mix_chargers(outlets, 1) == mix_chargers(outlets, 1)


def test_a_small_session_book_is_measured_as_a_full_one() -> None:
    found = list(sessions.run(sessions=300, outlets=3, written=2))
    assert any(isinstance(one, Table) for one in found)
    assert {one.name for one in found if isinstance(one, Target)}
