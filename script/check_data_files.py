"""Check that every JSON and YAML file of the project can be read.

JSON is read strictly: a key that is there twice is an error, for one of the two
would be lost without a word. YAML files may use Home Assistant's own tags.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import sys
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
# Made by script/setup or by running something; not the project's own.
NOT_OURS = {".git", ".venv", ".python", ".demo", "node_modules"}


class Loader(yaml.SafeLoader):
    """Reads YAML as Home Assistant does, without acting on its tags."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a mapping that names a key twice."""
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if twice := {str(key) for key in keys if keys.count(key) > 1}:
            raise ValueError(f"line {node.start_mark.line + 1}: twice: {', '.join(sorted(twice))}")
        return super().construct_mapping(node, deep)


Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice."""
    keys = [key for key, _ in pairs]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"twice: {', '.join(sorted(twice))}")
    return dict(pairs)


def files(root: Path) -> Iterator[Path]:
    """All data files below a folder, without what is not the project's own."""
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in NOT_OURS:
            yield from files(path)
        elif path.suffix in {".json", ".webmanifest", ".yaml", ".yml"}:
            yield path


def problem(path: Path) -> str | None:
    """What is wrong with a file, or None."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix in {".yaml", ".yml"}:
            list(yaml.load_all(text, Loader))
        else:
            json.loads(text, object_pairs_hook=unique_keys)
    except (ValueError, yaml.YAMLError) as err:
        return str(err)
    return None


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    found = [(path, text) for path in files(ROOT) if (text := problem(path))]
    for path, text in found:
        print(f"{path.relative_to(ROOT)}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
