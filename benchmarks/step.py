"""A step of 10 A in the house while the cars use all there is: how soon they have made way.

Each step has a bound of its own: what the meter and the cars needed that time, and
2 s for all that is ours to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from statistics import median

from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant import Appliance, Meter, Plant

from .loop import (
    LIMIT,
    QUIET_HOUSE,
    STEP,
    Controlled,
    Watch,
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
REPORTS = {10.0: 15.0, 60.0: 20.0}
"""Seconds between a charger's reports -> within which it must be over, 95 %."""
FOLLOWED = 0.05
"""A above its limit at which a car has followed it."""

L1, L2, L3 = Phase


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


def run(*, trials: int = 40) -> Iterator[Table | Target]:
    """Try so many steps with each report period."""
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
    for reports, within in REPORTS.items():
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
                bound=within,
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
