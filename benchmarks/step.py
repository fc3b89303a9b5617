"""A step of 10 A in the house while the cars use all there is: how soon they have made way.

Each step has a bound of its own: what the meter and the cars needed that time, and
2 s for all that is ours to do. Small steps are another matter: a car that draws less than
it may does not notice a small cut, so a fuse may stay an ampere over for minutes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from statistics import median

from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import Appliance, Meter, Plant
from simulation.plant.plant_cars import Connector, Outlet, Tells

from .loop import (
    LIMIT,
    QUIET_HOUSE,
    STEP,
    Controlled,
    Watch,
    identity,
    make_outlets,
    make_site,
    percentile,
    staying,
)
from .report import Table, Target

HEIGHT = 10.0
"""A that the house draws more all of a sudden."""
OURS = 2.0
"""Seconds that are allowed beside those that meter and cars need."""
SETTLED = 300.0
"""Seconds that the cars have to settle before."""
AFTER = 420.0
"""Seconds that are looked at from then on."""
REPORTS = (10.0, 60.0)
"""Seconds between a charger's reports."""
MOSTLY_OVER = 10.0
"""Seconds within which 95 % of the steps must be over."""
FOLLOWED = 0.05
"""A above its limit at which a car has followed it."""

L1, L2, L3 = Phase

SMALL = (1.0, 2.0)
"""A over the limit that are called small."""
TAIL = 14.0
"""Seconds, beside the meter's own, in which chargers that report have to be back."""
TAIL_UNTOLD = 30.0
"""The same, all in all, where chargers do not tell what flows on each phase."""
SMALL_SETTLED = 1200.0
"""Seconds that the cars have to settle, some with reports every 5 min."""
SHORT = (9.0, 13.0)
"""A that one of the cars takes at most: less than its share."""
BELOW = 0.8
"""A that another stays below whatever it is offered."""
BEFORE = 4.0
"""A of something that ends before, so that limits are on their way up."""
ENDS_BEFORE = (5.0, 120.0)
TAPERS_BEFORE = (20.0, 300.0)
"""Seconds before which, in every second trial, a car begins to take less and less."""

CHARGERS: Mapping[str, Mapping[str, object]] = {
    "reports every 10 s": {"report_period": 10.0},
    "reports every 60 s": {"report_period": 60.0},
    "reports every 300 s": {"report_period": 300.0},
    "power only, every 10 s": {"report_period": 10.0, "tells": Tells.POWER},
    "no values": {"tells": Tells.NOTHING},
}


@dataclass(slots=True)
class Following:
    """How long the slowest car needed to follow a lower limit."""

    seconds: float = 0.0
    _limits: dict[ConnectorId, float] = field(default_factory=dict)
    _cut_at: dict[ConnectorId, float] = field(default_factory=dict)

    def look(self, plant: Plant) -> None:
        """Take in this moment."""
        for id_, connector in plant.connectors.items():
            limit = connector.commanded
            if limit < self._limits.get(id_, limit) and connector.drawn > limit:
                self._cut_at[id_] = plant.now
            self._limits[id_] = limit
            if id_ in self._cut_at and connector.drawn <= limit + FOLLOWED:
                self.seconds = max(self.seconds, plant.now - self._cut_at.pop(id_))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one step."""

    over: float
    """Seconds from the step until no phase was above its limit."""
    bound: float
    """Seconds that it may take: the meter's period and latency, the cars' time, and ours."""
    height: float
    """A above the limit at most."""
    mean: float
    """The highest rolling 10 min mean, A."""


def try_step(report_period: float, trial: int) -> Outcome:
    """Let the house rise on one or all phases; the trial's number is the dice."""
    random = Random(f"step {trial}")
    at = SETTLED + random.uniform(0.0, 60.0)
    phases = frozenset(random.choice(((L1,), (L2,), (L3,), tuple(Phase))))
    rise = Appliance(phases=phases, amperes=HEIGHT, on=(1e6, 1e6), off=(1, 1), starts=at)
    meter = Meter()
    plant = Plant(
        make_outlets(staying(1.0, cars=2 + trial % 2), report_period),
        replace(QUIET_HOUSE, appliances=(rise,)),
        meter,
        seed=trial,
    )
    algorithm, watch, following = Controlled(make_site()), Watch(), Following()
    while plant.now < at + AFTER:
        if plant.step(STEP):
            plant.apply(algorithm.decide(plant.readings(), plant.now))
        watch.look(plant)
        if at - STEP <= plant.now < at + 60.0:
            following.look(plant)
    watch.end(plant)
    after = [found for found in watch.excursions if found[0] >= at - STEP]
    # From the step to the end of the last excursion that belongs to it.
    ends = [begun + length for begun, length, _ in after if begun < at + 60.0]
    return Outcome(
        over=max(ends, default=at) - at,
        bound=meter.period + meter.latency + following.seconds + OURS,
        height=max((height for _, _, height in after), default=0.0),
        mean=watch.highest_mean,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """What came of a small overload."""

    over: float
    """Seconds until no phase was above its limit."""
    bound: float


def small_bound(charger: Mapping[str, object], meter: Meter) -> float:
    """Seconds that a small overload may last with such chargers."""
    if "tells" in charger:
        return TAIL_UNTOLD
    return TAIL + meter.period + meter.latency


def try_small(charger: Mapping[str, object], amperes: float, trial: int) -> Small:
    """Have the house put the fullest phase `amperes` over its limit; the trial is the dice."""
    random = Random(f"small {trial}")
    at = SMALL_SETTLED + random.uniform(0.0, 300.0)
    cars = [{"maximum": random.uniform(*SHORT)}, {"shortfall": BELOW}, {}, {}]
    random.shuffle(cars)
    ends_at = at - random.uniform(*ENDS_BEFORE)
    tapers_at = at - random.uniform(*TAPERS_BEFORE)
    tapering = identity(random.randrange(len(cars))) if random.random() < 0.5 else None

    def change(number: int, outlet: Outlet) -> Outlet:
        outlet = replace(outlet, **charger)  # type: ignore[arg-type]
        visits = tuple(replace(visit, **cars[number % 4]) for visit in outlet.visits)
        return replace(outlet, visits=visits)

    meter = Meter()
    plant = Plant(
        make_outlets(staying(1.0, cars=3 + trial % 2), 10.0, change),
        QUIET_HOUSE,
        meter,
        seed=trial,
    )
    algorithm, watch = Controlled(make_site()), Watch()
    plant.surge = PhaseCurrents.same(BEFORE)
    begun = False
    while plant.now < at + AFTER:
        if ends_at <= plant.now < at:
            plant.surge = NO_CURRENT
        if tapering in plant.connectors and tapers_at <= plant.now < tapers_at + STEP:
            _taper(plant.connectors[tapering])
        if plant.now >= at and not begun:
            begun = True
            phase = max(Phase, key=lambda phase: plant.grid[phase])
            plant.surge = PhaseCurrents.on((phase,), LIMIT + amperes - plant.grid[phase])
        if plant.step(STEP):
            plant.apply(algorithm.decide(plant.readings(), plant.now))
        watch.look(plant)
    watch.end(plant)
    # What was over before and still is has not been brought back either.
    ends = [since + length for since, length, _ in watch.excursions if since < at + 60.0]
    return Small(over=max(at, *ends, at) - at, bound=small_bound(charger, meter))


def _taper(connector: Connector) -> None:
    """Have a car come to its end: it takes less and less from now on."""
    visit = connector.visit
    if visit is not None:
        connector.wanted = visit.maximum * visit.taper / 2.0


def small_overloads(trials: int) -> Iterator[Table | Target]:
    """Try so many small overloads with each kind of charger."""
    table = Table(
        title=f"Small overloads, {trials} times each (seeds 0 to {trials - 1}); one car takes less "
        "than its share, one stays below its limit",
        columns=(
            "chargers",
            "A over",
            "over after s, median",
            "95 %",
            "longest",
            "bound s",
            "late",
        ),
        notes=[
            (
                f"Bound: {TAIL:g} s, the meter's period and its latency where chargers report "
                f"currents, {TAIL_UNTOLD:g} s where they do not."
            )
        ],
    )
    targets = []
    for name, charger in CHARGERS.items():
        for amperes in SMALL:
            found = [try_small(charger, amperes, trial) for trial in range(trials)]
            over = [one.over for one in found]
            bound = found[0].bound
            late = sum(one > bound for one in over)
            table.add(name, amperes, median(over), percentile(over, 0.95), max(over), bound, late)
            targets.append(
                Target(
                    name=f"{amperes:g} A over, {name}: over after, longest",
                    value=max(over),
                    bound=bound,
                    unit="s",
                )
            )
    yield table
    yield from targets


def run(*, trials: int = 40, small_trials: int = 20) -> Iterator[Table | Target]:
    """Try so many steps with each report period, and so many small overloads."""
    table = Table(
        title=f"A step of {HEIGHT:g} A in the house, {trials} times; meter every 2 s, 0.5 s late, "
        "noise 0.2 A",
        columns=(
            "reports every s",
            "over after s, median",
            "95 %",
            "longest",
            "share of its bound, longest",
            "height A",
            "10 min mean A",
        ),
        notes=[
            (
                "Bound of each step: the meter's period and latency, the time from the command until "
                f"the slowest car had followed it, and {OURS:g} s."
            )
        ],
    )
    targets = []
    for reports in REPORTS:
        found = [try_step(reports, trial) for trial in range(trials)]
        lengths = [one.over for one in found]
        table.add(
            reports,
            median(lengths),
            percentile(lengths, 0.95),
            max(lengths),
            max(one.over / one.bound for one in found),
            max(one.height for one in found),
            max(one.mean for one in found),
        )
        name = f"reports every {reports:g} s"
        late = sum(one.over > one.bound for one in found)
        targets += [
            Target(
                name=f"{name}: over after, 95 %",
                value=percentile(lengths, 0.95),
                bound=MOSTLY_OVER,
                unit="s",
            ),
            Target(name=f"{name}: later than its own bound", value=late, bound=0.0, unit="steps"),
            Target(
                name=f"{name}: height", value=max(one.height for one in found), bound=10.1, unit="A"
            ),
            Target(
                name=f"{name}: rolling 10 min mean",
                value=max(one.mean for one in found),
                bound=LIMIT,
                unit="A",
            ),
        ]
    yield table
    yield from targets
    yield from small_overloads(small_trials)
