"""The meter's values are downloaded by who is signed in, and by nobody else."""

from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp.test_utils import TestClient
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_load_manager.actions.meter_history import FEEDER_HEADER, HEADER
from custom_components.ev_load_manager.const import CONF_METER
from custom_components.ev_load_manager.page.download import METER_CSV_URL
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from tests.groups import entity_of, feeder, group, set_up, until_state
from tests.system.adaptive.conftest import Grid

pytestmark = pytest.mark.usefixtures("recorder_mock", "socket_enabled")


@pytest.fixture
async def person(entry: MockConfigEntry, hass_client: ClientSessionGenerator) -> TestClient:
    """Somebody who is signed in."""
    return await hass_client()


def address(entry: MockConfigEntry, **query: str) -> str:
    """Where a group's values are."""
    return f"{METER_CSV_URL.format(entry_id=entry.entry_id)}?{urlencode(query)}"


def ago(**past: int) -> str:
    """A time as a page would write it."""
    return (dt_util.now() - timedelta(**past)).isoformat()


async def test_what_the_meter_told_is_downloaded(
    hass: HomeAssistant, entry: MockConfigEntry, person: TestClient, grid: Grid
) -> None:
    sensor = entity_of(hass, "sensor", entry.entry_id, "grid_current_l1")
    shown: list[str] = []
    end = async_track_state_change_event(
        hass, sensor, lambda event: shown.append(event.data["new_state"].state)
    )
    grid.currents = (11.0, 4.0, -5.0)
    await until_state(hass, sensor, lambda state: float(state.state) > 10.0)
    await async_wait_recording_done(hass)

    answer = await person.get(address(entry, start=ago(minutes=5)))

    assert answer.status == HTTPStatus.OK
    assert answer.content_type == "text/csv"
    today = f"{dt_util.now() - timedelta(minutes=5):%Y-%m-%d}"
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="garage_meter_{today}.csv"'
    )
    text = await answer.text()
    assert text.startswith(HEADER)
    told = [row.split(",")[1] for row in text.splitlines()]
    # Of values within one second the last one is told.
    end()
    assert told[-1] in {f"{float(state):g}" for state in shown}
    assert float(told[-1]) > 10.0


async def test_a_signed_address_needs_no_token(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    hass_access_token: str,
) -> None:
    stranger = await hass_client_no_auth()
    path = address(entry, start=ago(minutes=5), end=ago(minutes=1))

    assert (await stranger.get(path)).status == HTTPStatus.UNAUTHORIZED
    somebody = hass.auth.async_validate_access_token(hass_access_token)
    assert somebody is not None
    signed = async_sign_path(hass, path, timedelta(minutes=1), refresh_token_id=somebody.id)
    answer = await stranger.get(signed)

    assert answer.status == HTTPStatus.OK
    assert (await answer.text()).startswith(HEADER)


async def test_a_time_without_a_zone_is_the_time_of_the_house(
    hass: HomeAssistant, entry: MockConfigEntry, person: TestClient
) -> None:
    await hass.config.async_set_time_zone("Pacific/Kiritimati")

    now = dt_util.now().replace(tzinfo=None)
    past, future = now - timedelta(hours=1), now + timedelta(hours=1)

    assert (await person.get(address(entry, start=past.isoformat()))).status == HTTPStatus.OK
    answer = await person.get(address(entry, start=future.isoformat()))
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert (await answer.json())["message"] == "The period begins in the future"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({}, "The time start can't be read"),
        ({"start": "yesterday"}, "The time start can't be read: yesterday"),
        ({"start": "2025-02-30T00:00:00"}, "The time start can't be read: 2025-02-30T00:00:00"),
        ({"start": "2025-10-25T00:00:00", "end": "now"}, "The time end can't be read: now"),
        (
            {"start": "2025-10-25T01:00:00", "end": "2025-10-25T00:00:00"},
            "The period ends before it begins",
        ),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    entry: MockConfigEntry, person: TestClient, query: dict[str, str], message: str
) -> None:
    answer = await person.get(address(entry, **query))

    assert answer.status == HTTPStatus.BAD_REQUEST
    assert message in (await answer.json())["message"]


async def test_groups_that_are_not_there_have_no_values(
    hass: HomeAssistant, entry: MockConfigEntry, person: TestClient
) -> None:
    stranger = MockConfigEntry(domain="sun", title="Sun")
    stranger.add_to_hass(hass)
    for path in (
        METER_CSV_URL.format(entry_id="nobody"),
        METER_CSV_URL.format(entry_id=stranger.entry_id),
    ):
        assert (await person.get(path)).status == HTTPStatus.NOT_FOUND

    await hass.config_entries.async_unload(entry.entry_id)
    answer = await person.get(address(entry, start=ago(minutes=5)))
    assert answer.status == HTTPStatus.NOT_FOUND


async def test_a_group_without_a_meter_says_so(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    entry = group(**{CONF_METER: None})
    await set_up(hass, entry)
    person = await hass_client()

    answer = await person.get(address(entry, start=ago(minutes=5)))

    assert answer.status == HTTPStatus.BAD_REQUEST
    assert "has no meter" in (await answer.json())["message"]


async def test_the_values_of_a_feeders_meter_are_downloaded(
    hass: HomeAssistant, hass_client: ClientSessionGenerator
) -> None:
    sensors = {"type": "sensors", "currents": ["sensor.l1", "sensor.l2", "sensor.l3"]}
    entry = group(feeder("shed", "Shed", **{CONF_METER: sensors}))
    await set_up(hass, entry)
    person = await hass_client()

    answer = await person.get(address(entry, start=ago(minutes=5), feeder="feeder:shed"))

    assert answer.status == HTTPStatus.OK
    assert 'filename="garage_shed_meter_' in answer.headers["Content-Disposition"]
    assert (await answer.text()).startswith(FEEDER_HEADER)

    answer = await person.get(address(entry, start=ago(minutes=5), feeder="barn"))

    assert answer.status == HTTPStatus.BAD_REQUEST
    assert "There is no feeder barn" in (await answer.json())["message"]
