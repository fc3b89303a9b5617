"""What a backend wants with the charger's certificates (security whitepaper of OCPP 1.6).

By some of them a charger knows whom it has dialled, and proves who it is: it dials us, so these
are between it and us (OCPP 2.0.1, part 4, 6.5). A backend could lock it out.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ..dialect import Question
from ..transport.errors import Refusal

_OF_OURS: Final = "CentralSystemRootCertificate"
_LISTED: Final = "GetInstalledCertificateIds"
_NONE: Final = "NotFound"
FAILED: Final[Mapping[str, Any]] = {"status": "Failed"}

type Ask = Callable[[Question], Awaitable[Mapping[str, Any]]]
"""Asks the charger; raises Refusal."""


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
