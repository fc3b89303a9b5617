"""The highest window of a month: what cars add to what the building's own would have been.

A home whose two cars come every evening for 7.5 kWh each. Nobody may stay below a floor of 2.5 kW, and
what the building reached so far costs nothing more, so a good rule adds nothing. Both the highest
window and the building's own are the truth of the same days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from time import process_time

from custom_components.ev_load_manager.balancing.phases import Wiring
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.peaks.keeper import PeakSettings, Rule
from simulation.plant.plant import Algorithm, House, Meter, Plant
from simulation.plant.plant_cars import Visit

from .loop import HOUR, L1, L2, make_outlets, make_site
from .our_windows import Ours
from .peak_rules import MOMENTARY, PEAKSHAVR, PEAQ, SMARTEVSE, VOLTAGE, ByPower, Shedding, watts
from .report import Table, Target, Unfinished
from .runs import run_all

FLOOR, FUSE, CARS = 2500.0, 25.0, 2
"""W, A."""
WIRINGS: Mapping[int, Wiring] = {0: (L1,), 1: (L2,)}
"""Chargers on one phase: on three a car counts for three until it has shown its phases, and 2.5 kW
would start none."""
DAYS = 30
BEGIN = datetime(2026, 1, 1, 15, 0, tzinfo=UTC)
"""So that all days are of one month."""
STEP, METER_PERIOD = 2.0, 10.0
"""Seconds: a month is long."""
OURS = "ours"
CONTENDERS = (OURS, MOMENTARY, SMARTEVSE, PEAQ, PEAKSHAVR)
KILOWATT_HOURS = 7.5
"""Of each car and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of a month; kW, kWh."""

    peak: float
    house: float
    """The building's own, at least the floor."""
    energy: float
    wanted: float
    starts: float
    """Of a car and day."""
    seconds: float
    """Of the processor for a day."""

    @property
    def added(self) -> float:
        """By the cars."""
        return max(0.0, self.peak - self.house)


def visits(seed: int) -> dict[int, tuple[Visit, ...]]:
    """Every evening until the morning, on one phase."""
    found = {}
    for number in range(CARS):
        random = Random(f"month {seed} {number}")
        found[number] = tuple(
            Visit(
                arrives=day * 24 * HOUR + random.uniform(1.0, 5.0) * HOUR,
                leaves=day * 24 * HOUR + random.uniform(15.0, 17.0) * HOUR,
                ampere_hours=1000.0 * KILOWATT_HOURS / VOLTAGE,
                phases=1,
            )
            for day in range(DAYS)
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of somebody."""

    minutes: int
    seed: int
    who: str
    house: House
    days: int = DAYS

    def run(self) -> Added:
        """Live through it."""
        began = process_time()
        outlets = make_outlets(
            visits(self.seed),
            10.0,
            lambda number, outlet: replace(outlet, wiring=WIRINGS[number]),
            cars=CARS,
        )
        plant = Plant(outlets, self.house, Meter(period=METER_PERIOD), seed=self.seed)
        return self._live(plant, self._make(), began)

    def _make(self) -> Algorithm:
        site = make_site(WIRINGS, amperes=FUSE, cars=CARS)
        if self.who == OURS:
            settings = PeakSettings(
                rule=Rule.MONTH, minutes=self.minutes, maximum=17.0, floor=FLOOR / 1000.0
            )
            return Ours(settings, site, period=METER_PERIOD, begin=BEGIN)
        if self.who == PEAKSHAVR:
            return Shedding(site, FLOOR, self.minutes, of_month=True)
        return ByPower(site, FLOOR, self.minutes, self.who, of_month=True)

    def _live(self, plant: Plant, algorithm: Algorithm, began: float) -> Added:
        length = self.minutes * 60.0
        peak = own = total = house = energy = 0.0
        starts = 0
        drawing: dict[ConnectorId, bool] = {}
        while plant.now < self.days * 24 * HOUR:
            if plant.step(STEP):
                plant.apply(algorithm.decide(plant.readings(), plant.now))
            building, cars = watts(plant.other_load), VOLTAGE * sum(plant.drawn)
            total += (building + cars) * STEP
            house += building * STEP
            energy += cars * STEP / 3.6e6
            for id_, one in plant.connectors.items():
                draws = one.drawn > 1.0
                starts += draws and not drawing.get(id_, False)
                drawing[id_] = draws
            if plant.now % length < STEP:
                peak, own = max(peak, total / length), max(own, house / length)
                total = house = 0.0
        return Added(
            peak=peak / 1000.0,
            house=max(own, FLOOR) / 1000.0,
            energy=energy,
            wanted=CARS * self.days * KILOWATT_HOURS,
            starts=starts / (CARS * self.days),
            seconds=(process_time() - began) / self.days,
        )


def run(
    *, house: House, months: int, processes: int | None = None, days: int = DAYS
) -> Iterator[Table | Target]:
    """Live through so many months with everybody, in windows of 15 and 60 min."""
    jobs = [
        Month(minutes=minutes, seed=seed, who=who, house=house, days=days)
        for seed in range(1, months + 1)
        for who in CONTENDERS
        for minutes in (15, 60)
    ]
    done = run_all(jobs, Month.run, processes=processes)
    for minutes in (15, 60):
        yield from _of_window(minutes, done)
    if len(done) < len(jobs):
        raise Unfinished(f"stopped after {len(done)} of {len(jobs)} months")


def _of_window(minutes: int, done: Mapping[Month, Added]) -> Iterator[Table | Target]:
    table = Table(
        title=f"The highest of the month so far, {minutes} min windows, a floor of "
        f"{FLOOR / 1000:g} kW, two cars of {KILOWATT_HOURS:g} kWh a day on one phase, a meter every {METER_PERIOD:g} s",
        columns=(
            "who",
            "months",
            "building's own kW",
            "added kW, mean",
            "worst",
            "kWh",
            "of wanted",
            "starts/car/day",
            "s/day",
        ),
    )
    targets = []
    for who in CONTENDERS:
        of = [one for job, one in done.items() if (job.minutes, job.who) == (minutes, who)]
        if not of:
            continue
        added = sum(one.added for one in of) / len(of)
        energy = sum(one.energy for one in of)
        table.add(
            who,
            len(of),
            sum(one.house for one in of) / len(of),
            added,
            max(one.added for one in of),
            energy,
            energy / sum(one.wanted for one in of),
            sum(one.starts for one in of) / len(of),
            sum(one.seconds for one in of) / len(of),
        )
        if who == OURS:
            targets.append(
                Target(
                    name=f"highest of the month, {minutes} min: added peak",
                    value=added,
                    bound=0.05,
                    unit="kW",
                )
            )
    yield table
    yield from targets
