"""Whatever a charger sends: one answer to each call, no mistake of ours, and books that hold."""

import asyncio
from collections.abc import Generator
import json

from hypothesis import HealthCheck, given, settings
import pytest

from tests.csms.fuzzing import Conversation, Transcript, conversations, problems_of

TRANSCRIPT = Transcript.read()


@pytest.fixture(scope="module")
def runner() -> Generator[asyncio.Runner]:
    """One event loop for all conversations."""
    with asyncio.Runner() as runner:
        yield runner


def test_what_real_chargers_say_is_answered_properly(runner: asyncio.Runner) -> None:
    frames: list[str | bytes] = [json.dumps(call) for call in TRANSCRIPT.calls]
    answers = {action: seeds[0] for action, seeds in TRANSCRIPT.answers.items()}
    assert problems_of(Conversation(frames, answers), runner) == []


BOOT = json.dumps(
    [2, "call-0", "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}]
)
ACCEPTED = {"status": "Accepted"}


def schedule(*periods: object) -> dict[str, object]:
    """An answer to GetCompositeSchedule."""
    told = {"chargingRateUnit": "A", "chargingSchedulePeriod": list(periods)}
    return {"status": "Accepted", "chargingSchedule": told}


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("GetConfiguration", {"configurationKey": True}),
        ("GetConfiguration", {"configurationKey": [{"key": "K", "value": [1]}, {"key": 5}, 7]}),
        (
            "GetConfiguration",
            {"configurationKey": [{"key": "ChargeProfileMaxStackLevel", "value": "1e999"}]},
        ),
        ("GetCompositeSchedule", schedule({"startPeriod": 0, "limit": 10**400})),
        ("GetCompositeSchedule", schedule({"startPeriod": "NaN", "limit": "NaN"})),
    ],
)
def test_what_was_once_too_much_is_no_more(
    runner: asyncio.Runner, action: str, answer: object
) -> None:
    answers = {"SetChargingProfile": ACCEPTED, "ChangeConfiguration": ACCEPTED}
    answers["GetConfiguration"] = TRANSCRIPT.answers["GetConfiguration"][0]
    answers[action] = answer
    assert problems_of(Conversation([BOOT], answers), runner) == []


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(conversation=conversations(TRANSCRIPT))
def test_nothing_a_charger_sends_is_too_much(
    runner: asyncio.Runner, conversation: Conversation
) -> None:
    assert problems_of(conversation, runner) == []
