"""People are shown the certificate of a charger, and say whether it is its own."""

from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import (
    CONF_CERTIFICATE_NAME,
    CONF_TLS_CERTIFICATE,
    CONF_TLS_CLIENT_CA,
    CONF_TLS_KEY,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulation.faults.certificates import Authority
from tests.csms.transport.test_connecting import refused
from tests.flows.test_security_flows import answer, change_charger, new_charger
from tests.groups import charger, charger_form, client, group, open_charger, set_up, subentry_id

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom all trust."""
    return Authority(tmp_path)


def secured(authority: Authority, *chargers: Any) -> MockConfigEntry:
    """A group whose port asks for certificates."""
    own = authority.issue("server")
    return group(
        *chargers,
        **{
            CONF_TLS_CERTIFICATE: own.certificate,
            CONF_TLS_KEY: own.key,
            CONF_TLS_CLIENT_CA: authority.file,
        },
    )


def confirmed(entry: MockConfigEntry) -> str | None:
    """The name that LEFT's certificate bears, as people said."""
    return entry.subentries[subentry_id(entry, "LEFT")].data.get(CONF_CERTIFICATE_NAME)


def asked_in(result: Any) -> dict[str, Any]:
    """What the section of a charger's form asks, with what it suggests."""
    (section,) = [
        part for field, part in result["data_schema"].schema.items() if str(field) == "security"
    ]
    return {
        str(field): (field.description or {}).get("suggested_value")
        for field in section.schema.schema
    }


async def test_who_waits_with_another_name_is_shown_before_it_is_added(
    hass: HomeAssistant, authority: Authority
) -> None:
    entry = secured(authority)
    await set_up(hass, entry)
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form())
        assert result["step_id"] == "certificate"
        words = result["description_placeholders"]
        assert words["name"] == "SN-1"
        assert len(words["fingerprint"].split(":")) == 32

        result = await answer(hass, result)
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert confirmed(entry) == "SN-1"
        assert entry.runtime_data.access.point("LEFT").online


async def test_who_waits_with_its_own_name_is_not_asked_about(
    hass: HomeAssistant, authority: Authority
) -> None:
    entry = secured(authority)
    await set_up(hass, entry)
    async with client(entry, "LEFT", tls=authority.client(authority.issue("LEFT"))) as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form())
        assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_who_comes_with_another_one_while_the_first_is_looked_at_is_not_taken(
    hass: HomeAssistant, authority: Authority
) -> None:
    entry = secured(authority)
    await set_up(hass, entry)
    pending = entry.runtime_data.access.pending
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form())
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-2"))) as socket:
        await socket.boot()
        assert pending["LEFT"].connected
        result = await answer(hass, result)
        assert await socket.closed == 1000
    assert confirmed(entry) == "SN-1"
    assert not entry.runtime_data.access.point("LEFT").online


async def test_who_waits_with_the_name_of_another_charger_is_refused_when_it_is_added(
    hass: HomeAssistant, authority: Authority
) -> None:
    entry = secured(authority, charger("RIGHT", certificate_name="SN-1"))
    await set_up(hass, entry)
    security = authority.client(authority.issue("SN-1"))
    async with client(entry, "RIGHT", tls=security) as socket:
        await socket.boot()
    assert (await refused(client(entry, "LEFT", tls=security)))[0] == 403


async def test_a_name_that_was_typed_lets_a_charger_in_at_its_first_try(
    hass: HomeAssistant, authority: Authority
) -> None:
    entry = secured(authority)
    await set_up(hass, entry)
    form = charger_form(security={CONF_CERTIFICATE_NAME: " SN-1 "})
    result = await new_charger(hass, entry, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert confirmed(entry) == "SN-1"
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()
        assert entry.runtime_data.access.point("LEFT").online

        assert asked_in(await open_charger(hass, entry, "LEFT"))[CONF_CERTIFICATE_NAME] == "SN-1"
        await change_charger(hass, entry, charger_form())
        assert await socket.closed == 1000
    assert confirmed(entry) is None


async def test_a_port_that_asks_for_no_certificates_does_not_ask_for_their_names(
    hass: HomeAssistant,
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    assert CONF_CERTIFICATE_NAME not in asked_in(await open_charger(hass, entry, "LEFT"))
