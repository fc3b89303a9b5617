"""Texts that break files and pages: said by a stranger or by a charger, they break nothing."""

import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.ev_load_manager.const import DOMAIN, SUBENTRY_CHARGER
from custom_components.ev_load_manager.issues.markdown import as_it_is, without_markup
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
from tests.csms.client import Refused
from tests.groups import charger, client, group, set_up

pytestmark = pytest.mark.usefixtures("socket_enabled")

POISON = (
    "\ud800",
    "\ud800 half",
    "\udfff",
    "safe\u202egnp.exe",
    "\u2066\u2069",
    "\0\x1b[2J\x07",
    "one\nWARNING two",
    "[win](https://evil.example)![](http://evil.example/x)",
    "<script>alert(1)</script>",
    "x" * 5000,
)
"""What was seen to break something, or might."""


async def _ask(page: MockHAClientWebSocket, **message: Any) -> Any:
    """What Home Assistant answers a browser; it must be an answer at all."""
    await page.send_json_auto_id(message)
    answer = await page.receive_json()
    assert answer["success"], answer
    return answer.get("result")


async def _everything_answers(
    hass: HomeAssistant, page: MockHAClientWebSocket, entry: MockConfigEntry
) -> None:
    """Home Assistant's repairs and our page answer, and the files can be written."""
    await _ask(page, type="repairs/list_issues")
    await _ask(page, type=f"{DOMAIN}/subscribe", entry_id=entry.entry_id)
    assert (await page.receive_json())["type"] == "event"
    json_bytes(entry.runtime_data._store.collect())
    json_bytes(dr.async_get(hass)._data_to_save())
    json_bytes(ir.async_get(hass)._data_to_save())


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
async def test_a_strangers_words_break_nothing(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, poison: str
) -> None:
    await async_setup_component(hass, "repairs", {})
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    page = await hass_ws_client(hass)
    async with client(entry, "STRANGER") as stranger:
        await stranger.call(
            "BootNotification",
            chargePointVendor=poison,
            chargePointModel=poison,
            chargePointSerialNumber=poison,
            firmwareVersion=poison,
        )
        await stranger.call(
            "StatusNotification", connectorId=1, status=poison, errorCode=poison, info=poison
        )
        await hass.async_block_till_done()
        await _everything_answers(hass, page, entry)
        result = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_CHARGER), context={"source": SOURCE_USER}
        )
        form = await hass.config_entries.subentries.async_configure(
            result["flow_id"], {"next_step_id": "pick"}
        )
        json_bytes(str(form["data_schema"].schema))
    await hass.async_block_till_done()
    await _everything_answers(hass, page, entry)


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
async def test_a_chargers_words_break_nothing(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, poison: str
) -> None:
    await async_setup_component(hass, "repairs", {})
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    page = await hass_ws_client(hass)
    async with client(entry, "LEFT") as socket:
        socket.answers["GetConfiguration"] = {
            "configurationKey": [
                {"key": poison, "readonly": False, "value": poison},
                {"key": "ChargeProfileMaxStackLevel", "readonly": True, "value": poison},
            ],
            "unknownKey": [poison],
        }
        socket.answers["SetChargingProfile"] = {"status": poison}
        await socket.boot(chargePointVendor=poison, chargePointModel=poison, firmwareVersion=poison)
        await socket.status("Preparing", vendorErrorCode=poison)
        for action, payload in (
            ("Authorize", {"idTag": poison}),
            ("DataTransfer", {"vendorId": poison, "data": poison}),
            (poison, {"a": poison}),
            ("StopTransaction", {"transactionId": 1e300, "meterStop": 1e300}),
            ("StopTransaction", {"transactionId": poison, "timestamp": poison}),
        ):
            try:
                await socket.call(action, **payload)
            except Refused, KeyError:
                continue
        await socket.call(
            "StartTransaction",
            connectorId=1,
            idTag=f"t{poison}",
            meterStart=1e300,
            timestamp="9999-12-31T23:59:59Z",
        )
        await socket.call(
            "MeterValues",
            connectorId=1,
            transactionId=1,
            meterValue=[
                {
                    "timestamp": poison,
                    "sampledValue": [
                        {"value": "1e308", "unit": "MWh"},
                        {"value": poison, "measurand": poison},
                        {"value": "1e308", "measurand": "Current.Import", "unit": "kA"},
                    ],
                }
            ],
        )
        await hass.async_block_till_done()
        await _everything_answers(hass, page, entry)
    await entry.runtime_data._store.save()
    await _everything_answers(hass, page, entry)


async def test_a_log_line_of_ours_can_not_be_forged(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    forged = "x\n2026-01-01 00:00:00 ERROR (MainThread) [homeassistant] all is lost"
    async with client(entry, "LEFT") as socket:
        await socket.send([3, forged, {}])
        await socket.send([2, "forged", forged, {}])
        await socket.send(json.dumps([4, "\ud800\u202e" + forged, "x", forged, {}]))
        await socket.boot()
    lines = [record.getMessage() for record in caplog.records if "LEFT" in record.getMessage()]
    assert any("all is lost" in line for line in lines)
    assert all("\n" not in line and "\ud800" not in line for line in lines)


@pytest.mark.parametrize(
    "hostile",
    [
        "[win](https://evil.example)",
        "![x](//evil.example/x.png)",
        "https://evil.example www.evil.example a@evil.example",
        "<img src=x onerror=alert(1)>",
        "a | b\n--- | ---",
        "`code` *bold* ~~gone~~ \\",
    ],
)
def test_markdown_of_others_shows_up_as_it_was_written(hostile: str) -> None:
    shown = as_it_is(hostile)
    assert shown.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\") == " ".join(
        hostile.split()
    )
    for active in ("](", "<", "://", "www.", "@", "|", "`", "*", "~"):
        escaped = f"\\{active[0]}"
        assert active not in shown.replace(escaped, "").replace("\\.", "").replace("\\:", "") or (
            active == "://"
        )
    assert "](" not in without_markup(hostile)
    assert "://" not in without_markup(hostile)


async def test_the_repair_for_a_stranger_renders_no_link(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "[win](x)") as stranger:
        await stranger.boot(chargePointVendor="[win](//evil.example)", chargePointModel="m")
        await hass.async_block_till_done()
        (issue,) = (
            issue
            for issue in ir.async_get(hass).issues.values()
            if issue.translation_key == "unknown_charger"
        )
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["id"] == "[win](x)"
    assert issue.translation_placeholders["charger_id"] == r"\[win\]\(x\)"
    assert issue.translation_placeholders["model"].startswith(r"\[win\]\(//evil\.example\)")
