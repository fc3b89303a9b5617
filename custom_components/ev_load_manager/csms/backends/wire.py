"""Dials a backend (OCPP-J 1.6, section 3), and says in words what came of it."""

import asyncio
import base64
from http import HTTPStatus
import logging
import ssl
from typing import Any, Final, override
from urllib.parse import quote, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, NegotiationError
from websockets.frames import DATA_OPCODES, Frame
from websockets.typing import Subprotocol

from ..transport.budget import CHARGER, Budget
from ..transport.harmless import plain_text
from ..transport.messages import MAX_FRAME_BYTES
from .settings import BackendSettings

SUBPROTOCOL: Final = "ocpp1.6"
ANSWERS_WITHIN: Final = 15.0
"""Seconds that a handshake may take."""
_CLOSES_WITHIN: Final = 3.0
_PIECE: Final = 4096
"""Bytes that are looked at before anybody can be hung up on."""
_MOST_AT_ONCE: Final = 200
"""Frames that come in one go."""
_MOST_UNREAD: Final = 2
"""Frames; each may be as long as frames are."""
_PATIENCE: Final = 5.0
"""Seconds of a charger's budget by which it may be overdrawn by frames that say nothing."""
_SOCKETS: Final = logging.getLogger(__name__).getChild("sockets")
# At DEBUG it would tell passwords.
_SOCKETS.setLevel(logging.CRITICAL)
_REDIRECTS: Final = frozenset({300, 301, 302, 303, 307, 308})


class BackendError(Exception):
    """A backend that can't be used; `key` and `placeholders` lead to the words for it."""

    def __init__(self, key: str, **placeholders: str) -> None:
        super().__init__(f"{key} {placeholders or ''}".rstrip())
        self.key = key
        self.placeholders = placeholders


class Guarded(ClientConnection):
    """Hangs up on who keeps this machine busy with frames that say nothing.

    Pings are answered within the library, and small frames are read by the thousand at once:
    no budget of ours sees them before they have held up what else is to be done, such as a cut.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        """Begin with nothing read."""
        super().__init__(*args, **more)
        self._idle = Budget(CHARGER)
        self._frames = 0

    @override
    def data_received(self, data: bytes) -> None:
        self._frames = 0
        for at in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            super().data_received(data[at : at + _PIECE])

    @override
    def process_event(self, event: Any) -> None:
        if isinstance(event, Frame):
            self._frames += 1
            says_nothing = event.opcode not in DATA_OPCODES or not event.fin
            if self._frames > _MOST_AT_ONCE or (
                says_nothing and self._idle.spend(frames=1, size=0) > _PATIENCE
            ):
                self.transport.abort()
                return
        super().process_event(event)


class _Connect(connect):
    """Goes nowhere but to the address that somebody entered: it brings a password along."""

    @override
    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


def address_of(settings: BackendSettings) -> str:
    """Where a backend expects its charger; raises BackendError."""
    try:
        parts = urlsplit(settings.url.strip())
        usable = parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.password or parts.query or parts.fragment:
        raise BackendError("backend_address")
    return f"{settings.url.strip().rstrip('/')}/{quote(settings.identity, safe='')}"


def place_of(settings: BackendSettings) -> tuple[str, str | None, int, str]:
    """What two ways of writing the same address have in common; raises BackendError."""
    parts = urlsplit(address_of(settings))
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    return parts.scheme, parts.hostname, port, parts.path


def make_context(settings: BackendSettings) -> ssl.SSLContext | None:
    """What TLS needs; reads files: for an executor. Raises BackendError."""
    if not address_of(settings).startswith("wss:"):
        return None
    try:
        context = ssl.create_default_context(cafile=settings.authority)
        if settings.certificate is not None:
            context.load_cert_chain(settings.certificate, settings.key)
    except (OSError, ValueError) as error:
        raise BackendError("backend_files", error=plain_text(str(error), 200)) from error
    return context


async def dial(settings: BackendSettings) -> ClientConnection:
    """Open a socket to a backend, which nobody pings by itself; raises BackendError."""
    address = address_of(settings)
    security: dict[str, Any] = {}
    context = await asyncio.to_thread(make_context, settings)
    if context is not None:
        security["ssl"] = context
    headers = {}
    if settings.password is not None:
        secret = f"{settings.identity}:{settings.password}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(secret).decode()}"
    try:
        socket = await _Connect(
            address,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            additional_headers=headers,
            create_connection=Guarded,
            user_agent_header=None,
            compression=None,
            open_timeout=ANSWERS_WITHIN,
            close_timeout=_CLOSES_WITHIN,
            ping_interval=None,
            max_size=MAX_FRAME_BYTES,
            # What comes faster than it is read waits in the network.
            max_queue=_MOST_UNREAD,
            logger=_SOCKETS,
            proxy=None,
            **security,
        )
    except Exception as error:
        raise _in_words(error) from error
    if socket.subprotocol != SUBPROTOCOL:
        await hang_up(socket, 1002, "no common version of OCPP")
        raise BackendError("backend_version")
    return socket


async def hang_up(socket: ClientConnection, code: int = 1000, reason: str = "") -> None:
    """Close a link within some seconds, also where the other side takes nothing any more.

    What waits to be sent would be waited for as long, which may be for ever.
    """
    try:
        async with asyncio.timeout(_CLOSES_WITHIN):
            await socket.close(code, reason)
    except TimeoutError:
        socket.transport.abort()


def _in_words(error: Exception) -> BackendError:
    """What went wrong, as far as it can be told without telling secrets."""
    match error:
        case InvalidStatus():
            return _refused(error)
        case NegotiationError():
            return BackendError("backend_version")
        case TimeoutError():
            return BackendError("backend_silent")
        case ssl.SSLCertVerificationError():
            return BackendError("backend_certificate", error=error.verify_message)
        case ssl.SSLError():
            return BackendError("backend_tls", error=plain_text(error.reason or str(error), 200))
        case OSError():
            told = error.strerror or str(error) or type(error).__name__
            return BackendError("backend_unreachable", error=plain_text(told, 200))
        case InvalidHandshake() | EOFError():
            return BackendError("backend_no_websocket")
        case ValueError():
            return BackendError("backend_address")
    return BackendError("backend_unreachable", error=plain_text(str(error), 200))


def _refused(error: InvalidStatus) -> BackendError:
    status = error.response.status_code
    if status in _REDIRECTS:
        return BackendError("backend_redirects")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return BackendError("backend_password", status=str(status))
    if status == HTTPStatus.NOT_FOUND:
        return BackendError("backend_identity")
    return BackendError("backend_refuses_link", status=str(status))
