"""What a backend that decides may ask of a charger reaches it to the letter, and so does the answer."""

import json
from typing import Any

import pytest

from simulation.backends.backend import SimulatedBackend
from tests.csms.client import Client
from tests.csms.conftest import ago

from .conftest import Dial, House, settings_of, until

LATER = "2030-01-01T00:00:00.000Z"
HASHES = '{"hashAlgorithm":"SHA256","issuerNameHash":"aa","issuerKeyHash":"bb","serialNumber":"02"}'
LOG = '{"remoteLocation":"ftp://files.example/logs"}'
FIRMWARE = (
    f'{{"location":"https://files.example/f.bin","retrieveDateTime":"{LATER}",'
    '"signingCertificate":"PEM","signature":"c2ln"}'
)

ORDERS: dict[str, tuple[str, str, str]] = {
    "remote start": (
        *("RemoteStartTransaction", '{"idTag":"APP" , "connectorId":1}'),
        '{"status": "Accepted", "x":1.50}',
    ),
    "remote stop": ("RemoteStopTransaction", '{ "transactionId":7001}', '{"status":"Rejected"}'),
    "soft reset": ("Reset", '{"type":  "Soft"}', '{"status":"Accepted" }'),
    "hard reset": ("Reset", '{"type":"Hard" }', '{"status":"Rejected","y":{}}'),
    "unlock": ("UnlockConnector", '{"connectorId": 1}', '{"status":"UnlockFailed"}'),
    "availability": (
        *("ChangeAvailability", '{"connectorId":0,  "type":"Inoperative"}'),
        '{ "status":"Scheduled"}',
    ),
    "reserve": (
        "ReserveNow",
        f'{{"connectorId":1,"expiryDate":"{LATER}","idTag":"R\\u00e9","reservationId":31}}',
        '{"status":"Accepted"}',
    ),
    "cancel": ("CancelReservation", '{"reservationId": 31}', '{"status":"Rejected"}'),
    "list": (
        "SendLocalList",
        '{"listVersion":4,"updateType":"Full", "localAuthorizationList":[{"idTag":"A"}]}',
        '{"status":"VersionMismatch"}',
    ),
    "version of the list": ("GetLocalListVersion", "{ }", '{"listVersion": 4}'),
    "cache": ("ClearCache", "{}", '{"status":"Accepted"}'),
    "diagnostics": (
        *("GetDiagnostics", '{"location":"ftp://files.example/d", "retries":2}'),
        '{"fileName":"d\\u002ezip"}',
    ),
    "firmware": (
        "UpdateFirmware",
        f'{{"location":"https://files.example/f.bin", "retrieveDate":"{LATER}"}}',
        "{ }",
    ),
    "trigger": ("TriggerMessage", '{"requestedMessage": "MeterValues"}', '{"status":"Accepted"}'),
    "data": ("DataTransfer", '{"vendorId":"V", "data":"\\u00e4"}', '{"status":"UnknownVendorId"}'),
    "log": (
        "GetLog",
        f'{{"logType":"SecurityLog", "requestId":3,"log":{LOG}}}',
        '{"status":"Accepted","filename":"l"}',
    ),
    "signed firmware": (
        "SignedUpdateFirmware",
        f'{{"requestId":5, "firmware":{FIRMWARE}}}',
        '{"status":"InvalidCertificate"}',
    ),
    "trigger in other words": (
        *("ExtendedTriggerMessage", '{"requestedMessage":"LogStatusNotification" }'),
        '{"status":"NotImplemented"}',
    ),
    "certificates": (
        *("GetInstalledCertificateIds", '{"certificateType": "ManufacturerRootCertificate"}'),
        '{"status":"NotFound"}',
    ),
    "certificate of the maker": (
        "InstallCertificate",
        '{"certificateType":"ManufacturerRootCertificate", "certificate":"PEM"}',
        '{"status":"Accepted"}',
    ),
    "certificate to go": (
        *("DeleteCertificate", f'{{"certificateHashData": {HASHES}}}'),
        '{"status":"NotFound"}',
    ),
}


async def orders(house: House, backend: SimulatedBackend, dial: Dial) -> Client:
    """A charger that its backend has accepted, and that was asked nothing so far."""
    await house.start(settings_of(backend))
    charger: Client = await dial()
    charger.answers["GetInstalledCertificateIds"] = '{"status":"NotFound"}'
    await house.connected()
    return charger


@pytest.mark.parametrize("what", ORDERS)
async def test_an_order_reaches_the_charger_and_its_answer_the_backend_to_the_letter(
    house: House, backend: SimulatedBackend, dial: Dial, what: str
) -> None:
    action, asked, answer = ORDERS[what]
    charger = await orders(house, backend, dial)
    charger.answers[action] = answer
    charger.frames.clear()
    told = await backend.ask_raw("CP1", action, asked)

    assert json.dumps(told, default=float) == json.dumps(json.loads(answer))
    reached = [str(one) for one in charger.frames if json.loads(one)[0] == 2]
    assert [one for one in reached if one.endswith(f',"{action}",{asked}]')] == reached[-1:]
    assert backend.frames[-1].endswith(f",{answer}]")
    assert house.reboots == (what == "soft reset")


@pytest.mark.parametrize("what", ORDERS)
async def test_a_charger_that_knows_no_such_order_says_so_in_its_own_words(
    house: House, backend: SimulatedBackend, dial: Dial, what: str
) -> None:
    action, asked, _ = ORDERS[what]
    charger = await orders(house, backend, dial)
    if action == "GetInstalledCertificateIds":
        del charger.answers[action]
    assert await backend.ask_raw("CP1", action, asked) == "NotImplemented"
    assert house.reboots == 0


@pytest.mark.parametrize("what", ORDERS)
async def test_a_listener_orders_nothing(
    house: House, backend: SimulatedBackend, dial: Dial, what: str
) -> None:
    action, asked, answer = ORDERS[what]
    await house.start(settings_of(backend, decides=False))
    charger = await dial()
    charger.answers[action] = answer
    await house.connected()
    charger.frames.clear()
    told = await backend.ask_raw("CP1", action, asked)
    if "requestedMessage" in asked:
        # It hears of what is known here: nobody asks the charger.
        assert told == {"status": "NotImplemented"}
    else:
        assert told == "SecurityError"
    assert charger.frames == []


async def test_a_reservation_is_known_here_too(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    """The limits of an outlet that is kept for somebody are its matter as well."""
    charger = await orders(house, backend, dial)
    charger.answers |= {"ReserveNow": {"status": "Accepted"}}
    charger.answers |= {"CancelReservation": {"status": "Accepted"}}
    await backend.ask_raw("CP1", *ORDERS["reserve"][:2])
    assert [one.id for one in house.point.reservations.present] == [31]
    await backend.ask_raw("CP1", *ORDERS["cancel"][:2])
    assert house.point.reservations.present == ()


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("DiagnosticsStatusNotification", {"status": "Uploaded"}),
        ("FirmwareStatusNotification", {"status": "Installed"}),
        ("LogStatusNotification", {"status": "Uploaded", "requestId": 3}),
        ("SignedFirmwareStatusNotification", {"status": "Installed", "requestId": 5}),
        ("SecurityEventNotification", {"type": "TamperDetectionActivated", "timestamp": LATER}),
    ],
)
async def test_what_comes_of_an_order_reaches_the_backend(
    house: House, backend: SimulatedBackend, dial: Dial, action: str, told: dict[str, Any]
) -> None:
    charger = await orders(house, backend, dial)
    await charger.call(action, **told)
    assert await backend.until_heard(action) == told


async def test_what_happened_to_its_security_while_it_was_away_is_told_later(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None
) -> None:
    charger = await orders(house, backend, dial)
    await backend.stop()
    await until(lambda: not house.relay.backends["b1"].may_answer)
    told = {"type": "TamperDetectionActivated", "timestamp": ago(0)}
    await charger.call("SecurityEventNotification", **told)
    await backend.start()
    assert await backend.until_heard("SecurityEventNotification") == told


async def test_what_the_charger_tells_by_data_transfer_is_answered_by_the_backend(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    charger = await orders(house, backend, dial)
    backend.answers["DataTransfer"] = {"status": "Accepted", "data": "ü"}
    told = await charger.call("DataTransfer", vendorId="V", messageId="m", data="é")
    assert told == {"status": "Accepted", "data": "ü"}
    assert backend.of("DataTransfer") == [{"vendorId": "V", "messageId": "m", "data": "é"}]
