"""Every kind of car that the field knows gets what it can use, and no more."""

import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Status

from .bench import L1, L2, L3, Bench, ids, make_site, same

ONE, TWO = ids(2)


def both(limit: float = 26.0) -> Bench:
    """Two outlets, a three-phase car at the second one."""
    bench = Bench(make_site(2, limit))
    bench.plug_in(TWO)
    bench.run(60)
    return bench


def test_of_16_a_a_car_that_takes_10_gets_11_and_the_other_the_rest() -> None:
    bench = both(32.0)
    bench.plug_in(ONE, maximum=10.0)
    bench.run(200)
    assert bench[ONE].limit == pytest.approx(11.0, abs=0.1)
    assert bench[ONE].reason is Reason.UNUSED_CURRENT
    assert bench[TWO].limit == pytest.approx(21.0, abs=0.1)


def test_a_car_that_tapers_hands_over_step_by_step_and_a_full_one_all() -> None:
    bench = both()
    car = bench.plug_in(ONE)
    bench.run(120)
    assert bench.limits() == [13.0, 13.0]
    others = []
    for amperes in (11.0, 9.0, 7.0, 5.0):
        car.draws = amperes
        bench.run(120)
        others.append(bench[TWO].limit)
    assert others == sorted(others)
    assert bench[ONE].limit == 6.0
    car.draws = 0.0
    car.status, car.status_since = Status.SUSPENDED_EV, bench.now
    bench.run(660)
    assert bench[ONE].reason is Reason.CAR_FULL
    assert bench[TWO].limit == 26.0


def test_a_car_that_wakes_after_an_hour_charges_again_without_anybodys_help() -> None:
    bench = both()
    car = bench.plug_in(ONE)
    bench.run(120)
    car.draws, car.status, car.status_since = 0.0, Status.SUSPENDED_EV, bench.now
    bench.run(3600)
    assert bench[ONE].reason is Reason.CAR_FULL
    assert bench[TWO].limit == 26.0

    # It is asked again and again: one that wants current takes it then.
    car.maximum = 16.0
    asked_since = bench.now
    while bench[ONE].limit < 6.0:
        bench.run(1)
        assert bench.now < asked_since + 3600.0
    car.draws, car.status = None, None
    bench.run(300)
    assert bench.limits() == [13.0, 13.0]


def test_a_car_on_two_phases_leaves_the_third_to_others_and_shares_those_that_it_uses() -> None:
    bench = Bench(make_site(3, 16.0))
    bench.plug_in(ONE, phases=frozenset({L1, L2}))
    bench.plug_in(TWO, phases=frozenset({L3}))
    bench.run(180)
    assert bench.limits()[:2] == [16.0, 16.0]

    bench.plug_in(ids(3)[2], phases=frozenset({L2}))
    bench.run(180)
    assert bench.limits() == [8.0, 16.0, 8.0]


def test_a_car_that_needs_7_a_never_gets_6() -> None:
    bench = Bench(make_site(2, 13.0))
    bench.set_connector(ONE, minimum=7.0)
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    seen = set()
    for _ in range(3600):
        bench.run(1)
        seen.add(bench[ONE].limit)
        assert sum(bench.limits()) <= 13.0
    assert min(limit for limit in seen if limit > 0.0) >= 7.0
    # 7 + 6 A just fit: nobody has to wait.
    assert bench.limits() == [7.0, 6.0]
    bench.set_limit("group", 12.9)
    bench.run(60)
    assert sorted(limit > 0.0 for limit in bench.limits()) == [False, True]


def test_whole_amperes_waste_less_than_one() -> None:
    bench = Bench(make_site(3, 20.0, connector={"step": 1.0}))
    for id_ in ids(3):
        bench.plug_in(id_)
    bench.run(120)
    assert sorted(bench.limits()) == [6.0, 7.0, 7.0]
    bench.set_limit("group", 20.9)
    bench.run(60)
    assert all(limit == int(limit) for limit in bench.limits())
    assert sum(bench.limits()) == 20.0


def test_a_minimum_that_is_no_whole_ampere_is_rounded_up_for_them() -> None:
    bench = Bench(make_site(1, 7.5, connector={"step": 1.0, "minimum": 6.5}))
    bench.plug_in(ONE)
    bench.run(60)
    assert bench.limits() == [7.0]


@pytest.mark.parametrize("limit", [0.0, 5.9, 6.0, 11.9])
def test_a_limit_below_the_sum_of_the_minimums_is_never_exceeded(limit: float) -> None:
    bench = both()
    bench.plug_in(ONE)
    bench.run(120)
    bench.set_limit("group", limit)
    bench.run(20)
    for _ in range(1200):
        bench.run(1)
        assert sum(bench.limits()) <= limit
    assert any(bench.limits()) is (limit >= 6.0)
    bench.set_limit("group", 26.0)
    bench.run(600)
    assert bench.limits() == [13.0, 13.0]


def test_an_hour_of_automations_that_contradict_each_other_breaks_no_limit() -> None:
    bench = both()
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(120)
    wanted = (26.0, 0.0, 13.0, 6.0, 25.0, 7.5)
    lowered_at, limit, starts = bench.now, 26.0, 0
    before = bench.limits()
    for second in range(3600):
        if second % 7 == 0:
            new = wanted[second // 7 % len(wanted)]
            if new < limit:
                lowered_at = bench.now
            limit = new
            bench.set_limit("group", limit)
        bench.run(1)
        starts += sum(now > was == 0.0 for now, was in zip(bench.limits(), before, strict=True))
        before = bench.limits()
        drawn = PhaseCurrents.on(
            frozenset({L1}), sum(bench.drawn(id_) for id_ in (ONE, TWO) if id_ in bench.cars)
        )
        if bench.now - lowered_at > 2.0:
            assert drawn.l1 <= limit + 1e-6
        assert all(decided == 0.0 or decided >= 6.0 for decided in bench.limits())
    # Who was paused rests for five minutes, whatever anybody writes.
    assert starts <= 2 * (3600 / 300 + 1)
    bench.set_limit("group", 26.0)
    bench.run(600)
    assert bench.limits() == [13.0, 13.0]
    assert bench.decision is not None
    assert bench.decision.circuits["group"].capacity == same(26.0)
