"""Looks for what anybody could send, and meters could hold, that goes wrong.

A third of the time goes to conversations that are parsed and answered as fast as the
machine can, and to random registers of every meter; the rest to a real Home Assistant
whose port everybody comes to.
"""

import argparse
import logging
from pathlib import Path
import random
import sys
import tempfile
import time

from tests.csms import fuzzing as conversations
from tests.home_fuzzing import garage


def main() -> int:
    """Look for so long; the exit code is 1 where something was found."""
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look")
    parser.add_argument("--seed", type=int, help="of all that is made up; any, unless told")
    parser.add_argument(
        "--part", choices=("conversations", "home"), help="only the one; both, unless told"
    )
    parser.add_argument("--record", action="store_true", help="write the transcript anew")
    arguments = parser.parse_args()
    logging.getLogger("custom_components").propagate = False
    if arguments.record:
        conversations.record()
        return 0
    chosen = random.randrange(2**32) if arguments.seed is None else arguments.seed
    print(f"seed {chosen}", flush=True)
    began = time.monotonic()
    found: list[str] = []
    if arguments.part != "home":
        share = 1.0 if arguments.part else 1 / 3
        found = conversations.fuzz(arguments.seconds * share, chosen)
    if not found and arguments.part != "conversations":
        logging.getLogger("custom_components").propagate = True
        left = arguments.seconds - (time.monotonic() - began)
        with tempfile.TemporaryDirectory(prefix="ev-load-manager-fuzz-") as folder:
            found = garage.run(left, chosen, Path(folder))
    passed = time.monotonic() - began
    if found:
        print(f"Found something after {passed:.0f} s:")
        print("\n".join(found))
        return 1
    print(f"{passed:.0f} s, and nothing wrong (seed {chosen}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
