"""The list of tags that a charger keeps, for when it can't ask (OCPP 1.6, 5.15)."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any, Final

from .authorization import IdTag

AT_ONCE: Final = 20
"""Tags in one message, where the charger doesn't tell its own number."""


def messages(
    tags: Sequence[IdTag], *, version: int, at_once: int = AT_ONCE
) -> Iterator[dict[str, Any]]:
    """The payloads of SendLocalList that replace the charger's list by `tags`.

    The first one replaces all, the others add to it; versions rise from `version`.
    """
    portions = list(batched(tags, max(1, at_once), strict=False)) or [()]
    for place, portion in enumerate(portions):
        payload: dict[str, Any] = {
            "listVersion": version + place,
            "updateType": "Differential" if place else "Full",
        }
        if portion:
            payload["localAuthorizationList"] = [
                {"idTag": tag.id_tag, "idTagInfo": tag.info.payload()} for tag in portion
            ]
        yield payload
