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
from custom_components.ev_load_manager.csms.id_tags import IdTag, IdTags
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.certificates import Authority, Files
from tests.csms.client import SILENCE, Client
from tests.csms.conftest import ago
from tests.csms.test_connecting import refused
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
    subentry_id,
    until_state,
)
from tests.test_config_flow import changed_form, finish_without_meter, start_change

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
        result = await new_charger(hass, entry, charger_form())
        assert result["type"] is FlowResultType.MENU
        assert (result["step_id"], result["menu_options"]) == (
            "protect",
            ["password", "unprotected"],
        )
        result = await answer(hass, result, next_step_id="password")
        shown = {str(one): one.description for one in result["data_schema"].schema}
        password = shown[CONF_PASSWORD]["suggested_value"]
        assert len(password) == 20

        result = await answer(hass, result, password=password, tell_charger=True)
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert (await socket.next_call("ChangeConfiguration"))["value"] == password.encode().hex()
        assert entry.runtime_data.chargers.point("LEFT").online
    assert stored(entry) == password


async def test_a_connected_charger_can_be_added_without_a_password(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        result = await new_charger(hass, entry, charger_form())
        result = await answer(hass, result, next_step_id="unprotected")
        assert result["type"] is FlowResultType.CREATE_ENTRY
    assert stored(entry) is None


async def test_a_charger_that_takes_no_password_can_go_without(hass: HomeAssistant) -> None:
    entry = group()
    await set_up(hass, entry)
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        socket.answers["ChangeConfiguration"] = {"status": "NotSupported"}
        result = await new_charger(hass, entry, charger_form())
        result = await answer(hass, result, next_step_id="password")
        result = await answer(hass, result, password=SECRET, tell_charger=True)
        assert result["errors"] == {"base": "password_refused"}

        result = await answer(
            hass, result, password=SECRET, tell_charger=True, without_password=True
        )
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert entry.runtime_data.chargers.point("LEFT").online
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
        result = await new_charger(hass, entry, charger_form())
        result = await answer(hass, result, next_step_id="password")

        result = await answer(hass, result, password=SECRET, tell_charger=True)
        await hass.async_block_till_done()

        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert await socket.next_call("ChangeConfiguration") == {
            "key": "AuthorizationKey",
            "value": TOLD_IN_HEX,
        }
        assert entry.runtime_data.chargers.point("LEFT").online
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
        result = await new_charger(hass, entry, charger_form())
        result = await answer(hass, result, next_step_id="password")
        await answer(hass, result, password=SECRET, tell_charger=False)
        await socket.closed
    assert not entry.runtime_data.chargers.point("LEFT").online


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


async def test_the_name_of_who_charges_is_shown_and_the_tag_is_not(hass: HomeAssistant) -> None:
    tags = [{"name": "Anna", "id_tag": "04A1B2"}]
    entry = group(charger("LEFT"), id_tags=tags)
    await set_up(hass, entry)
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
