"""Actions give and correct sessions, to whom they may."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.shared import async_shared_book
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from tests.groups import charger, client, entity_of, group, set_up, start_session, subentry_id
from tests.sessions.telling import HOUR, begun, ended

pytestmark = pytest.mark.usefixtures("socket_enabled")

OCTOBER = datetime(2026, 10, 14, 9, 0, tzinfo=UTC).timestamp()


@pytest.fixture
async def entry(hass: HomeAssistant) -> MockConfigEntry:
    """A group of two chargers."""
    entry = group(charger("A", "Left"), charger("B", "Right"))
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def book(hass: HomeAssistant, entry: MockConfigEntry, hass_read_only_user: MockUser) -> Book:
    """A month of Anna, who is a user, and Bert."""
    book = async_shared_book(hass).book
    assert book is not None

    def people(connection: Any) -> None:
        for name, user in (("Anna", hass_read_only_user.id), ("Bert", None)):
            person = keeping.change_person(connection, None, name=name, ha_user_id=user)
            keeping.give_card(connection, person, name, now=0)
        keeping.add_tariff(connection, from_ts=0, currency="EUR", price=0.2)

    await book.change(people)
    for number, (name, at) in enumerate((("Anna", "A"), ("Bert", "B"), ("Bert", "B"))):
        start = begun(
            OCTOBER + number * 3 * HOUR, 1_000 * number, charger=at, tag=name, tx_id=str(number)
        )
        await book.tell(start)
        await book.tell(ended(start.started + HOUR, 1_000 * number + 500, start))
    return book


async def ask(hass: HomeAssistant, action: str, user: MockUser | None = None, **data: Any) -> Any:
    """Call an action that answers."""
    return await hass.services.async_call(
        DOMAIN,
        action,
        data,
        blocking=True,
        return_response=True,
        context=Context(user_id=None if user is None else user.id),
    )


async def test_a_month_is_given_with_its_sums(hass: HomeAssistant, book: Book) -> None:
    found = await ask(hass, "get_sessions", month="2026-10")
    assert [one["person"] for one in found["sessions"]] == ["Bert", "Bert", "Anna"]
    assert found["sessions"][0]["start"] == "2026-10-14T15:00:00+00:00"
    assert found["total"] == {
        "sessions": 3,
        "wh": 1500,
        "cost": pytest.approx(0.3),
        "unpriced_wh": 0,
        "unknown": 0,
        "currency": "EUR",
    }
    assert (await ask(hass, "get_sessions", month="2026-10", limit=1))["more"]
    berts = await ask(hass, "get_sessions", month="2026-10", driver="bert")
    assert len(berts["sessions"]) == 2
    assert (await ask(hass, "get_sessions"))["sessions"] == []
    for wrong in ({"month": "October"}, {"driver": "Nobody"}):
        with pytest.raises(ServiceValidationError):
            await ask(hass, "get_sessions", **wrong)


async def test_a_driver_is_given_their_own(
    hass: HomeAssistant, book: Book, hass_read_only_user: MockUser
) -> None:
    anna = hass_read_only_user
    found = await ask(hass, "get_sessions", anna, month="2026-10")
    assert [one["person"] for one in found["sessions"]] == ["Anna"]
    assert found["total"]["wh"] == 500
    with pytest.raises(ServiceValidationError):
        await ask(hass, "get_sessions", anna, month="2026-10", driver="Bert")
    exported = await ask(hass, "export_sessions", anna, month="2026-10", format="csv")
    assert exported["content"].count("\r\n") == 2
    statement = await ask(hass, "export_sessions", anna, month="2026-10", format="statement")
    assert "0.500" in statement["content"]


async def test_a_month_is_exported_in_every_format(hass: HomeAssistant, book: Book) -> None:
    hass.config.country = "FI"
    await book.change(
        lambda one: keeping.change_settings(
            one, {"party_id": "TAL", "address": "Katu 1", "city": "Turku"}
        )
    )
    table = await ask(hass, "export_sessions", month="2026-10", format="spreadsheet", language="fi")
    assert table["content"].startswith("\ufeffLataus;Alku;")
    assert table["filename"] == "sessions_2026-10.csv"
    records = await ask(hass, "export_sessions", month="2026-10", format="ocpi")
    assert '"total_energy": 0.5' in records["content"]
    whole = await ask(hass, "export_sessions", month="2026-10", format="statement", language="de")
    assert (whole["number"], whole["version"]) == ("2026-10-ALL", 1)
    assert "Abrechnung der Ladevorgänge" in whole["content"]


async def test_only_administrators_and_automations_correct(
    hass: HomeAssistant,
    book: Book,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
) -> None:
    found = await ask(hass, "get_sessions", month="2026-10", driver="Anna")
    session = found["sessions"][0]["uid"]

    async def correct(user: MockUser | None, field: str, value: Any = None) -> None:
        await hass.services.async_call(
            DOMAIN,
            "correct_session",
            {"session": session, "field": field, "value": value, "reason": "asked for"},
            blocking=True,
            context=Context(user_id=None if user is None else user.id),
        )

    with pytest.raises(Unauthorized):
        await correct(hass_read_only_user, "energy", 1)
    await correct(hass_admin_user, "energy", "0.4")
    await correct(None, "driver", "Bert")
    berts = await ask(hass, "get_sessions", month="2026-10", driver="Bert")
    assert berts["total"]["wh"] == 1_400
    await correct(hass_admin_user, "void", "true")
    await correct(hass_admin_user, "start", "2026-10-14T08:55:00+00:00")
    assert (await ask(hass, "get_sessions", month="2026-10"))["total"]["wh"] == 1_000
    for field, value in (
        ("energy", "much"),
        ("energy", True),
        ("energy", "nan"),
        ("energy", "inf"),
        ("driver", "Nobody"),
        ("driver", True),
        ("void", "perhaps"),
        ("start", "2099-01-01 00:00"),
        ("start", "1970-01-01 00:00"),
        ("end", "at noon"),
        ("end", False),
    ):
        with pytest.raises(ServiceValidationError):
            await correct(None, field, value)


async def test_drivers_pause_and_are_put_first_by_entities_and_actions_where_they_charge(
    hass: HomeAssistant, entry: MockConfigEntry, book: Book, hass_read_only_user: MockUser
) -> None:
    anna = Context(user_id=hass_read_only_user.id)
    await book.change(lambda one: keeping.give_card(one, 1, "tag", now=0))
    # Home Assistant itself lets nobody who may only look call actions of entities.
    hass_read_only_user.mock_policy({"entities": True})
    switches = {
        one: entity_of(hass, "switch", subentry_id(entry, one), 1, "charging_allowed")
        for one in ("A", "B")
    }
    first = entity_of(hass, "button", subentry_id(entry, "A"), 1, "first_in_line")
    maximum = entity_of(hass, "number", subentry_id(entry, "A"), 1, "maximum")

    async def act(domain: str, action: str, entity: str, **data: Any) -> None:
        await hass.services.async_call(
            domain, action, {"entity_id": entity, **data}, blocking=True, context=anna
        )

    with pytest.raises(Unauthorized):
        await act("switch", "turn_off", switches["A"])
    async with client(entry, "A") as wire:
        await wire.boot()
        await start_session(wire)
        await act("switch", "turn_off", switches["A"])
        assert hass.states.get(switches["A"]).state == "off"
        await act("switch", "turn_on", switches["A"])
        await act("button", "press", first)
        with pytest.raises(Unauthorized):
            await act("switch", "turn_off", switches["B"])
        with pytest.raises(Unauthorized):
            await act("number", "set_value", maximum, value=10)
    assert await hass.config_entries.async_unload(entry.entry_id)
