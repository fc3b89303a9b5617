"""What a backend sends to a charger by DataTransfer: words of its maker, which no schema knows.

Whatever of it may do what the calls of OCPP may not, does not pass: limits, another central
system, certificates.
"""

from collections.abc import Mapping
import json
import re
from typing import Any, Final

from ..limits.likely_limits import unfolded
from ..transport.masking import is_secret_key
from .keys import is_of_a_socket, leads_elsewhere

_ORDERS: Final = {
    name.casefold(): name
    for name in ("CertificateSigned", "DeleteCertificate", "InstallCertificate", "TriggerMessage")
}
"""Calls of later versions that are sent so (plug and charge with OCPP 1.6)."""
_SURELY: Final = re.compile(
    r"ocpp|csms|central.?(system|server)|back.?(end|office)|security.?profile|network.?profile"
    r"|charge.?box|authorization.?key|basic.?auth",
    re.IGNORECASE,
)
"""In the name of a setting: its address or password is not a customer's, nor that of a picture."""
_NAMES_A_SETTING: Final = frozenset(
    {*("configurationkey", "key", "name", "parameter", "setting", "variable")}
)
_LONGEST_NAME: Final = 100
"""Characters; what is longer is the name of no setting, and takes its time to look through."""
_WORD: Final = re.compile(r"(?<![\w./-])[\w-]+(?![\w./-])")


def other_place(transfer: Mapping[str, Any]) -> str | None:
    """The name of what would have a charger dial somebody else, or in another way; None: nothing.

    `transfer` is the call's payload, as it was sent.
    """
    message, data = (str(transfer.get(name, "")) for name in ("messageId", "data"))
    if _is_place(message):
        return message
    told = list(unfolded(data))
    for name, text in told:
        if is_of_a_socket(text):
            return name or message
        if _is_place(name) and _SURELY.search(name):
            return name
        if name.casefold() in _NAMES_A_SETTING and _is_place(text):
            return text
    # What is no JSON has names all the same: `AuthorizationKey=...`.
    words = _WORD.findall(data) if len(told) == 1 else ()
    return next((one for one in words if _SURELY.search(one) and _is_place(one)), None)


def _is_place(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and (leads_elsewhere(name) or is_secret_key(name))


def order_in(transfer: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    """The call about certificates that is sent so, with its payload; None: it is none."""
    action = _ORDERS.get(str(transfer.get("messageId", "")).strip().casefold())
    if action is None:
        return None
    try:
        payload = json.loads(str(transfer.get("data", "")))
    except ValueError, RecursionError:
        payload = None
    if not isinstance(payload, dict):
        # Nobody knows what its charger makes of it.
        return action, {}
    if action == "CertificateSigned":
        kind = str(payload.get("certificateType", "")).casefold()
        if kind in ("", "v2gcertificate"):
            return None  # the one that it shows to cars
    return action, payload
