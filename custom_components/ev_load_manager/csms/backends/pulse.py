"""Signs of life to a backend, as often as it wants them: heartbeats, and pings of its socket.

It may say anew at any time how often; that counts from the last one, and not only after the next.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ... import clock
from .keys import Keys
from .wire import BackendError

LEAST_INTERVAL, USUAL_INTERVAL, LONGEST_INTERVAL = 10, 300, 86400
"""Seconds between two heartbeats, or boots, where it wishes for less, says nothing of use, or
means never: then it is asked once a day."""
PING_INTERVAL: Final = 60.0
"""Seconds between two pings, unless it wants them otherwise."""
_LEAST_PING_INTERVAL, _PONG_WITHIN = 1.0, 20.0
"""Real seconds: a machine gets no faster where the site's time does."""


class Pulse:
    """When one backend hears of us without any news."""

    def __init__(self, keys: Keys) -> None:
        """`keys`: what it wants; `look_again` once that changes."""
        self._keys = keys
        self._changed = asyncio.Event()
        self._heard_at = clock.monotonic()

    def look_again(self) -> None:
        """It may want them more often now, or less."""
        self._changed.set()

    def heard(self) -> None:
        """It said something: whoever did that is there."""
        self._heard_at = clock.monotonic()

    async def beat(self, tell: Callable[[], None]) -> None:
        """Have a heartbeat told again and again."""
        while True:
            await self._between(lambda: max(LEAST_INTERVAL, self._keys.heartbeat or USUAL_INTERVAL))
            tell()

    async def ping(self, socket: ClientConnection) -> None:
        """See again and again that somebody is there, until the socket is closed.

        Raises BackendError where a ping is not answered.
        """
        try:
            while True:
                await self._between(self._between_pings, self._counts_as_ping)
                async with asyncio.timeout(
                    max(clock.real(self._between_pings() or 0), _PONG_WITHIN)
                ):
                    # Where nothing is taken any more, neither is a ping.
                    await (await socket.ping())
        except ConnectionClosed:
            return
        except TimeoutError as error:
            raise BackendError("backend_silent") from error

    def _between_pings(self) -> float | None:
        wanted = self._keys.ping
        if wanted == 0:
            return None  # OCPP-J 1.6, 5.4: none at all
        least = _LEAST_PING_INTERVAL * clock.factor()
        return max(least, PING_INTERVAL if wanted is None else float(wanted))

    def _counts_as_ping(self) -> float:
        """Since when none is needed: where it never said how often, whatever it says is as good."""
        return self._heard_at if self._keys.ping is None else 0.0

    async def _between(
        self, seconds: Callable[[], float | None], since: Callable[[], float] = lambda: 0.0
    ) -> None:
        """Wait for as long as it wants from now on, or `since` a later moment.

        Also where it changes its mind meanwhile.
        """
        began = clock.monotonic()
        while True:
            self._changed.clear()
            wanted, counts_from = seconds(), max(began, since())
            left = None if wanted is None else counts_from + wanted - clock.monotonic()
            if not await clock.happens(self._changed, left) and since() <= counts_from:
                return
