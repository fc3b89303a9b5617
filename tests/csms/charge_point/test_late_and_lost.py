"""Books hold whatever order answers come in, and nothing of ours holds up a cut."""

import asyncio
from dataclasses import replace
import json
import math
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charger_clock import PossibleClock
from custom_components.ev_load_manager.csms.dialect import Profiles, Question
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit, Outlet
from custom_components.ev_load_manager.csms.limits.ledger import LimitLedger
from custom_components.ev_load_manager.csms.limits.reconcile import Clearing
from custom_components.ev_load_manager.csms.limits.slots import End, Layer, Slot
from custom_components.ev_load_manager.csms.models import (
    ChargingProfileWay,
    ConfigurationKeyWay,
    Persistence,
    Purpose,
)
from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.transport.calls import CallPriority, Calls, Fresh, Late
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Make, sent
from tests.csms.scripted_charger import ACCEPTED, CallTimeout, ScriptedCharger

pytestmark = pytest.mark.usefixtures("very_fast")

LIMIT = Slot(Layer.DEFAULT, "default/1", 1, 3)
STANDING = Slot(Layer.DEFAULT, "standing/1", 1, 2, standing=True)
AT_MOST = 5.1
"""s after which a cut has left; clocks of tests go in steps."""
OF_SESSION = Slot(Layer.SESSION, "session/1", 1, 3)


def books(*limits: tuple[Slot, float]) -> LimitLedger:
    """Books with limits that were taken."""
    ledger = LimitLedger()
    for slot, amperes in limits:
        ledger.accepted(ledger.send(slot, amperes))
    return ledger


# Answers in another order than questions


def test_who_answers_an_older_limit_last_may_have_taken_it_last() -> None:
    ledger = books((LIMIT, 6.0))
    older, newer = ledger.send(LIMIT, 16.0), ledger.send(LIMIT, 0.0)
    ledger.accepted(newer)
    assert ledger.highest_possible == 0.0
    ledger.accepted(older)
    assert ledger.highest_possible == 16.0
    ledger.accepted(ledger.send(LIMIT, 0.0))
    assert ledger.highest_possible == 0.0


def test_who_answers_an_older_limit_after_a_clearing_may_hold_it() -> None:
    ledger = books((LIMIT, 6.0), (STANDING, 6.0))
    ledger.session_started("7")
    older = ledger.send(OF_SESSION, 16.0, transaction_id="7")
    question = ledger.clear(lambda slot: slot == OF_SESSION)
    ledger.cleared(lambda slot: slot == OF_SESSION, question)
    assert ledger.highest_possible == 6.0
    ledger.accepted(older)
    assert ledger.highest_possible == 16.0
    question = ledger.clear(lambda slot: slot == OF_SESSION)
    ledger.cleared(lambda slot: slot == OF_SESSION, question)
    assert ledger.highest_possible == 6.0


def test_the_limit_of_a_session_that_was_stored_by_its_number_acts_in_it() -> None:
    ledger = books((LIMIT, 16.0))
    ledger.accepted(ledger.send(OF_SESSION, 6.0, transaction_id="7"))
    state = json.loads(json.dumps(ledger.state()))
    state["slots"][-1]["transaction_id"] = 7
    again = LimitLedger()
    again.restore(Stored(state), connector=1, in_session=True)
    again.session_started("8")
    assert again.highest_possible == 16.0
    again.session_started("7")
    assert again.highest_possible == 6.0


def test_what_was_taken_while_another_limit_was_on_its_way_may_have_come_after_it() -> None:
    ledger = books((LIMIT, 6.0))
    older, newer = ledger.send(LIMIT, 16.0), ledger.send(LIMIT, 0.0)
    ledger.accepted(older)
    ledger.accepted(newer)
    assert ledger.highest_possible == 16.0
    ledger.accepted(ledger.send(LIMIT, 0.0))
    assert ledger.offer.possible == (0.0,)


def test_the_same_limit_answered_twice_out_of_order_stays_known() -> None:
    ledger = books((LIMIT, 6.0))
    older, newer = ledger.send(LIMIT, 16.0), ledger.send(LIMIT, 16.0)
    ledger.accepted(newer)
    ledger.accepted(older)
    assert not ledger.is_pending(LIMIT)
    assert ledger.offer.possible == (16.0,)


class LateCharger(ScriptedCharger):
    """Keeps the answers to limits above `above` until it is told to give them."""

    above = 10.0

    def __init__(self) -> None:
        """Nothing was kept yet."""
        super().__init__()
        self.kept: list[Late] = []

    async def call(self, question: Question, **more: Any) -> dict[str, Any]:
        """Answer as told; what is kept gets its time-out at once."""
        answer = await super().call(question, **more)
        if question.action == "SetChargingProfile" and self.limits[-1][1] > self.above:
            self.kept.append(more["late"])
            raise CallTimeout("late")
        return answer


async def test_a_cut_that_left_before_an_older_answer_came_is_told_again(make: Make) -> None:
    charger = LateCharger()
    bench = make(charger=charger)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    charger.above = -1.0
    bench[1].want(16)
    await bench.until(lambda: len(charger.kept) == 1)
    bench[1].want(0)
    await bench.until(lambda: len(charger.kept) == 2)
    charger.above = 10.0
    for late in charger.kept:
        late(ACCEPTED)
    await bench.until(lambda: bench[1].offer.possible == (0.0,))
    assert charger.limits[-1] == (1, 0)


async def test_a_limit_is_told_again_once_its_answer_came_after_a_later_one(make: Make) -> None:
    charger = LateCharger()
    bench = make(charger=charger)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    bench[1].want(16)
    await bench.until(lambda: 16.0 in bench[1].offer.in_flight and bool(charger.kept))
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    before = len(charger.limits)
    charger.kept[0](ACCEPTED)
    assert bench[1].highest_possible == 16.0
    await bench.until(lambda: bench[1].highest_possible == 0.0)
    assert charger.limits[before:] == [(1, 0)]


# What is kept for as long as it may be there, and no longer


def test_what_ended_unanswered_is_still_left_by_its_car() -> None:
    ledger = books((STANDING, 6.0))
    ledger.send(LIMIT, 16.0, end=End(0.0, clock.monotonic() - 1.0))
    assert 16.0 in {old.limit for old in ledger.offer.superseded}


def test_a_fallback_in_doubt_does_not_look_like_a_limit_on_its_way() -> None:
    ledger = books((STANDING, 6.0), (LIMIT, 0.0))
    ledger.may_be_forgotten()
    ledger.accepted(ledger.send(LIMIT, 0.0))
    assert ledger.offer.in_flight == ()


def test_what_stands_in_a_charger_that_is_back_counts_although_it_never_answered() -> None:
    limit = ConnectorLimit(1, wake=lambda: None)
    limit.ledger.send(STANDING, 6.0)
    limit.ledger.accepted(limit.ledger.send(LIMIT, 0.0))
    limit.set_terms(0.0, 300.0)
    limit.connected()
    assert limit.highest_possible == 6.0


async def test_what_was_on_its_way_already_is_no_answer_to_what_is_to_be_told_again(
    make: Make,
) -> None:
    bench = make()
    bench.charger.gate = asyncio.Event()
    bench[1].want(10)
    await bench.charger.until_asked(1)
    # Some chargers look at a limit only when a session starts.
    bench.limits.keeper(1).session_started("77", "tag")
    bench.charger.gate.set()
    await bench.charger.until_asked(2)
    await bench.accepted(1, 10.0)


def test_watts_may_all_flow_through_the_one_phase_that_a_car_keeps() -> None:
    limit = ConnectorLimit(1, wake=lambda: None)
    limit.is_wired(Outlet(phases=frozenset({0, 1, 2}), minimum=6.0, maximum=32.0, most=32.0))
    limit.loads(frozenset({0, 1, 2}))
    limit.ledger.accepted(limit.ledger.send(LIMIT, 30.0, in_watts=True))
    assert limit.offer.accepted == limit.highest_possible == 30.0
    limit.ledger.accepted(limit.ledger.send(LIMIT, 96.0, in_watts=True))
    assert limit.offer.accepted == limit.highest_possible == 32.0


def test_what_one_phase_takes_of_watts_is_known_at_once_after_a_restart() -> None:
    limit = ConnectorLimit(1, wake=lambda: None)
    limit.is_wired(Outlet(phases=frozenset({0, 1, 2}), minimum=6.0, maximum=16.0, most=16.0))
    limit.ledger.accepted(limit.ledger.send(LIMIT, 48.0, in_watts=True))
    state = json.loads(json.dumps(limit.state()))
    again = ConnectorLimit(1, wake=lambda: None)
    again.restore(Stored(state))
    assert again.highest_possible == 16.0
    # Before, it was stored for how many phases they had been computed.
    del state["offer"]["most"]
    state["offer"]["phases"] = 3
    older = ConnectorLimit(1, wake=lambda: None)
    older.restore(Stored(state))
    assert older.highest_possible == 16.0


@pytest.mark.parametrize("amperes", [float("nan"), float("inf")])
def test_stored_limits_that_are_no_numbers_are_not_believed(amperes: float) -> None:
    limit = ConnectorLimit(1, wake=lambda: None)
    limit.ledger.accepted(limit.ledger.send(LIMIT, 6.0))
    state = json.loads(json.dumps(limit.state()))
    state["offer"]["slots"][0]["amperes"] = amperes
    again = ConnectorLimit(1, wake=lambda: None)
    again.restore(Stored(state))
    assert again.offer.accepted is None
    assert again.highest_possible == float("inf")


async def test_a_killed_process_remembers_every_place_that_holds_a_limit(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    # From now on it takes the session's own profiles only.
    bench.charger.on(
        "SetChargingProfile",
        lambda payload: (
            ACCEPTED
            if payload["csChargingProfiles"]["chargingProfilePurpose"] == "TxProfile"
            else {"status": "Rejected"}
        ),
    )
    bench.limits.keeper(1).session_started("77", "tag")
    await bench.until(lambda: not bench[1].resend)
    again = ConnectorLimit(1, wake=lambda: None)
    again.restore(Stored(json.loads(json.dumps(bench.saves[-1][0]))), in_session=True)
    assert again.ledger.may_hold(lambda slot: slot.name == "session/1")


async def test_no_limit_ends_before_what_stands_below_it_was_taken(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)

    async def call(question: Question, **more: Any) -> dict[str, Any]:
        """Never answer what is to stand."""
        told = more["fresh"]() if "fresh" in more else question.payload
        if told.get("csChargingProfiles", {}).get("chargingProfileId") == 401:
            await asyncio.Event().wait()
        return await ScriptedCharger.call(bench.charger, replace(question, payload=told))

    monkeypatch.setattr(bench.charger, "call", call)
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    assert bench[1].standing is None
    assert bench[1].offer.expires_at is None
    assert "duration" not in sent(bench)["chargingSchedule"]


def test_a_renewal_without_an_answer_may_have_ended_and_taken_the_old_limit_with_it() -> None:
    now = clock.monotonic()
    ledger = books((STANDING, 6.0))
    ledger.accepted(ledger.send(LIMIT, 0.0, end=End.after(3600.0)))
    ledger.send(LIMIT, 0.0, end=End(now - 200.0, now - 100.0))
    assert ledger.highest_possible == 6.0
    ledger.send(Slot(Layer.SETTING, "key/other"), 32.0)
    assert ledger.highest_possible == 6.0


@pytest.mark.parametrize("ends", [True, False])
def test_books_of_who_never_answers_stay_short_and_true(*, ends: bool) -> None:
    ledger = books((STANDING, 6.0), (LIMIT, 8.0))
    for number in range(500):
        end = End.after(7200.0) if ends else None
        ledger.send(LIMIT, 16.0 if number == 3 else number % 11 / 10, end=end)
    assert len(ledger.state()["slots"]) < 20
    assert ledger.highest_possible == 16.0
    ledger.accepted(ledger.send(LIMIT, 0.0))
    assert ledger.offer.possible == (0.0,)


# Cuts


class WiredCharger(ScriptedCharger):
    """A charger whose questions go over a wire, one at a time; some are never answered."""

    def __init__(self) -> None:
        """Answer everything."""
        super().__init__()
        self.mute: set[str] = set()
        self.waiting: set[str] = set()
        """What anybody has wanted to ask."""
        self._wire = Calls("CP1", self._send)

    async def call(
        self,
        question: Question,
        *,
        timeout: float = 30.0,
        priority: CallPriority = CallPriority.NORMAL,
        fresh: Fresh | None = None,
        overtake_after: float | None = None,
        late: Late | None = None,
    ) -> dict[str, Any]:
        """Ask over the wire; whoever waits for no answer waits for ever."""
        del timeout
        self.waiting.add(question.action)
        return await self._wire.call(
            question,
            timeout=1e9,
            priority=priority,
            fresh=fresh,
            overtake_after=overtake_after,
            late=late,
        )

    async def _send(self, frame: str) -> None:
        _, message_id, action, payload = json.loads(frame)
        async with self._news:
            self.asked.append((action, payload))
            self.times.append(clock.monotonic())
            self._news.notify_all()
        if action not in self.mute:
            self._wire.settle(messages.CallResult(message_id, ACCEPTED))


async def test_a_limit_that_waits_its_turn_as_an_increase_does_not_as_a_cut(make: Make) -> None:
    charger = WiredCharger()
    bench = make(charger=charger)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    await clock.sleep(6)
    charger.mute.add("GetDiagnostics")
    question = asyncio.create_task(charger.call(Question("GetDiagnostics", {})))
    await charger.until_asked(2)
    charger.waiting.clear()
    bench[1].want(16)
    while "SetChargingProfile" not in charger.waiting:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    wanted_at = clock.monotonic()
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    assert charger.times[-1] - wanted_at <= AT_MOST
    assert charger.limits == [(1, 6), (1, 0)]
    question.cancel()


async def test_cuts_one_after_another_do_not_shut_out_the_last_one(make: Make) -> None:
    charger = WiredCharger()
    bench = make(charger=charger)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    await clock.sleep(6)
    charger.mute.add("SetChargingProfile")
    bench[1].want(32)
    await charger.until_asked(2)
    await clock.sleep(6)
    for amperes in (20, 18, 16, 14, 12, 10, 8):
        bench[1].want(amperes)
        await clock.sleep(1)
    charger.mute.clear()
    wanted_at = clock.monotonic()
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    assert charger.times[-1] - wanted_at <= AT_MOST


def test_a_station_profile_is_in_one_place_for_all_its_outlets() -> None:
    clearing = Clearing(Profiles(connector=0, purpose=Purpose.CHARGE_POINT_MAX))
    assert clearing.matches(Slot(Layer.CHARGER, "charger/0", 0, 3))


# Clocks that somebody sets


HOURS = 3600.0


def dated(ledger: LimitLedger, slot: Slot, amperes: float, *, ends: bool = True) -> None:
    """A limit that was taken, dated by a clock that is right."""
    end = End.after(300.0) if ends else None
    ledger.accepted(ledger.send(slot, amperes, end=end, dated=0.0))


@pytest.mark.parametrize(
    ("by", "highest"),
    [(-3 * HOURS, 6.0), (-50.0, 0.0), (4.0, 0.0), (3 * HOURS, 6.0)],
)
def test_a_limit_may_not_act_by_another_clock(by: float, highest: float) -> None:
    ledger = LimitLedger()
    dated(ledger, STANDING, 6.0, ends=False)
    dated(ledger, LIMIT, 0.0)
    assert ledger.highest_possible == 0.0
    ledger.clock_may_be((PossibleClock(by, math.inf),))
    assert ledger.highest_possible == highest
    assert max(ledger.offer.possible) == highest


def test_a_limit_that_was_dated_by_the_new_clock_is_sure() -> None:
    ledger = LimitLedger()
    dated(ledger, STANDING, 6.0, ends=False)
    dated(ledger, LIMIT, 0.0)
    ledger.clock_may_be((PossibleClock(-3 * HOURS, math.inf),))
    ticket = ledger.send(LIMIT, 0.0, end=End.after(300.0), dated=-3 * HOURS)
    ledger.accepted(ticket)
    assert ledger.offer.possible == (0.0,)
    assert ledger.highest_possible == 0.0


def test_a_clock_that_did_not_show_is_forgotten() -> None:
    ledger = LimitLedger()
    dated(ledger, STANDING, 6.0, ends=False)
    dated(ledger, LIMIT, 0.0)
    until = clock.monotonic() + 60.0
    ledger.clock_may_be((PossibleClock(0.0, math.inf), PossibleClock(-3 * HOURS, until)))
    assert set(ledger.offer.possible) == {0.0, 6.0}
    ledger.clock_may_be((PossibleClock(0.0, math.inf),))
    assert ledger.offer.possible == (0.0,)


def test_a_limit_above_the_fallback_ends_later_by_a_clock_that_was_set_back() -> None:
    ledger = LimitLedger()
    dated(ledger, STANDING, 6.0, ends=False)
    dated(ledger, LIMIT, 16.0)
    ledger.clock_may_be((PossibleClock(-3 * HOURS, math.inf),))
    gone_at = ledger.offer.gone_at
    assert gone_at is not None
    assert gone_at >= clock.monotonic() + 3 * HOURS


@pytest.mark.parametrize("by", [-3 * HOURS, -100.0])
async def test_a_restart_forgets_not_by_which_clock_a_limit_was_dated(by: float) -> None:
    # In a loop whose time jumps no second passes while the machine is busy for moments.
    ledger = LimitLedger()
    dated(ledger, STANDING, 0.0, ends=False)
    dated(ledger, LIMIT, 16.0)
    gone_at = ledger.offer.gone_at
    again = LimitLedger()
    again.restore(Stored(json.loads(json.dumps(ledger.state()))), connector=1, in_session=False)
    again.clock_may_be((PossibleClock(by, math.inf),))
    assert gone_at is not None
    assert again.offer.gone_at == pytest.approx(gone_at - by, abs=1.0)


def test_a_restart_puts_no_limit_in_doubt_whose_clock_is_as_it_was() -> None:
    ledger = LimitLedger()
    dated(ledger, STANDING, 6.0, ends=False)
    dated(ledger, LIMIT, 0.0)
    again = LimitLedger()
    again.restore(Stored(json.loads(json.dumps(ledger.state()))), connector=1, in_session=False)
    # Home Assistant was away for a while, so the clock has gone on.
    again.clock_may_be((PossibleClock(40.0, math.inf),))
    assert again.offer.accepted == 0.0


async def test_a_key_that_was_given_up_keeps_no_car_low_once_it_can_be_written(make: Make) -> None:
    charger = ScriptedCharger({"MaxCurrent": "32"})
    profile = replace(
        CATALOGUE.generic,
        ways=(
            ConfigurationKeyWay(keys={0: "MaxCurrent"}),
            ChargingProfileWay(purpose=Purpose.TX_DEFAULT),
        ),
        key_persistence=Persistence.UNSPECIFIED,
    )
    bench = make(profile, charger=charger)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    charger.read_only.add("MaxCurrent")
    bench[1].want(16)
    await bench.until(lambda: charger.limits == [(1, 16)] and not bench[1].resend)
    await clock.sleep(60)
    assert bench[1].offer.accepted == 6.0
    charger.read_only.clear()
    await bench.accepted(1, 16.0)
    assert charger.keys["MaxCurrent"] == "16"
