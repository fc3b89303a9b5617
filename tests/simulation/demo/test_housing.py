"""The garage of the demo: two feeders, and cars of every kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
import re
import subprocess

import pytest

from simulation.demo.housing import (
    AT_NIGHT,
    BAYS,
    NORTH,
    NORTH_LIMIT,
    SOUTH,
    SOUTH_LIMIT,
    VENTILATION,
)
from simulation.plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit

PROJECT = Path(__file__).resolve().parents[3]
PYTHON = PROJECT / ".venv" / "demo" / "bin" / "python"


def test_it_has_cars_of_every_kind_and_too_little_for_all_of_one_feeder() -> None:
    assert len(BAYS) == 8
    assert {bay.car.phases for bay in BAYS} == {1, 2, 3}
    assert {bay.model.step for bay in BAYS} == {0.1, 1.0}
    north = [bay for bay in BAYS if bay.feeder == NORTH]
    on_l1 = [bay for bay in north if 0 in bay.wiring[: bay.car.phases]]
    assert sum(max(6.0, bay.car.minimum) for bay in on_l1) > NORTH_LIMIT


def test_what_hangs_on_a_feeder_flows_through_all_above_it() -> None:
    site = SimulatedSite(
        "ws://127.0.0.1:1",
        circuits=(
            SupplyCircuit(GRID, (63.0,) * 3),
            SupplyCircuit(GROUP, (50.0,) * 3, parent=GRID),
            SupplyCircuit(NORTH, (16.0,) * 3, parent=GROUP),
            SupplyCircuit(SOUTH, (32.0,) * 3, parent=GROUP, other=AT_NIGHT),
        ),
    )
    assert site.currents(SOUTH) == site.currents(GROUP) == site.currents(GRID) == AT_NIGHT
    assert site.currents(NORTH) == (0.0, 0.0, 0.0)
    site.circuits[SOUTH].other = VENTILATION
    assert site.currents(GRID) == VENTILATION
    site.power_off()
    assert site.currents(GRID) == (0.0, 0.0, 0.0)


needs_the_demo = pytest.mark.skipif(
    not PYTHON.exists(), reason="needs the demo's Home Assistant (script/setup)"
)


@needs_the_demo
def test_the_demo_sets_it_up_and_plays_it(
    socket_enabled: None, unused_tcp_port_factory: Callable[[], int]
) -> None:
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    ended = subprocess.run(
        [
            # Faster, a second for which the machine stands still would be several of the site's.
            *(PYTHON, "-m", "simulation", "--scenario=garage", "--for=8", "--speed=1"),
            *(f"--port={ports[0]}", f"--ocpp-port={ports[1]}"),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "Accepting eight chargers" in ended.stdout
    assert "south" in ended.stdout


@dataclass(slots=True)
class Shown:
    """One table as people see it: its cells by outlet and column, and the bars below it."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    bars: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """(circuit, phase) -> (A that flow, A that may)."""

    def amperes(self, outlet: str, column: str) -> float:
        """A number of the table."""
        return float(self.rows[outlet][column])

    def drawn(self, outlet: str) -> list[str]:
        """The phases on which a car draws."""
        return [phase for phase in ("L1", "L2", "L3") if self.amperes(outlet, phase) > 0.0]

    def wait(self, outlet: str) -> int | None:
        """Seconds to somebody's next turn."""
        told = self.rows[outlet]["next turn"]
        if not told:
            return None
        minutes, seconds = told.split(":")
        return 60 * int(minutes) + int(seconds)


def tables(printed: str) -> Iterator[Shown]:
    """Read what the demo printed, table by table."""
    shown = Shown()
    columns: list[str] = []
    for line in printed.splitlines():
        if line.startswith("┃"):
            columns = [cell.strip() for cell in line.strip("┃").split("┃")]
        elif line.startswith("│"):
            cells = [cell.strip() for cell in line.strip("│").split("│")]
            shown.rows[cells[0].removesuffix("/1")] = dict(zip(columns, cells, strict=True))
        elif bar := re.match(r"(\w+) +(L\d) [█░]+ +([\d.]+) of ([\d.]+) A", line):
            shown.bars[bar[1], bar[2]] = float(bar[3]), float(bar[4])
            if bar[1] == "grid" and bar[2] == "L3":
                yield shown
                shown = Shown()


@needs_the_demo
def test_its_table_shows_turns_unused_current_learned_phases_and_feeders_within_their_limits() -> (
    None
):
    ended = subprocess.run(
        # A turn is a quarter of an hour.
        [PYTHON, "-m", "simulation", "--scenario=garage", "--hurry", "--for=1030"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    minutes = list(tables(ended.stdout))
    assert len(minutes) >= 16, ended.stdout
    for shown in minutes:
        assert shown.rows.keys() == {bay.charger for bay in BAYS}
        for feeder, limit in ((NORTH, NORTH_LIMIT), (SOUTH, SOUTH_LIMIT)):
            for phase in ("L1", "L2", "L3"):
                flows, may_flow = shown.bars[feeder, phase]
                assert flows <= may_flow == limit
    first, everyone, last = minutes[0], minutes[4], minutes[-1]

    # N4 came last to its feeder: the time of its turn comes nearer, minute by minute, ...
    waiting = [shown for shown in minutes if shown.rows["N4"]["reason"] == "waiting for turn"]
    waits = [shown.wait("N4") for shown in waiting]
    assert len(waits) >= 10
    assert all(
        earlier is not None and later is not None and 58 <= earlier - later <= 62
        for earlier, later in pairwise(waits)
    )
    assert all(shown.amperes("N4", "offered") == 0.0 for shown in waiting)
    # ... and when it has come, somebody else waits.
    assert last.amperes("N4", "L1") >= 6.0
    others = [outlet for outlet in ("N1", "N2", "N3") if last.wait(outlet) is not None]
    assert others
    assert {last.rows[outlet]["reason"] for outlet in others} == {"waiting for turn"}

    # S1 takes 8 A; what it leaves of its share of the phase is S4's.
    assert everyone.rows["S1"]["reason"] == "unused current"
    assert everyone.amperes("S1", "L1") == pytest.approx(8.0, abs=0.1)
    assert everyone.amperes("S1", "offered") == pytest.approx(9.0, abs=0.2)
    equal_share = (SOUTH_LIMIT - AT_NIGHT[0]) / 2
    assert everyone.amperes("S4", "L1") > equal_share + 1.0

    # A car counts on all wired phases until it has shown its own.
    assert first.rows["N2"]["counts on"] == "L1 L2 L3"
    assert len(first.drawn("N2")) == 2
    for outlet, phases in (("N1", "L1"), ("N2", "L2 L3"), ("N3", "L1 L2 L3"), ("S3", "L3")):
        assert everyone.rows[outlet]["counts on"] == phases
        assert everyone.drawn(outlet) == phases.split()
