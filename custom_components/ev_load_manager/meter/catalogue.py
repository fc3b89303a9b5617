"""All register maps."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..data_files.fields import load_yaml
from .map_file import MapError, read_map
from .register_map import RegisterMap

_FOLDER = Path(__file__).parent / "maps"


@cache
def load_maps() -> Mapping[str, RegisterMap]:
    """Read all register maps beside this module, once, by their key.

    Reads files: call it where waiting for a disk holds nobody up. Raises
    MapError where a file doesn't follow the schema.
    """
    maps = (read_file(path) for path in sorted(_FOLDER.glob("*.yaml")))
    return {found.key: found for found in maps}


def read_file(path: Path) -> RegisterMap:
    """Read one map; its key is the file's name.

    Raises MapError that names the file and the field.
    """
    return read_map(path.stem, load_yaml(path, MapError))
