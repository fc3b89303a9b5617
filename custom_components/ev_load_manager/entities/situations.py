"""Situations of a group at the places that people know, for automations and messages.

A place is meant by whoever names its device or an entity of it, or whatever is above
it: who names a group means all its outlets, and who names a feeder those behind it.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
import sqlite3
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.util.signal_type import SignalType

from ..balancing.site import ConnectorId
from ..config.site_builder import GRID, GROUP, charger_circuit, feeder_of
from ..const import DOMAIN, LOGGER
from ..group.load_manager import EvLoadManagerConfigEntry
from ..history.situations import SituationChange, Where
from ..sessions.shared import async_shared_book
from ..sessions.views import ATTR_SESSION, of_transaction
from .targets import ChargerTarget, ConnectorTarget, FeederTarget, GroupTarget, Place, places

_BOOK_TELLS_WITHIN: Final = 5.0
"""Real seconds that an automation waits for what the book has of a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedChange:
    """A situation that begins or ends at a place."""

    place: Place
    change: SituationChange


SIGNAL_SITUATION: Final[SignalType[PlacedChange]] = SignalType(f"{DOMAIN}_situation")
"""Sent for every situation of every group that begins or ends."""


class SituationNews:
    """Tells of the situations of one group."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Tell from now on; `async_update` looks."""
        self._hass = hass
        self._entry = entry

    @callback
    def async_update(self) -> None:
        """Tell what began or ended with the last step."""
        for change in self._entry.runtime_data.records.situations.changes:
            place = place_of(self._hass, self._entry, change.where)
            if place is not None:
                news = PlacedChange(place=place, change=change)
                async_dispatcher_send(self._hass, SIGNAL_SITUATION, news)


def place_of(hass: HomeAssistant, entry: EvLoadManagerConfigEntry, where: Where) -> Place | None:
    """What people know an outlet or a circuit as; None where it is removed."""
    group = GroupTarget(hass, entry)
    manager = entry.runtime_data
    if where in (GRID, GROUP):
        return group
    if isinstance(where, str) and feeder_of(where) in manager.feeders:
        return FeederTarget(group, feeder_of(where))
    for subentry_id, charger in manager.chargers.items():
        place = ChargerTarget(group, subentry_id)
        if where == charger_circuit(charger.charger_id):
            return place
        if isinstance(where, ConnectorId) and where.charger == charger.charger_id:
            outlet = ConnectorTarget(place, where.number)
            return outlet if outlet.exists else None
    return None


def circuits_of(place: Place) -> tuple[str, ...]:
    """The circuits that feed a place, from its own up; none as long as it is not known."""
    site = place.manager.site
    match place:
        case GroupTarget() | FeederTarget():
            own: str | None = place.circuit
        case ChargerTarget():
            outlets = (site.connectors.get(outlet.id) for outlet in place.connectors)
            own = next((outlet.circuit for outlet in outlets if outlet is not None), None)
        case ConnectorTarget():
            outlet = site.connectors.get(place.id)
            own = None if outlet is None else outlet.circuit
    return () if own is None or own not in site.circuits else site.path(own)


def keys_around(place: Place) -> frozenset[str]:
    """The key of a place, and those of all that are above it."""
    keys = {place.key, _group(place).key}
    if isinstance(place, ConnectorTarget):
        keys.add(place.charger.key)
    return frozenset(keys | {feeder_of(circuit) for circuit in circuits_of(place)})


def is_meant(place: Place, meant: Collection[str]) -> bool:
    """Whether keys name a place, something above it, or something that it feeds.

    A group's safe limit matters to whoever named one of its outlets.
    """
    if not keys_around(place).isdisjoint(meant):
        return True
    if isinstance(place, ConnectorTarget):
        return False
    group = _group(place)
    return any(
        other.key in meant and place.key in keys_around(other)
        for other in places(group.hass, group.entry)
    )


def keys_meant(hass: HomeAssistant, target: TargetSelection) -> set[str]:
    """The keys of all places that a target names, by their devices."""
    selected = async_extract_referenced_entity_ids(hass, target, primary_entities_only=False)
    entities, devices = er.async_get(hass), dr.async_get(hass)
    device_ids = set(selected.referenced_devices)
    for entity_id in selected.referenced | selected.indirectly_referenced:
        entity = entities.async_get(entity_id)
        if entity is not None and entity.device_id is not None:
            device_ids.add(entity.device_id)
    return {
        key
        for device_id in device_ids
        if (device := devices.async_get(device_id)) is not None
        for domain, key in device.identifiers
        if domain == DOMAIN
    }


def device_id_of(place: Place) -> str | None:
    """The device that a place is shown at; an outlet of a twin has its own."""
    group = _group(place)
    registry, entry_id = dr.async_get(group.hass), group.entry.entry_id
    for identifier in place.device_info["identifiers"]:
        device = registry.async_get_device_by_identifier(
            identifier, entry_id
        ) or registry.async_get_child_device_by_identifier(identifier, entry_id)
        if device is not None:
            return device.id
    return None


def _group(place: Place) -> GroupTarget:
    match place:
        case GroupTarget():
            return place
        case ConnectorTarget():
            return place.charger.group
        case _:
            return place.group


def told(news: PlacedChange) -> dict[str, Any]:
    """What an automation is told of a change, beside what it waited for."""
    place = news.place
    found: dict[str, Any] = {
        "device_id": device_id_of(place),
        "group": _group(place).entry.title,
        "name": name_of(place),
        "since": news.change.since,
    }
    if isinstance(place, ConnectorTarget):
        charger = place.charger
        found |= {
            "charger": charger.settings.name,
            "outlet": place.number,
            "driver": place.manager.access.driver(charger.point, place.number),
            "energy_kwh": kilowatt_hours(place),
        }
    elif isinstance(place, ChargerTarget):
        found["charger"] = place.settings.name
    elif (period := place.safe_limit_period) is not None:
        found |= {"cause": period.cause.value, "limit": period.limit}
    return found


async def with_session(hass: HomeAssistant, place: Place, found: dict[str, Any]) -> dict[str, Any]:
    """What an automation is told of a session, with what the book has of it by now.

    The charger's own word is enough where the book can't tell, or not soon.
    """
    book = async_shared_book(hass).book
    state = place.state if isinstance(place, ConnectorTarget) else None
    session = None if state is None else state.transaction or state.last_transaction
    if book is None or session is None or not isinstance(place, ConnectorTarget):
        return found
    look = partial(
        of_transaction,
        charger=place.id.charger,
        connector=place.number,
        transaction=session.id,
    )
    try:
        async with asyncio.timeout(_BOOK_TELLS_WITHIN):
            # After what was told of it is written.
            told = await book.change(look)
    except (TimeoutError, sqlite3.Error, OSError) as error:
        LOGGER.debug("An automation is told of a session without its cost: %s", error)
        return found
    if told is None:
        return found
    energy = told["energy"]
    return found | {
        "session": told[ATTR_SESSION],
        "energy_kwh": found["energy_kwh"] if energy is None else round(energy, 3),
        "minutes": told["minutes"],
        "cost": told["cost"],
        "currency": told["currency"],
        "notes": told["notes"],
    }


def kilowatt_hours(place: Place) -> float | None:
    """What flowed in the session that runs at an outlet, or in its last one."""
    state = place.state if isinstance(place, ConnectorTarget) else None
    energy = None if state is None else state.session_energy
    return None if energy is None else round(energy / 1000, 2)


def name_of(place: Place) -> str:
    """What people call a place."""
    match place:
        case GroupTarget():
            return place.entry.title
        case ConnectorTarget() if place.is_twin:
            return f"{place.charger.settings.name} {place.number}"
        case ConnectorTarget():
            return place.charger.settings.name
        case _:
            return place.settings.name
