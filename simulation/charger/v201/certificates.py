"""Certificates that a charger has, asks for and is given (part 2, block M and A02)."""

from collections.abc import Callable
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ..answering import Reply
from ..frames import Payload
from .replies import refused, status
from .reports import Reports
from .station import Station

_MOST = 8


class Certificates:
    """The certificates of one charger."""

    def __init__(self, charger: Station, reports: Reports) -> None:
        """Start with none."""
        self._charger = charger
        self._reports = reports
        self._roots: dict[str, tuple[str, Payload]] = {}
        """Kind and hash data by serial number and issuer."""
        self._key: ec.EllipticCurvePrivateKey | None = None
        self.own: x509.Certificate | None = None
        """Its own, once the central system has signed it."""

    def answers(self) -> dict[str, Callable[[Payload], Reply]]:
        """What it answers."""
        return {
            "CertificateSigned": self._signed,
            "DeleteCertificate": self._delete,
            "GetInstalledCertificateIds": self._ids,
            "InstallCertificate": self._install,
        }

    def sign(self) -> None:
        """Ask for a certificate of its own (A02)."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self._charger.model.vendor),
                x509.NameAttribute(NameOID.COMMON_NAME, self._charger.id[:25]),
            ]
        )
        request = x509.CertificateSigningRequestBuilder().subject_name(name)
        signed = request.sign(self._key, hashes.SHA256())
        self._reports.tell(
            "SignCertificate",
            {
                "csr": signed.public_bytes(serialization.Encoding.PEM).decode(),
                "certificateType": "ChargingStationCertificate",
            },
        )

    def _signed(self, payload: Payload) -> Reply:
        try:
            chain = x509.load_pem_x509_certificates(payload["certificateChain"].encode())
        except ValueError:
            chain = []
        if not chain or self._key is None or _public(chain[0]) != _public(self._key):
            self._reports.security_event("InvalidChargingStationCertificate")
            return refused("Rejected", "InvalidCertificate")
        self.own = chain[0]
        return status("Accepted")

    def _install(self, payload: Payload) -> Reply:
        try:
            certificate = x509.load_pem_x509_certificate(payload["certificate"].encode())
        except ValueError:
            return refused("Rejected", "InvalidCertificate")
        told = _hash_data(certificate)
        if len(self._roots) >= _MOST and _name(told) not in self._roots:
            return refused("Failed", "OutOfStorage")
        self._roots[_name(told)] = (payload["certificateType"], told)
        return status("Accepted")

    def _ids(self, payload: Payload) -> Reply:
        wanted = payload.get("certificateType")
        found = [
            {"certificateType": kind, "certificateHashData": told}
            for kind, told in self._roots.values()
            if wanted is None or kind in wanted
        ]
        if not found:
            return status("NotFound")
        return status("Accepted", certificateHashDataChain=found)

    def _delete(self, payload: Payload) -> Reply:
        gone = self._roots.pop(_name(payload["certificateHashData"]), None)
        return status("NotFound" if gone is None else "Accepted")


def _name(told: Payload) -> str:
    """The same for a certificate, however its hexadecimal digits are written."""
    parts = (told[key] for key in ("issuerNameHash", "issuerKeyHash", "serialNumber"))
    return ":".join(parts).lower()


def _hash_data(certificate: x509.Certificate) -> Payload:
    """The hash data of a root, which is its own issuer (2.0.1, 2.6)."""
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "hashAlgorithm": "SHA256",
        "issuerNameHash": hashlib.sha256(certificate.issuer.public_bytes()).hexdigest(),
        "issuerKeyHash": hashlib.sha256(key).hexdigest(),
        "serialNumber": f"{certificate.serial_number:x}",
    }


def _public(holder: x509.Certificate | ec.EllipticCurvePrivateKey) -> bytes:
    return holder.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
