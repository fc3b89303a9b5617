"""The controller as a whole: what people would see happen."""

from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.controller import Memory, step
from custom_components.ev_load_manager.balancing.decision import Mode, Reason
from custom_components.ev_load_manager.balancing.fallback import fallback_currents
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Offer, Readings, Status
from custom_components.ev_load_manager.balancing.site import (
    PhaseChoice,
    Policy,
    amperes_from_kilowatts,
)

from .bench import L1, L2, L3, Bench, ids, make_site, same

ONE, TWO, THREE, FOUR = ids(4)


def seed_bench(**settings: object) -> Bench:
    """The thesis's site: 16 A, everything counted on one phase, the minimum for all."""
    settings = {
        "rated": 20.0,
        "policy": Policy.MINIMUM_FOR_ALL,
        "phase_choice": PhaseChoice.HIGHEST_PHASE,
    } | settings
    return Bench(make_site(3, 16.0, **settings))  # type: ignore[arg-type]


def test_one_car_gets_all_at_once() -> None:
    bench = seed_bench()
    bench.run(20)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.run()
    assert bench.limits() == [16.0, 0.0, 0.0]
    assert bench[ONE].reason is Reason.EQUAL_SHARE
    assert bench[ONE].circuit == "group"


def test_the_whole_dynamic_story() -> None:
    bench = seed_bench()
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


def test_the_adaptive_story() -> None:
    bench = seed_bench(grid=16.0, safe_limit=same(12.0))
    bench.house = lambda now: 8.0 if 300 <= now < 500 else 0.0
    bench.run(20)
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.plug_in(TWO, phases=frozenset({L1}))
    bench.run(270)
    assert bench.decision is not None
    assert bench.decision.mode is Mode.ADAPTIVE
    assert bench.limits()[:2] == pytest.approx([7.7, 7.7], abs=0.3)
    bench.run(30)
    assert bench.limits() == [6.0, 6.0, 0.0]
    bench.run(260)
    assert bench.limits()[:2] == pytest.approx([7.7, 7.7], abs=0.3)
    bench.house = None
    decision = bench.run(40)
    assert decision.mode is Mode.SAFE_LIMIT
    assert bench.limits() == [6.0, 6.0, 0.0]
    assert bench[ONE].reason is Reason.SAFE_LIMIT
    assert decision.available == same(12.0)
    bench.house = lambda now: 0.0
    decision = bench.run(120)
    assert decision.mode is Mode.ADAPTIVE
    assert bench.limits()[:2] == pytest.approx([7.7, 7.7], abs=0.3)


def test_the_safe_limit_raises_nobody_while_it_takes_over() -> None:
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(12.0)))
    bench.house = lambda now: 12.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(120)
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
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(8.0)))
    bench.house = lambda now: 2.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(120)
    assert bench.limits() == pytest.approx([17.5], abs=0.5)
    bench.house = None
    bench.run(30)
    assert bench.limits() == [8.0]


def test_a_restart_raises_nobody_before_the_meter_has_proven_itself() -> None:
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(12.0)))
    bench.house = lambda now: 12.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(120)
    before = bench.limits()
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    bench.memory = Memory.from_dict(kept, bench.now)
    for _ in range(9):
        decision = bench.run(1)
        assert decision.mode is Mode.SAFE_LIMIT
        assert bench.limits() == before


@pytest.mark.parametrize("left", ["much", 7, [1, 2], [1, 2, "nan"], [None] * 3, [10**400] * 3])
def test_a_damaged_note_of_what_was_left_is_forgotten(left: object) -> None:
    stored = {"meters": {"grid": {"believed": left}}}
    assert Memory.from_dict(stored, 0.0).meter("grid").believed is None


def test_a_meter_that_is_replaced_raises_nobody_while_the_new_one_is_silent() -> None:
    bench = Bench(make_site(1, 20.0, grid=20.0, safe_limit=same(12.0)))
    bench.house = lambda now: 12.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(120)
    before = bench.limits()
    bench.house = None
    bench.memory.meter("grid").forget_meter()
    bench.forget_reading()
    decision = bench.run(200)
    assert decision.mode is Mode.SAFE_LIMIT
    assert bench.limits() == before


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


def test_a_user_pauses_a_car_and_lets_it_go_on() -> None:
    bench = Bench(make_site(1, 16.0))
    bench.plug_in(ONE)
    bench.run(30)
    bench.set_connector(ONE, charging_allowed=False)
    bench.run()
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.PAUSED_BY_USER)
    bench.set_connector(ONE, charging_allowed=True)
    bench.run(20)
    assert bench[ONE].limit == 16.0


def test_a_maximum_below_the_minimum_pauses() -> None:
    bench = Bench(make_site(1, 16.0))
    bench.plug_in(ONE)
    bench.run(30)
    bench.set_connector(ONE, maximum=4.0)
    bench.run()
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.PAUSED_BY_USER)


def test_no_step_from_the_minimum_to_the_maximum_pauses() -> None:
    # Neither 6 A, below its minimum, nor 7 A, above its maximum.
    between = {"minimum": 6.2, "maximum": 6.8, "step": 1.0}
    bench = Bench(make_site(1, 16.0, connector=between))
    bench.plug_in(ONE)
    bench.run(60)
    assert (bench[ONE].limit, bench[ONE].reason) == (0.0, Reason.PAUSED_BY_USER)


@given(
    minimum=st.floats(6.0, 12.0).map(lambda value: round(value, 3)),
    maximum=st.floats(6.0, 16.0).map(lambda value: round(value, 3)),
    step=st.sampled_from((0.1, 1.0)),
)
def test_a_limit_is_never_above_the_maximum_nor_below_the_minimum(
    minimum: float, maximum: float, step: float
) -> None:
    setting = {"minimum": minimum, "maximum": maximum, "step": step}
    bench = Bench(make_site(2, 32.0, connector=setting))
    for one in (ONE, TWO):
        bench.plug_in(one)
        bench.run(40)
    for limit in bench.limits():
        assert limit <= maximum + 1e-6
        assert limit == 0.0 or limit >= minimum - 1e-6
    connectors = bench.site.connectors.values()
    alone = fallback_currents(connectors, bench.site.circuits, same(32.0)).values()
    assert all(fallback <= maximum + 1e-6 for fallback in alone)


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


def test_a_charger_that_is_lost_keeps_what_it_may_draw() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    bench.offline.add(ONE)
    bench.run(300)
    assert bench.limits() == [8.0, 8.0]
    assert bench[ONE].reason is Reason.CHARGER_OFFLINE
    bench.offline.clear()
    bench.run(60)
    assert bench.limits() == [8.0, 8.0]
    assert bench.reasons() == [Reason.EQUAL_SHARE] * 2


def test_others_leave_room_for_a_charger_that_takes_no_limits() -> None:
    bench = Bench(make_site(2, 32.0, connector={"hardware_maximum": 16.0}))
    bench.offers[ONE] = Offer(refused=True)
    bench.deaf.add(ONE)
    bench.plug_in(ONE, maximum=16.0)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench[ONE].reason is Reason.NOT_CONTROLLABLE
    assert bench[TWO].limit == 16.0


def test_others_make_way_for_a_charger_that_stops_taking_limits() -> None:
    bench = Bench(make_site(2, 32.0))
    bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    bench.deaf.add(ONE)
    bench.set_limit("group", 24.0)
    bench.run(40)
    assert bench[ONE].reason is Reason.NOT_CONTROLLABLE
    assert bench[TWO].limit == 8.0


def test_a_charger_that_takes_nothing_below_its_fallback_is_led_again_once_its_car_has_left() -> (
    None
):
    bench = Bench(make_site(1, 16.0, connector={"fallback": 6.0, "increase_interval": 60.0}))
    bench.deaf.add(ONE)
    bench.plug_in(ONE)
    bench.set_limit("group", 5.0)
    bench.run(40)
    assert bench[ONE].reason is Reason.NOT_CONTROLLABLE
    bench.leave(ONE)
    bench.run(90)
    assert (bench[ONE].reason, bench[ONE].limit) == (Reason.NO_CAR, 6.0)
    bench.set_limit("group", 16.0)
    bench.plug_in(ONE)
    bench.run(10)
    assert bench[ONE].reason is not Reason.NOT_CONTROLLABLE


def test_a_charger_that_draws_too_much_is_counted_with_what_it_draws() -> None:
    bench = Bench(make_site(2, 24.0))
    car = bench.plug_in(ONE)
    bench.plug_in(TWO)
    bench.run(120)
    assert bench.limits() == [12.0, 12.0]
    car.draws = 16.0
    bench.run(26)
    assert bench[ONE].reason is Reason.DOES_NOT_OBEY
    assert bench[ONE].reserved == same(16.0)
    assert bench[TWO].limit == 8.0
    car.draws = None
    bench.run(60)
    assert bench.limits() == [12.0, 12.0]


def test_a_connector_without_a_reading_counts_as_offline() -> None:
    site = make_site(1, 16.0)
    decision = step(site, Readings(connectors={}), Memory(), 0.0)
    assert decision.connectors[ONE].reason is Reason.CHARGER_OFFLINE
    assert decision.connectors[ONE].limit == 0.0


def test_increases_keep_the_pace_of_commands() -> None:
    bench = Bench(make_site(1, 10.0, rated=32.0))
    bench.plug_in(ONE)
    bench.run(30)
    bench.set_limit("group", 8.0)
    bench.run(1)
    bench.set_limit("group", 16.0)
    bench.run(3)
    assert bench.limits() == [8.0]
    bench.run(1)
    assert bench.limits() == [16.0]


def test_a_charger_that_writes_to_flash_is_raised_once_a_minute() -> None:
    bench = Bench(make_site(1, 10.0, rated=32.0, connector={"increase_interval": 60.0}))
    bench.plug_in(ONE)
    bench.run(100)
    bench.set_limit("group", 8.0)
    bench.run()
    bench.set_limit("group", 16.0)
    bench.run(59)
    assert bench.limits() == [8.0]
    bench.run(1)
    assert bench.limits() == [16.0]


def test_nothing_changes_while_nothing_happens() -> None:
    bench = Bench(make_site(3, 32.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(120)
    before = bench.limits()
    for _ in range(600):
        bench.run(1)
        assert bench.limits() == before


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
    assert bench[ONE].reason is Reason.WAITING_FOR_TURN


def test_a_car_is_paused_at_once_when_the_building_takes_much_too_much() -> None:
    bench = Bench(make_site(1, 16.0, grid=16.0, safe_limit=same(6.0)))
    bench.house = lambda now: 16.0 if now >= 100 else 0.0
    bench.run(20)
    bench.plug_in(ONE)
    bench.run(81)
    assert bench.limits() == [0.0]


def test_the_loop_may_sleep_until_it_is_told_to_look_again() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.plug_in(ONE)
    bench.run(40)
    bench.plug_in(TWO)
    bench.run(1)
    assert bench.decision is not None
    assert bench.decision.next_step_at == 40.0 + 0.5 + 12.0


def test_turns_survive_a_restart() -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(600)
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    shift = 5000.0
    memory = Memory.from_dict(kept, bench.now + shift)
    old, new = bench.memory.connectors[ONE], memory.connectors[ONE]
    assert old.serving_since is not None
    assert new.serving_since == old.serving_since + shift
    assert new.learned == old.learned == frozenset(Phase)
    assert new.session == old.session
    bench.memory = Memory.from_dict(kept, bench.now)
    bench.run(400)
    assert bench[THREE].limit == 6.5


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"connectors": None},
        {"connectors": [None, 3, {"charger": "a"}]},
        {"connectors": [{"charger": "a", "number": 1, "learned": ["L9"]}]},
        {"connectors": [{"charger": "a", "number": 1, "limit": "much"}]},
    ],
)
def test_a_memory_that_makes_no_sense_is_forgotten(data: dict[str, object]) -> None:
    assert not Memory.from_dict(data, 0.0).connectors


def test_removed_connectors_are_forgotten() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.run()
    bench.site = make_site(1, 16.0)
    bench.run()
    assert list(bench.memory.connectors) == [ONE]


def test_everyone_keeps_the_minimum_where_all_fit() -> None:
    site = make_site(2, 16.0)
    found = fallback_currents(site.connectors.values(), site.circuits, same(12.0))
    assert found == {ONE: 6.0, TWO: 6.0}


def test_a_minimum_between_two_steps_is_the_step_above() -> None:
    # 4.2 kW on three phases.
    minimum = amperes_from_kilowatts(4.2, phases=3)
    site = make_site(2, 16.0, connector={"minimum": minimum})
    found = fallback_currents(site.connectors.values(), site.circuits, same(12.2))
    assert set(found.values()) == {6.1}
    # Whole amperes need more room.
    coarse = [replace(one, step=1.0) for one in site.connectors.values()]
    assert set(fallback_currents(coarse, site.circuits, same(14.0)).values()) == {7.0}
    assert set(fallback_currents(coarse, site.circuits, same(13.9)).values()) == {0.0}


@pytest.mark.parametrize(("step_size", "least"), [(0.1, 6.1), (1.0, 7.0)])
def test_no_limit_is_below_a_minimum_between_two_steps(step_size: float, least: float) -> None:
    minimum = amperes_from_kilowatts(4.2, phases=3)
    bench = Bench(make_site(2, 15.0, connector={"minimum": minimum, "step": step_size}))
    bench.plug_in(ONE)
    bench.run(30)
    bench.plug_in(TWO)
    bench.run(10)
    assert bench[TWO].limit in (0.0, least)
    bench.run(20)
    assert bench[TWO].limit >= least
    bench.site = replace(
        bench.site, circuits={"group": replace(bench.site.circuits["group"], limit=same(12.1))}
    )
    bench.run(60)
    assert min(bench.limits()) == 0.0
    assert sorted(bench.limits())[1] >= least


def test_nobody_does_where_they_do_not_fit() -> None:
    site = make_site(3, 16.0)
    found = fallback_currents(site.connectors.values(), site.circuits, same(16.0))
    assert set(found.values()) == {0.0}


def test_phases_are_counted_one_by_one() -> None:
    site = make_site(3, 16.0)
    single = {
        id_: replace(one, wiring=(phase,))
        for (id_, one), phase in zip(site.connectors.items(), Phase, strict=True)
    }
    found = fallback_currents(single.values(), site.circuits, same(6.0))
    assert set(found.values()) == {6.0}


def test_every_circuit_counts() -> None:
    site = make_site(2, 10.0)
    found = fallback_currents(site.connectors.values(), site.circuits, same(32.0))
    assert set(found.values()) == {0.0}


def test_the_user_chooses_who_keeps_it() -> None:
    site = make_site(3, 16.0)
    found = fallback_currents(
        site.connectors.values(), site.circuits, same(12.0), chosen={ONE, THREE}
    )
    assert found == {ONE: 6.0, TWO: 0.0, THREE: 6.0}


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
