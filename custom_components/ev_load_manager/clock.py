"""The one place that keeps time.

Everything that waits or measures a duration asks this module, so that a demo
or a test of faults can run the very same code faster: `set_factor(30)` makes
thirty seconds pass in one. Durations are in seconds of the site's time; the
monotonic clock never jumps when somebody sets the machine's clock.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
import time
from typing import Any

_factor = 1.0
_source: Callable[[], float] = time.monotonic
_real_origin = _source()
_origin = _real_origin
_wall_origin = datetime.now(UTC)
_wall_shift = timedelta()


def set_factor(factor: float) -> None:
    """Let time pass `factor` times as fast from now on (1.0 is real time)."""
    global _factor, _origin, _real_origin, _wall_origin  # noqa: PLW0603
    if factor <= 0:
        raise ValueError(f"time can't pass {factor} times as fast")
    _wall_origin = now() - _wall_shift
    _origin = monotonic()
    _real_origin = _source()
    _factor = factor


def follow(source: Callable[[], float] = time.monotonic) -> None:
    """Take the time from another clock than the machine's, in seconds.

    For simulations that jump to the next event where nothing happens; what was
    counted so far goes on without a gap.
    """
    global _source, _origin, _real_origin, _wall_origin  # noqa: PLW0603
    _wall_origin = now() - _wall_shift
    _origin = monotonic()
    _source = source
    _real_origin = source()


def factor() -> float:
    """How many seconds of the site pass in one real second."""
    return _factor


def monotonic() -> float:
    """Seconds on a clock that only goes forward."""
    return _origin + (_source() - _real_origin) * _factor


def now() -> datetime:
    """The wall clock, UTC; in real time it follows the machine's clock."""
    if _factor == 1.0 and _source is time.monotonic:
        return datetime.now(UTC) + _wall_shift
    return _wall_origin + timedelta(seconds=monotonic() - _origin) + _wall_shift


def set_now(moment: datetime) -> None:
    """Set the wall clock (not the machine's), as somebody or a time server might do.

    For demo and faults; `monotonic` takes no notice.
    """
    global _wall_shift  # noqa: PLW0603
    _wall_shift += moment - now()


def monotonic_of(moment: datetime) -> float:
    """When `moment` was, on the monotonic clock; never in the future."""
    return monotonic() - max(0.0, (now() - moment).total_seconds())


def wall_of(at: float) -> datetime:
    """The wall clock's time at `at` of the monotonic one."""
    return datetime.fromtimestamp(now().timestamp() - (monotonic() - at), UTC)


def real(seconds: float) -> float:
    """How long `seconds` of the site take on the real clock."""
    return seconds / _factor


async def sleep(seconds: float) -> None:
    """Wait `seconds` of the site's time."""
    await asyncio.sleep(real(seconds))


def timeout(seconds: float | None) -> asyncio.Timeout:
    """Bound a block to `seconds` of the site's time (`async with`)."""
    return asyncio.timeout(None if seconds is None else real(seconds))


async def happens(event: asyncio.Event, within: float | None) -> bool:
    """Whether an event comes within so many seconds (None: however long it takes)."""
    if event.is_set() or (within is not None and within <= 0):
        return event.is_set()
    try:
        async with timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def outcome_of[T](work: asyncio.Future[T]) -> T:
    """Wait for what goes on also where who waits is cancelled; its error is nobody's then.

    `asyncio.shield` would have it logged as one that nobody has seen to.
    """
    work.add_done_callback(_seen)
    await asyncio.wait((work,))
    return work.result()


def _seen(done: asyncio.Future[Any]) -> None:
    if not done.cancelled():
        done.exception()
