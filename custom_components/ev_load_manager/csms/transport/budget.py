"""How much may come over a socket, and how often an address may connect.

Token buckets: so much at once, then so much each second. Whoever sends more is not
disconnected but read more slowly, which costs it nothing but patience: a charger
that has a night's messages to tell loses none of them.

Seconds are the integration's, so that a site that runs faster may say more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from ... import clock

_MOST_ADDRESSES: Final = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """What a bucket holds."""

    burst: float
    """At once."""
    per_second: float
    """Afterwards."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one socket, or all of an address, may send."""

    frames: Rate
    """Messages, pings and all other frames."""
    size: Rate
    """Bytes."""


CHARGER: Final = Allowance(Rate(100.0, 20.0), Rate(1_000_000.0, 100_000.0))
"""A configured charger. One with four outlets and values each second sends some five frames."""
STRANGER: Final = Allowance(Rate(30.0, 2.0), Rate(64_000.0, 8_000.0))
"""Who has not been added, or has not yet said who it is."""
STRANGERS_OF_AN_ADDRESS: Final = Allowance(Rate(120.0, 10.0), Rate(400_000.0, 40_000.0))
CONNECTIONS_OF_AN_ADDRESS: Final = Rate(300.0, 20.0)
"""Handshakes. Two hundred chargers may come back at once through one proxy."""


class Bucket:
    """One token bucket; may be overdrawn, which has to be waited for."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at = clock.monotonic()

    def take(self, amount: float) -> float:
        """Take so much; seconds until it would have been there."""
        self._fill()
        self._left -= amount
        return max(0.0, -self._left / self._rate.per_second)

    def takes(self, amount: float) -> bool:
        """Take so much if it is there; whether it was."""
        self._fill()
        if self._left < amount:
            return False
        self._left -= amount
        return True

    @property
    def is_full(self) -> bool:
        """Whether nothing was taken for long: it might as well be a new one."""
        self._fill()
        return self._left >= self._rate.burst

    def _fill(self) -> None:
        now = clock.monotonic()
        self._left = min(self._rate.burst, self._left + (now - self._at) * self._rate.per_second)
        self._at = now


class Budget:
    """What one socket may send, or all sockets of one address together."""

    __slots__ = ("_frames", "_size")

    def __init__(self, allowance: Allowance) -> None:
        self._frames = Bucket(allowance.frames)
        self._size = Bucket(allowance.size)

    def spend(self, *, frames: int, size: int) -> float:
        """Something came; seconds until more should be read."""
        return max(self._frames.take(frames), self._size.take(size))

    @property
    def is_full(self) -> bool:
        """Whether nothing came for long."""
        return self._frames.is_full and self._size.is_full


class ByAddress[T: (Bucket, Budget)]:
    """Something for each address that was heard of lately."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] = make
        self._known: dict[str, T] = {}

    def of(self, address: str) -> T:
        """The one of an address."""
        key = network_of(address)
        found = self._known.pop(key, None)
        if found is None:
            found = self._make()
        if len(self._known) >= _MOST_ADDRESSES:
            self._known = {k: v for k, v in self._known.items() if not v.is_full}
        if len(self._known) >= _MOST_ADDRESSES:
            # Who was heard of longest ago; dictionaries keep their order.
            del self._known[next(iter(self._known))]
        self._known[key] = found
        return found


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 each host has a whole network of them."""
    host = host_of(address)
    if host is None:
        return address
    if isinstance(host, IPv6Address):
        return str(ip_network((host, 64), strict=False))
    return str(host)


def host_of(address: str) -> IPv4Address | IPv6Address | None:
    """An address as numbers; IPv4 within IPv6 is IPv4. None where it is none."""
    try:
        host = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(host, IPv6Address) and host.ipv4_mapped is not None:
        return host.ipv4_mapped
    return host
