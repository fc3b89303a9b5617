"""Who may charge, as OCPP 2.0.1 writes it: a token has a type, and may be of a group."""

from collections.abc import Mapping
import re
from typing import Any, Final

from ..dialect import TagInfo, TagStatus
from ..transport import fields

_STATUS: Final = {
    TagStatus.ACCEPTED: "Accepted",
    TagStatus.BLOCKED: "Blocked",
    TagStatus.EXPIRED: "Expired",
    TagStatus.INVALID: "Unknown",
}
_OF_CARD: Final = re.compile(r"[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20}", re.IGNORECASE)
"""The UID of a card by ISO 14443: 4, 7 or 10 bytes."""
LONGEST: Final = 36


def token_of(payload: Mapping[str, Any]) -> str | None:
    """The text of a token; None where there is none. One of nobody in particular is empty."""
    told = payload.get("idToken")
    if not isinstance(told, Mapping):
        return None
    return fields.text(told, "idToken")


def token(id_tag: str) -> dict[str, Any]:
    """A token as a station compares it with the cards it reads; others are this system's own."""
    if not id_tag:
        return {"idToken": "", "type": "NoAuthorization"}
    of_card = _OF_CARD.fullmatch(id_tag)
    return {"idToken": id_tag[:LONGEST], "type": "ISO14443" if of_card else "Central"}


def group_of(info: TagInfo) -> dict[str, Any]:
    """The group of a token; empty where it has none."""
    if not info.group:
        return {}
    return {"groupIdToken": {"idToken": info.group[:LONGEST], "type": "Central"}}


def info_of(info: TagInfo) -> dict[str, Any]:
    """IdTokenInfo."""
    told: dict[str, Any] = {"status": _STATUS[info.status], **group_of(info)}
    if info.expires is not None:
        told["cacheExpiryDateTime"] = fields.utc(info.expires)
    return told
