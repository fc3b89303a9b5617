"""What is there and what it may carry: circuits, connectors, policies.

A site is a tree of circuits. Every circuit has a limit per phase that a user
may change, and a rated current per phase (its fuse) that nothing may exceed.
Connectors hang on circuits. All of it is immutable: a changed setting makes a
new site.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from math import inf
from typing import NamedTuple

from .phases import PhaseCurrents, Phases, Wiring


class ConnectorId(NamedTuple):
    """One outlet: the charger's identity and its OCPP connector number (from 1)."""

    charger: str
    number: int


class Policy(StrEnum):
    """What happens when there is not the minimum for everyone."""

    TAKE_TURNS = "take_turns"
    """As many as fit charge, then they take turns; a limit is never exceeded."""
    MINIMUM_FOR_ALL = "minimum_for_all"
    """Thesis 6.2.5: everyone keeps the minimum; only the rated current is sacred."""


class PhaseChoice(StrEnum):
    """Which meter value counts (thesis 6.3.4)."""

    EACH_PHASE = "each_phase"
    """Every phase by itself (the default)."""
    HIGHEST_PHASE = "highest_phase"
    """One value, the most loaded phase, and every car counts on it (the thesis)."""
    L1 = "l1"
    L2 = "l2"
    L3 = "l3"


class Priority(IntEnum):
    """Who chooses first and has longer turns when there is too little for all."""

    LOW = 0
    NORMAL = 1
    HIGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitMeter:
    """A meter in a circuit: it tells what else the circuit carries."""

    safe_limit: PhaseCurrents
    """What the circuit's chargers share while the meter says nothing, A per phase."""
    timeout: float = 30.0
    """How long it may be silent before that, s (10 to 300)."""
    latency: float = 2.0
    """How old a reading's currents may be when it arrives, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """A cable or fuse: grid connection, group, feeder or charger supply."""

    id: str
    parent: str | None
    limit: PhaseCurrents
    """What the user allows, A per phase."""
    rated: PhaseCurrents
    """What the fuse carries, A per phase; no setting or policy goes above it."""
    temporary: PhaseCurrents | None = None
    """A limit for some time, such as a grid operator's; no policy goes above it either."""
    meter: CircuitMeter | None = None
    """With a meter of its own its limits hold for all that it carries, not only for chargers."""
    power_limit: float | None = None
    """What the user allows over all phases together, W; None: any power."""
    temporary_power: float | None = None
    """The same for some time, such as a grid operator's; no policy goes above it."""
    has_window: bool = False
    """Its mean power over a window is limited: `Readings.budgets` tells what is left."""

    @property
    def bound(self) -> PhaseCurrents:
        """What no policy goes above, A per phase."""
        return self.rated if self.temporary is None else self.rated.lowest(self.temporary)

    @property
    def capacity(self) -> PhaseCurrents:
        """The limit that holds, A per phase."""
        return self.limit.lowest(self.bound)

    @property
    def has_power_limit(self) -> bool:
        """Whether its phases together are limited, not only each of them."""
        return self.power_limit is not None or self.temporary_power is not None or self.has_window

    @property
    def power_bound(self) -> float:
        """What no policy goes above over all phases, W."""
        return inf if self.temporary_power is None else self.temporary_power

    @property
    def power_capacity(self) -> float:
        """The power limit that holds, W."""
        return (
            self.power_bound
            if self.power_limit is None
            else min(self.power_limit, self.power_bound)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """One outlet of a charger, the thing that gets a limit."""

    id: ConnectorId
    circuit: str
    """Id of the circuit that feeds it."""
    wiring: Wiring
    wiring_known: bool = True
    """False: nobody knows which of its phases is which of the grid's."""
    minimum: float = 6.0
    """Lowest current that charges, A (IEC 61851: 6; some cars need more)."""
    maximum: float
    """Highest current the user lets it draw, A."""
    hardware_maximum: float = 32.0
    """What the charger may draw while nobody has limited it, A."""
    step: float = 0.1
    """Steps that the charger takes, A (0.1 or 1)."""
    priority: Priority = Priority.NORMAL
    fallback: float = 0.0
    """What the charger does on its own, A: 0 or at least the minimum."""
    charging_allowed: bool = True
    """The user's switch."""
    increase_interval: float = 5.0
    """Least seconds between an earlier command and an increase (60: writes to flash)."""

    @property
    def wired_phases(self) -> Phases:
        """Grid phases that a car on it can load."""
        return frozenset(self.wiring)

    @property
    def terminals(self) -> Wiring:
        """Which of the grid's phases is on each of its own; none where nobody knows."""
        return self.wiring if self.wiring_known else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The tree of circuits with the connectors on it, and how to share."""

    circuits: Mapping[str, Circuit]
    connectors: Mapping[ConnectorId, Connector]
    policy: Policy = Policy.TAKE_TURNS
    phase_choice: PhaseChoice = PhaseChoice.EACH_PHASE
    grid: str | None = None
    """Id of the grid connection's circuit, which has a meter then; None without one."""
    balancing: bool = True
    """DLM on. Off: every connector may have its own maximum, within rated currents."""
    adaptive: bool = False
    """ALM on: the grid circuit carries the building's other load, too."""
    allow_export_charging: bool = False
    """Whether current exported on a phase counts as room for cars."""
    voltage: float = 230.0
    """Between a phase and neutral, V: what turns power limits into currents."""
    nets_phases: bool = False
    """The meters of power set what one phase exports off against what the others import."""
    imbalance: float | None = None
    """How much more cars on one or two phases may have on one phase than on another, A;
    None: any amount. It counts where every phase counts by itself."""

    _paths: dict[str, tuple[str, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Check the tree.

        Raises ValueError where a circuit's parent is missing, circuits form a
        loop, or a connector hangs on nothing.
        """
        for circuit_id in self.circuits:
            self._paths[circuit_id] = self._walk_up(circuit_id)
        for connector in self.connectors.values():
            if connector.circuit not in self.circuits:
                raise ValueError(f"{connector.id} hangs on no circuit")
            if not connector.wiring or len(connector.wired_phases) != len(connector.wiring):
                raise ValueError(f"{connector.id} needs one to three different phases")

    @property
    def follows_meters(self) -> bool:
        """Whether limits change with what a meter shows beside the chargers."""
        return self.adaptive or (
            self.balancing
            and any(one.meter and one.id != self.grid for one in self.circuits.values())
        )

    @property
    def grid_meter(self) -> CircuitMeter | None:
        """The meter at the grid connection."""
        return None if self.grid is None else self.circuits[self.grid].meter

    def path(self, circuit_id: str) -> tuple[str, ...]:
        """Circuits from `circuit_id` up to the root, itself first."""
        return self._paths[circuit_id]

    def _walk_up(self, circuit_id: str) -> tuple[str, ...]:
        path: list[str] = []
        here: str | None = circuit_id
        while here is not None:
            if here in path:
                raise ValueError(f"circuit {circuit_id} feeds itself")
            if here not in self.circuits:
                raise ValueError(f"circuit {path[-1]} hangs on nothing")
            path.append(here)
            here = self.circuits[here].parent
        return tuple(path)


def amperes_from_kilowatts(kilowatts: float, *, phases: int, voltage: float = 230.0) -> float:
    """Convert a power setting (kW) into a current per phase (A).

    Thesis 6.2.5 divides by three phases always; here `phases` is the real
    number that the car or the charger uses.
    """
    if phases not in (1, 2, 3):
        raise ValueError(f"a charger has 1 to 3 phases, not {phases}")
    return kilowatts * 1000.0 / phases / voltage
