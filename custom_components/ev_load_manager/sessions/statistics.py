"""Long-term statistics of places and drivers, which the Energy dashboard takes for devices.

They are told to Home Assistant's recorder, where there is one and people want it. An hour is
told once it is over, and again with all after it when a session of it changes. Ids have no names
in them, so that somebody who is forgotten is.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
import sqlite3
from typing import Any, Final

from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.const import UnitOfEnergy
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.recorder import get_instance
from homeassistant.helpers.translation import async_get_translations

from .. import clock
from ..const import DOMAIN, LOGGER
from .book import Book
from .hours import HOUR, Hour, Scope, begin, changed, end, hours, settle
from .keeping import settings
from .money import NANO

LONGEST: Final = 2 * 366 * 86_400
"""Seconds that are told of the past, also of a session whose clock was wrong by decades."""


class SessionStatistics:
    """Tells the recorder what a book holds, every hour."""

    def __init__(self, hass: HomeAssistant, book: Book) -> None:
        """Tell nothing yet."""
        self._hass = hass
        self._book = book
        self._end: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Look every hour, once its last quarter is surely told."""
        self._end = async_track_time_change(self._hass, self._look, minute=4, second=30)

    @callback
    def stop(self) -> None:
        """Look no more."""
        if self._end is not None:
            self._end()
            self._end = None

    async def _look(self, _: datetime) -> None:
        try:
            await self.update()
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("Statistics of sessions come later: %s", error)

    async def switch(self, on: bool) -> None:
        """People want them, or no longer; what was told stays with the recorder."""
        if on:
            await self._book.change(
                partial(begin, since=int(clock.now().timestamp()) // HOUR * HOUR - LONGEST)
            )
            await self.update()
        else:
            await self._book.change(end)

    async def update(self) -> None:
        """Tell what is new or has changed, up to the last full hour."""
        if "recorder" not in self._hass.config.components:
            return
        kept = await self._book.read(settings)
        if not kept["statistics"]:
            return
        until = int(clock.now().timestamp()) // HOUR * HOUR
        for scope, since in (await self._book.read(changed)).items():
            if since < until:
                await self._tell(scope, max(since, until - LONGEST), until)
        await self._book.change(partial(settle, until=until))

    async def _tell(self, scope: Scope, since: int, until: int) -> None:
        found = await self._book.read(partial(hours, scope=scope, since=since, until=until))
        name = await self._book.read(partial(_name, scope=scope))
        if not name or not found:
            return
        texts = await async_get_translations(
            self._hass, self._hass.config.language, "common", {DOMAIN}
        )
        currency = self._hass.config.currency
        for key, unit, unit_class, rows in (
            ("energy", UnitOfEnergy.KILO_WATT_HOUR, "energy", _energies(found)),
            ("cost", currency, None, _costs(found)),
        ):
            if key == "cost" and not any(hour.sum_nano for hour in found):
                continue
            pattern = texts.get(f"component.{DOMAIN}.common.statistic_{key}", "{name}")
            metadata = StatisticMetaData(
                mean_type=StatisticMeanType.NONE,
                has_sum=True,
                name=pattern.replace("{name}", name),
                source=DOMAIN,
                statistic_id=statistic_id(scope, key),
                unit_class=unit_class,
                unit_of_measurement=unit,
            )
            async_add_external_statistics(self._hass, metadata, rows)

    async def forget(self, person: int) -> None:
        """Have the recorder forget a driver, too."""
        if "recorder" in self._hass.config.components:
            ids = [statistic_id(Scope("person", person), key) for key in ("energy", "cost")]
            get_instance(self._hass).async_clear_statistics(ids)


def statistic_id(scope: Scope, key: str) -> str:
    """What a series is called."""
    return f"{DOMAIN}:{scope.kind}_{scope.id}_{key}"


def _energies(found: Iterable[Hour]) -> list[StatisticData]:
    return [_row(hour, hour.wh / 1000, hour.sum_wh / 1000) for hour in found]


def _costs(found: Iterable[Hour]) -> list[StatisticData]:
    return [_row(hour, hour.nano / NANO, hour.sum_nano / NANO) for hour in found]


def _row(hour: Hour, state: float, total: float) -> StatisticData:
    return StatisticData(start=datetime.fromtimestamp(hour.start, UTC), state=state, sum=total)


def _name(connection: sqlite3.Connection, scope: Scope) -> Any:
    row = connection.execute(
        f"SELECT name FROM {scope.kind} WHERE id = ?",  # noqa: S608 - place or person
        (scope.id,),
    ).fetchone()
    return row[0] if row else ""
