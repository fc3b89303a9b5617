"""What breaks in the soak, every few minutes something else."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
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
from ..faults.fault import (
    DISOBEYS,
    EXPIRY_WITH_METER,
    LIMIT_FELL,
    METER_LOST,
    NO_ANSWER,
    STARTS_BY_ITSELF,
)
from ..faults.intruders import knock
from ..plant.meter import SimulatedMeter
from .garage import METER_INTERVAL, Garage

HOUSE_ROSE: Final = 14.0 + METER_INTERVAL
"""Seconds over a limit where nothing is broken: the house may rise at any time."""
_LIMITS: Final = ("SetChargingProfile", "ChangeConfiguration", "ClearChargingProfile")
_HOUR: Final = 3_600.0
_DAY: Final = 86_400.0
_KILL_TAKES: Final = 2_400.0
"""Seconds from the wish to kill until all is well again, at most."""
_WAITS_FOR_A_SESSION: Final = 900.0
"""Seconds in which a session begins or ends somewhere, or Home Assistant is killed between two."""
_IN_THE_MIDDLE: Final = 60
"""Steps of the loop in which a start or an end of a session is told, written and answered."""
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
    def somebody(self) -> Iterator[Machine]:
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
    await scene.garage.killed(scene.rng.uniform(5.0, 900.0))
    await clock.sleep(120.0)


KILLED: Final = Trouble(name="killed", story=_is_killed, bound=EXPIRY_WITH_METER)
"""Home Assistant, by the power or by hand: it comes by the hour, and not by chance."""
KILLED_IN_THE_MIDDLE: Final = replace(KILLED, name="killed as a session was told")
"""While a start or an end of a session is on its way to the book, or its answer back."""

TROUBLES: Final = (
    Trouble(name="socket cut", story=_cut, often=3.0),
    Trouble(name="offline", story=_offline, often=2.0),
    Trouble(name="half open", story=_half_open, bound=NO_ANSWER),
    Trouble(name="flapping", story=_flaps),
    Trouble(name="reboot", story=_reboots, often=2.0),
    Trouble(name="power lost", story=_loses_power),
    Trouble(
        name="rejects", story=_answers(lambda: FixedAnswer({"status": "Rejected"})), bound=NO_ANSWER
    ),
    Trouble(
        name="CALLERROR", story=_answers(lambda: ErrorAnswer("InternalError")), bound=NO_ANSWER
    ),
    Trouble(name="no answer", story=_answers(NoAnswer), bound=NO_ANSWER),
    Trouble(
        name="late answer",
        story=_answers(_late, most=1200.0),
        bound=NO_ANSWER,
        often=2.0,
        kinds=frozenset({"late"}),
    ),
    Trouble(
        name="late after disobeying",
        story=_is_late_after_disobeying,
        bound=DISOBEYS,
        often=2.0,
        kinds=frozenset({"late", "disobedience"}),
    ),
    Trouble(
        name="loses answers",
        story=_answers(partial(loses_one_answer_in, 3), most=1200.0),
        bound=NO_ANSWER,
        kinds=frozenset({"late"}),
    ),
    Trouble(
        name="session's profiles only",
        story=_takes_session_profiles_only,
        bound=DISOBEYS,
        kinds=frozenset({"disobedience"}),
    ),
    Trouble(name="second socket", story=_comes_on_a_second_socket, bound=STARTS_BY_ITSELF),
    Trouble(name="wrong id", story=_answers(WrongId), bound=NO_ANSWER),
    Trouble(name="no frame", story=_answers(GarbageAnswer), bound=NO_ANSWER),
    Trouble(name="answers twice", story=_answers(TwiceAnswered)),
    Trouble(
        name="disobeys",
        story=_disobeys,
        bound=DISOBEYS,
        often=2.0,
        kinds=frozenset({"disobedience"}),
    ),
    Trouble(name="garbage", story=_sends_garbage),
    Trouble(name="meter silent", story=_meter(_silent), bound=METER_LOST + METER_INTERVAL),
    Trouble(name="meter frozen", story=_meter(_frozen), bound=METER_LOST + METER_INTERVAL),
    Trouble(name="meter NaN", story=_meter(_not_a_number), bound=METER_LOST + METER_INTERVAL),
    Trouble(name="meter late", story=_meter(_slow), bound=HOUSE_ROSE + 4.0),
    Trouble(name="house heats", story=_heats, often=3.0),
    Trouble(name="limit changes", story=_limit_changes, bound=max(HOUSE_ROSE, LIMIT_FELL)),
    Trouble(name="reload", story=_reloads),
    Trouble(name="nobody leads", story=_is_away, bound=EXPIRY_WITH_METER, often=0.3),
    Trouble(name="clock jumps", story=_wall_clock_jumps, often=0.5),
    Trouble(name="power cut", story=_power_cut, often=0.1),
    Trouble(name="strangers", story=_strangers_come, often=0.5),
)


async def _somebody_tells(chargers: Collection[Machine]) -> None:
    """Wait until a charger is about to tell what must not be lost."""
    told = asyncio.Event()
    for charger in chargers:
        charger.outbox.on_kept.append(told.set)
    try:
        await told.wait()
    finally:
        for charger in chargers:
            charger.outbox.on_kept.remove(told.set)


@dataclass(slots=True)
class Happened:
    """One trouble, when it was."""

    trouble: Trouble
    start: float
    end: float = math.inf

    def explains(self, start: float, end: float) -> bool:
        """It went on at that time, or had just ended."""
        return self.start <= end and start <= self.end + _AFTERMATH


def chosen(only: Collection[str]) -> tuple[Trouble, ...]:
    """The troubles of these names and kinds; all without any. Raises KeyError."""
    for name in only:
        if not any(name == one.name or name in one.kinds for one in TROUBLES):
            raise KeyError(name)
    wanted = set(only)
    return tuple(one for one in TROUBLES if not wanted or one.name in wanted or wanted & one.kinds)


class Troubles:
    """Lets one happen every few minutes."""

    def __init__(
        self,
        garage: Garage,
        rng: random.Random,
        *,
        every: float,
        only: Collection[str] = (),
        kills_for: float = 0.0,
    ) -> None:
        """One each `every` seconds on average, and a charger that reboots every day.

        `only`: names and kinds of those that may happen; then no charger reboots daily.
        `kills_for`: seconds in which Home Assistant is killed once each hour, too.
        """
        self._troubles = chosen(only)
        self._all = not only
        self._scene = Scene(garage, rng, set(), asyncio.Lock())
        self._random = rng
        self._every = every
        self._kills_for = kills_for
        self.happened: list[Happened] = []
        """The last of them, oldest first."""
        self.counts: dict[str, int] = {}

    async def live(self) -> None:
        """For ever. Raises what went wrong in the simulation itself."""
        weights = [trouble.often for trouble in self._troubles]
        async with asyncio.TaskGroup() as running:
            if self._all:
                running.create_task(self._reboots_daily(), name="daily reboot")
            if self._kills_for:
                running.create_task(self._kills_by_the_hour(), name="kills")
            while True:
                await clock.sleep(self._random.expovariate(1.0 / self._every))
                if self._scene.busy.issuperset(self._scene.garage.site.chargers):
                    continue  # in the dark nothing else breaks
                trouble = self._random.choices(self._troubles, weights)[0]
                running.create_task(self._let(trouble), name=trouble.name)

    async def _reboots_daily(self) -> None:
        """One charger does so for all its life, whether a car is there or not."""
        charger = next(reversed(self._scene.garage.site.chargers.values()))
        while True:
            await clock.sleep(_DAY)
            if charger.running:
                charger.reboot(reason="Reboot")

    async def _kills_by_the_hour(self) -> None:
        """Kill while a session's start or end is told, where there is one in time."""
        began = clock.monotonic()
        ends = began + self._kills_for - _KILL_TAKES
        for hour in range(int(self._kills_for // _HOUR)):
            at = began + hour * _HOUR + self._random.uniform(0.2, 0.7) * _HOUR
            if at > ends:
                return
            await clock.sleep(max(0.0, at - clock.monotonic()))
            # Whatever else befalls the group is over by then, and waits until it is led again.
            async with self._scene.restless:
                trouble = KILLED
                with suppress(TimeoutError):
                    async with clock.timeout(_WAITS_FOR_A_SESSION):
                        await _somebody_tells(self._scene.garage.site.chargers.values())
                    trouble = KILLED_IN_THE_MIDDLE
                for _ in range(self._random.randrange(_IN_THE_MIDDLE)):
                    await asyncio.sleep(0)
                await self._let(trouble)

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
