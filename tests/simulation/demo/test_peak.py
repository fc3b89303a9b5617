"""The demo's evening of a home that pays for its highest quarter of an hour."""

from datetime import UTC, datetime
from pathlib import Path
import re
import subprocess

import pytest

from custom_components.ev_load_manager.peaks.keeper import Kept
from simulation.demo.peak import FLOOR, judged

PROJECT = Path(__file__).resolve().parents[3]
PYTHON = PROJECT / ".venv" / "demo" / "bin" / "python"


@pytest.mark.parametrize(
    ("mean", "house", "verdict"),
    [
        (7_900.0, 900.0, "kept"),
        (8_010.0, 900.0, "kept"),
        (8_100.0, 900.0, "exceeded"),
        (9_000.0, 7_990.0, "exceeded"),
        (9_000.0, 8_100.0, "the building alone"),
    ],
)
def test_only_a_window_that_the_building_would_have_kept_can_be_exceeded(
    mean: float, house: float, verdict: str
) -> None:
    window = Kept(datetime(2026, 11, 2, 16, tzinfo=UTC), mean, house, house, 1000.0 * FLOOR)
    assert judged(window, mean=mean, house=house) == verdict


@pytest.mark.skipif(not PYTHON.exists(), reason="needs the demo's Home Assistant (script/setup)")
def test_a_window_is_shown_minute_by_minute_and_judged_at_its_end() -> None:
    ended = subprocess.run(
        # The first window, and a part of the second, which has a table, too.
        [PYTHON, "-m", "simulation", "--scenario=peak", "--hurry", "--for=1150"],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    first, _, second = ended.stdout.partition("Window from 17:15 to 17:30")
    minutes = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in first.splitlines()
        if line.startswith("│ 17:")
    ]
    # The fifteenth minute and the window end in one instant: either may be told first.
    times = [cells[0] for cells in minutes]
    assert times[:14] == [f"17:{minute:02}" for minute in range(1, 15)]
    assert times[14:] in ([], ["17:15"])
    means = [float(cells[3]) for cells in minutes]
    assert means == sorted(means)
    assert all(float(cells[5]) == FLOOR for cells in minutes)
    # Who is held back is told with the reason.
    assert re.search(r"Leaf [\d.]+ A \(peak limit\), Model 3 [\d.]+ A \(peak limit\)", first)
    assert "│ 17:18 │" in second
    verdict = re.search(r"│ +17:00 │ +([\d.]+) │ +([\d.]+) │ +[\d.]+ │ +8\.00 │ kept", second)
    assert verdict is not None, second
    really, counted = float(verdict[1]), float(verdict[2])
    assert counted == pytest.approx(really, rel=0.01)
    assert 6.0 < really <= FLOOR
    # A window that goes on is not judged.
    assert not re.search(r"│ +17:15 │ +[\d.]+ │ +[\d.]+ │ +[\d.]+ │ +8\.00 │ \w", second)
