"""What is done when a charger is accepted, and when it comes back."""

from collections.abc import Generator
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import Identity
from custom_components.ev_load_manager.csms.models import Certainty, load_catalogue
from custom_components.ev_load_manager.csms.onboarding.capabilities import (
    Capabilities,
    Suitability,
    Suited,
    SuitedBecause,
)
from custom_components.ev_load_manager.csms.onboarding.onboarding import Onboarding
from custom_components.ev_load_manager.csms.transport.errors import (
    CallError,
    CallTimeout,
    NotConnected,
)
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.scripted_charger import ACCEPTED, REJECTED, ScriptedCharger

CATALOGUE = load_catalogue()
USUAL = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage"
SOMEBODY = Identity(vendor="Vendor", model="Model")
FACTORY = {
    "ChargeProfileMaxStackLevel": "8",
    "ChargingScheduleAllowedChargingRateUnit": "Current,Power",
    "ChargingScheduleMaxPeriods": "24",
    "ConnectorPhaseRotation": "0.RST,1.STR",
    "ConnectorSwitch3to1PhaseSupported": "false",
    "MaxChargingProfilesInstalled": "10",
    "MeterValuesSampledData": "Energy.Active.Import.Register",
    "MeterValueSampleInterval": "900",
    "MinimumStatusDuration": "5",
    "NumberOfConnectors": "2",
    "SupportedFeatureProfiles": "Core,SmartCharging, RemoteTrigger",
    "WebSocketPingInterval": "0",
}


@pytest.fixture(autouse=True)
def fast() -> Generator[None]:
    """Half a minute passes in a twentieth of a second."""
    clock.set_factor(600)
    yield
    clock.set_factor(1)


async def onboard(
    charger: ScriptedCharger, identity: Identity = SOMEBODY, **more: Any
) -> Onboarding:
    """Do what is done when a charger is accepted."""
    onboarding = Onboarding(charger, CATALOGUE, **more)
    await onboarding.learn(identity)
    await onboarding.configure()
    return onboarding


def written(charger: ScriptedCharger) -> dict[str, list[str]]:
    """Values that were tried, by key."""
    tried: dict[str, list[str]] = {}
    for payload in charger.of("ChangeConfiguration"):
        tried.setdefault(payload["key"], []).append(payload["value"])
    return tried


def takes_measurands(
    charger: ScriptedCharger, takes: set[str], lost: list[str] | None = None
) -> None:
    """It takes lists of nothing else; the answer to each one of `lost` is lost once."""

    def change(payload: dict[str, Any]) -> dict[str, Any] | Exception:
        key, value = payload["key"], payload["value"]
        if key == "MeterValuesSampledData" and not takes >= set(value.split(",")):
            return REJECTED
        charger.keys[key] = value
        if lost and value in lost:
            lost.remove(value)
            return CallTimeout("no answer")
        return ACCEPTED

    charger.on("ChangeConfiguration", change)


async def test_a_charger_tells_what_it_can_and_is_made_to_report() -> None:
    charger = ScriptedCharger(FACTORY)
    seen = (await onboard(charger)).capabilities
    assert seen.profile == "generic"
    assert seen.certainty is Certainty.GENERIC
    assert seen.smart_charging is True
    assert seen.trigger_message is True
    assert seen.connectors == 2
    assert seen.stack_level_maximum == 8
    assert seen.rate_units == ("A", "W")
    assert seen.max_periods == 24
    assert seen.max_profiles == 10
    assert seen.phase_switching is False
    assert seen.phase_rotation == {"0": "RST", "1": "STR"}
    assert ",".join(seen.measurands) == USUAL
    assert seen.sample_interval == 10
    assert charger.keys["MeterValuesSampledData"] == USUAL
    assert charger.keys["MeterValueSampleInterval"] == "10"
    assert charger.keys["MinimumStatusDuration"] == "0"
    assert charger.keys["WebSocketPingInterval"] == "30"


async def test_nothing_is_written_that_is_there_already() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger)
    before = len(charger.of("ChangeConfiguration"))
    await onboarding.learn(SOMEBODY)
    await onboarding.configure()
    restarted = Onboarding(charger, CATALOGUE)
    restarted.restore(Stored(json.loads(json.dumps(onboarding.state()))))
    await restarted.learn(SOMEBODY)
    await restarted.configure()
    assert len(charger.of("ChangeConfiguration")) == before
    assert restarted.capabilities == onboarding.capabilities


async def test_a_longer_list_of_measurands_stays() -> None:
    charger = ScriptedCharger(FACTORY | {"MeterValuesSampledData": f"SoC, '{USUAL}'"})
    charger.keys["MeterValuesSampledData"] = "SoC," + ", ".join(f"'{m}'" for m in USUAL.split(","))
    await onboard(charger)
    assert "MeterValuesSampledData" not in written(charger)


async def test_what_keys_held_before_is_put_back_on_removal() -> None:
    charger = ScriptedCharger(FACTORY | {"MaxAvailableCurrent": "10000"})
    onboarding = await onboard(charger)
    restarted = Onboarding(charger, CATALOGUE)
    restarted.restore(Stored(json.loads(json.dumps(onboarding.state()))))
    await restarted.learn(SOMEBODY)
    assert await restarted.undo({"MaxAvailableCurrent": "32000"}) == ()
    assert charger.keys == FACTORY | {"MaxAvailableCurrent": "32000"}


async def test_what_can_not_be_put_back_is_told() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger)
    charger.read_only.add("MinimumStatusDuration")
    charger.on(
        "ChangeConfiguration",
        lambda payload: (
            NotConnected("gone") if payload["key"] == "MeterValueSampleInterval" else REJECTED
        ),
    )
    failed = await onboarding.undo()
    assert set(failed) == set(onboarding.capabilities.originals)
    assert "MeterValueSampleInterval" in failed


async def test_measurands_are_taken_one_by_one_where_the_list_is_refused() -> None:
    charger = ScriptedCharger(FACTORY)
    takes = {"Current.Import", "Energy.Active.Import.Register"}
    takes_measurands(charger, takes)
    seen = (await onboard(charger)).capabilities
    assert set(seen.measurands) == takes
    assert set(charger.keys["MeterValuesSampledData"].split(",")) == takes


async def test_an_answer_that_is_lost_is_no_refusal_for_good() -> None:
    """Asked one by one, what was taken and not answered is left out of all that follows."""
    charger = ScriptedCharger(FACTORY)
    takes, lost = {"Current.Import", "Energy.Active.Import.Register"}, ["Current.Import"]
    takes_measurands(charger, takes, lost)
    onboarding = await onboard(charger)
    assert onboarding.is_unsure
    assert onboarding.capabilities.measurands == ("Energy.Active.Import.Register",)
    await onboarding.configure()
    assert not onboarding.is_unsure
    assert set(onboarding.capabilities.measurands) == takes
    assert set(charger.keys["MeterValuesSampledData"].split(",")) == takes


async def test_who_never_answers_one_measurand_is_asked_once_more_and_not_for_ever() -> None:
    charger = ScriptedCharger(FACTORY)

    def change(payload: dict[str, Any]) -> dict[str, Any] | Exception:
        if "Voltage" in payload["value"]:
            return CallTimeout("no answer")
        charger.keys[payload["key"]] = payload["value"]
        return ACCEPTED

    charger.on("ChangeConfiguration", change)
    onboarding = await onboard(charger)
    assert onboarding.is_unsure
    for _ in range(3):
        await onboarding.learn(SOMEBODY)
        await onboarding.configure()
        assert not onboarding.is_unsure


async def test_a_charger_that_takes_phases_by_name_only_gets_them_by_name() -> None:
    charger = ScriptedCharger(FACTORY)

    def change(payload: dict[str, Any]) -> dict[str, Any]:
        names = payload["value"].split(",")
        if payload["key"] == "MeterValuesSampledData" and "Current.Import" in names:
            return REJECTED
        charger.keys[payload["key"]] = payload["value"]
        return ACCEPTED

    charger.on("ChangeConfiguration", change)
    assert (await onboard(charger)).capabilities.measurands == OCPP_1_6.names.wanted[1]


async def test_phases_that_did_not_come_are_asked_for_by_name_next_time() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger)
    assert onboarding.saw_phases(False)
    assert onboarding.capabilities.alm == Suitability(
        suited=Suited.NO, because=SuitedBecause.REPORTS_NO_PHASES
    )
    await onboarding.configure()
    assert charger.keys["MeterValuesSampledData"] == ",".join(OCPP_1_6.names.wanted[1])
    assert onboarding.saw_phases(True)
    assert not onboarding.saw_phases(False)
    assert onboarding.capabilities.alm == Suitability(
        suited=Suited.YES, because=SuitedBecause.REPORTS_PHASES
    )


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        ("1", "Current.Import"),
        ("3", "Energy.Active.Import.Register,Power.Active.Import,Current.Import"),
    ],
)
async def test_no_more_measurands_are_asked_for_than_the_charger_can_list(
    most: str, kept: str
) -> None:
    charger = ScriptedCharger(FACTORY | {"MeterValuesSampledDataMaxLength": most})
    charger.read_only.add("MeterValuesSampledDataMaxLength")
    await onboard(charger)
    assert written(charger)["MeterValuesSampledData"] == [kept]


async def test_what_the_charger_kept_of_the_list_is_what_counts() -> None:
    charger = ScriptedCharger(FACTORY)

    def change(payload: dict[str, Any]) -> dict[str, Any]:
        value = payload["value"]
        charger.keys[payload["key"]] = (
            "Current.Import" if payload["key"] == "MeterValuesSampledData" else value
        )
        return ACCEPTED

    charger.on("ChangeConfiguration", change)
    assert (await onboard(charger)).capabilities.measurands == ("Current.Import",)


@pytest.mark.parametrize(
    ("identity", "interval"),
    [
        (Identity(vendor="Easee", model="Home"), "30"),
        (Identity(vendor="Bender GmbH Co. KG", model="CC612_1M4PR"), "60"),
        (SOMEBODY, "10"),
    ],
)
async def test_values_are_asked_for_no_more_often_than_the_model_bears(
    identity: Identity, interval: str
) -> None:
    charger = ScriptedCharger(FACTORY)
    await onboard(charger, identity)
    assert charger.keys["MeterValueSampleInterval"] == interval


async def test_a_charger_that_refuses_ten_seconds_is_asked_for_a_minute_at_most() -> None:
    charger = ScriptedCharger(FACTORY)

    def change(payload: dict[str, Any]) -> dict[str, Any]:
        too_often = payload["key"] == "MeterValueSampleInterval" and int(payload["value"]) < 60
        return REJECTED if too_often else ACCEPTED

    charger.on("ChangeConfiguration", change)
    assert (await onboard(charger)).capabilities.sample_interval == 60
    assert written(charger)["MeterValueSampleInterval"] == ["10", "30", "60"]


@pytest.mark.parametrize("answer", [REJECTED, CallError("NotImplemented"), {}])
async def test_a_key_that_fails_stops_nothing(answer: dict[str, Any] | Exception) -> None:
    charger = ScriptedCharger(FACTORY)
    charger.on("ChangeConfiguration", lambda _: answer)
    seen = (await onboard(charger)).capabilities
    assert set(seen.errors) >= {
        "MeterValuesSampledData",
        "MeterValueSampleInterval",
        "MinimumStatusDuration",
        "WebSocketPingInterval",
    }
    assert seen.written == {}
    assert seen.originals == {}


async def test_a_read_only_key_is_not_written() -> None:
    charger = ScriptedCharger(FACTORY)
    charger.read_only.add("WebSocketPingInterval")
    seen = (await onboard(charger)).capabilities
    assert "WebSocketPingInterval" not in written(charger)
    assert seen.errors["WebSocketPingInterval"] == "read-only"


async def test_a_key_that_acts_after_a_reboot_is_told() -> None:
    charger = ScriptedCharger(FACTORY)
    charger.on("ChangeConfiguration", lambda _: {"status": "RebootRequired"})
    seen = (await onboard(charger)).capabilities
    assert "MeterValuesSampledData" in seen.needs_reboot


async def test_a_charger_that_answers_nothing_is_the_generic_one() -> None:
    charger = ScriptedCharger()
    charger.silent = True
    onboarding = Onboarding(charger, CATALOGUE)
    await onboarding.learn(SOMEBODY)
    assert onboarding.learned
    assert onboarding.profile is CATALOGUE.generic
    assert charger.asked == [
        ("GetConfiguration", {}),
        ("GetConfiguration", {"key": ["GetConfigurationMaxKeys"]}),
    ]


async def test_a_lost_connection_ends_it() -> None:
    charger = ScriptedCharger()
    charger.online = False
    onboarding = Onboarding(charger, CATALOGUE)
    with pytest.raises(NotConnected):
        await onboarding.learn(SOMEBODY)
    assert not onboarding.learned


async def test_keys_that_are_hidden_are_asked_for_by_name() -> None:
    charger = ScriptedCharger(FACTORY | {"G_MaxCurrent": "32.00"})
    charger.on(
        "GetConfiguration",
        lambda payload: (
            charger._get_configuration(payload["key"])
            if "key" in payload
            else {"configurationKey": [{"key": "Visible", "readonly": True, "value": "1"}]}
        ),
    )
    onboarding = await onboard(charger)
    assert onboarding.profile.id == "growatt_atess"
    assert onboarding.capabilities.stack_level_maximum == 8
    assert all(len(call.get("key", ())) <= 10 for call in charger.of("GetConfiguration"))


async def test_a_charger_that_refuses_the_whole_list_is_asked_in_portions_of_its_size() -> None:
    charger = ScriptedCharger(FACTORY | {"GetConfigurationMaxKeys": "3"})
    charger.on(
        "GetConfiguration",
        lambda payload: (
            charger._get_configuration(payload["key"])
            if "key" in payload
            else CallError("InternalError")
        ),
    )
    seen = (await onboard(charger)).capabilities
    assert seen.connectors == 2


async def test_more_keys_than_a_charger_says_it_lists_may_come_back() -> None:
    charger = ScriptedCharger(FACTORY | {"GetConfigurationMaxKeys": "1"})
    seen = (await onboard(charger)).capabilities
    assert len(FACTORY) > 1
    assert seen.connectors == 2


async def test_portions_that_are_refused_are_left_out() -> None:
    charger = ScriptedCharger()
    charger.on("GetConfiguration", lambda _: CallError("NotSupported"))
    seen = (await onboard(charger)).capabilities
    assert seen.connectors is None


async def test_nonsense_in_an_answer_is_left_out() -> None:
    charger = ScriptedCharger()
    charger.on(
        "GetConfiguration",
        lambda _: {
            "configurationKey": [
                "nonsense",
                {"key": 7},
                {"key": "NumberOfConnectors", "value": "many"},
                {"key": "ChargeProfileMaxStackLevel", "value": "-1"},
                {"key": "ConnectorPhaseRotation"},
                {"key": "MeterValueSampleInterval", "value": 60},
            ]
        },
    )
    seen = (await onboard(charger)).capabilities
    assert seen.connectors is None
    assert seen.stack_level_maximum is None
    assert seen.phase_rotation == {}


# Models that need care


async def test_abb_is_never_asked_beyond_its_list_and_its_list_is_never_read() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger, Identity(vendor="ABB", model="CDT_TACW22::NET_WIFI"))
    charger.keys["MeterValuesSampledData"] = "Energy.Active.Import.Register"
    await onboarding.learn(Identity(vendor="ABB", model="CDT_TACW22::NET_WIFI"))
    await onboarding.configure()
    allowed = set(CATALOGUE.profiles["abb_terra_ac"].metering.measurands)
    tried = written(charger)["MeterValuesSampledData"]
    # It was written once, and is not written again although it can't be read.
    assert len(tried) == 1
    assert set(tried[0].split(",")) <= allowed
    for question in charger.of("GetConfiguration"):
        assert "MeterValuesSampledData" not in question["key"]


@pytest.mark.parametrize("model", ["CDT_TACW22::NET_WIFI", "a new one"])
async def test_abb_that_refuses_the_list_is_asked_for_parts_of_it_only(model: str) -> None:
    charger = ScriptedCharger(FACTORY)
    charger.on("ChangeConfiguration", lambda _: REJECTED)
    await onboard(charger, Identity(vendor="ABB", model=model))
    allowed = set(CATALOGUE.profiles["abb_terra_ac"].metering.measurands)
    for value in written(charger)["MeterValuesSampledData"]:
        assert set(value.split(",")) <= allowed


async def test_a_charger_that_has_not_said_who_it_is_may_be_an_abb() -> None:
    charger = ScriptedCharger(FACTORY)
    charger.on("ChangeConfiguration", lambda _: REJECTED)
    await onboard(charger, Identity())
    allowed = set(CATALOGUE.profiles["abb_terra_ac"].metering.measurands)
    for value in written(charger)["MeterValuesSampledData"]:
        assert set(value.split(",")) <= allowed
    for question in charger.of("GetConfiguration"):
        assert "MeterValuesSampledData" not in question["key"]


async def test_huawei_is_known_by_its_empty_vendor_and_takes_watts() -> None:
    charger = ScriptedCharger(FACTORY | {"ChargingScheduleAllowedChargingRateUnit": "Power"})
    onboarding = await onboard(charger, Identity(vendor="", model="ACChargePoint"))
    assert onboarding.profile.id == "huawei_scharger"
    assert onboarding.capabilities.rate_units == ("W",)


async def test_alfen_is_made_to_report_its_phases() -> None:
    charger = ScriptedCharger(FACTORY | {"RegisterMeterValuesIncludePhases": "false"})
    onboarding = await onboard(charger, Identity(vendor="Alfen BV", model="NG920-52506"))
    assert charger.keys["RegisterMeterValuesIncludePhases"] == "true"
    assert onboarding.capabilities.originals["RegisterMeterValuesIncludePhases"] == "false"
    assert onboarding.capabilities.dlm.suited is Suited.YES
    assert onboarding.capabilities.alm.suited is Suited.YES


async def test_true_and_1_are_the_same() -> None:
    charger = ScriptedCharger(FACTORY | {"RegisterMeterValuesIncludePhases": "1"})
    await onboard(charger, Identity(vendor="Alfen BV", model="NG920-52506"))
    assert "RegisterMeterValuesIncludePhases" not in written(charger)


async def test_go_e_is_freed_from_an_app_that_stopped_it() -> None:
    charger = ScriptedCharger(FACTORY | {"ForceState": "Off"})
    await onboard(charger, Identity(vendor="go-e", model="go-eCharger_V4"))
    assert charger.keys["ForceState"] == "Neutral"


async def test_keys_in_lower_case_are_written_as_they_are_spelt() -> None:
    charger = ScriptedCharger({key.lower(): value for key, value in FACTORY.items()})
    onboarding = await onboard(charger, Identity(vendor="Schneider Electric", model="MONOBLOCK"))
    assert charger.keys["metervaluesampleinterval"] == "60"
    assert "MeterValueSampleInterval" not in written(charger)
    assert onboarding.capabilities.connectors == 2


# Suited or not


@pytest.mark.parametrize(
    "features", ["Core,Smart Charging,Remote Trigger", "core, SMARTCHARGING , remotetrigger"]
)
async def test_features_are_known_however_they_are_spelt(features: str) -> None:
    onboarding = await onboard(ScriptedCharger(FACTORY | {"SupportedFeatureProfiles": features}))
    assert onboarding.capabilities.smart_charging is True
    assert onboarding.capabilities.trigger_message is True


async def test_a_model_without_smart_charging_is_suited_once_it_took_a_limit() -> None:
    charger = ScriptedCharger(FACTORY | {"SupportedFeatureProfiles": "Core"})
    onboarding = await onboard(charger)
    assert onboarding.capabilities.dlm == Suitability(
        suited=Suited.UNKNOWN, because=SuitedBecause.NO_SMART_CHARGING
    )
    assert onboarding.saw_limit(True)
    assert not onboarding.saw_limit(True)
    assert onboarding.capabilities.dlm == Suitability(
        suited=Suited.YES, because=SuitedBecause.TAKES_LIMITS
    )
    assert onboarding.capabilities.alm.suited is Suited.UNKNOWN


async def test_a_charger_that_refused_every_limit_suits_nothing() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger, Identity(vendor="Alfen BV", model="NG920"))
    assert onboarding.saw_limit(False)
    refused = Suitability(suited=Suited.NO, because=SuitedBecause.TAKES_NO_LIMITS)
    assert onboarding.capabilities.dlm == refused
    assert onboarding.capabilities.alm == refused


async def test_a_model_that_was_said_not_to_suit_alm_does_once_it_showed_its_phases() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger, Identity(vendor="Circontrol", model="eNext"))
    assert onboarding.capabilities.alm == Suitability(
        suited=Suited.NO, because=SuitedBecause.KNOWN_MODEL
    )
    onboarding.saw_phases(True)
    assert onboarding.capabilities.alm.suited is Suited.YES


async def test_the_users_choice_goes_before_everything() -> None:
    charger = ScriptedCharger(FACTORY)
    onboarding = await onboard(charger, chosen="innogy_compleo_ebox")
    assert onboarding.profile.id == "innogy_compleo_ebox"
    assert onboarding.capabilities.certainty is Certainty.CHOSEN


async def test_what_is_only_suggested_is_told() -> None:
    onboarding = await onboard(ScriptedCharger(FACTORY), Identity(vendor="innogy", model="eBox"))
    assert onboarding.profile is CATALOGUE.generic
    assert onboarding.capabilities.suggested == "innogy_compleo_ebox"


def test_a_state_that_can_not_be_read_begins_anew() -> None:
    onboarding = Onboarding(ScriptedCharger(), CATALOGUE)
    stored = Stored({"certainty": "sort of", "learned": True})
    onboarding.restore(stored)
    assert onboarding.capabilities == Capabilities()
    assert not onboarding.learned
    assert list(stored.damage.parts) == ["certainty"]


def is_silent_without_keys(charger: ScriptedCharger, most: int) -> None:
    """Have it answer nothing to questions without keys, or for more than `most`."""
    answer = charger._get_configuration

    def told(payload: dict[str, Any]) -> Any:
        names = payload.get("key")
        if names is None or len(names) > most:
            return CallTimeout("no answer")
        return answer(names)

    charger.on("GetConfiguration", told)


@pytest.mark.parametrize("tells_most", [True, False])
@pytest.mark.parametrize("most", [1, 4])
async def test_what_is_silent_without_keys_is_asked_in_portions_that_it_answers(
    most: int, tells_most: bool
) -> None:
    charger = ScriptedCharger(
        FACTORY | ({"GetConfigurationMaxKeys": str(most)} if tells_most else {})
    )
    is_silent_without_keys(charger, most)
    seen = (await onboard(charger)).capabilities
    assert seen.connectors == 2
    assert seen.stack_level_maximum == 8
    assert seen.sample_interval == 10


async def test_what_answers_no_question_is_left_in_peace() -> None:
    charger = ScriptedCharger(FACTORY)
    is_silent_without_keys(charger, 0)
    onboarding = Onboarding(charger, CATALOGUE)
    await onboarding.learn(SOMEBODY)
    assert onboarding.learned
    assert len(charger.of("GetConfiguration")) == 2
