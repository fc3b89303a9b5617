"""People say how a charger is wired and what it may draw."""

from typing import Any

import pytest

from custom_components.ev_load_manager.const import (
    CONF_CHARGER_ID,
    CONF_CONNECTORS,
    CONF_MAXIMUM,
    CONF_MINIMUM,
    CONF_PROFILE,
    CONF_SUPPLY_CURRENT,
    CONF_UNIT,
    CONF_WIRING,
    UNIT_KILOWATT,
)
from custom_components.ev_load_manager.csms.models import Certainty, Match, load_catalogue
from custom_components.ev_load_manager.flows.flow_schemas import model_fields, recognised
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.groups import (
    charger,
    charger_form,
    client,
    group,
    name_charger,
    open_charger,
    set_up,
    subentry_id,
    suggested,
    until_step,
)

CATALOGUE = load_catalogue()
GENERIC = CATALOGUE.generic
TIMXON = CATALOGUE.profiles["timxon_a0"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({CONF_NAME: " "}, {CONF_NAME: "name_missing"}),
        ({CONF_MINIMUM: 5}, {CONF_MINIMUM: "minimum_range"}),
        ({CONF_MAXIMUM: 5}, {CONF_MAXIMUM: "maximum_range"}),
        ({CONF_MAXIMUM: float("nan")}, {CONF_MAXIMUM: "maximum_range"}),
        ({CONF_MINIMUM: 10, CONF_MAXIMUM: 9}, {CONF_MAXIMUM: "below_minimum"}),
        ({CONF_CONNECTORS: 0}, {CONF_CONNECTORS: "connectors_range"}),
        ({CONF_CONNECTORS: 1.5}, {CONF_CONNECTORS: "connectors_range"}),
        ({CONF_SUPPLY_CURRENT: 2}, {"base": "supply_current_range"}),
        (
            {CONF_UNIT: UNIT_KILOWATT, CONF_MINIMUM: 4, CONF_MAXIMUM: 11},
            {CONF_MINIMUM: "minimum_range"},
        ),
    ],
)
async def test_wrong_currents_are_named_beside_their_field_and_can_be_mended(
    hass: HomeAssistant, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await name_charger(hass, entry, "LEFT")

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(**changes)
    )

    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors
    assert result["description_placeholders"]["lowest_kilowatts"] == "4.14"

    result = await hass.config_entries.subentries.async_configure(result["flow_id"], charger_form())
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("wiring", "kilowatts", "amperes"), [("l1_l2_l3", 11.04, 16.0), ("l2", 3.68, 16.0)]
)
async def test_kilowatts_count_the_phases_that_are_wired(
    hass: HomeAssistant, wiring: str, kilowatts: float, amperes: float
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await name_charger(hass, entry, "LEFT")

    await hass.config_entries.subentries.async_configure(
        result["flow_id"],
        charger_form(wiring=wiring, unit=UNIT_KILOWATT, minimum=kilowatts / 2, maximum=kilowatts),
    )
    await hass.async_block_till_done()

    (settings,) = entry.runtime_data.chargers.values()
    assert settings.maximum == pytest.approx(amperes)
    assert settings.minimum == pytest.approx(amperes / 2)


async def test_kilowatts_between_two_milliamperes_keep_within_what_was_typed(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await name_charger(hass, entry, "LEFT")

    await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(unit=UNIT_KILOWATT, minimum=4.2, maximum=22)
    )
    await hass.async_block_till_done()

    (settings,) = entry.runtime_data.chargers.values()
    # 6.0870 A and 31.8841 A: no limit is below the one or above the other.
    assert (settings.minimum, settings.maximum) == (6.087, 31.884)
    (connector,) = entry.runtime_data.site.connectors.values()
    assert connector.fallback == 6.1


async def test_a_one_phase_group_has_chargers_on_that_phase_only(hass: HomeAssistant) -> None:
    entry = group(phases=1)
    await set_up(hass, entry)

    result = await name_charger(hass, entry, "LEFT")

    selector = result["data_schema"].schema[CONF_WIRING]
    assert selector.config["options"] == ["l1"]
    assert suggested(result, CONF_WIRING) == "l1"


async def test_a_charger_is_changed(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT", "Left", supply_current=20.0))
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")
    result = await open_charger(hass, entry, "LEFT")
    assert result["step_id"] == "reconfigure"
    assert suggested(result, CONF_NAME) == "Left"
    assert suggested(result, CONF_SUPPLY_CURRENT) == 20.0

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(maximum=3)
    )
    assert result["errors"] == {CONF_MAXIMUM: "maximum_range"}
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(name="Right", maximum=10)
    )
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[left].title == "Right"
    assert entry.subentries[left].data[CONF_CHARGER_ID] == "LEFT"
    assert CONF_SUPPLY_CURRENT not in entry.subentries[left].data
    assert entry.runtime_data.chargers[left].maximum == 10.0


async def test_a_charger_of_a_group_that_is_down_is_changed_and_the_group_tried_again(
    hass: HomeAssistant, taken_port: int
) -> None:
    entry = group(charger("LEFT"), listen_port=taken_port)
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    left = subentry_id(entry, "LEFT")
    result = await entry.start_subentry_reconfigure_flow(hass, left)

    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(maximum=10)
    )

    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[left].data[CONF_MAXIMUM] == 10


# Its model


async def test_a_charger_is_recognised_by_what_it_says(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "NEW") as socket:
        await socket.boot(chargePointVendor="Alfen BV", chargePointModel="NG910-60003")

        result = await name_charger(hass, entry, "NEW")

    assert result["description_placeholders"]["model"].startswith("Alfen Eve")
    assert suggested(result, CONF_PROFILE) == "auto"


async def test_who_says_nothing_is_not_recognised(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)

    result = await name_charger(hass, entry, "NEW")

    assert result["description_placeholders"]["model"] == "–"


@pytest.mark.parametrize(
    ("match", "words"),
    [
        (Match(profile=GENERIC, certainty=Certainty.GENERIC), "–"),
        (
            Match(profile=GENERIC, certainty=Certainty.GENERIC, suggested=TIMXON),
            "Timxon A0 (?)",
        ),
        (Match(profile=TIMXON, certainty=Certainty.MODEL), "Timxon A0"),
    ],
)
def test_one_that_is_little_known_is_named_with_a_question_mark(match: Match, words: str) -> None:
    assert recognised(match, CATALOGUE) == words


def test_every_model_can_be_chosen_by_a_name_of_one_line() -> None:
    (selector,) = model_fields(CATALOGUE).values()
    labels = [option["label"] for option in selector.config["options"]]
    assert len(labels) == len(set(labels)) == len(CATALOGUE.profiles) + 1
    assert all(len(label) <= 90 for label in labels)


async def test_a_chosen_model_counts_at_once_and_until_it_is_taken_back(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")
    control = entry.runtime_data.access.control("LEFT")
    async with client(entry, "LEFT") as socket:
        await socket.boot(chargePointVendor="Alfen BV", chargePointModel="NG910-60003")
        await until_step(entry, lambda: control.limits.profile.id == "alfen_eve_ng9")

        result = await open_charger(hass, entry, "LEFT")
        assert result["description_placeholders"]["model"].startswith("Alfen Eve")
        await hass.config_entries.subentries.async_configure(
            result["flow_id"], charger_form(profile="easee")
        )
        await hass.async_block_till_done()
        assert control.limits.profile.id == "easee"
        assert entry.runtime_data.chargers[left].profile == "easee"

        result = await open_charger(hass, entry, "LEFT")
        assert suggested(result, CONF_PROFILE) == "easee"
        await hass.config_entries.subentries.async_configure(
            result["flow_id"], charger_form(profile="auto")
        )
        await until_step(entry, lambda: control.limits.profile.id == "alfen_eve_ng9")

        assert CONF_PROFILE not in entry.subentries[left].data
        assert not socket.closed.done()


async def test_a_model_that_is_known_no_more_is_found_by_what_the_charger_says(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT", profile="of_yore"))
    await set_up(hass, entry)
    assert entry.runtime_data.access.control("LEFT").limits.profile.id == "generic"

    result = await open_charger(hass, entry, "LEFT")

    assert suggested(result, CONF_PROFILE) == "auto"


async def test_a_model_can_be_chosen_before_the_charger_ever_connects(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await name_charger(hass, entry, "LEFT")

    await hass.config_entries.subentries.async_configure(
        result["flow_id"], charger_form(profile="easee")
    )
    await hass.async_block_till_done()

    assert entry.runtime_data.access.control("LEFT").limits.profile.id == "easee"
