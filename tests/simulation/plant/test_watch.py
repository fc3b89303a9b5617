"""The watch finds every excursion, its height and its length."""

from hypothesis import given, strategies as st
import pytest

from simulation.charger.grid import same
from simulation.plant.watch import Watch

LIMIT = same(16.0)


def watch(currents: list[float], *, tolerance: float = 0.1, step: float = 0.5) -> Watch:
    """Watch L2 at steps of half a second, the other phases empty."""
    watching = Watch("group", tolerance=tolerance)
    watching.record(0.0, same(0.0), LIMIT)
    for tick, amperes in enumerate(currents, 1):
        watching.record(tick * step, (0.0, amperes, 0.0), LIMIT)
    return watching


def test_a_phase_at_its_limit_is_not_over_it() -> None:
    watching = watch([16.0, 16.05])
    assert watching.excursions == []
    assert watching.worst == (0.0, 16.05, 0.0)


def test_an_excursion_has_a_phase_a_height_and_a_length() -> None:
    (excursion,) = watch([10.0, 17.0, 19.5, 18.0, 16.0]).excursions
    assert excursion.phase == 1
    assert excursion.seconds == pytest.approx(1.5)
    assert excursion.over == pytest.approx(3.5)
    assert str(excursion) == "group L2: 3.5 A above 16 A for 1.5 s"


def test_two_excursions_with_a_break_are_two() -> None:
    watching = watch([20.0, 20.0, 10.0, 20.0])
    assert [one.seconds for one in watching.excursions] == [1.0, 0.5]
    assert watching.longest == 1.0
    assert watching.over == (0.0, 1.5, 0.0)


def test_the_limit_of_the_moment_counts() -> None:
    watching = Watch("grid")
    watching.record(0.0, same(12.0), LIMIT)
    watching.record(1.0, same(12.0), same(10.0))
    watching.record(2.0, same(12.0), LIMIT)
    assert watching.longest == 1.0
    assert watching.highest == 2.0


def test_the_mean_of_ten_minutes_forgives_what_is_short() -> None:
    watching = watch([10.0] * 2400 + [40.0] * 20 + [10.0] * 1200)
    assert watching.worst_mean_over is not None
    expected = ((40.0 - 16.0) * 10 + (10.0 - 16.0) * 590) / 600
    assert watching.worst_mean_over[1] == pytest.approx(expected)


def test_there_is_no_mean_before_ten_minutes_are_over() -> None:
    assert watch([40.0] * 100).worst_mean_over is None


@given(st.lists(st.floats(0.0, 40.0), max_size=60))
def test_time_over_is_the_sum_of_the_excursions(currents: list[float]) -> None:
    watching = watch(currents)
    assert watching.over[1] == pytest.approx(sum(one.seconds for one in watching.excursions))
    above = sum(amperes - 16.0 > 0.1 for amperes in currents)
    assert watching.over[1] == pytest.approx(above * 0.5)
