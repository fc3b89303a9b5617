"""The same actions and entities, whichever version of OCPP a charger speaks."""

from collections.abc import AsyncGenerator
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.connector import ConnectorState
from custom_components.ev_load_manager.diagnostics import async_get_config_entry_diagnostics
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import ExtendedJSONEncoder
from tests.csms.v201.station import REJECTED, Station
from tests.csms.waiting import until
from tests.groups import client, entity_of, subentry_id, until_state

from .test_ocpp import act, why_not

pytestmark = pytest.mark.usefixtures("socket_enabled")

CARD = "04A1B2C3"


@pytest.fixture(params=["2.0.1", "2.1"])
async def station(
    request: pytest.FixtureRequest, entry: MockConfigEntry
) -> AsyncGenerator[Station]:
    """LEFT as a station of a newer version, with two EVSEs."""
    async with Station(entry.runtime_data, "LEFT", evses=2, version=request.param) as made:
        await made.boot()
        yield made


@pytest.mark.parametrize(
    ("action", "data", "asked", "payload", "answer"),
    [
        ("reset_charger", {}, "Reset", {"type": "OnIdle"}, "Scheduled"),
        ("reset_charger", {"type": "hard"}, "Reset", {"type": "Immediate"}, "Accepted"),
        (
            "unlock_connector",
            {"connector": 2},
            "UnlockConnector",
            {"evseId": 2, "connectorId": 1},
            "Unlocked",
        ),
        (
            "set_availability",
            {"available": False},
            "ChangeAvailability",
            {"operationalStatus": "Inoperative"},
            "Scheduled",
        ),
        (
            "set_availability",
            {"available": True, "connector": 2},
            "ChangeAvailability",
            {"operationalStatus": "Operative", "evse": {"id": 2}},
            "Accepted",
        ),
    ],
)
async def test_an_order_is_sent_in_the_words_of_the_version(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station: Station,
    action: str,
    data: dict[str, Any],
    asked: str,
    payload: dict[str, Any],
    answer: str,
) -> None:
    station.answers[asked] = {"status": answer}
    assert await act(hass, entry, action, **data) == {"status": answer}
    assert await station.until_asked(asked) == payload


async def test_a_session_is_started_and_stopped(
    hass: HomeAssistant, entry: MockConfigEntry, station: Station
) -> None:
    await act(hass, entry, "remote_start", driver=CARD, connector=1)
    asked = await station.until_asked("RequestStartTransaction")
    assert asked["evseId"] == 1
    assert asked["idToken"] == {"idToken": CARD, "type": "ISO14443"}
    await station.event(
        "Started", "RemoteStart", transaction="T-1", state="Charging", evse=1, card=CARD
    )
    await act(hass, entry, "remote_stop", 1)
    assert await station.until_asked("RequestStopTransaction") == {"transactionId": "T-1"}


async def test_a_refusal_is_told_with_the_reason_of_the_charger(
    hass: HomeAssistant, entry: MockConfigEntry, station: Station
) -> None:
    station.answers["Reset"] = {"status": "Rejected", "statusInfo": {"reasonCode": "Busy"}}
    refusal = await why_not(hass, entry, "reset_charger")
    assert refusal.translation_placeholders is not None
    assert refusal.translation_placeholders["error"] == "Rejected (Busy)"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        # 1.6 has these words, and no newer version.
        ({"action": "GetConfiguration"}, "ocpp_unknown_action"),
        ({"action": "Reset", "payload": {"type": "Soft"}}, "ocpp_payload_wrong"),
        ({"action": "ClearChargingProfile"}, "ocpp_limit_by_hand"),
    ],
)
async def test_a_call_is_checked_by_the_schemas_of_the_version(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    station: Station,
    data: dict[str, Any],
    key: str,
) -> None:
    refusal = await why_not(hass, entry, "call_ocpp", **data)
    assert refusal.translation_key == key
    assert not station.of(data["action"])
    answer = await act(
        hass, entry, "call_ocpp", action="Reset", payload={"type": "Immediate", "evseId": 2}
    )
    assert answer == {"status": "Accepted"}


async def test_only_what_2_1_knows_is_asked_in_2_1(
    hass: HomeAssistant, entry: MockConfigEntry, station: Station
) -> None:
    call = {"action": "Reset", "payload": {"type": "ImmediateAndResume"}}
    if station.version == "2.1":
        assert await act(hass, entry, "call_ocpp", **call) == {"status": "Accepted"}
    else:
        refusal = await why_not(hass, entry, "call_ocpp", **call)
        assert refusal.translation_key == "ocpp_payload_wrong"


async def test_a_charger_that_is_updated_keeps_its_devices_entities_and_energy(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    def known() -> set[tuple[str, str]]:
        entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        return {(one.entity_id, one.unique_id) for one in entities}

    def devices() -> set[str]:
        found = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        return {one.id for one in found}

    def outlet() -> ConnectorState:
        return entry.runtime_data.access.point("LEFT").connectors[1]

    async with client(entry, "LEFT") as before:
        await before.boot()
        started = await before.call(
            "StartTransaction",
            connectorId=1,
            idTag=CARD,
            meterStart=1000,
            timestamp=clock.now().isoformat(),
        )
        await before.call(
            "StopTransaction",
            transactionId=started["transactionId"],
            meterStop=5000,
            timestamp=clock.now().isoformat(),
        )
        assert outlet().register == 5000.0
    entities, there = known(), devices()
    async with Station(entry.runtime_data, "LEFT", evses=2) as after:
        await after.boot()
        await after.event(
            "Started",
            "Authorized",
            transaction="3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            state="Charging",
            evse=1,
            card=CARD,
            values=[{"value": 7500, "measurand": "Energy.Active.Import.Register"}],
        )
        assert outlet().register == 7500.0
        assert known() == entities
        assert devices() == there
        before_it = outlet().last_transaction
        assert before_it is not None
        assert before_it.charged == 4000.0
    # And back again, as some makers' settings allow.
    async with client(entry, "LEFT") as again:
        await again.boot()
        assert known() == entities


async def test_a_charger_that_refuses_every_limit_is_told_in_people_s_words(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    key = subentry_id(entry, "LEFT")
    station = Station(entry.runtime_data, "LEFT", evses=1)
    station.answers["SetChargingProfile"] = REJECTED
    clock.set_factor(20)
    try:
        async with station:
            await station.boot()
            await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
            reason = entity_of(hass, "sensor", key, 1, "reason")
            tried: set[str] = set()
            # It may be told before the session has begun, which has a way of its own.
            while not {"TxDefaultProfile", "TxProfile"} <= tried:
                await clock.sleep(1.0)
                tried = {
                    one["chargingProfile"]["chargingProfilePurpose"]
                    for one in station.of("SetChargingProfile")
                }
            await until_state(hass, reason, "not_controllable")
    finally:
        clock.set_factor(1)


async def test_who_else_limits_an_outlet_is_told_by_name(
    hass: HomeAssistant, entry: MockConfigEntry, station: Station
) -> None:
    reason = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 1, "reason")
    await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
    await station.tell(
        "NotifyChargingLimit",
        evseId=1,
        chargingLimit={"chargingLimitSource": "SO"},
        chargingSchedule=[
            {
                "id": 1,
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.0}],
            }
        ],
    )
    clock.set_factor(20)
    try:
        await _draws(station, 6.0)
        state = await until_state(hass, reason, "limited_elsewhere")
        assert state.attributes["limited_to"] == 8.0
        assert state.attributes["limited_by"] == "SO"
        await station.tell("ClearedChargingLimit", evseId=1, chargingLimitSource="SO")
        state = await until_state(hass, reason, lambda told: told.state != "limited_elsewhere")
        assert "limited_by" not in state.attributes
    finally:
        clock.set_factor(1)


async def _draws(station: Station, amperes: float) -> None:
    """Its car draws so much on each phase."""
    values = [
        {"value": amperes, "measurand": "Current.Import", "phase": phase}
        for phase in ("L1", "L2", "L3")
    ]
    await station.event("Updated", "MeterValuePeriodic", values=values)


async def test_of_an_outlet_with_several_plugs_the_one_in_use_is_unlocked(
    hass: HomeAssistant, entry: MockConfigEntry, station: Station
) -> None:
    await station.status("Available", evse=2, connector=1)
    await station.status("Occupied", evse=2, connector=2)
    await act(hass, entry, "unlock_connector", connector=2)
    assert await station.until_asked("UnlockConnector") == {"evseId": 2, "connectorId": 2}


async def test_diagnostics_tell_version_boot_reason_and_variables_and_no_secret(
    hass: HomeAssistant, entry: MockConfigEntry, station: Station
) -> None:
    station.variables["SecurityCtrlr.BasicAuthPassword"] = "SECRET"
    station.variables["WifiCtrlr.Password"] = "SECRET"
    await station.tell(
        "BootNotification",
        reason="Watchdog",
        chargingStation={"model": "M", "vendorName": "V", "serialNumber": "SECRET-SERIAL"},
    )
    await station.event("Started", "Authorized", state="Charging", evse=1, card="04A1B2C3")
    manager = entry.runtime_data
    point = manager.access.point("LEFT")
    await until(point, lambda: "SmartChargingCtrlr.RateUnit" in point.configuration)
    told = await async_get_config_entry_diagnostics(hass, entry)
    chargers = told["chargers"]
    charger = next(one for one in chargers.values() if one["online"])
    assert charger["ocpp"] == f"ocpp{station.version}"
    assert charger["boot_reason"] == "Watchdog"
    assert charger["configuration"]["SmartChargingCtrlr.RateUnit"] == "A,W"
    text = json.dumps(told, cls=ExtendedJSONEncoder)
    assert "SECRET" not in text
    assert "04A1B2C3" not in text
