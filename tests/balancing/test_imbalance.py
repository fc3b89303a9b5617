"""Cars on one or two phases load the phases no more unevenly than is allowed."""

from dataclasses import replace
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing import imbalance
from custom_components.ev_load_manager.balancing.allocation import Claim, Share, allocate
from custom_components.ev_load_manager.balancing.decision import Decision, Reason
from custom_components.ev_load_manager.balancing.imbalance import (
    IMBALANCE,
    allocate_evenly,
    is_uneven,
    least,
    sums,
)
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents, Phases
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.balancing.site import ConnectorId, PhaseChoice, Policy, Site

from .bench import L1, L2, L3, Bench, ids, make_site, same
from .history import World
from .strategies import Problem, problems, sites
from .test_invariant import HISTORIES, SEEDS

ALL = frozenset(Phase)
ROUNDING = 1e-5


def charging(
    *cars: Phases, limit: float = 63.0, imbalance: float | None = 20.0, **settings: object
) -> Bench:
    """Cars that have charged long enough to be known."""
    site = make_site(len(cars), limit, imbalance=imbalance, **settings)  # type: ignore[arg-type]
    bench = Bench(site)
    for id_, phases in zip(ids(len(cars)), cars, strict=True):
        bench.plug_in(id_, phases=phases)
        bench.run(20)
    bench.run(240)
    return bench


def one(phase: Phase) -> Phases:
    return frozenset({phase})


def test_one_car_on_one_phase_has_no_more_than_the_limit_of_imbalance() -> None:
    bench = charging(one(L2))
    assert bench.limits() == [20.0]
    assert bench[ids(1)[0]].reason is Reason.IMBALANCE
    assert bench[ids(1)[0]].circuit is None


def test_without_the_option_it_has_all_it_can_use() -> None:
    assert charging(one(L2), imbalance=None).limits() == [32.0]


def test_cars_on_three_phases_are_not_affected() -> None:
    assert charging(ALL, ALL).limits() == [31.5, 31.5]
    bench = charging(ALL, one(L1))
    assert bench.limits() == [32.0, 20.0]


def test_cars_on_other_phases_make_room() -> None:
    assert charging(one(L1), one(L2), one(L3)).limits() == [32.0, 32.0, 32.0]
    # Two phases are loaded and the third is not.
    assert charging(one(L1), one(L2)).limits() == [20.0, 20.0]
    assert charging(one(L1), frozenset({L2, L3})).limits() == [32.0, 32.0]


def test_those_who_share_a_phase_share_the_imbalance() -> None:
    assert charging(one(L1), one(L1)).limits() == [10.0, 10.0]
    assert charging(one(L1), one(L1), one(L2), one(L3), limit=100.0).limits() == [
        26.0,
        26.0,
        32.0,
        32.0,
    ]


def test_who_fits_no_more_waits_for_a_turn() -> None:
    bench = charging(one(L1), one(L1), one(L1), one(L1))
    assert sorted(bench.limits()) == [0.0, 6.6, 6.7, 6.7]
    assert Reason.WAITING_FOR_TURN in bench.reasons()


def test_twelve_cars_that_are_turned_from_charger_to_charger_all_charge() -> None:
    bench = charging(*(one(phase) for phase in [*Phase] * 4), limit=125.0)
    assert min(bench.limits()) >= 30.0


def test_a_car_that_takes_nothing_is_no_counterweight() -> None:
    bench = charging(one(L1), one(L2), one(L3))
    first, second, _ = ids(3)
    car = bench.cars[second]
    car.status, car.status_since, car.draws = Status.SUSPENDED_EV, bench.now, 0.0
    bench.run(60)
    assert bench[first].limit == 20.0


def test_with_one_value_for_all_phases_it_does_not_count() -> None:
    bench = charging(one(L1), phase_choice=PhaseChoice.HIGHEST_PHASE)
    assert bench.limits() == [32.0]


def test_a_car_that_turns_out_to_use_one_phase_comes_down() -> None:
    bench = Bench(make_site(2, 63.0, imbalance=20.0))
    first, second = ids(2)
    bench.plug_in(second)
    bench.run(120)
    bench.plug_in(first, phases=one(L3))
    bench.run(200)
    assert bench.limits() == [20.0, 32.0]


def test_a_step_more_of_a_neighbour_is_waited_for() -> None:
    bench = charging(one(L1), one(L2), one(L3))
    assert min(bench.limits()) == 32.0
    _, second, third = ids(3)
    bench.leave(second)
    bench.run(30)
    bench.plug_in(second, phases=one(L2))
    for _ in range(120):
        bench.run(1)
        assert difference(bench.decision, bench.site) <= 20.0 + ROUNDING
    assert bench[third].limit == 32.0


def difference(decision: Decision | None, site: Site, *, targets: bool = False) -> float:
    """How far the phases are apart by the limits of active cars on one or two phases, A."""
    assert decision is not None
    loads = []
    for decided in decision.connectors.values():
        phases = frozenset(phase for phase in Phase if decided.reserved[phase] > 0.0)
        if decided.active and is_uneven(phases):
            loads.append((phases, decided.target if targets else decided.limit))
    total = sums(loads)
    return max(total) - min(total)


# Whatever there is to share


@st.composite
def uneven(draw: st.DrawFn) -> tuple[Problem, float]:
    """A problem, and a limit of imbalance within which its minimums are."""
    problem = draw(problems(weighted=False, powered=False))
    claims = tuple(
        replace(claim, path=(*claim.path, IMBALANCE)) if is_uneven(claim.phases) else claim
        for claim in problem.claims
    )
    minimums = sums((one.phases, one.minimum) for one in claims if is_uneven(one.phases))
    limit = max(minimums) - min(minimums) + draw(st.sampled_from((0.0, 3.0, 6.0, 20.0)))
    return Problem(claims=claims, capacity=problem.capacity), limit


@given(uneven())
def test_the_phases_are_never_further_apart_than_is_allowed(found: tuple[Problem, float]) -> None:
    problem, limit = found
    shares = allocate_evenly(
        problem.claims,
        {**problem.capacity, IMBALANCE: same(limit)},
        relieving=frozenset(claim.id for claim in problem.claims),
    )
    total = sums(
        (claim.phases, shares[claim.id].amperes)
        for claim in problem.claims
        if is_uneven(claim.phases)
    )
    assert max(total) - min(total) <= limit + ROUNDING
    for claim in problem.claims:
        assert claim.minimum - ROUNDING <= shares[claim.id].amperes
        assert shares[claim.id].amperes <= max(claim.minimum, claim.maximum) + ROUNDING


@given(uneven())
def test_no_circuit_carries_more_because_of_it(found: tuple[Problem, float]) -> None:
    problem, limit = found
    shares = allocate_evenly(
        problem.claims,
        {**problem.capacity, IMBALANCE: same(limit)},
        relieving=frozenset(claim.id for claim in problem.claims),
    )
    for circuit, capacity in problem.capacity.items():
        on = [claim for claim in problem.claims if circuit in claim.path]
        total = sums((claim.phases, shares[claim.id].amperes) for claim in on)
        least_needed = sums((claim.phases, claim.minimum) for claim in on)
        for phase in Phase:
            assert total[phase] <= max(capacity[phase], least_needed[phase]) + ROUNDING


@given(uneven())
def test_who_is_on_three_phases_only_has_what_he_had(found: tuple[Problem, float]) -> None:
    problem, limit = found
    claims = [claim for claim in problem.claims if not is_uneven(claim.phases)]
    without = allocate_evenly(
        claims, {**problem.capacity, IMBALANCE: same(0.0)}, relieving=frozenset()
    )
    with_it = allocate_evenly(
        claims, {**problem.capacity, IMBALANCE: same(limit)}, relieving=frozenset()
    )
    assert without == with_it


@given(uneven())
def test_no_step_that_is_allowed_lies_idle(found: tuple[Problem, float]) -> None:
    problem, limit = found
    shares = allocate_evenly(
        problem.claims,
        {**problem.capacity, IMBALANCE: same(limit)},
        relieving=frozenset(claim.id for claim in problem.claims),
    )
    everyone = [(claim, shares[claim.id].amperes) for claim in problem.claims]
    loads = sums((one.phases, had) for one, had in everyone if is_uneven(one.phases))
    for claim, had in everyone:
        if had + claim.step > claim.maximum + ROUNDING:
            continue
        assert _is_full(claim, everyone, problem, loads, limit)


def _is_full(
    claim: Claim,
    everyone: list[tuple[Claim, float]],
    problem: Problem,
    loads: PhaseCurrents,
    limit: float,
) -> bool:
    """Whether a step more for `claim` would exceed something."""
    if is_uneven(claim.phases) and any(
        loads[phase] + claim.step > limit + min(loads) + ROUNDING for phase in claim.phases
    ):
        return True
    for circuit in claim.path:
        if circuit not in problem.capacity:
            continue
        total = sums((one.phases, had) for one, had in everyone if circuit in one.path)
        if any(
            total[phase] + claim.step > problem.capacity[circuit][phase] - ROUNDING
            for phase in claim.phases
        ):
            return True
    return False


def claims_on(cars: list[tuple[str, float]], maximum: float) -> list[Claim]:
    """Cars by their phases ("12": L1 and L2) and steps, A, all at the root."""
    return [
        Claim(
            id=id_,
            path=("root", IMBALANCE),
            phases=frozenset(Phase(int(phase) - 1) for phase in on),
            minimum=6.0,
            maximum=maximum,
            step=step,
        )
        for id_, (on, step) in zip(ids(len(cars)), cars, strict=True)
    ]


@pytest.mark.parametrize(
    ("phases", "root", "limit", "right"),
    [
        # Three cars on L1, two of them on L2: 3 x - 2 x = 9 A.
        (["12", "13", "3", "12"], 30.0, 9.0, [9.0, 9.0, 16.0, 9.0]),
        (["1", "12", "3"], 23.0, 9.0, [9.0, 9.0, 16.0]),
    ],
)
def test_where_the_limit_and_what_is_had_meet_everybody_has_it(
    phases: list[str], root: float, limit: float, right: list[float]
) -> None:
    claims = claims_on([(on, 0.1) for on in phases], maximum=16.0)
    shares = allocate_evenly(
        claims,
        {"root": same(root), IMBALANCE: same(limit)},
        relieving=frozenset(claim.id for claim in claims),
    )
    had = [shares[claim.id].amperes for claim in claims]
    # Less than a step of each lies idle.
    assert had == pytest.approx(right, abs=0.1 + ROUNDING)


def test_a_share_that_grows_with_itself_is_found_in_some_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cars on L1 and L2 get lets them have more, but for two of whole amperes on L2."""
    claims = claims_on([("12", 0.1)] * 5 + [("2", 1.0)] * 2 + [("3", 1.0)] * 5, maximum=32.0)
    shared = 0

    def counted(*args: Any) -> dict[ConnectorId, Share]:
        nonlocal shared
        shared += 1
        return allocate(*args)

    monkeypatch.setattr(imbalance, "allocate", counted)
    shares = allocate_evenly(
        claims,
        {"root": same(2000.0), IMBALANCE: same(19.5)},
        relieving=frozenset(claim.id for claim in claims),
    )
    assert sorted({one.amperes for one in shares.values()}) == [9.0, 10.0, 32.0]
    assert shared <= 80


def test_the_least_loaded_phase_is_what_counts() -> None:
    assert least(()) == 0.0
    assert least([(one(L1), 5.0), (frozenset({L2, L3}), 3.0)]) == 3.0
    assert sums([(one(L3), 5.0), (ALL, 1.0)]) == (1.0, 1.0, 6.0)


# Whatever happens on a site


@given(sites(max_chargers=5), SEEDS, st.sampled_from(Policy), st.sampled_from((6.0, 10.0, 20.0)))
@HISTORIES
def test_the_targets_of_a_site_are_never_further_apart(
    site: Site, seed: int, policy: Policy, limit: float
) -> None:
    world = World(replace(site, policy=policy, imbalance=limit), seed)
    for _ in range(300):
        world.run(1, busy=0.1)
        assert world.decision is not None
        learned = [
            (world.memory.connectors[id_].learned or frozenset(connector.wiring), decided.target)
            for id_, connector in world.site.connectors.items()
            if (decided := world.decision.connectors[id_]).active
        ]
        total = sums((phases, target) for phases, target in learned if is_uneven(phases))
        # Who is away, or does not obey, is not counted with a target.
        assert max(total) - min(total) <= limit + ROUNDING


@given(sites(max_chargers=4), SEEDS, st.sampled_from((6.0, 20.0)))
@HISTORIES
def test_the_fuses_hold_with_it_too(site: Site, seed: int, limit: float) -> None:
    world = World(replace(site, imbalance=limit), seed)
    for _ in range(300):
        world.run(1, busy=0.08)
        if world.now > world.excused_until:
            assert world.excess() <= 1e-3


def test_a_connector_is_known_by_its_phases() -> None:
    assert not is_uneven(ALL)
    assert not is_uneven(frozenset())
    assert is_uneven(frozenset({L1, L2}))
