"""Who wants to charge, and what is known of it: cards, cache, list (part 2, blocks C and D)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..frames import Payload


@dataclass(frozen=True, slots=True)
class IdToken:
    """What somebody shows (2.27); compared whatever its case."""

    text: str
    type: str = "ISO14443"

    @classmethod
    def of(cls, token: str | IdToken) -> IdToken:
        """Let a text be a card."""
        return cls(token) if isinstance(token, str) else token

    @classmethod
    def from_ocpp(cls, data: Mapping[str, Any]) -> IdToken:
        """Read one."""
        return cls(data["idToken"], data["type"])

    def to_ocpp(self) -> Payload:
        """Write it."""
        return {"idToken": self.text, "type": self.type}

    @property
    def key(self) -> tuple[str, str]:
        """The same for all ways of writing it."""
        return self.text.casefold(), self.type.casefold()


NOBODY = IdToken("", "NoAuthorization")
"""Who charges where nobody is asked."""


def group_of(info: Mapping[str, Any]) -> str | None:
    """The groupIdToken of an idTokenInfo."""
    group = info.get("groupIdToken")
    return None if group is None else str(group["idToken"]).casefold()


@dataclass(frozen=True, slots=True)
class _Cached:
    info: Payload
    until: float


class TokenCache:
    """What the central system answered, for as long as it may be used (C10)."""

    def __init__(self) -> None:
        """Start empty."""
        self._known: dict[tuple[str, str], _Cached] = {}

    def __len__(self) -> int:
        """How many are known."""
        return len(self._known)

    def put(self, token: IdToken, info: Payload, until: float) -> None:
        """Remember an answer until then, on the charger's clock."""
        self._known[token.key] = _Cached(info, until)

    def get(self, token: IdToken, now: float) -> Payload | None:
        """The last answer, if it may still be used."""
        known = self._known.get(token.key)
        return known.info if known is not None and now < known.until else None

    def clear(self) -> None:
        """Forget them all."""
        self._known.clear()


class LocalList:
    """The list that the central system sent (D01)."""

    def __init__(self) -> None:
        """Start empty."""
        self.version = 0
        self._known: dict[tuple[str, str], Payload] = {}

    def __len__(self) -> int:
        """How many are on it."""
        return len(self._known)

    def get(self, token: IdToken) -> Payload | None:
        """What it says of a card."""
        return self._known.get(token.key)

    def change(self, update: str, version: int, entries: list[dict[str, Any]]) -> str:
        """Take a part of it; returns the status of the answer."""
        if version <= 0:
            return "Failed"
        keys = [IdToken.from_ocpp(entry["idToken"]).key for entry in entries]
        if len(set(keys)) != len(keys):
            return "Failed"
        if update == "Full":
            if any("idTokenInfo" not in entry for entry in entries):
                return "Failed"
            self._known.clear()
        elif version <= self.version:
            return "VersionMismatch"
        for key, entry in zip(keys, entries, strict=True):
            if "idTokenInfo" in entry:
                self._known[key] = entry["idTokenInfo"]
            else:
                self._known.pop(key, None)
        self.version = version
        return "Accepted"
