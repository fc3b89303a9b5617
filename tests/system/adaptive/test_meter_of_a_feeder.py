"""A feeder with a meter of its own adapts by itself: its cars get what the rest of it leaves."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.balancing.decision import Mode, Reason
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.site_builder import GRID
from custom_components.ev_load_manager.const import (
    CONF_FEEDER,
    CONF_METER,
    CONF_METER_INTERVAL,
    CONF_SAFE_LIMIT,
)
from custom_components.ev_load_manager.diagnostics import async_get_config_entry_diagnostics
from custom_components.ev_load_manager.page.snapshot import snapshot
from custom_components.ev_load_manager.watchers.safe_limit import LASTING
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from simulation.plant.meter import SimulatedMeter
from tests.csms.client import Client
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
    until_step,
)
from tests.system.adaptive.conftest import Grid, Hands, metered, mounted, settings

SHED = "feeder:shed"
IN_THE_SHED, ELSEWHERE = ConnectorId("A", 1), ConnectorId("B", 1)


@pytest.fixture
async def shed_meter(
    hass: HomeAssistant, socket_enabled: None, grid: Grid
) -> AsyncGenerator[SimulatedMeter]:
    """The meter of the shed."""
    grid.currents = (6.0, 3.0, 0.0)
    async with mounted(hass, grid) as meter:
        yield meter


@pytest.fixture
async def entry(hass: HomeAssistant, hurry: None, shed_meter: SimulatedMeter) -> MockConfigEntry:
    """A group without a meter, one of whose feeders has one; it is being followed."""
    entry = with_shed(settings(shed_meter))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    return entry


def with_shed(meter: dict[str, Any] | None, **more: Any) -> MockConfigEntry:
    """A group with a charger in the shed, and one elsewhere."""
    return group(
        charger("A", "Anna", **{CONF_FEEDER: "shed"}),
        charger("B", "Ben"),
        feeder(
            "shed",
            "Shed",
            **{CONF_METER: meter, CONF_METER_INTERVAL: 1.0, CONF_SAFE_LIMIT: 7.0, **more},
        ),
    )


async def until_mode(entry: MockConfigEntry, mode: Mode | None) -> None:
    """Wait until the shed's meter is followed like that."""
    manager = entry.runtime_data
    await until_step(
        entry,
        lambda: manager.decision is not None and manager.decision.circuits[SHED].mode is mode,
    )


async def charging(socket: Client, current: float) -> None:
    """A car draws, and its charger tells so."""
    await socket.boot()
    await start_session(socket)
    await tell_values(socket, (current, current, current))


async def change(hass: HomeAssistant, entry: MockConfigEntry, **data: Any) -> None:
    """Change the shed as its flow does."""
    subentry = entry.subentries["shed"]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, **data})
    await hass.async_block_till_done()


async def test_what_its_meter_shows_is_left_to_the_rest_of_the_feeder(
    hass: HomeAssistant, entry: MockConfigEntry, grid: Grid
) -> None:
    manager = entry.runtime_data
    async with client(entry, "A") as here, client(entry, "B") as there:
        for box in (here, there):
            await box.boot()
            await box.status("Available")
        await until_other_load(entry, (6, 3, 0))
        decision = manager.decision
        assert decision.circuits[SHED].capacity == pytest.approx((10, 13, 16), abs=1.0)
        # The group has no meter: it shares its limit, and counts what its feeder carries.
        assert decision.mode is Mode.DYNAMIC
        assert decision.circuits["group"].capacity == pytest.approx((14, 17, 20), abs=1.0)
        for key, amperes in (("total_current_l1", 6), ("other_load_l2", 3), ("headroom_l3", 16)):
            shown = entity_of(hass, "sensor", "shed", key)
            await until_state(hass, shown, is_about(amperes))

        await charging(here, 6.0)
        await charging(there, 6.0)
        grid.currents = (14.0, 9.0, 6.0)
        # Of these the car draws 6 A: 8 A are the shed's own, and leave 8 A of its 16 A.
        await until_other_load(entry, (8, 3, 0))
        await until_step(entry, lambda: 0 < manager.decision.connectors[IN_THE_SHED].limit <= 8.0)


def is_about(amperes: float) -> Callable[[State], bool]:
    """Whether a sensor shows so much."""
    return lambda state: (
        state.state not in {"unknown", "unavailable"}
        and float(state.state) == pytest.approx(amperes, abs=1.0)
    )


async def until_other_load(entry: MockConfigEntry, amperes: tuple[float, float, float]) -> None:
    """Wait until so much is taken for the shed's own."""
    manager = entry.runtime_data
    await until_step(
        entry,
        lambda: manager.decision.circuits[SHED].other_load == pytest.approx(amperes, abs=1.0),
    )


async def test_its_silence_engages_its_own_safe_limit_and_nobody_elses(
    hass: HomeAssistant, entry: MockConfigEntry, shed_meter: SimulatedMeter
) -> None:
    manager = entry.runtime_data
    binary = entity_of(hass, "binary_sensor", "shed", "safe_limit")
    connected = entity_of(hass, "binary_sensor", "shed", "meter_connected")
    happened = entity_of(hass, "event", "shed", "safe_limit")
    await until_state(hass, binary, "off")
    async with client(entry, "A") as here, client(entry, "B") as there:
        await charging(here, 6.0)
        await charging(there, 6.0)
        await until_step(entry, lambda: manager.decision.connectors[ELSEWHERE].limit > 8.0)

        shed_meter.silent = True
        await until_mode(entry, Mode.SAFE_LIMIT)

        assert manager.safe_limit_cause_at(SHED) is Cause.SILENT
        assert manager.safe_limit_cause is None
        assert manager.decision.mode is Mode.DYNAMIC
        assert manager.decision.connectors[IN_THE_SHED].limit <= 7.0
        # Of the group's 20 A stays free what may begin in the shed unseen: 16 A without the 7 A.
        assert manager.decision.circuits["group"].capacity.l1 == pytest.approx(11.0)
        assert 0.0 < manager.decision.connectors[ELSEWHERE].limit <= 11.0
        state = await until_state(hass, binary, "on")
        assert state.attributes["cause"] == "silent"
        await until_state(hass, connected, "off")
        await until_state(hass, happened, lambda one: one.attributes["event_type"] == "engaged")

        shed_meter.silent = False
        await until_mode(entry, Mode.ADAPTIVE)
        await until_state(hass, binary, "off")
    first, second = manager.records.safe_limit_log.periods
    assert (first.cause, first.circuit, first.feeder) == (Cause.STARTING, SHED, "Shed")
    assert (second.cause, second.limit, second.feeder) == (Cause.SILENT, 7.0, "Shed")
    assert second.end is not None
    assert (second.end - second.start).total_seconds() >= 9.0


async def test_the_most_that_it_carried_is_known_after_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, shed_meter: SimulatedMeter
) -> None:
    async with client(entry, "A") as here:
        await here.boot()
        await here.status("Available")
        await until_other_load(entry, (6, 3, 0))
    known = entry.runtime_data.records.other_load_peaks[SHED].to_dict()
    assert list(known.values()) == [pytest.approx([6, 3, 0], abs=1.0)]
    shed_meter.silent = True

    await hass.config_entries.async_reload(entry.entry_id)

    (today,) = entry.runtime_data.records.other_load_peaks[SHED].to_dict().values()
    assert today == pytest.approx([6, 3, 0], abs=1.0)


async def test_its_safe_limit_is_a_number_that_its_fuse_bounds(
    hass: HomeAssistant, entry: MockConfigEntry, shed_meter: SimulatedMeter
) -> None:
    manager = entry.runtime_data
    number = entity_of(hass, "number", "shed", "safe_limit")
    state = hass.states.get(number)
    assert state is not None
    assert (state.state, state.attributes["max"]) == ("7.0", 16.0)

    await hass.services.async_call(
        "number", "set_value", {"entity_id": number, "value": 12.5}, blocking=True
    )

    assert manager.site.circuits[SHED].meter.safe_limit == PhaseCurrents.same(12.5)
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(
            "number", "set_value", {"entity_id": number, "value": 17}, blocking=True
        )
    await hass.config_entries.async_reload(entry.entry_id)
    manager = entry.runtime_data
    assert manager.site.circuits[SHED].meter.safe_limit == PhaseCurrents.same(12.5)


async def test_a_feeder_whose_flow_gave_no_safe_limit_lets_nobody_charge_unseen(
    hass: HomeAssistant, hurry: None, shed_meter: SimulatedMeter
) -> None:
    shed_meter.silent = True
    entry = with_shed(settings(shed_meter), **{CONF_SAFE_LIMIT: None})
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as here:
        await charging(here, 0.0)
        await until_step(
            entry,
            lambda: manager.decision.connectors[IN_THE_SHED].reason is Reason.SAFE_LIMIT,
        )
    assert manager.decision.connectors[IN_THE_SHED].limit == 0.0
    assert manager.site.connectors[IN_THE_SHED].fallback == 0.0
    assert manager.site.connectors[ELSEWHERE].fallback == 6.0


async def test_a_meter_comes_and_goes_while_the_group_runs(
    hass: HomeAssistant, hurry: None, shed_meter: SimulatedMeter
) -> None:
    entry = with_shed(None)
    await set_up(hass, entry)
    manager = entry.runtime_data
    registry = er.async_get(hass)
    async with client(entry, "A") as socket:
        await socket.boot()
        assert "total_current_l1" not in shed_entities(registry, entry)

        await change(hass, entry, **{CONF_METER: settings(shed_meter)})
        await until_mode(entry, Mode.ADAPTIVE)
        assert {"total_current_l1", "other_load_l1", "safe_limit"} <= shed_entities(registry, entry)

        await change(hass, entry, **{CONF_METER: None})
        await until_mode(entry, None)
        assert "total_current_l1" not in shed_entities(registry, entry)
        assert manager.decision.circuits[SHED].capacity == PhaseCurrents.same(16.0)
        assert manager.access.point("A").online
    assert manager.records.safe_limit_log.current_at(SHED) is None


def shed_entities(registry: er.EntityRegistry, entry: MockConfigEntry) -> set[str]:
    """What there is of the shed."""
    return {
        entity.unique_id.removeprefix("shed_")
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
        if entity.unique_id.startswith("shed_")
    }


async def test_a_feeder_that_goes_in_its_silence_ends_it(
    hass: HomeAssistant, entry: MockConfigEntry, shed_meter: SimulatedMeter
) -> None:
    shed_meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)
    manager = entry.runtime_data
    assert manager.records.safe_limit_log.current_at(SHED) is not None

    hass.config_entries.async_remove_subentry(entry, "shed")
    await until_step(entry, lambda: SHED not in manager.decision.circuits)

    assert manager.records.safe_limit_log.current_at(SHED) is None


async def test_people_are_told_when_it_lasts(
    hass: HomeAssistant, entry: MockConfigEntry, shed_meter: SimulatedMeter, hands: Hands
) -> None:
    issue_id = f"safe_limit_{entry.entry_id}_{SHED}"
    registry = ir.async_get(hass)
    shed_meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)
    hands.shift += LASTING + 1
    await until_step(
        entry, lambda: registry.async_get_issue("ev_load_manager", issue_id) is not None
    )
    issue = registry.async_get_issue("ev_load_manager", issue_id)
    assert issue is not None
    assert issue.translation_key == "safe_limit_feeder"
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["feeder"] == "Shed"

    hass.config_entries.async_remove_subentry(entry, "shed")
    await until_step(entry, lambda: registry.async_get_issue("ev_load_manager", issue_id) is None)


async def test_the_page_and_the_diagnostics_show_its_meter(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    async with client(entry, "A") as here:
        await here.boot()
        await here.status("Available")
        await until_other_load(entry, (6, 3, 0))
        picture = snapshot(entry.runtime_data, url="ws://here", wall_clock=0.0)
    shed = next(circuit for circuit in picture["circuits"] if circuit["id"] == SHED)
    assert shed["other_load"] == pytest.approx([6, 3, 0], abs=1.0)
    assert shed["metered"] == pytest.approx([6, 3, 0], abs=1.0)
    assert shed["safe_limit_cause"] is None
    others = [circuit for circuit in picture["circuits"] if circuit["id"] != SHED]
    assert all(circuit["other_load"] is None for circuit in others)

    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["feeders"]["shed"]["meter"]["answers"] is True
    assert "Shed" not in str(told["safe_limit_log"])


BY_REGISTERS = {
    "model": "custom",
    "custom": {
        "function": 4,
        "word_order": "big",
        "current_type": "float32",
        "current_scale": 1.0,
        "current_l1_address": 6,
        "current_l2_address": 8,
        "current_l3_address": 10,
        "power_type": "float32",
        "power_scale": 1.0,
    },
}
"""A meter that tells no voltage."""


async def test_a_shed_at_rest_shows_nothing_and_is_followed(
    hass: HomeAssistant, hurry: None, shed_meter: SimulatedMeter, grid: Grid
) -> None:
    shed_meter.noise, grid.currents = 0.0, (0.0, 0.0, 0.0)
    entry = with_shed(settings(shed_meter, **BY_REGISTERS))
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)


async def test_a_building_never_shows_nothing_at_all(
    hass: HomeAssistant, hurry: None, shed_meter: SimulatedMeter, grid: Grid
) -> None:
    shed_meter.noise, grid.currents = 0.0, (0.0, 0.0, 0.0)
    entry = metered(settings(shed_meter, **BY_REGISTERS))
    await set_up(hass, entry)
    manager = entry.runtime_data
    await until_step(entry, lambda: told_why(entry))
    grid.currents = (0.0, 0.1, 0.0)
    await until_step(entry, lambda: manager.decision.mode is Mode.ADAPTIVE)


def told_why(entry: MockConfigEntry) -> bool:
    """Whether the grid's meter is known to tell nothing."""
    failed = entry.runtime_data.meters.get(GRID).last_exception
    return failed is not None and failed.translation_key == "meter_no_voltage"
