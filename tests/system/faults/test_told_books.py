"""The books of a Home Assistant in another process are judged by what it tells of them."""

import asyncio
from collections.abc import Callable
import json
import time as machine
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.charger import SimulatedCharger
from simulation.charger.profiles import Profile
from simulation.faults.told_books import DistantJudge
from simulation.plant.judge import ON_ITS_WAY
from tests.simulation.charger.test_charger import limit


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass, the site's and the machine's."""
    at = 1_000.0

    def now() -> float:
        return at

    def pass_(seconds: float) -> None:
        nonlocal at
        at += seconds

    monkeypatch.setattr(clock, "monotonic", now)
    monkeypatch.setattr(machine, "monotonic", now)
    return pass_


@pytest.fixture
async def charger() -> SimulatedCharger:
    """A charger that holds 16 A for the session it serves."""
    charger = SimulatedCharger(tick=None)
    charger.plug_in(1, id_tag=None)
    charger.begin(charger.connectors[1], "CARD-1")
    profile = Profile.from_ocpp(limit(16.0)["csChargingProfiles"])
    charger.profiles.install(1, profile, session=charger.connectors[1].session)
    return charger


async def heard(judge: DistantJudge, *lines: Any) -> None:
    """Let a judge hear what another process tells, until that ends."""
    told = asyncio.StreamReader()
    for line in lines:
        told.feed_data(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")
    told.feed_eof()
    await judge.listen(told)


def books(amperes: float) -> list[Any]:
    return [machine.monotonic(), {"CP1": {"1": [amperes, amperes, None, False, False]}}]


async def test_what_is_told_again_after_the_truth_was_seen_is_believed(
    passes: Callable[[float], None], charger: SimulatedCharger
) -> None:
    judge = DistantJudge({"CP1": charger})
    told = asyncio.StreamReader()
    listening = asyncio.create_task(judge.listen(told))
    for seconds in (0.0, ON_ITS_WAY, 1.0):
        passes(seconds)
        told.feed_data(json.dumps(books(8.0)).encode() + b"\n")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    told.feed_eof()
    await listening
    assert judge.moments == 2
    assert {below.truth for below in judge.found} == {16.0}


async def test_one_telling_is_no_proof_for_it_may_be_older_than_the_truth(
    passes: Callable[[float], None], charger: SimulatedCharger
) -> None:
    judge = DistantJudge({"CP1": charger})
    await heard(judge, b"ready\n", books(8.0))
    assert judge.looks == 1
    assert judge.moments == 0


async def test_nothing_is_compared_once_the_other_process_has_ended(
    passes: Callable[[float], None], charger: SimulatedCharger
) -> None:
    judge = DistantJudge({"CP1": charger})
    await heard(judge, books(8.0))
    passes(60.0)
    judge.look(charger)
    assert judge.moments == 0
