"""Faults that were there once are found again: the fuzz is no mere passing of time."""

import importlib.util
from pathlib import Path
import subprocess
import sys

import pytest

# A Home Assistant starts with its frontend only, which is in the newest environment.
pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("hass_frontend") is None,
        reason="no frontend: script/test --newest",
    ),
    pytest.mark.usefixtures("socket_enabled"),
]

_FUZZ = """
from pathlib import Path
import sys
from tests.home_fuzzing import garage

{planted}
found = garage.run(600.0, 7, Path(sys.argv[1]))
for problem in found:
    print(f"Found: {{problem}}")
sys.exit(bool(found))
"""


_PLANTED = {
    "texts are left as they came": (
        "from custom_components.ev_load_manager.csms.transport import messages",
        "messages.harmless = lambda value: value",
    ),
    "names are Markdown": (
        "from custom_components.ev_load_manager.watchers import pending_chargers",
        "pending_chargers.as_it_is = str",
    ),
    "no password is asked for": (
        "from custom_components.ev_load_manager.csms.server import CentralSystem",
        "CentralSystem._ask_for_password = lambda *_: None",
    ),
}


@pytest.mark.parametrize("planted", _PLANTED.values(), ids=_PLANTED)
def test_a_planted_fault_is_found(tmp_path: Path, planted: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", _FUZZ.format(planted="\n".join(planted)), str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1, ended.stderr
    assert "Found: " in ended.stdout, ended.stderr
