"""Questions to a charger go one at a time, the important ones first."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.transport.calls import (
    MOST_UNANSWERED_AT_ONCE,
    OVERTAKE_AFTER,
    CallPriority,
    Calls,
)
from custom_components.ev_load_manager.csms.transport.errors import (
    CallError,
    CallTimeout,
    CallWithdrawn,
    NotConnected,
)
from tests.csms.client import SILENCE, Client
from tests.csms.conftest import until


class Wire:
    """What was sent, and a way to answer it."""

    def __init__(self) -> None:
        """Nothing was sent yet."""
        self.sent: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.calls = Calls("CP1", self.send)

    async def send(self, frame: str) -> None:
        """Note a frame."""
        _, message_id, action, _ = json.loads(frame)
        self.sent.put_nowait((message_id, action))

    def ask(
        self,
        action: str,
        priority: CallPriority = CallPriority.NORMAL,
        timeout: float = 30,
        **more: Any,
    ) -> asyncio.Task[dict[str, Any]]:
        """Ask something."""
        return asyncio.ensure_future(
            self.calls.call(Question(action, {}), timeout=timeout, priority=priority, **more)
        )

    def answer(self, message_id: str) -> bool:
        """Answer it."""
        return self.calls.settle(messages.CallResult(message_id, {"to": message_id}))


async def test_the_next_question_waits_for_the_answer() -> None:
    wire = Wire()
    first, second = wire.ask("First"), wire.ask("Second")
    message_id, action = await wire.sent.get()
    assert action == "First"
    assert wire.sent.empty()
    assert wire.answer(message_id)
    assert not wire.answer(message_id)
    assert await first == {"to": message_id}
    message_id, action = await wire.sent.get()
    assert action == "Second"
    wire.answer(message_id)
    await second


async def test_limits_go_before_everything_that_waits() -> None:
    wire = Wire()
    asked = [
        wire.ask("Running"),
        wire.ask("Background", CallPriority.BACKGROUND),
        wire.ask("Normal"),
        wire.ask("Limit 1", CallPriority.LIMIT),
        wire.ask("Limit 2", CallPriority.LIMIT),
    ]
    order = []
    for _ in asked:
        message_id, action = await wire.sent.get()
        order.append(action)
        wire.answer(message_id)
    assert order == ["Running", "Limit 1", "Limit 2", "Normal", "Background"]
    await asyncio.gather(*asked)


async def test_a_cut_overtakes_a_question_that_nobody_answers(hurry: None) -> None:
    wire = Wire()
    forgotten = wire.ask("Forgotten", timeout=600)
    behind = wire.ask("Behind")
    limit = wire.ask("Limit", CallPriority.LIMIT, timeout=600, overtake_after=5.0)
    forgotten_id, _ = await wire.sent.get()
    limit_id, action = await wire.sent.get()
    assert action == "Limit"
    wire.answer(limit_id)
    assert await limit == {"to": limit_id}
    assert wire.sent.empty()
    wire.answer(forgotten_id)  # late, and still of use
    assert await forgotten == {"to": forgotten_id}
    message_id, action = await wire.sent.get()
    assert action == "Behind"
    wire.answer(message_id)
    await behind


async def test_what_follows_waits_also_for_the_answer_to_a_cut_that_has_overtaken(
    hurry: None,
) -> None:
    wire = Wire()
    forgotten = wire.ask("Forgotten", timeout=600)
    behind = wire.ask("Behind")
    cut = wire.ask("Cut", CallPriority.LIMIT, timeout=600, overtake_after=5.0)
    forgotten_id, _ = await wire.sent.get()
    cut_id, _ = await wire.sent.get()
    wire.answer(forgotten_id)
    await forgotten
    assert wire.sent.empty()
    wire.answer(cut_id)
    await cut
    message_id, action = await wire.sent.get()
    assert action == "Behind"
    wire.answer(message_id)
    await behind


async def test_a_cut_that_waited_for_the_socket_overtakes_nobody_in_its_first_moment(
    hurry: None,
) -> None:
    wire = Wire()
    first = wire.ask("First", timeout=600)
    first_id, _ = await wire.sent.get()
    begun = clock.monotonic()
    cut = wire.ask("Cut", CallPriority.LIMIT, timeout=600, overtake_after=0.0)
    cut_id, action = await wire.sent.get()
    assert action == "Cut"
    assert clock.monotonic() >= begun + OVERTAKE_AFTER - 0.1
    for message_id in (cut_id, first_id):
        wire.answer(message_id)
    await asyncio.gather(first, cut)


async def test_of_two_cuts_that_wait_both_leave_in_time_though_one_has_just_left(
    time_jumps: None,
) -> None:
    wire = Wire()
    begun = clock.monotonic()
    other = wire.ask("Other", timeout=600)
    cuts = [wire.ask(f"Cut {n}", CallPriority.LIMIT, overtake_after=5.0) for n in (1, 2)]
    other_id, _ = await wire.sent.get()
    await clock.sleep(1)
    wire.answer(other_id)
    ids = []
    for at in (1.0, 5.0):
        message_id, _ = await wire.sent.get()
        assert clock.monotonic() - begun == pytest.approx(at, abs=0.1)
        ids.append(message_id)
    for message_id in ids:
        wire.answer(message_id)
    await asyncio.gather(other, *cuts)


async def test_an_increase_waits_for_its_turn(hurry: None) -> None:
    wire = Wire()
    forgotten = wire.ask("Forgotten", timeout=20)
    limit = wire.ask("Limit", CallPriority.LIMIT)
    await wire.sent.get()
    with pytest.raises(CallTimeout):
        await forgotten
    message_id, action = await wire.sent.get()
    assert action == "Limit"
    wire.answer(message_id)
    await limit


async def test_behind_what_was_silent_for_long_a_cut_leaves_at_once(hurry: None) -> None:
    wire = Wire()
    forgotten = wire.ask("Forgotten", timeout=600)
    await wire.sent.get()
    await clock.sleep(6)
    cut = wire.ask("Cut", CallPriority.LIMIT, overtake_after=5.0)
    asked_at = clock.monotonic()
    message_id, _ = await wire.sent.get()
    assert clock.monotonic() - asked_at < 4
    wire.answer(message_id)
    await cut
    forgotten.cancel()


async def test_only_so_many_questions_are_without_an_answer(hurry: None) -> None:
    wire = Wire()
    asked = [
        wire.ask(f"Cut {number}", CallPriority.LIMIT, timeout=60, overtake_after=5.0)
        for number in range(MOST_UNANSWERED_AT_ONCE + 1)
    ]
    for _ in range(MOST_UNANSWERED_AT_ONCE):
        await wire.sent.get()
    await clock.sleep(20)
    assert wire.sent.empty()
    for call in asked:
        call.cancel()


async def test_an_increase_lets_a_later_cut_of_another_outlet_go_first() -> None:
    wire = Wire()
    asked = [
        wire.ask("Running"),
        wire.ask("Increase", CallPriority.LIMIT),
        wire.ask("Cut", CallPriority.LIMIT, overtake_after=5.0),
    ]
    order = []
    for _ in asked:
        message_id, action = await wire.sent.get()
        order.append(action)
        wire.answer(message_id)
    assert order == ["Running", "Cut", "Increase"]
    await asyncio.gather(*asked)


async def test_a_cut_overtakes_nothing_that_was_asked_a_moment_ago(hurry: None) -> None:
    wire = Wire()
    running = wire.ask("Running")
    running_id, _ = await wire.sent.get()
    await clock.sleep(4)
    cuts = [wire.ask(name, CallPriority.LIMIT, overtake_after=5.0) for name in ("Cut 1", "Cut 2")]
    await clock.sleep(0.5)
    wire.answer(running_id)
    first_id, _ = await wire.sent.get()
    # Only what it waited for first was silent for so long.
    await clock.sleep(4)
    assert wire.sent.empty()
    wire.answer(first_id)
    second_id, _ = await wire.sent.get()
    wire.answer(second_id)
    await asyncio.gather(running, *cuts)


async def test_nothing_goes_beside_a_cut_that_left_as_an_answer_came(hurry: None) -> None:
    wire = Wire()
    slow = wire.ask("Slow")
    slow_id, _ = await wire.sent.get()
    await clock.sleep(6)
    cut = wire.ask("Cut", CallPriority.LIMIT, overtake_after=0.0)
    await asyncio.sleep(0)
    wire.answer(slow_id)
    cut_id, action = await wire.sent.get()
    assert action == "Cut"
    behind = wire.ask("Behind")
    await clock.sleep(1)
    assert wire.sent.empty()
    wire.answer(cut_id)
    behind_id, _ = await wire.sent.get()
    wire.answer(behind_id)
    await asyncio.gather(slow, cut, behind)


async def test_a_cut_leaves_once_not_too_many_are_without_an_answer_any_more(hurry: None) -> None:
    wire = Wire()
    begun = clock.monotonic()
    asked = [
        wire.ask(
            f"Cut {number}",
            CallPriority.LIMIT,
            timeout=30 if number == 1 else 600,
            overtake_after=5.0,
        )
        for number in range(MOST_UNANSWERED_AT_ONCE)
    ]
    for _ in asked:
        await wire.sent.get()
    last = wire.ask("Last", CallPriority.LIMIT, overtake_after=5.0)
    _, action = await wire.sent.get()
    assert action == "Last"
    assert clock.monotonic() - begun < 40
    for call in (*asked, last):
        call.cancel()


async def test_what_is_not_wanted_any_more_when_its_turn_comes_is_not_asked() -> None:
    wire = Wire()
    running = wire.ask("Running")
    stale = wire.ask("Stale", fresh=lambda: None)
    message_id, _ = await wire.sent.get()
    wire.answer(message_id)
    await running
    with pytest.raises(CallWithdrawn):
        await stale
    assert wire.sent.empty()


async def test_who_asked_hears_of_an_answer_that_comes_too_late(hurry: None) -> None:
    wire = Wire()
    heard: list[object] = []
    silent = wire.ask("Silent", timeout=5, late=heard.append)
    message_id, _ = await wire.sent.get()
    with pytest.raises(CallTimeout):
        await silent
    assert wire.answer(message_id)
    assert heard == [{"to": message_id}]
    assert not wire.answer(message_id)


async def test_a_question_that_is_not_answered_times_out(hurry: None) -> None:
    wire = Wire()
    silent = wire.ask("Silent", timeout=5)
    waiting = wire.ask("Waiting")
    silent_id, _ = await wire.sent.get()
    with pytest.raises(CallTimeout, match="Silent"):
        await silent
    message_id, _ = await wire.sent.get()
    assert not wire.answer(silent_id)
    wire.answer(message_id)
    await waiting


async def test_a_question_that_is_given_up_makes_room() -> None:
    wire = Wire()
    running, waiting, last = wire.ask("Running"), wire.ask("Waiting"), wire.ask("Last")
    await wire.sent.get()
    waiting.cancel()
    running.cancel()
    message_id, action = await wire.sent.get()
    assert action == "Last"
    wire.answer(message_id)
    await last


async def test_a_turn_that_comes_to_someone_who_gave_up_goes_on() -> None:
    wire = Wire()
    running, waiting, last = wire.ask("Running"), wire.ask("Waiting"), wire.ask("Last")
    message_id, _ = await wire.sent.get()
    running.add_done_callback(lambda _: waiting.cancel())
    wire.answer(message_id)
    await asyncio.wait([waiting])
    while not last.done():
        message_id, _ = await wire.sent.get()
        wire.answer(message_id)
        await asyncio.sleep(0)


async def test_nobody_waits_for_a_socket_that_is_gone() -> None:
    wire = Wire()
    asked = [wire.ask("Running"), wire.ask("Waiting")]
    await wire.sent.get()
    wire.calls.fail("gone")
    for call in (*asked, wire.ask("Later")):
        with pytest.raises(NotConnected, match="gone"):
            await call


async def test_an_error_of_the_charger_is_raised(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        client.answers["Reset"] = "NotSupported"
        await until(charger, lambda: charger.online)
        with pytest.raises(CallError) as error:
            await charger.call(Question("Reset", {"type": "Soft"}))
        assert error.value.code == "NotSupported"


async def test_a_charger_that_never_answers_hinders_no_other(
    central: CentralSystem, charger: ChargePoint, hurry: None
) -> None:
    other = central.add("CP2")
    async with Client(central) as mute, Client(central, "CP2") as client:
        mute.answers["Reset"] = SILENCE
        client.answers["Reset"] = {"status": "Accepted"}
        await until(charger, lambda: charger.online)
        await until(other, lambda: other.online)
        unanswered = asyncio.ensure_future(charger.call(Question("Reset", {"type": "Soft"})))
        await mute.next_call("Reset")
        assert await other.call(Question("Reset", {"type": "Soft"})) == {"status": "Accepted"}
        assert await mute.call("Heartbeat")
        with pytest.raises(CallTimeout):
            await unanswered
