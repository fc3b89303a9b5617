"""Chargers that fail, one way at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from custom_components.ev_load_manager import clock

from ..charger.misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    Misbehaviour,
    NoAnswer,
    TwiceAnswered,
    WrongId,
)
from ..charger.models import GENERIC, STUBBORN
from .fault import DISOBEYS, LIMIT_FELL, NO_ANSWER, STARTS_BY_ITSELF, Fault, Story
from .scene import LEFT, LIMIT, RIGHT, TWIN, TWIN_2, Scene
from .words import LIMIT_CALLS, SINCE_1_6, SINCE_2_0_1

HOURS: Final = 3600.0


async def _socket_is_cut(scene: Scene) -> None:
    """And at this very moment a fourth car comes."""
    scene.breaks()
    scene.faulty.cut()
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    await scene.all_charge()


async def _is_offline_for_long(scene: Scene) -> None:
    """A car comes and one leaves meanwhile; then the charger is back."""
    scene.breaks()
    scene.faulty.link.halt()
    await scene.passes(30)
    scene.arrive(TWIN_2)
    await scene.passes(120)
    scene.leave(LEFT)
    await scene.passes(150)
    scene.check(scene.draws(RIGHT) >= 6.0, "the car of the charger that is offline stopped")
    scene.leave(RIGHT)
    scene.arrive(RIGHT)
    await scene.passes(60)
    scene.faulty.link.start()
    await scene.shares({RIGHT: 8.0, TWIN: 8.0, TWIN_2: 8.0})
    await scene.all_charge()


async def _is_half_open(scene: Scene) -> None:
    """Nobody is behind the socket, and the limit falls."""
    scene.breaks()
    scene.faulty.go_silent()
    await scene.passes(10)
    await scene.set_limit(21.0)
    await scene.passes(180)
    scene.check(scene.draws(LEFT) >= 6.0, "the others don't charge any more")
    scene.faulty.speak_again()
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})


async def _flaps(scene: Scene) -> None:
    """Its socket goes every five seconds, while a car comes and the limit falls."""
    scene.breaks()
    for turn in range(30):
        scene.faulty.cut()
        if turn == 5:
            scene.arrive(TWIN_2)
        if turn == 15:
            scene.leave(TWIN_2)
            await scene.set_limit(21.0)
        await scene.passes(5)
    await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0})


async def _reboots(scene: Scene) -> None:
    """Its session ends with the reboot; the driver presents the card again."""
    scene.breaks()
    for _ in range(3):
        scene.faulty.reboot(reason="Reboot")
        await scene.comes("the others take over", lambda: scene.offered()[LEFT] >= 11.0, steady=1.0)
        await scene.faulty.until(lambda: scene.faulty.accepted)
        scene.faulty.present(1, "CARD-1")
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})


async def _reboots_daily(scene: Scene) -> None:
    """Each day in the middle of a session; the cars are there for some hours a day."""
    scene.leave(LEFT, RIGHT, TWIN)
    scene.breaks()
    for _ in range(3):
        await scene.passes(20 * HOURS)
        scene.arrive(LEFT, RIGHT, TWIN)
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
        scene.faulty.reboot(reason="Reboot")
        await scene.comes("the others take over", lambda: scene.offered()[LEFT] >= 11.0, steady=1.0)
        await scene.faulty.until(lambda: scene.faulty.accepted)
        scene.faulty.present(1, "CARD-1")
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
        await scene.passes(HOURS)
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})
        scene.leave(LEFT, RIGHT, TWIN)


async def _loses_power(scene: Scene) -> None:
    """It resumes its session at its limit, while another car has come."""
    scene.breaks()
    scene.faulty.power_off()
    scene.arrive(TWIN_2)
    await scene.passes(30)
    scene.faulty.power_on()
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    await scene.all_charge()


def _answers_limits_with(*misbehaviours: Misbehaviour) -> Story:
    """It gives each of these answers to limits for a while, as the limit falls and rises."""

    async def story(scene: Scene) -> None:
        scene.breaks()
        for number, misbehaviour in enumerate(misbehaviours):
            for action in LIMIT_CALLS:
                scene.faulty.misbehaviours[action] = misbehaviour
            await scene.set_limit(21.0)
            await scene.passes(90)
            scene.check(
                scene.draws(RIGHT) <= 8.1, f"answer {number}: it draws more than it was told"
            )
            scene.faulty.misbehaviours.clear()
            await scene.shares({LEFT: 7.0, RIGHT: 7.0, TWIN: 7.0}, within=400)
            await scene.set_limit(LIMIT)
            await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0})

    return story


async def _nobody_on_the_right(scene: Scene) -> None:
    scene.arrive(LEFT, TWIN)
    await scene.shares({LEFT: 12.0, TWIN: 12.0}, "two equal shares to begin with")


async def _does_not_obey(scene: Scene) -> None:
    """A car comes to it and draws all it can; the others make way."""
    scene.breaks()
    scene.arrive(RIGHT)
    await scene.comes("it draws all it can", lambda: scene.draws(RIGHT) >= 15.0, steady=1.0)
    await scene.comes(
        "the others make way",
        lambda: scene.draws(LEFT) + scene.draws(TWIN) <= LIMIT - 15.9,
    )


async def _sends(scene: Scene, send: Callable[[int], str | bytes], *, times: int) -> None:
    for number in range(times):
        await scene.faulty.link.send(send(number))


async def _sends_garbage(scene: Scene) -> None:
    """All kinds of it, and others feel nothing."""
    kinds: tuple[str | bytes, ...] = (
        "",
        "rubbish",
        "[",
        "[2]",
        '[2,"1"]',
        '[2,"1","Heartbeat"]',
        '[2,"1","Heartbeat",7]',
        '[3,"nobody asked",{}]',
        '[4,"nobody asked","GenericError","",{}]',
        '[9,"1",{}]',
        '[2,"1","MakeCoffee",{}]',
        *SINCE_1_6,
        *SINCE_2_0_1,
        b"\xff\xfe\x00",
        "[" * 10_000,
        "x" * 200_000,
    )
    scene.breaks()
    for _ in range(5):
        await _sends(scene, lambda number: kinds[number], times=len(kinds))
        await scene.passes(5)
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    scene.check(scene.faulty.online, "it was thrown out for it")


async def _sends_a_thousand_frames_a_second(scene: Scene) -> None:
    """For half a minute of real time, in which the limit falls."""

    def beat(number: int) -> str:
        return f'[2,"flood-{number}","Heartbeat",{{}}]'

    speed = clock.factor()
    clock.set_factor(1.0)
    try:
        scene.breaks()
        for second in range(30):
            if second == 5:
                await scene.set_limit(18.0)
            began = clock.monotonic()
            await _sends(scene, beat, times=1000)
            await scene.passes(max(0.0, 1.0 - (clock.monotonic() - began)))
    finally:
        clock.set_factor(speed)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0})


async def _has_a_wrong_clock(scene: Scene) -> None:
    """Limits act all the same, and its session is booked at the right time."""
    scene.breaks()
    scene.arrive(TWIN_2)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    scene.leave(RIGHT)
    await scene.passes(60)
    scene.arrive(RIGHT)
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0, TWIN_2: 6.0})
    await scene.set_limit(21.0)
    await scene.passes(60)


CHARGER_FAULTS: Final = (
    Fault(
        name="socket-cut",
        breaks="a charger's socket goes without a close, as a car comes elsewhere",
        story=_socket_is_cut,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="offline",
        breaks="a charger is offline for six minutes, in which cars come and go",
        story=_is_offline_for_long,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="half-open",
        breaks="nobody is behind a charger's open socket, and the limit falls",
        story=_is_half_open,
        bound=NO_ANSWER,
    ),
    Fault(
        name="flapping",
        breaks="a charger's socket goes every 5 s, as a car comes and the limit falls",
        story=_flaps,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="reboots",
        breaks="a charger reboots in the middle of sessions, again and again",
        story=_reboots,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="reboots-daily",
        breaks="a charger reboots every day in the middle of a session, for three days",
        story=_reboots_daily,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="power-lost",
        breaks="a charger loses its power, as a car comes elsewhere",
        story=_loses_power,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="rejects",
        breaks="a charger refuses limits: Rejected, NotSupported, two CALLERRORs",
        story=_answers_limits_with(
            FixedAnswer({"status": "Rejected"}),
            FixedAnswer({"status": "NotSupported"}),
            ErrorAnswer("NotImplemented"),
            ErrorAnswer("InternalError"),
        ),
        bound=NO_ANSWER,
    ),
    Fault(
        name="disobeys",
        breaks="a charger accepts every limit and ignores it",
        begins=_nobody_on_the_right,
        story=_does_not_obey,
        model=STUBBORN,
        bound=DISOBEYS,
    ),
    Fault(
        name="answers-nothing",
        breaks="a charger answers no limit and follows none",
        story=_answers_limits_with(NoAnswer()),
        bound=NO_ANSWER,
    ),
    Fault(
        name="answers-late",
        breaks="a charger answers limits after 40 s",
        story=_answers_limits_with(LateAnswer(40.0)),
        bound=NO_ANSWER,
    ),
    Fault(
        name="answers-wrong-ids",
        breaks="a charger answers limits under ids that nobody used",
        story=_answers_limits_with(WrongId()),
        bound=NO_ANSWER,
    ),
    Fault(
        name="answers-garbage",
        breaks="a charger answers limits with what is no frame, and twice",
        story=_answers_limits_with(GarbageAnswer(), TwiceAnswered()),
        bound=NO_ANSWER,
    ),
    Fault(
        name="garbage",
        breaks="a charger sends garbage of all kinds",
        story=_sends_garbage,
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="thousand-frames",
        breaks="a charger sends 1,000 frames a second, and the limit falls",
        story=_sends_a_thousand_frames_a_second,
        bound=LIMIT_FELL,
        # What it costs the machine counts here.
        jumps=False,
    ),
    Fault(
        name="clock-behind",
        breaks="a charger's clock is 3 h behind, and stays so",
        story=_has_a_wrong_clock,
        clock_offset=-3 * HOURS,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="clock-ahead",
        breaks="a charger's clock is 3 h ahead, and stays so",
        story=_has_a_wrong_clock,
        clock_offset=3 * HOURS,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="forgets",
        breaks="a charger that loses its power has lost its limit, too",
        story=_loses_power,
        model=replace(GENERIC, model="Forgetful", keeps_profiles_over_reboot=False),
        bound=STARTS_BY_ITSELF,
    ),
)
