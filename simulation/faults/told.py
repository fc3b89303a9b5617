"""Chargers that tell less than flows, or more, or something else."""

from dataclasses import replace
from typing import Final

from ..charger.car import Car, CarModel
from ..charger.configuration import Key
from ..charger.habits import ENERGY_ONLY, ONE_LABEL, PHANTOM_SESSION, POWER_ONLY, WATTS_BY_THREE
from .fault import DISOBEYS, STARTS_BY_ITSELF, Fault
from .same_process import inside
from .scene import LEFT, LIMIT, RIGHT, TWIN, Scene

_WATCHED: Final = 300.0
_TWO_TURNS: Final = 2000.0
"""s"""
_ALL: Final = 16.0
"""A: what one outlet can give, and here the group, too."""


async def _nobody(scene: Scene) -> None:
    """Everything is quiet."""
    await scene.passes(60)


async def _two_on_the_left(scene: Scene) -> None:
    scene.arrive(LEFT, TWIN)
    await scene.shares({LEFT: 12.0, TWIN: 12.0}, "two equal shares to begin with")


async def _divides_watts_by_three(scene: Scene) -> None:
    """A car starts alone and goes on beside another, and a third takes turns with them.

    One phase might get all of its watts: 18 A are set aside for the 6 A on each of three.
    """
    scene.breaks()
    scene.arrive(RIGHT)
    await scene.comes("the car charges", lambda: scene.draws(RIGHT) >= 6.0)
    scene.arrive(LEFT)
    await scene.comes(
        "both charge", lambda: all(scene.draws(outlet) >= 5.9 for outlet in (LEFT, RIGHT))
    )
    scene.arrive(TWIN)
    charged: set[str] = set()

    def all_have_charged() -> bool:
        charged.update(one for one in (LEFT, RIGHT, TWIN) if scene.draws(one) >= 5.9)
        return TWIN in charged

    await scene.comes("the third has its turn", all_have_charged, within=_TWO_TURNS)
    charged.clear()
    await scene.comes(
        "and so has everyone after it",
        lambda: all_have_charged() and len(charged) == 3,
        within=_TWO_TURNS,
    )


async def _tells_one_phase(scene: Scene) -> None:
    """It draws on three, and a car that uses another one of them alone comes."""
    scene.breaks()
    scene.arrive(RIGHT)
    await scene.comes("it charges", lambda: scene.draws(RIGHT) >= 12.0)
    alone = CarModel(name="on L1 alone", phases=1, maximum=32.0, wanted=None)
    scene.site.plug_in(LEFT, Car(alone, name="on L1 alone"))
    await scene.passes(_WATCHED)
    scene.check(
        scene.draws(LEFT) >= 6.0 and scene.draws(RIGHT) >= 6.0,
        f"one of both does not charge ({scene.as_it_is()})",
    )


async def _tells_of_a_phantom(scene: Scene) -> None:
    """Nobody is there, and nobody is to make way for it; a car that comes there charges."""
    group = inside(scene).group
    await scene.set_limit(_ALL)
    scene.breaks()
    scene.arrive(LEFT)
    await scene.comes("the other car has all", lambda: scene.draws(LEFT) >= _ALL - 0.2)
    await scene.passes(_WATCHED)
    scene.check(scene.draws(LEFT) >= _ALL - 0.2, f"it makes way ({scene.as_it_is()})")
    status = group.connector_state("RIGHT", 1, "status")
    scene.check(status == "available", f"an outlet without a car is {status}")
    scene.arrive(RIGHT)
    await scene.shares({LEFT: _ALL / 2, RIGHT: _ALL / 2})
    scene.leave(RIGHT)
    await scene.comes("the other car has all again", lambda: scene.draws(LEFT) >= _ALL - 0.2)


async def _does_not_obey(scene: Scene) -> None:
    """A car comes to it and draws all it can; what it tells proves so, and the others make way."""
    scene.breaks()
    scene.arrive(RIGHT)
    await scene.comes("it draws all it can", lambda: scene.draws(RIGHT) >= 15.0, steady=1.0)
    await scene.comes(
        "the others make way",
        lambda: scene.draws(LEFT) + scene.draws(TWIN) <= LIMIT - 15.9,
    )


TOLD_FAULTS: Final = (
    Fault(
        name="watts-three-phases",
        breaks="a charger takes watts only and divides them by three, as a car comes",
        begins=_nobody,
        story=_divides_watts_by_three,
        model=WATTS_BY_THREE,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="one-phase-told",
        breaks="a charger tells the current of one phase while its car draws on three",
        begins=_nobody,
        story=_tells_one_phase,
        model=ONE_LABEL,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="phantom-session",
        breaks="a charger without a car tells the values of a session that nobody began",
        begins=_nobody,
        story=_tells_of_a_phantom,
        # Not as a person would set it, but as such chargers come.
        only_1_6="values without an event belong to no transaction there",
        model=replace(PHANTOM_SESSION, extra_keys={"MeterValueSampleInterval": Key("10")}),
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="power-only-disobeys",
        breaks="a charger that tells its power alone accepts every limit and ignores it",
        begins=_two_on_the_left,
        story=_does_not_obey,
        model=replace(POWER_ONLY, ignores_all_limits=True),
        bound=DISOBEYS,
    ),
    Fault(
        name="energy-only-disobeys",
        breaks="a charger that tells its register alone accepts every limit and ignores it",
        begins=_two_on_the_left,
        story=_does_not_obey,
        model=replace(ENERGY_ONLY, ignores_all_limits=True),
        bound=DISOBEYS,
    ),
)
