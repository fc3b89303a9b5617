"""What the page is made from: a hash of its sources, which the built files carry."""

import hashlib
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"


def sources_hash() -> str:
    """The hash over every file that has a say in the built ones."""
    files = [FRONTEND / name for name in ("build.mjs", "package-lock.json", "tsconfig.json")]
    files += sorted(path for path in (FRONTEND / "src").rglob("*") if path.is_file())
    together = hashlib.sha256()
    for path in files:
        together.update(f"{path.relative_to(FRONTEND).as_posix()}\n".encode())
        # Line ends are git's business.
        together.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return together.hexdigest()[:12]


if __name__ == "__main__":
    print(sources_hash())
