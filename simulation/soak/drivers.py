"""People who come and go with their cars, most of them in the evening."""

import asyncio
from dataclasses import replace
import random
from typing import Final

from custom_components.ev_load_manager import clock

from ..charger.car import Car, CarModel
from .garage import Garage

CARS: Final = (
    CarModel(name="three phases", maximum=16.0, taper=2_000.0),
    CarModel(name="one phase", phases=1, maximum=32.0),
    CarModel(name="two phases", phases=2, maximum=16.0, taper=1_000.0),
    CarModel(name="timid", maximum=10.0, shortfall=0.4),
    CarModel(name="slow", delay=(7.0, 10.0), ramp=1.0),
    CarModel(name="0.8 A short", shortfall=0.8),
    CarModel(name="5 % over", excess=0.05, maximum=20.0),
)
_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR
_COMING: Final = (1, 0, 0, 0, 0, 1, 2, 4, 4, 3, 3, 4, 4, 3, 4, 6, 10, 14, 14, 10, 7, 5, 3, 2)
"""How likely somebody comes in each hour of the day."""
_WANTED: Final = (4_000.0, 26_000.0)
"""Wh."""
_LEAVES_FROM: Final = 6.5 * _HOUR
"""Time of day."""


class Drivers:
    """Everybody who has a place in the garage."""

    def __init__(self, garage: Garage, rng: random.Random, *, hour: float, peculiar: float) -> None:
        """Nobody is there yet; the day begins at this hour.

        `peculiar`: part of all cars that have a minimum, a timer or phases of their own.
        """
        self._peculiar = peculiar
        self._garage = garage
        self._random = rng
        self._began = clock.monotonic() - hour * _HOUR
        self._taken = 0.0
        self.visits = 0
        """How often somebody came."""

    @property
    def time_of_day(self) -> float:
        """Seconds since midnight of the simulated day."""
        return (clock.monotonic() - self._began) % _DAY

    @property
    def taken(self) -> float:
        """What all cars have taken so far, Wh."""
        present = (
            connector.car.energy
            for charger in self._garage.site.chargers.values()
            for connector in charger.connectors.values()
            if connector.car is not None
        )
        return self._taken + sum(present)

    async def live(self) -> None:
        """Come and go, for ever; the garage begins with some that stayed overnight."""
        async with asyncio.TaskGroup() as everyone:
            for place in self._garage.site.chargers:
                everyone.create_task(self._use(f"{place}/1"), name=f"driver at {place}")

    async def _use(self, outlet: str) -> None:
        if self._random.random() < 0.3:
            await clock.sleep(self._random.uniform(0.0, 0.5 * _HOUR))
            await self._visit(outlet)
        while True:
            await clock.sleep(self._until_next())
            await self._visit(outlet)

    def _until_next(self) -> float:
        """Seconds until somebody comes again: at a time of the next 24 hours, as people do."""
        hour = self._random.choices(range(24), _COMING)[0] + self._random.random()
        return (hour * _HOUR - self.time_of_day) % _DAY

    def _some_car(self) -> CarModel:
        """One of the known kinds, or one with a minimum, a timer or a phase change of its own."""
        model = replace(self._random.choice(CARS), wanted=self._random.uniform(*_WANTED))
        if self._random.random() >= self._peculiar:
            return model
        match self._random.randrange(3):
            case 0:
                least = float(self._random.randint(7, 13))
                return replace(
                    model,
                    name=f"needs {least:g} A",
                    minimum=least,
                    maximum=max(model.maximum, 16.0),
                )
            case 1:
                return replace(
                    model, name="timer", starts_after=self._random.uniform(0.2, 4.0) * _HOUR
                )
            case _:
                return replace(
                    model,
                    name="three phases, then one",
                    phases=3,
                    maximum=16.0,
                    one_phase_after=self._random.uniform(1_000.0, 6_000.0),
                )

    async def _visit(self, outlet: str) -> None:
        model = self._some_car()
        self.visits += 1
        car = Car(model, name=f"visit {self.visits}", seed=self.visits)
        self._garage.site.plug_in(outlet, car)
        await clock.sleep(self._stays())
        self._garage.site.unplug(outlet)
        self._taken += car.energy

    def _stays(self) -> float:
        """Seconds until he leaves: in the morning who came in the evening, else in some hours."""
        if self.time_of_day > 16 * _HOUR and self._random.random() < 0.7:
            leaves = _LEAVES_FROM + self._random.uniform(0.0, 3 * _HOUR)
            return (leaves - self.time_of_day) % _DAY
        return self._random.uniform(0.5, 5.0) * _HOUR

    def leave(self) -> None:
        """Everybody leaves."""
        for name, charger in self._garage.site.chargers.items():
            for number, connector in charger.connectors.items():
                if connector.car is not None:
                    car = self._garage.site.unplug(f"{name}/{number}")
                    self._taken += car.energy if car is not None else 0.0
