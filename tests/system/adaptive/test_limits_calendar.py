"""A calendar of Home Assistant's whose events name limits of windows, in a real Home Assistant."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    flush_store,
    setup_test_component_platform,
)

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.config.power_settings import CONF_POWER
from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.entities.windows import window_now
from custom_components.ev_load_manager.issues.table import Repair
from custom_components.ev_load_manager.peaks.keeper import Rule
from custom_components.ev_load_manager.watchers.peaks import peak_issues
from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulation.plant.meter import SimulatedMeter
from tests.groups import charger, set_up, suggested, until_step

from .conftest import Hands, metered, settings
from .test_own_tariff import typed
from .test_power import form, reconfigured

LIMITS = "calendar.limits"
WINDOW: dict[str, Any] = {
    "window": "calendar",
    "calendar_entity": LIMITS,
    "minutes": 15,
    "peak_limit": 10.0,
}


class Calendar(CalendarEntity):
    """Whose events a test writes."""

    _attr_name = "Limits"

    def __init__(self) -> None:
        """Without any."""
        self.entity_id = LIMITS
        self.events: list[CalendarEvent] = []
        self.failure: Exception | None = None

    @property
    def event(self) -> CalendarEvent | None:
        """One that goes on, of how many there may be."""
        now = dt_util.now()
        return next(
            (
                one
                for one in self.events
                if one.start_datetime_local <= now < one.end_datetime_local
            ),
            None,
        )

    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """All of a time."""
        if self.failure is not None:
            raise self.failure
        return [
            one
            for one in self.events
            if one.start_datetime_local < end_date and one.end_datetime_local > start_date
        ]

    def write(
        self, text: str, begins: float, hours: float = 1.0, description: str | None = None
    ) -> None:
        """Add an event that begins so many hours from now."""
        start = dt_util.now() + timedelta(hours=begins)
        self.events.append(
            CalendarEvent(
                start=start,
                end=start + timedelta(hours=hours),
                summary=text,
                description=description,
            )
        )
        self.async_write_ha_state()

    def be(self, *, available: bool) -> None:
        """Be there, or not."""
        self._attr_available = available
        self.async_write_ha_state()


type Make = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
async def calendar(hass: HomeAssistant) -> AsyncGenerator[Calendar]:
    """One that is there before the group."""
    found = Calendar()
    setup_test_component_platform(hass, "calendar", [found])
    assert await async_setup_component(hass, "calendar", {"calendar": {"platform": "test"}})
    await hass.async_block_till_done()
    yield found
    await found.async_remove(force_remove=True)


@pytest.fixture
async def set_up_group(hass: HomeAssistant, hurry: None, meter: SimulatedMeter) -> Make:
    """Make a group that follows it."""

    async def make(**more: Any) -> MockConfigEntry:
        entry = metered(settings(meter), charger("a"), **{CONF_POWER: {**WINDOW, **more}})
        await set_up(hass, entry)
        return entry

    return make


def limit(entry: MockConfigEntry) -> float:
    """Of the window that goes on, kW."""
    return float(entry.runtime_data.power.peaks.limit) / 1000.0


def told(entry: MockConfigEntry) -> dict[str, Any]:
    return {one.key: one.placeholders for one in peak_issues(entry.runtime_data, group="G")}


async def until_limit(entry: MockConfigEntry, wanted: float) -> None:
    keeper = entry.runtime_data.power.peaks
    await until_step(entry, lambda: keeper.energy.start is not None and limit(entry) == wanted)


async def test_its_events_limit_windows_and_others_do_not(
    hass: HomeAssistant, calendar: Calendar, set_up_group: Make
) -> None:
    calendar.write("Birthday", -0.5)
    entry = await set_up_group()
    calendar_of = entry.runtime_data.power.calendar
    await until_step(entry, lambda: calendar_of.unread_for == 0.0)
    await until_limit(entry, 10.0)
    assert entry.runtime_data.power.peaks.settings.rule is Rule.CALENDAR
    # An event that begins now is heard at once; of several that overlap the lowest counts.
    calendar.write("Evening", -0.5, description="not above 4,5 kW")
    await until_limit(entry, 4.5)
    calendar.write("3 kW", -0.25)
    await until_limit(entry, 3.0)
    shown = window_now(entry.runtime_data)
    assert shown is not None
    assert shown["calendar"] == {"name": "Limits", "is_known": True}
    assert shown["limit"] == 3000
    calendar.events.clear()
    calendar.async_write_ha_state()
    await until_limit(entry, 10.0)
    assert Repair.CALENDAR_NOT_READ not in told(entry)


async def test_a_day_of_it_begins_at_midnight_of_the_house(
    hass: HomeAssistant, calendar: Calendar, set_up_group: Make
) -> None:
    today: date = dt_util.now().date()
    calendar.events.append(
        CalendarEvent(
            start=today - timedelta(days=1), end=today + timedelta(days=2), summary="6 kW"
        )
    )
    entry = await set_up_group()
    await until_limit(entry, 6.0)
    keeper = entry.runtime_data.power.peaks
    ends = dt_util.start_of_local_day(today + timedelta(days=2))
    assert keeper.limit_at(ends - timedelta(minutes=15)) == 6000.0
    assert keeper.limit_at(ends) == 10_000.0


@pytest.mark.parametrize("how", ["unavailable", "removed", "fails", "hangs", "nonsense"])
async def test_one_that_can_not_be_read_never_raises_a_limit_and_is_told(
    hass: HomeAssistant,
    calendar: Calendar,
    set_up_group: Make,
    hands: Hands,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    calendar.write("3 kW", 30.0)
    calendar.write("7 kW", -0.5)
    entry = await set_up_group()
    await until_limit(entry, 7.0)
    if how == "unavailable":
        calendar.be(available=False)
    elif how == "removed":
        hass.states.async_remove(LIMITS)
    elif how == "fails":
        calendar.failure = HomeAssistantError("the server is away")
        calendar.async_write_ha_state()
    else:

        async def strange(*_: Any) -> Any:
            if how == "hangs":
                await clock.sleep(3600.0)
            return [None]

        monkeypatch.setattr(calendar, "async_get_events", strange)
    # What it said last is read again after five minutes at the latest.
    hands.shift += 310.0
    await until_limit(entry, 3.0)
    hands.shift += 310.0
    assert told(entry)[Repair.CALENDAR_NOT_READ] == {
        "group": "G",
        "calendar": LIMITS if how == "removed" else "Limits",
        "limit": "3",
    }
    shown = window_now(entry.runtime_data)
    assert shown is not None
    assert shown["calendar"]["is_known"] is False
    if how == "unavailable":
        calendar.be(available=True)
        await until_limit(entry, 7.0)
        assert Repair.CALENDAR_NOT_READ not in told(entry)


async def test_an_event_whose_limit_can_not_be_read_has_the_lowest_and_is_told(
    hass: HomeAssistant, calendar: Calendar, set_up_group: Make, hands: Hands
) -> None:
    calendar.write("4 kW", 48.0)
    calendar.write("3-5 kW", -0.5)
    entry = await set_up_group()
    await until_limit(entry, 4.0)
    assert Repair.CALENDAR_NOT_READ not in told(entry)
    hands.shift += 310.0
    assert Repair.CALENDAR_NOT_READ in told(entry)


async def test_what_it_named_holds_over_a_restart_until_it_is_there(
    hass: HomeAssistant,
    calendar: Calendar,
    set_up_group: Make,
    hass_storage: dict[str, Any],
) -> None:
    calendar.write("3 kW", 30.0)
    entry = await set_up_group()
    await until_step(entry, lambda: entry.runtime_data.power.calendar.limits.lowest == 3.0)
    await entry.runtime_data.power.save()
    await flush_store(entry.runtime_data.power._store)
    # Home Assistant's calendars come after us.
    calendar.be(available=False)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    await until_limit(entry, 3.0)
    assert hass_storage[f"{DOMAIN}.{entry.entry_id}.power"]["data"]["calendar"] == LIMITS
    calendar.be(available=True)
    await until_limit(entry, 10.0)


async def test_it_is_chosen_in_the_flow_instead_of_rows_or_beside_them(
    hass: HomeAssistant, entry: MockConfigEntry, calendar: Calendar
) -> None:
    window = {"window": "calendar", "peak_limit": 9.0}
    result = await reconfigured(hass, entry, form(window))
    result = await typed(hass, result, {})
    assert result["errors"] == {"calendar": "calendar_rows"}
    result = await typed(hass, result, {"calendar_entity": LIMITS})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data[CONF_POWER]["calendar_entity"] == LIMITS
    assert entry.runtime_data.power.calendar.entity == LIMITS

    # Who comes again finds it; beside it rows count, too, and may leave gaps.
    result = await reconfigured(hass, entry, form(window))
    assert suggested(result, "calendar_entity") == LIMITS
    rows = [{"hours": "6-22", "limit": 5}]
    result = await typed(hass, result, {"calendar_entity": LIMITS, "calendar": rows})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert len(entry.runtime_data.power.peaks.settings.calendar) == 1

    # And who chooses another rule follows it no more.
    await reconfigured(hass, entry, form({"window": "fixed", "peak_limit": 9.0}))
    await hass.async_block_till_done()
    assert entry.runtime_data.power.calendar.entity is None
    assert "calendar_entity" not in entry.data[CONF_POWER]
