"""A whole site: chargers on their real phases, cars, a house, the meter, the truth.

What flows is computed here from the real wiring, whatever anybody's settings
say, and every circuit is watched at every tick.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, overload

from custom_components.ev_load_manager import clock

from ..charger.car import Car, CarModel
from ..charger.charger import SimulatedCharger
from ..charger.grid import NOTHING, THREE_PHASES, Currents, Wiring, same, total
from ..charger.machine import Machine
from ..charger.models import GENERIC, ChargerModel
from ..charger.v201.charger import SimulatedStation
from ..charger.v201.models import StationModel
from .house import House
from .meter import SimulatedMeter
from .meter_maps import SDM630, MeterMap
from .watch import Excursion, Watch

GRID, GROUP = "grid", "group"


@dataclass(slots=True)
class SupplyCircuit:
    """A cable or fuse of the real site."""

    id: str
    limit: Currents
    """What it is to carry, A per phase; changed with `SimulatedSite.set_limit`."""
    parent: str | None = None
    carries_house: bool = False
    other: Currents = NOTHING
    """What else hangs on it, A per phase; it flows through every circuit above, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorView:
    """One row of a live table."""

    charger: str
    number: int
    online: bool
    status: str
    offered: float
    """The limit that the charger applies, A."""
    measured: Currents
    """What it really draws from the grid's phases, A."""
    car: str | None
    energy: float
    """Of its meter, Wh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitView:
    """How a circuit stands."""

    id: str
    currents: Currents
    limit: Currents


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """Everything at one moment."""

    at: float
    connectors: tuple[ConnectorView, ...]
    circuits: Mapping[str, CircuitView]
    house: Currents


class SimulatedSite:
    """Chargers, cars, house and meter, moved together."""

    def __init__(
        self,
        url: str,
        *,
        circuits: tuple[SupplyCircuit, ...] | None = None,
        house: House | None = None,
        meter_map: MeterMap = SDM630,
        meter_noise: float = 0.0,
        tick: float = 0.2,
        idle_tick: float = 0.0,
        tolerance: float = 0.1,
        seed: int = 0,
    ) -> None:
        """Lay out a site; `url` is where its chargers connect to.

        Without `circuits` there is a grid connection of 3 x 25 A with a group of
        3 x 16 A on it. `tick`: seconds of the site's time between two looks;
        `idle_tick`: the same for chargers at which nobody is, if that is longer.
        """
        self.url = url
        self.house = house or House(NOTHING)
        self.chargers: dict[str, Machine] = {}
        laid = circuits or (
            SupplyCircuit(GRID, same(25.0), carries_house=True),
            SupplyCircuit(GROUP, same(16.0), parent=GRID),
        )
        self.circuits = {circuit.id: circuit for circuit in laid}
        self.watches = {name: Watch(name, tolerance=tolerance) for name in self.circuits}
        self.meter = SimulatedMeter(
            lambda: self.currents(self._grid), meter_map, noise=meter_noise, seed=seed
        )
        self.powered = True
        self._grid = next(circuit.id for circuit in laid if circuit.parent is None)
        self._feeds: dict[str, str] = {}
        self._tick = tick
        self._idle_tick = idle_tick
        self._idle_stepped = 0.0
        self._seed = seed
        self._ticking: asyncio.Task[None] | None = None

    # -- building ---------------------------------------------------------

    @overload
    def add_charger(
        self,
        id: str,
        model: ChargerModel = GENERIC,
        *,
        wiring: Wiring = THREE_PHASES,
        circuit: str = GROUP,
        **settings: Any,
    ) -> SimulatedCharger: ...

    @overload
    def add_charger(
        self,
        id: str,
        model: StationModel,
        *,
        wiring: Wiring = THREE_PHASES,
        circuit: str = GROUP,
        **settings: Any,
    ) -> SimulatedStation: ...

    def add_charger(
        self,
        id: str,
        model: ChargerModel | StationModel = GENERIC,
        *,
        wiring: Wiring = THREE_PHASES,
        circuit: str = GROUP,
        **settings: Any,
    ) -> SimulatedCharger | SimulatedStation:
        """Mount a charger on `circuit`; it connects at `start`, or by its own `start`.

        Its model says which version of OCPP it speaks. `settings` are those of
        `SimulatedCharger`. Raises KeyError where there is no such circuit.
        """
        place = (id, settings.pop("url", self.url))
        settings |= {
            "wiring": wiring,
            "tick": None,
            "seed": settings.pop("seed", self._seed),
        }
        charger: SimulatedCharger | SimulatedStation
        if isinstance(model, StationModel):
            charger = SimulatedStation(model, *place, **settings)
        else:
            charger = SimulatedCharger(model, *place, **settings)
        self._feeds[id] = self.circuits[circuit].id
        self.chargers[id] = charger
        return charger

    def set_limit(self, circuit: str, limit: float | Currents) -> None:
        """From now on judge a circuit by another limit (A per phase)."""
        self.circuits[circuit].limit = same(limit) if isinstance(limit, int | float) else limit

    # -- life -------------------------------------------------------------

    async def start(self, *, meter: bool = True) -> None:
        """Connect the chargers, let the meter listen, and let time pass."""
        if meter:
            await self.meter.start()
        for charger in self.chargers.values():
            await charger.start()
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._tick_for_ever(), name="site ticks")

    async def stop(self) -> None:
        """End everything, and leave no task behind.

        Raises what went wrong inside the simulation itself, if anything did.
        """
        ticking, self._ticking = self._ticking, None
        if ticking is not None:
            ticking.cancel()
        outcomes = await asyncio.gather(
            *([ticking] if ticking else []),
            *(charger.stop() for charger in self.chargers.values()),
            self.meter.stop(),
            return_exceptions=True,
        )
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def _tick_for_ever(self) -> None:
        while True:
            self.step(clock.monotonic())
            await clock.sleep(self._tick)

    def step(self, now: float) -> None:
        """Let everything live until `now`, and watch."""
        self.house.step(now)
        everyone = now >= self._idle_stepped + self._idle_tick
        for charger in self.chargers.values():
            if everyone or charger.busy:
                charger.step(now)
        if everyone:
            self._idle_stepped = now
        for name, circuit in self.circuits.items():
            self.watches[name].record(now, self.currents(name), circuit.limit)

    # -- people and the grid ----------------------------------------------

    def plug_in(
        self,
        outlet: str,
        car: Car | CarModel | None = None,
        *,
        name: str = "",
        id_tag: str | None = "CARD-1",
    ) -> Car:
        """Plug a car in at an outlet such as "CP1/2" ("CP1" means its first)."""
        charger, number = self.outlet(outlet)
        if not isinstance(car, Car):
            car = Car(car, name=name or f"car at {outlet}", seed=self._seed)
        return charger.plug_in(number, car, id_tag=id_tag)

    def unplug(self, outlet: str) -> Car | None:
        """Take the cable out."""
        charger, number = self.outlet(outlet)
        return charger.unplug(number)

    def outlet(self, name: str) -> tuple[Machine, int]:
        """Find "CP1/2". Raises KeyError where there is none."""
        charger_id, _, number = name.partition("/")
        charger = self.chargers[charger_id]
        found = int(number or 1)
        if found not in charger.connectors:
            raise KeyError(name)
        return charger, found

    def power_off(self) -> None:
        """A power cut for the whole site; the meter is dead, too."""
        self.powered = False
        for charger in self.chargers.values():
            charger.power_off()
        self.meter.silent = True
        self.meter.reset_connections()

    def power_on(self) -> None:
        """The power is back."""
        self.powered = True
        self.meter.silent = False
        for charger in self.chargers.values():
            charger.power_on()

    # -- the truth --------------------------------------------------------

    def currents(self, circuit: str) -> Currents:
        """What really flows through a circuit now (A per phase, import positive)."""
        flowing = [
            charger.currents
            for name, charger in self.chargers.items()
            if charger.busy and self._is_below(self._feeds[name], circuit)
        ]
        if self.powered:
            flowing += [
                one.other for one in self.circuits.values() if self._is_below(one.id, circuit)
            ]
            if self.circuits[circuit].carries_house:
                flowing.append(self.house.currents)
        return total(flowing)

    def _is_below(self, feed: str, circuit: str) -> bool:
        here: str | None = feed
        while here is not None and here != circuit:
            here = self.circuits[here].parent
        return here is not None

    @property
    def violations(self) -> list[str]:
        """What chargers and their central system said that OCPP doesn't allow."""
        return [
            f"{charger.id}: {one}"
            for charger in self.chargers.values()
            for one in charger.violations
        ]

    @property
    def excursions(self) -> list[Excursion]:
        """All of all circuits, oldest first."""
        found = [one for watch in self.watches.values() for one in watch.excursions]
        return sorted(found, key=lambda one: one.start)

    def snapshot(self) -> SiteView:
        """Everything as it is now, for a table."""
        rows = tuple(
            ConnectorView(
                charger=charger.id,
                number=number,
                online=charger.accepted,
                status=connector.status,
                offered=connector.offered,
                measured=connector.currents,
                car=connector.car.name if connector.car else None,
                energy=connector.energy,
            )
            for charger in self.chargers.values()
            for number, connector in charger.connectors.items()
        )
        circuits = {
            name: CircuitView(id=name, currents=self.currents(name), limit=circuit.limit)
            for name, circuit in self.circuits.items()
        }
        return SiteView(
            at=clock.monotonic(), connectors=rows, circuits=circuits, house=self.house.currents
        )
