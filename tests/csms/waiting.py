"""Waiting for what a charge point does."""

import asyncio
from collections.abc import Callable

from custom_components.ev_load_manager.csms.charge_point import Change, ChargePoint


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
