"""A fault is worth a line a minute, not a line a frame."""

from collections import deque
import logging

from ... import clock
from .harmless import plain_text
from .masking import masked_text

INTERVAL = 60.0
MOST_LINES = 10
"""Of all keys together, in one interval: a log that is flooded tells nothing."""
_MOST_KEYS = 1000


class RateLimitedLog:
    """Logs at most one line per key (a charger, an address) and minute, and ten in all."""

    def __init__(self, logger: logging.Logger, interval: float = INTERVAL) -> None:
        """Write to `logger`, per key once in `interval` seconds."""
        self._logger = logger
        self._interval = interval
        self._last: dict[str, tuple[float, int]] = {}
        self._lines: deque[float] = deque(maxlen=MOST_LINES)
        self._left_out = 0

    def warning(self, key: str, message: str, *args: object, exc_info: bool = False) -> None:
        """Log a warning about `key`, or count it where there was one lately."""
        # Nobody else's words may look like a line of ours, or tell a secret.
        args = tuple(plain_text(masked_text(arg)) if isinstance(arg, str) else arg for arg in args)
        now = clock.monotonic()
        at, missed = self._last.get(key, (None, 0))
        if at is not None and now - at < self._interval:
            self._last[key] = (at, missed + 1)
            self._logger.debug(message, *args)
            return
        if len(self._last) >= _MOST_KEYS:
            self._last = {k: v for k, v in self._last.items() if now - v[0] < self._interval}
        if len(self._last) >= _MOST_KEYS and key not in self._last:
            return  # a thousand faulty addresses in a minute are no news
        self._last[key] = (now, 0)
        if len(self._lines) == MOST_LINES and now - self._lines[0] < self._interval:
            self._left_out += 1
            self._logger.debug(message, *args)
            return
        self._lines.append(now)
        missed, self._left_out = missed + self._left_out, 0
        if missed:
            message, args = f"{message} (and %d more since the last line)", (*args, missed)
        self._logger.warning(message, *args, exc_info=exc_info)
