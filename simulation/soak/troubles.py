"""What breaks in the soak, every few minutes something else."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
import math
import random
from typing import Final

from websockets.exceptions import InvalidHandshake, WebSocketException

from custom_components.ev_load_manager import clock

from ..charger import SimulatedCharger
from ..faults.fault import DISOBEYS, EXPIRY_WITH_METER, LIMIT_FELL, METER_LOST, NO_ANSWER
from ..faults.intruders import knock
from ..link import NotConnected
from ..meter import SimulatedMeter
from ..misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    Misbehaviour,
    NoAnswer,
    TwiceAnswered,
    WrongId,
)
from .garage import METER_INTERVAL, Garage

HOUSE_ROSE: Final = 14.0 + METER_INTERVAL
"""Seconds over a limit where nothing is broken: the house may rise at any time."""
_LIMITS: Final = ("SetChargingProfile", "ChangeConfiguration", "ClearChargingProfile")
_DAY: Final = 86_400.0
_AFTERMATH: Final = 30.0
"""Seconds after its end in which a trouble may still show: cars follow late."""


@dataclass(slots=True)
class Scene:
    """What a trouble may do."""

    garage: Garage
    rng: random.Random
    busy: set[str]
    """Chargers that have a trouble of their own."""
    restless: asyncio.Lock
    """Held by whoever needs the group itself: it can have one trouble at a time."""

    @contextmanager
    def somebody(self) -> Iterator[SimulatedCharger]:
        """A charger that has no trouble yet, rather one where a car is."""
        all_there = [one for one in self.garage.site.chargers.values() if one.id not in self.busy]
        charging = [one for one in all_there if one.busy]
        charger = self.rng.choice(charging or all_there)
        self.busy.add(charger.id)
        try:
            yield charger
        finally:
            self.busy.discard(charger.id)


type Story = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that breaks now and then."""

    name: str
    story: Story
    bound: float = HOUSE_ROSE
    """Seconds for which a phase may be above its limit by it."""
    often: float = 1.0
    """How much more often than others."""


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


def _answers(misbehaviour: Misbehaviour) -> Story:
    async def story(scene: Scene) -> None:
        with scene.somebody() as charger:
            for action in _LIMITS:
                charger.misbehaviours[action] = misbehaviour
            await clock.sleep(scene.rng.uniform(60.0, 300.0))
            charger.misbehaviours.clear()

    return story


async def _disobeys(scene: Scene) -> None:
    with scene.somebody() as charger:
        model = charger.model
        charger.model = replace(model, ignores_all_limits=True)
        await clock.sleep(scene.rng.uniform(120.0, 600.0))
        charger.model = model


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
            await clock.sleep(scene.rng.uniform(20.0, 180.0))
            meter.heal()

    return story


def _silent(meter: SimulatedMeter) -> None:
    meter.silent = True


def _frozen(meter: SimulatedMeter) -> None:
    meter.frozen = True


def _not_a_number(meter: SimulatedMeter) -> None:
    meter.nonsense = math.nan


def _late(meter: SimulatedMeter) -> None:
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
    """Thirty of them, and one who says that he is a charger of ours."""
    names = [f"STRANGER-{number}" for number in range(30)] + [
        next(iter(scene.garage.site.chargers))
    ]
    for name in names:
        try:
            stranger = await knock(scene.garage.site.url, name)
        except OSError, TimeoutError, InvalidHandshake, WebSocketException, EOFError:
            continue
        stranger.transport.abort()


TROUBLES: Final = (
    Trouble(name="socket cut", story=_cut, often=3.0),
    Trouble(name="offline", story=_offline, often=2.0),
    Trouble(name="half open", story=_half_open, bound=NO_ANSWER),
    Trouble(name="flapping", story=_flaps),
    Trouble(name="reboot", story=_reboots, often=2.0),
    Trouble(name="power lost", story=_loses_power),
    Trouble(name="rejects", story=_answers(FixedAnswer({"status": "Rejected"})), bound=NO_ANSWER),
    Trouble(name="CALLERROR", story=_answers(ErrorAnswer("InternalError")), bound=NO_ANSWER),
    Trouble(name="no answer", story=_answers(NoAnswer()), bound=NO_ANSWER),
    Trouble(name="late answer", story=_answers(LateAnswer(40.0)), bound=NO_ANSWER),
    Trouble(name="wrong id", story=_answers(WrongId()), bound=NO_ANSWER),
    Trouble(name="no frame", story=_answers(GarbageAnswer()), bound=NO_ANSWER),
    Trouble(name="answers twice", story=_answers(TwiceAnswered())),
    Trouble(name="disobeys", story=_disobeys, bound=DISOBEYS, often=2.0),
    Trouble(name="garbage", story=_sends_garbage),
    Trouble(name="meter silent", story=_meter(_silent), bound=METER_LOST + METER_INTERVAL),
    Trouble(name="meter frozen", story=_meter(_frozen), bound=METER_LOST + METER_INTERVAL),
    Trouble(name="meter NaN", story=_meter(_not_a_number), bound=METER_LOST + METER_INTERVAL),
    Trouble(name="meter late", story=_meter(_late), bound=HOUSE_ROSE + 4.0),
    Trouble(name="house heats", story=_heats, often=3.0),
    Trouble(name="limit changes", story=_limit_changes, bound=max(HOUSE_ROSE, LIMIT_FELL)),
    Trouble(name="reload", story=_reloads),
    Trouble(name="nobody leads", story=_is_away, bound=EXPIRY_WITH_METER, often=0.3),
    Trouble(name="clock jumps", story=_wall_clock_jumps, often=0.5),
    Trouble(name="power cut", story=_power_cut, often=0.1),
    Trouble(name="strangers", story=_strangers_come, often=0.5),
)


@dataclass(slots=True)
class Happened:
    """One trouble, when it was."""

    trouble: Trouble
    start: float
    end: float = math.inf

    def explains(self, start: float, end: float) -> bool:
        """It went on at that time, or had just ended."""
        return self.start <= end and start <= self.end + _AFTERMATH


class Troubles:
    """Lets one happen every few minutes."""

    def __init__(self, garage: Garage, rng: random.Random, *, every: float) -> None:
        """One each `every` seconds on average, and a charger that reboots every day."""
        self._scene = Scene(garage, rng, set(), asyncio.Lock())
        self._random = rng
        self._every = every
        self.happened: list[Happened] = []
        """The last of them, oldest first."""
        self.counts: dict[str, int] = {}

    async def live(self) -> None:
        """For ever. Raises what went wrong in the simulation itself."""
        weights = [trouble.often for trouble in TROUBLES]
        async with asyncio.TaskGroup() as running:
            running.create_task(self._reboots_daily(), name="daily reboot")
            while True:
                await clock.sleep(self._random.expovariate(1.0 / self._every))
                if self._scene.busy.issuperset(self._scene.garage.site.chargers):
                    continue  # in the dark nothing else breaks
                trouble = self._random.choices(TROUBLES, weights)[0]
                running.create_task(self._let(trouble), name=trouble.name)

    async def _reboots_daily(self) -> None:
        """One charger does so for all its life, whether a car is there or not."""
        charger = next(reversed(self._scene.garage.site.chargers.values()))
        while True:
            await clock.sleep(_DAY)
            if charger.running:
                charger.reboot(reason="Reboot")

    async def _let(self, trouble: Trouble) -> None:
        happened = Happened(trouble, clock.monotonic())
        self.happened.append(happened)
        self.counts[trouble.name] = self.counts.get(trouble.name, 0) + 1
        await trouble.story(self._scene)
        happened.end = clock.monotonic()

    def bound(self, start: float, end: float) -> tuple[float, str]:
        """For how long a phase may have been over at that time, and by which trouble."""
        found = [one for one in self.happened if one.explains(start, end)]
        worst = max(found, key=lambda one: one.trouble.bound, default=None)
        if worst is None or worst.trouble.bound <= HOUSE_ROSE:
            return HOUSE_ROSE, "the house rose"
        return worst.trouble.bound, worst.trouble.name

    def forget(self, before: float) -> None:
        """What ended before that is of no interest any more."""
        self.happened = [one for one in self.happened if one.end >= before]
