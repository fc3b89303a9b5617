"""What fairness would give, reckoned by hand."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from benchmarks.fairness import Session, Shares, Wish, fair_shares, fill, jain
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import Appliance, House
from simulation.plant.plant_cars import Outlet, Visit

L1, L2, L3 = Phase
ALL = (0, 1, 2)
HOUR = 3600.0


def outlet(number: int, visit: Visit) -> Outlet:
    return Outlet(id=ConnectorId(f"charger-{number}", 1), wiring=(L1, L2, L3), visits=(visit,))


def test_what_is_there_is_shared_evenly() -> None:
    wishes = [Wish(ALL, 6.0, 16.0), Wish(ALL, 6.0, 16.0)]
    assert fill(wishes, [20.0, 30.0, 30.0]) == [10.0, 10.0]


def test_what_one_has_no_use_for_is_for_the_others() -> None:
    wishes = [Wish(ALL, 6.0, 7.0), Wish(ALL, 6.0, 16.0)]
    assert fill(wishes, [20.0, 20.0, 20.0]) == [7.0, 13.0]


def test_who_loads_a_free_phase_is_held_back_by_nobody() -> None:
    wishes = [Wish((0,), 6.0, 32.0), Wish((1,), 6.0, 32.0), Wish((1,), 6.0, 32.0)]
    assert fill(wishes, [20.0, 20.0, 0.0]) == [20.0, 10.0, 10.0]


def test_turns_count_as_their_mean() -> None:
    wishes = [Wish((0,), 6.0, 16.0)] * 4
    assert fill(wishes, [16.0, 0.0, 0.0]) == [4.0] * 4


def test_who_could_not_charge_alone_gets_nothing() -> None:
    wishes = [Wish((0,), 13.0, 16.0), Wish((0,), 6.0, 16.0)]
    assert fill(wishes, [10.0, 0.0, 0.0]) == [0.0, 10.0]
    assert fill(wishes, [-5.0, 0.0, 0.0]) == [0.0, 0.0]


@given(
    st.lists(
        st.builds(
            Wish,
            st.sampled_from([(0,), (1,), (2,), (0, 1), ALL]),
            st.sampled_from([6.0, 8.0, 13.0]),
            st.floats(0.0, 32.0),
        ),
        max_size=8,
    ),
    st.lists(st.floats(-5.0, 60.0), min_size=3, max_size=3),
)
def test_nobody_could_have_more_without_taking_it_from_one_with_less(
    wishes: list[Wish], room: list[float]
) -> None:
    shares = fill(wishes, room)
    used = [
        sum(share for share, wish in zip(shares, wishes, strict=True) if phase in wish.phases)
        for phase in ALL
    ]
    for phase in ALL:
        assert used[phase] <= max(0.0, room[phase]) + 1e-6
    for share, wish in zip(shares, wishes, strict=True):
        assert share <= wish.most + 1e-6
        if any(room[phase] < wish.least for phase in wish.phases):
            assert share == 0.0
        elif share < wish.most - 1e-6:
            full = [phase for phase in wish.phases if used[phase] >= room[phase] - 1e-6]
            assert any(
                share
                >= max(
                    other for other, one in zip(shares, wishes, strict=True) if phase in one.phases
                )
                - 1e-6
                for phase in full
            )


def test_a_session_gets_what_the_building_leaves_while_it_lasts() -> None:
    on_and_off = Appliance(
        phases=frozenset({L2}), amperes=10.0, on=(HOUR, HOUR), off=(HOUR, HOUR), starts=HOUR
    )
    house = House(base=PhaseCurrents.same(5.0), appliances=(on_and_off,))
    visit = Visit(arrives=0.0, leaves=2 * HOUR, ampere_hours=1000.0, maximum=32.0)
    shares = fair_shares([outlet(1, visit)], house, 25.0, seed=1, hours=3.0)
    (given_,) = shares.values()
    assert given_ / HOUR == pytest.approx(20.0 + 10.0, rel=0.02)


def test_a_car_that_waits_for_its_hour_has_no_share_before() -> None:
    early = Visit(arrives=0.0, leaves=2 * HOUR, ampere_hours=1000.0)
    late = replace(early, begins_at=HOUR)
    outlets = [outlet(1, early), outlet(2, late)]
    shares = fair_shares(outlets, House(), 20.0, seed=1, hours=2.0)
    assert shares[Session(outlets[0].id, early)] / HOUR == pytest.approx(26.0, rel=0.02)
    assert shares[Session(outlets[1].id, late)] / HOUR == pytest.approx(10.0, rel=0.02)


def test_a_car_has_no_share_of_what_it_does_not_want() -> None:
    visit = Visit(arrives=0.0, leaves=2 * HOUR, ampere_hours=5.0, taper=0.0)
    (given_,) = fair_shares([outlet(1, visit)], House(), 35.0, seed=1, hours=2.0).values()
    assert given_ / HOUR == pytest.approx(5.0, rel=0.01)


def test_a_car_that_stays_below_its_limit_makes_less_of_the_same_share() -> None:
    ordinary = Visit(arrives=0.0, leaves=2 * HOUR, ampere_hours=1000.0)
    short = replace(ordinary, shortfall=0.8)
    outlets = [outlet(1, ordinary), outlet(2, short)]
    shares = fair_shares(outlets, House(), 20.0, seed=1, hours=2.0)
    assert shares[Session(outlets[0].id, ordinary)] / HOUR == pytest.approx(20.0, rel=0.01)
    assert shares[Session(outlets[1].id, short)] / HOUR == pytest.approx(18.4, rel=0.01)
    # In turns with 6 A it draws 5.2 A.
    assert Wish(ALL, 6.0, 16.8, 0.8).draws(3.0) == pytest.approx(2.6)


def test_a_charger_that_divides_watts_gives_a_third_of_the_same_share() -> None:
    visit = Visit(arrives=0.0, leaves=2 * HOUR, ampere_hours=1000.0)
    outlets = [outlet(1, visit), replace(outlet(2, visit), watts=True)]
    shares = fair_shares(outlets, House(), 36.0, seed=1, hours=2.0)
    assert shares[Session(outlets[0].id, visit)] / HOUR == pytest.approx(2 * 16.0, rel=0.01)
    assert shares[Session(outlets[1].id, visit)] / HOUR == pytest.approx(2 * 20.0 / 3, rel=0.01)


def test_nobody_has_to_answer_for_what_others_missed_before_it_came() -> None:
    early = Visit(arrives=0.0, leaves=2 * HOUR, ampere_hours=16.0)
    late = replace(early, arrives=HOUR)
    outlets = [outlet(1, early), outlet(2, late)]
    first, second = (Session(one.id, *one.visits) for one in outlets)
    shares = Shares(outlets)
    # The first one had half of what it wanted in its hour alone.
    shares.look({first: 16.0 * HOUR}, [16.0] * 3, 0.5 * HOUR, HOUR)
    shares.look({first: 8.0 * HOUR, second: 16.0 * HOUR}, [16.0] * 3, 1.5 * HOUR, HOUR)
    assert shares.given() == {first: 16.0 * HOUR, second: 8.0 * HOUR}


def test_equal_shares_are_fair_and_one_who_has_all_is_not() -> None:
    assert jain([3.0, 3.0, 3.0]) == pytest.approx(1.0)
    assert jain([9.0, 0.0, 0.0]) == pytest.approx(1.0 / 3.0)
