"""Cards, sessions, resets and the rest, asked by the same words as of any charger."""

from datetime import timedelta
from typing import Any

from ocpp.messages import Call, validate_payload
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.reports import ReportKind
from custom_components.ev_load_manager.csms.dialect import Message, Question, TagInfo, TagStatus
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.v201.dialect import OCPP_2_0_1, OCPP_2_1

from .station import Station

CARD = "04A1B2C3"
TO = "ftp://example.org/"
SOON = clock.now() + timedelta(hours=1)


@pytest.mark.parametrize("dialect", [OCPP_2_0_1, OCPP_2_1], ids=["2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        (
            "start",
            lambda d: d.start(2, CARD),
            {"evseId": 2, "idToken": {"idToken": CARD, "type": "ISO14443"}},
        ),
        (
            "start of ours",
            lambda d: d.start(0, "HOMEASSISTANT"),
            {"idToken": {"idToken": "HOMEASSISTANT", "type": "Central"}},
        ),
        ("stop", lambda d: d.stop("T1/2"), {"transactionId": "T1"}),
        ("reset", lambda d: d.reset(hard=True), {"type": "Immediate"}),
        ("reset when idle", lambda d: d.reset(hard=False), {"type": "OnIdle"}),
        (
            "outlet",
            lambda d: d.set_available(2, available=False),
            {"operationalStatus": "Inoperative", "evse": {"id": 2}},
        ),
        (
            "charger",
            lambda d: d.set_available(0, available=True),
            {"operationalStatus": "Operative"},
        ),
        ("unlock", lambda d: d.unlock(2), {"evseId": 2, "connectorId": 1}),
        ("boot", lambda d: d.trigger(Message.BOOT), {"requestedMessage": "BootNotification"}),
        (
            "status",
            lambda d: d.trigger(Message.STATUS, 2),
            {"requestedMessage": "StatusNotification", "evse": {"id": 2, "connectorId": 1}},
        ),
        (
            "values",
            lambda d: d.trigger(Message.VALUES, 2),
            {"requestedMessage": "TransactionEvent", "evse": {"id": 2}},
        ),
        (
            "reserve",
            lambda d: d.reserve(7, 2, CARD, SOON, group="G"),
            {"id": 7, "evseId": 2, "groupIdToken": {"idToken": "G", "type": "Central"}},
        ),
        ("cancel", lambda d: d.cancel_reservation(7), {"reservationId": 7}),
        ("log", lambda d: d.upload_diagnostics(TO, SOON, SOON), {"logType": "DiagnosticsLog"}),
        ("firmware", lambda d: d.update_firmware(TO, SOON), {}),
        ("list version", lambda d: d.read_list_version(), {}),
        ("password", lambda d: d.write_password("x" * 20)[0], {}),
        ("speak", lambda d: d.speak(), {}),
        ("schedule", lambda d: d.read_limit(1, 300), {"evseId": 1, "duration": 300}),
        ("profiles", lambda d: d.read_profiles(None), {}),
        ("all", lambda d: d.read_settings(None), {"reportBase": "FullInventory"}),
    ],
)
async def test_a_question_is_as_its_version_writes_it(
    dialect: Any, name: str, question: Any, expected: dict[str, Any]
) -> None:
    asked: Question = question(dialect)
    assert asked.payload.items() >= expected.items()
    await validate_payload(Call("1", asked.action, asked.payload), dialect.version)


async def test_a_list_of_cards_has_types_and_groups(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        question = charger.dialect.write_list(
            3,
            [(CARD, TagInfo(TagStatus.ACCEPTED, SOON, "G")), ("x@y", TagInfo(TagStatus.BLOCKED))],
            adds=False,
        )
        answer = await charger.call(question)
        assert charger.dialect.accepts(answer)
        card, other = station.of("SendLocalList")[0]["localAuthorizationList"]
        assert card["idToken"] == {"idToken": CARD, "type": "ISO14443"}
        assert card["idTokenInfo"]["groupIdToken"] == {"idToken": "G", "type": "Central"}
        assert other["idTokenInfo"] == {"status": "Blocked"}


@pytest.mark.parametrize(
    ("info", "told"),
    [
        (TagInfo(TagStatus.ACCEPTED, group="G"), "Accepted"),
        (TagInfo(TagStatus.BLOCKED), "Blocked"),
        (TagInfo(TagStatus.EXPIRED), "Expired"),
        (TagInfo(TagStatus.INVALID), "Unknown"),
    ],
)
async def test_a_card_is_answered_what_is_known_of_it(
    socket_enabled: None, info: TagInfo, told: str
) -> None:
    central = CentralSystem(
        "127.0.0.1", 0, transaction_ids=TransactionIds(), authorize=lambda _charger, _tag: info
    )
    await central.start()
    charger = central.add("CP1")
    async with Station(central) as station:
        card = {"idToken": CARD, "type": "ISO14443"}
        answer = (await station.tell("Authorize", idToken=card))["idTokenInfo"]
        assert answer["status"] == told
        assert ("groupIdToken" in answer) is bool(info.group)
        answer = await station.event(
            "Started", "Authorized", state="EVConnected", evse=1, card=CARD
        )
        assert answer["idTokenInfo"]["status"] == told
        assert (charger.connectors[1].transaction is not None) is (told == "Accepted")
    await central.stop()


async def test_who_needs_no_card_charges_with_an_empty_one(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event(
            "Started", "Authorized", state="Charging", evse=1, card="", card_type="NoAuthorization"
        )
        running = charger.connectors[1].transaction
        assert running is not None
        assert running.id_tag == ""


async def test_what_else_a_station_says_is_answered(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        at = station.time()
        tell = station.tell
        await tell("SecurityEventNotification", type="FirmwareUpdated", timestamp=at)
        assert charger.reports.recent[-1].kind is ReportKind.SECURITY_EVENT
        await tell("FirmwareStatusNotification", status="Downloading", requestId=1)
        await tell("LogStatusNotification", status="Uploading", requestId=1)
        await tell("ReservationStatusUpdate", reservationId=3, reservationUpdateStatus="Expired")
        await tell("ClearedChargingLimit", chargingLimitSource="EMS")
        answer = await tell("SignCertificate", csr="x")
        assert answer == {"status": "Rejected"}
        answer = await tell("DataTransfer", vendorId="V")
        assert answer == {"status": "UnknownVendorId"}
        answer = await tell(
            "Get15118EVCertificate",
            iso15118SchemaVersion="1",
            action="Install",
            exiRequest="x",
        )
        assert answer["status"] == "Failed"
        assert (await tell("Heartbeat"))["currentTime"]
