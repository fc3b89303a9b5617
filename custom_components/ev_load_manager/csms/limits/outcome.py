"""How far a limit has come on its way to the charger, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from ... import clock


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
    shares: Mapping[int, float] = field(default_factory=dict)
    """What the limit on its way means for each connector, A per phase: some share one."""
    waits: bool = False
    """It waits for the disk, or for its turn behind other questions, as nothing was to be lowered."""
    is_overtaken: bool = False
    """A cut has been begun beside it: it is not sent any more."""
