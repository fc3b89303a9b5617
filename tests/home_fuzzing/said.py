"""Who comes to the port, and what they say there: all of it drawn from one seed."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
import json
from typing import Any, Final
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, seed, settings, strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock
from tests.csms.fuzzing import STRANGE, Conversation, Transcript, conversations

HOSTILE: Final = "HOSTILE"
"""A charger that was added, and means no good; no car is ever at it."""
HONEST: Final = ("LEFT", "RIGHT", "TWIN")
POISON: Final = (
    "\ud800",
    "t\udfff",
    "\u202e\u2066\u2069\u200b\ufeff",
    "\0\x1b[2J\r\nERROR of nobody",
    "[x](https://evil.example)<img src=x>![y](//z)",
    "x" * 5000,
    "",
)
"""What has broken files, pages, logs and Markdown."""
_STAYS: Final = 40.0
"""Seconds for which somebody stays, at most."""
_HOSTS: Final = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")

type Say = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody connects by WebSocket, says something, answers, and goes."""

    charger_id: str
    address: str
    headers: Mapping[str, str]
    subprotocols: tuple[str, ...]
    boot: Mapping[str, str] | None
    """How it tells who it is before anything else; None: it doesn't."""
    conversation: Conversation
    told: tuple[str, ...]
    """What it says beside that."""
    pause: float
    """Seconds between two frames."""


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody opens a connection and sends bytes that may be a handshake."""

    address: str
    sent: bytes
    waits: float


type Guest = Visit | Knock

_STRANGE_IDS: Final = st.one_of(
    st.sampled_from(
        (
            "[x](y)",
            "<b>CP</b>",
            "a\r\nERROR b",
            "\u202eCP",
            "..",
            "%00",
            "x" * 48,
            "x" * 49,
            " ",
        )
    ),
    st.text(min_size=1, max_size=50),
)
_IDS: Final = st.one_of(
    st.just(HOSTILE),
    st.just(HOSTILE),
    st.sampled_from(HONEST),
    st.integers(0, 70).map(lambda number: f"STRANGER-{number}"),
    _STRANGE_IDS,
)
_HEADERS: Final = st.dictionaries(
    st.sampled_from(("Origin", "Authorization", "X-Forwarded-For", "User-Agent", "Cookie")),
    st.one_of(
        st.sampled_from(
            (
                "null",
                "http://evil.example",
                "file://",
                "Basic",
                "Basic !!!!",
                "Basic TEVGVDpzZWNyZXQ=",
                "Basic //8=",
                "127.0.0.1",
            )
        ),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=300),
    ),
    max_size=2,
)


def _visits(transcript: Transcript) -> st.SearchStrategy[Visit]:
    nothing: st.SearchStrategy[dict[str, str]] = st.just({})
    return st.builds(
        Visit,
        charger_id=_IDS,
        address=st.sampled_from(_HOSTS),
        headers=st.one_of(*[nothing] * 7, _HEADERS),
        subprotocols=st.sampled_from((("ocpp1.6",),) * 9 + ((), ("ocpp3", "ocpp1.6"), ("x",))),
        boot=st.one_of(st.none(), *[_BOOTS] * 3),
        conversation=conversations(transcript, least=5),
        told=st.lists(told_by_a_charger(), min_size=2, max_size=8).map(tuple),
        pause=st.sampled_from((0.0, 0.0, 0.1, 3.0)),
    )


_TEXTS: Final = st.one_of(
    st.sampled_from(POISON),
    st.sampled_from(POISON),
    st.text(st.characters(exclude_categories=()), max_size=80),
    st.just("Fuzz"),
)
_NAMES: Final = (
    "chargePointVendor",
    "chargePointModel",
    "chargePointSerialNumber",
    "firmwareVersion",
)
_BOOTS: Final = st.fixed_dictionaries(dict.fromkeys(_NAMES, _TEXTS))

_REQUEST: Final = (
    b"GET /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    b"Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)
_FRAMES: Final = (b"\x81\x85\0\0\0\0hello", b"\x89\x80\0\0\0\0" * 50, b"\x81\xfe\xff\xff", b"\x83")
"""A text, pings, a frame that is never whole, an opcode that nobody has."""


@st.composite
def _knocks(draw: st.DrawFn) -> Knock:
    path = draw(st.sampled_from((b"STRANGER-1", b"HOSTILE", b"%ff", b"..%2f", b"\xff\xfe", b"")))
    sent = _REQUEST % path
    match draw(st.sampled_from(("whole", "cut", "spliced", "bytes", "nothing", "without"))):
        case "cut":
            sent = sent[: draw(st.integers(0, len(sent)))]
        case "spliced":
            at = draw(st.integers(0, len(sent)))
            sent = sent[:at] + draw(st.binary(max_size=40)) + sent[at:]
        case "bytes":
            sent = draw(st.binary(max_size=400))
        case "nothing":
            sent = b""
        case "without":
            lines = sent.split(b"\r\n")
            del lines[draw(st.integers(0, len(lines) - 3))]
            sent = b"\r\n".join(lines)
    for frame in draw(st.lists(st.sampled_from(_FRAMES), max_size=3)):
        sent += frame
    return Knock(draw(st.sampled_from(_HOSTS)), sent, draw(st.sampled_from((0.0, 0.5, 5.0))))


@st.composite
def told_by_a_charger(draw: st.DrawFn) -> str:
    """What a charger may say beside its own doings, and that changes nothing of what flows."""
    text = draw(_TEXTS)
    strange = draw(STRANGE)
    calls: tuple[tuple[str, Any], ...] = (
        ("BootNotification", dict.fromkeys(_NAMES, text)),
        ("Authorize", {"idTag": text}),
        ("Authorize", {"idTag": strange}),
        ("DataTransfer", {"vendorId": text, "messageId": text, "data": strange}),
        ("FirmwareStatusNotification", {"status": text}),
        ("DiagnosticsStatusNotification", {"status": strange}),
        ("SecurityEventNotification", {"type": text, "timestamp": strange, "techInfo": text}),
        ("LogStatusNotification", {"status": text, "requestId": strange}),
        ("StatusNotification", {"connectorId": 0, "status": "Available", "info": text}),
        ("StatusNotification", {"connectorId": 1, "status": text, "errorCode": text}),
        ("StopTransaction", {"transactionId": 1e300, "meterStop": strange, "timestamp": text}),
        ("MeterValues", {"connectorId": 1, "meterValue": strange}),
        ("MeterValues", {"connectorId": 1, "meterValue": [_impossible(text)]}),
        (text, {}),
    )
    action, payload = draw(st.sampled_from(calls))
    return json.dumps([2, f"fuzz-{draw(st.integers(0, 9999))}", action, payload])


def _impossible(text: str) -> dict[str, Any]:
    """Values that nothing can have, at a time that is none."""
    told = (
        ("1e9", "Current.Import", "A"),
        ("1e308", "Energy.Active.Import.Register", "MWh"),
        ("1e12", "Power.Active.Import", "kW"),
        (text, "Voltage", "V"),
        ("NaN", text, text),
    )
    values = [{"value": value, "measurand": name, "unit": unit} for value, name, unit in told]
    return {"timestamp": "9999-12-31T23:59:59Z", "sampledValue": values}


@dataclass(frozen=True, slots=True)
class Round:
    """All that is said at the same time."""

    guests: list[Guest]
    told: list[str]
    """By a charger that is honest otherwise."""


def rounds(number: int, *, guests: int, chosen: int) -> list[Round]:
    """Make up so many rounds from the seed `chosen`."""
    transcript = Transcript.read()
    visits = _visits(transcript)
    drawn = st.builds(
        Round,
        guests=st.lists(st.one_of(*[visits] * 5, _knocks()), min_size=guests // 2, max_size=guests),
        told=st.lists(told_by_a_charger(), min_size=3, max_size=8),
    )
    found: list[Round] = []

    @seed(chosen)
    @settings(
        max_examples=number,
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def keep(one: Round) -> None:
        found.append(one)

    keep()
    return found


# -- saying it -------------------------------------------------------------


async def say(url: str, guest: Guest) -> None:
    """Let one come, say all of it, and go; being refused is no failure."""
    with suppress(OSError, TimeoutError, EOFError, WebSocketException):
        async with clock.timeout(_STAYS):
            match guest:
                case Visit():
                    await _visit(url, guest)
                case Knock():
                    await _knock(url, guest)


async def _visit(url: str, visit: Visit) -> None:
    try:
        socket = await connect(
            f"{url}/{quote(visit.charger_id, safe='')}",
            subprotocols=[Subprotocol(name) for name in visit.subprotocols] or None,
            additional_headers=dict(visit.headers),
            local_addr=(visit.address, 0),
            open_timeout=10.0,
            close_timeout=1.0,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
    except InvalidHandshake:
        return
    answering = asyncio.create_task(_answer(socket, visit.conversation.answers))
    try:
        if visit.boot is not None:
            await socket.send(json.dumps([2, "boot", "BootNotification", dict(visit.boot)]))
        for frame in (*visit.told, *visit.conversation.frames):
            await socket.send(frame)
            await clock.sleep(visit.pause)
        await clock.sleep(_STAYS / 4)
    finally:
        answering.cancel()
        socket.transport.abort()
        await asyncio.gather(answering, return_exceptions=True)


async def _answer(socket: ClientConnection, answers: Mapping[str, Any]) -> None:
    """Answer what is asked as the conversation says, and else with nothing in it."""
    with suppress(WebSocketException):
        async for text in socket:
            frame = json.loads(text)
            if frame[0] == 2:
                await socket.send(json.dumps([3, frame[1], answers.get(frame[2], {})]))


async def _knock(url: str, knock: Knock) -> None:
    host, _, port = url.removeprefix("ws://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port), local_addr=(knock.address, 0))
    writer.write(knock.sent)
    await clock.sleep(knock.waits)
    writer.transport.abort()
