"""A start of Home Assistant pauses nobody who fitted before."""

import json

import pytest

from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.balancing.readings import Status

from .bench import Bench, ids, make_site, read_memory, same

CARS = ids(4)
IDLE = ids(5)[4]


def restart(bench: Bench, *, after: float = 20.0) -> None:
    """Home Assistant is away for some time; everyone has lost the connection then."""
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    bench.memory = read_memory(kept, bench.now)
    bench.now += after
    bench.offline = set(bench.site.connectors)


def garage() -> Bench:
    """Four cars share 32 A beside an idle outlet that has 6 A as its fallback."""
    bench = Bench(make_site(5, 32.0, connector={"fallback": 6.0}))
    for id_ in CARS:
        bench.plug_in(id_)
    bench.run(200)
    assert bench.limits()[:4] == [8.0] * 4
    return bench


def test_whoever_comes_back_first_keeps_what_it_had() -> None:
    bench = garage()
    bench.readings_of_offline = Status.UNKNOWN
    restart(bench)
    bench.run(5)
    for id_ in (*CARS, IDLE):
        bench.offline.discard(id_)
        for _ in range(10):
            bench.run(1)
            assert bench.limits()[:4] == [8.0] * 4


def test_who_does_not_come_back_counts_with_all_that_it_may_do_after_90_s() -> None:
    bench = garage()
    bench.readings_of_offline = Status.UNKNOWN
    restart(bench)
    bench.offline = {IDLE}
    bench.run(89)
    assert bench.limits()[:4] == [8.0] * 4
    bench.run(30)
    assert sum(bench.limits()[:4]) <= 26.0


def test_after_hours_limits_of_before_are_no_excuse() -> None:
    bench = garage()
    bench.readings_of_offline = Status.UNKNOWN
    restart(bench, after=3600.0)
    bench.offline = {IDLE}
    bench.run(10)
    assert sum(bench.limits()[:4]) <= 26.0


@pytest.mark.parametrize("meter_after", [0, 15])
def test_the_safe_limit_pauses_nobody_while_the_meter_comes_back(meter_after: int) -> None:
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(0.0)))
    bench.house = lambda _: 8.0
    bench.plug_in(CARS[0])
    bench.run(120)
    before = bench.limits()
    assert before[0] > 11.0
    restart(bench)
    bench.offline = set()
    bench.house = None
    bench.forget_reading()
    bench.run(meter_after)
    bench.house = lambda _: 8.0
    for _ in range(60):
        bench.run(1)
        assert bench.limits()[0] >= before[0] - 0.5
    assert bench.decision is not None
    assert bench.decision.mode is Mode.ADAPTIVE


def test_a_meter_that_stays_away_ends_that_when_it_has_been_silent_for_its_time() -> None:
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(0.0)))
    bench.house = lambda _: 8.0
    bench.plug_in(CARS[0])
    bench.run(120)
    restart(bench)
    bench.offline = set()
    bench.house = None
    bench.forget_reading()
    bench.run(35)
    assert bench.limits() == [0.0]
