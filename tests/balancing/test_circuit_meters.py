"""Feeders with a meter of their own: what else they carry makes room, each for itself."""

from collections.abc import Callable
import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.decision import Mode, Reason
from custom_components.ev_load_manager.balancing.fallback import fallback_currents
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    Policy,
    Site,
)

from .bench import L1, L2, L3, Bench, read_memory, same

EAST, WEST = "east", "west"
"""East has a meter and carries other loads; west has none unless it is given one."""
SAFE = 8.0


def outlet(feeder: str, number: int = 1) -> ConnectorId:
    """One of a feeder's chargers."""
    return ConnectorId(f"{feeder} {number}", 1)


def metered_site(
    *,
    group: float = 63.0,
    grid: float | None = None,
    east: float = 25.0,
    west_meter: bool = False,
    safe: float = SAFE,
    each: int = 2,
    policy: Policy = Policy.TAKE_TURNS,
) -> Site:
    """A group with two feeders, behind a metered grid if it is given."""
    meter = CircuitMeter(safe_limit=same(safe))

    def feeder(id_: str, amperes: float, metered: bool) -> Circuit:
        return Circuit(
            id=id_,
            parent="group",
            limit=same(amperes),
            rated=same(amperes),
            meter=meter if metered else None,
        )

    circuits = {
        "group": Circuit(
            id="group",
            parent=None if grid is None else "grid",
            limit=same(group),
            rated=same(group),
        ),
        EAST: feeder(EAST, east, True),
        WEST: feeder(WEST, 25.0, west_meter),
    }
    if grid is not None:
        circuits["grid"] = Circuit(
            id="grid",
            parent=None,
            limit=same(grid),
            rated=same(grid),
            meter=CircuitMeter(safe_limit=same(10.0)),
        )
    connectors = {
        id_: Connector(id=id_, circuit=feeder_id, wiring=(L1, L2, L3), maximum=32.0)
        for feeder_id in (EAST, WEST)
        for id_ in (outlet(feeder_id, number) for number in range(1, each + 1))
    }
    return Site(
        circuits=circuits,
        connectors=connectors,
        policy=policy,
        grid=None if grid is None else "grid",
        adaptive=grid is not None,
    )


def charging(site: Site, **houses: Callable[[float], float]) -> Bench:
    """A bench on which every outlet has a car that has found its share."""
    bench = Bench(site)
    if site.grid is not None:
        bench.house = lambda now: 0.0
    bench.houses = dict(houses)
    bench.run(20)
    for id_ in site.connectors:
        bench.plug_in(id_)
    bench.run(180)
    return bench


def drawn_behind(bench: Bench, feeder: str) -> float:
    """What its cars draw together on L1, A."""
    return bench.carried(feeder).l1


def test_the_cars_leave_a_feeder_what_else_it_carries() -> None:
    bench = charging(metered_site(), east=lambda now: 7.0)
    decision = bench.decision
    assert decision is not None
    assert drawn_behind(bench, EAST) == pytest.approx(25.0 - 7.0, abs=0.8)
    assert drawn_behind(bench, WEST) == pytest.approx(25.0, abs=0.2)
    assert decision.mode is Mode.DYNAMIC
    assert decision.circuits[EAST].mode is Mode.ADAPTIVE
    assert decision.circuits[EAST].other_load == pytest.approx(same(7.3), abs=0.2)
    assert decision.circuits[WEST].mode is None
    assert bench[outlet(EAST)].circuit == EAST


def test_cars_make_way_within_a_step_of_the_other_load() -> None:
    bench = charging(metered_site(), east=lambda now: 2.0 if now < 250 else 10.0)
    bench.run(250 - bench.now)
    assert sum(bench.limits()[:2]) <= 15.0


def test_what_a_feeder_carries_beside_its_cars_counts_on_circuits_above_without_a_meter() -> None:
    bench = charging(metered_site(group=40.0), east=lambda now: 7.0)
    assert drawn_behind(bench, "group") == pytest.approx(40.0 - 7.0, abs=1.0)


def test_above_a_meter_of_its_own_it_counts_but_once() -> None:
    bench = charging(metered_site(grid=40.0, group=63.0), east=lambda now: 0.0)
    bench.house = lambda now: 7.0
    bench.houses[EAST] = lambda now: 7.0
    bench.run(180)
    assert drawn_behind(bench, "grid") == pytest.approx(40.0 - 7.0, abs=1.0)


def test_what_flows_back_through_a_feeder_makes_no_room() -> None:
    bench = charging(metered_site(group=40.0), east=lambda now: -10.0)
    assert drawn_behind(bench, EAST) <= 25.0
    assert drawn_behind(bench, "group") <= 40.0


def test_a_silent_feeder_shares_its_safe_limit_and_comes_back() -> None:
    bench = charging(metered_site(), east=lambda now: 5.0)
    before = bench.limits()
    bench.houses[EAST] = None
    bench.run(29)
    assert bench.limits()[:2] == before[:2]
    decision = bench.run(2)
    assert decision.circuits[EAST].mode is Mode.SAFE_LIMIT
    assert bench.memory.meter(EAST).safe_limit.cause is Cause.SILENT
    assert decision.mode is Mode.DYNAMIC
    bench.run(20)
    assert drawn_behind(bench, EAST) <= SAFE
    assert bench[outlet(EAST)].reason is Reason.SAFE_LIMIT
    assert bench[outlet(EAST)].circuit == EAST
    assert bench.limits()[2:] == before[2:]

    bench.houses[EAST] = lambda now: 5.0
    decision = bench.run(8)
    assert decision.circuits[EAST].mode is Mode.SAFE_LIMIT
    decision = bench.run(4)
    assert decision.circuits[EAST].mode is Mode.ADAPTIVE
    bench.run(400)
    assert bench.limits() == pytest.approx(before, abs=0.5)


def test_without_a_safe_limit_nobody_charges_behind_a_silent_meter_and_is_told_why() -> None:
    bench = charging(metered_site(safe=0.0), east=lambda now: 5.0)
    bench.houses[EAST] = None
    bench.run(60)
    assert bench.limits()[:2] == [0.0, 0.0]
    assert bench.reasons()[:2] == [Reason.SAFE_LIMIT] * 2


def test_a_fallback_beside_a_safe_limit_that_is_too_low_is_none() -> None:
    def fallbacks(safe: float) -> list[float]:
        site = metered_site(safe=safe)
        found = fallback_currents(site.connectors.values(), site.circuits, same(63.0))
        return [found[id_] for id_ in site.connectors]

    assert fallbacks(12.0) == [6.0, 6.0, 6.0, 6.0]
    assert fallbacks(11.9) == [0.0, 0.0, 6.0, 6.0]


def test_the_safe_limit_of_a_feeder_raises_nobody_while_it_takes_over() -> None:
    bench = charging(metered_site(safe=16.0, each=1), east=lambda now: 15.0)
    before = bench[outlet(EAST)].limit
    assert before < 11.0
    bench.houses[EAST] = None
    bench.run(250)
    assert bench[outlet(EAST)].limit == before
    bench.run(150)
    assert bench[outlet(EAST)].limit == 16.0


def test_a_restart_raises_nobody_behind_a_feeders_meter() -> None:
    bench = charging(metered_site(safe=16.0, each=1), east=lambda now: 15.0)
    before = bench.limits()
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    bench.memory = read_memory(kept, bench.now)
    for _ in range(9):
        decision = bench.run(1)
        assert decision.circuits[EAST].mode is Mode.SAFE_LIMIT
        assert bench.limits() == before


def test_above_a_silent_meter_counts_all_that_its_safe_limit_leaves_free() -> None:
    bench = charging(metered_site(group=40.0), east=lambda now: 2.0)
    before = bench.limits()
    bench.houses[EAST] = None
    bench.run(31)
    for _ in range(400):
        decision = bench.run(1)
        assert decision.circuits["group"].capacity == same(40.0 - (25.0 - SAFE))
    assert drawn_behind(bench, EAST) <= SAFE
    assert drawn_behind(bench, WEST) == pytest.approx(40.0 - 25.0, abs=1.0)
    assert bench[outlet(WEST)].circuit == "group"

    bench.houses[EAST] = lambda now: 2.0
    bench.run(400)
    assert bench.limits() == pytest.approx(before, abs=0.5)


def test_what_a_silent_feeder_showed_last_goes_on_counting_above_it_where_that_is_more() -> None:
    bench = charging(metered_site(group=40.0), east=lambda now: 20.0)
    bench.houses[EAST] = None
    for _ in range(400):
        decision = bench.run(1)
        assert decision.circuits["group"].capacity.l1 <= 20.0


def test_after_a_restart_what_it_showed_last_counts_above_it_as_long_as_it_may_be_silent() -> None:
    bench = charging(metered_site(group=40.0), east=lambda now: 2.0)
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    bench.memory = read_memory(kept, bench.now)
    bench.houses[EAST] = None
    for _ in range(29):
        decision = bench.run(1)
        assert decision.circuits["group"].capacity.l1 > 37.0
    decision = bench.run(3)
    assert decision.circuits["group"].capacity == same(40.0 - (25.0 - SAFE))


def test_a_meter_that_never_told_anything_counts_with_all_that_its_safe_limit_leaves() -> None:
    bench = Bench(metered_site(group=40.0))
    decision = bench.run(5)
    assert decision.circuits["group"].capacity == same(40.0 - (25.0 - SAFE))


def test_a_meter_that_is_taken_away_is_forgotten() -> None:
    bench = charging(metered_site(), east=lambda now: 12.0)
    circuits = bench.site.circuits
    plain = Circuit(id=EAST, parent="group", limit=circuits[EAST].limit, rated=circuits[EAST].rated)
    bench.site = Site(circuits={**circuits, EAST: plain}, connectors=bench.site.connectors)
    bench.houses = {}
    decision = bench.run(120)
    assert EAST not in bench.memory.meters
    assert decision.circuits[EAST].other_load is None
    assert drawn_behind(bench, EAST) == pytest.approx(25.0, abs=0.2)


def test_somebody_wrongly_wired_behind_a_feeder_is_doubted_there_alone() -> None:
    site = metered_site(each=1)
    one_phase = {
        id_: Connector(id=id_, circuit=one.circuit, wiring=(L1,), maximum=32.0)
        for id_, one in site.connectors.items()
    }
    site = Site(circuits=site.circuits, connectors=one_phase)
    bench = Bench(site)
    bench.houses = {EAST: lambda now: 0.0}
    bench.run(20)
    for id_ in site.connectors:
        bench.plug_in(id_, phases=frozenset({L1}))
    bench.run(60)
    # Its meter shows on L2 what the settings put on L1.
    seen = bench.memory.meter(EAST)
    readings_of = bench._readings

    def with_the_car_on_l2() -> Readings:
        readings = readings_of()
        reading = readings.meters[EAST]
        there = drawn_behind(bench, EAST) + 22.0 + bench.now % 2 / 50
        turned = type(reading)(at=reading.at, currents=PhaseCurrents(0.01, there, 0.0))
        return Readings(connectors=readings.connectors, meters={EAST: turned})

    bench._readings = with_the_car_on_l2  # type: ignore[method-assign]
    bench.run(60)
    assert seen.doubt.phases == {L2}
    assert bench.memory.doubtful(site.path(EAST), site.circuits) == {L2}
    assert bench.memory.doubtful(site.path(WEST), site.circuits) == frozenset()
    assert bench[outlet(EAST)].limit == 0.0
    assert bench[outlet(EAST)].reason is Reason.OVER_LIMIT
    assert bench[outlet(WEST)].limit == 25.0


LOADS = st.lists(
    st.tuples(st.integers(20, 90), st.sampled_from((0.0, 2.0, 6.0, 11.0, 16.0))),
    min_size=2,
    max_size=5,
)
"""How long the other load stays, s, and how high it is, A."""


def stairs(loads: list[tuple[int, float]], since: float) -> Callable[[float], float]:
    """A load that goes through `loads` and stays at the last."""

    def house(now: float) -> float:
        passed = now - since
        for seconds, amperes in loads:
            if passed < seconds:
                return amperes
            passed -= seconds
        return loads[-1][1]

    return house


@given(LOADS, LOADS, st.sampled_from((28.0, 40.0, 63.0)), st.booleans())
@settings(max_examples=30)
def test_no_circuit_is_above_its_limit_for_longer_than_cars_need_to_make_way(
    east: list[tuple[int, float]], west: list[tuple[int, float]], group: float, measured: bool
) -> None:
    bench = Bench(metered_site(group=group, grid=group if measured else None, west_meter=True))
    houses = {EAST: stairs(east, 60.0), WEST: stairs(west, 60.0)}
    bench.houses = dict(houses)
    if measured:
        bench.house = lambda now: houses[EAST](now) + houses[WEST](now)
    bench.run(20)
    for id_ in bench.site.connectors:
        bench.plug_in(id_)
    over = dict.fromkeys(bench.site.circuits, 0)
    for _ in range(400):
        bench.run(1)
        now = bench.now
        others = {EAST: houses[EAST](now), WEST: houses[WEST](now)}
        others["group"] = others["grid"] = others[EAST] + others[WEST]
        for id_, circuit in bench.site.circuits.items():
            drawn = bench.carried(id_).l1
            # What the building takes alone is above a fuse whatever cars do.
            above = drawn > 0.0 and drawn + others[id_] > circuit.capacity.l1 + 0.05
            over[id_] = over[id_] + 1 if above else 0
            # The grace before anyone is paused, and the meter's own second.
            assert over[id_] <= 12, (id_, now)


@given(LOADS, st.sampled_from((28.0, 34.0, 40.0, 63.0)), st.sampled_from((0.0, 2.0, 11.0)))
@settings(max_examples=20)
def test_what_begins_unseen_behind_a_silent_meter_overloads_no_circuit_above_it(
    loads: list[tuple[int, float]], group: float, before: float
) -> None:
    bench = charging(metered_site(group=group), east=lambda now: before)
    bench.houses[EAST] = None
    bench.run(30 + 12)
    unseen = stairs(loads, bench.now)
    for _ in range(300):
        bench.run(1)
        assert drawn_behind(bench, EAST) + unseen(bench.now) <= 25.0 + 0.05
        assert drawn_behind(bench, "group") + unseen(bench.now) <= group + 0.05


@given(LOADS, st.booleans(), st.integers(0, 120), st.integers(31, 200))
@settings(max_examples=20)
def test_the_silence_of_one_meter_lowers_nobody_elsewhere(
    loads: list[tuple[int, float]], grid: bool, silent_after: int, silent_for: int
) -> None:
    def bench() -> Bench:
        site = metered_site(grid=63.0 if grid else None, west_meter=True)
        made = charging(site, east=lambda now: 5.0, west=stairs(loads, 200.0))
        if grid:
            made.house = lambda now: 5.0 + stairs(loads, 200.0)(now)
        return made

    one, other = bench(), bench()
    for second in range(silent_after + silent_for + 60):
        silent = silent_after <= second < silent_after + silent_for
        one.houses[EAST] = None if silent else (lambda now: 5.0)
        one.run(1)
        other.run(1)
        for number in (1, 2):
            mine, theirs = one[outlet(WEST, number)], other[outlet(WEST, number)]
            assert mine.limit >= theirs.limit - 0.11
        if silent and second - silent_after > 45:
            assert drawn_behind(one, EAST) <= SAFE + 1e-6
