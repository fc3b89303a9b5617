"""The session book, for the event loop: it never waits for a disk, and never delays control.

What can't be written is kept and tried again; people are told. Nothing here blocks.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from functools import partial
import logging
from pathlib import Path
import sqlite3
from typing import Any, Final

from .. import clock
from .book_file import SetAside, is_corrupt
from .news import News, recorded
from .recorder import record, settle
from .told import Told, told_from_dict, told_to_dict
from .writer import Work, Writer

_LOGGER = logging.getLogger(__name__)

MOST_WAITING: Final = 20_000
"""What is kept while the file can't be written: a week of a hundred chargers."""


class BookClosedError(sqlite3.OperationalError):
    """Nothing can be read or written any more, or no thread could begin that does it."""


class Book:
    """The book of this Home Assistant."""

    def __init__(
        self,
        path: Path,
        *,
        on_trouble: Callable[[str | None], None] = lambda _: None,
        on_set_aside: Callable[[SetAside], None] = lambda _: None,
    ) -> None:
        """Prepare; the file is opened by the first that is written or read.

        `on_trouble` is called with why it can't be written, and with None once it can.
        """
        loop = asyncio.get_running_loop()

        def set_aside(aside: SetAside) -> None:
            loop.call_soon_threadsafe(on_set_aside, aside)

        self._writer = Writer(path, set_aside)
        self._on_trouble = on_trouble
        self._trouble: str | None = None
        self._closed = False
        self._waiting: deque[Told] = deque(maxlen=MOST_WAITING)
        self._telling: set[asyncio.Task[str | None]] = set()
        self._listeners: set[Callable[[News], None]] = set()

    @property
    def trouble(self) -> str | None:
        """Why it can't be written; None: it can, as far as is known."""
        return self._trouble

    @property
    def waiting(self) -> list[dict[str, Any]]:
        """What could not be written yet, as plain JSON data."""
        return [told_to_dict(told) for told in self._waiting]

    @property
    def newest_waiting(self) -> Told | None:
        """What could not be written last; None: nothing waits."""
        return self._waiting[-1] if self._waiting else None

    def take_up(self, waiting: Iterable[Mapping[str, Any]]) -> None:
        """Take up what `waiting` gave before Home Assistant stopped; `try_again` writes it."""
        for data in waiting:
            try:
                self._waiting.append(told_from_dict(data))
            except AttributeError, KeyError, TypeError, ValueError:
                _LOGGER.exception("What waited for the session book can't be read: %s", data)

    async def tell(self, told: Told) -> str | None:
        """Write something down, and return once it is on the disk; the session's uid.

        None where it is of no session, or can't be written now: then it waits, and whoever told
        it goes on.
        """
        if self._closed:
            self._waiting.append(told)
            return None
        return await self._told(told, *self._begin(partial(recorded, told=told)))

    def begin(self, told: Told) -> asyncio.Task[str | None]:
        """Begin `tell` at once, in the order in which it is called."""
        if self._closed:
            telling = self.tell(told)
        else:
            telling = self._told(told, *self._begin(partial(recorded, told=told)))
        task = asyncio.get_running_loop().create_task(telling, name="session book")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
        return task

    async def _told(
        self,
        told: Told,
        done: Future[tuple[str | None, list[News]]],
        on_disk: asyncio.Future[None],
    ) -> str | None:
        try:
            uid, news = await self._done(done, on_disk)
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
                _LOGGER.exception("The session book does not take %s", told)
                return None
            self._waiting.append(told)
            if not is_corrupt(error):
                self._tell_trouble(str(error))
            elif self._trouble is None:
                # It was set aside, and a new one takes what the old one could not.
                await self.try_again()
            return None
        except Exception:
            # A fault of ours must not keep anybody from charging.
            _LOGGER.exception("The session book can't write %s", told)
            return None
        self.announce(*news)
        if self._trouble is not None:
            await self.try_again()
        return uid

    def add_listener(self, hear: Callable[[News], None]) -> Callable[[], None]:
        """Be told when a session began, ended or was corrected; returns how to end that."""
        self._listeners.add(hear)
        return lambda: self._listeners.discard(hear)

    def announce(self, *news: News) -> None:
        """Tell who listens."""
        for one in news:
            for hear in tuple(self._listeners):
                try:
                    hear(one)
                except Exception:
                    _LOGGER.exception("Somebody can't hear that a session %s", one.kind)

    def note(self, told: Told) -> None:
        """Write something down soon, and don't wait for it: values, and what a session does.

        It costs the loop less than `tell`; what can't be written waits all the same.
        """
        if self._closed:
            self._waiting.append(told)
            return
        loop = asyncio.get_running_loop()

        def written(done: Future[str | None]) -> None:
            if (error := done.exception()) is not None:
                loop.call_soon_threadsafe(self._not_noted, told, error)

        self._writer.write(partial(record, told=told)).add_done_callback(written)

    def _not_noted(self, told: Told, error: BaseException) -> None:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError) or not isinstance(
            error, sqlite3.Error | OSError
        ):
            _LOGGER.error("The session book does not take %s", told, exc_info=error)
            return
        self._waiting.append(told)
        # One that was set aside is no trouble: the next that is told goes into a new one, and
        # takes this along.
        self._tell_trouble(str(error))

    async def try_again(self) -> bool:
        """Write what waits; whether nothing does any more."""
        while self._waiting:
            if self._closed:
                return False
            told = self._waiting[0]
            try:
                _, news = await self._write(partial(recorded, told=told))
                self.announce(*news)
            except sqlite3.IntegrityError, sqlite3.ProgrammingError:
                _LOGGER.exception("The session book does not take %s", told)
            except (sqlite3.Error, OSError) as error:
                self._tell_trouble(str(error))
                return False
            except Exception:
                # Nothing behind it must wait for what can never be written.
                _LOGGER.exception("The session book can't write %s", told)
            if self._waiting and self._waiting[0] is told:
                self._waiting.popleft()
        self._tell_trouble(None)
        return True

    async def change[Result](self, work: Work[Result]) -> Result:
        """Have something written that is no charger's; raises what it raises."""
        return await self._write(work)

    def alter(self, work: Work[object]) -> None:
        """Have something written soon that can be missed; what fails is only logged."""
        if self._closed:
            return

        def written(done: Future[object]) -> None:
            if (error := done.exception()) is not None:
                _LOGGER.warning("The session book does not take a change: %s", error)

        self._writer.write(work).add_done_callback(written)

    async def read[Result](self, work: Work[Result]) -> Result:
        """Have something read; raises sqlite3.Error where it can't be, also once this is closed."""
        return await self._in(self._writer.reading, partial(self._writer.look, work))

    async def check(self) -> bool:
        """Read the whole file once; one that is damaged is set aside. Whether it is sound."""
        try:
            return await asyncio.wrap_future(self._writer.check())
        except RuntimeError as error:
            raise BookClosedError(str(error)) from error

    async def settle(self, now: float) -> int:
        """Let go of what old sessions no longer need."""
        return await self._write(partial(settle, now=now))

    async def hold_still(self) -> bool:
        """Before a copy is made of the file; what is written meanwhile goes beside it."""
        return await self._in(self._writer.writing, self._writer.hold_still_now)

    async def go_on(self) -> None:
        """End that."""
        await self._in(self._writer.writing, self._writer.go_on_now)

    async def close(self) -> None:
        """Write what is on its way, and close the file; what could not be written waits by then."""
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(None, self._writer.close)
        await asyncio.gather(*self._telling)

    async def _write[Result](self, work: Work[Result]) -> Result:
        return await self._done(*self._begin(work))

    def _begin[Result](self, work: Work[Result]) -> tuple[Future[Result], asyncio.Future[None]]:
        done = self._writer.queue(work)
        try:
            return done, self._in(self._writer.writing, self._writer.write_all)
        except BookClosedError as error:
            failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            failed.set_exception(error)
            return done, failed

    @staticmethod
    async def _done[Result](done: Future[Result], on_disk: asyncio.Future[None]) -> Result:
        # Who is cancelled does not want it less: it is written all the same.
        await clock.outcome_of(on_disk)
        return done.result()

    @staticmethod
    def _in[Result](thread: Executor, work: Callable[[], Result]) -> asyncio.Future[Result]:
        try:
            return asyncio.get_running_loop().run_in_executor(thread, work)
        except RuntimeError as error:
            raise BookClosedError(str(error)) from error

    def _tell_trouble(self, trouble: str | None) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble is not None:
            _LOGGER.error("The session book can't be written: %s", trouble)
        self._on_trouble(trouble)
