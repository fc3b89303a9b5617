"""What we say of ourselves on Home Assistant's quality scale, as far as that can be checked.

Other rules are checked beside what they are about: translations by `script/lint`,
the manifest, diagnostics, unloading and the documents by tests of their own.
"""

import ast
from collections.abc import Iterator
from functools import partial
import importlib
import json
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import yaml

import custom_components.ev_load_manager as integration
from custom_components.ev_load_manager.entities.devices import signal_places_changed
from custom_components.ev_load_manager.meter import MeterEnergy
from custom_components.ev_load_manager.sessions import keeping
from custom_components.ev_load_manager.sessions.shared import SIGNAL_KEPT, async_shared_book
import homeassistant
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_send
from tests.groups import LOCALHOST, add_backend, charger, feeder, set_up
from tests.system.adaptive.conftest import metered

FOLDER = Path(integration.__file__).parent
ENGLISH = json.loads((FOLDER / "translations" / "en.json").read_text())
ICONS = json.loads((FOLDER / "icons.json").read_text())

HOMEWIZARD = Path(homeassistant.__file__).parent / "components" / "homewizard"
"""An integration of Home Assistant's own that is judged by all rules."""

READ_ONLY = {"binary_sensor", "event", "sensor"}
TRANSLATED_ERRORS = {
    "ConfigEntryError",
    "ConfigEntryNotReady",
    "HomeAssistantError",
    "ServiceValidationError",
    "UpdateFailed",
}
ICONS_OF_DEVICE_CLASSES = {
    "connectivity",
    "current",
    "energy",
    "power",
    "problem",
    "timestamp",
}
"""Device classes that bring an icon of their own."""


@pytest.fixture(name="rules", scope="module")
def rules_fixture() -> dict[str, Any]:
    """Every rule with its status."""
    rules: dict[str, Any] = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text())["rules"]
    return rules


def test_every_rule_is_judged_and_no_other(rules: dict[str, Any]) -> None:
    judged = yaml.safe_load((HOMEWIZARD / "quality_scale.yaml").read_text())["rules"]

    assert sorted(rules) == sorted(judged)


def test_whatever_is_not_simply_done_says_why(rules: dict[str, Any]) -> None:
    for name, judged in rules.items():
        if judged == "done":
            continue
        assert judged.keys() == {"status", "comment"}, name
        assert judged["status"] in {"done", "exempt", "todo"}, name
        assert judged["comment"].strip(), name


@pytest.mark.parametrize("platform", integration.PLATFORMS)
def test_every_platform_says_how_many_may_be_changed_at_once(platform: str) -> None:
    module = importlib.import_module(f"{integration.__name__}.{platform}")

    at_once: int = module.PARALLEL_UPDATES
    assert at_once == (0 if platform in READ_ONLY else 1)


def calls_of(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Every call of one of these, and where it is."""
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in names
            ):
                yield f"{path.name}:{node.lineno}", node


def test_every_error_that_people_read_is_translated() -> None:
    errors = list(calls_of(TRANSLATED_ERRORS))
    assert len(errors) > 5
    for where, call in errors:
        assert {"translation_domain", "translation_key"} <= {
            keyword.arg for keyword in call.keywords
        }, where


def test_every_refusal_of_an_action_has_words_that_name_what_it_is_about() -> None:
    refusals = [
        (where, call)
        for where, call in calls_of({"refusal"})
        if isinstance(call.args[0], ast.Constant)
    ]
    assert len(refusals) > 10
    for where, call in refusals:
        assert isinstance(call.args[0], ast.Constant)
        message = ENGLISH["exceptions"][call.args[0].value]["message"]
        named = {name for _, name, _, _ in Formatter().parse(message) if name}
        assert named == {keyword.arg for keyword in call.keywords}, where


@pytest.fixture(name="entities")
async def entities_fixture(hass: HomeAssistant, socket_enabled: None) -> list[er.RegistryEntry]:
    """All kinds of entities: of a group, a feeder with a meter, a charger, a twin and a driver."""
    meter = {
        "type": "modbus",
        "connection": "tcp",
        "host": LOCALHOST,
        "port": 1,
        "unit_id": 1,
        "model": "eastron_sdm630",
    }
    entry: MockConfigEntry = metered(
        meter,
        feeder("pillar", "Pillar", meter=meter, power_limit=9.0),
        charger("LEFT", "Left", feeder="pillar"),
        charger("TWIN", "Twin", connectors=2),
        power={
            "group_power": 11.0,
            "grid_power": 15.0,
            "window": "tariff",
            "peak_limit": 10.0,
            "tariff": "se-goteborg",
        },
    )
    await set_up(hass, entry)
    add_backend(hass, entry, "LEFT")
    add_backend(hass, entry, "LEFT", title="Employer", identity="COPY", role="listens")
    # Drivers' sensors are switched on, and there is a driver.
    book = async_shared_book(hass).book
    assert book is not None
    await book.change(lambda one: keeping.change_person(one, None, name="Anna"))
    await book.change(partial(keeping.change_settings, changes={"driver_entities": True}))
    async_dispatcher_send(hass, SIGNAL_KEPT)
    # As when its meter has told of its counters.
    entry.runtime_data.meter.energy = MeterEnergy(imported=1.0, exported=1.0)
    async_dispatcher_send(hass, signal_places_changed(entry))
    await hass.async_block_till_done()
    return er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


async def test_every_entity_has_a_name_that_is_translated(
    entities: list[er.RegistryEntry],
) -> None:
    used: dict[str, set[str]] = {}
    for entity in entities:
        assert entity.has_entity_name
        assert entity.unique_id
        assert entity.translation_key
        assert ENGLISH["entity"][entity.domain][entity.translation_key]["name"]
        used.setdefault(entity.domain, set()).add(entity.translation_key)

    # And no text is left of an entity that is gone.
    assert used == {domain: set(texts) for domain, texts in ENGLISH["entity"].items()}


async def test_no_device_has_two_entities_of_the_same_name(
    entities: list[er.RegistryEntry],
) -> None:
    names = [(entity.device_id, entity.domain, entity.original_name) for entity in entities]

    assert len(names) == len(set(names))


async def test_every_entity_has_an_icon_of_its_own_or_of_its_device_class(
    entities: list[er.RegistryEntry],
) -> None:
    for entity in entities:
        assert (
            entity.translation_key in ICONS["entity"].get(entity.domain, {})
            or entity.original_device_class in ICONS_OF_DEVICE_CLASSES
        ), entity.entity_id


async def test_every_choice_of_an_entity_has_a_text(entities: list[er.RegistryEntry]) -> None:
    for entity in entities:
        capabilities = entity.capabilities or {}
        options = set(capabilities.get("options") or ())
        texts = ENGLISH["entity"][entity.domain][entity.translation_key]
        if options:
            assert set(texts["state"]) == options, entity.entity_id
        if events := capabilities.get("event_types"):
            assert set(texts["state_attributes"]["event_type"]["state"]) == set(events)


async def test_what_is_no_part_of_charging_is_set_apart(
    entities: list[er.RegistryEntry],
) -> None:
    diagnostic = {"connected", "meter_connected", "dlm_suitable", "alm_suitable"}
    settings = {"connector_maximum", "policy", "phase_choice"}
    everyday = {"maximum_current", "safe_limit", "limit", "reason", "status", "charging_allowed"}
    for entity in entities:
        if entity.translation_key in diagnostic:
            assert entity.entity_category is EntityCategory.DIAGNOSTIC, entity.entity_id
        if entity.translation_key in settings:
            assert entity.entity_category is EntityCategory.CONFIG, entity.entity_id
        if entity.translation_key in everyday:
            assert entity.entity_category is None, entity.entity_id


def test_every_action_has_a_text_and_an_icon() -> None:
    actions = yaml.safe_load((FOLDER / "services.yaml").read_text())

    assert set(actions) == set(ENGLISH["services"]) == set(ICONS["services"])
    for name, action in ENGLISH["services"].items():
        assert action["name"], name
        assert action["description"], name
        assert ICONS["services"][name]["service"].startswith("mdi:"), name


def test_actions_for_those_who_know_ocpp_come_last_and_say_so() -> None:
    actions = yaml.safe_load((FOLDER / "services.yaml").read_text())
    for_experts = [name for name in actions if "experts" in ENGLISH["services"][name]["name"]]

    assert for_experts == list(actions)[-len(for_experts) :]
    assert "call_ocpp" in for_experts
    assert list(actions)[:2] == ["set_temporary_limit", "clear_temporary_limit"]


async def test_every_action_is_there_before_any_group_is(
    hass: HomeAssistant, entities: list[er.RegistryEntry]
) -> None:
    (entry,) = hass.config_entries.async_entries(integration.DOMAIN)
    await hass.config_entries.async_unload(entry.entry_id)

    assert set(hass.services.async_services()[integration.DOMAIN]) == set(ENGLISH["services"])
