"""What a group with a meter shows and lets people change."""

from dataclasses import replace
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.balancing.site import PhaseChoice
from custom_components.ev_load_manager.const import CONF_METER, CONF_PHASES
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from simulation.plant.meter import SimulatedMeter
from simulation.plant.meter_maps import SDM630
from tests.groups import entity_of, group, set_up, until_state, until_step
from tests.system.adaptive.conftest import Grid, metered, settings, until_mode

OF_A_METER = {
    "number": {"grid_maximum_current", "safe_limit"},
    "switch": {"alm"},
    "select": {"phase_choice"},
    "binary_sensor": {"safe_limit", "meter_connected"},
    "event": {"safe_limit"},
    "sensor": {
        f"{kind}_l{phase}"
        for kind in ("grid_current", "grid_power", "other_load", "available_current")
        for phase in (1, 2, 3)
    },
}


def has(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, set[str]]:
    """The keys of the group's own entities, by platform."""
    found: dict[str, set[str]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        assert hass.states.get(entity.entity_id) is not None
        key = entity.unique_id.removeprefix(f"{entry.entry_id}_")
        # Those of the meter's counters come whenever it has told of them.
        if not key.startswith("grid_energy"):
            found.setdefault(entity.domain, set()).add(key)
    return found


def state(hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str) -> State:
    """The state of one of the group's entities."""
    found = hass.states.get(entity_of(hass, platform, entry.entry_id, key))
    assert found is not None
    return found


async def call(
    hass: HomeAssistant, entry: MockConfigEntry, platform: str, key: str, action: str, **data: Any
) -> None:
    """Do something with one of the group's entities."""
    entity_id = entity_of(hass, platform, entry.entry_id, key)
    await hass.services.async_call(
        platform, action, {"entity_id": entity_id, **data}, blocking=True
    )


async def test_entities_of_the_meter_come_and_go_with_it(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    manager = entry.runtime_data
    with_meter = has(hass, entry)
    assert all(with_meter[platform] >= keys for platform, keys in OF_A_METER.items())

    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_METER: None})
    await hass.async_block_till_done()

    without = has(hass, entry)
    assert all(not without.get(platform, set()) & keys for platform, keys in OF_A_METER.items())
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_METER: settings(meter)})
    await hass.async_block_till_done()
    assert has(hass, entry) == with_meter
    assert entry.runtime_data is manager


async def test_a_group_without_a_meter_has_none_of_them(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group()
    await set_up(hass, entry)

    found = has(hass, entry)
    assert all(not found.get(platform, set()) & keys for platform, keys in OF_A_METER.items())
    assert "overload" in found["binary_sensor"]


async def test_a_one_phase_connection_shows_one_phase(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter), **{CONF_PHASES: 1})
    await set_up(hass, entry)

    assert {key for key in has(hass, entry)["sensor"] if key.startswith("grid")} == {
        "grid_current_l1",
        "grid_power_l1",
    }


async def test_currents_and_powers_are_shown_as_history_and_statistics_want_them(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    current = state(hass, entry, "sensor", "grid_current_l3")
    power = state(hass, entry, "sensor", "grid_power_l3")

    assert float(current.state) == pytest.approx(-5, abs=0.5)
    assert float(power.state) == pytest.approx(-5 * 0.23, abs=0.2)
    for found, kind, unit in ((current, "current", "A"), (power, "power", "kW")):
        assert found.attributes["device_class"] == kind
        assert found.attributes["state_class"] == "measurement"
        assert found.attributes["unit_of_measurement"] == unit
    assert float(state(hass, entry, "sensor", "other_load_l1").state) == pytest.approx(3, abs=1)
    available = state(hass, entry, "sensor", "available_current_l1")
    assert float(available.state) == pytest.approx(17, abs=1)
    assert state(hass, entry, "sensor", "mode").state == "adaptive"


async def test_a_change_is_shown_at_once_and_noise_seldom(
    hass: HomeAssistant, entry: MockConfigEntry, grid: Grid
) -> None:
    sensor = entity_of(hass, "sensor", entry.entry_id, "grid_current_l2")
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    began = clock.monotonic()
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision.at >= began + 20)

    # A meter that is read every second would be written twenty times.
    written = [event for event in changes if event.data["entity_id"] == sensor]
    assert len(written) <= 2 + (clock.monotonic() - began) / 5
    grid.currents = (3.0, 8.0, -5.0)
    await until_state(hass, sensor, lambda state: float(state.state) > 7.0)


async def test_a_silent_meter_is_not_connected_and_shows_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    connected = entity_of(hass, "binary_sensor", entry.entry_id, "meter_connected")
    assert hass.states.get(connected).state == "on"

    meter.silent = True
    await until_state(hass, connected, "off")

    assert state(hass, entry, "sensor", "grid_current_l1").state == STATE_UNAVAILABLE
    assert state(hass, entry, "sensor", "grid_power_l1").state == STATE_UNAVAILABLE
    # The other load is not known any more only when the safe limit takes over.
    await until_mode(entry, Mode.SAFE_LIMIT)
    assert state(hass, entry, "sensor", "other_load_l1").state == "unknown"
    assert state(hass, entry, "sensor", "available_current_l1").state == "8.0"
    meter.heal()
    await until_state(hass, connected, "on")
    assert float(state(hass, entry, "sensor", "grid_current_l1").state) > 0


async def test_one_lost_answer_is_no_lost_meter(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    connected = entity_of(hass, "binary_sensor", entry.entry_id, "meter_connected")
    manager = entry.runtime_data
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)

    meter.short_answers = True
    await until_step(entry, lambda: not manager.meter.last_update_success)
    meter.heal()
    await until_step(entry, lambda: manager.meter.last_update_success)

    assert not [event for event in changes if event.data["entity_id"] == connected]


async def test_limits_of_the_grid_are_changed_by_their_numbers(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert state(hass, entry, "number", "grid_maximum_current").state == "20.0"
    assert state(hass, entry, "number", "safe_limit").state == "8.0"

    await call(hass, entry, "number", "grid_maximum_current", "set_value", value=15.5)
    await call(hass, entry, "number", "safe_limit", "set_value", value=6)

    live = entry.runtime_data.live.settings
    assert (live.grid_maximum_current, live.safe_limit) == (15.5, 6.0)
    assert state(hass, entry, "number", "grid_maximum_current").state == "15.5"
    for key, value in (("grid_maximum_current", 25.1), ("safe_limit", 25.1)):
        with pytest.raises(ServiceValidationError):
            await call(hass, entry, "number", key, "set_value", value=value)


async def test_the_safe_limit_cannot_be_above_the_smaller_of_both_fuses(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter), grid_rated_current=20.0, grid_maximum_current=20.0)
    await set_up(hass, entry)

    assert state(hass, entry, "number", "safe_limit").attributes["max"] == 20.0
    with pytest.raises(ValueError, match="limit_out_of_range"):
        await entry.runtime_data.live.change(safe_limit=22.0)


async def test_adaptive_load_management_is_switched_off_and_on(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await call(hass, entry, "switch", "alm", "turn_off")
    await until_mode(entry, Mode.DYNAMIC)

    assert state(hass, entry, "switch", "alm").state == "off"
    assert state(hass, entry, "binary_sensor", "safe_limit").state == "off"
    await call(hass, entry, "switch", "alm", "turn_on")
    await until_mode(entry, Mode.ADAPTIVE)


async def test_the_phase_that_counts_is_chosen(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    found = state(hass, entry, "select", "phase_choice")
    assert found.state == "each_phase"
    assert found.attributes["options"] == ["each_phase", "highest_phase", "l1", "l2", "l3"]

    await call(hass, entry, "select", "phase_choice", "select_option", option="highest_phase")

    assert entry.runtime_data.live.settings.phase_choice is PhaseChoice.HIGHEST_PHASE
    # One value for all phases: what the most loaded one leaves.
    available = entity_of(hass, "sensor", entry.entry_id, "available_current_l1")
    found = await until_state(hass, available, lambda state: float(state.state) < 16.5)
    assert float(found.state) == pytest.approx(16, abs=1)


@pytest.mark.parametrize(
    ("option", "left"),
    [
        ("each_phase", (17, 16, 20)),
        ("highest_phase", (16, 16, 16)),
        ("l1", (17, 17, 17)),
        ("l2", (16, 16, 16)),
        ("l3", (20, 20, 20)),
    ],
)
async def test_every_choice_of_a_phase_counts_for_what_the_cars_are_left(
    hass: HomeAssistant, entry: MockConfigEntry, option: str, left: tuple[float, ...]
) -> None:
    manager = entry.runtime_data

    await call(hass, entry, "select", "phase_choice", "select_option", option=option)

    assert state(hass, entry, "select", "phase_choice").state == option
    # The held other load is up to an ampere above the truth.
    await until_step(
        entry,
        lambda: all(
            wanted - 1.2 < shown <= wanted + 0.2
            for shown, wanted in zip(manager.decision.available, left, strict=True)
        ),
    )


async def test_safe_limit_mode_says_why_and_since_when(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    mode = entity_of(hass, "binary_sensor", entry.entry_id, "safe_limit")
    assert hass.states.get(mode).state == "off"
    assert hass.states.get(mode).attributes["cause"] is None

    meter.silent = True
    found = await until_state(hass, mode, "on")

    assert found.attributes["cause"] == "silent"
    assert found.attributes["since"] == entry.runtime_data.records.safe_limit_log.current.start


async def test_every_change_of_the_safe_limit_is_an_event(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    entry = metered(settings(meter))
    await set_up(hass, entry)
    event = entity_of(hass, "event", entry.entry_id, "safe_limit")
    await until_mode(entry, Mode.ADAPTIVE)
    meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)
    await hass.async_block_till_done()

    fired = [
        change.data["new_state"].attributes
        for change in changes
        if change.data["entity_id"] == event and change.data["new_state"].state != "unknown"
    ]
    assert [(one["event_type"], one["cause"], one["limit"]) for one in fired] == [
        ("engaged", "starting", 8.0),
        ("released", "starting", 8.0),
        ("engaged", "silent", 8.0),
    ]


async def test_a_connection_above_its_limit_is_an_overload_until_it_is_not(
    hass: HomeAssistant, entry: MockConfigEntry, grid: Grid
) -> None:
    overload = entity_of(hass, "binary_sensor", entry.entry_id, "overload")
    assert hass.states.get(overload).state == "off"

    grid.currents = (3.0, 22.0, 3.0)
    began = clock.monotonic()
    found = await until_state(hass, overload, "on")

    assert clock.monotonic() - began >= 10.0
    assert found.attributes["circuits"] == {"grid": ["L2"]}
    assert found.attributes["device_class"] == "problem"
    grid.currents = (3.0, 4.0, 3.0)
    found = await until_state(hass, overload, "off")
    assert found.attributes["circuits"] == {}


async def test_all_have_names_of_their_own(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert state(hass, entry, "sensor", "grid_current_l1").name == "Garage Grid current L1"
    assert state(hass, entry, "switch", "alm").name == "Garage Adaptive load management"
    for platform, keys in OF_A_METER.items():
        names = {state(hass, entry, platform, key).name for key in keys}
        assert len(names) == len(keys)
        assert "Garage" not in names


async def test_counters_of_the_meter_are_shown_once_it_has_told_of_them(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    registry = er.async_get(hass)
    import_id = f"{entry.entry_id}_grid_energy_import"
    await until_step(
        entry,
        lambda: registry.async_get_entity_id("sensor", "ev_load_manager", import_id) is not None,
    )
    imported = entity_of(hass, "sensor", entry.entry_id, "grid_energy_import")
    exported = entity_of(hass, "sensor", entry.entry_id, "grid_energy_export")
    told = await until_state(hass, imported, "1234.5")
    assert told.attributes["state_class"] == "total_increasing"
    assert told.attributes["unit_of_measurement"] == "kWh"
    assert float((await until_state(hass, exported, "67.8")).state) == 67.8

    # After a restart it is there before the meter tells again, and keeps what people set.
    registry.async_update_entity(imported, name="What we buy")
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    kept = registry.async_get(imported)
    assert kept is not None
    assert kept.name == "What we buy"


async def test_a_meter_without_counters_is_read_as_ever_and_has_no_sensors_of_them(
    hass: HomeAssistant, hurry: None, grid: Grid, socket_enabled: None
) -> None:
    without = replace(
        SDM630,
        registers={name: one for name, one in SDM630.registers.items() if "energy" not in name},
        length=72,
    )
    meter = SimulatedMeter(lambda: grid.currents, without)
    await meter.start()
    try:
        entry = metered(settings(meter))
        await set_up(hass, entry)
        await until_step(entry, lambda: any(request.address == 72 for request in meter.requests))
        asked = len([request for request in meter.requests if request.address == 72])
        at = clock.monotonic()
        coordinator = entry.runtime_data.meter
        await until_step(entry, lambda: coordinator.last_good.at > at + 70.0)

        assert coordinator.last_update_success
        assert len([request for request in meter.requests if request.address == 72]) == asked
        key = f"{entry.entry_id}_grid_energy_import"
        registry = er.async_get(hass)
        assert registry.async_get_entity_id("sensor", "ev_load_manager", key) is None
        await hass.config_entries.async_unload(entry.entry_id)
    finally:
        await meter.stop()
