"""A backend changes a charger's certificates only where that is allowed, and never those that the charger dials us by."""

import asyncio
from pathlib import Path
import ssl
from typing import Any

from cryptography.x509 import load_pem_x509_certificate
import pytest

from simulation.backends.backend import SimulatedBackend
from simulation.faults.certificates import Authority, Files
from tests.csms.client import Client

from .conftest import Dial, House, settings_of

HASHES = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "aa",
    "issuerKeyHash": "bb",
    "serialNumber": "01",
}


@pytest.mark.parametrize(
    ("action", "payload", "status", "passes"),
    [
        ("CertificateSigned", {"certificateChain": "PEM"}, "Rejected", False),
        (
            "ExtendedTriggerMessage",
            {"requestedMessage": "SignChargePointCertificate"},
            "Rejected",
            False,
        ),
        (
            "InstallCertificate",
            {"certificateType": "CentralSystemRootCertificate", "certificate": "PEM"},
            "Rejected",
            False,
        ),
        (
            "InstallCertificate",
            {"certificateType": "ManufacturerRootCertificate", "certificate": "PEM"},
            "Accepted",
            True,
        ),
        ("DeleteCertificate", {"certificateHashData": HASHES}, "Failed", False),
        (
            "DeleteCertificate",
            {"certificateHashData": {**HASHES, "serialNumber": "02"}},
            "Accepted",
            True,
        ),
    ],
)
async def test_certificates_by_which_the_charger_finds_us_are_none_of_its_matters(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    caplog: pytest.LogCaptureFixture,
    action: str,
    payload: dict[str, Any],
    status: str,
    passes: bool,
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["GetInstalledCertificateIds"] = {
        "status": "Accepted",
        "certificateHashData": [{**HASHES, "issuerNameHash": "AA"}],
    }
    charger.answers[action] = {"status": "Accepted"}
    await house.connected()
    while not charger.asked.empty():
        charger.asked.get_nowait()
    assert await backend.ask("CP1", action, payload) == {"status": status}
    asked = [charger.asked.get_nowait()[0] for _ in range(charger.asked.qsize())]
    assert (action in asked) is passes
    assert ("is refused" in caplog.text) is not passes
    assert bool(house.relay.backends["b1"].orders.refused) is not passes


@pytest.mark.parametrize(
    "written",
    [
        # Hashes that were made in another way can't be compared.
        {"hashAlgorithm": "SHA512", "issuerNameHash": "cc", "issuerKeyHash": "dd"},
        *({"serialNumber": one} for one in ("0A", "a", "0x0a", "00:0A")),
        {"issuerNameHash": "AA", "issuerKeyHash": "B:B"},
    ],
)
async def test_one_by_which_the_charger_knows_us_is_not_deleted_however_it_is_written(
    house: House, backend: SimulatedBackend, dial: Dial, written: dict[str, str]
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    ours = {**HASHES, "serialNumber": "0a"}
    charger.answers |= {
        "GetInstalledCertificateIds": {"status": "Accepted", "certificateHashData": [ours]},
        "DeleteCertificate": {"status": "Accepted"},
    }
    await house.connected()
    wanted = {"certificateHashData": ours | written}
    assert await backend.ask("CP1", "DeleteCertificate", wanted) == {"status": "Failed"}


async def that_shows_its_own(
    house: House, backend: SimulatedBackend, dial: Dial, tmp_path: Path
) -> tuple[Client, Files]:
    """A charger that must show us a certificate, and the one that it shows."""
    authority = Authority(tmp_path)
    ours, theirs = authority.issue("ours"), authority.issue("CP1")
    house.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    house.tls.load_cert_chain(ours.certificate, ours.key)
    house.tls.load_verify_locations(authority.file)
    house.tls.verify_mode = ssl.CERT_REQUIRED
    shown = ssl.create_default_context(cafile=authority.file)
    shown.load_cert_chain(theirs.certificate, theirs.key)
    await house.start(settings_of(backend, certificates=True))
    charger = await dial(tls=shown)
    return charger, theirs


async def test_the_one_that_the_charger_shows_us_is_not_deleted(
    house: House, backend: SimulatedBackend, dial: Dial, tmp_path: Path
) -> None:
    """It is of no central system, and on no list."""
    charger, theirs = await that_shows_its_own(house, backend, dial, tmp_path)
    charger.answers |= {
        "GetInstalledCertificateIds": {"status": "NotFound"},
        "DeleteCertificate": {"status": "Accepted"},
    }
    await house.connected()
    shown_to_us = await asyncio.to_thread(Path(theirs.certificate).read_bytes)
    number = load_pem_x509_certificate(shown_to_us).serial_number
    for serial, status in ((number, "Failed"), (number + 1, "Accepted")):
        wanted = {"certificateHashData": {**HASHES, "serialNumber": f"{serial:X}"}}
        assert await backend.ask("CP1", "DeleteCertificate", wanted) == {"status": status}


OWN, OTHERS = "its own", "those of central systems"
ORDERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "its own is signed": ("CertificateSigned", {"certificateChain": "PEM"}, OWN),
    "its own is to be signed": (
        "ExtendedTriggerMessage",
        {"requestedMessage": "SignChargePointCertificate"},
        OWN,
    ),
    "another central system": (
        "InstallCertificate",
        {"certificateType": "CentralSystemRootCertificate", "certificate": "PEM"},
        OTHERS,
    ),
    "a central system less": ("DeleteCertificate", {"certificateHashData": HASHES}, OTHERS),
}


def answers(charger: Client, profile: object) -> None:
    """Have a charger take any certificate, and tell a security profile (None: it has none)."""

    def settings(asked: dict[str, Any]) -> dict[str, Any]:
        told = {"key": "securityprofile", "readonly": False, "value": str(profile)}
        if asked.get("key") != ["SecurityProfile"] or profile is None:
            return {"configurationKey": [], "unknownKey": asked.get("key", [])}
        return {"configurationKey": [told], "unknownKey": []}

    charger.answers |= {
        "GetConfiguration": "NotSupported" if profile == "silent" else settings,
        "GetInstalledCertificateIds": {"status": "Accepted", "certificateHashData": [HASHES]},
        **{action: {"status": "Accepted"} for action, _, _ in ORDERS.values()},
    }


async def is_passed(backend: SimulatedBackend, charger: Client, what: str) -> bool:
    """Whether an order reaches the charger."""
    action, payload, _ = ORDERS[what]
    while not charger.asked.empty():
        charger.asked.get_nowait()
    answer = await backend.ask("CP1", action, payload)
    asked = [charger.asked.get_nowait()[0] for _ in range(charger.asked.qsize())]
    assert (answer == {"status": "Accepted"}) is (action in asked)
    return action in asked


@pytest.mark.parametrize("what", ORDERS)
@pytest.mark.parametrize(
    ("profile", "passes"),
    [
        (0, {OWN, OTHERS}),
        (1, {OWN, OTHERS}),
        # It dials a proxy over TLS, perhaps.
        (2, {OWN}),
        (3, set()),
        # Nobody knows what it dials us by.
        (None, set()),
        ("silent", set()),
        ("soon", set()),
        (4, set()),
    ],
)
async def test_where_it_is_allowed_those_pass_that_the_charger_does_not_dial_us_by(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    what: str,
    profile: object,
    passes: set[str],
) -> None:
    await house.start(settings_of(backend, certificates=True))
    charger = await dial()
    answers(charger, profile)
    await house.connected()
    assert await is_passed(backend, charger, what) is (ORDERS[what][2] in passes)
    told = bool(house.relay.backends["b1"].orders.refused)
    assert told is (ORDERS[what][2] not in passes)


@pytest.mark.parametrize("what", ORDERS)
async def test_a_charger_that_dials_us_over_tls_knows_us_by_them_whatever_it_says(
    house: House, backend: SimulatedBackend, dial: Dial, tmp_path: Path, what: str
) -> None:
    authority = Authority(tmp_path)
    files = authority.issue("ours")
    house.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    house.tls.load_cert_chain(files.certificate, files.key)
    await house.start(settings_of(backend, certificates=True))
    charger = await dial(tls=ssl.create_default_context(cafile=authority.file))
    answers(charger, 0)
    await house.connected()
    assert await is_passed(backend, charger, what) is (ORDERS[what][2] == OWN)


@pytest.mark.parametrize("what", ORDERS)
async def test_a_charger_that_shows_us_a_certificate_needs_all_of_them(
    house: House, backend: SimulatedBackend, dial: Dial, tmp_path: Path, what: str
) -> None:
    charger, _ = await that_shows_its_own(house, backend, dial, tmp_path)
    answers(charger, 1)
    await house.connected()
    assert not await is_passed(backend, charger, what)


@pytest.mark.parametrize("allowed", [False, True])
async def test_a_certificate_that_the_charger_wants_signed_is_the_backends_where_it_may(
    house: House, backend: SimulatedBackend, dial: Dial, allowed: bool
) -> None:
    backend.answers["SignCertificate"] = {"status": "Accepted"}
    await house.start(settings_of(backend, certificates=allowed))
    charger = await dial()
    answers(charger, 1)
    await house.connected()
    answer = await charger.call("SignCertificate", csr="-----BEGIN")
    assert answer == {"status": "Accepted" if allowed else "Rejected"}
    assert backend.of("SignCertificate") == ([{"csr": "-----BEGIN"}] if allowed else [])
    if allowed:
        assert await is_passed(backend, charger, "its own is signed")


async def test_where_the_backend_answers_with_an_error_nobody_signs(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None
) -> None:
    await house.start(settings_of(backend, certificates=True))
    charger = await dial()
    await house.connected()
    backend.answers["SignCertificate"] = "InternalError"
    assert await charger.call("SignCertificate", csr="-----BEGIN") == {"status": "Rejected"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("AuthorizationKey", "0123456789abcdef"),
        ("SecurityProfile", "2"),
        ("CentralSystemURL", "wss://elsewhere"),
        ("NetworkProfile", "1"),
    ],
)
async def test_address_password_and_profile_stay_ours_whatever_is_allowed(
    house: House, backend: SimulatedBackend, dial: Dial, key: str, value: str
) -> None:
    await house.start(settings_of(backend, certificates=True))
    charger = await dial()
    answers(charger, 0)
    charger.answers["ChangeConfiguration"] = {"status": "Accepted"}
    await house.connected()
    while not charger.asked.empty():
        charger.asked.get_nowait()
    asked = {"key": key, "value": value}
    assert await backend.ask("CP1", "ChangeConfiguration", asked) == {"status": "Rejected"}
    assert charger.asked.empty()


async def test_a_listener_changes_none_whatever_is_allowed(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend, certificates=True, decides=False))
    charger = await dial()
    answers(charger, 0)
    await house.connected()
    for action, payload, _ in ORDERS.values():
        answer = await backend.ask("CP1", action, payload)
        assert answer in ("SecurityError", {"status": "NotImplemented"})
    assert charger.asked.empty()
