"""People secure a port, give chargers passwords, and say who may charge."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
import ssl
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.const import (
    CONF_ACCEPT_ALL_TAGS,
    CONF_ID_TAGS,
    CONF_LISTEN_PORT,
    CONF_TLS_CERTIFICATE,
    CONF_TLS_CLIENT_CA,
    CONF_TLS_KEY,
    CONF_TLS_RSA_SUITES,
    DOMAIN,
    SUBENTRY_CHARGER,
)
from custom_components.ev_load_manager.csms.charge_point.authorization import IdTag, IdTags
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from simulation.faults.certificates import Authority, Files
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.flows.test_config_flow import changed_form, finish_without_meter, start_change
from tests.groups import (
    charger,
    charger_form,
    client,
    entity_of,
    group,
    group_form,
    name_charger,
    open_charger,
    set_up,
    show_names,
    subentry_id,
    suggested,
    until_state,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

SECRET = "0123456789abcdef0123"
TOLD_IN_HEX = SECRET.encode().hex()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom all trust."""
    return Authority(tmp_path)


@pytest.fixture
def files(authority: Authority) -> Files:
    """The certificate of this machine."""
    return authority.issue("server")


@pytest.fixture
def hurry() -> Generator[None]:
    """Time passes fifty times as fast."""
    clock.set_factor(50)
    yield
    clock.set_factor(1)


def section(files: Files, **more: Any) -> dict[str, Any]:
    """The section of a group's form that asks for files."""
    return {
        "security": {
            CONF_TLS_CERTIFICATE: files.certificate,
            CONF_TLS_KEY: f" {files.key} ",
            **more,
        }
    }


async def new_group(hass: HomeAssistant, form: dict[str, Any]) -> Any:
    """Fill in the form of a new group."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


async def new_charger(hass: HomeAssistant, entry: MockConfigEntry, form: dict[str, Any]) -> Any:
    """Fill in the forms of a new charger LEFT."""
    result = await name_charger(hass, entry, "LEFT")
    return await hass.config_entries.subentries.async_configure(result["flow_id"], form)


async def change_charger(hass: HomeAssistant, entry: MockConfigEntry, form: dict[str, Any]) -> Any:
    """Fill in the form of a charger LEFT that is there."""
    result = await open_charger(hass, entry, "LEFT")
    assert SECRET not in str(result)
    return await hass.config_entries.subentries.async_configure(result["flow_id"], form)


async def answer(hass: HomeAssistant, result: Any, **form: Any) -> Any:
    """Fill in the next form of a charger."""
    return await hass.config_entries.subentries.async_configure(result["flow_id"], form)


def with_password(choice: str) -> dict[str, Any]:
    """A charger's form with a choice about its password."""
    return charger_form(security={"password_choice": choice})


def stored(entry: MockConfigEntry) -> str | None:
    """The password of LEFT."""
    return entry.subentries[subentry_id(entry, "LEFT")].data.get(CONF_PASSWORD)


# TLS


async def test_a_group_is_made_with_tls(
    hass: HomeAssistant, authority: Authority, files: Files, unused_tcp_port: int
) -> None:
    form = group_form(unused_tcp_port, **section(files, tls_client_ca=authority.file))
    result = await finish_without_meter(hass, await new_group(hass, form))
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "security" not in result["data"]
    assert result["data"][CONF_TLS_KEY] == files.key
    assert result["data"][CONF_TLS_CLIENT_CA] == authority.file
    assert result["result"].state is ConfigEntryState.LOADED


async def test_a_path_may_begin_at_the_configuration_folder(
    hass: HomeAssistant, files: Files, unused_tcp_port: int
) -> None:
    hass.config.config_dir = str(Path(files.certificate).parent)
    form = group_form(
        unused_tcp_port,
        security={CONF_TLS_CERTIFICATE: "server.crt", CONF_TLS_KEY: "server.key"},
    )
    result = await finish_without_meter(hass, await new_group(hass, form))

    assert result["data"][CONF_TLS_CERTIFICATE] == files.certificate


async def test_files_that_can_not_be_used_are_named_at_once_and_can_be_mended(
    hass: HomeAssistant, authority: Authority, files: Files, unused_tcp_port: int
) -> None:
    other = authority.issue("other")
    form = group_form(unused_tcp_port, **section(files, tls_key=other.key))
    result = await new_group(hass, form)
    assert result["errors"] == {"base": "tls_key_mismatch"}
    assert result["description_placeholders"]["path"] == other.key

    form = group_form(unused_tcp_port, security={CONF_TLS_KEY: files.key})
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["errors"] == {"base": "tls_files_missing"}

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], group_form(unused_tcp_port, **section(files))
    )
    result = await finish_without_meter(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_rsa_suites_are_spoken_on_the_users_word_and_no_longer(
    hass: HomeAssistant, authority: Authority, files: Files, unused_tcp_port: int
) -> None:
    with_rsa = authority.issue("rsa", with_rsa=True)
    old = authority.client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("AES128-GCM-SHA256:AES256-GCM-SHA384")
    entry = group(
        charger("LEFT"),
        listen_port=unused_tcp_port,
        tls_certificate=with_rsa.certificate,
        tls_key=with_rsa.key,
    )
    await set_up(hass, entry)
    with pytest.raises(OSError):
        await client(entry, "LEFT", tls=old).__aenter__()

    result = await start_change(hass, entry)
    form = changed_form(entry, **section(files, tls_rsa_suites=True))
    result = await hass.config_entries.flow.async_configure(result["flow_id"], form)
    assert result["errors"] == {"base": "tls_rsa_needed"}
    assert result["description_placeholders"]["path"] == files.certificate
    form = changed_form(entry, **section(with_rsa, tls_rsa_suites=True))
    await hass.config_entries.flow.async_configure(result["flow_id"], form)
    await hass.async_block_till_done()
    async with client(entry, "LEFT", tls=old) as socket:
        await socket.boot()

    result = await start_change(hass, entry)
    form = changed_form(entry, **section(with_rsa))
    await hass.config_entries.flow.async_configure(result["flow_id"], form)
    await hass.async_block_till_done()
    with pytest.raises(OSError):
        await client(entry, "LEFT", tls=old).__aenter__()
    async with client(entry, "LEFT", tls=authority.client()) as socket:
        await socket.boot()


async def test_a_new_group_on_a_shared_port_has_to_agree_about_tls(
    hass: HomeAssistant, files: Files, unused_tcp_port: int
) -> None:
    await set_up(hass, group(listen_port=unused_tcp_port))

    result = await new_group(hass, group_form(unused_tcp_port, name="Yard", **section(files)))

    assert result["errors"] == {"base": "tls_differs"}
    assert result["description_placeholders"]["group"] == "Garage"
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], group_form(unused_tcp_port, name="Yard")
    )
    result = await finish_without_meter(hass, result)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_one_more_group_is_suggested_the_files_of_the_port_that_it_shares(
    hass: HomeAssistant, files: Files, unused_tcp_port: int
) -> None:
    tls = {CONF_TLS_CERTIFICATE: files.certificate, CONF_TLS_KEY: files.key}
    await set_up(hass, group(listen_port=unused_tcp_port, **tls))

    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})

    assert {key: suggested(result, key) for key in tls} == tls
    hass.config_entries.flow.async_abort(result["flow_id"])


async def test_a_group_can_not_move_to_a_port_with_other_tls(
    hass: HomeAssistant, files: Files, unused_tcp_port_factory: Any
) -> None:
    first, second = unused_tcp_port_factory(), unused_tcp_port_factory()
    await set_up(
        hass,
        group(listen_port=first, name="Yard", tls_certificate=files.certificate, tls_key=files.key),
    )
    entry = group(listen_port=second)
    await set_up(hass, entry)
    result = await start_change(hass, entry)

    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, listen_port=first)
    )

    assert result["errors"] == {"base": "tls_differs"}


async def test_all_groups_on_a_port_follow_when_one_gets_tls_or_loses_it(
    hass: HomeAssistant, authority: Authority, files: Files, unused_tcp_port: int
) -> None:
    entry = group(charger("LEFT"), listen_port=unused_tcp_port)
    yard = group(charger("YARD"), name="Yard", listen_port=unused_tcp_port)
    failed = group(name="Failed", listen_port=unused_tcp_port, tls_certificate="a", tls_key="b")
    elsewhere = group(name="Elsewhere")
    for other in (entry, yard, elsewhere):
        await set_up(hass, other)
    failed.add_to_hass(hass)
    await hass.config_entries.async_setup(failed.entry_id)
    assert failed.state is ConfigEntryState.SETUP_RETRY

    result = await start_change(hass, entry)
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(entry, **section(files))
    )
    await hass.async_block_till_done()

    assert result["reason"] == "reconfigure_successful"
    assert failed.state is ConfigEntryState.LOADED
    assert CONF_TLS_KEY not in elsewhere.data
    async with client(yard, "YARD", tls=authority.client()) as socket:
        await socket.boot()

    result = await start_change(hass, yard)
    shown = result["data_schema"].schema["security"].schema.schema
    assert {str(marker): (marker.description or {}).get("suggested_value") for marker in shown} == {
        CONF_TLS_CERTIFICATE: files.certificate,
        CONF_TLS_KEY: files.key,
        CONF_TLS_CLIENT_CA: None,
        CONF_TLS_RSA_SUITES: None,
    }
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], changed_form(yard, name="Yard")
    )
    await hass.async_block_till_done()

    assert entry.runtime_data.group.tls is None
    async with client(entry, "LEFT") as socket:
        await socket.boot()


async def test_the_address_to_type_into_a_charger_tells_of_tls(
    hass: HomeAssistant, files: Files
) -> None:
    entry = group(listen_port=0, tls_certificate=files.certificate, tls_key=files.key)
    await set_up(hass, entry)

    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_CHARGER), context={"source": SOURCE_USER}
    )

    assert result["description_placeholders"]["url"] == "wss://127.0.0.1:0/ID"


# Passwords


# Who may charge


async def open_list(hass: HomeAssistant, entry: MockConfigEntry) -> Any:
    """Open the options of a group."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["step_id"] == "init"
    return result


async def test_everybody_may_charge_until_somebody_makes_a_list(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    assert entry.runtime_data.group.id_tags == IdTags()
    result = await open_list(hass, entry)
    assert result["description_placeholders"]["seen"] == "–"
    anna = {"name": " Anna ", "id_tag": " 04A1B2 "}

    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_ACCEPT_ALL_TAGS: False, CONF_ID_TAGS: [anna]}
    )
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.runtime_data.group.id_tags == IdTags(
        tags=(IdTag(id_tag="04A1B2", name="Anna"),), accept_all=False
    )
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        for tag, status in (("04a1b2", "Accepted"), ("FFFF", "Invalid")):
            assert (await socket.call("Authorize", idTag=tag))["idTagInfo"]["status"] == status
        result = await open_list(hass, entry)
        assert result["description_placeholders"]["seen"] == "FFFF"


async def test_a_card_has_a_last_day_and_a_household(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Helsinki")
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    result = await open_list(hass, entry)
    anna = {"name": "Anna", "id_tag": "04A1B2", "expires": "2099-06-30", "group": "Flat 7"}

    result = await hass.config_entries.options.async_configure(
        result["flow_id"],
        {CONF_ACCEPT_ALL_TAGS: True, CONF_ID_TAGS: [anna | {"group": "x" * 21}]},
    )
    assert result["errors"] == {"base": "tag_group_too_long"}
    await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_ACCEPT_ALL_TAGS: True, CONF_ID_TAGS: [anna]}
    )
    await hass.async_block_till_done()

    (tag,) = entry.runtime_data.group.id_tags.tags
    assert tag.expires == datetime(2099, 6, 30, 21, tzinfo=UTC)
    assert tag.group == "Flat 7"


async def test_names_of_drivers_are_in_entities_only_where_people_want_them_there(
    hass: HomeAssistant,
) -> None:
    tags = [{"name": "Anna", "id_tag": "04A1B2"}]
    entry = group(charger("LEFT"), id_tags=tags)
    await set_up(hass, entry)
    status = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 1, "status")
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        await start(socket, "04a1b2")
        state = await until_state(hass, status, "charging")
        assert "driver" not in state.attributes
        told = " ".join(f"{state.state} {state.attributes}" for state in hass.states.async_all())
        assert "Anna" not in told
        await show_names(hass)
        state = await until_state(hass, status, lambda state: "driver" in state.attributes)
        assert state.attributes["driver"] == "Anna"


async def test_the_name_of_who_charges_is_shown_and_the_tag_is_not(hass: HomeAssistant) -> None:
    tags = [{"name": "Anna", "id_tag": "04A1B2"}]
    entry = group(charger("LEFT"), id_tags=tags)
    await set_up(hass, entry)
    await show_names(hass)
    status = entity_of(hass, "sensor", subentry_id(entry, "LEFT"), 1, "status")
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        await start(socket, "04a1b2")
        state = await until_state(hass, status, lambda state: bool(state.attributes.get("driver")))
        assert state.attributes["driver"] == "Anna"
        await socket.call(
            "StopTransaction", transactionId=socket.transaction, meterStop=1, timestamp=ago(0)
        )
        await until_state(hass, status, lambda state: state.attributes.get("driver") is None)
        await start(socket, "SOMEBODY")
        state = await until_state(hass, status, "charging")
        assert state.attributes["driver"] is None
    told = " ".join(f"{state.state} {state.attributes}" for state in hass.states.async_all())
    assert "04a1b2" not in told.lower()
    assert "SOMEBODY" not in told


async def start(socket: Client, tag: str) -> None:
    """A session of a tag begins."""
    await socket.status("Charging")
    told = await socket.call(
        "StartTransaction", connectorId=1, idTag=tag, meterStart=0, timestamp=ago(0)
    )
    socket.transaction = told["transactionId"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tags", "error", "named"),
    [
        ([{"name": "Anna", "id_tag": " "}], "tag_incomplete", "Anna"),
        ([{"name": "", "id_tag": "04"}], "tag_incomplete", "04"),
        ([{"name": "Anna", "id_tag": "x" * 21}], "tag_too_long", "x" * 21),
        (
            [{"name": "Anna", "id_tag": "ab"}, {"name": "Berta", "id_tag": "AB"}],
            "tag_twice",
            "AB",
        ),
    ],
)
async def test_a_faulty_list_is_told_and_can_be_mended(
    hass: HomeAssistant, tags: list[dict[str, str]], error: str, named: str
) -> None:
    entry = group()
    entry.add_to_hass(hass)
    result = await open_list(hass, entry)

    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_ACCEPT_ALL_TAGS: True, CONF_ID_TAGS: tags}
    )

    assert result["errors"] == {"base": error}
    assert result["description_placeholders"]["tag"] == named
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {CONF_ACCEPT_ALL_TAGS: True}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {CONF_ACCEPT_ALL_TAGS: True, CONF_ID_TAGS: []}
    assert entry.data[CONF_LISTEN_PORT] == 0


async def test_only_the_last_strangers_are_remembered(hass: HomeAssistant) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        for number in range(8):
            await socket.call("Authorize", idTag=f"TAG{number}")
        await socket.call("Authorize", idTag="TAG5")
    assert entry.runtime_data.access.strangers() == ("TAG5", "TAG7", "TAG6", "TAG4", "TAG3")
