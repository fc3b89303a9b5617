"""Chargers that nobody has added yet: told to wait, shown, and harmless."""

import asyncio
import logging

import pytest
from websockets.exceptions import InvalidStatus

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms import server
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport.fault_log import MOST_LINES, RateLimitedLog
from custom_components.ev_load_manager.csms.transport.rate_limiter import RateLimiter

from .client import Client, Refused
from .conftest import TimeMachine


async def refused(client: Client) -> int:
    """The HTTP status with which a connection is refused."""
    with pytest.raises(InvalidStatus) as failure:
        async with client:
            pass
    return failure.value.response.status_code


async def gone(central: CentralSystem, charger_id: str) -> None:
    """Wait until an unknown charger has no socket any more."""
    done = asyncio.Event()

    def look() -> None:
        if not central.unknown[charger_id].connected:
            done.set()

    end = central.on_unknown_change(look)
    look()
    await done.wait()
    end()


async def test_an_unknown_charger_is_told_to_wait_and_listed(central: CentralSystem) -> None:
    changes: list[int] = []
    central.on_unknown_change(lambda: changes.append(len(central.unknown)))
    async with Client(central, "New") as client:
        answer = await client.boot(chargePointSerialNumber="S", firmwareVersion="F")
        assert (answer["status"], answer["interval"]) == ("Pending", 60)
        unknown = central.unknown["New"]
        assert (unknown.vendor, unknown.model) == ("Vendor", "Model")
        assert (unknown.serial, unknown.firmware) == ("S", "F")
        assert unknown.address == "127.0.0.1"
        assert unknown.connected
        assert unknown.first_seen <= unknown.last_seen
    await gone(central, "New")
    assert "New" in central.unknown
    assert changes


async def test_an_unknown_charger_loses_nothing_and_starts_nothing(
    central: CentralSystem,
) -> None:
    stamp = "2026-01-01T00:00:00Z"
    async with Client(central, "New") as client:
        for action, payload in (
            ("Authorize", {"idTag": "x"}),
            (
                "StartTransaction",
                {"connectorId": 1, "idTag": "x", "meterStart": 0, "timestamp": stamp},
            ),
            ("StopTransaction", {"transactionId": 1, "meterStop": 0, "timestamp": stamp}),
            ("MeterValues", {"connectorId": 1, "meterValue": []}),
        ):
            with pytest.raises(Refused) as error:
                await client.call(action, **payload)
            assert error.value.code == "InternalError"
        assert "currentTime" in await client.call("Heartbeat")
        assert await client.status("Available") == {}
        assert await client.call("FirmwareStatusNotification", status="Idle") == {}
        answer = await client.call("DataTransfer", vendorId="x")
        assert answer == {"status": "UnknownVendorId"}
        with pytest.raises(Refused) as error:
            await client.call("MakeCoffee")
        assert error.value.code == "NotImplemented"


async def test_a_charger_that_is_added_while_it_waits_is_used_at_once(
    central: CentralSystem,
) -> None:
    ready: asyncio.Queue[ChargePoint] = asyncio.Queue()

    async def note(charger: ChargePoint) -> None:
        ready.put_nowait(charger)

    async with Client(central, "New") as client:
        client.answers["TriggerMessage"] = {"status": "Accepted"}
        await client.boot()
        await client.status("Preparing")
        await client.send([2, "s", "StatusNotification", {"connectorId": 2, "status": "?"}])
        charger = central.add("New")
        charger.on_ready(note)
        assert charger.online
        assert not central.unknown
        assert charger.identity.model == "Model"
        assert charger.connectors[1].status is Status.PREPARING
        assert await client.next_call("TriggerMessage") == {"requestedMessage": "BootNotification"}
        assert (await client.boot())["status"] == "Accepted"
        assert await ready.get() is charger
        assert client.socket.close_code is None


async def test_a_charger_that_was_seen_and_went_is_added_with_what_it_said(
    central: CentralSystem,
) -> None:
    async with Client(central, "New") as client:
        await client.boot()
    await gone(central, "New")
    charger = central.add("New")
    assert not charger.online
    assert charger.identity.vendor == "Vendor"


async def test_a_new_socket_of_an_unknown_charger_replaces_its_old_one(
    central: CentralSystem,
) -> None:
    async with Client(central, "New") as first, Client(central, "New") as second:
        assert await first.closed == 1000
        await second.boot()
        assert central.unknown["New"].connected
        assert await refused(Client(central, "New", address="127.0.0.2")) == 409


async def test_unknown_chargers_are_limited_in_number(
    central: CentralSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_UNKNOWN", 2)
    central.add("Known")
    async with Client(central, "A"), Client(central, "B") as second:
        assert await refused(Client(central, "C")) == 503
        async with Client(central, "Known") as known:
            await known.boot()
        await second.drop()
        await gone(central, "B")
        async with Client(central, "C"):
            assert set(central.unknown) == {"A", "C"}


async def test_unknown_chargers_are_limited_in_rate_and_known_ones_are_not(
    central: CentralSystem, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachine
) -> None:
    central.add("Known")
    for _ in range(server.KNOCKS_PER_MINUTE):
        async with Client(central, "New"):
            pass
    assert await refused(Client(central, "New")) == 429
    async with Client(central, "Known") as known:
        await known.boot()
    async with Client(central, "New", address="127.0.0.2") as elsewhere:
        await elsewhere.boot()
    time_machine.jump(2)
    async with Client(central, "New", address="127.0.0.2"):
        pass


async def test_statuses_of_an_unknown_charger_are_bounded(central: CentralSystem) -> None:
    async with Client(central, "New") as client:
        for connector in range(64):
            await client.status("Available", connector)
        assert len(central.unknown["New"].statuses) <= 16


async def test_whoever_listens_badly_disturbs_nobody(central: CentralSystem) -> None:
    heard: list[bool] = []

    def broken() -> None:
        raise RuntimeError("broken")

    end = central.on_unknown_change(broken)
    central.on_unknown_change(lambda: heard.append(True))
    async with Client(central, "New") as client:
        await client.boot()
    end()
    assert heard


def test_a_turnstile_remembers_a_bounded_number_of_addresses(time_machine: TimeMachine) -> None:
    limiter = RateLimiter(1)
    assert limiter.lets("first")
    assert not limiter.lets("first")
    for number in range(1000):
        assert limiter.lets(str(number))
    assert limiter.lets("first")  # forgotten
    assert not limiter.lets("999")
    time_machine.jump(60)
    assert limiter.lets("999")


def test_a_thousand_faulty_addresses_in_a_minute_are_no_news(
    caplog: pytest.LogCaptureFixture, time_machine: TimeMachine
) -> None:
    caplog.set_level(logging.INFO)
    faults = RateLimitedLog(logging.getLogger("faults"))
    for number in range(1500):
        faults.warning(str(number), "wrong: %d", number)
    assert len(caplog.records) == MOST_LINES
    time_machine.jump(61)
    faults.warning("1499", "wrong again")
    assert len(caplog.records) == MOST_LINES + 1
    assert "more since the last line" in caplog.records[-1].getMessage()
