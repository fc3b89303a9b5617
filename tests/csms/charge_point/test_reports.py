"""What a charger tells of updates, uploads and its own safety."""

import json

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.reports import ReportKind
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine

WEEK = 7 * 86400.0


@pytest.mark.parametrize(
    ("action", "payload", "kind", "status"),
    [
        ("FirmwareStatusNotification", {"status": "Downloading"}, "firmware", "Downloading"),
        (
            "SignedFirmwareStatusNotification",
            {"status": "InvalidSignature"},
            "firmware",
            "InvalidSignature",
        ),
        ("DiagnosticsStatusNotification", {"status": "Uploaded"}, "diagnostics", "Uploaded"),
        ("LogStatusNotification", {"status": "UploadFailure"}, "log", "UploadFailure"),
        (
            "SecurityEventNotification",
            {"type": "TamperDetectionActivated", "timestamp": "2026-01-01T00:00:00Z"},
            "security_event",
            "TamperDetectionActivated",
        ),
    ],
)
async def test_a_report_is_taken_down(
    central: CentralSystem,
    charger: ChargePoint,
    action: str,
    payload: dict[str, str],
    kind: str,
    status: str,
) -> None:
    async with Client(central) as client:
        assert await client.call(action, **payload) == {}
    (report,) = charger.reports.recent
    assert (report.kind, report.status, report.number) == (ReportKind(kind), status, 1)


async def test_a_report_shows_no_secrets(central: CentralSystem, charger: ChargePoint) -> None:
    async with Client(central) as client:
        await client.call(
            "SecurityEventNotification",
            type="InvalidFirmwareSignature",
            timestamp="2026-01-01T00:00:00Z",
            techInfo="GET ftp://user:hush@host/f failed, password=hush",
        )
    (report,) = charger.reports.recent
    assert "hush" not in report.info
    assert "host/f failed" in report.info


async def test_that_nothing_goes_on_is_no_report(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.call("FirmwareStatusNotification", status="Idle")
    assert not charger.reports.recent


def test_a_failure_stands_until_the_work_begins_anew(charger: ChargePoint) -> None:
    charger.told(ReportKind.FIRMWARE, "InstallationFailed", is_failure=True)
    charger.told(ReportKind.LOG, "Uploaded")
    assert [report.status for report in charger.reports.failures] == ["InstallationFailed"]
    charger.told(ReportKind.FIRMWARE, "Downloading")
    assert not charger.reports.failures


def test_a_failure_survives_a_restart_and_is_over_in_a_week(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    charger.told(ReportKind.DIAGNOSTICS, "UploadFailed", is_failure=True)
    again = central.add("CP2", json.loads(json.dumps(charger.state())))
    assert [report.status for report in again.reports.failures] == ["UploadFailed"]
    time_machine.jump(WEEK + 1)
    assert not again.reports.failures
