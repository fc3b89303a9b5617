"""A group whose charger is asked."""

from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.csms.client import Client
from tests.groups import charger, client, group, set_up


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group with the twin LEFT."""
    made = group(charger("LEFT", "Left", connectors=2))
    await set_up(hass, made)
    return made


@pytest.fixture
async def left(entry: MockConfigEntry) -> AsyncGenerator[Client]:
    """The charger LEFT, connected."""
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        yield socket
