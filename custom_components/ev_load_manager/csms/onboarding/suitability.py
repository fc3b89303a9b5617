"""Whether a charger suits DLM and ALM: its model's record, corrected by what was seen."""

from ..models import ChargerProfile
from .capabilities import Capabilities, Suitability, Suited, SuitedBecause


def dlm(profile: ChargerProfile, seen: Capabilities) -> Suitability:
    """Dynamic load management needs a charger that takes limits (thesis 6.2.2)."""
    if seen.limits_taken is False:
        return Suitability(suited=Suited.NO, because=SuitedBecause.TAKES_NO_LIMITS)
    if profile.dlm is not None:
        return _by_model(profile.dlm)
    if seen.limits_taken:
        return Suitability(suited=Suited.YES, because=SuitedBecause.TAKES_LIMITS)
    if seen.smart_charging:
        return Suitability(suited=Suited.YES, because=SuitedBecause.SMART_CHARGING)
    if seen.smart_charging is False:
        return Suitability(suited=Suited.UNKNOWN, because=SuitedBecause.NO_SMART_CHARGING)
    return Suitability()


def alm(profile: ChargerProfile, seen: Capabilities) -> Suitability:
    """Adaptive load management needs the current of each phase as well (thesis 6.3.2)."""
    limits = dlm(profile, seen)
    if limits.suited is Suited.NO:
        return limits
    if seen.phases_seen:
        return Suitability(suited=Suited.YES, because=SuitedBecause.REPORTS_PHASES)
    if seen.phases_seen is False:
        return Suitability(suited=Suited.NO, because=SuitedBecause.REPORTS_NO_PHASES)
    if profile.alm is not None:
        return _by_model(profile.alm)
    return Suitability()


def _by_model(suited: bool) -> Suitability:
    return Suitability(
        suited=Suited.YES if suited else Suited.NO, because=SuitedBecause.KNOWN_MODEL
    )
