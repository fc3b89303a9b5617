"""How people have a charger keep its billing backend."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.config.backends import read_backends
from custom_components.ev_load_manager.const import SUBENTRY_BACKEND
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulation.backends.backend import SILENCE, SimulatedBackend
from tests.csms.v201.station import Station
from tests.groups import charger, client, group, set_up, subentry_id

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def backend(socket_enabled: None) -> AsyncGenerator[SimulatedBackend]:
    """A backend that asks for a password."""
    async with SimulatedBackend(password="secret") as made:
        yield made


def entered(entry: MockConfigEntry, backend: SimulatedBackend, **more: Any) -> dict[str, Any]:
    """The form as people fill it in."""
    return {
        "name": "Operator",
        "charger": subentry_id(entry, "CP1"),
        "url": backend.url,
        "password": "secret",
        "role": "decides",
        "offline": "known",
        "known_days": 30,
        "both_lists": False,
        **more,
    }


async def ask(hass: HomeAssistant, entry: MockConfigEntry, values: dict[str, Any]) -> Any:
    """Open the form, and fill it in."""
    flows = hass.config_entries.subentries
    form = await flows.async_init(
        (entry.entry_id, SUBENTRY_BACKEND), context={"source": SOURCE_USER}
    )
    return await flows.async_configure(form["flow_id"], values)


async def kept(hass: HomeAssistant, entry: MockConfigEntry, backend: SimulatedBackend) -> Any:
    """A backend of the charger, entered as people do; returns its subentry."""
    asked = await ask(hass, entry, entered(entry, backend))
    await hass.config_entries.subentries.async_configure(asked["flow_id"], {})
    await hass.async_block_till_done()
    return next(iter(entry.get_subentries_of_type(SUBENTRY_BACKEND)))


async def test_it_is_tried_and_says_what_the_backend_answered(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        result = await ask(hass, entry, entered(entry, backend))
        assert result["step_id"] == "accepted"
        assert backend.of("BootNotification") == [
            {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
        ]
        result = await hass.config_entries.subentries.async_configure(result["flow_id"], {})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()
        await backend.until_heard("BootNotification", 2)
    stored = next(iter(entry.get_subentries_of_type(SUBENTRY_BACKEND)))
    assert stored.title == "Operator"
    assert stored.data["identity"] == "CP1"
    assert backend.faults == []


@pytest.mark.parametrize(
    ("answer", "step"),
    [("Pending", "pending"), ("Rejected", "rejected")],
)
async def test_a_backend_that_waits_for_somebody_can_be_stored(
    hass: HomeAssistant, backend: SimulatedBackend, answer: str, step: str
) -> None:
    backend.answers["BootNotification"] = {
        "status": answer,
        "currentTime": "2030-01-01T00:00:00Z",
        "interval": 60,
    }
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        assert (await ask(hass, entry, entered(entry, backend)))["step_id"] == step


async def test_before_the_charger_was_here_only_the_address_is_tried(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    assert (await ask(hass, entry, entered(entry, backend)))["step_id"] == "open"
    assert backend.heard == []


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({"password": "another"}, "base", "backend_password"),
        ({"url": "http://127.0.0.1"}, "url", "backend_address"),
        ({"url": "ws://me:pass@127.0.0.1"}, "url", "backend_address"),
        ({"url": "ws://127.0.0.1:1"}, "base", "backend_unreachable"),
        ({"name": " "}, "name", "name_empty"),
        ({"known_days": -1}, "known_days", "known_days_range"),
        ({"certificates": {"key": "k.pem"}}, "base", "certificate_missing"),
    ],
)
async def test_what_is_wrong_is_said_in_words(
    hass: HomeAssistant,
    backend: SimulatedBackend,
    wrong: dict[str, Any],
    field: str,
    error: str,
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    result = await ask(hass, entry, entered(entry, backend, **wrong))
    assert result["errors"] == {field: error}


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"redirects_to": "ws://127.0.0.1:9/elsewhere"}, "backend_redirects"),
        ({"status": HTTPStatus.NOT_FOUND}, "backend_identity"),
        ({"status": HTTPStatus.SERVICE_UNAVAILABLE}, "backend_refuses_link"),
        ({"subprotocols": ("ocpp2.0.1",)}, "backend_version"),
        ({"subprotocols": ()}, "backend_version"),
    ],
)
async def test_what_a_backend_will_not_do_is_said_in_words(
    hass: HomeAssistant, how: dict[str, Any], error: str
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    async with SimulatedBackend(**how) as strange:
        result = await ask(hass, entry, entered(entry, strange))
    assert result["errors"] == {"base": error}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("[3", "backend_garbage"),
        ({"status": "Perhaps"}, "backend_garbage"),
        ("InternalError", "backend_error"),
        (SILENCE, "backend_silent"),
    ],
)
async def test_a_strange_answer_is_told_and_can_be_stored_all_the_same(
    hass: HomeAssistant, backend: SimulatedBackend, hurry: None, answer: Any, error: str
) -> None:
    backend.answers["BootNotification"] = answer
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    async with client(entry, "CP1") as socket:
        await socket.boot()
        result = await ask(hass, entry, entered(entry, backend))
        assert result["errors"] == {"base": error}
        result = await hass.config_entries.subentries.async_configure(
            result["flow_id"], entered(entry, backend, although=True)
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()


async def test_one_decides_and_none_is_there_twice(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group(charger("CP1"), charger("CP2"))
    await set_up(hass, entry)
    await kept(hass, entry, backend)
    again = await ask(hass, entry, entered(entry, backend))
    assert again["errors"] == {"url": "backend_twice", "role": "one_decides"}
    # Nor at another charger, which would be the same one to it.
    other = entered(entry, backend, charger=subentry_id(entry, "CP2"), identity="CP1")
    assert (await ask(hass, entry, other))["errors"] == {"url": "backend_twice"}


async def test_a_backend_is_not_entered_twice_however_its_address_is_written(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry, elsewhere = group(charger("CP1")), group(charger("CP9"), name="Yard")
    await set_up(hass, entry)
    await set_up(hass, elsewhere)
    await kept(hass, entry, backend)
    again = {
        **entered(entry, backend),
        "charger": subentry_id(elsewhere, "CP9"),
        "identity": "CP1",
        "url": backend.url.replace("ws:", "WS:") + "/",
    }
    assert (await ask(hass, elsewhere, again))["errors"] == {"url": "backend_twice"}


async def test_its_password_is_kept_unless_it_is_forgotten(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    flows = hass.config_entries.subentries
    stored = await kept(hass, entry, backend)
    form = await entry.start_subentry_reconfigure_flow(hass, stored.subentry_id)
    values = entered(entry, backend, name="Another")
    del values["charger"], values["password"]
    result = await flows.async_configure(form["flow_id"], values)
    assert result["step_id"] == "open"
    await flows.async_configure(result["flow_id"], {})
    await hass.async_block_till_done()
    stored = entry.subentries[stored.subentry_id]
    assert (stored.title, stored.data["password"]) == ("Another", "secret")
    form = await entry.start_subentry_reconfigure_flow(hass, stored.subentry_id)
    result = await flows.async_configure(form["flow_id"], {**values, "no_password": True})
    assert result["errors"] == {"base": "backend_password"}


async def test_a_group_without_chargers_has_no_backends(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group()
    await set_up(hass, entry)
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_BACKEND), context={"source": SOURCE_USER}
    )
    assert result["reason"] == "no_chargers"


async def test_a_charger_that_speaks_another_version_is_refused_in_words(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group(charger("CP1"), charger("CP2"))
    await set_up(hass, entry)
    async with Station(entry.runtime_data, "CP1") as station:
        await station.boot()
        result = await ask(hass, entry, entered(entry, backend))
        assert result["errors"] == {"charger": "backend_charger_version"}
        assert backend.dialled == 0
        # It is a matter of that charger alone.
        other = entered(entry, backend, charger=subentry_id(entry, "CP2"))
        assert (await hass.config_entries.subentries.async_configure(result["flow_id"], other))[
            "step_id"
        ] == "open"


async def test_a_backend_may_change_certificates_only_where_somebody_said_so(
    hass: HomeAssistant, backend: SimulatedBackend
) -> None:
    entry = group(charger("CP1"))
    await set_up(hass, entry)
    flows = hass.config_entries.subentries
    stored = await kept(hass, entry, backend)
    assert stored.data["charger_certificates"] is False
    # One that was stored before there was the question has not been allowed it either.
    before = {key: value for key, value in stored.data.items() if key != "charger_certificates"}
    hass.config_entries.async_update_subentry(entry, stored, data=before)
    assert [one.certificates for one in read_backends(entry)["CP1"].values()] == [False]
    form = await entry.start_subentry_reconfigure_flow(hass, stored.subentry_id)
    values = entered(entry, backend, certificates={"charger_certificates": True})
    del values["charger"]
    result = await flows.async_configure(form["flow_id"], values)
    await flows.async_configure(result["flow_id"], {})
    await hass.async_block_till_done()
    assert [one.certificates for one in read_backends(entry)["CP1"].values()] == [True]
