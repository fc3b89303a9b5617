"""Where a car hangs at a charger: the pilot signal, the contactor, the energy meter.

Physics only: what a version of OCPP says of it, and which limit holds, is not its part.
"""

from abc import ABC, abstractmethod
from enum import Enum
from typing import Protocol

from .car import Car
from .grid import NOTHING, VOLTAGE, Currents, Wiring, on_grid


class BelowMinimum(Enum):
    """What a limit between 0 and its minimum does."""

    SUSPENDS = "suspends"
    RAISES = "raises to the minimum"


class OutletModel(Protocol):
    """What of a charger's model its outlets follow."""

    @property
    def hardware_maximum(self) -> float:
        """More it never offers, A."""

    @property
    def minimum(self) -> float:
        """Less it offers to nobody, A."""

    @property
    def step(self) -> float:
        """It sets limits in steps of so many A."""

    @property
    def overdraws(self) -> float:
        """It shows its car this part of the limit more than it was told (0.05: 5 %)."""

    @property
    def below_minimum(self) -> BelowMinimum:
        """What a limit between 0 and its minimum does."""

    @property
    def switches_phases(self) -> bool:
        """A limit that names one phase makes a three-phase car charge on one."""


class Outlet(ABC):
    """One outlet; `number` tells it from others of its charger."""

    def __init__(self, number: int, model: OutletModel, wiring: Wiring, *, energy: float) -> None:
        """Make an outlet that nobody has plugged into."""
        self.number = number
        self.wiring = wiring
        self.car: Car | None = None
        self.energy = energy
        """Its meter's register, Wh."""
        self.offered = 0.0
        """The limit that the pilot signal shows to the car, A."""
        self.terminals: tuple[float, float, float] = NOTHING
        """What flows through the charger's own L1, L2, L3 (A)."""
        self.fault: str | None = None
        self.next_sample: float | None = None
        self._outlet_model = model
        self._stepped: float | None = None

    @property
    @abstractmethod
    def status(self) -> str:
        """Its status in the words of a version of OCPP."""

    @property
    def currents(self) -> Currents:
        """What it draws from the grid's phases (A)."""
        return on_grid(self.wiring, self.terminals)

    @property
    def power(self) -> float:
        """What it draws, W."""
        return sum(self.terminals) * VOLTAGE

    @property
    def phases_in_use(self) -> int:
        """How many phases its car uses."""
        wired = len(self.wiring)
        return min(self.car.phases, wired) if self.car else wired

    def plug_in(self, car: Car, now: float) -> None:
        """Put a car's cable in. Raises ValueError where there is one already."""
        if self.car is not None:
            raise ValueError(f"{self.car.name} is plugged in already")
        self.car = car
        car.plug_in(now)

    def unplug(self) -> Car | None:
        """Take the cable out."""
        car, self.car = self.car, None
        if car is not None:
            car.current = 0.0
        self.terminals = NOTHING
        return car

    def live(
        self,
        now: float,
        amperes: float,
        *,
        closed: bool,
        phases: int | None = None,
        first: int = 0,
    ) -> None:
        """Live until `now` under a limit of `amperes`; its contactor is `closed`, or not.

        Where its model switches phases, the car gets at most so many `phases`, from the
        `first` of its terminals on.
        """
        model = self._outlet_model
        self.offered = self.pilot(amperes * (1.0 + model.overdraws)) if closed else 0.0
        before = self.power
        if self.car is None:
            self.terminals = NOTHING
        else:
            used = self.phases_in_use
            if model.switches_phases and phases is not None:
                used = min(used, phases)
            else:
                first = 0
            draw = self.car.step(self.offered, now, energised=closed)
            one, two, three = (draw if first <= phase < first + used else 0.0 for phase in range(3))
            self.terminals = (one, two, three)
        if self._stepped is not None:
            self.energy += (before + self.power) / 2 * (now - self._stepped) / 3600.0
        self._stepped = now

    def pilot(self, amperes: float) -> float:
        """What the pilot signal shows for a limit (IEC 61851-1: nothing below 6 A)."""
        model = self._outlet_model
        amperes = min(amperes, model.hardware_maximum)
        # A hair above, so that 6.3 A don't become 6.2 in binary.
        amperes = int(amperes / model.step + 1e-6) * model.step
        if amperes >= model.minimum:
            return amperes
        raises = model.below_minimum is BelowMinimum.RAISES and amperes > 0
        return model.minimum if raises else 0.0
