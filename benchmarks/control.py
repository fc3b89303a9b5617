"""The closed loop over random days: ours and others on the very same days.

The plant is `simulation.plant.plant`, the site and the house are those of `loop`: chargers behind
3 x 35 A beside a building whose appliances go on and off, cars on one, two and three phases
that come, taper, finish and leave. Half of the cars are of a kind of their own (`mix`): they need
more than 6 A, stay below or above their limit, wait for an hour, lose phases. The same days are
lived through with chargers of every kind, too, and with a thermostat alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
import math
from pathlib import Path
from statistics import mean

from simulation.plant.plant import House, Meter
from simulation.plant.plant_cars import Outlet, Visit

from .algorithms import (
    ALGORITHMS,
    KNOWN,
    MINIMUM_FOR_ALL,
    OURS,
    SEED,
    SEED_IN_TURNS,
    SEEDS,
    SEEDS_REPORTS,
    SUBTRACTION,
)
from .fairness import Session
from .judge import LEVELS, Day, all_knowing, run_day
from .loop import (
    CARS,
    DAY,
    HOUR,
    HOUSE,
    LIMIT,
    THERMOSTATS,
    day_of_visits,
    make_outlets,
    make_site,
    percentile,
    staying,
)
from .mix import kind_of, mix_cars, mix_chargers, told_by
from .report import Table, Target, Unfinished
from .runs import run_all

ALL_KNOWING = "all-knowing, no delays"
METER, REPORTS = 2.0, 10.0
"""Seconds between two values of the meter, and of a charger."""
METER_PERIODS = (2.0, 10.0)
REPORT_PERIODS = (10.0, 60.0)
MATRIX = (OURS, KNOWN, SEED_IN_TURNS, SUBTRACTION)
"""Who is tried with every pair of periods."""
LONGEST = 34.0
"""Seconds that an excursion may last."""
CHANGES = 15.0
"""Limit changes of a charger in an hour."""
THERMOSTAT_CHANGES = 12.0
"""The same beside a thermostat and nothing else."""
NOISE = 0.2
EQUAL_HOURS = 4.0
THERMOSTAT_HOURS = 4.0
THERMOSTAT_CARS = 3
HIGHER = 0.5
"""A by which an excursion may exceed its cause: steps, noise, a car that was let in."""
FAIR = 80.0
"""Percent of what fairness gives it that every car is to get."""
WORTH_JUDGING = 3600.0
"""A s that fairness has to give a session so that its share says something."""
WORST = 12
"""Sessions and excursions that are told of one by one."""
CAR_PARK = "chargers of every kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of the loop."""

    algorithm: str
    day: int
    hours: float
    meter: float = METER
    reports: float = REPORTS
    mixed_chargers: bool = False
    equal: bool = False
    thermostat: str | None = None
    traced: bool = False

    def run(self) -> Lived:
        """Run it; anything random in it comes from the day's number."""
        outlets, house = self.outlets(), self.house()
        if self.algorithm == ALL_KNOWING:
            return Lived(day=all_knowing(outlets, house, seed=self.day, hours=self.hours))
        day = run_day(
            outlets,
            house,
            Meter(period=self.meter, noise=NOISE),
            partial(ALGORITHMS[self.algorithm], make_site()),
            seed=self.day,
            hours=self.hours,
            traced=self.traced,
        )
        return Lived(day=day)

    def outlets(self) -> list[Outlet]:
        """The chargers and their cars."""
        if self.equal:
            return make_outlets(_equal_cars(self.hours), self.reports)
        if self.thermostat is not None:
            return make_outlets(staying(self.hours, cars=THERMOSTAT_CARS), self.reports)
        visits = mix_cars(day_of_visits(self.day, self.hours * HOUR / DAY), self.day)
        outlets = make_outlets(visits, self.reports)
        return mix_chargers(outlets, self.day) if self.mixed_chargers else outlets

    def house(self) -> House:
        """What the building is."""
        return HOUSE if self.thermostat is None else THERMOSTATS[self.thermostat]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What came of a run."""

    day: Day

    def shares(self) -> dict[Session, float]:
        """What every session got of what fairness gives it, %."""
        return {
            session: 100.0 * self.day.delivered[session] / fair
            for session, fair in self.day.fair.items()
            if fair >= WORTH_JUDGING and session in self.day.delivered
        }


def _equal_cars(hours: float) -> Mapping[int, tuple[Visit, ...]]:
    """Six cars that could not be more alike, and want more than there is."""
    return {
        number: (Visit(arrives=2.0 + number, leaves=hours * HOUR - 60.0, ampere_hours=1000.0),)
        for number in range(CARS)
    }


def run(
    *,
    days: int = 6,
    hours: float = 24.0,
    matrix_days: int = 1,
    quick: bool = False,
    plots: Path | None = None,
) -> Iterator[Table | Target]:
    """Run everybody over random days, some with every pair of periods, and equal cars.

    Interrupted, it tells of the days that everybody has lived through. Days are
    seeds: day 3 of the control is the same day whenever and wherever it is run.
    `quick` leaves out all others, and with them the figures that compare with them.
    """
    if quick:
        yield from _quick(days, hours)
        return
    contenders = [*ALGORITHMS, ALL_KNOWING]
    main = {
        name: [
            Job(
                algorithm=name,
                day=day,
                hours=hours,
                reports=_own_reports(name),
                traced=plots is not None and day == 1,
            )
            for day in range(1, days + 1)
        ]
        for name in contenders
    }
    park = {
        name: [
            Job(algorithm=name, day=day, hours=hours, mixed_chargers=True)
            for day in range(1, days + 1)
        ]
        for name in (OURS, KNOWN)
    }
    equal = {
        name: Job(algorithm=name, day=1, hours=EQUAL_HOURS, reports=_own_reports(name), equal=True)
        for name in ALGORITHMS
    }
    alone = _thermostats()
    pairs = [(meter, reports) for reports in REPORT_PERIODS for meter in METER_PERIODS]
    matrix = {
        (meter, reports, name): [
            Job(algorithm=name, day=day, hours=hours, meter=meter, reports=reports)
            for day in range(1, matrix_days + 1)
        ]
        for meter, reports in pairs
        for name in MATRIX
    }
    first = [*equal.values(), *alone.values(), *(job for row in matrix.values() for job in row)]
    day_by_day = [job for day in zip(*main.values(), *park.values(), strict=True) for job in day]
    lived = run_all(list(dict.fromkeys([*first, *day_by_day])), Job.run)
    asked = days
    days = sum(
        all(job in lived for job in day) for day in zip(*main.values(), *park.values(), strict=True)
    )
    if days == 0 or not lived.keys() >= set(first):
        raise Unfinished(f"stopped after {len(lived)} runs: too few to tell anything")
    results = {name: [lived[job].day for job in row[:days]] for name, row in main.items()}
    parked = {name: [lived[job].day for job in row[:days]] for name, row in park.items()}
    cells = {key: [lived[job].day for job in row] for key, row in matrix.items()}
    fairness = {name: lived[job].day.fairness for name, job in equal.items()}
    ours = [*main[OURS][:days], *park[OURS][:days]]
    told = {job: lived[job] for job in ours}

    yield _compared(results, fairness, days, hours)
    yield _parked(parked, days, hours)
    yield _periods(cells, pairs, matrix_days, hours)
    yield _worst_sessions(told)
    yield _worst_excursions(told)
    if plots is not None:
        from .plots import draw

        draw(plots, results, cells, pairs)
    yield from _targets(results, fairness)
    yield from _alone(results, [lived[job] for job in main[OURS][:days]], "")
    yield from _alone(parked, [lived[job] for job in park[OURS][:days]], f", {CAR_PARK}")
    yield from _calm_beside_thermostats(alone, lived)
    if matrix_days:
        yield from _seldom_told({name: cells[METER, max(REPORT_PERIODS), name] for name in MATRIX})
    yield Target(name="days lived through", value=days, bound=asked, at_least=True)


def _quick(days: int, hours: float) -> Iterator[Table | Target]:
    """Ours alone, and with the other load known: what somebody who changes it looks at."""
    jobs = {
        (name, mixed): [
            Job(algorithm=name, day=day, hours=hours, mixed_chargers=mixed)
            for day in range(1, days + 1)
        ]
        for mixed in (False, True)
        for name in (OURS, KNOWN)
    }
    alone = _thermostats()
    lived = run_all([*alone.values(), *(job for row in jobs.values() for job in row)], Job.run)
    if len(lived) < len(alone) + 4 * days:
        raise Unfinished(f"stopped after {len(lived)} runs")
    told = {job: lived[job] for mixed in (False, True) for job in jobs[OURS, mixed]}
    yield _worst_sessions(told)
    yield _worst_excursions(told)
    for mixed in (False, True):
        results = {name: [lived[job].day for job in jobs[name, mixed]] for name in (OURS, KNOWN)}
        name = f", {CAR_PARK}" if mixed else ""
        yield from _alone(results, [lived[job] for job in jobs[OURS, mixed]], name)
    yield from _calm_beside_thermostats(alone, lived)


def _thermostats() -> dict[str, Job]:
    return {
        name: Job(algorithm=OURS, day=1, hours=THERMOSTAT_HOURS, thermostat=name)
        for name in THERMOSTATS
    }


def _alone(
    results: Mapping[str, Sequence[Day]], lived: Sequence[Lived], name: str
) -> Iterator[Target]:
    """What is to hold for ours whatever others do."""
    yield _of_known(results, name)
    yield _caused(results[OURS], name)
    yield from _calm(results[OURS], name)
    yield from _fair(lived, name)


def _calm_beside_thermostats(
    jobs: Mapping[str, Job], lived: Mapping[Job, Lived]
) -> Iterator[Target]:
    for house, job in jobs.items():
        day = lived[job].day
        yield Target(
            name=f"limit changes per charger and hour beside a thermostat alone, {house}",
            # The other chargers have no cars, and no changes.
            value=day.commands / THERMOSTAT_CARS / day.hours,
            bound=THERMOSTAT_CHANGES,
        )


def _own_reports(name: str) -> float:
    """Seconds between a charger's reports as who controls it has configured them."""
    return SEEDS_REPORTS if name in SEEDS else REPORTS


def _used(days: Sequence[Day]) -> float:
    return sum(day.used for day in days)


def _per_day(days: Sequence[Day], value: float) -> float:
    return value / sum(day.hours for day in days) * 24.0


def _commands(days: Sequence[Day]) -> float:
    return sum(day.commands for day in days) / sum(day.chargers * day.hours for day in days)


def _overshoot(days: Sequence[Day]) -> float:
    return _per_day(days, sum(day.overshoot for day in days))


def _complied(days: Sequence[Day], share: float) -> float:
    lengths = [excursion.seconds for day in days for excursion in day.excursions]
    return percentile(lengths, share) if lengths else 0.0


def _compared(
    results: Mapping[str, Sequence[Day]], fairness: Mapping[str, float], days: int, hours: float
) -> Table:
    best = _used(results[ALL_KNOWING])
    table = Table(
        title=f"{days} random days of {hours:g} h (seeds 1 to {days}), mixed cars, meter every "
        f"{METER:g} s, chargers' reports every {REPORTS:g} s, noise {NOISE:g} A",
        columns=(
            "algorithm",
            "used %",
            "overshoot A s/day",
            *(f"s/day > {level:g} x" for level in LEVELS),
            "complied s, median",
            "95 %",
            "Jain's index",
            "of equal cars",
            "worst session",
            "starts/session",
            "limits/charger/h",
        ),
        notes=[
            (
                f"Used: of what an all-knowing allocator without any delay uses. Overshoot, seconds "
                f"above 1.0, 1.13 and 1.45 times the limit of {LIMIT:g} A: the true current, all "
                "phases. Complied: how long excursions last. Jain's index and the worst session: of "
                "what each car got of what it asked for and could have had alone. The seed has its "
                f"chargers report every {SEEDS_REPORTS:g} s, and calculates on each report; in turns: "
                "with a rule for who charges added to it, where there is not the minimum for all. "
                "All-knowing with the cars' delays: knows the building and the cars, and overshoots what "
                "the building takes until cars have made way."
            )
        ],
    )
    for name, found in results.items():
        sessions = [share for day in found for share in day.satisfied]
        table.add(
            name,
            100.0 * _used(found) / best,
            _overshoot(found),
            *(_per_day(found, sum(day.above[n] for day in found)) for n in range(len(LEVELS))),
            _complied(found, 0.5),
            _complied(found, 0.95),
            mean(day.fairness for day in found),
            fairness.get(name),
            min(sessions, default=1.0),
            sum(day.starts for day in found) / max(1, len(sessions)),
            _commands(found) if name != ALL_KNOWING else None,
        )
    return table


def _parked(results: Mapping[str, Sequence[Day]], days: int, hours: float) -> Table:
    table = Table(
        title=f"The same days with {CAR_PARK}",
        columns=(
            "algorithm",
            "used % of other load known",
            "overshoot A s/day",
            "complied s, median",
            "95 %",
            "longest",
            "limits/charger/h",
        ),
        notes=[
            (
                f"{days} days of {hours:g} h. Some report every 10, 60 or 300 s, some tell only power, "
                "one label or nothing, some take watts only."
            )
        ],
    )
    for name, found in results.items():
        table.add(
            name,
            100.0 * _used(found) / _used(results[KNOWN]),
            _overshoot(found),
            _complied(found, 0.5),
            _complied(found, 0.95),
            _complied(found, 1.0),
            _commands(found),
        )
    return table


def _where(job: Job) -> str:
    return CAR_PARK if job.mixed_chargers else f"reports every {job.reports:g} s"


def _worst_sessions(lived: Mapping[Job, Lived]) -> Table:
    table = Table(
        title="Sessions that got least of their fair share, ours",
        columns=(
            "seed",
            "chargers",
            "outlet",
            "charger",
            "car",
            "from h",
            "to h",
            "fair Ah",
            "got %",
        ),
        notes=[
            (
                "Fair: at every moment max-min over what the cars there really want and the building "
                f"really leaves; sessions that ended and are to get {WORTH_JUDGING / 3600.0:g} Ah at "
                "least."
            )
        ],
    )
    rows = [
        (share, job, session, one.day.fair[session])
        for job, one in lived.items()
        for session, share in one.shares().items()
    ]
    for share, job, session, fair in sorted(rows, key=lambda row: row[0])[:WORST]:
        outlet = next(one for one in job.outlets() if one.id == session.outlet)
        visit = session.visit
        table.add(
            job.day,
            _where(job),
            session.outlet.charger,
            told_by(outlet),
            kind_of(visit),
            visit.arrives / HOUR,
            visit.leaves / HOUR,
            fair / HOUR,
            share,
        )
    return table


def _worst_excursions(lived: Mapping[Job, Lived]) -> Table:
    table = Table(
        title="Excursions that are longer or higher than they may be, ours",
        columns=("seed", "chargers", "at s", "seconds", "height A", "cause A"),
    )
    rows = [
        (one, job)
        for job, found in lived.items()
        for one in found.day.excursions
        if one.seconds > LONGEST or one.height > one.cause + HIGHER
    ]
    for one, job in sorted(rows, key=lambda row: -row[0].seconds)[: 2 * WORST]:
        table.add(job.day, _where(job), one.at, one.seconds, one.height, one.cause)
    return table


def _periods(
    cells: Mapping[tuple[float, float, str], Sequence[Day]],
    pairs: Sequence[tuple[float, float]],
    days: int,
    hours: float,
) -> Table:
    table = Table(
        title=f"Other meters and chargers, {days} random {'day' if days == 1 else 'days'} "
        f"of {hours:g} h",
        columns=(
            "meter every s",
            "reports every s",
            "algorithm",
            "used % of other load known",
            "overshoot A s/day",
            f"s/day > {LEVELS[1]:g} x",
            "complied s, median",
            "95 %",
            "limits/charger/h",
        ),
    )
    for meter, reports in pairs:
        for name in MATRIX:
            found = cells[meter, reports, name]
            table.add(
                meter,
                reports,
                name,
                100.0 * _used(found) / _used(cells[meter, reports, KNOWN]),
                _overshoot(found),
                _per_day(found, sum(day.above[1] for day in found)),
                _complied(found, 0.5),
                _complied(found, 0.95),
                _commands(found),
            )
    return table


def _targets(
    results: Mapping[str, Sequence[Day]], fairness: Mapping[str, float]
) -> Iterator[Target]:
    for name, one, other in (
        ("in turns", OURS, SEED_IN_TURNS),
        ("minimum for all", MINIMUM_FOR_ALL, SEED),
    ):
        yield Target(
            name=f"overshoot, of the seed's ({name})",
            value=_overshoot(results[one]) / max(_overshoot(results[other]), 1e-9),
            bound=0.2,
            unit="x",
        )
    yield Target(
        name="Jain's index of equal cars",
        value=fairness[OURS],
        bound=0.98,
        unit="",
        at_least=True,
    )


def _caused(days: Sequence[Day], name: str = "") -> Target:
    excursions = [excursion for day in days for excursion in day.excursions]
    return Target(
        name=f"excursions more than {HIGHER:g} A higher than their cause{name}",
        value=float(sum(one.height > one.cause + HIGHER for one in excursions)),
        bound=0.0,
        unit=f"of {len(excursions)}",
    )


def _fair(lived: Sequence[Lived], name: str = "") -> Iterator[Target]:
    """What is to hold for every single car."""
    shares = [share for one in lived for share in one.shares().values()]
    yield Target(
        name=f"the worst car, of its fair share{name}",
        value=min(shares, default=math.nan),
        bound=FAIR,
        unit=f"% of {len(shares)} cars",
        at_least=True,
    )


def _seldom_told(results: Mapping[str, Sequence[Day]]) -> Iterator[Target]:
    """What is to hold with chargers that report once a minute, too."""
    reports = max(REPORT_PERIODS)
    yield _of_known(results, f", reports every {reports:g} s")
    yield from _calm(results[OURS], f", reports every {reports:g} s")


def _of_known(results: Mapping[str, Sequence[Day]], name: str = "") -> Target:
    return Target(
        name=f"used, of the same controller with the other load known{name}",
        value=100.0 * _used(results[OURS]) / _used(results[KNOWN]),
        bound=97.0,
        unit="%",
        at_least=True,
    )


def _calm(days: Sequence[Day], name: str = "") -> Iterator[Target]:
    yield Target(
        name=f"rolling 10 min mean, worst phase{name}",
        value=max(day.highest_mean for day in days),
        bound=LIMIT,
        unit="A",
    )
    yield Target(
        name=f"longest excursion{name}",
        value=max((each.seconds for day in days for each in day.excursions), default=0.0),
        bound=LONGEST,
        unit="s",
    )
    yield Target(
        name=f"limit changes per charger and hour{name}",
        value=_commands(days),
        bound=CHANGES,
        unit="",
    )
