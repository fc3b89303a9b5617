"""Meters that fail, as the house goes on to do what it likes."""

from collections.abc import Callable
import math
from typing import Final

from ..plant.meter import SimulatedMeter
from .fault import HOUSE_ROSE, METER_LOST, Fault, Story
from .same_process import inside
from .scene import AFTER_A_PAUSE, LEFT, RIGHT, TWIN, Scene

_BESIDE_THE_OVEN: Final = 16.1
"""A that the cars may draw where the house has its oven on."""
_USED: Final = 22.0
"""A that the cars draw at least, where the house leaves 24."""


async def _cars_use_what_is_free(scene: Scene) -> None:
    scene.arrive(LEFT, RIGHT, TWIN)
    await _all_is_used(scene)


async def _all_is_used(scene: Scene) -> None:
    await scene.comes(
        "the cars use what is free", lambda: _drawn(scene) >= _USED, within=AFTER_A_PAUSE
    )
    await _mode_is(scene, "adaptive")


def _drawn(scene: Scene) -> float:
    return sum(scene.draws(outlet) for outlet in scene.offered())


async def _mode_is(scene: Scene, mode: str) -> None:
    group = inside(scene).group
    await scene.comes(f"the mode is {mode}", lambda: group.state("mode") == mode, steady=0.0)


def _meter(ails: Callable[[SimulatedMeter], None], *, cause: str) -> Story:
    """It ails, the oven goes on at once; well again, everything is as before."""

    async def story(scene: Scene) -> None:
        log = inside(scene).manager.records.safe_limit_log
        before = len(log.periods)
        meter = scene.site.meter
        scene.breaks()
        ails(meter)
        scene.site.house.switch("oven", True)
        await _mode_is(scene, "safe_limit")
        await scene.comes("the safe limit is kept", lambda: _drawn(scene) <= 12.1)
        await scene.passes(60)
        meter.heal()
        await _mode_is(scene, "adaptive")
        scene.site.house.switch("oven", False)
        await _all_is_used(scene)
        causes = [str(period.cause) for period in tuple(log.periods)[before:]]
        scene.check(causes == [cause], f"the log tells of {causes}, not of one {cause}")

    return story


def _silent(meter: SimulatedMeter) -> None:
    meter.silent = True


def _frozen(meter: SimulatedMeter) -> None:
    meter.frozen = True


def _not_a_number(meter: SimulatedMeter) -> None:
    meter.nonsense = math.nan


async def _the_oven_is_on(scene: Scene) -> None:
    await _cars_use_what_is_free(scene)
    scene.site.house.switch("oven", True)
    await scene.comes("the cars make way", lambda: _drawn(scene) <= _BESIDE_THE_OVEN)
    await scene.passes(60)


def _dies(ails: Callable[[SimulatedMeter], None]) -> Story:
    """It tells of no current at all; nobody may take that for room."""

    async def story(scene: Scene) -> None:
        log = inside(scene).manager.records.safe_limit_log
        before = len(log.periods)
        meter = scene.site.meter
        scene.breaks()
        ails(meter)
        most = 0.0
        for _ in range(int(METER_LOST)):
            most = max(most, _drawn(scene))
            await scene.passes(1.0)
        scene.note(f"the cars drew {most:.1f} A at most")
        scene.check(most <= _BESIDE_THE_OVEN + 0.5, "what the dead meter told was taken for room")
        await _mode_is(scene, "safe_limit")
        await scene.comes("the safe limit is kept", lambda: _drawn(scene) <= 12.1)
        meter.heal()
        await _mode_is(scene, "adaptive")
        scene.site.house.switch("oven", False)
        await _all_is_used(scene)
        causes = [str(period.cause) for period in tuple(log.periods)[before:]]
        scene.check(len(causes) == 1, f"the log tells of {causes}")

    return story


def _all_zeros(meter: SimulatedMeter) -> None:
    meter.fills_with = 0


def _all_ones(meter: SimulatedMeter) -> None:
    meter.fills_with = 0xFFFF


def _more_than_can_be(meter: SimulatedMeter) -> None:
    meter.nonsense = 900.0


async def _is_late(scene: Scene) -> None:
    """Each answer takes 2 s, and the oven goes on and off."""
    scene.breaks()
    scene.site.meter.delay = 2.0
    for _ in range(3):
        scene.site.house.switch("oven", True)
        await scene.passes(60)
        scene.site.house.switch("oven", False)
        await scene.passes(60)
    scene.site.meter.heal()
    await _all_is_used(scene)


async def _comes_and_goes(scene: Scene) -> None:
    """Connections are refused for a minute, then it is there, and so on."""
    meter = scene.site.meter
    scene.breaks()
    for _ in range(3):
        await meter.stop()
        scene.site.house.switch("oven", True)
        await scene.passes(60)
        await meter.start()
        scene.site.house.switch("oven", False)
        await _all_is_used(scene)


async def _is_swapped_and_back(scene: Scene) -> None:
    """Somebody exchanges L1 and L2 at it; three-phase cars live by the worse of both."""
    meter = scene.site.meter
    scene.breaks()
    meter.swaps_phases = True
    scene.site.house.switch("oven", True)
    await scene.passes(120)
    meter.swaps_phases = False
    await scene.passes(60)
    scene.site.house.switch("oven", False)
    await _all_is_used(scene)


async def _the_house_is_restless(scene: Scene) -> None:
    for _ in range(2):
        scene.site.house.switch("oven", True)
        await scene.passes(120)
        scene.site.house.switch("oven", False)
        await scene.passes(120)


async def _one_is_away(scene: Scene) -> None:
    """Until its limit has ended; its car leaves, and nobody tells."""
    scene.breaks()
    scene.faulty.link.halt()
    await scene.passes(420)
    scene.leave(RIGHT)
    await scene.passes(60)
    await _the_house_is_restless(scene)
    scene.faulty.link.start()
    await _all_is_used(scene)


async def _one_was_never_there(scene: Scene) -> None:
    """It is added, and does not come."""
    await inside(scene).group.add_charger("NEVER", name="Never", wiring=(0, 1, 2))
    scene.breaks()
    await _the_house_is_restless(scene)
    await _all_is_used(scene)


def _fault(
    name: str,
    breaks: str,
    story: Story,
    bound: float,
    *,
    begins: Story = _cars_use_what_is_free,
    meter: str = "eastron_sdm630",
) -> Fault:
    return Fault(
        name=name,
        breaks=breaks,
        begins=begins,
        story=story,
        bound=bound,
        metered=True,
        meter=meter,
        # What Home Assistant and its Modbus library say of a meter that fails, or ends.
        expected_errors=("Error fetching", "Async TCP connection lost"),
    )


METER_FAULTS: Final = (
    _fault(
        "meter-silent",
        "the meter answers nothing, and the oven goes on",
        _meter(_silent, cause="silent"),
        METER_LOST,
    ),
    _fault(
        "meter-frozen",
        "the meter shows the same values for ever, and the oven goes on",
        _meter(_frozen, cause="frozen"),
        METER_LOST,
    ),
    _fault(
        "meter-not-a-number",
        "the meter shows NaN, and the oven goes on",
        _meter(_not_a_number, cause="silent"),
        METER_LOST,
    ),
    _fault(
        "meter-nonsense",
        "the meter shows 900 A, and the oven goes on",
        _meter(_more_than_can_be, cause="implausible"),
        METER_LOST,
    ),
    _fault(
        "meter-dead-zeros",
        "the meter is dead behind its gateway, and every register is 0",
        _dies(_all_zeros),
        HOUSE_ROSE,
        begins=_the_oven_is_on,
    ),
    _fault(
        "meter-all-ones",
        "every register of the meter is 0xFFFF",
        _dies(_all_ones),
        HOUSE_ROSE,
        begins=_the_oven_is_on,
        meter="cg_em24_din",
    ),
    _fault(
        "meter-late",
        "the meter's answers take 2 s, and the oven goes on and off",
        _is_late,
        HOUSE_ROSE + 4.0,
    ),
    _fault(
        "meter-comes-and-goes",
        "the meter refuses connections for a minute, again and again",
        _comes_and_goes,
        METER_LOST,
    ),
    _fault(
        "meter-swapped",
        "L1 and L2 are exchanged at the meter, and back, as the oven goes on",
        _is_swapped_and_back,
        HOUSE_ROSE,
    ),
    _fault(
        "away-beside-the-house",
        "a charger is away for longer than its limit lasts, its car leaves, and the oven goes on",
        _one_is_away,
        HOUSE_ROSE,
    ),
    _fault(
        "never-met-beside-the-house",
        "a charger was added and has never connected, and the oven goes on",
        _one_was_never_there,
        HOUSE_ROSE,
    ),
)
