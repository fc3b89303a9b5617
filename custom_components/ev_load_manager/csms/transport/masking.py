"""Keeps what opens doors out of logs: passwords, cards, logins in addresses."""

from collections.abc import Mapping
import json
import re
from typing import Any, Final

MASK: Final = "**REDACTED**"

_SECRET_WORDS: Final = re.compile(
    r"passw|passphrase|(?<!by)pass$|pwd|kennwort|secret|psk$|token|credential|basicauth|puk$"
    r"|pincode|otp$|jwt|cookie|privatekey"
    r"|(auth|authorization|api|access|private|shared|pre|wpa|wifi|wlan|apn|vpn|encryption"
    r"|security|network|hotspot|license|master|admin|user|login|aes|hmac|ssh|signing|device"
    r"|session|mqtt)key$"
)
"""In a name without its signs and in small letters: what is behind it opens something."""
_PIN: Final = re.compile(r"(?i:(^|[^a-z])pin($|[^a-z]))|[a-z](PIN|Pin)($|[^a-zA-Z])")
"""Not `PingInterval`."""
_CARD: Final = "idtag"
"""How the name of a field ends that holds one."""
_LOGIN: Final = re.compile(r"(?<=://)[^\s\"'<>]*@")
_WORDS: Final = (
    r"\w*(?:passw(?:or)?[dt]|passphrase|pwd|kennwort|psk|secret|token|credential|cookie|jwt"
    r"|(?:api|auth|authorization|access|private|shared)[-_]?key)\w*|(?<![a-z])pin(?:_?code)?|puk"
)
_ASSIGNED: Final = re.compile(
    rf"((?:{_WORDS})[\\\"']*\s*[:=]\s*)(?:(\\*[\"']).*?(?:\2|$)|[^\s\"',;&}}]+)",
    re.IGNORECASE | re.DOTALL,
)
"""A secret within a text: `password=...`, or JSON in a text, also if that is in a text again."""
_ELEMENT: Final = re.compile(rf"(<(?:{_WORDS})(?:\s[^<>]*)?>)[^<]*", re.IGNORECASE)
"""The same in XML."""
_BEARER: Final = re.compile(r"\b(bearer|basic|digest)\s+[\w+/=.~-]{6,}", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.?[\w-]*")
"""A JSON web token tells by its beginning what it is."""
_PEM: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)", re.DOTALL
)


def is_secret_key(key: str) -> bool:
    """Whether a configuration key's value is nobody's business, by what its name means."""
    bare = re.sub(r"[^a-z0-9]", "", key.casefold())
    return _SECRET_WORDS.search(bare) is not None or _PIN.search(key) is not None


def masked_text(text: str) -> str:
    """A text without the secrets that can be told by what stands around them."""
    for pattern, shown in (
        (_PEM, MASK),
        (_LOGIN, f"{MASK}@"),
        (_BEARER, rf"\1 {MASK}"),
        (_TOKEN, MASK),
        (_ASSIGNED, rf"\1{MASK}"),
        (_ELEMENT, rf"\1{MASK}"),
    ):
        text = pattern.sub(shown, text)
    return text


def masked(value: Any) -> Any:
    """The same payload, fit to be logged."""
    if isinstance(value, Mapping):
        key = value.get("key")
        secret = isinstance(key, str) and is_secret_key(key)
        return {
            name: MASK if _is_secret(name, part) or (secret and name == "value") else masked(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [masked(part) for part in value]
    return masked_text(value) if isinstance(value, str) else value


def _is_secret(name: Any, value: Any) -> bool:
    """Whether a field tells what opens something; what is within it is looked at by itself."""
    if not isinstance(name, str) or isinstance(value, Mapping | list):
        return False
    return name.casefold().endswith(_CARD) or is_secret_key(name)


def masked_frame(frame: str | bytes) -> str:
    """The same frame, fit to be logged."""
    try:
        return json.dumps(masked(json.loads(frame)), separators=(",", ":"))
    except ValueError, RecursionError:
        return "what is no JSON"
