"""What the page shows and changes of limits in kW and of signals of the grid."""

from datetime import datetime
from http import HTTPStatus
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
)

from custom_components.ev_load_manager.config.power_settings import CONF_POWER
from custom_components.ev_load_manager.const import CONF_POWER_LIMIT, DOMAIN
from homeassistant.core import HomeAssistant
from tests.groups import charger, entity_of, feeder, group, set_up

from .conftest import ask, subscribe

pytestmark = pytest.mark.usefixtures("socket_enabled")

CONTACT = "binary_sensor.ripple"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group that is limited to 11 kW, with a feeder of 7 kW, and an operator's contact."""
    hass.states.async_set(CONTACT, "off")
    power = {"group_power": 11.0, "signal_entity": CONTACT}
    entry = group(
        charger("A"), feeder("shed", "=Shed", **{CONF_POWER_LIMIT: 7.0}), **{CONF_POWER: power}
    )
    await set_up(hass, entry)
    return entry


async def limit_power(hass: HomeAssistant, entry: MockConfigEntry, **data: Any) -> None:
    await hass.services.async_call(
        DOMAIN, "set_power_limit", {"config_entry_id": entry.entry_id, **data}, blocking=True
    )


async def test_who_uses_no_kilowatts_sees_none(
    entry_with_feeders: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    seen = await subscribe(page, entry_with_feeders)
    assert "signals" not in seen
    assert not {"group_power_limit", "grid_power_limit", "peak_limit"} & set(seen["settings"])
    assert all("power" not in circuit for circuit in seen["circuits"])


async def test_limits_in_kilowatts_are_shown_of_group_and_feeder(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    seen = await subscribe(page, entry)
    assert seen["settings"]["group_power_limit"] == 11.0
    powers = {one["id"]: one.get("power") for one in seen["circuits"]}
    assert powers == {
        "group": {"maximum": 11.0, "limit": 11.0},
        "feeder:shed": {"maximum": 7.0, "limit": 7.0},
    }


@pytest.mark.parametrize("language", ["de", "en", "fi", "nb", "nl", "sv"])
def test_a_limit_has_one_name_in_flow_entity_and_page(language: str) -> None:
    def texts(folder: str) -> Any:
        return json.loads((ROOT / folder / "translations" / f"{language}.json").read_text())

    words, page = texts(f"custom_components/{DOMAIN}"), texts("frontend/src")
    flow = words["config"]["step"]["power"]
    fields = {**flow["data"], **flow["sections"]["window_section"]["data"]}
    for key, field in (
        ("group_power_limit", "group_power"),
        ("grid_power_limit", "grid_power"),
        ("peak_limit", "peak_limit"),
    ):
        names = {fields[field], words["entity"]["number"][key]["name"], page["settings"][key]}
        assert len(names) == 1, names
    of_feeder = words["config_subentries"]["feeder"]["step"]["user"]["data"]["power_limit"]
    assert words["entity"]["number"]["power_limit"]["name"] == of_feeder
    assert of_feeder in page["settings"]["feeder_power_limit"]


async def test_entity_ids_are_made_of_what_limits_were_called_once(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    number = entity_of(hass, "number", entry.entry_id, "group_power_limit")
    assert number.endswith("_power_limit")
    assert "chargers" not in number


async def test_limits_in_kilowatts_are_changed_on_the_page(
    entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    for circuit, limit in (("group", 8.0), ("feeder:shed", 5.5)):
        answer = await ask(
            page, "change_power", entry_id=entry.entry_id, circuit=circuit, limit=limit
        )
        assert answer["success"], answer
        assert entry.runtime_data.site.circuits[circuit].power_limit == 1000.0 * limit


@pytest.mark.parametrize(
    ("circuit", "limit", "key"),
    [
        ("window", 5.0, "no_power_limit"),
        ("grid", 5.0, "no_power_limit"),
        ("feeder:gone", 5.0, "no_power_limit"),
        ("group", 5000.0, "power_out_of_range"),
    ],
)
async def test_what_is_not_limited_can_not_be_changed(
    entry: MockConfigEntry, page: MockHAClientWebSocket, circuit: str, limit: float, key: str
) -> None:
    answer = await ask(page, "change_power", entry_id=entry.entry_id, circuit=circuit, limit=limit)
    assert answer["error"]["translation_key"] == key


async def test_only_administrators_change_them(
    entry: MockConfigEntry, guests_page: MockHAClientWebSocket
) -> None:
    answer = await ask(
        guests_page, "change_power", entry_id=entry.entry_id, circuit="group", limit=5.0
    )
    assert answer["error"]["code"] == "unauthorized"


async def test_signals_that_hold_are_shown_with_who_asks_and_since_when(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    assert (await subscribe(page, entry))["signals"] == []
    await limit_power(hass, entry, power=4.0, feeder="=Shed", name="tariff", duration={"hours": 1})
    await limit_power(hass, entry, power=6.0)
    seen = {one["name"]: one for one in (await subscribe(page, entry))["signals"]}
    tariff, unnamed = seen["tariff"], seen[""]
    assert (tariff["circuit"], tariff["feeder"], tariff["kind"]) == (
        "feeder:shed",
        "=Shed",
        "action",
    )
    assert datetime.fromisoformat(tariff["until"]) > datetime.fromisoformat(tariff["start"])
    assert (unnamed["circuit"], unnamed["limit"], unnamed["until"]) == ("group", 6.0, None)


async def test_a_contact_is_named_by_its_entity_and_a_number_is_only_logged(
    hass: HomeAssistant, entry: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    manager = entry.runtime_data
    hass.states.async_set(CONTACT, "on")
    assert manager.power.look(1)
    await manager.power.set_limit("group", 5.0)
    (shown,) = (await subscribe(page, entry))["signals"]
    assert (shown["kind"], shown["entity"], shown["limit"]) == ("contact", CONTACT, 4.2)
    answer = await ask(page, "power_signals", entry_id=entry.entry_id)
    kinds = {one["kind"]: one for one in answer["result"]}
    assert (kinds["number"]["limit"], kinds["number"]["end"]) == (5.0, None)
    assert kinds["contact"]["end"] is None

    await manager.power.set_limit("group", 11.0)
    answer = await ask(page, "power_signals", entry_id=entry.entry_id)
    (number,) = [one for one in answer["result"] if one["kind"] == "number"]
    assert number["end"] is not None


async def test_the_log_is_downloaded_with_all_of_two_years_and_no_formulas(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await limit_power(hass, entry, power=4.0, feeder="=Shed", name="=1+1")
    person = await hass_client()
    answer = await person.get(f"/api/{DOMAIN}/{entry.entry_id}/signals.csv")
    assert (answer.status, answer.content_type) == (HTTPStatus.OK, "text/csv")
    header, row = (await answer.text()).splitlines()
    assert header == "start,end,circuit,name,limit,before,obeyed_after,highest,last"
    assert row.split(",")[2:5] == ["'=Shed", "'=1+1", "4.0"]
    gone = await person.get(f"/api/{DOMAIN}/none/signals.csv")
    assert gone.status == HTTPStatus.NOT_FOUND


async def test_guests_see_signals_of_the_group_alone_and_download_none(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    guests_page: MockHAClientWebSocket,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    await limit_power(hass, entry, power=4.0, feeder="=Shed")
    await limit_power(hass, entry, power=6.0)
    answer = await ask(guests_page, "power_signals", entry_id=entry.entry_id)
    assert [one["circuit"] for one in answer["result"]] == ["group"]
    guest = await hass_client(hass_read_only_access_token)
    refused = await guest.get(f"/api/{DOMAIN}/{entry.entry_id}/signals.csv")
    assert refused.status == HTTPStatus.UNAUTHORIZED


async def test_nobody_downloads_it_who_is_not_signed_in(
    entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    stranger = await hass_client_no_auth()
    answer = await stranger.get(f"/api/{DOMAIN}/{entry.entry_id}/signals.csv")
    assert answer.status == HTTPStatus.UNAUTHORIZED
