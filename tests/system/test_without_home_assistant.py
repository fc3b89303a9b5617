"""People see what a charger does when Home Assistant stops, and can have it checked."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import button
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from simulation.charger.charger import SimulatedCharger
from simulation.charger.models import GENERIC, ChargerModel
from tests.csms.client import SILENCE
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    hold_at_zero,
    set_up,
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


def entity(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str) -> str:
    """An entity of the charger."""
    return entity_of(hass, platform, subentry_id(entry, "A"), key)


def simulated(
    entry: MockConfigEntry, model: ChargerModel = GENERIC, **more: Any
) -> SimulatedCharger:
    """A charger with profiles of its own that will dial the group's port."""
    return SimulatedCharger(model, "A", f"ws://127.0.0.1:{entry.runtime_data.port}", **more)


async def press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def test_a_charger_shows_what_it_falls_to_and_when(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    sensor = entity(hass, entry, "sensor", "without_home_assistant")
    assert hass.states.get(sensor).state == "unknown"
    box = simulated(entry)
    await box.start()
    try:
        state = await until_state(hass, sensor, "verified")
    finally:
        await box.stop()

    assert state.attributes["fallback"] == 6.0
    assert state.attributes["after"] == 3600.0
    assert state.attributes["kept_over_reboot"] is None


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("reset_charger", {"type": "hard"}),
        ("call_ocpp", {"action": "Reset", "payload": {"type": "Soft"}}),
    ],
)
async def test_a_reset_by_hand_shows_what_a_charger_keeps_over_it(
    hass: HomeAssistant, entry: MockConfigEntry, hurry: None, action: str, data: dict[str, Any]
) -> None:
    sensor = entity(hass, entry, "sensor", "without_home_assistant")
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, subentry_id(entry, "A")), entry.entry_id
    )
    assert device is not None
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, sensor, "verified")
        await hold_at_zero(hass, entry, "A")
        await hass.services.async_call(
            DOMAIN, action, {"device_id": device.id, **data}, blocking=True
        )
        await until_state(hass, sensor, lambda state: state.attributes["kept_over_reboot"] is True)
    finally:
        await box.stop()


async def test_a_charger_that_takes_no_limits_is_shown_as_such(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "NotSupported"}
        await socket.boot()

        await until_state(
            hass, entity(hass, entry, "sensor", "without_home_assistant"), "not_possible"
        )


async def test_changes_of_limits_are_counted(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    sensor = entity(hass, entry, "sensor", "limit_changes")
    assert hass.states.get(sensor).state == "0"
    box = simulated(entry)
    await box.start()
    try:
        state = await until_state(hass, sensor, lambda state: state.state not in ("0", "unknown"))
    finally:
        await box.stop()

    assert state.attributes["renewals"] >= 0


async def test_a_button_has_the_charger_take_its_fallback_anew(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    check = entity(hass, entry, "button", "check_without_home_assistant")
    sensor = entity(hass, entry, "sensor", "without_home_assistant")
    assert hass.states.get(check).state == STATE_UNAVAILABLE
    box = simulated(entry)
    await box.start()
    try:
        await until_state(hass, sensor, "verified")
        await until_state(hass, check, lambda state: state.state != STATE_UNAVAILABLE)
        asked = len(box.received("GetCompositeSchedule"))

        await press(hass, check)

        assert len(box.received("GetCompositeSchedule")) > asked
        assert hass.states.get(sensor).state == "verified"
    finally:
        await box.stop()


async def test_the_check_tells_of_a_charger_that_went_away_meanwhile(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    check = entity(hass, entry, "button", "check_without_home_assistant")
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_state(hass, check, lambda state: state.state != STATE_UNAVAILABLE)
        # Its entity has not heard of it yet.
        entry.runtime_data.access.control("A").limits.disconnected()

        with pytest.raises(ServiceValidationError) as raised:
            await press(hass, check)

    assert raised.value.translation_key == "charger_not_connected"
    assert raised.value.translation_placeholders == {"charger": "Anna"}


async def test_the_check_does_not_wait_for_ever_for_an_answer(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(button, "CHECKED_WITHIN", 0.2)
    check = entity(hass, entry, "button", "check_without_home_assistant")
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = SILENCE
        await socket.boot()
        await socket.next_call("SetChargingProfile")
        await until_state(hass, check, lambda state: state.state != STATE_UNAVAILABLE)

        with pytest.raises(ServiceValidationError) as raised:
            await press(hass, check)

    assert raised.value.translation_key == "charger_no_answer"
