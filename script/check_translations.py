"""Check the translations: complete in English, and alike in every language.

English is the original. It has a text for everything that the code and the data
files name; every other language has the same keys with the same placeholders.
"""

import ast
from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import sys
from typing import Any

import yaml

INTEGRATION = Path(__file__).resolve().parent.parent / "custom_components" / "ev_load_manager"
PLACEHOLDER = re.compile(r"{(\w+)}")
KEY = re.compile(r"[a-z0-9_-]+")
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
    """What Home Assistant would refuse in one language."""
    for path, text in texts(tree):
        where = f"{language}: {path}"
        if bad := [key for key in path.split(".") if not KEY.fullmatch(key)]:
            yield f"{where}: a key has only a-z, 0-9, - and _: {bad[0]}"
        if not isinstance(text, str) or not text:
            yield f"{where}: is no text"
            continue
        if text != text.strip():
            yield f"{where}: begins or ends with a space"
        if HTML.search(text):
            yield f"{where}: has HTML in it"
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


def faults_of_actions(folder: Path, english: Mapping[str, Any]) -> Iterator[str]:
    """Actions and their fields without a text, or the other way round."""
    path = folder / "services.yaml"
    actions = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}
    translated = english.get("services", {})
    for action in sorted(actions.keys() ^ translated.keys()):
        yield f"en: services.{action}: is only in one of services.yaml and en.json"
    for action in sorted(actions.keys() & translated.keys()):
        fields: dict[str, Any] = {}
        for name, field in ((actions[action] or {}).get("fields") or {}).items():
            # A section holds fields of its own.
            nested = (field or {}).get("fields")
            fields |= nested if nested is not None else {name: field}
        for name in sorted(fields.keys() ^ translated[action].get("fields", {}).keys()):
            yield f"en: services.{action}.fields.{name}: is only in one of the two files"


def faults_of_icons(folder: Path, english: Mapping[str, Any]) -> Iterator[str]:
    """Icons for something that English has no text for."""
    path = folder / "icons.json"
    icons = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for platform, entities in icons.get("entity", {}).items():
        for name in entities.keys() - english.get("entity", {}).get(platform, {}).keys() - {"_"}:
            yield f"icons.json: entity.{platform}.{name}: has no text in English"
    for name in icons.get("services", {}).keys() - english.get("services", {}).keys():
        yield f"icons.json: services.{name}: has no text in English"


def faults(folder: Path) -> list[str]:
    """Everything that is wrong with the translations of an integration."""
    languages = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((folder / "translations").glob("*.json"))
    }
    english = languages.get("en", {})
    found = [
        *faults_of_code(folder, english),
        *faults_of_actions(folder, english),
        *faults_of_icons(folder, english),
    ]
    for language, tree in languages.items():
        found += faults_of_form(language, tree)
        found += sorted(faults_of_language(language, tree, english))
    return found


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    found = faults(INTEGRATION)
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
