"""What a maker's own messages could do, a backend may do by them no more than by OCPP's."""

import json
from time import thread_time
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.backends import transfers
from custom_components.ev_load_manager.csms.limits.likely_limits import unfolded
from simulation.backends.backend import SimulatedBackend
from tests.csms.client import Client

from .conftest import Dial, House, settings_of

PLUG_AND_CHARGE = "org.openchargealliance.iso15118pnc"
HASHES = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "aa",
    "issuerKeyHash": "bb",
    "serialNumber": "01",
}


async def carried(charger: Client, backend: SimulatedBackend, payload: dict[str, Any]) -> bool:
    """Whether a DataTransfer reaches the charger, which takes any."""
    charger.answers |= {
        "DataTransfer": {"status": "Accepted"},
        "GetInstalledCertificateIds": {"status": "Accepted", "certificateHashData": [HASHES]},
    }
    while not charger.asked.empty():
        charger.asked.get_nowait()
    answer = await backend.ask("CP1", "DataTransfer", payload)
    asked = [charger.asked.get_nowait() for _ in range(charger.asked.qsize())]
    assert [one for one in asked if one[0] == "DataTransfer"] == (
        [("DataTransfer", payload)] if answer == {"status": "Accepted"} else []
    )
    assert answer["status"] in ("Accepted", "Rejected")
    return bool(answer["status"] == "Accepted")


@pytest.mark.parametrize(
    ("message", "data"),
    [
        # What is parsed of a long text is cut, and what is passed is not.
        ("Set", "x" * 600 + '{"maxCurrent":32}'),
        ("Set", " " * 90_000 + '{"maxCurrent":32}'),
        # Its reader takes the escaped letter for what it is.
        ("Set", '{"max\\u0043urrent":32}'),
        ("Set", json.dumps({"settings": '[{"max\\u0043urrent": 32}]'})),
        ("Set", '{"key":"\\u004daxCurrent","value":"32"}'),
        ("Set", '{"a":{"max\\u0043urrent":32},"a":"harmless"}'),
    ],
)
async def test_no_limit_is_set_however_it_is_written(
    house: House, backend: SimulatedBackend, dial: Dial, message: str, data: str
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    told = {"vendorId": "V", "messageId": message, "data": data}
    assert not await carried(charger, backend, told)


@pytest.mark.parametrize(
    ("message", "data"),
    [
        ("SetBackendUrl", "elsewhere.example"),
        ("Set", "WS://elsewhere.example"),
        ("Set", '{"a":[{"b":"wss:\\/\\/elsewhere.example"}]}'),
        ("Set", '{"ocppServer":"elsewhere.example"}'),
        ("Set", '{"key":"CentralSystemURL","value":"elsewhere.example"}'),
        ("Set", '{"key":"\\u0043entralSystemURL","value":"elsewhere.example"}'),
        ("ChangeConfiguration", '{"key":"AuthorizationKey","value":"0123456789abcdef"}'),
        ("ChangeConfiguration", "AuthorizationKey=0123456789abcdef"),
        ("Set", '[{"AuthorizationKey":"0123456789abcdef"}]'),
        ("Set", "SecurityProfile: 3"),
    ],
)
async def test_a_charger_is_not_led_elsewhere_by_them(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    message: str,
    data: str,
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    told = {"vendorId": "V", "messageId": message, "data": data}
    assert not await carried(charger, backend, told)
    assert house.relay.backends["b1"].orders.refused


@pytest.mark.parametrize(
    "payload",
    [
        {"vendorId": "V"},
        {"vendorId": "V", "messageId": "m", "data": "x" * 100_000},
        {
            "vendorId": "V",
            "messageId": "ShowPicture",
            "data": '{"url":"https://backend.example/ocpp/x.png","address":"Street 1","token":"a"}',
        },
        {"vendorId": "V", "messageId": "Say", "data": "Our server: https://backend.example/ocpp"},
    ],
)
async def test_what_is_for_people_passes(
    house: House, backend: SimulatedBackend, dial: Dial, payload: dict[str, Any]
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    assert await carried(charger, backend, payload)


@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize(
    ("message", "data", "passes"),
    [
        ("InstallCertificate", {"certificateType": "CSMSRootCertificate"}, False),
        ("installcertificate", {"certificateType": "Anything"}, False),
        ("InstallCertificate", "PEM", False),
        ("InstallCertificate", {"certificateType": "V2GRootCertificate"}, True),
        ("InstallCertificate", {"certificateType": "MORootCertificate"}, True),
        ("DeleteCertificate", {"certificateHashData": HASHES}, False),
        ("DeleteCertificate", {"certificateHashData": {**HASHES, "serialNumber": "02"}}, True),
        ("CertificateSigned", {"certificateType": "ChargingStationCertificate"}, False),
        ("CertificateSigned", {"certificateChain": "PEM"}, True),
        ("TriggerMessage", {"requestedMessage": "SignCombinedCertificate"}, False),
        ("TriggerMessage", {"requestedMessage": "SignV2GCertificate"}, True),
    ],
)
async def test_certificates_of_plug_and_charge_pass_and_those_that_lead_to_us_where_it_is_allowed(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    message: str,
    data: object,
    passes: bool,
    allowed: bool,
) -> None:
    await house.start(settings_of(backend, certificates=allowed))
    charger = await dial()
    charger.answers["GetConfiguration"] = {
        "configurationKey": [{"key": "SecurityProfile", "readonly": True, "value": "1"}]
    }
    await house.connected()
    told = {"vendorId": PLUG_AND_CHARGE, "messageId": message, "data": json.dumps(data)}
    assert await carried(charger, backend, told) is (passes or allowed)


LONG = {
    "a word of limits": "charg" * 50_000,
    "lists in lists": "[[[[" * 60_000,
    "objects in objects": '{"a":' * 40_000,
    "a word of addresses": "ocpp-" * 50_000,
    "many words": "ocpp1 " * 40_000,
    "many settings": json.dumps([{"key": "ocpp"}] * 18_000),
    "many names": json.dumps({f"ocpp{'a' * 90}{number}": 1 for number in range(2_400)}),
}


@pytest.mark.parametrize("what", LONG)
def test_no_text_takes_long_to_look_through(what: str) -> None:
    began = thread_time()
    sum(1 for _ in unfolded(LONG[what]))
    transfers.other_place({"vendorId": "V", "data": LONG[what]})
    assert thread_time() - began < 5.0


async def test_of_what_was_refused_a_name_is_kept_however_long_it_is(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    await house.connected()
    name = "x" * 90_000
    told = {"vendorId": "V", "data": f'{{"{name}":"wss\\u003a//elsewhere.example"}}'}
    assert not await carried(charger, backend, told)
    assert [*house.relay.backends["b1"].orders.refused] == ["x" * 50]
