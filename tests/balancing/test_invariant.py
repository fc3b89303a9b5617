"""Whatever happens on a site, its limits hold.

Every example is a history of some minutes on a random site: see `history`.
"""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    Connector,
    ConnectorId,
    Policy,
    Priority,
    Site,
)

from .history import World
from .strategies import sites

SEEDS = st.integers(0, 2**32)
HISTORIES = settings(max_examples=max(40, settings.default.max_examples // 5))
"""A history takes much longer than an allocation."""
ROUNDING = 1e-3


def watch(world: World, seconds: int, busy: float) -> Iterator[World]:
    """Let time pass, second by second."""
    for _ in range(seconds):
        world.run(1, busy=busy)
        yield world


@given(sites(max_chargers=4), SEEDS, st.booleans())
@HISTORIES
def test_what_may_be_in_force_never_exceeds_a_limit(site: Site, seed: int, fallbacks: bool) -> None:
    world = World(site, seed, fallbacks=fallbacks)
    for _ in watch(world, 400, busy=0.08):
        if world.now > world.excused_until:
            assert world.excess() <= ROUNDING


@given(sites(max_chargers=4), SEEDS)
@HISTORIES
def test_lost_answers_cost_nobody_his_fuse(site: Site, seed: int) -> None:
    world = World(site, seed, lossy=True, fallbacks=False)
    for _ in watch(world, 400, busy=0.08):
        if world.now > world.excused_until:
            assert world.excess() <= ROUNDING


@given(sites(max_chargers=4, policy=Policy.MINIMUM_FOR_ALL), SEEDS)
@HISTORIES
def test_with_the_minimum_for_all_the_rated_currents_hold(site: Site, seed: int) -> None:
    world = World(site, seed)
    for _ in watch(world, 400, busy=0.08):
        if world.now > world.excused_until:
            assert world.excess() <= ROUNDING


@given(sites(max_chargers=4), SEEDS)
@HISTORIES
def test_without_balancing_the_rated_currents_hold(site: Site, seed: int) -> None:
    world = World(replace(site, balancing=False), seed)
    for _ in watch(world, 300, busy=0.08):
        if world.now > world.excused_until:
            assert world.excess() <= ROUNDING


@given(sites(max_chargers=4), SEEDS, st.sampled_from(Policy), st.booleans())
@HISTORIES
def test_a_limit_is_lawful_and_commands_are_few(
    site: Site, seed: int, policy: Policy, lossy: bool
) -> None:
    world = World(replace(site, policy=policy), seed, lossy=lossy)
    for _ in watch(world, 300, busy=0.15):
        assert world.decision is not None
        for id_, decided in world.decision.connectors.items():
            assert decided.limit == 0.0 or decided.limit >= site.connectors[id_].minimum
            assert decided.target == 0.0 or decided.target >= site.connectors[id_].minimum
    for post in world.posts.values():
        for (before, old), (at, new) in zip(post.commands, post.commands[1:], strict=False):
            assert new < old or at - before >= 5.0


@given(sites(max_chargers=4), SEEDS, st.sampled_from(Policy))
@HISTORIES
def test_the_same_history_gives_the_same_decisions_in_any_order(
    site: Site, seed: int, policy: Policy
) -> None:
    site = replace(site, policy=policy)
    turned = replace(
        site,
        circuits=dict(reversed(site.circuits.items())),
        connectors=dict(reversed(site.connectors.items())),
    )
    one, other = World(site, seed), World(turned, seed, reverse=True)
    one.run(200, busy=0.1)
    other.run(200, busy=0.1)
    assert one.decisions == other.decisions


@given(sites(max_chargers=4), SEEDS, st.sampled_from(Policy))
@HISTORIES
def test_when_it_gets_quiet_everyone_has_a_fair_share_of_all_there_is(
    site: Site, seed: int, policy: Policy
) -> None:
    world = World(replace(site, policy=policy), seed)
    world.run(200, busy=0.1)
    # Links come back, sessions start, pauses end, turns too.
    for post in world.posts.values():
        post.back_at = min(post.back_at, world.now)
    world.run(420, busy=0.0)
    for _ in range(20):
        if not _has_just_changed(world):
            break
        # A turn ended by itself: what follows from that takes its time.
        world.run(10, busy=0.0)
    _assert_fair(world)


def _has_just_changed(world: World) -> bool:
    """Whether anybody's share is another one than half a minute ago."""
    return any(
        memory.target_at is not None and world.now < memory.target_at + 30.0
        for memory in world.memory.connectors.values()
    )


def _assert_fair(world: World) -> None:
    """Nobody could get a step more but from somebody who has no more than himself."""
    decision, site = world.decision, world.site
    assert decision is not None
    served = {
        id_: decided
        for id_, decided in decision.connectors.items()
        if decided.active and decided.target > 0.0
    }
    counted = {id_: {p for p in Phase if served[id_].reserved[p] > 0.0} for id_ in served}
    for id_, decided in served.items():
        assert decided.limit == pytest.approx(decided.target, abs=1e-6), decided
        if decided.reason in (
            Reason.UNUSED_CURRENT,
            Reason.STARTING,
            Reason.CAR_PAUSED,
            Reason.TOO_LITTLE_TO_START,
        ):
            continue
        connector = site.connectors[id_]
        if decided.target >= connector.maximum - connector.step:
            continue
        assert any(
            _holds_back(world, circuit, phase, id_)
            for circuit in site.path(connector.circuit)
            for phase in counted[id_]
        ), (id_, decided)


def _needs(world: World, id_: ConnectorId) -> float:
    """The least with which the car there charges, A."""
    car = world.posts[id_].car
    return max(world.site.connectors[id_].minimum, 0.0 if car is None else car.needs)


def _holds_back(world: World, circuit: str, phase: Phase, id_: ConnectorId) -> bool:
    """Whether that phase is full, and nobody on it has more that could be taken."""
    decision, site = world.decision, world.site
    assert decision is not None
    connector = site.connectors[id_]
    taken = 0.0
    mine = decision.connectors[id_].target
    for other, decided in decision.connectors.items():
        theirs = site.connectors[other]
        if circuit in site.path(theirs.circuit) and decided.reserved[phase] > 0.0:
            taken += decided.reserved[phase]
            step = max(theirs.step, connector.step)
            if decided.active and decided.target > max(mine + step, _needs(world, other)) + 1e-6:
                return False
    bound = site.circuits[circuit]
    capacity = bound.capacity if site.balancing else bound.rated
    return taken + connector.step > capacity[phase] + 1e-6


def _crowd(cars: int, limit: float, priorities: tuple[Priority, ...] = ()) -> Site:
    current = PhaseCurrents.same(limit)
    ids = [ConnectorId(f"charger {number}", 1) for number in range(cars)]
    return Site(
        circuits={"group": Circuit(id="group", parent=None, limit=current, rated=current)},
        connectors={
            id_: Connector(
                id=id_,
                circuit="group",
                wiring=tuple(Phase),
                maximum=32.0,
                priority=priorities[number] if priorities else Priority.NORMAL,
            )
            for number, id_ in enumerate(ids)
        },
    )


@pytest.mark.parametrize(
    "priorities",
    [(), (Priority.HIGH, Priority.HIGH, Priority.NORMAL, Priority.LOW, Priority.NORMAL)],
)
def test_turns_starve_nobody_over_a_day(priorities: tuple[Priority, ...]) -> None:
    world = World(_crowd(5, 13.0, priorities), 1)
    for post in world.posts.values():
        post.period = 60.0
        world.plug_in(post, starts_in=0.0)
        assert post.car is not None
        post.car.maximum, post.car.needs, post.car.shortfall = 32.0, 0.0, 0.0
    served = dict.fromkeys(world.posts, 0.0)
    waiting_since = dict.fromkeys(world.posts, world.now)
    longest = dict.fromkeys(world.posts, 0.0)
    for _ in watch(world, 24 * 3600, busy=0.0):
        assert world.excess() <= ROUNDING
        for id_, post in world.posts.items():
            if post.draw(world.now) > 0.0:
                served[id_] += 1.0
                waiting_since[id_] = world.now
            longest[id_] = max(longest[id_], world.now - waiting_since[id_])
    assert max(longest.values()) <= 3 * 3600
    assert min(served.values()) >= 3600
    if not priorities:
        assert max(served.values()) - min(served.values()) <= 2 * 3600
    # There is room for two all day: turns must not leave it empty.
    assert sum(served.values()) >= 2 * 0.93 * 24 * 3600
