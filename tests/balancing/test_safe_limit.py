"""When the meter is not to be believed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
import math

from hypothesis import given, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.frozen_meter import Drawn
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import MeterReading
from custom_components.ev_load_manager.balancing.safe_limit import Cause, SafeLimit
from custom_components.ev_load_manager.balancing.site import ConnectorId
from tests.balancing.bench import Bench, ids, make_site

RATED = PhaseCurrents.same(35.0)
CAR = ConnectorId("charger", 1)


@dataclass
class Watched:
    """A meter read every 2 s, and the watch over it."""

    resolution: float = 0.01
    timeout: float = 30.0
    now: float = 1000.0
    safe: SafeLimit = field(default_factory=SafeLimit)
    reading: MeterReading | None = None
    draw: PhaseCurrents = NO_CURRENT
    drawn_at: float | None = None
    """When its last report was made; None: it reports all the time."""

    def look(self) -> bool:
        """Ask the watch at this moment."""
        return self.safe.update(
            meter=self.reading,
            draws={CAR: Drawn(currents=self.draw, at=self.drawn_at or self.now)},
            rated=RATED,
            now=self.now,
            timeout=self.timeout,
        )

    def reads(self, amperes: Iterable[float]) -> bool:
        """Read each of `amperes` on L1, 2 s apart."""
        engaged = self.safe.engaged
        for current in amperes:
            self.now += 2.0
            self.reading = MeterReading(
                at=self.now,
                currents=PhaseCurrents(current, 1.0, 2.0),
                resolution=self.resolution,
            )
            engaged = self.look()
        return engaged

    def waits(self, seconds: float) -> bool:
        """No new reading comes."""
        self.now += seconds
        return self.look()


def changing(readings: int, around: float = 5.0) -> list[float]:
    return [around + 0.01 * (number % 7) for number in range(readings)]


@pytest.fixture
def watched() -> Watched:
    """A meter that has been good for a while."""
    watched = Watched()
    assert not watched.reads(changing(10))
    return watched


def test_it_is_engaged_from_the_start_until_the_meter_has_been_good_for_10_s() -> None:
    watched = Watched()
    assert watched.look()
    assert watched.safe.cause is Cause.STARTING
    assert watched.reads(changing(5))
    assert watched.safe.cause is Cause.STARTING
    assert not watched.reads([5.5])
    assert watched.safe.cause is None
    assert watched.safe.since == watched.now


def test_a_meter_that_never_answers_keeps_it_engaged() -> None:
    watched = Watched()
    assert all(watched.waits(10.0) for _ in range(20))
    assert watched.safe.cause is Cause.STARTING
    assert watched.safe.since == 1010.0


def test_a_silent_meter_engages_it_after_30_s_and_not_before(watched: Watched) -> None:
    assert not watched.waits(29.9)
    assert watched.waits(0.1)
    assert watched.safe.cause is Cause.SILENT
    assert watched.safe.since == watched.now


def test_how_long_a_meter_may_be_silent_can_be_set(watched: Watched) -> None:
    watched.timeout = 120.0
    assert not watched.waits(119.0)
    assert watched.waits(1.0)


def test_the_same_reading_again_is_silence(watched: Watched) -> None:
    assert [watched.waits(2.0) for _ in range(15)][-2:] == [False, True]
    assert watched.safe.cause is Cause.SILENT


def test_one_answer_after_silence_is_not_enough(watched: Watched) -> None:
    watched.waits(40.0)
    assert watched.reads([5.5])
    assert watched.waits(20.0)
    assert watched.safe.cause is Cause.SILENT


def test_it_gives_way_by_itself_once_values_have_been_back_for_10_s(watched: Watched) -> None:
    watched.waits(40.0)
    assert watched.reads(changing(5))
    assert not watched.reads(changing(1))


@pytest.mark.parametrize("nonsense", [6553.5, -6553.5, 175.1, math.nan, math.inf, -math.inf, 3e38])
def test_currents_that_no_fuse_would_let_through_engage_it_at_once(
    watched: Watched, nonsense: float
) -> None:
    assert watched.reads([nonsense])
    assert watched.safe.cause is Cause.IMPLAUSIBLE


def test_currents_far_above_the_limit_are_believed(watched: Watched) -> None:
    assert not watched.reads([120.0, -120.0])


def test_nonsense_in_between_starts_the_10_s_anew(watched: Watched) -> None:
    watched.reads([6553.5])
    assert watched.reads([*changing(5), 6553.5, *changing(5)])
    assert not watched.reads(changing(1))


def test_a_fine_meter_that_stands_still_for_30_s_is_frozen(watched: Watched) -> None:
    assert not watched.reads([7.0] * 15)
    assert watched.reads([7.0])
    assert watched.safe.cause is Cause.FROZEN


def test_a_frozen_meter_that_also_falls_silent_stays_engaged(watched: Watched) -> None:
    watched.reads([7.0] * 20)
    assert watched.waits(60.0)


def test_a_frozen_meter_is_believed_once_it_has_moved_for_10_s(watched: Watched) -> None:
    watched.reads([7.0] * 20)
    assert watched.reads([*changing(5)])
    assert not watched.reads([5.5])


def test_a_coarse_meter_may_stand_still_for_hours() -> None:
    watched = Watched(resolution=1.0)
    assert not watched.reads([7.0] * 3600)


def test_a_coarse_meter_that_does_not_show_what_the_chargers_do_is_frozen() -> None:
    watched = Watched(resolution=1.0)
    watched.reads([7.0] * 60)
    watched.draw = PhaseCurrents(3.0, 0.0, 0.0)
    assert not watched.reads([7.0] * 8)
    assert watched.reads([7.0])
    assert watched.safe.cause is Cause.FROZEN


def test_a_coarse_meter_that_shows_what_the_chargers_do_is_not_frozen() -> None:
    watched = Watched(resolution=1.0)
    watched.reads([7.0] * 60)
    watched.draw = PhaseCurrents(6.0, 0.0, 0.0)
    assert not watched.reads([7.0] * 5 + [13.0] * 100)


def test_a_late_report_of_what_a_coarse_meter_has_shown_already_is_no_sign_of_frost() -> None:
    watched = Watched(resolution=1.0)
    watched.reads([7.0] * 60)
    # The car rose, the meter shows it at once, the charger tells 50 s later.
    watched.drawn_at = watched.now
    assert not watched.reads([13.0] * 25)
    watched.drawn_at = None
    watched.draw = PhaseCurrents(6.0, 0.0, 0.0)
    assert not watched.reads([13.0] * 100)


def test_a_small_change_of_the_chargers_is_not_asked_of_a_coarse_meter() -> None:
    watched = Watched(resolution=1.0)
    watched.reads([7.0] * 60)
    watched.draw = PhaseCurrents(2.9, 2.9, 2.9)
    assert not watched.reads([7.0] * 100)


@given(st.lists(st.sampled_from(["good", "nonsense", "wait"]), max_size=60))
def test_it_is_never_released_within_10_s_of_anything_wrong(events: list[str]) -> None:
    watched = Watched()
    wrong_at = watched.now
    for number, event in enumerate(events):
        before = watched.safe.engaged
        if event == "good":
            watched.reads([5.0 + 0.01 * number])
        elif event == "nonsense":
            watched.reads([9999.0])
            wrong_at = watched.now
            assert watched.safe.engaged
        else:
            silent = watched.reading is None or watched.now + 20.0 - watched.reading.at >= 30.0
            watched.waits(20.0)
            if silent:
                wrong_at = watched.now
                assert watched.safe.engaged
        if before and not watched.safe.engaged:
            assert watched.now - wrong_at >= 10.0


def test_an_answer_that_cannot_be_leaves_no_trace_when_the_meter_is_believed_again() -> None:
    bench = Bench(make_site(1, 32.0, grid=25.0, safe_limit=PhaseCurrents.same(8.0)))
    bench.house = lambda now: 10.0
    (connector,) = ids(1)
    bench.plug_in(connector)
    bench.run(120)
    assert bench[connector].limit > 14.0

    bench.house = lambda now: 900.0
    bench.run(5)
    assert bench[connector].limit == 8.0
    bench.house = lambda now: 10.0
    limits = [bench.run(1) and bench[connector].limit for _ in range(60)]

    # Held for a while, 900 A would have paused the car for minutes.
    assert min(limits) == 8.0
    assert limits[-1] > 14.0
