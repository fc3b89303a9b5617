"""Outlets are kept for somebody by actions, and shown so until that is over."""

from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.actions.test_ocpp import ANNA, THIEF, act, why_not
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.groups import entity_of, show_names, subentry_id, until_state

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_an_outlet_is_kept_for_a_driver_and_shown_so(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    hass.config_entries.async_update_entry(entry, options={"id_tags": [ANNA, THIEF]})
    await hass.async_block_till_done()
    await show_names(hass)
    status = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 2, "status")
    left.answers |= {
        "ReserveNow": {"status": "Accepted"},
        "CancelReservation": {"status": "Accepted"},
    }
    until = dt_util.utcnow().replace(microsecond=0) + timedelta(hours=1)

    await act(hass, entry, "reserve", driver="anna", connector=2, until=until.isoformat())

    asked = await left.next_call("ReserveNow")
    assert (asked["connectorId"], asked["idTag"]) == (2, "04A1B2")
    state = await until_state(hass, status, lambda state: "reserved_for" in state.attributes)
    assert state.attributes["reserved_for"] == "Anna"
    assert state.attributes["reserved_until"] == until.isoformat()

    await act(hass, entry, "cancel_reservation", connector=2)

    assert await left.next_call("CancelReservation") == {"reservationId": asked["reservationId"]}
    await until_state(hass, status, lambda state: "reserved_for" not in state.attributes)
    again = await why_not(hass, entry, "cancel_reservation", connector=2)
    assert again.translation_key == "no_reservation"


async def test_a_reservation_is_over_once_its_session_begins_or_its_time_is_up(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["ReserveNow"] = {"status": "Accepted"}
    until = dt_util.utcnow() + timedelta(hours=1)
    await act(hass, entry, "reserve", driver="CARD", connector=1, until=until.isoformat())
    reserved = (await left.next_call("ReserveNow"))["reservationId"]
    reservations = entry.runtime_data.access.point("LEFT").reservations
    assert reservations.of(1) is not None

    await left.call(
        "StartTransaction",
        connectorId=1,
        idTag="CARD",
        meterStart=0,
        timestamp=ago(0),
        reservationId=reserved,
    )

    assert reservations.of(1) is None
    past = dt_util.utcnow() - timedelta(hours=1)
    over = await why_not(hass, entry, "reserve", driver="CARD", connector=1, until=past.isoformat())
    assert over.translation_key == "reservation_over"


async def test_any_outlet_that_is_kept_shows_at_all_that_are_free_until_its_session_begins(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    family = [
        {"id_tag": "04A1B2", "name": "Anna", "group": "FLAT 3"},
        {"id_tag": "04C3D4", "name": "Bob", "group": "FLAT 3"},
    ]
    hass.config_entries.async_update_entry(entry, options={"id_tags": family})
    await hass.async_block_till_done()
    await show_names(hass)
    shown = [
        entity_of(hass, "sensor", subentry_id(entry, "LEFT"), number, "status") for number in (1, 2)
    ]
    left.answers["ReserveNow"] = {"status": "Accepted"}
    await left.status("Available", 1)
    await left.status("Available", 2)
    until = dt_util.utcnow().replace(microsecond=0) + timedelta(hours=1)

    await act(hass, entry, "reserve", driver="Anna", until=until.isoformat())

    asked = await left.next_call("ReserveNow")
    assert (asked["connectorId"], asked["parentIdTag"]) == (0, "FLAT 3")
    for entity in shown:
        state = await until_state(hass, entity, lambda state: "reserved_for" in state.attributes)
        assert state.attributes["reserved_for"] == "Anna"
    # Somebody else takes one: the other one is what is kept.
    await left.call("StartTransaction", connectorId=1, idTag="04FF", meterStart=0, timestamp=ago(0))
    await until_state(hass, shown[0], lambda state: "reserved_for" not in state.attributes)
    assert hass.states.get(shown[1]).attributes["reserved_for"] == "Anna"
    # One of the family comes, and the charger does not say for which reservation.
    await left.call(
        "StartTransaction", connectorId=2, idTag="04C3D4", meterStart=0, timestamp=ago(0)
    )
    await until_state(hass, shown[1], lambda state: "reserved_for" not in state.attributes)
    assert not entry.runtime_data.access.point("LEFT").reservations.present


async def test_any_outlet_that_is_kept_is_given_up_at_any_outlet(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    accepted = {"status": "Accepted"}
    left.answers |= {"ReserveNow": accepted, "CancelReservation": accepted}
    reservations = entry.runtime_data.access.point("LEFT").reservations
    until = dt_util.utcnow() + timedelta(hours=1)
    for outlet in ({}, {"connector": 2}):
        await act(hass, entry, "reserve", driver="CARD", until=until.isoformat())
        asked = await left.next_call("ReserveNow")
        assert asked["connectorId"] == 0
        await act(hass, entry, "cancel_reservation", **outlet)
        cancelled = await left.next_call("CancelReservation")
        assert cancelled == {"reservationId": asked["reservationId"]}
        assert not reservations.present


async def test_a_fault_ends_what_was_kept(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["ReserveNow"] = {"status": "Accepted"}
    point = entry.runtime_data.access.point("LEFT")
    until = dt_util.utcnow() + timedelta(hours=1)
    await act(hass, entry, "reserve", driver="CARD", until=until.isoformat())
    await left.status("Faulted", 1)
    assert point.reservation(1) is None
    assert point.reservation(2) is not None
    await left.status("Unavailable", 0)
    assert point.reservation(2) is None


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("cancel_reservation", {"connector": 2}),
        ("call_ocpp", {"action": "CancelReservation", "payload": {"reservationId": 1}}),
    ],
)
async def test_a_charger_that_keeps_nothing_any_more_is_believed(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    left: Client,
    action: str,
    fields: dict[str, object],
) -> None:
    left.answers |= {
        "ReserveNow": {"status": "Accepted"},
        "CancelReservation": {"status": "Rejected"},
    }
    reservations = entry.runtime_data.access.point("LEFT").reservations
    until = dt_util.utcnow() + timedelta(hours=1)
    await act(hass, entry, "reserve", driver="CARD", connector=2, until=until.isoformat())
    assert reservations.of(2) is not None

    if action == "call_ocpp":
        await act(hass, entry, action, **fields)
    else:
        assert (await why_not(hass, entry, action, **fields)).translation_key == "charger_refused"

    assert not reservations.present


async def test_what_a_charger_refuses_is_not_kept(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["ReserveNow"] = {"status": "Occupied"}
    until = dt_util.utcnow() + timedelta(hours=1)
    await why_not(hass, entry, "reserve", driver="CARD", connector=2, until=until.isoformat())
    assert not entry.runtime_data.access.point("LEFT").reservations.present


async def test_an_outlet_that_was_reserved_and_is_available_is_kept_for_nobody(
    hass: HomeAssistant, entry: MockConfigEntry, left: Client
) -> None:
    left.answers["ReserveNow"] = {"status": "Accepted"}
    point = entry.runtime_data.access.point("LEFT")
    until = dt_util.utcnow() + timedelta(hours=1)
    for outlet in (1, 2):
        await act(hass, entry, "reserve", driver="CARD", connector=outlet, until=until.isoformat())
    await left.status("Available", 1)
    await left.status("Reserved", 1)
    await left.status("Reserved", 2)
    assert len(point.reservations.present) == 2

    await left.status("Available", 2)

    (kept,) = point.reservations.present
    assert kept.connector == 1
