"""People give chargers passwords, and are told what becomes of them."""

from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.csms.client import SILENCE
from tests.csms.transport.test_connecting import refused
from tests.csms.v201.station import VARIABLES, Station
from tests.flows.test_security_flows import (
    SECRET,
    TOLD_IN_HEX,
    answer,
    change_charger,
    new_charger,
    stored,
    with_password,
)
from tests.groups import charger, charger_form, client, group, name_charger, open_charger, set_up

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_new_charger_needs_no_password(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)

    result = await new_charger(hass, entry, with_password("none"))

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(entry) is None


async def test_a_new_charger_gets_a_password_that_is_shown_once(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await new_charger(hass, entry, with_password("new"))
    assert result["step_id"] == "password"
    assert "tell_charger" not in result["data_schema"].schema
    (shown,) = [marker.description["suggested_value"] for marker in result["data_schema"].schema]

    result = await answer(hass, result, password=shown)
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(entry) == shown
    assert (await refused(client(entry, "LEFT")))[0] == 401
    async with client(entry, "LEFT", password=shown.encode()) as socket:
        assert (await socket.boot())["status"] == "Accepted"


async def test_a_password_that_no_charger_can_have_is_refused(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await new_charger(hass, entry, with_password("new"))

    result = await answer(hass, result, password="too short"[:7])
    assert result["errors"] == {CONF_PASSWORD: "password_unusable"}

    result = await answer(hass, result, password=SECRET)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_connected_charger_is_offered_a_password_at_once(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        form = await name_charger(hass, entry, "LEFT")
        # In the open, beside its other settings.
        options = form["data_schema"].schema["password_choice"].config["options"]
        assert options == ["none", "new"]
        result = await answer(hass, form, **charger_form(password_choice="new"))
        shown = {str(one): one.description for one in result["data_schema"].schema}
        password = shown[CONF_PASSWORD]["suggested_value"]
        assert len(password) == 20

        result = await answer(hass, result, password=password, tell_charger=True)
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert (await socket.next_call("ChangeConfiguration"))["value"] == password.encode().hex()
        assert entry.runtime_data.access.point("LEFT").online
    assert stored(entry) == password


async def test_a_connected_charger_can_be_added_without_a_password(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form(password_choice="none"))
        assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(entry) is None


async def test_a_charger_that_takes_no_password_can_go_without(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        socket.answers["ChangeConfiguration"] = {"status": "NotSupported"}
        result = await new_charger(hass, entry, charger_form(password_choice="new"))
        result = await answer(hass, result, password=SECRET, tell_charger=True)
        assert result["errors"] == {"base": "password_refused"}

        result = await answer(
            hass, result, password=SECRET, tell_charger=True, without_password=True
        )
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert entry.runtime_data.access.point("LEFT").online
    assert stored(entry) is None


@pytest.mark.parametrize(("accepts_all", "said"), [(True, "everybody"), (False, None)])
async def test_who_adds_a_charger_is_told_that_everybody_may_charge(
    hass: HomeAssistant, accepts_all: bool, said: str | None
) -> None:
    entry = group(accept_all_tags=accepts_all)
    await set_up(hass, entry)

    result = await new_charger(hass, entry, charger_form())

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["description"] == said


async def test_people_can_say_under_which_name_a_charger_logs_in(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT", password=SECRET))
    await set_up(hass, entry)
    other = client(entry, "LEFT", password=SECRET.encode(), user_name="admin")
    assert (await refused(other))[0] == 401

    form = charger_form(security={"password_choice": "keep", "user_name": " admin "})
    result = await change_charger(hass, entry, form)
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert stored(entry) == SECRET
    async with client(entry, "LEFT", password=SECRET.encode(), user_name="admin") as socket:
        await socket.boot()
    result = await open_charger(hass, entry, "LEFT")
    shown = result["data_schema"].schema["security"].schema.schema
    assert [one.description for one in shown if one == "user_name"] == [
        {"suggested_value": "admin"}
    ]

    # Left empty it is the id again.
    form = charger_form(security={"password_choice": "keep"})
    await hass.config_entries.subentries.async_configure(result["flow_id"], form)
    await hass.async_block_till_done()
    other = client(entry, "LEFT", password=SECRET.encode(), user_name="admin")
    assert (await refused(other))[0] == 401


async def test_a_charger_that_waits_is_told_its_password_and_stays(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form(password_choice="new"))

        result = await answer(hass, result, password=SECRET, tell_charger=True)
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert await socket.next_call("ChangeConfiguration") == {
            "key": "AuthorizationKey",
            "value": TOLD_IN_HEX,
        }
        assert entry.runtime_data.access.point("LEFT").online
        await socket.call("Heartbeat")
    # Firmware makes of its key what it likes.
    for password in (SECRET.encode(), TOLD_IN_HEX.encode(), bytes.fromhex(SECRET)):
        async with client(entry, "LEFT", password=password) as socket:
            await socket.boot()
    assert (await refused(client(entry, "LEFT")))[0] == 401


async def test_a_charger_that_waits_and_is_not_told_has_to_come_back_with_it(
    hass: HomeAssistant,
) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form(password_choice="new"))
        await answer(hass, result, password=SECRET, tell_charger=False)
        await socket.closed
    assert not entry.runtime_data.access.point("LEFT").online


async def test_a_charger_is_told_another_password(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT", password="the old one"))
    await set_up(hass, entry)
    async with client(entry, "LEFT", password=b"the old one") as socket:
        await socket.boot()

        def take(payload: dict[str, Any]) -> dict[str, str]:
            is_text = payload["value"] == SECRET
            return {"status": "RebootRequired" if is_text else "Rejected"}

        socket.answers["ChangeConfiguration"] = take
        result = await change_charger(hass, entry, with_password("new"))
        result = await answer(hass, result, password=SECRET, tell_charger=True)
        await hass.async_block_till_done()

        assert result["reason"] == "reconfigure_successful"
        assert stored(entry) == SECRET
        await socket.call("Heartbeat")
    assert (await refused(client(entry, "LEFT", password=b"the old one")))[0] == 401
    async with client(entry, "LEFT", password=SECRET.encode()) as socket:
        await socket.boot()


@pytest.mark.parametrize(
    ("reaction", "error", "words"),
    [
        ({"status": "Rejected"}, "password_refused", "Rejected"),
        ({"status": "NotSupported"}, "password_refused", "NotSupported"),
        ("NotImplemented", "password_refused", "CallError"),
    ],
)
async def test_a_charger_that_does_not_take_its_password_keeps_the_old_one(
    hass: HomeAssistant, reaction: Any, error: str, words: str
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        socket.answers["ChangeConfiguration"] = reaction
        result = await change_charger(hass, entry, with_password("new"))

        result = await answer(hass, result, password=SECRET, tell_charger=True)

        assert result["errors"] == {"base": error}
        assert result["description_placeholders"]["words"] == words
        assert stored(entry) is None
        result = await answer(hass, result, password=SECRET, tell_charger=False)
        assert result["reason"] == "reconfigure_successful"
        await socket.closed
    assert stored(entry) == SECRET


async def test_a_charger_that_does_not_answer_may_have_taken_its_password(
    hass: HomeAssistant, hurry: None
) -> None:
    entry = group(charger("LEFT", password="the old one"))
    await set_up(hass, entry)
    async with client(entry, "LEFT", password=b"the old one") as socket:
        await socket.boot()
        socket.answers["ChangeConfiguration"] = SILENCE
        result = await change_charger(hass, entry, with_password("new"))

        result = await answer(hass, result, password=SECRET, tell_charger=True)

        assert result["errors"] == {"base": "password_no_answer"}
    for password in (b"the old one", SECRET.encode()):
        async with client(entry, "LEFT", password=password) as socket:
            await socket.boot()


async def test_a_password_stays_when_something_else_is_changed(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT", password=SECRET))
    await set_up(hass, entry)

    await change_charger(hass, entry, charger_form(maximum=10))
    assert stored(entry) == SECRET
    await change_charger(hass, entry, with_password("keep"))
    assert stored(entry) == SECRET


async def test_a_password_can_be_taken_away_again(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT", password=SECRET))
    await set_up(hass, entry)

    await change_charger(hass, entry, with_password("none"))
    await hass.async_block_till_done()

    assert stored(entry) is None
    async with client(entry, "LEFT") as socket:
        await socket.boot()


async def test_a_password_is_set_while_the_group_is_down(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    entry.add_to_hass(hass)

    result = await change_charger(hass, entry, with_password("new"))
    result = await answer(hass, result, password=SECRET)

    assert result["reason"] == "reconfigure_successful"
    assert stored(entry) == SECRET


async def test_a_station_of_2_0_1_is_told_its_password_as_it_is_and_needs_a_longer_one(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT", password="the old password"))
    await set_up(hass, entry)
    held = {**VARIABLES, "SecurityCtrlr.BasicAuthPassword": ""}
    station = Station(
        entry.runtime_data, "LEFT", password="the old password", variables=held, evses=1
    )
    async with station:
        await station.boot()
        result = await change_charger(hass, entry, with_password("new"))
        result = await answer(hass, result, password="15-characters-x", tell_charger=True)
        assert result["errors"] == {CONF_PASSWORD: "password_too_short"}

        result = await answer(hass, result, password=SECRET, tell_charger=True)
        await hass.async_block_till_done()
        assert result["reason"] == "reconfigure_successful"
        assert stored(entry) == SECRET
        # In no other form was it tried.
        assert station.variables["SecurityCtrlr.BasicAuthPassword"] == SECRET
        told = [one["setVariableData"][0]["attributeValue"] for one in station.of("SetVariables")]
        assert TOLD_IN_HEX not in told
        # After that only the new one counts (A01.FR.03).
        await station.tell("Heartbeat")
    with pytest.raises(InvalidStatus):
        await station.connect()
    station.password = SECRET
    async with station:
        await station.boot()
