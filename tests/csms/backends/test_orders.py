"""What a backend asks for: before it has accepted the charger, out of turn, and what it does not get."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.backends.backend import SimulatedBackend
from tests.csms.client import Client
from tests.csms.conftest import ago, sample

from .conftest import Dial, House, settings_of, until


async def test_before_it_accepts_the_charger_it_hears_what_it_asks_for_alone(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None
) -> None:
    """OCPP 1.6, 4.2."""
    answers = iter(["Pending", "Pending", "Accepted"])
    backend.answers["BootNotification"] = lambda _: {
        "status": next(answers),
        "currentTime": "2030-01-01T00:00:00Z",
        "interval": 80_000,
    }
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["TriggerMessage"] = {"status": "Accepted"}
    await until(lambda: house.relay.backends["b1"].state == "pending")
    await charger.status("Preparing")

    async def trigger(what: str) -> Any:
        return await backend.ask("CP1", "TriggerMessage", {"requestedMessage": what})

    assert backend.of("StatusNotification") == []
    assert await trigger("StatusNotification") == {"status": "Accepted"}
    await charger.status("Preparing")
    await backend.until_heard("StatusNotification")
    assert await trigger("MeterValues") == {"status": "Accepted"}
    value = {"timestamp": ago(0), "sampledValue": [sample("7", context="Trigger")]}
    await charger.call("MeterValues", connectorId=1, meterValue=[value])
    await backend.until_heard("MeterValues")
    assert await trigger("Heartbeat") == {"status": "Accepted"}
    await backend.until_heard("Heartbeat")
    start_it = {"connectorId": 1, "idTag": "CARD"}
    assert await backend.ask("CP1", "RemoteStartTransaction", start_it) == {"status": "Rejected"}
    assert [action for action, _, _ in backend.heard] == [
        *("BootNotification", "StatusNotification", "MeterValues", "Heartbeat")
    ]
    for times in (2, 3):
        # At once, however long it said to wait.
        assert await trigger("BootNotification") == {"status": "Accepted"}
        await backend.until_heard("BootNotification", times)
    await house.connected()
    assert backend.faults == []


@pytest.mark.parametrize("who", ["the backend", "the charger"])
@pytest.mark.parametrize("status", ["Pending", "Rejected"])
async def test_a_boot_that_it_answers_otherwise_than_the_first_counts(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None, status: str, who: str
) -> None:
    """A charger restarts on its socket, or the backend asks who it is: OCPP 1.6, 4.2 holds anew."""
    answers = iter(["Accepted", status, "Accepted"])
    intervals = iter([300, 60, 1200])
    backend.answers["BootNotification"] = lambda _: {
        "status": next(answers),
        "currentTime": "2030-01-01T00:00:00Z",
        "interval": next(intervals),
    }
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["GetConfiguration"] = {"configurationKey": [], "unknownKey": []}
    await house.connected()
    await charger.status("Preparing")
    await backend.until_heard("StatusNotification")
    backend.heard.clear()
    if who == "the backend":
        asked = {"requestedMessage": "BootNotification"}
        assert await backend.ask("CP1", "TriggerMessage", asked) == {"status": "Accepted"}
    else:
        await charger.boot(firmwareVersion="1.0")
    await until(lambda: not house.relay.backends["b1"].connected)
    assert house.relay.backends["b1"].state == status.casefold()
    for one in ("Charging", "Finishing"):
        await charger.status(one)
    await charger.call("StartTransaction", connectorId=1, idTag="A", meterStart=0, timestamp=ago(1))
    assert [action for action, _, _ in backend.heard] == ["BootNotification"]
    await house.connected()
    await backend.until_heard("StartTransaction")
    assert [action for action, _, _ in backend.heard] == [
        *("BootNotification", "BootNotification", "StatusNotification", "StartTransaction")
    ]
    assert backend.of("StatusNotification")[0]["status"] == "Finishing"
    read = await backend.ask("CP1", "GetConfiguration", {"key": ["HeartbeatInterval"]})
    assert [one["value"] for one in read["configurationKey"]] == ["1200"]
    assert backend.dialled == 1
    assert backend.faults == []


@pytest.mark.parametrize("interval", [2**31 - 1, 2**31, 10**40, -1, "soon", None])
@pytest.mark.parametrize("status", ["Pending", "Accepted"])
async def test_no_interval_keeps_it_waiting_for_longer_than_a_day(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    interval: object,
) -> None:
    clock.set_factor(100_000)
    backend.answers["BootNotification"] = lambda _: {
        "status": status if len(backend.of("BootNotification")) == 1 else "Accepted",
        "currentTime": "2030-01-01T00:00:00Z",
        "interval": interval,
    }
    try:
        await house.start(settings_of(backend))
        await dial()
        await house.connected()
        began = clock.monotonic()
        await backend.until_heard("Heartbeat")
    finally:
        clock.set_factor(1)
    assert clock.monotonic() - began < 3 * 86400.0


@pytest.mark.parametrize(
    "what", ["MeterValues", "StatusNotification", "FirmwareStatusNotification", "Heartbeat"]
)
async def test_what_it_triggers_in_the_words_of_the_whitepaper_reaches_it(
    house: House, backend: SimulatedBackend, dial: Dial, what: str
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ExtendedTriggerMessage"] = {"status": "Accepted"}
    await charger.status("Preparing")
    await house.connected()
    await backend.until_heard("StatusNotification")
    backend.heard.clear()
    asked = {"requestedMessage": what}
    assert await backend.ask("CP1", "ExtendedTriggerMessage", asked) == {"status": "Accepted"}
    match what:
        case "MeterValues":
            value = {"timestamp": ago(0), "sampledValue": [sample("7", context="Trigger")]}
            await charger.call("MeterValues", connectorId=1, meterValue=[value])
        case "StatusNotification":
            await charger.status("Preparing")
        case "FirmwareStatusNotification":
            await charger.call("FirmwareStatusNotification", status="Idle")
    await backend.until_heard(what)
    if what != "Heartbeat":
        assert await charger.next_call("ExtendedTriggerMessage") == asked


@pytest.mark.parametrize(
    "key",
    [
        *("AuthorizationKey", "authorization KEY", "SecurityProfile", " securityprofile"),
        *("CentralSystemURL", "ocpp_server_port", "ServerIP", "BackOffice-Path", "CentralServer"),
        *("ChargePointId", "OCPP.Enabled", "WiFiSSID", "APN"),
    ],
)
async def test_who_wants_to_lead_the_charger_elsewhere_is_told_of_once(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    caplog: pytest.LogCaptureFixture,
    key: str,
) -> None:
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    for _ in range(3):
        written = {"key": key, "value": "0123456789abcdef"}
        assert await backend.ask("CP1", "ChangeConfiguration", written) == {"status": "Rejected"}
    assert caplog.text.count(f"Backend b1 wants to change {key} of charger CP1") == 1
    warned = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert "0123456789abcdef" not in str(warned)


async def test_no_address_of_a_central_system_passes_whatever_its_setting_is_called(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ChangeConfiguration"] = {"status": "Accepted"}
    await house.connected()
    written = {"key": "P17", "value": " WSS://elsewhere.example/ocpp"}
    assert await backend.ask("CP1", "ChangeConfiguration", written) == {"status": "Rejected"}
    assert "ChangeConfiguration" not in asked_of(charger)


def asked_of(charger: Client) -> list[str]:
    """What the charger was asked so far."""
    return [charger.asked.get_nowait()[0] for _ in range(charger.asked.qsize())]


@pytest.mark.parametrize(
    ("key", "value", "passes"),
    [
        ("ConnectorPhaseRotation", "1.STR", False),
        (" connectorphaserotation", "0.TRS", False),
        ("RegisterMeterValuesIncludePhases", "false", False),
        # What can be read only, but where firmware is sloppy.
        ("ChargeProfileMaxStackLevel", "0", False),
        ("ChargingScheduleMaxPeriods", "1", False),
        ("MaxChargingProfilesInstalled", "1", False),
        ("NumberOfConnectors", "1", False),
        ("SupportedFeatureProfiles", "Core", False),
        ("FailsafeTimeoutSerial1", "0", False),
        ("ClockAlignedDataInterval", "1", False),
        ("clockaligneddatainterval ", "9.5", False),
        ("ClockAlignedDataInterval", "900", True),
        ("ClockAlignedDataInterval", "0", True),
        ("StopTxnAlignedData", "Energy.Active.Import.Register", True),
        ("ConnectionTimeOut", "60", True),
        ("StopTransactionOnInvalidId", "true", True),
        ("ReserveRFID", "x", True),
        ("CpoName", "x", True),
        # Where it has its time and firmware from, and what it uploads goes to, leads no call elsewhere.
        *((key, "time.example", True) for key in ("NtpServer", "NTP-Server1", "sntpServerURL")),
        *((key, "x.example", True) for key in ("TimeServer", "FtpServer", "DiagnosticsServer")),
        ("ChargerIdleTimeout", "60", True),
        *((key, "x.example", False) for key in ("DnsServer", "ProxyServer", "RealTimeServer")),
    ],
)
async def test_what_limits_count_on_stays_as_it_is(
    house: House, backend: SimulatedBackend, dial: Dial, key: str, value: str, passes: bool
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["ChangeConfiguration"] = {"status": "Accepted"}
    await house.connected()
    asked_of(charger)
    written = {"key": key, "value": value}
    answer = await backend.ask("CP1", "ChangeConfiguration", written)
    assert answer == {"status": "Accepted" if passes else "Rejected"}
    assert ("ChangeConfiguration" in asked_of(charger)) is passes


async def test_its_own_setting_is_read_back_however_its_name_is_written(
    house: House, backend: SimulatedBackend, dial: Dial
) -> None:
    await house.start(settings_of(backend))
    await dial()
    await house.connected()
    key = " MeterValueSampleInterval"
    await backend.ask("CP1", "ChangeConfiguration", {"key": key, "value": "900"})
    told = await backend.ask("CP1", "GetConfiguration", {"key": [key]})
    assert told == {
        "configurationKey": [{"key": key, "readonly": False, "value": "900"}],
        "unknownKey": [],
    }


async def test_a_slow_charger_is_left_free_for_limits_half_of_the_time(
    house: House,
    backend: SimulatedBackend,
    dial: Dial,
    hurry: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await house.start(settings_of(backend))
    charger = await dial()
    charger.answers["UnlockConnector"] = {"status": "Unlocked"}
    await house.connected()
    asked: list[tuple[float, float]] = []
    call = house.point.call

    async def slow(*args: Any, **more: Any) -> dict[str, Any]:
        began = clock.monotonic()
        await clock.sleep(3.0)
        answer = await call(*args, **more)
        asked.append((began, clock.monotonic()))
        return answer

    monkeypatch.setattr(house.point, "call", slow)
    await asyncio.gather(
        *(backend.ask("CP1", "UnlockConnector", {"connectorId": 1}) for _ in range(4))
    )
    assert len(asked) == 4
    for (began, ended), (after, _) in pairwise(asked):
        assert after - ended >= min(ended - began, 5.0) - 0.1
