"""Calendars of limits and tariffs that people enter."""

from datetime import datetime
from math import inf, nan
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.ev_load_manager.config.own_tariff import (
    OwnTariffError,
    calendar_of,
    coverage,
    own_tariff,
    ranges,
)
from custom_components.ev_load_manager.config.power_settings import PowerSettings
from custom_components.ev_load_manager.peaks.bill import (
    Window,
    charged,
    cost_of_month,
    limit_without_cost,
)
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, Rule
from custom_components.ev_load_manager.peaks.tariff import Peaks, Tariff

ZONE = ZoneInfo("Europe/Helsinki")
WINTER_DAYS = {"hours": "6-22", "limit": 5, "working": True, "from_month": 11, "to_month": 3}


def at(day: str, hour: int) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZONE)


def keeper(**told: Any) -> PeakKeeper:
    settings = PowerSettings.from_data({"power": {"peak_limit": 10.0, "minutes": 60, **told}})
    assert settings is not None
    assert settings.peaks is not None
    return PeakKeeper(settings.peaks, ZONE)


@pytest.mark.parametrize(
    ("moment", "limit"),
    [
        (at("2026-01-05", 6), 5.0),
        (at("2026-01-05", 21), 5.0),
        (at("2026-01-05", 22), 10.0),
        (at("2026-01-05", 5), 10.0),
        # A Saturday, and a Monday in summer.
        (at("2026-01-03", 12), 8.0),
        (at("2026-06-01", 12), 10.0),
        # Of several the lowest counts.
        (at("2026-01-05", 18), 3.0),
    ],
)
def test_a_calendar_limits_windows_by_the_local_clock(moment: datetime, limit: float) -> None:
    rows = [
        WINTER_DAYS,
        {"hours": "0-24", "limit": 8.0, "free": True},
        {"hours": "17 – 19", "limit": 3.0, "working": True, "from_month": 1, "to_month": 1},
    ]
    found = keeper(window="calendar", calendar=rows)
    assert found.settings.rule is Rule.CALENDAR
    assert found.limit_at(moment) == 1000.0 * limit


def test_no_row_of_a_calendar_goes_above_what_no_window_may_exceed() -> None:
    found = keeper(window="calendar", calendar=[{"hours": "0-24", "limit": 50}])
    assert found.limit_at(at("2026-01-05", 12)) == 10_000.0


@pytest.mark.parametrize(
    "rows", [None, [], [{"hours": "6-6", "limit": 5}], [{"limit": 5}], [{"hours": "6-22"}], ["x"]]
)
def test_a_calendar_that_can_not_be_leaves_the_highest_limit_and_stops_nothing(rows: Any) -> None:
    found = keeper(window="calendar", calendar=rows)
    assert found.settings.rule is Rule.FIXED
    assert found.limit_at(at("2026-01-05", 12)) == 10_000.0


def test_gaps_and_overlaps_of_a_calendar_are_found() -> None:
    rows = [{**WINTER_DAYS}, {"hours": "21-7", "limit": 8}]
    found = coverage(calendar_of(rows, most=4000))
    assert not found.is_plain
    assert {day: ranges(hours) for day, hours in found.gaps.items()} == {
        "working": "7-21",
        "free": "7-21",
    }
    assert {day: ranges(hours) for day, hours in found.overlaps.items()} == {
        "working": "6-7, 21-22",
        "free": "–",
    }
    plain = [{"hours": "6-22", "limit": 5}, {"hours": "22-6", "limit": 8}]
    assert coverage(calendar_of(plain, most=4000)).is_plain


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"hours": "25-3", "limit": 5}, "hours_unreadable"),
        ({"hours": "morning", "limit": 5}, "hours_unreadable"),
        ({"hours": "6-22", "limit": -1}, "calendar_limit"),
        ({"hours": "6-22", "limit": 9999}, "calendar_limit"),
        ({"hours": "6-22", "limit": float("nan")}, "calendar_limit"),
        ({"hours": "6-22", "limit": 5, "from_month": 3}, "months_half"),
        ({"hours": "6-22", "limit": 5, "from_month": 0, "to_month": 3}, "months_wrong"),
        ({"hours": "6-22", "limit": 5, "from_month": 1.5, "to_month": 3}, "months_wrong"),
        ({"hours": "6-22", "limit": 5, "from_month": 13, "to_month": 3}, "months_wrong"),
        ({"hours": "6-22", "limit": 5, "from_month": inf, "to_month": 3}, "months_wrong"),
        ({"hours": "6-22", "limit": 5, "from_month": 3, "to_month": "June"}, "months_wrong"),
        ({"hours": 6, "limit": 5}, "hours_unreadable"),
        ({"limit": 5}, "hours_unreadable"),
        ({"hours": "6-22"}, "calendar_limit"),
        ({"hours": "6-22", "limit": "much"}, "calendar_limit"),
        ({"hours": "6-22", "limit": None}, "calendar_limit"),
        ({"hours": "6-22", "limit": inf}, "calendar_limit"),
        ({"hours": "6-22", "limit": True}, "calendar_limit"),
        ({"hours": "6-22", "limit": 5, "working": "Monday"}, "row_wrong"),
        ({"hours": "6-22", "limit": 5, "day": 7}, "row_wrong"),
    ],
)
def test_what_a_row_of_a_calendar_can_not_be_is_named(row: dict[str, Any], key: str) -> None:
    with pytest.raises(OwnTariffError) as refused:
        calendar_of([row], most=4000)
    assert refused.value.key == key


def entered(**told: Any) -> Tariff:
    return own_tariff(told, minutes=60, time_zone="Europe/Helsinki")


def part_of(tariff: Tariff) -> Peaks:
    (part,) = tariff.version(at("2026-01-05", 12).date()).components
    assert isinstance(part, Peaks)
    return part


def test_the_mean_of_three_days_in_steps_is_billed_as_the_file_of_elvia_does() -> None:
    tariff = entered(
        top=3,
        best_of="day",
        price_kind="steps_per_month",
        steps=[{"from_kw": 0, "price": 150}, {"from_kw": 2, "price": 250}],
        currency="NOK",
    )
    part = part_of(tariff)
    windows = [Window(at(f"2026-01-0{day}", 18), kw) for day, kw in ((5, 1.0), (6, 2.0), (7, 4.5))]
    assert charged(part, windows, ()) == pytest.approx(2.5)
    assert cost_of_month(part, 1.99) == 150
    assert cost_of_month(part, 2.5) == 250
    assert (tariff.window, tariff.currency) == (60, "NOK")


def test_hours_that_count_less_or_not_at_all_leave_more_room() -> None:
    part = part_of(
        entered(
            price_kind="per_kw_month",
            price=6.5,
            counted_hours=[
                {"hours": "22-6", "weight": 50},
                {"hours": "6-22", "weight": 100, "working": True},
            ],
        )
    )
    before = [Window(at("2026-01-02", 12), 4.0)]
    for day, hour, limit in (
        ("2026-01-05", 12, 4.0),
        ("2026-01-05", 23, 8.0),
        ("2026-01-03", 12, float("inf")),
    ):
        assert limit_without_cost(part, at(day, hour), before, (), 2.0) == limit
    assert cost_of_month(part, 4.0) == 26.0


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"top": 0}, "tariff_top"),
        ({"top": 2.5}, "tariff_top"),
        ({"floor_kw": -1}, "tariff_amount"),
        ({"price_kind": "per_kw_month"}, "tariff_price"),
        ({"price_kind": "per_kw_month", "price": 0}, "tariff_price"),
        ({"price_kind": "steps_per_month"}, "tariff_steps"),
        ({"price_kind": "steps_per_month", "steps": [{"from_kw": 2, "price": 1}]}, "tariff_steps"),
        (
            {
                "price_kind": "steps_per_month",
                "steps": [{"from_kw": 0, "price": 1}, {"from_kw": 0, "price": 2}],
            },
            "tariff_steps",
        ),
        ({"counted_hours": [{"hours": "6-22", "weight": 200}]}, "tariff_weight"),
        ({"counted_hours": [{"hours": "?", "weight": 50}]}, "hours_unreadable"),
        ({"counted_hours": [{"hours": "6-22", "weight": "half"}]}, "tariff_weight"),
        ({"counted_hours": [{"hours": "6-22", "weight": nan}]}, "tariff_weight"),
        ({"top": nan}, "tariff_top"),
        ({"free_kw": inf}, "tariff_amount"),
        ({"price_kind": "per_kw_year", "price": inf}, "tariff_price"),
        ({"price_kind": "steps_per_month", "steps": [{"from_kw": "0 kW"}]}, "tariff_steps"),
        (
            {"price_kind": "steps_per_month", "steps": [{"from_kw": 0, "price": nan}]},
            "tariff_steps",
        ),
    ],
)
def test_what_a_tariff_can_not_be_is_named(told: dict[str, Any], key: str) -> None:
    with pytest.raises(OwnTariffError) as refused:
        entered(**told)
    assert refused.value.key == key


def test_an_own_tariff_limits_windows_and_one_that_can_not_be_stops_nothing() -> None:
    own = {"top": 3, "best_of": "day", "price_kind": "per_kw_month", "price": 5.0}
    found = keeper(window="own_tariff", own_tariff=own, peak_floor=4.0)
    assert (found.settings.rule, found.settings.minutes) == (Rule.TARIFF, 60)
    assert found.limit_at(at("2026-01-05", 12)) == 4000.0
    assert found.currency == "EUR"

    for broken in (None, {"top": "x"}, {"best_of": "year"}, {"price_kind": "per_kw_month"}):
        found = keeper(window="own_tariff", own_tariff=broken, peak_floor=4.0)
        expected = Rule.TARIFF if broken is None else Rule.FIXED
        assert found.settings.rule is expected, broken
