"""By hand any call of the version may be made, and none that sets a limit."""

from typing import Any

import pytest

from custom_components.ev_load_manager.csms.dialect import ManualCallError
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.v201 import manual_calls

CATALOGUE = load_catalogue()


def variable(component: str, name: str) -> dict[str, Any]:
    """A SetVariables of one variable."""
    return {
        "setVariableData": [
            {
                "attributeValue": "1",
                "component": {"name": component},
                "variable": {"name": name},
            }
        ]
    }


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("ClearCache", {}),
        ("SetVariables", variable("OCPPCommCtrlr", "HeartbeatInterval")),
        ("GetChargingProfiles", {"requestId": 1, "chargingProfile": {"stackLevel": 0}}),
        ("Reset", {"type": "OnIdle", "evseId": 1}),
    ],
)
def test_what_sets_no_limit_may_be_asked(action: str, payload: dict[str, Any]) -> None:
    manual_calls.check("2.0.1", action, payload, CATALOGUE)


@pytest.mark.parametrize(
    ("version", "action", "payload", "key"),
    [
        ("2.0.1", "ChangeConfiguration", {}, "ocpp_unknown_action"),
        ("2.0.1", "BootNotification", {}, "ocpp_unknown_action"),
        ("2.0.1", "UpdateDynamicSchedule", {}, "ocpp_unknown_action"),
        ("2.1", "UpdateDynamicSchedule", {}, "ocpp_limit_by_hand"),
        ("2.0.1", "SetChargingProfile", {}, "ocpp_limit_by_hand"),
        ("2.0.1", "RequestStartTransaction", {"chargingProfile": {}}, "ocpp_limit_by_hand"),
        ("2.0.1", "Reset", {"type": "Soft"}, "ocpp_payload_wrong"),
        ("2.0.1", "SetVariables", variable("X", "MaxCurrent"), "ocpp_limit_key"),
        ("2.0.1", "SetVariables", variable("SmartChargingCtrlr", "Enabled"), "ocpp_limit_key"),
        (
            "2.0.1",
            "SetVariables",
            variable("SecurityCtrlr", "BasicAuthPassword"),
            "ocpp_secret_key",
        ),
        ("2.0.1", "DataTransfer", {"vendorId": "V", "messageId": "SetLimit"}, "ocpp_limit_by_hand"),
    ],
)
def test_what_may_set_one_or_is_none_is_refused(
    version: str, action: str, payload: dict[str, Any], key: str
) -> None:
    with pytest.raises(ManualCallError) as error:
        manual_calls.check(version, action, payload, CATALOGUE)
    assert error.value.key == key
