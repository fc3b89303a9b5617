"""Fill the tables of actions and settings in docs/ from the texts that people see.

python script/reference_pages.py [--check]

A page says itself what goes where: between `<!-- actions: names -->` or
`<!-- settings: paths of forms -->` and `<!-- end -->` stands what is written here.
"""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import sys
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "custom_components" / "ev_load_manager"
PAGES = (ROOT / "docs" / "entities.md",)
PLACE = re.compile(r"(<!-- (actions|settings): ([^>]+) -->\n).*?(<!-- end -->)", re.DOTALL)

type Tree = Mapping[str, Any]


def filled(page: str, english: Tree, actions: Tree) -> str:
    """A page with all its tables as the texts are now; raises KeyError for unknown names."""

    def fill(place: re.Match[str]) -> str:
        names = place.group(3).split()
        if place.group(2) == "actions":
            written = "".join(_action(name, english, actions) for name in names)
        else:
            written = _settings(names, english)
        return f"{place.group(1)}\n{written}{place.group(4)}"

    return PLACE.sub(fill, page)


def missing(page: str, english: Tree, actions: Tree) -> Iterator[str]:
    """Actions and fields of forms that no table of a page is about."""
    places = PLACE.findall(page)
    told = {name for _, kind, names, _ in places if kind == "actions" for name in names.split()}
    yield from (f"the action {name}" for name in sorted(actions.keys() - told))
    shown = {
        field
        for _, kind, paths, _ in places
        if kind == "settings"
        for path in paths.split()
        for field, _, _ in _fields(_at(english, path))
    }
    for path, form in forms(english):
        for field, _, _ in _fields(form):
            if field not in shown:
                yield f"the field {field} of {path}"


def forms(english: Tree) -> Iterator[tuple[str, Tree]]:
    """Every form of the flows that asks for something, with its dotted path."""
    flows = {
        "config": english["config"],
        "options": english["options"],
        **{
            f"config_subentries.{kind}": flow for kind, flow in english["config_subentries"].items()
        },
    }
    for name, flow in flows.items():
        for step, form in flow["step"].items():
            if any(_fields(form)):
                yield f"{name}.step.{step}", form


def _at(english: Tree, path: str) -> Tree:
    tree = english
    for key in path.split("."):
        tree = tree[key]
    return tree


def _fields(form: Tree) -> Iterator[tuple[str, str, str]]:
    """The key, the name and the help of every field, those of sections last."""
    for part in (form, *form.get("sections", {}).values()):
        helps = part.get("data_description", {})
        for field, name in part.get("data", {}).items():
            # What is only known where it is shown.
            yield field, name, re.sub(r"{\w+}", "…", helps.get(field, ""))


def _settings(paths: list[str], english: Tree) -> str:
    rows = [_row(name, text) for path in paths for _, name, text in _fields(_at(english, path))]
    return "| Field | What it is |\n|---|---|\n" + "".join(rows) + "\n"


def _action(name: str, english: Tree, actions: Tree) -> str:
    """One action: what it does, and its fields."""
    told = english["services"][name]
    lines = [f"**`ev_load_manager.{name}`** ({told['name']}). {told['description']}\n\n"]
    fields = (actions[name] or {}).get("fields") or {}
    if fields:
        lines.append("| Field | | What it is |\n|---|---|---|\n")
        for field, how in fields.items():
            text = told["fields"][field]
            needed = "needed" if how.get("required") else ""
            if "default" in how:
                needed = f"`{how['default']}`"
            lines.append(_row(f"`{field}`", needed, text["description"]))
        lines.append("\n")
    return "".join(lines)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def main() -> int:
    """Write the tables, or with `--check` say whether they are up to date."""
    english = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
    actions = yaml.safe_load((INTEGRATION / "services.yaml").read_text(encoding="utf-8"))
    found: list[str] = []
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        found += [
            f"docs/{path.name} says nothing of {one}" for one in missing(page, english, actions)
        ]
        new = filled(page, english, actions)
        if sys.argv[1:] == ["--check"]:
            if new != page:
                found.append(f"docs/{path.name} is not what script/reference_pages.py writes")
        else:
            path.write_text(new, encoding="utf-8")
    for one in found:
        print(one)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
