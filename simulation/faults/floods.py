"""Who sends too much, or what can't be: strangers, and chargers that lie."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
import json
from pathlib import Path
import ssl
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidHandshake, WebSocketException

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.onboarding.configuration import MOST_KEYS
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_bytes

from .fault import LIMIT_FELL, STARTS_BY_ITSELF, Fault, Story
from .intruders import knock
from .same_process import inside
from .scene import LEFT, RIGHT, TWIN, TWIN_2, Scene
from .words import boot, card, end_of_what_never_was, measured, pretend

_FLOODERS: Final = 8
_PING: Final = b"\x89\x80\0\0\0\0"
_POISON: Final = ("\ud800", "\u202e\u2066", "\0\x1b[2J\n", "[x](https://evil.example)", "x" * 5000)
_MOST_STORED: Final = 1_000_000
"""Bytes of a file of three chargers; a real one has some ten thousand."""


def _folder(scene: Scene) -> Path:
    """Where Home Assistant stores."""
    return Path(inside(scene).home.hass.config.path(".storage"))


def _stored(scene: Scene) -> list[Path]:
    """Our files, but those that only tell by their names that another is the newest."""
    files = _folder(scene).glob(f"{DOMAIN}.*")
    return sorted(file for file in files if file.suffix not in (".current", ".outdated"))


async def _everything_is_readable(scene: Scene) -> None:
    """Each of our files is JSON, and of what Home Assistant shows browsers all can be written."""
    here = inside(scene)
    await here.manager.live.change(safe_limit=here.manager.live.settings.safe_limit)
    for file in _stored(scene):
        text = await asyncio.to_thread(file.read_text)
        scene.check(json.loads(text)["data"] is not None, f"{file.name} holds nothing")
        scene.check(len(text) <= _MOST_STORED, f"{file.name} has {len(text)} bytes")
    for issue in ir.async_get(here.home.hass).issues.values():
        json_bytes([issue.issue_id, dict(issue.translation_placeholders or {})])


async def _says_what_breaks_files(scene: Scene) -> None:
    """A stranger says it, then the charger on the right."""
    scene.breaks()
    for number, poison in enumerate(_POISON):
        stranger = await knock(scene.site.url, f"STRANGER-{number}")
        await stranger.send(boot(poison, station=False))
        await stranger.recv()
        stranger.transport.abort()
        await scene.faulty.link.send(boot(poison, station=scene.in_new_words))
        await scene.faulty.link.send(card(f"t{poison}", station=scene.in_new_words))
        await scene.faulty.link.send(end_of_what_never_was(station=scene.in_new_words))
        await scene.passes(5)
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
    await _everything_is_readable(scene)


@asynccontextmanager
async def _flood(scene: Scene, *frames: bytes) -> AsyncIterator[None]:
    """Eight connections of one address send `frames` as fast as they are read."""

    async def pour(socket: ClientConnection, frame: bytes) -> None:
        block = frame * (16384 // len(frame) + 1)
        with suppress(WebSocketException):
            while not socket.transport.is_closing():
                if socket.transport.get_write_buffer_size() < len(block):
                    socket.transport.write(block)
                socket.recv_messages.frames.queue.clear()
                await asyncio.sleep(0.01)

    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        tasks = []
        for number in range(_FLOODERS):
            socket = await knock(scene.site.url, f"FLOOD-{number}")
            stack.callback(socket.transport.abort)
            tasks.append(group.create_task(pour(socket, frames[number % len(frames)])))
        yield
        for task in tasks:
            task.cancel()


def _masked(text: str) -> bytes:
    """A text as a client puts it on the wire; its mask is zero."""
    data = text.encode()
    return b"\x81" + bytes([0x80 | 126]) + len(data).to_bytes(2) + bytes(4) + data


def _is_flooded(*frames: bytes) -> Story:
    async def story(scene: Scene) -> None:
        scene.breaks()
        async with _flood(scene, *frames):
            await scene.passes(5)
            await scene.set_limit(21.0)
            await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
            scene.faulty.cut()
            await scene.all_are_back()

    return story


async def _begins_tls_and_never_ends_it(scene: Scene) -> None:
    """On a port with TLS beside the chargers' own; what is too many is hung up on."""
    scene.breaks()
    # Nobody comes so far that a certificate would be shown.
    central = CentralSystem(
        "127.0.0.1",
        0,
        transaction_ids=TransactionIds(),
        ssl=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
    )
    await central.start()
    opened = []
    for _ in range(600):
        with suppress(OSError):
            _, writer = await asyncio.open_connection(
                "127.0.0.1", central.port, local_addr=("127.0.0.2", 0)
            )
            writer.write(b"\x16\x03\x01\x02\0\x01")
            opened.append(writer)
    scene.faulty.cut()
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
    for writer in opened:
        writer.transport.abort()
    await central.stop()


async def _tells_what_can_not_be(scene: Scene) -> None:
    """A billion amperes, 1e308 MWh, and the year 9999; the others lose nothing by it."""
    scene.breaks()
    told = (
        ("Current.Import", 1e9, "A"),
        ("Energy.Active.Import.Register", 1e308, "MWh"),
        ("Power.Active.Import", 1e12, "kW"),
    )
    for timestamp in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "now"):
        await scene.faulty.link.send(measured(timestamp, told, station=scene.in_new_words))
        await scene.passes(20)
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    await _everything_is_readable(scene)


async def _invents_configuration_keys(scene: Scene) -> None:
    """Other ones with every boot."""
    scene.breaks()
    point = inside(scene).manager.access.point("RIGHT")
    for turn in range(15):
        pretend(scene.faulty, {f"Invented{turn}-{number}": "x" * 200 for number in range(600)})
        scene.faulty.cut()
        await scene.all_are_back()
        await scene.passes(10)
    scene.note(f"{len(point.configuration)} keys are kept")
    scene.check(len(point.configuration) <= MOST_KEYS, "more keys are kept than may be")
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
    await _everything_is_readable(scene)


async def _takes_every_place(scene: Scene) -> None:
    """For chargers that wait to be added; one from another address gets in all the same."""
    scene.breaks()
    manager = inside(scene).manager
    async with AsyncExitStack() as stack:
        let_in = 0
        for number in range(60):
            with suppress(OSError, InvalidHandshake):
                socket = await knock(scene.site.url, f"STRANGER-{number}")
                stack.callback(socket.transport.abort)
                let_in += 1
        scene.note(f"{let_in} strangers were let in")
        honest = await knock(scene.site.url, "NEW-CHARGER", address="127.0.0.3")
        stack.callback(honest.transport.abort)
        await honest.send(boot("Honest", station=False))
        await honest.recv()
        scene.check("NEW-CHARGER" in manager.access.pending, "a new charger was not listed")
        scene.arrive(TWIN_2)
        await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})


async def _can_not_be_saved(scene: Scene) -> None:
    """The disk takes nothing while a limit is lowered and a car comes; then it does again."""
    scene.breaks()
    here = inside(scene)
    folder = _folder(scene)
    kept = folder.with_name("kept")
    issue_id = f"storage_fails_{DOMAIN}.{here.entry.entry_id}"

    def told() -> bool:
        registry = ir.async_get(here.home.hass)
        return registry.async_get_issue(DOMAIN, issue_id) is not None

    folder.rename(kept)
    folder.write_text("no folder")
    try:
        await scene.set_limit(21.0)
        scene.check(told(), "nobody was told that nothing is stored")
        scene.leave(LEFT)
        scene.arrive(LEFT)
        await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})
    finally:
        folder.unlink()
        kept.rename(folder)
    await scene.comes("it is stored again", lambda: not told(), within=120.0 * clock.factor())
    file = folder / f"{DOMAIN}.{here.entry.entry_id}"
    stored = json.loads(await asyncio.to_thread(file.read_text))["data"]
    scene.check(stored["settings"]["maximum_current"] == 21.0, "the lower limit is not stored")


_HEARTBEAT: Final = _masked(json.dumps([2, "1", "Heartbeat", {}]).ljust(130))
_GARBAGE: Final = _masked("this is no JSON at all".ljust(130))
_BOOTS: Final = _masked(boot("\ud800[x](//y)", station=False))

FLOOD_FAULTS: Final = (
    Fault(
        name="poisoned-text",
        breaks="a stranger and a charger say what breaks files and pages",
        story=_says_what_breaks_files,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="flood",
        breaks="eight connections flood the port, as the limit falls and a charger reconnects",
        story=_is_flooded(_HEARTBEAT, _GARBAGE, _BOOTS),
        bound=LIMIT_FELL,
        # What it costs the machine counts here.
        jumps=False,
        speed=4.0,
    ),
    Fault(
        name="flood-of-pings",
        breaks="the same with nothing but pings",
        story=_is_flooded(_PING),
        bound=LIMIT_FELL,
        jumps=False,
        speed=4.0,
    ),
    Fault(
        name="half-open-tls",
        breaks="600 TLS handshakes are begun and never ended, as the limit falls",
        story=_begins_tls_and_never_ends_it,
        bound=LIMIT_FELL,
        jumps=False,
    ),
    Fault(
        name="lying-meter-values",
        breaks="a charger tells values and times that can't be, as a car comes",
        story=_tells_what_can_not_be,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="huge-configuration",
        breaks="a charger boots 15 times, with 600 new configuration keys each time",
        story=_invents_configuration_keys,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="slots-taken",
        breaks="one address takes every place for chargers that wait to be added",
        story=_takes_every_place,
        bound=STARTS_BY_ITSELF,
        jumps=False,
    ),
    Fault(
        name="save-fails",
        breaks="nothing can be stored, as the limit falls",
        story=_can_not_be_saved,
        bound=LIMIT_FELL,
        expected_errors=(
            *("can't be written", "Saving file failed", "Error writing config"),
            # Of Home Assistant's own stores, which lose their folder, too.
            "Task exception was never retrieved",
            "Unexpected error saving current states",
        ),
    ),
)
