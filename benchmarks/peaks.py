"""The mean power of windows: ours, a momentary limit, the thesis, and the rules of two others.

The same houses, cars and days for all: a home with two cars and a garage with eight, windows
of 15 and 60 min. The rules of SmartEVSE (Flanders) and hass-peaq are made anew from what they
say that they do; nothing of their code is here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId, Site
from custom_components.ev_load_manager.peaks.keeper import PeakKeeper, PeakSettings, Rule
from custom_components.ev_load_manager.peaks.window_energy import Told
from simulation.plant.plant import Algorithm, Appliance, House, Meter, Plant
from simulation.plant.plant_cars import Visit

from .algorithms import Seed, admitted_of, told_by_chargers, used_phases
from .loop import HOUR, STEP, Controlled, make_outlets, make_site
from .report import Table, Target, Unfinished
from .runs import run_all

VOLTAGE = 230.0
OURS, MOMENTARY, THESIS = "ours", "momentary limit", "the thesis"
SMARTEVSE, PEAQ = "rule of SmartEVSE", "rule of hass-peaq"
CONTENDERS = (OURS, MOMENTARY, THESIS, SMARTEVSE, PEAQ)
TOLERANCE = 1.002
L1, L2, L3 = Phase
BEGIN = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)

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
    ),
)
GARAGE_HOUSE = House(
    base=PhaseCurrents(3.0, 2.0, 4.0),
    appliances=(
        Appliance(phases=frozenset(Phase), amperes=8.0, on=(900, 2700), off=(900, 3600)),
        Appliance(phases=frozenset({L2}), amperes=10.0, on=(900, 2400), off=(3600, 9000)),
        Appliance(phases=frozenset({L3}), amperes=9.0, on=(300, 1200), off=(3600, 9000)),
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


class Ours:
    """The integration: its controller, and the keeper of its windows."""

    def __init__(self, scene: Scene, minutes: int, *, period: float, report: float) -> None:
        """Keep the mean of windows of so many minutes."""
        site = make_site(amperes=scene.fuse, cars=scene.cars)
        grid = replace(site.circuits["grid"], has_window=True)
        self._controlled = Controlled(replace(site, circuits={**site.circuits, "grid": grid}))
        settings = PeakSettings(rule=Rule.FIXED, minutes=minutes, maximum=scene.limit / 1000.0)
        self._keeper = PeakKeeper(settings, UTC, most=3 * VOLTAGE * scene.fuse)
        self._dead_time = max(10.0, period + 8.0)
        del report

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """One step."""
        meter = readings.meters.get("grid")
        power = None if meter is None else watts(meter.currents)
        window = self._controlled.memory.meter("grid").window
        budget, _ = self._keeper.update(
            Told(power=power, house=window.house),
            BEGIN + timedelta(seconds=now),
            now,
            dead_time=self._dead_time,
        )
        budgets = {} if budget is None else {"grid": budget}
        return self._controlled.decide(replace(readings, budgets=budgets), now)


class ByPower:
    """Whoever finds out what all may draw together, and shares it at once."""

    def __init__(self, scene: Scene, minutes: int, rule: str) -> None:
        """`rule`: whose."""
        self.site: Site = make_site(amperes=scene.fuse, cars=scene.cars)
        self._limit, self._length, self._rule = scene.limit, minutes * 60.0, rule
        self._used = 0.0
        self._power: tuple[float, float] | None = None
        self._window = -1
        self._limits: dict[ConnectorId, float] = dict.fromkeys(self.site.connectors, 0.0)

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Share what is allowed anew with every reading of the meter."""
        meter = readings.meters.get("grid")
        if meter is None or (self._power is not None and meter.at == self._power[0]):
            return self._limits
        if self._power is not None:
            self._used += self._power[1] * (meter.at - self._power[0])
        self._power = meter.at, watts(meter.currents)
        window = int(now // self._length)
        if window != self._window:
            self._window, self._used = window, 0.0
        rest = max(1.0, self._length - now % self._length)
        house = watts(meter.currents.minus(told_by_chargers(readings)))
        for cars in (self._allowed(now, rest) - house,):
            self._limits = self._shared(readings, max(0.0, cars), now)
        return self._limits

    def _allowed(self, now: float, rest: float) -> float:
        if self._rule == MOMENTARY:
            return self._limit - 100.0
        if self._rule == SMARTEVSE:
            return (self._limit * self._length - self._used) / rest - 100.0
        # A limit that rises within the hour; quarters stretch the minutes.
        share = 0.80 + 0.19 * (now % self._length) / self._length
        return (self._limit * share * self._length - self._used) / rest

    def _shared(self, readings: Readings, cars: float, now: float) -> dict[ConnectorId, float]:
        claims = [
            Claim(
                id=id_,
                path=("grid",),
                phases=used_phases(readings, id_, self.site),
                minimum=6.0,
                maximum=self.site.connectors[id_].maximum,
            )
            for id_, one in readings.connectors.items()
            if one.session is not None
        ]
        amperes = cars / VOLTAGE
        fit = admitted_of(claims, amperes)
        shares = allocate(fit, {}, {"grid": amperes})
        del now
        return dict.fromkeys(self.site.connectors, 0.0) | {
            id_: share.amperes for id_, share in shares.items()
        }


def watts(currents: PhaseCurrents) -> float:
    """What is imported, W."""
    return VOLTAGE * sum(currents.highest(NO_CURRENT))


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
        outlets = make_outlets(visits(scene, self.seed, self.hours), self.report, cars=scene.cars)
        plant = Plant(outlets, scene.house, Meter(period=self.period), seed=self.seed)
        return _judge(plant, self._make(scene), scene, self)

    def _make(self, scene: Scene) -> Algorithm:
        if self.who == OURS:
            return Ours(scene, self.minutes, period=self.period, report=self.report)
        if self.who == THESIS:
            amperes = scene.limit / 3.0 / VOLTAGE
            return Seed(make_site(amperes=amperes, cars=scene.cars), take_turns=True)
        return ByPower(scene, self.minutes, self.who)


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
    return total


@dataclass(frozen=True, slots=True)
class Pace:
    """How often meters and chargers tell."""

    meter: float
    charger: float
    names: tuple[str, ...] = field(default=CONTENDERS)


PACES = (Pace(2.0, 10.0), Pace(10.0, 30.0, (OURS,)), Pace(30.0, 60.0, (OURS,)))


def run(*, days: int = 30, hours: float = 24.0) -> Iterator[Table | Target]:
    """Live through all days with everybody."""
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
        for scene in range(len(SCENES))
        for minutes in (15, 60)
        for pace in PACES
        for who in pace.names
        for seed in range(1, days + 1)
    ]
    done = run_all(jobs, Job.run)
    if len(done) < len(jobs):
        raise Unfinished(f"stopped after {len(done)} of {len(jobs)} runs")
    targets = []
    for number, scene in enumerate(SCENES):
        for minutes in (15, 60):
            table = Table(
                title=f"{scene.name}: {scene.cars} cars, {minutes} min windows under "
                f"{scene.limit / 1000:g} kW, {days} days",
                columns=(
                    "who",
                    "meter s",
                    "charger s",
                    "calm windows",
                    "exceeded",
                    "worst, of the limit",
                    "others exceeded",
                    "budget used",
                    "starts/car/day",
                    "most",
                    "kWh",
                    "limits/charger/h",
                ),
                notes=[
                    (
                        "Calm: the building alone never was above the limit. Exceeded: by more than "
                        "0.2 %. Budget: of windows in which cars wanted all that there was."
                    )
                ],
            )
            for pace in PACES:
                for who in pace.names:
                    of = [
                        found
                        for job, found in done.items()
                        if (job.scene, job.minutes, job.who, job.period)
                        == (number, minutes, who, pace.meter)
                    ]
                    one = summed(of)
                    cars = scene.cars * days
                    table.add(
                        who,
                        pace.meter,
                        pace.charger,
                        one.calm,
                        one.exceeded,
                        one.worst,
                        f"{one.loud_exceeded} of {one.loud}",
                        one.used / max(one.wanted, 1.0),
                        one.starts / cars,
                        one.most_starts,
                        one.energy,
                        one.commands / (one.hours * scene.cars),
                    )
                    if who == OURS:
                        targets += _targets(scene, minutes, pace, one, cars)
            yield table
    yield from targets


def _targets(scene: Scene, minutes: int, pace: Pace, one: Days, cars: int) -> Iterator[Target]:
    what = f"{scene.name}, {minutes} min, meter each {pace.meter:g} s"
    yield Target(name=f"{what}: calm windows exceeded", value=one.exceeded, bound=0.0)
    if pace is PACES[0]:
        yield Target(
            name=f"{what}: budget used",
            value=one.used / max(one.wanted, 1.0),
            bound=0.97,
            at_least=True,
        )
        yield Target(name=f"{what}: starts of a car and day", value=one.starts / cars, bound=20.0)
