"""Cuts leave in time whatever is not answered, and nothing stale is ever sent."""

import asyncio
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.limits.connector_limit import (
    Booking,
    ConnectorLimit,
    Outlet,
)
from custom_components.ev_load_manager.csms.limits.slots import Layer, Slot
from custom_components.ev_load_manager.csms.limits.standing import Standing
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Bench, Make, ends, sent
from tests.csms.scripted_charger import ACCEPTED, REJECTED, CallError, ScriptedCharger

pytestmark = pytest.mark.usefixtures("very_fast")

LIMIT, TX_PROFILE, STANDING = 101, 201, 401
AT_LEAST_UNANSWERED = 5.0
"""s that what is no cut waits for the answer to a session's start."""
AT_MOST = 5.5
"""s after which a cut has left; clocks of tests go in steps."""


def of_session(payload: dict[str, Any]) -> bool:
    """Whether a profile is a session's own."""
    return bool(payload["csChargingProfiles"]["chargingProfilePurpose"] == "TxProfile")


def periods(payload: dict[str, Any]) -> list[float]:
    """The limits of a profile, A."""
    schedule = payload["csChargingProfiles"]["chargingSchedule"]
    return [period["limit"] for period in schedule["chargingSchedulePeriod"]]


def whole_only(payload: dict[str, Any]) -> Any:
    """Answer as a charger that takes no tenths of an ampere."""
    if any(amperes != int(amperes) for amperes in periods(payload)):
        return CallError("TypeConstraintViolation", "multipleOf 0.1")
    return ACCEPTED


async def test_a_limit_that_was_lowered_while_its_key_is_read_is_never_sent(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32.00"})
    bench = make(CATALOGUE.profiles["growatt_atess"], charger=charger)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    charger.gate = asyncio.Event()
    bench.limits.keeper(1).session_started("77", "tag")
    bench[1].want(16)
    before = len(charger.of("GetConfiguration"))
    await charger.until_asked(before + 1, "GetConfiguration")
    bench[1].want(6)
    charger.gate.set()
    await bench.until(lambda: not bench[1].resend)
    assert all(one["value"] == "6.00" for one in charger.of("ChangeConfiguration"))
    assert bench[1].highest_possible == 6.0


async def test_a_limit_that_was_lowered_while_it_was_saved_is_never_sent(make: Make) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    saving, saved = asyncio.Event(), asyncio.Event()

    async def slow_disk() -> None:
        saving.set()
        await saved.wait()

    bench.limits._saving._save = slow_disk
    bench[1].want(16)
    await saving.wait()
    assert bench[1].highest_possible == 16.0
    bench[1].want(0)
    saved.set()
    await bench.accepted(1, 0.0)
    assert bench.charger.limits == [(1, 6), (1, 0)]


async def test_one_lost_answer_holds_up_no_cut_of_either_outlet(make: Make) -> None:
    bench = make(connectors=2)
    for number in (1, 2):
        bench[number].want(6)
        await bench.accepted(number, 6.0)
    await clock.sleep(6)
    bench[2].want(10)
    await bench.accepted(2, 10.0)
    await clock.sleep(6)
    answer = bench.charger.gate = asyncio.Event()
    asked = len(bench.charger.asked)
    bench[1].want(16)
    await bench.charger.until_asked(asked + 1)
    await asyncio.sleep(0)
    bench.charger.gate = None
    wanted_at = clock.monotonic()
    bench[1].want(0)
    bench[2].want(0)
    await bench.accepted(1, 0.0)
    await bench.accepted(2, 0.0)
    assert bench.charger.limits[-2:] in ([(1, 0), (2, 0)], [(2, 0), (1, 0)])
    assert all(at - wanted_at <= AT_MOST for at in bench.charger.times[-2:])
    # The increase has no answer to this moment, and is known to be replaced.
    assert bench[1].highest_possible == 0.0
    answer.set()


async def test_who_answers_late_keeps_its_fail_safe(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    answers: list[Any] = [CallTimeout("late"), CallTimeout("late")]

    def answer(payload: dict[str, Any]) -> Any:
        if payload["csChargingProfiles"]["chargingProfileId"] != LIMIT:
            return ACCEPTED
        return answers.pop() if answers else ACCEPTED

    bench[1].want(8)
    await bench.accepted(1, 8.0)
    bench.charger.on("SetChargingProfile", answer)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert "duration" in sent(bench)["chargingSchedule"]
    assert sent(bench)["chargingProfileId"] == LIMIT


async def test_a_profile_of_the_session_that_may_overrule_a_cut_is_cleared(make: Make) -> None:
    bench = make()
    bench.limits.keeper(1).session_started("77", "tag")
    answers: dict[str, Any] = {"session": ACCEPTED}

    def answer(payload: dict[str, Any]) -> Any:
        if of_session(payload):
            return answers["session"]
        return ACCEPTED if "default" in answers else {"status": "Rejected"}

    bench.charger.on("SetChargingProfile", answer)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    # From now on it refuses what it took before.
    answers.update(session={"status": "Rejected"}, default=True)
    bench[1].want(6)
    await bench.until(lambda: bench[1].highest_possible == 6.0)
    assert {"id": TX_PROFILE} in bench.charger.of("ClearChargingProfile")


async def test_until_it_is_cleared_what_overrules_a_cut_counts(make: Make) -> None:
    bench = make()
    bench.limits.keeper(1).session_started("77", "tag")
    bench.charger.on(
        "SetChargingProfile",
        lambda payload: ACCEPTED if of_session(payload) else {"status": "Rejected"},
    )
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench.charger.on("ClearChargingProfile", lambda _: CallTimeout("nothing"))
    bench.charger.on(
        "SetChargingProfile",
        lambda payload: {"status": "Rejected"} if of_session(payload) else ACCEPTED,
    )
    bench[1].want(6)
    await bench.charger.until_asked(1, "ClearChargingProfile")
    await bench.until(lambda: bench[1].last_error is not None)
    assert bench[1].highest_possible == 16.0
    bench.limits.session_ended(1)
    assert bench[1].highest_possible == 6.0


async def test_a_fallback_without_an_answer_is_not_cleared_where_the_limit_may_be(
    make: Make,
) -> None:
    bench = make()
    # All that it holds for its sessions is on one level.
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=0)
    bench[1].set_terms(6.0, 300.0)
    bench[1].session_started("77", "tag")
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    answers = {LIMIT: REJECTED, STANDING: CallTimeout("lost")}

    def answer(payload: dict[str, Any]) -> Any:
        profile = payload["csChargingProfiles"]["chargingProfileId"]
        if profile == STANDING:
            # From now on it takes limits again, one day.
            answers[LIMIT] = ACCEPTED
        return answers.get(profile, REJECTED)

    bench.charger.on("SetChargingProfile", answer)
    bench[1].want(10)
    clears = ("ClearChargingProfile", {"id": STANDING})
    await bench.until(lambda: clears in bench.charger.asked)
    before = [
        payload["csChargingProfiles"]["chargingProfileId"]
        for action, payload in bench.charger.asked[: bench.charger.asked.index(clears)]
        if action == "SetChargingProfile"
    ]
    assert before[-2:] == [STANDING, LIMIT]
    assert bench[1].offer.accepted == 10.0


async def test_a_refused_tenth_costs_no_more_than_the_tenth(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench.charger.on("ClearChargingProfile", lambda _: {"status": "Unknown"})
    bench.charger.on("SetChargingProfile", whole_only)
    bench[1].want(8.7)
    await bench.accepted(1, 8.0)
    assert "duration" in sent(bench)["chargingSchedule"]
    assert bench.limits.step == 1.0
    assert bench.limits.state()["whole_amperes"] is True
    bench[1].want(9.9)
    await bench.accepted(1, 9.0)
    limits = [amperes for _, amperes in bench.charger.limits]
    assert [amperes for amperes in limits if amperes != int(amperes)] == [8.7]


@pytest.mark.parametrize("levels", [0, 3])
async def test_a_refused_tenth_of_the_fallback_costs_no_more_either(
    make: Make, levels: int
) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=levels)
    bench[1].set_terms(6.6, 300.0)
    bench.charger.on("ClearChargingProfile", lambda _: {"status": "Unknown"})
    bench.charger.on("SetChargingProfile", whole_only)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert bench[1].offer.expires_at is not None
    assert 6.0 in {last for *_, last in map(periods, bench.charger.of("SetChargingProfile"))}
    assert bench.limits.step == 1.0


async def test_who_refused_a_tenth_is_told_none_after_a_restart(make: Make) -> None:
    before = make()
    before.charger.on("SetChargingProfile", whole_only)
    before[1].want(8.7)
    await before.accepted(1, 8.0)
    kept = json.loads(json.dumps(before.limits.state()))
    bench = make(connected=False)
    bench.limits.restore(Stored(kept))
    bench.charger.on("SetChargingProfile", whole_only)
    bench.limits.connected()
    bench[1].want(9.9)
    await bench.accepted(1, 9.0)
    assert bench.charger.limits == [(1, 9)]


async def test_one_refusal_costs_no_limit_that_ends(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    answers: list[Any] = [{"status": "Rejected"}]
    bench.charger.on("SetChargingProfile", lambda _: answers.pop() if answers else ACCEPTED)
    await clock.sleep(6)
    bench[1].want(12)
    await bench.accepted(1, 12.0)
    assert "duration" in sent(bench)["chargingSchedule"]
    assert not bench[1].offer.refused


async def lose_what_ends(make: Make) -> Bench:
    """A charger that has refused every limit that ends, once, and takes 8 A that stays."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)

    def stays(payload: dict[str, Any]) -> Any:
        return {"status": "Rejected"} if ends(payload["csChargingProfiles"]) else ACCEPTED

    bench.charger.on("SetChargingProfile", stays)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    assert "duration" not in sent(bench)["chargingSchedule"]
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    return bench


async def test_what_ends_is_tried_again_some_minutes_after_it_was_lost(make: Make) -> None:
    bench = await lose_what_ends(make)
    await bench.until(lambda: bench[1].offer.expires_at is not None)
    assert "duration" in sent(bench)["chargingSchedule"]


async def test_what_is_to_stand_goes_with_a_limit_that_ends_again(make: Make) -> None:
    """Sent alone beside a limit that stays, it is cleared as unused, and lacks once that ends."""
    bench = await lose_what_ends(make)
    # What ends is tried again 5 min after it was lost; the limit was changed 2 s before that.
    await clock.sleep(298.0)
    bench[1].want(9)
    await bench.accepted(1, 9.0)
    await bench.until(lambda: bench[1].offer.expires_at is not None)
    await clock.sleep(30.0)
    stands = False
    for action, payload in bench.charger.asked:
        if action == "ClearChargingProfile" and payload.get("id") == STANDING:
            stands = False
        if action == "SetChargingProfile":
            profile = payload["csChargingProfiles"]
            stands |= profile["chargingProfileId"] == STANDING
            assert stands or "duration" not in profile["chargingSchedule"]
    assert stands


def test_what_was_to_follow_a_limit_is_not_counted_on_once_it_is_to_be_cleared() -> None:
    keeper = ConnectorLimit(1, wake=lambda: None)
    stands = Slot(Layer.DEFAULT, "stands/1", 1, 2, standing=True)
    ticket = keeper.book(Booking(slot=stands, amperes=6.0))
    keeper.stands(Standing("profile/2", 6.0), ticket)
    keeper.clear(lambda slot: not slot.standing)
    assert keeper.standing is not None
    keeper.not_cleared(keeper.clear(lambda slot: slot == stands))
    assert keeper.standing is None
    assert keeper.ledger.highest_standing == 6.0


def test_what_version_0_1_stored_may_be_the_sessions_own() -> None:
    keeper = ConnectorLimit(1, wake=lambda: None)
    stored = {
        "offer": {"accepted": 16.0, "accepted_at": None, "in_flight": [20.0], "gone_in": 200.0},
        "standing": ["profile/2", 6.0],
    }
    keeper.restore(Stored(stored), in_session=True)
    keeper.session_started("77", "tag")
    assert keeper.offer.accepted == 16.0
    assert keeper.highest_possible == 20.0


async def test_a_charger_that_divides_watts_is_told_enough_for_every_phase(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, watts_only=True)
    bench[1].is_wired(Outlet(phases=frozenset({0, 1, 2}), minimum=6.0, maximum=16.0, most=16.0))
    assert bench.limits.in_watts
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert bench.charger.limits[-1] == (1, 18 * 230)
    # On one phase it takes no more than the hardware can; on three a third of the watts.
    assert bench[1].highest_possible == 16.0
    bench[1].loads(frozenset({0, 1, 2}))
    await bench.until(lambda: bench.charger.limits[-1] == (1, 3 * 16 * 230))
    # People let it draw less: each phase has so much, and one alone still all of it.
    bench[1].is_wired(Outlet(phases=frozenset({0, 1, 2}), minimum=6.0, maximum=10.0, most=16.0))
    await bench.until(lambda: bench.charger.limits[-1] == (1, 3 * 10 * 230))
    assert bench[1].highest_possible == 16.0
    bench[1].want(12)
    await bench.accepted(1, 12.0)
    assert bench.charger.limits[-1] == (1, 12 * 230)
    bench[1].want(16)
    bench[1].loads(frozenset({1}))
    await bench.until(lambda: bench.charger.limits[-1] == (1, 16 * 230))


async def test_cuts_of_four_silent_outlets_leave_in_time_again_and_again(make: Make) -> None:
    bench = make(connectors=4)
    for number in bench.limits.keepers:
        bench[number].want(32)
        await bench.accepted(number, 32.0)
    await clock.sleep(6)
    bench.charger.silent = True
    wanted_at = {}
    for amperes in range(30, 16, -2):
        for number in bench.limits.keepers:
            bench[number].want(amperes)
            wanted_at[number, float(amperes)] = clock.monotonic()
        await clock.sleep(5.5)
    left_at = dict(zip(bench.charger.limits, bench.charger.times, strict=True))
    late = {cut: left_at[cut] - at for cut, at in wanted_at.items() if left_at[cut] > at + AT_MOST}
    assert not late


async def test_a_raised_fallback_is_stored_before_it_leaves(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    await bench.limits.settled()
    stored: list[bool] = []

    def answer(payload: dict[str, Any]) -> Any:
        if payload["csChargingProfiles"]["chargingProfileId"] == STANDING:
            again = ConnectorLimit(1, wake=lambda: None)
            again.restore(Stored(bench.saves[-1][0]))
            stored.append(again.ledger.highest_standing == 8.0)
        return ACCEPTED

    bench.charger.on("SetChargingProfile", answer)
    bench[1].set_terms(8.0, 300.0)
    await bench.until(lambda: bench[1].standing is not None and bench[1].standing.amperes == 8.0)
    assert stored == [True]


async def test_a_raised_fallback_in_one_schedule_waits_until_it_is_stored(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=0)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(6)
    stored: list[tuple[float, float]] = []

    def answer(payload: dict[str, Any]) -> Any:
        periods = payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"]
        again = ConnectorLimit(1, wake=lambda: None)
        again.restore(Stored(bench.saves[-1][0]))
        stored.append((periods[-1]["limit"], again.ledger.highest_standing))
        return ACCEPTED

    bench.charger.on("SetChargingProfile", answer)
    # A cut waits for no disk, and raises nothing before it is on it.
    bench[1].set_terms(8.0, 300.0)
    bench[1].want(10)
    await bench.until(lambda: bench[1].standing is not None and bench[1].standing.amperes == 8.0)
    assert stored[-1][0] == 8.0
    assert all(after <= known for after, known in stored)


@pytest.mark.parametrize("refuses", [False, True])
async def test_what_stands_holds_in_a_charger_that_boots_in_1970(make: Make, refuses: bool) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    dates: list[str] = []

    def answer(payload: dict[str, Any]) -> Any:
        if payload["csChargingProfiles"]["chargingProfileId"] != STANDING:
            return ACCEPTED
        dates.append(payload["csChargingProfiles"]["chargingSchedule"]["startSchedule"])
        too_old = refuses and dates[-1].startswith("1970")
        return {"status": "Rejected"} if too_old else ACCEPTED

    bench.charger.on("SetChargingProfile", answer)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    assert "duration" in sent(bench)["chargingSchedule"]
    assert dates[0] == "1970-01-01T00:00:00Z"
    # Who does not take that gets one of yesterday, and keeps its fail-safe all the same.
    assert len(dates) == (2 if refuses else 1)


async def by_sessions_own_profile(bench: Bench) -> None:
    """Have a bench's charger take profiles of a session best, and 16 A in one."""
    bench[1].session_started("76", "tag")
    bench.charger.on(
        "SetChargingProfile", lambda payload: ACCEPTED if of_session(payload) else REJECTED
    )
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench.limits.session_ended(1)
    bench.charger.asked.clear()


async def test_no_limit_names_a_session_before_its_charger_has_heard_of_it(make: Make) -> None:
    bench = make()
    await by_sessions_own_profile(bench)
    bench.unanswered[1] = clock.monotonic()
    bench[1].session_started("77", "tag")
    bench[1].want(6)
    await clock.sleep(60)
    assert bench.charger.of("SetChargingProfile") == []
    bench.unanswered.clear()
    bench.limits.wake()
    await bench.accepted(1, 6.0)
    assert sent(bench)["transactionId"] == 77


async def test_a_cut_waits_for_a_slow_disk_no_longer_than_a_working_one_takes(make: Make) -> None:
    bench = make(connectors=2)
    for number in (1, 2):
        bench[number].want(16)
        await bench.accepted(number, 16.0)
    await clock.sleep(6)
    started = bench.unanswered[1] = clock.monotonic()
    bench[1].session_started("77", "tag")
    asked = len(bench.charger.asked)
    bench[1].want(8)
    bench[2].want(8)
    await bench.accepted(1, 8.0)
    await bench.accepted(2, 8.0)
    # Nobody has answered; an increase still waits for that.
    bench[2].want(10)
    assert all(at - started >= 0.5 for at in bench.charger.times[asked:])
    cuts = bench.charger.times[asked:]
    await bench.accepted(2, 10.0)
    assert len(cuts) == 2
    assert bench.charger.times[-1] - started >= AT_LEAST_UNANSWERED


async def test_nothing_waits_for_ever_for_an_answer_that_never_leaves(make: Make) -> None:
    bench = make()
    await by_sessions_own_profile(bench)
    bench.unanswered[1] = clock.monotonic()
    bench[1].session_started("77", "tag")
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    assert 1 in bench.unanswered
