"""Whoever is no administrator sees and does only what is theirs: by the page, actions and files alike.

Every command, action and download of the integration is called by somebody who is no driver, and
by a driver, while somebody else charges, too. What is added later has to be added here.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.csms.conftest import ago
from tests.groups import charger, client, group, set_up, subentry_id
from tests.page.conftest import ask

pytestmark = pytest.mark.usefixtures("socket_enabled")

OTHERS = ("Bertil Berg", "B0B0CARD", "b0b0card")
"""What tells of somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Two people charge: Anna, who is a user, and Bertil."""

    hass: HomeAssistant
    entry: MockConfigEntry
    anna: int
    bertil: int
    annas: str
    """The uid of a session."""
    bertils: str
    month: int
    users: Mapping[str, MockUser]
    tokens: Mapping[str, str]

    def device(self, name: str) -> str:
        """The device of a charger."""
        key = (DOMAIN, subentry_id(self.entry, name))
        found = dr.async_get(self.hass).async_get_device_by_identifier(key, self.entry.entry_id)
        assert found is not None
        return found.id


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncGenerator[House]:
    """The house while both charge."""
    assert await async_setup_component(hass, "http", {})
    await hass.config.async_set_time_zone("UTC")
    tags = [
        {"name": "Anna Aho", "id_tag": "A0A0CARD"},
        {"name": "Bertil Berg", "id_tag": "B0B0CARD"},
    ]
    entry = group(charger("A", "Left"), charger("B", "Right"), id_tags=tags)
    await set_up(hass, entry)
    users, tokens = {}, {}
    for name in ("stranger", "driver"):
        # One who may control entities: that alone gives no right to a fuse, or to names.
        people = await hass.auth.async_get_group(GROUP_ID_USER)
        users[name] = MockUser(name=name, groups=[people]).add_to_hass(hass)
        refresh = await hass.auth.async_create_refresh_token(users[name], "https://page.test/")
        tokens[name] = hass.auth.async_create_access_token(refresh)
    book = async_shared_book(hass).book
    assert book is not None
    persons = []
    for card, user in zip(tags, (users["driver"].id, None), strict=True):
        persons.append(
            person := await book.change(
                partial(keeping.change_person, person=None, name=card["name"], ha_user_id=user)
            )
        )
        await book.change(
            partial(keeping.give_card, person=person, tag=card["id_tag"], now=1, from_ts=0)
        )
    await book.change(partial(keeping.add_tariff, price=0.2, from_ts=0, currency="EUR"))
    await book.change(
        lambda one: keeping.change_settings(
            one, {"party_id": "TAL", "address": "Katu 1", "city": "Turku"}
        )
    )
    hass.config.country = "FI"
    async with client(entry, "A") as left, client(entry, "B") as right:
        for socket, card in ((left, tags[0]), (right, tags[1])):
            await socket.boot()
            for _ in range(2):  # one is over, one goes on
                answer = await socket.call(
                    "StartTransaction",
                    connectorId=1,
                    idTag=card["id_tag"],
                    meterStart=0,
                    timestamp=ago(0),
                )
                if _ == 0:
                    await socket.call(
                        "StopTransaction",
                        transactionId=answer["transactionId"],
                        meterStop=500,
                        timestamp=ago(0),
                    )
        rows = await book.read(
            lambda one: one.execute(
                """SELECT person_id, lower(hex(once)), month FROM session
                JOIN share ON share.session_id = session.id
                WHERE end_ts IS NOT NULL ORDER BY person_id"""
            ).fetchall()
        )
        (_, annas, month), (_, bertils, _) = rows
        yield House(
            hass=hass,
            entry=entry,
            anna=persons[0],
            bertil=persons[1],
            annas=annas,
            bertils=bertils,
            month=month,
            users=users,
            tokens=tokens,
        )
    assert await hass.config_entries.async_unload(entry.entry_id)


type Given = Callable[[House], dict[str, Any]]


def nothing(_: House) -> dict[str, Any]:
    return {}


def of_group(**more: Any) -> Given:
    return lambda house: {"entry_id": house.entry.entry_id, **more}


def of_session(**more: Any) -> Given:
    return lambda house: {"uid": house.annas, "why": "x", **more}


# By name: what it is called with, and who may. "all" is what everybody may look at.
COMMANDS: Mapping[str, tuple[Given, str]] = {
    "groups": (nothing, "all"),
    "entities": (of_group(), "all"),
    "subscribe": (of_group(), "all"),
    "recalculations": (of_group(), "all"),
    "happenings": (of_group(), "all"),
    "safe_limit_log": (of_group(), "all"),
    "windows": (of_group(), "all"),
    "power_signals": (of_group(), "all"),
    "change_power": (of_group(circuit="group", limit=5), "nobody"),
    "change": (of_group(maximum_current=6), "nobody"),
    "change_connector": (of_group(charger="A", connector=1, charging_allowed=False), "driver"),
    "change_feeder": (of_group(circuit="feeder:x", maximum=6), "nobody"),
    "put_first_in_line": (of_group(charger="A", connector=1), "driver"),
    "find_wiring": (of_group(charger="A"), "nobody"),
    "tags": (of_group(), "nobody"),
    "change_tags": (of_group(everybody=True, tags=[]), "nobody"),
    "recipients": (of_group(), "nobody"),
    "change_recipients": (of_group(recipients=[]), "nobody"),
    "sessions/overview": (nothing, "all"),
    "sessions/month": (lambda house: {"month": house.month}, "all"),
    "sessions/list": (lambda house: {"month": house.month}, "all"),
    "sessions/details": (lambda house: {"uid": house.annas}, "driver"),
    "sessions/my_outlets": (nothing, "all"),
    "sessions/correct": (of_session(field="wh", value=1), "nobody"),
    "sessions/split": (of_session(at=1), "nobody"),
    "sessions/merge": (of_session(other="00"), "nobody"),
    "sessions/reconciliation": (lambda house: {"month": house.month}, "nobody"),
    "sessions/kept": (nothing, "nobody"),
    "sessions/change_person": (lambda _: {"name": "X"}, "nobody"),
    "sessions/forget_person": (lambda house: {"person": house.anna}, "nobody"),
    "sessions/give_card": (lambda house: {"person": house.anna, "tag": "X"}, "nobody"),
    "sessions/take_card": (lambda _: {"use": 1}, "nobody"),
    "sessions/add_tariff": (lambda _: {"price": 0.0}, "nobody"),
    "sessions/end_tariff": (lambda _: {"tariff": 1}, "nobody"),
    "sessions/change_place": (lambda _: {"place": 1, "name": "X"}, "nobody"),
    "sessions/change_settings": (lambda _: {"letterhead": "X"}, "nobody"),
    "sessions/statement": (lambda house: {"month": house.month, "person": house.anna}, "driver"),
    "sessions/statements": (lambda house: {"month": house.month}, "nobody"),
}


def of_entry(**more: Any) -> Given:
    return lambda house: {"config_entry_id": house.entry.entry_id, **more}


def of_device(**more: Any) -> Given:
    return lambda house: {"device_id": house.device("A"), **more}


ACTIONS: Mapping[str, tuple[Given, str]] = {
    "set_temporary_limit": (of_entry(limit=6, duration="00:10:00"), "nobody"),
    "set_power_limit": (of_entry(power=6, duration="00:10:00"), "nobody"),
    "clear_power_limit": (of_entry(), "nobody"),
    "get_power_signals": (of_entry(), "nobody"),
    "clear_temporary_limit": (of_entry(), "nobody"),
    "put_first_in_line": (of_device(), "driver"),
    "remote_start": (of_device(), "nobody"),
    "remote_stop": (of_device(), "nobody"),
    "reserve": (of_device(driver="Anna Aho", until="2099-01-01 00:00:00"), "nobody"),
    "cancel_reservation": (of_device(), "nobody"),
    "unlock_connector": (of_device(), "nobody"),
    "get_recalculations": (of_entry(), "all"),
    "get_safe_limit_log": (of_entry(), "all"),
    "get_meter_values": (of_entry(start="2026-01-01 00:00:00"), "all"),
    "get_sessions": (nothing, "all"),
    "export_sessions": (lambda _: {"format": "csv"}, "all"),
    "correct_session": (
        lambda house: {"session": house.annas, "field": "note", "value": "x", "reason": "x"},
        "nobody",
    ),
    "set_availability": (of_device(available=True), "nobody"),
    "reset_charger": (of_device(type="soft"), "nobody"),
    "check_without_home_assistant": (of_device(), "nobody"),
    "send_local_list": (of_device(), "nobody"),
    "upload_diagnostics": (of_device(location="ftp://x"), "nobody"),
    "update_firmware": (of_device(location="ftp://x"), "nobody"),
    "call_ocpp": (of_device(action="Heartbeat", payload={}), "nobody"),
}

WHO = ("stranger", "driver")


def tells_of_nobody_else(answer: Any) -> None:
    text = json.dumps(answer, default=str)
    assert not [word for word in OTHERS if word in text], text


async def test_all_that_can_be_called_is_in_these_tables(hass: HomeAssistant, house: House) -> None:
    commands = {
        name.removeprefix(f"{DOMAIN}/")
        for name in hass.data["websocket_api"]
        if name.startswith(f"{DOMAIN}/")
    }
    assert commands == COMMANDS.keys()
    assert hass.services.async_services()[DOMAIN].keys() == ACTIONS.keys()
    served = {
        route.resource.canonical
        for route in hass.http.app.router.routes()
        if route.resource is not None and f"/api/{DOMAIN}/" in route.resource.canonical
    }
    assert served == {
        "/api/ev_load_manager/{entry_id}/meter.csv",
        "/api/ev_load_manager/{entry_id}/signals.csv",
        "/api/ev_load_manager/sessions.csv",
        "/api/ev_load_manager/sessions.ocpi.json",
        "/api/ev_load_manager/statement/{number}/{version}",
    }


@pytest.mark.parametrize("who", WHO)
async def test_a_command_gives_nobody_what_is_not_theirs(
    hass: HomeAssistant, house: House, hass_ws_client: WebSocketGenerator, who: str
) -> None:
    page = await hass_ws_client(hass, house.tokens[who])
    for name, (given, may) in COMMANDS.items():
        answer = await ask(page, name, **given(house))
        tells_of_nobody_else(answer)
        if name == "subscribe":
            tells_of_nobody_else(await page.receive_json())
            await page.send_json_auto_id({"type": "unsubscribe_events", "subscription": 3})
            while (told := await page.receive_json())["type"] != "result":
                tells_of_nobody_else(told)
            page = await hass_ws_client(hass, house.tokens[who])
        if may in ("all", who):
            # A charger may have refused, or have nobody in line: that is no matter of rights.
            code = "" if answer["success"] else answer["error"]["code"]
            assert code in ("", "home_assistant_error"), (name, answer)
            assert code == "" or not name.startswith("sessions/"), (name, answer)
        elif name in ("sessions/details", "sessions/statement"):
            assert answer["error"]["translation_key"] in ("book_no_session", "book_not_yours")
        else:
            assert answer["error"]["code"] == "unauthorized", (name, answer)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", ACTIONS)
async def test_an_action_gives_nobody_what_is_not_theirs(
    hass: HomeAssistant, house: House, name: str, who: str
) -> None:
    given, may = ACTIONS[name]
    context = Context(user_id=house.users[who].id)
    answers = name.startswith(("get_", "export_"))
    try:
        answer = await hass.services.async_call(
            DOMAIN, name, given(house), blocking=True, return_response=answers, context=context
        )
    except Unauthorized:
        assert may not in ("all", who)
        return
    except HomeAssistantError as error:
        tells_of_nobody_else(str(error))
        answer = None
    assert may in ("all", who)
    tells_of_nobody_else(answer)


async def test_a_driver_gets_their_own_and_a_stranger_nothing(
    hass: HomeAssistant, house: House, hass_ws_client: WebSocketGenerator
) -> None:
    admin = await ask(await hass_ws_client(hass), "sessions/list", month=house.month)
    assert len(admin["result"]["rows"]) == 4
    with pytest.raises(AssertionError):
        tells_of_nobody_else(admin)
    for who, sessions, outlets in (("stranger", 0, []), ("driver", 2, ["A/1"])):
        page = await hass_ws_client(hass, house.tokens[who])
        month = (await ask(page, "sessions/month", month=house.month))["result"]
        assert month["total"]["sessions"] == sessions
        listed = (await ask(page, "sessions/list", month=house.month))["result"]
        assert len(listed["rows"]) == sessions
        assert (await ask(page, "sessions/my_outlets"))["result"] == outlets
        found = await hass.services.async_call(
            DOMAIN,
            "get_sessions",
            {},
            blocking=True,
            return_response=True,
            context=Context(user_id=house.users[who].id),
        )
        assert found is not None
        assert len(found["sessions"]) == sessions


@pytest.mark.parametrize("who", WHO)
async def test_who_asks_for_another_by_name_or_number_gets_nothing(
    hass: HomeAssistant, house: House, hass_ws_client: WebSocketGenerator, who: str
) -> None:
    page = await hass_ws_client(hass, house.tokens[who])
    wanted = {"month": house.month, "persons": [house.bertil]}
    assert (await ask(page, "sessions/list", **wanted))["result"]["rows"] == []
    assert (await ask(page, "sessions/month", **wanted))["result"]["total"]["sessions"] == 0
    search = {"month": house.month, "text": "Bertil"}
    assert (await ask(page, "sessions/list", **search))["result"]["rows"] == []
    for name, given in (
        ("details", {"uid": house.bertils}),
        ("statement", {"month": house.month, "person": house.bertil}),
        ("statement", {"month": house.month, "place": 1}),
        ("statement", {"month": house.month}),
    ):
        answer = await ask(page, f"sessions/{name}", **given)
        assert answer["error"]["translation_key"] in ("book_no_session", "book_not_yours"), name
    for name, more in (
        ("change_connector", {"charging_allowed": False}),
        ("put_first_in_line", {}),
    ):
        answer = await ask(
            page, name, entry_id=house.entry.entry_id, charger="B", connector=1, **more
        )
        assert answer["error"]["code"] == "unauthorized"
    mine = {"entry_id": house.entry.entry_id, "charger": "A", "connector": 1}
    answer = await ask(page, "change_connector", maximum=16, **mine)
    assert answer["error"]["code"] == "unauthorized"
    context = Context(user_id=house.users[who].id)
    for name, data, answers in (
        ("put_first_in_line", {"device_id": house.device("B")}, False),
        ("get_sessions", {"driver": "Bertil Berg"}, True),
        ("export_sessions", {"driver": "Bertil Berg", "format": "csv"}, True),
        ("export_sessions", {"driver": "Bertil Berg", "format": "statement"}, True),
    ):
        with pytest.raises(HomeAssistantError):
            await hass.services.async_call(
                DOMAIN, name, data, blocking=True, return_response=answers, context=context
            )


@pytest.mark.parametrize("who", WHO)
async def test_a_file_holds_only_what_is_of_whoever_downloads_it(
    house: House, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator, who: str
) -> None:
    admin = await hass_ws_client(house.hass)
    made = (await ask(admin, "sessions/statement", month=house.month, person=house.bertil))[
        "result"
    ]
    whole = (await ask(admin, "sessions/statement", month=house.month))["result"]
    web = await hass_client(house.tokens[who])
    own = {"stranger": 0, "driver": 2}[who]
    for query in ("", f"&person={house.bertil}", "&text=Bertil", "&place=2"):
        lines = await web.get(f"/api/{DOMAIN}/sessions.csv?month={house.month}{query}")
        text = await lines.text()
        tells_of_nobody_else(text)
        assert text.count("\r\n") - 1 == (0 if query else own)
        records = await web.get(f"/api/{DOMAIN}/sessions.ocpi.json?month={house.month}{query}")
        tells_of_nobody_else(await records.text())
    for one in (made, whole):
        page = await web.get(f"/api/{DOMAIN}/statement/{one['number']}/{one['version']}")
        assert page.status == 400
        tells_of_nobody_else(await page.text())


async def test_no_name_of_anybody_is_in_a_state(hass: HomeAssistant, house: House) -> None:
    await hass.async_block_till_done()
    for state in hass.states.async_all():
        text = f"{state.state} {dict(state.attributes)}"
        assert not any(word in text for word in (*OTHERS, "Anna Aho", "A0A0CARD")), state.entity_id


@pytest.mark.parametrize("path", ["sessions.csv", "sessions.ocpi.json", "statement/X/1"])
async def test_who_is_not_signed_in_gets_no_file(
    house: House, hass_client_no_auth: ClientSessionGenerator, path: str
) -> None:
    web = await hass_client_no_auth()
    answer = await web.get(f"/api/{DOMAIN}/{path}?month={house.month}")
    assert answer.status == 401


async def test_a_signed_link_is_its_makers_and_ends(
    house: House,
    hass_client_no_auth: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    assert await async_setup_component(house.hass, "auth", {})
    page = await hass_ws_client(house.hass, house.tokens["driver"])
    path = f"/api/{DOMAIN}/sessions.csv?month={house.month}&person={house.bertil}"
    web = await hass_client_no_auth()
    links = []
    for wanted in (path, path.partition("&")[0]):
        await page.send_json_auto_id({"type": "auth/sign_path", "path": wanted, "expires": 30})
        links.append((await page.receive_json())["result"]["path"])
    texts = [await (await web.get(link)).text() for link in links]
    tells_of_nobody_else(texts)
    assert [text.count("\r\n") - 1 for text in texts] == [0, 2]
    # What was signed can't be turned into another's.
    assert (await web.get(f"{links[1]}&person={house.bertil}")).status == 401
    over = {"type": "auth/sign_path", "path": path.partition("&")[0], "expires": -1}
    await page.send_json_auto_id(over)
    assert (await web.get((await page.receive_json())["result"]["path"])).status == 401
