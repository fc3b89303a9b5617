"""Keeps what opens doors out of logs: passwords, cards, logins in addresses."""

from collections.abc import Mapping
import json
import re
from typing import Any, Final

MASK: Final = "**REDACTED**"

SECRET_KEYS: Final = frozenset({"authorizationkey", "basicauthpassword"})
"""Configuration keys that hold a secret, in small letters."""
_SECRET_FIELDS: Final = frozenset({"idTag", "parentIdTag"})
_LOGIN: Final = re.compile(r"(?<=://)[^/@\s]+@")


def is_secret_key(key: str) -> bool:
    """Whether a configuration key's value is nobody's business."""
    folded = key.casefold()
    return folded in SECRET_KEYS or "password" in folded or "secret" in folded


def masked(value: Any) -> Any:
    """The same payload, fit to be logged."""
    if isinstance(value, Mapping):
        key = value.get("key")
        secret = isinstance(key, str) and is_secret_key(key)
        return {
            name: MASK if name in _SECRET_FIELDS or (secret and name == "value") else masked(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [masked(part) for part in value]
    if isinstance(value, str):
        return _LOGIN.sub(f"{MASK}@", value)
    return value


def masked_frame(frame: str | bytes) -> str:
    """The same frame, fit to be logged."""
    try:
        return json.dumps(masked(json.loads(frame)), separators=(",", ":"))
    except ValueError, RecursionError:
        return "what is no JSON"
