"""Tariffs are files; what they bill, and what a window may be without costing more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

import pytest

from custom_components.ev_load_manager.peaks.bill import (
    Window,
    agreed_block,
    charged,
    cost_of_month,
    counts,
    limit_without_cost,
    mean_of_months,
)
from custom_components.ev_load_manager.peaks.calendar import Rule, easter, hours_of, is_free
from custom_components.ev_load_manager.peaks.keeper import (
    PeakKeeper,
    PeakSettings,
    Rule as LimitRule,
)
from custom_components.ev_load_manager.peaks.tariff import (
    Agreed,
    Peaks,
    Price,
    TariffError,
    Version,
    read_tariff,
    tariffs,
)

OSLO = ZoneInfo("Europe/Oslo")


def part_of(tariff: str) -> Peaks:
    found = tariffs()[tariff].versions[-1].components[0]
    assert isinstance(found, Peaks)
    return found


def hour(day: int, at: int = 12) -> datetime:
    return datetime(2026, 11, day, at, tzinfo=OSLO)


def test_every_file_can_be_read_and_names_its_source() -> None:
    assert {
        "be-flanders",
        "no-elvia",
        "se-goteborg",
        "se-ellevio",
        "fi-helen",
        "si-blocks-2024",
    } <= {*tariffs()}
    for tariff in tariffs().values():
        for version in tariff.versions:
            assert version.source and version.sure in {"high", "medium", "low"}


def test_a_misspelt_field_is_refused_with_its_place() -> None:
    data = {
        "schema": 1,
        "id": "a",
        "name": "A",
        "country": "X",
        "time_zone": "Europe/Oslo",
        "window_minutes": 60,
        "currency": "NOK",
        "versions": [
            {
                "valid_from": date(2026, 1, 1),
                "source": {"title": "t", "year": 2026, "sure": "high"},
                "components": [{"id": "c", "kind": "peaks", "topp": 3}],
            }
        ],
    }
    with pytest.raises(TariffError, match=r"a\.versions\[0\]\.components\[0\].*topp"):
        read_tariff("a", data)


def test_versions_that_overlap_are_refused() -> None:
    version = {
        "source": {"title": "t", "year": 2026, "sure": "high"},
        "components": [{"id": "c", "kind": "peaks"}],
    }
    data = {
        "schema": 1,
        "id": "a",
        "name": "A",
        "country": "X",
        "time_zone": "Europe/Oslo",
        "window_minutes": 60,
        "currency": "NOK",
        "versions": [
            {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 7, 1), **version},
            {"valid_from": date(2026, 6, 1), **version},
        ],
    }
    with pytest.raises(TariffError, match="two are valid on 2026-06-01"):
        read_tariff("a", data)


def test_norway_bills_the_mean_of_three_highest_days_by_steps() -> None:
    part = part_of("no-elvia")
    windows = [
        Window(hour(1), 6.0),
        Window(hour(1, 18), 5.9),
        Window(hour(2), 4.0),
        Window(hour(3), 5.3),
    ]
    # 6.0, 5.3 and 4.0 of three days; the second of the first day does not count.
    assert charged(part, windows, ()) == pytest.approx(5.1)
    assert cost_of_month(part, 5.1) == 420
    assert cost_of_month(part, 4.99) == 250


def test_flanders_bills_the_mean_of_twelve_months_with_a_floor() -> None:
    part = part_of("be-flanders")
    assert charged(part, [Window(hour(1), 1.0)], ()) == 2.5
    assert mean_of_months([2.5, 3.5]) == 3.0
    assert cost_of_month(part, 3.0) == pytest.approx(3.0 * 40.4 / 12)


def test_helen_bills_the_third_highest_hour_and_nights_count_less() -> None:
    part = part_of("fi-helen")
    windows = [Window(hour(1, 12), 5.0), Window(hour(1, 13), 4.0), Window(hour(1, 23), 6.0)]
    assert charged(part, windows, ()) == pytest.approx(4.0)
    assert counts(part, hour(1, 23), ()) == 0.8


def test_what_is_paid_already_costs_nothing_more() -> None:
    part = part_of("be-flanders")
    assert limit_without_cost(part, hour(5), [Window(hour(1), 4.2)], (), 0.0) == 4.2
    assert limit_without_cost(part, hour(5), [Window(hour(1), 1.2)], (), 3.0) == 3.0


def test_of_three_days_the_third_highest_is_free_and_today_is_paid() -> None:
    part = part_of("se-goteborg")
    three = [Window(hour(1), 6.0), Window(hour(2), 5.0), Window(hour(3), 4.0)]
    assert limit_without_cost(part, hour(9), three, (), 0.0) == 4.0
    assert limit_without_cost(part, hour(9, 20), [*three, Window(hour(9), 5.5)], (), 0.0) == 5.5


def test_with_steps_all_is_free_up_to_the_edge() -> None:
    part = part_of("no-elvia")
    three = [Window(hour(1), 4.0), Window(hour(2), 4.0), Window(hour(3), 3.0)]
    may = limit_without_cost(part, hour(9), three, (), 0.0)
    assert cost_of_month(part, charged(part, [*three, Window(hour(9), may)], ())) == 250
    assert cost_of_month(part, charged(part, [*three, Window(hour(9), may * 1.02)], ())) == 420
    assert may == pytest.approx(7.0, rel=0.01)


def test_hours_that_do_not_count_are_free_and_those_that_count_half_may_be_twice() -> None:
    part = Peaks(id="p", rules=(Rule(hours=hours_of("22-6"), weight=0.0), Rule()), price=Price())
    assert limit_without_cost(part, hour(5, 23), [], (), 3.0) == inf
    ellevio = part_of("se-ellevio")
    assert limit_without_cost(ellevio, hour(5, 23), [], (), 3.0) == 6.0


def test_slovenian_blocks_change_with_season_holidays_and_hours() -> None:
    tariff = tariffs()["si-blocks-2024"]
    (part,) = tariff.versions[0].components
    assert isinstance(part, Agreed)
    zone = ZoneInfo(tariff.time_zone)

    def block(*at: int) -> str:
        return agreed_block(part, datetime(*at, tzinfo=zone), tariff.holidays)  # type: ignore[arg-type, misc]

    assert block(2026, 1, 5, 8) == "1"
    assert block(2026, 1, 1, 8) == "2"
    assert block(2026, 7, 5, 3) == "5"
    assert tariff.blocks == ("1", "2", "3", "4", "5")


def test_a_tariff_that_is_over_holds_on_and_is_not_known() -> None:
    tariff = tariffs()["si-blocks-2024"]
    assert tariff.is_known(date(2026, 12, 31))
    # The hours of 2027 are not known; those of 2026 are better than none.
    assert not tariff.is_known(date(2027, 1, 1))
    assert tariff.version(date(2027, 1, 1)) is tariff.versions[-1]
    settings = PeakSettings(
        rule=LimitRule.TARIFF,
        minutes=15,
        maximum=20.0,
        tariff=tariff,
        agreed={str(block): 3.0 + block for block in range(1, 6)},
    )
    keeper = PeakKeeper(settings, ZoneInfo(tariff.time_zone))
    new_year = datetime(2027, 1, 4, 7, 0, tzinfo=UTC)
    assert keeper.limit_at(new_year) == keeper.limit_at(new_year - timedelta(days=7)) == 4000.0
    assert keeper.unknown_tariff(new_year) is tariff.versions[-1]
    assert keeper.unknown_tariff(new_year - timedelta(days=7)) is None


def test_in_a_gap_the_version_before_holds_and_before_all_the_first() -> None:
    def version(begins: date, ends: date | None) -> Version:
        return Version(
            valid_from=begins, valid_to=ends, source="a bill", sure="high", components=()
        )

    first = version(date(2024, 1, 1), date(2025, 1, 1))
    second = version(date(2026, 1, 1), None)
    tariff = replace(tariffs()["no-elvia"], versions=(first, second))
    days = (date(2023, 6, 1), date(2024, 6, 1), date(2025, 6, 1), date(2026, 6, 1))
    assert [tariff.version(day) for day in days] == [first, first, first, second]
    assert [tariff.is_known(day) for day in days] == [False, True, False, True]


def test_easter_moves_and_its_holidays_with_it() -> None:
    assert [easter(year) for year in (2024, 2026, 2027, 2038)] == [
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]
    assert is_free(easter(2026) + timedelta(days=1), ("easter+1",))
    assert not is_free(easter(2026) + timedelta(days=1), ("easter-2",))


@pytest.mark.parametrize("text", ["", "6", "6-6", "24-6", "1-25", "a-b"])
def test_what_is_no_range_of_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="range of hours"):
        hours_of(text)


def test_of_rules_that_overlap_the_first_counts_and_what_none_names_is_free() -> None:
    winter = Rule(months=(11, 12), days="working", hours=hours_of("7-19"), weight=1.0)
    half = Rule(hours=hours_of("6-8"), weight=0.5)
    part = Peaks(id="capacity", rules=(winter, half))

    def weight(*at: int) -> float:
        return counts(part, datetime(*at, tzinfo=OSLO), ())  # type: ignore[arg-type, misc]

    # Both name seven o'clock of a Monday in November.
    assert weight(2026, 11, 30, 7) == 1.0
    assert weight(2026, 11, 30, 6) == 0.5
    # In July none but the second.
    assert weight(2026, 7, 6, 7) == 0.5
    # Nobody names the night.
    assert weight(2026, 11, 30, 3) == 0.0
    night = datetime(2026, 11, 30, 3, tzinfo=OSLO)
    assert limit_without_cost(part, night, [], (), 2.5) == inf
