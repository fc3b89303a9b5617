"""The garage of the demo: two feeders, and cars of every kind."""

from collections.abc import Callable
from pathlib import Path
import subprocess

import pytest

from simulation.housing import AT_NIGHT, BAYS, NORTH, NORTH_LIMIT, SOUTH, VENTILATION
from simulation.site import GRID, GROUP, SimulatedSite, SupplyCircuit

PROJECT = Path(__file__).resolve().parents[2]
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


@pytest.mark.skipif(not PYTHON.exists(), reason="needs the demo's Home Assistant (script/setup)")
def test_the_demo_sets_it_up_and_plays_it(
    socket_enabled: None, unused_tcp_port_factory: Callable[[], int]
) -> None:
    ports = unused_tcp_port_factory(), unused_tcp_port_factory()
    ended = subprocess.run(
        [
            *(PYTHON, "-m", "simulation", "--scenario=garage", "--for=8", "--speed=4"),
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
