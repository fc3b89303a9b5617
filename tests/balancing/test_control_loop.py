"""The whole loop: house, meter and cars that follow late, under the real controller."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from benchmarks.control import HIGHER
from benchmarks.loop import (
    LIMIT,
    THERMOSTAT,
    WIRINGS,
    Controlled,
    identity,
    make_outlets,
    make_site,
    staying,
    watched,
)
from benchmarks.report import Target
from benchmarks.step import CHARGERS, HEIGHT, try_small, try_step
from benchmarks.trouble import in_trouble
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents, to_grid
from simulation.plant.plant import Fault, House, Meter, Plant
from simulation.plant.plant_cars import Outlet, Tells, Visit

UNTOLD_FOR = 1800.0
"""Seconds that cars come and go whose chargers tell no phases."""


@pytest.mark.parametrize("report_period", [10.0, 60.0])
def test_a_step_of_the_house_is_made_way_for_in_time(report_period: float) -> None:
    for trial in range(4):
        outcome = try_step(report_period, trial)
        assert outcome.over <= outcome.bound
        assert outcome.height <= HEIGHT
        assert outcome.mean <= LIMIT


@pytest.mark.parametrize(
    ("chargers", "trial"),
    [
        ("reports every 10 s", 12),
        ("reports every 60 s", 20),
        ("reports every 60 s", 33),
        ("reports every 300 s", 18),
        ("reports every 300 s", 38),
    ],
)
def test_a_small_overload_while_cars_rise_is_made_way_for_in_time(
    chargers: str, trial: int
) -> None:
    outcome = try_small(CHARGERS[chargers], 2.0, trial)
    assert outcome.over <= outcome.bound


def test_a_thermostat_makes_no_car_stop_and_go() -> None:
    plant = Plant(make_outlets(staying(1.0, cars=4), 10.0), THERMOSTAT, Meter(), seed=4)
    figures = list(in_trouble("thermostat", plant, make_site(), 1.0))
    assert [figure for figure in figures if not figure.holds] == []


def wrongly_wired(number: int, outlet: Outlet) -> Outlet:
    return replace(outlet, believed_wiring=WIRINGS[0]) if number == 2 else outlet


def test_a_car_on_a_phase_that_the_settings_do_not_name_does_not_keep_it_overloaded() -> None:
    house = House(base=PhaseCurrents(2.0, 2.0, 12.0))
    plant = Plant(make_outlets(staying(1.0, cars=3), 10.0, wrongly_wired), house, Meter(), seed=1)
    algorithm = Controlled(make_site({2: WIRINGS[0]}))
    watch = watched(plant, algorithm, 1800.0)
    assert algorithm.memory.meter("grid").doubt.phases == {Phase.L3}
    assert 0.0 < watch.longest <= 30.0
    # A corrected setting ends the doubt.
    algorithm.site = make_site()
    algorithm.decide(plant.readings(), plant.now)
    assert not algorithm.memory.meter("grid").doubt.phases


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.FROZEN])
def test_cars_share_the_safe_limit_while_the_meter_is_not_to_be_believed(fault: Fault) -> None:
    meter = Meter(faults=((fault, 300.0, 600.0),))
    house = House(base=PhaseCurrents.same(2.0))
    plant = Plant(make_outlets(staying(1.0, cars=4), 10.0), house, meter, seed=1)
    algorithm = Controlled(make_site())
    watched(plant, algorithm, 295.0)
    assert max(plant.drawn) > 20.0
    watched(plant, algorithm, 65.0)
    assert max(plant.drawn) <= 16.0
    watched(plant, algorithm, 230.0)
    assert max(plant.drawn) <= 16.0
    watched(plant, algorithm, 200.0)
    assert max(plant.drawn) > 20.0


def untold(seed: int) -> Plant:
    """A building that always draws the same, and cars whose chargers tell no phases."""
    random = Random(f"untold {seed}")
    outlets = []
    for number, outlet in enumerate(make_outlets({}, 10.0)):
        visits, at = [], random.uniform(0.0, 60.0)
        while at < UNTOLD_FOR:
            stays = random.uniform(120.0, 900.0)
            waits = random.choice((0.0, 0.0, random.uniform(0.2, 0.8) * stays))
            visit = Visit(
                arrives=at,
                leaves=at + stays,
                ampere_hours=random.choice((0.3, 100.0)),
                phases=random.choice((1, 1, 2, 3)),
                minimum=random.choice((6.0, 6.0, 8.0)),
                begins_at=at + waits if waits else 0.0,
                taper=60.0,
            )
            visits.append(visit)
            at += stays + random.uniform(10.0, 120.0)
        tells = random.choice((Tells.NOTHING, Tells.POWER, Tells.ONE_PHASE, Tells.NO_PHASE))
        outlets.append(replace(outlet, visits=tuple(visits), tells=tells, id=identity(number)))
    house = House(base=PhaseCurrents(*(random.uniform(0.0, 20.0) for _ in Phase)))
    return Plant(outlets, house, Meter(), seed=seed)


@given(st.integers(0, 2**32))
@settings(max_examples=max(3, settings.default.max_examples // 20))
def test_what_cars_are_not_seen_to_draw_is_nobodys_room(seed: int) -> None:
    watch = watched(untold(seed), Controlled(make_site()), UNTOLD_FOR)
    assert watch.used > 0.0
    assert watch.highest <= HIGHER


def test_a_wiring_that_is_believed_changes_what_is_reported_and_not_what_is_drawn() -> None:
    outlets = make_outlets(staying(1.0, cars=3), 10.0, wrongly_wired)
    plant = Plant(outlets, House(), Meter(), seed=1)
    watched(plant, Controlled(make_site()), 120.0)
    sample = plant.readings().connectors[identity(2)].sample
    assert sample is not None
    assert sample.currents is not None
    real = plant.connectors[identity(2)].currents
    assert real.l3 > 0.0
    assert sample.currents == to_grid(WIRINGS[0], PhaseCurrents(real.l3, 0.0, 0.0))


def test_a_figure_knows_whether_it_holds() -> None:
    assert Target(name="a", value=1.0, bound=1.0, unit="s").holds
    assert not Target(name="a", value=1.1, bound=1.0, unit="s").holds
    assert not Target(name="a", value=96.9, bound=97.0, unit="%", at_least=True).holds
