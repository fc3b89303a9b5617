"""Test cases of OCPP 2.0.1, part 6, for central systems: what these ask, by the cases' numbers.

Written from the titles of the cases and the requirements that they name. The whole list, with
the reason for each that is not met, is docs/ocpp-test-cases.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import FullDialect
from custom_components.ev_load_manager.csms.dialect import Message, Profiles, Question
from custom_components.ev_load_manager.csms.models import Purpose, load_catalogue
from custom_components.ev_load_manager.csms.server import CentralSystem

from .station import ACCEPTED, REJECTED, Station

CARD = "04A1B2C3"
CATALOGUE = load_catalogue()

type Asks = Callable[[FullDialect], Question]


def by_hand(action: str, **payload: Any) -> Asks:
    """Asked by the action that makes any call that sets no limit."""

    def ask(dialect: FullDialect) -> Question:
        dialect.check_manual_call(action, payload, CATALOGUE)
        return dialect.manual_call(action, payload)

    return ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, and what becomes of an answer to it."""

    asks: Asks
    says: Mapping[str, Any]
    """What the question says, among the rest."""
    answer: Mapping[str, Any] | None = None
    """None: what a station usually answers."""
    is_done: bool = True


THRESHOLD, REMOTE = "OCPPCommCtrlr.OfflineThreshold", "AuthCtrlr.AuthorizeRemoteStart"
UNKNOWN_TRIGGER = "SignCombinedCertificate"
EVSE, CONNECTOR = {"id": 1}, {"id": 1, "connectorId": 1}
NETWORK = {
    "configurationSlot": 1,
    "connectionData": {
        "messageTimeout": 30,
        "ocppCsmsUrl": "wss://example.org/",
        "ocppInterface": "Wired0",
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "securityProfile": 2,
    },
}


def trigger(message: str, evse: Mapping[str, Any] | None = None) -> Asked:
    """A message is wanted."""
    payload = {"requestedMessage": message, **({"evse": dict(evse)} if evse else {})}
    return Asked(asks=by_hand("TriggerMessage", **payload), says=payload, answer=ACCEPTED)


def availability(status: str, where: Mapping[str, Any] | None, answer: str = "Accepted") -> Asked:
    """Something may be used, or no more."""
    payload = {"operationalStatus": status, **({"evse": dict(where)} if where else {})}
    return Asked(
        asks=by_hand("ChangeAvailability", **payload), says=payload, answer={"status": answer}
    )


def reset(kind: str, evse: int | None = None, answer: str = "Accepted") -> Asked:
    """It boots, or one EVSE does."""
    payload = {"type": kind, **({} if evse is None else {"evseId": evse})}
    return Asked(asks=by_hand("Reset", **payload), says=payload, answer={"status": answer})


def report(base: str) -> Asked:
    """All, or a part, of its device model is wanted."""
    payload = {"requestId": 1, "reportBase": base}
    return Asked(asks=by_hand("GetBaseReport", **payload), says=payload)


def transaction_status(answer: Mapping[str, Any], **payload: Any) -> Asked:
    """What became of a transaction is wanted."""
    return Asked(
        asks=by_hand("GetTransactionStatus", **payload), says=payload, answer=answer, is_done=False
    )


def profiles(evse: int | None = None, **wanted: Any) -> Asked:
    """The charging profiles that it holds are wanted."""
    payload = {"requestId": 1, "chargingProfile": wanted}
    payload |= {} if evse is None else {"evseId": evse}
    return Asked(asks=by_hand("GetChargingProfiles", **payload), says=payload, answer=ACCEPTED)


START = Asked(
    asks=lambda dialect: dialect.start(1, CARD),
    says={"evseId": 1, "idToken": {"idToken": CARD, "type": "ISO14443"}},
)
ASKED: Mapping[str, Asked] = {
    "TC_B_06_CSMS": Asked(asks=lambda dialect: dialect.read_settings([THRESHOLD]), says={}),
    "TC_B_07_CSMS": Asked(asks=lambda dialect: dialect.read_settings([THRESHOLD, REMOTE]), says={}),
    "TC_B_09_CSMS": Asked(
        asks=lambda dialect: dialect.write_setting("OCPPCommCtrlr.HeartbeatInterval", "60"), says={}
    ),
    "TC_B_10_CSMS": Asked(
        asks=by_hand(
            "SetVariables",
            setVariableData=[
                {
                    "component": {"name": "OCPPCommCtrlr"},
                    "variable": {"name": name},
                    "attributeValue": "60",
                }
                for name in ("HeartbeatInterval", "OfflineThreshold")
            ],
        ),
        says={},
    ),
    "TC_B_12_CSMS": report("ConfigurationInventory"),
    "TC_B_13_CSMS": report("FullInventory"),
    "TC_B_14_CSMS": report("SummaryInventory"),
    "TC_B_18_CSMS": Asked(
        asks=by_hand(
            "GetReport",
            requestId=1,
            componentCriteria=["Problem"],
            componentVariable=[{"component": {"name": "EVSE", "evse": EVSE}}],
        ),
        says={"componentCriteria": ["Problem"]},
        answer={"status": "EmptyResultSet"},
        is_done=False,
    ),
    "TC_B_20_CSMS": reset("OnIdle"),
    "TC_B_21_CSMS": reset("OnIdle", answer="Scheduled"),
    "TC_B_22_CSMS": reset("Immediate"),
    "TC_B_25_CSMS": reset("OnIdle", 1),
    "TC_B_26_CSMS": reset("OnIdle", 1, answer="Scheduled"),
    "TC_B_27_CSMS": reset("Immediate", 1),
    "TC_B_42_CSMS": Asked(
        asks=by_hand("SetNetworkProfile", **NETWORK), says=NETWORK, answer=ACCEPTED
    ),
    "TC_B_44_CSMS": Asked(
        asks=by_hand("SetNetworkProfile", **NETWORK),
        says=NETWORK,
        answer={"status": "Failed"},
        is_done=False,
    ),
    "TC_C_37_CSMS": Asked(asks=by_hand("ClearCache"), says={}),
    "TC_C_38_CSMS": Asked(asks=by_hand("ClearCache"), says={}, answer=REJECTED, is_done=False),
    "TC_E_29_CSMS": transaction_status(
        {"ongoingIndicator": True, "messagesInQueue": True}, transactionId="T1"
    ),
    "TC_E_30_CSMS": transaction_status(
        {"ongoingIndicator": True, "messagesInQueue": False}, transactionId="T1"
    ),
    "TC_E_31_CSMS": transaction_status(
        {"ongoingIndicator": False, "messagesInQueue": True}, transactionId="T1"
    ),
    "TC_E_33_CSMS": transaction_status({"messagesInQueue": True}),
    "TC_E_34_CSMS": transaction_status({"messagesInQueue": False}),
    "TC_F_06_CSMS": Asked(
        asks=lambda dialect: dialect.unlock(1, 1), says={"evseId": 1, "connectorId": 1}
    ),
    "TC_F_11_CSMS": trigger("MeterValues", EVSE),
    "TC_F_12_CSMS": trigger("MeterValues"),
    "TC_F_13_CSMS": Asked(
        asks=lambda dialect: dialect.trigger(Message.VALUES, 1),
        says={"requestedMessage": "TransactionEvent", "evse": EVSE},
    ),
    "TC_F_14_CSMS": Asked(
        asks=lambda dialect: dialect.trigger(Message.VALUES),
        says={"requestedMessage": "TransactionEvent"},
    ),
    "TC_F_15_CSMS": trigger("LogStatusNotification"),
    "TC_F_18_CSMS": trigger("FirmwareStatusNotification"),
    "TC_F_20_CSMS": trigger("Heartbeat"),
    "TC_F_23_CSMS": Asked(
        asks=lambda dialect: dialect.trigger(Message.STATUS, 1),
        says={"requestedMessage": "StatusNotification", "evse": CONNECTOR},
    ),
    "TC_F_24_CSMS": trigger("StatusNotification", CONNECTOR),
    "TC_F_27_CSMS": Asked(
        asks=by_hand("TriggerMessage", requestedMessage=UNKNOWN_TRIGGER),
        says={"requestedMessage": UNKNOWN_TRIGGER},
        answer={"status": "NotImplemented"},
        is_done=False,
    ),
    "TC_G_03_CSMS": availability("Inoperative", EVSE),
    "TC_G_04_CSMS": availability("Operative", EVSE),
    "TC_G_05_CSMS": availability("Inoperative", None),
    "TC_G_06_CSMS": availability("Operative", None),
    "TC_G_07_CSMS": availability("Inoperative", CONNECTOR),
    "TC_G_08_CSMS": availability("Operative", CONNECTOR),
    "TC_G_11_CSMS": availability("Inoperative", EVSE, "Scheduled"),
    "TC_G_14_CSMS": availability("Inoperative", None, "Scheduled"),
    "TC_G_17_CSMS": availability("Inoperative", CONNECTOR, "Scheduled"),
    "TC_K_06_CSMS": Asked(
        asks=lambda dialect: dialect.clear(
            Profiles(connector=1, purpose=Purpose.TX_DEFAULT, level=1)
        ),
        says={
            "chargingProfileCriteria": {
                "evseId": 1,
                "chargingProfilePurpose": "TxDefaultProfile",
                "stackLevel": 1,
            }
        },
        answer=ACCEPTED,
    ),
    "TC_K_08_CSMS": Asked(
        asks=lambda dialect: dialect.clear(Profiles(name="default/1")),
        says={},
        answer={"status": "Unknown"},
    ),
    "TC_K_29_CSMS": profiles(0, chargingProfilePurpose="ChargingStationMaxProfile"),
    "TC_K_30_CSMS": profiles(1, chargingProfilePurpose="TxProfile"),
    "TC_K_31_CSMS": profiles(chargingProfilePurpose="TxDefaultProfile"),
    "TC_K_32_CSMS": profiles(chargingProfileId=[1]),
    "TC_K_33_CSMS": profiles(1, stackLevel=1),
    "TC_K_34_CSMS": profiles(1, chargingLimitSource=["EMS"]),
    "TC_K_35_CSMS": profiles(1, chargingProfilePurpose="TxDefaultProfile"),
    "TC_K_36_CSMS": profiles(1, chargingProfilePurpose="TxDefaultProfile", stackLevel=1),
    "TC_K_43_CSMS": Asked(
        asks=lambda dialect: dialect.read_limit(1, 300),
        says={"evseId": 1, "duration": 300},
        answer=ACCEPTED,
    ),
    "TC_K_44_CSMS": Asked(
        asks=by_hand("GetCompositeSchedule", evseId=0, duration=300),
        says={"evseId": 0},
        answer=ACCEPTED,
    ),
}


@pytest.mark.parametrize("case", ASKED)
async def test_a_station_is_asked(central: CentralSystem, case: str) -> None:
    """It hears the question, valid by the schemas, and its answer is taken for what it is."""
    wanted, point = ASKED[case], central.add("CP1")
    async with Station(central) as station:
        await station.boot()
        question = wanted.asks(point.dialect)
        if wanted.answer is not None:
            station.answers[question.action] = dict(wanted.answer)
        answer = await point.call(question)
        heard = [one for one in station.of(question.action) if one == question.payload]
        assert heard
        assert heard[0].items() >= wanted.says.items()
        if wanted.answer is not None or "status" in answer:
            assert point.dialect.carries_out(question, answer) is wanted.is_done
