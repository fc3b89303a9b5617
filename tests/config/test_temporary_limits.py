"""Limits for some time: they hold, the lowest counts, and they end by themselves."""

from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy
from custom_components.ev_load_manager.config.temporary_limits import (
    LONGEST,
    MOST,
    TemporaryLimit,
    TemporaryLimits,
)
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.data_files.stored import VERSION, Stored
from custom_components.ev_load_manager.errors import SettingError
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.groups import (
    charger,
    client,
    entity_of,
    feeder,
    group,
    set_up,
    start_session,
    subentry_id,
    until_state,
    until_step,
)

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAST = "2020-01-01 00:00:00"
A, B = ConnectorId("A", 1), ConnectorId("B", 1)


def limit(amperes: float, name: str = "", hours: float = 1.0, circuit: str = "group") -> Any:
    return TemporaryLimit(circuit=circuit, name=name, limit=amperes, until=NOW + hours * HOUR)


def limits(*some: TemporaryLimit) -> TemporaryLimits:
    found = TemporaryLimits()
    for one in some:
        found.set(one, rated=25.0, now=NOW)
    return found


def test_the_lowest_counts_and_then_the_next() -> None:
    grid, price, shed = limit(10, "grid", 1), limit(12, "price", 2), limit(6, circuit="shed")
    found = limits(price, grid, shed)

    assert found.on("group") == grid
    assert found.by_circuit() == {"group": 10, "shed": 6}
    assert found.next_end == NOW + HOUR
    assert found.expire(NOW + HOUR)
    assert found.on("group") == price
    assert found.on("shed") is None
    assert not found.expire(NOW + HOUR)
    assert found.expire(NOW + 2 * HOUR)
    assert found.next_end is None


def test_of_equal_ones_the_last_to_end_is_named() -> None:
    assert limits(limit(10, "a", 1), limit(10, "b", 3), limit(10, "c", 2)).on("group").name == "b"


def test_one_of_the_same_name_is_replaced_also_by_a_higher_one() -> None:
    found = limits(limit(6, "price"), limit(14, "price"))
    assert [one.limit for one in found.all] == [14]


def test_the_same_name_on_another_circuit_is_another_limit() -> None:
    found = limits(limit(6, "price"), limit(14, "price", circuit="shed"))
    assert found.by_circuit() == {"group": 6, "shed": 14}


def test_those_of_one_circuit_or_one_name_are_taken_back() -> None:
    found = limits(limit(6, "a"), limit(7, "b"), limit(8, "a", circuit="shed"))

    assert found.clear("group", "a")
    assert not found.clear("group", "a")
    assert found.by_circuit() == {"group": 7, "shed": 8}
    assert found.clear("group")
    assert found.by_circuit() == {"shed": 8}
    assert found.keep_only({"group"})
    assert found.all == ()


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (limit(-0.1), "limit_out_of_range"),
        (limit(25.1), "limit_out_of_range"),
        (limit(float("nan")), "limit_out_of_range"),
        (limit(10, hours=0), "temporary_limit_past"),
        (limit(10, hours=-1), "temporary_limit_past"),
        (limit(10, hours=LONGEST / HOUR + 1), "temporary_limit_too_long"),
    ],
)
def test_what_can_not_be_is_refused_and_what_is_there_stays(wrong: Any, key: str) -> None:
    found = limits(limit(10))
    with pytest.raises(SettingError) as refused:
        found.set(wrong, rated=25.0, now=NOW)
    assert refused.value.key == key
    assert found.all == (limit(10),)


def test_an_automation_that_goes_wild_is_stopped_and_can_still_replace_its_own() -> None:
    found = limits(*(limit(10, f"{number}") for number in range(MOST)))
    with pytest.raises(SettingError):
        found.set(limit(10, "one more"), rated=25.0, now=NOW)
    found.set(limit(8, "0"), rated=25.0, now=NOW)
    assert found.on("group") == limit(8, "0")


def test_they_are_the_same_when_they_are_read_again() -> None:
    found = limits(limit(10, "price"), limit(0, circuit="feeder:1"))
    rows = [Stored(row, version=VERSION) for row in found.to_list()]
    read = TemporaryLimits.read(rows, group="group", now=NOW)
    assert read.all == found.all
    assert not any(row.is_damaged for row in rows)


# --- in a group ------------------------------------------------------------------------


@pytest.fixture
async def entry(hass: HomeAssistant, socket_enabled: None) -> MockConfigEntry:
    """A group of two chargers, one of them on a feeder."""
    entry = group(
        charger("A", "Anna", feeder="shed"), charger("B", "Ben"), feeder("shed", "Garden shed")
    )
    await set_up(hass, entry)
    return entry


@pytest.fixture
def very_fast() -> Iterator[None]:
    """Let ten minutes pass in a quarter of a second."""
    clock.set_factor(2400.0)
    yield
    clock.set_factor(1.0)


async def act(hass: HomeAssistant, entry: MockConfigEntry, action: str, **data: Any) -> None:
    """Call an action."""
    await hass.services.async_call(
        DOMAIN, action, {"config_entry_id": entry.entry_id, **data}, blocking=True
    )


def capacity(entry: MockConfigEntry, circuit: str = "group") -> float:
    """What a circuit may carry, A."""
    return entry.runtime_data.site.circuits[circuit].capacity.l1


async def test_the_group_is_limited_and_a_sensor_tells_by_what_and_until_when(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    sensor = entity_of(hass, "sensor", entry.entry_id, "temporary_limit")
    assert hass.states.get(sensor).state == "unknown"

    await act(hass, entry, "set_temporary_limit", limit=9, duration={"hours": 2}, name="price")
    await act(hass, entry, "set_temporary_limit", limit=10, duration="01:00:00", name="peak")

    assert capacity(entry) == 9.0
    state = await until_state(hass, sensor, "9.0")
    assert state.attributes["name"] == "price"
    left = state.attributes["until"] - clock.now()
    assert timedelta(hours=1, minutes=59) < left <= timedelta(hours=2)

    await act(hass, entry, "clear_temporary_limit", name="price")
    assert capacity(entry) == 10.0
    await act(hass, entry, "clear_temporary_limit", name="nobody's")
    assert capacity(entry) == 10.0
    await act(hass, entry, "clear_temporary_limit")
    assert capacity(entry) == 20.0
    await until_state(hass, sensor, "unknown")


async def test_a_users_lower_limit_still_counts(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await act(hass, entry, "set_temporary_limit", limit=15, duration={"hours": 2})
    await entry.runtime_data.live.change(maximum_current=12.0)

    assert capacity(entry) == 12.0


async def test_a_feeder_is_limited_by_its_name_or_its_device(
    hass: HomeAssistant, entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    device = device_registry.async_get_device_by_identifier((DOMAIN, "shed"), entry.entry_id)

    await act(
        hass, entry, "set_temporary_limit", limit=9, duration="01:00:00", feeder="garden SHED"
    )
    assert (capacity(entry, "feeder:shed"), capacity(entry)) == (9.0, 20.0)
    await until_state(hass, entity_of(hass, "sensor", "shed", "temporary_limit"), "9.0")

    await act(hass, entry, "set_temporary_limit", limit=8, duration="01:00:00", feeder=device.id)
    assert capacity(entry, "feeder:shed") == 8.0
    await act(hass, entry, "clear_temporary_limit", feeder=device.id)
    assert capacity(entry, "feeder:shed") == 16.0


async def test_an_end_is_the_houses_own_time(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await hass.config.async_set_time_zone("Europe/Tallinn")
    # At noon no clock is ever put back or forward.
    tomorrow = dt_util.now() + timedelta(days=1)
    end = tomorrow.replace(tzinfo=None, hour=12, minute=0, second=0, microsecond=0)

    await act(hass, entry, "set_temporary_limit", limit=9, end=end.isoformat(" "))

    (found,) = entry.runtime_data.live.temporary_limits.all
    assert found.until == end.replace(tzinfo=dt_util.get_default_time_zone())


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"limit": 9, "end": PAST}, "temporary_limit_past"),
        ({"limit": 9, "duration": "00:00:00"}, "temporary_limit_past"),
        ({"limit": 9, "duration": "-01:00:00"}, "temporary_limit_past"),
        ({"limit": 9, "duration": {"days": 400}}, "temporary_limit_too_long"),
        ({"limit": 9, "duration": {"days": 999999999}}, "temporary_limit_too_long"),
        ({"limit": -1, "duration": "01:00:00"}, "limit_out_of_range"),
        ({"limit": 25.5, "duration": "01:00:00"}, "limit_out_of_range"),
        ({"limit": 17, "duration": "01:00:00", "feeder": "shed"}, "feeder_not_found"),
        ({"limit": 17, "duration": "01:00:00", "feeder": "Garden shed"}, "limit_out_of_range"),
        ({"limit": 9}, "temporary_limit_no_end"),
        (
            {"limit": 9, "duration": "01:00:00", "end": "2120-01-01 00:00:00"},
            "temporary_limit_no_end",
        ),
    ],
)
async def test_what_can_not_be_is_said_in_words(
    hass: HomeAssistant, entry: MockConfigEntry, data: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, entry, "set_temporary_limit", **data)

    assert refused.value.translation_key == key
    assert str(refused.value) != key
    assert entry.runtime_data.live.temporary_limits.all == ()


@pytest.mark.usefixtures("very_fast")
async def test_it_ends_by_itself(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    manager = entry.runtime_data
    await act(hass, entry, "set_temporary_limit", limit=9, duration="00:10:00", name="short")
    await act(hass, entry, "set_temporary_limit", limit=12, duration="00:20:00", name="long")
    assert capacity(entry) == 9.0

    await until_step(entry, lambda: capacity(entry) == 12.0)
    assert [one.name for one in manager.live.temporary_limits.all] == ["long"]
    await until_step(entry, lambda: capacity(entry) == 20.0)
    await until_state(hass, entity_of(hass, "sensor", entry.entry_id, "temporary_limit"), "unknown")


async def test_it_survives_a_restart(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await act(hass, entry, "set_temporary_limit", limit=9, duration="01:00:00", name="price")

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    assert capacity(entry) == 9.0
    state = hass.states.get(entity_of(hass, "sensor", entry.entry_id, "temporary_limit"))
    assert (state.state, state.attributes["name"]) == ("9.0", "price")


async def test_it_ends_while_home_assistant_is_down(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await act(hass, entry, "set_temporary_limit", limit=9, duration="01:00:00")
    await hass.config_entries.async_unload(entry.entry_id)
    clock.set_now(clock.now() + 2 * HOUR)
    try:
        await hass.config_entries.async_setup(entry.entry_id)
        await until_step(entry, lambda: entry.runtime_data.decision is not None)

        assert capacity(entry) == 20.0
    finally:
        clock.set_now(clock.now() - 2 * HOUR)


async def test_automations_that_contradict_each_other_leave_the_last_that_could_be(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Night, sun and price each want another limit, and one wants what no fuse carries."""
    manager = entry.runtime_data
    number = entity_of(hass, "number", entry.entry_id, "maximum_current")

    async def choose(amperes: float) -> None:
        await hass.services.async_call(
            "number", "set_value", {"entity_id": number, "value": amperes}, blocking=True
        )

    async with client(entry, "B") as socket:
        await socket.boot()
        await start_session(socket)
        await until_step(entry, lambda: manager.decision.connectors[B].active)
        for turn in range(60):
            user, sun, price = (20.0, 6.0, 12.5)[turn % 3], (7.0, 0.0)[turn % 2], float(turn % 25)
            await choose(user)
            await act(
                hass, entry, "set_temporary_limit", limit=sun, duration="02:00:00", name="sun"
            )
            await act(hass, entry, "set_temporary_limit", limit=price, duration="01:00:00")
            held = min(user, sun, price)
            assert capacity(entry) == held
            for wrong in ({"limit": 26, "duration": "01:00:00"}, {"limit": 5, "end": PAST}):
                with pytest.raises(ServiceValidationError):
                    await act(hass, entry, "set_temporary_limit", **wrong)
            with pytest.raises(ServiceValidationError):
                await choose(25.5)
            assert capacity(entry) == held
            if turn % 4 == 3:
                await act(hass, entry, "clear_temporary_limit")

        await choose(13.0)
        await act(hass, entry, "set_temporary_limit", limit=9, duration="01:00:00", name="sun")
        await until_step(entry, lambda: manager.decision.circuits["group"].capacity.l1 == 9.0)
        assert manager.decision.connectors[B].limit <= 9.0

    assert [one.name for one in manager.live.temporary_limits.all] == ["sun"]
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert capacity(entry) == 9.0
    await act(hass, entry, "clear_temporary_limit")
    assert capacity(entry) == 13.0


async def test_a_removed_feeder_takes_its_limits_along(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await act(
        hass, entry, "set_temporary_limit", limit=9, duration="01:00:00", feeder="Garden shed"
    )

    hass.config_entries.async_remove_subentry(entry, "shed")
    await hass.async_block_till_done()

    assert entry.runtime_data.live.temporary_limits.all == ()


@pytest.mark.parametrize("policy", Policy)
async def test_0_amperes_pause_a_car_and_it_says_why(
    hass: HomeAssistant, socket_enabled: None, policy: Policy
) -> None:
    entry = group(charger("A"), policy=policy.value)
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as socket:
        await socket.boot()
        await start_session(socket)
        await until_step(entry, lambda: manager.decision.connectors[A].target >= 6.0)

        await act(hass, entry, "set_temporary_limit", limit=0, duration="01:00:00")

        reason = entity_of(hass, "sensor", subentry_id(entry, "A"), 1, "reason")
        await until_state(hass, reason, "temporary_limit")
        assert manager.decision.connectors[A].limit == 0.0


# --- first in line ---------------------------------------------------------------------


@pytest.fixture
async def waiting(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[MockConfigEntry]:
    """A group with room for one of its two cars: B waits."""
    entry = group(charger("A"), charger("B"), maximum_current=8.0)
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "A") as first, client(entry, "B") as second:
        for socket in (first, second):
            await socket.boot()
        await start_session(first)
        await until_step(entry, lambda: manager.decision.connectors[A].active)
        await start_session(second)
        await until_step(entry, lambda: manager.decision.connectors[B].next_turn is not None)
        yield entry


async def test_who_waits_sees_when_its_turn_comes(
    hass: HomeAssistant, waiting: MockConfigEntry
) -> None:
    next_turn = entity_of(hass, "sensor", subentry_id(waiting, "B"), 1, "next_turn")
    state = await until_state(hass, next_turn, lambda state: state.state != "unknown")
    left = datetime.fromisoformat(state.state) - clock.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15, seconds=1)
    assert state.attributes["first_in_line"] is False
    served = hass.states.get(entity_of(hass, "sensor", subentry_id(waiting, "A"), 1, "next_turn"))
    assert served.state == "unknown"


async def test_a_button_puts_a_session_first_in_line(
    hass: HomeAssistant, waiting: MockConfigEntry
) -> None:
    button = entity_of(hass, "button", subentry_id(waiting, "B"), 1, "first_in_line")
    next_turn = entity_of(hass, "sensor", subentry_id(waiting, "B"), 1, "next_turn")
    await until_state(hass, button, lambda state: state.state != "unavailable")

    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)

    state = await until_state(hass, next_turn, lambda state: state.attributes["first_in_line"])
    left = datetime.fromisoformat(state.state) - clock.now()
    # The other car has just begun: it may go on for five minutes, not for fifteen.
    assert timedelta(minutes=4) < left <= timedelta(minutes=5, seconds=1)


async def test_an_action_puts_a_session_first_in_line(
    hass: HomeAssistant, waiting: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    device = device_registry.async_get_device_by_identifier(
        (DOMAIN, subentry_id(waiting, "B")), waiting.entry_id
    )

    await hass.services.async_call(
        DOMAIN, "put_first_in_line", {"device_id": device.id}, blocking=True
    )

    assert waiting.runtime_data.is_first_in_line(B)
    assert not waiting.runtime_data.is_first_in_line(A)


@pytest.mark.parametrize(
    ("device", "connector", "key"),
    [
        ("A", 1, "no_session"),
        ("A", 2, "connector_not_found"),
        ("shed", 1, "device_no_charger"),
        (None, 1, "device_no_charger"),
    ],
)
async def test_only_a_session_can_be_first_in_line(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    device: str | None,
    connector: int,
    key: str,
) -> None:
    found = device_registry.async_get_device_by_identifier(
        (DOMAIN, subentry_id(entry, "A") if device == "A" else device), entry.entry_id
    )
    data = {"device_id": "none" if found is None else found.id, "connector": connector}

    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(DOMAIN, "put_first_in_line", data, blocking=True)

    assert refused.value.translation_key == key


async def test_the_button_is_there_while_a_session_is(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    button = hass.states.get(entity_of(hass, "button", subentry_id(entry, "A"), 1, "first_in_line"))
    assert button.state == "unavailable"


async def test_an_outlet_of_a_twin_is_named_by_its_own_device(
    hass: HomeAssistant, device_registry: dr.DeviceRegistry, socket_enabled: None
) -> None:
    entry = group(charger("TWIN", connectors=2))
    await set_up(hass, entry)
    manager = entry.runtime_data
    outlet = device_registry.async_get_child_device_by_identifier(
        (DOMAIN, f"{subentry_id(entry, 'TWIN')}_2"), entry.entry_id
    )
    second = ConnectorId("TWIN", 2)
    async with client(entry, "TWIN") as socket:
        await socket.boot()
        await start_session(socket, 2)
        await until_step(entry, lambda: manager.decision.connectors[second].active)

        await hass.services.async_call(
            DOMAIN, "put_first_in_line", {"device_id": outlet.id}, blocking=True
        )

        assert manager.is_first_in_line(second)
