"""Certificates made on the spot: an authority, and those that it signs."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from homeassistant.util import dt as dt_util


@dataclass(frozen=True, slots=True)
class Files:
    """A certificate and its key as PEM files."""

    certificate: str
    key: str


class Authority:
    """Signs certificates, and trusts those that it signed."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        """Keep everything in `folder`."""
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self._certificate = self._sign(self._name, self._key.public_key(), days=10, authority=True)
        self.file = str(folder / f"{name}.pem")
        Path(self.file).write_bytes(_pem(self._certificate))

    def issue(
        self,
        name: str,
        *,
        common_name: str | None = None,
        days: int = 10,
        password: bytes | None = None,
        with_rsa: bool = False,
        for_servers: bool = False,
    ) -> Files:
        """Make a certificate that is good for `days`, for this machine.

        It is issued to `name`, which its files bear, unless that is said. `for_servers`:
        it says itself that it is for nothing else.
        """
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        if with_rsa:
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        else:
            key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(
            _named(common_name or name), key.public_key(), days=days, for_servers=for_servers
        )
        files = Files(str(self._folder / f"{name}.crt"), str(self._folder / f"{name}.key"))
        Path(files.certificate).write_bytes(_pem(certificate))
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            encryption = serialization.BestAvailableEncryption(password)
        Path(files.key).write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
            )
        )
        return files

    def client(self, own: Files | None = None) -> ssl.SSLContext:
        """What a charger needs that trusts this authority; `own`: its own certificate."""
        context = ssl.create_default_context(cafile=self.file)
        if own is not None:
            context.load_cert_chain(own.certificate, own.key)
        return context

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        *,
        days: int,
        authority: bool = False,
        for_servers: bool = False,
    ) -> x509.Certificate:
        now = dt_util.utcnow()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=20))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        if authority:
            builder = builder.add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=True,
                    crl_sign=True,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        else:
            address = x509.IPAddress(ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        if for_servers:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
            builder = builder.add_extension(usage, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
