"""The limit goes up and down, and the meter tells which phases follow, or that it is not sure."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import override

from hypothesis import given, settings, strategies as st
import pytest

from benchmarks.loop import HOUSE, Controlled, identity
from custom_components.ev_load_manager.balancing.phase_steps import Step
from custom_components.ev_load_manager.balancing.phases import (
    NO_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
    Wiring,
)
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId, Site
from custom_components.ev_load_manager.balancing.wiring_search import (
    LONGEST,
    Finding,
    Outcome,
    Proposal,
    WiringSearch,
    phases_that_follow,
    propose,
)
from simulation.plant.plant import Appliance, Fault, House, Meter, Plant, run
from simulation.plant.plant_cars import Outlet, Visit

from .bench import L1, L2, L3, ids, make_site, same
from .strategies import WIRINGS

FIRST, SECOND = identity(0), identity(1)
STRAIGHT: Wiring = (L1, L2, L3)
TURNED: Wiring = (L2, L3, L1)
QUIET = House(base=PhaseCurrents(2.0, 3.0, 1.0))
STAYING = Visit(arrives=5.0, leaves=90_000.0, ampere_hours=1e4, maximum=16.0)


def steps(*moves: tuple[float, float, float]) -> list[Step]:
    """Steps of 10 A, up and down by turns, with what followed."""
    return [
        Step(
            connector=ids(1)[0],
            at=0.0,
            change=change,
            shown=PhaseCurrents(*(amperes * change / 10.0 for amperes in move)),
            restless=0.3,
        )
        for move, change in zip(moves, [10.0, -10.0] * len(moves), strict=False)
    ]


CLEAR = (0.2, 9.8, -0.1)


@pytest.mark.parametrize(
    ("found", "phases"),
    [
        (steps(*[CLEAR] * 6), {L2}),
        (steps(*[(9.9, 9.8, 10.0)] * 6), {L1, L2, L3}),
        (steps(*[(9.9, 0.0, 10.0)] * 6), {L1, L3}),
        # A kettle during one of them, also on the very phase.
        (steps(*[CLEAR] * 5, (9.0, 9.8, 0.0)), {L2}),
        (steps(*[CLEAR] * 5, (0.0, 0.1, 0.0)), {L2}),
        # Too few, nothing that follows, half of it, and kettles all the time.
        (steps(*[CLEAR] * 5), None),
        (steps(*[(0.1, -0.2, 0.3)] * 8), None),
        (steps(*[(0.1, 9.8, 5.0)] * 8), None),
        (steps(*[CLEAR, (9.0, 9.8, 0.0)] * 4), None),
        (steps(*[CLEAR, CLEAR, (0.0, 0.1, 0.0)] * 3), None),
    ],
)
def test_a_phase_is_proven_where_nearly_every_step_shows_it(
    found: list[Step], phases: Phases | None
) -> None:
    assert phases_that_follow(found) == phases


# What a charger's wiring is, then


@pytest.mark.parametrize(
    ("wiring", "phases", "terminals", "proposal"),
    [
        # A one-phase car shows its own terminal.
        (STRAIGHT, {L1}, {0}, Proposal(wiring=STRAIGHT, proven=frozenset({0}), fits=True)),
        (STRAIGHT, {L2}, {0}, Proposal(wiring=TURNED, proven=frozenset({0}), fits=False)),
        (STRAIGHT, {L2}, None, Proposal(wiring=TURNED, proven=frozenset({0}), fits=False)),
        (TURNED, {L1}, {1}, Proposal(wiring=(L3, L1, L2), proven=frozenset({1}), fits=False)),
        ((L1,), {L3}, None, Proposal(wiring=(L3,), proven=frozenset({0}), fits=False)),
        ((L1,), {L1}, {0}, Proposal(wiring=(L1,), proven=frozenset({0}), fits=True)),
        # Three phases alike don't show their order.
        (TURNED, set(Phase), None, Proposal(wiring=TURNED, proven=frozenset(), fits=True)),
        ((L2,), set(Phase), {0, 1, 2}, Proposal(wiring=TURNED, proven=frozenset(), fits=False)),
        # Nor do two.
        (STRAIGHT, {L1, L2}, {0, 1}, Proposal(wiring=STRAIGHT, proven=frozenset(), fits=True)),
        (STRAIGHT, {L2, L3}, None, Proposal(wiring=TURNED, proven=frozenset(), fits=False)),
        # What the charger sees and what the meter sees don't fit.
        (STRAIGHT, {L1}, {0, 1, 2}, None),
        (STRAIGHT, set(), None, None),
    ],
)
def test_a_wiring_is_proposed_that_fits_what_was_seen(
    wiring: Wiring, phases: set[Phase], terminals: set[int] | None, proposal: Proposal | None
) -> None:
    seen = None if terminals is None else frozenset(terminals)
    assert propose(wiring, frozenset(phases), seen) == proposal


@given(
    true=st.sampled_from([wiring for wiring in WIRINGS if len(wiring) == 3][:3]),
    told=st.sampled_from(WIRINGS),
    used=st.sampled_from(({0}, {1}, {2}, {0, 1}, {1, 2}, {0, 1, 2})),
)
def test_a_proposal_puts_the_terminals_on_the_phases_that_were_seen(
    true: Wiring, told: Wiring, used: set[int]
) -> None:
    phases = frozenset(true[one] for one in used)
    proposal = propose(told, phases, frozenset(used))
    if proposal is None or (len(proposal.wiring) == 1 and used != {0}):
        return
    assert {proposal.wiring[one] for one in used} == phases
    assert all(proposal.wiring[one] == true[one] for one in proposal.proven)


# In a house


class Searching(Controlled):
    """The controller, and a search that may not have more than it gives."""

    search: WiringSearch | None = None
    lowest = highest = 0.0

    def begin(self, plant: Plant, seed: int = 1) -> WiringSearch:
        """Look for the wiring of the first charger."""
        reading = plant.readings().connectors[FIRST]
        self.search = WiringSearch(
            connector=self.site.connectors[FIRST],
            site=self.site,
            session=reading.session,
            started_at=plant.now,
            random=Random(seed),
        )
        return self.search

    @override
    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        limits = dict(super().decide(readings, now))
        if self.search is not None:
            assert self.decision is not None
            self.search.look(self.site, readings, self.decision, now=now)
            if self.search.cap is not None:
                assert self.search.cap >= 6.0
                limits[FIRST] = min(limits[FIRST], self.search.cap)
        return limits


def site_of(wiring: Wiring, limit: float) -> Site:
    """Two chargers, the first one wired as the settings say."""
    site = make_site(2, limit, grid=limit, safe_limit=same(6.0))
    connectors = {
        identity(number): replace(
            site.connectors[id_], id=identity(number), wiring=wiring if number == 0 else STRAIGHT
        )
        for number, id_ in enumerate(ids(2))
    }
    return replace(site, connectors=connectors)


def at_home(
    wiring: Wiring = STRAIGHT,
    *,
    told: Wiring = STRAIGHT,
    used: int = 3,
    limit: float = 40.0,
    house: House = QUIET,
    other: bool = False,
    seed: int = 1,
    **meter: object,
) -> tuple[Plant, Searching]:
    """A car that has charged for a while at a charger that is wired so."""
    visits = (replace(STAYING, phases=used),)
    outlets = [
        Outlet(id=FIRST, wiring=wiring, believed_wiring=told, visits=visits),
        Outlet(id=SECOND, wiring=STRAIGHT, visits=(STAYING,) if other else ()),
    ]
    plant = Plant(outlets, house, Meter(**meter), seed=seed)  # type: ignore[arg-type]
    algorithm = Searching(site_of(told, limit))
    run(plant, algorithm, 180.0)
    return plant, algorithm


def searched(plant: Plant, algorithm: Searching, seed: int = 1) -> Finding:
    """Search to the end."""
    search = algorithm.begin(plant, seed)
    began = plant.now
    while search.finding is None:
        run(plant, algorithm, 5.0)
        assert plant.now <= began + LONGEST + 10.0
    assert search.cap is None
    return search.finding


@pytest.mark.parametrize("used", [1, 2, 3])
@pytest.mark.parametrize("period", [1.0, 2.0, 5.0, 10.0])
def test_in_a_quiet_house_it_is_found_within_some_minutes(used: int, period: float) -> None:
    plant, algorithm = at_home(TURNED, used=used, period=period)
    began = plant.now
    finding = searched(plant, algorithm)
    assert finding.outcome is Outcome.FOUND
    assert finding.phases == frozenset(TURNED[:used])
    assert plant.now - began < (300.0 if period < 5.0 else 500.0)


def test_another_car_does_not_disturb_it() -> None:
    plant, algorithm = at_home(TURNED, used=1, other=True, limit=50.0)
    finding = searched(plant, algorithm)
    assert (finding.outcome, finding.phases) == (Outcome.FOUND, frozenset({L2}))


def test_afterwards_the_car_has_what_the_sharing_gives_it() -> None:
    plant, algorithm = at_home(TURNED, used=1)
    drawn = plant.connectors[FIRST].drawn
    searched(plant, algorithm)
    run(plant, algorithm, 30.0)
    assert plant.connectors[FIRST].drawn == drawn == 16.0


def test_it_never_has_more_than_the_sharing_allows_and_never_less_than_the_minimum() -> None:
    plant, algorithm = at_home(TURNED, used=1, house=HOUSE, limit=25.0)
    search = algorithm.begin(plant)
    while search.finding is None:
        run(plant, algorithm, 1.0)
        assert algorithm.decision is not None
        decided = algorithm.decision.connectors[FIRST]
        if search.cap is not None:
            assert search.cap >= 6.0
            assert plant.connectors[FIRST].commanded <= max(decided.limit, 6.0)


def test_where_limits_are_whole_amperes_the_low_one_is_no_less_than_the_minimum() -> None:
    plant, algorithm = at_home(TURNED, used=1)
    first = replace(algorithm.site.connectors[FIRST], minimum=6.1, step=1.0)
    algorithm.site = replace(algorithm.site, connectors=algorithm.site.connectors | {FIRST: first})
    run(plant, algorithm, 90.0)
    search = algorithm.begin(plant)
    lowest = 32.0
    while search.finding is None:
        run(plant, algorithm, 1.0)
        lowest = min(lowest, plant.connectors[FIRST].commanded)
    assert lowest == 7.0
    assert search.finding.phases == {L2}


def test_a_car_that_draws_nothing_shows_nothing() -> None:
    plant, algorithm = at_home(TURNED, used=1)
    plant.connectors[FIRST].wanted = 0.0
    finding = searched(plant, algorithm)
    assert (finding.outcome, finding.phases) == (Outcome.UNSURE, NO_PHASES)


def test_where_the_building_keeps_switching_it_says_that_it_is_not_sure() -> None:
    restless = House(
        base=PhaseCurrents(1.0, 1.0, 1.0),
        appliances=tuple(
            Appliance(phases=frozenset({phase}), amperes=9.0, on=(5, 25), off=(5, 25))
            for phase in Phase
        ),
    )
    plant, algorithm = at_home(TURNED, used=1, house=restless, limit=63.0)
    first = replace(algorithm.site.connectors[FIRST], maximum=10.0)
    algorithm.site = replace(algorithm.site, connectors=algorithm.site.connectors | {FIRST: first})
    run(plant, algorithm, 60.0)
    assert searched(plant, algorithm).outcome is Outcome.UNSURE


def test_it_ends_when_the_car_leaves() -> None:
    plant, algorithm = at_home()
    search = algorithm.begin(plant)
    run(plant, algorithm, 60.0)
    plant.connectors[FIRST].outlet = replace(plant.connectors[FIRST].outlet, visits=())
    visit = plant.connectors[FIRST].visit
    assert visit is not None
    plant.connectors[FIRST].visit = replace(visit, leaves=plant.now)
    run(plant, algorithm, 5.0)
    assert search.finding is not None
    assert search.finding.outcome is Outcome.ENDED
    assert search.cap is None


def test_it_ends_when_somebody_changes_a_limit() -> None:
    plant, algorithm = at_home()
    search = algorithm.begin(plant)
    run(plant, algorithm, 60.0)
    group = replace(algorithm.site.circuits["group"], limit=same(20.0))
    algorithm.site = replace(algorithm.site, circuits=algorithm.site.circuits | {"group": group})
    run(plant, algorithm, 5.0)
    assert search.finding is not None
    assert search.finding.outcome is Outcome.ENDED


@pytest.mark.parametrize("adaptive", [True, False])
def test_it_ends_when_the_meter_falls_silent(adaptive: bool) -> None:
    plant, algorithm = at_home(faults=((Fault.SILENT, 240.0, 400.0),))
    algorithm.site = replace(algorithm.site, adaptive=adaptive)
    search = algorithm.begin(plant)
    run(plant, algorithm, 120.0)
    assert search.finding is not None
    assert search.finding.outcome is Outcome.ENDED


def test_what_has_ended_stays_as_it_is() -> None:
    plant, algorithm = at_home()
    search = algorithm.begin(plant)
    search.end()
    ended = search.finding
    run(plant, algorithm, 60.0)
    search.end()
    assert search.finding is ended
    assert search.cap is None


def test_a_charger_that_writes_limits_to_flash_is_not_moved_more_often_than_once_a_minute() -> None:
    plant, algorithm = at_home(TURNED, used=1)
    connector = replace(algorithm.site.connectors[FIRST], increase_interval=60.0)
    algorithm.site = replace(
        algorithm.site, connectors=algorithm.site.connectors | {FIRST: connector}
    )
    run(plant, algorithm, 90.0)
    before, began = plant.connectors[FIRST].commands, plant.now
    finding = searched(plant, algorithm)
    assert finding.phases == {L2}
    assert plant.connectors[FIRST].commands - before <= (plant.now - began) / 60.0 + 3


@given(
    seed=st.integers(0, 2**32),
    wiring=st.sampled_from([wiring for wiring in WIRINGS if len(wiring) == 3]),
    used=st.integers(1, 3),
    other=st.booleans(),
    limit=st.sampled_from((16.0, 25.0, 40.0)),
)
@settings(max_examples=max(20, settings.default.max_examples // 10))
def test_what_it_finds_is_true_whatever_the_building_does(
    seed: int, wiring: Wiring, used: int, other: bool, limit: float
) -> None:
    plant, algorithm = at_home(wiring, used=used, house=HOUSE, other=other, limit=limit, seed=seed)
    finding = searched(plant, algorithm, seed)
    if finding.outcome is Outcome.FOUND:
        assert finding.phases == frozenset(wiring[:used])
    else:
        assert finding.phases == NO_PHASES
