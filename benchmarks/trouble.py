"""Settings that are wrong, meters that are late or fail, chargers that tell nothing.

What a site may have for years without anyone noticing must not keep a fuse
overloaded, nor make cars stop and go.
"""

from collections.abc import Iterator
from dataclasses import replace

from custom_components.ev_load_manager.balancing.site import Site
from simulation.plant.plant import Fault, Meter, Plant
from simulation.plant.plant_cars import Tells

from .loop import (
    HOUR,
    HOUSE,
    THERMOSTAT,
    WIRINGS,
    Controlled,
    make_outlets,
    make_site,
    staying,
    watched,
)
from .report import Target

LONGEST = 30.0
"""Seconds over the limit in a row."""
PAUSES = 2.0
"""Of a car, per hour."""


def in_trouble(name: str, plant: Plant, site: Site, hours: float) -> Iterator[Target]:
    """Longest excursion and pauses while something is not as it should be."""
    watch = watched(plant, Controlled(site), hours * HOUR)
    pauses = max(each.pauses for each in plant.connectors.values())
    yield Target(name=f"{name}: longest excursion", value=watch.longest, bound=LONGEST, unit="s")
    yield Target(
        name=f"{name}: pauses of a car per hour", value=pauses / hours, bound=PAUSES, unit=""
    )


def run(*, hours: float = 4.0) -> Iterator[Target]:
    """Have every trouble that a site may have for years without anyone noticing."""
    # Four cars: their minimums fit beside the building nearly always, so that
    # a pause is the trouble's doing and not somebody else's turn.
    visits = staying(hours, cars=4)
    # Charger 3 has a one-phase car; the settings name another phase than it loads.
    believed = WIRINGS[0]
    yield from in_trouble(
        "wrong wiring of one charger",
        Plant(
            make_outlets(
                visits,
                10.0,
                lambda number, outlet: (
                    replace(outlet, believed_wiring=believed) if number == 2 else outlet
                ),
            ),
            HOUSE,
            Meter(),
            seed=1,
        ),
        make_site({2: believed}),
        hours,
    )
    yield from in_trouble(
        "a meter 8 s late",
        Plant(make_outlets(visits, 10.0), HOUSE, Meter(latency=8.0), seed=2),
        make_site(),
        hours,
    )
    yield from in_trouble(
        "chargers without meter values",
        Plant(
            make_outlets(visits, 10.0, lambda _, outlet: replace(outlet, tells=Tells.NOTHING)),
            HOUSE,
            Meter(),
            seed=3,
        ),
        make_site(),
        hours,
    )
    yield from in_trouble(
        "a thermostat every 2 min",
        Plant(make_outlets(visits, 10.0), THERMOSTAT, Meter(), seed=4),
        make_site(),
        hours,
    )
    for fault in (Fault.FROZEN, Fault.SILENT):
        faults = tuple((fault, at, at + 300.0) for at in (900.0, 2100.0, 3000.0))
        yield from in_trouble(
            f"a {fault} meter for 5 min, thrice",
            Plant(make_outlets(visits, 10.0), HOUSE, Meter(faults=faults), seed=5),
            make_site(),
            hours,
        )
