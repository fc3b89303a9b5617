"""By hand anything of OCPP may be sent, but nothing that sets a limit."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.dialect import ManualCallError
from custom_components.ev_load_manager.csms.models import (
    ConfigurationKeyWay,
    DataTransferWay,
    ProfileCatalogue,
    load_catalogue,
)
from custom_components.ev_load_manager.csms.v16 import manual_calls

PROFILE = {
    "chargingProfileId": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Absolute",
    "chargingSchedule": {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 99.9}],
    },
}


@pytest.fixture(scope="module")
def catalogue() -> ProfileCatalogue:
    """All charger models."""
    return load_catalogue()


def why_not(catalogue: ProfileCatalogue, action: str, **payload: Any) -> ManualCallError:
    """The refusal of a call."""
    with pytest.raises(ManualCallError) as refusal:
        manual_calls.check(action, payload, catalogue)
    return refusal.value


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ClearCache", {}),
        ("GetConfiguration", {"key": ["HeartbeatInterval"]}),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "60"}),
        ("ChangeConfiguration", {"key": "LightIntensity", "value": "20"}),
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "10"}),
        ("ChangeConfiguration", {"key": "ForceState", "value": "neutral"}),
        ("GetCompositeSchedule", {"connectorId": 1, "duration": 60}),
        ("DataTransfer", {"vendorId": "Vendor", "messageId": "Hello", "data": "timestamp"}),
        ("RemoteStartTransaction", {"idTag": "TAG"}),
        ("ExtendedTriggerMessage", {"requestedMessage": "Heartbeat"}),
    ],
)
def test_what_sets_no_limit_may_be_sent(
    catalogue: ProfileCatalogue, action: str, payload: dict[str, Any]
) -> None:
    manual_calls.check(action, payload, catalogue)


@pytest.mark.parametrize("action", ["Hello", "StartTransaction", "Heartbeat", "", "clearcache"])
def test_an_unknown_action_is_refused_with_those_that_are_known(
    catalogue: ProfileCatalogue, action: str
) -> None:
    refusal = why_not(catalogue, action)
    assert refusal.key == "ocpp_unknown_action"
    assert "TriggerMessage" in refusal.placeholders["known"]
    assert "StartTransaction" not in refusal.placeholders["known"].split(", ")


def test_every_known_action_has_a_schema(catalogue: ProfileCatalogue) -> None:
    for action in manual_calls.KNOWN:
        refusal = why_not(catalogue, action, **{"no such field": 1})
        assert refusal.key in ("ocpp_payload_wrong", "ocpp_limit_by_hand")


@pytest.mark.parametrize(
    ("action", "payload", "where"),
    [
        ("Reset", {}, "Reset"),
        ("Reset", {"type": "Gently"}, "type"),
        ("Reset", {"type": "Soft", "more": 1}, "Reset"),
        ("UnlockConnector", {"connectorId": "1"}, "connectorId"),
        ("GetConfiguration", {"key": ["x" * 51]}, "key.0"),
    ],
)
def test_a_payload_that_is_not_ocpp_is_refused_with_the_place(
    catalogue: ProfileCatalogue, action: str, payload: dict[str, Any], where: str
) -> None:
    refusal = why_not(catalogue, action, **payload)
    assert refusal.key == "ocpp_payload_wrong"
    assert refusal.placeholders["where"] == where
    assert refusal.placeholders["error"]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": PROFILE}),
        ("ClearChargingProfile", {}),
        ("RemoteStartTransaction", {"idTag": "TAG", "chargingProfile": PROFILE}),
        ("DataTransfer", {"vendorId": "Vendor", "messageId": "SetMaxCurrent", "data": "32"}),
        ("DataTransfer", {"vendorId": "Vendor", "data": '{"limit": 32}'}),
    ],
)
def test_a_limit_is_not_set_by_hand(
    catalogue: ProfileCatalogue, action: str, payload: dict[str, Any]
) -> None:
    assert why_not(catalogue, action, **payload).key == "ocpp_limit_by_hand"


def test_a_message_of_a_vendor_that_sets_limits_is_not_sent_by_hand(
    catalogue: ProfileCatalogue,
) -> None:
    way = DataTransferWay(vendor_id="Vendor", message_id="Go", data="{limit}")
    special = replace(catalogue.generic, id="special", ways=(way,))
    more = ProfileCatalogue([catalogue.generic, special])
    refusal = why_not(more, "DataTransfer", vendorId="VENDOR", messageId="Go", data="x")
    assert refusal.key == "ocpp_limit_by_hand"
    manual_calls.check("DataTransfer", {"vendorId": "Other", "messageId": "Go"}, more)


def test_no_key_of_any_model_that_sets_a_limit_is_changed_by_hand(
    catalogue: ProfileCatalogue,
) -> None:
    keys = {
        key.replace("{connector}", "2")
        for profile in catalogue.profiles.values()
        for way in profile.ways or ()
        if isinstance(way, ConfigurationKeyWay)
        for key in way.keys.values()
    } | {profile.fail_safe.key for profile in catalogue.profiles.values() if profile.fail_safe}
    assert len(keys) > 10
    for key in keys:
        for spelt in (key, key.upper(), f" {key.lower()}"):
            refusal = why_not(catalogue, "ChangeConfiguration", key=spelt, value="99")
            assert refusal.key == "ocpp_limit_key"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("VendorMaxAmps", "32"),
        ("SmartChargingEnabled", "false"),
        ("X_LoadBalancingLimit", "0"),
        ("ForceState", "On"),
        ("RandomSmartChargeDelay", "600"),
    ],
)
def test_a_key_that_may_lift_a_limit_is_not_changed_by_hand(
    catalogue: ProfileCatalogue, key: str, value: str
) -> None:
    assert why_not(catalogue, "ChangeConfiguration", key=key, value=value).key == "ocpp_limit_key"


def test_a_secret_is_not_sent_by_hand(catalogue: ProfileCatalogue) -> None:
    refusal = why_not(catalogue, "ChangeConfiguration", key="authorizationkey", value="s3cret")
    assert refusal.key == "ocpp_secret_key"
    assert "s3cret" not in str(refusal)
