"""A car that is there and has not started, and one whose session is over or not told."""

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.readings import Status

from .bench import Bench, ids, make_site, same

ONE, TWO = ids(2)


def test_a_car_that_has_not_started_may_start_by_itself() -> None:
    bench = Bench(make_site(2, 16.0, connector={"fallback": 6.0}))
    bench.plug_in(ONE)
    bench.run(40)
    bench.plug_in(TWO, session=False)
    bench.run(30)
    assert (bench[TWO].limit, bench[TWO].reason) == (6.0, Reason.NOT_STARTED)
    assert bench[TWO].reserved == same(6.0)
    assert bench[ONE].limit == 10.0


def test_a_car_that_has_not_started_makes_room_for_one_that_charges() -> None:
    bench = Bench(make_site(2, 16.0, connector={"fallback": 6.0}))
    bench.plug_in(TWO, session=False)
    bench.plug_in(ONE)
    bench.run(40)
    bench.set_limit("group", 8.0)
    bench.run(30)
    assert bench.limits() == [8.0, 0.0]
    assert bench[TWO].reserved == same(0.0)


def test_an_empty_connector_reserves_nothing() -> None:
    bench = Bench(make_site(2, 16.0, connector={"fallback": 6.0}))
    bench.plug_in(ONE)
    bench.run(30)
    assert bench.limits() == [16.0, 6.0]
    assert bench[TWO].reason is Reason.NO_CAR
    assert bench[TWO].reserved == same(0.0)


def test_a_session_that_begins_while_the_status_is_late_is_served() -> None:
    bench = Bench(make_site(1, 16.0))
    bench.run(10)
    car = bench.plug_in(ONE)
    car.status, car.status_since = Status.AVAILABLE, 0.0
    bench.run()
    assert bench[ONE].limit == 16.0


def test_a_session_that_was_never_ended_is_over_when_the_connector_is_free() -> None:
    bench = Bench(make_site(1, 16.0))
    car = bench.plug_in(ONE)
    bench.run(20)
    car.status, car.status_since, car.draws = Status.AVAILABLE, bench.now, 0.0
    bench.run(20)
    assert bench[ONE].reason is Reason.NO_CAR
