"""What the meter told in a period comes as CSV, and says how exact it is."""

from collections.abc import Mapping
import csv
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.ev_load_manager.actions import records
from custom_components.ev_load_manager.actions.meter_history import (
    FEEDER_HEADER,
    HEADER,
    async_meter_csv,
)
from custom_components.ev_load_manager.const import CONF_METER, DOMAIN
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.components.recorder.util import session_scope
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.recorder import get_instance
from tests.groups import entity_of, feeder, group, set_up
from tests.system.adaptive.conftest import metered

pytestmark = pytest.mark.usefixtures("recorder_mock", "socket_enabled")

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
SENSORS = {"type": "sensors", "currents": ["sensor.l1", "sensor.l2", "sensor.l3"]}


def after(seconds: float) -> datetime:
    """A moment that afternoon."""
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
async def entry(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> MockConfigEntry:
    """A group whose meter will tell only what a test says; it is a day later."""
    freezer.move_to(after(86400))
    await hass.config.async_set_time_zone("UTC")
    entry = metered(SENSORS)
    await set_up(hass, entry)
    return entry


async def tell(
    hass: HomeAssistant, entry: MockConfigEntry, at: float, values: Mapping[str, Any], **more: Any
) -> None:
    """Let sensors have had a state at `at`, s after noon; units as people chose them.

    The sensors are those of the group, or those `of` a feeder.
    """
    for key, value in values.items():
        unit = more.get("unit", "W" if "power" in key else "A")
        hass.states.async_set(
            entity_of(hass, "sensor", more.get("of", entry.entry_id), key),
            str(value),
            {"unit_of_measurement": unit},
            timestamp=after(at).timestamp(),
        )
    await async_wait_recording_done(hass)


def summarize(
    hass: HomeAssistant, entry: MockConfigEntry, key: str, unit: str, means: Mapping[int, float]
) -> None:
    """Let the recorder have hourly means, by hours after noon."""
    async_import_statistics(
        hass,
        {
            "statistic_id": entity_of(hass, "sensor", entry.entry_id, key),
            "source": "recorder",
            "name": None,
            "unit_of_measurement": unit,
            "unit_class": "power" if "power" in key else "electric_current",
            "has_sum": False,
            "mean_type": StatisticMeanType.ARITHMETIC,
        },
        [
            {"start": after(3600 * hour), "mean": mean, "min": mean, "max": mean}
            for hour, mean in means.items()
        ],
    )


def look_for_the_oldest_state(hass: HomeAssistant, recorder: Recorder) -> None:
    """Have the recorder know it, as after a start: a test tells what is older than the first."""
    with session_scope(hass=hass, read_only=True) as session:
        recorder.states_manager.load_from_db(session)


async def lines(
    hass: HomeAssistant, entry: MockConfigEntry, start: float, end: float
) -> list[list[str]]:
    """The lines of a period, s after noon, without the header."""
    recorder = get_instance(hass)
    await recorder.async_add_executor_job(look_for_the_oldest_state, hass, recorder)
    text = "".join(
        [
            piece
            async for piece in await async_meter_csv(
                hass, entry, after(start), after(end), user=None
            )
        ]
    )
    assert text.startswith(HEADER)
    return list(csv.reader(StringIO(text)))[1:]


def line(at: float, *values: object, source: str = "measured") -> list[str]:
    """A line as it should be; missing values are empty."""
    known = [str(value) for value in values]
    return [after(at).isoformat(), *known, *[""] * (6 - len(known)), source]


async def test_values_come_in_order_and_stay_until_they_change(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await tell(
        hass, entry, 10, {"grid_current_l1": 1.5, "grid_current_l2": -2, "grid_power_l1": 345}
    )
    # Of one reading, a moment later.
    await tell(hass, entry, 10.2, {"grid_current_l3": 3})
    await tell(hass, entry, 15, {"grid_current_l2": 4.004})
    await tell(hass, entry, 20, {"grid_current_l1": "unavailable", "grid_current_l2": "unknown"})
    await tell(hass, entry, 25, {"grid_current_l1": 5, "grid_current_l2": -0.001})

    assert await lines(hass, entry, 0, 60) == [
        line(10, 1.5, -2, 3, 345),
        line(15, 1.5, 4, 3, 345),
        line(20, "", "", 3, 345),
        line(25, 5, 0, 3, 345),
    ]
    assert HEADER == "time,L1 (A),L2 (A),L3 (A),L1 (W),L2 (W),L3 (W),source\r\n"


async def test_a_period_begins_with_what_was_known_then_and_ends_before_its_end(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await tell(hass, entry, 10, {"grid_current_l1": 1})
    await tell(hass, entry, 20, {"grid_current_l1": 2})
    await tell(hass, entry, 30, {"grid_current_l1": 3})

    assert await lines(hass, entry, 15, 30) == [line(15, 1), line(20, 2)]
    assert await lines(hass, entry, 20, 31) == [line(20, 2), line(30, 3)]


async def test_a_value_is_in_amperes_and_watts_whatever_people_look_at(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await tell(hass, entry, 10, {"grid_power_l1": 1.25}, unit="kW")
    await tell(hass, entry, 10, {"grid_current_l1": 1250}, unit="mA")

    assert await lines(hass, entry, 0, 60) == [line(10, 1.25, "", "", 1250)]


async def test_a_long_period_is_read_in_pieces_that_fit_together(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    at = [1800 + 3600 * hour for hour in range(20)] + [6 * 3600, 12 * 3600]
    for second in sorted(at):
        await tell(hass, entry, second, {"grid_current_l1": second})

    assert await lines(hass, entry, 900, 22 * 3600) == [
        line(second, second) for second in sorted(at)
    ]


async def test_before_the_first_value_hourly_means_are_told(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    summarize(hass, entry, "grid_current_l1", "A", {0: 1, 1: 2, 2: 3.456, 5: 5})
    summarize(hass, entry, "grid_power_l1", "kW", {1: 0.46})
    await tell(hass, entry, 2.5 * 3600, {"grid_current_l1": 4})
    await tell(hass, entry, 3.5 * 3600, {"grid_current_l1": 5})

    assert await lines(hass, entry, 600, 6 * 3600) == [
        # The hour in which the period begins, as a whole.
        line(0, 1, source="hourly mean"),
        line(3600, 2, "", "", 460, source="hourly mean"),
        # Values that its mean tells already are not told again.
        line(7200, 3.46, source="hourly mean"),
        line(3.5 * 3600, 5),
    ]


async def test_where_only_means_are_left_only_means_are_told(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    summarize(hass, entry, "grid_current_l1", "A", {-48: 1, -47: 2, -25: 3})
    await async_wait_recording_done(hass)

    assert await lines(hass, entry, -48 * 3600, -24 * 3600) == [
        line(-48 * 3600, 1, source="hourly mean"),
        line(-47 * 3600, 2, source="hourly mean"),
        line(-25 * 3600, 3, source="hourly mean"),
    ]


async def test_what_the_recorder_purged_comes_as_means(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    for hour in range(4):
        await tell(hass, entry, 3600 * hour + 60, {"grid_current_l1": hour})
    summarize(hass, entry, "grid_current_l1", "A", {0: 0.1, 1: 1.1, 2: 2.1, 3: 3.1})
    await hass.services.async_call(
        "recorder",
        "purge_entities",
        {"entity_id": [entity_of(hass, "sensor", entry.entry_id, "grid_current_l1")]},
        blocking=True,
    )
    await async_wait_recording_done(hass)
    await tell(hass, entry, 4 * 3600 + 60, {"grid_current_l1": 4})

    found = await lines(hass, entry, 0, 5 * 3600)

    assert [one[1] for one in found] == ["0.1", "1.1", "2.1", "3.1", "4"]
    assert [one[-1] for one in found] == 4 * ["hourly mean"] + ["measured"]


async def test_a_period_of_centuries_is_what_there_is(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    summarize(hass, entry, "grid_current_l1", "A", {-365 * 24: 1})
    await tell(hass, entry, 10, {"grid_current_l1": 2})

    first = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
    last = datetime.max.replace(tzinfo=timezone(timedelta(hours=-14)))
    text = "".join(
        [piece async for piece in await async_meter_csv(hass, entry, first, last, user=None)]
    )

    assert [one[1] for one in csv.reader(StringIO(text))][1:3] == ["1", "2"]


async def test_times_are_those_of_the_house(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await tell(hass, entry, 10, {"grid_current_l1": 1})
    await hass.config.async_set_time_zone("Europe/Tallinn")

    ((time, *_),) = await lines(hass, entry, 0, 60)

    assert time == "2026-10-25T14:00:10+02:00"


async def test_sensors_that_were_renamed_are_found(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    sensor = entity_of(hass, "sensor", entry.entry_id, "grid_current_l1")
    er.async_get(hass).async_update_entity(sensor, new_entity_id="sensor.house_l1")
    await hass.async_block_till_done()
    await tell(hass, entry, 10, {"grid_current_l1": 1})

    assert await lines(hass, entry, 0, 60) == [line(10, 1)]


async def test_without_any_sensor_left_there_are_no_lines(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    for key in ("grid_current", "grid_power"):
        for phase in (1, 2, 3):
            registry.async_remove(entity_of(hass, "sensor", entry.entry_id, f"{key}_l{phase}"))

    assert await lines(hass, entry, 0, 60) == []


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (60, 60, "period_reversed"),
        (60, 0, "period_reversed"),
        (2 * 86400, 3 * 86400, "period_in_future"),
        (2 * 86400, 0, "period_in_future"),
    ],
)
async def test_a_period_that_cannot_be_is_refused_in_words(
    hass: HomeAssistant, entry: MockConfigEntry, start: float, end: float, key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await async_meter_csv(hass, entry, after(start), after(end), user=None)

    assert (refused.value.translation_domain, refused.value.translation_key) == (DOMAIN, key)


async def test_a_period_may_reach_until_now(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await tell(hass, entry, 86390, {"grid_current_l1": 1})

    text = "".join(
        [piece async for piece in await async_meter_csv(hass, entry, after(86300), user=None)]
    )

    assert "2026-10-26T11:59:50+00:00,1," in text


async def test_a_group_without_a_meter_has_no_values(hass: HomeAssistant) -> None:
    entry = group(**{CONF_METER: None})
    await set_up(hass, entry)

    with pytest.raises(ServiceValidationError) as refused:
        await async_meter_csv(hass, entry, NOON - timedelta(days=1000), user=None)

    assert refused.value.translation_key == "no_meter"
    assert refused.value.translation_placeholders == {"name": "Garage"}


@pytest.fixture
async def with_feeders(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> MockConfigEntry:
    """A group without a meter, one of whose two feeders has one; it is a day later."""
    freezer.move_to(after(86400))
    await hass.config.async_set_time_zone("UTC")
    entry = group(
        feeder("shed", "Shed", **{CONF_METER: SENSORS}),
        feeder("yard", "Yard"),
        **{CONF_METER: None},
    )
    await set_up(hass, entry)
    return entry


async def test_the_meter_of_a_feeder_has_its_currents_and_the_other_load(
    hass: HomeAssistant, with_feeders: MockConfigEntry
) -> None:
    told = {"total_current_l1": 12.5, "total_current_l3": 3, "other_load_l1": 2.3}
    await tell(hass, with_feeders, 10, told, of="shed")
    await tell(hass, with_feeders, 20, {"other_load_l3": 1}, of="shed")

    devices = dr.async_entries_for_config_entry(dr.async_get(hass), with_feeders.entry_id)
    device = next(one.id for one in devices if (DOMAIN, "shed") in one.identifiers)
    for name in ("shed", device, "feeder:shed"):
        text = await get(hass, with_feeders, feeder=name, start=after(0), end=after(60))
        assert text == (
            f"{FEEDER_HEADER}"
            "2026-10-25T12:00:10+00:00,12.5,,3,2.3,,,measured\r\n"
            "2026-10-25T12:00:20+00:00,12.5,,3,2.3,,1,measured\r\n"
        )
    assert "other load L1 (A)" in FEEDER_HEADER


@pytest.mark.parametrize(
    ("name", "key"), [("Yard", "no_meter_of_feeder"), ("Barn", "feeder_not_found")]
)
async def test_a_feeder_without_a_meter_has_no_values(
    hass: HomeAssistant, with_feeders: MockConfigEntry, name: str, key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await get(hass, with_feeders, feeder=name, start=after(0))

    assert refused.value.translation_key == key
    assert refused.value.translation_placeholders is not None
    assert refused.value.translation_placeholders["feeder"] == name


async def get(hass: HomeAssistant, entry: MockConfigEntry, **data: Any) -> str:
    """Ask for values by the action."""
    answer = await hass.services.async_call(
        DOMAIN,
        records.GET_METER_VALUES,
        {"config_entry_id": entry.entry_id, **data},
        blocking=True,
        return_response=True,
    )
    text = answer["csv"]
    assert isinstance(text, str)
    return text


async def test_the_action_gives_the_same_text(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await tell(hass, entry, 10, {"grid_current_l1": 1.5})

    text = await get(hass, entry, start=after(0), end="2026-10-25T12:01:00+00:00")

    assert text == f"{HEADER}2026-10-25T12:00:10+00:00,1.5,,,,,,measured\r\n"


async def test_the_action_refuses_more_than_fits_into_one_answer(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(hass, entry, 10, {"grid_current_l1": 1.5})
    monkeypatch.setattr(records, "MOST_CHARACTERS", len(HEADER) + 10)

    with pytest.raises(ServiceValidationError) as refused:
        await get(hass, entry, start=after(0))

    assert refused.value.translation_key == "period_too_long"
