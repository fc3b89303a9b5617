"""The listener: who connects, who may, and whose socket it is.

A charger's address is `ws://<host>:<port>/<anything>/<charge point id>`
(OCPP-J 1.6, section 3.1.1).
"""

import asyncio
import base64
import binascii
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
import logging
from ssl import SSLContext
from typing import Any
from urllib.parse import unquote

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from .. import clock
from . import budget, v16
from .budget import network_of
from .certificates import Certificate
from .charge_point import Authorize, ChargePoint, Save
from .connection_habits import Habit
from .doorway import Doorway
from .errors import Refusal
from .failed_logins import LoginBook
from .fault_log import RateLimitedLog
from .frames import MAX_FRAME_BYTES
from .id_tags import TagInfo, TagStatus
from .link import Link
from .transactions import TransactionIds
from .turnstile import Turnstile
from .unknown import UnknownCharger

__all__ = ["Authenticate", "CentralSystem", "UnknownCharger", "identity"]

_LOGGER = logging.getLogger(__name__)
# What a stranger does wrong in a handshake is his matter; ours is logged here.
_SOCKETS = _LOGGER.getChild("sockets")
_SOCKETS.setLevel(logging.CRITICAL)

MOST_UNKNOWN = 50
MOST_IN_DOORWAY = 400
KNOCKS_PER_MINUTE = 60
SECOND_SOCKETS_PER_MINUTE = 60
WRONG_PASSWORDS_PER_MINUTE = 20
_WAIT_FOR_ACCEPT = 50
LONGEST_ID = 48
_ID_CHARACTERS = frozenset(" *-_=:+|@.,#()[]/&$!~")
_MOST_ADDRESSES = 1000
_MENDED = "upgrade, mended"
"""What a handshake without `Connection: Upgrade` is taken to have said."""

type Authenticate = Callable[[str, bytes | None], bool]
"""Whether a charger may connect with that password (None: it sent none)."""


class CentralSystem:
    """Listens on one address and port, and knows chargers by their ids."""

    def __init__(
        self,
        host: str | None,
        port: int,
        *,
        transaction_ids: TransactionIds,
        authorize: Authorize | None = None,
        authenticate: Authenticate | None = None,
        save: Save | None = None,
        ssl: SSLContext | None = None,
    ) -> None:
        """Prepare to listen on `host` (None: everywhere) and `port` (0: any free one).

        `authorize` says whether an id tag may charge (default: every tag may).
        `authenticate` checks passwords (default: none is asked for; see
        `passwords.matches`). `save` is awaited before a start or stop of a
        transaction is answered; it has five seconds, and where it fails the
        charger gets its answer all the same. `ssl`: listen for wss:// instead of ws://.
        """
        self.port = port
        self.chargers: dict[str, ChargePoint] = {}
        self.unknown: dict[str, UnknownCharger] = {}
        self.logins = LoginBook()
        """Who had no right password."""
        self.second_sockets = LoginBook()
        """Who came with the id of a charger that is there."""
        self.own_certificate: bytes | None = None
        """What this end shows by TLS (DER): nobody else has it, whoever signed it."""
        self._host = host
        self._transaction_ids = transaction_ids
        self._authorize = authorize or (lambda _charger, _id_tag: TagInfo(TagStatus.ACCEPTED))
        self._authenticate = authenticate
        self._save = save or _save_nothing
        self._ssl = ssl
        self._faults = RateLimitedLog(_LOGGER)
        # Strangers must not use up the lines in which chargers' faults are told.
        self._strangers_faults = RateLimitedLog(_LOGGER)
        self._turnstile = Turnstile(KNOCKS_PER_MINUTE)
        self._second = Turnstile(SECOND_SOCKETS_PER_MINUTE)
        self._been_in: dict[tuple[str, str], None] = {}
        """Chargers with the addresses from which they came with the right password."""
        self._wrong_passwords = Turnstile(WRONG_PASSWORDS_PER_MINUTE)
        self._callbacks: list[Callable[[], None]] = []
        self._server: Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        self._doorway = Doorway(MOST_IN_DOORWAY, self._ssl)
        self._server = await serve(
            self._serve,
            self._host,
            self.port,
            process_request=self._admit,
            select_subprotocol=_select_subprotocol,
            compression=None,
            # `Link` looks after that: a pong is not the only sign of life.
            ping_interval=None,
            close_timeout=2.0,
            max_size=MAX_FRAME_BYTES,
            logger=_SOCKETS,
            # Nobody needs to know what we are made of.
            server_header=None,
            backlog=_WAIT_FOR_ACCEPT,
            create_connection=self._doorway.connection,  # type: ignore[arg-type]
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close every socket (1001, going away) and leave nothing behind."""
        if self._server is not None:
            self._server.close()
            try:
                async with asyncio.timeout(3.0):
                    await self._server.wait_closed()
            except TimeoutError:
                # Somebody opened a connection and never said a word.
                self._server.server.abort_clients()
                await self._server.wait_closed()
            self._server = None
            await self._doorway.closed()
        for charger in self.chargers.values():
            await charger.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def restart(self, ssl: SSLContext | None) -> None:
        """Listen anew, with or without TLS; every charger has to connect again.

        Raises OSError where somebody took the port meanwhile.
        """
        await self.stop()
        self._ssl = ssl
        await self.start()

    def check_again(self, charger_id: str) -> None:
        """Passwords changed: close a charger's socket that wouldn't be let in any more."""
        link = self.chargers[charger_id].link
        if link is not None and not self._proves(link):
            self._close(link, "prove who you are")

    def add(
        self, charger_id: str, state: Mapping[str, Any] | None = None, *, vouched: bool = False
    ) -> ChargePoint:
        """Accept a charger; one that waits on an open socket is used at once.

        `state` is what `ChargePoint.state` once returned. `vouched`: whoever waits
        is the charger, although it gave no password. Raises ValueError where the
        id is taken.
        """
        if charger_id in self.chargers:
            raise ValueError(f"charger {charger_id} is there already")
        charger = ChargePoint(
            charger_id,
            transaction_ids=self._transaction_ids,
            answer=v16.answer,
            authorize=self._authorize,
            save=self._save,
        )
        if state is not None:
            charger.restore(state)
        self.chargers[charger_id] = charger
        waiting = self.unknown.pop(charger_id, None)
        if waiting is not None:
            self._take_over(charger, waiting, vouched=vouched)
            self._unknown_changed()
        return charger

    async def remove(self, charger_id: str) -> None:
        """Forget a charger and close its socket; it may come back as an unknown one."""
        charger = self.chargers.pop(charger_id)
        if charger.link is not None:
            await charger.link.close(1000, "removed")
        await charger.close()

    def on_unknown_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when `unknown` changed; returns how to end that."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def _proves(self, link: Link) -> bool:
        """Whether a socket came with what its charger has to give."""
        return self._authenticate is None or self._authenticate(link.charger_id, link.password)

    def _take_over(self, charger: ChargePoint, waiting: UnknownCharger, *, vouched: bool) -> None:
        link = waiting.link
        if link is not None and not vouched and not self._proves(link):
            self._close(link, "prove who you are")
            return
        if waiting.booted:
            charger.identified(
                vendor=waiting.vendor,
                model=waiting.model,
                serial=waiting.serial,
                firmware=waiting.firmware,
            )
        if link is None:
            return
        self._trust(link)
        charger.attach(link, pending=True)
        for told in waiting.statuses.values():
            try:
                charger.answer(link, "StatusNotification", told)
            except Refusal as refusal:
                _LOGGER.debug("%s: %s", charger.id, refusal)

    # Handshake

    async def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        """Let a request in (None), or say why not."""
        address = _address(socket)
        try:
            charger_id = identity(request.path)
        except ValueError as error:
            return self._turn_away(socket, address, HTTPStatus.BAD_REQUEST, str(error))
        if is_foreign_page(request.headers):
            return self._turn_away(
                socket, address, HTTPStatus.FORBIDDEN, "No web page may play a charger."
            )
        _mend_upgrade(request.headers)
        offered = [
            name.strip()
            for line in request.headers.get_all("Sec-WebSocket-Protocol")
            for name in line.split(",")
        ]
        # Some firmware asks for none, and speaks OCPP 1.6.
        if offered and v16.SUBPROTOCOL not in offered:
            return self._turn_away(
                socket, address, HTTPStatus.BAD_REQUEST, "The subprotocol ocpp1.6 is demanded."
            )
        password = _password(request)
        if (response := self._ask_for_password(socket, charger_id, address, password)) is not None:
            return response
        certificate = _certificate(socket)
        if certificate is not None and not self._belongs_to(certificate, charger_id):
            self.logins.failed(charger_id, address)
            return self._turn_away(
                socket, address, HTTPStatus.FORBIDDEN, "The certificate is somebody else's."
            )
        if charger_id not in self.chargers:
            return self._admit_unknown(socket, charger_id, address)
        if self.chargers[charger_id].is_kept_out:
            return self._turn_away(
                socket, address, HTTPStatus.SERVICE_UNAVAILABLE, f"{charger_id} is being checked."
            )
        if not await self._may_replace(socket, charger_id):
            self.second_sockets.failed(charger_id, address)
            return self._turn_away(
                socket, address, HTTPStatus.CONFLICT, f"{charger_id} is connected already."
            )
        self.second_sockets.succeeded(charger_id, address)
        return None

    def _ask_for_password(
        self, socket: ServerConnection, charger_id: str, address: str, password: bytes | None
    ) -> Response | None:
        """Refuse who can't prove to be that charger, and who tries too often."""
        if self._authenticate is None:
            return None
        # Per charger, so that others behind the same address keep coming in.
        guesser = f"{address} {charger_id}"
        may_try = self._wrong_passwords.is_open(guesser)
        # Who guesses behind the address of the charger must not keep that one out.
        if (may_try or (charger_id, address) in self._been_in) and self._authenticate(
            charger_id, password
        ):
            self.logins.succeeded(charger_id, address)
            if password is not None:
                self._remember(charger_id, address)
            return None
        self.logins.failed(charger_id, address)
        if not self._wrong_passwords.lets(guesser):
            return self._turn_away(
                socket, address, HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong passwords."
            )
        response = self._turn_away(
            socket, address, HTTPStatus.UNAUTHORIZED, "Wrong or missing password."
        )
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
        return response

    def _remember(self, charger_id: str, address: str) -> None:
        """A charger came from there with the right password."""
        self._been_in.pop((charger_id, address), None)
        if len(self._been_in) >= _MOST_ADDRESSES:
            del self._been_in[next(iter(self._been_in))]
        self._been_in[charger_id, address] = None

    def _belongs_to(self, certificate: Certificate, charger_id: str) -> bool:
        """Whether a certificate may be that charger's.

        Its common name is the charger's id (whitepaper, A00.FR.413), or what the charger was
        let in with before. A name that nobody else has is a new charger's, or that
        of one which connects for the first time.
        """
        if certificate.der == self.own_certificate:
            return False
        if certificate.is_of(charger_id):
            return True
        charger = self.chargers.get(charger_id)
        if charger is not None and charger.certificate_name:
            return certificate.is_of(charger.certificate_name)
        return not any(
            certificate.is_of(other.id) or certificate.is_of(other.certificate_name)
            for other in self.chargers.values()
            if other.id != charger_id
        )

    def _admit_unknown(
        self, socket: ServerConnection, charger_id: str, address: str
    ) -> Response | None:
        if not self._turnstile.lets(address):
            return self._turn_away(
                socket, address, HTTPStatus.TOO_MANY_REQUESTS, "Too many unknown chargers."
            )
        known = self.unknown.get(charger_id)
        if known is None:
            if self._make_room(address):
                return None
            return self._turn_away(
                socket,
                address,
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Too many chargers wait to be added.",
            )
        if known.link is not None and known.link.address != address:
            return self._turn_away(
                socket, address, HTTPStatus.CONFLICT, f"{charger_id} is connected from elsewhere."
            )
        return None

    def _make_room(self, address: str) -> bool:
        """Have a place for somebody from `address`; whether there is one.

        Where all are taken, who left longest ago is forgotten; where nobody did, the
        address that has most of them gives one up, if it has more than this one would.
        """
        if len(self.unknown) < MOST_UNKNOWN:
            return True
        gone = [charger for charger in self.unknown.values() if not charger.connected]
        if gone:
            del self.unknown[min(gone, key=lambda charger: charger.last_seen).id]
            return True
        places = Counter(network_of(charger.address) for charger in self.unknown.values())
        heaviest, taken = places.most_common(1)[0]
        if taken <= places[network_of(address)] + 1:
            return False
        theirs = (one for one in self.unknown.values() if network_of(one.address) == heaviest)
        loses = max(theirs, key=lambda charger: charger.first_seen)
        del self.unknown[loses.id]
        if loses.link is not None:
            loses.link.owner = None
            self._close(loses.link, "others wait, too")
        return True

    async def _may_replace(self, socket: ServerConnection, charger_id: str) -> bool:
        """Whether a second socket of a charger may take the place of the first.

        It may if it proved that it is the charger's, or if nobody uses the first.
        """
        first = self.chargers[charger_id].link
        if first is None:
            return True
        if self._authenticate is not None and not self._authenticate(charger_id, None):
            return True  # it was asked for the password, and had it
        certificate = _certificate(socket)
        if certificate is not None and certificate == first.certificate:
            return True
        # To ask the first one is work for us and for the charger.
        return self._second.lets(_address(socket)) and not await first.is_in_use()

    def _turn_away(
        self, socket: ServerConnection, address: str, status: HTTPStatus, why: str
    ) -> Response:
        self._strangers_faults.warning(f"address {address}", "Turned away %s: %s", address, why)
        return socket.respond(status, f"{why}\n")

    # Sockets

    def _trust(self, link: Link) -> None:
        """A configured charger may say more than a stranger."""
        link.trust(budget.Budget(budget.CHARGER), self._faults)

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self._doorway.leave(socket)
        charger_id = identity(socket.request.path)
        known = charger_id in self.chargers
        link = Link(
            socket,
            charger_id,
            _address(socket),
            self._faults if known else self._strangers_faults,
            password=_password(socket.request),
            certificate=_certificate(socket),
            habits=_habits(socket.request.headers),
        )
        charger = self.chargers.get(charger_id)
        if charger is not None:
            self._trust(link)
            replaced = charger.attach(link)
        elif charger_id in self.unknown or self._make_room(link.address):
            replaced = self._welcome(link)
        else:
            return  # others were faster
        if replaced is not None:
            self._close(replaced)
        await link.serve()

    def _welcome(self, link: Link) -> Link | None:
        unknown = self.unknown.get(link.charger_id)
        if unknown is None:
            unknown = UnknownCharger(id=link.charger_id, changed=self._unknown_changed)
            self.unknown[link.charger_id] = unknown
        replaced = unknown.link
        if replaced is not None:
            replaced.owner = None
        unknown.address = link.address
        unknown.last_seen = clock.now()
        unknown.link = link
        link.owner = unknown
        self._unknown_changed()
        return replaced

    def _close(self, link: Link, why: str = "replaced") -> None:
        """Close a socket beside everything else: it may be dead."""
        task = asyncio.get_running_loop().create_task(link.close(1000, why))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _unknown_changed(self) -> None:
        for callback in tuple(self._callbacks):
            try:
                callback()
            except Exception:
                _LOGGER.exception("A change of unknown chargers can't be handled")


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


def _password(request: Request) -> bytes | None:
    """The password of basic authentication: raw bytes, not always UTF-8."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except binascii.Error, ValueError:
        return None
    _, colon, password = decoded.partition(b":")
    return password if colon else None


def _certificate(socket: ServerConnection) -> Certificate | None:
    """The certificate that the other end has shown, and has the key of."""
    tls = socket.transport.get_extra_info("ssl_object")
    shown: bytes | None = None if tls is None else tls.getpeercert(binary_form=True)
    return None if shown is None else Certificate(shown)


def _address(socket: ServerConnection) -> str:
    remote = socket.remote_address
    return str(remote[0]) if remote else ""


def _select_subprotocol(
    _socket: ServerConnection, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    """The one that is spoken here; none where none was asked for (RFC 6455, 4.2.2)."""
    return Subprotocol(v16.SUBPROTOCOL) if offered else None


def is_foreign_page(headers: Headers) -> bool:
    """Whether a web page of elsewhere opens the socket (RFC 6455, 10.2).

    Browsers say where a page comes from, and let it say nothing else. Chargers send
    no origin, or one that is no page's: `file://` is known of a client library.
    """
    for origin in headers.get_all("Origin"):
        scheme, _, host = origin.strip().casefold().partition("://")
        if scheme == "null":
            return True
        if scheme in ("http", "https") and host != headers.get("Host", "").strip().casefold():
            return True
    return False


def _mend_upgrade(headers: Headers) -> None:
    """Let in firmware that forgets `Connection: Upgrade` and means it all the same."""
    wanted = {value.strip().casefold() for value in headers.get_all("Upgrade")}
    options = {
        option.strip().casefold()
        for line in headers.get_all("Connection")
        for option in line.split(",")
    }
    if "websocket" in wanted and "Sec-WebSocket-Key" in headers and "upgrade" not in options:
        headers["Connection"] = _MENDED


def _habits(headers: Headers) -> frozenset[Habit]:
    """What a handshake shows of the firmware that made it."""
    shown = set()
    if "Sec-WebSocket-Protocol" not in headers:
        shown.add(Habit.NO_SUBPROTOCOL)
    if _MENDED in headers.get_all("Connection"):
        shown.add(Habit.NO_UPGRADE_HEADER)
    return frozenset(shown)


async def _save_nothing(_charger: ChargePoint) -> None:
    """Store nothing: where no store was given."""
