"""While a meter shows too much: cars are cut from what they draw, never below the minimum."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.overload import CALM, OUTLIVES, Overload
from custom_components.ev_load_manager.balancing.peaks import Peaks
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents

from .bench import L1, L2, Bench, ids, make_site

ONE, TWO = ids(2)


def left(l1: float, l2: float = 5.0, l3: float = 5.0) -> PhaseCurrents:
    """What a reading leaves below the limit."""
    return PhaseCurrents(l1, l2, l3)


def test_a_single_reading_just_above_the_limit_may_be_noise() -> None:
    overload = Overload()
    overload.update(left(-0.3), 10.0)
    assert not overload.phases
    overload.update(left(-0.3), 12.0)
    assert overload.phases == {L1}
    overload.update(left(0.1), 14.0)
    assert not overload.phases


def test_half_an_ampere_too_much_counts_at_once() -> None:
    overload = Overload()
    overload.update(left(-0.6), 10.0)
    assert overload.phases == {L1}


def test_an_overload_outlives_its_cuts_after_14_s_on_the_phase_that_has_been_over() -> None:
    overload = Overload()
    for at in range(0, int(OUTLIVES), 2):
        overload.update(left(-1.0), float(at))
        assert not overload.outlived
    overload.update(left(-1.0), OUTLIVES)
    assert overload.outlived
    overload.update(left(0.5, -1.0), OUTLIVES + 2.0)
    assert overload.phases == {L2}
    assert not overload.outlived


def test_who_loads_a_phase_that_was_over_waits_for_calm_and_who_does_not_need_not() -> None:
    overload = Overload()
    overload.update(left(-1.0), 100.0)
    overload.update(left(2.0), 102.0)
    assert overload.calm_until(103.0) == {L1: 100.0 + CALM}
    assert overload.calm_until(100.0 + CALM) == {}


def slack_bench(*, phases_told: bool = True, period: float = 10.0) -> Bench:
    """A car that may take 20 A and takes 10 of them, in a house of 10 A behind 30 A."""
    bench = Bench(
        make_site(1, 30.0, grid=30.0, safe_limit=PhaseCurrents.same(10.0)),
        period=period,
        phases_told=phases_told,
    )
    bench.house = lambda _: 10.0
    bench.plug_in(ONE, maximum=10.0)
    bench.run(100)
    return bench


@pytest.mark.parametrize("phases_told", [True, False])
def test_a_car_that_takes_half_of_its_limit_is_cut_from_what_it_takes(phases_told: bool) -> None:
    bench = slack_bench(phases_told=phases_told)
    bench.run(0)
    assert bench[ONE].limit > 10.0
    # 1.5 A over, whatever the car may draw.
    bench.house = lambda _: 21.5
    since = bench.now
    while bench.drawn(ONE) + 21.5 > 30.0:
        bench.run(1)
        assert bench.now - since <= 30.0
    assert bench[ONE].limit >= 6.0


def test_nobody_is_stopped_to_end_an_overload_that_a_stop_alone_would_not_have_to() -> None:
    bench = slack_bench(phases_told=True)
    bench.house = lambda _: 23.5
    for _ in range(60):
        bench.run(1)
        assert bench[ONE].limit >= 6.0
    assert bench.drawn(ONE) + 23.5 <= 30.0


def test_whoever_is_cut_for_an_overload_reads_that_it_is_one() -> None:
    # It tells nothing: what it draws of its limit shows only by its not coming down.
    bench = slack_bench(period=1e9)
    bench.house = lambda _: 21.5
    reasons = set()
    for _ in range(30):
        bench.run(1)
        reasons.add(bench[ONE].reason)
    assert Reason.OVER_LIMIT in reasons


@settings(max_examples=30)
@given(
    takes=st.floats(6.0, 20.0),
    excess=st.floats(0.6, 5.0),
    phases_told=st.booleans(),
    period=st.sampled_from([10.0, 60.0, 300.0]),
)
def test_small_overloads_end_within_half_a_minute_and_nobody_is_raised_meanwhile(
    takes: float, excess: float, phases_told: bool, period: float
) -> None:
    bench = Bench(
        make_site(2, 40.0, grid=40.0, safe_limit=PhaseCurrents.same(12.0)),
        period=period,
        phases_told=phases_told,
    )
    bench.house = lambda _: 5.0
    bench.plug_in(ONE, maximum=takes)
    bench.plug_in(TWO, maximum=takes / 2.0 + 3.0)
    bench.run(150)
    others = 40.0 + excess - bench.drawn(ONE) - bench.drawn(TWO)
    bench.house = lambda _: others
    before = bench.limits()
    for second in range(60):
        bench.run(1)
        if bench.drawn(ONE) + bench.drawn(TWO) + others > 40.2:
            assert all(now <= was for now, was in zip(bench.limits(), before, strict=True))
            # Where even the minimums are too much, somebody has to be paused.
            assert second <= 30 or min(bench.limits()) == 0.0
        before = bench.limits()


def test_a_load_that_comes_back_each_time_is_expected_once_more() -> None:
    peaks = Peaks(30.0)
    at = 0.0

    def run(amperes: float, seconds: int) -> float:
        nonlocal at
        for _ in range(seconds):
            at += 1.0
            peaks.add(at, amperes)
        return peaks.highest(at)

    run(11.0, 60)
    assert run(1.0, 60) == 1.0
    run(11.0, 60)
    assert run(1.0, 60) == 1.0
    run(11.0, 60)
    # Twice it was away for a minute.
    assert run(1.0, 60) == 11.0
    run(11.0, 60)
    assert run(1.0, 60) == 11.0
    # It stays away for good.
    assert run(1.0, 100) == 1.0
    run(11.0, 60)
    assert run(1.0, 60) == 1.0


def test_a_load_that_comes_back_after_minutes_is_followed() -> None:
    peaks = Peaks(30.0)
    at = 0.0
    for amperes in (11.0, 1.0) * 8:
        for _ in range(240):
            at += 1.0
            peaks.add(at, amperes)
        assert peaks.highest(at) == amperes


@given(st.lists(st.floats(-20.0, 40.0), min_size=1, max_size=200))
def test_a_peak_is_what_was_highest_while_it_is_held(values: list[float]) -> None:
    peaks = Peaks(30.0)
    for at, amperes in enumerate(values):
        peaks.add(float(at), amperes)
        if peaks.hold == 30.0:
            assert peaks.highest(float(at)) == max(values[max(0, at - 29) : at + 1])
        assert peaks.highest(float(at)) >= amperes


def test_phases_are_looked_at_one_by_one() -> None:
    overload = Overload()
    overload.update(left(-1.0, -1.0, 3.0), 1.0)
    assert overload.phases == {Phase.L1, Phase.L2}
    overload.forget()
    assert not overload.phases
    assert overload.calm_until(2.0) == {}
