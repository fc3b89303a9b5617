"""What each car can use, as its reports show it."""

import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.phases import ALL_PHASES, Phase
from custom_components.ev_load_manager.balancing.readings import Status

from .bench import L1, L2, Bench, Car, ids, make_site

ONE, TWO, THREE, FOUR = ids(4)


def charging(count: int = 2, limit: float = 32.0, *, period: float = 10.0) -> tuple[Bench, Car]:
    """Two cars that have shared 32 A for a while, and the first of them."""
    bench = Bench(make_site(count, limit), period=period)
    car = bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(300)
    return bench, car


@pytest.mark.parametrize(("period", "within"), [(10.0, 13 + 10 + 30), (60.0, 13 + 60 + 30)])
def test_a_new_car_has_its_share_soon_after_it_shows_itself(period: float, within: float) -> None:
    bench = Bench(make_site(2, 32.0), period=period)
    bench.plug_in(ONE)
    bench.run(300)
    bench.plug_in(TWO)
    bench.run(15)
    assert (bench[TWO].limit, bench[TWO].reason) == (6.0, Reason.STARTING)
    bench.run(within - 15 + 13)
    assert bench[TWO].limit == 16.0


def test_a_charger_that_tells_no_phases_is_counted_on_all_its_wires() -> None:
    bench = Bench(make_site(2, 32.0), phases_told=False)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.plug_in(TWO, phases=frozenset({L2}))
    bench.run(60)
    assert bench.limits() == [6.0, 6.0]
    bench.run(60)
    assert bench.limits() == [16.0, 16.0]


def test_phases_are_learned_from_half_a_minute_of_charging() -> None:
    bench, _ = charging()
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(25)
    assert bench.memory.connectors[ONE].learned is None
    bench.run(30)
    assert bench.memory.connectors[ONE].learned == frozenset({L1})


@pytest.mark.parametrize("phases", [frozenset({L1}), frozenset({L2}), ALL_PHASES])
def test_who_says_how_many_phases_its_car_loads_is_believed_once_so_many_are_seen(
    phases: frozenset[Phase],
) -> None:
    bench, _ = charging()
    car = bench.plug_in(ONE, phases=phases)
    car.phases_used = len(phases)
    bench.run(25)
    assert bench.memory.connectors[ONE].learned == phases


@pytest.mark.parametrize("told", [2, 3])
def test_what_flows_is_believed_more_than_a_charger_that_says_more_phases(told: int) -> None:
    bench, _ = charging()
    car = bench.plug_in(ONE, phases=frozenset({L1}), tag="card")
    car.phases_used = told
    bench.run(25)
    assert bench.memory.connectors[ONE].learned is None
    bench.run(30)
    assert bench.memory.connectors[ONE].learned == frozenset({L1})


def test_a_car_that_is_said_to_take_more_phases_counts_on_all_before_it_does() -> None:
    bench, _ = charging()
    car = bench.plug_in(ONE, phases=frozenset({L1}))
    car.phases_used = 1
    bench.run(25)
    assert bench.memory.connectors[ONE].learned == frozenset({L1})
    assert bench[ONE].reserved[Phase.L3] == 0.0
    car.phases_used = 3
    bench.run(1)
    assert bench.memory.connectors[ONE].learned is None
    assert bench[ONE].reserved[Phase.L3] > 0.0
    car.phases = ALL_PHASES
    bench.run(15)
    assert bench.memory.connectors[ONE].learned == ALL_PHASES


def test_a_car_that_is_said_to_have_left_phases_gives_them_up_at_once() -> None:
    bench, car = charging()
    assert bench.memory.connectors[ONE].learned == ALL_PHASES
    car.phases, car.phases_used = frozenset({L2}), 1
    bench.run(11)
    assert bench.memory.connectors[ONE].learned == frozenset({L2})


def test_the_next_car_has_to_show_its_own_phases() -> None:
    bench, _ = charging()
    assert bench.memory.connectors[ONE].learned == ALL_PHASES
    bench.leave(ONE)
    bench.run(20)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(20)
    assert bench.memory.connectors[ONE].learned is None
    assert bench[ONE].reserved[Phase.L3] > 0.0


def test_a_phase_that_carries_current_later_counts_at_once() -> None:
    bench, _ = charging()
    car = bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(90)
    assert bench[ONE].reserved[Phase.L2] == 0.0
    car.phases = frozenset({L1, L2})
    bench.run(10)
    assert bench[ONE].reserved[Phase.L2] > 0.0


def test_unused_current_goes_to_others() -> None:
    bench, car = charging()
    assert bench.limits() == [16.0, 16.0]
    car.maximum = 9.0
    bench.run(50)
    assert bench.limits() == [16.0, 16.0]
    bench.run(40)
    assert bench.limits() == [10.0, 22.0]
    assert bench[ONE].reason is Reason.UNUSED_CURRENT


def test_a_car_that_draws_to_its_limit_again_gets_its_share_back() -> None:
    bench, car = charging()
    car.maximum = 9.0
    bench.run(90)
    car.maximum = 32.0
    bench.run(10)
    assert bench[ONE].target == 16.0
    bench.run(20)
    assert bench.limits() == [16.0, 16.0]


def test_a_car_that_tapers_is_followed_down_to_its_minimum() -> None:
    bench, car = charging()
    for maximum in (12.0, 9.0, 7.0, 3.0):
        car.maximum = maximum
        bench.run(150)
        assert bench[ONE].limit == max(6.0, maximum + 1.0)
    assert bench[TWO].limit == 26.0


def test_reports_of_every_minute_show_unused_current_too() -> None:
    bench, car = charging(period=60.0)
    car.maximum = 9.0
    bench.run(150)
    assert bench.limits() == [10.0, 22.0]


def test_whole_steps_leave_a_tapering_car_alone() -> None:
    bench = Bench(make_site(1, 16.0, connector={"step": 1.0}))
    car = bench.plug_in(ONE, maximum=9.7)
    bench.run(200)
    assert bench[ONE].limit == 12.0
    for _ in range(200):
        bench.run(1)
        assert bench[ONE].limit == 12.0
    assert car.maximum == 9.7


def test_a_car_that_pauses_keeps_its_minimum() -> None:
    bench, car = charging()
    share = bench[ONE].limit
    car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(14)
    assert bench[ONE].limit == share  # it may only hesitate
    bench.run(20)
    assert (bench[ONE].limit, bench[ONE].reason) == (6.0, Reason.CAR_PAUSED)
    assert bench[TWO].limit == 26.0


@pytest.mark.parametrize("status", [Status.SUSPENDED_EVSE, Status.SUSPENDED_EV])
@pytest.mark.parametrize("started", [False, True])
def test_a_car_that_others_give_too_little_is_not_said_to_pause_by_itself(
    status: Status, started: bool
) -> None:
    bench, car = charging()
    if not started:
        car = bench.plug_in(ONE)
    car.most, car.status, car.status_since, car.draws = 0.0, status, bench.now, 0.0
    bench.run(60)
    assert (bench[ONE].limit, bench[ONE].reason) == (6.0, Reason.LIMITED_ELSEWHERE)
    assert bench[TWO].limit == 26.0


def test_a_full_car_leaves_its_current_to_others() -> None:
    bench, car = charging()
    car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(599)
    assert bench[ONE].reason is Reason.CAR_PAUSED
    bench.run(1)
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.CAR_FULL)
    # At 0 A its charger says that it is the charger who pauses.
    car.status = Status.SUSPENDED_EVSE
    bench.run(30)
    assert bench[ONE].reason is Reason.CAR_FULL
    assert bench[TWO].limit == 32.0


def test_a_full_car_is_asked_again_and_charges_if_it_wants() -> None:
    bench, car = charging()
    car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(620)
    assert bench[ONE].limit == 0.0
    bench.run(1800)
    assert bench[ONE].limit == 6.0
    bench.run(60)
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.CAR_FULL)
    bench.run(1740)
    assert bench[ONE].limit == 6.0
    car.status, car.draws = None, None
    bench.run(60)
    assert bench.limits() == [16.0, 16.0]


def test_full_cars_are_asked_one_at_a_time_while_another_needs_all_there_is() -> None:
    bench = Bench(make_site(4, 32.0))
    full = (ONE, TWO, THREE)
    for id_ in full:
        bench.plug_in(id_)
    bench.plug_in(FOUR)
    bench.run(100)
    for id_ in full:
        car = bench.cars[id_]
        car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(700)
    assert bench.limits() == [0.0, 0.0, 0.0, 32.0]
    asked = set()
    for _ in range(2200):
        bench.run(1)
        now_asked = {id_ for id_ in full if bench[id_].limit > 0.0}
        assert len(now_asked) <= 1
        asked |= now_asked
    assert asked == set(full)


def test_full_cars_keep_what_nobody_needs_and_lose_it_at_once_when_somebody_does() -> None:
    bench, car = charging()
    for one in bench.cars.values():
        one.status, one.status_since, one.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(3000)
    assert bench.reasons() == [Reason.CAR_FULL] * 2
    assert all(limit >= 6.0 for limit in bench.limits())
    car.status, car.draws = None, None
    bench.run(bench.period)
    assert bench[TWO].limit == 0.0
    bench.run(15)
    assert bench.limits() == [32.0, 0.0]


def test_what_a_full_car_has_lost_comes_back_when_nobody_has_needed_it_for_long() -> None:
    bench, car = charging()
    car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(650)
    assert bench.limits() == [0.0, 32.0]
    bench.cars[TWO].maximum = 12.0
    bench.run(90)
    assert bench.limits() == [0.0, 13.0]
    bench.run(250)
    assert bench[ONE].limit == 0.0
    bench.run(50)
    assert (bench[ONE].limit, bench[ONE].reason) == (6.0, Reason.CAR_FULL)


def test_a_full_car_with_a_fallback_may_wake_by_itself() -> None:
    bench = Bench(make_site(1, 32.0, connector={"fallback": 6.0}))
    car = bench.plug_in(ONE)
    bench.run(100)
    car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(700)
    assert bench[ONE].limit >= 6.0
    assert bench[ONE].reason is Reason.CAR_FULL


def test_a_car_that_does_not_wake_after_a_pause_is_not_paused_again() -> None:
    bench = Bench(make_site(2, 8.0))
    car = bench.plug_in(ONE)
    bench.run(60)
    bench.plug_in(TWO)
    bench.run(900)
    assert bench[ONE].limit == 0.0
    # It sleeps from now on, whatever it is offered.
    car.status, car.status_since, car.draws = Status.SUSPENDED_EVSE, bench.now, 0.0
    bench.run(1100)
    assert bench.memory.connectors[ONE].must_serve
    assert (bench[ONE].limit, bench[ONE].reason) == (6.0, Reason.CAR_PAUSED)
    bench.run(2000)
    assert bench[ONE].limit >= 6.0


def test_a_car_that_stays_charging_at_0_amperes_is_paused_and_goes_on_like_any_other() -> None:
    bench = Bench(make_site(2, 8.0))
    for outlet in (ONE, TWO):
        car = bench.plug_in(outlet)
        car.status, car.status_since = Status.CHARGING, 0.0
    charged, paused = set(), set()
    for _ in range(60):
        bench.run(50)
        for outlet in (ONE, TWO):
            (charged if bench[outlet].limit else paused).add(outlet)
    assert charged == paused == {ONE, TWO}
    assert not any(one.must_serve for one in bench.memory.connectors.values())
