"""What the controller is told: chargers, meter, and which limits may be in force.

All times are seconds on the monotonic clock that `controller.step` is given
`now` of. All currents are amperes on the phases of the grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .phases import PhaseCurrents
from .site import ConnectorId
from .window import Budget


class Status(StrEnum):
    """A connector's state in OCPP 1.6's words (section 7.7)."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_EVSE = "suspended_evse"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Currents of one connector as its charger (or its own meter) measured them."""

    at: float
    """When it was taken."""
    currents: PhaseCurrents | None
    """Per grid phase; None where the charger reports no phases."""
    highest: float
    """The most that its most loaded phase may carry, A, also where phases are unknown."""
    lowest: float | None = None
    """The least that its most loaded phase surely carries, A, where only a bound is
    known (from power, or from energy over time); None: `highest` is a measured current."""

    @property
    def at_least(self) -> float:
        """What surely flows on its most loaded phase, A."""
        return self.highest if self.lowest is None else self.lowest


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded:
    """A limit that was replaced: a car may need some seconds to leave it."""

    limit: float
    at: float
    """When the replacing limit was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Limits of one connector that may be in force in the charger (A)."""

    accepted: float | None = None
    """Last limit that was sent and accepted; None: the charger was never limited."""
    accepted_at: float | None = None
    in_flight: tuple[float, ...] = ()
    """Limits sent and not answered (a timed-out one may still have been taken)."""
    superseded: tuple[Superseded, ...] = ()
    refused: bool = False
    """The charger takes no limits at all: it counts with what it can draw."""
    expires_at: float | None = None
    """The earliest moment at which one of them may end by itself, so that the charger
    falls to its fallback; None: none of them ends."""
    gone_at: float | None = None
    """When all of them have surely ended; None: one of them may stay."""
    forgets: bool = False
    """The charger was seen to forget its limits, fallback and all, with its link."""

    @property
    def possible(self) -> tuple[float, ...]:
        """What may be in force now, apart from replaced limits that cars still leave."""
        return self.in_flight if self.accepted is None else (self.accepted, *self.in_flight)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorReading:
    """What is known of one connector."""

    online: bool
    """Its charger is connected and accepted, so that it can be told a limit."""
    connected_since: float | None = None
    """When it was last found to be there anew: another socket, or a reboot on the same
    one. Whatever it was told before that it may have lost. None: not known."""
    met: bool = True
    """Its charger has connected at least once since it was added: until then it is
    one of the building's loads, like any charger that nobody added."""
    status: Status = Status.UNKNOWN
    status_since: float = 0.0
    session: str | None = None
    """Identifies the transaction; None without one."""
    session_since: float = 0.0
    id_tag: str | None = None
    sample: Sample | None = None
    offer: Offer = field(default_factory=Offer)
    disobeys: bool = False
    """Its car draws more than any limit that may be in force: the one verdict on that,
    found where limits are kept."""
    phases_used: int | None = None
    """How many phases its car loads, in its charger's words, which does not say which; None: it
    says nothing of that."""
    most: float | None = None
    """What its car can take at most, A per phase, whatever it is offered: its cable carries no
    more, or its charger has a lower limit from somebody else. None: nothing is known of that."""
    minimum_to_start: float | None = None
    """A per phase that have to be set aside for a car to charge, where that is more than
    the connector's minimum: its charger takes watts, and shares them among the phases of
    the car, all on one where the car keeps one alone. Then every limit is what one phase
    may take of it, and a car on more of them draws less. None: the minimum does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReading:
    """One good answer of a circuit's meter, signed (import positive), A per phase."""

    at: float
    currents: PhaseCurrents
    resolution: float = 0.01
    """Smallest difference that the meter can show, A."""
    others: tuple[float | None, ...] = ()
    """What else it told, whatever it means: a meter that lives moves in it."""
    is_restless: bool = False
    """Something in that never stands still for long, such as a voltage told in tenths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Everything that is known at one moment."""

    connectors: Mapping[ConnectorId, ConnectorReading]
    meters: Mapping[str, MeterReading] = field(default_factory=dict)
    """The newest good readings, whatever their age, by the circuits that they measure."""
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    """What is left of the windows of circuits whose mean power is limited."""

    def measured(self, connector_id: ConnectorId) -> PhaseCurrents | None:
        """What a connector was last seen to draw on the grid's phases, A; None: not known."""
        reading = self.connectors.get(connector_id)
        return None if reading is None or reading.sample is None else reading.sample.currents
