"""Who shares the current in the closed loop: ours, and others for comparison.

All of them get the readings of the same plant. The seed's algorithm is that of
the thesis, 6.2.5, 6.3.2 and 6.3.6, with its chargers' reports once a minute;
subtraction is what its figures suggest where the meter is fresher than the
chargers' reports.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil, floor

from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import (
    NO_CURRENT,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.readings import Readings, Status
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy, Site
from simulation.plant.plant import Algorithm, Plant

from .loop import Controlled, KnownOtherLoad

TURN = 900.0
"""Seconds of a turn where there is not the minimum for all."""
SEEDS_REPORTS = 60.0
"""Seconds between two reports of a charger, after each of which the seed calculates again."""
MINIMUM, MAXIMUM = 6.0, 32.0
SEEN = 1.0
"""A; a phase with more than that is one that the car uses."""

type Share = Callable[[Sequence[Claim], PhaseCurrents], dict[ConnectorId, float]]


def max_min_fair(claims: Sequence[Claim], available: PhaseCurrents) -> dict[ConnectorId, float]:
    """Our sharing rule."""
    shares = allocate(claims, {"grid": available})
    return {id_: share.amperes for id_, share in shares.items()}


def round_robin(claims: Sequence[Claim], available: PhaseCurrents) -> dict[ConnectorId, float]:
    """The rule of acnportal in steps of 1 A; it is asked again when there is an ampere more or less."""
    rounded = PhaseCurrents(*(float(floor(current)) for current in available))
    return dict(_round_robin(tuple(claims), rounded))


@lru_cache(maxsize=100_000)
def _round_robin(
    claims: tuple[Claim, ...], available: PhaseCurrents
) -> tuple[tuple[ConnectorId, float], ...]:
    from .acn import problem

    return tuple(problem(claims, {"grid": available}, increment=1.0).solve().items())


@dataclass(slots=True)
class _Turns:
    """Who charges where there is not the minimum for all: those who waited longest."""

    served: dict[ConnectorId, float] = field(default_factory=dict)
    """When somebody had a turn last."""
    chosen: tuple[ConnectorId, ...] = ()
    until: float = 0.0

    def admit(
        self, wanting: Sequence[Claim], fits: Callable[[list[Claim]], bool], now: float
    ) -> list[Claim]:
        """As many as fit; those of the last turn stay until it is over."""
        if now >= self.until:
            self.until = now + TURN
            self.chosen = ()
        order = sorted(
            wanting,
            key=lambda claim: (
                claim.id not in self.chosen,
                self.served.get(claim.id, -1.0),
                claim.id,
            ),
        )
        admitted: list[Claim] = []
        for claim in order:
            if fits([*admitted, claim]):
                admitted.append(claim)
        self.chosen = tuple(claim.id for claim in admitted)
        self.served.update(dict.fromkeys(self.chosen, now))
        return admitted


class Subtraction:
    """Available is the limit less what the meter tells more than the chargers; shared at once."""

    def __init__(self, site: Site, share: Share) -> None:
        """Share by a rule."""
        self.site = site
        self._share = share
        self._turns = _Turns()
        self._limits: dict[ConnectorId, float] = dict.fromkeys(site.connectors, 0.0)
        self._sample_at = -1.0
        self._sessions: tuple[str | None, ...] = ()

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Calculate on every new value of the meter, and when a car comes or goes."""
        sessions = tuple(one.session for one in readings.connectors.values())
        meter = readings.meters.get("grid")
        if meter is None or (meter.at == self._sample_at and sessions == self._sessions):
            return self._limits
        self._sample_at, self._sessions = meter.at, sessions
        limit = self.site.circuits["grid"].limit
        # What is exported is not counted as room.
        other = meter.currents.minus(told_by_chargers(readings)).each(lambda load: max(0.0, load))
        available = limit.minus(other).each(lambda room: max(0.0, room))
        claims = [
            Claim(
                id=id_,
                path=("grid",),
                phases=used_phases(readings, id_, self.site),
                minimum=MINIMUM,
                maximum=self.site.connectors[id_].maximum,
            )
            for id_, one in readings.connectors.items()
            if one.session is not None
        ]
        admitted = self._turns.admit(claims, lambda some: _fits(some, available), now)
        self._limits = dict.fromkeys(self.site.connectors, 0.0)
        if admitted:
            self._limits |= self._share(admitted, available)
        return self._limits


class Seed:
    """The thesis's formula: one scalar for all, at the pace of the chargers' reports."""

    def __init__(self, site: Site, *, take_turns: bool = False) -> None:
        """`take_turns`: only as many cars as fit, instead of the minimum for all."""
        self.site = site
        self._take_turns = take_turns
        self._turns = _Turns()
        self._limits: dict[ConnectorId, float] = dict.fromkeys(site.connectors, 0.0)
        self._told: tuple[tuple[Status, float | None], ...] = ()

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Calculate whenever a charger reports what it measures or changes its status."""
        told = tuple(
            (one.status, None if one.sample is None else one.sample.at)
            for one in readings.connectors.values()
        )
        meter = readings.meters.get("grid")
        if meter is None or told == self._told:
            return self._limits
        self._told = told
        limit = min(self.site.circuits["grid"].limit)
        other = max(0.0, *meter.currents.minus(told_by_chargers(readings)))
        available = max(0.0, limit - other)
        # A car that has not begun yet, or was paused by us, is one, too.
        active = [
            Claim(id=id_, path=(), phases=frozenset(Phase), minimum=MINIMUM, maximum=MAXIMUM)
            for id_, one in readings.connectors.items()
            if one.session is not None and one.status is not Status.AVAILABLE
        ]
        if self._take_turns:
            active = self._turns.admit(active, lambda some: len(some) * MINIMUM <= available, now)
        self._limits = dict.fromkeys(self.site.connectors, 0.0)
        for claim in active:
            share = max(available / len(active), MINIMUM)
            self._limits[claim.id] = floor(10.0 * min(share, claim.maximum)) / 10.0
        return self._limits


class Informed:
    """Knows the building, and what every car wants and draws; its cars follow with their delays.

    It leaves nothing on purpose, and raises nobody before there is room: what it overshoots
    is what the building takes until cars have made way.
    """

    def __init__(self, site: Site, plant: Plant) -> None:
        """Look at the truth of this plant."""
        self.site = site
        self._plant = plant

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Share max-min fair what the building leaves, in the order in which cars came."""
        del readings
        limit = self.site.circuits["grid"].limit
        wants = {
            id_: (visit, most)
            for id_, one in self._plant.connectors.items()
            if (visit := one.visit) is not None and (most := visit.takes(one.wanted, now)) > 0.0
        }
        claims = [
            Claim(
                id=id_,
                path=("grid",),
                phases=self._plant.connectors[id_].loads,
                minimum=min(max(MINIMUM, visit.minimum), takes := ceil(2.0 * most) / 2.0),
                maximum=takes,
            )
            for id_, (visit, most) in sorted(wants.items(), key=lambda item: item[1][0].arrives)
        ]
        free = limit.minus(self._plant.other_load).each(lambda room: max(0.0, room))
        admitted: list[Claim] = []
        for claim in claims:
            if _fits([*admitted, claim], free):
                admitted.append(claim)
        shares = max_min_fair(admitted, free) if admitted else {}
        limits = {
            # It charges with no less than the minimum, however little it takes at its end.
            id_: max(shares[id_], MINIMUM) if id_ in shares else 0.0
            for id_ in self.site.connectors
        }
        return self._as_room_allows(limits, wants.keys(), free)

    def _as_room_allows(
        self,
        limits: Mapping[ConnectorId, float],
        wanting: Collection[ConnectorId],
        free: PhaseCurrents,
    ) -> Mapping[ConnectorId, float]:
        """Cut at once; raise by what those who are cut or leave have already left."""
        cars = self._plant.connectors
        taken = {
            id_: max(one.drawn, min(one.commanded, limits[id_]) if id_ in wanting else 0.0)
            for id_, one in cars.items()
        }
        room = list(free)
        for id_, amperes in taken.items():
            for phase in cars[id_].loads:
                room[phase] -= amperes
        told = {}
        for id_, limit in limits.items():
            one = cars[id_]
            told[id_] = limit
            if limit > one.commanded:
                left = min((room[phase] for phase in one.loads), default=0.0)
                reached = min(limit, taken[id_] + max(0.0, left))
                told[id_] = one.commanded if reached < MINIMUM else max(one.commanded, reached)
                for phase in one.loads:
                    room[phase] -= max(0.0, told[id_] - taken[id_])
        return told


def told_by_chargers(readings: Readings) -> PhaseCurrents:
    """What the chargers told last that they draw, A per phase."""
    total = NO_CURRENT
    for one in readings.connectors.values():
        if one.session is not None and one.sample is not None and one.sample.currents is not None:
            total = total.plus(one.sample.currents)
    return total


def used_phases(readings: Readings, id_: ConnectorId, site: Site) -> Phases:
    """The phases that a car was seen to use; all that are wired before."""
    sample = readings.connectors[id_].sample
    seen = frozenset[Phase]()
    if sample is not None and sample.currents is not None:
        seen = frozenset(phase for phase in Phase if sample.currents[phase] > SEEN)
    return seen or site.connectors[id_].wired_phases


def _fits(claims: Sequence[Claim], available: PhaseCurrents) -> bool:
    return all(
        sum(claim.minimum for claim in claims if phase in claim.phases) <= available[phase]
        for phase in Phase
    )


OURS = "ours"
KNOWN = "ours, other load known"
INFORMED = "all-knowing, cars' delays"
SEED = "the seed"
SEED_IN_TURNS = "the seed, in turns"
SUBTRACTION = "subtraction, max-min fair"
ROUND_ROBIN = "subtraction, RoundRobin"
MINIMUM_FOR_ALL = "ours, minimum for all"


SEEDS = (SEED, SEED_IN_TURNS)

type Make = Callable[[Site, Plant], Algorithm]


def _known(site: Site, plant: Plant) -> Algorithm:
    known = KnownOtherLoad()
    known.plant = plant
    return Controlled(site, known)


ALGORITHMS: Mapping[str, Make] = {
    OURS: lambda site, _: Controlled(site),
    KNOWN: _known,
    INFORMED: Informed,
    MINIMUM_FOR_ALL: lambda site, _: Controlled(replace(site, policy=Policy.MINIMUM_FOR_ALL)),
    SEED: lambda site, _: Seed(site),
    SEED_IN_TURNS: lambda site, _: Seed(site, take_turns=True),
    SUBTRACTION: lambda site, _: Subtraction(site, max_min_fair),
    ROUND_ROBIN: lambda site, _: Subtraction(site, round_robin),
}


def admitted_of(claims: Sequence[Claim], amperes: float) -> list[Claim]:
    """As many as fit with their minimums into so many A over all phases, in their order."""
    fit: list[Claim] = []
    left = amperes
    for claim in claims:
        needed = claim.minimum * len(claim.phases)
        if needed <= left:
            fit.append(claim)
            left -= needed
    return fit
