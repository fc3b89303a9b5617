"""What is told to the book, in no protocol's words.

Each says all that is known of a session at that moment, so that one that was missed, or told
twice, does no harm: the book keeps what it did not know yet. They are plain data, and can
wait in a file until the book can be written again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from .completeness import WHOLE, Flag
from .register import Reading


class Span(NamedTuple):
    """What a session was doing from a moment on."""

    at: float
    """UTC seconds."""
    state: str
    """`charging`, `waiting`, `paused`, `car` (it asks for nothing) or `idle`, and after a colon why."""


class Evidence(NamedTuple):
    """A signed value, exactly as it came."""

    value: str
    context: str
    """Transaction.Begin, say."""
    message: str
    """Which message it came in."""
    at: float | None = None
    """UTC seconds; None: it told no time."""
    meta: str = ""
    """Measurand, location and unit, as they were told; JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a session ended."""

    at: float
    """On our clock, UTC seconds."""
    told: str | None
    """When, as the charger wrote it, empty where it did not; None: it never told this end."""
    register: float | None = None
    """Wh, as told."""
    reason: str = ""
    tag: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTold:
    """A session, as far as it is known."""

    charger: str
    connector: int
    tx_id: str
    tag: str = ""
    started: float
    """On our clock, UTC seconds."""
    told_start: str | None
    """When, as the charger wrote it; None: it never told, or what nobody can read."""
    register: float | None = None
    """Wh at its start, as told; None: not told."""
    flags: Flag = WHOLE
    """What is known to be wrong with it (`completeness.TOLD`)."""
    auth: str = ""
    """list, open, remote, local or none."""
    zone: str
    """The time zone that it is charged in."""
    readings: tuple[Reading, ...] = ()
    """Registers that were told in it since the last time, UTC seconds and Wh."""
    spans: tuple[Span, ...] = ()
    """What it did since the last time."""
    highest_power: float | None = None
    """W."""
    highest_current: float | None = None
    """A of one phase."""
    phases: int | None = None
    evidence: tuple[Evidence, ...] = ()
    end: End | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {**asdict(self), "flags": int(self.flags)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError."""
        end = data["end"]
        return cls(
            **{
                **data,
                "flags": Flag(data["flags"]),
                "readings": tuple(Reading(*one) for one in data["readings"]),
                "spans": tuple(Span(*one) for one in data["spans"]),
                "evidence": tuple(Evidence(*one) for one in data["evidence"]),
                "end": None if end is None else End(**end),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTold:
    """An outlet's register outside of any session."""

    charger: str
    connector: int
    reading: Reading
    source: str = "idle"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError."""
        return cls(**{**data, "reading": Reading(*data["reading"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseEndTold:
    """The end of a session that who tells it does not know: it may be in the book."""

    charger: str
    tx_id: str
    """Empty: the charger never heard it."""
    end: End

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError."""
        return cls(**{**data, "end": End(**data["end"])})


type Told = SessionTold | RegisterTold | LooseEndTold


def told_to_dict(told: Told) -> dict[str, Any]:
    """Plain JSON data."""
    return {"kind": type(told).__name__, **told.to_dict()}


def told_from_dict(data: Mapping[str, Any]) -> Told:
    """Read what `told_to_dict` wrote; raises KeyError, TypeError or ValueError."""
    facts = {name: value for name, value in data.items() if name != "kind"}
    if data["kind"] == RegisterTold.__name__:
        return RegisterTold.from_dict(facts)
    if data["kind"] == LooseEndTold.__name__:
        return LooseEndTold.from_dict(facts)
    return SessionTold.from_dict(facts)
