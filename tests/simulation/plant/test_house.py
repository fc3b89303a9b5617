"""The simulated house draws what is switched on, less what the sun gives."""

import pytest

from simulation.charger.grid import L2
from simulation.plant.house import House, heater


def test_a_heater_of_two_kilowatts_draws_eight_point_seven_amperes_on_its_phase() -> None:
    house = House((1.0, 1.0, 1.0))
    house.appliances["heater"] = heater(2000.0, L2)
    house.switch("heater", True)
    assert house.currents == pytest.approx((1.0, 9.696, 1.0), abs=0.001)
    house.switch("heater", False)
    assert house.currents == (1.0, 1.0, 1.0)


def test_sun_makes_a_phase_export() -> None:
    house = House((1.0, 1.0, 1.0))
    house.solar = (5.0, 0.0, 0.0)
    assert house.currents == (-4.0, 1.0, 1.0)


def test_noise_changes_every_second_and_is_the_same_for_the_same_seed() -> None:
    def day(seed: int) -> list[tuple[float, float, float]]:
        house = House((1.0, 1.0, 1.0), noise=0.2, seed=seed)
        seen = []
        for second in range(100):
            house.step(second)
            seen.append(house.currents)
        return seen

    assert day(1) == day(1)
    assert day(1) != day(2)
    assert len(set(day(1))) == 100


def test_an_appliance_that_is_not_there_cannot_be_switched() -> None:
    with pytest.raises(KeyError):
        House().switch("sauna", True)
