"""People set up feeders, say which chargers hang on them, and are told what can't be."""

from collections.abc import Mapping
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import (
    CONF_CHARGERS,
    CONF_FEEDER,
    CONF_MAXIMUM_CURRENT,
    CONF_MINIMUM,
    CONF_PARENT,
    CONF_RATED_CURRENT,
    CONF_WIRING,
    DIRECTLY,
    SUBENTRY_FEEDER,
)
from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import (
    charger,
    charger_form,
    feeder,
    group,
    name_charger,
    open_charger,
    set_up,
    suggested,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

FORM: Mapping[str, Any] = {
    CONF_NAME: "Cellar",
    CONF_PARENT: DIRECTLY,
    CONF_RATED_CURRENT: 20,
    CONF_MAXIMUM_CURRENT: 16,
}


def change_form(**changes: Any) -> dict[str, Any]:
    """What somebody types who changes a feeder: its limit is an entity."""
    return {CONF_NAME: "Cellar", CONF_PARENT: DIRECTLY, CONF_RATED_CURRENT: 20, **changes}


async def start(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Open the form for a new feeder."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_FEEDER), context={"source": SOURCE_USER}
    )


async def answer(hass: HomeAssistant, result: Any, **typed: Any) -> Any:
    """Send a form."""
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], typed)
    await hass.async_block_till_done()
    return result


def options(result: Any, field: str) -> list[str]:
    """What a choice in a form offers."""
    return [option["value"] for option in result["data_schema"].schema[field].config["options"]]


async def test_a_feeder_is_added_and_carries_what_was_typed(hass: HomeAssistant) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)

    result = await start(hass, entry)
    assert result["step_id"] == "user"
    assert options(result, CONF_PARENT) == [DIRECTLY]
    result = await answer(hass, result, **FORM, maximum_current_l2=10, power_limit=9)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Cellar"
    ((feeder_id, cellar),) = entry.runtime_data.feeders.items()
    assert entry.runtime_data.site.circuits[f"feeder:{feeder_id}"].capacity == (16.0, 10.0, 16.0)
    assert cellar.rated_current == 20.0
    assert entry.runtime_data.site.circuits[f"feeder:{feeder_id}"].power_limit == 9000.0


async def test_a_feeder_picks_its_chargers_and_lets_go_of_them(hass: HomeAssistant) -> None:
    entry = group(charger("A"), charger("B"), charger("C"), feeder("attic", "Attic"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    ids = {one.charger_id: one.subentry_id for one in manager.chargers.values()}

    def feeders() -> dict[str, str | None]:
        return {one.charger_id: one.feeder for one in manager.chargers.values()}

    result = await start(hass, entry)
    assert options(result, CONF_CHARGERS) == list(ids.values())
    await answer(
        hass,
        result,
        **{**FORM, CONF_PARENT: "attic", CONF_RATED_CURRENT: 16},
        chargers=[ids["A"], ids["B"]],
    )

    (cellar,) = manager.feeders.keys() - {"attic"}
    assert feeders() == {"A": cellar, "B": cellar, "C": None}
    assert manager.site.connectors["A", 1].circuit == f"feeder:{cellar}"
    assert CONF_CHARGERS not in entry.subentries[cellar].data

    result = await entry.start_subentry_reconfigure_flow(hass, cellar)
    assert suggested(result, CONF_CHARGERS) == [ids["A"], ids["B"]]
    result = await answer(
        hass, result, **change_form(parent="attic", rated_current=16), chargers=[ids["B"], ids["C"]]
    )

    assert result["reason"] == "reconfigure_successful"
    # What hung on it hangs on what feeds it.
    assert feeders() == {"A": "attic", "B": cellar, "C": cellar}


async def test_a_feeder_carries_no_charger_that_needs_more(hass: HomeAssistant) -> None:
    entry = group(charger("A", "Anna", minimum=13))
    await set_up(hass, entry)
    (anna,) = entry.runtime_data.chargers
    result = await start(hass, entry)

    result = await answer(
        hass, result, **{**FORM, CONF_RATED_CURRENT: 10, CONF_MAXIMUM_CURRENT: 10}, chargers=[anna]
    )

    assert result["errors"] == {CONF_RATED_CURRENT: "below_charger"}
    assert result["description_placeholders"] == {"charger": "Anna", "minimum": "13"}


async def test_chargers_of_a_group_that_is_down_are_hung_when_it_starts(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    entry = group(charger("A"), feeder("cellar", chargers=[]))
    entry.add_to_hass(hass)
    (anna,) = (one for one in entry.subentries.values() if one.unique_id == "A")
    cellar = entry.subentries["cellar"]
    hass.config_entries.async_update_subentry(
        entry, cellar, data={**cellar.data, CONF_CHARGERS: [anna.subentry_id]}
    )

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.runtime_data.chargers.named("A").feeder == "cellar"


async def test_a_group_with_one_phase_has_feeders_with_one(hass: HomeAssistant) -> None:
    entry = group(charger("A", wiring="l1"), phases=1)
    await set_up(hass, entry)

    result = await start(hass, entry)
    assert "maximum_current_l1" not in result["data_schema"].schema
    result = await answer(hass, result, **FORM)

    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("wrong", "errors"),
    [
        ({CONF_NAME: "  "}, {CONF_NAME: "name_missing"}),
        ({CONF_NAME: "ATTIC "}, {CONF_NAME: "name_in_use"}),
        (
            {CONF_RATED_CURRENT: 0, CONF_MAXIMUM_CURRENT: 0},
            {CONF_RATED_CURRENT: "rated_current_range", CONF_MAXIMUM_CURRENT: "limit_range"},
        ),
        ({CONF_RATED_CURRENT: 26}, {CONF_RATED_CURRENT: "above_parent"}),
        (
            {CONF_PARENT: "attic", CONF_RATED_CURRENT: 17},
            {CONF_RATED_CURRENT: "above_parent"},
        ),
        ({CONF_MAXIMUM_CURRENT: 20.5}, {CONF_MAXIMUM_CURRENT: "above_rated_current"}),
        ({CONF_MAXIMUM_CURRENT: -6}, {CONF_MAXIMUM_CURRENT: "limit_range"}),
        ({CONF_MAXIMUM_CURRENT: 5.9}, {CONF_MAXIMUM_CURRENT: "limit_range"}),
        ({CONF_MAXIMUM_CURRENT: float("nan")}, {CONF_MAXIMUM_CURRENT: "limit_range"}),
        ({"maximum_current_l3": 5}, {"maximum_current_l3": "limit_range"}),
        ({"maximum_current_l3": 21}, {"maximum_current_l3": "above_rated_current"}),
        ({"power_limit": 0.05}, {"power_limit": "power_range"}),
        ({"power_limit": 11000}, {"power_limit": "power_range"}),
        ({"power_limit": float("nan")}, {"power_limit": "power_range"}),
    ],
)
async def test_what_can_not_be_is_named_beside_its_field_and_can_be_mended(
    hass: HomeAssistant, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    entry = group(charger("A"), feeder("attic", "Attic"))
    await set_up(hass, entry)
    result = await start(hass, entry)

    result = await answer(hass, result, **{**FORM, **wrong})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert list(entry.runtime_data.feeders) == ["attic"]

    result = await answer(hass, result, **FORM)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_the_error_tells_whose_fuse_is_too_small(hass: HomeAssistant) -> None:
    entry = group(feeder("attic", "Attic"))
    await set_up(hass, entry)
    result = await start(hass, entry)

    result = await answer(hass, result, **{**FORM, CONF_PARENT: "attic"})

    assert result["errors"] == {CONF_RATED_CURRENT: "above_parent"}
    assert result["description_placeholders"] == {"parent": "Attic", "parent_rated": "16"}


async def test_feeders_hang_on_feeders_and_are_changed(hass: HomeAssistant) -> None:
    entry = group(
        charger("A"),
        feeder("attic", "Attic"),
        feeder("cellar", "Cellar", maximum_current=12.0),
    )
    await set_up(hass, entry)
    manager = entry.runtime_data

    result = await entry.start_subentry_reconfigure_flow(hass, "cellar")
    assert result["step_id"] == "reconfigure"
    assert options(result, CONF_PARENT) == [DIRECTLY, "attic"]
    result = await answer(
        hass, result, **change_form(name="Cave", parent="attic", rated_current=13)
    )

    assert result["reason"] == "reconfigure_successful"
    assert entry.runtime_data is manager
    assert manager.site.path("feeder:cellar") == ("feeder:cellar", "feeder:attic", "group")
    assert manager.feeders["cellar"].name == "Cave"
    # The limit, which the form does not ask for again, is still the same.
    assert manager.site.circuits["feeder:cellar"].capacity == (12.0, 12.0, 12.0)
    assert manager.site.circuits["feeder:cellar"].rated == (13.0, 13.0, 13.0)


@pytest.mark.parametrize(
    ("typed", "errors", "named"),
    [
        ({CONF_PARENT: "box"}, {CONF_PARENT: "feeder_loop"}, {"parent": "Box"}),
        ({CONF_PARENT: "shed"}, {CONF_PARENT: "feeder_loop"}, {"parent": "Shed"}),
        (
            {CONF_RATED_CURRENT: 12},
            {CONF_RATED_CURRENT: "below_child"},
            {"child": "Shed", "child_rated": "13"},
        ),
        (
            {CONF_RATED_CURRENT: 7},
            {CONF_RATED_CURRENT: "below_child"},
            {"child": "Shed", "child_rated": "13"},
        ),
        (
            {"maximum_current_l2": 7},
            {"maximum_current_l2": "below_charger"},
            {"charger": "Anna", "minimum": "8"},
        ),
        ({CONF_NAME: "shed"}, {CONF_NAME: "name_in_use"}, {}),
    ],
)
async def test_a_change_that_what_hangs_on_it_forbids_is_refused(
    hass: HomeAssistant, typed: dict[str, Any], errors: dict[str, str], named: dict[str, str]
) -> None:
    entry = group(
        charger("A", "Anna", feeder="cellar", minimum=8.0),
        charger("B", "Ben", feeder="cellar", wiring="l1"),
        feeder("cellar", "Cellar"),
        feeder("shed", "Shed", parent="cellar", rated_current=13.0),
        feeder("box", "Box", parent="shed", rated_current=10.0),
    )
    await set_up(hass, entry)
    before = dict(entry.runtime_data.feeders)

    result = await entry.start_subentry_reconfigure_flow(hass, "cellar")
    result = await answer(hass, result, **change_form(**typed))

    assert result["errors"] == errors
    assert named.items() <= result["description_placeholders"].items()
    assert entry.runtime_data.feeders == before


async def test_a_fuse_below_what_a_charger_needs_is_refused(hass: HomeAssistant) -> None:
    entry = group(charger("A", "Anna", feeder="cellar", minimum=8.0), feeder("cellar", "Cellar"))
    await set_up(hass, entry)

    result = await entry.start_subentry_reconfigure_flow(hass, "cellar")
    result = await answer(hass, result, **change_form(rated_current=7))

    assert result["errors"] == {CONF_RATED_CURRENT: "below_charger"}


async def test_a_feeder_that_was_removed_meanwhile_feeds_nothing_new(hass: HomeAssistant) -> None:
    entry = group(charger("A"), feeder("attic", "Attic"))
    await set_up(hass, entry)
    result = await start(hass, entry)
    moving = await open_charger(hass, entry, "A")
    hass.config_entries.async_remove_subentry(entry, "attic")
    await hass.async_block_till_done()

    result = await answer(hass, result, **{**FORM, CONF_PARENT: "attic"})
    assert result["errors"] == {CONF_PARENT: "feeder_missing"}
    moving = await answer(hass, moving, **charger_form(feeder="attic"))
    assert moving["errors"] == {CONF_FEEDER: "feeder_missing"}


async def test_a_charger_is_put_on_a_feeder_when_it_is_added(hass: HomeAssistant) -> None:
    entry = group(feeder("attic", "Attic"))
    await set_up(hass, entry)

    result = await name_charger(hass, entry, "A")
    assert options(result, CONF_FEEDER) == [DIRECTLY, "attic"]
    result = await answer(hass, result, **charger_form(feeder="attic"))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    (connector,) = entry.runtime_data.site.connectors.values()
    assert connector.circuit == "feeder:attic"


async def test_a_charger_moves_from_feeder_to_feeder_and_back_to_the_group(
    hass: HomeAssistant,
) -> None:
    entry = group(
        charger("A", supply_current=20.0), feeder("attic", "Attic"), feeder("cellar", "Cellar")
    )
    await set_up(hass, entry)
    manager = entry.runtime_data

    for chosen, fed_by in (
        ("attic", "feeder:attic"),
        ("cellar", "feeder:cellar"),
        (DIRECTLY, "group"),
    ):
        result = await open_charger(hass, entry, "A")
        result = await answer(hass, result, **charger_form(feeder=chosen, supply_current=20))
        assert result["reason"] == "reconfigure_successful"
        assert manager.site.circuits["charger:A"].parent == fed_by


async def test_a_charger_that_needs_more_than_the_feeder_carries_is_refused(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("A"), feeder("attic", "Attic", maximum_current_l1=7.0))
    await set_up(hass, entry)
    result = await open_charger(hass, entry, "A")

    result = await answer(hass, result, **charger_form(feeder="attic", minimum=8))
    assert result["errors"] == {CONF_FEEDER: "feeder_too_small"}
    assert result["description_placeholders"]["amperes"] == "7"

    result = await answer(
        hass, result, **charger_form(**{CONF_FEEDER: "attic", CONF_MINIMUM: 8, CONF_WIRING: "l2"})
    )
    assert result["reason"] == "reconfigure_successful"


async def test_a_group_without_feeders_does_not_ask_for_them(hass: HomeAssistant) -> None:
    entry = group(charger("A"))
    await set_up(hass, entry)

    result = await open_charger(hass, entry, "A")

    assert CONF_FEEDER not in result["data_schema"].schema
