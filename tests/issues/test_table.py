"""The table of repair issues is complete, and says of each how it is shown."""

import json

import pytest

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.issues.table import Repair
from custom_components.ev_load_manager.issues.tracker import Issue, async_clear, async_raise
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from script.check_architecture import INTEGRATION, ROOT

TEXTS = json.loads((ROOT / INTEGRATION / "translations/en.json").read_text(encoding="utf-8"))


def test_every_repair_has_its_text_and_every_text_its_repair() -> None:
    assert {*Repair} == TEXTS["issues"].keys()


def test_what_can_be_confirmed_has_the_words_for_it() -> None:
    told = {key for key, texts in TEXTS["issues"].items() if "fix_flow" in texts}
    assert {repair for repair in Repair if repair.is_fixable} == told


@pytest.mark.parametrize("repair", Repair)
async def test_a_repair_is_shown_as_the_table_says(hass: HomeAssistant, repair: Repair) -> None:
    async_raise(hass, "one", Issue(key=repair, placeholders={"group": "Garage"}))

    issue = ir.async_get(hass).async_get_issue(DOMAIN, "one")
    assert issue is not None
    assert issue.translation_key == repair
    assert issue.severity is repair.severity
    assert issue.is_fixable is repair.is_fixable
    assert issue.is_persistent is repair.is_persistent

    async_clear(hass, "one")
    assert ir.async_get(hass).async_get_issue(DOMAIN, "one") is None
