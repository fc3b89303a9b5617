#!/usr/bin/env python3
"""Check how the house is built: which way its imports point, and that none run in a circle.

The rules are those of docs/architecture.md. A room is a folder; where a folder holds
folders, each of its own files is a room, too.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from enum import EnumType
from functools import cache
import json
from pathlib import Path
import re
import sys

import ocpp
from ocpp.v16 import enums

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = "custom_components/ev_load_manager"

AT_THE_ROOT = frozenset(
    {
        # What Home Assistant looks for by its name.
        *("__init__", "backup", "condition", "config_flow", "diagnostics", "logbook", "repairs"),
        *("system_health", "trigger"),
        *("binary_sensor", "button", "event", "number", "select", "sensor", "switch"),
        # What every integration has.
        *("clock", "const", "coordinator", "entity", "errors"),
    }
)
MOST_AT_THE_ROOT = 21
MOST_ROOMS = 44
MOST_FLOORS = 10
LONGEST = 600
"""Lines of a file; what has more has a second reason to change."""

LAYERS = (
    ("page",),
    ("actions", "flows", "watchers", "entities"),
    ("group",),
    ("sessions", "history", "config"),
    ("coordinator.py",),
    ("issues",),
    ("csms", "meter", "entity_chargers", "peaks"),
    ("balancing", "data_files"),
    ("errors.py", "clock.py", "const.py"),
)
"""Rooms of the integration from the top down; what is not named stands above them all."""
CSMS_LAYERS = (
    ("server.py",),
    ("handshake.py", "pending_charger.py", "backends"),
    ("versions.py",),
    ("v16", "v201"),
    ("charge_point",),
    ("limits",),
    ("onboarding",),
    ("charger_clock.py", "dialect.py", "models", "transactions.py", "transport"),
)
"""The same for the central system."""
STRANGERS = (
    *(("csms", "meter"), ("csms", "entity_chargers"), ("meter", "entity_chargers")),
    # The book is written by whoever hears of sessions, in its own words.
    *(("sessions", "csms"), ("sessions", "meter"), ("sessions", "history"), ("sessions", "config")),
)
"""Rooms that never know each other."""

VERSIONS = frozenset({"csms/v16", "csms/v201", "csms/backends"})
"""The only rooms that know how a version of OCPP calls things: those that speak it."""
OF_A_VERSION = ("ocpp.v16", "ocpp.v201")
IN_ITS_WORDS = frozenset({"csms/models/model.py"})
"""What reads the files of charger models, which say what a model takes as vendors do."""
OF_EVERY_VERSION = frozenset({"InternalError", "NotImplemented", "NotSupported", "kW"})
"""Codes of OCPP-J, and units."""
_OF_A_SPECIFICATION = re.compile(r"[a-z][A-Z.]|\.[A-Z]")
"""What makes a word one that nobody writes by chance: `errorCode`, `NoError`, `Current.Import`."""
OCPP_OF_GROUP = frozenset(
    {
        # Starts the central system, and says whom it lets in and whom it believes.
        *("group/listeners.py", "group/access.py", "group/proxies.py"),
        # Chargers on its port that nobody has added yet.
        "group/pending_chargers.py",
        # Chargers' other central systems.
        "group/backends.py",
        # A `Charger` that speaks OCPP.
        "group/ocpp_charger.py",
        # Writes what a charge point tells into the session book.
        "group/session_journal.py",
        # Cleans a text as the central system cleans those of its frames.
        "group/store.py",
    }
)
"""Files of a group that may know OCPP; all others know chargers by `group/charger.py`."""

ISSUE_TRACKER = "issues/tracker.py"
_RAISES = re.compile(r"async_(create|delete)_issue\b")
_OF_THE_PAGE = re.compile(r"\bcustom_components\.ev_load_manager\.(page|entity)\b")

type Arrows = Mapping[str, set[str]]
"""Which files (or rooms) each imports, by paths from the folder that is looked at."""


def arrows(root: Path, folder: str) -> dict[str, set[str]]:
    """What every Python file of a folder imports of the same folder."""
    files = {path.relative_to(root / folder).as_posix() for path in python_files(root / folder)}
    return {
        file: {found for name in imported(root, folder, file) if (found := _file(name, files))}
        - {file}
        for file in files
    }


def python_files(folder: Path) -> list[Path]:
    """Every Python file, however deep."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def imported(root: Path, folder: str, file: str) -> Iterator[str]:
    """The paths, without an ending, of what a file imports below its folder."""
    top = folder.replace("/", ".") + "."
    package = [*Path(folder).parts, *Path(file).parent.parts]
    for node in ast.walk(ast.parse((root / folder / file).read_text(encoding="utf-8"))):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            names = (f"{base}.{alias.name}" for alias in node.names)
        for name in names:
            if name.startswith(top):
                yield name.removeprefix(top).replace(".", "/")


def _file(name: str, files: set[str]) -> str | None:
    """The file that an imported name is, or is in."""
    while name:
        for candidate in (f"{name}.py", f"{name}/__init__.py"):
            if candidate in files:
                return candidate
        name = name.rpartition("/")[0]
    return None


def room(file: str) -> str:
    """The room of a file in the whole house: its first folder, else the file itself."""
    return file.partition("/")[0]


def inner_room(file: str, files: Iterable[str]) -> str:
    """The room of a file where every folder counts."""
    folder = file.rpartition("/")[0]
    holds_folders = any(
        other.startswith(f"{folder}/") and "/" in other.removeprefix(f"{folder}/")
        for other in files
    )
    return file if not folder or holds_folders else folder


def between(found: Arrows, rooms: Mapping[str, str]) -> dict[str, set[str]]:
    """Arrows between rooms. A folder's `__init__.py` only hands names on."""
    told: dict[str, set[str]] = {one: set() for one in rooms.values()}
    for file, others in found.items():
        if not file.endswith("/__init__.py"):
            told[rooms[file]] |= {rooms[other] for other in others} - {rooms[file]}
    return told


def circles(found: Arrows) -> list[list[str]]:
    """Groups of files (or rooms) of which each reaches each."""
    reached = {one: _reached(one, found) for one in found}
    seen: set[str] = set()
    told = []
    for one in sorted(found):
        circle = {other for other in reached[one] if one in reached.get(other, ())}
        if circle and one not in seen:
            seen |= circle
            told.append(sorted(circle))
    return told


def _reached(start: str, found: Arrows) -> set[str]:
    reached: set[str] = set()
    to_do = [*found.get(start, ())]
    while to_do:
        one = to_do.pop()
        if one not in reached:
            reached.add(one)
            to_do += found.get(one, ())
    return reached


def floors(found: Arrows) -> int:
    """How many rooms stand on each other at most, where there are no circles."""
    heights: dict[str, int] = {}

    def height(one: str) -> int:
        if one not in heights:
            heights[one] = 1 + max((height(other) for other in found[one]), default=0)
        return heights[one]

    return max(map(height, found), default=0)


def upwards(found: Arrows, layers: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """Imports that point to a higher layer."""
    rank = {one: n for n, layer in enumerate(layers) for one in layer}
    for file, others in sorted(found.items()):
        for other in sorted(others):
            mine, its = rank.get(room(file), -1), rank.get(room(other), -1)
            if mine > its:
                yield f"{file} imports {other}, which stands above it"


def strangers(found: Arrows) -> Iterator[str]:
    """Imports between rooms that never know each other."""
    for file, others in sorted(found.items()):
        for other in sorted(others):
            if any({room(file), room(other)} == {*pair} for pair in STRANGERS):
                yield f"{file} imports {other}, which it is not to know"


@cache
def words_of_a_version() -> frozenset[str]:
    """All that OCPP 1.6 names: actions, settings, states, measurands, fields."""
    found = {
        str(member.value)
        for kind in vars(enums).values()
        if isinstance(kind, EnumType)
        for member in kind
    }
    schemas = Path(ocpp.__file__).parent / "v16" / "schemas"
    for path in schemas.glob("*.json"):
        found |= set(_named(json.loads(path.read_text(encoding="utf-8-sig"))))
    actions = {action.value for action in enums.Action}
    telling = {word for word in found if _OF_A_SPECIFICATION.search(word)}
    return frozenset(actions | telling) - OF_EVERY_VERSION


def _named(schema: object) -> Iterator[str]:
    """Fields and values of a JSON schema, however deep."""
    if isinstance(schema, Mapping):
        yield from schema.get("properties", {})
        yield from map(str, schema.get("enum", ()))
        for part in schema.values():
            yield from _named(part)


def version_words(root: Path) -> Iterator[str]:
    """Words of a version of OCPP outside of the rooms that speak it."""
    folder = root / INTEGRATION
    words = words_of_a_version()
    for path in python_files(folder):
        file = path.relative_to(folder).as_posix()
        if file.rpartition("/")[0] in VERSIONS or file in IN_ITS_WORDS:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        handed_on = {id(node) for one in tree.body if _is_all(one) for node in ast.walk(one)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in words and id(node) not in handed_on:
                yield f"{file}:{node.lineno} writes {node.value}, which only a dialect may"
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(OF_A_VERSION):
                yield f"{file}:{node.lineno} imports {node.module}, which only a dialect may"


def _is_all(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Name) and target.id == "__all__" for target in statement.targets
    )


def ocpp_in_group(found: Arrows) -> Iterator[str]:
    """Imports of OCPP by what is to know chargers as a `Charger` only."""
    for file, others in sorted(found.items()):
        if room(file) == "group" and file not in OCPP_OF_GROUP:
            for other in sorted(one for one in others if room(one) == "csms"):
                yield f"{file} imports {other}: a group knows chargers by group/charger.py"


def issues_raised_elsewhere(root: Path) -> Iterator[str]:
    """Files that raise or clear repair issues by themselves."""
    for path in python_files(root / INTEGRATION):
        file = path.relative_to(root / INTEGRATION).as_posix()
        if file != ISSUE_TRACKER and _RAISES.search(path.read_text(encoding="utf-8")):
            yield f"{file} raises or clears repair issues: that is for {ISSUE_TRACKER}"


def looks_at_the_page(root: Path) -> Iterator[str]:
    """Simulations that look at a group by what stands above it: they would stand higher still."""
    for folder in ("simulation", "benchmarks"):
        for path in python_files(root / folder):
            if found := _OF_THE_PAGE.search(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(root)} imports {found[0]}: that is for the page only"


def problems(root: Path) -> Iterator[str]:
    """Everything that is not as the rules say."""
    found = arrows(root, INTEGRATION)
    at_root = sorted(file for file in found if "/" not in file)
    for file in at_root:
        if file.removesuffix(".py") not in AT_THE_ROOT:
            yield f"{file} belongs into a folder"
    if len(at_root) > MOST_AT_THE_ROOT:
        yield f"{len(at_root)} files at the root, {MOST_AT_THE_ROOT} at most"
    yield from upwards(found, LAYERS)
    yield from strangers(found)
    yield from ocpp_in_group(found)
    yield from issues_raised_elsewhere(root)
    yield from looks_at_the_page(root)
    yield from upwards(arrows(root, f"{INTEGRATION}/csms"), CSMS_LAYERS)
    yield from version_words(root)
    rooms = between(found, {file: room(file) for file in found})
    folders = {file.rpartition("/")[0] for file in found if "/" in file}
    if len(at_root) + len(folders) > MOST_ROOMS:
        yield f"{len(at_root) + len(folders)} rooms, {MOST_ROOMS} at most"
    for circle in circles(rooms):
        yield f"{INTEGRATION}: a circle of {', '.join(circle)}"
    if not circles(rooms) and floors(rooms) > MOST_FLOORS:
        yield f"{floors(rooms)} floors, {MOST_FLOORS} at most"
    for folder in (INTEGRATION, "simulation", "benchmarks"):
        files = arrows(root, folder)
        inner = between(files, {file: inner_room(file, files) for file in files})
        for circle in (*circles(files), *circles(inner)):
            yield f"{folder}: a circle of {', '.join(circle)}"
    for folder in (INTEGRATION, "simulation", "benchmarks", "tests", "script"):
        for path in python_files(root / folder):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LONGEST:
                yield f"{path.relative_to(root)} has {lines} lines, {LONGEST} at most"


def main() -> int:
    """Tell what is wrong; 1 where anything is."""
    found = [*problems(ROOT)]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
