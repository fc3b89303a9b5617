"""What the building draws, from a quick meter and chargers that report late."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.draw_band import DrawEvidence
from custom_components.ev_load_manager.balancing.other_load import HOLD_MARGIN, NOISE, OtherLoad
from custom_components.ev_load_manager.balancing.phases import (
    NO_CURRENT,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.readings import MeterReading, Sample
from custom_components.ev_load_manager.balancing.site import ConnectorId

from .metered import L1, LATENCY, A, B, Site, car_of_10_a


@pytest.fixture
def site() -> Site:
    """A house of 5 A and a car that draws its 10 A."""
    site = car_of_10_a()
    assert site.estimate() == pytest.approx(5.0)
    return site


def test_nothing_is_known_before_the_first_reading() -> None:
    other = OtherLoad()
    assert other.update(meter=None, draws={}, now=0.0, latency=LATENCY) is None


def test_without_cars_the_meter_is_the_other_load() -> None:
    site = Site()
    assert site.meter(7.0) == pytest.approx(7.0 + HOLD_MARGIN)


def test_a_car_that_is_not_in_a_session_draws_nothing() -> None:
    site = Site()
    site.car(A, draws=10.0, offered=10.0)
    site.draws[A] = replace(site.draws[A], session=False)
    assert site.meter(7.0) == pytest.approx(7.0 + HOLD_MARGIN)


def test_a_rise_of_the_house_counts_with_the_first_reading(site: Site) -> None:
    assert site.meter(25.0) == pytest.approx(15.0 + HOLD_MARGIN)


def test_a_car_that_rises_to_its_new_limit_is_not_taken_for_the_house(site: Site) -> None:
    site.offer(A, 16.0)
    for amperes in (15.0, 15.0, 15.0, 18.0, 21.0, 21.0, 21.0):
        site.meter(amperes)
        assert site.estimate() == pytest.approx(5.0)


def test_more_than_a_car_may_have_risen_by_is_the_house(site: Site) -> None:
    site.offer(A, 16.0)
    site.meter(24.0)
    assert site.estimate() == pytest.approx(8.0)


def test_a_cut_of_what_a_car_leaves_unused_hides_no_rise_of_the_house(site: Site) -> None:
    site.offer(A, 16.0)
    site.meter(15.0, seconds=20)
    site.report(A, 10.0)
    site.meter(15.0, seconds=5)
    site.offer(A, 11.0)
    site.meter(25.0)
    assert site.estimate() == pytest.approx(15.0)


def test_a_car_that_was_told_less_and_then_more_is_not_taken_for_the_house(site: Site) -> None:
    site.offer(A, 6.0)
    site.meter(15.0)
    site.offer(A, 9.0)
    site.report(A, 6.0)
    site.meter(14.0)
    assert site.estimate() == pytest.approx(5.0)


def test_a_car_that_follows_a_cut_is_not_taken_for_a_fall_of_the_house(site: Site) -> None:
    site.offer(A, 6.0)
    for amperes in (15.0, 15.0, 13.0, 11.0, 11.0):
        site.meter(amperes)
        assert site.estimate() == pytest.approx(5.0)


def test_what_remains_10_s_after_a_cut_is_the_house(site: Site) -> None:
    site.offer(A, 6.0)
    site.meter(15.0, seconds=9)
    assert site.estimate() == pytest.approx(5.0)
    site.meter(15.0, seconds=6)
    assert site.estimate() == pytest.approx(9.0)


def test_a_charger_that_reports_more_than_its_offer_is_believed(site: Site) -> None:
    site.offer(A, 6.0)
    site.meter(15.0, seconds=11)
    site.report(A, 10.0)
    site.meter(15.0, seconds=1)
    assert site.estimate() <= 9.0
    site.meter(15.0, seconds=10)
    assert site.estimate() == pytest.approx(5.0)


def test_a_fall_of_the_meter_waits_for_a_report_that_is_younger(site: Site) -> None:
    site.meter(9.0, seconds=30)
    assert site.estimate() == pytest.approx(5.0)
    site.report(A, 4.0)
    site.meter(9.0, seconds=10)
    assert site.estimate() == pytest.approx(5.0)


def test_the_house_falls_once_every_charger_says_that_it_was_not_the_car(site: Site) -> None:
    site.car(B, draws=6.0, offered=6.0)
    site.meter(21.0, seconds=20)
    site.meter(17.0, seconds=5)
    site.report(A, 10.0)
    site.meter(17.0, seconds=10)
    assert site.estimate() == pytest.approx(5.0)
    site.report(B, 6.0)
    site.meter(17.0, seconds=1)
    assert site.estimate() == pytest.approx(1.0)


def test_a_fall_by_more_than_cars_without_reports_draw_needs_no_report(site: Site) -> None:
    site.meter(3.0)
    assert site.estimate() == pytest.approx(3.0)


def test_where_no_charger_reports_the_estimate_relaxes_slowly() -> None:
    site = Site()
    site.car(A, draws=None, offered=10.0)
    site.meter(15.0, seconds=200)
    site.meter(22.0, seconds=20)
    assert site.estimate() == pytest.approx(12.0)
    # The house falls; the meter alone cannot tell that it was not the car.
    site.meter(15.0, seconds=20)
    assert site.estimate() == pytest.approx(10.0)
    site.meter(15.0, seconds=100)
    assert site.estimate() == pytest.approx(5.0)


def test_an_old_report_says_no_more_than_the_offer_does(site: Site) -> None:
    site.draws[A] = replace(site.draws[A], offered=16.0, previous_offer=16.0, reserved=16.0)
    site.meter(15.0, seconds=100)
    site.meter(21.0)
    assert site.estimate() == pytest.approx(5.0)


def test_a_charger_without_phases_may_draw_on_any_of_those_it_is_wired_to() -> None:
    site = Site()
    site.car(A, draws=None, offered=16.0)
    site.draws[A] = replace(site.draws[A], sample=Sample(at=site.now, currents=None, highest=10.0))
    site.meter(15.0)
    assert site.estimate() == pytest.approx(5.0)
    site.meter(12.0, seconds=20)
    assert site.estimate() == pytest.approx(5.0)


def test_a_charger_without_phases_on_one_phase_is_as_good_as_any() -> None:
    site = Site()
    site.car(A, draws=None, offered=16.0)
    site.draws[A] = replace(
        site.draws[A], phases=L1, sample=Sample(at=site.now, currents=None, highest=10.0)
    )
    site.meter(15.0)
    assert site.other.estimate == pytest.approx((5.0, 15.0, 15.0))
    site.now += 1.0
    site.draws[A] = replace(
        site.draws[A], sample=Sample(at=site.now + 1.0, currents=None, highest=10.0)
    )
    site.meter(12.0, seconds=2)
    assert site.estimate() == pytest.approx(2.0)


def test_the_held_value_stands_above_meter_noise() -> None:
    site = Site()
    held = {round(site.meter(amperes), 6) for amperes in (5.0, 5.3, 4.8, 5.4, 5.1, 5.5) * 5}
    assert held == {5.0 + HOLD_MARGIN}


def test_a_rise_above_meter_noise_counts_at_once_and_a_smaller_one_soon() -> None:
    site = Site()
    site.meter(5.0, seconds=20)
    assert site.meter(5.7) == pytest.approx(5.7 + HOLD_MARGIN)
    assert site.meter(6.2, seconds=10) >= 6.2


def test_the_held_value_falls_to_the_peak_of_30_s() -> None:
    site = Site()
    site.meter(9.0)
    assert site.meter(4.0, seconds=29) == pytest.approx(9.0 + HOLD_MARGIN)
    assert site.meter(4.0, seconds=2) == pytest.approx(4.0 + HOLD_MARGIN)


def test_current_fed_into_the_grid_is_no_room_for_cars() -> None:
    assert Site().meter(-12.0) == 0.0


def test_current_fed_into_the_grid_is_room_for_cars_where_that_is_allowed() -> None:
    assert Site(allow_export=True).meter(-12.0) == pytest.approx(-12.0 + HOLD_MARGIN)


def test_on_a_doubtful_phase_any_car_may_load_what_it_reports_for_another(site: Site) -> None:
    site.draws[A] = replace(
        site.draws[A],
        phases=L1,
        sample=Sample(at=site.now, currents=PhaseCurrents(10.0, 0.0, 0.0), highest=10.0),
    )
    site.doubtful = frozenset({Phase.L2})
    site.meter(15.0, seconds=100)
    assert site.other.estimate is not None
    assert site.other.estimate.l2 == pytest.approx(5.0)
    assert site.other.estimate.l3 == pytest.approx(15.0)


def test_the_same_reading_again_moves_nothing(site: Site) -> None:
    before = site.other.estimate
    reading = MeterReading(at=site.now, currents=PhaseCurrents.same(99.0))
    site.other.update(meter=reading, draws=site.draws, now=site.now + 1, latency=LATENCY)
    assert site.other.estimate == before


def test_a_charger_that_is_taken_away_is_forgotten(site: Site) -> None:
    del site.draws[A]
    site.meter(15.0)
    assert site.estimate() == pytest.approx(15.0)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 30.0),  # house
            st.sampled_from([0.0, 6.0, 10.0, 16.0, 32.0]),  # limit
            st.integers(0, 8),  # seconds until the car follows
            st.integers(1, 30),  # seconds until the next event
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([5, 10, 60]),
)
def test_an_overload_is_never_hidden_by_limits_that_are_no_longer_in_force(
    events: list[tuple[float, float, int, int]], period: int
) -> None:
    """What the meter shows above all that the car may have drawn counts, but for noise."""
    site = Site()
    draw = limit = 6.0
    site.car(A, draws=draw, offered=limit)
    limits = [limit]
    for house, new_limit, delay, lasts in events:
        if new_limit != limit:
            site.offer(A, new_limit)
        limit = new_limit
        for second in range(lasts):
            draw = limit if second >= delay else draw
            if int(site.now) % period == 0:
                site.report(A, draw)
            limits.append(limit)
            site.meter(house + draw)
            in_force = max([draw, *limits[-16:]])
            assert site.estimate() >= house + draw - in_force - NOISE - 1e-9
    assert site.held is not None
    assert site.held.l1 >= 0.0


AMPERES = st.floats(0.0, 32.0)
PHASES = st.frozensets(st.sampled_from(Phase), min_size=1)
SAMPLES = st.builds(
    Sample,
    at=st.floats(850.0, 1000.0),
    currents=st.none() | st.builds(PhaseCurrents, AMPERES, AMPERES, AMPERES),
    highest=AMPERES,
)
EVIDENCE = st.builds(
    DrawEvidence,
    sample=st.none() | SAMPLES,
    phases=PHASES,
    offered=AMPERES,
    offer_changed_at=st.none() | st.floats(900.0, 1000.0),
    previous_offer=AMPERES,
    session=st.booleans(),
    reserved=AMPERES,
)


@given(
    st.lists(EVIDENCE, max_size=3),
    st.builds(PhaseCurrents, *(st.floats(0.0, 100.0) for _ in Phase)),
    st.integers(1, 40),
)
def test_all_that_the_meter_shows_is_either_reserved_for_a_charger_or_the_buildings(
    evidence: list[DrawEvidence], current: PhaseCurrents, seconds: int
) -> None:
    other = OtherLoad()
    draws = {ConnectorId(f"{number}", 1): one for number, one in enumerate(evidence)}

    for second in range(seconds):
        now = 1000.0 + second
        held = other.update(
            meter=MeterReading(at=now, currents=current), draws=draws, now=now, latency=LATENCY
        )

    assert held is not None
    for phase in Phase:
        reserved = sum(one.reserved for one in evidence if phase in one.phases)
        assert held[phase] + reserved >= current[phase]


@given(
    st.lists(st.tuples(EVIDENCE, EVIDENCE), max_size=3),
    st.builds(PhaseCurrents, *(st.floats(0.0, 100.0) for _ in Phase)),
    st.integers(1, 40),
    st.floats(0.0, 30.0),
    st.frozensets(st.sampled_from(Phase)),
    st.booleans(),
)
def test_what_is_given_back_is_nobodys_room_until_the_meter_has_shown_it(
    evidence: list[tuple[DrawEvidence, DrawEvidence]],
    current: PhaseCurrents,
    seconds: int,
    later: float,
    doubtful: Phases,
    allow_export: bool,
) -> None:
    other = OtherLoad()
    before = {ConnectorId(f"{number}", 1): one for number, (one, _) in enumerate(evidence)}
    for second in range(seconds):
        now = 1000.0 + second
        meter = MeterReading(at=now, currents=current)
        other.update(
            meter=meter, draws=before, now=now, allow_export=allow_export, doubtful=doubtful
        )

    # Limits and phases may be others by now, but no reading has come since.
    after = {ConnectorId(f"{number}", 1): one for number, (_, one) in enumerate(evidence)}
    held = other.update(
        meter=meter, draws=after, now=now + later, allow_export=allow_export, doubtful=doubtful
    )

    assert held is not None
    for phase in Phase:
        reserved = sum(
            one.reserved for one in after.values() if phase in one.phases or phase in doubtful
        )
        assert held[phase] + other.unseen[phase] + reserved >= current[phase] - 1e-9


def silent_car(site: Site, offered: float, **known: Any) -> None:
    """A session whose charger tells nothing of its current."""
    site.car(A, draws=None, offered=offered)
    site.draws[A] = replace(site.draws[A], **known)


def test_a_car_that_rests_by_its_chargers_word_hides_nothing() -> None:
    site = Site()
    silent_car(site, 11.0, rests_since=site.now - 60.0)
    site.meter(5.0, seconds=300)
    assert site.estimate() == pytest.approx(5.0)
    # Its start is no rise of the house, and costs no room: 11 A were left for it.
    silent_car(site, 11.0, rests_since=None)
    site.meter(16.0, seconds=300)
    assert site.estimate() == pytest.approx(5.0)


def test_a_car_that_rests_hides_no_rise_of_the_house() -> None:
    site = Site()
    silent_car(site, 11.0, rests_since=site.now - 60.0)
    site.meter(5.0, seconds=20)
    assert site.meter(9.0) == pytest.approx(9.0 + HOLD_MARGIN)


@pytest.mark.parametrize(
    ("told", "after", "rests"), [(33.0, 30.0, False), (33.0, 5.0, True), (0.5, 30.0, True)]
)
def test_a_report_counts_for_more_than_a_word_that_is_older(
    told: float, after: float, rests: bool
) -> None:
    site = Site()
    power = Sample(at=site.now, currents=None, highest=told, lowest=told / 3.0)
    silent_car(site, 11.0, rests_since=site.now - after, sample=power)
    site.meter(15.0)
    assert site.estimate() == pytest.approx(15.0 if rests else 4.0, abs=0.6)


def test_what_a_silent_car_gives_back_is_room_once_the_meter_was_read_without_it() -> None:
    site = Site()
    silent_car(site, 11.0)
    # It does not load this phase, but nobody knows that.
    site.meter(5.0, seconds=200)
    assert site.estimate() == pytest.approx(-6.0)
    site.allow_export = True
    site.offer(A, 0.0)
    for _ in range(11):
        site.meter(5.0)
        assert site.other.unseen == NO_CURRENT
    site.draws[A] = replace(site.draws[A], reserved=0.0)
    held = site.meter(5.0)
    assert site.other.unseen.l1 + held == pytest.approx(5.0 + HOLD_MARGIN)
    site.meter(5.0, seconds=4)
    assert site.estimate() == pytest.approx(5.0)
    assert site.other.unseen == NO_CURRENT


def test_what_a_silent_car_gives_back_is_room_at_once_where_the_meter_shows_that_it_left() -> None:
    site = Site()
    silent_car(site, 11.0)
    site.meter(16.0, seconds=200)
    site.offer(A, 0.0)
    site.meter(5.0, seconds=11)
    site.draws[A] = replace(site.draws[A], reserved=0.0)
    assert site.meter(5.0) == pytest.approx(5.0 + HOLD_MARGIN)
    assert site.other.unseen == NO_CURRENT


def test_what_is_told_need_not_be_guessed() -> None:
    site = Site()
    silent_car(site, 10.0)
    site.car(B, draws=10.0, offered=10.0)
    site.meter(25.0, seconds=200)
    site.report(B, 10.0)
    assert site.estimate() == pytest.approx(5.0)
    # It takes no more than before, as far as anybody knows.
    site.offer(B, 16.0)
    site.meter(25.0, seconds=9)
    assert site.estimate() == pytest.approx(5.0)


def test_what_a_silent_car_hid_is_not_hidden_once_more_by_a_car_that_rises() -> None:
    site = Site()
    silent_car(site, 11.0)
    site.car(B, draws=6.0, offered=6.0)
    # The silent one does not load this phase, but nobody knows that.
    site.meter(11.0, seconds=80)
    site.report(B, 6.0)
    site.meter(11.0, seconds=40)
    site.offer(A, 0.0)
    site.meter(11.0, seconds=11)
    site.offer(B, 12.0)
    site.draws[A] = replace(site.draws[A], reserved=0.0)
    site.meter(11.0, seconds=6)
    assert site.estimate() == pytest.approx(5.0, abs=NOISE)


def test_a_shortfall_that_is_known_hides_no_rise_of_the_house() -> None:
    site = Site()
    site.car(A, draws=9.2, offered=10.0)
    site.draws[A] = replace(site.draws[A], shortfall=0.8)
    site.meter(14.2, seconds=20)
    site.offer(A, 16.0)
    # All that it may draw of 16 A, and 2 A more.
    site.meter(22.2)
    assert site.estimate() == pytest.approx(7.0)


def test_a_car_with_a_shortfall_that_is_cut_is_no_fall_of_the_house() -> None:
    site = Site()
    site.car(A, draws=15.2, offered=16.0)
    site.draws[A] = replace(site.draws[A], shortfall=0.8)
    site.meter(20.2, seconds=20)
    site.offer(A, 10.0)
    for second in range(30):
        site.meter(14.2)
        if second % 5 == 0:
            site.report(A, 9.2)
        assert site.estimate() == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize(("after", "draws"), [(3.0, 10.2), (8.0, 9.0)])
def test_a_report_some_seconds_after_a_raise_tells_what_a_cut_can_take_back(
    after: float, draws: float
) -> None:
    site = Site()
    site.car(A, draws=8.6, offered=8.6)
    site.meter(13.6, seconds=20)
    site.offer(A, 10.2)
    site.meter(14.0, seconds=int(after))
    site.report(A, 9.0)
    site.meter(14.0)
    assert site.other.drawn(site.now, LATENCY, at_least=False)[A] == pytest.approx(draws)
