"""Makes the connections of a listener: who may open one, and how fast it is read.

A flood must use up neither the machine's sockets nor the loop that cuts limits:

- A connection counts from the moment it is accepted, before TLS and before the first
  word. An address that opens too many is hung up on; where too many are open that
  have not said who they are, the address that has most of them loses its oldest: a
  charger says its id within seconds, and others' hurry does not push it out.
- What comes is read in small pieces, and the more slowly the more it is.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
import ssl
from typing import Any, Final, override

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import DATA_OPCODES, Frame

from ... import clock
from .budget import (
    CONNECTIONS_OF_AN_ADDRESS,
    STRANGER,
    STRANGERS_OF_AN_ADDRESS,
    Bucket,
    Budget,
    ByAddress,
    network_of,
)
from .forwarded import Proxies
from .refusals import Cause
from .tls_handshake import HANDSHAKE, Listening, cause_of

PIECE: Final = 1024
"""Bytes that are read at once: some 170 pings, a hundredth of a second."""
MOST_FRAGMENTS: Final = 1024
"""Parts of one message; the longest has 256 KiB."""
_READ_AT_ONCE: Final = 4096
_LAST_WORDS: Final = 16 * PIECE
_LONGEST_WAIT: Final = 5.0
"""Real seconds after which a socket is looked at again, to notice that it is lost."""
_TLS_WITHIN: Final = 10.0
_TLS_ENDS_WITHIN: Final = 2.0
MOST_OF_AN_ADDRESS: Final = 40
"""Connections of one address that have not said who they are."""


_COMPRESSION: Final = ServerPerMessageDeflateFactory(
    # A window is memory for as long as the socket is open.
    server_max_window_bits=10,
    client_max_window_bits=10,
    compress_settings={"memLevel": 4},
)


type Refuse = Callable[[Cause, str, str], None]
"""Somebody is refused: why, from which address, and what there is to say of it."""


class ConnectionLimits:
    """Makes the connections of one listener, and counts who hasn't come in yet."""

    def __init__(
        self, most: int, context: ssl.SSLContext | None = None, *, proxies: Proxies, refuse: Refuse
    ) -> None:
        """Let at most `most` be opening a connection at once; `context`: they speak TLS.

        `refuse` hears of everybody who is turned away before saying who it is.
        """
        self._most = most
        self.context = context
        self.refuse = refuse
        self._proxies = proxies
        self._standing: dict[GuardedConnection, str] = {}
        self.securing: set[asyncio.Task[None]] = set()
        """TLS handshakes that go on."""
        self._connections: ByAddress[Bucket] = ByAddress(lambda: Bucket(CONNECTIONS_OF_AN_ADDRESS))
        self.strangers: ByAddress[Budget] = ByAddress(lambda: Budget(STRANGERS_OF_AN_ADDRESS))

    def connection(self, *args: Any, **options: Any) -> ServerConnection:
        """Make a connection (for `websockets.serve`)."""
        return GuardedConnection(self, *args, **options)

    def enter(self, connection: GuardedConnection, address: str) -> bool:
        """Somebody opened a connection; False: hang up."""
        network = network_of(address)
        # Whose they are that come by a proxy is known, and counted, once it has said so.
        if not self._proxies.trusts(address):
            if not self._connections.of(address).takes(1.0):
                self.refuse(Cause.TOO_MANY, address, "")
                return False
            mine = [one for one, theirs in self._standing.items() if theirs == network]
            if len(mine) >= MOST_OF_AN_ADDRESS:
                self._show_out(mine[0])
        if len(self._standing) >= self._most:
            self._show_out(self._oldest_of_most())
        self._standing[connection] = network
        return True

    def recognise(self, connection: ServerConnection, headers: Headers) -> bool:
        """Find out whose connection it is that a proxy made; False: that one has too many."""
        if not isinstance(connection, GuardedConnection):
            return True
        client = self._proxies.client(connection.address, headers)
        if not self._proxies.trusts(connection.address) or client == connection.address:
            return True
        connection.address = client
        connection.spend_from(Budget(STRANGER), self.strangers.of(client))
        return self._connections.of(client).takes(1.0)

    def leave(self, connection: ServerConnection) -> None:
        """It said who it is, or went away."""
        if isinstance(connection, GuardedConnection):
            self._standing.pop(connection, None)

    async def closed(self) -> None:
        """Wait until nothing goes on here, once the listener is closed."""
        for connection in list(self._standing):
            connection.hang_up()
        if self.securing:
            await asyncio.wait(self.securing)

    def _oldest_of_most(self) -> GuardedConnection:
        heaviest, _ = Counter(self._standing.values()).most_common(1)[0]
        return next(one for one, network in self._standing.items() if network == heaviest)

    def _show_out(self, connection: GuardedConnection) -> None:
        del self._standing[connection]
        self.refuse(Cause.TOO_MANY, connection.address, "")
        connection.hang_up()


class GuardedConnection(ServerConnection):
    """A connection that is read no faster than its sender's budget allows."""

    def __init__(self, limits: ConnectionLimits, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.address = ""
        """Who is at the other end, behind its proxy if we trust that."""
        self.is_turned_away = False
        self._heard_of = False
        """It said anything at all."""
        self._connection_limits = limits
        self._raw: asyncio.Transport | None = None
        self._made = False
        self._unread = bytearray()
        self._frames = 0
        self._wire = 0
        """Bytes that came since the last frame of a message was whole."""
        self._unpacked = 0
        """Bytes by which what was read is longer than it was on the wire."""
        self._fragments = 0
        """Of a message of which the end hasn't come."""
        self._queue_is_full = False
        self._read_at = 0.0
        """When more may be read, on the loop's clock."""
        self._next_read: asyncio.Handle | None = None
        self._budgets: tuple[Budget, ...] = ()

    # Who it is

    def spend_from(self, *budgets: Budget) -> None:
        """From now on what comes is paid for from these."""
        self._budgets = budgets

    def hang_up(self) -> None:
        """Close at once, without a word."""
        if self._raw is not None:
            self._raw.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._raw = transport
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        if not self._connection_limits.enter(self, self.address):
            transport.abort()
            return
        self.spend_from(Budget(STRANGER), self._connection_limits.strangers.of(self.address))
        if self._connection_limits.context is None:
            self._begin(transport)
        else:
            task = self.loop.create_task(self._secure(self._connection_limits.context))
            self._connection_limits.securing.add(task)
            task.add_done_callback(self._connection_limits.securing.discard)

    async def _secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on.

        Not left to the listener, which would tell of nobody before the handshake is over.
        """
        raw = self._raw
        assert raw is not None
        if raw.is_closing():
            return  # it was shown out before its turn came
        listening: list[Listening] = []

        def listen() -> None:
            inner = raw.get_protocol()
            if not isinstance(inner, asyncio.BufferedProtocol):
                return  # it was shown out meanwhile
            listening.append(Listening(raw, inner))
            raw.set_protocol(listening[0])

        # Before TLS is told of its transport, and so before anything is read.
        self.loop.call_soon(listen)
        try:
            transport = await self.loop.start_tls(
                raw,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=_TLS_WITHIN,
                ssl_shutdown_timeout=_TLS_ENDS_WITHIN,
            )
        except OSError as error:  # of TLS, too, and where it takes too long
            transport = None
            if found := cause_of(error, bytes(listening[0].heard) if listening else b""):
                self._connection_limits.refuse(found[0], self.address, found[1])
        if transport is None or raw.is_closing():
            raw.abort()
            self._connection_limits.leave(self)
            return
        self._begin(transport)
        self._read_on()

    def _begin(self, transport: asyncio.Transport) -> None:
        """Let the WebSocket begin."""
        self._made = True
        # Only plain sockets have it; what TLS hands over at once is cut here.
        if hasattr(transport, "max_size"):
            transport.max_size = _READ_AT_ONCE
        super().connection_made(transport)
        self.recv_messages.pause = self._pause
        self.recv_messages.resume = self._resume

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._connection_limits.leave(self)
        self._unread.clear()
        if self._next_read is not None:
            self._next_read.cancel()
            self._next_read = None
        if not self._made:
            return
        super().connection_lost(exc)
        if self._heard_of and self.request is None and self._is_no_request:
            self._connection_limits.refuse(Cause.NO_WEBSOCKET, self.address, "")

    @property
    def _is_no_request(self) -> bool:
        """Whether it began with something that is no HTTP."""
        failure = self.protocol.handshake_exc
        return failure is not None and not isinstance(failure.__cause__ or failure, EOFError)

    @override
    def send_data(self) -> None:
        # All at once, and nothing to who is gone: for each word to it asyncio would
        # make a line in the log.
        data = self.protocol.data_to_send()
        if not data or self.transport.is_closing():
            return
        self.transport.write(b"".join(data))
        if b"" in data:  # the library's sign for the end
            if self.transport.can_write_eof():
                self.transport.write_eof()
            else:
                self.transport.close()

    def may_compress(self) -> None:
        """Compress messages if the other end offers that (RFC 7692); before it is accepted."""
        self.protocol.available_extensions = [_COMPRESSION]

    # How fast it is read

    @override
    def data_received(self, data: bytes) -> None:
        if not self._heard_of and data:
            self._heard_of = True
            if self._connection_limits.context is None and data[0] == HANDSHAKE:
                self._connection_limits.refuse(Cause.TLS_UNEXPECTED, self.address, "")
                self.hang_up()
                return
        self._unread += data
        if self._made and self._next_read is None and not self._queue_is_full:
            self._read_on()

    @override
    def eof_received(self) -> None:
        if not self._made:
            return
        if self._unread:
            # TLS tells of the end before what came ahead of it was read.
            super().data_received(bytes(self._unread[:_LAST_WORDS]))
            self._unread.clear()
        super().eof_received()

    @override
    def process_event(self, event: Any) -> None:
        # Pings and pongs are answered within the library, and are work, too.
        if isinstance(event, Frame):
            self._frames += 1
            if event.opcode in DATA_OPCODES:
                # What is compressed is as much work as it is long.
                self._unpacked += max(0, len(event.data) - self._wire)
                self._wire = 0
                self._fragments = 0 if event.fin else self._fragments + 1
            if self._fragments > MOST_FRAGMENTS:
                # Empty ones count against no size, and are kept until the message is whole.
                self.hang_up()
                return
        super().process_event(event)

    def _read_on(self) -> None:
        """Read one piece, and see when the next may be read."""
        self._next_read = None
        if self.transport.is_closing():
            self._unread.clear()
            return
        piece = bytes(self._unread[:PIECE])
        del self._unread[:PIECE]
        if piece:
            self._frames = self._unpacked = 0
            self._wire += len(piece)
            super().data_received(piece)
            size = len(piece) + self._unpacked
            wait = max(budget.spend(frames=self._frames, size=size) for budget in self._budgets)
            self._read_at = self.loop.time() + min(clock.real(wait), _LONGEST_WAIT)
        self._go_on()

    def _go_on(self) -> None:
        if self._queue_is_full:
            return
        if not self._unread and self._read_at <= self.loop.time():
            self.transport.resume_reading()
            return
        self.transport.pause_reading()
        # In a later turn of the loop in any case: others want to be heard, too.
        self._next_read = self.loop.call_at(self._read_at, self._read_on)

    def _pause(self) -> None:
        """Too many messages wait to be handled."""
        self._queue_is_full = True
        self.transport.pause_reading()

    def _resume(self) -> None:
        self._queue_is_full = False
        if self._next_read is None:
            self._go_on()
