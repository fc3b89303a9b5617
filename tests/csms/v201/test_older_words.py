"""Some firmware agrees on OCPP 2.0.1 and speaks 1.6: it is found out, and led in 1.6."""

import contextlib
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport.connection_habits import Habit
from tests.csms.waiting import until

BOTH = ("ocpp2.0.1", "ocpp1.6")
ONLY_NEW = ("ocpp2.0.1",)
BOOT_OLD = {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": "1"}
BOOT_NEW = {
    "reason": "PowerUp",
    "chargingStation": {"vendorName": "V", "model": "M", "firmwareVersion": "2"},
}
STATUS_OLD = {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}
STATUS_NEW = {
    "timestamp": "2026-11-29T12:00:00Z",
    "connectorStatus": "Occupied",
    "evseId": 1,
    "connectorId": 1,
}


async def dial(
    central: CentralSystem, offers: tuple[str, ...], name: str = "CP1"
) -> ClientConnection:
    """Open a socket."""
    return await connect(
        f"ws://127.0.0.1:{central.port}/{name}",
        subprotocols=[Subprotocol(one) for one in offers],
        proxy=None,
    )


async def say(socket: ClientConnection, action: str, payload: dict[str, Any]) -> list[Any]:
    """Send a call; the answer to it, past whatever is asked meanwhile."""
    await socket.send(json.dumps([2, "mine", action, payload]))
    while True:
        answer: list[Any] = json.loads(await socket.recv())
        if answer[1] == "mine":
            return answer


async def shown_out(socket: ClientConnection) -> str:
    """Read until the other end closes; why it does."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await socket.recv()
    return socket.close_reason or ""


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("BootNotification", BOOT_OLD),
        ("StatusNotification", STATUS_OLD),
        ("Authorize", {"idTag": "A"}),
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-11-29T12:00:00Z"},
        ),
    ],
)
@pytest.mark.parametrize("offers", [BOTH, ONLY_NEW])
async def test_it_is_told_to_come_again_and_is_spoken_to_in_its_own_words_then(
    central: CentralSystem,
    charger: ChargePoint,
    caplog: pytest.LogCaptureFixture,
    offers: tuple[str, ...],
    action: str,
    payload: dict[str, Any],
) -> None:
    socket = await dial(central, offers)
    assert socket.subprotocol == "ocpp2.0.1"
    assert (await say(socket, action, payload))[0] == 4
    assert await shown_out(socket) == "come again for ocpp1.6"
    assert "CP1 agrees on ocpp2.0.1 and speaks ocpp1.6" in caplog.text

    socket = await dial(central, offers)
    # A client takes only what it has asked for.
    assert socket.subprotocol == ("ocpp1.6" if "ocpp1.6" in offers else "ocpp2.0.1")
    assert charger.dialect.subprotocol == "ocpp1.6"
    assert (await say(socket, "BootNotification", BOOT_OLD))[2]["status"] == "Accepted"
    assert (await say(socket, "StatusNotification", STATUS_OLD))[0] == 3
    assert charger.connectors[1].status is Status.CHARGING
    await socket.close()


async def test_that_is_remembered_over_our_restart(
    central: CentralSystem, charger: ChargePoint
) -> None:
    socket = await dial(central, BOTH)
    await say(socket, "StatusNotification", STATUS_OLD)
    await shown_out(socket)
    kept = json.loads(json.dumps(charger.state()))
    other = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(1))
    await other.start()
    other.add("CP1", kept)
    socket = await dial(other, BOTH)
    assert socket.subprotocol == "ocpp1.6"
    await socket.close()
    await other.stop()


async def test_one_that_nobody_has_added_is_found_out_too_and_keeps_it_once_it_is_added(
    central: CentralSystem,
) -> None:
    socket = await dial(central, BOTH, "NEW")
    await say(socket, "BootNotification", BOOT_OLD)
    await shown_out(socket)
    socket = await dial(central, BOTH, "NEW")
    assert (await say(socket, "BootNotification", BOOT_OLD))[2]["status"] == "Pending"
    assert central.unknown["NEW"].vendor == "V"
    added = central.add("NEW")
    assert Habit.OLDER_WORDS in added.habits
    await socket.close()
    socket = await dial(central, BOTH, "NEW")
    assert socket.subprotocol == "ocpp1.6"
    await socket.close()


async def test_after_an_update_of_its_firmware_the_newer_version_is_tried_again(
    central: CentralSystem, charger: ChargePoint
) -> None:
    socket = await dial(central, BOTH)
    await say(socket, "StatusNotification", STATUS_OLD)
    await shown_out(socket)
    socket = await dial(central, BOTH)
    await say(socket, "BootNotification", BOOT_OLD)
    await socket.close()
    socket = await dial(central, BOTH)
    await say(socket, "BootNotification", BOOT_OLD)
    assert Habit.OLDER_WORDS in charger.habits
    await say(socket, "BootNotification", {**BOOT_OLD, "firmwareVersion": "2"})
    await socket.close()
    socket = await dial(central, BOTH)
    assert socket.subprotocol == "ocpp2.0.1"
    assert (await say(socket, "BootNotification", BOOT_NEW))[2]["status"] == "Accepted"
    await socket.close()


async def test_one_that_asks_for_the_newer_version_alone_shows_by_its_words_that_it_can_now(
    central: CentralSystem, charger: ChargePoint
) -> None:
    charger.spoke_in_older_words(True)
    socket = await dial(central, ONLY_NEW)
    assert charger.dialect.subprotocol == "ocpp1.6"
    await say(socket, "BootNotification", BOOT_NEW)
    assert await shown_out(socket) == "come again for ocpp2.0.1"
    socket = await dial(central, ONLY_NEW)
    assert (await say(socket, "BootNotification", BOOT_NEW))[2]["status"] == "Accepted"
    assert charger.dialect.subprotocol == "ocpp2.0.1"
    await socket.close()


async def test_one_that_mixes_both_and_could_agree_on_no_other_keeps_its_socket(
    central: CentralSystem, charger: ChargePoint
) -> None:
    socket = await dial(central, ONLY_NEW)
    await say(socket, "BootNotification", BOOT_NEW)
    assert (await say(socket, "StatusNotification", STATUS_OLD))[0] == 4
    assert (await say(socket, "StatusNotification", STATUS_NEW))[0] == 3
    await until(charger, lambda: charger.connectors[1].status is Status.PREPARING)
    assert not charger.habits & {Habit.OLDER_WORDS}
    await socket.close()


async def test_one_that_mixes_both_and_also_asks_for_the_older_version_gets_that(
    central: CentralSystem, charger: ChargePoint
) -> None:
    socket = await dial(central, BOTH)
    await say(socket, "BootNotification", BOOT_NEW)
    await say(socket, "StatusNotification", STATUS_OLD)
    await shown_out(socket)
    socket = await dial(central, BOTH)
    assert socket.subprotocol == "ocpp1.6"
    # What it says in the other words now is refused, and no reason to go back and forth.
    assert (await say(socket, "TransactionEvent", {}))[0] == 4
    assert (await say(socket, "StatusNotification", STATUS_OLD))[0] == 3
    await socket.close()
