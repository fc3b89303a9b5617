"""An event loop whose time jumps to the next event where nothing happens.

Real sockets, real code, and a clock that doesn't wait: as long as anybody on
this loop has something to do, no time passes; then it is at once as late as the
next timer wants it to be. Both ends of every socket must live on this loop, or
one side's time would stand still while the other thinks. What a thread does is done
before the loop goes on, so that a busy machine changes no order either.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
import contextvars
import selectors
import threading
import time
from typing import Any, override

from custom_components.ev_load_manager import clock
from homeassistant.runner import configure_event_loop

_THREADS_TAKE_AT_MOST = 30.0
"""Real seconds without any event, after which a thread counts as one that is never done."""
_NOTHING_AHEAD = 0.05
"""Real seconds to wait where no timer is set and only a signal can come."""


class _Selector(selectors.DefaultSelector):
    """Waits for sockets as ever, but jumps where it would have to wait for time."""

    def __init__(self) -> None:
        super().__init__()
        self.jumps = True
        # Whole seconds: what Home Assistant does each second falls as every time.
        self.now = float(int(time.monotonic()))
        """Where the last jump led to."""
        self.in_threads: set[object] = set()
        """Jobs that threads work at, and need no loop for; time stands still for them."""

    @override
    def select(self, timeout: float | None = None) -> list[Any]:
        if not self.jumps:
            return super().select(timeout)
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if self.in_threads and (found := super().select(_THREADS_TAKE_AT_MOST)):
            return found
        if timeout is None:
            return super().select(_NOTHING_AHEAD)
        self.now += timeout
        return found


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its `time` is the simulation's; `clock` follows it."""

    def __init__(self) -> None:
        """Make it, and let `clock` follow it; `close` gives the machine's time back."""
        self._jumping = _Selector()
        self._ahead = 0.0
        self._called = threading.Event()
        """Set by what a thread has for the loop: its result, or something to be done for it."""
        self._at_work: dict[int, object] = {}
        """What each thread works at."""
        super().__init__(self._jumping)
        clock.follow(self.time)

    @override
    def time(self) -> float:
        return self._jumping.now if self._jumping.jumps else time.monotonic() + self._ahead

    @property
    def jumps(self) -> bool:
        """Whether time jumps; else it passes as the machine's does."""
        return self._jumping.jumps

    @jumps.setter
    def jumps(self, jumps: bool) -> None:
        now = self.time()
        self._jumping.jumps = jumps
        self._jumping.now = now
        self._ahead = now - time.monotonic()

    @override
    def run_in_executor[T, *Ts](
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        job = object()

        def work() -> T:
            thread = threading.get_ident()
            self._at_work[thread] = job
            try:
                return func(*args)
            finally:
                self._at_work.pop(thread, None)

        self._jumping.in_threads.add(job)
        self._called.clear()
        result = super().run_in_executor(executor, work)
        result.add_done_callback(lambda _: self._jumping.in_threads.discard(job))
        if self.jumps and not result.done():
            self._called.wait(_THREADS_TAKE_AT_MOST)
        return result

    @override
    def call_soon_threadsafe[*Ts](
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.Handle:
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        # A thread that asks for something before it is done waits for the loop, not the loop for it.
        self._jumping.in_threads.discard(self._at_work.pop(threading.get_ident(), None))
        self._called.set()
        return handle

    @override
    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        ending = object()
        self._jumping.in_threads.add(ending)
        try:
            await super().shutdown_default_executor(timeout)
        finally:
            self._jumping.in_threads.discard(ending)

    @override
    def close(self) -> None:
        clock.follow()
        super().close()


def jumping_loop() -> JumpingLoop:
    """A loop as Home Assistant wants it, except that its time jumps."""
    loop = JumpingLoop()
    configure_event_loop(loop)
    # It has just put the machine's clock in its place.
    del loop.time
    return loop
