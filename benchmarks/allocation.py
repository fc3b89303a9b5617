"""How long sharing takes and how good it is, beside others, on the same sites.

Sites are three-level trees: a root, feeders of twenty connectors, twins whose two
outlets share a supply; cars on one, two and three phases, demands from 6 to 32 A.
All methods and sizes take turns round by round on the same sites, so that whatever
else the machine does hits all alike; what is measured is processor time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import gc
from random import Random
import signal
from statistics import median
from time import process_time
from types import FrameType

from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId

from .acn import problem
from .fairness import jain
from .report import Table, Target

SIZES = (10, 100, 1000)
OURS = "ours (max-min fair)"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to share. `prepare` puts a site into its words, and is not timed."""

    name: str
    prepare: Callable[[Case], Callable[[], Shares]]
    sizes: tuple[int, ...] = SIZES
    most_rounds: int | None = None
    """It is too slow for more."""


def _at_once(method: Callable[[Case], Shares]) -> Callable[[Case], Callable[[], Shares]]:
    return lambda case: lambda: method(case)


def _round_robin(increment: float) -> Callable[[Case], Callable[[], Shares]]:
    return lambda case: problem(case.claims, case.capacity, increment=increment).solve


METHODS = (
    Method(name=OURS, prepare=_at_once(max_min_fair)),
    Method(name="equal split", prepare=_at_once(equal_split)),
    Method(name="the seed's formula", prepare=_at_once(thesis)),
    Method(name="RoundRobin, steps of 1 A", prepare=_round_robin(1.0), most_rounds=5),
    Method(
        name="RoundRobin, steps of 0.1 A",
        prepare=_round_robin(0.1),
        most_rounds=3,
    ),
)


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
    fairness: float = 0.0
    """Jain's index of what cars get of what they could use."""
    cases: int = 0

    def add(self, case: Case, shares: Shares) -> None:
        """Judge one result."""
        self.cases += 1
        self.fairness += jain([shares[claim.id] / claim.maximum for claim in case.claims])
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


class _TooSlow(Exception):
    """The patience is at its end."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise _TooSlow in the block after some time, wherever it is."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


@dataclass(slots=True)
class _Measured:
    """What came of one method at one size."""

    seconds: list[float] = field(default_factory=list)
    quality: Quality = field(default_factory=Quality)
    gave_up: bool = False

    @property
    def milliseconds(self) -> float | None:
        """The median; None where it did not come to an end."""
        return median(self.seconds) * 1e3 if self.seconds else None


def _measure(rounds: int, seed: int, patience: float) -> dict[tuple[int, str], _Measured]:
    measured = {(size, method.name): _Measured() for size in SIZES for method in METHODS}
    randoms = {size: Random(seed) for size in SIZES}
    # Or else the libraries that RoundRobin loads burden everyone's garbage collections.
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for size in SIZES:
            turn, rest = divmod(number, max(1, size // 100))
            if rest:
                continue
            case = make_case(size, randoms[size])
            for method in METHODS:
                found = measured[size, method.name]
                if not found.gave_up and turn < (method.most_rounds or rounds):
                    _try(method, case, found, patience)
    return measured


def _try(method: Method, case: Case, found: _Measured, patience: float) -> None:
    share = method.prepare(case)
    try:
        with _at_most(patience):
            begin = process_time()
            shares = share()
            found.seconds.append(process_time() - begin)
    except _TooSlow:
        found.gave_up = True
    else:
        found.quality.add(case, shares)


def run(*, rounds: int = 200, seed: int = 1, patience: float = 20.0) -> Iterator[Table | Target]:
    """Measure: `rounds` for 100 connectors; no method gets more than `patience` s per step."""
    table = Table(
        title="Sharing the current once",
        columns=(
            "connectors",
            "method",
            "median ms",
            "x ours",
            "x ten times fewer",
            "rounds",
            "unused A",
            "Jain's index",
            "phases over",
            "below minimum",
        ),
        notes=[
            (
                "Processor time. Unused: what cars could still have had, none of it taken from another, in steps "
                "that their chargers take. Jain's index: of what each car gets of what it could use. "
                "Phases over, below minimum: violations per site. "
                f"`>`: stopped after {patience:g} s. Sites are put into RoundRobin's words before the "
                "clock runs, and without the circuits that can't bind."
            ),
        ],
    )
    measured = _measure(rounds, seed, patience)
    for (size, name), found in measured.items():
        ours = measured[size, OURS]
        taken, quality, cases = found.milliseconds, found.quality, found.quality.cases
        if taken is None:
            slow = f"> {patience * 1e3:.0f}"
            ratio = f"> {patience * 1e3 / _of(ours):,.0f}"
            table.add(size, name, slow, ratio, *[None] * 6)
            continue
        fewer = measured.get((size // 10, name))
        table.add(
            size,
            name,
            taken,
            _ratio(found, ours),
            None if fewer is None or fewer.milliseconds is None else taken / fewer.milliseconds,
            cases,
            quality.unused / cases,
            quality.fairness / cases,
            quality.over / cases,
            quality.too_little / cases,
        )
    yield table
    ours_100, ours_1000 = _of(measured[100, OURS]), _of(measured[1000, OURS])
    unused = sum(measured[size, OURS].quality.unused for size in SIZES)
    robins = [
        _ratio(found, measured[100, OURS])
        for (size, name), found in measured.items()
        if size == 100 and "Robin" in name and found.seconds
    ]
    yield Target(name="sharing among 100 connectors", value=ours_100, bound=1.0, unit="ms")
    yield Target(name="sharing among 1,000 connectors", value=ours_1000, bound=20.0, unit="ms")
    yield Target(name="growth from 100 to 1,000", value=ours_1000 / ours_100, bound=20.0, unit="x")
    yield Target(name="steps left unused, in all cases", value=unused, bound=0.0, unit="A")
    yield Target(
        name="faster than acnportal's RoundRobin at 100",
        value=min(robins, default=patience * 1e3 / ours_100),
        bound=10.0,
        unit="x",
        at_least=True,
    )


def _of(found: _Measured) -> float:
    """The median of a method that always comes to an end, ms."""
    assert found.milliseconds is not None
    return found.milliseconds


def _ratio(found: _Measured, ours: _Measured) -> float:
    """How many times longer than ours it takes, in the rounds that both did."""
    return median(found.seconds) / median(ours.seconds[: len(found.seconds)])
