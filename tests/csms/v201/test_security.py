"""Security profiles 1 to 3 of OCPP 2.x: a password, the same over TLS, and certificates."""

from collections.abc import AsyncGenerator
from pathlib import Path
import ssl

import pytest
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.extensions.permessage_deflate import PerMessageDeflate

from custom_components.ev_load_manager.csms.charge_point.charge_point import (
    ChargePoint,
    FullDialect,
)
from custom_components.ev_load_manager.csms.charge_point.reports import ReportKind
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport.passwords import Passwords
from custom_components.ev_load_manager.csms.transport.tls import TlsSettings, create_context
from custom_components.ev_load_manager.csms.v201.dialect import OCPP_2_0_1, OCPP_2_1
from simulation.faults.certificates import Authority

from .station import Station

SECRET = "a password of 2.0.1, 40 characters at mo"
VERSIONS = ["2.0.1", "2.1"]
EITHER = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom all trust."""
    return Authority(tmp_path)


async def listening(ssl_context: ssl.SSLContext | None, password: str | None) -> CentralSystem:
    """A central system with CP1, which may have to prove who it is."""
    passwords = Passwords()
    passwords.require("CP1", password)
    system = CentralSystem(
        "127.0.0.1",
        0,
        transaction_ids=TransactionIds(1),
        authenticate=passwords.check,
        ssl=ssl_context,
    )
    await system.start()
    system.add("CP1")
    return system


@pytest.fixture
async def plain(socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """Profile 1: a password over ws://."""
    system = await listening(None, SECRET)
    yield system
    await system.stop()


@pytest.fixture
async def tls(authority: Authority, socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """Profile 2: a password over wss://."""
    files = authority.issue("server")
    context = create_context(TlsSettings(certificate=files.certificate, key=files.key))
    system = await listening(context, SECRET)
    yield system
    await system.stop()


@pytest.fixture
async def certified(authority: Authority, socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """Profile 3: certificates on both sides."""
    files = authority.issue("server")
    context = create_context(
        TlsSettings(certificate=files.certificate, key=files.key, client_ca=authority.file)
    )
    system = await listening(context, None)
    yield system
    await system.stop()


async def works(central: CentralSystem, station: Station) -> None:
    """It is let in, booted, and asked."""
    async with station:
        assert (await station.boot())["status"] == "Accepted"
        charger = central.chargers["CP1"]
        assert charger.dialect.subprotocol == f"ocpp{station.version}"
        answer = await charger.call(charger.dialect.speak())
        assert answer["getVariableResult"][0]["attributeStatus"] == "Accepted"


@EITHER
async def test_profile_1_is_a_password_as_it_is(plain: CentralSystem, version: str) -> None:
    await works(plain, Station(plain, version=version, password=SECRET))
    for wrong in (None, "", SECRET[:-1], f"{SECRET}x"):
        with pytest.raises(InvalidStatus) as refused:
            await Station(plain, version=version, password=wrong).connect()
        assert refused.value.response.status_code == 401


@EITHER
async def test_profile_2_is_the_same_over_tls(
    tls: CentralSystem, authority: Authority, version: str
) -> None:
    station = Station(tls, version=version, password=SECRET, tls=authority.client())
    await works(tls, station)
    # It is compressed there, too.
    async with station:
        extensions = station.socket.protocol.extensions
        assert any(isinstance(one, PerMessageDeflate) for one in extensions)
    with pytest.raises(InvalidStatus) as refused:
        await Station(tls, version=version, password="wrong", tls=authority.client()).connect()
    assert refused.value.response.status_code == 401


@EITHER
async def test_profile_2_is_not_spoken_without_tls(tls: CentralSystem, version: str) -> None:
    with pytest.raises((OSError, WebSocketException, EOFError)):
        await Station(tls, version=version, password=SECRET).connect()


@EITHER
async def test_profile_3_asks_for_the_certificate_of_that_very_charger(
    certified: CentralSystem, authority: Authority, tmp_path: Path, version: str
) -> None:
    own = authority.issue("CP1")
    await works(certified, Station(certified, version=version, tls=authority.client(own)))
    certified.add("CP2")
    other = authority.issue("CP2")
    with pytest.raises(InvalidStatus) as refused:
        await Station(certified, version=version, tls=authority.client(other)).connect()
    assert refused.value.response.status_code == 403
    strange = Authority(tmp_path, "stranger").issue("CP1b", common_name="CP1")
    for context in (authority.client(), authority.client(strange)):
        station = Station(certified, version=version, tls=context)
        # With TLS 1.3 a client may hear of it only when it reads.
        with pytest.raises((OSError, WebSocketException, EOFError)):
            await station.connect()


@pytest.mark.parametrize("dialect", [OCPP_2_0_1, OCPP_2_1])
def test_a_password_is_written_as_it_is_and_never_in_hexadecimal(dialect: FullDialect) -> None:
    (question,) = dialect.write_password("0123456789abcdef0123")
    assert question.action == "SetVariables"
    (item,) = question.payload["setVariableData"]
    assert item["attributeValue"] == "0123456789abcdef0123"
    assert item["component"] == {"name": "SecurityCtrlr"}
    assert item["variable"] == {"name": "BasicAuthPassword"}


async def test_security_events_are_answered_and_kept(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.boot()
        answer = await station.tell(
            "SecurityEventNotification",
            type="FirmwareUpdated",
            timestamp=station.time(),
            techInfo="1.2.3",
        )
        assert answer == {}
        assert await station.tell("SignCertificate", csr="x") == {"status": "Rejected"}
    told = charger.reports.recent[-1]
    assert (told.kind, told.status, told.info) == (
        ReportKind.SECURITY_EVENT,
        "FirmwareUpdated",
        "1.2.3",
    )
