"""What one very charger turned out to be able to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..models import GENERIC, Certainty, ChargerProfile


class Suited(StrEnum):
    """Whether a kind of load management can be applied to a charger (thesis 6.2.3)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class SuitedBecause(StrEnum):
    """Why it is so; people read these, translated."""

    KNOWN_MODEL = "known_model"
    """The model is known for it."""
    TAKES_LIMITS = "takes_limits"
    """It took a limit."""
    TAKES_NO_LIMITS = "takes_no_limits"
    """It refused every way of setting a limit."""
    NO_SMART_CHARGING = "no_smart_charging"
    """It doesn't say that it can, and no limit was tried yet."""
    SMART_CHARGING = "smart_charging"
    """It says that it can."""
    REPORTS_PHASES = "reports_phases"
    """Its meter values carried the current of each phase."""
    REPORTS_NO_PHASES = "reports_no_phases"
    """Its meter values carried none."""
    OWN_METER = "own_meter"
    """It was given a meter, which tells the current of each phase."""
    NOT_SEEN = "not_seen"
    """No session has shown it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suitability:
    """An answer and why."""

    suited: Suited = Suited.UNKNOWN
    because: SuitedBecause = SuitedBecause.NOT_SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a charger told of itself, took, and refused; None: not known."""

    profile: str = GENERIC
    """Id of the profile that it is treated by."""
    certainty: Certainty = Certainty.GENERIC
    suggested: str | None = None
    """Id of a profile that may fit, for the user to choose."""
    smart_charging: bool | None = None
    trigger_message: bool | None = None
    connectors: int | None = None
    stack_level_maximum: int | None = None
    rate_units: tuple[str, ...] = ()
    """`A`, `W`, as far as it says."""
    max_periods: int | None = None
    max_profiles: int | None = None
    ends_offline: bool | None = None
    """Whether it takes limits that end once it has been offline for a while, and notices soon."""
    phase_switching: bool | None = None
    phase_rotation: Mapping[str, str] = field(default_factory=dict)
    """By connector number (0: the charger), as in ConnectorPhaseRotation: `RST`, ..."""
    measurands: tuple[str, ...] = ()
    """What it was asked for and took."""
    sample_interval: int | None = None
    """Seconds between its meter values in a session."""
    phases_seen: bool | None = None
    """Whether its meter values carried the current of each phase."""
    limits_taken: bool | None = None
    """Whether it ever took a limit; False: it refused every way."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Configuration keys that it took from us, with their values."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """What these keys held before."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Configuration keys that it did not take, and why."""
    needs_reboot: tuple[str, ...] = ()
    """Configuration keys that act only after a reboot."""
    dlm: Suitability = field(default_factory=Suitability)
    alm: Suitability = field(default_factory=Suitability)


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
