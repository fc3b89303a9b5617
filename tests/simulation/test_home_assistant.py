"""A command that runs a real Home Assistant says why it fails."""

import asyncio
import logging
from pathlib import Path
import subprocess
import sys
from typing import Any

import aiodns
import aiohttp
from aiohttp.resolver import AsyncResolver
import pytest

from simulation.faults.run import free_port
from simulation.home_assistant import is_failed_lookup

FAILS = """
import logging
from pathlib import Path
import sys
from simulation.home_assistant import event_loop, home_assistant

async def main():
    async with home_assistant(Path(sys.argv[1]), port=int(sys.argv[2]), parts=""):
        logging.getLogger("garage").error("the door is open")
        raise ValueError("the roof leaks")

event_loop().run_until_complete(main())
"""


@pytest.mark.usefixtures("socket_enabled")
def test_what_fails_beside_home_assistant_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FAILS, str(tmp_path), str(free_port())]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "ValueError: the roof leaks" in ended.stderr
    assert "the door is open" in ended.stderr


def said(context: dict[str, Any]) -> logging.LogRecord:
    """What Home Assistant logs of an error that asyncio tells."""
    error = context["exception"]
    return logging.LogRecord(
        "homeassistant",
        logging.ERROR,
        "",
        0,
        "Error doing job: %s (%s)",
        (context["message"], None),
        (type(error), error, error.__traceback__),
    )


async def fails(then: asyncio.Event) -> None:
    await then.wait()
    raise OSError("nobody is there")


async def test_a_name_that_nobody_wants_to_know_any_more_is_no_error_and_all_else_is() -> None:
    loop = asyncio.get_running_loop()
    told: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    begun, then = asyncio.Event(), asyncio.Event()

    class Silent:
        async def getaddrinfo(self, *_: object, **__: object) -> None:
            begun.set()
            await then.wait()
            raise aiodns.error.DNSError(4, "Domain name not found")

        async def close(self) -> None:
            pass

    resolver = AsyncResolver()
    real, resolver._resolver = resolver._resolver, Silent()  # type: ignore[assignment]
    connector = aiohttp.TCPConnector(resolver=resolver)
    async with aiohttp.ClientSession(connector=connector) as session:
        asking = asyncio.create_task(session.get("http://away.invalid"))
        await begun.wait()
        ours = asyncio.create_task(fails(then))
        waiting = asyncio.ensure_future(asyncio.shield(ours))
        for one in (asking, waiting):
            one.cancel()
        await asyncio.wait((asking, waiting))
        then.set()
        await asyncio.wait((ours, *connector._resolve_host_tasks))
    resolver._resolver = real
    await resolver.close()
    assert [context["message"] for context in told] == ["OSError exception in shielded future"] * 2
    assert sorted(map(is_failed_lookup, map(said, told))) == [False, True]
