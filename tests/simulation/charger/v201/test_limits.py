"""Limits of OCPP 2.0.1 and 2.1 act on cars, over a real WebSocket (part 2, block K)."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.car import NIMBLE, ONE_PHASE, Car
from simulation.charger.grid import NOTHING
from simulation.charger.v201 import models
from simulation.charger.v201.charger import SimulatedStation
from simulation.charger.v201.evse import Needs
from tests.simulation.charger.v201.conftest import Central201, MakeStation
from tests.simulation.charger.v201.test_sessions import charging

PAST = "2020-01-01T00:00:00Z"


def limit(
    amperes: float,
    *,
    evse: int = 1,
    id: int = 1001,
    stack: int = 0,
    unit: str = "A",
    purpose: str = "TxDefaultProfile",
    kind: str = "Absolute",
    start: str | None = PAST,
    period: dict[str, Any] | None = None,
    more: dict[str, Any] | None = None,
    **schedule: Any,
) -> dict[str, Any]:
    """A SetChargingProfile request."""
    if start is not None and kind == "Absolute":
        schedule["startSchedule"] = start
    return {
        "evseId": evse,
        "chargingProfile": {
            "id": id,
            "stackLevel": stack,
            "chargingProfilePurpose": purpose,
            "chargingProfileKind": kind,
            "chargingSchedule": [
                {
                    "id": id,
                    "chargingRateUnit": unit,
                    "chargingSchedulePeriod": [
                        {"startPeriod": 0, "limit": amperes, **(period or {})}
                    ],
                    **schedule,
                }
            ],
            **(more or {}),
        },
    }


async def set_limit(central: Central201, *args: Any, **more: Any) -> str:
    """Set one, and say what came of it: the status, or the reason against it."""
    answer = await central.tell("SetChargingProfile", limit(*args, **more))
    return str(answer.get("statusInfo", {}).get("reasonCode", answer["status"]))


def later(charger: SimulatedStation, seconds: float) -> str:
    """So many seconds from now on the charger's clock."""
    return datetime.fromtimestamp(charger.now() + seconds, UTC).isoformat()


async def test_a_limit_is_followed_and_zero_suspends(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    car = await charging(charger)
    assert await set_limit(central, 9.7) == "Accepted"
    await charger.until(lambda: car.current == pytest.approx(9.7))
    await central.until(lambda: ("Updated", "ChargingRateChanged") in central.told())
    assert await set_limit(central, 0.0) == "Accepted"
    await charger.until(lambda: charger.currents == NOTHING)
    await central.until(
        lambda: central.events[-1]["transactionInfo"].get("chargingState") == "SuspendedEVSE"
    )


async def test_a_tx_profile_outlives_a_pause_by_default_and_dies_with_its_transaction(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    car = await charging(charger)
    transaction = charger.sessions[0].id
    own = {"purpose": "TxProfile", "id": 1002, "more": {"transactionId": transaction}}
    assert await set_limit(central, 10.0, **own) == "Accepted"
    assert await set_limit(central, 0.0) == "Accepted"
    await charger.until(lambda: car.current == pytest.approx(10.0))
    charger.unplug(1)
    assert [one.profile.id for one in charger.profiles] == [1001]
    assert await set_limit(central, 10.0, **own) == "TxNotFound"


async def test_a_running_limit_gives_way_to_the_standing_one_without_any_socket(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    car = await charging(charger)
    await set_limit(central, 6.0, id=1, stack=0)
    await set_limit(central, 14.0, id=2, stack=1, start=charger.timestamp(), duration=60)
    await charger.until(lambda: car.current == pytest.approx(14.0))
    charger.link.halt()
    await charger.until(lambda: car.current == pytest.approx(6.0))


async def test_limits_outlive_a_reboot_and_a_jump_of_the_clock_moves_them(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(replace(models.STATION, takes_clock=False))
    await set_limit(central, 6.0, id=1, stack=0)
    await set_limit(central, 12.0, id=2, stack=1, more={"validTo": later(charger, 3600)})
    charger.power_off()
    charger.power_on()
    await charger.until(lambda: charger.running and charger.accepted)
    car = await charging(charger)
    assert car.current == pytest.approx(12.0)
    charger.jump(3600)
    await charger.until(lambda: car.current == pytest.approx(6.0))


async def test_a_limit_of_the_station_is_shared_by_those_who_charge(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.TWIN)
    assert await set_limit(central, 20.0, evse=0, purpose="ChargingStationMaxProfile") == "Accepted"
    one = await charging(charger, 1)
    assert one.current == pytest.approx(16.0)
    two = await charging(charger, 2)
    await charger.until(lambda: one.current == two.current == pytest.approx(10.0))


async def test_one_phase_is_charged_on_where_the_charger_can_and_on_the_one_that_is_named(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.SWITCHING)
    await charging(charger)
    one_phase = {"numberPhases": 1, "phaseToUse": 2}
    assert await set_limit(central, 10.0, period=one_phase) == "Accepted"
    await charger.until(lambda: charger.currents == pytest.approx((0.0, 10.0, 0.0)))
    await central.until(
        lambda: (
            [one["numberOfPhasesUsed"] for one in central.events if "numberOfPhasesUsed" in one]
            == [3, 1]
        )
    )


async def test_a_charger_that_cannot_switch_refuses_fewer_phases(
    central: Central201, connected: MakeStation
) -> None:
    await connected()
    assert await set_limit(central, 10.0, period={"numberPhases": 1}) == "UnsupportedParam"


async def test_profiles_are_read_back_by_evse_and_by_who_set_them(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.TWIN)
    await set_limit(central, 6.0, evse=1, id=1)
    await set_limit(central, 7.0, evse=1, id=2, stack=1)
    await set_limit(central, 8.0, evse=2, id=3)
    charger.limit_externally(10.0, evse=2, source="SO")
    ask = {"requestId": 77, "chargingProfile": {"stackLevel": 0}}
    assert await central.tell("GetChargingProfiles", ask) == {"status": "Accepted"}
    await central.until(lambda: len(central.called("ReportChargingProfiles")) == 3)
    told = [
        (
            report["evseId"],
            report["chargingLimitSource"],
            [one["id"] for one in report["chargingProfile"]],
            report["tbc"],
        )
        for report in central.called("ReportChargingProfiles")
    ]
    outside = next(one.profile.id for one in charger.profiles if one.source == "SO")
    assert told == [(1, "CSO", [1], True), (2, "CSO", [3], True), (2, "SO", [outside], False)]
    assert {report["requestId"] for report in central.called("ReportChargingProfiles")} == {77}
    nothing = {"requestId": 78, "chargingProfile": {"chargingProfileId": [99]}}
    assert await central.tell("GetChargingProfiles", nothing) == {"status": "NoProfiles"}


async def test_profiles_are_cleared_by_id_or_by_place(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.TWIN)
    for evse, number in ((1, 1), (2, 2), (2, 3)):
        await set_limit(central, 6.0, evse=evse, id=number, stack=number)
    clear = "ClearChargingProfile"
    assert await central.tell(clear, {"chargingProfileId": 1}) == {"status": "Accepted"}
    assert await central.tell(clear, {"chargingProfileId": 1}) == {"status": "Unknown"}
    criteria = {"evseId": 2, "stackLevel": 3}
    assert await central.tell(clear, {"chargingProfileCriteria": criteria}) == {
        "status": "Accepted"
    }
    assert [one.profile.id for one in charger.profiles] == [2]
    entries = await central.get("SmartChargingCtrlr", "Entries", instance="ChargingProfiles")
    assert entries["attributeValue"] == "1"


async def test_a_composite_schedule_is_what_its_profiles_say(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.TWIN)
    await set_limit(central, 6.0, evse=1, id=1, stack=0)
    await set_limit(central, 14.0, evse=1, id=2, stack=1, start=charger.timestamp(), duration=1000)
    ask = {"evseId": 1, "duration": 3000, "chargingRateUnit": "A"}
    schedule = (await central.tell("GetCompositeSchedule", ask))["schedule"]
    assert schedule["evseId"] == 1
    first, second = schedule["chargingSchedulePeriod"]
    assert (first["limit"], second["limit"]) == (14.0, 6.0)
    assert 0 < second["startPeriod"] <= 1000
    whole = await central.tell("GetCompositeSchedule", {**ask, "evseId": 0})
    # The second EVSE may draw all that it can.
    assert [one["limit"] for one in whole["schedule"]["chargingSchedulePeriod"]] == [46.0, 38.0]
    watts = await central.tell("GetCompositeSchedule", {**ask, "chargingRateUnit": "W"})
    assert watts["schedule"]["chargingSchedulePeriod"][0]["limit"] == 14.0 * 3 * 230
    unknown = await central.tell("GetCompositeSchedule", {**ask, "evseId": 3})
    assert unknown["statusInfo"]["reasonCode"] == "UnknownEvse"


async def test_a_limit_from_outside_acts_and_is_told(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    car = await charging(charger)
    await central.set("SmartChargingCtrlr", "NotifyChargingLimitWithSchedules", "true")
    charger.limit_externally(8.0, evse=1)
    await charger.until(lambda: car.current == pytest.approx(8.0))
    await central.until(lambda: central.called("NotifyChargingLimit"))
    (told,) = central.called("NotifyChargingLimit")
    assert told["chargingLimit"]["chargingLimitSource"] == "EMS"
    assert told["chargingSchedule"][0]["chargingSchedulePeriod"][0]["limit"] == 8.0
    assert await set_limit(central, 16.0) == "Accepted"
    await asyncio.sleep(clock.real(10))
    assert car.current == pytest.approx(8.0)
    charger.lift_external_limit(evse=1)
    await charger.until(lambda: car.current == pytest.approx(16.0))
    await central.until(lambda: central.called("ClearedChargingLimit"))


async def test_a_car_tells_what_it_needs_and_charges_on_where_nobody_plans(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.WITH_15118)
    needs = Needs(energy=20_000.0, departure=3600.0)
    car = charger.plug_in(1, Car(NIMBLE), needs=needs)
    await central.until(lambda: central.called("NotifyEVChargingNeeds"))
    (told,) = central.called("NotifyEVChargingNeeds")
    assert told["chargingNeeds"]["requestedEnergyTransfer"] == "AC_three_phase"
    assert told["chargingNeeds"]["acChargingParameters"]["energyAmount"] == 20_000
    assert "departureTime" in told["chargingNeeds"]
    await charger.until(lambda: car.current == pytest.approx(16.0))


async def test_a_car_that_was_promised_a_plan_waits_for_it_a_minute(
    central: Central201, connected: MakeStation
) -> None:
    central.answers["NotifyEVChargingNeeds"] = lambda _: {"status": "Accepted"}
    charger = await connected(models.WITH_15118)
    car = charger.plug_in(1, Car(NIMBLE), needs=Needs(energy=20_000.0))
    evse = charger.connectors[1]
    await charger.until(lambda: evse.waits_for_profile_until is not None)
    await charger.until(lambda: charger.currents == NOTHING)
    transaction = charger.sessions[0].id
    own = {"purpose": "TxProfile", "more": {"transactionId": transaction}}
    assert await set_limit(central, 11.0, **own) == "Accepted"
    await charger.until(lambda: car.current == pytest.approx(11.0))
    await central.until(lambda: central.called("NotifyEVChargingSchedule"))


async def test_without_the_plan_it_charges_after_a_minute(
    central: Central201, connected: MakeStation
) -> None:
    central.answers["NotifyEVChargingNeeds"] = lambda _: {"status": "Processing"}
    charger = await connected(models.WITH_15118)
    car = charger.plug_in(1, Car(NIMBLE), needs=Needs(energy=20_000.0))
    evse = charger.connectors[1]
    await charger.until(lambda: evse.waits_for_profile_until is not None)
    await charger.until(lambda: charger.currents == NOTHING)
    await charger.until(lambda: car.current == pytest.approx(16.0), seconds=90)


async def test_2_1_falls_back_after_a_long_absence_and_comes_back_with_the_socket(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.STATION_21)
    assert charger.speaks_21
    car = await charging(charger)
    await set_limit(central, 6.0, id=1001, stack=0)
    assert await set_limit(central, 14.0, id=1002, stack=1, more={"maxOfflineDuration": 30}) == (
        "Accepted"
    )
    await charger.until(lambda: car.current == pytest.approx(14.0))
    charger.link.halt()
    await charger.until(lambda: car.current == pytest.approx(6.0))
    charger.link.start()
    await charger.until(lambda: car.current == pytest.approx(14.0))


async def test_2_1_changes_a_dynamic_limit_and_charges_with_priority(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.STATION_21)
    car = await charging(charger)
    assert await set_limit(central, 14.0, id=1001, kind="Dynamic") == "Accepted"
    await charger.until(lambda: car.current == pytest.approx(14.0))
    update = {"chargingProfileId": 1001, "scheduleUpdate": {"limit": 9.0}}
    assert await central.tell("UpdateDynamicSchedule", update) == {"status": "Accepted"}
    await charger.until(lambda: car.current == pytest.approx(9.0))
    use = {"transactionId": charger.sessions[0].id, "activate": True}
    assert await central.tell("UsePriorityCharging", use) == {"status": "NoProfile"}
    assert await set_limit(central, 15.0, id=1003, purpose="PriorityCharging") == "Accepted"
    assert await central.tell("UsePriorityCharging", use) == {"status": "Accepted"}
    await charger.until(lambda: car.current == pytest.approx(15.0))


async def test_2_0_1_refuses_what_only_2_1_knows(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    answer = await central.ask_unchecked(
        "SetChargingProfile", limit(6.0, more={"maxOfflineDuration": 30})
    )
    assert answer[0] == 4
    assert answer[2] == "FormatViolation"
    assert len(charger.violations) == 1


async def test_watts_are_divided_by_three_or_by_the_phases_that_the_car_uses(
    central: Central201, connected: MakeStation
) -> None:
    knows = await connected(replace(models.STATION, converts_watts_by_phases_in_use=True))
    car = await charging(knows, car=Car(ONE_PHASE))
    assert await set_limit(central, 2300.0, unit="W") == "Accepted"
    await knows.until(lambda: car.current == pytest.approx(10.0))
