"""What one very charger turned out to be able to do."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Self

from ..models import GENERIC, Certainty, ChargerProfile

_MOST_COUNTED: Final = 2**31 - 1
"""Of anything (OCPP 1.6, 7: integers have 32 bits)."""


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

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> tuple[Self, tuple[str, ...]]:
        """Read what `state` wrote, each value by itself; also which of them can't be read.

        These count as not known.
        """
        kept: dict[str, Any] = {}
        unread: list[str] = []
        for name in (item.name for item in fields(cls)):
            if (value := state.get(name)) is None:
                continue
            try:
                kept[name] = _READERS[name](value)
            except AttributeError, KeyError, TypeError, ValueError:
                unread.append(name)
        return cls(**kept), tuple(unread)


def _text(stored: object) -> str:
    if not isinstance(stored, str):
        raise TypeError(f"{stored!r} is no text")
    return stored


def _flag(stored: object) -> bool:
    if not isinstance(stored, bool):
        raise TypeError(f"{stored!r} is neither true nor false")
    return stored


def _count(stored: object) -> int:
    if isinstance(stored, bool) or not isinstance(stored, int):
        raise TypeError(f"{stored!r} is no whole number")
    if not 0 <= stored <= _MOST_COUNTED:
        raise ValueError(f"{stored} is too many or too few")
    return stored


def _texts(stored: object) -> tuple[str, ...]:
    if not isinstance(stored, list | tuple):
        raise TypeError(f"{stored!r} is no list")
    return tuple(map(_text, stored))


def _by_name(stored: object) -> Mapping[str, str]:
    if not isinstance(stored, Mapping):
        raise TypeError(f"{stored!r} has no names")
    return {_text(name): _text(value) for name, value in stored.items()}


def _suitability(stored: Mapping[str, Any]) -> Suitability:
    return Suitability(
        suited=Suited(stored.get("suited", Suited.UNKNOWN)),
        because=SuitedBecause(stored.get("because", SuitedBecause.NOT_SEEN)),
    )


_READERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "certainty": Certainty,
    **dict.fromkeys(("profile", "suggested"), _text),
    **dict.fromkeys(
        ("smart_charging", "trigger_message", "phase_switching", "phases_seen", "limits_taken"),
        _flag,
    ),
    **dict.fromkeys(
        ("connectors", "stack_level_maximum", "max_periods", "max_profiles", "sample_interval"),
        _count,
    ),
    **dict.fromkeys(("rate_units", "measurands", "needs_reboot"), _texts),
    **dict.fromkeys(("phase_rotation", "written", "originals", "errors"), _by_name),
    **dict.fromkeys(("dlm", "alm"), _suitability),
}
"""How each of them is read."""


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
