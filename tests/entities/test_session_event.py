"""What becomes of sessions at an outlet is an event there, with what it came to and no name."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.actions.session_book import async_correct
from homeassistant.core import HomeAssistant
from tests.csms.conftest import ago
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of one charger."""
    entry = group(charger("A", "Anna"))
    await set_up(hass, entry)
    return entry


async def test_a_session_that_began_ended_and_was_corrected_is_told_once_each(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    event = entity_of(hass, "event", subentry_id(entry, "A"), 1, "session")
    assert hass.states.get(event).state == "unknown"

    def became(kind: str):
        return lambda state: state.attributes.get("event_type") == kind

    async with client(entry, "A") as wire:
        await wire.boot()
        transaction = await start_session(wire)
        started = await until_state(hass, event, became("started"))
        assert started.attributes["end"] is None
        await wire.call(
            "StopTransaction",
            transactionId=transaction,
            meterStop=1200,
            timestamp=ago(0),
            reason="EVDisconnected",
        )
        ended = await until_state(hass, event, became("ended"))
        assert ended.attributes["session"] == started.attributes["session"]
        assert ended.attributes["reason"] == "EVDisconnected"
        assert "tag" not in str({**ended.attributes, "notes": ""})
        # It was not heard that it was believed.
        await wire.call(
            "StopTransaction", transactionId=transaction, meterStop=1200, timestamp=ago(0)
        )
        assert hass.states.get(event).last_changed == ended.last_changed
    uid = ended.attributes["session"]
    await async_correct(hass, None, uid, "wh", 900, "as displayed")
    corrected = await until_state(hass, event, became("corrected"))
    assert corrected.attributes["energy"] == 0.9
    assert "edited" in corrected.attributes["notes"]
    assert await hass.config_entries.async_unload(entry.entry_id)
