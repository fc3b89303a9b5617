"""What starts, stops or changes is decided and sent at once: no timer is in between."""

import asyncio

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import Change, ChargePoint
from custom_components.ev_load_manager.group.store import GroupStore
from homeassistant.core import HomeAssistant
from tests.groups import charger, client, group, set_up, start_session, until_step

pytestmark = pytest.mark.usefixtures("socket_enabled", "hurry")

A_FEW_TURNS = 10
"""Turns of the event loop. A timer, even the shortest, would take a thousand."""


class Turns:
    """Counts the turns of the event loop, and notes in which one something happened."""

    def __init__(self) -> None:
        """Begin to count."""
        self.seen: dict[str, int] = {}
        self._loop = asyncio.get_running_loop()
        self._count = 0
        self._counting = True
        self._next()

    def _next(self) -> None:
        self._count += 1
        if self._counting:
            self._loop.call_soon(self._next)

    def note(self, what: str) -> None:
        """It happened now; only the first time counts."""
        self.seen.setdefault(what, self._count)

    def stop(self) -> None:
        """Count no more."""
        self._counting = False


async def test_a_car_that_starts_cuts_the_others_in_the_same_breath(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"), charger("RIGHT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    left = manager.access.control("LEFT").limits.keeper(1)
    async with client(entry, "LEFT") as one, client(entry, "RIGHT") as other:
        await one.boot()
        await other.boot()
        await other.status("Available")
        await start_session(one)
        await until_step(entry, lambda: left.offer.accepted == 16.0)
        while not one.asked.empty():
            one.asked.get_nowait()
        turns = Turns()

        def heard(point: ChargePoint, change: Change, _: int | None) -> None:
            turns.note(f"{point.id} {change}")

        manager.access.point("RIGHT").on_change(heard)
        manager.access.point("LEFT").on_change(heard)
        manager.add_listener(lambda: turns.note("decision"))

        await start_session(other)
        sent = await one.next_call("SetChargingProfile")
        turns.stop()

    schedule = sent["csChargingProfiles"]["chargingSchedule"]
    assert schedule["chargingSchedulePeriod"][0]["limit"] < 16
    event = turns.seen["RIGHT status"]
    assert event <= turns.seen["decision"] <= event + A_FEW_TURNS
    assert turns.seen["decision"] <= turns.seen["LEFT limit"] <= event + A_FEW_TURNS


async def test_a_lowered_limit_is_sent_before_it_is_written(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = asyncio.Event()
    written.set()
    save = GroupStore.save

    async def slow(store: GroupStore) -> None:
        await written.wait()
        await save(store)

    monkeypatch.setattr(GroupStore, "save", slow)
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    manager = entry.runtime_data
    left = manager.access.control("LEFT").limits.keeper(1)
    async with client(entry, "LEFT") as one:
        await one.boot()
        await start_session(one)
        await until_step(entry, lambda: left.offer.accepted == 16.0)

        written.clear()
        changing = asyncio.create_task(manager.live.change(maximum_current=10.0))
        try:
            await until_step(entry, lambda: left.offer.accepted == 10.0)
            assert not changing.done()
        finally:
            written.set()
        await changing
