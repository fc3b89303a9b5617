"""The safe limit is proposed by what the recorder has known for weeks, and by nothing else."""

from collections.abc import Sequence
from datetime import timedelta
import json
from pathlib import Path
import re
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.ev_load_manager.config.site_builder import GRID
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.flows.safe_limit import HighestLoad, at_end_of_sentence
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
from script.check_translations import LANGUAGES
from tests.groups import entity_of, group, set_up
from tests.meter.flows import LIMITS, SENSORS, Flow, new_group, report
from tests.system.adaptive.conftest import metered

pytestmark = pytest.mark.usefixtures("recorder_mock", "socket_enabled")

TRANSLATIONS = Path(__file__).parents[2] / "custom_components" / DOMAIN / "translations"
LOADS = (12.0, 17.3, 9.0)
ENTITIES = ("sensor.l1", "sensor.l2", "sensor.l3")


async def record(
    hass: HomeAssistant,
    entities: Sequence[str],
    highest: Sequence[float],
    *,
    hours: int = 24 * 20,
    unit: str = "A",
) -> None:
    """Let the recorder know hours of each entity, one of which has the highest value."""
    now = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    for entity_id, most in zip(entities, highest, strict=True):
        async_import_statistics(
            hass,
            {
                "statistic_id": entity_id,
                "source": "recorder",
                "name": None,
                "unit_of_measurement": unit,
                "unit_class": "electric_current" if unit.endswith("A") else "power",
                "has_sum": False,
                "mean_type": StatisticMeanType.ARITHMETIC,
            },
            [
                {
                    "start": now - timedelta(hours=hour),
                    "mean": 1.0,
                    "min": -0.5 * most,
                    "max": most if hour == hours // 2 else 1.0,
                }
                for hour in range(1, hours + 1)
            ],
        )
    await async_wait_recording_done(hass)


async def to_limits(hass: HomeAssistant, port: int, **changes: Any) -> Flow:
    """A flow that has come to the limits of a grid connection with sensors and 25 A."""
    report(hass, 10, 3.5, 1)
    flow = await new_group(hass, port)
    await flow.by_hand()
    await flow.submit({**SENSORS, **changes})
    return await flow.choose("meter_limits")


def limits(flow: Flow, **changes: Any) -> dict[str, Any]:
    """What the form shows, with changes."""
    shown = {key: flow.suggested(key) for key in LIMITS if key != "meter_interval"}
    return {key: value for key, value in (shown | changes).items() if value is not None}


async def test_what_the_highest_load_leaves_is_proposed(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    await record(hass, ENTITIES, LOADS)

    flow = await to_limits(hass, unused_tcp_port)

    assert flow.placeholders["highest"] == ": 17.3 A (L2)"
    assert flow.suggested("safe_limit") == 7

    # It followed from a limit of 25 A, and follows another one once it is seen to.
    await flow.submit(limits(flow, grid_maximum_current=24))
    assert flow.errors == {"safe_limit": "safe_limit_follows"}
    assert flow.suggested("safe_limit") == 6
    await flow.submit(limits(flow))
    assert flow.result["type"] is FlowResultType.CREATE_ENTRY
    assert flow.result["data"]["safe_limit"] == 6
    await hass.async_block_till_done()


async def test_what_somebody_typed_is_not_replaced(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    await record(hass, ENTITIES, LOADS)
    flow = await to_limits(hass, unused_tcp_port)

    await flow.submit(limits(flow, grid_maximum_current=24, safe_limit=8))

    assert flow.result["data"]["safe_limit"] == 8
    await hass.async_block_till_done()


async def test_less_than_a_car_needs_is_not_proposed(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    await record(hass, ENTITIES, LOADS)
    flow = await to_limits(hass, unused_tcp_port)

    await flow.submit(limits(flow, grid_maximum_current=20))

    assert flow.errors == {"safe_limit": "safe_limit_follows"}
    assert flow.suggested("safe_limit") is None
    await flow.submit(limits(flow))
    assert flow.errors == {"safe_limit": "safe_limit_missing"}


@pytest.mark.parametrize(
    ("entities", "hours"),
    [
        pytest.param(ENTITIES, 24 * 6, id="less than a week"),
        pytest.param(ENTITIES[:2], 24 * 20, id="a phase is missing"),
        pytest.param((), 0, id="nothing"),
    ],
)
async def test_who_is_not_known_for_long_gets_no_proposal(
    hass: HomeAssistant, unused_tcp_port: int, entities: tuple[str, ...], hours: int
) -> None:
    await record(hass, entities, LOADS[: len(entities)], hours=hours)

    flow = await to_limits(hass, unused_tcp_port)

    assert flow.placeholders["highest"] == ""
    assert flow.suggested("safe_limit") is None
    await flow.submit(limits(flow, grid_maximum_current=24, safe_limit=8))
    assert flow.result["type"] is FlowResultType.CREATE_ENTRY
    assert flow.result["data"]["safe_limit"] == 8
    await hass.async_block_till_done()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow", [("config",), ("config_subentries", "feeder")])
async def test_a_proposal_that_is_none_leaves_no_sentence_open(
    language: str, flow: tuple[str, ...]
) -> None:
    found = json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))
    for key in (*flow, "step", "meter_limits", "data_description", "safe_limit"):
        found = found[key]

    nothing = found.format(highest=at_end_of_sentence(None))
    something = found.format(highest=at_end_of_sentence(HighestLoad((10.0, 17.3, 1.0))))

    assert re.search(r"\w\.$", nothing)
    assert re.search(r"\w: 17\.3 A \(L2\)\.$", something)


async def test_a_power_counts_as_the_current_that_it_may_mean(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    powers = {f"power_l{phase}": f"sensor.p{phase}" for phase in (1, 2, 3)}
    for entity in powers.values():
        hass.states.async_set(entity, "230", {"unit_of_measurement": "W"})
    await record(hass, tuple(powers.values()), (2.3, 3.45, 1.0), unit="kW")
    flow = await new_group(hass, unused_tcp_port)
    await flow.by_hand()
    await flow.submit({**powers, "voltage": 230, "power_factor": 1})

    await flow.choose("meter_limits")

    assert flow.placeholders["highest"] == ": 15.0 A (L2)"
    assert flow.suggested("safe_limit") == 10


async def test_where_imports_count_below_zero_the_lowest_is_the_highest(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    # Half of it flows the other way in each of these records.
    await record(hass, ENTITIES, LOADS)

    flow = await to_limits(hass, unused_tcp_port, inverted=True)

    assert flow.placeholders["highest"] == ": 8.7 A (L2)"


async def propose(hass: HomeAssistant, entry: MockConfigEntry) -> Flow:
    """Open what proposes a safe limit for a group that runs."""
    return await Flow(hass, await entry.start_reconfigure_flow(hass)).choose("safe_limit")


async def test_a_group_that_runs_proposes_by_what_its_own_sensors_told(
    hass: HomeAssistant,
) -> None:
    sensors = {f"current_l{phase}": {"entity_id": f"sensor.l{phase}"} for phase in (1, 2, 3)}
    entry = metered({"type": "sensors", **sensors}, grid_maximum_current=25.0, safe_limit=3.0)
    await set_up(hass, entry)
    flow = await propose(hass, entry)
    assert flow.suggested("safe_limit") == 3
    assert flow.placeholders["highest"] == "–"
    own = [entity_of(hass, "sensor", entry.entry_id, f"other_load_l{phase}") for phase in (1, 2, 3)]
    await record(hass, own, LOADS)

    flow = await propose(hass, entry)
    assert flow.placeholders["highest"] == "17.3 A (L2)"
    assert flow.placeholders["limit"] == f"{entry.runtime_data.circuits[GRID].maximum:g}"
    proposed = flow.suggested("safe_limit")
    assert proposed == int(entry.runtime_data.circuits[GRID].maximum - 17.3)
    await flow.submit({"safe_limit": 100})
    assert flow.errors == {"safe_limit": "safe_limit_above_fuse"}
    await flow.submit({"safe_limit": proposed})

    assert flow.result["reason"] == "safe_limit_set"
    assert entry.runtime_data.live.settings.safe_limit == proposed


async def test_a_group_without_a_meter_has_no_safe_limit_to_propose(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)

    result = await entry.start_reconfigure_flow(hass)

    assert result["menu_options"] == ["group", "meter", "power"]
