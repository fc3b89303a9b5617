"""Finding the wiring: the meter shows which phases follow a charger, and a person confirms it."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import ConnectorDecision, Mode, Reason
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.balancing.wiring_search import Finding, Outcome, WiringSearch
from custom_components.ev_load_manager.const import (
    CONF_ENTRY_ID,
    CONF_FIND_WIRING,
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_METER_INTERVAL,
    CONF_METER_TIMEOUT,
    CONF_PRIORITY,
    CONF_SUBENTRY_ID,
    CONF_WIRING,
    DOMAIN,
)
from custom_components.ev_load_manager.group.wiring_finder import _Running, async_apply
from custom_components.ev_load_manager.issues.tracker import tag_of
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from simulation.charger.car import Car, CarModel
from simulation.charger.charger import SimulatedCharger
from simulation.charger.grid import L1, L2, L3, Currents, total
from simulation.charger.models import GENERIC, ChargerModel
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, entity_of, group, set_up, subentry_id, until_step
from tests.system.adaptive.conftest import metered, settings, until_mode

ONE_PHASE = CarModel(phases=1, maximum=16.0, wanted=None)
THREE_PHASES = CarModel(phases=3, maximum=16.0, wanted=None)
HOUSE: Currents = (2.0, 1.0, 3.0)


class Garage:
    """A charger that is wired L2-L3-L1 behind a meter, whatever its settings say."""

    def __init__(self) -> None:
        """Nothing is connected yet."""
        self.box: SimulatedCharger | None = None
        self.house: Currents = HOUSE

    def currents(self) -> Currents:
        """What flows through the grid connection."""
        return self.house if self.box is None else total((self.house, self.box.currents))

    async def charge(
        self, entry: MockConfigEntry, car: CarModel, model: ChargerModel = GENERIC
    ) -> SimulatedCharger:
        """The charger connects, and a car charges with all that it is given."""
        url = f"ws://127.0.0.1:{entry.runtime_data.port}"
        self.box = SimulatedCharger(model, "A", url, wiring=(L2, L3, L1))
        await self.box.start()
        await until_step(entry, lambda: self.box is not None and self.box.accepted)
        self.box.plug_in(1, Car(car))
        await until_step(entry, lambda: decided(entry).limit >= 15.0)
        box = self.box
        await until_step(entry, lambda: box.connectors[1].offered >= 15.0)
        await until_step(entry, lambda: max(box.currents) >= 15.0)
        return box

    async def close(self) -> None:
        """The charger goes."""
        if self.box is not None:
            await self.box.stop()
            self.box = None


@pytest.fixture
def hurry() -> Iterator[None]:
    """Time passes twenty times as fast."""
    clock.set_factor(20)
    yield
    clock.set_factor(1)


@pytest.fixture
async def garage() -> AsyncGenerator[Garage]:
    """A garage, empty at first."""
    garage = Garage()
    yield garage
    await garage.close()


@pytest.fixture
async def meter(socket_enabled: None, garage: Garage) -> AsyncGenerator[SimulatedMeter]:
    """A meter that shows what flows, and wavers as meters do."""
    meter = SimulatedMeter(garage.currents, noise=0.05)
    await meter.start()
    yield meter
    await meter.stop()


@pytest.fixture
async def entry(
    hass: HomeAssistant, hurry: None, meter: SimulatedMeter, garage: Garage
) -> AsyncGenerator[MockConfigEntry]:
    """A group whose charger is believed to be wired L1-L2-L3."""
    assert await async_setup_component(hass, REPAIRS, {})
    entry = metered(
        settings(meter),
        charger("A", "Anna"),
        **{
            CONF_METER_INTERVAL: 2.0,
            # A busy machine must not look like a silent meter.
            CONF_METER_TIMEOUT: 300.0,
            # A car on a phase that is not its own looks like the building: room for both.
            CONF_GRID_RATED_CURRENT: 63.0,
            CONF_GRID_MAXIMUM_CURRENT: 60.0,
        },
    )
    await set_up(hass, entry)
    await until_mode(entry, Mode.ADAPTIVE)
    yield entry
    await garage.close()
    await hass.config_entries.async_unload(entry.entry_id)


def decided(entry: MockConfigEntry) -> ConnectorDecision:
    """What the only connector was given last."""
    found: ConnectorDecision
    (found,) = entry.runtime_data.decision.connectors.values()
    return found


async def press(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Somebody presses the button."""
    button = entity_of(hass, "button", subentry_id(entry, "A"), "find_wiring")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)


def issue(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> ir.IssueEntry | None:
    """What is told of it."""
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{key}_{entry.entry_id}_{tag_of('A')}")


async def until_told(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> Mapping[str, str]:
    """Wait for a result, and for the limit to be what the sharing gives."""
    await until_step(entry, lambda: issue(hass, entry, key) is not None)
    manager = entry.runtime_data
    assert manager.wiring_finder.charger_id is None
    await until_step(entry, lambda: decided(entry).reason is not Reason.FINDING_WIRING)
    told = issue(hass, entry, key)
    assert told is not None
    assert told.translation_placeholders is not None
    return told.translation_placeholders


async def confirm(hass: HomeAssistant, entry: MockConfigEntry, key: str) -> None:
    """Somebody reads it, and confirms."""
    flows: Any = hass.data[REPAIRS]["flow_manager"]
    issue_id = f"{key}_{entry.entry_id}_{tag_of('A')}"
    result = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    assert result["step_id"] == "confirm"
    await flows.async_configure(result["flow_id"], {})
    await hass.async_block_till_done()


async def test_a_one_phase_car_shows_its_phase_and_the_wiring_changes_once_that_is_confirmed(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    manager = entry.runtime_data
    offered = set()

    def watch() -> None:
        offered.add(decided(entry).limit)

    manager.add_listener(watch)
    await press(hass, entry)
    assert manager.wiring_finder.charger_id == "A"
    await until_step(entry, lambda: decided(entry).reason is Reason.FINDING_WIRING)

    told = await until_told(hass, entry, "wiring_found")
    assert told["charger"] == "Anna"
    assert told["followed"] == "L2"
    assert told["before"] == "- L1 → L1\n- L2 → L2\n- L3 → L3"
    assert told["wiring"] == "- L1 → L2 ✓\n- L2 → L3\n- L3 → L1"
    assert min(offered) == 6.0
    assert max(offered) <= 16.0
    # Nothing has changed so far, and the car has its share again.
    subentry = entry.subentries[subentry_id(entry, "A")]
    assert subentry.data[CONF_WIRING] == "l1_l2_l3"
    await until_step(entry, lambda: box.connectors[1].offered >= 15.0)

    await confirm(hass, entry, "wiring_found")
    assert entry.subentries[subentry_id(entry, "A")].data[CONF_WIRING] == "l2_l3_l1"
    assert issue(hass, entry, "wiring_found") is None
    await until_step(
        entry,
        lambda: (
            [one.wiring for one in manager.site.connectors.values()]
            == [(Phase.L2, Phase.L3, Phase.L1)]
        ),
    )
    assert box.online
    assert box.violations == []


async def test_a_wiring_that_nobody_knows_is_looked_for_as_soon_as_a_car_can_show_it(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    subentry = entry.subentries[subentry_id(entry, "A")]
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, CONF_FIND_WIRING: True}
    )
    manager = entry.runtime_data
    await until_step(
        entry, lambda: not any(one.wiring_known for one in manager.site.connectors.values())
    )
    counted = set()

    def watch() -> None:
        if (now := decided(entry)).active:
            counted.add(tuple(now.reserved[phase] > 0.0 for phase in Phase))

    manager.add_listener(watch)
    box = await garage.charge(entry, ONE_PHASE)
    # Its charger tells a current on L1 of its own; nobody knows which that is.
    assert manager.readings.measured(ConnectorId("A", 1)) is None
    assert counted == {(True, True, True)}

    # Nobody has pressed anything.
    told = await until_told(hass, entry, "wiring_proposed")
    assert told["followed"] == "L2"
    assert told["wiring"] == "- L1 → L2 ✓\n- L2 → L3\n- L3 → L1"
    assert entry.subentries[subentry_id(entry, "A")].data[CONF_FIND_WIRING]
    assert manager.wiring_finder.charger_id is None

    await confirm(hass, entry, "wiring_proposed")
    data = entry.subentries[subentry_id(entry, "A")].data
    assert data[CONF_WIRING] == "l2_l3_l1"
    assert CONF_FIND_WIRING not in data
    assert issue(hass, entry, "wiring_proposed") is None
    await until_step(entry, lambda: manager.readings.measured(ConnectorId("A", 1)) is not None)
    assert box.online
    assert box.violations == []


async def test_a_three_phase_car_shows_that_all_are_there_and_nothing_has_to_change(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    await garage.charge(entry, THREE_PHASES)
    await press(hass, entry)
    told = await until_told(hass, entry, "wiring_fits")
    assert told["followed"] == "L1, L2, L3"
    assert "✓" not in told["wiring"]
    await confirm(hass, entry, "wiring_fits")
    assert issue(hass, entry, "wiring_fits") is None


async def test_a_car_that_leaves_ends_it_and_nothing_is_proposed(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    await press(hass, entry)
    await until_step(entry, lambda: decided(entry).limit == 6.0)
    box.unplug(1)
    await until_told(hass, entry, "wiring_not_found")
    assert issue(hass, entry, "wiring_found") is None
    # What was told before is over when somebody tries again.
    box.plug_in(1, Car(ONE_PHASE))
    await until_step(entry, lambda: max(box.currents) >= 15.0)
    await press(hass, entry)
    assert issue(hass, entry, "wiring_not_found") is None


async def test_what_was_told_of_a_charger_goes_with_it(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    await press(hass, entry)
    await until_step(entry, lambda: decided(entry).limit == 6.0)
    box.unplug(1)
    await until_told(hass, entry, "wiring_not_found")
    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "A"))
    await until_step(entry, lambda: issue(hass, entry, "wiring_not_found") is None)


async def test_cars_that_follow_on_another_phase_are_a_hint_without_a_search(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    manager, outlet = entry.runtime_data, ConnectorId("A", 1)
    hints = manager.wiring_finder.hints

    for amperes in (8.0, 15.0, 8.0, 15.0, 8.0, 15.0):
        # Only where the meter has been still for a while is it a step that tells something.
        await until_step(entry, lambda: hints.is_quiet(clock.monotonic()))
        await manager.live.change_connector(outlet, maximum=amperes)
        if issue(hass, entry, "wiring_hint") is not None:
            break
        await until_step(
            entry,
            lambda: (
                issue(hass, entry, "wiring_hint") is not None
                or not hints.is_quiet(clock.monotonic())
            ),
        )
    await until_step(entry, lambda: issue(hass, entry, "wiring_hint") is not None)

    told = issue(hass, entry, "wiring_hint")
    assert told is not None
    assert told.translation_placeholders == {
        "charger": "Anna",
        "group": entry.title,
        "seen": "L2",
        "expected": "L1",
    }
    assert entry.subentries[subentry_id(entry, "A")].data[CONF_WIRING] == "l1_l2_l3"
    assert box.violations == []
    # Who looks for the wiring has read it.
    await manager.live.change_connector(outlet, maximum=16.0)
    await until_step(entry, lambda: decided(entry).limit >= 15.0)
    await press(hass, entry)
    await until_step(entry, lambda: issue(hass, entry, "wiring_hint") is None)


async def test_somebody_who_changes_a_limit_ends_it(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    await garage.charge(entry, ONE_PHASE)
    await press(hass, entry)
    await until_step(entry, lambda: decided(entry).limit == 6.0)
    await entry.runtime_data.live.change(maximum_current=14.0)
    await until_told(hass, entry, "wiring_not_found")
    await until_step(entry, lambda: decided(entry).limit > 10.0)


async def test_an_exception_ends_it_with_the_limit_that_the_sharing_gives(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    garage: Garage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    await press(hass, entry)
    await until_step(entry, lambda: decided(entry).limit == 6.0)

    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("sums are hard")

    with monkeypatch.context() as patch:
        patch.setattr(WiringSearch, "look", fail)
        await until_step(entry, lambda: decided(entry).limit > 10.0)
    assert entry.runtime_data.wiring_finder.charger_id is None
    assert "The search for the wiring of Anna ends" in caplog.text
    await until_step(entry, lambda: box.connectors[1].offered >= 15.0)


async def test_a_failure_of_balancing_ends_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    garage: Garage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    manager = entry.runtime_data
    await press(hass, entry)
    await until_step(entry, lambda: decided(entry).limit == 6.0)

    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("sums are hard")

    with monkeypatch.context() as patch:
        patch.setattr("custom_components.ev_load_manager.group.load_manager.step", fail)
        while manager.wiring_finder.charger_id is not None:
            await clock.sleep(1)
    await until_step(entry, lambda: box.connectors[1].offered >= 15.0)


async def test_another_meter_ends_it(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    await press(hass, entry)
    await until_step(entry, lambda: decided(entry).limit == 6.0)
    data = {**entry.data, CONF_METER_INTERVAL: 1.5}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.async_block_till_done()
    assert entry.runtime_data.wiring_finder.charger_id is None
    await until_step(entry, lambda: box.connectors[1].offered > 6.0)
    assert decided(entry).reason is not Reason.FINDING_WIRING


async def test_a_proposal_is_forgotten_when_somebody_changes_the_wiring(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    finder = entry.runtime_data.wiring_finder
    site = entry.runtime_data.site
    search = WiringSearch(
        connector=next(iter(site.connectors.values())),
        site=site,
        session="1",
        started_at=0.0,
        random=Random(1),
    )
    found = Finding(outcome=Outcome.FOUND, phases=frozenset({Phase.L2}), steps=6)
    finder._tell(_Running(search, entry.runtime_data.chargers.named("A")), found)
    assert issue(hass, entry, "wiring_found") is not None

    # A change of something else leaves it.
    subentry = entry.subentries[subentry_id(entry, "A")]
    for change, stays in (({CONF_PRIORITY: "high"}, True), ({CONF_WIRING: "l3_l1_l2"}, False)):
        subentry = entry.subentries[subentry.subentry_id]
        data = {**subentry.data, **change}
        hass.config_entries.async_update_subentry(entry, subentry, data=data)
        await hass.async_block_till_done()
        assert (issue(hass, entry, "wiring_found") is not None) == stays


async def test_a_proposal_for_a_charger_that_has_changed_since_is_not_taken_over(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    proposed = {
        CONF_ENTRY_ID: entry.entry_id,
        CONF_SUBENTRY_ID: subentry_id(entry, "A"),
        CONF_WIRING: "l2_l3_l1",
        "before": "l3_l1_l2",
    }
    for wrong in ({}, {CONF_ENTRY_ID: "gone"}, {CONF_SUBENTRY_ID: "gone"}, {CONF_WIRING: "?"}):
        await async_apply(hass, proposed | wrong)
        assert entry.subentries[subentry_id(entry, "A")].data[CONF_WIRING] == "l1_l2_l3"


# What it needs


async def refusal(hass: HomeAssistant, entry: MockConfigEntry) -> str | None:
    """Why the button does nothing."""
    with pytest.raises(ServiceValidationError) as refused:
        await press(hass, entry)
    assert entry.runtime_data.wiring_finder.charger_id in (None, "A")
    return refused.value.translation_key


async def test_it_needs_a_charging_car_with_enough_current_and_one_search_at_a_time(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    box = await garage.charge(entry, ONE_PHASE)
    manager = entry.runtime_data
    await manager.live.change(maximum_current=9.0)
    await until_step(entry, lambda: decided(entry).limit <= 9.0)
    assert await refusal(hass, entry) == "wiring_needs_current"

    await manager.live.change(maximum_current=20.0)
    await until_step(entry, lambda: decided(entry).limit >= 15.0)
    await press(hass, entry)
    assert await refusal(hass, entry) == "wiring_search_runs"

    box.unplug(1)
    await until_told(hass, entry, "wiring_not_found")
    assert await refusal(hass, entry) == "wiring_needs_car"


async def test_it_needs_values_of_the_meter(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage, meter: SimulatedMeter
) -> None:
    await garage.charge(entry, ONE_PHASE)
    meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)
    assert await refusal(hass, entry) == "wiring_needs_values"


async def test_it_needs_a_meter(
    hass: HomeAssistant, hurry: None, socket_enabled: None, garage: Garage
) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)
    await garage.charge(entry, ONE_PHASE)
    assert await refusal(hass, entry) == "wiring_needs_meter"


# What the meter shows without anybody asking


async def test_the_meter_shows_the_phase_of_a_car_whose_charger_tells_only_power(
    hass: HomeAssistant, entry: MockConfigEntry, garage: Garage
) -> None:
    silent = replace(
        GENERIC,
        per_phase=False,
        measurands=frozenset({"Energy.Active.Import.Register", "Power.Active.Import"}),
    )
    subentry = entry.subentries[subentry_id(entry, "A")]
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, CONF_WIRING: "l2_l3_l1"}
    )
    await hass.async_block_till_done()
    await garage.charge(entry, ONE_PHASE, silent)
    manager = entry.runtime_data
    (connector,) = manager.site.connectors
    assert min(decided(entry).reserved) >= 15.0

    # An automation moves the charger's maximum up and down.
    async def automation() -> None:
        while True:
            for maximum in (8.0, 16.0):
                await clock.sleep(50)
                await manager.live.change_connector(connector, maximum=maximum)

    moving = hass.async_create_background_task(automation(), "automation")
    await until_step(
        entry, lambda: decided(entry).reserved.l1 == 0.0 and decided(entry).reserved.l3 == 0.0
    )
    moving.cancel()
    assert decided(entry).reserved.l2 > 0.0
