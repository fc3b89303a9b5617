"""What a soak measures is judged rightly, and a short one holds."""

from dataclasses import replace
import json
from pathlib import Path
import subprocess

import pytest

from simulation.soak.figures import Day, Figures, Over
from simulation.soak.troubles import TROUBLES, chosen

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / ".venv" / "demo" / "bin" / "python"
GOOD = Day(number=1, hours=24.0, memory=400.0)


def figures(*days: Day) -> Figures:
    return Figures(chargers=100, seed=1, wanted_days=7.0, days=list(days))


def test_a_good_week_has_nothing_wrong() -> None:
    week = figures(GOOD, replace(GOOD, number=2, memory=430.0))
    week.energy = {"taken": 1000.0, "charged": 1000.0, "booked": 999.9}
    assert week.wrong() == []


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (replace(GOOD, number=2, memory=441.0), "memory grew"),
        (replace(GOOD, number=2, task_exceptions=1), "never retrieved"),
        (replace(GOOD, number=2, below=3), "3 moments with books below the truth"),
        (
            replace(
                GOOD,
                number=2,
                over=[Over(at=0.0, what="group L1", seconds=50.0, bound=34.0, because="offline")],
            ),
            "group L1 for 50 s, bound 34 s (offline)",
        ),
    ],
)
def test_what_does_not_hold_is_told(day: Day, words: str) -> None:
    (wrong,) = figures(GOOD, day).wrong()
    assert words in wrong


def test_energy_that_was_not_booked_is_told() -> None:
    week = figures(GOOD)
    week.energy = {"taken": 1000.0, "charged": 1000.0, "booked": 990.0}
    assert week.wrong() == ["cars took 1000.0 kWh, 990.0 kWh are booked"]


def test_a_session_that_was_lost_is_told() -> None:
    week = figures(GOOD)
    week.lost = ["CP001: session 7 is not booked"]
    assert week.wrong() == week.lost


def test_a_car_that_drew_more_than_was_counted_for_too_long_is_told() -> None:
    week = figures(GOOD)
    week.unnoticed = ["day 1: CP007/1 (Generic) draws 16.0 A where the balancing counts 8.0 A"]
    assert week.wrong() == week.unnoticed
    week.unseeable, week.unnoticed = week.unnoticed, []
    assert week.wrong() == []


def test_a_limit_without_end_is_told_where_nothing_has_befallen_its_charger() -> None:
    week = figures(GOOD)
    week.endless_for_now = ["day 1, hour 2.0: CP001/1 would go on with 16.0 A"]
    assert week.wrong() == []
    week.endless = ["day 1, hour 2.0: CP002/1 would go on with 16.0 A"]
    assert week.wrong() == [f"fail-safe lost: {week.endless[0]}"]


def test_memory_is_judged_after_the_first_whole_day_only() -> None:
    assert figures(replace(GOOD, hours=3.0), GOOD).growth is None


def test_memory_is_not_judged_where_many_home_assistants_lived_in_it() -> None:
    grown = replace(GOOD, memory=2 * GOOD.memory)
    week = figures(GOOD, grown)
    assert week.growth == 1.0
    week.kills = True
    assert (week.growth, week.wrong()) == (None, [])


@pytest.mark.skipif(not PYTHON.exists(), reason="needs the demo's Home Assistant (script/setup)")
def test_an_hour_with_a_fault_every_minute_holds(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = ("-m", "simulation.soak", "--days=0.04", "--chargers=12", "--every=60")
    evening = ("--seed=1", "--hour=18")
    ended = subprocess.run(
        [PYTHON, *command, *evening, f"--json={file}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(file.read_text())
    assert told["wrong"] == [], ended.stdout
    assert ended.returncode == 0
    (day,) = told["days"]
    assert day["faults"] > 30
    assert day["taken"] > 1.0


@pytest.mark.skipif(not PYTHON.exists(), reason="needs the demo's Home Assistant (script/setup)")
def test_a_session_book_whose_home_assistant_is_killed_has_every_wh_once(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = ("-m", "simulation.soak", "--days=0.06", "--chargers=8", "--every=600", "--kills")
    ended = subprocess.run(
        [PYTHON, *command, "--hour=17", f"--json={file}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    told = json.loads(file.read_text())
    assert told["wrong"] == [], ended.stdout
    assert ended.returncode == 0
    assert sum(count for name, count in told["faults"].items() if name.startswith("killed")) == 1
    assert told["session_book"]["differences"] == 0
    assert told["session_book"]["Wh"] > 1_000


def test_troubles_can_be_chosen_by_name_and_by_kind() -> None:
    assert chosen(()) == TROUBLES
    late = {one.name for one in chosen(("late",))}
    assert late == {"late answer", "late after disobeying", "loses answers"}
    assert {one.name for one in chosen(("disobeys", "flapping"))} == {"disobeys", "flapping"}
    with pytest.raises(KeyError):
        chosen(("late", "earthquake"))
