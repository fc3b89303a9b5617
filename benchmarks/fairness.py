"""What everybody would get if it went by fairness alone, reckoned without the integration's code.

Max-min fair at every moment, by plain progressive filling over what the cars
really want and what the building really leaves: nobody waits for a meter, a
charger or a turn, and shares below a car's minimum count as turns that average
out. Only where a car could not charge even alone is there nothing for it. What is
shared is what cars are offered: one that stays below its limit gets less of the
same share, because limits have to fit into the circuit whatever cars make of them.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant.plant import House, Meter, Plant
from simulation.plant.plant_cars import HARDWARE_MAXIMUM, Outlet, Visit

LOOKS_EVERY = 5.0
"""Seconds of the simulated clock between two looks at who wants what."""
NOTHING = 1e-9


def jain(values: Sequence[float]) -> float:
    """Jain's index of fairness: 1 where all have the same, 1/n where one has it all."""
    squares = len(values) * sum(value * value for value in values)
    return sum(values) ** 2 / squares if squares else 1.0


class Wish(NamedTuple):
    """What a car wants at a moment."""

    phases: tuple[int, ...]
    least: float
    """Below this it can't charge, A."""
    most: float
    """It has no use for being offered more, A."""
    shortfall: float = 0.0
    """A by which it stays below what it is offered: nobody may have them instead, as it may
    take them at any moment."""
    divided_by: int = 1
    """Its charger takes watts, and divides its share among so many phases: all of it has to
    be set aside on each, as it may come on one."""

    def draws(self, share: float) -> float:
        """What it makes of a share, A: below its least, of turns that average out to it."""
        offered, least = share / self.divided_by, self.least / self.divided_by
        if share < self.least:
            return offered * max(0.0, 1.0 - self.shortfall / least)
        return max(0.0, offered - self.shortfall)


class Session(NamedTuple):
    """A car's stay at an outlet."""

    outlet: ConnectorId
    visit: Visit


def fill(wishes: Sequence[Wish], room: Sequence[float]) -> list[float]:
    """Raise all together until a phase is full or a car has enough; A of each wish.

    `room` is what each phase has for cars, A. Who can't charge even alone has 0.
    """
    shares = [0.0] * len(wishes)
    left = [max(0.0, amperes) for amperes in room]
    rising = {
        number
        for number, wish in enumerate(wishes)
        if wish.most > 0.0 and all(left[phase] >= wish.least for phase in wish.phases)
    }
    while rising:
        crowd = [sum(phase in wishes[one].phases for one in rising) for phase in Phase]
        level = min(
            *(left[phase] / crowd[phase] for phase in Phase if crowd[phase]),
            *(wishes[one].most - shares[one] for one in rising),
        )
        for one in rising:
            shares[one] += level
            for phase in wishes[one].phases:
                left[phase] -= level
        full = {phase for phase in Phase if left[phase] <= NOTHING}
        rising = {
            one
            for one in rising
            if wishes[one].most - shares[one] > NOTHING and full.isdisjoint(wishes[one].phases)
        }
    return shares


class Shares:
    """Adds up what fairness gives to cars, moment by moment, among those that want something."""

    def __init__(self, outlets: Sequence[Outlet]) -> None:
        """Begin with the cars of these outlets, of which none has come yet."""
        self._wirings = {
            outlet.id: tuple(int(phase) for phase in outlet.wiring) for outlet in outlets
        }
        self._divided_by = {
            outlet.id: len(outlet.wiring) if outlet.watts else 1 for outlet in outlets
        }
        self._given: dict[Session, float] = {}

    def look(
        self, wanted: Mapping[Session, float], room: Sequence[float], now: float, elapsed: float
    ) -> dict[Session, float]:
        """Share `room` (A per phase) for `elapsed` s among those who want so many A s more.

        Returns what each makes of its share, A s.
        """
        wishes = [
            wish_of(
                session,
                self._wirings,
                left,
                now,
                divided_by=self._divided_by[session.outlet],
            )
            for session, left in wanted.items()
        ]
        given = {
            session: wish.draws(share) * elapsed
            for session, wish, share in zip(wanted, wishes, fill(wishes, room), strict=True)
        }
        for session, amperes in given.items():
            self._given[session] = self._given.get(session, 0.0) + amperes
        return given

    def given(self) -> dict[Session, float]:
        """What fairness gave to every session, A s on each of its phases; never more than wanted."""
        return {
            session: min(amperes, session.visit.ampere_hours * 3600.0)
            for session, amperes in self._given.items()
        }


def fair_shares(
    outlets: Sequence[Outlet],
    house: House,
    limit: float,
    *,
    seed: int,
    hours: float,
    start: float = 0.0,
) -> dict[Session, float]:
    """What fairness gives to every session until it ends where all get it, A s per phase."""
    plant = Plant((), house, Meter(), seed=seed, start=start)
    wanted = {
        Session(outlet.id, visit): visit.ampere_hours * 3600.0
        for outlet in outlets
        for visit in outlet.visits
    }
    shares = Shares(outlets)
    end = start + hours * 3600.0
    while plant.now < end:
        plant.step(LOOKS_EVERY)
        now = plant.now
        there = {
            session: left
            for session, left in wanted.items()
            if session.visit.arrives <= now < session.visit.leaves and left > 0.0
        }
        room = [limit - load for load in plant.other_load]
        for session, amperes in shares.look(there, room, now, LOOKS_EVERY).items():
            wanted[session] -= amperes
    return dict.fromkeys(wanted, 0.0) | shares.given()


def wish_of(
    session: Session,
    wirings: Mapping[ConnectorId, tuple[int, ...]],
    wanted: float,
    now: float,
    *,
    divided_by: int = 1,
) -> Wish:
    """What a car that wants `wanted` A s more would take at this moment."""
    visit = session.visit
    phases = wirings[session.outlet][: visit.phases_at(now)]
    most = visit.takes(wanted, now)
    return Wish(
        phases,
        visit.minimum * divided_by,
        min(HARDWARE_MAXIMUM, (most + visit.shortfall) * divided_by) if most else 0.0,
        visit.shortfall,
        divided_by,
    )
