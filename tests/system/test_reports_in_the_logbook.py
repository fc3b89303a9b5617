"""The logbook follows updates and uploads of chargers to their end, and tells of their safety."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.groups import charger, client, entity_of, group, set_up, subentry_id, until_state
from tests.system.adaptive.test_logbook import lines, set_up_logbook

pytestmark = pytest.mark.usefixtures("recorder_mock", "socket_enabled")

SAFETY = "TamperDetectionActivated"
REPORTS = (
    ("FirmwareStatusNotification", {"status": "Downloaded"}),
    ("FirmwareStatusNotification", {"status": "InstallationFailed"}),
    ("DiagnosticsStatusNotification", {"status": "Uploaded"}),
    ("LogStatusNotification", {"status": "UploadFailure", "requestId": 1}),
    (
        "SecurityEventNotification",
        {
            "type": SAFETY,
            "timestamp": "2026-01-01T00:00:00Z",
            "techInfo": "lid open, {status} password=hush",
        },
    ),
)


async def told(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """A charger tells of all that it can."""
    await set_up_logbook(hass)
    await set_up(hass, entry)
    report = entity_of(hass, "event", subentry_id(entry, "A"), "report")
    before = hass.states.get(report)
    assert before is not None
    async with client(entry, "A") as socket:
        await socket.boot()
        for action, payload in REPORTS:
            await socket.call(action, **payload)
    await until_state(hass, report, lambda state: state.attributes.get("status") == SAFETY)
    await hass.async_block_till_done()


async def test_each_report_is_a_line_with_its_status(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    entry = group(charger("A", "Anna"))
    await told(hass, entry)
    report = entity_of(hass, "event", subentry_id(entry, "A"), "report")

    found = await lines(hass, hass_ws_client)

    *work, safety = [(line["name"], line["message"]) for line in found]
    assert work == [
        ("Anna", "reports Downloaded (Firmware)"),
        ("Anna", "reports InstallationFailed (Firmware)"),
        ("Anna", "reports Uploaded (Diagnostics)"),
        ("Anna", "reports UploadFailure (Log)"),
    ]
    assert safety[1].startswith(
        "reports TamperDetectionActivated (Security event): lid open, {status} password="
    )
    assert "hush" not in safety[1]
    assert {line["entity_id"] for line in found} == {report}
    (device,) = [
        one
        for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        if one.name == "Anna"
    ]
    assert await lines(hass, hass_ws_client, device_ids=[device.id]) == found
    assert await lines(hass, hass_ws_client, entity_ids=[report]) == found


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("de", "meldet InstallationFailed (Firmware-Aktualisierung)"),
        ("en", "reports InstallationFailed (Firmware)"),
        ("fi", "ilmoittaa: InstallationFailed (Laiteohjelmisto)"),
        ("nb", "melder InstallationFailed (Fastvare)"),
        ("nl", "meldt InstallationFailed (Firmware-update)"),
        ("sv", "meddelar InstallationFailed (Fast programvara)"),
    ],
)
async def test_a_report_is_told_in_the_language_of_the_house(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, language: str, message: str
) -> None:
    await hass.config.async_update(language=language)
    await told(hass, group(charger("A", "Anna")))

    assert message in [line["message"] for line in await lines(hass, hass_ws_client)]
