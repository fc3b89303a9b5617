"""Calendars and tariffs that people enter in the form of a group's power."""

from datetime import timedelta
from math import nan
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.groups import suggested

from .test_entities_grid import call, has
from .test_power import form, noon, reconfigured


async def typed(hass: HomeAssistant, result: Any, user_input: dict[str, Any]) -> Any:
    return await hass.config_entries.flow.async_configure(result["flow_id"], user_input)


async def test_a_calendar_is_entered_and_its_gaps_and_overlaps_are_told(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await reconfigured(hass, entry, form({"window": "calendar", "peak_limit": 9.0}))
    assert result["step_id"] == "power_calendar"
    result = await typed(hass, result, {"calendar": [{"hours": "noon", "limit": 5}]})
    assert result["errors"] == {"calendar": "hours_unreadable"}
    assert result["description_placeholders"]["hours"] == "noon"

    rows = [{"hours": "6-22", "limit": 5, "working": True}, {"hours": "20-24", "limit": 4}]
    result = await typed(hass, result, {"calendar": rows})
    assert result["step_id"] == "power_calendar_check"
    told = result["description_placeholders"]
    assert (told["gaps_working"], told["gaps_free"]) == ("0-6", "0-20")
    assert (told["overlaps_working"], told["overlaps_free"], told["limit"]) == ("20-22", "–", "9")
    result = await typed(hass, result, {"next_step_id": "power_calendar_change"})
    assert suggested(result, "calendar") == rows

    whole = [{"hours": "6-22", "limit": 5}, {"hours": "22-6", "limit": 8}]
    result = await typed(hass, result, {"calendar": whole})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.runtime_data.power.peaks.limit_at(noon()) == 5000.0
    assert entry.runtime_data.power.peaks.limit_at(noon() + timedelta(hours=11)) == 8000.0


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"from_month": 13, "to_month": 3}, "months_wrong"),
        ({"from_month": 0, "to_month": 3}, "months_wrong"),
        ({"from_month": 1, "to_month": nan}, "months_wrong"),
        ({"from_month": "May", "to_month": "June"}, "months_wrong"),
        ({"from_month": 1}, "months_half"),
        ({"hours": "6-25"}, "hours_unreadable"),
        ({"hours": "evening"}, "hours_unreadable"),
        ({"hours": 6}, "hours_unreadable"),
        ({"limit": -1}, "calendar_limit"),
        ({"limit": 5000}, "calendar_limit"),
        ({"limit": nan}, "calendar_limit"),
        ({"limit": "5 kW"}, "calendar_limit"),
        ({"working": "Monday"}, "row_wrong"),
        ({"monday": True}, "row_wrong"),
    ],
)
async def test_whatever_a_row_can_not_be_is_told_in_words_of_its_own(
    hass: HomeAssistant, entry: MockConfigEntry, row: dict[str, Any], error: str
) -> None:
    result = await reconfigured(hass, entry, form({"window": "calendar", "peak_limit": 9.0}))
    told = {"hours": "6-22", "limit": 5, **row}
    result = await typed(hass, result, {"calendar": [{"hours": "22-6", "limit": 5}, told]})
    assert result["errors"] == {"calendar": error}
    assert result["description_placeholders"]["hours"] == str(told["hours"])
    # What was typed is not lost.
    assert suggested(result, "calendar")[1] == told


@pytest.mark.parametrize("told", [{}, {"hours": "6-22"}, {"limit": 5}])
async def test_a_row_of_which_a_part_is_missing_is_told_so(
    hass: HomeAssistant, entry: MockConfigEntry, told: dict[str, Any]
) -> None:
    result = await reconfigured(hass, entry, form({"window": "calendar", "peak_limit": 9.0}))
    result = await typed(hass, result, {"calendar": [told]})
    assert result["errors"]["calendar"] in {"hours_unreadable", "calendar_limit"}


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"steps": [{"from_kw": "none", "price": 1}]}, {"steps": "tariff_steps"}),
        ({"steps": [{"from_kw": 0, "price": nan}]}, {"steps": "tariff_steps"}),
        ({"steps": [{"from_kw": 0}]}, {"steps": "tariff_steps"}),
        (
            {"rare_section": {"counted_hours": [{"hours": "6-22", "weight": "all"}]}},
            {"base": "tariff_weight"},
        ),
        (
            {
                "rare_section": {
                    "counted_hours": [
                        {"hours": "6-22", "weight": 50, "from_month": 13, "to_month": 1}
                    ]
                }
            },
            {"base": "months_wrong"},
        ),
        ({"top": nan}, {"top": "tariff_top"}),
    ],
)
async def test_whatever_a_tariff_can_not_be_is_told_in_words_of_its_own(
    hass: HomeAssistant, entry: MockConfigEntry, more: dict[str, Any], error: dict[str, str]
) -> None:
    window = {"window": "own_tariff", "peak_limit": 9.0}
    result = await reconfigured(hass, entry, form(window))
    result = await typed(
        hass,
        result,
        {"top": 3, "best_of": "day", "price_kind": "steps_per_month", **more},
    )
    assert result["errors"] == error


async def test_a_calendar_with_gaps_may_be_kept_so(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    result = await reconfigured(hass, entry, form({"window": "calendar", "peak_limit": 9.0}))
    result = await typed(hass, result, {"calendar": [{"hours": "6-22", "limit": 5}]})
    result = await typed(hass, result, {"next_step_id": "power_calendar_keep"})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.runtime_data.power.peaks.limit_at(noon() + timedelta(hours=11)) == 9000.0


async def test_a_tariff_of_ones_own_is_entered_and_its_cost_shown(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    window = {"window": "own_tariff", "peak_limit": 9.0, "peak_floor": 3.0, "minutes": "60"}
    result = await reconfigured(hass, entry, form(window))
    assert result["step_id"] == "power_tariff"
    rare = {"use": "mean", "of": "month", "mean_of_12_months": False}
    tariff = {"top": 3, "best_of": "day", "price_kind": "per_kw_month"}
    result = await typed(hass, result, {**tariff, "rare_section": rare})
    assert result["errors"] == {"price": "tariff_price"}
    wrong = {**rare, "counted_hours": [{"hours": "6-22", "weight": 101}]}
    result = await typed(hass, result, {**tariff, "price": 6.5, "rare_section": wrong})
    assert result["errors"] == {"base": "tariff_weight"}
    result = await typed(hass, result, {**tariff, "price": 6.5, "rare_section": rare})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    keeper = entry.runtime_data.power.peaks
    assert (keeper.settings.minutes, keeper.limit_at(noon())) == (60, 3000.0)
    assert "peak_cost" in has(hass, entry)["sensor"]

    # Who comes again finds what was entered.
    result = await reconfigured(hass, entry, form(window))
    assert suggested(result, "price") == 6.5


async def test_what_is_changed_in_the_flow_counts_whatever_a_number_said(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await reconfigured(hass, entry, form(group_power=11.0))
    await hass.async_block_till_done()
    await call(hass, entry, "number", "group_power_limit", "set_value", value=7.0)
    # The form shows what holds, so that nobody changes it by saving.
    result = await entry.start_reconfigure_flow(hass)
    flows = hass.config_entries.flow
    result = await flows.async_configure(result["flow_id"], {"next_step_id": "power"})
    assert suggested(result, "group_power") == 7.0
    await flows.async_configure(result["flow_id"], form(group_power=9.0))
    await hass.async_block_till_done()
    assert entry.runtime_data.site.circuits["group"].power_limit == 9000.0
