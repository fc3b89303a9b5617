"""The recorder is told what places and drivers charged by the hour, and told again what changes."""

from datetime import UTC, datetime
from functools import partial
import sqlite3
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.ev_load_manager.sessions import drivers, hours, keeping, retention
from custom_components.ev_load_manager.sessions.corrections import correct
from custom_components.ev_load_manager.sessions.hours import HOUR, Scope
from custom_components.ev_load_manager.sessions.recorder import uid_of
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.energy.validate import async_validate
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component

from .telling import NOON, begun, ended, rows, tell, with_readings

NOW = int(NOON)
ANNA, PLACE = Scope("person", 1), Scope("place", 1)


@pytest.fixture
def book(book: sqlite3.Connection) -> sqlite3.Connection:
    """A book with a driver, that marks what changes."""
    person = drivers.add_person(book, "Anna")
    drivers.give_card(book, "04A1B2C3", person, from_ts=0)
    hours.begin(book, 0)
    return book


def charge(book: sqlite3.Connection, at: float, wh: int = 8_000) -> None:
    """Two hours of charging, evenly."""
    start = begun(at, 1_000_000 + (at - NOON) * 10, tx_id=str(at))
    values = with_readings(
        start, [(at + n * 900, (start.register or 0) + wh * n / 8) for n in range(1, 8)]
    )
    tell(book, start, values, ended(at + 2 * HOUR, (start.register or 0) + wh, start))


def told(book: sqlite3.Connection, scope: Scope, since: int, until: int) -> list[tuple[int, int]]:
    """Wh of each hour, and all up to its end."""
    return [(hour.wh, hour.sum_wh) for hour in hours.hours(book, scope, since, until)]


def test_hours_add_up_whoever_asks_since_when(book) -> None:
    charge(book, NOON)
    charge(book, NOON + 5 * HOUR)
    day = told(book, PLACE, NOW, NOW + 8 * HOUR)
    assert [wh for wh, _ in day] == [4_000, 4_000, 0, 0, 0, 4_000, 4_000, 0]
    assert day[-1][1] == 16_000
    for later in range(8):
        assert told(book, PLACE, NOW + later * HOUR, NOW + 8 * HOUR) == day[later:]
    assert told(book, ANNA, NOW, NOW + 8 * HOUR) == day


def test_what_changes_is_marked_until_it_is_told_as_a_whole(book) -> None:
    charge(book, NOON)
    assert hours.changed(book) == {PLACE: NOW, ANNA: NOW}
    hours.settle(book, NOW + HOUR)
    assert hours.changed(book)
    hours.settle(book, NOW + 3 * HOUR)
    assert not hours.changed(book)
    uid = uid_of(rows(book)[0]["once"])
    bert = drivers.add_person(book, "Bert")
    correct(book, uid, "person", bert, user_id=None, why="not hers", at=NOW)
    # It is not hers any more: her hours change, too.
    assert hours.changed(book) == {PLACE: NOW, ANNA: NOW, Scope("person", bert): NOW}
    assert told(book, ANNA, NOW, NOW + 2 * HOUR) == [(0, 0), (0, 0)]


def test_months_that_are_kept_no_longer_stay_in_the_sums(book) -> None:
    charge(book, NOON)
    charge(book, NOON + 5 * HOUR)
    before = told(book, ANNA, NOW + 5 * HOUR, NOW + 8 * HOUR)
    book.execute("UPDATE session SET settled = 1")
    assert retention.forget_before(book, NOW + 3 * HOUR) == 1
    assert told(book, ANNA, NOW + 5 * HOUR, NOW + 8 * HOUR) == before


def test_fees_and_prices_are_in_the_costs(book) -> None:
    keeping.add_tariff(book, from_ts=0, currency="EUR", price=0.25, per_session=1.0)
    charge(book, NOON)
    costs = [hour.nano for hour in hours.hours(book, PLACE, NOW, NOW + 3 * HOUR)]
    assert costs == [2_000_000_000, 1_000_000_000, 0]


@pytest.mark.usefixtures("recorder_mock")
async def test_the_recorder_has_them_and_the_energy_dashboard_takes_them(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    shared = async_shared_book(hass)
    book = await shared.acquire("test")
    freezer.move_to(datetime.fromtimestamp(NOW + 9 * HOUR + 300, UTC))
    person = await book.change(lambda one: keeping.change_person(one, None, name="Anna"))
    await book.change(partial(keeping.give_card, person=person, tag="04A1B2C3", now=0, from_ts=0))
    await book.change(partial(charge, at=NOON))
    assert shared.statistics is not None
    await shared.statistics.update()  # nobody wants them yet
    await book.change(partial(keeping.change_settings, changes={"statistics": True}))
    await shared.statistics.switch(True)
    await async_wait_recording_done(hass)
    energy = f"ev_load_manager:person_{person}_energy"

    async def recorded() -> list[dict[str, Any]]:
        found = await get_instance(hass).async_add_executor_job(
            statistics_during_period,
            hass,
            datetime.fromtimestamp(NOW, UTC),
            None,
            {energy},
            "hour",
            None,
            {"sum", "state"},
        )
        return found.get(energy, [])

    assert [row["sum"] for row in await recorded()][:3] == [4.0, 8.0, 8.0]

    await book.change(partial(charge, at=NOON + 5 * HOUR))
    uid = await book.read(lambda one: uid_of(rows(one)[0]["once"]))
    await book.change(
        partial(correct, uid=uid, field="wh", new=4_000, user_id=None, why="x", at=NOW)
    )
    await shared.statistics.update()
    await async_wait_recording_done(hass)
    assert [row["sum"] for row in await recorded()] == [
        2.0,
        4.0,
        4.0,
        4.0,
        4.0,
        8.0,
        12.0,
        12.0,
        12.0,
    ]

    # Somebody clears them, and wants them again: they are what they were.
    before = await recorded()
    get_instance(hass).async_clear_statistics([energy])
    await async_wait_recording_done(hass)
    assert await recorded() == []
    for on in (False, True):
        await book.change(partial(keeping.change_settings, changes={"statistics": on}))
        await shared.statistics.switch(on)
    await async_wait_recording_done(hass)
    assert await recorded() == before

    assert await async_setup_component(hass, "energy", {})
    manager = await async_get_manager(hass)
    await manager.async_update({"device_consumption": [{"stat_consumption": energy}]})
    result = await async_validate(hass)
    assert not result.as_dict()["device_consumption"][0]

    await shared.statistics.forget(person)
    await async_wait_recording_done(hass)
    assert await recorded() == []
    await shared.release("test")
