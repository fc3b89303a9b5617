"""A cut leaves within five seconds, whatever was asked before it, and books are never too young."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import itertools
import json
import math
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.dialect import Profiles
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.limits.ledger import LimitLedger
from custom_components.ev_load_manager.csms.limits.reconcile import Clearing
from custom_components.ev_load_manager.csms.limits.slots import End, Layer, Slot
from custom_components.ev_load_manager.csms.models import ChargingProfileWay, Purpose, Scope
from custom_components.ev_load_manager.csms.transport.errors import NotConnected
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import CATALOGUE, Bench, Make, silent_to
from tests.csms.conftest import TimeMachine

STANDING = 401
AT_MOST = 5.5
"""s after which a cut has left; clocks of tests go in steps."""


def left_at(bench: Bench, limit: tuple[int, float]) -> float:
    """When a limit left last."""
    times = [
        at
        for at, (action, payload) in zip(bench.charger.times, bench.charger.asked, strict=True)
        if action == "SetChargingProfile"
        and payload["csChargingProfiles"]["chargingProfileId"] != STANDING
        and limit
        == (
            payload["connectorId"],
            payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"],
        )
    ]
    return times[-1]


async def led(make: Make) -> Bench:
    """A charger that has had its limit for a while."""
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(6)
    return bench


@pytest.mark.usefixtures("time_jumps")
async def test_a_cut_does_not_wait_for_one_like_it_that_was_replaced_unanswered(
    make: Make,
) -> None:
    bench = await led(make)
    bench.charger.silent = True
    bench[1].want(0)
    await bench.charger.until_asked(2)
    await clock.sleep(1)
    bench.charger.silent = False
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    # The first cut still waits for its answer, and would wait for half a minute.
    wanted_at = clock.monotonic()
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    assert left_at(bench, (1, 0)) - wanted_at <= AT_MOST


@pytest.mark.usefixtures("time_jumps")
async def test_who_answers_nothing_is_told_of_ever_lower_limits_every_five_seconds(
    make: Make,
) -> None:
    bench = await led(make)
    bench.charger.silent = True
    began = clock.monotonic()
    asked = len(bench.charger.asked)
    for limit in (15, 14, 13, 12, 11, 10, 9, 8):
        bench[1].want(limit)
        await clock.sleep(1)
    await clock.sleep(4)
    times = [at - began for at in bench.charger.times[asked:]]
    assert [round(at / 5.0) for at in times] == [0, 1, 2]


@pytest.mark.usefixtures("time_jumps")
async def test_a_limit_that_outlets_share_is_told_once_to_who_answers_nothing(make: Make) -> None:
    shared = ChargingProfileWay(purpose=Purpose.CHARGE_POINT_MAX, scope=Scope.STATION)
    bench = make(replace(CATALOGUE.generic, ways=(shared,)), connectors=2)
    for number in (1, 2):
        bench[number].want(16)
    await bench.accepted(1, 16.0)
    await clock.sleep(6)
    bench.charger.silent = True
    asked = len(bench.charger.asked)
    for number in (1, 2):
        bench[number].want(8)
    for _ in range(20):
        await clock.sleep(1)
        bench.limits.wake()
    assert len(bench.charger.asked) == asked + 1
    # With all that may be without an answer a lower one could not leave.
    wanted_at = clock.monotonic()
    bench[2].want(6)
    await bench.charger.until_asked(asked + 2)
    assert bench.charger.limits[-1] == (0, 14)
    assert bench.charger.times[-1] - wanted_at <= AT_MOST


@pytest.mark.usefixtures("time_jumps")
async def test_a_cut_waits_for_no_disk_that_an_increase_waits_for(make: Make) -> None:
    disk, asked = asyncio.Event(), asyncio.Event()

    async def save() -> None:
        asked.set()
        await disk.wait()

    bench = make()
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    await clock.sleep(6)
    bench.limits._saving._save = save
    bench[1].want(16)
    await asked.wait()
    wanted_at = clock.monotonic()
    bench[1].want(7)
    await bench.accepted(1, 7.0)
    assert left_at(bench, (1, 7)) - wanted_at <= AT_MOST
    # What waited is not sent any more, as it is not wanted.
    disk.set()
    await bench.limits.settled()
    assert bench.charger.limits == [(1, 8), (1, 7)]
    assert bench[1].offer.possible == (7.0,)


@pytest.mark.usefixtures("time_jumps")
async def test_a_cut_waits_for_an_unanswered_fallback_from_when_it_was_wanted(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    silent_to(bench, STANDING)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    # By now the fallback is asked for again, beside the limit.
    await clock.sleep(3)
    wanted_at = clock.monotonic()
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    assert left_at(bench, (1, 8)) - wanted_at <= AT_MOST


@pytest.mark.usefixtures("time_jumps")
async def test_a_paused_charger_that_is_back_is_paused_before_its_fallback_is_answered(
    make: Make,
) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    await bench.limits.settled()
    bench.limits.disconnected(clock.monotonic())
    bench[1].stands_no_more()
    silent_to(bench, STANDING)
    back_at = clock.monotonic()
    bench.limits.connected()
    await bench.until(lambda: not bench[1].resend)
    assert left_at(bench, (1, 0)) - back_at <= AT_MOST


@pytest.mark.usefixtures("time_jumps")
async def test_what_a_lost_socket_left_unanswered_delays_nothing_on_the_next(make: Make) -> None:
    bench = make()
    bench[1].want(6)
    await bench.accepted(1, 6.0)
    await clock.sleep(6)

    answer = bench.charger.gate = asyncio.Event()
    bench.charger.on("SetChargingProfile", lambda _: NotConnected("replaced"))
    bench[1].want(16)
    await bench.charger.until_asked(2)
    await clock.sleep(1)
    # The charger has a new socket before anybody hears that the old one is gone.
    bench.limits.connected()
    began = clock.monotonic()
    answer.set()
    await asyncio.sleep(0)
    bench.charger.gate = None
    bench.charger._handlers.clear()
    await bench.accepted(1, 16.0)
    assert left_at(bench, (1, 16)) - began < 1.0


@pytest.mark.usefixtures("time_jumps")
async def test_a_pause_that_may_have_ended_by_itself_is_a_cut(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 60.0)
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    await bench.limits.settled()
    assert bench[1].cut_since is None
    bench.charger.silent = True
    ends_at = bench[1].offer.expires_at
    assert ends_at is not None
    await clock.sleep(ends_at - clock.monotonic() + 1.0)
    assert bench[1].highest_possible == 6.0
    assert bench[1].cut_since is not None


# What is on the disk when Home Assistant is killed


SLOT = Slot(Layer.DEFAULT, "default/1", 1, 3)


def restored(state: object) -> LimitLedger:
    """The books of the next start."""
    ledger = LimitLedger()
    ledger.restore(Stored(json.loads(json.dumps(state))), connector=1, in_session=False)
    return ledger


def test_a_limit_may_have_been_renewed_after_it_was_stored(time_machine: TimeMachine) -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(SLOT, 10.0, end=End.after(300.0), then=6.0))
    time_machine.jump(149)
    stored = ledger.state()
    time_machine.jump(1)
    ledger.accepted(ledger.send(SLOT, 10.0, end=End.after(300.0), then=6.0))
    # Killed at once: the charger is away, and its renewed limit lives for 300 s more.
    again = restored(stored)
    time_machine.jump(299)
    assert again.highest_possible == 10.0
    time_machine.jump(62)
    assert again.highest_possible == 6.0


def test_what_was_found_at_a_start_is_renewed_by_nobody_else(time_machine: TimeMachine) -> None:
    ledger = LimitLedger()
    ledger.accepted(ledger.send(SLOT, 10.0, end=End.after(300.0), then=6.0))
    again = restored(ledger.state())
    time_machine.jump(200)
    once_more = restored(again.state())
    time_machine.jump(161)
    assert once_more.highest_possible == 6.0


@pytest.mark.usefixtures("time_jumps")
async def test_what_may_stay_for_longer_than_the_store_tells_is_stored_before_it_leaves(
    make: Make,
) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await bench.limits.settled()
    known: list[float] = []

    def answer(payload: dict[str, Any]) -> Any:
        again = ConnectorLimit(1, wake=lambda: None)
        again.restore(Stored(bench.saves[-1][0]))
        if payload["csChargingProfiles"]["chargingSchedule"].get("duration", 0) > 3600:
            known.append((again.offer.gone_at or math.inf) - clock.monotonic())
        return {"status": "Accepted"}

    bench.charger.on("SetChargingProfile", answer)
    bench[1].set_terms(6.0, 3600.0)
    await bench.until(lambda: bool(known))
    assert known[-1] >= 3600.0


@pytest.mark.usefixtures("time_jumps")
async def test_what_ends_before_more_that_stands_below_it_is_stored_before_it_leaves(
    make: Make,
) -> None:
    """Until then the books have what stays: who is killed would believe in that for good."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].want(6.3)
    await bench.accepted(1, 6.3)
    await bench.limits.settled()
    killed: list[ConnectorLimit] = []

    def answer(payload: dict[str, Any]) -> Any:
        if "duration" in payload["csChargingProfiles"]["chargingSchedule"]:
            killed.append(ConnectorLimit(1, wake=lambda: None))
            killed[-1].restore(Stored(bench.saves[-1][0]))
        return {"status": "Accepted"}

    bench.charger.on("SetChargingProfile", answer)
    bench[1].set_terms(8.0, 300.0)
    await bench.until(lambda: bool(killed))
    await bench.limits.stop()
    await clock.sleep(700.0)
    assert killed[0].highest_possible == 8.0


def knows(bench: Bench, what: Callable[[ConnectorLimit], bool]) -> bool:
    """Whether what was stored last is so."""
    again = ConnectorLimit(1, wake=lambda: None)
    again.restore(Stored(bench.saves[-1][0]))
    return what(again)


@pytest.mark.usefixtures("time_jumps")
async def test_a_cut_that_may_stay_for_longer_is_stored_as_it_leaves(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await bench.limits.settled()
    bench[1].set_terms(6.0, 3600.0)
    bench[1].want(8)
    await bench.accepted(1, 8.0)
    await bench.limits.settled()
    assert knows(
        bench, lambda limit: (limit.offer.gone_at or math.inf) > clock.monotonic() + 3600.0
    )


async def test_what_is_to_be_cleared_is_stored_as_it_is_asked(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await bench.limits.stop()
    bench.limits._ask_to_clear(Clearing(Profiles(name="default/1")))
    assert bench.limits._saving._tasks
    for saving in tuple(bench.limits._saving._tasks):
        await saving
    assert knows(bench, lambda limit: limit.offer.accepted is None)


@pytest.mark.usefixtures("time_jumps")
async def test_a_cut_is_not_put_off_by_the_silence_to_what_was_sent_before_it(make: Make) -> None:
    """Outlet 2 gets no answer again; a second before that is told, less is wanted there."""
    bench = make(connectors=2)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    for number in (1, 2):
        bench[number].set_terms(6.0, 7200.0)
        bench[number].want(16)
    for number in (1, 2):
        await bench.accepted(number, 16.0)
    await clock.sleep(20.0)
    bench.charger.silent = True
    bench[2].want(20)
    before = len(bench.charger.of("SetChargingProfile"))
    # The first silence, and ten seconds; then the second one.
    await bench.charger.until_asked(before + 3, "SetChargingProfile")
    sent_at = bench.charger.times[-1]
    await clock.sleep(sent_at + 26.0 - clock.monotonic())
    bench[1].want(10)
    await clock.sleep(sent_at + 29.0 - clock.monotonic())
    bench[2].want(7)
    wanted_at = clock.monotonic()
    await clock.sleep(20.0)
    assert left_at(bench, (2, 7.0)) - wanted_at <= AT_MOST


@pytest.mark.usefixtures("time_jumps")
async def test_who_answers_nothing_is_asked_at_longer_intervals_where_no_cut_is_due(
    make: Make,
) -> None:
    """Less was wanted, by less than is worth a word; its question left before that."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 7200.0)
    bench[1].want(16.04)
    await bench.accepted(1, 16.0)
    await clock.sleep(20.0)
    bench[1].want(16.01)
    bench.charger.silent = True
    before = len(bench.charger.times)
    bench[1].set_terms(8.0, 7200.0)
    await bench.charger.until_asked(before + 5)
    times = bench.charger.times[before : before + 5]
    pauses = [round(later - one - 30.0) for one, later in itertools.pairwise(times)]
    assert pauses == [5, 10, 20, 40]
