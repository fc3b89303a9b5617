"""What a car turns out to be like: what starts it, how it follows, and what is kept of that."""

from dataclasses import replace
import json

import pytest

from custom_components.ev_load_manager.balancing.car_model import CarLearning, CarModel, Draw
from custom_components.ev_load_manager.balancing.known_cars import KnownCars
from custom_components.ev_load_manager.balancing.memory import Memory
from custom_components.ev_load_manager.data_files.stored import Stored

from .bench import read_memory

DRAW = Draw(
    at=1000.0,
    limit=16.0,
    limit_at=900.0,
    highest=16.0,
    at_least=16.0,
    bound=16.0,
    settled=True,
)


def draw(limit: float, amperes: float, **changes: float | bool | None) -> Draw:
    """A report of a car that has followed its limit."""
    settled = replace(DRAW, limit=limit, bound=limit, highest=amperes, at_least=amperes)
    return replace(settled, **changes)


def shown(*reports: tuple[float, float]) -> CarLearning:
    """A car that was seen to draw so much below such limits."""
    car = CarLearning()
    for limit, amperes in reports:
        car.draws(draw(limit, amperes))
    return car


@pytest.mark.parametrize(
    ("reports", "shortfall"),
    [
        ([(16.0, 15.2), (10.0, 9.2)], 0.8),
        ([(16.0, 15.0), (10.0, 9.1)], 1.0),
        ([(10.0, 10.0)], 0.0),
        # One limit alone may be above all that the car wants.
        ([(16.0, 15.2), (16.0, 15.2)], None),
        ([(16.0, 15.2), (15.5, 15.2)], None),
        ([(16.0, 15.2), (10.0, 9.8)], 0.2),
        ([(16.0, 12.0), (13.0, 12.0)], None),
    ],
)
def test_a_car_stays_so_far_below_every_limit_as_below_two_different_ones(
    reports: list[tuple[float, float]], shortfall: float | None
) -> None:
    found = shown(*reports).model.shortfall
    assert found == (None if shortfall is None else pytest.approx(shortfall, abs=0.01))


def test_bounds_of_a_current_tell_no_shortfall() -> None:
    car = CarLearning()
    for limit in (16.0, 10.0):
        car.draws(draw(limit, limit - 0.8, at_least=3.0))
    assert car.model.shortfall is None


def test_a_car_that_starts_when_it_is_offered_more_needs_more() -> None:
    car = CarLearning()
    car.rests(6.0, 900.0, None)
    assert car.may_need_more
    car.draws(draw(12.0, 12.0, limit_at=990.0))
    assert car.model.starts_at == 7.0
    assert car.rests_at is None


def test_a_car_that_starts_long_after_it_was_offered_more_has_its_own_reasons() -> None:
    car = CarLearning()
    car.rests(6.0, 900.0, None)
    car.draws(draw(12.0, 12.0, limit_at=900.0))
    assert car.model.starts_at is None


def test_a_car_that_stops_when_it_is_cut_needs_more_than_that() -> None:
    car = shown((12.0, 12.0))
    car.rests(7.0, 1010.0, drew_at=1000.0)
    assert car.model.starts_at == 8.0
    # One that stopped by itself would have stopped with any limit.
    car = shown((12.0, 12.0))
    car.rests(7.0, 1110.0, drew_at=1000.0)
    assert car.model.starts_at is None


def test_a_car_keeps_what_it_started_with_until_reports_have_shown_that_it_follows() -> None:
    car = CarLearning()
    car.rests(6.0, 800.0, None)
    car.starts(16.0, 990.0, 1000.0)
    car.draws(draw(16.0, 16.0, at=1004.0, limit_at=990.0, settled=False))
    assert car.kept == (16.0, 1030.0)
    car.begin_rest()
    assert car.kept is None


def test_a_car_that_its_cut_stopped_is_taken_to_need_ever_more_until_it_starts() -> None:
    car = shown((16.0, 16.0))
    car.rests(9.2, 1000.0, 1000.0)
    car.rests(10.0, 1020.0, 1000.0)
    car.rests(11.0, 1040.0, 1000.0)
    assert car.model.starts_at == 12.0
    car.draws(draw(12.0, 12.0))
    assert car.model.starts_at == 12.0


def test_a_car_that_takes_nothing_of_what_it_has_charged_with_was_not_stopped_by_its_cut() -> None:
    car = shown((12.0, 12.0))
    car.rests(9.2, 1000.0, 1000.0)
    car.rests(10.0, 1020.0, 1000.0)
    car.rests(12.0, 1040.0, 1000.0)
    assert car.model.starts_at is None


def test_a_car_that_charges_with_less_did_not_need_more() -> None:
    car = CarLearning(model=CarModel(starts_at=8.0))
    car.draws(draw(6.5, 6.5))
    assert car.model.starts_at == 6.5


def test_what_a_car_takes_too_much_grows_with_its_limit_only_where_it_follows_that() -> None:
    car = CarLearning()
    car.compare(draw(10.0, 10.5), tolerated=1.0)
    assert car.excess_above(10.0) == pytest.approx(0.5)
    assert car.excess_above(20.0) == pytest.approx(1.0)
    assert car.excess_above(6.0) == pytest.approx(0.5)
    assert car.excess_above(0.0) == 0.0
    car.compare(draw(10.0, 14.0), tolerated=1.0)
    assert car.excess_above(20.0) == pytest.approx(4.0)
    car.compare(draw(10.0, 10.1), tolerated=1.0)
    assert car.excess_above(20.0) == 0.0


def test_a_car_that_has_not_followed_a_raise_yet_still_takes_too_much() -> None:
    car = CarLearning()
    car.compare(draw(14.0, 14.7), tolerated=1.4)
    car.compare(draw(19.0, 14.7, settled=False), tolerated=1.9)
    assert car.excess_above(14.0) == pytest.approx(0.7)
    car.compare(draw(19.0, 19.0), tolerated=1.9)
    assert car.excess_above(19.0) == 0.0


def test_what_flows_at_0_a_is_not_drawn_on_top_of_a_limit() -> None:
    car = CarLearning()
    car.compare(draw(0.0, 9.0), tolerated=1.0)
    assert car.excess_above(0.0) == 9.0
    assert car.excess_above(6.0) == 3.0
    assert car.excess_above(16.0) == 0.0


def test_nobody_is_judged_by_limits_that_nobody_knows() -> None:
    car = CarLearning()
    car.compare(draw(6.0, 16.0, bound=None), tolerated=1.0)
    assert car.excess == 0.0


def test_a_car_follows_within_the_time_that_its_reports_show() -> None:
    car = CarLearning()
    for at, limit, limit_at, amperes in (
        (1000.0, 6.0, 900.0, 6.0),
        (1012.0, 16.0, 1010.0, 6.0),
        (1016.0, 16.0, 1010.0, 16.0),
        (1052.0, 8.0, 1045.0, 8.0),
    ):
        car.draws(draw(limit, amperes, at=at, limit_at=limit_at))
    assert car.model.follows_within == 6.0


def test_a_car_that_does_not_want_more_tells_nothing_of_its_delay() -> None:
    car = CarLearning()
    for at, limit, limit_at in (
        (1000.0, 6.0, 900.0),
        (1020.0, 16.0, 1010.0),
        (1050.0, 16.0, 1010.0),
    ):
        car.draws(draw(limit, 6.0, at=at, limit_at=limit_at))
    assert car.model.follows_within is None


# What is kept

MODEL = CarModel(starts_at=8.0, shortfall=0.8, follows_within=4.0)


def test_what_a_car_is_like_is_kept_by_its_tag_over_a_restart() -> None:
    memory = Memory()
    memory.cars.know("car", "1", MODEL)
    again = read_memory(json.loads(json.dumps(memory.to_dict(0.0))), 0.0)
    assert again.cars == memory.cars
    assert again.cars.model("car") == MODEL
    assert again.cars.model("stranger") == again.cars.model(None) == CarModel()


def test_a_car_that_was_stored_before_anybody_looked_at_more_than_phases_is_still_known() -> None:
    row = {"tag": "car", "terminals": [0], "wired": 3, "session": "1", "sure": True}
    known = KnownCars.read([Stored(row)])
    assert known.model("car") == CarModel()
    known.know("car", "2", MODEL)
    (stored,) = known.to_list()
    assert stored["terminals"] == [0]
    assert KnownCars.read([Stored(stored)]).model("car") == MODEL


@pytest.mark.parametrize(
    "stored",
    [
        None,
        5,
        [],
        {"starts_at": "much"},
        {"starts_at": -1.0},
        {"shortfall": 1e9},
        {"starts_at": True},
    ],
)
def test_a_model_that_makes_no_sense_is_not_known(stored: object) -> None:
    assert CarModel.read(Stored(stored)) == CarModel()


def test_a_tag_that_charges_two_cars_at_once_tells_nothing_of_either() -> None:
    known = KnownCars()
    known.know("car", "1", MODEL)
    known.forget("car")
    assert known.model("car") == CarModel()


@pytest.mark.parametrize("really", [7.0, 7.4, 8.0, 10.0, 12.5, 13.0, 16.0])
def test_what_is_offered_next_comes_down_to_what_a_car_needs(really: float) -> None:
    """It took nothing of 6 A, started with 16 A, and is cut to what may be enough time and again."""
    car = CarLearning(rests_at=6.0)
    car.starts(16.0, 900.0, 910.0)
    stops = 0
    for _ in range(12):
        offered = car.needs
        assert offered is not None
        if offered >= really:
            car.draws(draw(offered, offered))
        else:
            stops += 1
            car.begin_rest()
            car.rests(offered, 1000.0, 1000.0)
    assert car.needs is not None
    assert really <= car.needs < really + 1.0
    assert stops <= 4
