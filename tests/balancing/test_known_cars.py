"""A car that was here before: its phases are guessed, and counted on once they show."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.known_cars import KEPT, KnownCars
from custom_components.ev_load_manager.balancing.memory import Memory
from custom_components.ev_load_manager.balancing.phases import (
    ALL_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.data_files.stored import Stored

from .bench import L1, L2, L3, Bench, Car, ids, make_site, read_memory
from .strategies import WIRINGS

ONE, TWO, THREE = ids(3)
STRAIGHT = (L1, L2, L3)
TURNED = (L2, L3, L1)


def known(*sessions: tuple[str, Phases]) -> KnownCars:
    """A car that was seen in these sessions, on a charger wired straight."""
    cars = KnownCars()
    for session, phases in sessions:
        cars.learn("car", session, STRAIGHT, phases)
    return cars


def test_a_car_is_guessed_to_use_the_same_terminals_of_another_charger() -> None:
    cars = known(("1", frozenset({L1})))
    assert cars.guess("car", STRAIGHT) == {L1}
    assert cars.guess("car", TURNED) == {L2}
    assert cars.guess("stranger", STRAIGHT) is None
    assert cars.guess(None, STRAIGHT) is None


def test_a_charger_with_one_phase_tells_nothing_of_its_car() -> None:
    cars = KnownCars()
    cars.learn("car", "1", (L3,), frozenset({L3}))
    assert cars.guess("car", STRAIGHT) is None


def test_two_terminals_tell_nothing_of_the_third() -> None:
    cars = KnownCars()
    cars.learn("car", "1", (L1, L2), frozenset({L1, L2}))
    assert cars.guess("car", STRAIGHT) is None
    assert cars.guess("car", (L3, L1)) == {L3, L1}
    cars.learn("car", "2", STRAIGHT, ALL_PHASES)
    assert cars.guess("car", STRAIGHT) == ALL_PHASES
    # Two terminals agree with what three have shown, and don't shorten it.
    cars.learn("car", "3", (L1, L2), frozenset({L1, L2}))
    assert cars.guess("car", STRAIGHT) == ALL_PHASES


def test_what_contradicts_the_last_session_is_believed_when_it_is_seen_again() -> None:
    cars = known(("1", frozenset({L1})), ("2", ALL_PHASES))
    assert cars.guess("car", STRAIGHT) is None
    cars.learn("car", "2", STRAIGHT, ALL_PHASES)
    assert cars.guess("car", STRAIGHT) is None
    cars.learn("car", "3", STRAIGHT, ALL_PHASES)
    assert cars.guess("car", STRAIGHT) == ALL_PHASES


def test_two_cars_that_take_turns_with_one_tag_are_never_guessed() -> None:
    cars = KnownCars()
    for session in range(10):
        phases = ALL_PHASES if session % 2 else frozenset({L1})
        cars.learn("car", str(session), STRAIGHT, phases)
        assert session == 0 or cars.guess("car", STRAIGHT) is None


def test_only_so_many_cars_are_remembered_and_the_latest_of_them() -> None:
    cars = KnownCars()
    for number in range(KEPT + 10):
        cars.learn("regular", str(number), STRAIGHT, frozenset({L1}))
        cars.learn(f"guest {number}", str(number), STRAIGHT, ALL_PHASES)
    assert len(cars.to_list()) == KEPT
    assert cars.guess("regular", STRAIGHT) == {L1}
    assert cars.guess("guest 0", STRAIGHT) is None


def test_what_is_known_of_cars_survives_a_restart() -> None:
    memory = Memory(cars=known(("1", frozenset({L1})), ("2", ALL_PHASES)))
    memory.cars.learn("other", "3", STRAIGHT, frozenset({L1, L2}))
    again = read_memory(json.loads(json.dumps(memory.to_dict(0.0))), 0.0).cars
    assert again == memory.cars


@pytest.mark.parametrize(
    "rows",
    [
        None,
        5,
        ["car"],
        [{"tag": "car"}],
        [{"tag": "car", "terminals": [7], "wired": 3, "session": "1", "sure": True}],
        [{"tag": "car", "terminals": [], "wired": 3, "session": "1", "sure": True}],
        [{"tag": "car", "terminals": None, "wired": 3, "session": "1", "sure": True}],
    ],
)
def test_what_can_not_be_read_is_forgotten(rows: object) -> None:
    assert KnownCars.read(Stored({"cars": rows}).sections("cars")).to_list() == []


# In a session


def returning(phases: Phases, *, guessed: Phases) -> tuple[Bench, Car]:
    """A car comes that was seen to use `guessed`, beside one that charges."""
    bench = Bench(make_site(2, 32.0))
    bench.plug_in(TWO, phases=ALL_PHASES, tag="neighbour")
    bench.run(120)
    bench.memory.cars = known(("1", guessed))
    return bench, bench.plug_in(ONE, phases=phases, tag="car")


def test_a_known_car_is_served_at_the_first_report_that_agrees() -> None:
    bench, _ = returning(frozenset({L1}), guessed=frozenset({L1}))
    bench.run(15)
    assert bench[ONE].reason is Reason.STARTING
    assert bench[ONE].reserved[Phase.L2] > 0.0
    bench.run(15)
    assert bench.memory.connectors[ONE].learned == {L1}
    assert bench[ONE].reserved[Phase.L2] == 0.0
    assert bench[ONE].reason is not Reason.STARTING


def test_a_car_that_uses_more_phases_than_last_time_has_to_show_itself_like_any_other() -> None:
    bench, _ = returning(ALL_PHASES, guessed=frozenset({L1}))
    for _ in range(60):
        bench.run(1)
        assert bench[ONE].reserved[Phase.L3] >= 6.0 or bench.offers[ONE].accepted == 0.0
    assert bench.memory.connectors[ONE].learned == ALL_PHASES
    assert bench.memory.cars.guess("car", STRAIGHT) is None


def test_a_car_that_uses_fewer_phases_than_last_time_is_learned_and_the_guess_forgotten() -> None:
    bench, _ = returning(frozenset({L1}), guessed=ALL_PHASES)
    bench.run(30)
    assert bench.memory.connectors[ONE].learned is None
    bench.run(40)
    assert bench.memory.connectors[ONE].learned == {L1}
    assert bench.memory.cars.guess("car", STRAIGHT) is None


def test_a_car_that_only_begins_to_draw_does_not_confirm_a_guess() -> None:
    bench, car = returning(ALL_PHASES, guessed=frozenset({L1}))
    car.phases, car.draws = frozenset({L1}), 3.0
    bench.run(29)
    assert bench.memory.connectors[ONE].learned is None
    car.phases, car.draws = ALL_PHASES, None
    bench.run(30)
    assert bench.memory.connectors[ONE].learned == ALL_PHASES


def test_a_session_leaves_a_guess_for_the_next_one() -> None:
    bench = Bench(make_site(2, 32.0))
    bench.plug_in(TWO)
    bench.plug_in(ONE, phases=frozenset({L1}), tag="car")
    bench.run(90)
    assert bench.memory.cars.guess("car", TURNED) == {L2}


def test_a_tag_that_charges_two_cars_at_once_is_no_guess() -> None:
    bench = Bench(make_site(3, 48.0))
    bench.memory.cars = known(("1", frozenset({L1})))
    bench.plug_in(TWO, tag="car")
    bench.plug_in(ONE, phases=frozenset({L1}), tag="car")
    bench.run(25)
    assert bench.memory.connectors[ONE].learned is None
    bench.run(60)
    assert bench.memory.connectors[ONE].learned == {L1}
    assert bench.memory.cars.guess("car", STRAIGHT) is None


@st.composite
def shown(draw: st.DrawFn) -> list[PhaseCurrents]:
    """What a car shows, report by report."""
    amperes = st.sampled_from((0.0, 0.4, 3.0, 6.0, 16.0))
    return draw(st.lists(st.builds(PhaseCurrents, amperes, amperes, amperes), max_size=12))


@given(
    reports=shown(),
    wiring=st.sampled_from(WIRINGS),
    guess=st.sets(st.sampled_from(Phase), min_size=1).map(frozenset),
)
def test_a_guess_never_makes_a_phase_uncounted_that_was_seen_to_carry_current(
    reports: list[PhaseCurrents], wiring: tuple[Phase, ...], guess: Phases
) -> None:
    site = make_site(1, 32.0, connector={"wiring": wiring})
    bench = Bench(site, period=10.0)
    bench.memory.cars.learn("car", "before", STRAIGHT, guess)
    car = bench.plug_in(ONE, tag="car", phases=frozenset())
    seen: Phases = frozenset()
    for report in reports:
        on = frozenset(phase for phase in wiring if report[phase] > 1.0)
        car.phases, car.draws = on, max((report[phase] for phase in on), default=0.0)
        bench.run(10)
        seen |= on
        counted = bench.memory.connectors[ONE].learned
        if counted is None:
            continue
        assert counted >= seen
        # Nothing but evidence ever makes it count on fewer than the wired ones.
        assert seen
        assert counted == seen
