"""Where the books were below the truth, faults and demo fail, whether a fuse felt it or not."""

from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from simulation.charger.charger import SimulatedCharger
from simulation.demo.demo import _summary
from simulation.faults.fault import Outcome
from simulation.plant.judge import Judge
from simulation.plant.site import SimulatedSite

HELD = Outcome(name="offline", breaks="a charger is gone", bound=12.0, seconds_over=5.0, below=0)


class Nobody:
    """Books that nobody keeps."""

    def possible(self, charger_id: str, number: int) -> float | None:
        """Nothing is believed."""

    def counted(self, charger_id: str, number: int) -> float | None:
        """Nothing is reserved."""

    def session(self, charger_id: str, number: int) -> str | None:
        """No transaction is known."""

    def forgets(self, charger_id: str, number: int) -> bool:
        """It was not seen to."""
        return False

    def is_away(self, charger_id: str, number: int) -> bool:
        """It is not."""
        return False


def summed_up(judge: Judge, wrong: Sequence[str] = ()) -> tuple[int, str]:
    """The exit code of a demo in which no phase was over, and what it says."""
    told = StringIO()
    console = Console(file=told, width=200)
    site = SimulatedSite("ws://127.0.0.1:1")
    return _summary(console, site, judge, 600.0, wrong), told.getvalue()


def judge_who_found(moments: int) -> Judge:
    judge = Judge(Nobody())
    judge.moments = moments
    if moments:
        below = Judge._below(SimulatedCharger(tick=None), 1, "the ledger says", 16.0, 8.0)
        judge.found.append(below)
    return judge


def test_a_fault_passes_where_everything_held() -> None:
    assert HELD.passed
    assert replace(HELD, below=None).passed


@pytest.mark.parametrize(
    "outcome",
    [
        replace(HELD, below=1),
        replace(HELD, seconds_over=12.1),
        replace(HELD, wrong=["something never came"]),
        replace(HELD, lost=["CP1: session 7 is not booked"]),
        # What can't be written may be lost, and nothing else is forgiven for that.
        replace(HELD, below=1, may_lose=True),
    ],
)
def test_a_fault_fails_where_anything_did_not(outcome: Outcome) -> None:
    assert not outcome.passed
    assert outcome.to_dict()["passed"] is False


def test_a_demo_is_well_where_no_phase_was_over_and_the_books_were_true() -> None:
    code, told = summed_up(judge_who_found(0))
    assert (code, "OK: " in told, "0 moments with books below the truth" in told) == (0, True, True)


def test_a_demo_fails_where_the_books_were_below_the_truth_and_says_where() -> None:
    code, told = summed_up(judge_who_found(1))
    assert code == 1
    assert "FAILED: books below the truth" in told
    assert "CP1/1 (Generic) applies 16.0 A where the ledger says 8.0 A" in told


def test_a_demo_fails_where_anything_else_was_wrong() -> None:
    code, told = summed_up(judge_who_found(0), ["a session was billed twice"])
    assert code == 1
    assert "FAILED: a session was billed twice" in told
