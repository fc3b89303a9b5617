"""How a limit gets into a charger, and what is known of it meanwhile."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Offer
from custom_components.ev_load_manager.csms.limits import schedule as due
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout, NotConnected
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Make, sent
from tests.csms.scripted_charger import (
    ACCEPTED,
    REJECTED,
    CallError,
    ScriptedCharger,
    refuse_profiles_unless,
)

pytestmark = pytest.mark.usefixtures("very_fast")


# What is sent


async def test_a_limit_that_stays_is_a_default_profile_that_began_a_day_ago(make: Make) -> None:
    bench = make()
    before = clock.now()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    (payload,) = bench.charger.of("SetChargingProfile")
    assert payload["connectorId"] == 1
    written = payload["csChargingProfiles"]
    schedule = written.pop("chargingSchedule")
    assert written == {
        "chargingProfileId": 101,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Absolute",
    }
    text = schedule.pop("startSchedule")
    assert text.endswith("Z")
    started = datetime.fromisoformat(text)
    # It holds as well once somebody has set the clock back.
    day = timedelta(hours=24)
    assert before - day - timedelta(seconds=2) <= started <= clock.now() - day
    assert schedule == {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}],
    }


async def test_a_charger_whose_clock_is_behind_finds_the_limit_valid_all_the_same(
    make: Make,
) -> None:
    bench = make(charger_time=lambda: clock.now() - timedelta(hours=3))
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    started = sent(bench)["chargingSchedule"]["startSchedule"]
    assert datetime.fromisoformat(started) < clock.now() - timedelta(hours=3, seconds=55)


@pytest.mark.parametrize(
    ("wanted", "limit"),
    [
        (6.3, 6.3),
        (6.39, 6.3),
        (8.29, 8.2),
        (0.1 * 63, 6.3),
        (0.3 * 21, 6.3),
        (16.0, 16),
        (5.9, 0),
        (-3, 0),
        (float("nan"), 0),
    ],
)
async def test_amperes_are_floored_to_a_tenth_and_are_multiples_of_it_exactly(
    make: Make, wanted: float, limit: float
) -> None:
    bench = make()
    bench[1].want(wanted)
    await bench.accepted(1, float(limit))
    text = json.dumps(bench.charger.limits[-1][1])
    assert Decimal(text) == Decimal(str(limit))
    assert Decimal(text) % Decimal("0.1") == 0


async def test_the_highest_stack_level_is_used_where_it_is_known(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=8)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert sent(bench)["stackLevel"] == 8


async def test_twins_have_profile_ids_and_stack_levels_of_their_own(make: Make) -> None:
    bench = make(connectors=2)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=8)
    bench[1].want(16)
    bench[2].want(10)
    await bench.accepted(1, 16.0)
    await bench.accepted(2, 10.0)
    profiles = [sent(bench, place) for place in (0, 1)]
    assert len({found["chargingProfileId"] for found in profiles}) == 2
    assert len({found["stackLevel"] for found in profiles}) == 2


async def test_a_charger_with_steps_gets_the_step_below(make: Make) -> None:
    bench = make(CATALOGUE.profiles["necharge_pro"])
    bench[1].want(15.9)
    await bench.accepted(1, 13.0)


async def test_nothing_is_sent_before_the_charger_is_ready(make: Make) -> None:
    bench = make(connected=False)
    bench[1].want(16)
    await asyncio.sleep(0.02)
    assert bench.charger.asked == []
    bench.limits.connected()
    await bench.accepted(1, 16.0)


async def test_the_same_limit_is_never_sent_twice(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    for _ in range(20):
        bench[1].want(16)
        bench[1].want(16.04)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    assert bench.charger.limits == [(1, 16), (1, 10)]


async def test_values_that_were_replaced_before_their_turn_are_never_sent(make: Make) -> None:
    bench = make()
    bench.charger.gate = asyncio.Event()
    bench[1].want(16)
    await bench.charger.until_asked(1)
    for amperes in (15, 14, 13, 9):
        bench[1].want(amperes)
    bench.charger.gate.set()
    await bench.accepted(1, 9.0)
    assert bench.charger.limits == [(1, 16), (1, 9)]


async def test_only_one_call_is_under_way_and_cuts_go_before_increases(make: Make) -> None:
    bench = make(connectors=3)
    for number, amperes in ((1, 6), (2, 16), (3, 16)):
        bench[number].want(amperes)
        await bench.accepted(number, float(amperes))
    await clock.sleep(6)
    bench.charger.gate = asyncio.Event()
    bench[2].want(10)
    await bench.charger.until_asked(4)
    bench[1].want(16)
    bench[3].want(6)
    bench.charger.gate.set()
    await bench.accepted(1, 16.0)
    assert bench.charger.limits[3:] == [(2, 10), (3, 6), (1, 16)]
    assert bench.charger.most_at_once == 1


async def test_an_increase_keeps_its_distance_to_the_last_command(make: Make) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert bench.charger.times[1] - bench.charger.times[0] >= 5


async def test_a_cut_waits_for_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "COMMAND_INTERVAL", 1e9)
    bench = make()
    for amperes in (16, 15, 10, 6, 0):
        bench[1].want(amperes)
        await bench.accepted(1, float(amperes))


async def test_an_increase_of_a_key_waits_a_minute_because_it_wears_flash(make: Make) -> None:
    bench = make(
        CATALOGUE.profiles["growatt_atess"], charger=ScriptedCharger({"G_MaxCurrent": "32.00"})
    )
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    written = [
        at
        for at, (action, _) in zip(bench.charger.times, bench.charger.asked, strict=True)
        if action == "ChangeConfiguration"
    ]
    assert bench.limits.by_key
    assert bench.charger.keys["G_MaxCurrent"] == "16.00"
    assert written[1] - written[0] >= 60


# What may be in force


async def test_a_limit_that_was_replaced_is_remembered_while_cars_leave_it(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    offer = bench[1].offer
    assert [old.limit for old in offer.superseded] == [16.0]
    assert offer.superseded[0].at == offer.accepted_at
    await clock.sleep(61)
    assert bench[1].offer.superseded == ()


async def test_a_limit_on_its_way_is_in_flight_and_saved_before_it_leaves(make: Make) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    bench.charger.gate = asyncio.Event()
    bench[1].want(16)
    await bench.charger.until_asked(2)
    assert bench[1].offer.in_flight == (16.0,)
    assert bench.saves[-1][0]["offer"]["in_flight"] == [16.0]
    bench.charger.gate.set()
    await bench.accepted(1, 16.0)
    assert bench[1].offer.in_flight == ()


async def test_a_limit_that_was_not_answered_stays_possible_until_another_is_accepted(
    make: Make,
) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    bench.charger.silent = True
    bench[1].want(16)
    await bench.until(lambda: bench[1].last_error is not None)
    assert bench[1].offer.accepted == 6.0
    assert bench[1].offer.in_flight == (16.0,)
    bench.charger.silent = False
    bench[1].want(6)
    await bench.until(lambda: bench[1].offer.in_flight == ())
    assert bench[1].offer.accepted == 6.0
    assert [old.limit for old in bench[1].offer.superseded] == [16.0]


async def test_a_socket_that_breaks_in_a_call_leaves_the_limit_possible(make: Make) -> None:
    bench = make()

    def broken(_: dict[str, Any]) -> Exception:
        bench.charger.online = False
        bench.limits.disconnected()
        return NotConnected("the socket broke")

    bench.charger.on("SetChargingProfile", broken)
    bench[1].want(16)
    await bench.until(lambda: bench[1].last_error is not None)
    assert bench[1].offer.in_flight == (16.0,)
    assert bench[1].offer.accepted is None
    bench.charger.online = True
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    bench.limits.connected()
    await bench.accepted(1, 16.0)


async def test_a_silent_charger_is_asked_at_longer_and_longer_intervals(make: Make) -> None:
    bench = make()
    bench.charger.silent = True
    bench[1].want(16)
    await bench.until(lambda: len(bench.charger.of("SetChargingProfile")) == 6)
    times = [
        at
        for at, (action, _) in zip(bench.charger.times, bench.charger.asked, strict=True)
        if action == "SetChargingProfile"
    ]
    gaps = [round(later - earlier - 30, 3) for earlier, later in pairwise(times)]
    assert all(gap >= least for gap, least in zip(gaps, (5, 10, 20, 40, 60), strict=True))


async def test_a_cut_does_not_wait_for_the_whole_back_off(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench.charger.silent = True
    bench[1].want(10)
    await bench.charger.until_asked(5)
    assert bench[1].running is not None
    way = bench[1].running.strategy.way
    await bench.until(lambda: bench[1].retry_at(way, 10.0) - clock.monotonic() > 20)
    failed_at = bench[1].retry_at(way, 10.0) - 40
    bench[1].want(6)
    assert bench[1].retry_at(way, 6.0) <= failed_at + 10


# After a reconnect, at the start of a session


async def test_every_limit_is_sent_again_after_a_reconnect(make: Make) -> None:
    bench = make(connectors=2)
    for number in (1, 2):
        bench[number].want(10)
        await bench.accepted(number, 10.0)
    bench.limits.disconnected()
    bench.limits.connected()
    await bench.charger.until_asked(4)
    assert bench.charger.limits[2:] == [(1, 10), (2, 10)]
    await bench.until(lambda: bench[2].writes.renewals == 1)
    assert bench[1].writes.renewals == 1
    assert bench[1].writes.changes_today == 1
    assert bench[1].offer.superseded == ()


async def test_the_limit_is_sent_again_when_a_session_starts(make: Make) -> None:
    bench = make()
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    bench.limits.keeper(1).session_started("77", "tag")
    await bench.charger.until_asked(2)
    assert bench.charger.limits == [(1, 10), (1, 10)]


async def test_after_a_restart_the_last_offer_is_known(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    bench.charger.silent = True
    bench[1].want(8)
    await bench.until(lambda: bench[1].offer.in_flight == (8.0,))
    state = json.loads(json.dumps(bench[1].state()))
    restarted = make(connected=False, state={1: state})
    offer = restarted[1].offer
    assert (offer.accepted, offer.in_flight) == (6.0, (8.0,))
    assert [old.limit for old in offer.superseded] == [16.0]
    assert offer.accepted_at is not None
    assert offer.accepted_at <= clock.monotonic()
    assert restarted[1].writes.changes == bench[1].writes.changes


def test_an_unusable_state_is_left_out_and_told() -> None:
    keeper = ConnectorLimit(1, wake=lambda: None)
    stored = Stored({"offer": {"accepted": "many"}, "writes": 3, "computed_for": "x"})
    keeper.restore(stored)
    assert keeper.offer == Offer()
    assert keeper.writes.changes == 0
    assert list(stored.damage.parts) == ["offer.phases", "offer.accepted", "writes"]


# What a charger refuses


@pytest.mark.parametrize(
    ("takes", "purpose", "kind", "level"),
    [
        (lambda p: p["stackLevel"] == 0, "TxDefaultProfile", "Absolute", 0),
        (lambda p: p["chargingProfileKind"] == "Relative", "TxDefaultProfile", "Relative", 3),
        (lambda p: "transactionId" in p, "TxProfile", "Absolute", 3),
        (
            lambda p: p["chargingProfilePurpose"] == "ChargePointMaxProfile",
            "ChargePointMaxProfile",
            "Absolute",
            3,
        ),
    ],
)
async def test_what_is_rejected_is_tried_in_other_ways_and_what_worked_goes_first(
    make: Make,
    takes: Callable[[dict[str, Any]], bool],
    purpose: str,
    kind: str,
    level: int,
) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench.charger.on("SetChargingProfile", refuse_profiles_unless(takes))
    bench.limits.keeper(1).session_started("77", "tag")
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    taken = sent(bench)
    assert taken["chargingProfilePurpose"] == purpose
    assert taken["chargingProfileKind"] == kind
    assert taken["stackLevel"] == level
    assert ("startSchedule" in taken["chargingSchedule"]) is (kind == "Absolute")
    before = len(bench.charger.asked)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    assert len(bench.charger.asked) == before + 1
    restarted = make(charger=bench.charger)
    restarted.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    restarted.limits.restore(Stored(json.loads(json.dumps(bench.limits.state()))))
    restarted.limits.keeper(1).session_started("77", "tag")
    restarted[1].want(6)
    await restarted.accepted(1, 6.0)
    assert len(bench.charger.asked) == before + 2


@pytest.mark.parametrize("distrusts", [False, True])
async def test_a_limit_that_is_in_force_is_not_sent_for_ever_in_ways_that_are_refused(
    make: Make, distrusts: bool
) -> None:
    bench = make()
    bench.charger.on(
        "SetChargingProfile",
        refuse_profiles_unless(
            lambda p: (
                "validTo" not in p
                and p["chargingProfilePurpose"] == "TxDefaultProfile"
                and p["chargingProfileKind"] == "Absolute"
                and len(p["chargingSchedule"]["chargingSchedulePeriod"]) == 1
            )
        ),
    )
    bench.limits.keeper(1).session_started("77", "tag")
    bench[1].set_terms(6.0, 3600.0)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    if distrusts:
        # Its car draws on, and a limit that stays is all that it takes.
        while bench[1].compliance.told_again < 3:
            bench[1].saw(16.0, clock.monotonic())
            await clock.sleep(15.0)
            await bench.limits.settled()
    before = len(bench.charger.asked)
    await clock.sleep(600.0)
    assert bench[1].offer.accepted == 10.0
    assert len(bench.charger.asked) - before <= 1


async def test_a_transactions_own_profile_is_tried_in_a_transaction_only(make: Make) -> None:
    bench = make()
    bench.charger.on("SetChargingProfile", refuse_profiles_unless(lambda p: "transactionId" in p))
    bench[1].want(16)
    await bench.refused()
    assert all(
        call["csChargingProfiles"]["chargingProfilePurpose"] != "TxProfile"
        for call in bench.charger.of("SetChargingProfile")
    )
    bench.limits.keeper(1).session_started("5", "tag")
    await bench.accepted(1, 16.0)
    assert sent(bench)["transactionId"] == 5
    bench.limits.session_ended(1)
    assert bench[1].offer.refused
    assert bench[1].offer.accepted is None


@pytest.mark.parametrize(
    "answer",
    [
        REJECTED,
        {"status": "NotSupported"},
        {},
        CallError("NotSupported"),
        CallError("InternalError", "odd"),
    ],
)
async def test_a_charger_that_takes_nothing_is_refused_and_tried_again_later(
    make: Make, answer: dict[str, Any] | Exception
) -> None:
    bench = make()
    bench.charger.on("SetChargingProfile", lambda _: answer)
    bench[1].want(16)
    await bench.refused()
    assert bench[1].offer.in_flight == ()
    assert bench[1].offer.accepted is None
    assert bench[1].last_error
    refused_at = bench.charger.times[-1]
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    await bench.accepted(1, 16.0)
    assert not bench[1].offer.refused
    assert bench.charger.times[-1] - refused_at > 50


async def test_a_refused_charger_is_tried_again_at_once_after_a_reconnect(make: Make) -> None:
    bench = make()
    bench.charger.on("SetChargingProfile", lambda _: REJECTED)
    bench[1].want(16)
    await bench.refused()
    bench[1].stumbled(1e6)
    bench.charger.on("SetChargingProfile", lambda _: ACCEPTED)
    bench.limits.connected()
    await bench.accepted(1, 16.0)


async def test_a_rejected_increase_leaves_the_old_limit_in_force(make: Make) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    bench.charger.on("SetChargingProfile", lambda _: REJECTED)
    bench[1].want(16)
    await bench.refused()
    assert bench[1].offer.possible == (6.0,)


async def test_a_model_without_a_way_is_asked_nothing(make: Make) -> None:
    bench = make(CATALOGUE.profiles["amperfied_business"])
    bench[1].want(16)
    await bench.refused()
    assert bench.charger.asked == []


async def test_a_charger_that_is_dumb_to_a_way_is_asked_in_the_next(make: Make) -> None:
    bench = make()

    def deaf_to_absolute(payload: dict[str, Any]) -> dict[str, Any] | Exception:
        absolute = payload["csChargingProfiles"]["chargingProfileKind"] == "Absolute"
        return CallTimeout("no answer") if absolute else ACCEPTED

    bench.charger.on("SetChargingProfile", deaf_to_absolute)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert sent(bench)["chargingProfileKind"] == "Relative"


async def test_an_increase_that_can_not_be_saved_is_not_sent(make: Make) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    failed = asyncio.Event()

    async def full_disk() -> None:
        failed.set()
        raise OSError("no space left on device")

    bench.limits._saving._save = full_disk
    bench[1].want(16)
    await failed.wait()
    assert bench[1].offer.possible == (6.0,)
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    assert bench.charger.limits == [(1, 6), (1, 0)]


async def test_a_fault_of_ours_does_not_end_the_worker(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    bench = make()
    answers: list[dict[str, Any] | Exception] = [RuntimeError("a fault of ours"), ACCEPTED]
    bench.charger.on("SetChargingProfile", lambda _: answers.pop(0))
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    assert "a fault of ours" in caplog.text
    assert bench[1].offer.in_flight == ()
