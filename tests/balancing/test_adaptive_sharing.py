"""Cars get what the building leaves: what people would see happen."""

import pytest

from custom_components.ev_load_manager.balancing.decision import Mode, Reason

from .bench import L1, Bench, ids, make_site, same, thesis_bench

ONE, TWO = ids(2)


def test_the_adaptive_story() -> None:
    bench = thesis_bench(grid=16.0, safe_limit=same(12.0))
    bench.house = lambda now: 8.0 if 300 <= now < 500 else 0.0
    bench.run(20)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.plug_in(TWO, phases=frozenset({L1}))
    bench.run(270)
    assert bench.decision is not None
    assert bench.decision.mode is Mode.ADAPTIVE
    assert bench.limits()[:2] == [8.0, 8.0]
    bench.run(30)
    assert bench.limits() == [6.0, 6.0, 0.0]
    bench.run(260)
    assert bench.limits()[:2] == [8.0, 8.0]
    bench.house = None
    decision = bench.run(40)
    assert decision.mode is Mode.SAFE_LIMIT
    assert bench.limits() == [6.0, 6.0, 0.0]
    assert bench[ONE].reason is Reason.SAFE_LIMIT
    assert decision.available == same(12.0)
    bench.house = lambda now: 0.0
    decision = bench.run(120)
    assert decision.mode is Mode.ADAPTIVE
    assert bench.limits()[:2] == [8.0, 8.0]


def test_minimum_for_all_gives_back_the_last_tenth_that_a_building_took() -> None:
    bench = thesis_bench(grid=16.0, safe_limit=same(12.0))
    bench.house = lambda now: 1.3 if 300 <= now < 306 else 0.4 if 306 <= now < 320 else 0.0
    bench.run(20)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.plug_in(TWO, phases=frozenset({L1}))
    bench.run(290)
    assert bench.limits() == pytest.approx([7.4, 7.3, 0.0])
    bench.run(90)
    assert bench.limits() == [8.0, 8.0, 0.0]


def test_the_building_makes_cars_come_down_at_once_and_rise_later() -> None:
    bench = Bench(make_site(1, 16.0, grid=16.0, safe_limit=same(6.0)))
    bench.house = lambda now: 6.0 if 100 <= now < 103 else 0.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(79)
    high = bench.limits()[0]
    assert high > 15.0
    bench.run(1)
    low = bench.limits()[0]
    assert 9.0 < low < 10.0
    bench.run(14)
    assert bench.limits()[0] <= low
    bench.run(30)
    assert bench.limits()[0] > 15.0


def test_a_car_is_not_paused_for_a_kettle() -> None:
    bench = Bench(make_site(1, 16.0, grid=16.0, safe_limit=same(6.0)))
    bench.house = lambda now: 12.0 if 100 <= now < 105 else 0.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(75)
    lowest = 16.0
    for _ in range(9):
        bench.run(1)
        lowest = min(lowest, bench.limits()[0])
    assert lowest == 6.0


def test_a_car_is_paused_when_the_building_goes_on() -> None:
    bench = Bench(make_site(1, 16.0, grid=16.0, safe_limit=same(6.0)))
    bench.house = lambda now: 12.0 if now >= 100 else 0.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(89)
    assert bench.limits() == [6.0]
    bench.run(3)
    assert bench.limits() == [0.0]
    assert bench[ONE].reason is Reason.WAITING_FOR_ROOM


def test_a_car_is_paused_at_once_when_the_building_takes_much_too_much() -> None:
    bench = Bench(make_site(1, 16.0, grid=16.0, safe_limit=same(6.0)))
    bench.house = lambda now: 16.0 if now >= 100 else 0.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(81)
    assert bench.limits() == [0.0]
