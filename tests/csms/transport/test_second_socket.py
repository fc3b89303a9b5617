"""A second socket under the id of a charger that is connected: whose is the charger's?"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import (
    connection,
    failed_logins,
    passwords,
    tls,
)
from custom_components.ev_load_manager.csms.transport.tls import TlsSettings
from simulation.faults.certificates import Authority
from tests.csms.client import SILENCE, Client
from tests.csms.conftest import TimeMachine, until
from tests.csms.waiting import in_jumping_time

SECRET = "0123456789abcdef0123"
EVERYWHERE = pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2"])

type Protected = Callable[..., CentralSystem]


@pytest.fixture
async def protected(socket_enabled: None) -> AsyncGenerator[Protected]:
    """Make a central system that asks for proof; `start` it."""
    made: list[CentralSystem] = []

    def make(**how: Any) -> CentralSystem:
        made.append(CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(), **how))
        return made[-1]

    yield make
    for system in made:
        await system.stop()


async def refused_with(client: Client) -> int:
    """The HTTP status with which a connection is refused."""
    with pytest.raises(InvalidStatus) as failure:
        async with client:
            pass
    return failure.value.response.status_code


async def spoken(charger: ChargePoint) -> None:
    """Wait until the charger has said anything."""
    before = charger.heard_at
    while charger.heard_at == before:
        await asyncio.sleep(0)


@EVERYWHERE
async def test_a_charger_that_answers_keeps_its_socket(
    central: CentralSystem, charger: ChargePoint, address: str
) -> None:
    async with Client(central) as first:
        await first.boot()
        for _ in range(3):
            assert await refused_with(Client(central, address=address)) == 409
        await first.status("Available")
        assert charger.identity.address == "127.0.0.1"


@EVERYWHERE
async def test_a_charger_that_lost_its_link_is_let_in_at_once(
    central: CentralSystem, charger: ChargePoint, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "ALIVE_WITHIN", 0.05)
    async with Client(central) as first:
        first.socket.transport.pause_reading()  # the other end is there and says nothing
        async with Client(central, address=address) as second:
            await until(charger, lambda: charger.identity.address == address)
            await second.boot()
            assert charger.online
        first.socket.transport.abort()


def test_a_charger_that_lost_its_link_is_let_in_within_two_seconds(socket_enabled: None) -> None:
    async def seconds() -> float:
        central = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds())
        await central.start()
        charger = central.add("CP1")
        first = await Client(central).__aenter__()
        await first.boot()
        first.socket.transport.pause_reading()
        began = clock.monotonic()
        async with Client(central) as second:
            await second.boot()
            took = clock.monotonic() - began
            assert charger.online
        await first.drop()
        await central.stop()
        return took

    assert in_jumping_time(seconds()) < 1.5


def test_what_a_charger_sends_shows_that_it_lives_though_its_pong_is_late(
    socket_enabled: None,
) -> None:
    async def status_of_the_second() -> int:
        central = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds())
        await central.start()
        central.add("CP1")
        first = await Client(central).__aenter__()
        await first.boot()
        first.socket.transport.pause_reading()
        second = asyncio.ensure_future(refused_with(Client(central)))
        while not second.done():
            await asyncio.sleep(0.3)
            await first.send([2, "h", "Heartbeat", {}])
        await first.drop()
        await central.stop()
        return await second

    assert in_jumping_time(status_of_the_second()) == 409


async def test_a_socket_that_firmware_left_behind_gives_way_once_it_owes_a_word(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as left_behind:
        left_behind.answers["GetConfiguration"] = SILENCE
        await left_behind.boot()
        time_machine.jump(1)
        assert await refused_with(Client(central)) == 409
        assert await left_behind.next_call("GetConfiguration") == {"key": ["HeartbeatInterval"]}
        time_machine.jump(connection.SPEAKS_WITHIN - 1)
        assert await refused_with(Client(central)) == 409
        time_machine.jump(1)
        async with Client(central) as present:
            assert await left_behind.closed == 1000
            await present.boot()
            assert charger.online


@pytest.mark.parametrize("answer", [{"unknownKey": ["HeartbeatInterval"]}, "InternalError"])
async def test_a_charger_that_has_nothing_to_say_keeps_its_socket_by_any_answer(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine, answer: Any
) -> None:
    def answered(_payload: dict[str, Any]) -> Any:
        time_machine.jump(1)
        return answer

    async with Client(central) as quiet:
        quiet.answers["GetConfiguration"] = answered
        await quiet.boot()
        for _ in range(3):
            time_machine.jump(connection.SPEAKS_WITHIN)
            heard = asyncio.ensure_future(spoken(charger))
            assert await refused_with(Client(central)) == 409
            await heard


async def test_who_knocks_without_end_makes_the_charger_answer_no_more_often(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as first:
        await first.boot()
        for _ in range(5):
            time_machine.jump(connection.SPEAKS_WITHIN / 10)
            assert await refused_with(Client(central)) == 409
        await first.next_call("GetConfiguration")
        assert first.asked.empty()


async def test_the_password_replaces_a_living_socket(protected: Protected) -> None:
    def authenticate(charger_id: str, password: bytes | None) -> bool:
        return passwords.matches(SECRET, password)

    system = protected(authenticate=authenticate)
    await system.start()
    charger = system.add("CP1")
    password = SECRET.encode()
    async with (
        Client(system, password=password) as first,
        Client(system, password=password, address="127.0.0.2"),
    ):
        assert await first.closed == 1000
        assert charger.identity.address == "127.0.0.2"


async def test_a_password_that_nobody_asked_for_replaces_nothing(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as first:
        await first.boot()
        assert await refused_with(Client(central, password=b"whatever")) == 409


async def test_its_own_certificate_replaces_a_living_socket_and_no_other_one(
    protected: Protected, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    server = authority.issue("server")
    settings = TlsSettings(certificate=server.certificate, key=server.key, client_ca=authority.file)
    system = protected(ssl=tls.create_context(settings))
    await system.start()
    charger = system.add("CP1")
    own, others = (
        authority.client(authority.issue(name, common_name="CP1")) for name in ("own", "others")
    )
    async with Client(system, tls=own) as first:
        await first.boot()
        assert await refused_with(Client(system, tls=others)) == 409
        async with Client(system, tls=own, address="127.0.0.2"):
            assert await first.closed == 1000
            assert charger.identity.address == "127.0.0.2"


async def test_who_is_refused_is_noted_until_he_is_let_in(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as first:
        await first.boot()
        for _ in range(failed_logins.WORTH_TELLING):
            await refused_with(Client(central, address="127.0.0.2"))
        assert central.second_sockets.worth_telling()["CP1"].address == "127.0.0.2"
    await until(charger, lambda: not charger.online)
    async with Client(central, address="127.0.0.2"):
        assert not central.second_sockets.worth_telling()
