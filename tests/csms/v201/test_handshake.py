"""One port speaks all versions: the newest that both know, compressed where that is offered."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.typing import Subprotocol

from custom_components.ev_load_manager.csms.charge_point import charge_point
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport.connection_habits import Habit
from custom_components.ev_load_manager.csms.transport.messages import MAX_FRAME_BYTES
from tests.csms.waiting import until

from .conftest import keeper_of
from .station import Station


@pytest.mark.parametrize(
    ("offered", "spoken"),
    [
        (("ocpp1.6", "ocpp2.0.1"), "ocpp2.0.1"),
        (("ocpp2.0.1", "ocpp2.1", "ocpp1.6"), "ocpp2.1"),
        (("ocpp1.6",), "ocpp1.6"),
        (("ocpp2.0.1", "ocpp3"), "ocpp2.0.1"),
        (("ocpp2.0", "ocpp1.6"), "ocpp1.6"),
    ],
)
async def test_the_newest_version_that_both_know_is_spoken(
    central: CentralSystem, charger: ChargePoint, offered: tuple[str, ...], spoken: str
) -> None:
    async with Station(central, offers=offered) as station:
        assert station.socket.subprotocol == spoken
        assert charger.dialect.subprotocol == spoken


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp1.6"])
async def test_messages_are_compressed_only_where_a_version_demands_it(
    central: CentralSystem, charger: ChargePoint, version: str
) -> None:
    async with connect(
        f"ws://127.0.0.1:{central.port}/CP1", subprotocols=[Subprotocol(version)], proxy=None
    ) as socket:
        compressed = any(isinstance(one, PerMessageDeflate) for one in socket.protocol.extensions)
        assert compressed is (version != "ocpp1.6")
        await socket.send(json.dumps([2, "1", "Heartbeat", {}]))
        assert json.loads(await socket.recv())[:2] == [3, "1"]


async def test_what_is_too_long_once_it_is_unpacked_ends_the_connection(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with connect(
        f"ws://127.0.0.1:{central.port}/CP1", subprotocols=[Subprotocol("ocpp2.0.1")], proxy=None
    ) as socket:
        await socket.send(" " * (MAX_FRAME_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1009


async def test_errors_are_spelled_as_the_version_spells_them(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with connect(
        f"ws://127.0.0.1:{central.port}/CP1", subprotocols=[Subprotocol("ocpp2.0.1")], proxy=None
    ) as socket:
        await socket.send('[2,"1","Heartbeat",7]')
        assert json.loads(await socket.recv())[:3] == [4, "1", "FormatViolation"]
        await socket.send(json.dumps([2, "2", "TransactionEvent", {}]))
        assert json.loads(await socket.recv())[:3] == [4, "2", "OccurrenceConstraintViolation"]
        await socket.send(json.dumps([2, "3", "StopTransaction", {}]))
        assert json.loads(await socket.recv())[:3] == [4, "3", "NotImplemented"]
        await socket.send(json.dumps([9, "4", "Heartbeat", {}]))
        assert json.loads(await socket.recv())[:3] == [4, "4", "MessageTypeNotSupported"]
        await socket.send("no JSON")
        assert json.loads(await socket.recv())[:3] == [4, "-1", "RpcFrameworkError"]


async def test_what_is_never_answered_is_not(central: CentralSystem, charger: ChargePoint) -> None:
    async with connect(
        f"ws://127.0.0.1:{central.port}/CP1", subprotocols=[Subprotocol("ocpp2.1")], proxy=None
    ) as socket:
        await socket.send(json.dumps([6, "1", "NotifyPeriodicEventStream", {}]))
        await socket.send(json.dumps([5, "2", "InternalError", "", {}]))
        # Nor where they are cut short.
        await socket.send('[6,"1","NotifyPeriodicEventStream"]')
        await socket.send('[5,"2"]')
        await socket.send("[5]")
        await socket.send(json.dumps([2, "3", "Heartbeat", {}]))
        assert json.loads(await asyncio.wait_for(socket.recv(), 5))[:2] == [3, "3"]


async def test_who_once_hung_up_early_is_used_at_its_first_word_and_need_not_boot(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It boots only once: whoever waited for that would leave it without a limit all this time.
    monkeypatch.setattr(charge_point, "BOOTS_LATE_WITHIN", 10_000.0)
    charger.habits.add(Habit.BOOTS_LATE)
    keeper_of(charger).want(10.0)
    async with Station(central) as station:
        await station.tell("Heartbeat")
        await until(charger, lambda: keeper_of(charger).offer.accepted == 10.0)
        assert station.limit() == 10.0
