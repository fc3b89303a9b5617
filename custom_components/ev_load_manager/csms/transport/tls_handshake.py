"""Why a TLS handshake failed, from what the other end offered and what OpenSSL says.

Python's `ssl` does not tell which suites a client offers, and that is what an
installer has to know: so its first words are listened to on their way to it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
import ssl
import struct
from typing import Final, override

from .refusals import Cause

HANDSHAKE: Final = 0x16
"""First byte of whoever speaks TLS (RFC 5246, 6.2.1: the type of its first record)."""
RSA_SUITES: Final[Mapping[int, str]] = {
    0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256",
    0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384",
}
"""Suites of the OCPP security whitepaper that have no forward secrecy."""
_ECDHE_RSA: Final[Mapping[int, str]] = {
    0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
}
_NAMES: Final[Mapping[int, str]] = {
    **RSA_SUITES,
    **_ECDHE_RSA,
    0x0004: "TLS_RSA_WITH_RC4_128_MD5",
    0x0005: "TLS_RSA_WITH_RC4_128_SHA",
    0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
    0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
    0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256",
    0x003D: "TLS_RSA_WITH_AES_256_CBC_SHA256",
    0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    0xC023: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    0xC024: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    0xC027: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    0xC028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
}
"""As IANA names them."""
_SIGNALS: Final = frozenset({0x00FF, 0x5600})
"""No suites, but signs among them (RFC 5746, 7507)."""
_MOST_NAMED: Final = 6
_MOST_HEARD: Final = 4096
_CLIENT_HELLO: Final = 1
_VERSIONS: Final[Mapping[int, str]] = {
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
}


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What somebody offers at the beginning of TLS (RFC 5246, 7.4.1.2)."""

    version: int
    """The highest that it speaks, up to TLS 1.2."""
    suites: tuple[int, ...]

    @property
    def named_suites(self) -> str:
        """The names of the first few."""
        named = [_NAMES.get(suite, f"0x{suite:04X}") for suite in self.suites]
        more = len(named) - _MOST_NAMED
        return ", ".join(named[:_MOST_NAMED]) + (f", and {more} more" if more > 0 else "")


class Listening(asyncio.BufferedProtocol):
    """Stands before TLS on a transport, and keeps the first that comes."""

    def __init__(self, transport: asyncio.Transport, inner: asyncio.BufferedProtocol) -> None:
        self.heard = bytearray()
        self._transport = transport
        self._inner = inner
        self._buffer: memoryview | bytearray = bytearray()

    @override
    def get_buffer(self, sizehint: int) -> memoryview | bytearray:
        buffer = self._inner.get_buffer(sizehint)
        assert isinstance(buffer, memoryview | bytearray)
        self._buffer = buffer
        return buffer

    @override
    def buffer_updated(self, nbytes: int) -> None:
        self.heard += self._buffer[:nbytes]
        if len(self.heard) >= _MOST_HEARD or _is_whole(self.heard):
            self._transport.set_protocol(self._inner)
        self._inner.buffer_updated(nbytes)

    @override
    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        self._inner.pause_writing()

    @override
    def resume_writing(self) -> None:
        self._inner.resume_writing()


def read_hello(heard: bytes) -> ClientHello | None:
    """The ClientHello that somebody began with; None where it is none, or not whole."""
    try:
        kind, _, length = struct.unpack_from("!BHH", heard, 0)
        body = heard[5 : 5 + length]
        if kind != HANDSHAKE or len(body) < length or body[0] != _CLIENT_HELLO:
            return None
        version = struct.unpack_from("!H", body, 4)[0]
        suites_at = 39 + body[38]
        size = struct.unpack_from("!H", body, suites_at)[0]
        found = struct.unpack_from(f"!{size // 2}H", body, suites_at + 2)
    except IndexError, struct.error:
        return None
    return ClientHello(
        version, tuple(suite for suite in found if suite not in _SIGNALS and not _is_grease(suite))
    )


def cause_of(error: OSError, heard: bytes) -> tuple[Cause, str] | None:
    """Why a handshake failed, and a detail; None: somebody left, or never spoke."""
    if heard and heard[0] != HANDSHAKE:
        return Cause.TLS_EXPECTED, ""
    if not isinstance(error, ssl.SSLError):
        return None
    reason = error.reason or ""
    hello = read_hello(heard)
    if reason in ("NO_SHARED_CIPHER", "NO_CIPHERS_AVAILABLE") and hello is not None:
        return _without_suite(hello)
    if reason in ("UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW"):
        return Cause.TLS_VERSION, "" if hello is None else _VERSIONS.get(hello.version, "?")
    if reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE":
        return Cause.TLS_CERTIFICATE, ""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Cause.TLS_CERTIFICATE, error.verify_message or ""
    if "ALERT" in reason and ("CERT" in reason or "UNKNOWN_CA" in reason):
        return Cause.TLS_DISTRUST, _in_words(reason)
    return (Cause.TLS, _in_words(reason)) if reason else None


def _without_suite(hello: ClientHello) -> tuple[Cause, str]:
    offered = set(hello.suites)
    # Where an RSA certificate is enough, nobody has to give up forward secrecy.
    if offered & RSA_SUITES.keys() and not offered & _ECDHE_RSA.keys():
        return Cause.TLS_RSA_SUITES, hello.named_suites
    return Cause.TLS_SUITES, hello.named_suites


def _in_words(reason: str) -> str:
    return reason.replace("_", " ").lower()


def _is_whole(heard: bytes | bytearray) -> bool:
    """Whether the first record is there."""
    return len(heard) >= 5 and len(heard) >= 5 + int.from_bytes(heard[3:5])


def _is_grease(suite: int) -> bool:
    """Whether it stands for no suite, to keep servers tolerant (RFC 8701)."""
    return suite & 0x0F0F == 0x0A0A and suite >> 8 == suite & 0xFF
