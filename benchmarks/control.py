"""The closed loop over random days: ours and others on the very same days.

The plant is `simulation.plant`, the site and the house are those of `loop`: chargers behind 3 x 35 A beside a building whose appliances go on and off, cars on
one, two and three phases that come, taper, finish and leave.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
import os
from pathlib import Path
import signal
from statistics import mean
import sys

from simulation.plant import Meter, Visit

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
from .judge import LEVELS, Day, all_knowing, run_day
from .loop import CARS, DAY, HOUR, HOUSE, LIMIT, day_of_visits, make_outlets, percentile
from .report import Table, Target

ALL_KNOWING = "all-knowing, no delays"
METER, REPORTS = 2.0, 10.0
"""Seconds between two values of the meter, and of a charger."""
METER_PERIODS = (1.0, 2.0, 5.0, 10.0)
REPORT_PERIODS = (10.0, 60.0)
MATRIX = (OURS, KNOWN, SEED_IN_TURNS, SUBTRACTION)
"""Who is tried with every pair of periods."""
LONGEST = {10.0: 30.0, 60.0: 60.0}
"""Seconds between reports -> how long an excursion may last, s."""
NOISE = 0.2
EQUAL_HOURS = 4.0
HIGHER = 0.5
"""A by which an excursion may exceed its cause: steps, noise, a car that was let in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of the loop."""

    algorithm: str
    day: int
    hours: float
    meter: float = METER
    reports: float = REPORTS
    equal: bool = False
    traced: bool = False

    def run(self) -> Day:
        """Run it; anything random in it comes from the day's number."""
        visits = (
            _equal_cars(self.hours)
            if self.equal
            else day_of_visits(self.day, self.hours * HOUR / DAY)
        )
        outlets = make_outlets(visits, self.reports)
        if self.algorithm == ALL_KNOWING:
            return all_knowing(outlets, HOUSE, seed=self.day, hours=self.hours)
        return run_day(
            outlets,
            HOUSE,
            Meter(period=self.meter, noise=NOISE),
            ALGORITHMS[self.algorithm],
            seed=self.day,
            hours=self.hours,
            traced=self.traced,
        )


def _equal_cars(hours: float) -> Mapping[int, tuple[Visit, ...]]:
    """Six cars that could not be more alike, and want more than there is."""
    return {
        number: (Visit(arrives=2.0 + number, leaves=hours * HOUR - 60.0, ampere_hours=1000.0),)
        for number in range(CARS)
    }


def _run_all(jobs: Sequence[Job]) -> dict[Job, Day]:
    """Run them in their order; the first of them, where somebody doesn't want to wait."""
    done = {}
    # Ctrl-C is for everybody in the terminal: those who compute leave it to who waits.
    ignores = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(os.cpu_count(), initializer=ignores) as pool:
        try:
            for job, day in zip(jobs, pool.map(Job.run, jobs), strict=True):
                done[job] = day
                print(f"{len(done)} of {len(jobs)} runs", end="\r", file=sys.stderr)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
    print(file=sys.stderr)
    return done


def run(
    *, days: int = 20, hours: float = 24.0, matrix_days: int = 1, plots: Path | None = None
) -> Iterator[Table | Target]:
    """Run everybody over random days, some with every pair of periods, and equal cars.

    Interrupted, it tells of the days that everybody has lived through.
    """
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
    equal = {
        name: Job(algorithm=name, day=1, hours=EQUAL_HOURS, reports=_own_reports(name), equal=True)
        for name in ALGORITHMS
    }
    pairs = [(meter, reports) for reports in REPORT_PERIODS for meter in METER_PERIODS]
    matrix = {
        (meter, reports, name): [
            Job(algorithm=name, day=day, hours=hours, meter=meter, reports=reports)
            for day in range(1, matrix_days + 1)
        ]
        for meter, reports in pairs
        for name in MATRIX
    }
    first = [*equal.values(), *(job for row in matrix.values() for job in row)]
    day_by_day = [job for day in zip(*main.values(), strict=True) for job in day]
    done = _run_all(list(dict.fromkeys([*first, *day_by_day])))
    days = sum(all(job in done for job in day) for day in zip(*main.values(), strict=True))
    if days == 0 or not done.keys() >= set(first):
        raise KeyboardInterrupt
    results = {name: [done[job] for job in row[:days]] for name, row in main.items()}
    cells = {key: [done[job] for job in row] for key, row in matrix.items()}
    fairness = {name: done[job].fairness for name, job in equal.items()}

    yield _compared(results, fairness, days, hours)
    yield _periods(cells, pairs, matrix_days, hours)
    if plots is not None:
        from .plots import draw

        draw(plots, results, cells, pairs)
    yield from _targets(results, fairness)
    yield from _seldom_told({name: cells[METER, max(REPORT_PERIODS), name] for name in MATRIX})


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
        title=f"{days} random days of {hours:g} h, meter every {METER:g} s, "
        f"chargers' reports every {REPORTS:g} s, noise {NOISE:g} A",
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
                "with a rule for who charges added to it, where there is not the minimum for all."
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
    ours = results[OURS]
    yield _of_known(results)
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
    excursions = [excursion for day in ours for excursion in day.excursions]
    yield Target(
        name=f"excursions more than {HIGHER:g} A higher than the building's step",
        value=float(sum(one.height > one.cause + HIGHER for one in excursions)),
        bound=0.0,
        unit=f"of {len(excursions)}",
    )
    yield from _calm(ours, REPORTS)
    yield Target(
        name="Jain's index of equal cars",
        value=fairness[OURS],
        bound=0.98,
        unit="",
        at_least=True,
    )


def _seldom_told(results: Mapping[str, Sequence[Day]]) -> Iterator[Target]:
    """What is to hold with chargers that report once a minute, too."""
    reports = max(REPORT_PERIODS)
    yield _of_known(results, f", reports every {reports:g} s")
    yield from _calm(results[OURS], reports, f", reports every {reports:g} s")


def _of_known(results: Mapping[str, Sequence[Day]], name: str = "") -> Target:
    return Target(
        name=f"used, of the same controller with the other load known{name}",
        value=100.0 * _used(results[OURS]) / _used(results[KNOWN]),
        bound=97.0,
        unit="%",
        at_least=True,
    )


def _calm(days: Sequence[Day], reports: float, name: str = "") -> Iterator[Target]:
    yield Target(
        name=f"rolling 10 min mean, worst phase{name}",
        value=max(day.highest_mean for day in days),
        bound=LIMIT,
        unit="A",
    )
    yield Target(
        name=f"longest excursion{name}",
        value=max((each.seconds for day in days for each in day.excursions), default=0.0),
        bound=LONGEST[reports],
        unit="s",
    )
    yield Target(
        name=f"limit changes per charger and hour{name}",
        value=_commands(days),
        bound=15.0,
        unit="",
    )
