"""Whether a web page opens a socket (RFC 6455, 10.2).

Browsers say where a page comes from, and let it say nothing else. Chargers send no
origin, or one that a client library made of the address that it dials.
"""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from websockets.datastructures import Headers

_OF_HOUSES: Final = ("local", "localhost", "lan", "home", "internal", "home.arpa")
"""Domains of local networks: nobody can register a name in them (RFC 6761, 6762, 8375)."""


def is_foreign_page(headers: Headers, *, over_tls: bool) -> bool:
    """Whether a web page of elsewhere opens a socket; `over_tls`: it is a wss:// one.

    A page whose own name was made to lead here dials that name, so that its origin is
    the address that it dials. Nobody can do that with an address of numbers, with a
    name of a local network, or where TLS has proved the name.
    """
    hosts = headers.get_all("Host")
    dialled = _place(hosts[0]) if len(hosts) == 1 else None
    for origin in headers.get_all("Origin"):
        scheme, _, told = origin.strip().casefold().partition("://")
        if scheme == "null":
            return True
        # Such as file://, which is known of a client library.
        if scheme in ("http", "https") and not _is_same(_place(told), dialled):
            return True
        if scheme in ("http", "https") and not (over_tls or _is_of_a_house(dialled)):
            return True
    return False


type _Place = tuple[str, int | None] | None
"""A host, and its port if one was named; None where it can't be read."""


def _place(text: str) -> _Place:
    try:
        parts = urlsplit(f"//{text.strip().casefold()}")
        port = parts.port
    except ValueError:
        return None
    return (parts.hostname or "", port)


def _is_same(one: _Place, other: _Place) -> bool:
    """Whether hosts are the same, and ports where both name one: some libraries leave it out."""
    if one is None or other is None or one[0] != other[0]:
        return False
    return one[1] == other[1] or None in (one[1], other[1])


def _is_of_a_house(place: _Place) -> bool:
    """Whether no stranger can have a name there that leads here."""
    if place is None:
        return False
    try:
        ip_address(place[0])
    except ValueError:
        name = place[0].rstrip(".")
        return "." not in name or name.endswith(tuple(f".{domain}" for domain in _OF_HOUSES))
    return True
