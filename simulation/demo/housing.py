"""The garage of a small housing company: eight chargers on two feeders, and cars of every kind.

Four chargers share a feeder of 16 A and take turns; four share one of 25 A with the
ventilation, which a meter of the feeder's own tells. On its L1 one car leaves some of its
share to another. `script/demo --scenario garage`
plays it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console

from ..charger.car import CarModel
from ..charger.grid import L1, L2, L3, THREE_PHASES, Wiring, same
from ..charger.models import EVBOX_G4, GENERIC, ChargerModel
from ..plant.house import House
from ..plant.meter import SimulatedMeter
from ..plant.site import GRID, GROUP, SimulatedSite, SupplyCircuit
from ..set_up import Group, Home, MeterSetting
from .scenario import Event, at, does, plugs_in, unplugs

NORTH, SOUTH = "north", "south"
NORTH_LIMIT, SOUTH_LIMIT = 16.0, 25.0
GROUP_LIMIT, GRID_LIMIT = 50.0, 63.0
SOUTH_SAFE_LIMIT = 8.0
VENTILATION, AT_NIGHT = same(8.0), same(2.0)

WHOLE_AMPERES = replace(GENERIC, model="Whole amperes", step=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A charger, and the car that comes to it."""

    charger: str
    feeder: str
    car: CarModel
    wiring: Wiring = THREE_PHASES
    model: ChargerModel = GENERIC
    settings: dict[str, Any] = field(default_factory=dict)


BAYS = (
    Bay(charger="N1", feeder=NORTH, car=CarModel(name="on one phase", phases=1, maximum=32.0)),
    Bay(
        charger="N2",
        feeder=NORTH,
        wiring=(L2, L3, L1),
        model=EVBOX_G4,
        car=CarModel(name="on two phases", phases=2),
    ),
    Bay(charger="N3", feeder=NORTH, car=CarModel(name="on three phases")),
    Bay(
        charger="N4",
        feeder=NORTH,
        model=EVBOX_G4,
        car=CarModel(name="another on three phases"),
    ),
    Bay(charger="S1", feeder=SOUTH, car=CarModel(name="takes 8 A", phases=1, maximum=8.0)),
    Bay(
        charger="S2",
        feeder=SOUTH,
        wiring=(L2, L3, L1),
        car=CarModel(name="nearly full", phases=1, wanted=900.0, taper=700.0),
    ),
    Bay(
        charger="S3",
        feeder=SOUTH,
        wiring=(L3, L1, L2),
        settings={"minimum": 7},
        car=CarModel(name="needs 7 A", phases=1, minimum=7.0),
    ),
    Bay(
        charger="S4",
        feeder=SOUTH,
        model=WHOLE_AMPERES,
        car=CarModel(name="in whole amperes", phases=1, maximum=32.0),
    ),
)


@asynccontextmanager
async def housing(console: Console, home: Home) -> AsyncIterator[tuple[SimulatedSite, Group]]:
    """A group of eight chargers on two feeders, the second with a meter of its own."""
    console.print("Adding a group, its meter and two feeders through the config flows ...")
    site = SimulatedSite(
        home.chargers_url,
        circuits=(
            SupplyCircuit(GRID, same(GRID_LIMIT), carries_house=True),
            SupplyCircuit(GROUP, same(GROUP_LIMIT), parent=GRID),
            SupplyCircuit(NORTH, same(NORTH_LIMIT), parent=GROUP),
            SupplyCircuit(SOUTH, same(SOUTH_LIMIT), parent=GROUP, other=AT_NIGHT),
        ),
        house=House((4.0, 3.0, 3.5), noise=0.1, seed=1),
        meter_noise=0.1,
        seed=1,
    )
    south = SimulatedMeter(lambda: site.currents(SOUTH), noise=0.1, seed=2)
    await site.meter.start()
    await south.start()
    try:
        group = await home.set_up_group(
            rated=GROUP_LIMIT,
            maximum=GROUP_LIMIT,
            meter=MeterSetting(
                port=site.meter.port, rated=GRID_LIMIT, maximum=GRID_LIMIT, safe_limit=16.0
            ),
        )
        metered = MeterSetting(port=south.port, safe_limit=SOUTH_SAFE_LIMIT)
        feeders = {
            NORTH: await group.add_feeder("North", rated=NORTH_LIMIT),
            SOUTH: await group.add_feeder("South", rated=SOUTH_LIMIT, meter=metered),
        }
        for bay in BAYS:
            site.add_charger(bay.charger, bay.model, wiring=bay.wiring, circuit=bay.feeder)
        await site.start(meter=False)
        console.print("Accepting eight chargers ...")
        for bay in BAYS:
            await group.add_charger(
                bay.charger,
                name=bay.charger,
                wiring=bay.wiring,
                feeder=feeders[bay.feeder],
                **bay.settings,
            )
        for charger in site.chargers.values():
            await charger.until(lambda charger=charger: charger.accepted)
        yield site, group
    finally:
        await site.stop()
        await south.stop()


def story(_: Group) -> tuple[Event, ...]:
    """Forty minutes: long enough for turns of a quarter of an hour."""

    def ventilation(site: SimulatedSite, on: bool) -> None:
        site.circuits[SOUTH].other = VENTILATION if on else AT_NIGHT

    return (
        *(
            at(10 + 15 * number, plugs_in(bay.car.name, f"{bay.charger}/1", bay.car, seed=number))
            for number, bay in enumerate(BAYS)
        ),
        at(630, does("the ventilation goes up", lambda site: ventilation(site, True))),
        at(1230, does("the ventilation goes down", lambda site: ventilation(site, False))),
        *(at(2340 + number, unplugs(f"{bay.charger}/1")) for number, bay in enumerate(BAYS)),
        at(2400, does("everyone has left", lambda _: None)),
    )
