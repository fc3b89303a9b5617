"""The part of a charger's form that is about its model."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from ..const import CONF_PROFILE
from ..csms.models import ChargerProfile, Match, ProfileCatalogue
from .selectors import labelled_choice

AUTO: Final = "auto"
"""The profile is found by what the charger says."""
_LONGEST: Final = 90


def model_fields(catalogue: ProfileCatalogue) -> dict[vol.Marker, Any]:
    """The field that asks for the model; the charger's own word counts unless told otherwise."""
    known = [profile for profile in catalogue.profiles.values() if profile is not catalogue.generic]
    known.sort(key=lambda profile: profile.vendor.casefold())
    named = [(one.id, model_name(one)) for one in known]
    # The first two have words in every language.
    plain = [(key, key) for key in (AUTO, catalogue.generic.id)]
    selector = labelled_choice(CONF_PROFILE, [*plain, *named])
    return {vol.Optional(CONF_PROFILE, default=AUTO): selector}


def model_value(data: Mapping[str, Any], catalogue: ProfileCatalogue) -> str:
    """What of that field is stored of a charger; a profile that is no more counts as none."""
    stored = str(data.get(CONF_PROFILE))
    return stored if stored in catalogue.profiles else AUTO


def model_name(profile: ChargerProfile) -> str:
    """A profile in words that stand on chargers."""
    name = " ".join(filter(None, (profile.vendor, ", ".join(profile.models))))
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip(' ,')}…"


def recognised(match: Match, catalogue: ProfileCatalogue) -> str:
    """What a charger was recognised as; one that is not sure has a question mark."""
    if match.suggested is not None:
        return f"{model_name(match.suggested)} (?)"
    return "–" if match.profile.id == catalogue.generic.id else model_name(match.profile)
