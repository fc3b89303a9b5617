"""The closed loop of the simulated plant and a controller: the site, its days, and a look at them.

Six chargers behind 3 x 35 A, beside a building whose appliances go on and off.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from custom_components.ev_load_manager.balancing import controller
from custom_components.ev_load_manager.balancing.decision import Decision
from custom_components.ev_load_manager.balancing.draw_band import DrawEvidence
from custom_components.ev_load_manager.balancing.other_load import OtherLoad
from custom_components.ev_load_manager.balancing.phases import (
    NO_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
    Wiring,
)
from custom_components.ev_load_manager.balancing.readings import MeterReading, Readings
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    Site,
)
from simulation.plant.plant import Algorithm, Appliance, House, Plant
from simulation.plant.plant_cars import Outlet, Visit

LIMIT = 35.0
"""A per phase at the grid connection."""
CARS = 6
STEP = 0.5
"""Seconds of the simulated clock per step of the plant."""
TOLERANCE = 0.1
"""A above the limit that are not called an excursion: a charger's own step."""
MEAN_OVER = 600.0
"""Seconds of the rolling mean."""
HOUR = 3600.0
DAY = 24 * HOUR

L1, L2, L3 = Phase
WIRINGS: tuple[Wiring, ...] = ((L1, L2, L3), (L2, L3, L1), (L3, L1, L2))

HOUSE = House(
    base=PhaseCurrents(1.5, 1.0, 2.0),
    appliances=(
        Appliance(phases=frozenset({L1}), amperes=9.0, on=(120, 300), off=(1200, 5400)),
        Appliance(phases=frozenset({L2}), amperes=10.0, on=(900, 2400), off=(7200, 20000)),
        Appliance(phases=frozenset({L3}), amperes=9.0, on=(600, 1200), off=(5400, 14400)),
        Appliance(phases=frozenset(Phase), amperes=5.0, on=(900, 2700), off=(900, 3600)),
        Appliance(phases=frozenset({L2}), amperes=4.0, on=(3600, 9000), off=(3600, 9000)),
        Appliance(phases=frozenset({L3}), amperes=0.7, on=(600, 900), off=(900, 1500)),
        Appliance(phases=frozenset({L1}), amperes=4.0, on=(60, 240), off=(1800, 7200)),
    ),
)
QUIET_HOUSE = House(base=PhaseCurrents(3.0, 2.0, 4.0))
# On the phase that every car loads, with just room for their minimums beside it.
THERMOSTAT = House(
    base=PhaseCurrents(1.0, 1.0, 1.0),
    appliances=(Appliance(phases=frozenset({L3}), amperes=8.7, on=(60, 60), off=(60, 60)),),
)
# Nothing else in the building; so often that limits could follow it all day long.
THERMOSTATS = {
    "a minute on, a minute off": House(
        base=PhaseCurrents(1.0, 1.0, 1.0),
        appliances=(Appliance(phases=frozenset(Phase), amperes=10.0, on=(60, 60), off=(60, 60)),),
    ),
    "2 min on, 2 min off": House(
        base=PhaseCurrents(1.0, 1.0, 1.0),
        appliances=(
            Appliance(phases=frozenset(Phase), amperes=10.0, on=(120, 120), off=(120, 120)),
        ),
    ),
}


def identity(number: int) -> ConnectorId:
    """Name a connector of the site."""
    return ConnectorId(f"charger-{number + 1}", 1)


def make_site(
    wirings: Mapping[int, Wiring] | None = None, *, amperes: float = LIMIT, cars: int = CARS
) -> Site:
    """So many chargers behind so many A, with ALM; `wirings` overrides what is believed."""
    limit = PhaseCurrents.same(amperes)
    connectors = {
        identity(number): Connector(
            id=identity(number),
            circuit="group",
            wiring=(wirings or {}).get(number, WIRINGS[number % 3]),
            maximum=32.0,
        )
        for number in range(cars)
    }
    return Site(
        circuits={
            "grid": Circuit(
                id="grid",
                parent=None,
                limit=limit,
                rated=limit,
                meter=CircuitMeter(safe_limit=PhaseCurrents.same(min(16.0, amperes / 2.0))),
            ),
            "group": Circuit(id="group", parent="grid", limit=limit, rated=limit),
        },
        connectors=connectors,
        grid="grid",
        adaptive=True,
    )


def day_of_visits(seed: int, days: float) -> dict[int, tuple[Visit, ...]]:
    """Cars that come and go; most leave before they are full, some taper and finish."""
    visits = {}
    for number in range(CARS):
        random = Random(f"visits {seed} {number}")
        at = random.uniform(0.0, HOUR)
        row = []
        while at < days * DAY:
            stays = random.uniform(2.0, 8.0) * HOUR
            phases = random.choice((3, 3, 3, 3, 1, 1, 2))
            row.append(
                Visit(
                    arrives=at,
                    leaves=at + stays,
                    ampere_hours=random.uniform(8.0, 80.0),
                    phases=phases,
                    maximum=random.choice((16.0, 32.0)) if phases == 1 else 16.0,
                )
            )
            at += stays + random.uniform(0.3, 1.5) * HOUR
        visits[number] = tuple(row)
    return visits


def staying(hours: float, cars: int = CARS) -> dict[int, tuple[Visit, ...]]:
    """`cars` cars that stay and want more than there is: three-phase and one-phase."""
    return {
        number: (
            Visit(
                arrives=2.0 + 3.0 * number,
                leaves=(hours + 1.0) * HOUR,
                ampere_hours=1000.0,
                phases=1 if number % 3 == 2 else 3,
                maximum=32.0 if number % 3 == 2 else 16.0,
            ),
        )
        for number in range(cars)
    }


def make_outlets(
    visits: Mapping[int, tuple[Visit, ...]],
    report_period: float,
    change: Callable[[int, Outlet], Outlet] = lambda _, outlet: outlet,
    *,
    cars: int = CARS,
) -> list[Outlet]:
    """Build the chargers as they really are."""
    return [
        change(
            number,
            Outlet(
                id=identity(number),
                wiring=WIRINGS[number % 3],
                visits=visits.get(number, ()),
                report_period=report_period,
            ),
        )
        for number in range(cars)
    ]


class Controlled:
    """The integration's controller as an algorithm."""

    def __init__(
        self,
        site: Site,
        other_load: OtherLoad | None = None,
        *,
        memory: controller.Memory | None = None,
    ) -> None:
        """Control `site`; `other_load` takes the estimator's place."""
        self.site = site
        self.memory = controller.Memory() if memory is None else memory
        if other_load is not None:
            self.memory.meter("grid").other_load = other_load
        self.decision: Decision | None = None

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """One step of the controller."""
        self.decision = controller.step(self.site, readings, self.memory, now)
        return {each: found.limit for each, found in self.decision.connectors.items()}


class KnownOtherLoad(OtherLoad):
    """Perfect knowledge: what the building really draws, without any margin."""

    plant: Plant

    def update(
        self,
        *,
        meter: MeterReading | None,
        draws: Mapping[ConnectorId, DrawEvidence],
        now: float,
        latency: float = 2.0,
        allow_export: bool = False,
        doubtful: Phases = NO_PHASES,
    ) -> PhaseCurrents | None:
        """Return the truth."""
        del meter, draws, now, latency, allow_export, doubtful
        self.held = self.estimate = self.plant.other_load
        return self.held


@dataclass(slots=True)
class Watch:
    """Looks at the truth while the loop runs."""

    limit: float = LIMIT
    excursions: list[tuple[float, float, float]] = field(default_factory=list)
    """(begun at, length in s, height in A) of every time a phase was above its limit."""
    highest_mean: float = float("-inf")
    """The rolling 10 min mean of the worst phase, A."""
    used: float = 0.0
    """A s of the cars on all phases; what was above the limit is not counted."""
    _over_since: list[float | None] = field(default_factory=lambda: [None, None, None])
    _height: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    _window: deque[PhaseCurrents] = field(default_factory=deque)
    _sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])

    def look(self, plant: Plant) -> None:
        """Take in this moment."""
        grid = plant.grid
        self._window.append(grid)
        gone = self._window.popleft() if len(self._window) > MEAN_OVER / STEP else None
        for phase in Phase:
            excess = grid[phase] - self.limit
            room = self.limit - plant.other_load[phase]
            self.used += max(0.0, min(plant.drawn[phase], room)) * STEP
            self._sums[phase] += grid[phase] - (0.0 if gone is None else gone[phase])
            if len(self._window) >= MEAN_OVER / STEP:
                self.highest_mean = max(self.highest_mean, self._sums[phase] / len(self._window))
            since = self._over_since[phase]
            if excess > TOLERANCE:
                self._over_since[phase] = plant.now if since is None else since
                self._height[phase] = max(self._height[phase], excess)
            elif since is not None:
                self.excursions.append((since, plant.now - since, self._height[phase]))
                self._over_since[phase], self._height[phase] = None, 0.0

    def end(self, plant: Plant) -> None:
        """Count what has not ended, too."""
        for phase, since in enumerate(self._over_since):
            if since is not None:
                self.excursions.append((since, plant.now - since, self._height[phase]))

    @property
    def longest(self) -> float:
        """The longest excursion, s."""
        return max((length for _, length, _ in self.excursions), default=0.0)

    @property
    def highest(self) -> float:
        """The highest excursion, A."""
        return max((height for _, _, height in self.excursions), default=0.0)


def watched(plant: Plant, algorithm: Algorithm, seconds: float) -> Watch:
    """Run the loop and look at the truth all the while."""
    watch = Watch()
    end = plant.now + seconds
    while plant.now < end:
        if plant.step(STEP):
            plant.apply(algorithm.decide(plant.readings(), plant.now))
        watch.look(plant)
    watch.end(plant)
    return watch


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
