"""The one book of this Home Assistant, which all groups share: opened by the first, closed by the last.

It is a file of its own in Home Assistant's configuration folder, so that people can take it
elsewhere, and it stays when the integration is removed.
"""

import asyncio
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
import sqlite3
from typing import Any, Final

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.signal_type import SignalType

from .. import clock
from ..const import DOMAIN, LOGGER
from ..errors import figure
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, async_clear, async_raise
from .book import Book
from .book_file import SetAside
from .budgets import NOTHING_SPENT, Spent, spent
from .keeping import settings
from .price_entities import PriceEntities
from .retention import MOST_AT_ONCE, first_kept, forget_before
from .statistics import SessionStatistics
from .told import Told

FILE: Final = f"{DOMAIN}.db"
TRY_AGAIN: Final = timedelta(minutes=1)
SETTLE_EVERY: Final = 86_400.0
"""Seconds after which old sessions are looked at again."""
CHECKED_AT: Final = 3
"""The hour of the night, by Home Assistant's time zone, in which the whole file is read once."""
SAVE_DELAY: Final = 10.0
LONGEST_BACKUP: Final = timedelta(hours=4)
"""After this the file is written again, whether or not Home Assistant said that a backup is over."""


class SharedBook:
    """The book, and who uses it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nobody uses it yet."""
        self._hass = hass
        self._users: set[str] = set()
        self._opening = asyncio.Lock()
        """One book is closed, and what waited for it stored, before another is opened."""
        self._store: Store[dict[str, Any]] = Store(
            hass, 1, f"{DOMAIN}.sessions_waiting", private=True, atomic_writes=True
        )
        self._stored = False
        self._saved: Told | None = None
        """The newest of what waited when it was saved last."""
        self._settled_at = float("-inf")
        self._checked_on: date | None = None
        self._timer: CALLBACK_TYPE | None = None
        self._backup_timer: CALLBACK_TYPE | None = None
        self._stopping: CALLBACK_TYPE | None = None
        self.book: Book | None = None
        """None while nobody uses it."""
        self.names_in_entities = False
        """Whether people want names of drivers in entities, which everybody sees who signs in."""
        self._kept: CALLBACK_TYPE | None = None
        self._spent = NOTHING_SPENT
        self.prices: PriceEntities | None = None
        """Who listens to entities that tell prices, as long as there is a book."""
        self.statistics: SessionStatistics | None = None
        """Who tells the recorder, as long as there is a book."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self._hass.config.path(FILE))

    async def acquire(self, user: str) -> Book:
        """The book, opened by its first user."""
        self._users.add(user)
        async with self._opening:
            if self.book is None:
                await self._open()
            assert self.book is not None
            return self.book

    async def _open(self) -> None:
        book = Book(self.path, on_trouble=self._tell_trouble, on_set_aside=self._tell_set_aside)
        await self._take_up(book)
        self.book = book
        self._timer = async_track_time_interval(self._hass, self._look_after, TRY_AGAIN)
        self._stopping = self._hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, self._stop)
        # No group waits for a disk before it starts.
        self._hass.async_create_task(self._write_waiting(book), "session book, what waited")
        self._hass.async_create_task(self._look_at_budgets(book), "session book, budgets")
        self._kept = async_dispatcher_connect(self._hass, SIGNAL_KEPT, self._look_at_names)
        self._look_at_names()
        self.prices = PriceEntities(self._hass, book)
        self._hass.async_create_task(self.prices.refresh(), "session book, prices")
        self.statistics = SessionStatistics(self._hass, book)
        self.statistics.start()

    @callback
    def refuses(self, tag: str) -> bool:
        """Whether a card may begin no session, because its driver has charged all that they may."""
        return self._spent.refuses(tag)

    async def release(self, user: str) -> None:
        """Give it back; the last user closes it."""
        self._users.discard(user)
        async with self._opening:
            # Somebody may have taken it since.
            if not self._users:
                await self._close()

    async def _stop(self, _: Event) -> None:
        """Close the file; Home Assistant unloads no group as it stops."""
        self._stopping = None  # it has been called
        async with self._opening:
            await self._close()

    async def _close(self) -> None:
        book, self.book = self.book, None
        if book is None:
            return
        if self._stopping is not None:
            self._stopping()
            self._stopping = None
        for timer in (self._timer, self._backup_timer):
            if timer is not None:
                timer()
        self._timer = self._backup_timer = None
        if self._kept is not None:
            self._kept()
            self._kept = None
        if self.prices is not None:
            self.prices.stop()
            self.prices = None
        if self.statistics is not None:
            self.statistics.stop()
            self.statistics = None
        await book.try_again()
        # What is on its way may fail as well.
        await book.close()
        if waiting := book.waiting:
            await self._store.async_save({"waiting": waiting})
        else:
            await self._forget_waiting()

    async def hold_still(self) -> None:
        """A backup begins: what is in the file stays as it is until `go_on`."""
        if self.book is None:
            return
        if not await self.book.hold_still():
            LOGGER.warning("Something else reads %s: its backup may lack the newest", self.path)
        self._end_backup_timer()
        self._backup_timer = async_call_later(
            self._hass, LONGEST_BACKUP, partial(self._go_on_late, self.book)
        )

    async def go_on(self) -> None:
        """The backup is over."""
        self._end_backup_timer()
        if self.book is not None:
            await self.book.go_on()

    async def _go_on_late(self, book: Book, _: datetime) -> None:
        self._backup_timer = None
        if book is self.book:
            await book.go_on()

    def _end_backup_timer(self) -> None:
        if self._backup_timer is not None:
            self._backup_timer()
            self._backup_timer = None

    async def _take_up(self, book: Book) -> None:
        """Know what could not be written when Home Assistant stopped."""
        try:
            stored = await self._store.async_load()
        except Exception:  # noqa: BLE001 - the book is worth more than what waited for it
            LOGGER.exception("Sessions that waited for the book can't be read")
            return
        if stored is not None:
            self._stored = True
            book.take_up(stored.get("waiting", ()))

    async def _write_waiting(self, book: Book) -> None:
        if await book.try_again():
            await self._forget_waiting()

    async def _look_after(self, _: datetime) -> None:
        """Try again what could not be written, and let go of what old sessions no longer need."""
        book = self.book
        if book is None:
            return
        await self._look_at_budgets(book)
        if book.trouble is not None and not await book.try_again():
            self._save_waiting(book)
            return
        now = clock.monotonic()
        if now - self._settled_at >= SETTLE_EVERY:
            self._settled_at = now
            try:
                await book.settle(clock.now().timestamp())
                await self._forget_old(book)
            except (sqlite3.Error, OSError) as error:
                LOGGER.debug("Old sessions are settled another day: %s", error)
        await self._check_by_night(book)

    async def _check_by_night(self, book: Book) -> None:
        """Read the whole file once a night: damage is found before a backup holds nothing else."""
        here = dt_util.as_local(clock.now())
        if here.hour != CHECKED_AT or here.date() == self._checked_on:
            return
        self._checked_on = here.date()
        try:
            await book.check()
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("The session book is checked another night: %s", error)

    async def _look_at_budgets(self, book: Book) -> None:
        """See who has charged all that they may; while the book can't be read, it is who it was."""
        now, zone = clock.now().timestamp(), self._hass.config.time_zone
        try:
            found = await book.read(partial(spent, now=now, zone=zone))
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("Budgets are looked at later: %s", error)
            return
        self._tell_budgets(found)

    @callback
    def _tell_budgets(self, found: Spent) -> None:
        before, self._spent = self._spent, found
        if before.budgets == found.budgets:
            return
        for gone in {one.person for one in before.budgets} - {one.person for one in found.budgets}:
            async_clear(self._hass, f"{Repair.BUDGET_USED}_{gone}")
        for one in found.budgets:
            key = Repair.BUDGET_REFUSES if one.refuses else Repair.BUDGET_USED
            async_raise(
                self._hass,
                f"{Repair.BUDGET_USED}_{one.person}",
                Issue(
                    key=key,
                    placeholders={
                        "driver": as_it_is(one.name),
                        "used": figure(one.used_wh / 1000, 1, all_decimals=True),
                        "budget": figure(one.budget_wh / 1000, 1, all_decimals=True),
                    },
                ),
            )

    @callback
    def _look_at_names(self) -> None:
        if self.book is not None:
            self._hass.async_create_task(self._know_names(self.book), "session book, names")

    async def _know_names(self, book: Book) -> None:
        """Know whether entities may tell names; while the book can't be read, they tell what they told."""
        try:
            self.names_in_entities = (await book.read(settings))["driver_entities"]
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("What entities may tell is looked at later: %s", error)

    async def _forget_old(self, book: Book) -> None:
        """Let go of months that people want to keep no longer, in pieces."""
        months = (await book.read(settings))["retention_months"]
        if months is None:
            return
        at = first_kept(clock.now().timestamp(), months, self._hass.config.time_zone)
        while await book.change(partial(forget_before, at=at)) >= MOST_AT_ONCE:
            pass

    async def _forget_waiting(self) -> None:
        if self._stored:
            self._stored, self._saved = False, None
            await self._store.async_remove()

    @callback
    def _tell_trouble(self, trouble: str | None) -> None:
        if trouble is None:
            async_clear(self._hass, Repair.BOOK_FAILS)
            self._hass.async_create_task(self._forget_waiting())
            return
        async_raise(
            self._hass,
            Repair.BOOK_FAILS,
            Issue(key=Repair.BOOK_FAILS, placeholders={"error": as_it_is(trouble)}),
        )
        if self.book is not None:
            self._save_waiting(self.book)

    @callback
    def _save_waiting(self, book: Book) -> None:
        """Have what waits survive a kill, too, as far as it is not in its file yet."""
        newest = book.newest_waiting
        if newest is not None and newest is not self._saved:
            self._saved, self._stored = newest, True
            self._store.async_delay_save(self._waiting, SAVE_DELAY)

    @callback
    def _waiting(self) -> dict[str, Any]:
        return {"waiting": [] if self.book is None else self.book.waiting}

    @callback
    def _tell_set_aside(self, aside: SetAside) -> None:
        LOGGER.error(
            "The session book was set aside as %s, and a new one begun: %s",
            aside.path,
            aside.detail,
        )
        newer = aside.kind == "newer"
        key = Repair.BOOK_NEWER if newer else Repair.BOOK_DAMAGED
        async_raise(
            self._hass,
            f"{key}_{aside.path.name}",
            Issue(key=key, placeholders={"file": as_it_is(aside.path.name)}),
        )


SIGNAL_KEPT: Final[SignalType[()]] = SignalType(f"{DOMAIN}_book_kept")
"""Sent when drivers, cards, prices, places or settings of the book have changed."""

BOOK: HassKey[SharedBook] = HassKey(f"{DOMAIN}_session_book")


@callback
def async_shared_book(hass: HomeAssistant) -> SharedBook:
    """The book of this Home Assistant."""
    if BOOK not in hass.data:
        hass.data[BOOK] = SharedBook(hass)
    return hass.data[BOOK]
