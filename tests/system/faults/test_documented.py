"""The page about safety tells of every fault that can be run, and of its bound."""

from pathlib import Path
import re

from simulation.faults.table import FAULTS

PAGE = Path(__file__).parents[3] / "docs" / "safety.md"


def documented() -> dict[str, float]:
    """Bound of each fault that has a row, s."""
    rows = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].startswith("`"):
            bound = float(cells[3].removesuffix(" s").replace(",", ""))
            rows |= dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), bound)
    return rows


def test_every_fault_is_on_the_page_with_its_bound() -> None:
    assert documented() == {name: fault.bound for name, fault in FAULTS.items()}


def test_every_bound_is_explained() -> None:
    explained = re.findall(r"^\| ([\d,]+) s \|", PAGE.read_text(), re.MULTILINE)
    bounds = {float(bound.replace(",", "")) for bound in explained}
    # Nothing at all needs no reason, and a late meter takes what it takes.
    assert {fault.bound for fault in FAULTS.values()} - bounds <= {0.0, 22.0}
