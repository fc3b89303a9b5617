"""What a charger of OCPP 2.0.1 does when it is told to (blocks B, D, F, G, L, M, N)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.car import NIMBLE, Car
from simulation.charger.grid import NOTHING
from simulation.charger.misbehaviour import FixedAnswer, NoAnswer, once
from simulation.charger.v201 import models
from tests.simulation.charger.v201.conftest import Central201, MakeStation
from tests.simulation.charger.v201.test_sessions import charging

CARD = {"idToken": "CARD-1", "type": "ISO14443"}
REMOTE = {"remoteStartId": 1, "idToken": {"idToken": "APP", "type": "Central"}}


async def status(central: Central201, action: str, payload: dict[str, Any]) -> str:
    """The status of an answer."""
    return str((await central.tell(action, payload))["status"])


# -- boot (B01 to B03) ------------------------------------------------------


async def test_while_it_waits_it_answers_and_reports_and_says_nothing_else(
    central: Central201, connected: MakeStation
) -> None:
    central.answers["BootNotification"] = lambda _: central.boot_answer("Pending", 120)
    charger = await connected(wait=False)
    await charger.until(lambda: charger.pending)
    assert await status(central, "RequestStartTransaction", REMOTE) == "Rejected"
    whole = {"requestId": 1, "reportBase": "FullInventory"}
    assert await status(central, "GetBaseReport", whole) == "Accepted"
    await central.until(lambda: any(not one["tbc"] for one in central.called("NotifyReport")))
    assert {action for action, _ in central.calls} == {"BootNotification", "NotifyReport"}
    del central.answers["BootNotification"]
    central.answers["BootNotification"] = lambda _: central.boot_answer("Accepted")
    trigger = {"requestedMessage": "BootNotification"}
    assert await status(central, "TriggerMessage", trigger) == "Accepted"
    await charger.until(lambda: charger.accepted)
    assert central.called("BootNotification")[-1]["reason"] == "Triggered"
    # F06.FR.17
    assert await status(central, "TriggerMessage", trigger) == "Rejected"


async def test_it_boots_again_after_the_interval_and_takes_the_clock(
    central: Central201, connected: MakeStation
) -> None:
    answers = iter(["Rejected", "Accepted"])
    central.answers["BootNotification"] = lambda _: central.boot_answer(next(answers), 20)
    charger = await connected(clock_offset=-7200.0)
    assert len(central.called("BootNotification")) == 2
    assert abs(charger.now() - clock.now().timestamp()) < 1800
    told = await central.get("OCPPCommCtrlr", "HeartbeatInterval")
    assert told["attributeValue"] == "20"
    await central.until(lambda: central.called("Heartbeat"))


# -- reset (B11, B12) -------------------------------------------------------


async def test_an_immediate_reset_ends_the_transaction_and_says_why_it_boots(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    assert await status(central, "Reset", {"type": "Immediate"}) == "Accepted"
    await central.until(lambda: ("Ended", "ResetCommand") in central.told())
    assert central.events[-1]["transactionInfo"]["stoppedReason"] == "ImmediateReset"
    await central.until(lambda: len(central.called("BootNotification")) == 2)
    assert central.called("BootNotification")[-1]["reason"] == "RemoteReset"


async def test_a_reset_on_idle_waits_for_the_cars_end(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    assert await status(central, "Reset", {"type": "OnIdle"}) == "Scheduled"
    await asyncio.sleep(clock.real(20))
    assert len(central.called("BootNotification")) == 1
    charger.unplug(1)
    await central.until(lambda: len(central.called("BootNotification")) == 2)
    assert central.called("BootNotification")[-1]["reason"] == "ScheduledReset"


async def test_one_evse_is_reset_only_where_that_is_allowed(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.TWIN)
    one, two = await charging(charger, 1), await charging(charger, 2)
    assert await status(central, "Reset", {"type": "Immediate", "evseId": 2}) == "Accepted"
    await charger.until(lambda: two.current == 0.0)
    assert one.current > 0
    assert len(central.called("BootNotification")) == 1
    assert await status(central, "Reset", {"type": "Immediate", "evseId": 3}) == "Rejected"


async def test_a_charger_with_one_evse_resets_as_a_whole_only(
    central: Central201, connected: MakeStation
) -> None:
    await connected()
    assert await status(central, "Reset", {"type": "Immediate", "evseId": 1}) == "Rejected"


async def test_2_1_resets_and_goes_on(central: Central201, connected: MakeStation) -> None:
    charger = await connected(models.STATION_21)
    await charging(charger)
    assert await status(central, "Reset", {"type": "ImmediateAndResume"}) == "Accepted"
    await central.until(lambda: ("Updated", "TxResumed") in central.told())
    await charger.until(lambda: charger.connectors[1].flows)
    assert len(charger.sessions) == 1


# -- availability, unlocking, triggers (F05, F06, G03, G04) ------------------


async def test_availability_is_changed_by_station_evse_and_connector_and_is_kept(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.TWIN)
    one, two = charger.connectors.values()
    off = {"operationalStatus": "Inoperative"}
    assert await status(central, "ChangeAvailability", {**off, "evse": {"id": 2}}) == "Accepted"
    await charger.until(lambda: (one.status, two.status) == ("Available", "Unavailable"))
    await charging(charger, 1)
    assert await status(central, "ChangeAvailability", off) == "Scheduled"
    assert one.status == "Occupied"
    charger.unplug(1)
    await charger.until(lambda: one.status == "Unavailable")
    charger.power_off()
    charger.power_on()
    await charger.until(lambda: charger.running and charger.accepted)
    assert (one.status, two.status) == ("Unavailable", "Unavailable")
    on = {"operationalStatus": "Operative"}
    assert await status(central, "ChangeAvailability", on) == "Accepted"
    # The second EVSE was switched off by itself.
    assert (one.status, two.status) == ("Available", "Unavailable")
    strange = {**on, "evse": {"id": 1, "connectorId": 2}}
    assert await status(central, "ChangeAvailability", strange) == "Rejected"


async def test_nobody_charges_where_it_is_not_available(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await central.tell("ChangeAvailability", {"operationalStatus": "Inoperative"})
    charger.plug_in(1, Car(NIMBLE))
    await asyncio.sleep(clock.real(10))
    assert charger.currents == NOTHING
    assert await status(central, "RequestStartTransaction", REMOTE) == "Rejected"


async def test_a_connector_is_unlocked_unless_somebody_charges(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    here = {"evseId": 1, "connectorId": 1}
    assert await status(central, "UnlockConnector", here) == "Unlocked"
    await charging(charger)
    assert await status(central, "UnlockConnector", here) == "OngoingAuthorizedTransaction"
    nowhere = {"evseId": 1, "connectorId": 2}
    assert await status(central, "UnlockConnector", nowhere) == "UnknownConnector"


async def test_messages_are_sent_when_they_are_triggered(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    trigger = "TriggerMessage"
    assert await status(central, trigger, {"requestedMessage": "Heartbeat"}) == "Accepted"
    assert await status(central, trigger, {"requestedMessage": "MeterValues"}) == "Accepted"
    event = {"requestedMessage": "TransactionEvent", "evse": {"id": 1}}
    assert await status(central, trigger, event) == "Accepted"
    await central.until(lambda: ("Updated", "Trigger") in central.told())
    triggered = next(one for one in central.events if one["triggerReason"] == "Trigger")
    assert triggered["transactionInfo"]["chargingState"] == "Charging"
    assert triggered["meterValue"][0]["sampledValue"][0]["context"] == "Trigger"
    assert central.called("Heartbeat")
    assert central.called("MeterValues")
    # F06.FR.13: without its connector nobody knows which.
    alone = {"requestedMessage": "StatusNotification"}
    assert await status(central, trigger, alone) == "Rejected"
    said = len(central.called("StatusNotification"))
    whole = {**alone, "evse": {"id": 1, "connectorId": 1}}
    assert await status(central, trigger, whole) == "Accepted"
    await central.until(lambda: len(central.called("StatusNotification")) > said)
    unknown = {"requestedMessage": "SignV2GCertificate"}
    assert await status(central, trigger, unknown) == "NotImplemented"


# -- cards (C10, C11, D01, D02) ---------------------------------------------


async def test_a_list_comes_in_parts_of_rising_versions(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    accepted = {"idTokenInfo": {"status": "Accepted"}}

    def part(version: int, update: str, *entries: dict[str, Any]) -> dict[str, Any]:
        told = {"versionNumber": version, "updateType": update}
        return told | ({"localAuthorizationList": list(entries)} if entries else {})

    send = "SendLocalList"
    assert await status(central, send, part(0, "Full")) == "Failed"
    first = part(2, "Full", {"idToken": CARD, **accepted})
    assert await status(central, send, first) == "Accepted"
    assert await central.tell("GetLocalListVersion", {}) == {"versionNumber": 2}
    other = {"idToken": {**CARD, "idToken": "CARD-2"}, **accepted}
    assert await status(central, send, part(2, "Differential", other)) == "VersionMismatch"
    # An item that says nothing of itself is deleted.
    changed = part(3, "Differential", other, {"idToken": CARD})
    assert await status(central, send, changed) == "Accepted"
    assert len(charger.local_list) == 1
    twice = part(4, "Differential", other, other)
    assert await status(central, send, twice) == "Failed"


async def test_a_listed_card_is_not_asked_for_where_that_is_switched_on(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    entry = {"idToken": CARD, "idTokenInfo": {"status": "Accepted"}}
    full = {"versionNumber": 1, "updateType": "Full", "localAuthorizationList": [entry]}
    await central.tell("SendLocalList", full)
    await central.set("AuthCtrlr", "LocalPreAuthorize", "true")
    await charging(charger)
    assert central.called("Authorize") == []


async def test_the_cache_is_used_and_cleared(central: Central201, connected: MakeStation) -> None:
    charger = await connected()
    await central.set("AuthCtrlr", "LocalPreAuthorize", "true")
    await charging(charger)
    charger.unplug(1)
    await charging(charger)
    charger.unplug(1)
    assert len(central.called("Authorize")) == 1
    assert await status(central, "ClearCache", {}) == "Accepted"
    await charging(charger)
    assert len(central.called("Authorize")) == 2


# -- firmware, logs, security (L01, N01, A02, A04, M) ------------------------


async def test_an_update_tells_every_step_and_boots_with_the_new_firmware(
    central: Central201, connected: MakeStation
) -> None:
    await connected()
    firmware = {
        "location": "https://example.org/new.bin",
        "retrieveDateTime": "2027-01-01T00:00:00Z",
        "signature": "c2ln",
        "signingCertificate": "x",
    }
    update = {"requestId": 5, "firmware": firmware}
    assert await status(central, "UpdateFirmware", update) == "Accepted"
    steps = "FirmwareStatusNotification"
    await central.until(lambda: any(one["status"] == "Installed" for one in central.called(steps)))
    assert [one["status"] for one in central.called(steps)] == [
        "Downloading",
        "Downloaded",
        "SignatureVerified",
        "Installing",
        "InstallRebooting",
        "Installed",
    ]
    assert {one["requestId"] for one in central.called(steps)} == {5}
    boot = central.called("BootNotification")[-1]
    assert boot["reason"] == "FirmwareUpdate"
    assert boot["chargingStation"]["firmwareVersion"] == "1.0-1"
    await central.until(
        lambda: any(
            one["type"] == "FirmwareUpdated" for one in central.called("SecurityEventNotification")
        )
    )


async def test_a_log_is_uploaded_and_a_newer_request_ends_it(
    central: Central201, connected: MakeStation
) -> None:
    await connected()
    log = {"requestId": 1, "logType": "DiagnosticsLog", "log": {"remoteLocation": "https://x"}}
    first, second = await asyncio.gather(
        central.tell("GetLog", log), central.tell("GetLog", {**log, "requestId": 2})
    )
    assert first == {"status": "Accepted", "filename": "CP1.log"}
    assert second["status"] == "AcceptedCanceled"
    steps = "LogStatusNotification"
    await central.until(lambda: any(one["status"] == "Uploaded" for one in central.called(steps)))
    told = [(one["requestId"], one["status"]) for one in central.called(steps)]
    assert (1, "AcceptedCanceled") in told
    assert told[-1] == (2, "Uploaded")


async def test_security_events_are_kept_while_it_is_offline(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    charger.link.halt()
    await charger.until(lambda: not charger.accepted)
    charger.reports.security_event("TamperDetectionActivated", "the lid is open")
    charger.link.start()
    await central.until(
        lambda: any(
            one.get("techInfo") == "the lid is open"
            for one in central.called("SecurityEventNotification")
        )
    )


def signed(key: ec.EllipticCurvePrivateKey, public: Any, name: str) -> str:
    """A certificate in PEM."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(0x1234)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


async def test_certificates_are_asked_for_and_installed(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    trigger = {"requestedMessage": "SignChargingStationCertificate"}
    assert await status(central, "TriggerMessage", trigger) == "Accepted"
    await central.until(lambda: central.called("SignCertificate"))
    request = x509.load_pem_x509_csr(central.called("SignCertificate")[0]["csr"].encode())
    key = ec.generate_private_key(ec.SECP256R1())
    strange = {"certificateChain": signed(key, key.public_key(), "strange")}
    assert await status(central, "CertificateSigned", strange) == "Rejected"
    own = {"certificateChain": signed(key, request.public_key(), "CP1")}
    assert await status(central, "CertificateSigned", own) == "Accepted"
    assert charger.commands.certificates.own is not None

    assert await status(central, "GetInstalledCertificateIds", {}) == "NotFound"
    root = {
        "certificateType": "CSMSRootCertificate",
        "certificate": signed(key, key.public_key(), "root"),
    }
    assert await status(central, "InstallCertificate", root) == "Accepted"
    garbage = {**root, "certificate": "garbage"}
    assert await status(central, "InstallCertificate", garbage) == "Rejected"
    told = await central.tell("GetInstalledCertificateIds", {})
    (chain,) = told["certificateHashDataChain"]
    assert chain["certificateHashData"]["serialNumber"] == "1234"
    gone = {"certificateHashData": chain["certificateHashData"]}
    assert await status(central, "DeleteCertificate", gone) == "Accepted"
    assert await status(central, "DeleteCertificate", gone) == "NotFound"


# -- what it doesn't know, and how it misbehaves ----------------------------


async def test_what_it_cannot_do_is_a_callerror(
    central: Central201, connected: MakeStation
) -> None:
    await connected()
    frame = await central.ask("ClearDisplayMessage", {"id": 1})
    assert frame[0:3:2] == [4, "NotSupported"]
    frame = await central.ask_unchecked("MakeCoffee", {})
    assert frame[0:3:2] == [4, "NotImplemented"]


async def test_answers_can_be_wrong_or_missing(central: Central201, connected: MakeStation) -> None:
    charger = await connected()
    charger.misbehaviours["ClearCache"] = once(FixedAnswer({"status": "Rejected"}))
    assert await status(central, "ClearCache", {}) == "Rejected"
    assert await status(central, "ClearCache", {}) == "Accepted"
    charger.misbehaviours["ClearCache"] = NoAnswer()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await central.ask("ClearCache", {})
