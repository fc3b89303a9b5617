"""Has limits stored: before they leave, or beside what goes on."""

import asyncio
from collections.abc import Awaitable, Callable
import logging

from ... import clock

_LOGGER = logging.getLogger(__name__)

_WITHIN = (0.5, 4.0)
"""Seconds that a cut waits for the disk at least, and until it has been wanted for so long."""


class Saving:
    """Stores what is booked of one charger's limits."""

    def __init__(self, charger_id: str, save: Callable[[], Awaitable[None]]) -> None:
        """`save` stores what is booked when it is called, and is over once that is done."""
        self._charger_id = charger_id
        self._save = save
        self._tasks: set[asyncio.Task[None]] = set()
        self._late: asyncio.Task[None] | None = None
        """What a cut could not wait for any longer."""

    async def before(self) -> None:
        """Store it, and wait for that."""
        await self._save()

    async def in_time(self, cut_since: float | None) -> bool:
        """Store it; False where a cut is not to wait for that: it goes on, or fails.

        `cut_since`: since when less is wanted (monotonic); None: it is not, so there is time.
        """
        if cut_since is None:
            await self._save()
            return True
        if self._late is not None and not self._late.done():
            return False
        # A disk gets no faster where the site's time is.
        least, most = (max(one, clock.factor()) for one in _WITHIN)
        saving = self._begin()
        saving.add_done_callback(self._tell_failure)
        try:
            async with clock.timeout(max(least, cut_since + most - clock.monotonic())):
                await asyncio.wait([saving])
        except TimeoutError:
            self._late = saving
            return False
        return not saving.cancelled() and saving.exception() is None

    def beside(self) -> None:
        """Store it, for which nothing waits."""
        self._begin().add_done_callback(self._tell_failure)

    async def stop(self) -> None:
        """Store no more beside what goes on."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _begin(self) -> asyncio.Task[None]:
        async def save() -> None:
            await self._save()

        task = asyncio.get_running_loop().create_task(
            save(), name=f"limits of {self._charger_id} are stored"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _tell_failure(self, saving: asyncio.Task[None]) -> None:
        if not saving.cancelled() and (error := saving.exception()) is not None:
            _LOGGER.error("Limits of charger %s can't be stored", self._charger_id, exc_info=error)
