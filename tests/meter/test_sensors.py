"""Sensors of Home Assistant are a meter, as far as they tell the truth and tell it in time."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.meter import Meter, MeterError, create_meter
from custom_components.ev_load_manager.meter.sensors import SensorReference
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

type MakeSensors = Callable[..., Awaitable[Meter]]

AMPERES = {"unit_of_measurement": "A"}
WATTS = {"unit_of_measurement": "W"}
VOLTS = {"unit_of_measurement": "V"}
L1, L2, L3 = "sensor.l1", "sensor.l2", "sensor.l3"
CURRENTS = {
    "current_l1": {"entity_id": L1},
    "current_l2": {"entity_id": L2},
    "current_l3": {"entity_id": L3},
}


class Clock:
    """The monotonic clock, set by hand."""

    now = 1000.0


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until it is moved."""
    hands = Clock()
    monkeypatch.setattr(clock, "monotonic", lambda: hands.now)
    return hands


@pytest.fixture
async def sensors(hass: HomeAssistant) -> AsyncGenerator[MakeSensors]:
    """Make a meter of sensors, open it, and close it after the test."""
    made: list[Meter] = []

    async def make(config: Mapping[str, Any] = CURRENTS, phases: int = 3, **more: Any) -> Meter:
        meter = await create_meter(hass, {"type": "sensors", **config, **more}, phases=phases)
        made.append(meter)
        await meter.open()
        return meter

    yield make
    for meter in made:
        await meter.close()


def tell(hass: HomeAssistant, *states: object, unit: dict[str, str] = AMPERES) -> None:
    """Let the three sensors report."""
    for entity, state in zip((L1, L2, L3), states, strict=False):
        hass.states.async_set(entity, str(state), unit)


async def failure(meter: Meter) -> MeterError:
    """What a reading fails with."""
    with pytest.raises(MeterError) as caught:
        await meter.read()
    return caught.value


# What is read


async def test_currents_are_taken_as_they_are(hass: HomeAssistant, sensors: MakeSensors) -> None:
    tell(hass, 10.5, -3.25, 0)

    values = await (await sensors()).read()

    assert values.currents == (10.5, -3.25, 0)
    assert values.powers == (None, None, None)
    assert values.power is None


async def test_milliamperes_are_turned_into_amperes(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    tell(hass, 10500, 3250, 0, unit={"unit_of_measurement": "mA"})
    meter = await sensors()

    assert (await meter.read()).currents == pytest.approx((10.5, 3.25, 0))
    assert meter.resolution == pytest.approx(0.001)


async def test_power_is_divided_by_the_voltage(hass: HomeAssistant, sensors: MakeSensors) -> None:
    hass.states.async_set("sensor.p1", "2.3", {"unit_of_measurement": "kW"})
    hass.states.async_set("sensor.p2", "-460", WATTS)
    hass.states.async_set("sensor.p3", "480", WATTS)
    hass.states.async_set("sensor.u3", "240", VOLTS)
    meter = await sensors(
        {
            "power_l1": {"entity_id": "sensor.p1"},
            "power_l2": {"entity_id": "sensor.p2"},
            "power_l3": {"entity_id": "sensor.p3"},
            "voltage_l3": {"entity_id": "sensor.u3"},
            "voltage": 230.0,
            "power_factor": 1.0,
        }
    )

    values = await meter.read()

    assert values.currents == pytest.approx((10, -2, 2))
    assert values.voltages == (None, None, 240)
    assert values.power == pytest.approx(2320)


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize(("factor", "drawn"), [(None, 10 / 0.95), (0.8, 12.5), (1.0, 10.0)])
async def test_a_power_counts_with_a_power_factor_where_it_is_drawn(
    hass: HomeAssistant, sensors: MakeSensors, factor: float | None, drawn: float, inverted: bool
) -> None:
    turn = -1 if inverted else 1
    for phase, watts in enumerate((2300, -2300, 0), 1):
        hass.states.async_set(f"sensor.p{phase}", str(turn * watts), WATTS)
    config = {f"power_l{phase}": {"entity_id": f"sensor.p{phase}"} for phase in (1, 2, 3)}
    more = {} if factor is None else {"power_factor": factor}

    values = await (await sensors(config, inverted=inverted, **more)).read()

    # What is given back counts for no more than is sure.
    assert values.currents == pytest.approx((drawn, -10.0, 0.0))


async def test_what_is_given_back_may_have_sensors_of_its_own(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    names = {"power": (1.9, 0.0, 0.5), "power_export": (0.0, 2.3, 0.5)}
    config = {}
    for quantity, told in names.items():
        for phase, kilowatts in enumerate(told, 1):
            entity = f"sensor.{quantity}{phase}"
            hass.states.async_set(entity, str(kilowatts), {"unit_of_measurement": "kW"})
            config[f"{quantity}_l{phase}"] = {"entity_id": entity}

    values = await (await sensors(config)).read()

    assert values.powers == pytest.approx((1900, -2300, 0))
    assert values.currents == pytest.approx((1900 / 230 / 0.95, -10, 0))


@pytest.mark.parametrize("factor", [0.0, -0.95, 95, "much"])
async def test_a_stored_power_factor_that_cannot_be_is_told(
    hass: HomeAssistant, sensors: MakeSensors, factor: object
) -> None:
    with pytest.raises(MeterError) as caught:
        await sensors(power_factor=factor)
    assert caught.value.key == "meter_settings_wrong"


async def test_power_beside_a_current_gives_its_direction(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    tell(hass, 10, 5, 2)
    hass.states.async_set("sensor.p1", "-2200", WATTS)

    values = await (await sensors({**CURRENTS, "power_l1": {"entity_id": "sensor.p1"}})).read()

    assert values.currents == (-10, 5, 2)


async def test_sensors_the_other_way_round_are_turned(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    tell(hass, 10, -5, 2)
    hass.states.async_set("sensor.p3", "-460", WATTS)

    values = await (
        await sensors({**CURRENTS, "power_l3": {"entity_id": "sensor.p3"}}, inverted=True)
    ).read()

    assert values.currents == (-10, 5, 2)


async def test_one_phase_is_enough_for_a_one_phase_connection(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    tell(hass, 7)

    values = await (await sensors(phases=1)).read()

    assert values.currents == (7, 0, 0)


async def test_the_resolution_is_the_finest_that_was_ever_shown(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    meter = await sensors()
    tell(hass, 10, 5, 2)
    await meter.read()
    assert meter.resolution == 1

    tell(hass, 10.25, 5, 2)
    await meter.read()
    tell(hass, 10.5, 5, 2)
    await meter.read()

    assert meter.resolution == pytest.approx(0.01)


# When it was


async def test_a_reading_is_as_old_as_its_oldest_report(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock
) -> None:
    meter = await sensors()
    for state, entity in enumerate((L2, L1, L3)):
        hass.states.async_set(entity, str(state), AMPERES)
        time.now += 1

    assert (await meter.read()).at == 1000


async def test_a_report_of_the_same_value_is_fresh(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock
) -> None:
    meter = await sensors()
    tell(hass, 1, 2, 3)
    time.now += 25
    tell(hass, 1, 2, 3)

    assert (await meter.read()).at == 1025


async def test_what_was_reported_before_anybody_listened_has_its_age(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock
) -> None:
    states = hass.states
    earlier = dt_util.utcnow() - timedelta(seconds=20)
    for entity in (L1, L2, L3):
        states.async_set(entity, "1", AMPERES, timestamp=earlier.timestamp())

    assert (await (await sensors()).read()).at == pytest.approx(980, abs=5)


async def test_a_jump_of_the_clock_on_the_wall_makes_nothing_older(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = await sensors()
    tell(hass, 1, 2, 3)
    tomorrow = dt_util.utcnow() + timedelta(days=1)
    monkeypatch.setattr(dt_util, "utcnow", lambda: tomorrow)

    assert (await meter.read()).at == 1000


async def test_a_rise_counts_at_once_and_a_fall_when_all_have_reported(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock
) -> None:
    meter = await sensors()
    tell(hass, 10, 10, 10)
    first = await meter.read()

    time.now += 2
    hass.states.async_set(L1, "20", AMPERES)
    risen = await meter.read()
    hass.states.async_set(L2, "1", AMPERES)
    falling = await meter.read()
    hass.states.async_set(L3, "9", AMPERES)
    fallen = await meter.read()

    assert risen.currents == (20, 10, 10)
    assert first.at < risen.at < first.at + 0.001
    assert falling.currents == (20, 10, 10)
    assert falling.at == risen.at
    assert fallen.currents == (20, 1, 9)
    assert fallen.at == 1002


# News


async def test_every_report_is_news_until_nobody_listens(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    meter = await sensors()
    news: list[str] = []
    stop = meter.on_news(lambda: news.append("news"))

    tell(hass, 1)
    tell(hass, 1)
    hass.states.async_set("sensor.other", "5", AMPERES)
    assert len(news) == 2

    stop()
    tell(hass, 2)
    assert len(news) == 2


async def test_a_closed_meter_hears_nothing(hass: HomeAssistant, sensors: MakeSensors) -> None:
    meter = await sensors()
    news: list[str] = []
    meter.on_news(lambda: news.append("news"))
    await meter.close()

    tell(hass, 1, 2, 3)

    assert not news
    await meter.open()
    await meter.open()
    assert (await meter.read()).currents == (1, 2, 3)


# Names


@pytest.fixture
def registered(hass: HomeAssistant) -> er.RegistryEntry:
    """A sensor that the entity registry knows."""
    return er.async_get(hass).async_get_or_create(
        "sensor", "test", "grid", suggested_object_id="grid"
    )


async def test_a_renamed_sensor_is_followed(
    hass: HomeAssistant, sensors: MakeSensors, registered: er.RegistryEntry
) -> None:
    reference = SensorReference.of(hass, "sensor.grid")
    meter = await sensors({"current_l1": reference.to_config()}, phases=1)
    news: list[str] = []
    meter.on_news(lambda: news.append("news"))
    hass.states.async_set("sensor.grid", "5", AMPERES)

    er.async_get(hass).async_update_entity("sensor.grid", new_entity_id="sensor.main")
    await hass.async_block_till_done()
    hass.states.async_remove("sensor.grid")
    news.clear()
    hass.states.async_set("sensor.main", "6", AMPERES)

    assert news
    assert (await meter.read()).currents[0] == 6


async def test_another_entity_that_is_renamed_changes_nothing(
    hass: HomeAssistant, sensors: MakeSensors, registered: er.RegistryEntry
) -> None:
    meter = await sensors()
    tell(hass, 1, 2, 3)

    er.async_get(hass).async_update_entity("sensor.grid", new_entity_id="sensor.main")
    await hass.async_block_till_done()

    assert (await meter.read()).currents == (1, 2, 3)


async def test_a_sensor_that_was_removed_and_made_again_is_found(
    hass: HomeAssistant, sensors: MakeSensors, registered: er.RegistryEntry
) -> None:
    reference = SensorReference.of(hass, "sensor.grid")
    er.async_get(hass).async_remove("sensor.grid")
    meter = await sensors({"current_l1": reference.to_config()}, phases=1)

    hass.states.async_set("sensor.grid", "5", AMPERES)

    assert (await meter.read()).currents[0] == 5


# What goes wrong


@pytest.mark.parametrize(
    ("state", "attributes", "key"),
    [
        ("unknown", AMPERES, "meter_sensor_unavailable"),
        ("unavailable", {}, "meter_sensor_unavailable"),
        ("much", AMPERES, "meter_sensor_no_number"),
        ("", AMPERES, "meter_sensor_no_number"),
        ("nan", AMPERES, "meter_sensor_no_number"),
        ("inf", AMPERES, "meter_sensor_no_number"),
        ("5", {}, "meter_sensor_unit"),
        ("5", {"unit_of_measurement": "kWh"}, "meter_sensor_unit"),
        ("5", WATTS, "meter_sensor_unit"),
    ],
)
async def test_a_state_that_is_no_current_is_named_with_its_entity(
    hass: HomeAssistant, sensors: MakeSensors, state: str, attributes: dict[str, str], key: str
) -> None:
    tell(hass, 1, 2, 3)
    meter = await sensors()
    hass.states.async_set(L2, state, attributes)

    err = await failure(meter)

    assert err.key == key
    assert err.placeholders["entity"] == L2


async def test_an_entity_that_is_deleted_is_named(
    hass: HomeAssistant, sensors: MakeSensors
) -> None:
    tell(hass, 1, 2, 3)
    meter = await sensors()
    await meter.read()
    hass.states.async_remove(L3)

    err = await failure(meter)

    assert (err.key, err.placeholders) == ("meter_sensor_missing", {"entity": L3})


async def test_a_sensor_that_reports_no_more_is_named(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock
) -> None:
    meter = await sensors()
    tell(hass, 1, 2, 3)
    time.now += 20
    tell(hass, 1, 2)
    time.now += 11

    err = await failure(meter)

    assert err.key == "meter_sensor_stale"
    assert err.placeholders == {"entity": L3, "age": "31"}


@pytest.mark.parametrize("state", ["0", "12", "400"])
async def test_a_voltage_that_can_not_be_is_named(
    hass: HomeAssistant, sensors: MakeSensors, state: str
) -> None:
    tell(hass, 230, unit=WATTS)
    hass.states.async_set("sensor.u", state, VOLTS)
    meter = await sensors(
        {"power_l1": {"entity_id": L1}, "voltage_l1": {"entity_id": "sensor.u"}}, phases=1
    )

    err = await failure(meter)

    assert err.key == "meter_sensor_voltage"
    assert err.placeholders == {"entity": "sensor.u", "value": state}


async def test_an_old_voltage_is_good_enough(
    hass: HomeAssistant, sensors: MakeSensors, time: Clock
) -> None:
    meter = await sensors(
        {"power_l1": {"entity_id": L1}, "voltage_l1": {"entity_id": "sensor.u"}}, phases=1
    )
    hass.states.async_set("sensor.u", "230", VOLTS)
    time.now += 3600
    tell(hass, 460, unit=WATTS)

    assert (await meter.read()).currents[0] == pytest.approx(2 / 0.95)
    assert meter.latency == 2
