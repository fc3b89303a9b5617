"""How long sharing takes, beside an equal split and the thesis's formula.

    python -m benchmarks.allocation [--rounds 200]

Sites are three-level trees: a root, feeders of twenty connectors, twins whose two
outlets share a supply; cars on one, two and three phases, demands from 6 to 32 A.
The three methods take turns round by round on the same sites, so that whatever
else the machine does hits all alike.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
import os
import platform
from random import Random
from statistics import median
import sys
from time import perf_counter

from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId

SIZES = (10, 100, 1000)
_LOADS = (
    frozenset({Phase.L1}),
    frozenset({Phase.L2}),
    frozenset({Phase.L3}),
    frozenset({Phase.L1, Phase.L2}),
    frozenset(Phase),
    frozenset(Phase),
)

type Shares = dict[ConnectorId, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A site at one moment."""

    claims: list[Claim]
    capacity: dict[str, PhaseCurrents]


def make_case(size: int, random: Random) -> Case:
    """A three-level tree with `size` connectors whose minimums fit."""
    capacity: dict[str, PhaseCurrents] = {}
    claims: list[Claim] = []
    for number in range(size):
        feeder, twin = f"feeder {number // 20}", f"twin {number // 2}"
        capacity[twin] = PhaseCurrents.same(32.0)
        claims.append(
            Claim(
                id=ConnectorId(twin, number % 2 + 1),
                path=(twin, feeder, "root"),
                phases=random.choice(_LOADS),
                minimum=6.0,
                maximum=random.choice((10.0, 13.7, 16.0, 16.0, 20.4, 32.0, 32.0)),
                step=random.choice((0.1, 0.1, 0.1, 1.0)),
            )
        )
    for circuit in {claim.path[1] for claim in claims} | {"root"}:
        least = _load(claims, dict.fromkeys((claim.id for claim in claims), 6.0), circuit)
        spare = 1.5 if circuit == "root" else 1.8
        capacity[circuit] = least.each(lambda amperes, spare=spare: round(amperes * spare, 1))
    return Case(claims=claims, capacity=capacity)


def max_min_fair(case: Case) -> Shares:
    """What the integration does."""
    return {id_: share.amperes for id_, share in allocate(case.claims, case.capacity).items()}


def equal_split(case: Case) -> Shares:
    """The root's scarcest phase divided by the number of cars."""
    share = min(case.capacity["root"]) / len(case.claims)
    return {claim.id: min(share, claim.maximum) for claim in case.claims}


def thesis(case: Case) -> Shares:
    """Thesis 6.2.5: the same share, but at least the minimum and at most the maximum."""
    share = min(case.capacity["root"]) / len(case.claims)
    return {claim.id: min(max(share, claim.minimum), claim.maximum) for claim in case.claims}


METHODS: dict[str, Callable[[Case], Shares]] = {
    "max-min fair": max_min_fair,
    "equal split": equal_split,
    "thesis": thesis,
}


def _load(claims: list[Claim], shares: Shares, circuit: str) -> PhaseCurrents:
    total = [0.0, 0.0, 0.0]
    for claim in claims:
        if circuit in claim.path:
            for phase in claim.phases:
                total[phase] += shares[claim.id]
    return PhaseCurrents(*total)


@dataclass(slots=True)
class Quality:
    """What a method left lying, and what it did wrong, summed over all cases."""

    unused: float = 0.0
    """Amperes that cars could still have had one by one, none taken from another."""
    over: int = 0
    """Phases of circuits above their capacity."""
    too_little: int = 0
    """Shares strictly between 0 and the minimum."""

    def add(self, case: Case, shares: Shares) -> None:
        """Judge one result."""
        left = {
            circuit: capacity.minus(_load(case.claims, shares, circuit))
            for circuit, capacity in case.capacity.items()
        }
        self.over += sum(room < -1e-6 for rooms in left.values() for room in rooms)
        for claim in case.claims:
            share = shares[claim.id]
            self.too_little += 1e-6 < share < claim.minimum - 1e-6
            rooms = [(circuit, phase) for circuit in claim.path for phase in claim.phases]
            more = min(claim.maximum - share, *(left[circuit][phase] for circuit, phase in rooms))
            steps = max(0, int(more / claim.step + 1e-6))
            for circuit, phase in rooms if steps else ():
                room = list(left[circuit])
                room[phase] -= steps * claim.step
                left[circuit] = PhaseCurrents(*room)
            self.unused += steps * claim.step


def main() -> int:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--rounds", type=int, default=200, help="rounds for 100 connectors")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} CPUs")
    print(f"seed {options.seed}; medians of one call, methods in turn round by round\n")
    print(
        f"{'connectors':>10}  {'method':<13}{'median ms':>10}{'x thesis':>9}"
        f"{'rounds':>8}{'unused A':>10}{'phases over':>13}{'below min':>11}"
    )
    earlier: dict[str, float] = {}
    for size in SIZES:
        rounds = max(5, options.rounds * 100 // max(size, 100))
        medians = _measure(size, rounds, Random(options.seed), earlier)
        earlier = medians
    print("\ngrowth for ten times the connectors is printed in brackets")
    return 0


def _measure(size: int, rounds: int, random: Random, earlier: dict[str, float]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in METHODS}
    quality = {name: Quality() for name in METHODS}
    for _ in range(rounds):
        case = make_case(size, random)
        for name, method in METHODS.items():
            begin = perf_counter()
            shares = method(case)
            times[name].append(perf_counter() - begin)
            quality[name].add(case, shares)
    medians = {name: median(taken) for name, taken in times.items()}
    for name, taken in medians.items():
        judged = quality[name]
        growth = f"  (x{taken / earlier[name]:.1f})" if name in earlier else ""
        print(
            f"{size:>10}  {name:<13}{taken * 1e3:>10.4f}{taken / medians['thesis']:>9.1f}"
            f"{rounds:>8}{judged.unused / rounds:>10.1f}{judged.over / rounds:>13.2f}"
            f"{judged.too_little / rounds:>11.2f}{growth}"
        )
    return medians


if __name__ == "__main__":
    sys.exit(main())
