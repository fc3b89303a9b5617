"""What a charger's handshake says: its id, its login, its certificate, its habits.

A charger's address is `ws://<host>:<port>/<anything>/<charge point id>`
(OCPP-J 1.6, section 3.1.1).
"""

import base64
import binascii
from typing import Final
from urllib.parse import unquote

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request

from .transport.certificates import Certificate
from .transport.connection import Credentials
from .transport.connection_habits import Habit
from .transport.connection_limits import GuardedConnection
from .versions import DIALECTS, choose, dialect_of, is_spoken

LONGEST_ID: Final = 48
_ID_CHARACTERS: Final = frozenset(" *-_=:+|@.,#()[]/&$!~")
DEMANDED: Final = f"The subprotocol {' or '.join(DIALECTS)} is demanded."
_MENDED: Final = "upgrade, mended"
"""What a handshake without `Connection: Upgrade` is taken to have said."""


def identity(path: str) -> str:
    """The charger's id: the last segment of the path, percent-decoded.

    Any prefix is fine, and so is a slash at the end. Raises ValueError, in words
    for an installer, where that is no id.
    """
    segment = path.partition("?")[0].rstrip("/").rpartition("/")[2]
    try:
        found = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("The charge point id is not UTF-8.") from None
    if not found.strip():
        raise ValueError("The address has to end in the charge point id.")
    if len(found) > LONGEST_ID:
        raise ValueError(f"The charge point id is longer than {LONGEST_ID} characters.")
    if not all(character.isalnum() or character in _ID_CHARACTERS for character in found):
        raise ValueError("The charge point id has characters that none may have.")
    return found


def credentials(request: Request) -> Credentials | None:
    """Name and password of basic authentication: raw bytes, not always UTF-8."""
    told = request.headers.get_all("Authorization")
    scheme, _, encoded = told[0].partition(" ") if len(told) == 1 else ("", "", "")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error, ValueError:
        return None
    name, colon, password = decoded.partition(b":")
    return Credentials(name, password) if colon else None


def certificate_of(socket: ServerConnection) -> Certificate | None:
    """The certificate that the other end has shown, and has the key of."""
    tls = socket.transport.get_extra_info("ssl_object")
    shown: bytes | None = None if tls is None else tls.getpeercert(binary_form=True)
    return None if shown is None else Certificate(shown)


def address_of(socket: ServerConnection) -> str:
    """Who is at the other end, behind its proxy if we trust that."""
    if isinstance(socket, GuardedConnection):
        return socket.address
    remote = socket.remote_address
    return str(remote[0]) if remote else ""


def offered_subprotocols(headers: Headers) -> list[str]:
    """The versions of OCPP that it asks for; some firmware asks for none, and speaks 1.6."""
    named = (
        name.strip()
        for line in headers.get_all("Sec-WebSocket-Protocol")
        for name in line.split(",")
    )
    return [name for name in named if name]


def unspoken(headers: Headers) -> str | None:
    """The versions that it asks for, where none of them is spoken here; else None."""
    offered = offered_subprotocols(headers)
    return ", ".join(offered) if offered and not any(map(is_spoken, offered)) else None


def agree_on_compression(
    socket: ServerConnection, headers: Headers, *, oldest: bool = False
) -> None:
    """Compress where the version demands it of a server (OCPP 2.0.1, part 4, 3.3), and it is offered."""
    chosen = choose(offered_subprotocols(headers), oldest=oldest)
    if isinstance(socket, GuardedConnection) and dialect_of(chosen).compresses:
        socket.may_compress()


def mend(headers: Headers) -> None:
    """Let in firmware that forgets a part of the handshake and means it all the same.

    `Connection: Upgrade` may be missing, and the list of subprotocols be empty.
    """
    if "Sec-WebSocket-Protocol" in headers and not offered_subprotocols(headers):
        del headers["Sec-WebSocket-Protocol"]
    wanted = {value.strip().casefold() for value in headers.get_all("Upgrade")}
    options = {
        option.strip().casefold()
        for line in headers.get_all("Connection")
        for option in line.split(",")
    }
    if "websocket" in wanted and "Sec-WebSocket-Key" in headers and "upgrade" not in options:
        headers["Connection"] = _MENDED


def habits_of(headers: Headers) -> frozenset[Habit]:
    """What a handshake shows of the firmware that made it."""
    shown = set()
    if "Sec-WebSocket-Protocol" not in headers:
        shown.add(Habit.NO_SUBPROTOCOL)
    if _MENDED in headers.get_all("Connection"):
        shown.add(Habit.NO_UPGRADE_HEADER)
    return frozenset(shown)
