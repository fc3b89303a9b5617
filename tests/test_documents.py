"""What the documents say of chargers and meters is what the data files say."""

from pathlib import Path
import subprocess
import sys

ROOT = Path(__file__).parent.parent


def test_the_tables_of_chargers_and_meters_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "script/device_tables.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
