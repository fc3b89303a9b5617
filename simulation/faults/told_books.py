"""The books of a Home Assistant in another process, as that tells them again and again."""

import asyncio
from collections.abc import Mapping
import json
import time
from typing import Any, Final, override

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group.load_manager import LoadManager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..charger.machine import Machine
from ..plant.judge import Below, Books, Judge
from .group_books import GroupBooks

_EVERY: Final = 0.1
"""Real seconds between two tellings."""
_LATER: Final = 0.3
"""Real seconds after which both sides have heard of what happened."""


async def tell(hass: HomeAssistant) -> None:
    """Print what is believed of every connector, one line each time, for ever."""
    while True:
        told = {
            charger_id: {
                str(number): [
                    books.possible(charger_id, number),
                    books.counted(charger_id, number),
                    books.session(charger_id, number),
                    books.forgets(charger_id, number),
                    books.is_away(charger_id, number),
                ]
                for number in manager.access.point(charger_id).connectors
                if number > 0
            }
            for manager in _managers(hass)
            for books in (GroupBooks(lambda manager=manager: manager),)
            for charger_id in [one.charger_id for one in manager.chargers.values()]
        }
        print(json.dumps([time.monotonic(), told]), flush=True)
        await asyncio.sleep(_EVERY)


def _managers(hass: HomeAssistant) -> list[LoadManager]:
    return [
        entry.runtime_data
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.state is ConfigEntryState.LOADED
    ]


class ToldBooks(Books):
    """What was told last; nothing while there is nobody who could tell."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self.at = 0.0
        """When it was true, on the machine's monotonic clock, which all processes share."""
        self._told: Mapping[str, Mapping[str, list[Any]]] = {}

    def hear(self, line: bytes) -> None:
        """Take what was told."""
        self.at, self._told = json.loads(line)

    def forget(self) -> None:
        """Nobody is there who could tell."""
        self._told = {}

    @override
    def possible(self, charger_id: str, number: int) -> float | None:
        return self._of(charger_id, number)[0]

    @override
    def counted(self, charger_id: str, number: int) -> float | None:
        return self._of(charger_id, number)[1]

    @override
    def session(self, charger_id: str, number: int) -> int | None:
        return self._of(charger_id, number)[2]

    @override
    def forgets(self, charger_id: str, number: int) -> bool:
        return bool(self._of(charger_id, number)[3])

    @override
    def is_away(self, charger_id: str, number: int) -> bool:
        return bool(self._of(charger_id, number)[4])

    def _of(self, charger_id: str, number: int) -> list[Any]:
        return self._told.get(charger_id, {}).get(str(number), [None, None, None, False, False])


class DistantJudge(Judge):
    """Believes what is below the truth once it was told so after the truth was seen."""

    def __init__(self, chargers: Mapping[str, Machine]) -> None:
        """Judge `chargers` each time that something is told."""
        self.books = ToldBooks()
        super().__init__(self.books)
        self._chargers = chargers
        self._seen: dict[int, float] = {}

    async def listen(self, told: asyncio.StreamReader) -> None:
        """Hear until the other process ends."""
        try:
            while line := await told.readline():
                if not line.startswith(b"["):
                    continue
                self.books.hear(line)
                for charger in self._chargers.values():
                    self.look(charger)
        finally:
            self.books.forget()
            self.close()

    @override
    def close(self) -> None:
        super().close()
        self._seen.clear()

    @override
    def _is_sure(self, below: Below, *, at_once: bool) -> bool:
        seen = self._seen.setdefault(id(below), time.monotonic())
        return self.books.at > seen + _LATER and super()._is_sure(below, at_once=at_once)
