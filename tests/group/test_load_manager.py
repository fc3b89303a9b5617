"""The loop of a group: what it does with events, faults and what it remembers."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.decision import Reason
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.errors import SettingError
from custom_components.ev_load_manager.group import current_site, load_manager
from custom_components.ev_load_manager.group.triggers import Triggers
from homeassistant.core import HomeAssistant
from simulation.charger.car import NIMBLE, Car
from simulation.charger.charger import SimulatedCharger
from tests.groups import charger, client, group, set_up, start_session, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled", "time_jumps")

LEFT, RIGHT = ConnectorId("LEFT", 1), ConnectorId("RIGHT", 1)


@pytest.fixture
def fast() -> Iterator[None]:
    """Let the site's time run faster, for chargers that live by themselves."""
    clock.set_factor(20.0)
    yield
    clock.set_factor(1.0)


async def test_an_exception_takes_everyone_down_and_balancing_comes_back(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        await until_step(entry, lambda: manager.decision.connectors[LEFT].limit >= 6.0)
        keeper = manager.access.control("LEFT").limits.keeper(1)
        assert keeper.wanted >= 6.0

        with patch.object(load_manager, "step", side_effect=RuntimeError("broken")):
            await manager.live.change(maximum_current=18.0)
            await left.status("Charging")
            await hass.async_block_till_done()
            assert keeper.wanted == manager.site.connectors[LEFT].fallback
            await manager.live.change(maximum_current=17.0)
            await left.status("Charging")
            await hass.async_block_till_done()
        assert caplog.text.count("Balancing failed") == 1

        await manager.live.change(maximum_current=16.0)
        await until_step(entry, lambda: manager.decision.connectors[LEFT].target >= 6.0)


async def test_a_step_that_keeps_failing_is_not_tried_without_a_pause(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)
    # Something was to change long ago, and no step comes to look at it.
    manager.decision = replace(manager.decision, next_step_at=clock.monotonic() - 60.0)
    waits: list[float] = []
    waited = asyncio.Event()

    async def wait(self: Triggers, until: float) -> None:
        waits.append(until - clock.monotonic())
        waited.set()
        await asyncio.Event().wait()

    with (
        patch.object(load_manager, "step", side_effect=RuntimeError("broken")),
        patch.object(Triggers, "wait", wait),
    ):
        await manager.live.change(maximum_current=18.0)
        await waited.wait()

    assert waits[0] > load_manager.LONGEST_WAIT / 2


async def test_who_only_looks_on_does_not_stop_balancing(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        with patch.object(manager.records.recalculations, "note", side_effect=RuntimeError("full")):
            await until_step(entry, lambda: manager.decision.connectors[LEFT].limit >= 6.0)
            await manager.live.change(maximum_current=5.0)
            await until_step(entry, lambda: manager.decision.connectors[LEFT].limit == 0.0)
    assert manager.access.control("LEFT").limits.keeper(1).wanted == 0.0
    assert "can't be shown" in caplog.text
    assert "Balancing failed" not in caplog.text


async def test_what_breaks_a_site_takes_everyone_to_nothing(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        await until_step(entry, lambda: manager.decision.connectors[LEFT].limit >= 6.0)
        with patch.object(current_site, "build_site", side_effect=ValueError("no tree")):
            await manager.live.change(maximum_current=18.0)
            await hass.async_block_till_done()
            assert manager.access.control("LEFT").limits.keeper(1).wanted == 0.0


async def test_a_charger_that_never_called_takes_nothing_from_the_others(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"), maximum_current=16.0)
    await set_up(hass, entry)
    manager = entry.runtime_data
    await manager.sync(
        manager.group,
        {**manager.chargers, "new": _named(manager.chargers, "RIGHT")},
    )
    async with client(entry, "LEFT") as left:
        await left.boot()
        await start_session(left)
        await until_step(entry, lambda: manager.decision.connectors[LEFT].target == 16.0)
    right = manager.decision.connectors[RIGHT]
    assert right.reason is Reason.CHARGER_OFFLINE
    assert max(right.reserved) == 0.0


async def test_after_the_store_is_lost_an_absent_charger_counts_with_all_it_can_draw(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"), charger("RIGHT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)
    assert max(manager.decision.connectors[RIGHT].reserved) == 32.0


async def test_limits_in_force_are_known_again_after_a_restart(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as left:
        await left.boot()
        transaction = await start_session(left)
        manager = entry.runtime_data
        await until_step(entry, lambda: manager.readings.connectors[LEFT].offer.accepted == 16.0)
    assert await hass.config_entries.async_reload(entry.entry_id)
    manager = entry.runtime_data
    await until_step(entry, lambda: manager.decision is not None)
    reading = manager.readings.connectors[LEFT]
    assert not reading.online
    assert reading.session == str(transaction)
    assert reading.offer.accepted == 16.0
    assert manager.decision.connectors[LEFT].reason is Reason.CHARGER_OFFLINE
    assert max(manager.decision.connectors[LEFT].reserved) >= 16.0


@pytest.mark.usefixtures("fast")
async def test_an_automation_that_writes_every_second_wears_no_charger(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    box = SimulatedCharger(charge_point_id="LEFT", url=f"ws://127.0.0.1:{manager.port}")
    await box.start()
    try:
        await box.until(lambda: box.accepted)
        box.plug_in(1, Car(NIMBLE))
        await box.until(lambda: box.connectors[1].offered == 16.0)
        before, began = len(box.received("SetChargingProfile")), clock.monotonic()
        for write in range(40):
            await manager.live.change(maximum_current=10.0 if write % 2 else 16.0)
            await clock.sleep(1.0)
        sent = len(box.received("SetChargingProfile")) - before
        passed = clock.monotonic() - began
    finally:
        await box.stop()
    # A cut at once, and an increase no sooner than 5 s after it.
    assert 2 <= sent <= 2 * (passed / 5.0 + 1)
    assert box.violations == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"maximum_current": 26.0}, "maximum_current"),
        ({"maximum_current": -1.0}, "maximum_current"),
        ({"safe_limit": 30.0}, "safe_limit"),
        ({"grid_maximum_current": 99.0}, "grid_maximum_current"),
    ],
)
async def test_no_setting_goes_above_a_fuse(
    hass: HomeAssistant, changes: dict[str, Any], field: str
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    before = entry.runtime_data.live.settings
    with pytest.raises(SettingError) as refused:
        await entry.runtime_data.live.change(**changes)
    assert refused.value.field == field
    assert entry.runtime_data.live.settings == before


async def test_a_connector_keeps_to_what_its_charger_may(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    for amperes in (5.0, 17.0):
        with pytest.raises(SettingError):
            await entry.runtime_data.live.change_connector(LEFT, maximum=amperes)
    await entry.runtime_data.live.change_connector(LEFT, maximum=10.0, charging_allowed=False)
    connector = entry.runtime_data.site.connectors[LEFT]
    assert (connector.maximum, connector.charging_allowed) == (10.0, False)


async def test_a_charger_that_nobody_has_is_not_found(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    with pytest.raises(KeyError):
        entry.runtime_data.chargers.named("NOBODY")
    assert DOMAIN in hass.config.components


def _named(chargers: Any, charger_id: str) -> Any:
    """Another charger like those that are there."""
    (one,) = chargers.values()
    return replace(one, subentry_id="new", charger_id=charger_id, name=charger_id)
