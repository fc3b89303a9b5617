"""Who has charged all that they may begins no session, and hears so; what charges goes on."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.group import access
from custom_components.ev_load_manager.sessions import drivers
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.groups import charger, client, group, set_up

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def until_told(hass: HomeAssistant) -> None:
    """A minute goes by, and it is looked at who has charged how much: people hear something new."""
    told = asyncio.Event()
    stop = hass.bus.async_listen(
        ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, callback(lambda _: told.set())
    )
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1, seconds=1))
    await told.wait()
    stop()


async def start(wire: Client, connector: int = 1) -> dict:
    return await wire.call(
        "StartTransaction",
        connectorId=connector,
        idTag="ANNA-1",
        meterStart=1000,
        timestamp=ago(0),
    )


async def authorize(wire: Client) -> str:
    answer = await wire.call("Authorize", idTag="anna-1")
    status: str = answer["idTagInfo"]["status"]
    return status


async def test_a_driver_over_budget_begins_no_more_and_people_hear_of_it(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = group(charger("A", connectors=2))
    await set_up(hass, entry)
    book = async_shared_book(hass).book
    assert book is not None
    anna = await book.change(partial(drivers.add_person, name="Anna", budget_wh=500))
    await book.change(partial(drivers.give_card, tag="ANNA-1", person=anna, from_ts=0))
    await book.change(lambda file: file.execute("UPDATE person SET over_budget = 'refuse'"))
    async with client(entry, "A") as wire:
        assert await authorize(wire) == "Accepted"
        first = await start(wire)
        assert first["idTagInfo"]["status"] == "Accepted"
        await wire.call(
            "MeterValues",
            connectorId=1,
            transactionId=first["transactionId"],
            meterValue=[{"timestamp": ago(0), "sampledValue": [{"value": "1100"}]}],
        )
        await wire.call(
            "StopTransaction",
            transactionId=first["transactionId"],
            meterStop=1600,
            timestamp=ago(0),
        )
        await until_told(hass)
        assert await authorize(wire) == "Blocked"
        assert (await start(wire, 2))["idTagInfo"]["status"] == "Blocked"
        issue = ir.async_get(hass).async_get_issue(DOMAIN, f"budget_used_{anna}")
        assert issue is not None
        assert issue.translation_key == "budget_refuses"
        # Where a session goes on for more than a moment, the card may end it.
        monkeypatch.setattr(access, "_BEGINS_WITHIN", 0.0)
        assert await authorize(wire) == "Accepted"
        await book.change(lambda file: file.execute("UPDATE person SET budget_wh = 100000"))
        await until_told(hass)
        assert ir.async_get(hass).async_get_issue(DOMAIN, f"budget_used_{anna}") is None
        assert await authorize(wire) == "Accepted"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_book_says_why_a_session_might_begin(hass: HomeAssistant) -> None:
    entry = group(charger("A", connectors=2))
    await set_up(hass, entry)
    book = async_shared_book(hass).book
    assert book is not None
    async with client(entry, "A") as wire:
        await start(wire)
        entry.runtime_data.access.ordered("HomeAssistant")
        await wire.call(
            "StartTransaction",
            connectorId=2,
            idTag="HOMEASSISTANT",
            meterStart=0,
            timestamp=ago(0),
        )
        found = await book.read(
            lambda file: file.execute("SELECT auth FROM session ORDER BY id").fetchall()
        )
    assert found == [("open",), ("remote",)]
    assert await hass.config_entries.async_unload(entry.entry_id)
