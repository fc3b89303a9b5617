"""Chargers are limited in the way that each of them understands."""

from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import Identity
from custom_components.ev_load_manager.csms.dialect import Target
from custom_components.ev_load_manager.csms.limits import commands
from custom_components.ev_load_manager.csms.models import ChargingProfileWay, ConfigurationKeyWay
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from tests.csms.bench import CATALOGUE, Make, sent
from tests.csms.scripted_charger import ACCEPTED, REJECTED, CallError, ScriptedCharger

pytestmark = pytest.mark.usefixtures("very_fast")


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
    bench.limits.keeper(1).session_started("9", "tag")
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


async def test_a_session_goes_on_with_nobody_who_has_left(make: Make) -> None:
    charger = ScriptedCharger({"GaroOwnerMaxCurrent": "16"})
    bench = make(CATALOGUE.profiles["garo_entity"], charger=charger)
    bench.limits.keeper(1).session_started("9", "tag")
    bench[1].want(0)
    await charger.until_asked(1, "RemoteStopTransaction")
    await bench.limits.settled()
    bench.limits.session_ended(1)
    bench.limits.keeper(1).goes_on_no_more()
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    await bench.limits.settled()
    assert charger.of("RemoteStartTransaction") == []


async def test_nobody_waits_for_ever_for_a_session_that_does_not_go_on(make: Make) -> None:
    charger = ScriptedCharger({"GaroOwnerMaxCurrent": "16"})
    charger.on("RemoteStartTransaction", lambda _: REJECTED)
    bench = make(CATALOGUE.profiles["garo_entity"], charger=charger)
    bench.limits.keeper(1).session_started("9", "tag")
    bench[1].want(0)
    await charger.until_asked(1, "RemoteStopTransaction")
    bench.limits.session_ended(1)
    bench[1].want(8)
    await charger.until_asked(2, "RemoteStartTransaction")
    while bench[1].stopped is not None:
        await clock.sleep(10.0)
    assert len(charger.of("RemoteStartTransaction")) in (9, 10)


async def test_a_charger_that_refuses_zero_gets_its_minimum_and_its_session_is_stopped(
    make: Make,
) -> None:
    bench = make()

    def no_zero(payload: dict[str, Any]) -> dict[str, Any]:
        schedule = payload["csChargingProfiles"]["chargingSchedule"]
        return ACCEPTED if schedule["chargingSchedulePeriod"][0]["limit"] > 0 else REJECTED

    bench.charger.on("SetChargingProfile", no_zero)
    bench.limits.keeper(1).session_started("9", "tag")
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
    bench.limits.keeper(1).session_started("9", "tag")
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
    way, *_ = commands.attempts(CATALOGUE.profiles["wallbox"], CATALOGUE.generic, firmware=firmware)
    assert isinstance(way, ChargingProfileWay)
    assert way.kind == kind


def test_a_purpose_that_is_accepted_and_not_followed_is_never_tried() -> None:
    said = Identity(vendor="United Chargers Grizzl-E", model="Smart")
    for profile in (CATALOGUE.profiles["grizzl_e"], CATALOGUE.match(said).profile):
        tried = commands.attempts(profile, CATALOGUE.generic)
        assert tried
        assert all(
            way.purpose != "ChargePointMaxProfile"
            for way in tried
            if isinstance(way, ChargingProfileWay)
        )


def test_deci_amperes_are_written_as_such() -> None:
    profile = CATALOGUE.profiles["evbox_g3_g4_elvi"]
    (way,) = [way for way in profile.ways or () if isinstance(way, ConfigurationKeyWay)]
    target = Target(connector=1, now=clock.now())
    for amperes, written in ((16.0, "160"), (6.3, "63")):
        key, value = OCPP_1_6.set_limit(way, target, amperes).setting or ("", "")
        assert (key, value) == (way.key(1), written)
    assert way not in commands.attempts(profile, CATALOGUE.generic)


@pytest.mark.parametrize(
    ("maximum", "levels"), [(None, [0, 0]), (0, [0, 0]), (1, [1, 0]), (3, [3, 1]), (8, [8, 6])]
)
def test_levels_of_twins_leave_room_for_a_standing_profile_below_each(
    maximum: int | None, levels: list[int]
) -> None:
    assert [commands.stack_level(number, 2, maximum) for number in (1, 2)] == levels


# One limit for both outlets


async def test_a_limit_for_both_outlets_is_the_lowest_where_they_load_other_phases(
    make: Make,
) -> None:
    bench = make(CATALOGUE.profiles["ctek_chargestorm"], connectors=2, connected=False)
    for number, amperes, phases in ((1, 10, None), (2, 8, frozenset({0}))):
        bench.limits.keeper(number).session_started(str(number), "tag")
        bench[number].loads(phases)
        bench[number].want(amperes)
    bench.limits.connected()
    await bench.accepted(1, 8.0)
    await bench.accepted(2, 8.0)
    (call, *_) = bench.charger.of("SetChargingProfile")
    assert call["connectorId"] == 0
    assert call["csChargingProfiles"]["chargingProfilePurpose"] == "ChargePointMaxProfile"
    assert call["csChargingProfiles"]["chargingProfileKind"] == "Relative"
    assert bench.charger.limits == [(0, 8)]


@pytest.mark.parametrize("phases", [None, frozenset({0, 1, 2})])
async def test_a_limit_for_both_outlets_is_the_sum_where_both_count_on_the_same_phases(
    make: Make, phases: frozenset[int] | None
) -> None:
    """Those that are not known count on all."""
    bench = make(CATALOGUE.profiles["ctek_chargestorm"], connectors=2, connected=False)
    for number, amperes in ((1, 10), (2, 8)):
        bench.limits.keeper(number).session_started(str(number), "tag")
        bench[number].loads(phases)
        bench[number].want(amperes)
    bench.limits.connected()
    await bench.accepted(1, 10.0)
    await bench.accepted(2, 8.0)
    assert bench.charger.limits == [(0, 18)]


async def test_an_outlet_without_a_car_does_not_hold_the_other_back(make: Make) -> None:
    bench = make(CATALOGUE.profiles["ctek_chargestorm"], connectors=2)
    bench[2].want(0)
    bench[1].want(16)
    bench.limits.keeper(1).session_started("1", "tag")
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


async def test_huawei_gets_watts_for_one_phase_as_its_car_may_keep_one_alone(make: Make) -> None:
    bench = make(CATALOGUE.profiles["huawei_scharger"])
    bench.limits.keeper(1).session_started("1", "tag")
    bench[1].want(10)
    await bench.accepted(1, 10.0)
    schedule = sent(bench)["chargingSchedule"]
    assert schedule["chargingRateUnit"] == "W"
    assert schedule["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 2300}]
    bench[1].loads(frozenset({0, 1, 2}))
    await bench.charger.until_asked(2)
    assert sent(bench)["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 2300, "numberPhases": 3}
    ]
    await bench.accepted(1, 10.0)
    bench.limits.session_ended(1)
    await bench.charger.until_asked(3)
    await bench.accepted(1, 10.0)
    assert "numberPhases" not in sent(bench)["chargingSchedule"]["chargingSchedulePeriod"][0]


async def test_a_charger_that_says_it_takes_watts_only_gets_watts(make: Make) -> None:
    bench = make()
    bench.limits.know(CATALOGUE.generic, watts_only=True)
    bench[1].loads(frozenset({1}))
    bench[1].want(6.5)
    await bench.accepted(1, 6.5)
    assert bench.charger.limits == [(1, 1495)]
