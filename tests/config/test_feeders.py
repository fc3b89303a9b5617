"""Feeders keep their chargers within what they carry, whatever happens to the tree."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack
from types import MappingProxyType
from typing import Any

from hypothesis import example, given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.config.feeders import (
    FeederSettings,
    in_loops,
    read_feeders,
    stored_feeders,
)
from custom_components.ev_load_manager.const import (
    CONF_FEEDER,
    CONF_PARENT,
    CONF_RATED_CURRENT,
    DIRECTLY,
    DOMAIN,
)
from custom_components.ev_load_manager.data_files.stored import Stored, plain
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.csms.client import Client
from tests.groups import (
    charger,
    client,
    entity_of,
    feeder,
    group,
    set_up,
    start_session,
    subentry_id,
    tell_values,
    until_state,
    until_step,
)

A, B, C = (ConnectorId(name, 1) for name in "ABC")


@pytest.fixture
async def entry(hass: HomeAssistant, socket_enabled: None) -> MockConfigEntry:
    """Two chargers in the cellar's shed, one on the group itself."""
    entry = group(
        charger("A", "Anna", feeder="shed"),
        charger("B", "Ben", feeder="shed"),
        charger("C", "Carl"),
        feeder("cellar", "Cellar", rated_current=18.0, maximum_current=18.0),
        feeder("shed", "Shed", parent="cellar", rated_current=16.0, maximum_current=13.0),
    )
    await set_up(hass, entry)
    return entry


@pytest.fixture
def fast() -> Iterator[None]:
    """Let the site's time run faster."""
    clock.set_factor(20.0)
    yield
    clock.set_factor(1.0)


@pytest.fixture
async def sockets(entry: MockConfigEntry) -> AsyncGenerator[dict[str, Client]]:
    """The chargers' sockets, all connected."""
    async with AsyncExitStack() as stack:
        found = {
            name: await stack.enter_async_context(client(entry, name)) for name in ("A", "B", "C")
        }
        for socket in found.values():
            assert (await socket.boot())["status"] == "Accepted"
        yield found


async def remove(hass: HomeAssistant, entry: MockConfigEntry, feeder_id: str) -> None:
    """Remove a feeder."""
    hass.config_entries.async_remove_subentry(entry, feeder_id)
    await hass.async_block_till_done()


async def change(hass: HomeAssistant, entry: MockConfigEntry, feeder_id: str, **data: Any) -> None:
    """Change a feeder's stored data past the form, as somebody who edits files would."""
    subentry = entry.subentries[feeder_id]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, **data})
    await hass.async_block_till_done()


def issue(hass: HomeAssistant, issue_id: str) -> ir.IssueEntry | None:
    """A repair issue."""
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


@pytest.mark.usefixtures("fast")
async def test_cars_on_a_feeder_share_what_it_carries(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    for socket in sockets.values():
        await start_session(socket)
    manager = entry.runtime_data

    def targets() -> list[float]:
        return [manager.decision.connectors[one].target for one in (A, B, C)]

    await until_step(entry, lambda: targets() == [6.5, 6.5, 7.0])
    assert manager.decision.connectors[A].circuit == "feeder:shed"
    reason = hass.states.get(entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "reason"))
    assert reason.attributes["circuit"] == "Shed"


@pytest.mark.usefixtures("fast")
async def test_a_feeder_is_a_device_with_its_currents_and_its_headroom(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    sockets: dict[str, Client],
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, "shed"), entry.entry_id)
    of_group = device_registry.async_get_device_by_identifier(
        (DOMAIN, entry.entry_id), entry.entry_id
    )
    assert (device.name, device.model, device.via_device_id) == ("Shed", "Feeder", of_group.id)
    current, headroom = (
        entity_of(hass, "sensor", "shed", f"{key}_l2") for key in ("current", "headroom")
    )
    assert entity_registry.async_get(current).device_id == device.id

    await start_session(sockets["A"])
    await until_step(entry, lambda: entry.runtime_data.decision.connectors[A].limit >= 6.0)
    await tell_values(sockets["A"], (5.5, 5.9, 5.7))

    await until_state(hass, current, "5.9")
    await until_state(hass, headroom, lambda state: 0.0 <= float(state.state) <= 7.0)


async def test_its_limit_is_a_number_within_its_fuse(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    manager = entry.runtime_data
    number = entity_of(hass, "number", "shed", "maximum_current")
    state = hass.states.get(number)
    assert (state.state, state.attributes["max"]) == ("13.0", 16.0)

    async def choose(value: float) -> None:
        await hass.services.async_call(
            "number", "set_value", {"entity_id": number, "value": value}, blocking=True
        )

    await choose(7.5)
    assert hass.states.get(number).state == "7.5"
    assert manager.site.circuits["feeder:shed"].capacity == PhaseCurrents.same(7.5)
    with pytest.raises(ServiceValidationError):
        await choose(16.1)
    assert manager.live.settings.feeder_maximum == {"shed": 7.5}


async def test_its_limit_survives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await entry.runtime_data.live.change_circuit("feeder:shed", maximum=7.5)

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    number = hass.states.get(entity_of(hass, "number", "shed", "maximum_current"))
    assert number.state == "7.5"


async def test_a_smaller_fuse_lowers_the_limit_and_other_settings_can_still_be_changed(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    manager = entry.runtime_data
    await manager.live.change_circuit("feeder:shed", maximum=12.0)

    await change(hass, entry, "shed", rated_current=10.0)

    number = await until_state(hass, entity_of(hass, "number", "shed", "maximum_current"), "10.0")
    assert number.attributes["max"] == 10.0
    await manager.live.change(maximum_current=15.0)
    assert manager.live.settings.maximum_current == 15.0
    for socket in sockets.values():
        assert "currentTime" in await socket.call("Heartbeat")


async def test_a_renamed_feeder_keeps_its_device(
    hass: HomeAssistant, entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    hass.config_entries.async_update_subentry(entry, entry.subentries["shed"], title="Hut")
    await hass.async_block_till_done()

    device = device_registry.async_get_device_by_identifier((DOMAIN, "shed"), entry.entry_id)
    assert device.name == "Hut"


async def test_what_hung_on_a_removed_feeder_hangs_on_what_fed_it_and_people_are_told(
    hass: HomeAssistant, entry: MockConfigEntry, sockets: dict[str, Client]
) -> None:
    manager = entry.runtime_data
    current = entity_of(hass, "sensor", "shed", "current_l1")

    await remove(hass, entry, "shed")

    assert manager.site.connectors[A].circuit == "feeder:cellar"
    assert entry.subentries[subentry_id(entry, "A")].data[CONF_FEEDER] == "cellar"
    told = issue(hass, f"feeder_removed_{entry.entry_id}_shed")
    assert told.translation_placeholders == {
        "feeder": "Shed",
        "names": "Anna, Ben",
        "parent": "Cellar",
    }
    assert hass.states.get(current) is None
    for socket in sockets.values():
        assert "currentTime" in await socket.call("Heartbeat")


async def test_a_feeder_that_fed_another_leaves_it_to_its_own_feeder(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await remove(hass, entry, "cellar")

    assert entry.runtime_data.site.path("feeder:shed") == ("feeder:shed", "group")
    told = issue(hass, f"feeder_removed_{entry.entry_id}_cellar")
    assert told.translation_placeholders["parent"] == "Garage"
    assert told.translation_placeholders["names"] == "Shed"


async def test_a_feeder_that_fed_nothing_goes_without_a_word(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await remove(hass, entry, "shed")
    for charger_id in "AB":
        charger_subentry = entry.subentries[subentry_id(entry, charger_id)]
        hass.config_entries.async_update_subentry(
            entry, charger_subentry, data={**charger_subentry.data, CONF_FEEDER: DIRECTLY}
        )
    await remove(hass, entry, "cellar")

    assert issue(hass, f"feeder_removed_{entry.entry_id}_cellar") is None


async def test_a_feeder_that_was_removed_while_the_group_was_down_is_noticed(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    await remove(hass, entry, "shed")

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.runtime_data.site.connectors[A].circuit == "feeder:cellar"
    told = issue(hass, f"feeder_removed_{entry.entry_id}_shed")
    assert told.translation_placeholders["feeder"] == "Shed"


async def test_a_charger_whose_feeder_nobody_knows_hangs_on_the_group(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("A", feeder="gone"))
    await set_up(hass, entry)

    assert entry.runtime_data.site.connectors[A].circuit == "group"
    told = issue(hass, f"feeder_removed_{entry.entry_id}_gone")
    assert told.translation_placeholders["parent"] == "Garage"


async def test_who_has_read_what_happened_takes_the_message_down(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    await remove(hass, entry, "shed")
    manager = hass.data[REPAIRS]["flow_manager"]
    issue_id = f"feeder_removed_{entry.entry_id}_shed"

    result = await manager.async_init(DOMAIN, context={"issue_id": issue_id})
    assert result["step_id"] == "confirm"
    await manager.async_configure(result["flow_id"], {})

    assert issue(hass, issue_id) is None


async def test_chargers_of_a_removed_feeder_keep_to_their_minimum_until_somebody_confirms(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    manager = entry.runtime_data

    def highest() -> list[float]:
        return [manager.site.connectors[one].maximum for one in (A, B, C)]

    before = highest()
    assert min(before) > 6.0
    await remove(hass, entry, "shed")
    assert highest() == [6.0, 6.0, before[2]]

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    manager = entry.runtime_data
    assert highest() == [6.0, 6.0, before[2]]

    flows = hass.data[REPAIRS]["flow_manager"]
    issue_id = f"feeder_removed_{entry.entry_id}_shed"
    flow = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    await flows.async_configure(flow["flow_id"], {})
    await hass.async_block_till_done()

    assert highest() == before


async def test_chargers_below_what_a_removed_feeder_fed_keep_to_their_minimum_too(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await remove(hass, entry, "cellar")

    connectors = entry.runtime_data.site.connectors
    assert connectors[A].maximum == connectors[B].maximum == 6.0
    assert connectors[C].maximum > 6.0


async def test_a_removed_group_takes_its_messages_along(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await change(hass, entry, "cellar", parent="shed")
    await remove(hass, entry, "shed")
    registry = ir.async_get(hass)
    other = (DOMAIN, "of_another_group")
    ir.async_create_issue(
        hass,
        *other,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="feeders_mended",
        translation_placeholders={"group": "Yard", "feeders": "-"},
    )
    assert len([key for key in registry.issues if key[0] == DOMAIN]) > 1

    await hass.config_entries.async_remove(entry.entry_id)

    assert [key for key in registry.issues if key[0] == DOMAIN] == [other]


async def test_a_loop_leaves_the_tree_as_it_was_and_people_are_told(
    hass: HomeAssistant, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    manager = entry.runtime_data
    before = manager.site.path("feeder:shed")

    await change(hass, entry, "cellar", parent="shed")

    assert manager.site.path("feeder:shed") == before
    told = issue(hass, f"feeders_mended_{entry.entry_id}")
    assert told.translation_placeholders == {"group": "Garage", "feeders": "Cellar, Shed"}
    assert "Feeder Cellar feeds itself" in caplog.text

    await change(hass, entry, "cellar", parent=DIRECTLY)
    assert issue(hass, f"feeders_mended_{entry.entry_id}") is None


async def test_a_fuse_that_can_not_be_read_leaves_the_feeder_as_it_was(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    manager = entry.runtime_data
    before = manager.site.circuits["feeder:shed"]

    await change(hass, entry, "shed", rated_current="much")

    assert manager.site.circuits["feeder:shed"] == before
    assert issue(hass, f"feeders_mended_{entry.entry_id}") is not None


async def test_a_fuse_that_was_never_known_carries_nothing(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("A", feeder="shed"), feeder("shed", "Shed", rated_current=None))

    await set_up(hass, entry)

    shed = entry.runtime_data.site.circuits["feeder:shed"]
    assert shed.capacity == PhaseCurrents.same(0.0)
    assert issue(hass, f"feeders_mended_{entry.entry_id}") is not None


async def test_a_loop_that_was_never_sane_is_cut_open(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(
        charger("A", feeder="box"),
        feeder("cellar", parent="shed"),
        feeder("shed", parent="cellar"),
        feeder("box", parent="shed", rated_current=10.0),
    )

    await set_up(hass, entry)

    site = entry.runtime_data.site
    assert site.path("feeder:box") == ("feeder:box", "feeder:shed", "group")
    assert site.path("feeder:cellar") == ("feeder:cellar", "group")


async def test_the_tree_that_was_sane_last_survives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    before = entry.runtime_data.site.path("feeder:shed")
    await hass.config_entries.async_reload(entry.entry_id)
    await change(hass, entry, "cellar", parent="shed")

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    assert entry.runtime_data.site.path("feeder:shed") == before


def subentries(parents: dict[str, str | None], rated: dict[str, Any]) -> MockConfigEntry:
    """A group's entry with nothing but feeders."""
    entry = group()
    entry.subentries = MappingProxyType(
        {
            feeder_id: ConfigSubentry(
                data=MappingProxyType(
                    {CONF_PARENT: parent or DIRECTLY, CONF_RATED_CURRENT: rated[feeder_id]}
                ),
                subentry_id=feeder_id,
                subentry_type="feeder",
                title=feeder_id,
                unique_id=None,
            )
            for feeder_id, parent in parents.items()
        }
    )
    return entry


IDS = ("a", "b", "c", "d", "e")


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, str | None], dict[str, Any]]:
    """Feeders that hang on each other, on themselves, on nothing, with fuses good and bad."""
    there = draw(st.lists(st.sampled_from(IDS), unique=True))
    above = st.sampled_from((None, *IDS))
    fuses = st.sampled_from((16.0, 32, "25", 0, -6.0, None, "x", float("nan"), float("inf")))
    return {id_: draw(above) for id_ in there}, {id_: draw(fuses) for id_ in there}


@given(before=trees(), now=trees())
# The one above was removed: what was above that is above it from then on.
@example(
    before=({"a": None, "c": "a"}, {"a": 16.0, "c": 16.0}),
    now=({"a": None, "b": "c"}, {"a": 16.0, "b": 16.0}),
)
def test_whatever_is_stored_a_tree_can_be_built_of_it(
    before: tuple[dict[str, str | None], dict[str, Any]],
    now: tuple[dict[str, str | None], dict[str, Any]],
) -> None:
    earlier = read_feeders(subentries(*before), {}).feeders
    parents, rated = now

    feeders, mended = read_feeders(subentries(parents, rated), earlier)

    assert feeders.keys() == parents.keys()
    assert not in_loops({id_: feeder.parent for id_, feeder in feeders.items()})
    assert all(feeder.parent is None or feeder.parent in feeders for feeder in feeders.values())
    for id_, feeder_settings in feeders.items():
        if rated[id_] in (16.0, 32, "25"):
            assert feeder_settings.rated_current == float(rated[id_])
        else:
            assert id_ in mended
            known = earlier[id_].rated_current if id_ in earlier else 0.0
            assert feeder_settings.rated_current == known
    if not mended:
        for id_, parent in parents.items():
            if parent in parents:
                assert feeders[id_].parent == parent
        assert read_feeders(subentries(parents, rated), feeders).feeders == feeders
    assert stored_feeders(map(Stored, plain(feeders.values()))) == feeders


def test_rows_of_the_store_that_can_not_be_read_are_forgotten() -> None:
    cellar = FeederSettings.from_data("cellar", "Cellar", {CONF_RATED_CURRENT: 16})
    rows = [{}, {**plain(cellar), "phase_limits": 3}, plain(cellar)]

    assert stored_feeders(map(Stored, rows)) == {"cellar": cellar}
