"""People on the network who shouldn't be there, and who mean no good."""

import asyncio
import base64
from collections import Counter
from collections.abc import Awaitable, Iterable
import contextlib
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from homeassistant.const import CONF_PASSWORD

from .fault import LIMIT_FELL, STARTS_BY_ITSELF, Fault
from .same_process import inside
from .scene import LEFT, RIGHT, TWIN, TWIN_2, Scene

_HERE: Final = "127.0.0.1"
"""Where the chargers are, too."""
_ELSEWHERE: Final = "127.0.0.2"
_OPENS_WITHIN: Final = 10.0
"""Real seconds."""


async def knock(
    url: str, charger_id: str, *, address: str = _ELSEWHERE, password: str | None = None
) -> ClientConnection:
    """Connect as a charger, from another address; raises as `websockets` does."""
    headers = {}
    if password is not None:
        login = base64.b64encode(f"{charger_id}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {login}"
    return await connect(
        f"{url}/{charger_id}",
        subprotocols=[Subprotocol("ocpp1.6")],
        additional_headers=headers,
        local_addr=(address, 0),
        open_timeout=_OPENS_WITHIN,
        close_timeout=1.0,
        ping_interval=None,
        proxy=None,
    )


async def _outcomes(attempts: Iterable[Awaitable[ClientConnection]]) -> Counter[str]:
    """How attempts to connect end; those that succeed stay open until all are made."""
    results = await asyncio.gather(*attempts, return_exceptions=True)
    found: Counter[str] = Counter()
    for result in results:
        if isinstance(result, ClientConnection):
            found["let in"] += 1
        elif isinstance(result, InvalidStatus):
            found[f"answered {result.response.status_code}"] += 1
        elif isinstance(result, OSError | TimeoutError | InvalidHandshake | EOFError):
            found["shown out"] += 1
        elif isinstance(result, BaseException):
            raise result
    for result in results:
        if isinstance(result, ClientConnection):
            result.transport.abort()
    return found


def _say(found: Counter[str]) -> str:
    return ", ".join(f"{times} {what}" for what, times in sorted(found.items()))


async def _takes_a_known_id(scene: Scene) -> None:
    """It is refused while the charger lives, which keeps its socket, whatever its address."""
    scene.breaks()
    before = scene.faulty.link.connections
    found: Counter[str] = Counter()
    for address in (_ELSEWHERE, _HERE) * 5:
        found += await _outcomes([knock(scene.site.url, "RIGHT", address=address)])
        await scene.passes(5)
    scene.note(_say(found))
    scene.check("let in" not in found, "a stranger was taken for the charger")
    scene.check(scene.faulty.link.connections == before, "the charger lost its socket")
    await scene.set_limit(21.0)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})


async def _guesses_a_password(scene: Scene) -> None:
    """A thousand times, while the charger itself has to come back in."""
    here = inside(scene)
    subentry = next(one for one in here.entry.subentries.values() if one.unique_id == "RIGHT")
    right = scene.faulty.link
    right.password = "the right password"
    here.home.hass.config_entries.async_update_subentry(
        here.entry, subentry, data={**subentry.data, CONF_PASSWORD: right.password}
    )
    connections = right.connections
    await scene.comes(
        "the charger comes in with its password",
        lambda: right.connections > connections and scene.faulty.accepted,
    )
    scene.breaks()
    found: Counter[str] = Counter()
    for batch in range(20):
        found += await _outcomes(
            knock(scene.site.url, "RIGHT", password=f"guess {batch} {number}")
            for number in range(50)
        )
        if batch == 10:
            scene.faulty.cut()
            scene.arrive(TWIN_2)
    scene.note(_say(found))
    scene.check("let in" not in found, "somebody got in with a wrong password")
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})


async def _makes_500_connections(scene: Scene) -> None:
    """Strangers' ids, all at once, while a car comes; then the chargers' own links are cut."""
    scene.breaks()
    scene.arrive(TWIN_2)
    found = await _outcomes(knock(scene.site.url, f"STRANGER-{number}") for number in range(500))
    scene.note(_say(found))
    scene.check(found["let in"] <= 60, f"{found['let in']} strangers were let in")
    for charger in scene.site.chargers.values():
        charger.cut()
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})


async def _opens_500_sockets_and_says_nothing(scene: Scene) -> None:
    """And meanwhile a charger has to come back in."""
    scene.breaks()
    host, _, port = scene.site.url.removeprefix("ws://").partition(":")
    opened = await asyncio.gather(
        *(asyncio.open_connection(host, int(port)) for _ in range(500)), return_exceptions=True
    )
    scene.faulty.cut()
    scene.arrive(TWIN_2)
    try:
        await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    finally:
        for one in opened:
            if not isinstance(one, BaseException):
                one[1].transport.abort()


async def _sends_oversized_frames(scene: Scene) -> None:
    """From a stranger and from the charger itself: the socket is closed with 1009."""
    scene.breaks()
    huge = '[2,"1","DataTransfer",{"data":"' + "x" * 300_000 + '"}]'
    for _ in range(10):
        stranger = await knock(scene.site.url, "STRANGER")
        with contextlib.suppress(WebSocketException):
            await stranger.send(huge)
            await stranger.recv()
        scene.check(stranger.close_code == 1009, f"closed with {stranger.close_code}, not 1009")
    scene.arrive(TWIN_2)
    for _ in range(3):
        await scene.faulty.link.send(huge)
        await scene.passes(10)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})


INTRUDER_FAULTS: Final = (
    Fault(
        name="known-id",
        breaks="a second client comes with the id of a charger that is connected",
        story=_takes_a_known_id,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="wrong-passwords",
        breaks="somebody tries 1,000 passwords of a charger, as that reconnects",
        story=_guesses_a_password,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="500-strangers",
        breaks="500 unknown chargers connect from one address, as a car comes",
        story=_makes_500_connections,
        bound=STARTS_BY_ITSELF,
        # What it costs the machine counts here.
        jumps=False,
    ),
    Fault(
        name="500-silent",
        breaks="500 connections are opened and say nothing, as a charger reconnects",
        story=_opens_500_sockets_and_says_nothing,
        bound=STARTS_BY_ITSELF,
        # What it costs the machine counts here.
        jumps=False,
    ),
    Fault(
        name="oversized",
        breaks="frames of 300 kB, from a stranger and from a charger",
        story=_sends_oversized_frames,
        bound=STARTS_BY_ITSELF,
    ),
)
