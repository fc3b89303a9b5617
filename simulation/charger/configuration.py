"""A charger's configuration keys (OCPP 1.6, chapter 9)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .frames import Payload


@dataclass(frozen=True, slots=True)
class Key:
    """One key as it comes from the factory."""

    value: str | None
    read_only: bool = False
    reboot: bool = False
    """A new value holds after a reboot."""
    hidden: bool = False
    """Told only to those who ask for it by name."""
    write_only: bool = False
    choices: frozenset[str] | None = None
    """A comma separated list of these, and of nothing else."""
    most: int | None = None
    """So many of them at most."""


def read_only(value: object) -> Key:
    """A key that tells something and can't be changed."""
    return Key(str(value), read_only=True)


class Configuration:
    """Keys with their values; writes are counted, because they wear flash."""

    def __init__(self, keys: Mapping[str, Key], *, on_change: Callable[[str, str], None]) -> None:
        """Start with the factory's values."""
        self._keys = dict(keys)
        self._values = {name: key.value for name, key in keys.items()}
        self._after_reboot: dict[str, str] = {}
        self._on_change = on_change
        self._pretended: tuple[str, ...] = ()
        self.writes = 0

    def pretend(self, keys: Mapping[str, str]) -> None:
        """Tell of these keys, too, and no more of those that were pretended before."""
        for name in self._pretended:
            del self._keys[name], self._values[name]
        self._pretended = tuple(keys)
        self._keys |= {name: Key(value) for name, value in keys.items()}
        self._values |= keys

    def __getitem__(self, name: str) -> str:
        """A key's value now; empty where it has none. Raises KeyError."""
        return self._values[name] or ""

    def get(self, name: str, default: str = "") -> str:
        """A key's value now, or `default` where there is no such key."""
        return self[name] if name in self._values else default

    def number(self, name: str, default: float = 0.0) -> float:
        """A key's value as a number; `default` where it is none."""
        try:
            return float(self.get(name))
        except ValueError:
            return default

    def flag(self, name: str, default: bool = False) -> bool:
        """A key's value as yes or no."""
        return self.get(name, str(default)).lower() in ("true", "1")

    def items(self, name: str) -> list[str]:
        """A comma separated key's parts."""
        return [part.strip() for part in self.get(name).split(",") if part.strip()]

    def read(self, names: Iterable[str] | None, *, most: int | None) -> Payload:
        """Answer GetConfiguration (6.24)."""
        if names is None:
            known = [name for name, key in self._keys.items() if not key.hidden]
            return {"configurationKey": [self._tell(name) for name in known[:most]]}
        asked = list(names)
        return {
            "configurationKey": [self._tell(name) for name in asked if name in self._keys],
            "unknownKey": [name for name in asked if name not in self._keys],
        }

    def write(self, name: str, value: str) -> str:
        """Answer ChangeConfiguration (7.22)."""
        key = self._keys.get(name)
        if key is None:
            return "NotSupported"
        if key.read_only or not self._takes(key, value):
            return "Rejected"
        self.writes += 1
        if key.reboot:
            self._after_reboot[name] = value
            return "RebootRequired"
        self._values[name] = value
        self._on_change(name, value)
        return "Accepted"

    def put(self, name: str, value: str) -> None:
        """Change a value from inside the charger (an installer's app, a fault)."""
        self._keys.setdefault(name, Key(value))
        self._values[name] = value

    def reboot(self) -> None:
        """What waited for a reboot holds now."""
        self._values.update(self._after_reboot)
        self._after_reboot.clear()

    def _tell(self, name: str) -> Payload:
        key = self._keys[name]
        told: Payload = {"key": name, "readonly": key.read_only}
        value = self._values[name]
        if value is not None and not key.write_only:
            told["value"] = value[:500]
        return told

    def _takes(self, key: Key, value: str) -> bool:
        if key.choices is not None:
            parts = [part.strip() for part in value.split(",") if part.strip()]
            return set(parts) <= key.choices and len(parts) <= (key.most or len(parts))
        if key.value is not None and key.value.isdigit():
            return value.isdigit()
        if key.value in ("true", "false"):
            return value.lower() in ("true", "false")
        return True
