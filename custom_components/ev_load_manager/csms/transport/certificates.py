"""Certificates of chargers (OCPP security whitepaper, profile 3): which charger one belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import NameOID

from .harmless import plain_text
from .refusals import Cause


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the other end of a socket has shown, and has the key of."""

    der: bytes

    @property
    def name(self) -> str:
        """Its common name, which is to be the charger's identity.

        Its fingerprint where it has none, or none that people can read as it is: nobody
        else's bears that.
        """
        return _common_name(self.der) or self.fingerprint

    @property
    def fingerprint(self) -> str:
        """Its SHA-256, as certificates are compared by people."""
        return sha256(self.der).digest().hex(":").upper()

    @property
    def serial_number(self) -> int | None:
        """Its number at who issued it; None: it can't be read."""
        try:
            return x509.load_der_x509_certificate(self.der).serial_number
        except ValueError:
            return None

    def is_of(self, name: str) -> bool:
        """Whether it bears this name; capital and small letters do not count."""
        return bool(name) and self.name.casefold() == name.casefold()


def doubts(
    shown: Certificate, charger_id: str, names: Mapping[str, str], *, own: bytes | None
) -> Cause | None:
    """Why a certificate is not a charger's; None: it is, or nobody has added that charger yet.

    Its common name is the charger's id, or on the user's word another one: its serial number,
    as the whitepaper has it (A00.FR.405).
    `names`: what the certificate of every charger that was added is issued to on the user's
    word, by charge point id; empty where it is the id itself, which comes before all others.
    `own` is the certificate that is shown here (DER).
    """
    if shown.der == own:
        return Cause.OTHER_CERTIFICATE
    if shown.is_of(charger_id):
        # Where two ids differ in nothing but capital letters, each has its own.
        is_of_other = shown.name != charger_id and shown.name in names
        return Cause.OTHER_CERTIFICATE if is_of_other else None
    if any(shown.is_of(other) for other in names if other != charger_id):
        return Cause.OTHER_CERTIFICATE
    if shown.is_of(names.get(charger_id, "")):
        return None
    if any(shown.is_of(name) for name in names.values()):
        return Cause.OTHER_CERTIFICATE
    return Cause.UNCONFIRMED_CERTIFICATE if charger_id in names else None


@lru_cache(maxsize=256)
def _common_name(der: bytes) -> str:
    try:
        names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(
            NameOID.COMMON_NAME
        )
    except ValueError:
        return ""
    name = str(names[0].value).strip() if names else ""
    return name if plain_text(name, len(name)) == name else ""
