"""Whoever connects, and however: who has the right to gets in, and nobody else does."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
import tempfile
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import (
    CONF_TLS_CERTIFICATE,
    CONF_TLS_CLIENT_CA,
    CONF_TLS_KEY,
)
from custom_components.ev_load_manager.csms.transport.connection_habits import Habit
from custom_components.ev_load_manager.group.access import async_confirm_certificate
from homeassistant.helpers import issue_registry as ir

from ..charger.charger import SimulatedCharger
from ..charger.habits import (
    BOOTS_LATE,
    NO_PONG,
    NO_SUBPROTOCOL,
    NO_UPGRADE_HEADER,
    SILENT_WITHOUT_KEYS,
)
from ..charger.link import NotConnected
from ..charger.misbehaviour import FixedAnswer
from .certificates import Authority, Files
from .fault import LIMIT_FELL, NO_ANSWER, STARTS_BY_ITSELF, Fault
from .same_process import inside
from .scene import LEFT, RIGHT, TWIN, TWIN_2, Scene
from .words import STOP_CALLS

_ELSEWHERE: Final = "127.0.0.2"
_FIRST_LIMIT_WITHIN: Final = 12.0
"""Seconds from a charger's acceptance in which it is told a limit, whatever it does not tell."""
_MINUTES: Final = 60.0
_TRIES: Final = 12
"""As often as somebody has to be refused before people are told of it, and some."""


async def _status(url: str, charger_id: str, **options: object) -> int:
    """HTTP status that an attempt to connect ends with; 101 where it is let in."""
    try:
        socket = await _open(url, charger_id, **options)
    except InvalidStatus as refused:
        return refused.response.status_code
    socket.transport.abort()
    return 101


async def _page(url: str, charger_id: str, origin: str, host: str) -> int:
    """HTTP status that a browser gets which opens a socket for a page."""
    address, _, port = url.removeprefix("ws://").partition(":")
    reader, writer = await asyncio.open_connection(address, int(port), local_addr=(_ELSEWHERE, 0))
    writer.write(
        f"GET /{charger_id} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n".encode()
    )
    status = (await reader.readline()).split()
    writer.transport.abort()
    return int(status[1]) if len(status) > 1 else 0


async def _open(
    url: str, charger_id: str, *, headers: Mapping[str, str] | None = None, **options: object
) -> ClientConnection:
    return await connect(
        f"{url}/{charger_id}",
        subprotocols=[Subprotocol("ocpp1.6")],
        additional_headers=dict(headers or {}),
        local_addr=(_ELSEWHERE, 0),
        close_timeout=1.0,
        ping_interval=None,
        proxy=None,
        **options,  # type: ignore[arg-type]
    )


def _told(scene: Scene, key: str) -> list[ir.IssueEntry]:
    """The repairs of a kind that people see now, of this group or of its port."""
    here = inside(scene)
    whose = (here.entry.entry_id, f"_{here.home.ocpp_port}_")
    return [
        one
        for one in ir.async_get(here.home.hass).issues.values()
        if one.active and one.translation_key == key and any(part in one.issue_id for part in whose)
    ]


def _habits(scene: Scene) -> set[Habit]:
    """What is remembered of the charger on the right."""
    return inside(scene).manager.access.point("RIGHT").habits


async def _reload(scene: Scene) -> None:
    """Home Assistant starts the group anew, from what it stored."""
    here = inside(scene)
    await here.group.api.post(f"config/config_entries/entry/{here.entry.entry_id}/reload")
    await scene.all_are_back()


# -- pages and certificates ------------------------------------------------


async def _page_plays_charger(scene: Scene) -> None:
    """Somebody in the building opens a page that means no good, while the charger is away."""
    scene.breaks()
    scene.faulty.link.halt()
    await scene.comes("it is away", lambda: not _is_online(scene, "RIGHT"), steady=0.0)
    url = scene.site.url
    here = url.removeprefix("ws://")
    origins = ("http://evil.example", "https://evil.example:8443", "null", "http://127.0.0.9:9000")
    pages = [(origin, here) for origin in origins]
    # Its own name was made to lead here, so that its origin is what it dials.
    pages.append(("http://evil.example:9000", "evil.example:9000"))
    for charger_id in ("RIGHT", "NEW-CHARGER"):
        for origin, host in pages:
            status = await _page(url, charger_id, origin, host)
            scene.check(status == 403, f"a page of {origin} that dials {host} is answered {status}")
    manager = inside(scene).manager
    await scene.comes(
        "a repair tells of it", lambda: bool(_told(scene, "refused_web_page")), steady=0.0
    )
    scene.check(
        "NEW-CHARGER" not in manager.access.pending, "a page is listed as a charger that waits"
    )
    scene.check(not _is_online(scene, "RIGHT"), "a page was taken for the charger")
    # What is no page gets in: client libraries of chargers send these.
    for charger_id, origin in (
        ("LIBRARY-1", "file://"),
        ("LIBRARY-2", f"http://{here}"),
        ("LIBRARY-3", f"http://{here.partition(':')[0]}"),
    ):
        status = await _page(url, charger_id, origin, here)
        scene.check(status == 101, f"a library that says {origin} is answered {status}")
        scene.check(charger_id in manager.access.pending, f"{charger_id} is not listed")
    scene.faulty.link.start()
    await scene.all_are_back()
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})


def _is_online(scene: Scene, charger_id: str) -> bool:
    return inside(scene).manager.access.point(charger_id).online


async def _shows_another_certificate(scene: Scene) -> None:
    """The port speaks TLS and asks for certificates; one charger's is no other's."""
    with tempfile.TemporaryDirectory() as folder:
        authority, own, server = await asyncio.to_thread(_certificates, Path(folder))
        await _speak_tls(scene, authority, server, own)
        scene.breaks()
        right, twin = scene.faulty, scene.site.chargers["TWIN"]
        right.link.halt()
        twin.link.halt()
        await scene.comes(
            "both are away",
            lambda: not (_is_online(scene, "RIGHT") or _is_online(scene, "TWIN")),
            steady=0.0,
        )
        for whose, files, charger_id in (
            ("the left one's certificate", own["LEFT"], "RIGHT"),
            ("the server's own certificate", server, "RIGHT"),
            ("the server's own certificate", server, "NEW-CHARGER"),
            ("a certificate that nobody has confirmed", own["OTHER"], "TWIN"),
        ):
            for _ in range(_TRIES):
                status = await _status(right.link.url, charger_id, ssl=authority.client(files))
                scene.check(status == 403, f"{whose} as {charger_id} is answered {status}")
                await scene.passes(1.0)
        await scene.comes(
            "a repair names the charger whose certificate is another one's",
            lambda: len(_told(scene, "login_other_certificate")) == 1,
        )
        await scene.comes(
            "a repair asks about the other one's",
            lambda: len(_told(scene, "login_new_certificate")) == 1,
        )
        # An id that nobody has, with a certificate that nobody has: it waits to be added.
        scene.check(
            await _status(right.link.url, "OTHER", ssl=authority.client(own["OTHER"])) == 101,
            "a new charger with its own certificate is not let in",
        )
        right.link.start()
        twin.link.start()
        scene.arrive(TWIN_2)
        await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
        await scene.all_charge()


def _certificates(folder: Path) -> tuple[Authority, dict[str, Files], Files]:
    """An authority, chargers' certificates, and the listener's own.

    TWIN's common name is its serial number, as real ones have it.
    """
    authority = Authority(folder)
    names = {"LEFT": "LEFT", "RIGHT": "RIGHT", "TWIN": "SN-4711", "OTHER": "SN-9"}
    own = {charger_id: authority.issue(name) for charger_id, name in names.items()}
    return authority, own, authority.issue("home-assistant")


async def _speak_tls(
    scene: Scene, authority: Authority, server: Files, own: Mapping[str, Files]
) -> None:
    """The group is reconfigured, and somebody gives every charger its new address."""
    here = inside(scene)
    for charger in scene.site.chargers.values():
        charger.link.url = charger.link.url.replace("ws://", "wss://")
        charger.link.ssl = authority.client(own[charger.id])
    here.home.hass.config_entries.async_update_entry(
        here.entry,
        data={
            **here.entry.data,
            CONF_TLS_CERTIFICATE: server.certificate,
            CONF_TLS_KEY: server.key,
            CONF_TLS_CLIENT_CA: authority.file,
        },
    )
    # TWIN's bears no id: it has to wait until somebody has said whose it is.
    await scene.comes(
        "a repair asks about the certificate of TWIN",
        lambda: len(_told(scene, "login_new_certificate")) == 1,
        within=_MINUTES,
        steady=0.0,
    )
    scene.check(not _is_online(scene, "TWIN"), "TWIN is let in with another name")
    (issue,) = _told(scene, "login_new_certificate")
    async_confirm_certificate(here.home.hass, issue.data or {})
    await scene.all_are_back()
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})


# -- what firmware does at connecting ---------------------------------------


async def _boots_late(scene: Scene) -> None:
    """It may hang up once before that is known; from then on it gets in at every first try."""
    scene.breaks()
    right = scene.faulty
    for turn in range(4):
        right.cut()
        await scene.comes("it is away", lambda: not right.accepted, steady=0.0)
        await scene.comes("it is back", lambda: right.accepted, within=2 * _MINUTES, steady=10.0)
        if turn == 0:
            known = right.hang_ups
            scene.check(known <= 1, f"it hung up {known} times before that was known")
    await _reload(scene)
    scene.check(
        right.hang_ups == known, f"it hung up {right.hang_ups - known} times though it is known"
    )
    scene.check(Habit.BOOTS_LATE in _habits(scene), "it is not remembered as one that boots late")
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})


async def _answers_no_ping(scene: Scene) -> None:
    """It keeps its socket as long as it speaks; once nobody is there, that is seen as ever."""
    scene.breaks()
    right = scene.faulty
    connections = right.link.connections
    await scene.passes(20 * _MINUTES)
    scene.check(right.link.connections == connections, "it was thrown out for it")
    scene.leave(RIGHT)
    await scene.passes(20 * _MINUTES)
    scene.check(right.link.connections == connections, "it was thrown out where no car is")
    scene.arrive(RIGHT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
    scene.note(f"remembered of it: {', '.join(sorted(_habits(scene))) or 'nothing'}")
    right.go_silent()
    await scene.set_limit(21.0)
    await scene.comes(
        "its dead socket is given up",
        lambda: not _is_online(scene, "RIGHT"),
        within=3 * _MINUTES,
        steady=0.0,
    )
    right.speak_again()
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
    scene.check(Habit.NO_PONG in _habits(scene), "it is not remembered as one without pongs")


async def _tells_no_keys_by_itself(scene: Scene) -> None:
    """Its limit does not wait for what it won't tell; what it tells if asked is learned."""
    scene.breaks()
    right = scene.faulty
    first = next(one for one in right.calls if one.action == "SetChargingProfile")
    came = min(one.at for one in right.calls)
    scene.note(f"its first limit came {first.at - came:.1f} s after the first question")
    scene.check(
        first.at - came <= _FIRST_LIMIT_WITHIN, "its first limit waited for what it did not tell"
    )
    point = inside(scene).manager.access.point("RIGHT")
    await scene.comes(
        "what it can do is learned",
        lambda: (
            {"NumberOfConnectors", "ChargeProfileMaxStackLevel", "MeterValueSampleInterval"}
            <= point.configuration.keys()
        ),
        within=3 * _MINUTES,
        steady=0.0,
    )
    interval = right.configuration.number("MeterValueSampleInterval", 0.0)
    scene.check(interval == 10.0, f"it reports every {interval:g} s, not every 10 s")
    asked = [one for one in right.calls if one.action == "GetConfiguration"]
    too_many = [one for one in asked[10:] if len(one.payload.get("key", ())) > 4]
    scene.check(not too_many, f"it is asked for too many keys {len(too_many)} times more")
    right.cut()
    await scene.all_are_back()
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})


async def _forgets_headers(scene: Scene) -> None:
    """It is in; so is one that asks for no subprotocol, and a new one of each kind is listed."""
    scene.breaks()
    scene.check(Habit.NO_UPGRADE_HEADER in _habits(scene), "it is not remembered as doing so")
    manager = inside(scene).manager
    async with AsyncExitStack() as stack:
        for model in (NO_UPGRADE_HEADER, NO_SUBPROTOCOL):
            new = SimulatedCharger(model, model.model, scene.site.url, tick=None)
            await new.start()
            stack.push_async_callback(new.stop)
            await scene.comes(
                f"{model.model} is listed",
                lambda name=model.model: (
                    name in manager.access.pending and manager.access.pending[name].booted
                ),
                within=30.0,
                steady=0.0,
            )
        await scene.comes(
            "repairs lead to both", lambda: len(_told(scene, "unknown_charger")) == 2, steady=0.0
        )
    scene.faulty.cut()
    await scene.all_are_back()
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})


# -- leaving ------------------------------------------------------------------


async def _is_deleted(scene: Scene) -> None:
    """Its session ends before its limit does; where that can't be, people are told."""
    right = scene.faulty
    scene.breaks()
    await _delete(scene, "RIGHT")
    scene.check(
        right.connectors[1].transaction is None, "its session goes on, and nobody counts it"
    )
    await scene.shares({LEFT: 12.0, TWIN: 12.0})
    scene.check(scene.draws(RIGHT) < 0.1, "it draws what nobody counts")
    scene.check(not len(right.profiles), "it holds limits of ours for ever")
    scene.check(not _told(scene, "not_released"), "people are told of a charger that is released")
    scene.leave(RIGHT)
    await _add_again(scene)
    scene.arrive(RIGHT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
    # And once more, where it does not let its session be stopped.
    for action in STOP_CALLS:
        right.misbehaviours[action] = FixedAnswer({"status": "Rejected"})
    _remove_subentry(scene, "RIGHT")
    await scene.comes(
        "people are told that a car goes on",
        lambda: len(_told(scene, "still_charges")) == 1,
        within=30.0,
        steady=0.0,
    )
    await scene.comes("it is held down", lambda: scene.draws(RIGHT) < 0.1, within=30.0)
    await scene.shares({LEFT: 12.0, TWIN: 12.0})
    await _reload(scene)
    scene.check(bool(_told(scene, "still_charges")), "it is forgotten with a restart")
    await scene.shares({LEFT: 12.0, TWIN: 12.0})
    scene.leave(RIGHT)
    await _is_let_go(scene, "RIGHT")
    scene.check(not _told(scene, "still_charges"), "people are told of a car that has left")
    right.misbehaviours.clear()
    await _add_again(scene)


def _remove_subentry(scene: Scene, charger_id: str) -> None:
    here = inside(scene)
    subentry = next(one for one in here.entry.subentries.values() if one.unique_id == charger_id)
    here.home.hass.config_entries.async_remove_subentry(here.entry, subentry.subentry_id)


async def _delete(scene: Scene, charger_id: str) -> None:
    """Somebody deletes a charger."""
    _remove_subentry(scene, charger_id)
    await _is_let_go(scene, charger_id)


async def _is_let_go(scene: Scene, charger_id: str) -> None:
    here = inside(scene)
    await scene.comes(
        "it is gone",
        lambda: (
            all(one.charger_id != charger_id for one in here.manager.chargers.values())
            and charger_id not in here.manager.chargers.led
        ),
        within=30.0,
        steady=0.0,
    )
    with suppress(NotConnected):
        await clock.sleep(1.0)


async def _add_again(scene: Scene) -> None:
    """Somebody adds it again."""
    await inside(scene).group.add_charger("RIGHT", name="RIGHT", wiring=(1, 2, 0))
    await scene.all_are_back()


CONNECTING_FAULTS: Final = (
    Fault(
        name="foreign-page",
        breaks="a web page of elsewhere plays a charger that is away, and one that is new",
        story=_page_plays_charger,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="other-certificate",
        breaks="one charger's certificate, and the server's own, are shown as another's",
        story=_shows_another_certificate,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="boots-late",
        breaks="a charger boots 3 s after its socket, and hangs up when asked before",
        story=_boots_late,
        model=BOOTS_LATE,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="no-pong",
        breaks="a charger answers no ping, for 40 minutes, and then nothing at all",
        story=_answers_no_ping,
        model=NO_PONG,
        bound=NO_ANSWER,
    ),
    Fault(
        name="silent-without-keys",
        breaks="a charger is silent when asked for its keys, and takes four names at most",
        story=_tells_no_keys_by_itself,
        model=SILENT_WITHOUT_KEYS,
        only_1_6="what is needed first is asked for by name there, a few variables at a time",
        bound=LIMIT_FELL,
    ),
    Fault(
        name="no-upgrade-header",
        breaks="chargers' handshakes lack Connection: Upgrade, or ask for no subprotocol",
        story=_forgets_headers,
        model=NO_UPGRADE_HEADER,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="deleted-while-charging",
        breaks="somebody deletes a charger while a car charges there",
        story=_is_deleted,
        bound=STARTS_BY_ITSELF,
        # What was booked of a deleted charger goes with it.
        may_lose=True,
    ),
)
