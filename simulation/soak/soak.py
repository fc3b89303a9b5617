"""Lets the weeks pass, and looks at everything meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
import gc
import logging
import os
from pathlib import Path
import random
import time
from typing import Any, Final, Self, override

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.sessions.shared import FILE, async_shared_book
from homeassistant.config_entries import ConfigEntryState

from ..faults.group_books import Watchman
from ..home_assistant import is_failed_lookup
from ..plant.judge import Below
from ..plant.site import GRID, GROUP
from ..plant.watch import Excursion, Watch
from ..session_book import differences, energy
from .alone import endless
from .course import LEFT_BARE, TRIED_AGAIN, Troubles
from .drivers import Drivers
from .figures import LENIENT, VERY_LENIENT, Day, Figures, Over
from .garage import Garage
from .ledger import Ledger

DAY: Final = 86_400.0
_LOOKS_EVERY: Final = 600.0
"""Seconds between two looks at what has been so far."""
_CLOSES_BOOKS_EVERY: Final = 3 * 3600.0
"""A charger's books remember its last 20 sessions."""
_TELLS_WITHIN: Final = 3600.0
"""Seconds in which chargers tell all they kept, once everybody has left."""
_WEIGHS_BOUNDS_EVERY: Final = 10.0
_MOST_ERRORS: Final = 50
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_EXPECTED: Final = ("Error fetching", "Async TCP connection lost", "FFmpeg fails")
"""Home Assistant and its Modbus library tell of the meter's ailments, and, as it starts, of a
program that not every machine has."""


class Soak:
    """A garage that lives for some days."""

    def __init__(
        self,
        garage: Garage,
        figures: Figures,
        *,
        every: float,
        only: Collection[str] = (),
        hour: float = 0.0,
        peculiar: float = 0.0,
        on_look: Callable[[], Awaitable[None]],
        on_day: Callable[[Day], None],
    ) -> None:
        """`every`: seconds between two troubles, on average; `only`: which may happen.

        `hour`: of the day at which it begins; `peculiar`: part of all cars that are.
        `on_look` is called now and then, `on_day` at the end of each day.
        """
        self._garage = garage
        self._figures = figures
        self._drivers = Drivers(
            garage, random.Random(f"{figures.seed} drivers"), hour=hour, peculiar=peculiar
        )
        self._troubles = Troubles(
            garage,
            random.Random(f"{figures.seed} troubles"),
            every=every,
            only=only,
            kills_for=figures.wanted_days * DAY if figures.kills else 0.0,
        )
        self._ledger = Ledger()
        self._ledger.lost += garage.absent
        self._judge_of_books = Watchman(garage.site.chargers, lambda: garage.manager).judge
        self._on_look = on_look
        self._on_day = on_day
        self._began = clock.monotonic()
        self._weighed = self._began
        """Until when it is known for how long a phase might have been over."""
        self._real_began = time.monotonic()
        self._cpu_began = time.process_time()

    async def live(self) -> None:
        """Live for the days that are wanted; then everybody leaves, and the books are closed."""
        with _Errors(self._figures, self._day, self._garage.burials) as errors:
            people = [
                asyncio.create_task(self._drivers.live()),
                asyncio.create_task(self._troubles.live()),
            ]
            try:
                await self._look_on(people)
            finally:
                for task in people:
                    task.cancel()
                await asyncio.gather(*people, return_exceptions=True)
            await self._end()
            errors.count()

    async def _look_on(self, people: list[asyncio.Task[None]]) -> None:
        ends = self._began + self._figures.wanted_days * DAY
        closes = self._began + _CLOSES_BOOKS_EVERY
        while (now := clock.monotonic()) < ends:
            midnight = self._began + len(self._figures.days) * DAY
            if now >= midnight:
                self._next_day()
                midnight += DAY
            self._garage.live(self._drivers.time_of_day)
            await clock.sleep(min(_LOOKS_EVERY, midnight - now, ends - now))
            for task in people:
                if task.done():
                    task.result()
            if clock.monotonic() >= closes and self._close_books():
                closes = clock.monotonic() + _CLOSES_BOOKS_EVERY
            await self._look()
            if clock.monotonic() >= min(midnight, ends):
                gc.collect()
                await self._look()
                self._on_day(self._day())

    def _day_of(self, moment: float) -> int:
        return int((moment - self._began) / DAY) + 1

    def _day(self) -> Day:
        return self._figures.days[-1]

    def _next_day(self) -> None:
        self._figures.days.append(Day(number=len(self._figures.days) + 1))
        for name, watch in self._garage.site.watches.items():
            self._garage.site.watches[name] = Watch(name, tolerance=watch.tolerance)

    async def _look(self) -> None:
        """Bring the figures of the day up to date."""
        day, now = self._day(), clock.monotonic()
        day.hours = (now - self._began - (day.number - 1) * DAY) / 3600.0
        self._judge(day, now)
        day.faults = sum(self._troubles.counts.values()) - self._sum("faults")
        day.visits = self._drivers.visits - self._sum("visits")
        day.sessions = self._ledger.sessions - self._sum("sessions")
        day.booked = self._ledger.booked / 1000.0 - self._sum("booked")
        day.taken = self._drivers.taken / 1000.0 - self._sum("taken")
        day.memory = _memory()
        day.lost = len(self._ledger.lost) - self._sum("lost")
        self._look_for_endless()
        day.below = self._judge_of_books.moments - self._sum("below")
        day.cpu_minutes = (time.process_time() - self._cpu_began) / 60 - self._sum("cpu_minutes")
        day.real_minutes = (time.monotonic() - self._real_began) / 60 - self._sum("real_minutes")
        self._figures.faults = dict(sorted(self._troubles.counts.items()))
        self._figures.lost = self._ledger.lost[:_MOST_ERRORS]
        self._figures.below = self._dated(self._judge_of_books.found)
        self._figures.unnoticed = self._dated(self._judge_of_books.unnoticed)
        self._figures.unseeable = self._dated(self._judge_of_books.unseeable)
        self._figures.violations = self._garage.site.violations[:_MOST_ERRORS]
        await self._on_look()

    def _dated(self, found: list[Below]) -> list[str]:
        return [f"day {self._day_of(one.start)}: {one}" for one in found[:_MOST_ERRORS]]

    def _look_for_endless(self) -> None:
        """Find who would go on with its limit for ever, but for those that lost their ways."""
        manager = self._garage.manager
        if manager is None:
            return
        for charger in self._garage.site.chargers.values():
            for text, bare in endless(charger, manager):
                within = LEFT_BARE if bare else TRIED_AGAIN
                spoilt = self._troubles.spoils(charger.id, within=within)
                kept = self._figures.endless_for_now if spoilt else self._figures.endless
                if len(kept) < _MOST_ERRORS:
                    kept.append(f"day {self._day().number}, hour {self._day().hours:.1f}: {text}")

    def _sum(self, name: str) -> Any:
        """Of all days before this one."""
        return sum(getattr(day, name) for day in self._figures.days[:-1])

    def _judge(self, day: Day, now: float) -> None:
        watches = self._garage.site.watches
        day.group_worst = _worst(watches[GROUP], day.group_worst)
        day.grid_worst = _worst(watches[GRID], day.grid_worst)
        for watch in watches.values():
            for one in watch.excursions:
                self._weigh(day, one)
            watch.forget(before=now - 1.5)
        while self._weighed < now:
            bound = self._troubles.allowed(self._weighed)
            day.hours_lenient += _WEIGHS_BOUNDS_EVERY / 3600.0 * (bound >= LENIENT)
            day.hours_very_lenient += _WEIGHS_BOUNDS_EVERY / 3600.0 * (bound >= VERY_LENIENT)
            self._weighed += _WEIGHS_BOUNDS_EVERY
        self._troubles.forget(now - 2 * _LOOKS_EVERY)

    def _weigh(self, day: Day, one: Excursion) -> None:
        day.over_by = max(day.over_by, one.over)
        bound, because = self._troubles.bound(one)
        if one.seconds > day.seconds_over:
            day.seconds_over, day.bound, day.because = one.seconds, bound, because
        if one.seconds > bound:
            at = one.start - self._began
            told = Over(at=at, what=str(one), seconds=one.seconds, bound=bound, because=because)
            day.over = [
                known for known in day.over if known.at != at or known.what[:8] != told.what[:8]
            ]
            day.over.append(told)

    def _close_books(self) -> bool:
        if not self._garage.is_led:
            return False
        self._ledger.close(self._garage.site.chargers, self._garage.books())
        return True

    async def _end(self) -> None:
        """Everybody leaves, everything is well, and what was kept is told."""
        site = self._garage.site
        site.meter.heal()
        site.power_on()
        for charger in site.chargers.values():
            charger.misbehaviours.clear()
            charger.speak_again()
            charger.link.start()
            charger.power_on()
        self._drivers.leave()
        if self._garage.entry.state is not ConfigEntryState.LOADED:
            entries = self._garage.home.hass.config_entries
            await entries.async_setup(self._garage.group.entry_id)
        deadline = clock.monotonic() + _TELLS_WITHIN
        while clock.monotonic() < deadline and not all(
            one.accepted and not one.outbox.kept for one in site.chargers.values()
        ):
            await clock.sleep(1.0)
        late = [one.id for one in site.chargers.values() if not one.accepted or one.outbox.kept]
        self._ledger.lost += [f"{name} has not told all it had" for name in late]
        self._close_books()
        await self._judge_session_book()
        await self._look()
        self._figures.energy = {
            "taken": self._drivers.taken / 1000.0,
            "charged": self._ledger.charged / 1000.0,
            "booked": self._ledger.booked / 1000.0,
        }

    async def _judge_session_book(self) -> None:
        """Compare every session of all days with the chargers' own registers."""
        book = async_shared_book(self._garage.home.hass).book
        assert book is not None
        waiting = len(book.waiting)
        path = Path(self._garage.home.hass.config.path(FILE))
        # What was told last is on the disk once something after it is.
        await book.change(lambda file: file.execute("SELECT 1").fetchone())
        wrong = await asyncio.to_thread(differences, path, self._ledger.told)
        if waiting:
            wrong.append(f"{waiting} things wait for the session book")
        self._ledger.lost += [f"session book, {one}" for one in wrong]
        told = [one for sessions in self._ledger.told.values() for one in sessions]
        self._figures.session_book = {
            "sessions": len(told),
            "Wh": energy(told),
            "differences": len(wrong),
        }


def _worst(watch: Watch, before: float) -> float:
    return max(before, *watch.worst)


def _memory() -> float:
    """MB that this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 1e6


class _Errors(logging.Handler):
    """Counts errors that are logged, and exceptions of tasks that nobody fetched."""

    def __init__(
        self,
        figures: Figures,
        day: Callable[[], Day],
        burials: Collection[tuple[float, float]],
    ) -> None:
        super().__init__(logging.ERROR)
        self._figures = figures
        self._day = day
        self._burials = burials

    @override
    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        # Each Home Assistant that starts puts this handler into a thread, and asks for no level.
        if record.levelno < self.level or any(part in text for part in _EXPECTED):
            return
        if is_failed_lookup(record):
            return
        # What a killed one says as it is buried was never said.
        if any(began <= record.created <= ended for began, ended in self._burials):
            return
        if "never retrieved" in text:
            self._day().task_exceptions += 1
        else:
            self._day().errors += 1
        if len(self._figures.errors) < _MOST_ERRORS:
            self._figures.errors.append(f"logged: {text[:300]}")

    def count(self) -> None:
        """Find what is never retrieved now."""
        gc.collect()

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
