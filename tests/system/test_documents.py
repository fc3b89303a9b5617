"""What the documents say is there is there, and what is there is in the documents."""

from collections.abc import Iterator
import importlib.util
import json
import os
from pathlib import Path
import re
import subprocess
import sys
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from script import reference_pages

ROOT = Path(__file__).parent.parent.parent
INTEGRATION = ROOT / "custom_components" / "ev_load_manager"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
OUR_FOLDERS = ("benchmarks/", "blueprints/", "custom_components/", "docs/", "frontend/", "script/")
OUR_FOLDERS += ("simulation/", "tests/", ".ci/", "requirements/")
# Made by script/setup.
PYTHON = re.compile(r"\.venv/\w+/bin/python")

type Texts = dict[str, Any]


@pytest.fixture(name="english", scope="module")
def english_fixture() -> Texts:
    """What people see."""
    texts: Texts = json.loads((INTEGRATION / "translations" / "en.json").read_text())
    return texts


@pytest.mark.parametrize("script", ["device_tables", "reference_pages"])
def test_the_tables_that_are_written_by_a_script_are_up_to_date(script: str) -> None:
    done = subprocess.run(
        [sys.executable, f"script/{script}.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_table_is_cut_in_two(page: Path) -> None:
    """A row after an empty line begins a table; without its own line of dashes it shows as text."""
    lines = FENCE.sub("", page.read_text()).splitlines()
    begins = [
        number
        for number, line in enumerate(lines)
        if line.startswith("|") and not (number and lines[number - 1].startswith("|"))
    ]
    assert [
        lines[number]
        for number in begins
        if not re.fullmatch(r"\|[-:| ]+\|", "".join(lines[number + 1 : number + 2]))
    ] == []


def test_a_new_action_and_a_new_form_are_missed_in_the_documents(english: Texts) -> None:
    actions = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
    page = (ROOT / "docs" / "entities.md").read_text()
    assert not list(reference_pages.missing(page, english, actions))

    steps = english["options"]["step"] | {"paint": {"data": {"color": "Color"}}}
    more = english | {"options": {"step": steps}}
    missing = list(reference_pages.missing(page, more, actions | {"paint": {}}))

    assert missing == ["the action paint", "the field color of options.step.paint"]


# Links and commands


def anchors(page: Path) -> set[str]:
    """What may stand behind the # of a link, as GitHub makes it from headings."""
    text = FENCE.sub("", page.read_text())
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(text)
    }


def links(page: Path) -> Iterator[str]:
    yield from LINK.findall(FENCE.sub("", page.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        address = urlsplit(link)
        if address.scheme:
            assert address.scheme == "https", link
            continue
        target = page if not address.path else (page.parent / unquote(address.path)).resolve()
        assert target.exists(), link
        if address.fragment:
            assert address.fragment in anchors(target), link


def commands(page: Path) -> Iterator[str]:
    """Everything on a page that somebody may type into a shell."""
    text = page.read_text()
    for language, block in FENCE.findall(text):
        if language == "bash":
            yield from (line.partition("#")[0].strip() for line in block.splitlines())
    yield from CODE.findall(FENCE.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_every_file_that_is_named_is_there(page: Path) -> None:
    for command in commands(page):
        words = command.split()
        if not words:
            continue
        if PYTHON.fullmatch(words[0]) or words[0] == "python":
            assert words[1] != "-m" or importlib.util.find_spec(words[2]), command
            words = words[1:]
        if not words[0].startswith(OUR_FOLDERS) or "<" in words[0] or "*" in words[0]:
            continue
        named = ROOT / words[0]
        assert named.exists(), command
        if len(words) > 1 and words[0].startswith(("script/", ".ci/")):
            assert named.suffix == ".py" or os.access(named, os.X_OK), command


# Entities, reasons, repairs


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the tables under a heading and those below it."""
    text = (ROOT / "docs" / page).read_text()
    level = "#" * heading.count("#")
    _, _, section = text.partition(f"\n{heading}\n")
    section = re.split(rf"^{level} ", section, maxsplit=1, flags=re.MULTILINE)[0]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in section.splitlines()
        if line.startswith("| ")
    ]


def plain(title: str) -> str:
    """A title without the marks that say where there is such an entity."""
    return title.removesuffix(" ‡").removesuffix(" *")


def test_every_entity_is_told_of_and_no_other(english: Texts) -> None:
    told = set()
    for title, kind, *_ in rows("entities.md", "## Entities"):
        name = title.removesuffix(" †")
        for phases in re.findall(r"((?:L\d, )+L\d)", name):
            for phase in phases.split(", "):
                told.add((kind, plain(name).replace(phases, phase)))
        if " L1, " not in name:
            told.add((kind, plain(name)))
    kinds = {kind.replace("_", " "): entities for kind, entities in english["entity"].items()}

    assert {(kind, name) for kind, name in told if kind in kinds} == {
        (kind, entity["name"]) for kind, entities in kinds.items() for entity in entities.values()
    }


def test_every_reason_is_explained(english: Texts) -> None:
    reasons = english["entity"]["sensor"]["reason"]["state"].values()

    assert sorted(reason for reason, *_ in rows("entities.md", "### The reasons")[1:]) == sorted(
        reasons
    )


def test_every_cause_of_the_safe_limit_is_explained(english: Texts) -> None:
    attributes = english["entity"]["binary_sensor"]["safe_limit"]["state_attributes"]
    told = {cause for cause, *_ in rows("troubleshooting.md", "## The safe limit is in force")[1:]}

    assert told == set(attributes["cause"]["state"].values())


def test_every_repair_is_told_of(english: Texts) -> None:
    titles = {
        re.sub(r"{\w+}", "…", issue.get("title") or issue["fix_flow"]["step"]["confirm"]["title"])
        for issue in english["issues"].values()
    }

    assert {title for title, *_ in rows("troubleshooting.md", "## Repairs")[1:]} == titles
