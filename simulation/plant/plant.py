"""A site in numbers: cars, chargers, house and grid meter, stepped by a simulated clock.

No sockets and no clock of its own: `step` lets some time pass, `readings` is
what a controller would know, `apply` is what it commands, and the truth
(`grid`, `other_load`, `drawn`) is there to judge it by. The same settings and
seed give the same site, and house and sessions do not depend on what is
commanded, so algorithms can be compared on the very same day.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
import math
from random import Random
from typing import Protocol

from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, PhaseCurrents, Phases
from custom_components.ev_load_manager.balancing.readings import MeterReading, Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId

from .plant_cars import Connector, Outlet, near


class Algorithm(Protocol):
    """Whoever shares the current: limits out for readings in."""

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Return the limit (A) of every connector that is to have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appliance:
    """Something in the house that goes on and off."""

    phases: Phases
    amperes: float
    on: tuple[float, float]
    """Shortest and longest time on, s."""
    off: tuple[float, float]
    """Shortest and longest time off, s."""
    starts: float = 0.0
    """Not before, s."""
    heats_up: tuple[float, float] = (0.0, 0.0)
    """Shortest and longest time, s, that it heats without a break once it is on."""
    heating: tuple[float, float] | None = None
    """Shortest and longest time that its thermostat then has it heat; None: all the while."""
    resting: tuple[float, float] = (60.0, 60.0)
    """Shortest and longest time between, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the building draws beside the cars."""

    base: PhaseCurrents = NO_CURRENT
    appliances: tuple[Appliance, ...] = ()
    sun: float = 0.0
    """A that the roof feeds into each phase at noon; clouds come and go."""


class Fault(StrEnum):
    """What may be wrong with a meter."""

    SILENT = "silent"
    FROZEN = "frozen"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """The grid meter."""

    period: float = 2.0
    latency: float = 0.5
    """Seconds from the truth to the reading of it."""
    noise: float = 0.2
    """Standard deviation, A."""
    resolution: float = 0.01
    faults: tuple[tuple[Fault, float, float], ...] = ()
    """What, from when, until when."""


@dataclass(slots=True)
class _Switch:
    """An appliance with its own dice, so that nothing else changes its day."""

    appliance: Appliance
    random: Random
    on: bool = False
    changes_at: float = 0.0
    heats: bool = False
    turns_at: float = math.inf
    """When its thermostat changes its mind."""

    def amperes(self, now: float) -> float:
        """What it draws now, A."""
        appliance = self.appliance
        while now >= self.changes_at:
            self.on = not self.on
            if self.on and appliance.heating is not None:
                self.heats = True
                self.turns_at = self.changes_at + near(self.random, appliance.heats_up)
            self.changes_at += near(self.random, appliance.on if self.on else appliance.off)
        if not self.on:
            return 0.0
        if appliance.heating is None:
            return appliance.amperes
        while now >= self.turns_at:
            self.heats = not self.heats
            self.turns_at += near(
                self.random, appliance.heating if self.heats else appliance.resting
            )
        return appliance.amperes if self.heats else 0.0


class Plant:
    """The site as time passes."""

    def __init__(
        self,
        outlets: Iterable[Outlet],
        house: House,
        meter: Meter,
        *,
        seed: int,
        start: float = 0.0,
    ) -> None:
        """Set the site up at time `start` (s)."""
        self.now = start
        self.house = house
        self.meter = meter
        self._random = Random(f"{seed} meter")
        self._sky = Random(f"{seed} sky")
        self._cloud = 1.0
        self._switches = []
        for number, appliance in enumerate(house.appliances):
            random = Random(f"{seed} appliance {number}")
            first = max(start, appliance.starts)
            if appliance.starts <= start:
                first += random.uniform(0.0, appliance.off[1])
            self._switches.append(_Switch(appliance, random, changes_at=first))
        self.connectors: dict[ConnectorId, Connector] = {}
        for outlet in outlets:
            random = Random(f"{seed} {outlet.id}")
            offset = random.uniform(0.0, outlet.report_period)
            self.connectors[outlet.id] = Connector(outlet, random, offset)
        self.other_load = NO_CURRENT
        """What the building really draws, A per phase."""
        self.drawn = NO_CURRENT
        """What the cars really draw, A per phase."""
        self.surge = NO_CURRENT
        """What the building draws more on top of it all, A per phase; whoever tries something
        sets it."""
        self._truths: deque[tuple[float, PhaseCurrents]] = deque()
        self._reading: MeterReading | None = None
        self._next_reading = start
        self._update_truth(0.0)

    @property
    def grid(self) -> PhaseCurrents:
        """What really flows through the grid connection, A per phase."""
        return self.other_load.plus(self.drawn)

    def step(self, elapsed: float) -> bool:
        """Let `elapsed` seconds pass; return whether there is something new to know."""
        self.now += elapsed
        news = [connector.step(self.now, elapsed) for connector in self.connectors.values()]
        self._update_truth(elapsed)
        return self._measure() or any(news)

    def readings(self) -> Readings:
        """What a controller knows at this moment."""
        return Readings(
            connectors={
                connector_id: connector.reading(self.now)
                for connector_id, connector in self.connectors.items()
            },
            meters={} if self._reading is None else {"grid": self._reading},
        )

    def apply(self, limits: Mapping[ConnectorId, float]) -> None:
        """Command limits, A."""
        for connector_id, limit in limits.items():
            self.connectors[connector_id].command(limit, self.now)

    def _update_truth(self, elapsed: float) -> None:
        other = list(self.house.base)
        for switch in self._switches:
            if amperes := switch.amperes(self.now):
                for phase in switch.appliance.phases:
                    other[phase] += amperes
        if self.house.sun:
            self._cloud += self._sky.uniform(-0.05, 0.05) * elapsed
            self._cloud = min(1.0, max(0.2, self._cloud))
            height = math.sin((self.now / 86400.0 - 0.25) * 2.0 * math.pi)
            other = [load - self.house.sun * max(0.0, height) * self._cloud for load in other]
        self.other_load = PhaseCurrents(*other).plus(self.surge)
        total = [0.0, 0.0, 0.0]
        for connector in self.connectors.values():
            if connector.drawn:
                for phase in connector.loads:
                    total[phase] += connector.drawn
        self.drawn = PhaseCurrents(*total)
        self._truths.append((self.now, self.grid))
        while len(self._truths) > 1 and self._truths[1][0] <= self.now - self.meter.latency:
            self._truths.popleft()

    def _measure(self) -> bool:
        if self.now < self._next_reading:
            return False
        self._next_reading += self.meter.period
        faults = {what for what, since, until in self.meter.faults if since <= self.now < until}
        if Fault.SILENT in faults:
            return False
        if Fault.FROZEN in faults and self._reading is not None:
            self._reading = replace(self._reading, at=self.now)
            return True
        step = self.meter.resolution
        currents = self._truths[0][1].each(
            lambda truth: round((truth + self._random.gauss(0.0, self.meter.noise)) / step) * step
        )
        if Fault.NONSENSE in faults:
            currents = PhaseCurrents.same(6553.5)
        self._reading = MeterReading(at=self.now, currents=currents, resolution=step)
        return True


def run(plant: Plant, algorithm: Algorithm, seconds: float, *, step: float = 0.5) -> None:
    """Close the loop for some time without looking at it."""
    end = plant.now + seconds
    while plant.now < end:
        if plant.step(step):
            plant.apply(algorithm.decide(plant.readings(), plant.now))
