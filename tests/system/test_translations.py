"""The check of the translations finds what people would see as a gap."""

import json
from pathlib import Path
from typing import Any

import pytest

from script.check_translations import LANGUAGES, faults, faults_of_choice, faults_of_page, main

CODE = """
class Flow:
    async def async_step_user(self, user_input):
        return self.async_show_form(step_id="user")

DESCRIPTION = SensorEntityDescription(key="limit", translation_key="limit")
"""
SERVICES = """
set_limit:
  fields:
    current:
      required: true
    more:
      fields:
        until:
          required: false
"""
ENGLISH: dict[str, Any] = {
    "config": {"step": {"user": {"title": "Charger group"}}},
    "entity": {"sensor": {"limit": {"name": "Limit"}}},
    "exceptions": {"no_room": {"message": "There is no room for {name}"}},
    "services": {
        "set_limit": {
            "name": "Set a limit",
            "fields": {"current": {"name": "Current"}, "until": {"name": "Until"}},
        }
    },
}


def estonian(tree: dict[str, Any]) -> dict[str, Any]:
    """The same texts, other words."""
    return {
        key: estonian(inner) if isinstance(inner, dict) else f"Siin: {inner}"
        for key, inner in tree.items()
    }


@pytest.fixture(name="integration")
def integration_fixture(tmp_path: Path) -> Path:
    """An integration with nothing wrong about it, in English and Estonian."""
    (tmp_path / "translations").mkdir()
    (tmp_path / "config_flow.py").write_text(CODE)
    (tmp_path / "services.yaml").write_text(SERVICES)
    (tmp_path / "icons.json").write_text('{"entity": {"sensor": {"limit": {}}}}')
    write(tmp_path, "en", ENGLISH)
    write(tmp_path, "et", estonian(ENGLISH))
    return tmp_path


def write(folder: Path, language: str, tree: dict[str, Any]) -> None:
    (folder / "translations" / f"{language}.json").write_text(json.dumps(tree))


def without(*path: str) -> dict[str, Any]:
    """English with one part taken out."""
    tree = json.loads(json.dumps(ENGLISH))
    inner = tree
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return tree


def with_message(text: str) -> dict[str, Any]:
    return {**estonian(ENGLISH), "exceptions": {"no_room": {"message": text}}}


def test_complete_translations_pass(integration: Path) -> None:
    assert faults(integration) == []


@pytest.mark.parametrize(
    ("tree", "fault"),
    [
        (
            estonian(without("exceptions", "no_room")),
            "et: exceptions.no_room.message: is missing",
        ),
        (
            {**estonian(ENGLISH), "issues": {"worn": {"title": "Worn"}}},
            "et: issues.worn.title: is not in English",
        ),
        (
            with_message("Pole ruumi"),
            "et: exceptions.no_room.message: has other placeholders than English",
        ),
        (with_message("{name} "), "et: exceptions.no_room.message: begins or ends with a space"),
        (with_message("<b>{name}</b>"), "et: exceptions.no_room.message: has HTML in it"),
        (
            with_message("'{name}'"),
            "et: exceptions.no_room.message: single quotes make a placeholder plain text",
        ),
        (
            with_message("Siin: {name}, https://example.com/abi"),
            (
                "et: exceptions.no_room.message:"
                " has an address in it, which belongs into a placeholder"
            ),
        ),
        (
            with_message("There is no room for {name}"),
            (
                "et: exceptions.no_room.message: is the same as in English:"
                " There is no room for {name}"
            ),
        ),
        (
            with_message("Pole ruumi:\n{name}"),
            "et: exceptions.no_room.message: has other code, links, lines or tables than English",
        ),
    ],
)
def test_a_language_that_differs_from_english_is_found(
    integration: Path, tree: dict[str, Any], fault: str
) -> None:
    write(integration, "et", tree)

    assert faults(integration) == [fault]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        (("config", "step"), "en: step_id user has no text (config_flow.py:4)"),
        (("entity", "sensor"), "en: translation_key limit has no text (config_flow.py:6)"),
        (
            ("services", "set_limit"),
            "en: services.set_limit: is only in one of services.yaml and en.json",
        ),
        (
            ("services", "set_limit", "fields", "until"),
            "en: services.set_limit.fields.until: is only in one of the two files",
        ),
    ],
)
def test_a_text_that_english_lacks_is_found(
    integration: Path, path: tuple[str, ...], fault: str
) -> None:
    for language in ("en", "et"):
        write(integration, language, without(*path))

    assert fault in faults(integration)


@pytest.mark.parametrize("text", ["Modbus TCP", "L1-L3-L2", "{name} (16)"])
def test_a_name_may_be_the_same_in_every_language(integration: Path, text: str) -> None:
    for language in ("en", "et"):
        write(
            integration,
            language,
            {
                **(ENGLISH if language == "en" else estonian(ENGLISH)),
                "device": {"a": {"name": text}},
            },
        )

    assert faults(integration) == []


def test_a_state_has_no_placeholders(integration: Path) -> None:
    for language, state in (("en", "Paused {until}"), ("et", "Peatatud {until}")):
        tree = ENGLISH if language == "en" else estonian(ENGLISH)
        limit = {**tree["entity"]["sensor"]["limit"], "state": {"paused": state}}
        write(integration, language, {**tree, "entity": {"sensor": {"limit": limit}}})

    assert faults(integration) == [
        f"{language}: entity.sensor.limit.state.paused: has a placeholder that nothing fills in"
        for language in ("en", "et")
    ]


def test_an_empty_text_is_found(integration: Path) -> None:
    write(integration, "et", with_message(""))

    assert "et: exceptions.no_room.message: is no text" in faults(integration)


def test_a_language_that_the_page_does_not_load_is_found(tmp_path: Path) -> None:
    (tmp_path / "en.json").write_text('{"now": "Now"}')
    (tmp_path / "et.json").write_text('{"now": "Praegu"}')
    (tmp_path / "index.ts").write_text('import en from "./en.json";')

    assert faults_of_page(tmp_path) == ["et: is not in index.ts"]


def test_a_language_that_has_to_be_there_is_missed(tmp_path: Path) -> None:
    for language in LANGUAGES:
        (tmp_path / f"{language}.json").write_text("{}")
    (tmp_path / "fi.json").unlink()

    assert list(faults_of_choice(tmp_path)) == ["fi: is missing"]


def test_all_languages_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().out
