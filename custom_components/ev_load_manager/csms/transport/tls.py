"""TLS for chargers (OCPP security whitepaper, profiles 2 and 3).

Everything here reads files and is for the executor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
import ssl
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from homeassistant.util import dt as dt_util, ssl as ssl_util

_RSA_SUITES: Final = ("AES256-GCM-SHA384", "AES128-GCM-SHA256")
"""As OpenSSL names TLS_RSA_WITH_AES_256_GCM_SHA384 and TLS_RSA_WITH_AES_128_GCM_SHA256."""
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSettings:
    """The files of a listener, as absolute paths."""

    certificate: str
    """The certificate with what stands between it and its root, as PEM."""
    key: str
    client_ca: str | None = None
    """Who signs the certificates that chargers must have; None: they need none."""
    rsa_suites: bool = False
    """Whether the whitepaper's suites without forward secrecy are spoken, too."""


class TlsError(Exception):
    """Files that can't be used; `key` and `placeholders` lead to the words for it."""

    def __init__(self, key: str, path: str, error: object = "") -> None:
        super().__init__(f"{key}: {path} {error}".rstrip())
        self.key = key
        self.placeholders = {"path": path, "error": str(error)}


def check(settings: TlsSettings) -> None:
    """Try what somebody has chosen; raises TlsError."""
    create_context(settings)
    if settings.rsa_suites and not _has_rsa_key(settings):
        raise TlsError("tls_rsa_needed", settings.certificate)
    expires = shown(settings).expires
    if expires < dt_util.utcnow():
        raise TlsError("tls_certificate_expired", settings.certificate, expires.date().isoformat())


def create_context(settings: TlsSettings) -> ssl.SSLContext:
    """What a listener needs; raises TlsError.

    TLS 1.2 and 1.3 with forward secrecy, as Mozilla's intermediate profile has it; the
    two RSA suites of the OCPP security whitepaper only on the user's word.
    """
    context = _server_context()
    # Some versions of Home Assistant's intermediate profile have more. After all others,
    # the RSA suites are only for who has none of these.
    suites = [suite["name"] for suite in context.get_ciphers() if suite["kea"] != "kx-rsa"]
    context.set_ciphers(":".join([*suites, *(_RSA_SUITES if settings.rsa_suites else ())]))
    load(context, settings)
    if settings.client_ca is not None:
        authority = _read(settings.client_ca)
        try:
            context.load_verify_locations(cadata=authority.decode("ascii"))
        except (UnicodeDecodeError, ssl.SSLError) as error:
            raise TlsError("tls_ca_invalid", settings.client_ca, error) from error
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def load(context: ssl.SSLContext, settings: TlsSettings) -> None:
    """Load certificate and key, also in place of those that were renewed; raises TlsError."""
    try:
        x509.load_pem_x509_certificates(_read(settings.certificate))
    except ValueError as error:
        raise TlsError("tls_certificate_invalid", settings.certificate, error) from error
    key = _read(settings.key)
    if b"PRIVATE KEY-----" not in key:
        raise TlsError("tls_key_invalid", settings.key)
    try:
        # A password would be asked for on a terminal that nobody looks at.
        context.load_cert_chain(settings.certificate, settings.key, password=_no_password)
    except _Encrypted as error:
        raise TlsError("tls_key_encrypted", settings.key) from error
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsError("tls_key_mismatch", settings.key) from error
        raise TlsError("tls_key_invalid", settings.key, error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is of interest of the certificate that a listener shows."""

    der: bytes
    expires: datetime


def shown(settings: TlsSettings) -> Shown:
    """Read the listener's own certificate; raises TlsError."""
    try:
        certificate = x509.load_pem_x509_certificates(_read(settings.certificate))[0]
    except ValueError as error:
        raise TlsError("tls_certificate_invalid", settings.certificate, error) from error
    return Shown(
        der=certificate.public_bytes(serialization.Encoding.DER),
        expires=certificate.not_valid_after_utc,
    )


def _has_rsa_key(settings: TlsSettings) -> bool:
    certificate = x509.load_pem_x509_certificates(_read(settings.certificate))[0]
    return isinstance(certificate.public_key(), rsa.RSAPublicKey)


def written_at(settings: TlsSettings) -> Mapping[str, float]:
    """When each of the files was last written; raises OSError."""
    paths = (settings.certificate, settings.key, settings.client_ca)
    return {path: Path(path).stat().st_mtime for path in paths if path is not None}


class _Encrypted(Exception):
    """The key wants a password."""


def _no_password() -> bytes:
    raise _Encrypted


def _read(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(_MOST_BYTES)
    except FileNotFoundError as error:
        raise TlsError("tls_file_missing", path) from error
    except OSError as error:
        raise TlsError("tls_file_unreadable", path, error.strerror or error) from error


def _server_context() -> ssl.SSLContext:
    """Home Assistant's own settings, under the name that this version gives them."""
    tools: Any = ssl_util
    if hasattr(tools, "SSLProfile"):
        context: ssl.SSLContext = tools.server_context(tools.SSLProfile.INTERMEDIATE_V6)
        return context
    context = tools.server_context_intermediate()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
