"""What a group shows and lets people change."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.balancing.site import Policy
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.number import EvLoadManagerNumber
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_component import EntityComponent
from tests.groups import (
    charger,
    client,
    entity_of,
    feeder,
    group,
    set_up,
    start_session,
    tell_values,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of two chargers."""
    entry = group(charger("A"), charger("B"))
    await set_up(hass, entry)
    return entry


async def call(hass: HomeAssistant, entity_id: str, action: str, **data: Any) -> None:
    """Do something with an entity."""
    domain = entity_id.partition(".")[0]
    await hass.services.async_call(domain, action, {"entity_id": entity_id, **data}, blocking=True)


async def test_the_limit_is_changed_by_its_number(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    number = entity_of(hass, "number", entry.entry_id, "maximum_current")
    assert hass.states.get(number).state == "20.0"

    await call(hass, number, "set_value", value=12.5)

    assert hass.states.get(number).state == "12.5"
    assert entry.runtime_data.live.settings.maximum_current == 12.5


async def test_the_limit_may_be_nothing_but_not_above_the_fuse(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    number = entity_of(hass, "number", entry.entry_id, "maximum_current")

    with pytest.raises(ServiceValidationError):
        await call(hass, number, "set_value", value=25.1)
    assert entry.runtime_data.live.settings.maximum_current == 20.0

    await call(hass, number, "set_value", value=0)
    assert entry.runtime_data.live.settings.maximum_current == 0.0


@pytest.mark.parametrize("value", [25.1, -1.0, float("nan")])
async def test_a_limit_that_the_number_lets_through_is_refused_in_words(
    hass: HomeAssistant, entry: MockConfigEntry, value: float
) -> None:
    component: EntityComponent[Any] = hass.data["number"]
    number = component.get_entity(entity_of(hass, "number", entry.entry_id, "maximum_current"))
    assert isinstance(number, EvLoadManagerNumber)

    with pytest.raises(ServiceValidationError) as refused:
        await number.async_set_native_value(value)

    assert refused.value.translation_domain == DOMAIN
    assert refused.value.translation_key == "limit_out_of_range"
    assert refused.value.translation_placeholders == {"maximum": "25"}


async def test_load_management_is_switched_off_and_on(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    switch = entity_of(hass, "switch", entry.entry_id, "dlm")
    mode = entity_of(hass, "sensor", entry.entry_id, "mode")
    await until_state(hass, mode, "dynamic")

    await call(hass, switch, "turn_off")

    assert hass.states.get(switch).state == "off"
    await until_state(hass, mode, "off")
    await call(hass, switch, "turn_on")
    await until_state(hass, mode, "dynamic")


async def test_the_policy_is_chosen(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    select = entity_of(hass, "select", entry.entry_id, "policy")
    assert hass.states.get(select).state == "take_turns"

    await call(hass, select, "select_option", option="minimum_for_all")

    assert hass.states.get(select).state == "minimum_for_all"
    assert entry.runtime_data.live.settings.policy is Policy.MINIMUM_FOR_ALL


async def test_cars_that_charge_and_what_they_draw_are_counted(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    active = entity_of(hass, "sensor", entry.entry_id, "active_cars")
    currents = [
        entity_of(hass, "sensor", entry.entry_id, f"chargers_current_l{n}") for n in (1, 2, 3)
    ]
    await until_state(hass, active, "0")
    async with client(entry, "A") as first, client(entry, "B") as second:
        for socket, amperes in ((first, (7, 6, 0)), (second, (3, 0, 1))):
            await socket.boot()
            await start_session(socket)
            await tell_values(socket, amperes)

        await until_state(hass, active, "2")
        for sensor, wanted in zip(currents, ("10.0", "6.0", "1.0"), strict=True):
            await until_state(hass, sensor, wanted)


async def test_cars_that_wait_for_their_turn_are_counted(hass: HomeAssistant) -> None:
    entry = group(charger("A"), charger("B"), maximum_current=6.0)
    await set_up(hass, entry)
    async with client(entry, "A") as first, client(entry, "B") as second:
        for socket in (first, second):
            await socket.boot()
            await start_session(socket)

        await until_state(hass, entity_of(hass, "sensor", entry.entry_id, "waiting_cars"), "1")


async def test_a_one_phase_group_has_one_current(hass: HomeAssistant) -> None:
    entry = group(phases=1)
    await set_up(hass, entry)

    assert hass.states.get(entity_of(hass, "sensor", entry.entry_id, "chargers_current_l1"))
    assert not hass.states.get("sensor.garage_chargers_current_l2")


@pytest.mark.usefixtures("time_jumps")
async def test_all_cars_together_are_shown_in_kilowatts_and_kilowatt_hours(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    power = entity_of(hass, "sensor", entry.entry_id, "charging_power")
    energy = entity_of(hass, "sensor", entry.entry_id, "charged_energy")
    assert hass.states.get(energy).state == "unknown"

    async with client(entry, "A") as first, client(entry, "B") as second:
        for socket in (first, second):
            await socket.boot()
            await start_session(socket)
        # One of them has told nothing yet: a sum without it is none.
        await tell_values(
            first,
            Power_Active_Import=(4000, "W"),
            Energy_Active_Import_Register=(700, "Wh"),
        )
        assert hass.states.get(power).state == "unknown"
        await tell_values(
            second,
            Power_Active_Import=(3000, "W"),
            Energy_Active_Import_Register=(500, "Wh"),
        )

        state = await until_state(hass, power, "7.0")
        assert state.attributes["unit_of_measurement"] == "kW"
        total = await until_state(hass, energy, "1.2")
    assert total.attributes["state_class"] == "total_increasing"

    # Also after a restart, before anybody has called.
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(energy).state == "1.2"


async def test_devices_say_what_they_are_in_home_assistants_language(hass: HomeAssistant) -> None:
    hass.config.language = "fi"
    entry = group(feeder("hall", "Halli"), charger("A", feeder="hall"))

    await set_up(hass, entry)

    devices = dr.async_get(hass)
    models = {
        key: devices.async_get_device_by_identifier((DOMAIN, key), entry.entry_id).model
        for key in (entry.entry_id, "hall")
    }
    assert models == {entry.entry_id: "Latausryhmä", "hall": "Syöttöjohto"}
