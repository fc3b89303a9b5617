"""What HACS, the Marketplace and Home Assistant read before they run anything."""

import json
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version
from PIL import Image
import pytest

import homeassistant

ROOT = Path(__file__).parent.parent.parent
INTEGRATION = ROOT / "custom_components" / "ev_load_manager"


@pytest.fixture(name="manifest")
def manifest_fixture() -> dict[str, Any]:
    return json.loads((INTEGRATION / "manifest.json").read_text())


@pytest.fixture(name="hacs")
def hacs_fixture() -> dict[str, Any]:
    return json.loads((ROOT / "hacs.json").read_text())


def home_assistant_constraints() -> dict[str, Requirement]:
    """What Home Assistant lets be installed beside itself, by package name."""
    lines = (Path(homeassistant.__file__).parent / "package_constraints.txt").read_text()
    constraints = (
        Requirement(line)
        for line in lines.splitlines()
        if line.strip() and not line.startswith("#")
    )
    return {constraint.name.lower(): constraint for constraint in constraints}


def pinned_versions() -> dict[str, Version]:
    """What the tests run with, by package name."""
    lines = (ROOT / "requirements" / "test.txt").read_text().splitlines()
    pins = (line.partition("==") for line in lines if "==" in line)
    return {name.strip().lower(): Version(version) for name, _, version in pins}


def test_the_domain_is_the_name_of_the_folder(manifest: dict[str, Any]) -> None:
    assert manifest["domain"] == INTEGRATION.name


def test_the_manifest_has_domain_and_name_first_and_the_rest_in_order(
    manifest: dict[str, Any],
) -> None:
    keys = list(manifest)

    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])


def test_the_manifest_has_what_hacs_asks_for(manifest: dict[str, Any]) -> None:
    assert manifest["codeowners"]
    assert all(owner.startswith("@") for owner in manifest["codeowners"])
    assert manifest["documentation"].startswith("https://")
    assert manifest["issue_tracker"].startswith("https://")
    assert manifest["config_flow"] is True


def test_the_version_is_in_the_changelog(manifest: dict[str, Any]) -> None:
    version = Version(manifest["version"])

    assert len(version.release) == 3
    assert f"\n## {manifest['version']}" in (ROOT / "CHANGELOG.md").read_text()


def test_requirements_are_ranges_that_home_assistant_allows(manifest: dict[str, Any]) -> None:
    constraints = home_assistant_constraints()
    pins = pinned_versions()

    for requirement in map(Requirement, manifest["requirements"]):
        # An exact version could not be installed beside another integration's.
        assert not any(part.operator == "==" for part in requirement.specifier)
        pinned = pins[requirement.name]
        assert requirement.specifier.contains(pinned)
        if constraint := constraints.get(requirement.name):
            assert constraint.specifier.contains(pinned)


def test_hacs_json_has_only_the_keys_hacs_knows(hacs: dict[str, Any]) -> None:
    assert hacs.keys() <= {
        "content_in_root",
        "country",
        "filename",
        "hacs",
        "hide_default_branch",
        "homeassistant",
        "name",
        "persistent_directory",
        "zip_release",
    }


def test_hacs_json_agrees_with_the_manifest_and_the_tests(
    hacs: dict[str, Any], manifest: dict[str, Any]
) -> None:
    oldest = Version(hacs["homeassistant"])

    assert hacs["name"] == manifest["name"]
    assert pinned_versions()["homeassistant"].release[:2] == oldest.release[:2]


@pytest.mark.parametrize(("name", "size"), [("icon.png", 256), ("icon@2x.png", 512)])
def test_icons_are_there_in_the_sizes_home_assistant_shows(name: str, size: int) -> None:
    with Image.open(INTEGRATION / "brand" / name) as icon:
        assert icon.format == "PNG"
        assert icon.size == (size, size)
