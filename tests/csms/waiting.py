"""Waiting for what a charge point does, and letting time jump."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from custom_components.ev_load_manager.csms.charge_point.charge_point import Change, ChargePoint
from simulation.jumping_time import JumpingLoop


async def until(charger: ChargePoint, condition: Callable[[], bool]) -> None:
    """Wait for a change of the charger that makes `condition` true."""
    if condition():
        return
    done = asyncio.Event()

    def look(_charger: ChargePoint, _change: Change, _connector: int | None) -> None:
        if condition():
            done.set()

    end = charger.on_change(look)
    await done.wait()
    end()


def in_jumping_time[T](work: Coroutine[Any, Any, T]) -> T:
    """Run `work` where time jumps to the next event, so that no machine is too slow for it."""
    loop = JumpingLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
