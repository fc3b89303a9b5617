"""What sounds like a limit, where somebody sets something by hand."""

from collections.abc import Iterator
import json
import re
from typing import Final

from ..dialect import ManualCallError
from ..models import DataTransferWay, ProfileCatalogue

_LIKELY_LIMIT: Final = re.compile(
    r"current(?!.?time)|(?<!st)(?<![slc])amp(?!l)|limit|intensit|max.?power|power.?max"
    r"|load.?balanc|smart.?charg|charg\w{0,20}.?rate",
    re.IGNORECASE,
)


def sounds_like_limit(words: str) -> bool:
    """Whether a name, or a text, may be about a limit."""
    return _LIKELY_LIMIT.search(words) is not None


def check_vendor_message(
    vendor_id: str, message_id: str, data: str, catalogue: ProfileCatalogue, *, action: str
) -> None:
    """Refuse a vendor's message that may set a limit; raises ManualCallError."""
    vendor = vendor_id.casefold()
    sets_limits = any(
        isinstance(way, DataTransferWay) and way.vendor_id.casefold() == vendor
        for profile in catalogue.profiles.values()
        for way in profile.ways or ()
    )
    if (
        sets_limits
        or sounds_like_limit(f"{message_id} {data}")
        or any(sounds_like_limit(f"{name} {text}") for name, text in unfolded(data))
    ):
        raise ManualCallError("ocpp_limit_by_hand", action=f"{action} {message_id}".strip())


def unfolded(data: str) -> Iterator[tuple[str, str]]:
    """The names and texts of what is JSON in a text, also in a text within it, as its reader has them.

    There a letter may be written by its number. What has no name comes with an empty one, as
    `data` itself does, and what is no text with an empty text.
    """
    waiting: list[tuple[str, object]] = [("", data)]
    while waiting:
        name, value = waiting.pop()
        yield name, value if isinstance(value, str) else ""
        if isinstance(value, str):
            try:
                # Of a name that is told twice some take the first value, and some the last.
                value = json.loads(value, object_pairs_hook=tuple)
            except ValueError, RecursionError:
                continue
            if isinstance(value, str):
                waiting.append((name, value))
        if isinstance(value, tuple):
            waiting += value
        elif isinstance(value, list):
            waiting += (("", one) for one in value)
