"""Limits of power over all phases are rows of the same sharing as limits of each phase."""

from dataclasses import replace
from itertools import product
from math import inf

from hypothesis import given, settings, strategies as st

from custom_components.ev_load_manager.balancing.admission import Candidate, Power, admit
from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.fallback import fallback_currents
from custom_components.ev_load_manager.balancing.phases import (
    ALL_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy, Priority, Site

from .bench import Bench, ids, make_site
from .history import World
from .strategies import sites

same = PhaseCurrents.same
L1, L2, L3 = Phase
HISTORIES = settings(max_examples=max(40, settings.default.max_examples // 5))


def claim(name: str, phases: Phases, *, maximum: float = 32.0, step: float = 0.1) -> Claim:
    return Claim(
        id=ConnectorId(name, 1),
        path=("group",),
        phases=phases,
        minimum=6.0,
        maximum=maximum,
        step=step,
    )


def amperes(claims: list[Claim], power: float, each: float = inf) -> dict[str, float]:
    shares = allocate(claims, {"group": same(each)}, {"group": power})
    return {id_.charger: share.amperes for id_, share in shares.items()}


def test_a_car_on_three_phases_loads_it_three_times() -> None:
    cars = [claim("one", frozenset({L1})), claim("three", ALL_PHASES)]
    assert amperes(cars, 48.0) == {"one": 12.0, "three": 12.0}


def test_what_a_full_phase_holds_back_of_it_goes_to_others() -> None:
    cars = [
        claim("one", frozenset({L1})),
        claim("other", frozenset({L1})),
        claim("two", ALL_PHASES),
    ]
    cars.append(claim("free", frozenset({L2})))
    # The phase leaves the first three 7 A each, and the power the last one the rest.
    assert amperes(cars, 50.0, 21.0) == {"one": 7.0, "other": 7.0, "two": 7.0, "free": 14.0}


def test_who_is_held_back_by_it_is_told_no_phase() -> None:
    (share,) = allocate([claim("a", ALL_PHASES)], {"group": same(32.0)}, {"group": 30.0}).values()
    assert (share.amperes, share.circuit, share.phase) == (10.0, "group", None)


def test_whole_amperes_that_are_left_have_to_fit_on_all_phases() -> None:
    cars = [claim("a", ALL_PHASES, step=1.0), claim("b", frozenset({L1}), step=1.0)]
    # 8 A on each phase of one and 8 A on the other are 32 A; 2 A more are no ampere on three.
    assert amperes(cars, 34.0) == {"a": 8.0, "b": 10.0}


SMALL = st.lists(
    st.tuples(
        st.sampled_from((frozenset({L1}), frozenset({L2}), frozenset({L1, L3}), ALL_PHASES)),
        st.sampled_from((("group",), ("feeder", "group"))),
        st.integers(6, 12),
    ),
    min_size=1,
    max_size=3,
)


@given(SMALL, st.integers(18, 60), st.integers(18, 40), st.integers(18, 30), st.integers(6, 18))
def test_it_is_as_fair_as_the_best_of_all_ways_to_share(
    cars: list[tuple[Phases, tuple[str, ...], int]],
    power: int,
    feeder_power: int,
    each: int,
    feeder_each: int,
) -> None:
    """Among all ways to share whole amperes, none gives the ones with least more."""
    claims = [
        Claim(
            id=ConnectorId(f"{n}", 1),
            path=path,
            phases=phases,
            minimum=6.0,
            maximum=float(maximum),
            step=1.0,
        )
        for n, (phases, path, maximum) in enumerate(cars)
    ]
    capacity = {"group": same(float(each)), "feeder": same(float(feeder_each))}
    powers = {"group": float(power), "feeder": float(feeder_power)}

    def fits(shares: tuple[int, ...]) -> bool:
        for circuit in capacity:
            here = [
                (one, share)
                for one, share in zip(claims, shares, strict=True)
                if circuit in one.path
            ]
            if sum(share * len(one.phases) for one, share in here) > powers[circuit]:
                return False
            for phase in Phase:
                if (
                    sum(share for one, share in here if phase in one.phases)
                    > capacity[circuit][phase]
                ):
                    return False
        return True

    ways = [
        shares
        for shares in product(*(range(6, int(one.maximum) + 1) for one in claims))
        if fits(shares)
    ]
    if not ways:
        return
    best = max(sorted(shares) for shares in ways)
    found = allocate(claims, capacity, powers)
    assert fits(tuple(round(found[one.id].amperes) for one in claims))
    assert sorted(share.amperes for share in found.values()) == best


def candidate(name: str, phases: Phases) -> Candidate:
    return Candidate(
        id=ConnectorId(name, 1),
        path=("group",),
        phases=phases,
        minimum=6.0,
        priority=Priority.NORMAL,
        serving_since=None,
        waiting_since=0.0,
        paused_at=None,
    )


def test_who_charges_fits_its_power_on_all_phases() -> None:
    cars = [candidate("a", ALL_PHASES), candidate("b", ALL_PHASES), candidate("c", frozenset({L1}))]
    admission = admit(
        cars,
        limit={"group": same(100.0)},
        rated={},
        policy=Policy.TAKE_TURNS,
        now=10.0,
        power=Power(limit={"group": 30.0}),
    )
    # 18 A for the first; the second would need 18 A more, and the third only 6 A.
    assert {id_.charger for id_ in admission.admitted} == {"a", "c"}


def powered(site: Site, watts: float, **more: float) -> Site:
    group = replace(site.circuits["group"], power_limit=watts, **more)
    return replace(site, circuits=site.circuits | {"group": group})


def test_cars_share_the_power_of_a_group() -> None:
    bench = Bench(powered(make_site(2, 32.0), 11_040.0))
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(120.0)
    limits = [bench.decision.connectors[id_].limit for id_ in ids(2)]  # type: ignore[union-attr]
    assert limits == [8.0, 8.0]


def test_less_power_than_a_car_needs_is_waited_for_and_named() -> None:
    bench = Bench(powered(make_site(1, 32.0), 4000.0))
    (id_,) = ids(1)
    bench.plug_in(id_)
    bench.run(60.0)
    assert bench.decision is not None
    decided = bench.decision.connectors[id_]
    assert (decided.limit, decided.reason) == (0.0, Reason.WAITING_FOR_ROOM)
    assert (decided.circuit, decided.phase) == ("group", None)


def test_power_that_is_limited_for_a_time_is_kept_by_every_policy() -> None:
    site = make_site(2, 32.0, policy=Policy.MINIMUM_FOR_ALL)
    group = replace(site.circuits["group"], power_limit=4000.0, temporary_power=4200.0)
    bench = Bench(replace(site, circuits=site.circuits | {"group": group}))
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(60.0)
    assert bench.decision is not None
    decided = list(bench.decision.connectors.values())
    # One has its 6 A although the group's own limit is lower; two would be above the other.
    assert sorted(one.limit for one in decided) == [6.0, 0.0] or sorted(
        one.limit for one in decided
    ) == [0.0, 6.0]


def test_chargers_on_their_own_stay_within_it() -> None:
    site = powered(make_site(2, 32.0), 6000.0)
    kept = fallback_currents(site.connectors.values(), site.circuits, same(100.0))
    assert set(kept.values()) == {0.0}
    more = powered(make_site(2, 32.0), 8300.0)
    kept = fallback_currents(more.connectors.values(), more.circuits, same(100.0))
    assert set(kept.values()) == {6.0}


def test_a_building_takes_its_part_of_it() -> None:
    site = make_site(1, 32.0, grid=63.0)
    grid = replace(site.circuits["grid"], power_limit=230.0 * 60.0)
    bench = Bench(replace(site, circuits=site.circuits | {"grid": grid}))
    bench.house = lambda _: 6.0
    (id_,) = ids(1)
    bench.plug_in(id_)
    bench.run(120.0)
    assert bench.decision is not None
    # 60 A over all phases less 18 A of the building and what it is held higher.
    assert 13.0 <= bench.decision.connectors[id_].limit <= 14.0


@given(sites(max_chargers=4), st.integers(0, 2**32), st.data())
@HISTORIES
def test_what_may_be_in_force_never_exceeds_a_limit_of_power(
    site: Site, seed: int, data: st.DataObject
) -> None:
    circuits = {
        id_: replace(circuit, power_limit=data.draw(st.sampled_from((None, 3e3, 6e3, 11e3, 22e3))))
        for id_, circuit in site.circuits.items()
    }
    world = World(replace(site, circuits=circuits), seed)
    for _ in range(400):
        world.run(1, busy=0.08)
        if world.now > world.excused_until:
            assert world.excess() <= 1e-3
