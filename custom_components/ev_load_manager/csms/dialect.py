"""What a charger can be asked, in no version's words.

A dialect puts a question into the actions and payloads of one version of OCPP, and
reads the answers. It belongs to a connection, by the subprotocol that was agreed on;
everything above speaks of amperes, outlets, settings and sessions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Any, NamedTuple, Protocol

from .models import ChargingProfileWay, ProfileCatalogue, Purpose, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One outlet that is kept for one card."""

    id: int
    connector: int
    """0: any outlet of the charger."""
    id_tag: str
    group: str = ""
    """The group of cards that it is kept for, too; empty: for no other."""
    until: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A call as one version writes it, and what of it is known above."""

    action: str
    payload: dict[str, Any]
    profile: str | None = None
    """The name of the charging profile that it sets; None: it sets none."""
    setting: tuple[str, str] | None = None
    """The setting that it writes, and its value; None: it writes none."""
    id_tag: str | None = None
    """The card that it lets charge; None: it lets none."""
    reservation: Reservation | None = None
    """What is reserved once it is accepted."""
    parts: int | None = None
    """The number that the rest of its answer comes by, in messages of the charger's own; None: the
    answer is all."""
    cancels: int | None = None
    """The id of the reservation that is over once it is accepted."""


class ManualCallError(ValueError):
    """A call that isn't sent; `key` and `placeholders` lead to the words for it."""

    def __init__(self, key: str, **placeholders: str) -> None:
        super().__init__(f"{key}: {placeholders}")
        self.key = key
        self.placeholders = placeholders


class TagStatus(StrEnum):
    """Whether a tag may charge."""

    ACCEPTED = "accepted"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    """It was valid until a moment that has passed."""
    INVALID = "invalid"
    """Unknown."""


class TagInfo(NamedTuple):
    """What is known of an id tag."""

    status: TagStatus
    expires: datetime | None = None
    """Until when it may charge; None: for good."""
    group: str = ""
    """Cards with the same one may end each other's sessions."""


class Setting(NamedTuple):
    """A setting as a charger tells it."""

    name: str
    value: object
    read_only: bool


class ToldSettings(Protocol):
    """The settings of one charger as it told them, by whichever spelling."""

    @property
    def values(self) -> Mapping[str, str]:
        """All of them, as the charger spells them."""

    def get(self, key: str) -> str | None:
        """A setting's value; None where it is not known."""

    def number(self, key: str) -> int | None:
        """The same as a whole number."""

    def flag(self, key: str) -> bool | None:
        """The same as true or false."""

    def items(self, key: str) -> tuple[str, ...] | None:
        """The same as a list of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingNames:
    """How a version calls the settings by which a charger is got to know, and made to report."""

    at_once: str
    """How many settings it tells in one answer."""
    measurands: str
    """What it measures for its reports, as a list."""
    most_measurands: str
    """How long that list may be."""
    interval: str
    """Seconds between two reports."""
    of_wiring: tuple[str, ...]
    """What tells how it is wired."""
    essential: tuple[str, ...]
    """A list without these is not the whole list."""
    asked: tuple[str, ...]
    """All that is of interest, also where a charger tells of it only by its name."""
    usual: Mapping[str, str]
    """Set where the charger has them."""
    wanted: tuple[tuple[str, ...], ...]
    """Lists of measurands to ask for, the usual one first; then phase by phase."""
    public: frozenset[str]
    """Those that may hold nothing private, in small letters."""
    most_needed: tuple[str, ...]
    """How the names of the measurands begin that are asked for first."""
    listed_first: bool = True
    """The list of all is asked for before anything else; else once limits are kept."""
    of_models: bool = True
    """Settings that are known of models are this version's."""


class Held(NamedTuple):
    """A charging profile that a charger says it holds."""

    name: str
    """Ours have the names that we gave them; those of others are `foreign`."""
    connector: int
    """0: the charger."""
    purpose: Purpose | None
    """None: one that no central system sets."""
    level: int
    transaction_id: str | None
    now: float | None
    """A per phase (in watts: as if one phase took all of them); None: nothing at present."""
    finally_: float | None
    """The same once all has ended that ends."""
    by: str = ""
    """Who limits by it beside all central systems, in the charger's word (`EMS`, `SO`, ...);
    empty: nobody."""


class Message(Enum):
    """What a charger can be asked to say out of turn."""

    BOOT = auto()
    STATUS = auto()
    VALUES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a limit is sent to, and what is known of it at this moment."""

    connector: int
    """Its number; 0 where one limit holds for the whole charger."""
    connectors: int = 1
    """How many outlets the charger has."""
    transaction_id: str | None = None
    phases: int | None = None
    """Phases that the car uses; None: not known."""
    stack_level_maximum: int | None = None
    now: datetime
    """In the charger's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a limit ends by itself."""

    after: float
    """Seconds from now."""
    then: float | None = None
    """What the same schedule goes on with, A; None: it ends, and others hold."""
    offline: bool = False
    """Those seconds count while the charger is offline only; then it has ended for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Which charging profiles are meant: those that all of it fits."""

    name: str | None = None
    """One of ours, or one that a charger told of (`Held`)."""
    connector: int | None = None
    purpose: Purpose | None = None
    level: int | None = None


class Schedule(NamedTuple):
    """What a charger says it will allow, A per phase."""

    now: float
    finally_: float
    """At the end of the time that was asked for."""


class Dialect(Protocol):
    """One version of OCPP, as a central system speaks it."""

    @property
    def subprotocol(self) -> str:
        """What a handshake names it by."""

    @property
    def compresses(self) -> bool:
        """Whether messages may be compressed (RFC 7692)."""

    @property
    def boots_again(self) -> bool:
        """Whether a charger boots on every socket, also where it has only lost its link."""

    @property
    def replaces_by_id(self) -> bool:
        """Whether a charging profile takes the place of one with its id only.

        One of another id in the same place is in its way; else it takes the place of that, too.
        """

    @property
    def sessions_are_parts(self) -> bool:
        """Whether a charger's transaction may go on after a session in it is over."""

    def error_code(self, code: str) -> str:
        """How it spells the code of an error that a charger is answered with."""

    @property
    def limit_name(self) -> str:
        """How it calls what sets a limit, for people."""

    @property
    def list_portion(self) -> str:
        """The setting that tells how many tags a charger takes in one `write_list`."""

    @property
    def longest_texts(self) -> Mapping[str, int]:
        """Characters that are kept of a text, by the name of its field."""

    # Limits

    def takes(self, way: Way) -> bool:
        """Whether a limit can be set in that way at all."""

    def set_limit(
        self, way: Way, target: Target, amperes: float, ending: Ending | None = None
    ) -> Question:
        """Set a limit (A per phase, quantised) in one way.

        Only charging profiles can have an `ending`.
        """

    def set_standing(
        self, way: ChargingProfileWay, target: Target, amperes: float, *, whatever_the_clock: bool
    ) -> Question:
        """Set what holds once a limit has ended (A per phase, quantised).

        It stays for good, one level below the limit where there is one. `whatever_the_clock`:
        it holds even before the charger has ever been told the time.
        """

    def clear(self, profiles: Profiles) -> Question:
        """Have the charger forget charging profiles."""

    def read_limit(self, connector: int, seconds: int) -> Question:
        """Ask what it will allow an outlet in the next `seconds`."""

    def limit_told(self, answer: Mapping[str, Any], seconds: int) -> Schedule | None:
        """What an answer to `read_limit` tells; None where it says nothing of them.

        Some accept and tell no periods, or a limit of -1, or only of what is now.
        """

    def read_profiles(self, connector: int | None) -> Question | None:
        """Ask for the charging profiles of an outlet (None: all); None: that can't be asked."""

    def profiles_told(
        self, answers: Sequence[Mapping[str, Any]], now: datetime
    ) -> Sequence[Held] | None:
        """What the parts of an answer to that tell; None: it tells nothing of them.

        `now` is what the charger's clock shows.
        """

    # Settings

    def read_settings(self, names: Sequence[str] | None) -> Question:
        """Ask what settings hold; None: all of them."""

    def settings_told(self, answer: Mapping[str, Any]) -> Iterator[Setting]:
        """What an answer to `read_settings`, or a part of it, tells."""

    @property
    def names(self) -> SettingNames:
        """How it calls them."""

    def told_of_itself(self, settings: ToldSettings) -> dict[str, Any]:
        """What they tell of `onboarding.capabilities.Capabilities`, by the names of its fields."""

    def write_setting(self, name: str, value: str) -> Question:
        """Write a setting; raises ValueError where this version can have none of that name."""

    @property
    def shortest_password(self) -> int:
        """Characters that a password has at least, which it can be told."""

    def write_password(self, password: str) -> Sequence[Question]:
        """Write what it is to prove with at connecting who it is: what to try, best first."""

    # Sessions

    def start(self, connector: int, id_tag: str) -> Question:
        """Begin a session."""

    def stop(self, transaction_id: str) -> Question:
        """End a session."""

    def transaction_of(self, session: str) -> str:
        """How a charger calls the transaction that a session is, or is a part of."""

    def reserve(
        self, reservation_id: int, connector: int, id_tag: str, until: datetime, *, group: str = ""
    ) -> Question:
        """Keep an outlet for a card and the others of its group; 0: any outlet."""

    def cancel_reservation(self, reservation_id: int) -> Question:
        """Keep it no more."""

    def read_list_version(self) -> Question:
        """Ask for the version of the local list of id tags."""

    def list_version(self, answer: Mapping[str, Any]) -> int | None:
        """What an answer to that tells; None: nothing."""

    def write_list(
        self, version: int, tags: Sequence[tuple[str, TagInfo]], *, adds: bool
    ) -> Question:
        """Replace the local list, or add to it: tags, and what is known of each."""

    # The charger

    def read_identity(self) -> Question | None:
        """Ask who it is, where it does not boot; None: it can only be told to boot."""

    def identity_told(self, answer: Mapping[str, Any]) -> Mapping[str, str]:
        """What an answer to that tells: vendor, model, serial and firmware; any may be empty."""

    def trigger(self, message: Message, connector: int | None = None) -> Question:
        """Ask for a message out of turn."""

    def speak(self) -> Question:
        """Ask what every charger has to answer, if only with an error."""

    def reset(self, *, hard: bool) -> Question:
        """Restart it."""

    def set_available(self, connector: int, *, available: bool) -> Question:
        """Take an outlet (0: the charger) out of service, or into it."""

    def unlock(self, connector: int, plug: int | None = None) -> Question:
        """Open an outlet's lock."""

    def upload_diagnostics(
        self, location: str, start: datetime | None, end: datetime | None
    ) -> Question:
        """Have it send its log of a time somewhere."""

    def update_firmware(self, location: str, at: datetime) -> Question:
        """Have it fetch firmware."""

    def check_manual_call(
        self, action: str, payload: Mapping[str, Any], catalogue: ProfileCatalogue
    ) -> None:
        """Refuse what this version doesn't know, and what would set a limit.

        Reads files: for an executor. Raises ManualCallError.
        """

    def manual_call(self, action: str, payload: Mapping[str, Any]) -> Question:
        """What a person asks in this version's own words."""

    def resets(self, question: Question) -> bool:
        """Whether a question restarts the charger, once it is accepted."""

    # Answers

    def status(self, answer: Mapping[str, Any]) -> str:
        """What an answer says of the question; empty where it says nothing."""

    def accepts(self, answer: Mapping[str, Any]) -> bool:
        """Whether what was asked is done, or begun."""

    def carries_out(self, question: Question, answer: Mapping[str, Any]) -> bool:
        """Whether what was asked is done, or is going to be; what it has none of is cleared."""

    def is_cancelled(self, answer: Mapping[str, Any]) -> bool:
        """Whether a reservation that was to be cancelled is over, be it since long."""

    def needs_reboot(self, answer: Mapping[str, Any]) -> bool:
        """Whether a setting was taken, and acts after a restart."""
