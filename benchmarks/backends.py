"""What billing backends cost: reaction, what a card waits, memory, and CPU, beside the same without.

Home Assistant, the chargers, and the backend of all of them have a process each, but for the reaction,
which is measured as `reaction` does. Both cases take turns, so that whatever else the machine does
hits them alike.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
import json
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from simulation.backends.backend import SimulatedBackend
from simulation.backends.billing import bill
from simulation.home_assistant import event_loop
from simulation.jumping_time import jumping_loop

from . import reaction
from .loop import percentile
from .report import Table, Target
from .server import CALM, Bench, Process, wait_for_rise

CHARGERS = 200
MORE = 1.25
"""What they may cost, of the same without."""
AUTHORIZE = 20.0
"""Milliseconds that a card may wait longer than the backend takes."""
CARDS = 100
BETWEEN_CARDS = 0.15
"""Seconds: more at once are read no faster than a charger may send."""
CUTS_A_TURN = 6
_PATIENCE = 120.0


async def _reactions(cuts: int) -> tuple[list[float], list[float]]:
    """Seconds of each without and with, in turns of a few."""
    without: list[float] = []
    with_backends: list[float] = []
    async with SimulatedBackend() as backend:
        for first in range(0, cuts, CUTS_A_TURN):
            some = min(CUTS_A_TURN, cuts - first)
            without += await reaction.measure(some)
            with_backends += await reaction.measure(some, backend.url)
        if backend.faults:
            raise RuntimeError(f"told what is no OCPP: {backend.faults[:3]}")
    return without, with_backends


async def _authorize(url: str) -> list[float]:
    """Milliseconds that each of many cards waits."""
    async with connect(url, subprotocols=["ocpp1.6"]) as socket:  # type: ignore[list-item]
        boot = {"chargePointVendor": "Bench", "chargePointModel": "Bench"}
        await _ask(socket, "boot", "BootNotification", boot)
        # Until whoever is behind it has accepted the charger, too, and looked at it.
        for number in range(40):
            await _ask(socket, f"before{number}", "Authorize", {"idTag": "CARD"})
            await asyncio.sleep(0.25)
        taken = []
        for number in range(CARDS):
            began = perf_counter()
            answer = await _ask(socket, f"card{number}", "Authorize", {"idTag": f"C{number}"})
            taken.append((perf_counter() - began) * 1e3)
            if answer["idTagInfo"]["status"] != "Accepted":
                raise RuntimeError(f"a card was not accepted: {answer}")
            await asyncio.sleep(BETWEEN_CARDS)
        return taken


async def _ask(socket: ClientConnection, id: str, action: str, payload: Any) -> Any:
    await socket.send(json.dumps([2, id, action, payload]))
    while True:
        message = json.loads(await socket.recv())
        if message[0] == 2:
            await socket.send(json.dumps([4, message[1], "NotImplemented", "", {}]))
        elif message[1] == id:
            return message[2]


def _cards() -> Table:
    table = Table(
        title=f"What each of {CARDS} cards waits for an answer to Authorize",
        columns=("asked", "median ms", "95 % ms", "longest ms"),
    )
    with ExitStack() as stack:
        backend = stack.enter_context(Process("servers", "bare")).hear()["url"]
        ours = stack.enter_context(
            Process("servers", "home", "--chargers", "1", "--backend", backend)
        )
        between = ours.hear()["url"]
        for name, url in (("the backend itself", backend), ("through Home Assistant", between)):
            taken = asyncio.run(_authorize(f"{url}/CP0"))
            table.add(name, median(taken), percentile(taken, 0.95), max(taken))
    return table


def _connected(bench: Bench, chargers: int) -> None:
    """Wait until every backend is, and has been told everything."""
    deadline = monotonic() + _PATIENCE
    while (found := bench.server.order(do="backends")) != {"connected": chargers, "queue": 0}:
        if monotonic() > deadline:
            raise TimeoutError(f"of {chargers} backends: {found}")
        sleep(0.5)


def _many(chargers: int, seconds: float, rounds: int) -> Table:
    table = Table(
        title=f"{chargers} chargers, each with a billing backend, and without",
        columns=(
            "backends",
            "entities",
            "MiB, connected",
            "reports each 10 s: % of a core",
            "silent: % of a core",
        ),
        notes=[
            (
                "Medians of the rounds, in which both take turns. Memory: of the process, without "
                "entities. Every report goes up to the backend, which answers at once."
            )
        ],
    )
    shares: dict[str, tuple[list[float], list[float]]] = {}
    entities: dict[str, int] = {}
    with ExitStack() as stack:
        backend = stack.enter_context(Process("servers", "bare")).hear()["url"]
        kinds: dict[str, tuple[str, ...]] = {"without": (), "with": ("--backend", backend)}
        memory = {name: _memory(chargers, more) for name, more in kinds.items()}
        benches = {name: Bench("home", chargers, stack, more=more) for name, more in kinds.items()}
        for name, bench in benches.items():
            if name == "with":
                _connected(bench, chargers)
            entities[name] = bench.server.order(do="count")["entities"]
            wait_for_rise(bench, 9.0)
            shares[name] = ([], [])
        for bench in benches.values():
            # Limits are still moving for a while.
            bench.fleet.order(do="report", seconds=CALM, pause=10.0)
        for _ in range(rounds):
            for name, bench in benches.items():
                for found, pause in zip(shares[name], (10.0, None), strict=True):
                    before, began = bench.server.cpu, monotonic()
                    if pause is None:
                        sleep(seconds)
                    else:
                        bench.fleet.order(do="report", seconds=seconds, pause=pause)
                    found.append((bench.server.cpu - before) / (monotonic() - began) * 100.0)
    for name in kinds:
        reporting, silent = shares[name]
        table.add(name, entities[name], memory[name], median(reporting), median(silent))
    return table


def _memory(chargers: int, more: tuple[str, ...]) -> float:
    with ExitStack() as stack:
        bench = Bench("disabled", chargers, stack, more=more)
        if more:
            _connected(bench, chargers)
        return bench.settled_memory() / 1024.0


def _billed() -> Iterator[Table | Target]:
    loop = jumping_loop()
    try:
        found = loop.run_until_complete(bill())
    finally:
        loop.close()
    table = Table(
        title=f"{found.sessions} sessions, {found.outages} outages of the backend,"
        f" {found.restarts} restarts of ours, and answers that get lost",
        columns=("bills", "ended", "told again", "billed Wh", "register Wh", "against OCPP"),
    )
    table.add(found.bills, found.ended, found.told_again, found.billed, found.counted, found.faults)
    yield table
    wrong = abs(found.bills - found.sessions) + abs(found.ended - found.sessions) + found.faults
    yield Target(
        name="sessions not billed once, as they were",
        value=float(wrong + (not found.each_is_right)),
        bound=0.0,
        unit="",
    )
    yield Target(
        name="energy billed, away from the register",
        value=float(abs(found.billed - found.counted)),
        bound=0.0,
        unit="Wh",
    )


def run(*, cuts: int, chargers: int, seconds: float, rounds: int) -> Iterator[Table | Target]:
    """Measure all of it, with and without."""
    yield from _billed()
    if not chargers:
        return
    many = _many(chargers, seconds, rounds)
    yield many
    cards = _cards()
    yield cards
    loop = event_loop()
    try:
        without, with_backends = loop.run_until_complete(_reactions(cuts))
    finally:
        loop.close()
    table = Table(
        title=f"From the meter's sample to the last of {reaction.CHARGERS} limits",
        columns=("backends", "rises", "median ms", "95 % ms", "longest ms"),
    )
    for name, seconds_taken in (("without", without), ("with", with_backends)):
        taken = [one * 1e3 for one in seconds_taken]
        table.add(name, len(taken), median(taken), percentile(taken, 0.95), max(taken))
    yield table
    rows = {str(row[0]): row for row in many.rows}
    yield Target(
        name="reaction at the 95th percentile, with backends",
        value=percentile(with_backends, 0.95) * 1e3,
        bound=reaction.BOUND,
        unit="ms",
    )
    yield Target(
        name="reaction with backends, of that without, medians",
        value=median(with_backends) / median(without),
        bound=MORE,
        unit="x",
    )
    yield Target(
        name="a card waits longer than its backend takes, median",
        value=_figure(cards.rows[1][1]) - _figure(cards.rows[0][1]),
        bound=AUTHORIZE,
        unit="ms",
    )
    for name, column in (
        ("memory without entities", 2),
        ("CPU with reports each 10 s", 3),
        ("idle CPU", 4),
    ):
        yield Target(
            name=f"{name}, {chargers} chargers with backends, of that without",
            value=_figure(rows["with"][column]) / _figure(rows["without"][column]),
            bound=MORE,
            unit="x",
        )


def _figure(cell: object) -> float:
    assert isinstance(cell, float)
    return cell
