"""What flowed follows from the register, whatever became of the register."""

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.sessions.completeness import Flag
from custom_components.ev_load_manager.sessions.quarters import Stretch, quarters, slot_of, whole
from custom_components.ev_load_manager.sessions.register import Course, Reading, follow

HOUR = 3600.0
AT = 1_790_000_100.0
"""Not at the beginning of a quarter hour."""


def told(*readings: float, every: float = HOUR / 2, at: float = AT) -> list[Reading]:
    """Readings in equal steps."""
    return [Reading(at + number * every, wh) for number, wh in enumerate(readings)]


def course(*readings: float, **options: float) -> Course:
    """A session with a start, readings and a stop."""
    start, *between, stop = told(*readings, **options)
    return follow(start, between, stop)


def test_energy_is_the_difference_of_the_register() -> None:
    found = course(7_930_000, 7_934_000, 7_938_250)
    assert found.wh == 8_250
    assert found.flags == Flag(0)


def test_a_start_of_zero_with_a_lifetime_of_years_is_no_start() -> None:
    found = course(0, 7_930_000, 7_934_000)
    assert found.wh == 4_000
    assert found.flags == Flag.START_UNKNOWN


def test_where_nothing_else_was_told_its_energy_is_not_known() -> None:
    found = course(0, 7_930_000)
    assert found.wh is None
    assert found.flags == Flag.START_UNKNOWN


def test_a_start_that_nobody_told_begins_with_the_first_reading() -> None:
    found = follow(None, told(5_000, 9_000, 12_000))
    assert found.wh == 7_000
    assert found.flags == Flag.START_UNKNOWN


def test_a_register_that_counts_from_zero_in_each_session_is_recognised() -> None:
    found = course(120_000, 1_000, 5_000, 9_000)
    assert found.wh == 9_000
    assert found.flags == Flag.SESSION_RELATIVE


def test_a_stop_that_tells_the_lifetime_again_is_no_leap() -> None:
    found = course(120_000, 1_000, 5_000, 129_000)
    assert found.wh == 9_000
    assert found.flags == Flag.SESSION_RELATIVE


def test_a_register_that_is_reset_meanwhile_goes_on_from_what_had_flowed() -> None:
    found = course(500_000, 505_000, 2_000, 6_000)
    assert found.wh == 11_000
    assert found.flags == Flag.REGISTER_RESET


def test_a_meter_that_is_replaced_adds_nothing_of_its_own() -> None:
    found = course(500_000, 505_000, 300_000, 304_000)
    assert found.wh == 9_000
    assert found.flags == Flag.REGISTER_RESET


@pytest.mark.parametrize("size", [1e6, 1e8, 2.0**32])
def test_a_register_that_rolls_over_goes_on(size: float) -> None:
    found = course(size - 4_000, size - 1_000, 3_000)
    assert found.wh == pytest.approx(7_000)
    assert found.flags == Flag.REGISTER_RESET


def test_one_value_that_can_not_be_changes_nothing_of_the_rest() -> None:
    found = course(500_000, 502_000, 99_000_000, 504_000, 506_000)
    assert found.wh == 6_000
    assert found.flags == Flag.IMPLAUSIBLE


def test_a_register_that_goes_back_by_a_little_has_not_been_reset() -> None:
    found = course(500_000, 502_000, 501_990, 503_000)
    assert found.wh == 3_000
    assert found.flags == Flag.BACKWARDS


def test_a_clock_that_is_not_to_be_believed_makes_no_energy_implausible() -> None:
    start, stop = told(500_000, 520_000, every=1.0)
    assert follow(start, (), stop).wh is None
    found = follow(start, (), stop, sure=False)
    assert found.wh == 20_000
    assert found.flags == Flag(0)


def test_what_is_told_of_another_time_does_not_count() -> None:
    start, stop = Reading(AT, 500_000), Reading(AT + HOUR, 504_000)
    outside = [Reading(AT - 60, 1.0), Reading(AT + HOUR + 60, 504_004)]
    assert follow(start, outside, stop).wh == 4_000


def test_nothing_told_is_not_nothing_charged() -> None:
    assert follow(None).wh is None
    assert follow(Reading(AT, 1_000.0)).wh is None


RISES = st.lists(
    st.tuples(st.floats(1.0, 4 * HOUR), st.floats(0.0, 10_000.0)), min_size=1, max_size=40
)


def rising(rises: list[tuple[float, float]], start: float) -> list[Reading]:
    """A register that rises by no more than can flow."""
    readings = [Reading(AT, start)]
    for seconds, power in rises:
        last = readings[-1]
        readings.append(Reading(last.at + seconds, last.wh + power * seconds / HOUR))
    return readings


@settings(deadline=None)
@given(RISES, st.floats(0.0, 1e8), st.randoms(use_true_random=False))
def test_the_order_in_which_readings_are_told_does_not_matter(rises, start, chance) -> None:
    first, *rest = rising(rises, start)
    *between, last = rest
    found = follow(first, between, last)
    chance.shuffle(between)
    assert follow(first, between, last) == found
    assert found.wh == pytest.approx(last.wh - first.wh, abs=1e-6)
    assert found.flags == Flag(0)


@settings(deadline=None)
@given(
    RISES,
    st.floats(0.0, 1e8),
    st.lists(st.tuples(st.floats(0, 40 * HOUR), st.floats(0, 4 * HOUR)), max_size=5),
)
def test_quarter_hours_add_up_to_the_watt_hour(rises, start, charging) -> None:
    first, *between = rising(rises, start)
    points = follow(first, between).points
    stretches = sorted(Stretch(AT + at, AT + at + length) for at, length in charging)
    found = quarters(points, stretches)
    assert sum(quarter.wh for quarter in found) == whole(points[-1].wh)
    assert all(quarter.wh >= 0 for quarter in found)
    slots = [quarter.slot for quarter in found]
    assert slots == sorted(set(slots))
    assert all(slot_of(AT) <= slot <= slot_of(points[-1].at) for slot in slots)


@settings(deadline=None)
@given(RISES, st.floats(0.0, 1e8))
def test_quarter_hours_of_the_past_stay_as_they_are(rises, start) -> None:
    first, *rest = rising(rises, start)
    points = follow(first, rest).points
    whole_session = {one.slot: one for one in quarters(points)}
    for length in range(1, len(points)):
        so_far = quarters(points[:length])
        over = slot_of(points[length - 1].at)
        for quarter in so_far:
            if quarter.slot < over:
                assert whole_session[quarter.slot] == quarter


JUMPS = st.lists(
    st.tuples(st.floats(-HOUR, 4 * HOUR), st.floats(300.0, 1200.0), st.sampled_from((-3.0, 3.0))),
    min_size=1,
    max_size=3,
)


@given(
    st.floats(HOUR, 4 * HOUR),
    st.sampled_from((10.0, 60.0, 300.0)),
    JUMPS,
    st.sampled_from(((64_566.0, False), (271_556.0, False), (271_556.0, True))),
)
@example(7_098.0, 60.0, [(-1_008.0, 1_136.0, -3.0), (1_608.0, 928.0, -3.0)], (64_566.0, False))
def test_a_clock_that_is_set_for_a_while_changes_no_energy(lasts, every, jumps, register) -> None:
    """Also with a young meter, and where what is told counts from 0 in each session (`own`)."""
    (begins, own), power = register, 2_000.0 / HOUR

    def told_at(at: float) -> float:
        return (
            AT
            + at
            + sum(hours * HOUR for since, for_, hours in jumps if since <= at < since + for_)
        )

    times = [every * number for number in range(1, int(lasts / every))]
    between = [Reading(told_at(at), (0.0 if own else begins) + power * at) for at in times]
    start, stop = Reading(told_at(0.0), begins), Reading(told_at(lasts), begins + power * lasts)
    ends = max(start.at, stop.at)
    found = follow(start, between, Reading(ends, stop.wh), ordered=stop.at >= start.at)
    assert found.wh == pytest.approx(power * lasts)


def test_a_gap_is_shared_out_over_the_time_of_charging() -> None:
    begin = float(slot_of(AT) * 900)
    points = [Reading(begin, 0.0), Reading(begin + 4 * HOUR, 8_000.0)]
    evenly = quarters(points)
    assert [quarter.wh for quarter in evenly] == [500] * 16
    assert all(quarter.estimated for quarter in evenly)
    charged = quarters(points, [Stretch(begin + HOUR, begin + 2 * HOUR)])
    assert [(one.slot - slot_of(begin), one.wh) for one in charged] == [
        (number, 2_000) for number in range(4, 8)
    ]


def test_readings_that_are_near_each_other_are_no_estimate() -> None:
    begin = float(slot_of(AT) * 900)
    points = [Reading(begin + 300 * number, 100.0 * number) for number in range(10)]
    found = quarters(points)
    assert [quarter.wh for quarter in found] == [300, 300, 300]
    assert not any(quarter.estimated for quarter in found)
