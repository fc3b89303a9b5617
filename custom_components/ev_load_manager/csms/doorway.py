"""Connections that were opened and have not yet said who they are.

A flood of them must not use up the machine's sockets. Where too many stand in
the doorway, the one that has stood there longest is shown out: a charger says
its id within milliseconds, and whoever is silent has no business here.
"""

import asyncio
from typing import Any, override

from websockets.asyncio.server import ServerConnection


class Doorway:
    """Makes the connections of one listener, and counts who hasn't come in yet."""

    def __init__(self, most: int) -> None:
        """Let at most `most` stand in the doorway at once."""
        self._most = most
        self._standing: dict[_Connection, None] = {}

    def connection(self, *args: Any, **options: Any) -> ServerConnection:
        """Make a connection (for `websockets.serve`)."""
        connection = _Connection(*args, **options)
        connection.doorway = self
        return connection

    def enter(self, connection: _Connection) -> None:
        """Somebody opened a connection."""
        if len(self._standing) >= self._most:
            longest = next(iter(self._standing))
            del self._standing[longest]
            longest.transport.abort()
        self._standing[connection] = None

    def leave(self, connection: ServerConnection) -> None:
        """He said who he is, or went away."""
        if isinstance(connection, _Connection):
            self._standing.pop(connection, None)


class _Connection(ServerConnection):
    """A connection that tells the doorway when it comes and goes."""

    doorway: Doorway

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.doorway.enter(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.doorway.leave(self)
        super().connection_lost(exc)
