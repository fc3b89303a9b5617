"""Drivers have sensors of their month where people switched them on, and only then."""

from functools import partial

import pytest

from custom_components.ev_load_manager.sessions import drivers, keeping
from custom_components.ev_load_manager.sessions.shared import SIGNAL_KEPT, async_shared_book
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util import dt as dt_util
from tests.groups import charger, entity_of, group, set_up, until_state
from tests.sessions.telling import begun, ended

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_drivers_have_sensors_only_while_people_want_them(hass: HomeAssistant) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    book = async_shared_book(hass).book
    assert book is not None

    async def keep(work) -> None:  # type: ignore[no-untyped-def]
        await book.change(work)
        async_dispatcher_send(hass, SIGNAL_KEPT)
        await hass.async_block_till_done()

    def ours() -> set[str]:
        registry = er.async_get(hass)
        return {
            entity.unique_id
            for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
            if entity.unique_id.startswith("session-driver-")
        }

    await keep(lambda one: keeping.change_person(one, None, name="Anna"))
    await keep(partial(keeping.give_card, person=1, tag="ANNA", now=0))
    await keep(
        lambda one: keeping.add_tariff(one, from_ts=0, currency=hass.config.currency, price=0.25)
    )
    assert not ours()
    await keep(partial(keeping.change_settings, changes={"driver_entities": True}))
    energy = entity_of(hass, "sensor", "session-driver-1", "energy")
    cost = entity_of(hass, "sensor", "session-driver-1", "cost")
    assert hass.states.get(energy).state == "0.0"

    at = dt_util.utcnow().timestamp()
    start = begun(at, 0, charger="A", tag="ANNA", zone=hass.config.time_zone)
    await book.tell(start)
    await book.tell(ended(at + 4, 400, start))
    await until_state(hass, energy, "0.4")
    assert (await until_state(hass, cost, "0.1")).attributes["last_reset"] is not None

    await keep(partial(drivers.forget, person=1, at=1))
    assert not ours()
    await keep(lambda one: keeping.change_person(one, None, name="Bert"))
    assert len(ours()) == 2
    await keep(partial(keeping.change_settings, changes={"driver_entities": False}))
    assert not ours()
    assert await hass.config_entries.async_unload(entry.entry_id)
