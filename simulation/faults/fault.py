"""What a fault is, and what came of it."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..charger.grid import Currents
from ..charger.models import GENERIC, ChargerModel
from .scene import Scene, quiet_garage

type Story = Callable[[Scene], Awaitable[None]]
"""What happens, from a quiet garage on; raises Wrong where something isn't as it must be."""

AT_ONCE: Final = 0.0
"""Nobody needs to follow anything: the limit is never exceeded."""
STARTS_BY_ITSELF: Final = 12.0
"""A car starts by itself, and the others make way, s."""
HOUSE_ROSE: Final = 18.0
"""The house rises: 4 s until the meter has told it, then cars follow late, s."""
METER_LOST: Final = 30.0 + 12.0 + 2.0
"""A meter is silent for 30 s, then the chargers share the safe limit, s."""
LIMIT_FELL: Final = 14.0
"""A limit fell, and cars follow late, s."""
NO_ANSWER: Final = 34.0
"""A charger doesn't take its limit for 20 s, then the others make way, s."""
EXPIRY: Final = 3600.0 + 12.0
"""Limits end in the chargers by themselves, where a fixed limit is shared, s."""
EXPIRY_WITH_METER: Final = 300.0 + 12.0
"""The same where a meter is followed, s."""
DISOBEYS: Final = 60.0 + 15.0 + 12.0
"""One report (each minute), 15 s of doubt, then the others make way, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that breaks."""

    name: str
    breaks: str
    """What, as a person would say it."""
    story: Story
    begins: Story = quiet_garage
    """What has to be so before anything breaks."""
    bound: float
    """Seconds for which a phase may be above the limit, at most."""
    model: ChargerModel = GENERIC
    """Of the charger on the right, to which most of it happens."""
    protocol: str = "ocpp1.6"
    """What the chargers speak."""
    only_1_6: str = ""
    """Why it has no meaning in later versions of OCPP; empty: it has."""
    maximum: float = 16.0
    """What its settings say that it can draw, A."""
    clock_offset: float = 0.0
    """Seconds that its clock is ahead, for ever."""
    jumps: bool = True
    """Time jumps to the next event, however fast the machine is: where all is in one process."""
    speed: float = 20.0
    """How much faster than real time its story runs where time doesn't jump."""
    metered: bool = False
    """There are a house and a meter, and a grid connection that is to be kept, too."""
    meter: str = "eastron_sdm630"
    """The model of that meter."""
    tolerance: float = 0.1
    """A above a limit that count as at it."""
    own_process: bool = False
    """Home Assistant runs in a process of its own, so that it can be killed."""
    expected_errors: tuple[str, ...] = ()
    """Errors in Home Assistant's log that belong to the story: parts of their texts."""
    may_lose: bool = False
    """What can't be written is lost, and only the current is judged."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a fault."""

    name: str
    breaks: str
    bound: float
    circuit: str = ""
    """The fuse that came nearest to its limit, or went farthest beyond."""
    limit: float = 0.0
    """What it was to keep at the end, A."""
    worst: Currents = (0.0, 0.0, 0.0)
    """Highest current of each phase, A."""
    seconds_over: float = 0.0
    """The longest time without a break that a phase was above its limit."""
    until_safe: float = 0.0
    """Seconds from the break until no phase was above its limit any more."""
    below: int | None = None
    """Moments with books below the truth; None: nobody could look into the books."""
    lost: list[str] = field(default_factory=list)
    """Sessions, energy and messages that are missing in the books."""
    may_lose: bool = False
    wrong: list[str] = field(default_factory=list)
    """What else was not as it must be."""
    noted: list[str] = field(default_factory=list)
    """What is worth knowing, and is no failure."""

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        kept = self.may_lose or not self.lost
        return kept and not self.wrong and not self.below and self.seconds_over <= self.bound

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {**asdict(self), "passed": self.passed}
