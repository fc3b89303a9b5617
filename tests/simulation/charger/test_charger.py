"""A simulated charger behaves as real ones do, over a real WebSocket."""

import asyncio
import base64
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger import models
from simulation.charger.car import NEEDS_EIGHT, NIMBLE, ONE_PHASE, Car
from simulation.charger.charger import SimulatedCharger
from simulation.charger.grid import L2, L3, NOTHING
from simulation.charger.misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    NoAnswer,
    TwiceAnswered,
    WrongId,
)
from tests.simulation.central import Central
from tests.simulation.conftest import MakeCharger

PAST = "2020-01-01T00:00:00Z"


def limit(
    amperes: float,
    *,
    connector: int = 1,
    id: int = 1,
    stack: int = 0,
    unit: str = "A",
    purpose: str = "TxDefaultProfile",
    **schedule: Any,
) -> dict[str, Any]:
    """A SetChargingProfile request."""
    return {
        "connectorId": connector,
        "csChargingProfiles": {
            "chargingProfileId": id,
            "stackLevel": stack,
            "chargingProfilePurpose": purpose,
            "chargingProfileKind": "Absolute",
            "chargingSchedule": {
                "startSchedule": PAST,
                "chargingRateUnit": unit,
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
                **schedule,
            },
        },
    }


def statuses(central: Central, connector: int = 1) -> list[str]:
    """What the central system was told of a connector, oldest first."""
    return [
        call["status"]
        for call in central.called("StatusNotification")
        if call["connectorId"] == connector
    ]


async def charging(charger: SimulatedCharger, number: int = 1, car: Car | None = None) -> Car:
    """Plug a car in and wait until it has its full current."""
    plugged = charger.plug_in(number, car or Car(NIMBLE))
    most = plugged.model.maximum
    await charger.until(
        lambda: plugged.current == min(most, charger.connectors[number].offered) > 0
    )
    return plugged


async def test_it_boots_and_tells_the_status_of_every_connector(
    central: Central, connected: MakeCharger
) -> None:
    await connected(models.ALFEN_EVE_DOUBLE, "home/garage 1")
    await central.until(lambda: statuses(central, 2))
    assert [name for name, _ in central.calls] == [
        "BootNotification",
        "StatusNotification",
        "StatusNotification",
        "StatusNotification",
    ]
    assert central.called("BootNotification")[0]["chargePointVendor"] == "Alfen BV"
    assert central.requests[0][0] == "/ocpp/home%2Fgarage%201"


async def test_a_session_is_told_from_plugging_in_to_unplugging(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    car = await charging(charger)
    await asyncio.sleep(clock.real(60))
    charger.unplug(1)
    await central.until(lambda: statuses(central)[-1:] == ["Available"])
    seen = statuses(central)
    assert seen[:2] == ["Available", "Preparing"]
    assert seen[-2:] == ["Charging", "Available"]
    (start,) = central.called("StartTransaction")
    (stop,) = central.called("StopTransaction")
    assert stop["transactionId"] == 1
    assert stop["reason"] == "EVDisconnected"
    assert stop["meterStop"] - start["meterStart"] == pytest.approx(car.energy, rel=0.05, abs=2)


async def test_a_limit_is_followed_and_seen_on_the_phases_it_is_wired_to(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(wiring=(L2, L3))
    car = Car(NIMBLE)
    await charging(charger, car=car)
    assert await central.tell("SetChargingProfile", limit(9.7)) == {"status": "Accepted"}
    await charger.until(lambda: car.current == pytest.approx(9.7))
    assert charger.currents == pytest.approx((0.0, 9.7, 9.7))


async def test_zero_amperes_suspend_and_a_car_that_wants_more_than_it_gets_suspends_itself(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await charging(charger, car=Car(NEEDS_EIGHT))
    await central.tell("SetChargingProfile", limit(0))
    await charger.until(lambda: charger.currents == NOTHING)
    assert charger.connectors[1].status == "SuspendedEVSE"
    await central.tell("SetChargingProfile", limit(6))
    await charger.until(lambda: charger.connectors[1].status == "SuspendedEV")


async def test_a_running_limit_that_expires_gives_way_to_the_standing_one_without_any_socket(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await charging(charger)
    await central.tell("SetChargingProfile", limit(6, id=1, stack=0))
    start = charger.timestamp()
    await central.tell(
        "SetChargingProfile", limit(14, id=2, stack=1, startSchedule=start, duration=120)
    )
    await central.stop()
    await charger.until(lambda: not charger.online)
    # It looks at its profiles now and then.
    await charger.until(lambda: charger.connectors[1].offered == pytest.approx(14))
    await charger.until(lambda: charger.connectors[1].offered == pytest.approx(6), seconds=180)


async def test_meter_values_come_as_often_and_with_what_is_configured(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    for key, value in (
        ("MeterValuesSampledData", "Current.Import,Power.Active.Import"),
        ("MeterValueSampleInterval", "10"),
    ):
        answer = await central.tell("ChangeConfiguration", {"key": key, "value": value})
        assert answer == {"status": "Accepted"}
    await charging(charger, car=Car(ONE_PHASE))
    before = len(central.called("MeterValues"))
    began = clock.monotonic()
    await central.until(lambda: len(central.called("MeterValues")) >= before + 4)
    assert clock.monotonic() - began >= 25
    sample = central.called("MeterValues")[-1]
    assert sample["transactionId"] == 1
    told = {
        (value["measurand"], value["phase"]): float(value["value"])
        for value in sample["meterValue"][0]["sampledValue"]
    }
    assert told["Current.Import", "L1"] == pytest.approx(32, abs=2)
    assert told["Current.Import", "L2"] == 0
    assert told["Power.Active.Import", "L1"] == pytest.approx(32 * 230, rel=0.1)


async def test_measurands_it_does_not_have_are_rejected(
    central: Central, connected: MakeCharger
) -> None:
    await connected()
    answer = await central.tell(
        "ChangeConfiguration", {"key": "MeterValuesSampledData", "value": "SoC"}
    )
    assert answer == {"status": "Rejected"}


async def test_alfen_tells_phases_only_after_its_key_is_set(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.ALFEN_EVE_DOUBLE)
    key = {"key": "MeterValuesSampledData", "value": "Current.Import"}
    await central.tell("ChangeConfiguration", key)
    trigger = {"requestedMessage": "MeterValues", "connectorId": 2}

    async def phases() -> list[str | None]:
        before = len(central.called("MeterValues"))
        await central.tell("TriggerMessage", trigger)
        await central.until(lambda: len(central.called("MeterValues")) > before)
        sample = central.called("MeterValues")[-1]["meterValue"][0]
        return [value.get("phase") for value in sample["sampledValue"]]

    assert await phases() == [None]
    await central.tell(
        "ChangeConfiguration", {"key": "RegisterMeterValuesIncludePhases", "value": "true"}
    )
    assert await phases() == ["L1", "L2", "L3"]
    assert charger.violations == []


async def test_the_outlets_of_a_twin_have_limits_of_their_own(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.ALFEN_EVE_DOUBLE)
    first, second = Car(NIMBLE), Car(NIMBLE)
    await central.tell("SetChargingProfile", limit(7, connector=1, id=1))
    await central.tell("SetChargingProfile", limit(9, connector=2, id=2))
    charger.plug_in(1, first)
    charger.plug_in(2, second)
    await charger.until(lambda: (first.current, second.current) == (7, 9))
    assert charger.currents == (16, 16, 16)


async def test_it_reconnects_by_itself_and_then_tells_what_happened_meanwhile_at_its_time(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await charging(charger)
    await central.stop()
    await charger.until(lambda: not charger.online)
    offline_at = charger.now()
    charger.unplug(1)
    stopped_at = charger.timestamp()
    await asyncio.sleep(clock.real(20))
    await central.start(central.port)
    await central.until(lambda: central.called("StopTransaction"))
    (stop,) = central.called("StopTransaction")
    assert stop["timestamp"][:19] == stopped_at[:19]
    assert charger.now() - offline_at > 20
    assert stop["transactionId"] == 1


async def test_a_session_that_began_offline_is_booked_in_order(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await central.stop()
    await charger.until(lambda: not charger.online)
    await charging(charger)
    charger.unplug(1)
    await central.start(central.port)
    await central.until(lambda: central.called("StopTransaction"))
    booked = [name for name, _ in central.calls if name.endswith("Transaction")]
    assert booked == ["StartTransaction", "StopTransaction"]
    assert central.called("StopTransaction")[0]["transactionId"] == 1


async def test_some_say_nothing_of_themselves_when_they_reconnect(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.NO_BOOT)
    await central.until(lambda: statuses(central))
    told = len(central.calls)
    charger.cut()
    await central.until(lambda: len(central.requests) == 2)
    await central.tell("TriggerMessage", {"requestedMessage": "StatusNotification"})
    await central.until(lambda: len(central.calls) > told)
    assert central.calls[told][0] == "StatusNotification"


async def test_a_silent_charger_keeps_its_socket_and_answers_nothing_until_it_speaks_again(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    charger.go_silent()
    asking = asyncio.ensure_future(central.tell("GetLocalListVersion", {}))
    await asyncio.sleep(clock.real(20))
    assert not asking.done()
    assert charger.online
    charger.speak_again()
    assert await asking == {"listVersion": 0}


async def test_after_a_power_cut_it_goes_on_with_its_session_and_its_limits(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    car = await charging(charger)
    await central.tell("SetChargingProfile", limit(8))
    charger.power_off()
    assert charger.currents == NOTHING
    charger.power_on()
    await charger.until(lambda: car.current == 8)
    await charger.until(lambda: charger.accepted)
    assert len(central.called("BootNotification")) == 2
    assert central.called("StopTransaction") == []


async def test_some_end_their_session_at_a_power_cut(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(replace(models.GENERIC, resumes_after_power_loss=False))
    await charging(charger)
    charger.power_off()
    charger.power_on()
    await central.until(lambda: central.called("StopTransaction"))
    assert central.called("StopTransaction")[0]["reason"] == "PowerLoss"
    assert charger.connectors[1].status == "Finishing"


async def test_some_forget_their_limits_with_the_link_and_go_to_full_current(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(models.FORGETFUL)
    car = await charging(charger)
    await central.tell("SetChargingProfile", limit(8))
    await charger.until(lambda: car.current == 8)
    charger.cut()
    await charger.until(lambda: car.current == 16)


async def test_profiles_are_told_as_a_composite_schedule_and_cleared(
    central: Central, connected: MakeCharger
) -> None:
    await connected()
    await central.tell("SetChargingProfile", limit(8))
    answer = await central.tell("GetCompositeSchedule", {"connectorId": 1, "duration": 60})
    schedule = answer["chargingSchedule"]
    assert schedule["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 8.0}]
    assert await central.tell("ClearChargingProfile", {"id": 1}) == {"status": "Accepted"}
    assert await central.tell("ClearChargingProfile", {"id": 1}) == {"status": "Unknown"}


async def test_a_remote_start_waits_for_a_car_and_a_remote_stop_ends_it(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await central.tell("RemoteStartTransaction", {"idTag": "REMOTE", "connectorId": 1})
    await central.until(lambda: statuses(central)[-1:] == ["Preparing"])
    charger.plug_in(1, id_tag=None)
    await central.until(lambda: central.called("StartTransaction"))
    await charger.until(lambda: charger.connectors[1].session and not charger.outbox.kept)
    await central.tell("RemoteStopTransaction", {"transactionId": 1})
    await central.until(lambda: central.called("StopTransaction"))
    assert central.called("StopTransaction")[0]["reason"] == "Remote"
    assert charger.connectors[1].status == "Finishing"


async def test_a_card_that_is_refused_starts_nothing(
    central: Central, connected: MakeCharger
) -> None:
    central.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Blocked"}}
    charger = await connected()
    charger.plug_in(1, id_tag="STOLEN")
    await central.until(lambda: central.called("Authorize"))
    await asyncio.sleep(clock.real(5))
    assert charger.connectors[1].status == "Preparing"


async def test_a_session_whose_start_is_refused_ends(
    central: Central, connected: MakeCharger
) -> None:
    central.answers["StartTransaction"] = lambda _: {
        "transactionId": 9,
        "idTagInfo": {"status": "Invalid"},
    }
    charger = await connected()
    charger.plug_in(1)
    await central.until(lambda: central.called("StopTransaction"))
    assert central.called("StopTransaction")[0]["reason"] == "DeAuthorized"


async def test_while_pending_it_says_nothing_until_it_is_accepted(
    central: Central, connected: MakeCharger
) -> None:
    accept = central.answers["BootNotification"]
    central.answers["BootNotification"] = lambda call: (
        (accept(call) or {})
        | {
            "status": "Pending",
            "interval": 60,
        }
    )
    charger = await connected(wait=False)
    await central.until(lambda: central.called("BootNotification"))
    charger.plug_in(1, id_tag=None)
    await asyncio.sleep(clock.real(10))
    assert {name for name, _ in central.calls} == {"BootNotification"}
    central.answers["BootNotification"] = accept
    await central.tell("TriggerMessage", {"requestedMessage": "BootNotification"})
    await charger.until(lambda: charger.accepted)


async def test_a_reset_ends_sessions_and_boots_again(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await charging(charger)
    await central.tell("Reset", {"type": "Soft"})
    await central.until(lambda: len(central.called("BootNotification")) == 2)
    await central.until(lambda: central.called("StopTransaction"))
    assert central.called("StopTransaction")[0]["reason"] == "SoftReset"


async def test_an_unavailable_connector_starts_nothing(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    change = {"connectorId": 1, "type": "Inoperative"}
    assert await central.tell("ChangeAvailability", change) == {"status": "Accepted"}
    charger.plug_in(1)
    await central.until(lambda: statuses(central)[-1:] == ["Unavailable"])
    assert central.called("StartTransaction") == []


async def test_a_fault_stops_the_current_and_is_told(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await charging(charger)
    charger.fail(1, "GroundFailure")
    assert charger.currents == NOTHING
    await central.until(lambda: statuses(central)[-1:] == ["Faulted"])
    assert central.called("StatusNotification")[-1]["errorCode"] == "GroundFailure"


async def test_it_logs_in_with_its_password_and_takes_a_new_one(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(password="secret")
    assert central.requests[0][1] == "Basic " + base64.b64encode(b"CP1:secret").decode()
    key = {"key": "AuthorizationKey", "value": "00ff10"}
    assert await central.tell("ChangeConfiguration", key) == {"status": "Accepted"}
    charger.cut()
    await charger.until(lambda: charger.link.connections == 2)
    assert central.requests[1][1] == "Basic " + base64.b64encode(b"CP1:\x00\xff\x10").decode()


async def test_it_sets_its_clock_by_the_central_system(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(clock_offset=3 * 3600.0)
    assert abs(charger.now() - clock.now().timestamp()) < 5


async def test_one_whose_clock_cannot_be_set_stays_wrong(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(replace(models.GENERIC, takes_clock=False), clock_offset=-10_800.0)
    assert charger.now() - clock.now().timestamp() == pytest.approx(-10_800, abs=5)


async def test_the_other_services_are_answered_and_followed(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    full = {"listVersion": 3, "updateType": "Full", "localAuthorizationList": [entry]}
    assert await central.tell("SendLocalList", full) == {"status": "Accepted"}
    old = full | {"listVersion": 2, "updateType": "Differential"}
    assert await central.tell("SendLocalList", old) == {"status": "VersionMismatch"}
    assert await central.tell("GetLocalListVersion", {}) == {"listVersion": 3}
    assert await central.tell("ClearCache", {}) == {"status": "Accepted"}
    assert await central.tell("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
    assert await central.tell("DataTransfer", {"vendorId": "x"}) == {"status": "UnknownVendorId"}
    where = {"location": "ftp://example.org/"}
    assert "fileName" in await central.tell("GetDiagnostics", where)
    await central.tell("UpdateFirmware", where | {"retrieveDate": PAST})
    await central.until(lambda: len(central.called("FirmwareStatusNotification")) == 4)
    assert len(central.called("DiagnosticsStatusNotification")) == 2
    assert charger.violations == []


async def test_what_it_does_not_know_is_an_error_and_what_is_malformed_a_violation(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    assert (await central.ask("CancelReservation", {"reservationId": 1}))[2] == "NotImplemented"
    assert charger.violations == []
    assert (await central.ask("Reset", {"type": 5}))[0] == 4
    assert len(charger.violations) == 1


async def test_limits_with_more_than_one_decimal_are_a_violation(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    assert (await central.ask("SetChargingProfile", limit(6.300000001)))[0] == 4
    assert await central.tell("SetChargingProfile", limit(6.3)) == {"status": "Accepted"}
    assert len(charger.violations) == 1


async def test_it_can_misbehave_for_each_action(central: Central, connected: MakeCharger) -> None:
    charger = await connected()
    ask = limit(8)
    charger.misbehaviours["SetChargingProfile"] = FixedAnswer({"status": "Accepted"})
    assert await central.tell("SetChargingProfile", ask) == {"status": "Accepted"}
    assert len(charger.profiles) == 0
    charger.misbehaviours["SetChargingProfile"] = ErrorAnswer("InternalError")
    assert (await central.ask("SetChargingProfile", ask))[2] == "InternalError"
    charger.misbehaviours["SetChargingProfile"] = LateAnswer(40)
    began = clock.monotonic()
    assert await central.tell("SetChargingProfile", ask) == {"status": "Accepted"}
    assert clock.monotonic() - began >= 40
    charger.misbehaviours["SetChargingProfile"] = TwiceAnswered()
    await central.tell("SetChargingProfile", ask)
    await central.until(lambda: len(central.garbage) == 1)
    for behaviour in (WrongId(), GarbageAnswer()):
        charger.misbehaviours["SetChargingProfile"] = behaviour
        asking = asyncio.ensure_future(central.ask("SetChargingProfile", ask))
        told = len(central.garbage)
        await central.until(lambda told=told: len(central.garbage) > told)  # type: ignore[misc]
        asking.cancel()
    charger.misbehaviours["SetChargingProfile"] = NoAnswer(obey=True)
    asking = asyncio.ensure_future(central.ask("SetChargingProfile", limit(11, id=5)))
    await charger.until(lambda: any(one.profile.id == 5 for one in charger.profiles))
    assert not asking.done()
    asking.cancel()


async def test_stopping_leaves_no_task_behind(central: Central) -> None:
    before = asyncio.all_tasks()
    charger = SimulatedCharger(models.GENERIC, "CP1", central.url)
    await charger.start()
    await charger.until(lambda: charger.accepted)
    charger.plug_in(1)
    charger.power_off()
    charger.power_on()
    await charger.stop()
    await central.stop()
    assert {task for task in asyncio.all_tasks() if task.get_name().startswith("CP1")} == set()
    assert asyncio.current_task() in before
