"""Chargers connect with TLS, with certificates of their own where that is asked for."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
import os
from pathlib import Path
import ssl
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from websockets.exceptions import InvalidStatus, WebSocketException

from custom_components.ev_load_manager.const import (
    CONF_CERTIFICATE_NAME,
    CONF_TLS_CERTIFICATE,
    CONF_TLS_CLIENT_CA,
    CONF_TLS_KEY,
    DOMAIN,
)
from custom_components.ev_load_manager.csms.transport import tls
from custom_components.ev_load_manager.csms.transport.tls import TlsError, TlsSettings
from custom_components.ev_load_manager.group.listeners import RENEWAL_INTERVAL, async_listeners
from custom_components.ev_load_manager.issues import tracker
from custom_components.ev_load_manager.issues.tracker import tag_of
from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from simulation.charger.charger import SimulatedCharger
from simulation.faults.certificates import Authority, Files
from tests.csms.client import Client
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    subentry_id,
    until_state,
    until_step,
)

SECRET = "0123456789abcdef0123"

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Whom all trust."""
    return Authority(tmp_path)


@pytest.fixture
def files(authority: Authority) -> Files:
    """The certificate of this machine."""
    return authority.issue("server")


def secured(files: Files, client_ca: str | None = None) -> dict[str, Any]:
    """A group's data with TLS."""
    data = {CONF_TLS_CERTIFICATE: files.certificate, CONF_TLS_KEY: files.key}
    return data if client_ca is None else {**data, CONF_TLS_CLIENT_CA: client_ca}


def move(path: str, to: str) -> None:
    """Give a file another name."""
    Path(path).rename(to)


def remove(path: str) -> None:
    """Delete a file."""
    Path(path).unlink()


def overwrite(path: str, text: str) -> None:
    """Write a file anew, at a time that can't be the one before."""
    Path(path).write_text(text)
    os.utime(path, (1, 1))


def online(entry: MockConfigEntry, charger_id: str) -> Callable[[], bool]:
    """Whether a charger is connected."""
    return lambda: entry.runtime_data.access.point(charger_id).online


@pytest.fixture
def quiet(hass: HomeAssistant) -> None:
    """No word of handshakes that fail, which only a loop that is debugged has."""
    hass.loop.set_debug(False)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is looked for at every step."""
    monkeypatch.setattr(tracker, "LOOK_INTERVAL", 0.0)


def fingerprint(files: Files) -> str:
    """What OpenSSL calls a certificate's fingerprint."""
    der = ssl.PEM_cert_to_DER_cert(Path(files.certificate).read_text())
    return sha256(der).digest().hex(":").upper()


async def turned_away(stranger: Client) -> None:
    """See that somebody gets no further than TLS."""
    with pytest.raises((OSError, WebSocketException, EOFError)):
        async with stranger:
            pass


@pytest.mark.usefixtures("quiet")
async def test_a_charger_connects_with_tls_and_not_without(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), **secured(files))
    await set_up(hass, entry)

    async with client(entry, "LEFT", tls=authority.client()) as socket:
        await socket.boot()
        await until_step(entry, online(entry, "LEFT"))
        version = socket.socket.transport.get_extra_info("ssl_object").version()
    assert version in ("TLSv1.2", "TLSv1.3")
    await turned_away(client(entry, "LEFT"))


async def test_a_simulated_charger_charges_with_tls_its_certificate_and_its_password(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT", password=SECRET), **secured(files, authority.file))
    await set_up(hass, entry)
    simulated = SimulatedCharger(
        charge_point_id="LEFT",
        url=f"wss://127.0.0.1:{entry.runtime_data.port}",
        password=bytes.fromhex(SECRET),
        ssl=authority.client(authority.issue("LEFT")),
    )
    await simulated.start()
    try:
        await simulated.until(lambda: simulated.accepted)
        simulated.plug_in(1)
        await simulated.until(lambda: simulated.sessions and simulated.sessions[0].id is not None)
        assert not simulated.violations
    finally:
        await simulated.stop()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_old_versions_of_tls_are_refused(
    hass: HomeAssistant, authority: Authority, files: Files, version: ssl.TLSVersion
) -> None:
    entry = group(charger("LEFT"), **secured(files))
    await set_up(hass, entry)
    old = authority.client()
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version = old.maximum_version = version

    await turned_away(client(entry, "LEFT", tls=old))


@pytest.mark.usefixtures("quiet")
async def test_a_charger_without_its_own_certificate_is_refused_where_one_is_asked_for(
    hass: HomeAssistant, authority: Authority, files: Files, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "stranger")
    forged = stranger.issue("forged")
    entry = group(charger("LEFT"), **secured(files, authority.file))
    await set_up(hass, entry)

    for context in (authority.client(), authority.client(forged)):
        await turned_away(client(entry, "LEFT", tls=context))
    assert not online(entry, "LEFT")()
    async with client(entry, "LEFT", tls=authority.client(authority.issue("LEFT"))) as socket:
        await socket.boot()
        assert online(entry, "LEFT")()


async def test_a_changed_tls_has_the_chargers_connect_anew_and_nothing_else(
    hass: HomeAssistant, authority: Authority, files: Files, unused_tcp_port: int
) -> None:
    entry = group(charger("LEFT"), listen_port=unused_tcp_port)
    other = group(charger("OTHER"), name="Other")
    await set_up(hass, entry)
    await set_up(hass, other)
    manager = entry.runtime_data
    async with client(entry, "LEFT") as socket, client(other, "OTHER") as untouched:
        await socket.boot()
        await untouched.boot()
        hass.config_entries.async_update_entry(entry, data={**entry.data, **secured(files)})
        assert await socket.closed == 1001
        await hass.async_block_till_done()
        async with client(entry, "LEFT", tls=authority.client()) as again:
            await again.boot()
            assert online(entry, "LEFT")()
        assert online(other, "OTHER")()
    assert entry.runtime_data is manager

    without = {key: value for key, value in entry.data.items() if not key.startswith("tls_")}
    hass.config_entries.async_update_entry(entry, data=without)
    await hass.async_block_till_done()
    async with client(entry, "LEFT") as socket:
        await socket.boot()
    assert entry.runtime_data is manager


async def test_groups_on_one_port_change_together(
    hass: HomeAssistant, authority: Authority, files: Files, unused_tcp_port: int
) -> None:
    entries = [group(charger(name), name=name, listen_port=unused_tcp_port) for name in ("A", "B")]
    for entry in entries:
        await set_up(hass, entry)
    for entry in entries:
        hass.config_entries.async_update_entry(entry, data={**entry.data, **secured(files)})
    await hass.async_block_till_done()
    for entry, name in zip(entries, "AB", strict=True):
        async with client(entry, name, tls=authority.client()) as socket:
            await socket.boot()
            assert online(entry, name)()


async def test_a_group_with_other_tls_on_the_same_port_waits_and_says_why(
    hass: HomeAssistant, files: Files, unused_tcp_port: int
) -> None:
    await set_up(hass, group(name="A", listen_port=unused_tcp_port))
    entry = group(name="B", listen_port=unused_tcp_port, **secured(files))
    entry.add_to_hass(hass)

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "tls_differs"


async def test_a_group_whose_certificate_is_missing_waits_for_it(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    move(files.certificate, f"{files.certificate}.away")
    entry = group(charger("LEFT"), **secured(files))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "tls_file_missing"

    move(f"{files.certificate}.away", files.certificate)
    await hass.config_entries.async_reload(entry.entry_id)

    async with client(entry, "LEFT", tls=authority.client()) as socket:
        await socket.boot()


async def test_files_that_went_missing_while_tls_is_changed_are_told_by_the_entry(
    hass: HomeAssistant, files: Files
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    remove(files.key)

    hass.config_entries.async_update_entry(entry, data={**entry.data, **secured(files)})
    await hass.async_block_till_done()

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "tls_file_missing"


async def an_hour_passes(hass: HomeAssistant) -> None:
    """Let the listeners look after their files."""
    async_fire_time_changed(hass, dt_util.utcnow() + RENEWAL_INTERVAL + timedelta(seconds=1))
    async with async_listeners(hass)._lock:
        return  # the look around has it, until it is done


async def test_a_renewed_certificate_is_shown_without_a_restart(
    hass: HomeAssistant, authority: Authority, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT"), **secured(files))
    await set_up(hass, entry)

    async def shown() -> int:
        async with client(entry, "LEFT", tls=authority.client()) as socket:
            told = socket.socket.transport.get_extra_info("peercert")
            return int(told["serialNumber"], 16)

    first = await shown()
    await an_hour_passes(hass)
    assert await shown() == first

    overwrite(files.certificate, "half written")
    await an_hour_passes(hass)
    assert "can't be used yet" in caplog.text
    assert await shown() == first

    authority.issue("server")
    await an_hour_passes(hass)
    assert await shown() != first

    remove(files.key)
    await an_hour_passes(hass)
    assert await shown() != first


async def test_a_listener_stops_looking_for_certificates_with_its_last_group(
    hass: HomeAssistant, files: Files
) -> None:
    entry = group(**secured(files))
    await set_up(hass, entry)
    listener = async_listeners(hass).find("127.0.0.1", 0)
    assert listener is not None
    assert listener.stop_looking is not None

    await hass.config_entries.async_unload(entry.entry_id)

    assert async_listeners(hass).find("127.0.0.1", 0) is None


def test_good_files_are_good(authority: Authority, files: Files) -> None:
    tls.check(TlsSettings(certificate=files.certificate, key=files.key, client_ca=authority.file))


def test_one_file_may_hold_both(files: Files) -> None:
    both = Path(files.certificate)
    both.write_bytes(both.read_bytes() + Path(files.key).read_bytes())
    tls.check(TlsSettings(certificate=str(both), key=str(both)))


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"certificate": "nowhere.crt"}, "tls_file_missing"),
        ({"key": "nowhere.key"}, "tls_file_missing"),
        ({"client_ca": "nowhere.pem"}, "tls_file_missing"),
        ({"certificate": "."}, "tls_file_unreadable"),
        ({"certificate": "server.key"}, "tls_certificate_invalid"),
        ({"certificate": "expired.crt", "key": "expired.key"}, "tls_certificate_expired"),
        ({"key": "server.crt"}, "tls_key_invalid"),
        ({"key": "broken.key"}, "tls_key_invalid"),
        ({"key": "other.key"}, "tls_key_mismatch"),
        ({"certificate": "locked.crt", "key": "locked.key"}, "tls_key_encrypted"),
        ({"client_ca": "server.key"}, "tls_ca_invalid"),
        ({"client_ca": "binary.pem"}, "tls_ca_invalid"),
    ],
)
def test_a_file_that_can_not_be_used_is_named(
    authority: Authority, files: Files, tmp_path: Path, fault: dict[str, str], key: str
) -> None:
    authority.issue("other")
    authority.issue("expired", days=-1)
    authority.issue("locked", password=b"secret")
    (tmp_path / "broken.key").write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n")
    (tmp_path / "binary.pem").write_bytes(b"\xff\xfe\x00")
    chosen = {"certificate": "server.crt", "key": "server.key", **fault}
    paths = {name: str(tmp_path / file) for name, file in chosen.items()}

    with pytest.raises(TlsError) as refusal:
        tls.check(TlsSettings(**paths))

    assert refusal.value.key == key
    assert refusal.value.placeholders["path"] in paths.values()


# Whose certificate it is


async def refused(entry: MockConfigEntry, charger_id: str, security: ssl.SSLContext) -> int:
    """The HTTP status with which a socket is refused."""
    with pytest.raises(InvalidStatus) as failure:
        async with client(entry, charger_id, tls=security):
            pass
    return failure.value.response.status_code


async def test_a_certificate_of_one_charger_is_no_other_chargers(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), charger("RIGHT"), **secured(files, authority.file))
    await set_up(hass, entry)
    left = authority.client(authority.issue("left"))
    async with client(entry, "LEFT", tls=left) as socket:
        await socket.boot()
    assert await refused(entry, "RIGHT", left) == 403


def asked(hass: HomeAssistant, entry: MockConfigEntry, charger_id: str) -> ir.IssueEntry | None:
    """The question whether a certificate is a charger's."""
    issue_id = f"login_new_certificate_{entry.entry_id}_{tag_of(charger_id)}"
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def confirm(hass: HomeAssistant, issue: ir.IssueEntry) -> None:
    """Say that it is, in Home Assistant's repairs."""
    assert await async_setup_component(hass, REPAIRS, {})
    flows: Any = hass.data[REPAIRS]["flow_manager"]
    shown = await flows.async_init(DOMAIN, context={"issue_id": issue.issue_id})
    assert shown["step_id"] == "confirm"
    assert shown["description_placeholders"] == issue.translation_placeholders
    await flows.async_configure(shown["flow_id"], {})
    await hass.async_block_till_done()


@pytest.mark.usefixtures("eager")
async def test_a_certificate_with_another_name_is_no_chargers_before_people_say_so(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT", "Left"), charger("RIGHT"), **secured(files, authority.file))
    await set_up(hass, entry)
    own = authority.issue("SN-1")
    mine = authority.client(own)
    connected = entity_of(hass, "binary_sensor", subentry_id(entry, "LEFT"), "connected")

    assert await refused(entry, "LEFT", mine) == 403
    await until_step(entry, lambda: asked(hass, entry, "LEFT") is not None)

    assert not online(entry, "LEFT")()
    issue = asked(hass, entry, "LEFT")
    assert issue is not None
    words = issue.translation_placeholders
    assert words is not None
    assert (words["charger"], words["name"]) == ("Left", "SN-1")
    assert words["fingerprint"] == fingerprint(own)
    await confirm(hass, issue)
    async with client(entry, "LEFT", tls=mine) as socket:
        await socket.boot()
        state = await until_state(hass, connected, "on")
        assert state.attributes["certificate"] == "SN-1"
        assert asked(hass, entry, "LEFT") is None
    assert await refused(entry, "RIGHT", mine) == 403
    await until_step(entry, lambda: not asked(hass, entry, "RIGHT"))

    # A renewed one bears the same name, also after a restart.
    await hass.config_entries.async_reload(entry.entry_id)
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()
        assert online(entry, "LEFT")()
    # Another name has to be confirmed anew.
    assert await refused(entry, "LEFT", authority.client(authority.issue("SN-2"))) == 403


@pytest.mark.usefixtures("eager")
async def test_a_name_that_can_not_be_read_does_not_stand_for_its_certificate(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), **secured(files, authority.file))
    await set_up(hass, entry)
    own = authority.issue("nameless", common_name="LEFT\u202e")
    mine = authority.client(own)

    assert await refused(entry, "LEFT", mine) == 403
    await until_step(entry, lambda: asked(hass, entry, "LEFT") is not None)
    issue = asked(hass, entry, "LEFT")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"].replace("\\", "") == fingerprint(own)
    await confirm(hass, issue)

    async with client(entry, "LEFT", tls=mine) as socket:
        await socket.boot()
    other = authority.issue("twin", common_name="LEFT\u202e")
    assert await refused(entry, "LEFT", authority.client(other)) == 403


@pytest.mark.usefixtures("eager")
async def test_what_people_say_of_a_certificate_holds_for_who_is_in(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT", certificate_name="SN-1"), **secured(files, authority.file))
    await set_up(hass, entry)
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()
        (subentry,) = entry.subentries.values()
        data = {**subentry.data, CONF_CERTIFICATE_NAME: "SN-2"}
        hass.config_entries.async_update_subentry(entry, subentry, data=data)
        assert await socket.closed == 1000
        await hass.async_block_till_done()
    assert not online(entry, "LEFT")()
    await until_step(entry, lambda: asked(hass, entry, "LEFT") is not None)


async def test_the_id_in_a_certificate_counts_for_more_than_the_users_word(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(
        charger("LEFT"),
        charger("RIGHT", certificate_name="LEFT"),
        **secured(files, authority.file),
    )
    await set_up(hass, entry)
    left = authority.client(authority.issue("LEFT"))
    assert await refused(entry, "RIGHT", left) == 403
    async with client(entry, "LEFT", tls=left) as socket:
        await socket.boot()


async def test_a_name_from_before_people_were_asked_stays_the_chargers(
    hass: HomeAssistant, hass_storage: dict[str, Any], authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), **secured(files, authority.file))
    await set_up(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    (stored,) = [kept for key, kept in hass_storage.items() if entry.entry_id in key]
    stored["data"]["chargers"]["LEFT"]["certificate_name"] = "SN-1"
    await hass.config_entries.async_setup(entry.entry_id)

    assert await refused(entry, "LEFT", authority.client(authority.issue("SN-2"))) == 403
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()
    await hass.config_entries.async_reload(entry.entry_id)
    async with client(entry, "LEFT", tls=authority.client(authority.issue("SN-1"))) as socket:
        await socket.boot()


async def test_the_certificate_of_the_port_is_no_chargers(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), **secured(files, authority.file))
    await set_up(hass, entry)
    assert await refused(entry, "LEFT", authority.client(files)) == 403
    assert await refused(entry, "NEW", authority.client(files)) == 403


@pytest.mark.usefixtures("quiet")
async def test_no_servers_certificate_is_a_chargers_whatever_its_name(
    hass: HomeAssistant, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), **secured(files, authority.file))
    await set_up(hass, entry)
    servers = authority.issue("another-server", common_name="LEFT", for_servers=True)
    await turned_away(client(entry, "LEFT", tls=authority.client(servers)))
    assert not online(entry, "LEFT")()


async def test_a_renewed_authority_is_noticed(
    hass: HomeAssistant, tmp_path: Path, authority: Authority, files: Files
) -> None:
    entry = group(charger("LEFT"), **secured(files, authority.file))
    await set_up(hass, entry)
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other")
    renewed = other.issue("LEFT")
    security = authority.client(renewed)
    with pytest.raises((WebSocketException, OSError)):
        async with client(entry, "LEFT", tls=security) as socket:
            await socket.boot()

    move(other.file, authority.file)
    await an_hour_passes(hass)

    async with client(entry, "LEFT", tls=security) as socket:
        await socket.boot()


@pytest.mark.parametrize(
    ("days", "told"),
    [(60, None), (5, "certificate_expires"), (-1, "certificate_expired")],
)
async def test_a_certificate_that_expires_is_told_in_time(
    hass: HomeAssistant, authority: Authority, days: int, told: str | None
) -> None:
    files = authority.issue("server", days=days)
    entry = group(**secured(files))
    await set_up(hass, entry)

    def issues() -> list[str | None]:
        found = ir.async_get(hass).issues.values()
        return [issue.translation_key for issue in found if issue.domain == DOMAIN]

    assert issues() == ([] if told is None else [told])

    authority.issue("server", days=60)
    await an_hour_passes(hass)
    assert issues() == []
