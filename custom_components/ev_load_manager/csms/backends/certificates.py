"""What a backend wants with the charger's certificates (security whitepaper of OCPP 1.6).

By some of them a charger knows whom it has dialled, and proves who it is: it dials us, so these
are between it and us (OCPP 2.0.1, part 4, 6.5). A backend could lock it out. Whoever allows it
to change certificates allows the others: those by which, as things are, nobody finds anybody.
"""

from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from typing import Any, Final

from ..dialect import Question
from ..transport import fields
from ..transport.connection import Link
from ..transport.errors import Refusal

_OF_OURS: Final = "CentralSystemRootCertificate"
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


def lets_in_another(payload: Mapping[str, Any]) -> bool:
    """Whether a certificate that is to be installed says which central system to trust."""
    return payload.get("certificateType") == _OF_OURS


async def is_ours(payload: Mapping[str, Any], ask: Ask) -> bool:
    """Whether a certificate that is to be deleted may be one by which the charger knows us."""
    wanted = _hashes(payload.get("certificateHashData"))
    try:
        answer = await ask(Question(_LISTED, {"certificateType": _OF_OURS}))
    except Refusal:
        return True
    if answer.get("status") == _NONE:
        return False
    listed = answer.get("certificateHashData")
    return not isinstance(listed, list) or any(_hashes(one) == wanted for one in listed)


def _hashes(data: object) -> tuple[str, ...]:
    """What tells one certificate from another; whatever its letters are."""
    if not isinstance(data, Mapping):
        return ()
    names = ("issuerNameHash", "issuerKeyHash", "serialNumber")
    return tuple(str(data.get(name)).strip().casefold() for name in names)
