"""All charger profiles, and which of them a charger is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from ...data_files.fields import load_yaml
from .model import ChargerProfile, Confidence
from .reading import ProfileError, read_profile

GENERIC = "generic"
_FOLDER = Path(__file__).parent


class Identity(Protocol):
    """What a charger said of itself."""

    @property
    def vendor(self) -> str:
        """BootNotification's chargePointVendor; one maker sends an empty one."""

    @property
    def model(self) -> str:
        """BootNotification's chargePointModel."""


class Certainty(StrEnum):
    """How a charger's profile was found."""

    CHOSEN = "chosen"
    """The user said so."""
    MODEL = "model"
    """Vendor and model fit."""
    TELL_TALE = "tell_tale"
    """Its configuration keys or its charge point id tell."""
    VENDOR = "vendor"
    """The vendor fits, and the profile knows no models."""
    GENERIC = "generic"
    """Nothing fits, or nothing that is known well enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The profile that a charger is treated by."""

    profile: ChargerProfile
    certainty: Certainty
    suggested: ChargerProfile | None = None
    """A profile known too little to be applied unasked, for the user to choose."""


class ProfileCatalogue:
    """The profiles by their id."""

    def __init__(self, profiles: Iterable[ChargerProfile]) -> None:
        """Take `profiles`; the one with the id `generic` must be among them."""
        self.profiles: Mapping[str, ChargerProfile] = {profile.id: profile for profile in profiles}
        if GENERIC not in self.profiles:
            raise ProfileError("the generic profile is missing")

    @property
    def generic(self) -> ChargerProfile:
        """What fits most chargers."""
        return self.profiles[GENERIC]

    def match(
        self,
        identity: Identity,
        configuration_keys: Iterable[str] = (),
        charge_point_id: str = "",
        *,
        chosen: str | None = None,
    ) -> Match:
        """Find the profile of a charger.

        `chosen` is the user's choice, which goes before everything. A profile
        of low confidence is suggested, not applied, and neither is a fail-safe
        key of low confidence.
        """
        if chosen is not None and chosen in self.profiles:
            # Whoever chooses the generic one does not mean to have a charger harmed.
            profile = self._careful(identity) if chosen == GENERIC else self.profiles[chosen]
            return Match(profile=profile, certainty=Certainty.CHOSEN)
        profile, certainty = self._best(identity, tuple(configuration_keys), charge_point_id)
        if profile.confidence is Confidence.LOW and profile is not self.generic:
            careful = self._careful(identity)
            if profile.never:
                careful = replace(careful, never=profile.never)
            return Match(profile=careful, certainty=Certainty.GENERIC, suggested=profile)
        return Match(profile=_unasked(profile), certainty=certainty)

    def again(self, profile_id: str, *, chosen: str | None = None) -> ChargerProfile:
        """The profile that was found before, or the one that the user chose since."""
        if chosen is not None and chosen in self.profiles:
            return self.profiles[chosen]
        return _unasked(self.profiles.get(profile_id, self.generic))

    def _best(
        self, identity: Identity, keys: tuple[str, ...], charge_point_id: str
    ) -> tuple[ChargerProfile, Certainty]:
        by_vendor: ChargerProfile | None = None
        by_keys: ChargerProfile | None = None
        for profile in self.profiles.values():
            known = profile.recognition
            if known.charge_point_id is not None and known.charge_point_id.search(charge_point_id):
                by_keys = profile
            if known.keys and all(any(map(pattern.search, keys)) for pattern in known.keys):
                by_keys = by_keys or profile
            if known.vendor is None or not known.vendor.search(identity.vendor):
                continue
            if known.model is None:
                by_vendor = by_vendor or profile
            elif known.model.search(identity.model):
                return profile, Certainty.MODEL
        # A vendor sells controllers of several makers; the keys tell which one.
        if by_keys is not None:
            return by_keys, Certainty.TELL_TALE
        if by_vendor is not None:
            return by_vendor, Certainty.VENDOR
        return self._careful(identity), Certainty.GENERIC

    def _careful(self, identity: Identity) -> ChargerProfile:
        """The generic profile, with the cautions of the vendor's known models.

        A new model of a vendor may well share the fault of the known ones.
        """
        for profile in self.profiles.values():
            known = profile.recognition.vendor
            if profile.metering.only_these and known is not None and known.search(identity.vendor):
                return replace(self.generic, metering=profile.metering)
        return self.generic


def _unasked(profile: ChargerProfile) -> ChargerProfile:
    """A profile without what is only done to a charger on the user's word.

    A key that may mean something else stays in its charger for good.
    """
    if profile.fail_safe is None or profile.fail_safe.confidence is not Confidence.LOW:
        return profile
    return replace(profile, fail_safe=None)


@cache
def load_catalogue() -> ProfileCatalogue:
    """Read all profiles beside this module, once.

    Reads files: call it where waiting for a disk holds nobody up. Raises
    ProfileError where a file doesn't follow the schema.
    """
    return ProfileCatalogue(read_file(path) for path in sorted(_FOLDER.glob("*.yaml")))


def read_file(path: Path) -> ChargerProfile:
    """Read one profile; its id is the file's name.

    Raises ProfileError that names the file and the field.
    """
    return read_profile(path.stem, load_yaml(path, ProfileError))
