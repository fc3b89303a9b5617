"""From a profile's file to a `ChargerProfile`, with every field checked.

A wrong file is a mistake of a developer or contributor; the error names the
file and the field, so that adding a charger needs no debugger.
"""

from collections.abc import Mapping
from enum import StrEnum
import re
from typing import Any

from .model import (
    DEFAULT_MINIMUM,
    ChargerProfile,
    ChargingProfileWay,
    Confidence,
    ConfigurationKeyWay,
    DataTransferWay,
    FailSafe,
    Kind,
    Metering,
    PauseMethod,
    Persistence,
    Purpose,
    Recognition,
    Scope,
    Unit,
    Way,
)

_HIGHEST = "highest"
"""In place of a stack level: the highest that the charger says it has."""


class ProfileError(ValueError):
    """A profile's file doesn't follow the schema."""


class _Fields:
    """A mapping from a file, field by field, until nothing is left unread."""

    def __init__(self, data: object, where: str) -> None:
        if not isinstance(data, Mapping):
            raise ProfileError(f"{where}: must be a mapping, not {data!r}")
        self.where = where
        self._data: dict[str, Any] = {str(key): value for key, value in data.items()}

    def done(self) -> None:
        """Refuse what nobody asked for: it is a misspelt field."""
        if self._data:
            raise ProfileError(f"{self.where}: unknown {', '.join(sorted(self._data))}")

    def has(self, name: str) -> bool:
        return name in self._data

    def section(self, name: str) -> _Fields | None:
        value = self._data.pop(name, None)
        return None if value is None else _Fields(value, f"{self.where}.{name}")

    def sections(self, name: str) -> list[_Fields]:
        return [
            _Fields(value, f"{self.where}.{name}[{place}]")
            for place, value in enumerate(self._list(name))
        ]

    def text(self, name: str) -> str | None:
        return self._typed(name, str, "text")

    def needed_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise ProfileError(f"{self.where}: needs {name}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        for value in values:
            if not isinstance(value, str):
                raise ProfileError(f"{self.where}.{name}: {value!r} must be text")
        return tuple(values)

    def numbers(self, name: str) -> tuple[float, ...]:
        values = self._list(name)
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise ProfileError(f"{self.where}.{name}: {value!r} must be a number above 0")
        return tuple(float(value) for value in values)

    def flag(self, name: str) -> bool | None:
        return self._typed(name, bool, "true or false")

    def number(self, name: str) -> float | None:
        value = self._data.pop(name, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ProfileError(f"{self.where}.{name}: {value!r} must be a number above 0")
        return float(value)

    def count(self, name: str) -> int | None:
        value = self._typed(name, int, "a whole number")
        if value is not None and (isinstance(value, bool) or value < 0):
            raise ProfileError(f"{self.where}.{name}: {value!r} must be a whole number from 0")
        return value

    def choice[C: StrEnum](self, name: str, kind: type[C], default: C) -> C:
        return self._chosen(name, kind, self._data.pop(name, default))

    def choices[C: StrEnum](self, name: str, kind: type[C]) -> tuple[C, ...]:
        return tuple(self._chosen(name, kind, value) for value in self._list(name))

    def _chosen[C: StrEnum](self, name: str, kind: type[C], value: Any) -> C:
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(kind)
            raise ProfileError(f"{self.where}.{name}: {value!r} is none of {known}") from None

    def pattern(self, name: str) -> re.Pattern[str] | None:
        value = self.text(name)
        return None if value is None else _pattern(value, f"{self.where}.{name}")

    def patterns(self, name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(_pattern(value, f"{self.where}.{name}") for value in self.texts(name))

    def pairs(self, name: str) -> dict[str, str]:
        value = self._typed(name, dict, "a mapping") or {}
        for key, setting in value.items():
            if not isinstance(key, str) or not isinstance(setting, str):
                raise ProfileError(f"{self.where}.{name}: {key!r}: {setting!r} must be text")
        return value

    def stack_level(self) -> int | None:
        if self._data.get("stack_level") == _HIGHEST:
            del self._data["stack_level"]
            return None
        return self.count("stack_level")

    def keys(self) -> dict[int, str]:
        """`key: K` for every connector, or `keys: {1: K, 2: L}`."""
        key = self.text("key")
        named = self._typed("keys", dict, "a mapping")
        if (key is None) == (named is None):
            raise ProfileError(f"{self.where}: needs either key or keys")
        if key is not None:
            return {0: key}
        for connector, name in (named or {}).items():
            if not isinstance(connector, int) or not isinstance(name, str):
                raise ProfileError(f"{self.where}.keys: {connector!r} must name a key")
        return named or {}

    def _list(self, name: str) -> list[Any]:
        return self._typed(name, list, "a list") or []

    def _typed[T](self, name: str, kind: type[T], called: str) -> T | None:
        value = self._data.pop(name, None)
        if value is not None and not isinstance(value, kind):
            raise ProfileError(f"{self.where}.{name}: {value!r} must be {called}")
        return value


def read_profile(profile_id: str, data: object) -> ChargerProfile:
    """Make a profile of a file's content.

    Raises ProfileError that names the file and the field.
    """
    fields = _Fields(data, profile_id)
    current = fields.section("current") or _Fields({}, profile_id)
    pause = fields.section("pause") or _Fields({}, profile_id)
    stored = fields.section("persistence") or _Fields({}, profile_id)
    suits = fields.section("suits") or _Fields({}, profile_id)
    profile = ChargerProfile(
        id=profile_id,
        vendor=fields.needed_text("vendor"),
        models=fields.texts("models"),
        recognition=_recognition(fields.section("match")),
        confidence=fields.choice("confidence", Confidence, Confidence.LOW),
        ways=_ways(fields),
        never=fields.choices("never", Purpose),
        minimum=current.number("minimum") or DEFAULT_MINIMUM,
        maximum=current.number("maximum"),
        step=current.number("step") or 0.1,
        steps=tuple(sorted(current.numbers("steps"))),
        zero_pauses=pause.flag("zero"),
        pause=pause.choice("method", PauseMethod, PauseMethod.ZERO_LIMIT),
        metering=_metering(fields.section("metering")),
        set_keys=fields.pairs("set_keys"),
        fail_safe=_fail_safe(fields.section("fail_safe")),
        profile_persistence=stored.choice("profile", Persistence, Persistence.UNSPECIFIED),
        key_persistence=stored.choice("key", Persistence, Persistence.NON_VOLATILE),
        expiry_reliable=fields.flag("expiry_reliable"),
        composite_schedule=fields.flag("composite_schedule"),
        max_periods=fields.count("max_periods"),
        max_profiles=fields.count("max_profiles"),
        dlm=suits.flag("dlm"),
        alm=suits.flag("alm"),
        user_name=fields.text("user_name"),
        requires=fields.text("requires"),
        avoid=fields.texts("avoid"),
        quirks=fields.texts("quirks"),
        sources=fields.texts("sources"),
    )
    for part in (fields, current, pause, stored, suits):
        part.done()
    return profile


def _recognition(fields: _Fields | None) -> Recognition:
    if fields is None:
        return Recognition()
    recognition = Recognition(
        vendor=fields.pattern("vendor"),
        model=fields.pattern("model"),
        charge_point_id=fields.pattern("charge_point_id"),
        keys=fields.patterns("keys"),
        seen=fields.texts("seen"),
    )
    fields.done()
    return recognition


def _ways(fields: _Fields) -> tuple[Way, ...] | None:
    if not fields.has("control"):
        return None
    return tuple(_way(way) for way in fields.sections("control"))


def _way(fields: _Fields) -> Way:
    name = fields.needed_text("way")
    confidence = fields.choice("confidence", Confidence, Confidence.LOW)
    note = fields.text("note")
    way: Way
    match name:
        case "set_charging_profile":
            way = ChargingProfileWay(
                purpose=fields.choice("purpose", Purpose, Purpose.TX_DEFAULT),
                kind=fields.choice("kind", Kind, Kind.ABSOLUTE),
                unit=fields.choice("unit", Unit, Unit.AMPERES),
                stack_level=fields.stack_level(),
                scope=fields.choice("scope", Scope, Scope.CONNECTOR),
                firmware=fields.pattern("firmware"),
                confidence=confidence,
                note=note,
            )
        case "change_configuration":
            way = ConfigurationKeyWay(
                keys=fields.keys(),
                scale=fields.count("scale") or 1,
                decimals=fields.count("decimals") or 0,
                scope=fields.choice("scope", Scope, Scope.STATION),
                after_reset=fields.flag("after_reset") or False,
                confidence=confidence,
                note=note,
            )
        case "data_transfer":
            way = DataTransferWay(
                vendor_id=fields.needed_text("vendor_id"),
                message_id=fields.needed_text("message_id"),
                data=fields.needed_text("data"),
                scope=fields.choice("scope", Scope, Scope.CONNECTOR),
                confidence=confidence,
                note=note,
            )
        case _:
            raise ProfileError(f"{fields.where}.way: {name!r} is no way of setting a limit")
    fields.done()
    return way


def _metering(fields: _Fields | None) -> Metering:
    if fields is None:
        return Metering()
    metering = Metering(
        measurands=fields.texts("measurands"),
        only_these=fields.flag("only_these") or False,
        read_back=fields.flag("read_back") is not False,
        max_items=fields.count("max_items"),
        interval=fields.count("interval"),
        interval_minimum=fields.count("interval_minimum"),
        per_phase=fields.flag("per_phase"),
        note=fields.text("note"),
    )
    fields.done()
    if metering.only_these and not metering.measurands:
        raise ProfileError(f"{fields.where}: only_these needs measurands")
    return metering


def _fail_safe(fields: _Fields | None) -> FailSafe | None:
    if fields is None:
        return None
    fail_safe = FailSafe(
        key=fields.needed_text("key"),
        scale=fields.count("scale") or 1,
        confidence=fields.choice("confidence", Confidence, Confidence.LOW),
        note=fields.text("note"),
    )
    fields.done()
    return fail_safe


def _pattern(value: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(value, re.IGNORECASE)
    except re.error as err:
        raise ProfileError(f"{where}: {value!r} is no pattern: {err}") from None
