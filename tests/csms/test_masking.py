"""What opens doors is in no log, however much is logged."""

import base64
import logging

import pytest

from custom_components.ev_load_manager.csms.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.configuration import Configuration
from custom_components.ev_load_manager.csms.masking import MASK, is_secret_key, masked, masked_frame
from custom_components.ev_load_manager.csms.server import CentralSystem

from .client import Client
from .conftest import until

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


@pytest.mark.parametrize("key", ["authorizationkey", "WifiPassword", "APN_Secret"])
def test_vendors_secrets_are_secrets_too(key: str) -> None:
    assert is_secret_key(key)


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
        await charger.call("ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET})
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
