"""A charger behind a trusted reverse proxy counts with its own address, and nobody else does."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from ipaddress import ip_network
import logging

from hypothesis import given, strategies as st
import pytest
from websockets.datastructures import Headers

from custom_components.ev_load_manager.csms import server
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import budget, connection_limits
from custom_components.ev_load_manager.csms.transport.budget import Rate
from custom_components.ev_load_manager.csms.transport.forwarded import Proxies
from custom_components.ev_load_manager.csms.transport.passwords import Passwords
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine, until

from .test_connecting import refused

PROXY = "127.0.0.8"
ELSEWHERE = "127.0.0.9"
SECRET = "0123456789abcdef0123"


@pytest.fixture
def passwords() -> Passwords:
    """Nobody has a password yet."""
    return Passwords()


@pytest.fixture
async def central(socket_enabled: None, passwords: Passwords) -> AsyncGenerator[CentralSystem]:
    """A central system behind a proxy."""
    system = CentralSystem(
        "127.0.0.1",
        0,
        transaction_ids=TransactionIds(),
        authenticate=passwords.check,
        proxies=[ip_network(f"{PROXY}/32"), ip_network("10.0.0.0/8")],
    )
    await system.start()
    yield system
    await system.stop()


def by_proxy(central: CentralSystem, charger_id: str, told: str, **how: object) -> Client:
    """A charger that dials the proxy."""
    return Client(central, charger_id, address=PROXY, forwarded_for=told, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        (PROXY, ["192.0.2.1"], "192.0.2.1"),
        (PROXY, ["198.51.100.1, 192.0.2.1"], "192.0.2.1"),
        (PROXY, ["192.0.2.1, 10.1.2.3"], "192.0.2.1"),
        (PROXY, ["198.51.100.1", "192.0.2.1"], "192.0.2.1"),
        (PROXY, ["10.1.2.3, 10.1.2.4"], "10.1.2.3"),
        (PROXY, ["2001:db8::1"], "2001:db8::1"),
        (PROXY, ["::ffff:192.0.2.1"], "192.0.2.1"),
        (f"::ffff:{PROXY}", ["192.0.2.1"], "192.0.2.1"),
        (PROXY, [], PROXY),
        (PROXY, ["nonsense"], PROXY),
        (PROXY, ["192.0.2.1, nonsense"], PROXY),
        (PROXY, ["nonsense, 10.1.2.3"], "10.1.2.3"),
        (ELSEWHERE, ["192.0.2.1"], ELSEWHERE),
        ("", ["192.0.2.1"], ""),
    ],
)
def test_whose_connection_it_is(peer: str, told: list[str], client: str) -> None:
    headers = Headers([("X-Forwarded-For", line) for line in told])
    proxies = Proxies([ip_network(f"{PROXY}/32"), ip_network("10.0.0.0/8")])
    assert proxies.client(peer, headers) == client


@given(st.lists(st.text(alphabet="0123456789.:,abcdef% ", max_size=40), max_size=5))
def test_who_is_not_trusted_can_call_itself_nothing(told: list[str]) -> None:
    headers = Headers([("X-Forwarded-For", line) for line in told])
    assert Proxies([ip_network("10.0.0.0/8")]).client(ELSEWHERE, headers) == ELSEWHERE
    assert Proxies().client(PROXY, headers) == PROXY


async def test_a_charger_is_shown_with_its_own_address(central: CentralSystem) -> None:
    charger = central.add("CP1")
    async with (
        by_proxy(central, "CP1", "192.0.2.1"),
        by_proxy(central, "NEW", "192.0.2.2") as stranger,
    ):
        await until(charger, lambda: charger.online)
        await stranger.boot()
        assert charger.identity.address == "192.0.2.1"
        assert central.unknown["NEW"].address == "192.0.2.2"


async def test_who_is_no_proxy_is_shown_with_the_address_that_it_has(
    central: CentralSystem,
) -> None:
    async with Client(central, "NEW", address=ELSEWHERE, forwarded_for="192.0.2.2") as stranger:
        await stranger.boot()
        assert central.unknown["NEW"].address == ELSEWHERE


async def test_who_guesses_behind_a_proxy_is_told_of_and_slowed_down_alone(
    central: CentralSystem,
    passwords: Passwords,
    caplog: pytest.LogCaptureFixture,
    time_machine: TimeMachine,
) -> None:
    passwords.require("CP1", SECRET)
    central.add("CP1")
    for _ in range(server.WRONG_PASSWORDS_PER_MINUTE):
        await refused(by_proxy(central, "CP1", "192.0.2.66", password=b"guess"))
    status, _ = await refused(by_proxy(central, "CP1", "192.0.2.66", password=SECRET.encode()))
    assert status == 429
    assert central.logins.worth_telling()["CP1"].address == "192.0.2.66"
    lines = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert [line for line in lines if "192.0.2.66" in line] == lines
    async with by_proxy(central, "CP1", "192.0.2.1", password=SECRET.encode()) as charger:
        await charger.boot()


async def test_an_address_behind_a_proxy_uses_up_its_own_connections_only(
    central: CentralSystem, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachine
) -> None:
    await central.stop()
    monkeypatch.setattr(connection_limits, "CONNECTIONS_OF_AN_ADDRESS", Rate(3.0, 0.1))
    await central.start()
    async with AsyncExitStack() as stack:
        for number in range(3):
            await stack.enter_async_context(by_proxy(central, f"S{number}", "192.0.2.66"))
        status, _ = await refused(by_proxy(central, "S3", "192.0.2.66"))
        assert status == 429
        await stack.enter_async_context(by_proxy(central, "CP1", "192.0.2.1"))


async def test_strangers_behind_a_proxy_share_what_their_own_address_may_send(
    central: CentralSystem, time_machine: TimeMachine
) -> None:
    async with (
        by_proxy(central, "S1", "192.0.2.66") as first,
        by_proxy(central, "S2", "192.0.2.67"),
    ):
        await first.call("Heartbeat")
        known = central._connection_limits.strangers._known
        assert not known["192.0.2.66"].is_full
        assert known["192.0.2.66"] is not known["192.0.2.67"]
        assert budget.STRANGERS_OF_AN_ADDRESS.frames.burst > 2
