"""Sessions go on over a restart, whatever version has stored them."""

import json
from typing import Any

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.client import Client
from tests.csms.conftest import ago, sample

from .test_sessions import meter, start, stop


async def test_nothing_is_lost_over_a_restart(central: CentralSystem, charger: ChargePoint) -> None:
    charger.configuration["HeartbeatInterval"] = "300"
    charger.capabilities["stack"] = 0
    async with Client(central) as client:
        await client.boot(firmwareVersion="1.2")
        await client.status("Available", 0)
        await client.status("Available", 2)
        finished = await start(client, connectorId=2)
        await stop(client, finished)
        transaction = await start(client)
        await meter(client, sample("1800"), transactionId=transaction)
        charger.connectors[1].remembered["limit"] = 6.0
        stored = json.loads(json.dumps(charger.state()))
        await central.remove("CP1")
    again = central.add("CP1", stored)
    assert again.identity.firmware == "1.2"
    assert again.configuration == {"HeartbeatInterval": "300"}
    assert again.capabilities == {"stack": 0}
    state = again.connectors[1]
    assert state.status is Status.CHARGING
    assert state.transaction is not None
    assert state.transaction.id == str(transaction)
    assert state.session_energy == 800.0
    assert state.remembered == {"limit": 6.0}
    assert again.whole.status is Status.AVAILABLE
    async with Client(central) as client:
        await stop(client, transaction)
        await stop(client, finished)
        assert state.session_energy == 2000.0
        assert await start(client, connectorId=2) == transaction + 1


async def test_what_version_0_1_stored_in_words_of_ocpp_1_6_goes_on(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        finished = await start(client, connectorId=2)
        await stop(client, finished)
        await stop(client, 7000)  # of another system, long over
        began = {"timestamp": ago(5)}
        transaction = await start(client, **began)
        await client.status("SuspendedEV")
        stored = json.loads(json.dumps(charger.state()))
        await central.remove("CP1")
    kept, books = stored["connectors"]["1"], stored["sessions"]
    kept["status"] = "SuspendedEV"
    for known in (kept["transaction"], *books["starts"], *books["ended"]):
        known["id"] = int(known["id"])
    books["gone"] = [int(gone) for gone in books["gone"]]

    again = central.add("CP1", stored)

    state = again.connectors[1]
    assert state.status is Status.SUSPENDED_EV
    assert state.transaction is not None
    assert state.transaction.id == str(transaction)
    assert again.sessions.state() == charger.sessions.state()
    async with Client(central) as client:
        assert await start(client, **began) == transaction
        await stop(client, 7000)
        assert state.transaction is not None
        await stop(client, transaction)
        assert state.transaction is None


@pytest.mark.parametrize(
    "stored",
    [
        {"identity": 5, "connectors": [], "sessions": {}, "clock_offset": "x"},
        {"connectors": {"one": {}, "2": {}}},
        {"connectors": {"1": {"status": "Sleeping", "status_since": "2026-01-01T00:00:00Z"}}},
        {
            "connectors": {
                "1": {"status": None, "status_since": "2026-01-01T00:00:00Z", "energy": True}
            }
        },
    ],
)
async def test_what_was_stored_badly_is_left_out(
    central: CentralSystem, stored: dict[str, Any]
) -> None:
    charger = central.add("CP1", stored)
    async with Client(central) as client:
        await start(client)
    assert charger.connectors[1].transaction is not None
