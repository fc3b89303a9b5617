"""A charger's clock goes its own way, whatever is done to ours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charger_clock import ChargerClock

HOURS = 3 * 3600.0


@pytest.fixture(params=[HOURS, -HOURS])
def jump(request: pytest.FixtureRequest) -> Iterator[timedelta]:
    """How far somebody sets our wall clock; put back at the end."""
    jump = timedelta(seconds=request.param)
    yield jump
    clock.set_now(clock.now() - jump)


@pytest.mark.parametrize("factor", [1.0, 20.0])
def test_setting_our_clock_does_not_set_the_chargers(jump: timedelta, factor: float) -> None:
    clock.set_factor(factor)
    try:
        charger = ChargerClock()
        before = charger.now()
        clock.set_now(clock.now() + jump)
        # A limit that begins now begins neither in hours nor hours ago.
        assert timedelta(0) <= charger.now() - before < timedelta(minutes=5)
        assert charger.offset == pytest.approx(-jump.total_seconds(), abs=1)
    finally:
        clock.set_factor(1.0)


def test_what_it_tells_after_our_clock_was_set_is_as_young_as_before(jump: timedelta) -> None:
    charger = ChargerClock()
    told = clock.now()
    clock.set_now(clock.now() + jump)
    assert charger.observe(told) < 60
    assert charger.age(told) < 60


def test_once_it_has_taken_our_time_it_goes_as_ours(jump: timedelta) -> None:
    charger = ChargerClock()
    clock.set_now(clock.now() + jump)
    charger.set()
    assert charger.offset == pytest.approx(0, abs=1)
    assert charger.age(clock.now()) < 60


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A monotonic clock that is set by hand; the wall clock follows it."""
    at = [1000.0]
    with monkeypatch.context() as patched:
        patched.setattr(clock, "monotonic", lambda: at[0])
        patched.setattr(clock, "now", lambda: datetime.fromtimestamp(1e9 + at[0], UTC))
        yield at


def tell(
    charger: ChargerClock, pace: list[float], behind: float, *, values: bool, times: int = 3
) -> None:
    """Send some messages, 10 s apart, of a clock that is so much behind."""
    for _ in range(times):
        pace[0] += 10.0
        charger.observe(clock.now() - timedelta(seconds=behind), values=values)


def test_values_of_a_day_long_past_are_no_clock(pace: list[float]) -> None:
    charger = ChargerClock()
    tell(charger, pace, 32 * 3600, values=True)
    assert charger.offset == pytest.approx(0.0)


def test_values_alone_show_a_clock_of_another_time_zone(pace: list[float]) -> None:
    charger = ChargerClock()
    tell(charger, pace, 2 * 3600, values=True)
    assert charger.offset == pytest.approx(-7200.0)


def test_values_set_no_clock_back_that_something_else_confirmed(pace: list[float]) -> None:
    charger = ChargerClock()
    tell(charger, pace, 0.0, values=False, times=1)
    tell(charger, pace, 2 * 3600, values=True)
    assert charger.offset == pytest.approx(0.0)
    # What happens does, and values may confirm it.
    tell(charger, pace, 2 * 3600, values=False, times=1)
    tell(charger, pace, 2 * 3600, values=True, times=1)
    assert charger.offset == pytest.approx(-7200.0)
    # After a boot it has to show itself anew; and ours is always believed.
    tell(charger, pace, 0.0, values=True, times=2)
    assert charger.offset == pytest.approx(0.0)


def test_a_clock_that_takes_our_time_late_is_believed_by_its_values(pace: list[float]) -> None:
    charger = ChargerClock()
    tell(charger, pace, -3600.0, values=False)
    assert charger.offset == pytest.approx(3600.0)
    tell(charger, pace, 0.0, values=True)
    assert charger.offset == pytest.approx(0.0)


def zeros(charger: ChargerClock) -> set[int]:
    """What it may show now, in hours beside our clock."""
    now = clock.monotonic()
    ours = clock.now().timestamp() - now
    return {round((one.zero - ours) / 3600) for one in charger.possible if now < one.until}


def test_one_that_goes_as_ours_takes_what_it_is_told_after_ours_was_set(jump: timedelta) -> None:
    charger = ChargerClock()
    news: list[set[int]] = []
    charger.on_news = lambda: news.append(zeros(charger))
    hours = round(jump.total_seconds() / 3600)
    clock.set_now(clock.now() + jump)
    charger.told()
    # Whether it has taken it nobody knows before it has told a time.
    assert news == [{0, -hours}]
    charger.observe(clock.now())
    assert zeros(charger) == {0}


def test_one_that_goes_its_own_way_does_not(jump: timedelta) -> None:
    charger = ChargerClock(-jump.total_seconds())
    hours = round(jump.total_seconds() / 3600)
    charger.told()
    clock.set_now(clock.now() + jump)
    charger.told()
    assert zeros(charger) == {-2 * hours}


def test_one_message_from_the_past_may_show_a_clock_that_is_behind() -> None:
    charger = ChargerClock()
    news: list[set[int]] = []
    charger.on_news = lambda: news.append(zeros(charger))
    charger.observe(clock.now() - timedelta(hours=3))
    assert news == [{0, -3}]
    charger.observe(clock.now())
    assert news == [{0, -3}, {0}]
