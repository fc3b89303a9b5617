"""Limits that a charger holds otherwise than one would think."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from custom_components.ev_load_manager import clock

from ..charger.car import Car, CarModel
from ..charger.habits import OVERDRAWS, REFUSES_TENTHS, SECOND_SOCKET
from ..charger.machine import Machine
from ..charger.misbehaviour import LateAnswer, NoAnswer, once
from ..charger.models import ALFEN_EVE_DOUBLE, KEY_CONTROLLED
from ..charger.profiles import Purpose, Unit
from .fault import HOUSE_ROSE, LIMIT_FELL, NO_ANSWER, STARTS_BY_ITSELF, Fault
from .same_process import inside
from .scene import AFTER_A_PAUSE, LEFT, LIMIT, PATIENCE, RIGHT, TWIN, Scene, quiet_garage
from .words import LIMIT_CALLS, outlet_of

_LATE: Final = LateAnswer(35.0, 60.0)
_LIMIT_CALLS: Final = (*LIMIT_CALLS, "ClearChargingProfile")
_HOLDS_A_CUT: Final = 5.0
"""Seconds after which a cut has left at the latest, whatever is unanswered."""
_ROUNDING: Final = 0.5
_FALLBACK: Final = 6.0


def _endless(charger: Machine) -> Iterator[str]:
    """Limits above the fallback that stay in a charger for good."""
    for number, profile, *_ in charger.profiles:
        highest = max(period.limit for period in profile.periods[-1:])
        watts = profile.unit == Unit.WATTS
        if profile.duration is None and highest / (690.0 if watts else 1.0) > _FALLBACK + 0.05:
            yield f"{number}: {profile.purpose} of {highest:g} {profile.unit}"


def _check_that_limits_end(scene: Scene) -> None:
    endless = ", ".join(_endless(scene.faulty))
    scene.check(not endless, f"it holds a limit without end ({endless})")


async def _led_by_its_session(scene: Scene) -> None:
    """It ignored its limits once; now it follows those that are its session's own."""
    await quiet_garage(scene)
    scene.faulty.model = replace(scene.faulty.model, ignores_all_limits=True)
    await scene.comes("it draws all it can", lambda: scene.draws(RIGHT) >= 15.0, steady=1.0)
    await scene.comes(
        "it is given a limit of its session",
        lambda: any(one.profile.purpose == Purpose.TX for one in scene.faulty.profiles),
        steady=0.0,
    )
    scene.faulty.model = replace(scene.faulty.model, ignores_all_limits=False)
    await scene.shares(
        {LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, "three equal shares", within=AFTER_A_PAUSE
    )


async def _is_late_after_disobeying(scene: Scene) -> None:
    """The limit rises and falls, and the next car comes, while every answer takes a minute."""
    scene.breaks()
    for action in _LIMIT_CALLS:
        scene.faulty.misbehaviours[action] = _LATE
    for amperes in (30.0, 18.0, 30.0):
        await scene.set_limit(amperes)
        await scene.passes(200)
    _check_that_limits_end(scene)
    await scene.set_limit(18.0)
    await scene.passes(20)
    scene.leave(RIGHT)
    await scene.passes(10)
    scene.arrive(RIGHT)
    await scene.passes(180)
    _check_that_limits_end(scene)
    scene.faulty.misbehaviours.clear()
    await scene.set_limit(LIMIT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)
    _check_that_limits_end(scene)


async def _masks_a_lower_limit(scene: Scene) -> None:
    """It keeps its session's limit, takes none in its place, and answers no request to clear."""
    faulty = scene.faulty
    rules = faulty.profiles.rules
    scene.breaks()
    faulty.misbehaviours["ClearChargingProfile"] = NoAnswer()
    only_default = frozenset(one for one in rules.purposes if one == Purpose.TX_DEFAULT)
    faulty.profiles.rules = replace(rules, purposes=only_default)
    await scene.set_limit(18.0)
    await scene.passes(240)
    faulty.misbehaviours.clear()
    faulty.profiles.rules = rules
    await scene.shares({LEFT: 6.0, RIGHT: 6.0, TWIN: 6.0}, within=2 * AFTER_A_PAUSE)
    await scene.set_limit(LIMIT)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)


async def _refuses_a_tenth(scene: Scene) -> None:
    """8.7 A and 6.3 A are refused: it gets whole amperes in the same way, and they end."""
    scene.breaks()
    seen = len(scene.faulty.calls)
    await scene.set_limit(26.1)
    await scene.comes(
        "it is told whole amperes", lambda: scene.offered()[RIGHT] in (8.0, 9.0), steady=60.0
    )
    await scene.set_limit(18.9)
    await scene.comes(
        "it is told whole amperes again", lambda: scene.offered()[RIGHT] in (6.0, 7.0), steady=60.0
    )
    _check_that_limits_end(scene)
    calls = list(scene.faulty.calls)[seen:]
    refused = [one for one in calls if one.action == "SetChargingProfile" and one.answer is None]
    scene.note(f"it refused {len(refused)} limits")
    scene.check(len(refused) <= 1, "it was asked again and again for what it refuses")


async def _is_overtaken_by_a_lower_limit(scene: Scene) -> None:
    """It comes back to more than it had; while it is asked for its key, the others are back."""
    faulty = scene.faulty
    faulty.misbehaviours["GetConfiguration"] = LateAnswer(20.0)
    scene.breaks()
    for _ in range(3):
        faulty.link.halt()
        scene.leave(LEFT, TWIN)
        await scene.passes(60)
        asked = len(faulty.received("GetConfiguration"))
        faulty.link.start()
        await scene.comes(
            "it is asked for its key",
            lambda asked=asked: len(faulty.received("GetConfiguration")) > asked,
            steady=3.0,
        )
        back_at = clock.monotonic() + 1.0
        scene.arrive(LEFT, TWIN)
        await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)
        written = [
            float(call.payload["value"]) / 1000.0
            for call in faulty.calls
            if call.at >= back_at and call.payload.get("key") == "MaxAvailableCurrent"
        ]
        most = max(written, default=0.0)
        scene.check(most <= 12.1, f"it was told {most:g} A, although less was wanted by then")
    faulty.misbehaviours.clear()


async def _two_at_one_charger(scene: Scene) -> None:
    scene.arrive(LEFT, RIGHT, _RIGHT_2)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, _RIGHT_2: 8.0}, "three equal shares to begin with")


_RIGHT_2: Final = "RIGHT/2"


async def _loses_one_answer(scene: Scene) -> None:
    """To an increase; 9 s later the limit falls."""
    faulty = scene.faulty
    await scene.passes(120)
    scene.breaks()
    faulty.misbehaviours["SetChargingProfile"] = once(NoAnswer(obey=True))
    sent = len(faulty.received("SetChargingProfile"))
    scene.leave(LEFT)
    await scene.comes(
        "an increase is sent",
        lambda: len(faulty.received("SetChargingProfile")) > sent,
        steady=0.0,
    )
    await scene.passes(9)
    fell_at = clock.monotonic()
    await scene.set_limit(12.0)
    await scene.passes(60)
    for number in (1, 2):
        came = [
            call.at - fell_at
            for call in faulty.calls
            if call.action == "SetChargingProfile"
            and call.at >= fell_at
            and outlet_of(call.payload) == number
        ]
        first = min(came, default=float("inf"))
        scene.note(f"outlet {number} was told {first:.1f} s after the limit fell")
        scene.check(first <= _HOLDS_A_CUT + _ROUNDING, f"outlet {number}: the cut waited")
    await scene.set_limit(LIMIT)
    await scene.shares({RIGHT: 12.0, _RIGHT_2: 12.0}, within=AFTER_A_PAUSE)


async def _a_big_car_on_the_right(scene: Scene) -> None:
    big = CarModel(name="big", maximum=32.0, wanted=None)
    scene.site.plug_in(RIGHT, Car(big, name="big car"))
    await scene.comes("it uses what is free", lambda: scene.draws(RIGHT) >= 22.0)
    await scene.passes(300)


async def _overdraws(scene: Scene) -> None:
    """The house rises and it is cut like anybody; another car comes and gets its share."""
    scene.breaks()
    scene.site.house.switch("oven", True)
    await scene.comes("it makes way for the house", lambda: scene.draws(RIGHT) <= 17.3, within=60.0)
    await scene.passes(120)
    scene.site.house.switch("oven", False)
    scene.arrive(LEFT)
    await scene.comes("the other car charges", lambda: scene.draws(LEFT) >= 6.0)
    await scene.comes(
        "both have about the same",
        lambda: abs(scene.draws(LEFT) - scene.draws(RIGHT)) <= 1.5,
        within=AFTER_A_PAUSE,
    )


async def _comes_on_a_second_socket(scene: Scene) -> None:
    """It was paused; rebooted it has its fallback only, and does not answer for half a minute."""
    group = inside(scene).group
    await group.allow_charging("RIGHT", 1, False)
    await scene.comes("it is paused", lambda: scene.offered()[RIGHT] == 0.0)
    await scene.shares({LEFT: 12.0, TWIN: 12.0})
    faulty = scene.faulty
    connections = faulty.link.connections
    scene.breaks()
    faulty.reboot(reason="Reboot")
    faulty.misbehaviours["SetChargingProfile"] = NoAnswer()
    await faulty.until(
        lambda: faulty.link.connections > connections and faulty.accepted, seconds=PATIENCE
    )
    faulty.present(1, "CARD-1")
    await scene.passes(40)
    faulty.misbehaviours.clear()
    await scene.comes("it is paused again", lambda: scene.offered()[RIGHT] == 0.0)
    await group.allow_charging("RIGHT", 1, True)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, within=AFTER_A_PAUSE)


HELD_LIMIT_FAULTS: Final = (
    Fault(
        name="late-after-disobeying",
        breaks="a charger that ignored its limits once answers each after 35 to 60 s",
        begins=_led_by_its_session,
        story=_is_late_after_disobeying,
        bound=NO_ANSWER,
    ),
    Fault(
        name="masked-limit",
        breaks="a charger keeps a session's limit above every lower one that it accepts",
        begins=_led_by_its_session,
        story=_masks_a_lower_limit,
        bound=NO_ANSWER,
    ),
    Fault(
        name="refused-tenth",
        breaks="a charger refuses 8.7 A and 6.3 A, as binary numbers aren't tenths",
        story=_refuses_a_tenth,
        model=REFUSES_TENTHS,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="superseded-while-asking",
        breaks="a limit is lowered while the charger is asked for the key that it is written to",
        story=_is_overtaken_by_a_lower_limit,
        model=replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2"),
        only_1_6="keys of vendors are no way to set a limit there",
        bound=STARTS_BY_ITSELF,
    ),
    Fault(
        name="one-answer-lost",
        breaks="a charger's answer to an increase is lost, and 9 s later the limit falls",
        begins=_two_at_one_charger,
        story=_loses_one_answer,
        model=ALFEN_EVE_DOUBLE,
        bound=LIMIT_FELL,
    ),
    Fault(
        name="overdraws-five-percent",
        breaks="a charger draws 5 % more than it is told, and the oven goes on",
        begins=_a_big_car_on_the_right,
        story=_overdraws,
        model=OVERDRAWS,
        maximum=32.0,
        bound=HOUSE_ROSE,
        metered=True,
        # 5 % of all that it can get here; up to 10 % counts as compliance.
        tolerance=1.25,
    ),
    Fault(
        name="replaced-socket",
        breaks="a paused charger reboots onto a second socket, with nothing but its fallback",
        story=_comes_on_a_second_socket,
        model=SECOND_SOCKET,
        bound=NO_ANSWER,
    ),
)
