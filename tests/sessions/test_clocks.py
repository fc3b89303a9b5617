"""The energy of a session is what its registers say, whatever clocks said meanwhile."""

from collections.abc import Callable
import sqlite3

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.sessions.completeness import Flag
from custom_components.ev_load_manager.sessions.outlets import note_reading
from custom_components.ev_load_manager.sessions.quarters import quarters, whole
from custom_components.ev_load_manager.sessions.register import Course, Reading, follow
from custom_components.ev_load_manager.sessions.thinner import Thinner

from .telling import (
    HOUR,
    MINUTE,
    NOON,
    begun,
    ended,
    iso,
    new_book,
    parts,
    row,
    tell,
    with_readings,
)

START = 748_928.0
"""Wh: more than can flow since a register was 0."""
POWER = 11_000.0
"""W."""
EVERY = 5 * MINUTE

type WallClock = Callable[[float], float]
"""Seconds by which our clock is ahead, by the seconds since a session began."""


def set_by(*changes: tuple[float, float]) -> WallClock:
    """A clock that is set by so many seconds, so many seconds after a session began."""
    return lambda at: sum(by for when, by in changes if at >= when)


def readings(length: float, wall: WallClock, start: float = START) -> list[Reading]:
    """What a session's register shows every five minutes and at its end, at the times of our clock."""
    moments = [*(EVERY * n for n in range(int(length / EVERY) + 1)), length]
    return [Reading(NOON + at + wall(at), start + round(POWER * at / HOUR)) for at in moments]


def course_of(told: list[Reading], **options: bool) -> Course:
    """A session with a start, readings and a stop."""
    return follow(told[0], told[1:-1], told[-1], **options)


def adds_up(course: Course) -> None:
    """Its quarter hours are all of it."""
    points = course.points
    assert [one.at for one in points] == sorted(one.at for one in points)
    assert [one.wh for one in points] == sorted(one.wh for one in points)
    assert course.wh is not None
    assert sum(one.wh for one in quarters(points)) == whole(course.wh)


SHIFTS = st.one_of(
    st.integers(-15, 15).map(lambda minutes: minutes * MINUTE),
    st.integers(-14, 14).map(lambda hours: hours * HOUR),
    st.floats(-3 * HOUR, 3 * HOUR),
)
CHANGES = st.lists(st.tuples(st.floats(-0.1, 1.0), SHIFTS), min_size=1, max_size=4)


@settings(deadline=None, max_examples=100)
@given(CHANGES, st.floats(2 * MINUTE, 12 * HOUR), st.floats(START, 1e8), st.booleans())
def test_clocks_that_are_set_meanwhile_change_no_energy(changes, length, start, sure) -> None:
    wall = set_by(*((part * length, by) for part, by in changes))
    told = readings(length, wall, start)
    # Who tells the session knows that it can't be as short as it looks.
    lasts = told[-1].at - told[0].at
    found = course_of(told, sure=sure, ordered=lasts >= length - MINUTE)
    assert found.wh == told[-1].wh - told[0].wh
    assert not found.flags & ~(Flag.UNORDERED | Flag.BACKWARDS)
    adds_up(found)


@settings(deadline=None, max_examples=40)
@given(CHANGES, st.floats(20 * MINUTE, 12 * HOUR), st.floats(0.0, 1e8), st.randoms())
def test_a_book_of_clocks_that_are_set_has_what_the_registers_say(
    changes, length, start, chance
) -> None:
    """A charger's own clock goes on, and ours does not."""
    wall = set_by(*((part * length, by) for part, by in changes))
    told = readings(length, wall, round(start) + START)
    book = new_book()
    thinner = Thinner()
    marks = [one for reading in told[1:-1] for one in thinner.note(reading)] + [*thinner.rest()]
    first = begun(told[0].at, told[0].wh, told_start=iso(NOON))
    last = ended(told[-1].at, told[-1].wh, first, told=iso(NOON + length))
    pieces = [with_readings(first, [one]) for one in marks] + [last]
    chance.shuffle(pieces)
    tell(book, first, *pieces)
    found = row(book)
    assert found["wh"] == sum(parts(book)) == told[-1].wh - told[0].wh
    assert not Flag(found["flags"]) & (
        Flag.REGISTER_RESET | Flag.START_UNKNOWN | Flag.IMPLAUSIBLE | Flag.SESSION_RELATIVE
    )
    assert found["end_ts"] >= found["start_ts"]
    book.close()


@pytest.mark.parametrize(
    ("length", "wall"),
    [
        # Set forward for a while, in the middle, at the start, at the end.
        (4 * HOUR, set_by((HOUR, 3 * HOUR), (1.3 * HOUR, -3 * HOUR))),
        (HOUR, set_by((-MINUTE, 3 * HOUR), (0.3 * HOUR, -3 * HOUR))),
        (4 * HOUR, set_by((-MINUTE, 3 * HOUR), (0.3 * HOUR, -3 * HOUR))),
        # Set back for a while, and for good.
        (4 * HOUR, set_by((HOUR, -3 * HOUR), (1.3 * HOUR, 3 * HOUR))),
        (HOUR, set_by((0.9 * HOUR, -3 * HOUR))),
        (4 * HOUR, set_by((3.5 * HOUR, -3 * HOUR))),
        (HOUR, set_by((0.5 * HOUR, -12 * MINUTE))),
    ],
)
def test_a_clock_that_was_set_back_is_told_with_the_energy(length, wall) -> None:
    told = readings(length, wall)
    found = course_of(told)
    assert found.wh == told[-1].wh - told[0].wh
    assert found.flags == Flag.UNORDERED
    adds_up(found)


def test_energy_is_where_most_of_the_readings_have_it() -> None:
    told = readings(4 * HOUR, set_by((HOUR, 3 * HOUR), (1.3 * HOUR, -3 * HOUR)))
    found = {one.slot: one.wh for one in quarters(course_of(told).points)}
    right = quarters(course_of(readings(4 * HOUR, set_by())).points)
    assert all(abs(found[one.slot] - one.wh) <= 1 for one in right)


def test_a_session_that_runs_goes_on_while_clocks_are_set() -> None:
    told = readings(4 * HOUR, set_by((HOUR, 3 * HOUR), (1.3 * HOUR, -3 * HOUR)))
    for count in range(2, len(told)):
        found = follow(told[0], told[1:count])
        assert found.wh == told[count - 1].wh - told[0].wh
        adds_up(found)


def test_an_end_that_falls_on_the_start_is_no_end_of_energy() -> None:
    book = new_book()
    first = begun(NOON, 753_044)
    tell(book, first, ended(NOON - 2 * HOUR, 765_325, first))
    found = row(book)
    assert (found["wh"], found["end_ts"]) == (12_281, NOON)
    assert sum(parts(book)) == 12_281
    assert Flag(found["flags"]) & Flag.UNORDERED


def test_a_charger_s_own_clock_tells_that_ours_was_set_back() -> None:
    book = new_book()
    first = begun(NOON, 582_961)
    tell(book, first, ended(NOON + MINUTE, 589_013, first, told=iso(NOON + HOUR)))
    assert row(book)["wh"] == sum(parts(book)) == 6_052
    assert Flag(row(book)["flags"]) & Flag.UNORDERED


def test_a_charger_whose_clock_was_put_right_in_a_session_says_nothing_of_ours() -> None:
    book = new_book()
    first = begun(NOON, 0, told_start="2000-01-01T00:00:00Z")
    marks = [Reading(NOON + HOUR / 2, 3_000.0), Reading(NOON + HOUR, 0.0)]
    last = ended(NOON + 2 * HOUR, 5_000, first)
    tell(book, first, *(with_readings(first, [one]) for one in marks), last)
    assert row(book)["wh"] == sum(parts(book)) == 8_000
    assert not Flag(row(book)["flags"]) & Flag.UNORDERED


@pytest.mark.parametrize("told", ["", "yesterday", "2026-10-14T10:00:00"])
def test_a_time_that_nobody_can_read_says_nothing_of_clocks(told) -> None:
    book = new_book()
    first = begun(NOON, 500_000)
    tell(book, first, ended(NOON + HOUR, 504_000, first, told=told))
    assert row(book)["wh"] == 4_000
    assert not Flag(row(book)["flags"]) & Flag.UNORDERED


@pytest.mark.parametrize("ordered", [True, False])
def test_a_register_that_was_reset_is_no_clock_that_was_set(ordered) -> None:
    told = [Reading(NOON + n * HOUR / 2, wh) for n, wh in enumerate((5e5, 505e3, 2e3, 6e3))]
    found = course_of(told, ordered=ordered)
    assert (found.wh, found.flags) == (11_000, Flag.REGISTER_RESET)


@pytest.mark.parametrize(
    ("wh", "seconds", "shown"),
    [
        # With 22 kW every quarter of an hour, and with 11 every twenty minutes: nobody has seen
        # it below its start.
        (13_750.0, 900.0, (2_500.0, 8_000.0, 2_750.0, 8_250.0)),
        (14_000.0, 1_200.0, (2_600.0, 6_300.0, 10_000.0, 2_900.0, 6_600.0)),
    ],
)
def test_a_young_register_that_was_reset_is_no_clock_that_was_set(wh, seconds, shown) -> None:
    found = course_of([Reading(NOON + n * seconds, one) for n, one in enumerate(shown)])
    assert (found.wh, found.flags) == (wh, Flag.REGISTER_RESET)


@pytest.mark.parametrize("start", [2_500.0, 20_000.0, 100_000.0])
@pytest.mark.parametrize("sure", [True, False])
def test_a_clock_that_was_set_back_once_makes_no_reset_of_a_register(start, sure) -> None:
    minutes = (0, 15, 30, 25, 40, 55, 70, 85)
    told = [Reading(NOON + at * MINUTE, start + n * POWER / 4.0) for n, at in enumerate(minutes)]
    found = course_of(told, sure=sure)
    assert (found.wh, found.flags) == (7 * POWER / 4.0, Flag.UNORDERED)


def test_a_stop_that_counts_from_zero_with_all_before_it_takes_nothing_from_its_session() -> None:
    told = [Reading(NOON, 5_348.0), Reading(NOON + 900, 1_850.0), Reading(NOON + 3_603, 7_406.0)]
    assert course_of(told).wh == 7_406.0


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("shown", [300_000.0, 900_000.0])
def test_a_meter_that_was_replaced_is_no_clock_that_was_set(shown, ordered) -> None:
    told = [
        Reading(NOON + n * HOUR / 2, wh)
        for n, wh in enumerate((500_000, 505_000, shown, shown + 4_000))
    ]
    found = course_of(told, ordered=ordered)
    assert found.wh == 9_000
    assert found.flags in (Flag.REGISTER_RESET, Flag.IMPLAUSIBLE)


def test_a_meter_of_a_session_that_is_reset_in_it_still_counts_twice() -> None:
    told = [Reading(NOON + n * HOUR / 2, wh) for n, wh in enumerate((0, 3e3, 6e3, 1e3, 4e3, 7e3))]
    found = course_of(told)
    assert (found.wh, found.flags) == (13_000, Flag.REGISTER_RESET)


@pytest.mark.parametrize("begins", [0.0, 300.0])
def test_a_meter_of_a_session_may_be_reset_more_than_once(begins) -> None:
    shown = (begins, 3e3, 1e3, 4e3, 1e3, 5e3)
    found = course_of([Reading(NOON + n * HOUR / 2, wh) for n, wh in enumerate(shown)])
    assert (found.wh, found.flags) == (12_000 - begins, Flag.REGISTER_RESET)


@pytest.mark.parametrize("early", [NOON - 2.0, NOON - MINUTE])
def test_a_lifetime_that_is_told_before_a_start_of_zero_is_not_the_session_s(early) -> None:
    stop = Reading(NOON + 2 * MINUTE, 250_010.0)
    found = follow(Reading(NOON, 0.0), [Reading(early, 250_000.0)], stop)
    assert found.flags & Flag.START_UNKNOWN
    assert found.wh is None or found.wh < 100


def test_a_start_of_zero_is_no_start_whatever_clocks_say() -> None:
    start, stop = Reading(NOON, 0.0), Reading(NOON - HOUR, 7_930_000.0)
    assert follow(start, (), stop).wh is None
    found = follow(start, [Reading(NOON + MINUTE, 7_926_000.0)], stop, ordered=False)
    assert found.flags & Flag.START_UNKNOWN


@pytest.mark.parametrize("shift", [-3 * HOUR, 3 * HOUR, -10 * MINUTE])
def test_a_clock_that_is_set_between_sessions_makes_no_new_meter(shift) -> None:
    book = new_book()
    first = begun(NOON - 24 * HOUR, 500_000)
    tell(book, first, ended(NOON, 504_000, first))
    (outlet,) = book.execute("SELECT id FROM outlet").fetchone()
    for n in range(1, 20):
        by = shift if n < 8 else 0.0
        note_reading(book, outlet, Reading(NOON + n * HOUR + by, 504_000.0 + n), "idle")
    assert _registers(book) == 1


def _registers(book: sqlite3.Connection) -> int:
    (count,) = book.execute("SELECT count(*) FROM register").fetchone()
    return int(count)
