"""How often somebody we don't know may knock."""

from ... import clock

_MOST_ADDRESSES = 1000


class RateLimiter:
    """Lets each address through `per_minute` times a minute (a token bucket)."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._buckets: dict[str, tuple[float, float]] = {}

    def lets(self, address: str) -> bool:
        """Whether `address` may once more; counts as having done so."""
        now = clock.monotonic()
        left = self._left(address)
        self._buckets.pop(address, None)
        if len(self._buckets) >= _MOST_ADDRESSES:
            # Whoever knocked longest ago; dictionaries keep their order.
            del self._buckets[next(iter(self._buckets))]
        self._buckets[address] = (left - 1.0 if left >= 1.0 else left, now)
        return left >= 1.0

    def is_open(self, address: str) -> bool:
        """Whether `address` might go through now; counts as nothing."""
        return self._left(address) >= 1.0

    def _left(self, address: str) -> float:
        now = clock.monotonic()
        left, at = self._buckets.get(address, (self._most, now))
        return min(self._most, left + (now - at) * self._most / 60.0)
