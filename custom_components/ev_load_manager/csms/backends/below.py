"""What backends need of their charger, and of the house that it stands in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ..charge_point.charge_point import ChargePoint
from ..dialect import TagInfo
from ..models import ProfileCatalogue
from ..transport.messages import Verbatim
from .payloads import boot_of
from .profiles import Session


@dataclass(eq=False, kw_only=True)
class Below:
    """One charger, as its backends know it."""

    point: ChargePoint
    catalogue: ProfileCatalogue
    """What is known of models: what is written to limits is none of a backend's matters."""
    listed: Callable[[str], TagInfo | None]
    """What our own list says of a card; None: it is not on it."""
    effective: Callable[[int], float | None]
    """The limit that an outlet has now, A per phase; None: nobody has said yet."""
    phases: Callable[[int], int]
    """How many phases the car at an outlet uses, or can at most."""
    expect_reboot: Callable[[], None] = lambda: None
    """It is going to restart, on a backend's word."""
    ordered: Callable[[str], None] = lambda _: None
    """A session is to begin for a card, on a backend's word."""
    changed: Callable[[], None] = lambda: None
    """Something about a backend has changed that people see, or a limit."""
    boot: Verbatim | None = None
    """What the charger told of itself last."""
    statuses: dict[int, Verbatim] = field(default_factory=dict)
    """What it told last of its outlets, and of itself (0)."""

    def session(self, connector: int) -> Session | None:
        """What goes on at an outlet."""
        state = self.point.connectors.get(connector)
        running = None if state is None else state.transaction
        return None if running is None else Session(running.id, running.started)

    @property
    def told_of_itself(self) -> Verbatim | None:
        """What the charger told of itself, in its own words; None: nothing so far.

        One that is there already when its first backend comes has told it before: in its words
        as they are known then.
        """
        known = self.point.identity
        if self.boot is None and known.vendor and known.model:
            return boot_of(known)
        return self.boot

    @property
    def outlets(self) -> list[int]:
        """The numbers of its outlets."""
        return sorted(number for number in self.point.connectors if number > 0) or [1]

    @property
    def highest_outlet(self) -> int:
        """The highest number that an outlet may have, as far as the charger has told."""
        counted = self.point.capabilities.get("connectors")
        most = counted if isinstance(counted, int) and counted > 0 else self.point.most_connectors
        return max(most, *self.outlets)
