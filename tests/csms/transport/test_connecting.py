"""Who may connect, under which address, and whose socket it is."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
import logging

import pytest
from websockets.exceptions import InvalidStatus

from custom_components.ev_load_manager.csms import server
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem, identity
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import connection, passwords
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine, until

SECRET = "0123456789abcdef0123"


@pytest.fixture
async def locked(socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """A central system in which CP1 has a password and others have none."""

    def authenticate(charger_id: str, password: bytes | None) -> bool:
        return charger_id != "CP1" or passwords.matches(SECRET, password)

    system = CentralSystem(
        "127.0.0.1", 0, transaction_ids=TransactionIds(), authenticate=authenticate
    )
    await system.start()
    yield system
    await system.stop()


async def refused(client: Client) -> tuple[int, str]:
    """The HTTP status and text with which a connection is refused."""
    with pytest.raises(InvalidStatus) as failure:
        async with client:
            pass
    response = failure.value.response
    return response.status_code, (response.body or b"").decode()


@pytest.mark.parametrize(
    ("path", "charger_id"),
    [
        ("/CP1", "CP1"),
        ("/ocpp/CP1", "CP1"),
        ("/a/long/way/CP1/", "CP1"),
        ("//CP1", "CP1"),
        ("/CP1?token=1", "CP1"),
        ("/RDAM%7C123", "RDAM|123"),
        ("/Garage%20links", "Garage links"),
        ("/Stra%C3%9Fe", "Straße"),
    ],
)
def test_the_identity_is_the_last_segment_of_any_path(path: str, charger_id: str) -> None:
    assert identity(path) == charger_id


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ocpp/%20",
        "/CP%00",
        "/CP%0A1",
        "/%FF%FE",
        "/CP%3Cscript%3E",
        "/%E2%80%AE1PC",
        "/" + "x" * 49,
        "/" + "x" * 500,
    ],
)
async def test_an_odd_identity_is_a_bad_request(central: CentralSystem, path: str) -> None:
    status, text = await refused(Client(central, path=path))
    assert status == 400
    assert "charge point id" in text
    assert not central.unknown


async def test_a_charger_connects_under_its_percent_encoded_id(central: CentralSystem) -> None:
    charger = central.add("RDAM|123")
    async with Client(central, path="/any/prefix/RDAM%7C123/"):
        await until(charger, lambda: charger.online)
        assert charger.identity.address == "127.0.0.1"


@pytest.mark.parametrize("offered", [("ocpp1.5",), ("ocpp2.0", "ocpp3")])
async def test_another_subprotocol_is_refused(
    central: CentralSystem, charger: ChargePoint, offered: tuple[str, ...]
) -> None:
    status, text = await refused(Client(central, subprotocols=offered))
    assert status == 400
    assert "ocpp1.6" in text


async def test_the_subprotocol_is_picked_from_several(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central, subprotocols=("ocpp2.0", "ocpp1.6")) as client:
        assert client.socket.subprotocol == "ocpp1.6"


async def test_a_taken_port_is_an_error_of_start(central: CentralSystem) -> None:
    second = CentralSystem("127.0.0.1", central.port, transaction_ids=TransactionIds())
    with pytest.raises(OSError, match="in use"):
        await second.start()
    await second.stop()


async def test_stop_closes_every_socket_and_says_that_it_goes_away(
    socket_enabled: None,
) -> None:
    system = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds())
    await system.start()
    charger = system.add("CP1")
    async with Client(system) as known, Client(system, "stranger") as stranger:
        await known.boot()
        _, silent = await asyncio.open_connection("127.0.0.1", system.port)
        await system.stop()
        assert await known.closed == 1001
        assert await stranger.closed == 1001
        silent.close()
    assert not charger.online


@pytest.mark.parametrize(
    "password",
    [
        SECRET.encode(),
        SECRET.upper().encode(),
        bytes.fromhex(SECRET),
    ],
)
async def test_a_password_is_taken_as_text_and_as_raw_bytes(
    locked: CentralSystem, password: bytes
) -> None:
    charger = locked.add("CP1")
    async with Client(locked, password=password):
        await until(charger, lambda: charger.online)


@pytest.mark.parametrize("password", [None, b"", b"wrong", b"\xff\xfe"])
async def test_a_wrong_password_is_unauthorized(
    locked: CentralSystem, password: bytes | None
) -> None:
    locked.add("CP1")
    status, _ = await refused(Client(locked, password=password))
    assert status == 401


async def test_passwords_can_not_be_guessed_fast(
    locked: CentralSystem, time_machine: TimeMachine
) -> None:
    locked.add("CP1")
    locked.add("CP2")
    for _ in range(server.WRONG_PASSWORDS_PER_MINUTE):
        assert (await refused(Client(locked, password=b"guess")))[0] == 401
    assert (await refused(Client(locked, password=b"guess")))[0] == 429
    async with Client(locked, "CP2") as other:
        await other.boot()
    time_machine.jump(10)
    async with Client(locked, password=SECRET.encode()) as charger:
        await charger.boot()


@pytest.mark.parametrize("header", ["Bearer abc", "Basic ???", "Basic Q1Ax"])
async def test_an_authorization_that_cannot_be_read_is_no_password(
    locked: CentralSystem, header: str
) -> None:
    client = Client(locked)
    client._connect.additional_headers = {"Authorization": header}
    status, _ = await refused(client)
    assert status == 401


def test_a_password_that_is_no_hexadecimal_is_compared_as_it_is() -> None:
    assert passwords.matches("correct horse", b"correct horse")
    assert not passwords.matches("correct horse", b"battery staple")
    assert not passwords.matches("correct horse", None)


async def test_a_half_open_socket_is_found_by_pings(
    central: CentralSystem,
    charger: ChargePoint,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "PING_INTERVAL", 0.05)
    monkeypatch.setattr(connection, "LEAST_PING_TIMEOUT", 0.05)
    monkeypatch.setattr(connection, "SPEAKS_WITHIN", 0.05)
    async with Client(central) as client:
        await until(charger, lambda: charger.online)
        client.socket.transport.pause_reading()
        await until(charger, lambda: not charger.online)
        client.socket.transport.abort()


async def test_three_hundred_chargers_behind_one_address_are_welcome(
    central: CentralSystem,
) -> None:
    chargers = [central.add(f"CP{number}") for number in range(300)]
    async with AsyncExitStack() as stack:
        for charger in chargers:
            await stack.enter_async_context(Client(central, charger.id))
        for charger in chargers:
            await until(charger, lambda charger=charger: charger.online)  # type: ignore[misc]


async def test_a_flood_of_silent_connections_keeps_no_charger_out(
    central: CentralSystem, charger: ChargePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    await central.stop()
    monkeypatch.setattr(server, "MOST_OPENING", 3)
    await central.start()
    flood = [await asyncio.open_connection("127.0.0.1", central.port) for _ in range(3)]
    async with Client(central) as client:
        # Whoever stood there longest had to go; who connected stays.
        assert await flood[0][0].read() == b""
        flood += [await asyncio.open_connection("127.0.0.1", central.port) for _ in range(5)]
        assert await flood[3][0].read() == b""
        assert await client.call("Heartbeat")
    for _, writer in flood:
        writer.close()


async def test_removing_one_charger_leaves_the_others_socket_alone(
    central: CentralSystem, charger: ChargePoint
) -> None:
    other = central.add("CP2")
    async with Client(central) as first, Client(central, "CP2") as second:
        await second.boot()
        await central.remove("CP1")
        assert await first.closed == 1000
        await second.call("Heartbeat")
        assert other.online
    assert "CP1" not in central.chargers


async def test_a_charger_is_added_once(central: CentralSystem, charger: ChargePoint) -> None:
    with pytest.raises(ValueError, match="CP1"):
        central.add("CP1")


async def test_refusals_are_one_line_a_minute(
    central: CentralSystem, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            await refused(Client(central, path="/"))
    assert len([record for record in caplog.records if "Turned away" in record.message]) == 1
