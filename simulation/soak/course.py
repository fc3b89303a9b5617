"""Which trouble comes when, and for how long a phase may be above its limit by it."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
import random
from typing import Final

from custom_components.ev_load_manager import clock

from ..charger.machine import Machine
from ..faults.group_books import GroupBooks
from ..plant.watch import Excursion
from .garage import Garage
from .spells import Onlooker
from .troubles import HOUSE_ROSE, KILLED, KILLED_IN_THE_MIDDLE, Happened, Scene, Trouble, chosen

_HOUR: Final = 3_600.0
_DAY: Final = 86_400.0
_KILL_TAKES: Final = 2_400.0
"""Seconds from the wish to kill until all is well again, at most."""
TRIED_AGAIN: Final = 6 * _HOUR + 600.0
"""Seconds after which every way of limiting that a charger did not take is tried again: after
5 and 15 min, an hour, and then every 6 h, if something befell its limits each time."""
LEFT_BARE: Final = 900.0
"""Seconds after such a trouble in which a charger may hold a limit above nothing at all: whatever way
it is limited by then, something has to follow what ends."""
_WAITS_FOR_A_SESSION: Final = 900.0
"""Seconds in which a session begins or ends somewhere, or Home Assistant is killed between two."""
_IN_THE_MIDDLE: Final = 60
"""Steps of the loop in which a start or an end of a session is told, written and answered."""


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
        self._garage = garage
        self._busy: set[str] = set()
        self._restless = asyncio.Lock()
        self._random = rng
        self._every = every
        self._kills_for = kills_for
        self.happened: list[Happened] = []
        """The last of them, oldest first."""
        self._onlooker = Onlooker(
            garage.site.chargers,
            lambda: garage.manager,
            wanted=GroupBooks(lambda: garage.manager).wanted,
            ails=self._ails,
        )
        self.counts: dict[str, int] = {}
        self._spoilt: dict[str, float] = {}
        """When what befell the limits of a charger was over last."""

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
                if self._busy.issuperset(self._garage.site.chargers):
                    continue  # in the dark nothing else breaks
                trouble = self._random.choices(self._troubles, weights)[0]
                running.create_task(self._let(trouble), name=trouble.name)

    async def _reboots_daily(self) -> None:
        """One charger does so for all its life, whether a car is there or not."""
        charger = next(reversed(self._garage.site.chargers.values()))
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
            async with self._restless:
                trouble = KILLED
                with suppress(TimeoutError):
                    async with clock.timeout(_WAITS_FOR_A_SESSION):
                        await _somebody_tells(self._garage.site.chargers.values())
                    trouble = KILLED_IN_THE_MIDDLE
                for _ in range(self._random.randrange(_IN_THE_MIDDLE)):
                    await asyncio.sleep(0)
                await self._let(trouble)

    async def _let(self, trouble: Trouble) -> None:
        happened = Happened(trouble)
        self.happened.append(happened)
        self.counts[trouble.name] = self.counts.get(trouble.name, 0) + 1
        await trouble.story(Scene(self._garage, self._random, self._busy, self._restless, happened))
        happened.end = clock.monotonic()
        if happened.spoils_limits and happened.charger is not None:
            self._spoilt[happened.charger] = happened.end

    def spoils(self, charger_id: str, *, within: float = TRIED_AGAIN) -> bool:
        """Whether a charger may have lost a way of limiting it by a trouble of these last seconds."""
        if any(one.spoils_limits and one.charger == charger_id for one in self.happened):
            return True
        ends = (self._spoilt.get(charger_id), self._onlooker.drew_more_at.get(charger_id))
        return any(end is not None and clock.monotonic() < end + within for end in ends)

    def _ails(self, charger_id: str) -> bool:
        now = clock.monotonic()
        return any(one.ails(charger_id, now) for one in self.happened)

    def bound(self, one: Excursion) -> tuple[float, str]:
        """For how long a phase may have been over at that time, and why."""
        due, because = one.start + HOUSE_ROSE, "the house rose"
        for happened in self.happened:
            if happened.broke_at <= one.end and one.start <= happened.excuses_until:
                due, because = max((due, because), (happened.due(one.start), happened.trouble.name))
        for spell in self._onlooker.between(one.start, one.end, HOUSE_ROSE):
            if one.phase in spell.phases:
                due, because = max((due, because), (spell.due(HOUSE_ROSE), spell.name))
        return due - one.start, because

    def allowed(self, at: float) -> float:
        """For how long something that goes on at a moment lets a phase be over, s."""
        lasting = (
            happened.trouble.bound
            for happened in self.happened
            if happened.broke_at <= at <= happened.excuses_until
        )
        spells = (spell.allowed(HOUSE_ROSE) for spell in self._onlooker.between(at, at, HOUSE_ROSE))
        return max((HOUSE_ROSE, *lasting, *spells))

    def forget(self, before: float) -> None:
        """What ended before that is of no interest any more."""
        self.happened = [one for one in self.happened if one.end >= before]
        self._onlooker.forget(before)


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
