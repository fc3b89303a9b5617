"""What everybody would get if it went by fairness alone, reckoned without the integration's code.

Max-min fair at every moment, by plain progressive filling over what the cars
really want and what the building really leaves: nobody waits for a meter, a
charger or a turn, and shares below a car's minimum count as turns that average
out. Only where a car could not charge even alone is there nothing for it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from simulation.plant import House, Meter, Plant
from simulation.plant_cars import Outlet, Visit

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
    """It has no use for more, A."""


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


def fair_shares(
    outlets: Sequence[Outlet],
    house: House,
    limit: float,
    *,
    seed: int,
    hours: float,
    start: float = 0.0,
) -> dict[Session, float]:
    """What fairness gives to every session until it ends, A s on each of its phases."""
    plant = Plant((), house, Meter(), seed=seed, start=start)
    wanted = {
        Session(outlet.id, visit): visit.ampere_hours * 3600.0
        for outlet in outlets
        for visit in outlet.visits
    }
    given = dict.fromkeys(wanted, 0.0)
    wirings = {outlet.id: tuple(int(phase) for phase in outlet.wiring) for outlet in outlets}
    coming = sorted(wanted, key=lambda session: session.visit.arrives)
    end = start + hours * 3600.0
    while plant.now < end:
        plant.step(LOOKS_EVERY)
        now = plant.now
        there = []
        for session in coming:
            if session.visit.arrives > now:
                break
            if now < session.visit.leaves and wanted[session] > 0.0:
                there.append(session)
        room = [limit - load for load in plant.other_load]
        wishes = [wish_of(session, wirings, wanted[session], now) for session in there]
        for session, share in zip(there, fill(wishes, room), strict=True):
            given[session] += share * LOOKS_EVERY
            wanted[session] -= share * LOOKS_EVERY
    return given


def wish_of(
    session: Session, wirings: Mapping[ConnectorId, tuple[int, ...]], wanted: float, now: float
) -> Wish:
    """What a car that wants `wanted` A s more would take at this moment."""
    visit = session.visit
    phases = wirings[session.outlet][: visit.phases_at(now)]
    most = visit.takes(wanted, now)
    return Wish(phases, visit.minimum, most)
