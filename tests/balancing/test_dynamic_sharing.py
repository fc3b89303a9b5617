"""Cars share a limit that is fixed: what people would see happen."""

from dataclasses import replace

from custom_components.ev_load_manager.balancing.decision import Mode, Reason
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.site import PhaseChoice

from .bench import L1, L2, L3, Bench, ids, make_site, same, thesis_bench

ONE, TWO, THREE = ids(3)


def test_one_car_gets_all_at_once() -> None:
    bench = thesis_bench()
    bench.run(20)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run()
    assert bench.limits() == [16.0, 0.0, 0.0]
    assert bench[ONE].reason is Reason.EQUAL_SHARE
    assert bench[ONE].circuit == "group"


def test_the_whole_dynamic_story() -> None:
    bench = thesis_bench()
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(60)
    bench.plug_in(TWO, phases=frozenset({L2}))
    bench.run(120)
    assert bench.limits() == [8.0, 8.0, 0.0]
    bench.plug_in(THREE)
    bench.run(60)
    assert bench.limits() == [6.0, 6.0, 6.0]
    assert bench.reasons() == [Reason.MINIMUM] * 3
    bench.leave(TWO)
    bench.run(60)
    assert bench.limits() == [8.0, 0.0, 8.0]
    bench.plug_in(TWO, phases=frozenset({L2}))
    bench.run(60)
    assert bench.limits() == [6.0, 6.0, 6.0]


def test_a_second_car_starts_when_the_first_has_come_down() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.plug_in(ONE)
    bench.run(40)
    bench.plug_in(TWO)
    bench.run()
    assert bench.limits() == [10.0, 0.0]
    assert bench[TWO].reason is Reason.WAITING_FOR_INCREASE
    bench.run(12)
    assert bench.limits() == [10.0, 0.0]
    bench.run(1)
    assert bench.limits() == [10.0, 6.0]
    assert bench[TWO].reason is Reason.STARTING
    bench.run(60)
    assert bench.limits() == [8.0, 8.0]
    assert bench.reasons() == [Reason.EQUAL_SHARE] * 2


def test_cars_on_different_phases_do_not_disturb_each_other() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run(40)
    bench.plug_in(TWO, phases=frozenset({L2, L3}))
    bench.run(120)
    assert bench.limits() == [16.0, 16.0]
    assert bench[ONE].reserved == PhaseCurrents(16.0, 0.0, 0.0)
    assert bench[TWO].reserved == PhaseCurrents(0.0, 16.0, 16.0)


def test_the_chosen_phase_counts_for_everybody() -> None:
    site = make_site(2, 16.0, phase_choice=PhaseChoice.L2)
    circuit = replace(site.circuits["group"], limit=PhaseCurrents(32.0, 14.0, 32.0))
    bench = Bench(replace(site, circuits={"group": circuit}))
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.plug_in(TWO, phases=frozenset({L3}))
    bench.run(120)
    assert bench.limits() == [7.0, 7.0]


def test_a_twin_shares_its_supply() -> None:
    site = make_site(2, 63.0)
    supply = replace(site.circuits["group"], id="twin", parent="group", limit=same(20.0))
    bench = Bench(
        replace(
            site,
            circuits=site.circuits | {"twin": supply},
            connectors={id_: replace(one, circuit="twin") for id_, one in site.connectors.items()},
        )
    )
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench.limits() == [10.0, 10.0]
    assert (bench[ONE].circuit, bench[ONE].reason) == ("twin", Reason.EQUAL_SHARE)


def test_a_limit_that_falls_is_passed_on_at_once() -> None:
    bench = Bench(make_site(2, 32.0))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench.limits() == [16.0, 16.0]
    bench.set_limit("group", 14.0)
    bench.run()
    assert bench.limits() == [7.0, 7.0]
    bench.run(14)
    assert bench.decision is not None
    assert min(bench.decision.circuits["group"].headroom) >= 0.0


def test_no_setting_raises_a_limit_above_the_fuse() -> None:
    bench = Bench(make_site(1, 63.0, rated=16.0))
    bench.plug_in(ONE)
    bench.run(30)
    assert bench.limits() == [16.0]


def test_turns_are_taken_where_there_is_too_little() -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(120)
    assert bench.limits() == [6.5, 6.5, 0.0]
    assert bench[THREE].reason is Reason.WAITING_FOR_TURN
    assert bench[THREE].next_turn == 900.0
    bench.run(880)
    assert bench[THREE].limit == 6.5


def test_without_balancing_everyone_has_his_maximum_within_the_fuse() -> None:
    bench = Bench(make_site(2, 10.0, rated=40.0, balancing=False, connector={"maximum": 16.0}))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    decision = bench.run(120)
    assert decision.mode is Mode.OFF
    assert bench.limits() == [16.0, 16.0]
    assert bench.reasons() == [Reason.BALANCING_OFF] * 2


def test_without_balancing_the_fuse_is_shared_all_the_same() -> None:
    bench = Bench(make_site(2, 10.0, rated=20.0, balancing=False))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench.limits() == [10.0, 10.0]
    assert bench.reasons() == [Reason.BALANCING_OFF] * 2
