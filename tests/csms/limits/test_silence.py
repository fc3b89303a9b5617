"""What gets no answer is told in another way, and what works is not given up for a hiccup."""

from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.limits.slots import Booking, Layer, Slot
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Bench, Make, ends, silent_to, silent_where
from tests.csms.holding_charger import HoldingCharger
from tests.csms.scripted_charger import ACCEPTED, REJECTED, ScriptedCharger

pytestmark = pytest.mark.usefixtures("time_jumps")

STANDING = 401
SLOT = Slot(Layer.DEFAULT, "default/1", 1, 3)


async def told_in_layers(
    make: Make, outlets: int = 1, charger: ScriptedCharger | None = None
) -> Bench:
    """Every outlet has 8 A, and 6 A below them."""
    bench = make(connectors=outlets, charger=charger)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    for number in range(1, outlets + 1):
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(8)
        await bench.accepted(number, 8.0)
    await clock.sleep(60.0)
    return bench


async def waits_for(bench: Bench, number: int, amperes: float) -> float:
    """How many seconds it takes until an outlet has a limit."""
    began = clock.monotonic()
    await bench.accepted(number, amperes)
    return clock.monotonic() - began


def is_for_any_session(profile: dict[str, Any]) -> bool:
    """Whether it is no session's own."""
    return bool(profile["chargingProfilePurpose"] != "TxProfile")


def strategy(bench: Bench, number: int = 1) -> str:
    """The strategy in which an outlet has its limit."""
    running = bench[number].running
    assert running is not None
    return running.strategy.name


@pytest.mark.parametrize("levels", [None, 0, 3])
@pytest.mark.parametrize("session", [1, 2])
async def test_outlets_do_not_keep_each_other_from_what_they_have_not_tried(
    make: Make, session: int, levels: int | None
) -> None:
    """One has a session, and takes its own profiles only; the other finds nothing that is answered."""
    bench = make(connectors=2)
    silent_where(bench, is_for_any_session)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=levels)
    bench[session].session_started("7", "tag")
    for number in (1, 2):
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(8)
    await clock.sleep(300.0)
    assert bench[session].offer.accepted == 8.0


@pytest.mark.parametrize("outlets", [2, 4])
async def test_what_another_outlet_takes_does_not_keep_one_without_a_limit_for_ever(
    make: Make, outlets: int
) -> None:
    """It takes what stays, and is dumb to what ends: the same in one way at one outlet."""
    bench = make(connectors=outlets)
    silent_where(bench, ends)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    for number in range(1, outlets + 1):
        bench[number].session_started(str(number), "tag")
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(8)
    await clock.sleep(3600.0)
    for number in range(1, outlets + 1):
        assert bench[number].highest_possible == 8.0


@pytest.mark.parametrize("first", [0.0, 8.0])
async def test_silence_to_what_is_to_hold_alone_keeps_no_car_at_its_first_limit(
    make: Make, first: float
) -> None:
    """Until it is taken, its limits are told in a way that needs none."""
    bench = make()
    silent_to(bench, STANDING)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(first)
    await bench.accepted(1, first)
    bench[1].session_started("7", "tag")
    await clock.sleep(120.0)
    bench[1].want(16)
    await clock.sleep(600.0)
    assert bench[1].offer.accepted == bench[1].highest_possible == 16.0


async def test_what_works_is_not_given_up_for_a_short_silence(make: Make) -> None:
    """Whoever answers nothing for two minutes is told in the same way afterwards."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    assert bench[1].running is not None
    before = bench[1].running.strategy
    bench.charger.silent = True
    bench[1].want(16)
    await clock.sleep(120.0)
    bench.charger.silent = False
    await bench.accepted(1, 16.0)
    assert bench[1].running.strategy == before


async def test_what_one_outlet_found_to_be_dumb_the_others_need_not_find_again(make: Make) -> None:
    """It is one charger; no increase of any outlet leaves while an answer is waited for."""
    bench = make(connectors=4)
    silent_where(bench, lambda one: bool(one["chargingSchedule"]["chargingRateUnit"] == "A"))
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=0)
    for number in range(1, 5):
        bench[number].set_terms(6.0, 300.0)
        bench[number].want(8)
    await bench.until(lambda: all(bench[number].offer.accepted == 8.0 for number in range(1, 5)))
    longest = 0.0
    # What ends is tried again after 5 and 15 min, and an hour.
    for minute in range(90):
        number = minute % 4 + 1
        bench[number].want(16)
        began = clock.monotonic()
        await bench.accepted(number, 16.0)
        longest = max(longest, clock.monotonic() - began)
        await clock.sleep(20.0)
        bench[number].want(8)
        await clock.sleep(40.0)
    assert longest < 300.0


@pytest.mark.parametrize("seconds", [120, 200, 400, 700, 1000, 1300])
@pytest.mark.parametrize("outlets", [1, 2])
async def test_who_answers_nothing_at_all_is_told_in_the_same_way_afterwards(
    make: Make, seconds: int, outlets: int
) -> None:
    """It hangs; that says nothing about what it understands."""
    bench = await told_in_layers(make, outlets)
    before = strategy(bench)
    bench.charger.silent = True
    for number in range(1, outlets + 1):
        bench[number].want(16)
    await clock.sleep(seconds)
    bench.charger.silent = False
    for number in range(1, outlets + 1):
        await bench.accepted(number, 16.0)
        assert strategy(bench, number) == before


@pytest.mark.parametrize("other", [REJECTED, CallTimeout("dumb")])
async def test_an_outlet_that_answers_nothing_takes_no_way_from_the_other(
    make: Make, other: Any
) -> None:
    """The other one goes on in the only way that it takes."""
    bench = await told_in_layers(make, outlets=2)
    before = strategy(bench, 2)
    silent_where(bench, lambda _: True, outlet=1)

    def in_layers(payload: dict[str, Any]) -> Any:
        profile = payload["csChargingProfiles"]
        is_limit = profile["chargingProfilePurpose"] == "TxDefaultProfile" and (
            "duration" in profile["chargingSchedule"]
        )
        return ACCEPTED if is_limit or profile["chargingProfileId"] > 400 else other

    bench.charger.on("SetChargingProfile", in_layers)
    bench[1].want(16)
    for _ in range(60):
        bench[2].want(16)
        await bench.accepted(2, 16.0)
        await clock.sleep(40.0)
        bench[2].want(8)
        assert await waits_for(bench, 2, 8.0) < 5.5
        await clock.sleep(40.0)
    assert strategy(bench, 2) == before


async def test_answers_that_are_missing_at_the_same_time_are_one_silence(make: Make) -> None:
    """Each cut of a ramp leaves beside those that are not answered; that is no long silence."""
    bench = await told_in_layers(make)
    before = strategy(bench)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench.charger.silent = True
    for wanted in (15, 14, 13, 12, 11):
        bench[1].want(wanted)
        await clock.sleep(5.0)
    bench.charger.silent = False
    assert await waits_for(bench, 1, 11.0) < 45.0
    assert strategy(bench) == before


@pytest.mark.parametrize("seconds", [200, 600])
async def test_what_a_socket_did_not_answer_does_not_count_on_the_next(
    make: Make, seconds: int
) -> None:
    """There, one question that is lost is a hiccup."""
    bench = await told_in_layers(make)
    before = strategy(bench)
    bench.charger.silent = True
    bench[1].want(16)
    await clock.sleep(seconds)
    bench.limits.disconnected()
    await clock.sleep(10.0)
    bench.limits.connected()
    await clock.sleep(20.0)
    bench.charger.silent = False
    assert await waits_for(bench, 1, 16.0) < 45.0
    assert strategy(bench) == before


async def test_a_cut_that_comes_of_the_books_waits_out_no_long_pause(make: Make) -> None:
    """What may be in force rises without anybody's wish, as while something is asked."""
    bench = await told_in_layers(make)
    limit = bench[1]
    assert limit.running is not None
    way = limit.running.strategy.way
    for _ in range(5):
        limit.not_answered("silent")
    assert limit.retry_at(way, 8.0) > clock.monotonic() + 50.0
    limit.book(Booking(slot=SLOT, amperes=16.0))
    assert limit.cut_since is not None
    assert limit.retry_at(way, 8.0) <= clock.monotonic() + 5.0


async def test_what_was_given_up_is_led_by_again_however_often_that_happens(make: Make) -> None:
    """It answers other questions, and for some minutes no limits but its session's: every two days."""
    bench = await told_in_layers(make)
    bench[1].session_started("7", "tag")
    before = strategy(bench)
    dumb = set[str]()
    silent_where(bench, lambda one: bool(dumb) and is_for_any_session(one))
    for wanted in (10.0, 11.0, 12.0, 13.0):
        dumb.add("for now")
        bench[1].want(wanted)
        await bench.accepted(1, wanted)
        assert strategy(bench) != before
        dumb.clear()
        await clock.sleep(800.0)
        assert strategy(bench) == before
        await clock.sleep(2 * 86_400.0)


async def test_in_place_of_what_was_given_up_nothing_is_told_that_limits_the_neighbour(
    make: Make,
) -> None:
    """One outlet is dumb to its own profiles; those for the whole charger would be taken."""
    bench = await told_in_layers(make, outlets=2)
    before = strategy(bench, 2)
    bench[2].want(16)
    await bench.accepted(2, 16.0)
    silent_where(bench, lambda _: True, outlet=1)
    bench[1].want(7)
    for _ in range(120):
        await clock.sleep(60.0)
        assert bench[2].offer.accepted == 16.0
    assert strategy(bench, 2) == before


async def test_what_one_outlet_gave_up_goes_on_to_lead_the_other_one(make: Make) -> None:
    """Also where that has no limit of its own in between, as after its session."""
    bench = await told_in_layers(make, outlets=2)
    before = strategy(bench, 2)
    bench.limits._choice.lead_by_session(2)
    silent_where(bench, lambda one: ends(one) and one["stackLevel"] > 1, outlet=1)
    for number in range(6):
        bench[2].session_started(str(number), "tag")
        bench[2].want(16)
        bench[1].want(9 + number % 2)
        await bench.accepted(2, 16.0)
        await clock.sleep(900.0)
        bench.limits.session_ended(2)
        bench[2].want(10)
        await bench.accepted(2, 10.0)
        assert strategy(bench, 2) == before
        await clock.sleep(900.0)


async def test_a_cut_that_stands_does_not_keep_from_what_was_given_up(make: Make) -> None:
    """A paused charger that refuses 0 A allows more than is wanted all the time."""
    bench = await told_in_layers(make)
    before = strategy(bench)
    dumb = set[str]()
    silent_where(bench, lambda _: bool(dumb))

    def not_zero(payload: dict[str, Any]) -> Any:
        periods = payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"]
        return REJECTED if periods[0]["limit"] == 0 else ACCEPTED

    bench.charger.on("SetChargingProfile", not_zero)
    bench[1].set_terms(8.0, 300.0)
    bench[1].want(0)
    await clock.sleep(600.0)
    assert bench[1].cut_since is not None
    dumb.add("for now")
    await clock.sleep(800.0)
    dumb.clear()
    await clock.sleep(900.0)
    assert strategy(bench) == before


async def test_what_is_on_trial_is_not_given_up_on_another_socket(make: Make) -> None:
    """After a reboot one question that is lost is a hiccup again."""
    bench = await told_in_layers(make)
    before = strategy(bench)
    dumb = set[str]()
    silent_where(bench, lambda _: bool(dumb))
    dumb.add("for now")
    bench[1].want(16)
    await clock.sleep(250.0)
    bench.limits.disconnected()
    await clock.sleep(60.0)
    bench.limits.connected(booted=True)
    await clock.sleep(20.0)
    dumb.clear()
    await bench.accepted(1, 16.0)
    assert strategy(bench) == before


async def test_what_stands_in_for_what_was_given_up_is_told_first(make: Make) -> None:
    """It is dumb to all but its session's own; nothing else is tried for every limit."""
    bench = await told_in_layers(make)
    bench[1].session_started("7", "tag")
    await bench.accepted(1, 8.0)
    silent_where(bench, is_for_any_session)
    bench[1].want(10)
    await clock.sleep(900.0)
    asked = len(bench.charger.of("SetChargingProfile"))
    for wanted in (16, 8, 14, 7, 12):
        bench[1].want(wanted)
        assert await waits_for(bench, 1, wanted) < 5.5
        await clock.sleep(30.0)
    assert len(bench.charger.of("SetChargingProfile")) == asked + 5


async def test_a_charger_that_is_back_is_not_overrun_by_questions(make: Make) -> None:
    """Cuts went unanswered every few seconds; what is to be found out is asked once at a time."""
    bench = await told_in_layers(make, outlets=2)
    before = strategy(bench)
    bench.charger.silent = True
    for number in range(120):
        bench[1].want(16 if number % 2 else 7)
        bench[2].want(7 if number % 2 else 16)
        await clock.sleep(5.0)
    bench.charger.silent = False
    asked = len(bench.charger.of("GetCompositeSchedule"))
    bench[1].want(9)
    bench[2].want(9)
    for number in (1, 2):
        await bench.accepted(number, 9.0)
        assert strategy(bench, number) == before
    assert len(bench.charger.of("GetCompositeSchedule")) <= asked + 6


@pytest.mark.parametrize("levels", [0, 3])
@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("takes", [False, True])
async def test_who_answers_no_limit_any_more_holds_nothing_that_stays(
    make: Make, takes: bool, session: bool, levels: int
) -> None:
    """It may take all of them: once nobody renews them, it does what it is to do alone."""
    charger = HoldingCharger()
    bench = make(charger=charger)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=levels)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    if session:
        charger.begins(1, 7)
        bench[1].session_started("7", "tag")
    await clock.sleep(60.0)
    silent_where(bench, lambda _: True, takes=takes)
    bench[1].want(16)
    for _ in range(80):
        await clock.sleep(60.0)
        assert charger.applies() <= bench[1].highest_possible == 16.0
        # Two periods live for a day, that of the clock that runs slow.
        assert charger.applies(in_seconds=90_000.0) == 6.0


async def test_no_cut_waits_for_the_same_limit_that_left_before_it(make: Make) -> None:
    """What left for the charger before more may have been in force may be lost."""
    bench = await told_in_layers(make)
    limit = bench[1]
    bench.charger.silent = True
    limit.send_again()
    asked = len(bench.charger.of("SetChargingProfile"))
    await bench.charger.until_asked(asked + 1, "SetChargingProfile")
    await clock.sleep(2.0)
    limit.book(Booking(slot=SLOT, amperes=16.0))
    began = clock.monotonic()
    await bench.charger.until_asked(asked + 2, "SetChargingProfile")
    assert clock.monotonic() - began < 5.5


@pytest.mark.parametrize("seconds", [400.0, 900.0, 3600.0])
async def test_all_ways_are_tried_again_where_what_was_given_up_stays_silent(
    make: Make, seconds: float
) -> None:
    """It answers no limit for a while, and only its session's own afterwards."""
    bench = await told_in_layers(make)
    bench[1].session_started("7", "tag")
    await bench.accepted(1, 8.0)
    dumb = {"for now"}
    silent_where(bench, lambda one: bool(dumb) or is_for_any_session(one))
    bench[1].want(16)
    await clock.sleep(seconds)
    dumb.clear()
    assert await waits_for(bench, 1, 16.0) < 300.0


async def test_what_stays_does_not_stand_in_for_what_ends_because_another_outlet_takes_it(
    make: Make,
) -> None:
    """One outlet's answers are lost; the other one refuses what ends, and takes what stays."""
    charger = HoldingCharger()
    bench = await told_in_layers(make, outlets=2, charger=charger)
    silent_where(bench, lambda _: True, outlet=1, takes=True)
    bench[1].want(16)
    await clock.sleep(600.0)
    charger.on(
        "SetChargingProfile",
        lambda payload: (
            REJECTED
            if payload["connectorId"] == 2 and ends(payload["csChargingProfiles"])
            else ACCEPTED
        ),
    )
    bench[2].want(10)
    for _ in range(600):
        await clock.sleep(10.0)
        assert charger.applies(1, in_seconds=90_000.0) <= 6.0


async def test_two_periods_stand_in_for_no_layer_that_something_stands_below(make: Make) -> None:
    """They would be below that, and act no more."""
    charger = HoldingCharger()
    bench = await told_in_layers(make, charger=charger)

    def in_layers(profile: dict[str, Any]) -> bool:
        return len(profile["chargingSchedule"]["chargingSchedulePeriod"]) == 1

    silent_where(bench, in_layers)
    bench[1].want(16)
    for _ in range(120):
        await clock.sleep(60.0)
        assert charger.applies() <= bench[1].highest_possible
        assert bench[1].offer.accepted != 16.0


async def test_nothing_is_told_below_what_stands_after_a_restart_either(make: Make) -> None:
    """Home Assistant knows from its books what the charger was told to do alone."""
    charger = HoldingCharger()
    before = await told_in_layers(make, charger=charger)
    await before.limits.stop()
    bench = make(charger=charger, state={1: before[1].state()})
    bench.limits.restore(Stored(before.limits.state()))
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    silent_where(bench, lambda _: True, takes=True)
    bench.limits.connected()
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    for _ in range(120):
        await clock.sleep(60.0)
        assert charger.applies() <= bench[1].highest_possible
        assert charger.applies(in_seconds=90_000.0) == 6.0
    told = [one["csChargingProfiles"] for one in charger.of("SetChargingProfile")]
    assert not [one for one in told if len(one["chargingSchedule"]["chargingSchedulePeriod"]) > 1]
