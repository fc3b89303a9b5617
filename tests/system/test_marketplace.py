"""Home Assistant's Marketplace finds, installs and can load the integration.

It is newer than the oldest Home Assistant that is supported, so these run with
`script/test --newest`.
"""

import io
import json
import logging
from pathlib import Path
import zipfile

import pytest

pytest.importorskip("homeassistant.components.marketplace")

from homeassistant.components.marketplace.repositories.base import (
    RepositoryArchive,
    RepositoryManifest,
)
from homeassistant.components.marketplace.repositories.integration import _check_loadable_manifest
from homeassistant.components.marketplace.utils.filters import get_first_directory_in_directory

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(name="archive", scope="module")
def archive_fixture() -> RepositoryArchive:
    """What GitHub serves for a version, as far as an installation reads it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in [
            ROOT / "hacs.json",
            ROOT / "README.md",
            *(ROOT / "custom_components").rglob("*"),
        ]:
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, Path("ev_load_manager-0.1.0") / path.relative_to(ROOT))
    return RepositoryArchive(content.getvalue())


def test_every_key_of_hacs_json_is_understood(
    archive: RepositoryArchive, caplog: pytest.LogCaptureFixture
) -> None:
    hacs = json.loads(archive.read("hacs.json"))

    with caplog.at_level(logging.WARNING):
        understood = RepositoryManifest.from_dict(hacs)

    assert understood.manifest == hacs
    assert not caplog.records


def test_the_integration_is_found_and_can_be_loaded(
    archive: RepositoryArchive, tmp_path: Path
) -> None:
    domain = get_first_directory_in_directory(archive.tree, "custom_components")

    archive.extract_directory(f"custom_components/{domain}", str(tmp_path))

    assert domain == "ev_load_manager"
    _check_loadable_manifest(tmp_path, domain)
