"""From a profile's file to a `ChargerProfile`, with every field checked."""

from enum import StrEnum

from ...data_files.fields import DataFileError, Fields, one_of
from .model import (
    DEFAULT_MINIMUM,
    ChargerProfile,
    ChargingProfileWay,
    ConfigurationKeyWay,
    DataTransferWay,
    PauseMethod,
    Persistence,
    Recognition,
    Way,
)

_HIGHEST = "highest"
"""In place of a stack level: the highest that the charger says it has."""


class ProfileError(DataFileError):
    """A profile's file doesn't follow the schema."""


class _Fields(Fields):
    """Fields as profiles have them."""

    error = ProfileError

    def choice[C: StrEnum](self, name: str, default: C) -> C:
        return self.read(name, self.take(name), one_of(type(default))) or default

    def numbers(self, name: str) -> tuple[float, ...]:
        return tuple(self.as_positive(name, value) for value in self.items(name))

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
    match = fields.section("match")
    profile = fields.into(
        ChargerProfile,
        id=profile_id,
        recognition=Recognition() if match is None else match.into(Recognition),
        ways=_ways(fields),
        minimum=current.positive("minimum") or DEFAULT_MINIMUM,
        maximum=current.positive("maximum"),
        step=current.positive("step") or 0.1,
        steps=tuple(sorted(current.numbers("steps"))),
        zero_pauses=pause.flag("zero"),
        pause=pause.choice("method", PauseMethod.ZERO_LIMIT),
        profile_persistence=stored.choice("profile", Persistence.UNSPECIFIED),
        key_persistence=stored.choice("key", Persistence.NON_VOLATILE),
        dlm=suits.flag("dlm"),
        alm=suits.flag("alm"),
    )
    for part in (current, pause, stored, suits):
        part.done()
    if profile.metering.only_these and not profile.metering.measurands:
        raise ProfileError(f"{profile_id}.metering: only_these needs measurands")
    return profile


def _ways(fields: _Fields) -> tuple[Way, ...] | None:
    if not fields.has("control"):
        return None
    return tuple(_way(way) for way in fields.sections("control"))


def _way(fields: _Fields) -> Way:
    match name := fields.needed_text("way"):
        case "set_charging_profile":
            return fields.into(ChargingProfileWay, stack_level=fields.stack_level())
        case "change_configuration":
            return fields.into(ConfigurationKeyWay, keys=fields.keys())
        case "data_transfer":
            return fields.into(DataTransferWay)
    raise ProfileError(f"{fields.where}.way: {name!r} is no way of setting a limit")
