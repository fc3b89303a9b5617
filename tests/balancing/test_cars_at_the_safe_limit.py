"""While the meter is not to be believed, no car rises on the word of nobody."""

import json

import pytest

from custom_components.ev_load_manager.balancing.decision import Mode

from .bench import Bench, ids, make_site, read_memory, same

(ONE,) = ids(1)


def _charging(*, house: float, safe_limit: float) -> Bench:
    """A car that has charged for two minutes beside a house that draws `house` A of 20 A."""
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(safe_limit)))
    bench.house = lambda now: house
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(120)
    return bench


def test_the_safe_limit_raises_nobody_while_it_takes_over() -> None:
    bench = _charging(house=12.0, safe_limit=12.0)
    before = bench.limits()
    assert before == pytest.approx([7.5], abs=0.5)
    bench.house = None
    decision = bench.run(40)
    assert decision.mode is Mode.SAFE_LIMIT
    # What the building took a moment ago it may well go on taking.
    assert bench.limits() == before
    decision = bench.run(240)
    assert bench.limits() == before
    decision = bench.run(60)
    assert decision.mode is Mode.SAFE_LIMIT
    assert decision.available == same(12.0)
    assert bench.limits() == [12.0]


def test_the_safe_limit_lowers_everybody_at_once() -> None:
    bench = _charging(house=2.0, safe_limit=8.0)
    assert bench.limits() == pytest.approx([17.5], abs=0.5)
    bench.house = None
    bench.run(30)
    assert bench.limits() == [8.0]


def test_a_restart_raises_nobody_before_the_meter_has_proven_itself() -> None:
    bench = _charging(house=12.0, safe_limit=12.0)
    before = bench.limits()
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    bench.memory = read_memory(kept, bench.now)
    for _ in range(9):
        decision = bench.run(1)
        assert decision.mode is Mode.SAFE_LIMIT
        assert bench.limits() == before


def test_a_meter_that_is_replaced_raises_nobody_while_the_new_one_is_silent() -> None:
    bench = _charging(house=12.0, safe_limit=12.0)
    before = bench.limits()
    bench.house = None
    bench.memory.meter("grid").forget_meter()
    bench.forget_reading()
    decision = bench.run(200)
    assert decision.mode is Mode.SAFE_LIMIT
    assert bench.limits() == before
