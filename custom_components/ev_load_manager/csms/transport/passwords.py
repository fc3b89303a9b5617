"""Passwords of chargers (OCPP security whitepaper, profiles 1 and 2).

The user name of basic authentication is the charge point id (A00.FR.204), unless
people, or what is known of the model, say that a charger sends another one.
"""

from collections.abc import Iterator
import hmac
import secrets
import string
from typing import Final
from urllib.parse import unquote

SHORTEST: Final = 8
"""The whitepaper asks for 16 (A00.FR.205); older firmware has shorter ones, fixed."""
LONGEST: Final = 40

_GENERATED_DIGITS: Final = 20
_ALLOWED: Final = frozenset(string.ascii_letters + string.digits + string.punctuation)


def generate() -> str:
    """Make a new password: 20 hexadecimal digits, 80 bits.

    As long as every charger's form takes it (16 to 20 characters), and easily typed.
    """
    return secrets.token_hex(_GENERATED_DIGITS // 2)


def is_usable(password: str) -> bool:
    """Whether a charger can have this password: 8 to 40 characters of ASCII, no spaces."""
    return SHORTEST <= len(password) <= LONGEST and _ALLOWED.issuperset(password)


def authorization_keys(password: str) -> Iterator[str]:
    """How a charger may want to be told its password by ChangeConfiguration, best first.

    In hexadecimal (whitepaper, 2.2), else as it is.
    """
    if len(password) * 2 <= LONGEST:
        yield password.encode().hex()
    yield password


def matches(expected: str, given: bytes | None) -> bool:
    """Whether `given` is `expected`, in constant time.

    A key that was set in hexadecimal arrives as the raw bytes from some
    firmware and as its text from other (in either case of letters).
    """
    if given is None:
        return False
    same = hmac.compare_digest(expected.encode(), given)
    # What `authorization_keys` told, from firmware that takes it for a text.
    same |= hmac.compare_digest(expected.encode().hex().encode(), given.lower())
    try:
        raw = bytes.fromhex(expected)
    except ValueError:
        return same
    same |= hmac.compare_digest(raw, given)
    same |= hmac.compare_digest(raw.hex().encode(), given.lower())
    return same


ANY_NAME: Final = "*"
"""In place of a user name: whatever a charger sends."""


def is_name(given: bytes, expected: str) -> bool:
    """Whether `given` is the user name `expected`; capital and small letters do not count.

    Some firmware sends the id as it stands in its address, percent-encoded.
    """
    if expected == ANY_NAME:
        return True
    name = given.decode(errors="replace").strip().casefold()
    return expected.casefold() in (name, unquote(name))


class Passwords:
    """Which chargers have to prove on a listener that they are who they say, and how."""

    def __init__(self) -> None:
        self._required: dict[str, str] = {}
        self._expected: dict[str, str] = {}

    def require(self, charger_id: str, password: str | None) -> bool:
        """Ask a charger for `password` from now on (None: for nothing).

        Returns whether the charger was told just that on its open socket, which
        needs no other proof then.
        """
        told = self._expected.pop(charger_id, None)
        if password is None:
            self._required.pop(charger_id, None)
            return False
        self._required[charger_id] = password
        return password == told

    def expect(self, charger_id: str, password: str) -> None:
        """Take `password` beside the present one: the charger is being told it."""
        self._expected[charger_id] = password

    def expect_no_more(self, charger_id: str) -> None:
        """The charger didn't take it."""
        self._expected.pop(charger_id, None)

    def forget(self, charger_id: str) -> None:
        """The charger is gone."""
        self._required.pop(charger_id, None)
        self._expected.pop(charger_id, None)

    def check(self, charger_id: str, given: bytes | None) -> bool:
        """Whether a charger may come in with what it gave."""
        required = self._required.get(charger_id)
        if required is None:
            return True
        same = matches(required, given)
        expected = self._expected.get(charger_id)
        if expected is not None:
            same |= matches(expected, given)
        return same
