"""Whoever floods the port is read slowly; everybody else is served as ever."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, suppress
import json
import logging
from pathlib import Path
import socket

from hypothesis import given, strategies as st
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ev_load_manager.csms import server
from custom_components.ev_load_manager.csms.charge_point.charge_point import BOOTS, ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import budget, connection_limits, tls
from custom_components.ev_load_manager.csms.transport.budget import Bucket, Rate, network_of
from custom_components.ev_load_manager.csms.transport.passwords import Passwords
from simulation.faults.certificates import Authority
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine

from .test_connecting import refused

PING = b"\x89\x80\0\0\0\0"
"""An empty ping of a client, as it is on the wire."""
HEARTBEAT = json.dumps([2, "1", "Heartbeat", {}])


async def _raw(central: CentralSystem, charger_id: str, address: str) -> ClientConnection:
    """A WebSocket that does as it likes."""
    return await connect(
        f"ws://127.0.0.1:{central.port}/{charger_id}",
        subprotocols=[Subprotocol("ocpp1.6")],
        local_addr=(address, 0),
        ping_interval=None,
        close_timeout=0.1,
        proxy=None,
    )


async def _served(central: CentralSystem, charger_id: str, times: int = 30) -> None:
    """A charger is answered again and again, which takes many turns of the loop."""
    async with Client(central, charger_id, address="127.0.0.9") as client:
        for _ in range(times):
            await client.call("Heartbeat")


async def test_pings_are_counted_and_read_no_faster_than_a_stranger_may_send(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    flood = await _raw(central, "FLOOD", "127.0.0.2")
    ponged = 0
    answer = flood.process_event

    def count(event: object) -> None:
        nonlocal ponged
        ponged += 1
        answer(event)  # type: ignore[arg-type]

    flood.process_event = count  # type: ignore[method-assign, assignment]
    flood.transport.write(PING * 20_000)
    await _served(central, charger.id)
    assert 0 < ponged <= budget.STRANGER.frames.burst + connection_limits.PIECE / len(PING)
    flood.transport.abort()


async def test_a_message_of_which_the_end_never_comes_does_not_grow_without_end(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central, charger.id) as client:
        whole = [b"\x01\x80\0\0\0\0", *[b"\0\x80\0\0\0\0"] * 20]
        client.socket.transport.write(b"".join(whole) + b"\x80\x80\0\0\0\0")
        # What has many parts is read as ever, and was no message.
        assert (await client.boot())["status"] == "Accepted"
        client.socket.transport.write(b"".join(whole))
        client.socket.transport.write(b"\0\x80\0\0\0\0" * connection_limits.MOST_FRAGMENTS)
        await client.closed


async def test_a_strangers_messages_are_answered_as_slowly_as_it_may_send_them(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    flood = await _raw(central, "FLOOD", "127.0.0.2")
    for _ in range(500):
        await flood.send(HEARTBEAT)
    await _served(central, charger.id)
    answered = len(flood.recv_messages.frames)
    most = budget.STRANGER.frames.burst + connection_limits.PIECE / len(HEARTBEAT)
    assert 0 < answered <= most + flood.max_queue_high
    flood.transport.abort()


async def test_a_charger_has_a_night_to_tell_and_loses_nothing_of_it(
    central: CentralSystem, charger: ChargePoint, hurry: None
) -> None:
    calls = 4 * int(budget.CHARGER.frames.burst)
    async with Client(central) as client:
        answers = await client.pipeline(*[("Heartbeat", {})] * calls)
    assert len(answers) == calls


async def test_many_strangers_of_one_address_share_what_one_may_send(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    floods = [await _raw(central, f"FLOOD{number}", "127.0.0.2") for number in range(12)]
    for flood in floods:
        for _ in range(100):
            await flood.send(HEARTBEAT)
    await _served(central, charger.id)
    answered = sum(len(flood.recv_messages.frames) for flood in floods)
    piece = connection_limits.PIECE / len(HEARTBEAT) + 1
    assert 0 < answered <= budget.STRANGERS_OF_AN_ADDRESS.frames.burst + 12 * piece
    for flood in floods:
        flood.transport.abort()


async def test_an_address_that_connects_without_end_is_hung_up_on_and_no_other(
    central: CentralSystem,
    charger: ChargePoint,
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachine,
) -> None:
    await central.stop()
    monkeypatch.setattr(connection_limits, "CONNECTIONS_OF_AN_ADDRESS", Rate(5.0, 1.0))
    await central.start()
    async with AsyncExitStack() as stack:
        for number in range(5):
            await stack.enter_async_context(Client(central, f"S{number}", address="127.0.0.2"))
        with pytest.raises((OSError, InvalidHandshake)):
            await stack.enter_async_context(Client(central, "S5", address="127.0.0.2"))
        await stack.enter_async_context(Client(central, address="127.0.0.3"))
        time_machine.jump(1.0)
        await stack.enter_async_context(Client(central, "S5", address="127.0.0.2"))


@pytest.fixture
async def secure(socket_enabled: None, tmp_path: Path) -> AsyncGenerator[CentralSystem]:
    """A central system that speaks TLS."""
    authority = Authority(tmp_path)
    files = authority.issue("server")
    settings = tls.TlsSettings(certificate=files.certificate, key=files.key)
    system = CentralSystem(
        "127.0.0.1", 0, transaction_ids=TransactionIds(), ssl=tls.create_context(settings)
    )
    system.trust = authority.client()  # type: ignore[attr-defined]
    await system.start()
    yield system
    await system.stop()


@pytest.mark.parametrize("first_words", [b"", b"\x16\x03\x01\x02\0\x01"])
async def test_half_open_handshakes_are_bounded_before_tls_is_spoken(
    secure: CentralSystem, first_words: bytes
) -> None:
    secure.add("CP1")
    open_ones = []
    for _ in range(connection_limits.MOST_OF_AN_ADDRESS + 20):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", secure.port, local_addr=("127.0.0.2", 0)
        )
        writer.write(first_words)
        open_ones.append((reader, writer))
    # Who stood there longest was hung up on, and only as many as were too many.
    for reader, _ in open_ones[:20]:
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
    trust = secure.trust  # type: ignore[attr-defined]
    async with Client(secure, tls=trust, address="127.0.0.3") as client:
        await client.boot()
    assert len(secure._connection_limits._standing) == connection_limits.MOST_OF_AN_ADDRESS
    for _, writer in open_ones:
        writer.close()


async def test_who_is_shown_out_before_tls_begins_leaves_no_trace(
    secure: CentralSystem, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection_limits, "MOST_OF_AN_ADDRESS", 3)
    secure.add("CP1")
    # All of them are accepted in one turn of the loop.
    here = ("127.0.0.2", 0)
    crowd = [
        socket.create_connection(("127.0.0.1", secure.port), source_address=here) for _ in range(20)
    ]
    async with Client(secure, tls=secure.trust, address="127.0.0.3") as client:  # type: ignore[attr-defined]
        await client.boot()
    for one in crowd:
        one.close()
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


async def test_what_comes_together_with_the_end_of_the_tls_handshake_is_read(
    secure: CentralSystem,
) -> None:
    secure.add("CP1")
    trust = secure.trust  # type: ignore[attr-defined]
    for _ in range(5):
        async with Client(secure, tls=trust) as client:
            assert (await client.boot())["status"] == "Accepted"


async def test_who_speaks_no_tls_is_hung_up_on(secure: CentralSystem) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", secure.port)
    writer.write(b"GET /CP1 HTTP/1.1\r\n\r\n")
    with suppress(ConnectionResetError):
        assert b"HTTP" not in await reader.read()
    writer.close()
    assert not secure._connection_limits._standing


async def test_the_places_for_waiting_chargers_are_shared_between_addresses(
    central: CentralSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_UNKNOWN", 3)
    async with AsyncExitStack() as stack:
        for number in range(3):
            await stack.enter_async_context(Client(central, f"A{number}", address="127.0.0.2"))
        honest = await stack.enter_async_context(Client(central, "NEW", address="127.0.0.3"))
        await honest.boot()
        assert set(central.unknown) == {"A0", "A1", "NEW"}
        # Nobody gets more than the others by that.
        assert (await refused(Client(central, "NEW2", address="127.0.0.3")))[0] == 503
        assert set(central.unknown) == {"A0", "A1", "NEW"}


async def test_who_guesses_behind_a_chargers_address_does_not_keep_it_out(
    socket_enabled: None, time_machine: TimeMachine
) -> None:
    passwords = Passwords()
    passwords.require("CP1", "right-password")
    system = CentralSystem(
        "127.0.0.1", 0, transaction_ids=TransactionIds(), authenticate=passwords.check
    )
    await system.start()
    system.add("CP1")
    async with Client(system, password=b"right-password") as client:
        await client.boot()
    statuses = [
        (await refused(Client(system, password=b"guess-%d" % number)))[0]
        for number in range(server.WRONG_PASSWORDS_PER_MINUTE + 3)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    async with Client(system, password=b"right-password") as client:
        await client.boot()
    # From anywhere else even the right one has to wait: it may have been guessed.
    for _ in range(server.WRONG_PASSWORDS_PER_MINUTE):
        await refused(Client(system, password=b"guess", address="127.0.0.5"))
    late = await refused(Client(system, password=b"right-password", address="127.0.0.5"))
    assert late[0] == 429
    await system.stop()


async def test_a_charger_that_boots_without_end_is_asked_for_all_it_knows_six_times(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    readied = 0

    async def ready(_: ChargePoint) -> None:
        nonlocal readied
        readied += 1

    charger.on_ready(ready)
    async with Client(central) as client:
        for number in range(50):
            answer = await client.boot(chargePointSerialNumber=str(number))
            assert answer["status"] == "Accepted"
        assert readied == BOOTS.burst
        # It says who it is when it is back.
        time_machine.jump(10.0)
        await client.boot(chargePointSerialNumber="last")
        await client.call("Heartbeat")
    assert readied == BOOTS.burst + 1
    assert charger.identity.serial == "last"


async def test_a_flood_of_garbage_writes_few_lines(
    central: CentralSystem, charger: ChargePoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(25):
        await refused(Client(central, path="/", address=f"127.0.1.{number + 1}"))
    flood = await _raw(central, "FLOOD", "127.0.0.2")
    for _ in range(50):
        await flood.send("garbage")
    flood.transport.write(PING * 1000)
    flood.transport.abort()
    await _served(central, charger.id)
    assert len(caplog.records) <= 20


async def test_nobody_is_told_what_we_are_made_of(central: CentralSystem) -> None:
    with pytest.raises(InvalidStatus) as turned_away:
        await connect(f"ws://127.0.0.1:{central.port}/", proxy=None)
    assert "Server" not in turned_away.value.response.headers


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1000)), max_size=20),
    st.floats(1, 1000),
    st.floats(0.1, 100),
)
def test_no_bucket_gives_more_than_it_holds_and_what_ran_in(
    steps: list[tuple[float, float]], burst: float, per_second: float
) -> None:
    now = [0.0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(budget.clock, "monotonic", lambda: now[0])
        bucket = Bucket(Rate(burst, per_second))
        given_out = 0.0
        for seconds, amount in steps:
            now[0] += seconds
            given_out += amount if bucket.takes(amount) else 0.0
            assert given_out <= burst + now[0] * per_second + 1e-6


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_host_with_a_whole_network_of_addresses_is_one(address: str, counts_as: str) -> None:
    assert network_of(address) == counts_as
