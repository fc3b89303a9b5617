"""A command that runs a real Home Assistant says why it fails."""

from pathlib import Path
import subprocess
import sys

import pytest

from simulation.faults.run import free_port

FAILS = """
import logging
from pathlib import Path
import sys
from simulation.home_assistant import event_loop, home_assistant

async def main():
    async with home_assistant(Path(sys.argv[1]), port=int(sys.argv[2]), parts=""):
        logging.getLogger("garage").error("the door is open")
        raise ValueError("the roof leaks")

event_loop().run_until_complete(main())
"""


@pytest.mark.usefixtures("socket_enabled")
def test_what_fails_beside_home_assistant_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FAILS, str(tmp_path), str(free_port())]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "ValueError: the roof leaks" in ended.stderr
    assert "the door is open" in ended.stderr
