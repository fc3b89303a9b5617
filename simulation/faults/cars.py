"""Cars that don't do what most cars do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ..charger.car import NEEDS_EIGHT, SHORTFALL, Car, CarModel
from .fault import STARTS_BY_ITSELF, Fault
from .scene import AFTER_A_PAUSE, LEFT, RIGHT, TWIN, Scene

_TIMER: Final = 3_300.0
_STARTS_WITHIN: Final = 60.0
"""Seconds in which a car draws that may, where nothing is in its way."""


async def _nobody(scene: Scene) -> None:
    """Everything is quiet."""
    await scene.passes(60)


def _come(scene: Scene, outlet: str, model: CarModel) -> None:
    scene.site.plug_in(outlet, Car(model, name=model.name))


def _draw_at_least(scene: Scene, amperes: float, *outlets: str) -> Callable[[], bool]:
    return lambda: all(scene.draws(outlet) >= amperes - 0.1 for outlet in outlets)


async def _needs_eight(scene: Scene) -> None:
    """It comes beside one that charges, and then a third comes; there are 8 A for each."""
    scene.arrive(LEFT)
    await scene.comes("the first charges", _draw_at_least(scene, 12.0, LEFT))
    scene.breaks()
    _come(scene, RIGHT, NEEDS_EIGHT)
    await scene.comes("both charge", _draw_at_least(scene, 8.0, LEFT, RIGHT))
    scene.arrive(TWIN)
    await scene.comes(
        "all three charge", _draw_at_least(scene, 8.0, LEFT, RIGHT, TWIN), within=AFTER_A_PAUSE
    )
    scene.leave(RIGHT)
    await scene.passes(60)
    _come(scene, RIGHT, NEEDS_EIGHT)
    await scene.comes("it charges again", _draw_at_least(scene, 8.0, LEFT, RIGHT, TWIN))


async def _falls_short(scene: Scene) -> None:
    """It takes half for some minutes, and then all that it may but 0.8 A."""
    car = Car(SHORTFALL, name="0.8 A short")
    scene.site.plug_in(LEFT, car)
    await scene.comes("it has all it can use", _draw_at_least(scene, 15.0, LEFT))
    scene.breaks()
    car.model = replace(SHORTFALL, maximum=7.4)
    await scene.passes(600)
    car.model = SHORTFALL
    await scene.comes("it has all it can use again", _draw_at_least(scene, 15.0, LEFT))
    scene.arrive(RIGHT, TWIN)
    await scene.comes("all three charge", _draw_at_least(scene, 7.0, LEFT, RIGHT, TWIN))
    scene.leave(RIGHT, TWIN)
    await scene.comes("it has all once more", _draw_at_least(scene, 15.0, LEFT))


async def _starts_by_a_timer(scene: Scene) -> None:
    """It is alone, with the fuse free, and starts when its timer says."""
    scene.breaks()
    _come(scene, RIGHT, CarModel(name="timer", starts_after=_TIMER, wanted=None))
    await scene.passes(_TIMER)
    await scene.comes(
        "it charges at its time",
        _draw_at_least(scene, 6.0, RIGHT),
        within=_STARTS_WITHIN,
        steady=1.0,
    )
    await scene.comes("it has all it can use", _draw_at_least(scene, 15.9, RIGHT))


CAR_FAULTS: Final = (
    Fault(
        name="needs-eight",
        breaks="a car needs 8 A to charge, beside others that are content with 6",
        begins=_nobody,
        story=_needs_eight,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="shortfall",
        breaks="a car takes half for a while, and then all that it may but 0.8 A",
        begins=_nobody,
        story=_falls_short,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="timer-car",
        breaks="a car that is alone starts 55 min after it was plugged in",
        begins=_nobody,
        story=_starts_by_a_timer,
        # What the chargers may do alone is less than the minimum for all of them then.
        metered=True,
        bound=STARTS_BY_ITSELF,
    ),
)
