"""Lets faults happen, one after the other, and says what came of each."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
import logging
from pathlib import Path
import socket
from typing import Any, Final, Self, override

from custom_components.ev_load_manager.const import DOMAIN
from custom_components.ev_load_manager.sessions.shared import FILE

from ..home_assistant import WITHOUT_PAGE, is_failed_lookup
from ..session_book import counted, differences
from ..set_up import home
from .books import losses
from .fault import Fault, Outcome
from .other_process import OtherProcess, other_process
from .same_process import same_process
from .scene import Scene, Wrong, currents

_MOST_TOLD: Final = 10
"""Moments with books below the truth that are told one by one."""
_TOLD_WITHIN: Final = 180.0
"""Seconds in which the chargers have told all they kept."""


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def run(faults: Iterable[Fault], folder: Path) -> AsyncIterator[Outcome]:
    """Let `faults` happen; Home Assistant lives in `folder`."""
    async with AsyncExitStack() as stack:
        running = None
        for fault in faults:
            if fault.own_process:
                own = folder / fault.name
                yield await _judge(
                    fault,
                    other_process(own, fault, port=free_port(), ocpp_port=free_port()),
                )
                continue
            if running is None:
                running = await stack.enter_async_context(
                    home(
                        folder / "home-assistant",
                        port=free_port(),
                        ocpp_port=free_port(),
                        parts=WITHOUT_PAGE,
                    )
                )
            yield await _judge(fault, same_process(running, fault))


async def _judge(fault: Fault, stage: Any) -> Outcome:
    """Let one fault happen, and look at everything."""
    outcome = Outcome(
        name=fault.name, breaks=fault.breaks, bound=fault.bound, may_lose=fault.may_lose
    )
    with _Errors() as errors:
        try:
            async with stage as scene:
                await _play(fault, scene, outcome)
                await _close_the_books(fault, scene, outcome)
        except Wrong as wrong:
            outcome.wrong.append(str(wrong))
        except TimeoutError as error:
            outcome.wrong.append(f"something never came: {error!r}")
    outcome.wrong += _unexpected(errors.found, fault)
    return outcome


async def _play(fault: Fault, scene: Scene, outcome: Outcome) -> None:
    try:
        await fault.story(scene)
    except Wrong as wrong:
        outcome.wrong.append(str(wrong))
    finally:
        tightest = scene.tightest
        outcome.circuit = tightest.circuit
        outcome.limit = scene.site.circuits[tightest.circuit].limit[0]
        outcome.worst = currents(tightest)
        longest = max(watch.longest for watch in scene.watches)
        outcome.seconds_over = round(longest, 1)
        last = max((one.end for one in scene.excursions), default=scene.broke_at)
        outcome.until_safe = round(last - scene.broke_at, 1)
        outcome.noted = scene.notes
        if scene.judge is not None:
            outcome.below = scene.judge.moments
            if not scene.judge.looks:
                outcome.wrong.append("nobody could compare the books with the truth")
            outcome.wrong += [str(below) for below in scene.judge.found[:_MOST_TOLD]]
    outcome.wrong += [f"not OCPP: {mistake}" for mistake in scene.site.violations]


async def _close_the_books(fault: Fault, scene: Scene, outcome: Outcome) -> None:
    """Everyone leaves, the chargers tell all they kept, and the books are compared."""
    for outlet in scene.offered():
        scene.leave(outlet)
    chargers = scene.site.chargers
    try:
        await scene.comes(
            "the chargers tell all they kept",
            lambda: all(one.accepted and not one.outbox.kept for one in chargers.values()),
            within=_TOLD_WITHIN,
            steady=5.0,
        )
    except Wrong as wrong:
        outcome.wrong.append(str(wrong))
    outcome.lost = losses(chargers, await scene.assistant.books())
    if isinstance(scene.assistant, OtherProcess):
        truth = {name: counted(one.sessions) for name, one in chargers.items()}
        book = scene.assistant.folder / FILE
        wrong = await asyncio.to_thread(differences, book, truth)
        outcome.lost += [f"session book, {one}" for one in wrong]
        text = await asyncio.to_thread(scene.assistant.log.read_text)
        bad = [line for line in text.splitlines() if _is_bad(line)]
        outcome.wrong += _unexpected(bad, fault)


def _unexpected(errors: Iterable[str], fault: Fault) -> list[str]:
    return [error for error in errors if not any(part in error for part in fault.expected_errors)]


def _is_bad(line: str) -> bool:
    return (" ERROR " in line and f"{DOMAIN}." in line) or "never retrieved" in line


class _Errors(logging.Handler):
    """Errors that are logged in this process meanwhile."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if not is_failed_lookup(record):
            self.found.append(f"logged: {record.getMessage()[:200]}")

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
