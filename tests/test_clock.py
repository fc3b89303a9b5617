"""Whoever waits may go, and what they waited for goes on and troubles nobody."""

import asyncio
from typing import Any

import pytest

from custom_components.ev_load_manager import clock


async def test_what_fails_after_nobody_waits_any_more_is_no_error_of_asyncio() -> None:
    told: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    work: asyncio.Future[None] = loop.create_future()

    waiting = asyncio.create_task(clock.outcome_of(work))
    # One turn of the loop: it waits by now.
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not work.done(), "it goes on"
    work.set_exception(OSError("no room"))
    await asyncio.sleep(0)
    del work
    assert told == []


async def test_who_waits_hears_what_comes_of_it() -> None:
    loop = asyncio.get_running_loop()
    good, bad = loop.create_future(), loop.create_future()
    loop.call_soon(good.set_result, 7)
    loop.call_soon(bad.set_exception, OSError("no room"))
    assert await clock.outcome_of(good) == 7
    with pytest.raises(OSError, match="no room"):
        await clock.outcome_of(bad)
