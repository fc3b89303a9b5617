"""From a profile's file to a `ChargerProfile`, with every field checked."""

from enum import StrEnum
import re
from typing import Any

from ...data_files.fields import DataFileError, Fields
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


class ProfileError(DataFileError):
    """A profile's file doesn't follow the schema."""


class _Fields(Fields):
    """Fields as profiles have them."""

    error = ProfileError

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(self.as_positive(name, value) for value in self.items(name))

    def choice[C: StrEnum](self, name: str, kind: type[C], default: C) -> C:
        value = self.take(name)
        return default if value is None else self._chosen(name, kind, value)

    def choices[C: StrEnum](self, name: str, kind: type[C]) -> tuple[C, ...]:
        return tuple(self._chosen(name, kind, value) for value in self.items(name))

    def _chosen[C: StrEnum](self, name: str, kind: type[C], value: Any) -> C:
        try:
            return kind(value)
        except ValueError:
            raise self.wrong(name, value, f"is none of {', '.join(kind)}") from None

    def pattern(self, name: str) -> re.Pattern[str] | None:
        value = self.text(name)
        return None if value is None else self._compiled(name, value)

    def patterns(self, name: str) -> tuple[re.Pattern[str], ...]:
        return tuple(self._compiled(name, value) for value in self.texts(name))

    def _compiled(self, name: str, value: str) -> re.Pattern[str]:
        try:
            return re.compile(value, re.IGNORECASE)
        except re.error as err:
            raise self.wrong(name, value, f"is no pattern: {err}") from None

    def pairs(self, name: str) -> dict[str, str]:
        value = dict(self.named(name))
        for key, setting in value.items():
            if not isinstance(key, str) or not isinstance(setting, str):
                raise self.error(f"{self.where}.{name}: {key!r}: {setting!r} must be text")
        return value

    def stack_level(self) -> int | None:
        if self._data.get("stack_level") == _HIGHEST:
            del self._data["stack_level"]
            return None
        return self.count("stack_level")

    def keys(self) -> dict[int, str]:
        """`key: K` for every connector, or `keys: {1: K, 2: L}`."""
        key, named = self.text("key"), dict(self.named("keys"))
        if (key is None) == (not named):
            raise self.error(f"{self.where}: needs either key or keys")
        if key is not None:
            return {0: key}
        for connector, name in named.items():
            if not isinstance(connector, int) or not isinstance(name, str):
                raise self.error(f"{self.where}.keys: {connector!r} must name a key")
        return named


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
        minimum=current.positive("minimum") or DEFAULT_MINIMUM,
        maximum=current.positive("maximum"),
        step=current.positive("step") or 0.1,
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
