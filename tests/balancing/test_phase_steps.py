"""Chargers that tell no phases: the grid's meter shows which ones follow their limits."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from benchmarks.loop import HOUSE, Controlled, identity
from custom_components.ev_load_manager.balancing.memory import ConnectorMemory
from custom_components.ev_load_manager.balancing.phase_steps import PhaseSteps, ShownPhases, Step
from custom_components.ev_load_manager.balancing.phases import (
    ALL_PHASES,
    NO_CURRENT,
    NO_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Offer,
)
from custom_components.ev_load_manager.balancing.site import ConnectorId, Site
from simulation.plant.plant import Appliance, House, Meter, Plant, run
from simulation.plant.plant_cars import Outlet, Tells, Visit

from .bench import L1, L2, L3, Bench, ids, make_site, read_memory, same
from .strategies import WIRINGS

ONE, TWO = ids(2)


def step(*shown: float, change: float = 10.0, restless: float = 0.3) -> Step:
    """A step of the limit, and what the meter showed."""
    return Step(
        connector=ONE, at=0.0, change=change, shown=PhaseCurrents(*shown), restless=restless
    )


@pytest.mark.parametrize(
    ("seen", "phases"),
    [
        (step(10.0, 0.1, -0.2), {L1}),
        (step(0.1, -9.5, 0.3, change=-10.0), {L2}),
        (step(9.0, 10.0, 9.5), ALL_PHASES),
        (step(0.0, 9.0, 9.5), {L2, L3}),
        # The car takes less than it may: what moved still moved.
        (step(0.1, 0.0, 4.0), {L3}),
        # Against the limit, half, more than the limit, hardly, and in a restless house.
        (step(0.1, 9.5, 0.3, change=-10.0), None),
        (step(10.0, 5.0, 0.0), None),
        (step(10.0, 0.0, -6.0), None),
        (step(16.0, 0.0, 0.0), None),
        (step(1.5, 0.0, 0.0), None),
        (step(10.0, 0.0, 0.0, restless=4.0), None),
    ],
)
def test_a_step_tells_the_phases_that_moved_with_the_limit_or_nothing(
    seen: Step, phases: Phases | None
) -> None:
    assert seen.phases == phases


def test_phases_are_believed_when_three_steps_in_a_row_agree() -> None:
    shown = ShownPhases()
    shown.show(frozenset({L1}))
    shown.show(frozenset({L1}))
    assert shown.believed(None) is None
    assert shown.believed(frozenset({L1})) == {L1}
    shown.show(frozenset({L2}))
    assert shown.believed(frozenset({L1})) is None
    shown.show(frozenset({L2}))
    shown.show(frozenset({L2}))
    assert shown.believed(None) == {L2}


# Limits and readings, second by second


class Watched:
    """Limits that a script sets, cars that follow them, and a meter that sees both."""

    def __init__(self, *connectors: ConnectorId) -> None:
        """Every connector charges at 6 A for a while."""
        self.now = 0.0
        self.steps = PhaseSteps()
        self.offers = dict.fromkeys(connectors, Offer(accepted=6.0, accepted_at=0.0))
        self.phases = dict.fromkeys(connectors, frozenset({L1}))
        self.house = NO_CURRENT
        self.charging = set(connectors)
        self.found: list[Step] = []
        self.wait(60)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(seconds):
            self.now += 1.0
            currents = self.house
            for id_, offer in self.offers.items():
                if id_ in self.charging:
                    currents = currents.plus(
                        PhaseCurrents.on(self.phases[id_], offer.accepted or 0.0)
                    )
            found = self.steps.update(
                {
                    id_: ConnectorReading(
                        online=True, session="1" if id_ in self.charging else None, offer=offer
                    )
                    for id_, offer in self.offers.items()
                },
                MeterReading(at=self.now, currents=currents),
                now=self.now,
                latency=2.0,
            )
            if found is not None:
                self.found.append(found)

    def tell(self, id_: ConnectorId, limit: float, *, answered_after: int = 0) -> None:
        """A limit is sent, and answered."""
        if answered_after:
            self.offers[id_] = replace(self.offers[id_], in_flight=(limit,))
            self.wait(answered_after)
        self.offers[id_] = Offer(accepted=limit, accepted_at=self.now)


@pytest.mark.parametrize("answered_after", [0, 1, 8])
def test_a_limit_that_changes_alone_is_a_step(answered_after: int) -> None:
    site = Watched(ONE, TWO)
    site.tell(ONE, 16.0, answered_after=answered_after)
    site.wait(40)
    assert [one.connector for one in site.found] == [ONE]
    assert site.found[0].change == 10.0
    assert site.found[0].phases == {L1}


def test_a_limit_that_changes_with_another_is_none() -> None:
    site = Watched(ONE, TWO)
    site.tell(ONE, 16.0)
    site.tell(TWO, 16.0)
    site.wait(60)
    site.tell(ONE, 6.0)
    site.wait(8)
    site.tell(TWO, 6.0)
    site.wait(60)
    assert site.found == []


def test_a_limit_that_changes_again_before_it_was_seen_is_none() -> None:
    site = Watched(ONE)
    site.tell(ONE, 16.0)
    site.wait(10)
    site.tell(ONE, 10.0)
    site.wait(60)
    assert site.found == []


def test_a_limit_that_was_refused_or_renewed_is_none() -> None:
    site = Watched(ONE)
    site.tell(ONE, 6.0, answered_after=3)
    site.wait(60)
    site.offers[ONE] = replace(site.offers[ONE], in_flight=(16.0,))
    site.wait(5)
    site.offers[ONE] = Offer(accepted=6.0, accepted_at=0.0)
    site.wait(60)
    assert site.found == []


def test_another_car_that_comes_meanwhile_spoils_a_step() -> None:
    site = Watched(ONE, TWO)
    site.charging = {ONE}
    site.wait(60)
    site.found.clear()
    site.tell(ONE, 16.0)
    site.wait(5)
    site.charging = {ONE, TWO}
    site.wait(60)
    assert site.found == []


def test_the_start_of_a_session_is_a_step_and_the_car_may_wake_late() -> None:
    site = Watched(ONE, TWO)
    site.charging = {ONE}
    site.wait(60)
    site.offers[TWO] = Offer(accepted=0.0, accepted_at=0.0)
    site.charging = {ONE, TWO}
    site.wait(60)
    site.found.clear()
    site.tell(TWO, 16.0)
    site.wait(25)
    assert site.found == []
    site.wait(15)
    assert [one.phases for one in site.found] == [{L1}]


def test_a_step_that_the_building_caused_says_nothing() -> None:
    # The house rises on the very phase that makes the car come down: taken for
    # what the car did, it would hide it there.
    site = Watched(ONE)
    site.phases[ONE] = ALL_PHASES
    site.tell(ONE, 16.0)
    site.wait(60)
    site.found.clear()
    for _ in range(5):
        site.house = PhaseCurrents(10.0, 0.0, 0.0)
        site.wait(2)
        site.tell(ONE, 6.0)
        site.wait(60)
        site.house = NO_CURRENT
        site.wait(15)
        site.tell(ONE, 16.0)
        site.wait(60)
    assert {one.phases for one in site.found} <= {None}


def test_a_building_that_changes_slowly_hides_nobody() -> None:
    # A cloud, and limits that follow it step by step: the phase on which both
    # happen stays where it is.
    site = Watched(ONE)
    site.phases[ONE] = ALL_PHASES
    site.house = PhaseCurrents(20.0, 0.0, 0.0)
    site.wait(60)
    limit = 6.0
    for second in range(140):
        site.house = PhaseCurrents(20.0 - second / 7.0, 0.0, 0.0)
        if second % 20 == 19:
            limit += 2.6
            site.tell(ONE, limit)
        site.wait(1)
    assert {one.phases for one in site.found} <= {None}


def test_a_meter_that_was_not_believed_begins_anew() -> None:
    site = Watched(ONE)
    site.steps.forget()
    site.tell(ONE, 16.0)
    site.wait(60)
    assert site.found == []


@given(
    seed=st.integers(0, 2**32),
    phases=st.sets(st.sampled_from(Phase), min_size=1).map(frozenset),
    limits=st.lists(st.sampled_from((6.0, 8.0, 10.0, 13.0, 16.0, 20.0)), min_size=3, max_size=12),
)
def test_what_the_steps_of_a_restless_house_make_believe_is_true(
    seed: int, phases: Phases, limits: Iterable[float]
) -> None:
    random = Random(seed)
    site = Watched(ONE)
    site.phases[ONE] = phases
    shown = ShownPhases()
    for limit in limits:
        site.tell(ONE, limit)
        for _ in range(random.randint(40, 80)):
            noise = [random.gauss(0.0, 0.15) for _ in Phase]
            if random.random() < 0.01:
                switched = random.choice(list(Phase))
                base = [0.0, 0.0, 0.0]
                base[switched] = random.choice((0.0, 4.0, 9.0))
                steady = PhaseCurrents(*base)
                site.house = steady
            site.house = PhaseCurrents(*(round(one) for one in site.house)).plus(
                PhaseCurrents(*noise)
            )
            site.wait(1)
        for found in site.found:
            if found.phases is not None:
                shown.show(found.phases)
        site.found.clear()
        believed = shown.believed(None)
        assert believed is None or believed == phases


# In the controller


def blind(phases: Phases, *, wiring: tuple[Phase, ...] = (L1, L2, L3)) -> Bench:
    """A car at a charger that tells no phases, beside one that tells them all; a quiet house."""
    site = make_site(1, 32.0, grid=40.0, connector={"wiring": wiring}, safe_limit=same(16.0))
    bench = Bench(site, phases_told=False)
    bench.house = lambda now: 3.0
    bench.plug_in(ONE, phases=phases, tag="car")
    bench.run(120)
    return bench


def move(bench: Bench, *maximums: float) -> ConnectorMemory:
    """An automation changes what the car may have."""
    for maximum in maximums:
        bench.set_connector(ONE, maximum=maximum)
        bench.run(60)
    return bench.memory.connectors[ONE]


def test_a_car_counts_on_all_wires_until_the_meter_has_shown_its_phase_three_times() -> None:
    bench = blind(frozenset({L2}))
    assert bench[ONE].reserved.l1 > 0.0
    assert move(bench, 16.0, 10.0).learned is None
    assert bench[ONE].reserved.l1 > 0.0
    assert move(bench, 16.0).learned == {L2}
    assert bench[ONE].reserved.l1 == 0.0
    assert bench.memory.cars.guess("car", (L1, L2, L3)) == {L2}


def test_a_car_that_was_here_before_is_believed_a_step_earlier() -> None:
    bench = blind(frozenset({L2}))
    bench.memory.cars.learn("car", "before", (L1, L2, L3), frozenset({L2}))
    assert move(bench, 16.0).learned is None
    assert move(bench, 10.0).learned == {L2}


def test_a_step_that_contradicts_what_is_believed_brings_the_worst_case_back() -> None:
    bench = blind(frozenset({L2}))
    assert move(bench, 16.0, 10.0, 16.0).learned == {L2}
    bench.cars[ONE].phases = ALL_PHASES
    bench.run(60)
    assert move(bench, 8.0).learned is None
    assert bench[ONE].reserved == same(8.0)
    # And it is not tried again with this car.
    assert move(bench, 16.0, 8.0, 16.0, 8.0).learned is None


def test_a_phase_that_no_wire_names_is_not_learned() -> None:
    bench = blind(frozenset({L3}), wiring=(L1, L2))
    assert move(bench, 16.0, 10.0, 16.0, 10.0).learned is None


def test_nothing_is_learned_without_a_meter_that_is_believed() -> None:
    bench = blind(frozenset({L2}))
    bench.house = None
    assert move(bench, 16.0, 10.0, 16.0, 10.0).learned is None


def test_what_the_meter_taught_survives_a_restart() -> None:
    bench = blind(frozenset({L2}))
    move(bench, 16.0, 10.0, 16.0)
    data = bench.memory.to_dict(bench.now)
    again = read_memory(data, bench.now).connectors[ONE]
    assert again.learned == {L2}
    assert again.learned_from_meter
    assert again.shown == ShownPhases(NO_PHASES, 0)


def test_a_charger_that_begins_to_tell_its_phases_is_believed_more_than_the_meter() -> None:
    bench = blind(frozenset({L2}))
    assert move(bench, 16.0, 10.0, 16.0).learned == {L2}
    bench.phases_told = True
    bench.cars[ONE].phases = frozenset({L2, L3})
    assert move(bench, 10.0).learned == {L2, L3}


# In a house with cars, clouds and kettles


CLOUDY = House(
    base=PhaseCurrents(4.0, 4.0, 4.0),
    appliances=(
        Appliance(phases=frozenset({L1}), amperes=8.0, on=(60, 240), off=(120, 600)),
        Appliance(phases=frozenset({L2}), amperes=4.0, on=(30, 90), off=(60, 300)),
    ),
    sun=12.0,
)


@given(
    seed=st.integers(0, 2**32),
    house=st.sampled_from((HOUSE, CLOUDY)),
    wiring=st.sampled_from([wiring for wiring in WIRINGS if len(wiring) == 3]),
    used=st.integers(1, 3),
    limit=st.sampled_from((16.0, 25.0, 50.0, 63.0)),
)
@settings(max_examples=max(20, settings.default.max_examples // 10))
def test_the_meter_never_makes_a_car_count_on_phases_that_are_not_its_own(
    seed: int, house: House, wiring: tuple[Phase, ...], used: int, limit: float
) -> None:
    first, second = identity(0), identity(1)
    visit = Visit(arrives=40_000.0, leaves=90_000.0, ampere_hours=1e4, phases=used, maximum=32.0)
    outlets = [
        Outlet(id=first, wiring=wiring, visits=(visit,), tells=Tells.NO_PHASE),
        Outlet(id=second, wiring=(L1, L2, L3), visits=(replace(visit, phases=3),)),
    ]
    plant = Plant(outlets, house, Meter(), seed=seed, start=39_990.0)
    algorithm = Controlled(_site(wiring, limit))
    random = Random(seed)
    for _ in range(30):
        run(plant, algorithm, random.uniform(40.0, 70.0), step=1.0)
        learned = algorithm.memory.connectors[first].learned
        assert learned is None or learned == frozenset(wiring[:used])
        # An automation moves one of them: few other steps are clean.
        site, maximum = algorithm.site, random.choice((8.0, 12.0, 16.0, 32.0))
        moved = replace(site.connectors[first], maximum=maximum)
        algorithm.site = replace(site, connectors=site.connectors | {first: moved})


def _site(wiring: tuple[Phase, ...], limit: float) -> Site:
    site = make_site(2, limit, grid=limit, safe_limit=same(6.0))
    connectors = {
        identity(number): replace(
            site.connectors[id_],
            id=identity(number),
            wiring=wiring if number == 0 else (L1, L2, L3),
        )
        for number, id_ in enumerate(ids(2))
    }
    return replace(site, connectors=connectors)
