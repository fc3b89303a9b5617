"""Administrators talk OCPP to chargers, and nobody sets a limit past the group."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from simulation.charger.charger import SimulatedCharger
from tests.csms.client import SILENCE, Client
from tests.groups import start_session, subentry_id

pytestmark = pytest.mark.usefixtures("socket_enabled")

ACTIONS = (
    "call_ocpp",
    "cancel_reservation",
    "remote_start",
    "remote_stop",
    "reserve",
    "reset_charger",
    "send_local_list",
    "set_availability",
    "unlock_connector",
    "update_firmware",
    "upload_diagnostics",
)
ANNA = {"name": "Anna", "id_tag": "04A1B2"}
THIEF = {"name": "Lost card", "id_tag": "04FFFF", "blocked": True}


def device(hass: HomeAssistant, entry: MockConfigEntry, number: int | None = None) -> str:
    """The device of LEFT, or of one of its outlets."""
    key = subentry_id(entry, "LEFT")
    registry = dr.async_get(hass)
    if number is None:
        found = registry.async_get_device_by_identifier((DOMAIN, key), entry.entry_id)
    else:
        found = registry.async_get_child_device_by_identifier(
            (DOMAIN, f"{key}_{number}"), entry.entry_id
        )
    assert found is not None
    return found.id


async def act(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    action: str,
    number: int | None = None,
    /,
    **data: Any,
) -> Any:
    """Take an action on LEFT."""
    return await hass.services.async_call(
        DOMAIN,
        action,
        {"device_id": device(hass, entry, number), **data},
        blocking=True,
        return_response=True,
    )


async def why_not(
    hass: HomeAssistant, entry: MockConfigEntry, action: str, /, **data: Any
) -> HomeAssistantError:
    """The refusal of an action."""
    with pytest.raises(HomeAssistantError) as refusal:
        await act(hass, entry, action, **data)
    assert refusal.value.translation_domain == DOMAIN
    return refusal.value


# Any call


async def test_the_answer_of_a_charger_is_the_answer_of_the_action(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["GetConfiguration"] = {
        "configurationKey": [
            {"key": "HeartbeatInterval", "readonly": False, "value": "60"},
            {"key": "AuthorizationKey", "readonly": False, "value": "s3cret"},
        ]
    }
    answer = await act(
        hass, entry, "call_ocpp", action="GetConfiguration", payload={"key": ["Some"]}
    )
    assert answer["configurationKey"][0]["value"] == "60"
    assert "s3cret" not in str(answer)


async def test_a_call_needs_no_payload(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["ClearCache"] = {"status": "Accepted"}
    assert await act(hass, entry, "call_ocpp", action="ClearCache") == {"status": "Accepted"}


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"action": "Hello"}, "ocpp_unknown_action"),
        ({"action": "Reset", "payload": {"type": "Gently"}}, "ocpp_payload_wrong"),
        ({"action": "ClearChargingProfile"}, "ocpp_limit_by_hand"),
        (
            {
                "action": "ChangeConfiguration",
                "payload": {"key": "G_MaxCurrent", "value": "32"},
            },
            "ocpp_limit_key",
        ),
        (
            {
                "action": "ChangeConfiguration",
                "payload": {"key": "AuthorizationKey", "value": "x"},
            },
            "ocpp_secret_key",
        ),
    ],
)
async def test_a_call_that_may_not_be_is_refused_before_it_is_sent(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client, data: dict[str, Any], key: str
) -> None:
    refusal = await why_not(hass, entry, "call_ocpp", **data)

    assert isinstance(refusal, ServiceValidationError)
    assert refusal.translation_key == key
    while not left.asked.empty():
        sent, payload = left.asked.get_nowait()
        assert (sent, payload) != (data["action"], data.get("payload", {}))


async def test_no_limit_gets_past_the_group_whatever_is_called(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """The simulated charger keeps its profiles as a real one does."""
    simulated = SimulatedCharger(
        charge_point_id="LEFT", url=f"ws://127.0.0.1:{entry.runtime_data.port}", tick=None
    )
    await simulated.start()
    try:
        await simulated.until(lambda: simulated.received("SetChargingProfile"))
        profile = simulated.received("SetChargingProfile")[0]["csChargingProfiles"]
        raised = {**profile, "chargingProfileId": 99, "stackLevel": 9}
        raised["chargingSchedule"] = {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 99.0}],
        }
        for action, payload in (
            ("SetChargingProfile", {"connectorId": 1, "csChargingProfiles": raised}),
            ("RemoteStartTransaction", {"idTag": "TAG", "chargingProfile": raised}),
        ):
            refusal = await why_not(hass, entry, "call_ocpp", action=action, payload=payload)
            assert refusal.translation_key == "ocpp_limit_by_hand"
        for call in simulated.received("SetChargingProfile"):
            assert call["csChargingProfiles"]["chargingProfileId"] != 99
    finally:
        await simulated.stop()


# Orders in people's words


@pytest.mark.parametrize(
    ("action", "data", "asked", "payload", "answer"),
    [
        ("reset_charger", {}, "Reset", {"type": "Soft"}, "Accepted"),
        ("reset_charger", {"type": "hard"}, "Reset", {"type": "Hard"}, "Accepted"),
        ("unlock_connector", {}, "UnlockConnector", {"connectorId": 1}, "Unlocked"),
        ("unlock_connector", {"connector": 2}, "UnlockConnector", {"connectorId": 2}, "Unlocked"),
        (
            "set_availability",
            {"available": False},
            "ChangeAvailability",
            {"connectorId": 0, "type": "Inoperative"},
            "Scheduled",
        ),
        (
            "set_availability",
            {"available": True, "connector": 2},
            "ChangeAvailability",
            {"connectorId": 2, "type": "Operative"},
            "Accepted",
        ),
        (
            "remote_start",
            {"connector": 1},
            "RemoteStartTransaction",
            {"idTag": "HOMEASSISTANT", "connectorId": 1},
            "Accepted",
        ),
        (
            "remote_start",
            {"driver": "CARD", "connector": 2},
            "RemoteStartTransaction",
            {"idTag": "CARD", "connectorId": 2},
            "Accepted",
        ),
    ],
)
async def test_an_order_is_sent_as_ocpp_has_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    left: Client,
    action: str,
    data: dict[str, Any],
    asked: str,
    payload: dict[str, Any],
    answer: str,
) -> None:
    left.answers[asked] = {"status": answer}
    assert await act(hass, entry, action, **data) == {"status": answer}
    assert await left.next_call(asked) == payload


async def test_an_outlets_device_is_its_connector(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["UnlockConnector"] = {"status": "Unlocked"}
    await act(hass, entry, "unlock_connector", 2)
    assert await left.next_call("UnlockConnector") == {"connectorId": 2}


async def test_a_charger_that_does_not_do_it_is_told_in_its_own_words(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["UnlockConnector"] = {"status": "UnlockFailed"}
    refusal = await why_not(hass, entry, "unlock_connector")
    assert refusal.translation_key == "charger_refused"
    assert refusal.translation_placeholders == {
        "charger": "Left",
        "action": "UnlockConnector",
        "error": "UnlockFailed",
    }
    left.answers["UnlockConnector"] = "NotSupported"
    refusal = await why_not(hass, entry, "unlock_connector")
    assert refusal.translation_placeholders is not None
    assert refusal.translation_placeholders["error"] == "NotSupported"


async def test_a_charger_that_is_not_there_is_told(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert (await why_not(hass, entry, "reset_charger")).translation_key == "charger_not_connected"


async def test_a_charger_that_does_not_answer_is_told(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["Reset"] = SILENCE
    clock.set_factor(200)
    try:
        refusal = await why_not(hass, entry, "reset_charger")
    finally:
        clock.set_factor(1)
    assert refusal.translation_key == "charger_no_answer"


async def test_the_session_of_a_charger_is_stopped(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    assert (await why_not(hass, entry, "remote_stop")).translation_key == "no_session"
    first = await start_session(left)

    await act(hass, entry, "remote_stop")
    assert await left.next_call("RemoteStopTransaction") == {"transactionId": first}

    second = await start_session(left, 2)
    assert (await why_not(hass, entry, "remote_stop")).translation_key == "several_sessions"
    await act(hass, entry, "remote_stop", 2)
    assert await left.next_call("RemoteStopTransaction") == {"transactionId": second}


@pytest.mark.parametrize(
    ("options", "driver", "outcome"),
    [
        ({}, "x" * 21, "driver_unknown"),
        ({"id_tags": [THIEF]}, "Lost card", "driver_blocked"),
        ({"id_tags": [ANNA, THIEF], "accept_all_tags": False}, "", "driver_needed"),
        ({"id_tags": [ANNA, THIEF], "accept_all_tags": False}, "Berta", "driver_unknown"),
        ({"id_tags": [ANNA, THIEF], "accept_all_tags": False}, "04ffff", "driver_blocked"),
        ({"id_tags": [ANNA, THIEF], "accept_all_tags": False}, "anna", None),
        ({"id_tags": [ANNA, THIEF], "accept_all_tags": False}, "04a1b2", None),
    ],
)
async def test_a_session_is_started_only_for_who_may_charge(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    left: Client,
    options: dict[str, Any],
    driver: str,
    outcome: str | None,
) -> None:
    hass.config_entries.async_update_entry(entry, options=options)
    await hass.async_block_till_done()
    left.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    await left.status("Preparing", 1)
    if outcome is None:
        await act(hass, entry, "remote_start", driver=driver)
        assert await left.next_call("RemoteStartTransaction") == {
            "idTag": "04A1B2",
            "connectorId": 1,
        }
        return
    assert (await why_not(hass, entry, "remote_start", driver=driver)).translation_key == outcome
    if driver and outcome != "driver_unknown":
        refusal = await why_not(
            hass,
            entry,
            "call_ocpp",
            action="RemoteStartTransaction",
            payload={"idTag": "04FFFF"},
        )
        assert refusal.translation_key == "driver_blocked"


async def test_a_charger_is_sent_the_list_of_who_may_charge(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    tags = [{"name": f"Car {number}", "id_tag": f"TAG{number}"} for number in range(3)]
    hass.config_entries.async_update_entry(entry, options={"id_tags": [*tags, THIEF]})
    await hass.async_block_till_done()
    left.answers["GetLocalListVersion"] = {"listVersion": 4}
    left.answers["SendLocalList"] = {"status": "Accepted"}
    left.answers["GetConfiguration"] = {
        "configurationKey": [{"key": "SendLocalListMaxLength", "readonly": True, "value": "2"}]
    }

    assert await act(hass, entry, "send_local_list") == {"version": 6, "tags": 3}

    first, second = [await left.next_call("SendLocalList") for _ in range(2)]
    assert (first["updateType"], first["listVersion"]) == ("Full", 5)
    assert second["localAuthorizationList"] == [
        {"idTag": "TAG2", "idTagInfo": {"status": "Accepted"}}
    ]


@pytest.mark.parametrize("version", [{"listVersion": -1}, {}])
async def test_a_charger_without_a_list_is_told(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client, version: dict[str, int]
) -> None:
    left.answers["GetLocalListVersion"] = version
    refusal = await why_not(hass, entry, "send_local_list")
    assert refusal.translation_key == "no_local_list"


async def test_a_charger_that_does_not_tell_how_long_its_list_may_be_gets_it_in_portions(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["GetLocalListVersion"] = {"listVersion": 0}
    left.answers["SendLocalList"] = {"status": "Accepted"}

    def keys(payload: dict[str, Any]) -> Any:
        asked = payload.get("key", ())
        return SILENCE if "SendLocalListMaxLength" in asked else {"configurationKey": []}

    left.answers["GetConfiguration"] = keys
    clock.set_factor(200)
    try:
        answer = await act(hass, entry, "send_local_list")
    finally:
        clock.set_factor(1)
    assert answer == {"version": 1, "tags": 0}


async def test_a_charger_sends_its_log_and_loads_its_firmware(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["GetDiagnostics"] = {"fileName": "left.log"}
    left.answers["UpdateFirmware"] = {}
    answer = await act(
        hass,
        entry,
        "upload_diagnostics",
        location="ftp://user:pw@192.0.2.1/",
        start="2026-10-25T12:00:00+02:00",
    )
    assert answer == {"fileName": "left.log"}
    assert await left.next_call("GetDiagnostics") == {
        "location": "ftp://user:pw@192.0.2.1/",
        "startTime": "2026-10-25T10:00:00Z",
    }
    await act(hass, entry, "update_firmware", location="https://192.0.2.1/f.bin")
    payload = await left.next_call("UpdateFirmware")
    assert payload["location"] == "https://192.0.2.1/f.bin"
    assert payload["retrieveDate"].endswith("Z")


# Who may


@pytest.mark.parametrize("action", ACTIONS)
async def test_only_administrators_may(
    hass: HomeAssistant, entry: MockConfigEntry, hass_read_only_user: User, action: str
) -> None:
    data = {
        "call_ocpp": {"action": "ClearCache"},
        "reserve": {"driver": "x", "until": "2099-01-01 00:00:00"},
        "set_availability": {"available": True},
        "update_firmware": {"location": "x"},
        "upload_diagnostics": {"location": "x"},
    }.get(action, {})
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": device(hass, entry), **data},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )


async def test_a_device_that_is_no_charger_is_told(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    garage = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )
    assert garage is not None
    for device_id in (garage.id, "nothing"):
        with pytest.raises(ServiceValidationError) as refusal:
            await hass.services.async_call(
                DOMAIN, "reset_charger", {"device_id": device_id}, blocking=True
            )
        assert refusal.value.translation_key == "device_no_charger"


@pytest.mark.parametrize(
    ("statuses", "outlet"),
    [
        (("Available", "Preparing"), 2),
        (("Preparing", "Charging"), 1),
        (("Preparing", "Preparing"), None),
        (("Available", "Available"), None),
    ],
)
async def test_a_session_of_a_twin_begins_where_a_car_is_plugged_in(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    left: Client,
    statuses: tuple[str, str],
    outlet: int | None,
) -> None:
    left.answers["RemoteStartTransaction"] = {"status": "Accepted"}
    for number, status in enumerate(statuses, 1):
        await left.status(status, number)
    if outlet is None:
        assert (await why_not(hass, entry, "remote_start")).translation_key == "outlet_needed"
        return
    await act(hass, entry, "remote_start")
    assert (await left.next_call("RemoteStartTransaction"))["connectorId"] == outlet


async def test_nothing_is_reserved_for_a_blocked_card_by_hand_either(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    hass.config_entries.async_update_entry(entry, options={"id_tags": [THIEF]})
    await hass.async_block_till_done()
    payload = {
        "connectorId": 1,
        "expiryDate": "2099-01-01T00:00:00Z",
        "idTag": "04FFFF",
        "reservationId": 1,
    }
    refused = await why_not(hass, entry, "call_ocpp", action="ReserveNow", payload=payload)
    assert refused.translation_key == "driver_blocked"
