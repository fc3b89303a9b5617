"""A vector of three phase currents, and which grid phases a charger loads.

Currents are in amperes, positive for import. Phases are those of the grid
connection, whatever the installer called them inside a charger.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import NamedTuple, Self


class Phase(IntEnum):
    """A phase of the grid; its value is its place in a `PhaseCurrents`."""

    L1 = 0
    L2 = 1
    L3 = 2


type Phases = frozenset[Phase]
"""The grid phases that something loads."""

type Wiring = tuple[Phase, ...]
"""Grid phase on the charger's own L1, L2, L3 (one entry: a one-phase charger)."""

ALL_PHASES: Phases = frozenset(Phase)
PHASES = tuple(Phase)
"""The same in order; an enumeration itself is slow to walk through."""
NO_PHASES: Phases = frozenset()


_new = tuple.__new__
"""Half the time of a call of the class, and the same."""


class PhaseCurrents(NamedTuple):
    """Amperes on L1, L2 and L3."""

    l1: float
    l2: float
    l3: float

    @classmethod
    def same(cls, amperes: float) -> Self:
        """The same current on every phase."""
        return cls(amperes, amperes, amperes)

    @classmethod
    def on(cls, phases: Iterable[Phase], amperes: float) -> Self:
        """`amperes` on each of `phases`, nothing on the others."""
        currents = [0.0, 0.0, 0.0]
        for phase in phases:
            currents[phase] = amperes
        return _new(cls, currents)

    def plus(self, other: PhaseCurrents) -> PhaseCurrents:
        """Sum, phase by phase."""
        l1, l2, l3 = self
        its_l1, its_l2, its_l3 = other
        return _new(PhaseCurrents, (l1 + its_l1, l2 + its_l2, l3 + its_l3))

    def minus(self, other: PhaseCurrents) -> PhaseCurrents:
        """Difference, phase by phase."""
        l1, l2, l3 = self
        its_l1, its_l2, its_l3 = other
        return _new(PhaseCurrents, (l1 - its_l1, l2 - its_l2, l3 - its_l3))

    def lowest(self, other: PhaseCurrents) -> PhaseCurrents:
        """The lower of the two on each phase."""
        return _new(PhaseCurrents, map(min, self, other))

    def highest(self, other: PhaseCurrents) -> PhaseCurrents:
        """The higher of the two on each phase."""
        return _new(PhaseCurrents, map(max, self, other))

    def each(self, change: Callable[[float], float]) -> PhaseCurrents:
        """`change` applied to every phase."""
        return _new(PhaseCurrents, map(change, self))


NO_CURRENT = PhaseCurrents(0.0, 0.0, 0.0)


def to_grid(wiring: Wiring, currents: PhaseCurrents) -> PhaseCurrents:
    """Turn currents named by the charger's L1, L2, L3 into those of the grid.

    A charger wired L2-L3-L1 feeds its own L1 from the grid's L2. Currents on
    terminals that the wiring does not name are dropped.
    """
    grid = [0.0, 0.0, 0.0]
    for terminal, phase in enumerate(wiring):
        grid[phase] += currents[terminal]
    return PhaseCurrents(*grid)
