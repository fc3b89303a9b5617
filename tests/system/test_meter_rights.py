"""A meter's values of a period are for those whom they concern: a feeder's tells when others charge."""

from collections.abc import AsyncGenerator
from functools import partial

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_load_manager.const import CONF_METER, DOMAIN
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.csms.conftest import ago
from tests.groups import charger, client, entity_of, feeder, set_up
from tests.system.adaptive.conftest import metered

pytestmark = pytest.mark.usefixtures("recorder_mock", "socket_enabled")

SENSORS = {"type": "sensors", "currents": ["sensor.l1", "sensor.l2", "sensor.l3"]}


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncGenerator[MockConfigEntry]:
    """Two parking places, each on a feeder with a meter, behind the building's own meter."""
    assert await async_setup_component(hass, "http", {})
    entry = metered(
        SENSORS,
        feeder("shed", "Shed", **{CONF_METER: SENSORS}),
        feeder("yard", "Yard", **{CONF_METER: SENSORS}),
        charger("A", "Left", feeder="shed"),
        charger("B", "Right", feeder="yard"),
    )
    await set_up(hass, entry)
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def resident(hass: HomeAssistant, house: MockConfigEntry) -> MockUser:
    """Anna, who has a card."""
    people = await hass.auth.async_get_group(GROUP_ID_USER)
    user = MockUser(name="Anna", groups=[people]).add_to_hass(hass)
    book = async_shared_book(hass).book
    assert book is not None
    person = await book.change(
        partial(keeping.change_person, person=None, name="Anna", ha_user_id=user.id)
    )
    await book.change(partial(keeping.give_card, person=person, tag="A0A0", now=1, from_ts=0))
    return user


async def may_ask(
    hass: HomeAssistant, entry: MockConfigEntry, user: MockUser, feeder: str | None
) -> bool:
    """Whether the action answers somebody."""
    whose = {} if feeder is None else {"feeder": feeder}
    try:
        await hass.services.async_call(
            DOMAIN,
            "get_meter_values",
            {"config_entry_id": entry.entry_id, "start": dt_util.utcnow().isoformat(), **whose},
            blocking=True,
            return_response=True,
            context=Context(user_id=user.id),
        )
    except Unauthorized:
        return False
    return True


async def download(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    user: MockUser,
    feeder: str | None,
) -> int:
    """The status of the answer to who wants the file."""
    refresh = await hass.auth.async_create_refresh_token(user, "https://page.test/")
    web = await hass_client(hass.auth.async_create_access_token(refresh))
    whose = "" if feeder is None else f"&feeder={feeder}"
    answer = await web.get(f"/api/{DOMAIN}/{entry.entry_id}/meter.csv?start=2026-01-01{whose}")
    text = await answer.text()
    assert ("L1 (A)" in text) is (answer.status == 200)
    return answer.status


async def test_a_resident_gets_the_building_and_their_own_feeder_and_no_other(
    hass: HomeAssistant,
    house: MockConfigEntry,
    resident: MockUser,
    hass_client: ClientSessionGenerator,
) -> None:
    async def readable() -> list[str | None]:
        found: list[str | None] = []
        for meter in (None, "Shed", "Yard"):
            asked = await may_ask(hass, house, resident, meter)
            assert await download(hass, house, hass_client, resident, meter) == (
                200 if asked else 401
            )
            found += [meter] if asked else []
        return found

    assert await readable() == [None]

    async with client(house, "A") as socket:
        await socket.boot()
        begun = await socket.call(
            "StartTransaction", connectorId=1, idTag="A0A0", meterStart=0, timestamp=ago(0)
        )
        assert await readable() == [None, "Shed"]

        await socket.call(
            "StopTransaction",
            transactionId=begun["transactionId"],
            meterStop=500,
            timestamp=ago(0),
        )
        assert await readable() == [None]


async def test_an_administrator_gets_all_of_them(
    hass: HomeAssistant,
    house: MockConfigEntry,
    hass_admin_user: MockUser,
    hass_client: ClientSessionGenerator,
) -> None:
    for meter in (None, "Shed", "Yard"):
        assert await may_ask(hass, house, hass_admin_user, meter)
        assert await download(hass, house, hass_client, hass_admin_user, meter) == 200


async def test_who_may_not_read_the_sensors_gets_no_file_of_them(
    hass: HomeAssistant,
    house: MockConfigEntry,
    resident: MockUser,
    hass_client: ClientSessionGenerator,
) -> None:
    kept = entity_of(hass, "sensor", house.entry_id, "grid_current_l2")
    resident.mock_policy({"entities": {"all": {POLICY_READ: True}, "entity_ids": {kept: False}}})

    assert not await may_ask(hass, house, resident, None)
    assert await download(hass, house, hass_client, resident, None) == 401


async def test_nobody_in_particular_gets_no_file(
    hass: HomeAssistant,
    house: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    web = await hass_client_no_auth()
    path = f"/api/{DOMAIN}/{house.entry_id}/meter.csv?start=2026-01-01"
    assert (await web.get(path)).status == 401

    content = await hass.auth.async_create_system_user("Content", group_ids=["system-read-only"])
    refresh = await hass.auth.async_create_refresh_token(content)
    page = await hass_client(hass.auth.async_create_access_token(refresh))
    assert (await page.get(path)).status == 401
