"""The mean power of windows: ours, a momentary limit, the thesis, and the rules of others.

The same houses, cars and days for all: a home with two cars and a garage with eight, windows
of 15 and 60 min. Days of all come in turns, so that whoever stops it has as many of each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import process_time

from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.peaks.keeper import PeakSettings, Rule, margin
from simulation.plant.plant import Algorithm, Appliance, House, Meter, Plant
from simulation.plant.plant_cars import Visit

from . import controller, peak_months
from .algorithms import Seed
from .loop import HOUR, STEP, make_outlets, make_site
from .our_windows import Ours, dead_time_of
from .peak_rules import MOMENTARY, PEAKSHAVR, PEAQ, SMARTEVSE, VOLTAGE, ByPower, Shedding, watts
from .report import Table, Target, Unfinished
from .runs import run_all

OURS, THESIS = "ours", "the thesis"
CONTENDERS = (OURS, MOMENTARY, THESIS, SMARTEVSE, PEAQ, PEAKSHAVR)
TOLERANCE = 1.002
L1, L2, L3 = Phase

HOME_HOUSE = House(
    base=PhaseCurrents(0.9, 0.6, 1.0),
    appliances=(
        Appliance(phases=frozenset(Phase), amperes=3.0, on=(600, 1500), off=(900, 2400)),
        Appliance(
            phases=frozenset({L1, L2}),
            amperes=6.0,
            on=(1200, 2400),
            off=(7200, 18000),
            heats_up=(60, 240),
            heating=(10, 40),
            resting=(10, 50),
        ),
        Appliance(phases=frozenset({L3}), amperes=9.0, on=(120, 300), off=(2400, 9000)),
        # A sauna: with all else it passes the limit by itself.
        Appliance(
            phases=frozenset(Phase),
            amperes=9.0,
            on=(1800, 3600),
            off=(40_000, 120_000),
            heats_up=(900, 1500),
            heating=(60, 180),
            resting=(60, 180),
        ),
    ),
)
# The peak of a sauna would leave cars all that they want for the month.
MONTHS_HOUSE = replace(HOME_HOUSE, appliances=HOME_HOUSE.appliances[:-1])
GARAGE_HOUSE = House(
    base=PhaseCurrents(3.0, 2.0, 4.0),
    appliances=(
        Appliance(phases=frozenset(Phase), amperes=8.0, on=(900, 2700), off=(900, 3600)),
        Appliance(phases=frozenset({L2}), amperes=10.0, on=(900, 2400), off=(3600, 9000)),
        Appliance(phases=frozenset({L3}), amperes=9.0, on=(300, 1200), off=(3600, 9000)),
        # Ventilation and snow melting, all at once.
        Appliance(phases=frozenset(Phase), amperes=22.0, on=(600, 1800), off=(30_000, 90_000)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A place and its limit."""

    name: str
    house: House
    cars: int
    limit: float
    """W."""
    fuse: float
    """A."""


SCENES = (
    Scene(name="home", house=HOME_HOUSE, cars=2, limit=8000.0, fuse=25.0),
    Scene(name="garage", house=GARAGE_HOUSE, cars=8, limit=24000.0, fuse=63.0),
)


def visits(scene: Scene, seed: int, hours: float) -> dict[int, tuple[Visit, ...]]:
    """Cars that come in the afternoon and want more than there is, or stay all day."""
    random = Random(f"peaks {scene.name} {seed}")
    found = {}
    for number in range(scene.cars):
        phases = random.choice((3, 3, 1)) if number else random.choice((3, 1))
        arrives = random.uniform(0.0, 3.0) * HOUR
        found[number] = (
            Visit(
                arrives=arrives,
                leaves=min(hours * HOUR, arrives + random.uniform(10.0, 16.0) * HOUR),
                ampere_hours=random.uniform(60.0, 200.0),
                phases=phases,
                maximum=random.choice((16.0, 32.0)) if phases == 1 else 16.0,
            ),
        )
    return found


@dataclass(slots=True, kw_only=True)
class Days:
    """What came of some days."""

    calm: int = 0
    exceeded: int = 0
    worst: float = 0.0
    """The highest mean of a calm window, of its limit."""
    loud: int = 0
    """Windows in which the building alone was above the limit for a while."""
    loud_exceeded: int = 0
    wanted: float = 0.0
    """Wh of windows in which cars wanted all there was."""
    used: float = 0.0
    starts: int = 0
    most_starts: int = 0
    energy: float = 0.0
    """kWh of the cars."""
    commands: int = 0
    hours: float = 0.0
    seconds: float = 0.0
    """Of the processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A day of somebody."""

    scene: int
    minutes: int
    seed: int
    who: str
    hours: float = 24.0
    period: float = 2.0
    report: float = 10.0

    def run(self) -> Days:
        """Live through it."""
        scene = SCENES[self.scene]
        began = process_time()
        outlets = make_outlets(visits(scene, self.seed, self.hours), self.report, cars=scene.cars)
        plant = Plant(outlets, scene.house, Meter(period=self.period), seed=self.seed)
        found = _judge(plant, self._make(scene), scene, self)
        found.seconds = process_time() - began
        return found

    def _make(self, scene: Scene) -> Algorithm:
        site = make_site(amperes=scene.fuse, cars=scene.cars)
        if self.who == OURS:
            settings = PeakSettings(
                rule=Rule.FIXED, minutes=self.minutes, maximum=scene.limit / 1000.0
            )
            return Ours(settings, site, period=self.period)
        if self.who == THESIS:
            amperes = scene.limit / 3.0 / VOLTAGE
            return Seed(make_site(amperes=amperes, cars=scene.cars), take_turns=True)
        if self.who == PEAKSHAVR:
            return Shedding(site, scene.limit, self.minutes)
        return ByPower(site, scene.limit, self.minutes, self.who)


@dataclass(slots=True)
class _Window:
    total: float = 0.0
    house: float = 0.0
    highest_house: float = 0.0
    is_hungry: bool = True


def _judge(plant: Plant, algorithm: Algorithm, scene: Scene, job: Job) -> Days:
    found, length = Days(hours=job.hours), job.minutes * 60.0
    drawing: dict[ConnectorId, bool] = {}
    starts: dict[ConnectorId, int] = dict.fromkeys(plant.connectors, 0)
    window, number = _Window(), 0
    while plant.now < job.hours * HOUR:
        if plant.step(STEP):
            plant.apply(algorithm.decide(plant.readings(), plant.now))
        if int((plant.now - 1e-6) // length) != number:
            _count(window, found, scene.limit, length)
            window, number = _Window(), int((plant.now - 1e-6) // length)
        house, cars = watts(plant.other_load), VOLTAGE * sum(plant.drawn)
        window.total += (house + cars) * STEP
        window.house += house * STEP
        window.highest_house = max(window.highest_house, house)
        found.energy += cars * STEP / 3.6e6
        could = 0.0
        for id_, one in plant.connectors.items():
            if one.visit is not None:
                could += VOLTAGE * len(one.loads) * one.visit.takes(one.wanted, plant.now)
            draws = one.drawn > 1.0
            if draws and not drawing.get(id_, False):
                starts[id_] += 1
            drawing[id_] = draws
        window.is_hungry &= house + could >= scene.limit
    found.starts, found.most_starts = sum(starts.values()), max(starts.values())
    found.commands = sum(one.commands for one in plant.connectors.values())
    return found


def _count(window: _Window, found: Days, limit: float, length: float) -> None:
    over = window.total / length > limit * TOLERANCE
    if window.highest_house <= limit:
        found.calm += 1
        found.exceeded += over
        found.worst = max(found.worst, window.total / length / limit)
    else:
        found.loud += 1
        found.loud_exceeded += over
    if window.is_hungry:
        found.wanted += limit * length
        found.used += min(window.total, limit * length)


def summed(days: Sequence[Days]) -> Days:
    """Put days together."""
    total = Days()
    for day in days:
        for name in ("calm", "exceeded", "loud", "loud_exceeded", "wanted", "used", "starts"):
            setattr(total, name, getattr(total, name) + getattr(day, name))
        total.worst = max(total.worst, day.worst)
        total.most_starts = max(total.most_starts, day.most_starts)
        total.energy += day.energy
        total.commands += day.commands
        total.hours += day.hours
        total.seconds += day.seconds
    return total


@dataclass(frozen=True, slots=True)
class Pace:
    """How often meters and chargers tell."""

    meter: float
    charger: float
    names: tuple[str, ...] = field(default=CONTENDERS)


PACES = (Pace(2.0, 10.0), Pace(10.0, 30.0, (OURS,)), Pace(30.0, 60.0, (OURS,)))
SHARE_OF_PACES = 3
"""Slower meters and chargers have one day of so many."""


def run(
    *,
    days: int = 30,
    beside: int = 30,
    hours: float = 24.0,
    months: int = 2,
    processes: int | None = None,
) -> Iterator[Table | Target]:
    """Live through all days, and through whole months; in so many processes.

    `beside`: how many of the days others live through, and slower meters, too.
    """
    yield from controller.run_paired()
    if months:
        yield from peak_months.run(house=MONTHS_HOUSE, months=months, processes=processes)
    jobs = [
        Job(
            scene=scene,
            minutes=minutes,
            seed=seed,
            who=who,
            hours=hours,
            period=pace.meter,
            report=pace.charger,
        )
        for seed in range(1, days + 1)
        for pace in PACES
        if pace is PACES[0] or (seed <= beside and (seed - 1) % SHARE_OF_PACES == 0)
        for scene in range(len(SCENES))
        for minutes in (15, 60)
        for who in pace.names
        if who == OURS or seed <= beside
    ]
    done = run_all(jobs, Job.run, processes=processes)
    for number, scene in enumerate(SCENES):
        for minutes in (15, 60):
            yield from _of_scene(number, scene, minutes, done)
    if len(done) < len(jobs):
        raise Unfinished(f"stopped after {len(done)} of {len(jobs)} days")


def _of_scene(
    number: int, scene: Scene, minutes: int, done: Mapping[Job, Days]
) -> Iterator[Table | Target]:
    table = Table(
        title=f"{scene.name}: {scene.cars} cars, {minutes} min windows under "
        f"{scene.limit / 1000:g} kW",
        columns=(
            "who",
            "meter s",
            "charger s",
            "most margin W",
            "days",
            "calm windows",
            "exceeded",
            "worst, of the limit",
            "loud exceeded",
            "budget used",
            "starts/car/day",
            "most",
            "kWh",
            "limits/charger/h",
            "s/day",
        ),
        notes=[
            (
                "Calm: the building alone never was above the limit; loud: it was for a while. "
                "Exceeded: by more than 0.2 %. Budget: of windows in which cars wanted all that there "
                "was. s/day: of the processor."
            )
        ],
    )
    targets: list[Target] = []
    for pace in PACES:
        for who in pace.names:
            of = [
                found
                for job, found in done.items()
                if (job.scene, job.minutes, job.who, job.period)
                == (number, minutes, who, pace.meter)
            ]
            if not of:
                continue
            one = summed(of)
            cars = scene.cars * len(of)
            table.add(
                who,
                pace.meter,
                pace.charger,
                _margin(scene, pace, minutes) if who == OURS else None,
                len(of),
                one.calm,
                one.exceeded,
                one.worst,
                f"{one.loud_exceeded} of {one.loud}",
                one.used / one.wanted if one.wanted else None,
                one.starts / cars,
                one.most_starts,
                one.energy,
                one.commands / (one.hours * scene.cars),
                one.seconds / len(of),
            )
            if who == OURS:
                targets += _targets(scene, minutes, pace, one, cars)
    yield table
    yield from targets


def _margin(scene: Scene, pace: Pace, minutes: int) -> float:
    """What ours keeps free while the building takes the least, W."""
    least = watts(scene.house.base)
    return margin(scene.limit, least, dead_time_of(pace.meter), minutes * 60.0)


def _targets(scene: Scene, minutes: int, pace: Pace, one: Days, cars: int) -> Iterator[Target]:
    what = f"{scene.name}, {minutes} min, meter each {pace.meter:g} s"
    yield Target(name=f"{what}: calm windows exceeded", value=one.exceeded, bound=0.0)
    if pace is PACES[0]:
        yield Target(
            name=f"{what}: budget used",
            value=one.used / max(one.wanted, 1.0),
            bound=0.98 if scene.limit >= 8000.0 or minutes == 60 else 0.97,
            at_least=True,
        )
        yield Target(name=f"{what}: starts of a car and day", value=one.starts / cars, bound=20.0)
