"""When the safe limit held, and why, is remembered."""

from datetime import UTC, datetime, timedelta
import json

import pytest

from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.data_files.stored import Stored
from custom_components.ev_load_manager.history.safe_limit_log import (
    MOST_PERIODS,
    SafeLimitLog,
    SafeLimitPeriod,
)

MIDNIGHT = datetime(2026, 10, 25, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """A moment that night."""
    return MIDNIGHT + timedelta(seconds=seconds)


def test_a_period_begins_with_its_cause_and_ends_without_one() -> None:
    log = SafeLimitLog()
    assert log.current is None
    assert not log.note(None, limit=8.0, now=after(0))

    assert log.note(Cause.SILENT, limit=8.0, now=after(1))
    begun = SafeLimitPeriod(start=after(1), end=None, cause=Cause.SILENT, limit=8.0)
    assert log.current == begun
    assert log.periods == (begun,)

    assert log.note(None, limit=8.0, now=after(60))
    assert log.current is None
    (period,) = log.periods
    assert (period.start, period.end) == (after(1), after(60))


def test_a_period_keeps_the_cause_and_the_limit_that_it_began_with() -> None:
    log = SafeLimitLog()
    log.note(Cause.SILENT, limit=8.0, now=after(0))

    assert not log.note(Cause.FROZEN, limit=6.0, now=after(10))

    assert (log.current.cause, log.current.limit) == (Cause.SILENT, 8.0)


def test_the_log_goes_on_after_a_restart() -> None:
    log = SafeLimitLog()
    log.note(Cause.STARTING, limit=8.0, now=after(0))
    log.note(None, limit=8.0, now=after(12))

    again = SafeLimitLog(map(Stored, json.loads(json.dumps(log.to_list()))), stopped=after(100))
    again.note(Cause.FROZEN, limit=8.0, now=after(200))

    assert again.periods[0] == log.periods[0]
    assert again.current.cause is Cause.FROZEN


@pytest.mark.parametrize(("stopped", "end"), [(after(100), after(100)), (None, after(1))])
def test_a_period_that_was_open_ended_when_the_group_stopped(
    stopped: datetime | None, end: datetime
) -> None:
    log = SafeLimitLog()
    log.note(Cause.SILENT, limit=8.0, now=after(1))

    again = SafeLimitLog(map(Stored, log.to_list()), stopped=stopped)

    assert again.current is None
    assert again.periods[0].end == end


def test_what_cannot_be_read_is_left_out() -> None:
    log = SafeLimitLog()
    log.note(Cause.SILENT, limit=8.0, now=after(1))
    (good,) = log.to_list()

    again = SafeLimitLog(
        map(
            Stored,
            [{}, {**good, "cause": "boredom"}, {**good, "start": 5}, {**good, "limit": "?"}, good],
        )
    )

    assert len(again.periods) == 1


def test_only_so_many_are_kept() -> None:
    log = SafeLimitLog()
    for n in range(MOST_PERIODS + 5):
        log.note(Cause.SILENT, limit=8.0, now=after(2 * n))
        log.note(None, limit=8.0, now=after(2 * n + 1))

    assert len(log.periods) == MOST_PERIODS
    assert log.periods[0].start == after(10)
