"""The list of OCPP's test cases is true: what it names is there, and each case says why not or where."""

import ast
from collections import Counter
from pathlib import Path
import re
from typing import NamedTuple

import pytest

from tests.csms.v201 import test_part_6_events, test_part_6_questions

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "ocpp-test-cases.md"
TESTS = ROOT / "tests" / "csms" / "v201"
IN_PART = "In part:"
RUN_BY_NUMBER = {
    "test_part_6_questions.py::test_a_station_is_asked": [*test_part_6_questions.ASKED],
    "test_part_6_events.py::test_a_station_tells": [*test_part_6_events.TELLS],
    "test_part_6_events.py::test_a_station_waits": [*test_part_6_events.STRANGERS],
}


class Case(NamedTuple):
    """A row of the list."""

    number: str
    title: str
    test: str
    remark: str

    @property
    def block(self) -> str:
        """Its letter."""
        return self.number.split("_")[1]


def cases() -> list[Case]:
    """All rows."""
    found = re.findall(
        r"^\| (TC_[A-Z]_\d+_CSMS) \| (.*?) \| (?:`(.*?)` )?\| (?:(.*?) )?\|$",
        PAGE.read_text(),
        re.MULTILINE,
    )
    return [Case(*one) for one in found]


def functions(file: str) -> set[str]:
    """The tests of a file."""
    tree = ast.parse((TESTS / file).read_text())
    return {
        node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    }


def test_every_row_is_read_and_no_case_is_twice() -> None:
    numbers = [one.number for one in cases()]
    assert len(numbers) == PAGE.read_text().count("\n| TC_")
    assert not [number for number, count in Counter(numbers).items() if count > 1]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.number)
def test_a_case_is_shown_by_a_test_that_is_there_or_says_why_not(case: Case) -> None:
    assert case.title
    assert case.test or case.remark
    # Half of it is said to be half; a whole one needs no words, and none has a test.
    assert bool(case.remark) is (not case.test or case.remark.startswith(IN_PART))
    if case.test:
        file, _, name = case.test.partition("::")
        assert name in functions(file)


@pytest.mark.parametrize("test", RUN_BY_NUMBER)
def test_what_is_run_by_number_is_what_the_list_says(test: str) -> None:
    assert [one.number for one in cases() if one.test == test] == sorted(RUN_BY_NUMBER[test])


def test_the_sums_are_those_of_the_rows() -> None:
    sums: dict[str, list[int]] = {}
    for case in cases():
        row = sums.setdefault(case.block, [0, 0, 0, 0])
        row[0] += 1
        row[1 if not case.remark else 2 if case.test else 3] += 1
    sums["All"] = [sum(column) for column in zip(*sums.values(), strict=True)]
    written = re.findall(
        r"^\| (\w+)(?:: .*?)? \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$",
        PAGE.read_text(),
        re.MULTILINE,
    )
    assert {name: [int(one) for one in row] for name, *row in written} == sums
