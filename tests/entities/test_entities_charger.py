"""What chargers and their outlets show and let people change."""

from datetime import datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.sensor import EvLoadManagerSensor
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.csms.conftest import TimeMachine, time_machine  # noqa: F401
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    start_session,
    subentry_id,
    tell_values,
    until_state,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of one charger, wired L2-L3-L1."""
    entry = group(charger("A", "Anna", wiring="l2_l3_l1"))
    await set_up(hass, entry)
    return entry


def sensor(hass: HomeAssistant, entry: MockConfigEntry, key: str, charger_id: str = "A") -> str:
    """A sensor of a charger's first outlet."""
    return entity_of(hass, "sensor", subentry_id(entry, charger_id), 1, key)


async def call(hass: HomeAssistant, entity_id: str, action: str, **data: Any) -> None:
    """Do something with an entity."""
    domain = entity_id.partition(".")[0]
    await hass.services.async_call(domain, action, {"entity_id": entity_id, **data}, blocking=True)


async def test_a_charger_shows_whether_it_is_connected(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    connected = entity_of(hass, "binary_sensor", subentry_id(entry, "A"), "connected")
    assert hass.states.get(connected).state == "off"

    async with client(entry, "A") as socket:
        await socket.boot()
        await until_state(hass, connected, "on")
    await until_state(hass, connected, "off")


async def test_what_a_charger_measures_is_unavailable_while_it_is_away(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    status = sensor(hass, entry, "status")
    reason = sensor(hass, entry, "reason")
    assert hass.states.get(status).state == STATE_UNAVAILABLE
    await until_state(hass, reason, "charger_offline")

    async with client(entry, "A") as socket:
        await socket.boot()
        await socket.status("Available")
        await until_state(hass, status, "available")
        await until_state(hass, reason, "no_car")
    await until_state(hass, status, STATE_UNAVAILABLE)


async def test_a_status_that_was_never_told_is_unknown(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A"):
        await until_state(hass, sensor(hass, entry, "status"), STATE_UNKNOWN)


async def test_a_session_shows_its_limit_and_why(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)

        await until_state(hass, sensor(hass, entry, "status"), "charging")
        limit = await until_state(
            hass, sensor(hass, entry, "limit"), lambda state: float(state.state) >= 6.0
        )
        assert float(limit.state) <= 16.0
        reason = await until_state(
            hass,
            sensor(hass, entry, "reason"),
            lambda state: state.state in ("starting", "full_speed", "waiting_for_increase"),
        )
        assert reason.attributes.keys() >= {"circuit", "phase", "next_turn"}


async def test_currents_are_shown_on_the_phases_of_the_house(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        await tell_values(socket, (1, 2, 3))

        await until_state(hass, sensor(hass, entry, "current_l1"), "3.0")
        await until_state(hass, sensor(hass, entry, "current_l2"), "1.0")
        await until_state(hass, sensor(hass, entry, "current_l3"), "2.0")


async def test_power_and_energy_are_shown(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert hass.states.get(sensor(hass, entry, "power")).state == STATE_UNAVAILABLE
    async with client(entry, "A") as socket:
        await socket.boot()
        await until_state(hass, sensor(hass, entry, "power"), STATE_UNKNOWN)
        await start_session(socket)
        await tell_values(
            socket,
            (10, 10, 10),
            Power_Active_Import=(6900, "W"),
            Energy_Active_Import_Register=(2500, "Wh"),
        )

        power = await until_state(hass, sensor(hass, entry, "power"), "6.9")
        assert power.attributes["unit_of_measurement"] == "kW"
        await until_state(hass, sensor(hass, entry, "energy"), "2.5")
        await until_state(hass, sensor(hass, entry, "session_energy"), "2.5")
    # A total is as true as before when the charger has gone.
    await until_state(hass, sensor(hass, entry, "power"), STATE_UNAVAILABLE)
    assert hass.states.get(sensor(hass, entry, "energy")).state == "2.5"


async def test_power_that_is_told_by_phase_is_summed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        await socket.call(
            "MeterValues",
            connectorId=1,
            meterValue=[
                {
                    "timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "sampledValue": [
                        {
                            "value": "1000",
                            "measurand": "Power.Active.Import",
                            "phase": phase,
                            "unit": "W",
                        }
                        for phase in ("L1", "L2")
                    ],
                }
            ],
        )

        await until_state(hass, sensor(hass, entry, "power"), "2.0")


async def test_a_wavering_current_is_written_at_once_only_if_it_jumps(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    time_machine: TimeMachine,  # noqa: F811
) -> None:
    current = sensor(hass, entry, "current_l2")
    manager = entry.runtime_data
    connector = ConnectorId("A", 1)

    def measured(amperes: float) -> bool:
        found = manager.readings.measured(connector)
        return found is not None and found.l2 == amperes

    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        await tell_values(socket, (10, 0, 0))
        await until_state(hass, current, "10.0")

        await tell_values(socket, (11.9, 0, 0))
        # The group has it at once.
        await until_step(entry, lambda: measured(11.9))
        assert hass.states.get(current).state == "10.0"

        await tell_values(socket, (12.1, 0, 0))
        await until_state(hass, current, "12.1")

        time_machine.jump(30)
        await tell_values(socket, (12.0, 0, 0))
        await until_state(hass, current, "12.0")


async def test_an_unchanged_state_is_not_written_again(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        await socket.status("Available")
        await until_state(hass, sensor(hass, entry, "status"), "available")
        await until_state(hass, sensor(hass, entry, "reason"), "no_car")
        keeper = entry.runtime_data.access.control("A").limits.keeper(1)
        manager = entry.runtime_data
        await until_step(entry, lambda: keeper.offer.accepted is not None and not manager._triggers)
        written: list[str] = []
        monkeypatch.setattr(
            EvLoadManagerSensor,
            "async_write_ha_state",
            lambda self: written.append(self.entity_id),
        )

        decided = entry.runtime_data.decision
        await socket.status("Available")
        entry.runtime_data._triggers.soon("values")
        await until_step(entry, lambda: entry.runtime_data.decision is not decided)

        assert written == []


async def test_a_car_that_waits_shows_when_its_turn_comes(hass: HomeAssistant) -> None:
    entry = group(charger("A"), charger("B"), maximum_current=6.0)
    await set_up(hass, entry)
    async with client(entry, "A") as first, client(entry, "B") as second:
        for socket in (first, second):
            await socket.boot()
            await start_session(socket)
        waiting = entity_of(hass, "sensor", entry.entry_id, "waiting_cars")
        await until_state(hass, waiting, "1")
        reasons = [hass.states.get(sensor(hass, entry, "reason", name)) for name in ("A", "B")]

    (reason,) = [state for state in reasons if state.state == "waiting_for_turn"]
    turn = reason.attributes["next_turn"]
    assert isinstance(turn, datetime)
    assert turn.microsecond == 0
    assert turn > clock.now()


async def test_an_outlet_is_paused_and_allowed_by_its_switch(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    switch = entity_of(hass, "switch", subentry_id(entry, "A"), 1, "charging_allowed")
    assert hass.states.get(switch).state == "on"
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)

        await call(hass, switch, "turn_off")
        await until_state(hass, sensor(hass, entry, "reason"), "paused_by_user")
        assert hass.states.get(switch).state == "off"

        await call(hass, switch, "turn_on")
        await until_state(
            hass, sensor(hass, entry, "reason"), lambda state: state.state != "paused_by_user"
        )


async def test_the_maximum_of_an_outlet_moves_within_what_the_charger_may(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    number = entity_of(hass, "number", subentry_id(entry, "A"), 1, "maximum")
    shown = hass.states.get(number)
    assert (shown.state, shown.attributes["min"], shown.attributes["max"]) == ("16.0", 6.0, 16.0)

    await call(hass, number, "set_value", value=10)

    assert hass.states.get(number).state == "10.0"
    with pytest.raises(ServiceValidationError):
        await call(hass, number, "set_value", value=17)


async def test_a_one_phase_charger_shows_the_current_of_its_phase_only(hass: HomeAssistant) -> None:
    entry = group(charger("A", wiring="l3"))
    await set_up(hass, entry)

    assert sensor(hass, entry, "current_l3")
    assert hass.states.get("sensor.a_current_l1") is None


async def test_nobody_knows_whether_a_charger_suits_before_it_was_seen(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    for kind in ("dlm", "alm"):
        suitable = hass.states.get(
            entity_of(hass, "binary_sensor", subentry_id(entry, "A"), f"{kind}_suitable")
        )
        assert suitable.state == STATE_UNKNOWN
        assert suitable.attributes["because"] == "not_seen"


async def test_a_charger_of_a_known_model_suits(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    suitable = entity_of(hass, "binary_sensor", subentry_id(entry, "A"), "dlm_suitable")
    async with client(entry, "A") as socket:
        await socket.boot(chargePointVendor="Alfen BV", chargePointModel="NG910-60023")

        state = await until_state(hass, suitable, "on")
    assert state.attributes["because"] == "known_model"


async def test_a_charger_that_takes_no_limits_does_not_suit(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    suitable = entity_of(hass, "binary_sensor", subentry_id(entry, "A"), "dlm_suitable")
    async with client(entry, "A") as socket:
        socket.answers["SetChargingProfile"] = {"status": "Rejected"}
        socket.answers["ChangeConfiguration"] = {"status": "Rejected"}
        await socket.boot()
        await start_session(socket)

        state = await until_state(hass, suitable, "off")
    assert state.attributes["because"] == "takes_no_limits"


async def test_a_charger_that_its_own_fuse_holds_back_says_so(hass: HomeAssistant) -> None:
    entry = group(charger("A", supply_current=10.0))
    await set_up(hass, entry)
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)

        reason = await until_state(
            hass,
            sensor(hass, entry, "reason"),
            lambda state: state.attributes.get("circuit") == "charger",
        )
    assert reason.attributes["phase"] in ("L1", "L2", "L3")


@pytest.mark.entities_as_shipped
async def test_a_new_outlet_enables_what_many_people_want(
    hass: HomeAssistant, entity_registry: er.EntityRegistry, entry: MockConfigEntry
) -> None:
    anna = subentry_id(entry, "A")
    entities = [
        entity
        for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if entity.unique_id.startswith(anna)
    ]
    enabled = {entity.translation_key for entity in entities if entity.disabled_by is None}

    assert len(enabled) <= 12
    assert {"status", "limit", "reason", "power", "energy", "charging_allowed"} <= enabled
    # The others are there, for whoever wants them.
    assert {"current_l1", "next_turn", "find_wiring"} <= {
        entity.translation_key for entity in entities if entity.disabled_by is not None
    }


@pytest.mark.entities_as_shipped
async def test_what_version_0_1_had_enabled_stays_so(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    entry = group(charger("A", "Anna"))
    entry.add_to_hass(hass)
    unique_id = f"{subentry_id(entry, 'A')}_1_current_l1"
    mine = entity_registry.async_get_or_create(
        "sensor", DOMAIN, unique_id, config_entry=entry, suggested_object_id="mine"
    )

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entity_registry.async_get(mine.entity_id).disabled_by is None
    assert hass.states.get("sensor.mine").state == STATE_UNAVAILABLE


async def test_what_a_session_has_charged_is_a_total_that_begins_with_it(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        await tell_values(socket, (10, 10, 10), Energy_Active_Import_Register=(2500, "Wh"))
        charged = await until_state(hass, sensor(hass, entry, "session_energy"), "2.5")

        session = entry.runtime_data.access.point("A").connectors[1].transaction
        assert charged.attributes["state_class"] == "total"
        assert charged.attributes["last_reset"] == session.started.isoformat()
        # The register counts on: that is what the Energy dashboard is for.
        register = hass.states.get(sensor(hass, entry, "energy"))
        assert register.attributes["state_class"] == "total_increasing"
        assert "last_reset" not in register.attributes


async def test_outlets_of_twins_carry_the_name_of_their_charger(hass: HomeAssistant) -> None:
    entry = group(charger("T", "Yard", connectors=2), charger("A", "Anna"))
    await set_up(hass, entry)
    twin = subentry_id(entry, "T")
    limit = entity_of(hass, "sensor", twin, 2, "limit")

    def name(entity_id: str) -> str:
        return str(hass.states.get(entity_id).attributes["friendly_name"])

    assert (limit, name(limit)) == ("sensor.yard_outlet_2_limit", "Yard Outlet 2 Limit")
    assert name(sensor(hass, entry, "limit")) == "Anna Limit"

    # Renamed in the group's settings, then by somebody on the device's page.
    hass.config_entries.async_update_subentry(entry, entry.subentries[twin], title="Court")
    await hass.async_block_till_done()
    assert name(limit) == "Court Outlet 2 Limit"
    devices = dr.async_get(hass)
    device = devices.async_get_device_by_identifier((DOMAIN, twin), entry.entry_id)
    devices.async_update_device(device.id, name_by_user="Gate")
    await hass.async_block_till_done()
    assert name(limit) == "Gate Outlet 2 Limit"

    # Who gave the entity a name of its own means that one, to which nothing of ours is added;
    # Home Assistant 2026.11 puts the device's name before it, 2026.10 does not.
    er.async_get(hass).async_update_entity(limit, name="Bob's limit")
    await hass.async_block_till_done()
    assert name(limit) in ("Bob's limit", "Outlet 2 Bob's limit")
