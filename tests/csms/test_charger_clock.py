"""A charger's clock goes its own way, whatever is done to ours."""

from collections.abc import Iterator
from datetime import timedelta

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
