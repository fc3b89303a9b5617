"""What the controller keeps over a restart, and what it forgets."""

import json
import pickle

import pytest

from custom_components.ev_load_manager.balancing.car_model import CarModel
from custom_components.ev_load_manager.balancing.memory import ConnectorMemory, Memory
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.data_files.stored import Stored

from .bench import Bench, ids, make_site, read_memory, same

ONE, TWO, THREE = ids(3)


def test_turns_survive_a_restart() -> None:
    bench = Bench(make_site(3, 13.0))
    for id_ in (ONE, TWO, THREE):
        bench.plug_in(id_)
    bench.run(600)
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    shift = 5000.0
    memory = read_memory(kept, bench.now + shift)
    old, new = bench.memory.connectors[ONE], memory.connectors[ONE]
    assert old.serving_since is not None
    assert new.serving_since == old.serving_since + shift
    assert new.learned == old.learned == frozenset(Phase)
    assert new.session == old.session
    bench.memory = read_memory(kept, bench.now)
    bench.run(400)
    assert bench[THREE].limit == 6.5


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"connectors": None},
        {"connectors": [None, 3, {"charger": "a"}]},
        {"connectors": [{"charger": 5, "number": 1, "limit": 6.0}]},
        {"connectors": [{"charger": "a", "number": "x", "limit": 6.0}]},
    ],
)
def test_a_memory_that_makes_no_sense_is_forgotten(data: dict[str, object]) -> None:
    assert not read_memory(data, 0.0).connectors


@pytest.mark.parametrize(
    "damage", [{"learned": ["L9"]}, {"limit": "much"}, {"served": True}, {"session": 5}]
)
def test_what_makes_no_sense_takes_nothing_else_along(damage: dict[str, object]) -> None:
    row = {"charger": "a", "number": 1, "waiting_since": 30.0, **damage}
    stored = Stored({"connectors": [row]})
    remembered = Memory.read(stored, 100.0).connectors[ConnectorId("a", 1)]
    assert remembered == ConnectorMemory(waiting_since=70.0)
    assert list(stored.damage.parts) == [f"connectors[0].{name}" for name in damage]


@pytest.mark.parametrize("left", ["much", 7, [1, 2], [1, 2, "nan"], [None] * 3, [10**400] * 3])
def test_a_damaged_note_of_what_was_left_is_forgotten(left: object) -> None:
    stored = {"meters": {"grid": {"believed": left}}}
    assert read_memory(stored, 0.0).meter("grid").believed is None


def test_removed_connectors_are_forgotten() -> None:
    bench = Bench(make_site(2, 16.0))
    bench.run()
    bench.site = make_site(1, 16.0)
    bench.run()
    assert list(bench.memory.connectors) == [ONE]


def test_what_a_session_has_shown_of_its_car_survives_a_restart() -> None:
    bench = Bench(make_site(1, 32.0))
    bench.plug_in(ONE)
    bench.run(60)
    model = CarModel(starts_at=8.0, shortfall=0.4)
    bench.memory.connectors[ONE].car.model = model
    kept = json.loads(json.dumps(bench.memory.to_dict(bench.now)))
    assert read_memory(kept, bench.now).connectors[ONE].car.model == model
    # What a version before it wrote is read all the same.
    del kept["connectors"][0]["car"]
    assert read_memory(kept, bench.now).connectors[ONE].car.model == CarModel()


def test_a_month_of_one_session_fills_no_memory() -> None:
    bench = Bench(make_site(1, 32.0), period=600.0)
    bench.plug_in(ONE, tag="car")
    bench.skip(86400.0)
    before = len(json.dumps(bench.memory.to_dict(bench.now)))
    bench.skip(29 * 86400.0)
    assert len(json.dumps(bench.memory.to_dict(bench.now))) <= before + 100


def test_days_of_a_silent_meter_fill_no_memory() -> None:
    bench = Bench(make_site(2, 32.0, grid=32.0, safe_limit=same(32.0)), period=60.0)
    bench.house = lambda at: 1.0 + at % 600 / 600
    cars = [bench.plug_in(id_) for id_ in (ONE, TWO)]
    bench.run(60)
    bench.house = None

    def report(hours: int) -> int:
        """Let cars tell something else each minute; how much is remembered then."""
        for minute in range(hours * 60):
            for car in cars:
                car.draws = 8.0 + minute % 7 / 10
            bench.skip(bench.period)
        return len(pickle.dumps(bench.memory))

    before = report(6)
    assert report(42) <= before + 100
