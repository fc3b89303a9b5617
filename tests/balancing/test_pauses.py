"""How long a car stays paused, and what it is told meanwhile."""

from dataclasses import replace

from custom_components.ev_load_manager.balancing.decision import WAITING, Reason
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.tuning import Tuning

from .bench import L1, L2, Bench, ids, make_site

ONE, TWO, THREE = ids(3)
TIMES = Tuning()


def at_home(count: int = 1) -> Bench:
    """So many cars in a house of 5 A behind 20 A, all charging."""
    bench = Bench(make_site(count, 20.0, grid=20.0, safe_limit=PhaseCurrents.same(10.0)))
    bench.house = lambda _: 2.0
    for id_ in ids(count):
        bench.plug_in(id_)
    bench.run(150)
    assert min(bench.limits()) >= 6.0
    return bench


def seconds_until(bench: Bench, reason: Reason | None) -> float:
    """Run until the first car charges (None), or is told `reason`."""
    since = bench.now
    while (bench[ONE].limit < 6.0) if reason is None else (bench[ONE].reason is not reason):
        bench.run(1)
        assert bench.now < since + 1000.0
    return bench.now - since


def test_a_car_that_had_no_room_goes_on_after_two_minutes_where_room_stays() -> None:
    bench = at_home()
    bench.house = lambda _: 18.0
    seconds_until(bench, Reason.WAITING_FOR_ROOM)
    paused_at = bench.now
    bench.run(20)
    assert bench[ONE].reason is Reason.WAITING_FOR_ROOM
    assert bench[ONE].circuit == "grid"
    bench.house = lambda _: 2.0
    seconds_until(bench, Reason.SHORT_PAUSE)
    seconds_until(bench, None)
    assert TIMES.minimum_pause_for_room <= bench.now - paused_at <= 150.0


def test_room_that_comes_late_is_used_a_quarter_of_a_minute_later() -> None:
    bench = at_home()
    bench.house = lambda _: 18.0
    seconds_until(bench, Reason.WAITING_FOR_ROOM)
    bench.run(400)
    bench.house = lambda _: 2.0
    # Five minutes are over: only the peak is held.
    assert seconds_until(bench, None) <= TIMES.hold_time + 15.0


def test_limits_that_go_up_and_down_leave_a_paused_car_alone_for_five_minutes() -> None:
    bench = at_home()
    paused_at, starts = bench.now, []
    before = bench[ONE].limit
    for second in range(1200):
        if second % 20 == 0:
            bench.set_limit("group", 20.0 if second % 40 else 0.0)
        bench.run(1)
        if bench[ONE].limit >= 6.0 and before < 6.0:
            starts.append(bench.now - paused_at)
        if bench[ONE].limit < 6.0 <= before:
            paused_at = bench.now
        before = bench[ONE].limit
    assert starts
    assert min(starts) >= TIMES.minimum_pause_for_turns


def test_whoever_waits_while_others_charge_waits_for_its_turn() -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(60)
    assert bench.reasons().count(Reason.WAITING_FOR_TURN) == 1


def test_whoever_lost_its_turn_rests_five_minutes_though_there_is_room() -> None:
    bench = Bench(make_site(3, 13.0, rated=40.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(60)
    while bench[ONE].reason is not Reason.WAITING_FOR_TURN:
        bench.run(1)
    while bench[ONE].limit < 6.0:
        bench.run(1)
    while bench[ONE].limit >= 6.0:
        bench.run(1)
    paused_at = bench.now
    bench.run(10)
    bench.set_limit("group", 30.0)
    bench.run(30)
    assert bench[ONE].reason is Reason.SHORT_PAUSE
    seconds_until(bench, None)
    assert bench.now - paused_at >= TIMES.minimum_pause_for_turns


def test_a_building_that_outlasted_a_grace_once_gets_none_the_next_time() -> None:
    bench = at_home()
    seconds = []
    for _ in range(2):
        bench.house = lambda _: 17.0
        since = bench.now
        while bench[ONE].limit >= 6.0:
            bench.run(1)
        seconds.append(bench.now - since)
        bench.house = lambda _: 2.0
        bench.run(600)
        assert bench[ONE].limit >= 6.0
    assert seconds[0] >= TIMES.grace
    assert seconds[1] <= 3.0


def test_all_who_wait_are_counted_as_waiting() -> None:
    assert {reason.value for reason in WAITING} == {
        "waiting_for_turn",
        "waiting_for_room",
        "waiting_for_peak",
        "short_pause",
    }


def test_a_pause_that_is_over_is_no_reason_where_another_car_keeps_the_room() -> None:
    """The third needs three phases, of which one is taken, and has the next turn."""
    site = make_site(3, 10.0)
    wired = {ONE: (L1,), TWO: (L2,)}
    connectors = {
        id_: replace(one, wiring=wired.get(id_, one.wiring)) for id_, one in site.connectors.items()
    }
    bench = Bench(replace(site, connectors=connectors))
    bench.plug_in(ONE, phases=frozenset({L1}))
    bench.plug_in(TWO, phases=frozenset({L2}))
    bench.run(200)
    assert bench.limits() == [10.0, 10.0, 0.0]
    bench.plug_in(THREE)
    bench.run(2)
    one, two, three = (bench.memory.connectors[id_] for id_ in (ONE, TWO, THREE))
    one.serving_since = bench.now
    two.serving_since = None
    two.paused_at = bench.now - TIMES.minimum_pause_for_turns - 60.0
    three.first_in_line = True
    bench.run(5)
    assert bench.limits() == [10.0, 0.0, 0.0]
    assert bench[TWO].reason is Reason.WAITING_FOR_TURN
