"""How fast MeterValues are answered, what a charger costs, and how soon limits are there.

Chargers live in a process of their own (`fleet`), every central system in another
(`servers`). The central systems take turns round by round, so that whatever else
the machine does hits all alike.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
import json
from statistics import median
import subprocess
import sys
import time
from typing import Any, Self

import psutil

from .loop import percentile
from .report import Table, Target

NAMES = {
    "bare": "`websockets` alone",
    "ocpp": "`ocpp` ChargePoint",
    "csms": "our csms alone",
    "home": "ours in Home Assistant",
    "home201": "the same in OCPP 2.0.1",
}
_NEWER = {"home201": "home"}
"""What is measured with chargers of OCPP 2.0.1, and which central system that is."""
MIXED = ("ocpp1.6", "ocpp2.0.1")
HOMES = {"disabled": "all disabled", "home": "all enabled"}
"""Home Assistants with their entities."""
CUTS = (8.0, 7.6, 7.2, 6.8, 6.4)
"""A per charger that the group is limited to, one after the other."""
BETWEEN_CUTS = 2.0
"""Seconds."""
CALM = 30.0
"""Seconds from the last cut to the measurement of doing nothing."""
PATIENCE = 120.0
"""Real seconds until all limits must have risen after the start of all sessions."""


class Process:
    """A process that takes orders."""

    def __init__(self, module: str, *arguments: str) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{module}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._watched = psutil.Process(self._process.pid)

    def hear(self) -> dict[str, Any]:
        """The next line that it says."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def order(self, **order: Any) -> dict[str, Any]:
        """Have it do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self.hear()

    @property
    def cpu(self) -> float:
        """Seconds of a core that it has used."""
        used = self._watched.cpu_times()
        return float(used.user + used.system)

    @property
    def memory(self) -> float:
        """KiB that belong to it alone."""
        return float(self._watched.memory_full_info().uss) / 1024.0

    def __enter__(self) -> Self:
        """Nothing more to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        if self._process.poll() is None:
            with suppress(OSError, RuntimeError, ValueError):
                self.order(do="stop")
            try:
                self._process.wait(20.0)
            except subprocess.TimeoutExpired:
                self._process.kill()


@dataclass(slots=True)
class _Measured:
    """One central system under one number of chargers, a value per round."""

    rates: list[float] = field(default_factory=list)
    medians: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    """99th percentiles, ms."""
    cpu: list[float] = field(default_factory=list)
    """Per message, us."""
    memory: float = 0.0
    """KiB per charger, more than without any."""

    def add(self, result: dict[str, Any], cpu: float) -> None:
        """Note a round."""
        latencies = result["latencies"]
        self.rates.append(len(latencies) / result["seconds"])
        self.medians.append(percentile(latencies, 0.5) * 1e3)
        self.slowest.append(percentile(latencies, 0.99) * 1e3)
        self.cpu.append(cpu / len(latencies) * 1e6)


class Bench:
    """One central system with chargers on it."""

    def __init__(
        self,
        kind: str,
        chargers: int,
        stack: ExitStack,
        protocols: Sequence[str] = MIXED[:1],
        *,
        more: Sequence[str] = (),
    ) -> None:
        """Start both; connect the chargers, which speak `protocols` in turn.

        `more` are arguments of the server.
        """
        self.server = stack.enter_context(
            Process("servers", kind, "--chargers", str(chargers), *more)
        )
        url = self.server.hear()["url"]
        self._has_recorder = kind in HOMES
        self.before = self.settled_memory()
        if kind == "csms":
            self.server.order(do="add", chargers=chargers)
        self.fleet = stack.enter_context(Process("fleet", url))
        self.fleet.order(do="connect", chargers=chargers, protocols=list(protocols))
        self.fleet.order(do="report", seconds=1.0)
        self.measured = _Measured(memory=(self.server.memory - self.before) / max(1, chargers))

    def settled_memory(self) -> float:
        """KiB of the server once nothing is left that only waits.

        What the recorder has yet to write, and garbage, would count as what chargers take.
        """
        if self._has_recorder:
            self.server.order(do="write")
        self.server.order(do="collect")
        return self.server.memory

    def measure(self, seconds: float) -> None:
        """One round."""
        before = self.server.cpu
        result = self.fleet.order(do="report", seconds=seconds)
        self.measured.add(result, self.server.cpu - before)


def _under_load(size: int, seconds: float, rounds: int) -> dict[str, _Measured]:
    with ExitStack() as stack:
        benches = {
            kind: Bench(_NEWER[kind], size, stack, MIXED[1:])
            if kind in _NEWER
            else Bench(kind, size, stack)
            for kind in NAMES
        }
        for _ in range(rounds):
            for bench in benches.values():
                bench.measure(seconds)
        return {kind: bench.measured for kind, bench in benches.items()}


def wait_for_rise(bench: Bench, amperes: float) -> None:
    """Let cars draw and report, until all have more than that."""
    deadline = time.monotonic() + PATIENCE
    while bench.server.order(do="lowest")["amperes"] < amperes:
        if time.monotonic() > deadline:
            raise TimeoutError("limits do not rise")
        bench.fleet.order(do="report", seconds=2.0, pause=1.0)
    bench.server.order(do="settled")


def run(
    *,
    sizes: Sequence[int] = (1, 10, 50, 200),
    limits: Sequence[int] = (20, 100, 200),
    seconds: float = 3.0,
    rounds: int = 3,
    idle: float = 30.0,
    mixed: bool = False,
) -> Iterator[Table | Target]:
    """Measure every number of chargers in `sizes`, then limits, then doing nothing.

    `mixed`: every second of the chargers that are limited, or do nothing, speaks OCPP 2.0.1.
    """
    protocols = MIXED if mixed else MIXED[:1]
    table = Table(
        title="MeterValues as fast as they are answered",
        columns=(
            "chargers",
            "central system",
            "messages/s",
            "x `ocpp`",
            "median ms",
            "99 % ms",
            "CPU us/message",
            "KiB/charger",
        ),
        notes=[
            (
                "Medians of the rounds. Each message has three currents, three voltages, power and "
                "energy. CPU: user and system time of the whole server process. KiB/charger: "
                "memory of the server process that appeared when they connected and reported."
            ),
        ],
    )
    targets: list[Target] = []
    for size in sizes:
        measured = _under_load(size, seconds, rounds)
        plain = median(measured["ocpp"].rates)
        for kind, found in measured.items():
            table.add(
                size,
                NAMES[kind],
                median(found.rates),
                median(found.rates) / plain,
                median(found.medians),
                median(found.slowest),
                median(found.cpu),
                found.memory,
            )
        ours = measured["home"]
        if size == 50:
            targets += [
                Target(
                    name="messages/s of the `ocpp` ChargePoint, 50 chargers",
                    value=median(ours.rates) / plain,
                    bound=0.5,
                    unit="x",
                    at_least=True,
                ),
                Target(
                    name="99th percentile, 50 chargers",
                    value=median(ours.slowest),
                    bound=100.0,
                    unit="ms",
                ),
                Target(
                    name="messages/s in OCPP 2.0.1, of those in 1.6, 50 chargers",
                    value=median(measured["home201"].rates) / median(ours.rates),
                    bound=0.8,
                    unit="x",
                    at_least=True,
                ),
            ]
    yield table
    memory = _memory(max(sizes), protocols)
    yield memory
    without = memory.rows[0][-1]
    assert isinstance(without, float)
    targets.append(
        Target(
            name=f"memory per connected charger without entities, {max(sizes)} chargers",
            value=without,
            bound=300.0,
            unit="KiB",
        )
    )
    if limits:
        told, resting = _limits_and_rest(sorted(limits), idle, protocols)
        yield told
        yield resting
        if resting.rows[-1][0] == 200:
            share = resting.rows[-1][3]
            assert isinstance(share, float)
            targets.append(
                Target(
                    name="idle CPU with 200 chargers", value=share, bound=3.0, unit="% of a core"
                )
            )
    yield from targets


def _memory(size: int, protocols: Sequence[str]) -> Table:
    """What so many chargers cost beside a group that has none."""
    table = Table(
        title=f"Memory of Home Assistant with {size} chargers",
        columns=(
            "entities",
            "MiB without chargers",
            "MiB set up",
            "KiB/charger",
            "MiB connected",
            "KiB/charger more",
        ),
        notes=[
            (
                "Memory that belongs to the process alone, once the recorder has written and garbage is collected: of a group "
                "without chargers, of one with chargers before they connect, and when they report. "
                "Set-up includes the entries of devices and entities in Home Assistant's registries."
            )
        ],
    )
    for kind, name in HOMES.items():
        with ExitStack() as stack:
            empty = Bench(kind, 0, stack).before
        with ExitStack() as stack:
            bench = Bench(kind, size, stack, protocols)
            connected = bench.settled_memory()
        table.add(
            name,
            empty / 1024.0,
            bench.before / 1024.0,
            (bench.before - empty) / size,
            connected / 1024.0,
            (connected - bench.before) / size,
        )
    return table


def _limits_and_rest(
    sizes: Sequence[int], idle: float, protocols: Sequence[str]
) -> tuple[Table, Table]:
    told = Table(
        title="From a lowered group limit to the last charger's answer",
        columns=(
            "chargers",
            "decided after ms, median",
            "last answer after the decision ms, median",
            "longest",
            "ms per charger",
        ),
        notes=[
            (
                f"The group's limit falls {len(CUTS)} times, every car gets a lower limit each time. "
                "Chargers answer at once."
            )
        ],
    )
    resting = Table(
        title="CPU while chargers are connected, cars charge, and a meter is read every 2 s",
        columns=("chargers", "entities", "reports each 10 s: % of a core", "silent: % of a core"),
    )
    for size in sizes:
        with ExitStack() as stack:
            bench = Bench("home", size, stack, protocols)
            entities = bench.server.order(do="count")["entities"]
            wait_for_rise(bench, 9.0)
            decided, answered = [], []
            for amperes in CUTS:
                found = bench.server.order(do="limit", amperes=amperes * size)
                decided.append(found["decided"] * 1e3)
                answered.append((found["seconds"] - found["decided"]) * 1e3)
                time.sleep(BETWEEN_CUTS)
            told.add(
                size, median(decided), median(answered), max(answered), median(answered) / size
            )
            # Limits are still moving for a while.
            bench.fleet.order(do="report", seconds=CALM, pause=10.0)
            shares = []
            for pause in (10.0, None):
                before, begin = bench.server.cpu, time.monotonic()
                if pause is None:
                    time.sleep(idle)
                else:
                    bench.fleet.order(do="report", seconds=idle, pause=pause)
                shares.append((bench.server.cpu - before) / (time.monotonic() - begin) * 100.0)
            resting.add(size, entities, *shares)
    return told, resting
