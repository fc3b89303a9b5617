"""What a backend wants with the charger's certificates (security whitepaper of OCPP 1.6).

By some of them a charger knows whom it has dialled, and proves who it is: it dials us, so these
are between it and us (OCPP 2.0.1, part 4, 6.5). A backend could lock it out. Whoever allows it
to change certificates allows the others: those by which, as things are, nobody finds anybody.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
import re
from typing import Any, Final

from ..dialect import Question
from ..transport import fields
from ..transport.certificates import Certificate
from ..transport.connection import Link
from ..transport.errors import Refusal

_OF_OURS: Final = "CentralSystemRootCertificate"
_NOT_OURS: Final = frozenset(
    {
        *("manufacturerrootcertificate", "oemrootcertificate"),
        # Of plug and charge: these are between car and charger.
        *("morootcertificate", "v2gcertificatechain", "v2grootcertificate"),
    }
)
_SIGNS_OF_CARS: Final = "signv2gcertificate"
_LISTED: Final = "GetInstalledCertificateIds"
_NONE: Final = "NotFound"
_PROFILE: Final = "SecurityProfile"
FAILED: Final[Mapping[str, Any]] = {"status": "Failed"}

type Ask = Callable[[Question], Awaitable[Mapping[str, Any]]]
"""Asks the charger; raises Refusal."""


class Needs(IntEnum):
    """Which certificates a charger dials us by."""

    NONE = 0
    AUTHORITIES = 2
    """Those that a central system's is signed with (security profile 2)."""
    ALL = 3
    """Its own, too (security profile 3)."""


async def needs(link: Link | None, ask: Ask) -> Needs:
    """Which certificates a charger dials us by; all of them, where nobody can say.

    Both sides have to say so: a proxy between them may hide from us what the charger does, and
    some firmware tells a profile that it does not follow.
    """
    if link is None or link.certificate is not None:
        return Needs.ALL
    try:
        answer = await ask(Question("GetConfiguration", {"key": [_PROFILE]}))
    except Refusal:
        return Needs.ALL
    told = answer.get("configurationKey")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, dict) and fields.text(one, "key").casefold() == _PROFILE.casefold():
            profile = fields.integer(one, "value")
            if profile == Needs.AUTHORITIES or (profile in (0, 1) and link.is_over_tls):
                return Needs.AUTHORITIES
            return Needs.NONE if profile in (0, 1) else Needs.ALL
    return Needs.ALL


async def touches(action: str, payload: Mapping[str, Any], link: Link | None, ask: Ask) -> Needs:
    """Which certificates an order changes, if it is obeyed: none passes where they are needed."""
    match action:
        case "CertificateSigned":
            return Needs.ALL
        case "TriggerMessage" | "ExtendedTriggerMessage":
            what = fields.text(payload, "requestedMessage").casefold()
            return Needs.ALL if what.startswith("sign") and what != _SIGNS_OF_CARS else Needs.NONE
        case "InstallCertificate":
            kind = fields.text(payload, "certificateType").casefold()
            return Needs.NONE if kind in _NOT_OURS else Needs.AUTHORITIES
        case "DeleteCertificate" if await _is_ours(payload, link, ask):
            return Needs.AUTHORITIES
    return Needs.NONE


async def _is_ours(payload: Mapping[str, Any], link: Link | None, ask: Ask) -> bool:
    """Whether a certificate that is to be deleted may be one that the charger dials us by."""
    wanted = payload.get("certificateHashData")
    if link is not None and link.certificate is not None and _is_shown(link.certificate, wanted):
        return True
    try:
        answer = await ask(Question(_LISTED, {"certificateType": _OF_OURS}))
    except Refusal:
        return True
    if answer.get("status") == _NONE:
        return False
    listed = answer.get("certificateHashData")
    return not isinstance(listed, list) or any(_may_be_same(one, wanted) for one in listed)


def _is_shown(certificate: Certificate, wanted: object) -> bool:
    serial = certificate.serial_number
    return serial is None or _bare(wanted, "serialNumber") in ("", f"{serial:x}")


def _may_be_same(one: object, other: object) -> bool:
    """Whether hashes may be of the same certificate, however they are written.

    Those that were made in different ways can't be compared: then its number decides alone.
    """
    names = ["serialNumber"]
    if _bare(one, "hashAlgorithm") == _bare(other, "hashAlgorithm"):
        names += ["issuerNameHash", "issuerKeyHash"]
    told = [(_bare(one, name), _bare(other, name)) for name in names]
    return all("" in pair or pair[0] == pair[1] for pair in told)


def _bare(data: object, name: str) -> str:
    """A field without what may be written otherwise: `0x0A`, `0a` and `A` are one number."""
    told = str(data.get(name, "")) if isinstance(data, Mapping) else ""
    return re.sub(r"[^0-9a-z]", "", told.strip().casefold().removeprefix("0x")).lstrip("0")
