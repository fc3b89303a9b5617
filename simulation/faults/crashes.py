"""Home Assistant dies, and the chargers are alone with their own profiles."""

import asyncio
import math
from typing import Final

from custom_components.ev_load_manager import clock

from ..charger.models import STACK_ZERO
from .fault import EXPIRY, EXPIRY_WITH_METER, LIMIT_FELL, STARTS_BY_ITSELF, Fault
from .other_process import outside
from .scene import AFTER_A_PAUSE, LEFT, LIMIT, RIGHT, TWIN, TWIN_2, Scene

_SPEED: Final = 5.0
"""Faster, a disk that takes half a second takes longer than a limit waits for it at real speed."""
_ALONE_SPEED: Final = 40.0
"""While there is no Home Assistant that could lose anything by it."""
_LONG_ALONE_SPEED: Final = 120.0
_LONG: Final = 600.0
_AFTER_A_START: Final = 150.0
_MINIMUM: Final = 6.0


async def _alone(scene: Scene, seconds: float) -> None:
    """Let time pass without Home Assistant."""
    speed = clock.factor()
    clock.set_factor(_ALONE_SPEED if seconds < _LONG else _LONG_ALONE_SPEED)
    try:
        await scene.passes(seconds)
    finally:
        clock.set_factor(speed)


async def _well_again(scene: Scene) -> None:
    """It leads the chargers as before, and a fourth car gets its share.

    A charger that is back before the others may have to pause: those may serve
    a car that nobody has heard of yet.
    """
    began = clock.monotonic()
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)
    scene.note(f"every car has its share again after {clock.monotonic() - began:.0f} s")
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    await scene.set_limit(21.0)
    await scene.passes(60)


async def _killed_and_restarted(scene: Scene) -> None:
    """In the middle of three sessions."""
    scene.breaks()
    await outside(scene).kill()
    await outside(scene).start()
    await _well_again(scene)


async def _killed_for_ten_minutes(scene: Scene) -> None:
    """One car leaves meanwhile, and another takes its place."""
    scene.breaks()
    await outside(scene).kill()
    await _alone(scene, 200)
    scene.leave(RIGHT)
    await _alone(scene, 200)
    scene.arrive(RIGHT)
    await _alone(scene, 200)
    scene.check(scene.draws(LEFT) >= 6.0, "a car stopped although its charger can go on")
    await outside(scene).start()
    await _well_again(scene)


async def _killed_while_limits_change(scene: Scene) -> None:
    """A few moments after a command, each time another few."""
    scene.breaks()
    for turn, moment in enumerate((0.0, 0.01, 0.05, 0.2)):
        limit = 21.0 if turn % 2 == 0 else LIMIT
        await scene.assistant.set_limit(limit)
        await asyncio.sleep(moment)
        await outside(scene).kill()
        was_cut = sum(scene.offered().values()) <= limit + 0.1
        if not was_cut:
            # Nobody is there to cut them before it is back.
            scene.note(f"killed {moment:g} s after the command, before every cut had left")
        scene.now_judge_by(limit if was_cut else max(scene.limit, limit))
        await outside(scene).start()
        # Who is still away gets no limit, killed or not.
        await scene.all_are_back()
        scene.now_judge_by(limit)
        await scene.comes("everyone is led again", lambda: _is_led_again(scene), steady=0.0)
        share = limit / 3
        await scene.shares({LEFT: share, RIGHT: share, TWIN: share}, within=AFTER_A_PAUSE)


def _is_led_again(scene: Scene) -> bool:
    """Every charger has been told a limit since it connected."""
    return all(
        any(call.at > one.accepted_at for call in one.calls if call.action == "SetChargingProfile")
        for one in scene.site.chargers.values()
    )


async def _power_cut(scene: Scene) -> None:
    """The chargers are up long before Home Assistant, and resume at their limits."""
    scene.breaks()
    scene.site.power_off()
    await outside(scene).kill()
    await _alone(scene, 60)
    scene.site.power_on()
    await _alone(scene, 120)
    scene.check(scene.draws(LEFT) >= 6.0, "a car doesn't resume")
    await outside(scene).start()
    await _well_again(scene)


async def _disk_full(scene: Scene) -> None:
    """Nothing can be stored while cars come and go; nothing is lost."""
    here = outside(scene)
    scene.breaks()
    here.fill_disk()
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    scene.leave(LEFT)
    await scene.shares({RIGHT: 8.0, TWIN: 8.0, TWIN_2: 8.0})
    here.free_disk()
    scene.arrive(LEFT)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    await here.kill()
    await here.start()
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0}, within=AFTER_A_PAUSE)


async def _disk_full_and_killed(scene: Scene) -> None:
    """It remembers lower limits than are in force, and a fourth car comes at once."""
    here = outside(scene)
    scene.leave(LEFT)
    await scene.shares({RIGHT: 12.0, TWIN: 12.0})
    scene.arrive(LEFT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
    scene.breaks()
    here.fill_disk()
    scene.leave(LEFT)
    await scene.shares({RIGHT: 12.0, TWIN: 12.0})
    await here.kill()
    await here.start()
    await scene.all_are_back()
    scene.arrive(LEFT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)


async def _state_is_corrupt(scene: Scene) -> None:
    """The file with the group's state is cut in half, and then full of nonsense.

    Nobody knows any more what the limit was, which outlets may charge, and whether a grid
    operator wanted less: no car charges until somebody confirms that, and then one at a time
    with the lowest limit until somebody sets it again.
    """
    here = outside(scene)
    scene.breaks()
    for damage in (
        lambda text: text[: len(text) // 2],
        lambda _: (
            '{"version": 1, "key": 7, "data": {"settings": 5, "chargers": [1], "memory": ""}}'
        ),
        lambda _: "",
    ):
        await here.kill()
        here.store.write_text(damage(here.store.read_text()))
        await here.start()
        scene.check(await here.is_loaded(), "the group does not start")
        await scene.comes(
            "no car charges",
            lambda: sum(map(scene.draws, (LEFT, RIGHT, TWIN))) <= 0.1,
            within=AFTER_A_PAUSE,
            steady=60.0,
        )
        # A kill that comes at once must not turn it into a group without a past.
        await here.kill()
        await here.start()
        await scene.passes(120)
        scene.check(
            sum(map(scene.draws, (LEFT, RIGHT, TWIN))) <= 0.1,
            f"the limit came back by itself ({scene.as_it_is()})",
        )
        await here.confirm("stored_damaged")
        await scene.comes(
            "one car charges, with the lowest limit",
            lambda: 0.1 < sum(map(scene.draws, (LEFT, RIGHT, TWIN))) <= _MINIMUM + 0.1,
            within=AFTER_A_PAUSE,
            steady=60.0,
        )
        await scene.set_limit(LIMIT)
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)
    await _well_again(scene)


async def _stopped_and_started(scene: Scene) -> None:
    """As for an update."""
    scene.breaks()
    await outside(scene).stop()
    await _alone(scene, 60)
    await outside(scene).start()
    await _well_again(scene)


async def _restarted_while_charging(scene: Scene) -> None:
    """Nobody who fitted before is paused by it."""
    scene.breaks()
    await outside(scene).stop()
    await outside(scene).start()
    ends = clock.monotonic() + _AFTER_A_START
    least = math.inf
    while clock.monotonic() < ends:
        least = min(least, *(scene.draws(outlet) for outlet in (LEFT, RIGHT, TWIN)))
        await scene.passes(1.0)
    scene.note(f"nobody drew less than {least:.1f} A")
    scene.check(least >= _MINIMUM - 0.1, "a car was paused by the restart")
    await _well_again(scene)


async def _dead_for_more_than_an_hour(scene: Scene) -> None:
    """A fourth car comes; when the limits end, every car falls to what it has for that."""
    scene.breaks()
    await outside(scene).kill()
    await _alone(scene, 300)
    scene.arrive(TWIN_2)
    await _alone(scene, 3700)
    scene.check(
        all(amperes == 6.0 for amperes in scene.offered().values()),
        f"not everyone fell to 6 A ({scene.as_it_is()})",
    )
    await outside(scene).start()
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0}, within=AFTER_A_PAUSE)


async def _cars_use_what_is_free(scene: Scene) -> None:
    scene.arrive(LEFT, RIGHT, TWIN)
    await scene.comes("the cars use what is free", lambda: _drawn(scene) >= 22.0)


def _drawn(scene: Scene) -> float:
    return sum(scene.draws(outlet) for outlet in scene.offered())


async def _dead_as_the_house_rises(scene: Scene) -> None:
    """After five minutes the chargers fall to what the safe limit has room for."""
    scene.breaks()
    await outside(scene).kill()
    await _alone(scene, 20)
    scene.site.house.switch("oven", True)
    await _alone(scene, 400)
    scene.check(_drawn(scene) <= 12.1, f"more than the safe limit is drawn ({scene.as_it_is()})")
    scene.site.house.switch("oven", False)
    await outside(scene).start()
    await scene.comes(
        "the cars use what is free", lambda: _drawn(scene) >= 22.0, within=AFTER_A_PAUSE
    )


CRASH_FAULTS: Final = (
    Fault(
        name="killed",
        breaks="Home Assistant is killed in the middle of sessions and restarted at once",
        story=_killed_and_restarted,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
    ),
    Fault(
        name="killed-10-min",
        breaks="Home Assistant is killed for ten minutes, in which a car leaves and one comes",
        story=_killed_for_ten_minutes,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
    ),
    Fault(
        name="killed-in-a-change",
        breaks="Home Assistant is killed 0, 10, 50 and 200 ms after a limit was changed",
        story=_killed_while_limits_change,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
    ),
    Fault(
        name="power-cut",
        breaks="the power of the whole site fails; chargers are up before Home Assistant",
        story=_power_cut,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
    ),
    Fault(
        name="disk-full",
        breaks="the disk is full as cars come and go; free again, Home Assistant is killed",
        story=_disk_full,
        bound=STARTS_BY_ITSELF,
        own_process=True,
        speed=10.0,
        expected_errors=("",),
    ),
    Fault(
        name="disk-full-killed",
        breaks="the disk is full, limits rise, and Home Assistant is killed before it is free",
        story=_disk_full_and_killed,
        bound=STARTS_BY_ITSELF,
        own_process=True,
        speed=10.0,
        expected_errors=("",),
        may_lose=True,
    ),
    Fault(
        name="corrupt-state",
        breaks="the stored state is cut in half, nonsense, and empty",
        story=_state_is_corrupt,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
        expected_errors=("",),
        may_lose=True,
    ),
    Fault(
        name="dead-for-hours",
        breaks="Home Assistant is dead for more than an hour, and a fourth car comes",
        story=_dead_for_more_than_an_hour,
        bound=EXPIRY,
        own_process=True,
        speed=10.0,
    ),
    Fault(
        name="dead-stack-zero",
        breaks="the same with a charger that takes stack level 0 only",
        model=STACK_ZERO,
        story=_dead_for_more_than_an_hour,
        bound=EXPIRY,
        own_process=True,
        speed=10.0,
    ),
    Fault(
        name="dead-as-house-rises",
        breaks="Home Assistant is dead, and the oven goes on",
        begins=_cars_use_what_is_free,
        story=_dead_as_the_house_rises,
        bound=EXPIRY_WITH_METER,
        metered=True,
        own_process=True,
        speed=10.0,
    ),
    Fault(
        name="restart-while-charging",
        breaks="Home Assistant is restarted while three cars charge",
        story=_restarted_while_charging,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
    ),
    Fault(
        name="stopped",
        breaks="Home Assistant is stopped for an update and started again",
        story=_stopped_and_started,
        bound=LIMIT_FELL,
        own_process=True,
        speed=_SPEED,
    ),
)
