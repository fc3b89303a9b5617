"""How a limit gets into a charger, and what is known of it meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms import charger_limits, ways
from custom_components.ev_load_manager.csms.charge_point import Identity
from custom_components.ev_load_manager.csms.charger_limits import ChargerLimits
from custom_components.ev_load_manager.csms.errors import CallTimeout, NotConnected
from custom_components.ev_load_manager.csms.limit_keeper import LimitKeeper, Offer
from custom_components.ev_load_manager.csms.profiles import (
    ChargerProfile,
    ChargingProfileWay,
    ConfigurationKeyWay,
    load_catalogue,
)

from .scripted_charger import ACCEPTED, REJECTED, CallError, ScriptedCharger, refuse_profiles_unless

CATALOGUE = load_catalogue()


@pytest.fixture(autouse=True)
def fast() -> Generator[None]:
    """Half a minute passes in a twentieth of a second."""
    clock.set_factor(600)
    yield
    clock.set_factor(1)


class Bench:
    """A scripted charger whose limits are kept."""

    def __init__(
        self,
        profile: ChargerProfile | None = None,
        *,
        connectors: int = 1,
        charger: ScriptedCharger | None = None,
        state: Mapping[int, Mapping[str, Any]] | None = None,
        charger_time: Callable[[], datetime] = clock.now,
    ) -> None:
        """Start to keep limits; they are sent once the charger is connected."""
        self.charger = charger or ScriptedCharger()
        self.saves: list[list[dict[str, Any]]] = []
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.limits = ChargerLimits(
            self.charger,
            profile=profile or CATALOGUE.generic,
            generic=CATALOGUE.generic,
            charger_time=charger_time,
            save=self._save,
            changed=self._changed,
        )
        for number in range(1, connectors + 1):
            keeper = self.limits.keeper(number)
            if state:
                keeper.restore(state[number])
        self.limits.start()

    def __getitem__(self, number: int) -> LimitKeeper:
        """The keeper of a connector."""
        return self.limits.keepers[number]

    async def _save(self) -> None:
        self.saves.append([keeper.state() for keeper in self.limits.keepers.values()])

    def _changed(self, _: LimitKeeper) -> None:
        task = asyncio.get_running_loop().create_task(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a change of an offer that makes `condition` true."""
        async with self._news:
            await self._news.wait_for(condition)

    async def accepted(self, number: int, amperes: float) -> None:
        """Wait until the charger took a limit."""
        await self.until(lambda: self[number].offer.accepted == amperes)

    async def refused(self, number: int = 1) -> None:
        """Wait until every way was refused."""
        await self.until(lambda: self[number].offer.refused)


type Make = Callable[..., Bench]


@pytest.fixture
async def make() -> AsyncGenerator[Make]:
    """Make benches that end with the test."""
    benches: list[Bench] = []

    def bench(*args: Any, connected: bool = True, **more: Any) -> Bench:
        benches.append(Bench(*args, **more))
        if connected:
            benches[-1].limits.connected()
        return benches[-1]

    yield bench
    for made in benches:
        await made.limits.stop()


def sent(bench: Bench, place: int = -1) -> dict[str, Any]:
    """A charging profile that was sent."""
    found: dict[str, Any] = bench.charger.of("SetChargingProfile")[place]["csChargingProfiles"]
    return found


# What is sent


async def test_a_limit_is_a_default_profile_that_began_a_minute_ago(make: Make) -> None:
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
    assert before - timedelta(seconds=62) <= started <= clock.now() - timedelta(seconds=59)
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
    monkeypatch.setattr(charger_limits, "COMMAND_INTERVAL", 1e9)
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
    await bench.charger.until_asked(6)
    gaps = [
        later - earlier - 30
        for earlier, later in zip(bench.charger.times, bench.charger.times[1:], strict=False)
    ]
    assert all(gap >= least for gap, least in zip(gaps, (5, 10, 20, 40, 60), strict=True))


async def test_a_cut_does_not_wait_for_the_whole_back_off(make: Make) -> None:
    bench = make()
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench.charger.silent = True
    bench[1].want(10)
    await bench.charger.until_asked(5)
    await bench.until(lambda: bench[1].retry_at - clock.monotonic() > 20)
    failed_at = bench[1].retry_at - 40
    bench[1].want(6)
    assert bench[1].retry_at <= failed_at + 10


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
    bench.limits.session_started(1, 77, "tag")
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


def test_an_unusable_state_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    keeper = LimitKeeper(1, wake=lambda: None)
    keeper.restore({"offer": {"accepted": "many"}, "writes": 3, "computed_for": "x"})
    assert keeper.offer == Offer()
    assert keeper.writes.changes == 0
    assert "unusable" in caplog.text


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
    bench.limits.session_started(1, 77, "tag")
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
    restarted.limits.restore(json.loads(json.dumps(bench.limits.state())))
    restarted.limits.session_started(1, 77, "tag")
    restarted[1].want(6)
    await restarted.accepted(1, 6.0)
    assert len(bench.charger.asked) == before + 2


async def test_a_transactions_own_profile_is_tried_in_a_transaction_only(make: Make) -> None:
    bench = make()
    bench.charger.on("SetChargingProfile", refuse_profiles_unless(lambda p: "transactionId" in p))
    bench[1].want(16)
    await bench.refused()
    assert all(
        call["csChargingProfiles"]["chargingProfilePurpose"] != "TxProfile"
        for call in bench.charger.of("SetChargingProfile")
    )
    bench.limits.session_started(1, 5, "tag")
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
    bench[1].retry_at = clock.monotonic() + 1e6
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

    bench.limits._sender._save = full_disk
    bench[1].want(16)
    await failed.wait()
    assert bench[1].offer.possible == (6.0,)
    bench[1].want(0)
    await bench.accepted(1, 0.0)
    assert bench.charger.limits == [(1, 6), (1, 0)]


# Keys and other ways


async def test_keba_gets_milli_amperes_where_profiles_are_refused(make: Make) -> None:
    bench = make(
        CATALOGUE.profiles["keba_p30"], charger=ScriptedCharger({"MaxAvailableCurrent": "32000"})
    )
    bench.charger.on("SetChargingProfile", lambda _: {"status": "NotSupported"})
    bench[1].want(10.75)
    await bench.accepted(1, 10.7)
    assert bench.charger.keys["MaxAvailableCurrent"] == "10700"
    assert bench.limits.original_keys == {"MaxAvailableCurrent": "32000"}


async def test_evbox_is_never_limited_by_a_key_that_acts_after_a_reset_only(make: Make) -> None:
    bench = make(
        CATALOGUE.profiles["evbox_g3_g4_elvi"],
        charger=ScriptedCharger({"evb_MaximumStationCurrent": "320"}),
    )
    bench.charger.on("SetChargingProfile", lambda _: REJECTED)
    bench[1].want(16)
    await bench.refused()
    assert bench.charger.keys["evb_MaximumStationCurrent"] == "320"


async def test_each_outlet_of_a_bender_has_its_own_key(make: Make) -> None:
    charger = ScriptedCharger({"OperatorCurrentLimit": "32", "OperatorCurrentLimit_2": "32"})
    bench = make(CATALOGUE.profiles["bender_cc_family"], connectors=2, charger=charger)
    charger.on("SetChargingProfile", lambda _: REJECTED)
    bench[1].want(10)
    bench[2].want(6.9)
    await bench.accepted(1, 10.0)
    await bench.accepted(2, 6.0)
    assert charger.keys == {"OperatorCurrentLimit": "10", "OperatorCurrentLimit_2": "6"}


async def test_a_key_that_holds_the_limit_already_is_not_written_again(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "10.00"})
    bench = make(CATALOGUE.profiles["growatt_atess"], charger=charger)
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    bench.limits.connected()
    await charger.until_asked(2, "GetConfiguration")
    await bench.until(lambda: not bench[1].resend)
    assert charger.of("ChangeConfiguration") == []


async def test_a_key_that_needs_a_reboot_is_no_way(make: Make) -> None:
    charger = ScriptedCharger({"G_MaxCurrent": "32.00"})
    charger.on("ChangeConfiguration", lambda _: {"status": "RebootRequired"})
    bench = make(CATALOGUE.profiles["growatt_atess"], charger=charger)
    bench[1].want(10)
    await bench.refused()


async def test_abl_takes_a_message_of_its_own(make: Make) -> None:
    bench = make(CATALOGUE.profiles["abl"])
    bench.charger.on("SetChargingProfile", lambda _: CallError("NotImplemented"))
    bench[1].want(10.5)
    await bench.accepted(1, 10.5)
    assert bench.charger.of("DataTransfer") == [
        {"vendorId": "ABL", "messageId": "SetLimit", "data": "logicalid=1;value=10.5"}
    ]


async def test_garo_is_paused_by_stopping_and_goes_on_by_starting(make: Make) -> None:
    charger = ScriptedCharger({"GaroOwnerMaxCurrent": "16"})
    bench = make(CATALOGUE.profiles["garo_entity"], charger=charger)
    bench.limits.session_started(1, 9, "tag")
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    bench[1].want(0)
    await charger.until_asked(1, "RemoteStopTransaction")
    assert charger.of("RemoteStopTransaction") == [{"transactionId": 9}]
    assert charger.keys["GaroOwnerMaxCurrent"] == "6"
    assert bench[1].offer.accepted == 6.0
    bench.limits.session_ended(1)
    bench[1].want(8)
    await charger.until_asked(1, "RemoteStartTransaction")
    assert charger.of("RemoteStartTransaction") == [{"connectorId": 1, "idTag": "tag"}]


async def test_a_charger_that_refuses_zero_gets_its_minimum_and_its_session_is_stopped(
    make: Make,
) -> None:
    bench = make()

    def no_zero(payload: dict[str, Any]) -> dict[str, Any]:
        schedule = payload["csChargingProfiles"]["chargingSchedule"]
        return ACCEPTED if schedule["chargingSchedulePeriod"][0]["limit"] > 0 else REJECTED

    bench.charger.on("SetChargingProfile", no_zero)
    bench.limits.session_started(1, 9, "tag")
    bench[1].want(16)
    await bench.accepted(1, 16.0)
    bench[1].want(0)
    await bench.accepted(1, 6.0)
    assert not bench[1].offer.refused
    await bench.charger.until_asked(1, "RemoteStopTransaction")


async def test_a_stop_that_is_refused_is_asked_for_again_later(make: Make) -> None:
    charger = ScriptedCharger({"GaroOwnerMaxCurrent": "16"})
    answers: list[dict[str, Any] | Exception] = [CallError("InternalError"), REJECTED, ACCEPTED]
    charger.on("RemoteStopTransaction", lambda _: answers.pop(0) if answers else ACCEPTED)
    bench = make(CATALOGUE.profiles["garo_entity"], charger=charger)
    bench.limits.session_started(1, 9, "tag")
    bench[1].want(0)
    await charger.until_asked(3, "RemoteStopTransaction")
    stops = [
        at
        for at, (action, _) in zip(charger.times, charger.asked, strict=True)
        if action == "RemoteStopTransaction"
    ]
    assert stops[1] - stops[0] >= 30
    assert bench[1].last_error == "InternalError"


@pytest.mark.parametrize(("firmware", "kind"), [("5.17.1", "Absolute"), ("6.7.38", "Relative")])
def test_wallbox_is_limited_as_its_firmware_wants_it(firmware: str, kind: str) -> None:
    way, *_ = ways.attempts(CATALOGUE.profiles["wallbox"], CATALOGUE.generic, firmware=firmware)
    assert isinstance(way, ChargingProfileWay)
    assert way.kind == kind


def test_a_purpose_that_is_accepted_and_not_followed_is_never_tried() -> None:
    said = Identity(vendor="United Chargers Grizzl-E", model="Smart")
    for profile in (CATALOGUE.profiles["grizzl_e"], CATALOGUE.match(said).profile):
        tried = ways.attempts(profile, CATALOGUE.generic)
        assert tried
        assert all(
            way.purpose != "ChargePointMaxProfile"
            for way in tried
            if isinstance(way, ChargingProfileWay)
        )


def test_deci_amperes_are_written_as_such() -> None:
    profile = CATALOGUE.profiles["evbox_g3_g4_elvi"]
    (way,) = [way for way in profile.ways or () if isinstance(way, ConfigurationKeyWay)]
    assert ways.written(way, 16.0) == "160"
    assert ways.written(way, 6.3) == "63"
    assert way not in ways.attempts(profile, CATALOGUE.generic)


@pytest.mark.parametrize(
    ("maximum", "levels"), [(None, [0, 0]), (0, [0, 0]), (1, [1, 0]), (3, [3, 1]), (8, [8, 6])]
)
def test_levels_of_twins_leave_room_for_a_standing_profile_below_each(
    maximum: int | None, levels: list[int]
) -> None:
    assert [ways.stack_level(number, 2, maximum) for number in (1, 2)] == levels


# One limit for both outlets


async def test_a_limit_for_both_outlets_is_the_lowest_while_phases_are_unknown(
    make: Make,
) -> None:
    bench = make(CATALOGUE.profiles["ctek_chargestorm"], connectors=2)
    for number, amperes in ((1, 10), (2, 8)):
        bench.limits.session_started(number, number, "tag")
        bench[number].want(amperes)
    await bench.accepted(1, 8.0)
    await bench.accepted(2, 8.0)
    (call, *_) = bench.charger.of("SetChargingProfile")
    assert call["connectorId"] == 0
    assert call["csChargingProfiles"]["chargingProfilePurpose"] == "ChargePointMaxProfile"
    assert call["csChargingProfiles"]["chargingProfileKind"] == "Relative"
    assert bench.charger.limits == [(0, 8)]


async def test_a_limit_for_both_outlets_is_the_sum_where_both_load_the_same_phases(
    make: Make,
) -> None:
    bench = make(CATALOGUE.profiles["ctek_chargestorm"], connectors=2, connected=False)
    for number, amperes in ((1, 10), (2, 8)):
        bench.limits.session_started(number, number, "tag")
        bench[number].loads(frozenset({0, 1, 2}))
        bench[number].want(amperes)
    bench.limits.connected()
    await bench.accepted(1, 10.0)
    await bench.accepted(2, 8.0)
    assert bench.charger.limits == [(0, 18)]


async def test_an_outlet_without_a_car_does_not_hold_the_other_back(make: Make) -> None:
    bench = make(CATALOGUE.profiles["ctek_chargestorm"], connectors=2)
    bench[2].want(0)
    bench[1].want(16)
    bench.limits.session_started(1, 1, "tag")
    await bench.accepted(1, 16.0)
    assert bench.charger.limits[-1] == (0, 16)


async def test_sockets_that_share_a_key_all_get_the_lowest(make: Make) -> None:
    charger = ScriptedCharger({"maxintensitysocket": "32"})
    charger.on("SetChargingProfile", lambda _: REJECTED)
    bench = make(CATALOGUE.profiles["schneider_evlink"], connectors=2, charger=charger)
    for number, amperes in ((1, 16), (2, 7)):
        bench[number].loads(frozenset({0}))
        bench[number].want(amperes)
    await bench.accepted(1, 7.0)
    await bench.accepted(2, 7.0)
    assert charger.keys["maxintensitysocket"] == "7"


# Watts


async def test_huawei_gets_watts_for_one_phase_until_the_phases_are_known(make: Make) -> None:
    bench = make(CATALOGUE.profiles["huawei_scharger"])
    bench.limits.session_started(1, 1, "tag")
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    schedule = sent(bench)["chargingSchedule"]
    assert schedule["chargingRateUnit"] == "W"
    assert schedule["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 2300}]
    bench[1].loads(frozenset({0, 1, 2}))
    await bench.charger.until_asked(2)
    assert sent(bench)["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 6900, "numberPhases": 3}
    ]
    await bench.accepted(1, 10.0)
    bench.charger.gate = asyncio.Event()
    bench.limits.session_ended(1)
    await bench.charger.until_asked(3)
    # The next car may load one phase with all of it.
    assert bench[1].offer.accepted == pytest.approx(30.0)
    bench.charger.gate.set()
    await bench.accepted(1, 10.0)


async def test_a_charger_that_says_it_takes_watts_only_gets_watts(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, watts_only=True)
    bench[1].loads(frozenset({1}))
    bench[1].want(6.5)
    await bench.accepted(1, 6.5)
    assert bench.charger.limits == [(1, 1495)]


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
