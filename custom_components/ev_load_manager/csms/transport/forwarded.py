"""Whose connection it is that comes by a reverse proxy."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from websockets.datastructures import Headers

from .budget import host_of

type Network = IPv4Network | IPv6Network
_FORWARDED_FOR: Final = "X-Forwarded-For"


class Proxies:
    """The reverse proxies that are believed when they say for whom they connect."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def trusts(self, address: str) -> bool:
        """Whether a proxy of ours has this address."""
        host = host_of(address)
        return host is not None and self._has(host)

    def client(self, peer: str, headers: Headers) -> str:
        """Who is behind a connection from `peer`; `peer` itself where nobody trusted says.

        As Home Assistant reads it: from the right, the first address that is no proxy of
        ours, since whatever stands further left anybody may have written.
        """
        if not self.trusts(peer):
            return peer
        told = [
            part.strip() for line in headers.get_all(_FORWARDED_FOR) for part in line.split(",")
        ]
        found = peer
        for part in reversed(told):
            host = host_of(part)
            if host is None:
                # Not written by a proxy that we know the ways of.
                return found
            found = str(host)
            if not self._has(host):
                return found
        return found

    def _has(self, host: IPv4Address | IPv6Address) -> bool:
        return any(host in network for network in self._trusted)
