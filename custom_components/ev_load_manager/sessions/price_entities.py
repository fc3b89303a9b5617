"""Entities that tell a price: what they tell is kept by quarter hours, as long as it is a price.

What they do not tell is missing, and stays so.
"""

from datetime import datetime
from functools import partial
import sqlite3
from typing import Final

from homeassistant.components.sensor.const import SensorDeviceClass
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event, async_track_time_change

from .. import clock
from ..const import LOGGER
from .book import Book
from .keeping import price_entities
from .outcome import note_price
from .prices import micro_of
from .quarters import QUARTER

_CENTS: Final = (
    *("ct", "c/", "cent", "¢", "snt", "sent", "öre", "øre", "ore", "oere", "p/", "penc", "penn"),
    *("rappen", "gr/", "grosz"),
)
"""How units begin that count the hundredth part of a currency's unit."""
_RAPPEN: Final = "CHF"
"""Where "Rp" is the hundredth part of it; elsewhere it is the Indonesian rupiah."""
_DOMAINS: Final = frozenset({"sensor", "number", "input_number"})
_SILENT: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})


class PriceEntities:
    """Listens to them for the book."""

    def __init__(self, hass: HomeAssistant, book: Book) -> None:
        """Listen to none yet."""
        self._hass = hass
        self._book = book
        self._entities: frozenset[str] = frozenset()
        self._ends: list[CALLBACK_TYPE] = []
        self._stopped = False

    async def refresh(self) -> None:
        """Listen to those that tell a price now."""
        try:
            entities = await self._book.read(partial(price_entities, now=clock.now().timestamp()))
        except (sqlite3.Error, OSError) as error:
            LOGGER.debug("Prices are read later: %s", error)
            return
        if self._stopped:
            return
        self._leave()
        self._entities = entities
        if not entities:
            return
        self._ends = [
            async_track_state_change_event(self._hass, entities, self._changed),
            async_track_time_change(self._hass, self._quarter, minute=(0, 15, 30, 45), second=0),
        ]
        self._note_all()

    @callback
    def stop(self) -> None:
        """Listen to none any more, whatever is being read."""
        self._stopped = True
        self._leave()

    def _leave(self) -> None:
        for end in self._ends:
            end()
        self._ends = []

    @callback
    def _quarter(self, _: datetime) -> None:
        self._note_all()

    @callback
    def _note_all(self) -> None:
        for entity in self._entities:
            self._note(entity, self._hass.states.get(entity))

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        self._note(event.data["entity_id"], event.data["new_state"])

    @callback
    def _note(self, entity: str, state: State | None) -> None:
        micro = None if state is None else micro_of_state(state, self._hass.config.currency)
        if micro is not None:
            slot = int(clock.now().timestamp()) // QUARTER
            self._book.alter(partial(note_price, entity_id=entity, slot=slot, micro=micro))


def micro_of_state(state: State, currency: str) -> int | None:
    """The price per kWh that an entity tells, millionths of its currency's unit; None: none."""
    divisor = _divisor(state, currency)
    try:
        return None if divisor is None else micro_of(float(state.state) / divisor)
    except ValueError:
        return None


def tells_price(hass: HomeAssistant, entity_id: str) -> bool:
    """Whether an entity can tell a price; one that is silent may, once it is not."""
    state = hass.states.get(entity_id.strip().lower())
    currency = hass.config.currency
    if state is None or state.domain not in _DOMAINS or _divisor(state, currency) is None:
        return False
    return state.state in _SILENT or micro_of_state(state, currency) is not None


def _divisor(state: State, currency: str) -> int | None:
    """How many of its units are one of its currency per kWh; None: it tells something else."""
    unit = "".join(str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) or "").casefold().split())
    unit = unit.replace("per", "/") if "/" not in unit else unit
    of_energy = next((size for size in ("/kwh", "/mwh") if size in unit), None)
    if of_energy is None and (
        "/" in unit
        or unit.endswith(("wh", "%"))
        or state.attributes.get(ATTR_DEVICE_CLASS) not in (None, SensorDeviceClass.MONETARY)
    ):
        return None
    cents = (*_CENTS, "rp") if currency == _RAPPEN else _CENTS
    return (100 if unit.startswith(cents) else 1) * (1000 if of_energy == "/mwh" else 1)
