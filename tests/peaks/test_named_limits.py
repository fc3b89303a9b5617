"""Limits that the events of a calendar name, and what windows may be by them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.config.power_settings import HIGHEST_POWER, PowerSettings
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, Rule
from custom_components.ev_load_manager.peaks.named_limits import Event, NamedLimits, limit_in

ZONE = ZoneInfo("Europe/Brussels")


@pytest.mark.parametrize(
    ("text", "limit", "is_riddle"),
    [
        ("5 kW", 5.0, False),
        ("4,5 kW", 4.5, False),
        ("max. 4.5kW in the evening", 4.5, False),
        ("Limit:\u00a03 KW", 3.0, False),
        ("0 kW", 0.0, False),
        # Of several the lowest counts.
        ("7 kW\nlater 3,5 kW", 3.5, False),
        ("Birthday of Anna", None, False),
        ("charge 30 kWh", None, False),
        ("9 kWp on the roof", None, False),
        ("five kW", None, True),
        ("3-5 kW", None, True),
        ("-5 kW", None, True),
        ("1.000,5 kW", None, True),
        ("5 kW, then more kW", 5.0, True),
        # Who knows the power of a socket says it in W; a lamp's is no limit.
        ("4600 W", 4.6, False),
        ("7 kW, at night 3500 W", 3.5, False),
        ("a lamp of 60 W", None, False),
        ("charge 3000 Wh", None, False),
        ("5 \u33be", 5.0, False),
        # The end of a great number is no small one.
        ("1 000 kW", None, True),
        ("1'500 kW", None, True),
        ("18:00 5 kW", 5.0, False),
    ],
)
def test_a_limit_is_found_in_a_text(text: str, limit: float | None, is_riddle: bool) -> None:
    assert limit_in(text) == (limit, is_riddle)


@given(st.text())
def test_no_text_is_a_limit_below_nothing_or_stops_anything(text: str) -> None:
    limit, _ = limit_in(text)
    assert limit is None or limit >= 0.0


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-30T{text}").replace(tzinfo=ZONE)


def keeper(*events: Event, minutes: int = 15, **told: object) -> PeakKeeper:
    settings = PowerSettings.from_data(
        {
            "power": {
                "window": "calendar",
                "calendar_entity": "calendar.limits",
                "peak_limit": 10.0,
                "minutes": minutes,
                **told,
            }
        }
    )
    assert settings is not None
    assert settings.peaks is not None
    found = PeakKeeper(settings.peaks, ZONE)
    found.take_limits(NamedLimits.read(events))
    return found


def test_a_calendar_alone_needs_no_rows() -> None:
    found = keeper(Event(at("18:00"), at("19:00"), "5 kW"))
    assert found.settings.rule is Rule.CALENDAR
    assert found.limit_at(at("18:00")) == 5000.0
    assert found.limit_at(at("19:00")) == 10_000.0


def test_a_window_that_an_event_touches_has_its_limit() -> None:
    found = keeper(Event(at("18:07"), at("18:20"), "5 kW"), Event(at("21:00"), at("21:00"), "4 kW"))
    limits = [found.limit_at(at(f"{clock}")) for clock in ("17:45", "18:00", "18:15", "18:30")]
    assert limits == [10_000.0, 5000.0, 5000.0, 10_000.0]
    # One without a duration is somebody's slip, and no reason to go above it.
    assert found.limit_at(at("21:00")) == 4000.0
    assert found.limit_at(at("20:45")) == 10_000.0


def test_of_events_that_overlap_and_rows_the_lowest_counts() -> None:
    rows = [{"hours": "18-22", "limit": 6.0}]
    found = keeper(
        Event(at("17:00"), at("20:00"), "5 kW"),
        Event(at("19:00"), at("21:00"), "3 kW"),
        Event(at("21:00"), at("22:00"), "8 kW"),
        Event(at("10:00"), at("11:00"), "400 kW"),
        calendar=rows,
    )
    limits = [found.limit_at(at(f"{hour}:00")) for hour in (10, 17, 19, 20, 21, 22)]
    assert limits == [10_000.0, 5000.0, 3000.0, 3000.0, 6000.0, 10_000.0]


def test_rows_that_can_not_be_leave_the_events() -> None:
    found = keeper(Event(at("18:00"), at("19:00"), "5 kW"), calendar=[{"hours": "noon"}])
    assert found.settings.rule is Rule.CALENDAR
    assert found.limit_at(at("18:00")) == 5000.0


def test_what_can_not_be_read_leaves_the_lowest_that_is_known() -> None:
    named = NamedLimits.read(
        [
            Event(at("18:00"), at("19:00"), "5 kW"),
            Event(at("20:00"), at("21:00"), "3 kW"),
            Event(at("22:00"), at("23:00"), "few kW"),
        ]
    )
    found = keeper()
    found.take_limits(named)
    assert named.has_riddles
    assert found.limit_at(at("22:00")) == 3000.0
    assert found.limit_at(at("18:00")) == 5000.0
    # Nobody knows what it says by now: it may have been lowered meanwhile.
    found.take_limits(NamedLimits(events=named.events, lowest=named.lowest, is_known=False))
    assert [found.limit_at(at(clock)) for clock in ("12:00", "18:00")] == [3000.0, 3000.0]


def test_what_is_known_of_a_calendar_bounds_a_window_that_can_not_be_counted() -> None:
    found = keeper(Event(at("18:00"), at("19:00"), "3 kW"))
    assert found.cautious_budget(0.0, 10.0).limit == pytest.approx(2950.0)


def test_an_event_that_is_told_within_its_window_counts_at_once() -> None:
    found = keeper()
    assert found.limit_at(at("18:00")) == 10_000.0
    found.take_limits(NamedLimits.read([Event(at("18:05"), at("19:00"), "5 kW")]))
    assert found.limit_at(at("18:00")) == 5000.0


@pytest.mark.parametrize("minutes", [15, 60])
def test_an_event_over_the_end_of_summer_time_limits_the_hour_that_is_there_twice(
    minutes: int,
) -> None:
    # 2:00 to 3:00 of the clock, which is two hours long.
    begins = datetime(2026, 10, 25, 2, tzinfo=ZONE).astimezone(UTC)
    ends = datetime(2026, 10, 25, 3, tzinfo=ZONE).astimezone(UTC)
    assert ends - begins == timedelta(hours=2)
    found = keeper(Event(begins, ends, "5 kW"), minutes=minutes)
    length = timedelta(minutes=minutes)
    windows = [begins + length * place for place in range(-1, 120 // minutes + 1)]
    limits = [found.limit_at(window) for window in windows]
    assert limits == [10_000.0, *[5000.0] * (120 // minutes), 10_000.0]


@given(
    st.lists(
        st.tuples(
            st.integers(-600, 600),
            st.integers(0, 600),
            st.floats(0.0, HIGHEST_POWER),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.integers(-40, 40),
    st.booleans(),
)
def test_whatever_it_says_no_window_is_above_what_any_window_may_be(
    told: list[tuple[int, int, float, bool]], place: int, is_known: bool
) -> None:
    events = [
        Event(
            at("12:00") + timedelta(minutes=begin),
            at("12:00") + timedelta(minutes=begin + long),
            f"{limit:.2f} kW" if readable else "kW",
        )
        for begin, long, limit, readable in told
    ]
    named = NamedLimits.read(events)
    found = keeper()
    found.take_limits(NamedLimits(events=named.events, lowest=named.lowest, is_known=is_known))
    begins = at("12:00") + timedelta(minutes=15 * place)
    limit = found.limit_at(begins) / 1000.0
    assert limit <= 10.0
    for event, (_, _, _, readable) in zip(events, told, strict=True):
        if event.start < begins + timedelta(minutes=15) and event.end > begins and readable:
            assert limit <= float(event.text.split()[0])
    if not is_known and named.lowest is not None:
        assert limit <= named.lowest
