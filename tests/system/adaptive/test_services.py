"""What people and automations ask a group for."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.ev_load_manager.actions.records import (
    GET_METER_VALUES,
    GET_RECALCULATIONS,
    GET_SAFE_LIMIT_LOG,
    MOST_ROWS,
)
from custom_components.ev_load_manager.balancing.decision import Mode
from custom_components.ev_load_manager.balancing.phases import PhaseCurrents
from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, group, set_up, until_step
from tests.system.adaptive.conftest import until_mode


async def ask(hass: HomeAssistant, action: str, entry: MockConfigEntry, **data: Any) -> Any:
    """Call an action of the group, and give its answer."""
    return await hass.services.async_call(
        DOMAIN,
        action,
        {"config_entry_id": entry.entry_id, **data},
        blocking=True,
        return_response=True,
    )


@pytest.fixture
async def group_of_two(hass: HomeAssistant, socket_enabled: None) -> MockConfigEntry:
    """A group without a meter whose limit was changed three times."""
    entry = group(charger("A"), charger("B"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    for limit in (19.0, 18.0, 17.0):
        await manager.live.change(maximum_current=limit)
        await until_step(
            entry,
            lambda limit=limit: (
                manager.decision is not None
                and manager.decision.circuits["group"].capacity == PhaseCurrents.same(limit)
            ),
        )
    return entry


def limits(answer: Any) -> list[float]:
    """The group's limit in every row."""
    return [row["settings"]["maximum_current"] for row in answer["recalculations"]]


async def test_recalculations_come_oldest_first(
    hass: HomeAssistant, group_of_two: MockConfigEntry
) -> None:
    answer = await ask(hass, GET_RECALCULATIONS, group_of_two)

    assert limits(answer)[-3:] == [19.0, 18.0, 17.0]
    last = answer["recalculations"][-1]
    assert "settings" in last["trigger"]
    assert [one["charger"] for one in last["connectors"]] == ["A", "B"]


async def test_the_newest_recalculations_are_given_where_there_are_more(
    hass: HomeAssistant, group_of_two: MockConfigEntry
) -> None:
    assert limits(await ask(hass, GET_RECALCULATIONS, group_of_two, limit=2)) == [18.0, 17.0]


async def test_recalculations_of_one_charger_since_a_moment(
    hass: HomeAssistant, group_of_two: MockConfigEntry
) -> None:
    everything = await ask(hass, GET_RECALCULATIONS, group_of_two)
    since = everything["recalculations"][-2]["time"]

    answer = await ask(hass, GET_RECALCULATIONS, group_of_two, since=since, charger="B")

    assert limits(answer) == [18.0, 17.0]
    assert {one["charger"] for row in answer["recalculations"] for one in row["connectors"]} == {
        "B"
    }
    # A time without a zone is the time of the house.
    local = dt_util.as_local(dt_util.parse_datetime(since)).replace(tzinfo=None)
    assert limits(await ask(hass, GET_RECALCULATIONS, group_of_two, since=local.isoformat())) == [
        18.0,
        17.0,
    ]


@pytest.mark.parametrize("limit", [0, -1, MOST_ROWS + 1, "many"])
async def test_a_number_of_rows_that_cannot_be_is_refused(
    hass: HomeAssistant, group_of_two: MockConfigEntry, limit: Any
) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, GET_RECALCULATIONS, group_of_two, limit=limit)


async def test_the_safe_limit_log_tells_when_and_why(
    hass: HomeAssistant, entry: MockConfigEntry, meter: SimulatedMeter
) -> None:
    answer = await ask(hass, GET_SAFE_LIMIT_LOG, entry)
    (starting,) = answer["periods"]
    assert (starting["cause"], starting["limit"]) == ("starting", 8.0)
    assert starting["end"] is not None

    meter.silent = True
    await until_mode(entry, Mode.SAFE_LIMIT)

    answer = await ask(hass, GET_SAFE_LIMIT_LOG, entry)
    assert [(one["cause"], one["end"] is None) for one in answer["periods"]] == [
        ("starting", False),
        ("silent", True),
    ]
    since = answer["periods"][1]["start"]
    assert dt_util.parse_datetime(since) > dt_util.parse_datetime(starting["end"])
    answer = await ask(hass, GET_SAFE_LIMIT_LOG, entry, since=since)
    assert [one["cause"] for one in answer["periods"]] == ["silent"]


@pytest.mark.parametrize(
    ("action", "data"),
    [
        (GET_RECALCULATIONS, {}),
        (GET_SAFE_LIMIT_LOG, {}),
        (GET_METER_VALUES, {"start": "2026-10-25T00:00:00"}),
    ],
)
async def test_a_group_that_does_not_run_is_refused(
    hass: HomeAssistant, group_of_two: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    stranger = MockConfigEntry(domain="sun", title="Sun")
    stranger.add_to_hass(hass)
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, action, stranger, **data)
    assert refused.value.translation_key == "service_config_entry_wrong_domain"

    await hass.config_entries.async_unload(group_of_two.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, action, group_of_two, **data)
    assert refused.value.translation_key == "service_config_entry_not_loaded"

    await hass.config_entries.async_remove(group_of_two.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, action, group_of_two, **data)
    assert refused.value.translation_key == "service_config_entry_not_found"


async def test_without_a_recorder_there_are_no_values_of_the_past(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, GET_METER_VALUES, entry, start="2025-10-25T00:00:00")

    assert (refused.value.translation_domain, refused.value.translation_key) == (
        DOMAIN,
        "no_recorder",
    )
