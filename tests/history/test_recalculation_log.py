"""Everything that went into a limit can be looked up for a day, and costs next to nothing."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
import random
from typing import Any

import pytest

from custom_components.ev_load_manager.balancing.decision import (
    CircuitDecision,
    ConnectorDecision,
    Decision,
    Mode,
    Reason,
)
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Offer,
    Readings,
    Sample,
    Status,
)
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.live_settings import LiveSettings
from custom_components.ev_load_manager.history import recalculation_log
from custom_components.ev_load_manager.history.recalculation_log import (
    ROWS_PER_PAGE,
    RecalculationLog,
)

SETTINGS = LiveSettings(maximum_current=35.0, grid_maximum_current=35.0, safe_limit=16.0)
MIDNIGHT = datetime(2026, 10, 25, tzinfo=UTC)
CARS = tuple(ConnectorId(f"garage-{n}", 1) for n in range(6))
DAY = 86_400


def after(seconds: float) -> datetime:
    """A moment that day."""
    return MIDNIGHT + timedelta(seconds=seconds)


def decision(limits: Sequence[float], at: float = 0.0, **more: Any) -> Decision:
    """What was decided for as many cars."""
    return Decision(
        **{
            "at": at,
            "mode": Mode.ADAPTIVE,
            "connectors": {
                id_: ConnectorDecision(
                    target=limit,
                    limit=limit,
                    reserved=NO_CURRENT,
                    reason=Reason.EQUAL_SHARE,
                    circuit="grid",
                    phase=Phase.L2,
                )
                for id_, limit in zip(CARS, limits, strict=False)
            },
            "circuits": {},
            "other_load": PhaseCurrents(1.004, 2.0, 3.0),
            "available": PhaseCurrents(34.0, 33.0, 32.0),
            **more,
        }
    )


def readings(cars: int, at: float = 0.0, *, meter: bool = True) -> Readings:
    """What was known of as many cars."""
    return Readings(
        connectors={
            id_: ConnectorReading(
                online=True,
                status=Status.CHARGING,
                offer=Offer(accepted=10.0),
                sample=Sample(at=at, currents=PhaseCurrents(9.9, 9.8, 9.7), highest=9.9),
            )
            for id_ in CARS[:cars]
        },
        meters={
            "grid": MeterReading(at=at - 1.5, currents=PhaseCurrents(11.0, 12.0, -0.5)),
        }
        if meter
        else {},
    )


def fill(log: RecalculationLog, rows: int) -> None:
    """Note one recalculation a second."""
    for second in range(rows):
        assert log.note(
            decision([6.0 + second % 10]),
            readings(1),
            SETTINGS,
            trigger="meter",
            now=after(second),
        )


def test_a_row_tells_all_that_went_in_and_came_out() -> None:
    log = RecalculationLog()
    log.note(
        decision([10.0], at=100.0), readings(1, 100.0), SETTINGS, trigger="meter", now=after(0)
    )

    (row,) = log.rows()

    assert row == {
        "time": "2026-10-25T00:00:00.000+00:00",
        "trigger": "meter",
        "mode": "adaptive",
        "settings": {
            "maximum_current": 35.0,
            "grid_maximum_current": 35.0,
            "safe_limit": 16.0,
            "balancing": True,
            "adaptive": True,
            "policy": "take_turns",
            "phase_choice": "each_phase",
        },
        "meter": [11.0, 12.0, -0.5],
        "meter_age": 1.5,
        "other_load": [1.0, 2.0, 3.0],
        "available": [34.0, 33.0, 32.0],
        "feeders": [],
        "connectors": [
            {
                "charger": "garage-0",
                "connector": 1,
                "limit": 10.0,
                "target": 10.0,
                "reason": "equal_share",
                "circuit": "grid",
                "phase": "L2",
                "status": "charging",
                "offered": 10.0,
                "measured": [9.9, 9.8, 9.7],
            }
        ],
    }


def test_what_is_not_known_is_left_empty() -> None:
    log = RecalculationLog()
    seen = Readings(connectors={CARS[0]: ConnectorReading(online=False)})
    decided = decision([0.0], mode=Mode.DYNAMIC, other_load=None, available=None)
    log.note(decided, seen, SETTINGS, trigger="time", now=after(0))

    (row,) = log.rows()

    assert [row[key] for key in ("meter", "meter_age", "other_load", "available")] == [None] * 4
    assert row["connectors"][0]["measured"] is None


@pytest.mark.parametrize("told", [True, False])
def test_a_feeder_with_a_meter_tells_what_it_carries_beside_its_chargers(told: bool) -> None:
    shed = CircuitDecision(
        capacity=PhaseCurrents(10.0, 13.0, 16.0),
        reserved=NO_CURRENT,
        measured=NO_CURRENT,
        mode=Mode.ADAPTIVE,
        other_load=PhaseCurrents(6.0, 3.001, 0.0) if told else None,
    )
    unmetered = replace(shed, mode=None, other_load=None)
    seen = readings(1, 100.0)
    if told:
        own = MeterReading(at=98.0, currents=PhaseCurrents(15.9, 12.9, 9.7))
        seen = replace(seen, meters={**seen.meters, "feeder:shed": own})
    log = RecalculationLog()
    log.note(
        decision(
            [10.0], at=100.0, circuits={"grid": shed, "group": unmetered, "feeder:shed": shed}
        ),
        seen,
        SETTINGS,
        trigger="meter",
        now=after(0),
    )

    (row,) = log.rows()

    assert row["feeders"] == [
        {
            "circuit": "feeder:shed",
            "mode": "adaptive",
            "meter": [15.9, 12.9, 9.7] if told else None,
            "meter_age": 2.0 if told else None,
            "other_load": [6.0, 3.0, 0.0] if told else None,
            "available": [10.0, 13.0, 16.0],
        }
    ]


def test_a_feeder_whose_meter_fails_is_a_row_though_no_limit_changes() -> None:
    shed = CircuitDecision(
        capacity=NO_CURRENT, reserved=NO_CURRENT, measured=NO_CURRENT, mode=Mode.ADAPTIVE
    )
    failed = replace(shed, mode=Mode.SAFE_LIMIT)
    log = RecalculationLog()
    for mode, second in ((shed, 0), (failed, 1)):
        decided = decision([6.0], circuits={"feeder:shed": mode})
        assert log.note(decided, readings(1), SETTINGS, trigger="meter", now=after(second))


def test_a_step_that_changed_nothing_is_no_row() -> None:
    log = RecalculationLog()
    assert log.note(decision([10.0]), readings(1), SETTINGS, trigger="meter", now=after(0))

    # Another meter value, and the same limits for the same reasons.
    same = decision([10.0], at=2.0, other_load=NO_CURRENT)
    assert not log.note(same, readings(1, 2.0), SETTINGS, trigger="meter", now=after(2))

    assert log.note(decision([9.0]), readings(1), SETTINGS, trigger="meter", now=after(3))
    assert len(list(log.rows())) == 2


def test_rows_are_found_by_time_whether_packed_or_not() -> None:
    log = RecalculationLog()
    fill(log, 2 * ROWS_PER_PAGE + 10)

    everything = [row["time"] for row in log.rows()]
    assert len(everything) == 2 * ROWS_PER_PAGE + 10
    assert everything == sorted(everything)
    for since in (0, ROWS_PER_PAGE - 1, ROWS_PER_PAGE, 2 * ROWS_PER_PAGE + 5):
        assert [row["time"] for row in log.rows(since=after(since))] == everything[since:]
    assert list(log.rows(since=after(DAY))) == []


def test_the_newest_rows_may_come_first() -> None:
    log = RecalculationLog()
    fill(log, ROWS_PER_PAGE + 10)

    assert list(log.rows(newest_first=True)) == list(log.rows())[::-1]


def test_rows_about_one_charger_leave_the_others_out() -> None:
    log = RecalculationLog()
    log.note(decision([10.0]), readings(1), SETTINGS, trigger="meter", now=after(0))
    log.note(decision([10.0, 6.0]), readings(2), SETTINGS, trigger="meter", now=after(1))

    (row,) = log.rows(charger="garage-1")

    assert [one["charger"] for one in row["connectors"]] == ["garage-1"]
    assert list(log.rows(charger="gone")) == []


def test_rows_may_be_read_in_another_thread_while_more_are_noted() -> None:
    log = RecalculationLog()
    fill(log, ROWS_PER_PAGE - 1)
    rows = log.rows()
    first = next(rows)
    # The page is packed behind the reader's back.
    log.note(decision([99.0]), readings(1), SETTINGS, trigger="meter", now=after(1000))

    with ThreadPoolExecutor(1) as other:
        rest = other.submit(list, rows).result()

    assert len([first, *rest]) == ROWS_PER_PAGE - 1


def test_what_is_older_than_a_day_is_forgotten() -> None:
    log = RecalculationLog()
    fill(log, 2 * ROWS_PER_PAGE)
    for second in range(ROWS_PER_PAGE):
        now = after(DAY + ROWS_PER_PAGE + second)
        log.note(decision([6 + second % 10]), readings(1), SETTINGS, trigger="meter", now=now)

    oldest = next(log.rows())["time"]

    assert oldest == after(ROWS_PER_PAGE).isoformat(timespec="milliseconds")


def test_no_more_is_kept_than_there_is_room_for() -> None:
    log = RecalculationLog(most_bytes=50_000)
    fill(log, 40 * ROWS_PER_PAGE)

    assert log.size <= 50_000
    newest = list(log.rows())[-1]["time"]
    assert newest == after(40 * ROWS_PER_PAGE - 1).isoformat(timespec="milliseconds")


def test_long_rows_are_packed_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalculation_log, "PAGE_BYTES", 5_000)
    log = RecalculationLog()
    fill(log, ROWS_PER_PAGE - 1)

    rows = list(log.rows())

    assert len(rows) == ROWS_PER_PAGE - 1
    assert log.size * 3 < sum(len(json.dumps(row)) for row in rows)


def test_a_day_of_a_row_a_second_for_six_cars_takes_less_than_20_megabytes() -> None:
    chance = random.Random(1)

    def currents() -> PhaseCurrents:
        return PhaseCurrents(*(chance.uniform(0.0, 32.0) for _ in Phase))

    log = RecalculationLog(most_bytes=1_000_000_000)
    # A tenth of the day, in which no value stays as it was.
    for second in range(DAY // 10):
        at = float(second)
        seen = Readings(
            connectors={
                id_: ConnectorReading(
                    online=True,
                    status=Status.CHARGING,
                    offer=Offer(accepted=round(chance.uniform(6.0, 16.0), 1)),
                    sample=Sample(at=at, currents=currents(), highest=16.0),
                )
                for id_ in CARS
            },
            meters={"grid": MeterReading(at=at - 1.0, currents=currents())},
        )
        limits = [round(chance.uniform(6.0, 16.0), 1) for _ in CARS]
        decided = decision(limits, at, other_load=currents(), available=currents())
        log.note(decided, seen, SETTINGS, trigger="meter", now=after(second))

    assert log.size * 10 < 20_000_000
    assert len(json.dumps(next(log.rows()))) > 1000
