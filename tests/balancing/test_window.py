"""Cars keep the mean power of a window under its limit, beside a building."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest

from benchmarks.peaks import OURS, Job
from custom_components.ev_load_manager.balancing.controller import Memory, step
from custom_components.ev_load_manager.balancing.decision import Decision, Reason
from custom_components.ev_load_manager.balancing.network import Network
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.power_supply import see_building
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy
from custom_components.ev_load_manager.balancing.window import Budget, WindowMemory

from .bench import Bench, ids, make_site


def budget(
    left: float, *, ends_in: float = 900.0, power: float = 1000.0, limit: float = 5000.0
) -> Budget:
    return Budget(
        at=0.0,
        ends_at=ends_in,
        left=left,
        power=power,
        limit=limit,
        next_limit=limit,
        dead_time=10.0,
    )


def test_unused_energy_is_given_back_and_the_last_seconds_aim_at_the_next_window() -> None:
    memory = WindowMemory()
    memory.see(1000.0, 0.0)
    assert memory.decide(budget(1250.0), 0.0).cars == pytest.approx(4000.0, rel=0.02)
    assert memory.decide(budget(1250.0, ends_in=450.0), 0.0).cars > 8000.0
    assert memory.decide(budget(1250.0, ends_in=5.0), 0.0).cars == pytest.approx(4000.0)


def test_small_changes_are_not_passed_on_and_cuts_are_at_once() -> None:
    memory = WindowMemory()
    memory.see(1000.0, 0.0)
    first = memory.decide(budget(1250.0), 0.0).cars
    assert memory.decide(budget(1240.0), 0.0).cars == first
    assert memory.decide(budget(1000.0), 0.0).cars < first


def test_a_budget_that_is_spent_leaves_nothing() -> None:
    memory = WindowMemory()
    memory.see(1000.0, 0.0)
    assert memory.decide(budget(-10.0), 0.0).cars == 0.0


def test_a_step_of_the_building_is_followed_at_once_where_it_can_not_be_made_good() -> None:
    memory = WindowMemory()
    for second in range(600):
        memory.see(500.0, float(second))
    memory.see(4800.0, 600.0)
    # The means have hardly noticed. Early the rest of the window makes good what cars draw on,
    # and late it can't.
    assert memory.forecast < 1000.0
    early = budget(5000.0 * 870.0 / 3600.0, ends_in=870.0, power=5000.0)
    assert memory.decide(early, 0.0).cars > 2000.0
    late = budget(5000.0 * 60.0 / 3600.0, ends_in=60.0, power=5000.0)
    assert memory.decide(late, 0.0).cars <= 200.0
    # One that takes all there is by itself leaves nothing to be made good with.
    memory.see(5100.0, 601.0)
    assert memory.decide(early, 0.0).cars == 0.0


@pytest.mark.parametrize(
    ("left", "rises"),
    [
        # 5000 W for five seconds are 6.9 Wh.
        (7.0, True),
        (3.0, False),
        (-40.0, False),
    ],
)
def test_in_the_last_seconds_cars_rise_as_far_as_the_window_bears_it(
    left: float, rises: bool
) -> None:
    memory = WindowMemory(cars=500.0)
    memory.see(1000.0, 0.0)
    cars = memory.decide(budget(left, ends_in=5.0), 0.0).cars
    assert cars == (pytest.approx(4000.0) if rises else pytest.approx(500.0, abs=700.0))
    if left < 0.0:
        assert cars == 500.0


@given(st.floats(-5000, 5000), st.floats(0.1, 3600), st.floats(0, 20_000), st.floats(-1000, 20_000))
@settings(max_examples=200)
def test_it_is_never_negative_and_never_above_what_is_left(
    left: float, ends_in: float, power: float, house: float
) -> None:
    memory = WindowMemory()
    memory.see(house, 0.0)
    one = budget(left, ends_in=ends_in, power=power)
    cars = memory.decide(one, 0.0).cars
    assert cars >= 0.0
    if ends_in > one.dead_time and cars > 0.0:
        assert (cars + house) * (ends_in - one.dead_time) <= left * 3600.0 + 1e-3 * abs(left) + 1.0


def windowed(policy: Policy = Policy.TAKE_TURNS) -> Bench:
    site = make_site(2, 32.0, grid=40.0, policy=policy)
    grid = replace(site.circuits["grid"], has_window=True)
    return Bench(replace(site, circuits=site.circuits | {"grid": grid}))


@pytest.mark.parametrize("policy", list(Policy))
def test_cars_have_what_the_window_leaves_and_are_told_why(policy: Policy) -> None:
    bench = windowed(policy)
    bench.house = lambda _: 4.0
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(60.0)
    assert bench.decision is not None
    readings = replace(
        bench._readings(),
        budgets={
            "grid": replace(budget(3300.0, limit=13_000.0), at=bench.now, ends_at=bench.now + 900.0)
        },
    )
    step(bench.site, readings, bench.memory, bench.now)
    # Who has not even the minimum left is borne with for ten seconds.
    decision = step(bench.site, readings, bench.memory, bench.now + 11.0)
    window = decision.circuits["grid"].window
    assert window is not None
    drawn = sum(3 * 230.0 * one.target for one in decision.connectors.values())
    assert drawn <= window.cars + 1.0
    assert {one.reason for one in decision.connectors.values()} & {
        Reason.PEAK_LIMIT,
        Reason.WAITING_FOR_PEAK,
    }


@pytest.mark.parametrize(("left", "is_borne"), [(745.0, True), (730.0, False)])
def test_nobody_stays_at_the_minimum_for_what_the_window_can_not_make_good(
    left: float, is_borne: bool
) -> None:
    bench = windowed()
    bench.house = lambda _: 4.0
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(60.0)
    # The building takes 2.8 kW: 690 Wh. Two cars need 8.3 kW, which are 23 Wh in ten
    # seconds beside what they draw until they can answer.
    one = replace(budget(left, power=11_000.0), at=bench.now, ends_at=bench.now + 900.0)
    budgets = {"grid": replace(one, limit=13_000.0)}
    decision = step(
        bench.site, replace(bench._readings(), budgets=budgets), bench.memory, bench.now
    )
    served = [one.target > 0.0 for one in decision.connectors.values()]
    assert served.count(True) == (2 if is_borne else 0)


def test_who_does_not_use_it_is_untouched() -> None:
    site = make_site(2, 32.0, grid=40.0)
    bench = Bench(site)
    for id_ in ids(2):
        bench.plug_in(id_)
    bench.run(60.0)
    with_budget = replace(bench._readings(), budgets={"grid": replace(budget(0.0), at=bench.now)})
    memories = [Memory(), Memory()]
    plain = step(site, bench._readings(), memories[0], bench.now)
    other = step(site, with_budget, memories[1], bench.now)
    assert plain.connectors == other.connectors


def test_in_the_closed_loop_no_calm_window_is_exceeded_and_the_budget_is_used() -> None:
    found = Job(scene=0, minutes=15, seed=3, who=OURS, hours=2.0).run()
    assert found.calm > 5
    assert found.exceeded == 0
    assert found.used >= 0.96 * found.wanted


def test_a_great_limit_s_band_leaves_no_car_to_go_on_where_nothing_is_left() -> None:
    memory = WindowMemory(cars=1700.0)
    memory.see(60_000.0, 0.0)
    # 3 % of the limit would be 1800 W.
    assert memory.decide(budget(14_000.0, power=61_700.0, limit=60_000.0), 0.0).cars == 0.0


def test_after_a_start_a_building_takes_what_it_took_before() -> None:
    network = Network(make_site(1, 32.0, grid=32.0))
    watch = network.watches[0]
    memory = Memory()
    meter = memory.meter(watch.circuit)
    meter.believed = PhaseCurrents(10.0, 5.0, 0.0)
    see_building(watch, network, memory, 0.0)
    assert meter.window.forecast == pytest.approx(15.0 * network.site.voltage)


def one_charges_and_one_waits() -> tuple[Bench, ConnectorId, ConnectorId]:
    """A car that charges where the building takes nothing, and one that has just come."""
    bench = windowed()
    bench.house = lambda _: 0.0
    first, second = ids(2)
    bench.plug_in(first)
    bench.run(60.0)
    bench.plug_in(second)
    return bench, first, second


def a_window_over(
    bench: Bench, left: float, *, ends_in: float, then: float, shortest_run: float = 0.0
) -> Decision:
    """Decide with so many Wh left of a window, and so many W in the next."""
    one = replace(budget(left, limit=13_000.0), next_limit=then, shortest_run=shortest_run)
    budgets = {"grid": replace(one, at=bench.now, ends_at=bench.now + ends_in)}
    return step(bench.site, replace(bench._readings(), budgets=budgets), bench.memory, bench.now)


def test_nobody_begins_for_the_rest_of_a_window_that_others_can_use() -> None:
    bench, first, second = one_charges_and_one_waits()
    # There is room for both now, and for one alone in the next window.
    decision = a_window_over(bench, 2000.0, ends_in=600.0, then=6000.0)
    assert [decision.connectors[one].target > 0.0 for one in (first, second)] == [True, False]
    # What the first can't take is for whoever waits.
    decision = a_window_over(bench, 5000.0, ends_in=600.0, then=6000.0)
    assert decision.connectors[second].target > 0.0


@pytest.mark.parametrize(
    ("left", "ends_in", "begins"),
    [
        (2000.0, 310.0, True),
        (2000.0, 290.0, False),
        # 1.2 times what a car needs on three phases, and 1.4 times.
        (1240.0, 900.0, False),
        (1450.0, 900.0, True),
        # In the last seconds cars are led by the next window.
        (2000.0, 5.0, True),
    ],
)
def test_nobody_begins_late_in_a_window_or_with_little_for_what_ends_with_it(
    left: float, ends_in: float, begins: bool
) -> None:
    bench = windowed()
    bench.house = lambda _: 0.0
    bench.run(60.0)
    bench.plug_in(ids(1)[0])
    one = replace(budget(left, power=0.0, limit=13_000.0), shortest_run=300.0, at=bench.now)
    then = 13_000.0 if ends_in < one.dead_time else 0.0
    budgets = {"grid": replace(one, next_limit=then, ends_at=bench.now + ends_in)}
    decision = step(
        bench.site, replace(bench._readings(), budgets=budgets), bench.memory, bench.now
    )
    decided = decision.connectors[ids(1)[0]]
    assert (decided.target > 0.0) is begins
    if not begins:
        # It is no pause of its own that it waits for.
        assert (decided.reason, decided.circuit) == (Reason.WAITING_FOR_PEAK, "grid")


@pytest.mark.parametrize(("ends_in", "begins"), [(310.0, True), (290.0, False)])
def test_beside_others_nobody_begins_late_either(ends_in: float, begins: bool) -> None:
    bench, first, second = one_charges_and_one_waits()
    decision = a_window_over(bench, 5000.0, ends_in=ends_in, then=6000.0, shortest_run=300.0)
    assert decision.connectors[first].target > 0.0
    assert (decision.connectors[second].target > 0.0) is begins


def test_whoever_charges_late_in_a_window_goes_on() -> None:
    bench = windowed()
    bench.house = lambda _: 0.0
    bench.plug_in(ids(1)[0])
    bench.run(60.0)
    one = replace(budget(2000.0, limit=13_000.0), next_limit=0.0, shortest_run=300.0)
    budgets = {"grid": replace(one, at=bench.now, ends_at=bench.now + 200.0)}
    decision = step(
        bench.site, replace(bench._readings(), budgets=budgets), bench.memory, bench.now
    )
    assert decision.connectors[ids(1)[0]].target > 0.0


@pytest.mark.parametrize(("has_window", "turn"), [(False, 900.0), (True, 1800.0)])
def test_a_turn_lasts_half_an_hour_where_a_window_is_kept(has_window: bool, turn: float) -> None:
    # Room for the minimum of one of two.
    site = make_site(2, 32.0, grid=40.0)
    grid = replace(site.circuits["grid"], has_window=has_window, power_limit=6000.0)
    bench = Bench(replace(site, circuits=site.circuits | {"grid": grid}))
    bench.house = lambda _: 0.0
    first, second = ids(2)
    bench.plug_in(first)
    bench.run(60.0)
    bench.plug_in(second)

    def is_served() -> bool:
        assert bench.decision is not None
        return bench.decision.connectors[second].target > 0.0

    while not is_served():
        assert bench.now < 3600.0
        bench.run(10.0)
    assert bench.now == pytest.approx(turn, abs=90.0)


def test_a_building_that_nobody_has_seen_is_not_one_that_takes_nothing() -> None:
    # A fuse of 40 A, of which 16 A may be the cars' while the meter is silent.
    site = make_site(2, 32.0, grid=40.0, safe_limit=PhaseCurrents.same(16.0))
    grid = replace(site.circuits["grid"], has_window=True)
    bench = Bench(replace(site, circuits=site.circuits | {"grid": grid}))
    for id_ in ids(2):
        bench.plug_in(id_)
    readings = bench._readings()
    assert not readings.meters
    one = replace(budget(3300.0, limit=13_000.0), at=bench.now, ends_at=bench.now + 900.0)
    decision = step(bench.site, replace(readings, budgets={"grid": one}), bench.memory, bench.now)
    window = decision.circuits["grid"].window
    assert window is not None
    assert window.house == pytest.approx(24.0 * 3 * 230.0)
    assert window.cars == 0.0
    assert all(one.target == 0.0 for one in decision.connectors.values())


def test_a_limit_of_power_leaves_room_for_a_building_that_nobody_has_seen() -> None:
    site = make_site(1, 32.0, grid=40.0, safe_limit=PhaseCurrents.same(16.0))
    grid = replace(site.circuits["grid"], power_limit=20_000.0)
    bench = Bench(replace(site, circuits=site.circuits | {"grid": grid}))
    bench.plug_in(ids(1)[0])
    decision = step(bench.site, bench._readings(), bench.memory, bench.now)
    carried = decision.circuits["grid"].power
    assert carried is not None
    assert carried * 230.0 == pytest.approx(20_000.0 - 24.0 * 3 * 230.0)


def test_before_anything_is_known_of_a_building_a_window_leaves_nothing() -> None:
    assert WindowMemory().decide(budget(1250.0), 0.0).cars == 0.0


def test_what_is_no_number_is_nothing_that_was_seen() -> None:
    memory = WindowMemory()
    memory.see(1000.0, 0.0)
    memory.see(float("nan"), 10.0)
    assert memory.forecast == 1000.0


def test_the_building_is_seen_in_free_windows_too() -> None:
    bench = windowed()
    bench.house = lambda now: 4.0 if now < 60.0 else 12.0
    bench.plug_in(ids(1)[0])
    # Nothing is counted all the while: there is no budget.
    bench.run(600.0)
    house = bench.memory.meter("grid").window.house
    assert house == pytest.approx(12.0 * 3 * 230.0, rel=0.1)


def test_in_the_last_minute_of_a_window_nobody_gets_more() -> None:
    memory = WindowMemory()
    memory.see(1000.0, 0.0)
    before = memory.decide(budget(200.0, ends_in=300.0), 0.0).cars
    assert memory.decide(budget(200.0, ends_in=50.0), 0.0).cars == before
    # Less is told all the same.
    assert memory.decide(budget(10.0, ends_in=50.0), 0.0).cars < before
