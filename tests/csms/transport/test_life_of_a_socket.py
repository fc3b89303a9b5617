"""Booting, reconnecting without it, and what is asked of a silent charger."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
import logging
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import Change, ChargePoint
from custom_components.ev_load_manager.csms.dialect import Message, Question
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport.errors import CallError, NotConnected
from tests.csms.client import SILENCE, Client
from tests.csms.conftest import TimeMachine, ago, sample, until

ACCEPTED = {"status": "Accepted"}


@pytest.fixture
def ready(charger: ChargePoint) -> asyncio.Queue[ChargePoint]:
    """Every time that the charger becomes usable."""
    queue: asyncio.Queue[ChargePoint] = asyncio.Queue()

    async def note(charger: ChargePoint) -> None:
        queue.put_nowait(charger)

    charger.on_ready(note)
    return queue


async def test_a_boot_is_accepted_with_the_time_in_utc(
    central: CentralSystem, charger: ChargePoint, ready: asyncio.Queue[ChargePoint]
) -> None:
    async with Client(central) as client:
        answer = await client.boot(
            chargePointSerialNumber="S1", firmwareVersion="1.0", meterType="x"
        )
        assert answer["status"] == "Accepted"
        assert answer["interval"] == 300
        assert answer["currentTime"].endswith("Z")
        assert (
            abs((datetime.fromisoformat(answer["currentTime"]) - clock.now()).total_seconds()) < 60
        )
        assert await ready.get() is charger
        identity = charger.identity
        assert (identity.vendor, identity.model) == ("Vendor", "Model")
        assert (identity.serial, identity.firmware) == ("S1", "1.0")


async def test_an_empty_vendor_is_no_reason_to_refuse_a_charger(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        answer = await client.boot(chargePointVendor="", chargeBoxSerialNumber="B7")
        assert answer["status"] == "Accepted"
        assert charger.identity.vendor == ""
        assert charger.identity.serial == "B7"


async def test_a_charger_is_used_only_once_its_boot_is_answered(
    central: CentralSystem, charger: ChargePoint
) -> None:
    order: list[str] = []

    async def hook(charger: ChargePoint) -> None:
        await charger.call(Question("GetConfiguration", {}))
        order.append("asked")

    charger.on_ready(hook)
    async with Client(central) as client:
        client.answers["GetConfiguration"] = {}
        boot = asyncio.ensure_future(client.boot())
        boot.add_done_callback(lambda _: order.append("booted"))
        await client.next_call("GetConfiguration")
        await boot
    assert order[0] == "booted"


async def test_a_status_may_come_before_the_boot_is_answered(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        answers = await client.pipeline(
            ("StatusNotification", {"connectorId": 1, "status": "Available", "errorCode": "x"}),
            ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}),
            ("StatusNotification", {"connectorId": 2, "status": "Charging", "errorCode": "x"}),
        )
        assert answers[1]["status"] == "Accepted"
        assert charger.connectors[1].status is Status.AVAILABLE
        assert charger.connectors[2].status is Status.CHARGING


async def test_a_charger_that_reconnects_without_a_boot_is_used_and_asked(
    central: CentralSystem,
    charger: ChargePoint,
    ready: asyncio.Queue[ChargePoint],
    hurry: None,
) -> None:
    async with Client(central) as client:
        await client.boot()
        await client.status("Charging")
        await ready.get()
        await client.drop()
        await until(charger, lambda: not charger.online)
    assert charger.identity.model == "Model"
    async with Client(central) as client:
        client.answers["TriggerMessage"] = ACCEPTED
        await ready.get()
        assert charger.connectors[1].status is Status.CHARGING
        asked = [await client.next_call("TriggerMessage") for _ in range(3)]
        assert asked == [
            {"requestedMessage": "BootNotification"},
            {"requestedMessage": "StatusNotification", "connectorId": 1},
            {"requestedMessage": "MeterValues", "connectorId": 1},
        ]
        # A boot that was asked for is no reboot: everything was done already.
        await client.boot()
        assert ready.empty()
        # What it says is news all the same.
        await client.boot(firmwareVersion="2.0")
        await ready.get()


async def test_what_a_charger_told_is_not_asked_for(
    central: CentralSystem, charger: ChargePoint, hurry: None
) -> None:
    async with Client(central) as client:
        client.answers["TriggerMessage"] = ACCEPTED
        await client.boot()
        await client.status("Charging")
        assert await client.next_call("TriggerMessage") == {
            "requestedMessage": "MeterValues",
            "connectorId": 1,
        }


@pytest.mark.parametrize("answer", ["NotSupported", "GenericError", {"status": "Rejected"}])
async def test_a_charger_that_knows_no_triggers_is_no_problem(
    central: CentralSystem,
    charger: ChargePoint,
    ready: asyncio.Queue[ChargePoint],
    hurry: None,
    answer: Any,
) -> None:
    async with Client(central) as client:
        client.answers["TriggerMessage"] = answer
        await client.next_call("TriggerMessage")
        await ready.get()
        assert not await charger.trigger(Message.VALUES, 1)
        assert await client.call("Heartbeat")


async def test_an_action_of_its_own_invention_is_refused_and_forgotten(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        client.answers["TriggerMessage"] = ACCEPTED
        await until(charger, lambda: charger.online)
        assert await charger.trigger(Message.STATUS)
        await client.send([2, "f", "FirmwareStatus", {"status": "Idle"}])
        assert (await client.stray.get())[2] == "NotImplemented"
        assert await client.call("FirmwareStatusNotification", status="Idle") == {}


@pytest.mark.parametrize(
    ("action", "payload", "answer"),
    [
        ("DataTransfer", {"vendorId": "x", "data": "y"}, {"status": "UnknownVendorId"}),
        ("FirmwareStatusNotification", {"status": "Idle"}, {}),
        ("DiagnosticsStatusNotification", {"status": "Idle"}, {}),
        ("SecurityEventNotification", {"type": "x", "timestamp": "2026-01-01T00:00:00Z"}, {}),
        ("SignedFirmwareStatusNotification", {"status": "Idle"}, {}),
        ("LogStatusNotification", {"status": "Idle"}, {}),
    ],
)
async def test_notifications_are_answered(
    central: CentralSystem,
    charger: ChargePoint,
    action: str,
    payload: dict[str, Any],
    answer: dict[str, Any],
) -> None:
    async with Client(central) as client:
        assert await client.call(action, **payload) == answer


async def test_hooks_run_beside_each_other_and_end_with_the_socket(
    central: CentralSystem, charger: ChargePoint, caplog: pytest.LogCaptureFixture
) -> None:
    ended: asyncio.Queue[str] = asyncio.Queue()

    def hook(name: str, work: Callable[[], Awaitable[Any]]) -> Callable[[], None]:
        async def run(_charger: ChargePoint) -> None:
            try:
                await work()
            finally:
                ended.put_nowait(name)

        return charger.on_ready(run)

    async def fail() -> None:
        raise RuntimeError("broken")

    async def lose() -> None:
        raise CallError("GenericError")

    hook("hangs", asyncio.Event().wait)
    hook("fails", fail)
    hook("is refused", lose)
    end = hook("never runs", fail)
    end()
    async with Client(central) as client:
        await client.boot()
        assert {await ended.get(), await ended.get()} == {"fails", "is refused"}
    assert await ended.get() == "hangs"
    assert ended.empty()
    assert len([r for r in caplog.records if r.levelno >= logging.ERROR]) == 1


async def test_a_reboot_begins_everything_anew(
    central: CentralSystem, charger: ChargePoint
) -> None:
    events: asyncio.Queue[str] = asyncio.Queue()

    async def hook(_charger: ChargePoint) -> None:
        events.put_nowait("begun")
        try:
            await asyncio.Event().wait()
        finally:
            events.put_nowait("given up")

    charger.on_ready(hook)
    async with Client(central) as client:
        await client.boot()
        assert await events.get() == "begun"
        await client.boot()
        assert {await events.get(), await events.get()} == {"begun", "given up"}


async def test_connectors_are_told_as_they_appear(
    central: CentralSystem, charger: ChargePoint
) -> None:
    seen: list[int] = []
    charger.connector(1)
    end = charger.on_connector(lambda state: seen.append(state.number))
    async with Client(central) as client:
        await client.status("Available", 0)
        await client.status("Available", 1)
        await client.status("Available", 2)
        end()
        await client.status("Available", 3)
    assert seen == [1, 2]
    assert charger.connector(0) is charger.whole


async def test_a_lost_socket_is_told_and_calls_fail(
    central: CentralSystem, charger: ChargePoint
) -> None:
    changes: list[Change] = []
    with pytest.raises(NotConnected):
        await charger.call(Question("Reset", {"type": "Soft"}))
    async with Client(central) as client:
        client.answers["Reset"] = SILENCE
        await until(charger, lambda: charger.online)
        assert charger.heard_at is not None
        charger.on_change(lambda _charger, change, _number: changes.append(change))
        asked = asyncio.ensure_future(charger.call(Question("Reset", {"type": "Soft"})))
        waiting = asyncio.ensure_future(charger.call(Question("Reset", {"type": "Hard"})))
        await client.next_call("Reset")
        await client.drop()
        for call in (asked, waiting):
            with pytest.raises(NotConnected):
                await call
        await until(charger, lambda: not charger.online)
        assert charger.heard_at is None
    assert Change.CONNECTION in changes


async def save_system(save: Any) -> CentralSystem:
    """A central system that stores with `save`."""
    system = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(), save=save)
    await system.start()
    system.add("CP1")
    return system


START = {"connectorId": 1, "idTag": "t", "meterStart": 0, "timestamp": "2026-01-01T00:00:00Z"}


async def test_start_and_stop_are_stored_before_they_are_answered(socket_enabled: None) -> None:
    stored: list[dict[str, Any]] = []
    may_store = asyncio.Event()
    asked = asyncio.Event()

    async def save(charger: ChargePoint) -> None:
        asked.set()
        await may_store.wait()
        stored.append(charger.state())

    system = await save_system(save)
    async with Client(system) as client:
        start = asyncio.ensure_future(client.call("StartTransaction", **START))
        await asked.wait()
        # A slow disk delays this answer, and no other.
        assert await client.call("Heartbeat")
        assert not start.done()
        may_store.set()
        transaction = (await start)["transactionId"]
        assert stored[0]["connectors"]["1"]["transaction"]["id"] == str(transaction)
        await client.call(
            "StopTransaction",
            transactionId=transaction,
            meterStop=5,
            timestamp="2026-01-01T01:00:00Z",
        )
        assert stored[1]["connectors"]["1"]["transaction"] is None
    await system.stop()


async def test_a_flood_of_starts_waits_for_the_disk(socket_enabled: None) -> None:
    may_store = asyncio.Event()
    most = at_once = 0

    async def save(_charger: ChargePoint) -> None:
        nonlocal most, at_once
        at_once += 1
        most = max(most, at_once)
        await may_store.wait()
        at_once -= 1

    system = await save_system(save)
    async with Client(system) as client:
        flood = asyncio.ensure_future(
            client.pipeline(
                *(("StartTransaction", {**START, "meterStart": number}) for number in range(30))
            )
        )
        while most < 9:
            await asyncio.sleep(0)
        may_store.set()
        assert len({answer["transactionId"] for answer in await flood}) == 30
    assert most == 9
    await system.stop()


async def test_a_full_disk_stops_nobody_from_charging(
    socket_enabled: None, caplog: pytest.LogCaptureFixture
) -> None:
    async def save(_charger: ChargePoint) -> None:
        raise OSError("disk full")

    system = await save_system(save)
    async with Client(system) as client:
        for meter_start in range(3):
            answer = await client.call("StartTransaction", **{**START, "meterStart": meter_start})
            assert answer["idTagInfo"] == ACCEPTED
    await system.stop()
    assert (
        len(
            [
                r
                for r in caplog.records
                if "could not be stored" in r.message and r.levelno == logging.WARNING
            ]
        )
        == 1
    )


async def test_a_disk_that_hangs_stops_nobody_from_charging(
    socket_enabled: None, hurry: None
) -> None:
    async def save(_charger: ChargePoint) -> None:
        await asyncio.Event().wait()

    system = await save_system(save)
    async with Client(system) as client:
        assert await client.call("StartTransaction", **START)
    await system.stop()


async def meter_at(client: Client, seconds_ago: float, current: str = "10") -> None:
    """Send a present-looking value that the charger dates `seconds_ago`."""
    value = {"timestamp": ago(seconds_ago), "sampledValue": [sample(current, "Current.Import")]}
    await client.call("MeterValues", connectorId=1, meterValue=[value])


async def test_a_clock_that_is_ahead_is_known_at_once(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.boot()
        await meter_at(client, -7200)
        values = charger.connectors[1].values
        assert values is not None
        assert 0 <= clock.monotonic() - values.at < 60
        assert charger.clock.offset == pytest.approx(7200, abs=60)
        assert (charger.clock.now() - clock.now()).total_seconds() == pytest.approx(7200, abs=60)


async def test_a_clock_that_is_behind_is_known_when_two_messages_agree(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        await meter_at(client, 7200)
        assert charger.connectors[1].values is None  # old values, or a clock that is behind?
        time_machine.jump(30)
        await meter_at(client, 7200)
        values = charger.connectors[1].values
        assert values is not None
        assert 0 <= clock.monotonic() - values.at < 60
        assert charger.clock.offset == pytest.approx(-7200, abs=60)


async def test_a_rush_of_old_values_is_no_wrong_clock(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        for minute in range(60, 3, -1):
            await meter_at(client, minute * 60.0)
        assert charger.connectors[1].values is None
        assert charger.clock.offset == pytest.approx(0, abs=60)


async def test_a_boot_sets_the_chargers_clock(
    central: CentralSystem, charger: ChargePoint, ready: asyncio.Queue[ChargePoint]
) -> None:
    async with Client(central) as client:
        await meter_at(client, -7200)
        await client.boot()
        await ready.get()
        await meter_at(client, 0, "6")
        values = charger.connectors[1].values
        assert values is not None
        assert values.current == 6.0
        assert values.at == pytest.approx(clock.monotonic(), abs=60)
