"""What a connector may have drawn at any moment since the meter spoke last."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing import draw_band
from custom_components.ev_load_manager.balancing.draw_band import MOST_BANDS, Draw, DrawEvidence
from custom_components.ev_load_manager.balancing.phases import ALL_PHASES, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Sample

from .strategies import amperes

REPORTS = st.lists(st.builds(PhaseCurrents, *[amperes(0.0, 16.0)] * 3), min_size=2, max_size=60)


def draw_that_told(reports: list[PhaseCurrents]) -> Draw:
    """A car at a limit of 16 A that tells each second what it draws."""
    draw = Draw()
    for at, currents in enumerate(reports):
        sample = Sample(at=float(at), currents=currents, highest=max(currents))
        evidence = DrawEvidence(
            sample=sample,
            phases=ALL_PHASES,
            offered=16.0,
            offer_changed_at=None,
            previous_offer=16.0,
            session=True,
            reserved=16.0,
        )
        draw.observe(evidence, float(at))
    return draw


@given(reports=REPORTS, since=st.floats(0.0, 60.0), most=st.integers(2, 60))
def test_bands_that_are_joined_hold_whatever_each_of_them_held(
    reports: list[PhaseCurrents], since: float, most: int
) -> None:
    apart = draw_that_told(reports)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(draw_band, "MOST_BANDS", most)
        joined = draw_that_told(reports)
    assert len(joined.bands) <= most
    assert joined.bands[-1][1:] == apart.bands[-1][1:]
    if len(apart.bands) <= most:
        assert joined.bands == apart.bands
    low, high = apart.count(since)
    wider_low, wider_high = joined.count(since)
    assert all(map(float.__le__, wider_low, low))
    assert all(map(float.__ge__, wider_high, high))


def test_ten_minutes_of_reports_are_kept_apart_while_no_reading_comes() -> None:
    reports = [PhaseCurrents.same(6.0 + number % 10) for number in range(MOST_BANDS)]
    assert len(draw_that_told(reports).bands) == MOST_BANDS
    assert len(draw_that_told(reports * 3).bands) == MOST_BANDS
