"""Limits in kW, windows of mean power and signals of the grid, in a real Home Assistant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, flush_store
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.config.power_settings import CONF_POWER, PowerSettings
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.entities.windows import window_now
from custom_components.ev_load_manager.issues.table import Repair
from custom_components.ev_load_manager.peaks.keeper import Exceeded, Kept, Why
from custom_components.ev_load_manager.watchers.peaks import peak_issues
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, entity_of, feeder, group, set_up, until_state, until_step

from .conftest import Grid, metered, settings
from .test_entities_grid import call, has, state

OF_POWER = {"group_power_limit", "grid_power_limit", "peak_limit"}
OF_A_WINDOW = {"window_mean", "window_forecast", "window_limit", "month_peak"}
FOR_SOME_TIME = {"temporary_power_limit", "grid_temporary_power_limit"}
WINDOW: dict[str, Any] = {
    "group_power": 11.0,
    "grid_power": 15.0,
    "window": "month",
    "minutes": 15,
    "peak_limit": 10.0,
    "peak_floor": 2.5,
}


def noon() -> datetime:
    """Of a Monday, where the test's Home Assistant is."""
    return datetime(2026, 11, 30, 12, tzinfo=dt_util.get_default_time_zone())


async def reconfigured(
    hass: HomeAssistant, entry: MockConfigEntry, user_input: dict[str, Any]
) -> Any:
    result = await entry.start_reconfigure_flow(hass)
    flows = hass.config_entries.flow
    result = await flows.async_configure(result["flow_id"], {"next_step_id": "power"})
    return await flows.async_configure(result["flow_id"], user_input)


def form(window: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        **more,
        "window_section": {
            "window": "none",
            "minutes": "15",
            "nets_phases": False,
            **(window or {}),
        },
        "signal_section": {},
    }


async def test_who_uses_nothing_of_it_sees_nothing_and_stores_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    found = has(hass, entry)
    assert not found["number"] & OF_POWER
    assert not found["sensor"] & {*OF_A_WINDOW, *FOR_SOME_TIME, "peak_cost"}
    assert not entry.runtime_data.site.circuits["grid"].has_power_limit
    await hass.config_entries.async_unload(entry.entry_id)
    assert f"{DOMAIN}.{entry.entry_id}.power" not in hass_storage


async def test_the_flow_gives_limits_and_a_window_and_takes_them_back(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    before = has(hass, entry)
    window = {"window": "month", "peak_limit": 10.0, "peak_floor": 2.5}
    result = await reconfigured(hass, entry, form(window, group_power=11.0, grid_power=15.0))
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()

    found = has(hass, entry)
    assert found["number"] >= OF_POWER
    assert found["sensor"] >= OF_A_WINDOW
    grid = entry.runtime_data.site.circuits["grid"]
    assert (grid.power_limit, grid.has_window) == (15_000.0, True)

    await reconfigured(hass, entry, form())
    await hass.async_block_till_done()
    assert not entry.data[CONF_POWER]
    assert has(hass, entry) == before


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ({"window": "fixed"}, "peak_limit_missing"),
        ({"window": "tariff", "peak_limit": 8.0}, "tariff_missing"),
        ({"window": "fixed", "peak_limit": 9000.0}, "power_range"),
        ({"window": "fixed", "peak_limit": float("nan")}, "power_range"),
        ({"window": "month", "peak_limit": 9.0, "peak_floor": -1.0}, "power_range"),
    ],
)
async def test_the_flow_refuses_what_can_not_be(
    hass: HomeAssistant, entry: MockConfigEntry, window: dict[str, Any], error: str
) -> None:
    result = await reconfigured(hass, entry, form(window))
    assert result["errors"] == {"base": error}


async def test_a_tariff_with_blocks_asks_for_what_was_agreed(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    window = {"window": "tariff", "peak_limit": 20.0, "tariff": "si-blocks-2024"}
    result = await reconfigured(hass, entry, form(window))
    assert result["step_id"] == "power_blocks"
    blocks = {f"block_{n}": 3.0 + n for n in range(1, 6)}
    result = await hass.config_entries.flow.async_configure(result["flow_id"], blocks)
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    keeper = entry.runtime_data.power.peaks
    assert keeper is not None
    assert keeper.settings.agreed == {str(n): 3.0 + n for n in range(1, 6)}


async def test_numbers_change_limits_at_once_and_survive_a_restart(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter), **{CONF_POWER: WINDOW})
    await set_up(hass, entry)
    await call(hass, entry, "number", "group_power_limit", "set_value", value=7.4)
    await call(hass, entry, "number", "peak_limit", "set_value", value=6.0)
    assert entry.runtime_data.site.circuits["group"].power_limit == pytest.approx(7400.0)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.runtime_data.site.circuits["group"].power_limit == pytest.approx(7400.0)
    assert entry.runtime_data.power.peaks.settings.maximum == 6.0
    assert float(state(hass, entry, "number", "peak_limit").state) == 6.0


async def test_a_signal_limits_the_group_and_is_logged(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("a"), charger("b"))
    await set_up(hass, entry)
    manager = entry.runtime_data

    async def act(action: str, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN,
            action,
            {"config_entry_id": entry.entry_id, **data},
            blocking=True,
            return_response=action.startswith("get"),
        )

    await act("set_power_limit", devices=2, name="operator")
    assert manager.site.circuits["group"].temporary_power == pytest.approx(7560.0)
    # Of contradictory ones the lowest counts.
    await act("set_power_limit", power=4.2, duration={"hours": 1}, name="other")
    assert manager.site.circuits["group"].temporary_power == pytest.approx(4200.0)
    await until_step(entry, lambda: manager.power.signals.log[0].obeyed_after is not None)
    await act("clear_power_limit")
    assert manager.site.circuits["group"].temporary_power is None
    told = await act("get_power_signals")
    assert [(one["name"], one["limit"]) for one in told["signals"]] == [
        ("operator", 7.56),
        ("other", 4.2),
    ]
    assert all(one["end"] for one in told["signals"])
    assert told["csv"].splitlines()[0].startswith("start,end,circuit,name,limit")
    with pytest.raises(ServiceValidationError):
        await act("set_power_limit", name="nothing")
    with pytest.raises(ServiceValidationError):
        await act("set_power_limit", power=9999.0)


@pytest.mark.parametrize("name", ["contact", "number"])
async def test_no_action_takes_the_name_of_a_contact_or_a_number(
    hass: HomeAssistant, socket_enabled: None, name: str
) -> None:
    entry = group(charger("a"))
    await set_up(hass, entry)
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(
            DOMAIN,
            "set_power_limit",
            {"config_entry_id": entry.entry_id, "name": name, "power": 5.0},
            blocking=True,
        )
    assert refused.value.translation_key == "signal_name_taken"


async def test_a_signal_without_an_end_holds_over_a_restart(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("a"))
    await set_up(hass, entry)
    await hass.services.async_call(
        DOMAIN,
        "set_power_limit",
        {"config_entry_id": entry.entry_id, "power": 4.2},
        blocking=True,
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.runtime_data.site.circuits["group"].temporary_power == pytest.approx(4200.0)


async def test_a_contact_limits_while_it_is_closed_or_can_not_be_read(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("a"), **{CONF_POWER: {"signal_entity": "binary_sensor.dim"}})
    hass.states.async_set("binary_sensor.dim", "off")
    await set_up(hass, entry)
    manager = entry.runtime_data

    def limit() -> float | None:
        found: float | None = manager.site.circuits["group"].temporary_power
        return found

    async def until(wanted: float | None) -> None:
        await until_step(entry, lambda: limit() == wanted)

    await until(None)
    for told, wanted in (
        ("on", 4200.0),
        ("off", None),
        ("unavailable", 4200.0),
        ("6.5", 6500.0),
        ("off", None),
    ):
        hass.states.async_set("binary_sensor.dim", told)
        await until(wanted)
    assert [one.limit for one in manager.power.signals.log] == [4.2, 4.2, 6.5]


async def test_what_became_of_a_contact_is_stored_while_nothing_else_happens(
    hass: HomeAssistant, socket_enabled: None, hass_storage: dict[str, Any]
) -> None:
    entry = group(charger("a"), **{CONF_POWER: {"signal_entity": "binary_sensor.dim"}})
    hass.states.async_set("binary_sensor.dim", "off")
    await set_up(hass, entry)
    signals = entry.runtime_data.power.signals
    for told in ("on", "off"):
        hass.states.async_set("binary_sensor.dim", told)
        await until_step(entry, lambda told=told: bool(signals.all) is (told == "on"))
    await flush_store(entry.runtime_data.power._store)
    (logged,) = hass_storage[f"{DOMAIN}.{entry.entry_id}.power"]["data"]["log"]
    assert logged["end"] is not None


async def test_a_feeder_has_a_limit_in_kilowatts_by_its_flow_and_a_number(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("a"), feeder("shed", power_limit=7.0), feeder("yard"))
    await set_up(hass, entry)

    def limit(place: str) -> float | None:
        found: float | None = entry.runtime_data.site.circuits[f"feeder:{place}"].power_limit
        return found

    assert (limit("shed"), limit("yard")) == (7000.0, None)
    number = entity_of(hass, "number", "shed", "power_limit")
    with pytest.raises(AssertionError):
        entity_of(hass, "number", "yard", "power_limit")
    await hass.services.async_call(
        "number", "set_value", {"entity_id": number, "value": 5.5}, blocking=True
    )
    assert limit("shed") == 5500.0
    (logged,) = entry.runtime_data.power.signals.open
    assert (logged.circuit, logged.limit) == ("feeder:shed", 5.5)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert limit("shed") == 5500.0

    # Who changes the flow means it.
    shed = entry.subentries["shed"]
    hass.config_entries.async_update_subentry(entry, shed, data={**shed.data, "power_limit": 9.0})
    await hass.async_block_till_done()
    assert limit("shed") == 9000.0
    await until_step(entry, lambda: not entry.runtime_data.power.signals.open)


async def test_signals_of_a_feeder_that_is_gone_end(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("a"), feeder("shed"))
    await set_up(hass, entry)
    await hass.services.async_call(
        DOMAIN,
        "set_power_limit",
        {"config_entry_id": entry.entry_id, "power": 4.0, "feeder": "shed"},
        blocking=True,
    )
    assert entry.runtime_data.site.circuits["feeder:shed"].temporary_power == 4000.0
    hass.config_entries.async_remove_subentry(entry, "shed")
    signals = entry.runtime_data.power.signals
    await until_step(entry, lambda: not signals.all)
    assert signals.log[0].end is not None


async def test_limits_of_some_time_have_sensors_once_there_was_one(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter), charger("a"), feeder("shed"))
    await set_up(hass, entry)
    assert not has(hass, entry)["sensor"] & FOR_SOME_TIME

    async def act(action: str, **data: Any) -> None:
        target = {"config_entry_id": entry.entry_id}
        await hass.services.async_call(DOMAIN, action, {**target, **data}, blocking=True)

    await act("set_power_limit", power=5.0, name="tariff", grid=True)
    await until_step(entry, lambda: has(hass, entry)["sensor"] >= FOR_SOME_TIME)
    at_grid = state(hass, entry, "sensor", "grid_temporary_power_limit")
    assert (float(at_grid.state), at_grid.attributes["name"]) == (5.0, "tariff")
    assert at_grid.attributes["until"] is None
    await act("set_power_limit", power=3.5, feeder="shed", duration={"hours": 1})
    await until_state(hass, entity_of(hass, "sensor", "shed", "temporary_power_limit"), "3.5")
    assert state(hass, entry, "sensor", "temporary_power_limit").state == "unknown"
    await act("clear_power_limit", grid=True)
    await until_state(hass, at_grid.entity_id, "unknown")


async def test_the_file_goes_with_the_group(
    hass: HomeAssistant, socket_enabled: None, hass_storage: dict[str, Any]
) -> None:
    entry = group(charger("a"), **{CONF_POWER: {"group_power": 8.0}})
    await set_up(hass, entry)
    await call(hass, entry, "number", "group_power_limit", "set_value", value=5.0)
    assert f"{DOMAIN}.{entry.entry_id}.power" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert f"{DOMAIN}.{entry.entry_id}.power" not in hass_storage


async def test_the_page_shows_the_window_and_those_that_are_over(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    grid: Grid,
    hass_ws_client: WebSocketGenerator,
) -> None:
    entry = metered(settings(meter), **{CONF_POWER: WINDOW})
    await set_up(hass, entry)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.power.peaks.mean is not None)

    shown = window_now(manager)
    assert shown is not None
    assert (shown["minutes"], shown["limit"]) == (15, 2500)
    assert 0 < shown["ends_at"] - clock.monotonic() <= 901
    page = await hass_ws_client()
    await page.send_json_auto_id({"type": f"{DOMAIN}/windows", "entry_id": entry.entry_id})
    assert (await page.receive_json())["result"] == []


async def test_a_page_of_a_group_without_a_window_knows_none(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert window_now(entry.runtime_data) is None


async def test_a_peak_that_was_exceeded_is_told_with_why(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter
) -> None:
    entry = metered(settings(meter), **{CONF_POWER: WINDOW})
    await set_up(hass, entry)
    keeper = entry.runtime_data.power.peaks
    keeper.exceeded = Exceeded(
        start=clock.now() - timedelta(minutes=15), mean=4.0, limit=2.5, why=Why.BUILDING
    )
    keeper.energy.refused_skew = 400.0
    found = {issue.key: issue.placeholders for issue in peak_issues(entry.runtime_data, group="G")}
    assert set(found) == {Repair.PEAK_EXCEEDED_BUILDING, Repair.METER_CLOCK}
    assert found[Repair.PEAK_EXCEEDED_BUILDING]["mean"] == "4"
    keeper.exceeded = Exceeded(
        start=clock.now() - timedelta(days=4), mean=4.0, limit=2.5, why=Why.CARS
    )
    keeper.energy.refused_skew = None
    assert not [*peak_issues(entry.runtime_data, group="G")]


async def test_counts_that_do_not_fit_and_a_tariff_that_is_over_are_told(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    tariff = WINDOW | {"window": "tariff", "tariff": "si-blocks-2024"}
    entry = metered(settings(meter), **{CONF_POWER: tariff})
    await set_up(hass, entry)
    manager = entry.runtime_data

    def told() -> dict[str, Any]:
        return {issue.key: issue.placeholders for issue in peak_issues(manager, group="G")}

    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))
    assert not told()
    manager.power.peaks.energy.average_trust.refuse()
    manager.power.peaks.energy.register_trust.refuse()
    assert set(told()) == {Repair.METER_AVERAGE_DIFFERS, Repair.METER_REGISTER_DIFFERS}
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 2, tzinfo=UTC))
    assert told()[Repair.TARIFF_NOT_KNOWN] == {
        "group": "G",
        "tariff": "Slovenia, five blocks",
        "dates": "2024-10-01 – 2027-01-01",
    }


@pytest.mark.parametrize(("power", "left"), [({}, 4200.0), ({"signal_power": 2.0}, 2000.0)])
async def test_a_contact_that_fails_counts_as_closed_and_the_group_goes_on(
    hass: HomeAssistant,
    socket_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
    power: dict[str, float],
    left: float,
) -> None:
    entry = group(charger("a"), **{CONF_POWER: {"signal_entity": "binary_sensor.dim", **power}})
    hass.states.async_set("binary_sensor.dim", "off")
    await set_up(hass, entry)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.site.circuits["group"].temporary_power is None)

    def fail(*_: Any) -> bool:
        raise RuntimeError("nobody thought of it")

    with monkeypatch.context() as broken:
        broken.setattr(manager.power, "_look", fail)
        broken.setattr(manager.power, "_see_signals", fail)
        hass.states.async_set("binary_sensor.dim", "unavailable")
        await until_step(entry, lambda: manager.site.circuits["group"].temporary_power == left)
        # What fails is no failure of balancing.
        assert not manager._failing
    hass.states.async_set("binary_sensor.dim", "off")
    await until_step(entry, lambda: manager.site.circuits["group"].temporary_power is None)


async def test_a_signal_holds_though_what_became_of_it_can_not_be_written_down(
    hass: HomeAssistant, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = group(charger("a"))
    await set_up(hass, entry)
    manager = entry.runtime_data

    def fail(*_: Any) -> None:
        raise RuntimeError("nobody thought of it")

    monkeypatch.setattr(manager.power, "_see_signals", fail)
    await hass.services.async_call(
        DOMAIN,
        "set_power_limit",
        {"config_entry_id": entry.entry_id, "power": 4.2},
        blocking=True,
    )
    steps: list[None] = []
    manager.add_listener(lambda: steps.append(None))
    await until_step(entry, lambda: bool(steps))
    assert manager.site.circuits["group"].temporary_power == pytest.approx(4200.0)
    assert not manager._failing


async def test_a_window_that_can_not_be_counted_leaves_no_more_than_its_mean(
    hass: HomeAssistant,
    hurry: None,
    meter: SimulatedMeter,
    grid: Grid,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grid.currents = (1.0, 1.0, 1.0)
    entry = metered(settings(meter), charger("a"), **{CONF_POWER: WINDOW})
    await set_up(hass, entry)
    manager = entry.runtime_data

    def left() -> float:
        found = manager.decision.circuits["grid"].window
        return float("inf") if found is None else float(found.cars)

    await until_step(entry, lambda: left() < float("inf"))

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody thought of it")

    monkeypatch.setattr(type(manager.power.peaks), "update", fail)
    # 2.5 kW less the margin, the reserve and what the building takes.
    await until_step(entry, lambda: left() < 400.0)
    assert not manager._failing
    assert manager.readings.budgets["grid"].limit == pytest.approx(2450.0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -5.0])
def test_a_stored_power_that_is_none_allows_nothing(value: float) -> None:
    told = {"grid_power": value, "window": "fixed", "peak_limit": value, "minutes": 7}
    found = PowerSettings.from_data({CONF_POWER: told})
    assert found is not None and found.peaks is not None
    assert (found.grid, found.peaks.maximum, found.peaks.minutes) == (0.0, 0.0, 15)


async def test_sensors_tell_the_window_the_months_peak_and_its_cost_beside_the_cost_without(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    grid.currents = (4.0, 4.0, 4.0)
    window = {"window": "tariff", "tariff": "be-flanders", "peak_limit": 9.0, "peak_floor": 3.0}
    entry = metered(settings(meter), charger("a"), **{CONF_POWER: window})
    await set_up(hass, entry)
    keeper = entry.runtime_data.power.peaks
    await until_step(entry, lambda: keeper.energy.used > 0.0)
    begun = keeper.energy.start
    means = (2000.0, 5000.0, 3500.0)
    keeper.windows = [
        Kept(begun - timedelta(minutes=15 * (3 - place)), mean, mean, mean, 5000.0)
        for place, mean in enumerate(means)
    ]
    keeper.forget_limits()
    # A car of a session that is over would have taken 1.5 kWh more in the last of them.
    keeper._extra[keeper.windows[-1].start] = 1500.0

    def shown(key: str) -> State:
        return state(hass, entry, "sensor", key)

    await until_step(entry, lambda: shown("month_peak").state not in {"unknown", "unavailable"})
    await until_state(hass, shown("window_mean").entity_id, lambda now: float(now.state) > 0.0)
    assert float(shown("month_peak").state) == 5.0
    assert shown("month_peak").attributes["time"] == keeper.windows[1].start
    # The peak is paid: no window up to it costs more.
    assert float(shown("window_limit").state) == 5.0
    assert 0.0 < float(shown("window_mean").state) < float(shown("window_forecast").state)
    assert shown("window_forecast").attributes["unit_of_measurement"] == "kW"
    cost = shown("peak_cost")
    assert float(cost.state) == pytest.approx(5.0 * 40.4 / 12.0, abs=0.01)
    assert cost.attributes["without"] == pytest.approx(9.5 * 40.4 / 12.0, abs=0.01)
    assert cost.attributes["unit_of_measurement"] == "EUR"


async def test_the_setting_for_how_the_meter_nets_phases_reaches_the_limits(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, grid: Grid
) -> None:
    # The sun feeds 10 A into one phase while another takes as much.
    grid.currents = (10.0, -10.0, 0.0)
    powers = {}
    for nets in (False, True):
        entry = metered(settings(meter), **{CONF_POWER: {**WINDOW, "nets_phases": nets}})
        await set_up(hass, entry)
        keeper = entry.runtime_data.power.peaks
        assert entry.runtime_data.site.nets_phases is nets
        await until_step(
            entry, lambda keeper=keeper: keeper._told is not None and keeper._told.power is not None
        )
        powers[nets] = keeper._told.power
        await hass.config_entries.async_unload(entry.entry_id)
    assert powers[True] == pytest.approx(0.0, abs=100.0)
    assert powers[False] == pytest.approx(2300.0, abs=200.0)
