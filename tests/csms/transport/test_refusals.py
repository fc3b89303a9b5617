"""Whoever is refused is told of once a minute, and finds out what to change."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
import logging
from pathlib import Path
import ssl
from typing import Any

import pytest
from websockets.exceptions import InvalidHandshake

from custom_components.ev_load_manager.csms import server
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import connection_limits, tls
from custom_components.ev_load_manager.csms.transport.budget import Rate
from custom_components.ev_load_manager.csms.transport.failed_logins import LoginBook
from custom_components.ev_load_manager.csms.transport.passwords import Passwords
from custom_components.ev_load_manager.csms.transport.refusals import (
    FORGOTTEN_AFTER,
    WORTH_TELLING,
    Cause,
    RefusalBook,
)
from custom_components.ev_load_manager.csms.transport.tls_handshake import read_hello
from simulation.faults.certificates import Authority
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine

SECRET = "0123456789abcdef0123"
HERE = "127.0.0.2"
"""From where somebody is refused."""
RSA_SUITES = "AES128-GCM-SHA256:AES256-GCM-SHA384"

type Make = Callable[..., Awaitable[CentralSystem]]


class Port:
    """A listener, and all that it needs to refuse somebody."""

    def __init__(self, folder: Path) -> None:
        """Make none yet."""
        self.authority = Authority(folder)
        self.passwords = Passwords()
        self.central: CentralSystem
        self._stack = AsyncExitStack()

    async def open(
        self, *, certificate: str | None = None, mutual: bool = False, rsa_suites: bool = False
    ) -> CentralSystem:
        """Listen; `certificate`: with TLS, and a key of that kind."""
        context = None
        if certificate is not None:
            files = self.authority.issue("server", with_rsa=certificate == "rsa")
            context = tls.create_context(
                tls.TlsSettings(
                    certificate=files.certificate,
                    key=files.key,
                    client_ca=self.authority.file if mutual else None,
                    rsa_suites=rsa_suites,
                )
            )
        self.central = CentralSystem(
            "127.0.0.1",
            0,
            transaction_ids=TransactionIds(),
            authenticate=self.passwords.check,
            ssl=context,
        )
        await self.central.start()
        return self.central

    async def keep(self, client: Client) -> None:
        """Let a charger stay connected until the end."""
        await self._stack.enter_async_context(client)

    def client(self, charger_id: str = "CP1", **how: Any) -> Client:
        """A charger of the address that is refused."""
        return Client(self.central, charger_id, **{"address": HERE, **how})

    def old(self, suites: str = RSA_SUITES, **how: Any) -> ssl.SSLContext:
        """What a charger needs that speaks TLS 1.2 with these suites only."""
        context = self.authority.client(**how)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(suites)
        return context

    async def say(self, words: bytes) -> None:
        """Say something on a plain socket, and wait until it is closed."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.central.port, local_addr=(HERE, 0)
        )
        with suppress(OSError):
            writer.write(words)
            await reader.read()
        writer.close()

    async def distrust(self) -> None:
        """Begin TLS, and end it with an alert, since nobody vouches for the certificate."""
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.central.port, local_addr=(HERE, 0)
        )
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context()
        handshake = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
        with suppress(ssl.SSLCertVerificationError):
            while True:
                with suppress(ssl.SSLWantReadError):
                    handshake.do_handshake()
                writer.write(outgoing.read())
                incoming.write(await reader.read(65536))
        writer.write(outgoing.read())
        await reader.read()
        writer.close()

    async def close(self) -> None:
        """Let go of everything."""
        await self._stack.aclose()
        await self.central.stop()


@pytest.fixture
async def port(socket_enabled: None, tmp_path: Path) -> AsyncGenerator[Port]:
    """A listener that is still to be opened."""
    made = Port(tmp_path)
    yield made
    await made.close()


async def tried(client: Client) -> None:
    """Somebody tries to connect, and is refused."""
    with pytest.raises((OSError, InvalidHandshake, EOFError)):
        await client.__aenter__()


# Every way of being refused: what is set up, then what is tried again and again.


async def _odd_address(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    return lambda: tried(port.client(path="/ocpp/%20"))


async def _other_subprotocol(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    return lambda: tried(port.client(subprotocols=("ocpp2.0",)))


async def _web_page(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    return lambda: tried(port.client(origin="https://example.com"))


async def _no_http(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    return lambda: port.say(b"HELO charger\r\n\r\n")


async def _soap(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    return lambda: port.say(b"GET /CP1 HTTP/1.1\r\nHost: here\r\n\r\n")


async def _too_many_strangers(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    for _ in range(server.KNOCKS_PER_MINUTE):
        port.central._rate_limiter.lets(HERE)
    return lambda: tried(port.client("NEW"))


async def _another_waits(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    await port.keep(port.client("NEW", address="127.0.0.3"))
    return lambda: tried(port.client("NEW"))


async def _wrong_password(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    port.passwords.require("CP1", SECRET)
    port.central.add("CP1")
    return lambda: tried(port.client(password=b"wrong"))


async def _other_user_name(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    port.passwords.require("CP1", SECRET)
    port.central.add("CP1")
    return lambda: tried(port.client(password=SECRET.encode(), user_name="admin"))


async def _second_socket(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    port.central.add("CP1")
    await port.keep(port.client(address="127.0.0.3"))
    return lambda: tried(port.client())


async def _checked(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    await port.central.add("CP1").cut_off()
    return lambda: tried(port.client())


async def _no_tls(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="ec")
    return lambda: tried(port.client())


async def _needless_tls(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open()
    return lambda: tried(port.client(tls=port.authority.client()))


async def _rsa_suites(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="rsa")
    return lambda: tried(port.client(tls=port.old()))


async def _rsa_suites_for_another_certificate(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="ec")
    return lambda: tried(port.client(tls=port.old("ECDHE-RSA-AES128-GCM-SHA256:" + RSA_SUITES)))


async def _old_version(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="ec")
    # A ClientHello of TLS 1.0 with TLS_RSA_WITH_AES_128_CBC_SHA.
    hello = b"\x03\x01" + bytes(32) + b"\0" + b"\0\x02\0\x2f" + b"\x01\0"
    message = b"\x01" + len(hello).to_bytes(3) + hello
    return lambda: port.say(b"\x16\x03\x01" + len(message).to_bytes(2) + message)


async def _no_certificate(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="ec", mutual=True)
    return lambda: tried(port.client(tls=port.authority.client()))


async def _strange_certificate(port: Port) -> Callable[[], Awaitable[None]]:
    folder = Path(port.authority.file).parent / "others"
    folder.mkdir()
    own = Authority(folder, "others").issue("CP1")
    await port.open(certificate="ec", mutual=True)
    return lambda: tried(port.client(tls=port.authority.client(own)))


async def _others_certificate(port: Port) -> Callable[[], Awaitable[None]]:
    own = port.authority.issue("CP2")
    await port.open(certificate="ec", mutual=True)
    port.central.add("CP1")
    port.central.add("CP2")
    return lambda: tried(port.client(tls=port.authority.client(own)))


async def _unconfirmed_certificate(port: Port) -> Callable[[], Awaitable[None]]:
    own = port.authority.issue("SN-1")
    await port.open(certificate="ec", mutual=True)
    port.central.add("CP1")
    return lambda: tried(port.client(tls=port.authority.client(own)))


async def _distrust(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="ec")
    return port.distrust


async def _broken_tls(port: Port) -> Callable[[], Awaitable[None]]:
    await port.open(certificate="ec")
    return lambda: port.say(b"\x16\x03\x01\0\x04\x01\xff\xff\xff" * 100)


WAYS: list[tuple[Callable[[Port], Awaitable[Callable[[], Awaitable[None]]]], Cause]] = [
    (_odd_address, Cause.ADDRESS),
    (_other_subprotocol, Cause.SUBPROTOCOL),
    (_web_page, Cause.WEB_PAGE),
    (_no_http, Cause.NO_WEBSOCKET),
    (_soap, Cause.NO_WEBSOCKET),
    (_too_many_strangers, Cause.TOO_MANY),
    (_another_waits, Cause.ELSEWHERE),
    (_wrong_password, Cause.PASSWORD),
    (_other_user_name, Cause.USER_NAME),
    (_second_socket, Cause.SECOND_SOCKET),
    (_checked, Cause.CHECKED),
    (_no_tls, Cause.TLS_EXPECTED),
    (_needless_tls, Cause.TLS_UNEXPECTED),
    (_rsa_suites, Cause.TLS_RSA_SUITES),
    (_rsa_suites_for_another_certificate, Cause.TLS_SUITES),
    (_old_version, Cause.TLS_VERSION),
    (_no_certificate, Cause.TLS_CERTIFICATE),
    (_strange_certificate, Cause.TLS_CERTIFICATE),
    (_others_certificate, Cause.OTHER_CERTIFICATE),
    (_unconfirmed_certificate, Cause.UNCONFIRMED_CERTIFICATE),
    (_distrust, Cause.TLS_DISTRUST),
    (_broken_tls, Cause.TLS),
]


def test_every_cause_is_walked() -> None:
    assert {cause for _, cause in WAYS} == set(Cause)


def _entries(central: CentralSystem, cause: Cause) -> int:
    """How often it stands in a book that somebody from there was refused for that."""
    counts = [
        one.count
        for one in central.refusals._refused.values()
        if (one.cause, one.address) == (cause, HERE)
    ]
    for book in (central.logins, central.second_sockets):
        counts += [
            one.count
            for one in book._failed.values()
            if one.address == HERE
            and (cause is Cause.SECOND_SOCKET) == (book is central.second_sockets)
            and (one.cause is cause or cause is Cause.SECOND_SOCKET)
        ]
    return sum(counts)


@pytest.mark.parametrize(("way", "cause"), WAYS, ids=[way.__name__ for way, _ in WAYS])
async def test_every_refusal_is_one_line_a_minute_and_an_entry_that_says_why(
    port: Port,
    way: Callable[[Port], Awaitable[Callable[[], Awaitable[None]]]],
    cause: Cause,
    caplog: pytest.LogCaptureFixture,
    time_machine: TimeMachine,
) -> None:
    again = await way(port)
    noted = asyncio.Event()
    refuse = port.central.refuse

    def notice(*args: Any, **more: Any) -> None:
        refuse(*args, **more)
        noted.set()

    port.central.refuse = notice  # type: ignore[method-assign]
    caplog.clear()
    with caplog.at_level(logging.INFO, "custom_components.ev_load_manager"):
        for _ in range(WORTH_TELLING):
            noted.clear()
            await again()
            async with asyncio.timeout(10):
                await noted.wait()
    # Not asyncio's, which tells of a machine that is busy.
    lines = [
        one
        for one in caplog.records
        if one.levelno >= logging.INFO and one.name.startswith("custom_components")
    ]
    # Somebody waits for a charger that is checked: nothing is wrong with it.
    is_checked = cause is Cause.CHECKED
    assert [HERE in one.getMessage() for one in lines] == ([] if is_checked else [True])
    expected = 0 if is_checked else WORTH_TELLING
    assert _entries(port.central, cause) == expected


async def test_too_many_connections_and_handshakes_are_told(
    port: Port, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachine
) -> None:
    monkeypatch.setattr(connection_limits, "CONNECTIONS_OF_AN_ADDRESS", Rate(2.0, 0.1))
    await port.open()
    for number in range(2):
        await port.keep(port.client(f"S{number}"))
    await tried(port.client("S2"))
    assert _entries(port.central, Cause.TOO_MANY) == 1


async def test_who_stands_in_the_doorway_without_a_word_is_told_once_it_is_shown_out(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "MOST_OF_AN_ADDRESS", 2)
    await port.open()
    crowd = [
        await asyncio.open_connection("127.0.0.1", port.central.port, local_addr=(HERE, 0))
        for _ in range(3)
    ]
    assert await crowd[0][0].read() == b""
    assert _entries(port.central, Cause.TOO_MANY) == 1
    for _, writer in crowd:
        writer.close()


async def test_who_waited_without_the_password_is_told_once_it_is_asked_for(port: Port) -> None:
    await port.open()
    async with port.client() as waiting:
        await waiting.boot()
        port.passwords.require("CP1", SECRET)
        port.central.add("CP1")
        await waiting.closed
    assert _entries(port.central, Cause.PASSWORD) == 1


async def test_the_suites_that_a_charger_offers_are_named(
    port: Port, caplog: pytest.LogCaptureFixture
) -> None:
    again = await _rsa_suites(port)
    await again()
    (told,) = port.central.refusals._refused.values()
    assert told.detail == "TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_256_GCM_SHA384"
    assert "TLS_RSA_WITH_AES_128_GCM_SHA256" in caplog.text
    assert "allowed where TLS is set up" in caplog.text


@pytest.mark.parametrize("suite", RSA_SUITES.split(":"))
async def test_a_charger_that_has_only_rsa_suites_gets_in_on_the_users_word(
    port: Port, suite: str
) -> None:
    await port.open(certificate="rsa", rsa_suites=True)
    port.central.add("CP1")
    async with port.client(tls=port.old(suite)) as charger:
        assert (await charger.boot())["status"] == "Accepted"
        assert charger.socket.transport.get_extra_info("cipher")[0] == suite


async def test_a_charger_that_has_more_keeps_forward_secrecy(port: Port) -> None:
    await port.open(certificate="rsa", rsa_suites=True)
    port.central.add("CP1")
    first_choice = port.old(f"{RSA_SUITES}:ECDHE-RSA-AES128-GCM-SHA256")
    async with port.client(tls=first_choice) as charger:
        assert charger.socket.transport.get_extra_info("cipher")[0].startswith("ECDHE")


async def test_no_suite_without_forward_secrecy_is_spoken_unasked(port: Port) -> None:
    files = port.authority.issue("server", with_rsa=True)
    await port.open()
    context = tls.create_context(tls.TlsSettings(certificate=files.certificate, key=files.key))
    assert not [
        suite["name"]
        for suite in context.get_ciphers()
        if not suite["name"].startswith(("ECDHE", "DHE", "TLS_"))
    ]


async def test_who_got_in_is_told_of_no_more(port: Port) -> None:
    await port.open()
    port.central.add("CP1")
    for _ in range(WORTH_TELLING):
        await tried(port.client(subprotocols=("ocpp2.0",)))
    assert port.central.refusals.worth_telling()
    async with port.client():
        assert not port.central.refusals.worth_telling()


def test_a_book_of_refusals_is_bounded_and_forgets(time_machine: TimeMachine) -> None:
    book = RefusalBook()
    for number in range(1000):
        for _ in range(WORTH_TELLING):
            book.note(Cause.TLS, f"10.0.{number // 250}.{number % 250}")
    assert len(book.worth_telling()) == 50
    time_machine.jump(FORGOTTEN_AFTER + 1)
    assert not book.worth_telling()


def test_many_names_from_one_address_hide_nobody_else() -> None:
    book = RefusalBook()
    for _ in range(WORTH_TELLING):
        book.note(Cause.SUBPROTOCOL, "10.0.0.9", "MINE")
    for number in range(1000):
        for _ in range(WORTH_TELLING):
            book.note(Cause.SUBPROTOCOL, "10.0.0.66", f"X{number}")
    told = book.worth_telling()
    assert [refused.charger_id for refused in told[:2]] == ["X999", "MINE"]
    assert len(told) == 50


def test_what_is_no_stumbling_is_told_sooner() -> None:
    book = LoginBook()
    for _ in range(3):
        book.failed("CP1", HERE)
        book.failed("CP2", HERE, Cause.USER_NAME, "admin")
    assert set(book.worth_telling()) == {"CP2"}


@pytest.mark.parametrize(
    "words", [b"", b"\x16", b"GET / HTTP/1.1", b"\x16\x03\x01\0\x05\x01\0\0\0\0", bytes(50)]
)
def test_what_is_no_client_hello_is_none(words: bytes) -> None:
    assert read_hello(words) is None
