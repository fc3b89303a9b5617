"""The page shows sessions to those whose they are, and administrators put them right."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
)

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.sessions.pauses import note_pause
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from tests.groups import charger as charger_of, client, group, set_up, start_session
from tests.sessions.telling import HOUR, begun, ended

from .conftest import ask

pytestmark = pytest.mark.usefixtures("socket_enabled")

OCTOBER = datetime(2026, 10, 14, 9, 0, tzinfo=UTC).timestamp()


async def charge(
    hass: HomeAssistant,
    tag: str = "04A1B2C3",
    *,
    at: float = OCTOBER,
    wh: float = 7_400,
    charger: str = "A",
    over: bool = True,
) -> str:
    """A session in the book; its uid."""
    book = async_shared_book(hass).book
    assert book is not None
    told = begun(at, charger=charger, tag=tag, tx_id=f"{tag} {at}")
    uid = await book.tell(told)
    if over:
        await book.tell(ended(at + HOUR, 1_000_000 + wh, told))
    assert uid is not None
    return uid


async def result(page: MockHAClientWebSocket, command: str, **data: Any) -> Any:
    """What a command answers."""
    answer = await ask(page, f"sessions/{command}", **data)
    assert answer["success"], answer
    return answer["result"]


async def refused(page: MockHAClientWebSocket, command: str, **data: Any) -> str:
    """Why a command is refused."""
    answer = await ask(page, f"sessions/{command}", **data)
    assert not answer["success"]
    error = answer["error"]
    return error.get("translation_key") or error["code"]


@pytest.fixture
async def running(hass: HomeAssistant, entry: MockConfigEntry) -> AsyncGenerator[MockConfigEntry]:
    """A group that runs, and its book."""
    yield entry
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def anna(
    hass: HomeAssistant,
    running: MockConfigEntry,
    page: MockHAClientWebSocket,
    hass_read_only_user: MockUser,
) -> int:
    """A driver, who is the guest, with a card and two sessions; another has one."""
    person: int = await result(
        page, "change_person", name="Anna", ha_user_id=hass_read_only_user.id
    )
    await result(page, "give_card", person=person, tag="04a1b2c3", from_ts=0)
    await charge(hass)
    await charge(hass, at=OCTOBER + 2 * HOUR, wh=2_600)
    bert: int = await result(page, "change_person", name="Bert")
    await result(page, "give_card", person=bert, tag="BERT", from_ts=0)
    await charge(hass, "BERT", at=OCTOBER + 5 * HOUR, charger="B")
    return person


async def test_a_home_without_sessions_is_shown_none(
    running: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    assert (await result(page, "overview"))["months"] == []


async def test_a_month_adds_up_by_place_and_by_driver(
    anna: int, page: MockHAClientWebSocket
) -> None:
    seen = await result(page, "overview")
    assert seen["months"] == [202610]
    assert [person["name"] for person in seen["persons"]] == ["Anna", "Bert"]
    month = await result(page, "month", month=202610)
    assert month["total"]["wh"] == 7_400 + 2_600 + 7_400
    assert {one["name"]: one["wh"] for one in month["persons"]} == {"Anna": 10_000, "Bert": 7_400}
    # Places are called what their chargers are called.
    assert {one["name"] for one in month["places"]} == {"Anna", "Ben / 1"}
    assert month["total"]["cost"] is None


async def test_a_list_goes_on_where_it_ended(anna: int, page: MockHAClientWebSocket) -> None:
    first = await result(page, "list", month=202610, most=2)
    assert [row["person"] for row in first["rows"]] == ["Bert", "Anna"]
    rest = await result(page, "list", month=202610, most=2, after=first["more"])
    assert [row["wh"] for row in rest["rows"]] == [7_400]
    assert rest["more"] is None
    found = await result(page, "list", month=202610, text="ber")
    assert [row["person"] for row in found["rows"]] == ["Bert"]


async def test_a_driver_sees_their_own_sessions_and_nobody_elses(
    anna: int, page: MockHAClientWebSocket, guests_page: MockHAClientWebSocket
) -> None:
    seen = await result(guests_page, "overview")
    assert (seen["months"], seen["admin"], seen["places"]) == ([202610], False, [])
    assert [person["name"] for person in seen["persons"]] == ["Anna"]
    rows = (await result(guests_page, "list", month=202610))["rows"]
    assert {row["person"] for row in rows} == {"Anna"}
    assert (await result(guests_page, "month", month=202610))["total"]["wh"] == 10_000
    everybodys = (await result(page, "list", month=202610))["rows"]
    berts = next(row["uid"] for row in everybodys if row["person"] == "Bert")
    # Asked for by name or by id, it is not there.
    others = await result(guests_page, "list", month=202610, persons=[anna + 1])
    assert others["rows"] == []
    assert await refused(guests_page, "details", uid=berts) == "book_no_session"
    assert (await result(guests_page, "details", uid=rows[0]["uid"]))["may_correct"] is False
    assert (
        await refused(guests_page, "statement", month=202610, person=anna + 1) == "book_not_yours"
    )
    assert await refused(guests_page, "statement", month=202610) == "book_not_yours"


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("correct", {"uid": "00", "field": "wh", "value": 1, "why": "x"}),
        ("reconciliation", {"month": 202610}),
        ("kept", {}),
        ("statements", {"month": 202610}),
        ("change_person", {"name": "x"}),
        ("forget_person", {"person": 1}),
        ("give_card", {"person": 1, "tag": "x"}),
        ("take_card", {"use": 1}),
        ("add_tariff", {"price": 1}),
        ("end_tariff", {"tariff": 1}),
        ("change_place", {"place": 1, "name": "x"}),
        ("change_settings", {"letterhead": "x"}),
    ],
)
async def test_only_administrators_change_and_see_what_is_everybodys(
    anna: int, guests_page: MockHAClientWebSocket, command: str, data: dict[str, Any]
) -> None:
    assert await refused(guests_page, command, **data) == "unauthorized"


async def test_who_is_no_driver_sees_nothing(
    hass: HomeAssistant, running: MockConfigEntry, guests_page: MockHAClientWebSocket
) -> None:
    uid = await charge(hass)
    assert (await result(guests_page, "overview"))["months"] == []
    assert (await result(guests_page, "list", month=202610))["rows"] == []
    assert await refused(guests_page, "details", uid=uid) == "book_no_session"


async def test_a_correction_names_who_and_why_and_leaves_what_was_told(
    hass: HomeAssistant, anna: int, page: MockHAClientWebSocket
) -> None:
    rows = (await result(page, "list", month=202610, persons=[anna]))["rows"]
    uid = rows[0]["uid"]
    await result(page, "correct", uid=uid, field="wh", value=2_000, why="the display said so")
    seen = await result(page, "details", uid=uid)
    assert (seen["wh"], seen["eff_wh"]) == (2_600, 2_000)
    assert "edited" in seen["flags"]
    (revision,) = seen["revisions"]
    assert revision["user"] == "Mock User"
    assert (revision["old"], revision["new"], revision["why"]) == (
        *("2600", "2000"),
        "the display said so",
    )
    assert (await result(page, "month", month=202610, persons=[anna]))["total"]["wh"] == 9_400
    assert await refused(page, "correct", uid=uid, field="wh", value=1, why=" ") == "book_no_reason"
    assert (
        await refused(page, "correct", uid="zz", field="wh", value=1, why="x") == "book_no_session"
    )
    yes = {"uid": uid, "field": "wh", "value": True, "why": "x"}
    assert await refused(page, "correct", **yes) == "book_no_number"
    long_ago = {"uid": uid, "field": "start", "value": 0, "why": "x"}
    assert await refused(page, "correct", **long_ago) == "book_unlikely_time"
    await result(page, "correct", uid=uid, field="void", value=True, why="a test")
    assert (await result(page, "month", month=202610, persons=[anna]))["total"]["wh"] == 7_400


async def test_a_price_prices_what_is_there_and_lines_add_up_to_their_total(
    hass: HomeAssistant, anna: int, page: MockHAClientWebSocket
) -> None:
    await result(page, "add_tariff", price=0.2345, from_ts=0, tax=25.5)
    rows = (await result(page, "list", month=202610))["rows"]
    month = await result(page, "month", month=202610)
    assert month["currency"] == hass.config.currency
    assert month["total"]["cost"] == pytest.approx(sum(row["cost"] for row in rows))
    assert [row["cost"] for row in rows] == [1.74, 0.61, 1.74]
    kept = await result(page, "kept")
    assert (kept["tariffs"][0]["price"], kept["tariffs"][0]["tax"]) == (0.2345, 25.5)
    assert await refused(page, "add_tariff", price=5_000) == "book_price_wrong"
    assert await refused(page, "add_tariff") == "book_price_wrong"
    assert await refused(page, "add_tariff", price=0.2, per_hour=-1) == "book_price_wrong"
    hass.states.async_set("sensor.power", "5", {"unit_of_measurement": "kWh"})
    for entity in ("sensor.power", "sensor.nowhere", " "):
        assert await refused(page, "add_tariff", entity_id=entity) == "book_no_price_entity"
    nobodys = {"price": 0.2, "applies": "person", "applies_to": 99}
    assert await refused(page, "add_tariff", **nobodys) == "book_no_driver"


async def test_an_outlet_is_reconciled_with_its_own_meter(
    anna: int, page: MockHAClientWebSocket
) -> None:
    found = {one["place"]: one for one in await result(page, "reconciliation", month=202610)}
    assert found["Ben / 1"]["sessions"] == 7_400
    assert found["Ben / 1"]["unexplained"] == 0


async def test_a_card_that_is_held_up_is_learned_and_given_to_its_driver(
    hass: HomeAssistant, running: MockConfigEntry, page: MockHAClientWebSocket
) -> None:
    await charge(hass, "NEW")
    kept = await result(page, "kept")
    assert [one["tag"] for one in kept["learned"]] == ["NEW"]
    person = await result(page, "change_person", name="Carla", budget_wh=100_000)
    await result(page, "give_card", person=person, tag="new", from_ts=0, label="key ring")
    kept = await result(page, "kept")
    assert kept["learned"] == []
    (carla,) = kept["persons"]
    assert (carla["cards"][0]["label"], carla["budget_wh"]) == ("key ring", 100_000)
    assert (await result(page, "list", month=202610))["rows"][0]["person"] == "Carla"
    other = await result(page, "change_person", name="Dora")
    assert await refused(page, "give_card", person=other, tag="NEW", from_ts=0) == "book_card_taken"
    await result(page, "forget_person", person=person)
    assert [one["name"] for one in (await result(page, "kept"))["persons"]] == ["Dora"]
    assert (await result(page, "month", month=202610))["total"]["wh"] == 7_400


async def test_a_driver_is_in_a_group_until_they_are_put_elsewhere(
    anna: int, page: MockHAClientWebSocket
) -> None:
    async def group_of(person: int) -> int | None:
        persons = {one["id"]: one for one in (await result(page, "kept"))["persons"]}
        found: int | None = persons[person]["group_id"]
        return found

    flat = await result(page, "change_person", name="Flat 7", kind="group", budget_wh=1)
    await result(page, "change_person", person=anna, name="Anna", group=flat)
    assert await group_of(anna) == flat
    # A page that says nothing of groups changes none.
    await result(page, "change_person", person=anna, name="Anna Aalto")
    assert await group_of(anna) == flat
    await result(page, "change_person", person=anna, name="Anna", group=None)
    assert await group_of(anna) is None
    no_group = {"person": flat, "name": "Flat 7", "kind": "group", "group": anna}
    assert await refused(page, "change_person", **no_group) == "book_no_driver"


async def test_a_driver_pauses_goes_on_and_is_put_first_where_they_charge_only(
    hass: HomeAssistant,
    anna: int,
    entry: MockConfigEntry,
    page: MockHAClientWebSocket,
    guests_page: MockHAClientWebSocket,
) -> None:
    await result(page, "give_card", person=anna, tag="tag", from_ts=0)
    at = {"entry_id": entry.entry_id, "connector": 1}
    pause = {**at, "charging_allowed": False}
    assert await result(guests_page, "my_outlets") == []
    answer = await ask(guests_page, "change_connector", charger="A", **pause)
    assert answer["error"]["code"] == "unauthorized"
    async with client(entry, "A") as wire:
        await wire.boot()
        transaction = await start_session(wire)
        assert await result(guests_page, "my_outlets") == ["A/1"]
        for charging in (False, True):
            answer = await ask(
                guests_page,
                "change_connector",
                charger="A",
                **{**pause, "charging_allowed": charging},
            )
            assert answer["success"], answer
        assert (await ask(guests_page, "put_first_in_line", charger="A", **at))["success"]
        for command, data in (
            ("change_connector", {"charger": "A", **at, "maximum": 32}),
            ("change_connector", {"charger": "B", **pause}),
            ("put_first_in_line", {"charger": "B", **at}),
        ):
            answer = await ask(guests_page, command, **data)
            assert answer["error"]["code"] == "unauthorized", command
        await wire.call(
            "StopTransaction",
            transactionId=transaction,
            meterStop=1,
            timestamp=datetime.now(UTC).isoformat(),
        )
    assert await result(guests_page, "my_outlets") == []
    places = (await result(page, "kept"))["places"]
    place = next(one["id"] for one in places if one["charger"] == "B" and one["connector"] == 2)
    await result(page, "change_place", place=place, name="Anna's own", person=anna)
    assert await result(guests_page, "my_outlets") == ["B/2"]
    answer = await ask(
        guests_page,
        "change_connector",
        entry_id=entry.entry_id,
        charger="B",
        connector=2,
        charging_allowed=False,
    )
    assert answer["success"], answer


async def test_a_drivers_pause_ends_with_their_session(
    hass: HomeAssistant,
    anna: int,
    entry: MockConfigEntry,
    page: MockHAClientWebSocket,
    guests_page: MockHAClientWebSocket,
) -> None:
    await result(page, "give_card", person=anna, tag="tag", from_ts=0)
    live = entry.runtime_data.live
    outlet = ConnectorId("A", 1)
    pause = {
        "entry_id": entry.entry_id,
        "charger": "A",
        "connector": 1,
        "charging_allowed": False,
    }
    for who, goes_on in ((guests_page, True), (page, False)):
        async with client(entry, "A") as wire:
            await wire.boot()
            transaction = await start_session(wire)
            assert (await ask(who, "change_connector", **pause))["success"]
            assert not live.settings.may_charge(outlet)
            await wire.call(
                "StopTransaction",
                transactionId=transaction,
                meterStop=1,
                timestamp=datetime.now(UTC).isoformat(),
            )
            await hass.async_block_till_done()
            assert live.settings.may_charge(outlet) is goes_on


async def test_a_pause_is_over_where_its_session_ended_before_its_group_started(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    book = async_shared_book(hass).book
    assert book is not None
    other = group(charger_of("C"), name="Other")
    await set_up(hass, other)
    for one, name in ((entry, "A"), (other, "C")):
        live = one.runtime_data.live
        await live.change_connector(ConnectorId(name, 1), charging_allowed=False)
        await book.change(partial(note_pause, user_id="x", charger=name, connector=1))
    for one in (entry, other):
        assert await hass.config_entries.async_unload(one.entry_id)
    for one, name in ((other, "C"), (entry, "A")):
        assert await hass.config_entries.async_setup(one.entry_id)
        await hass.async_block_till_done()
        assert one.runtime_data.live.settings.may_charge(ConnectorId(name, 1))
    for one in (entry, other):
        assert await hass.config_entries.async_unload(one.entry_id)


async def test_a_month_is_downloaded_by_whom_it_belongs_to(
    hass: HomeAssistant,
    anna: int,
    page: MockHAClientWebSocket,
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    path = "/api/ev_load_manager/sessions.csv?month=202610"
    admin = await hass_client()
    text = await (await admin.get(path)).text()
    assert text.count("\r\n") == 4
    assert text.startswith("session,start,end,")
    spreadsheet = await (await admin.get(f"{path}&spreadsheet=1&language=de")).text()
    assert spreadsheet.startswith("\ufeff")
    assert "7,400" in spreadsheet
    guest = await hass_client(hass_read_only_access_token)
    own = await (await guest.get(path)).text()
    assert own.count("\r\n") == 3
    assert "Bert" not in own
    nobody = await hass_client_no_auth()
    assert (await nobody.get(path)).status == 401
    # Signed by nobody in particular: no person asks.
    signed = async_sign_path(hass, path, timedelta(minutes=1))
    assert (await nobody.get(signed)).status == 401
    for bad in ("month=2026", "month=202613", "month=x", "", "month=202610&person=y"):
        assert (await admin.get(f"/api/ev_load_manager/sessions.csv?{bad}")).status == 400


async def test_a_statement_is_frozen_and_corrections_make_a_new_version(
    hass: HomeAssistant,
    anna: int,
    page: MockHAClientWebSocket,
    guests_page: MockHAClientWebSocket,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    await result(page, "add_tariff", price=0.25, from_ts=0, tax=24)
    await result(page, "change_settings", letterhead="As Oy <Talo>\nTurku")
    made = await result(page, "statement", month=202610, person=anna)
    assert made == {"number": f"2026-10-D{anna}", "version": 1}
    assert await result(guests_page, "statement", month=202610, person=anna) == made
    uid = (await result(page, "list", month=202610, persons=[anna]))["rows"][0]["uid"]
    await result(page, "correct", uid=uid, field="wh", value=1_600, why="as displayed")
    newer = await result(page, "statement", month=202610, person=anna)
    assert newer["version"] == 2
    admin = await hass_client()
    guest = await hass_client(hass_read_only_access_token)
    url = f"/api/ev_load_manager/statement/{made['number']}"
    first = await (await admin.get(f"{url}/1?language=en")).text()
    second = await (await guest.get(f"{url}/2?language=fi")).text()
    assert "2.50" in first and "10.000" in first
    assert "As Oy &lt;Talo&gt;\nTurku" in first
    assert "2,25" in second and "9,000" in second
    assert [one["version"] for one in await result(page, "statements", month=202610)] == [1, 2]
    whole = await result(page, "statement", month=202610)
    assert (await guest.get(f"/api/ev_load_manager/statement/{whole['number']}/1")).status == 400
    assert (await admin.get(f"{url}/99")).status == 400
    assert (await admin.get(f"{url}/x")).status == 400
    assert await refused(page, "statement", month=202512) == "book_nothing"


async def test_records_of_ocpi_need_a_party_and_leave_out_what_has_no_price(
    hass: HomeAssistant, anna: int, page: MockHAClientWebSocket, hass_client: ClientSessionGenerator
) -> None:
    hass.config.country = "FI"
    path = "/api/ev_load_manager/sessions.ocpi.json?month=202610"
    admin = await hass_client()
    assert (await admin.get(path)).status == 400
    await result(page, "change_settings", party_id="TAL", address="Katu 1", city="Turku")
    found = await (await admin.get(path)).json()
    assert {one["why"] for one in found["left_out"]} == {"unpriced"}
    await result(page, "add_tariff", price=0.25, from_ts=0)
    found = await (await admin.get(path)).json()
    assert [cdr["total_energy"] for cdr in found["cdrs"]] == [7.4, 2.6, 7.4]
    assert found["cdrs"][0]["cdr_location"]["country"] == "FIN"


async def test_a_session_is_merged_with_its_neighbour_and_only_administrators_are_told_of_that(
    hass: HomeAssistant, anna: int, page: MockHAClientWebSocket, guests_page: MockHAClientWebSocket
) -> None:
    rows = (await result(page, "list", month=202610))["rows"]
    later, earlier = (one["uid"] for one in rows if one["person"] == "Anna")
    seen = await result(page, "details", uid=earlier)
    (other,) = seen["neighbours"]
    assert (other["uid"], other["wh"]) == (later, 2_600)
    assert (await result(guests_page, "details", uid=earlier))["neighbours"] == []
    await result(page, "merge", uid=later, other=earlier, why="told in pieces")
    merged = await result(page, "details", uid=earlier)
    assert (merged["eff_wh"], merged["end_ts"]) == (10_000, other["end"])
    # What holds nothing any more is no neighbour.
    assert merged["neighbours"] == []
    assert (await result(page, "month", month=202610, persons=[anna]))["total"]["wh"] == 10_000
    assert await refused(page, "merge", uid=earlier, other=later, why="again") == "book_is_void"


async def test_a_new_charger_takes_the_place_of_an_old_one(
    hass: HomeAssistant, anna: int, page: MockHAClientWebSocket
) -> None:
    before = (await result(page, "kept"))["places"]
    place = next(one["id"] for one in before if one["charger"] == "A")
    given = {"place": place, "name": "By the door", "person": anna}
    wrong = {"charger": "NOBODY", "connector": 1}
    assert await refused(page, "change_place", **given, **wrong) == "book_no_place"
    # Nothing of what is refused is kept.
    assert (await result(page, "kept"))["places"] == before
    await result(page, "change_place", **given, charger="B", connector=1)
    now = {one["id"]: one for one in (await result(page, "kept"))["places"]}
    assert (now[place]["name"], now[place]["charger"]) == ("By the door", "B")
    # What was charged before stays where it was.
    month = await result(page, "month", month=202610)
    assert {one["name"]: one["wh"] for one in month["places"]} == {
        "By the door": 10_000,
        "Ben / 1": 7_400,
    }
