"""A wiring that somebody corrects or confirms: estimates begin anew, and nobody is paused for it."""

from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents

from .bench import L1, L2, L3, Bench, ids, make_site

ONE, TWO = ids(2)


def test_a_corrected_wiring_pauses_no_innocent_car() -> None:
    site = make_site(2, 25.0, grid=25.0, safe_limit=PhaseCurrents.same(10.0))
    bench = Bench(site, phases_told=False)
    bench.house = lambda _: 1.0
    # The settings say L1; what it really loads is L2, beside the other car.
    bench.set_connector(ONE, wiring=(L1,))
    bench.set_connector(TWO, wiring=(L2,))
    bench.plug_in(ONE, phases=frozenset({L2}), maximum=17.0)
    bench.plug_in(TWO, phases=frozenset({L2}), maximum=7.0)
    bench.run(200)
    before = bench.memory.meter("grid").other_load.estimate
    assert before is not None
    # What the meter shows of it is taken for the building's.
    assert before[L2] >= 17.0
    bench.set_connector(ONE, wiring=(L2,))
    for _ in range(60):
        bench.run(1)
        assert bench[TWO].limit >= 6.0
        estimate = bench.memory.meter("grid").other_load.estimate
        assert estimate is not None
        assert estimate[L2] <= 2.0


def test_phases_that_a_car_showed_move_with_the_wiring_of_its_charger() -> None:
    bench = Bench(make_site(1, 25.0))
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(120)
    remembered = bench.memory.connectors[ONE]
    assert remembered.learned == {Phase.L1}
    bench.cars[ONE].phases = frozenset({L3})
    bench.set_connector(ONE, wiring=(L3, L1, L2))
    bench.run(1)
    assert remembered.learned == {Phase.L3}
