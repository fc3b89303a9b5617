"""Looks at the truth of the closed loop, and puts it into figures."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import Algorithm, House, Meter, Plant
from simulation.plant.plant_cars import Outlet, Visit

from .fairness import LOOKS_EVERY, Session, Shares, jain
from .loop import LIMIT, MEAN_OVER, STEP, TOLERANCE, percentile

CAUSE = 30.0
"""Seconds before an excursion in which the building's rise is its cause."""
PHASES = tuple(Phase)
DRAWING = 1.0
"""A above which a car charges."""


class Excursion(NamedTuple):
    """A time that a phase was above its limit."""

    at: float
    seconds: float
    height: float
    """A above the limit."""
    cause: float
    """What the building rose by on that phase, and cars took beyond what they were
    offered, A."""


@dataclass(slots=True, kw_only=True)
class Day:
    """What came of a day."""

    hours: float
    chargers: int
    used: float = 0.0
    """A h of the cars on all phases; what was above the limit is not counted."""
    overshoot: float = 0.0
    """A s above the limit, all phases."""
    above: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """Seconds in which a phase was above 1.0, 1.13 and 1.45 times the limit."""
    excursions: list[Excursion] = field(default_factory=list)
    highest_mean: float = 0.0
    """The rolling 10 min mean of the worst phase, A."""
    delivered: dict[Session, float] = field(default_factory=dict)
    """To every session that has ended, A s on each of its phases."""
    fair: dict[Session, float] = field(default_factory=dict)
    """What fairness gave to every session at each moment, among the cars as they were then,
    A s on each of its phases."""
    starts: int = 0
    commands: int = 0
    trace: list[tuple[float, PhaseCurrents, PhaseCurrents]] = field(default_factory=list)
    """(when, building, grid), where it was asked for."""

    @property
    def satisfied(self) -> list[float]:
        """Of every session: delivered by what it asked for and could have had alone."""
        return [
            min(1.0, amperes / 3600.0 / _alone(session.visit))
            for session, amperes in self.delivered.items()
        ]

    @property
    def fairness(self) -> float:
        """Jain's index of what the sessions got of what they could have had."""
        return jain(self.satisfied)

    def complied(self, share: float) -> float:
        """Seconds that excursions lasted: the value that `share` of them don't exceed."""
        lengths = [excursion.seconds for excursion in self.excursions]
        return percentile(lengths, share) if lengths else 0.0


LEVELS = (1.0, 1.13, 1.45)
"""Times the limit; IEC 60898-1: 1.13 for an hour at least, 1.45 trips within the hour."""


def _alone(visit: Visit) -> float:
    """What a car could have had if there were no others, Ah."""
    since = max(visit.arrives, visit.begins_at)
    return min(visit.ampere_hours, visit.maximum * max(1.0, visit.leaves - since) / 3600.0)


class Judge:
    """Takes in every moment of a day."""

    def __init__(
        self,
        hours: float,
        outlets: Sequence[Outlet],
        *,
        limit: float = LIMIT,
        traced: bool = False,
    ) -> None:
        """Judge what happens at these outlets behind a limit of so many A."""
        self.day = Day(hours=hours, chargers=len(outlets))
        self.limit = limit
        self._traced = traced
        self._sessions: dict[ConnectorId, Session] = {}
        self._amperes: dict[ConnectorId, float] = {}
        self._drawing: set[ConnectorId] = set()
        self._over: list[Excursion | None] = [None, None, None]
        self._recent: deque[PhaseCurrents] = deque(maxlen=int(CAUSE / STEP))
        self._window: deque[PhaseCurrents] = deque()
        self._sums = [0.0, 0.0, 0.0]

    def look(
        self,
        now: float,
        other: PhaseCurrents,
        drawn: PhaseCurrents,
        cars: Iterable[tuple[ConnectorId, Visit | None, float]],
        excess: PhaseCurrents = NO_CURRENT,
    ) -> None:
        """Take in a moment: the building, all cars, and of each outlet the visit and its A.

        `excess` is what cars take beyond what they are offered, A per phase.
        """
        for id_, visit, amperes in cars:
            self._session(id_, visit, amperes)
        grid = other.plus(drawn)
        self._recent.append(other)
        self._window.append(grid)
        gone = self._window.popleft() if len(self._window) > MEAN_OVER / STEP else None
        day = self.day
        for phase in PHASES:
            current = grid[phase]
            day.used += max(0.0, min(drawn[phase], self.limit - other[phase])) * STEP / 3600.0
            self._sums[phase] += current - (0.0 if gone is None else gone[phase])
            if len(self._window) >= MEAN_OVER / STEP:
                day.highest_mean = max(day.highest_mean, self._sums[phase] / len(self._window))
            if current > self.limit + 1e-9:
                day.overshoot += (current - self.limit) * STEP
            self._excursion(phase, now, current - self.limit, excess[phase])
        most = max(grid)
        if most > self.limit:
            for number, level in enumerate(LEVELS):
                if most > level * self.limit + TOLERANCE:
                    day.above[number] += STEP
        if self._traced:
            day.trace.append((now, other, grid))

    def _session(self, id_: ConnectorId, visit: Visit | None, amperes: float) -> None:
        session = self._sessions.get(id_)
        if session is not None and session.visit is not visit:
            self.day.delivered[self._sessions.pop(id_)] = self._amperes.pop(id_)
            session = None
        if visit is None:
            self._drawing.discard(id_)
            return
        if session is None:
            self._sessions[id_] = Session(id_, visit)
            self._amperes[id_] = 0.0
        self._amperes[id_] += amperes * STEP
        if amperes > DRAWING and id_ not in self._drawing:
            self._drawing.add(id_)
            self.day.starts += 1
        elif amperes < DRAWING / 2.0:
            self._drawing.discard(id_)

    def _excursion(self, phase: Phase, now: float, height: float, taken: float) -> None:
        running = self._over[phase]
        if height > TOLERANCE:
            if running is None:
                running = Excursion(now, 0.0, 0.0, 0.0)
            loads = [load[phase] for load in self._recent]
            cause = max(loads[-1] - min(loads) + taken, running.cause)
            self._over[phase] = Excursion(running.at, 0.0, max(running.height, height), cause)
        elif running is not None:
            self.day.excursions.append(running._replace(seconds=now - running.at))
            self._over[phase] = None

    def end(self, now: float, plant: Plant | None = None) -> Day:
        """Count what has not ended, too, except sessions."""
        for phase, running in enumerate(self._over):
            if running is not None:
                self.day.excursions.append(running._replace(seconds=now - running.at))
                self._over[phase] = None
        if plant is not None:
            self.day.commands = sum(each.commands for each in plant.connectors.values())
        return self.day


def run_day(
    outlets: Sequence[Outlet],
    house: House,
    meter: Meter,
    make: Callable[[Plant], Algorithm],
    *,
    seed: int,
    hours: float,
    limit: float = LIMIT,
    start: float = 0.0,
    traced: bool = False,
) -> Day:
    """Close the loop for a day that begins at `start`, s."""
    plant = Plant(outlets, house, meter, seed=seed, start=start)
    algorithm = make(plant)
    judge = Judge(hours, outlets, limit=limit, traced=traced)
    shares = Shares(outlets)
    looks_at = start + LOOKS_EVERY
    end = plant.now + hours * 3600.0
    while plant.now < end:
        if plant.step(STEP):
            plant.apply(algorithm.decide(plant.readings(), plant.now))
        if plant.now >= looks_at:
            looks_at += LOOKS_EVERY
            wanted = {
                Session(id_, each.visit): each.wanted
                for id_, each in plant.connectors.items()
                if each.visit is not None and each.wanted > 0.0
            }
            room = [limit - load for load in plant.other_load]
            shares.look(wanted, room, plant.now, LOOKS_EVERY)
        cars = [(id_, each.visit, each.drawn) for id_, each in plant.connectors.items()]
        judge.look(plant.now, plant.other_load, plant.drawn, cars, _excess(plant))
    day = judge.end(plant.now, plant)
    day.fair = shares.given()
    return day


def _excess(plant: Plant) -> PhaseCurrents:
    """What cars take beyond what they are offered, A per phase."""
    total = NO_CURRENT
    for connector in plant.connectors.values():
        if connector.visit is not None and connector.visit.overdraws:
            total = total.plus(PhaseCurrents.on(connector.loads, connector.excess))
    return total


@dataclass(slots=True)
class _Car:
    """A car that follows at once."""

    outlet: Outlet
    visit: Visit | None = None
    wanted: float = 0.0
    drawn: float = 0.0


def all_knowing(
    outlets: Sequence[Outlet],
    house: House,
    *,
    seed: int,
    hours: float,
    limit: float = LIMIT,
    start: float = 0.0,
) -> Day:
    """What could be used at best: the building is known, and cars follow at once.

    Max-min fair at every moment, as many cars as there is the minimum for; in
    the order in which they came.
    """
    plant = Plant((), house, Meter(), seed=seed, start=start)
    cars = [_Car(outlet) for outlet in outlets]
    judge = Judge(hours, outlets, limit=limit)
    shares: dict[ConnectorId, float] = {}
    fair = Shares(outlets)
    looks_at = start + LOOKS_EVERY
    before: object = None
    while plant.now < start + hours * 3600.0:
        plant.step(STEP)
        now = plant.now
        for car in cars:
            if car.visit is not None and now >= car.visit.leaves:
                car.visit = None
            if car.visit is None:
                car.visit = next(
                    (one for one in car.outlet.visits if one.arrives <= now < one.leaves), None
                )
                car.wanted = car.visit.ampere_hours * 3600.0 if car.visit else 0.0
        available = PhaseCurrents(*(max(0.0, limit - load) for load in plant.other_load))
        claims = tuple(
            Claim(
                id=car.outlet.id,
                path=("grid",),
                phases=frozenset(car.outlet.wiring[: visit.phases_at(now)]),
                minimum=min(visit.minimum, takes := ceil(2.0 * most) / 2.0),
                maximum=takes,
            )
            for visit, car in sorted(
                ((car.visit, car) for car in cars if car.visit is not None),
                key=lambda pair: pair[0].arrives,
            )
            if (most := visit.takes(car.wanted, now)) > 0.0
        )
        if (available, claims) != before:
            before = available, claims
            shares = _share_at_once(claims, available)
        drawn = NO_CURRENT
        for car in cars:
            visit = car.visit
            car.drawn = 0.0
            if visit is not None and (share := shares.get(car.outlet.id, 0.0)):
                car.drawn = min(share, visit.takes(car.wanted, now))
                loads = car.outlet.wiring[: visit.phases_at(now)]
                drawn = drawn.plus(PhaseCurrents.on(loads, car.drawn))
            car.wanted = max(0.0, car.wanted - car.drawn * STEP)
        judge.look(
            now, plant.other_load, drawn, [(car.outlet.id, car.visit, car.drawn) for car in cars]
        )
        if now >= looks_at:
            looks_at += LOOKS_EVERY
            wanted = {
                Session(car.outlet.id, car.visit): car.wanted
                for car in cars
                if car.visit is not None and car.wanted > 0.0
            }
            fair.look(wanted, available, now, LOOKS_EVERY)
    day = judge.end(plant.now)
    day.fair = fair.given()
    return day


def _share_at_once(claims: Sequence[Claim], available: PhaseCurrents) -> dict[ConnectorId, float]:
    admitted: list[Claim] = []
    room = list(available)
    for claim in claims:
        if all(room[phase] >= claim.minimum for phase in claim.phases):
            admitted.append(claim)
            for phase in claim.phases:
                room[phase] -= claim.minimum
    return {id_: share.amperes for id_, share in allocate(admitted, {"grid": available}).items()}
