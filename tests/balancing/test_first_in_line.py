"""Whoever was put first in line gets the next turn, once, and nobody is treated badly for it."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.admission import (
    OVERDUE,
    SHORTEST_TURN,
    TURN,
    Admission,
    Candidate,
    admit,
)
from custom_components.ev_load_manager.balancing.phases import (
    ALL_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy, Priority
from custom_components.ev_load_manager.balancing.tuning import Tuning

from .bench import Bench, ids, make_site, read_memory

MIN_PAUSE = Tuning().minimum_pause_for_turns

ONE, TWO, THREE = ids(3)
L1, L2, L3 = (frozenset({phase}) for phase in Phase)


def car(name: str, phases: Phases = L1, **changes: object) -> Candidate:
    candidate = Candidate(
        id=ConnectorId(name, 1),
        path=("group",),
        phases=phases,
        minimum=6.0,
        priority=Priority.NORMAL,
        serving_since=None,
        waiting_since=0.0,
        paused_at=None,
    )
    return replace(candidate, **changes)


def choose(*cars: Candidate, amperes: float = 6.0, now: float = 0.0) -> Admission:
    limit = {"group": PhaseCurrents.same(amperes)}
    return admit(cars, limit=limit, rated=limit, policy=Policy.TAKE_TURNS, now=now)


def names(admission: Admission) -> set[str]:
    return {id_.charger for id_ in admission.admitted}


def test_it_is_served_before_others_who_have_waited_longer() -> None:
    cars = (
        car("early", waiting_since=0.0),
        car("sleepy", waiting_since=0.0, must_serve=True),
        car("first", waiting_since=900.0, first_in_line=True),
    )
    assert names(choose(*cars, now=1000.0)) == {"first"}


def test_a_turn_that_has_lasted_a_while_is_over_for_it_at_once() -> None:
    cars = (car("a", serving_since=0.0), car("first", first_in_line=True))
    assert names(choose(*cars, now=SHORTEST_TURN)) == {"first"}


def test_a_turn_that_has_just_begun_is_not_cut_short_for_it() -> None:
    cars = (car("a", serving_since=0.0), car("first", waiting_since=60.0, first_in_line=True))
    admission = choose(*cars, now=100.0)
    assert names(admission) == {"a"}
    assert admission.waiting == {ConnectorId("first", 1): SHORTEST_TURN}
    assert admission.next_change_at == SHORTEST_TURN


def test_of_several_the_one_that_was_served_longest_gives_way() -> None:
    cars = (
        car("a", serving_since=100.0),
        car("b", serving_since=0.0),
        car("first", first_in_line=True),
    )
    admission = choose(*cars, amperes=12.0, now=500.0)
    assert names(admission) == {"a", "first"}
    assert admission.waiting == {ConnectorId("b", 1): 100.0 + TURN}


def test_nobody_gives_way_where_there_is_room() -> None:
    cars = (car("a", serving_since=0.0), car("first", first_in_line=True))
    assert names(choose(*cars, amperes=12.0, now=500.0)) == {"a", "first"}


def test_nobody_on_another_phase_gives_way() -> None:
    cars = (
        car("a", L1, serving_since=0.0),
        car("b", L2, serving_since=100.0),
        car("first", L2, first_in_line=True),
    )
    assert names(choose(*cars, now=500.0)) == {"a", "first"}


def test_only_those_give_way_without_whom_it_would_not_fit() -> None:
    cars = (
        car("a", L1, serving_since=0.0),
        car("tesla", ALL_PHASES, serving_since=50.0),
        car("b", L1, serving_since=100.0),
        car("first", ALL_PHASES, first_in_line=True),
    )
    assert names(choose(*cars, amperes=18.0, now=500.0)) == {"tesla", "b", "first"}
    # Both one-phase cars stay: the long one made room on all three phases.
    cars = (
        car("a", L1, serving_since=0.0),
        car("tesla", ALL_PHASES, serving_since=50.0),
        car("first", ALL_PHASES, first_in_line=True),
    )
    assert names(choose(*cars, amperes=12.0, now=500.0)) == {"tesla", "first"}


def test_who_would_give_way_for_nothing_in_the_end_stays() -> None:
    cars = (
        car("a", L1, serving_since=0.0),
        car("b", L1 | L2, serving_since=50.0),
        car("high", L2, serving_since=0.0, priority=Priority.HIGH),
        car("first", L1 | L2, first_in_line=True),
    )
    assert names(choose(*cars, amperes=12.0, now=500.0)) == {"a", "high", "first"}


def test_nobody_of_higher_priority_gives_way_before_the_turn_is_over() -> None:
    cars = (
        car("high", serving_since=0.0, priority=Priority.HIGH),
        car("first", first_in_line=True),
    )
    admission = choose(*cars, now=500.0)
    assert names(admission) == {"high"}
    assert admission.waiting == {ConnectorId("first", 1): 2 * TURN}


def test_a_car_that_would_not_wake_does_not_give_way() -> None:
    cars = (
        car("sleepy", serving_since=0.0, must_serve=True),
        car("first", first_in_line=True),
    )
    assert names(choose(*cars, now=500.0)) == {"sleepy"}


def test_nobody_gives_way_to_a_car_that_would_not_fit_all_the_same() -> None:
    cars = (
        car("a", serving_since=0.0),
        car("high", serving_since=0.0, priority=Priority.HIGH),
        car("first", first_in_line=True, minimum=12.0),
    )
    admission = choose(*cars, amperes=12.0, now=500.0)
    assert names(admission) == {"a", "high"}
    assert admission.waiting == {ConnectorId("first", 1): 2 * TURN}


def test_room_that_comes_free_is_kept_for_it() -> None:
    cars = (
        car("high", L2, serving_since=0.0, priority=Priority.HIGH),
        car("small", L1),
        car("first", ALL_PHASES, waiting_since=OVERDUE, first_in_line=True),
    )
    assert names(choose(*cars, now=500.0)) == {"high"}


def test_its_own_pause_is_not_cut_short() -> None:
    cars = (
        car("a", serving_since=0.0),
        car("first", waiting_since=450.0, paused_at=450.0, first_in_line=True),
    )
    admission = choose(*cars, now=500.0)
    assert names(admission) == {"a"}
    assert admission.waiting == {ConnectorId("first", 1): 450.0 + MIN_PAUSE}
    assert admission.next_change_at == 450.0 + MIN_PAUSE


def test_two_who_were_put_first_are_served_in_the_order_of_their_waiting() -> None:
    cars = (
        car("a", serving_since=0.0),
        car("second", waiting_since=200.0, first_in_line=True),
        car("first", waiting_since=100.0, first_in_line=True),
    )
    admission = choose(*cars, now=500.0)
    assert names(admission) == {"first"}
    assert admission.waiting[ConnectorId("second", 1)] == 500.0 + SHORTEST_TURN


@st.composite
def queues(draw: st.DrawFn) -> list[Candidate]:
    """Cars that charge and wait, some of them put first in line."""
    times = st.sampled_from((0.0, 100.0, 650.0, 750.0, 999.0))
    cars = []
    for number in range(draw(st.integers(1, 7))):
        serving = draw(st.booleans())
        cars.append(
            car(
                f"car {number}",
                draw(st.sampled_from((L1, L2, L3, ALL_PHASES))),
                priority=draw(st.sampled_from(Priority)),
                serving_since=draw(times) if serving else None,
                waiting_since=draw(times),
                paused_at=None if serving else draw(st.one_of(st.none(), times)),
                must_serve=draw(st.sampled_from((False, False, False, True))),
                first_in_line=draw(st.booleans()),
            )
        )
    return cars


@given(cars=queues(), amperes=st.sampled_from((6.0, 12.0, 18.0)))
def test_nobody_in_his_turn_is_paused_without_need(cars: list[Candidate], amperes: float) -> None:
    now = 1000.0
    admission = choose(*cars, amperes=amperes, now=now)
    unasked = choose(*(replace(one, first_in_line=False) for one in cars), amperes=amperes, now=now)
    starting = [one for one in cars if one.id in admission.admitted and one.serving_since is None]

    for phase in Phase:
        taken = sum(
            one.minimum for one in cars if one.id in admission.admitted and phase in one.phases
        )
        assert taken <= amperes
    for one in cars:
        if one.turn_ends_at is None or one.turn_ends_at <= now or one.id in admission.admitted:
            continue
        if one.id in unasked.admitted:
            # Paused for somebody who was put first in line.
            assert not one.must_serve
            assert now - one.serving_since >= SHORTEST_TURN
            assert any(
                first.first_in_line and first.priority >= one.priority and first.phases & one.phases
                for first in starting
            )
    assert choose(*reversed(cars), amperes=amperes, now=now) == admission
    later = admission.next_change_at
    assert later is None or later > now


def test_in_the_loop_it_takes_over_once_and_then_waits_like_everybody_else() -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(SHORTEST_TURN + 60)
    assert bench[THREE].limit == 0.0

    bench.memory.connectors[THREE].first_in_line = True
    bench.run(120)

    assert bench[THREE].limit == 6.5
    assert sorted(bench.limits()) == [0.0, 6.5, 6.5]
    assert not bench.memory.connectors[THREE].first_in_line
    bench.run(SHORTEST_TURN)
    assert bench[THREE].limit == 6.5


def test_it_ends_with_the_session() -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(60)
    bench.memory.connectors[THREE].first_in_line = True
    bench.run(10)

    bench.leave(THREE)
    bench.run(10)
    bench.plug_in(THREE)
    bench.run(10)

    assert not bench.memory.connectors[THREE].first_in_line


@pytest.mark.parametrize("first_in_line", [True, False])
def test_it_survives_a_restart(first_in_line: bool) -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(60)
    bench.memory.connectors[THREE].first_in_line = first_in_line

    memory = read_memory(bench.memory.to_dict(1000.0), 5000.0)

    assert memory.connectors[THREE].first_in_line is first_in_line
