"""People are told what they want to hear by a notify entity, in plain words, and once.

A real notify entity in a real Home Assistant, with a real charger at the other end.
"""

import asyncio
from typing import Any, override
from unittest.mock import AsyncMock

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.history.situations import Situation
from homeassistant.components.notify import DATA_COMPONENT, NotifyEntity, NotifyEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")


class Phone(NotifyEntity):
    """Somebody's phone."""

    _attr_supported_features = NotifyEntityFeature.TITLE

    def __init__(self, name: str) -> None:
        """Nothing has come yet."""
        self._attr_name = name
        self._attr_unique_id = name
        self.messages: list[tuple[str | None, str]] = []
        self._came = asyncio.Event()

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        self.messages.append((title, message))
        self._came.set()

    async def next(self) -> tuple[str | None, str]:
        """The next message, which may have come already."""
        while not self.messages:
            self._came.clear()
            await self._came.wait()
        return self.messages.pop(0)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of two chargers."""
    entry = group(charger("A", "Anna"), charger("B", "Ben"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def phone(hass: HomeAssistant) -> Phone:
    """A phone."""
    return await phone_of(hass, "Chair")


async def phone_of(hass: HomeAssistant, name: str) -> Phone:
    """The phone of somebody, as `notify.<name>`."""
    assert await async_setup_component(hass, "notify", {})
    phone = Phone(name)
    await hass.data[DATA_COMPONENT].async_add_entities([phone])
    return phone


async def choose(hass_ws_client: WebSocketGenerator, entry: MockConfigEntry, *who: Any) -> Any:
    """Choose on the page who is told of what."""
    page = await hass_ws_client()
    await page.send_json_auto_id(
        {
            "type": "ev_load_manager/change_recipients",
            "entry_id": entry.entry_id,
            "recipients": list(who),
        }
    )
    return await page.receive_json()


async def allow(hass: HomeAssistant, entry: MockConfigEntry, amperes: float) -> None:
    """Set what all chargers of the group may draw."""
    entity_id = entity_of(hass, "number", entry.entry_id, "maximum_current")
    await hass.services.async_call(
        "number", "set_value", {"entity_id": entity_id, "value": amperes}, blocking=True
    )


async def test_a_charger_that_is_lost_is_told_of_once_however_often_it_comes_and_goes(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    entry: MockConfigEntry,
    phone: Phone,
) -> None:
    chosen = await choose(
        hass_ws_client, entry, {"entity_id": phone.entity_id, "topics": ["fault"]}
    )
    assert chosen["success"]
    async with client(entry, "B") as ben:
        await ben.boot()
        async with client(entry, "A") as socket:
            await socket.boot()
        left = clock.monotonic()

        title, message = await phone.next()
        assert (title, message.partition(" is not connected")[0]) == ("Garage", "Anna")
        assert clock.monotonic() - left >= 600

        for _ in range(2):
            async with client(entry, "A") as socket:
                await socket.boot()
            gone = clock.monotonic()
            await until_step(entry, lambda since=gone: clock.monotonic() - since > 1200)
    assert phone.messages == []


async def test_a_resident_hears_of_the_turn_of_the_own_car_alone(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, entry: MockConfigEntry, phone: Phone
) -> None:
    ben = await phone_of(hass, "Ben")
    everything = ["fault", "safe_limit", "car_full", "turn"]
    await choose(
        hass_ws_client,
        entry,
        {
            "entity_id": phone.entity_id,
            "topics": everything,
            "place": f"{subentry_id(entry, 'A')}_1",
        },
        {"entity_id": ben.entity_id, "topics": everything, "place": f"{subentry_id(entry, 'B')}_1"},
    )
    await allow(hass, entry, 4.0)
    async with client(entry, "A") as anna, client(entry, "B") as other:
        await anna.boot()
        await other.boot()
        await other.status("Available")
        await start_session(anna)
        situations = entry.runtime_data.records.situations
        await until_step(entry, lambda: any(situations.lasting))
        await until_step(
            entry, lambda: Situation.WAITING in [one.situation for one in situations.lasting]
        )
        await allow(hass, entry, 20.0)

        assert (await phone.next())[1] == "Anna: the car's turn has come, it charges now."
    assert ben.messages == []


async def test_a_phone_that_is_gone_keeps_nobody_else_from_hearing(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    entry: MockConfigEntry,
    phone: Phone,
) -> None:
    deaf = Phone("A deaf one")
    deaf.async_send_message = AsyncMock(side_effect=TimeoutError)
    silent = Phone("A silent one")
    silent.async_send_message = AsyncMock(side_effect=asyncio.Event().wait)
    await hass.data[DATA_COMPONENT].async_add_entities([deaf, silent])
    await choose(
        hass_ws_client,
        entry,
        {"entity_id": "notify.before", "topics": ["fault"]},
        {"entity_id": "notify.???", "topics": ["fault"]},
        {"entity_id": deaf.entity_id, "topics": ["fault"]},
        {"entity_id": silent.entity_id, "topics": ["fault"]},
        {"entity_id": phone.entity_id, "topics": ["fault"]},
    )
    async with client(entry, "A") as socket:
        await socket.boot()
        await socket.status("Faulted")

        assert (await phone.next())[1] == "Anna is out of order: the charger reports a fault."
    deaf.async_send_message.assert_awaited_once()
    silent.async_send_message.assert_awaited_once()


async def test_only_notify_entities_can_be_chosen_and_only_by_administrators(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
    entry: MockConfigEntry,
    phone: Phone,
) -> None:
    refused = await choose(hass_ws_client, entry, {"entity_id": "light.hall", "topics": ["turn"]})
    assert refused["error"]["translation_key"] == "no_notify_entity"
    nonsense = await choose(hass_ws_client, entry, {"entity_id": "notify.a", "topics": ["noise"]})
    assert nonsense["error"]["code"] == "invalid_format"
    assert entry.runtime_data.notifications.recipients == ()

    chosen = {"entity_id": phone.entity_id, "topics": ["turn"], "place": None}
    await choose(hass_ws_client, entry, chosen)
    page = await hass_ws_client()
    await page.send_json_auto_id({"type": "ev_load_manager/recipients", "entry_id": entry.entry_id})
    told = (await page.receive_json())["result"]
    assert told["recipients"] == [chosen]
    assert {"entity_id": phone.entity_id, "name": "Chair"} in told["entities"]
    assert [place["name"] for place in told["places"]] == ["Anna", "Ben"]

    guest = await hass_ws_client(hass, hass_read_only_access_token)
    for command, data in (("recipients", {}), ("change_recipients", {"recipients": []})):
        await guest.send_json_auto_id(
            {"type": f"ev_load_manager/{command}", "entry_id": entry.entry_id, **data}
        )
        assert (await guest.receive_json())["error"]["code"] == "unauthorized"
