"""What a flood of the OCPP port costs those who are not part of it.

Eight connections of one address flood the port of a real Home Assistant while the
house rises: how much later are the chargers' limits cut, how long is the event loop
held, by whatever else goes on and by the port alone, and how much is logged? And a central system alone, on which 3,000 handshakes
are begun and never ended, plain and with TLS: what memory and which descriptors does
that take, are they given back, and how soon is a charger in? The flood comes from a
process of its own (`flooder`).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
import functools
import gc
import json
import logging
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import Any

import psutil

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.transport.connection import Link
from custom_components.ev_load_manager.csms.transport.connection_limits import GuardedConnection
from simulation.charger.grid import same
from simulation.home_assistant import event_loop
from simulation.plant.site import SimulatedSite

from .loop import percentile
from .reaction import CHARGERS, LIMIT, MAXIMUM, garage
from .report import Table, Target

FLOODERS = 8
HALF_OPEN = 3000
RISES = 4
"""Of the house, without and with the flood."""
SPARE = 10.0
"""A per phase that are free while every car has all it takes."""
HIGH, LOW = 12.0, 7.0
"""A; offered to every car before a rise at least, and about what is left for each after it."""
CALM = 15.0
PATIENCE = 240.0
"""Seconds."""
_LATER = 1000.0
"""Milliseconds by which the longest cut may be later."""
_STALL = 100.0
"""Milliseconds, at the 99.9th percentile."""
_HELD = 50.0
"""Milliseconds that the port itself may hold the loop."""
_LINES = 20.0
"""In the log, each minute."""
_MEGABYTES = 60.0
_LEAK = 5.0
"""MB that another flood may take beyond those before."""
_CONNECTS_WITHIN = 2.0
_TICK = 0.005
_BACK_WITHIN = 15.0
"""Seconds in which memory and descriptors must be given back."""


class _Stalls:
    """Looks every few milliseconds how late it comes."""

    def __init__(self) -> None:
        self.found: list[float] = []

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(_TICK)
            self.found.append((time.perf_counter() - begun - _TICK) * 1e3)


class _Steps[R]:
    """A coroutine of which every step is timed."""

    def __init__(self, work: Coroutine[Any, Any, R], held: _Held) -> None:
        self._work = work
        self._held = held

    def __await__(self) -> Generator[Any, Any, R]:
        told: Any = None
        failure: BaseException | None = None
        while True:
            with self._held.timed():
                try:
                    if failure is None:
                        waits_for = self._work.send(told)
                    else:
                        waits_for = self._work.throw(failure)
                except StopIteration as done:
                    result: R = done.value
                    return result
            told, failure = None, None
            try:
                told = yield waits_for
            except BaseException as error:  # noqa: BLE001 - goes where it belongs
                failure = error


class _Held:
    """Times how long the port itself holds the loop: every callback, and every step of a task.

    In processor time of the loop's thread, since a machine that is busy with the flood and the
    chargers makes the wall clock tell of others; what a collection of garbage takes counts.
    """

    def __init__(self) -> None:
        self.found: list[float] = []
        self._depth = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time the outermost of what is nested."""
        self._depth += 1
        begun = time.thread_time()
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self.found.append((time.thread_time() - begun) * 1e3)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time all that a port does from now on."""
        kept: list[tuple[type, str, Any]] = []
        for owner, names in (
            (
                GuardedConnection,
                ("connection_made", "data_received", "eof_received", "connection_lost", "_read_on"),
            ),
            (GuardedConnection, ("handshake", "_secure")),
            # Of sockets that were open before, only what they say from now on is seen.
            (Link, ("serve", "_handle", "_keep_alive")),
        ):
            for name in names:
                kept.append((owner, name, owner.__dict__.get(name)))
                function = getattr(owner, name)
                is_task = asyncio.iscoroutinefunction(function)
                setattr(owner, name, (self._task if is_task else self._callback)(function))
        try:
            yield
        finally:
            for owner, name, function in kept:
                if function is None:
                    delattr(owner, name)
                else:
                    setattr(owner, name, function)

    def _callback(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapped(*args: Any, **more: Any) -> Any:
            with self.timed():
                return function(*args, **more)

        return wrapped

    def _task(self, function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
        @functools.wraps(function)
        async def wrapped(*args: Any, **more: Any) -> Any:
            steps: Awaitable[Any] = _Steps(function(*args, **more), self)
            return await steps

        return wrapped


class _Lines(logging.Handler):
    """Counts lines of the log."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


@asynccontextmanager
async def _flooder(port: int, kind: str, connections: int) -> AsyncIterator[None]:
    """A flood, in a process of its own, that has begun."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.flooder", str(port), kind, str(connections)),
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield
    finally:
        process.kill()
        await process.wait()


async def _reactions(site: SimulatedSite, rises: int) -> list[float]:
    """Seconds from the meter's question that shows a rise to the last charger's lower limit."""
    chargers = list(site.chargers.values())
    found = []
    for _ in range(rises):
        site.house.base = same(LIMIT - CHARGERS * MAXIMUM - SPARE)
        async with clock.timeout(PATIENCE):
            calm_since = clock.monotonic()
            # A busy machine may read the meter late, and the safe limit come in between.
            while clock.monotonic() - calm_since < CALM:
                if min(charger.connectors[1].offered for charger in chargers) < HIGH:
                    calm_since = clock.monotonic()
                await clock.sleep(0.2)
        site.house.base = same(LIMIT - CHARGERS * LOW)
        risen = clock.monotonic()
        async with clock.timeout(PATIENCE):
            while (
                max(charger.connectors[1].offered for charger in chargers) > LOW + 1.0
                or (asked := _asked_since(site, risen)) is None
            ):
                await clock.sleep(0.01)
        found.append(clock.monotonic() - asked)
        print(f"{len(found):3}: {found[-1] * 1e3:6.1f} ms", file=sys.stderr, flush=True)
    return found


def _asked_since(site: SimulatedSite, moment: float) -> float | None:
    """When the meter was asked first after a moment; None: not yet."""
    return next((one.at for one in site.meter.requests if one.at >= moment), None)


type _Measured = tuple[list[float], list[float], list[float], float]
"""Cuts, stalls, and what the port itself held the loop, in ms; lines a minute."""


async def _measured(work: asyncio.Task[list[float]]) -> _Measured:
    """Measure while `work` goes on."""
    stalls, lines, held = _Stalls(), _Lines(), _Held()
    logging.getLogger().addHandler(lines)
    watching = asyncio.create_task(stalls.watch())
    begun = time.perf_counter()
    try:
        with held.watching():
            cuts = [seconds * 1e3 for seconds in await work]
    finally:
        watching.cancel()
        logging.getLogger().removeHandler(lines)
    minutes = (time.perf_counter() - begun) / 60
    return cuts, stalls.found, held.found, lines.count / max(minutes, 1.0)


async def _risen(rises: int) -> tuple[Table, list[Target]]:
    table = Table(
        title=f"A house that rises, without and with {FLOODERS} flooding connections",
        columns=(
            *("", "rises", "median ms", "longest ms", "stall 99.9 % ms"),
            *("the port's 99.9 % ms", "the port's longest ms", "lines a minute"),
        ),
    )
    with tempfile.TemporaryDirectory(prefix="ev-load-manager-flood-") as folder:
        async with garage(Path(folder)) as site:
            found = []
            port = int(site.url.rpartition(":")[2].partition("/")[0])
            for name in ("calm", "flood"):
                if name == "calm":
                    measured = await _measured(asyncio.create_task(_reactions(site, rises)))
                else:
                    async with _flooder(port, "flood", FLOODERS):
                        measured = await _measured(asyncio.create_task(_reactions(site, rises)))
                cuts, stalls, held, lines = measured
                found.append(measured)
                middle = sorted(cuts)[len(cuts) // 2]
                table.add(
                    *(name, len(cuts), middle, max(cuts), percentile(stalls, 0.999)),
                    *(percentile(held, 0.999), max(held), lines),
                )
    (calm, *_), (flooded, stalls, held, lines) = found
    return table, [
        Target(
            name="the last limit is later by",
            value=max(flooded) - max(calm),
            bound=_LATER,
            unit="ms",
        ),
        Target(
            name="stall of the loop, 99.9 %",
            value=percentile(stalls, 0.999),
            bound=_STALL,
            unit="ms",
        ),
        Target(name="the port itself holds the loop", value=max(held), bound=_HELD, unit="ms"),
        Target(name="lines of the log a minute", value=lines, bound=_LINES),
    ]


# --- half-open handshakes -------------------------------------------------------------


async def _serve(kind: str, folder: Path) -> None:
    """A central system alone, in a process of its own; tells of itself when it is asked."""
    from custom_components.ev_load_manager.csms.server import CentralSystem
    from custom_components.ev_load_manager.csms.transactions import TransactionIds
    from custom_components.ev_load_manager.csms.transport import tls
    from simulation.faults.certificates import Authority

    context = None
    if kind == "tls":
        authority = Authority(folder)
        files = authority.issue("server")
        context = tls.create_context(tls.TlsSettings(certificate=files.certificate, key=files.key))
    central = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(), ssl=context)
    central.add("CP1")
    await central.start()
    print(central.port, flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        gc.collect()
        me = psutil.Process()
        print(json.dumps([me.memory_info().rss / 2**20, me.num_fds()]), flush=True)
    await central.stop()


async def _connects(port: int, kind: str, folder: Path) -> float:
    """Seconds until a charger from elsewhere has its answer to BootNotification."""
    import ssl

    from websockets.asyncio.client import connect
    from websockets.typing import Subprotocol

    security = {}
    if kind == "tls":
        security["ssl"] = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    begun = time.perf_counter()
    async with connect(
        f"{'wss' if security else 'ws'}://127.0.0.1:{port}/CP1",
        subprotocols=[Subprotocol("ocpp1.6")],
        proxy=None,
        **security,
    ) as socket:
        boot = {"chargePointVendor": "v", "chargePointModel": "m"}
        await socket.send(json.dumps([2, "1", "BootNotification", boot]))
        await socket.recv()
        return time.perf_counter() - begun


async def _half_open(kind: str) -> dict[str, float]:
    """What 3,000 handshakes cost that are begun and never ended."""
    with tempfile.TemporaryDirectory(prefix="ev-load-manager-flood-") as named:
        folder = Path(named)
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.flood", kind, named),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert server.stdin is not None and server.stdout is not None
        port = int(await server.stdout.readline())

        async def look() -> tuple[float, float]:
            assert server.stdin is not None and server.stdout is not None
            server.stdin.write(b"\n")
            memory, descriptors = json.loads(await server.stdout.readline())
            return memory, descriptors

        await _connects(port, kind, folder)  # what is loaded once is loaded now
        memory, descriptors = await look()
        async with _flooder(port, kind, HALF_OPEN):
            most_memory, most_descriptors = await look()
            connected = await _connects(port, kind, folder)
        # What a process once had it seldom gives back; another time must not take more.
        further = []
        for _ in range(2):
            async with _flooder(port, kind, HALF_OPEN):
                further.append((await look())[0])
        until = time.perf_counter() + _BACK_WITHIN
        while (left := await look())[1] > descriptors and time.perf_counter() < until:
            await asyncio.sleep(0.2)
        server.stdin.close()
        await server.wait()
    return {
        "more memory": most_memory - memory,
        "more another time": further[1] - max(most_memory, further[0]),
        "more descriptors": most_descriptors - descriptors,
        "descriptors kept": left[1] - descriptors,
        "connected after": connected,
    }


def run(*, rises: int = RISES) -> Iterator[Table | Target]:
    """Measure all of it."""
    table = Table(
        title=f"{HALF_OPEN:,} half-open handshakes",
        columns=(
            *("", "more MB", "more MB another time", "more descriptors", "descriptors kept"),
            "a charger is in after s",
        ),
    )
    targets = []
    for kind in ("plain", "tls"):
        found = asyncio.run(_half_open(kind))
        table.add(kind, *found.values())
        targets += [
            Target(
                name=f"{kind}: more memory", value=found["more memory"], bound=_MEGABYTES, unit="MB"
            ),
            Target(
                name=f"{kind}: more memory another time",
                value=found["more another time"],
                bound=_LEAK,
                unit="MB",
            ),
            Target(name=f"{kind}: descriptors kept", value=found["descriptors kept"], bound=0.0),
            Target(
                name=f"{kind}: a charger is in",
                value=found["connected after"],
                bound=_CONNECTS_WITHIN,
                unit="s",
            ),
        ]
    yield table
    yield from targets
    loop = event_loop()
    try:
        table, found_targets = loop.run_until_complete(_risen(rises))
    finally:
        loop.close()
    yield table
    yield from found_targets


if __name__ == "__main__":
    os.umask(0o077)
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
