"""A charger's configuration keys: reading them all, writing one.

Chargers spell keys in their own way (`metervaluesampleinterval`,
`HeartBeatInterval`), hide some unless asked by name, and quote values.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from itertools import batched
from typing import Any

from .calls import CallPriority
from .errors import CallError
from .fields import text
from .masking import is_secret_key
from .reachable import ReachableCharger

_AT_ONCE = 10
"""Keys asked for in one question, where the charger doesn't tell its own number."""


class Written(Enum):
    """What became of a value."""

    ACCEPTED = auto()
    AFTER_REBOOT = auto()
    REFUSED = auto()


class Configuration:
    """The keys of one charger as last read."""

    def __init__(self, charger: ReachableCharger) -> None:
        """Nothing is read yet."""
        self._charger = charger
        self._values: dict[str, str] = {}
        self._read_only: set[str] = set()

    @property
    def values(self) -> dict[str, str]:
        """Every key that is known, as the charger spells it."""
        return dict(self._values)

    def spelt(self, key: str) -> str | None:
        """A key as the charger spells it; None: it didn't tell of it."""
        if key in self._values:
            return key
        folded = key.casefold()
        return next((known for known in self._values if known.casefold() == folded), None)

    def get(self, key: str) -> str | None:
        """A key's value; None where it is not known."""
        spelt = self.spelt(key)
        return None if spelt is None else self._values[spelt]

    def read_only(self, key: str) -> bool:
        """Whether the charger says that it can't be written."""
        return self.spelt(key) in self._read_only

    def number(self, key: str) -> int | None:
        """A key's value as a whole number."""
        try:
            return int(float(self.get(key) or ""))
        except OverflowError, ValueError:
            return None

    def flag(self, key: str) -> bool | None:
        """A key's value as true or false (some chargers say 1 and 0)."""
        value = (self.get(key) or "").strip().casefold()
        return {"true": True, "1": True, "false": False, "0": False}.get(value)

    def items(self, key: str) -> tuple[str, ...] | None:
        """A key's value as a list of words."""
        value = self.get(key)
        return None if value is None else tuple(words(value))

    async def read_all(self) -> bool:
        """Ask for every key; whether the charger told any.

        Raises CallTimeout and NotConnected.
        """
        try:
            answer = await self._ask({})
        except CallError:
            return False
        self._take(answer)
        return bool(self._values)

    async def read(self, keys: Iterable[str]) -> None:
        """Ask for keys by name, in portions; a portion that is refused is left out.

        Raises CallTimeout and NotConnected.
        """
        portion = max(1, self.number("GetConfigurationMaxKeys") or _AT_ONCE)
        for names in batched(keys, min(portion, _AT_ONCE), strict=False):
            try:
                self._take(await self._ask({"key": list(names)}))
            except CallError:
                continue

    async def write(self, key: str, value: str) -> tuple[Written, str]:
        """Set a key; what became of it, in the charger's words.

        Raises NotConnected, CallTimeout.
        """
        name = self.spelt(key) or key
        try:
            answer = await self._charger.call(
                "ChangeConfiguration",
                {"key": name, "value": value},
                priority=CallPriority.BACKGROUND,
            )
        except CallError as error:
            return Written.REFUSED, str(error)
        status = text(answer, "status")[:50]
        if status == "Accepted":
            self._values[name] = value
            return Written.ACCEPTED, status
        return (Written.AFTER_REBOOT if status == "RebootRequired" else Written.REFUSED), status

    async def _ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        return await self._charger.call("GetConfiguration", payload, priority=CallPriority.NORMAL)

    def _take(self, answer: dict[str, Any]) -> None:
        for entry in told_keys(answer):
            if is_secret_key(entry["key"]):
                continue  # some tell their password; nobody here wants to know
            value = entry.get("value")
            self._values[entry["key"]] = "" if value is None else str(value)
            if entry.get("readonly") is True:
                self._read_only.add(entry["key"])


def told_keys(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The entries of an answer to GetConfiguration that tell of a key."""
    entries = answer.get("configurationKey")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("key"), str):
            yield entry


def words(value: str) -> Iterator[str]:
    """The words of a comma separated list, without quotes and spaces."""
    for word in value.split(","):
        if stripped := word.strip().strip("'\""):
            yield stripped
