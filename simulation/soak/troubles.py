"""What breaks in the soak, every few minutes something else."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import partial
import math
import random
from typing import Any, Final

from websockets.exceptions import InvalidHandshake, WebSocketException

from custom_components.ev_load_manager import clock

from ..charger.link import NotConnected
from ..charger.machine import Machine
from ..charger.misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    Misbehaviour,
    NoAnswer,
    TwiceAnswered,
    WrongId,
    loses_one_answer_in,
)
from ..faults.fault import EXPIRY_WITH_METER, METER_LOST
from ..faults.intruders import knock
from ..plant.meter import SimulatedMeter
from .garage import METER_INTERVAL, Garage

HOUSE_ROSE: Final = 14.0 + METER_INTERVAL
"""Seconds over a limit where nothing is broken: the house may rise at any time."""
_LIMITS: Final = ("SetChargingProfile", "ChangeConfiguration", "ClearChargingProfile")
_BLIND: Final = METER_LOST + METER_INTERVAL
"""Seconds after a meter's last good reading in which the safe limit is in force: it fits any house."""
_AFTERMATH: Final = 30.0
"""Seconds after its end in which a trouble may still show: cars follow late."""


@dataclass(slots=True)
class Happened:
    """One trouble, when it was."""

    trouble: Trouble
    charger: str | None = None
    """The one that has it; None: none has."""
    broke_at: float = math.inf
    """Monotonic; what needs the group waits for whatever else befalls it first."""
    end: float = math.inf

    @property
    def spoils_limits(self) -> bool:
        """Whether it lets a charger not take, or not follow, what it takes otherwise."""
        by_it = self.trouble.excuse is Excuse.BY_ITS_CHARGER
        return by_it or "disobedience" in self.trouble.kinds

    @property
    def excuses_until(self) -> float:
        """Until when it is a reason that a phase is above its limit."""
        match self.trouble.excuse:
            case Excuse.ONCE:
                return self.broke_at + self.trouble.bound
            case Excuse.ALL_ALONG:
                return self.end + _AFTERMATH
            case _:
                return -math.inf

    def due(self, start: float) -> float:
        """When a phase must be well again that is above its limit since `start`."""
        if self.trouble.excuse is Excuse.ONCE:
            return self.excuses_until
        return start + self.trouble.bound

    def ails(self, charger_id: str, now: float) -> bool:
        """Whether it may be a reason that a charger does not take its limit."""
        by_it = self.trouble.excuse is Excuse.BY_ITS_CHARGER and self.charger == charger_id
        return by_it and now <= self.end + _AFTERMATH


@dataclass(slots=True)
class Scene:
    """What a trouble may do."""

    garage: Garage
    rng: random.Random
    busy: set[str]
    """Chargers that have a trouble of their own."""
    restless: asyncio.Lock
    """Held by whoever needs the group itself: it can have one trouble at a time."""
    happening: Happened

    def breaks(self) -> None:
        """It breaks at this moment: what a fuse may feel of it is counted from now on."""
        self.happening.broke_at = clock.monotonic()

    @contextmanager
    def somebody(self) -> Iterator[Machine]:
        """A charger that has no trouble yet, rather one where a car is."""
        all_there = [one for one in self.garage.site.chargers.values() if one.id not in self.busy]
        charging = [one for one in all_there if one.busy]
        charger = self.rng.choice(charging or all_there)
        self.busy.add(charger.id)
        self.happening.charger = charger.id
        try:
            yield charger
        finally:
            self.busy.discard(charger.id)


type Story = Callable[[Scene], Awaitable[None]]


class Excuse(Enum):
    """For how long a trouble is a reason that a phase is above its limit."""

    NONE = "no longer than the house is"
    ONCE = "once, from the moment that it breaks"
    ALL_ALONG = "for as long as it lasts"
    BY_ITS_CHARGER = "as long as that holds more than it is to (`spells`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that breaks now and then."""

    name: str
    story: Story
    excuse: Excuse = Excuse.NONE
    bound: float = HOUSE_ROSE
    """Seconds for which a phase may be above its limit by it, as `excuse` says."""
    often: float = 1.0
    """How much more often than others."""
    kinds: frozenset[str] = frozenset()
    """What it can be chosen by, beside its name."""


# -- chargers ---------------------------------------------------------------


async def _cut(scene: Scene) -> None:
    with scene.somebody() as charger:
        charger.cut()
        await clock.sleep(10.0)


async def _offline(scene: Scene) -> None:
    with scene.somebody() as charger:
        charger.link.halt()
        await clock.sleep(scene.rng.uniform(60.0, 1200.0))
        charger.link.start()


async def _half_open(scene: Scene) -> None:
    with scene.somebody() as charger:
        charger.go_silent()
        await clock.sleep(scene.rng.uniform(30.0, 300.0))
        charger.speak_again()


async def _flaps(scene: Scene) -> None:
    with scene.somebody() as charger:
        for _ in range(12):
            charger.cut()
            await clock.sleep(5.0)


async def _reboots(scene: Scene) -> None:
    """Its session ends with it; the driver presents his card again."""
    with scene.somebody() as charger:
        was_charging = charger.connectors[1].transaction is not None
        charger.reboot(reason="Reboot")
        await clock.sleep(60.0)
        if was_charging and charger.running and charger.connectors[1].transaction is None:
            charger.present(1, "CARD-1")


async def _loses_power(scene: Scene) -> None:
    with scene.somebody() as charger:
        charger.power_off()
        await clock.sleep(scene.rng.uniform(10.0, 600.0))
        charger.power_on()
        await clock.sleep(15.0)


def _answers(make: Callable[[], Misbehaviour], *, most: float = 300.0) -> Story:
    """It answers limits so, for a minute to `most` seconds."""

    async def story(scene: Scene) -> None:
        with scene.somebody() as charger:
            await _answers_for(charger, make(), scene.rng.uniform(60.0, most))

    return story


async def _answers_for(charger: Machine, misbehaviour: Misbehaviour, seconds: float) -> None:
    for action in _LIMITS:
        charger.misbehaviours[action] = misbehaviour
    await clock.sleep(seconds)
    charger.misbehaviours.clear()


async def _is_late_after_disobeying(scene: Scene) -> None:
    """It ignores limits until that is noticed; then it follows them, and answers late."""
    with scene.somebody() as charger:
        await _is_like(charger, scene.rng.uniform(120.0, 300.0), ignores_all_limits=True)
        await _answers_for(charger, _late(), scene.rng.uniform(300.0, 1200.0))


async def _is_like(charger: Machine, seconds: float, **habit: Any) -> None:
    """For some seconds a charger has a habit that is none of its own."""
    model = charger.model
    charger.model = replace(model, **habit)
    try:
        await clock.sleep(seconds)
    finally:
        charger.model = model


def _late() -> Misbehaviour:
    return LateAnswer(35.0, 60.0)


async def _comes_on_a_second_socket(scene: Scene) -> None:
    """Its first one looks open still; the driver presents his card again."""
    with scene.somebody() as charger:
        was_charging = charger.connectors[1].transaction is not None
        charger.reboot(reason="Reboot")
        await _is_like(charger, 60.0, leaves_socket_behind=True, keeps_standing_only=True)
        if was_charging and charger.running and charger.connectors[1].transaction is None:
            charger.present(1, "CARD-1")


async def _takes_session_profiles_only(scene: Scene) -> None:
    with scene.somebody() as charger:
        seconds = scene.rng.uniform(300.0, 3600.0)
        await _is_like(charger, seconds, default_acts_on_running_session=False)


async def _disobeys(scene: Scene) -> None:
    with scene.somebody() as charger:
        await _is_like(charger, scene.rng.uniform(120.0, 600.0), ignores_all_limits=True)


async def _sends_garbage(scene: Scene) -> None:
    with scene.somebody() as charger:
        for text in ("", "[2]", '[2,"1","MakeCoffee",{}]', b"\xff\xfe", "[" * 5_000, "x" * 50_000):
            try:
                await charger.link.send(text)
            except NotConnected:
                return
            await clock.sleep(1.0)


# -- the meter and the house --------------------------------------------------


def _meter(ails: Callable[[SimulatedMeter], None]) -> Story:
    async def story(scene: Scene) -> None:
        meter = scene.garage.site.meter
        async with scene.restless:
            ails(meter)
            scene.breaks()
            await clock.sleep(scene.rng.uniform(20.0, 180.0))
            meter.heal()

    return story


def _silent(meter: SimulatedMeter) -> None:
    meter.silent = True


def _frozen(meter: SimulatedMeter) -> None:
    meter.frozen = True


def _not_a_number(meter: SimulatedMeter) -> None:
    meter.nonsense = math.nan


def _slow(meter: SimulatedMeter) -> None:
    meter.delay = 2.0


async def _heats(scene: Scene) -> None:
    """The house draws much more for some minutes."""
    house = scene.garage.site.house
    house.switch("heater", True)
    await clock.sleep(scene.rng.uniform(60.0, 900.0))
    house.switch("heater", False)


# -- the group ----------------------------------------------------------------


async def _limit_changes(scene: Scene) -> None:
    async with scene.restless:
        full = scene.garage.limits.group
        await scene.garage.set_limit(round(full * scene.rng.uniform(0.5, 0.9)))
        await clock.sleep(scene.rng.uniform(60.0, 600.0))
        await scene.garage.set_limit(full)


async def _reloads(scene: Scene) -> None:
    async with scene.restless:
        entries = scene.garage.home.hass.config_entries
        await entries.async_reload(scene.garage.group.entry_id)
        await clock.sleep(120.0)


async def _is_away(scene: Scene) -> None:
    """Nobody leads the chargers for some minutes."""
    async with scene.restless:
        entries = scene.garage.home.hass.config_entries
        scene.breaks()
        await entries.async_unload(scene.garage.group.entry_id)
        await clock.sleep(scene.rng.uniform(30.0, 900.0))
        await entries.async_setup(scene.garage.group.entry_id)
        await clock.sleep(120.0)


async def _wall_clock_jumps(scene: Scene) -> None:
    async with scene.restless:
        jump = timedelta(hours=scene.rng.choice((-3.0, 3.0)))
        clock.set_now(clock.now() + jump)
        await clock.sleep(scene.rng.uniform(300.0, 1200.0))
        clock.set_now(clock.now() - jump)
        await clock.sleep(60.0)


async def _power_cut(scene: Scene) -> None:
    """The whole site is dark; Home Assistant has a battery."""
    async with scene.restless:
        site = scene.garage.site
        at_work = set(scene.busy)
        scene.busy.update(site.chargers)
        site.power_off()
        await clock.sleep(scene.rng.uniform(5.0, 300.0))
        site.power_on()
        await clock.sleep(60.0)
        scene.busy.intersection_update(at_work)


async def _strangers_come(scene: Scene) -> None:
    """Thirty of them, and one that says it is a charger of ours."""
    names = [f"STRANGER-{number}" for number in range(30)] + [
        next(iter(scene.garage.site.chargers))
    ]
    for name in names:
        try:
            stranger = await knock(scene.garage.site.url, name)
        except OSError, TimeoutError, InvalidHandshake, WebSocketException, EOFError:
            continue
        stranger.transport.abort()


async def _is_killed(scene: Scene) -> None:
    scene.breaks()
    await scene.garage.killed(scene.rng.uniform(5.0, 900.0))
    await clock.sleep(120.0)


KILLED: Final = Trouble(
    name="killed", story=_is_killed, excuse=Excuse.ONCE, bound=EXPIRY_WITH_METER
)
"""Home Assistant, by the power or by hand: it comes by the hour, and not by chance."""
KILLED_IN_THE_MIDDLE: Final = replace(KILLED, name="killed as a session was told")
"""While a start or an end of a session is on its way to the book, or its answer back."""

TROUBLES: Final = (
    Trouble(name="socket cut", story=_cut, often=3.0),
    Trouble(name="offline", story=_offline, often=2.0),
    Trouble(name="half open", story=_half_open, excuse=Excuse.BY_ITS_CHARGER),
    Trouble(name="flapping", story=_flaps),
    Trouble(name="reboot", story=_reboots, often=2.0),
    Trouble(name="power lost", story=_loses_power),
    Trouble(
        name="rejects",
        story=_answers(lambda: FixedAnswer({"status": "Rejected"})),
        excuse=Excuse.BY_ITS_CHARGER,
    ),
    Trouble(
        name="CALLERROR",
        story=_answers(lambda: ErrorAnswer("InternalError")),
        excuse=Excuse.BY_ITS_CHARGER,
    ),
    Trouble(name="no answer", story=_answers(NoAnswer), excuse=Excuse.BY_ITS_CHARGER),
    Trouble(
        name="late answer",
        story=_answers(_late, most=1200.0),
        excuse=Excuse.BY_ITS_CHARGER,
        often=2.0,
        kinds=frozenset({"late"}),
    ),
    Trouble(
        name="late after disobeying",
        story=_is_late_after_disobeying,
        excuse=Excuse.BY_ITS_CHARGER,
        often=2.0,
        kinds=frozenset({"late", "disobedience"}),
    ),
    Trouble(
        name="loses answers",
        story=_answers(partial(loses_one_answer_in, 3), most=1200.0),
        excuse=Excuse.BY_ITS_CHARGER,
        kinds=frozenset({"late"}),
    ),
    Trouble(
        name="session's profiles only",
        story=_takes_session_profiles_only,
        kinds=frozenset({"disobedience"}),
    ),
    Trouble(name="second socket", story=_comes_on_a_second_socket),
    Trouble(name="wrong id", story=_answers(WrongId), excuse=Excuse.BY_ITS_CHARGER),
    Trouble(name="no frame", story=_answers(GarbageAnswer), excuse=Excuse.BY_ITS_CHARGER),
    Trouble(name="answers twice", story=_answers(TwiceAnswered)),
    Trouble(
        name="disobeys",
        story=_disobeys,
        often=2.0,
        kinds=frozenset({"disobedience"}),
    ),
    Trouble(name="garbage", story=_sends_garbage),
    Trouble(name="meter silent", story=_meter(_silent), excuse=Excuse.ONCE, bound=_BLIND),
    Trouble(name="meter frozen", story=_meter(_frozen), excuse=Excuse.ONCE, bound=_BLIND),
    Trouble(name="meter NaN", story=_meter(_not_a_number), excuse=Excuse.ONCE, bound=_BLIND),
    Trouble(
        name="meter late", story=_meter(_slow), excuse=Excuse.ALL_ALONG, bound=HOUSE_ROSE + 4.0
    ),
    Trouble(name="house heats", story=_heats, often=3.0),
    Trouble(name="limit changes", story=_limit_changes),
    Trouble(name="reload", story=_reloads),
    Trouble(
        name="nobody leads", story=_is_away, excuse=Excuse.ONCE, bound=EXPIRY_WITH_METER, often=0.3
    ),
    Trouble(name="clock jumps", story=_wall_clock_jumps, often=0.5),
    Trouble(name="power cut", story=_power_cut, often=0.1),
    Trouble(name="strangers", story=_strangers_come, often=0.5),
)


def chosen(only: Collection[str]) -> tuple[Trouble, ...]:
    """The troubles of these names and kinds; all without any. Raises KeyError."""
    for name in only:
        if not any(name == one.name or name in one.kinds for one in TROUBLES):
            raise KeyError(name)
    wanted = set(only)
    return tuple(one for one in TROUBLES if not wanted or one.name in wanted or wanted & one.kinds)
