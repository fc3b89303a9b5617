"""The plant behaves as cars, houses and meters do."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Readings, Status
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import Appliance, Fault, House, Meter, Plant, run
from simulation.plant.plant_cars import Outlet, Tells, Visit

CAR = ConnectorId("charger", 1)
L1, L2, L3 = Phase
VISIT = Visit(arrives=1.0, leaves=1e6, ampere_hours=100.0)
OUTLET = Outlet(id=CAR, wiring=(L1, L2, L3), visits=(VISIT,))
EXACT = Meter(noise=0.0, latency=0.0, period=1.0)


class Fixed:
    """An algorithm that always says the same."""

    def __init__(self, limit: float) -> None:
        """Offer `limit`, A."""
        self.limit = limit

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Return the same limit for every connector."""
        del now
        return dict.fromkeys(readings.connectors, self.limit)


def plant_with(outlet: Outlet = OUTLET, meter: Meter = EXACT, house: House | None = None) -> Plant:
    return Plant([outlet], house or House(base=PhaseCurrents(2.0, 3.0, 4.0)), meter, seed=1)


def test_a_car_draws_nothing_below_6_a_and_what_it_is_offered_above() -> None:
    plant = plant_with()
    run(plant, Fixed(5.9), 60.0)
    assert plant.drawn == (0.0, 0.0, 0.0)
    run(plant, Fixed(10.0), 60.0)
    assert plant.drawn == (10.0, 10.0, 10.0)
    assert plant.grid == (12.0, 13.0, 14.0)


def test_a_car_never_draws_more_than_it_can() -> None:
    plant = plant_with()
    run(plant, Fixed(32.0), 60.0)
    assert plant.drawn == (16.0, 16.0, 16.0)


def test_a_one_phase_car_loads_the_phase_that_feeds_the_chargers_l1() -> None:
    plant = plant_with(replace(OUTLET, wiring=(L2, L3, L1), visits=(replace(VISIT, phases=1),)))
    run(plant, Fixed(10.0), 60.0)
    assert plant.drawn == (0.0, 10.0, 0.0)


def test_a_car_follows_a_cut_after_2_to_9_s() -> None:
    plant = plant_with()
    run(plant, Fixed(16.0), 60.0)
    run(plant, Fixed(10.0), 2.0)
    assert plant.drawn.l1 == 16.0
    run(plant, Fixed(10.0), 8.0)
    assert plant.drawn.l1 == 10.0


def test_a_pause_is_counted_and_told() -> None:
    plant = plant_with()
    run(plant, Fixed(16.0), 60.0)
    assert plant.readings().connectors[CAR].status is Status.CHARGING
    run(plant, Fixed(0.0), 10.0)
    assert plant.connectors[CAR].pauses == 1
    assert plant.readings().connectors[CAR].status is Status.SUSPENDED_EVSE


def test_a_car_that_has_enough_tapers_and_finishes() -> None:
    plant = plant_with(replace(OUTLET, visits=(replace(VISIT, ampere_hours=3.0),)))
    run(plant, Fixed(16.0), 600.0)
    assert 1.5 < plant.drawn.l1 < 16.0
    run(plant, Fixed(16.0), 3600.0)
    assert plant.drawn.l1 == 0.0
    assert plant.readings().connectors[CAR].status is Status.SUSPENDED_EV


def test_a_session_ends_when_the_car_leaves() -> None:
    plant = plant_with(replace(OUTLET, visits=(replace(VISIT, leaves=60.0),)))
    run(plant, Fixed(16.0), 50.0)
    assert plant.readings().connectors[CAR].session is not None
    run(plant, Fixed(16.0), 20.0)
    reading = plant.readings().connectors[CAR]
    assert reading.session is None
    assert reading.sample is None
    assert plant.drawn.l1 == 0.0


@pytest.mark.parametrize("period", [10.0, 60.0])
def test_reports_come_once_in_their_period(period: float) -> None:
    plant = plant_with(replace(OUTLET, report_period=period))
    times = set()
    for _ in range(600):
        run(plant, Fixed(10.0), 1.0)
        if sample := plant.readings().connectors[CAR].sample:
            times.add(sample.at)
    assert len(times) in (600 / period - 1, 600 / period)


def test_a_charger_may_report_no_phases_or_nothing() -> None:
    plant = plant_with(replace(OUTLET, tells=Tells.NO_PHASE))
    run(plant, Fixed(10.0), 60.0)
    sample = plant.readings().connectors[CAR].sample
    assert sample is not None
    assert (sample.currents, sample.highest) == (None, 10.0)
    plant = plant_with(replace(OUTLET, tells=Tells.NOTHING))
    run(plant, Fixed(10.0), 60.0)
    assert plant.readings().connectors[CAR].sample is None


def drawn(visit: Visit, limit: float, seconds: float = 60.0) -> float:
    """A on L1 after so long with this limit."""
    plant = plant_with(replace(OUTLET, visits=(visit,)))
    run(plant, Fixed(limit), seconds)
    return plant.drawn.l1


@pytest.mark.parametrize("minimum", [7.0, 8.0, 10.0, 13.0])
def test_some_cars_need_more_than_6_a_to_charge(minimum: float) -> None:
    visit = replace(VISIT, minimum=minimum)
    assert drawn(visit, minimum - 0.1) == 0.0
    assert drawn(visit, minimum) == minimum


def test_a_car_that_is_offered_too_little_for_it_says_that_it_is_suspended() -> None:
    plant = plant_with(replace(OUTLET, visits=(replace(VISIT, minimum=8.0),)))
    run(plant, Fixed(6.0), 60.0)
    assert plant.readings().connectors[CAR].status is Status.SUSPENDED_EV
    run(plant, Fixed(8.0), 60.0)
    assert plant.readings().connectors[CAR].status is Status.CHARGING


def test_some_cars_stay_below_what_they_are_offered_and_some_above() -> None:
    assert drawn(replace(VISIT, shortfall=0.8), 10.0) == pytest.approx(9.2)
    assert drawn(replace(VISIT, overdraws=0.05), 10.0) == pytest.approx(10.5)
    assert drawn(replace(VISIT, overdraws=0.05), 32.0) == 16.0


def test_what_a_car_takes_beyond_its_offer_is_known() -> None:
    plant = plant_with(replace(OUTLET, visits=(replace(VISIT, overdraws=0.05),)))
    run(plant, Fixed(10.0), 60.0)
    assert plant.connectors[CAR].excess == pytest.approx(0.5)


def test_a_car_with_a_timer_waits_for_its_hour() -> None:
    plant = plant_with(replace(OUTLET, visits=(replace(VISIT, begins_at=600.0),)))
    run(plant, Fixed(16.0), 590.0)
    assert plant.drawn.l1 == 0.0
    assert plant.readings().connectors[CAR].status is Status.SUSPENDED_EV
    run(plant, Fixed(16.0), 30.0)
    assert plant.drawn.l1 == 16.0


def test_a_car_may_go_on_with_one_phase() -> None:
    plant = plant_with(replace(OUTLET, visits=(replace(VISIT, one_phase_from=300.0),)))
    run(plant, Fixed(10.0), 290.0)
    assert plant.drawn == (10.0, 10.0, 10.0)
    run(plant, Fixed(10.0), 30.0)
    assert plant.drawn == (10.0, 0.0, 0.0)
    sample = plant.readings().connectors[CAR].sample
    assert sample is not None
    assert sample.currents == (10.0, 0.0, 0.0)


def test_power_alone_is_a_bound_from_both_sides() -> None:
    visits = (replace(VISIT, phases=2),)
    plant = plant_with(replace(OUTLET, tells=Tells.POWER, visits=visits))
    run(plant, Fixed(9.0), 60.0)
    sample = plant.readings().connectors[CAR].sample
    assert sample is not None
    assert (sample.currents, sample.highest, sample.at_least) == (None, pytest.approx(18.9), 6.0)


def test_one_label_says_nothing_of_the_other_phases() -> None:
    plant = plant_with(replace(OUTLET, tells=Tells.ONE_PHASE))
    run(plant, Fixed(9.0), 60.0)
    sample = plant.readings().connectors[CAR].sample
    assert sample is not None
    assert (sample.currents, sample.highest) == (None, 9.0)


def test_watts_are_divided_by_three_unless_one_phase_may_have_all_that_it_can() -> None:
    plant = plant_with(replace(OUTLET, watts=True))
    run(plant, Fixed(16.0), 60.0)
    assert plant.drawn.l1 == 0.0
    assert plant.readings().connectors[CAR].minimum_to_start == 18.0
    run(plant, Fixed(18.0), 40.0)
    assert plant.drawn.l1 == 6.0
    run(plant, Fixed(24.0), 60.0)
    # They count for one phase all the same, as the car may keep one alone.
    assert plant.readings().connectors[CAR].minimum_to_start == 18.0
    assert plant.drawn.l1 == 8.0
    run(plant, Fixed(32.0), 60.0)
    assert plant.drawn.l1 == 16.0


def test_a_thermostat_heats_up_first_and_then_goes_on_and_off_while_it_is_on() -> None:
    sauna = Appliance(
        phases=frozenset({L1}),
        amperes=10.0,
        on=(1000, 1000),
        off=(1000, 1000),
        starts=1000.0,
        heats_up=(500, 500),
        heating=(50, 50),
        resting=(50, 50),
    )
    plant = plant_with(OUTLET, house=House(appliances=(sauna,)))
    loads = {}
    run(plant, Fixed(0.0), 25.0)
    for _ in range(60):
        run(plant, Fixed(0.0), 50.0)
        loads[plant.now] = plant.other_load.l1
    on = [at for at, load in loads.items() if load == 10.0]
    assert not [at for at in on if at % 2000.0 < 1000.0]
    assert len([at for at in on if 1000.0 <= at < 1500.0]) == 10
    assert len([at for at in on if 1500.0 <= at < 2000.0]) == 5


def test_a_surge_comes_on_top_of_all() -> None:
    plant = plant_with()
    plant.surge = PhaseCurrents(0.0, 5.0, 0.0)
    run(plant, Fixed(0.0), 5.0)
    assert plant.other_load == (2.0, 8.0, 4.0)
    assert measured(plant) == pytest.approx((2.0, 8.0, 4.0))


def test_the_offer_tells_every_limit_that_may_be_in_force() -> None:
    plant = plant_with()
    run(plant, Fixed(16.0), 60.0)
    plant.apply({CAR: 10.0})
    offer = plant.readings().connectors[CAR].offer
    assert (offer.accepted, offer.in_flight) == (16.0, (10.0,))
    plant.step(0.5)
    offer = plant.readings().connectors[CAR].offer
    assert (offer.accepted, offer.in_flight) == (10.0, ())
    assert offer.superseded[-1].limit == 16.0


def measured(plant: Plant) -> PhaseCurrents:
    reading = plant.readings().meters.get("grid")
    assert reading is not None
    return reading.currents


def test_a_meter_shows_the_grid_as_late_as_it_is() -> None:
    house = House(
        appliances=(
            Appliance(phases=frozenset({L1}), amperes=10.0, on=(60, 60), off=(60, 60), starts=30.0),
        )
    )
    plant = plant_with(meter=replace(EXACT, latency=8.0), house=house)
    run(plant, Fixed(0.0), 37.0)
    assert plant.grid.l1 == 10.0
    assert measured(plant).l1 == 0.0
    run(plant, Fixed(0.0), 2.0)
    assert measured(plant).l1 == 10.0


def test_a_coarse_meter_shows_whole_steps() -> None:
    plant = plant_with(
        meter=replace(EXACT, resolution=1.0), house=House(base=PhaseCurrents(2.4, 2.6, 0.0))
    )
    run(plant, Fixed(0.0), 5.0)
    assert measured(plant) == (2.0, 3.0, 0.0)


def test_a_meter_can_fall_silent_freeze_and_answer_nonsense() -> None:
    faults = ((Fault.SILENT, 10.0, 20.0), (Fault.FROZEN, 30.0, 40.0), (Fault.NONSENSE, 50.0, 60.0))
    plant = plant_with(meter=Meter(period=1.0, faults=faults))
    run(plant, Fixed(0.0), 19.0)
    reading = plant.readings().meters.get("grid")
    assert reading is not None
    assert reading.at < 10.0
    run(plant, Fixed(0.0), 12.0)
    frozen = measured(plant)
    run(plant, Fixed(0.0), 8.0)
    assert measured(plant) == frozen
    run(plant, Fixed(0.0), 14.0)
    assert measured(plant).l1 > 1000.0


def test_the_sun_feeds_into_the_grid_at_noon() -> None:
    plant = Plant([], House(sun=20.0), EXACT, seed=1, start=12 * 3600.0)
    run(plant, Fixed(0.0), 60.0)
    assert plant.grid.l1 < -3.0


def test_the_same_seed_gives_the_same_day_and_another_one_does_not() -> None:
    def day(seed: int) -> tuple[PhaseCurrents, PhaseCurrents]:
        appliance = Appliance(phases=frozenset({L1}), amperes=1.0, on=(1, 60), off=(1, 60))
        plant = Plant([OUTLET], House(appliances=(appliance,)), Meter(), seed=seed)
        run(plant, Fixed(10.0), 3600.0)
        return measured(plant), plant.grid

    assert day(1) == day(1)
    assert day(1) != day(2)


def test_the_house_does_not_depend_on_what_the_cars_do() -> None:
    def loads(limit: float) -> list[float]:
        appliance = Appliance(phases=frozenset({L1}), amperes=1.0, on=(1, 60), off=(1, 60))
        plant = Plant([OUTLET], House(appliances=(appliance,), sun=5.0), Meter(), seed=3)
        found = []
        for _ in range(200):
            run(plant, Fixed(limit), 5.0)
            found.append(plant.other_load.l1)
        return found

    assert loads(6.0) == loads(16.0)
