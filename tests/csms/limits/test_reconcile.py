"""What is kept about limits: when they end, what is told of them, how often they came."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.dialect import Profiles, Question
from custom_components.ev_load_manager.csms.limits.charger_limits import ChargerLimits
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.limits.fail_safe import RESTARTS_WITHIN, Evidence
from custom_components.ev_load_manager.csms.limits.reconcile import (
    Cleared,
    Clearing,
    Found,
    Looked,
    Outlook,
    Reconciler,
    read_outlook,
)
from custom_components.ev_load_manager.csms.limits.write_count import MOST_CHANGES, MOST_RENEWALS
from custom_components.ev_load_manager.csms.models import Persistence, load_catalogue
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.bench import Make
from tests.csms.conftest import TimeMachine
from tests.csms.scripted_charger import ScriptedCharger

CATALOGUE = load_catalogue()


# What chargers tell of their schedule


def schedule(*periods: tuple[int, float], **more: Any) -> dict[str, Any]:
    """An answer to GetCompositeSchedule."""
    return {
        "status": "Accepted",
        "connectorId": 1,
        "chargingSchedule": {
            "duration": 420,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": start, "limit": limit} for start, limit in periods
            ],
            **more,
        },
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (schedule((0, 16.0), (300, 6.0)), Outlook(16.0, 6.0)),
        (schedule((300, 6.0), (0, 16.0)), Outlook(16.0, 6.0)),
        (schedule((0, 6.0)), Outlook(6.0, 6.0)),
        (schedule((0, 6.0), duration=60), None),
        (schedule((0, -1.0)), None),
        (schedule(), None),
        (schedule((10, 6.0)), None),
        (schedule((0, 4140.0), chargingRateUnit="W"), None),
        (schedule((0, 6.0), chargingSchedulePeriod="none"), None),
        (schedule((0, 6.0), chargingSchedulePeriod=[{"startPeriod": 0}]), None),
        ({"status": "Rejected"}, None),
        ({"status": "Accepted"}, None),
    ],
)
async def test_a_schedule_is_believed_only_where_it_says_something(
    answer: dict[str, Any], expected: Outlook | None
) -> None:
    charger = ScriptedCharger()
    charger.on("GetCompositeSchedule", lambda _: answer)
    assert await read_outlook(charger, 1, 420, timeout=10.0) == expected
    assert charger.of("GetCompositeSchedule") == [
        {"connectorId": 1, "duration": 420, "chargingRateUnit": "A"}
    ]


# What other ways left behind


class SlowCharger(ScriptedCharger):
    """One that is asked only after something has happened."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        """`meanwhile` is called before each question leaves."""
        super().__init__()
        self._meanwhile = meanwhile

    async def call(self, question: Question, **how: Any) -> Mapping[str, Any]:
        """Be asked, a little later."""
        self._meanwhile()
        return await super().call(question, **how)


async def test_a_profile_that_was_needed_again_before_it_was_cleared_is_cleared_later(
    make: Make,
) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    # The test alone asks from here on.
    await bench.limits.stop()
    reconciler = Reconciler(SlowCharger(bench[1].send_again), asks=lambda _: None)
    reconciler.installed = {"session/1"}
    found = [one async for one in reconciler.run([bench[1]], None)]
    assert [one.done for one in found if isinstance(one, Cleared)] == [None]
    assert reconciler.installed == {"session/1"}


async def test_what_may_be_cleared_counts_as_gone_before_the_charger_says_so(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await bench.limits.stop()
    told = asyncio.create_task(bench.until(lambda: bench[1].offer.accepted is None))
    # One turn of the loop: it waits for news by now.
    await asyncio.sleep(0)
    bench.limits._ask_to_clear(Clearing(Profiles(name="default/1")))
    async with asyncio.timeout(5):
        await told


async def test_who_does_not_answer_is_asked_again_after_minutes_on_the_same_socket(
    make: Make, very_fast: None
) -> None:
    bench = make(connected=False)
    bench.limits.restore(Stored({"installed": ["session/1"], "foreign_cleared": True}))
    answers = [CallTimeout("silent")]
    bench.charger.on(
        "ClearChargingProfile", lambda _: answers.pop() if answers else {"status": "Accepted"}
    )
    bench.limits.connected()
    bench[1].want(16)
    await bench.charger.until_asked(1, "ClearChargingProfile")
    async with clock.timeout(400.0):
        await bench.charger.until_asked(2, "ClearChargingProfile")
    assert bench.charger.of("ClearChargingProfile") == [{"id": 201}] * 2
    first, again = (
        at
        for (action, _), at in zip(bench.charger.asked, bench.charger.times, strict=True)
        if action == "ClearChargingProfile"
    )
    assert 299.0 <= again - first <= 310.0


# What was seen of a charger's memory


@pytest.mark.parametrize("levels", [3, 0])
@pytest.mark.parametrize(("limit", "kept"), [(16.0, True), (6.0, None)])
async def test_a_limit_that_is_the_fallback_shows_nothing_of_what_was_kept(
    make: Make, very_fast: None, levels: int, limit: float, kept: bool | None
) -> None:
    bench = make(connected=False)
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=levels)

    def tell(asked: dict[str, Any]) -> dict[str, Any]:
        return schedule((0, limit), (300, 6.0), duration=asked["duration"])

    bench.charger.on("GetCompositeSchedule", tell)
    bench[1].set_terms(6.0, 300.0)
    bench.limits.connected(socket_at=1.0)
    bench[1].want(limit)
    await bench.accepted(1, limit)
    await bench.limits.looked_after()
    asked = len(bench.charger.of("GetCompositeSchedule"))
    bench.limits.disconnected()
    bench.limits.connected(socket_at=2.0)
    await bench.charger.until_asked(asked + 1, "GetCompositeSchedule")
    await bench.limits.looked_after()
    assert bench.limits.fail_safe.kept_over_link is kept


def test_a_boot_tells_of_a_reboot_only_where_links_are_lost_without_one() -> None:
    evidence = Evidence()
    evidence.connected(booted=True)
    evidence.saw(kept=True)
    assert (evidence.kept_over_link, evidence.kept_over_reboot) == (True, None)
    evidence.connected(booted=False)
    evidence.saw(kept=True)
    evidence.connected(booted=True)
    evidence.saw(kept=True)
    assert evidence.is_proof


def test_who_boots_again_on_the_same_socket_has_proven_nothing() -> None:
    evidence = Evidence()
    evidence.connected(booted=False, socket_at=1.0)
    evidence.connected(booted=True, socket_at=1.0)
    evidence.saw(kept=True)
    assert (evidence.kept_over_link, evidence.kept_over_reboot) == (None, None)
    evidence.connected(booted=True, socket_at=50.0)
    evidence.saw(kept=True)
    assert evidence.is_proof


def test_what_is_forgotten_in_a_reboot_says_nothing_of_a_lost_link() -> None:
    evidence = Evidence()
    evidence.expect_reboot()
    evidence.connected(booted=True)
    evidence.saw(kept=False)
    assert (evidence.kept_over_link, evidence.kept_over_reboot) == (None, False)
    assert evidence.forgets


def test_a_reset_that_was_asked_for_long_ago_is_not_why_a_link_was_lost(
    time_machine: TimeMachine,
) -> None:
    evidence = Evidence()
    evidence.expect_reboot()
    time_machine.jump(RESTARTS_WITHIN + 1)
    evidence.connected(booted=True)
    evidence.saw(kept=True)
    assert (evidence.kept_over_link, evidence.kept_over_reboot) == (True, None)


def test_other_firmware_has_to_prove_itself_anew() -> None:
    evidence = Evidence()
    evidence.about("1.0")
    evidence.saw(kept=True)
    state = json.loads(json.dumps(evidence.state()))
    restarted = Evidence()
    restarted.restore(Stored(state))
    assert not restarted.about("1.0")
    assert restarted.kept_over_link is True
    assert restarted.about("1.1")
    assert restarted.kept_over_link is None


# How often chargers are written


@pytest.fixture
async def limits() -> ChargerLimits:
    """Limits of a charger of which nobody knows where it keeps them."""
    return ChargerLimits(ScriptedCharger(), profile=CATALOGUE.generic, generic=CATALOGUE.generic)


@pytest.mark.parametrize(("renewal", "most"), [(False, MOST_CHANGES), (True, MOST_RENEWALS)])
async def test_a_charger_that_may_store_limits_is_not_to_be_written_too_often(
    limits: ChargerLimits, renewal: bool, most: int, time_machine: TimeMachine
) -> None:
    writes = limits.keeper(1).writes
    for _ in range(most):
        writes.count(renewal=renewal)
    assert not limits.is_written_too_often
    writes.count(renewal=renewal)
    assert limits.is_written_too_often
    time_machine.jump(86_400.0)
    assert not limits.is_written_too_often


async def test_a_charger_that_refuses_what_comes_too_often_needs_no_warning(
    limits: ChargerLimits,
) -> None:
    limits.know(replace(CATALOGUE.generic, profile_persistence=Persistence.RATE_LIMITED))
    for _ in range(MOST_CHANGES + 1):
        limits.keeper(1).writes.count(renewal=False)
    assert not limits.is_written_too_often


async def test_too_many_writes_are_warned_of_once(
    limits: ChargerLimits, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(MOST_CHANGES):
        limits.keeper(1).writes.count(renewal=False)
    limits.start()
    limits.connected()
    for amperes in (16.0, 10.0, 8.0):
        limits.keeper(1).want(amperes)
        await limits.settled()
    await limits.stop()
    assert caplog.text.count("more limits today than is good for it") == 1


async def test_who_was_told_something_while_it_told_what_it_holds_is_asked_again(
    make: Make, very_fast: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it tells may be of before that, and is no proof of anything."""
    bench = make()
    bench.limits.know(CATALOGUE.generic, stack_level_maximum=3)
    bench[1].set_terms(6.0, 300.0)
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    await bench.limits.looked_after()
    await bench.limits.stop()
    await clock.sleep(1.0)
    reconciler, keeper = bench.limits._reconciler, bench[1]
    keeper.looked = keeper.verified = False

    async def tells(told_meanwhile: bool) -> list[Found]:
        async def look(looked_at: ConnectorLimit) -> Looked:
            if told_meanwhile:
                looked_at.left()
            return Looked(looked_at.number, verified=True)

        monkeypatch.setattr(reconciler, "_look_at", look)
        return [found async for found in reconciler.run((keeper,), 3)]

    assert await tells(told_meanwhile=True) == []
    at = reconciler.needed_at((keeper,))
    assert at is not None
    assert at > clock.monotonic()
    assert await tells(told_meanwhile=False) == [Looked(1, verified=True)]
    # A doubt does not wait until nobody changes its limit any more: it may have lost its fallback.
    await clock.sleep(1.0)
    keeper.doubted = True
    assert await tells(told_meanwhile=True) == [Looked(1, verified=True)]
