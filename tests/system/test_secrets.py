"""What opens doors is told to nobody: not by logs, diagnostics, entities or repairs."""

import base64
import json
import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.transport.failed_logins import WORTH_TELLING
from custom_components.ev_load_manager.diagnostics import async_get_config_entry_diagnostics
from custom_components.ev_load_manager.issues.tracker import tag_of
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import ExtendedJSONEncoder
from tests.csms.conftest import ago, until
from tests.csms.transport.test_connecting import refused
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    subentry_id,
    until_state,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

SECRET = "s3cret-s3cret-s3cret"
TAG = "04A1B2C3D4E5F6"


def openings() -> tuple[str, ...]:
    """A secret in all the forms it is sent in."""
    return (
        SECRET,
        SECRET.encode().hex(),
        base64.b64encode(f"LEFT:{SECRET}".encode()).decode(),
        TAG,
        TAG.lower(),
    )


async def test_secrets_are_told_nowhere(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # What others log at this level is theirs.
    for other in ("websockets", "websockets.client", "homeassistant"):
        caplog.set_level(logging.INFO, logger=other)
    entry = group(charger("LEFT", password=SECRET), id_tags=[{"name": "Anna's car", "id_tag": TAG}])
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")
    await refused(client(entry, "LEFT", password=SECRET[:-1].encode()))
    async with client(entry, "LEFT", password=SECRET.encode()) as socket:
        socket.answers["GetConfiguration"] = {
            "configurationKey": [
                {"key": key, "readonly": False, "value": value}
                for key, value in (
                    ("AuthorizationKey", SECRET),
                    ("WifiPSK", SECRET),
                    ("MqttPwd", SECRET),
                    ("VendorUpdateUrl", f"ftp://user:{SECRET}@192.0.2.1/firmware"),
                    ("VendorNetworks", f'[{{"ssid": "home", "passphrase": "a {SECRET}"}}]'),
                    ("VendorCertificate", f"-----BEGIN PRIVATE KEY----- {SECRET}"),
                )
            ]
        }
        await socket.boot(firmwareVersion=f"1.0 token={SECRET}")
        await socket.next_call("GetConfiguration")
        await socket.call(
            "DataTransfer", vendorId="vendor", messageId="wifi", data=f'{{"psk":"a {SECRET}"}}'
        )
        await socket.status("Charging")
        await socket.call(
            "StartTransaction", connectorId=1, idTag=TAG.lower(), meterStart=0, timestamp=ago(0)
        )
        await until_state(hass, entity_of(hass, "sensor", left, 1, "status"), "charging")
        diagnostics = await async_get_config_entry_diagnostics(hass, entry)
        states = [f"{state.state} {state.attributes}" for state in hass.states.async_all()]
        stored = entry.runtime_data.access.point("LEFT").configuration
    told = {
        "logs": caplog.text,
        "diagnostics": json.dumps(diagnostics, cls=ExtendedJSONEncoder),
        "states": "\n".join(states),
        "settings": repr(entry.runtime_data.chargers),
        "configuration": str(stored),
    }
    assert "custom_components" in told["logs"]
    for where, text in told.items():
        for opening in openings():
            assert opening not in text, where
    assert "Anna" not in told["diagnostics"]


async def steps(entry: MockConfigEntry, count: int) -> None:
    """Let the group take steps; entities and issues look at each in any order."""
    for _ in range(count):
        over = iter((False, True))
        entry.runtime_data._triggers.at_once("test")
        await until_step(entry, lambda over=over: next(over))  # type: ignore[misc]


async def test_who_is_refused_again_and_again_is_shown_until_it_is_over(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT", "Left", password=SECRET), charger("RIGHT"))
    await set_up(hass, entry)
    issue_id = f"login_failed_{entry.entry_id}_{tag_of('LEFT')}"

    for _ in range(WORTH_TELLING - 1):
        await refused(client(entry, "LEFT", password=b"guess"))
    await steps(entry, 2)
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None
    await refused(client(entry, "LEFT", password=b"guess"))
    await steps(entry, 2)

    issue = issue_registry.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders == {
        "charger": "Left",
        "charger_id": "LEFT",
        "group": "Garage",
        "address": r"127\.0\.0\.1",
    }
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([record for record in warnings if "Turned away" in record.getMessage()]) == 1

    async with client(entry, "LEFT", password=SECRET.encode()) as socket:
        await socket.boot()
        await steps(entry, 2)
        assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


async def test_who_comes_again_and_again_beside_a_charger_is_shown(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry
) -> None:
    entry = group(charger("LEFT", "Left"), charger("RIGHT"))
    await set_up(hass, entry)
    issue_id = f"second_socket_{entry.entry_id}_{tag_of('LEFT')}"

    async with client(entry, "LEFT") as socket:
        await socket.boot()
        for _ in range(WORTH_TELLING):
            assert (await refused(client(entry, "LEFT", address="127.0.0.2")))[0] == 409
        await steps(entry, 2)

        issue = issue_registry.async_get_issue(DOMAIN, issue_id)
        assert issue is not None
        assert issue.translation_placeholders == {
            "charger": "Left",
            "charger_id": "LEFT",
            "group": "Garage",
            "address": r"127\.0\.0\.2",
            "connected": r"127\.0\.0\.1",
        }

    point = entry.runtime_data.access.point("LEFT")
    await until(point, lambda: not point.online)
    async with client(entry, "LEFT", address="127.0.0.2") as socket:
        await socket.boot()
        await steps(entry, 2)
        assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


async def test_what_is_shown_of_a_group_goes_with_it(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry
) -> None:
    entry = group(charger("LEFT", password=SECRET))
    await set_up(hass, entry)
    for _ in range(WORTH_TELLING):
        await refused(client(entry, "LEFT"))
    issue_id = f"login_failed_{entry.entry_id}_{tag_of('LEFT')}"
    await steps(entry, 2)
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is not None

    await hass.config_entries.async_unload(entry.entry_id)

    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None
