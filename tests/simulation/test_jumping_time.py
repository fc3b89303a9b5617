"""Time that jumps to the next event: nobody waits, and nothing comes out of order."""

import asyncio
from collections.abc import Awaitable, Callable
import time

import pytest

from custom_components.ev_load_manager import clock
from simulation.jumping_time import JumpingLoop


def live[T](story: Callable[[], Awaitable[T]]) -> T:
    """Let a story happen in time that jumps."""
    loop = JumpingLoop()

    async def tell() -> T:
        return await story()

    try:
        return loop.run_until_complete(tell())
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def test_an_hour_passes_on_both_clocks_without_waiting() -> None:
    async def story() -> tuple[float, float]:
        began, today = clock.monotonic(), clock.now()
        await clock.sleep(3600.0)
        return clock.monotonic() - began, (clock.now() - today).total_seconds()

    assert live(story) == (pytest.approx(3600.0), pytest.approx(3600.0, abs=0.01))


def test_afterwards_the_clock_goes_on_in_real_time_without_a_gap() -> None:
    async def story() -> float:
        await clock.sleep(500.0)
        return clock.monotonic()

    reached = live(story)
    assert reached <= clock.monotonic() < reached + 400.0


def test_events_come_in_their_order() -> None:
    async def story() -> list[int]:
        found: list[int] = []

        async def note(after: int) -> None:
            await clock.sleep(after)
            found.append(after)

        await asyncio.gather(*(note(after) for after in (30, 10, 86_400, 20)))
        return found

    assert live(story) == [10, 20, 30, 86_400]


@pytest.mark.usefixtures("socket_enabled")
def test_a_question_over_a_real_socket_takes_no_time() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        writer.close()

    async def story() -> tuple[bytes, float]:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            began = clock.monotonic()
            writer.write(b"how late is it\n")
            told = await reader.readline()
            writer.close()
            return told, clock.monotonic() - began

    assert live(story) == (b"how late is it\n", 0.0)


def test_time_stands_still_while_a_thread_works() -> None:
    async def story() -> float:
        began = clock.monotonic()
        pending = asyncio.create_task(clock.sleep(3600.0))
        await asyncio.to_thread(time.sleep, 0.01)
        passed = clock.monotonic() - began
        pending.cancel()
        return passed

    assert live(story) == 0.0


def test_what_a_thread_does_is_done_before_the_loop_goes_on() -> None:
    async def story() -> list[str]:
        found: list[str] = []
        loop = asyncio.get_running_loop()
        job = loop.run_in_executor(None, found.append, "thread")
        loop.call_soon(found.append, "called after it")
        found.append("loop")
        await job
        return found

    assert live(story) == ["thread", "loop", "called after it"]


def test_a_thread_that_needs_the_loop_gets_it() -> None:
    async def story() -> str:
        loop = asyncio.get_running_loop()

        def ask() -> str:
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(3600.0, "rested"), loop).result()

        return await loop.run_in_executor(None, ask)

    assert live(story) == "rested"


def test_time_may_pass_as_the_machines_does_and_has_no_gap() -> None:
    async def story() -> tuple[float, float, float]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JumpingLoop)
        began = clock.monotonic()
        await clock.sleep(1000.0)
        loop.jumps = False
        slow, real = clock.monotonic(), time.monotonic()
        await clock.sleep(0.01)
        waited = time.monotonic() - real
        loop.jumps = True
        fast = clock.monotonic()
        await clock.sleep(1000.0)
        return slow - began, waited, clock.monotonic() - fast

    jumped, waited, jumped_again = live(story)
    assert jumped == pytest.approx(1000.0, abs=1.0)
    assert waited >= 0.01
    assert jumped_again == pytest.approx(1000.0)
