"""A limit that is ready to be sent, how far it has come, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from ... import clock
from ..dialect import Question
from ..models import ChargingProfileWay, Unit, Way
from .connector_limit import Booking, Running
from .strategies import Strategy


class Outcome(Enum):
    """What came of telling a charger something."""

    TAKEN = auto()
    REFUSED = auto()
    UNKNOWN = auto()
    """No answer: it may have been taken."""
    WITHDRAWN = auto()
    """Something else is wanted by now: it was not sent."""


@dataclass(slots=True)
class Progress:
    """How far it has come to tell a connector's limit."""

    asked_at: float = field(default_factory=clock.monotonic)
    """When the charger was last asked anything for it (monotonic)."""
    amperes: float | None = None
    """The limit that is on its way, A; None: not yet."""
    ticket: int | None = None
    """The number by which it is booked."""
    waits: bool = False
    """It waits for its turn behind other questions, as nothing was to be lowered."""
    is_overtaken: bool = False
    """A cut has been begun beside it: it is not sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A limit that is ready to be sent."""

    strategy: Strategy
    question: Question
    amperes: float
    """What is sent, A per phase."""
    shares: Mapping[int, float]
    """What it means for each connector, A per phase."""
    bookings: Mapping[int, Booking]
    """The same as the ledgers are told."""
    running: Running
    fallback: float


def in_watts(way: Way) -> bool:
    """Whether limits are sent in watts of all phases together."""
    return isinstance(way, ChargingProfileWay) and way.unit is Unit.WATTS
