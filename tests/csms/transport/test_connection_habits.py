"""Whatever firmware does at connecting, it gets in, and is remembered as doing so."""

import asyncio
from collections.abc import AsyncGenerator, Callable
import contextlib
from contextlib import asynccontextmanager
from typing import override
from unittest.mock import patch

import pytest
from websockets.asyncio.client import connect
from websockets.client import ClientProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point import charge_point
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transport import connection
from custom_components.ev_load_manager.csms.transport.connection_habits import Habit
from custom_components.ev_load_manager.csms.transport.errors import CallError
from custom_components.ev_load_manager.csms.transport.origin import is_foreign_page
from tests.csms.client import Client
from tests.csms.conftest import until


class Questions:
    """What is asked as soon as a socket can be used: a single key."""

    def __init__(self, charger: ChargePoint) -> None:
        """Ask `charger` on every socket."""
        self.asked = 0
        self.answered = asyncio.Event()
        charger.on_ready(self._ask)

    async def _ask(self, charger: ChargePoint) -> None:
        self.asked += 1
        with contextlib.suppress(CallError):
            await charger.call(Question("GetConfiguration", {"key": ["HeartbeatInterval"]}))
        self.answered.set()


@pytest.fixture
def questions(charger: ChargePoint) -> Questions:
    return Questions(charger)


class HangsUp(Client):
    """Firmware that closes its socket when it is asked anything before it has booted."""

    booted = False

    @override
    async def boot(self, **more: object) -> dict[str, object]:
        """Send a usual BootNotification, and answer from then on."""
        self.booted = True
        return await super().boot(**more)

    async def _answer(self, message_id: str, action: str, payload: dict[str, object]) -> None:
        if self.booted:
            await super()._answer(message_id, action, payload)
        else:
            await self.socket.close()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a late boot waits for ever, however slow this machine is."""
    monkeypatch.setattr(charge_point, "BOOTS_LATE_WITHIN", 1e6)


@pytest.mark.usefixtures("hurry", "endless")
async def test_firmware_that_boots_late_is_asked_nothing_before(
    central: CentralSystem, charger: ChargePoint, questions: Questions
) -> None:
    async with HangsUp(central) as client:
        await clock.sleep(10.0)
        assert not questions.asked
        await client.boot()
        await client.next_call("GetConfiguration")
        assert not client.closed.done()


@pytest.mark.usefixtures("hurry")
async def test_firmware_that_says_nothing_at_all_is_asked_after_half_a_minute(
    central: CentralSystem, charger: ChargePoint, questions: Questions
) -> None:
    async with Client(central) as client:
        began = clock.monotonic()
        await client.next_call("GetConfiguration")
        assert round(clock.monotonic() - began, 3) >= charge_point.BOOTS_LATE_WITHIN
        await questions.answered.wait()
        assert Habit.NEEDS_NO_BOOT in charger.habits


@pytest.mark.usefixtures("hurry", "endless")
async def test_firmware_that_hung_up_when_it_was_asked_too_soon_is_let_boot_the_next_time(
    central: CentralSystem, charger: ChargePoint, questions: Questions
) -> None:
    charger.identified(vendor="Vendor", model="Model", serial="", firmware="")
    async with HangsUp(central) as client:
        await client.closed
    await until(charger, lambda: not charger.online)
    assert charger.habits == {Habit.BOOTS_LATE}
    asked_once = questions.asked
    async with HangsUp(central) as client:
        await clock.sleep(10.0)
        assert questions.asked == asked_once
        await client.boot()
        await client.next_call("GetConfiguration")


@pytest.mark.usefixtures("hurry", "endless")
async def test_a_known_charger_that_only_lost_its_link_is_asked_at_once(
    central: CentralSystem, charger: ChargePoint, questions: Questions
) -> None:
    charger.identified(vendor="Vendor", model="Model", serial="", firmware="")
    async with Client(central) as client:
        await client.next_call("GetConfiguration")


def without_pongs(client: Client) -> Client:
    """Have a charger leave every ping unanswered."""
    client.socket.protocol.recv_frame = _deaf_to_pings(client.socket.protocol.recv_frame)  # type: ignore[method-assign]
    return client


def _deaf_to_pings(receive: Callable[..., None]) -> Callable[..., None]:
    def take(frame: object) -> None:
        if getattr(getattr(frame, "opcode", None), "name", "") != "PING":
            receive(frame)

    return take


async def test_firmware_that_answers_no_pings_stays_as_long_as_it_speaks(
    central: CentralSystem, charger: ChargePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PING_INTERVAL", 0.02)
    monkeypatch.setattr(connection, "LEAST_PING_TIMEOUT", 0.02)
    async with Client(central) as client:
        without_pongs(client)
        await client.boot()
        for _ in range(3):
            assert await client.next_call("GetConfiguration") == {"key": ["HeartbeatInterval"]}
        assert charger.online
    await until(charger, lambda: not charger.online)
    assert Habit.NO_PONG in charger.habits


@asynccontextmanager
async def bare(central: CentralSystem, *drop: str) -> AsyncGenerator[Client]:
    """A client whose handshake lacks some headers."""

    class Handshake(ClientProtocol):
        @override
        def connect(self) -> Request:
            request = super().connect()
            for name in drop:
                del request.headers[name]
            return request

        @override
        def process_response(self, response: object) -> None:
            pass  # it takes whatever it is answered

    client = Client(central)
    with patch("websockets.asyncio.client.ClientProtocol", Handshake):
        await client.__aenter__()
    yield client
    await client.__aexit__()


@pytest.mark.parametrize(
    ("header", "habit"),
    [
        ("Connection", Habit.NO_UPGRADE_HEADER),
        ("Sec-WebSocket-Protocol", Habit.NO_SUBPROTOCOL),
    ],
)
async def test_a_handshake_that_lacks_a_header_is_understood(
    central: CentralSystem, charger: ChargePoint, header: str, habit: Habit
) -> None:
    async with bare(central, header) as client:
        assert (await client.boot())["status"] == "Accepted"
        assert habit in charger.habits


@pytest.mark.parametrize("written", ["OCPP1.6", "ocpp1.6J", "ocpp1.6j"])
async def test_the_subprotocol_is_taken_as_firmware_writes_it(
    central: CentralSystem, charger: ChargePoint, written: str
) -> None:
    async with connect(
        f"ws://127.0.0.1:{central.port}/CP1", subprotocols=[Subprotocol(written)], proxy=None
    ) as socket:
        assert socket.subprotocol == written
        assert charger.online


async def test_an_empty_list_of_subprotocols_is_none(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with connect(
        f"ws://127.0.0.1:{central.port}/CP1",
        additional_headers={"Sec-WebSocket-Protocol": ""},
        proxy=None,
    ):
        assert Habit.NO_SUBPROTOCOL in charger.habits


async def test_an_unknown_charger_without_a_subprotocol_is_listed(central: CentralSystem) -> None:
    async with bare(central, "Sec-WebSocket-Protocol") as client:
        assert (await client.boot())["status"] == "Pending"
        assert central.unknown["CP1"].connected


def test_habits_survive_a_restart_and_nonsense_is_left_out(central: CentralSystem) -> None:
    charger = central.add("CP2")
    charger.habits = {Habit.BOOTS_LATE, Habit.NO_PONG}
    again = central.add("CP3", charger.state())
    assert again.habits == {Habit.BOOTS_LATE, Habit.NO_PONG}
    for name, habits in (("CP4", ["boots_late", "sings", 7, None]), ("CP5", "boots_late")):
        assert central.add(name, {"habits": habits}).habits <= {Habit.BOOTS_LATE}


@pytest.mark.parametrize(
    ("origin", "is_let_in"),
    [
        ("http://evil.example", False),
        ("https://evil.example", False),
        ("null", False),
        ("file://", True),
        (None, True),
    ],
)
async def test_no_web_page_of_elsewhere_plays_a_charger(
    central: CentralSystem, charger: ChargePoint, origin: str | None, is_let_in: bool
) -> None:
    client = Client(central, origin=origin)
    if is_let_in:
        async with client:
            await client.boot()
    else:
        with pytest.raises(InvalidStatus) as failure:
            await client.__aenter__()
        assert failure.value.response.status_code == 403


@pytest.mark.parametrize(
    ("origin", "host", "over_tls", "is_foreign"),
    [
        # Some client libraries make an origin of the address that they dial, without its port.
        ("http://192.168.1.5", "192.168.1.5:9000", False, False),
        ("http://192.168.1.5:9000", "192.168.1.5", False, False),
        ("http://homeassistant:9000", "homeassistant:9000", False, False),
        ("http://homeassistant.local:9000", "homeassistant.local:9000", False, False),
        ("http://[fd00::5]:9000", "[fd00::5]:9000", False, False),
        ("HTTP://HomeAssistant.Local:9000", "homeassistant.local:9000", False, False),
        # A page of another service on the same machine.
        ("http://192.168.1.5:8000", "192.168.1.5:9000", False, True),
        # A page whose name was made to lead here. TLS would have found that out.
        ("http://evil.example:9000", "evil.example:9000", False, True),
        ("https://ha.example:9000", "ha.example:9000", True, False),
        ("https://evil.example", "ha.example:9000", True, True),
        ("http://evil.local.example:9000", "evil.local.example:9000", False, True),
        ("http://[::1", "[::1", False, True),
        ("http://", "", False, False),
    ],
)
def test_an_origin_counts_as_a_pages_unless_no_page_can_have_it(
    origin: str, host: str, over_tls: bool, is_foreign: bool
) -> None:
    headers = Headers({"Origin": origin, "Host": host})
    assert is_foreign_page(headers, over_tls=over_tls) is is_foreign


def test_who_names_two_hosts_is_refused_where_it_names_an_origin() -> None:
    headers = Headers([("Host", "127.0.0.1:9000"), ("Host", "evil.example")])
    assert not is_foreign_page(headers, over_tls=False)
    headers["Origin"] = "http://127.0.0.1:9000"
    assert is_foreign_page(headers, over_tls=False)


async def test_a_page_of_the_same_address_may(central: CentralSystem, charger: ChargePoint) -> None:
    async with Client(central, origin=f"http://127.0.0.1:{central.port}") as client:
        await client.boot()
