"""The house is built as its plan says, and the check of that finds what is not."""

from collections.abc import Mapping
from pathlib import Path
import re

import pytest

from script import check_architecture
from script.check_architecture import AT_THE_ROOT, INTEGRATION, ROOT, arrows, circles, problems

PLAN = ROOT / "docs" / "architecture.md"


@pytest.fixture(name="house")
def house_fixture(tmp_path: Path) -> Path:
    """A house of three rooms."""
    for folder in ("simulation", "benchmarks", "tests", "script"):
        (tmp_path / folder).mkdir()
    build(
        tmp_path,
        {
            "__init__.py": "from .group.load_manager import LoadManager",
            "clock.py": "",
            "group/load_manager.py": "from .. import clock\nfrom .listeners import Listener",
            "group/listeners.py": "from ..csms.server import Server",
            "csms/server.py": "from .. import clock\nfrom .transport.calls import Calls",
            "csms/transport/calls.py": "from ... import clock",
            "meter/modbus.py": "",
        },
    )
    return tmp_path


def build(root: Path, files: Mapping[str, str]) -> None:
    """Write files of the integration."""
    for name, text in files.items():
        path = root / INTEGRATION / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_the_house_is_built_as_its_plan_says() -> None:
    assert [*problems(ROOT)] == []


def test_a_small_house_is_in_order(house: Path) -> None:
    assert [*problems(house)] == []


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"upkeep.py": ""}, "upkeep.py belongs into a folder"),
        (
            {"group/dispatch.py": 'def stop():\n    return "RemoteStopTransaction"'},
            "group/dispatch.py:2 writes RemoteStopTransaction, which only a dialect may",
        ),
        (
            {"csms/transport/calls.py": 'LONGEST = {"errorCode": 50}'},
            "csms/transport/calls.py:1 writes errorCode, which only a dialect may",
        ),
        (
            {"csms/server.py": 'told = "NoError"'},
            "csms/server.py:1 writes NoError, which only a dialect may",
        ),
        (
            {"group/dispatch.py": 'read("MeterValueSampleInterval")'},
            "group/dispatch.py:1 writes MeterValueSampleInterval, which only a dialect may",
        ),
        (
            {"group/dispatch.py": "from ocpp.v16.enums import Action"},
            "group/dispatch.py:1 imports ocpp.v16.enums, which only a dialect may",
        ),
        (
            {"balancing/site.py": "from ..group import load_manager"},
            "balancing/site.py imports group/load_manager.py, which stands above it",
        ),
        (
            {"csms/transport/calls.py": "def late():\n    from ..server import Server"},
            "transport/calls.py imports server.py, which stands above it",
        ),
        (
            {"meter/modbus.py": "from ..csms.transport import calls"},
            "meter/modbus.py imports csms/transport/calls.py, which it is not to know",
        ),
        (
            {"group/dispatch.py": "from ..csms.server import Server"},
            "group/dispatch.py imports csms/server.py: a group knows chargers by group/charger.py",
        ),
        (
            {"group/store.py": "ir.async_create_issue(hass, DOMAIN, 'full')"},
            "group/store.py raises or clears repair issues: that is for issues/tracker.py",
        ),
        (
            {"issues/tracker.py": "from ..watchers import group", "watchers/group.py": ""},
            "issues/tracker.py imports watchers/group.py, which stands above it",
        ),
        (
            {"meter/a.py": "from . import b", "meter/b.py": "from .a import A"},
            f"{INTEGRATION}: a circle of meter/a.py, meter/b.py",
        ),
        (
            {
                "flows/charger.py": "from ..actions.limits import until",
                "actions/limits.py": "",
                "actions/ocpp.py": "from ..flows.feeder import form",
                "flows/feeder.py": "",
            },
            f"{INTEGRATION}: a circle of actions, flows",
        ),
        (
            {"meter/map_file.py": "\n" * 601},
            f"{INTEGRATION}/meter/map_file.py has 601 lines, 600 at most",
        ),
    ],
)
def test_what_is_not_as_the_plan_says_is_found(
    house: Path, files: dict[str, str], problem: str
) -> None:
    build(house, files)

    assert problem in [*problems(house)]


def test_a_simulation_that_looks_at_the_page_is_found(house: Path) -> None:
    name = ".".join(Path(INTEGRATION).parts)
    (house / "simulation" / "demo.py").write_text(f"from {name}.page.windows import shown")
    assert [*problems(house)] == [
        f"simulation/demo.py imports {name}.page: that is for the page only"
    ]


def test_too_many_rooms_and_floors_are_found(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_architecture, "MOST_ROOMS", 5)
    monkeypatch.setattr(check_architecture, "MOST_FLOORS", 3)
    monkeypatch.setattr(check_architecture, "MOST_AT_THE_ROOT", 1)

    assert [*problems(house)] == [
        "2 files at the root, 1 at most",
        "6 rooms, 5 at most",
        "4 floors, 3 at most",
    ]


def test_a_circle_of_three_is_one() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def test_the_brain_is_pure() -> None:
    found = arrows(ROOT, INTEGRATION)
    # What it remembers is stored as all else is; that is read without any I/O, too.
    codec = {"data_files/stored.py", "data_files/values.py"}
    brain = {one for one in found if one.startswith("balancing/")} | codec
    for one in sorted(brain):
        assert found[one] <= brain, one
        text = (ROOT / INTEGRATION / one).read_text()
        assert not re.search(
            r"^\s*(?:from|import) (?:homeassistant|asyncio|logging|time|yaml|pathlib)\b",
            text,
            re.MULTILINE,
        )


# The plan


def test_every_file_that_the_plan_names_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)`", PLAN.read_text())
    assert len(named) > 40
    missing = [
        name
        for name in named
        if not ((ROOT / INTEGRATION / name).is_file() or (ROOT / name).is_file())
    ]
    assert missing == []


def test_every_folder_has_its_line_in_the_plan() -> None:
    tree = PLAN.read_text().split("```")[1]
    folders = {
        path.parent.relative_to(ROOT / INTEGRATION)
        for path in check_architecture.python_files(ROOT / INTEGRATION)
    } - {Path()}
    untold = sorted(
        str(folder)
        for folder in folders
        if not re.search(rf"^ *{folder.name}/ ", tree, re.MULTILINE)
    )
    assert untold == []


def test_every_file_at_the_root_is_thin() -> None:
    for name in AT_THE_ROOT:
        path = ROOT / INTEGRATION / f"{name}.py"
        if path.is_file():
            assert len(path.read_text().splitlines()) <= 400, name
