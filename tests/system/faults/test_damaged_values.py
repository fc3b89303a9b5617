"""Any JSON in the place of any stored value: nothing raises, nobody gets more, and people are told."""

from collections.abc import Iterator
import copy
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import given, settings as hypothesis, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.controller import Memory
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.feeders import stored_feeders
from custom_components.ev_load_manager.config.live_settings import LiveSettings
from custom_components.ev_load_manager.config.settings import GroupSettings
from custom_components.ev_load_manager.config.temporary_limits import TemporaryLimits
from custom_components.ev_load_manager.data_files.stored import VERSION, Damage, Stored, plain
from custom_components.ev_load_manager.history.records import Records

NOW = datetime(2026, 11, 28, 20, tzinfo=UTC)
OUTLETS = [ConnectorId("LEFT", 1), ConnectorId("TWIN", 1), ConnectorId("TWIN", 2)]
TOLD = json.loads((Path(__file__).parents[1] / "version_0_1.json").read_text(encoding="utf-8"))
GROUP = GroupSettings.from_data("Garage", TOLD["entry"]["data"])
OF_A_GROUP = ("settings", "temporary_limits", "feeders", "memory", "safe_limit_log")


class World(NamedTuple):
    """All that a group begins with, but its chargers."""

    settings: LiveSettings
    temporary: TemporaryLimits
    memory: Memory
    records: Records
    feeders: dict[str, Any]
    damage: Damage


def read(document: Any) -> World:
    """What a group makes of its file."""
    stored = Stored.document(document, Damage())
    records = Records()
    records.restore(stored, saved_at=None)
    return World(
        LiveSettings.read(stored.section("settings"), GROUP, feeders={"row"}),
        TemporaryLimits.read(stored.sections("temporary_limits"), group="group", now=NOW),
        Memory.read(stored.section("memory"), 1000.0),
        records,
        stored_feeders(stored.sections("feeders")),
        stored.damage,
    )


def written(world: World) -> dict[str, Any]:
    """The file that is written now."""
    data = {
        "version": VERSION,
        "settings": world.settings.to_dict(),
        "temporary_limits": world.temporary.to_list(),
        "memory": world.memory.to_dict(1000.0),
        "feeders": plain(world.feeders.values()),
        **world.records.to_dict({"grid", "feeder:row"}),
    }
    document: dict[str, Any] = json.loads(json.dumps(data))
    return document


def allowed(world: World) -> dict[str, float]:
    """What chargers may draw at most, by what says so."""
    settings = world.settings
    temporary = world.temporary.by_circuit()
    on_group = temporary.get("group", GROUP.rated_current)
    return {
        "group": settings.maximum_current,
        "grid": settings.grid_maximum_current,
        "safe limit": settings.safe_limit,
        "feeder": settings.feeder_maximum.get("row", 16.0),
        "for some time": on_group,
        "for some time on the feeder": min(on_group, temporary.get("feeder:row", 16.0)),
        **{f"maximum of {one}": settings.maximum_of(one, lowest=6.0, most=16.0) for one in OUTLETS},
        **{f"permission of {one}": settings.may_charge(one) for one in OUTLETS},
        "trust in the wiring": -len(world.memory.doubtful(["grid", "group"], ["grid", "group"])),
    }


def old() -> dict[str, Any]:
    """What version 0.1 wrote."""
    document = {name: TOLD["store"]["data"][name] for name in OF_A_GROUP}
    document["temporary_limits"] = [
        {"circuit": circuit, "name": circuit, "limit": limit, "until": "2027-01-01T00:00:00+00:00"}
        for circuit, limit in (("group", 60.0), ("feeder:row", 9.0))
    ]
    document["memory"]["meters"] = {"grid": {"doubtful_phases": ["L2"], "believed": [3, 2, 1]}}
    return document


DOCUMENTS = {"of version 0.1": old(), "of now": written(read(old()))}


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from places(value, (*path, key))


def at(node: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a place."""
    for key in path:
        node = node[key]
    return node


def damaged(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with something else at one place."""
    if not path:
        return value
    document = copy.deepcopy(document)
    at(document, path[:-1])[path[-1]] = value
    return document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def kind(value: Any) -> str:
    """What kind of JSON it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if is_number else type(value).__name__


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@given(data=st.data())
@hypothesis(max_examples=400, deadline=None)
def test_any_json_at_any_place_gives_nobody_more_and_is_told(
    document: dict[str, Any], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(list(places(document))))
    value = data.draw(JSON)
    world = read(damaged(document, path, value))
    # Whatever it is, it can be written and read again, and is the same then.
    again = read(written(world))
    assert (again.settings, again.temporary.all) == (world.settings, world.temporary.all)
    if {kind(value), kind(at(document, path))} & {"NoneType"} or kind(value) == kind(
        at(document, path)
    ):
        return  # it may have been written like that
    assert world.damage.parts, path
    before, now = allowed(read(document)), allowed(world)
    assert {name for name in before if now.get(name, 0.0) > before[name]} == set(), path


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_is_whole_is_read_without_a_word(document: dict[str, Any]) -> None:
    world = read(document)
    assert world.damage.parts == {}
    assert world.settings.maximum_of(ConnectorId("TWIN", 2), lowest=6.0, most=16.0) == 13.0
    assert not world.settings.may_charge(ConnectorId("TWIN", 2))
    assert world.feeders["row"].rated_current == 16.0


@pytest.mark.parametrize("name", ["settings", "temporary_limits", "memory", "feeders"])
def test_what_every_file_holds_now_is_missed(name: str) -> None:
    document = {key: part for key, part in DOCUMENTS["of now"].items() if key != name}
    assert name in read(document).damage.parts
