"""What sounds like a limit, where somebody sets something by hand."""

import re
from typing import Final

from ..dialect import ManualCallError
from ..models import DataTransferWay, ProfileCatalogue

_LIKELY_LIMIT: Final = re.compile(
    r"current(?!.?time)|(?<!st)(?<![slc])amp(?!l)|limit|intensit|max.?power|power.?max"
    r"|load.?balanc|smart.?charg|charg\w*.?rate",
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
    if sets_limits or sounds_like_limit(f"{message_id} {data}"):
        raise ManualCallError("ocpp_limit_by_hand", action=f"{action} {message_id}".strip())
