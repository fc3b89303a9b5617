"""Dialling a backend over TLS, and what keeps it from being dialled, in words."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
import logging
from pathlib import Path
import ssl
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.backends.backend import State
from custom_components.ev_load_manager.csms.backends.wire import BackendError, dial, place_of
from simulation.backends.backend import SimulatedBackend
from simulation.faults.certificates import Authority
from tests.csms.conftest import ago

from .conftest import Dial, House, settings_of, until

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Signs the certificates of the backend, and of those whom it lets in."""
    return Authority(tmp_path)


@asynccontextmanager
async def over_tls(
    authority: Authority, *, asks_for_certificate: bool = False, name: str = "backend"
) -> AsyncGenerator[SimulatedBackend]:
    """A backend on TLS."""
    files = authority.issue(name)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    if asks_for_certificate:
        context.load_verify_locations(authority.file)
        context.verify_mode = ssl.CERT_REQUIRED
    async with SimulatedBackend(tls=context, password="hush") as made:
        yield made


async def test_it_is_known_by_an_authority_of_its_own(
    house: House, authority: Authority, dial: Dial
) -> None:
    async with over_tls(authority) as backend:
        await house.start(settings_of(backend, authority=authority.file, password="hush"))
        charger = await dial()
        await house.connected()
        answer = await charger.call(
            "StartTransaction", connectorId=1, idTag="CARD", meterStart=0, timestamp=ago(1)
        )
        assert answer["transactionId"] == 7001
        assert backend.faults == []


async def test_ours_is_shown_where_it_asks_for_one(
    house: House, authority: Authority, dial: Dial
) -> None:
    ours = authority.issue("ours")
    async with over_tls(authority, asks_for_certificate=True) as backend:
        shown = {"authority": authority.file, "certificate": ours.certificate, "key": ours.key}
        await house.start(settings_of(backend, password="hush", **shown))
        await dial()
        await house.connected()


def _wrong(authority: Authority, other: Authority) -> dict[str, tuple[dict[str, Any], str]]:
    ours, theirs = authority.issue("ours"), other.issue("theirs")
    good: dict[str, Any] = {"authority": authority.file, "password": "hush"}
    return {
        "unknown to this machine": ({"password": "hush"}, "backend_certificate"),
        "signed by somebody else": ({**good, "authority": other.file}, "backend_certificate"),
        "no such file": ({**good, "authority": "/nowhere/at.all"}, "backend_files"),
        "no certificate in it": ({**good, "authority": ours.key}, "backend_files"),
        "another's key": (
            {**good, "certificate": ours.certificate, "key": theirs.key},
            "backend_files",
        ),
        "another password": ({**good, "password": "wrong"}, "backend_password"),
        "no password": ({**good, "password": None}, "backend_password"),
    }


@pytest.mark.parametrize(
    "what",
    [
        *("unknown to this machine", "signed by somebody else", "no such file"),
        *("no certificate in it", "another's key", "another password", "no password"),
    ],
)
async def test_what_is_wrong_with_a_certificate_or_password_has_its_words(
    house: House,
    authority: Authority,
    dial: Dial,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    what: str,
) -> None:
    (tmp_path / "other").mkdir()
    more, key = _wrong(authority, Authority(tmp_path / "other", "another"))[what]
    async with over_tls(authority) as backend:
        await house.start(settings_of(backend, **more))
        await dial()
        await until(lambda: house.relay.backends["b1"].state is State.AWAY)
    problem = house.relay.backends["b1"].problem
    assert problem is not None
    assert problem.key == key
    assert house.point.online
    logged = [one.getMessage() for one in caplog.records if one.levelno >= logging.INFO]
    assert "hush" not in str(logged)


@pytest.mark.parametrize("shows", ["none", "another's"])
async def test_a_backend_that_wants_our_certificate_lets_in_no_other(
    authority: Authority, tmp_path: Path, shows: str
) -> None:
    (tmp_path / "other").mkdir()
    theirs = Authority(tmp_path / "other", "another").issue("theirs")
    more = {} if shows == "none" else {"certificate": theirs.certificate, "key": theirs.key}
    async with over_tls(authority, asks_for_certificate=True) as backend:
        with pytest.raises(BackendError) as raised:
            await dial(settings_of(backend, authority=authority.file, password="hush", **more))
    assert raised.value.key in {"backend_tls", "backend_no_websocket", "backend_unreachable"}


async def test_tls_is_not_taken_for_none_nor_the_other_way_round(
    authority: Authority, tmp_path: Path
) -> None:
    async with over_tls(authority) as backend, SimulatedBackend() as plain:
        for url, keys in (
            (backend.url.replace("wss:", "ws:"), {"backend_no_websocket"}),
            (plain.url.replace("ws:", "wss:"), {"backend_tls", "backend_unreachable"}),
        ):
            with pytest.raises(BackendError) as raised:
                await dial(settings_of(plain, url=url))
            assert raised.value.key in keys


@pytest.mark.parametrize(
    ("made", "key"),
    [
        (lambda: SimulatedBackend(redirects_to="ws://127.0.0.1:1/x"), "backend_redirects"),
        (lambda: SimulatedBackend(status=HTTPStatus.NOT_FOUND), "backend_identity"),
        (lambda: SimulatedBackend(status=HTTPStatus.BAD_GATEWAY), "backend_refuses_link"),
        (lambda: SimulatedBackend(subprotocols=("ocpp2.0.1",)), "backend_version"),
        (lambda: SimulatedBackend(password="x"), "backend_password"),
    ],
)
async def test_what_keeps_it_from_being_dialled_has_its_words_as_it_runs_too(
    house: House, dial: Dial, made: Callable[[], SimulatedBackend], key: str
) -> None:
    async with made() as backend:
        await house.start(settings_of(backend))
        await dial()
        await until(lambda: house.relay.backends["b1"].state is State.AWAY)
        problem = house.relay.backends["b1"].problem
        assert problem is not None
        assert problem.key == key


async def test_a_redirection_takes_the_password_nowhere() -> None:
    async with SimulatedBackend() as elsewhere:
        async with SimulatedBackend(redirects_to=f"{elsewhere.url}/CP1") as backend:
            with pytest.raises(BackendError):
                await dial(settings_of(backend, password="hush"))
        assert elsewhere.dialled == 0


async def test_a_backend_that_closes_at_each_boot_is_asked_less_and_less_often(
    house: House, backend: SimulatedBackend, dial: Dial, hurry: None
) -> None:
    def closes(_: dict[str, Any]) -> str:
        backend.sockets["CP1"].transport.abort()
        return "InternalError"

    backend.answers["BootNotification"] = closes
    await house.start(settings_of(backend))
    await dial()
    await backend.until_heard("BootNotification", 4)
    assert house.point.online
    backend.answers.clear()
    await house.connected()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ws://Host.example/ocpp", "ws://host.example:80/ocpp/", True),
        ("wss://host.example:443", "wss://host.example", True),
        ("wss://host.example", "ws://host.example", False),
        ("ws://host.example/a", "ws://host.example/b", False),
    ],
)
def test_an_address_is_the_same_however_it_is_written(one: str, other: str, same: bool) -> None:
    backend = SimulatedBackend()
    places = [place_of(settings_of(backend, url=url)) for url in (one, other)]
    assert (places[0] == places[1]) is same
