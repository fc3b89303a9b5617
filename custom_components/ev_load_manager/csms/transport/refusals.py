"""Who was refused and why, so that people learn what to change in a charger."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import itemgetter
from typing import Final

from ... import clock
from .budget import network_of

WORTH_TELLING: Final = 3
"""A port scanner knocks once or twice; a charger that is refused comes again and again."""
FORGOTTEN_AFTER: Final = 24 * 3600.0
"""Without another try for so long, s, it is over."""
_MOST: Final = 50


class Cause(StrEnum):
    """Why somebody is refused. Each has words of its own for what to change."""

    ADDRESS = "address"
    """The address that it dials ends in no charge point id."""
    SUBPROTOCOL = "subprotocol"
    """It speaks another version of OCPP."""
    WEB_PAGE = "web_page"
    NO_WEBSOCKET = "no_websocket"
    """It says something that opens no WebSocket."""
    TOO_MANY = "too_many"
    """Too many connections, or too many that wait to be added."""
    ELSEWHERE = "elsewhere"
    """One that waits to be added is connected under that id from another address."""
    OTHER_CERTIFICATE = "other_certificate"
    """Its certificate belongs to another charger."""
    UNCONFIRMED_CERTIFICATE = "unconfirmed_certificate"
    """Its certificate is issued to a name that nobody has confirmed to be this charger's."""
    CHECKED = "checked"
    """Somebody has it checked what it does alone."""
    PASSWORD = "password"
    USER_NAME = "user_name"
    """The password is right, and its user name is not the charger's id."""
    SECOND_SOCKET = "second_socket"
    """The charger is connected already."""
    TLS_EXPECTED = "tls_expected"
    """It speaks no TLS on a port that does."""
    TLS_UNEXPECTED = "tls_unexpected"
    """It speaks TLS on a port that does not."""
    TLS_RSA_SUITES = "tls_rsa_suites"
    """It offers the RSA suites of the security whitepaper, and none with forward secrecy."""
    TLS_SUITES = "tls_suites"
    """It offers none of the suites that are spoken here."""
    TLS_VERSION = "tls_version"
    TLS_CERTIFICATE = "tls_certificate"
    """It shows no certificate, or none that the authority for chargers has signed."""
    TLS_DISTRUST = "tls_distrust"
    """It does not trust the certificate that is shown here."""
    TLS = "tls"
    """TLS fails for another reason."""


LOGINS: Final[Mapping[Cause, str]] = {
    Cause.PASSWORD: "Wrong or missing password.",
    Cause.USER_NAME: "The user name has to be the charge point id.",
    Cause.OTHER_CERTIFICATE: "The certificate is somebody else's.",
    Cause.UNCONFIRMED_CERTIFICATE: "Nobody has confirmed that the certificate is this charger's.",
}
"""What the log says of who did not prove to be a charger that was added."""
CERTIFICATES: Final = frozenset({Cause.OTHER_CERTIFICATE, Cause.UNCONFIRMED_CERTIFICATE})
"""Those of them that are about a certificate."""

WITHOUT_A_NAME: Final[Mapping[Cause, str]] = {
    Cause.TOO_MANY: "Too many connections.",
    Cause.NO_WEBSOCKET: "What it says opens no WebSocket.",
    Cause.TLS_EXPECTED: "This port speaks TLS: the address has to begin with wss://.",
    Cause.TLS_UNEXPECTED: "This port speaks no TLS: the address has to begin with ws://.",
    Cause.TLS_RSA_SUITES: "It offers only cipher suites without forward secrecy, which can be"
    " allowed where TLS is set up.",
    Cause.TLS_SUITES: "It offers no cipher suite that is spoken here.",
    Cause.TLS_VERSION: "It speaks a version of TLS that is too old.",
    Cause.TLS_CERTIFICATE: "It shows no certificate that the CA for chargers has signed.",
    Cause.TLS_DISTRUST: "It does not trust the certificate of this port.",
    Cause.TLS: "The TLS handshake failed.",
}
"""What the log says of who was refused before it said who it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Refusals of one kind, of one address."""

    cause: Cause
    address: str
    charger_id: str
    """What it called itself; empty where it did not get that far."""
    detail: str
    """What it said that can't be, in its own words; may be empty."""
    count: int = 0
    last: float = 0.0
    """Monotonic."""


class RefusalBook:
    """The refusals of one listener that belong to no charger that was added."""

    def __init__(self) -> None:
        self._refused: dict[tuple[Cause, str, str], Refused] = {}

    def note(self, cause: Cause, address: str, charger_id: str = "", detail: str = "") -> None:
        """Somebody was refused."""
        key = cause, network_of(address), charger_id
        known = self._refused.pop(key, None)
        if len(self._refused) >= _MOST:
            del self._refused[self._oldest_of_most()]
        self._refused[key] = Refused(
            cause=cause,
            address=address,
            charger_id=charger_id,
            detail=detail,
            count=1 if known is None else known.count + 1,
            last=clock.monotonic(),
        )

    def came_in(self, address: str, charger_id: str) -> None:
        """A charger got in from there: what kept it out is mended."""
        network = network_of(address)
        self._refused = {
            key: refused
            for key, refused in self._refused.items()
            if key[1] != network or key[2] not in ("", charger_id)
        }

    def _oldest_of_most(self) -> tuple[Cause, str, str]:
        """Who tried longest ago, of the address that has most: many names push out no other."""
        places = Counter(network for _, network, _ in self._refused)
        heaviest, _ = places.most_common(1)[0]
        # Dictionaries keep their order.
        return next(key for key in self._refused if key[1] == heaviest)

    def worth_telling(self) -> Sequence[Refused]:
        """Those that come again and again: of each address the last, then those before them."""
        now = clock.monotonic()
        self._refused = {
            key: refused
            for key, refused in self._refused.items()
            if now - refused.last <= FORGOTTEN_AFTER
        }
        told: list[tuple[int, Refused]] = []
        before: Counter[str] = Counter()
        for refused in reversed(self._refused.values()):
            if refused.count >= WORTH_TELLING:
                network = network_of(refused.address)
                # How often and when is no news each time.
                told.append((before[network], replace(refused, count=WORTH_TELLING, last=0.0)))
                before[network] += 1
        return [refused for _, refused in sorted(told, key=itemgetter(0))]
