"""What people live with: two cars at home, and eight in a garage from evening to morning.

Behind a small fuse the building stops cars again and again, so what counts is how
soon they go on, how often they stop, and how much the fuse carries too much
meanwhile. Beside ours, in the same run and on the same days: ours with the times
of version 0.1, plain subtraction, the thesis, and an allocator that knows all and
waits for nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
import math
from random import Random

from custom_components.ev_load_manager.balancing.controller import Memory
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import Site
from custom_components.ev_load_manager.balancing.tuning import Tuning
from simulation.plant.plant import Algorithm, Appliance, House, Meter, Plant
from simulation.plant.plant_cars import Outlet, Visit

from .algorithms import ALGORITHMS, OURS, SEED, SEEDS_REPORTS, SUBTRACTION, Make
from .judge import Day, all_knowing, run_day
from .loop import HOUR, HOUSE as BUILDING, LIMIT, Controlled, make_outlets, make_site
from .mix import kind_of, mix_cars, told_by
from .report import Table, Target, Unfinished
from .runs import run_all

HOME, GARAGE = "home", "garage"
BEFORE = "ours with the times of 0.1"
THESIS = "the thesis"
ALL_KNOWING = "all-knowing, no delays"
TIMES_OF_0_1 = Tuning(
    minimum_pause_for_room=300.0,
    minimum_pause_for_turns=300.0,
    hold_time=15.0,
    patience_returns_after=0.0,
)
CONTENDERS = (OURS, BEFORE, SUBTRACTION, THESIS, ALL_KNOWING)
HOME_SEEDS, GARAGE_SEEDS = 8, 3
NOISE = 0.2

L1, L2, L3 = Phase
HOME_LIMIT = 25.0
HOME_HOUSE = House(
    base=PhaseCurrents(1.5, 1.0, 2.0),
    appliances=(
        # A sauna of 7.6 kW: heats up, then its thermostat keeps it hot for an hour or two.
        Appliance(
            phases=frozenset(Phase),
            amperes=11.0,
            on=(5400, 9000),
            off=(1200, 5400),
            heats_up=(1800, 2700),
            heating=(90, 240),
            resting=(120, 300),
        ),
        # A heat pump.
        Appliance(phases=frozenset(Phase), amperes=3.5, on=(600, 1500), off=(300, 1200)),
        # A hob on two phases, whose plates go on and off while somebody cooks.
        Appliance(
            phases=frozenset({L1, L2}),
            amperes=7.0,
            on=(1200, 3000),
            off=(2400, 6000),
            heats_up=(60, 240),
            heating=(10, 40),
            resting=(10, 50),
        ),
    ),
)
"""A home with much electricity: all of it together is just less than its 3 x 25 A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A place, and a time of it."""

    house: House
    limit: float
    cars: int
    start: float
    hours: float
    seeds: int

    def outlets(self, name: str, seed: int) -> list[Outlet]:
        """The chargers and their cars."""
        visits = _at_home(seed, self) if name == HOME else _over_night(seed, self)
        return make_outlets(
            visits,
            10.0,
            # Every third charger reports but once a minute.
            lambda number, outlet: (
                replace(outlet, report_period=60.0) if number % 3 == 1 else outlet
            ),
            cars=self.cars,
        )


SCENES: Mapping[str, Scene] = {
    HOME: Scene(house=HOME_HOUSE, limit=HOME_LIMIT, cars=2, start=0.0, hours=4.0, seeds=HOME_SEEDS),
    GARAGE: Scene(
        house=BUILDING, limit=LIMIT, cars=8, start=16.0 * HOUR, hours=15.0, seeds=GARAGE_SEEDS
    ),
}


def _at_home(seed: int, scene: Scene) -> dict[int, tuple[Visit, ...]]:
    """Two cars that want more than there is: one on three phases, the other on three or one."""
    random = Random(f"home {seed}")
    leaves = scene.start + scene.hours * HOUR - 60.0
    phases = (3, random.choice((3, 3, 1)))
    return {
        number: (
            Visit(
                arrives=scene.start + random.uniform(1.0, 900.0),
                leaves=leaves,
                ampere_hours=1000.0,
                phases=each,
                maximum=16.0,
            ),
        )
        for number, each in enumerate(phases)
    }


def _over_night(seed: int, scene: Scene) -> dict[int, tuple[Visit, ...]]:
    """Cars of every kind that come in the evening and leave in the morning."""
    random = Random(f"garage {seed}")
    leaves = scene.start + scene.hours * HOUR - 60.0
    visits = {}
    for number in range(scene.cars):
        phases = random.choice((3, 3, 3, 3, 1, 1, 2))
        visits[number] = (
            Visit(
                arrives=scene.start + random.uniform(0.0, 4.0) * HOUR,
                leaves=leaves - random.uniform(0.0, 1.0) * HOUR,
                ampere_hours=random.uniform(25.0, 90.0),
                phases=phases,
                maximum=random.choice((16.0, 32.0)) if phases == 1 else 16.0,
            ),
        )
    return mix_cars(visits, seed)


def _before(site: Site, plant: Plant) -> Algorithm:
    del plant
    return Controlled(site, memory=Memory(tuning=TIMES_OF_0_1))


MAKERS: Mapping[str, Make] = {
    OURS: ALGORITHMS[OURS],
    BEFORE: _before,
    SUBTRACTION: ALGORITHMS[SUBTRACTION],
    THESIS: ALGORITHMS[SEED],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One life of one place."""

    scene: str
    seed: int
    algorithm: str

    def run(self) -> Day:
        """Live through it."""
        scene = SCENES[self.scene]
        outlets = scene.outlets(self.scene, self.seed)
        if self.algorithm == ALL_KNOWING:
            return all_knowing(
                outlets,
                scene.house,
                seed=self.seed,
                hours=scene.hours,
                limit=scene.limit,
                start=scene.start,
            )
        if self.algorithm == THESIS:
            outlets = [replace(outlet, report_period=SEEDS_REPORTS) for outlet in outlets]
        return run_day(
            outlets,
            scene.house,
            Meter(noise=NOISE),
            partial(MAKERS[self.algorithm], make_site(amperes=scene.limit, cars=scene.cars)),
            seed=self.seed,
            hours=scene.hours,
            limit=scene.limit,
            start=scene.start,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What came of all lives of a place."""

    energy: float
    """A h of the cars, without what was above the limit."""
    over: float
    """A s above the limit."""
    longest: float
    """The longest excursion, s."""
    starts: int
    worst: float
    """The smallest share of what fairness gives that a car got."""
    changes: float
    """Limit changes of a charger in an hour."""


def summed(days: Sequence[Day]) -> Sum:
    """Put the lives of a place together."""
    shares = [
        amperes / fair
        for day in days
        for session, amperes in day.delivered.items()
        if (fair := day.fair.get(session, 0.0)) > 0.0
    ]
    return Sum(
        energy=sum(day.used for day in days),
        over=sum(day.overshoot for day in days),
        longest=max((one.seconds for day in days for one in day.excursions), default=0.0),
        starts=sum(day.starts for day in days),
        worst=min(shares, default=math.nan),
        changes=sum(day.commands for day in days) / sum(day.chargers * day.hours for day in days),
    )


def run(
    *, home_seeds: int = HOME_SEEDS, garage_seeds: int = GARAGE_SEEDS
) -> Iterator[Table | Target]:
    """Live through both places with everybody."""
    seeds = {HOME: home_seeds, GARAGE: garage_seeds}
    jobs = [
        Job(scene=scene, seed=seed, algorithm=name)
        for scene in SCENES
        for seed in range(1, seeds[scene] + 1)
        for name in CONTENDERS
    ]
    days = run_all(jobs, Job.run)
    if len(days) < len(jobs):
        raise Unfinished(f"stopped after {len(days)} of {len(jobs)} runs")
    targets: list[Target] = []
    for scene in SCENES:
        rows = {
            name: [one for one in jobs if one.scene == scene and one.algorithm == name]
            for name in CONTENDERS
        }
        sums = {name: summed([days[one] for one in row]) for name, row in rows.items()}
        yield _compared(scene, sums, seeds[scene])
        yield _cars(rows[OURS], rows[BEFORE], days)
        targets += judged(scene, sums)
    yield from targets


def _compared(scene: str, sums: Mapping[str, Sum], seeds: int) -> Table:
    place = SCENES[scene]
    table = Table(
        title=f"{scene}: {place.cars} cars behind 3 x {place.limit:g} A for {place.hours:g} h, "
        f"seeds 1 to {seeds}",
        columns=(
            "algorithm",
            "energy of the all-knowing",
            "A s over",
            "longest s",
            "starts",
            "worst car, of its fair share",
            "limits/charger/h",
        ),
        notes=[
            (
                f"The times of 0.1: a paused car waits {TIMES_OF_0_1.minimum_pause_for_room:g} s, "
                f"a peak of the building is held {TIMES_OF_0_1.hold_time:g} s. Energy: without what "
                "was above the limit."
            )
        ],
    )
    for name, one in sums.items():
        table.add(
            name,
            one.energy / sums[ALL_KNOWING].energy,
            one.over,
            one.longest,
            one.starts,
            one.worst,
            None if name == ALL_KNOWING else one.changes,
        )
    return table


def _cars(
    ours: Sequence[Job],
    before: Sequence[Job],
    days: Mapping[Job, Day],
) -> Table:
    table = Table(
        title=f"{ours[0].scene}: what every car got of its fair share",
        columns=("seed", "charger", "car", "fair Ah", "ours", BEFORE),
    )
    for one, other in zip(ours, before, strict=True):
        mine, theirs = days[one], days[other]
        outlets = SCENES[one.scene].outlets(one.scene, one.seed)
        for session, amperes in mine.delivered.items():
            outlet = next(each for each in outlets if each.id == session.outlet)
            table.add(
                one.seed,
                told_by(outlet),
                kind_of(session.visit),
                mine.fair[session] / HOUR,
                amperes / mine.fair[session],
                theirs.delivered[session] / theirs.fair[session],
            )
    return table


def judged(scene: str, sums: Mapping[str, Sum]) -> list[Target]:
    """Every figure beside what it is to be."""
    ours, before = sums[OURS], sums[BEFORE]
    over = ours.over / max(before.over, 1e-9)
    energy = [
        Target(
            name=f"{scene}: energy, of the all-knowing allocator's",
            value=ours.energy / sums[ALL_KNOWING].energy,
            bound=0.80,
            unit="x",
            at_least=True,
        )
        if scene == HOME
        else Target(
            name=f"{scene}: energy, of that with the times of 0.1",
            # To a thousandth: the dice of a few seconds decide what is beyond.
            value=round(ours.energy / before.energy, 3),
            bound=1.0,
            unit="x",
            at_least=True,
        )
    ]
    return [
        *energy,
        Target(
            name=f"{scene}: ampere-seconds over, of those with the times of 0.1",
            value=over,
            bound=0.9 if scene == HOME else 0.75,
            unit="x",
        ),
        Target(
            name=f"{scene}: starts, of those with the times of 0.1",
            value=ours.starts / max(1, before.starts),
            bound=1.2,
            unit="x",
        ),
        Target(
            name=f"{scene}: the worst car's share, more than with the times of 0.1",
            value=ours.worst - before.worst,
            bound=0.0,
            unit="",
            at_least=True,
        ),
    ]
