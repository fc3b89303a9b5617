"""What is known of a charger model: the words that a profile is written in.

A profile is data: one YAML file per model or family beside this module, read
by `catalogue.py`. `None` means that nobody has found out yet; it is never a
guess. Currents are in amperes per phase, times in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re

DEFAULT_MINIMUM = 6.0
"""Lowest current a car can be offered (IEC 61851-1), A."""


class Confidence(StrEnum):
    """How well a statement about a charger is known."""

    HIGH = "high"
    """The vendor's documentation, or at least two independent field reports."""
    MEDIUM = "medium"
    """One solid field report, or a maintained open source driver."""
    LOW = "low"
    """A thesis or an inference only: suggested to the user, never applied by itself."""


class Purpose(StrEnum):
    """What a charging profile is for (OCPP 1.6, 7.10)."""

    CHARGE_POINT_MAX = "ChargePointMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"


class Kind(StrEnum):
    """What a schedule's times count from (OCPP 1.6, 7.9)."""

    ABSOLUTE = "Absolute"
    RELATIVE = "Relative"


class Unit(StrEnum):
    """Unit of a limit (OCPP 1.6, 7.12)."""

    AMPERES = "A"
    """Per phase."""
    WATTS = "W"
    """Total of all phases, at nominal voltage."""


class Scope(StrEnum):
    """What one limit holds for."""

    CONNECTOR = "connector"
    STATION = "station"
    """All connectors of the charger together."""
    EVERY_CONNECTOR = "every_connector"
    """Each connector of the charger, the same for all of them."""
    INSTALLATION = "installation"
    """More than this charger: written down, never used to share current."""


class PauseMethod(StrEnum):
    """How a car is made to take nothing."""

    ZERO_LIMIT = "zero_limit"
    REMOTE_STOP = "remote_stop"
    """The charger takes no limit of 0 A: its transaction is stopped."""


class Persistence(StrEnum):
    """Where the charger keeps a limit."""

    UNSPECIFIED = "unspecified"
    """Memory, as far as anybody knows."""
    NON_VOLATILE = "non_volatile"
    """Every write wears flash."""
    RATE_LIMITED = "rate_limited"
    """The charger refuses limits that come too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingProfileWay:
    """A limit by SetChargingProfile."""

    purpose: Purpose = Purpose.TX_DEFAULT
    kind: Kind = Kind.ABSOLUTE
    unit: Unit = Unit.AMPERES
    stack_level: int | None = None
    """None: the highest that the charger says it has."""
    scope: Scope = Scope.CONNECTOR
    firmware: re.Pattern[str] | None = None
    """Firmware that wants it so, rather than in the other ways."""
    confidence: Confidence = Confidence.LOW
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationKeyWay:
    """A limit by ChangeConfiguration of a key of the vendor."""

    keys: Mapping[int, str]
    """Key per connector; connector 0 stands for every one that isn't named.
    `{connector}` in a key is replaced by the connector's number."""
    scale: int = 1
    """What is written is amperes times this (10: deci-amperes, 1000: milli-amperes)."""
    decimals: int = 0
    """Places behind the point in what is written."""
    scope: Scope = Scope.STATION
    after_reset: bool = False
    """It acts only after a reset, so it can't be used to share current."""
    confidence: Confidence = Confidence.LOW
    note: str | None = None

    def key(self, connector: int) -> str | None:
        """The key for a connector, None where the charger has none for it."""
        key = self.keys.get(connector, self.keys.get(0))
        return None if key is None else key.replace("{connector}", str(connector))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTransferWay:
    """A limit by a DataTransfer of the vendor's own."""

    vendor_id: str
    message_id: str
    data: str
    """Text to send; `{connector}` and `{limit}` are replaced."""
    scope: Scope = Scope.CONNECTOR
    confidence: Confidence = Confidence.LOW
    note: str | None = None


type Way = ChargingProfileWay | ConfigurationKeyWay | DataTransferWay
"""One way of setting a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """How a charger of this model is told from others (patterns ignore case)."""

    vendor: re.Pattern[str] | None = None
    """Searched in BootNotification's chargePointVendor (`^$`: an empty one)."""
    model: re.Pattern[str] | None = None
    charge_point_id: re.Pattern[str] | None = None
    keys: tuple[re.Pattern[str], ...] = ()
    """Configuration keys that tell it; all of them must be there."""
    seen: tuple[str, ...] = ()
    """`vendor / model` as real chargers sent them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metering:
    """How to ask for meter values, and what to beware of."""

    measurands: tuple[str, ...] = ()
    """What to ask for; empty: the usual list."""
    only_these: bool = False
    """Asking for anything else does harm."""
    read_back: bool = True
    """False: reading the list of measurands back does harm."""
    max_items: int | None = None
    interval: int | None = None
    """Where another interval than the usual one is better, s."""
    interval_minimum: int | None = None
    per_phase: bool | None = None
    """Whether it measures the current of each phase."""
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailSafe:
    """A key for what the charger falls back to without a central system."""

    key: str
    scale: int = 1
    confidence: Confidence = Confidence.LOW
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerProfile:
    """What is known of one charger model or family."""

    id: str
    vendor: str
    models: tuple[str, ...] = ()
    recognition: Recognition = field(default_factory=Recognition)
    confidence: Confidence = Confidence.LOW
    """How well its way of control is known."""
    ways: tuple[Way, ...] | None = None
    """Ways of setting a limit, best first; empty: it takes no limits; None: not known."""
    never: tuple[Purpose, ...] = ()
    """Purposes that it refuses, or accepts and does not follow."""
    minimum: float = DEFAULT_MINIMUM
    maximum: float | None = None
    step: float = 0.1
    steps: tuple[float, ...] = ()
    """Where it takes only these currents, A."""
    zero_pauses: bool | None = None
    """Whether 0 A is taken and pauses the car."""
    pause: PauseMethod = PauseMethod.ZERO_LIMIT
    metering: Metering = field(default_factory=Metering)
    set_keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that it needs for load management, with their values."""
    fail_safe: FailSafe | None = None
    profile_persistence: Persistence = Persistence.UNSPECIFIED
    key_persistence: Persistence = Persistence.NON_VOLATILE
    expiry_reliable: bool | None = None
    """Whether a profile that expires can be relied on; None: it must be tried."""
    composite_schedule: bool | None = None
    """Whether GetCompositeSchedule answers truly."""
    max_periods: int | None = None
    max_profiles: int | None = None
    dlm: bool | None = None
    """Suited for dynamic load management (thesis, Appendix 1, or its control)."""
    alm: bool | None = None
    """Suited for adaptive load management: it tells the current of each phase."""
    user_name: str | None = None
    """What it sends as its name in HTTP basic authentication (`*`: anything); None: its id."""
    requires: str | None = None
    """What must be set in the charger first."""
    avoid: tuple[str, ...] = ()
    quirks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
