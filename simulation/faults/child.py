"""Home Assistant in a process of its own, for `other_process`, which kills it.

Its clocks go as fast as those of who started it, and show the same time.
"""

import argparse
import asyncio
from datetime import datetime, timedelta
from pathlib import Path
import signal
import sys
import time

from custom_components.ev_load_manager import clock

from ..home_assistant import WITHOUT_PAGE, event_loop, home_assistant
from .told_books import tell


def main() -> int:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--factor", type=float, required=True)
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--at", type=float, required=True, help="when it was `now` (monotonic)")
    arguments = parser.parse_args()
    clock.set_factor(arguments.factor)
    passed = (time.monotonic() - arguments.at) * arguments.factor
    clock.set_now(arguments.now + timedelta(seconds=passed))
    event_loop().run_until_complete(_run(arguments.folder, arguments.port))
    return 0


async def _run(folder: Path, port: int) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with home_assistant(folder, port=port, parts=WITHOUT_PAGE) as hass:
        print("ready", flush=True)
        telling = asyncio.create_task(tell(hass))
        await stopped.wait()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
