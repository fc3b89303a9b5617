"""Check the translations: complete in English, and alike in every language.

English is the original. It has a text for everything that the code and the data
files name; every other language has the same keys with the same placeholders,
and words of its own. The same holds for the texts of the page.
"""

import ast
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import sys
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
INTEGRATION = ROOT / "custom_components" / "ev_load_manager"
PAGE = ROOT / "frontend" / "src" / "translations"
LANGUAGES = ("de", "en", "fi", "nb", "nl", "sv")
"""Those that must be there; more may be."""

SAME_EVERYWHERE = re.compile(
    r"(ALM|DLM|CSV|EV Load Manager|Iskra T[56]|L[123](-L[123])*|Modbus (TCP|UDP)|OCPP|[\d\W]*)"
)
"""Names, and what has no words."""
SAME_WORDS: Mapping[str, frozenset[str]] = {
    "de": frozenset(
        {
            *("details", "in", "limit", "limit (a)", "limits", "live", "maximum", "minimum"),
            *("name", "normal", "phase", "port", "status"),
        }
    ),
    "fi": frozenset(),
    "nb": frozenset({"normal", "pause", "port", "start", "status", "type"}),
    "nl": frozenset(
        {
            *(
                "1 week",
                "details",
                "even",
                "in",
                "later",
                "live",
                "maximum",
                "meter",
                "meters",
                "model",
            ),
            *("minimum", "status"),
        }
    ),
    "sv": frozenset({"normal", "period", "port", "start", "status"}),
}
"""Words that a language shares with English, in small letters."""

PLACEHOLDER = re.compile(r"{(\w+)}")
KEY = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
URL = re.compile(r"\b(https?|ftps?)://([a-z0-9-]+\.)+[a-z]{2,}|\bwww\.", re.IGNORECASE)
FIXED = re.compile(r"entity\..*\.(state\.\w+|state_attributes\..*|unit_of_measurement)")
"""Texts that Home Assistant shows without filling anything in."""
STRUCTURE = re.compile(r"`[^`]*`|\]\([^)]*\)|\n|\|")
"""What Markdown has to keep: code, the targets of links, lines and tables."""
HTML = re.compile(r"<[a-z/][^>]*>", re.IGNORECASE)


def texts(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a translation with its dotted path."""
    for key, value in tree.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            yield from texts(value, here)
        else:
            yield here, value


def faults_of_form(language: str, tree: Mapping[str, Any]) -> Iterator[str]:
    """What Home Assistant would refuse in one language, or its check of integrations."""
    for path, text in texts(tree):
        where = f"{language}: {path}"
        if bad := [key for key in path.split(".") if not KEY.fullmatch(key)]:
            yield f"{where}: a key has only a-z and 0-9, with single - and _ between: {bad[0]}"
        if not isinstance(text, str) or not text:
            yield f"{where}: is no text"
            continue
        if text != text.strip():
            yield f"{where}: begins or ends with a space"
        if HTML.search(text):
            yield f"{where}: has HTML in it"
        if URL.search(text):
            yield f"{where}: has an address in it, which belongs into a placeholder"
        if FIXED.fullmatch(path) and PLACEHOLDER.search(text):
            yield f"{where}: has a placeholder that nothing fills in"
        if re.search(r"'{\w+}'", text):
            yield f"{where}: single quotes make a placeholder plain text"


def faults_of_language(
    language: str, tree: Mapping[str, Any], english: Mapping[str, Any]
) -> Iterator[str]:
    """Where a language differs from English in more than its words."""
    ours, original = dict(texts(tree)), dict(texts(english))
    for path in original.keys() - ours.keys():
        yield f"{language}: {path}: is missing"
    for path in ours.keys() - original.keys():
        yield f"{language}: {path}: is not in English"
    for path in ours.keys() & original.keys():
        if set(PLACEHOLDER.findall(ours[path])) != set(PLACEHOLDER.findall(original[path])):
            yield f"{language}: {path}: has other placeholders than English"
        if STRUCTURE.findall(ours[path]) != STRUCTURE.findall(original[path]):
            yield f"{language}: {path}: has other code, links, lines or tables than English"
        if ours[path] == original[path] and not may_be_the_same(language, ours[path]):
            yield f"{language}: {path}: is the same as in English: {ours[path]}"


def may_be_the_same(language: str, text: str) -> bool:
    """Whether a text may read as in English: a name, or a word that both languages have."""
    if SAME_EVERYWHERE.fullmatch(PLACEHOLDER.sub("", text)):
        return True
    shared = SAME_WORDS.get(language, frozenset())
    return PLACEHOLDER.sub("", text).strip(" .:").lower() in shared


def names_in_code(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Every literal step_id and translation_key: (kind, name, where)."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.keyword)
                and node.arg in {"step_id", "translation_key"}
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                where = f"{path.relative_to(folder)}:{node.value.lineno}"
                yield node.arg, node.value.value, where


def known_names(english: Mapping[str, Any]) -> dict[str, set[str]]:
    """What English has texts for, by kind."""
    flows = [
        english.get("config", {}),
        english.get("options", {}),
        *english.get("config_subentries", {}).values(),
        *(issue.get("fix_flow", {}) for issue in english.get("issues", {}).values()),
    ]
    by_key = [
        *english.get("entity", {}).values(),
        *(english.get(section, {}) for section in ("device", "exceptions", "issues", "selector")),
    ]
    return {
        "step_id": {name for flow in flows for name in flow.get("step", {})},
        "translation_key": {name for section in by_key for name in section},
    }


def faults_of_code(folder: Path, english: Mapping[str, Any]) -> Iterator[str]:
    """What the code names and English has no text for."""
    known = known_names(english)
    for kind, name, where in names_in_code(folder):
        if name not in known[kind]:
            yield f"en: {kind} {name} has no text ({where})"


DESCRIBED: Mapping[str, str] = {
    "services": "services.yaml",
    "triggers": "triggers.yaml",
    "conditions": "conditions.yaml",
}
"""What an automation is made of: where it is described, by where its texts are."""


def faults_of_automations(folder: Path, english: Mapping[str, Any]) -> Iterator[str]:
    """Actions, triggers, conditions and their fields without a text, or the other way round."""
    for section, file in DESCRIBED.items():
        path = folder / file
        read = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
        described = {name: value for name, value in read.items() if not name.startswith(".")}
        translated = english.get(section, {})
        for name in sorted(described.keys() ^ translated.keys()):
            yield f"en: {section}.{name}: is only in one of {file} and en.json"
        for name in sorted(described.keys() & translated.keys()):
            fields = _fields(described[name] or {})
            for field in sorted(fields ^ translated[name].get("fields", {}).keys()):
                yield f"en: {section}.{name}.fields.{field}: is only in one of the two files"


def _fields(described: Mapping[str, Any]) -> set[str]:
    fields: set[str] = set()
    for name, field in (described.get("fields") or {}).items():
        # A section holds fields of its own.
        nested = (field or {}).get("fields")
        fields |= {name} if nested is None else set(nested)
    return fields


def faults_of_icons(folder: Path, english: Mapping[str, Any]) -> Iterator[str]:
    """Icons for something that English has no text for."""
    path = folder / "icons.json"
    icons = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for platform, entities in icons.get("entity", {}).items():
        for name in entities.keys() - english.get("entity", {}).get(platform, {}).keys() - {"_"}:
            yield f"icons.json: entity.{platform}.{name}: has no text in English"
    for section in DESCRIBED:
        for name in icons.get(section, {}).keys() - english.get(section, {}).keys():
            yield f"icons.json: {section}.{name}: has no text in English"


def read(folder: Path) -> dict[str, Any]:
    """Every language of a folder."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }


def faults_of_languages(folder: Path) -> Iterator[str]:
    """What is wrong with the languages of a folder, the texts taken by themselves."""
    languages = read(folder)
    english = languages.get("en", {})
    for language, tree in languages.items():
        yield from faults_of_form(language, tree)
        if language != "en":
            yield from sorted(faults_of_language(language, tree, english))


def faults(folder: Path) -> list[str]:
    """Everything that is wrong with the translations of an integration."""
    english = read(folder / "translations").get("en", {})
    return [
        *faults_of_code(folder, english),
        *faults_of_automations(folder, english),
        *faults_of_icons(folder, english),
        *faults_of_languages(folder / "translations"),
    ]


def faults_of_choice(folder: Path) -> Iterator[str]:
    """Languages that have to be there and are not."""
    for language in LANGUAGES:
        if not (folder / f"{language}.json").exists():
            yield f"{language}: is missing"


def faults_of_page(folder: Path) -> list[str]:
    """Everything that is wrong with the translations of the page."""
    index = (folder / "index.ts").read_text(encoding="utf-8")
    return [
        *(
            f"{path.stem}: is not in index.ts"
            for path in sorted(folder.glob("*.json"))
            if f'"./{path.name}"' not in index
        ),
        *faults_of_languages(folder),
    ]


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    found = [
        *faults_of_choice(INTEGRATION / "translations"),
        *faults(INTEGRATION),
        *(f"page: {fault}" for fault in (*faults_of_choice(PAGE), *faults_of_page(PAGE))),
    ]
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
