"""Which charger a certificate belongs to."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.transport.certificates import Certificate, doubts
from custom_components.ev_load_manager.csms.transport.refusals import Cause


def issued_to(name: str) -> Certificate:
    """A certificate with this common name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return Certificate(made.public_bytes(Encoding.DER))


def test_capital_letters_do_not_count_where_nobody_else_has_the_id() -> None:
    assert doubts(issued_to("cp1"), "CP1", {"CP1": ""}, own=None) is None


def test_chargers_whose_ids_differ_in_capital_letters_have_their_own() -> None:
    names = {"CP1": "", "cp1": ""}
    for name in names:
        shown = issued_to(name)
        assert doubts(shown, name, names, own=None) is None
        other = name.swapcase()
        assert doubts(shown, other, names, own=None) is Cause.OTHER_CERTIFICATE


@pytest.mark.parametrize("name", ["*", "CP*", "CP1\0", "CP1.example", " "])
def test_what_looks_like_the_id_is_not_taken_for_it(name: str) -> None:
    assert doubts(issued_to(name), "CP1", {"CP1": ""}, own=None) is Cause.UNCONFIRMED_CERTIFICATE
