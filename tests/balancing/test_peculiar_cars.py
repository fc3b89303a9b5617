"""Cars that need more than the minimum, take less or more than their limit, or wait for a timer."""

from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.phases import ALL_PHASES, Phase
from custom_components.ev_load_manager.balancing.readings import Status

from .bench import L1, Bench, Car, ids, make_site, same

ONE, TWO, THREE = ids(3)
HOURS = 3.0
KINDS: dict[str, dict[str, Any]] = {
    **{f"needs {amperes:g} A": {"needs": amperes} for amperes in (7.0, 8.0, 10.0, 13.0)},
    **{f"takes {amperes} A less": {"shortfall": amperes} for amperes in (0.4, 0.6, 0.8, 1.0)},
    "draws 5 % too much": {"overdraws": 0.05},
    "draws 15 % too much": {"overdraws": 0.15},
    "waits for a timer": {"wakes_at": 1800.0},
}


def peculiar(bench: Bench, car: Car, traits: dict[str, Any]) -> Car:
    """Make a car what it is."""
    for name, value in traits.items():
        setattr(car, name, value + bench.now if name == "wakes_at" else value)
    return car


def beside_another(limit: float, **traits: Any) -> tuple[Bench, Car]:
    """A car that comes where another one charges."""
    bench = Bench(make_site(2, limit))
    bench.plug_in(TWO, maximum=16.0)
    bench.run(120)
    return bench, peculiar(bench, bench.plug_in(ONE, maximum=16.0, tag="car"), traits)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    others=st.integers(0, 2),
    share=st.sampled_from((13.5, 15.0, 21.0, 32.0)),
    period=st.sampled_from((10.0, 60.0)),
)
@settings(max_examples=40)
def test_every_kind_of_car_gets_its_share_alone_and_in_company(
    kind: str, others: int, share: float, period: float
) -> None:
    everyone = ids(others + 1)
    limit = share * len(everyone)
    bench = Bench(make_site(len(everyone), limit), period=period)
    for id_ in everyone[1:]:
        bench.plug_in(id_, maximum=16.0)
    bench.run(120)
    car = peculiar(bench, bench.plug_in(ONE, maximum=16.0), KINDS[kind])
    bench.skip(HOURS * 3600.0)
    fair = min(16.0, share)
    hours = (bench.now - max(car.since, car.wakes_at)) / 3600.0
    assert bench.charged[ONE] >= 0.8 * fair * hours
    for id_ in everyone[1:]:
        assert bench.charged[id_] >= 0.8 * fair * HOURS
    drawn = sum(bench.drawn(id_) for id_ in everyone)
    assert drawn <= limit + 0.2


@pytest.mark.parametrize("needs", [7.0, 8.0, 10.0, 13.0])
def test_a_car_that_takes_nothing_of_6_a_is_offered_its_share_and_starts(needs: float) -> None:
    bench, _ = beside_another(63.0, needs=needs)
    bench.run(15)
    assert bench[ONE].limit == 6.0
    bench.run(60)
    assert bench.drawn(ONE) == 16.0
    assert bench.memory.connectors[ONE].car.model.starts_at == 7.0


def test_what_a_car_needs_is_learned_from_its_charger_s_word_where_reports_come_late() -> None:
    bench = Bench(make_site(2, 32.0), period=300.0)
    bench.plug_in(TWO, maximum=16.0)
    bench.run(400)
    peculiar(bench, bench.plug_in(ONE, maximum=16.0), {"needs": 10.0})
    bench.run(150)
    assert bench.drawn(ONE) == 16.0
    assert bench.memory.connectors[ONE].car.model.starts_at == 7.0
    bench.set_limit("group", 18.0)
    bench.run(120)
    # 9 A stopped it.
    assert bench.memory.connectors[ONE].car.model.starts_at == 10.0
    assert bench.limits()[0] == 10.0 or bench[ONE].reason is Reason.WAITING_FOR_INCREASE


@pytest.mark.parametrize("said_for", [1, 10])
def test_a_session_that_begins_with_the_word_charging_proves_no_charging(said_for: int) -> None:
    bench = Bench(make_site(2, 24.0), period=600.0)
    bench.plug_in(TWO, maximum=16.0)
    bench.run(120)
    car = peculiar(bench, bench.plug_in(ONE, maximum=16.0), {"needs": 8.0})
    car.status = Status.CHARGING
    bench.run(said_for)
    car.status = None
    bench.run(120)
    assert bench.drawn(ONE) >= 8.0
    assert bench.drawn(TWO) >= 8.0


@pytest.mark.parametrize("period", [10.0, 60.0])
def test_a_car_that_starts_when_it_is_asked_with_more_than_its_share_goes_on(
    period: float,
) -> None:
    """There are 10 A for each, but 13 are left beside the minimums of the others."""
    bench = Bench(make_site(3, 30.0), period=period)
    for id_ in (TWO, THREE):
        bench.plug_in(id_, maximum=16.0)
    bench.run(120)
    peculiar(bench, bench.plug_in(ONE, maximum=16.0), {"needs": 13.0})
    bench.skip(HOURS * 3600.0)
    assert bench.charged[ONE] >= 0.8 * 10.0 * HOURS
    for id_ in (TWO, THREE):
        assert bench.charged[id_] >= 0.7 * 8.5 * HOURS
    assert bench.memory.connectors[ONE].car.model.starts_at == 13.0


def test_what_a_car_needs_to_start_is_known_when_it_comes_again() -> None:
    bench, _ = beside_another(63.0, needs=8.0)
    bench.run(120)
    # It took nothing of 6 A; 7 A are not enough either, 8 A are.
    for offered, drawn in ((7.0, 0.0), (8.0, 8.0), (8.0, 8.0)):
        bench.leave(ONE)
        bench.run(60)
        peculiar(bench, bench.plug_in(ONE, maximum=16.0, tag="car"), {"needs": 8.0})
        bench.run(1)
        assert bench[ONE].limit == offered
        assert bench.drawn(ONE) == drawn
        bench.run(120)
        assert bench.drawn(ONE) == 16.0
    assert bench.memory.connectors[ONE].car.model.starts_at == 8.0


def test_a_car_that_stops_at_what_is_left_for_it_gets_what_it_needs_or_waits_its_turn() -> None:
    bench, _ = beside_another(32.0, needs=8.0)
    bench.run(300)
    assert bench.limits() == [16.0, 16.0]
    bench.set_limit("group", 14.0)
    bench.run(300)
    # 8 A for the one that needs them, the minimum for the other.
    assert bench.limits() == [8.0, 6.0]
    assert bench.drawn(ONE) == 8.0
    bench.set_limit("group", 13.9)
    bench.skip(7200.0)
    assert bench.charged[ONE] >= 0.4 * 13.9 * 2.0
    assert bench.charged[TWO] >= 0.4 * 13.9 * 2.0


def with_less_than_it_needs() -> Bench:
    """A car that needs 8 A has had its turn at 12 A, and 7 A are left for it and another."""
    bench, _ = beside_another(16.0, needs=8.0)
    bench.run(60)
    bench.set_limit("group", 12.0)
    while bench.drawn(ONE) < 8.0:
        bench.run(10)
    bench.run(30)
    bench.set_limit("group", 7.0)
    return bench


def test_who_can_not_start_with_what_there_is_holds_no_turn_against_who_can() -> None:
    bench = with_less_than_it_needs()
    waited = 0
    while bench.drawn(TWO) < 6.0:
        assert waited < 360  # its own pause
        bench.run(10)
        waited += 10
    bench.set_limit("group", 12.0)
    # Its turn comes again once there is enough for it.
    waited = 0
    while bench.drawn(ONE) < 8.0:
        assert waited < 2400
        bench.run(10)
        waited += 10


def test_a_car_that_sleeps_at_less_than_it_needs_may_be_paused_again() -> None:
    bench = with_less_than_it_needs()
    while bench.limits()[0]:
        bench.run(10)
    bench.leave(TWO)
    bench.run(1800)
    assert bench.limits()[0] == 7.0
    assert not bench.memory.connectors[ONE].must_serve


def test_a_car_that_needs_more_than_there_ever_is_says_so() -> None:
    bench, _ = beside_another(63.0, needs=13.0)
    bench.run(120)
    bench.memory.connectors[ONE].car.model = type(bench.memory.connectors[ONE].car.model)(
        starts_at=13.0
    )
    bench.set_connector(ONE, maximum=10.0)
    bench.run(60)
    assert bench[ONE].reason is Reason.TOO_LITTLE_TO_START


@pytest.mark.parametrize("shortfall", [0.4, 0.6, 0.8, 1.0])
def test_a_car_below_every_limit_has_its_share_back_when_it_wants_it(shortfall: float) -> None:
    bench, car = beside_another(32.0, shortfall=shortfall)
    bench.run(300)
    car.maximum = 8.0
    bench.run(150)
    assert bench[ONE].limit < 11.0
    car.maximum = 32.0
    bench.run(60)
    assert bench.limits() == [16.0, 16.0]


def test_a_lone_car_with_a_timer_starts_at_once_when_it_goes_off() -> None:
    bench = Bench(make_site(1, 32.0))
    car = bench.plug_in(ONE, maximum=16.0)
    car.wakes_at = 5000.0
    bench.run(4999)
    assert bench.limits()[0] >= 6.0
    bench.run(2)
    assert bench.drawn(ONE) == 16.0


def test_a_car_that_stopped_by_itself_starts_again_where_it_charged_before() -> None:
    bench = Bench(make_site(1, 32.0))
    car = bench.plug_in(ONE, maximum=16.0)
    car.needs = 8.0
    bench.run(300)
    car.wakes_at = bench.now + 4000.0
    bench.run(4001)
    assert bench.drawn(ONE) == 16.0


def test_a_car_that_has_stopped_makes_way_and_nobody_who_charges_does() -> None:
    bench = Bench(make_site(3, 22.0))
    done, charging, new = ids(3)
    car = bench.plug_in(done, maximum=16.0)
    car.needs = 13.0
    bench.run(60)
    bench.plug_in(charging, maximum=16.0)
    bench.run(300)
    car.wakes_at = bench.now + 7200.0
    bench.run(130)
    bench.plug_in(new, maximum=16.0)
    bench.run(120)
    assert bench[done].reason is Reason.CAR_FULL
    assert bench.drawn(charging) == bench.drawn(new) == 11.0
    assert bench.memory.connectors[charging].paused_at is None


def test_a_car_that_has_stopped_keeps_its_place_for_two_minutes() -> None:
    bench = Bench(make_site(3, 13.0))
    resting, charging, new = ids(3)
    car = bench.plug_in(resting, maximum=16.0)
    bench.plug_in(charging, maximum=16.0)
    bench.run(120)
    car.wakes_at = bench.now + 100.0
    bench.run(20)
    bench.plug_in(new, maximum=16.0)
    bench.run(100)
    assert bench.drawn(resting) == 6.5


# Who draws more than it may


def test_a_car_that_draws_a_little_too_much_is_cut_with_the_building() -> None:
    bench = Bench(make_site(1, 35.0, grid=35.0))
    bench.house = lambda _: 0.0
    car = bench.plug_in(ONE)
    car.overdraws = 0.05
    bench.run(200)
    since = bench.now
    bench.house = lambda now: 12.0 if now > since else 0.0
    bench.run(20)
    for _ in range(900):
        bench.run(1)
        assert bench.drawn(ONE) + 12.0 <= 35.0 + 0.1
    assert bench.drawn(ONE) >= 20.0


@pytest.mark.parametrize("overdraws", [0.05, 0.12, 0.3])
def test_whoever_draws_too_much_leaves_the_next_car_its_share(overdraws: float) -> None:
    bench = Bench(make_site(2, 32.0))
    car = bench.plug_in(ONE)
    car.overdraws = overdraws
    bench.run(300)
    bench.plug_in(TWO)
    bench.skip(HOURS * 3600.0)
    assert bench.charged[TWO] >= 0.8 * 16.0 * HOURS
    assert bench.drawn(ONE) + bench.drawn(TWO) <= 32.0 + 0.1


def test_whoever_ignores_its_limit_is_told_its_share_and_booked_at_what_it_draws() -> None:
    bench = Bench(make_site(2, 32.0))
    car = bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(300)
    car.draws = 24.0
    bench.run(120)
    assert bench[ONE].reason is Reason.DOES_NOT_OBEY
    # What it draws above its limit is taken from both of them.
    assert 8.0 <= bench[ONE].limit <= 9.0
    assert bench[ONE].reserved == same(24.0)
    assert bench[TWO].limit == 8.0
    # What is left is enough for nobody: the other one is paused, this one told the least.
    bench.set_limit("group", 28.0)
    bench.run(60)
    assert bench[TWO].limit == 0.0
    assert 6.0 <= bench[ONE].limit < 7.0


def test_whoever_draws_too_much_makes_room_for_turns_as_others_do() -> None:
    bench = Bench(make_site(2, 8.0))
    car = bench.plug_in(ONE)
    car.overdraws = 0.2
    bench.run(120)
    assert bench[ONE].reason is Reason.DOES_NOT_OBEY
    bench.plug_in(TWO)
    bench.skip(HOURS * 3600.0)
    assert bench.charged[TWO] >= 0.3 * 6.0 * HOURS


def crowd(limit: float, cars: int, **traits: Any) -> Bench:
    """A car with these traits comes where so many others already take turns."""
    everyone = ids(cars + 1)
    bench = Bench(make_site(len(everyone), limit))
    for id_ in everyone[1:]:
        bench.plug_in(id_, maximum=16.0)
    bench.run(120)
    peculiar(bench, bench.plug_in(ONE, maximum=16.0), traits)
    return bench


@pytest.mark.parametrize("needs", [8.0, 10.0, 13.0])
def test_a_car_is_asked_with_what_nobody_leaves_it_and_then_takes_turns(needs: float) -> None:
    """There is never more than 11 A beside the minimums of those who charge."""
    bench = crowd(35.0, 7, needs=needs)
    bench.skip(HOURS * 3600.0)
    fair = 35.0 / 8.0 * HOURS
    assert min(bench.charged.values()) >= 0.7 * fair
    assert bench.memory.connectors[ONE].car.model.starts_at == pytest.approx(needs, abs=1.0)


def test_a_timer_that_goes_off_in_a_crowd_is_found_out() -> None:
    bench = crowd(13.0, 3, wakes_at=1800.0)
    bench.skip(HOURS * 3600.0)
    assert bench.charged[ONE] >= 0.8 * 13.0 / 4.0 * (HOURS - 1.0)


def test_cars_that_want_nothing_cost_those_who_take_turns_little() -> None:
    bench = crowd(13.0, 3, wakes_at=1e9)
    bench.skip(HOURS * 3600.0)
    alone = crowd(13.0, 2)
    alone.skip(HOURS * 3600.0)
    others = sum(amperes for id_, amperes in bench.charged.items() if id_ != ONE)
    assert others >= 0.93 * sum(alone.charged.values())


def test_a_car_that_takes_its_time_to_start_is_not_taken_to_need_more() -> None:
    bench, car = beside_another(32.0)
    car.wakes_at = bench.now + 25.0
    bench.run(120)
    assert bench.drawn(ONE) == 16.0
    assert bench.memory.connectors[ONE].car.model.starts_at is None


# Phases


def test_a_car_that_goes_on_with_one_phase_leaves_the_others_to_others() -> None:
    bench, car = beside_another(20.0)
    bench.run(300)
    assert bench.limits() == [10.0, 10.0]
    car.phases = frozenset({L1})
    bench.cars[TWO].phases = frozenset(ALL_PHASES - {L1})
    bench.run(120)
    assert bench.memory.connectors[ONE].learned == {L1}
    assert bench.limits()[0] >= 16.0
    car.phases = ALL_PHASES
    bench.run(bench.period)
    assert bench.memory.connectors[ONE].learned == ALL_PHASES
    # It comes and goes: what it has left once may come back at any time.
    car.phases = frozenset({L1})
    bench.run(300)
    assert bench.memory.connectors[ONE].learned == ALL_PHASES


def test_a_car_that_only_tapers_leaves_no_phase() -> None:
    bench, car = beside_another(20.0)
    bench.run(300)
    car.phases, car.draws = frozenset({L1}), 1.5
    bench.run(200)
    assert bench.memory.connectors[ONE].learned == ALL_PHASES


# Limits in watts


def test_a_charger_that_shares_watts_is_offered_what_starts_a_car_on_all_phases() -> None:
    bench = Bench(make_site(2, 40.0))
    car = bench.plug_in(ONE, maximum=16.0)
    car.shares_watts = True
    bench.plug_in(TWO, maximum=16.0)
    bench.run(120)
    assert bench[ONE].limit >= 18.0
    assert bench[ONE].reserved[Phase.L2] >= 18.0
    assert bench.drawn(ONE) >= 6.0


def test_an_outlets_maximum_is_what_each_phase_may_have_of_shared_watts() -> None:
    bench = Bench(make_site(1, 40.0, connector={"maximum": 10.0}))
    car = bench.plug_in(ONE, maximum=16.0)
    car.shares_watts = True
    bench.run(120)
    assert bench.drawn(ONE) >= 6.0
    bench.run(300)
    assert 6.0 <= bench.drawn(ONE) <= 10.0


def test_what_a_car_may_take_of_watts_on_one_phase_is_set_aside_before_it_gives_up_two() -> None:
    bench = Bench(make_site(2, 40.0))
    car = bench.plug_in(ONE, maximum=16.0)
    car.shares_watts = car.tells_phases = True
    bench.plug_in(TWO, maximum=16.0)
    bench.run(300)
    assert bench.memory.connectors[ONE].learned == ALL_PHASES
    assert 6.0 <= bench.drawn(ONE) < bench[ONE].limit
    car.phases = frozenset({L1})
    assert bench.drawn(ONE) > 12.0
    for _ in range(90):
        assert bench.drawn(ONE) <= bench[ONE].reserved[Phase.L1]
        bench.run(1)
    assert bench.memory.connectors[ONE].learned == car.phases
    assert bench[ONE].reserved[Phase.L2] == 0.0
    assert bench.drawn(ONE) == 16.0


def test_where_so_much_never_fits_it_is_said_and_a_car_on_one_phase_starts_all_the_same() -> None:
    bench = Bench(make_site(1, 16.0))
    car = bench.plug_in(ONE, maximum=16.0)
    car.shares_watts, car.status = True, Status.SUSPENDED_EV
    bench.run(120)
    assert bench[ONE].reason is Reason.TOO_LITTLE_TO_START
    assert bench[ONE].limit >= 6.0
    car.phases, car.status = frozenset({L1}), None
    bench.run(120)
    assert bench.drawn(ONE) == 16.0
    assert bench[ONE].reason is not Reason.TOO_LITTLE_TO_START
