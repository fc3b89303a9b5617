"""A simulated car follows late, ramps, tapers, and may not wake."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from simulation.charger.car import DEEP_SLEEPER, ENDLESS, NEEDS_EIGHT, Car, CarModel

TICK = 0.2


def live(car: Car, limit: float, seconds: float, *, since: float = 0.0) -> list[float]:
    """What the car draws at each tick of `seconds` under `limit`."""
    return [car.step(limit, since + step * TICK) for step in range(round(seconds / TICK) + 1)]


def charging(model: CarModel = ENDLESS, limit: float = 16.0) -> Car:
    """A car that has reached its limit by second 60."""
    car = Car(model)
    car.plug_in(0.0)
    live(car, limit, 60.0)
    return car


def test_a_car_draws_nothing_before_its_delay_has_passed() -> None:
    car = Car(replace(ENDLESS, delay=(4.0, 9.0)))
    car.plug_in(0.0)
    assert max(live(car, 16.0, 4.0)) == 0.0


def test_a_car_has_reached_its_limit_after_delay_and_ramp() -> None:
    car = Car(replace(ENDLESS, delay=(2.0, 9.0), ramp=2.0))
    car.plug_in(0.0)
    assert live(car, 16.0, 9.0 + 8.0 + TICK)[-1] == 16.0


def test_a_cut_is_followed_within_the_delay_and_never_undershot() -> None:
    car = charging()
    draws = live(car, 8.0, 15.0, since=60.0)
    assert draws[0] == 16.0
    assert draws[-1] == 8.0
    assert min(draws) == 8.0


def test_a_pause_is_followed_sooner_than_a_change() -> None:
    car = charging(replace(ENDLESS, delay=(9.0, 9.0), pause_delay=2.0))
    draws = live(car, 0.0, 5.0, since=60.0)
    assert draws[-1] == 0.0


def test_limits_that_change_every_second_are_followed_all_the_same() -> None:
    car = charging()
    for second in range(60):
        limit = 10.0 + second % 2
        car.step(limit, 60.0 + second)
    assert 9.9 <= car.current <= 11.1


def test_nothing_flows_once_the_contactor_is_open() -> None:
    car = charging()
    assert car.step(16.0, 60.0, energised=False) == 0.0


def test_a_full_car_takes_nothing_and_says_so() -> None:
    car = charging(replace(ENDLESS, wanted=100.0))
    assert car.full
    assert not car.drawing
    assert car.current == 0.0


def test_a_car_takes_less_towards_its_end() -> None:
    car = Car(CarModel(wanted=3000.0, taper=2000.0, taper_to=4.0))
    car.plug_in(0.0)
    draws = live(car, 16.0, 2400.0)
    assert max(draws) == 16.0
    late = [draw for draw in draws if 0.0 < draw < 6.0]
    assert late, "it never tapered"
    assert car.full


def test_a_car_that_sleeps_charges_again_only_after_it_was_unplugged() -> None:
    car = charging(DEEP_SLEEPER)
    live(car, 0.0, 30.0, since=60.0)
    assert max(live(car, 16.0, 60.0, since=90.0)) == 0.0
    assert car.asleep
    car.plug_in(200.0)
    assert live(car, 16.0, 60.0, since=200.0)[-1] == 16.0


def test_a_car_that_needs_eight_amperes_takes_nothing_at_six() -> None:
    car = Car(NEEDS_EIGHT)
    car.plug_in(0.0)
    assert max(live(car, 6.0, 30.0)) == 0.0
    assert live(car, 8.0, 30.0, since=30.0)[-1] == 8.0


def test_the_same_seed_gives_the_same_car() -> None:
    def draws(seed: int) -> list[float]:
        car = Car(seed=seed)
        car.plug_in(0.0)
        return live(car, 16.0, 20.0)

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)


def test_energy_is_what_was_drawn() -> None:
    car = charging(replace(ENDLESS, phases=1))
    before = car.energy
    live(car, 16.0, 3600.0, since=60.0)
    assert car.energy - before == pytest.approx(16 * 230, rel=1e-6)


@given(
    limits=st.lists(
        st.tuples(st.sampled_from([0.0, 5.9, 6.0, 10.0, 16.0, 32.0]), st.floats(0.1, 20.0)),
        max_size=30,
    ),
    seed=st.integers(0, 5),
)
def test_a_car_never_draws_more_than_its_highest_limit_of_the_last_seconds(
    limits: list[tuple[float, float]], seed: int
) -> None:
    model = CarModel(maximum=20.0)
    car = Car(model, seed=seed)
    car.plug_in(0.0)
    now = 0.0
    told: list[tuple[float, float]] = [(0.0, 0.0)]
    for limit, seconds in limits:
        told.append((now, limit))
        until = now + seconds
        while now < until:
            now = min(until, now + TICK)
            car.step(limit, now)
            # Delay, and the fall from 20 A at 8 A/s.
            reach = now - model.delay[1] - 20.0 / model.fall
            relevant = [
                amperes
                for (since, amperes), (end, _) in zip(told, [*told[1:], (now, 0.0)], strict=True)
                if end >= reach or since >= reach
            ]
            assert car.current <= min(20.0, max(relevant)) + 1e-9
