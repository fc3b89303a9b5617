"""What chargers of OCPP 2.0.1 cost beside those of 1.6, in the same run.

How fast values are answered is measured in turns, once what a start costs is over. What mixed chargers cost at rest is measured
in the very same seconds as chargers of 1.6 alone: two Home Assistants, each with its chargers,
side by side, once no limit moves any more. Whatever else the machine does hits both alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
import time
from typing import Final

from .report import Table, Target, Unfinished
from .server import MIXED, Bench, wait_for_rise

SPOKEN: Final[Mapping[str, Sequence[str]]] = {
    "OCPP 1.6": MIXED[:1],
    "OCPP 2.0.1": MIXED[1:],
}
BESIDE: Final[Mapping[str, Sequence[str]]] = {
    "all in OCPP 1.6": MIXED[:1],
    "every second in 2.0.1": MIXED,
}
AT_LEAST = 0.8
"""Of the messages/s of 1.6."""
AT_MOST = 1.1
"""Of what chargers of 1.6 alone cost."""
PERIOD = 10.0
"""Seconds between the reports of a charger."""
RESTS_FOR = 20.0
"""Seconds without a new limit, after which limits rest."""
PATIENCE = 300.0
"""Seconds in which they have to come to rest."""


@dataclass(slots=True)
class _Resting:
    """What one of the two cost, a value per window."""

    shares: list[float] = field(default_factory=list)
    """% of a core."""
    limits: int = 0
    """Limits that were sent in the windows nevertheless."""
    memory: float = 0.0
    """MiB, connected and after a garbage collection."""


def run(
    *,
    chargers: int = 200,
    reporting: int = 50,
    seconds: float = 3.0,
    rounds: int = 5,
    idle: float = 30.0,
) -> Iterator[Table | Target]:
    """Measure `reporting` chargers as fast as they are answered, and `chargers` at rest."""
    yield from _reports(reporting, seconds, rounds)
    yield from _rest(chargers, idle, rounds)


def _reports(size: int, seconds: float, rounds: int) -> Iterator[Table | Target]:
    table = Table(
        title=f"Values of {size} chargers as fast as they are answered",
        columns=("version", "messages/s", "median ms", "99 % ms", "CPU us/message"),
        notes=[
            (
                "Medians of the rounds, in turns, once no limit was sent for a while. MeterValues of 1.6, TransactionEvents of 2.0.1, with the "
                "same three currents, three voltages, power and energy; all entities enabled."
            )
        ],
    )
    with ExitStack() as stack:
        workers = stack.enter_context(ThreadPoolExecutor(len(SPOKEN)))
        benches = {name: Bench("home", size, stack, spoken) for name, spoken in SPOKEN.items()}
        for bench in benches.values():
            wait_for_rise(bench, 9.0)
        _until_rest(benches, workers)
        for _ in range(rounds):
            for bench in benches.values():
                bench.measure(seconds)
        found = {name: bench.measured for name, bench in benches.items()}
    for name, one in found.items():
        table.add(
            name, *(median(values) for values in (one.rates, one.medians, one.slowest, one.cpu))
        )
    yield table
    older, newer = found.values()
    yield Target(
        name=f"messages/s in OCPP 2.0.1, of those in 1.6, {size} chargers",
        value=median(newer.rates) / median(older.rates),
        bound=AT_LEAST,
        unit="x",
        at_least=True,
    )


def _rest(size: int, idle: float, rounds: int) -> Iterator[Table | Target]:
    table = Table(
        title=f"{size} chargers at rest, in the same seconds",
        columns=("chargers", "% of a core, median", "lowest", "highest", "limits sent", "MiB"),
        notes=[
            (
                f"{rounds} windows of {idle:g} s in which both are watched; cars charge, chargers report "
                f"every {PERIOD:g} s, a meter is read every 2 s. They begin once no limit was sent for "
                f"{RESTS_FOR:g} s. MiB: memory that belongs to the process alone."
            )
        ],
    )
    with ExitStack() as stack:
        workers = stack.enter_context(ThreadPoolExecutor(len(BESIDE)))
        benches = {name: Bench("home", size, stack, spoken) for name, spoken in BESIDE.items()}
        for bench in benches.values():
            wait_for_rise(bench, 9.0)
        _until_rest(benches, workers)
        found = {name: _Resting() for name in benches}
        for _ in range(rounds):
            for name, (share, limits) in _window(benches, workers, idle).items():
                found[name].shares.append(share)
                found[name].limits += limits
        for name, bench in benches.items():
            found[name].memory = bench.settled_memory() / 1024.0
    for name, one in found.items():
        table.add(
            name, median(one.shares), min(one.shares), max(one.shares), one.limits, one.memory
        )
    yield table
    older, mixed = found.values()
    yield Target(
        name=f"CPU of {size} mixed chargers, of that of 1.6 alone",
        value=median(new / old for new, old in zip(mixed.shares, older.shares, strict=True)),
        bound=AT_MOST,
        unit="x",
    )
    yield Target(
        name=f"memory of {size} mixed chargers, of that of 1.6 alone",
        value=mixed.memory / older.memory,
        bound=AT_MOST,
        unit="x",
    )


def _until_rest(benches: Mapping[str, Bench], workers: ThreadPoolExecutor) -> None:
    """Let all report until no limit is sent any more."""
    deadline = time.monotonic() + PATIENCE
    while any(limits for _, limits in _window(benches, workers, RESTS_FOR).values()):
        if time.monotonic() > deadline:
            raise Unfinished(f"limits do not rest within {PATIENCE:g} s")


def _window(
    benches: Mapping[str, Bench], workers: ThreadPoolExecutor, seconds: float
) -> dict[str, tuple[float, int]]:
    """Watch all for so long: % of a core, and how many limits were sent."""
    before = {name: (bench.server.cpu, _limits(bench)) for name, bench in benches.items()}
    began = time.monotonic()
    reports = [
        workers.submit(bench.fleet.order, do="report", seconds=seconds, pause=PERIOD)
        for bench in benches.values()
    ]
    for one in reports:
        one.result()
    passed = time.monotonic() - began
    return {
        name: (
            (bench.server.cpu - before[name][0]) / passed * 100.0,
            _limits(bench) - before[name][1],
        )
        for name, bench in benches.items()
    }


def _limits(bench: Bench) -> int:
    return int(bench.fleet.order(do="limits")["limits"])
