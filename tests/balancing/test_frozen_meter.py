"""A meter that lives is not taken for frozen, one that is frozen is found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.frozen_meter import (
    REPORT_PERIOD,
    SHOWN_WITHIN,
    Drawn,
    FrozenMeter,
)
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import MeterReading
from custom_components.ev_load_manager.balancing.site import ConnectorId

PERIOD = 2.0
HOUR = 3600


@dataclass
class Car:
    """What it draws is told late, and as a mean where its charger makes one."""

    report_period: float
    averages: bool
    amperes: float = 0.0
    charges: bool = False
    drawn: Drawn | None = None
    _since: float = 0.0
    _told_at: float = 0.0
    _ampere_seconds: float = 0.0

    def passes(self, now: float) -> None:
        """Another moment is over."""
        self._ampere_seconds += PERIOD * self.amperes
        if not self.charges:
            self.drawn = Drawn(currents=NO_CURRENT, at=now)
        elif now - self._told_at >= self.report_period:
            mean = self._ampere_seconds / (now - self._told_at)
            told = mean if self.averages else self.amperes
            self.drawn = Drawn(currents=PhaseCurrents.same(told), at=now)
        else:
            return
        self._told_at, self._ampere_seconds = now, 0.0


@dataclass
class Plant:
    """A house, some cars, and a meter that shows both in steps, a little late."""

    resolution: float
    house: Callable[[float], float]
    cars: list[Car] = field(default_factory=list)
    latency: int = 1
    """Readings by which what it shows is late."""
    tells_voltage: bool = False
    now: float = 0.0
    frozen_at: float | None = None
    watch: FrozenMeter = field(default_factory=FrozenMeter)
    _shown: list[PhaseCurrents] = field(default_factory=list)
    _voltages: tuple[float, ...] = ()

    def passes(self, seconds: float) -> Iterator[bool]:
        """Whether the meter is taken for frozen, at each reading."""
        for _ in range(int(seconds / PERIOD)):
            self.now += PERIOD
            for car in self.cars:
                car.passes(self.now)
            amperes = self.house(self.now) + sum(car.amperes for car in self.cars)
            if self.frozen_at is None:
                steps = round(amperes / self.resolution) * self.resolution
                self._shown.append(PhaseCurrents(steps, steps, 0.0))
                self._voltages = tuple(230.0 + random.randrange(-9, 9) / 10.0 for _ in range(3))
            draws = {
                ConnectorId("charger", number): car.drawn
                for number, car in enumerate(self.cars)
                if car.drawn is not None
            }
            yield self.watch.look(
                MeterReading(
                    at=self.now,
                    currents=self._shown[max(0, len(self._shown) - 1 - self.latency)],
                    resolution=self.resolution,
                    others=self._voltages if self.tells_voltage else (),
                    is_restless=self.tells_voltage and any(v % 1.0 for v in self._voltages),
                ),
                draws,
            )

    def freezes(self) -> None:
        """It shows the same from now on."""
        self.frozen_at = self.now


def quiet(now: float) -> float:
    """Some things on standby."""
    return random.gauss(0.33, 0.004)


def still(now: float) -> float:
    """Nothing changes at all."""
    return 0.3


def nothing(now: float) -> float:
    """Nobody is at home, and everything is off."""
    return 0.0


@pytest.mark.parametrize("house", [quiet, still, nothing])
@pytest.mark.parametrize("resolution", [0.001, 0.01, 0.1, 1.0])
@pytest.mark.parametrize("tells_voltage", [False, True])
def test_a_quiet_house_is_no_frozen_meter(
    house: Callable[[float], float], resolution: float, tells_voltage: bool
) -> None:
    plant = Plant(resolution=resolution, house=house, tells_voltage=tells_voltage)
    assert not any(plant.passes(HOUR))


@pytest.mark.parametrize("resolution", [0.001, 0.01, 0.1])
def test_a_voltage_that_stands_still_shows_a_frozen_meter(resolution: float) -> None:
    plant = Plant(resolution=resolution, house=quiet, tells_voltage=True)
    assert not any(plant.passes(60))
    plant.freezes()
    assert list(plant.passes(34))[-1]


def test_a_large_current_that_stands_still_shows_a_frozen_meter() -> None:
    plant = Plant(resolution=0.01, house=lambda now: 5.0 + random.gauss(0.0, 0.02))
    assert not any(plant.passes(60))
    plant.freezes()
    assert list(plant.passes(34))[-1]


def test_a_meter_that_shows_what_it_measured_ten_seconds_ago_is_not_frozen_after_three() -> None:
    watch = FrozenMeter()
    for number in range(9):
        reading = MeterReading(at=10.0 * number, currents=PhaseCurrents.same(7.0))
        assert not watch.look(reading, {})


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    resolution=st.sampled_from([0.1, 0.5, 1.0]),
    house=st.sampled_from([quiet, still, nothing]),
    report_period=st.sampled_from([5.0, 15.0, 60.0]),
    averages=st.booleans(),
    latency=st.integers(0, 3),
)
def test_a_coarse_meter_that_lives_is_never_taken_for_frozen(
    seed: int,
    resolution: float,
    house: Callable[[float], float],
    report_period: float,
    averages: bool,
    latency: int,
) -> None:
    random.seed(seed)
    cars = [Car(report_period=report_period, averages=averages) for _ in range(3)]
    plant = Plant(resolution=resolution, house=house, cars=cars, latency=latency)
    for _ in range(25):
        car = random.choice(cars)
        car.charges = random.random() < 0.8
        car.amperes = random.uniform(6.0, 16.0) if car.charges and random.random() < 0.8 else 0.0
        assert not any(plant.passes(random.choice([2, 10, 40, 100, 300])))


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    resolution=st.sampled_from([0.1, 0.5, 1.0]),
    report_period=st.sampled_from([5.0, 15.0, 60.0]),
    averages=st.booleans(),
    change=st.sampled_from([-6.0, -3.2, 3.2, 8.0]),
    settled=st.floats(0.0, 600.0),
)
def test_a_frozen_meter_is_found_when_the_chargers_change(
    seed: int,
    resolution: float,
    report_period: float,
    averages: bool,
    change: float,
    settled: float,
) -> None:
    random.seed(seed)
    cars = [
        Car(report_period=report_period, averages=averages, amperes=8.0, charges=True)
        for _ in range(3)
    ]
    plant = Plant(resolution=resolution, house=still, cars=cars)
    assert not any(plant.passes(200))
    plant.freezes()
    assert not any(plant.passes(settled))
    cars[0].amperes += change
    reports = 2.0 * report_period if averages else report_period
    assert list(plant.passes(reports + REPORT_PERIOD + SHOWN_WITHIN + 3 * PERIOD))[-1]
    # And it stays so, whatever the chargers do then: nobody rises because of what they do.
    cars[0].amperes -= change
    assert all(plant.passes(300))


def test_a_car_that_begins_on_a_frozen_meter_is_missed_nowhere() -> None:
    car = Car(report_period=10.0, averages=False)
    plant = Plant(resolution=1.0, house=still, cars=[car])
    assert not any(plant.passes(200))
    plant.freezes()
    assert not any(plant.passes(20))
    car.charges, car.amperes = True, 6.0
    assert list(plant.passes(10.0 + SHOWN_WITHIN + 2 * PERIOD))[-1]
