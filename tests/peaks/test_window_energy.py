"""The energy of a window: by the meter's own count where it has one, else by its power."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
import json
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.window import WindowMemory
from custom_components.ev_load_manager.data_files.stored import VERSION, Damage, Stored
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, PeakSettings, Rule, Why
from custom_components.ev_load_manager.peaks.window_energy import Finished, Told, WindowEnergy
from custom_components.ev_load_manager.peaks.without import Car, Unmanaged

BRUSSELS = ZoneInfo("Europe/Brussels")
TEN = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


class Clock:
    """A window's energy, told something every ten seconds."""

    def __init__(self, minutes: int = 15, start: datetime = TEN, limit: float = 5000.0) -> None:
        self.energy = WindowEnergy(minutes * 60.0)
        self.now, self.limit = start, limit
        self.at = 0.0
        self.finished: list[Finished] = []

    def run(self, seconds: float, told: Told, *, every: float = 10.0) -> None:
        """Tell the same for some time."""
        end = self.at + seconds
        while self.at <= end:
            local = self.now.astimezone(BRUSSELS)
            self.finished += self.energy.update(told, local, self.at, limit=self.limit)
            self.now += timedelta(seconds=every)
            self.at += every


def test_it_is_integrated_from_the_power() -> None:
    clock = Clock()
    clock.run(1800, Told(power=4000.0, house=1000.0))
    assert [one.mean for one in clock.finished] == pytest.approx([4000.0, 4000.0])
    assert [one.house for one in clock.finished] == pytest.approx([1000.0, 1000.0])
    assert [one.start for one in clock.finished] == [TEN, TEN + timedelta(minutes=15)]


def test_windows_are_cut_on_the_clock_whenever_one_begins() -> None:
    clock = Clock(start=TEN + timedelta(minutes=7))
    clock.run(600, Told(power=3000.0))
    (first,) = clock.finished
    assert first.start == TEN
    # Nobody saw its first seven minutes: they count at the limit.
    assert first.mean == pytest.approx((7 * 5000 + 8 * 3000) / 15, rel=0.01)
    assert first.guessed == pytest.approx(7 / 15, abs=0.01)


def test_a_register_puts_right_what_was_integrated() -> None:
    clock = Clock()
    register = 1000.0
    for _ in range(90):
        # The power is told 10 % too low.
        clock.run(0, Told(power=3600.0, register=register))
        register += 4000.0 * 10 / 3600
    assert clock.energy.by == "register"
    assert clock.energy.used == pytest.approx(4000.0 * 890 / 3600, rel=0.002)


@pytest.mark.parametrize("jump", [-900.0, 50_000.0])
def test_a_register_that_jumps_or_is_reset_is_not_believed(jump: float) -> None:
    clock = Clock()
    clock.run(290, Told(power=3600.0, register=1000.0))
    before = clock.energy.used
    clock.run(0, Told(power=3600.0, register=1000.0 + jump))
    assert clock.energy.used == pytest.approx(before + 10.0, rel=0.2)


def test_silence_counts_at_the_limit_until_the_register_tells_better() -> None:
    clock = Clock()
    clock.run(60, Told(power=1000.0, register=500.0))
    clock.run(300, Told(power=None))
    assert clock.energy.used > 300 * 4900 / 3600
    clock.run(10, Told(power=1000.0, register=500.0 + 1000.0 * 370 / 3600))
    assert clock.energy.used == pytest.approx(1000.0 * 380 / 3600, rel=0.1)


def test_the_running_average_of_a_meter_is_the_energy_and_tells_its_clock() -> None:
    clock = Clock()
    # The meter's quarter begins 30 s after ours.
    for n in range(0, 2400, 10):
        in_window = (n - 30) % 900
        clock.run(0, Told(power=3000.0, average=3000.0 * in_window / 900))
    assert clock.energy.by == "average"
    assert clock.energy.skew == pytest.approx(30.0, abs=11.0)
    assert clock.energy.ends_at(clock.now.astimezone(BRUSSELS)) == pytest.approx(
        TEN + timedelta(minutes=45, seconds=clock.energy.skew), abs=timedelta(seconds=1)
    )


def test_a_meter_whose_clock_is_far_off_is_not_followed() -> None:
    clock = Clock()
    for n in range(0, 2400, 10):
        in_window = (n - 400) % 900
        clock.run(0, Told(power=3000.0, average=3000.0 * in_window / 900))
    assert clock.energy.skew == 0.0
    assert clock.energy.refused_skew == pytest.approx(400.0, abs=11.0)


@pytest.mark.parametrize(
    "begin", [datetime(2026, 10, 25, 0, 0, tzinfo=UTC), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)]
)
def test_no_window_is_lost_or_twice_when_the_clocks_change(begin: datetime) -> None:
    clock = Clock(minutes=60, start=begin)
    clock.run(4 * 3600, Told(power=2000.0))
    assert [one.start for one in clock.finished] == [
        begin + timedelta(hours=hours) for hours in range(4)
    ]
    assert all(one.mean == pytest.approx(2000.0) for one in clock.finished)


def test_a_clock_that_is_set_begins_another_window_and_no_time_has_passed() -> None:
    clock = Clock()
    clock.run(300, Told(power=2000.0))
    clock.now += timedelta(hours=3)
    clock.run(0, Told(power=2000.0))
    assert clock.energy.start == TEN + timedelta(hours=3)


@given(st.lists(st.tuples(st.floats(0.5, 700.0), st.floats(0.0, 20_000.0)), max_size=30))
def test_whatever_comes_it_never_counts_less_than_it_saw(steps: list[tuple[float, float]]) -> None:
    energy, at = WindowEnergy(900.0), 0.0
    seen = 0.0
    power: float | None = None
    finished: list[Finished] = []
    for elapsed, then in steps:
        if power is not None:
            seen += power * min(elapsed, 15.0) / 3600.0
            at += elapsed
        now = TEN + timedelta(seconds=at)
        finished += energy.update(Told(power=then), now, at, limit=3000.0)
        power = then
    counted = sum(one.mean / 4 for one in finished) + energy.used
    assert counted >= seen - 1e-6


def read_every(
    seconds: float, powers: list[float], *, energy: WindowEnergy, start: datetime = TEN
) -> list[Finished]:
    """A meter tells a power so often, and is looked at five times as often."""
    finished: list[Finished] = []
    for number, power in enumerate(powers):
        for look in range(5 if number < len(powers) - 1 else 1):
            at = (number + look / 5) * seconds
            told = Told(power=power, measured_at=number * seconds)
            now = start + timedelta(seconds=at)
            finished += energy.update(told, now, at, limit=3000.0, gap=60.0)
    return finished


@given(st.lists(st.floats(0.0, 20_000.0), min_size=1, max_size=100))
def test_between_two_readings_power_goes_from_one_to_the_other(powers: list[float]) -> None:
    energy = WindowEnergy(3600.0)
    read_every(30.0, powers, energy=energy)
    between = sum((one + then) / 2 for one, then in pairwise(powers))
    assert energy.used == pytest.approx(between * 30.0 / 3600.0, abs=1e-6)
    # Of which nobody knows what is the cars'.
    assert energy.house == pytest.approx(energy.used)


def test_what_rises_over_the_end_of_a_window_counts_as_high_as_it_was_in_the_next() -> None:
    energy = WindowEnergy(900.0)
    # 10 W more each second; the window ends 12 s after a reading.
    start = TEN + timedelta(minutes=14, seconds=18)
    (over,) = read_every(
        30.0, [1000.0 + 300.0 * number for number in range(4)], energy=energy, start=start
    )
    assert over.start == TEN
    # What rises in its last seconds is seen once it is over.
    assert over.mean == pytest.approx((858 * 3000.0 + 30 * 1150.0 + 12 * 1300.0) / 900.0)
    assert energy.used == pytest.approx(48.0 * (1420.0 + 1900.0) / 2 / 3600.0)


def test_who_does_not_say_when_it_was_measured_is_held_until_the_next() -> None:
    clock = Clock()
    clock.run(590, Told(power=1000.0))
    clock.run(0, Told(power=4000.0))
    assert clock.energy.used == pytest.approx(1000.0 / 6)


@pytest.mark.parametrize("count", ["register", "average"])
def test_what_the_meter_has_counted_no_line_takes_away(count: str) -> None:
    energy = WindowEnergy(900.0, most=25_000.0)

    def told(power: float, measured_at: float, wh: float, at: float) -> None:
        counted = {count: wh if count == "register" else wh * 4}
        known = Told(power=power, measured_at=measured_at, **counted)
        energy.update(known, TEN + timedelta(seconds=at), at, limit=4000.0, gap=57.0)

    told(20_000.0, 0.0, 0.0, 0.0)
    told(20_000.0, 0.0, 155.5, 28.0)
    told(20_000.0, 0.0, 161.1, 29.0)
    told(0.0, 30.0, 161.1, 30.0)
    assert energy.used >= 161.1


def test_a_line_is_no_longer_than_its_first_reading_was_known() -> None:
    energy = WindowEnergy(900.0, most=25_000.0)
    now = TEN + timedelta(seconds=2)
    energy.update(Told(power=20_000.0, measured_at=-28.0), TEN, 0.0, limit=4000.0, gap=57.0)
    energy.update(Told(power=0.0, measured_at=2.0), now, 2.0, limit=4000.0, gap=57.0)
    # The last two seconds of a fall that took thirty.
    assert energy.used == pytest.approx(20_000.0 * (2 / 30) / 2 * 2 / 3600.0)


def test_no_line_is_drawn_over_what_nobody_saw() -> None:
    energy = WindowEnergy(900.0)
    energy.update(Told(power=1000.0, measured_at=0.0), TEN, 0.0, limit=3000.0)
    energy.update(Told(power=None), TEN + timedelta(seconds=15), 15.0, limit=3000.0)
    later = TEN + timedelta(seconds=20)
    energy.update(Told(power=500.0, measured_at=20.0), later, 20.0, limit=3000.0)
    silent = TEN + timedelta(seconds=220)
    energy.update(Told(power=9000.0, measured_at=220.0), silent, 220.0, limit=3000.0)
    # 15 s seen, 5 s and 185 s at the limit, 15 s seen.
    counted = 15 * 1000.0 + (5 + 185) * 3000.0 + 15 * 500.0
    assert energy.used == pytest.approx(counted / 3600.0)


def keeper(**settings: object) -> PeakKeeper:
    given = {"rule": Rule.FIXED, "minutes": 15, "maximum": 5.0, **settings}
    return PeakKeeper(PeakSettings(**given), BRUSSELS)  # type: ignore[arg-type]


def live(kept: PeakKeeper, seconds: float, told: Told, *, since: float = 0.0) -> float:
    at = since
    while at <= since + seconds:
        kept.update(told, TEN + timedelta(seconds=at), at, dead_time=10.0)
        at += 10.0
    return at


def test_the_highest_of_the_month_is_the_limit_and_begins_anew() -> None:
    kept = keeper(rule=Rule.MONTH, maximum=10.0, floor=2.5)
    assert kept.limit_at(TEN) == 2500.0
    live(kept, 900.0, Told(power=4000.0))
    assert kept.limit_at(TEN + timedelta(minutes=30)) == pytest.approx(4000.0)
    # December begins at 23:00 UTC of 30 November.
    assert kept.limit_at(datetime(2026, 11, 30, 23, 0, tzinfo=UTC)) == 2500.0
    assert kept.limit_at(datetime(2026, 11, 30, 22, 45, tzinfo=UTC)) == pytest.approx(4000.0)


@pytest.mark.parametrize(
    ("rule", "minutes", "shortest"),
    [(Rule.MONTH, 15, 300.0), (Rule.MONTH, 60, 75.0), (Rule.FIXED, 15, 0.0)],
)
def test_where_what_is_late_comes_in_the_next_window_nobody_begins_for_minutes(
    rule: Rule, minutes: int, shortest: float
) -> None:
    kept = keeper(rule=rule, minutes=minutes)
    left, _ = kept.update(Told(power=1000.0), TEN, 0.0, dead_time=10.0)
    assert left is not None
    assert left.shortest_run == shortest


def test_a_window_above_its_limit_is_told_with_why() -> None:
    by_building = keeper()
    live(by_building, 900.0, Told(power=6000.0, house=6000.0))
    assert by_building.exceeded is not None and by_building.exceeded.why is Why.BUILDING
    by_cars = keeper()
    live(by_cars, 900.0, Told(power=6000.0, house=1000.0))
    assert by_cars.exceeded is not None and by_cars.exceeded.why is Why.CARS


def test_a_restart_within_a_window_goes_on_with_it() -> None:
    kept = keeper()
    live(kept, 300.0, Told(power=3000.0, register=100.0))
    used = kept.energy.used
    stored = json.loads(json.dumps(kept.to_dict(TEN + timedelta(seconds=300))))
    again = keeper()
    after = TEN + timedelta(seconds=360)
    again.restore(Stored(stored, version=VERSION, damage=Damage()), after, 5000.0)
    assert again.energy.used == pytest.approx(used)
    again.update(Told(power=3000.0), after, 5000.0, dead_time=10.0)
    # The minute that nobody saw counts at the limit.
    assert again.energy.used == pytest.approx(used + 60 * 5000 / 3600, rel=0.01)


def test_a_garbled_store_begins_anew() -> None:
    kept = keeper()
    kept.restore(Stored({"minutes": 15, "windows": "x", "energy": 3}, version=VERSION), TEN, 0.0)
    assert kept.windows == []
    assert kept.energy.start is None


def test_what_it_would_have_been_without_is_a_car_that_charges_at_once() -> None:
    unmanaged = Unmanaged()
    windows = [TEN + timedelta(minutes=15 * n) for n in range(4)]
    car = {"a": Car("s", 2000.0, 8000.0)}
    assert unmanaged.begin(car) == {}
    for window in windows:
        unmanaged.see(car, window, 900.0)
    ended = unmanaged.begin({})
    # 4 quarters of 2 kW are one quarter of 8 kW.
    assert ended[windows[0]] == pytest.approx(2000.0)
    assert sum(ended.values()) == pytest.approx(2000.0)


def test_time_that_only_the_wall_clock_knows_counts_at_the_limit() -> None:
    clock = Clock()
    clock.run(60, Told(power=5000.0))
    # The machine slept for eight minutes: the monotonic clock stood still.
    clock.now += timedelta(minutes=8)
    clock.run(0, Told(power=5000.0))
    assert clock.energy.used == pytest.approx(5000.0 * 550 / 3600, rel=0.02)
    assert clock.energy.unseen == pytest.approx(480, abs=20)


@pytest.mark.parametrize("minutes", [20, -2, 6 * 60])
def test_a_clock_that_is_set_into_another_window_leaves_no_empty_one(minutes: int) -> None:
    clock = Clock()
    clock.run(960, Told(power=5000.0))
    clock.now += timedelta(minutes=minutes)
    into = (clock.now - TEN).total_seconds() % 900
    clock.run(0, Told(power=5000.0))
    assert clock.energy.used == pytest.approx(5000.0 * into / 3600, rel=0.05)


def test_an_average_of_another_window_than_ours_counts_nothing() -> None:
    clock = Clock()
    for _ in range(45):
        clock.run(0, Told(power=5000.0, average=5000.0 * clock.at / 900))
    clock.run(0, Told(power=5000.0, average=10.0))
    assert clock.energy.refused_skew is not None
    for second in range(10, 60, 10):
        clock.run(0, Told(power=5000.0, average=10.0 + second))
    assert clock.energy.used == pytest.approx(5000.0 * 500 / 3600, rel=0.02)


@pytest.mark.parametrize(
    ("name", "value"),
    [("used", -1e6), ("used", "much"), ("skew", 1e12), ("skew", 1e5)],
)
def test_a_stored_window_of_nonsense_is_one_that_nobody_saw(name: str, value: object) -> None:
    settings = PeakSettings(rule=Rule.FIXED, minutes=15, maximum=5.0)
    keeper = PeakKeeper(settings, BRUSSELS)
    saved_at = TEN + timedelta(minutes=5)
    keeper.update(Told(power=5000.0), saved_at, 300.0, dead_time=10.0)
    stored = keeper.to_dict(saved_at)
    stored["energy"][name] = value
    again = PeakKeeper(settings, BRUSSELS)
    later = TEN + timedelta(minutes=10)
    again.restore(Stored(stored, version=VERSION), later, 600.0)
    again.update(Told(power=5000.0), later, 600.0, dead_time=10.0)
    assert again.energy.used == pytest.approx(5000.0 / 6)


@pytest.mark.parametrize("start", [1e300, -1e12])
def test_a_stored_time_that_no_calendar_has_stops_nothing(start: float) -> None:
    settings = PeakSettings(rule=Rule.MONTH, minutes=15, maximum=5.0)
    keeper = PeakKeeper(settings, BRUSSELS)
    stored = keeper.to_dict(TEN) | {
        "windows": [[start, 1.0, 1.0, 0.0, None]],
        "days": {"2026-10-01": [[start, 1.0]]},
    }
    keeper.restore(Stored(stored, version=VERSION), TEN, 0.0)
    assert keeper.windows == []
    assert keeper.days == {"2026-10-01": []}


def test_a_free_window_to_come_does_not_raise_this_one_above_its_limit() -> None:
    class FreeFromThenOn(PeakKeeper):
        def limit_at(self, start: datetime) -> float:
            return 5000.0 if start <= TEN else float("inf")

    keeper = FreeFromThenOn(PeakSettings(rule=Rule.FIXED, minutes=15, maximum=5.0), BRUSSELS)
    keeper.update(Told(power=0.0), TEN, 0.0, dead_time=38.0)
    drawn = 0.0
    memory = WindowMemory()
    for second in range(900):
        memory.see(0.0, second)
        now = TEN + timedelta(seconds=second)
        budget, _ = keeper.update(Told(power=drawn), now, float(second), dead_time=38.0)
        assert budget is not None
        drawn = min(22_000.0, memory.decide(budget, second).cars)
    keeper.update(Told(power=0.0), TEN + timedelta(seconds=900), 900.0, dead_time=38.0)
    assert keeper.windows[0].mean <= 5000.0 * 1.002


def test_a_month_without_us_invents_no_windows() -> None:
    settings = PeakSettings(rule=Rule.MONTH, minutes=15, maximum=5.0)
    keeper = PeakKeeper(settings, BRUSSELS)
    keeper.update(Told(power=5000.0), TEN, 0.0, dead_time=10.0)
    again = PeakKeeper(settings, BRUSSELS)
    later = TEN + timedelta(days=31)
    again.restore(Stored(keeper.to_dict(TEN), version=VERSION), later, 0.0)
    again.update(Told(power=5000.0), later, 0.0, dead_time=10.0)
    assert again.windows == []
    assert again.days == {}


@pytest.mark.parametrize(
    ("zone", "minutes", "begin"),
    [
        # Half an hour and three quarters of one from UTC.
        ("Asia/Kolkata", 60, datetime(2026, 11, 29, 8, 30, tzinfo=UTC)),
        ("Asia/Kolkata", 30, datetime(2026, 11, 29, 9, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", 60, datetime(2026, 11, 29, 8, 15, tzinfo=UTC)),
        ("Asia/Kathmandu", 15, datetime(2026, 11, 29, 9, 0, tzinfo=UTC)),
        ("America/St_Johns", 60, datetime(2026, 11, 29, 8, 30, tzinfo=UTC)),
        ("Europe/Helsinki", 30, datetime(2026, 11, 29, 9, 0, tzinfo=UTC)),
    ],
)
def test_windows_begin_with_local_hours_wherever_one_lives(
    zone: str, minutes: int, begin: datetime
) -> None:
    now = (TEN + timedelta(minutes=7)).astimezone(ZoneInfo(zone))
    assert WindowEnergy(minutes * 60.0).window_of(now) == begin


def test_lord_howe_moves_its_clock_by_half_an_hour_and_no_window_is_lost() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    energy, finished = WindowEnergy(1800.0), []
    begin = datetime(2026, 10, 3, 14, 0, tzinfo=UTC)
    for second in range(0, 3 * 3600, 10):
        now = (begin + timedelta(seconds=second)).astimezone(zone)
        finished += energy.update(Told(power=2000.0), now, float(second), limit=5000.0)
    assert [one.start for one in finished] == [
        begin + timedelta(minutes=30 * n) for n in range(len(finished))
    ]
    assert all(one.mean == pytest.approx(2000.0) for one in finished)


def test_a_meter_whose_clock_is_off_is_followed_over_a_change_of_the_clocks() -> None:
    clock = Clock(minutes=60, start=datetime(2026, 3, 28, 22, 0, tzinfo=UTC))
    for n in range(0, 5 * 3600, 10):
        clock.run(0, Told(power=3000.0, average=3000.0 * ((n - 60) % 3600) / 3600))
    assert clock.energy.skew == pytest.approx(60.0, abs=11.0)
    assert clock.energy.refused_skew is None
    means = [one.mean for one in clock.finished[1:]]
    assert means == pytest.approx([3000.0] * len(means), rel=0.02)


def test_values_that_come_late_are_counted_once_they_are_there() -> None:
    clock = Clock()
    register = 1000.0
    # The power is told each minute only, and the register five minutes late and all at once.
    for minute in range(14):
        if minute and minute % 5 == 0:
            register += 3000.0 * 5 / 60
        clock.run(50, Told(power=3000.0 if minute % 2 else 3100.0, register=register))
    assert clock.energy.used == pytest.approx(3000.0 * 14 / 60, rel=0.06)


def test_the_forecast_leans_on_the_usual_course_the_longer_it_is_until_the_end() -> None:
    kept = keeper(minutes=60)
    kept.update(Told(power=1000.0), TEN, 0.0, dead_time=10.0)
    local = TEN.astimezone(BRUSSELS)
    assert kept.forecast(TEN, None, 0.0) is None
    assert kept.forecast(TEN, 1000.0, 500.0) == pytest.approx(1500.0)
    kept.course[local.weekday() * 24 + local.hour] = 3000.0
    early = kept.forecast(TEN, 1000.0, 0.0)
    late = kept.forecast(TEN + timedelta(minutes=55), 1000.0, 0.0)
    assert early is not None and late is not None
    # 1000 W now and 3000 W usually: soon after the beginning mostly what is usual.
    assert early > 2500.0
    assert late < 200.0


def test_what_the_building_usually_takes_is_learned_by_the_hour_of_the_week() -> None:
    kept = keeper(minutes=60)
    live(kept, 3600.0, Told(power=4000.0, house=1500.0))
    local = TEN.astimezone(BRUSSELS)
    known = {hour: one for hour, one in enumerate(kept.course) if one is not None}
    assert known == {local.weekday() * 24 + local.hour: pytest.approx(1500.0)}


def test_a_building_above_the_limit_is_kept_as_it_was() -> None:
    kept = keeper()
    live(kept, 900.0, Told(power=6000.0, house=6000.0))
    assert kept.windows[0].house == pytest.approx(6000.0)
