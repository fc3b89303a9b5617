"""The listener: who connects, who may, and whose socket it is.

A charger's address is `ws://<host>:<port>/<anything>/<charge point id>`
(OCPP-J 1.6, section 3.1.1).
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
import logging
from ssl import SSLContext
from typing import Final

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from .charge_point.charge_point import Authorize, ChargePoint, FullDialect, Save, StoredState
from .dialect import TagInfo, TagStatus
from .handshake import (
    DEMANDED,
    address_of,
    agree_on_compression,
    certificate_of,
    credentials,
    habits_of,
    identity,
    mend,
    offered_subprotocols,
    unspoken,
)
from .pending_charger import PendingCharger, who_gives_way
from .transactions import TransactionIds
from .transport import budget
from .transport.certificates import Certificate, doubts
from .transport.connection import Credentials, Link
from .transport.connection_limits import ConnectionLimits, GuardedConnection
from .transport.errors import Refusal
from .transport.failed_logins import KnownAddresses, LoginBook
from .transport.fault_log import RateLimitedLog
from .transport.forwarded import Network, Proxies
from .transport.harmless import plain_text
from .transport.masking import MASK, masked_text
from .transport.messages import MAX_FRAME_BYTES
from .transport.origin import is_foreign_page
from .transport.rate_limiter import RateLimiter
from .transport.refusals import CERTIFICATES, LOGINS, WITHOUT_A_NAME, Cause, RefusalBook
from .versions import OLDEST, Versions, choose, dialect_of

__all__ = ["Authenticate", "CentralSystem", "PendingCharger", "identity"]

_LOGGER = logging.getLogger(__name__)
# What a stranger does wrong in a handshake is its own matter; ours is logged here.
_SOCKETS = _LOGGER.getChild("sockets")
_SOCKETS.setLevel(logging.CRITICAL)

MOST_UNKNOWN = 50
MOST_OPENING = 400
KNOCKS_PER_MINUTE = 60
SECOND_SOCKETS_PER_MINUTE = 60
WRONG_PASSWORDS_PER_MINUTE = 20
_WAIT_FOR_ACCEPT = 50
_LONGEST_DETAIL = 250

_STATUS: Final = {
    Cause.ADDRESS: HTTPStatus.BAD_REQUEST,
    Cause.CHECKED: HTTPStatus.SERVICE_UNAVAILABLE,
    Cause.ELSEWHERE: HTTPStatus.CONFLICT,
    Cause.PASSWORD: HTTPStatus.UNAUTHORIZED,
    Cause.SECOND_SOCKET: HTTPStatus.CONFLICT,
    Cause.SUBPROTOCOL: HTTPStatus.BAD_REQUEST,
    Cause.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Cause.USER_NAME: HTTPStatus.UNAUTHORIZED,
}
"""What a refusal is in HTTP; else it is forbidden."""

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
        proxies: Iterable[Network] = (),
    ) -> None:
        """Prepare to listen on `host` (None: everywhere) and `port` (0: any free one).

        `authorize` says whether an id tag may charge (default: every tag may).
        `authenticate` checks passwords (default: none is asked for; see
        `passwords.matches`). `save` is awaited before a start or stop of a
        transaction is answered; it has five seconds, and where it fails the
        charger gets its answer all the same. `ssl`: listen for wss:// instead of ws://.
        `proxies`: reverse proxies that are believed when they say for whom they connect.
        """
        self.port = port
        self.chargers: dict[str, ChargePoint] = {}
        self.unknown: dict[str, PendingCharger] = {}
        self.logins = LoginBook()
        """Who could not prove to be a charger that was added."""
        self.second_sockets = LoginBook()
        """Who came with the id of a charger that is there."""
        self.refusals = RefusalBook()
        """Who else was refused."""
        self.own_certificate: bytes | None = None
        """What this end shows by TLS (DER): nobody else has it, whoever signed it."""
        self._host = host
        self._transaction_ids = transaction_ids
        self._authorize = authorize or (lambda _charger, _id_tag: TagInfo(TagStatus.ACCEPTED))
        self._authenticate = authenticate
        self._save = save or _save_nothing
        self._ssl = ssl
        self._proxies = Proxies(proxies)
        self._faults = RateLimitedLog(_LOGGER)
        # Strangers must not use up the lines in which chargers' faults are told.
        self._strangers_faults = RateLimitedLog(_LOGGER)
        self._versions = Versions(self._met, self._strangers_faults, self._close)
        self._rate_limiter = RateLimiter(KNOCKS_PER_MINUTE)
        self._second = RateLimiter(SECOND_SOCKETS_PER_MINUTE)
        self._been_in = KnownAddresses()
        self._wrong_passwords = RateLimiter(WRONG_PASSWORDS_PER_MINUTE)
        self._callbacks: list[Callable[[], None]] = []
        self._server: Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        self._connection_limits = ConnectionLimits(
            MOST_OPENING, self._ssl, proxies=self._proxies, refuse=self._refuse_stranger
        )
        self._server = await serve(
            self._serve,
            self._host,
            self.port,
            process_request=self._admit,
            process_response=self._notice_refusal,
            select_subprotocol=self._agree,
            compression=None,
            # `Link` looks after that: a pong is not the only sign of life.
            ping_interval=None,
            close_timeout=2.0,
            max_size=MAX_FRAME_BYTES,
            logger=_SOCKETS,
            # Nobody needs to know what we are made of.
            server_header=None,
            backlog=_WAIT_FOR_ACCEPT,
            create_connection=self._connection_limits.connection,  # type: ignore[arg-type]
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
            await self._connection_limits.closed()
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
        """What it has to prove changed: close a socket that wouldn't be let in any more."""
        link = self.chargers[charger_id].link
        if link is not None and (cause := self._unproven(link)) is not None:
            self._show_out(link, cause)

    def add(
        self,
        charger_id: str,
        state: StoredState | None = None,
        *,
        vouched: bool = False,
        certificate_name: str | None = None,
    ) -> ChargePoint:
        """Accept a charger; one that waits on an open socket is used at once.

        `state` is what `ChargePoint.state` once returned. `vouched`: whoever waits is the
        charger, although it gave no password. `certificate_name`: what its certificate is
        issued to, where that is not its id. Raises ValueError where the id is taken.
        """
        if charger_id in self.chargers:
            raise ValueError(f"charger {charger_id} is there already")
        charger = ChargePoint(
            charger_id,
            transaction_ids=self._transaction_ids,
            dialect=dialect_of(None),
            authorize=self._authorize,
            save=self._save,
        )
        if state is not None:
            charger.restore(state)
        charger.certificate_name = certificate_name
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

    def _met(self, charger_id: str) -> ChargePoint | PendingCharger | None:
        return self.chargers.get(charger_id) or self.unknown.get(charger_id)

    def _unproven(self, link: Link, *, vouched: bool = False) -> Cause | None:
        """What a socket did not come with that its charger has to give; None: all of it.

        `vouched`: it needs no password this time.
        """
        cause = self.doubts(link.certificate, link.charger_id)
        if cause is not None or vouched:
            return cause
        return self._check(link.charger_id, link.credentials)

    def _check(self, charger_id: str, given: Credentials | None) -> Cause | None:
        """What is wrong with a login; None where it is right, or none is asked for."""
        if self._authenticate is None or self._authenticate(charger_id, None):
            return None
        if not self._authenticate(charger_id, None if given is None else given.password):
            return Cause.PASSWORD
        charger = self.chargers.get(charger_id)
        if charger is None or given is None or charger.takes_login_name(given.name):
            return None
        return Cause.USER_NAME

    def _show_out(self, link: Link, cause: Cause) -> None:
        """Close a socket whose charger has to prove who it is."""
        shown = link.certificate if cause in CERTIFICATES else None
        self.refuse(cause, link.address, link.charger_id, LOGINS[cause], certificate=shown)
        self._close(link, "prove who you are")

    def _take_over(self, charger: ChargePoint, waiting: PendingCharger, *, vouched: bool) -> None:
        link = waiting.link
        if link is not None and (cause := self._unproven(link, vouched=vouched)) is not None:
            self._show_out(link, cause)
            return
        charger.habits |= waiting.habits
        if waiting.booted:
            charger.identified(**waiting.identity)
        if link is None:
            return
        self._trust(link)
        charger.attach(link, pending=True)
        for action, told in waiting.statuses.values():
            try:
                charger.answer(link, action, told)
            except Refusal as refusal:
                _LOGGER.debug("%s: %s", charger.id, refusal)

    # Handshake

    async def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        """Let a request in (None), or say why not."""
        if not self._connection_limits.recognise(socket, request.headers):
            return self._turn_away(socket, Cause.TOO_MANY, "Too many connections.")
        address = address_of(socket)
        try:
            charger_id = identity(request.path)
        except ValueError as error:
            return self._turn_away(socket, Cause.ADDRESS, str(error), detail=request.path)
        over_tls = socket.transport.get_extra_info("ssl_object") is not None
        if is_foreign_page(request.headers, over_tls=over_tls):
            return self._turn_away(
                socket,
                Cause.WEB_PAGE,
                "No web page may play a charger.",
                detail=request.headers.get_all("Origin")[0],
            )
        mend(request.headers)
        if (others := unspoken(request.headers)) is not None:
            return self._turn_away(socket, Cause.SUBPROTOCOL, DEMANDED, charger_id, detail=others)
        agree_on_compression(
            socket, request.headers, oldest=self._versions.in_older_words(charger_id)
        )
        given = credentials(request)
        if (response := self._ask_for_password(socket, charger_id, address, given)) is not None:
            return response
        certificate = certificate_of(socket)
        if certificate is not None and (doubt := self.doubts(certificate, charger_id)) is not None:
            return self._turn_away(
                socket, doubt, LOGINS[doubt], charger_id, certificate=certificate
            )
        if charger_id not in self.chargers:
            return self._admit_unknown(socket, charger_id, address)
        if self.chargers[charger_id].is_kept_out:
            return self._turn_away(
                socket, Cause.CHECKED, f"{charger_id} is being checked.", charger_id
            )
        if not await self._may_replace(socket, charger_id):
            return self._turn_away(
                socket, Cause.SECOND_SOCKET, f"{charger_id} is connected already.", charger_id
            )
        return None

    def _ask_for_password(
        self, socket: ServerConnection, charger_id: str, address: str, given: Credentials | None
    ) -> Response | None:
        """Refuse who can't prove to be that charger, and who tries too often."""
        if self._authenticate is None:
            return None
        # Per charger, so that others behind the same address keep coming in.
        guesser = f"{address} {charger_id}"
        cause: Cause | None = Cause.PASSWORD
        # Who guesses behind the address of the charger must not keep that one out.
        if self._wrong_passwords.is_open(guesser) or self._been_in.has(charger_id, address):
            cause = self._check(charger_id, given)
        if cause is None:
            if given is not None:
                self._been_in.add(charger_id, address)
                charger = self.chargers.get(charger_id)
                if charger is not None and not self._authenticate(charger_id, None):
                    charger.logged_in_as(given.name)
            return None
        if not self._wrong_passwords.lets(guesser):
            return self._turn_away(
                socket,
                cause,
                "Too many wrong passwords.",
                charger_id,
                status=HTTPStatus.TOO_MANY_REQUESTS,
            )
        detail = ""
        if cause is Cause.USER_NAME and given is not None:
            # Some installers enter the secret in both fields.
            is_secret = self._authenticate(charger_id, given.name)
            detail = MASK if is_secret else given.name.decode(errors="replace")
        response = self._turn_away(socket, cause, LOGINS[cause], charger_id, detail=detail)
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
        return response

    def doubts(self, certificate: Certificate | None, charger_id: str) -> Cause | None:
        """Why a certificate that was shown is not that charger's; None: it is.

        With a name that nobody has, one that nobody has added yet may wait, and people are
        asked about it when they add that.
        """
        if certificate is None:
            return None
        names = {charger.id: charger.certificate for charger in self.chargers.values()}
        return doubts(certificate, charger_id, names, own=self.own_certificate)

    def _admit_unknown(
        self, socket: ServerConnection, charger_id: str, address: str
    ) -> Response | None:
        if not self._rate_limiter.lets(address):
            return self._turn_away(socket, Cause.TOO_MANY, "Too many unknown chargers.")
        known = self.unknown.get(charger_id)
        if known is None:
            if self._make_room(address):
                return None
            return self._turn_away(
                socket,
                Cause.TOO_MANY,
                "Too many chargers wait to be added.",
                status=HTTPStatus.SERVICE_UNAVAILABLE,
            )
        if known.link is not None and known.link.address != address:
            return self._turn_away(
                socket,
                Cause.ELSEWHERE,
                f"{charger_id} is connected from elsewhere.",
                charger_id,
                detail=known.link.address,
            )
        return None

    def _make_room(self, address: str) -> bool:
        """Have a place for somebody from `address`; whether there is one."""
        if len(self.unknown) < MOST_UNKNOWN:
            return True
        loses = who_gives_way(self.unknown.values(), address)
        if loses is None:
            return False
        del self.unknown[loses.id]
        if loses.link is not None:
            loses.link.owner = None
            self.refuse(Cause.TOO_MANY, loses.address, "", "Too many chargers wait to be added.")
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
        certificate = certificate_of(socket)
        if certificate is not None and certificate == first.certificate:
            return True
        # To ask the first one is work for us and for the charger.
        return self._second.lets(address_of(socket)) and not await first.is_in_use()

    def _turn_away(
        self,
        socket: ServerConnection,
        cause: Cause,
        why: str,
        charger_id: str = "",
        *,
        status: HTTPStatus | None = None,
        detail: str = "",
        certificate: Certificate | None = None,
    ) -> Response:
        self.refuse(
            cause, address_of(socket), charger_id, why, detail=detail, certificate=certificate
        )
        if isinstance(socket, GuardedConnection):
            socket.is_turned_away = True
        return socket.respond(status or _STATUS.get(cause, HTTPStatus.FORBIDDEN), f"{why}\n")

    def refuse(
        self,
        cause: Cause,
        address: str,
        charger_id: str,
        why: str,
        *,
        detail: str = "",
        certificate: Certificate | None = None,
    ) -> None:
        """Tell of a refusal: a line a minute in the log, and an entry in a book."""
        if certificate is not None:
            detail = certificate.name
        detail = plain_text(masked_text(detail), _LONGEST_DETAIL)
        if cause is Cause.CHECKED:
            # Somebody waits for it, and sees it: nothing is wrong with the charger.
            _LOGGER.debug("Turned away %s: %s", address, plain_text(why))
            return
        self._strangers_faults.warning(
            f"address {address}",
            "Turned away %s: %s",
            address,
            f"{why} ({detail})" if detail else why,
        )
        is_added = charger_id in self.chargers
        if is_added and cause is Cause.SECOND_SOCKET:
            self.second_sockets.failed(charger_id, address)
        elif is_added and cause in LOGINS:
            self.logins.failed(charger_id, address, cause, detail, certificate)
        else:
            self.refusals.note(cause, address, charger_id, detail)

    def _refuse_stranger(self, cause: Cause, address: str, detail: str) -> None:
        """Somebody was turned away before saying who it is."""
        self.refuse(cause, address, "", WITHOUT_A_NAME[cause], detail=detail)

    def _notice_refusal(
        self, socket: ServerConnection, request: Request, response: Response
    ) -> None:
        """Tell of what is no WebSocket handshake, which the library refuses by itself."""
        if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            return
        if isinstance(socket, GuardedConnection) and socket.is_turned_away:
            return
        self.refuse(
            Cause.NO_WEBSOCKET,
            address_of(socket),
            "",
            WITHOUT_A_NAME[Cause.NO_WEBSOCKET],
            detail=f"HTTP {response.status_code} {response.reason_phrase}",
        )

    # Sockets

    def _trust(self, link: Link) -> None:
        """A configured charger may say more than a stranger."""
        link.trust(budget.Budget(budget.CHARGER), self._faults)

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self._connection_limits.leave(socket)
        charger_id = identity(socket.request.path)
        known = charger_id in self.chargers
        agreed = dialect_of(socket.subprotocol)
        link = Link(
            socket,
            charger_id,
            address_of(socket),
            self._faults if known else self._strangers_faults,
            credentials=credentials(socket.request),
            certificate=certificate_of(socket),
            dialect=OLDEST if self._versions.in_older_words(charger_id) else agreed,
            habits=habits_of(socket.request.headers),
        )
        self._versions.listen(link, agreed, offered_subprotocols(socket.request.headers))
        charger = self.chargers.get(charger_id)
        if charger is not None:
            # What it has to prove may have changed since its handshake began.
            if (cause := self._unproven(link)) is not None:
                self._show_out(link, cause)
                return
            self._came_in(link)
            self._trust(link)
            replaced = charger.attach(link)
        elif charger_id in self.unknown or self._make_room(link.address):
            replaced = self._welcome(link)
        else:  # others were faster
            self.refuse(Cause.TOO_MANY, link.address, "", "Too many chargers wait to be added.")
            return
        if replaced is not None:
            self._close(replaced)
        await link.serve()

    def _agree(
        self, socket: ServerConnection, offered: Sequence[Subprotocol]
    ) -> Subprotocol | None:
        """A version that is spoken here, as it was written; none where none was asked for.

        A client takes nothing else for an answer (RFC 6455, 4.1 and 4.2.2).
        """
        assert socket.request is not None
        charger_id = identity(socket.request.path)
        return choose(offered, oldest=self._versions.in_older_words(charger_id))

    def _came_in(self, link: Link) -> None:
        """Whatever kept it out is mended."""
        self.logins.succeeded(link.charger_id, link.address)
        self.second_sockets.succeeded(link.charger_id, link.address)
        self.refusals.came_in(link.address, link.charger_id)

    def _welcome(self, link: Link[FullDialect]) -> Link | None:
        self._came_in(link)
        unknown = self.unknown.get(link.charger_id)
        if unknown is None:
            unknown = PendingCharger(
                id=link.charger_id, dialect=link.dialect, changed=self._unknown_changed
            )
            self.unknown[link.charger_id] = unknown
        return unknown.attach(link)

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


async def _save_nothing(_charger: ChargePoint) -> None:
    """Store nothing: where no store was given."""
