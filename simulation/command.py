"""How a command of ours runs: until it is done, or until somebody stops it."""

import asyncio
from collections.abc import Coroutine
import signal
from typing import Any

from rich.console import Console


def carry_out(
    work: Coroutine[Any, Any, int],
    loop: asyncio.AbstractEventLoop,
    console: Console,
    *,
    when_stopped: int,
) -> int:
    """Do `work` on `loop`, and close that; the exit code, which is 1 where the work fails."""
    task = loop.create_task(work)
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, task.cancel)
    try:
        return loop.run_until_complete(task)
    except asyncio.CancelledError:
        console.print("Stopped.")
        return when_stopped
    except Exception:  # noqa: BLE001 - it is shown, and the command has failed
        # Home Assistant would write it into its log only.
        console.print_exception()
        return 1
    finally:
        loop.close()
