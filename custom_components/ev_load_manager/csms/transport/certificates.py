"""Certificates of chargers (OCPP security whitepaper, profile 3): which charger one belongs to."""

from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the other end of a socket has shown, and has the key of."""

    der: bytes

    @property
    def name(self) -> str:
        """Its common name, which is to be the charger's identity; empty without one."""
        return _common_name(self.der)

    def is_of(self, name: str) -> bool:
        """Whether it bears this name; capital and small letters do not count."""
        return bool(name) and self.name.casefold() == name.casefold()


@lru_cache(maxsize=256)
def _common_name(der: bytes) -> str:
    try:
        names = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(
            NameOID.COMMON_NAME
        )
    except ValueError:
        return ""
    return str(names[0].value).strip() if names else ""
