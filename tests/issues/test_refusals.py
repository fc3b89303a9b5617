"""People find in the repairs who is refused at a port, and what to change in the charger."""

from ipaddress import ip_network
import json
from pathlib import Path
import ssl

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.csms.transport.refusals import WORTH_TELLING, Cause
from custom_components.ev_load_manager.group.proxies import trusted_proxies
from custom_components.ev_load_manager.issues import tracker
from custom_components.ev_load_manager.issues.tracker import tag_of
from custom_components.ev_load_manager.watchers.refusals import ISSUE_KEYS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from simulation.faults.certificates import Authority
from tests.csms.client import Client
from tests.csms.transport.test_connecting import refused
from tests.csms.transport.test_refusals import RSA_SUITES, tried
from tests.groups import charger, client, group, set_up
from tests.system.test_secrets import SECRET, steps

pytestmark = pytest.mark.usefixtures("socket_enabled", "eager")

HERE = "127.0.0.2"
PROXY = "127.0.0.8"
TEXTS = json.loads(
    (
        Path(__file__).parent.parent.parent
        / "custom_components"
        / DOMAIN
        / "translations"
        / "en.json"
    ).read_text()
)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong is looked for at every step."""
    monkeypatch.setattr(tracker, "LOOK_INTERVAL", 0.0)


def issue_of(
    issues: ir.IssueRegistry, entry: MockConfigEntry, key: str, charger_id: str = ""
) -> ir.IssueEntry | None:
    """The issue of somebody who is refused."""
    port = entry.runtime_data.group.listen_port
    return issues.async_get_issue(DOMAIN, f"{key}_{port}_{tag_of(HERE, charger_id)}")


def test_every_cause_has_words() -> None:
    others = {
        Cause.PASSWORD,
        Cause.USER_NAME,
        Cause.UNCONFIRMED_CERTIFICATE,
        Cause.SECOND_SOCKET,
        Cause.CHECKED,
    }
    assert set(ISSUE_KEYS) == set(Cause) - others
    assert set(ISSUE_KEYS.values()) <= TEXTS["issues"].keys()


async def test_who_speaks_another_ocpp_is_shown_until_it_comes_in(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry
) -> None:
    entry = group(charger("LEFT"))
    await set_up(hass, entry)
    for _ in range(WORTH_TELLING):
        await refused(client(entry, "LEFT", address=HERE, subprotocols=("ocpp2.0",)))
    await steps(entry, 2)

    issue = issue_of(issue_registry, entry, "refused_subprotocol", "LEFT")
    assert issue is not None
    told = issue.translation_placeholders
    assert told is not None
    assert told["where"] == HERE
    assert told["charger_id"] == "LEFT"
    assert told["detail"] == r"ocpp2\.0"
    assert told["url"].endswith("/ID")
    async with client(entry, "LEFT", address=HERE) as socket:
        await socket.boot()
        await steps(entry, 2)
        assert issue_of(issue_registry, entry, "refused_subprotocol", "LEFT") is None


async def test_who_has_only_rsa_suites_is_shown_with_them(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    files = authority.issue("server", with_rsa=True)
    entry = group(charger("LEFT"), tls_certificate=files.certificate, tls_key=files.key)
    await set_up(hass, entry)
    old = authority.client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers(RSA_SUITES)
    for _ in range(WORTH_TELLING):
        await tried(client(entry, "LEFT", address=HERE, tls=old))
    await steps(entry, 2)

    issue = issue_of(issue_registry, entry, "refused_tls_rsa_suites")
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert "AES\\_128\\_GCM\\_SHA256" in issue.translation_placeholders["detail"]


async def test_a_charger_that_logs_in_under_another_name_is_told_which(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry
) -> None:
    entry = group(charger("LEFT", "Left", password=SECRET))
    await set_up(hass, entry)
    for _ in range(3):
        await refused(client(entry, "LEFT", password=SECRET.encode(), user_name="admin"))
    await steps(entry, 2)

    issue = issue_registry.async_get_issue(
        DOMAIN, f"login_other_name_{entry.entry_id}_{tag_of('LEFT')}"
    )
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["name"] == "admin"


async def test_the_first_group_on_a_port_tells_and_takes_it_back(
    hass: HomeAssistant, issue_registry: ir.IssueRegistry, unused_tcp_port: int
) -> None:
    entry = group(charger("LEFT"), listen_port=unused_tcp_port)
    other = group(name="Yard", listen_port=unused_tcp_port)
    for one in (entry, other):
        await set_up(hass, one)
    for _ in range(WORTH_TELLING):
        await refused(client(entry, "LEFT", address=HERE, path="/%20"))
    await steps(other, 2)
    assert issue_of(issue_registry, entry, "refused_address") is None
    await steps(entry, 2)
    assert issue_of(issue_registry, entry, "refused_address") is not None

    await hass.config_entries.async_unload(entry.entry_id)
    assert issue_of(issue_registry, other, "refused_address") is None


@pytest.mark.parametrize("uses", [True, False])
async def test_home_assistants_own_proxies_are_believed_and_no_others(
    hass: HomeAssistant, uses: bool, caplog: pytest.LogCaptureFixture
) -> None:
    config = {"use_x_forwarded_for": uses, "trusted_proxies": [PROXY]}
    assert await async_setup_component(hass, "http", {"http": config})
    assert trusted_proxies(hass) == ((ip_network(PROXY),) if uses else ())
    entry = group(charger("LEFT"))
    await set_up(hass, entry)

    for address, shown in ((PROXY, "192.0.2.1" if uses else PROXY), (HERE, HERE)):
        socket = client(entry, "NEW", address=address, forwarded_for="192.0.2.1")
        async with socket:
            await socket.boot()
            assert entry.runtime_data.access.pending["NEW"].address == shown
        refuse = Client(
            entry.runtime_data, "NEW", address=address, forwarded_for="192.0.2.1", path="/%20"
        )
        await refused(refuse)
        assert f"Turned away {shown}" in caplog.text
