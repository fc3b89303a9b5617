"""A meter's own counts give cars more of a window only where they fit the power that it shows."""

from datetime import UTC, datetime, timedelta
import json
from math import inf, nan
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.data_files.stored import VERSION, Stored
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, PeakSettings, Rule
from custom_components.ev_load_manager.peaks.window_energy import Told, WindowEnergy

BRUSSELS = ZoneInfo("Europe/Brussels")
TEN = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
POWER = 4000.0


class Metered:
    """A meter that is read every ten seconds and shows 4 kW, whatever it counts."""

    def __init__(self, minutes: int = 15) -> None:
        self.energy = WindowEnergy(minutes * 60.0, most=20_000.0)
        self.seconds = 0.0
        self.register = 1000.0
        self.average: float | None = None

    def run(self, seconds: float, *, register: float = 0.0, average: float | None = None) -> None:
        """Let time pass; `register`: what share of the truth it counts; `average`: likewise."""
        length = self.energy.length
        end = self.seconds + seconds
        while self.seconds < end:
            self.seconds += 10.0
            self.register += register * POWER * 10.0 / 3600.0
            if average is not None:
                self.average = average * POWER * (self.seconds % length) / length
            self.tell()

    def tell(self) -> None:
        """Tell what it shows now."""
        now = (TEN + timedelta(seconds=self.seconds)).astimezone(BRUSSELS)
        told = Told(power=POWER, register=self.register, average=self.average)
        self.energy.update(told, now, self.seconds, limit=5000.0)

    @property
    def truth(self) -> float:
        """Wh of the window so far."""
        return POWER * (self.seconds % self.energy.length) / 3600.0


@pytest.mark.parametrize("share", [0.01, 0.33, 0.6])
def test_a_register_that_counts_far_too_little_is_refused(share: float) -> None:
    meter = Metered()
    meter.run(600, register=share)
    assert meter.energy.register_trust.refused
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.03)
    # In the next window it is not believed at all.
    meter.run(400, register=share)
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.03)


def test_what_agreed_before_a_register_was_replaced_says_nothing_of_the_new_one() -> None:
    meter = Metered()
    meter.run(600, register=1.0)
    meter.register = 7.0
    meter.run(250, register=0.5)
    assert meter.energy.register_trust.refused
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.03)


def test_little_is_said_of_a_register_before_enough_was_seen() -> None:
    meter = Metered()
    meter.run(80, register=0.3)
    assert not meter.energy.register_trust.refused


def test_a_register_that_differs_a_little_is_believed() -> None:
    meter = Metered()
    meter.run(600, register=0.9)
    assert not meter.energy.register_trust.refused
    assert meter.energy.used == pytest.approx(0.9 * meter.truth, rel=0.03)


def test_a_refused_register_is_believed_again_after_a_whole_window() -> None:
    meter = Metered()
    meter.run(600, register=0.3)
    meter.run(300 + 890, register=1.0)
    assert meter.energy.register_trust.refused
    meter.run(20, register=1.0)
    assert not meter.energy.register_trust.refused


def test_a_register_that_seldom_tells_and_then_all_is_believed() -> None:
    meter = Metered()
    for _ in range(6):
        meter.run(290)
        meter.register += POWER * 300.0 / 3600.0
        meter.run(10)
    assert not meter.energy.register_trust.refused
    assert meter.energy.used == pytest.approx(meter.truth, abs=12.0)


def test_a_refused_register_stays_refused_over_a_restart() -> None:
    settings = PeakSettings(rule=Rule.FIXED, minutes=15, maximum=5.0)
    kept = PeakKeeper(settings, BRUSSELS)
    kept.update(Told(power=POWER), TEN, 0.0, dead_time=10.0)
    kept.energy.register_trust.refuse()
    stored = json.loads(json.dumps(kept.to_dict(TEN)))
    again = PeakKeeper(settings, BRUSSELS)
    again.restore(Stored(stored, version=VERSION), TEN, 0.0)
    assert again.energy.register_trust.refused
    assert not again.energy.average_trust.refused


def test_a_file_that_knows_nothing_of_trust_is_whole() -> None:
    settings = PeakSettings(rule=Rule.FIXED, minutes=15, maximum=5.0)
    kept = PeakKeeper(settings, BRUSSELS)
    kept.update(Told(power=POWER), TEN, 0.0, dead_time=10.0)
    stored = kept.to_dict(TEN)
    del stored["energy"]["register_refused"], stored["energy"]["average_refused"]
    again = PeakKeeper(settings, BRUSSELS)
    again.restore(Stored(stored, version=VERSION), TEN, 0.0)
    assert again.energy.start == kept.energy.start
    assert not again.energy.register_trust.refused


@pytest.mark.parametrize("share", [0.01, 0.4, 0.6])
def test_a_running_average_that_counts_far_too_little_is_refused(share: float) -> None:
    meter = Metered()
    meter.run(600, average=share)
    assert meter.energy.average_trust.refused
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.03)
    meter.run(310 + 910, average=1.0)
    assert not meter.energy.average_trust.refused
    assert meter.energy.by == "average"


@pytest.mark.parametrize("to", [0.55, 0.8, 0.95])
def test_a_running_average_that_falls_within_a_window_is_refused(to: float) -> None:
    meter = Metered()
    meter.run(500, average=1.0)
    assert meter.energy.by == "average"
    meter.run(100, average=to)
    assert meter.energy.average_trust.refused
    assert meter.energy.refused_skew is None
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.03)


def test_what_is_refused_of_an_average_is_counted_by_the_register() -> None:
    meter = Metered()
    meter.run(600, average=0.3, register=0.9)
    assert meter.energy.by == "register"
    meter.run(1200, average=0.3, register=0.9)
    assert meter.energy.used == pytest.approx(0.9 * meter.truth, rel=0.05)


def test_an_average_that_stands_still_gives_nothing() -> None:
    meter = Metered()
    meter.average = 0.0
    meter.run(600, register=0.9)
    # Nobody knows since when it has told this.
    assert meter.energy.by == "register"
    assert meter.energy.used == pytest.approx(0.9 * meter.truth, rel=0.05)


def test_an_average_above_all_that_can_flow_is_not_believed() -> None:
    meter = Metered()
    meter.run(300, average=1.0)
    meter.run(300, average=1000.0)
    assert meter.energy.average_trust.refused
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.03)


@pytest.mark.parametrize("silence", [40.0, 200.0, 700.0, 2000.0])
def test_an_average_that_is_silent_over_a_boundary_tells_nothing_of_its_clock(
    silence: float,
) -> None:
    meter = Metered()
    meter.run(880, average=1.0)
    kept, meter.average = meter.average, None
    meter.run(silence)
    assert kept is not None
    meter.run(60, average=1.0)
    assert meter.energy.refused_skew is None
    assert meter.energy.skew == pytest.approx(0.0, abs=11.0)
    assert meter.energy.used == pytest.approx(meter.truth, rel=0.05)


def test_silence_leaves_what_is_known_of_the_meter_s_clock() -> None:
    meter = Metered()

    def late(seconds: float) -> None:
        for _ in range(int(seconds / 10.0)):
            meter.seconds += 10.0
            meter.average = POWER * ((meter.seconds - 60.0) % 900.0) / 900.0
            meter.tell()

    late(1800)
    assert meter.energy.skew == pytest.approx(60.0, abs=11.0)
    skew = meter.energy.skew
    meter.average = None
    meter.run(1100)
    late(120)
    assert meter.energy.skew == skew
    assert meter.energy.refused_skew is None


def test_what_is_no_number_tells_nothing() -> None:
    for bad in (nan, inf, -inf):
        told = Told(power=bad, house=bad, register=bad, average=bad)
        assert told == Told(power=None)
    assert Told(power=-5.0, house=-5.0, register=-5.0, average=-5.0) == Told(power=0.0, house=0.0)


anything = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@given(st.lists(st.tuples(anything, anything, anything, anything, anything), max_size=20))
def test_whatever_is_told_the_budget_is_a_number_and_not_above_the_window(
    told: list[tuple[float | None, ...]],
) -> None:
    kept = PeakKeeper(PeakSettings(rule=Rule.FIXED, minutes=15, maximum=5.0), BRUSSELS)
    for step, (power, house, register, average, _) in enumerate(told):
        at = 60.0 * step
        budget, _ = kept.update(
            Told(power=power, house=house, register=register, average=average),
            TEN + timedelta(seconds=at),
            at,
            dead_time=10.0,
        )
        assert budget is not None
        assert -inf < budget.left <= 5000.0 * 0.25
        assert 0.0 <= budget.power < inf
    for window in kept.windows:
        assert 0.0 <= window.mean < inf
        assert 0.0 <= window.house < inf
