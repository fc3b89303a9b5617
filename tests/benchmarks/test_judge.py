"""Who judges the closed loop finds what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from benchmarks.control import THERMOSTAT_CARS, Job, Lived
from benchmarks.fairness import Session
from benchmarks.judge import Day, all_knowing, run_day
from benchmarks.loop import THERMOSTATS
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import Appliance, House, Meter
from simulation.plant.plant_cars import Outlet, Visit

L1, L2, L3 = Phase
LIMIT = 35.0
FIRST, SECOND = ConnectorId("charger-1", 1), ConnectorId("charger-2", 1)
VISIT = Visit(arrives=1.0, leaves=3000.0, ampere_hours=1000.0)
OUTLETS = [Outlet(id=id_, wiring=(L1, L2, L3), visits=(VISIT,)) for id_ in (FIRST, SECOND)]


class Fixed:
    """Says the same all the time, whatever happens."""

    def __init__(self, limits: Mapping[ConnectorId, float]) -> None:
        """Offer these limits, A."""
        self.limits = limits

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Return them."""
        del readings, now
        return self.limits


class Wavering(Fixed):
    """Changes its mind every 10 s."""

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Return one limit or the other."""
        del readings
        return dict.fromkeys(self.limits, 6.0 + now // 10.0 % 2)


def lived(
    first: float, second: float, house: House | None = None, outlets: list[Outlet] = OUTLETS
) -> Day:
    return run_day(
        outlets,
        house or House(),
        Meter(),
        lambda _: Fixed({FIRST: first, SECOND: second}),
        seed=1,
        hours=1.0,
        limit=LIMIT,
    )


def rising(amperes: float, at: float) -> House:
    """A house that draws so much more from one moment on."""
    appliance = Appliance(
        phases=frozenset({L1}), amperes=amperes, on=(1e6, 1e6), off=(1, 1), starts=at
    )
    return House(appliances=(appliance,))


def test_a_loop_within_its_limit_has_nothing_against_it() -> None:
    day = lived(16.0, 16.0)
    assert day.overshoot == 0.0
    assert day.excursions == []


def test_an_excursion_has_its_length_height_and_cause() -> None:
    day = lived(16.0, 16.0, rising(10.0, 2900.0))
    (one,) = day.excursions
    assert one.seconds == pytest.approx(100.0, abs=2.0)
    assert one.height == pytest.approx(7.0)
    assert one.cause == pytest.approx(10.0)
    assert day.overshoot == pytest.approx(700.0, rel=0.05)


def test_an_excursion_that_no_building_caused_is_higher_than_its_cause() -> None:
    outlets = [replace(one, visits=(replace(VISIT, maximum=32.0),)) for one in OUTLETS]
    day = lived(20.0, 20.0, outlets=outlets)
    assert {one.cause for one in day.excursions} == {0.0}
    assert max(one.height for one in day.excursions) == pytest.approx(5.0)


def test_what_a_car_takes_beyond_its_limit_is_a_cause() -> None:
    outlets = [
        replace(one, visits=(replace(VISIT, maximum=32.0, overdraws=0.05),)) for one in OUTLETS
    ]
    day = lived(17.0, 17.0, outlets=outlets)
    assert max(one.height for one in day.excursions) == pytest.approx(0.7)
    assert max(one.cause for one in day.excursions) == pytest.approx(1.7, rel=0.1)


def test_every_change_of_a_limit_is_counted() -> None:
    day = run_day(
        OUTLETS,
        House(),
        Meter(),
        lambda _: Wavering({FIRST: 6.0, SECOND: 6.0}),
        seed=1,
        hours=1.0,
    )
    assert day.commands / 2 == pytest.approx(360, abs=5)


def test_a_car_that_is_kept_short_is_found() -> None:
    day = lived(26.0, 6.0)
    shares = Lived(day=day).shares()
    assert shares[Session(FIRST, VISIT)] > 95.0
    assert shares[Session(SECOND, VISIT)] < 40.0


def test_a_car_that_gets_its_fair_share_is_not_complained_of() -> None:
    day = lived(16.0, 16.0)
    shares = Lived(day=day).shares()
    assert min(shares.values()) > 95.0


def test_the_all_knowing_is_never_over_and_wastes_nothing() -> None:
    house = rising(20.0, 600.0)
    day = all_knowing(OUTLETS, house, seed=1, hours=1.0, limit=LIMIT)
    assert day.overshoot == 0.0
    assert min(day.delivered.values()) / 3600.0 == pytest.approx(
        (600.0 * 16.0 + 2400.0 * 7.5) / 3600.0, rel=0.02
    )


def test_it_lives_through_a_day_that_begins_in_the_afternoon() -> None:
    start = 16.0 * 3600.0
    visit = replace(VISIT, arrives=start + 1.0, leaves=start + 3000.0)
    outlets = [replace(one, visits=(visit,)) for one in OUTLETS]
    day = run_day(
        outlets,
        House(),
        Meter(),
        lambda _: Fixed({FIRST: 10.0, SECOND: 10.0}),
        seed=1,
        hours=1.0,
        start=start,
    )
    assert min(day.delivered.values()) == pytest.approx(10.0 * 2999.0, rel=0.02)
    best = all_knowing(outlets, House(), seed=1, hours=1.0, start=start)
    assert min(best.delivered.values()) == pytest.approx(16.0 * 2999.0, rel=0.02)


@pytest.fixture(params=THERMOSTATS)
def thermostat(request: pytest.FixtureRequest) -> Iterator[Job]:
    """A run beside a thermostat and nothing else."""
    return Job(algorithm="subtraction, max-min fair", day=1, hours=0.5, thermostat=request.param)


def test_a_thermostat_makes_who_follows_it_at_once_change_limits_all_the_time(
    thermostat: Job,
) -> None:
    day = thermostat.run().day
    assert day.commands / THERMOSTAT_CARS / day.hours > 12.0
