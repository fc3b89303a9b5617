"""The page and the card: what is shipped, and when Home Assistant shows them."""

import gzip
from http import HTTPStatus
import json
from pathlib import Path
import re
import runpy
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import mock_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ev_load_manager.balancing.decision import Mode, Reason
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import PhaseChoice, Policy
from custom_components.ev_load_manager.csms.charge_point.charge_point import Change
from custom_components.ev_load_manager.csms.onboarding.capabilities import Suited, SuitedBecause
from custom_components.ev_load_manager.group.triggers import METER
from custom_components.ev_load_manager.page import panel
from homeassistant.components import frontend
from homeassistant.core import HomeAssistant
from tests.groups import group, set_up

pytestmark = pytest.mark.usefixtures("socket_enabled")

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "frontend" / "src"


def texts(path: Path) -> dict[str, str]:
    """Every text of a language by its dotted key."""

    def flat(found: Any, prefix: str) -> dict[str, str]:
        if isinstance(found, str):
            return {prefix: found}
        return {
            key: text
            for name, inner in found.items()
            for key, text in flat(inner, f"{prefix}.{name}" if prefix else name).items()
        }

    return flat(json.loads(path.read_text()), "")


ENGLISH = texts(SOURCES / "translations" / "en.json")


@pytest.mark.parametrize("name", ["panel.js", "card.js"])
def test_what_is_shipped_was_built_from_these_sources(name: str) -> None:
    current = runpy.run_path(str(ROOT / "script" / "panel_sources.py"))["sources_hash"]()

    first_line = (panel.BUILT / name).read_text().partition("\n")[0]

    assert f"sources {current}" in first_line, "run script/build-panel"


def test_the_page_is_small_in_all_its_languages() -> None:
    built = [gzip.compress(path.read_bytes()) for path in panel.BUILT.glob("*.js")]

    assert sum(map(len, built)) < 150_000


def test_no_address_of_a_registry_is_in_the_lock_file() -> None:
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text()


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("reason", Reason),
        ("cause", Cause),
        ("log.modes", Mode),
        ("settings.policies", Policy),
        ("settings.phase_choices", PhaseChoice),
        ("settings.suited", Suited),
        ("settings.because", SuitedBecause),
    ],
)
def test_the_page_has_words_for_everything_it_may_be_told(prefix: str, values: Any) -> None:
    assert {f"{prefix}.{value}" for value in values} <= ENGLISH.keys()


def test_the_page_has_words_for_everything_that_sets_off_a_recalculation() -> None:
    source = (panel.BUILT.parent.parent / "group" / "load_manager.py").read_text()
    named = {METER, *re.findall(r'(?:at_once|also)\("(\w+)"\)', source)}

    assert {"settings", "temporary_limit"} <= named
    assert {f"log.triggers.{value}" for value in (*named, *Change, "time")} <= ENGLISH.keys()


def test_every_text_that_the_page_names_is_there() -> None:
    named = {
        key
        for path in SOURCES.rglob("*.ts")
        for key in re.findall(r'text\(\s*(?:this\.)?hass,\s*"([\w.]+)"', path.read_text())
    }

    assert named
    assert named <= ENGLISH.keys()


@pytest.fixture
def shown(hass: HomeAssistant) -> frontend.UrlManager:
    """A frontend, as far as pages and cards are registered with it; the cards' addresses."""
    cards = frontend.UrlManager(lambda *_: None, [])
    hass.data[frontend.DATA_EXTRA_MODULE_URL] = cards
    mock_component(hass, "frontend")
    return cards


async def test_configure_at_the_group_opens_who_may_charge_and_not_the_page(
    hass: HomeAssistant, shown: frontend.UrlManager
) -> None:
    await set_up(hass, entry := group())

    # Home Assistant shows a panel in place of the options of its domain.
    panels = hass.data[frontend.DATA_PANELS].values()
    assert [one.config_panel_domain for one in panels] == [None]
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert "id_tags" in result["data_schema"].schema


async def test_page_and_card_come_with_the_first_group_and_go_with_the_last(
    hass: HomeAssistant, shown: frontend.UrlManager
) -> None:
    await set_up(hass, first := group())
    await set_up(hass, second := group(name="Yard"))
    assert frontend.async_panel_exists(hass, panel.PANEL_PATH)
    assert len(shown.urls) == 1

    await hass.config_entries.async_remove(first.entry_id)
    assert frontend.async_panel_exists(hass, panel.PANEL_PATH)

    await hass.config_entries.async_remove(second.entry_id)
    assert not frontend.async_panel_exists(hass, panel.PANEL_PATH)
    assert not shown.urls


@pytest.mark.parametrize(
    ("language", "title"), [("en", "EV charging"), ("fi", "Sähköautojen lataus")]
)
async def test_the_sidebar_speaks_the_language_of_the_house(
    hass: HomeAssistant, shown: frontend.UrlManager, language: str, title: str
) -> None:
    hass.config.language = language

    await set_up(hass, group())

    assert hass.data[frontend.DATA_PANELS][panel.PANEL_PATH].sidebar_title == title


async def test_the_page_stays_while_its_group_is_loaded_anew(
    hass: HomeAssistant, shown: frontend.UrlManager
) -> None:
    await set_up(hass, entry := group())

    await hass.config_entries.async_unload(entry.entry_id)

    assert frontend.async_panel_exists(hass, panel.PANEL_PATH)


async def test_a_group_that_comes_after_the_last_one_left_has_its_page(
    hass: HomeAssistant, shown: frontend.UrlManager
) -> None:
    await set_up(hass, entry := group())
    await hass.config_entries.async_remove(entry.entry_id)

    await set_up(hass, group())

    assert frontend.async_panel_exists(hass, panel.PANEL_PATH)


async def test_browsers_get_the_files_by_an_address_that_changes_with_them(
    hass: HomeAssistant, shown: frontend.UrlManager, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await set_up(hass, group())
    browser = await hass_client_no_auth()
    version = panel.sources_hash()

    page = hass.data[frontend.DATA_PANELS][panel.PANEL_PATH].config["_panel_custom"]["module_url"]
    for address in (page, *shown.urls):
        assert address.endswith(f"?v={version}")
        answer = await browser.get(address)
        assert answer.status == HTTPStatus.OK
        assert f"sources {version}" in await answer.text()


async def test_everybody_may_look_at_the_page(
    hass: HomeAssistant, shown: frontend.UrlManager
) -> None:
    await set_up(hass, group())

    assert not hass.data[frontend.DATA_PANELS][panel.PANEL_PATH].require_admin


async def test_cars_charge_without_the_files_of_the_page(
    hass: HomeAssistant,
    shown: frontend.UrlManager,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with patch.object(panel, "BUILT", tmp_path):
        await set_up(hass, entry := group())
        await hass.config_entries.async_remove(entry.entry_id)

    assert not frontend.async_panel_exists(hass, panel.PANEL_PATH)
    assert "install EV Load Manager again" in caplog.text


async def test_a_home_assistant_without_a_frontend_needs_no_page(hass: HomeAssistant) -> None:
    await set_up(hass, entry := group())
    await hass.config_entries.async_remove(entry.entry_id)
