"""Sharing is max-min fair, leaves nothing lying and never exceeds a phase."""

from collections.abc import Mapping
from fractions import Fraction
import math
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.allocation import (
    Claim,
    Share,
    allocate,
    microamperes,
)
from custom_components.ev_load_manager.balancing.phases import ALL_PHASES, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId, amperes_from_kilowatts

from .strategies import Problem, problems

L1, L2, L3 = (frozenset({phase}) for phase in Phase)
SIXTEEN = {"group": PhaseCurrents.same(16.0)}


def claim(
    charger: str,
    phases: frozenset[Phase] = L1,
    *,
    path: tuple[str, ...] = ("group",),
    minimum: float = 6.0,
    maximum: float = 32.0,
    weight: float = 1.0,
    step: float = 0.1,
) -> Claim:
    return Claim(
        id=ConnectorId(charger, 1),
        path=path,
        phases=phases,
        minimum=minimum,
        maximum=maximum,
        weight=weight,
        step=step,
    )


def amperes(claims: list[Claim], capacity: Mapping[str, PhaseCurrents]) -> dict[str, float]:
    return {id_.charger: share.amperes for id_, share in allocate(claims, capacity).items()}


def test_one_car_alone_has_the_limit() -> None:
    assert amperes([claim("leaf")], SIXTEEN) == {"leaf": 16.0}


def test_two_cars_have_half_each() -> None:
    assert amperes([claim("leaf"), claim("nv200")], SIXTEEN) == {"leaf": 8.0, "nv200": 8.0}


def test_three_cars_keep_their_minimum_where_the_share_is_less() -> None:
    cars = [claim("leaf"), claim("nv200"), claim("tesla", ALL_PHASES)]
    assert set(amperes(cars, SIXTEEN).values()) == {6.0}


@pytest.mark.parametrize(("charging", "kilowatts"), [(4, 11.0), (2, 22.0), (1, 22.0)])
def test_44_kilowatts_for_chargers_of_22(charging: int, kilowatts: float) -> None:
    full = amperes_from_kilowatts(22.0, phases=3)
    cars = [claim(f"car {n}", ALL_PHASES, maximum=full) for n in range(charging)]
    group = {"group": PhaseCurrents.same(amperes_from_kilowatts(44.0, phases=3))}
    for share in amperes(cars, group).values():
        assert share == pytest.approx(amperes_from_kilowatts(kilowatts, phases=3), abs=0.1)


@pytest.mark.parametrize(("building", "kilowatts"), [(412.0, 22.0), (456.0, 11.0)])
def test_500_kilowatts_shared_with_a_building(building: float, kilowatts: float) -> None:
    full = amperes_from_kilowatts(22.0, phases=3)
    cars = [claim(f"car {n}", ALL_PHASES, maximum=full) for n in range(4)]
    rest = amperes_from_kilowatts(500.0, phases=3) - amperes_from_kilowatts(building, phases=3)
    for share in amperes(cars, {"group": PhaseCurrents.same(rest)}).values():
        assert share == pytest.approx(amperes_from_kilowatts(kilowatts, phases=3), abs=0.1)


def test_cars_on_different_phases_do_not_take_from_each_other() -> None:
    cars = [claim("one", L1), claim("two", L2), claim("three", L3)]
    assert set(amperes(cars, SIXTEEN).values()) == {16.0}


def test_what_a_full_phase_holds_back_goes_to_others() -> None:
    cars = [claim("a", L1), claim("b", L1), claim("c", ALL_PHASES), claim("d", L2)]
    assert amperes(cars, {"group": PhaseCurrents.same(24.0)}) == {
        "a": 8.0,
        "b": 8.0,
        "c": 8.0,
        "d": 16.0,
    }


def test_what_a_small_car_cannot_use_goes_to_others() -> None:
    cars = [claim("small", maximum=7.0), claim("big"), claim("other")]
    shares = amperes(cars, {"group": PhaseCurrents.same(32.0)})
    assert shares == {"small": 7.0, "big": 12.5, "other": 12.5}


def test_the_tightest_circuit_above_counts() -> None:
    tree = {
        "root": PhaseCurrents.same(40.0),
        "feeder": PhaseCurrents.same(20.0),
        "twin": PhaseCurrents.same(16.0),
    }
    cars = [
        claim("left", path=("twin", "feeder", "root")),
        claim("right", path=("twin", "feeder", "root")),
        claim("alone", path=("root",)),
    ]
    shares = allocate(cars, tree)
    assert [share.amperes for share in shares.values()] == [24.0, 8.0, 8.0]
    assert shares[ConnectorId("left", 1)].circuit == "twin"
    assert shares[ConnectorId("alone", 1)].circuit == "root"


def test_the_phase_that_holds_back_is_named() -> None:
    cars = [claim("a", L2), claim("b", frozenset({Phase.L2, Phase.L3})), claim("c", L1)]
    shares = allocate(cars, {"group": PhaseCurrents(40.0, 16.0, 40.0)})
    assert shares[ConnectorId("a", 1)] == Share(amperes=8.0, circuit="group", phase=Phase.L2)
    assert shares[ConnectorId("b", 1)] == Share(amperes=8.0, circuit="group", phase=Phase.L2)
    assert shares[ConnectorId("c", 1)] == Share(amperes=32.0, circuit=None, phase=None)


def test_twice_the_weight_has_twice_the_current() -> None:
    cars = [claim("heavy", weight=2.0), claim("light")]
    shares = amperes(cars, {"group": PhaseCurrents.same(24.0)})
    assert shares == {"heavy": 16.0, "light": 8.0}


def test_a_light_weight_is_held_at_its_minimum() -> None:
    cars = [claim("heavy"), claim("light", weight=0.1)]
    assert amperes(cars, SIXTEEN) == {"heavy": 10.0, "light": 6.0}


def test_whole_amperes_leave_their_rest_to_finer_steps() -> None:
    cars = [claim("whole", step=1.0), claim("fine")]
    assert amperes(cars, {"group": PhaseCurrents.same(16.5)}) == {"whole": 8.0, "fine": 8.5}


def test_a_finer_step_does_not_take_a_neighbours_whole_ampere() -> None:
    cars = [claim("whole", step=1.0), claim("fine")]
    assert amperes(cars, {"group": PhaseCurrents.same(17.8)}) == {"whole": 9.0, "fine": 8.8}


def test_steps_that_are_left_go_by_id_where_all_have_the_same() -> None:
    cars = [claim(name, step=1.0) for name in "cab"]
    group = {"group": PhaseCurrents.same(20.0)}
    assert amperes(cars, group) == {"a": 7.0, "b": 7.0, "c": 6.0}


def test_a_maximum_between_two_steps_counts_as_the_lower() -> None:
    assert amperes([claim("a", maximum=13.97)], {}) == {"a": 13.9}
    assert amperes([claim("a", maximum=13.97, step=1.0)], {}) == {"a": 13.0}


def test_a_maximum_below_the_minimum_counts_as_the_minimum() -> None:
    assert amperes([claim("a", maximum=3.0)], SIXTEEN) == {"a": 6.0}


def test_a_circuit_without_a_capacity_is_unlimited() -> None:
    unlimited = {"group": PhaseCurrents.same(math.inf)}
    assert amperes([claim("a")], {}) == amperes([claim("a")], unlimited) == {"a": 32.0}


def test_no_claims_no_shares() -> None:
    assert allocate([], SIXTEEN) == {}


def test_minimums_that_do_not_fit_are_kept_and_nobody_gets_more() -> None:
    cars = [claim("a"), claim("b", ALL_PHASES), claim("c", L2)]
    shares = amperes(cars, {"group": PhaseCurrents(4.0, 20.0, -5.0)})
    assert shares == {"a": 6.0, "b": 6.0, "c": 14.0}


def test_currents_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        allocate([claim("a")], {"group": PhaseCurrents.same(math.nan)})


def test_what_floating_point_lost_is_no_current() -> None:
    assert microamperes(16.0 - 9.9) == 6_100_000
    assert microamperes(35.0 - 0.1 - 0.2 - 28.7) == 6_000_000
    assert microamperes(5.99999999) == 5_999_999


type Row = tuple[str, Phase | None]
"""A circuit's phase, or all of its phases together."""


def loads(claim: Claim, row: Row) -> int:
    """How many times a claim's current counts there."""
    return len(claim.phases) if row[1] is None else 1


class _Result:
    """A problem's shares, counted exactly."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.shares = allocate(problem.claims, problem.capacity, problem.power)
        self.amperes = {
            claim.id: Fraction(round(self.shares[claim.id].amperes * 1_000_000), 1_000_000)
            for claim in problem.claims
        }

    def places(self, claim: Claim) -> list[Row]:
        """Where it could be held back."""
        phases: list[Row] = [
            (circuit, phase)
            for circuit in claim.path
            if circuit in self.problem.capacity
            for phase in claim.phases
        ]
        return phases + [(circuit, None) for circuit in claim.path if circuit in self.problem.power]

    def on(self, place: Row) -> list[Claim]:
        """Everyone there."""
        return [claim for claim in self.problem.claims if place in self.places(claim)]

    def room(self, place: Row) -> Fraction:
        circuit, phase = place
        given = (
            self.problem.power[circuit] if phase is None else self.problem.capacity[circuit][phase]
        )
        capacity = Fraction(microamperes(given), 1_000_000)
        return capacity - sum(self.amperes[one.id] * loads(one, place) for one in self.on(place))

    def lacks(self, claim: Claim, step: Fraction, place: Row) -> bool:
        """Whether a place has no room for a step more of a claim."""
        return self.room(place) < step * loads(claim, place)

    def next_step(self, claim: Claim) -> Fraction | None:
        """How much it would take to go one step up; None: it has all it can use."""
        step = Fraction(round(claim.step * 1000), 1000)
        share = self.amperes[claim.id]
        above = (share // step + 1) * step
        most = Fraction(microamperes(claim.maximum), 1_000_000)
        return None if above > most else above - share

    def level(self, claim: Claim) -> Fraction:
        return self.amperes[claim.id] / Fraction(claim.weight)


@given(problems())
def test_no_phase_of_any_circuit_is_exceeded(problem: Problem) -> None:
    result = _Result(problem)
    for claimed in problem.claims:
        for place in result.places(claimed):
            assert result.room(place) >= 0


@given(problems())
def test_every_share_is_the_minimum_or_whole_steps_up_to_the_maximum(problem: Problem) -> None:
    result = _Result(problem)
    for claimed in problem.claims:
        share = result.amperes[claimed.id]
        assert share >= Fraction(claimed.minimum)
        assert share <= Fraction(microamperes(claimed.maximum), 1_000_000)
        assert share % Fraction(round(claimed.step * 10), 10) == 0


@given(problems())
def test_nothing_is_left_that_somebody_could_use(problem: Problem) -> None:
    result = _Result(problem)
    for claimed in problem.claims:
        step = result.next_step(claimed)
        if step is not None:
            assert any(result.lacks(claimed, step, place) for place in result.places(claimed))


@given(problems())
def test_who_is_held_back_is_told_a_phase_that_is_full(problem: Problem) -> None:
    result = _Result(problem)
    for claimed in problem.claims:
        share, step = result.shares[claimed.id], result.next_step(claimed)
        if step is None:
            assert (share.circuit, share.phase) == (None, None)
        else:
            assert share.circuit is not None
            assert result.lacks(claimed, step, (share.circuit, share.phase))


def test_what_a_neighbour_gets_by_weight_is_not_taken_for_room() -> None:
    cars = [
        claim("first", weight=3.0, maximum=16.0, path=("one", "root")),
        claim("second", weight=0.5, maximum=16.0, path=("other", "root")),
        claim("a", weight=0.5, maximum=16.0, path=("root",)),
        claim("b", weight=0.5, maximum=19.0, path=("root",)),
    ]
    circuits = {"root": 50.0, "one": 10.0, "other": 6.0}
    capacity = {name: PhaseCurrents.same(limit) for name, limit in circuits.items()}
    assert amperes(cars, capacity) == {"a": 16.0, "b": 18.0, "first": 10.0, "second": 6.0}


@given(problems())
def test_nobody_could_have_more_but_from_somebody_who_has_no_more(problem: Problem) -> None:
    result = _Result(problem)
    for claimed in problem.claims:
        step = result.next_step(claimed)
        if step is None:
            continue
        # There is a phase without room for its next step on which nobody has more
        # than it has, or than his minimum, but for one step of either: what one step of a
        # car on two phases is of a power is two of a car on one.
        assert any(
            result.lacks(claimed, step, place)
            and all(
                result.amperes[other.id]
                <= max(Fraction(other.minimum), result.level(claimed) * Fraction(other.weight))
                + Fraction(str(other.step))
                + step
                * max(
                    1,
                    Fraction(loads(claimed, place), loads(other, place)),
                    Fraction(other.weight) / Fraction(claimed.weight),
                )
                for other in result.on(place)
            )
            for place in result.places(claimed)
        )


@settings(max_examples=settings.default.max_examples // 2)
@given(problems(), st.integers(0, 9999))
def test_the_order_of_the_claims_does_not_matter(problem: Problem, seed: int) -> None:
    random = Random(seed)
    shuffled = list(problem.claims)
    random.shuffle(shuffled)
    circuits = list({**problem.capacity, **problem.power})
    random.shuffle(circuits)
    capacity = {
        circuit: problem.capacity[circuit] for circuit in circuits if circuit in problem.capacity
    }
    power = {circuit: problem.power[circuit] for circuit in circuits if circuit in problem.power}
    assert allocate(shuffled, capacity, power) == allocate(
        problem.claims, problem.capacity, problem.power
    )


@settings(max_examples=settings.default.max_examples // 2)
@given(problems(weighted=False))
def test_more_capacity_never_lowers_the_smallest_share(problem: Problem) -> None:
    more = {
        circuit: currents.plus(PhaseCurrents.same(1.0))
        for circuit, currents in problem.capacity.items()
    }
    more_power = {circuit: amperes + 3.0 for circuit, amperes in problem.power.items()}
    before = allocate(problem.claims, problem.capacity, problem.power).values()
    after = allocate(problem.claims, more, more_power).values()
    lowest = min((share.amperes for share in before), default=0.0)
    coarsest = max((claimed.step for claimed in problem.claims), default=0.0)
    assert all(share.amperes >= lowest - coarsest - 1e-9 for share in after)
