"""What every benchmark prints and keeps: the machine, the versions, tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
import os
from pathlib import Path
import platform
from typing import Any

PACKAGES = ("homeassistant", "websockets", "ocpp", "acnportal", "numpy")


class Unfinished(Exception):
    """A part could not measure what it is to measure; its text says why."""


type Cell = str | float | int | bool | None


@dataclass(slots=True, kw_only=True)
class Table:
    """Rows of measured values under the names of their columns."""

    title: str
    columns: Sequence[str]
    rows: list[list[Cell]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Put another row under the others."""
        assert len(cells) == len(self.columns)
        self.rows.append(list(cells))

    def __str__(self) -> str:
        """Return the table in Markdown, its columns as wide as they must be."""
        lines = [[*self.columns], *([_text(cell) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        left = [
            all(isinstance(row[number], str) for row in self.rows)
            for number in range(len(self.columns))
        ]
        rule = [
            "-" * width if to_left else "-" * (width - 1) + ":"
            for width, to_left in zip(widths, left, strict=True)
        ]
        rows = [
            "| "
            + " | ".join(
                cell.ljust(width) if to_left else cell.rjust(width)
                for cell, width, to_left in zip(line, widths, left, strict=True)
            )
            + " |"
            for line in (lines[0], rule, *lines[1:])
        ]
        return "\n".join([f"### {self.title}", "", *rows, *(f"\n{note}" for note in self.notes)])

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "title": self.title,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
            "notes": self.notes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure that is to be reached."""

    name: str
    value: float
    bound: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether it is reached."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        """Return it in a line, with its bound."""
        sign = ">=" if self.at_least else "<="
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.name}: {_text(self.value)}, to be {sign} {self.bound:g}{unit}"


def targets_table(targets: Sequence[Target]) -> Table:
    """Every figure beside what it is to be."""
    table = Table(title="Figures", columns=("figure", "measured", "target", "unit", "reached"))
    for target in targets:
        sign = ">=" if target.at_least else "<="
        table.add(
            target.name,
            target.value,
            f"{sign} {target.bound:g}",
            target.unit,
            "yes" if target.holds else "**no**",
        )
    return table


def machine() -> dict[str, Any]:
    """Where and on what this runs, and how busy it is with other things."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "load_1_min": round(load(), 2),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {"python": platform.python_version()}
        | {package: found for package in PACKAGES if (found := _version(package))},
    }


def load() -> float:
    """How many processes wanted to run in the last minute, in the mean."""
    return os.getloadavg()[0]


def describe(found: dict[str, Any]) -> str:
    """Put the machine in a sentence."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['processor']}, {found['cores']} cores, {found['memory_gib']} GiB, "
        f"{found['system']}; {versions}; {found['at']}, load of the machine at the start "
        f"{found['load_1_min']}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return (
            f"{cell:,.0f}"
            if abs(cell) >= 1000
            else f"{cell:.3g}"
            if abs(cell) < 100
            else f"{cell:.0f}"
        )
    return str(cell)
