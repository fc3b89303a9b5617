"""A removed charger at which a car goes on charging takes nothing from the others' safety."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from websockets.exceptions import InvalidStatus

from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.charge_point import charger_control
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.groups import (
    charger,
    client,
    feeder,
    group,
    name_charger,
    set_up,
    start_session,
    subentry_id,
    tell_values,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

LEFT, RIGHT = ConnectorId("LEFT", 1), ConnectorId("RIGHT", 1)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A charger that is removed has no long time to stop its session."""
    monkeypatch.setattr(charger_control, "RELEASED_WITHIN", 0.2)


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of two for 20 A, without a meter."""
    made = group(charger("LEFT", "Anna"), charger("RIGHT", "Ben"), maximum_current=20.0)
    await set_up(hass, made)
    return made


@pytest.fixture
async def left(entry: MockConfigEntry) -> AsyncGenerator[Client]:
    """The charger that stays, at which a car charges."""
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        yield socket


@pytest.fixture
async def right(entry: MockConfigEntry) -> AsyncGenerator[Client]:
    """The one that is removed, and won't have its session stopped."""
    async with client(entry, "RIGHT") as socket:
        await socket.boot()
        socket.answers["RemoteStopTransaction"] = {"status": "Rejected"}
        yield socket


def told(hass: HomeAssistant) -> list[tuple[str, str]]:
    """The repairs about removed chargers, with those that they name."""
    return [
        (issue.translation_key, issue.translation_placeholders["names"])
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN
        and issue.translation_key in ("not_released", "still_charges")
        and issue.translation_placeholders is not None
    ]


async def remove(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigSubentry:
    """Delete RIGHT, and wait until it is known that its car goes on; what was deleted."""
    subentry = entry.subentries[subentry_id(entry, "RIGHT")]
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await until_step(entry, lambda: bool(entry.runtime_data.chargers.left_behind))
    await hass.async_block_till_done()
    return subentry


async def stop(socket: Client, transaction_id: int) -> None:
    """The session ends, and the charger says so; it may be let go before it has an answer."""
    finishing = {"connectorId": 1, "status": "Finishing", "errorCode": "NoError"}
    await socket.call(
        "StopTransaction", transactionId=transaction_id, meterStop=5, timestamp=ago(0)
    )
    await socket.send([2, "last", "StatusNotification", finishing])


def possible(entry: MockConfigEntry) -> float:
    """What both may draw together, whatever limit is in force, A."""
    manager = entry.runtime_data
    return sum(
        max(manager.readings.connectors[one].offer.possible, default=0.0)
        for one in (LEFT, RIGHT)
        if one in manager.readings.connectors
    )


async def test_it_is_counted_and_held_down_until_its_session_ends(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client, right: Client
) -> None:
    manager = entry.runtime_data
    await start_session(left)
    transaction_id = await start_session(right)
    await tell_values(left, (10.0, 10.0, 10.0))
    await tell_values(right, (10.0, 10.0, 10.0))
    keepers = [manager.access.control(name).limits.keeper(1) for name in ("LEFT", "RIGHT")]
    await until_step(entry, lambda: all(one.offer.accepted is not None for one in keepers))
    sums = []
    end = manager.add_listener(lambda: sums.append(possible(entry)))

    await remove(hass, entry)

    assert told(hass) == [("still_charges", "Ben")]
    assert set(manager.readings.connectors) == {LEFT, RIGHT}
    assert entry.runtime_data.access.point("RIGHT").online
    # It is told that no car may charge; the other one is told nothing that it still takes.
    await until_step(entry, lambda: keepers[1].offer.accepted == 0.0)
    assert max(sums) <= 20.0
    assert not [
        one
        for one in er.async_get(hass).entities.values()
        if one.config_subentry_id is not None and one.config_subentry_id.startswith("removed:")
    ]

    await stop(right, transaction_id)
    await until_step(entry, lambda: set(manager.readings.connectors) == {LEFT})
    await until_step(entry, lambda: told(hass) == [])
    end()
    assert max(sums) <= 20.0
    assert await right.closed
    assert list(manager.chargers.left_behind) == []


async def test_it_is_counted_over_a_restart_also_while_it_is_away(
    hass: HomeAssistant, entry: MockConfigEntry, right: Client
) -> None:
    transaction_id = await start_session(right)
    await remove(hass, entry)
    await hass.config_entries.async_reload(entry.entry_id)
    manager = entry.runtime_data

    assert told(hass) == [("still_charges", "Ben")]
    assert manager.chargers.named("RIGHT").was_removed
    assert RIGHT in manager.site.connectors
    assert not manager.site.connectors[RIGHT].charging_allowed

    async with client(entry, "RIGHT") as again:
        await again.boot()
        await stop(again, transaction_id)
        await until_step(entry, lambda: told(hass) == [])
        assert await again.closed
    assert RIGHT not in manager.site.connectors
    await hass.config_entries.async_reload(entry.entry_id)
    assert list(entry.runtime_data.chargers.left_behind) == []


@pytest.mark.parametrize(
    "damaged", [None, [], {}, {"name": "Ben", "charger_id": "RIGHT", "wiring": 7}]
)
async def test_it_is_counted_with_all_it_may_draw_where_its_settings_can_not_be_read(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: MockConfigEntry,
    right: Client,
    damaged: object,
) -> None:
    await start_session(right)
    await remove(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    stored = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["chargers"]["RIGHT"]
    assert stored["removed"]["name"] == "Ben"
    stored["removed"] = damaged

    await hass.config_entries.async_setup(entry.entry_id)

    outlet = entry.runtime_data.site.connectors[RIGHT]
    assert (len(outlet.wiring), outlet.hardware_maximum) == (3, 32.0)
    assert told(hass) == [("still_charges", "RIGHT")]


async def test_it_is_counted_no_more_on_the_users_word(
    hass: HomeAssistant, entry: MockConfigEntry, right: Client
) -> None:
    await start_session(right)
    await remove(hass, entry)
    assert await async_setup_component(hass, REPAIRS, {})
    flows: Any = hass.data[REPAIRS]["flow_manager"]
    issue_id = f"still_charges_{entry.entry_id}"
    shown = await flows.async_init(DOMAIN, context={"issue_id": issue_id})
    assert shown["step_id"] == "confirm"

    await flows.async_configure(shown["flow_id"], {})
    await hass.async_block_till_done()

    assert RIGHT not in entry.runtime_data.site.connectors
    assert await right.closed
    # Its limits are still in it.
    assert told(hass) == [("not_released", "Ben")]


async def test_who_adds_it_again_has_it_back_with_its_session(
    hass: HomeAssistant, entry: MockConfigEntry, right: Client
) -> None:
    transaction_id = await start_session(right)
    subentry = await remove(hass, entry)
    again = ConfigSubentry(
        data={**subentry.data, CONF_PASSWORD: None},
        subentry_type=subentry.subentry_type,
        title="Bert",
        unique_id=subentry.unique_id,
    )

    hass.config_entries.async_add_subentry(entry, again)
    await hass.async_block_till_done()

    manager = entry.runtime_data
    assert told(hass) == []
    assert entry.runtime_data.access.point("RIGHT").online
    assert manager.chargers[again.subentry_id].name == "Bert"
    assert manager.site.connectors[RIGHT].charging_allowed
    await until_step(entry, lambda: manager.readings.connectors[RIGHT].session is not None)
    assert manager.readings.connectors[RIGHT].session == str(transaction_id)


async def test_no_other_group_on_the_port_can_have_it_before_it_is_let_go(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    entry = group(charger("LEFT", "Anna"), charger("RIGHT", "Ben"), listen_port=unused_tcp_port)
    other = group(name="Yard", listen_port=unused_tcp_port)
    await set_up(hass, entry)
    await set_up(hass, other)
    async with client(entry, "RIGHT") as right:
        await right.boot()
        right.answers["RemoteStopTransaction"] = {"status": "Rejected"}
        await start_session(right)
        await remove(hass, entry)

        result = await name_charger(hass, other, "RIGHT")

        assert result["errors"] == {"charger_id": "in_other_group"}


async def test_the_chargers_of_a_removed_group_are_told_of(
    hass: HomeAssistant, entry: MockConfigEntry, right: Client
) -> None:
    await start_session(right)
    await remove(hass, entry)

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()

    assert told(hass) == [("not_released", "Ben")]


async def test_the_chargers_of_a_removed_group_that_did_not_run_are_told_of(
    hass: HomeAssistant, entry: MockConfigEntry, right: Client
) -> None:
    await start_session(right)
    await remove(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert told(hass) == []

    await hass.config_entries.async_remove(entry.entry_id)

    assert told(hass) == [("not_released", "Ben")]


async def test_it_is_the_same_where_it_was_removed_while_the_group_did_not_run(
    hass: HomeAssistant, unused_tcp_port: int
) -> None:
    password = "a-secret-of-a-charger"
    entry = group(
        charger("RIGHT", "Ben", password=password, wiring="l2", feeder="ROW"),
        feeder("ROW"),
        listen_port=unused_tcp_port,
    )
    await set_up(hass, entry)
    async with client(entry, "RIGHT", password=password.encode()) as right:
        await right.boot()
        await start_session(right)
        await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "RIGHT"))

    for _ in range(2):
        await hass.config_entries.async_setup(entry.entry_id)
        manager = entry.runtime_data
        outlet = manager.site.connectors[RIGHT]
        assert (outlet.wiring, outlet.maximum) == ((Phase.L2,), 16.0)
        assert manager.site.path(outlet.circuit)[0] == "feeder:ROW"
        assert told(hass) == [("still_charges", "Ben")]
        # Nobody else says that the session is over.
        with pytest.raises(InvalidStatus, match="401"):
            await client(entry, "RIGHT").__aenter__()
        await hass.config_entries.async_unload(entry.entry_id)


async def test_it_is_counted_with_all_it_may_draw_where_its_settings_were_never_stored(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry, right: Client
) -> None:
    await start_session(right)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    hass.config_entries.async_remove_subentry(entry, subentry_id(entry, "RIGHT"))
    del hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]["chargers"]["RIGHT"]["settings"]

    await hass.config_entries.async_setup(entry.entry_id)

    outlet = entry.runtime_data.site.connectors[RIGHT]
    assert (len(outlet.wiring), outlet.hardware_maximum) == (3, 32.0)
    assert told(hass) == [("still_charges", "RIGHT")]


@pytest.mark.parametrize(
    "place", [(), ("connectors",), ("connectors", "1"), ("connectors", "1", "transaction")]
)
async def test_it_is_counted_until_it_is_free_where_its_session_can_not_be_read(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    entry: MockConfigEntry,
    right: Client,
    place: tuple[str, ...],
) -> None:
    await start_session(right)
    await right.status("SuspendedEV")
    await remove(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    holder = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]
    *path, last = ("chargers", "RIGHT", *place)
    for step in path:
        holder = holder[step]
    holder[last] = "rubbish"

    await hass.config_entries.async_setup(entry.entry_id)
    await hass.config_entries.async_reload(entry.entry_id)

    manager = entry.runtime_data
    assert RIGHT in manager.site.connectors
    async with client(entry, "RIGHT") as again:
        await again.boot()
        await again.status("SuspendedEV")
        await hass.async_block_till_done()
        assert RIGHT in manager.site.connectors
        await again.send(
            [
                2,
                "last",
                "StatusNotification",
                {"connectorId": 1, "status": "Available", "errorCode": "NoError"},
            ]
        )
        await until_step(entry, lambda: RIGHT not in manager.readings.connectors)


async def test_it_is_counted_where_its_car_begins_anew_while_another_is_waited_for(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    left: Client,
    right: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    manager = entry.runtime_data
    monkeypatch.setattr(charger_control, "RELEASED_WITHIN", 5.0)
    right.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    left.answers["RemoteStopTransaction"] = {"status": "Accepted"}
    transaction_id = await start_session(right)
    other_id = await start_session(left)

    syncing = hass.async_create_task(manager.sync(manager.group, {}))
    await right.next_call("RemoteStopTransaction")
    await stop(right, transaction_id)
    await start_session(right)
    await stop(left, other_id)
    await syncing

    assert list(manager.chargers.left_behind) == ["RIGHT"]
    assert right.closed.done() is False


async def test_it_hangs_on_what_fed_its_feeder_where_that_is_removed_too(
    hass: HomeAssistant,
) -> None:
    entry = group(
        charger("LEFT", "Anna", feeder="UPPER"),
        charger("RIGHT", "Ben", feeder="LOWER"),
        feeder("UPPER"),
        feeder("LOWER", parent="UPPER"),
    )
    await set_up(hass, entry)
    async with client(entry, "RIGHT") as right:
        await right.boot()
        right.answers["RemoteStopTransaction"] = {"status": "Rejected"}
        await start_session(right)
        await remove(hass, entry)

        hass.config_entries.async_remove_subentry(entry, "LOWER")
        await hass.async_block_till_done()

        site = entry.runtime_data.site
        assert site.path(site.connectors[RIGHT].circuit)[0] == "feeder:UPPER"
        await hass.config_entries.async_reload(entry.entry_id)
        assert entry.runtime_data.site.connectors[RIGHT].circuit == "feeder:UPPER"
