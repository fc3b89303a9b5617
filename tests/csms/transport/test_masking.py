"""What opens doors is in no log, however much is logged."""

import asyncio
import base64
import json
import logging
from typing import Any

from ocpp.v16.enums import ConfigurationKey
import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.onboarding.configuration import MOST_KEYS, Configuration
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.transport.errors import CallError
from custom_components.ev_load_manager.csms.transport.masking import (
    MASK,
    is_secret_key,
    masked,
    masked_frame,
)
from custom_components.ev_load_manager.csms.v16.texts import LONGEST
from tests.csms.client import Client
from tests.csms.conftest import until

SECRET = "s3cret-s3cret-s3cret"


def test_secrets_are_masked_wherever_they_stand() -> None:
    assert masked(
        [
            {"key": "AuthorizationKey", "value": SECRET},
            {"configurationKey": [{"key": "HeartbeatInterval", "value": "60"}]},
            {"idTag": "04A1", "location": f"ftp://user:{SECRET}@192.0.2.1/log"},
        ]
    ) == [
        {"key": "AuthorizationKey", "value": MASK},
        {"configurationKey": [{"key": "HeartbeatInterval", "value": "60"}]},
        {"idTag": MASK, "location": f"ftp://{MASK}@192.0.2.1/log"},
    ]


@pytest.mark.parametrize(
    "key",
    [
        *("authorizationkey", "WifiPassword", "APN_Secret", "WifiPSK", "wifi_psk", "AuthKey"),
        *("OCPP_BasicAuth", "ApiToken", "FTP.Passwd", "SIM-PIN", "SimPin", "UserPinCode", "PUK"),
        *("MqttPwd", "WLAN_Kennwort", "DeviceKey", "SSH_Key", "SessionCookie", "OneTimeOTP"),
        *("WPA2Passphrase", "HotspotKey", "BasicAuthPassword", "Admin_Pass", "PrivateKey"),
    ],
)
def test_vendors_secrets_are_secrets_too(key: str) -> None:
    assert is_secret_key(key)


@pytest.mark.parametrize("key", [*ConfigurationKey, "PingInterval", "BypassMode", "ShippingMode"])
def test_what_opens_nothing_is_no_secret(key: str) -> None:
    assert is_secret_key(key) == (key == "AuthorizationKey")


@pytest.mark.parametrize(
    "text",
    [
        f"ftp://user:{SECRET}@192.0.2.1/log",
        f"ftp://user:a/b{SECRET}@192.0.2.1/log",
        f"wss://{SECRET}@host/x",
        f'{{"ssid":"home","password":"{SECRET}"}}',
        f"mode=1;psk={SECRET};x=2",
        f"https://host/x?token={SECRET}&y=1",
        f"FTPS://user:p@{SECRET}@host/x",
        f'{{"password": "a phrase of {SECRET}"}}',
        json.dumps({"inner": json.dumps({"wifi": {"psk": f"it is {SECRET}"}})}),
        f"{{'api_key':'{SECRET}'}}",
        f"MqttPwd={SECRET}",
        f"wifi_password_2: {SECRET}",
        f"WLAN-Kennwort={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"Authorization: Basic {SECRET}",
        f"<Wifi><Password enc='no'>{SECRET}</Password></Wifi>",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY----- {SECRET}",
        f"sent eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{SECRET} once",
        f"PIN={SECRET}",
        f"pin_code : {SECRET}",
    ],
)
def test_secrets_within_a_text_are_masked(text: str) -> None:
    shown = masked({"vendorId": "v", "data": text})["data"]
    assert SECRET not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        *("ping=20", "https://host/path", "a@b.example", "keys: 12", "spinning: 3", "compass 12"),
        *("Accepted", "2026-01-01T00:00:00Z", "basic", "PingInterval: 30"),
    ],
)
def test_what_opens_nothing_within_a_text_is_shown(text: str) -> None:
    assert masked({"data": text})["data"] == text


async def test_a_chargers_own_words_tell_no_secret_in_the_log_or_an_error(
    central: CentralSystem, charger: ChargePoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="custom_components")
    async with Client(central) as client:
        await until(charger, lambda: charger.online)
        call = asyncio.create_task(charger.call(Question("Reset", {"type": "Soft"})))
        await client.next_call("Reset")
        # NotImplemented was answered; what comes once more is nobody's answer.
        await client.send([4, client.asked_ids[-1], "GenericError", f"password={SECRET}", {}])
        await client.send([2, "x1", f"token={SECRET}", {}])
        await client.send([2, "x2", "DataTransfer", {"vendorId": "v", "data": f"psk={SECRET}"}])
        with pytest.raises(CallError):
            await call
        await client.call("Heartbeat")
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("custom_c")]
    assert lines
    assert SECRET not in "\n".join(lines)


def test_an_error_of_a_charger_tells_no_secret() -> None:
    failure = messages.parse(
        json.dumps([4, "1", "GenericError", f"psk={SECRET} is wrong", {}]), LONGEST
    )
    assert failure == messages.CallFailure("1", "GenericError", f"psk={MASK} is wrong")


def test_a_field_that_is_named_like_a_secret_is_one() -> None:
    told = {"vendorId": "v", "unknownKey": ["WifiPSK"], "token": SECRET, "list": [{"psk": SECRET}]}
    assert masked(told) == {
        "vendorId": "v",
        "unknownKey": ["WifiPSK"],
        "token": MASK,
        "list": [{"psk": MASK}],
    }


def test_a_frame_that_is_none_can_be_logged() -> None:
    assert masked_frame("[1, {") == "what is no JSON"
    assert masked_frame(b'[2,"1","Authorize",{"idTag":"04A1"}]').endswith(f'{{"idTag":"{MASK}"}}]')


async def test_no_secret_is_logged_at_any_level(
    central: CentralSystem, charger: ChargePoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Client(central, password=SECRET.encode()) as client:
        await until(charger, lambda: charger.online)
        client.answers["ChangeConfiguration"] = {"status": "Accepted"}
        client.answers["GetConfiguration"] = {
            "configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]
        }
        await client.call("Authorize", idTag=SECRET)
        await charger.call(
            Question("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET})
        )
        keys = Configuration(charger)
        await keys.read_all()
    ours = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
    ]
    assert any("ChangeConfiguration" in line for line in ours)
    told = "\n".join(ours)
    assert SECRET not in told
    assert base64.b64encode(b"CP1:" + SECRET.encode()).decode() not in told
    assert keys.values == {}


async def test_a_charger_that_invents_keys_fills_no_file(central: CentralSystem) -> None:
    point = central.add("CP1")
    keys = Configuration(point)
    told = 0
    async with Client(central) as client:

        def invent(_: dict[str, Any]) -> dict[str, Any]:
            nonlocal told
            told += 600
            return {
                "configurationKey": [
                    {"key": f"Key{told + number}", "readonly": False, "value": "x" * 50}
                    for number in range(600)
                ]
            }

        client.answers["GetConfiguration"] = invent
        await until(point, lambda: point.online)
        for _ in range(3):
            await keys.read_all()
            assert len(keys.values) == MOST_KEYS
            # Replaced, not added.
            assert f"Key{told}" in keys.values
