"""How far a limit has come on its way to the charger, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from ... import clock
from ..models import Way
from . import commands


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


@dataclass(slots=True)
class Refused:
    """What was refused in one way after the other."""

    sent: dict[str, float] = field(default_factory=dict)
    """The limits by the names of ways, A per phase."""
    _share: float = 0.0
    """What the connector was to have of them, A per phase."""

    def note(self, way: Way, progress: Progress, connector: int) -> None:
        """Something is refused: `progress` says what was sent, if that was a limit."""
        if progress.amperes is None:
            return
        share = progress.shares[connector]
        if share > self._share:
            # The wish rose on the way: so much was not refused before.
            self.sent.clear()
            self._share = share
        if share == self._share:
            name = commands.name(way)
            self.sent[name] = max(progress.amperes, self.sent.get(name, 0.0))

    @property
    def is_of_zero(self) -> bool:
        """Whether it was a limit of 0 A; the share of one that is more may be 0 A, too."""
        return self._share == 0.0 and 0.0 in self.sent.values()
