"""The demo's billing backends: what they bill is what the registers have, and else it fails."""

from pathlib import Path
import re
import subprocess
from typing import Any

import pytest
from rich.console import Console

from simulation.backends.backend import SimulatedBackend
from simulation.demo.backend import OPERATED, REPORTED, Operator

PROJECT = Path(__file__).resolve().parents[3]
PYTHON = PROJECT / ".venv" / "demo" / "bin" / "python"

needs_the_demo = pytest.mark.skipif(
    not PYTHON.exists(), reason="needs the demo's Home Assistant (script/setup)"
)


@needs_the_demo
def test_it_shows_both_sides_and_compares_bills_with_registers(socket_enabled: None) -> None:
    ended = subprocess.run(
        [*(PYTHON, "-m", "simulation", "--scenario=backend", "--hurry")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert "limit of backend" in ended.stdout
    assert "away, decides" in ended.stdout
    billed = dict(re.findall(r"(\S+): (\d) sessions billed once", ended.stdout))
    assert billed == {OPERATED[0]: "2", OPERATED[1]: "1", REPORTED: "1"}
    waiting = [int(one) for one in re.findall(r"decides +│.*Wh +│ +(\d+) │", ended.stdout)]
    assert max(waiting) > 0 == waiting[-1]


class _Fake:
    """Something with a few values in it."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


@pytest.mark.parametrize(("billed", "is_wrong"), [(700, False), (650, True), (790, True)])
def test_a_bill_that_is_not_the_registers_is_told(billed: int, is_wrong: bool) -> None:
    operator = Operator()
    standing = _Fake(queue=0)
    manager = _Fake(backends=_Fake(of=lambda _: (standing,)))
    operator._group = _Fake(manager=manager)  # type: ignore[assignment]
    connector = _Fake(energy=1700.4)
    chargers = {one: _Fake(connectors={1: connector}) for one in (*OPERATED, REPORTED)}
    operator._site = _Fake(chargers=chargers)  # type: ignore[assignment]
    _bill(operator.backend, billed)
    wrong = operator.judge(Console(quiet=True))
    assert bool(wrong) is is_wrong


def _bill(backend: SimulatedBackend, energy: int) -> None:
    backend._asking = OPERATED[0]
    backend.bill({"idTag": "A", "meterStart": 1000})
    backend.close_bill({"transactionId": 7001, "meterStop": 1000 + energy})
