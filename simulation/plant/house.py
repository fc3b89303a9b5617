"""What the building draws beside the cars: a base, appliances, sun, and restlessness.

Pure: stepped by time, seeded.
"""

from dataclasses import dataclass
import random

from ..charger.grid import L1, NOTHING, VOLTAGE, Currents, total

_RESTLESS_EVERY = 1.0
"""Seconds after which the small loads have changed."""


@dataclass(slots=True)
class Appliance:
    """Something that is on or off."""

    currents: Currents
    on: bool = False


def heater(watts: float = 2000.0, phase: int = L1) -> Appliance:
    """A heater on one phase."""
    currents = [0.0, 0.0, 0.0]
    currents[phase] = watts / VOLTAGE
    return Appliance((currents[0], currents[1], currents[2]))


class House:
    """One building."""

    def __init__(
        self,
        base: Currents = (1.5, 1.0, 1.2),
        *,
        noise: float = 0.0,
        seed: int = 0,
    ) -> None:
        """Make a house with a steady `base` (A per phase).

        `noise` (A): standard deviation of what comes and goes on each phase
        every second.
        """
        self.base = base
        self.solar: Currents = NOTHING
        """What the roof feeds into each phase (A, positive)."""
        self.noise = noise
        self.appliances: dict[str, Appliance] = {"heater": heater()}
        self._random = random.Random(seed)
        self._restless: Currents = NOTHING
        self._changes_at: float | None = None

    @property
    def currents(self) -> Currents:
        """What it draws now (A per phase); below zero it exports."""
        running = [one.currents for one in self.appliances.values() if one.on]
        solar = self.solar
        return total([self.base, self._restless, *running, (-solar[0], -solar[1], -solar[2])])

    def switch(self, name: str, on: bool) -> None:
        """Switch an appliance. Raises KeyError where there is none of that name."""
        self.appliances[name].on = on

    def step(self, now: float) -> None:
        """Live until `now`."""
        if self._changes_at is None:
            self._changes_at = now
        if self.noise <= 0 or now < self._changes_at:
            return
        self._changes_at = now + _RESTLESS_EVERY
        one, two, three = (self._random.gauss(0.0, self.noise) for _ in range(3))
        self._restless = (one, two, three)
